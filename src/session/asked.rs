//! What is asked of every shard of a study.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{RunRequest, SweepRequest};
use crate::random::Shard;

/// What is asked of a study that can be split, with the shard that is done.
#[derive(Clone, Debug)]
pub enum ShardRequest {
    /// A run; its shards are ranges of blocks of paths.
    Run(RunRequest),
    /// A sweep; its shards are ranges of design points.
    Sweep(Box<SweepRequest>),
}

impl ShardRequest {
    /// The same of another shard.
    #[must_use]
    pub fn of(mut self, shard: Shard) -> Self {
        match &mut self {
            Self::Run(request) => request.shard = shard,
            Self::Sweep(request) => request.shard = Some(shard),
        }
        self
    }

    /// The same on so many threads; `explained` as of [`RunRequest::explained`].
    #[must_use]
    pub fn on(mut self, threads: usize, explained: bool) -> Self {
        match &mut self {
            Self::Run(request) => (request.threads, request.explained) = (threads, explained),
            Self::Sweep(request) => request.threads = threads,
        }
        self
    }
}

/// What a part belongs to, beside its scenario, paths and seed.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Asked {
    /// A run, and whether it asks which assumption drives the outcome.
    Run {
        /// `--why`.
        why: bool,
    },
    /// A sweep.
    Sweep(Box<SweepRequest>),
}

impl Asked {
    /// The command.
    pub(super) fn command(&self) -> &'static str {
        match self {
            Self::Run { .. } => "run",
            Self::Sweep(_) => "sweep",
        }
    }

    /// Its options by their names.
    pub(super) fn options(&self) -> BTreeMap<String, Vec<String>> {
        let mut options: BTreeMap<String, Vec<String>> = BTreeMap::new();
        match self {
            Self::Run { why } => {
                if *why {
                    options.insert("--why".to_owned(), vec![String::new()]);
                }
            }
            Self::Sweep(request) => {
                let words = request.words(request.method.as_deref().unwrap_or_default());
                for pair in words.chunks_exact(2) {
                    options.entry(pair[0].clone()).or_default().push(pair[1].clone());
                }
            }
        }
        options
    }

    /// The request of the whole study, with these paths and this seed.
    pub(super) fn request(&self, paths: u64, seed: u64) -> ShardRequest {
        match self {
            Self::Run { why } => ShardRequest::Run(RunRequest {
                paths,
                seed,
                why: *why,
                ..RunRequest::default()
            }),
            Self::Sweep(request) => ShardRequest::Sweep(request.clone()),
        }
    }
}
