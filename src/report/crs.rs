//! `crs.csv`: patients by their grade of CRS and by their doses of tocilizumab, counted while `course` lives them again.

use super::ReportFile;
use super::table::{Table, cell};
use crate::model::Model;
use crate::outcome::{Amount, Outcome, flag};
use crate::summary::Band;

/// Doses that are told apart; the last holds more.
const DOSES: [&str; 6] = ["0", "1", "2", "3", "4", "5 or more"];
const GRADES: [&str; 3] = ["none", "grade 1 to 2", "grade 3 or more"];

/// Counts of one draw under one strategy.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Crs {
    /// By highest grade.
    grades: [u32; GRADES.len()],
    /// By doses in all lines, of all patients and of those with CRS.
    doses: [u32; DOSES.len()],
    doses_of_affected: [u32; DOSES.len()],
}

impl Crs {
    /// Adds the patients of a batch.
    pub(super) fn add(&mut self, outcome: &Outcome) {
        for (flags, given) in outcome.flags.iter().zip(&outcome.amounts[Amount::TocilizumabDoses as usize]) {
            let has = |own: u32| usize::from(flags & own != 0);
            self.grades[has(flag::CRS_ANY) + has(flag::CRS_GRADE3)] += 1;
            let doses = (*given as usize).min(DOSES.len() - 1);
            self.doses[doses] += 1;
            self.doses_of_affected[doses] += has(flag::CRS_ANY) as u32;
        }
    }
}

/// The bytes of the table: counts by strategy, each of all draws. Strategies under which nobody has CRS are left out:
/// their regimens do not tell it.
pub(super) fn file(model: &Model, counts: &[Vec<Crs>]) -> Result<ReportFile, csv::Error> {
    let mut table =
        Table::new(&["strategy", "quantity", "among", "value", "share", "mc_se", "lower_95", "upper_95"])?;
    for (strategy, draws) in model.strategies.iter().zip(counts) {
        if draws.iter().all(|own| own.grades[1..].iter().all(|count| *count == 0)) {
            continue;
        }
        let grades = draws.iter().map(|own| own.grades.to_vec()).collect();
        let of = |what: fn(&Crs) -> [u32; DOSES.len()]| draws.iter().map(|own| what(own).to_vec()).collect();
        let kinds: [(&str, &str, Vec<Vec<u32>>); 3] = [
            ("crs_grade", "all", grades),
            ("tocilizumab_doses", "all", of(|own| own.doses)),
            ("tocilizumab_doses", "crs", of(|own| own.doses_of_affected)),
        ];
        for (quantity, among, counts) in kinds {
            let values: &[&str] = if quantity == "crs_grade" { &GRADES } else { &DOSES };
            for (value, share) in values.iter().zip(shares(&counts, values.len())) {
                let head = [strategy.id.as_str(), quantity, among, *value].map(ToOwned::to_owned);
                let Band { mean, mc_se, lower_95, upper_95, .. } = share;
                table.row(head.into_iter().chain([mean, mc_se, lower_95, upper_95].map(cell)))?;
            }
        }
    }
    Ok(ReportFile { name: "crs.csv", bytes: table.finish()? })
}

/// Shares of each value; draws in which there is nobody to have one tell nothing.
fn shares(counts: &[Vec<u32>], values: usize) -> Vec<Band> {
    let all = counts.iter().map(|own| (own, f64::from(own.iter().sum::<u32>())));
    let known: Vec<(&Vec<u32>, f64)> = all.filter(|(_, n)| *n > 0.0).collect();
    let band = |value: usize| {
        let shares: Vec<f64> = known.iter().map(|(own, n)| f64::from(own[value]) / n).collect();
        let variance = |(p, (_, n)): (&f64, &(&Vec<u32>, f64))| (*n > 1.0).then(|| p * (1.0 - p) / n);
        let variances: Vec<Option<f64>> = shares.iter().zip(&known).map(variance).collect();
        Band::of(shares, variances.into_iter())
    };
    (0..values).map(band).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Active;

    #[test]
    fn patients_are_counted_once_by_grade_and_doses() {
        let mut outcome = Outcome::default();
        outcome.reset(5, &Active { amounts: [true; Amount::COUNT], ..Active::default() });
        let both = flag::CRS_ANY | flag::CRS_GRADE3;
        outcome.flags = vec![0, flag::CRS_ANY, both, both, flag::CRS_ANY | flag::CR];
        outcome.amounts[Amount::TocilizumabDoses as usize] = vec![0.0, 0.0, 2.0, 7.0, 1.0];
        let mut crs = Crs::default();
        crs.add(&outcome);
        assert_eq!(crs.grades, [1, 2, 2]);
        assert_eq!(crs.doses, [2, 1, 1, 0, 0, 1]);
        assert_eq!(crs.doses_of_affected, [1, 1, 1, 0, 0, 1]);
    }

    #[test]
    fn a_draw_without_patients_is_none() {
        let bands = shares(&[vec![0, 0], vec![1, 3], vec![2, 2]], 2);
        assert_eq!(bands[0].mean, Some(0.375));
        // Two binomial variances, each of four patients: (3/16 + 1/4) / 4, over two draws.
        let error = ((3.0 / 16.0 + 0.25) / 4.0_f64).sqrt() / 2.0;
        assert!((bands[0].mc_se.unwrap() - error).abs() < 1e-15);
        assert_eq!(shares(&[vec![0, 0]], 2)[1].mean, None);
    }
}
