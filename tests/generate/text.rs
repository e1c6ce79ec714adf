//! A model as text in the scenario language. Uncertain values become assumptions with an interval, and what the
//! language refuses because it never acts is left out: cycles of regimens without any, remissions that nobody reaches.

use super::regimen::{curve_placement, family};
use remisim::model::{
    AgeDistribution, AnchorEndpoint, Anchors, Attribute, Convention, CrsScale, CurveSpec, Dosing, Drug,
    EfsFailureAt, Line, Model, Monitoring, ParameterSource, Regimen, Shape, Strategy, Timing, Toxicity,
    TransplantRule, Treatment, Value,
};
use remisim::outcome::State;
use std::fmt::Write;

/// The scenario whose meaning is the model.
pub(crate) fn text(model: &Model) -> String {
    Printer(model).scenario()
}

struct Printer<'a>(&'a Model);

/// Keys of an inline table; what is absent is left out.
#[derive(Default)]
struct Table(Vec<String>);

impl Table {
    fn put(&mut self, key: &str, text: impl AsRef<str>) {
        self.0.push(format!("{key} = {}", text.as_ref()));
    }

    fn maybe(&mut self, key: &str, text: Option<String>) {
        if let Some(text) = text {
            self.put(key, text);
        }
    }

    fn inline(&self) -> String {
        format!("{{ {} }}", self.0.join(", "))
    }

    /// The table as a key of another, left out where it is empty.
    fn within(self, outer: &mut Self, key: &str) {
        if !self.0.is_empty() {
            outer.put(key, self.inline());
        }
    }

    fn lines(&self) -> String {
        self.0.join("\n") + "\n"
    }
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}

impl Printer<'_> {
    fn attributes(&self) -> &[Attribute] {
        &self.0.population.attributes
    }

    fn value(&self, value: &Value) -> String {
        let list = |parts: &[Value]| {
            let parts: Vec<String> = parts.iter().map(|part| self.value(part)).collect();
            format!("[{}]", parts.join(", "))
        };
        match value {
            Value::Constant(number) => format!("{number:?}"),
            Value::Parameter(index) => self.assumption(*index),
            Value::ByLevel { attribute, levels } => {
                let attribute = &self.attributes()[*attribute];
                let mut table = Table::default();
                table.put("by", quoted(&attribute.name));
                for (name, value) in attribute.levels.iter().zip(levels) {
                    table.put(name, self.value(value));
                }
                table.inline()
            }
            Value::Product(parts) => format!("{{ product = {} }}", list(parts)),
            Value::Sum(parts) => format!("{{ sum = {} }}", list(parts)),
            Value::Complement(part) => format!("{{ complement = {} }}", self.value(part)),
            Value::Odds { probability, ratio } => {
                format!("{{ odds = {}, ratio = {} }}", self.value(probability), self.value(ratio))
            }
        }
    }

    fn assumption(&self, index: usize) -> String {
        let ParameterSource::Single(distribution) = &self.0.parameters[index].source else {
            unreachable!("generated parameters stand alone")
        };
        let (mean, spread) = (distribution.mean(), 1.5 * distribution.sd());
        let (low, high) = (mean - spread, mean + spread);
        format!("{{ assume = {mean:.6}, low = {low:.6}, high = {high:.6}, reason = \"test\" }}")
    }

    fn maybe(&self, value: Option<&Value>) -> Option<String> {
        value.map(|value| self.value(value))
    }

    fn by_state(&self, values: &[Option<Value>; State::COUNT]) -> Table {
        let mut table = Table::default();
        for (state, value) in State::ALL.iter().zip(values) {
            table.maybe(state.name(), self.maybe(value.as_ref()));
        }
        table
    }

    fn curve(&self, spec: &CurveSpec) -> String {
        let mut table = Table::default();
        table.put("family", quoted(family(spec.shape)));
        if spec.shape == Shape::Never {
            return table.inline();
        }
        if matches!(spec.shape, Shape::Weibull | Shape::Gompertz | Shape::LogNormal | Shape::LogLogistic) {
            table.put("shape", self.value(&spec.form));
        }
        match &spec.timing {
            Timing::Scale(value) => table.put(curve_placement(spec.shape), self.value(value)),
            Timing::Median(value) => table.put("median", self.value(value)),
            Timing::Point { months, survival } => {
                table.put("at_months", self.value(months));
                table.put("survival", self.value(survival));
            }
            Timing::Anchored => table.put("anchored", "true"),
        }
        for (key, value, usual) in
            [("share", &spec.share, 1.0), ("ratio", &spec.ratio, 1.0), ("delay", &spec.delay, 0.0)]
        {
            if *value != Value::Constant(usual) {
                table.put(key, self.value(value));
            }
        }
        table.inline()
    }

    fn maybe_curve(&self, spec: Option<&CurveSpec>) -> Option<String> {
        spec.map(|spec| self.curve(spec))
    }

    fn only(&self, only: &[(usize, Vec<u8>)]) -> Option<String> {
        let mut table = Table::default();
        for (attribute, levels) in only {
            let attribute = &self.attributes()[*attribute];
            let levels: Vec<&String> =
                levels.iter().map(|level| &attribute.levels[usize::from(*level)]).collect();
            table.put(&attribute.name, format!("{levels:?}"));
        }
        (!only.is_empty()).then(|| table.inline())
    }

    fn transplant_rule(&self, rule: &TransplantRule) -> String {
        let mut table = Table::default();
        table.put("regimen", quoted(self.0.regimens[rule.regimen].id.as_str()));
        table.put("share", self.value(&rule.share));
        table.put("months", self.curve(&rule.months));
        table.put("gap_months", self.value(&rule.gap_months));
        table.put("after_persistence", rule.after_persistence.to_string());
        table.maybe("only", self.only(&rule.only));
        table.maybe("lost_car_t_ratio", self.maybe(rule.lost_car_t_ratio.as_ref()));
        table.inline()
    }

    fn monitoring(&self, tests: &Monitoring) -> String {
        let mut table = Table::default();
        table.put("every_months", self.value(&tests.every_months));
        table.put("lead_months", self.value(&tests.lead_months));
        table.put("sensitivity", self.value(&tests.sensitivity));
        table.inline()
    }

    fn drug(&self, drug: &Drug, max_cycles: u32) -> String {
        let mut table = Table::default();
        table.put("name", quoted(&drug.name));
        let per = match drug.dosing {
            Dosing::Flat => "dose",
            Dosing::Weight => "kg",
            Dosing::Surface => "m2",
        };
        table.put("per", quoted(per));
        table.put("mg", self.value(&drug.dose));
        if drug.cap != Value::Constant(f64::INFINITY) {
            table.put("cap_mg", self.value(&drug.cap));
        }
        table.put("vial_mg", self.value(&drug.vial));
        table.put("cost_per_vial", self.value(&drug.price));
        table.put("doses_per_cycle", self.value(&drug.doses));
        table.put("cycles", format!("[{}, {}]", drug.cycles.0, drug.cycles.1.min(max_cycles)));
        table.inline()
    }

    fn toxicity(&self, toxicity: &Toxicity) -> Table {
        let mut table = Table::default();
        if let Some(crs) = &toxicity.crs {
            let mut inner = Table::default();
            let scale = match crs.scale {
                CrsScale::Penn => "penn",
                CrsScale::Lee => "lee",
                CrsScale::Ctcae => "ctcae",
                CrsScale::Astct => "astct",
            };
            inner.put("scale", quoted(scale));
            inner.put("any", self.value(&crs.any));
            inner.put("grade3", self.value(&crs.grade3));
            inner.maybe("onset_days", self.maybe_curve(crs.onset_days.as_ref()));
            inner.maybe("duration_days", self.maybe_curve(crs.duration_days.as_ref()));
            inner.maybe("tocilizumab", self.maybe(crs.tocilizumab.as_ref()));
            let doses = crs.doses.as_ref().map(|doses| doses.each_ref().map(|dose| self.value(dose)));
            inner.maybe("tocilizumab_doses", doses.map(|doses| format!("[{}]", doses.join(", "))));
            inner.maybe("icu", self.maybe(crs.icu.as_ref()));
            inner.maybe("icu_days", self.maybe_curve(crs.icu_days.as_ref()));
            inner.within(&mut table, "crs");
        }
        if let Some((any, grade3)) = &toxicity.neurotoxicity {
            let (any, grade3) = (self.value(any), self.value(grade3));
            table.put("neurotoxicity", format!("{{ any = {any}, grade3 = {grade3} }}"));
        }
        table.maybe("infection", self.maybe(toxicity.infection.as_ref()));
        table.maybe("other_grade3", self.maybe(toxicity.other_grade3.as_ref()));
        table.maybe("early_death", self.maybe(toxicity.early_death.as_ref()));
        table
    }

    fn treatment(&self, treatment: &Treatment) -> Table {
        let mut table = Table::default();
        let max = treatment.max_cycles;
        if max == 0 {
            return table;
        }
        table.put("cycle_months", self.value(&treatment.cycle_months));
        table.put("max_cycles", max.to_string());
        table.put("in_remission", treatment.in_remission.to_string());
        table.maybe("administration", self.maybe(treatment.administration.as_ref()));
        table.maybe("discontinuation", self.maybe(treatment.discontinuation.as_ref()));
        let drugs = treatment.drugs.iter().filter(|drug| drug.cycles.0 <= max);
        let drugs: Vec<String> = drugs.map(|drug| self.drug(drug, max)).collect();
        if !drugs.is_empty() {
            table.put("drugs", format!("[{}]", drugs.join(", ")));
        }
        table
    }

    fn anchors(&self, anchors: &Anchors, reached: bool) -> Table {
        let mut table = Table::default();
        for (key, anchor) in [("relapse", &anchors.relapse), ("survival", &anchors.survival)] {
            if let Some(anchor) = anchor.as_ref().filter(|_| reached || key == "survival") {
                let endpoint = match anchor.endpoint {
                    AnchorEndpoint::Os => "os",
                    AnchorEndpoint::Efs => "efs",
                    AnchorEndpoint::Rfs => "rfs",
                    AnchorEndpoint::Cir => "cir",
                };
                let mut inner = Table::default();
                inner.put("endpoint", quoted(endpoint));
                inner.put("at_months", self.value(&anchor.months));
                inner.put("value", self.value(&anchor.probability));
                inner.within(&mut table, key);
            }
        }
        table.maybe("age_years", self.maybe(anchors.age_years.as_ref()));
        table
    }

    fn regimen(&self, regimen: &Regimen) -> String {
        let mut table = Table::default();
        table.put("label", quoted(&regimen.label));
        table.put("group", quoted(&regimen.group));
        table.maybe("antigen", regimen.antigen.as_deref().map(quoted));
        table.put("starts_in", quoted(if regimen.starts_in_remission { "remission" } else { "disease" }));
        let mut sets = Table::default();
        for (attribute, level) in &regimen.sets {
            let attribute = &self.attributes()[*attribute];
            sets.put(&attribute.name, quoted(&attribute.levels[usize::from(*level)]));
        }
        sets.within(&mut table, "sets");
        table.maybe("cost_at_start", self.maybe(regimen.cost_at_start.as_ref()));
        self.by_state(&regimen.cost_per_month).within(&mut table, "cost_per_month");
        self.by_state(&regimen.utility).within(&mut table, "utility");
        if let Some(access) = &regimen.access {
            let mut inner = Table::default();
            inner.maybe("antigen_positive", self.maybe(access.antigen_positive.as_ref()));
            inner.maybe("contamination", self.maybe(access.contamination.as_ref()));
            inner.maybe("manufacturing_failure", self.maybe(access.manufacturing_failure.as_ref()));
            inner.put("waiting_months", self.value(&access.waiting_months));
            inner.put("waiting_death", self.value(&access.waiting_death));
            inner.put("waiting_progression", self.value(&access.waiting_progression));
            inner.within(&mut table, "access");
        }
        self.treatment(&regimen.treatment).within(&mut table, "treatment");
        self.toxicity(&regimen.toxicity).within(&mut table, "toxicity");
        if let Some(response) = &regimen.response {
            let mut inner = Table::default();
            inner.put("cr", self.value(&response.cr));
            inner.maybe("pr", self.maybe(response.pr.as_ref()));
            inner.put("months", self.value(&response.months));
            inner.within(&mut table, "response");
        }
        let reached = regimen.response.is_some() || regimen.starts_in_remission;
        if let Some(remission) = regimen.remission.as_ref().filter(|_| reached) {
            table.maybe("mrd.negative", self.maybe(regimen.mrd_negative.as_ref()));
            let mut inner = Table::default();
            inner.put("relapse", self.curve(&remission.relapse));
            inner.maybe("relapse_mrd_positive", self.maybe_curve(remission.relapse_mrd_positive.as_ref()));
            inner.maybe("non_relapse_death", self.maybe_curve(remission.non_relapse_death.as_ref()));
            let positive = remission.non_relapse_death_mrd_positive.as_ref();
            inner.maybe("non_relapse_death_mrd_positive", self.maybe_curve(positive));
            inner.maybe("antigen_modulation", self.maybe(remission.antigen_modulation.as_ref()));
            inner.maybe("negative_clone", self.maybe(remission.negative_clone.as_ref()));
            inner.maybe("persistence", self.maybe_curve(remission.persistence.as_ref()));
            let rule = remission.transplant.as_ref();
            inner.maybe("transplant", rule.map(|rule| self.transplant_rule(rule)));
            let tests = remission.monitoring.as_ref();
            inner.maybe("monitoring", tests.map(|tests| self.monitoring(tests)));
            inner.within(&mut table, "remission");
        }
        let mut failure = Table::default();
        failure.put("refractory", self.curve(&regimen.failure.refractory));
        failure.put("relapse", self.curve(&regimen.failure.relapse));
        failure.within(&mut table, "failure");
        self.anchors(&regimen.anchors, reached).within(&mut table, "anchors");
        if let Some(effect) = &regimen.transplant {
            let mut inner = Table::default();
            inner.put("relapse_ratio", self.value(&effect.relapse_ratio));
            inner.put("death", self.curve(&effect.death));
            inner.within(&mut table, "transplant");
        }
        format!("\n[regimens.{}]\n{}", regimen.id, table.lines())
    }

    fn line(&self, line: &Line) -> String {
        let mut table = Table::default();
        table.put("regimen", quoted(self.0.regimens[line.regimen].id.as_str()));
        if !line.after.is_empty() {
            let after: Vec<&str> = line.after.iter().map(|cause| cause.name()).collect();
            table.put("after", format!("{after:?}"));
        }
        if line.able != Value::Constant(1.0) {
            table.put("able", self.value(&line.able));
        }
        table.maybe("only", self.only(&line.only));
        table.maybe("transplant", line.transplant.as_ref().map(|rule| self.transplant_rule(rule)));
        table.maybe("monitoring", line.monitoring.as_ref().map(|tests| self.monitoring(tests)));
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
        let utilities = &model.utilities;
        let mut events = Table::default();
        for (key, value) in [
            ("crs_grade12", &utilities.crs_grade12),
            ("crs_grade3", &utilities.crs_grade3),
            ("neurotoxicity_grade3", &utilities.neurotoxicity_grade3),
            ("infection", &utilities.infection),
            ("transplant", &utilities.transplant),
        ] {
            events.maybe(key, self.maybe(value.as_ref()));
        }
        let states = self.by_state(&utilities.state);
        let _ = writeln!(out, "\n[utilities]\nstate = {}\nevent = {}", states.inline(), events.inline());
        out
    }
}
