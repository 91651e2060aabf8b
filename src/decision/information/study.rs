//! Data of studies that have not been made.

use rand_distr::{Binomial, Distribution, Normal};

use crate::random::{BLOCK, Generator, Stream};

/// What a study of one input observes.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StudyData {
    /// So many observations of the input, each with a normal error of this standard deviation.
    Normal {
        /// Number of observations.
        size: u32,
        /// Standard deviation of one.
        sd: f64,
    },
    /// So many observations, each yes with the probability that the input is.
    YesNo {
        /// Number of observations.
        size: u32,
    },
}

impl StudyData {
    /// The mean of what the study would observe on each path, given the input on that path; `None` where an input that should be
    /// a probability is none.
    pub fn observe(self, input: &[f64], seed: u64, stream: Stream) -> Option<Vec<f64>> {
        let mut means = Vec::with_capacity(input.len());
        for (block, truths) in input.chunks(BLOCK).enumerate() {
            let mut generator = Generator::new(seed, stream, block as u64);
            for truth in truths {
                means.push(match self {
                    Self::Normal { size, sd } => {
                        let error = sd / f64::from(size).sqrt();
                        Normal::new(*truth, error).ok()?.sample(&mut generator)
                    }
                    Self::YesNo { size } => {
                        let yes = Binomial::new(u64::from(size), *truth).ok()?;
                        yes.sample(&mut generator) as f64 / f64::from(size)
                    }
                });
            }
        }
        Some(means)
    }
}
