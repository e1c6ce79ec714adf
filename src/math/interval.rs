//! Intervals of shares.

use super::Z_95;

/// Wilson's 95 % interval of a share `p` seen among `n` (1927, doi:10.1080/01621459.1927.10502953).
pub(crate) fn wilson(p: f64, n: f64) -> (f64, f64) {
    let z2 = Z_95 * Z_95 / n;
    let half = Z_95 * (p * (1.0 - p) / n + z2 / (4.0 * n)).sqrt();
    // At the ends one of the two is 0 or 1 but for rounding.
    let [low, high] = [-half, half].map(|half| (p + 0.5 * z2 + half) / (1.0 + z2));
    (low.max(0.0), high.min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_those_that_the_score_test_just_keeps() {
        for (p, n) in [(0.0, 10.0), (0.3, 40.0), (0.05, 2000.0), (1.0, 7.0)] {
            let (low, high) = wilson(p, n);
            for end in [low, high].into_iter().filter(|end| (1e-9..1.0 - 1e-9).contains(end)) {
                let score = (p - end) / (end * (1.0 - end) / n).sqrt();
                assert!((score.abs() - Z_95).abs() < 1e-9, "{p} of {n}: {end}");
            }
            assert!(low <= p && p <= high && low >= 0.0 && high <= 1.0);
        }
    }
}
