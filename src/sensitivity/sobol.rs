//! Variance-based indices: the shares of the outcome's variance that belong to each input and each pair.

use super::{
    About, Design, Estimate, Index, Method, Subject,
    numbers::{heavy_tails, is_constant, location_and_scale, ratio},
    replicates::{REPLICATES, interleaved, t_interval},
    scrambled::MOST_DIMENSIONS,
};

pub use super::estimate::{FIRST, SECOND, TOTAL};

/// The method: `size` rows, each of the points A, AB_1 … AB_d, BA_1 … BA_d (with pairs only) and B.
///
/// A and B are two independent samples; AB_i is A with the i-th coordinate from B, and BA_i the converse. Coordinates of A
/// and B are the even and odd dimensions of a scrambled Sobol' sequence, so that a further input leaves the others' as they
/// are. With outcomes centered at their mean and averages over rows:
///
/// - V = ½ mean(A² + B²) − mean(½ (A + B))²;
/// - without pairs, S1_i V = mean(B (AB_i − A)) (Saltelli et al. 2010, table 2 (b)) and ST_i V = ½ mean((A − AB_i)²)
///   (Jansen 1999);
/// - with pairs, whose points BA serve here too, W_i = mean((A − B)² + (BA_i − AB_i)²),
///   S1_i W_i = 2 mean((BA_i − B)(A − AB_i)), ST_i W_i = mean((B − BA_i)² + (A − AB_i)²) (Azzini, Mara and Rosati 2021);
/// - (S1_i + S1_j + S2_ij) V = mean(BA_i AB_j − A B) and its mirror image (Saltelli 2002).
///
/// The estimator of Azzini, Mara and Rosati has the smaller error of the two, but needs the points BA, which cost as much again:
/// without pairs the same number of runs is better spent on twice the rows.
///
/// Rows belong in turn to eight sequences that are scrambled independently. Points of one sequence are too even to count as
/// independent, but sequences are: intervals are those of Student's distribution with 7 degrees of freedom around the
/// estimate of all rows, by the spread of the eight estimates of an eighth of the rows each.
#[derive(Debug)]
pub struct Sobol {
    about: &'static About,
    pairs: bool,
}

/// First, total and second order.
pub static WITH_PAIRS: Sobol = Sobol {
    about: &WITH_PAIRS_ABOUT,
    pairs: true,
};
/// First and total order.
pub static WITHOUT_PAIRS: Sobol = Sobol {
    about: &WITHOUT_PAIRS_ABOUT,
    pairs: false,
};

static WITH_PAIRS_ABOUT: About = About {
    key: "sobol",
    title: "Sobol' indices",
    meaning: "The share of the outcome's variance due to each input alone, with all its interactions, and to each pair.",
    reference: "Azzini, I., Mara, T. A. and Rosati, R. (2021). Comparison of two sets of Monte Carlo estimators of Sobol' \
                indices. Environmental Modelling & Software 144, 105167; Saltelli, A. (2002). Making best use of model \
                evaluations to compute sensitivity indices. Computer Physics Communications 145(2), 280–297.",
    size_name: "rows",
    default_size: 1024,
    sizes: 2..=u32::MAX as usize,
    inputs: 1..=MOST_DIMENSIONS / 2,
    extends: true,
    samples: false,
};

static WITHOUT_PAIRS_ABOUT: About = About {
    key: "sobol-first-total",
    title: "Sobol' indices without pairs",
    meaning: "The share of the outcome's variance due to each input alone and with all its interactions, at about half the cost \
              of `sobol`.",
    reference: "Saltelli, A. et al. (2010). Variance based sensitivity analysis of model output: design and estimator for the \
                total sensitivity index. Computer Physics Communications 181(2), 259–270; Jansen, M. J. W. (1999). Analysis of \
                variance designs for model output. Computer Physics Communications 117(1–2), 35–43.",
    size_name: "rows",
    default_size: 1024,
    sizes: 2..=u32::MAX as usize,
    inputs: 1..=MOST_DIMENSIONS / 2,
    extends: true,
    samples: false,
};

impl Method for Sobol {
    fn about(&self) -> &'static About {
        self.about
    }

    fn cost(&self, inputs: usize, size: usize) -> usize {
        self.block(inputs).saturating_mul(size)
    }

    fn lay_out(&self, inputs: usize, size: usize, seed: u64) -> Design {
        self.recombine(inputs, &interleaved(2 * inputs, size, seed))
    }

    fn evaluate(&self, design: &Design, outcomes: &[f64], _: u64) -> Estimate {
        let inputs = design.inputs();
        // Location and scale come from A and B alone: an input without influence then changes no bit of other indices.
        let block = design.block();
        let sample: Vec<f64> = outcomes
            .chunks_exact(block)
            .flat_map(|row| [row[0], row[block - 1]])
            .collect();
        let (center, scale) = location_and_scale(&sample);
        let values: Vec<f64> = outcomes
            .iter()
            .map(|value| ratio(value - center, scale))
            .collect();
        let terms = self.terms(inputs, &values);
        let statistics = |means: &[f64]| self.statistics(inputs, means);
        let of_rows = |first: usize, step: usize| {
            let means: Vec<f64> = terms.iter().map(|term| mean_of(term, first, step)).collect();
            statistics(&means)
        };
        // Two rows are the least whose spread is one of the outcome.
        let replicates: Vec<Vec<f64>> = if design.blocks() >= 2 * REPLICATES {
            (0..REPLICATES)
                .map(|replicate| of_rows(replicate, REPLICATES))
                .collect()
        } else {
            Vec::new()
        };
        let indices = of_rows(0, 1)
            .into_iter()
            .zip(self.names(inputs))
            .enumerate()
            .map(|(position, (value, (subject, name)))| {
                let values: Vec<f64> = replicates.iter().map(|replicate| replicate[position]).collect();
                Index::new(subject, name, value, t_interval(value, &values))
            })
            .collect();
        let mut notes: Vec<String> = heavy_tails(&sample).into_iter().collect();
        if scale == 0.0 && !is_constant(outcomes) {
            notes.push("The outcome does not vary over the samples A and B, so that no index can be measured; take more rows.".to_owned());
        }
        Estimate {
            indices,
            notes,
            runs: outcomes.len(),
        }
    }
}

/// The mean of every so many numbers from one on.
fn mean_of(values: &[f64], first: usize, step: usize) -> f64 {
    let (sum, count) = values
        .iter()
        .skip(first)
        .step_by(step)
        .fold((0.0, 0.0_f64), |(sum, count), value| (sum + value, count + 1.0));
    sum / count.max(1.0)
}

/// The outcomes of one row.
struct Row<'a> {
    a: f64,
    ab: &'a [f64],
    /// Read only with pairs.
    ba: &'a [f64],
    b: f64,
}

impl Sobol {
    /// Points per row.
    fn block(&self, inputs: usize) -> usize {
        inputs
            .saturating_mul(if self.pairs { 2 } else { 1 })
            .saturating_add(2)
    }

    /// The design from a sample in twice as many dimensions.
    fn recombine(&self, inputs: usize, base: &[f64]) -> Design {
        let rows = base.len() / (2 * inputs);
        let mut points = Vec::with_capacity(rows * self.block(inputs) * inputs);
        for both in base.chunks_exact(2 * inputs) {
            let a = |input: usize| both[2 * input];
            let b = |input: usize| both[2 * input + 1];
            points.extend((0..inputs).map(a));
            for changed in 0..inputs {
                points.extend((0..inputs).map(|input| if input == changed { b(input) } else { a(input) }));
            }
            if self.pairs {
                for changed in 0..inputs {
                    points
                        .extend((0..inputs).map(|input| if input == changed { a(input) } else { b(input) }));
                }
            }
            points.extend((0..inputs).map(b));
        }
        Design::new(self.about.key, inputs, self.block(inputs), points)
    }

    /// Pairs of inputs.
    fn each_pair(&self, inputs: usize) -> impl Iterator<Item = (usize, usize)> {
        let end = if self.pairs { inputs } else { 0 };
        (0..end).flat_map(move |i| (i + 1..end).map(move |j| (i, j)))
    }

    fn names(&self, inputs: usize) -> Vec<(Subject, &'static str)> {
        let mut names: Vec<_> = (0..inputs).map(|input| (Subject::Input(input), FIRST)).collect();
        names.extend((0..inputs).map(|input| (Subject::Input(input), TOTAL)));
        names.extend(self.each_pair(inputs).map(|(i, j)| (Subject::Pair(i, j), SECOND)));
        names
    }

    /// What is averaged over rows: (A + B) / 2, (A² + B²) / 2, the numerators of S1, of ST and of the closed pairs, and with
    /// pairs the denominator of S1 and ST of each input.
    fn terms(&self, inputs: usize, values: &[f64]) -> Vec<Vec<f64>> {
        let rows: Vec<Row> = values
            .chunks_exact(self.block(inputs))
            .map(|row| Row {
                a: row[0],
                ab: &row[1..=inputs],
                ba: &row[row.len() - 1 - inputs..row.len() - 1],
                b: row[row.len() - 1],
            })
            .collect();
        let term = |value: &dyn Fn(&Row) -> f64| -> Vec<f64> { rows.iter().map(value).collect() };
        let mut terms = vec![
            term(&|row| 0.5 * (row.a + row.b)),
            term(&|row| 0.5 * (row.a * row.a + row.b * row.b)),
        ];
        for i in 0..inputs {
            terms.push(term(&|row| {
                if self.pairs {
                    2.0 * (row.ba[i] - row.b) * (row.a - row.ab[i])
                } else {
                    row.b * (row.ab[i] - row.a)
                }
            }));
        }
        let square = |difference: f64| difference * difference;
        for i in 0..inputs {
            terms.push(term(&|row| {
                if self.pairs {
                    square(row.b - row.ba[i]) + square(row.a - row.ab[i])
                } else {
                    0.5 * square(row.a - row.ab[i])
                }
            }));
        }
        for (i, j) in self.each_pair(inputs) {
            terms.push(term(&|row| {
                0.5 * (row.ba[i] * row.ab[j] + row.ba[j] * row.ab[i]) - row.a * row.b
            }));
        }
        if self.pairs {
            for i in 0..inputs {
                terms.push(term(&|row| square(row.a - row.b) + square(row.ba[i] - row.ab[i])));
            }
        }
        terms
    }

    /// Indices from the means of the terms.
    fn statistics(&self, inputs: usize, means: &[f64]) -> Vec<f64> {
        // Rounding of a constant resample may leave less than nothing.
        let variance = (means[1] - means[0] * means[0]).max(0.0);
        let count = 2 * inputs + self.each_pair(inputs).count();
        let own = &means[2 + count..];
        let denominator = |position: usize| match own.get(position % inputs) {
            Some(own) if position < 2 * inputs => *own,
            _ => variance,
        };
        let mut indices: Vec<f64> = means[2..2 + count]
            .iter()
            .enumerate()
            .map(|(position, mean)| ratio(*mean, denominator(position)))
            .collect();
        for (position, (i, j)) in self.each_pair(inputs).enumerate() {
            indices[2 * inputs + position] -= indices[i] + indices[j];
        }
        indices
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        sensitivity::test_functions::*,
        stats::{Moments, normal_quantile},
    };

    fn within(index: &Index, expected: f64, tolerance: f64) {
        // Half again as far as the interval reaches: 0.9 % of the estimates with 7 degrees of freedom.
        assert!(
            (index.value - expected).abs() <= 0.75 * index.width().unwrap() + 1e-9,
            "{index:?}, not {expected}"
        );
        assert!(
            (index.value - expected).abs() <= tolerance,
            "{index:?}, not {expected}"
        );
    }

    #[test]
    fn ishigami_has_the_reference_indices() {
        for (method, size) in [(&WITH_PAIRS, 2048), (&WITHOUT_PAIRS, 4096)] {
            let design = method.design(3, size, 1).unwrap();
            assert_eq!(design.len(), method.cost(3, size));
            let outcomes = outcomes(&design, ishigami);
            let variance = Moments::from_slice(&outcomes).variance();
            assert!((variance / ISHIGAMI_VARIANCE - 1.0).abs() < 0.02, "{variance}");
            let estimate = method.estimate(&design, &outcomes, 1).unwrap();
            for input in 0..3 {
                let get = |name| estimate.get(Subject::Input(input), name).unwrap();
                within(get(FIRST), ISHIGAMI_FIRST[input], 0.02);
                within(get(TOTAL), ISHIGAMI_TOTAL[input], 0.02);
            }
            for (pair, expected) in [((0, 1), 0.0), ((0, 2), 0.243684), ((1, 2), 0.0)] {
                if let Some(index) = estimate.get(Subject::Pair(pair.0, pair.1), SECOND) {
                    within(index, expected, 0.03);
                }
            }
            assert_eq!(estimate.named(SECOND).count(), if method.pairs { 3 } else { 0 });
        }
    }

    #[test]
    fn g_function_has_the_reference_indices() {
        let design = WITH_PAIRS.design(8, 2048, 3).unwrap();
        let estimate = WITH_PAIRS.estimate(&design, &outcomes(&design, g), 3).unwrap();
        for input in 0..4 {
            within(
                estimate.get(Subject::Input(input), FIRST).unwrap(),
                G_FIRST[input],
                0.02,
            );
            within(
                estimate.get(Subject::Input(input), TOTAL).unwrap(),
                G_TOTAL[input],
                0.02,
            );
        }
        // V_12 / V = V_1 V_2 / V with V_1 = 1/3, V_2 = 1/12 and V = V_1 / S_1.
        within(
            estimate.get(Subject::Pair(0, 1), SECOND).unwrap(),
            G_FIRST[0] / 12.0,
            0.02,
        );
    }

    #[test]
    fn a_product_and_a_sum_have_the_indices_computed_by_hand() {
        // (1 + x)(1 + y) with x, y uniform on (−½, ½) times √12, of variance 1: V = 3, each of S1 and S2 is 1/3.
        let root = libm::sqrt(12.0);
        let design = WITH_PAIRS.design(2, 1024, 3).unwrap();
        let product = outcomes(&design, |x| {
            (1.0 + root * (x[0] - 0.5)) * (1.0 + root * (x[1] - 0.5))
        });
        let estimate = WITH_PAIRS.estimate(&design, &product, 3).unwrap();
        for index in &estimate.indices {
            within(
                index,
                if index.name == TOTAL { 2.0 / 3.0 } else { 1.0 / 3.0 },
                0.02,
            );
        }
        let sum = outcomes(&design, |x| 2.0 * x[0] + x[1]);
        let estimate = WITH_PAIRS.estimate(&design, &sum, 3).unwrap();
        for (index, expected) in estimate.indices.iter().zip([0.8, 0.2, 0.8, 0.2, 0.0]) {
            within(index, expected, 0.02);
        }
    }

    #[test]
    fn a_dummy_input_has_no_index_and_leaves_every_bit_of_the_others() {
        for method in [&WITH_PAIRS, &WITHOUT_PAIRS] {
            let estimate = |inputs| {
                let design = method.design(inputs, 256, 5).unwrap();
                method.estimate(&design, &outcomes(&design, ishigami), 5).unwrap()
            };
            let (without, with) = (estimate(3), estimate(4));
            for index in &without.indices {
                let other = with.get(index.subject, index.name).unwrap();
                assert_eq!((index.value, index.interval), (other.value, other.interval));
            }
            assert_eq!(with.get(Subject::Input(3), FIRST).unwrap().value, 0.0);
            assert_eq!(with.get(Subject::Input(3), TOTAL).unwrap().value, 0.0);
        }
    }

    /// A sum of normal numbers of these sizes, the last of which plays no part.
    fn additive(x: &[f64]) -> f64 {
        ADDITIVE
            .iter()
            .zip(x)
            .map(|(size, x)| size * normal_quantile::value(*x))
            .sum()
    }

    const ADDITIVE: [f64; 4] = [3.0, 2.0, 0.5, 0.0];

    /// First and total indices of a sum of normal numbers.
    fn of_additive() -> Vec<f64> {
        let variance: f64 = ADDITIVE.iter().map(|size| size * size).sum();
        let first = ADDITIVE.map(|size| size * size / variance);
        [first, first].concat()
    }

    /// Number of inputs, function, first and total indices.
    type Case = (usize, fn(&[f64]) -> f64, Vec<f64>);

    /// The functions with their first and total indices (with the pairs of the first, whose others have none).
    fn cases() -> Vec<Case> {
        // V_i / V and V_i (1 + V) / (1 + V_i) / V, with V_i = 1 / 30,000 of the last four and V = V_1 / S_1.
        let (small, variance) = (1.0 / 30_000.0, 1.0 / 3.0 / G_FIRST[0]);
        let first = [&G_FIRST[..], &[small / variance; 4]].concat();
        let total = [
            &G_TOTAL[..],
            &[small * (1.0 + variance) / (1.0 + small) / variance; 4],
        ]
        .concat();
        vec![
            (3, ishigami, [ISHIGAMI_FIRST, ISHIGAMI_TOTAL].concat()),
            (8, g, [first, total].concat()),
            (4, additive, of_additive()),
            (8, borehole, [BOREHOLE_FIRST, BOREHOLE_TOTAL].concat()),
            (10, wing_weight, [WING_FIRST, WING_TOTAL].concat()),
        ]
    }

    /// 200 repetitions: the coverage of 95 % has a standard deviation of 1.5 %. Estimates of an input without influence are
    /// exactly 0 and always covered.
    #[test]
    fn intervals_cover_what_they_state() {
        let repetitions = 200;
        for method in [&WITH_PAIRS, &WITHOUT_PAIRS] {
            for (inputs, function, truth) in cases() {
                let mut covered = vec![0_u32; truth.len()];
                for seed in 0..repetitions {
                    let design = method.design(inputs, 512, seed).unwrap();
                    let estimate = method
                        .estimate(&design, &outcomes(&design, function), seed)
                        .unwrap();
                    for ((count, index), truth) in covered.iter_mut().zip(&estimate.indices).zip(&truth) {
                        let [low, high] = index.interval.unwrap();
                        *count += u32::from(low - 1e-6 <= *truth && *truth <= high + 1e-6);
                    }
                }
                for ((position, count), truth) in covered.iter().enumerate().zip(&truth) {
                    let share = f64::from(*count) / repetitions as f64;
                    // Indices of about 10⁻⁵ are known no better than the reference values.
                    let stated = if *truth > 1e-4 { 0.90..=0.99 } else { 0.90..=1.0 };
                    assert!(
                        stated.contains(&share),
                        "{} {inputs} inputs, index {position}: {share}",
                        method.about.key
                    );
                }
            }
        }
    }

    #[test]
    fn heavy_tails_are_told() {
        let note = |sd: f64| {
            let design = WITHOUT_PAIRS.design(2, 512, 1).unwrap();
            let outcomes = outcomes(&design, |x| {
                libm::exp(sd * (normal_quantile::value(x[0]) + normal_quantile::value(x[1])))
            });
            let estimate = WITHOUT_PAIRS.estimate(&design, &outcomes, 1).unwrap();
            estimate.notes.iter().any(|note| note.contains("heavy tails"))
        };
        assert!(note(1.5) && !note(0.1));
    }

    #[test]
    fn too_few_rows_state_no_interval() {
        for (size, has) in [(15, false), (16, true)] {
            let design = WITHOUT_PAIRS.design(3, size, 1).unwrap();
            let estimate = WITHOUT_PAIRS
                .estimate(&design, &outcomes(&design, ishigami), 1)
                .unwrap();
            assert_eq!(estimate.widest().is_some(), has);
        }
    }
}
