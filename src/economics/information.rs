//! The value of information, and why there may be none.

use std::error::Error;
use std::fmt;

/// Errors beyond which a member of a group is worth something whatever chance finds.
const SURE: f64 = 2.0;

/// What it is worth to know something.
#[derive(Debug, Clone, PartialEq)]
pub struct InformationValue {
    /// What is known: a parameter, a group of them, or the result of a study.
    pub name: String,
    /// Expected gain in net monetary benefit, in money a patient, at each willingness to pay; 0 or more.
    pub values: Vec<f64>,
    /// Standard errors of the values, from the number of draws and from the regression together.
    ///
    /// They come from the influence function of the mean benefit of the best decision (Luedtke and van der Laan 2016,
    /// doi:10.1214/15-AOS1384): the spread between draws of what deciding by the fit gains over the best decision
    /// without it. They are too small where hardly a draw changes the decision, and 0 where none does.
    pub errors: Vec<f64>,
}

impl InformationValue {
    /// What knowing a part is worth the whole is worth too: where less was found than in a part beyond chance, the value and
    /// the error of the part.
    pub(super) fn at_least(&mut self, part: &Self) {
        let own = self.values.iter_mut().zip(&mut self.errors);
        for ((value, error), (least, of_least)) in own.zip(part.values.iter().zip(&part.errors)) {
            if *value < *least && *least > SURE * of_least {
                (*value, *error) = (*least, *of_least);
            }
        }
    }
}

/// Parameters that are learnt together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Name.
    pub name: String,
    /// Names of its parameters; one or more.
    pub parameters: Vec<String>,
}

/// Why a value of information is not computed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum InformationError {
    /// Fewer than two draws.
    Draws(usize),
    /// A willingness to pay that is infinite or NaN.
    WillingnessToPay,
    /// A group without parameters.
    Empty {
        /// The group.
        group: String,
    },
    /// A parameter that has no draws, by a group or study that names it.
    Unknown {
        /// The group or study.
        by: String,
        /// The name.
        parameter: String,
    },
    /// Not one value of a parameter for each draw.
    Length {
        /// The parameter.
        parameter: String,
        /// Values found.
        found: usize,
        /// Draws.
        draws: usize,
    },
    /// A value of a parameter that is infinite or NaN.
    NotFinite {
        /// The parameter.
        parameter: String,
    },
    /// A number of a study, or a value of its parameter, outside its domain.
    Study {
        /// The study.
        study: String,
        /// What must hold.
        must: &'static str,
    },
    /// An observer asked to stop.
    Interrupted,
}

impl fmt::Display for InformationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Draws(found) => write!(f, "the value of information needs two draws or more, not {found}"),
            Self::WillingnessToPay => f.write_str("a willingness to pay must be finite"),
            Self::Empty { group } => write!(f, "group `{group}` has no parameters"),
            Self::Unknown { by, parameter } => {
                write!(f, "`{by}` names the parameter `{parameter}`, which no draw samples")
            }
            Self::Length { parameter, found, draws } => {
                write!(f, "parameter `{parameter}` has {found} values for {draws} draws")
            }
            Self::NotFinite { parameter } => {
                write!(f, "parameter `{parameter}` has a value that is not finite")
            }
            Self::Study { study, must } => write!(f, "study `{study}`: {must}"),
            Self::Interrupted => f.write_str("interrupted"),
        }
    }
}

impl Error for InformationError {}
