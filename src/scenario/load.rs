//! Reading scenario files: `extends`, `--set`, every error at once.

use std::{
    collections::BTreeMap,
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

use toml_edit::{Document, Item, TableLike};

use super::{
    defaults, number,
    parameters::{self, PARAMETERS, Parameter},
    types::{Input, InputFile, Origin, Scenario},
};
use crate::{
    base::{DEFAULT_HORIZON, Diagnostic, Diagnostics, Economy, SourceText, Year, nearest, read_text},
    history::HistoryData,
    stats::Distribution,
};

/// The largest scenario file, in bytes.
pub const SCENARIO_LIMIT: usize = 1 << 20;
/// The longest chain of `extends`.
const EXTENDS_LIMIT: usize = 16;
/// The most years that are projected.
const LONGEST_PROJECTION: Year = 100;
/// Keys of a scenario file besides the tables of parameters.
const ROOT_KEYS: [&str; 5] = ["title", "summary", "extends", "horizon", "economies"];

/// A place in a text that a message can point at.
#[derive(Clone)]
struct Place {
    source: Arc<SourceText>,
    span: Range<usize>,
}

impl Place {
    fn wrong(&self, message: impl Into<String>, label: impl Into<String>) -> Diagnostic {
        Diagnostic::new(message).at(&self.source, self.span.clone(), label)
    }
}

/// A text under reading, and where its TOML begins in it (`--set` arguments begin with a path).
struct Text {
    source: Arc<SourceText>,
    shift: isize,
    origin: Origin,
}

impl Text {
    fn place(&self, span: Option<Range<usize>>) -> Place {
        let moved = |offset: usize| {
            offset
                .saturating_add_signed(self.shift)
                .min(self.source.text.len())
        };
        Place {
            source: Arc::clone(&self.source),
            span: span.map_or(0..0, |span| moved(span.start)..moved(span.end)),
        }
    }
}

/// What files and arguments have set so far.
#[derive(Default)]
struct Settings {
    title: Option<String>,
    summary: Option<String>,
    horizon: Option<(Year, Place)>,
    economies: Option<Vec<Economy>>,
    numbers: BTreeMap<String, (Distribution, Origin, Place)>,
    files: Vec<InputFile>,
}

/// The reader of one scenario.
struct Reader<'a> {
    history: &'a HistoryData,
    settings: Settings,
    errors: Diagnostics,
}

/// Reads a scenario file, applies `--set` arguments (`PATH=VALUE`) and a horizon, and fills in every default.
///
/// # Errors
/// Every error of the files and arguments at once.
pub fn load(
    path: &Path,
    overrides: &[String],
    horizon: Option<Year>,
    history: &HistoryData,
) -> Result<Scenario, Diagnostics> {
    let mut reader = Reader {
        history,
        settings: Settings::default(),
        errors: Diagnostics::new(),
    };
    reader.read_file(path, None, &mut Vec::new());
    for argument in overrides {
        reader.read_override(argument);
    }
    if let Some(horizon) = horizon {
        let source = SourceText::new("--horizon", horizon.to_string());
        let span = 0..source.text.len();
        reader.settings.horizon = Some((horizon, Place { source, span }));
    }
    reader.finish()
}

impl Reader<'_> {
    /// Reads a file after the file it extends. `from` is the folder that the first file lies in; `chain` the files on the way.
    fn read_file(&mut self, path: &Path, from: Option<&Path>, chain: &mut Vec<PathBuf>) {
        let source = match read_text(path, SCENARIO_LIMIT) {
            Ok(source) => source,
            Err(errors) => return self.errors.extend(errors),
        };
        let document = match Document::parse(source.text.as_str()) {
            Ok(document) => document,
            Err(error) => {
                let span = error.span().unwrap_or(0..0);
                let message: String = error.message().chars().take(200).collect();
                self.errors.push(
                    Diagnostic::new(format!(
                        "`{}` is not TOML: {}",
                        source.name,
                        message.replace('\n', ", ")
                    ))
                    .at(&source, span, "here"),
                );
                return;
            }
        };
        let text = Text {
            origin: Origin::File(source.name.clone()),
            source: Arc::clone(&source),
            shift: 0,
        };
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        let root_folder = from.map_or(folder.clone(), Path::to_path_buf);
        chain.push(std::fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf()));
        if let Some(item) = document.get("extends") {
            let place = text.place(item.span());
            match item.as_str() {
                Some(name) => self.extend(name, &place, &folder, &root_folder, chain),
                None => self
                    .errors
                    .push(place.wrong("`extends` is not a file name", "expected a file name in quotes")),
            }
        }
        chain.pop();
        self.settings
            .files
            .push(InputFile::of(&source.name, &source.text));
        self.read_table(document.as_table(), &text, &mut Vec::new());
    }

    /// Reads the file that another one extends.
    fn extend(&mut self, name: &str, place: &Place, folder: &Path, root: &Path, chain: &mut Vec<PathBuf>) {
        let path = folder.join(name);
        let inside = |folder: &Path| match (std::fs::canonicalize(&path), canonical_folder(folder)) {
            (Ok(path), Ok(folder)) => path.starts_with(folder),
            // A missing file is reported when it is read.
            _ => true,
        };
        let canonical = std::fs::canonicalize(&path).unwrap_or_else(|_| path.clone());
        if chain.contains(&canonical) {
            let names: Vec<String> = chain
                .iter()
                .chain([&canonical])
                .map(|path| {
                    path.file_name()
                        .map_or_else(String::new, |name| name.to_string_lossy().into_owned())
                })
                .collect();
            self.errors.push(place.wrong(
                format!("files extend each other in a circle: {}", names.join(" → ")),
                "closes the circle",
            ));
        } else if chain.len() >= EXTENDS_LIMIT {
            self.errors.push(place.wrong(
                format!("more than {EXTENDS_LIMIT} files extend one another"),
                "one too many",
            ));
        } else if Path::new(name).is_absolute() || !inside(root) {
            self.errors.push(
                place
                    .wrong(
                        format!("`{name}` lies outside the folder of the scenario"),
                        "expected a file in that folder or below",
                    )
                    .help("copy the file beside the scenario"),
            );
        } else if !path.exists() {
            self.errors
                .push(place.wrong(format!("there is no file `{}`", path.display()), "extends this"));
        } else {
            self.read_file(&path, Some(root), chain);
        }
    }

    /// Reads `PATH=VALUE`.
    fn read_override(&mut self, argument: &str) {
        let source = SourceText::new("--set", argument);
        let whole = Place {
            source: Arc::clone(&source),
            span: 0..argument.len(),
        };
        let Some((path, value)) = argument.split_once('=') else {
            self.errors
                .push(whole.wrong(format!("`{argument}` has no `=`"), "expected PATH=VALUE"));
            return;
        };
        // The value is TOML; what is not, such as `5 to 15`, is taken as a text.
        let toml = format!("v={value}");
        let quoted = format!("v={}", toml_edit::Value::from(value.trim()));
        let (document, exact) = match Document::parse(toml.clone()) {
            Ok(document) if document.as_table().len() == 1 => (Some(document), true),
            _ => (Document::parse(quoted).ok(), false),
        };
        let Some(document) = document else {
            self.errors
                .push(whole.wrong(format!("`{value}` is not a value"), "expected PATH=VALUE"));
            return;
        };
        let Some(item) = document.get("v") else {
            return;
        };
        let text = Text {
            source,
            shift: path.len() as isize + 1 - 2,
            origin: Origin::CommandLine,
        };
        let value_place = if exact {
            text.place(item.span())
        } else {
            Place {
                span: path.len() + 1..argument.len(),
                ..whole.clone()
            }
        };
        let path_place = Place {
            span: 0..path.len(),
            ..whole
        };
        let segments: Vec<&str> = path.trim().split('.').collect();
        for depth in 0..segments.len() {
            if !self.known_key(&segments[..depth], segments[depth], &path_place) {
                return;
            }
        }
        self.read_entry(&segments, item, &path_place, &value_place, &text);
    }

    /// Reads every entry of a table at a path.
    fn read_table(&mut self, table: &dyn TableLike, text: &Text, path: &mut Vec<String>) {
        for (key, item) in table.iter() {
            let key_span = table.key(key).and_then(toml_edit::Key::span);
            let key_place = text.place(key_span.or_else(|| item.span()));
            let value_place = text.place(item.span());
            let parents: Vec<&str> = path.iter().map(String::as_str).collect();
            if !self.known_key(&parents, key, &key_place) {
                continue;
            }
            path.push(key.to_owned());
            let segments: Vec<&str> = path.iter().map(String::as_str).collect();
            self.read_entry(&segments, item, &key_place, &value_place, text);
            path.pop();
        }
    }

    /// Whether a key may stand at a path; if not, says so.
    fn known_key(&mut self, parents: &[&str], key: &str, place: &Place) -> bool {
        let mut known = parameters::next_keys(parents);
        if parents.is_empty() {
            known.extend(ROOT_KEYS);
        }
        let economies: Vec<&str> = self
            .history
            .economies
            .iter()
            .map(|data| data.economy.code())
            .collect();
        if known.contains(&"*") {
            if economies.contains(&key) {
                return true;
            }
            known.retain(|name| *name != "*");
            known.extend(&economies);
        } else if known.contains(&key) {
            return true;
        }
        let shown: String = key.chars().take(60).collect();
        let inside = if parents.is_empty() {
            String::new()
        } else {
            format!(" in `{}`", parents.join("."))
        };
        let diagnostic = if known.is_empty() {
            place.wrong(
                format!("`{}` is a number and has no part `{shown}`", parents.join(".")),
                "nothing may follow",
            )
        } else {
            place.wrong(
                format!("unknown key `{shown}`{inside}"),
                format!("expected {}", known.join(", ")),
            )
        };
        self.errors.push(match nearest(key, known) {
            Some(name) => diagnostic.help(format!("did you mean `{name}`?")),
            None => diagnostic,
        });
        false
    }

    /// Reads the value at a known path.
    fn read_entry(&mut self, segments: &[&str], item: &Item, key: &Place, value: &Place, text: &Text) {
        let path = segments.join(".");
        match (segments, parameters::find(&path)) {
            (["extends"], _) if text.origin == Origin::CommandLine => {
                self.errors
                    .push(key.wrong("`extends` cannot be set on the command line", "only in a file"));
            }
            (["extends"], _) => {}
            (["title"], _) => {
                self.settings.title = self
                    .read_text(item, "title", value)
                    .or(self.settings.title.take())
            }
            (["summary"], _) => {
                self.settings.summary = self
                    .read_text(item, "summary", value)
                    .or(self.settings.summary.take());
            }
            (["horizon"], _) => match item.as_integer().and_then(|year| Year::try_from(year).ok()) {
                Some(year) => self.settings.horizon = Some((year, value.clone())),
                None => self
                    .errors
                    .push(value.wrong("`horizon` is not a year", "expected a whole number such as 2035")),
            },
            (["economies"], _) => self.read_economies(item, value, text),
            (_, Some(parameter)) => self.read_number(path, parameter, item, value, text),
            (_, None) => match item.as_table_like() {
                Some(table) => {
                    let mut path: Vec<String> = segments.iter().map(|&segment| segment.to_owned()).collect();
                    self.read_table(table, text, &mut path);
                }
                None => {
                    let next = parameters::next_keys(segments)
                        .join(", ")
                        .replace('*', "an economy");
                    self.errors.push(value.wrong(
                        format!("`{path}` is not a table"),
                        format!("expected a table with {next}"),
                    ));
                }
            },
        }
    }

    fn read_text(&mut self, item: &Item, name: &str, place: &Place) -> Option<String> {
        let text = item.as_str().map(str::to_owned);
        if text.is_none() {
            self.errors
                .push(place.wrong(format!("`{name}` is not a text"), "expected a text in quotes"));
        }
        text
    }

    fn read_economies(&mut self, item: &Item, place: &Place, text: &Text) {
        let Some(array) = item.as_array().filter(|array| !array.is_empty()) else {
            self.errors.push(place.wrong(
                "`economies` is not a list of economies",
                "expected a list such as [\"CHN\", \"KOR\"]",
            ));
            return;
        };
        let mut economies = Vec::new();
        for value in array {
            let code = value.as_str().unwrap_or("");
            let found = self
                .history
                .economies
                .iter()
                .find(|data| data.economy.code() == code);
            let place = text.place(value.span());
            match found {
                None => {
                    let known: Vec<&str> = self
                        .history
                        .economies
                        .iter()
                        .map(|data| data.economy.code())
                        .collect();
                    let shown: String = value.to_string().trim().chars().take(60).collect();
                    self.errors.push(
                        place
                            .wrong(
                                format!("the history has no economy {shown}"),
                                format!("expected {}", known.join(", ")),
                            )
                            .suggest(code, known),
                    );
                }
                Some(data) if economies.contains(&data.economy) => {
                    self.errors
                        .push(place.wrong(format!("{code} stands twice"), "each economy once"));
                }
                Some(data) => economies.push(data.economy),
            }
        }
        self.settings.economies = Some(economies);
    }

    fn read_number(&mut self, path: String, parameter: &Parameter, item: &Item, place: &Place, text: &Text) {
        let read = number::read(item)
            .map_err(|message| (message, number::FORMS.to_owned()))
            .and_then(|value| admit(parameter, value).map_err(|message| (message, hint(parameter))));
        match read {
            Ok(value) => {
                self.settings
                    .numbers
                    .insert(path, (value, text.origin.clone(), place.clone()));
            }
            Err((message, help)) => {
                let expected = format!(
                    "expected {} from {} to {}",
                    parameter.unit, parameter.bounds.0, parameter.bounds.1
                );
                self.errors
                    .push(place.wrong(format!("`{path}`: {message}"), expected).help(help));
            }
        }
    }

    /// Checks what belongs together and fills in defaults.
    fn finish(mut self) -> Result<Scenario, Diagnostics> {
        let mut economies = self
            .settings
            .economies
            .take()
            .unwrap_or_else(|| self.history.economies.iter().map(|data| data.economy).collect());
        let order = |economy: &Economy| {
            self.history
                .economies
                .iter()
                .position(|data| data.economy == *economy)
        };
        economies.sort_by_key(order);
        let base_year = self.history.base_year;
        let horizon = match &self.settings.horizon {
            None => DEFAULT_HORIZON.max(base_year + 1),
            Some((horizon, place)) => {
                if !(base_year + 1..=base_year + LONGEST_PROJECTION).contains(horizon) {
                    self.errors.push(place.wrong(
                        format!("the horizon {horizon} is out of range"),
                        format!("expected {} to {}", base_year + 1, base_year + LONGEST_PROJECTION),
                    ));
                }
                *horizon
            }
        };
        for (path, (_, _, place)) in &self.settings.numbers {
            let other = match path.strip_suffix(".mean") {
                Some(view) => format!("{view}.years"),
                None => match path.strip_suffix(".years") {
                    Some(view) => format!("{view}.mean"),
                    None => continue,
                },
            };
            if !self.settings.numbers.contains_key(&other) {
                self.errors
                    .push(place.wrong(format!("`{path}` needs `{other}` beside it"), "half of a view"));
            }
        }
        for economy in &economies {
            let path = format!("baseline.{economy}.initial_share");
            let known = self
                .history
                .economy(*economy)
                .is_some_and(|data| data.share.is_some());
            if !known && !self.settings.numbers.contains_key(&path) {
                self.errors.push(
                    Diagnostic::new(format!(
                        "the history has no digital share of GDP for {economy} in {base_year}"
                    ))
                    .help(format!(
                        "set `{path}`, or add a row `digital_share` to the history table"
                    )),
                );
            }
        }
        let defaults = defaults::read()?;
        let mut inputs = Vec::new();
        let mut take = |path: String, parameter: &Parameter| {
            if let Some((value, origin, _)) = self.settings.numbers.remove(&path) {
                inputs.push(Input { path, value, origin });
            } else if let Some((value, origin)) = defaults.get(parameter.path) {
                inputs.push(Input {
                    path,
                    value: value.clone(),
                    origin: origin.clone(),
                });
            }
        };
        for parameter in PARAMETERS
            .iter()
            .filter(|parameter| !parameter.path.contains('*'))
        {
            take(parameter.path.to_owned(), parameter);
        }
        for economy in &economies {
            for parameter in PARAMETERS.iter().filter(|parameter| parameter.path.contains('*')) {
                take(parameter.path.replace('*', economy.code()), parameter);
            }
        }
        let mut files = self.settings.files;
        files.push(defaults::file());
        self.errors.into_result(Scenario {
            title: self
                .settings
                .title
                .unwrap_or_else(|| "Untitled scenario".to_owned()),
            summary: self.settings.summary.unwrap_or_default(),
            horizon,
            economies,
            inputs,
            files,
        })
    }
}

fn canonical_folder(folder: &Path) -> std::io::Result<PathBuf> {
    std::fs::canonicalize(if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    })
}

/// Checks a value against a row of the parameter table; an unbounded distribution is cut off at the bounds.
pub(super) fn admit(parameter: &Parameter, value: Distribution) -> Result<Distribution, String> {
    let (low, high) = parameter.bounds;
    if let Some(constant) = value.as_constant() {
        let in_gap = parameter
            .gap
            .is_some_and(|(above, to)| constant > above && constant <= to);
        return if (low..=high).contains(&constant) && !in_gap {
            Ok(value)
        } else {
            Err(format!("{constant} is out of bounds"))
        };
    }
    if !parameter.uncertain {
        return Err("this number may not be uncertain".to_owned());
    }
    let (from, to) = value.support();
    if matches!(
        value,
        Distribution::Normal { .. } | Distribution::Lognormal { .. } | Distribution::Gamma { .. }
    ) {
        value.truncated(low, high).map_err(|error| error.to_string())
    } else if from < low || to > high {
        // A beta distribution reaches 0 and 1 only as limits, so bounds just inside are no reason to refuse it.
        match value {
            Distribution::Beta { .. } if low < 0.01 && high > 0.98 => {
                value.truncated(low, high).map_err(|error| error.to_string())
            }
            _ => Err(format!(
                "the distribution reaches from {from} to {to}, out of bounds"
            )),
        }
    } else {
        Ok(value)
    }
}

/// A hint where the magnitude looks like percent.
fn hint(parameter: &Parameter) -> String {
    if parameter.unit.contains("rate") || parameter.unit.contains("share") {
        format!("{}; 5 % is written 0.05", parameter.meaning)
    } else {
        parameter.meaning.to_owned()
    }
}
