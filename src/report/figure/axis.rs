//! An axis: its ends, ticks, unit, and how its numbers are written.

/// An axis with its ends, ticks and unit.
#[derive(Debug, Clone)]
pub(super) struct Axis {
    pub(super) label: String,
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) step: f64,
    pub(super) format: fn(f64) -> String,
}

impl Axis {
    /// Probabilities from 0 to 1.
    pub(super) fn probability(label: &str) -> Self {
        Self {
            label: label.to_owned(),
            from: 0.0,
            to: 1.0,
            step: 0.2,
            format: crate::report::rounded::percent,
        }
    }

    /// Months from 0.
    pub(super) fn months(label: &str, to: f64) -> Self {
        let steps = [1.0, 2.0, 3.0, 6.0, 12.0, 24.0, 60.0, 120.0, 240.0];
        let step = steps.into_iter().find(|step| to / step <= 6.5).unwrap_or(240.0);
        Self { label: label.to_owned(), from: 0.0, to, step, format: |value| format!("{value:.0}") }
    }

    /// From the smallest to the largest of some values, at round ticks.
    pub(super) fn over(label: &str, values: impl Iterator<Item = f64>, format: fn(f64) -> String) -> Self {
        let ends = values.filter(|value| value.is_finite()).fold(None, |ends: Option<(f64, f64)>, value| {
            Some(ends.map_or((value, value), |(low, high)| (low.min(value), high.max(value))))
        });
        let (low, high) = ends.unwrap_or((0.0, 1.0));
        // Room about a single value, enough for ticks as coarse as it is large.
        let room = (0.05 * low.abs()).max(0.5);
        let (low, high) = match (low, high) {
            (low, high) if low < high => (low, high),
            // Nothing at all lies at the start of its axis.
            (0.0, _) => (0.0, 1.0),
            (low, high) => (low - room, high + room),
        };
        let mut step = round_step((high - low) / 5.0);
        loop {
            let (from, to) = ((low / step).floor() * step, (high / step).ceil() * step);
            let ticks =
                (0..=((to - from) / step).round() as u32).map(|tick| format(from + f64::from(tick) * step));
            let ticks: Vec<String> = ticks.collect();
            // Ticks of which two look alike are closer than their words tell.
            if ticks.len() < 3 || ticks.windows(2).all(|pair| pair[0] != pair[1]) {
                return Self { label: label.to_owned(), from, to, step, format };
            }
            step = round_step(1.5 * step);
        }
    }

    /// Whole things from 0, with room above the most.
    pub(super) fn count(label: &str, most: f64) -> Self {
        let step = round_step(most.max(1.0) / 5.0).max(1.0).ceil();
        let to = ((most.max(1.0) / step).floor() + 1.0) * step;
        let format = |value| crate::report::rounded::grouped(value, 0);
        Self { label: label.to_owned(), from: 0.0, to, step, format }
    }
}

/// The smallest of 1, 2 and 5 times a power of ten that is no less than `least`: a tick has one digit that counts more than
/// the last, and is written without being rounded.
fn round_step(least: f64) -> f64 {
    // Each power by itself: multiplied up they would gather rounding.
    let powers = (-12..=300).map(|exponent| 10.0_f64.powi(exponent));
    let power = powers.take_while(|power| *power <= least).last().unwrap_or(1e-12);
    let steps = [1.0, 2.0, 5.0, 10.0].map(|step| step * power);
    steps.into_iter().find(|step| *step >= least * (1.0 - 1e-9)).unwrap_or(power * 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_end_at_round_ticks() {
        let told = |value: f64| format!("{value:.3}");
        let axis = Axis::over("", [3.1, 88.0].into_iter(), told);
        assert_eq!((axis.from, axis.to, axis.step), (0.0, 100.0, 20.0));
        let axis = Axis::over("", [-0.011, 0.034].into_iter(), told);
        assert!((axis.from + 0.02).abs() < 1e-12 && (axis.to - 0.04).abs() < 1e-12, "{axis:?}");
        let axis = Axis::over("", [3040.0].into_iter(), told);
        assert_eq!((axis.from, axis.to, axis.step), (2800.0, 3200.0, 100.0));
        // Ticks of a half would be told as whole numbers.
        let axis = Axis::over("", [0.0, 2.0].into_iter(), |value| format!("{value:.0}"));
        assert_eq!((axis.from, axis.to, axis.step), (0.0, 2.0, 1.0));
        let axis = Axis::over("", [0.0, 0.0].into_iter(), told);
        assert_eq!((axis.from, axis.to), (0.0, 1.0));
        assert_eq!(Axis::months("", 60.0).step, 12.0);
        let counts = [0.0, 1.0, 4.0, 7.0, 23.0, 420.0].map(|most| Axis::count("", most));
        assert_eq!(
            counts.map(|axis| (axis.to, axis.step)),
            [(2.0, 1.0), (2.0, 1.0), (5.0, 1.0), (8.0, 2.0), (25.0, 5.0), (500.0, 100.0)]
        );
    }
}
