//! What a trial sees of a patient: what happens until the trial ends or the patient is lost.

use super::arm::Observed;
use crate::math::ln;
use crate::model::TrialDesign;

/// What happens to a patient, whoever looks: months from entry, infinite where it does not come before the horizon.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Course {
    /// The event of the endpoint.
    pub event: f64,
    /// The first response.
    pub response: f64,
}

/// When a patient enters, and for how long it is seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Enrolment {
    /// Months from the first day of the trial.
    pub entry: f64,
    /// Months from entry until the patient is lost or the trial ends.
    pub until: f64,
}

/// A patient of a trial.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Enrolled {
    /// Whether it is in the arm, not in the control.
    pub treated: bool,
    /// When it enters, for how long it is seen.
    pub enrolment: Enrolment,
    /// What happens under the strategy of its arm.
    pub course: Course,
    /// What would happen under the control's.
    pub untreated: Course,
}

impl Enrolment {
    /// From two uniforms: entry is uniform over the accrual, loss comes at a constant hazard.
    pub(super) fn new(design: &TrialDesign, [entry, dropout]: [f64; 2]) -> Self {
        let entry = design.accrual_months * entry;
        let end = design.longest_months() - entry;
        let monthly = design.dropout_per_year / 12.0;
        let lost = if monthly > 0.0 { -ln(dropout) / monthly } else { f64::INFINITY };
        Self { entry, until: end.min(lost) }
    }

    /// What is seen of a course. An event on the last day is.
    #[must_use]
    pub fn observed(&self, course: &Course) -> Observed {
        Observed { months: course.event.min(self.until), event: course.event <= self.until }
    }

    /// Whether a response is seen: it must come while the patient is.
    #[must_use]
    pub fn responded(&self, course: &Course) -> bool {
        course.response <= self.until
    }
}
