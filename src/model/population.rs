//! Who is treated: cells with weights, age, body size.

use super::{Body, Sex, Value};

/// Most cells a population may have.
pub const CELL_LIMIT: usize = 64;

/// A property of patients with a few levels: disease form, burden, prior lines, sex, subgroup.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// Name, such as `burden`.
    pub name: String,
    /// Names of the levels.
    pub levels: Vec<String>,
    /// Weight of each level; may depend on attributes before this one.
    pub weights: Vec<Value>,
}

/// Distribution of age at the start, sampled by one uniform.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum AgeDistribution {
    /// Everyone the same age, in years.
    Fixed(f64),
    /// Uniform between two ages.
    Uniform {
        /// Youngest.
        low: f64,
        /// Oldest.
        high: f64,
    },
    /// Triangular.
    Triangular {
        /// Youngest.
        low: f64,
        /// Most frequent.
        mode: f64,
        /// Oldest.
        high: f64,
    },
}

impl AgeDistribution {
    /// The age, in years, below which the share `u` of patients lies.
    #[must_use]
    pub fn quantile(&self, u: f64) -> f64 {
        match *self {
            Self::Fixed(age) => age,
            Self::Uniform { low, high } => low + u * (high - low),
            Self::Triangular { low, mode, high } => {
                let rise = (mode - low) / (high - low);
                if u < rise {
                    low + (u * (high - low) * (mode - low)).sqrt()
                } else {
                    high - ((1.0 - u) * (high - low) * (high - mode)).sqrt()
                }
            }
        }
    }
}

/// Who is treated.
#[derive(Debug, Clone, PartialEq)]
pub struct Population {
    /// In words, for titles.
    pub label: String,
    /// Trial or group that the population describes, for warnings when regimens come from elsewhere.
    pub group: String,
    /// Attributes; the cells are all combinations of their levels, the last attribute fastest.
    pub attributes: Vec<Attribute>,
    /// Index of the attribute `sex`; its levels are `female` and `male`.
    pub sex: Option<usize>,
    /// Age at the start.
    pub age: AgeDistribution,
    /// Body size; `None` where no dose depends on it.
    pub body: Option<Body>,
}

impl Population {
    /// Number of cells.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.attributes.iter().map(|attribute| attribute.levels.len()).product()
    }

    /// Levels of the attributes in cell `cell`, the last attribute fastest.
    #[must_use]
    pub fn levels(&self, cell: usize) -> Vec<u8> {
        let mut rest = cell;
        let mut levels: Vec<u8> = self
            .attributes
            .iter()
            .rev()
            .map(|attribute| {
                let level = rest % attribute.levels.len();
                rest /= attribute.levels.len();
                level as u8
            })
            .collect();
        levels.reverse();
        levels
    }

    /// Weight of a cell in one draw: the product of its levels' weights, each scaled so that an attribute's add to one.
    #[must_use]
    pub fn weight(&self, levels: &[u8], parameters: &[f64]) -> f64 {
        self.attributes
            .iter()
            .enumerate()
            .map(|(index, attribute)| {
                let total: f64 = attribute.weights.iter().map(|w| w.evaluate(levels, parameters)).sum();
                let own = attribute.weights[usize::from(levels[index])].evaluate(levels, parameters);
                if total > 0.0 { own / total } else { 0.0 }
            })
            .product()
    }

    /// Sex of a cell; without a `sex` attribute patients follow the female table.
    #[must_use]
    pub fn sex_of(&self, levels: &[u8]) -> Sex {
        match self.sex.map(|index| levels[index]) {
            Some(1) => Sex::Male,
            _ => Sex::Female,
        }
    }
}

/// Whether attribute levels are among those allowed: pairs of attribute and levels.
pub(super) fn admits(only: &[(usize, Vec<u8>)], levels: &[u8]) -> bool {
    only.iter().all(|(attribute, allowed)| allowed.contains(&levels[*attribute]))
}
