//! The lesson that a page begins with: aim, steps with figures in place, questions with folded answers, what to try.

use super::super::figure::{Figure, frames, narrow};
use super::super::lesson::{Spoken, lacks, spoken, too_small};
use super::super::told::Told;
use super::framed;
use super::links::Links;
use super::tables::{shown_at, table_of};
use crate::model::Piece;
use crate::scenario::{Problems, pieces};
use maud::{Markup, html};
use serde_json::Value;

/// Rows of a table that a step shows; longer ones stay files.
const ROWS: usize = 200;

/// The lesson; nothing where the run has none.
///
/// # Errors
/// Where a text asks for what the run does not have.
pub(super) fn lesson(told: &Told, figures: &[Figure], links: &Links) -> Result<Option<Markup>, Problems> {
    let own = &told.manifest["lesson"];
    let Some(steps) = own["steps"].as_array() else { return Ok(None) };
    let aim = paragraphs((told, links), &own["aim"])?;
    let steps = steps.iter().enumerate().map(|(at, own)| step((told, links), figures, at, own));
    let steps = steps.collect::<Result<Vec<_>, _>>()?;
    let assumes = own["assumes"].as_array().into_iter().flatten();
    let assumes = assumes.map(|own| note((told, links), own)).collect::<Result<Vec<_>, _>>()?;
    Ok(Some(html! {
        section #lesson {
            h2 { "The lesson" }
            div.aim { (aim) }
            p.hint {
                "For " (words(&own["for_whom"])) ". About " (own["minutes"]) " minutes. Underlined figures are those of this run; \
                 press one to read where it stands. "
                button #print-lesson type="button" hidden { "Print the lesson alone" }
            }
            @for step in steps { (step) }
            aside #teacher aria-labelledby="teacher-title" {
                h3 #teacher-title { "For the teacher: what is assumed" }
                @for text in assumes { (text) }
                p {
                    "Underlined numbers of the text are read off the tables of this run, so that another seed, size or setting writes them \
                     anew; others are published, or belong to the example as it is shipped. What the run rests on stands under " a href="#warnings" { "Warnings" } " and " a href="#evidence" { "Evidence" } " below. \
                     Answers are folded, in print too. For teaching, not medical advice."
                }
            }
        }
    }))
}

/// A note for the teacher. What it tells of the run is left out where the run is too small for a step.
fn note((told, links): (&Told, &Links), own: &Value) -> Result<Markup, Problems> {
    let figures = spoken(told, own)?.iter().any(|part| matches!(part, Spoken::Figure(..)));
    if figures && lacks(told) {
        return Ok(
            html! { p.lack { "A note with figures of the run is left out here: the run is too small for a step." } },
        );
    }
    paragraphs((told, links), own)
}

fn words(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn step(
    (told, links): (&Told, &Links),
    figures: &[Figure],
    at: usize,
    own: &Value,
) -> Result<Markup, Problems> {
    let lack = too_small(told, own);
    let text = match &lack {
        Some(words) => html! { p.lack { (words) } },
        None => paragraphs((told, links), &own["text"])?,
    };
    let question = match (&own["ask"], &own["answer"]) {
        (Value::Null, _) | (_, Value::Null) => None,
        _ if lack.is_some() => None,
        (ask, answer) => Some((paragraphs((told, links), ask)?, paragraphs((told, links), answer)?)),
    };
    let (number, file) = (at + 1, words(&own["table"]));
    Ok(html! {
        section.step id={ "step-" (number) } {
            h3 { (number) ". " (words(&own["heading"])) }
            (text)
            @if let (None, Some(name)) = (&lack, own["figure"].as_str()) {
                @match figures.iter().find(|figure| figure.name == name) {
                    Some(figure) => (picture(told, figure, links)),
                    None => p.hint { "This run has no figure " code { (name) } ": its tables are missing or hold nothing of it." },
                }
            }
            @if let Some(sheet) = told.sheet(file).filter(|sheet| lack.is_none() && sheet.rows().count() <= ROWS) {
                details.table { summary { "The table: " (file) } (table_of(told, (file, file), sheet, links, |_| None)) }
            }
            @if let (None, Some(command)) = (&lack, own["try"].as_str()) {
                div.try { p { "Try it:" } pre { code { (command) } } }
            }
            @if let Some((ask, answer)) = question {
                div.question { (ask) details { summary { "Answer" } (answer) } }
            }
        }
    })
}

/// A figure; one that has frames moves, and stands still in print; one that has a narrow drawing fits a telephone.
fn picture(told: &Told, figure: &Figure, links: &Links) -> Markup {
    let (frames, narrow) = (frames(told, &figure.name), narrow(told, &figure.name));
    framed((told, links), figure, (&frames, narrow.as_deref()), 4)
}

/// A passage as paragraphs.
fn paragraphs((told, links): (&Told, &Links), own: &Value) -> Result<Markup, Problems> {
    // Paragraphs end at empty lines; a figure of the run holds none.
    let mut all: Vec<Vec<Spoken>> = vec![Vec::new()];
    for part in spoken(told, own)? {
        let Spoken::Text(text) = part else {
            all.last_mut().into_iter().for_each(|last| last.push(part.clone()));
            continue;
        };
        for (at, piece) in text.split("\n\n").enumerate() {
            if at > 0 {
                all.push(Vec::new());
            }
            all.last_mut().into_iter().for_each(|last| last.push(Spoken::Text(piece.to_owned())));
        }
    }
    let empty = |part: &Spoken| matches!(part, Spoken::Text(text) if text.trim().is_empty());
    all.retain(|parts| !parts.iter().all(empty));
    Ok(html! { @for parts in &all { p { @for part in parts { (said((told, links), part)) } } } })
}

/// A part of a paragraph; text between backquotes is code, between asterisks it is stressed.
fn said((told, links): (&Told, &Links), part: &Spoken) -> Markup {
    let stressed = |text: &str| {
        html! {
            @for (at, piece) in text.split('*').enumerate() {
                @if at % 2 == 1 { em { (piece) } } @else { (piece) }
            }
        }
    };
    match part {
        Spoken::Text(text) => html! {
            @for (at, piece) in text.split('`').enumerate() {
                @if at % 2 == 1 { code { (piece) } } @else { (stressed(piece)) }
            }
        },
        Spoken::Figure(shown, written) => {
            let Whence { words, place, strategy } = whence(told, written);
            let rests = strategy.and_then(|id| links.strategy(&id));
            // A button is reached by touch and keyboard; the script says its words after it.
            html! {
                button.asks type="button" data-whence=(words) data-place=[place] data-rests=[rests] {
                    span.figure title=(written) { (shown) }
                }
            }
        }
        Spoken::Evidence(id) => html! { a href={ "#evidence-" (id) } { (id) } },
    }
}

/// Where a figure of a text stands: in words, the id of its table where the page has it, and its strategy.
struct Whence {
    words: String,
    place: Option<String>,
    strategy: Option<String>,
}

fn whence(told: &Told, written: &str) -> Whence {
    // It was read once already, so that it is one piece; else it is shown as it was written.
    let piece = pieces(&format!("{{{written}}}")).ok().and_then(|parts| parts.into_iter().next());
    let Some(Piece::Cell { table, holds, column, .. }) = piece else {
        let (words, place) = match written.strip_prefix("run ") {
            Some(name) => (format!("{name} of this run"), Some("again".to_owned())),
            None => (written.to_owned(), None),
        };
        return Whence { words, place, strategy: None };
    };
    let row = holds.iter().map(|(name, value)| match name.as_str() {
        "strategy" | "Strategy" => format!("“{}”", told.label(value)),
        name => format!("{} {}", name.replace('_', " "), name_words(value)),
    });
    let row = row.collect::<Vec<_>>().join(", ");
    let row = if row.is_empty() { row } else { format!(" in the row of {row}") };
    let (place, caption) = shown_at(told, &table).unzip();
    let caption = caption.map_or(table.clone(), |caption| format!("“{caption}” ({table})"));
    let strategy =
        holds.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("strategy")).map(|(_, id)| id);
    Whence { words: format!("{}{row}, from the table {caption}", column_words(&column)), place, strategy }
}

/// A name of a table with the abbreviations of the field written out.
fn name_words(name: &str) -> String {
    let word = |word: &str| match word {
        "os" => "overall survival".to_owned(),
        "efs" => "event-free survival".to_owned(),
        "rfs" => "relapse-free survival".to_owned(),
        "cir" => "cumulative incidence of relapse".to_owned(),
        "cr" => "complete remission".to_owned(),
        "crs" => "cytokine release syndrome".to_owned(),
        other => other.to_owned(),
    };
    name.split('_').map(word).collect::<Vec<_>>().join(" ")
}

/// What the columns of most tables hold, for who has not read the reference.
fn column_words(column: &str) -> String {
    match column {
        "mean" => "the mean".to_owned(),
        "mc_se" => "the Monte Carlo error of the mean".to_owned(),
        "draw_se" => "the standard error of the mean over draws".to_owned(),
        "lower_95" => "the lower end of the 95 % interval".to_owned(),
        "upper_95" => "the upper end of the 95 % interval".to_owned(),
        "sd" => "the standard deviation between patients".to_owned(),
        "unknown_sd" => "the standard deviation of what is not known".to_owned(),
        "probability" => "the probability".to_owned(),
        "published" => "the published value".to_owned(),
        other => match other.strip_prefix('p').map(|rest| rest.replace('_', ".")) {
            Some(rank) if rank.parse::<f64>().is_ok() => {
                format!("the value that {} of 100 are below", rank.trim_start_matches('0'))
            }
            _ => name_words(other),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_told_in_words() {
        let told = ["mean", "p05", "p97_5", "hazard_ratio", "published"].map(column_words);
        let wanted = [
            "the mean",
            "the value that 5 of 100 are below",
            "the value that 97.5 of 100 are below",
            "hazard ratio",
            "the published value",
        ];
        assert_eq!(told, wanted);
        assert_eq!(name_words("os_median_months"), "overall survival median months");
    }
}
