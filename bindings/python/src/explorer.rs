//! The explorer of a scenario, for notebooks.

use std::sync::{Arc, Mutex, PoisonError};

use jointly::explore::{self, Running, ServerOptions, serve};
use pyo3::{exceptions::PyOSError, prelude::*};

use crate::{errors::refused, scenario::Session};

/// A server of the explorer's page; it stops with the object.
#[pyclass(frozen, module = "jointly")]
pub struct Explorer {
    address: String,
    running: Mutex<Option<Running>>,
}

#[pymethods]
impl Explorer {
    /// Starts a server on a port, 0 for one that is free.
    #[new]
    fn new(py: Python<'_>, session: &Session, seed: u64, port: u16) -> PyResult<Self> {
        let opened = py.detach(|| explore::Explorer::of(&session.session, seed));
        let explorer = Arc::new(opened.map_err(|errors| refused(py, &errors))?);
        let options = ServerOptions { port, framed: true };
        let running = py
            .detach(|| serve(explorer, options))
            .map_err(|error| PyOSError::new_err(format!("cannot serve the page: {error}")))?;
        Ok(Self {
            address: running.address(),
            running: Mutex::new(Some(running)),
        })
    }

    /// The address of the page.
    #[getter]
    fn address(&self) -> &str {
        &self.address
    }

    /// Ends the server.
    fn stop(&self, py: Python<'_>) {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        py.detach(|| drop(running));
    }
}
