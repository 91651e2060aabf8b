//! What the historical tables say without a scenario: their figures, their audit, the calibration, the hindcast.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{HistoryChoice, Session, open_history};
use crate::{
    analysis::{Backtest, BacktestSettings, METHODS, backtest, backtest_panel},
    base::{Diagnostic, Diagnostics, Disk, Economy, Files},
    calibration::{Calibration, CalibrationSettings, calibrate},
    history::{Check, History, PANEL_NAME, Panel, Row, SERIES, audit},
    report::{
        Findings, audit_document, backtest_document, calibrate_document,
        document::Document,
        escape, history_document,
        tables::{
            self,
            reference::{AUDIT, HISTORY},
        },
    },
    scenario::{Parameter, defaults},
    stats::Distribution,
    table::Table,
};

/// Historical tables, and the studies that need nothing else.
#[derive(Clone, Debug)]
pub struct Evidence {
    history: History,
}

/// Which figures are wanted; empty lists stand for all.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HistoryRequest {
    /// Codes of economies; of one of the panel, everything that is known is added.
    pub economies: Vec<String>,
    /// Keys of series.
    pub series: Vec<String>,
}

/// Figures of the tables.
#[derive(Clone, Debug)]
pub struct HistoryResult {
    /// The figures.
    pub rows: Vec<Row>,
}

/// What figures imply about each other.
#[derive(Clone, Debug)]
pub struct AuditResult {
    /// Every pair of sides.
    pub checks: Vec<Check>,
}

/// What to calibrate.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CalibrateRequest {
    /// Codes of economies; empty for those of the table.
    pub economies: Vec<String>,
    /// Most years of data that the pooled prior may be worth, instead of the default of `model.prior_years_max`.
    pub prior_years_max: Option<f64>,
}

/// A calibration.
#[derive(Clone, Debug)]
pub struct CalibrateResult {
    /// Priors and posteriors.
    pub calibration: Calibration,
}

/// What to hindcast.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BacktestRequest {
    /// Seed of the scores that are sampled.
    pub seed: u64,
    /// Whether GDP of every economy of the panel is forecast, instead of the digital shares of the table.
    pub panel: bool,
}

impl Default for BacktestRequest {
    fn default() -> Self {
        Self {
            seed: 1,
            panel: false,
        }
    }
}

/// A hindcast.
#[derive(Clone, Debug)]
pub struct BacktestResult {
    /// Every score.
    pub backtest: Backtest,
}

impl Evidence {
    /// Reads the tables of a choice.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn open(choice: &HistoryChoice) -> Result<Self, Diagnostics> {
        Self::open_from(&Disk, choice)
    }

    /// As [`open`](Self::open), from files that need not lie on the disk.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_from(files: &dyn Files, choice: &HistoryChoice) -> Result<Self, Diagnostics> {
        Ok(Self::of(open_history(files, choice)?))
    }

    /// The studies of a history.
    pub fn of(history: History) -> Self {
        Self { history }
    }

    /// The tables.
    pub fn tables(&self) -> &History {
        &self.history
    }

    /// Figures of the tables; of an economy of the panel everything that is known.
    ///
    /// # Errors
    /// Every name that is unknown.
    pub fn history(&self, request: &HistoryRequest) -> Result<HistoryResult, Diagnostics> {
        let mut rows = self.history.rows.clone();
        let mut errors = Diagnostics::new();
        let known = || SERIES.iter().map(|series| series.key);
        for series in request
            .series
            .iter()
            .filter(|name| !known().any(|key| key == **name))
        {
            errors.push(
                Diagnostic::new(format!("unknown series `{}`", escape(series))).suggest(series, known()),
            );
        }
        for code in &request.economies {
            let in_panel = Economy::parse(code).and_then(|economy| Panel::embedded().economy(economy));
            if let Some(entry) = in_panel {
                // The table wins cell by cell.
                let known: BTreeSet<_> = rows.iter().map(Row::cell).collect();
                let mut others = entry.rows();
                others.retain(|row| !known.contains(&row.cell()));
                rows.extend(others);
            } else if !rows.iter().any(|row| row.place == *code) {
                errors.push(unknown_economy(code, &rows));
            }
        }
        errors.into_result(())?;
        if !request.economies.is_empty() {
            let place_of = |row: &Row| SERIES.iter().position(|series| series.key == row.series.key);
            rows.sort_by_key(|row| (row.place.clone(), place_of(row), row.year));
        }
        rows.retain(|row| {
            let wanted =
                |list: &[String], name: &str| list.is_empty() || list.iter().any(|other| other == name);
            wanted(&request.economies, &row.place) && wanted(&request.series, row.series.key)
        });
        Ok(HistoryResult { rows })
    }

    /// What the figures of the tables imply about each other.
    ///
    /// # Errors
    /// As of [`history`](Self::history).
    pub fn audit(&self, request: &HistoryRequest) -> Result<AuditResult, Diagnostics> {
        let mut rows = self.history(request)?.rows;
        rows.retain(|row| row.location.0.name != PANEL_NAME);
        Ok(AuditResult { checks: audit(&rows) })
    }

    /// Priors and posteriors of growth and volatility, with the parameters of the model at their defaults.
    ///
    /// # Errors
    /// If the tables contradict themselves, or have not the economies.
    pub fn calibrate(&self, request: &CalibrateRequest) -> Result<CalibrateResult, Diagnostics> {
        let data = self.history.data()?;
        let mut economies: Vec<Economy> = Vec::new();
        let mut errors = Diagnostics::new();
        for code in &request.economies {
            match Economy::parse(code).filter(|economy| data.economy(*economy).is_some()) {
                Some(economy) => economies.push(economy),
                None => errors.push(
                    Diagnostic::new(format!("the history has no economy `{}`", escape(code)))
                        .suggest(code, data.economies.iter().map(|data| data.economy.code())),
                ),
            }
        }
        errors.into_result(())?;
        if economies.is_empty() {
            economies = data.of_table().map(|data| data.economy).collect();
        }
        let mut settings = calibration_settings(&by_default)?;
        settings.prior_years_max = request.prior_years_max.unwrap_or(settings.prior_years_max);
        Ok(CalibrateResult {
            calibration: calibrate(&data, &economies, &[], settings)?,
        })
    }

    /// How past forecasts would have scored, with the parameters of the model at their defaults.
    ///
    /// # Errors
    /// If the tables contradict themselves.
    pub fn backtest(&self, request: &BacktestRequest) -> Result<BacktestResult, Diagnostics> {
        self.backtest_with(request, &by_default)
    }

    fn backtest_with(
        &self,
        request: &BacktestRequest,
        value: &dyn Fn(Parameter) -> Result<Distribution, Diagnostics>,
    ) -> Result<BacktestResult, Diagnostics> {
        let settings = BacktestSettings {
            seed: request.seed,
            calibration: calibration_settings(value)?,
            persistence: value(Parameter::Persistence)?,
            dollar_drift: value(Parameter::DollarDrift)?,
            long_run_share_drift: constant(value, Parameter::LongRunShareDrift)?,
        };
        Ok(BacktestResult {
            backtest: match request.panel {
                true => backtest_panel(&settings),
                false => backtest(&self.history, &settings)?,
            },
        })
    }
}

impl Session {
    /// How past forecasts would have scored with the `model` parameters of the scenario, on its history; what a scenario says of
    /// single economies does not enter.
    ///
    /// ```
    /// use jointly::{
    ///     report::Findings,
    ///     session::{BacktestRequest, Inputs, Session},
    /// };
    /// let session = Session::open(&Inputs::of_text("economies = [\"CHN\", \"KOR\"]\n"))?;
    /// let result = session.backtest(&BacktestRequest::default())?;
    /// let forecasts = &result.tables()[0];
    /// assert_eq!(forecasts.name, "backtest");
    /// assert_eq!(forecasts.rows(), result.backtest.scores.len());
    /// assert!(result.document().section("known-years").is_some());
    /// # Ok::<(), jointly::base::Diagnostics>(())
    /// ```
    ///
    /// # Errors
    /// If the tables contradict themselves.
    pub fn backtest(&self, request: &BacktestRequest) -> Result<BacktestResult, Diagnostics> {
        self.evidence.backtest_with(
            request,
            &|parameter| match self.scenario().input(parameter.row().path) {
                Some(input) => Ok(input.value.clone()),
                None => by_default(parameter),
            },
        )
    }

    /// The historical tables alone.
    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }
}

/// A code that no table has.
fn unknown_economy(code: &str, rows: &[Row]) -> Diagnostic {
    let known = rows.iter().map(|row| row.place.as_str());
    let panel = Panel::embedded().economies.iter();
    Diagnostic::new(format!(
        "unknown economy `{}`: neither the history table nor the panel has it",
        escape(code)
    ))
    .suggest(code, known.chain(panel.map(|entry| entry.economy.code())))
}

fn by_default(parameter: Parameter) -> Result<Distribution, Diagnostics> {
    defaults::value(parameter.row().path)
}

/// A parameter that cannot be uncertain.
fn constant(
    value: &dyn Fn(Parameter) -> Result<Distribution, Diagnostics>,
    parameter: Parameter,
) -> Result<f64, Diagnostics> {
    Ok(value(parameter)?.as_constant().unwrap_or(0.0))
}

/// Window, persistence of the dollar price and bound of κ0.
fn calibration_settings(
    value: &dyn Fn(Parameter) -> Result<Distribution, Diagnostics>,
) -> Result<CalibrationSettings, Diagnostics> {
    Ok(CalibrationSettings {
        window: libm::round(constant(value, Parameter::WindowYears)?) as usize,
        price_persistence: constant(value, Parameter::PricePersistence)?,
        prior_years_max: constant(value, Parameter::PriorYearsMax)?,
    })
}

impl Findings for HistoryResult {
    fn tables(&self) -> Vec<Table> {
        vec![HISTORY.table(self.rows.iter().cloned())]
    }

    fn document(&self) -> Document {
        history_document(&self.rows)
    }

    fn json(&self) -> Value {
        HISTORY.table(self.rows.iter().cloned()).json()
    }
}

impl AuditResult {
    /// Whether every check passed.
    pub fn passed(&self) -> bool {
        self.checks.iter().all(Check::passed)
    }
}

impl Findings for AuditResult {
    fn tables(&self) -> Vec<Table> {
        vec![AUDIT.table(self.checks.iter().cloned())]
    }

    fn document(&self) -> Document {
        audit_document(&self.checks)
    }

    fn json(&self) -> Value {
        AUDIT.table(self.checks.iter().cloned()).json()
    }
}

impl Findings for CalibrateResult {
    fn tables(&self) -> Vec<Table> {
        vec![tables::calibrate::table(&self.calibration)]
    }

    fn document(&self) -> Document {
        calibrate_document(&self.calibration)
    }

    fn json(&self) -> Value {
        json!({ "calibration": self.calibration })
    }
}

impl Findings for BacktestResult {
    fn tables(&self) -> Vec<Table> {
        tables::backtest::tables(&self.backtest)
    }

    fn document(&self) -> Document {
        backtest_document(&self.backtest)
    }

    fn json(&self) -> Value {
        json!({ "methods": METHODS, "backtest": self.backtest })
    }
}
