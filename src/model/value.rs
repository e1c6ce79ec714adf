//! Values that may differ between draws and cells.

use crate::distribution::ParameterDistribution;
use crate::quantity::Domain;

/// One number that a draw samples once, wherever it is used.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Name, also the random address: evidence id and value (`Q22.tocilizumab`) or `file:key` of an assumption.
    pub name: String,
    /// Unit and allowed range; samples beyond it are moved to its edge.
    pub domain: Domain,
    /// Where its values come from.
    pub source: ParameterSource,
}

/// How a parameter is sampled.
#[derive(Debug, Clone, PartialEq)]
pub enum ParameterSource {
    /// By a distribution of its own.
    Single(ParameterDistribution),
    /// Part `part` of the Dirichlet `group` of the model; the parts of one group are sampled together.
    Part {
        /// Index into [`crate::model::Model::dirichlets`].
        group: usize,
        /// Index of the part.
        part: usize,
    },
    /// Column of a fit; the columns of one fit are taken from the same row.
    Posterior {
        /// Index into [`crate::model::Model::posteriors`].
        fit: usize,
        /// Index of the column.
        column: usize,
    },
}

/// A number of the model: an expression over parameters, resolved per cell.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Index into [`crate::model::Model::parameters`].
    Parameter(usize),
    /// A constant of the method, never a clinical or cost figure.
    Constant(f64),
    /// One value for each level of a population attribute.
    ByLevel {
        /// Index of the attribute in the population.
        attribute: usize,
        /// One value a level, in the order of the attribute's levels.
        levels: Vec<Value>,
    },
    /// Product of the parts.
    Product(Vec<Value>),
    /// Sum of the parts.
    Sum(Vec<Value>),
    /// One minus the value.
    Complement(Box<Value>),
    /// The probability whose odds are `ratio` times those of `probability`.
    Odds {
        /// Probability before.
        probability: Box<Value>,
        /// Odds ratio.
        ratio: Box<Value>,
    },
}

impl Value {
    /// The value for a cell with these attribute levels, in a draw with these parameter values.
    ///
    /// Shapes: `levels` has one entry an attribute, `parameters` one a parameter of the model.
    #[must_use]
    pub fn evaluate(&self, levels: &[u8], parameters: &[f64]) -> f64 {
        match self {
            Self::Parameter(index) => parameters[*index],
            Self::Constant(value) => *value,
            Self::ByLevel { attribute, levels: values } => {
                values[usize::from(levels[*attribute])].evaluate(levels, parameters)
            }
            Self::Product(parts) => parts.iter().map(|part| part.evaluate(levels, parameters)).product(),
            Self::Sum(parts) => parts.iter().map(|part| part.evaluate(levels, parameters)).sum(),
            Self::Complement(part) => 1.0 - part.evaluate(levels, parameters),
            Self::Odds { probability, ratio } => {
                let p = probability.evaluate(levels, parameters);
                let odds_ratio = ratio.evaluate(levels, parameters);
                p * odds_ratio / (1.0 - p + p * odds_ratio)
            }
        }
    }

    /// Calls `visit` with the index of every parameter in the value.
    pub fn visit_parameters(&self, visit: &mut dyn FnMut(usize)) {
        match self {
            Self::Parameter(index) => visit(*index),
            Self::Constant(_) => {}
            Self::ByLevel { levels: parts, .. } | Self::Product(parts) | Self::Sum(parts) => {
                parts.iter().for_each(|part| part.visit_parameters(visit));
            }
            Self::Complement(part) => part.visit_parameters(visit),
            Self::Odds { probability, ratio } => {
                probability.visit_parameters(visit);
                ratio.visit_parameters(visit);
            }
        }
    }
}
