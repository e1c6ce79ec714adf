//! The grid of equal bins that densities lie on.

/// Equal bins from month 0 to the horizon; the last may be cut short by it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Grid {
    /// Months in a bin; a month has a whole number of bins.
    pub(super) width: f64,
    /// Number of bins.
    pub(super) bins: usize,
    /// Months after which nothing is counted.
    pub(super) horizon: f64,
}

impl Grid {
    /// Bins of a month's `per_month`-th part.
    pub(super) fn new(per_month: u32, horizon: f64) -> Self {
        let per_month = f64::from(per_month.max(1));
        let bins = (horizon * per_month - 1e-9).ceil().max(1.0) as usize;
        Self { width: 1.0 / per_month, bins, horizon }
    }

    /// The bin of a time, and the share of the bin that lies before it.
    pub(super) fn place(&self, months: f64) -> (usize, f64) {
        let at = (months / self.width).max(0.0);
        let bin = (at as usize).min(self.bins - 1);
        (bin, at - bin as f64)
    }

    /// A time as a number of bins and what is left of it, in months, known to a billionth of a bin.
    pub(super) fn split(&self, months: f64) -> (usize, f64) {
        let at = (months / self.width).max(0.0);
        let bins = (at + 1e-9).floor();
        let rest = ((at - bins).max(0.0) * 1e9).round() / 1e9;
        (bins as usize, rest * self.width)
    }

    /// The share of the last bin that lies before the horizon.
    pub(super) fn inside_last(&self) -> f64 {
        let inside = (self.horizon - self.edge(self.bins - 1)) / self.width;
        if inside < 1.0 - 1e-9 { inside } else { 1.0 }
    }

    /// Start of a bin in months.
    pub(super) fn edge(&self, bin: usize) -> f64 {
        bin as f64 * self.width
    }
}
