//! What a curve does once follow-up is over: constant hazards in place of its own.

use super::error::{CurveError, ensure};

/// A hazard that holds from a month until the next piece.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Piece {
    from: f64,
    /// Cumulative hazard reached there.
    passed: f64,
    rate: f64,
}

/// Constant hazards from some month on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tail {
    pieces: Vec<Piece>,
}

impl Tail {
    pub(super) const NONE: Self = Self { pieces: Vec::new() };

    /// Hazards that hold from given months on, none: the one before it goes on. The curve that ends there has passed
    /// `passed` at the first, and has `hazard` then.
    pub(super) fn new(pieces: &[(f64, Option<f64>)], passed: f64, hazard: f64) -> Result<Self, CurveError> {
        let mut made: Vec<Piece> = Vec::with_capacity(pieces.len());
        for (from, rate) in pieces {
            let rate = rate.unwrap_or_else(|| made.last().map_or(hazard, |last| last.rate));
            let passed = made.last().map_or(passed, |last| last.passed + last.rate * (from - last.from));
            let later = made.last().is_none_or(|last| *from >= last.from);
            ensure(later && (0.0..f64::INFINITY).contains(from), CurveError::TailMonths)?;
            ensure((0.0..f64::INFINITY).contains(&rate), CurveError::TailRate)?;
            made.push(Piece { from: *from, passed, rate });
        }
        Ok(Self { pieces: made })
    }

    pub(super) fn is_none(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Months at which a hazard begins to hold.
    pub(super) fn starts(&self) -> impl Iterator<Item = f64> + '_ {
        self.pieces.iter().map(|piece| piece.from)
    }

    /// The piece in force after month `t`, if any.
    fn at(&self, t: f64) -> Option<&Piece> {
        self.pieces.iter().rev().find(|piece| t >= piece.from)
    }

    pub(super) fn hazard(&self, t: f64) -> Option<f64> {
        self.at(t).map(|piece| piece.rate)
    }

    pub(super) fn cumulative_hazard(&self, t: f64) -> Option<f64> {
        let piece = self.at(t)?;
        let since = t - piece.from;
        // At infinity a hazard of 0 has added nothing.
        Some(if piece.rate > 0.0 { piece.passed + piece.rate * since } else { piece.passed })
    }

    /// Month after which the cumulative hazard is above `h`; none where that is before the tail, which begins at the
    /// month returned beside it.
    pub(super) fn time_at(&self, h: f64) -> Result<f64, f64> {
        let Some(first) = self.pieces.first() else { return Err(f64::INFINITY) };
        if h < first.passed {
            return Err(first.from);
        }
        // Where nothing happens in a piece, the one after it has passed as much.
        let piece = self.pieces.iter().rev().find(|piece| h >= piece.passed).unwrap_or(first);
        let reached = piece.rate > 0.0 && h < f64::INFINITY;
        Ok(if reached { piece.from + (h - piece.passed) / piece.rate } else { f64::INFINITY })
    }
}
