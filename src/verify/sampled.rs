//! Checks of the sampled figures against their inputs.

use super::bench::Bench;
use super::compare::{Comparisons, Finding, rounding};
use super::{ERRORS, VerifyError};
use crate::distribution::ParameterDistribution;
use crate::math::{exp, ln, normal_cdf};
use crate::model::{Model, Parameter, ParameterSource};
use crate::program::Draw;
use crate::quantity::Domain;

/// Draws whose figures are averaged.
const SAMPLES: u32 = 2000;
/// Least draws that a range is told by.
const LEAST_DRAWS: u32 = 20;
const CERTAIN: &str = "no figure of the scenario is uncertain";

/// What a figure should be in the mean, the spread of its draws, and whether both are of its logarithm.
struct Expected {
    mean: f64,
    sd: f64,
    logarithm: bool,
}

#[expect(clippy::unnecessary_wraps, reason = "one of the checks, of which others may be stopped")]
pub(super) fn means(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let expected = format!(
        "the mean of {SAMPLES} draws within {ERRORS} errors of the mean of the input: of its distribution, or of the rows of \
         its fit; of logarithms where those are normal"
    );
    let model = &bench.model;
    if Draw::is_constant(model) {
        return Ok(Finding::not_applicable(&expected, CERTAIN));
    }
    let uncertain: Vec<(usize, &Parameter, Expected)> = model
        .parameters
        .iter()
        .enumerate()
        .map(|(index, parameter)| (index, parameter, input(model, parameter)))
        .filter(|(_, _, input)| input.sd > 0.0)
        .collect();
    let mut sums = vec![0.0; uncertain.len()];
    for draw in 0..SAMPLES {
        let values = bench.engine.parameters(model, draw);
        for (sum, (index, _, input)) in sums.iter_mut().zip(&uncertain) {
            *sum += if input.logarithm { ln(values[*index]) } else { values[*index] };
        }
    }
    let mut all = Comparisons::default();
    for (sum, (_, parameter, input)) in sums.iter().zip(&uncertain) {
        let mean = sum / f64::from(SAMPLES);
        let allowed = ERRORS * input.sd / f64::from(SAMPLES).sqrt();
        let what = if input.logarithm { "the mean logarithm of " } else { "the mean of " };
        // Numbers that are summed in another order differ in their last bits.
        let rounding = 1e-12 * input.mean.abs();
        all.near(&format!("{what}{}", parameter.name), mean, input.mean, allowed + rounding);
    }
    Ok(all.judged(&expected))
}

/// What the input of a parameter says.
fn input(model: &Model, parameter: &Parameter) -> Expected {
    let moments = |mean: f64, sd: f64| Expected { mean, sd, logarithm: false };
    match &parameter.source {
        ParameterSource::Single(ParameterDistribution::Normal { mean, sd }) => {
            let (low, high) = ends(parameter.domain);
            moments(kept(*mean, *sd, low, high), *sd)
        }
        // Sums of a skewed figure are far from normal; its logarithm is not skewed.
        ParameterSource::Single(ParameterDistribution::LogNormal { meanlog, sdlog }) => {
            let (low, high) = ends(parameter.domain);
            let low = if low > 0.0 { ln(low) } else { f64::NEG_INFINITY };
            Expected { mean: kept(*meanlog, *sdlog, low, ln(high)), sd: *sdlog, logarithm: true }
        }
        ParameterSource::Single(distribution) => moments(distribution.mean(), distribution.sd()),
        ParameterSource::Part { group, part } => {
            let alphas = &model.dirichlets[*group];
            let (own, total) = (alphas[*part], alphas.iter().sum::<f64>());
            let mean = own / total;
            moments(mean, (mean * (1.0 - mean) / (total + 1.0)).sqrt())
        }
        ParameterSource::Posterior { fit, column } => {
            let fit = &model.posteriors[*fit];
            let values = (0..fit.rows()).map(|row| parameter.domain.clamp(fit.value(row, *column)));
            let n = fit.rows() as f64;
            let mean = values.clone().sum::<f64>() / n;
            moments(mean, (values.map(|value| (value - mean) * (value - mean)).sum::<f64>() / n).sqrt())
        }
    }
}

/// Lowest and highest value that a sample is moved to.
fn ends(domain: Domain) -> (f64, f64) {
    (domain.clamp(f64::MIN), domain.clamp(f64::MAX))
}

/// Mean of a normal distribution whose values below `low` and above `high` are moved there.
fn kept(mean: f64, sd: f64, low: f64, high: f64) -> f64 {
    let density = |z: f64| exp(-0.5 * z * z) / std::f64::consts::TAU.sqrt();
    let (from, to) = ((low - mean) / sd, (high - mean) / sd);
    let end = |share: f64, value: f64| if share > 0.0 { share * value } else { 0.0 };
    let (below, above) = (normal_cdf(from), normal_cdf(-to));
    // Written as the mean and what moving adds, which is nothing where nothing is moved.
    let inside = sd * (density(from) - density(to));
    end(below, low - mean) + end(above, high - mean) + inside + mean
}

pub(super) fn central(bench: &Bench<'_>) -> Result<Finding, VerifyError> {
    let expected = "life years, QALYs and costs between the least and the most of the draws, but for chance";
    let draws = bench.model.settings.draws;
    if Draw::is_constant(&bench.model) {
        return Ok(Finding::not_applicable(expected, CERTAIN));
    }
    if draws < LEAST_DRAWS {
        return Ok(Finding::not_applicable(expected, format!("{draws} draws are fewer than {LEAST_DRAWS}")));
    }
    let central = bench.central()?;
    let mut all = Comparisons::default();
    for headline in &bench.base()?.headlines {
        let band = central.summary.outcome(headline.strategy, headline.outcome).map(|row| row.band);
        let Some(mean) = band.and_then(|band| band.mean) else { continue };
        let least = headline.draws.iter().copied().fold(f64::INFINITY, f64::min);
        let most = headline.draws.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let allowed = rounding(mean) + ERRORS * band.and_then(|band| band.mc_se).unwrap_or(0.0);
        let holds = mean >= least - allowed && mean <= most + allowed;
        let name = central.name(headline.strategy, headline.outcome);
        all.holds(holds, || format!("{name} is {mean}, the draws {least} to {most}"));
    }
    Ok(all.judged(expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_a_kept_normal_is_that_of_its_integral() {
        for (mean, sd, low, high) in [(0.9, 0.2, -1.0, 1.0), (0.0, 1.0, -0.5, 3.0), (5.0, 0.1, -1e300, 1e300)]
        {
            let n = 200_000;
            let at = |i: i32| mean + sd * crate::math::normal_quantile((f64::from(i) + 0.5) / f64::from(n));
            let integral = (0..n).map(|i| at(i).clamp(low, high)).sum::<f64>() / f64::from(n);
            assert!((kept(mean, sd, low, high) - integral).abs() < 1e-5, "{mean} {sd}: {integral}");
        }
    }
}
