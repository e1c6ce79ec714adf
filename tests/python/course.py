"""Masses of events in time, and the course of one line of treatment, without background death.

Background death is independent of everything else in scenarios without mortality ratios, so courses are computed
without it and every event is then weighted by the share whom background death has spared until its time.
"""

import math
from operator import mul


class Events:
    """Shares of patients to whom something happens, as masses at points of time: for each offset a list of masses one
    step apart. A list of one is an atom; in longer ones each mass stands for a spell of one step around its point."""

    step = None
    horizon = None

    def __init__(self, masses=None):
        self.masses = masses or {}

    @classmethod
    def at(cls, month, mass=1.0):
        return cls({month: [mass]} if mass and month <= cls.horizon else {})

    @classmethod
    def of(cls, survival, until=math.inf):
        """Events of a survival curve, step by step."""
        step, masses, before = cls.step, [], 1.0
        for i in range(math.ceil(min(cls.horizon, until) / step)):
            after = survival(min((i + 1) * step, until))
            masses.append(before - after)
            before = after
        if until == math.inf and masses[0] > 0 and len(masses) > 1:
            # A hazard that begins steeply has most events of the first spell early in it: their mean time is kept.
            times = [step * (i / 64) ** 4 for i in range(65)]
            lived = sum((b - a) * (survival(a) + survival(b)) / 2 for a, b in zip(times, times[1:]))
            too_late = masses[0] / 2 - (lived / step - survival(step))
            masses[0] += too_late
            masses[1] -= too_late
        return cls({step / 2: masses}).trimmed()

    def trimmed(self):
        """Without what is beyond the horizon, and without tails of nothing."""
        kept = {}
        for offset, masses in self.masses.items():
            masses = masses[: max(0, math.floor((self.horizon - offset) / self.step) + 1)]
            rest = 0.0
            while len(masses) > 2 and rest + masses[-1] < 1e-13:
                rest += masses.pop()
            if masses:
                kept[offset] = masses
        return Events(kept)

    def points(self):
        for offset, masses in self.masses.items():
            for i, mass in enumerate(masses):
                yield offset + i * self.step, mass

    def total(self):
        return sum(map(sum, self.masses.values()))

    def __mul__(self, factor):
        return Events({offset: [factor * mass for mass in masses] for offset, masses in self.masses.items()} if factor else {})

    def __add__(self, other):
        sum_of = dict(self.masses)
        for offset, masses in other.masses.items():
            offset = next((known for known in sum_of if abs(known - offset) < 1e-9), offset)
            long, short = sorted((sum_of.get(offset, []), masses), key=len, reverse=True)
            sum_of[offset] = [a + b for a, b in zip(long, short)] + long[len(short) :]
        return Events(sum_of)

    def then(self, other):
        """What `other` leads to, counted from these events: a convolution."""
        found = Events()
        for start, first in self.masses.items():
            for offset, second in other.masses.items():
                count = min(len(first) + len(second) - 1, max(0, math.floor((self.horizon - start - offset) / self.step) + 1))
                found += Events({start + offset: convolution(first, second, count)}).trimmed()
        return found

    def until(self, month):
        """Share to whom it has happened by a month."""
        share = 0.0
        for offset, masses in self.masses.items():
            if len(masses) == 1:
                share += masses[0] if offset <= month else 0.0
                continue
            place = (month - offset) / self.step + 0.5
            whole = max(0, min(len(masses), math.floor(place)))
            share += sum(masses[:whole])
            if 0 <= whole < len(masses) and place > whole:
                # Within its spell a mass leans as its neighbours do.
                part, inside = place - whole, 0 < whole < len(masses) - 1
                lean = (masses[whole + 1] - masses[whole - 1]) / 2 if inside else 0.0
                share += part * masses[whole] - lean * part * (1 - part) / 2
        return share

    def expect(self, function):
        """Mean of a function of time over the events."""
        return math.fsum(mass * function(time) for time, mass in self.points())


def convolution(first, second, count):
    if len(first) < len(second):
        first, second = second, first
    if len(second) == 1:
        return [mass * second[0] for mass in first[:count]]
    backward, size = second[::-1], len(second)
    return [
        sum(map(mul, first[max(0, k - size + 1) : k + 1], backward[max(0, size - 1 - k) :])) for k in range(count)
    ]


class Remission:
    """The race in remission of one regimen, by MRD, in time from the start of remission."""

    def __init__(self, regimen, negative):
        for key in ("monitoring", "transplant.after_persistence", "transplant.only", "transplant.lost_car_t_ratio"):
            assert not regimen.has(f"remission.{key}"), key
        self.curves = []
        for share, ending in ((negative, ""), (1 - negative, "_mrd_positive")):
            pair = []
            for name in ("relapse", "non_relapse_death"):
                key = f"remission.{name}{ending}"
                pair.append(regimen.survival(key if regimen.has(key) else f"remission.{name}"))
            self.curves.append((share, *pair))
        self.share, self.dates = 0.0, Events()
        self.after, self.ratio = lambda _: 1.0, 1.0
        if regimen.has("remission.transplant"):
            graft = regimen.scenario.regimen(regimen.keys["remission"]["transplant"]["regimen"])
            dates = regimen.survival("remission.transplant.months")
            gap = regimen.value("remission.transplant.gap_months", "months")
            self.dates = Events.at(gap, 1 - dates(gap)) + Events.of(lambda t: min(1.0, dates(t) / dates(gap)) if t > gap else 1.0) * dates(gap)
            self.after = graft.survival("transplant.death")
            self.ratio = graft.value("transplant.relapse_ratio", "ratio", default=1.0)
            self.share = regimen.value("remission.transplant.share")

    def race(self, relapse, death, share):
        """Events of one race: relapse and death with or without a transplant before them, and transplants of `share`."""
        step = Events.step
        # Of those with a planned date, some come to it before relapse and death; `share` is of all in remission.
        planned = share / self.dates.expect(lambda t: relapse(t) * death(t)) if share else 0.0
        masses = self.dates * planned
        count = round(Events.horizon / step)
        # Those transplanted at t had still to be in remission; from then on the hazard of relapse is `ratio` times as high.
        transplanted = Events({o: [m * relapse(o + i * step) * death(o + i * step) for i, m in enumerate(ms)] for o, ms in masses.masses.items()})
        joined = Events({o: [m * relapse(o + i * step) ** (1 - self.ratio) for i, m in enumerate(ms)] for o, ms in masses.masses.items()})
        # Weighted survival of the transplanted on a grid: shares planned by then, less deaths from the transplant.
        lost = joined.then(Events.of(self.after))
        found = {name: [0.0] * count for name in ("relapse", "relapse_transplanted", "death", "death_transplanted")}
        counted = [Cursor(of) for of in (masses, joined, lost)]
        before = (0.0, 0.0, 0.0)
        s0, d0 = 1.0, 1.0
        for i in range(count):
            end = (i + 1) * step
            s1, d1 = relapse(end), death(end)
            now = tuple(cursor.until(end) for cursor in counted)
            planned, joining, gone = ((a + b) / 2 for a, b in zip(before, now))
            waiting, living = 1 - planned, joining - gone
            s, d = (s0 + s1) / 2, (d0 + d1) / 2
            r0, r1 = s0**self.ratio, s1**self.ratio
            r = (r0 + r1) / 2
            found["relapse"][i] = (s0 - s1) * d * waiting
            found["relapse_transplanted"][i] = (r0 - r1) * d * living
            found["death"][i] = (d0 - d1) * s * waiting
            found["death_transplanted"][i] = (d0 - d1) * r * living + (now[2] - before[2]) * r * d
            s0, d0, before = s1, d1, now
        events = {name: Events({step / 2: masses}).trimmed() for name, masses in found.items()}
        return {**events, "transplant": transplanted}


class Cursor:
    """Running totals of events at rising times."""

    def __init__(self, events):
        self.lists = events.masses
        self.place = dict.fromkeys(self.lists, 0)
        self.sum = 0.0

    def until(self, month):
        part = 0.0
        for offset, masses in self.lists.items():
            half = 0.0 if len(masses) == 1 else Events.step / 2
            i = self.place[offset]
            while i < len(masses) and offset + i * Events.step + half <= month + 1e-12:
                self.sum += masses[i]
                i += 1
            self.place[offset] = i
            if half and i < len(masses):
                part += masses[i] * max(0.0, (month - offset - i * Events.step) / Events.step + 0.5)
        return self.sum + part
