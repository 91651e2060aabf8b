//! A sweep on disk: a manifest of what was asked, and a log of finished design points to which batches are appended.
//!
//! A line of the log holds one batch and ends with a hash over the line, all lines before it and the manifest. A line that was
//! torn by an interruption is the last and has no line feed; it is dropped. Anything else that does not fit is refused.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::StudyError;
use crate::{
    analysis::Value,
    base::{Diagnostic, Diagnostics, WholeFile, Year, open_file},
    sensitivity::discover::BoxSettings,
};

const MANIFEST: &str = "manifest.json";
const POINTS: &str = "points.log";
/// Longest manifest that is read.
const MANIFEST_LIMIT: u64 = 16 << 20;
/// Longest log that is read.
const LOG_LIMIT: u64 = 4 << 30;

/// Which boxes discovery looks for; without a wish those of the rule (docs/sweep.md).
#[derive(Clone, Copy, PartialEq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub struct BoxRequest {
    /// Least part of all paths in a box.
    pub mass: Option<f64>,
    /// Least part of the paths in a box that are cases.
    pub density: Option<f64>,
    /// Step of the peeling that is the first box, from the table `peeling`.
    pub step: Option<usize>,
}

impl BoxRequest {
    pub(super) fn settings(self) -> BoxSettings {
        let default = BoxSettings::default();
        BoxSettings {
            least_mass: self.mass.unwrap_or(default.least_mass),
            least_density: self.density.unwrap_or(default.least_density),
            step: self.step,
            ..default
        }
    }
}

/// What was asked, and what it was asked of.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the program.
    pub version: String,
    /// The way to the scenario file from the directory of the sweep, so that it can be continued from anywhere.
    pub scenario_file: String,
    /// `--set`.
    pub overrides: Vec<String>,
    /// `--horizon`.
    pub horizon: Option<Year>,
    /// The table of `--history`, in the same way.
    pub history: Option<String>,
    /// `--add-history`.
    #[serde(default)]
    pub add_history: Vec<String>,
    /// `--matrix`.
    #[serde(default)]
    pub matrix: Option<String>,
    /// `--no-corrections`.
    pub no_corrections: bool,
    /// Method.
    pub method: String,
    /// `--size`.
    pub size: Option<usize>,
    /// `--vary`.
    pub vary: Vec<String>,
    /// `--outcome`.
    pub outcomes: Vec<String>,
    /// `--condition`.
    pub condition: Option<String>,
    /// `--mass`, `--density` and `--step`.
    #[serde(default)]
    pub boxes: BoxRequest,
    /// `--until`, as it was written.
    pub until: Vec<String>,
    /// Futures, or paths.
    pub paths: u64,
    /// Seed.
    pub seed: u64,
    /// Every text that went in, with its SHA-256.
    pub files: Vec<(String, String)>,
    /// The scenario with every default written out.
    pub resolved: String,
}

impl Manifest {
    fn text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// A directory with a manifest and a log.
#[derive(Debug)]
pub struct Store {
    directory: PathBuf,
    log: File,
    /// Hash over the manifest and every line.
    chain: Sha256,
}

fn refuse(directory: &Path, what: &str, help: &str) -> StudyError {
    let message = format!("`{}` {what}", directory.display());
    StudyError::Refused(Diagnostics::from(Diagnostic::new(message).help(help)))
}

fn failed(directory: &Path, error: io::Error) -> StudyError {
    StudyError::Io(format!("cannot work in `{}`", directory.display()), error)
}

/// Reads a manifest.
///
/// # Errors
/// If there is none, or it is damaged or of another version.
pub fn read_manifest(directory: &Path) -> Result<Manifest, StudyError> {
    let path = directory.join(MANIFEST);
    let mut text = String::new();
    let read = open_file(&path).and_then(|file| file.take(MANIFEST_LIMIT).read_to_string(&mut text));
    if read.is_err() {
        return Err(refuse(
            directory,
            "holds no sweep: its manifest.json cannot be read",
            "name the directory that `--out` named",
        ));
    }
    let manifest: Manifest = serde_json::from_str(&text).map_err(|_| {
        refuse(
            directory,
            "holds a manifest.json that is damaged or belongs to something else",
            "start the sweep again with another --out",
        )
    })?;
    if manifest.version != env!("CARGO_PKG_VERSION") {
        let what = format!(
            "was made by version {} of the program, this is {}",
            escape(&manifest.version),
            env!("CARGO_PKG_VERSION")
        );
        return Err(refuse(
            directory,
            &what,
            "results of two versions are not mixed: start again",
        ));
    }
    Ok(manifest)
}

fn escape(text: &str) -> String {
    crate::report::escape(text).chars().take(40).collect()
}

impl Store {
    /// Begins a sweep in a directory that holds none.
    ///
    /// # Errors
    /// If it holds one, or cannot be written.
    pub fn create(directory: &Path, manifest: &Manifest) -> Result<Self, StudyError> {
        std::fs::create_dir_all(directory).map_err(|error| failed(directory, error))?;
        if directory.join(MANIFEST).exists() || directory.join(POINTS).exists() {
            return Err(refuse(
                directory,
                "already holds a sweep",
                "continue it with --resume, or choose another directory",
            ));
        }
        let text = manifest.text();
        WholeFile::create(&directory.join(MANIFEST))
            .and_then(|mut file| {
                file.write_all(text.as_bytes())?;
                file.publish(true, &|| false)
            })
            .map_err(|error| failed(directory, error))?;
        Self::open(directory, &text)
    }

    fn open(directory: &Path, manifest: &str) -> Result<Self, StudyError> {
        let log = OpenOptions::new()
            .read(true)
            .append(true)
            .create(true)
            .open(directory.join(POINTS))
            .map_err(|error| failed(directory, error))?;
        if log.try_lock().is_err() {
            return Err(refuse(
                directory,
                "is in use by another sweep that is still running",
                "wait for it, or stop it",
            ));
        }
        let mut chain = Sha256::new();
        chain.update(manifest.as_bytes());
        Ok(Self {
            directory: directory.to_owned(),
            log,
            chain,
        })
    }

    /// Opens the sweep of a manifest and reads its finished points, each with `outcomes` values.
    ///
    /// # Errors
    /// If a line of the log is damaged or belongs to another sweep.
    pub fn resume(
        directory: &Path,
        manifest: &Manifest,
        outcomes: usize,
    ) -> Result<(Self, Vec<Vec<Value>>), StudyError> {
        let mut store = Self::open(directory, &manifest.text())?;
        let mut text = String::new();
        (&store.log)
            .take(LOG_LIMIT)
            .read_to_string(&mut text)
            .map_err(|_| damaged(directory, 1))?;
        let mut points = Vec::new();
        let mut good = 0;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            let Some(line) = line.strip_suffix('\n') else {
                break;
            };
            let read = line
                .rsplit_once(' ')
                .filter(|(body, check)| store.check(body) == *check)
                .and_then(|(body, _)| read_batch(body, points.len(), outcomes));
            points.extend(read.ok_or_else(|| damaged(directory, number + 1))?);
            good += line.len() as u64 + 1;
        }
        store
            .log
            .set_len(good)
            .map_err(|error| failed(directory, error))?;
        store
            .log
            .seek(SeekFrom::End(0))
            .map_err(|error| failed(directory, error))?;
        Ok((store, points))
    }

    /// Extends the hash by a line and gives its first digits.
    fn check(&mut self, body: &str) -> String {
        self.chain.update(body.as_bytes());
        let digest = self.chain.clone().finalize();
        digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }

    /// Appends a batch of points, of which the first has this position, and waits until it is on disk.
    ///
    /// # Errors
    /// If the log cannot be written.
    pub fn append(&mut self, first: usize, points: &[Vec<Value>]) -> Result<(), StudyError> {
        let mut body = format!("{first} {}", points.len());
        for value in points.iter().flatten() {
            let error = value
                .error
                .map_or_else(|| "-".to_owned(), |error| format!("{:016x}", error.to_bits()));
            body.push_str(&format!(" {:016x}/{error}", value.value.to_bits()));
        }
        let line = format!("{body} {}\n", self.check(&body));
        self.log
            .write_all(line.as_bytes())
            .and_then(|()| self.log.sync_data())
            .map_err(|error| failed(&self.directory, error))
    }
}

fn damaged(directory: &Path, line: usize) -> StudyError {
    refuse(
        directory,
        &format!("holds a points.log that is damaged or belongs to another sweep, from line {line} on"),
        "start the sweep again with another --out",
    )
}

/// The points of a line: its first point, its number of points, and for each outcome its value and error as bits.
fn read_batch(body: &str, expected: usize, outcomes: usize) -> Option<Vec<Vec<Value>>> {
    let mut fields = body.split(' ');
    let first: usize = fields.next()?.parse().ok()?;
    let count: usize = fields.next()?.parse().ok()?;
    let bits = |text: &str| Some(f64::from_bits(u64::from_str_radix(text, 16).ok()?));
    let values: Vec<Value> = fields
        .map(|field| {
            let (value, error) = field.split_once('/')?;
            Some(Value {
                value: bits(value)?,
                error: if error == "-" { None } else { Some(bits(error)?) },
            })
        })
        .collect::<Option<_>>()?;
    let finite = values
        .iter()
        .all(|value| value.value.is_finite() && value.error.is_none_or(f64::is_finite));
    (first == expected && count > 0 && finite && values.len() == count.checked_mul(outcomes)?)
        .then(|| values.chunks(outcomes).map(<[Value]>::to_vec).collect())
}
