//! Demand against closed forms, each under its own conditions, within four standard errors, fixed seed.

#![expect(clippy::disallowed_methods, reason = "exact figures by the platform's functions, on purpose")]

#[path = "support/demand.rs"]
mod demand;
#[path = "support/folder.rs"]
mod folder;

use demand::{CERTAIN, assert_mean, replicate, scenario};
use remisim::demand::{DemandResults, Measure, Resource};
use statrs::distribution::ContinuousCDF;

const NO_CRS: &str = "any = 0, grade3 = 0";

/// Demand that only others make: so many a year, each with this.
fn others(replications: u32, a_year: f64, each: &str, centre: &str, more: &str) -> DemandResults {
    replicate(&scenario(
        CERTAIN,
        NO_CRS,
        &format!(
            "[demand]\nyears = 5\nreplications = {replications}\n\
             [[demand.products]]\nid = \"cells\"\nstrategy = \"cells\"\ncounted = \"infused\"\n\
             [[demand.centres]]\nid = \"here\"\nvolume = {{ cells = 1 }}\n{centre}\n\
             [[demand.background]]\nid = \"others\"\na_year = {a_year}\n{each}\n{more}"
        ),
    ))
}

fn poisson(mean: f64, count: u32) -> f64 {
    (1..=count).fold((-mean).exp(), |term, k| term * mean / f64::from(k))
}

#[test]
fn doses_of_a_year_are_compound_poisson() {
    let a_year = 50.0;
    let results = replicate(&scenario(
        CERTAIN,
        "any = 0.8, grade3 = 0.3, tocilizumab = 0.5, tocilizumab_doses = [0.5, 0.3, 0.15, 0.05]",
        "[demand]\nyears = 4\nreplications = 8000\n[[demand.products]]\nid = \"cells\"\nstrategy = \"cells\"\ncounted = \"infused\"\n\
         [[demand.centres]]\nid = \"here\"\nvolume = { cells = 50 }\n",
    ));
    let shares = [0.5, 0.3, 0.15, 0.05];
    let moment =
        |power: i32| -> f64 { (1..).zip(shares).map(|(n, share)| f64::from(n).powi(power) * share).sum() };
    assert_mean(&results, Measure::Infusions, a_year);
    assert_mean(&results, Measure::Doses, a_year * 0.4 * moment(1));
    // The variance of one of the four years; doses that come over New Year apart from the first are too few to be seen.
    let sd = results.amount(0, Measure::Doses).chance_sd.unwrap();
    let variance = a_year * 0.4 * moment(2);
    let error = variance * (2.0_f64 / 32_000.0).sqrt();
    assert!((sd * sd - variance).abs() < 4.0 * error, "{} against {variance}, error {error}", sd * sd);
}

#[test]
fn the_census_without_limits_is_poisson() {
    let results =
        others(12_000, 90.0, "icu_days = { family = \"log_normal\", scale = 10, shape = 0.8 }", "", "");
    let census = 90.0 / 365.0 * 10.0 * (0.32_f64).exp();
    for day in [0, 700, 1824] {
        let level = &results.days(Resource::IcuBeds)[day];
        let error = level.mc_se.unwrap();
        assert!((level.mean - census).abs() < 4.0 * error, "day {day}: {} against {census}", level.mean);
        // Variance of a Poisson number; its own error for n of them is m sqrt((2 + 1/m) / n).
        let variance = level.chance_sd.unwrap().powi(2);
        let error = census * ((2.0 + 1.0 / census) / 12_000.0).sqrt();
        assert!((variance - census).abs() < 4.0 * error, "day {day}: variance {variance} against {census}");
        // Enough in 95 of 100: the quantile of the Poisson distribution.
        let mut below = 0.0;
        let enough = (0..100).find(|count| {
            below += poisson(census, *count);
            below >= 0.95
        });
        assert_eq!(level.percentiles[3].enough, enough, "day {day}");
    }
}

#[test]
fn what_is_not_known_of_an_amount_is_told_without_chance() {
    // Doses of a year are Poisson in a draw, of a mean that is log-normal between draws. Of four replications in a draw
    // chance leaves a variance of ten in its mean; what is not known has less than half of that.
    let (low, high) = (36.0_f64, 400.0 / 9.0);
    let results = replicate(&scenario(
        "draws = 2000",
        NO_CRS,
        &format!(
            "[demand]\nyears = 1\nreplications = 4\n[[demand.products]]\nid = \"cells\"\nstrategy = \"cells\"\n\
             counted = \"infused\"\n[[demand.centres]]\nid = \"here\"\nvolume = {{ cells = 1 }}\n\
             [[demand.background]]\nid = \"others\"\n\
             a_year = {{ assume = 40, reason = \"test\", low = {low}, high = {high} }}\ntocilizumab_mg = 400\n"
        ),
    ));
    let told = results.amount(0, Measure::OtherDoses);
    let sdlog = (high / low).ln() / 2.0 / 1.959_964;
    let sd = 40.0 * (0.5 * sdlog * sdlog).exp() * ((sdlog * sdlog).exp() - 1.0).sqrt();
    let error = (10.0 + sd * sd) * (2.0_f64 / 2000.0).sqrt() / (2.0 * sd);
    let found = told.unknown_sd.unwrap();
    assert!((found - sd).abs() < 4.0 * error, "{found} against {sd}, error {error}");
    let ends = [(told.band.lower_95, low), (told.band.upper_95, high)];
    assert!(ends.iter().all(|(found, end)| (found.unwrap() - end).abs() < 0.8), "{ends:?}");
    assert!((told.chance_sd.unwrap() - 40.0_f64.sqrt()).abs() < 0.2, "{told:?}");
    // Means of draws with their chance lie far beyond.
    let raw = (10.0 + sd * sd).sqrt();
    assert!(1.96 * raw > (high - low) / 2.0 + 2.0);
}

/// The count of which the share is this, of a cumulative distribution.
fn quantile(share: f64, cdf: impl Fn(u32) -> f64) -> u32 {
    (0..10_000).find(|count| cdf(*count) >= share).unwrap()
}

/// Chance that at least `least` of `n` are at most what each is with this chance.
fn at_least(n: i32, least: i32, chance: f64) -> f64 {
    let mut term = (1.0 - chance).powi(n);
    let mut below = 0.0;
    for k in 0..least {
        below += term;
        term *= f64::from(n - k) / f64::from(k + 1) * chance / (1.0 - chance);
    }
    1.0 - below
}

#[test]
fn percentiles_of_chance_and_what_is_not_known_are_apart() {
    // The census is Poisson in a draw, of a mean that is log-normal between draws. What is enough for 95 of a draw's 100
    // replications is the 95th of their counts in order: its distribution over draws is known.
    let (low, high) = (40.0_f64, 160.0);
    let at = |a_year: &str| {
        let settings =
            if a_year.contains("low") { "draws = 400" } else { "draws = 400\nuncertainty = false" };
        replicate(&scenario(
            settings,
            NO_CRS,
            &format!(
                "[demand]\nyears = 1\nreplications = 100\n[[demand.products]]\nid = \"cells\"\nstrategy = \"cells\"\n\
                 counted = \"infused\"\n[[demand.centres]]\nid = \"here\"\nvolume = {{ cells = 1 }}\n\
                 [[demand.background]]\nid = \"others\"\na_year = {a_year}\n\
                 icu_days = {{ family = \"log_normal\", scale = 10, shape = 0.8 }}\n"
            ),
        ))
    };
    let in_bed = 10.0 / 365.0 * (0.32_f64).exp();
    // Midpoints of equal shares of the log-normal distribution of yearly numbers.
    let normal = statrs::distribution::Normal::standard();
    let (mid, sd) = ((low * high).ln() / 2.0, (high / low).ln() / (2.0 * 1.959_963_984_540_054));
    let numbers: Vec<f64> =
        (0..400).map(|at| (mid + sd * normal.inverse_cdf((f64::from(at) + 0.5) / 400.0)).exp()).collect();
    let of_poisson = |mean: f64, count: u32| (0..=count).map(|k| poisson(mean, k)).sum::<f64>();
    let of_draws = |numbers: &[f64]| {
        let cdf = |count| {
            let of_one = |number: &f64| at_least(100, 95, of_poisson(number * in_bed, count));
            numbers.iter().map(of_one).sum::<f64>() / numbers.len() as f64
        };
        [0.025, 0.975].map(|share| quantile(share, cdf))
    };
    let uncertain = format!("{{ assume = 80, low = {low}, high = {high}, reason = \"test\" }}");
    for (a_year, numbers) in [("80", vec![80.0]), (uncertain.as_str(), numbers)] {
        let [lower, upper] = of_draws(&numbers);
        let results = at(a_year);
        // A stay lasts some days: every twentieth day is nearly its own.
        let found: Vec<(u32, u32)> = results
            .days(Resource::IcuBeds)
            .iter()
            .step_by(20)
            .map(|level| level.percentiles[3].in_draws.unwrap())
            .collect();
        let mean = |of: fn(&(u32, u32)) -> u32| {
            found.iter().map(|own| f64::from(of(own))).sum::<f64>() / found.len() as f64
        };
        // 400 draws place the 2.5th percentile between the 1st and the 4th: less than a bed.
        for (mean, exact) in [(mean(|own| own.0), lower), (mean(|own| own.1), upper)] {
            assert!((mean - f64::from(exact)).abs() < 0.7, "{a_year}: {mean} against {exact}");
        }
        // Both together: the quantile of the mixture.
        let all = quantile(0.95, |count| {
            numbers.iter().map(|number| of_poisson(number * in_bed, count)).sum::<f64>()
                / numbers.len() as f64
        });
        let level = &results.days(Resource::IcuBeds)[200];
        assert!(level.percentiles[3].enough.unwrap().abs_diff(all) <= 1, "{a_year}: {level:?} against {all}");
    }
}

#[test]
fn the_census_of_arrivals_that_vary_is_their_convolution() {
    let months = [3.0, 1.0, 0.0, 0.5, 0.5, 1.0, 1.0, 1.0, 2.0, 0.5, 0.5, 1.0];
    let growth = 1.3;
    let results = replicate(&scenario(
        CERTAIN,
        "any = 1, grade3 = 0, icu = 1, icu_days = { family = \"exponential\", rate = 0.05 }",
        &format!(
            "[demand]\nyears = 3\nreplications = 8000\nfirst_day = \"2026-01-01\"\n[[demand.products]]\nid = \"cells\"\nstrategy = \"cells\"\n\
             counted = \"infused\"\ngrowth = {growth}\nseason = {{ months = {months:?}, reason = \"test\" }}\n\
             [[demand.centres]]\nid = \"here\"\nvolume = {{ cells = 120 }}\n"
        ),
    ));
    // Each month's constant rate, weighted by exp(-age / 20) of those still there.
    let (step, mean) = (365.0 / 12.0, 20.0);
    let census = |time: f64| -> f64 {
        (-12..36)
            .map(|month: i32| {
                let from = f64::from(month) * step;
                let to = (from + step).min(time);
                if from >= time {
                    return 0.0;
                }
                let years = f64::from(month.max(0)) / 12.0;
                let rate = 120.0 / 365.0 * months[month.rem_euclid(12) as usize] * f64::powf(growth, years);
                rate * mean * ((-(time - to) / mean).exp() - (-(time - from) / mean).exp())
            })
            .sum()
    };
    for day in [0, 29, 45, 90, 260, 365, 500, 800, 1094] {
        let level = &results.days(Resource::IcuBeds)[day];
        let exact = census(day as f64 + 1.0);
        let error = level.mc_se.unwrap();
        assert!(
            (level.mean - exact).abs() < 4.0 * error,
            "day {day}: {} against {exact}, {error}",
            level.mean
        );
    }
    // The highest census at noon of no day beats the peak of its year.
    assert!(results.peak(0, Resource::IcuBeds).mean > census(30.0));
}

/// Share of blocked patients where `beds` are offered `load`: recursion of Erlang's first formula.
fn erlang_b(beds: u32, load: f64) -> f64 {
    (1..=beds).fold(1.0, |blocked, beds| load * blocked / (f64::from(beds) + load * blocked))
}

#[test]
fn blocked_patients_who_leave_are_those_of_erlang() {
    let days = "icu_days = { family = \"log_normal\", scale = 6, shape = 0.7 }";
    let results = others(6_000, 70.0, days, "icu_beds = 2\nicu_full = \"transfer\"", "");
    let load = 70.0 / 365.0 * 6.0 * (0.245_f64).exp();
    let blocked = erlang_b(2, load);
    assert_mean(&results, Measure::IcuTransferred, 70.0 * blocked);
    assert_mean(&results, Measure::IcuStays, 70.0 * (1.0 - blocked));
    let level = &results.days(Resource::IcuBeds)[900];
    assert!((level.mean - load * (1.0 - blocked)).abs() < 4.0 * level.mc_se.unwrap());
}

#[test]
fn waiting_patients_are_those_of_m_m_c() {
    let days = "icu_days = { family = \"exponential\", rate = 0.125 }";
    let results = others(6_000, 60.0, days, "icu_beds = 2\nicu_full = \"queue\"", "");
    let (rate, load) = (60.0 / 365.0, 60.0 / 365.0 * 8.0);
    let blocked = erlang_b(2, load);
    let waits = blocked / (1.0 - load / 2.0 * (1.0 - blocked));
    let mean_wait = waits / (2.0 / 8.0 - rate);
    assert_mean(&results, Measure::IcuWaitDays, 60.0 * mean_wait);
    let level = &results.days(Resource::IcuBeds)[1200];
    assert!((level.mean - load).abs() < 4.0 * level.mc_se.unwrap(), "{} against {load}", level.mean);
}

#[test]
fn outpatients_who_wait_for_the_ward_fill_every_bed() {
    // Who has CRS wants a bed until it is over, in one or waiting: their number is Poisson, and beds in use are all of
    // them or all beds. An arrival sees the same number (Poisson arrivals see time averages).
    let beds = 2;
    let results = replicate(&scenario(
        CERTAIN,
        "any = 1, grade3 = 0, duration_days = { family = \"log_normal\", scale = 6, shape = 0.7 }",
        &format!(
            "[demand]\nyears = 3\nreplications = 3000\n[[demand.products]]\nid = \"cells\"\nstrategy = \"cells\"\n\
             counted = \"infused\"\n[[demand.centres]]\nid = \"here\"\nvolume = {{ cells = 90 }}\nward_beds = {beds}\n\
             ward_full = \"queue\"\n[demand.ward]\ndays = {{ family = \"fixed\", months = 1 }}\noutpatient = 1\n"
        ),
    ));
    let wanted = 90.0 / 365.0 * 6.0 * (0.245_f64).exp();
    let below: Vec<f64> = (0..beds).map(|count| poisson(wanted, count)).collect();
    let waits = 1.0 - below.iter().sum::<f64>();
    let in_use = (0..beds).zip(&below).map(|(count, share)| f64::from(count) * share).sum::<f64>()
        + f64::from(beds) * waits;
    assert_mean(&results, Measure::WardWaited, 90.0 * waits);
    assert_eq!(results.amount(0, Measure::WardTransferred).band.mean, Some(0.0));
    assert_mean(&results, Measure::WardWaitDays, 365.0 * (wanted - in_use));
    for (resource, exact) in [(Resource::WardBeds, in_use), (Resource::WardWanted, wanted)] {
        let level = &results.days(resource)[1000];
        assert!((level.mean - exact).abs() < 4.0 * level.mc_se.unwrap(), "{} against {exact}", level.mean);
    }
}

#[test]
fn who_never_gets_a_bed_waits_to_the_end() {
    // Those of the warm-up wait as well; each for half of the six years on average, counted in five.
    let results =
        others(400, 60.0, "icu_days = { family = \"exponential\", rate = 0.125 }", "icu_beds = 0", "");
    assert_mean(&results, Measure::IcuWaited, 60.0);
    assert_mean(&results, Measure::IcuWaitDays, 60.0 * 6.0 * 3.0 * 365.0 / 5.0);
    assert_eq!(results.amount(0, Measure::IcuStays).band.mean, Some(0.0));
}

#[test]
fn without_a_limit_the_beds_in_use_are_those_wanted() {
    for slots in ["", "slots = [50, 0, 0, 0, 0, 0, 0]", "slots = [1, 0, 1, 0, 1, 0, 0]"] {
        let results = replicate(&scenario(
            CERTAIN,
            "any = 0.8, grade3 = 0, duration_days = { family = \"log_normal\", scale = 6, shape = 0.7 }",
            &format!(
                "[demand]\nyears = 2\nreplications = 100\n[[demand.products]]\nid = \"cells\"\nstrategy = \"cells\"\n\
                 counted = \"infused\"\n[[demand.centres]]\nid = \"here\"\nvolume = {{ cells = 150 }}\n{slots}\n\
                 [demand.ward]\ndays = {{ family = \"exponential\", rate = 0.3 }}\noutpatient = 0.3\n"
            ),
        ));
        assert_eq!(results.days(Resource::WardBeds), results.days(Resource::WardWanted), "{slots}");
        assert_eq!(results.peak(0, Resource::WardBeds), results.peak(0, Resource::WardWanted), "{slots}");
        assert!(results.peak(0, Resource::WardBeds).mean > 2.0);
    }
}

#[test]
fn a_base_stock_is_short_as_its_lead_time_demand_says() {
    let (a_year, lead, level) = (150.0, 10.0, 6);
    let results = others(
        3_000,
        a_year,
        "tocilizumab_mg = 400",
        "",
        "[[demand.vials]]\nmg = 400\norder_up_to = 6\nprice = 7\n[demand.stock]\nlead_time_days = { family = \"fixed\", months = 10 }\n\
         when_short = \"wait\"\nholding_cost = 3.65\norder_cost = 2\n",
    );
    let demand = a_year / 365.0 * lead;
    let at_least = 1.0 - (0..level).map(|count| poisson(demand, count)).sum::<f64>();
    assert_mean(&results, Measure::ShortDoses, a_year * at_least);
    let held: f64 = (0..level).map(|count| f64::from(level - count) * poisson(demand, count)).sum();
    assert_mean(&results, Measure::VialsHeld, held);
    // Mean backorders are demand less level plus what is held; by Little's law days late are those of a year.
    let owed = demand - f64::from(level) + held;
    assert_mean(&results, Measure::LateDays, 365.0 * owed);
    assert_mean(&results, Measure::Orders, a_year);
    assert_mean(&results, Measure::OrderCost, 2.0 * a_year);
    assert_mean(&results, Measure::VialCost, 7.0 * a_year);
    assert_mean(&results, Measure::HoldingCost, 3.65 * held);
    assert_mean(&results, Measure::Doses, a_year);
    // A year without shortage would need no more than six in any ten days: rare, but the chance is no certainty.
    let chance = results.amount(0, Measure::ShortYears).band.mean.unwrap();
    assert!(chance > 0.9 && chance <= 1.0, "{chance}");
}

#[test]
fn centres_with_vials_and_users_of_their_own_are_base_stocks_of_their_own() {
    let results = replicate(&scenario(
        CERTAIN,
        NO_CRS,
        "[demand]\nyears = 5\nreplications = 2000\n[[demand.products]]\nid = \"cells\"\nstrategy = \"cells\"\ncounted = \"infused\"\n\
         [[demand.centres]]\nid = \"usual\"\nvolume = { cells = 1 }\n\
         [[demand.centres]]\nid = \"large\"\nvolume = { cells = 1 }\nextra_vials = [3]\nbackground = { others = 200 }\n\
         [[demand.background]]\nid = \"others\"\na_year = 60\ntocilizumab_mg = 400\n\
         [[demand.vials]]\nmg = 400\norder_up_to = 3\n[demand.stock]\nlead_time_days = { family = \"fixed\", months = 10 }\n\
         when_short = \"wait\"\n",
    ));
    for (scope, a_year, level) in [(0, 60.0, 3), (1, 200.0, 6)] {
        let at_least = 1.0 - (0..level).map(|count| poisson(a_year / 36.5, count)).sum::<f64>();
        let band = results.amount(scope, Measure::ShortDoses).band;
        let (mean, error) = (band.mean.unwrap(), band.mc_se.unwrap());
        assert!(
            (mean - a_year * at_least).abs() < 4.0 * error,
            "{scope}: {mean} against {}",
            a_year * at_least
        );
    }
}

#[test]
fn postponed_patients_are_lost_at_the_hazards_of_access() {
    // Ready on Mondays at 0:00, infused on Thursdays at noon: three and a half days at the hazard that loses a fifth in a
    // month.
    let text = scenario(
        CERTAIN,
        NO_CRS,
        "[demand]\nyears = 5\nreplications = 400\nfirst_day = \"2026-01-05\"\n\
         [[demand.products]]\nid = \"cells\"\nstrategy = \"cells\"\ncounted = \"infused\"\narrivals = \"weekly\"\nweekly = [3, 0, 0, 0, 0, 0, 0]\n\
         [[demand.centres]]\nid = \"here\"\nslots = [0, 0, 0, 9, 0, 0, 0]\n",
    );
    let access = "[regimens.cells.access]\nwaiting_months = 1\nwaiting_death = 0.15\nwaiting_progression = 0.05\n[regimens.cells.failure]";
    let results = replicate(&text.replace("[regimens.cells.failure]", access));
    let kept = (0.8_f64).powf(3.5 / 30.4375);
    // Five years of 365 days hold 261 Mondays, 5 days of 7 in one week more or less do not show beside the error.
    let mondays = 365.0 / 7.0;
    let [infused, lost] = [Measure::Infusions, Measure::LostPostponed]
        .map(|measure| results.amount(0, measure).band.mean.unwrap());
    let all = infused + lost;
    assert!((all / (3.0 * mondays) - 1.0).abs() < 0.005, "{all}");
    let error = (kept * (1.0 - kept) / (all * 5.0 * 400.0)).sqrt();
    assert!((infused / all - kept).abs() < 4.0 * error, "{} against {kept}, {error}", infused / all);
    assert_eq!(results.amount(0, Measure::Postponed).band.mean, Some(0.0));
}
