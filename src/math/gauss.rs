//! Means over a uniform number by few places.

/// The upper half of the places on (0, 1), and their weights.
const UPPER: [(f64, f64); 8] = [
    (0.547_506_254_918_818_7, 0.094_725_305_227_534_25),
    (0.640_801_775_389_629_5, 0.091_301_707_522_461_79),
    (0.729_008_388_828_613_7, 0.084_578_259_697_501_27),
    (0.808_938_122_201_321_9, 0.074_797_994_408_288_37),
    (0.877_702_204_177_501_5, 0.062_314_485_627_766_94),
    (0.932_815_601_193_915_9, 0.047_579_255_841_246_39),
    (0.972_287_511_536_616_3, 0.031_126_761_969_323_946),
    (0.994_700_467_495_825, 0.013_576_229_705_877_047),
];

/// Places on (0, 1) and weights of sum 1 by which the mean of a polynomial of degree 31 or less is exact (Gauss and
/// Legendre; Golub and Welsch 1969, doi:10.1090/S0025-5718-69-99647-1).
pub(crate) fn gauss_places() -> impl Iterator<Item = (f64, f64)> {
    UPPER.into_iter().flat_map(|(place, weight)| [(1.0 - place, weight), (place, weight)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_of_polynomials_are_exact_up_to_degree_31() {
        for degree in 0..=31 {
            let mean: f64 = gauss_places().map(|(place, weight)| weight * place.powi(degree)).sum();
            let expected = 1.0 / (f64::from(degree) + 1.0);
            assert!((mean - expected).abs() < 1e-15, "{degree}: {mean} {expected}");
        }
        let mean: f64 = gauss_places().map(|(place, weight)| weight * place.powi(32)).sum();
        assert!((mean - 1.0 / 33.0).abs() > 1e-20);
    }
}
