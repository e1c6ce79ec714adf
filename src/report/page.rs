//! `report.html`: one file that needs nothing else, from the tables of a run and its figures.

mod answer;
mod data;
mod evidence;
mod gain;
mod glossary;
mod greatest;
mod known;
mod lesson;
mod links;
mod need;
mod policy;
mod ratios;
mod said;
mod shares;
mod tables;
mod warnings;
mod winning;
mod wins;

use super::figure::{Figure, Frame, Names, Subject};
use super::lesson::{figures_asked, figures_withheld};
use super::told::Told;
use crate::files::shipped;
use crate::scenario::Problems;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use serde_json::Value;

/// uPlot 1.6.32 (MIT), for what moves under the pointer.
const PLOTTING: &str = include_str!("page/uplot.min.js");
const PLOTTING_STYLE: &str = include_str!("page/uplot.min.css");
const EXPLORE_SCRIPT: &str = include_str!("page/explore.js");
const SCRIPT: &str = include_str!("page/page.js");
const STYLE: &str = include_str!("page/page.css");
const DEMAND_SCRIPT: &str = include_str!("page/demand.js");
const LESSON_SCRIPT: &str = include_str!("page/lesson.js");
const LESSON_STYLE: &str = include_str!("page/lesson.css");

/// The page of a finished run. A lesson stands before all else, with the figures that it asks for.
///
/// # Errors
/// Where a text of the lesson asks for what the run does not have.
pub fn page(told: &Told, figures: &[Figure]) -> Result<String, Problems> {
    let links = links::Links::of(told);
    let lesson = lesson::lesson(told, figures, &links)?;
    let asked: Vec<&str> = figures_asked(told).collect();
    let withheld = figures_withheld(told);
    let title = told.say("title");
    let subjects = Subject::ALL.iter().filter(|(own, _)| figures.iter().any(|figure| figure.subject == *own));
    let data = data::data(told);
    let demand = !data["demand"].is_null();
    let curves = data["curves"].as_array().is_some_and(|curves| !curves.is_empty());
    let money = told.priced().is_some();
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(PLOTTING_STYLE)) (PreEscaped(STYLE)) @if lesson.is_some() { (PreEscaped(LESSON_STYLE)) } }
            }
            body {
                @if lesson.is_some() { a.skip href="#lesson" { "To the lesson" } } @else { a.skip href="#answer" { "To the answer" } }
                header {
                    h1 { (title) }
                    p.question { (told.say("question")) }
                }
                nav aria-label="Sections" {
                    @if lesson.is_some() { a href="#lesson" { "Lesson" } a href="#teacher" { "For the teacher" } }
                    a href="#answer" { "Answer" }
                    a href="#explore" { "Explore" }
                    @for (subject, words) in subjects.clone() { a href={ "#" (anchor(*subject)) } { (words) } }
                    a href="#warnings" { "Warnings" }
                    a href="#tables" { "Tables" }
                    a href="#evidence" { "Evidence" }
                    a href="#again" { "Run it again" }
                }
                main {
                    @if let Some(lesson) = &lesson {
                        (lesson)
                        p.rest { "Here the lesson ends. What follows is the report that every run has." }
                    }
                    section #answer {
                        h2 { "The answer" }
                        @for said in answer::answer(told, &links) { (said.shown()) }
                    }
                    section #explore {
                        h2 { "Explore" }
                        noscript { p { "This part moves with scripts; the figures below hold the same curves." } }
                        (explore(told, (money, demand, curves)))
                        p.source { (tables::rests(told, &links)) }
                    }
                    @for (subject, words) in subjects {
                        section id=(anchor(*subject)) {
                            h2 { (words) }
                            @for figure in figures.iter().filter(|figure| figure.subject == *subject) {
                                @if withheld.contains(&figure.name.as_str()) {
                                    p { (figure.title) " is left out with the step of the lesson that shows it: the run is too small for it." }
                                } @else if asked.contains(&figure.name.as_str()) {
                                    p { a href={ "#figure-" (figure.name) } { (figure.title) } " stands in the lesson." }
                                } @else { (drawn(told, figure, 3, &links)) }
                            }
                        }
                    }
                    section #warnings {
                        h2 { "Warnings" }
                        (warnings::warnings(told, &links, figures))
                    }
                    section #tables {
                        h2 { "Tables" }
                        p.printed { "On paper folded tables and hashes stand open; other folded parts are printed only where they were opened before." }
                        p { "Rounded; the CSV files beside this page hold the whole numbers. A heading sorts, the button copies, a strategy leads to what its numbers rest on." }
                        (glossary::glossary())
                        (tables::tables(told, &links))
                    }
                    section #evidence {
                        h2 { "Evidence" }
                        (evidence::evidence(told, &links))
                    }
                    section #again {
                        h2 { "Run it again" }
                        (again(told))
                    }
                }
                footer { p { "remisim " (told.say("version")) ". For planning and teaching, not medical advice." } }
                script #data type="application/json" { (PreEscaped(embedded(&data))) }
                script { (PreEscaped(PLOTTING)) }
                script { (PreEscaped(EXPLORE_SCRIPT)) }
                script { (PreEscaped(SCRIPT)) }
                @if demand { script { (PreEscaped(DEMAND_SCRIPT)) } }
                @if lesson.is_some() { script { (PreEscaped(LESSON_SCRIPT)) } }
            }
        }
    };
    Ok(markup.into_string())
}

/// JSON that cannot end the element it stands in.
fn embedded(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c")
}

fn anchor(subject: Subject) -> &'static str {
    match subject {
        Subject::Survival => "survival",
        Subject::Course => "course",
        Subject::Response => "response",
        Subject::Economics => "economics",
        Subject::Uncertainty => "uncertainty",
        Subject::Demand => "demand",
        Subject::Calibration => "calibration",
        Subject::Trials => "trials",
    }
}

/// A figure with what is said of it, below a heading of some level.
fn drawn(told: &Told, figure: &Figure, level: u8, links: &links::Links) -> Markup {
    framed((told, links), figure, (&[], None), level)
}

/// A figure with frames that are shown one after the other; without scripts, and in print, it stands still. Where it has
/// another drawing for narrow screens, the screen chooses.
fn framed(
    (told, links): (&Told, &links::Links),
    figure: &Figure,
    (frames, narrow): (&[Frame], Option<&str>),
    level: u8,
) -> Markup {
    // What is laid over the curves is evidence too.
    let published = if figure.tables.contains(&"published.csv") { links.published() } else { &[] };
    let names: Vec<(&str, String)> = figure
        .names
        .iter()
        .chain(published.iter().filter(|name| !figure.names.contains(name)))
        .filter_map(|name| Some((name.as_str(), links.place(name)?)))
        .collect();
    let known = Names::of(told);
    let svg = figure.svg();
    // A title that stands in the picture too is read out, but not shown twice.
    let twice = svg.contains(&format!(">{}</text>", figure.title));
    html! {
        figure id={ "figure-" (figure.name) } {
            @if level > 3 { h4.unseen[twice] { (figure.title) } } @else { h3.unseen[twice] { (figure.title) } }
            div.drawn.still[!frames.is_empty()].ample[narrow.is_some()] tabindex="0" role="region" aria-label=(figure.title) style=(least(figure.legible())) { (PreEscaped(svg)) }
            @if let Some(narrow) = narrow { div.drawn.slim { (PreEscaped(narrow)) } }
            @if !frames.is_empty() {
                div.frames role="group" aria-label=(figure.title) hidden {
                    @for frame in frames { div.frame data-words=(frame.words) style=(least(frame.legible)) hidden { (PreEscaped(&frame.svg)) } }
                    p.controls {
                        button.before type="button" { "Previous" }
                        button.play type="button" aria-pressed="false" { "Play" }
                        button.after type="button" { "Next" }
                        output.told aria-live="polite" {}
                    }
                    p.hint { "Space plays and stops, the arrow keys step." }
                }
            }
            figcaption {
                p { (figure.caption) }
                details.words { summary { "In words" } p { (figure.alt) } }
                p.source { "From " (tables::named(told, figure.tables)) ". " (tables::rests(told, links)) }
                @if !names.is_empty() {
                    details.names {
                        summary { "Evidence of what it names" }
                        ul { @for (name, place) in &names { li { a href={ "#" (place) } { (known.what(name)) } " " code { (name) } } } }
                    }
                }
            }
        }
    }
}

/// How wide a narrow screen draws a figure at least, which it scrolls then.
fn least(pixels: u32) -> String {
    format!("--least: {pixels}px")
}

/// What moves: the script fills it, and what it draws is told in words and numbers beside it.
fn explore(told: &Told, (money, demand, curves): (bool, bool, bool)) -> Markup {
    html! {
        @if demand {
            div.live {
                h3 #demand-title { "Demand through time" }
                p { label for="resource" { "Resource " } select #resource {} }
                div #demand-live role="img" aria-labelledby="demand-title" aria-describedby="demand-words" {}
                p { label for="step" { "Days " } input #step type="range" min="0" step="1"; }
                output.read #demand-read for="step" aria-live="polite" {}
                p.hint #demand-words {}
                p.hint { "Point at days, or move them with the arrow keys, for the values." }
            }
        }
        fieldset.live #shown { legend { "Strategies shown" } }
        @if curves {
            div.live {
                h3 #curves-title { "Survival curves" }
                p { label for="endpoint" { "Curve " } select #endpoint {} " "
                    label for="until" { "Months " } select #until {} }
                div #curves role="img" aria-labelledby="curves-title" aria-describedby="curves-words" {}
                p { label for="month" { "Month " } input #month type="range" min="0" step="1"; }
                output.read #curves-read for="month" aria-live="polite" {}
                p.hint #curves-words {}
                p.hint { "Point at a month, or move the month with the arrow keys, for the values." }
            }
        }
        @if money {
            div.live {
                h3 #threshold-title { "What a QALY is worth" }
                p { label for="threshold" { "Threshold " } input #threshold type="range"; " "
                    output #threshold-value for="threshold" aria-live="polite" {} }
                div #acceptability-live role="img" aria-labelledby="threshold-title" aria-describedby="threshold-words" {}
                @for (share, words) in super::figure::prior_driven(told) {
                    p.beyond { span.gauge aria-hidden="true" { span style={ "width: " (format!("{:.0}", 100.0 * share)) "%" } {} } " " (words) "." }
                }
                div #benefit-live role="img" aria-labelledby="threshold-title" aria-describedby="threshold-words" {}
                p.hint #threshold-words {
                    "Above, lines are the probability of each strategy of being the best of all, whether shown or not, without simulation noise \
                     where the tables tell it so, and bands what more \
                     draws would narrow (95 %, Wilson). Below, lines are the mean net benefit a person, and bands 1.96 standard errors of it \
                     over the draws. The dashed line is the threshold, whose values stand in the table."
                }
                div.wide { table #threshold-table aria-live="polite" { caption { "At this threshold; ± is 1.96 standard errors of a mean over the draws" } thead {} tbody {} } }
            }
        }
    }
}

/// How to have the same bytes again.
fn again(told: &Told) -> Markup {
    let list = |key: &str| told.manifest[key].as_array().cloned().unwrap_or_default();
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), ToOwned::to_owned);
    let (name, file) = (told.say("scenario"), format!("{}.toml", told.say("scenario")));
    let known = shipped(&file);
    let inputs = list("inputs");
    let changed = inputs.iter().any(|own| own["file"] == file && Some(plain(&own["text"]).as_str()) != known);
    // A scenario that the program does not ship as it was is run by its file; where that lay no manifest says.
    let mut command = format!("remisim run {}", if changed { &file } else { name });
    for change in list("overrides").iter().filter_map(Value::as_str) {
        command.extend([" --set '", &change.replace('\'', "'\\''"), "'"]);
    }
    if told.say("engine") == "exact" {
        command += " --engine exact";
    }
    let settings = told.manifest["settings"].as_object().cloned().unwrap_or_default();
    let sizes = ["engine", "seed", "patients", "draws", "histories", "version"];
    html! {
        p { "Equal inputs, settings and seed give equal bytes." }
        pre { code { (command) " --report" } }
        @if changed { p { "The program ships no " code { (file) } " of this text: run this where that file is. Its text, as it was, stands in manifest.json." } }
        div.wide { table {
            caption { "Settings" }
            thead { tr { th { "key" } th { "value" } } }
            tbody {
                @for key in sizes { @if !told.manifest[key].is_null() { tr { td { (key) } td { (plain(&told.manifest[key])) } } } }
                @for (key, value) in &settings { tr { td { (key) } td { (plain(value)) } } }
                @for own in list("readings") { tr { td { "reading of " (plain(&own["set"])) } td { (plain(&own["reading"])) } } }
            }
        } }
        details {
            summary { "Hashes (SHA-256) of inputs and tables" }
            div.wide { table.hashes {
                thead { tr { th { "file" } th { "hash" } } }
                tbody {
                    tr { td { "manifest.json" } td { code { (told.manifest_sha256) } } }
                    @for own in list("inputs").iter().chain(&list("outputs")) {
                        tr { td { (plain(&own["file"])) } td { code { (plain(&own["sha256"])) } } }
                    }
                }
            } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn embedded_text_cannot_end_its_element() {
        let text = embedded(&serde_json::json!({ "a": "</script><!--" }));
        assert_eq!(text, r#"{"a":"\u003c/script>\u003c!--"}"#);
        let back: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(back["a"], "</script><!--");
    }
}
