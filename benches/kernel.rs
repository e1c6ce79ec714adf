//! Histories a second on one thread, with everything that a run tallies: costs, QALYs, curves, flags, differences.
//!
//! `Throughput::Elements` counts histories: patients times draws times strategies.

#![allow(missing_docs, reason = "criterion's macros make items without docs")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use remisim::model::Model;
use remisim::program::compile;
use remisim::scenario::{Request, load};
use remisim::simulate::{self, Unobserved};
use remisim::summary::Records;
use std::time::Duration;

const SETTING: &str = r#"
title = "Six lines"
question = "How fast?"
bare_numbers = "numbers of a bench"
[settings]
patients = 10000
draws = 20
horizon_months = 600
background_mortality = "us_2014"
curves = ["os", "efs", "rfs", "cir", "os_infused", "efs_infused"]
[population]
label = "Everyone"
group = "bench"
age_years = { low = 20, mode = 35, high = 70 }
[population.attributes]
sex = { female = 0.45, male = 0.55 }
burden = { low = 0.3, middle = 0.4, high = 0.3 }
[costs.state]
induction = 15000
remission = 2000
transplanted = 3000
refractory = 9000
relapsed = 9000
[costs.event]
crs_grade12 = 5000
crs_grade3 = 30000
icu_day = 6000
infection = 20000
transplant = 300000
mrd_test = 800
death = 12000
[utilities.state]
induction = 0.5
remission = 0.85
transplanted = 0.8
refractory = 0.4
relapsed = 0.4
[regimens.graft]
label = "Transplant"
group = "bench"
[regimens.graft.failure]
refractory = { family = "exponential", rate = 0.1 }
[regimens.graft.transplant]
relapse_ratio = 0.6
death = { family = "weibull", shape = 0.7, median = 4, share = 0.25 }
[regimens.line_1]
label = "Line 1"
group = "bench"
cost_at_start = 50000
[regimens.line_1.treatment]
cycle_months = 1.4
max_cycles = 5
in_remission = true
administration = 9000
[regimens.line_1.toxicity]
early_death = 0.05
infection = 0.3
[regimens.line_1.toxicity.crs]
scale = "astct"
any = 0.5
grade3 = 0.1
onset_days = { family = "log_normal", median = 3, shape = 0.6 }
tocilizumab = 0.3
tocilizumab_doses = [0.6, 0.2, 0.15, 0.05]
icu = 0.2
icu_days = { family = "log_normal", median = 4, shape = 0.6 }
[regimens.line_1.response]
cr = { by = "burden", low = 0.7, otherwise = 0.55 }
pr = 0.1
months = 1.2
[regimens.line_1.mrd]
negative = 0.6
[regimens.line_1.remission]
relapse = { family = "weibull", shape = 0.9, median = 20, cured = 0.3 }
relapse_mrd_positive = { family = "exponential", rate = 0.06 }
non_relapse_death = { family = "exponential", rate = 0.004 }
transplant = { regimen = "graft", share = 0.3, months = { family = "log_normal", median = 4, shape = 0.5 }, gap_months = 1 }
monitoring = { every_months = 3, lead_months = 2, sensitivity = 0.8 }
[regimens.line_1.failure]
refractory = { family = "weibull", shape = 0.9, median = 5 }
relapse = { family = "log_logistic", shape = 1.3, median = 6 }
[regimens.line_3]
extends = "line_1"
[regimens.line_3.access]
manufacturing_failure = 0.09
waiting_months = 1.2
waiting_death = 0.07
waiting_progression = 0.03
[[strategies]]
id = "six"
[[strategies.lines]]
regimen = "line_1"
"#;

/// Six lines with access, toxicity, response, MRD, transplant and tests, over six cells.
fn six_lines() -> String {
    let line = |number: u8| {
        // Later lines work less often.
        let cr = 0.7 - 0.08 * f64::from(number);
        let own = format!(
            "[regimens.line_{number}]\nextends = \"line_1\"\n[regimens.line_{number}.response]\n\
             cr = {{ by = \"burden\", low = {cr:?}, otherwise = {:?} }}\npr = 0.1\nmonths = 1.2\n",
            cr - 0.1
        );
        let next = format!(
            "[[strategies.lines]]\nregimen = \"line_{number}\"\nable = 0.8\n\
             after = [\"not_infused\", \"refractory\", \"relapse\", \"molecular_relapse\"]\n"
        );
        if number == 3 { next } else { own + &next }
    };
    SETTING.to_owned() + &(2..=6).map(line).collect::<Vec<_>>().concat()
}

fn model(scenario: &str, patients: u64, draws: u64) -> Model {
    let overrides = vec![format!("settings.patients={patients}"), format!("settings.draws={draws}")];
    let loaded = load(&Request { scenario: scenario.to_owned(), overrides });
    loaded.unwrap_or_else(|problems| panic!("{problems}")).model
}

fn kernel(criterion: &mut Criterion) {
    let file = std::env::temp_dir().join(format!("remisim_bench_{}.toml", std::process::id()));
    std::fs::write(&file, six_lines()).unwrap();
    let generated = file.display().to_string();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let mut group = criterion.benchmark_group("kernel");
    group.sample_size(10).warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(5));
    for (name, scenario, patients, draws) in [
        ("reference", "reference_illness_death", 1_000_000, 1),
        ("reference_small_draws", "reference_illness_death", 100, 2_000),
        ("tower", "tower", 10_000, 20),
        ("six_lines", generated.as_str(), 10_000, 20),
    ] {
        let model = model(scenario, patients, draws);
        let program = compile(&model).unwrap();
        let months = model.settings.curve_months;
        group.throughput(Throughput::Elements(patients * draws * model.strategies.len() as u64));
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| {
                pool.install(|| {
                    simulate::run(&model, &program, &Unobserved, &|| Records::new(months)).unwrap()
                })
            });
        });
    }
    group.finish();
    std::fs::remove_file(&file).unwrap();
}

criterion_group!(benches, kernel);
criterion_main!(benches);
