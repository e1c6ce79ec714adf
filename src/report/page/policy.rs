//! What to hold, in the answer of a run with a demand: the cheapest policy that meets the target, and how sure that is.

use super::super::figure::listed;
use super::super::rounded::grouped;
use super::super::told::{Sheet, SheetRow, Told};
use super::known::{ERRORS, Known, number, table};
use super::said::Said;
use crate::model::{Demand, Switch};
use maud::{Markup, html};
use std::cmp::Ordering;

/// Standard errors within which a policy may as well meet the target or miss it, and be as cheap as another.
const CLOSE: f64 = 2.0;
/// A change of the doses that is not worth a word, as a share of them.
const LITTLE: f64 = 0.03;

/// The cheapest policy that meets the target, where one was looked for.
pub(super) fn policy(told: &Told, known: &Known) -> Option<Said> {
    let sheet = told.sheet("policy.csv")?;
    let tried = told.manifest["demand"]["search_replications"]
        .as_f64()
        .map_or(String::new(), |own| format!(" in {}", replications(told, own)));
    let Some(best) = sheet.rows().find(|row| row.text("cheapest") == "TRUE") else {
        return Some(Said::of(unmet(told, sheet, &tried)?).with(further(told)));
    };
    let demand = &told.manifest["demand"];
    let is = |key: &str| demand[key] == true;
    let store = match (is("pooled"), demand["centres"] == 1) {
        (true, _) => " in the one store",
        (_, true) => "",
        _ => " at each centre",
    };
    let extra = if is("extra_vials") { " beside the extra ones" } else { "" };
    let levels = levels(sheet, &best);
    let held = html! { @if !levels.is_empty() { ", " (number(&levels)) " vials" (store) (extra) "," } };
    let decimals = Asked::of(told).map_or(1, |own| own.decimals());
    let per_cent = |column: &str| best.number(column).map(|share| grouped(share * 100.0, decimals));
    let meet = best.number("draws_that_meet")?;
    let sure = match known {
        Known::Enough(_) => {
            html! { (number(&format!("{} %", grouped(meet * 100.0, 0)))) " of the draws meet the target" }
        }
        Known::Few(draws) if *draws > 1.0 => html! {
            (number(&grouped(meet * draws, 0))) " of the " (grouped(*draws, 0))
            " draws that were made meet the target, too few to say how sure it is"
        },
        _ => html! { "how sure this is stays open: " (known.why()) },
    };
    let (service, short) = (per_cent("service_level")?, per_cent("stockout_chance")?);
    let doubts = doubts(told, sheet, &best);
    let sentence = html! {
        "The " (table(told, "policy.csv", "cheapest policy that meets the target")) (target(told)) (held) " has a dose there in " (number(&service))
        " % of needs and runs short" (somewhere(told)) " in " (number(&short)) " % of years" (tried) "; " (sure)
        @if !doubts.is_empty() { "; which policy is the cheapest is not settled" }
    };
    let costs = cost(told, known, &best);
    let more = costs.into_iter().chain(doubts).chain(next(told, sheet, &best)).chain(beyond(told));
    Some(Said::of(sentence).with(more).with(further(told)))
}

/// That no policy meets the target, and how far the nearest comes.
fn unmet(told: &Told, sheet: &Sheet, tried: &str) -> Option<Markup> {
    let asked = Asked::of(told)?;
    let count = sheet.rows().count();
    let nearest = sheet.rows().filter(|row| asked.by(row).is_some());
    let nearest = nearest
        .max_by(|one, other| asked.by(one).partial_cmp(&asked.by(other)).unwrap_or(Ordering::Equal))?;
    let reached = nearest.number(asked.column)?;
    Some(html! {
        "None of the " (table(told, "policy.csv", &format!("{} policies that were tried", grouped(count as f64, 0)))) " meets the target"
        (target(told)) (tried) "; the nearest, " (levels(sheet, &nearest)) ", has " (number(&grouped(100.0 * reached, asked.decimals()))) " %"
        @if let Some(error) = asked.error(&nearest) { " (± " (grouped(100.0 * ERRORS * error, asked.decimals())) " by draws and replications, 95 %)" }
        @if asked.errors(&nearest).is_some_and(|by| by > -CLOSE) { ", so that they do not settle whether it does" }
    })
}

/// What a target asks for.
struct Asked {
    column: &'static str,
    wanted: f64,
    /// Whether more of it is better.
    more: bool,
}

impl Asked {
    fn of(told: &Told) -> Option<Self> {
        let target = &told.manifest["settings"]["demand"]["target"];
        [("service_level", true), ("stockout_chance", false)]
            .into_iter()
            .find_map(|(column, more)| Some(Self { column, wanted: target[column].as_f64()?, more }))
    }

    /// Decimals of a per cent that tell the target from all, and policies from it.
    fn decimals(&self) -> usize {
        let scales = [(1, 1e3), (2, 1e4), (3, 1e5)];
        let whole = |scale: f64| (scale * self.wanted - (scale * self.wanted).round()).abs() < 1e-6;
        scales.into_iter().find(|own| whole(own.1)).map_or(4, |own| own.0)
    }

    /// By how much a policy meets it.
    fn by(&self, row: &SheetRow<'_>) -> Option<f64> {
        let by = row.number(self.column)? - self.wanted;
        Some(if self.more { by } else { -by })
    }

    /// Its standard error, from draws and replications; with one draw from replications.
    fn error(&self, row: &SheetRow<'_>) -> Option<f64> {
        let own = row.number("target_se").or_else(|| row.number(&format!("{}_mc_se", self.column)));
        own.filter(|error| *error > 0.0)
    }

    /// By how many of its standard errors.
    fn errors(&self, row: &SheetRow<'_>) -> Option<f64> {
        Some(self.by(row)? / self.error(row)?)
    }
}

/// What a policy costs, and its interval over the draws.
fn cost(told: &Told, known: &Known, best: &SheetRow<'_>) -> Option<Markup> {
    let ends = best.number("cost_lower_95").zip(best.number("cost_upper_95")).zip(known.most());
    let ends = ends.map_or_else(String::new, |((low, high), most)| {
        format!(" (between {} and {} {most})", grouped(low, 0), grouped(high, 0))
    });
    let cost = grouped(best.number("cost")?, 0) + &ends;
    Some(html! { "It costs " (number(&cost)) " " (told.currency()) " a year: vials, orders and holding" })
}

/// The vials that a policy holds, by size.
fn levels(sheet: &Sheet, policy: &SheetRow<'_>) -> String {
    let levels = sheet.columns().iter().filter_map(|column| {
        let size = column.strip_prefix("order_up_to_")?.strip_suffix("mg")?;
        let of = |what: &str| policy.number(&format!("{what}_{size}mg")).map(|count| grouped(count, 0));
        let mg = size.replace('_', ".");
        Some(match of("quantity") {
            None => match of("order_up_to")? {
                none if none == "0" => format!("none of {mg} mg"),
                count => format!("up to {count} of {mg} mg"),
            },
            Some(quantity) => {
                format!("{quantity} of {mg} mg at a time, at {} or fewer", of("reorder_point")?)
            }
        })
    });
    levels.collect::<Vec<_>>().join(", ")
}

/// Where a chance is that of a shortage at any of several centres.
fn somewhere(told: &Told) -> &'static str {
    let several = told.manifest["demand"]["centres"].as_f64().is_some_and(|own| own > 1.0);
    if several && told.manifest["demand"]["pooled"] != true { " at one centre or more" } else { "" }
}

/// What draws and replications leave open of the choice: whether it meets the target, whether others that are cheaper do, and
/// whether others that do are cheaper.
fn doubts(told: &Told, sheet: &Sheet, best: &SheetRow<'_>) -> Vec<Markup> {
    let Some(asked) = Asked::of(told) else { return Vec::new() };
    let over = |row: &SheetRow<'_>| row.number("cost_over_cheapest");
    let meets = |row: &SheetRow<'_>| row.text("meets_target") == "TRUE";
    let mut cheaper: Vec<SheetRow<'_>> = sheet
        .rows()
        .filter(|row| !meets(row) && over(row).is_some_and(|over| over < 0.0))
        .filter(|row| asked.errors(row).is_some_and(|by| by > -CLOSE))
        .collect();
    cheaper
        .sort_by(|one, other| asked.errors(other).partial_cmp(&asked.errors(one)).unwrap_or(Ordering::Equal));
    let as_cheap = sheet.rows().filter(|row| meets(row) && row.text("cheapest") != "TRUE");
    let as_cheap = as_cheap.filter(|row| {
        over(row).zip(row.number("cost_over_cheapest_se")).is_some_and(|(over, error)| over < CLOSE * error)
    });
    let as_cheap = as_cheap.count();
    let share = |row: &SheetRow<'_>| {
        row.number(asked.column).map_or(String::new(), |own| grouped(100.0 * own, asked.decimals()))
    };
    let barely = asked.errors(best).filter(|by| *by < CLOSE).and_then(|_| {
        let half = grouped(100.0 * ERRORS * asked.error(best)?, 2);
        Some(html! { "It meets the target by less than two standard errors: with " (number(&share(best))) " ± " (half) " % by draws and replications (95 %)" })
    });
    let misses = cheaper.first().map(|first| {
        html! {
            "Cheaper, and short of the target by less than two standard errors: " (levels(sheet, first)) ", with " (number(&share(first))) " %"
            @if cheaper.len() > 1 { ", and " (cheaper.len() - 1) " more" }
        }
    });
    let others = (as_cheap > 0).then(|| {
        html! {
            (as_cheap) @if as_cheap == 1 { " other policy that meets it costs" } @else { " other policies that meet it cost" }
            " more by less than two standard errors"
        }
    });
    barely.into_iter().chain(misses).chain(others).collect()
}

/// The next by cost that meets the target.
fn next(told: &Told, sheet: &Sheet, best: &SheetRow<'_>) -> Option<Markup> {
    let cost = |row: &SheetRow<'_>| row.number("cost");
    let others =
        sheet.rows().filter(|row| row.text("meets_target") == "TRUE" && row.text("cheapest") != "TRUE");
    let next = others.filter(|row| cost(row).is_some());
    let next = next.min_by(|one, other| cost(one).partial_cmp(&cost(other)).unwrap_or(Ordering::Equal))?;
    let error =
        next.number("cost_over_cheapest_se").map(|error| format!(" (standard error {})", grouped(error, 0)));
    Some(html! {
        "The next by cost that meets it, " (levels(sheet, &next)) ", costs " (number(&grouped(cost(&next)? - cost(best)?, 0)))
        (error.unwrap_or_default()) " " (told.currency()) " more a year and runs short in "
        (number(&grouped(100.0 * next.number("stockout_chance")?, 1))) " % of years, against "
        (number(&grouped(100.0 * best.number("stockout_chance")?, 1))) " %"
    })
}

/// That a cheaper policy may lie beyond those that were tried.
fn beyond(told: &Told) -> Option<Markup> {
    let warning = told.warnings().into_iter().find(|own| own.starts_with(Demand::AT_AN_END))?;
    let rest = warning.strip_prefix(Demand::AT_AN_END)?;
    Some(html! { a href="#warnings" { "It lies at an end of the candidates" } (rest) })
}

/// The target that a policy was looked for, as the manifest tells it.
fn target(told: &Told) -> String {
    let Some(asked) = Asked::of(told) else { return String::new() };
    let share = grouped(100.0 * asked.wanted, asked.decimals());
    if asked.more {
        format!(" of {share} % of doses there")
    } else {
        format!(" of a shortage{} in at most {share} % of years", somewhere(told))
    }
}

/// Replications of all draws.
fn replications(told: &Told, of_a_draw: f64) -> String {
    let all = of_a_draw * told.count("draws").unwrap_or(1.0);
    format!("{} replication{}", grouped(all, 0), if all == 1.0 { "" } else { "s" })
}

/// Those of the run, by their key in the manifest.
fn of_run(told: &Told, key: &str) -> String {
    told.manifest["demand"][key].as_f64().map_or_else(String::new, |own| replications(told, own))
}

/// An outcome of the scenario with a switch, beside the others.
fn by_switch<'a>(told: &'a Told, switch: &str, outcome: &str) -> Option<SheetRow<'a>> {
    told.rows("demand_switches.csv")
        .find(|row| row.text("switch") == switch && row.text("outcome") == outcome)
}

/// How often a dose is missing as the scenario stands; and, in the replications in which choices stand beside each other,
/// how often with its own levels and with one more vial of each size.
fn further(told: &Told) -> Vec<Markup> {
    let percent = |row: SheetRow<'_>| row.number("mean").map(|own| grouped(100.0 * own, 1));
    let short = |switch: &str| by_switch(told, switch, "stockout_chance").and_then(percent);
    let named = told.rows("demand_switches.csv").filter(|row| row.text("outcome") == "stockout_chance");
    let sizes = named.filter_map(|row| row.text("switch").strip_prefix(Demand::ONE_MORE)?.strip_suffix("mg"));
    let all = told.rows("demand_daily.csv").next().map_or("", |row| row.text("centre"));
    let mut now = told.rows("stockouts.csv").filter(|row| row.text("centre") == all);
    let now = now.find(|row| row.text("outcome") == "stockout_chance").and_then(percent);
    let now = now.map(|now| {
        html! {
            "As the scenario stands, a dose is missing" (somewhere(told)) " in " (number(&now)) " % of years, in "
            (of_run(told, "replications"))
        }
    });
    let each = sizes.filter_map(|size| {
        let with = short(&format!("{}{size}mg", Demand::ONE_MORE))?;
        Some(html! { (number(&with)) " % with one more vial of " (size.replace('_', ".")) " mg in every store" })
    });
    let each: Vec<Markup> = each.collect();
    let beside = short(Switch::BASE).filter(|_| !each.is_empty()).map(|base| {
        html! {
            (table(told, "demand_switches.csv", "Beside each other")) ", in " (of_run(told, "search_replications")) ": " (number(&base)) " % as it stands"
            @for own in &each { ", " (own) }
        }
    });
    now.into_iter().chain(beside).collect()
}

/// What a year needs under each other choice or reading that the scenario names, where that is another amount.
pub(super) fn other_choices(told: &Told, known: &Known) -> Option<Markup> {
    let rows = told.rows("demand_switches.csv").filter(|row| row.text("outcome") == "doses_needed");
    let (mut moved, mut left) = (Vec::new(), Vec::new());
    let base = by_switch(told, Switch::BASE, "doses_needed")?;
    for row in rows {
        let switch = row.text("switch");
        if switch == Switch::BASE || switch.starts_with(Demand::ONE_MORE) {
            continue;
        }
        let (own, as_it_is) = row.number("mean").zip(base.number("mean"))?;
        let words = switch.replace('_', " ");
        if (own - as_it_is).abs() > LITTLE * as_it_is {
            moved.push(format!("{} under “{words}”", doses(&row, known)?));
        } else {
            left.push(format!("“{words}”"));
        }
    }
    let words = |all: &[String]| listed(&all.iter().map(String::as_str).collect::<Vec<_>>(), "and");
    let switch = |text: &str| table(told, "demand_switches.csv", text);
    (!moved.is_empty() || !left.is_empty()).then(|| {
        html! {
            @if moved.is_empty() { (switch("Switches")) " leave" } @else {
                "By " (switch("switch")) " a year needs " (number(&words(&moved))) ", against " (number(&doses(&base, known).unwrap_or_default()))
                " doses as the scenario stands, in " (of_run(told, "search_replications"))
                @if let Some(most) = known.most() { " (in brackets what they are " (most) ")" }
                @if !left.is_empty() { "; others leave" }
            }
            @if !left.is_empty() {
                " the doses nearly as they are, and change what their table has: " (words(&left))
            }
        }
    })
}

/// Doses of a year, with their interval over the draws.
fn doses(row: &SheetRow<'_>, known: &Known) -> Option<String> {
    let ends = row.number("lower_95").zip(row.number("upper_95")).filter(|_| known.most().is_some());
    let ends = ends
        .map_or_else(String::new, |(low, high)| format!(" ({} to {})", grouped(low, 0), grouped(high, 0)));
    Some(grouped(row.number("mean")?, 0) + &ends)
}
