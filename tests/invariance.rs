//! A patient's history depends on nothing but the patient, the draw and the strategy.

#[path = "support/trial.rs"]
mod trial;

use remisim::model::Model;
use remisim::outcome::{Happening, Outcome, Silent, Sink, State};
use remisim::program::{Draw, compile};
use remisim::scenario::{Request, load};
use remisim::simulate::{self, Unobserved, Worker};
use remisim::stream::Stream;
use remisim::summary::{Records, Summary};
use std::collections::BTreeMap;
use trial::{model_of, scenario, shipped};

/// Everything that one patient lived through, to the bit.
fn life(outcome: &Outcome, place: usize) -> Vec<u64> {
    let arrays = [&outcome.marks[..], &outcome.state_months[..], &outcome.costs[..], &outcome.amounts[..]];
    let numbers = arrays.into_iter().flatten().map(|values| values[place].to_bits());
    let own = [u64::from(outcome.flags[place]), outcome.qalys[place].to_bits()];
    numbers.chain(own).collect()
}

/// Lives of the first `patients` patients of a draw, by strategy id, in batches of `batch`.
fn lives(model: &Model, draw: u32, patients: usize, batch: usize) -> BTreeMap<String, Vec<Vec<u64>>> {
    let program = compile(model).unwrap();
    let draw = Draw::sample(model, &Stream::new(model.settings.seed), draw);
    let mut worker = Worker::new(model, &program);
    let mut sinks = vec![Silent; model.strategies.len()];
    let mut lives: BTreeMap<String, Vec<Vec<u64>>> = BTreeMap::new();
    for first in (0..patients).step_by(batch) {
        let outcomes = worker.run(&draw, first as u64, batch.min(patients - first), &mut sinks);
        for (strategy, outcome) in model.strategies.iter().zip(outcomes) {
            let own = lives.entry(strategy.id.to_string()).or_default();
            own.extend((0..outcome.len()).map(|place| life(outcome, place)));
        }
    }
    lives
}

/// The text of a shipped scenario with its strategies (each with a table header) picked and reordered.
fn with_strategies(name: &str, pick: impl Fn(Vec<String>) -> Vec<String>) -> String {
    let path = format!("{}/scenarios/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let (mut rest, mut strategies) = (String::new(), Vec::new());
    let mut inside = false;
    for line in std::fs::read_to_string(path).unwrap().lines() {
        if line == "[[strategies]]" {
            strategies.push(String::new());
        }
        if line.starts_with('[') {
            inside = line.starts_with("[[strategies");
        }
        let to = if inside { strategies.last_mut().unwrap() } else { &mut rest };
        to.push_str(line);
        to.push('\n');
    }
    rest + &pick(strategies).concat()
}

#[test]
fn patients_and_draws_do_not_change_each_other() {
    for name in ["tower", "cd7_car_t"] {
        let model = shipped(name, &["settings.patients=9000", "settings.draws=8"]);
        let fewer = shipped(name, &["settings.patients=1000", "settings.draws=6"]);
        for draw in [0, 5] {
            let whole = lives(&model, draw, 9000, 4096);
            // In other batches, so that other patients are queued beside each.
            assert!(lives(&model, draw, 9000, 777) == whole, "{name}");
            for (strategy, some) in lives(&fewer, draw, 1000, 1000) {
                assert!(whole[&strategy][..1000] == some[..], "{name}, {strategy}");
            }
        }
    }
}

#[test]
fn strategies_do_not_change_each_other() {
    for name in ["tower", "cd7_car_t"] {
        let of = |pick: fn(Vec<String>) -> Vec<String>| {
            lives(&model_of(&with_strategies(name, pick), &[]), 3, 3000, 3000)
        };
        let whole = of(|strategies| strategies);
        assert!(whole.len() >= 3);
        let reordered = of(|strategies| strategies.into_iter().rev().collect());
        assert!(reordered == whole, "{name}");
        for (strategy, some) in of(|strategies| strategies[1..2].to_vec()) {
            assert!(whole[&strategy] == some, "{name}, {strategy}");
        }
        let added = of(|mut strategies| {
            let own = strategies[0].replacen("id = \"", "id = \"another_", 1);
            strategies.insert(1, own);
            strategies
        });
        assert_eq!(added.len(), whole.len() + 1);
        assert!(whole.iter().all(|(strategy, lives)| added[strategy] == *lives), "{name}");
    }
}

/// Hears all that happens from a line on, with lines counted from there.
#[derive(Debug, Clone, Default)]
struct Listener {
    line: u8,
    happenings: Vec<Vec<(u8, Happening, f64)>>,
}

impl Sink for Listener {
    fn happened(&mut self, happening: Happening, line: u8, patients: &[u32], now: &[f64]) {
        for patient in patients.iter().filter(|_| line >= self.line) {
            self.happenings[*patient as usize].push((line - self.line, happening, now[*patient as usize]));
        }
    }

    fn stayed(&mut self, _: State, _: u8, _: &[u32], _: &[f64], _: &[f64]) {}
}

#[test]
fn a_patient_not_infused_has_the_luck_of_one_who_never_had_the_line() {
    let model = model_of(
        &scenario(
            240.0,
            "",
            "[regimens.cells]\nlabel = \"Cells\"\ngroup = \"test\"\n[regimens.cells.access]\nmanufacturing_failure = 0.4\n\
             waiting_months = 1.5\nwaiting_death = 0.1\nwaiting_progression = 0.3\n[regimens.cells.response]\ncr = 0.8\nmonths = 1\n\
             [regimens.cells.remission]\nrelapse = { family = \"exponential\", rate = 0.05 }\n\
             [regimens.cells.failure]\nrefractory = { family = \"exponential\", rate = 0.2 }\nrelapse = { family = \"exponential\", rate = 0.1 }\n\
             [regimens.graft]\nlabel = \"Transplant\"\ngroup = \"test\"\n[regimens.graft.failure]\nrefractory = { family = \"never\" }\n\
             [regimens.graft.transplant]\nrelapse_ratio = 0.5\ndeath = { family = \"exponential\", rate = 0.02 }\n\
             [regimens.other]\nlabel = \"Other\"\ngroup = \"test\"\n[regimens.other.toxicity]\ninfection = 0.3\nearly_death = 0.1\n\
             crs = { scale = \"penn\", any = 0.6, grade3 = 0.2, tocilizumab = 0.5 }\n[regimens.other.response]\ncr = 0.5\npr = 0.1\nmonths = 1\n\
             [regimens.other.mrd]\nnegative = 0.6\n[regimens.other.remission]\nrelapse = { family = \"weibull\", shape = 0.8, scale = 20 }\n\
             non_relapse_death = { family = \"exponential\", rate = 0.01 }\n\
             transplant = { regimen = \"graft\", share = 0.3, months = { family = \"exponential\", rate = 0.3 }, gap_months = 1 }\n\
             monitoring = { every_months = 2, lead_months = 3, sensitivity = 0.7 }\n\
             [regimens.other.failure]\nrefractory = { family = \"exponential\", rate = 0.2 }\nrelapse = { family = \"exponential\", rate = 0.1 }\n\
             [regimens.last]\nlabel = \"Last\"\ngroup = \"test\"\n[regimens.last.response]\ncr = 0.3\nmonths = 1\n\
             [regimens.last.remission]\nrelapse = { family = \"exponential\", rate = 0.1 }\n\
             [regimens.last.failure]\nrefractory = { family = \"exponential\", rate = 0.2 }\nrelapse = { family = \"exponential\", rate = 0.1 }\n\
             [[strategies]]\nid = \"alone\"\n[[strategies.lines]]\nregimen = \"other\"\n\
             [[strategies.lines]]\nregimen = \"last\"\nafter = [\"refractory\", \"relapse\"]\nable = 0.5\n\
             [[strategies]]\nid = \"after_cells\"\n[[strategies.lines]]\nregimen = \"cells\"\n\
             [[strategies.lines]]\nregimen = \"other\"\nafter = [\"not_infused\"]\n\
             [[strategies.lines]]\nregimen = \"last\"\nafter = [\"refractory\", \"relapse\"]\nable = 0.5\n",
        ),
        &[],
    );
    let program = compile(&model).unwrap();
    let patients = 4096;
    let listener = |line| Listener { line, happenings: vec![Vec::new(); patients] };
    let mut sinks = [listener(1), listener(2)];
    let draw = Draw::sample(&model, &Stream::new(1), 0);
    Worker::new(&model, &program).run(&draw, 0, patients, &mut sinks);
    // A step hears of all its patients at once, so the order of what one patient hears says nothing.
    for heard in sinks.iter_mut().flat_map(|sink| &mut sink.happenings) {
        heard.sort_by_key(|(line, happening, _)| (*line, *happening));
    }
    let (mut at_once, mut later) = (0, 0);
    for (place, (alone, after)) in sinks[0].happenings.iter().zip(&sinks[1].happenings).enumerate() {
        // Those who received the cells have other luck.
        let Some((0, _, start)) = after.first() else { continue };
        if *start == 0.0 {
            assert_eq!(after, alone, "patient {place}");
            at_once += 1;
        } else {
            // The same from a later start; what ended alone before the horizon may lie beyond it now.
            let in_time = alone.iter().filter(|(_, _, time)| time + start <= 240.0);
            assert_eq!(after.len(), in_time.clone().count(), "patient {place}: {after:?} {alone:?}");
            for ((line, happening, time), (known, expected, alone)) in after.iter().zip(in_time) {
                assert_eq!((line, happening), (known, expected), "patient {place}");
                assert!((time - start - alone).abs() < 1e-9, "patient {place}: {happening:?} {time} {alone}");
            }
            later += 1;
        }
    }
    assert!(at_once > 1000 && later > 500, "{at_once} {later}");
}

/// Summary and kept records of a run on some threads.
fn outputs(model: &Model, threads: usize) -> (Summary, Vec<Records>) {
    let program = compile(model).unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
    pool.install(|| {
        let months = model.settings.curve_months;
        let results = simulate::run(model, &program, &Unobserved, &|| Records::new(months)).unwrap();
        (Summary::new(model, &results), results.units)
    })
}

#[test]
fn threads_change_nothing() {
    // Few patients make units of several draws, many make draws of several units.
    for sizes in
        [["settings.patients=700", "settings.draws=100"], ["settings.patients=150000", "settings.draws=2"]]
    {
        for name in ["tower", "cd7_car_t", "reference_illness_death"] {
            let model = shipped(name, &sizes);
            let one = outputs(&model, 1);
            for threads in [2, 3, 8] {
                assert!(outputs(&model, threads) == one, "{name}, {threads} threads");
            }
        }
    }
}

#[test]
fn draws_of_one_number_with_other_values_share_nothing() {
    let loaded = load(&Request::new("tower")).unwrap_or_else(|problems| panic!("{problems}"));
    let model = &loaded.model;
    let program = compile(model).unwrap();
    let stream = Stream::new(1);
    let first = Draw::sample(model, &stream, 4);
    let other = Draw { index: 4, ..Draw::sample(model, &stream, 5) };
    let mut sinks = vec![Silent; model.strategies.len()];
    let all = |outcomes: &[Outcome]| -> Vec<Vec<u64>> {
        outcomes.iter().flat_map(|outcome| (0..500).map(|place| life(outcome, place))).collect()
    };
    let expected = all(Worker::new(model, &program).run(&other, 0, 500, &mut sinks));
    let mut worker = Worker::new(model, &program);
    assert!(all(worker.run(&first, 0, 500, &mut sinks)) != expected);
    assert!(all(worker.run(&other, 0, 500, &mut sinks)) == expected);
}
