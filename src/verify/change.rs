//! Changes of a model after which it is known what must come out.

use crate::model::{Model, Regimen, Value};

/// A changed copy.
pub(super) fn changed(model: &Model, change: impl FnOnce(&mut Model)) -> Model {
    let mut model = model.clone();
    change(&mut model);
    model
}

/// A number of the method.
pub(super) fn constant(value: f64) -> Value {
    Value::Constant(value)
}

/// Changes every unit cost.
pub(super) fn costs(model: &mut Model, change: &dyn Fn(&Value) -> Value) {
    let costs = &mut model.costs;
    let events = [
        &mut costs.crs_grade12,
        &mut costs.crs_grade3,
        &mut costs.icu_day,
        &mut costs.tocilizumab_mg,
        &mut costs.neurotoxicity_grade3,
        &mut costs.infection,
        &mut costs.transplant,
        &mut costs.mrd_test,
        &mut costs.death,
    ];
    let last = costs.last_months.iter_mut().map(|last| &mut last.per_month);
    let since_entry = costs.since_entry.iter_mut().flatten().map(|piece| &mut piece.amount);
    let of_scenario = costs.state.iter_mut().chain(events).flatten().chain(since_entry).chain(last);
    let of_regimens = model.regimens.iter_mut().flat_map(|regimen| {
        let Regimen { cost_at_start, cost_per_month, cost_since_entry, treatment, .. } = regimen;
        let since_entry = cost_since_entry.iter_mut().flatten().map(|piece| &mut piece.amount);
        let once = [cost_at_start, &mut treatment.administration].into_iter().chain(cost_per_month);
        once.flatten().chain(since_entry).chain(treatment.drugs.iter_mut().map(|drug| &mut drug.price))
    });
    of_scenario.chain(of_regimens).for_each(|value| *value = change(value));
}

/// Gives every state the same utility, at every age and without floor, and takes all losses away.
pub(super) fn utilities(model: &mut Model, utility: f64) {
    let own = &mut model.utilities;
    (own.population, own.floor) = (None, None);
    own.state.iter_mut().for_each(|value| *value = Some(constant(utility)));
    own.since_entry.iter_mut().for_each(Vec::clear);
    let losses = [
        &mut own.crs_grade12,
        &mut own.crs_grade3,
        &mut own.neurotoxicity_grade3,
        &mut own.infection,
        &mut own.transplant,
    ];
    losses.into_iter().flatten().for_each(|value| *value = constant(0.0));
    let of_regimens = model.regimens.iter_mut().flat_map(|regimen| regimen.utility.iter_mut());
    of_regimens.flatten().for_each(|value| *value = constant(utility));
}

/// Gives every awaited remission this probability; with certain remission nothing stands in its way.
pub(super) fn response(model: &mut Model, probability: f64) {
    for regimen in &mut model.regimens {
        let Some(response) = &mut regimen.response else { continue };
        response.cr = constant(probability);
        if probability == 1.0 {
            let others = response.pr.iter_mut().chain(&mut regimen.toxicity.early_death);
            others.for_each(|value| *value = constant(0.0));
        }
    }
}

/// Lets nobody relapse from remission.
pub(super) fn cured(model: &mut Model) {
    for remission in model.regimens.iter_mut().filter_map(|regimen| regimen.remission.as_mut()) {
        let curves = std::iter::once(&mut remission.relapse).chain(&mut remission.relapse_mrd_positive);
        curves.for_each(|curve| {
            curve.share = constant(0.0);
            // A tail is of all, cured or not.
            curve.tail.clear();
        });
    }
}

/// Takes all toxicity away, but for early deaths.
pub(super) fn no_toxicity(model: &mut Model) {
    for toxicity in model.regimens.iter_mut().map(|regimen| &mut regimen.toxicity) {
        let crs = toxicity.crs.iter_mut().flat_map(|crs| [&mut crs.any, &mut crs.grade3]);
        let nerves = toxicity.neurotoxicity.iter_mut().flat_map(|(any, grade3)| [any, grade3]);
        let others = toxicity.infection.iter_mut().chain(&mut toxicity.other_grade3);
        crs.chain(nerves).chain(others).for_each(|value| *value = constant(0.0));
    }
}
