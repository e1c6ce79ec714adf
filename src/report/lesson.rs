//! A lesson as the manifest holds it, and its texts with the figures of the run in them.

mod gap;

use super::rounded::{grouped, shortened};
use super::told::{SheetRow, Told};
use crate::model::{CellFormat, Lesson, LessonStep, Passage, Piece, RunKey};
use crate::place::Place;
use crate::scenario::{ErrorKind, Problem, Problems, pieces};
use gap::whole_paragraphs;
use serde_json::{Map, Value, json};

/// The lesson for the manifest.
pub(super) fn written(lesson: &Lesson) -> Value {
    let steps: Vec<Value> = lesson.steps.iter().map(written_step).collect();
    json!({
        "aim": passage(&lesson.aim),
        "for_whom": lesson.for_whom,
        "minutes": lesson.minutes,
        "assumes": lesson.assumes.iter().map(passage).collect::<Vec<_>>(),
        "steps": steps,
    })
}

fn passage(own: &Passage) -> Value {
    json!({ "text": own.text, "file": own.place.file, "line": own.place.line, "key": own.key })
}

fn written_step(step: &LessonStep) -> Value {
    let question = step.question.as_ref();
    json!({
        "heading": step.heading,
        "text": passage(&step.text),
        "least": step.least.iter().map(|(name, least)| ((*name).to_owned(), json!(least))).collect::<Map<_, _>>(),
        "figure": step.figure,
        "table": step.table,
        "ask": question.map(|(ask, _)| passage(ask)),
        "answer": question.map(|(_, answer)| passage(answer)),
        "try": step.attempt,
    })
}

/// Names of the figures that the lesson of a run shows.
pub(super) fn figures_asked(told: &Told) -> impl Iterator<Item = &str> {
    let steps = told.manifest["lesson"]["steps"].as_array();
    steps.into_iter().flatten().filter_map(|step| step["figure"].as_str())
}

/// Whether it shows a figure.
pub(super) fn asks_for(told: &Told, figure: &str) -> bool {
    figures_asked(told).any(|own| own == figure)
}

/// Names of the figures of steps for which the run is too small, but for those that another step shows.
pub(super) fn figures_withheld(told: &Told) -> Vec<&str> {
    let steps = || told.manifest["lesson"]["steps"].as_array().into_iter().flatten();
    let of = |small: bool| {
        let own = steps().filter(move |step| too_small(told, step).is_some() == small);
        own.filter_map(|step| step["figure"].as_str())
    };
    of(true).filter(|name| !of(false).any(|other| other == *name)).collect()
}

/// Whether the run is too small for a step of its lesson.
pub(super) fn lacks(told: &Told) -> bool {
    let steps = told.manifest["lesson"]["steps"].as_array();
    steps.into_iter().flatten().any(|step| too_small(told, step).is_some())
}

/// Why a run is too small for what a step says of it; nothing where it is not.
pub(super) fn too_small(told: &Told, step: &Value) -> Option<String> {
    let asked = step["least"].as_object()?;
    let lack = |(name, least): (&String, &Value)| {
        let least = least.as_f64()?;
        let has = size(told, name).unwrap_or(0.0);
        let what = match (name.as_str(), least == 1.0) {
            ("patients", true) => "patient in a draw",
            ("patients", false) => "patients in a draw",
            ("lives", true) => "simulated life under each strategy",
            ("lives", false) => "simulated lives under each strategy",
            ("histories", true) => "patient whose history is drawn",
            ("histories", false) => "patients whose histories are drawn",
            ("trials", true) => "trial of each size",
            ("trials", false) => "trials of each size",
            (other, _) => other,
        };
        let has_words = if has == 0.0 { "none".to_owned() } else { grouped(has, 0) };
        (has < least).then(|| format!("at least {} {what}, and has {has_words}", grouped(least, 0)))
    };
    let lacks: Vec<String> = asked.iter().filter_map(lack).collect();
    (!lacks.is_empty()).then(|| {
        format!(
            "Too little was simulated to tell what this step tells: the run would need {}.",
            lacks.join("; ")
        )
    })
}

/// A size of the run; the exact engine walks as many patients as anyone could ask for.
fn size(told: &Told, name: &str) -> Option<f64> {
    match name {
        "patients" if told.say("engine") == "exact" => Some(f64::INFINITY),
        // The exact engine has no trials, though its scenario may.
        "trials" => {
            told.sheet("trials.csv")?;
            let all = told.manifest["trial"]["trials"].as_array().into_iter().flatten();
            all.filter_map(Value::as_f64).reduce(f64::min)
        }
        _ => counted(told, RunKey::ALL.into_iter().find(|(own, _)| *own == name)?.1),
    }
}

/// A part of a text, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Spoken {
    /// Text as it is.
    Text(String),
    /// A figure of the run, and the words that ask for it.
    Figure(String, String),
    /// A record of the evidence.
    Evidence(String),
}

/// A part of a text, or the words that ask for a figure which the run leaves undefined.
type Part = Result<Spoken, String>;

/// The parts of a passage of the manifest. A paragraph that asks for an undefined figure is left out, which is said in
/// its place: a sentence with a hole in it would state nothing, or something false.
///
/// # Errors
/// Where it asks for what the run does not have: the file of the scenario, its line and key.
pub(super) fn spoken(told: &Told, own: &Value) -> Result<Vec<Spoken>, Problems> {
    let text = |key: &str| own[key].as_str().unwrap_or_default();
    let line = own["line"].as_u64().unwrap_or(0) as usize;
    let at = |kind, found: String, allowed: String, nearest| {
        let place = Place { file: text("file").to_owned(), line, column: 0 };
        Problems::from(Problem { place, key: text("key").to_owned(), kind, found, allowed, nearest })
    };
    let parts = pieces(text("text"))
        .map_err(|error| at(ErrorKind::Syntax, error.found, error.allowed, error.nearest))?;
    let said = parts.into_iter().map(|piece| match piece {
        Piece::Text(text) => Ok(Ok(Spoken::Text(text))),
        Piece::Run(key) => {
            let (name, _) = RunKey::ALL.into_iter().find(|(_, own)| *own == key).unwrap_or(("", key));
            Ok(figure(run(told, key), format!("run {name}")))
        }
        Piece::Evidence(id) => {
            let used = told.manifest["evidence"].as_array().into_iter().flatten();
            let ids: Vec<&str> = used.filter_map(|own| own["record"].as_str()).collect();
            if ids.contains(&id.as_str()) {
                return Ok(Ok(Spoken::Evidence(id)));
            }
            let nearest = crate::id::nearest(&id, ids.iter().copied()).map(ToOwned::to_owned);
            let allowed = "a record that the run uses".to_owned();
            Err(at(ErrorKind::UnknownName, format!("{{evidence {id}}}"), allowed, nearest))
        }
        Piece::Cell { written, table, holds, column, format } => {
            let cell = cell(told, &table, &holds, &column).map_err(|lack| {
                at(ErrorKind::UnknownName, format!("{{{written}}}"), lack.allowed, lack.nearest)
            })?;
            Ok(figure(cell.map(|cell| shown(told, &column, cell, format)), written))
        }
    });
    let said: Vec<Part> = said.collect::<Result<_, Problems>>()?;
    Ok(whole_paragraphs(said))
}

fn figure(shown: Option<String>, written: String) -> Part {
    match shown {
        Some(shown) => Ok(Spoken::Figure(shown, written)),
        None => Err(written),
    }
}

fn run(told: &Told, key: RunKey) -> Option<String> {
    counted(told, key).map(|value| grouped(value, 0))
}

fn counted(told: &Told, key: RunKey) -> Option<f64> {
    let count = |name: &str| told.count(name);
    match key {
        RunKey::Patients => count("patients"),
        RunKey::Draws => count("draws"),
        RunKey::Lives => count("patients").zip(count("draws")).map(|(patients, draws)| patients * draws),
        RunKey::Seed => count("seed"),
        // As many as were asked for, or all.
        RunKey::Histories => {
            count("patients").zip(count("histories")).map(|(patients, histories)| histories.min(patients))
        }
    }
}

/// Why there is no cell.
struct Lack {
    allowed: String,
    nearest: Option<String>,
}

/// A cell; nothing where it is empty, the run is without the table, or sizes other than those of the lesson left out
/// its row.
fn cell<'a>(
    told: &'a Told,
    table: &str,
    holds: &[(String, String)],
    column: &str,
) -> Result<Option<&'a str>, Lack> {
    let Some(sheet) = told.sheet(table) else { return Ok(None) };
    let nearest = |name: &str, known: Vec<&str>| crate::id::nearest(name, known).map(ToOwned::to_owned);
    for name in holds.iter().map(|(name, _)| name.as_str()).chain([column]) {
        if !sheet.columns().iter().any(|known| known == name) {
            return Err(Lack {
                allowed: format!("columns of {table}: {}", sheet.columns().join(", ")),
                nearest: nearest(name, sheet.columns().iter().map(String::as_str).collect()),
            });
        }
    }
    let mut rows: Vec<SheetRow<'a>> = sheet.rows().collect();
    for (name, value) in holds {
        let before = rows.clone();
        rows.retain(|row| same(row.text(name), value));
        if rows.is_empty() {
            // A size or a month that was set anew is no fault of the text; a name that is gone is.
            let anew = told.manifest["overrides"].as_array().is_some_and(|own| !own.is_empty());
            if anew && value.split('_').any(|part| part.parse::<f64>().is_ok()) {
                return Ok(None);
            }
            return Err(Lack {
                allowed: format!("a row of {table}, of which none has {name}={value} there"),
                nearest: nearest(value, before.iter().map(|row| row.text(name)).collect()),
            });
        }
    }
    match rows[..] {
        [row] => Ok(Some(row.text(column)).filter(|cell| !cell.is_empty())),
        _ => Err(Lack {
            allowed: format!("conditions that hold in one row of {table}, not in {}", rows.len()),
            nearest: None,
        }),
    }
}

/// Whether a cell holds a value; numbers are compared as numbers.
fn same(cell: &str, value: &str) -> bool {
    cell == value
        || matches!((cell.parse::<f64>(), value.parse::<f64>()), (Ok(cell), Ok(value)) if cell == value)
}

fn shown(told: &Told, column: &str, cell: &str, format: CellFormat) -> String {
    let Ok(value) = cell.parse::<f64>() else {
        let strategy = matches!(column, "strategy" | "Strategy" | "comparator" | "Comparator");
        return if strategy { told.label(cell).to_owned() } else { cell.to_owned() };
    };
    let sign = |signed: bool, text: String| if signed && value > 0.0 { format!("+{text}") } else { text };
    match format {
        CellFormat::Plain => shortened(value),
        CellFormat::Decimals(decimals, signed) => sign(signed, grouped(value, decimals)),
        CellFormat::Percent(decimals, signed) => {
            sign(signed, format!("{}\u{a0}%", grouped(value * 100.0, decimals)))
        }
        CellFormat::Points(decimals, signed) => sign(signed, grouped(value * 100.0, decimals)),
        CellFormat::Months => grouped(value * 12.0, 1),
        CellFormat::Days => grouped(value * 365.25, 1),
        CellFormat::Of(most) => grouped(value * f64::from(most), 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUMMARY: &[u8] = b"strategy,outcome,mean\na,cr,0.436\na,os,\nb,cr,0.24\n";

    fn told() -> Told {
        let manifest = json!({
            "program": "remisim",
            "strategies": [
                { "id": "a", "label": "Arm A", "rests_on": {} },
                { "id": "b", "label": "Arm B", "rests_on": {} },
            ],
            "patients": 10_000, "draws": 20, "histories": 20_000, "evidence": [{ "record": "Q08" }],
            "outputs": [{ "file": "summary.csv", "sha256": crate::files::sha256(SUMMARY) }],
        });
        let manifest: &'static [u8] = manifest.to_string().leak().as_bytes();
        Told::read(|name| if name == "manifest.json" { Some(manifest) } else { Some(SUMMARY) }).unwrap()
    }

    fn said(text: &str) -> Result<String, Problems> {
        let own = json!({ "text": text, "file": "lesson_x.toml", "line": 7, "key": "lesson.aim" });
        let parts = spoken(&told(), &own)?.into_iter().map(|part| match part {
            Spoken::Text(text) | Spoken::Figure(text, _) | Spoken::Evidence(text) => text,
        });
        Ok(parts.collect())
    }

    #[test]
    fn a_text_says_what_its_table_says() {
        let cr =
            |format: &str| said(&format!("{{summary.csv strategy=a outcome=cr mean {format}}}")).unwrap();
        let shown = ["%", "%1", "of100", "2", "+1", "+%", "months", "days"].map(cr);
        assert_eq!(shown, ["44\u{a0}%", "43.6\u{a0}%", "44", "0.44", "+0.4", "+44\u{a0}%", "5.2", "159.2"]);
        assert_eq!(said("{summary.csv mean=0.24 strategy}").unwrap(), "Arm B");
        assert_eq!(said("{summary.csv mean=0.240 outcome}").unwrap(), "cr");
        assert_eq!(said("{run lives} {{}} {evidence Q08}").unwrap(), "200,000 {} Q08");
    }

    #[test]
    fn a_paragraph_with_an_undefined_figure_is_left_out_and_others_stay() {
        let gap = |table: &str| {
            format!(
                "A paragraph is left out here: it needs a number of `{table}` that this run does not tell. Runs of few draws \
                 or patients, of other sizes or a shorter horizon, and those of the exact engine, which has no patients, tell less."
            )
        };
        // A cell that is empty, a table that the run does not have.
        let empty = "summary.csv strategy=a outcome=os mean 1";
        assert_eq!(said(&format!("It is {{{empty}}}.")).unwrap(), gap("summary.csv"));
        let missing = "trial_power.csv patients=40 mean 1";
        let text =
            format!("First {{run draws}}.\n\n{{run draws}} of {{{missing}}} years.\n\nLast {{run seed}}.");
        assert_eq!(
            said(&text).unwrap(),
            format!("First 20.\n\n{}\n\n{}", gap("trial_power.csv"), gap("run"))
        );
    }

    #[test]
    fn no_more_histories_are_told_than_there_are_patients() {
        assert_eq!(said("{run histories}").unwrap(), "10,000");
    }

    #[test]
    fn what_the_run_does_not_have_is_told_with_its_place() {
        let told = |text: &str| said(text).unwrap_err().to_string();
        assert_eq!(
            told("{summary.csv strategy=a outcome=cr maen}"),
            "lesson_x.toml:7: lesson.aim: found {summary.csv strategy=a outcome=cr maen}, allowed columns of \
             summary.csv: strategy, outcome, mean; did you mean \"mean\"?"
        );
        assert!(told("{summary.csv strategy=a mean}").contains("not in 2"));
        assert!(told("{summary.csv strategy=a outcome=crr mean}").ends_with("did you mean \"cr\"?"));
        assert!(told("{evidence Q09}").ends_with("did you mean \"Q08\"?"));
    }
}
