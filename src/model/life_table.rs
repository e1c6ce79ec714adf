//! Background mortality by age and sex.

/// Sex in the life table and the growth table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sex {
    /// Women and girls.
    Female,
    /// Men and boys.
    Male,
}

/// Cumulative background hazard by age, from annual probabilities of death: constant hazard within a year of age,
/// the last year's hazard held beyond the table.
#[derive(Debug, Clone, PartialEq)]
pub struct LifeTable {
    /// Cumulative hazard at each birthday from age 0, then one more at the end of the last year: female, male.
    cumulative: [Vec<f64>; 2],
}

impl LifeTable {
    /// A table from annual death probabilities at ages 0, 1, 2 ... for each sex, each in [0, 1).
    #[must_use]
    pub fn new(female: &[f64], male: &[f64]) -> Self {
        let cumulate = |annual: &[f64]| {
            let mut sum = 0.0;
            let mut out = vec![0.0];
            for q in annual {
                sum -= crate::math::ln_1p(-q);
                out.push(sum);
            }
            out
        };
        Self { cumulative: [cumulate(female), cumulate(male)] }
    }

    fn of(&self, sex: Sex) -> &[f64] {
        &self.cumulative[usize::from(sex == Sex::Male)]
    }

    /// Cumulative hazard from birth to an age in years.
    #[must_use]
    pub fn cumulative_hazard(&self, sex: Sex, age_years: f64) -> f64 {
        let table = self.of(sex);
        let last = table.len() - 2;
        let year = (age_years.max(0.0) as usize).min(last);
        table[year] + (table[year + 1] - table[year]) * (age_years - year as f64)
    }

    /// Age in years at which the cumulative hazard from birth reaches `hazard`; infinite where it never does.
    #[must_use]
    pub fn age_at(&self, sex: Sex, hazard: f64) -> f64 {
        let table = self.of(sex);
        let last = table.len() - 2;
        let year = table.partition_point(|h| *h <= hazard).saturating_sub(1).min(last);
        let slope = table[year + 1] - table[year];
        if slope > 0.0 { year as f64 + (hazard - table[year]) / slope } else { f64::INFINITY }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn age_at_inverts_the_cumulative_hazard_and_holds_the_last_hazard() {
        let table = LifeTable::new(&[0.1, 0.2, 0.5], &[0.2, 0.3, 0.9]);
        for age in [0.0, 0.5, 1.0, 2.75, 3.0, 10.0] {
            let hazard = table.cumulative_hazard(Sex::Male, age);
            assert!((table.age_at(Sex::Male, hazard) - age).abs() < 1e-12, "{age}");
        }
        // Survival to age 2 is the product of the yearly survivals.
        let survival = crate::math::exp(-table.cumulative_hazard(Sex::Female, 2.0));
        assert!((survival - 0.9 * 0.8).abs() < 1e-15);
        let beyond = table.cumulative_hazard(Sex::Female, 5.0) - table.cumulative_hazard(Sex::Female, 3.0);
        assert!((beyond - 2.0 * -crate::math::ln(0.5)).abs() < 1e-14);
    }
}
