//! The words of the tables, for who has not met them.

use maud::{Markup, html};

const WORDS: [(&str, &str); 16] = [
    (
        "draw",
        "one value for every uncertain figure, as the evidence allows; what differs between draws is what is not known",
    ),
    ("95 % interval", "lower_95 to upper_95: where 95 of 100 draws lie"),
    (
        "mc_se",
        "Monte Carlo standard error: how far a mean usually lies from that of endlessly many patients; more patients make it smaller",
    ),
    ("prior-driven", "resting on what was assumed before any data, since no published figure fixes it"),
    ("os", "overall survival: the share alive, by month"),
    ("efs", "event-free survival: the share without failure of the first treatment, relapse or death"),
    ("rfs, cir", "relapse-free survival and cumulative incidence of relapse, both of those in remission"),
    (
        "cr",
        "complete remission: no leukaemia is seen in the bone marrow any more, and the blood recovers, wholly or in part",
    ),
    ("mrd", "measurable residual disease: leukaemia that only sensitive tests find in a remission"),
    (
        "crs",
        "cytokine release syndrome: fever, low blood pressure and worse after treatment that rouses the immune system; tocilizumab is given against it",
    ),
    (
        "fitted, held_out",
        "roles of a published figure: a fit was made to meet it; or it is only set against what comes out",
    ),
    (
        "hazard ratio",
        "how many times as large the risk of an event in the next month is, among those who had none yet",
    ),
    ("censored", "followed until then without the event; what came later is not known"),
    ("log-rank", "a test of two curves: how often chance alone would set them as far apart"),
    (
        "QALY",
        "quality-adjusted life year: a year of life times its utility, which is 1 in full health and 0 when dead",
    ),
    ("net benefit", "QALYs times what one pays for a QALY (the threshold), less costs"),
];

/// All of them, folded.
pub(super) fn glossary() -> Markup {
    html! {
        details #words {
            summary { "Words of the figures and tables" }
            dl { @for (word, meaning) in WORDS { dt { (word) } dd { (meaning) } } }
        }
    }
}
