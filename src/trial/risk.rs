//! Who is at risk when an event comes.

use super::arm::Observed;

/// A time at which events come, and who was at risk of them: the control first, then the arm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RiskSet {
    /// Months from entry.
    pub months: f64,
    /// Events at that time.
    pub events: [u32; 2],
    /// Patients seen until then or longer.
    pub at_risk: [u32; 2],
}

impl RiskSet {
    /// Events of both arms.
    #[must_use]
    pub const fn all_events(&self) -> u32 {
        self.events[0] + self.events[1]
    }

    /// Patients at risk in both arms.
    #[must_use]
    pub const fn all_at_risk(&self) -> u32 {
        self.at_risk[0] + self.at_risk[1]
    }
}

/// The risk sets of two arms, control first, by time: one for each time at which an event comes.
///
/// Shapes: both sorted as [`super::Arm::sorted`] is.
#[must_use]
pub fn risk_sets(arms: [&[Observed]; 2]) -> Vec<RiskSet> {
    let mut sets = Vec::new();
    // Patients of each arm whose time has gone by.
    let mut gone = [0, 0];
    loop {
        let next = |arm: usize| arms[arm].get(gone[arm]).map_or(f64::INFINITY, |patient| patient.months);
        let months = next(0).min(next(1));
        if months == f64::INFINITY {
            return sets;
        }
        let at_risk = [0, 1].map(|arm: usize| (arms[arm].len() - gone[arm]) as u32);
        let mut events = [0, 0];
        for arm in 0..2 {
            while let Some(patient) = arms[arm].get(gone[arm]).filter(|patient| patient.months <= months) {
                events[arm] += u32::from(patient.event);
                gone[arm] += 1;
            }
        }
        if events != [0, 0] {
            sets.push(RiskSet { months, events, at_risk });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_censored_at_the_time_of_an_event_was_at_risk() {
        let seen = |months, event| Observed { months, event };
        let control = [seen(1.0, true), seen(2.0, false), seen(3.0, true)];
        let arm = [seen(1.0, true), seen(1.0, false), seen(2.0, true), seen(2.5, false)];
        let set = |months, events, at_risk| RiskSet { months, events, at_risk };
        let expected = [set(1.0, [1, 1], [3, 4]), set(2.0, [0, 1], [2, 2]), set(3.0, [1, 0], [1, 0])];
        assert_eq!(risk_sets([&control, &arm]), expected);
        assert_eq!(risk_sets([&[], &[]]), []);
    }
}
