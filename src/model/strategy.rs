//! Strategies: sequences of lines and the conditions between them.

use super::{Monitoring, TransplantRule, Value};
use crate::id::StrategyId;

/// Why a line ended, or what lets a later one begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The product was not infused.
    NotInfused,
    /// No complete remission at assessment.
    Refractory,
    /// In remission, MRD still positive.
    MrdPersistent,
    /// MRD found again before a relapse.
    MolecularRelapse,
    /// Relapse with the antigen kept.
    Relapse,
    /// Relapse with the antigen lost.
    AntigenLost,
}

impl Cause {
    /// All causes.
    pub const ALL: [Self; 6] = [
        Self::NotInfused,
        Self::Refractory,
        Self::MrdPersistent,
        Self::MolecularRelapse,
        Self::Relapse,
        Self::AntigenLost,
    ];

    /// Name in files. `relapse` in a file means both kinds of relapse.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotInfused => "not_infused",
            Self::Refractory => "refractory",
            Self::MrdPersistent => "mrd_persistent",
            Self::MolecularRelapse => "molecular_relapse",
            Self::Relapse => "relapse",
            Self::AntigenLost => "antigen_lost",
        }
    }
}

/// What a line says of a rule that its regimen may have too.
#[derive(Debug, Clone, PartialEq)]
pub enum LineRule<T> {
    /// Nothing: the regimen's rule holds, if it has one.
    AsRegimen,
    /// The rule does not hold in this line.
    Off,
    /// This one holds instead.
    Own(T),
}

impl<T> LineRule<T> {
    /// The rule in force, given that of the regimen.
    #[must_use]
    pub fn or<'a>(&'a self, regimen: Option<&'a T>) -> Option<&'a T> {
        match self {
            Self::AsRegimen => regimen,
            Self::Off => None,
            Self::Own(rule) => Some(rule),
        }
    }
}

/// One line of a strategy.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Index into [`crate::model::Model::regimens`].
    pub regimen: usize,
    /// Causes that lead here from an earlier line; empty for the first line.
    pub after: Vec<Cause>,
    /// Share able to receive the line when a cause leads here.
    pub able: Value,
    /// Attribute levels that may receive it: pairs of attribute and allowed levels; all must hold.
    pub only: Vec<(usize, Vec<u8>)>,
    /// Transplant in remission under this line.
    pub transplant: LineRule<TransplantRule>,
    /// MRD monitoring in remission under this line.
    pub monitoring: LineRule<Monitoring>,
}

impl Line {
    /// Whether patients with these attribute levels may receive the line.
    #[must_use]
    pub fn admits(&self, levels: &[u8]) -> bool {
        super::population::admits(&self.only, levels)
    }
}

/// What a patient may go through, line by line.
#[derive(Debug, Clone, PartialEq)]
pub struct Strategy {
    /// Name in files and columns.
    pub id: StrategyId,
    /// Name in tables and pictures.
    pub label: String,
    /// The lines; the first begins at month 0.
    pub lines: Vec<Line>,
}
