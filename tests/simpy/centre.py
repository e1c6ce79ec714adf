"""One hospital that gives a cell therapy, as SimPy processes: a second engine for `remisim demand`.

It shares nothing with the Rust engine but the rules of demand as they are documented. Needs two packages, and writes
the table that the tests read (case, figure, value, standard error, replications); a number sets the replications:

    pip install simpy numpy
    python3 tests/simpy/centre.py > tests/simpy/values.csv
    python3 tests/simpy/centre.py 200

`store.py` beside it is the store of vials; `check.py` holds both to closed forms. Every replication asserts that no
vial, no order and no mg is lost. The same replications give the same table; all of them take half an hour or more.

A case is a dictionary of numbers, to be written into a scenario file: all patients are women of 40 (record P19), nobody
dies, times are in days, a year has 365; patients are counted as infused, their arrivals are Poisson; tocilizumab and
intensive care are given CRS, independently. ("log_normal", median, sdlog), ("exponential", delay, mean): the delay is
added. Levels of stock stand in the order of `vials_mg`, background users are (a year, what each takes).

Figures `…_a_year` are sums over the counted years by their number. The standard error is that of the mean of
replications; of `late_days_mean`, a ratio of sums, by linearisation. `peak_icu_N` is the share of replication-years
whose most beds in use at once were N, `peak_icu_p95` the least N that at least 95 % do not pass. `short_year_share` is
the share of replication-years with a short dose. A cell is empty where a figure is not defined.

Where the rules leave a choice, here
 1. adults' weights beyond 3 SD are set to that bound, not drawn again;
 2. an event is counted in the year in which it happens: a postponed infusion and its days when it is infused, a short
    dose when it is due, a late one when it is given, an order when it is sent;
 3. doses of background users are short, late and wasteful like those of patients, but counted apart as doses
    (`background_…`, the other `doses_…` are of patients); their stays are in the figures of intensive care;
 4. `mg_opened` holds the vials of emergency deliveries; these are no orders. `waste_mg` is what is left in opened
    vials, when it is thrown away (with sharing after its time); vials that expire unopened are not in it;
 5. a dose that comes while others wait waits behind them, and is short, though it may be on hand (`pass` lets it pass);
    a waiting dose is given at deliveries only;
 6. after a dose that is lost, the next is counted from the time at which it was due;
 7. the site rule makes the doses of those at risk, who came first first, and then of the next patient, each of the whole
    vials of least waste among those on hand that the ones before it leave; what is left over is none of them. A dose
    that is short leaves it; its emergency delivery holds all its mg;
 8. a patient is at risk from the infusion to just before `days` later (`risk_closed`: at that very time too, which is a
    slot again after whole weeks), whether or not there has been CRS;
 9. an infusion is blocked by the site rule, and orders, only when a slot and a bed are free. Ordered are, for those at
    risk and all who queue, the vials of least waste of each dose that those on hand and on order together do not make in
    the same way, whatever the review; they join the order of that instant;
10. who finds intensive care full goes elsewhere for that stay alone: ward bed and doses stay as they were (`leaves`:
    for good, the bed is free and no dose follows);
11. orders are made at the end of an instant, when all else has happened at it;
12. slots that are not used at noon are lost; whoever waits for one is postponed, like any patient infused after ready;
13. who waits for a bed of intensive care is not in its census, and keeps the ward bed no longer than else.
"""

import sys
from itertools import count
from math import inf
from random import Random

import numpy
import simpy

from store import DISCHARGE, LAST, Bell, Ranked, Store, days

YEAR = 365
YEARS = 5
WARM_UP = 365
# The first counted day is a Monday, so the warm-up of 365 days begins on a Sunday.
FIRST_WEEKDAY = 6
SEED = 1

PATIENTS = {
    "weight_kg": (77.5, 20.0),
    "crs": 0.84,
    "crs_grade3": 0.22,
    "onset_days": ("log_normal", 3.0, 0.6),
    "crs_days": ("log_normal", 6.0, 0.5),
    "tocilizumab": 0.6,
    "doses": (0.45, 0.3, 0.15, 0.1),
    "icu": 0.4,
    "icu_days": ("log_normal", 6.0, 0.7),
    "first_dose_days": ("log_normal", 0.8, 0.7),
    "between_doses_days": ("exponential", 1 / 3, 0.5),
    "icu_after_onset_days": ("exponential", 0.0, 1.5),
    "ward_days": ("log_normal", 10.0, 0.4),
    "outpatient": 0.0,
    "vials_mg": (80, 200, 400),
}

CASES = {
    "stock": PATIENTS | {
        "volume": 40.0,
        "outpatient": 0.25,
        "order_up_to": (12, 3, 3),
        "reorder_point": (11, 2, 2),
        "lead_time_days": ("log_normal", 6.0, 0.5),
        "shelf_life_days": 300.0,
        "when_short": "emergency",
        "emergency_days": 0.25,
    },
    "beds": PATIENTS | {
        "volume": 80.0,
        "icu_beds": 2,
        "icu_full": "queue",
        "ward_beds": 3,
        "reorder_point": (4, 3, 5),
        "quantity": (6, 4, 4),
        "review_days": 7.0,
        "lead_time_days": ("log_normal", 3.0, 0.5),
        "when_short": "wait",
        "background_icu": (12.0, ("log_normal", 4.0, 0.8)),
        "background_tocilizumab": (20.0, 400.0),
    },
    "rules": PATIENTS | {
        "volume": 50.0,
        "doses": (0.25, 0.25, 0.25, 0.25),
        "slots": (2, 0, 1, 0, 1, 0, 0),
        "icu_beds": 1,
        "icu_full": "transfer",
        "order_up_to": (6, 4, 6),
        "reorder_point": (5, 3, 5),
        "lead_time_days": ("log_normal", 8.0, 0.5),
        "shelf_life_days": 120.0,
        "sharing_days": 1.0,
        "when_short": "lost",
        "site_rule": (2, 14.0),
    },
}

def dose_mg(kg):
    return min(800.0, (12.0 if kg < 30.0 else 8.0) * kg)


class Tally:
    """What is counted in the counted years of one replication."""

    def __init__(self, env):
        self.env, self.sums, self.short_years, self.peaks = env, {}, set(), []

    def add(self, name, amount=1):
        if self.env.now >= WARM_UP:
            self.sums[name] = self.sums.get(name, 0) + amount

    def short(self):
        self.add("short_doses")
        if self.env.now >= WARM_UP:
            self.short_years.add(int((self.env.now - WARM_UP) // YEAR))


class Centre:
    """Patients, their beds and their doses."""

    def __init__(self, case, rng):
        self.case, self.rng, self.env = case, rng, simpy.Environment()
        self.tally, self.bell = Tally(self.env), Bell(self.env)
        self.store = Store(self.env, rng, case, self.tally, self.bell)
        self.line = simpy.Resource(self.env, 1)
        self.ward = simpy.Resource(self.env, case.get("ward_beds", inf))
        self.icu = simpy.Resource(self.env, case.get("icu_beds", inf))
        self.at_risk, self.queue = [], []
        self.slots = inf
        if "slots" in case:
            self.slots = 0
            self.env.process(self.noons())
        self.come(case["volume"], self.patient)
        if "background_icu" in case:
            a_year, stay = case["background_icu"]
            self.come(a_year, lambda: self.intensive_care(days(rng, stay)))
        if "background_tocilizumab" in case:
            a_year, mg = case["background_tocilizumab"]
            self.come(a_year, lambda: self.store.dose(mg, "background"))

    def run(self):
        self.env.run(until=self.env.process(self.census()))
        self.store.balance()
        return self.tally

    def come(self, a_year, process):
        def arrivals():
            while a_year:
                yield self.env.timeout(self.rng.expovariate(a_year / YEAR))
                self.env.process(process())

        self.env.process(arrivals())

    def chance(self, share):
        return self.rng.random() < share

    def census(self):
        yield self.env.timeout(WARM_UP)
        names = ["icu_census", "ward_census", *(f"on_hand_{size}" for size in self.store.sizes)]
        sums = [0] * len(names)
        for day in range(YEARS * YEAR):
            if day % YEAR == 0:
                self.tally.peaks.append(self.icu.count)
            yield self.env.timeout(1)
            for at, now in enumerate([self.icu.count, self.ward.count, *self.store.on_hand]):
                sums[at] += now
        self.tally.sums.update(zip(names, sums))

    def noons(self):
        for day in count():
            slots = self.case["slots"][(FIRST_WEEKDAY + day) % 7]
            if slots:
                yield self.env.timeout(day + 0.5 - self.env.now)
                self.slots = slots
                self.bell.ring()
                yield Ranked(self.env, 0, LAST)
                self.slots = 0

    def patient(self):
        case, ready = self.case, self.env.now
        mean, sd = case["weight_kg"]
        mg = dose_mg(mean + sd * min(3.0, max(-3.0, self.rng.gauss(0.0, 1.0))))
        inpatient = not self.chance(case["outpatient"])
        self.queue.append(mg)
        with self.line.request() as first:
            yield first
            while not self.may_be_infused(mg, inpatient):
                yield self.bell.next
            self.slots -= 1
            # The first, as nobody passes another.
            assert self.queue.pop(0) == mg
        self.tally.add("infusions")
        if self.env.now > ready:
            self.tally.add("postponed")
            self.tally.add("postponed_days", self.env.now - ready)
        if "site_rule" in case:
            self.env.process(self.risk(mg))
        left = self.env.event()
        if inpatient:
            self.env.process(self.ward_stay(days(self.rng, case["ward_days"]), left))
        grade = self.rng.random()
        if grade < case["crs"]:
            yield self.env.timeout(days(self.rng, case["onset_days"]))
            self.tally.add("crs")
            if grade < case["crs_grade3"]:
                self.tally.add("crs_grade3")
            if not inpatient:
                if self.ward.count < self.ward.capacity:
                    self.env.process(self.ward_stay(days(self.rng, case["crs_days"]), left))
                else:
                    self.tally.add("ward_transferred")
            if self.chance(case["tocilizumab"]):
                self.env.process(self.doses(mg, left))
            if self.chance(case["icu"]):
                yield self.env.timeout(days(self.rng, case["icu_after_onset_days"]))
                stayed = yield from self.intensive_care(days(self.rng, case["icu_days"]))
                if not stayed and case.get("leaves"):
                    left.succeed()

    def may_be_infused(self, mg, inpatient):
        if not self.slots or inpatient and self.ward.count >= self.ward.capacity:
            return False
        if "site_rule" not in self.case:
            return True
        each, store = self.case["site_rule"][0], self.store
        doses = lambda patients: [mg for mg in patients for _ in range(each)]
        if not store.lacks(doses([*self.at_risk, mg]), store.on_hand):
            return True
        coming = [sum(both) for both in zip(store.on_hand, store.on_order)]
        for dose in store.lacks(doses([*self.at_risk, *self.queue]), coming):
            store.ask(dose)
        return False

    def risk(self, mg):
        """A dose of a patient at risk is in the list as long as the risk lasts."""
        self.at_risk.append(mg)
        # After the slots of a noon, where the last instant is one of risk.
        rank = LAST + 1 if self.case.get("risk_closed") else DISCHARGE
        yield Ranked(self.env, self.case["site_rule"][1], rank)
        # The first, as all are at risk for the same time.
        assert self.at_risk.pop(0) == mg
        self.bell.ring()

    def ward_stay(self, stay, left):
        with self.ward.request() as bed:
            yield bed
            end = Ranked(self.env, stay, DISCHARGE)
            yield end | left if self.case.get("leaves") else end
        self.bell.ring()

    def doses(self, mg, left):
        doses = self.rng.choices((1, 2, 3, 4), self.case["doses"])[0]
        yield self.env.timeout(days(self.rng, self.case["first_dose_days"]))
        for further in range(doses):
            if further:
                yield self.env.timeout(max(1 / 3, days(self.rng, self.case["between_doses_days"])))
            if left.triggered:
                return
            yield from self.store.dose(mg, "patient")

    def intensive_care(self, stay):
        """Ends with the stay; whether there was one."""
        if self.icu.count >= self.icu.capacity and self.case["icu_full"] == "transfer":
            self.tally.add("icu_transferred")
            return False
        with self.icu.request() as bed:
            yield bed
            peaks = self.tally.peaks
            if peaks:
                peaks[-1] = max(peaks[-1], self.icu.count)
            yield Ranked(self.env, stay, DISCHARGE)
        return True


A_YEAR = {
    "infusions_a_year": "infusions",
    "crs_a_year": "crs",
    "crs_grade3_a_year": "crs_grade3",
    "doses_due_a_year": "patient_doses_due",
    "doses_given_a_year": "patient_doses_given",
    "background_doses_given_a_year": "background_doses_given",
    "mg_opened_a_year": "opened_mg",
    "mg_given_a_year": "given_mg",
    "waste_mg_a_year": "thrown_mg",
    "short_doses_a_year": "short_doses",
    "late_doses_a_year": "late_doses",
    "expired_vials_a_year": "expired_vials",
    "orders_a_year": "orders",
    "postponed_a_year": "postponed",
    "postponed_days_a_year": "postponed_days",
    "icu_transferred_a_year": "icu_transferred",
    "ward_transferred_a_year": "ward_transferred",
}


def replicate(name, case, replications):
    """Tallies of independent replications, each with random numbers of its own."""
    return [Centre(case, Random(f"{SEED} {name} {at}")).run() for at in range(replications)]


def figures(case, tallies):
    """Name, value and standard error of every figure."""

    def mean(values):
        values = numpy.asarray(values, float)
        return values.mean(), values.std(ddof=1) / len(values) ** 0.5

    def sums(name):
        return numpy.array([tally.sums.get(name, 0) for tally in tallies], float)

    for figure, name in A_YEAR.items():
        yield figure, *mean(sums(name) / YEARS)
    late, late_days = sums("late_doses"), sums("late_days")
    if late.any():
        ratio = late_days.sum() / late.sum()
        yield "late_days_mean", ratio, mean(late_days - ratio * late)[1] / late.mean()
    else:
        yield "late_days_mean", None, None
    yield "short_year_share", *mean([len(tally.short_years) / YEARS for tally in tallies])
    on_hand = [f"on_hand_{size}" for size in case["vials_mg"]]
    for name in ["icu_census", "ward_census", *on_hand]:
        yield f"{name}_mean", *mean(sums(name) / (YEARS * YEAR))
    peaks = numpy.array([tally.peaks for tally in tallies])
    yield "peak_icu_p95", numpy.quantile(peaks, 0.95, method="inverted_cdf"), None
    for beds in range(peaks.max() + 1):
        yield f"peak_icu_{beds}", *mean((peaks == beds).mean(axis=1))


def main():
    replications = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    cell = lambda number: "" if number is None else f"{number:.6g}"
    print("case,figure,value,se,replications")
    for name, case in CASES.items():
        for figure, value, se in figures(case, replicate(name, case, replications)):
            print(name, figure, cell(value), cell(se), replications, sep=",", flush=True)


if __name__ == "__main__":
    main()
