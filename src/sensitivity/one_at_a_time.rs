//! One input at a time, each at the ends of its own 5–95 % range, the others at their medians: the tornado chart.

use super::{About, Design, Estimate, Index, Method, RANGE, Subject};

/// The change of the outcome from the point of medians, with the input at its 5 % point.
pub const LOW: &str = "change_at_5_percent";
/// The change of the outcome from the point of medians, with the input at its 95 % point.
pub const HIGH: &str = "change_at_95_percent";
/// The range of the outcome over the three points, at least 0.
pub const SWING: &str = "swing";

/// The method. Points: all medians; then for each input its low and its high point.
#[derive(Debug)]
pub struct OneAtATime;

static ABOUT: About = About {
    key: "one-at-a-time",
    title: "One at a time (tornado)",
    meaning: "How far the outcome moves when one input goes from its own 5 % to its 95 % point and all others stay at their \
              medians; blind to interactions.",
    reference: "Howard, R. A. (1988). Decision analysis: practice and promise. Management Science 34(6), 679–695.",
    size_name: "points per input end",
    default_size: 1,
    sizes: 1..=1,
    inputs: 1..=usize::MAX,
    extends: false,
    samples: false,
};

/// The points with an input at its low and at its high end; the first point of all holds the medians.
pub fn ends(input: usize) -> [usize; 2] {
    [1 + 2 * input, 2 + 2 * input]
}

impl Method for OneAtATime {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn cost(&self, inputs: usize, _: usize) -> usize {
        inputs.saturating_mul(2).saturating_add(1)
    }

    fn lay_out(&self, inputs: usize, size: usize, _: u64) -> Design {
        let rows = self.cost(inputs, size);
        let mut points = vec![0.5; rows * inputs];
        for input in 0..inputs {
            for (point, probability) in ends(input).into_iter().zip(RANGE) {
                points[point * inputs + input] = probability;
            }
        }
        Design::new(ABOUT.key, inputs, rows, points)
    }

    fn evaluate(&self, design: &Design, outcomes: &[f64], _: u64) -> Estimate {
        let inputs = 0..design.inputs();
        let center = outcomes[0];
        let at_ends = |input: usize| ends(input).map(|point| outcomes[point]);
        let row = |input, name, value| Index::new(Subject::Input(input), name, value, None);
        let mut indices: Vec<Index> = inputs
            .clone()
            .map(|i| row(i, LOW, at_ends(i)[0] - center))
            .collect();
        indices.extend(inputs.clone().map(|i| row(i, HIGH, at_ends(i)[1] - center)));
        indices.extend(inputs.map(|input| {
            let [low, high] = at_ends(input);
            let least = low.min(high);
            let most = low.max(high);
            let mut index = row(input, SWING, most.max(center) - least.min(center));
            if center < least || center > most {
                index.add_note(
                    "the outcome turns: both ends lie on the same side of the outcome at the medians",
                );
            }
            index
        }));
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
    fn a_linear_outcome_swings_by_its_slopes_and_a_parabola_turns() {
        let design = OneAtATime.design(3, 1, 0).unwrap();
        assert_eq!(design.len(), 7);
        assert_eq!(design.point(0), [0.5, 0.5, 0.5]);
        assert_eq!(design.point(4), [0.5, 0.95, 0.5]);
        let outcomes: Vec<f64> = design
            .points()
            .map(|x| 3.0 * x[0] - 2.0 * x[1] + 4.0 * (x[2] - 0.5) * (x[2] - 0.5))
            .collect();
        let estimate = OneAtATime.estimate(&design, &outcomes, 0).unwrap();
        for (name, expected) in [
            (SWING, [2.7, 1.8, 0.81]),
            (LOW, [-1.35, 0.9, 0.81]),
            (HIGH, [1.35, -0.9, 0.81]),
        ] {
            for (value, expected) in estimate.values(name).iter().zip(expected) {
                assert!((value - expected).abs() < 1e-14, "{name}");
            }
        }
        let notes: Vec<bool> = estimate.named(SWING).map(|index| index.note.is_some()).collect();
        assert_eq!(notes, [false, false, true]);
    }
}
