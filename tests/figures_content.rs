//! Marks of figures held to tables that are written here by hand: each lies where its number says.

#[path = "support/drawing.rs"]
mod drawing;
#[path = "support/drawn.rs"]
mod drawn;

use drawing::near;
use drawn::{days, drawn, only};
use remisim::report::{Sheet, fit_figures, validation_figure};
use serde_json::json;
use std::fmt::Write as _;

const BLUE: &str = "#0072B2";
const ORANGE: &str = "#D55E00";
const GREEN: &str = "#009E73";
const BLACK: &str = "#222222";

#[test]
fn bands_of_demand_reach_to_the_worst_day_of_each_week() {
    let all = drawn(&[("demand_daily.csv", &days())], &json!({}));
    let drawing = only(&all, "demand_daily");
    drawing.says(&["Demand through time", "Beds of intensive care in use", "beds that there are"]);
    // 24 days to the right, whole beds upwards: 0 to 5. The last three days belong to the third week.
    let panel = drawing.panel(0, (0.0, 24.0), (0.0, 5.0));
    let top = |colour: &str| -> Vec<(f64, f64)> { panel.filled(colour) };
    let expected = [(0.0, 3.0), (14.0, 3.0), (14.0, 4.0), (24.0, 4.0)];
    for (drawn, expected) in top("#CFE3F1").iter().zip(expected) {
        assert!(near(*drawn, expected, 0.03), "{drawn:?} {expected:?}");
    }
    assert!(top("#8DBBDC")[..2].iter().all(|(_, height)| (height - 2.0).abs() < 0.03));
    assert!(top("#3F86BE")[..2].iter().all(|(_, height)| (height - 1.0).abs() < 0.03));
    let mean = panel.lines(BLACK);
    assert_eq!(mean.len(), 2);
    assert!(mean.iter().all(|(_, height)| (height - 1.5).abs() < 0.03), "{mean:?}");
}

#[test]
fn peaks_stand_at_their_percentiles_with_whiskers_where_there_are_intervals() {
    let daily = days();
    let plain = "centre,resource,unit,mean,mc_se,p80,p85,p90,p95,p99,p100,chance_sd,unknown_sd,capacity\n\
                 all,icu_beds_wanted,beds,5,0.1,4,5,5,6,8,9,1,0.5,6\n";
    let told = "centre,resource,unit,mean,mc_se,p80,p80_lower_95,p80_upper_95,p85,p85_lower_95,p85_upper_95,p90,\
                p90_lower_95,p90_upper_95,p95,p95_lower_95,p95_upper_95,p99,p99_lower_95,p99_upper_95,p100,\
                p100_lower_95,p100_upper_95,chance_sd,unknown_sd,capacity\n\
                all,icu_beds_wanted,beds,5,0.1,4,3,5,5,,,5,4,6,6,5,8,8,,,9,,,1,0.5,6\n";
    for (table, whiskers) in [(plain, 0), (told, 3)] {
        let all = drawn(&[("demand_daily.csv", &daily), ("demand_peaks.csv", table)], &json!({}));
        let drawing = only(&all, "demand_peaks");
        // 9 beds on ticks of 2 end at 10; shares from 75 to 101 %.
        let panel = drawing.panel(0, (0.0, 10.0), (0.75, 1.01));
        let marks = panel.circles(BLUE);
        let expected = [(4.0, 0.8), (5.0, 0.85), (5.0, 0.9), (6.0, 0.95), (8.0, 0.99), (9.0, 1.0)];
        assert_eq!(marks.len(), 6, "{marks:?}");
        assert!(marks.iter().zip(expected).all(|(own, expected)| near(*own, expected, 0.02)), "{marks:?}");
        // A whisker is a line and two ends, of two points each.
        let lines = panel.lines(BLACK);
        assert_eq!(lines.len(), whiskers * 6);
        if whiskers > 0 {
            assert!(near(lines[0], (3.0, 0.8), 0.02) && near(lines[1], (5.0, 0.8), 0.02), "{lines:?}");
        }
        assert_eq!(drawing.text.contains("95 % of the draws"), whiskers > 0);
    }
}

#[test]
fn every_policy_is_a_mark_and_the_target_a_line() {
    let row = |up_to: u32, level: f64, cost: f64, ends: &str| {
        format!("{up_to},2,,{level},0.01,{},{},0.1,{cost},{ends}\n", level - 0.05, (level + 0.02).min(1.0))
    };
    let table = "order_up_to_80mg,reorder_point_80mg,quantity_80mg,service_level,service_level_mc_se,\
                 service_level_lower_95,service_level_upper_95,stockout_chance,cost,cost_over_cheapest,\
                 cost_over_cheapest_se,meets_target,draws_that_meet,cheapest\n"
        .to_owned()
        + &row(5, 0.90, 1000.0, "-500,50,FALSE,0,FALSE")
        + &row(10, 0.96, 1500.0, "0,0,TRUE,0.8,TRUE")
        + &row(20, 0.98, 2000.0, "500,50,TRUE,1,FALSE");
    let settings = json!({ "currency": "USD", "demand": { "target": { "service_level": 0.95 } } });
    let drawing = only(&drawn(&[("policy.csv", &table)], &settings), "demand_stock");
    drawing.says(&[
        "target, 95 %",
        "the cheapest that meets it",
        "full stock, mg",
        "cost more than the cheapest that meets the target: USD a year",
        "across: cost over the cheapest, 1.96 standard errors",
    ]);
    // 90 to 98 per cent on ticks of 2, and room above; 400 to 1600 mg on ticks of 500.
    let heights = (90.0, 98.0 + 0.03 * 8.0);
    for (index, across, places) in [
        (0, (0.0, 2000.0), [(800.0, 96.0), (1600.0, 98.0)]),
        // Room for the marker of the cheapest.
        (1, (-648.0, 600.0), [(0.0, 96.0), (500.0, 98.0)]),
    ] {
        let panel = drawing.panel(index, across, heights);
        let met = panel.circles(BLUE);
        assert_eq!(met.len(), 2, "{met:?}");
        for (own, expected) in met.iter().zip(places) {
            assert!(near(*own, expected, (across.1 - across.0) * 0.005), "{own:?} {expected:?}");
        }
        assert_eq!((panel.boxes(ORANGE), panel.diamonds(BLACK).len()), (1, 1));
        // All three are on the frontier.
        // The first goes on below the picture and the last above it: an arrow of three corners at each of these ends.
        let lines = panel.lines("#666666");
        // By cost each policy has 1.96 errors of what it costs over the cheapest, too: 98 to each side.
        assert_eq!(lines.len(), 12 + 6 * index);
        if index == 1 {
            assert!(
                near(lines[12], (-598.0, 90.0), 5.0) && near(lines[13], (-402.0, 90.0), 5.0),
                "{lines:?}"
            );
        }
        let tips = [lines[3].1, lines[11 - 1].1];
        assert!((tips[0] - heights.0).abs() < 0.05 && (tips[1] - heights.1).abs() < 0.05, "{lines:?}");
        assert_eq!(panel.rules(), 1);
    }
}

#[test]
fn gains_under_other_choices_stand_at_their_means_with_intervals() {
    let table = "switch,strategy,comparator,costs,qalys,status,icer,inc_costs,inc_qalys,wtp,inc_net_monetary_benefit,\
                 mc_se,lower_95,upper_95\n\
                 base,a,a,1,1,ND,,,,100,,,,\n\
                 base,b,a,1,1,ND,1,1,1,100,50,1,-20,100\n\
                 no_cure,a,a,1,1,ND,,,,100,,,,\n\
                 no_cure,b,a,1,1,ND,1,1,1,100,-60,1,-100,10\n";
    let drawing = only(&drawn(&[("switches.csv", table)], &json!({ "currency": "USD" })), "switches");
    drawing.says(&["no cure", "base", "Beta", "net benefit gained, USD"]);
    let panel = drawing.panel(0, (-100.0, 100.0), (0.5, 2.5));
    let lines = panel.lines(ORANGE);
    let expected = [(-20.0, 2.0), (100.0, 2.0), (-100.0, 1.0), (10.0, 1.0)];
    assert!(lines.iter().zip(expected).all(|(own, expected)| near(*own, expected, 0.5)), "{lines:?}");
    assert_eq!((lines.len(), panel.boxes(ORANGE)), (4, 2));
}

#[test]
fn cells_of_two_figures_bear_their_gains() {
    let mut table =
        "first,second,first_value,second_value,strategy,costs,qalys,wtp,net_monetary_benefit,best,gained,\
                     gained_mc_se,comparator\n"
            .to_owned();
    let gains = [[-3000.0, -200.0], [1500.0, 3000.0], [10.0, 20.0]];
    for (first, row) in [0.1, 0.2, 0.4].into_iter().zip(gains) {
        for (second, gained) in [5.0, 7.0].into_iter().zip(row) {
            let _ = writeln!(table, "P1.cr,C1.vial,{first},{second},a,1,1,100,1,TRUE,,,a");
            let _ = writeln!(table, "P1.cr,C1.vial,{first},{second},b,1,1,100,1,TRUE,{gained},15,a");
        }
    }
    let drawing = only(&drawn(&[("two_way.csv", &table)], &json!({})), "two_way");
    // A gain of 10 or 20 with an error of 15 may be none.
    drawing.says(&["Complete remission", "Vial", ">-3k<", ">-200<", ">1.5k<", ">10?<", ">20?<"]);
    let panel = drawing.panel(0, (0.5, 3.5), (0.5, 2.5));
    // The worst is the darkest orange, at the left and below; the best the darkest blue, in the middle and above.
    assert!(panel.filled("#E08A45").iter().any(|own| near(*own, (0.5, 1.5), 0.02)));
    assert!(panel.filled("#5B9BCB").iter().any(|own| near(*own, (1.5, 2.5), 0.02)));
    assert!(panel.filled("#FBE3D1").iter().any(|own| near(*own, (0.5, 2.5), 0.02)));
}

#[test]
fn budgets_and_thresholds_stand_at_their_values() {
    let budget = "year,comparator,with_uptake,without,impact,impact_lower_95,impact_upper_95,impact_lower_95_corrected,\
                  impact_upper_95_corrected\n1,a,300,200,100,40,190,50,180\n2,a,400,250,150,60,290,,\n";
    let drawing = only(&drawn(&[("budget.csv", budget)], &json!({ "currency": "USD" })), "budget");
    drawing.says(&[">1<", ">2<", ">year<", "all patients given Alpha", "with the uptake"]);
    let spent = drawing.panel(0, (0.0, 400.0), (0.5, 2.5));
    let widths = |colour: &str| spent.filled(colour).iter().map(|own| own.0).fold(0.0, f64::max);
    assert!((widths(ORANGE) - 400.0).abs() < 2.0 && (widths(BLUE) - 250.0).abs() < 2.0);
    let added = drawing.panel(1, (0.0, 300.0), (0.5, 2.5));
    let whiskers = added.lines(BLACK);
    // Without simulation noise where that is known.
    assert!(near(whiskers[0], (50.0, 2.0), 1.0) && near(whiskers[1], (180.0, 2.0), 1.0), "{whiskers:?}");
    assert!(near(whiskers[6], (60.0, 1.0), 1.0) && near(whiskers[7], (290.0, 1.0), 1.0), "{whiskers:?}");

    let threshold = "figure,strategy,comparator,wtp,central,net_monetary_benefit_gained,threshold,gained_mc_se,\
                     threshold_mc_se,mean_gained,mean_gained_mc_se,mean_gained_draw_se,mean_threshold,\
                     mean_threshold_mc_se,mean_threshold_draw_se\n\
                     C2.vial,b,a,100,400,-5,250,1,10,-3,1,1,300,2,20\nC3.dose,b,a,100,40,-5,,1,,-3,1,1,,,\n";
    let drawing = only(&drawn(&[("threshold.csv", threshold)], &json!({})), "threshold");
    drawing.says(&[
        "Vial: when Beta is just worth it",
        "worth it at central figures: 250",
        "worth it on average over draws: none",
    ]);
    let panel = drawing.panel(0, (0.0, 400.0), (0.5, 3.5));
    let (central, mean) = (panel.lines(ORANGE), panel.lines(GREEN));
    assert!(near(central[0], (230.4, 2.0), 1.0) && near(central[1], (269.6, 2.0), 1.0), "{central:?}");
    assert!(near(mean[0], (260.8, 1.0), 1.0) && near(mean[1], (339.2, 1.0), 1.0), "{mean:?}");
}

#[test]
fn doses_and_shortages_are_bars_of_their_shares() {
    let crs = "strategy,quantity,among,value,share,mc_se,lower_95,upper_95\n\
               b,crs_grade,all,none,0.5,0.01,0.4,0.6\nb,crs_grade,all,grade 1 to 2,0.3,0.01,0.2,0.4\n\
               b,crs_grade,all,grade 3 or more,0.2,0.01,0.1,0.3\n\
               b,tocilizumab_doses,all,0,0.9,0.01,0.8,1\nb,tocilizumab_doses,all,1,0.1,0.01,0,0.2\n\
               b,tocilizumab_doses,crs,0,0.8,0.01,0.7,0.9\nb,tocilizumab_doses,crs,1,0.2,0.01,0.1,0.3\n\
               b,tocilizumab_doses,crs,2,0,0,0,0\n";
    let drawing = only(&drawn(&[("crs.csv", crs)], &json!({})), "crs_doses");
    drawing.says(&["grade 3 or more", "share of patients with CRS", "1 dose", "Beta", "95 % of the draws"]);
    assert!(!drawing.text.contains("2 doses"), "nobody had two");
    let grades = drawing.panel(0, (0.0, 1.0), (0.5, 3.5));
    let bars = grades.filled(ORANGE);
    for (share, row) in [(0.5, 3.0), (0.3, 2.0), (0.2, 1.0)] {
        assert!(bars.iter().any(|own| near(*own, (share, row + 0.34), 0.01)), "{share} {row}: {bars:?}");
    }
    let shares = |index: usize| drawing.panel(index, (0.0, 1.0), (0.5, 2.5)).filled(ORANGE);
    assert!(shares(1).iter().any(|own| near(*own, (0.8, 2.34), 0.01)), "{:?}", shares(1));
    assert!(shares(2).iter().any(|own| near(*own, (0.9, 2.34), 0.01)), "{:?}", shares(2));

    let year = "centre,outcome,unit,mean,mc_se,lower_95,upper_95,chance_sd\n\
                all,doses_short,doses,4,0.1,1,9,1\nall,stockout_chance,probability,0.004,0.1,0,0.5,1\n";
    let daily = days();
    let drawing = only(
        &drawn(&[("demand_daily.csv", &daily), ("stockouts.csv", year)], &json!({})),
        "demand_shortages",
    );
    drawing.says(&["doses not there when needed: 4.0", "all: 0.4 %"]);
    let panel = drawing.panel(0, (0.0, 10.0), (0.5, 1.5));
    let whisker = panel.lines(BLACK);
    assert!(near(whisker[0], (1.0, 1.0), 0.05) && near(whisker[1], (9.0, 1.0), 0.05), "{whisker:?}");
}

const FIT: &str = r#"
[[parameters]]
name = "P1.cr"
prior = { mean = 0.5, sd = 0.1, lower_95 = 0.3, median = 0.5, upper_95 = 0.7 }
posterior = { mean = 0.6, sd = 0.05, lower_95 = 0.5, median = 0.6, upper_95 = 0.7 }
identified = 0.75
[[parameters]]
name = "P2.cr"
prior = { mean = 2, sd = 1, lower_95 = 0.5, median = 2, upper_95 = 4 }
posterior = { mean = 2, sd = 1, lower_95 = 0.5, median = 2, upper_95 = 4 }
identified = -0.01
[[targets]]
name = "Q1"
strategy = "a"
figure = "os at 6 months"
role = "held_out"
published = 0.4
published_low = 0.3
published_high = 0.5
fitted = { mean = 0.45, lower_95 = 0.4, upper_95 = 0.5, predictive_low = 0.35, predictive_high = 0.55, inside = true }
left_out = { mean = 0.2, lower_95 = 0.1, upper_95 = 0.3, agrees = true }
[[quantities]]
strategy = "a"
quantity = "os_60_months"
mean = 0.3
low = 0.2
high = 0.4
prior_mean = 0.3
prior_low = 0.1
prior_high = 0.5
prior_driven = true
"#;

#[test]
fn a_fit_shows_targets_what_it_learnt_and_what_stays_open() {
    let all = fit_figures("calibrated/mine.toml", FIT);
    assert_eq!(
        all.iter().map(|own| own.name.as_str()).collect::<Vec<_>>(),
        ["fit_mine", "prior_mine", "open_mine"]
    );
    let drawing = only(&all, "fit_mine");
    drawing.says(&["A: survival at 6 months (held out)", "of a fit without the figure"]);
    let panel = drawing.panel(0, (0.0, 1.0), (0.5, 1.5));
    let across = |colour: &str| panel.lines(colour).iter().map(|own| own.0).collect::<Vec<_>>();
    for (colour, ends) in [(BLACK, [0.3, 0.5]), (BLUE, [0.4, 0.5]), (ORANGE, [0.1, 0.3])] {
        let own = across(colour);
        assert!(
            own.len() == 2 && own.iter().zip(ends).all(|(own, end)| (own - end).abs() < 0.003),
            "{own:?}"
        );
    }
    let predicted = panel.filled("#C3DBEE");
    assert!(predicted.iter().all(|own| (own.0 - 0.35).abs() < 0.003 || (own.0 - 0.55).abs() < 0.003));

    let drawing = only(&all, "prior_mine");
    drawing.says(&["posterior, 95 %, prior-driven", "Complete remission", ">P1<", ">P2<"]);
    let panel = drawing.panel(0, (-4.0, 4.0), (0.5, 2.5));
    // In standard deviations of each prior from its mean; blue was learnt, orange was not.
    let (learnt, open) = (panel.lines(BLUE), panel.lines(ORANGE));
    assert!(near(learnt[0], (0.0, 2.0), 0.02) && near(learnt[1], (2.0, 2.0), 0.02), "{learnt:?}");
    assert!(near(open[0], (-1.5, 1.0), 0.02) && near(open[1], (2.0, 1.0), 0.02), "{open:?}");

    let drawing = only(&all, "open_mine");
    drawing.says(&["A: alive at 60 months"]);
    let panel = drawing.panel(0, (0.0, 1.0), (0.5, 1.5));
    assert!(panel.lines(BLUE).is_empty());
    assert!(near(panel.lines(ORANGE)[0], (0.2, 1.0), 0.003), "{:?}", panel.lines(ORANGE));
}

#[test]
fn a_validation_shows_what_was_published_and_what_is_simulated() {
    let table = "target,strategy,endpoint,months,published,published_low,published_high,simulated,mc_se,lower_95,\
                 upper_95,inside,role\n\
                 Q1,a,os,12,0.4,0.3,0.5,0.45,0.01,0.35,0.6,true,fitted\nQ1,a,os,12,0.4,0.3,0.5,0.2,,0.1,0.3,true,left_out\n\
                 Q2,a,os_median_months,,8,6,11,9,0.1,7,12,true,held_out\n\
                 S1,a,\"os, less than b\",12,,,,-0.1,0.01,-0.2,0,true,statement\n";
    let figure = validation_figure("Mine", &Sheet::read(table.as_bytes()).unwrap()).unwrap();
    let drawing = only(&[figure], "validation");
    drawing.says(&["A: survival at 12 months", "Medians", "A: survival (held out)"]);
    let shares = drawing.panel(0, (0.0, 1.0), (0.5, 1.5));
    let left_out = shares.lines(ORANGE);
    assert!(near(left_out[0], (0.1, left_out[0].1), 0.003) && near(left_out[1], (0.3, left_out[1].1), 0.003));
    assert!(near(shares.circles(BLUE)[0], (0.45, 1.0), 0.003), "{:?}", shares.circles(BLUE));
    assert!(validation_figure("None", &Sheet::read(b"target,role\n").unwrap()).is_none());
}

#[test]
fn a_bound_goes_on_to_the_end_of_its_axis() {
    let bound = FIT.replace("os at 6 months", "cir at 6 months, at least");
    let bound = bound.replace("published_low = 0.3\npublished_high = 0.5\n", "");
    let drawing = only(&fit_figures("calibrated/mine.toml", &bound), "fit_mine");
    drawing.says(&["cumulative incidence of relapse at 6 months, at least", "published bound"]);
    let panel = drawing.panel(0, (0.0, 1.0), (0.5, 1.5));
    let lines = panel.lines(BLACK);
    assert!((lines[0].0 - 0.4).abs() < 0.003 && (lines[1].0 - 1.0).abs() < 0.003, "{lines:?}");
    assert_eq!((panel.boxes(BLACK), lines.len()), (1, 5), "an arrow has three corners: {lines:?}");
}
