//! What a fit learnt: priors against posteriors, and what stays as open as the priors are.

use super::super::chart::{Axis, Panel, drawn, stacked};
use super::super::ink::{BEHIND, Ink, filled, ruled};
use super::super::named::Names;
use super::super::phrase::{capital, spelt};
use super::{Figure, Subject};
use crate::report::fitted::{Basis, FitFile, Open};
use crate::report::rounded::{grouped, percent};
use crate::scenario::open_in_words;
use kuva::prelude::{LegendEntry, ReferenceLine};
use serde_json::Value;

/// The prior, behind.
const PRIOR: &str = "#D0D0D0";
/// Pixels of a row, whose name may have two lines.
const ROW: f64 = 32.0;
/// Standard deviations of the prior to each side.
const REACH: f64 = 4.0;

/// Blue for what the targets tell, orange for what only an assumption does, green for what was published by itself.
fn ink(basis: Basis) -> Ink {
    Ink::of(basis as usize)
}

/// What is drawn of the bases that there are.
fn legend(used: impl Fn(Basis) -> bool) -> Vec<LegendEntry> {
    let words = [
        (Basis::Targets, "posterior, 95 %"),
        (Basis::Published, "posterior, 95 %, that of its published prior"),
        (Basis::Prior, "posterior, 95 %, prior-driven"),
    ];
    let used = words.into_iter().filter(|(basis, _)| used(*basis));
    std::iter::once(filled(PRIOR, "prior, 95 %"))
        .chain(used.map(|(basis, words)| ink(basis).point(words)))
        .collect()
}

/// Draws a prior and over it the posterior.
fn pair(panel: &mut Panel, index: usize, prior: (f64, f64), (mean, ends): (f64, (f64, f64)), basis: Basis) {
    let height = panel.height(index, 0, 1);
    let (from, to) = (panel.x.from, panel.x.to);
    let cut = |(low, high): (f64, f64)| (low.clamp(from, to), high.clamp(from, to));
    panel.bar(cut(prior), height, Ink::flat(PRIOR), 1);
    panel.interval(ends, height, ink(basis).colour, 2.2);
    panel.mark((mean.clamp(from, to), height), ink(basis), 4.5);
}

/// Parameters before and after the fit.
pub(super) fn parameters(manifest: &Value, fit: &FitFile) -> Option<Figure> {
    fit.parameters.first()?;
    let x = Axis {
        label: "standard deviations of the prior from its mean".to_owned(),
        from: -REACH,
        to: REACH,
        step: 1.0,
        format: |value| grouped(value, 0),
    };
    let keys: Vec<&str> = fit.parameters.iter().map(|own| own.name.as_str()).collect();
    let arms = fit.open.iter().map(|own| own.strategy.clone()).collect();
    let names = Names::of_fit(manifest, arms);
    let mut panel = Panel::of_rows("", x, names.rows(&keys)).called("fitted figure");
    panel.rule(ReferenceLine::vertical(0.0).with_dasharray("4 4"));
    for (index, own) in fit.parameters.iter().enumerate() {
        let [centre, sd, low, high] = own.prior;
        let scaled = |value: f64| (value - centre) / sd;
        let [mean, _, from, to] = own.posterior;
        let posterior = (scaled(mean), (scaled(from), scaled(to)));
        pair(&mut panel, index, (scaled(low), scaled(high)), posterior, own.basis());
    }
    let counted = |basis: Basis| fit.parameters.iter().filter(|own| own.basis() == basis).count();
    let (driven, published) = (counted(Basis::Prior), counted(Basis::Published));
    let mut legend = legend(|basis| counted(basis) > 0);
    legend.push(ruled(BEHIND, "4 4", "mean of the prior"));
    let title = format!("What the fit {} learnt", fit.name);
    let count = fit.parameters.len();
    let mut most: Vec<_> = fit.parameters.iter().collect();
    most.sort_by(|one, other| other.identified.total_cmp(&one.identified));
    let said: Vec<String> = most
        .iter()
        .take(3)
        .map(|own| {
            let (what, told) = (names.what(&own.name), percent(own.identified));
            format!("{what} ({}): {told} of the variance of its prior", own.name)
        })
        .collect();
    Some(Figure {
        name: format!("prior_{}", fit.name),
        subject: Subject::Calibration,
        caption: format!(
            "Every figure that was fitted, on the scale of its own prior: the grey bar holds 95 % of the prior, the line 95 % of \
             the posterior. Orange is prior-driven: the prior is an assumption of which the targets take less than a tenth of the \
             variance, so that what a run samples is what was assumed ({driven} of {count} here). Green is what the targets \
             tell as little of, and a publication by itself ({published}). Figures hang together; a run takes whole rows of the fit."
        ),
        alt: format!("{title}. The targets tell most of {}.", said.join("; ")),
        tables: &["manifest.json"],
        names: fit.parameters.iter().map(|own| own.name.clone()).collect(),
        scene: drawn(&title, vec![panel], 1, (940.0, 110.0 + ROW * count as f64), legend),
        title,
    })
}

/// A quantity in words.
fn words(own: &Open) -> String {
    format!("{}: {}", own.strategy, open_in_words(&own.quantity))
}

fn open_basis(own: &Open) -> Basis {
    if own.prior_driven { Basis::Prior } else { Basis::Targets }
}

/// What the targets leave open.
pub(super) fn open(fit: &FitFile) -> Option<Figure> {
    let (years, shares): (Vec<&Open>, Vec<&Open>) =
        fit.open.iter().partition(|own| own.quantity == "life_years");
    let mut panels = Vec::new();
    for (rows, heading) in [(&shares, "Shares"), (&years, "Life years")] {
        if rows.is_empty() {
            continue;
        }
        let ends = rows.iter().flat_map(|own| [own.prior, own.posterior]).filter_map(|(_, ends)| ends);
        let x = if heading == "Shares" {
            Axis { label: "share".to_owned(), ..Axis::probability("") }
        } else {
            Axis::over("years", ends.map(|ends| ends.1).chain([0.0]), |value| grouped(value, 0))
        };
        let mut panel =
            Panel::of_rows(heading, x, rows.iter().map(|own| capital(&spelt(&words(own)))).collect())
                .called("quantity");
        for (index, own) in rows.iter().enumerate() {
            let Some((prior, ends)) = own.prior.1.zip(own.posterior.1) else { continue };
            pair(&mut panel, index, prior, (own.posterior.0, ends), open_basis(own));
        }
        panels.push((panel, 90.0 + 26.0 * rows.len() as f64));
    }
    panels.first()?;
    let title = format!("What the fit {} leaves open", fit.name);
    let driven: Vec<String> = fit.open.iter().filter(|own| own.prior_driven).map(words).collect();
    let driven = if driven.is_empty() { "nothing".to_owned() } else { driven.join("; ") };
    Some(Figure {
        name: format!("open_{}", fit.name),
        subject: Subject::Calibration,
        caption: "What no target reaches: the grey bar holds 95 % of what the priors say, the line 95 % of what the fit says. \
                  Orange is prior-driven: 95 % of the fit leave more than 10 points of a share or a tenth of the life years open; \
                  every run of the regimen warns of it."
            .to_owned(),
        alt: format!("{title}. Prior-driven: {driven}."),
        tables: &["manifest.json"],
        names: Vec::new(),
        scene: stacked(&title, panels, 860.0, legend(|basis| fit.open.iter().any(|own| open_basis(own) == basis))),
        title,
    })
}
