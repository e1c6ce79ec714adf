//! Where a function of a figure that cannot be below a least value changes its sign.

/// Doublings of the first value within which the root is looked for.
const DOUBLINGS: u32 = 40;
/// Values tried within the bracket: more than halvings that a number has digits.
const STEPS: usize = 100;
/// The search ends where the bracket is so small against its upper end, or the function against its first value.
const CLOSE: f64 = 1e-6;

/// A root between `least` and 2^40 times `start`, or 2^39 where that is 0; `None` where the sign is the same at all values tried. `of` gives
/// the function at the value that is `allowed`.
///
/// The straight line through both ends of the bracket is the answer for a price. Else the end that stands counts half
/// each time again ("Illinois", Dowell and Jarratt 1971, doi:10.1007/BF01934364), and the middle is taken where that does
/// not halve the bracket: in simulated patients a function of a probability goes in steps.
///
/// # Errors
/// Those of the function.
pub(super) fn root<E>(
    (least, start, now): (f64, f64, f64),
    allowed: impl Fn(f64) -> f64,
    mut of: impl FnMut(f64) -> Result<f64, E>,
) -> Result<Option<f64>, E> {
    let close = CLOSE * now.abs();
    let mut low = (least, of(least)?);
    let mut high = (start, now);
    if low.1 == 0.0 && high.1 == 0.0 {
        // Nothing hangs on the figure.
        return Ok(None);
    }
    let mut doublings = 0;
    while high.1.signum() == low.1.signum() && low.1 != 0.0 && high.1 != 0.0 {
        let next = allowed(if high.0 > 0.0 { 2.0 * high.0 } else { 1.0 });
        if doublings == DOUBLINGS || next <= high.0 {
            return Ok(None);
        }
        doublings += 1;
        // A sign once seen lies beyond.
        low = high;
        high = (next, of(next)?);
    }
    // What the ends count for the line.
    let (mut below, mut above) = (low.1, high.1);
    let mut halved = true;
    for _ in 0..STEPS {
        let width = high.0 - low.0;
        if low.1 == 0.0 || high.1 == 0.0 || width <= CLOSE * high.0.abs() {
            break;
        }
        let line = low.0 - below * width / (above - below);
        let next = if halved && line > low.0 && line < high.0 { line } else { 0.5 * (low.0 + high.0) };
        if next <= low.0 || next >= high.0 {
            break;
        }
        let own = of(next)?;
        if own.abs() <= close {
            return Ok(Some(next));
        }
        if own.signum() == low.1.signum() {
            low = (next, own);
            (below, above) = (own, 0.5 * above);
        } else {
            high = (next, own);
            (below, above) = (0.5 * below, own);
        }
        halved = !halved || high.0 - low.0 <= 0.5 * width;
    }
    Ok(Some(if low.1 == 0.0 {
        low.0
    } else if high.1 == 0.0 {
        high.0
    } else {
        0.5 * (low.0 + high.0)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The root and how often the function was asked.
    fn found(start: f64, of: impl Fn(f64) -> f64) -> (Option<f64>, usize) {
        let mut count = 0;
        let counted = |value: f64| -> Result<f64, ()> {
            count += 1;
            Ok(of(value))
        };
        let allowed = |value: f64| value.clamp(0.0, 1e9);
        (root((0.0, start, of(start)), allowed, counted).unwrap(), count)
    }

    #[test]
    fn roots_are_found_where_they_are() {
        let near = |(found, count): (Option<f64>, usize), expected: f64, most: usize| {
            let value = found.unwrap();
            assert!((value - expected).abs() <= 2e-6 * expected && count <= most, "{value} {count}");
        };
        near(found(10.0, |x| 300.0 - 50.0 * x), 6.0, 2);
        near(found(10.0, |x| 50.0 * x - 3000.0), 60.0, 6);
        near(found(0.0, |x| 12.0 - x), 12.0, 8);
        near(found(1.0, |x| x * x * x - 0.2), 0.2_f64.cbrt(), 40);
        // Steps, as of patients whose luck a probability passes.
        let (value, count) = found(1.0, |x| (1e5 * x).floor() / 1e5 - 0.32455);
        assert!((value.unwrap() - 0.32455).abs() < 2e-5 && count <= 60, "{value:?} {count}");
        assert_eq!(found(5.0, |_| 0.0).0, None);
        assert_eq!(found(5.0, |x| x).0, Some(0.0));
        assert_eq!(found(5.0, |x| x + 1.0).0, None);
    }
}
