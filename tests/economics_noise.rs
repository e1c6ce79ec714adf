//! What is left of simulation noise in decisions after correction: draws of 100 patients against the exact means of the
//! same draws, over 20 seeds, in worlds of two and three strategies.

#[path = "support/splitmix.rs"]
mod splitmix;

use remisim::economics::{Noise, Psa, acceptability, increments, losses};
use remisim::math::{exp, ln, normal_quantile};
use splitmix::SplitMix64;

const SEEDS: u64 = 20;
const DRAWS: usize = 1000;
const PATIENTS: usize = 100;
const HORIZON: f64 = 25.0;
/// Thresholds; the strategies are about equally good at the second.
const WTP: [f64; 7] = [20e3, 40e3, 60e3, 80e3, 120e3, 200e3, 300e3];

/// How uncertain the figures are, by standard deviations of logarithms and log odds, and whether strategies meet the same
/// patients. Gains come from survivors cured and from time gained by the others.
#[derive(Debug)]
struct World {
    strategies: usize,
    hazard_ratio: f64,
    cured: f64,
    paired: bool,
}

/// What one seed makes of a world: draws as simulated, and without noise.
struct Made {
    seen: Psa,
    exact: Psa,
}

impl World {
    fn make(&self, seed: u64) -> Made {
        let mut numbers = SplitMix64::new(seed * 1_000_003);
        let k = self.strategies;
        let empty = || vec![Vec::new(); k];
        let (mut costs, mut effects, mut exact_costs, mut exact_effects) =
            (empty(), empty(), empty(), empty());
        let mut covariances = Vec::with_capacity(DRAWS);
        for _ in 0..DRAWS {
            let mut lognormal = |median: f64, sd: f64| median * exp(sd * normal_quantile(numbers.uniform()));
            let (hazard, yearly) = (lognormal(0.35, 0.15), lognormal(8_000.0, 0.3));
            let utility = 1.0 / (1.0 + lognormal(0.35, 0.3));
            let arms: Vec<Arm> = (0..k)
                .map(|arm| {
                    let step = arm as f64;
                    let ratio = if arm == 0 { 1.0 } else { lognormal(0.8 - 0.1 * step, self.hazard_ratio) };
                    let odds = lognormal(if arm == 0 { 0.2 } else { 0.3 + 0.06 * step }, self.cured);
                    let drug = if arm == 0 { 0.0 } else { lognormal(45_000.0 + 25_000.0 * step, 0.15) };
                    Arm { hazard: hazard * ratio, cured: odds / (1.0 + odds), drug, yearly, utility }
                })
                .collect();
            for (arm, own) in arms.iter().enumerate() {
                let [cost, effect] = own.outcome(own.mean_years());
                exact_costs[arm].push(cost);
                exact_effects[arm].push(effect);
            }
            let lives: Vec<Vec<f64>> = (0..PATIENTS)
                .map(|_| {
                    let mut luck = (numbers.uniform(), numbers.uniform());
                    let mut live = |arm: &Arm| {
                        if !self.paired {
                            luck = (numbers.uniform(), numbers.uniform());
                        }
                        arm.outcome(arm.years(luck))
                    };
                    arms.iter().flat_map(&mut live).collect()
                })
                .collect();
            let n = PATIENTS as f64;
            let means: Vec<f64> =
                (0..2 * k).map(|i| lives.iter().map(|life| life[i]).sum::<f64>() / n).collect();
            for arm in 0..k {
                costs[arm].push(means[2 * arm]);
                effects[arm].push(means[2 * arm + 1]);
            }
            let covariance = |(i, j): (usize, usize)| {
                let about = |life: &Vec<f64>| (life[i] - means[i]) * (life[j] - means[j]);
                lives.iter().map(about).sum::<f64>() / (n - 1.0) / n
            };
            covariances.push((0..2 * k).flat_map(|i| (0..=i).map(move |j| (i, j))).map(covariance).collect());
        }
        let strategies: Vec<String> = (0..k).map(|arm| format!("s{arm}")).collect();
        let exact = Psa {
            strategies: strategies.clone(),
            comparator: 0,
            costs: exact_costs,
            effects: exact_effects,
            noise: None,
        };
        let noise = Some(Noise { covariances });
        Made { seen: Psa { strategies, comparator: 0, costs, effects, noise }, exact }
    }
}

/// One strategy in one draw.
struct Arm {
    hazard: f64,
    cured: f64,
    drug: f64,
    yearly: f64,
    utility: f64,
}

impl Arm {
    /// Years lived by a patient of given luck: to the horizon if cured, else to a death at a constant hazard.
    fn years(&self, (cure, death): (f64, f64)) -> f64 {
        if cure < self.cured { HORIZON } else { (-ln(death) / self.hazard).min(HORIZON) }
    }

    fn mean_years(&self) -> f64 {
        let others = (1.0 - exp(-self.hazard * HORIZON)) / self.hazard;
        self.cured * HORIZON + (1.0 - self.cured) * others
    }

    fn outcome(&self, years: f64) -> [f64; 2] {
        [self.drug + self.yearly * years, self.utility * years]
    }
}

/// Errors of an estimate over seeds.
#[derive(Default)]
struct Errors(Vec<f64>);

impl Errors {
    fn mean(&self) -> f64 {
        self.0.iter().sum::<f64>() / self.0.len() as f64
    }

    fn rms(&self) -> f64 {
        (self.0.iter().map(|x| x * x).sum::<f64>() / self.0.len() as f64).sqrt()
    }

    fn worst(&self) -> f64 {
        self.0.iter().fold(0.0, |worst, x| x.abs().max(worst))
    }
}

/// What is found at one threshold.
#[derive(Default)]
struct Threshold {
    wtp: f64,
    /// |mean| of the difference between the two strategies of the highest mean net benefit, in its standard deviations.
    place: f64,
    /// Noise variance of the difference between the first strategies against its true variance.
    noise: f64,
    evpi: f64,
    raw: Errors,
    corrected: Errors,
    raw_probability: Errors,
    probability: Errors,
    raw_end: Errors,
    end: Errors,
}

fn moments(values: &[f64]) -> (f64, f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    (mean, values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (values.len() as f64 - 1.0))
}

fn threshold(made: &[Made], wtp: f64) -> Threshold {
    let mut found = Threshold { wtp, ..Threshold::default() };
    let seeds = made.len() as f64;
    for Made { seen, exact } in made {
        let (truth, loss) = (losses(exact, &[wtp]).remove(0), losses(seen, &[wtp]).remove(0));
        found.evpi += truth.evpi() / seeds;
        found.raw.0.push(loss.evpi() - truth.evpi());
        found.corrected.0.push(loss.corrected_evpi().unwrap() - truth.evpi());

        let mut order: Vec<usize> = (0..exact.strategies.len()).collect();
        order.sort_by(|a, b| truth.raw[*a].total_cmp(&truth.raw[*b]));
        let [one, other] = [order[0], order[1]].map(|strategy| exact.net_benefit(strategy, wtp));
        let (mean, variance) = moments(&one.iter().zip(&other).map(|(x, y)| x - y).collect::<Vec<_>>());
        found.place += mean / variance.sqrt() / seeds;

        let (truth, curve) = (acceptability(exact, &[wtp]).remove(0), acceptability(seen, &[wtp]).remove(0));
        found.raw_probability.0.push(curve.raw.best[0] - truth.raw.best[0]);
        found.probability.0.push(curve.corrected.unwrap().best[0] - truth.raw.best[0]);

        let (truth, own) = (increments(exact, wtp).remove(0), increments(seen, wtp).remove(0));
        let (truth, own) = (truth.net_monetary_benefit, own.net_monetary_benefit);
        let ends = [truth.raw.lower_95, truth.raw.upper_95].map(Option::unwrap);
        let width = ends[1] - ends[0];
        let interval = own.corrected.unwrap();
        let raw_ends = [own.raw.lower_95, own.raw.upper_95].map(Option::unwrap);
        for (i, end) in [interval.lower_95, interval.upper_95].into_iter().enumerate() {
            // Outwards is positive, in widths of the true interval.
            let outwards = if i == 0 { -1.0 } else { 1.0 } / width;
            found.raw_end.0.push((raw_ends[i] - ends[i]) * outwards);
            found.end.0.push((end - ends[i]) * outwards);
        }
        let share = own.noise_share.unwrap();
        found.noise += share / (1.0 - share) / seeds;
    }
    found
}

/// Prints errors of raw and corrected values over seeds, and asserts that those of the corrected ones are small:
///
/// - of EVPI, where the mean of the difference between the two best strategies is below half its standard deviation, 5 %
///   on average and 15 % root mean square; elsewhere on average 2 % of the largest EVPI over thresholds;
/// - of the probability that the first strategy is best, on average 1 in 100;
/// - of either end of the interval of incremental net benefit, on average 2 % of its width.
fn meets_the_exact_draws(world: &World) {
    let made: Vec<Made> = (1..=SEEDS).map(|seed| world.make(seed)).collect();
    let thresholds: Vec<Threshold> = WTP.iter().map(|wtp| threshold(&made, *wtp)).collect();
    let largest = thresholds.iter().map(|at| at.evpi).fold(0.0, f64::max);
    println!(
        "{world:?}: largest EVPI {largest:.0}; errors in %, mean / root mean square / worst, raw -> corrected"
    );
    let mut near = 0;
    for at in &thresholds {
        let by = if at.place < 0.5 { at.evpi } else { largest };
        let percent = |of: &Errors, by: f64| {
            let [mean, rms, worst] = [of.mean(), of.rms(), of.worst()].map(|x| 100.0 * x / by);
            format!("{mean:+.1} / {rms:.1} / {worst:.1}")
        };
        let both = |raw: &Errors, corrected: &Errors, by: f64| {
            format!("{} -> {}", percent(raw, by), percent(corrected, by))
        };
        println!(
            "{:6}: mean {:.2} SD, noise {:.2}, EVPI {:.0}, error of {} {}; probability {}; interval {}",
            at.wtp,
            at.place,
            at.noise,
            at.evpi,
            if at.place < 0.5 { "it" } else { "the largest" },
            both(&at.raw, &at.corrected, by),
            both(&at.raw_probability, &at.probability, 1.0),
            both(&at.raw_end, &at.end, 1.0),
        );
        let (mean, rms) = if at.place < 0.5 { (0.05, 0.15) } else { (0.02, f64::INFINITY) };
        near += usize::from(at.place < 0.5);
        assert!(at.corrected.mean().abs() < mean * by, "mean error of EVPI at {}", at.wtp);
        assert!(at.corrected.rms() < rms * by, "error of EVPI at {}", at.wtp);
        assert!(at.probability.mean().abs() < 0.01, "error of probability at {}", at.wtp);
        assert!(at.end.mean().abs() < 0.02, "error of interval at {}", at.wtp);
    }
    assert!(near > 0, "both rules are tried");
    // The worlds are such that correction is needed.
    assert!(thresholds.iter().any(|at| at.raw.mean() > 0.035 * largest));
}

#[test]
fn little_noise_in_wide_uncertainty() {
    meets_the_exact_draws(&World { strategies: 2, hazard_ratio: 0.5, cured: 0.35, paired: true });
}

#[test]
fn a_sixth_as_much_noise_as_uncertainty() {
    meets_the_exact_draws(&World { strategies: 2, hazard_ratio: 0.2, cured: 0.25, paired: true });
}

#[test]
fn strategies_of_different_patients() {
    meets_the_exact_draws(&World { strategies: 2, hazard_ratio: 0.25, cured: 0.3, paired: false });
}

#[test]
fn as_much_noise_as_uncertainty() {
    meets_the_exact_draws(&World { strategies: 2, hazard_ratio: 0.06, cured: 0.1, paired: true });
}

#[test]
fn three_strategies() {
    meets_the_exact_draws(&World { strategies: 3, hazard_ratio: 0.1, cured: 0.15, paired: true });
}

/// Draws of a normal gain with noise of a normal one, which is known: what is estimated scatters over seeds as its error
/// says.
#[test]
fn values_of_perfect_information_are_as_sure_as_they_say() {
    const REPEATS: u64 = 300;
    const SMALL: usize = 250;
    // Mean of the gain, its standard deviation and that of the noise.
    for (mean, sd, noise) in [(200.0, 1000.0, 600.0), (1500.0, 1000.0, 600.0), (-400.0, 1000.0, 1000.0)] {
        let (mut values, mut squares) = ([Vec::new(), Vec::new()], [0.0; 2]);
        for seed in 1..=REPEATS {
            let mut numbers = SplitMix64::new(seed * 7_919);
            let mut normal = |sd: f64| sd * normal_quantile(numbers.uniform());
            let gains = (0..SMALL).map(|_| mean + normal(sd) + normal(noise)).collect();
            // The gain is the first strategy's cost that is saved.
            let psa = Psa {
                strategies: vec!["a".to_owned(), "b".to_owned()],
                comparator: 1,
                costs: vec![vec![0.0; SMALL], gains],
                effects: vec![vec![0.0; SMALL]; 2],
                noise: Some(Noise {
                    covariances: vec![
                        vec![0.0, 0.0, 0.0, 0.0, 0.0, noise * noise, 0.0, 0.0, 0.0, 0.0];
                        SMALL
                    ],
                }),
            };
            let loss = &losses(&psa, &[1000.0])[0];
            for (at, (value, error)) in [
                (loss.evpi(), loss.evpi_error()),
                (loss.corrected_evpi().unwrap(), loss.corrected_evpi_error()),
            ]
            .into_iter()
            .enumerate()
            {
                values[at].push(value);
                squares[at] += error.unwrap().powi(2) / REPEATS as f64;
            }
        }
        for (at, name) in ["raw", "corrected"].into_iter().enumerate() {
            let n = values[at].len() as f64;
            let centre = values[at].iter().sum::<f64>() / n;
            let scatter = values[at].iter().map(|x| (x - centre).powi(2)).sum::<f64>() / (n - 1.0);
            let ratio = (squares[at] / scatter).sqrt();
            println!(
                "gain {mean} ± {sd}, noise {noise}, {name}: EVPI {centre:.1} ± {:.1}, told {ratio:.2} of it",
                scatter.sqrt()
            );
            // A jackknife of ten groups leans to the safe side; the seeds tell a scatter to 4 %.
            assert!(ratio > 0.85 && ratio < 1.2, "{name} at {mean}: {ratio}");
        }
    }
}
