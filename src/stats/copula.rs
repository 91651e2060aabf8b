//! Uniform numbers that go together as normal scores do: the Gaussian copula.

use super::special;

/// The smallest uniform number, and the distance of the largest from 1.
const SMALLEST: f64 = f64::EPSILON / 4.0;

/// The lower triangle whose product with its transpose is a correlation matrix; `None` if the matrix is not positive definite.
pub fn cholesky(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    let mut factor: Vec<Vec<f64>> = Vec::with_capacity(matrix.len());
    for (row, values) in matrix.iter().enumerate() {
        let mut own = vec![0.0; matrix.len()];
        for column in 0..=row {
            let before = if column < row { &factor[column] } else { &own };
            let sum: f64 = (0..column).map(|inner| own[inner] * before[inner]).sum();
            let rest = values[column] - sum;
            own[column] = if column < row {
                rest / factor[column][column]
            } else if rest > 1e-9 {
                rest.sqrt()
            } else {
                return None;
            };
        }
        factor.push(own);
    }
    Some(factor)
}

/// The uniform number of a normal score, strictly between 0 and 1.
pub fn uniform_of(score: f64) -> f64 {
    special::normal_cdf(score).clamp(SMALLEST, 1.0 - f64::EPSILON / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_factor_gives_the_matrix_and_what_cannot_hold_has_none() {
        let matrix = vec![vec![1.0, 0.5, -0.3], vec![0.5, 1.0, 0.2], vec![-0.3, 0.2, 1.0]];
        let factor = cholesky(&matrix).unwrap();
        for (one, row) in factor.iter().enumerate() {
            for (other, column) in factor.iter().enumerate() {
                let product: f64 = row.iter().zip(column).map(|(a, b)| a * b).sum();
                assert!((product - matrix[one][other]).abs() < 1e-15);
            }
        }
        // If A goes with B and B with C by 0.9, then A goes with C by at least 2 · 0.81 − 1 = 0.62.
        let third = |r: f64| vec![vec![1.0, 0.9, r], vec![0.9, 1.0, 0.9], vec![r, 0.9, 1.0]];
        assert!(cholesky(&third(0.61)).is_none() && cholesky(&third(0.63)).is_some());
    }
}
