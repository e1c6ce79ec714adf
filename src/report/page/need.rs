//! What centres need and what to hold, in the answer of a run with a demand.

use super::super::rounded::grouped;
use super::super::told::Told;
use super::known::{Known, noise_of, number, table};
use super::policy::{other_choices, policy};
use super::said::Said;
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
    let peak = |name: &str, words: &str| -> Option<Peak> {
        let row = at("demand_peaks.csv", "resource", name)?;
        // What is never used is not modelled: nothing is advised of it.
        row.number("p100").filter(|most| *most > 0.0)?;
        let room = row.number("capacity").map(|beds| grouped(beds, 0));
        let ends = row.number("p95_lower_95").zip(row.number("p95_upper_95"));
        Some(Peak {
            count: grouped(row.number("p95")?, 0),
            ends: ends.map(|(low, high)| format!("{} to {}", grouped(low, 0), grouped(high, 0))),
            words: words.to_owned(),
            room,
        })
    };
    let peaks = [
        peak("tocilizumab_doses", "doses a day"),
        peak("icu_beds_wanted", "beds of intensive care"),
        peak("ward_beds_wanted", "ward beds"),
    ];
    // Few replications do not tell them.
    let peaks: Vec<Peak> = peaks.into_iter().flatten().collect();
    let doses_mean = doses.number("mean")?;
    let need = html! {
        "A year needs " (number(&grouped(doses_mean, 0))) " " (table(told, "stockouts.csv", "doses of tocilizumab")) " in the mean"
        @if !peaks.is_empty() { "; at its " (table(told, "demand_peaks.csv", "worst moment")) " " }
        @for (place, peak) in peaks.iter().enumerate() { (joined(place, peaks.len())) (number(&peak.count)) " " (peak.words) @if let Some(room) = &peak.room { " (there are " (number(room)) ")" } }
        @if !peaks.is_empty() { " are enough in 95 of 100 years" }
    };
    let amount =
        |outcome: &str| at("stockouts.csv", "outcome", outcome)?.number("mean").filter(|mean| *mean > 0.0);
    // Few draws tell no interval.
    let spread: Vec<&Peak> = peaks.iter().filter(|own| own.ends.is_some()).collect();
    let spread = known.most().filter(|_| !spread.is_empty()).map(|most| {
        html! {
            "What is enough in 95 of 100 years is " (most) " "
            @for (place, peak) in spread.iter().enumerate() {
                (joined(place, spread.len())) (number(peak.ends.as_deref().unwrap_or_default())) " " (peak.words)
            }
        }
    });
    let within = |outcome: &str, decimals: usize| {
        let row = at("stockouts.csv", "outcome", outcome)?;
        let ((low, high), most) = row.number("lower_95").zip(row.number("upper_95")).zip(known.most())?;
        Some(format!(" (between {} and {} {most})", grouped(low, decimals), grouped(high, decimals)))
    };
    let of_others = |outcome: &str, whole: &str, words: &str| {
        let (others, all) = amount(outcome).zip(amount(whole))?;
        let told =
            |count: f64, name: &str| number(&(grouped(count, 0) + &within(name, 0).unwrap_or_default()));
        Some(
            html! { (told(others, outcome)) " of the " (words) " are of others than the patients, of " (told(all, whole)) " in all" },
        )
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
    let borne = [
        ("icu_waited", "patients a year wait for a bed of intensive care"),
        ("icu_transferred", "patients a year are transferred for want of one"),
        ("postponed_infusions", "infusions a year are postponed"),
    ];
    let borne = borne.into_iter().filter_map(|(outcome, words)| {
        let mean = grouped(amount(outcome)?, 1) + &within(outcome, 1).unwrap_or_default();
        Some(html! { (number(&mean)) " " (words) })
    });
    let borne: Vec<Markup> = borne.collect();
    let need = Said::of(need).with(spread).with(others.into_iter().flatten()).with(borne);
    let choices = other_choices(told, known);
    Some(match policy(told, known) {
        Some(policy) => [need.with([sure]).with(chance).with(choices), policy],
        None => [need, Said::of(sure).with(chance).with(choices)],
    })
}

/// What is enough at the worst moment of nearly all years.
struct Peak {
    count: String,
    /// The same in 95 % of the draws.
    ends: Option<String>,
    words: String,
    /// How many there are.
    room: Option<String>,
}

/// What stands before one of some in a list.
fn joined(place: usize, of: usize) -> &'static str {
    match place {
        0 => "",
        place if place + 1 == of => " and ",
        _ => ", ",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const DAILY: &str = "day,centre,resource\n1,all,infusions\n";
    const YEAR: &str = "centre,outcome,mean,lower_95,upper_95,chance_sd,mc_se\n\
                        all,doses_needed,52.4,33,76,8.7,0.1\nall,doses_of_others,27.8,20,40,,\nall,icu_waited,7.25,0.5,74,,\n\
                        all,stockout_chance,0.249,,,,\n";
    const PEAKS: &str = "centre,resource,p95,p100,capacity,p95_lower_95,p95_upper_95\nall,tocilizumab_doses,3,6,,2,4\n\
                         all,icu_beds_wanted,8,12,4,5,12\nall,ward_beds_wanted,0,0,,0,0\n";
    const POLICY: &str = "cheapest,meets_target,order_up_to_80mg,order_up_to_400mg,service_level,target_se,stockout_chance,\
                          draws_that_meet,cost,cost_over_cheapest,cost_over_cheapest_se,cost_lower_95,cost_upper_95\n\
                          FALSE,FALSE,2,0,0.9,0.001,0.5,0.1,100,-100,3,,\nFALSE,FALSE,13,0,0.989,0.001,0.3,0.1,190,-10,3,,\n\
                          TRUE,TRUE,14,0,0.994,0.001,0.187,0.93,200,0,0,100,300\nFALSE,TRUE,15,0,0.996,0.001,0.1,0.99,1400,1200,900,,\n";
    const SWITCHES: &str = "switch,outcome,mean,lower_95,upper_95\nbase,stockout_chance,0.267,,\none_more_vial_80mg,stockout_chance,0.24,,\n\
                            base,doses_needed,52,33,80\nliteral,doses_needed,31,20,44\nidle,doses_needed,52.5,33,80\none_more_vial_80mg,doses_needed,52,33,80\n";

    fn said(also: Value, tables: &[(&str, &str)]) -> [Vec<String>; 2] {
        let told = Told::of_tables(1, also, tables);
        needs(&told, &Known::of(&told)).unwrap().map(|Said { sentence, more }| {
            let text = |own: maud::Markup| -> String {
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
        let settings = json!({ "demand": { "target": { "service_level": 0.99 } }, "currency": "USD" });
        let warnings =
            json!(["the cheapest policy lies at an end of the candidates; a cheaper one may have more"]);
        let tables = [
            ("demand_daily.csv", DAILY),
            ("stockouts.csv", YEAR),
            ("demand_peaks.csv", PEAKS),
            ("policy.csv", POLICY),
            ("demand_switches.csv", SWITCHES),
        ];
        let [need, hold] = said(
            json!({ "draws": 60, "demand": demand, "settings": settings, "warnings": warnings }),
            &tables,
        );
        assert_eq!(
            need,
            [
                "A year needs 52 doses of tocilizumab in the mean; at its worst moment 3 doses a day and 8 beds of intensive care (there are \
                 4) are enough in 95 of 100 years",
                "What is enough in 95 of 100 years is in 95 % of 60 draws 2 to 4 doses a day and 5 to 12 beds of intensive care",
                "28 (between 20 and 40 in 95 % of 60 draws) of the doses are of others than the patients, of 52 (between 33 and 76 in 95 % of 60 \
                 draws) in all",
                "7.3 (between 0.5 and 74.0 in 95 % of 60 draws) patients a year wait for a bed of intensive care",
                "The mean of the doses is between 33 and 76 in 95 % of 60 draws of the uncertain figures",
                "Chance alone moves the doses of a year by a standard deviation of 8.7",
                "By switch a year needs 31 (20 to 44) under “literal”, against 52 (33 to 80) doses as the scenario stands, in 300 \
                 replications (in brackets what they are in 95 % of 60 draws); others leave the doses nearly as they are, and change what their table has: “idle”",
            ]
        );
        assert_eq!(
            hold,
            [
                "The cheapest policy that meets the target of 99.0 % of doses there, up to 14 of 80 mg, none of 400 mg vials at each centre, \
                 has a dose there in 99.4 % of needs and runs short at one centre or more in 18.7 % of years in 300 replications; 93 % of the draws \
                 meet the target; which policy is the cheapest is not settled",
                "It costs 200 (between 100 and 300 in 95 % of 60 draws) USD a year: vials, orders and holding",
                "Cheaper, and short of the target by less than two standard errors: up to 13 of 80 mg, none of 400 mg, with 98.9 %",
                "1 other policy that meets it costs more by less than two standard errors",
                "The next by cost that meets it, up to 15 of 80 mg, none of 400 mg, costs 1,200 (standard error 900) USD more a year and runs \
                 short in 10.0 % of years, against 18.7 %",
                "It lies at an end of the candidates; a cheaper one may have more",
                "As the scenario stands, a dose is missing at one centre or more in 24.9 % of years, in 6,000 replications",
                "Beside each other, in 300 replications: 26.7 % as it stands, 24.0 % with one more vial of 80 mg in every store",
            ]
        );
    }

    #[test]
    fn a_target_that_is_barely_met_or_by_none_is_told_as_that() {
        let settings = json!({ "demand": { "target": { "stockout_chance": 0.1 } } });
        let hold = |policies: &str| -> Vec<String> {
            let head = "cheapest,meets_target,order_up_to_80mg,service_level,stockout_chance,target_se,draws_that_meet,cost\n";
            let policies = [head, policies].concat();
            let tables = [("demand_daily.csv", DAILY), ("stockouts.csv", YEAR), ("policy.csv", &policies)];
            let demand = json!({ "replications": 100, "search_replications": 5, "centres": 1 });
            let [_, hold] = said(json!({ "draws": 60, "demand": demand, "settings": settings }), &tables);
            hold
        };
        let barely = hold("TRUE,TRUE,14,0.9,0.09,0.006,0.6,200\n");
        assert!(
            barely[0]
                .ends_with("60 % of the draws meet the target; which policy is the cheapest is not settled")
        );
        assert_eq!(
            barely[2],
            "It meets the target by less than two standard errors: with 9.0 ± 1.18 % by draws and replications (95 %)"
        );
        let clearly = hold("TRUE,TRUE,14,0.9,0.05,0.006,0.6,200\n");
        assert!(clearly[0].ends_with("60 % of the draws meet the target"), "{clearly:?}");
        let none = hold("FALSE,FALSE,14,0.9,0.3,0.01,0,200\nFALSE,FALSE,16,0.9,0.2,0.01,0,300\n");
        assert_eq!(
            none[0],
            "None of the 2 policies that were tried meets the target of a shortage in at most 10.0 % of years in 300 replications; the \
             nearest, up to 16 of 80 mg, has 20.0 % (± 2.0 by draws and replications, 95 %)"
        );
        assert_eq!(
            none[1],
            "As the scenario stands, a dose is missing in 24.9 % of years, in 6,000 replications"
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
