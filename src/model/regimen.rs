//! A regimen: what is given in one line and what happens under it.

use super::{CurveSpec, Drug, TimePiece, Value};
use crate::id::RegimenId;
use crate::outcome::State;

/// A regimen. Every step that is `None` does not happen.
#[derive(Debug, Clone, PartialEq)]
pub struct Regimen {
    /// Name of its file.
    pub id: RegimenId,
    /// Names of the regimens that its file extends, the nearest first.
    pub extends: Vec<String>,
    /// Name in tables.
    pub label: String,
    /// Trial or group that its figures come from, for warnings.
    pub group: String,
    /// The file whose targets its figures are fitted to.
    pub calibrated: Option<String>,
    /// Target antigen; a loss bars later regimens with the same one.
    pub antigen: Option<String>,
    /// Patients enter in remission (MRD-directed treatment, consolidation), so no response is awaited.
    pub starts_in_remission: bool,
    /// Access to a cell therapy.
    pub access: Option<Access>,
    /// Cycles and drugs.
    pub treatment: Treatment,
    /// Toxicity.
    pub toxicity: Toxicity,
    /// Response; `None` where patients start in remission, or go straight to survival after failure (natural history).
    pub response: Option<Response>,
    /// Probability of MRD negativity given complete remission; `None` where MRD is not told apart.
    pub mrd_negative: Option<Value>,
    /// Remission; `None` for a regimen without remissions.
    pub remission: Option<Remission>,
    /// Survival after failure and relapse.
    pub failure: Failure,
    /// What a transplant with this regimen does, where a transplant rule names it.
    pub transplant: Option<TransplantEffect>,
    /// Attribute levels that a patient has after this regimen brought remission: pairs of attribute and level.
    pub sets: Vec<(usize, u8)>,
    /// Cost once at the start of the line (at infusion for a cell therapy), item drug.
    pub cost_at_start: Option<Value>,
    /// Cost per month in a state under this regimen, in addition to the scenario's.
    pub cost_per_month: [Option<Value>; State::COUNT],
    /// The same by time since the state was entered.
    pub cost_since_entry: [Vec<TimePiece>; State::COUNT],
    /// Utilities under this regimen, in place of the scenario's.
    pub utility: [Option<Value>; State::COUNT],
    /// What the hazard of the life table is multiplied by in a state under this regimen.
    pub mortality_ratio: [Option<Value>; State::COUNT],
}

/// Access to a cell therapy, before anything is given.
#[derive(Debug, Clone, PartialEq)]
pub struct Access {
    /// Probability that the target antigen is present.
    pub antigen_positive: Option<Value>,
    /// Probability that the collected cells contaminate the product.
    pub contamination: Option<Value>,
    /// Probability that manufacturing fails.
    pub manufacturing_failure: Option<Value>,
    /// Months from decision to infusion.
    pub waiting_months: Value,
    /// Share who die in that time, as observed with progression competing.
    pub waiting_death: Value,
    /// Share whose progression bars infusion in that time, as observed with death competing.
    pub waiting_progression: Value,
}

/// Shortest months between cycles or tests; a draw below it has none, a scenario below it is refused.
pub const MIN_INTERVAL: f64 = 0.01;
/// Share of an interval that counts as rounding. A cycle that falls due this near to the end of a stay belongs to what
/// comes after it, a test this near to the lead is on its day: neither may hang on the last bit of a sum.
pub const NEAR: f64 = 1e-9;

/// Cycles of treatment.
#[derive(Debug, Clone, PartialEq)]
pub struct Treatment {
    /// Months from the start of one cycle to the next.
    pub cycle_months: Value,
    /// Most cycles; 0 where the regimen has none.
    pub max_cycles: u32,
    /// Whether cycles go on in remission.
    pub in_remission: bool,
    /// Drugs, each paid for every cycle begun.
    pub drugs: Vec<Drug>,
    /// Cost of giving one cycle.
    pub administration: Option<Value>,
    /// Probability of stopping for toxicity after the first cycle.
    pub discontinuation: Option<Value>,
}

/// How a trial graded CRS. Grades of different scales do not compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CrsScale {
    /// Penn scale (Porter 2018, doi:10.1186/s13045-018-0571-y).
    Penn,
    /// Lee 2014 (doi:10.1182/blood-2014-05-552729).
    Lee,
    /// CTCAE.
    Ctcae,
    /// ASTCT consensus (Lee 2019, doi:10.1016/j.bbmt.2018.12.758).
    Astct,
}

/// Cytokine release syndrome.
#[derive(Debug, Clone, PartialEq)]
pub struct Crs {
    /// Scale of the grades.
    pub scale: CrsScale,
    /// Probability of any grade.
    pub any: Value,
    /// Probability of grade 3 or more.
    pub grade3: Value,
    /// Days from infusion to onset, as a curve in days.
    pub onset_days: Option<CurveSpec>,
    /// Days it lasts, as a curve in days.
    pub duration_days: Option<CurveSpec>,
    /// Probability of tocilizumab given CRS; where severe CRS has its own, given CRS of grade 1 or 2.
    pub tocilizumab: Option<Value>,
    /// Probability of tocilizumab given CRS of grade 3 or more, where it differs.
    pub tocilizumab_grade3: Option<Value>,
    /// Probability of 1, 2, 3, 4 doses given tocilizumab.
    pub doses: Option<[Value; 4]>,
    /// Probability of intensive care given CRS; where severe CRS has its own, given CRS of grade 1 or 2.
    pub icu: Option<Value>,
    /// Probability of intensive care given CRS of grade 3 or more, where it differs.
    pub icu_grade3: Option<Value>,
    /// Days in intensive care, as a curve in days.
    pub icu_days: Option<CurveSpec>,
}

impl Crs {
    /// Probability of tocilizumab given CRS of grade 3 or more, or of grade 1 or 2.
    #[must_use]
    pub fn tocilizumab_if(&self, severe: bool) -> Option<&Value> {
        self.tocilizumab_grade3.as_ref().filter(|_| severe).or(self.tocilizumab.as_ref())
    }

    /// Probability of intensive care given CRS of grade 3 or more, or of grade 1 or 2.
    #[must_use]
    pub fn icu_if(&self, severe: bool) -> Option<&Value> {
        self.icu_grade3.as_ref().filter(|_| severe).or(self.icu.as_ref())
    }

    /// Whether what is done for CRS depends on its grade.
    #[must_use]
    pub const fn by_grade(&self) -> bool {
        self.tocilizumab_grade3.is_some() || self.icu_grade3.is_some()
    }
}

/// Toxicity at the start of the line. Every step is optional.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Toxicity {
    /// Cytokine release syndrome.
    pub crs: Option<Crs>,
    /// Probability of neurotoxicity of any grade and of grade 3 or more.
    pub neurotoxicity: Option<(Value, Value)>,
    /// Probability of infection of grade 3 or more.
    pub infection: Option<Value>,
    /// Probability of another adverse event of grade 3 or more.
    pub other_grade3: Option<Value>,
    /// Probability of an early death, which counts as no response.
    pub early_death: Option<Value>,
}

/// Response at assessment.
#[derive(Debug, Clone, PartialEq)]
pub struct Response {
    /// Probability of complete remission, per patient starting the line.
    pub cr: Value,
    /// Probability of partial response.
    pub pr: Option<Value>,
    /// Months from start (infusion) to assessment.
    pub months: Value,
}

/// The race in remission.
#[derive(Debug, Clone, PartialEq)]
pub struct Remission {
    /// Relapse if MRD-negative (or MRD is not told apart), from the start of remission.
    pub relapse: CurveSpec,
    /// Relapse if MRD-positive.
    pub relapse_mrd_positive: Option<CurveSpec>,
    /// Death without relapse in excess of background, from the start of remission.
    pub non_relapse_death: Option<CurveSpec>,
    /// The same if MRD-positive; the other one where absent.
    pub non_relapse_death_mrd_positive: Option<CurveSpec>,
    /// Share of relapses with the antigen lost by modulation.
    pub antigen_modulation: Option<Value>,
    /// Share of relapses by outgrowth of a clone that never had the antigen.
    pub negative_clone: Option<Value>,
    /// Transplant in remission.
    pub transplant: Option<TransplantRule>,
    /// MRD tests in remission.
    pub monitoring: Option<Monitoring>,
    /// Months that CAR-T cells persist after infusion.
    pub persistence: Option<CurveSpec>,
}

impl Regimen {
    /// Calls `visit` with every value that decides response, remission, relapse and death.
    pub fn visit_course(&self, visit: &mut dyn FnMut(&Value)) {
        if let Some(access) = &self.access {
            let gates = [&access.antigen_positive, &access.contamination, &access.manufacturing_failure];
            gates.into_iter().flatten().for_each(&mut *visit);
            [&access.waiting_months, &access.waiting_death, &access.waiting_progression]
                .into_iter()
                .for_each(&mut *visit);
        }
        self.toxicity.early_death.iter().chain(&self.mrd_negative).for_each(&mut *visit);
        if let Some(response) = &self.response {
            [&response.cr, &response.months].into_iter().chain(&response.pr).for_each(&mut *visit);
        }
        if let Some(remission) = &self.remission {
            remission.visit_values(visit);
        }
        self.failure.refractory.visit_values(visit);
        self.failure.relapse.visit_values(visit);
        if let Some(effect) = &self.transplant {
            visit(&effect.relapse_ratio);
            effect.death.visit_values(visit);
        }
        self.mortality_ratio.iter().flatten().for_each(visit);
    }

    /// The antigen whose presence is looked for before cells are given, where it has a name.
    #[must_use]
    pub fn looks_for_antigen(&self) -> Option<&String> {
        let looks = self.access.as_ref().is_some_and(|access| access.antigen_positive.is_some());
        self.antigen.as_ref().filter(|_| looks)
    }
}

impl Remission {
    fn visit_values(&self, visit: &mut dyn FnMut(&Value)) {
        let curves =
            [&self.relapse_mrd_positive, &self.non_relapse_death, &self.non_relapse_death_mrd_positive];
        let curves = curves.into_iter().chain([&self.persistence]).flatten();
        std::iter::once(&self.relapse).chain(curves).for_each(|curve| curve.visit_values(visit));
        self.antigen_modulation.iter().chain(&self.negative_clone).for_each(&mut *visit);
        if let Some(rule) = &self.transplant {
            visit(&rule.share);
            visit(&rule.gap_months);
            rule.months.visit_values(visit);
            rule.lost_car_t_ratio.iter().for_each(&mut *visit);
        }
        if let Some(tests) = &self.monitoring {
            [&tests.every_months, &tests.lead_months, &tests.sensitivity].into_iter().for_each(&mut *visit);
        }
    }

    /// Relapse by MRD status.
    #[must_use]
    pub fn relapse_if(&self, positive: bool) -> &CurveSpec {
        self.relapse_mrd_positive.as_ref().filter(|_| positive).unwrap_or(&self.relapse)
    }

    /// Death without relapse, by MRD status.
    #[must_use]
    pub fn non_relapse_death_if(&self, positive: bool) -> Option<&CurveSpec> {
        let own = self.non_relapse_death_mrd_positive.as_ref().filter(|_| positive);
        own.or(self.non_relapse_death.as_ref())
    }
}

/// Who is transplanted in remission, and when.
#[derive(Debug, Clone, PartialEq)]
pub struct TransplantRule {
    /// Index of the transplant regimen in [`crate::model::Model::regimens`].
    pub regimen: usize,
    /// Share of patients in remission who are transplanted, as observed with relapse and death competing.
    pub share: Value,
    /// Months from remission to transplant.
    pub months: CurveSpec,
    /// Least months between the start of remission and transplant.
    pub gap_months: Value,
    /// Whether the transplant also waits until CAR-T cells are gone.
    pub after_persistence: bool,
    /// Who may be transplanted: pairs of attribute and allowed levels.
    pub only: Vec<(usize, Vec<u8>)>,
    /// Hazard ratio on relapse from losing CAR-T cells to the conditioning, applied when they still persist.
    pub lost_car_t_ratio: Option<Value>,
}

impl TransplantRule {
    /// Whether patients with these attribute levels may be transplanted.
    #[must_use]
    pub fn admits(&self, levels: &[u8]) -> bool {
        super::population::admits(&self.only, levels)
    }
}

/// MRD tests in remission.
#[derive(Debug, Clone, PartialEq)]
pub struct Monitoring {
    /// Months between tests.
    pub every_months: Value,
    /// Months before a relapse from which a test can find it.
    pub lead_months: Value,
    /// Probability that a test then finds it.
    pub sensitivity: Value,
}

/// What a transplant does.
#[derive(Debug, Clone, PartialEq)]
pub struct TransplantEffect {
    /// Hazard ratio on relapse; 1 claims no effect.
    pub relapse_ratio: Value,
    /// Death from the transplant, from its date.
    pub death: CurveSpec,
}

/// Survival after failure and after relapse, which contains what the trial's patients received later.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// From failure (no remission, not infused) to death.
    pub refractory: CurveSpec,
    /// From relapse to death.
    pub relapse: CurveSpec,
}
