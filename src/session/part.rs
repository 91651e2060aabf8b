//! A shard of a run or sweep in a file, and shards put together (docs/cluster.md).
//!
//! Format of a part: the eight bytes `jointly` and 0, the version of the format (16 bits, little-endian), the SHA-256 of what follows,
//! and what follows in the encoding of `postcard`: the [`Label`], the texts that the run was opened from, and what was
//! collected. A part therefore holds everything that is needed to make every result of the study, and nothing else.

use std::{collections::BTreeMap, path::PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    HistoryChoice, Inputs, Session,
    asked::{Asked, ShardRequest},
};
use crate::{
    base::{Diagnostic, Diagnostics, Memory, Year},
    random::Shard,
    report::Record,
    scenario::InputFile,
};

/// What a part begins with.
const MAGIC: [u8; 8] = *b"jointly\0";
/// Changes whenever an older program could not read a part, or would read it wrongly.
const FORMAT: u16 = 3;
/// The largest part, in bytes; that of a run with 64 options has some megabytes.
pub const PART_LIMIT: usize = 1 << 28;

/// What is the same for all shards of a study, and what is not.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Label {
    /// Version of the program.
    pub version: String,
    /// SHA-256 of the scenario with every default written out.
    pub scenario: String,
    /// SHA-256 of the list of SHA-256 of every text that went in: scenario files, history, embedded data.
    pub files: String,
    /// Last projected year.
    pub horizon: Year,
    /// Number of paths of the whole run, or of each design point.
    pub paths: u64,
    /// Seed.
    pub seed: u64,
    /// What is asked.
    pub asked: Asked,
    /// The command line of the whole study.
    pub command: String,
    /// Which shard this is.
    pub shard: Shard,
}

impl Label {
    /// Of a shard of a study with this record.
    pub(super) fn of(record: &Record, asked: Asked, shard: Shard) -> Self {
        let mut digests: Vec<&str> = record.files.iter().map(|file| file.sha256.as_str()).collect();
        digests.sort_unstable();
        Self {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            scenario: InputFile::of("", &record.scenario.resolved()).sha256,
            files: InputFile::of("", &digests.join("\n")).sha256,
            horizon: record.scenario.horizon,
            paths: record.paths,
            seed: record.seed,
            asked,
            command: record.command.clone(),
            shard,
        }
    }

    /// In what another part differs that should not, in words: what this one has, and what the other has.
    pub fn difference(&self, other: &Self) -> Option<(String, String)> {
        let fields = |label: &Self| {
            [
                format!("a {}", label.asked.command()),
                format!("the scenario {}", short(&label.scenario)),
                format!("the texts {}", short(&label.files)),
                format!("the horizon {}", label.horizon),
                format!("{} paths", label.paths),
                format!("the seed {}", label.seed),
                format!("{} shards", label.shard.count()),
            ]
        };
        fields(self)
            .into_iter()
            .zip(fields(other))
            .find(|(own, other)| own != other)
            .or_else(|| option_difference(&self.asked, &other.asked))
    }
}

/// The first option in which two requests differ.
fn option_difference(own: &Asked, other: &Asked) -> Option<(String, String)> {
    let (own, other) = (own.options(), other.options());
    let names = own.keys().chain(other.keys());
    let name = names
        .into_iter()
        .find(|name| own.get(*name) != other.get(*name))?;
    let values = |options: &BTreeMap<String, Vec<String>>| options.get(name).cloned().unwrap_or_default();
    let (own, other) = (values(&own), values(&other));
    let same = own
        .iter()
        .zip(&other)
        .take_while(|(own, other)| own == other)
        .count();
    let words = |values: &[String]| match values.get(same) {
        None if same > 0 => format!("no further {name}"),
        None => format!("no {name}"),
        Some(value) => format!("{name} {}", value.chars().take(80).collect::<String>())
            .trim_end()
            .to_owned(),
    };
    Some((words(&own), words(&other)))
}

/// The beginning of a digest, to tell two apart.
fn short(digest: &str) -> String {
    digest.chars().take(12).collect()
}

/// What a session was opened from, with every text that was read: enough to open the same session anywhere.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Sources {
    scenarios: Vec<String>,
    overrides: Vec<String>,
    horizon: Option<Year>,
    history: Option<String>,
    added: Vec<String>,
    matrix: Option<String>,
    without_corrections: bool,
    /// Name and text.
    texts: Vec<(String, String)>,
}

impl Sources {
    /// What a session was opened from. Every text has its name relative to the scenario, so that they do not tell where it lay.
    pub fn of(session: &Session) -> Self {
        let name = |path: &PathBuf| session.name_of(path);
        let HistoryChoice {
            table,
            added,
            matrix,
            without_corrections,
        } = &session.inputs.history;
        Self {
            scenarios: session.inputs.scenarios.iter().map(name).collect(),
            overrides: session.inputs.overrides.clone(),
            horizon: session.inputs.horizon,
            history: table.as_ref().map(name),
            added: added.iter().map(name).collect(),
            matrix: matrix.as_ref().map(name),
            without_corrections: *without_corrections,
            texts: session
                .texts
                .iter()
                .map(|(path, source)| (name(path), source.text.clone()))
                .collect(),
        }
    }

    /// The same, checked: whoever merges has nothing but these texts.
    ///
    /// # Errors
    /// If the scenario reads differently from them.
    pub fn checked(session: &Session) -> Result<Self, Diagnostics> {
        let sources = Self::of(session);
        let again = sources.open()?;
        if again.scenario().resolved() == session.scenario().resolved() && again.files == session.files {
            Ok(sources)
        } else {
            let wrong =
                "the scenario reads differently from memory than from its files; do not run it through links";
            Err(Diagnostic::new(wrong).into())
        }
    }

    /// The texts, as files.
    pub fn files(&self) -> Memory {
        self.texts
            .iter()
            .fold(Memory::default(), |files, (name, text)| files.with(name, text))
    }

    /// What the session is opened with.
    pub fn inputs(&self) -> Inputs {
        Inputs {
            scenarios: self.scenarios.iter().map(PathBuf::from).collect(),
            text: None,
            overrides: self.overrides.clone(),
            horizon: self.horizon,
            history: HistoryChoice {
                table: self.history.as_ref().map(PathBuf::from),
                added: self.added.iter().map(PathBuf::from).collect(),
                matrix: self.matrix.as_ref().map(PathBuf::from),
                without_corrections: self.without_corrections,
            },
        }
    }

    /// Opens the session anew.
    ///
    /// # Errors
    /// As [`Session::open`].
    pub fn open(&self) -> Result<Session, Diagnostics> {
        Session::open_from(&self.files(), &self.inputs())
    }

    /// As bytes that go to whoever runs a shard, with the version of the program.
    ///
    /// # Errors
    /// None: everything in it has a length that is known.
    pub fn to_bytes(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_allocvec(&(env!("CARGO_PKG_VERSION"), self))
    }

    /// From bytes of the same version of the program.
    ///
    /// # Errors
    /// What is wrong with them, as a sentence without a full stop.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        const DAMAGED: &str = "what this shard is to run is damaged";
        let (version, rest): (String, &[u8]) = postcard::take_from_bytes(bytes).map_err(|_| DAMAGED)?;
        if version != env!("CARGO_PKG_VERSION") {
            return Err(format!(
                "jointly {} asks for a shard, this is {}: use the same version everywhere",
                version.chars().take(20).collect::<String>(),
                env!("CARGO_PKG_VERSION")
            ));
        }
        match postcard::take_from_bytes(rest) {
            Ok((sources, [])) => Ok(sources),
            _ => Err(DAMAGED.to_owned()),
        }
    }
}

/// A shard of a study, with everything that is needed to make its results once all shards are there.
#[derive(Clone, PartialEq, Debug)]
pub struct Part {
    /// What it belongs to.
    pub label: Label,
    sources: Sources,
    /// The bytes of what was collected.
    collected: Vec<u8>,
}

impl Part {
    /// What was collected of the shard of a label, by a session that was opened from these sources.
    pub(super) fn new(label: Label, sources: Sources, collected: Vec<u8>) -> Self {
        Self {
            label,
            sources,
            collected,
        }
    }

    /// The part as bytes.
    ///
    /// # Errors
    /// None: everything in it has a length that is known.
    pub fn to_bytes(&self) -> Result<Vec<u8>, postcard::Error> {
        let body = postcard::to_allocvec(&(&self.label, &self.sources, &self.collected))?;
        let mut bytes = MAGIC.to_vec();
        bytes.extend(FORMAT.to_le_bytes());
        bytes.extend(Sha256::digest(&body));
        bytes.extend(body);
        Ok(bytes)
    }

    /// Reads a part. Whatever the bytes are, no more memory is asked for than some times their length.
    ///
    /// # Errors
    /// What is wrong with it, as the end of a sentence that begins with its name.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, String> {
        const FOREIGN: &str = "is not a part of a run or sweep of jointly";
        const DAMAGED: &str = "is damaged or incomplete: run this shard again";
        let rest = bytes.strip_prefix(&MAGIC).ok_or(FOREIGN)?;
        let (format, rest) = rest.split_first_chunk().ok_or(DAMAGED)?;
        if u16::from_le_bytes(*format) != FORMAT {
            return Err(
                "was written by another version of jointly, whose parts this one cannot read".to_owned(),
            );
        }
        let (digest, body) = rest.split_first_chunk::<32>().ok_or(DAMAGED)?;
        if Sha256::digest(body).as_slice() != digest {
            return Err(DAMAGED.to_owned());
        }
        let ((label, sources, collected), rest): ((Label, Sources, Vec<u8>), _) =
            postcard::take_from_bytes(body).map_err(|_| DAMAGED)?;
        if !rest.is_empty() {
            return Err(DAMAGED.to_owned());
        }
        if label.version != env!("CARGO_PKG_VERSION") {
            return Err(format!(
                "was written by jointly {}, this is {}: merge with the version that ran the shards",
                label.version.chars().take(20).collect::<String>(),
                env!("CARGO_PKG_VERSION")
            ));
        }
        Ok(Self {
            label,
            sources,
            collected,
        })
    }

    /// Opens the session from the texts of the part.
    ///
    /// # Errors
    /// As [`Session::open`]; none for a part that this version wrote.
    pub fn open(&self) -> Result<Session, Diagnostics> {
        self.sources.open()
    }

    /// The request of the whole study.
    pub fn request(&self) -> ShardRequest {
        self.label.asked.request(self.label.paths, self.label.seed)
    }

    /// The bytes of what was collected.
    pub(super) fn collected(&self) -> &[u8] {
        &self.collected
    }
}

/// Checks that parts, each with its name, are every shard of one run, once.
///
/// # Errors
/// Every part that belongs to another run or is there twice, and every shard that is missing, by name.
pub fn check_parts(parts: &[(String, Label)]) -> Result<(), Diagnostics> {
    let mut errors = Diagnostics::new();
    // Most parts are right: the run is the one that most of them belong to, the first of several.
    let mut runs: Vec<(&str, &Label, usize)> = Vec::new();
    for (name, label) in parts {
        match runs
            .iter_mut()
            .find(|(_, known, _)| known.difference(label).is_none())
        {
            Some((_, _, count)) => *count += 1,
            None => runs.push((name, label, 1)),
        }
    }
    let most = runs.iter().rev().max_by_key(|(_, _, count)| *count);
    let Some(&(reference_name, reference, _)) = most else {
        return Err(Diagnostic::new("no part was given").into());
    };
    let mut seen: BTreeMap<u64, &str> = BTreeMap::new();
    for (name, label) in parts {
        if let Some((expected, found)) = reference.difference(label) {
            errors.push(Diagnostic::new(format!(
                "`{name}` belongs to another {}: it has {found}, `{reference_name}` has {expected}",
                reference.asked.command()
            )));
        } else if let Some(other) = seen.get(&label.shard.number()) {
            errors.push(Diagnostic::new(format!(
                "`{name}` holds shard {}, as `{other}` does",
                label.shard
            )));
        } else {
            seen.insert(label.shard.number(), name);
        }
    }
    let count = reference.shard.count();
    let missing = ranges((1..=count).filter(|number| !seen.contains_key(number)));
    if !missing.is_empty() {
        errors.push(
            Diagnostic::new(format!("of {count} shards these are missing: {missing}")).help(format!(
                "run each: `{} --shard NUMBER/{count} -o FILE`",
                reference.command
            )),
        );
    }
    errors.into_result(())
}

/// Ascending numbers in words: `2, 5-7`; the first few ranges of many.
fn ranges(numbers: impl Iterator<Item = u64>) -> String {
    const MOST: usize = 20;
    let mut found: Vec<(u64, u64)> = Vec::new();
    for number in numbers {
        match found.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ => found.push((number, number)),
        }
    }
    let mut words: Vec<String> = found
        .iter()
        .take(MOST)
        .map(|(first, last)| {
            if first == last {
                first.to_string()
            } else {
                format!("{first}-{last}")
            }
        })
        .collect();
    if found.len() > MOST {
        words.push("…".to_owned());
    }
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(number: u64, count: u64) -> Label {
        Label {
            version: "1".to_owned(),
            scenario: "s".to_owned(),
            files: "f".to_owned(),
            horizon: 2035,
            paths: 1000,
            seed: 1,
            asked: Asked::Run { why: false },
            command: "jointly run a.toml".to_owned(),
            shard: Shard::new(number, count).unwrap(),
        }
    }

    fn checked(labels: Vec<Label>) -> Vec<String> {
        let parts: Vec<(String, Label)> = labels
            .into_iter()
            .enumerate()
            .map(|(position, label)| (format!("p{position}"), label))
            .collect();
        match check_parts(&parts) {
            Ok(()) => Vec::new(),
            Err(errors) => errors.to_string().lines().map(str::to_owned).collect(),
        }
    }

    #[test]
    fn every_shard_once_in_any_order_is_a_run() {
        for numbers in [[1, 2, 3], [3, 1, 2]] {
            let labels = numbers.map(|number| label(number, 3)).to_vec();
            assert_eq!(checked(labels), Vec::<String>::new());
        }
    }

    #[test]
    fn what_is_wrong_is_said_by_name() {
        let with = |number, change: fn(&mut Label)| {
            let mut label = label(number, 9);
            change(&mut label);
            label
        };
        let foreign = |change| {
            let labels = vec![with(1, change), label(2, 9), label(3, 9)];
            checked(labels).join(" ")
        };
        for (change, part) in [
            (
                (|label| label.seed = 2) as fn(&mut Label),
                "the seed 2, `p1` has the seed 1",
            ),
            (|label| label.paths = 2, "2 paths, `p1` has 1000 paths"),
            (|label| label.horizon = 2030, "the horizon 2030"),
            (
                |label| label.scenario = "other".to_owned(),
                "the scenario other, `p1` has the scenario s",
            ),
            (|label| label.files = "other".to_owned(), "the texts other"),
            (
                |label| label.asked = Asked::Run { why: true },
                "--why, `p1` has no --why",
            ),
            (
                |label| label.shard = Shard::new(1, 8).unwrap(),
                "8 shards, `p1` has 9 shards",
            ),
        ] {
            let text = foreign(change);
            assert!(text.contains("`p0` belongs to another run"), "{text}");
            assert!(text.contains(part), "{text}");
            assert!(text.contains("missing: 1, 4-9"), "{text}");
        }
        let doubled = checked(vec![label(1, 2), label(2, 2), label(1, 2)]).join(" ");
        assert!(
            doubled.contains("`p2` holds shard 1/2, as `p0` does"),
            "{doubled}"
        );
        assert!(!doubled.contains("missing"), "{doubled}");
        assert!(checked(Vec::new())[0].contains("no part"));
    }

    #[test]
    fn numbers_in_words() {
        assert_eq!(ranges([1, 3, 4, 5, 9].into_iter()), "1, 3-5, 9");
        assert_eq!(ranges(std::iter::empty()), "");
        assert!(ranges((0..100).map(|number| 2 * number)).ends_with("38, …"));
    }
}
