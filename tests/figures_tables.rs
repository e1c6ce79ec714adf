//! Pictures held to the tables of the same run: what is drawn, read back through the ticks of its axes, are the numbers of the
//! CSV files.

#[path = "support/drawing.rs"]
mod drawing;
#[path = "support/folder.rs"]
mod folder;

use drawing::{Drawing, Scaled};
use folder::Folder;
use remisim::report::{Sheet, SheetRow};
use std::fs;
use std::path::PathBuf;

const BLUE: &str = "#0072B2";
const ORANGE: &str = "#D55E00";
const BLACK: &str = "#222222";
const SKY: &str = "#56B4E9";

/// How far a point may lie from its number, in lengths of the axis: labels of ticks are rounded, coordinates have two decimals.
const NEAR: f64 = 0.004;
/// By how much a number is moved to see that the picture does not show it.
const MOVED: f64 = 0.03;

/// The tables of a run.
struct Run(PathBuf);

impl Run {
    fn rows<T>(&self, file: &str, of: impl FnMut(SheetRow<'_>) -> Option<T>) -> Vec<T> {
        let sheet = Sheet::read(&fs::read(self.0.join(file)).unwrap()).unwrap();
        sheet.rows().filter_map(of).collect()
    }

    /// A number of an outcome of a strategy.
    fn outcome(&self, strategy: &str, outcome: &str, column: &str) -> f64 {
        let own = |row: SheetRow<'_>| {
            (row.text("strategy") == strategy && row.text("outcome") == outcome).then(|| row.number(column))
        };
        self.rows("summary.csv", own)[0].unwrap()
    }
}

/// Values that a picture must show; `None` is any.
type Wanted = Vec<(Option<f64>, Option<f64>)>;

/// A panel of a figure, a colour, and what must stand in it.
struct Case {
    figure: &'static str,
    panel: usize,
    colour: &'static str,
    wanted: fn(&Run, &Scaled<'_>) -> Wanted,
}

const fn case(
    figure: &'static str,
    panel: usize,
    colour: &'static str,
    wanted: fn(&Run, &Scaled<'_>) -> Wanted,
) -> Case {
    Case { figure, panel, colour, wanted }
}

fn both((x, y): (f64, f64)) -> (Option<f64>, Option<f64>) {
    (Some(x), Some(y))
}

/// The value of a bar and of the ends of its whisker lie in the row, whatever their height in it.
fn across(row: f64, value: f64) -> (Option<f64>, Option<f64>) {
    both((value, row))
}

/// The column without simulation noise where there is one.
fn best(row: &SheetRow<'_>, column: &str) -> Option<f64> {
    row.number(&format!("{column}_Corrected")).or_else(|| row.number(column))
}

/// Running sums of the shares of a strategy by month, up to the layers named.
fn edge(run: &Run, file: &str, (column, value): (&str, &str), strategy: &str, layers: &[&str]) -> Wanted {
    let all = run.rows(file, |row| {
        let own = row.text("strategy") == strategy && layers.contains(&row.text(column));
        own.then(|| (row.number("months").unwrap(), row.number(value).unwrap()))
    });
    [6.0, 12.0, 24.0, 36.0]
        .map(|month| (month, all.iter().filter(|own| own.0 == month).map(|own| own.1).sum::<f64>()))
        .map(both)
        .to_vec()
}

/// Mean and interval of an event by month.
fn bounds(run: &Run, (event, strategy): (&str, &str)) -> Wanted {
    let all = run.rows("incidence.csv", |row| {
        let own = row.text("strategy") == strategy && row.text("event") == event;
        let month = row.number("months").filter(|month| own && [6.0, 12.0, 24.0, 36.0].contains(month))?;
        Some(["probability", "lower_95", "upper_95"].map(|column| both((month, row.number(column).unwrap()))))
    });
    all.into_iter().flatten().collect()
}

fn settling(run: &Run, strategy: &str, outcome: &str) -> Wanted {
    let all = run.rows("convergence.csv", |row| {
        let own = row.text("strategy") == strategy && row.text("outcome") == outcome;
        own.then(|| row.number("draws").zip(row.number("mean"))).flatten()
    });
    let most = all.last().unwrap().0;
    all.into_iter().filter(|own| own.0 >= most / 20.0 && own.0 > 1.0).map(both).collect()
}

fn by_threshold(run: &Run, file: &str, strategy: &str, column: &str, errors: f64) -> Wanted {
    let all = run.rows(file, |row| {
        let own = strategy.is_empty() || row.text("Strategy") == strategy;
        let error = if errors == 0.0 { 0.0 } else { errors * best(&row, "SE")? };
        own.then(|| Some((row.number("WTP")?, (best(&row, column)? + error).max(0.0)))).flatten()
    });
    all.into_iter().step_by(30).map(both).collect()
}

const ECONOMIC: [Case; 23] = [
    case("plane", 0, ORANGE, |run, _| {
        let of = |file: &str| {
            run.rows(file, |row| Some(row.number("blinatumomab")? - row.number("chemotherapy")?))
        };
        of("effect.csv").into_iter().zip(of("cost.csv")).map(both).collect()
    }),
    case("frontier", 0, ORANGE, |run, _| {
        let own = |row: SheetRow<'_>| row.number("Effect").zip(row.number("Cost"));
        run.rows("icers.csv", |row| if row.text("Strategy") == "blinatumomab" { own(row) } else { None })
            .into_iter()
            .map(both)
            .collect()
    }),
    case("frontier", 0, BLUE, |run, _| {
        ["lower_95", "upper_95"]
            .map(|end| {
                both((
                    run.outcome("chemotherapy", "qalys", end),
                    run.outcome("chemotherapy", "costs", "mean"),
                ))
            })
            .to_vec()
    }),
    case("acceptability", 0, BLUE, |run, _| by_threshold(run, "ceac.csv", "chemotherapy", "Proportion", 0.0)),
    case("information", 0, ORANGE, |run, _| {
        by_threshold(run, "expected_loss.csv", "blinatumomab", "Expected_Loss", 0.0)
    }),
    case("information", 0, ORANGE, |run, _| {
        by_threshold(run, "expected_loss.csv", "blinatumomab", "Expected_Loss", 1.96)
    }),
    case("information", 1, BLACK, |run, _| by_threshold(run, "evpi.csv", "", "EVPI", 0.0)),
    case("information", 1, BLACK, |run, _| by_threshold(run, "evpi.csv", "", "EVPI", 1.96)),
    case("information", 1, BLACK, |run, _| by_threshold(run, "evpi.csv", "", "EVPI", -1.96)),
    case("evppi", 0, BLUE, |run, _| {
        let mut all = run.rows("evppi.csv", |row| {
            (row.number("WTP") == Some(300_000.0)).then(|| row.number("EVPPI").unwrap())
        });
        all.sort_by(|one, other| other.total_cmp(one));
        let own = all.into_iter().filter(|own| *own > 0.0).take(12).enumerate();
        own.map(|(row, value)| across(row as f64, value)).collect()
    }),
    case("tornado_blinatumomab", 0, SKY, |run, _| {
        let own = run.rows("tornado.csv", |row| {
            (row.text("outcome") == "net_monetary_benefit").then(|| row.number("at_low").unwrap())
        });
        own.into_iter().take(12).enumerate().map(|(row, value)| across(row as f64, value)).collect()
    }),
    case("convergence", 0, BLUE, |run, _| settling(run, "chemotherapy", "life_years")),
    case("convergence", 1, ORANGE, |run, _| settling(run, "blinatumomab", "life_years_minus_chemotherapy")),
    case("incidence", 0, "#E0651A", |run, _| {
        edge(run, "incidence.csv", ("event", "probability"), "chemotherapy", &["relapse"])
    }),
    case("incidence", 2, "#000000", |run, _| {
        let below = ["relapse", "relapse_antigen_modulation", "relapse_negative_clone", "death_treatment"];
        edge(run, "incidence.csv", ("event", "probability"), "blinatumomab", &below)
    }),
    // Beside the stacks each share by itself, with its interval.
    case("incidence", 1, "#E0651A", |run, _| bounds(run, ("relapse", "chemotherapy"))),
    case("incidence", 3, "#000000", |run, _| bounds(run, ("death_treatment", "blinatumomab"))),
    case("occupancy", 2, "#F7EF8A", |run, _| {
        edge(run, "occupancy.csv", ("state", "share"), "blinatumomab", &["remission", "mrd_positive"])
    }),
    case("swimmer", 1, "#2FBF8F", |run, _| {
        let all = run.rows("histories.csv", |row| {
            let own = row.number("strategy_id") == Some(2.0) && row.text("from") == "remission";
            own.then(|| (row.number("time_start").unwrap(), row.number("time_stop").unwrap()))
        });
        let shown = all.into_iter().filter(|own| own.1 < 30.0).flat_map(|own| [own.0, own.1]);
        shown.map(|month| (Some(month), None)).collect()
    }),
    case("response", 0, ORANGE, |run, panel| {
        [("cr", "complete remission"), ("relapse", "relapse"), ("transplant", "transplant")]
            .map(|(outcome, words)| across(panel.row(words), run.outcome("blinatumomab", outcome, "mean")))
            .to_vec()
    }),
    case("response", 0, BLACK, |run, panel| {
        let row = panel.row("MRD-negative");
        ["lower_95", "upper_95"]
            .map(|end| across(row, run.outcome("blinatumomab", "mrd_negative", end)))
            .to_vec()
    }),
    case("toxicity", 0, ORANGE, |run, panel| {
        [("crs_any", "CRS, any grade"), ("infection", "infection, grade 3 or more")]
            .map(|(outcome, words)| across(panel.row(words), run.outcome("blinatumomab", outcome, "mean")))
            .to_vec()
    }),
    case("costs", 0, BLUE, |run, panel| {
        [("costs", "all costs"), ("cost_drug", "drugs and cell products"), ("cost_care", "care by state")]
            .map(|(outcome, words)| across(panel.row(words), run.outcome("chemotherapy", outcome, "mean")))
            .to_vec()
    }),
];

const TRIALS: [Case; 4] = [
    case("trial_spread", 0, BLUE, |run, panel| {
        let all = run.rows("trials.csv", |row| {
            let own = row.text("experiment") == "as_modelled" && row.number("patients") == Some(40.0);
            own.then(|| row.number("response").unwrap() - row.number("response_control").unwrap())
        });
        // The axis is in percentage points.
        all.into_iter().take(100).map(|own| across(panel.row("40 patients"), own * 100.0)).collect()
    }),
    case("trial_power", 0, BLUE, |run, panel| {
        let all = run.rows("trial_power.csv", |row| {
            let own = row.text("experiment") == "as_modelled" && row.text("outcome") == "logrank_rejects";
            own.then(|| (row.text("patients").to_owned(), row.number("mean").unwrap()))
        });
        all.into_iter()
            .take(2)
            .map(|(size, own)| across(panel.row(&format!("{size} patients")), own))
            .collect()
    }),
    case("one_trial_40", 0, ORANGE, |run, _| {
        let all = run.rows("trial_curves.csv", |row| {
            let own = row.number("patients") == Some(40.0)
                && row.number("trial") == Some(1.0)
                && row.text("strategy") == "blinatumomab"
                && row.number("events").is_some_and(|events| events > 0.0);
            own.then(|| (row.number("months").unwrap(), row.number("survival").unwrap()))
        });
        all.into_iter().map(both).collect()
    }),
    case("one_trial_40", 0, ORANGE, |run, _| {
        let all = run.rows("trial_curves.csv", |row| {
            let own = row.number("patients") == Some(40.0)
                && row.number("trial") == Some(1.0)
                && row.text("strategy") == "blinatumomab";
            own.then(|| row.number("months").zip(row.number("lower_95"))).flatten()
        });
        all.into_iter().map(both).collect()
    }),
];

const IGNORANCE: [Case; 1] = [case("uncertainties", 0, BLUE, |run, _| {
    let spread = run.rows("spread.csv", |row| {
        let own = row.text("strategy") == "chemotherapy" && row.text("outcome") == "life_years";
        own.then(|| [row.number("sd").unwrap(), row.number("unknown_sd").unwrap()])
    });
    let noise = run.outcome("chemotherapy", "life_years", "mc_se");
    [spread[0][0], spread[0][1], noise]
        .into_iter()
        .enumerate()
        .map(|(row, own)| across(row as f64, own))
        .collect()
})];

const LUCK: [Case; 1] = [case("paired_errors", 0, BLUE, |run, _| {
    vec![across(0.0, run.outcome("chemotherapy", "life_years", "mc_se") * 365.25)]
})];

/// Rims of the discs that published points of near patients are.
const NEAR_PATIENTS: [Case; 2] = [
    case("survival", 0, "#777777", |run, _| related(run, "os")),
    case("events", 1, "#777777", |run, _| related(run, "rfs")),
];

/// Published points of a curve of patients near to those of a strategy, and the ends of their intervals.
fn related(run: &Run, endpoint: &str) -> Wanted {
    let all = run.rows("published_related.csv", |row| {
        let month = row.number("months").filter(|_| row.text("endpoint") == endpoint)?;
        let columns = ["published", "published_low", "published_high"];
        Some(columns.map(|column| both((month, row.number(column).unwrap()))))
    });
    all.into_iter().flatten().collect()
}

const RUNS: [(&[&str], &[Case]); 5] = [
    // At this threshold knowing more is worth something.
    (
        &["tower_economics", "--patients", "60", "--draws", "24", "--set", "economics.threshold=300000"],
        &ECONOMIC,
    ),
    (&["ph_positive", "--patients", "50", "--draws", "4"], &NEAR_PATIENTS),
    (&["lesson_one_trial", "--patients", "200"], &TRIALS),
    (&["lesson_chance_and_ignorance", "--patients", "100", "--draws", "40"], &IGNORANCE),
    (&["lesson_same_luck", "--patients", "200", "--draws", "10"], &LUCK),
];

/// Whether a point lies at a value; within a row at any height of it.
fn shows(panel: &Scaled<'_>, points: &[(f64, f64)], (x, y): (Option<f64>, Option<f64>)) -> bool {
    let (across, up) = ((panel.x.1 - panel.x.0).abs() * NEAR, (panel.y.1 - panel.y.0).abs() * NEAR);
    let up = if panel.rows.is_empty() { up } else { 0.5 };
    points
        .iter()
        .any(|own| x.is_none_or(|x| (own.0 - x).abs() <= across) && y.is_none_or(|y| (own.1 - y).abs() <= up))
}

#[test]
fn pictures_are_their_tables() {
    let mut faults = Vec::new();
    for (arguments, cases) in RUNS {
        let folder = Folder::new();
        let all = ["run"].iter().chain(arguments).chain(&["--report", "--quiet"]);
        folder.run(&all.copied().collect::<Vec<_>>()).ends_with(0);
        let run = Run(folder.at(&format!("output/{}", arguments[0])));
        for (at, Case { figure, panel, colour, wanted }) in cases.iter().enumerate() {
            let svg = fs::read_to_string(run.0.join(format!("figures/{figure}.svg"))).unwrap();
            let drawing = Drawing::of(svg);
            let axes = drawing.scaled(*panel).unwrap_or_else(|| panic!("{figure}: no axes in panel {panel}"));
            let points = axes.points(colour);
            let wanted = wanted(&run, &axes);
            assert!(!wanted.is_empty(), "{figure}, case {at}: the table has nothing of it");
            let missing: Vec<_> = wanted.iter().filter(|own| !shows(&axes, &points, **own)).collect();
            if !missing.is_empty() {
                let (count, first) = (missing.len(), missing[0]);
                faults.push(format!(
                    "{figure}, case {at}: {count} of {} are not drawn: {first:?}",
                    wanted.len()
                ));
            }
            // A number that were another would be missed: of all that are moved most are found nowhere.
            let aside = |value: f64, (from, to): (f64, f64)| value + MOVED * (to - from);
            let by_row = !axes.rows.is_empty();
            let moved = wanted.iter().map(|(x, y)| {
                let up = |own: f64| if by_row { own } else { aside(own, axes.y) };
                (x.map(|own| aside(own, axes.x)), y.map(up))
            });
            let unseen = moved.filter(|own| !shows(&axes, &points, *own)).count();
            if unseen * 4 < wanted.len() {
                faults
                    .push(format!("{figure}, case {at}: only {unseen} of {} moved are missed", wanted.len()));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}
