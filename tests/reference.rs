//! The reference problem against its exact answers by quadrature, at 10^7 histories a strategy.

#[path = "support/trial.rs"]
mod trial;

use remisim::model::CurveKind::Os;
use trial::{Trial, is_share, meets, shipped};

/// Exact answers of one strategy: months in remission and after relapse, QALYs and cost by (1.03)^-t and by e^(-0.03 t),
/// share who ever relapse, survival at five times.
struct Exact {
    months: [f64; 2],
    annual: [f64; 2],
    continuous: [f64; 2],
    relapse: f64,
    alive: [f64; 5],
}

const EXACT: [Exact; 3] = [
    Exact {
        months: [36.887_096, 7.402_730],
        annual: [2.630_825, 23_340.723_6],
        continuous: [2.626_960, 23_306.839_5],
        relapse: 0.852_437,
        alive: [0.805_686, 0.586_177, 0.237_458, 0.065_075, 0.006_607],
    },
    Exact {
        months: [52.298_710, 6.865_644],
        annual: [3.461_878, 45_642.547_7],
        continuous: [3.455_117, 45_593.882_1],
        relapse: 0.790_604,
        alive: [0.845_698, 0.665_909, 0.339_011, 0.127_613, 0.022_297],
    },
    Exact {
        months: [70.323_404, 6.230_866],
        annual: [4.367_661, 88_148.502_7],
        continuous: [4.356_927, 88_081.537_9],
        relapse: 0.717_551,
        alive: [0.874_282, 0.726_394, 0.430_543, 0.200_151, 0.050_205],
    },
];

fn run(convention: &str) -> Trial {
    let discount =
        format!("settings.discount={{ costs = 0.03, effects = 0.03, convention = \"{convention}\" }}");
    let sizes = ["settings.patients=10000000", "settings.draws=1", "settings.seed=1"];
    Trial::run(shipped("reference_illness_death", &[&sizes[..], &[discount.as_str()]].concat()))
}

#[test]
fn the_reference_problem_has_its_exact_answers() {
    let (annual, continuous) = (run("annual"), run("continuous"));
    for (strategy, exact) in EXACT.iter().enumerate() {
        for (name, exact) in ["months_remission", "months_relapsed"].into_iter().zip(exact.months) {
            meets(name, annual.outcome(strategy, name), exact);
        }
        for (trial, exact) in [(&annual, exact.annual), (&continuous, exact.continuous)] {
            for (name, exact) in ["qalys", "costs"].into_iter().zip(exact) {
                meets(name, trial.outcome(strategy, name), exact);
            }
        }
        let share = |name: &str| annual.outcome(strategy, name).mean.unwrap();
        is_share("relapse", share("relapse"), exact.relapse, 1e7);
        for (months, exact) in [12, 24, 60, 120, 240].into_iter().zip(exact.alive) {
            is_share("os", share(&format!("os_{months}_months")), exact, 1e7);
            assert_eq!(annual.curve(strategy, Os, months).mean, Some(share(&format!("os_{months}_months"))));
        }
    }
}
