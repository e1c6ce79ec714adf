//! How wide words are, and how they are made to fit. No font is read: letters are measured by kind, rounded up.

/// The advance of a letter in `DejaVu Sans`, the widest of the fonts that figures name, as a share of its size.
fn letter(own: char) -> f64 {
    match own {
        'i' | 'j' | 'l' | 'I' | 'J' | '\'' => 0.3,
        ' ' | '!' | '(' | ')' | ',' | '-' | '.' | '/' | ':' | ';' | '[' | ']' | '|' | 'f' | 't' | 'r'
        | '·' => 0.41,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '…' => 1.0,
        _ if own.is_lowercase() || own.is_ascii_digit() => 0.64,
        _ if own.is_uppercase() => 0.79,
        _ => 0.84,
    }
}

/// Pixels of a text in letters of this size.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(letter).sum::<f64>() * size
}

/// A text with its middle left out where it is wider than `most` pixels.
pub(super) fn shortened(text: &str, size: f64, most: f64) -> String {
    if width(text, size) <= most {
        return text.to_owned();
    }
    let letters: Vec<char> = text.chars().collect();
    let part = |letters: &[char]| letters.iter().collect::<String>();
    let keeping = |kept: usize| {
        let (start, end) = (part(&letters[..kept.div_ceil(2)]), part(&letters[letters.len() - kept / 2..]));
        format!("{}…{}", start.trim_end(), end.trim_start())
    };
    let fitting = (0..letters.len()).rev().map(keeping).find(|own| width(own, size) <= most);
    fitting.unwrap_or_default()
}

/// A text in lines that are no wider than `most` pixels, broken between words.
pub(super) fn lines(text: &str, size: f64, most: f64) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for word in text.split(' ') {
        let word = shortened(word, size, most);
        match all.last_mut().filter(|line| width(&format!("{line} {word}"), size) <= most) {
            Some(line) => *line = format!("{line} {word}"),
            None => all.push(word),
        }
    }
    all
}

/// So many lines at most: of the last one words are left out at the end where more follow.
pub(super) fn capped(mut all: Vec<String>, most: usize, size: f64, wide: f64) -> Vec<String> {
    if all.len() > most {
        all.truncate(most);
        if let Some(last) = all.last_mut() {
            while width(&format!("{last} …"), size) > wide && last.contains(' ') {
                last.truncate(last.rfind(' ').unwrap_or_default());
            }
            last.push_str(" …");
        }
    }
    all
}

/// The largest size down to `least` at which a text is no wider than `most` pixels, and its lines then.
pub(super) fn fitted(text: &str, (largest, least): (u32, u32), most: f64) -> (u32, Vec<String>) {
    let size = (least..=largest).rev().find(|size| width(text, f64::from(*size)) <= most);
    let size = size.unwrap_or(least);
    (size, lines(text, f64::from(size), most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_made_to_fit() {
        assert_eq!(lines("one two three", 10.0, 1000.0), ["one two three"]);
        let narrow = lines("one two three", 10.0, 45.0);
        assert_eq!(narrow, ["one two", "three"]);
        assert_eq!(shortened("short", 10.0, 1000.0), "short");
        let cut = shortened("a name that is far too long", 10.0, 60.0);
        assert!(cut.starts_with("a n") && cut.contains('…') && cut.ends_with("ng"), "{cut}");
        assert!(width(&cut, 10.0) <= 60.0);
        assert_eq!(shortened("nothing fits", 10.0, 1.0), "");
        let all = lines("one two three four", 10.0, 45.0);
        assert_eq!(capped(all.clone(), 3, 10.0, 45.0), all);
        assert_eq!(capped(all, 1, 10.0, 45.0), ["one …"]);
        assert_eq!(fitted("title", (15, 11), 1000.0), (15, vec!["title".to_owned()]));
        assert_eq!(fitted("a longer title", (15, 11), 70.0).0, 11);
    }
}
