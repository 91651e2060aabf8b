//! Elementary effects: one input at a time is moved by a step, from many starting points.

use super::{
    About, Design, Estimate, Index, Method, RANGE, Subject,
    numbers::scaled,
    resampling::{Z, intervals},
};
use crate::random::{Generator, Stream};

/// Mean of the elementary effects; effects of both signs cancel.
pub const MU: &str = "mu";
/// Mean of the sizes of the elementary effects: how much the input matters.
pub const MU_STAR: &str = "mu_star";
/// Standard deviation of the elementary effects (n − 1): curvature and interactions.
pub const SIGMA: &str = "sigma";

/// Levels of each input.
pub const LEVELS: usize = 4;
/// Levels that a step jumps over: half of all of them, so that every level is equally likely.
const JUMP: usize = LEVELS / 2;
/// The step Δ = levels / (2 (levels − 1)), in units of the input's range of levels.
pub const STEP: f64 = JUMP as f64 / (LEVELS - 1) as f64;

/// The method: `size` trajectories (or stars), each of one point more than inputs.
///
/// The four levels stand evenly between two probabilities. The methods of the list take 5 % and 95 %, because the quantiles at
/// 0 and 1 may be infinite; an elementary effect is the change of the outcome divided by the step [`STEP`] in units of that
/// range, so that it reads as the change over the input's 5–95 % range.
#[derive(Debug)]
pub struct Morris {
    about: &'static About,
    /// Whether each step starts from the first point (a star) instead of from the point before (a trajectory).
    radial: bool,
    /// Probabilities of the lowest and of the highest level.
    range: [f64; 2],
}

/// Trajectories.
pub static TRAJECTORIES: Morris = Morris {
    about: &TRAJECTORIES_ABOUT,
    radial: false,
    range: RANGE,
};
/// Radial design.
pub static RADIAL: Morris = Morris {
    about: &RADIAL_ABOUT,
    radial: true,
    range: RANGE,
};

static TRAJECTORIES_ABOUT: About = About {
    key: "morris",
    title: "Morris (trajectories)",
    meaning: "The mean size of the change of the outcome when one input moves, over starting points all across the space: which \
              inputs matter at all, at low cost.",
    reference: "Morris, M. D. (1991). Factorial sampling plans for preliminary computational experiments. Technometrics 33(2), \
                161–174; Campolongo, F., Cariboni, J. and Saltelli, A. (2007). An effective screening design for sensitivity \
                analysis of large models. Environmental Modelling & Software 22(10), 1509–1518.",
    size_name: "trajectories",
    default_size: 50,
    sizes: 2..=u32::MAX as usize,
    inputs: 1..=100_000,
    extends: true,
    samples: false,
};

static RADIAL_ABOUT: About = About {
    key: "morris-radial",
    title: "Morris (radial)",
    meaning: "As `morris`, but every input moves from the same starting point of its star.",
    reference: "Campolongo, F., Saltelli, A. and Cariboni, J. (2011). From screening to quantitative sensitivity analysis. \
                Computer Physics Communications 182(4), 978–988 (radial design; the steps here are those of the grid).",
    size_name: "stars",
    default_size: 50,
    sizes: 2..=u32::MAX as usize,
    inputs: 1..=100_000,
    extends: true,
    samples: false,
};

impl Method for Morris {
    fn about(&self) -> &'static About {
        self.about
    }

    fn cost(&self, inputs: usize, size: usize) -> usize {
        inputs.saturating_add(1).saturating_mul(size)
    }

    fn lay_out(&self, inputs: usize, size: usize, seed: u64) -> Design {
        let stream = Stream::named("morris");
        // Each input has its own generator, so that trajectories and inputs can be added.
        let mut generators: Vec<Generator> = (0..inputs)
            .map(|input| Generator::new(seed, stream, input as u64))
            .collect();
        let probability = |level: usize| {
            let [low, high] = self.range;
            let part = level as f64 / (LEVELS - 1) as f64;
            low * (1.0 - part) + high * part
        };
        let mut points = Vec::with_capacity(self.cost(inputs, size) * inputs);
        for _ in 0..size {
            let draws: Vec<[f64; 3]> = generators
                .iter_mut()
                .map(|generator| [generator.uniform(), generator.uniform(), generator.uniform()])
                .collect();
            // A level of the lower half and its partner a jump above; the second draw says from which of both it starts.
            let ends: Vec<[f64; 2]> = draws
                .iter()
                .map(|[level, turn, _]| {
                    let level = (level * JUMP as f64) as usize;
                    let [low, high] = [probability(level), probability(level + JUMP)];
                    if *turn < 0.5 { [low, high] } else { [high, low] }
                })
                .collect();
            let mut order: Vec<usize> = (0..inputs).collect();
            order.sort_by(|a, b| draws[*a][2].total_cmp(&draws[*b][2]));
            let start: Vec<f64> = ends.iter().map(|[from, _]| *from).collect();
            let mut point = start.clone();
            points.extend_from_slice(&point);
            for input in order {
                if self.radial {
                    point.copy_from_slice(&start);
                }
                point[input] = ends[input][1];
                points.extend_from_slice(&point);
            }
        }
        Design::new(self.about.key, inputs, inputs + 1, points)
    }

    fn evaluate(&self, design: &Design, outcomes: &[f64], seed: u64) -> Estimate {
        let inputs = design.inputs();
        let (values, scale) = scaled(outcomes);
        let range = self.range[1] - self.range[0];
        let mut effects = vec![Vec::with_capacity(design.blocks()); inputs];
        for block in 0..design.blocks() {
            let first = block * design.block();
            for row in first + 1..first + design.block() {
                let before = if self.radial { first } else { row - 1 };
                let moved =
                    (0..inputs).find(|input| design.point(row)[*input] != design.point(before)[*input]);
                if let Some(input) = moved {
                    let step = (design.point(row)[input] - design.point(before)[input]) / range;
                    effects[input].push((values[row] - values[before]) / step);
                }
            }
        }
        let summaries: Vec<Effects> = effects.iter().map(|effects| Effects::of(effects)).collect();
        // Trajectories are the independent units.
        let mut terms = effects.clone();
        terms.extend(
            effects
                .iter()
                .map(|effects| effects.iter().map(|effect| effect.abs()).collect()),
        );
        let ends = intervals(&terms, seed, <[f64]>::to_vec);
        let end = |position: usize| ends.as_ref().map(|ends| ends[position].map(|end| end * scale));
        let mut indices = Vec::new();
        let mut add =
            |name, value: &dyn Fn(&Effects) -> f64, interval: &dyn Fn(usize) -> Option<[f64; 2]>| {
                indices.extend(summaries.iter().enumerate().map(|(input, effects)| {
                    Index::new(
                        Subject::Input(input),
                        name,
                        value(effects) * scale,
                        interval(input),
                    )
                }));
            };
        add(MU_STAR, &|effects| effects.mu_star, &|input| end(inputs + input));
        add(MU, &|effects| effects.mu, &|input| end(input));
        add(SIGMA, &|effects| effects.sigma, &|_| None);
        let mut notes = Vec::new();
        if design.blocks() < 10 {
            notes.push(format!(
                "Intervals from {} {} are rough; 10 or more make them usable.",
                design.blocks(),
                self.about.size_name
            ));
        }
        for index in &mut indices {
            if let Subject::Input(input) = index.subject
                && index.name == MU
                && summaries[input].mu.abs() + Z * summaries[input].error < summaries[input].mu_star
            {
                index.add_note("smaller than mu_star: effects of both signs cancel, so the outcome does not move one way only");
            }
        }
        Estimate {
            indices,
            notes,
            runs: outcomes.len(),
        }
    }
}

/// Statistics of the elementary effects of one input.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Effects {
    /// Mean.
    pub mu: f64,
    /// Mean size.
    pub mu_star: f64,
    /// Standard deviation, with n − 1; 0 of one effect.
    pub sigma: f64,
    /// Standard error of the mean.
    error: f64,
}

impl Effects {
    fn of(effects: &[f64]) -> Self {
        let n = effects.len().max(1) as f64;
        let mu = effects.iter().sum::<f64>() / n;
        let squares: f64 = effects.iter().map(|effect| (effect - mu) * (effect - mu)).sum();
        let sigma = (squares / (n - 1.0).max(1.0)).sqrt();
        Self {
            mu,
            mu_star: effects.iter().map(|effect| effect.abs()).sum::<f64>() / n,
            sigma,
            error: sigma / n.sqrt(),
        }
    }
}

/// Statistics over all elementary effects on the grid with 4 levels from 0 to 1, for functions cheap enough:
/// the values that [`Morris`] estimates. Needs `4^inputs` evaluations.
///
/// # Errors
/// If there is no input, or more than 12 of them.
pub fn all_effects(inputs: usize, function: impl Fn(&[f64]) -> f64) -> Result<Vec<Effects>, super::Refusal> {
    if !(1..=12).contains(&inputs) {
        return Err(super::Refusal::Inputs {
            method: "all-effects",
            possible: 1..=12,
            given: inputs,
        });
    }
    let cells = LEVELS.pow(inputs as u32);
    let outcomes: Vec<f64> = (0..cells)
        .map(|cell| {
            let point: Vec<f64> = (0..inputs)
                .map(|input| (cell / LEVELS.pow(input as u32) % LEVELS) as f64 / (LEVELS - 1) as f64)
                .collect();
            function(&point)
        })
        .collect();
    Ok((0..inputs)
        .map(|input| {
            let stride = LEVELS.pow(input as u32);
            let effects: Vec<f64> = (0..cells)
                .filter(|cell| cell / stride % LEVELS < LEVELS - JUMP)
                .map(|cell| (outcomes[cell + JUMP * stride] - outcomes[cell]) / STEP)
                .collect();
            Effects::of(&effects)
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sensitivity::test_functions::{ISHIGAMI_MU_STAR, g, ishigami, outcomes};

    /// Levels from 0 to 1, as in the references.
    static WHOLE: Morris = Morris {
        about: &TRAJECTORIES_ABOUT,
        radial: false,
        range: [0.0, 1.0],
    };
    static WHOLE_RADIAL: Morris = Morris {
        about: &RADIAL_ABOUT,
        radial: true,
        range: [0.0, 1.0],
    };

    #[test]
    fn all_effects_of_ishigami_are_the_reference() {
        let effects = all_effects(3, ishigami).unwrap();
        for (effects, expected) in effects.iter().zip(ISHIGAMI_MU_STAR) {
            assert!((effects.mu_star - expected).abs() < 5e-7, "{effects:?}");
        }
        assert!(all_effects(0, ishigami).is_err() && all_effects(13, ishigami).is_err());
    }

    #[test]
    fn the_sampled_effects_agree_with_all_effects() {
        for method in [&WHOLE, &WHOLE_RADIAL] {
            for (inputs, function) in [(3, ishigami as fn(&[f64]) -> f64), (6, g)] {
                let design = method.design(inputs, 400, 2).unwrap();
                assert_eq!(design.len(), 400 * (inputs + 1));
                let estimate = method.estimate(&design, &outcomes(&design, function), 2).unwrap();
                for (input, all) in all_effects(inputs, function).unwrap().iter().enumerate() {
                    let index = estimate.get(Subject::Input(input), MU_STAR).unwrap();
                    // The half width is 1.96 standard errors; three of them are allowed.
                    let error = index.width().unwrap() / 2.0 / Z;
                    assert!(
                        (index.value - all.mu_star).abs() <= 3.0 * error + 1e-12,
                        "{index:?} {all:?}"
                    );
                    let mu = estimate.get(Subject::Input(input), MU).unwrap();
                    assert!((mu.value - all.mu).abs() <= 3.0 * mu.width().unwrap() / 2.0 / Z + 1e-12);
                    let sigma = estimate.get(Subject::Input(input), SIGMA).unwrap();
                    assert!(
                        (sigma.value - all.sigma).abs() < 0.1 * all.sigma + 1e-12,
                        "{sigma:?} {all:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_linear_function_has_its_slopes_and_no_sigma() {
        for method in [&TRAJECTORIES, &RADIAL] {
            let design = method.design(3, 10, 7).unwrap();
            // Slopes per unit of the normalized range (u − 0.05) / 0.9.
            let outcomes = outcomes(&design, |x| (2.0 * x[0] - 3.0 * x[1] + 0.0 * x[2]) / 0.9);
            let estimate = method.estimate(&design, &outcomes, 7).unwrap();
            for (name, expected) in [
                (MU_STAR, [2.0, 3.0, 0.0]),
                (MU, [2.0, -3.0, 0.0]),
                (SIGMA, [0.0; 3]),
            ] {
                for (value, expected) in estimate.values(name).iter().zip(expected) {
                    assert!((value - expected).abs() < 1e-13, "{name}: {value}");
                }
            }
            for point in design.points() {
                assert!(point.iter().all(|u| (0.05..=0.95).contains(u)));
            }
        }
    }

    #[test]
    fn trajectories_and_inputs_extend_a_design() {
        let design = TRAJECTORIES.design(3, 10, 1).unwrap();
        assert_eq!(TRAJECTORIES.design(3, 20, 1).unwrap().first(10), design);
        // A further input leaves the starting points of the others as they are.
        let wider = TRAJECTORIES.design(4, 10, 1).unwrap();
        for block in 0..10 {
            assert_eq!(wider.point(block * 5)[..3], *design.point(block * 4));
        }
    }

    #[test]
    fn intervals_of_mu_star_cover() {
        // 300 repetitions × 3 inputs of ishigami: standard deviation of the coverage at most √(0.95 · 0.05 / 300) = 1.3 %,
        // as the inputs of one repetition are dependent.
        let truth = all_effects(3, ishigami).unwrap();
        let repetitions = 300;
        let mut covered = [0; 3];
        for seed in 0..repetitions {
            let design = WHOLE.design(3, 50, seed).unwrap();
            let estimate = WHOLE
                .estimate(&design, &outcomes(&design, ishigami), seed)
                .unwrap();
            for (input, count) in covered.iter_mut().enumerate() {
                let [low, high] = estimate
                    .get(Subject::Input(input), MU_STAR)
                    .unwrap()
                    .interval
                    .unwrap();
                // Input 2 has effects of one size only: its interval is a point up to rounding.
                *count +=
                    u32::from(low - 1e-9 <= truth[input].mu_star && truth[input].mu_star <= high + 1e-9);
            }
        }
        for (input, count) in covered.into_iter().enumerate() {
            let share = f64::from(count) / repetitions as f64;
            assert!(
                input == 1 || (0.90..=0.99).contains(&share),
                "input {input}: {share}"
            );
        }
        assert_eq!(covered[1], repetitions as u32);
    }
}
