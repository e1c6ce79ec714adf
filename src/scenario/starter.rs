//! A commented scenario to begin with.

/// The text of a first scenario with this name, which passes `remisim check`.
#[must_use]
pub fn starter(name: &str) -> String {
    format!("# {name}.toml: {TEXT}")
}

const TEXT: &str = r#"a scenario to change. `remisim check` says what is wrong with it, `remisim run` runs it.
# scenarios/README.md names every key, its unit and its domain.
title = "Two regimens, one question"
question = "Does the second regimen bring more years of life?"

[settings]
patients = 1000               # per draw
draws = 100                   # of the uncertain parameters
seed = 1
horizon_months = 120          # nothing is counted after it
background_mortality = "us_2014"

[population]
label = "adults with relapsed leukaemia"
group = "example"
# Ages from 18 to 75 years, most often 40.
age_years = { low = { assume = 18, reason = "adults" }, mode = { assume = 40, reason = "example" }, high = { assume = 75, reason = "example" } }

# Levels of an attribute and their weights. Any value can differ by level: { by = "burden", low = …, high = … }
[population.attributes]
burden = { low = { assume = 0.6, reason = "example" }, high = { assume = 0.4, reason = "example" } }

# A regimen of this scenario only; those of the library are used by name.
[regimens.first]
label = "First regimen"
group = "example"
cost_at_start = { assume = 20000, se = 4000, reason = "example" }
# An assumption needs a reason. With low and high (95 % interval), n or se it is uncertain.
response.cr = { by = "burden", low = { assume = 0.5, n = 60, reason = "example" }, high = { assume = 0.3, n = 40, reason = "example" } }
response.months = { assume = 1.5, reason = "example" }
remission.relapse = { family = "weibull", shape = { assume = 0.9, low = 0.7, high = 1.2, reason = "example" }, median = { assume = 9, low = 6, high = 13, reason = "example" }, cured = { assume = 0.15, n = 50, reason = "example" } }
failure.refractory = { family = "exponential", median = { assume = 3, low = 2, high = 4, reason = "example" } }
failure.relapse = { family = "exponential", median = { assume = 5, low = 4, high = 7, reason = "example" } }

# The second takes all keys of the first and replaces those named here.
[regimens.second]
extends = "first"
label = "Second regimen"
response.cr = { by = "burden", low = { assume = 0.7, n = 60, reason = "example" }, high = { assume = 0.5, n = 40, reason = "example" } }

# The first strategy is the comparator.
[[strategies]]
id = "usual"
label = "First regimen alone"
[[strategies.lines]]
regimen = "first"

[[strategies]]
id = "sequence"
label = "First regimen, then the second"
[[strategies.lines]]
regimen = "first"
[[strategies.lines]]
regimen = "second"
after = ["refractory", "relapse"]
able = { assume = 0.6, n = 30, reason = "example: share fit for a second line" }

[costs.state]                 # money per month
remission = { assume = 500, se = 100, reason = "example" }
relapsed = { assume = 2500, se = 500, reason = "example" }
[utilities.state]             # what is not named is 0
induction = { assume = 0.55, se = 0.05, reason = "example" }
remission = { assume = 0.8, se = 0.04, reason = "example" }
refractory = { assume = 0.4, se = 0.06, reason = "example" }
relapsed = { assume = 0.4, se = 0.06, reason = "example" }
"#;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Request, load};

    #[test]
    fn the_starter_has_no_errors() {
        let folder = std::env::temp_dir().join(format!("remisim_starter_{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("folder");
        let path = folder.join("first.toml");
        std::fs::write(&path, starter("first")).expect("file");
        let loaded = load(&Request::new(&path.display().to_string()));
        std::fs::remove_dir_all(&folder).expect("removed");
        let loaded = loaded.unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(loaded.model.strategies.len(), 2);
        assert_eq!(loaded.model.population.cells(), 2);
        assert!(loaded.model.parameters.len() > 10, "{:?}", loaded.model.parameters);
        assert_eq!(loaded.model.assumptions.len(), loaded.model.parameters.len() + 3);
    }
}
