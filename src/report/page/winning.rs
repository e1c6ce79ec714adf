//! Strategies by a mean, and what is said of one of them.

use super::super::rounded::grouped;
use super::super::told::{SheetRow, Told};
use super::known::{Known, noise_of};
use super::links::Links;
use maud::{Markup, html};

/// Strategies by a mean. Those that are printed alike are tied: none of them wins by what is shown.
pub(super) struct Ranked<'a> {
    pub(super) best: Vec<&'a str>,
    pub(super) most: f64,
    pub(super) next: Option<(&'a str, f64)>,
}

/// A clause of how sure something is, and what its ± is.
pub(super) type Clause = (Markup, Option<&'static str>);

/// Where what is said of strategies is read off.
pub(super) struct Winning<'a> {
    pub(super) told: &'a Told,
    pub(super) links: &'a Links,
    pub(super) known: &'a Known,
}

impl<'a> Winning<'a> {
    pub(super) fn ranked(&self, value: impl Fn(&str) -> Option<f64>, decimals: usize) -> Option<Ranked<'a>> {
        let all = self.told.strategies.iter();
        let mut all: Vec<(&str, f64)> = all.filter_map(|(id, _)| Some((id.as_str(), value(id)?))).collect();
        all.sort_by(|one, other| other.1.total_cmp(&one.1));
        let most = all.first()?.1;
        let alike = |value: f64| grouped(value, decimals) == grouped(most, decimals);
        let best = all.iter().take_while(|own| alike(own.1)).map(|own| own.0).collect();
        Some(Ranked { best, most, next: all.into_iter().find(|own| !alike(own.1)) })
    }

    /// A strategy by its label, which leads to what its numbers rest on.
    pub(super) fn called(&self, id: &str) -> Markup {
        let label = self.told.label(id);
        html! { @if let Some(place) = self.links.strategy(id) { a href={ "#" (place) } { (label) } } @else { (label) } }
    }

    /// A number of a strategy, which leads there too.
    pub(super) fn number(&self, id: &str, text: &str) -> Markup {
        html! { @if let Some(place) = self.links.strategy(id) { a.number href={ "#" (place) } { (text) } } @else { (text) } }
    }

    pub(super) fn all(&self, ids: &[&str]) -> Markup {
        html! {
            @for (at, id) in ids.iter().enumerate() {
                @if at > 0 { @if at + 1 == ids.len() { " and " } @else { ", " } }
                (self.called(id))
            }
        }
    }

    /// The strategy that the best is set against: the first; the best of the others where that is the best itself.
    pub(super) fn against(&self, lived: &Ranked<'a>) -> Option<&'a str> {
        let first = self.told.strategies.first()?.0.as_str();
        let other = lived.best.get(1).copied().or(lived.next.map(|own| own.0));
        if lived.best[0] == first { other } else { Some(first) }
    }

    /// A mean with its interval over the draws, or with its Monte Carlo error where there is no other.
    pub(super) fn spread(
        &self,
        row: &SheetRow<'_>,
        shown: impl Fn(f64) -> String,
        reversed: bool,
    ) -> Option<(String, Option<&'static str>)> {
        let turned = |value: f64| if reversed { -value } else { value };
        let mean = shown(turned(row.number("mean")?));
        if self.known.single() {
            let (error, words) = noise_of(self.told, row, if row.text("wtp").is_empty() { 2 } else { 0 });
            return Some((format!("{mean}{error}"), Some(words)));
        }
        let ends = row.number("lower_95").zip(row.number("upper_95")).zip(self.known.most());
        Some((
            ends.map_or(mean.clone(), |((low, high), most)| {
                let (low, high) = if reversed { (-high, -low) } else { (low, high) };
                format!("{mean}, between {} and {} {most}", shown(low), shown(high))
            }),
            None,
        ))
    }
}

/// A difference with its sign, but for what rounds to nothing.
pub(super) fn signed(value: f64, decimals: usize) -> String {
    let text = grouped(value, decimals);
    let zero = !text.contains(|digit: char| digit.is_ascii_digit() && digit != '0');
    if value > 0.0 && !zero { format!("+{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_rounds_to_nothing_has_no_sign() {
        assert_eq!([0.004, -0.004, 1.2, -1.2].map(|own| signed(own, 2)), ["0.00", "0.00", "+1.20", "-1.20"]);
    }
}
