//! Keys of the language in the words of the field: `remission.relapse.cured` is "relapse, share cured".

use super::course::STATES;

/// Things in a row: "a, b and c".
pub(in crate::report) fn listed<T: AsRef<str>>(all: &[T], last: &str) -> String {
    let (rest, end) = all.split_at(all.len().saturating_sub(1));
    let rest: Vec<&str> = rest.iter().map(AsRef::as_ref).collect();
    let end = end.first().map_or("", AsRef::as_ref);
    if rest.is_empty() { end.to_owned() } else { format!("{} {last} {end}", rest.join(", ")) }
}

/// Parts of names that are abbreviated or plain only to those who wrote them.
const WORDS: [(&str, &str); 37] = [
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
    ("t", "T-ALL"),
    ("all", "ALL"),
    ("cvd", "CVD"),
    ("us", "US"),
    ("md", "MD"),
    ("anderson", "Anderson"),
    ("deangelo", "DeAngelo"),
    ("gokbuget", "Gökbuget"),
    ("cured", "share cured"),
    ("median", "median time"),
    ("share", "share"),
    ("scale", "scale of time"),
    ("ratio", "ratio"),
    ("odds", "odds"),
    ("able", "share able to have it"),
];

/// Names of several words that mean more than these.
const WHOLE: [(&str, &str); 3] = [
    ("t_ability", "fit for further treatment"),
    ("t_transplant", "transplant in T-ALL"),
    ("cd7_remission", "remission after CD7 CAR-T"),
];
/// Words that belong together, once names are words.
const JOINED: [(&str, &str); 4] =
    [("CAR T-ALL", "CAR-T"), ("T-ALL ALL", "T-ALL"), ("mini hyper", "mini-hyper"), ("hyper CV", "hyper-CV")];
/// What a name of the evidence may end with: what is told of that which stands before.
const MEASURES: [&str; 7] = ["median", "shape", "share", "cured", "odds", "ratio", "scale"];

/// Starts of keys, the longer before the shorter ones that they start with.
const PATHS: [(&str, &str); 37] = [
    ("response.cr", "complete remission"),
    ("response.pr", "partial remission"),
    ("response.months", "months to the response"),
    ("mrd.negative", "MRD-negative"),
    ("remission.relapse_mrd_positive", "relapse with MRD"),
    ("remission.relapse", "relapse"),
    ("remission.non_relapse_death", "death in remission"),
    ("remission.transplant.months", "wait for the transplant"),
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
    if let Some((_, words)) = WHOLE.iter().find(|(own, _)| *own == key) {
        return (*words).to_owned();
    }
    let word = |part: &str| {
        let known = WORDS.iter().find(|(own, _)| *own == part);
        known.map_or(part, |(_, words)| words).to_owned()
    };
    joined(&key.split(['_', '.']).map(word).collect::<Vec<_>>().join(" "))
}

fn joined(text: &str) -> String {
    JOINED.iter().fold(text.to_owned(), |text, (apart, words)| text.replace(apart, words))
}

/// A name of the evidence: what is told stands after that of which it is.
pub(super) fn measured(key: &str) -> String {
    match key.rsplit_once('_').filter(|(_, measure)| MEASURES.contains(measure)) {
        Some((of, measure)) => format!("{}, {}", words(of), words(measure)),
        None => words(key),
    }
}

/// A text of which some words are abbreviated.
pub(super) fn spelt(text: &str) -> String {
    let word = |part: &str| {
        let bare = part.trim_end_matches([':', ',']);
        if bare == "all" || bare.parse::<f64>().is_ok() {
            part.to_owned()
        } else {
            words(bare) + part.strip_prefix(bare).unwrap_or_default()
        }
    };
    joined(&text.split(' ').map(word).collect::<Vec<_>>().join(" "))
}

/// A key with dots, from what it is about to what of it.
pub(super) fn phrase(key: &str) -> String {
    let start = PATHS.iter().find_map(|(path, words)| {
        let rest = key.strip_prefix(path)?;
        (rest.is_empty() || rest.starts_with('.')).then_some((*words, rest.trim_start_matches('.')))
    });
    let (first, rest) = start.unwrap_or(("", key));
    // That a switch is on, and which piece of a value it is, says nothing to a reader.
    let parts: Vec<&str> = rest.split('.').filter(|part| !matches!(*part, "" | "on")).collect();
    let mut all: Vec<String> = (!first.is_empty()).then(|| first.to_owned()).into_iter().collect();
    let mut at = 0;
    while let Some(part) = parts.get(at) {
        let number = parts.get(at + 1).filter(|next| next.parse::<u32>().is_ok());
        let state = STATES.iter().find(|(name, _, _)| name == part);
        match (*part, number) {
            ("product", Some(_)) if at + 2 >= parts.len() => all.push("a factor of it".to_owned()),
            ("product", Some(_)) => {}
            ("share", _) if parts.get(at + 1..).is_some_and(|rest| *rest == ["complement"]) => {
                all.push("share without it".to_owned());
            }
            ("complement", _) if at > 0 && parts[at - 1] == "share" => {}
            ("complement", _) => all.push("the rest".to_owned()),
            ("sum", Some(number)) => all.push(format!("part {number}")),
            ("lines", Some(number)) => all.push(format!("line {number}")),
            ("per_month", _) => all.push("a month".to_owned()),
            ("from_months", _) => all.push("its start, months".to_owned()),
            (part, _) if part.parse::<u32>().is_ok() => {
                if !matches!(parts.get(at.wrapping_sub(1)), Some(&("product" | "sum" | "lines"))) {
                    all.push(format!("period {part}"));
                }
            }
            (part, _) => all.push(state.map_or_else(|| words(part), |(_, words, _)| (*words).to_owned())),
        }
        at += 1;
    }
    if first == "share of patients:" && all.len() > 2 {
        let level = all.remove(2);
        all[1] = format!("{} {level}", all[1]);
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
                "cost: no remission, after failure, period 1, a month",
            ),
            ("utilities.state.transplanted.product.2", "utility: remission after transplant, a factor of it"),
            ("remission.antigen_modulation.on.on.product.2", "relapse with the antigen lost, a factor of it"),
            ("remission.relapse.ratio.product.1.risk_high", "relapse, ratio, risk high"),
            ("remission.relapse.share.on.complement", "relapse, share without it"),
            ("population.attributes.risk.high", "share of patients: risk high"),
            ("population.attributes.sex.male.complement", "share of patients: sex male, the rest"),
            ("remission.transplant.months.median", "wait for the transplant, median time"),
            ("response.cr_new", "response, complete remission new"),
        ] {
            assert_eq!(phrase(key), wanted);
        }
        assert_eq!(words("crs_grade12_loss"), "CRS grade 1 or 2 loss");
        assert_eq!(words("cd7_car_t"), "CD7 CAR-T");
        assert_eq!(words("mini_hyper_cvd_inotuzumab"), "mini-hyper-CVD inotuzumab");
        assert_eq!(measured("dfs_median"), "disease-free survival, median time");
        assert_eq!(measured("share"), "share");
        assert_eq!(spelt("hyper cvad: os, within"), "hyper-CVAD: survival, within");
        assert_eq!(
            spelt("mrd negative among cr at 1.5 months"),
            "MRD negative among complete remission at 1.5 months"
        );
        assert_eq!(capital("élan"), "Élan");
    }
}
