//! One or two inputs on an even grid of probabilities over their 5–95 % ranges: response curve and heat map.

use super::{About, Design, Estimate, Index, Method, RANGE, Subject, numbers::extremes};

/// The range of the outcome along an input; with two inputs, of its mean over the other one.
pub const SWING: &str = "swing";
/// The largest distance of the outcome from the sum of both inputs' own effects.
pub const INTERACTION: &str = "interaction";

/// The method. `size` levels of each input, the last input fastest; an odd number of levels has the median among them.
#[derive(Debug)]
pub struct Grid;

static ABOUT: About = About {
    key: "grid",
    title: "Grid",
    meaning: "The outcome along one input, or over the plane of two, all others at their medians or as they vary.",
    reference: "Box, G. E. P., Hunter, J. S. and Hunter, W. G. (2005). Statistics for Experimenters, 2nd ed., Wiley.",
    size_name: "levels",
    default_size: 11,
    sizes: 2..=10_000,
    inputs: 1..=2,
    extends: false,
};

/// The probability at a level: even steps from 5 % to 95 %.
pub fn probability(level: usize, levels: usize) -> f64 {
    let [low, high] = RANGE;
    let steps = levels.saturating_sub(1).max(1);
    // Weighted from both ends, so that the ends and the middle are exact.
    (low * (steps - level) as f64 + high * level as f64) / steps as f64
}

impl Method for Grid {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn cost(&self, inputs: usize, size: usize) -> usize {
        u32::try_from(inputs).map_or(usize::MAX, |inputs| size.saturating_pow(inputs))
    }

    fn lay_out(&self, inputs: usize, size: usize, _: u64) -> Design {
        let points = (0..self.cost(inputs, size))
            .flat_map(|row| {
                let levels = if inputs == 1 {
                    vec![row]
                } else {
                    vec![row / size, row % size]
                };
                levels.into_iter().map(|level| probability(level, size))
            })
            .collect();
        Design::new(ABOUT.key, inputs, self.cost(inputs, size), points)
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
            // A square of levels; the first input is constant along a row of it.
            let levels = (outcomes.len() as f64).sqrt().round() as usize;
            let mean = |values: &mut dyn Iterator<Item = f64>| values.sum::<f64>() / levels as f64;
            let first: Vec<f64> = outcomes
                .chunks_exact(levels)
                .map(|row| mean(&mut row.iter().copied()))
                .collect();
            let second: Vec<f64> = (0..levels)
                .map(|column| mean(&mut outcomes.iter().skip(column).step_by(levels).copied()))
                .collect();
            let all = mean(&mut first.iter().copied());
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
