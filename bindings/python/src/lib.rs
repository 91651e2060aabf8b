//! What the Python package is built on: sessions, studies, results and shards of the library, without a line of its own about
//! the model. The classes that people use stand in `python/jointly`.

mod errors;
mod explorer;
mod requests;
mod results;
mod scenario;
mod shards;
mod tables;
mod work;

use pyo3::prelude::*;

#[pymodule]
mod _jointly {
    #[pymodule_export]
    use super::errors::Diagnostic;
    #[pymodule_export]
    use super::explorer::Explorer;
    #[pymodule_export]
    use super::results::Results;
    #[pymodule_export]
    use super::scenario::{Session, toml_text};
    #[pymodule_export]
    use super::shards::{Merge, run_shard};
    #[pymodule_export]
    use super::tables::Table;

    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add(
            "ScenarioError",
            module.py().get_type::<super::errors::ScenarioError>(),
        )?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}
