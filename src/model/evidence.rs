//! The evidence and assumptions that a model stands on.

/// One evidence value and where the model uses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceUse {
    /// Record id, such as `Q22`.
    pub record: String,
    /// Value of the record, such as `tocilizumab`; empty for a switch.
    pub value: String,
    /// Reading in force.
    pub reading: String,
    /// Keys that use it, as `file:key`.
    pub used_by: Vec<String>,
}

/// A value without evidence, with the reason for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Assumption {
    /// Where it stands, as `file:key`.
    pub key: String,
    /// Its central value; `None` where it is no number.
    pub value: Option<f64>,
    /// 95 % of its values, where they are not those of a parameter.
    pub interval: Option<(f64, f64)>,
    /// Unit of the value, such as `months`; `weight` for the share of a level.
    pub unit: &'static str,
    /// Index of its parameter; `None` where it is no number or not sampled.
    pub parameter: Option<usize>,
    /// Why this value.
    pub reason: String,
}
