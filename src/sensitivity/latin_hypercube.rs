//! Latin hypercube design: every input has exactly one point in each of n equally probable intervals.

use super::{About, Design, Estimate, Method, given_data, pawn, resampling::permutation};
use crate::random::{Generator, Stream};

/// The method. The order of intervals of each input comes from its own generator, so that inputs can be added.
#[derive(Debug)]
pub struct LatinHypercube;

static ABOUT: About = About {
    key: "latin-hypercube",
    title: "Latin hypercube",
    meaning: "A sample of the whole space of inputs in which each input is evenly spread; indices come from the sample itself.",
    reference: "McKay, M. D., Beckman, R. J. and Conover, W. J. (1979). A comparison of three methods for selecting values of \
                input variables in the analysis of output from a computer code. Technometrics 21(2), 239–245.",
    size_name: "points",
    default_size: 1000,
    sizes: given_data::LEAST..=u32::MAX as usize,
    inputs: 1..=usize::MAX,
    extends: false,
    samples: true,
};

impl Method for LatinHypercube {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn cost(&self, _: usize, size: usize) -> usize {
        size
    }

    fn lay_out(&self, inputs: usize, size: usize, seed: u64) -> Design {
        let stream = Stream::named("latin hypercube");
        let mut points = vec![0.0; inputs * size];
        for input in 0..inputs {
            let mut generator = Generator::new(seed, stream, input as u64);
            for (row, interval) in permutation(&mut generator, size).into_iter().enumerate() {
                points[row * inputs + input] = (f64::from(interval) + generator.uniform()) / size as f64;
            }
        }
        Design::new(ABOUT.key, inputs, 1, points)
    }

    fn evaluate(&self, design: &Design, outcomes: &[f64], seed: u64) -> Estimate {
        let dummies = pawn::shuffled(outcomes.len(), seed);
        given_data::every_index(&design.columns(), outcomes, &dummies)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sensitivity::{Subject, sobol};

    #[test]
    fn every_input_has_one_point_in_each_interval() {
        let design = LatinHypercube.design(4, 100, 3).unwrap();
        for column in design.columns() {
            let mut intervals: Vec<usize> = column.iter().map(|value| (value * 100.0) as usize).collect();
            intervals.sort_unstable();
            assert_eq!(intervals, (0..100).collect::<Vec<_>>());
        }
        let wider = LatinHypercube.design(5, 100, 3).unwrap();
        assert_eq!(wider.columns()[..4], design.columns());
    }

    #[test]
    fn the_mean_of_a_sum_is_nearly_exact_and_its_indices_are_the_shares() {
        // Stratification leaves a variance of Σ a² / (12 n³) of the mean of Σ a x; shares are 9, 4 and 1 of 14.
        let n = 2000;
        let design = LatinHypercube.design(3, n, 1).unwrap();
        let outcomes: Vec<f64> = design.points().map(|x| 3.0 * x[0] + 2.0 * x[1] + x[2]).collect();
        let mean = outcomes.iter().sum::<f64>() / n as f64;
        let error = (14.0 / 12.0 / (n as f64 * n as f64 * n as f64)).sqrt();
        assert!((mean - 3.0).abs() < 4.0 * error, "{mean}");
        let estimate = LatinHypercube.estimate(&design, &outcomes, 0).unwrap();
        for (input, share) in [9.0, 4.0, 1.0].into_iter().enumerate() {
            let index = estimate.get(Subject::Input(input), sobol::FIRST).unwrap();
            let [low, high] = index.interval.unwrap();
            assert!((index.value - share / 14.0).abs() < high - low, "{index:?}");
        }
    }
}
