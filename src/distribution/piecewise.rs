//! A hazard that is constant between given months.
#![expect(clippy::inline_always, reason = "must be inlined to be compiled for the caller's vector width")]

use super::error::{CurveError, ensure, positive};

/// The largest number of pieces.
pub const MAX_PIECES: usize = 8;

/// Piecewise exponential times: rate `rates[i]` per month from month `starts[i]` to the next start, the last for ever.
///
/// A rate may be 0; with a last rate of 0 some never have the event.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PiecewiseExponential {
    /// Start of each piece, infinite beyond the last.
    starts: [f64; MAX_PIECES],
    /// Hazard of each piece, 0 beyond the last.
    rates: [f64; MAX_PIECES],
    /// Cumulative hazard at each start, infinite beyond the last.
    reached: [f64; MAX_PIECES],
}

impl PiecewiseExponential {
    /// Pieces from (start in months, rate per month), the first starting at 0.
    ///
    /// # Errors
    /// No piece or more than [`MAX_PIECES`], starts that do not increase from 0, a rate below 0 or not finite.
    pub fn new(pieces: &[(f64, f64)]) -> Result<Self, CurveError> {
        ensure((1..=MAX_PIECES).contains(&pieces.len()), CurveError::PieceCount)?;
        ensure(pieces[0].0 == 0.0, CurveError::PieceStarts)?;
        let increasing = pieces.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[1].0 < f64::INFINITY);
        ensure(increasing, CurveError::PieceStarts)?;
        ensure(pieces.iter().all(|&(_, rate)| rate == 0.0 || positive(rate)), CurveError::PieceRate)?;
        let mut all = Self {
            starts: [f64::INFINITY; MAX_PIECES],
            rates: [0.0; MAX_PIECES],
            reached: [f64::INFINITY; MAX_PIECES],
        };
        for (i, &(start, rate)) in pieces.iter().enumerate() {
            all.starts[i] = start;
            all.rates[i] = rate;
            all.reached[i] = match i.checked_sub(1) {
                Some(last) => all.reached[last] + all.rates[last] * (start - all.starts[last]),
                None => 0.0,
            };
        }
        Ok(all)
    }

    /// The pieces as (start in months, rate per month).
    pub fn pieces(&self) -> impl Iterator<Item = (f64, f64)> {
        self.starts.into_iter().zip(self.rates).take_while(|&(start, _)| start < f64::INFINITY)
    }

    /// Hazard per month at month `t`; at a start, that of the piece that starts.
    pub(super) fn hazard(&self, t: f64) -> f64 {
        self.pieces().take_while(|&(start, _)| start <= t).last().map_or(0.0, |(_, rate)| rate)
    }

    /// Cumulative hazard at month `t` >= 0.
    #[inline(always)]
    pub(super) fn cumulative_hazard(&self, t: f64) -> f64 {
        let (mut start, mut rate, mut reached) = (0.0, self.rates[0], 0.0);
        for i in 1..MAX_PIECES {
            let later = t > self.starts[i];
            start = if later { self.starts[i] } else { start };
            rate = if later { self.rates[i] } else { rate };
            reached = if later { self.reached[i] } else { reached };
        }
        let more = if rate > 0.0 { rate * (t - start) } else { 0.0 };
        reached + more
    }

    /// Month at which the cumulative hazard passes `h` >= 0.
    #[inline(always)]
    pub(super) fn time_at(&self, h: f64) -> f64 {
        let (mut start, mut rate, mut reached) = (0.0, self.rates[0], 0.0);
        for i in 1..MAX_PIECES {
            let later = h >= self.reached[i];
            start = if later { self.starts[i] } else { start };
            rate = if later { self.rates[i] } else { rate };
            reached = if later { self.reached[i] } else { reached };
        }
        let t = start + (h - reached) / rate;
        if rate > 0.0 { t } else { f64::INFINITY }
    }

    /// The same with every time multiplied by `factor`.
    pub(super) fn stretched(&self, factor: f64) -> Result<Self, CurveError> {
        let pieces: Vec<_> = self.pieces().map(|(start, rate)| (start * factor, rate / factor)).collect();
        Self::new(&pieces)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_that_are_no_hazard_are_refused() {
        assert_eq!(PiecewiseExponential::new(&[]), Err(CurveError::PieceCount));
        assert_eq!(PiecewiseExponential::new(&[(0.0, 1.0); 9]), Err(CurveError::PieceCount));
        assert_eq!(PiecewiseExponential::new(&[(1.0, 1.0)]), Err(CurveError::PieceStarts));
        assert_eq!(PiecewiseExponential::new(&[(0.0, 1.0), (0.0, 2.0)]), Err(CurveError::PieceStarts));
        assert_eq!(PiecewiseExponential::new(&[(0.0, 1.0), (f64::NAN, 2.0)]), Err(CurveError::PieceStarts));
        assert_eq!(PiecewiseExponential::new(&[(0.0, -1.0)]), Err(CurveError::PieceRate));
        assert_eq!(PiecewiseExponential::new(&[(0.0, f64::NAN)]), Err(CurveError::PieceRate));
    }

    #[test]
    fn a_piece_of_rate_zero_is_jumped_over() -> Result<(), CurveError> {
        let pieces = PiecewiseExponential::new(&[(0.0, 0.5), (2.0, 0.0), (5.0, 0.25), (9.0, 0.0)])?;
        assert_eq!(pieces.time_at(0.5), 1.0);
        assert_eq!(pieces.time_at(1.0), 5.0);
        assert_eq!(pieces.time_at(1.5), 7.0);
        assert_eq!(pieces.time_at(2.0), f64::INFINITY);
        assert_eq!(pieces.cumulative_hazard(4.0), 1.0);
        assert_eq!(pieces.cumulative_hazard(f64::INFINITY), 2.0);
        assert_eq!(pieces.hazard(2.0), 0.0);
        assert_eq!(pieces.hazard(5.0), 0.25);
        assert_eq!(pieces.pieces().count(), 4);
        Ok(())
    }
}
