//! How high demand comes in a year: what is enough at the worst moment in so many of 100 years.

use super::super::chart::{Axis, Panel, drawn};
use super::super::ink::{BEHIND, Ink, POINTED, filled, ruled};
use super::super::{Figure, Subject};
use super::grounds::Grounds;
use super::{everywhere, place, resource, resources};
use crate::report::rounded::{grouped, percent};
use crate::report::told::{SheetRow, Told};
use kuva::prelude::{LegendEntry, LegendShape, LineStyle, MarkerShape};

const SHARES: [(&str, f64); 6] =
    [("p80", 0.8), ("p85", 0.85), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99), ("p100", 1.0)];

/// From what is enough in 80 of 100 years to 99.
const RANGE: &str = "#CFE3F1";

pub(super) fn figures(told: &Told) -> Vec<Figure> {
    together(told).into_iter().chain(by_centre(told)).collect()
}

/// Shares of years, what is enough in them, and its interval where the run has one.
type Peaks = Vec<(f64, f64, Option<(f64, f64)>)>;

fn percentiles(row: &SheetRow<'_>) -> Peaks {
    let of = |(column, share): (&str, f64)| {
        let end = |side: &str| row.number(&format!("{column}_{side}_95"));
        Some((share, row.number(column)?, end("lower").zip(end("upper"))))
    };
    SHARES.into_iter().filter_map(of).collect()
}

/// All centres together: a panel a resource.
fn together(told: &Told) -> Option<Figure> {
    let all = everywhere(told);
    let mut panels = Vec::new();
    let mut grounds = Grounds::of(told);
    let (mut said, mut ranged, mut limited) = (Vec::new(), false, false);
    for (name, unit) in resources(told, "demand_peaks.csv") {
        let mut own = told.rows("demand_peaks.csv").filter(|row| row.text("resource") == name);
        let Some(row) = own.find(|row| row.text("centre") == all) else { continue };
        let peaks = percentiles(&row);
        let ends = |peak: &(f64, f64, Option<(f64, f64)>)| peak.2.map_or(peak.1, |(_, high)| high);
        let most = peaks.iter().map(ends).fold(0.0, f64::max);
        if most == 0.0 {
            continue;
        }
        let room = row.number("capacity").filter(|beds| *beds <= 2.0 * most);
        let x = Axis::count(&unit, most.max(room.unwrap_or(0.0)));
        let y = Axis { from: 0.75, to: 1.01, step: 0.05, ..Axis::probability("share of years") };
        let mut panel = Panel::new(&resource(&name), x, y);
        let points: Vec<(f64, f64)> = peaks.iter().map(|(share, count, _)| (*count, *share)).collect();
        panel.line(points, Ink::of(0).colour, 1.8, LineStyle::Solid);
        for (share, count, interval) in &peaks {
            if let Some(interval) = interval {
                panel.whisker(*interval, *share, 0.006);
                ranged = true;
            }
            panel.mark((*count, *share), Ink::of(0), 4.5);
        }
        if let Some(beds) = room {
            // No higher than the data: the strip above has words.
            let line = vec![(beds, panel.y.from), (beds, panel.y.to)];
            panel.line(line, BEHIND, 1.0, LineStyle::Custom("6 4".to_owned()));
            limited = true;
        }
        let at = |wanted: f64| peaks.iter().find(|own| own.0 == wanted).map(|own| grouped(own.1, 0));
        if let Some((most, almost)) = at(0.95).zip(at(0.99)) {
            said.push(format!("{}: {most} in 95, {almost} in 99 of 100 years.", resource(&name)));
        }
        grounds.strip(&mut panel, &name);
        panels.push(panel);
    }
    panels.first()?;
    let title = "The worst moment of a year";
    let mut legend = vec![Ink::of(0).point("enough in so many of 100 years")];
    if ranged {
        legend.push(ruled(POINTED, "", "95 % of the draws"));
    }
    if limited {
        legend.push(ruled(BEHIND, "6 4", "beds that there are"));
    }
    let whiskers = if ranged {
        " Whiskers hold 95 % of the draws of the uncertain figures: there what is enough is that of one draw's replications, \
         which is chance alone; that of all years has none, since it is the most that was simulated and grows with their number."
    } else {
        ""
    };
    legend.extend(grounds.legend());
    Some(Figure {
        name: "demand_peaks".to_owned(),
        subject: Subject::Demand,
        title: title.to_owned(),
        caption: format!(
            "All centres together: what was enough at the worst moment of the year in 80, 85, 90, 95, 99 and all of 100 years. \
             Counts of a day are those of its worst day. Years hold chance and what is not known.{whiskers} Beds in use never \
             pass those that there are (dashed, where within twice the peak); beds are planned by those wanted without a limit."
        ),
        alt: format!("{title}. {}", said.join(" ")),
        tables: &["demand_peaks.csv", "assumptions.csv"],
        names: grounds.names(),
        scene: drawn(title, panels, 2, (360.0, 280.0), legend),
    })
}

/// Centres side by side, where there are several.
fn by_centre(told: &Told) -> Option<Figure> {
    let all = everywhere(told);
    let mut centres: Vec<&str> = Vec::new();
    for row in told.rows("demand_peaks.csv").filter(|row| row.text("centre") != all) {
        if !centres.contains(&row.text("centre")) {
            centres.push(row.text("centre"));
        }
    }
    if centres.len() < 2 {
        return None;
    }
    let mut panels = Vec::new();
    let mut grounds = Grounds::of(told);
    let (mut said, mut ranged, mut limited) = (Vec::new(), false, false);
    for (name, unit) in resources(told, "demand_peaks.csv") {
        let own = |centre: &str| {
            let mut rows = told.rows("demand_peaks.csv").filter(|row| row.text("resource") == name);
            rows.find(|row| row.text("centre") == centre)
        };
        let peaks: Vec<Peaks> =
            centres.iter().map(|centre| own(centre).map_or_else(Vec::new, |row| percentiles(&row))).collect();
        let most = peaks
            .iter()
            .flatten()
            .map(|own| own.2.map_or(own.1, |ends| ends.1.max(own.1)))
            .fold(0.0, f64::max);
        // What is wanted without a limit holds more than what is in use.
        if most == 0.0 || matches!(name.as_str(), "icu_beds" | "ward_beds") {
            continue;
        }
        let rows = centres.iter().map(|centre| place(centre)).collect();
        let mut panel = Panel::of_rows(&resource(&name), Axis::count(&unit, most), rows).called("centre");
        for (index, (centre, peaks)) in centres.iter().zip(&peaks).enumerate() {
            let height = panel.height(index, 0, 1);
            let at = |wanted: f64| peaks.iter().find(|own| own.0 == wanted).map(|own| own.1);
            if let Some((low, high)) = at(0.8).zip(at(0.99)) {
                panel.bar((low, high), height, Ink::flat(RANGE), 1);
            }
            if let Some(ends) = peaks.iter().find(|own| own.0 == 0.95).and_then(|own| own.2) {
                panel.whisker(ends, height, 0.15);
                ranged = true;
            }
            if let Some(value) = at(0.95) {
                panel.mark((value, height), Ink::of(0), 4.5);
                if name == "tocilizumab_doses" {
                    said.push(format!("{centre} {}", grouped(value, 0)));
                }
            }
            let beds = own(centre).and_then(|row| row.number("capacity"));
            if let Some(beds) = beds.filter(|beds| *beds <= panel.x.to) {
                panel.mark((beds, height), Ink::pointed(MarkerShape::Diamond), 4.0);
                limited = true;
            }
        }
        grounds.strip(&mut panel, &name);
        panels.push(panel);
    }
    panels.first()?;
    let title = "The worst moment of a year by centre";
    let mut legend = vec![
        Ink::of(0).point(&format!("enough in {} of years", percent(0.95))),
        filled(RANGE, "from 80 to 99 %"),
    ];
    if ranged {
        legend.push(ruled(POINTED, "", "of that 95 % of the draws"));
    }
    if limited {
        legend.push(LegendEntry {
            label: "beds that there are".to_owned(),
            color: POINTED.to_owned(),
            shape: LegendShape::Marker(MarkerShape::Diamond),
            dasharray: None,
        });
    }
    let height = 90.0 + 20.0 * centres.len() as f64 + grounds.height();
    legend.extend(grounds.legend());
    Some(Figure {
        name: "demand_peaks_by_centre".to_owned(),
        subject: Subject::Demand,
        title: title.to_owned(),
        caption: "Each centre by itself: what was enough at its worst moment of the year. Worst moments of centres do not fall \
                  together, so these add to more than all need at once. Whiskers hold 95 % of the draws of what is enough in 95 of \
                  100 years, where the run has enough replications to tell."
            .to_owned(),
        alt: format!("{title}. Doses of tocilizumab enough in 95 of 100 years: {}.", said.join(", ")),
        tables: &["demand_peaks.csv", "assumptions.csv"],
        names: grounds.names(),
        scene: drawn(title, panels, 2, (390.0, height), legend),
    })
}
