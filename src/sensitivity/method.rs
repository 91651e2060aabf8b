//! What a method is, and the designs it lays out.

use std::ops::RangeInclusive;

use super::{
    estimate::Estimate,
    numbers::{check_outcomes, without_rounding},
    refusal::Refusal,
};

/// Most coordinates of a design, points × inputs: 2 GiB of them.
pub const MOST_COORDINATES: usize = 1 << 28;
/// The probability that an input's value lies below the ends of its 5–95 % range.
pub const RANGE: [f64; 2] = [0.05, 0.95];

/// What a method is.
#[derive(Debug)]
pub struct About {
    /// Name on the command line.
    pub key: &'static str,
    /// Heading.
    pub title: &'static str,
    /// What it measures, in one sentence.
    pub meaning: &'static str,
    /// Where it is published.
    pub reference: &'static str,
    /// What `size` counts, such as "trajectories".
    pub size_name: &'static str,
    /// The size taken without a wish.
    pub default_size: usize,
    /// Possible sizes.
    pub sizes: RangeInclusive<usize>,
    /// Possible numbers of inputs.
    pub inputs: RangeInclusive<usize>,
    /// Whether a larger design with the same seed begins with the smaller one, so that batches can be added.
    pub extends: bool,
    /// Whether its points are a sample, so that inputs may go together; other methods take them as independent.
    pub samples: bool,
}

/// A method with a design. Adding one takes a file, and a line in [`METHODS`](super::METHODS).
pub trait Method: Sync {
    /// What it is.
    fn about(&self) -> &'static About;

    /// Number of design points, known before any work; [`usize::MAX`] if it would overflow.
    fn cost(&self, inputs: usize, size: usize) -> usize;

    /// The points of a design whose sizes are possible. Callers use [`design`](Self::design).
    fn lay_out(&self, inputs: usize, size: usize, seed: u64) -> Design;

    /// The estimate from outcomes that were checked. Callers use [`estimate`](Self::estimate).
    fn evaluate(&self, design: &Design, outcomes: &[f64], seed: u64) -> Estimate;

    /// The design of a size; the same seed gives the same bits.
    ///
    /// # Errors
    /// If the number of inputs or the size is not possible for this method.
    fn design(&self, inputs: usize, size: usize, seed: u64) -> Result<Design, Refusal> {
        let about = self.about();
        if !about.inputs.contains(&inputs) {
            return Err(Refusal::Inputs {
                method: about.key,
                possible: about.inputs.clone(),
                given: inputs,
            });
        }
        if !about.sizes.contains(&size) {
            return Err(Refusal::Size {
                method: about.key,
                name: about.size_name,
                possible: about.sizes.clone(),
                given: size,
            });
        }
        let points = self.cost(inputs, size);
        if points.saturating_mul(inputs) > MOST_COORDINATES {
            return Err(Refusal::TooLarge {
                method: about.key,
                points,
            });
        }
        Ok(self.lay_out(inputs, size, seed))
    }

    /// The estimate from one outcome per design point, in the order of the points. The seed is that of resampling.
    ///
    /// # Errors
    /// If the design is not this method's, or outcomes are missing, not finite or above `LARGEST_OUTCOME`.
    fn estimate(&self, design: &Design, outcomes: &[f64], seed: u64) -> Result<Estimate, Refusal> {
        let about = self.about();
        if design.method != about.key {
            return Err(Refusal::Foreign {
                method: about.key,
                design: design.method,
            });
        }
        check_outcomes(outcomes, design.len())?;
        let (constant, outcomes) = without_rounding(outcomes);
        let mut estimate = self.evaluate(design, &outcomes, seed);
        estimate.explain(constant);
        Ok(estimate)
    }
}

/// Points in the unit cube.
#[derive(Clone, PartialEq, Debug)]
pub struct Design {
    method: &'static str,
    inputs: usize,
    block: usize,
    points: Vec<f64>,
    /// Of each input, its value at every point, if they are known.
    values: Option<Vec<Vec<f64>>>,
}

impl Design {
    /// A design of row-major points in blocks of a number of rows.
    pub(super) fn new(method: &'static str, inputs: usize, block: usize, points: Vec<f64>) -> Self {
        Self {
            method,
            inputs,
            block,
            points,
            values: None,
        }
    }

    /// The same design with the value of each input at every point. Indices of a sample then are those of the values: ties and
    /// distances between values count as they are, and whoever has the values and the outcomes finds the same indices.
    #[must_use]
    pub fn with_values(self, values: Vec<Vec<f64>>) -> Self {
        Self {
            values: Some(values),
            ..self
        }
    }

    /// Key of the method.
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// Number of inputs, the coordinates of a point.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.points.len() / self.inputs
    }

    /// Whether there is no point.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// Consecutive rows that belong together: a trajectory of Morris, a row of all matrices of Sobol'; else 1.
    pub fn block(&self) -> usize {
        self.block
    }

    /// Number of blocks.
    pub fn blocks(&self) -> usize {
        self.len() / self.block
    }

    /// A point; coordinates are probabilities in [0, 1].
    pub fn point(&self, row: usize) -> &[f64] {
        &self.points[row * self.inputs..(row + 1) * self.inputs]
    }

    /// The points in order.
    pub fn points(&self) -> impl Iterator<Item = &[f64]> {
        self.points.chunks_exact(self.inputs)
    }

    /// The values of each input, or where they are not known its probabilities.
    pub fn columns(&self) -> Vec<Vec<f64>> {
        if let Some(values) = &self.values {
            return values.clone();
        }
        (0..self.inputs)
            .map(|input| self.points().map(|point| point[input]).collect())
            .collect()
    }

    /// The first blocks alone.
    pub fn first(&self, blocks: usize) -> Self {
        let rows = (blocks * self.block).min(self.len());
        Self {
            points: self.points[..rows * self.inputs].to_vec(),
            values: self
                .values
                .as_ref()
                .map(|values| values.iter().map(|column| column[..rows].to_vec()).collect()),
            ..self.clone()
        }
    }
}
