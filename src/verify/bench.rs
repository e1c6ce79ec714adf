//! The model under check at its sizes, and runs that several checks look at.

use super::change::{changed, utilities};
use super::{Engine, Shown, Sizes, VerifyError};
use crate::model::{CurveKind, Model};
use std::cell::OnceCell;

/// Last month of curves where a check looks at outcomes.
const CURVE_MONTHS: u32 = 12;
/// Last month of curves that engines are compared by.
const CENTRAL_MONTHS: u32 = 120;

/// The model under check.
pub(super) struct Bench<'a> {
    /// With the sizes of the checks, a horizon of whole months and all curves to it.
    pub(super) model: Model,
    pub(super) engine: &'a dyn Engine,
    base: OnceCell<Shown>,
    plain: OnceCell<Shown>,
    central: OnceCell<Shown>,
}

impl<'a> Bench<'a> {
    pub(super) fn new(model: &Model, sizes: Sizes, engine: &'a dyn Engine) -> Self {
        let model = changed(model, |model| {
            // It names strategies by their place, which checks change.
            model.economics = None;
            let settings = &mut model.settings;
            (settings.draws, settings.patients) = (sizes.draws, sizes.patients);
            // So that a month of the curves is the last.
            settings.horizon_months = settings.horizon_months.ceil();
            settings.curves = CurveKind::ALL.to_vec();
            settings.curve_months = settings.horizon_months as u32;
        });
        Self { model, engine, base: OnceCell::new(), plain: OnceCell::new(), central: OnceCell::new() }
    }

    /// The model as it is.
    pub(super) fn base(&self) -> Result<&Shown, VerifyError> {
        once(&self.base, || self.engine.simulate(&self.model))
    }

    /// Utilities of one, no losses and no discounting.
    pub(super) fn plain(&self) -> Result<&Shown, VerifyError> {
        once(&self.plain, || self.with(|model| plain(model, 0.0)))
    }

    /// The central values, as many patients as all draws have.
    pub(super) fn central(&self) -> Result<&Shown, VerifyError> {
        once(&self.central, || self.engine.simulate(&self.central_model()))
    }

    /// The model of [`Self::central`].
    pub(super) fn central_model(&self) -> Model {
        changed(&self.model, |model| {
            let settings = &mut model.settings;
            settings.uncertainty = false;
            settings.patients *= u64::from(settings.draws);
            settings.draws = 1;
            settings.curves = vec![CurveKind::Os, CurveKind::Efs];
            settings.curve_months = settings.curve_months.min(CENTRAL_MONTHS);
        })
    }

    /// What a changed model shows of outcomes.
    pub(super) fn with(&self, change: impl FnOnce(&mut Model)) -> Result<Shown, VerifyError> {
        let model = changed(&self.model, |model| {
            model.settings.curves = vec![CurveKind::Os];
            model.settings.curve_months = model.settings.curve_months.min(CURVE_MONTHS);
            change(model);
        });
        self.engine.simulate(&model)
    }
}

/// Utilities of one and no losses, costs and effects discounted at this rate.
pub(super) fn plain(model: &mut Model, rate: f64) {
    utilities(model, 1.0);
    (model.settings.discount.costs, model.settings.discount.effects) = (rate, rate);
}

fn once(
    cell: &OnceCell<Shown>,
    run: impl FnOnce() -> Result<Shown, VerifyError>,
) -> Result<&Shown, VerifyError> {
    if let Some(shown) = cell.get() {
        return Ok(shown);
    }
    let shown = run()?;
    Ok(cell.get_or_init(|| shown))
}
