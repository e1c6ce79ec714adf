//! What is not known is drawn beside every mean: intervals held to tables that are written here by hand.

#[path = "support/drawing.rs"]
mod drawing;
#[path = "support/drawn.rs"]
mod drawn;

use drawing::near;
use drawn::{days, drawn, only};
use serde_json::json;

const BLUE: &str = "#0072B2";
const ORANGE: &str = "#D55E00";
const BLACK: &str = "#222222";

#[test]
fn every_cell_of_two_figures_bears_its_error_and_the_legend_its_shades() {
    let head = "first,second,first_value,second_value,strategy,costs,qalys,wtp,net_monetary_benefit,best,gained,\
                gained_mc_se,comparator\n";
    let cell = |first: f64, gained: f64, se: &str| {
        format!("P1.cr,C1.vial,{first},5,b,1,1,100,1,TRUE,{gained},{se},a\n")
    };
    let table =
        |one: &str, other: &str| head.to_owned() + &cell(0.1, -3000.0, one) + &cell(0.2, 900.0, other);
    let noisy = drawn(&[("two_way.csv", &table("100", "1500"))], &json!({}));
    let drawing = only(&noisy, "two_way");
    // 1.96 of 100 and of 1500; thirds of 3000.
    drawing.says(&[">-3k<", ">± 196<", ">900?<", ">± 2.9k<", "loses 2k or more", "gains up to 1k"]);
    assert!(!drawing.text.contains("gains 1k") && !drawing.text.contains("loses up to"));
    let exact = drawn(&[("two_way.csv", &table("", ""))], &json!({}));
    assert!(!only(&exact, "two_way").text.contains('±') && exact[0].caption.contains("no Monte Carlo error"));
}

#[test]
fn policies_that_another_beats_have_their_intervals_too() {
    let row = |up_to: u32, level: f64| {
        format!("{up_to},2,,{level},{},{},0.1,1000,TRUE,1,FALSE\n", level - 0.005, level + 0.005)
    };
    let table = "order_up_to_80mg,reorder_point_80mg,quantity_80mg,service_level,service_level_lower_95,\
                 service_level_upper_95,stockout_chance,cost,meets_target,draws_that_meet,cheapest\n"
        .to_owned()
        + &row(5, 0.98)
        + &row(10, 0.97)
        + &row(20, 0.99);
    let drawing = only(&drawn(&[("policy.csv", &table)], &json!({})), "demand_stock");
    drawing.says(&["of the policies that no other beats", "of the others"]);
    // Ten vials of 80 mg reach less than five.
    let panel = drawing.panel(0, (0.0, 2000.0), (97.0, 99.06));
    let beaten = panel.lines("#BDBDBD");
    assert!(beaten.iter().all(|own| (own.0 - 800.0).abs() < 25.0) && !beaten.is_empty(), "{beaten:?}");
    let unbeaten = panel.lines("#666666");
    for place in [(400.0, 97.5), (400.0, 98.5), (1600.0, 98.5)] {
        assert!(unbeaten.iter().any(|own| near(*own, place, 5.0)), "{place:?} {unbeaten:?}");
    }
}

#[test]
fn what_is_enough_on_a_day_has_its_interval_where_the_table_tells_it() {
    let plain = days();
    let told =
        plain.replace("p95,p99", "p95,p95_lower_95,p95_upper_95,p99").replace(",2,2,2,", ",2,2,2,1,3,");
    for (table, ends) in [(&plain, 0), (&told, 2)] {
        let drawing = only(&drawn(&[("demand_daily.csv", table)], &json!({})), "demand_daily");
        let panel = drawing.panel(0, (0.0, 24.0), (0.0, 5.0));
        let lines = panel.lines("#003F66");
        let heights: Vec<f64> = lines.iter().map(|own| own.1).collect();
        assert_eq!(heights.len(), 2 * ends, "{lines:?}");
        if ends > 0 {
            assert!(heights.iter().zip([1.0, 1.0, 3.0, 3.0]).all(|(own, end)| (own - end).abs() < 0.03));
        }
        assert_eq!(drawing.text.contains("enough in 95 of 100: ends"), ends > 0);
        // About the mean 1.96 errors of 0.1.
        let about = panel.filled(BLACK);
        assert!(about.iter().any(|own| (own.1 - 1.696).abs() < 0.03), "{about:?}");
    }
}

#[test]
fn of_one_draw_the_noise_is_the_interval() {
    let table = "switch,strategy,comparator,costs,qalys,status,icer,inc_costs,inc_qalys,wtp,inc_net_monetary_benefit,\
                 mc_se,lower_95,upper_95\n\
                 base,a,a,1,1,ND,,,,100,,,,\nbase,b,a,1,1,ND,1,1,1,100,50,10,,\n";
    let drawing = only(&drawn(&[("switches.csv", table)], &json!({ "draws": 1 })), "switches");
    let panel = drawing.panel(0, (0.0, 80.0), (0.5, 1.5));
    let lines = panel.lines(ORANGE);
    assert!(near(lines[0], (30.4, 1.0), 0.5) && near(lines[1], (69.6, 1.0), 0.5), "{lines:?}");

    let crs = "strategy,quantity,among,value,share,mc_se,lower_95,upper_95\n\
               b,crs_grade,all,none,0.5,0.1,,\nb,crs_grade,all,grade 3 or more,0.5,0.1,,\n";
    let drawing = only(&drawn(&[("crs.csv", crs)], &json!({ "draws": 1 })), "crs_doses");
    let whisker = drawing.panel(0, (0.0, 1.0), (0.5, 2.5)).lines(BLACK);
    assert!(near(whisker[0], (0.304, 2.0), 0.01) && near(whisker[1], (0.696, 2.0), 0.01), "{whisker:?}");

    let year = "centre,outcome,unit,mean,mc_se,lower_95,upper_95,chance_sd\nall,doses_short,doses,4,1,,,1\n";
    let daily = days();
    let tables = [("demand_daily.csv", daily.as_str()), ("stockouts.csv", year)];
    let drawing = only(&drawn(&tables, &json!({ "draws": 1 })), "demand_shortages");
    let whisker = drawing.panel(0, (0.0, 6.0), (0.5, 1.5)).lines(BLACK);
    assert!(near(whisker[0], (2.04, 1.0), 0.05) && near(whisker[1], (5.96, 1.0), 0.05), "{whisker:?}");
}

#[test]
fn peaks_of_centres_and_of_choices_have_what_is_known_of_them() {
    let daily = days();
    let peak = |centre: &str, ends: &str| {
        format!("{centre},icu_beds_wanted,beds,5,0.1,4,5,5,6,{ends},8,9,1,0.5,6\n")
    };
    let peaks = "centre,resource,unit,mean,mc_se,p80,p85,p90,p95,p95_lower_95,p95_upper_95,p99,p100,chance_sd,unknown_sd,capacity\n"
        .to_owned()
        + &peak("north", "5,7")
        + &peak("south", ",");
    let switches = "switch,outcome,unit,mean,mc_se,lower_95,upper_95,p95,p99,unknown_sd,chance_sd\n\
                    base,peak_icu_beds_wanted,beds,5,0.5,,,7,8,1,1\nbase,doses_short,doses,2,0.5,,,,,1,1\n";
    let tables = [
        ("demand_daily.csv", daily.as_str()),
        ("demand_peaks.csv", &peaks),
        ("demand_switches.csv", switches),
    ];
    let all = drawn(&tables, &json!({}));
    let drawing = only(&all, "demand_peaks_by_centre");
    drawing.says(&[">centre<", "from 80 to 99 %", "of that 95 % of the draws"]);
    let panel = drawing.panel(0, (0.0, 10.0), (0.5, 2.5));
    let whisker = panel.lines(BLACK);
    assert!(near(whisker[0], (5.0, 2.0), 0.05) && near(whisker[1], (7.0, 2.0), 0.05), "{whisker:?}");
    assert_eq!(whisker.len(), 6, "only the north has an interval");
    assert!(panel.filled("#CFE3F1").iter().any(|own| near(*own, (4.0, 2.34), 0.05)));
    let drawing = only(&all, "demand_choices");
    drawing.says(&["about a mean: 1.96 Monte Carlo errors", ">choice<", "as it is"]);
    // Without draws of its own a choice has errors alone, which are no interval of the draws.
    let panel = drawing.panel(0, (0.0, 3.0), (0.5, 1.5));
    assert!(panel.lines(BLACK).is_empty(), "{:?}", panel.lines(BLACK));
    let short = panel.lines(BLUE);
    assert!(near(short[0], (1.02, 1.0), 0.03) && near(short[1], (2.98, 1.0), 0.03), "{short:?}");
    let about = drawing.panel(1, (0.0, 10.0), (0.5, 1.5)).lines(BLUE);
    assert!(near(about[0], (4.02, 1.0), 0.05) && near(about[1], (5.98, 1.0), 0.05), "{about:?}");
}
