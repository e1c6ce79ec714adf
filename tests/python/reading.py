"""What the files of a scenario say, at central values: written from scenarios/README.md, sharing nothing with the program."""

import csv
import hashlib
import math
import tomllib
from itertools import product
from pathlib import Path

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
NORMAL_97_5 = 1.959963984540054
MONTHS = {"months": 1.0, "years": 12.0, "days": 1 / 30.4375}
# Units of which an uncertain value with an interval is log-normal; the others are Beta or normal, whose mean is the value.
POSITIVE = {"ratio", "factor", "months", "days", "years", "per_month", "money", "count", "kg", "mg", "qalys"}


def toml(path):
    with open(path, "rb") as file:
        return tomllib.load(file)


def numbers(text):
    """A table of a CSV file as dictionaries."""
    with open(text, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class Scenario:
    """A scenario with its regimens, its evidence in the readings in force, and the fits of its regimens."""

    def __init__(self, name):
        self.name = name
        self.file, self.keys = name, self._scenario(name)
        self.evidence = {}
        for path in sorted((SCENARIOS / "evidence").glob("*.toml")):
            if path.name != "readings.toml":
                self.evidence.update(toml(path))
        self.reading = {}
        chosen = dict(self.keys.get("readings", {}))
        for name_of_set, readings in toml(SCENARIOS / "evidence/readings.toml").items():
            self.reading.update(readings[chosen.pop(name_of_set, readings["default"])])
        assert not chosen, chosen
        self.fitted, self.fits, self.regimens = {}, {}, {}
        for strategy in self.keys["strategies"]:
            for line in strategy["lines"]:
                self.regimen(line["regimen"])
        for regimen in list(self.regimens.values()):
            if "calibrated" in regimen.keys:
                self._take_fit(regimen.keys["calibrated"])

    def _scenario(self, name):
        keys = toml(SCENARIOS / f"{name}.toml")
        if "extends" in keys:
            base = self._scenario(keys["extends"])
            return {**base, **keys}
        self.file = name
        return keys

    def regimen(self, name):
        if name not in self.regimens:
            keys, file = self._regimen(name)
            self.regimens[name] = Regimen(self, keys, file)
        return self.regimens[name]

    def _regimen(self, name):
        """Keys of a regimen, and before each top-level key the name of what it was written in."""
        inline = self.keys.get("regimens", {}).get(name)
        keys = inline if inline is not None else toml(SCENARIOS / f"regimens/{name}.toml")
        origin = f"{self.file}.toml:regimens.{name}." if inline is not None else f"regimens/{name}.toml:"
        file = dict.fromkeys(keys, origin)
        if "extends" in keys:
            base, base_file = self._regimen(keys["extends"])
            keys, file = {**base, **keys}, {**base_file, **file}
        return keys, file

    def _take_fit(self, name):
        """The central row of a fit; a reading that is not the default has a fit of its own."""
        readings = toml(SCENARIOS / "evidence/readings.toml")
        for name_of_set, reading in sorted(self.keys.get("readings", {}).items()):
            special = f"{name}-{name_of_set}-{reading}"
            if reading != readings[name_of_set]["default"] and (SCENARIOS / f"calibrated/{special}.csv").exists():
                name = special
        path = SCENARIOS / f"calibrated/{name}.csv"
        central = toml(path.with_suffix(".toml"))["central"]
        row = numbers(path)[central]
        assert all(self.fitted.get(key, float(text)) == float(text) for key, text in row.items())
        self.fitted.update((key, float(text)) for key, text in row.items())
        self.fits[name] = f"{hashlib.sha256(path.read_bytes()).hexdigest()} {central}"

    def value(self, value, key, unit="probability", cell=None):
        """The central value of what the reference calls a value; `key` is its address, `unit` that of the key."""

        def part(name, unit=unit):
            return self.value(value[name], f"{key}.{name}", unit, cell)

        if isinstance(value, (int, float)):
            return float(value)
        if isinstance(value, str):
            return self._evidence(value, unit)
        if "assume" in value:
            if key in self.fitted:
                return self.fitted[key]
            return mean({**value, "value": value["assume"]}, value.get("unit", unit))
        if "by" in value:
            level = cell[value["by"]]
            return part(level if level in value else "otherwise")
        if "switch" in value:
            return part("on" if self.evidence[value["switch"]]["on"] else "off")
        for name, combine in (("product", math.prod), ("sum", math.fsum)):
            if name in value:
                return combine(self.value(each, f"{key}.{name}.{i}", "ratio", cell) for i, each in enumerate(value[name], 1))
        if "complement" in value:
            return 1 - part("complement")
        assert set(value) == {"odds", "ratio"}, value
        odds = part("odds")
        odds *= part("ratio", "ratio") / (1 - odds)
        return odds / (1 + odds)

    def _evidence(self, name, unit):
        if name in self.fitted:
            return self.fitted[name]
        record, *rest = name.split(".")
        values = self.evidence[record]["values"]
        rest = rest or list(values)
        figure, name = values[rest[0]], f"{record}.{rest[0]}"
        reading = self.reading.get(name, "default")
        if reading != "default":
            figure = figure["readings"][reading]
        if "counts" in figure:
            total = sum(figure["counts"]) + len(figure["counts"]) / 2
            return [(count + 0.5) / total for count in figure["counts"]]
        found = mean(figure, figure["unit"])
        if unit in MONTHS and figure["unit"] in MONTHS:
            found *= MONTHS[figure["unit"]] / MONTHS[unit]
        return found

    def cells(self):
        """Combinations of the levels of the attributes with their weights."""
        levels = {}
        for name, weights in self.keys["population"].get("attributes", {}).items():
            key = f"{self.file}.toml:population.attributes.{name}"
            weights = {level: self.value(weight, f"{key}.{level}", "ratio") for level, weight in weights.items()}
            levels[name] = {level: weight / sum(weights.values()) for level, weight in weights.items()}
        for chosen in product(*(levels[name] for name in levels)):
            cell = dict(zip(levels, chosen))
            yield cell, math.prod(levels[name][level] for name, level in cell.items())

    def ages(self, count):
        """Ages in years at the midpoints of `count` slices of the triangle, with their weights."""
        corner = {name: self.value(age, "", "years") for name, age in self.keys["population"]["age_years"].items()}
        if "fixed" in corner:
            return [(corner["fixed"], 1.0)]
        low, high = corner["low"], corner["high"]
        mode = corner["mode"]
        ages = [low + (high - low) * (i + 0.5) / count for i in range(count)]
        heights = [(age - low) / (mode - low) if age < mode else (high - age) / (high - mode) for age in ages]
        return [(age, height / sum(heights)) for age, height in zip(ages, heights)]


class Regimen:
    """A regimen: its keys, and where each was written."""

    def __init__(self, scenario, keys, file):
        self.scenario, self.keys, self.file = scenario, keys, file

    def _find(self, path):
        found = self.keys
        for name in path.split("."):
            if not isinstance(found, dict) or name not in found:
                return None
            found = found[name]
        return found

    def has(self, path):
        return self._find(path) is not None

    def value(self, path, unit="probability", cell=None, default=0.0):
        found = self._find(path)
        if found is None:
            return default
        return self.scenario.value(found, self.file[path.split(".")[0]] + path, unit, cell)

    def survival(self, path, unit="months"):
        """Survival of a curve, a function of time; nobody has the event where there is no curve."""
        if not self.has(path):
            return lambda _: 1.0
        curve = self._find(path)
        known = {"family", "median", "shape", "rate", "scale", "share", "cured"}
        assert set(curve) <= known, set(curve) - known

        def get(name, unit, default=0.0):
            return self.value(f"{path}.{name}", unit, default=default)

        if curve["family"] == "log_normal":
            median, sdlog = get("median", unit), get("shape", "ratio")
            of_all = lambda t: 0.5 * math.erfc(math.log(t / median) / sdlog / math.sqrt(2)) if t > 0 else 1.0
        else:
            assert curve["family"] in ("exponential", "weibull"), curve
            shape = get("shape", "ratio", 1.0)
            scale = get("median", unit) / math.log(2) ** (1 / shape)
            of_all = lambda t: math.exp(-((t / scale) ** shape))
        share = 1 - get("cured", "probability") if "cured" in curve else get("share", "probability", 1.0)
        return lambda t: 1 - share + share * of_all(t)

    def mean_days(self, path):
        """Mean of a log-normal curve in days."""
        assert self._find(path)["family"] == "log_normal"
        return self.value(f"{path}.median", "days") * math.exp(self.value(f"{path}.shape", "ratio") ** 2 / 2)


def mean(figure, unit):
    """The mean of the distribution that the reference gives to a figure."""
    if "events" in figure:
        return (figure["events"] + 0.5) / (figure["n"] + 1)
    if "mode" in figure:
        return (figure["low"] + figure["mode"] + figure["high"]) / 3
    if "value" not in figure:
        return (figure["low"] + figure["high"]) / 2
    if "low" in figure and unit in POSITIVE:
        sigma = math.log(figure["high"] / figure["low"]) / 2 / NORMAL_97_5
        return figure["value"] * math.exp(sigma * sigma / 2)
    return float(figure["value"])


def life_table():
    """Hazard per month by sex and age in whole years."""
    table = {"female": [], "male": []}
    for row in numbers(SCENARIOS / "data/us-life-table-2014.csv"):
        table[row["sex"]].append(-math.log1p(-float(row["annual_death_probability"])) / 12)
    return table
