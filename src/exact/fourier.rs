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

/// Transforms of any power of two of numbers up to some.
#[derive(Debug)]
pub(super) struct Fourier {
    /// Cosines and sines of the roots; those of the step that joins two blocks of h numbers are the h from h - 1 on.
    cos: Vec<f64>,
    /// See `cos`.
    sin: Vec<f64>,
    /// Each place with its bits in reverse order.
    reversed: Vec<usize>,
}

impl Fourier {
    /// The transforms of as many numbers as the sum of two times on `bins` bins each needs, or fewer.
    pub(super) fn of_bins(bins: usize) -> Self {
        let n = size_of(2 * bins);
        let all = roots(n);
        let steps = (0..n.trailing_zeros()).map(|bit| 1_usize << bit);
        let (cos, sin) = steps.flat_map(|half| all.iter().step_by(n / (2 * half)).copied()).unzip();
        let unused = usize::BITS - n.trailing_zeros();
        Self { cos, sin, reversed: (0..n).map(|at| at.reverse_bits() >> unused).collect() }
    }

    /// Transforms complex numbers, given as their parts, in place (Cooley and Tukey 1965,
    /// doi:10.1090/S0025-5718-1965-0178586-1). With the parts exchanged it is the inverse times their number.
    fn transform(&self, real: &mut [f64], imaginary: &mut [f64]) {
        let surplus = (self.reversed.len() / real.len()).trailing_zeros();
        for (at, other) in self.reversed[..real.len()].iter().enumerate() {
            let other = other >> surplus;
            if at < other {
                real.swap(at, other);
                imaginary.swap(at, other);
            }
        }
        join(real, imaginary, &self.cos, &self.sin);
    }
}

/// How many numbers are transformed for at least so many.
fn size_of(least: usize) -> usize {
    least.next_power_of_two().max(4)
}

/// Joins blocks to blocks of twice the length, until there is one.
#[cfg_attr(
    feature = "dispatch",
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))
)]
fn join(real: &mut [f64], imaginary: &mut [f64], cos: &[f64], sin: &[f64]) {
    // The roots of the first two steps are 1 and -i.
    for (re, im) in real.chunks_exact_mut(4).zip(imaginary.chunks_exact_mut(4)) {
        let ([a, b], [c, d]) = ([re[0] + re[1], re[0] - re[1]], [re[2] + re[3], re[2] - re[3]]);
        let ([e, f], [g, h]) = ([im[0] + im[1], im[0] - im[1]], [im[2] + im[3], im[2] - im[3]]);
        re.copy_from_slice(&[a + c, b + h, a - c, b - h]);
        im.copy_from_slice(&[e + g, f - d, e - g, f + d]);
    }
    let mut half = 4;
    while half < real.len() {
        let (cos, sin) = (&cos[half - 1..2 * half - 1], &sin[half - 1..2 * half - 1]);
        let blocks = real.chunks_exact_mut(2 * half).zip(imaginary.chunks_exact_mut(2 * half));
        for (real, imaginary) in blocks {
            let ((a, b), (c, d)) = (real.split_at_mut(half), imaginary.split_at_mut(half));
            let roots = cos.iter().zip(sin);
            for ((((a, b), c), d), (cos, sin)) in a.iter_mut().zip(b).zip(c).zip(d).zip(roots) {
                let (re, im) = (*b * cos - *d * sin, *b * sin + *d * cos);
                (*b, *d) = (*a - re, *c - im);
                *a += re;
                *c += im;
            }
        }
        half *= 2;
    }
}

/// Convolutions of the real sequences of two pairs: of the firsts, of each first with the other's second (added), of
/// the seconds; so many numbers of each.
pub(super) fn convolutions(
    left: (&[f64], &[f64]),
    right: (&[f64], &[f64]),
    count: usize,
    fourier: &Fourier,
) -> [Vec<f64>; 3] {
    let size = size_of(left.0.len() + right.0.len());
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
        let [firsts, mixed, seconds] =
            convolutions((&left[0], &left[1]), (&right[0], &right[1]), 80, &Fourier::of_bins(100));
        for at in 0..80 {
            assert!((firsts[at] - plain(&left[0], &right[0], at)).abs() < 1e-13, "{at}");
            let both = plain(&left[0], &right[1], at) + plain(&left[1], &right[0], at);
            assert!((mixed[at] - both).abs() < 1e-13, "{at}");
            assert!((seconds[at] - plain(&left[1], &right[1], at)).abs() < 1e-13, "{at}");
        }
    }
}
