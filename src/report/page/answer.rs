//! The answer in three sentences: who wins on what, or what centres need; how sure; what is assumed. Strategies lead to
//! what their numbers rest on, the greatest assumption to its reason.

use super::super::rounded::grouped;
use super::super::told::{SheetRow, Told};
use super::links::Links;
use super::need::needs;
use super::tables::shown_at;
use maud::{Markup, html};
use std::collections::BTreeSet;

/// Draws below which neither a share nor an interval of them measures what is not known.
const FEW: f64 = 20.0;
/// Standard errors in half a 95 % interval.
const ERRORS: f64 = 1.96;

/// The sentences.
pub(super) fn answer(told: &Told, links: &Links) -> Vec<Markup> {
    let known = Known::of(told);
    // What centres need is told by its own replications, whatever the patients of a draw.
    let (who, sure) = needs(told, &known).unwrap_or_else(|| wins(told, links, &known.of_patients(told)));
    [who, sure, Some(assumed(told, links))].into_iter().flatten().collect()
}

/// What the draws can tell of what is not known.
pub(super) enum Known {
    /// Nothing: the uncertain figures stand at their central values.
    Central,
    /// Nothing, or little: so few draws.
    Few(f64),
    /// Nothing: chance between single patients looks the same.
    Noisy,
    Enough,
}

impl Known {
    fn of(told: &Told) -> Self {
        let draws = told.count("draws").unwrap_or(1.0);
        if told.manifest["settings"]["uncertainty"] == false {
            Self::Central
        } else if draws < FEW {
            Self::Few(draws)
        } else {
            Self::Enough
        }
    }

    /// The same of means over the patients of each draw.
    fn of_patients(self, told: &Told) -> Self {
        if !self.single() && told.noise_untold() { Self::Noisy } else { self }
    }

    /// Whether a mean has no error but that of the simulation.
    fn single(&self) -> bool {
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
                "with one patient a draw the noise of simulation cannot be told from what is not known"
                    .to_owned()
            }
            Self::Enough => "no interval was told".to_owned(),
        }
    }

    fn doubt(&self) -> Markup {
        html! { "How sure this is stays open: " (self.why()) "." }
    }
}

/// By how much simulation alone may move a mean, as text after it, and what that is.
pub(super) fn noise_of(row: &SheetRow<'_>, decimals: usize) -> (String, &'static str) {
    match row.number("mc_se") {
        Some(error) => (
            format!(" ± {}", grouped(ERRORS * error, decimals)),
            "where ± is the Monte Carlo error of the simulation alone (95 %)",
        ),
        None => (String::new(), "without an error of simulation"),
    }
}

/// Words that lead to the table that they are read off.
pub(super) fn table(told: &Told, file: &str, words: &str) -> Markup {
    html! { @if let Some((place, _)) = shown_at(told, file) { a href={ "#" (place) } { (words) } } @else { (words) } }
}

fn mean(told: &Told, strategy: &str, outcome: &str) -> Option<f64> {
    told.outcome(strategy, outcome)?.number("mean")
}

/// A strategy by its label, which leads to what its numbers rest on.
fn called(told: &Told, links: &Links, id: &str) -> Markup {
    let label = told.label(id);
    html! { @if let Some(place) = links.strategy(id) { a href={ "#" (place) } { (label) } } @else { (label) } }
}

/// Who lives longest, and who is worth most; how sure the better of the two that was asked for is.
fn wins(told: &Told, links: &Links, known: &Known) -> (Option<Markup>, Option<Markup>) {
    let years = told.strategies.iter().map(|(id, _)| id.as_str());
    let mut years: Vec<(&str, f64)> =
        years.filter_map(|id| Some((id, mean(told, id, "life_years")?))).collect();
    years.sort_by(|one, other| other.1.total_cmp(&one.1));
    let Some((best, most)) = years.first().copied() else { return (None, None) };
    let called = |id: &str| called(told, links, id);
    let alive = mean(told, best, "os_12_months");
    let longest = html! {
        @match years.get(1) {
            Some((second, less)) => {
                "Patients live longest under " (called(best)) ", " (format!("{most:.2}")) " years in the mean against "
                (format!("{less:.2}")) " under " (called(second)) ", the next"
            },
            None => { "Under " (called(best)) " patients live " (format!("{most:.2}")) " years in the mean" },
        }
        @if let Some(share) = alive { "; " (format!("{:.0}", share * 100.0)) " % of its patients live at 12 months" }
    };
    let lived = gain(told, links, known, best).unwrap_or_else(|| known.doubt());
    let Some(threshold) = told.threshold() else { return (Some(html! { (longest) "." }), Some(lived)) };
    let worth = |id: &str| Some(mean(told, id, "qalys")? * threshold - mean(told, id, "costs")?);
    let choice = told.strategies.iter().filter_map(|(id, _)| Some((id.as_str(), worth(id)?)));
    let Some((choice, _)) = choice.max_by(|one, other| one.1.total_cmp(&other.1)) else {
        return (Some(html! { (longest) "." }), Some(lived));
    };
    let price = format!("{} {} a QALY", grouped(threshold, 0), told.currency());
    let who = html! { (longest) "; at " (price) " " (called(choice)) " is worth most." };
    (Some(who), Some(best_in((told, links), known, choice, threshold).unwrap_or_else(|| known.doubt())))
}

/// In how many draws a strategy is the best choice at a threshold; with one draw, how well its gain is simulated.
fn best_in((told, links): (&Told, &Links), known: &Known, choice: &str, threshold: f64) -> Option<Markup> {
    let called = |id: &str| called(told, links, id);
    if known.single() {
        let mut rows =
            told.rows("increments.csv").filter(|row| row.text("outcome") == "net_monetary_benefit");
        let first = told.strategies.first()?.0.as_str();
        // The first strategy has no row: its own gain is told by that of the next.
        let row = rows.find(|row| row.text("strategy") == choice || choice == first)?;
        let (error, words) = noise_of(&row, 0);
        let (of, from) = (called(row.text("strategy")), called(row.text("comparator")));
        return Some(html! {
            "The net benefit of " (of) " less that of " (from) " is " (grouped(row.number("mean")?, 0)) (error) " "
            (told.currency()) " a person, " (words) "; how sure the choice is stays open: " (known.why()) "."
        });
    }
    if matches!(known, Known::Noisy) {
        return None;
    }
    let own = told.rows("ceac.csv").filter(|row| row.text("Strategy") == choice);
    let far = |row: &SheetRow<'_>| row.number("WTP").map_or(f64::INFINITY, |wtp| (wtp - threshold).abs());
    let at = own.min_by(|one, other| far(one).total_cmp(&far(other)))?;
    let share = at.number("Proportion")?;
    if let Known::Few(draws) = known {
        return Some(html! {
            (called(choice)) " is the best choice in " (format!("{:.0}", share * draws)) " of the " (format!("{draws:.0}"))
            " draws of the uncertain figures that were made, too few to say how sure that is."
        });
    }
    let share = at.number("Proportion_Corrected").unwrap_or(share);
    // No certainty by rounding.
    let decimals = usize::from(share > 0.0 && share < 1.0 && !(0.01..=0.99).contains(&share));
    Some(
        html! { (called(choice)) " is the best choice in " (grouped(share * 100.0, decimals)) " of 100 draws of the uncertain figures." },
    )
}

/// How sure the gain in life years over the first strategy is; of the first, how sure the loss of the next; of one
/// alone, how sure its life years.
fn gain(told: &Told, links: &Links, known: &Known, best: &str) -> Option<Markup> {
    let first = told.strategies.first()?.0.as_str();
    let other = if best == first { told.strategies.get(1).map(|own| own.0.as_str()) } else { Some(best) };
    let (row, what) = match other {
        Some(other) => (
            told.outcome(other, &format!("life_years_minus_{first}"))?,
            html! { "The difference of " (called(told, links, other)) " from " (called(told, links, first)) " is " },
        ),
        None => (told.outcome(best, "life_years")?, html! { "These years are " }),
    };
    let mean = row.number("mean")?;
    let signed = |value: f64| if other.is_some() { format!("{value:+.2}") } else { format!("{value:.2}") };
    if known.single() {
        let (error, words) = noise_of(&row, 2);
        return Some(html! {
            (what) (signed(mean)) (error) " life years, " (words) "; how well it is known stays open: " (known.why()) "."
        });
    }
    let ends = row.number("lower_95").zip(row.number("upper_95"));
    let Some((low, high)) = ends.filter(|_| matches!(known, Known::Enough)) else {
        return Some(
            html! { (what) (signed(mean)) " life years; how sure this is stays open: " (known.why()) "." },
        );
    };
    let sign = match other {
        None => "",
        Some(_) if low > 0.0 || high < 0.0 => ", which leaves little doubt about its sign",
        Some(_) => ", so its sign is not sure",
    };
    Some(html! {
        (what) (signed(mean)) " life years, between " (signed(low)) " and " (signed(high)) " in 95 of 100 draws" (sign) "."
    })
}

/// How many values are assumed, and which of them moves the life years gained most.
fn assumed(told: &Told, links: &Links) -> Markup {
    let rows = || told.rows("assumptions.csv");
    let keys: BTreeSet<&str> = rows().map(|row| row.text("key")).collect();
    // The shares are of life years, of which nothing is said where centres ask what to hold.
    let shares = rows().filter_map(|row| Some((row, row.number("share_of_variance")?)));
    let shares = shares.filter(|_| told.sheet("demand_daily.csv").is_none());
    let most = shares.max_by(|one, other| one.1.total_cmp(&other.1));
    let warnings = told.manifest["warnings"].as_array().into_iter().flatten();
    let prior = warnings.filter_map(|text| text.as_str()).any(|text| text.starts_with("Prior-driven"));
    html! {
        (keys.len()) " "
        @if told.sheet("assumptions.csv").is_some() { a href="#assumptions" { "values" } } @else { "values" }
        " are assumptions or prior-driven"
        @if let Some((row, share)) = most {
            @let key = row.text("key");
            ", of which "
            @if let Some(place) = links.place(key) { a href={ "#" (place) } { (worded(key)) } } @else { (worded(key)) }
            " moves the " (headline(told, row.text("outcome"))) " most (" (format!("{:.0}", share * 100.0)) " % of their variance between draws)"
        }
        @if prior { "; what is prior-driven stands under the " a href="#warnings" { "warnings" } }
        "."
    }
}

/// A key in words: `regimens/new.toml:failure.relapse.cured` is failure, relapse, cured of new.
fn worded(key: &str) -> String {
    let Some((file, path)) = key.split_once(".toml:") else { return key.to_owned() };
    let name = file.rsplit('/').next().unwrap_or(file).replace('_', " ");
    format!("“{}” of {name}", path.replace('.', ", ").replace('_', " "))
}

/// The outcome whose variance is shared: `life_years` or `life_years NEW minus OLD`.
fn headline(told: &Told, outcome: &str) -> String {
    match outcome.strip_prefix("life_years ").and_then(|rest| rest.split_once(" minus ")) {
        Some((new, old)) => format!("life years that {} gains over {}", told.label(new), told.label(old)),
        None => outcome.replace('_', " "),
    }
}

/// How much of the scatter between draws is only simulation noise, where the run tells it.
pub(super) fn noise(told: &Told) -> Option<String> {
    let shares = told.rows("increments.csv").filter_map(|row| row.number("noise_share"));
    let most = shares.max_by(f64::total_cmp)?;
    Some(format!(
        "Simulation noise makes up to {:.1} % of the variance between draws of a difference; values without it are shown where they are known.",
        most * 100.0
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_in_words() {
        assert_eq!(worded("regimens/car_t.toml:failure.relapse.cured"), "“failure, relapse, cured” of car t");
        assert_eq!(worded("settings.seed"), "settings.seed");
    }
}
