//! The summary of a run of the exact engine: the same rows, without Monte Carlo errors and spread.

use super::outcome::{LANDMARKS, pairs};
use super::{Band, DifferenceRow, EventRow, OutcomeRow, SpreadRow, Summary, SurvivalRow, unit_of};
use crate::exact::{ExactDraw, ExactResults, ExactStrategy};
use crate::model::{CurveKind, Model};
use crate::outcome::{Amount, Happening, flag};
use crate::tally::{Measure, PAIRED, SPREAD_OUTCOMES};

impl Summary {
    /// Summarises what the exact engine found.
    #[must_use]
    pub fn of_exact(model: &Model, results: &ExactResults) -> Self {
        let draws: Vec<&ExactDraw> = results.draws.iter().collect();
        Self::of_draws(model, results, &draws)
    }

    /// The first draw on the coarse grid: its differences from the same draw of the results bound their error.
    #[must_use]
    pub fn of_coarse(model: &Model, results: &ExactResults) -> Self {
        Self::of_draws(model, results, &[&results.coarse])
    }

    /// The first draw of the results.
    #[must_use]
    pub fn of_first(model: &Model, results: &ExactResults) -> Self {
        let first: Vec<&ExactDraw> = results.draws.iter().take(1).collect();
        Self::of_draws(model, results, &first)
    }

    fn of_draws(model: &Model, results: &ExactResults, draws: &[&ExactDraw]) -> Self {
        let rows = Rows { model, results, draws };
        let missed = draws.iter().filter(|draw| !draw.missed.is_empty()).count();
        Self {
            strategies: model.strategies.iter().map(|strategy| strategy.id.as_str().to_owned()).collect(),
            labels: model.strategies.iter().map(|strategy| strategy.label.clone()).collect(),
            outcomes: (0..model.strategies.len()).flat_map(|strategy| rows.outcomes(strategy)).collect(),
            differences: pairs(model.strategies.len()).flat_map(|pair| rows.differences(pair)).collect(),
            spread: rows.spread(),
            survival: rows.survival(),
            events: rows.events(),
            missed_share: missed as f64 / draws.len().max(1) as f64,
            parameters: rows.parameters(),
        }
    }
}

/// Some draws, to make rows of.
struct Rows<'a> {
    model: &'a Model,
    results: &'a ExactResults,
    draws: &'a [&'a ExactDraw],
}

impl Rows<'_> {
    /// The band of one value a draw; `None` in all draws is undefined.
    fn band(&self, strategy: usize, value: impl Fn(&ExactStrategy) -> Option<f64>) -> Band {
        let values: Vec<f64> =
            self.draws.iter().filter_map(|draw| value(&draw.strategies[strategy])).collect();
        if values.is_empty() { Band::UNDEFINED } else { Band::of(values, std::iter::once(None)) }
    }

    fn row(&self, strategy: usize, measure: Measure, band: Band) -> OutcomeRow {
        let unit = unit_of(measure, &self.model.settings.currency);
        OutcomeRow { strategy, outcome: measure.name().to_owned(), unit, band }
    }

    fn outcomes(&self, strategy: usize) -> Vec<OutcomeRow> {
        let possible = &self.results.possible;
        let onset = Measure::Amount(Amount::CrsOnsetDays as usize);
        let (headline, rest): (Vec<_>, Vec<_>) =
            self.results.measures.iter().enumerate().partition(|(_, measure)| PAIRED.contains(measure));
        let mean = |place: usize| self.band(strategy, |found| Some(found.means[place]));
        let mut rows: Vec<OutcomeRow> =
            headline.iter().map(|(place, measure)| self.row(strategy, **measure, mean(*place))).collect();
        for (curve, kind) in self.model.settings.curves.iter().enumerate() {
            rows.extend(self.curve_outcomes(strategy, curve, *kind));
        }
        for (bit, name) in flag::NAMES.iter().enumerate() {
            let can = |strategy: usize| possible[strategy].flags >> bit & 1 == 1;
            if (0..possible.len()).any(can) {
                let told = can(strategy) || flag::TOLD_APART >> bit & 1 == 0;
                let band = self.band(strategy, |found| told.then_some(found.flags[bit]));
                let (outcome, unit) = ((*name).to_owned(), "probability".to_owned());
                rows.push(OutcomeRow { strategy, outcome, unit, band });
            }
        }
        for (place, measure) in rest.iter().filter(|(_, measure)| **measure != onset) {
            let told = match measure {
                Measure::Amount(amount) => possible[strategy].active.amounts[*amount],
                _ => true,
            };
            rows.push(self.row(strategy, **measure, if told { mean(*place) } else { Band::UNDEFINED }));
        }
        if self.results.measures.contains(&onset) {
            rows.push(self.row(strategy, onset, self.band(strategy, |found| found.crs_onset)));
        }
        rows
    }

    /// Median and landmarks of one curve.
    fn curve_outcomes(&self, strategy: usize, curve: usize, kind: CurveKind) -> Vec<OutcomeRow> {
        let about = |draw: &&ExactDraw| draw.strategies[strategy].curves[curve].among > 0.0;
        if kind == CurveKind::Cir || !self.draws.iter().any(about) {
            return Vec::new();
        }
        let name = kind.name();
        let row = |outcome: String, unit: &str, band: Band| OutcomeRow {
            strategy,
            outcome,
            unit: unit.to_owned(),
            band,
        };
        let medians = self.band(strategy, |found| Some(found.curves[curve].median.unwrap_or(f64::INFINITY)));
        let mut rows = vec![row(format!("{name}_median_months"), "months", medians)];
        let missing =
            self.draws.iter().filter(|draw| draw.strategies[strategy].curves[curve].median.is_none());
        let not_reached = missing.count() as f64 / self.draws.len() as f64;
        if not_reached > 0.0 {
            let band = Band { mean: Some(not_reached), ..Band::UNDEFINED };
            rows.push(row(format!("{name}_median_not_reached"), "share of draws", band));
        }
        if kind == CurveKind::Os {
            let last = self.model.settings.curve_months;
            for months in LANDMARKS.into_iter().filter(|months| *months <= last) {
                let band =
                    self.band(strategy, |found| Some(1.0 - found.curves[curve].events[months as usize]));
                rows.push(row(format!("{name}_{months}_months"), "probability", band));
            }
        }
        rows
    }

    fn differences(&self, (strategy, from): (usize, usize)) -> Vec<DifferenceRow> {
        let place = |measure: &Measure| self.results.measures.iter().position(|known| known == measure);
        let known = PAIRED.iter().filter_map(|measure| Some((measure, place(measure)?)));
        let row = |(measure, place): (&Measure, usize)| {
            let difference = |draw: &&ExactDraw| {
                draw.strategies[strategy].means[place] - draw.strategies[from].means[place]
            };
            let values = self.draws.iter().map(difference).collect();
            let row = self.row(strategy, *measure, Band::of(values, std::iter::once(None)));
            DifferenceRow { from, row }
        };
        known.map(row).collect()
    }

    /// Spread between patients is not known: named, and empty.
    fn spread(&self) -> Vec<SpreadRow> {
        let place = |outcome: &str| self.results.measures.iter().position(|own| own.name() == outcome);
        let of = |strategy: usize| {
            let known = SPREAD_OUTCOMES.into_iter().filter_map(|outcome| Some((outcome, place(outcome)?)));
            known.map(move |(outcome, place)| {
                let band = self.band(strategy, |found| Some(found.means[place]));
                let unknown_sd = band.unknown_sd(self.draws.len() as f64, Some(0.0));
                SpreadRow { strategy, outcome, sd: None, percentiles: [None; 5], unknown_sd }
            })
        };
        (0..self.model.strategies.len()).flat_map(of).collect()
    }

    fn survival(&self) -> Vec<SurvivalRow> {
        let settings = &self.model.settings;
        let mut rows = Vec::new();
        for strategy in 0..self.model.strategies.len() {
            for (index, curve) in settings.curves.iter().enumerate() {
                let about = |draw: &&ExactDraw| draw.strategies[strategy].curves[index].among > 0.0;
                if !self.draws.iter().any(about) {
                    continue;
                }
                for months in 0..=settings.curve_months {
                    let band = self.band(strategy, |found| {
                        let events = found.curves[index].events.get(months as usize)?;
                        Some(if *curve == CurveKind::Cir { *events } else { 1.0 - events })
                    });
                    rows.push(SurvivalRow { strategy, curve: *curve, months, band });
                }
            }
        }
        rows
    }

    fn events(&self) -> Vec<EventRow> {
        let mut rows = Vec::new();
        for (index, strategy) in self.model.strategies.iter().enumerate() {
            for line in 0..strategy.lines.len() {
                for happening in Happening::ALL {
                    if self.results.possible[index].happenings.contains(&(line as u8 + 1, happening)) {
                        let at = line * Happening::COUNT + happening as usize;
                        let band = self.band(index, |found| Some(found.events[at])).scaled(1000.0);
                        rows.push(EventRow {
                            strategy: index,
                            event: happening.name(),
                            line: line + 1,
                            band,
                        });
                    }
                }
            }
        }
        rows
    }

    fn parameters(&self) -> Vec<(String, Vec<f64>)> {
        let values =
            |index: usize| self.draws.iter().map(|draw| draw.parameters[index]).collect::<Vec<f64>>();
        let named = self.model.parameters.iter().enumerate();
        named
            .map(|(index, parameter)| (parameter.name.clone(), values(index)))
            .filter(|(_, values)| values.iter().any(|value| *value != values[0]))
            .collect()
    }
}
