//! How much of what a strategy changes in survival comes after the last month of which anything was published: the part
//! that is prior-driven. It stands as a striped strip over the figures of an economic evaluation.

use super::endpoint::{point_until, survival_until};
use super::lane::{between, ends, entry, lane};
use super::lived::years_until;
use super::panel::Panel;
use super::phrase::listed;
use super::survival::survival;
use crate::report::rounded::{month, percent};
use crate::report::told::Told;
use kuva::prelude::LegendEntry;

/// A share that is not worth a word.
const LITTLE: f64 = 0.005;
/// Strategies that are told one by one.
const FEW: usize = 3;

/// What one strategy changes against the comparator.
#[derive(Debug, Clone, Copy)]
pub(in crate::report) struct Extrapolated {
    /// Index of the strategy.
    strategy: usize,
    /// The last month at which survival was published of both, or to which a hazard ratio is taken to reach; 0 where
    /// there is none.
    months: f64,
    /// The last month of a published point of both.
    points: f64,
    /// Share of the area between both curves that lies after it.
    share: f64,
}

impl Extrapolated {
    /// The id of the strategy.
    pub(super) fn of(self, told: &Told) -> &str {
        &told.strategies[self.strategy].0
    }
}

/// Of every strategy but the comparator of the economic evaluation, where the run has their curves.
pub(in crate::report) fn extrapolated(told: &Told) -> Vec<Extrapolated> {
    told.comparator().map_or_else(Vec::new, |comparator| extrapolated_over(told, comparator))
}

/// Of every strategy but one, against that.
pub(super) fn extrapolated_over(told: &Told, comparator: &str) -> Vec<Extrapolated> {
    let of = |(strategy, (id, _)): (usize, &(String, String))| {
        let months = survival_until(told, id).min(survival_until(told, comparator));
        let (one, other) = (survival(told, id), survival(told, comparator));
        let horizon = told.manifest["settings"]["horizon_months"].as_f64();
        let share = match horizon.filter(|horizon| one.last().is_some_and(|last| last.0 < horizon.floor())) {
            // What comes after the curves end is in the life years.
            Some(horizon) => {
                let years = |id: &str| told.outcome(id, "life_years")?.number("mean");
                share_of_rest(&one, &other, months.min(horizon), years(id)? - years(comparator)?)?
            }
            None => share_after(&one, &other, months)?,
        };
        let points = point_until(told, id, "os").min(point_until(told, comparator, "os"));
        Some(Extrapolated { strategy, months, points, share })
    };
    let others = told.strategies.iter().enumerate().filter(|(_, (id, _))| id != comparator);
    others.filter_map(of).collect()
}

/// Shares with what is said of them, of those at once that are alike.
pub(in crate::report) fn prior_driven(told: &Told) -> Vec<(f64, String)> {
    let mut all = extrapolated(told);
    all.retain(|own| own.share > LITTLE);
    in_words(told, &all)
}

/// For the answer: the least and the greatest share, and the same in words; nothing where all are next to nothing.
pub(in crate::report) fn gained_late(told: &Told) -> Option<(String, Vec<String>)> {
    let all = prior_driven(told);
    let (least, most) = ends(all.iter().map(|own| own.0)).filter(|own| own.1 > LITTLE)?;
    Some((between(least, most), all.into_iter().map(|own| own.1).collect()))
}

fn in_words(told: &Told, all: &[Extrapolated]) -> Vec<(f64, String)> {
    let mut alike: Vec<(&Extrapolated, Vec<&str>)> = Vec::new();
    for own in all {
        let label = told.strategies[own.strategy].1.as_str();
        let same = |(known, _): &&mut (&Extrapolated, Vec<&str>)| {
            percent(known.share) == percent(own.share) && known.months == own.months
        };
        match alike.iter_mut().find(same) {
            Some((_, labels)) => labels.push(label),
            None => alike.push((own, vec![label])),
        }
    }
    let words = |(own, labels): (&Extrapolated, Vec<&str>)| {
        let known = if own.months > own.points {
            let points = format!("the last points of both are at month {}", month(own.points));
            format!(
                "comes after month {}, to which a published hazard ratio is taken to reach ({points}): prior-driven",
                month(own.months)
            )
        } else if own.months > 0.0 {
            format!("comes after month {}, the last published: prior-driven", month(own.months))
        } else {
            "rests on no survival published of such patients under both it and the comparator".to_owned()
        };
        let change = if labels.len() == 1 { "changes" } else { "change" };
        let whose = listed(&labels, "and");
        (own.share, format!("{} of what {whose} {change} in life years {known}", percent(own.share)))
    };
    alike.into_iter().map(words).collect()
}

/// The least and the greatest share, where any is worth a word.
fn seen(all: &[Extrapolated]) -> Option<(f64, f64)> {
    ends(all.iter().map(|own| own.share)).filter(|(_, most)| *most > LITTLE)
}

/// Draws the strip over the data.
pub(super) fn strip(panel: &mut Panel, all: &[Extrapolated]) {
    if let Some((least, most)) = seen(all) {
        lane(panel, (least, most), &format!("{} of life years", between(least, most)));
    }
}

/// What it is.
pub(super) fn legend(told: &Told, all: &[Extrapolated]) -> Vec<LegendEntry> {
    match seen(all) {
        None => Vec::new(),
        Some((least, most)) if all.len() > FEW => vec![entry(&format!(
            "{} of what strategies change in life years rests on no published survival of both",
            between(least, most)
        ))],
        _ => in_words(told, all).iter().map(|(_, words)| entry(words)).collect(),
    }
}

/// Share of a difference of so many years between two lives that is not yet there at a month; `None` where the curves end
/// before it, or there is no difference.
fn share_of_rest(one: &[(f64, f64)], other: &[(f64, f64)], month: f64, whole: f64) -> Option<f64> {
    let known = years_until(one, month)? - years_until(other, month)?;
    (whole != 0.0).then(|| (1.0 - known / whole).clamp(0.0, 1.0))
}

/// Share of the area between two curves of the same months that lies after a month; `None` where they are the same.
fn share_after(one: &[(f64, f64)], other: &[(f64, f64)], month: f64) -> Option<f64> {
    let apart: Vec<(f64, f64)> =
        one.iter().zip(other).map(|((at, one), (_, other))| (*at, (one - other).abs())).collect();
    let area = |from: f64| -> f64 {
        let part = |ends: &[(f64, f64)]| {
            let [(start, low), (end, high)] = ends else { return 0.0 };
            let cut = start.max(from).min(*end);
            let at_cut = low + (high - low) * (cut - start) / (end - start);
            0.5 * (at_cut + high) * (end - cut)
        };
        apart.windows(2).map(part).sum()
    };
    let whole = area(f64::NEG_INFINITY);
    (whole > 0.0).then(|| area(month) / whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn shares_of_exponential_curves_are_those_of_their_integrals() {
        let curve = |rate: f64| -> Vec<(f64, f64)> {
            (0..=600).map(f64::from).map(|month| (month, crate::math::exp(-rate * month))).collect()
        };
        // The area from m on is e^-am / a less e^-bm / b.
        let area =
            |month: f64| crate::math::exp(-0.02 * month) / 0.02 - crate::math::exp(-0.05 * month) / 0.05;
        for month in [0.0, 12.0, 30.5, 120.0] {
            let found = share_after(&curve(0.02), &curve(0.05), month).unwrap();
            assert!((found - area(month) / area(0.0)).abs() < 1e-3, "{month}: {found}");
        }
        assert_eq!(share_after(&curve(0.02), &curve(0.02), 12.0), None);
        // Curves that end before the lives: of all that is gained in the end.
        let (slow, fast): (Vec<_>, Vec<_>) = (curve(0.02)[..=60].to_vec(), curve(0.05)[..=60].to_vec());
        let rest = share_of_rest(&slow, &fast, 30.5, area(0.0) / 12.0).unwrap();
        assert!((rest - area(30.5) / area(0.0)).abs() < 1e-3, "{rest}");
        assert_eq!(share_of_rest(&slow, &fast, 61.0, 1.0), None);
        // Curves that cross: what one gains later is not taken from what it lost before.
        let crossing = [(0.0, 1.0), (10.0, 0.5), (20.0, 0.5), (30.0, 0.0)];
        let straight = [(0.0, 1.0), (10.0, 0.4), (20.0, 0.6), (30.0, 0.0)];
        assert_eq!(share_after(&crossing, &straight, 15.0), Some(0.5));
    }

    #[test]
    fn strategies_of_which_the_same_is_told_are_told_at_once() {
        let told = Told::of_tables(4, json!({}), &[]);
        let own = |strategy, months, share| Extrapolated { strategy, months, points: 0.5 * months, share };
        let all = [own(1, 0.0, 1.0), own(2, 24.0, 0.751), own(3, 0.0, 0.9999)];
        let words: Vec<String> = in_words(&told, &all).into_iter().map(|(_, words)| words).collect();
        assert_eq!(words.len(), 2, "{words:?}");
        assert!(
            words[0].starts_with("100 % of what B and D change in life years rests on no"),
            "{}",
            words[0]
        );
        assert!(
            words[1].starts_with("75 % of what C changes in life years comes after month 24"),
            "{}",
            words[1]
        );
    }
}
