//! Fits of a scenario's own targets, through the command line: against integrals of the posterior in closed form, from
//! end to end, and what is said of targets that cannot be fitted.

#![expect(
    clippy::disallowed_methods,
    reason = "the oracle uses the platform's functions, not those it checks"
)]

#[path = "support/folder.rs"]
mod folder;

use folder::Folder;
use remisim::calibrate::{Plan, fit};
use remisim::scenario::{Request, load_trial};
use std::collections::BTreeMap;
use std::fs;

/// A scenario with one regimen without remissions, whose survival is a Weibull curve.
const SCENARIO: &str = r#"title = "Mine"
question = "How long do they live?"
bare_numbers = "made up"
targets = [
  { strategy = "mine", endpoint = "os", median = 8.2, n = 120 },
  { strategy = "mine", endpoint = "os", at_months = 12, value = 0.35, n = 120 },
]
settings = { horizon_months = 240, background_mortality = "none" }
population = { label = "Some", group = "mine", age_years = { fixed = 40 } }
strategies = [{ id = "mine", lines = [{ regimen = "mine" }] }]
[regimens.mine]
label = "Mine"
group = "mine"
calibrated = "mine"
[regimens.mine.failure.refractory]
family = "weibull"
shape = { assume = 1, low = 0.5, high = 2, reason = "open" }
median = { assume = 8, low = 2, high = 32, reason = "months" }
"#;

fn folder(text: &str) -> Folder {
    let folder = Folder::new();
    fs::write(folder.at("mine.toml"), text).unwrap();
    folder
}

fn with(old: &str, new: &str) -> String {
    assert!(SCENARIO.contains(old), "{old}");
    SCENARIO.replace(old, new)
}

fn moments(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / n).sqrt())
}

/// Mean and standard deviation of ln shape and ln median under priors and a multinomial of 120 patients, by a grid.
fn posterior_by_integration() -> [(f64, f64); 2] {
    // A log-normal prior whose 2.5 and 97.5 % are the ends of the interval.
    let sd = |low: f64, high: f64| (high / low).ln() / (2.0 * 1.959_963_984_540_054);
    let (shape_sd, median_sd) = (sd(0.5, 2.0), sd(2.0, 32.0));
    let steps = 400;
    let mut sums = [[0.0; 3]; 2];
    for i in 0..steps {
        for j in 0..steps {
            let z = [i, j].map(|at| -6.0 + 12.0 * (f64::from(at) + 0.5) / f64::from(steps));
            let (ln_shape, ln_median) = (shape_sd * z[0], 8.0_f64.ln() + median_sd * z[1]);
            let alive = |t: f64| 0.5_f64.powf((t / ln_median.exp()).powf(ln_shape.exp()));
            let (first, second) = (alive(8.2), alive(12.0));
            let parts = [(1.0 - first, 0.5), (first - second, 0.15), (second, 0.35)];
            let log: f64 = parts.iter().map(|(p, share)| 120.0 * share * p.max(1e-300).ln()).sum();
            let weight = (log - 0.5 * (z[0] * z[0] + z[1] * z[1])).exp();
            for (sum, value) in sums.iter_mut().zip([ln_shape, ln_median]) {
                [1.0, value, value * value].iter().zip(sum).for_each(|(v, s)| *s += weight * v);
            }
        }
    }
    sums.map(|[one, x, xx]| (x / one, (xx / one - (x / one) * (x / one)).sqrt()))
}

#[test]
fn a_fit_is_the_posterior_by_integration() {
    let folder = folder(SCENARIO);
    let path = folder.at("mine.toml");
    let model = load_trial(&Request::new(path.to_str().unwrap())).unwrap().model;
    let plan = Plan { chains: 4, warm_up: 500, kept: 2000, seed: 1 };
    let found = fit(&model, &plan, false, &|_| true).unwrap();
    assert_eq!(found.rows.len(), 2000);
    for (column, (mean, sd)) in posterior_by_integration().into_iter().enumerate() {
        let logs: Vec<f64> = found.rows.iter().map(|row| row[column].ln()).collect();
        let (own_mean, own_sd) = moments(&logs);
        // 2,000 rows worth at least 400: four standard errors.
        assert!((own_mean - mean).abs() < 0.2 * sd, "{}: {own_mean} {mean}", found.parameters[column].name);
        assert!((own_sd / sd - 1.0).abs() < 0.15, "{}: {own_sd} {sd}", found.parameters[column].name);
        assert!(found.parameters[column].identified > 0.5);
    }
    let identified: f64 = found.parameters.iter().map(|own| own.identified).sum();
    assert!(identified <= 2.0, "two targets fix at most two figures: {identified}");
    assert!((found.targets[0].mean - 8.2).abs() < 0.4 && (found.targets[1].mean - 0.35).abs() < 0.02);
    // Of 120 patients, at the true posterior: about sqrt(2) times the published interval.
    let (low, high) = found.targets[1].predictive;
    let (from, to) = model.trial.targets[1].interval.unwrap();
    assert!((high - low) / (to - from) < 1.5, "{low} {high} {from} {to}");
}

#[test]
fn an_author_fits_runs_and_validates_a_regimen_of_their_own() {
    let folder = folder(SCENARIO);
    let run = ["run", "./mine.toml", "--patients", "2000", "--draws", "200", "--out", "out", "--quiet"];
    folder.run(&run).ends_with(2).tells(&["mine.toml:14:14: calibrated", "remisim calibrate ./mine.toml"]);
    let fitted = folder.run(&["calibrate", "./mine.toml"]).ends_with(0);
    assert!(fitted.stdout.contains("mine: median os, months"), "{}", fitted.stdout);
    folder.run(&run).ends_with(0);
    let summary = fs::read_to_string(folder.at("out/mine/summary.csv")).unwrap();
    let median = summary.lines().find(|line| line.contains("os_median_months")).unwrap();
    let mean: f64 = median.split(',').nth(3).unwrap().parse().unwrap();
    assert!((mean - 8.2).abs() < 0.5, "{median}");
    let valid = folder.run(&["validate", "./mine.toml", "--out", "valid"]).ends_with(0);
    assert!(!valid.stdout.contains("OUTSIDE"), "{}", valid.stdout);
    let table = fs::read_to_string(folder.at("valid/mine/validation.csv")).unwrap();
    let head = "target,strategy,endpoint,months,published,published_low,published_high,simulated,mc_se,lower_95,\
                upper_95,inside,role";
    assert_eq!(table.lines().next(), Some(head));
    assert_eq!(table.lines().count(), 3);
    // The same inputs give the same bytes, whatever the threads.
    let before = fs::read(folder.at("calibrated/mine.csv")).unwrap();
    let one_thread =
        folder.command(&["calibrate", "./mine.toml"]).env("RAYON_NUM_THREADS", "1").output().unwrap();
    assert!(one_thread.status.success());
    assert_eq!(fs::read(folder.at("calibrated/mine.csv")).unwrap(), before);
    // What was fitted cannot be moved away from under the fit; what was not can.
    let moved = "regimens.mine.failure.refractory.median=5";
    folder
        .run(&["run", "./mine.toml", "--set", moved])
        .ends_with(2)
        .tells(&["other inputs", "take the change back"]);
    folder.run(&["check", "./mine.toml", "--set", "regimens.mine.label=\"Other\""]).ends_with(0);
    fs::write(folder.at("mine.toml"), with("value = 0.35", "value = 0.30")).unwrap();
    folder.run(&["check", "./mine.toml"]).ends_with(2).tells(&["other inputs"]);
    fs::write(folder.at("mine.toml"), with("question = \"How", "question = \"Just how")).unwrap();
    folder.run(&["check", "./mine.toml"]).ends_with(0);
    let text = fs::read_to_string(folder.at("calibrated/mine.csv")).unwrap();
    fs::write(folder.at("calibrated/mine.csv"), text.replacen('1', "2", 1)).unwrap();
    folder.run(&["check", "./mine.toml"]).ends_with(2).tells(&["does not belong to"]);
    fs::write(folder.at("calibrated/mine.csv"), text).unwrap();
    folder.run(&["check", "./mine.toml"]).ends_with(0);
    let about = fs::read_to_string(folder.at("calibrated/mine.toml")).unwrap();
    fs::write(folder.at("calibrated/mine.toml"), about.replacen("seed = 1", "seed = 2", 1)).unwrap();
    folder.run(&["check", "./mine.toml"]).ends_with(2).tells(&["changed by hand"]);
}

/// Survival at a year twice: by both figures about 0.41, without either the other.
#[test]
fn figures_in_each_others_way_are_told_with_both_fits() {
    let at = |strategy: &str, value: f64| {
        format!("{{ strategy = {strategy:?}, endpoint = \"os\", at_months = 12, value = {value}, n = 400 }}")
    };
    let first = SCENARIO.find("  { strategy").unwrap();
    let last = SCENARIO.find("\n]\nsettings").unwrap();
    let text =
        format!("{}{},\n{}{}", &SCENARIO[..first], at("mine", 0.35), at("other", 0.47), &SCENARIO[last..]);
    let arm = "{ id = \"other\", lines = [{ regimen = \"mine\" }] }";
    let text = text.replace(
        "lines = [{ regimen = \"mine\" }] }]",
        &format!("lines = [{{ regimen = \"mine\" }}] }}, {arm}]"),
    );
    let folder = folder(&text);
    let plain = folder.run(&["calibrate", "./mine.toml"]).ends_with(0);
    let missed = plain.stdout.lines().filter(|line| line.starts_with("missed: "));
    assert!(missed.clone().count() == 2 && plain.stdout.contains("--leave-out"), "{}", plain.stdout);
    assert!(!plain.stderr.contains("gone"), "{}", plain.stderr);
    let both = folder.run(&["calibrate", "./mine.toml", "--leave-out"]).ends_with(0);
    let conflicts = both.stdout.lines().filter(|line| line.starts_with("conflict: "));
    assert_eq!(conflicts.count(), 2, "{}", both.stdout);
    let valid = folder.run(&["validate", "./mine.toml", "--out", "valid"]).ends_with(0);
    assert!(valid.stdout.contains("missed: 2 of 2 fitted figures"), "{}", valid.stdout);
    assert!(valid.stdout.contains("2 of them in conflict with another"), "{}", valid.stdout);
    let path = folder.at("valid/mine/conflicts.csv");
    let mut table = csv::Reader::from_path(path).unwrap();
    let rows: Vec<BTreeMap<String, String>> = table.deserialize().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 2);
    for row in &rows {
        let number = |key: &str| row[key].parse::<f64>().unwrap();
        let (published, other) = (number("published"), number("conflicting_published"));
        assert_eq!((row["finding"].as_str(), row["months"].as_str()), ("conflict", "12"));
        assert_eq!((published.min(other), published.max(other)), (0.35, 0.47));
        assert!((number("fitted") - published).abs() > 0.02 && (number("without") - published).abs() <= 0.02);
        assert!((number("conflicting_without") - other).abs() > (number("conflicting_fitted") - other).abs());
        assert_eq!(number("fitted"), number("conflicting_fitted"));
    }
    // A fit without them drops what is said of figures left out, and says so.
    folder.run(&["calibrate", "./mine.toml"]).ends_with(0).tells(&["gone with the old fit", "--leave-out"]);
    let about = fs::read_to_string(folder.at("calibrated/mine.toml")).unwrap();
    assert!(!about.contains("left_out") && !about.contains("without"), "{about}");
}

#[test]
fn what_cannot_be_fitted_is_refused_with_what_to_do() {
    let cases = [
        (with("value = 0.35", "value = 0.65"), "survival that rises"),
        (with("value = 0.35", "value = 1.35"), "a probability"),
        (with("value = 0.35, n = 120", "value = 0.35"), "patients that the figure rests on"),
        (with("at_months = 12, value = 0.35", "at_months = 12"), "one of value"),
        (with("at_months = 12, value", "median = 3, value"), "endpoint with median"),
        (
            with("horizon_months = 240", "horizon_months = 10"),
            "mine.toml:6:53: targets.2.at_months: found 12, allowed months up to settings.horizon_months, 10",
        ),
        (with("median = 8.2", "median = 250"), "allowed months up to settings.horizon_months, 240"),
        (with("median = 8.2", "not_reached_by = 250"), "set a longer horizon, or leave the figure out"),
        (with("endpoint = \"os\", median", "endpoint = \"oss\", median"), "did you mean \"os\""),
        (
            with(
                "{ strategy = \"mine\", endpoint = \"os\", median",
                "{ strategy = \"mien\", endpoint = \"os\", median",
            ),
            "did you mean \"mine\"",
        ),
        (with("calibrated = \"mine\"", "calibrated = \"other\""), "a file of trials/"),
        (with("calibrated = \"mine\"\n", ""), "a regimen with calibrated"),
        (with("n = 120", "n = 120, held_out = true"), "no target to fit to"),
        (with("12, value = 0.35, n = 120", "8.3, value = 0.05, n = 5000"), "no values that meet"),
        (with("[regimens.mine]", "[calibration]\nheld = [\"shap\"]\n[regimens.mine]"), "an uncertain figure"),
    ];
    for (text, told) in cases {
        folder(&text)
            .run(&["calibrate", "./mine.toml", "--states", "200", "--out", "c"])
            .ends_with(2)
            .tells(&[told]);
    }
    let turned = ["calibrate", "./mine.toml", "--set", "evidence.Q34.on=false"];
    folder(SCENARIO).run(&turned).ends_with(2).tells(&["a switch turned"]);
    let moved = ["calibrate", "./mine.toml", "--set", "targets.1.n=60"];
    folder(SCENARIO).run(&moved).ends_with(2).tells(&["would replace that of the file", "--out DIR"]);
    let unwritable = ["calibrate", "./mine.toml", "--out", "mine.toml"];
    folder(SCENARIO).run(&unwritable).ends_with(2).tells(&["mine.toml"]);
}
