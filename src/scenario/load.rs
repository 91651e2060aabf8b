//! Reading scenario files: `extends`, `--set`, every error at once.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use toml_edit::{Document, Item, TableLike};

use super::{
    budget,
    gap::GAP_KEYS,
    input::{InputFile, Origin},
    levers, number, options, parameters,
    reader::{LeverSettings, Mark, Reader, SUMMARY_LIMIT, Settings, TITLE_LIMIT, Text},
    rules, sweep,
    tension::TENSION_KEYS,
    types::Scenario,
};
use crate::{
    base::{Diagnostic, Diagnostics, Disk, Element, Files, SourceText, Year, nearest},
    history::HistoryData,
};

/// The largest scenario file, in bytes.
pub const SCENARIO_LIMIT: usize = 1 << 20;
/// The longest chain of `extends`.
const EXTENDS_LIMIT: usize = 16;
/// Keys of a scenario file besides the tables of parameters.
pub(super) const ROOT_KEYS: [&str; 10] = [
    "title",
    "summary",
    "extends",
    "horizon",
    "economies",
    "options",
    "correlation",
    "rules",
    "sweep",
    "plan",
];
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
    load_from(&Disk, path, overrides, horizon, history)
}

/// As [`load`], from files that need not lie on the disk.
///
/// # Errors
/// Every error of the files and arguments at once.
pub fn load_from(
    files: &dyn Files,
    path: &Path,
    overrides: &[String],
    horizon: Option<Year>,
    history: &HistoryData,
) -> Result<Scenario, Diagnostics> {
    let mut reader = Reader {
        files,
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
        reader.settings.horizon = Some((horizon, Mark { source, span }));
    }
    reader.finish()
}

impl Reader<'_> {
    /// Reads a file after the file it extends. `from` is the folder that the first file lies in; `chain` the files on the way.
    fn read_file(&mut self, path: &Path, from: Option<&Path>, chain: &mut Vec<PathBuf>) {
        let source = match self.files.read(path, SCENARIO_LIMIT) {
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
        chain.push(self.files.canonical(path).unwrap_or_else(|| path.to_path_buf()));
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
    fn extend(&mut self, name: &str, place: &Mark, folder: &Path, root: &Path, chain: &mut Vec<PathBuf>) {
        let path = folder.join(name);
        let found = self.files.canonical(&path);
        let inside = |folder: &Path| match (&found, self.files.canonical(folder)) {
            (Some(path), Some(folder)) => path.starts_with(folder),
            // A missing file is reported when it is read.
            _ => true,
        };
        let canonical = found.clone().unwrap_or_else(|| path.clone());
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
        } else if found.is_none() {
            let missing = place.wrong(format!("there is no file `{}`", path.display()), "extends this");
            self.errors.push(match self.files.near(&path) {
                Some(near) => missing.help(format!("did you mean `{}`?", near.display())),
                None => missing,
            });
        } else {
            self.read_file(&path, Some(root), chain);
        }
    }

    /// Reads `PATH=VALUE`.
    fn read_override(&mut self, argument: &str) {
        let source = SourceText::new("--set", argument);
        let whole = Mark {
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
            Mark {
                span: path.len() + 1..argument.len(),
                ..whole.clone()
            }
        };
        let path_place = Mark {
            span: 0..path.len(),
            ..whole
        };
        let segments: Vec<&str> = match path.trim().split_once('.') {
            // The names of two inputs, with dots of their own.
            Some(("correlation", names)) => vec!["correlation", names.trim_matches('"')],
            _ => path.trim().split('.').collect(),
        };
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
    pub(super) fn known_key(&mut self, parents: &[&str], key: &str, place: &Mark) -> bool {
        let mut known = parameters::next_keys(parents);
        match parents {
            [] => known.extend(ROOT_KEYS),
            ["gap"] => known.extend(GAP_KEYS),
            ["tension", _] => known.extend(TENSION_KEYS),
            ["levers", _] => known.extend(levers::TEXT_KEYS),
            ["sweep"] => known.extend(sweep::KEYS),
            ["plan"] => known.extend(budget::KEYS),
            ["options", _] => known.extend(options::KEYS),
            ["rules", _] => known.extend(rules::KEYS),
            // Names of the user's own.
            ["options"] | ["sweep", "vary"] | ["correlation"] | ["rules"] => return true,
            _ => {}
        }
        let named = [("{lever}", "lever"), ("{payer}", "payer")];
        if let Some((_, what)) = named.iter().find(|(name, _)| known.contains(name)) {
            if levers::is_id(key) {
                return true;
            }
            let shown: String = key.chars().take(60).collect();
            self.errors.push(place.wrong(
                format!("`{shown}` cannot name a {what}"),
                "expected up to 60 letters, digits, `-` and `_`",
            ));
            return false;
        }
        let codes = self.codes();
        let right = known.contains(&key)
            || known.iter().any(|name| match *name {
                "{economy}" => codes.contains(&key),
                "{pair}" => self.pair(key).is_some(),
                "{element}" => Element::parse(key).is_some(),
                "{year}" => key.parse::<Year>().is_ok(),
                _ => false,
            });
        if right && !key.starts_with('{') {
            return true;
        }
        let table: Vec<&str> = self.history.of_table().map(|data| data.economy.code()).collect();
        let named = if known.contains(&"{pair}") {
            &table[..]
        } else {
            &[]
        };
        let pairs: Vec<String> = named
            .iter()
            .flat_map(|first| table.iter().map(move |second| (first, second)))
            .filter(|(first, second)| first < second)
            .map(|(first, second)| format!("{first}-{second}"))
            .collect();
        let known: Vec<&str> = known
            .into_iter()
            .flat_map(|name| match name {
                "{economy}" => table.clone(),
                "{year}" => vec!["a year"],
                "{pair}" => pairs.iter().map(String::as_str).collect(),
                "{element}" => Element::ALL.map(Element::key).to_vec(),
                other => vec![other],
            })
            .collect();
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
            let diagnostic = place.wrong(
                format!("unknown key `{shown}`{inside}"),
                format!("expected {}", known.join(", ")),
            );
            match nearest(key, known) {
                Some(name) => diagnostic.help(format!("did you mean `{name}`?")),
                None => diagnostic,
            }
        };
        self.errors.push(diagnostic);
        false
    }

    /// Reads the value at a known path.
    fn read_entry(&mut self, segments: &[&str], item: &Item, key: &Mark, value: &Mark, text: &Text) {
        let mut path = segments.join(".");
        // A pair is named in either order.
        if let ["tension", pair, ..] | ["levers", _, "trade_base", pair] = segments
            && let Some(sorted) = self.pair(pair)
        {
            let named: Vec<&str> = segments
                .iter()
                .map(|segment| if segment == pair { &sorted } else { *segment })
                .collect();
            path = named.join(".");
        }
        // What is no table is refused below, and has no keys that could be missing.
        if let ["levers", id, ..] = segments
            && (segments.len() > 2 || item.is_table_like())
        {
            let settings = self.settings.levers.entry((*id).to_owned());
            let lever = settings.or_insert_with(|| LeverSettings::at(key.clone()));
            lever.keys.extend(segments.get(2).map(|name| (*name).to_owned()));
        }
        self.settings.places.insert(path.clone(), value.place());
        match segments {
            ["extends"] if text.origin == Origin::CommandLine => {
                self.errors
                    .push(key.wrong("`extends` cannot be set on the command line", "only in a file"));
            }
            ["extends"] => {}
            ["title"] => {
                self.settings.title = self
                    .read_line(item, "title", TITLE_LIMIT, value)
                    .or(self.settings.title.take())
            }
            ["summary"] => {
                self.settings.summary = self
                    .read_line(item, "summary", SUMMARY_LIMIT, value)
                    .or(self.settings.summary.take());
            }
            ["horizon"] => match item.as_integer().and_then(|year| Year::try_from(year).ok()) {
                Some(year) => self.settings.horizon = Some((year, value.clone())),
                None => self
                    .errors
                    .push(value.wrong("`horizon` is not a year", "expected a whole number such as 2035")),
            },
            ["economies"] => {
                if let Some(economies) = self.read_economies("economies", item, value, text) {
                    self.settings.economies = Some((economies, value.clone()));
                }
            }
            ["options"] => self.read_options(item, value, text),
            ["options", name] => self.read_option(name, item, key, value, text),
            ["options", name, part] => self.read_option_part(name, part, item, key, value, text),
            ["tension", _, "tense_years"] => self.read_tense_years(&path, item, value, text),
            ["gap", "metric"] => self.read_gap_metric(item, value),
            ["gap", "reference"] => self.read_gap_reference(item, value),
            ["levers", id, name] if levers::TEXT_KEYS.contains(name) => {
                self.read_lever_text(id, name, item, value, text);
            }
            ["rules", name, part] => self.read_rule(name, part, item, key, value),
            ["correlation", rest @ ..] if !rest.is_empty() => {
                self.read_correlation(&rest.join("."), item, key, value);
            }
            ["plan", name] => self.read_budget(name, item, value, text),
            ["sweep", name] if *name != "vary" => self.read_sweep_text(name, item, value, text),
            ["sweep", "vary", rest @ ..] if !rest.is_empty() => {
                self.read_sweep_vary(&rest.join("."), item, key, value);
            }
            // `scale` is a number, or a table of what each partner hosts; `trade_base` a number, or a table by pair or economy.
            ["levers", _, "scale" | "trade_base"]
                if item.is_table_like() && !number::is_distribution(item) =>
            {
                self.read_parts(segments, item, value, text);
            }
            _ => match parameters::find(&path) {
                Some(parameter) => self.read_number(path, parameter.row(), item, value, text),
                None => self.read_parts(segments, item, value, text),
            },
        }
    }

    /// Reads the entries of what must be a table.
    fn read_parts(&mut self, segments: &[&str], item: &Item, value: &Mark, text: &Text) {
        match item.as_table_like() {
            Some(table) => {
                let mut path: Vec<String> = segments.iter().map(|&segment| segment.to_owned()).collect();
                self.read_table(table, text, &mut path);
            }
            None => {
                let mut next = parameters::next_keys(segments);
                match segments {
                    ["levers", _] => next.extend(levers::TEXT_KEYS),
                    ["sweep"] => next.extend(sweep::KEYS),
                    ["plan"] => next.extend(budget::KEYS),
                    ["rules", _] => next.extend(rules::KEYS),
                    _ => {}
                }
                self.errors.push(value.wrong(
                    format!("`{}` is not a table", segments.join(".")),
                    format!("expected a table with {}", next.join(", ")),
                ));
            }
        }
    }
}
