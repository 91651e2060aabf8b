//! Tables for whoever reads Arrow, and column by column for whoever does not.

use std::{ffi::CStr, sync::OnceLock};

use arrow_array::{RecordBatch, RecordBatchIterator, ffi::FFI_ArrowSchema, ffi_stream::FFI_ArrowArrayStream};
use jointly::table::{self, Data};
use pyo3::{
    exceptions::{PyKeyError, PyRuntimeError},
    prelude::*,
    types::{PyCapsule, PyList},
};

/// Names that the Arrow PyCapsule interface prescribes.
const STREAM: &CStr = c"arrow_array_stream";
const SCHEMA: &CStr = c"arrow_schema";

/// A table of a result.
#[pyclass(frozen, module = "jointly")]
pub struct Table {
    table: table::Table,
    metadata: Vec<(String, String)>,
    /// Made when it is first asked for; whoever reads it shares its memory.
    batch: OnceLock<RecordBatch>,
}

impl Table {
    pub fn new(table: table::Table, metadata: Vec<(String, String)>) -> Self {
        Self {
            table,
            metadata,
            batch: OnceLock::new(),
        }
    }

    fn batch(&self) -> PyResult<&RecordBatch> {
        if let Some(batch) = self.batch.get() {
            return Ok(batch);
        }
        let batch = self
            .table
            .record_batch(&self.metadata)
            .map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
        Ok(self.batch.get_or_init(|| batch))
    }
}

#[pymethods]
impl Table {
    /// Name, also that of its files.
    #[getter]
    fn name(&self) -> &'static str {
        self.table.name
    }

    /// What a row is.
    #[getter]
    fn meaning(&self) -> &'static str {
        self.table.meaning
    }

    /// Names of the columns.
    #[getter]
    fn columns(&self) -> Vec<String> {
        self.table
            .columns
            .iter()
            .map(|(about, _)| about.name.to_string())
            .collect()
    }

    /// Type, unit and meaning of each column.
    #[getter]
    fn about(&self) -> Vec<(String, &'static str, String, String)> {
        self.table
            .columns
            .iter()
            .map(|(about, data)| {
                (
                    about.name.to_string(),
                    data.kind(),
                    about.unit.to_string(),
                    about.meaning.to_string(),
                )
            })
            .collect()
    }

    /// What the numbers belong to: version, seed, paths, hash of the scenario.
    #[getter]
    fn metadata(&self) -> Vec<(String, String)> {
        self.metadata.clone()
    }

    fn __len__(&self) -> usize {
        self.table.rows()
    }

    /// The values of a column; `None` where there is none.
    fn column<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyList>> {
        match self.table.column(name) {
            None => Err(PyKeyError::new_err(name.to_owned())),
            Some(Data::Words(values)) => PyList::new(py, values.iter()),
            Some(Data::Whole(values)) => PyList::new(py, values),
            Some(Data::Numbers(values)) => PyList::new(py, values),
            Some(Data::Truths(values)) => PyList::new(py, values),
        }
    }

    /// As comma-separated values, the bytes that the command line writes.
    fn csv(&self) -> String {
        self.table.csv()
    }

    /// The Arrow PyCapsule interface: a stream of one record batch. Types are not negotiated.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        let _ = requested_schema;
        let batch = self.batch()?.clone();
        let schema = batch.schema();
        let stream = FFI_ArrowArrayStream::new(Box::new(RecordBatchIterator::new([Ok(batch)], schema)));
        PyCapsule::new_with_value(py, stream, STREAM)
    }

    /// The Arrow PyCapsule interface: the types of the columns.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(self.batch()?.schema().as_ref())
            .map_err(|error| PyRuntimeError::new_err(error.to_string()))?;
        PyCapsule::new_with_value(py, schema, SCHEMA)
    }
}
