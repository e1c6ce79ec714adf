//! What can be wrong with the numbers of a distribution.

use std::error::Error;
use std::fmt;

/// Why a time-to-event curve is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CurveError {
    /// `months <= 0`, infinite or NaN.
    MonthsNotPositive,
    /// `rate <= 0`, infinite or NaN.
    RateNotPositive,
    /// `shape <= 0`, infinite or NaN.
    ShapeNotPositive,
    /// Gompertz `shape` infinite or NaN, or so large against the rate that the hazard overflows.
    ShapeNotFinite,
    /// `scale <= 0`, infinite or NaN.
    ScaleNotPositive,
    /// `meanlog` infinite or NaN.
    MeanlogNotFinite,
    /// `sdlog <= 0`, infinite or NaN.
    SdlogNotPositive,
    /// Gamma `shape` outside [1e-3, 1e12].
    GammaShapeOutside,
    /// Generalised gamma `mu` infinite or NaN.
    MuNotFinite,
    /// Generalised gamma `sigma <= 0`, infinite, NaN or out of proportion to Q.
    SigmaNotPositive,
    /// Generalised gamma Q beyond 31 either way, or NaN.
    QOutside,
    /// Fewer than 2 knots, or more than [`super::MAX_KNOTS`].
    KnotCount,
    /// Knots that do not increase, infinite or NaN.
    KnotsDisordered,
    /// Not one spline coefficient for each knot.
    GammaCount,
    /// A spline coefficient infinite or NaN, or so large that the spline overflows.
    GammaNotFinite,
    /// A spline that falls somewhere, or that does not rise before its first knot.
    SplineFalls,
    /// A table without points, or with lists of different length.
    TableLength,
    /// Months of a table that are negative or do not increase.
    TableMonths,
    /// Survivals of a table outside [0, 1], rising, or below 1 at month 0.
    TableSurvival,
    /// A hazard after a table or in a tail that is negative, infinite or NaN.
    TailRate,
    /// Months of a tail that are negative, infinite, NaN or fall, or a second tail.
    TailMonths,
    /// `share` outside (0, 1].
    ShareOutside,
    /// `cured` outside (0, 1).
    CuredOutside,
    /// A second kind of cure on one curve.
    TwoCures,
    /// Months that one has been alive: negative, infinite, NaN, or more than anyone is.
    AliveOutside,
    /// `ratio <= 0`, infinite or NaN.
    RatioNotPositive,
    /// `delay < 0`, infinite or NaN.
    DelayNegative,
    /// `factor <= 0`, infinite or NaN.
    FactorNotPositive,
    /// A survival outside (0, 1).
    SurvivalOutside,
    /// A time of a point that is not positive and finite.
    TimeNotPositive,
    /// Two points through which no curve of the family goes.
    PointsDisagree,
    /// No piece, or more than [`super::MAX_PIECES`].
    PieceCount,
    /// Piece starts that do not begin at 0 and increase.
    PieceStarts,
    /// A piece rate that is negative, infinite or NaN.
    PieceRate,
}

impl fmt::Display for CurveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::MonthsNotPositive => "months must be above 0",
            Self::RateNotPositive => "rate must be above 0",
            Self::ShapeNotPositive => "shape must be above 0",
            Self::ShapeNotFinite => "Gompertz shape must be finite and not out of proportion to the rate",
            Self::ScaleNotPositive => "scale must be above 0",
            Self::MeanlogNotFinite => "meanlog must be finite",
            Self::SdlogNotPositive => "sdlog must be above 0",
            Self::GammaShapeOutside => "shape of a gamma must lie between 1e-3 and 1e12",
            Self::MuNotFinite => "mu must be finite",
            Self::SigmaNotPositive => "sigma must be above 0 and not out of proportion to Q",
            Self::QOutside => "Q must lie between -31 and 31",
            Self::KnotCount => "between 2 and 10 knots are allowed",
            Self::KnotsDisordered => "knots must increase",
            Self::GammaCount => "one coefficient gamma for each knot is needed",
            Self::GammaNotFinite => "spline must be finite",
            Self::SplineFalls => "spline must rise everywhere, also between and outside its knots",
            Self::TableLength => "table must have one survival for each month, and at least one",
            Self::TableMonths => "months of a table must increase from 0",
            Self::TableSurvival => "survivals of a table must fall from 1, down to 0 at least",
            Self::TailRate => "rate of a tail must be 0 or above and finite",
            Self::TailMonths => "months of a tail must be 0 or more and must not fall",
            Self::ShareOutside => "share must be above 0 and at most 1",
            Self::CuredOutside => "cured share of a non-mixture must lie between 0 and 1, both excluded",
            Self::TwoCures => "a curve can have one kind of cure only",
            Self::AliveOutside => "months alive must be 0 or more, and someone must be alive then",
            Self::RatioNotPositive => "hazard ratio must be above 0",
            Self::DelayNegative => "delay must be 0 or more months",
            Self::FactorNotPositive => "factor of time must be above 0",
            Self::SurvivalOutside => "survival must lie between 0 and 1, both excluded",
            Self::TimeNotPositive => "time of a point must be above 0",
            Self::PointsDisagree => "no curve of this family goes through both points",
            Self::PieceCount => "between 1 and 8 pieces are allowed",
            Self::PieceStarts => "pieces must start at 0 and each later than the one before",
            Self::PieceRate => "rate of a piece must be 0 or above",
        })
    }
}

impl Error for CurveError {}

/// Why a distribution of an uncertain parameter is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParameterError {
    /// A number that is infinite or NaN.
    NotFinite,
    /// `sd < 0`, or a standard error that is not above 0.
    SpreadNotPositive,
    /// `alpha` or `beta` not above 0.
    CountNotPositive,
    /// `events` negative or above `n`, or `n` not above 0.
    EventsOutside,
    /// `shape` or `scale` not above 0.
    ShapeOrScaleNotPositive,
    /// A mean or value that must be above 0.
    ValueNotPositive,
    /// A probability outside (0, 1).
    ValueNotProbability,
    /// `low < high` or `low <= value <= high` violated.
    IntervalDisordered,
    /// An interval too wide for any Beta distribution with that mean.
    IntervalTooWide,
    /// `factor <= 0`, infinite or NaN.
    FactorNotPositive,
    /// A Dirichlet distribution with fewer than 2 parts, or an alpha below 0.01.
    AlphasOutside,
    /// A slice that does not have one place for each part.
    LengthDiffers,
}

impl fmt::Display for ParameterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotFinite => "number must be finite",
            Self::SpreadNotPositive => "standard deviation or error must be above 0",
            Self::CountNotPositive => "alpha and beta must be above 0",
            Self::EventsOutside => "events must lie between 0 and n, and n above 0",
            Self::ShapeOrScaleNotPositive => "shape and scale must be above 0",
            Self::ValueNotPositive => "value must be above 0",
            Self::ValueNotProbability => "value must lie between 0 and 1, both excluded",
            Self::IntervalDisordered => "interval must have low < high with the value inside",
            Self::IntervalTooWide => "interval is too wide for a Beta distribution with this mean",
            Self::FactorNotPositive => "factor must be above 0",
            Self::AlphasOutside => "Dirichlet needs 2 or more alphas of at least 0.01",
            Self::LengthDiffers => "one place for each part of the Dirichlet is needed",
        })
    }
}

impl Error for ParameterError {}

/// `Ok` where `condition` holds; a comparison with NaN does not.
pub(super) fn ensure<E>(condition: bool, error: E) -> Result<(), E> {
    if condition { Ok(()) } else { Err(error) }
}

/// True for a finite number above 0.
pub(super) fn positive(x: f64) -> bool {
    x > 0.0 && x < f64::INFINITY
}
