//! Keys of the language in the words of the field: `remission.relapse.cured` is "relapse, share cured".

use super::course::STATES;

/// Parts of names that are abbreviated or plain only to those who wrote them.
const WORDS: [(&str, &str); 31] = [
    ("cr", "complete remission"),
    ("pr", "partial remission"),
    ("mrd", "MRD"),
    ("crs", "CRS"),
    ("os", "survival"),
    ("efs", "event-free survival"),
    ("rfs", "relapse-free survival"),
    ("dfs", "disease-free survival"),
    ("pfs", "progression-free survival"),
    ("cir", "cumulative incidence of relapse"),
    ("icu", "intensive care"),
    ("mg", "mg"),
    ("usd", "USD"),
    ("grade12", "grade 1 or 2"),
    ("grade3", "grade 3 or more"),
    ("any", "of any grade"),
    ("fatal", "fatal events"),
    ("sdlog", "spread"),
    ("cd7", "CD7"),
    ("cd19", "CD19"),
    ("cvad", "CVAD"),
    ("car", "CAR"),
    ("t", "T"),
    ("all", "ALL"),
    ("cured", "share cured"),
    ("median", "median time"),
    ("share", "share"),
    ("scale", "scale of time"),
    ("ratio", "ratio"),
    ("odds", "odds"),
    ("able", "share able to have it"),
];

/// Starts of keys, the longer before the shorter ones that they start with.
const PATHS: [(&str, &str); 37] = [
    ("response.cr", "complete remission"),
    ("response.pr", "partial remission"),
    ("response.months", "months to the response"),
    ("mrd.negative", "MRD-negative"),
    ("remission.relapse_mrd_positive", "relapse with MRD"),
    ("remission.relapse", "relapse"),
    ("remission.non_relapse_death", "death in remission"),
    ("remission.transplant.months", "transplant"),
    ("remission.transplant", "transplant in remission"),
    ("remission.antigen_modulation", "relapse with the antigen lost"),
    ("remission.persistence", "persistence of the cells"),
    ("failure.refractory", "survival without remission"),
    ("failure.relapse", "survival after relapse"),
    ("transplant.death", "death from the transplant"),
    ("transplant.relapse_ratio", "relapse after transplant, ratio"),
    ("toxicity.early_death", "early death"),
    ("toxicity.crs.duration_days", "days of CRS"),
    ("toxicity.crs.onset_days", "days to CRS"),
    ("toxicity.crs.icu_days", "days in intensive care"),
    ("toxicity.crs.icu", "intensive care, of CRS"),
    ("toxicity.crs.tocilizumab", "tocilizumab, of CRS"),
    ("toxicity", ""),
    ("access.waiting_death", "death while waiting"),
    ("access.waiting_progression", "progression while waiting"),
    ("access.waiting_months", "months of waiting"),
    ("access", ""),
    ("treatment.administration", "cost of administration"),
    ("treatment.discontinuation", "treatment stopped early"),
    ("treatment.drugs", "drugs"),
    ("cost_at_start", "cost at the start"),
    ("costs.event", "cost of:"),
    ("costs.state", "cost a month:"),
    ("costs.since_entry", "cost:"),
    ("utilities.state", "utility:"),
    ("utilities.event", "QALYs lost by:"),
    ("population.attributes", "share of patients:"),
    ("quality_of_life", "quality of life"),
];

/// A name of one word or several, without underscores.
pub(super) fn words(key: &str) -> String {
    let word = |part: &str| {
        let known = WORDS.iter().find(|(own, _)| *own == part);
        known.map_or(part, |(_, words)| words).to_owned()
    };
    key.split(['_', '.']).map(word).collect::<Vec<_>>().join(" ")
}

/// A text of which some words are abbreviated.
pub(super) fn spelt(text: &str) -> String {
    let word = |part: &str| if part.parse::<f64>().is_ok() { part.to_owned() } else { words(part) };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// A key with dots, from what it is about to what of it.
pub(super) fn phrase(key: &str) -> String {
    let start = PATHS.iter().find_map(|(path, words)| {
        let rest = key.strip_prefix(path)?;
        (rest.is_empty() || rest.starts_with('.')).then_some((*words, rest.trim_start_matches('.')))
    });
    let (first, rest) = start.unwrap_or(("", key));
    let parts: Vec<&str> = rest.split('.').filter(|part| !part.is_empty()).collect();
    let mut all: Vec<String> = (!first.is_empty()).then(|| first.to_owned()).into_iter().collect();
    let mut at = 0;
    while let Some(part) = parts.get(at) {
        let number = parts.get(at + 1).filter(|next| next.parse::<u32>().is_ok());
        let state = STATES.iter().find(|(name, _, _)| name == part);
        match (*part, number) {
            // That a switch is on, and the pieces that a value is made of.
            ("on", _) => {}
            ("product", Some(number)) => all.push(format!("factor {number}")),
            ("sum", Some(number)) => all.push(format!("part {number}")),
            ("lines", Some(number)) => all.push(format!("line {number}")),
            ("per_month", _) => all.push("a month".to_owned()),
            ("from_months", _) => all.push("its start, months".to_owned()),
            (part, _) if part.parse::<u32>().is_ok() => {
                if !matches!(parts.get(at.wrapping_sub(1)), Some(&("product" | "sum" | "lines"))) {
                    all.push(format!("part {part}"));
                }
            }
            (part, _) => all.push(state.map_or_else(|| words(part), |(_, words, _)| (*words).to_owned())),
        }
        at += 1;
    }
    all.join(", ").replace(":, ", ": ").replace("cost of:", "cost of").replace("lost by:", "lost by")
}

/// With a capital at its start.
pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_told_in_words() {
        for (key, wanted) in [
            ("remission.relapse.cured", "relapse, share cured"),
            ("remission.relapse_mrd_positive.median", "relapse with MRD, median time"),
            ("costs.event.infection", "cost of infection"),
            (
                "costs.since_entry.refractory.1.per_month",
                "cost: no remission, after failure, part 1, a month",
            ),
            ("utilities.state.transplanted.product.2", "utility: remission after transplant, factor 2"),
            ("remission.antigen_modulation.on.on.product.2", "relapse with the antigen lost, factor 2"),
            ("response.cr_new", "response, complete remission new"),
        ] {
            assert_eq!(phrase(key), wanted);
        }
        assert_eq!(words("crs_grade12_loss"), "CRS grade 1 or 2 loss");
        assert_eq!(
            spelt("mrd negative among cr at 1.5 months"),
            "MRD negative among complete remission at 1.5 months"
        );
        assert_eq!(capital("élan"), "Élan");
    }
}
