//! Monte Carlo errors of the analyses that compute again, over many seeds: what virtual patients find differs from what the
//! exact engine finds of the same draws by as much as the errors say, neither more nor less.

#[path = "support/folder.rs"]
mod folder;

use folder::Folder;
use remisim::economics::{
    Bench, Method, OneWay, Psa, TwoWay, budget_impact, icers, one_way, partitioned, threshold, two_way,
};
use remisim::exact;
use remisim::model::{Budget, Model, ThresholdSearch, Value};
use remisim::program::{Draw, Program, compile};
use remisim::scenario::{Request, load};
use remisim::simulate::{Unobserved, Worker, by_patient, run};
use remisim::stream::Stream;
use remisim::summary::{Records, Summary};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// The reference problem with an uncertain hazard ratio and uncertain costs.
const SCENARIO: &str = r#"
title = "Uncertain hazard ratio"
question = "Are the errors of analyses right?"
extends = "reference_illness_death"
bare_numbers = "numbers chosen for the test, without clinical meaning"

[settings]
draws = 4
patients = 500
horizon_months = 120
curve_months = 120
curves = ["os", "efs"]

[regimens.better]
label = "Uncertain hazard ratio"
extends = "first"
cost_at_start = 30000

[regimens.better.remission.relapse]
family = "weibull"
shape = 0.8
scale = 40
ratio = { assume = 0.75, low = 0.65, high = 0.87, reason = "chosen for the test" }

[costs.state]
remission = { assume = 300, low = 240, high = 370, reason = "chosen for the test" }
relapsed = { assume = 2000, low = 1500, high = 2600, reason = "chosen for the test" }

[[strategies]]
id = "usual"
[[strategies.lines]]
regimen = "first"

[[strategies]]
id = "better"
[[strategies.lines]]
regimen = "better"

[economics]
perspective = "test"
uncalibrated = "curves are given"
"#;

const SEEDS: u64 = 120;
const PATIENTS: u64 = 500;
const WTP: f64 = 60_000.0;
const BINS: u32 = 8;

/// Differences from the truth in standard errors, by what they are of.
#[derive(Default)]
struct Scores(BTreeMap<String, Vec<f64>>);

impl Scores {
    fn add(&mut self, what: impl Into<String>, found: f64, truth: f64, error: f64) {
        self.0.entry(what.into()).or_default().push((found - truth) / error);
    }

    /// Mean 0 and variance 1, as far as so many seeds tell: within four standard errors of each, for a variance those of a
    /// distribution with heavier tails than the normal one's (a kurtosis of 5).
    fn judge(&self, expected: &[String]) {
        let [found, expected] =
            [self.0.keys().collect(), expected.iter().collect()].map(|keys: BTreeSet<&String>| keys);
        assert_eq!(found, expected);
        for (what, scores) in &self.0 {
            let n = scores.len() as f64;
            let mean = scores.iter().sum::<f64>() / n;
            let variance = scores.iter().map(|z| (z - mean).powi(2)).sum::<f64>() / (n - 1.0);
            println!("{what}: {n} scores, mean {mean:+.2}, variance {variance:.2}");
            // In some a figure has no value at which the gain is nothing.
            assert!(n >= 0.5 * SEEDS as f64, "{what}: {n}");
            assert!(mean.abs() < 4.0 / n.sqrt(), "{what}: mean {mean}");
            let off = 4.0 * (4.0 / n).sqrt();
            assert!(variance > 1.0 / (1.0 + off) && variance < 1.0 + off, "{what}: variance {variance}");
        }
    }
}

fn model(path: &str, seed: u64) -> (Model, Program) {
    let overrides = vec![format!("settings.seed={seed}")];
    let loaded = load(&Request { scenario: path.to_owned(), overrides });
    let model = loaded.unwrap_or_else(|problems| panic!("{problems}")).model;
    let program = compile(&model).unwrap();
    (model, program)
}

/// The name of the figure that varies and ends so.
fn figure(one_way: &OneWay, part: &str) -> String {
    one_way.moved.iter().find(|own| own.parameter.ends_with(part)).unwrap().parameter.clone()
}

const EXACT: Method = Method::Exact { bins_per_month: BINS };

/// Patients who live as at central values are not simulated again: which they are must be found right.
#[test]
fn figures_moved_are_those_of_all_patients_lived_anew() {
    const FEW: u64 = 200;
    for scenario in ["tower_economics", "eliana_economics"] {
        let (mut model, program) = model(scenario, 1);
        let bench = Bench::new(&model, &program, Method::Patients, &Unobserved).with_patients(FEW);
        let found = one_way(&bench).unwrap();
        model.settings.uncertainty = false;
        let central = Draw::sample(&model, &Stream::new(1), 0);
        let mut worker = Worker::new(&model, &program);
        let (mut alike, mut all) = (0, 0);
        for (figure, moved) in found.moved.iter().enumerate() {
            let at = model.parameters.iter().position(|own| own.name == moved.parameter).unwrap();
            for (place, value) in OneWay::places(figure).into_iter().zip([moved.low, moved.high]) {
                let mut parameters = central.parameters.clone();
                parameters[at] = model.parameters[at].domain.clamp(value);
                let draw = Draw::of(&model, 0, parameters);
                alike += worker.alike(&central, &draw).into_iter().filter(|alike| *alike).count();
                let lived = by_patient(&mut worker, &draw, FEW, &Unobserved).unwrap();
                for (strategy, own) in lived.iter().enumerate() {
                    let mean = |of: &[f64]| of.iter().sum::<f64>() / FEW as f64;
                    assert_eq!(found.psa.costs[strategy][place], mean(&own.costs), "{}", moved.parameter);
                    assert_eq!(found.psa.effects[strategy][place], mean(&own.qalys), "{}", moved.parameter);
                    all += 1;
                }
            }
        }
        println!("{scenario}: {alike} of {all} as at central values");
        assert!(alike > all / 10 && alike < all);
    }
}

#[test]
fn figures_moved_and_thresholds_are_as_sure_as_they_say() {
    let folder = Folder::new();
    let path = folder.at("noisy.toml");
    fs::write(&path, SCENARIO).unwrap();
    let mut scores = Scores::default();
    for seed in 1..=SEEDS {
        let (model, program) = model(path.to_str().unwrap(), seed);
        let bench = |method| Bench::new(&model, &program, method, &Unobserved).with_patients(PATIENTS);
        let (noisy, sure) = (bench(Method::Patients), bench(EXACT));
        let (found, truth) = (one_way(&noisy).unwrap(), one_way(&sure).unwrap());
        assert_eq!(found.moved, truth.moved);
        for (name, bars, exact) in [
            ("net benefit", found.net_benefit(1, WTP), truth.net_benefit(1, WTP)),
            ("costs", found.costs(1), truth.costs(1)),
            ("qalys", found.effects(1), truth.effects(1)),
        ] {
            for ((moved, bar), exact) in found.moved.iter().zip(&bars).zip(&exact) {
                assert!(exact.mc_se.is_none() && exact.width_mc_se.is_none());
                let part = moved.parameter.rsplit('.').next().unwrap();
                let (errors, width_error) = (bar.mc_se.unwrap(), bar.width_mc_se.unwrap());
                scores.add(format!("{name} at high {part}"), bar.at[2], exact.at[2], errors[2]);
                if exact.width == 0.0 {
                    // What nothing hangs on has no width and no error.
                    assert!(bar.width == 0.0 && width_error == 0.0, "{name} {part}");
                } else {
                    scores.add(format!("{name}, width of {part}"), bar.width, exact.width, width_error);
                    // The same patients at both ends.
                    assert!(width_error < errors[0] + errors[2]);
                }
            }
        }
        let levels = (found.psa.net_benefit(0, WTP), truth.psa.net_benefit(0, WTP));
        let [_, _, errors] = found.psa.errors(0, WTP).unwrap();
        scores.add("level at the centre", levels.0[0], levels.1[0], errors[0]);

        let all = found;
        let names = [figure(&all, "ratio"), figure(&all, "relapsed")];
        let [found, truth] = [&noisy, &sure].map(|bench| two_way(bench, &names).unwrap().unwrap());
        let gain =
            |grid: &TwoWay, at: usize| grid.psa.net_benefit(1, WTP)[at] - grid.psa.net_benefit(0, WTP)[at];
        let errors = found.psa.gain_errors(1, WTP).unwrap();
        for at in [0, 12, 24] {
            scores.add(format!("two figures, point {at}"), gain(&found, at), gain(&truth, at), errors[at]);
        }

        for part in ["relapsed", "ratio"] {
            let search = ThresholdSearch { parameter: figure(&all, part), strategy: 1 };
            let [found, truth] =
                [&noisy, &sure].map(|bench| threshold(bench, &search, WTP).unwrap().unwrap());
            let pairs = [
                ("centre", found.centre, truth.centre),
                ("mean", found.draws.unwrap(), truth.draws.unwrap()),
            ];
            for (of, found, truth) in pairs {
                let what = format!("{of}, gain before {part}");
                scores.add(what, found.gained, truth.gained, found.gained_errors.mc_se.unwrap());
                let (Some(value), Some(exact)) = (found.value, truth.value) else { continue };
                let error = found.value_errors.mc_se.unwrap();
                scores.add(format!("{of}, threshold of {part}"), value, exact, error);
                assert!(truth.value_errors.mc_se.is_none());
            }
            let mean = found.draws.unwrap();
            assert_eq!(mean.value_errors.draw_se.is_some(), mean.value.is_some());
        }
    }
    let figures = ["ratio", "remission", "relapsed"];
    let of = |names: &[&str], parts: &[&str], words: &str| -> Vec<String> {
        let names =
            names.iter().flat_map(|name| parts.iter().map(move |part| format!("{name}{words}{part}")));
        names.collect()
    };
    let mut expected = of(&["net benefit", "costs", "qalys"], &figures, " at high ");
    expected.extend(of(&["net benefit", "costs"], &figures, ", width of "));
    // No QALYs hang on costs.
    expected.push("qalys, width of ratio".to_owned());
    expected.push("level at the centre".to_owned());
    expected.extend(of(&["two figures"], &["0", "12", "24"], ", point "));
    expected.extend(of(&["centre", "mean"], &["relapsed", "ratio"], ", gain before "));
    expected.extend(of(&["centre", "mean"], &["relapsed", "ratio"], ", threshold of "));
    scores.judge(&expected);
}

#[test]
fn ratios_budgets_and_curves_are_as_sure_as_they_say() {
    let folder = Folder::new();
    let path = folder.at("noisy.toml");
    fs::write(&path, SCENARIO).unwrap();
    let budget =
        Budget { patients_a_year: Value::Constant(100.0), uptake: vec![vec![0.0; 3], vec![0.2, 0.5, 0.7]] };
    let mut scores = Scores::default();
    for seed in 1..=SEEDS {
        let (model, program) = model(path.to_str().unwrap(), seed);
        let simulated = run(&model, &program, &Unobserved, &|| Records::new(120)).unwrap();
        let sure = exact::run(&model, &program, &Unobserved).unwrap();
        let psa = Psa::of_records(&model, &simulated).unwrap();
        let exact_psa = Psa::of_exact(&model, &sure.measures, &sure.draws).unwrap();
        for (found, truth) in icers(&psa).iter().zip(&icers(&exact_psa)) {
            assert_eq!((found.strategy, truth.mc_se), (truth.strategy, [None; 2]));
            scores.add(format!("cost {}", found.strategy), found.cost, truth.cost, found.mc_se[0].unwrap());
            scores.add(
                format!("effect {}", found.strategy),
                found.effect,
                truth.effect,
                found.mc_se[1].unwrap(),
            );
            let (Some(icer), Some(exact)) = (found.icer, truth.icer) else { continue };
            let [cost, effect, ratio] = found.inc_mc_se.map(Option::unwrap);
            scores.add("cost gained", found.inc_cost.unwrap(), truth.inc_cost.unwrap(), cost);
            scores.add("effect gained", found.inc_effect.unwrap(), truth.inc_effect.unwrap(), effect);
            // A ratio of two means is skewed; its inverse is a mean over one that is nearly sure.
            scores.add("ratio", -1.0 / icer, -1.0 / exact, ratio / (icer * icer));
        }

        let years = |method| budget_impact((&model, &program), &budget, method, &Unobserved).unwrap();
        for (found, truth) in years(Method::Patients).iter().zip(&years(EXACT)) {
            let year = found.year;
            for (what, found, truth) in [
                ("with", found.with, truth.with),
                ("without", found.without, truth.without),
                ("impact", found.impact, truth.impact),
            ] {
                assert_eq!(truth.mc_se, None);
                let error = found.mc_se.unwrap();
                scores.add(format!("{what}, year {year}"), found.mean.unwrap(), truth.mean.unwrap(), error);
            }
        }

        let both = (&model, &program);
        let found =
            partitioned(both, &Summary::new(&model, &simulated), Method::Patients, &Unobserved).unwrap();
        let truth = partitioned(both, &Summary::of_exact(&model, &sure), EXACT, &Unobserved).unwrap();
        assert_eq!((found.len(), truth.len()), (2, 2));
        for (found, truth) in found.iter().zip(&truth) {
            let strategy = found.strategy;
            for (what, (value, error), (exact, none)) in [
                ("event-free years", found.event_free_years, truth.event_free_years),
                ("later years", found.later_years, truth.later_years),
            ] {
                assert_eq!(none, None);
                scores.add(format!("{what} of {strategy}"), value, exact, error.unwrap());
            }
            for (what, found, truth) in
                [("life years", found.life_years, truth.life_years), ("qalys", found.qalys, truth.qalys)]
            {
                assert_eq!(truth.mc_se, None);
                let [own, simulated, difference] = found.mc_se.unwrap();
                let what = format!("{what} of {strategy}");
                scores.add(format!("{what} by areas"), found.partitioned, truth.partitioned, own);
                scores.add(format!("{what} simulated"), found.simulated, truth.simulated, simulated);
                let less = |pair: &remisim::economics::Pair| pair.partitioned - pair.simulated;
                scores.add(format!("{what}, difference"), less(&found), less(&truth), difference);
            }
        }
    }
    let mut expected: Vec<String> = ["cost gained", "effect gained", "ratio"].map(str::to_owned).to_vec();
    for strategy in 0..2 {
        expected.extend(["cost", "effect"].map(|what| format!("{what} {strategy}")));
        expected.extend(["event-free years", "later years"].map(|what| format!("{what} of {strategy}")));
        for what in ["life years", "qalys"] {
            let ends = [" by areas", " simulated", ", difference"];
            expected.extend(ends.map(|end| format!("{what} of {strategy}{end}")));
        }
    }
    for year in 1..=3 {
        expected.extend(["with", "without", "impact"].map(|what| format!("{what}, year {year}")));
    }
    scores.judge(&expected);
}
