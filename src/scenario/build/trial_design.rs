//! A trial that is simulated again and again.

use super::Builder;
use crate::model::{Regimen, Strategy, TrialDesign, TrialEndpoint, TrialResponse, TrialSize};
use crate::scenario::check::join;
use crate::scenario::document::Node;
use crate::scenario::error::ErrorKind;
use std::collections::BTreeSet;

const PATH: &str = "trial";

impl Builder<'_> {
    /// The design of a scenario's trial; none where there is none, or an error, which is reported.
    pub(in crate::scenario) fn trial_design(
        &mut self,
        tree: &Node,
        (strategies, regimens): (&[Strategy], &[Regimen]),
    ) -> Option<TrialDesign> {
        let node = tree.get(PATH)?;
        let number = |key: &str| node.get(key).and_then(Node::number);
        let or = |key: &str, default: f64| node.get(key).map_or(Some(default), Node::number);
        let word = |key: &str| node.get(key).and_then(Node::text);
        let control = self.strategy_named(node, "control", strategies, PATH);
        let arm = self.strategy_named(node, "arm", strategies, PATH);
        let response = match word("response") {
            Some("mrd_negative") => TrialResponse::MrdNegative,
            _ => TrialResponse::Cr,
        };
        if let Some((arm_node, name)) =
            node.get("arm").filter(|_| arm.is_some() && arm == control).zip(word("arm"))
        {
            let found = format!("{name:?}, the control too");
            self.problem(
                ErrorKind::Conflict,
                arm_node,
                &join(PATH, "arm"),
                found,
                "another strategy than the control",
            );
        }
        for index in [control, arm].into_iter().flatten() {
            self.check_response(node, response, &strategies[index], regimens);
        }
        self.check_below_one(node, "allocation");
        self.check_below_one(node, "alpha");
        let allocation = or("allocation", 0.5)?;
        let sizes = self.sizes(node, allocation);
        let (accrual_months, follow_up_months) = (number("accrual_months")?, number("follow_up_months")?);
        let longest = accrual_months + follow_up_months;
        if longest > self.horizon {
            let found = format!("{longest} months from the first entry to the end of the trial");
            let allowed = format!("accrual and follow-up within settings.horizon_months = {}", self.horizon);
            let key = node.get("follow_up_months").unwrap_or(node);
            self.problem(ErrorKind::Conflict, key, &join(PATH, "follow_up_months"), found, &allowed);
        }
        let design = TrialDesign {
            control: control?,
            arm: arm?,
            sizes: sizes?,
            allocation,
            accrual_months,
            follow_up_months,
            dropout_per_year: or("dropout_per_year", 0.0)?,
            endpoint: if word("endpoint") == Some("efs") { TrialEndpoint::Efs } else { TrialEndpoint::Os },
            response,
            alpha: or("alpha", 0.05)?,
        };
        if design.patients() > TrialDesign::MOST_IN_ALL {
            let found = format!("{} patients in all trials together", design.patients());
            let allowed = format!("at most {}", TrialDesign::MOST_IN_ALL);
            let key = node.get("trials").unwrap_or(node);
            self.problem(ErrorKind::TooLarge, key, &join(PATH, "trials"), found, &allowed);
        }
        Some(design)
    }

    /// A share that leaves something of the whole; the check of keys holds it above 0 and to 1.
    fn check_below_one(&mut self, node: &Node, key: &str) {
        if let Some(share) = node.get(key).filter(|share| share.number() == Some(1.0)) {
            self.problem(
                ErrorKind::OutOfDomain,
                share,
                &join(PATH, key),
                share.describe(),
                "a number between 0 and 1",
            );
        }
    }

    /// Whether a strategy tells the response that is counted.
    fn check_response(
        &mut self,
        node: &Node,
        response: TrialResponse,
        strategy: &Strategy,
        regimens: &[Regimen],
    ) {
        let mut own = strategy.lines.iter().map(|line| &regimens[line.regimen]);
        let (untold, allowed) = match response {
            TrialResponse::Cr => (
                own.next().is_some_and(|first| first.starts_in_remission),
                "mrd_negative, or strategies whose patients are not in remission when they enter",
            ),
            TrialResponse::MrdNegative => (
                own.all(|regimen| regimen.mrd_negative.is_none()),
                "cr, or strategies with a regimen that says mrd.negative",
            ),
        };
        if untold {
            let found = match response {
                TrialResponse::Cr => format!("cr, but {} starts in remission", strategy.id),
                TrialResponse::MrdNegative => {
                    format!("mrd_negative, which {} does not tell apart", strategy.id)
                }
            };
            let at = node.get("response").unwrap_or(node);
            self.problem(ErrorKind::Conflict, at, &join(PATH, "response"), found, allowed);
        }
    }

    fn sizes(&mut self, node: &Node, allocation: f64) -> Option<Vec<TrialSize>> {
        let (patients, trials) = (node.get("patients")?, node.get("trials")?);
        let path = join(PATH, "patients");
        if patients.each().len() > TrialDesign::MOST_SIZES {
            let found = format!("{} sizes", patients.each().len());
            let allowed = format!("at most {}", TrialDesign::MOST_SIZES);
            self.problem(ErrorKind::TooLarge, patients, &path, found, &allowed);
            return None;
        }
        let of_each = trials.each();
        if !trials.items().is_empty() && of_each.len() != patients.each().len() {
            let found = format!("{} numbers", of_each.len());
            let allowed = format!("a number, or one for each of the {} sizes", patients.each().len());
            self.problem(ErrorKind::Conflict, trials, &join(PATH, "trials"), found, &allowed);
            return None;
        }
        let mut seen = BTreeSet::new();
        let mut sizes = Vec::new();
        for (at, node) in patients.each().iter().enumerate() {
            let count = u32::try_from(node.integer()?).ok()?;
            if !seen.insert(count) {
                self.problem(ErrorKind::Duplicate, node, &path, node.describe(), "each size once");
            }
            let trials = of_each.get(at).or(of_each.first()).and_then(Node::integer);
            let size = TrialSize::new(count, allocation, u32::try_from(trials?).ok()?);
            let (control, treated) = (size.control(), size.treated);
            if count >= TrialDesign::FEWEST_PATIENTS && treated.min(control) < 2 {
                let found = format!(
                    "{count} patients, {control} of them in the control arm and {treated} in the other"
                );
                self.problem(ErrorKind::OutOfDomain, node, &path, found, "at least 2 in each arm");
            }
            sizes.push(size);
        }
        Some(sizes)
    }
}
