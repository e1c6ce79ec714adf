//! Sizes of vials, and what is opened for a dose.

/// Share of a vial that counts as rounding.
const NEAR: f64 = 1e-9;

/// Sizes of vials in mg; none where the mg of a dose are paid and nothing is left over.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Vials {
    /// The first `count`, from the largest.
    sizes: [f64; Self::MOST],
    count: usize,
}

impl Vials {
    /// Most sizes.
    pub const MOST: usize = 3;
    /// Most vials of one size in the largest dose, so that few choices need to be compared.
    pub const IN_A_DOSE: f64 = 100.0;

    /// Vials of these sizes, above 0, at most [`Self::MOST`].
    #[must_use]
    pub fn new(sizes: &[f64]) -> Self {
        let mut vials = Self { count: sizes.len().min(Self::MOST), ..Self::default() };
        vials.sizes.iter_mut().zip(sizes).for_each(|(own, size)| *own = *size);
        vials.sizes[..vials.count].sort_by(|a, b| b.total_cmp(a));
        vials
    }

    /// The sizes, from the largest.
    #[must_use]
    pub fn sizes(&self) -> &[f64] {
        &self.sizes[..self.count]
    }

    /// The mg of the vials opened for a dose: the least that hold it.
    #[must_use]
    pub fn opened(&self, mg: f64) -> f64 {
        least(mg, self.sizes())
    }
}

/// The least sum of these sizes that holds a dose.
fn least(mg: f64, sizes: &[f64]) -> f64 {
    let vials = |size: f64| (mg / size - NEAR).ceil().max(0.0);
    match sizes {
        [] => mg,
        [size] => vials(*size) * size,
        [size, smaller @ ..] => {
            let choices = (0..=vials(*size) as u32).map(|count| {
                let held = f64::from(count) * size;
                held + least((mg - held).max(0.0), smaller)
            });
            choices.fold(f64::INFINITY, f64::min)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_vials_hold_a_dose() {
        let vials = Vials::new(&[80.0, 400.0, 200.0]);
        assert_eq!(vials.sizes(), [400.0, 200.0, 80.0]);
        // Doses of 12 mg/kg below 30 kg and of 8 mg/kg from there, with the vials by hand.
        for (mg, opened) in [
            (0.0, 0.0),
            (180.0, 200.0),
            (240.0, 240.0),
            (300.0, 320.0),
            (348.0, 360.0),
            (400.0, 400.0),
            (560.0, 560.0),
            (800.0, 800.0),
        ] {
            assert_eq!(vials.opened(mg), opened, "{mg}");
        }
        assert_eq!(Vials::new(&[100.0]).opened(101.0), 200.0);
        assert_eq!(Vials::default().opened(101.0), 101.0);
    }
}
