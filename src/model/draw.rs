//! A quantity drawn once per path of a block.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    random::{self, BLOCK, Stream},
    scenario::{Parameter, Scenario},
    stats::{Sampler, uniform_of},
};

/// One number for each path of a block.
pub type Lanes = [f64; BLOCK];

/// The uniform numbers of a quantity: those of its own stream, or where it goes together with others those of a weighted sum of
/// independent normal scores.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Uniforms {
    stream: Stream,
    /// By stream, the weight of its scores; empty where its own stream is all.
    ties: Arc<[(Stream, f64)]>,
}

/// The inputs of levers that stand in the net of their lever, by slope from 1 on: those that explain most of what a net present value varies by. Their
/// places are fixed, so that no draw changes with what else a scenario holds.
const LEADING: [Parameter; 7] = [
    Parameter::Creation,
    Parameter::Success,
    Parameter::Effectiveness,
    Parameter::Learning,
    Parameter::CapitalCost,
    Parameter::TradeGain,
    Parameter::CoveredShare,
];

/// The stream of an input: its path, and for leading ones their place in nets (docs/model.md §9). The responses of GDP to capability and to trade, by which the
/// effects of all levers are multiplied, are the row and the column of all nets.
fn input_stream(path: &str) -> Stream {
    let stream = Stream::named(path);
    if path == Parameter::GdpResponse.row().path {
        return stream.row();
    }
    if path == Parameter::TradeIncome.row().path {
        return stream.column();
    }
    for (parameter, slope) in LEADING.iter().zip(1..) {
        let (prefix, suffix) = parameter.row().path.split_once("{lever}").unwrap_or_default();
        if let Some(lever) = path.strip_suffix(suffix)
            && lever.starts_with(prefix)
        {
            return stream.line(Stream::named(lever), slope);
        }
    }
    stream
}

/// What goes together with what, by name.
pub(super) type Ties = BTreeMap<String, Arc<[(Stream, f64)]>>;

/// The ties of a scenario.
pub(super) fn ties_of(scenario: &Scenario) -> Ties {
    let streams = |terms: Vec<(String, f64)>| -> Arc<[(Stream, f64)]> {
        terms
            .iter()
            .map(|(name, weight)| (input_stream(name), *weight))
            .collect()
    };
    scenario
        .ties()
        .into_iter()
        .map(|(name, terms)| (name, streams(terms)))
        .collect()
}

impl Uniforms {
    /// Those of a name.
    pub(super) fn new(name: &str, ties: &Ties) -> Self {
        Self {
            stream: input_stream(name),
            ties: ties.get(name).cloned().unwrap_or_default(),
        }
    }

    /// The uniform numbers of a block.
    #[inline(never)]
    pub(super) fn fill(&self, seed: u64, block: u64, out: &mut Lanes) {
        if self.ties.is_empty() {
            return random::fill_uniform(seed, self.stream, block, out);
        }
        let mut scores: Lanes = [0.0; BLOCK];
        out.fill(0.0);
        for (stream, weight) in self.ties.iter() {
            random::fill_normal(seed, *stream, block, &mut scores);
            for lane in 0..BLOCK {
                out[lane] += weight * scores[lane];
            }
        }
        for value in out.iter_mut() {
            *value = uniform_of(*value);
        }
    }
}

/// A quantity drawn once per path: its uniform numbers and its quantile function.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Draw {
    uniforms: Uniforms,
    sampler: Sampler,
}

impl Draw {
    /// A quantity that goes together with nothing.
    pub(super) fn new(name: &str, sampler: Sampler) -> Self {
        Self::tied(name, sampler, &Ties::new())
    }

    /// A quantity with what it goes together with.
    pub(super) fn tied(name: &str, sampler: Sampler, ties: &Ties) -> Self {
        Self {
            uniforms: Uniforms::new(name, ties),
            sampler,
        }
    }

    /// Its quantile function, for what is drawn more than once per path.
    pub(super) fn sampler(&self) -> &Sampler {
        &self.sampler
    }

    /// Its number, where it is the same on every path.
    pub(super) fn constant(&self) -> Option<f64> {
        self.sampler.as_constant()
    }

    /// Whether it is the draw of a name.
    pub(super) fn is_of(&self, stream: Stream) -> bool {
        self.uniforms.stream.is_named_as(stream)
    }

    /// Makes it the same number on every path.
    pub(super) fn set(&mut self, number: f64) {
        self.sampler = Sampler::constant(number);
    }

    /// The uniform numbers of a block.
    pub(super) fn fill_uniforms(&self, seed: u64, block: u64, out: &mut Lanes) {
        self.uniforms.fill(seed, block, out);
    }

    /// The median.
    pub(super) fn median(&self) -> f64 {
        self.sampler.median()
    }

    /// The draws of a block.
    #[inline(never)]
    pub(super) fn fill(&self, seed: u64, block: u64, out: &mut Lanes) {
        if let Some(value) = self.constant() {
            return out.fill(value);
        }
        let mut uniforms = [0.0; BLOCK];
        self.uniforms.fill(seed, block, &mut uniforms);
        self.sampler.fill(&uniforms, out);
    }
}
