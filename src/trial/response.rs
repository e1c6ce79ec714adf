//! Whether two arms respond alike.

use super::log_rank::two_sided;

/// Expected counts below this take the exact test (Cochran 1954, doi:10.2307/3001616).
const LEAST_EXPECTED: f64 = 5.0;
/// Tables as likely as the one seen count with it, within this: their chances are rounded.
const TIED: f64 = 1.0 + 1e-7;

/// Responders of an arm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Responders {
    /// Who responded.
    pub responders: u32,
    /// Of so many, at least 1.
    pub patients: u32,
}

/// Two-sided p-value of equal shares of responders: Pearson's chi-square without correction where all four expected
/// counts are 5 or more, else Fisher's exact test, which adds up all tables of the same margins that are at most as
/// likely as the one seen. Where nobody or everybody responds it is 1.
#[must_use]
pub fn response_test(control: Responders, arm: Responders) -> f64 {
    let all = f64::from(control.patients) + f64::from(arm.patients);
    let responders = f64::from(control.responders) + f64::from(arm.responders);
    let expected = |patients: u32, count: f64| f64::from(patients) * count / all;
    let least = [control.patients, arm.patients]
        .map(|patients| expected(patients, responders).min(expected(patients, all - responders)));
    if least[0].min(least[1]) < LEAST_EXPECTED {
        return fisher(control, arm);
    }
    let [p, q] = [control, arm].map(|own| f64::from(own.responders) / f64::from(own.patients));
    let pooled = responders / all;
    let variance =
        pooled * (1.0 - pooled) * (1.0 / f64::from(control.patients) + 1.0 / f64::from(arm.patients));
    two_sided((q - p) / variance.sqrt())
}

/// Fisher's exact test (1922, doi:10.2307/2340521).
fn fisher(control: Responders, arm: Responders) -> f64 {
    let responders = control.responders + arm.responders;
    let least = responders.saturating_sub(control.patients);
    let most = responders.min(arm.patients);
    // Chances of tables by the responders of the arm, relative to that of the table seen, outwards from it: a ratio of
    // neighbours needs no factorial.
    let [k, n, m] = [responders, arm.patients, control.patients].map(f64::from);
    let up = |x: f64| (k - x) * (n - x) / ((x + 1.0) * (m - k + x + 1.0));
    let (mut all, mut extreme) = (1.0, 1.0);
    let mut add = |chance: f64| {
        all += chance;
        if chance <= TIED {
            extreme += chance;
        }
    };
    let mut chance = 1.0;
    for x in arm.responders..most {
        chance *= up(f64::from(x));
        add(chance);
    }
    chance = 1.0;
    for x in (least..arm.responders).rev() {
        chance /= up(f64::from(x));
        add(chance);
    }
    // A table seen may be so rare that others are beyond all numbers beside it.
    if all.is_finite() { (extreme / all).min(1.0) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn test(a: (u32, u32), b: (u32, u32)) -> f64 {
        let [control, arm] = [a, b].map(|(responders, patients)| Responders { responders, patients });
        response_test(control, arm)
    }

    #[test]
    fn small_tables_are_counted_by_hand() {
        // The lady tasting tea: 3 of 4 cups right, 34 of 70 ways are as far from even.
        assert!((test((1, 4), (3, 4)) - 34.0 / 70.0).abs() < 1e-14);
        assert!((test((0, 4), (4, 4)) - 2.0 / 70.0).abs() < 1e-15);
        assert_eq!(test((0, 4), (0, 9)), 1.0);
        assert_eq!(test((4, 4), (9, 9)), 1.0);
    }

    #[test]
    fn tests_do_not_know_which_arm_is_which() {
        for (a, b) in [((3, 30), (9, 10)), ((12, 40), (20, 40)), ((0, 20_000), (9, 20_000))] {
            assert!((test(a, b) / test(b, a) - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn a_table_that_hardly_can_be_has_a_chance_near_none() {
        let p = test((0, 20_000), (20_000, 20_000));
        assert!((0.0..1e-300).contains(&p));
        let p = test((0, 4000), (4, 4));
        assert!(p > 0.0 && p < 1e-12, "{p}");
    }
}
