//! Means and covariances of several numbers that can be merged.

use crate::stats::{GROUP, groups_of, variance_of_mean};

/// Count, means and sums of products of deviations (Chan, Golub and LeVeque 1983, for products), of paths and of means of groups of them,
/// folded over the tree of blocks.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CrossMoments {
    count: f64,
    means: Vec<f64>,
    /// Upper triangle, row by row.
    products: Vec<f64>,
    groups: f64,
    /// The same of the means of groups, each as often as it has paths.
    between: Vec<f64>,
}

impl CrossMoments {
    /// The moments of slices of equal length, of paths that follow each other from the first of a group on, in two passes.
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
        // Sums of the groups over the roots of their sizes: their products are those of the means, as often as there are paths.
        let of_groups: Vec<Vec<f64>> = centered
            .iter()
            .map(|values| {
                let groups = values.chunks(GROUP);
                groups
                    .map(|group| group.iter().sum::<f64>() / (group.len() as f64).sqrt())
                    .collect()
            })
            .collect();
        Self {
            count: count as f64,
            means,
            products: products(&centered),
            groups: groups_of(count as f64),
            between: products(&of_groups),
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
        for (sums, next) in [
            (&mut self.products, &next.products),
            (&mut self.between, &next.between),
        ] {
            let mut products = sums.iter_mut().zip(next);
            for (row, first) in deltas.iter().enumerate() {
                for (second, (sum, next)) in deltas[row..].iter().zip(&mut products) {
                    *sum += next + first * second * weight;
                }
            }
        }
        for (mean, delta) in self.means.iter_mut().zip(&deltas) {
            *mean += delta * (next.count / count);
        }
        self.count = count;
        self.groups += next.groups;
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
            !self.means[position].is_finite() || !self.products[self.place(position, position)].is_finite()
        })
    }

    /// Where the product of two numbers stands.
    fn place(&self, first: usize, second: usize) -> usize {
        let (row, column) = (first.min(second), first.max(second));
        // Rows before this one hold size, size − 1, … numbers.
        row * (2 * self.means.len() + 1 - row) / 2 + column - row
    }

    /// The sum of products of two combinations, of numbers or of means of groups.
    fn sum(&self, products: &[f64], first: &[(usize, f64)], second: &[(usize, f64)]) -> f64 {
        let mut sum = 0.0;
        for (one, weight) in first {
            for (two, other) in second {
                sum += weight * other * products[self.place(*one, *two)];
            }
        }
        sum
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
        (self.count >= 2.0).then(|| self.sum(&self.products, first, second) / (self.count - 1.0))
    }

    /// Covariance of the means of two such combinations, from the spread of groups where there are enough of them, else that of independent
    /// paths (docs/model.md §9); `None` for fewer than two paths.
    pub fn covariance_of_means(&self, first: &[(usize, f64)], second: &[(usize, f64)]) -> Option<f64> {
        let between = self.sum(&self.between, first, second);
        variance_of_mean(between, self.count, self.groups)
            .or_else(|| Some(self.covariance(first, second)? / self.count))
    }

    /// Standard error of the mean of such a combination; `None` for fewer than two paths.
    pub fn standard_error(&self, combination: &[(usize, f64)]) -> Option<f64> {
        let variance = self.covariance_of_means(combination, combination)?;
        Some(variance.max(0.0).sqrt())
    }
}

/// The sums of products of each with itself and those behind it.
fn products(series: &[Vec<f64>]) -> Vec<f64> {
    let of_row = |(row, first): (usize, &Vec<f64>)| {
        let sums: Vec<f64> = series[row..].iter().map(|second| dot(first, second)).collect();
        sums
    };
    series.iter().enumerate().flat_map(of_row).collect()
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
    use crate::{
        decision::testing::{blocks, close, normals},
        stats::Moments,
    };

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
            let error = Moments::of_paths(&sums).standard_error();
            // Blocks of seven paths are no groups.
            if size % GROUP == 0 || size == 1000 {
                close(moments.standard_error(&combination).unwrap(), error, 1e-13);
            }
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
