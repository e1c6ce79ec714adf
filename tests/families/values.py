"""Reference values of time-to-event curves at 30 digits, by formulas written anew: flexsurv's definitions in mpmath.

Needs mpmath, and scipy for a check of its own. Prints the table that tests/families.rs reads:

    python3 tests/families/values.py > tests/families/values.csv

A curve is written as its family, the numbers of flexsurv's parameters, and wraps. For each cumulative hazard h the row
has the month at which the curve passes it, rounded to a double, and the cumulative hazard and the hazard at exactly
that double.
"""

from mpmath import mp, mpf, exp, log, erfc, gamma, gammainc, quad, sqrt, pi, loggamma, expm1, log1p, inf

mp.dps = 30
TWO = mpf(2)


def normal_tail(z):
    return erfc(z / sqrt(TWO)) / 2


def normal_density(z):
    return exp(-z * z / 2) / sqrt(2 * pi)


class Family:
    """Survival and event probability (each without cancellation) and density over ln t."""


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
    def __init__(self, family, share=1, cured=None, ratio=1, alive=0):
        self.family, self.share, self.cured = family, mpf(share), cured
        self.ratio, self.alive = mpf(ratio), mpf(alive)
        self.passed = mpf(0)
        self.passed = self.whole(self.alive)[0] if alive else mpf(0)

    def whole(self, t):
        """Cumulative hazard and hazard on the curve's own clock."""
        up, down, density = self.family.at(log(t))
        density /= t
        if self.cured is not None:
            most = -log(mpf(self.cured))
            return self.ratio * most * down, self.ratio * most * density
        if self.share == 1:
            h = -log1p(-down) if down < 0.5 else -log(up)
            return self.ratio * h, self.ratio * density / up
        h = -log1p(-self.share * down)
        return self.ratio * h, self.ratio * self.share * density / (1 - self.share * down)

    def at(self, t):
        h, rate = self.whole(mpf(t) + self.alive)
        return h - self.passed, rate

    def quantile(self, h):
        """By bisection on log time, then secant steps."""
        off = lambda x: log(self.at(exp(x))[0] / h)
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
        for _ in range(60):
            c = b - fb * (b - a) / (fb - fa)
            if not low <= c <= high:
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
HAZARDS = ["1e-12", "1e-6", "0.003", "0.1", "0.5", "1", "3", "12", "37", "150", "600"]


def curve(text):
    words = text.split()
    wraps = {key: float(value) for key, value in (word.split("=") for word in words if "=" in word)}
    # Doubles, as in Rust.
    numbers = [mpf(float(word)) for word in words[1:] if "=" not in word and word[0] in "-.0123456789"]
    if words[0] == "spline":
        family = Spline(words[1], *numbers)
    else:
        family = {"weibull_ph": WeibullPh, "gamma": Gamma, "gengamma": GenGamma}[words[0]](*numbers)
    return Curve(family, **wraps), wraps


def check():
    """That the formulas above are flexsurv's: scipy has the gamma and the generalised gamma too."""
    from scipy import stats

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
    print("curve,h,months,cumulative_hazard,hazard")
    for text in CURVES.split("\n"):
        if not text:
            continue
        own, wraps = curve(text)
        for h in HAZARDS:
            h = float(h)
            most = inf
            if "cured" in wraps:
                most = -log(mpf(own.cured)) * own.ratio - own.passed
            elif own.share < 1:
                most = -own.ratio * log1p(-own.share) - own.passed
            if h > 0.95 * most or ("alive" in wraps and h < 1e-3):
                continue
            months = own.quantile(mpf(h))
            if not mpf("1e-290") < months < mpf("1e290"):
                continue
            months = float(months)
            reached, hazard = own.at(months)
            print(f"{text},{h!r},{months!r},{float(reached)!r},{float(hazard)!r}")


main()
