//! Background survival, averaged over the ages of a population.

use super::grid::Grid;
use crate::math::exp;
use crate::model::{AgeDistribution, GROWN_YEARS, LifeTable, Sex};

/// Parts that the range of ages is cut into.
const PARTS: usize = 128;
/// Patients of about one age.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct AgeGroup {
    /// Share of the patients.
    pub(super) share: f64,
    /// Age at the start, years.
    pub(super) age: f64,
    /// Background survival at the edges of the bins.
    pub(super) alive: Vec<f64>,
}

/// Share of patients below an age.
fn below(distribution: AgeDistribution, age: f64) -> f64 {
    match distribution {
        AgeDistribution::Fixed(fixed) => f64::from(u8::from(age > fixed)),
        AgeDistribution::Uniform { low, high } => ((age - low) / (high - low)).clamp(0.0, 1.0),
        AgeDistribution::Triangular { low, mode, high } => {
            let age = age.clamp(low, high);
            if age < mode {
                (age - low) * (age - low) / ((high - low) * (mode - low))
            } else if high > mode {
                1.0 - (high - age) * (high - age) / ((high - low) * (high - mode))
            } else {
                1.0
            }
        }
    }
}

/// The ages of a population in groups: one where everyone has the same, and none across a row of the growth table.
fn ages(distribution: AgeDistribution) -> Vec<(f64, f64)> {
    let (low, high) = match distribution {
        AgeDistribution::Fixed(age) => return vec![(1.0, age)],
        AgeDistribution::Uniform { low, high } | AgeDistribution::Triangular { low, high, .. } => (low, high),
    };
    if high <= low {
        return vec![(1.0, low)];
    }
    let mut ends: Vec<f64> =
        (0..=PARTS).map(|part| low + (high - low) * part as f64 / PARTS as f64).collect();
    // Halfway between the rows of the growth table, and where it ends: body size is the same within a group.
    let rows = (0..40).map(|row| 0.5 * f64::from(row) + 0.25).chain([GROWN_YEARS]);
    ends.extend(rows.filter(|age| *age > low && *age < high));
    ends.sort_by(f64::total_cmp);
    ends.dedup();
    let share = |from: f64, to: f64| below(distribution, to) - below(distribution, from);
    let groups = ends.windows(2).map(|ends| (share(ends[0], ends[1]), 0.5 * (ends[0] + ends[1])));
    groups.filter(|(share, _)| *share > 0.0).collect()
}

/// The ages of a population, with the survival of each.
pub(super) fn age_groups(
    distribution: AgeDistribution,
    table: Option<&LifeTable>,
    sex: Sex,
    grid: &Grid,
) -> Vec<AgeGroup> {
    ages(distribution)
        .into_iter()
        .map(|(share, age)| {
            let start = table.map_or(0.0, |table| table.cumulative_hazard(sex, age));
            let survival = |bin: usize| {
                let later = age + grid.edge(bin) / 12.0;
                table.map_or(1.0, |table| exp(start - table.cumulative_hazard(sex, later)))
            };
            AgeGroup { share, age, alive: (0..=grid.bins).map(survival).collect() }
        })
        .collect()
}

/// Mean over the groups of survival times a value of each group, at the edges of the bins.
pub(super) fn mean(groups: &[AgeGroup], value: impl Fn(&AgeGroup) -> f64) -> Vec<f64> {
    let mut sums = vec![0.0; groups.first().map_or(0, |group| group.alive.len())];
    for group in groups {
        let factor = group.share * value(group);
        sums.iter_mut().zip(&group.alive).for_each(|(sum, alive)| *sum += factor * alive);
    }
    sums
}
