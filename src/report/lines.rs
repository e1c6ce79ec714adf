//! Results as JSON lines, for other programs to read while a run goes on.

use super::demand::named;
use crate::demand::{Amount, DemandAnswers, DemandResults, Measure, PEAK_SHARES, Resource};
use crate::economics::{Difference, Evaluation};
use crate::model::Demand;
use crate::summary::{Band, DifferenceRow, OutcomeRow, Summary};
use crate::trial::{Experiment, Spread, TrialResults};
use serde_json::{Value, json};

/// One line an outcome and one a paired difference, each an object with a `type`.
#[must_use]
pub fn outcome_lines(scenario: &str, summary: &Summary) -> Vec<Value> {
    let strategy = |row: &OutcomeRow| summary.strategies[row.strategy].as_str();
    let outcomes = summary.outcomes.iter().map(|row| {
        let names = json!({ "type": "outcome", "scenario": scenario, "strategy": strategy(row) });
        with_band(names, row)
    });
    let differences = summary.differences.iter().map(|DifferenceRow { from, row }| {
        let names = json!({
            "type": "difference", "scenario": scenario, "strategy": strategy(row),
            "comparator": summary.strategies[*from],
        });
        with_band(names, row)
    });
    outcomes.chain(differences).collect()
}

/// What an economic evaluation says at its threshold, each line an object with a `type`: `icer`, as in `icers.csv`;
/// `increment`, as in `increments.csv`, against the comparator of the evaluation; `evpi`, as in `evpi.csv`.
#[must_use]
pub fn economics_lines(scenario: &str, evaluation: &Evaluation) -> Vec<Value> {
    let names = &evaluation.psa.strategies;
    let wtp = evaluation.threshold;
    let icers = evaluation.icers.iter().map(|row| {
        let [costs_mc_se, qalys_mc_se] = row.mc_se;
        json!({
            "type": "icer", "scenario": scenario, "strategy": names[row.strategy],
            "comparator": row.against.map(|against| &names[against]), "status": row.status.to_string(),
            "costs": row.cost, "costs_mc_se": costs_mc_se, "qalys": row.effect, "qalys_mc_se": qalys_mc_se,
            "inc_costs": row.inc_cost, "inc_qalys": row.inc_effect, "icer": row.icer, "icer_mc_se": row.inc_mc_se[2],
        })
    });
    let increments = evaluation.increments.iter().flat_map(|row| {
        let outcomes: [(&str, &Difference, Option<f64>); 4] = [
            ("costs", &row.cost, None),
            ("qalys", &row.effect, None),
            ("net_monetary_benefit", &row.net_monetary_benefit, Some(wtp)),
            ("net_health_benefit", &row.net_health_benefit, Some(wtp)),
        ];
        outcomes.map(|(outcome, own, wtp)| {
            let Band { mean, mc_se, lower_95, median, upper_95, draw_se } = own.raw;
            let corrected = own.corrected;
            json!({
                "type": "increment", "scenario": scenario, "strategy": names[row.strategy],
                "comparator": names[evaluation.psa.comparator], "outcome": outcome, "wtp": wtp, "mean": mean,
                "mc_se": mc_se, "lower_95": lower_95, "median": median, "upper_95": upper_95, "draw_se": draw_se,
                "noise_share": own.noise_share, "lower_95_corrected": corrected.map(|own| own.lower_95),
                "median_corrected": corrected.map(|own| own.median),
                "upper_95_corrected": corrected.map(|own| own.upper_95),
            })
        })
    });
    let loss = &evaluation.loss_at_threshold;
    let (raw, corrected) = (loss.evpi(), loss.corrected_evpi());
    let (error, corrected_error) = (loss.evpi_error(), loss.corrected_evpi_error());
    let all = |value: f64| evaluation.persons.map(|persons| persons.times(value));
    let evpi = json!({
        "type": "evpi", "scenario": scenario, "wtp": wtp, "evpi": raw, "evpi_corrected": corrected,
        "evpi_population": all(raw), "evpi_population_corrected": corrected.and_then(all),
        "se": error.filter(|error| *error > 0.0), "se_corrected": corrected_error.filter(|error| *error > 0.0),
    });
    icers.chain(increments).chain([evpi]).collect()
}

/// What a demand says, each line an object with a `type`: `demand`, amounts of a year as in `stockouts.csv`;
/// `demand_peak`, as in `demand_peaks.csv`; `policy`, the cheapest that meets the target; `demand_switch`, amounts of a
/// year with other choices.
#[must_use]
pub fn demand_lines(scenario: &str, demand: &Demand, answers: &DemandAnswers) -> Vec<Value> {
    let results = &answers.results;
    let mut lines = amounts(scenario, results);
    for (scope, centre) in results.scopes.iter().enumerate() {
        for resource in results.resources.iter().filter(|own| !matches!(own, Resource::VialsHeld(_))) {
            let peak = results.peak(scope, *resource);
            let (name, unit) = named(*resource, &results.sizes);
            let mut line = json!({
                "type": "demand_peak", "scenario": scenario, "centre": centre, "resource": name, "unit": unit,
                "mean": peak.mean, "mc_se": peak.mc_se,
            });
            for (share, own) in PEAK_SHARES.iter().zip(&peak.percentiles) {
                line[format!("p{:.0}", share * 100.0)] = own.enough.into();
            }
            lines.push(line);
        }
    }
    let cheapest = answers.search.as_ref().and_then(|search| Some(&search.candidates[search.cheapest?]));
    if let Some(own) = cheapest {
        let sizes: Vec<f64> = demand.vials.iter().map(|vial| vial.mg).collect();
        lines.push(json!({
            "type": "policy", "scenario": scenario, "vials_mg": sizes, "order_up_to": own.policy.order_up_to,
            "reorder_point": own.policy.reorder_point, "quantity": own.policy.quantity,
            "service_level": own.service_level.map(|level| level.mean),
            "stockout_chance": own.stockout_chance.mean, "wasted_mg": own.wasted_mg.mean,
            "holding_cost": own.holding_cost.mean, "cost": own.cost.mean, "draws_that_meet": own.draws_that_meet,
        }));
    }
    for (switch, results) in &answers.switches {
        for mut line in amounts(scenario, results) {
            if line["centre"] == results.scopes[results.all()].as_str() {
                line["type"] = "demand_switch".into();
                line["switch"] = switch.as_str().into();
                lines.push(line);
            }
        }
    }
    lines
}

/// One line a centre and measure.
fn amounts(scenario: &str, results: &DemandResults) -> Vec<Value> {
    let of = |(scope, centre): (usize, &String)| {
        let line = |measure: Measure| {
            let Amount { band: Band { mean, mc_se, lower_95, upper_95, .. }, chance_sd, unknown_sd } =
                *results.amount(scope, measure);
            json!({
                "type": "demand", "scenario": scenario, "centre": centre, "outcome": measure.name(),
                "unit": measure.unit(), "mean": mean, "mc_se": mc_se, "lower_95": lower_95, "upper_95": upper_95,
                "chance_sd": chance_sd, "unknown_sd": unknown_sd,
            })
        };
        let told = |measure: &Measure| results.tells(scope, *measure);
        Measure::ALL.into_iter().filter(told).map(line).collect::<Vec<Value>>()
    };
    results.scopes.iter().enumerate().flat_map(of).collect()
}

/// One line an experiment, size and outcome of trials, each an object with a `type`, as in `trial_power.csv`.
#[must_use]
pub fn trial_lines(scenario: &str, results: &TrialResults) -> Vec<Value> {
    let mut lines = Vec::new();
    for experiment in Experiment::ALL {
        for own in &results.sizes {
            for row in results.power(own, experiment) {
                let Spread { mean, mc_se, mc_95, percentiles } = row.spread;
                let (least, most) = mc_95.unzip();
                let [p2_5, p50, p97_5] = percentiles.map_or([None; 3], |own| own.map(Some));
                lines.push(json!({
                    "type": "trial", "scenario": scenario, "experiment": experiment.name(),
                    "patients": own.size.patients, "outcome": row.outcome, "unit": row.unit, "mean": mean,
                    "mc_se": mc_se, "p2_5": p2_5, "p50": p50, "p97_5": p97_5, "mc_lower_95": least,
                    "mc_upper_95": most,
                }));
            }
        }
    }
    lines
}

/// The line of a warning.
#[must_use]
pub fn warning_line(scenario: &str, warning: &str) -> Value {
    json!({ "type": "warning", "scenario": scenario, "text": warning })
}

/// The last line of a scenario: where its files are.
#[must_use]
pub fn done_line(scenario: &str, folder: &str, files: &[&str]) -> Value {
    json!({ "type": "done", "scenario": scenario, "folder": folder, "files": files })
}

/// Adds name, unit and numbers of a row; what is undefined is null.
fn with_band(mut line: Value, row: &OutcomeRow) -> Value {
    let Band { mean, mc_se, lower_95, median, upper_95, draw_se } = row.band;
    line["outcome"] = row.outcome.as_str().into();
    line["unit"] = row.unit.as_str().into();
    line["mean"] = mean.into();
    line["mc_se"] = mc_se.into();
    line["lower_95"] = lower_95.into();
    line["median"] = median.into();
    line["upper_95"] = upper_95.into();
    line["draw_se"] = draw_se.into();
    line["noise_share"] = row.band.noise_share().into();
    line
}
