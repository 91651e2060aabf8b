//! Sessions: scenarios with the history they continue, and the studies of them.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use jointly::{
    base::{Diagnostics, Disk, Files, Memory, SourceText, Year},
    random::Shard,
    report::StudyResult,
    session::{self, PortfolioRequest, Sources, Study},
};
use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple},
};
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table as TomlTable, Value as TomlValue};

use crate::{
    errors::{failed, refuse, refused},
    requests::{Attribute, Compare, Opening, Plan, Run, Sweep, Target, Timing, Value},
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

    fn near(&self, path: &Path) -> Option<PathBuf> {
        Disk.near(path)
    }
}

/// Scenarios with the history they continue.
#[pyclass(frozen, module = "jointly")]
pub struct Session {
    pub session: Arc<session::Session>,
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
    /// Reads scenarios and a history.
    #[new]
    fn new(py: Python<'_>, opening: Opening) -> PyResult<Self> {
        let inputs = opening.inputs();
        let overlay = Overlay::new(opening.texts);
        py.detach(|| {
            let session = session::Session::open_from(&overlay, &inputs)?;
            Ok(Self {
                session: Arc::new(session),
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
        Sources::of(&self.session)
            .to_bytes()
            .map_err(|error| PyValueError::new_err(error.to_string()))
    }

    /// A projection of every option.
    #[pyo3(signature = (request, tell))]
    fn run(&self, py: Python<'_>, request: Run, tell: Option<&Bound<'_, PyAny>>) -> PyResult<Results> {
        let request = request.request(Shard::WHOLE);
        self.study(py, tell, |session| session.run(&request))
    }

    /// A comparison of every option.
    #[pyo3(signature = (request, tell))]
    fn compare(
        &self,
        py: Python<'_>,
        request: Compare,
        tell: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Results> {
        let request = request.into();
        self.study(py, tell, |session| session.compare(&request))
    }

    /// The effect of an option, split between its levers.
    #[pyo3(signature = (request, tell))]
    fn attribute(
        &self,
        py: Python<'_>,
        request: Attribute,
        tell: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Results> {
        let request = request.into();
        self.study(py, tell, |session| session.attribute(&request))
    }

    /// What it is worth to know more before an option is chosen.
    #[pyo3(signature = (request, tell))]
    fn value(&self, py: Python<'_>, request: Value, tell: Option<&Bound<'_, PyAny>>) -> PyResult<Results> {
        let request = request.into();
        self.study(py, tell, |session| session.value(&request))
    }

    /// The levers that do most under a budget.
    #[pyo3(signature = (request, tell))]
    fn plan(&self, py: Python<'_>, request: Plan, tell: Option<&Bound<'_, PyAny>>) -> PyResult<Results> {
        let request = PortfolioRequest::try_from(request).map_err(|message| refuse(py, message))?;
        self.study(py, tell, |session| session.portfolio(&request))
    }

    /// The value of an input that reaches a target.
    #[pyo3(signature = (request, tell))]
    fn target(&self, py: Python<'_>, request: Target, tell: Option<&Bound<'_, PyAny>>) -> PyResult<Results> {
        let request = request.into();
        self.study(py, tell, |session| session.target(&request))
    }

    /// When levers should start, and which sign they should wait for.
    #[pyo3(signature = (request, tell))]
    fn timing(&self, py: Python<'_>, request: Timing, tell: Option<&Bound<'_, PyAny>>) -> PyResult<Results> {
        let request = request.into();
        self.study(py, tell, |session| session.timing(&request))
    }

    /// Which input drives an outcome.
    #[pyo3(signature = (request, tell))]
    fn sweep(&self, py: Python<'_>, request: Sweep, tell: Option<&Bound<'_, PyAny>>) -> PyResult<Results> {
        let request = request.into();
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
            Err(_) => Item::Value(toml_value(&value)?),
        };
        table.insert(&key.extract::<String>()?, item);
    }
    Ok(table)
}

fn toml_value(found: &Bound<'_, PyAny>) -> PyResult<TomlValue> {
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
            table.insert(&key.extract::<String>()?, toml_value(&value)?);
        }
        Ok(table.into())
    } else if found.is_instance_of::<PyList>() || found.is_instance_of::<PyTuple>() {
        let mut array = Array::new();
        for item in found.try_iter()? {
            array.push(toml_value(&item?)?);
        }
        Ok(array.into())
    } else {
        Err(PyTypeError::new_err(format!(
            "a scenario holds texts, numbers, truth values, lists and dictionaries, not {}",
            found.get_type().name()?
        )))
    }
}
