//! The cumulative hazard of each family and its inverse: one branch-free expression each, and its slice form.
#![expect(clippy::inline_always, reason = "must be inlined to be compiled for the caller's vector width")]

use super::piecewise::PiecewiseExponential;
use crate::math::vector::in_lanes;
use crate::math::{exp, exp_m1, ln, ln_1p, normal_cumulative_hazard, normal_quantile_of_hazard, pow};

/// Months before which a time is not: negative times have hazard 0.
#[inline(always)]
pub(super) fn since(t: f64, delay: f64) -> f64 {
    let t = t - delay;
    if t < 0.0 { 0.0 } else { t }
}

/// Cumulative hazard of a mixture in which only `share` can have the event.
#[inline(always)]
pub(super) fn mix(h: f64, share: f64) -> f64 {
    0.0 - ln_1p(share * exp_m1(-h))
}

/// Inverse of [`mix`]; infinite from -ln(1 - share) on.
#[inline(always)]
pub(super) fn unmix(h: f64, share: f64) -> f64 {
    let reached = exp_m1(-h) / share;
    let inner = 0.0 - ln_1p(reached);
    if reached <= -1.0 { f64::INFINITY } else { inner }
}

/// Cumulative hazard of a non-mixture cure: `most` times the share of the family that has had the event.
#[inline(always)]
pub(super) fn bound(h: f64, most: f64) -> f64 {
    most * (0.0 - exp_m1(-h))
}

/// Inverse of [`bound`]; infinite from `most` on.
#[inline(always)]
pub(super) fn unbound(h: f64, most: f64) -> f64 {
    let inner = 0.0 - ln_1p(-(h / most));
    if h >= most { f64::INFINITY } else { inner }
}

#[inline(always)]
pub(super) fn fixed_time(h: f64, months: f64) -> f64 {
    if h < f64::INFINITY { months } else { h }
}

#[inline(always)]
pub(super) fn fixed_hazard(t: f64, months: f64) -> f64 {
    if t >= months { f64::INFINITY } else { 0.0 }
}

#[inline(always)]
pub(super) fn exponential_time(h: f64, rate: f64) -> f64 {
    h / rate
}

#[inline(always)]
pub(super) fn exponential_hazard(t: f64, rate: f64) -> f64 {
    t * rate
}

#[inline(always)]
pub(super) fn weibull_time(h: f64, shape: f64, scale: f64) -> f64 {
    scale * exp(ln(h) * (1.0 / shape))
}

#[inline(always)]
pub(super) fn weibull_hazard(t: f64, shape: f64, scale: f64) -> f64 {
    pow(t / scale, shape)
}

#[inline(always)]
pub(super) fn gompertz_time(h: f64, shape: f64, rate: f64) -> f64 {
    let growth = h * (shape / rate);
    let t = ln_1p(growth) / shape;
    if growth <= -1.0 { f64::INFINITY } else { t }
}

#[inline(always)]
pub(super) fn gompertz_hazard(t: f64, shape: f64, rate: f64) -> f64 {
    exp_m1(shape * t) * (rate / shape)
}

#[inline(always)]
pub(super) fn log_normal_time(h: f64, meanlog: f64, sdlog: f64) -> f64 {
    exp(meanlog + sdlog * normal_quantile_of_hazard(h))
}

#[inline(always)]
pub(super) fn log_normal_hazard(t: f64, meanlog: f64, sdlog: f64) -> f64 {
    normal_cumulative_hazard((ln(t) - meanlog) / sdlog)
}

/// The log-odds of the event are h + ln(1 - exp(-h)), exact for small and for large h.
#[inline(always)]
pub(super) fn log_logistic_time(h: f64, shape: f64, scale: f64) -> f64 {
    let log_odds = h + ln(0.0 - exp_m1(-h));
    scale * exp(log_odds * (1.0 / shape))
}

#[inline(always)]
pub(super) fn log_logistic_hazard(t: f64, shape: f64, scale: f64) -> f64 {
    let log_odds = shape * ln(t / scale);
    let excess = if log_odds > 0.0 { log_odds } else { 0.0 };
    excess + ln_1p(exp(-log_odds.abs()))
}

in_lanes! {
    pub(super) fn since_all(t, delay: f64) = since(t, delay);
    pub(super) fn add_all(t, delay: f64) = t + delay;
    pub(super) fn multiply_all(h, ratio: f64) = h * ratio;
    pub(super) fn divide_all(h, ratio: f64) = h / ratio;
    pub(super) fn mix_all(h, share: f64) = mix(h, share);
    pub(super) fn unmix_all(h, share: f64) = unmix(h, share);
    pub(super) fn bound_all(h, most: f64) = bound(h, most);
    pub(super) fn unbound_all(h, most: f64) = unbound(h, most);
    pub(super) fn fixed_times(h, months: f64) = fixed_time(h, months);
    pub(super) fn fixed_hazards(t, months: f64) = fixed_hazard(t, months);
    pub(super) fn exponential_times(h, rate: f64) = exponential_time(h, rate);
    pub(super) fn exponential_hazards(t, rate: f64) = exponential_hazard(t, rate);
    pub(super) fn weibull_times(h, shape: f64, scale: f64) = weibull_time(h, shape, scale);
    pub(super) fn weibull_hazards(t, shape: f64, scale: f64) = weibull_hazard(t, shape, scale);
    pub(super) fn gompertz_times(h, shape: f64, rate: f64) = gompertz_time(h, shape, rate);
    pub(super) fn gompertz_hazards(t, shape: f64, rate: f64) = gompertz_hazard(t, shape, rate);
    pub(super) fn log_normal_times(h, meanlog: f64, sdlog: f64) = log_normal_time(h, meanlog, sdlog);
    pub(super) fn log_normal_hazards(t, meanlog: f64, sdlog: f64) = log_normal_hazard(t, meanlog, sdlog);
    pub(super) fn log_logistic_times(h, shape: f64, scale: f64) = log_logistic_time(h, shape, scale);
    pub(super) fn log_logistic_hazards(t, shape: f64, scale: f64) = log_logistic_hazard(t, shape, scale);
    pub(super) fn piecewise_times(h, pieces: PiecewiseExponential) = pieces.time_at(h);
    pub(super) fn piecewise_hazards(t, pieces: PiecewiseExponential) = pieces.cumulative_hazard(t);
}
