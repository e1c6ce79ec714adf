//! What centres need and what to hold, in the answer of a run with a demand.

use super::super::figure::listed;
use super::super::rounded::grouped;
use super::super::told::{SheetRow, Told};
use super::known::{Known, noise_of, table};
use crate::model::{Demand, Switch};
use maud::{Markup, html};

/// What centres need and what to hold, where the run has a demand.
pub(super) fn needs(told: &Told, known: &Known) -> Option<(Option<Markup>, Option<Markup>)> {
    let all = told.rows("demand_daily.csv").next()?.text("centre");
    let at = |file: &str, column: &str, name: &str| {
        let mut rows = told.rows(file).filter(|row| row.text("centre") == all);
        rows.find(|row| row.text(column) == name)
    };
    let doses = at("stockouts.csv", "outcome", "doses_needed")?;
    let ends = doses.number("lower_95").zip(doses.number("upper_95"));
    let ends = ends
        .zip(known.most())
        .map(|((low, high), most)| format!("between {} and {} {most}", grouped(low, 0), grouped(high, 0)));
    let peak = |name: &str, words: &str| {
        let row = at("demand_peaks.csv", "resource", name)?;
        // What is never used is not modelled: nothing is advised of it.
        row.number("p100").filter(|most| *most > 0.0)?;
        Some(format!("{} {words}", grouped(row.number("p95")?, 0)))
    };
    let stays = at("stockouts.csv", "outcome", "icu_stays_of_others").and_then(|row| row.number("mean"));
    let with_others = if stays.is_some_and(|own| own > 0.0) { " (others' stays with them)" } else { "" };
    let peaks = [
        peak("tocilizumab_doses", "doses a day"),
        peak("icu_beds_wanted", &format!("beds of intensive care{with_others}")),
        peak("ward_beds_wanted", "ward beds"),
    ];
    let peaks: Vec<String> = peaks.into_iter().flatten().collect();
    // Few replications do not tell it.
    let worst = html! {
        @if !peaks.is_empty() {
            "; at its worst moment " (table(told, "demand_peaks.csv", &listed(&peaks, "and"))) " are enough in 95 of 100 years"
        }
    };
    let doses_mean = doses.number("mean")?;
    let mean = grouped(doses_mean, 0);
    let policy = policy(told, known);
    // Where a policy is told, how sure the need is stands with it, so that there are three sentences.
    let inside = ends.as_ref().filter(|_| policy.is_some()).map_or(String::new(), |ends| format!(", {ends}"));
    let others = at("stockouts.csv", "outcome", "doses_of_others").and_then(|row| row.number("mean"));
    let others =
        others.filter(|own| *own > 0.0).map(|own| format!(", {} of them for others", grouped(own, 0)));
    let need = html! {
        "A year needs " (mean) " " (table(told, "stockouts.csv", "doses of tocilizumab")) " in the mean"
        (others.unwrap_or_default()) (inside) (worst) "."
    };
    let sure = || {
        let chance = doses.number("chance_sd").map(|sd| grouped(sd, 1));
        html! {
            @match &ends {
                Some(ends) => { (table(told, "stockouts.csv", "The mean")) " is " (ends) " of the uncertain figures" },
                None => {
                    @let (error, words) = noise_of(told, &doses, 1);
                    (table(told, "stockouts.csv", "The mean")) " is " (grouped(doses_mean, 1)) (error) " doses, " (words) "; how well it is known stays open: " (known.why())
                },
            }
            @if let Some(sd) = chance { "; chance alone moves the need of a year by a standard deviation of " (sd) " doses" }
            "."
        }
    };
    Some((Some(need), Some(policy.unwrap_or_else(sure))))
}

/// The cheapest policy that meets the target, where one was looked for.
fn policy(told: &Told, known: &Known) -> Option<Markup> {
    let sheet = told.sheet("policy.csv")?;
    let Some(best) = sheet.rows().find(|row| row.text("cheapest") == "TRUE") else {
        return Some(html! { "None of the policies that were tried meets the target of service." });
    };
    let levels = sheet.columns().iter().filter_map(|column| {
        let size = column.strip_prefix("order_up_to_")?.strip_suffix("mg")?;
        let of = |what: &str| best.number(&format!("{what}_{size}mg")).map(|count| grouped(count, 0));
        let mg = size.replace('_', ".");
        Some(match of("quantity") {
            None => format!("up to {} of {mg} mg", of("order_up_to")?),
            Some(quantity) => {
                format!("{quantity} of {mg} mg at a time, at {} or fewer", of("reorder_point")?)
            }
        })
    });
    let levels: Vec<String> = levels.collect();
    let demand = &told.manifest["demand"];
    let is = |key: &str| demand[key] == true;
    let store = match (is("pooled"), demand["centres"] == 1) {
        (true, _) => " in the one store",
        (_, true) => "",
        _ => " at each centre",
    };
    let extra = if is("extra_vials") { " beside the extra ones" } else { "" };
    let held = if levels.is_empty() {
        String::new()
    } else {
        format!(", {} vials{store}{extra},", levels.join(", "))
    };
    let tried = demand["search_replications"].as_f64().map_or(String::new(), |own| {
        let draws = told.count("draws").unwrap_or(1.0);
        format!(" (in {} replications)", grouped(own * draws, 0))
    });
    let per_cent = |column: &str| best.number(column).map(|share| grouped(share * 100.0, 1));
    let meet = best.number("draws_that_meet")?;
    let sure = match known {
        Known::Enough(_) => format!("{} % of the draws meet the target", grouped(meet * 100.0, 0)),
        Known::Few(draws) if *draws > 1.0 => {
            format!(
                "{:.0} of the {draws:.0} draws that were made meet the target, too few to say how sure it is",
                meet * draws
            )
        }
        _ => format!("how sure this is stays open: {}", known.why()),
    };
    let (service, short) = (per_cent("service_level")?, per_cent("stockout_chance")?);
    let more = further(told);
    Some(html! {
        "The " (table(told, "policy.csv", "cheapest policy that meets the target")) (held) " has a dose there in " (service) " % of needs and runs short in " (short) " % of years" (tried) "; " (sure) @if let Some(more) = more { "; " (more) } "."
    })
}

/// What one more vial of each size buys, beside the scenario's own levels: by how much it lowers the chance of a
/// shortage, in the same replications.
fn further(told: &Told) -> Option<String> {
    let of = |row: SheetRow<'_>| {
        (row.text("outcome") == "stockout_chance")
            .then(|| row.number("mean"))
            .flatten()
            .map(|own| 100.0 * own)
    };
    let short = |switch: &str| {
        told.rows("demand_switches.csv").filter(|row| row.text("switch") == switch).find_map(of)
    };
    let named = told.rows("demand_switches.csv").filter(|row| of(*row).is_some());
    let sizes = named.filter_map(|row| row.text("switch").strip_prefix(Demand::ONE_MORE)?.strip_suffix("mg"));
    let base = short(Switch::BASE)?;
    let each = sizes.filter_map(|size| {
        let fewer = base - short(&format!("{}{size}mg", Demand::ONE_MORE))?;
        Some(format!(
            "{} points fewer with one more vial of {} mg in every store",
            grouped(fewer, 1),
            size.replace('_', ".")
        ))
    });
    let each: Vec<String> = each.collect();
    let all = told.rows("demand_daily.csv").next()?.text("centre");
    let now = told.rows("stockouts.csv").filter(|row| row.text("centre") == all).find_map(of)?;
    (!each.is_empty()).then(|| {
        format!(
            "as the scenario stands, a dose is missing in {} % of years, {}",
            grouped(now, 1),
            each.join(", ")
        )
    })
}
