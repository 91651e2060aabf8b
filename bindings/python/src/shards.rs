//! Shards of a run, for engines that run tasks on many processes or machines.

use std::sync::{Arc, Mutex, PoisonError};

use jointly::{
    model::Plan,
    outcomes::Projection,
    random::Shard,
    session::{self, Label, Part, RunRequest, Session as Opened, Sources, check_parts},
};
use pyo3::{exceptions::PyValueError, prelude::*};

use crate::{
    errors::{failed, refuse, refused},
    requests::Run,
    results::Results,
    scenario::Session,
    work::work,
};

fn shard(number: u64, count: u64) -> PyResult<Shard> {
    Shard::new(number, count)
        .ok_or_else(|| PyValueError::new_err(format!("there is no shard {number} of {count}")))
}

/// Runs shard `number` of `count` of what a session gave as its sources; the part as bytes.
#[pyfunction]
pub fn run_shard(
    py: Python<'_>,
    sources: Vec<u8>,
    request: Run,
    number: u64,
    count: u64,
) -> PyResult<Vec<u8>> {
    let sources = Sources::from_bytes(&sources).map_err(|message| refuse(py, message))?;
    let request = request.request(shard(number, count)?);
    let part = work(py, None, |progress| -> Result<Part, session::StudyError> {
        let memory = sources.files();
        let session = Opened::open_from(&memory, &sources.inputs())?;
        let study = session.run(&request)?;
        let (projection, ()) = study.collect(progress, || ())?;
        Part::new(&study, &projection)
    })?
    .map_err(|error| failed(py, &error))?;
    part.to_bytes()
        .map_err(|error| PyValueError::new_err(error.to_string()))
}

/// What has arrived.
struct Arrived {
    labels: Vec<(String, Label)>,
    whole: Option<Projection>,
}

/// Parts of a run, put together as they arrive; at most one of them is held beside the whole.
#[pyclass(frozen, module = "jointly")]
pub struct Merge {
    session: Arc<Opened>,
    plan: Plan,
    request: RunRequest,
    expected: Label,
    arrived: Mutex<Arrived>,
}

#[pymethods]
impl Merge {
    /// For the `count` shards of a run.
    #[new]
    fn new(py: Python<'_>, session: &Session, request: Run, count: u64) -> PyResult<Self> {
        let session = Arc::clone(&session.session);
        let request = request.request(shard(1, count)?);
        let study = session.run(&request).map_err(|errors| refused(py, &errors))?;
        let (expected, plan) = (study.label(), study.plan().clone());
        drop(study);
        let arrived = Mutex::new(Arrived {
            labels: Vec::new(),
            whole: None,
        });
        Ok(Self {
            session,
            plan,
            request,
            expected,
            arrived,
        })
    }

    /// Adds a part; one that belongs to another run, is damaged or came before is refused. Its number of paths.
    fn add(&self, py: Python<'_>, part: Vec<u8>) -> PyResult<u64> {
        py.detach(|| {
            let part = Part::from_bytes(&part).map_err(|what| format!("a part {what}"))?;
            let name = format!("shard {}", part.label.shard);
            if let Some((expected, found)) = self.expected.difference(&part.label) {
                return Err(format!(
                    "{name} belongs to another run: it has {found}, this one has {expected}"
                ));
            }
            let found = part
                .projection(&self.plan)
                .map_err(|what| format!("{name} {what}"))?;
            let paths = found.paths();
            let mut arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
            if arrived
                .labels
                .iter()
                .any(|(_, label)| label.shard == part.label.shard)
            {
                return Err(format!("{name} came twice"));
            }
            arrived.labels.push((name, part.label));
            match &mut arrived.whole {
                None => arrived.whole = Some(found),
                Some(whole) => whole.merge(found),
            }
            Ok(paths)
        })
        .map_err(|message| refuse(py, message))
    }

    /// The result of the run, once every part is there.
    #[pyo3(signature = (tell))]
    fn finish(&self, py: Python<'_>, tell: Option<&Bound<'_, PyAny>>) -> PyResult<Results> {
        let whole = {
            let mut arrived = self.arrived.lock().unwrap_or_else(PoisonError::into_inner);
            check_parts(&arrived.labels).map_err(|errors| refused(py, &errors))?;
            arrived.whole.take()
        };
        let whole = whole.ok_or_else(|| refuse(py, "the result was taken already"))?;
        let request = RunRequest {
            shard: Shard::WHOLE,
            ..self.request.clone()
        };
        let study = self
            .session
            .run(&request)
            .map_err(|errors| refused(py, &errors))?;
        let result = work(py, tell, |progress| study.result(whole, progress))?;
        result.map(Results::new).map_err(|error| failed(py, &error))
    }
}
