//! Small runs that are compared. Common random numbers make any change visible.

use super::library::{Setup, load};
use remisim::model::Model;
use remisim::program::{Draw, compile};
use remisim::simulate::{self, Unobserved};
use remisim::stream::Stream;
use remisim::summary::{Records, Summary};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Sizes that are tried in turn, from cheap to dear: with all parameters at their means, where nothing but the value can
/// move an output, and last with uncertainty, for what acts on the spread alone.
const SIZES: [&[&str]; 3] = [
    &["settings.uncertainty=false", "settings.patients=400", "settings.draws=1"],
    &["settings.uncertainty=true", "settings.patients=400", "settings.draws=3"],
    &["settings.uncertainty=false", "settings.patients=40000", "settings.draws=1"],
];

/// Runs the first setups until an output differs.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    unmoved: Mutex<BTreeMap<(Setup, usize), Arc<Summary>>>,
}

impl Runs {
    /// Whether one of the changes that `changes` names moves some output in one of the setups.
    pub(crate) fn any_differs(&self, setups: &[Setup], changes: impl Fn(&Setup) -> Vec<String>) -> bool {
        let (plain, changed): (Vec<&Setup>, Vec<&Setup>) =
            setups.iter().partition(|setup| setup.overrides.is_empty());
        [plain, changed].iter().any(|setups| {
            (0..SIZES.len()).any(|size| {
                setups
                    .iter()
                    .any(|setup| changes(setup).iter().any(|change| self.differs(setup, size, change)))
            })
        })
    }

    fn differs(&self, setup: &Setup, size: usize, change: &str) -> bool {
        // A change that the scenario refuses is no change.
        let Some(moved) = sized(setup, size, Some(change)) else { return false };
        // For how many a decision is made moves the value of information, which stands in tables of its own.
        let persons = |change| load(setup, change).ok().map(|model| persons(&model));
        if persons(Some(change)) != persons(None) {
            return true;
        }
        // So do the figures of a demand, which runs in calendar time.
        let demand = |change| load(setup, change).ok().map(|model| figures_of_demand(&model));
        if demand(Some(change)) != demand(None) {
            return true;
        }
        let unmoved = self.unmoved(setup, size);
        moved.outcomes != unmoved.outcomes
            || moved.differences != unmoved.differences
            || moved.spread != unmoved.spread
            || moved.survival != unmoved.survival
            || moved.events != unmoved.events
    }

    fn unmoved(&self, setup: &Setup, size: usize) -> Arc<Summary> {
        let key = (setup.clone(), size);
        let known = self.unmoved.lock().unwrap_or_else(PoisonError::into_inner).get(&key).cloned();
        known.unwrap_or_else(|| {
            let summary = Arc::new(sized(setup, size, None).unwrap());
            // A value that is no number differs from itself and would pass for a change.
            assert!(*summary == *summary.clone(), "{setup:?} has results that are no number");
            self.unmoved.lock().unwrap_or_else(PoisonError::into_inner).insert(key, Arc::clone(&summary));
            summary
        })
    }
}

/// For how many a decision is made, in two draws and by the mean.
fn persons(model: &Model) -> Option<Vec<f64>> {
    let who = model.economics.as_ref()?.deciding_for.as_ref()?;
    let mut central = model.clone();
    central.settings.uncertainty = false;
    let stream = Stream::new(model.settings.seed);
    let draws = [
        Draw::sample(&central, &stream, 0),
        Draw::sample(model, &stream, 0),
        Draw::sample(model, &stream, 1),
    ];
    Some(draws.iter().map(|draw| who.years * who.patients_a_year.evaluate(&[], &draw.parameters)).collect())
}

/// Sizes of vials and where the figures of a demand come from, those of its products' scenarios left out.
fn figures_of_demand(model: &Model) -> Vec<String> {
    let Some(demand) = &model.demand else { return Vec::new() };
    let mut figures: Vec<String> = demand.vials.iter().map(|vial| format!("{} mg", vial.mg)).collect();
    demand.visit_values(&mut |value| {
        value.visit_parameters(&mut |index| figures.push(format!("{:?}", model.parameters[index])));
    });
    figures
}

fn sized(setup: &Setup, size: usize, change: Option<&str>) -> Option<Summary> {
    let sizes = SIZES[size].iter().map(|size| (*size).to_owned());
    run(setup, &change.map(ToOwned::to_owned).into_iter().chain(sizes).collect::<Vec<_>>())
}

/// The summary of a run with more changes; `None` where the scenario refuses them.
pub(crate) fn run(setup: &Setup, changes: &[String]) -> Option<Summary> {
    let overrides = setup.overrides.iter().chain(changes).cloned().collect();
    let model = load(&Setup { scenario: setup.scenario.clone(), overrides }, None).ok()?;
    let program = compile(&model).ok()?;
    let months = model.settings.curve_months;
    let results = simulate::run(&model, &program, &Unobserved, &|| Records::new(months)).ok()?;
    Some(Summary::new(&model, &results))
}
