//! Paragraphs that ask for a number that a run does not tell.

use super::{Part, Spoken};

/// What stands between paragraphs.
const BREAK: &str = "\n\n";

/// The parts of a passage, but for paragraphs that lack a figure.
pub(super) fn whole_paragraphs(parts: Vec<Part>) -> Vec<Spoken> {
    let mut paragraphs: Vec<Vec<Part>> = vec![Vec::new()];
    for part in parts {
        let Ok(Spoken::Text(text)) = part else {
            paragraphs.last_mut().into_iter().for_each(|last| last.push(part.clone()));
            continue;
        };
        for (at, piece) in text.split(BREAK).enumerate() {
            if at > 0 {
                paragraphs.push(Vec::new());
            }
            paragraphs.last_mut().into_iter().for_each(|last| last.push(Ok(Spoken::Text(piece.to_owned()))));
        }
    }
    let whole = paragraphs.into_iter().map(|paragraph| {
        paragraph
            .into_iter()
            .collect::<Result<Vec<_>, _>>()
            .unwrap_or_else(|written| vec![left_out(&written)])
    });
    whole.collect::<Vec<_>>().join(&Spoken::Text(BREAK.to_owned()))
}

/// What stands in place of a paragraph that asks for an undefined figure.
fn left_out(written: &str) -> Spoken {
    let table = written.split(' ').next().unwrap_or(written);
    Spoken::Text(format!(
        "A paragraph is left out here: it needs a number of `{table}` that this run does not tell. Runs of few draws or \
         patients, of other sizes or a shorter horizon, and those of the exact engine, which has no patients, tell less."
    ))
}
