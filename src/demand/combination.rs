//! Which vials are opened for a dose.

use crate::model::Vials;

/// Share of a vial that counts as rounding.
const NEAR: f64 = 1e-9;

/// Vials of each size, in the order of the sizes.
pub(super) type Counts = [u32; Vials::MOST];

/// As many of each as one likes.
pub(super) const ANY: Counts = [u32::MAX; Vials::MOST];

/// The vials that hold a dose with the least left over, of those there are; of equals the fewest vials. `None` where all
/// together do not hold it.
///
/// Shapes: `sizes` in mg, above 0, at most [`Vials::MOST`].
pub(super) fn combination(mg: f64, sizes: &[f64], there: &Counts) -> Option<Counts> {
    let mut best: Option<(f64, u32, Counts)> = None;
    let mut counts = Counts::default();
    choose(mg, sizes, there, sizes.len(), &mut counts, &mut best);
    best.map(|(_, _, counts)| counts)
}

/// The mg that vials hold.
pub(super) fn held_mg(sizes: &[f64], counts: &Counts) -> f64 {
    sizes.iter().zip(counts).map(|(size, count)| size * f64::from(*count)).sum()
}

/// Vials that must come beside those that are there, so that every one of these doses, mg, can be made of whole vials:
/// each in turn takes of what is left those that waste least.
pub(super) fn lacking(doses: impl Iterator<Item = f64>, sizes: &[f64], mut there: Counts) -> Counts {
    let mut lacking = Counts::default();
    for mg in doses {
        if let Some(taken) = combination(mg, sizes, &there) {
            there.iter_mut().zip(taken).for_each(|(left, count)| *left -= count);
        } else if let Some(wanted) = combination(mg, sizes, &ANY) {
            lacking.iter_mut().zip(wanted).for_each(|(own, count)| *own += count);
        }
    }
    lacking
}

/// Tries all counts of the first `left` sizes for what is missing, the last of them, mostly the largest, first.
fn choose(
    rest: f64,
    sizes: &[f64],
    there: &Counts,
    left: usize,
    counts: &mut Counts,
    best: &mut Option<(f64, u32, Counts)>,
) {
    let Some(at) = left.checked_sub(1) else { return };
    let size = sizes[at];
    let enough = (rest / size - NEAR).ceil().max(0.0) as u32;
    if at > 0 {
        for count in 0..=enough.min(there[at]) {
            counts[at] = count;
            choose(rest - f64::from(count) * size, sizes, there, at, counts, best);
        }
    } else if enough <= there[at] {
        counts[at] = enough;
        let (mg, vials) = (held_mg(sizes, counts), counts.iter().sum());
        // Sums of the same vials in another order may differ by rounding.
        let better = best.is_none_or(|(least, fewest, _)| {
            mg < least - NEAR * least || (mg < least + NEAR * least && vials < fewest)
        });
        if better {
            *best = Some((mg, vials, *counts));
        }
    }
    counts[at] = 0;
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIZES: [f64; 3] = [80.0, 200.0, 400.0];

    #[test]
    fn the_least_is_left_over() {
        // By hand, of the doses of 15, 20, 25, 29, 30, 41.7, 50, 70 and 100 kg or more.
        for (mg, counts) in [
            (180.0, [0, 1, 0]),
            (240.0, [3, 0, 0]),
            (300.0, [4, 0, 0]),
            (348.0, [2, 1, 0]),
            (333.6, [2, 1, 0]),
            (400.0, [0, 0, 1]),
            (560.0, [2, 0, 1]),
            (800.0, [0, 0, 2]),
            (0.0, [0, 0, 0]),
        ] {
            assert_eq!(combination(mg, &SIZES, &ANY), Some(counts), "{mg}");
            let opened = Vials::new(&SIZES).opened(mg);
            assert!((held_mg(&SIZES, &counts) - opened).abs() < 1e-9);
        }
    }

    #[test]
    fn only_vials_that_are_there_are_opened() {
        assert_eq!(combination(560.0, &SIZES, &[1, 1, 1]), Some([0, 1, 1]));
        assert_eq!(combination(560.0, &SIZES, &[7, 0, 0]), Some([7, 0, 0]));
        assert_eq!(combination(560.0, &SIZES, &[1, 0, 1]), None);
        assert_eq!(combination(10.0, &[], &ANY), None);
    }

    #[test]
    fn doses_are_made_of_whole_vials() {
        let lack = |doses: &[f64], there| lacking(doses.iter().copied(), &SIZES, there);
        // 1,120 mg are there, and yet no second dose of 560: of 400 mg two thirds of one would be left.
        assert_eq!(lack(&[560.0, 560.0], [1, 0, 3]), [2, 0, 1]);
        assert_eq!(lack(&[560.0, 560.0], [2, 2, 2]), [0, 0, 0]);
        assert_eq!(lack(&[560.0, 560.0, 300.0], [4, 0, 2]), [4, 0, 0]);
        assert_eq!(lack(&[], [0, 0, 0]), [0, 0, 0]);
    }
}
