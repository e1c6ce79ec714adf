//! Figures of a run within a text: `{summary.csv strategy=new outcome=cr mean %}`.
//!
//! In braces stand, parted by spaces: a table; `COLUMN=VALUE`, which must hold in one row alone; the column that is
//! shown; and how: `0` to `6` decimals, `%` or `%1` a percentage, `points` or `points1` percentage points, `of100` of a hundred, `months` and `days` years as months and
//! days, `+` before a number, percentage or points a sign. `{run patients}` tells how the run was made, `{evidence Q08}` points to a
//! record. `{{` and `}}` are braces.

use crate::model::{CellFormat, Piece, RunKey, TABLES};

/// What is wrong with a text: what was found, what is allowed, and the nearest known name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PassageError {
    /// What was found.
    pub found: String,
    /// What is allowed.
    pub allowed: String,
    /// Nearest known name to a misspelt one.
    pub nearest: Option<String>,
}

fn error(found: impl Into<String>, allowed: &str) -> PassageError {
    PassageError { found: found.into(), allowed: allowed.to_owned(), nearest: None }
}

/// Takes a text apart.
///
/// # Errors
/// See [`PassageError`].
pub fn pieces(text: &str) -> Result<Vec<Piece>, PassageError> {
    let mut all = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        plain.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix(brace) {
            plain.push_str(brace);
            rest = after;
        } else if brace == "}" {
            return Err(error("`}` alone", "`}}` for a brace, or `{…}` around a figure of the run"));
        } else {
            let Some(end) = rest.find(['{', '}']).filter(|end| rest[*end..].starts_with('}')) else {
                return Err(error("`{` that is not closed", "`{{` for a brace, or `{…}` around a figure"));
            };
            if !plain.is_empty() {
                all.push(Piece::Text(std::mem::take(&mut plain)));
            }
            all.push(figure(&rest[..end])?);
            rest = &rest[end + 1..];
        }
    }
    plain.push_str(rest);
    if !plain.is_empty() {
        all.push(Piece::Text(plain));
    }
    Ok(all)
}

const GRAMMAR: &str = "{TABLE COLUMN=VALUE … COLUMN FORMAT}, {run KEY} or {evidence ID}";

fn figure(inside: &str) -> Result<Piece, PassageError> {
    let words: Vec<&str> = inside.split_whitespace().collect();
    let shown = || format!("{{{}}}", words.join(" "));
    match words[..] {
        ["run", key] => {
            let known = RunKey::ALL.iter().find(|(name, _)| *name == key);
            known.map(|(_, key)| Piece::Run(*key)).ok_or_else(|| {
                let names = RunKey::ALL.map(|(name, _)| name);
                let allowed = format!("{{run KEY}} with a KEY of {}", names.join(", "));
                PassageError { nearest: near(key, names), ..error(shown(), &allowed) }
            })
        }
        ["evidence", id] => Ok(Piece::Evidence(id.to_owned())),
        [table, ref rest @ ..] if is_table(table) => cell(words.join(" "), table, rest),
        [table, ..] if has_ending(table) => {
            let allowed = format!("a table of a run: {}", TABLES.join(", "));
            Err(PassageError { nearest: near(table, TABLES.iter().copied()), ..error(shown(), &allowed) })
        }
        _ => Err(error(shown(), GRAMMAR)),
    }
}

fn is_table(name: &str) -> bool {
    TABLES.contains(&name)
}

fn has_ending(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(_, ending)| ending == "csv")
}

fn near<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    crate::id::nearest(name, known).map(ToOwned::to_owned)
}

fn cell(written: String, table: &str, words: &[&str]) -> Result<Piece, PassageError> {
    let wrong = |allowed: &str| error(format!("{{{written}}}"), allowed);
    let conditions = words.iter().take_while(|word| word.contains('=')).count();
    let mut holds = Vec::new();
    for word in &words[..conditions] {
        match word.split_once('=') {
            Some((column, value)) if !column.is_empty() && !value.is_empty() => {
                holds.push((column.to_owned(), value.to_owned()));
            }
            _ => return Err(wrong("COLUMN=VALUE without spaces")),
        }
    }
    let (column, format) = match words[conditions..] {
        [column] => (column, CellFormat::Plain),
        [column, format] => (column, shown_as(format).ok_or_else(|| {
            wrong("as FORMAT `0` to `6` decimals, `%` or `%1` to `%6`, `points` or `points1` to `points6`, `of100`, `months`, `days`, or `+` and one of the first three")
        })?),
        _ => return Err(wrong("after the conditions a COLUMN, and a FORMAT or none")),
    };
    let (table, column) = (table.to_owned(), column.to_owned());
    Ok(Piece::Cell { table, holds, column, format, written })
}

fn shown_as(word: &str) -> Option<CellFormat> {
    let digit = |text: &str| {
        let own: usize = (text.len() == 1).then(|| text.parse().ok()).flatten()?;
        (own <= 6).then_some(own)
    };
    match word {
        "months" => return Some(CellFormat::Months),
        "days" => return Some(CellFormat::Days),
        _ => {}
    }
    if let Some(most) = word.strip_prefix("of") {
        let most: u32 = most.parse().ok()?;
        return (1..=1_000_000).contains(&most).then_some(CellFormat::Of(most));
    }
    let (signed, word) = word.strip_prefix('+').map_or((false, word), |rest| (true, rest));
    let decimals = |text: &str| if text.is_empty() { Some(0) } else { digit(text) };
    if let Some(rest) = word.strip_prefix('%') {
        return decimals(rest).map(|own| CellFormat::Percent(own, signed));
    }
    if let Some(rest) = word.strip_prefix("points") {
        return decimals(rest).map(|own| CellFormat::Points(own, signed));
    }
    digit(word).map(|own| CellFormat::Decimals(own, signed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_taken_apart() {
        let text =
            "Of {run patients} {{patients}} {summary.csv strategy=new outcome=cr mean %1} ({evidence Q08}).";
        let pieces = pieces(text).unwrap();
        let cell = Piece::Cell {
            written: "summary.csv strategy=new outcome=cr mean %1".to_owned(),
            table: "summary.csv".to_owned(),
            holds: vec![("strategy".into(), "new".into()), ("outcome".into(), "cr".into())],
            column: "mean".to_owned(),
            format: CellFormat::Percent(1, false),
        };
        let text = |text: &str| Piece::Text(text.to_owned());
        assert_eq!(
            pieces,
            [
                text("Of "),
                Piece::Run(RunKey::Patients),
                text(" {patients} "),
                cell,
                text(" ("),
                Piece::Evidence("Q08".to_owned()),
                text(")."),
            ]
        );
    }

    #[test]
    fn formats_are_few() {
        use CellFormat::{Days, Decimals, Months, Of, Percent, Points};
        let known = [("2", Decimals(2, false)), ("+0", Decimals(0, true)), ("%", Percent(0, false))];
        let others = [("+%1", Percent(1, true)), ("of100", Of(100)), ("months", Months), ("days", Days)];
        let points = [("points", Points(0, false)), ("+points1", Points(1, true))];
        for (word, format) in known.into_iter().chain(others).chain(points) {
            assert_eq!(shown_as(word), Some(format), "{word}");
        }
        for word in ["7", "12", "%%", "of", "of0", "of-1", "+of100", "percent", "-1", "", "points7", "+"] {
            assert_eq!(shown_as(word), None, "{word}");
        }
    }

    #[test]
    fn what_is_no_figure_is_told() {
        for (text, part) in [
            ("a { b", "not closed"),
            ("a } b", "alone"),
            ("{}", "{}"),
            ("{summary.csv}", "{summary.csv}"),
            ("{summary.csv a= mean}", "a="),
            ("{summary.csv outcome=cr mean 9}", "mean 9"),
            ("{summary.csv outcome=cr mean 1 more}", "more"),
            ("{a {b} c}", "not closed"),
            ("{run patient}", "run patient"),
        ] {
            let error = pieces(text).unwrap_err();
            assert!(error.found.contains(part), "{text}: {error:?}");
        }
        assert_eq!(pieces("{sumary.csv mean}").unwrap_err().nearest.as_deref(), Some("summary.csv"));
        assert_eq!(pieces("{run patient}").unwrap_err().nearest.as_deref(), Some("patients"));
    }
}
