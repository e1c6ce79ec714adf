//! The width of the terminal, and text that fits it. Where stdout is no terminal nothing is cut or wrapped.

use super::output::Text;
use console::{Term, measure_text_width, truncate_str};

/// Narrower terminals are taken for a mistake of whoever says so, as if they did not say it.
const NARROWEST: usize = 20;
/// Columns of a terminal that does not say how many it has.
const USUAL: usize = 80;
/// Columns by which lines after the first stand further right.
const HANG: usize = 4;
/// Longest name before a gap.
const NAME: usize = 16;

/// Columns of the terminal that stdout is; `None` where it is none.
pub(super) fn columns() -> Option<usize> {
    of(&Term::stdout())
}

/// Columns of the terminal that stderr is.
pub(super) fn columns_of_messages() -> Option<usize> {
    of(&Term::stderr())
}

/// Whether stdout is a terminal that shows colours, and nobody asked for none (<https://no-color.org>).
pub(super) fn colours() -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !unwanted && console::colors_enabled()
}

/// Whether the locale is one of UTF-8, whose terminals have the patterns of braille; others have blocks at most.
pub(super) fn braille() -> bool {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    of_utf8(["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).as_deref())
}

/// Whether a locale is one of UTF-8; none is POSIX.
fn of_utf8(locale: Option<&str>) -> bool {
    let locale = locale.unwrap_or_default().to_ascii_lowercase();
    locale.contains("utf-8") || locale.contains("utf8")
}

fn of(term: &Term) -> Option<usize> {
    if !term.is_term() {
        return None;
    }
    let told = term.size_checked().map(|(_, columns)| usize::from(columns));
    Some(told.filter(|columns| *columns >= NARROWEST).unwrap_or(USUAL))
}

/// Columns that a text takes.
pub(super) fn width(text: &str) -> usize {
    measure_text_width(text)
}

/// A line cut to fit.
pub(super) fn cut(line: &str, columns: Option<usize>) -> String {
    columns.map_or_else(|| line.to_owned(), |columns| truncate_str(line, columns, "…").into_owned())
}

/// Text in lines of at most so many columns, broken between words where it can be; in one line without a limit.
pub(super) fn wrapped(text: &str, columns: Option<usize>) -> Vec<String> {
    let limit = columns.unwrap_or(usize::MAX);
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if width(line).saturating_add(1 + width(word)) <= limit => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.extend(pieces(word, limit)),
        }
    }
    lines
}

/// A word in pieces of at most so many columns; scripts without spaces have long ones.
fn pieces(word: &str, limit: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut used = 0;
    for character in word.chars() {
        let own = width(character.encode_utf8(&mut [0; 4]));
        if used + own > limit && used > 0 {
            pieces.push(String::new());
            used = 0;
        }
        used += own;
        pieces.last_mut().into_iter().for_each(|piece| piece.push(character));
    }
    pieces
}

/// Every line of a text wrapped, those below the first of each further to the right.
pub(super) fn hanging(text: &str, columns: Option<usize>) -> String {
    let Some(columns) = columns else { return text.to_owned() };
    let mut out = Text::default();
    for line in text.lines() {
        if width(line) <= columns {
            out.line(line);
            continue;
        }
        let indent = line.len() - line.trim_start().len();
        // What stands before a gap is a name, and what follows it stays to the right of it.
        let gap = line[indent..].find("  ").filter(|at| *at <= NAME).map(|at| indent + at);
        let start = gap.map_or(indent, |gap| line.len() - line[gap..].trim_start().len());
        let left = if gap.is_some() { width(&line[..start]) } else { indent + HANG }.min(columns / 2);
        for (index, part) in wrapped(&line[start..], Some(columns - left)).iter().enumerate() {
            let (head, left) = if index == 0 { (&line[..start], 0) } else { ("", left) };
            out.line(format!("{head}{:left$}{part}", ""));
        }
    }
    out.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped_by_columns_not_bytes() {
        assert_eq!(wrapped("one two  three", Some(7)), ["one two", "three"]);
        assert_eq!(wrapped("one two\n three", None), ["one two three"]);
        // Each of these characters takes two columns.
        assert_eq!(wrapped("急性淋巴细胞白血病", Some(8)), ["急性淋巴", "细胞白血", "病"]);
        assert_eq!(cut("急性淋巴细胞白血病", Some(7)), "急性淋…");
        assert_eq!(cut("short", Some(7)), "short");
        assert_eq!(cut("long enough", None), "long enough");
    }

    #[test]
    fn a_locale_says_whether_it_is_of_utf8() {
        for (locale, wanted) in [
            (None, false),
            (Some("C"), false),
            (Some("POSIX"), false),
            (Some("C.UTF-8"), true),
            (Some("de_DE.utf8"), true),
        ] {
            assert_eq!(of_utf8(locale), wanted, "{locale:?}");
        }
    }

    #[test]
    fn wrapped_lines_hang_below_their_first() {
        let text = "head\n  meaning  one two three four\n";
        assert_eq!(hanging(text, Some(22)), "head\n  meaning  one two\n           three four\n");
        assert_eq!(hanging("  one two three four\n", Some(20)), "  one two three four\n");
        assert_eq!(hanging("  one two three four\n", Some(19)), "  one two three\n      four\n");
        assert_eq!(hanging(text, None), text);
    }
}
