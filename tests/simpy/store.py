"""A store of vials: doses are served from it, vials expire, orders are made and come."""

from itertools import product
from math import ceil, exp, inf

import simpy

# Ranks of what happens at one time, around SimPy's own: 0 for processes that start, 1 for all others.
EXPIRY, DELIVERY, DISCHARGE, LAST = -3, -2, -1, 9
# Mg that count as rounding.
NEAR = 1e-7


class Ranked(simpy.Event):
    """A timeout with a rank among the events of its time."""

    def __init__(self, env, delay, rank):
        super().__init__(env)
        self._ok, self._value = True, None
        env.schedule(self, priority=rank, delay=delay)


def days(rng, curve):
    family, *numbers = curve
    if family == "log_normal":
        median, sdlog = numbers
        return median * exp(rng.gauss(0.0, sdlog))
    if family == "exponential":
        delay, mean = numbers
        return delay + rng.expovariate(1 / mean)
    return numbers[0]


def least_waste(sizes, mg, held=None):
    """Vials of each size (smallest first) of the least mg that hold a dose, then of the fewest; None without any."""
    held = held or [inf] * len(sizes)
    best = None
    tried = (range(min(have, max(0, ceil(mg / size))) + 1) for size, have in zip(sizes[1:], held[1:]))
    for larger in product(*tried):
        of_larger = sum(size * count for size, count in zip(sizes[1:], larger))
        smallest = max(0, ceil((mg - of_larger - NEAR) / sizes[0]))
        if smallest <= held[0]:
            choice = of_larger + sizes[0] * smallest, smallest + sum(larger), (smallest, *larger)
            best = min(best, choice) if best else choice
    return best and best[2]


class Bell:
    """Tells the first in line that something has changed."""

    def __init__(self, env):
        self.env, self.next = env, env.event()

    def ring(self):
        rung, self.next = self.next, self.env.event()
        rung.succeed()


class Store:
    """Vials on the shelf and on order, doses that wait for them, and what is left over in opened ones."""

    def __init__(self, env, rng, case, tally, bell):
        self.env, self.rng, self.case, self.tally, self.bell = env, rng, case, tally, bell
        self.sizes = case["vials_mg"]
        none = [0] * len(self.sizes)
        self.shelf, self.left_over, self.waiting = [], [], []
        self.on_hand, self.on_order, self.basket = none[:], none[:], none[:]
        self.closing = False
        # The accounts of the whole time, for the balance at its end.
        self.received, self.opened, self.expired, self.sent = none[:], none[:], none[:], none[:]
        self.mg = dict.fromkeys(["opened", "given", "thrown"], 0.0)
        if "quantity" in case:
            self.receive([point + lot for point, lot in zip(case["reorder_point"], case["quantity"])])
        else:
            self.receive(case["order_up_to"])
        if "review_days" in case:
            env.process(self.reviews())

    def mg_of(self, vials):
        return sum(size * count for size, count in zip(self.sizes, vials))

    def move(self, account, vials, sign=1):
        account[:] = [now + sign * count for now, count in zip(account, vials)]

    def account(self, name, mg):
        self.mg[name] += mg
        self.tally.add(f"{name}_mg", mg)

    # Doses

    def dose(self, mg, who):
        """Ends when the dose has been given, or is lost."""
        due, case = self.env.now, self.case
        self.tally.add(f"{who}_doses_due")
        in_turn = not self.waiting or case.get("pass")
        if not (in_turn and self.serve(mg)):
            self.tally.short()
            if case["when_short"] == "lost":
                return
            if case["when_short"] == "emergency":
                yield self.env.timeout(case["emergency_days"])
                opened = self.mg_of(least_waste(self.sizes, mg))
                for name, amount in [("opened", opened), ("given", mg), ("thrown", opened - mg)]:
                    self.account(name, amount)
            else:
                turn = self.env.event()
                self.waiting.append((mg, turn))
                self.changed()
                yield turn
            self.tally.add("late_doses")
            self.tally.add("late_days", self.env.now - due)
        self.tally.add(f"{who}_doses_given")

    def serve(self, mg):
        """Gives a dose from what is left over and then from vials, if they hold it."""
        from_left_over = min(mg, sum(rest[0] for rest in self.left_over))
        vials = least_waste(self.sizes, mg - from_left_over, self.on_hand)
        if vials is None:
            return False
        self.account("given", mg)
        for rest in self.left_over:
            used = min(from_left_over, rest[0])
            rest[0] -= used
            from_left_over -= used
            mg -= used
        self.account("opened", self.mg_of(vials))
        self.move(self.opened, vials)
        self.take(vials)
        rest = self.mg_of(vials) - mg
        if "sharing_days" in self.case:
            self.env.process(self.keep(rest))
        else:
            self.account("thrown", rest)
        self.changed()
        return True

    def keep(self, mg):
        rest = [mg]
        self.left_over.append(rest)
        yield Ranked(self.env, self.case["sharing_days"], EXPIRY)
        self.account("thrown", rest[0])
        # The oldest rest is the first in the list, as all are kept for the same time.
        assert self.left_over.pop(0) is rest

    # Vials

    def take(self, vials):
        self.move(self.on_hand, vials, -1)
        for at, count in enumerate(vials):
            # Batches stand in the order of delivery, which is that of expiry.
            for batch in self.shelf:
                if not count:
                    break
                taken = min(count, batch[at])
                batch[at] -= taken
                count -= taken
            assert not count

    def receive(self, vials):
        batch = list(vials)
        self.move(self.received, vials)
        self.move(self.on_hand, vials)
        self.shelf = [other for other in self.shelf if any(other)] + [batch]
        if "shelf_life_days" in self.case:
            self.env.process(self.expiry(batch))

    def expiry(self, batch):
        yield Ranked(self.env, self.case["shelf_life_days"], EXPIRY)
        if any(batch):
            self.tally.add("expired_vials", sum(batch))
            self.move(self.expired, batch)
            self.take(batch[:])
            self.changed()

    # Orders

    def changed(self):
        if "review_days" not in self.case:
            self.close()

    def reviews(self):
        while True:
            self.close()
            yield self.env.timeout(self.case["review_days"])

    def close(self):
        """Orders at the end of this instant."""
        if not self.closing:
            self.closing = True
            Ranked(self.env, 0, LAST).callbacks.append(lambda _: self.order())

    def order(self):
        self.closing = False
        owed = [least_waste(self.sizes, mg) for mg, _ in self.waiting]
        reviewed = "review_days" not in self.case or self.env.now % self.case["review_days"] == 0
        for at, point in enumerate(self.case["reorder_point"]):
            position = self.on_hand[at] + self.on_order[at] - sum(vials[at] for vials in owed)
            if reviewed and position <= point:
                if "quantity" in self.case:
                    lot = self.case["quantity"][at]
                    asked = lot * ((point - position) // lot + 1)
                else:
                    asked = self.case["order_up_to"][at] - position
                self.basket[at] += asked
                self.on_order[at] += asked
        if any(self.basket):
            self.tally.add("orders")
            self.move(self.sent, self.basket)
            self.env.process(self.delivery(self.basket))
            self.basket = [0] * len(self.sizes)

    def lacks(self, doses, vials):
        """Those of the doses that these vials do not make, one after the other."""
        left, lacking = list(vials), []
        for mg in doses:
            taken = least_waste(self.sizes, mg, left)
            if taken is None:
                lacking.append(mg)
            else:
                self.move(left, taken, -1)
        return lacking

    def ask(self, mg):
        """Orders vials for these mg beside what the levels say."""
        vials = least_waste(self.sizes, mg)
        self.move(self.basket, vials)
        self.move(self.on_order, vials)
        self.close()

    def delivery(self, vials):
        yield Ranked(self.env, days(self.rng, self.case["lead_time_days"]), DELIVERY)
        self.move(self.on_order, vials, -1)
        self.receive(vials)
        while self.waiting and self.serve(self.waiting[0][0]):
            self.waiting.pop(0)[1].succeed()
        self.changed()
        self.bell.ring()

    def balance(self):
        """Nothing is lost: vials, orders, mg."""
        for at in range(len(self.sizes)):
            shelf = sum(batch[at] for batch in self.shelf)
            assert shelf == self.on_hand[at] >= 0
            assert self.received[at] == self.opened[at] + self.expired[at] + shelf
            start = self.received[at] + self.on_order[at] - self.sent[at] - self.basket[at]
            lots = self.case.get("quantity")
            level = self.case["reorder_point"][at] + lots[at] if lots else self.case["order_up_to"][at]
            assert start == level
        left = sum(rest[0] for rest in self.left_over)
        assert abs(self.mg["opened"] - self.mg["given"] - self.mg["thrown"] - left) < 1e-4
