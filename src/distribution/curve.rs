//! A time-to-event curve: a family, the share that can have the event, a hazard ratio and a delay.

use super::error::{CurveError, ensure, positive};
use super::family::Family;
use super::formula;
use crate::math::exp;

/// Time to an event in months, on the scale of the cumulative hazard.
///
/// With S the survival of the family, H(t) = -ratio ln(1 - share + share S(t - delay)), and 0 before the delay:
/// a share can have the event at all (mixture cure), the hazards of the whole are multiplied by the ratio
/// (proportional hazards), and nothing happens before the delay. Relative error of H and of its inverse, read as
/// H of the returned time, is below 1e-10 for h from 1e-300 to 700 and beyond; with a delay, a time after it that is
/// below 1e-16 of the delay is lost in the sum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Curve {
    family: Family,
    share: f64,
    ratio: f64,
    delay: f64,
}

impl Curve {
    /// The curve of an event that never happens.
    pub const NEVER: Self = Self { family: Family::Never, share: 1.0, ratio: 1.0, delay: 0.0 };

    /// A curve of `family` in which `share` can have the event, with hazards times `ratio`, from month `delay` on.
    ///
    /// A Gompertz shape of 0 is kept as the exponential family.
    ///
    /// # Errors
    /// A family outside its domain, a share outside (0, 1], a ratio not above 0, a delay below 0.
    pub fn new(family: Family, share: f64, ratio: f64, delay: f64) -> Result<Self, CurveError> {
        let family = family.checked()?;
        ensure(share > 0.0 && share <= 1.0, CurveError::ShareOutside)?;
        ensure(positive(ratio), CurveError::RatioNotPositive)?;
        ensure((0.0..f64::INFINITY).contains(&delay), CurveError::DelayNegative)?;
        Ok(Self { family, share, ratio, delay })
    }

    /// A curve of `family` alone: all can have the event, ratio 1, no delay.
    ///
    /// # Errors
    /// A family outside its domain.
    pub fn simple(family: Family) -> Result<Self, CurveError> {
        Self::new(family, 1.0, 1.0, 0.0)
    }

    /// How the times of those who can have the event are distributed, before ratio and delay.
    #[must_use]
    pub fn family(&self) -> Family {
        self.family
    }

    /// Share that can have the event, in (0, 1].
    #[must_use]
    pub fn share(&self) -> f64 {
        self.share
    }

    /// Factor of the hazard, above 0.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.ratio
    }

    /// Months before which nothing happens.
    #[must_use]
    pub fn delay(&self) -> f64 {
        self.delay
    }

    /// Cumulative hazard at month `t`; 0 up to the delay and for negative `t`, NaN for NaN.
    #[must_use]
    pub fn cumulative_hazard(&self, t: f64) -> f64 {
        let h = self.family.cumulative_hazard(formula::since(t, self.delay));
        let h = if self.share < 1.0 { formula::mix(h, self.share) } else { h };
        if self.ratio == 1.0 { h } else { h * self.ratio }
    }

    /// Replaces times by their cumulative hazards, with the bits of [`Self::cumulative_hazard`].
    pub fn cumulative_hazards(&self, times: &mut [f64]) {
        formula::since_all(times, self.delay);
        self.family.cumulative_hazards(times);
        if self.share < 1.0 {
            formula::mix_all(times, self.share);
        }
        if self.ratio != 1.0 {
            formula::multiply_all(times, self.ratio);
        }
    }

    /// Probability that the event has not happened by month `t`; 0 where it would be below 2e-308.
    #[must_use]
    pub fn survival(&self, t: f64) -> f64 {
        exp(-self.cumulative_hazard(t))
    }

    /// Hazard per month at month `t`, 0 before the delay. The jump of [`Family::Fixed`] is no hazard and is left out.
    #[must_use]
    pub fn hazard(&self, t: f64) -> f64 {
        if t < self.delay || t < 0.0 {
            return 0.0;
        }
        let inner = self.family.hazard(t - self.delay);
        if self.share == 1.0 {
            return self.ratio * inner;
        }
        let alive = self.share * exp(-self.family.cumulative_hazard(t - self.delay));
        // Those who can still have the event among those without it.
        let able = alive / ((1.0 - self.share) + alive);
        if able > 0.0 { self.ratio * inner * able } else { 0.0 }
    }

    /// Month at which the cumulative hazard passes `h` >= 0: the earliest after which it is above `h`.
    ///
    /// Infinite where it never is, as always for [`Family::Never`]; the delay (or later) at `h` = 0. Increases
    /// with `h` to within rounding.
    #[must_use]
    pub fn time_at(&self, h: f64) -> f64 {
        let h = if self.ratio == 1.0 { h } else { h / self.ratio };
        let h = if self.share < 1.0 { formula::unmix(h, self.share) } else { h };
        let t = self.family.time_at(h);
        if self.delay > 0.0 { t + self.delay } else { t }
    }

    /// Replaces cumulative hazards by their times, with the bits of [`Self::time_at`].
    pub fn times_at(&self, hazards: &mut [f64]) {
        if self.ratio != 1.0 {
            formula::divide_all(hazards, self.ratio);
        }
        if self.share < 1.0 {
            formula::unmix_all(hazards, self.share);
        }
        self.family.times_at(hazards);
        if self.delay > 0.0 {
            formula::add_all(hazards, self.delay);
        }
    }
}
