//! Patients who are walked together: all of a sex, or those of about one age where a ratio multiplies the hazard of the
//! life table.

use super::background::{AgeGroup, age_groups, mean};
use super::grid::Grid;
use super::hazard::Hazard;
use super::worth::Worths;
use crate::math::exp;
use crate::model::{Model, PopulationUtility, Sex};

/// Most years in a part of the ages where ages are walked apart.
const WIDTH: f64 = 7.5;

/// Patients of one sex who are walked together.
#[derive(Debug)]
pub(super) struct Cohort {
    /// Share of the patients of the sex.
    pub(super) share: f64,
    /// By age; where ages are walked apart, those around the one that is walked.
    pub(super) groups: Vec<AgeGroup>,
    /// What times are worth to them.
    pub(super) worths: Worths,
    /// Where a ratio multiplies it.
    pub(super) hazard: Option<Hazard>,
    /// With what utilities fall with age.
    pub(super) fading: Option<Fades>,
}

/// How utilities fall with age.
#[derive(Debug, Clone)]
pub(super) enum Fades {
    /// By the age of each group.
    Groups(PopulationUtility, Sex),
    /// By one age that is walked: what is left of them at the edges of the bins.
    One(Vec<f64>),
}

/// The cohorts of a sex.
pub(super) fn cohorts(model: &Model, sex: Sex, apart: bool, grid: &Grid) -> Vec<Cohort> {
    let settings = &model.settings;
    let table = model.life_table.as_deref();
    let groups = age_groups(model.population.age, table, sex, grid);
    let norm = model.utilities.population;
    let Some(table) = table.filter(|_| apart) else {
        let faded = faded(model, sex, &groups, grid);
        let worths = Worths::new(settings, (&mean(&groups, |_| 1.0), faded.as_deref()), false, grid);
        let fading = norm.map(|norm| Fades::Groups(norm, sex));
        return vec![Cohort { share: 1.0, groups, worths, hazard: None, fading }];
    };
    let (first, last) = (groups[0].age, groups[groups.len() - 1].age);
    let parts = ((last - first) / WIDTH).ceil().max(1.0);
    let part = |group: &AgeGroup| ((group.age - first) / (last - first + 1e-9) * parts) as usize;
    let of_part = |groups: &[AgeGroup]| {
        let all: f64 = groups.iter().map(|group| group.share).sum();
        let groups: Vec<AgeGroup> =
            groups.iter().map(|group| AgeGroup { share: group.share / all, ..group.clone() }).collect();
        let one = |(share, weights): (f64, Vec<f64>)| {
            let mut hazard = vec![0.0; 2 * grid.bins + 1];
            let mut left = vec![0.0; grid.bins + 1];
            for (group, weight) in groups.iter().zip(weights) {
                if let Some(norm) = &norm {
                    let fading = norm.from_age(sex, group.age);
                    for (bin, sum) in left.iter_mut().enumerate() {
                        *sum += weight * fading.at(grid.edge(bin));
                    }
                }
                let start = table.cumulative_hazard(sex, group.age);
                for (bin, sum) in hazard.iter_mut().enumerate() {
                    let later = group.age + grid.edge(bin) / 12.0;
                    *sum += weight * (table.cumulative_hazard(sex, later) - start);
                }
            }
            let alive: Vec<f64> = hazard[..=grid.bins].iter().map(|hazard| exp(-hazard)).collect();
            let faded: Vec<f64> = left.iter().zip(&alive).map(|(left, alive)| left * alive).collect();
            let worths = Worths::new(settings, (&alive, norm.map(|_| &faded[..])), true, grid);
            let hazard = Some(Hazard::new(hazard, grid));
            let fading = norm.map(|_| Fades::One(left));
            Cohort { share: all * share, groups: groups.clone(), worths, hazard, fading }
        };
        standing_for(&groups).into_iter().map(one).collect::<Vec<_>>()
    };
    groups.chunk_by(|a, b| part(a) == part(b)).flat_map(of_part).collect()
}

/// What is left of utilities that fall with age, times survival, averaged over ages, at the edges of the bins.
pub(super) fn faded(model: &Model, sex: Sex, groups: &[AgeGroup], grid: &Grid) -> Option<Vec<f64>> {
    let norm = model.utilities.population?;
    let mut sums = vec![0.0; grid.bins + 1];
    for group in groups {
        let fading = norm.from_age(sex, group.age);
        for (bin, (sum, alive)) in sums.iter_mut().zip(&group.alive).enumerate() {
            *sum += group.share * alive * fading.at(grid.edge(bin));
        }
    }
    Some(sums)
}

/// Two ages that stand for those of the groups: the share of each, and the weights of the groups with which a function of
/// age has its value there. With these shares and ages the mean of a cubic in age is exact; the weights, which give a
/// line its value and have no variance about the age, even out the steps of a life table by years.
fn standing_for(groups: &[AgeGroup]) -> Vec<(f64, Vec<f64>)> {
    let moment = |about: f64, power: i32| -> f64 {
        groups.iter().map(|group| group.share * (group.age - about).powi(power)).sum()
    };
    let mean = moment(0.0, 1);
    let sd = moment(mean, 2).sqrt();
    if groups.len() < 2 || sd <= 0.0 {
        return vec![(1.0, groups.iter().map(|group| group.share).collect())];
    }
    let lean = 0.5 * moment(mean, 3) / (sd * sd * sd);
    let root = (1.0 + lean * lean).sqrt();
    let one = |other: f64| {
        // The other age, and this one, in standard deviations from the mean; their product is -1.
        let own = -1.0 / other;
        let share = -other / (own - other);
        let weight =
            |group: &AgeGroup| group.share * ((group.age - mean) / sd - other) / (own - other) / share;
        (share, groups.iter().map(weight).collect())
    };
    vec![one(lean + root), one(lean - root)]
}
