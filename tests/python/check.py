#!/usr/bin/env python3
"""A third account of two scenarios, which the engines of the program must meet (tests/python.rs).

It reads the TOML files itself, follows scenarios/README.md and shares no code, method or grid with the program: masses of
events at fine points of time, one line of treatment after the other, averaged over ages and sexes. Values are central
ones (`settings.uncertainty = false`): means of distributions, and the central row of a fit. Standard library only.

To make values.csv again, after fits or figures have changed (Python 3.11 or newer):

    python3 tests/python/check.py

That takes a minute or two. `--step 0.25` takes another step in months and prints instead of writing: this step
moved no probability by more than 5e-5 and no other value by more than 4e-4 of itself.
"""

import csv
import math
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # no folder of compiled files among the tests

from course import Events, Remission
from reading import Scenario, life_table

SCENARIOS = ["tower", "eliana"]
MONTHS = [6, 12, 24, 36, 60, 120]
MONTHS_OF_REMISSION = [12, 24]
STEP = 1 / 8
AGES = 400


class Background:
    """Share whom background death has spared, over ages and sexes, and the time that they live."""

    def __init__(self, scenario, step, horizon, discount):
        table, self.step, self.horizon = life_table(), step, horizon
        sexes = {}
        for cell, weight in scenario.cells():
            sexes[cell["sex"]] = sexes.get(cell["sex"], 0.0) + weight
        count = round(horizon / step)
        spared = [0.0] * (count + 1)
        for age, share in scenario.ages(AGES):
            for sex, weight in sexes.items():
                for i, hazard in enumerate(self.spent(table[sex], age, count)):
                    spared[i] += share * weight * math.exp(-hazard)
        self.share = spared
        self.years, self.discounted = [0.0], [0.0]
        for i in range(count):
            middle = (spared[i] + spared[i + 1]) / 2 * step / 12
            self.years.append(self.years[-1] + middle)
            self.discounted.append(self.discounted[-1] + middle * (1 + discount) ** (-(i + 0.5) * step / 12))
        self.discount = lambda t: (1 + discount) ** (-t / 12)

    def spent(self, hazards, age, count):
        """Hazard spent by each step, exact within years of age."""
        whole = [0.0]
        for hazard in hazards:
            whole.append(whole[-1] + 12 * hazard)
        last = len(hazards)

        def until(years):
            year = min(int(years), last)
            hazard = hazards[min(year, last - 1)]
            return whole[year] + 12 * hazard * (years - year)

        start = until(age)
        return [until(age + i * self.step / 12) - start for i in range(count + 1)]

    def _between(self, table, month):
        if month >= self.horizon:
            return table[-1]
        place = month / self.step
        i = int(place)
        return table[i] + (place - i) * (table[i + 1] - table[i])

    def spared(self, month):
        return self._between(self.share, month)

    def years_until(self, month):
        return self._between(self.years, month)

    def discounted_until(self, month):
        return self._between(self.discounted, month)


class Lines:
    """Walks a strategy line by line and adds up what happens. `weights` are shares of the cells at a node, `entry` the
    times at which the line begins, of total one or less; what a node adds is the product of both."""

    def __init__(self, scenario, strategy, background, remissions):
        self.scenario, self.background, self.remissions = scenario, background, remissions
        self.cells, weights = zip(*scenario.cells())
        self.strategy, self.lines = strategy, strategy["lines"]
        self.deaths = {kind: Events() for kind in ("relapse", "treatment")}
        self.efs = Events()
        self.sums = {}
        self.quality, self.rfs = 0.0, []
        self.line(0, Events.at(0.0), weights, set(), {"clear": {}})

    def count(self, name, events, factor=1.0):
        """Adds events that background death must have spared."""
        self.sums[name] = self.sums.get(name, 0.0) + factor * events.expect(self.background.spared)

    def stay(self, state, entries, exits):
        """Quality-adjusted years in a state, from those who enter it and those who leave it before the horizon."""
        utilities = self.scenario.keys.get("utilities", {}).get("state", {})
        if state not in utilities:
            return
        utility = self.scenario.value(utilities[state], f"{self.scenario.file}.toml:utilities.state.{state}", "utility")
        self.live(utility, entries, exits)

    def live(self, utility, entries, exits):
        end = self.background.discounted_until(Events.horizon)
        left = lambda t: end - self.background.discounted_until(t)
        self.quality += utility * (entries.expect(left) - exits.expect(left))

    def stay_long(self, state, entries, survival):
        """What utilities by time since entry add: who lives so long enters with a new one, and leaves by the rest of the
        survival."""
        utilities = self.scenario.keys.get("utilities", {})
        pieces = utilities.get("since_entry", {}).get(state, [])
        before = utilities.get("state", {}).get(state, 0)
        before = self.scenario.value(before, f"{self.scenario.file}.toml:utilities.state.{state}", "utility")
        for number, piece in enumerate(pieces, 1):
            path = f"{self.scenario.file}.toml:utilities.since_entry.{state}.{number}"
            month = self.scenario.value(piece["from_months"], f"{path}.from_months", "months")
            utility = self.scenario.value(piece["utility"], f"{path}.utility", "utility")
            alive = entries.then(Events.at(month, survival(month)))
            self.live(utility - before, alive, alive.then(Events.of(lambda t: survival(t + month) / survival(month))))
            before = utility

    def lose(self, event, entries, factor):
        """Quality-adjusted years lost at once."""
        losses = self.scenario.keys.get("utilities", {}).get("event", {})
        if event in losses and factor:
            loss = self.scenario.value(losses[event], f"{self.scenario.file}.toml:utilities.event.{event}", "qalys")
            self.quality -= loss * factor * entries.expect(lambda t: self.background.spared(t) * self.background.discount(t))

    def die(self, kind, events, flags):
        self.deaths[kind] += events
        if "efs" not in flags:
            self.efs += events

    def next_line(self, after, causes, lost):
        for number in range(after + 1, len(self.lines)):
            line = self.lines[number]
            assert "only" not in line and not {"mrd_persistent", "molecular_relapse"} & set(line["after"])
            antigen = self.scenario.regimen(line["regimen"]).keys.get("antigen")
            if causes & set(line["after"]) and antigen not in lost:
                key = f"{self.scenario.file}.toml:strategies.{self.strategy['id']}.lines.{number + 1}.able"
                return number, self.scenario.value(line.get("able", 1), key)
        return None, 0.0

    def leave(self, number, causes, events, weights, lost, flags):
        """To the next line, or to survival after failure or relapse."""
        regimen = self.scenario.regimen(self.lines[number]["regimen"])
        total = sum(weights)
        if not total or not events.total():
            return
        after, able = self.next_line(number, causes, lost)
        if after is not None:
            self.line(after, events, [able * weight for weight in weights], lost, flags)
        if able < 1:
            relapsed = causes & {"relapse", "antigen_lost"}
            survival = regimen.survival("failure.relapse" if relapsed else "failure.refractory")
            staying = events * (total * (1 - able))
            deaths = staying.then(Events.of(survival))
            state = "relapsed" if relapsed else "refractory"
            self.stay(state, staying, deaths)
            self.stay_long(state, staying, survival)
            self.die("relapse", deaths, flags)

    def line(self, number, entry, weights, lost, flags):
        regimen = self.scenario.regimen(self.lines[number]["regimen"])
        for key in ("starts_in", "mortality_ratio", "utility", "anchors", "response.pr"):
            assert not regimen.has(key), key
        if regimen.has("access"):
            entry, weights = self.access(number, regimen, entry, weights, lost, flags)
            self.count("infused", entry * sum(weights))
        flags = {**flags, "clear": self.toxicity(regimen, entry, weights, flags["clear"])}

        # Response: complete remission, early death, none.
        months = regimen.value("response.months", "months")
        early = regimen.value("toxicity.early_death")
        total = sum(weights)
        deaths = entry.then(Events.of(lambda t: 1 - t / months, months)) * (early * total)
        assessed = entry.then(Events.at(months))
        cr = [weight * regimen.value("response.cr", cell=cell) for cell, weight in zip(self.cells, weights)]
        failed = [weight * (1 - early) - share for weight, share in zip(weights, cr)]
        self.stay("induction", entry * total, deaths + assessed * (total * (1 - early)))
        self.die("treatment", deaths, flags)
        failures = assessed * sum(failed)
        if "efs" not in flags:
            self.efs += failures
        self.leave(number, {"refractory"}, assessed, failed, lost, {**flags, "efs": True})
        self.remission(number, regimen, assessed, cr, lost, flags)

    def access(self, number, regimen, entry, weights, lost, flags):
        assert not regimen.has("access.antigen_positive") and not regimen.has("access.contamination")
        total = sum(weights)
        missing = regimen.value("access.manufacturing_failure")
        self.leave(number, {"not_infused"}, entry, [weight * missing for weight in weights], lost, flags)
        wait = regimen.value("access.waiting_months", "months")
        death, progression = (regimen.value(f"access.waiting_{name}") for name in ("death", "progression"))
        hazard = -math.log1p(-death - progression) / wait
        ends = Events.of(lambda t: math.exp(-hazard * t), wait)
        deadly = death / (death + progression) if death + progression else 0.0
        waiting = entry * (1 - missing)
        lost_waiting, given = waiting.then(ends), waiting.then(Events.at(wait, math.exp(-hazard * wait)))
        self.stay("waiting", waiting * total, (lost_waiting + given) * total)
        self.die("relapse", lost_waiting * (total * deadly), flags)
        self.leave(number, {"not_infused"}, lost_waiting * (1 - deadly), weights, lost, flags)
        return given, weights

    def toxicity(self, regimen, entry, weights, clear):
        """Counts toxicity; what is left is the share of each cell that has been clear of each kind so far, which does not
        depend on the course."""
        spared = entry.expect(self.background.spared)
        total = sum(weights)
        clear = dict(clear)

        def first(name, shares):
            so_far = clear.get(name, [1.0] * len(self.cells))
            added = sum(w * c * s for w, c, s in zip(weights, so_far, shares)) * spared
            self.sums[name] = self.sums.get(name, 0.0) + added
            clear[name] = [c * (1 - s) for c, s in zip(so_far, shares)]

        for event, path in (("infection", "infection"), ("neurotoxicity_grade3", "neurotoxicity.grade3")):
            if regimen.has(f"toxicity.{path}"):
                share = regimen.value(f"toxicity.{path}")
                first(event, [share] * len(self.cells))
                self.lose(event, entry, total * share)
        if regimen.has("toxicity.crs"):
            crs = [regimen.value("toxicity.crs.any", cell=cell) for cell in self.cells]
            grade3 = [regimen.value("toxicity.crs.grade3", cell=cell) for cell in self.cells]
            first("crs_any", crs)
            first("crs_grade3", grade3)
            severe = sum(w * s for w, s in zip(weights, grade3))
            number = sum(w * s for w, s in zip(weights, crs))
            self.lose("crs_grade3", entry, severe)
            self.lose("crs_grade12", entry, number - severe)
            doses = sum(i * share for i, share in enumerate(regimen.value("toxicity.crs.tocilizumab_doses"), 1))
            days = regimen.mean_days("toxicity.crs.icu_days")
            # Both may go by cell, given CRS.
            for name, given, each in (("tocilizumab_doses", "tocilizumab", doses), ("icu_days", "icu", days)):
                shares = [regimen.value(f"toxicity.crs.{given}", cell=cell) for cell in self.cells]
                treated = sum(w * c * share for w, c, share in zip(weights, crs, shares))
                self.sums[name] = self.sums.get(name, 0.0) + treated * each * spared
        return clear

    def remission(self, number, regimen, start, cr, lost, flags):
        negative = regimen.value("mrd.negative") if regimen.has("mrd") else 1.0
        total = sum(cr)
        if not total:
            return
        # Who was transplanted once is not transplanted by rule again.
        name = (self.lines[number]["regimen"], "transplant" in flags)
        if name not in self.remissions:
            race = Remission(regimen, negative)
            again = 0.0 if "transplant" in flags else race.share
            self.remissions[name] = [(share, race.race(*curves, again)) for share, *curves in race.curves if share]
        firstly = "cr" not in flags
        if firstly:
            self.count("cr", start * total)
        if regimen.has("mrd") and "mrd_negative" not in flags:
            self.count("mrd_negative", start * (total * negative))
        for place, (share, race) in enumerate(self.remissions[name]):
            begun = start * share
            if firstly:
                self.rfs.append((begun * total, race))
            known = {**flags, "cr": True}
            if regimen.has("mrd") and place == 0:
                known["mrd_negative"] = True
            met = {event: begun.then(events) for event, events in race.items()}
            state = "mrd_positive" if regimen.has("mrd") and place == 1 else "remission"
            self.stay(state, begun * total, (met["relapse"] + met["death"] + met["transplant"]) * total)
            self.stay("transplanted", met["transplant"] * total, (met["relapse_transplanted"] + met["death_transplanted"]) * total)
            self.lose("transplant", met["transplant"], total)
            self.count("transplant", met["transplant"] * total)
            self.die("treatment", (met["death"] + met["death_transplanted"]) * total, flags)
            # Relapse with and without the antigen; a transplant before it is told apart only where one may follow.
            gone = sum(regimen.value(f"remission.{way}") for way in ("antigen_modulation", "negative_clone"))
            for event, marked in (("relapse", {}), ("relapse_transplanted", {"transplant": True})):
                relapses = met[event] * total
                if "relapse" not in flags:
                    self.count("relapse", relapses)
                if "efs" not in flags:
                    self.efs += relapses
                after = {**known, **marked, "relapse": True, "efs": True}
                antigen = regimen.keys.get("antigen")
                self.leave(number, {"relapse", "antigen_lost"}, met[event], [w * gone for w in cr], lost | {antigen} if antigen else lost, after)
                self.leave(number, {"relapse"}, met[event], [w * (1 - gone) for w in cr], lost, after)

    def values(self):
        """Outcomes by name and month."""
        background, deaths = self.background, self.deaths["relapse"] + self.deaths["treatment"]
        for month in MONTHS:
            spared = background.spared(month)
            yield "os", month, (1 - deaths.until(month)) * spared
            yield "efs", month, (1 - self.efs.until(month)) * spared
        begun = sum(start.expect(background.spared) for start, _ in self.rfs)
        for month in MONTHS_OF_REMISSION:
            free = relapsed = 0.0
            for start, race in self.rfs:
                ended = sum(race[name].until(month) for name in ("relapse", "relapse_transplanted", "death", "death_transplanted"))
                free += (1 - ended) * start.expect(lambda t: background.spared(t + month))
                for name in ("relapse", "relapse_transplanted"):
                    early = Events({o: m[: round(month / Events.step)] for o, m in race[name].masses.items()})
                    relapsed += start.expect(lambda t: early.expect(lambda u: background.spared(t + u)))
            yield "rfs", month, free / begun
            yield "cir", month, relapsed / begun
        end = background.years_until(Events.horizon)
        yield "life_years", None, end - deaths.expect(lambda t: end - background.years_until(t))
        yield "qalys", None, self.quality
        for kind, events in self.deaths.items():
            self.count(f"death_{kind}", events)
            self.sums["death_background"] = self.sums.get("death_background", 0.0) - self.sums[f"death_{kind}"]
        alive = (1 - deaths.until(Events.horizon)) * background.spared(Events.horizon)
        self.sums["death_background"] += 1 - alive
        for name, value in self.sums.items():
            yield name, None, value


def account(name, step):
    scenario = Scenario(name)
    settings = scenario.keys["settings"]
    assert settings["background_mortality"] == "us_2014" and "discount" not in settings
    Events.step, Events.horizon = step, settings["horizon_months"]
    background = Background(scenario, step, Events.horizon, 0.03)
    remissions, rows = {}, []
    for strategy in scenario.keys["strategies"]:
        for outcome, months, value in Lines(scenario, strategy, background, remissions).values():
            rows.append([name, strategy["id"], outcome, "" if months is None else months, f"{value:.9f}"])
    return scenario.fits, rows


def main():
    step = float(sys.argv[sys.argv.index("--step") + 1]) if "--step" in sys.argv else STEP
    fits, rows = {}, []
    for name in SCENARIOS:
        used, found = account(name, step)
        fits.update(used)
        rows += found
    path = Path(__file__).with_name("values.csv")
    with sys.stdout if "--step" in sys.argv else open(path, "w", newline="", encoding="utf-8") as file:
        for name, fit in fits.items():
            file.write(f"# fit {name} {fit}\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["scenario", "strategy", "outcome", "months", "value"])
        writer.writerows(rows)


if __name__ == "__main__":
    main()
