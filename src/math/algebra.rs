//! What little linear algebra is needed, on matrices as rows.
#![expect(clippy::inline_always, reason = "must be inlined to be compiled for the caller's vector width")]

/// Rows of a matrix; of a lower triangle each row ends at its diagonal.
pub(crate) type Rows = Vec<Vec<f64>>;

/// Sweeps of Jacobi's method; it converges quadratically, and some ten are enough.
const SWEEPS: usize = 30;

pub(crate) fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

pub(crate) fn identity(dimension: usize) -> Rows {
    let row = |i| (0..dimension).map(|j| if i == j { 1.0 } else { 0.0 }).collect();
    (0..dimension).map(row).collect()
}

/// The Cholesky factor of a matrix, both as lower triangles; `None` if the matrix is not positive definite.
#[cfg_attr(
    feature = "dispatch",
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))
)]
pub(crate) fn cholesky(mut a: Rows) -> Option<Rows> {
    for i in 0..a.len() {
        for j in 0..=i {
            let rest = a[i][j] - dot_in_lanes(&a[i][..j], &a[j][..j]);
            a[i][j] = if i == j { rest.sqrt() } else { rest / a[j][j] };
        }
        if !(a[i][i] > 0.0 && a[i][i].is_finite()) {
            return None;
        }
    }
    Some(a)
}

/// x of L x = y, L a lower triangle.
pub(crate) fn solve_lower(lower: &Rows, y: &[f64]) -> Vec<f64> {
    let mut x: Vec<f64> = Vec::with_capacity(y.len());
    for (i, (row, y)) in lower.iter().zip(y).enumerate() {
        x.push((y - dot(&row[..i], &x)) / row[i]);
    }
    x
}

/// x of L' x = y, L a lower triangle.
pub(crate) fn solve_upper(lower: &Rows, mut y: Vec<f64>) -> Vec<f64> {
    for (i, row) in lower.iter().enumerate().rev() {
        y[i] /= row[i];
        let x = y[i];
        y.iter_mut().zip(&row[..i]).for_each(|(y, l)| *y -= l * x);
    }
    y
}

/// The inverse of a lower triangle, itself one.
#[cfg_attr(
    feature = "dispatch",
    multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl+avx512bw", "x86_64+avx2"))
)]
pub(crate) fn inverse_lower(lower: &Rows) -> Rows {
    let mut inverse: Rows = Vec::with_capacity(lower.len());
    for (i, of) in lower.iter().enumerate() {
        let mut row = vec![0.0; i + 1];
        for (above, factor) in inverse.iter().zip(of) {
            row.iter_mut().zip(above).for_each(|(sum, above)| *sum -= factor * above);
        }
        row[i] = 1.0;
        row.iter_mut().for_each(|element| *element /= of[i]);
        inverse.push(row);
    }
    inverse
}

/// Eigenvalues and eigenvectors, as pairs, of a whole symmetric matrix, by Jacobi's cyclic rotations (Golub and Van
/// Loan, "Matrix computations", 4th ed. 2013, section 8.5).
pub(crate) fn eigen(mut a: Rows) -> Vec<(f64, Vec<f64>)> {
    let d = a.len();
    let mut vectors = identity(d);
    for _ in 0..SWEEPS {
        let beside: f64 = (0..d).map(|i| dot(&a[i][..i], &a[i][..i])).sum();
        let on: f64 = (0..d).map(|i| a[i][i] * a[i][i]).sum();
        if beside <= 1e-28 * on {
            break;
        }
        for p in 0..d {
            for q in p + 1..d {
                if a[p][q] != 0.0 {
                    let slope = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
                    let tangent = slope.signum() / (slope.abs() + (slope * slope + 1.0).sqrt());
                    let cos = 1.0 / (tangent * tangent + 1.0).sqrt();
                    let turn = (cos, tangent * cos);
                    a.iter_mut().for_each(|row| (row[p], row[q]) = turned(turn, row[p], row[q]));
                    turn_rows(&mut a, turn, p, q);
                    turn_rows(&mut vectors, turn, p, q);
                }
            }
        }
    }
    vectors.into_iter().enumerate().map(|(i, vector)| (a[i][i], vector)).collect()
}

fn turned((cos, sin): (f64, f64), x: f64, y: f64) -> (f64, f64) {
    (cos * x - sin * y, sin * x + cos * y)
}

/// Turns row `p` towards row `q`, which is below it.
fn turn_rows(rows: &mut Rows, turn: (f64, f64), p: usize, q: usize) {
    let (above, below) = rows.split_at_mut(q);
    for (x, y) in above[p].iter_mut().zip(&mut below[0]) {
        (*x, *y) = turned(turn, *x, *y);
    }
}

/// The sum of products by eight partial sums, which a compiler keeps in vector lanes.
#[inline(always)]
pub(crate) fn dot_in_lanes(x: &[f64], y: &[f64]) -> f64 {
    let (xs, x_rest) = x.as_chunks::<8>();
    let (ys, y_rest) = y.as_chunks::<8>();
    let mut lanes = [0.0; 8];
    for (x, y) in xs.iter().zip(ys) {
        lanes.iter_mut().zip(x.iter().zip(y)).for_each(|(lane, (x, y))| *lane += x * y);
    }
    lanes.iter().sum::<f64>() + dot(x_rest, y_rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A symmetric positive definite matrix without a pattern.
    fn matrix(d: usize) -> Rows {
        let entry = |i: usize, j: usize| ((i * 7 + j * 13) % 11) as f64 / 11.0 - 0.4;
        let product = |i, j| (0..d).map(|k| entry(i, k) * entry(j, k)).sum::<f64>();
        (0..d).map(|i| (0..d).map(|j| product(i, j) + if i == j { 1.0 } else { 0.0 }).collect()).collect()
    }

    #[test]
    fn cholesky_solves() {
        let a = matrix(9);
        let lower = cholesky((0..9).map(|i| a[i][..=i].to_vec()).collect()).unwrap();
        let y: Vec<f64> = (0..9).map(|i| f64::from(i) - 3.5).collect();
        let x = solve_upper(&lower, solve_lower(&lower, &y));
        assert!(a.iter().zip(&y).all(|(row, y)| (dot(row, &x) - y).abs() < 1e-12));
        let inverse = inverse_lower(&lower);
        for (i, row) in inverse.iter().enumerate() {
            let unit: Vec<f64> = (0..9).map(|j| if i == j { 1.0 } else { 0.0 }).collect();
            let column = solve_lower(&lower, &unit);
            assert!((0..9).all(|j| (column[j] - inverse[j].get(i).unwrap_or(&0.0)).abs() < 1e-12), "{row:?}");
        }
        assert_eq!(cholesky(vec![vec![1.0], vec![2.0, 1.0]]), None);
        assert_eq!(cholesky(vec![vec![f64::NAN]]), None);
    }

    #[test]
    fn eigenvectors_are_orthonormal_and_only_stretched() {
        let a = matrix(9);
        let pairs = eigen(a.clone());
        for (i, (value, vector)) in pairs.iter().enumerate() {
            assert!(a.iter().zip(vector).all(|(row, v)| (dot(row, vector) - value * v).abs() < 1e-12));
            for (j, (_, other)) in pairs.iter().enumerate() {
                assert!((dot(vector, other) - if i == j { 1.0 } else { 0.0 }).abs() < 1e-12);
            }
        }
        assert_eq!(eigen(vec![vec![0.0]]), [(0.0, vec![1.0])]);
    }
}
