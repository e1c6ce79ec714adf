//! What must add up: occupancy, deaths, costs; and equal strategies, whose difference is nothing.

#[path = "support/trial.rs"]
mod trial;

use remisim::model::{CurveKind, Model};
use remisim::outcome::flag;
use remisim::program::compile;
use remisim::simulate::{Unobserved, run};
use remisim::summary::{DifferenceRow, Records};
use remisim::tally::{Measure, PAIRED, StrategyTally};
use trial::{Trial, model_of, shipped, tallies};

const SCENARIOS: [&str; 5] = ["tower", "cd7_car_t", "eliana", "mrd_guided", "reference_illness_death"];

/// Sums of the measures that `chosen` takes, and how many those are.
fn total(measures: &[Measure], tally: &StrategyTally, chosen: impl Fn(Measure) -> bool) -> (i128, u64) {
    let own = measures.iter().zip(&tally.moments).filter(|(measure, _)| chosen(**measure));
    own.fold((0, 0), |(sum, count), (_, moments)| (sum + moments.sum, count + 1))
}

fn check(name: &str, model: &Model) {
    let measures = Measure::of(&compile(model).unwrap());
    let results = tallies(model);
    let draws: Vec<_> = results.units.iter().flat_map(|unit| &unit.0).collect();
    assert_eq!(draws.len(), model.settings.draws as usize);
    for (draw, strategies) in draws.into_iter().enumerate() {
        for (strategy, tally) in strategies.iter().enumerate() {
            let place = format!("{name}, draw {draw}, strategy {strategy}");
            assert_eq!(tally.patients, model.settings.patients);
            // Every patient's figure is rounded once, by half a unit at most; a whole, added in floating point, loses
            // less than another unit. Life years are twelve times as coarse as months.
            let units =
                |parts: u64, factor: i128| i128::from(tally.patients) * (i128::from(parts) + 3 * factor) / 2;
            let (months, states) = total(&measures, tally, |m| matches!(m, Measure::StateMonths(_)));
            let (years, _) = total(&measures, tally, |m| m == Measure::LifeYears);
            assert!((months - 12 * years).abs() <= units(states, 12), "{place}: {months}, {}", 12 * years);
            let (items, count) = total(&measures, tally, |m| matches!(m, Measure::CostItem(_)));
            let (costs, _) = total(&measures, tally, |m| m == Measure::Costs);
            assert!((items - costs).abs() <= units(count, 1), "{place}: {items} {costs}");
            // Nobody dies twice, and the dead are those not alive at the horizon.
            let labels = [flag::DEATH_TREATMENT, flag::DEATH_RELAPSE, flag::DEATH_BACKGROUND];
            let by_label: u64 = labels.iter().map(|bit| tally.flags[bit.trailing_zeros() as usize]).sum();
            let mut until = Vec::new();
            let os = tally.curves.iter().find(|curve| curve.kind() == CurveKind::Os).unwrap();
            let months = model.settings.horizon_months.ceil() as u32;
            os.each_month(0..=months, |_, events| until.push(events));
            assert_eq!(os.among(), tally.patients, "{place}");
            assert_eq!(by_label, u64::from(*until.last().unwrap()), "{place}");
        }
    }
}

#[test]
fn months_deaths_and_costs_add_up_in_every_tally() {
    for name in SCENARIOS {
        check(name, &shipped(name, &["settings.patients=3000", "settings.draws=20"]));
        check(name, &shipped(name, &["settings.patients=150000", "settings.draws=2"]));
    }
}

#[test]
fn equal_strategies_give_exactly_zero_increments() {
    for (scenario, regimen) in [("tower", "blinatumomab"), ("cd7_car_t", "cd7_car_t")] {
        let strategy = |id: &str| {
            format!(
                "[[strategies]]\nid = \"{id}\"\n[[strategies.lines]]\nregimen = \"{regimen}\"\n[[strategies.lines]]\n\
                 regimen = \"{regimen}\"\nafter = [\"refractory\", \"relapse\", \"not_infused\"]\nable = {{ assume = 0.5, reason = \"test\" }}\n"
            )
        };
        let text = format!("extends = \"{scenario}\"\n{}{}", strategy("one"), strategy("other"));
        for sizes in [
            ["settings.patients=2000", "settings.draws=30"],
            ["settings.patients=100000", "settings.draws=2"],
        ] {
            let trial = Trial::run(model_of(&text, &sizes));
            let summary = &trial.summary;
            assert_eq!(summary.differences.len(), 3);
            for DifferenceRow { row, .. } in &summary.differences {
                let band = row.band;
                for value in [band.mean, band.mc_se, band.lower_95, band.median, band.upper_95, band.draw_se]
                {
                    assert_eq!(value, Some(0.0), "{scenario}, {}", row.outcome);
                }
            }
            let of = |strategy: usize| {
                let outcomes = summary.outcomes.iter().filter(move |row| row.strategy == strategy);
                let survival = summary.survival.iter().filter(move |row| row.strategy == strategy);
                let events = summary.events.iter().filter(move |row| row.strategy == strategy);
                let spread = summary.spread.iter().filter(move |row| row.strategy == strategy);
                (
                    outcomes.map(|row| (&row.outcome, row.band)).collect::<Vec<_>>(),
                    survival.map(|row| (row.curve, row.months, row.band)).collect::<Vec<_>>(),
                    events.map(|row| (row.event, row.line, row.band)).collect::<Vec<_>>(),
                    spread.map(|row| (row.outcome, row.sd, row.percentiles)).collect::<Vec<_>>(),
                )
            };
            assert!(of(0) == of(1), "{scenario}: equal strategies differ");
        }
    }
}

/// Errors of differences are tallied twice: from squares of the differences of each pair, and in an economic evaluation from
/// products of costs and QALYs.
#[test]
fn errors_of_differences_are_those_of_their_parts_and_what_these_have_in_common() {
    let model = shipped("cd7_economics", &["settings.patients=400", "settings.draws=3"]);
    let program = compile(&model).unwrap();
    let results = run(&model, &program, &Unobserved, &|| Records::new(0)).unwrap();
    let mut compared = 0;
    for draw in results.draws() {
        let covariances = draw.covariances();
        let of = |one: usize, other: usize| covariances[one * (one + 1) / 2 + other];
        for later in 1..model.strategies.len() {
            for (from, found) in draw.strategy(later).difference_variances.iter().enumerate() {
                for (place, measure) in PAIRED.iter().enumerate() {
                    let column = match measure {
                        Measure::Costs => 0,
                        Measure::Qalys => 1,
                        _ => continue,
                    };
                    let (one, other) = (2 * later + column, 2 * from + column);
                    let expected = of(one, one) + of(other, other) - 2.0 * of(one, other);
                    let near = (found[place] / expected - 1.0).abs() < 1e-3;
                    assert!(near, "{later} from {from}, {measure:?}: {} {expected}", found[place]);
                    compared += 1;
                }
            }
        }
    }
    assert_eq!(compared, 3 * 3 * 2);
}
