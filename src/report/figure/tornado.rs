//! One figure at a time: the tornado; and what it would be worth to know each: EVPPI.

use super::chart::{Axis, Panel, drawn};
use super::ink::{BEHIND, Ink, POINTED, filled, ruled};
use super::named::Names;
use super::{Figure, Subject};
use crate::report::fitted::fitted;
use crate::report::rounded::{grouped, money};
use crate::report::told::{SheetRow, Told};
use kuva::prelude::{LegendEntry, ReferenceLine};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Figures that are shown.
const MOST: usize = 12;
/// Pixels of a row, whose name may have two lines.
const ROW: f64 = 32.0;
const LOW: &str = "#56B4E9";
const HIGH: &str = "#D55E00";
/// Signs after the names of figures without evidence, and what they say.
const ASSUMED: (&str, &str) = ("*", "* an assumption, or a group of such alone");
const DRIVEN: (&str, &str) = ("†", "† prior-driven, a fit whose targets tell next to nothing of it");
const PARTLY: &str = "share of the figures of a group that have no evidence";

/// Which figures of a run have no evidence.
struct Weak {
    assumed: BTreeSet<String>,
    learnt: BTreeSet<String>,
    driven: BTreeSet<String>,
    /// Figures of each group.
    groups: BTreeMap<String, Vec<String>>,
}

impl Weak {
    fn of(told: &Told) -> Self {
        let [learnt, driven] = fitted(&told.manifest);
        // What a fit has learnt is no assumption any more.
        let rows = told.rows("assumptions.csv").map(|row| row.text("key").to_owned());
        let assumed = rows.filter(|key| !driven.contains(key) && !learnt.contains(key)).collect();
        let groups = told.manifest["settings"]["groups"].as_object().into_iter().flatten();
        let texts = |own: &Value| {
            own.as_array().into_iter().flatten().filter_map(Value::as_str).map(ToOwned::to_owned).collect()
        };
        Self {
            assumed,
            learnt,
            driven,
            groups: groups.map(|(name, own)| (name.clone(), texts(own))).collect(),
        }
    }

    /// Of a group, where no figure of it has evidence.
    fn sign(&self, key: &str) -> Option<(&'static str, &'static str)> {
        let driven = |key: &str| self.driven.contains(key);
        let weak = |key: &str| driven(key) || self.assumed.contains(key);
        let all = |of: &dyn Fn(&str) -> bool| match self.groups.get(key) {
            Some(figures) => figures.iter().all(|own| of(own)),
            None => of(key),
        };
        if all(&driven) { Some(DRIVEN) } else { all(&weak).then_some(ASSUMED) }
    }

    /// Of a group, how many of its figures have no evidence, and how many it has.
    fn counts(&self, key: &str) -> Option<(usize, usize)> {
        let figures = self.groups.get(key)?;
        Some((figures.iter().filter(|own| self.sign(own).is_some()).count(), figures.len()))
    }

    /// The same in words.
    fn share(&self, key: &str) -> Option<String> {
        let (weak, all) = self.counts(key)?;
        Some(format!("{weak} of {all} figures without evidence"))
    }

    /// Draws a bar from 0, striped as far as it rests on no evidence.
    fn bar(&self, panel: &mut Panel, key: &str, value: f64, height: f64) {
        let (weak, all) = self.counts(key).unwrap_or((usize::from(self.sign(key).is_some()), 1));
        let solid = value * (1.0 - weak as f64 / all.max(1) as f64);
        let parts = [((0.0, solid), Ink::of(0)), ((solid, value), Ink::of(0).striped())];
        for (ends, ink) in parts.into_iter().filter(|((from, to), _)| to > from) {
            panel.bar(ends, height, ink, 1);
        }
    }

    /// Names of rows with their signs.
    fn rows(&self, names: &Names<'_>, keys: &[&str]) -> Vec<String> {
        let signed = |(label, key): (String, &&str)| {
            let (what, whence) = label.split_once('\n').unwrap_or((&label, ""));
            let what = self.sign(key).map_or(what.to_owned(), |(sign, _)| format!("{what} {sign}"));
            // What a fit has learnt stands on its targets, whatever its prior was.
            let whence = if whence == "assumption" && self.learnt.contains(*key) {
                "learnt by the fit"
            } else {
                whence
            };
            let whence = self.share(key).unwrap_or_else(|| whence.to_owned());
            if whence.is_empty() { what } else { format!("{what}\n{whence}") }
        };
        names.rows(keys).into_iter().zip(keys).map(signed).collect()
    }

    /// The signs that some figures have, for a legend.
    fn legend(&self, keys: &[&str]) -> Vec<LegendEntry> {
        let used = |sign: &(&str, &str)| keys.iter().any(|key| self.sign(key).as_ref() == Some(sign));
        let entry = |words: &str| filled(&Ink::flat(BEHIND).striped().fill(), words);
        let partly = |key: &&str| self.counts(key).is_some_and(|(weak, all)| weak > 0 && weak < all);
        let signs = [ASSUMED, DRIVEN].into_iter().filter(used).map(|(_, words)| words);
        signs.chain(keys.iter().any(partly).then_some(PARTLY)).map(entry).collect()
    }

    /// The ink of a bar, striped where there is no evidence.
    fn ink(&self, key: &str, ink: Ink) -> Ink {
        if self.sign(key).is_some() { ink.striped() } else { ink }
    }
}

/// The figures, where the run has an economic evaluation.
pub(super) fn figures(told: &Told) -> Vec<Figure> {
    let comparator = told.rows("increments.csv").next().map(|row| row.text("comparator").to_owned());
    let strategies = told.strategies.iter().filter(|(id, _)| Some(id) != comparator.as_ref());
    let mut all: Vec<Figure> = strategies.filter_map(|(id, label)| tornado(told, id, label)).collect();
    all.extend(evppi(told));
    all
}

fn tornado(told: &Told, strategy: &str, label: &str) -> Option<Figure> {
    let own = |row: &SheetRow<'_>| {
        row.text("strategy") == strategy && row.text("outcome") == "net_monetary_benefit"
    };
    let rows: Vec<_> = told.rows("tornado.csv").filter(own).take(MOST).collect();
    let first = rows.first()?;
    let (central, wtp) = first.number("at_central").zip(first.number("wtp"))?;
    let currency = told.currency();
    let ends = |column| rows.iter().filter_map(move |row| row.number(column));
    let error = ends("mc_se").fold(0.0, f64::max) * 1.96;
    let all = ends("at_low")
        .chain(ends("at_high"))
        .chain([central])
        .flat_map(|value| [value - error, value + error]);
    let x = Axis::over(&format!("net benefit gained, {currency}"), all, money);
    let names = Names::of(told);
    let keys: Vec<&str> = rows.iter().map(|row| row.text("parameter")).collect();
    let weak = Weak::of(told);
    let labels = weak.rows(&names, &keys);
    let mut panel = Panel::of_rows("", x, labels).called("figure at the ends of its interval");
    panel.rule(ReferenceLine::vertical(central).with_dasharray("none"));
    let crossed = panel.x.from < 0.0 && panel.x.to > 0.0;
    if crossed {
        panel.rule(ReferenceLine::vertical(0.0));
    }
    let mut said = Vec::new();
    for (index, row) in rows.iter().enumerate() {
        let Some((low, high)) = row.number("at_low").zip(row.number("at_high")) else { continue };
        // Where both ends lie on one side of the centre, the nearer one is drawn over the farther.
        let mut ends = [(low, LOW), (high, HIGH)];
        ends.sort_by(|one, other| (other.0 - central).abs().total_cmp(&(one.0 - central).abs()));
        let height = panel.height(index, 0, 1);
        for (end, colour) in ends {
            panel.bar(
                (central.min(end), central.max(end)),
                height,
                weak.ink(keys[index], Ink::flat(colour)),
                1,
            );
        }
        if let Some(se) = row.number("mc_se") {
            for end in [low, high] {
                panel.whisker((end - 1.96 * se, end + 1.96 * se), height, 0.12);
            }
        }
        if index < 3 {
            let what = names.what(keys[index]);
            let basis = weak
                .sign(keys[index])
                .map_or("", |own| if own == DRIVEN { ", prior-driven" } else { ", an assumption" });
            said.push(format!("{what} ({}{basis}): {} to {}.", keys[index], money(low), money(high)));
        }
    }
    let title = format!("What moves the net benefit of {label}");
    let count = rows.len();
    let height = 110.0 + count as f64 * ROW;
    Some(Figure {
        name: format!("tornado_{strategy}"),
        subject: Subject::Uncertainty,
        caption: format!(
            "Net benefit gained over {}, at {} {currency} a QALY, with one figure at the ends of its 95 % interval and all \
             others at their central values; the {count} that move it most. The line is the centre, whiskers are 1.96 Monte \
             Carlo standard errors. Figures that a fit knows together are moved alone, so the centre is not the mean of the \
             draws. Striped bars rest on no evidence: * is an assumption, † a figure of a fit whose targets take less than a \
             tenth of the variance of its prior.",
            told.label(first.text("comparator")),
            grouped(wtp, 0)
        ),
        alt: format!("{title}. {}", said.join(" ")),
        tables: &["tornado.csv", "assumptions.csv"],
        names: keys.iter().map(|key| (*key).to_owned()).collect(),
        scene: drawn(
            &title,
            vec![panel],
            1,
            (940.0, height),
            vec![
                filled(LOW, "figure at its lower end"),
                filled(HIGH, "figure at its upper end"),
                ruled(POINTED, "", "1.96 Monte Carlo standard errors"),
                ruled(BEHIND, "", "all figures at their centres"),
            ]
            .into_iter()
            .chain(crossed.then(|| ruled(BEHIND, "6 4", "no gain")))
            .chain(weak.legend(&keys))
            .collect(),
        ),
        title,
    })
}

fn evppi(told: &Told) -> Option<Figure> {
    let threshold = told.threshold()?;
    let distance = |wtp: f64| (wtp - threshold).abs();
    let all = told.rows("evppi.csv").filter_map(|row| row.number("WTP"));
    let nearest = all.min_by(|one, other| distance(*one).total_cmp(&distance(*other)))?;
    // Where no draw has another choice, knowing is worth nothing; where it is worth most is told then.
    let (wtp, rows) = std::iter::once(nearest)
        .chain(worth_most(told))
        .map(|wtp| (wtp, valued(told, wtp)))
        .find(|(_, rows)| !rows.is_empty())?;
    let currency = told.currency();
    let elsewhere = if wtp == nearest {
        String::new()
    } else {
        let at = grouped(nearest, 0);
        format!(
            "At {at} {currency} a QALY, the threshold of the scenario, all knowledge is worth nothing, since hardly a draw has \
             another choice: what is drawn is worth it at {} {currency}, where knowing is worth most. ",
            grouped(wtp, 0)
        )
    };
    let most = rows.iter().map(|(_, value, se)| value + 1.96 * se).fold(0.0, f64::max);
    let x = Axis::over(&format!("EVPPI, {currency} a person"), [0.0, most].into_iter(), money);
    let names = Names::of(told);
    let keys: Vec<&str> = rows.iter().map(|(name, _, _)| name.as_str()).collect();
    let weak = Weak::of(told);
    let mut panel = Panel::of_rows("", x, weak.rows(&names, &keys)).called("figure or group known");
    let mut said = Vec::new();
    for (index, (name, value, se)) in rows.iter().enumerate() {
        let height = panel.height(index, 0, 1);
        weak.bar(&mut panel, name, *value, height);
        panel.whisker(((value - 1.96 * se).max(0.0), value + 1.96 * se), height, 0.2);
        if index < 3 {
            said.push(format!("{} ({name}): {}.", names.what(name), money(*value)));
        }
    }
    let whisker = ruled(POINTED, "", "1.96 standard errors of the regression, to 0 at least");
    let title = "What it would be worth to know one figure".to_owned();
    let title = if elsewhere.is_empty() {
        title
    } else {
        format!("{title}, at {} {currency} a QALY", grouped(wtp, 0))
    };
    let height = 100.0 + rows.len() as f64 * ROW;
    Some(Figure {
        name: "evppi".to_owned(),
        subject: Subject::Uncertainty,
        caption: format!(
            "{elsewhere}Value of perfect information about one figure or group of figures at {} {currency} a QALY, the {} highest; \
             whiskers are 1.96 standard errors of the regression. Values whose whisker reaches 0 may be worth nothing. Striped \
             bars are of figures without evidence: * is an assumption, † is prior-driven; the bar of a group is striped by the \
             share of its figures that have none, whatever of its value is theirs.",
            grouped(wtp, 0),
            rows.len()
        ),
        alt: format!("{title}. {}", said.join(" ")),
        tables: &["evppi.csv", "assumptions.csv"],
        names: rows.iter().map(|(name, _, _)| name.clone()).collect(),
        scene: drawn(
            &title,
            vec![panel],
            1,
            (940.0, height),
            [vec![Ink::of(0).boxed("value"), whisker], weak.legend(&keys)].concat(),
        ),
        title,
    })
}

/// The willingness to pay at which perfect information is worth most.
fn worth_most(told: &Told) -> Option<f64> {
    let all = told.rows("evpi.csv").filter_map(|row| Some((row.number("WTP")?, row.number("EVPI")?)));
    all.max_by(|one, other| one.1.total_cmp(&other.1)).map(|own| own.0)
}

/// Figures and groups worth knowing at a willingness to pay, with their errors, the most first.
fn valued(told: &Told, wtp: f64) -> Vec<(String, f64, f64)> {
    let rows = told.rows("evppi.csv").filter(|row| row.number("WTP") == Some(wtp));
    let value = |row: SheetRow<'_>| {
        Some((row.text("Parameter").to_owned(), row.number("EVPPI")?, row.number("SE").unwrap_or(0.0)))
    };
    let mut rows: Vec<_> = rows.filter_map(value).filter(|own| own.1 > 0.0).collect();
    rows.sort_by(|one, other| other.1.total_cmp(&one.1));
    rows.truncate(MOST);
    rows
}
