//! Simulated curves go through the points that anchor them, with transplants and background deaths, at 10^6 histories.

#[path = "support/trial.rs"]
mod trial;

use remisim::model::CurveKind::{self, Cir, Efs, Os, Rfs};
use trial::{PATIENTS, Trial, is_share, one_line};

/// A line with response, two MRD states, non-relapse death, transplant with its own deaths, and life table.
fn line(anchors: &str, transplant: &str) -> Trial {
    Trial::of(&one_line(
        240.0,
        "background_mortality = \"us_2014\"\ncurve_months = 60",
        &format!(
            "age_years = {{ fixed = 66 }}\n[population.attributes]\nsex = {{ female = 0.4, male = 0.6 }}\nburden = {{ low = 0.4, high = 0.6 }}\n\
             [regimens.graft]\nlabel = \"Transplant\"\ngroup = \"test\"\n[regimens.graft.failure]\nrefractory = {{ family = \"never\" }}\n\
             [regimens.graft.transplant]\nrelapse_ratio = 0.4\ndeath = {{ family = \"weibull\", shape = 0.7, median = 6, share = 0.3 }}\n\
             [regimens.first]\nlabel = \"Line\"\ngroup = \"test\"\n[regimens.first.toxicity]\nearly_death = 0.05\n\
             [regimens.first.response]\ncr = {{ by = \"burden\", low = 0.7, high = 0.4 }}\nmonths = 1.5\n\
             [regimens.first.mrd]\nnegative = 0.7\n[regimens.first.remission]\n\
             relapse = {{ family = \"weibull\", shape = 1.1, anchored = true, cured = 0.2 }}\n\
             relapse_mrd_positive = {{ family = \"weibull\", shape = 1.1, anchored = true, cured = 0.05, ratio = 2 }}\n\
             non_relapse_death = {{ family = \"exponential\", rate = 0.006 }}\n{transplant}\n\
             [regimens.first.failure]\nrefractory = {{ family = \"weibull\", shape = 0.9, anchored = true, ratio = 1.3 }}\n\
             relapse = {{ family = \"weibull\", shape = 0.9, anchored = true }}\n\
             [regimens.first.anchors]\n{anchors}\nage_years = 66\n"
        ),
    ))
}

const TRANSPLANT: &str = "transplant = { regimen = \"graft\", share = 0.35, months = { family = \"log_normal\", median = 4, shape = 0.5 }, gap_months = 1 }";

/// A transplant that costs those who still have CAR-T cells their protection.
const LOSING: &str = "persistence = { family = \"exponential\", median = 5 }\ntransplant = { regimen = \"graft\", share = 0.35, months = { family = \"log_normal\", median = 4, shape = 0.5 }, gap_months = 1, lost_car_t_ratio = 6 }";

#[track_caller]
fn passes(trial: &Trial, curve: CurveKind, months: u32, exact: f64) {
    let band = trial.curve(0, curve, months);
    let among = if matches!(curve, Rfs | Cir) { PATIENTS * 0.52 } else { PATIENTS };
    is_share(&format!("{curve:?}"), band.mean.unwrap(), exact, among);
}

#[test]
fn survival_meets_its_anchor() {
    for transplant in ["", TRANSPLANT, LOSING] {
        let survival = "survival = { endpoint = \"os\", at_months = 12, value = 0.45 }";
        let trial = line(
            &format!("relapse = {{ endpoint = \"rfs\", at_months = 9, value = 0.5 }}\n{survival}"),
            transplant,
        );
        passes(&trial, Os, 12, 0.45);
        passes(&trial, Rfs, 9, 0.5);
    }
}

#[test]
fn a_median_survival_is_met() {
    for transplant in ["", TRANSPLANT, LOSING] {
        let survival = "survival = { endpoint = \"os\", median = 9 }";
        let trial = line(
            &format!("relapse = {{ endpoint = \"efs\", at_months = 6, value = 0.3 }}\n{survival}"),
            transplant,
        );
        passes(&trial, Os, 9, 0.5);
        passes(&trial, Efs, 6, 0.3);
    }
}

#[test]
fn an_incidence_of_relapse_is_met() {
    for transplant in ["", TRANSPLANT, LOSING] {
        let survival = "survival = { endpoint = \"os\", at_months = 36, value = 0.2 }";
        let trial = line(
            &format!("relapse = {{ endpoint = \"cir\", at_months = 24, value = 0.4 }}\n{survival}"),
            transplant,
        );
        passes(&trial, Os, 36, 0.2);
        passes(&trial, Cir, 24, 0.4);
    }
}
