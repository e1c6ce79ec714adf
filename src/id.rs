//! Typed names. A name matches `[a-z][a-z0-9_]*`, so that R and Python tools can use it as a column name.

use std::fmt;

/// Whether `name` matches `[a-z][a-z0-9_]*` and is at most 64 characters long.
#[must_use]
pub fn is_valid_name(name: &str) -> bool {
    name.len() <= 64
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

macro_rules! name_type {
    ($name:ident, $what:literal) => {
        #[doc = concat!("Name of ", $what, ".")]
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            #[doc = concat!("The name of ", $what, ", or `None` where it does not match `[a-z][a-z0-9_]*`.")]
            #[must_use]
            pub fn new(name: &str) -> Option<Self> {
                is_valid_name(name).then(|| Self(name.to_owned()))
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name_type!(ScenarioId, "a scenario");
name_type!(StrategyId, "a strategy");
name_type!(RegimenId, "a regimen");

/// The known name nearest to a misspelt one, if any is near enough to be meant.
#[must_use]
pub fn nearest<'a>(found: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(found, name), name))
        .filter(|(score, _)| *score > 0.75)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_columns_other_tools_can_read() {
        assert!(StrategyId::new("blinatumomab_2").is_some());
        for bad in ["", "2nd", "Blina", "a b", "a-b", "_a"] {
            assert!(StrategyId::new(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn nearest_name_is_offered_only_when_near() {
        assert_eq!(nearest("relpase", ["relapse", "response"]), Some("relapse"));
        assert_eq!(nearest("zzz", ["relapse", "response"]), None);
    }
}
