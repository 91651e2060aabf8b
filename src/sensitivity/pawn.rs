//! PAWN: how far the distribution of the outcome moves when an input is held in a part of its range.

use super::{About, Design, Estimate, Method, given_data, scrambled::MOST_DIMENSIONS, sobol_sequence};

/// Median over the slices of an input of the Kolmogorov–Smirnov distance between the outcomes in the slice and all outcomes.
pub const MEDIAN: &str = "pawn_median";
/// The largest of these distances.
pub const MAXIMUM: &str = "pawn_max";
/// The median that an input without influence stays below with probability 95 %.
pub const THRESHOLD: &str = "pawn_threshold";

/// The method, from one sample and slices of each input; the cost does not grow with the number of inputs.
#[derive(Debug)]
pub struct Pawn;

static ABOUT: About = About {
    key: "pawn",
    title: "PAWN",
    meaning: "How far the whole distribution of the outcome moves, not only its variance, when an input is known to lie in a tenth \
              of its range; suits skewed outcomes.",
    reference: "Pianosi, F. and Wagener, T. (2018). Distribution-based sensitivity analysis from a generic input–output sample. \
                Environmental Modelling & Software 108, 197–207.",
    size_name: "points",
    default_size: 2048,
    sizes: given_data::LEAST..=u32::MAX as usize,
    inputs: 1..=MOST_DIMENSIONS,
    extends: true,
};

impl Method for Pawn {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn cost(&self, _: usize, size: usize) -> usize {
        size
    }

    fn lay_out(&self, inputs: usize, size: usize, seed: u64) -> Design {
        Design::new(ABOUT.key, inputs, 1, sobol_sequence::points(inputs, size, seed))
    }

    fn evaluate(&self, design: &Design, outcomes: &[f64], seed: u64) -> Estimate {
        given_data::distribution_indices(&design.columns(), outcomes, seed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        sensitivity::{
            Subject,
            test_functions::{ishigami, outcomes},
        },
        stats::normal_quantile,
    };
    use statrs::distribution::{ContinuousCDF, Normal};

    /// The median over deciles of X of the largest |P(Y ≤ y | X in the decile) − P(Y ≤ y)|, Y = a X + b Z, by integration.
    fn reference(a: f64, b: f64) -> [f64; 2] {
        let normal = Normal::standard();
        let total = (a * a + b * b).sqrt();
        let steps = 200;
        let mut distances: Vec<f64> = (0..10)
            .map(|slice| {
                let inputs: Vec<f64> = (0..steps)
                    .map(|step| {
                        normal.inverse_cdf(
                            (f64::from(slice) + (f64::from(step) + 0.5) / f64::from(steps)) / 10.0,
                        )
                    })
                    .collect();
                (-400..=400)
                    .map(|y| {
                        let y = f64::from(y) * 0.01 * total;
                        let inside = inputs.iter().map(|x| normal.cdf((y - a * x) / b)).sum::<f64>()
                            / f64::from(steps);
                        (inside - normal.cdf(y / total)).abs()
                    })
                    .fold(0.0, f64::max)
            })
            .collect();
        distances.sort_by(f64::total_cmp);
        [(distances[4] + distances[5]) / 2.0, distances[9]]
    }

    #[test]
    fn a_normal_sum_has_the_distances_found_by_integration() {
        let design = Pawn.design(3, 16_384, 2).unwrap();
        let outcomes = outcomes(&design, |x| {
            2.0 * normal_quantile::value(x[0]) + normal_quantile::value(x[1])
        });
        let estimate = Pawn.estimate(&design, &outcomes, 2).unwrap();
        for (input, (a, b)) in [(2.0, 1.0), (1.0, 2.0)].into_iter().enumerate() {
            let [median, maximum] = reference(a, b);
            let get = |name| estimate.get(Subject::Input(input), name).unwrap().value;
            // A slice of 1,638 outcomes: standard deviation of its distribution function at most ½ / √1638 = 0.0124, and
            // the largest deviation over its range is biased upwards by less than that.
            assert!((get(MEDIAN) - median).abs() < 0.02, "{} {median}", get(MEDIAN));
            assert!(
                (get(MAXIMUM) - maximum).abs() < 0.03,
                "{} {maximum}",
                get(MAXIMUM)
            );
            assert!(get(MEDIAN) > get(THRESHOLD));
        }
        let dummy = estimate.get(Subject::Input(2), MEDIAN).unwrap();
        assert!(dummy.value < 0.03, "{dummy:?}");
    }

    #[test]
    fn ishigami_ranks_its_inputs_as_published_and_a_dummy_last() {
        // Pianosi and Wagener (2015, figure 3): the second input moves the distribution most.
        let design = Pawn.design(4, 4096, 5).unwrap();
        let estimate = Pawn.estimate(&design, &outcomes(&design, ishigami), 5).unwrap();
        let median = estimate.values(MEDIAN);
        assert!(
            median[1] > median[0] && median[0] > median[2] && median[2] > median[3],
            "{median:?}"
        );
        let dummy = estimate.get(Subject::Input(3), MEDIAN).unwrap();
        assert!(
            dummy.value <= estimate.get(Subject::Input(3), THRESHOLD).unwrap().value && dummy.note.is_some()
        );
    }
}
