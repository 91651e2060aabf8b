//! A quantity drawn once per path of a block.

use crate::{
    random::{BLOCK, Generator, Stream},
    stats::Sampler,
};

/// One number for each path of a block.
pub type Lanes = [f64; BLOCK];

/// A quantity drawn once per path: its stream and its quantile function.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Draw {
    stream: Stream,
    sampler: Sampler,
}

impl Draw {
    pub(super) fn new(name: &str, sampler: Sampler) -> Self {
        Self {
            stream: Stream::named(name),
            sampler,
        }
    }

    /// Its quantile function alone, for what is drawn more than once per path.
    pub(super) fn into_sampler(self) -> Sampler {
        self.sampler
    }

    /// Whether it is the same on every path.
    pub(super) fn is_constant(&self) -> bool {
        self.sampler.as_constant().is_some()
    }

    /// The median.
    pub(super) fn median(&self) -> f64 {
        self.sampler.value(0.5)
    }

    /// The draws of a block.
    #[inline(never)]
    pub(super) fn fill(&self, seed: u64, block: u64, out: &mut Lanes) {
        if let Some(value) = self.sampler.as_constant() {
            return out.fill(value);
        }
        let mut uniforms = [0.0; BLOCK];
        Generator::new(seed, self.stream, block).fill_uniform(&mut uniforms);
        self.sampler.fill(&uniforms, out);
    }
}
