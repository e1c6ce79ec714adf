//! Regimens as text.

use super::Printer;
use super::value::{Table, quoted};
use remisim::model::{
    CrsScale, CurveSpec, Dosing, Drug, Monitoring, Regimen, Remission, TransplantRule, Treatment, Value,
};

impl Printer<'_> {
    /// A rule of a regimen or line with this remission.
    pub(super) fn transplant_rule(&self, rule: &TransplantRule, remission: &Remission) -> String {
        let has_cells = remission.persistence.is_some();
        let mut table = Table::default();
        table.put("regimen", quoted(self.0.regimens[rule.regimen].id.as_str()));
        table.put("share", self.value(&rule.share));
        table.put("months", self.curve(&rule.months));
        table.put("gap_months", self.value(&rule.gap_months));
        table.put("after_persistence", (rule.after_persistence && has_cells).to_string());
        table.maybe("only", self.only(&rule.only));
        table.maybe(
            "lost_car_t_ratio",
            self.maybe(rule.lost_car_t_ratio.as_ref().filter(|_| has_cells && !rule.after_persistence)),
        );
        table.inline()
    }

    pub(super) fn monitoring(&self, tests: &Monitoring) -> String {
        let mut table = Table::default();
        table.put("every_months", self.value(&tests.every_months));
        table.put("lead_months", self.value(&tests.lead_months));
        table.put("sensitivity", self.value(&tests.sensitivity));
        table.inline()
    }

    pub(super) fn drug(&self, drug: &Drug, max_cycles: u32) -> String {
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

    pub(super) fn toxicity(&self, regimen: &Regimen) -> Table {
        let toxicity = &regimen.toxicity;
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
            inner.maybe("tocilizumab_grade3", self.maybe(crs.tocilizumab_grade3.as_ref()));
            let doses = crs.doses.as_ref().filter(|_| crs.tocilizumab.is_some());
            let doses = doses.map(|doses| doses.each_ref().map(|dose| self.value(dose)));
            inner.maybe("tocilizumab_doses", doses.map(|doses| format!("[{}]", doses.join(", "))));
            inner.maybe("icu", self.maybe(crs.icu.as_ref()));
            inner.maybe("icu_grade3", self.maybe(crs.icu_grade3.as_ref()));
            let days = crs.icu_days.as_ref().filter(|_| crs.icu.is_some());
            inner.maybe("icu_days", self.maybe_curve(days));
            inner.within(&mut table, "crs");
        }
        if let Some((any, grade3)) = &toxicity.neurotoxicity {
            let (any, grade3) = (self.value(any), self.value(grade3));
            table.put("neurotoxicity", format!("{{ any = {any}, grade3 = {grade3} }}"));
        }
        table.maybe("infection", self.maybe(toxicity.infection.as_ref()));
        table.maybe("other_grade3", self.maybe(toxicity.other_grade3.as_ref()));
        let early_death = toxicity.early_death.as_ref().filter(|_| regimen.response.is_some());
        table.maybe("early_death", self.maybe(early_death));
        table
    }

    pub(super) fn treatment(&self, treatment: &Treatment) -> Table {
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

    pub(super) fn regimen(&self, regimen: &Regimen) -> String {
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
        self.since_entry("per_month", &regimen.cost_since_entry).within(&mut table, "cost_since_entry");
        self.by_state(&regimen.utility).within(&mut table, "utility");
        self.by_state(&regimen.mortality_ratio).within(&mut table, "mortality_ratio");
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
        self.toxicity(regimen).within(&mut table, "toxicity");
        if let Some(response) = &regimen.response {
            let mut inner = Table::default();
            inner.put("cr", self.value(&response.cr));
            inner.maybe("pr", self.maybe(response.pr.as_ref()));
            inner.put("months", self.value(&response.months));
            inner.within(&mut table, "response");
        }
        let reached = super::is_reached(regimen);
        if let Some(remission) = regimen.remission.as_ref().filter(|_| reached) {
            table.maybe("mrd.negative", self.maybe(regimen.mrd_negative.as_ref()));
            let mut inner = Table::default();
            inner.put("relapse", self.curve(&remission.relapse));
            let told = |curve: Option<&CurveSpec>| {
                self.maybe_curve(curve.filter(|_| regimen.mrd_negative.is_some()))
            };
            inner.maybe("relapse_mrd_positive", told(remission.relapse_mrd_positive.as_ref()));
            inner.maybe("non_relapse_death", self.maybe_curve(remission.non_relapse_death.as_ref()));
            let positive = remission.non_relapse_death_mrd_positive.as_ref();
            inner.maybe("non_relapse_death_mrd_positive", told(positive));
            inner.maybe("antigen_modulation", self.maybe(remission.antigen_modulation.as_ref()));
            inner.maybe("negative_clone", self.maybe(remission.negative_clone.as_ref()));
            inner.maybe("persistence", self.maybe_curve(remission.persistence.as_ref()));
            let rule = remission.transplant.as_ref();
            inner.maybe("transplant", rule.map(|rule| self.transplant_rule(rule, remission)));
            let tests = remission.monitoring.as_ref();
            inner.maybe("monitoring", tests.map(|tests| self.monitoring(tests)));
            inner.within(&mut table, "remission");
        }
        let mut failure = Table::default();
        failure.put("refractory", self.curve(&regimen.failure.refractory));
        failure.put("relapse", self.curve(&regimen.failure.relapse));
        failure.within(&mut table, "failure");
        let mut tails = Table::default();
        if let Some(remission) = regimen.remission.as_ref().filter(|_| reached) {
            tails.maybe("relapse", self.tail(&remission.relapse));
            tails.maybe(
                "non_relapse_death",
                remission.non_relapse_death.as_ref().and_then(|own| self.tail(own)),
            );
        }
        tails.maybe("death_refractory", self.tail(&regimen.failure.refractory));
        tails.maybe("death_relapsed", self.tail(&regimen.failure.relapse));
        tails.within(&mut table, "tail");
        if let Some(effect) = &regimen.transplant {
            let mut inner = Table::default();
            inner.put("relapse_ratio", self.value(&effect.relapse_ratio));
            inner.put("death", self.curve(&effect.death));
            inner.within(&mut table, "transplant");
        }
        format!("\n[regimens.{}]\n{}", regimen.id, table.lines())
    }

    fn tail(&self, curve: &CurveSpec) -> Option<String> {
        let pieces = curve.tail.iter().map(|piece| {
            let mut table = Table::default();
            table.put("from_months", self.value(&piece.from_months));
            table.maybe("rate", self.maybe(piece.rate.as_ref()));
            table.inline()
        });
        let pieces: Vec<String> = pieces.collect();
        (!pieces.is_empty()).then(|| format!("[{}]", pieces.join(", ")))
    }
}
