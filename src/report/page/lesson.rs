//! The lesson that a page begins with: aim, steps with figures in place, questions with folded answers, what to try.

use super::super::figure::{Figure, frames};
use super::super::lesson::{Spoken, spoken};
use super::super::told::Told;
use super::links::Links;
use super::tables::table_of;
use super::{drawn, framed};
use crate::scenario::Problems;
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
    let aim = paragraphs(told, &own["aim"])?;
    let steps = steps.iter().enumerate().map(|(at, own)| step((told, links), figures, at, own));
    let steps = steps.collect::<Result<Vec<_>, _>>()?;
    let assumes = own["assumes"].as_array().into_iter().flatten();
    let assumes = assumes.map(|own| paragraphs(told, own)).collect::<Result<Vec<_>, _>>()?;
    Ok(Some(html! {
        section #lesson {
            h2 { "The lesson" }
            div.aim { (aim) }
            p.hint {
                "For " (words(&own["for_whom"])) ". About " (own["minutes"]) " minutes. Underlined figures are those of this run; \
                 point at one to see its table."
            }
            @for step in steps { (step) }
            aside #teacher aria-labelledby="teacher-title" {
                h3 #teacher-title { "For the teacher: what is assumed" }
                @for text in assumes { (text) }
                p {
                    "Every number in the text is read off the tables of this run, so another seed, size or setting writes it anew. What \
                     the run rests on stands under " a href="#warnings" { "Warnings" } " and " a href="#evidence" { "Evidence" } " below. \
                     Answers are folded, in print too. For teaching, not medical advice."
                }
            }
        }
    }))
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
    let text = paragraphs(told, &own["text"])?;
    let question = match (&own["ask"], &own["answer"]) {
        (Value::Null, _) | (_, Value::Null) => None,
        (ask, answer) => Some((paragraphs(told, ask)?, paragraphs(told, answer)?)),
    };
    let (number, file) = (at + 1, words(&own["table"]));
    Ok(html! {
        section.step id={ "step-" (number) } {
            h3 { (number) ". " (words(&own["heading"])) }
            (text)
            @if let Some(name) = own["figure"].as_str() {
                @match figures.iter().find(|figure| figure.name == name) {
                    Some(figure) => (picture(told, figure, links)),
                    None => p.hint { "This run has no figure " code { (name) } ": its tables are missing or hold nothing of it." },
                }
            }
            @if let Some(sheet) = told.sheet(file).filter(|sheet| sheet.rows().count() <= ROWS) {
                details { summary { "The table: " (file) } (table_of(told, (file, file), sheet, links, |_| None)) }
            }
            @if let Some(command) = own["try"].as_str() {
                div.try { p { "Try it:" } pre { code { (command) } } }
            }
            @if let Some((ask, answer)) = question {
                div.question { (ask) details { summary { "Answer" } (answer) } }
            }
        }
    })
}

/// A figure; one that has frames moves, and stands still in print.
fn picture(told: &Told, figure: &Figure, links: &Links) -> Markup {
    let frames = frames(told, &figure.name);
    if frames.is_empty() { drawn(figure, 4, links) } else { framed(figure, &frames, 4, links) }
}

/// A passage as paragraphs.
fn paragraphs(told: &Told, own: &Value) -> Result<Markup, Problems> {
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
    Ok(html! { @for parts in &all { p { @for part in parts { (said(part)) } } } })
}

/// A part of a paragraph; text between backquotes is code, between asterisks it is stressed.
fn said(part: &Spoken) -> Markup {
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
        Spoken::Figure(shown, written) => html! { span.figure title=(written) { (shown) } },
        Spoken::Evidence(id) => html! { a href={ "#evidence-" (id) } { (id) } },
    }
}
