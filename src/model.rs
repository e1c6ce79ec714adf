//! What a scenario means: population, regimens, strategies and the evidence of every number, free of file formats.
//!
//! A [`Model`] is only made by `scenario`, which validates; nothing right of it checks a value again.

mod body;
mod cost;
mod curve;
mod demand;
mod economics;
mod evidence;
mod lesson;
mod life_table;
mod norm;
mod population;
mod regimen;
mod settings;
mod strategy;
mod trial;
mod trial_design;
mod value;
mod vials;

pub use body::{Body, GROWN_YEARS, Growth, GrowthRow, Size};
pub use cost::{CostItem, Costs, Dosing, Drug, LastMonths, TimePiece, TocilizumabDose, Utilities};
pub use curve::{CurveSpec, MAX_TAIL, Shape, TailPiece, Timing};
pub use demand::{
    Arrivals, BackgroundUser, Centre, Counted, Demand, FunnelGroup, Observed, Product, SiteRule, Stock,
    Target as DemandTarget, Vial, Volume, Ward, WhenFull, WhenShort,
};
pub use economics::{Budget, DecidingFor, Economics, Study, StudyData, Switch, ThresholdSearch};
pub use evidence::{Assumption, EvidenceUse};
pub use lesson::{CellFormat, FIGURES, Lesson, LessonStep, Passage, Piece, RunKey, SIZES, TABLES, is_figure};
pub use life_table::{LifeTable, Sex};
pub use norm::{Fading, PopulationUtility};
pub use population::{AgeDistribution, Attribute, CELL_LIMIT, Population};
pub use regimen::{
    Access, Crs, CrsScale, Failure, MIN_INTERVAL, Monitoring, NEAR, Regimen, Remission, Response, Toxicity,
    TransplantEffect, TransplantRule, Treatment,
};
pub use settings::{Convention, CurveKind, Discount, EfsFailureAt, Settings};
pub use strategy::{Cause, Line, LineRule, Strategy};
pub use trial::{Posterior, Published, Quantity, Relation, Side, Statement, Target, TargetRole, Trial};
pub use trial_design::{TrialDesign, TrialEndpoint, TrialResponse, TrialSize};
pub use value::{Parameter, ParameterSource, Value};
pub use vials::Vials;

use crate::id::ScenarioId;
use std::sync::Arc;

/// A validated scenario.
#[derive(Debug, Clone)]
pub struct Model {
    /// Name of the scenario, from its file.
    pub id: ScenarioId,
    /// One line for tables and titles.
    pub title: String,
    /// The question that the scenario answers.
    pub question: String,
    /// Sizes, seed, horizon, discounting.
    pub settings: Settings,
    /// Who is treated.
    pub population: Population,
    /// Numbers that a draw samples, in order of first use. Fixed ones are here too.
    pub parameters: Vec<Parameter>,
    /// Alphas of each Dirichlet whose parts are parameters.
    pub dirichlets: Vec<Vec<f64>>,
    /// Fits whose rows parameters are columns of.
    pub posteriors: Vec<Posterior>,
    /// Published figures of the scenario, and what is fitted to them.
    pub trial: Trial,
    /// Regimens in use; lines point here.
    pub regimens: Vec<Regimen>,
    /// What is compared, in the order of the file; the first is the comparator.
    pub strategies: Vec<Strategy>,
    /// Costs by state and event that hold for every regimen.
    pub costs: Costs,
    /// Utilities by state and event.
    pub utilities: Utilities,
    /// Dose of tocilizumab, where it is paid.
    pub tocilizumab: Option<TocilizumabDose>,
    /// What an economic evaluation is asked, if there is one.
    pub economics: Option<Economics>,
    /// What centres must hold, if that is asked.
    pub demand: Option<Demand>,
    /// A trial that is simulated again and again, if that is asked.
    pub design: Option<TrialDesign>,
    /// What makes the report of a run a lesson, if it is one.
    pub lesson: Option<Lesson>,
    /// Background mortality; `None` switches it off.
    pub life_table: Option<Arc<LifeTable>>,
    /// Evidence records in use and where.
    pub evidence: Vec<EvidenceUse>,
    /// Values that stand on an assumption.
    pub assumptions: Vec<Assumption>,
    /// What a reader must be told, caveats and the like among it.
    pub warnings: Vec<String>,
    /// Those warnings of what bears on the answer, by their kind.
    pub caveats: Caveats,
    /// Chosen readings by set, for the manifest.
    pub readings: Vec<(String, String)>,
}

/// How warnings begin of what a fit leaves open.
pub const PRIOR_DRIVEN: &str = "Prior-driven";

/// Warnings that bear on the answer of a scenario itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caveats {
    /// How strategies are compared across populations, not in one trial; the scenario's words first.
    pub across_populations: Vec<String>,
    /// What published models of the same question found.
    pub published_models: Vec<String>,
    /// All else.
    pub others: Vec<String>,
}

impl Model {
    /// The model with these of its strategies alone, in this order, and without what is asked of all of them.
    #[must_use]
    pub fn with_strategies(&self, strategies: &[usize]) -> Self {
        let strategies = strategies.iter().filter_map(|index| self.strategies.get(*index)).cloned().collect();
        Self { strategies, economics: None, demand: None, design: None, ..self.clone() }
    }
}
