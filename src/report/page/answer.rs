//! The answer in three sentences: who wins on what, or what centres need; how sure; what is assumed.

use super::super::rounded::grouped;
use super::super::told::Told;
use std::collections::BTreeSet;

/// The sentences.
pub(super) fn answer(told: &Told) -> Vec<String> {
    let (who, sure) = needs(told).unwrap_or_else(|| wins(told));
    [Some(who), sure, Some(assumed(told))].into_iter().flatten().filter(|text| !text.is_empty()).collect()
}

/// What centres need and what to hold, where the run has a demand.
fn needs(told: &Told) -> Option<(String, Option<String>)> {
    let all = told.rows("demand_daily.csv").next()?.text("centre");
    let at = |file: &str, column: &str, name: &str| {
        let mut rows = told.rows(file).filter(|row| row.text("centre") == all);
        rows.find(|row| row.text(column) == name)
    };
    let doses = at("stockouts.csv", "outcome", "doses_needed")?;
    let ends = doses.number("lower_95").zip(doses.number("upper_95"));
    let ends = ends.map_or(String::new(), |(low, high)| {
        format!(", between {} and {} in 95 of 100 draws", grouped(low, 0), grouped(high, 0))
    });
    let peak = |name: &str, words: &str| {
        let most = at("demand_peaks.csv", "resource", name)?.number("p95")?;
        Some(format!("{} {words}", grouped(most, 0)))
    };
    let peaks = [
        peak("tocilizumab_doses", "doses a day"),
        peak("icu_beds_wanted", "beds of intensive care"),
        peak("ward_beds_wanted", "ward beds"),
    ];
    let peaks: Vec<String> = peaks.into_iter().flatten().collect();
    // Few replications do not tell it.
    let worst = if peaks.is_empty() {
        String::new()
    } else {
        format!("; at its worst moment {} are enough in 95 of 100 years", peaks.join(", "))
    };
    let need = format!(
        "A year needs {} doses of tocilizumab in the mean{ends}{worst}.",
        grouped(doses.number("mean")?, 0)
    );
    Some((need, policy(told)))
}

/// The cheapest policy that meets the target.
fn policy(told: &Told) -> Option<String> {
    let sheet = told.sheet("policy.csv")?;
    let Some(best) = sheet.rows().find(|row| row.text("cheapest") == "TRUE") else {
        return Some("None of the policies that were tried meets the target of service.".to_owned());
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
    let held = if levels.is_empty() {
        String::new()
    } else {
        format!(", {} vials at a centre beside its extra ones,", levels.join(", "))
    };
    let per_cent = |column: &str| best.number(column).map(|share| grouped(share * 100.0, 1));
    Some(format!(
        "The cheapest policy that meets the target{held} has a dose there in {} % of needs and runs short in {} % of years; {} % of the draws meet the target.",
        per_cent("service_level")?,
        per_cent("stockout_chance")?,
        grouped(best.number("draws_that_meet")? * 100.0, 0)
    ))
}

fn mean(told: &Told, strategy: &str, outcome: &str) -> Option<f64> {
    told.outcome(strategy, outcome)?.number("mean")
}

fn wins(told: &Told) -> (String, Option<String>) {
    let mut years: Vec<(&str, &str, f64)> = told
        .strategies
        .iter()
        .filter_map(|(id, label)| Some((id.as_str(), label.as_str(), mean(told, id, "life_years")?)))
        .collect();
    years.sort_by(|one, other| other.2.total_cmp(&one.2));
    let Some((best, label, most)) = years.first().copied() else { return (String::new(), None) };
    let alive = mean(told, best, "os_12_months");
    let alive = alive
        .map_or(String::new(), |share| format!("; {:.0} % of its patients live at 12 months", share * 100.0));
    let longest = match years.get(1) {
        Some((_, second, less)) => {
            format!(
                "Patients live longest under {label}, {most:.2} years in the mean against {less:.2} under {second}, the next{alive}"
            )
        }
        None => format!("Under {label} patients live {most:.2} years in the mean{alive}"),
    };
    let Some(threshold) = told.threshold() else { return (format!("{longest}."), gain(told, best, label)) };
    let worth = |id: &str| Some(mean(told, id, "qalys")? * threshold - mean(told, id, "costs")?);
    let choice = told.strategies.iter().filter_map(|(id, label)| Some((id, label, worth(id)?)));
    let Some((id, choice, _)) = choice.max_by(|one, other| one.2.total_cmp(&other.2)) else {
        return (format!("{longest}."), None);
    };
    let price = format!("{} {} a QALY", grouped(threshold, 0), told.currency());
    let nearest = |wtp: f64| (wtp - threshold).abs();
    let own = told.rows("ceac.csv").filter(|row| row.text("Strategy") == id);
    let at = own.min_by(|one, other| {
        let of = |row: &super::super::told::SheetRow<'_>| row.number("WTP").map_or(f64::INFINITY, nearest);
        of(one).total_cmp(&of(other))
    });
    let probable = at.and_then(|row| row.number("Proportion_Corrected").or_else(|| row.number("Proportion")));
    let sure = probable.map(|share| {
        format!("It is the best choice in {:.0} of 100 draws of the uncertain figures.", share * 100.0)
    });
    (format!("{longest}; at {price} {choice} is worth most."), sure)
}

/// How sure the gain over the first strategy is.
fn gain(told: &Told, best: &str, label: &str) -> Option<String> {
    let (first, comparator) = told.strategies.first()?;
    if best == first {
        let other = told.strategies.get(1)?;
        return gain_of(told, &other.0, &other.1, first, comparator);
    }
    gain_of(told, best, label, first, comparator)
}

fn gain_of(told: &Told, id: &str, label: &str, first: &str, comparator: &str) -> Option<String> {
    let row = told.outcome(id, &format!("life_years_minus_{first}"))?;
    let (mean, (low, high)) = row.number("mean").zip(row.number("lower_95").zip(row.number("upper_95")))?;
    let sure = if low > 0.0 || high < 0.0 {
        "which leaves no doubt about its sign"
    } else {
        "so its sign is not sure"
    };
    Some(format!(
        "The difference of {label} from {comparator} is {mean:+.2} life years, between {low:+.2} and {high:+.2} in 95 of 100 draws, {sure}."
    ))
}

fn assumed(told: &Told) -> String {
    let keys: BTreeSet<&str> = told.rows("assumptions.csv").map(|row| row.text("key")).collect();
    let shares = told
        .rows("assumptions.csv")
        .filter_map(|row| Some((row.text("key"), row.number("share_of_variance")?)));
    let most = shares.max_by(|one, other| one.1.total_cmp(&other.1));
    let most = most.map_or(String::new(), |(key, share)| {
        format!(", of which {key} moves the result most ({:.0} % of its variance)", share * 100.0)
    });
    let warnings = told.manifest["warnings"].as_array();
    let prior = warnings
        .into_iter()
        .flatten()
        .any(|text| text.as_str().is_some_and(|text| text.starts_with("Prior-driven")));
    let prior = if prior { "; what is prior-driven stands under the warnings" } else { "" };
    format!("{} values are assumptions or prior-driven{most}{prior}.", keys.len())
}

/// How much of the scatter between draws is only simulation noise, where the run tells it.
pub(super) fn noise(told: &Told) -> Option<String> {
    let shares = told.rows("increments.csv").filter_map(|row| row.number("noise_share"));
    let most = shares.max_by(f64::total_cmp)?;
    Some(format!(
        "Simulation noise makes up to {:.1} % of the variance between draws of a difference; values without it are shown where they are known.",
        most * 100.0
    ))
}
