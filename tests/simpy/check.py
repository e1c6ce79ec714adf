"""Holds the model of centre.py to closed forms, in cases made for each of them.

    python3 tests/simpy/check.py

Prints each figure beside its closed form and the difference in standard errors; fails beyond four of them.
"""

from math import exp, factorial, inf
from statistics import NormalDist

from centre import PATIENTS, YEAR, figures, replicate

REPLICATIONS = 300
FAR = {"order_up_to": (1000,) * 3, "reorder_point": (999,) * 3, "lead_time_days": ("fixed", 1.0), "when_short": "lost"}
NOBODY = PATIENTS | FAR | {"volume": 0.0}
FOUR_HUNDRED = {"vials_mg": (400,), "background_tocilizumab": (60.0, 400.0)}


def log_normal_mean(median, sdlog):
    return median * exp(sdlog * sdlog / 2)


def poisson(mean, count):
    return exp(-mean) * mean**count / factorial(count)


def at_least(mean, count):
    return 1 - sum(poisson(mean, below) for below in range(count))


def erlang_b(servers, load):
    terms = [load**count / factorial(count) for count in range(servers + 1)]
    return terms[-1] / sum(terms)


def erlang_c(servers, load):
    blocked = erlang_b(servers, load)
    return blocked / (1 - load / servers * (1 - blocked))


def mean_dose_mg():
    """Of a weight that is normal between its bounds and set to them beyond; above 100 kg the dose is at its cap."""
    mean, sd = PATIENTS["weight_kg"]
    weight = NormalDist(mean, sd)

    def part(low, high, per_kg):
        from_low, to_high = (low - mean) / sd, (high - mean) / sd
        share = weight.cdf(high) - weight.cdf(low)
        density = NormalDist().pdf(from_low) - NormalDist().pdf(to_high)
        return per_kg * (mean * share + sd * density)

    lowest = mean - 3 * sd
    atom = weight.cdf(lowest) * 12 * lowest
    return atom + part(lowest, 30, 12) + part(30, 100, 8) + 800 * (1 - weight.cdf(100))


class Checks:
    failed = 0

    def case(self, title, case, expected, replications=REPLICATIONS):
        print(title)
        found = {name: (value, se) for name, value, se in figures(case, replicate(title, case, replications))}
        for name, exact in expected.items():
            value, se = found[name]
            away = (value - exact) / se if se else (value - exact) * inf if abs(value - exact) > 1e-9 else 0.0
            print(f"    {name:24} {value:12.5f} exact {exact:12.5f} {away:6.2f}")
            self.failed += abs(away) > 4


def main():
    checks = Checks()

    volume, crs, icu = 60.0, PATIENTS["crs"], PATIENTS["icu"]
    stay = log_normal_mean(*PATIENTS["icu_days"][1:])
    load = volume / YEAR * crs * icu * stay
    inpatients = 0.75 * log_normal_mean(*PATIENTS["ward_days"][1:])
    outpatients = 0.25 * crs * log_normal_mean(*PATIENTS["crs_days"][1:])
    doses = volume * crs * PATIENTS["tocilizumab"] * sum(n * p for n, p in zip((1, 2, 3, 4), PATIENTS["doses"]))
    checks.case(
        "M/G/infinity beds and compound Poisson doses",
        PATIENTS | FAR | {"volume": volume, "outpatient": 0.25},
        {
            "infusions_a_year": volume,
            "crs_grade3_a_year": volume * PATIENTS["crs_grade3"],
            "icu_census_mean": load,
            "ward_census_mean": volume / YEAR * (inpatients + outpatients),
            "doses_given_a_year": doses,
            "mg_given_a_year": doses * mean_dose_mg(),
            "short_doses_a_year": 0.0,
        },
    )

    exponential = {"background_icu": (120.0, ("exponential", 0.0, 5.0))}
    load = 120.0 / YEAR * 5
    checks.case(
        "M/M/2 intensive care, transfer",
        NOBODY | exponential | {"icu_beds": 2, "icu_full": "transfer"},
        {
            "icu_transferred_a_year": 120 * erlang_b(2, load),
            "icu_census_mean": load * (1 - erlang_b(2, load)),
        },
    )
    checks.case(
        "M/M/2 intensive care, queue",
        NOBODY | exponential | {"icu_beds": 2, "icu_full": "queue"},
        {"icu_census_mean": load},
    )

    load, wait = 80 / YEAR * 9, erlang_c(3, 80 / YEAR * 9)
    checks.case(
        "M/M/3 ward",
        PATIENTS | FAR | {"volume": 80.0, "ward_beds": 3, "ward_days": ("exponential", 0.0, 9.0)},
        {
            "postponed_a_year": 80 * wait,
            "postponed_days_a_year": 80 * wait * 9 / (3 - load),
            "ward_census_mean": load,
        },
    )

    checks.case(
        "slots every noon: half a day on the mean, nobody beyond the next noon",
        PATIENTS | FAR | {"volume": 60.0, "slots": (50,) * 7},
        {"postponed_a_year": 60.0, "postponed_days_a_year": 30.0},
    )
    # One day a week serves any number: half a week.
    checks.case(
        "slots on Thursdays",
        PATIENTS | FAR | {"volume": 60.0, "slots": (0, 0, 0, 50, 0, 0, 0)},
        {"postponed_days_a_year": 60 * 3.5},
    )

    # Palm: with waiting doses the vials on order of a base stock are Poisson, whatever the lead time.
    on_order = 60 / YEAR * log_normal_mean(10.0, 0.5)
    base = NOBODY | FOUR_HUNDRED | {
        "order_up_to": (3,), "reorder_point": (2,), "lead_time_days": ("log_normal", 10.0, 0.5),
    }
    checks.case(
        "base stock, waiting",
        base | {"when_short": "wait"},
        {
            "short_doses_a_year": 60 * at_least(on_order, 3),
            "on_hand_400_mean": sum((3 - count) * poisson(on_order, count) for count in range(3)),
            "orders_a_year": 60.0,
        },
    )
    # Erlang: without, they are those of a system with loss.
    for short in ["lost", "emergency"]:
        checks.case(
            f"base stock, {short}",
            base | {"when_short": short, "emergency_days": 0.25},
            {
                "short_doses_a_year": 60 * erlang_b(3, on_order),
                "on_hand_400_mean": 3 - on_order * (1 - erlang_b(3, on_order)),
            },
        )

    # Continuous (s, Q): the position is uniform on s + 1 to s + Q; the stock is that less the demand of a lead time.
    lots = NOBODY | FOUR_HUNDRED | {
        "reorder_point": (1,), "quantity": (4,), "lead_time_days": ("fixed", 8.0), "when_short": "wait",
    }
    in_lead = 60 / YEAR * 8
    checks.case(
        "(s, Q), waiting",
        lots,
        {
            "short_doses_a_year": 60 * sum(at_least(in_lead, position) for position in range(2, 6)) / 4,
            "orders_a_year": 15.0,
        },
    )
    # Reviewed: the vials on hand a lead time L and u days after a review are the level less the demand of L + u.
    reviewed = base | {"review_days": 7.0, "lead_time_days": ("fixed", 8.0), "when_short": "wait"}
    steps = [(at + 0.5) * 7 / 1000 for at in range(1000)]
    checks.case(
        "base stock every 7 days, waiting",
        reviewed,
        {
            "short_doses_a_year": 60 * sum(at_least(60 / YEAR * (8 + u), 3) for u in steps) / 1000,
            "orders_a_year": YEAR / 7 * (1 - exp(-60 / YEAR * 7)),
        },
    )

    # Vials that nobody takes come 13 days after the last expired at 60: five rounds of 73 days a year.
    checks.case(
        "expiry without demand",
        NOBODY | {"order_up_to": (2, 3, 4), "reorder_point": (1, 2, 3), "lead_time_days": ("fixed", 13.0),
                  "shelf_life_days": 60.0},
        {
            "expired_vials_a_year": 45.0,
            "orders_a_year": 5.0,
            "short_year_share": 0.0,
        },
        replications=2,
    )

    # Half vials: what is left over serves the next dose if that comes in time.
    shared = 1 - exp(-60 / YEAR * 4)
    checks.case(
        "sharing",
        NOBODY | {"vials_mg": (400,), "order_up_to": (1000,), "reorder_point": (999,),
                  "background_tocilizumab": (60.0, 200.0), "sharing_days": 4.0},
        {"mg_opened_a_year": 60 * 400 / (1 + shared), "waste_mg_a_year": 60 * 200 * (1 - shared) / (1 + shared)},
    )

    # Everyone is held one vial for 9 days, there is one and never another: a queue with one server and fixed service.
    load = 20 / YEAR * 9
    checks.case(
        "site rule as M/D/1",
        PATIENTS | {"volume": 20.0, "weight_kg": (50.0, 0.0), "tocilizumab": 0.0, "vials_mg": (400,),
                    "order_up_to": (1,), "reorder_point": (0,), "lead_time_days": ("fixed", 1e6), "when_short": "lost",
                    "site_rule": (1, 9.0)},
        {
            "postponed_a_year": 20 * load,
            "postponed_days_a_year": 20 * load * 9 / (2 * (1 - load)),
        },
    )
    assert checks.failed == 0, f"{checks.failed} figures miss their closed form"


if __name__ == "__main__":
    main()
