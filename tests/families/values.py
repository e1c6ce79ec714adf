"""Reference values of time-to-event curves at 30 digits, by formulas written anew: flexsurv's definitions in mpmath.

Needs mpmath, and scipy for a check of its own. Prints the table that tests/families.rs reads:

    python3 tests/families/values.py > tests/families/values.csv

A curve is written as its family, the numbers of flexsurv's parameters (of piecewise the start and rate of each piece,
of a table the month and survival of each point), and wraps. For each cumulative hazard h the row has the month at which
the curve passes it, rounded to a double, and the cumulative hazard, the hazard, the survival and the probability of the
event at exactly that double. The month of a jump is that of the jump.
"""

from copy import copy

from mpmath import mp, mpf, exp, log, erfc, gamma, gammainc, quad, sqrt, pi, loggamma, expm1, log1p, inf

mp.dps = 30
TWO = mpf(2)


def normal_tail(z):
    return erfc(z / sqrt(TWO)) / 2


def normal_density(z):
    return exp(-z * z / 2) / sqrt(2 * pi)


class Family:
    """Survival and event probability (each without cancellation) and density over ln t."""

    # Share who have the event in the end.
    ever = mpf(1)
    # Months at which many have it at once.
    jumps = ()

    def of_hazard(self, h, hazard, t):
        return exp(-h), -expm1(-h), hazard * t * exp(-h)


class Fixed(Family):
    def __init__(self, months):
        self.jumps = (months,)

    def at(self, x):
        came = exp(x) >= self.jumps[0]
        return mpf(not came), mpf(came), mpf(0)


class Exponential(Family):
    def __init__(self, rate):
        self.rate = rate

    def at(self, x):
        return self.of_hazard(self.rate * exp(x), self.rate, exp(x))


class Weibull(Family):
    def __init__(self, shape, scale):
        self.shape, self.scale = shape, scale

    def at(self, x):
        h = exp(self.shape * (x - log(self.scale)))
        return exp(-h), -expm1(-h), self.shape * h * exp(-h)


class Gompertz(Family):
    def __init__(self, shape, rate):
        self.shape, self.rate = shape, rate
        self.ever = mpf(1) if shape > 0 else -expm1(rate / shape)

    def at(self, x):
        t = exp(x)
        return self.of_hazard(self.rate * expm1(self.shape * t) / self.shape, self.rate * exp(self.shape * t), t)


class LogNormal(Family):
    def __init__(self, meanlog, sdlog):
        self.meanlog, self.sdlog = meanlog, sdlog

    def at(self, x):
        z = (x - self.meanlog) / self.sdlog
        return normal_tail(z), normal_tail(-z), normal_density(z) / self.sdlog


class LogLogistic(Family):
    def __init__(self, shape, scale):
        self.shape, self.scale = shape, scale

    def at(self, x):
        odds = exp(self.shape * (x - log(self.scale)))
        return 1 / (1 + odds), odds / (1 + odds), self.shape * odds / (1 + odds) ** 2


class Piecewise(Family):
    def __init__(self, *numbers):
        self.pieces = list(zip(numbers[::2], numbers[1::2]))
        if self.pieces[-1][1] == 0:
            self.ever = self.at(log(2 * self.pieces[-1][0]))[1]

    def at(self, x):
        t, h, hazard = exp(x), mpf(0), mpf(0)
        ends = [start for start, _ in self.pieces[1:]] + [inf]
        for (start, rate), end in zip(self.pieces, ends):
            h += rate * max(min(t, end) - start, mpf(0))
            hazard = rate if start <= t else hazard
        return self.of_hazard(h, hazard, t)


class Table(Family):
    """A table of survival, straight or by steps between its points, with a hazard after the last."""

    def __init__(self, way, rate, *numbers):
        self.way, self.rate = way, rate
        self.points = [(mpf(0), mpf(1)), *zip(numbers[::2], numbers[1::2])]
        self.jumps = tuple(months for months, _ in self.points[1:]) if way == "step" else ()
        self.ever = 1 - self.points[-1][1] if rate == 0 else mpf(1)

    def at(self, x):
        t = exp(x)
        if t >= self.points[-1][0]:
            up = self.points[-1][1] * exp(-self.rate * (t - self.points[-1][0]))
            return up, 1 - up, self.rate * t * up
        (a, start), (b, end) = [pair for pair in zip(self.points, self.points[1:]) if pair[0][0] <= t < pair[1][0]][0]
        if self.way == "step":
            return start, 1 - start, mpf(0)
        down = (1 - start) + (start - end) * (t - a) / (b - a)
        return 1 - down, down, (start - end) / (b - a) * t


class WeibullPh(Family):
    def __init__(self, shape, scale):
        self.shape, self.scale = shape, scale

    def at(self, x):
        h = self.scale * exp(self.shape * x)
        return exp(-h), -expm1(-h), self.shape * h * exp(-h)


class GenGamma(Family):
    """Prentice 1974: w = (ln t - mu) / sigma, Q^-2 exp(Q w) is gamma with shape Q^-2."""

    def __init__(self, mu, sigma, q):
        self.mu, self.sigma, self.q = mu, sigma, q

    def density(self, w):
        a = 1 / self.q**2
        return exp(log(abs(self.q)) + a * log(a) + a * (self.q * w - exp(self.q * w)) - loggamma(a))

    def at(self, x):
        w = (x - self.mu) / self.sigma
        if self.q == 0:
            return normal_tail(w), normal_tail(-w), normal_density(w) / self.sigma
        a = 1 / self.q**2
        if a > 5000:
            # By quadrature of the smaller tail: the density is nearly normal.
            parts = [0, 0.5, 1, 1.5, 2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 25, 32, 40, 60, 80]
            steps = [mpf(part) / (1 + abs(w)) for part in parts]
            if w > 0:
                up = quad(self.density, [w + step for step in steps])
                down = 1 - up
            else:
                down = quad(self.density, [w - step for step in reversed(steps)])
                up = 1 - down
        else:
            y = a * exp(self.q * w)
            # In units that do not underflow.
            up, down = gammainc(a, y, inf) / gamma(a), gammainc(a, 0, y) / gamma(a)
            if self.q < 0:
                up, down = down, up
        return up, down, self.density(w) / self.sigma


class Gamma(Family):
    def __init__(self, shape, rate):
        self.shape, self.rate = shape, rate

    def at(self, x):
        a, y = self.shape, self.rate * exp(x)
        return gammainc(a, y, inf) / gamma(a), gammainc(a, 0, y) / gamma(a), exp(a * log(y) - y) / gamma(a)


class Spline(Family):
    """flexsurv's survspline on log time: knots with the boundary knots, as basis() and fss() have it."""

    def __init__(self, scale, *numbers):
        half = len(numbers) // 2
        self.scale, self.gamma, self.knots = scale, numbers[:half], numbers[half:]

    def spline(self, x):
        first, last = self.knots[0], self.knots[-1]
        cube = lambda y: max(y, mpf(0)) ** 3
        square = lambda y: max(y, mpf(0)) ** 2
        s, slope = self.gamma[0] + self.gamma[1] * x, self.gamma[1]
        for g, knot in zip(self.gamma[2:], self.knots[1:-1]):
            share = (last - knot) / (last - first)
            s += g * (cube(x - knot) - share * cube(x - first) - (1 - share) * cube(x - last))
            slope += 3 * g * (square(x - knot) - share * square(x - first) - (1 - share) * square(x - last))
        return s, slope

    def at(self, x):
        s, slope = self.spline(x)
        if self.scale == "hazard":
            return exp(-exp(s)), -expm1(-exp(s)), slope * exp(s - exp(s))
        if self.scale == "odds":
            return 1 / (1 + exp(s)), 1 / (1 + exp(-s)), slope * exp(s) / (1 + exp(s)) ** 2
        return normal_tail(s), normal_tail(-s), slope * normal_density(s)


class Curve:
    def __init__(self, family, share=1, cured=None, ratio=1, alive=0, times=1, delay=0, tail=inf, rate=0):
        self.family, self.share, self.cured = family, mpf(share), cured
        self.ratio, self.alive, self.times = mpf(ratio), mpf(alive), mpf(times)
        self.delay, self.tail, self.rate = mpf(delay), mpf(tail), mpf(rate)
        self.passed = mpf(0)
        self.passed = self.whole(self.alive)[0] if alive else mpf(0)

    def whole(self, t):
        """Cumulative hazard and hazard on the curve's own clock."""
        if t <= 0:
            return mpf(0), mpf(0)
        up, down, density = self.family.at(log(t / self.times))
        density /= t
        if self.cured is not None:
            most = -log(mpf(self.cured))
            return self.ratio * most * down, self.ratio * most * density
        if self.share == 1:
            if up == 0:
                return inf, mpf(0)
            h = -log1p(-down) if down < 0.5 else -log(up)
            return self.ratio * h, self.ratio * density / up
        h = -log1p(-self.share * down)
        return self.ratio * h, self.ratio * self.share * density / (1 - self.share * down)

    def at(self, t):
        t = mpf(t)
        if t >= self.tail:
            own = Curve.at(self.without_tail(), self.tail)[0]
            return own + self.rate * (t - self.tail), self.rate
        h, rate = self.whole(t - self.delay + self.alive)
        return h - self.passed, rate

    def without_tail(self):
        own = copy(self)
        own.tail = inf
        return own

    def most(self):
        """Cumulative hazard that is never passed."""
        if self.tail < inf:
            return inf if self.rate > 0 else self.at(self.tail)[0]
        down = self.family.ever
        if self.cured is not None:
            return self.ratio * -log(mpf(self.cured)) * down - self.passed
        return inf if self.share * down == 1 else -self.ratio * log1p(-self.share * down) - self.passed

    def quantile(self, h):
        """By bisection on log time, then secant steps."""
        for jump in self.family.jumps:
            months = float(jump * self.times - self.alive + self.delay)
            if months < self.tail and self.at(months)[0] > h:
                return mpf(months)
        if self.family.jumps and self.tail == inf and getattr(self.family, "rate", 0) == 0:
            return inf

        def off(x):
            reached = self.at(exp(x))[0]
            return log(reached / h) if reached > 0 else mpf(-10000)

        low, high = mpf(-3), mpf(3)
        while off(low) > 0:
            low *= 2
        while off(high) < 0:
            high *= 2
        for _ in range(12):
            middle = (low + high) / 2
            if off(middle) > 0:
                high = middle
            else:
                low = middle
        a, fa, b, fb = low, off(low), high, off(high)
        for _ in range(200):
            c = b - fb * (b - a) / (fb - fa) if fb != fa else low
            if not low < c < high:
                c = (low + high) / 2
            fc = off(c)
            if fc > 0:
                high = c
            else:
                low = c
            a, fa, b, fb = b, fb, c, fc
            if abs(b - a) < mpf(10) ** -20 or fb == 0:
                break
        return exp(b)


CURVES = """
fixed 7
fixed 7 share=0.6 ratio=1.7
fixed 7 cured=0.3
exponential 0.09
exponential 0.09 times=1.8
weibull 0.7 14
weibull 2.3 30
weibull 2.3 30 times=0.6
gompertz 0.05 0.01
gompertz -0.05 0.02
gompertz 0.3 0.001
gompertz 0.05 0.01 times=1.8
log_normal 2.1 0.9
log_normal 3 2.5
log_normal 2.1 0.9 times=1.8
log_logistic 1.4 9
log_logistic 0.6 20
log_logistic 1.4 9 times=1.8
piecewise 0 0.02 3 0.2 6 0 12 0.01
piecewise 0 0.02 3 0.2 6 0
piecewise 0 0.02 3 0.2 6 0 12 0.01 times=1.8
step 0 2 0.9 3.5 0.7 4 0.7 11 0.45 30 0.2
step 0 2 0.9 3.5 0.7 4 0.7 11 0.45 30 0.2 ratio=0.7 alive=2.5
linear 0 2 0.9 3.5 0.7 4 0.7 11 0.45 30 0.2
linear 0.02 2 0.9 3.5 0.7 4 0.7 11 0.45 30 0.2
linear 0.02 2 0.9 3.5 0.7 4 0.7 11 0.45 30 0.2 times=1.8 share=0.6
weibull_ph 0.7 0.05
weibull_ph 2.3 1e-6
gamma 0.05 0.02
gamma 0.4 0.03
gamma 1.0 0.09
gamma 2.5 0.2
gamma 11.5 0.9
gamma 12.5 0.9
gamma 80 3
gamma 400 9
gengamma 2.5 0.8 0.3
gengamma 2.5 0.8 -0.3
gengamma 3 1.2 0.9999
gengamma 3 1.2 1
gengamma 3 1.2 1.2
gengamma 3 1.2 2.5
gengamma 3 1.2 -0.8
gengamma 3 1.2 -1.7
gengamma 2 0.5 0
gengamma 2 0.5 0.04
gengamma 2 0.5 -0.04
gengamma 2 0.5 0.001
gengamma 2 0.5 -0.001
gengamma 2 0.5 0.000001
spline hazard -3 0.9 0.1 3.5
spline hazard -4.2 1.4 0.12 -0.15 -0.5 1.1 2.6 4.2
spline odds -4.2 1.4 0.12 -0.15 -0.5 1.1 2.6 4.2
spline normal -2.2 0.8 0.06 -0.07 -0.5 1.1 2.6 4.2
gamma 2.5 0.2 share=0.6
gamma 2.5 0.2 cured=0.3
gamma 2.5 0.2 cured=0.3 ratio=0.6
gamma 2.5 0.2 ratio=1.7
gamma 2.5 0.2 alive=6
weibull_ph 0.7 0.05 cured=0.4
weibull_ph 0.7 0.05 share=0.4 ratio=0.7 alive=3
gengamma 3 1.2 -0.8 cured=0.4 alive=3
spline odds -4.2 1.4 0.12 -0.15 -0.5 1.1 2.6 4.2 share=0.8 alive=2
"""
# Every wrap on each of these too.
WRAPPED = """
exponential 0.09
weibull 0.7 14
gompertz 0.05 0.01
gompertz -0.05 0.02
log_normal 2.1 0.9
log_logistic 1.4 9
piecewise 0 0.02 3 0.2 6 0 12 0.01
linear 0.02 2 0.9 3.5 0.7 4 0.7 11 0.45 30 0.2
gamma 2.5 0.2
gengamma 3 1.2 -0.8
spline odds -4.2 1.4 0.12 -0.15 -0.5 1.1 2.6 4.2
"""
WRAPS = """
share=0.6
cured=0.3
ratio=0.6
times=1.8
alive=3
delay=2.5
tail=9 rate=0.03
share=0.6 ratio=1.7 times=0.7 alive=3 delay=1.5 tail=20 rate=0.01
cured=0.3 ratio=0.6 times=1.8 alive=3 delay=1.5
"""
HAZARDS = ["1e-12", "1e-6", "0.003", "0.1", "0.5", "1", "3", "12", "37", "150", "600"]


FAMILIES = {
    "fixed": Fixed,
    "exponential": Exponential,
    "weibull": Weibull,
    "weibull_ph": WeibullPh,
    "gompertz": Gompertz,
    "log_normal": LogNormal,
    "log_logistic": LogLogistic,
    "piecewise": Piecewise,
    "gamma": Gamma,
    "gengamma": GenGamma,
}


def curve(text):
    words = text.split()
    wraps = {key: float(value) for key, value in (word.split("=") for word in words if "=" in word)}
    # Doubles, as in Rust.
    numbers = [mpf(float(word)) for word in words[1:] if "=" not in word and word[0] in "-.0123456789"]
    if words[0] == "spline":
        family = Spline(words[1], *numbers)
    elif words[0] in ["step", "linear"]:
        family = Table(words[0], *numbers)
    else:
        family = FAMILIES[words[0]](*numbers)
    return Curve(family, **wraps), wraps


def check():
    """That the formulas above are flexsurv's, where scipy has the family too."""
    from scipy import stats

    t = 9.0
    for own, other in [
        (Exponential(mpf(0.09)), stats.expon(scale=1 / 0.09)),
        (Weibull(mpf(0.7), mpf(14)), stats.weibull_min(0.7, scale=14)),
        (WeibullPh(mpf(0.7), mpf(0.05)), stats.weibull_min(0.7, scale=0.05 ** (-1 / 0.7))),
        (Gompertz(mpf(0.05), mpf(0.01)), stats.gompertz(0.01 / 0.05, scale=1 / 0.05)),
        (LogNormal(mpf(2.1), mpf(0.9)), stats.lognorm(0.9, scale=float(exp(mpf(2.1))))),
        (LogLogistic(mpf(1.4), mpf(9.5)), stats.fisk(1.4, scale=9.5)),
    ]:
        up, down, density = own.at(log(mpf(t)))
        for found, expected in [(up, other.sf(t)), (down, other.cdf(t)), (density / t, other.pdf(t))]:
            assert abs(float(found) / expected - 1) < 1e-12, (own, found, expected)
    for shape, rate, t in [(0.4, 0.03, 5.0), (2.5, 0.2, 30.0)]:
        assert abs(float(Gamma(mpf(shape), mpf(rate)).at(log(t))[0]) / stats.gamma.sf(t, shape, scale=1 / rate) - 1) < 1e-12
    for mu, sigma, q, t in [(2.5, 0.8, 0.3, 9.0), (3, 1.2, 2.5, 50.0), (3, 1.2, -0.8, 50.0)]:
        own = GenGamma(mpf(mu), mpf(sigma), mpf(q)).at(log(mpf(t)))[0]
        # scipy: (t / scale)^c is gamma with shape a.
        a, c = q**-2, q / sigma
        scale = float(exp(mu)) * a ** (-1 / c)
        assert abs(float(own) / stats.gengamma.sf(t, a, c, scale=scale) - 1) < 1e-11


def main():
    check()
    print("curve,h,months,cumulative_hazard,hazard,survival,probability")
    wrapped = [f"{text} {wrap}" for text in WRAPPED.split("\n") if text for wrap in WRAPS.split("\n") if wrap]
    for text in CURVES.split("\n") + wrapped:
        if not text:
            continue
        own, wraps = curve(text)
        for h in HAZARDS:
            h = float(h)
            if h > 0.95 * own.most() or (("alive" in wraps or "delay" in wraps) and h < 1e-3):
                continue
            months = own.quantile(mpf(h))
            if not mpf("1e-290") < months < mpf("1e290"):
                continue
            months = float(months)
            reached, hazard = own.at(months)
            event = (float(exp(-reached)), float(-expm1(-reached)))
            print(f"{text},{h!r},{months!r},{float(reached)!r},{float(hazard)!r},{event[0]!r},{event[1]!r}")


main()
