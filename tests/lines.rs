//! What one line leaves to the next, at 10^6 histories: antigens looked for once, cells and transplants counted as such.

#[path = "support/trial.rs"]
mod trial;

use trial::{Trial, scenario};

const NOBODY_DIES: &str = "refractory = { family = \"never\" }\nrelapse = { family = \"never\" }\n";

/// A cell product against CD19 in 95 % of patients, made for 80 %; half of the given respond and all relapse.
fn cells(id: &str, antigen: &str) -> String {
    format!(
        "[regimens.{id}]\nlabel = \"{id}\"\ngroup = \"test\"\n{antigen}[regimens.{id}.access]\nantigen_positive = 0.95\n\
         manufacturing_failure = 0.2\nwaiting_months = 0\n[regimens.{id}.response]\ncr = 0.5\nmonths = 1\n\
         [regimens.{id}.remission]\nrelapse = {{ family = \"fixed\", months = 1 }}\n[regimens.{id}.failure]\n{NOBODY_DIES}"
    )
}

fn lines(regimens: &[&str]) -> String {
    let after = "after = [\"not_infused\", \"refractory\", \"relapse\"]\n";
    let line = |(index, id): (usize, &&str)| {
        format!("[[strategies.lines]]\nregimen = \"{id}\"\n{}", if index == 0 { "" } else { after })
    };
    format!("[[strategies]]\nid = \"only\"\n{}", regimens.iter().enumerate().map(line).collect::<String>())
}

fn trial(body: &str) -> Trial {
    Trial::of(&scenario(60.0, "", body))
}

#[test]
fn an_antigen_is_looked_for_once() {
    let named = "antigen = \"cd19\"\n";
    let antibody = format!(
        "[regimens.antibody]\nlabel = \"Antibody\"\ngroup = \"test\"\n{named}[regimens.antibody.failure]\n{NOBODY_DIES}"
    );
    let trial = trial(&format!(
        "{}{}{antibody}{}",
        cells("first", named),
        cells("second", named),
        lines(&["first", "second", "antibody"])
    ));
    trial.has_event(1, "antigen_absent", 0.05);
    // Those without the antigen receive nothing against it, the others are not asked again.
    trial.has_event(2, "line_start", 0.95);
    assert!(trial.summary.events.iter().all(|row| row.line != 2 || row.event != "antigen_absent"));
    trial.has_event(2, "manufacturing_failure", 0.95 * 0.2);
    trial.has_event(2, "given", 0.95 * 0.8);
    trial.has_event(3, "given", 0.95);
    // Infused with cells at least once: two failures are independent. The antibody is no infusion.
    trial.has_share("infused", 0.95 * (1.0 - 0.2 * 0.2));
}

#[test]
fn a_product_against_no_named_antigen_is_looked_at_each_time() {
    let trial =
        trial(&format!("{}{}{}", cells("first", ""), cells("second", ""), lines(&["first", "second"])));
    assert_eq!(trial.event(2, "line_start").mean, Some(1000.0));
    trial.has_event(2, "antigen_absent", 0.05);
}

#[test]
fn a_transplant_given_as_a_line_is_a_transplant() {
    let graft = "[regimens.graft]\nlabel = \"Transplant\"\ngroup = \"test\"\n[regimens.graft.transplant]\nrelapse_ratio = 1\n\
                 death = { family = \"never\" }\n[regimens.graft.response]\ncr = 0.6\nmonths = 1\n[regimens.graft.remission]\n\
                 relapse = { family = \"fixed\", months = 10 }\ntransplant = { regimen = \"graft\", share = 0.5, months = { family = \"fixed\", months = 2 }, gap_months = 0 }\n\
                 [regimens.graft.failure]\n";
    let trial = trial(&format!(
        "{graft}{NOBODY_DIES}{}[costs.event]\ntransplant = 1000\n[utilities.event]\ntransplant = 0.1\n",
        lines(&["graft"])
    ));
    assert_eq!(trial.outcome(0, "transplant").mean, Some(1.0));
    assert_eq!(trial.event(1, "transplant").mean, Some(1000.0));
    // Once, at the start: the rule of its own remission finds patients who had theirs.
    assert_eq!(trial.outcome(0, "cost_transplant").mean, Some(1000.0));
    trial.meets("months_transplanted", 0.6 * 10.0);
}
