"""Reference values of R-hat and effective sample sizes by ArviZ.

Needs arviz (written with 0.23.4). Prints the table that tests/diagnostics.rs reads:

    python3 tests/calibrate/values.py > tests/calibrate/values.csv

Chains are autoregressive, of uniform numbers of SplitMix64 as in tests/support/splitmix.rs, so that both programs make
the same doubles. ArviZ folds half-chains about the median of the halves; the paper and the R package posterior fold
before halving, which differs if the number of states is odd, so it is folded here.
"""

import math

import arviz
import numpy as np

MASK = (1 << 64) - 1


def uniforms(seed):
    state = seed
    while True:
        state = (state + 0x9E3779B97F4A7C15) & MASK
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        z ^= z >> 31
        yield ((z >> 11) + 0.5) / 9007199254740992.0


def chains(seed, number, states, rho, shift, shape):
    u = uniforms(seed)
    rows = []
    for chain in range(number):
        x, row = 0.0, []
        for _ in range(states):
            x = rho * x + (next(u) - 0.5)
            value = x + shift * chain
            if shape == "steps":
                value = math.floor(4.0 * value) / 4.0
            elif shape == "cubes":
                value = value * value * value
            elif shape == "scales":
                value = x * (1.0 + shift * chain)
            row.append(value)
        rows.append(row)
    return np.array(rows)


CASES = [
    (1, 4, 1000, 0.0, 0.0, "plain"),
    (2, 4, 1000, 0.9, 0.0, "plain"),
    (3, 4, 500, 0.99, 0.0, "plain"),
    (4, 4, 1000, -0.7, 0.0, "plain"),
    (5, 4, 400, 0.3, 0.2, "plain"),
    (6, 4, 400, 0.5, 5.0, "plain"),
    (7, 4, 1000, 0.5, 0.0, "steps"),
    (8, 4, 1000, 0.8, 0.0, "cubes"),
    (9, 4, 600, 0.2, 1.0, "scales"),
    (10, 2, 101, 0.6, 0.1, "plain"),
    (11, 8, 37, 0.4, 0.0, "plain"),
    (12, 4, 10, 0.2, 0.0, "plain"),
    (13, 4, 12, 0.9, 0.0, "plain"),
    (14, 1, 300, 0.5, 0.0, "plain"),
    (15, 4, 301, -0.95, 0.0, "cubes"),
]

print("seed,chains,states,rho,shift,shape,rhat,bulk,tail")
for case in CASES:
    x = chains(*case)
    folded = abs(x - np.median(x))
    rhat = ""
    if len(x) > 1:
        rhat = repr(max(float(arviz.rhat(values, method="z_scale")) for values in (x, folded)))
    bulk, tail = (repr(float(arviz.ess(x, method=method))) for method in ("bulk", "tail"))
    print(*case, rhat, bulk, tail, sep=",")
