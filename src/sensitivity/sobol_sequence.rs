//! Owen-scrambled Sobol' sequence as a design.

use super::{
    About, Design, Estimate, Method, given_data,
    scrambled::{MOST_DIMENSIONS, points},
};

/// The method. Any number of points; powers of two are the most even ones, and more points extend fewer.
#[derive(Debug)]
pub struct SobolSequence;

static ABOUT: About = About {
    key: "sobol-sequence",
    title: "Scrambled Sobol' sequence",
    meaning: "A sample that fills the whole space of inputs more evenly than random points do; indices come from the sample \
              itself.",
    reference: "Owen, A. B. (1995). Randomly permuted (t,m,s)-nets and (t,s)-sequences. In: Monte Carlo and Quasi-Monte Carlo \
                Methods in Scientific Computing, Springer, 299–317; Joe, S. and Kuo, F. Y. (2008). Constructing Sobol sequences \
                with better two-dimensional projections. SIAM Journal on Scientific Computing 30(5), 2635–2654.",
    size_name: "points",
    default_size: 1024,
    sizes: given_data::LEAST..=u32::MAX as usize,
    inputs: 1..=MOST_DIMENSIONS,
    extends: true,
};

impl Method for SobolSequence {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn cost(&self, _: usize, size: usize) -> usize {
        size
    }

    fn lay_out(&self, inputs: usize, size: usize, seed: u64) -> Design {
        Design::new(ABOUT.key, inputs, 1, points(inputs, size, seed))
    }

    fn evaluate(&self, design: &Design, outcomes: &[f64], seed: u64) -> Estimate {
        given_data::every_index(&design.columns(), outcomes, seed, given_data::Spread::Even)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sensitivity::{sobol, test_functions};

    #[test]
    fn more_points_and_more_inputs_extend_a_design() {
        let design = SobolSequence.design(3, 50, 8).unwrap();
        let larger = SobolSequence.design(3, 77, 8).unwrap();
        assert_eq!(larger.first(50), design);
        let wider = SobolSequence.design(4, 50, 8).unwrap();
        assert_eq!(wider.columns()[..3], design.columns());
        assert_ne!(SobolSequence.design(3, 50, 9).unwrap(), design);
    }

    #[test]
    fn ishigami_from_the_sample_itself() {
        let design = SobolSequence.design(3, 4096, 8).unwrap();
        let outcomes = test_functions::outcomes(&design, test_functions::ishigami);
        let estimate = SobolSequence.estimate(&design, &outcomes, 0).unwrap();
        for (index, expected) in estimate.named(sobol::FIRST).zip(test_functions::ISHIGAMI_FIRST) {
            let [low, high] = index.interval.unwrap();
            assert!((index.value - expected).abs() < high - low, "{index:?}");
        }
    }
}
