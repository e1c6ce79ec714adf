//! Natural cubic splines in log time (Royston and Parmar).

use super::error::{CurveError, ensure};
use super::family::Family;
use crate::math::{
    exp, exp_m1, ln, ln_1p, normal_cumulative_hazard, normal_hazard, normal_quantile_of_hazard,
};
use std::sync::Arc;

/// The largest number of knots, the two boundary knots included.
pub const MAX_KNOTS: usize = 10;
/// A slope this small against the first is that of a level tail.
const LEVEL: f64 = 1e-10;
/// Steps after which an inverse ends, more than halving to the last bit takes.
const STEPS: usize = 100;

/// What the spline is on log time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SplineScale {
    /// The log cumulative hazard: ln(-ln S).
    Hazard,
    /// The log odds of the event: ln(1/S - 1).
    Odds,
    /// The normal quantile of the event: `-normal_quantile(S)`.
    Normal,
}

/// Times whose survival, on a [`SplineScale`], is a natural cubic spline of log time: straight outside its boundary
/// knots. flexsurv's `survspline`; Royston and Parmar, Statistics in Medicine 21 (2002) 2175-2197,
/// doi:10.1002/sim.1203.
///
/// With x = ln t, `s(x) = gamma0 + gamma1 x`, and for each inner knot k a coefficient times
/// `(x - k)+^3 - l (x - first)+^3 - (1 - l) (x - last)+^3`, where `l = (last - k) / (last - first)`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spline {
    scale: SplineScale,
    count: usize,
    /// Coefficients, 0 beyond the last.
    gamma: [f64; MAX_KNOTS],
    /// Knots on log time, infinite beyond the last.
    knots: [f64; MAX_KNOTS],
    /// From each knot on, the powers 0 to 3 of the distance from it.
    pieces: [[f64; 4]; MAX_KNOTS],
}

impl Spline {
    /// The spline with flexsurv's coefficients (`gamma0`, `gamma1`, ...) and knots on log time, boundary knots included.
    ///
    /// # Errors
    /// Fewer than 2 or more than [`MAX_KNOTS`] knots, knots that do not increase, another number of coefficients than
    /// of knots, numbers that are not finite, or a spline that falls somewhere or does not begin with survival 1.
    pub fn new(scale: SplineScale, gamma: &[f64], knots: &[f64]) -> Result<Self, CurveError> {
        let count = knots.len();
        ensure((2..=MAX_KNOTS).contains(&count), CurveError::KnotCount)?;
        ensure(gamma.len() == count, CurveError::GammaCount)?;
        ensure(gamma.iter().all(|gamma| gamma.is_finite()), CurveError::GammaNotFinite)?;
        let increasing = knots.windows(2).all(|pair| pair[0] < pair[1]);
        let (first, last) = (knots[0], knots[count - 1]);
        ensure(increasing && (last - first).is_finite(), CurveError::KnotsDisordered)?;
        // Factor of (x - knot)+^3 for each knot.
        let mut cubes = [0.0; MAX_KNOTS];
        for j in 1..count - 1 {
            let share = (last - knots[j]) / (last - first);
            cubes[j] += gamma[j + 1];
            cubes[0] -= share * gamma[j + 1];
            cubes[count - 1] -= (1.0 - share) * gamma[j + 1];
        }
        let mut spline = Self {
            scale,
            count,
            gamma: [0.0; MAX_KNOTS],
            knots: [f64::INFINITY; MAX_KNOTS],
            pieces: [[0.0; 4]; MAX_KNOTS],
        };
        spline.gamma[..count].copy_from_slice(gamma);
        spline.knots[..count].copy_from_slice(knots);
        for (i, piece) in spline.pieces.iter_mut().enumerate().take(count) {
            *piece = [gamma[0] + gamma[1] * knots[i], gamma[1], 0.0, 0.0];
            for (knot, cube) in knots.iter().zip(cubes).take(i + 1) {
                let d = knots[i] - knot;
                piece[0] += cube * d * d * d;
                piece[1] += 3.0 * cube * d * d;
                piece[2] += 3.0 * cube * d;
                piece[3] += cube;
            }
        }
        let level = LEVEL * gamma[1];
        let tail = &mut spline.pieces[count - 1];
        *tail = [tail[0], if tail[1].abs() < level { 0.0 } else { tail[1] }, 0.0, 0.0];
        let all = spline.pieces.iter().flatten().all(|number| number.is_finite());
        ensure(all, CurveError::GammaNotFinite)?;
        ensure(gamma[1] > 0.0 && spline.least_slope() > -level, CurveError::SplineFalls)?;
        Ok(spline)
    }

    /// What the spline is on log time.
    #[must_use]
    pub fn scale(&self) -> SplineScale {
        self.scale
    }

    /// flexsurv's coefficients, one for each knot.
    #[must_use]
    pub fn gamma(&self) -> &[f64] {
        &self.gamma[..self.count]
    }

    /// The knots on log time.
    #[must_use]
    pub fn knots(&self) -> &[f64] {
        &self.knots[..self.count]
    }

    /// The smallest slope over log time.
    fn least_slope(&self) -> f64 {
        let mut least = self.pieces[self.count - 1][1];
        for i in 0..self.count - 1 {
            let (piece, width) = (self.pieces[i], self.knots[i + 1] - self.knots[i]);
            let turn = piece[2] / (-3.0 * piece[3]);
            for y in [0.0, width, turn].into_iter().filter(|y| *y >= 0.0 && *y <= width) {
                least = least.min(cubic(piece, y).1);
            }
        }
        least
    }

    /// The spline and its slope at `x` = ln t.
    fn at(&self, x: f64) -> (f64, f64) {
        let mut i = 0;
        while i + 1 < self.count && x >= self.knots[i + 1] {
            i += 1;
        }
        let (piece, y) = (self.pieces[i], x - self.knots[i]);
        if y < 0.0 || i + 1 == self.count {
            let rise = if piece[1] > 0.0 { piece[1] * y } else { 0.0 };
            return (piece[0] + rise, piece[1]);
        }
        let (rise, slope) = cubic(piece, y);
        (piece[0] + rise, slope)
    }

    /// The x at which the spline passes `value`.
    fn inverse(&self, value: f64) -> f64 {
        let mut i = 0;
        while i + 1 < self.count && value >= self.pieces[i + 1][0] {
            i += 1;
        }
        let (piece, knot) = (self.pieces[i], self.knots[i]);
        let wanted = value - piece[0];
        if wanted < 0.0 || i + 1 == self.count {
            return if piece[1] > 0.0 { knot + wanted / piece[1] } else { f64::INFINITY };
        }
        // Newton's steps from the chord, halving the bracket where one leaves it.
        let (mut low, mut high) = (0.0, self.knots[i + 1] - knot);
        let mut y = high * (wanted / (self.pieces[i + 1][0] - piece[0]));
        for _ in 0..STEPS {
            let (rise, slope) = cubic(piece, y);
            if rise > wanted {
                high = y;
            } else {
                low = y;
            }
            let next = y - (rise - wanted) / slope;
            let next = if next >= low && next <= high { next } else { f64::midpoint(low, high) };
            let step = (next - y).abs();
            y = next;
            if step <= 1e-16 * (knot.abs() + y) {
                break;
            }
        }
        knot + y
    }

    /// Cumulative hazard at month `t` >= 0.
    pub(super) fn cumulative_hazard(&self, t: f64) -> f64 {
        let (s, _) = self.at(ln(t));
        match self.scale {
            SplineScale::Hazard => exp(s),
            SplineScale::Odds => s.max(0.0) + ln_1p(exp(-s.abs())),
            SplineScale::Normal => normal_cumulative_hazard(s),
        }
    }

    /// Hazard per month at month `t`.
    pub(super) fn hazard(&self, t: f64) -> f64 {
        // At 0 the limit, as far as it can be written.
        let t = t.max(f64::MIN_POSITIVE);
        let (s, slope) = self.at(ln(t));
        let by_s = match self.scale {
            SplineScale::Hazard => exp(s),
            SplineScale::Odds => 1.0 / (1.0 + exp(-s)),
            SplineScale::Normal => normal_hazard(s),
        };
        if slope > 0.0 { by_s * slope / t } else { 0.0 }
    }

    /// Month at which the cumulative hazard passes `h` >= 0.
    pub(super) fn time_at(&self, h: f64) -> f64 {
        let s = match self.scale {
            SplineScale::Hazard => ln(h),
            SplineScale::Odds => h + ln(0.0 - exp_m1(-h)),
            SplineScale::Normal => normal_quantile_of_hazard(h),
        };
        exp(self.inverse(s))
    }

    /// The same with every time multiplied by `factor`.
    pub(super) fn stretched(&self, factor: f64) -> Result<Self, CurveError> {
        let mut stretched = *self;
        let shift = ln(factor);
        // gamma0 + gamma1 (x - shift), and every difference of knots as it was.
        stretched.gamma[0] -= self.gamma[1] * shift;
        stretched.knots.iter_mut().for_each(|knot| *knot += shift);
        ensure(stretched.knots[0].is_finite(), CurveError::FactorNotPositive)?;
        Ok(stretched)
    }
}

/// What a piece rises by over a distance from its knot, and its slope there.
fn cubic(piece: [f64; 4], y: f64) -> (f64, f64) {
    let [_, first, second, third] = piece;
    (y * (first + y * (second + y * third)), first + y * (2.0 * second + 3.0 * third * y))
}

impl Family {
    /// The family of a spline; see [`Spline::new`].
    ///
    /// # Errors
    /// As of [`Spline::new`].
    pub fn spline(scale: SplineScale, gamma: &[f64], knots: &[f64]) -> Result<Self, CurveError> {
        Spline::new(scale, gamma, knots).map(|spline| Self::Spline(Arc::new(spline)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splines_that_are_no_curve_are_refused() {
        let new = |gamma: &[f64], knots: &[f64]| Spline::new(SplineScale::Hazard, gamma, knots).err();
        let nan = f64::NAN;
        assert_eq!(new(&[-3.0], &[0.0]), Some(CurveError::KnotCount));
        assert_eq!(new(&[0.1; 11], &[0.0; 11]), Some(CurveError::KnotCount));
        assert_eq!(new(&[-3.0, 1.0, 0.1], &[0.0, 3.0]), Some(CurveError::GammaCount));
        assert_eq!(new(&[-3.0, nan], &[0.0, 3.0]), Some(CurveError::GammaNotFinite));
        assert_eq!(new(&[-3.0, 1.0], &[3.0, 0.0]), Some(CurveError::KnotsDisordered));
        assert_eq!(new(&[-3.0, 1.0], &[nan, 0.0]), Some(CurveError::KnotsDisordered));
        assert_eq!(new(&[-3.0, -1.0], &[0.0, 3.0]), Some(CurveError::SplineFalls));
        assert_eq!(new(&[-3.0, 0.0], &[0.0, 3.0]), Some(CurveError::SplineFalls));
        // Falls between its knots, and after the last.
        assert_eq!(new(&[-3.0, 0.2, 1.0, -1.0], &[0.0, 1.0, 2.0, 3.0]), Some(CurveError::SplineFalls));
        assert_eq!(new(&[-3.0, 1.0, 0.5], &[0.0, 1.0, 2.0]), Some(CurveError::SplineFalls));
        assert_eq!(new(&[-3.0, 1.0, -1e308], &[0.0, 1.0, 1e300]), Some(CurveError::GammaNotFinite));
        assert_eq!(new(&[-3.0, 1.0], &[0.0, 3.0]), None);
    }

    #[test]
    fn a_level_tail_is_a_share_that_never_has_the_event() -> Result<(), CurveError> {
        // The slope after the last knot is gamma1 - 3 gamma2 (last - k) (k - first) = 0.
        let spline = Spline::new(SplineScale::Hazard, &[-2.0, 1.2, 0.4], &[0.0, 1.0, 2.0])?;
        let most = spline.cumulative_hazard(f64::INFINITY);
        assert_eq!(most, spline.cumulative_hazard(exp(2.1)));
        assert_eq!(spline.time_at(most * 1.000_001), f64::INFINITY);
        assert!(spline.time_at(most * 0.999_999) < exp(2.0));
        assert_eq!(spline.hazard(9.0), 0.0);
        Ok(())
    }
}
