//! Sessions: scenarios with the history they continue, and the studies of them.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use jointly::{
    base::{Diagnostics, Disk, Files, Memory, SourceText, Year},
    random::Shard,
    report::StudyResult,
    session::{
        self, AttributeRequest, CompareRequest, HistoryChoice, Inputs, Remembering, RunRequest, Sources,
        Study, SweepRequest,
    },
};
use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple},
};
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table as TomlTable, Value};

use crate::{
    errors::{failed, refused},
    results::Results,
    work::work,
};

/// Texts that stand in no file, in the current directory, over the files of the disk.
struct Overlay {
    texts: Vec<(String, String)>,
    memory: Memory,
}

impl Overlay {
    fn new(texts: Vec<(String, String)>) -> Self {
        let memory = texts
            .iter()
            .fold(Memory::default(), |files, (name, text)| files.with(name, text));
        Self { texts, memory }
    }

    fn holds(&self, path: &Path) -> bool {
        self.texts.iter().any(|(name, _)| Path::new(name) == path)
    }
}

impl Files for Overlay {
    fn read(&self, path: &Path, limit: usize) -> Result<Arc<SourceText>, Diagnostics> {
        if self.holds(path) {
            self.memory.read(path, limit)
        } else {
            Disk.read(path, limit)
        }
    }

    fn canonical(&self, path: &Path) -> Option<PathBuf> {
        if self.holds(path) {
            Disk.canonical(Path::new("."))
                .map(|directory| directory.join(path))
        } else {
            Disk.canonical(path)
        }
    }
}

/// Scenarios with the history they continue.
#[pyclass(frozen, module = "jointly")]
pub struct Session {
    pub session: Arc<session::Session>,
    sources: Sources,
}

impl Session {
    /// Runs a study of the session.
    fn study<'session, S, R>(
        &'session self,
        py: Python<'_>,
        tell: Option<&Bound<'_, PyAny>>,
        open: impl FnOnce(&'session session::Session) -> Result<S, Diagnostics> + Send,
    ) -> PyResult<Results>
    where
        S: Study<Result = R> + Send,
        R: StudyResult + Send + Sync + 'static,
    {
        let study = py
            .detach(|| open(&self.session))
            .map_err(|errors| refused(py, &errors))?;
        if let Some(tell) = tell {
            tell.call1((0, study.paths()))?;
        }
        let tick = tell.map(|tell| tell.getattr("advance")).transpose()?;
        let result = work(py, tick.as_ref(), |progress| study.run(progress))?;
        result.map(Results::new).map_err(|error| failed(py, &error))
    }
}

#[pymethods]
impl Session {
    /// Reads scenarios, of which some may be texts (`texts`: name and text) instead of files, and a history.
    #[new]
    #[pyo3(signature = (scenarios, texts, overrides, horizon, history, added, corrections))]
    fn new(
        py: Python<'_>,
        scenarios: Vec<PathBuf>,
        texts: Vec<(String, String)>,
        overrides: Vec<String>,
        horizon: Option<Year>,
        history: Option<PathBuf>,
        added: Vec<PathBuf>,
        corrections: bool,
    ) -> PyResult<Self> {
        let inputs = Inputs {
            scenarios,
            text: None,
            overrides,
            horizon,
            history: HistoryChoice {
                table: history,
                added,
                without_corrections: !corrections,
            },
        };
        let overlay = Overlay::new(texts);
        py.detach(|| {
            let files = Remembering::new(&overlay);
            let session = session::Session::open_from(&files, &inputs)?;
            Ok(Self {
                session: Arc::new(session),
                sources: Sources::of(&inputs, &files),
            })
        })
        .map_err(|errors: Diagnostics| refused(py, &errors))
    }

    /// Title of the scenario.
    #[getter]
    fn title(&self) -> &str {
        &self.session.scenario().title
    }

    /// Codes of the economies.
    #[getter]
    fn economies(&self) -> Vec<String> {
        self.session
            .scenario()
            .economies
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    /// Last projected year.
    #[getter]
    fn horizon(&self) -> Year {
        self.session.scenario().horizon
    }

    /// Names of the options, without the baseline.
    #[getter]
    fn options(&self) -> Vec<String> {
        self.session
            .scenario()
            .options
            .iter()
            .map(|option| option.name.clone())
            .collect()
    }

    /// The scenario with every default written out, as TOML.
    fn resolved(&self) -> String {
        self.session.scenario().resolved()
    }

    /// Every number that may be set or varied: path, value as a scenario file writes it, unit, whether it is uncertain, and its
    /// 5 %, 50 % and 95 % points.
    fn inputs(&self) -> Vec<(String, String, &'static str, bool, [f64; 3])> {
        let scenario = self.session.scenario();
        scenario
            .inputs
            .iter()
            .map(|input| {
                let points = input.value.quantiles([0.05, 0.5, 0.95]);
                let unit = input.parameter().map_or("", |parameter| parameter.row().unit);
                let uncertain = points[0] < points[2];
                (
                    input.path.clone(),
                    jointly::scenario::written(&input.value),
                    unit,
                    uncertain,
                    points,
                )
            })
            .collect()
    }

    /// Everything that a worker needs to run a shard, as bytes.
    fn sources(&self) -> PyResult<Vec<u8>> {
        self.sources
            .to_bytes()
            .map_err(|error| PyValueError::new_err(error.to_string()))
    }

    #[pyo3(signature = (paths, seed, threads, why, tell))]
    fn run(
        &self,
        py: Python<'_>,
        paths: u64,
        seed: u64,
        threads: usize,
        why: bool,
        tell: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Results> {
        let request = RunRequest {
            paths,
            seed,
            threads,
            why,
            explained: true,
            shard: Shard::WHOLE,
        };
        self.study(py, tell, |session| session.run(&request))
    }

    #[pyo3(signature = (paths, seed, threads, baseline, outcomes, effect, thresholds, optimism, values, tell))]
    fn compare(
        &self,
        py: Python<'_>,
        paths: u64,
        seed: u64,
        threads: usize,
        baseline: Option<String>,
        outcomes: Vec<String>,
        effect: Option<String>,
        thresholds: Vec<f64>,
        optimism: f64,
        values: Vec<f64>,
        tell: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Results> {
        let default = CompareRequest::default();
        let request = CompareRequest {
            paths,
            seed,
            threads,
            baseline: baseline.unwrap_or(default.baseline),
            outcomes: if outcomes.is_empty() {
                default.outcomes
            } else {
                outcomes
            },
            effect: effect.unwrap_or(default.effect),
            thresholds,
            optimism,
            values,
        };
        self.study(py, tell, |session| session.compare(&request))
    }

    #[pyo3(signature = (paths, seed, threads, option, outcomes, permutations, tell))]
    fn attribute(
        &self,
        py: Python<'_>,
        paths: u64,
        seed: u64,
        threads: usize,
        option: Option<String>,
        outcomes: Vec<String>,
        permutations: Option<usize>,
        tell: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Results> {
        let default = AttributeRequest::default();
        let request = AttributeRequest {
            paths,
            seed,
            threads,
            option,
            outcomes: if outcomes.is_empty() {
                default.outcomes
            } else {
                outcomes
            },
            permutations,
        };
        self.study(py, tell, |session| session.attribute(&request))
    }

    #[pyo3(signature = (paths, seed, threads, method, size, vary, outcomes, condition, until, keep, tell))]
    fn sweep(
        &self,
        py: Python<'_>,
        paths: u64,
        seed: u64,
        threads: usize,
        method: Option<String>,
        size: Option<usize>,
        vary: Vec<String>,
        outcomes: Vec<String>,
        condition: Option<String>,
        until: Option<String>,
        keep: Option<PathBuf>,
        tell: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Results> {
        let request = SweepRequest {
            paths,
            seed,
            threads,
            method,
            size,
            vary,
            outcomes,
            condition,
            until,
            keep,
            most_batches: None,
        };
        self.study(py, tell, |session| session.sweep(&request))
    }
}

/// A dictionary as the text of a scenario file.
#[pyfunction]
pub fn toml_text(scenario: &Bound<'_, PyDict>) -> PyResult<String> {
    let mut document = DocumentMut::new();
    *document.as_table_mut() = table(scenario)?;
    Ok(document.to_string())
}

fn table(found: &Bound<'_, PyDict>) -> PyResult<TomlTable> {
    let mut table = TomlTable::new();
    for (key, value) in found {
        let item = match value.cast::<PyDict>() {
            Ok(inner) => Item::Table(self::table(inner)?),
            Err(_) => Item::Value(self::value(&value)?),
        };
        table.insert(&key.extract::<String>()?, item);
    }
    Ok(table)
}

fn value(found: &Bound<'_, PyAny>) -> PyResult<Value> {
    // A truth value is an integer too, so it comes first.
    if found.is_instance_of::<PyBool>() {
        Ok(found.extract::<bool>()?.into())
    } else if found.is_instance_of::<PyInt>() {
        Ok(found.extract::<i64>()?.into())
    } else if found.is_instance_of::<PyFloat>() {
        Ok(found.extract::<f64>()?.into())
    } else if found.is_instance_of::<PyString>() {
        Ok(found.extract::<String>()?.into())
    } else if let Ok(inner) = found.cast::<PyDict>() {
        let mut table = InlineTable::new();
        for (key, value) in inner {
            table.insert(&key.extract::<String>()?, self::value(&value)?);
        }
        Ok(table.into())
    } else if found.is_instance_of::<PyList>() || found.is_instance_of::<PyTuple>() {
        let mut array = Array::new();
        for item in found.try_iter()? {
            array.push(value(&item?)?);
        }
        Ok(array.into())
    } else {
        Err(PyTypeError::new_err(format!(
            "a scenario holds texts, numbers, truth values, lists and dictionaries, not {}",
            found.get_type().name()?
        )))
    }
}
