//! Means and covariances of several numbers that can be merged.

/// Count, means and sums of products of deviations (Chan, Golub and LeVeque 1983, for products), folded over the tree of blocks.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CrossMoments {
    count: f64,
    means: Vec<f64>,
    /// Upper triangle, row by row.
    products: Vec<f64>,
}

impl CrossMoments {
    /// The moments of slices of equal length, in two passes.
    pub fn from_slices(series: &[&[f64]]) -> Self {
        let count = series.iter().map(|values| values.len()).min().unwrap_or(0);
        let mut means = Vec::with_capacity(series.len());
        let mut centered: Vec<Vec<f64>> = Vec::with_capacity(series.len());
        for values in series {
            // Deviations from the first value: a constant has exactly no variance.
            let origin = values.first().copied().unwrap_or(0.0);
            let mut deviations: Vec<f64> = values[..count].iter().map(|value| value - origin).collect();
            let shift = deviations.iter().sum::<f64>() / count.max(1) as f64;
            deviations.iter_mut().for_each(|deviation| *deviation -= shift);
            means.push(origin + shift);
            centered.push(deviations);
        }
        let mut products = Vec::with_capacity(series.len() * (series.len() + 1) / 2);
        for (row, first) in centered.iter().enumerate() {
            products.extend(centered[row..].iter().map(|second| dot(first, second)));
        }
        Self {
            count: count as f64,
            means,
            products,
        }
    }

    /// Folds the moments of the blocks that follow.
    pub fn fold(&mut self, next: &Self) {
        if next.count == 0.0 {
            return;
        }
        if self.count == 0.0 {
            *self = next.clone();
            return;
        }
        let count = self.count + next.count;
        let deltas: Vec<f64> = next
            .means
            .iter()
            .zip(&self.means)
            .map(|(next, own)| next - own)
            .collect();
        let weight = self.count * next.count / count;
        let mut products = self.products.iter_mut().zip(&next.products);
        for (row, first) in deltas.iter().enumerate() {
            for (second, (sum, next)) in deltas[row..].iter().zip(&mut products) {
                *sum += next + first * second * weight;
            }
        }
        for (mean, delta) in self.means.iter_mut().zip(&deltas) {
            *mean += delta * (next.count / count);
        }
        self.count = count;
    }

    /// How many paths were seen.
    pub fn count(&self) -> f64 {
        self.count
    }

    /// Whether every mean and covariance is finite.
    pub fn is_finite(&self) -> bool {
        self.means
            .iter()
            .chain(&self.products)
            .all(|value| value.is_finite())
    }

    /// The first number whose mean or variance is not finite.
    pub(super) fn first_not_finite(&self) -> Option<usize> {
        (0..self.means.len()).find(|&position| {
            !self.means[position].is_finite() || !self.product(position, position).is_finite()
        })
    }

    fn product(&self, first: usize, second: usize) -> f64 {
        let (row, column) = (first.min(second), first.max(second));
        // Rows before this one hold size, size − 1, … numbers.
        let start = row * (2 * self.means.len() + 1 - row) / 2;
        self.products[start + column - row]
    }

    /// Mean of Σ weight · number over (position, weight).
    pub fn mean(&self, combination: &[(usize, f64)]) -> f64 {
        combination
            .iter()
            .map(|(position, weight)| weight * self.means[*position])
            .sum()
    }

    /// Covariance (n − 1) of two such combinations; `None` for fewer than two paths.
    pub fn covariance(&self, first: &[(usize, f64)], second: &[(usize, f64)]) -> Option<f64> {
        if self.count < 2.0 {
            return None;
        }
        let mut sum = 0.0;
        for (one, weight) in first {
            for (two, other) in second {
                sum += weight * other * self.product(*one, *two);
            }
        }
        Some(sum / (self.count - 1.0))
    }
}

/// A scalar product in eight partial sums, whose order is fixed.
fn dot(first: &[f64], second: &[f64]) -> f64 {
    let mut partial = [0.0; 8];
    for (one, two) in first.chunks(8).zip(second.chunks(8)) {
        for ((sum, a), b) in partial.iter_mut().zip(one).zip(two) {
            *sum += a * b;
        }
    }
    ((partial[0] + partial[1]) + (partial[2] + partial[3]))
        + ((partial[4] + partial[5]) + (partial[6] + partial[7]))
}

#[cfg(test)]
mod tests {
    use statrs::statistics::Statistics;

    use super::*;
    use crate::decision::testing::{blocks, close, normals};

    #[test]
    fn agrees_with_statrs_however_the_paths_are_split() {
        let mut series = normals(3, 1000, 1);
        series[0].iter_mut().for_each(|value| *value += 1e6);
        for size in [1, 7, 512, 1000] {
            let mut moments = CrossMoments::default();
            for block in blocks(&series, size) {
                moments.fold(&CrossMoments::from_slices(&block));
            }
            for a in 0..3 {
                // Numbers near 10⁶ are rounded to 10⁻¹⁰.
                close(moments.mean(&[(a, 1.0)]), series[a].iter().mean(), 1e-7);
                for b in 0..3 {
                    let expected = series[a].iter().covariance(series[b].iter());
                    close(
                        moments.covariance(&[(a, 1.0)], &[(b, 1.0)]).unwrap(),
                        expected,
                        1e-9,
                    );
                }
            }
            let sums: Vec<f64> = series[1]
                .iter()
                .zip(&series[2])
                .map(|(a, b)| 2.0 * a - b)
                .collect();
            let combination = [(1, 2.0), (2, -1.0)];
            close(moments.mean(&combination), sums.iter().mean(), 1e-13);
            close(
                moments.covariance(&combination, &combination).unwrap(),
                sums.iter().variance(),
                1e-12,
            );
        }
        assert_eq!(
            CrossMoments::from_slices(&[&[1.0], &[2.0]]).covariance(&[(0, 1.0)], &[(1, 1.0)]),
            None
        );
    }
}
