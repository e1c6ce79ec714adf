//! What the text of lessons claims holds in the tables of their runs, and by formulas of its own.

#[path = "support/folder.rs"]
mod folder;
#[path = "support/tables.rs"]
mod tables;

use folder::Folder;
use remisim::exact;
use remisim::program::compile;
use remisim::report::Sheet;
use remisim::scenario::{Request, load};
use remisim::simulate::Unobserved;
use remisim::summary::Summary;
use std::path::Path;
use tables::{cell, read, run, sheet};

/// Overall survival of the curves of the plateau by a formula of its own: response at month 1, death without remission
/// Weibull with a cured share, relapse exponential with a cured share, death after it exponential.
fn plateau(month: f64, remission: f64, cured: f64, relapse: f64, refractory: f64) -> f64 {
    let rate = |median: f64| std::f64::consts::LN_2 / median;
    let (since, of_relapse, of_death) = (month - 1.0, rate(relapse), rate(8.0));
    let exp = remisim::math::exp;
    let without = 0.03 + 0.97 * exp(-std::f64::consts::LN_2 * (since / refractory).sqrt());
    let relapsed = of_relapse * (exp(-of_relapse * since) - exp(-of_death * since)) / (of_death - of_relapse);
    (1.0 - remission) * without + remission * (cured + (1.0 - cured) * (exp(-of_relapse * since) + relapsed))
}

#[test]
fn the_plateaus_pass_through_both_points_and_part_from_6_to_28() {
    // Cured share of remissions, medians of relapse and of death without remission, as in the file.
    let curves = [
        ("cured_03", 0.03, 10.305_02, 0.918_96),
        ("cured_18", 0.18, 8.3341, 0.923_71),
        ("cured_33", 0.33, 6.3419, 0.931_53),
        ("cured_45", 0.45, 4.7135, 0.9428),
        ("cured_59", 0.59, 2.681_49, 0.975_44),
    ];
    let loaded = load(&Request::new("lesson_plateau")).unwrap();
    let model = &loaded.model;
    let program = compile(model).unwrap();
    let results = exact::run(model, &program, &Unobserved).unwrap();
    let summary = Summary::of_exact(model, &results);
    let of = |strategy: usize, outcome: &str| {
        let row = summary.outcomes.iter().find(|row| row.strategy == strategy && row.outcome == outcome);
        row.and_then(|row| row.band.mean).unwrap()
    };
    let mut fifth = Vec::new();
    for (at, (name, cured, relapse, refractory)) in curves.into_iter().enumerate() {
        assert_eq!(model.strategies[at].id.as_str(), name);
        let cr = of(at, "cr");
        assert!((cr - 119.5 / 272.0).abs() < 1e-9, "{name}: {cr}");
        // Both points within a tenth of a point: by the exact engine at the whole month, by the formula at both.
        let six = of(at, "os_6_months");
        assert!((six - 0.54).abs() < 0.001, "{name}: {six} at six months");
        let formula = |month| plateau(month, cr, cured, relapse, refractory);
        assert!((formula(6.0) - 0.54).abs() < 0.001 && (formula(7.7) - 0.50).abs() < 0.001, "{name}");
        for month in [6.0, 12.0, 24.0, 60.0] {
            let own = of(at, &format!("os_{month}_months"));
            assert!((own - formula(month)).abs() < 0.001, "{name}: {own} at {month}, {}", formula(month));
        }
        // The median of the engine is read to a sixteenth of a month.
        let median = of(at, "os_median_months");
        assert!((median - 7.7).abs() < 1.0 / 16.0, "{name}: median {median}");
        fifth.push(of(at, "os_60_months"));
    }
    assert!(fifth.windows(2).all(|pair| pair[0] < pair[1]), "{fifth:?}");
    assert!((fifth[0] - 0.06).abs() < 0.002 && (fifth[4] - 0.28).abs() < 0.002, "{fifth:?}");
}

#[test]
fn a_plateau_with_later_relapses_alone_misses_both_points() {
    // What the fourth step of the lesson lets one try.
    let of = |month| plateau(month, 119.5 / 272.0, 0.59, 10.0, 0.975_44);
    assert!(of(6.0) > 0.55 && of(7.7) > 0.51, "{} {}", of(6.0), of(7.7));
}

#[test]
fn shared_luck_makes_the_difference_steadier_and_patients_keep_it() {
    let folder = Folder::new();
    let out = run(&folder, "lesson_same_luck");
    let summary = sheet(&out, "summary.csv");
    let error = |strategy: &str, outcome: &str, sheet: &Sheet| {
        cell(sheet, &[("strategy", strategy), ("outcome", outcome)], "mc_se")
    };
    let errors = |sheet: &Sheet| {
        let parts =
            [error("chemotherapy", "life_years", sheet), error("then_blinatumomab", "life_years", sheet)];
        (parts, error("then_blinatumomab", "life_years_minus_chemotherapy", sheet))
    };
    let (parts, paired) = errors(&summary);
    assert!(paired < 0.8 * parts[0].hypot(parts[1]), "{paired} paired, {parts:?} apart");
    // They share their first line, so that the difference is steadier than either.
    assert!(parts.iter().all(|own| paired < *own), "{paired} paired, {parts:?}");
    let histories = read(&out.join("histories.csv"));
    // The command of the last step: four times the patients.
    let more = ["run", "lesson_same_luck", "--report", "--quiet", "--patients", "16000", "--out", "mine"];
    folder.run(&more).ends_with(0);
    let out = folder.at("mine/lesson_same_luck");
    assert!(read(&out.join("histories.csv")) == histories, "the same patients live other lives");
    let (_, again) = errors(&sheet(&out, "summary.csv"));
    assert!((again / paired - 0.5).abs() < 0.05, "{again} of {paired}");
}

#[test]
fn individual_differences_go_both_ways() {
    let folder = Folder::new();
    let out = run(&folder, "lesson_same_luck");
    let mut ends = [vec![0.0; 101], vec![0.0; 101]];
    for row in sheet(&out, "histories.csv").rows() {
        let strategy = row.number("strategy_id").unwrap() as usize - 1;
        ends[strategy][row.number("patient_id").unwrap() as usize] = row.number("time_stop").unwrap();
    }
    let differences: Vec<f64> = (1..=100).map(|own| ends[1][own] - ends[0][own]).collect();
    let longer = differences.iter().filter(|own| **own > 0.05).count();
    let shorter = differences.iter().filter(|own| **own < -0.05).count();
    assert!(longer > shorter && shorter > 5, "{longer} longer, {shorter} shorter");
    let svg = read(&out.join("figures/individual_differences.svg"));
    assert!(svg.contains(&format!("{longer} live longer under Blinatumomab as second line")));
    assert!(svg.contains(&format!("{shorter} live longer under Standard chemotherapy")));
}

#[test]
fn three_uncertainties_are_three_sizes_and_more_patients_shrink_one() {
    let folder = Folder::new();
    let out = run(&folder, "lesson_chance_and_ignorance");
    let sizes = |out: &Path| {
        let own = [("strategy", "blinatumomab"), ("outcome", "life_years")];
        let (summary, spread) = (sheet(out, "summary.csv"), sheet(out, "spread.csv"));
        [cell(&spread, &own, "sd"), cell(&spread, &own, "unknown_sd"), cell(&summary, &own, "mc_se")]
    };
    let [patients, draws, noise] = sizes(&out);
    assert!(patients > 3.0 * draws && draws > 3.0 * noise, "{patients} {draws} {noise}");
    let more = ["run", "lesson_chance_and_ignorance", "--quiet", "--patients", "2000", "--out", "mine"];
    folder.run(&more).ends_with(0);
    let [patients_of, draws_of, noise_of] = sizes(&folder.at("mine/lesson_chance_and_ignorance"));
    assert!((noise_of / noise - 0.5).abs() < 0.05, "{noise_of} of {noise}");
    assert!((patients_of / patients - 1.0).abs() < 0.05, "{patients_of} of {patients}");
    assert!((draws_of / draws - 1.0).abs() < 0.1, "{draws_of} of {draws}");
    // A band opens where data end.
    let survival = sheet(&out, "survival.csv");
    let band = |month: &str| {
        let own = [("strategy", "blinatumomab"), ("endpoint", "os"), ("months", month)];
        cell(&survival, &own, "upper_95") / cell(&survival, &own, "lower_95")
    };
    assert!(band("60") > 2.0 * band("12"), "{} {}", band("60"), band("12"));
}

#[test]
fn what_is_not_known_is_told_without_simulation_noise() {
    let folder = Folder::new();
    let size = ["--patients", "300", "--draws", "200", "--quiet"];
    let of = |engine: &str| {
        let start = ["run", "lesson_chance_and_ignorance", "--engine", engine, "--out", engine];
        folder.run(&[&start[..], &size[..]].concat()).ends_with(0);
        let out = folder.at(&format!("{engine}/lesson_chance_and_ignorance"));
        let own = [("strategy", "blinatumomab"), ("outcome", "life_years")];
        let draw_se = cell(&sheet(&out, "summary.csv"), &own, "draw_se");
        (cell(&sheet(&out, "spread.csv"), &own, "unknown_sd"), draw_se * 200.0_f64.sqrt())
    };
    // The same draws without first-order noise, and with it: it adds a third to the variance between draws.
    let ((exact, exact_all), (told, all)) = (of("exact"), of("simulate"));
    assert!((exact / exact_all - 1.0).abs() < 1e-12, "{exact} {exact_all}");
    assert!((told / exact - 1.0).abs() < 0.08, "{told} {exact}");
    assert!(all / exact > 1.1, "{all} {exact}");
}

#[test]
fn a_median_is_far_below_the_mean_and_half_of_those_beyond_it_pass_the_third_quarter() {
    let folder = Folder::new();
    let out = run(&folder, "lesson_median");
    let (summary, spread, survival) =
        (sheet(&out, "summary.csv"), sheet(&out, "spread.csv"), sheet(&out, "survival.csv"));
    for strategy in ["chemotherapy", "blinatumomab"] {
        let own = [("strategy", strategy), ("outcome", "life_years")];
        let (median, third) = (cell(&spread, &own, "p50") * 12.0, cell(&spread, &own, "p75") * 12.0);
        assert!(cell(&summary, &own, "mean") * 12.0 > 5.0 * median, "{strategy}: {median}");
        // A quarter is alive at the third quarter by the curve too: between the whole months around it.
        let alive = |month: f64| {
            let month = month.to_string();
            cell(&survival, &[("strategy", strategy), ("endpoint", "os"), ("months", &month)], "probability")
        };
        assert!(alive(third.floor()) > 0.245 && alive(third.ceil()) < 0.255, "{strategy}: {third}");
        assert!(alive(median.floor()) > 0.495 && alive(median.ceil()) < 0.505, "{strategy}: {median}");
    }
}

#[test]
fn a_denominator_is_worth_doses_and_leaves_the_luck_of_patients() {
    let folder = Folder::new();
    let out = run(&folder, "lesson_denominator");
    let doses = |out: &Path, switch: &str| {
        let own = [("switch", switch), ("outcome", "doses_needed")];
        cell(&sheet(out, "demand_switches.csv"), &own, "mean")
    };
    let [base, all, pooled, practice] =
        ["base", "of_all_infused", "two_trials_pooled", "registry_of_practice"].map(|own| doses(&out, own));
    // 36 in 28 patients with CRS, 43 of 108 against 28 of 58: doses go with patients.
    assert!((all / base - 36.5 / 28.5).abs() < 0.05, "{all} {base}");
    assert!((pooled / base - (43.5 / 109.0) / (28.5 / 59.0)).abs() < 0.05, "{pooled} {base}");
    assert!(practice < base, "{practice} {base}");
    let literal = "readings.tocilizumab=\"literal\"";
    let changed = ["run", "lesson_denominator", "--quiet", "--set", literal, "--out", "mine"];
    folder.run(&changed).ends_with(0);
    let mine = folder.at("mine/lesson_denominator");
    for outcome in ["infused", "crs_any", "os_12_months", "life_years"] {
        let own = [("strategy", "tisagenlecleucel"), ("outcome", outcome)];
        let of = |out: &Path| cell(&sheet(out, "summary.csv"), &own, "mean");
        assert_eq!(of(&out), of(&mine), "{outcome}");
    }
    assert!((doses(&mine, "base") / all - 1.0).abs() < 0.05);
}

#[test]
fn trials_scatter_by_the_root_of_their_size_and_mislead_as_often_as_the_text_says() {
    let folder = Folder::new();
    let out = run(&folder, "lesson_one_trial");
    let power = sheet(&out, "trial_power.csv");
    let of = |experiment: &str, patients: &str, outcome: &str, column: &str| {
        let own = [("experiment", experiment), ("patients", patients), ("outcome", outcome)];
        cell(&power, &own, column)
    };
    let width = |patients: &str| {
        of("as_modelled", patients, "response_difference", "p97_5")
            - of("as_modelled", patients, "response_difference", "p2_5")
    };
    // Ten times the patients: narrower by the root of ten, but for steps of whole patients and few trials.
    let root = 10.0_f64.sqrt();
    for (small, large) in [("40", "400"), ("400", "4000")] {
        let ratio = width(small) / width(large);
        assert!((ratio / root - 1.0).abs() < 0.2, "{small} to {large}: {ratio}");
    }
    let rejects: Vec<f64> =
        ["40", "400", "4000"].map(|own| of("as_modelled", own, "logrank_rejects", "mean")).to_vec();
    assert!(rejects.windows(2).all(|pair| pair[0] < pair[1]), "{rejects:?}");
    let wrong = ["40", "400", "4000"].map(|own| of("as_modelled", own, "wrong_direction", "mean"));
    assert!(wrong[0] > wrong[1] && wrong[1] >= wrong[2], "{wrong:?}");
    for size in ["40", "400", "4000"] {
        let (share, error) = (
            of("no_difference", size, "logrank_rejects", "mean"),
            of("no_difference", size, "logrank_rejects", "mc_se"),
        );
        // The test is approximate in small trials.
        assert!((share - 0.05).abs() < 4.0 * error + 0.01, "{size}: {share}");
    }
    // One picture a trial, and what is said of it is its row.
    let page = read(&out.join("report.html"));
    assert_eq!(page.matches("class=\"frame\"").count(), 3 * 12);
    let trials = sheet(&out, "trials.csv");
    let own = [("experiment", "as_modelled"), ("patients", "40"), ("trial", "7")];
    let response = format!("{:.0} %", cell(&trials, &own, "response") * 100.0);
    assert!(page.contains(&format!("Trial 7 of 12: complete remission {response} against")));
    assert!(
        page.contains(&format!("Trial 7: complete remission {response} against")),
        "not the same in words"
    );
}
