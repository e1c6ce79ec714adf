//! How much of the life years under a strategy come after the last month of which anything was published: they, and what
//! they cost, are prior-driven. It stands as a striped strip over figures of means.

use super::endpoint::{point_until, survival_until};
use super::lane::{between, ends, entry, lane};
use super::panel::Panel;
use super::phrase::listed;
use super::survival::survival;
use crate::report::rounded::{month, percent};
use crate::report::told::Told;
use kuva::prelude::LegendEntry;

/// Strategies that are told one by one.
const FEW: usize = 3;
/// A share of life years that is not worth a word.
const LITTLE: f64 = 0.005;

/// What comes late under one strategy.
pub(super) struct Lived {
    label: String,
    /// The last month at which survival was published of it, or to which a hazard ratio is taken to reach; 0 where there is
    /// none.
    months: f64,
    /// That of a published point.
    points: f64,
    /// Whether it is that of a point from infusion.
    from_infusion: bool,
    share: f64,
}

/// Of every strategy whose survival the run tells as far as it was published, and whose life years. Where lives are followed no
/// farther than that nothing is late.
pub(super) fn lived(told: &Told) -> Vec<Lived> {
    let of = |(id, label): &(String, String)| {
        let years = told.outcome(id, "life_years")?.number("mean").filter(|years| *years > 0.0)?;
        // What is known from infusion on is of nearly all who live: most of the others die within months.
        let infused = point_until(told, id, "os_infused");
        let from_start = survival_until(told, id);
        let months = from_start.max(infused);
        let horizon = told.manifest["settings"]["horizon_months"].as_f64();
        let known = match horizon {
            Some(horizon) if horizon <= months => years,
            _ => years_until(&survival(told, id), months)?,
        };
        let points = point_until(told, id, "os");
        Some(Lived {
            label: label.clone(),
            months,
            points,
            from_infusion: infused > from_start,
            share: (1.0 - known / years).clamp(0.0, 1.0),
        })
    };
    told.strategies.iter().filter_map(of).collect()
}

/// The least and the greatest share, where any is worth a word.
fn seen(all: &[Lived]) -> Option<(f64, f64)> {
    ends(all.iter().map(|own| own.share)).filter(|(_, most)| *most > LITTLE)
}

/// Draws the strip over the data.
pub(super) fn strip(panel: &mut Panel, all: &[Lived]) {
    if let Some((least, most)) = seen(all) {
        lane(panel, (least, most), &format!("{} of life years", between(least, most)));
    }
}

/// What it is.
pub(super) fn legend(all: &[Lived]) -> Vec<LegendEntry> {
    words(all).iter().map(|words| entry(words)).collect()
}

/// For the answer: the least and the greatest share, and in words those that are worth one; nothing where one is not known,
/// or all are next to nothing.
pub(in crate::report) fn late_years(told: &Told) -> Option<(String, Vec<String>)> {
    let all = lived(told);
    let (least, most) = ends(all.iter().map(|own| own.share))?;
    let known = all.len() == told.strategies.len();
    let late: Vec<Lived> = all.into_iter().filter(|own| own.share > LITTLE).collect();
    (known && !late.is_empty()).then(|| (between(least, most), words(&late)))
}

fn words(all: &[Lived]) -> Vec<String> {
    let Some((least, most)) = seen(all) else { return Vec::new() };
    if all.len() > FEW {
        let share = between(least, most);
        return vec![format!(
            "{share} of life years lie beyond all survival published of just these strategies"
        )];
    }
    let mut known: Vec<(String, Vec<String>)> = Vec::new();
    for own in all {
        let whence = if own.from_infusion {
            format!("come after month {}, the last published from infusion: prior-driven", month(own.months))
        } else if own.months > own.points {
            format!(
                "come after month {}, to which a published hazard ratio is taken to reach (the last point is at month {}): prior-driven",
                month(own.months),
                month(own.points)
            )
        } else if own.months > 0.0 {
            format!("come after month {}, the last published: prior-driven", month(own.months))
        } else {
            "rest on no survival published of just this strategy".to_owned()
        };
        let part = format!("{} under {}", percent(own.share), own.label);
        match known.iter_mut().find(|(words, _)| *words == whence) {
            Some((_, parts)) => parts.push(part),
            None => known.push((whence, vec![part])),
        }
    }
    known
        .into_iter()
        .map(|(whence, parts)| format!("of life years {} {whence}", listed(&parts, "and")))
        .collect()
}

/// Years lived until a month under a curve of survival by months; `None` where it ends before.
pub(super) fn years_until(curve: &[(f64, f64)], month: f64) -> Option<f64> {
    let part = |ends: &[(f64, f64)]| {
        let [(start, high), (end, low)] = ends else { return 0.0 };
        let cut = month.clamp(*start, *end);
        let at_cut = high + (low - high) * (cut - start) / (end - start);
        0.5 * (high + at_cut) * (cut - start)
    };
    let area: f64 = curve.windows(2).map(part).sum();
    (curve.last()?.0 >= month).then_some(area / 12.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn years_until_a_month_are_the_integral_of_survival() {
        let curve: Vec<(f64, f64)> =
            (0..=120).map(f64::from).map(|month| (month, crate::math::exp(-0.02 * month))).collect();
        for month in [0.0, 12.0, 30.5, 120.0] {
            let whole = (1.0 - crate::math::exp(-0.02 * month)) / 0.02 / 12.0;
            assert!((years_until(&curve, month).unwrap() - whole).abs() < 1e-3, "{month}");
        }
        assert_eq!(years_until(&curve, 121.0), None);
    }

    #[test]
    fn what_comes_after_the_last_published_month_is_told_of_each_strategy() {
        let survival = "strategy,endpoint,months,probability\na,os,0,1\na,os,24,1\nb,os,0,1\nb,os,24,1\n";
        let summary = "strategy,outcome,mean\na,life_years,4\nb,life_years,3\n";
        let published = "strategy,endpoint,months,published\na,os,12,0.9\n";
        let told = Told::of_tables(
            2,
            json!({}),
            &[("survival.csv", survival), ("summary.csv", summary), ("published.csv", published)],
        );
        assert_eq!(
            words(&lived(&told)),
            [
                "of life years 75 % under A come after month 12, the last published: prior-driven",
                "of life years 100 % under B rest on no survival published of just this strategy"
            ]
        );
    }

    #[test]
    fn nothing_is_late_where_lives_are_followed_no_farther_and_what_is_not_known_is_not_told() {
        let told = |horizon: u32, survival: &str| {
            let summary = "strategy,outcome,mean\na,life_years,0.9\nb,life_years,0.8\n";
            let published = "strategy,endpoint,months,published\na,os,24,0.9\n";
            let tables = [("survival.csv", survival), ("summary.csv", summary), ("published.csv", published)];
            let also = json!({ "settings": { "horizon_months": horizon } });
            late_years(&Told::of_tables(2, also, &tables)).map(|own| own.0)
        };
        let curves = "strategy,endpoint,months,probability\na,os,0,1\na,os,12,0.8\nb,os,0,1\nb,os,12,0.7\n";
        // Of b nothing was published; of a more than is followed.
        assert_eq!(told(12, curves), Some("0 to 100 %".to_owned()));
        // Followed farther than the curves are told: of a it cannot be said.
        assert_eq!(told(600, curves), None);
    }
}
