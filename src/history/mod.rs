//! Historical tables: reading, growth basis, corrections, chaining of levels, audit (docs/data.md).

mod audit;
mod data;
mod matrix;
mod panel;
mod records;
mod scores;
mod series;
mod table;
mod types;

use std::{collections::BTreeMap, path::Path, sync::Arc};

use crate::base::{Diagnostic, Diagnostics, Disk, Files, SourceText};
pub use audit::{Check, audit};
pub use matrix::{Diffusion, Figure, Gap, Indicator, MATRIX_YEARS, Matrix, Scale, Score};
pub use panel::{PANEL_NAME, PANEL_YEARS, Panel, PanelEconomy, PanelSeries};
pub use scores::GivenScore;
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
    /// Scores of the digitalization matrix that are given beside it.
    pub scores: Vec<GivenScore>,
    /// The texts it was read from, for the run manifest.
    pub sources: Vec<Arc<SourceText>>,
}

impl History {
    /// The embedded table of growth rates and shares, with its corrections unless they are switched off.
    ///
    /// # Errors
    /// None with the embedded data as shipped; the tests hold that.
    pub fn embedded(corrections: bool) -> Result<Self, Diagnostics> {
        Self::parse(SourceText::new("data/history/growth.csv", GROWTH), corrections)
    }

    /// The embedded World Bank series of GDP, 2010–2023, one vintage.
    ///
    /// # Errors
    /// None with the embedded data as shipped.
    pub fn world_bank(corrections: bool) -> Result<Self, Diagnostics> {
        Self::parse(
            SourceText::new("data/history/world_bank.csv", WORLD_BANK),
            corrections,
        )
    }

    /// Reads a table from a file.
    ///
    /// # Errors
    /// Every error of the file at once.
    pub fn read(path: &Path, corrections: bool) -> Result<Self, Diagnostics> {
        Self::read_from(&Disk, path, corrections)
    }

    /// As [`read`](Self::read), from files that need not lie on the disk.
    ///
    /// # Errors
    /// Every error of the file at once.
    pub fn read_from(files: &dyn Files, path: &Path, corrections: bool) -> Result<Self, Diagnostics> {
        Self::parse(files.read(path, TABLE_LIMIT)?, corrections)
    }

    /// Reads a table from a text, and applies the documented corrections to the cells that it shares with the embedded tables.
    ///
    /// # Errors
    /// Every error of the text at once.
    pub fn parse(source: Arc<SourceText>, corrections: bool) -> Result<Self, Diagnostics> {
        let mut rows = table::parse(&source)?;
        let mut sources = vec![source];
        if corrections {
            let source = SourceText::new("data/history/corrections.csv", CORRECTIONS);
            if table::correct(&mut rows, &source) > 0 {
                sources.push(source);
            }
        }
        Ok(Self {
            rows,
            scores: Vec::new(),
            sources,
        })
    }

    /// Reads a table of scores of the digitalization matrix, which a scenario takes like its own `[matrix.DEU]`.
    ///
    /// # Errors
    /// Every error of the file at once.
    pub fn read_scores(&mut self, files: &dyn Files, path: &Path) -> Result<(), Diagnostics> {
        let source = files.read(path, TABLE_LIMIT)?;
        self.scores = scores::parse(&source)?;
        self.sources.push(source);
        Ok(())
    }

    /// Adds the rows of another table.
    ///
    /// # Errors
    /// Every cell that stands in both.
    pub fn add(&mut self, other: Self) -> Result<(), Diagnostics> {
        let known: BTreeMap<_, &Row> = self.rows.iter().map(|row| (row.cell(), row)).collect();
        let mut errors = Diagnostics::new();
        for row in &other.rows {
            if let Some(before) = known.get(&row.cell()) {
                let (source, span) = &row.location;
                errors.push(
                    Diagnostic::new(format!(
                        "{} of {} for {} stands in `{}` already",
                        row.series.label, row.place, row.year, before.location.0.name
                    ))
                    .at(source, span.clone(), format!("there it is {}", before.printed))
                    .help("--add-history adds rows; to change some, give a whole table with --history"),
                );
            }
        }
        errors.into_result(())?;
        self.rows.extend(other.rows);
        for source in other.sources {
            if !self.sources.iter().any(|known| known.name == source.name) {
                self.sources.push(source);
            }
        }
        Ok(())
    }

    /// What the calibration and the model use.
    ///
    /// # Errors
    /// If an economy lacks what a projection needs.
    pub fn data(&self) -> Result<HistoryData, Diagnostics> {
        let mut data = data::assemble(&self.rows)?;
        data.scores.clone_from(&self.scores);
        Ok(data)
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
