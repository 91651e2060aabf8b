//! Shrinkage of a sample correlation towards the identity.

/// A correlation matrix shrunk towards the identity (Schäfer and Strimmer 2005).
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct ShrunkCorrelation {
    /// Shrinkage intensity λ* in [0, 1]; 1 when there is nothing to estimate from.
    pub intensity: f64,
    /// Number of observations (common years).
    pub observations: usize,
    /// The matrix R, row by row, size × size.
    pub matrix: Vec<Vec<f64>>,
}

impl ShrunkCorrelation {
    /// Shrinks the sample correlation of series that were observed together.
    ///
    /// One entry per series; `None` for a series without data, which stays uncorrelated. All others have the same
    /// number n of finite observations. With w_kij = x̃_ki x̃_kj over standardized observations x̃ (centered, divided by their
    /// standard deviation with n − 1):
    ///
    /// - r_ij = n/(n−1) · mean of w_kij,
    /// - Var(r_ij) = n/(n−1)³ · Σ_k (w_kij − mean)²,
    /// - λ* = Σ_{i≠j} Var(r_ij) / Σ_{i≠j} r_ij², kept in [0, 1]; R_ij = (1 − λ*) r_ij.
    ///
    /// Fewer than three observations leave the identity, with intensity 1. A constant series is uncorrelated.
    pub fn estimate(series: &[Option<Vec<f64>>]) -> Self {
        let size = series.len();
        let n = series.iter().flatten().map(Vec::len).min().unwrap_or(0);
        let mut matrix = vec![vec![0.0; size]; size];
        for (row, line) in matrix.iter_mut().enumerate() {
            line[row] = 1.0;
        }
        let identity = Self {
            intensity: 1.0,
            observations: n,
            matrix: matrix.clone(),
        };
        if n < 3 {
            return identity;
        }
        let standardized: Vec<Option<Vec<f64>>> = series
            .iter()
            .map(|values| values.as_deref().and_then(standardize))
            .collect();
        let count = n as f64;
        let (mut variances, mut squares) = (0.0, 0.0);
        for (i, first) in standardized.iter().enumerate() {
            for (j, second) in standardized.iter().enumerate().skip(i + 1) {
                let (Some(first), Some(second)) = (first, second) else {
                    continue;
                };
                let products: Vec<f64> = first.iter().zip(second).map(|(a, b)| a * b).collect();
                let mean = products.iter().sum::<f64>() / count;
                let spread: f64 = products
                    .iter()
                    .map(|product| (product - mean) * (product - mean))
                    .sum();
                let correlation = count / (count - 1.0) * mean;
                variances += count / ((count - 1.0) * (count - 1.0) * (count - 1.0)) * spread;
                squares += correlation * correlation;
                matrix[i][j] = correlation;
                matrix[j][i] = correlation;
            }
        }
        if squares == 0.0 {
            return identity;
        }
        let intensity = (variances / squares).clamp(0.0, 1.0);
        for (i, line) in matrix.iter_mut().enumerate() {
            for (j, value) in line.iter_mut().enumerate() {
                if i != j {
                    *value *= 1.0 - intensity;
                }
            }
        }
        Self {
            intensity,
            observations: n,
            matrix,
        }
    }

    /// The lower triangle L of R = L Lᵀ, row r with r + 1 entries.
    ///
    /// Uses only +, −, ×, ÷ and √, so its bits are the same everywhere. A sample correlation has no negative eigenvalue; a
    /// pivot that rounding leaves at or below zero (possible only without shrinkage) counts as zero, and the series is then a
    /// combination of the earlier ones.
    pub fn cholesky(&self) -> Vec<Vec<f64>> {
        let mut lower: Vec<Vec<f64>> = Vec::with_capacity(self.matrix.len());
        for (i, line) in self.matrix.iter().enumerate() {
            let mut row = Vec::with_capacity(i + 1);
            for j in 0..i {
                let known: f64 = row
                    .iter()
                    .zip(&lower[j])
                    .take(j)
                    .map(|(a, b): (&f64, &f64)| a * b)
                    .sum();
                let pivot = lower[j][j];
                row.push(if pivot > 0.0 {
                    (line[j] - known) / pivot
                } else {
                    0.0
                });
            }
            let known: f64 = row.iter().map(|value| value * value).sum();
            row.push((line[i] - known).max(0.0).sqrt());
            lower.push(row);
        }
        lower
    }
}

/// Centered and divided by the standard deviation with n − 1; `None` for a constant.
fn standardize(values: &[f64]) -> Option<Vec<f64>> {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let sd = (values
        .iter()
        .map(|value| (value - mean) * (value - mean))
        .sum::<f64>()
        / (n - 1.0))
        .sqrt();
    // Rounding of the mean leaves a constant series a standard deviation of this order.
    let negligible = values
        .iter()
        .fold(0.0, |largest: f64, value| largest.max(value.abs()))
        * 1e-14;
    (sd > negligible).then(|| values.iter().map(|value| (value - mean) / sd).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_worked_by_hand() {
        // x = (1, 2, 3, 4) and y = (1, 3, 2, 4): means 2.5, both sums of squared deviations 5, so sd² = 5/3.
        // Products of deviations: 2.25, −0.25, −0.25, 2.25 over 5/3: w = 1.35, −0.15, −0.15, 1.35, mean 0.6.
        // r = 4/3 · 0.6 = 0.8. Σ (w − 0.6)² = 4 · 0.5625 = 2.25; Var = 4/27 · 2.25 = 1/3.
        // λ* = (1/3) / 0.64 = 0.520833…; R_12 = 0.8 · 0.479166… = 0.383333…
        let shrunk = ShrunkCorrelation::estimate(&[
            Some(vec![1.0, 2.0, 3.0, 4.0]),
            None,
            Some(vec![1.0, 3.0, 2.0, 4.0]),
        ]);
        assert!((shrunk.intensity - 25.0 / 48.0).abs() < 1e-15);
        assert!((shrunk.matrix[0][2] - 23.0 / 60.0).abs() < 1e-15);
        assert_eq!(shrunk.matrix[0][1], 0.0);
        assert_eq!(shrunk.matrix[2][0], shrunk.matrix[0][2]);
        assert_eq!(shrunk.observations, 4);
    }

    #[test]
    fn too_few_observations_or_constants_leave_the_identity() {
        let two = ShrunkCorrelation::estimate(&[Some(vec![1.0, 2.0]), Some(vec![2.0, 1.0])]);
        assert_eq!((two.intensity, two.matrix[0][1]), (1.0, 0.0));
        let constant =
            ShrunkCorrelation::estimate(&[Some(vec![0.1; 5]), Some(vec![1.0, 2.0, 3.0, 1.0, 0.0])]);
        assert_eq!(constant.matrix, [[1.0, 0.0], [0.0, 1.0]]);
        assert_eq!(ShrunkCorrelation::estimate(&[]).matrix.len(), 0);
    }

    #[test]
    fn perfect_agreement_is_not_shrunk_below_its_variance_and_factors() {
        let series = Some(vec![1.0, -1.0, 2.0, 0.5, 0.3]);
        let shrunk = ShrunkCorrelation::estimate(&[series.clone(), series]);
        let lower = shrunk.cholesky();
        assert!(shrunk.matrix[0][1] > 0.0 && shrunk.matrix[0][1] < 1.0);
        assert!(lower[1][1] > 0.0);
    }

    #[test]
    fn the_triangle_multiplies_back() {
        let series: Vec<Option<Vec<f64>>> = (0..6)
            .map(|row| {
                Some(
                    (0..5)
                        .map(|k| f64::from((k * (row + 3) * 7 + row * row) % 11))
                        .collect(),
                )
            })
            .collect();
        let shrunk = ShrunkCorrelation::estimate(&series);
        let reference = nalgebra::DMatrix::from_fn(6, 6, |i, j| shrunk.matrix[i][j])
            .cholesky()
            .unwrap()
            .l();
        for (i, row) in shrunk.cholesky().iter().enumerate() {
            for (j, value) in row.iter().enumerate() {
                assert!((value - reference[(i, j)]).abs() < 1e-14);
            }
        }
    }
}
