//! The value of a figure, such as a price, at which a strategy is just worth it.

use super::chart::{Axis, Panel, drawn};
use super::extrapolated::{self, Extrapolated, extrapolated, strip};
use super::ink::{BEHIND, Ink, ruled};
use super::lane;
use super::named::Names;
use super::{Figure, Subject};
use crate::report::rounded::{amount, grouped, money};
use crate::report::told::Told;
use kuva::prelude::{LegendEntry, ReferenceLine};

/// The figure, where the run has thresholds.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    figure(told).into_iter().collect()
}

fn figure(told: &Told) -> Option<Figure> {
    let mut panels = Vec::new();
    let known = Names::of(told);
    let beyond = extrapolated(told);
    let (mut said, mut names, mut wtp, mut concerned) = (Vec::new(), Vec::new(), None, Vec::new());
    for row in told.rows("threshold.csv") {
        let Some(central) = row.number("central") else { continue };
        wtp = wtp.or(row.number("wtp"));
        let with_error = |column: &str, error: &str| {
            let value = row.number(column)?;
            let error = row.number(error).map(|se| (value - 1.96 * se, value + 1.96 * se));
            Some((value, error))
        };
        let rows = [
            ("as the scenario is", Some((central, None))),
            ("worth it at central figures", with_error("threshold", "threshold_mc_se")),
            ("worth it on average over draws", with_error("mean_threshold", "mean_threshold_draw_se")),
        ];
        let all = rows.iter().filter_map(|(_, own)| *own);
        let ends = all.flat_map(|(value, ends)| {
            let (low, high) = ends.unwrap_or((value, value));
            [value, low, high]
        });
        let (figure, label) = (row.text("figure"), told.label(row.text("strategy")));
        let most = ends.clone().chain([0.0]).fold(0.0, f64::max);
        let format = if most >= 10_000.0 { money } else { amount };
        let shown = |value: f64, ends: Option<(f64, f64)>| match ends {
            Some((low, high)) if most < 10_000.0 => grouped(value, decimals(0.5 * (high - low))),
            _ => format(value),
        };
        let x = Axis::over(&known.axis(told, figure), ends.chain([0.0]), format);
        let labels = rows.iter().map(|(label, own)| match own {
            Some((value, ends)) => format!("{label}: {}", shown(*value, *ends)),
            None => format!("{label}: none"),
        });
        let heading = format!("{}: when {label} is just worth it", known.what(figure));
        let mut panel = Panel::of_rows(&heading, x, labels.collect()).called("which value");
        panel.rule(ReferenceLine::vertical(central).with_dasharray("6 4"));
        for (index, (words, own)) in rows.iter().enumerate() {
            let Some((value, ends)) = own else {
                said.push(format!("{label}, {figure}: {words}: no value."));
                continue;
            };
            panel.across((*value, panel.height(index, 0, 1)), *ends, Ink::of(index));
            said.push(format!("{label}, {figure}: {words}: {}.", shown(*value, *ends)));
        }
        let own: Vec<Extrapolated> =
            beyond.iter().copied().filter(|own| own.of(told) == row.text("strategy")).collect();
        strip(&mut panel, &own);
        for one in own {
            if concerned.iter().all(|known: &Extrapolated| known.of(told) != one.of(told)) {
                concerned.push(one);
            }
        }
        names.push(figure.to_owned());
        panels.push(panel);
    }
    let wtp = wtp?;
    let title = "At which value a strategy is just worth it";
    let mut legend: Vec<LegendEntry> = vec![
        Ink::of(0).point("as the scenario is, given and so without an interval"),
        Ink::of(1).point("central figures, 1.96 Monte Carlo errors"),
        Ink::of(2).point("mean over draws, 1.96 errors of the draws"),
        ruled(BEHIND, "6 4", "as the scenario is"),
    ];
    legend.extend(extrapolated::legend(told, &concerned));
    Some(Figure {
        name: "threshold".to_owned(),
        subject: Subject::Uncertainty,
        title: title.to_owned(),
        caption: format!(
            "The value of the figure at which the net benefit gained is nothing at {} {} a QALY; none where no value of it gives \
             that. Decisions are made on means over draws; where results are skewed the two differ much.",
            grouped(wtp, 0),
            told.currency()
        ),
        alt: format!("{title}. {}", said.join(" ")),
        tables: &["threshold.csv", "survival.csv", "published.csv"],
        names,
        scene: drawn(title, panels, 1, (760.0, 200.0 + lane::height(!concerned.is_empty())), legend),
    })
}

/// Decimals of a value of which an error is known: two digits of the error.
fn decimals(error: f64) -> usize {
    let least = |places: &i32| error * 10_f64.powi(*places) >= 10.0;
    if error > 0.0 { (0..6).find(least).unwrap_or(6) as usize } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_no_more_digits_than_its_error_tells() {
        assert_eq!([110.0, 10.0, 9.0, 0.34, 0.0012, 0.0].map(decimals), [0, 0, 1, 2, 4, 2]);
    }
}
