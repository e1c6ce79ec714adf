//! A model as text in the scenario language. Uncertain values become assumptions with an interval, and what the
//! language refuses because it never acts is left out: cycles of regimens without any, remissions that nobody reaches.

mod regimen;
mod value;

use remisim::model::{
    AgeDistribution, Cause, Convention, EfsFailureAt, Line, LineRule, Model, Regimen, Strategy, Value,
};
use std::fmt::Write;
use value::{Table, quoted};

/// The scenario whose meaning is the model.
pub(crate) fn text(model: &Model) -> String {
    Printer(model).scenario()
}

/// A rule of a line as TOML; `None` where the line says nothing.
fn line_rule<T>(rule: &LineRule<T>, print: impl FnOnce(&T) -> String) -> Option<String> {
    match rule {
        LineRule::AsRegimen => None,
        LineRule::Off => Some("false".to_owned()),
        LineRule::Own(rule) => Some(print(rule)),
    }
}

/// Whether someone can be in remission under a regimen that begins a strategy.
fn is_reached(regimen: &Regimen) -> bool {
    regimen.response.is_some() || regimen.starts_in_remission
}

struct Printer<'a>(&'a Model);

impl Printer<'_> {
    fn line(&self, line: &Line) -> String {
        let mut table = Table::default();
        let regimen = &self.0.regimens[line.regimen];
        let remission = regimen.remission.as_ref().filter(|_| is_reached(regimen));
        table.put("regimen", quoted(regimen.id.as_str()));
        if !line.after.is_empty() {
            let in_remission =
                |cause: &Cause| matches!(cause, Cause::MrdPersistent | Cause::MolecularRelapse);
            let fits = |cause: &&Cause| remission.is_some() || !in_remission(cause);
            let mut after: Vec<&str> = line.after.iter().filter(fits).map(|cause| cause.name()).collect();
            if after.is_empty() {
                after.push(Cause::Refractory.name());
            }
            table.put("after", format!("{after:?}"));
        }
        if line.able != Value::Constant(1.0) {
            table.put("able", self.value(&line.able));
        }
        table.maybe("only", self.only(&line.only));
        if let Some(remission) = remission {
            let rule = line_rule(&line.transplant, |rule| self.transplant_rule(rule, remission));
            table.maybe("transplant", rule);
            table.maybe("monitoring", line_rule(&line.monitoring, |tests| self.monitoring(tests)));
        }
        format!("\n[[strategies.lines]]\n{}", table.lines())
    }

    fn strategy(&self, strategy: &Strategy) -> String {
        let mut table = Table::default();
        table.put("id", quoted(strategy.id.as_str()));
        table.put("label", quoted(&strategy.label));
        let lines: String = strategy.lines.iter().map(|line| self.line(line)).collect();
        format!("\n[[strategies]]\n{}{lines}", table.lines())
    }

    fn settings(&self) -> String {
        let settings = &self.0.settings;
        let mut table = Table::default();
        table.put("patients", settings.patients.to_string());
        table.put("draws", settings.draws.to_string());
        table.put("seed", settings.seed.to_string());
        table.put("horizon_months", format!("{:?}", settings.horizon_months));
        table.put("uncertainty", settings.uncertainty.to_string());
        let convention = match settings.discount.convention {
            Convention::Annual => "annual",
            Convention::Continuous => "continuous",
            Convention::YearStart => "year_start",
        };
        let (costs, effects) = (settings.discount.costs, settings.discount.effects);
        let discount = format!("{{ costs = {costs:?}, effects = {effects:?}, convention = {convention:?} }}");
        table.put("discount", discount);
        let mortality = if self.0.life_table.is_some() { "us_2014" } else { "none" };
        table.put("background_mortality", quoted(mortality));
        table.put(
            "efs_failure_at",
            match settings.efs_failure_at {
                EfsFailureAt::Assessment => "\"assessment\"",
                EfsFailureAt::Start => "\"start\"",
            },
        );
        table.lines()
    }

    fn population(&self) -> String {
        let population = &self.0.population;
        let mut table = Table::default();
        table.put("label", quoted(&population.label));
        table.put("group", quoted(&population.group));
        table.put(
            "age_years",
            match population.age {
                AgeDistribution::Fixed(age) => format!("{{ fixed = {age:?} }}"),
                AgeDistribution::Uniform { low, high } => format!("{{ low = {low:?}, high = {high:?} }}"),
                AgeDistribution::Triangular { low, mode, high } => {
                    format!("{{ low = {low:?}, mode = {mode:?}, high = {high:?} }}")
                }
            },
        );
        if population.body.is_some() {
            table.put("body", "\"reference\"");
        }
        for attribute in &population.attributes {
            let mut levels = Table::default();
            for (level, weight) in attribute.levels.iter().zip(&attribute.weights) {
                levels.put(level, self.value(weight));
            }
            levels.within(&mut table, &format!("attributes.{}", attribute.name));
        }
        table.lines()
    }

    fn scenario(&self) -> String {
        let model = self.0;
        let mut out = String::new();
        let (title, question) = (&model.title, &model.question);
        let _ = writeln!(out, "title = {title:?}\nquestion = {question:?}\nbare_numbers = \"test\"");
        let _ = writeln!(out, "crs_scale_mapping = \"test\"");
        let _ = writeln!(out, "\n[settings]\n{}\n[population]\n{}", self.settings(), self.population());
        out.extend(model.regimens.iter().map(|regimen| self.regimen(regimen)));
        out.extend(model.strategies.iter().map(|strategy| self.strategy(strategy)));
        let costs = &model.costs;
        let mut events = Table::default();
        for (key, value) in [
            ("crs_grade12", &costs.crs_grade12),
            ("crs_grade3", &costs.crs_grade3),
            ("icu_day", &costs.icu_day),
            ("tocilizumab_mg", &costs.tocilizumab_mg),
            ("neurotoxicity_grade3", &costs.neurotoxicity_grade3),
            ("infection", &costs.infection),
            ("transplant", &costs.transplant),
            ("mrd_test", &costs.mrd_test),
            ("death", &costs.death),
        ] {
            events.maybe(key, self.maybe(value.as_ref()));
        }
        let states = self.by_state(&costs.state);
        let _ = writeln!(out, "\n[costs]\nstate = {}\nevent = {}", states.inline(), events.inline());
        let _ = writeln!(out, "since_entry = {}", self.since_entry("per_month", &costs.since_entry).inline());
        let last = costs.last_months.iter().map(|last| {
            let (months, per_month) = (self.value(&last.months), self.value(&last.per_month));
            format!("{{ months = {months}, per_month = {per_month} }}")
        });
        let last: Vec<String> = last.collect();
        if !last.is_empty() {
            let _ = writeln!(out, "last_months = [{}]", last.join(", "));
        }
        if let Some(dose) = &model.tocilizumab {
            let mut table = Table::default();
            for (key, value) in [
                ("mg_per_kg", &dose.mg_per_kg),
                ("light_mg_per_kg", &dose.light_mg_per_kg),
                ("light_kg", &dose.light_kg),
                ("cap_mg", &dose.cap_mg),
            ] {
                table.maybe(key, self.maybe(Some(value)));
            }
            if !dose.vials.sizes().is_empty() {
                table.put("vials_mg", format!("{:?}", dose.vials.sizes()));
            }
            let _ = writeln!(out, "\n[tocilizumab]\n{}", table.lines());
        }
        let utilities = &model.utilities;
        let mut events = Table::default();
        for (key, value) in utilities.losses() {
            events.maybe(key, self.maybe(value.as_ref()));
        }
        let states = self.by_state(&utilities.state);
        let _ = writeln!(out, "\n[utilities]\nstate = {}\nevent = {}", states.inline(), events.inline());
        let pieces = self.since_entry("utility", &utilities.since_entry);
        let _ = writeln!(out, "since_entry = {}", pieces.inline());
        if let Some(floor) = &utilities.floor {
            let _ = writeln!(out, "floor = {}", self.value(floor));
        }
        if let Some(norm) = &utilities.population {
            let _ = writeln!(
                out,
                "population = {{ constant = {:?}, male = {:?}, age = {:?}, age_squared = {:?} }}",
                norm.constant, norm.male, norm.age, norm.age_squared
            );
        }
        out
    }
}
