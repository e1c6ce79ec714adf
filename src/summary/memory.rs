//! How much memory the records of a run take. It grows with draws, not with patients.

use super::outcome::pairs;
use crate::model::Model;
use crate::outcome::{Happening, flag};
use crate::program::Program;
use crate::tally::{Measure, MonthlyCounts, PAIRED};

/// Bytes that the records of all draws take at most, about: what [`super::Records`] keeps of each draw, and room for
/// its lists to grow.
#[must_use]
pub fn record_bytes(model: &Model, program: &Program) -> u64 {
    const NUMBER: usize = size_of::<f64>();
    const PAIR: usize = 2 * NUMBER;
    const MAYBE_PAIR: usize = size_of::<Option<(f64, f64)>>();
    const COUNT: usize = size_of::<u32>();
    let settings = &model.settings;
    // Patients and median; events until each month, unless they are counted over all draws.
    let curves = settings.curves.len() * (NUMBER + MAYBE_PAIR);
    let listed = settings.curves.iter().filter(|kind| !MonthlyCounts::hold(**kind, settings.patients));
    let months = COUNT * (settings.curve_months as usize + 1) * listed.count();
    let measures = PAIR * Measure::of(program).len();
    let of_strategy = measures + COUNT * flag::COUNT + curves + months + MAYBE_PAIR;
    let lines: usize = model.strategies.iter().map(|strategy| strategy.lines.len()).sum();
    let differences = NUMBER * PAIRED.len() * pairs(model.strategies.len()).count();
    let columns = if model.economics.is_some() { 2 * model.strategies.len() } else { 0 };
    let draw = NUMBER * model.parameters.len()
        + NUMBER * (columns * (columns + 1) / 2)
        + of_strategy * model.strategies.len()
        + differences
        + COUNT * Happening::COUNT * lines;
    // A list that doubles as it grows is three quarters full in the mean.
    draw as u64 * u64::from(settings.draws) / 3 * 4
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Request, load};
    use crate::simulate::{Unobserved, run};
    use crate::summary::Records;

    #[test]
    fn what_is_kept_of_a_draw_is_what_is_foreseen() {
        [10, 1200].into_iter().for_each(foreseen);
    }

    fn foreseen(patients: u64) {
        let mut request = Request::new("tower");
        request.overrides = vec![format!("settings.patients={patients}"), "settings.draws=3".into()];
        let model = load(&request).unwrap_or_else(|problems| panic!("{problems}")).model;
        let program = crate::program::compile(&model).expect("few steps");
        let months = model.settings.curve_months;
        let results = run(&model, &program, &Unobserved, &|| Records::new(months)).expect("uninterrupted");
        let mut kept = 0;
        for draw in results.draws() {
            kept += size_of_val(draw.parameters()) + size_of_val(draw.covariances());
            for strategy in 0..model.strategies.len() {
                let record = draw.strategy(strategy);
                kept += size_of_val(record.means) + size_of_val(record.difference_variances);
                kept += size_of_val(record.flags) + size_of_val(record.happenings);
                kept += size_of_val(record.among) + size_of_val(record.medians);
                kept += size_of_val(&record.crs_onset);
            }
        }
        for strategy in 0..model.strategies.len() {
            let curves = (0..model.settings.curves.len()).flat_map(|curve| {
                results.units.iter().flat_map(move |records| records.curve(strategy, curve))
            });
            kept += curves.map(|(_, events)| size_of_val(events)).sum::<usize>();
        }
        assert_eq!(record_bytes(&model, &program), kept as u64 / 3 * 4);
    }
}
