//! Where each patient of a batch stands under one strategy, and the scratch arrays of a step.

use super::BATCH;
use crate::model::{Convention, Fading, Model, PopulationUtility, Settings, Sex};

/// Discounting of one kind of flow: value of a flow of one a month from month 0 to t, and the factor at t.
#[derive(Debug, Clone, Copy)]
pub(super) struct Discounting {
    /// Continuous rate a month.
    pub(super) rate: f64,
    year_start: bool,
}

impl Discounting {
    fn new(settings: &Settings, yearly: f64) -> Self {
        let discount = settings.discount;
        let rate = discount.per_month(yearly);
        // A rate that takes less than a hundred-millionth until the horizon is none: (1 - e^-rt) / r would lose digits.
        let rate = if rate * settings.horizon_months < 1e-8 { 0.0 } else { rate };
        Self { rate, year_start: discount.convention == Convention::YearStart }
    }

    /// Whether whole years are discounted from the start of each.
    pub(super) fn is_year_start(&self) -> bool {
        self.year_start
    }

    /// Replaces times by the values of a flow of one a month until then.
    pub(super) fn values(&self, times: &mut [f64]) {
        if self.rate == 0.0 {
            return;
        }
        if self.year_start {
            times.iter_mut().for_each(|time| *time = self.year_start_value(*time));
        } else {
            super::lanes::flow_values(times, self.rate);
        }
    }

    /// The value of a flow of one a month until a time.
    pub(super) fn value(&self, time: f64) -> f64 {
        if self.rate == 0.0 {
            time
        } else if self.year_start {
            self.year_start_value(time)
        } else {
            (1.0 - crate::math::exp(-self.rate * time)) / self.rate
        }
    }

    /// The value of a flow from one time to another: of a utility that fades, but nowhere below a floor.
    pub(super) fn floored_value(
        &self,
        (from, to): (f64, f64),
        (utility, floor): (f64, f64),
        fading: &Fading,
    ) -> f64 {
        let [one, other] = fading.reaches(floor / utility).map(|months| months.max(from).min(to));
        let times = [from, one.min(other), one.max(other), to];
        let part = |start: f64, end: f64| {
            if utility * fading.at(0.5 * (start + end)) > floor {
                utility * (self.fading_value(end, fading) - self.fading_value(start, fading))
            } else {
                floor * (self.value(end) - self.value(start))
            }
        };
        let parts = times.windows(2).filter(|times| times[0] < times[1]);
        parts.map(|times| part(times[0], times[1])).sum()
    }

    /// Replaces times by the values of a flow until then that fades from these ages on.
    pub(super) fn fading_values(
        &self,
        times: &mut [f64],
        ages: &[f64],
        (norm, sex): (PopulationUtility, Sex),
    ) {
        if self.year_start {
            for (time, age) in times.iter_mut().zip(ages) {
                *time = self.fading_value(*time, &norm.from_age(sex, *age));
            }
        } else {
            super::lanes::fading_values(times, ages, &norm, sex, self.rate);
        }
    }

    /// The value of a flow until a time that fades meanwhile.
    fn fading_value(&self, time: f64, fading: &Fading) -> f64 {
        if !self.year_start {
            return fading.discounted(time, self.rate);
        }
        let (mut sum, mut reached) = (0.0, 0.0);
        for year in 0..=(time / 12.0).floor() as u32 {
            let until = fading.until((12.0 * f64::from(year + 1)).min(time));
            sum += crate::math::exp(-self.rate * 12.0 * f64::from(year)) * (until - reached);
            reached = until;
        }
        sum
    }

    /// The factor at a time.
    fn factor_at(&self, time: f64) -> f64 {
        let time = if self.year_start { 12.0 * (time / 12.0).floor() } else { time };
        crate::math::exp(-self.rate * time)
    }

    /// The factor at a time; `value` is the value of a flow until then.
    pub(super) fn factor(&self, time: f64, value: f64) -> f64 {
        if self.year_start {
            crate::math::exp(-self.rate * 12.0 * (time / 12.0).floor())
        } else {
            // From (1 - e^-rt) / r without another exponential.
            1.0 - self.rate * value
        }
    }

    fn year_start_value(&self, time: f64) -> f64 {
        let years = (time / 12.0).floor();
        let factor = crate::math::exp(-self.rate * 12.0 * years);
        let whole = (1.0 - factor) / (1.0 - crate::math::exp(-self.rate * 12.0));
        12.0 * (whole + factor * (time / 12.0 - years))
    }
}

/// Arrays of the patients queued at the step in work.
#[derive(Debug)]
pub(super) struct Scratch {
    pub(super) luck: Vec<f64>,
    pub(super) second_luck: Vec<f64>,
    pub(super) from: Vec<f64>,
    pub(super) best: Vec<f64>,
    pub(super) candidate: Vec<f64>,
    pub(super) winner: Vec<u64>,
    pub(super) picked: Vec<u32>,
}

/// One entry a patient of the batch, months.
#[derive(Debug)]
pub(super) struct Lives {
    pub(super) now: Vec<f64>,
    pub(super) line_start: Vec<f64>,
    pub(super) remission_start: Vec<f64>,
    /// Relapse budget on the cumulative-hazard scale, and the time that it means.
    pub(super) relapse_budget: Vec<f64>,
    pub(super) relapse_time: Vec<f64>,
    pub(super) death_time: Vec<f64>,
    pub(super) transplant_time: Vec<f64>,
    pub(super) persistence_end: Vec<f64>,
    pub(super) cycle_limit: Vec<f64>,
    /// Month of background death if the life table holds as it is from now on, and its cumulative hazard from birth
    /// then; kept where a race multiplies it.
    pub(super) background: Vec<f64>,
    pub(super) background_hazard: Vec<f64>,
    /// Value of a flow of one a month until now, discounted as costs and as effects.
    pub(super) cost_value: Vec<f64>,
    pub(super) effect_value: Vec<f64>,
    pub(super) horizon: f64,
    pub(super) costs: Discounting,
    pub(super) effects: Discounting,
    /// Whether both are the same, so that one value serves for both.
    pub(super) one_rate: bool,
    /// Whether utilities fall with age: the values of effects do then.
    fades: bool,
    pub(super) scratch: Scratch,
}

impl Lives {
    pub(super) fn new(model: &Model) -> Self {
        let settings = &model.settings;
        let costs = Discounting::new(settings, settings.discount.costs);
        let effects = Discounting::new(settings, settings.discount.effects);
        let fades = model.utilities.population.is_some();
        let times = || vec![0.0; BATCH];
        Self {
            now: times(),
            line_start: times(),
            remission_start: times(),
            relapse_budget: times(),
            relapse_time: times(),
            death_time: times(),
            transplant_time: times(),
            persistence_end: times(),
            cycle_limit: times(),
            background: times(),
            background_hazard: times(),
            cost_value: times(),
            effect_value: times(),
            horizon: settings.horizon_months,
            costs,
            effects,
            one_rate: costs.rate == effects.rate && !fades,
            fades,
            scratch: Scratch {
                luck: times(),
                second_luck: times(),
                from: times(),
                best: times(),
                candidate: times(),
                winner: vec![0; BATCH],
                picked: vec![0; BATCH + 1],
            },
        }
    }

    /// Everyone at month 0. What a step saves before it is read is not reset.
    pub(super) fn reset(&mut self, patients: usize) {
        self.now[..patients].fill(0.0);
        self.cost_value[..patients].fill(0.0);
        self.effect_value[..patients].fill(0.0);
        // Without non-relapse death the pending one never comes.
        self.death_time[..patients].fill(f64::INFINITY);
    }

    /// Discount factor of costs now.
    pub(super) fn cost_factor(&self, patient: usize) -> f64 {
        self.costs.factor(self.now[patient], self.cost_value[patient])
    }

    /// Discount factor of effects now.
    pub(super) fn effect_factor(&self, patient: usize) -> f64 {
        if self.fades {
            return self.effects.factor_at(self.now[patient]);
        }
        let value = if self.one_rate { self.cost_value[patient] } else { self.effect_value[patient] };
        self.effects.factor(self.now[patient], value)
    }
}
