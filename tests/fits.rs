//! The shipped fits: each belongs to its trial as it stands, its chains agree, its rows are values that the figures may
//! have, and what they show is what was published, or it stands here why not.

#[path = "support/fitted.rs"]
mod fitted;

use fitted::{Fit, fits};
use remisim::calibrate::{Course, LEAST_ESS, RHAT, ROWS, bare, misses, report_asked, strategies};
use remisim::exact::BINS_PER_MONTH;
use remisim::model::ParameterSource;
use remisim::program::{Draw, compile};
use remisim::scenario::{Request, compared, load_fitted, trials};
use remisim::stream::Stream;
use std::collections::BTreeSet;

/// Figures that a fit misses by more than two points, or a time or ratio by more than a twentieth, and that no single other
/// figure stands in the way of: trial, figure, why.
const MISSED: [(&str, &str, &str); 9] = [
    (
        "bfm_90",
        "Hoelzer2002.relapsed_1y",
        "all relapses of 42 patients within a year: a Weibull curve has later ones",
    ),
    ("cd7_car_t", "Tan2023.cd7_negative", "of six relapses, and the ways to it have priors of their own"),
    (
        "cd7_car_t",
        "Tan2023.pfs_median",
        "of 20 patients: survival at two years keeps it down most, and without that it is still 6 % low",
    ),
    ("etp", "B30.etp_os_5y", "the document's bound of 0.30 and two years of 53 other patients pull it down"),
    ("etp", "Zhang2020.etp_os_2y", "the median of 19 other patients and five years of 27 pull it up"),
    (
        "blast",
        "Q33.mrd_persistent",
        "reading cut_2018: 23 patients, of whom priors and all other figures together say 16 months",
    ),
    (
        "cd7_car_t",
        "Tan2023.relapsed_not_transplanted",
        "reading not_transplanted: six of ten, beside survival of all twenty",
    ),
    (
        "hcvad_blinatumomab",
        "Q42.rfs_24",
        "reading after_induction: two points and a quarter, towards the priors: without it the rest says 0.67",
    ),
    (
        "hcvad_blinatumomab",
        "Q43.os_24",
        "reading after_induction: 81 of 100 in remission cannot give survival of 80 at two years",
    ),
];

/// Figures of which trials of their size would scatter more than one and a half times as wide as published: why.
const WIDE: [(&str, &str, &str); 2] = [
    (
        "cd7_car_t",
        "Tan2023.pfs_median",
        "of trials of 20 with the published 37 % at two years one in six has no median by then: no curve meets both",
    ),
    (
        "cd7_car_t",
        "Tan2023.os_median",
        "of trials of 20 with the published 42 % at two years three in ten have no median by then: no curve meets both",
    ),
];

#[test]
fn every_fit_belongs_to_a_trial_as_it_stands() {
    let all = fits();
    let trials: Vec<String> = trials().into_iter().map(|trial| trial.name).collect();
    for fit in &all {
        assert!(trials.contains(&fit.trial), "{}: no such trial", fit.key);
        let loaded = load_fitted(&fit.request()).unwrap_or_else(|problems| panic!("{}: {problems}", fit.key));
        let own = loaded.fit.unwrap_or_else(|| panic!("{} has no targets", fit.key));
        assert_eq!((&own.key, fit.text("inputs")), (&fit.key, own.sha256.as_str()));
        assert!(loaded.model.posteriors.iter().any(|posterior| posterior.name == fit.key), "{}", fit.key);
    }
    for trial in trials {
        let loaded = load_fitted(&Request::new(&trial)).unwrap_or_else(|problems| panic!("{problems}"));
        let has_fit = all.iter().any(|fit| fit.key == trial);
        assert_eq!(has_fit, !loaded.model.trial.targets.is_empty(), "{trial}");
    }
}

#[test]
fn chains_agree_on_every_parameter() {
    for fit in fits() {
        assert_eq!(fit.number("chains"), 4.0, "{}", fit.key);
        for own in &fit.parameters {
            let told = format!("{}, {}: {own:?}", fit.key, own.name);
            assert!(own.rhat < RHAT && own.ess_bulk > LEAST_ESS && own.ess_tail > LEAST_ESS, "{told}");
        }
        for own in &fit.targets {
            let Some(left) = &own.left_out else { continue };
            let told = format!("{} without {}: {left:?}", fit.key, own.name);
            assert!(left.rhat < RHAT && left.ess_bulk > LEAST_ESS && left.ess_tail > LEAST_ESS, "{told}");
            assert!(left.agrees && own.role == "fitted", "{told}");
        }
    }
}

#[test]
fn rows_are_values_that_their_figures_may_have() {
    for fit in fits() {
        let names: Vec<&str> = fit.parameters.iter().map(|own| own.name.as_str()).collect();
        assert_eq!(fit.columns, names, "{}", fit.key);
        assert_eq!(fit.rows.len(), ROWS, "{}", fit.key);
        assert!((0.0..ROWS as f64).contains(&fit.number("central")), "{}", fit.key);
        let model = load_fitted(&fit.request()).unwrap().model;
        for (column, name) in names.iter().enumerate() {
            let parameter = model.parameters.iter().find(|own| own.name == *name);
            let domain = parameter.unwrap_or_else(|| panic!("{}: no {name}", fit.key)).domain;
            let values: Vec<f64> = fit.rows.iter().map(|row| row[column]).collect();
            assert!(values.iter().all(|value| domain.allows(*value)), "{}, {name}", fit.key);
            let distinct: BTreeSet<u64> = values.iter().map(|value| value.to_bits()).collect();
            assert!(distinct.len() > ROWS / 2, "{}, {name}: {} values", fit.key, distinct.len());
            let mean = values.iter().sum::<f64>() / ROWS as f64;
            let told = fit.parameters[column].posterior_mean;
            assert!((mean - told).abs() <= 1e-4 * told.abs(), "{}, {name}: {mean} {told}", fit.key);
        }
    }
}

/// Targets cannot fix more figures than there are targets.
#[test]
fn no_more_is_fixed_than_was_published() {
    for fit in fits() {
        let fixed = fit.parameters.iter().filter(|own| own.identified > 0.5).count();
        let targets = fit.targets.iter().filter(|own| own.role == "fitted").count();
        assert!(fixed <= targets, "{}: {fixed} of {targets}", fit.key);
        let identified = fit.number("identified");
        assert!(identified <= fit.targets.len() as f64, "{}: {identified}", fit.key);
    }
}

#[test]
fn what_is_left_out_is_told_of_every_target() {
    let mut told = 0;
    for fit in fits().iter().filter(|fit| fit.targets.iter().any(|own| own.left_out.is_some())) {
        let read = compared(&load_fitted(&fit.request()).unwrap());
        assert_eq!((read.fitted.clone(), read.without()), (fit.means(), fit.without()), "{}", fit.key);
        for (at, own) in fit.targets.iter().enumerate() {
            let Some(left) = &own.left_out else {
                assert_ne!(own.role, "fitted", "{}: fitted without each but {}", fit.key, own.name);
                continue;
            };
            assert_eq!((left.means.len(), left.means[at]), (fit.targets.len(), left.mean), "{}", fit.key);
            told += 1;
        }
    }
    assert!(told > 60, "{told}");
}

#[test]
fn fits_show_what_was_published_or_why_not() {
    let mut wrong = Vec::new();
    let mut missed = BTreeSet::new();
    for fit in fits() {
        for own in fit.targets.iter().filter(|own| own.role == "fitted") {
            if !own.contains_published() || !own.inside {
                let told = (own.mean, own.published);
                wrong.push(format!("{}, {} ({}): {told:?}: outside", fit.key, own.name, own.figure));
            }
        }
        let targets = load_fitted(&fit.request()).unwrap().model.trial.targets;
        // A conflict is seen in the file: the fit without the other figure.
        let found = misses(&targets, &fit.means(), &fit.without());
        for miss in found.iter().filter(|miss| miss.conflicts.is_empty()) {
            let own = &fit.targets[miss.target];
            let told =
                format!("{}, {} ({}): {} for {}", fit.key, own.name, own.figure, own.mean, own.published);
            if !miss.sought {
                wrong.push(format!("{told}: not looked into, to be fitted with --leave-out"));
            }
            missed.insert((fit.trial.clone(), own.name.clone()));
            if !MISSED.iter().any(|(trial, name, _)| (*trial, *name) == (&fit.trial, &own.name)) {
                wrong.push(told);
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let listed = MISSED.iter().map(|(trial, name, _)| ((*trial).to_owned(), (*name).to_owned()));
    let met: Vec<_> = listed.filter(|own| !missed.contains(own)).collect();
    assert!(met.is_empty(), "listed as missed and met, or in a conflict that is shown: {met:?}");
}

#[test]
fn trials_of_the_published_size_scatter_as_published_or_it_is_said_why_not() {
    let mut wrong = Vec::new();
    let mut wide = BTreeSet::new();
    for fit in fits() {
        let targets = load_fitted(&fit.request()).unwrap().model.trial.targets;
        for (own, target) in fit.targets.iter().zip(&targets).filter(|(own, _)| own.role == "fitted") {
            let Some(ratio) = target.times_as_wide(own.predictive) else { continue };
            if ratio > 1.5 {
                wide.insert((fit.trial.clone(), own.name.clone()));
                if !WIDE.iter().any(|(trial, name, _)| (*trial, *name) == (&fit.trial, &own.name)) {
                    wrong.push(format!("{}, {} ({}): {ratio:.2}", fit.key, own.name, own.figure));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let listed = WIDE.iter().map(|(trial, name, _)| ((*trial).to_owned(), (*name).to_owned()));
    let narrow: Vec<_> = listed.filter(|own| !wide.contains(own)).collect();
    assert!(narrow.is_empty(), "listed as wide and not so: {narrow:?}");
}

/// Rows walked again.
const WALKED: usize = 200;
/// Standard errors by which their means may differ from those of all rows.
const ERRORS: f64 = 4.5;

#[test]
fn rows_walked_again_show_what_the_fit_says() {
    for key in ["tower", "eliana"] {
        let fit = Fit::read(key);
        let model = load_fitted(&Request::new(key)).unwrap().model;
        let posterior = model.posteriors.iter().position(|own| own.name == key).unwrap();
        let asked = report_asked(&model.trial.targets);
        let small = bare(&model, asked.horizon(), &asked);
        let program = compile(&small).unwrap();
        let whom = strategies(&model.trial.targets);
        let course = Course::new((&small, &program), &asked, whom, BINS_PER_MONTH);
        let mut certain = model.clone();
        certain.settings.uncertainty = false;
        let base = Draw::sample(&certain, &Stream::new(0), 0).parameters;
        let figures: Vec<Vec<f64>> = (0..WALKED)
            .map(|at| {
                let row = &fit.rows[at * ROWS / WALKED];
                let mut parameters = base.clone();
                for (value, parameter) in parameters.iter_mut().zip(&model.parameters) {
                    match parameter.source {
                        ParameterSource::Posterior { fit, column } if fit == posterior => {
                            *value = row[column];
                        }
                        _ => {}
                    }
                }
                let shown = course.show(parameters).unwrap();
                model.trial.targets.iter().map(|target| shown.figure(target).unwrap()).collect()
            })
            .collect();
        for (at, own) in fit.targets.iter().enumerate() {
            let n = WALKED as f64;
            let mean = figures.iter().map(|row| row[at]).sum::<f64>() / n;
            let sd = (figures.iter().map(|row| (row[at] - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
            // The file holds five digits.
            let rounding = 5e-5 * own.mean.abs();
            let off = ((mean - own.mean).abs() - rounding).max(0.0) / (sd / n.sqrt());
            assert!(
                off < ERRORS,
                "{key}, {} ({}): {mean} for {}, {off} errors",
                own.name,
                own.figure,
                own.mean
            );
        }
    }
}
