//! Shards of runs and sweeps, for engines that run tasks on many processes or machines.

use std::sync::{Arc, Mutex, PoisonError};

use jointly::{
    base::Diagnostics,
    random::Shard,
    session::{
        Collected, Label, Part, Session as Opened, Shape, ShardRequest, Sources, StudyError, check_parts,
    },
};
use pyo3::{exceptions::PyValueError, prelude::*};

use crate::{
    errors::{failed, refuse, refused},
    requests::{Run, Sweep},
    results::Results,
    scenario::Session,
    work::work,
};

/// What is asked of every shard.
#[derive(FromPyObject)]
pub enum Asked {
    Run(Run),
    Sweep(Sweep),
}

impl From<Asked> for ShardRequest {
    fn from(asked: Asked) -> Self {
        match asked {
            Asked::Run(run) => Self::Run(run.request(Shard::WHOLE)),
            Asked::Sweep(sweep) => Self::Sweep(Box::new(sweep.into())),
        }
    }
}

fn shard(number: u64, count: u64) -> PyResult<Shard> {
    Shard::new(number, count)
        .ok_or_else(|| PyValueError::new_err(format!("there is no shard {number} of {count}")))
}

/// The session that this process did its last shard of, and what it was opened from: the next shard is of the same one as a rule, and
/// finds it opened and compiled.
static LAST: Mutex<Option<(Vec<u8>, Arc<Opened>)>> = Mutex::new(None);

/// The session of what a caller sent.
fn opened(bytes: Vec<u8>, sources: &Sources) -> Result<Arc<Opened>, Diagnostics> {
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, session)) = last.as_ref().filter(|(known, _)| *known == bytes) {
        return Ok(Arc::clone(session));
    }
    let session = Arc::new(sources.open()?);
    *last = Some((bytes, Arc::clone(&session)));
    Ok(session)
}

/// Does shard `number` of `count` of what a session gave as its sources; the part as bytes.
#[pyfunction]
pub fn run_shard(
    py: Python<'_>,
    sources: Vec<u8>,
    request: Asked,
    number: u64,
    count: u64,
) -> PyResult<Vec<u8>> {
    let read = Sources::from_bytes(&sources).map_err(|message| refuse(py, message))?;
    let request = ShardRequest::from(request).of(shard(number, count)?);
    let part = work(py, None, |progress| -> Result<Part, StudyError> {
        let session = opened(sources, &read)?;
        let study = session.shards(&request)?;
        let collected = study.collect(progress)?;
        study.part(&collected)
    })?
    .map_err(|error| failed(py, &error))?;
    part.to_bytes()
        .map_err(|error| PyValueError::new_err(error.to_string()))
}

/// What has arrived.
struct Arrived {
    labels: Vec<(String, Label)>,
    whole: Option<Collected>,
}

/// Parts of a run or sweep, put together as they arrive; at most one of them is held beside the whole.
#[pyclass(frozen, module = "jointly")]
pub struct Merge {
    session: Arc<Opened>,
    request: ShardRequest,
    expected: Label,
    shape: Shape,
    arrived: Mutex<Arrived>,
}

#[pymethods]
impl Merge {
    /// For the `shards` shards of a run or sweep; without a number for four of each of `workers`, so that no worker waits long for
    /// the last.
    #[new]
    fn new(
        py: Python<'_>,
        session: &Session,
        request: Asked,
        shards: Option<u64>,
        workers: u64,
    ) -> PyResult<Self> {
        let session = Arc::clone(&session.session);
        let request = ShardRequest::from(request);
        let (mut expected, shape) = {
            let study = session.shards(&request).map_err(|errors| refused(py, &errors))?;
            (study.label(), study.shape())
        };
        let most = shape.pieces().max(1);
        expected.shard = shard(
            1,
            shards.unwrap_or_else(|| workers.saturating_mul(4).clamp(1, most)),
        )?;
        Ok(Self {
            session,
            request,
            expected,
            shape,
            arrived: Mutex::new(Arrived {
                labels: Vec::new(),
                whole: None,
            }),
        })
    }

    /// Number of shards.
    #[getter]
    fn shards(&self) -> u64 {
        self.expected.shard.count()
    }

    /// Number of paths of all shards, each as often as it is looked at.
    #[getter]
    fn paths(&self) -> u64 {
        self.shape.paths(Shard::WHOLE)
    }

    /// Adds a part; one that belongs to another study, is damaged or came before is refused. Its number of paths.
    fn add(&self, py: Python<'_>, part: Vec<u8>) -> PyResult<u64> {
        py.detach(|| {
            let part = Part::from_bytes(&part).map_err(|what| format!("a part {what}"))?;
            let name = format!("shard {}", part.label.shard);
            if let Some((expected, found)) = self.expected.difference(&part.label) {
                return Err(format!(
                    "{name} belongs to something else: it has {found}, this one has {expected}"
                ));
            }
            let found = self
                .shape
                .collected(&part)
                .map_err(|what| format!("{name} {what}"))?;
            let mut arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
            if arrived
                .labels
                .iter()
                .any(|(_, label)| label.shard == part.label.shard)
            {
                return Err(format!("{name} came twice"));
            }
            let paths = self.shape.paths(part.label.shard);
            arrived.labels.push((name, part.label));
            match &mut arrived.whole {
                None => arrived.whole = Some(found),
                Some(whole) => whole.merge(found),
            }
            Ok(paths)
        })
        .map_err(|message| refuse(py, message))
    }

    /// The result, once every part is there.
    #[pyo3(signature = (tell))]
    fn finish(&self, py: Python<'_>, tell: Option<&Bound<'_, PyAny>>) -> PyResult<Results> {
        let whole = {
            let mut arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
            check_parts(&arrived.labels).map_err(|errors| refused(py, &errors))?;
            arrived.whole.take()
        };
        let whole = whole.ok_or_else(|| refuse(py, "the result was taken already"))?;
        let study = self
            .session
            .shards(&self.request)
            .map_err(|errors| refused(py, &errors))?;
        let result = work(py, tell, |progress| study.result(whole, progress))?;
        result.map(Results::boxed).map_err(|error| failed(py, &error))
    }
}
