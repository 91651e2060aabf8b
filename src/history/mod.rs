//! Historical tables: reading, growth basis, corrections, chaining of levels, audit (docs/data.md).

mod audit;
mod data;
mod matrix;
mod series;
mod table;
mod types;

use std::{path::Path, sync::Arc};

use crate::base::{Diagnostics, Disk, Files, SourceText};
pub use audit::{Check, audit};
pub use matrix::{Diffusion, Figure, Gap, Indicator, MATRIX_YEARS, Matrix, Scale, Score};
pub use series::{Measure, SERIES, Series, TableUnit};
pub use table::{Correction, Row, Status, TABLE_LIMIT};
pub use types::*;

const GROWTH: &str = include_str!("../../data/history/growth.csv");
const WORLD_BANK: &str = include_str!("../../data/history/world_bank.csv");
const CORRECTIONS: &str = include_str!("../../data/history/corrections.csv");

/// A history table: its rows in order, with provenance.
#[derive(Clone, Debug)]
pub struct History {
    /// Rows in the order of the table.
    pub rows: Vec<Row>,
    /// The texts it was read from, for the run manifest.
    pub sources: Vec<Arc<SourceText>>,
}

impl History {
    /// The embedded table of growth rates 2017–2021, with its corrections unless they are switched off.
    ///
    /// # Errors
    /// None with the embedded data as shipped; the tests hold that.
    pub fn embedded(corrections: bool) -> Result<Self, Diagnostics> {
        let mut history = Self::parse(SourceText::new("data/history/growth.csv", GROWTH))?;
        if corrections {
            let source = SourceText::new("data/history/corrections.csv", CORRECTIONS);
            table::correct(&mut history.rows, &source)?;
            history.sources.push(source);
        }
        Ok(history)
    }

    /// The embedded World Bank series of GDP, 2010–2023, one vintage.
    ///
    /// # Errors
    /// None with the embedded data as shipped.
    pub fn world_bank() -> Result<Self, Diagnostics> {
        Self::parse(SourceText::new("data/history/world_bank.csv", WORLD_BANK))
    }

    /// Reads a table from a file.
    ///
    /// # Errors
    /// Every error of the file at once.
    pub fn read(path: &Path) -> Result<Self, Diagnostics> {
        Self::read_from(&Disk, path)
    }

    /// As [`read`](Self::read), from files that need not lie on the disk.
    ///
    /// # Errors
    /// Every error of the file at once.
    pub fn read_from(files: &dyn Files, path: &Path) -> Result<Self, Diagnostics> {
        Self::parse(files.read(path, TABLE_LIMIT)?)
    }

    /// Reads a table from a text.
    ///
    /// # Errors
    /// Every error of the text at once.
    pub fn parse(source: Arc<SourceText>) -> Result<Self, Diagnostics> {
        Ok(Self {
            rows: table::parse(&source)?,
            sources: vec![source],
        })
    }

    /// What the calibration and the model use.
    ///
    /// # Errors
    /// If an economy lacks what a projection needs.
    pub fn data(&self) -> Result<HistoryData, Diagnostics> {
        data::assemble(&self.rows)
    }

    /// The same data with the changes of the years after the base year appended, which calibrations never see: what a
    /// hindcast is scored against.
    ///
    /// # Errors
    /// As [`data`](Self::data).
    pub fn data_with_later_years(&self) -> Result<HistoryData, Diagnostics> {
        let mut data = self.data()?;
        data::append_later(&mut data, &self.rows);
        Ok(data)
    }
}
