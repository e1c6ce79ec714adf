//! Treatment, drugs, costs and utilities.

use super::{Builder, Mode};
use crate::model::{
    Costs, Dosing, Drug, LastMonths, MIN_INTERVAL, PopulationUtility, Regimen, Sex, TimePiece,
    TocilizumabDose, Treatment, Utilities, Value, Vials,
};
use crate::outcome::State;
use crate::quantity::Domain;
use crate::scenario::check::{item_path, join};
use crate::scenario::document::Node;
use crate::scenario::error::ErrorKind;

/// Age in years to which the utility of the general population must make sense.
const OLDEST: u32 = 130;
/// What a piece of a cost by time since entry holds.
pub(super) const PER_MONTH: (&str, Domain) = ("per_month", Domain::Money);

impl Builder<'_> {
    /// Cycles and drugs of a regimen.
    pub(super) fn treatment(&mut self, tree: &Node) -> Option<Treatment> {
        let none = Treatment {
            cycle_months: Value::Constant(1.0),
            max_cycles: 0,
            in_remission: true,
            drugs: Vec::new(),
            administration: None,
            discontinuation: None,
        };
        let Some(node) = tree.get("treatment") else { return Some(none) };
        let path = "treatment";
        let max_cycles = node.get("max_cycles").and_then(Node::integer).unwrap_or(0) as u32;
        let cycle_months = self.optional(node, "cycle_months", Domain::Months, path);
        let administration = self.optional(node, "administration", Domain::Money, path);
        let discontinuation = self.optional(node, "discontinuation", Domain::Probability, path);
        let mut drugs = Vec::new();
        for (index, item) in node.get("drugs").map_or(&[][..], Node::items).iter().enumerate() {
            drugs.push(self.drug(item, max_cycles, &item_path("treatment.drugs", item, index)));
        }
        let paid = !drugs.is_empty() || node.get("administration").is_some();
        if paid && max_cycles == 0 {
            let allowed = "a whole number from 1 to 60 where cycles are paid";
            self.problem(ErrorKind::MissingKey, node, "treatment.max_cycles", "no cycles", allowed);
        }
        match &cycle_months {
            None if max_cycles > 0 && node.get("cycle_months").is_none() => {
                let allowed = "months from one cycle to the next, required where there are cycles";
                self.problem(ErrorKind::MissingKey, node, "treatment.cycle_months", "nothing", allowed);
            }
            Some(months)
                if max_cycles > 0 && self.breach(months, |months| months >= MIN_INTERVAL).is_some() =>
            {
                let (found, allowed) = ("less than 0.01", "at least 0.01 months from one cycle to the next");
                self.problem(ErrorKind::OutOfDomain, node, "treatment.cycle_months", found, allowed);
            }
            _ => {}
        }
        Some(Treatment {
            cycle_months: cycle_months.unwrap_or(Value::Constant(1.0)),
            max_cycles,
            in_remission: node.get("in_remission").and_then(Node::flag).unwrap_or(true),
            drugs: drugs.into_iter().collect::<Option<_>>()?,
            administration,
            discontinuation,
        })
    }

    fn drug(&mut self, node: &Node, max_cycles: u32, path: &str) -> Option<Drug> {
        let dosing = match node.get("per").and_then(Node::text) {
            Some("dose") => Some(Dosing::Flat),
            Some("kg") => Some(Dosing::Weight),
            Some("m2") => Some(Dosing::Surface),
            _ => None,
        };
        let dose = self.required(node, "mg", Domain::Milligrams, None, path);
        let cap = self.optional(node, "cap_mg", Domain::Milligrams, path);
        let vial = self.required(node, "vial_mg", Domain::Milligrams, None, path);
        let price = self.required(node, "cost_per_vial", Domain::Money, None, path);
        let doses = self.required(node, "doses_per_cycle", Domain::Count, None, path);
        let cycles: Vec<u32> = node
            .get("cycles")
            .map_or(&[][..], Node::items)
            .iter()
            .filter_map(|item| item.integer().and_then(|number| u32::try_from(number).ok()))
            .collect();
        let cycles = if let [first, last] = cycles[..] { (first, last) } else { (1, max_cycles.max(1)) };
        if cycles.0 > max_cycles && max_cycles > 0 {
            let found = format!("cycles from {} on", cycles.0);
            let allowed = format!("cycles up to max_cycles, {max_cycles}");
            self.problem(ErrorKind::OutOfDomain, node, &join(path, "cycles"), found, &allowed);
        }
        Some(Drug {
            name: node.get("name")?.text()?.to_owned(),
            dosing: dosing?,
            dose: dose?,
            cap: cap.unwrap_or(Value::Constant(f64::INFINITY)),
            vial: vial?,
            price: price?,
            doses: doses?,
            cycles,
        })
    }

    /// Costs that hold for every regimen.
    pub(in crate::scenario) fn costs(&mut self, tree: &Node) -> Costs {
        let Some(node) = tree.get("costs") else { return Costs::default() };
        let state = self.by_state(node.get("state"), Domain::Money, "costs.state");
        let since_entry = self.since_entry(node.get("since_entry"), "costs.since_entry", PER_MONTH);
        let last_months = self.last_months(node);
        let events = node.get("event");
        let mut event =
            |key: &str| events.and_then(|events| self.optional(events, key, Domain::Money, "costs.event"));
        Costs {
            state,
            since_entry,
            crs_grade12: event("crs_grade12"),
            crs_grade3: event("crs_grade3"),
            icu_day: event("icu_day"),
            tocilizumab_mg: event("tocilizumab_mg"),
            neurotoxicity_grade3: event("neurotoxicity_grade3"),
            infection: event("infection"),
            transplant: event("transplant"),
            mrd_test: event("mrd_test"),
            death: event("death"),
            last_months,
        }
    }

    /// Costs or utilities, by this key, by state and time since it was entered.
    pub(super) fn since_entry(
        &mut self,
        table: Option<&Node>,
        path: &str,
        (key, domain): (&str, Domain),
    ) -> [Vec<TimePiece>; State::COUNT] {
        State::ALL.map(|state| {
            let path = join(path, state.name());
            let mut pieces: Vec<TimePiece> = Vec::new();
            let list = table.and_then(|table| table.get(state.name())).map_or(&[][..], Node::items);
            for (index, item) in list.iter().enumerate() {
                let path = item_path(&path, item, index);
                let amount = self.required(item, key, domain, None, &path);
                let from = self.piece_start(item, &path, pieces.last().map(|last| &last.from_months));
                pieces
                    .extend(from.zip(amount).map(|(from_months, amount)| TimePiece { from_months, amount }));
            }
            pieces
        })
    }

    /// Costs of the last months of life.
    fn last_months(&mut self, costs: &Node) -> Vec<LastMonths> {
        let path = "costs.last_months";
        let mut all = Vec::new();
        for (index, item) in costs.get("last_months").map_or(&[][..], Node::items).iter().enumerate() {
            let path = item_path(path, item, index);
            let months = self.required(item, "months", Domain::Months, None, &path);
            let per_month = self.required(item, "per_month", Domain::Money, None, &path);
            all.extend(months.zip(per_month).map(|(months, per_month)| LastMonths { months, per_month }));
        }
        all
    }

    /// A dose of tocilizumab; required where a mg of it has a price.
    pub(in crate::scenario) fn tocilizumab(&mut self, tree: &Node) -> Option<TocilizumabDose> {
        let path = "tocilizumab";
        let Some(node) = tree.get(path) else {
            let price = tree.get("costs").and_then(|costs| costs.get("event"))?.get("tocilizumab_mg")?;
            let allowed = "a table [tocilizumab] that says how many mg a dose has";
            self.problem(ErrorKind::MissingKey, price, path, "a price per mg alone", allowed);
            return None;
        };
        let mut number = |key, domain| self.required(node, key, domain, None, path);
        let mg_per_kg = number("mg_per_kg", Domain::Milligrams);
        let light_mg_per_kg = number("light_mg_per_kg", Domain::Milligrams);
        let light_kg = number("light_kg", Domain::Kilograms);
        let cap_mg = number("cap_mg", Domain::Milligrams);
        let vials = node.get("vials_mg").map(|list| self.vials(list, cap_mg.as_ref()));
        Some(TocilizumabDose {
            mg_per_kg: mg_per_kg?,
            light_mg_per_kg: light_mg_per_kg?,
            light_kg: light_kg?,
            cap_mg: cap_mg?,
            vials: vials.unwrap_or_default(),
        })
    }

    /// Sizes of vials for doses up to a largest one, the same for all.
    fn vials(&mut self, list: &Node, cap: Option<&Value>) -> Vials {
        let path = "tocilizumab.vials_mg";
        let items = list.items();
        if !(1..=Vials::MOST).contains(&items.len()) {
            let allowed = format!("a list of 1 to {} sizes", Vials::MOST);
            let found = if items.is_empty() { list.describe() } else { format!("{} sizes", items.len()) };
            self.problem(ErrorKind::OutOfDomain, list, path, found, &allowed);
            return Vials::default();
        }
        let largest = self.cells.iter().filter_map(|cell| Some(self.central(cap?, cell)));
        let least = largest.fold(0.0, f64::max) / Vials::IN_A_DOSE;
        let mut sizes = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let path = item_path(path, item, index);
            let value = self.with_mode(Mode::Central, |own| own.value(item, Domain::Milligrams, &path));
            let Some(value) = value else { continue };
            let size = self.central(&value, &self.cells[0]);
            if self.breach(&value, |other| other == size).is_some() {
                let allowed = "one number for all levels";
                self.problem(ErrorKind::Conflict, item, &path, "a number by level", allowed);
            }
            if size < least {
                let allowed = format!("a vial of at least {least} mg, a hundredth of the largest dose");
                self.problem(ErrorKind::OutOfDomain, item, &path, format!("a vial of {size} mg"), &allowed);
            }
            sizes.push(size);
        }
        Vials::new(&sizes)
    }

    /// Utilities by state and QALYs lost by event.
    pub(in crate::scenario) fn utilities(&mut self, tree: &Node) -> Utilities {
        let Some(node) = tree.get("utilities") else { return Utilities::default() };
        let state = self.by_state(node.get("state"), Domain::Utility, "utilities.state");
        let since_entry =
            self.since_entry(node.get("since_entry"), "utilities.since_entry", ("utility", Domain::Utility));
        let population = node.get("population").and_then(|node| self.population_utility(node));
        let floor = self.optional(node, "floor", Domain::Utility, "utilities");
        let events = node.get("event");
        let mut event = |key: &str| {
            events.and_then(|events| self.optional(events, key, Domain::Qalys, "utilities.event"))
        };
        Utilities {
            state,
            since_entry,
            population,
            floor,
            crs_grade12: event("crs_grade12"),
            crs_grade3: event("crs_grade3"),
            neurotoxicity_grade3: event("neurotoxicity_grade3"),
            infection: event("infection"),
            transplant: event("transplant"),
        }
    }

    /// Events that take more than a year of full health at once: a loss a year, or of a utility, is no loss in QALYs.
    pub(in crate::scenario) fn loss_warnings(&self, utilities: &Utilities) -> Vec<String> {
        let more = utilities.losses().into_iter().filter_map(|(event, loss)| {
            let qalys = self.breach(loss.as_ref()?, |qalys| qalys <= 1.0)?;
            Some(format!(
                "utilities.event.{event} takes {qalys} QALYs from a patient at once, more than a year in full health."
            ))
        });
        more.collect()
    }

    /// Utilities of regimens that never count: one by time since entry holds in their place from the start.
    pub(in crate::scenario) fn utility_warnings(
        &self,
        utilities: &Utilities,
        regimens: &[Regimen],
    ) -> Vec<String> {
        let from_start = |state: State| {
            let first = utilities.since_entry[state as usize].first();
            first.is_some_and(|first| self.breach(&first.from_months, |months| months > 0.0).is_some())
        };
        let states = State::ALL.into_iter().filter(|state| from_start(*state));
        let own = |state: State| {
            let regimens = regimens.iter().filter(move |regimen| regimen.utility[state as usize].is_some());
            regimens.map(move |regimen| {
                let (id, state) = (&regimen.id, state.name());
                format!("utility.{state} of {id} never counts: utilities.since_entry.{state} holds from month 0 on.")
            })
        };
        states.flat_map(own).collect()
    }

    /// Utility of the general population, one for all cells.
    fn population_utility(&mut self, node: &Node) -> Option<PopulationUtility> {
        let path = "utilities.population";
        let [constant, male, age, age_squared] = self.with_mode(Mode::Central, |builder| {
            ["constant", "male", "age", "age_squared"].map(|key| {
                let value = builder.required(node, key, Domain::Real, None, path)?;
                let central = builder.central(&value, builder.cells.first()?);
                if builder.breach(&value, |other| other == central).is_some() {
                    let allowed = "one number for all levels: of attributes only sex counts";
                    builder.problem(
                        ErrorKind::Conflict,
                        node,
                        &join(path, key),
                        "a number by level",
                        allowed,
                    );
                }
                Some(central)
            })
        });
        let norm =
            PopulationUtility { constant: constant?, male: male?, age: age?, age_squared: age_squared? };
        let bad = [Sex::Female, Sex::Male].into_iter().find_map(|sex| {
            let mut ages = (0..=OLDEST).map(f64::from);
            ages.find(|age| !(norm.at(sex, *age) > 0.0 && norm.at(sex, *age) <= 1.0))
                .map(|age| (age, norm.at(sex, age)))
        });
        if let Some((age, utility)) = bad {
            let found = format!("a utility of {utility} at age {age}");
            let allowed =
                format!("numbers that give a utility above 0 and at most 1 at every age to {OLDEST}");
            self.problem(ErrorKind::OutOfDomain, node, path, found, &allowed);
        }
        Some(norm)
    }
}
