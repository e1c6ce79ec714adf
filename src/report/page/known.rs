//! How much the draws of a run can tell of what is not known.

use super::super::figure::FEW_DRAWS;
use super::super::rounded::grouped;
use super::super::told::{SheetRow, Told};
use super::tables::shown_at;
use maud::{Markup, html};

/// Standard errors in half a 95 % interval.
pub(super) const ERRORS: f64 = 1.96;

/// What the draws can tell of what is not known.
pub(super) enum Known {
    /// Nothing: the uncertain figures stand at their central values.
    Central,
    /// Nothing, or little: so few draws.
    Few(f64),
    /// Nothing: chance between single patients looks the same.
    Noisy,
    /// So many that a share of them says something.
    Enough(f64),
}

impl Known {
    pub(super) fn of(told: &Told) -> Self {
        let draws = told.count("draws").unwrap_or(1.0);
        if told.manifest["settings"]["uncertainty"] == false {
            Self::Central
        } else if draws < FEW_DRAWS {
            Self::Few(draws)
        } else {
            Self::Enough(draws)
        }
    }

    /// The same of means over the patients of each draw.
    pub(super) fn of_patients(self, told: &Told) -> Self {
        if !self.single() && told.noise_untold() { Self::Noisy } else { self }
    }

    /// Whether a mean has no error but that of the simulation.
    pub(super) fn single(&self) -> bool {
        matches!(self, Self::Central) || matches!(self, Self::Few(draws) if *draws <= 1.0)
    }

    /// Why there is no interval of what is not known.
    pub(super) fn why(&self) -> String {
        match self {
            Self::Central => "the uncertain figures stand at their central values".to_owned(),
            Self::Few(draws) if *draws <= 1.0 => "only one draw of the uncertain figures was made".to_owned(),
            Self::Few(draws) => {
                format!("only {draws:.0} draws of the uncertain figures were made, too few to measure it")
            }
            Self::Noisy => {
                "with so few patients a draw the noise of simulation cannot be told from what is not known"
                    .to_owned()
            }
            Self::Enough(_) => "no interval was told".to_owned(),
        }
    }

    /// What lies between two percentiles of the draws, where there are enough to tell them.
    pub(super) fn most(&self) -> Option<String> {
        match self {
            Self::Enough(draws) => Some(format!("in 95 % of {} draws", grouped(*draws, 0))),
            _ => None,
        }
    }
}

/// By how much simulation alone may move a mean, as text after it, and what that is.
pub(super) fn noise_of(told: &Told, row: &SheetRow<'_>, decimals: usize) -> (String, &'static str) {
    match row.number("mc_se") {
        Some(error) => (
            plus_or_minus(ERRORS * error, decimals),
            "where ± is the Monte Carlo error of the simulation alone (95 %)",
        ),
        None if told.say("engine") == "exact" => (String::new(), "without an error of simulation"),
        None => (String::new(), "with an error of simulation that so few patients do not tell"),
    }
}

/// An error that rounds to nothing is less than its last decimal.
fn plus_or_minus(error: f64, decimals: usize) -> String {
    let shown = grouped(error, decimals);
    if error > 0.0 && !shown.contains(|digit: char| ('1'..='9').contains(&digit)) {
        let least = if decimals == 0 { "1".to_owned() } else { format!("0.{:0>decimals$}", 1) };
        format!(" ± less than {least}")
    } else {
        format!(" ± {shown}")
    }
}

/// A number that is not of one strategy alone, which leads to what all of them rest on.
pub(super) fn number(text: &str) -> Markup {
    html! { a.number href="#strategies" { (text) } }
}

/// Words that lead to the table that they are read off.
pub(super) fn table(told: &Told, file: &str, words: &str) -> Markup {
    html! { @if let Some((place, _)) = shown_at(told, file) { a href={ "#" (place) } { (words) } } @else { (words) } }
}

#[cfg(test)]
mod tests {
    use super::plus_or_minus;

    #[test]
    fn an_error_is_never_none() {
        let told = [(0.034, 2), (0.004, 2), (0.0, 2), (0.3, 0), (12.0, 0)];
        let wanted = [" ± 0.03", " ± less than 0.01", " ± 0.00", " ± less than 1", " ± 12"];
        assert_eq!(told.map(|(error, decimals)| plus_or_minus(error, decimals)), wanted);
    }
}
