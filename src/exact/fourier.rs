//! The discrete Fourier transform, without the platform's sine and cosine.

/// e^(-2 pi i j / n) for j below n/2, n a power of two: by halving angles, each from two of a coarser circle.
fn roots(n: usize) -> Vec<(f64, f64)> {
    let mut roots = vec![(1.0, 0.0)];
    // Cosine and sine of pi.
    let (mut cos, mut sin) = (-1.0_f64, 0.0_f64);
    while 2 * roots.len() < n {
        (cos, sin) = if cos < 0.0 {
            (0.0, 1.0)
        } else {
            let half = (0.5 * (1.0 + cos)).sqrt();
            (half, sin / (2.0 * half))
        };
        let between = |root: &(f64, f64)| (root.0 * cos + root.1 * sin, root.1 * cos - root.0 * sin);
        roots = roots.iter().flat_map(|root| [*root, between(root)]).collect();
    }
    roots
}

/// A transform of some power of two of numbers.
pub(super) struct Fourier {
    roots: Vec<(f64, f64)>,
    bits: u32,
}

impl Fourier {
    /// The transform of at least `least` numbers.
    pub(super) fn of_at_least(least: usize) -> Self {
        let n = least.next_power_of_two().max(2);
        Self { roots: roots(n), bits: n.trailing_zeros() }
    }

    /// How many numbers it takes.
    pub(super) fn len(&self) -> usize {
        1 << self.bits
    }

    /// Transforms complex numbers, given as their parts, in place (Cooley and Tukey 1965,
    /// doi:10.1090/S0025-5718-1965-0178586-1). With the parts exchanged it is the inverse times their number.
    pub(super) fn transform(&self, real: &mut [f64], imaginary: &mut [f64]) {
        let n = self.len();
        for at in 0..n {
            let other = at.reverse_bits() >> (usize::BITS - self.bits);
            if at < other {
                real.swap(at, other);
                imaginary.swap(at, other);
            }
        }
        let mut half = 1;
        while half < n {
            let stride = n / (2 * half);
            let blocks = real.chunks_exact_mut(2 * half).zip(imaginary.chunks_exact_mut(2 * half));
            for (real, imaginary) in blocks {
                let (first, second) = real.split_at_mut(half);
                let (first_i, second_i) = imaginary.split_at_mut(half);
                let roots = self.roots.iter().step_by(stride);
                for ((((a, b), c), d), (cos, sin)) in
                    first.iter_mut().zip(second).zip(first_i).zip(second_i).zip(roots)
                {
                    let (re, im) = (*b * cos - *d * sin, *b * sin + *d * cos);
                    (*b, *d) = (*a - re, *c - im);
                    *a += re;
                    *c += im;
                }
            }
            half *= 2;
        }
    }
}

/// Convolutions of the real sequences of two pairs: of the firsts, of each first with the other's second (added), of
/// the seconds; so many numbers of each.
pub(super) fn convolutions(left: (&[f64], &[f64]), right: (&[f64], &[f64]), count: usize) -> [Vec<f64>; 3] {
    let fourier = Fourier::of_at_least(left.0.len() + right.0.len());
    let size = fourier.len();
    // A pair as the complex sequence first + i second, transformed.
    let transformed = |pair: (&[f64], &[f64])| {
        let (mut real, mut imaginary) = (pair.0.to_vec(), pair.1.to_vec());
        real.resize(size, 0.0);
        imaginary.resize(size, 0.0);
        fourier.transform(&mut real, &mut imaginary);
        (real, imaginary)
    };
    let (left, right) = (transformed(left), transformed(right));
    // The left times what `factor` gives at each place, transformed back.
    let times = |factor: &dyn Fn(usize) -> (f64, f64)| {
        let product = |at: usize| {
            let (own, other) = ((left.0[at], left.1[at]), factor(at));
            (own.0 * other.0 - own.1 * other.1, own.0 * other.1 + own.1 * other.0)
        };
        let (mut real, mut imaginary): (Vec<f64>, Vec<f64>) = (0..size).map(product).unzip();
        fourier.transform(&mut imaginary, &mut real);
        (real, imaginary)
    };
    let plain = times(&|at| (right.0[at], right.1[at]));
    let conjugate = times(&|at| {
        let mirrored = (size - at) % size;
        (right.0[mirrored], -right.1[mirrored])
    });
    let scale = 1.0 / size as f64;
    let count = count.min(size);
    [
        (0..count).map(|at| 0.5 * scale * (plain.0[at] + conjugate.0[at])).collect(),
        (0..count).map(|at| scale * plain.1[at]).collect(),
        (0..count).map(|at| 0.5 * scale * (conjugate.0[at] - plain.0[at])).collect(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn convolutions_are_those_of_the_definition() {
        let number = |seed: usize, at: usize| ((at * 7919 + seed * 104_729) % 1000) as f64 / 1000.0 - 0.3;
        let sequence =
            |seed: usize, length: usize| (0..length).map(|at| number(seed, at)).collect::<Vec<f64>>();
        let (left, right) = ([sequence(1, 37), sequence(2, 37)], [sequence(3, 50), sequence(4, 50)]);
        let plain = |one: &[f64], other: &[f64], at: usize| -> f64 {
            (0..one.len()).filter(|i| at >= *i && at - i < other.len()).map(|i| one[i] * other[at - i]).sum()
        };
        let [firsts, mixed, seconds] = convolutions((&left[0], &left[1]), (&right[0], &right[1]), 80);
        for at in 0..80 {
            assert!((firsts[at] - plain(&left[0], &right[0], at)).abs() < 1e-13, "{at}");
            let both = plain(&left[0], &right[1], at) + plain(&left[1], &right[0], at);
            assert!((mixed[at] - both).abs() < 1e-13, "{at}");
            assert!((seconds[at] - plain(&left[1], &right[1], at)).abs() < 1e-13, "{at}");
        }
    }
}
