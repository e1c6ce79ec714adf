//! A time-to-event curve: a family, those who never have the event, a hazard ratio, months survived, a delay, a tail.

use super::error::{CurveError, ensure, positive};
use super::family::Family;
use super::formula;
use super::tail::Tail;
use crate::math::{exp, exp_m1, ln};

/// Time to an event in months, on the scale of the cumulative hazard.
///
/// With S the survival of the family, W(t) = -ratio ln(1 - share + share S(t)): a share can have the event at all
/// (mixture cure), and the hazards of the whole are multiplied by the ratio (proportional hazards). With non-mixture
/// cure W(t) = -ratio ln(cured) (1 - S(t)). Those known to be alive at month a of that clock have
/// H(t) = W(t - delay + a) - W(a), and 0 before the delay (left truncation). From the start of a tail on, constant
/// hazards hold in place of all that.
///
/// Relative error of H and of its inverse, read as H of the returned time, is below 1e-10 for h from 1e-300 to 700 and
/// beyond (1e-8 where the inverse is iterated); with a delay or months survived, what is below 1e-16 of them, or of
/// W(a), is lost in the sum.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    family: Family,
    cure: Cure,
    ratio: f64,
    /// Months survived, and W reached there.
    alive_at: f64,
    passed: f64,
    delay: f64,
    tail: Tail,
}

/// Those who never have the event.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Cure {
    /// No one, but as the family has it.
    None,
    /// All but a share.
    Mixture { share: f64 },
    /// A cumulative hazard that is never passed, -ln of the share cured.
    NonMixture { most: f64 },
}

impl Curve {
    /// The curve of an event that never happens.
    pub const NEVER: Self = Self {
        family: Family::Never,
        cure: Cure::None,
        ratio: 1.0,
        alive_at: 0.0,
        passed: 0.0,
        delay: 0.0,
        tail: Tail::NONE,
    };

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
        let cure = if share < 1.0 { Cure::Mixture { share } } else { Cure::None };
        Ok(Self { family, cure, ratio, alive_at: 0.0, passed: 0.0, delay, tail: Tail::NONE })
    }

    /// The curve under which `cured` never have the event, by non-mixture cure: H(t) = -ln(cured) F(t), F the share of
    /// the family that has had it.
    ///
    /// # Errors
    /// A share outside (0, 1), a curve with a cure of its own, or one that is already [`Self::given_alive_at`].
    pub fn with_non_mixture_cure(mut self, cured: f64) -> Result<Self, CurveError> {
        ensure(cured > 0.0 && cured < 1.0, CurveError::CuredOutside)?;
        ensure(self.cure == Cure::None && self.alive_at == 0.0, CurveError::TwoCures)?;
        self.cure = Cure::NonMixture { most: -ln(cured) };
        Ok(self)
    }

    /// The curve of those who are without the event `months` after its start, from then on (left truncation).
    ///
    /// The delay, if any, still comes before it.
    ///
    /// # Errors
    /// Months below 0, or at which no one is without the event.
    pub fn given_alive_at(mut self, months: f64) -> Result<Self, CurveError> {
        ensure((0.0..f64::INFINITY).contains(&months), CurveError::AliveOutside)?;
        self.alive_at = months;
        self.passed = self.whole(months);
        ensure(self.passed < f64::INFINITY, CurveError::AliveOutside)?;
        Ok(self)
    }

    /// The curve with constant hazards from given months on, in place of its own; without a number the hazard there goes
    /// on. The months count from the time that the delay does.
    ///
    /// # Errors
    /// Months below 0 or that fall, hazards below 0, a curve that has a tail.
    pub fn with_tail(mut self, pieces: &[(f64, Option<f64>)]) -> Result<Self, CurveError> {
        ensure(self.tail.is_none(), CurveError::TailMonths)?;
        let from = pieces.first().map_or(0.0, |(from, _)| *from);
        self.tail = Tail::new(pieces, self.cumulative_hazard(from), self.hazard(from))?;
        Ok(self)
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
    pub fn family(&self) -> &Family {
        &self.family
    }

    /// Share that can have the event by mixture cure, in (0, 1].
    #[must_use]
    pub fn share(&self) -> f64 {
        if let Cure::Mixture { share } = self.cure { share } else { 1.0 }
    }

    /// Months that those on the curve are known to have survived.
    #[must_use]
    pub fn alive_at(&self) -> f64 {
        self.alive_at
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

    /// Months at which the hazards of the tail begin to hold.
    pub fn tail_starts(&self) -> impl Iterator<Item = f64> + '_ {
        self.tail.starts()
    }

    /// Cumulative hazard at month `t`; 0 up to the delay and for negative `t`, NaN for NaN.
    #[must_use]
    pub fn cumulative_hazard(&self, t: f64) -> f64 {
        if let Some(h) = self.tail.cumulative_hazard(t) {
            return h;
        }
        let t = formula::since(t, self.delay);
        if self.alive_at > 0.0 {
            return formula::since(self.whole(t + self.alive_at), self.passed);
        }
        self.whole(t)
    }

    /// Cumulative hazard at month `t` >= 0 of the curve's own clock.
    fn whole(&self, t: f64) -> f64 {
        let h = self.family.cumulative_hazard(t);
        let h = match self.cure {
            Cure::None => h,
            Cure::Mixture { share } => formula::mix(h, share),
            Cure::NonMixture { most } => formula::bound(h, most),
        };
        if self.ratio == 1.0 { h } else { h * self.ratio }
    }

    /// Replaces times by their cumulative hazards, with the bits of [`Self::cumulative_hazard`].
    pub fn cumulative_hazards(&self, times: &mut [f64]) {
        if !self.tail.is_none() {
            times.iter_mut().for_each(|time| *time = self.cumulative_hazard(*time));
            return;
        }
        formula::since_all(times, self.delay);
        if self.alive_at > 0.0 {
            formula::add_all(times, self.alive_at);
        }
        self.family.cumulative_hazards(times);
        match self.cure {
            Cure::None => {}
            Cure::Mixture { share } => formula::mix_all(times, share),
            Cure::NonMixture { most } => formula::bound_all(times, most),
        }
        if self.ratio != 1.0 {
            formula::multiply_all(times, self.ratio);
        }
        if self.alive_at > 0.0 {
            formula::since_all(times, self.passed);
        }
    }

    /// Probability that the event has not happened by month `t`; 0 where it would be below 2e-308.
    #[must_use]
    pub fn survival(&self, t: f64) -> f64 {
        exp(-self.cumulative_hazard(t))
    }

    /// Probability that the event has happened by month `t`, without the digits that 1 less survival loses.
    #[must_use]
    pub fn cdf(&self, t: f64) -> f64 {
        0.0 - exp_m1(-self.cumulative_hazard(t))
    }

    /// Hazard per month at month `t`, 0 before the delay. The jumps of [`Family::Fixed`] and of a table that goes by
    /// steps are no hazard and are left out.
    #[must_use]
    pub fn hazard(&self, t: f64) -> f64 {
        if let Some(hazard) = self.tail.hazard(t) {
            return hazard;
        }
        if t < self.delay || t < 0.0 {
            return 0.0;
        }
        let t = t - self.delay + self.alive_at;
        let inner = self.family.hazard(t);
        let factor = match self.cure {
            Cure::None => return self.ratio * inner,
            Cure::Mixture { share } => {
                let alive = share * exp(-self.family.cumulative_hazard(t));
                // Those who can still have the event among those without it.
                alive / ((1.0 - share) + alive)
            }
            Cure::NonMixture { most } => most * exp(-self.family.cumulative_hazard(t)),
        };
        if factor > 0.0 { self.ratio * inner * factor } else { 0.0 }
    }

    /// Month at which the cumulative hazard passes `h` >= 0: the earliest after which it is above `h`.
    ///
    /// Infinite where it never is, as always for [`Family::Never`]; the delay (or later) at `h` = 0. Increases
    /// with `h` to within rounding.
    #[must_use]
    pub fn time_at(&self, h: f64) -> f64 {
        match self.tail.time_at(h) {
            Ok(time) => time,
            Err(tail) => self.own_time_at(h).min(tail),
        }
    }

    fn own_time_at(&self, h: f64) -> f64 {
        let h = if self.alive_at > 0.0 { h + self.passed } else { h };
        let h = if self.ratio == 1.0 { h } else { h / self.ratio };
        let h = match self.cure {
            Cure::None => h,
            Cure::Mixture { share } => formula::unmix(h, share),
            Cure::NonMixture { most } => formula::unbound(h, most),
        };
        let t = self.family.time_at(h);
        let t = if self.alive_at > 0.0 { formula::since(t, self.alive_at) } else { t };
        if self.delay > 0.0 { t + self.delay } else { t }
    }

    /// Replaces cumulative hazards by their times, with the bits of [`Self::time_at`].
    pub fn times_at(&self, hazards: &mut [f64]) {
        if !self.tail.is_none() {
            hazards.iter_mut().for_each(|h| *h = self.time_at(*h));
            return;
        }
        if self.alive_at > 0.0 {
            formula::add_all(hazards, self.passed);
        }
        if self.ratio != 1.0 {
            formula::divide_all(hazards, self.ratio);
        }
        match self.cure {
            Cure::None => {}
            Cure::Mixture { share } => formula::unmix_all(hazards, share),
            Cure::NonMixture { most } => formula::unbound_all(hazards, most),
        }
        self.family.times_at(hazards);
        if self.alive_at > 0.0 {
            formula::since_all(hazards, self.alive_at);
        }
        if self.delay > 0.0 {
            formula::add_all(hazards, self.delay);
        }
    }
}
