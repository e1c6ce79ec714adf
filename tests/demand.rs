//! What must hold of every replication, and of results of any number of threads.

#[path = "support/demand.rs"]
mod demand;
#[path = "support/folder.rs"]
mod folder;

use demand::{CERTAIN, read, replicate, scenario};
use remisim::demand::{DemandResults, Measure, Trace, follow, run, search};
use remisim::model::{DemandTarget, Model};
use remisim::simulate::Unobserved;

const CRS: &str = "any = 0.8, grade3 = 0.3, onset_days = { family = \"log_normal\", scale = 3, shape = 0.7 }, \
                   duration_days = { family = \"log_normal\", scale = 8, shape = 0.65 }, tocilizumab = 0.6, \
                   tocilizumab_doses = [0.4, 0.3, 0.2, 0.1], icu = 0.5, \
                   icu_days = { family = \"log_normal\", scale = 7, shape = 0.8 }";

/// Two busy centres whose stock runs short, expires, is shared and ordered in every way.
fn busy(stock: &str) -> Model {
    read(&scenario(
        "draws = 3\nseed = 7",
        CRS,
        &format!(
            "[demand]\nyears = 3\nreplications = 40\nsearch_replications = 10\nwarm_up_days = 100\n\
             [[demand.products]]\nid = \"cells\"\nstrategy = \"cells\"\ncounted = \"infused\"\n\
             [[demand.centres]]\nid = \"large\"\nvolume = {{ cells = 120 }}\nicu_beds = 3\nward_beds = 6\n\
             [[demand.centres]]\nid = \"small\"\nvolume = {{ cells = 40 }}\nslots = [1, 0, 1, 0, 1, 0, 0]\nicu_beds = 1\nicu_full = \"transfer\"\n\
             [demand.care]\nfirst_dose_days = {{ family = \"exponential\", rate = 0.3 }}\n\
             between_doses_days = {{ family = \"exponential\", rate = 2 }}\n\
             icu_after_onset_days = {{ family = \"exponential\", rate = 0.4 }}\n\
             [demand.ward]\ndays = {{ family = \"log_normal\", scale = 14, shape = 0.4 }}\noutpatient = 0.3\n\
             [[demand.vials]]\nmg = 80\norder_up_to = 4\ncandidates = [2, 6]\nprice = 400\n[[demand.vials]]\nmg = 200\norder_up_to = 1\nprice = 1000\n\
             [[demand.vials]]\nmg = 400\norder_up_to = 3\nreorder_point = 1\nquantity = 2\ncandidates = [2, 4]\nprice = 2000\n\
             [[demand.background]]\nid = \"others\"\na_year = 20\ntocilizumab_mg = 400\n\
             [demand.target]\nservice_level = 0.9\n\
             [demand.stock]\nlead_time_days = {{ family = \"log_normal\", scale = 5, shape = 0.5 }}\nshelf_life_days = 60\n{stock}"
        ),
    ))
}

const WAYS: [&str; 5] = [
    "when_short = \"wait\"\n",
    "when_short = \"lost\"\nreview_days = 7\n",
    "when_short = \"emergency\"\nemergency_days = 0.25\nsite_rule = { doses = 2, days = 14 }\n",
    "when_short = \"wait\"\ntransfer_days = 0.5\nsharing_days = 1\n",
    "when_short = \"emergency\"\nemergency_days = 0.25\npooled = true\n",
];

fn trace(model: &Model, replication: u32) -> Trace {
    follow(model, model.demand.as_ref().unwrap(), replication).unwrap()
}

#[test]
fn stock_balances_every_day() {
    let mut all_expired = 0;
    for way in WAYS {
        let model = busy(way);
        for replication in 0..20 {
            let found = trace(&model, replication);
            let rows = if way.contains("pooled") { 3 } else { 6 };
            assert!(found.stock.len() / rows >= 1194, "{}", found.stock.len());
            let (mut delivered, mut expired) = (0, 0);
            for (at, [opening, ins, used, gone, closing]) in found.stock.iter().enumerate() {
                // Flows are told since the start: those of the day are what was added to the day before.
                let before = if at < rows { [*opening, 0, 0, 0, *opening] } else { found.stock[at - rows] };
                assert_eq!(*opening, before[4], "{way} {at}");
                let [ins, used, gone] = [ins - before[1], used - before[2], gone - before[3]];
                assert_eq!(opening + ins, used + gone + closing, "{way} {at}");
                assert_eq!(found.counted[at], *closing, "{way} {at}");
                (delivered, expired) = (delivered + ins, expired + gone);
            }
            assert!(delivered > 100, "{way}: {delivered}");
            all_expired += expired;
        }
    }
    assert!(all_expired > 0);
}

#[test]
fn doses_follow_the_label() {
    for way in WAYS {
        let model = busy(way);
        let mut most = 0;
        for replication in 0..20 {
            let mut last: std::collections::BTreeMap<u32, (u8, f64)> = std::collections::BTreeMap::new();
            for (visit, onset, time, number, mg) in trace(&model, replication).doses {
                assert!(time >= onset, "{way}: a dose before CRS");
                assert!(number < 4 && mg > 0.0 && mg <= 800.0, "{way}: dose {number} of {mg} mg");
                if let Some((before, at)) = last.insert(visit, (number, time)) {
                    // One that was lost is not among them.
                    assert!(before + 1 == number || (way.contains("lost") && before < number), "{way}");
                    // Times are sums of days since the start of the warm-up: 1e-9 days is their rounding.
                    assert!(time - at >= 8.0 / 24.0 - 1e-9, "{way}: {} hours", 24.0 * (time - at));
                } else {
                    assert!(number == 0 || way.contains("lost"), "{way}");
                }
                most = most.max(number);
            }
        }
        assert_eq!(most, 3, "{way}");
    }
}

/// The label's step: 12 mg per kg below 30 kg, at most 360 mg; 8 mg per kg from there on, at least 240.
#[test]
fn doses_of_children_follow_the_step_of_the_label() {
    let demand = "[demand]\nyears = 3\nreplications = 1\n[[demand.products]]\nid = \"cells\"\nstrategy = \"cells\"\n\
                  counted = \"infused\"\n[[demand.centres]]\nid = \"here\"\nvolume = { cells = 300 }\n";
    let of = |age: &str| -> Vec<f64> {
        let text = scenario(CERTAIN, CRS, demand).replace("age_years = { fixed = 40 }", age);
        trace(&read(&text), 0).doses.iter().map(|(.., mg)| *mg).collect()
    };
    let share = |doses: &[f64], holds: fn(f64) -> bool| {
        doses.iter().filter(|mg| holds(**mg)).count() as f64 / doses.len() as f64
    };
    // By the growth reference nobody of two years weighs 30 kg, and hardly anybody of twenty less.
    let light = of("age_years = { fixed = 2 }");
    assert!(light.len() > 100 && share(&light, |mg| (60.0..360.0).contains(&mg)) == 1.0);
    let heavy = of("age_years = { fixed = 20 }");
    assert!(share(&heavy, |mg| (240.0..=800.0).contains(&mg)) > 0.99);
    let all = of("age_years = { low = 2, mode = 10, high = 23 }");
    assert!(share(&all, |mg| mg < 240.0) > 0.02 && share(&all, |mg| mg > 360.0) > 0.1);
    assert_eq!(share(&all, |mg| mg > 800.0), 0.0);
}

#[test]
fn a_further_dose_that_no_delivery_brings_in_time_is_on_site() {
    let with = |more: &str| {
        let model = busy(&format!(
            "when_short = \"emergency\"\nemergency_days = 0.25\nsite_rule = {{ days = 14, {more} }}\n"
        ));
        run(&model, model.demand.as_ref().unwrap(), &Unobserved).unwrap()
    };
    let (one, two) = (with("doses = 1"), with("doses = 2"));
    assert!(one != two);
    assert!(with("doses = 1, further_within_days = 0.25") == one);
    let late = with("doses = 1, further_within_days = 0.24");
    assert_eq!(late.further_on_site, 1.0);
    assert!(DemandResults { further_on_site: 0.0, ..late } == two);
}

#[test]
fn what_comes_sooner_is_chosen() {
    let with = |transfer: &str| {
        let model = busy(&format!("when_short = \"emergency\"\nemergency_days = 0.25\n{transfer}"));
        run(&model, model.demand.as_ref().unwrap(), &Unobserved).unwrap()
    };
    assert!(with("transfer_days = 3\n") == with(""));
    let sooner = with("transfer_days = 0.2\n");
    assert!(sooner.amount(sooner.all(), Measure::TransferredDoses).band.mean.unwrap() > 0.0);
}

#[test]
fn a_stricter_rule_holds_more() {
    let with = |doses: u32| {
        let model = busy(&format!("when_short = \"lost\"\nsite_rule = {{ days = 14, doses = {doses} }}\n"));
        run(&model, model.demand.as_ref().unwrap(), &Unobserved).unwrap()
    };
    let mean = |results: &DemandResults, measure| results.amount(results.all(), measure).band.mean.unwrap();
    let all: Vec<DemandResults> = (1..=4).map(with).collect();
    for pair in all.windows(2) {
        let [one, other] = [&pair[0], &pair[1]].map(|own| mean(own, Measure::VialsHeld));
        assert!(one < other, "{one} {other}");
    }
}

#[test]
fn counts_of_what_is_certain_change_nothing_and_say_so() {
    let text = |counts: &str| {
        scenario(
            "draws = 4",
            "any = 0.8, grade3 = 0.3",
            &format!(
                "[demand]\nyears = 1\nreplications = 5\n[[demand.products]]\nid = \"cells\"\nstrategy = \"cells\"\n\
                 counted = \"infused\"\n[[demand.centres]]\nid = \"here\"\nvolume = {{ cells = 40 }}\n{counts}"
            ),
        )
    };
    let without = replicate(&text(""));
    let with = replicate(&text("[[demand.observed]]\nproduct = \"cells\"\ninfused = 30\ncrs = 3\n"));
    assert!(with.counts_are_idle && !without.counts_are_idle);
    assert!(DemandResults { counts_are_idle: false, ..with } == without);
}

#[test]
fn results_are_the_same_with_any_number_of_threads() {
    let model = busy(WAYS[3]);
    let demand = model.demand.as_ref().unwrap();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let results = run(&model, demand, &Unobserved).unwrap();
            let found = search(&model, demand, DemandTarget::ServiceLevel(0.9), &Unobserved).unwrap();
            (results, found)
        })
    };
    let one = with(1);
    for threads in [2, 7] {
        assert!(with(threads) == one, "{threads}");
    }
}

#[test]
fn a_policy_meets_the_patients_of_every_other() {
    let model = busy(WAYS[0]);
    let demand = model.demand.as_ref().unwrap();
    let found = search(&model, demand, DemandTarget::ServiceLevel(0.9), &Unobserved).unwrap();
    assert_eq!(found.candidates.len(), 4);
    // More of everything serves more; the same traffic makes that hold without a margin.
    let level = |at: usize| found.candidates[at].service_level.unwrap().mean;
    assert!(level(0) < level(3), "{} {}", level(0), level(3));
    // As the stock stands the search says what the run says of the same replications.
    let mut plain = demand.clone();
    plain.vials.iter_mut().for_each(|vial| vial.candidates.clear());
    plain.replications = plain.search_replications;
    let one = search(&model, &plain, DemandTarget::StockoutChance(0.1), &Unobserved).unwrap();
    let all = run(&model, &plain, &Unobserved).unwrap();
    let [candidate] = &one.candidates[..] else { panic!("{one:?}") };
    let mean = |measure| all.amount(all.all(), measure).band.mean.unwrap();
    let close = |one: f64, other: f64| assert!((one - other).abs() <= 1e-9 * other.abs(), "{one} {other}");
    close(candidate.stockout_chance.mean, mean(Measure::ShortYears));
    close(candidate.vials_expired.mean, mean(Measure::VialsExpired));
    let needed = mean(Measure::NeededDoses);
    close(candidate.service_level.unwrap().mean, 1.0 - mean(Measure::ShortDoses) / needed);
    let costs = [Measure::VialCost, Measure::OrderCost, Measure::HoldingCost].map(mean);
    close(candidate.cost.mean, costs.iter().sum());
    assert!(candidate.wasted_mg.mean >= mean(Measure::OpenedMg) - mean(Measure::DosesMg));
}

#[test]
fn more_centres_add_up() {
    let model = busy(WAYS[1]);
    let results = run(&model, model.demand.as_ref().unwrap(), &Unobserved).unwrap();
    let mean = |scope, measure| results.amount(scope, measure).band.mean.unwrap();
    for measure in Measure::ALL {
        let parts = mean(0, measure) + mean(1, measure);
        // A day or a year that is short at both is one day or year.
        if matches!(measure, Measure::ShortDays | Measure::ShortYears) {
            assert!(mean(2, measure) <= parts, "{}", measure.name());
        } else {
            assert!((parts - mean(2, measure)).abs() <= 1e-9 * parts.abs(), "{}", measure.name());
        }
    }
}

#[test]
fn chance_and_what_is_not_known_are_told_apart() {
    // A volume that is not known: its variance between draws, beside the Poisson variance within them.
    let text = scenario(
        "draws = 300\nseed = 3",
        "any = 0, grade3 = 0",
        "[demand]\nyears = 2\nreplications = 20\n[[demand.products]]\nid = \"cells\"\nstrategy = \"cells\"\ncounted = \"infused\"\n\
         [[demand.centres]]\nid = \"here\"\nvolume = { cells = { assume = 100, se = 20, reason = \"test\" } }\n",
    );
    let results = replicate(&text);
    let own = results.amount(0, Measure::Infusions);
    let chance = own.chance_sd.unwrap().powi(2);
    assert!((chance - 100.0).abs() < 4.0 * 100.0 * (2.0_f64 / 11_700.0).sqrt(), "{chance}");
    // Spread of the means of draws: that of the volume and what chance leaves of twenty replications of two years.
    let expected = f64::sqrt(400.0 + 50.0 / 20.0);
    let spread = own.band.draw_se.unwrap() * 300.0_f64.sqrt();
    assert!((spread / expected - 1.0).abs() < 4.0 / 600.0_f64.sqrt(), "{spread} against {expected}");
    let unknown = own.unknown_sd.unwrap();
    assert!((unknown / 20.0 - 1.0).abs() < 4.0 / 600.0_f64.sqrt() && unknown < spread, "{unknown}");
}

#[test]
fn own_counts_update_the_rates() {
    // Share of 0.4 known as if from 20 patients; 9 of 30 own ones: Beta(8 + 9, 12 + 21).
    let text = |observed: &str| {
        scenario(
            "draws = 400\nseed = 5",
            "any = 1, grade3 = 0, tocilizumab = { assume = 0.4, n = 20, reason = \"test\" }, tocilizumab_doses = [1, 0, 0, 0]",
            &format!(
                "[demand]\nyears = 5\nreplications = 20\n[[demand.products]]\nid = \"cells\"\nstrategy = \"cells\"\ncounted = \"infused\"\n\
                 [[demand.centres]]\nid = \"here\"\nvolume = {{ cells = 100 }}\n{observed}"
            ),
        )
    };
    let share = |observed: &str, mean: f64, n: f64| {
        let results = replicate(&text(observed));
        let own = results.amount(0, Measure::Doses).band;
        let sd = (mean * (1.0 - mean) / (n + 1.0)).sqrt();
        let error = 100.0 * sd / 400.0_f64.sqrt() + own.mc_se.unwrap();
        assert!((own.mean.unwrap() - 100.0 * mean).abs() < 4.0 * error, "{own:?} against {mean}");
        let spread = own.draw_se.unwrap() * 400.0_f64.sqrt() / 100.0;
        // Chance adds the variance of 10,000 doses or so in a draw.
        let expected = (sd * sd + mean / 10_000.0).sqrt();
        assert!((spread / expected - 1.0).abs() < 0.15, "{spread} against {expected}");
        results.effective_draws
    };
    assert_eq!(share("", 0.4, 20.0), None);
    let observed = "[[demand.observed]]\nproduct = \"cells\"\ninfused = 30\ntocilizumab = 9\n";
    assert!(share(observed, 17.0 / 50.0, 50.0).unwrap() > 100.0);
}

#[test]
fn a_certain_scenario_has_no_spread_between_draws() {
    let results = replicate(&scenario(
        CERTAIN,
        CRS,
        "[demand]\nyears = 1\nreplications = 5\n[[demand.products]]\nid = \"cells\"\nstrategy = \"cells\"\ncounted = \"infused\"\n\
         [[demand.centres]]\nid = \"here\"\nvolume = { cells = 10 }\n",
    ));
    let own = results.amount(0, Measure::Doses);
    assert_eq!((own.band.lower_95, own.band.upper_95), (None, None));
    assert!(own.chance_sd.is_some() && own.band.mc_se.is_some());
}
