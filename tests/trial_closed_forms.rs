//! Trials of exponential arms against closed forms, fixed seed; what is seen of a patient; threads.

#![expect(clippy::disallowed_methods, reason = "exact figures by the platform's functions, on purpose")]

#[path = "support/demand.rs"]
mod demand;
#[path = "support/folder.rs"]
mod folder;

use demand::read;
use remisim::model::{Model, TrialDesign};
use remisim::simulate::Unobserved;
use remisim::trial::{Experiment, Finding, Observed, Points, TrialResults, enrolled, kaplan_meier, run};
use statrs::distribution::{ContinuousCDF, Normal};

const ACCRUAL: f64 = 24.0;
const FOLLOW_UP: f64 = 12.0;
/// Hazards of death a month of control and arm, of loss a year, and shares of responders.
const RATES: [f64; 2] = [0.06, 0.04];
const DROPOUT: f64 = 0.24;
const RESPONSES: [f64; 2] = [0.3, 0.45];

/// Everyone dies at a constant hazard from entry on, in remission or not.
fn regimen(id: &str, rate: f64, cr: f64) -> String {
    format!(
        "[regimens.{id}]\nlabel = \"{id}\"\ngroup = \"test\"\n[regimens.{id}.response]\ncr = {cr}\nmonths = 0\n\
         [regimens.{id}.remission]\nrelapse = {{ family = \"never\" }}\n\
         non_relapse_death = {{ family = \"exponential\", rate = {rate} }}\n[regimens.{id}.failure]\n\
         refractory = {{ family = \"exponential\", rate = {rate} }}\nrelapse = {{ family = \"never\" }}\n"
    )
}

fn model(sizes: &str, trials: &str) -> Model {
    read(&format!(
        "title = \"Trials\"\nquestion = \"Do they hold?\"\nbare_numbers = \"closed forms, without clinical meaning\"\n\
         [settings]\npatients = 1\ndraws = 1\nuncertainty = false\nhorizon_months = 60\nbackground_mortality = \"none\"\n\
         [population]\nlabel = \"Everyone\"\ngroup = \"test\"\nage_years = {{ fixed = 40 }}\n{}{}\
         [[strategies]]\nid = \"usual\"\n[[strategies.lines]]\nregimen = \"usual\"\n\
         [[strategies]]\nid = \"new\"\n[[strategies.lines]]\nregimen = \"new\"\n\
         [trial]\ncontrol = \"usual\"\narm = \"new\"\npatients = {sizes}\ntrials = {trials}\naccrual_months = {ACCRUAL}\n\
         follow_up_months = {FOLLOW_UP}\ndropout_per_year = {DROPOUT}\n",
        regimen("usual", RATES[0], RESPONSES[0]),
        regimen("new", RATES[1], RESPONSES[1]),
    ))
}

fn design(model: &Model) -> &TrialDesign {
    model.design.as_ref().unwrap()
}

fn held(model: &Model) -> TrialResults {
    run(model, design(model), &Unobserved).unwrap()
}

/// Chance that the death of a patient is seen: of two hazards the first, before an end that is uniform from the
/// follow-up to the follow-up and accrual.
fn seen(rate: f64) -> f64 {
    let both = rate + DROPOUT / 12.0;
    let left = ((-both * FOLLOW_UP).exp() - (-both * (FOLLOW_UP + ACCRUAL)).exp()) / (both * ACCRUAL);
    rate / both * (1.0 - left)
}

fn moments(values: impl Iterator<Item = f64>) -> (f64, f64, f64) {
    let values: Vec<f64> = values.collect();
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, variance, n)
}

#[track_caller]
fn assert_mean(what: &str, values: impl Iterator<Item = f64>, exact: f64) {
    let (mean, variance, n) = moments(values);
    let error = (variance / n).sqrt();
    assert!((mean - exact).abs() < 4.0 * error, "{what}: {mean} against {exact}, error {error}");
}

#[track_caller]
fn assert_share(what: &str, holds: impl Iterator<Item = bool>, exact: f64, approximation: f64) {
    let (mean, _, n) = moments(holds.map(|holds| f64::from(u8::from(holds))));
    let error = (exact * (1.0 - exact) / n).sqrt();
    assert!(
        (mean - exact).abs() < 4.0 * error + approximation,
        "{what}: {mean} against {exact}, error {error}"
    );
}

#[test]
fn trials_scatter_as_closed_forms_say() {
    let model = model("400", "6000");
    let results = held(&model);
    let of = |experiment: Experiment| &results.sizes[0].findings[experiment as usize];
    let real = of(Experiment::AsModelled);
    let each = |value: fn(&Finding) -> f64| real.iter().map(value);
    // Events and responders of 200 patients an arm are binomial.
    for (arm, value) in [(0, each(|own| f64::from(own.events[0]))), (1, each(|own| f64::from(own.events[1])))]
    {
        assert_mean("events", value.clone(), 200.0 * seen(RATES[arm]));
    }
    for (arm, value) in [(0, each(|own| own.response[0])), (1, each(|own| own.response[1]))] {
        let p = RESPONSES[arm];
        assert_mean("response", value.clone(), p);
        // The variance of a variance of n nearly normal values is 2 / n of its square.
        let (_, variance, n) = moments(value);
        let exact = p * (1.0 - p) / 200.0;
        assert!((variance / exact - 1.0).abs() < 4.0 * (2.0 / n).sqrt(), "{variance} against {exact}");
    }
    // Large-sample forms: the logarithm of the ratio scatters by the root of 1/events + 1/events. Bias and skewness are
    // of the order of one in the number of events, about 200: 2 % of the ratio, 5 % of its scatter.
    let events = [0, 1].map(|arm: usize| 200.0 * seen(RATES[arm]));
    let logs = real.iter().map(|own| own.hazard_ratio.unwrap().ratio.ln());
    let (mean, variance, _) = moments(logs);
    let truth = (RATES[1] / RATES[0]).ln();
    let sd = (1.0 / events[0] + 1.0 / events[1]).sqrt();
    assert!((mean - truth).abs() < 0.02, "{mean} against {truth}");
    assert!((variance.sqrt() / sd - 1.0).abs() < 0.05, "{} against {sd}", variance.sqrt());
    // Its own standard error says the same.
    let (own_se, ..) = moments(real.iter().map(|own| own.hazard_ratio.unwrap().log_se));
    assert!((own_se / sd - 1.0).abs() < 0.02, "{own_se} against {sd}");
    // Power of the log-rank test: Schoenfeld 1981, doi:10.1093/biomet/68.1.316, good to some hundredths.
    let normal = Normal::standard();
    let z = normal.inverse_cdf(0.975);
    let power = normal.cdf(-truth / sd - z);
    let rejects = |own: &Finding| own.log_rank_p.is_some_and(|p| p < 0.05);
    assert_share("power of the log-rank test", real.iter().map(rejects), power, 0.02);
    // Power of a test of two shares by the normal approximation, without correction.
    let [p, q] = RESPONSES;
    let pooled = ((p + q) * (2.0 - p - q) / 2.0 / 200.0).sqrt();
    let apart = ((p * (1.0 - p) + q * (1.0 - q)) / 200.0).sqrt();
    let power = normal.cdf((q - p - z * pooled) / apart);
    assert_share("power of the response", real.iter().map(|own| own.response_p < 0.05), power, 0.02);
    // Nothing to find: tests keep their level, to the half per cent that large-sample tests are good for, and intervals
    // hold.
    let none = of(Experiment::NoDifference);
    assert_share("type I error of the log-rank test", none.iter().map(rejects), 0.05, 0.005);
    assert_share("type I error of the response", none.iter().map(|own| own.response_p < 0.05), 0.05, 0.005);
    for (experiment, ratio) in
        [(Experiment::AsModelled, RATES[1] / RATES[0]), (Experiment::NoDifference, 1.0)]
    {
        let holds = of(experiment).iter().map(|own| {
            let own = own.hazard_ratio.unwrap();
            (own.lower_95..=own.upper_95).contains(&ratio)
        });
        assert_share("coverage", holds, 0.95, 0.005);
    }
}

#[test]
fn ten_times_the_patients_scatter_by_the_root_of_ten_less() {
    let results = held(&model("[40, 400, 4000]", "[4000, 2000, 1000]"));
    let sds: Vec<f64> = results
        .sizes
        .iter()
        .map(|size| moments(size.findings[0].iter().map(Finding::response_difference)).1.sqrt())
        .collect();
    for (pair, n) in sds.windows(2).zip([2000.0, 1000.0]) {
        // Relative error of a standard deviation: 1 / sqrt(2 n), of both.
        let error = (1.0_f64 / n).sqrt();
        assert!((pair[0] / pair[1] / 10.0_f64.sqrt() - 1.0).abs() < 4.0 * error, "{sds:?}");
    }
}

#[test]
fn curves_are_those_of_the_model_whatever_the_censoring() {
    let model = model("400", "300");
    let size = design(&model).sizes[0];
    for (arm, months) in [(false, 6.0), (false, 18.0), (true, 12.0), (true, 30.0)] {
        let survival = (0..300).map(|trial| {
            let patients = enrolled(&model, design(&model), size, trial).unwrap();
            let own = patients.iter().filter(|own| own.treated == arm);
            let mut seen: Vec<Observed> = own.map(|own| own.enrolment.observed(&own.course)).collect();
            seen.sort_by(Observed::order);
            let steps = kaplan_meier(&seen, Points::Events);
            steps.iter().rfind(|step| step.months <= months).unwrap().survival
        });
        let exact = (-RATES[usize::from(arm)] * months).exp();
        assert_mean(&format!("survival at {months} months"), survival, exact);
    }
}

#[test]
fn a_trial_sees_of_a_life_what_it_can() {
    let model = model("4000", "1");
    let own = design(&model);
    let patients = enrolled(&model, own, own.sizes[0], 0).unwrap();
    assert_eq!(patients.iter().filter(|own| own.treated).count(), 2000);
    for patient in &patients {
        let (enrolment, course) = (&patient.enrolment, &patient.course);
        assert!((0.0..ACCRUAL).contains(&enrolment.entry));
        assert!(enrolment.until >= 0.0 && enrolment.until <= ACCRUAL + FOLLOW_UP - enrolment.entry + 1e-9);
        let seen = enrolment.observed(course);
        assert_eq!(
            (seen.months, seen.event),
            (course.event.min(enrolment.until), course.event <= enrolment.until)
        );
        // The control's patients would fare the same in the other experiment.
        assert!(patient.treated || patient.untreated == patient.course);
    }
    assert_mean("entries", patients.iter().map(|own| own.enrolment.entry), ACCRUAL / 2.0);
    let lost =
        |own: &&remisim::trial::Enrolled| own.enrolment.until < ACCRUAL + FOLLOW_UP - own.enrolment.entry;
    // Lost before an end that is uniform from the follow-up on.
    let hazard = DROPOUT / 12.0;
    let kept = ((-hazard * FOLLOW_UP).exp() - (-hazard * (FOLLOW_UP + ACCRUAL)).exp()) / (hazard * ACCRUAL);
    assert_share("lost", patients.iter().map(|own| lost(&own)), 1.0 - kept, 0.0);
    // Arms are different people: no common luck. Deaths of the i-th of each arm are uncorrelated.
    let deaths =
        |treated: bool| patients.iter().filter(move |own| own.treated == treated).map(|own| own.course.event);
    let end = |death: f64| death.min(ACCRUAL);
    let (mean_0, variance_0, n) = moments(deaths(false).map(end));
    let (mean_1, variance_1, _) = moments(deaths(true).map(end));
    let both: f64 = deaths(false)
        .map(end)
        .zip(deaths(true).map(end))
        .map(|(x, y)| (x - mean_0) * (y - mean_1))
        .sum::<f64>()
        / n;
    assert!((both / (variance_0 * variance_1).sqrt()).abs() < 4.0 / n.sqrt(), "{both}");
}

#[test]
fn trials_are_the_same_with_any_number_of_threads() {
    let model = model("[40, 1000]", "[300, 30]");
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| held(&model))
    };
    let one = with(1);
    for threads in [2, 7] {
        assert!(with(threads) == one, "{threads}");
    }
    // Other sizes change no trial.
    let model = self::model("1000", "30");
    assert!(held(&model).sizes[0].findings == one.sizes[1].findings);
}
