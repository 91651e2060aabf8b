//! Studies that can be split into shards: what a shard collects, and the result of all of them.

use std::collections::BTreeMap;

use super::{
    Label, Part, RunStudy, Session, Sources, Study, StudyError, SweepRequest, SweepStudy,
    asked::{Asked, ShardRequest},
};
use crate::{
    analysis::Value,
    base::{Diagnostic, Diagnostics},
    engine::{Halt, Progress},
    model::Plan,
    outcomes::Projection,
    random::{Blocks, Shard},
    report::{Record, StudyResult},
};

/// What shards have collected.
#[derive(Clone, PartialEq, Debug)]
pub enum Collected {
    /// Of a run.
    Run(Box<Projection>),
    /// Of a sweep: the outcomes of consecutive design points, by the position of the first.
    Sweep(BTreeMap<usize, Vec<Vec<Value>>>),
}

impl Collected {
    /// Adds another shard of the same study, which is not there yet.
    pub fn merge(&mut self, other: Self) {
        match (self, other) {
            (Self::Run(whole), Self::Run(next)) => whole.merge(*next),
            (Self::Sweep(whole), Self::Sweep(mut next)) => whole.append(&mut next),
            // Labels of two studies differ, so they never meet.
            _ => {}
        }
    }

    /// As bytes.
    fn to_bytes(&self) -> Result<Vec<u8>, postcard::Error> {
        match self {
            Self::Run(projection) => projection.to_bytes(),
            Self::Sweep(points) => postcard::to_allocvec(points),
        }
    }
}

/// What is needed to read what shards of a study have collected.
#[derive(Clone, Debug)]
pub enum Shape {
    /// Of a run: its plan and number of paths.
    Run(Box<Plan>, u64),
    /// Of a sweep.
    Sweep {
        /// Number of design points.
        points: usize,
        /// Number of outcomes.
        outcomes: usize,
        /// Futures of each point.
        paths: u64,
    },
}

impl Shape {
    /// How many pieces there are, beyond which more shards are of no use: blocks or design points.
    pub fn pieces(&self) -> u64 {
        match self {
            Self::Run(_, paths) => Blocks::of(*paths).end,
            Self::Sweep { points, .. } => *points as u64,
        }
    }

    /// How many paths a shard looks at; of a sweep futures times points.
    pub fn paths(&self, shard: Shard) -> u64 {
        match self {
            Self::Run(_, paths) => shard.blocks(*paths).paths(*paths),
            Self::Sweep { points, paths, .. } => {
                let range = shard.range(*points as u64);
                (range.end - range.start).saturating_mul(*paths)
            }
        }
    }

    /// What the shard of a part collected.
    ///
    /// # Errors
    /// What is wrong with it, as of [`Part::from_bytes`].
    pub fn collected(&self, part: &Part) -> Result<Collected, String> {
        self.read(part.collected(), part.label.shard)
            .ok_or_else(|| "does not hold what its scenario asks for: run this shard again".to_owned())
    }

    /// What a shard collected, from bytes that may be anything.
    fn read(&self, bytes: &[u8], shard: Shard) -> Option<Collected> {
        match self {
            Self::Run(plan, paths) => Projection::from_bytes(bytes, plan, *paths, shard.blocks(*paths))
                .map(|found| Collected::Run(Box::new(found))),
            Self::Sweep { points, outcomes, .. } => {
                let (found, rest): (BTreeMap<usize, Vec<Vec<Value>>>, _) =
                    postcard::take_from_bytes(bytes).ok()?;
                let range = shard.range(*points as u64);
                let (first, count) = (range.start as usize, (range.end - range.start) as usize);
                let usual = |value: &Value| {
                    value.value.is_finite()
                        && value.error.is_none_or(|error| error.is_finite() && error >= 0.0)
                };
                let whole = match found.iter().next() {
                    None => count == 0,
                    Some((start, values)) => {
                        (found.len(), *start, values.len()) == (1, first, count)
                            && values
                                .iter()
                                .all(|point| point.len() == *outcomes && point.iter().all(usual))
                    }
                };
                (rest.is_empty() && whole).then_some(Collected::Sweep(found))
            }
        }
    }
}

/// A study that can be split, of which a shard is done here.
pub enum ShardStudy<'session> {
    /// A run.
    Run(Box<RunStudy<'session>>),
    /// A sweep.
    Sweep(Box<SweepStudy<'session>>),
}

impl Session {
    /// A study that can be split into shards.
    ///
    /// # Errors
    /// As [`run`](Self::run) and [`sweep`](Self::sweep), and if it cannot be split.
    pub fn shards(&self, request: &ShardRequest) -> Result<ShardStudy<'_>, Diagnostics> {
        match request {
            ShardRequest::Run(request) => Ok(ShardStudy::Run(Box::new(self.run(request)?))),
            ShardRequest::Sweep(request) => {
                let request = SweepRequest {
                    shard: request.shard.or(Some(Shard::WHOLE)),
                    ..request.as_ref().clone()
                };
                Ok(ShardStudy::Sweep(Box::new(self.sweep(&request)?)))
            }
        }
    }
}

impl ShardStudy<'_> {
    fn session(&self) -> &Session {
        match self {
            Self::Run(study) => study.session(),
            Self::Sweep(study) => study.session(),
        }
    }

    fn record(&self) -> &Record {
        match self {
            Self::Run(study) => study.record(),
            Self::Sweep(study) => study.record(),
        }
    }

    /// How many paths its shard looks at, for a progress bar.
    pub fn paths(&self) -> u64 {
        match self {
            Self::Run(study) => study.settings().shard_paths(),
            Self::Sweep(study) => study.paths(),
        }
    }

    /// About how many bytes of memory its shard needs.
    pub fn memory(&self) -> u64 {
        match self {
            Self::Run(study) => study.memory(),
            Self::Sweep(study) => study.memory(),
        }
    }

    /// What its shard is known by.
    pub fn label(&self) -> Label {
        let (asked, shard) = match self {
            Self::Run(study) => (Asked::Run { why: study.why() }, study.settings().shard),
            Self::Sweep(study) => {
                let mut request = study.request();
                let shard = request.shard.take().unwrap_or(Shard::WHOLE);
                // What does not travel.
                (request.threads, request.keep, request.most_batches) = (0, None, None);
                (Asked::Sweep(Box::new(request)), shard)
            }
        };
        Label::of(self.record(), asked, shard)
    }

    /// What reads its shards.
    pub fn shape(&self) -> Shape {
        match self {
            Self::Run(study) => Shape::Run(Box::new(study.plan().clone()), study.settings().paths),
            Self::Sweep(study) => {
                let (points, outcomes) = study.size();
                Shape::Sweep {
                    points,
                    outcomes,
                    paths: study.request().paths,
                }
            }
        }
    }

    /// Does the work of the shard.
    ///
    /// # Errors
    /// If it was stopped, could not start, or has no number.
    pub fn collect(&self, progress: &Progress) -> Result<Collected, StudyError> {
        match self {
            Self::Run(study) => {
                let (projection, ()) = study.collect(progress, || ())?;
                Ok(Collected::Run(Box::new(projection)))
            }
            Self::Sweep(study) => {
                let values = study.collect(progress)?;
                let first = self.label().shard.range(study.size().0 as u64).start as usize;
                let points = (!values.is_empty()).then_some((first, values));
                Ok(Collected::Sweep(points.into_iter().collect()))
            }
        }
    }

    /// The part that holds what the shard collected.
    ///
    /// # Errors
    /// If a path left the range of numbers.
    pub fn part(&self, collected: &Collected) -> Result<Part, StudyError> {
        if let (Self::Run(study), Collected::Run(projection)) = (self, collected) {
            // A run with such a path has no result, whatever the other shards hold.
            projection.check(study.plan())?;
        }
        let bytes = collected.to_bytes().map_err(|error| {
            Diagnostics::from(Diagnostic::new(format!("a shard cannot be stored: {error}")))
        })?;
        Ok(Part::new(self.label(), Sources::of(self.session()), bytes))
    }

    /// The result of all shards.
    ///
    /// # Errors
    /// If it was stopped, a path left the range of numbers, or shards are missing.
    pub fn result(
        &self,
        whole: Collected,
        progress: &Progress,
    ) -> Result<Box<dyn StudyResult + Send + Sync>, StudyError> {
        match (self, whole) {
            (Self::Run(study), Collected::Run(projection)) => {
                Ok(Box::new(study.result(*projection, progress)?))
            }
            (Self::Sweep(study), Collected::Sweep(points)) => {
                let points: Vec<Vec<Value>> = points.into_values().flatten().collect();
                Ok(Box::new(study.result(&points)?))
            }
            _ => Err(StudyError::Halted(Halt::NoPaths)),
        }
    }
}
