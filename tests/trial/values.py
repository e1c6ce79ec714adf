"""Statistics of small trials by lifelines, statsmodels and scipy, which tests/trial_statistics.rs must meet.

Needs lifelines, statsmodels, scipy and mpmath (written with 0.30.3, 0.15.0, 1.17.1, 1.3.0). Writes the patients (`patients.csv`) and
what the packages say of them (`values.csv`) into its own folder:

    python3 tests/trial/values.py

Curves, their log-log intervals and the log-rank test are those of lifelines; a median is the first time at which its
curve is at most a half, but for rounding. Hazard ratios solve Efron's likelihood in 30 digits, since lifelines and
statsmodels stop some 1e-8 before their root; both must agree to 1e-6. Tests of response are those of scipy. A case has times that are
continuous, or rounded so that many are tied, events with censorings; `one_sided` has no event in one arm, so that no
hazard ratio exists, and the packages are not asked.
"""

import csv
import math
from pathlib import Path

import pandas as pd
from lifelines import CoxPHFitter, KaplanMeierFitter
from lifelines.statistics import logrank_test
from scipy.stats import chi2_contingency, fisher_exact
from mpmath import mp, mpf
from statsmodels.duration.hazard_regression import PHReg

mp.dps = 30

FOLDER = Path(__file__).parent
# Shares of responders: control, arm.
RESPONSES = [
    (3, 20, 9, 20), (0, 20, 6, 20), (58, 200, 88, 200), (12, 40, 20, 41), (5, 7, 2, 33), (0, 12, 0, 15), (12, 12, 15, 15),
    (580, 2000, 640, 2000), (1, 2000, 6, 2000), (2, 4, 0, 3), (11, 20, 20, 20), (30, 61, 14, 33),
]


def patients(seed, count, median, end, digits):
    """Patients with exponential events, censored evenly between half of `end` and `end`, by a small generator."""
    state, out = seed, []

    def uniform():
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        return ((state >> 11) + 0.5) / 2**53

    for _ in range(count):
        time = -math.log(uniform()) * median / math.log(2)
        until = end * (0.5 + 0.5 * uniform())
        out.append((round(min(time, until), digits), int(time <= until)))
    return out


CASES = {
    "continuous": (patients(1, 20, 5, 30, 15), patients(2, 20, 9, 30, 15)),
    "tied": (patients(3, 30, 5, 24, 0), patients(4, 30, 7, 24, 0)),
    "unequal": (patients(5, 7, 4, 20, 1), patients(6, 33, 6, 20, 1)),
    "heavy_ties": (patients(7, 60, 3, 12, 0), patients(8, 60, 3, 12, 0)),
    "larger": (patients(9, 200, 6, 30, 1), patients(10, 200, 10, 30, 1)),
    "not_reached": (patients(11, 40, 40, 12, 2), patients(12, 40, 90, 12, 2)),
    # An event at month 0, censorings at the times of events, the last of all an event.
    "by_hand": (
        [(0, 1), (2, 1), (2, 0), (3, 1), (5, 1), (5, 1), (8, 0), (9, 1)],
        [(1, 0), (2, 1), (4, 1), (5, 0), (5, 1), (9, 0), (11, 0), (12, 1)],
    ),
    "one_sided": ([(1, 1), (2, 1), (3, 1), (6, 0)], [(2, 0), (4, 0), (6, 0)]),
}


def efron(control, arm, start):
    """Logarithm of the hazard ratio of the arm and its standard error, by Newton's steps from a start near it."""
    everyone = [(months, event, 0) for months, event in control] + [(months, event, 1) for months, event in arm]
    times = sorted({months for months, event, _ in everyone if event})
    beta = mpf(start)
    for _ in range(20):
        score, information, ratio = mpf(0), mpf(0), mp.exp(beta)
        for time in times:
            risk = [side for months, _, side in everyone if months >= time]
            died = [side for months, event, side in everyone if event and months == time]
            of_arm, of_control = sum(risk), len(risk) - sum(risk)
            for tied in range(len(died)):
                share = mpf(tied) / len(died)
                exposed = (of_arm - share * sum(died)) * ratio
                mean = exposed / (exposed + of_control - share * (len(died) - sum(died)))
                score -= mean
                information += mean * (1 - mean)
            score += sum(died)
        beta += score / information
    assert abs(score) < mpf("1e-24"), score
    return beta, 1 / mp.sqrt(information)


def main():
    rows = []

    def tell(case, what, arm="", months="", value=""):
        rows.append((case, what, arm, months, value if value == "" else repr(float(value))))

    for case, arms in CASES.items():
        frames = [pd.DataFrame(arm, columns=["months", "event"]) for arm in arms]
        for name, frame in zip(("control", "arm"), frames):
            km = KaplanMeierFitter().fit(frame.months, frame.event)
            table, interval = km.event_table, km.confidence_interval_
            for months in table.index[table.observed > 0]:
                survival = km.survival_function_.loc[months].iloc[0]
                tell(case, "survival", name, months, survival)
                if survival > 0:
                    tell(case, "lower_95", name, months, interval.loc[months].iloc[0])
                    tell(case, "upper_95", name, months, interval.loc[months].iloc[1])
                tell(case, "at_risk", name, months, table.at_risk.loc[months])
                tell(case, "events", name, months, table.observed.loc[months])
            # lifelines' own median is one event late where a half is reached but for rounding.
            reached = km.survival_function_.iloc[:, 0]
            reached = reached[reached <= 0.5 + 1e-12]
            tell(case, "median", name, "", "" if reached.empty else reached.index[0])
        control, arm = frames
        test = logrank_test(control.months, arm.months, control.event, arm.event)
        tell(case, "logrank_p", value=test.p_value)
        if case == "one_sided":
            tell(case, "hazard_ratio")
            continue
        both = pd.concat([control.assign(arm=0.0), arm.assign(arm=1.0)])
        cox = CoxPHFitter().fit(both, "months", "event", fit_options={"precision": 1e-14})
        log, se = cox.params_["arm"], cox.standard_errors_["arm"]
        other = PHReg(both.months, both[["arm"]], status=both.event, ties="efron").fit()
        assert abs(other.params[0] - log) < 1e-6 and abs(other.bse[0] - se) < 1e-6, (case, log, other.params, se, other.bse)
        exact, exact_se = efron(*arms, log)
        assert abs(exact - log) < 1e-6 and abs(exact_se - se) < 1e-6, (case, log, exact, se, exact_se)
        wide = mpf("1.9599639845400542355") * exact_se
        tell(case, "hazard_ratio", value=mp.exp(exact))
        tell(case, "log_se", value=exact_se)
        tell(case, "hr_lower_95", value=mp.exp(exact - wide))
        tell(case, "hr_upper_95", value=mp.exp(exact + wide))
    for a, n, b, m in RESPONSES:
        counts = [[a, n - a], [b, m - b]]
        case = f"{a}/{n} {b}/{m}"
        expected = [total * side / (n + m) for total in (n, m) for side in (a + b, n + m - a - b)]
        p = fisher_exact(counts)[1] if min(expected) < 5 else chi2_contingency(counts, correction=False)[1]
        tell(case, "response_p", value=p)

    def write(name, head, lines):
        with open(FOLDER / name, "w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows([head, *lines])

    listed = [
        (case, name, repr(float(months)), event)
        for case, arms in CASES.items()
        for name, arm in zip(("control", "arm"), arms)
        for months, event in arm
    ]
    write("patients.csv", ("case", "arm", "months", "event"), listed)
    write("values.csv", ("case", "what", "arm", "months", "value"), rows)


main()
