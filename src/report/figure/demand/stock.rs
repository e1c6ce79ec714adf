//! Stock against service: every policy that was tried, what it holds and what it costs.

use super::super::chart::{Axis, Panel, drawn};
use super::super::ink::{BEHIND, Ink, POINTED, ruled};
use super::super::{Figure, Subject};
use super::grounds::Grounds;
use crate::report::rounded::{amount, grouped, money};
use crate::report::told::{Sheet, SheetRow, Told};
use kuva::prelude::{LegendEntry, LegendShape, MarkerShape, ReferenceLine};

/// How a target is read: its key in the manifest, the words of its axis, and whether more of it is better.
const KINDS: [(&str, &str, bool); 2] = [
    ("service_level", "doses that are there when needed, %", true),
    ("stockout_chance", "chance of a year with a shortage, %", false),
];

/// Intervals of policies that no other beats, and of the others.
const UNBEATEN: &str = "#666666";
const BEATEN: &str = "#BDBDBD";

/// One policy.
struct Policy<'a> {
    row: SheetRow<'a>,
    /// Of the target's kind, per cent.
    reached: f64,
    interval: Option<(f64, f64)>,
    mg: f64,
    /// Over that of the cheapest that meets the target, where one does, and 1.96 standard errors of that to each side.
    cost: f64,
    spread: Option<(f64, f64)>,
}

/// What a policy is ordered by.
type Value = fn(&Policy<'_>) -> f64;

impl Policy<'_> {
    fn is(&self, column: &str) -> bool {
        self.row.text(column) == "TRUE"
    }
}

pub(super) fn figures(told: &Told) -> Vec<Figure> {
    told.sheet("policy.csv").and_then(|sheet| figure(told, sheet)).into_iter().collect()
}

/// Vials that a full stock holds, mg: up to the level, or what is left at the reorder point and the quantity.
fn full(row: &SheetRow<'_>, sheet: &Sheet) -> f64 {
    let sizes = sheet.columns().iter().filter_map(|name| {
        let size = name.strip_prefix("reorder_point_")?;
        let mg: f64 = size.strip_suffix("mg")?.replace('_', ".").parse().ok()?;
        let number = |kind: &str| row.number(&format!("{kind}_{size}"));
        let most = number("order_up_to").or_else(|| {
            let (point, quantity) = number("reorder_point").zip(number("quantity"))?;
            Some(point + quantity)
        });
        Some(mg * most?)
    });
    sizes.sum()
}

fn figure(told: &Told, sheet: &Sheet) -> Option<Figure> {
    let target = &told.manifest["settings"]["demand"]["target"];
    let wanted = KINDS.iter().find_map(|kind| Some((kind, target[kind.0].as_f64()? * 100.0)));
    let (&(kind, words, more), wanted) = wanted.map_or((&KINDS[0], None), |(kind, at)| (kind, Some(at)));
    let percent = |row: &SheetRow<'_>, end: &str| Some(row.number(&format!("{kind}{end}"))? * 100.0);
    let policy = |row: SheetRow<'_>| {
        Some((percent(&row, "")?, percent(&row, "_lower_95").zip(percent(&row, "_upper_95"))))
    };
    let policies: Vec<Policy<'_>> = sheet
        .rows()
        .filter_map(|row| {
            let (reached, interval) = policy(row)?;
            // What all policies share is no difference between them.
            let over = row.number("cost_over_cheapest");
            let error = row.number("cost_over_cheapest_se");
            let spread = over.zip(error).map(|(over, error)| (over - 1.96 * error, over + 1.96 * error));
            let cost = over.or(row.number("cost"))?;
            Some(Policy { row, reached, interval, mg: full(&row, sheet), cost, spread })
        })
        .collect();
    policies.first()?;
    let ends = policies.iter().flat_map(|own| [own.reached].into_iter().chain(wanted));
    let low = ends.clone().fold(f64::INFINITY, f64::min);
    let high = ends.fold(0.0, f64::max);
    // Intervals of stocks that are far too small would press all others together.
    let mut y = Axis::over(words, [low, high].into_iter(), amount);
    // Room for the markers at the edge.
    y.to += 0.03 * (y.to - y.from);
    let currency = told.currency();
    let best = policies.iter().find(|own| own.is("cheapest"));
    let over = if best.is_some() {
        "more than the cheapest that meets the target"
    } else {
        "of vials, orders, holding"
    };
    let of = |value: Value| policies.iter().map(value).collect::<Vec<f64>>();
    let axes: [(&str, Axis, Value); 2] = [
        (
            "By stock",
            Axis::over("full stock, mg", of(|own| own.mg).into_iter(), |value| grouped(value, 0)),
            |own| own.mg,
        ),
        (
            "By cost",
            Axis::over(&format!("cost {over}: {currency} a year"), of(|own| own.cost).into_iter(), money),
            |own| own.cost,
        ),
    ];
    let spread = policies.iter().any(|own| own.spread.is_some_and(|(low, high)| high > low));
    let mut grounds = Grounds::of(told);
    let panels = axes.into_iter().map(|(title, mut x, value)| {
        // The marker of the cheapest, at the start of its axis, is whole.
        if title == "By cost" {
            x.from -= 0.04 * (x.to - x.from);
        }
        let mut panel = Panel::new(title, x, y.clone());
        intervals(&mut panel, &policies, value, more);
        for own in policies.iter().filter(|_| title == "By cost") {
            own.spread.into_iter().for_each(|ends| panel.interval(ends, own.reached, UNBEATEN, 1.0));
        }
        let (met, missed): (Vec<_>, Vec<_>) = policies.iter().partition(|own| own.is("meets_target"));
        for (group, ink) in [(missed, Ink::of(1)), (met, Ink::of(0))] {
            for own in group {
                panel.mark((value(own), own.reached), ink, 3.6);
            }
        }
        if let Some(best) = best {
            panel.mark((value(best), best.reached), Ink::pointed(MarkerShape::Diamond), 7.0);
        }
        if let Some(wanted) = wanted {
            panel.rule(ReferenceLine::horizontal(wanted).with_dasharray("6 4"));
        }
        grounds.strip(&mut panel, kind);
        panel
    });
    let panels: Vec<Panel> = panels.collect();
    let legend = legend((best.is_some(), spread), wanted, &grounds);
    let title = "Stock against service";
    let count = policies.len();
    let said = best.map_or("No policy meets the target.".to_owned(), |best| {
        format!(
            "The cheapest that meets the target holds {} mg when full and costs {} {currency} a year; {} % by the scale of the target.",
            grouped(best.mg, 0),
            grouped(best.row.number("cost").unwrap_or(f64::NAN), 0),
            amount(best.reached)
        )
    });
    Some(Figure {
        name: "demand_stock".to_owned(),
        subject: Subject::Demand,
        title: title.to_owned(),
        caption: format!(
            "Each of the {count} policies that the candidates make, at all centres together, in the same replications: what a full \
             stock holds at one centre, what it costs, and what it reaches. Grey lines are the 95 % of the draws (chance of their \
             few replications included), darker of those that no other policy beats with less; an arrow at the edge of the picture says that one goes on. Many \
             policies with the same mg differ in the sizes of their vials. What a year costs hangs on how many doses it needs, \
             alike under all policies: by cost they are told by what they cost more than the cheapest that meets the target, with 1.96 \
             standard errors of that difference, of draws and replications together.",
        ),
        alt: format!("{title}, {count} policies. {said}"),
        tables: &["policy.csv", "assumptions.csv"],
        names: grounds.names(),
        scene: drawn(title, panels, 2, (470.0, 360.0), legend),
    })
}

/// The signs: of the cheapest and of costs over it where they are known, of a target where there is one.
fn legend((best, spread): (bool, bool), wanted: Option<f64>, grounds: &Grounds) -> Vec<LegendEntry> {
    let mut legend = vec![Ink::of(0).point("meets the target"), Ink::of(1).point("misses it")];
    if best {
        legend.push(LegendEntry {
            label: "the cheapest that meets it".to_owned(),
            color: POINTED.to_owned(),
            shape: LegendShape::Marker(MarkerShape::Diamond),
            dasharray: None,
        });
    }
    legend.push(ruled(UNBEATEN, "", "95 % of the draws, of the policies that no other beats"));
    legend.push(ruled(BEATEN, "", "95 % of the draws, of the others"));
    legend
        .extend(spread.then(|| ruled(UNBEATEN, "", "across: cost over the cheapest, 1.96 standard errors")));
    legend.extend(grounds.legend());
    legend.extend(wanted.map(|wanted| ruled(BEHIND, "6 4", &format!("target, {} %", amount(wanted)))));
    legend
}

/// Intervals of all policies: those of the policies that no other beats lie over the others.
fn intervals(panel: &mut Panel, policies: &[Policy<'_>], value: Value, more: bool) {
    let (unbeaten, others): (Vec<_>, Vec<_>) =
        policies.iter().partition(|own| is_frontier(own, policies, value, more));
    for (group, colour) in [(others, BEATEN), (unbeaten, UNBEATEN)] {
        for own in group {
            if let Some(ends) = own.interval {
                panel.upright(ends, value(own), colour, 1.2);
            }
        }
    }
}

/// Whether no other policy reaches at least as much with less.
fn is_frontier(own: &Policy<'_>, all: &[Policy<'_>], value: Value, more: bool) -> bool {
    let as_good = |other: &Policy<'_>| {
        if more { other.reached >= own.reached } else { other.reached <= own.reached }
    };
    let better = |other: &Policy<'_>| {
        let less = value(other) < value(own);
        as_good(other) && (less || (value(other) == value(own) && other.reached != own.reached))
    };
    !all.iter().any(better)
}
