//! Refusals as exceptions.

use jointly::{
    base::{self, Diagnostics},
    engine::Halt,
    session::StudyError,
};
use pyo3::{
    create_exception,
    exceptions::{PyKeyboardInterrupt, PyOSError, PyRuntimeError, PyValueError},
    prelude::*,
};

create_exception!(
    jointly,
    ScenarioError,
    PyValueError,
    "A scenario, history or request cannot be used; `diagnostics` has every reason."
);

/// One thing that is wrong with an input, and where.
#[pyclass(frozen, get_all, module = "jointly")]
#[derive(Clone)]
pub struct Diagnostic {
    /// What is wrong.
    message: String,
    /// The file, or the argument.
    file: Option<String>,
    /// Line, from 1.
    line: Option<usize>,
    /// Column in characters, from 1.
    column: Option<usize>,
    /// The text that is wrong.
    text: Option<String>,
    /// What was expected there.
    label: String,
    /// A way out.
    help: Option<String>,
}

#[pymethods]
impl Diagnostic {
    fn __repr__(&self) -> String {
        format!("Diagnostic({})", self.sentence())
    }

    fn __str__(&self) -> String {
        self.sentence()
    }
}

impl Diagnostic {
    fn sentence(&self) -> String {
        let place = match (&self.file, self.line, self.column) {
            (Some(file), Some(line), Some(column)) => format!("{file}:{line}:{column}: "),
            _ => String::new(),
        };
        let help = self
            .help
            .as_ref()
            .map_or_else(String::new, |help| format!(" ({help})"));
        format!("{place}{}{help}", self.message)
    }
}

impl From<&base::Diagnostic> for Diagnostic {
    fn from(found: &base::Diagnostic) -> Self {
        let (file, line, column, text) = match &found.location {
            None => (None, None, None, None),
            Some((source, span)) => {
                let (line, column) = source.line_column(span.start);
                let text = source.text.get(span.clone()).map(str::to_owned);
                (Some(source.name.clone()), Some(line), Some(column), text)
            }
        };
        Self {
            message: found.message.clone(),
            file,
            line,
            column,
            text,
            label: found.label.clone(),
            help: found.help.clone(),
        }
    }
}

/// Every reason as one exception.
pub fn refused(py: Python<'_>, errors: &Diagnostics) -> PyErr {
    let found: Vec<Diagnostic> = errors.iter().map(Diagnostic::from).collect();
    let sentences: Vec<String> = found.iter().map(Diagnostic::sentence).collect();
    let error = ScenarioError::new_err(sentences.join("\n"));
    match error.value(py).setattr("diagnostics", found) {
        Ok(()) => error,
        Err(error) => error,
    }
}

/// A reason that stands in no text.
pub fn refuse(py: Python<'_>, message: impl Into<String>) -> PyErr {
    refused(py, &base::Diagnostic::new(message).into())
}

/// Why a study has no result.
pub fn failed(py: Python<'_>, error: &StudyError) -> PyErr {
    match error {
        StudyError::Refused(errors) => refused(py, errors),
        StudyError::Halted(Halt::Interrupted) => PyKeyboardInterrupt::new_err("stopped"),
        StudyError::Halted(Halt::NoThreads) => PyRuntimeError::new_err("the system gave no threads"),
        StudyError::Halted(Halt::NoPaths) => refuse(py, "this shard holds no path"),
        StudyError::Paused(how) => PyKeyboardInterrupt::new_err(how.clone()),
        StudyError::Io(what, error) => PyOSError::new_err(format!("{what}: {error}")),
    }
}
