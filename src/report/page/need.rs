//! What centres need and what to hold, in the answer of a run with a demand.

use super::super::rounded::grouped;
use super::super::told::{SheetRow, Told};
use super::known::{Known, noise_of, table};
use super::said::Said;
use crate::model::{Demand, Switch};
use maud::{Markup, html};

/// What centres need, and what to hold or how sure the need is, where the run has a demand.
pub(super) fn needs(told: &Told, known: &Known) -> Option<[Said; 2]> {
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
        let room = row
            .number("capacity")
            .map_or_else(String::new, |beds| format!(" (there are {})", grouped(beds, 0)));
        Some((grouped(row.number("p95")?, 0), format!("{words}{room}")))
    };
    let peaks = [
        peak("tocilizumab_doses", "doses a day"),
        peak("icu_beds_wanted", "beds of intensive care"),
        peak("ward_beds_wanted", "ward beds"),
    ];
    // Few replications do not tell them.
    let peaks: Vec<(String, String)> = peaks.into_iter().flatten().collect();
    let doses_mean = doses.number("mean")?;
    let need = html! {
        "A year needs " (number(&grouped(doses_mean, 0))) " " (table(told, "stockouts.csv", "doses of tocilizumab")) " in the mean"
        @if !peaks.is_empty() { "; at its " (table(told, "demand_peaks.csv", "worst moment")) " " }
        @for (place, (count, words)) in peaks.iter().enumerate() {
            @if place > 0 { @if place + 1 == peaks.len() { " and " } @else { ", " } }
            (number(count)) " " (words)
        }
        @if !peaks.is_empty() { " are enough in 95 of 100 years" }
    };
    let amount =
        |outcome: &str| at("stockouts.csv", "outcome", outcome)?.number("mean").filter(|mean| *mean > 0.0);
    let of_others = |outcome: &str, whole: &str, words: &str| {
        let (others, all) = amount(outcome).zip(amount(whole))?;
        Some(html! {
            (number(&grouped(others, 0))) " of the " (number(&grouped(all, 0))) " " (words) " are of others than the patients"
        })
    };
    let others = [
        of_others("doses_of_others", "doses_needed", "doses"),
        of_others("icu_stays_of_others", "icu_stays", "stays in intensive care"),
    ];
    let sure = html! {
        @match &ends {
            Some(ends) => { (table(told, "stockouts.csv", "The mean of the doses")) " is " (number(ends)) " of the uncertain figures" },
            None if doses.number("mc_se").is_none() => {
                (table(told, "stockouts.csv", "The mean of the doses")) " is " (number(&grouped(doses_mean, 1)))
                "; so few replications tell neither an error of the simulation nor what is not known"
            },
            None => {
                @let (error, words) = noise_of(told, &doses, 1);
                (table(told, "stockouts.csv", "The mean of the doses")) " is " (number(&grouped(doses_mean, 1))) (error) ", " (words)
                "; how well it is known stays open: " (known.why())
            },
        }
    };
    let chance = doses.number("chance_sd").map(|sd| {
        html! { "Chance alone moves the doses of a year by a standard deviation of " (number(&grouped(sd, 1))) }
    });
    let waiting = at("stockouts.csv", "outcome", "icu_waited").filter(|_| amount("icu_waited").is_some());
    let waiting = waiting.and_then(|row| {
        let ends = row.number("lower_95").zip(row.number("upper_95")).zip(known.most());
        let ends = ends.map_or_else(String::new, |((low, high), most)| {
            format!(" (between {} and {} {most})", grouped(low, 1), grouped(high, 1))
        });
        Some(html! { (number(&(grouped(row.number("mean")?, 1) + &ends))) " patients a year wait for a bed of intensive care" })
    });
    let need = Said::of(need).with(others.into_iter().flatten()).with(waiting);
    Some(match policy(told, known) {
        Some(policy) => [need.with([sure]).with(chance), policy],
        None => [need, Said::of(sure).with(chance)],
    })
}

/// A number of all centres, which leads to what it rests on.
fn number(text: &str) -> Markup {
    html! { a.number href="#strategies" { (text) } }
}

/// The cheapest policy that meets the target, where one was looked for.
fn policy(told: &Told, known: &Known) -> Option<Said> {
    let sheet = told.sheet("policy.csv")?;
    let Some(best) = sheet.rows().find(|row| row.text("cheapest") == "TRUE") else {
        return Some(Said::of(html! {
            "None of the " (table(told, "policy.csv", "policies that were tried")) " meets the target of service"
        }));
    };
    let levels = sheet.columns().iter().filter_map(|column| {
        let size = column.strip_prefix("order_up_to_")?.strip_suffix("mg")?;
        let of = |what: &str| best.number(&format!("{what}_{size}mg")).map(|count| grouped(count, 0));
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
    let tried = demand["search_replications"]
        .as_f64()
        .map_or(String::new(), |own| format!(" in {}", replications(told, own)));
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
    let sentence = html! {
        "The " (table(told, "policy.csv", "cheapest policy that meets the target")) (target(told)) (held) " has a dose there in " (number(&service))
        " % of needs and runs short in " (number(&short)) " % of years" (tried) "; " (sure)
    };
    Some(Said::of(sentence).with(further(told)))
}

/// The target that a policy was looked for, as the manifest tells it.
fn target(told: &Told) -> String {
    let target = &told.manifest["settings"]["demand"]["target"];
    let percent = |key: &str| target[key].as_f64().map(|share| grouped(100.0 * share, 1));
    match (percent("service_level"), percent("stockout_chance")) {
        (Some(level), _) => format!(" of {level} % of doses there"),
        (_, Some(chance)) => format!(" of a shortage in at most {chance} % of years"),
        _ => String::new(),
    }
}

/// Replications of all draws.
fn replications(told: &Told, of_a_draw: f64) -> String {
    let all = of_a_draw * told.count("draws").unwrap_or(1.0);
    format!("{} replication{}", grouped(all, 0), if all == 1.0 { "" } else { "s" })
}

/// How often a dose is missing as the scenario stands; and, in the replications in which choices stand beside each other,
/// how often with its own levels and with one more vial of each size.
fn further(told: &Told) -> Vec<Markup> {
    let of = |row: SheetRow<'_>| {
        (row.text("outcome") == "stockout_chance")
            .then(|| row.number("mean"))
            .flatten()
            .map(|own| grouped(100.0 * own, 1))
    };
    let short = |switch: &str| {
        told.rows("demand_switches.csv").filter(|row| row.text("switch") == switch).find_map(of)
    };
    let named = told.rows("demand_switches.csv").filter(|row| of(*row).is_some());
    let sizes = named.filter_map(|row| row.text("switch").strip_prefix(Demand::ONE_MORE)?.strip_suffix("mg"));
    let all = told.rows("demand_daily.csv").next().map_or("", |row| row.text("centre"));
    let now = told.rows("stockouts.csv").filter(|row| row.text("centre") == all).find_map(of);
    let of_run = |key: &str| {
        told.manifest["demand"][key].as_f64().map_or_else(String::new, |own| replications(told, own))
    };
    let now = now.map(|now| {
        html! { "As the scenario stands, a dose is missing in " (number(&now)) " % of years, in " (of_run("replications")) }
    });
    let each = sizes.filter_map(|size| {
        let with = short(&format!("{}{size}mg", Demand::ONE_MORE))?;
        Some(html! { (number(&with)) " % with one more vial of " (size.replace('_', ".")) " mg in every store" })
    });
    let each: Vec<Markup> = each.collect();
    let beside = short(Switch::BASE).filter(|_| !each.is_empty()).map(|base| {
        html! {
            (table(told, "demand_switches.csv", "Beside each other")) ", in " (of_run("search_replications")) ": " (number(&base)) " % as it stands"
            @for own in &each { ", " (own) }
        }
    });
    now.into_iter().chain(beside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const DAILY: &str = "day,centre,resource\n1,all,infusions\n";
    const YEAR: &str = "centre,outcome,mean,lower_95,upper_95,chance_sd,mc_se\n\
                        all,doses_needed,52.4,33,76,8.7,0.1\nall,doses_of_others,27.8,,,,\nall,icu_waited,7.25,0.5,74,,\n\
                        all,stockout_chance,0.249,,,,\n";
    const PEAKS: &str = "centre,resource,p95,p100,capacity\nall,tocilizumab_doses,3,6,\nall,icu_beds_wanted,8,12,4\n\
                         all,ward_beds_wanted,0,0,\n";
    const POLICY: &str = "cheapest,order_up_to_80mg,order_up_to_400mg,service_level,stockout_chance,draws_that_meet\n\
                          FALSE,2,0,0.9,0.5,0.1\nTRUE,14,0,0.994,0.187,0.93\n";
    const SWITCHES: &str =
        "switch,outcome,mean\nbase,stockout_chance,0.267\none_more_vial_80mg,stockout_chance,0.24\n";

    fn said(also: Value, tables: &[(&str, &str)]) -> [Vec<String>; 2] {
        let told = Told::of_tables(1, also, tables);
        needs(&told, &Known::of(&told)).unwrap().map(|Said { sentence, more }| {
            let text = |own: Markup| -> String {
                scraper::Html::parse_fragment(&own.into_string()).root_element().text().collect()
            };
            std::iter::once(sentence).chain(more).map(text).collect()
        })
    }

    #[test]
    fn what_is_needed_and_what_to_hold_are_told_each_of_its_own_replications() {
        let demand = json!({
            "replications": 100, "search_replications": 5, "centres": 2,
        });
        let settings = json!({ "demand": { "target": { "service_level": 0.99 } } });
        let tables = [
            ("demand_daily.csv", DAILY),
            ("stockouts.csv", YEAR),
            ("demand_peaks.csv", PEAKS),
            ("policy.csv", POLICY),
            ("demand_switches.csv", SWITCHES),
        ];
        let [need, hold] = said(json!({ "draws": 60, "demand": demand, "settings": settings }), &tables);
        assert_eq!(
            need,
            [
                "A year needs 52 doses of tocilizumab in the mean; at its worst moment 3 doses a day and 8 beds of intensive care (there are \
                 4) are enough in 95 of 100 years",
                "28 of the 52 doses are of others than the patients",
                "7.3 (between 0.5 and 74.0 in 95 % of 60 draws) patients a year wait for a bed of intensive care",
                "The mean of the doses is between 33 and 76 in 95 % of 60 draws of the uncertain figures",
                "Chance alone moves the doses of a year by a standard deviation of 8.7",
            ]
        );
        assert_eq!(
            hold,
            [
                "The cheapest policy that meets the target of 99.0 % of doses there, up to 14 of 80 mg, none of 400 mg vials at each centre, \
                 has a dose there in 99.4 % of needs and runs short in 18.7 % of years in 300 replications; 93 % of the draws meet the target",
                "As the scenario stands, a dose is missing in 24.9 % of years, in 6,000 replications",
                "Beside each other, in 300 replications: 26.7 % as it stands, 24.0 % with one more vial of 80 mg in every store",
            ]
        );
    }

    #[test]
    fn without_a_policy_the_second_sentence_is_how_sure_the_need_is() {
        let tables = [("demand_daily.csv", DAILY), ("stockouts.csv", YEAR)];
        let [need, sure] = said(json!({ "draws": 60 }), &tables);
        assert_eq!(need[0], "A year needs 52 doses of tocilizumab in the mean");
        assert_eq!(
            sure[0],
            "The mean of the doses is between 33 and 76 in 95 % of 60 draws of the uncertain figures"
        );
        let [_, few] = said(json!({ "draws": 1, "engine": "simulate" }), &tables);
        assert_eq!(
            few[0],
            "The mean of the doses is 52.4 ± 0.2, where ± is the Monte Carlo error of the simulation alone (95 %); how well it is known \
             stays open: only one draw of the uncertain figures was made"
        );
    }
}
