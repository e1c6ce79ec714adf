"""Decision analysis of one table of costs and effects by heormodel, which tests/economics.rs must meet.

Needs heormodel (written with 0.7.4). Writes costs and effects of 4 strategies in 200 draws (`cost.csv`, `effect.csv`) and
what follows from them (`values.csv`) into its own folder:

    python3 tests/economics/values.py

heormodel gives ICERs, statuses, acceptability, the acceptability frontier, expected losses and EVPI. It does not give
acceptability against one comparator, intervals of increments or the standard error of a mean: those are reckoned here
in plain Python, with exact sums (fractions) and the quantiles of R's default.

Draws are functions of uniform numbers of SplitMix64 as in tests/support/splitmix.rs, rounded to as many digits as the
files show. All net benefits are negative in most draws up to 30,000 a QALY, the third strategy is dominated by extension,
and at 75,000 the strategy of the highest mean is not the most probable. `frontier.csv` is a table of 60 strategies with
small whole costs and effects, so with many ties, and what heormodel's incremental analysis says of them.
"""

import csv
import math
import sys
from fractions import Fraction
from pathlib import Path

import pandas as pd
from heormodel.cea import ceac, ceaf, expected_loss, icer_table
from heormodel.models import Outcomes
from heormodel.voi import evpi

sys.dont_write_bytecode = True
FOLDER = Path(__file__).parent
MASK = (1 << 64) - 1
DRAWS = 200
STRATEGIES = ["chemotherapy", "antibody", "cells", "transplant"]
COMPARATOR = "chemotherapy"
WTP = [0, 10000, 30000, 50000, 75000, 100000, 150000, 300000]


def uniforms(seed):
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & MASK
        z = seed
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        z ^= z >> 31
        yield ((z >> 11) + 0.5) / 9007199254740992.0


def table():
    numbers = uniforms(2026)
    draw = lambda: next(numbers)
    costs, effects = [], []
    for _ in range(DRAWS):
        shared, severity = draw() + draw() - 1, draw()
        cost, effect = [], []
        for base, step, gain in [(40000, 9000, 1.2), (90000, 20000, 2.1), (150000, 50000, 2.5), (170000, 60000, 3.4)]:
            own = draw() + draw() + draw() - 1.5
            scale = 1 + 0.3 * shared + 0.5 * own
            effect.append(round(gain * scale * scale * (1.3 - 0.6 * severity), 6))
            cost.append(round(base + step * (0.4 * shared - math.log(draw())), 2))
        costs.append(cost)
        effects.append(effect)
    return costs, effects


def write(name, header, rows):
    with open(FOLDER / name, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def quantile(values, p):
    """Type 7 of Hyndman and Fan, R's default."""
    values = sorted(values)
    place = Fraction(p) * (len(values) - 1)
    low = math.floor(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (place - low) * (values[high] - values[low])


def plain(costs, effects):
    """What heormodel does not give, by exact fractions."""
    exact = lambda rows: [[Fraction(str(x)) for x in row] for row in rows]
    costs, effects, own = exact(costs), exact(effects), STRATEGIES.index(COMPARATOR)
    for strategy, name in enumerate(STRATEGIES):
        if name == COMPARATOR:
            continue
        for wtp in WTP:
            benefit = lambda c, e, s: wtp * e[s] - c[s]
            gains = [benefit(c, e, strategy) - benefit(c, e, own) for c, e in zip(costs, effects)]
            share = sum(Fraction(1) if gain > 0 else Fraction(1, 2) if gain == 0 else Fraction(0) for gain in gains)
            mean = sum(gains) / DRAWS
            variance = sum((gain - mean) ** 2 for gain in gains) / (DRAWS - 1)
            yield ["better", name, wtp, float(share / DRAWS)]
            yield ["inc_nmb", name, wtp, float(mean)]
            yield ["inc_nmb_lower_95", name, wtp, float(quantile(gains, "0.025"))]
            yield ["inc_nmb_median", name, wtp, float(quantile(gains, "0.5"))]
            yield ["inc_nmb_upper_95", name, wtp, float(quantile(gains, "0.975"))]
            yield ["inc_nmb_draw_se", name, wtp, math.sqrt(variance / DRAWS)]


def by_heormodel(costs, effects):
    outcomes = Outcomes.from_wide(
        pd.DataFrame(costs, columns=STRATEGIES), pd.DataFrame(effects, columns=STRATEGIES)
    )
    for name, row in icer_table(outcomes).iterrows():
        for column in ["cost", "effect", "inc_cost", "inc_effect", "icer"]:
            yield [column, name, "", "" if math.isnan(row[column]) else float(row[column])]
        yield ["status", name, "", row["status"]]
    curves, lost, worth = ceac(outcomes, WTP), expected_loss(outcomes, WTP), evpi(outcomes, WTP)
    frontier = ceaf(outcomes, WTP)
    for wtp in WTP:
        for name in STRATEGIES:
            yield ["best", name, wtp, float(curves.loc[wtp, name])]
            yield ["loss", name, wtp, float(lost.loc[wtp, name])]
        yield ["frontier", frontier.loc[wtp, "intervention"], wtp, float(frontier.loc[wtp, "prob"])]
        yield ["evpi", "", wtp, float(worth.loc[wtp])]


def frontier():
    """Means of 60 strategies, and their statuses and ICERs."""
    numbers = uniforms(60)
    costs = [math.floor(40 * next(numbers)) for _ in range(60)]
    effects = [math.floor(4 * math.sqrt(cost) + 12 * next(numbers) - 8) for cost in costs]
    found = icer_table(pd.DataFrame({"cost": costs, "effect": effects}, index=range(60)))
    for strategy in range(60):
        row = found.loc[strategy]
        icer = "" if math.isnan(row["icer"]) else float(row["icer"])
        yield [costs[strategy], effects[strategy], row["status"], icer]


costs, effects = table()
write("frontier.csv", ["cost", "effect", "status", "icer"], frontier())
write("cost.csv", STRATEGIES, costs)
write("effect.csv", STRATEGIES, effects)
write("values.csv", ["quantity", "strategy", "wtp", "value"], [*by_heormodel(costs, effects), *plain(costs, effects)])
