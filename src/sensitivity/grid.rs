//! One or two inputs on an even grid of probabilities over their 5–95 % ranges: response curve and heat map.

use super::{About, Design, Estimate, Index, Method, RANGE, Subject, numbers::extremes};

/// The range of the outcome along an input; with two inputs, of its mean over the other one.
pub const SWING: &str = "swing";
/// The largest distance of the outcome from the sum of both inputs' own effects.
pub const INTERACTION: &str = "interaction";

/// The method. `size` levels of each input, the last input fastest; an odd number of levels has the median among them.
#[derive(Debug)]
pub struct Grid;

/// Its key.
pub const KEY: &str = "grid";

static ABOUT: About = About {
    key: KEY,
    title: "Grid",
    meaning: "The outcome along one input, or over the plane of two, all others at their medians or as they vary.",
    reference: "Box, G. E. P., Hunter, J. S. and Hunter, W. G. (2005). Statistics for Experimenters, 2nd ed., Wiley.",
    size_name: "levels",
    default_size: 11,
    sizes: 2..=10_000,
    inputs: 1..=2,
    extends: false,
    samples: false,
};

/// The probability at a level: even steps from 5 % to 95 %.
pub fn probability(level: usize, levels: usize) -> f64 {
    let [low, high] = RANGE;
    let steps = levels.saturating_sub(1).max(1);
    // Weighted from both ends, so that the ends and the middle are exact.
    (low * (steps - level) as f64 + high * level as f64) / steps as f64
}

/// The points of stated levels: of each input the probabilities, the last input fastest.
pub fn over(levels: &[Vec<f64>]) -> Design {
    let mut points = vec![Vec::new()];
    for own in levels {
        points = points
            .iter()
            .flat_map(|point: &Vec<f64>| {
                own.iter()
                    .map(move |level| [point.as_slice(), &[*level]].concat())
            })
            .collect();
    }
    let count = points.len();
    Design::new(ABOUT.key, levels.len(), count, points.concat())
}

impl Method for Grid {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn cost(&self, inputs: usize, size: usize) -> usize {
        u32::try_from(inputs).map_or(usize::MAX, |inputs| size.saturating_pow(inputs))
    }

    fn lay_out(&self, inputs: usize, size: usize, _: u64) -> Design {
        let levels: Vec<f64> = (0..size).map(|level| probability(level, size)).collect();
        over(&vec![levels; inputs])
    }

    fn evaluate(&self, design: &Design, outcomes: &[f64], _: u64) -> Estimate {
        let mut indices = Vec::new();
        let mut curve = |input: usize, values: &[f64]| {
            let [low, high] = extremes(values);
            let mut index = Index::new(Subject::Input(input), SWING, high - low, None);
            let rises = values.windows(2).any(|pair| pair[1] > pair[0]);
            let falls = values.windows(2).any(|pair| pair[1] < pair[0]);
            if rises && falls {
                index.add_note("the outcome rises in one part and falls in another");
            }
            indices.push(index);
        };
        if design.inputs() == 1 {
            curve(0, outcomes);
        } else {
            // The first input is constant along a row of levels of the second.
            let row = design.point(0)[0];
            let levels = design.points().take_while(|point| point[0] == row).count();
            let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
            let first: Vec<f64> = outcomes.chunks_exact(levels).map(mean).collect();
            let second: Vec<f64> = (0..levels)
                .map(|column| {
                    mean(
                        &outcomes
                            .iter()
                            .skip(column)
                            .step_by(levels)
                            .copied()
                            .collect::<Vec<_>>(),
                    )
                })
                .collect();
            let all = mean(&first);
            curve(0, &first);
            curve(1, &second);
            let interaction = outcomes
                .iter()
                .enumerate()
                .map(|(row, value)| ((value - first[row / levels]) - (second[row % levels] - all)).abs())
                .fold(0.0, f64::max);
            indices.push(Index::new(Subject::Pair(0, 1), INTERACTION, interaction, None));
        }
        Estimate {
            indices,
            notes: Vec::new(),
            runs: outcomes.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_reach_the_ends_and_the_median() {
        let design = Grid.design(1, 11, 0).unwrap();
        let points: Vec<f64> = design.points().map(|x| x[0]).collect();
        assert_eq!((points[0], points[5], points[10]), (0.05, 0.5, 0.95));
        assert!(Grid.design(3, 11, 0).is_err() && Grid.design(1, 1, 0).is_err());
    }

    #[test]
    fn a_product_has_the_swings_and_the_interaction_computed_by_hand() {
        // Levels 0.05 and 0.95: products 0.0025, 0.0475, 0.0475, 0.9025. Row means 0.025 and 0.475; mean 0.25.
        // The additive surface at the first corner is 0.025 + 0.025 − 0.25 = −0.2, off by 0.2025.
        let design = Grid.design(2, 2, 0).unwrap();
        let outcomes: Vec<f64> = design.points().map(|x| x[0] * x[1]).collect();
        let estimate = Grid.estimate(&design, &outcomes, 0).unwrap();
        for value in estimate.values(SWING) {
            assert!((value - 0.45).abs() < 1e-15);
        }
        assert!((estimate.values(INTERACTION)[0] - 0.2025).abs() < 1e-15);
    }

    #[test]
    fn stated_levels_may_differ_in_number() {
        // Three levels against two; products 0, 0, 0, 2, 0, 4. Row means 0, 1, 2; column means 0, 2; mean 1. The additive surface is
        // -1, 1, 0, 2, 1, 3, off by 1 at four corners.
        let design = over(&[vec![0.0, 0.5, 1.0], vec![0.0, 1.0]]);
        assert_eq!((design.len(), design.point(3)), (6, &[0.5, 1.0][..]));
        let outcomes: Vec<f64> = design.points().map(|x| 4.0 * x[0] * x[1]).collect();
        let estimate = Grid.estimate(&design, &outcomes, 0).unwrap();
        assert_eq!(
            (estimate.values(SWING), estimate.values(INTERACTION)),
            (vec![2.0, 2.0], vec![1.0])
        );
    }

    #[test]
    fn a_curve_that_turns_says_so_and_a_sum_has_no_interaction() {
        let design = Grid.design(1, 21, 0).unwrap();
        let outcomes: Vec<f64> = design.points().map(|x| (x[0] - 0.5) * (x[0] - 0.5)).collect();
        let estimate = Grid.estimate(&design, &outcomes, 0).unwrap();
        assert!((estimate.values(SWING)[0] - 0.2025).abs() < 1e-15);
        assert!(estimate.indices[0].note.is_some());
        let design = Grid.design(2, 7, 0).unwrap();
        let outcomes: Vec<f64> = design.points().map(|x| 5.0 * x[0] - x[1]).collect();
        let estimate = Grid.estimate(&design, &outcomes, 0).unwrap();
        // Means of seven numbers below 5.
        assert!(estimate.values(INTERACTION)[0] < 1e-14);
        assert!(
            (estimate.values(SWING)[0] - 4.5).abs() < 1e-14
                && (estimate.values(SWING)[1] - 0.9).abs() < 1e-14
        );
    }
}
