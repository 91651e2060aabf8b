//! Reading scenario files: `extends`, `--set`, every error at once.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    path::{Path, PathBuf},
    sync::Arc,
};

use toml_edit::{Document, Item, TableLike};

use super::{
    defaults,
    levers::{self, LeverSettings},
    number,
    options::{self, OptionSettings},
    parameters::{self, Bounds, PARAMETERS, Parameter, ParameterRow},
    plausible,
    sweep::{self, SweepSettings},
    trade,
    types::{
        GapDefinition, Grade, Input, InputFile, Lever, Origin, Reference, Scenario, TenseYears, YEARS_BEYOND,
    },
};
use crate::{
    base::{
        DEFAULT_HORIZON, Diagnostic, Diagnostics, Disk, Economy, Element, Files, Metric, SourceText, Year,
        nearest,
    },
    history::HistoryData,
    stats::Distribution,
};

/// The largest scenario file, in bytes.
pub const SCENARIO_LIMIT: usize = 1 << 20;
/// The longest chain of `extends`.
const EXTENDS_LIMIT: usize = 16;
/// The longest title of a scenario, in characters.
const TITLE_LIMIT: usize = 200;
/// The longest summary, in characters.
const SUMMARY_LIMIT: usize = 2000;
/// The longest name of a lever or an option, in characters.
pub(super) const NAME_LIMIT: usize = 100;
/// The most years that are projected.
const LONGEST_PROJECTION: Year = 100;
/// Keys of a scenario file besides the tables of parameters.
pub(super) const ROOT_KEYS: [&str; 7] = [
    "title",
    "summary",
    "extends",
    "horizon",
    "economies",
    "options",
    "sweep",
];
/// Keys of `[tension.PAIR]` besides its parameters.
pub(super) const TENSION_KEYS: [&str; 1] = ["tense_years"];
/// Keys of `[gap]` besides its parameters.
pub(super) const GAP_KEYS: [&str; 2] = ["metric", "reference"];

/// A place in a text that a message can point at.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    source: Arc<SourceText>,
    span: Range<usize>,
}

impl Mark {
    /// Whether it points into the argument of that name.
    pub(super) fn is_argument(&self, name: &str) -> bool {
        self.source.name == name
    }

    pub(super) fn wrong(&self, message: impl Into<String>, label: impl Into<String>) -> Diagnostic {
        Diagnostic::new(message).at(&self.source, self.span.clone(), label)
    }
}

/// A text under reading, and where its TOML begins in it (`--set` arguments begin with a path).
pub(super) struct Text {
    source: Arc<SourceText>,
    shift: isize,
    origin: Origin,
}

impl Text {
    pub(super) fn place(&self, span: Option<Range<usize>>) -> Mark {
        let moved = |offset: usize| {
            offset
                .saturating_add_signed(self.shift)
                .min(self.source.text.len())
        };
        Mark {
            source: Arc::clone(&self.source),
            span: span.map_or(0..0, |span| moved(span.start)..moved(span.end)),
        }
    }
}

/// What files and arguments have set so far.
#[derive(Default)]
pub(super) struct Settings {
    title: Option<String>,
    summary: Option<String>,
    pub(super) horizon: Option<(Year, Mark)>,
    economies: Option<(Vec<Economy>, Mark)>,
    pub(super) numbers: BTreeMap<String, (Distribution, Origin, Mark)>,
    pub(super) levers: BTreeMap<String, LeverSettings>,
    pub(super) options: Vec<OptionSettings>,
    tense_years: BTreeMap<String, Vec<(Year, Mark)>>,
    gap_metric: Option<Metric>,
    gap_reference: Option<(Reference, Mark)>,
    pub(super) sweep: SweepSettings,
    files: Vec<InputFile>,
}

/// The reader of one scenario.
pub(super) struct Reader<'a> {
    files: &'a dyn Files,
    pub(super) history: &'a HistoryData,
    pub(super) settings: Settings,
    pub(super) errors: Diagnostics,
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
            self.errors
                .push(place.wrong(format!("there is no file `{}`", path.display()), "extends this"));
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

    /// Codes of the economies of the history.
    pub(super) fn codes(&self) -> Vec<&str> {
        self.history
            .economies
            .iter()
            .map(|data| data.economy.code())
            .collect()
    }

    /// What may stand where an economy is expected.
    fn expected_economies(&self) -> String {
        let table: Vec<&str> = self.history.of_table().map(|data| data.economy.code()).collect();
        let others = self.history.economies.len() - table.len();
        let list = format!("expected {}", table.join(", "));
        if others == 0 {
            list
        } else {
            format!("{list}, or the ISO code of one of {others} more economies")
        }
    }

    /// The pair that a key such as `KOR-CHN` names, codes in alphabetical order.
    fn pair(&self, key: &str) -> Option<String> {
        let (first, second) = key.split_once('-')?;
        let codes = self.codes();
        let known = codes.contains(&first) && codes.contains(&second) && first != second;
        known.then(|| format!("{}-{}", first.min(second), first.max(second)))
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
            ["options", _] => known.extend(options::KEYS),
            // Names of the user's own.
            ["options"] | ["sweep", "vary"] => return true,
            _ => {}
        }
        if known.contains(&"{lever}") {
            if levers::is_id(key) {
                return true;
            }
            let shown: String = key.chars().take(60).collect();
            self.errors.push(place.wrong(
                format!("`{shown}` cannot name a lever"),
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
                    _ => {}
                }
                self.errors.push(value.wrong(
                    format!("`{}` is not a table", segments.join(".")),
                    format!("expected a table with {}", next.join(", ")),
                ));
            }
        }
    }

    /// Reads the years in which a pair is tense on every path.
    fn read_tense_years(&mut self, path: &str, item: &Item, place: &Mark, text: &Text) {
        let Some(array) = item.as_array() else {
            self.errors.push(place.wrong(
                format!("`{path}` is not a list of years"),
                "expected a list such as [2028, 2029]",
            ));
            return;
        };
        let mut years: Vec<(Year, Mark)> = Vec::new();
        for value in array {
            let place = text.place(value.span());
            match value.as_integer().and_then(|year| Year::try_from(year).ok()) {
                None => self.errors.push(place.wrong(
                    format!("`{path}` names what is not a year"),
                    "expected a year such as 2028",
                )),
                Some(year) if years.iter().any(|(other, _)| *other == year) => {
                    self.errors
                        .push(place.wrong(format!("{year} stands twice"), "each year once"));
                }
                Some(year) => years.push((year, place)),
            }
        }
        let pair = path.split('.').nth(1).unwrap_or_default().to_owned();
        self.settings.tense_years.insert(pair, years);
    }

    /// Stated years lie in the projection, and the pair among the economies.
    fn finish_tense_years(&mut self, pairs: &[(Economy, Economy)], years: Range<Year>) -> Vec<TenseYears> {
        let mut found = Vec::new();
        for (pair, stated) in &self.settings.tense_years {
            // What both economies went through in a year whose GDP is known is in their figures.
            let told = pair
                .split('-')
                .filter_map(Economy::parse)
                .map(|economy| self.known_through(economy))
                .min();
            let first = told.map_or(years.start, |told| years.start.max(told + 1));
            let possible = first..years.end;
            for (year, place) in stated.iter().filter(|(year, _)| !possible.contains(year)) {
                let message = if years.contains(year) {
                    format!("`tension.{pair}.tense_years`: {year} is a year that the history tells")
                } else {
                    format!("`tension.{pair}.tense_years`: {year} lies outside the projection")
                };
                self.errors.push(place.wrong(
                    message,
                    format!("expected {first} to {}, the horizon", years.end - 1),
                ));
            }
            let mut sorted: Vec<Year> = stated.iter().map(|(year, _)| *year).collect();
            sorted.sort_unstable();
            let known = pairs
                .iter()
                .find(|(first, second)| *pair == format!("{first}-{second}"));
            if let (Some(pair), false) = (known, sorted.is_empty()) {
                found.push(TenseYears {
                    pair: *pair,
                    years: sorted,
                });
            }
        }
        found
    }

    fn read_gap_metric(&mut self, item: &Item, place: &Mark) {
        let Some(name) = self.read_text(item, "gap.metric", place) else {
            return;
        };
        let known: Vec<&str> = Metric::ALL
            .into_iter()
            .filter(|metric| metric.gap_unit().is_some())
            .map(Metric::key)
            .collect();
        match Metric::parse(&name).filter(|metric| metric.gap_unit().is_some()) {
            Some(metric) => self.settings.gap_metric = Some(metric),
            None => self.errors.push(
                place
                    .wrong(
                        format!("gaps of `{}` are not measured", short(&name)),
                        format!("expected {}", known.join(", ")),
                    )
                    .suggest(&name, known),
            ),
        }
    }

    fn read_gap_reference(&mut self, item: &Item, place: &Mark) {
        let Some(name) = self.read_text(item, "gap.reference", place) else {
            return;
        };
        let reference = if name == "frontier" {
            Some(Reference::Frontier)
        } else {
            let known = self.codes().contains(&name.as_str());
            Economy::parse(&name).filter(|_| known).map(Reference::Economy)
        };
        match reference {
            Some(reference) => self.settings.gap_reference = Some((reference, place.clone())),
            None => {
                let known = [vec!["frontier"], self.codes()].concat();
                let diagnostic = place
                    .wrong(
                        format!("`{}` is no reference", short(&name)),
                        format!("expected {}", known.join(", ")),
                    )
                    .suggest(&name, known);
                self.errors.push(diagnostic);
            }
        }
    }

    pub(super) fn read_text(&mut self, item: &Item, name: &str, place: &Mark) -> Option<String> {
        let text = item.as_str().map(str::to_owned);
        if text.is_none() {
            self.errors
                .push(place.wrong(format!("`{name}` is not a text"), "expected a text in quotes"));
        }
        text
    }

    /// Reads a text that is shown in every output: no control characters, and short enough to be read.
    pub(super) fn read_line(
        &mut self,
        item: &Item,
        name: &str,
        limit: usize,
        place: &Mark,
    ) -> Option<String> {
        let text = self.read_text(item, name, place)?;
        if text.chars().count() > limit || text.chars().any(char::is_control) {
            self.errors.push(place.wrong(
                format!("`{name}` cannot be shown"),
                format!("expected up to {limit} characters in one line, without control characters"),
            ));
            return None;
        }
        Some(text)
    }

    /// Reads the name that a person gave to a lever or an option.
    pub(super) fn read_title(&mut self, item: &Item, path: &str, place: &Mark) -> Option<(String, Mark)> {
        let title = self.read_line(item, path, NAME_LIMIT, place)?;
        if title.trim().is_empty() || title.trim().len() != title.len() {
            self.errors.push(place.wrong(
                format!("`{path}` is no name"),
                "expected a text that neither is blank nor begins or ends with a blank",
            ));
            return None;
        }
        Some((title, place.clone()))
    }

    /// Reads a list of economies of the history.
    pub(super) fn read_economies(
        &mut self,
        name: &str,
        item: &Item,
        place: &Mark,
        text: &Text,
    ) -> Option<Vec<Economy>> {
        let Some(array) = item.as_array().filter(|array| !array.is_empty()) else {
            self.errors.push(place.wrong(
                format!("`{name}` is not a list of economies"),
                "expected a list such as [\"CHN\", \"KOR\"]",
            ));
            return None;
        };
        let mut economies = Vec::new();
        let mut errors = Diagnostics::new();
        let known = self.codes();
        let expected = self.expected_economies();
        for value in array {
            let code = value.as_str().unwrap_or("");
            let place = text.place(value.span());
            match Economy::parse(code).filter(|economy| known.contains(&economy.code())) {
                None => {
                    errors.push(
                        place
                            .wrong(
                                format!("the history has no economy {}", short(value.to_string().trim())),
                                expected.clone(),
                            )
                            .suggest(code, known.iter().copied().filter(|known| resembles(known, code))),
                    );
                }
                Some(economy) if economies.contains(&economy) => {
                    errors.push(place.wrong(format!("{code} stands twice"), "each economy once"));
                }
                Some(economy) => economies.push(economy),
            }
        }
        let order = |economy: &Economy| {
            self.history
                .economies
                .iter()
                .position(|data| data.economy == *economy)
        };
        economies.sort_by_key(order);
        self.errors.extend(errors);
        Some(economies)
    }

    fn read_number(
        &mut self,
        path: String,
        parameter: &ParameterRow,
        item: &Item,
        place: &Mark,
        text: &Text,
    ) {
        let read = number::read(item)
            .map_err(|message| (message, number::FORMS.to_owned()))
            .and_then(|value| admit(parameter, value).map_err(|message| (message, hint(parameter))));
        match read {
            Ok(value) => {
                // A lever has either one scale or one for each partner, and so its trade; the later setting counts.
                for key in ["scale", "trade_base"] {
                    if let Some(lever) = path.strip_suffix(&format!(".{key}")) {
                        let parts = format!("{lever}.{key}.");
                        self.settings
                            .numbers
                            .retain(|other, _| !other.starts_with(&parts));
                    } else if let Some((lever, _)) = path.split_once(&format!(".{key}.")) {
                        self.settings.numbers.remove(&format!("{lever}.{key}"));
                    }
                }
                let entry = (value, text.origin.clone(), place.clone());
                let before = self.settings.numbers.insert(path.clone(), entry);
                if before.is_some_and(|(_, _, before)| Arc::ptr_eq(&before.source, &text.source)) {
                    self.errors
                        .push(place.wrong(format!("`{path}` is set twice"), "the second setting"));
                }
            }
            Err((message, help)) => {
                let expected = format!(
                    "expected {} from {} to {}",
                    parameter.unit, parameter.bounds.low, parameter.bounds.high
                );
                self.errors
                    .push(place.wrong(format!("`{path}`: {message}"), expected).help(help));
            }
        }
    }

    /// Takes the scores of a table of scores that the scenario does not give itself.
    fn take_scores(&mut self, economies: &[Economy]) {
        for given in &self.history.scores {
            let Ok(value) = Distribution::constant(given.score) else {
                continue;
            };
            if economies.contains(&given.economy) {
                let (source, span) = given.location.clone();
                let origin = Origin::File(source.name.clone());
                let path = Parameter::GivenScore.path((given.economy, given.element));
                self.settings
                    .numbers
                    .entry(path)
                    .or_insert((value, origin, Mark { source, span }));
            }
        }
    }

    /// Checks what belongs together and fills in defaults.
    fn finish(mut self) -> Result<Scenario, Diagnostics> {
        let economies = self.settings.economies.as_ref().map_or_else(
            || self.history.of_table().map(|data| data.economy).collect(),
            |(list, _)| list.clone(),
        );
        let base_year = self.history.base_year;
        let horizon = self.finish_horizon(base_year);
        self.take_scores(&economies);
        self.finish_views(&economies, base_year);
        self.finish_shocks(base_year, horizon);
        self.finish_tension();
        self.finish_money(base_year, horizon);
        let gap = self.finish_gap(&economies);
        let levers = self.finish_levers(&economies, base_year, horizon)?;
        let options = self.finish_options();
        let defaults = defaults::read()?;
        let mut inputs = Vec::new();
        let settings = &mut self.settings;
        let take = |path: String, settings: &mut Settings, inputs: &mut Vec<Input>| {
            if let Some((value, origin, _)) = settings.numbers.remove(&path) {
                inputs.push(Input { path, value, origin });
            } else if let Some((value, origin)) = defaults::lookup(&defaults, &path) {
                inputs.push(Input {
                    path,
                    value: value.clone(),
                    origin: origin.clone(),
                });
            }
        };
        // Tables one after the other, so that the resolved scenario can be written as TOML.
        let rows = |prefix: &'static str| {
            PARAMETERS
                .iter()
                .map(|parameter| parameter.path)
                .filter(move |path| path.starts_with(prefix))
        };
        for table in ["model.", "matrix."] {
            for path in rows(table) {
                let named: Vec<String> = if path.contains("{economy}") {
                    let of = |economy: &Economy| path.replace("{economy}", economy.code());
                    economies.iter().map(of).collect()
                } else {
                    vec![path.to_owned()]
                };
                for path in named {
                    match path.strip_suffix("{element}") {
                        None => take(path, settings, &mut inputs),
                        Some(stem) => Element::ALL.iter().for_each(|element| {
                            take(format!("{stem}{}", element.key()), settings, &mut inputs)
                        }),
                    }
                }
            }
        }
        for economy in &economies {
            rows("baseline.")
                .for_each(|path| take(path.replace("{economy}", economy.code()), settings, &mut inputs));
            published_share(self.history, *economy, &mut inputs);
        }
        for economy in &economies {
            let prefix = format!("shock.{economy}.");
            let stated = settings.numbers.keys().filter(|path| path.starts_with(&prefix));
            let stated: Vec<String> = stated.cloned().collect();
            stated
                .into_iter()
                .for_each(|path| take(path, settings, &mut inputs));
        }
        let pairs = drawn_pairs(&economies, &levers, settings, &defaults);
        for (first, second) in &pairs {
            rows("tension.").for_each(|path| {
                take(
                    path.replace("{pair}", &format!("{first}-{second}")),
                    settings,
                    &mut inputs,
                )
            });
        }
        for table in ["gap.", "money."] {
            rows(table).for_each(|path| take(path.to_owned(), settings, &mut inputs));
        }
        for lever in &levers {
            levers::inputs(lever, &mut settings.numbers, &mut inputs)?;
        }
        let mut files = std::mem::take(&mut settings.files);
        files.push(defaults::file());
        for lever in &levers {
            let file = lever.kind.file();
            if !files.contains(&file) {
                files.push(file);
            }
        }
        if levers.iter().any(|lever| lever.kind.works_through_trade()) {
            files.push(trade::file());
        }
        let mut scenario = Scenario {
            title: settings
                .title
                .take()
                .unwrap_or_else(|| "Untitled scenario".to_owned()),
            summary: settings.summary.take().unwrap_or_default(),
            horizon,
            economies,
            levers,
            options,
            gap,
            sweep: super::SweepDefaults::default(),
            inputs,
            files,
            tense_years: Vec::new(),
            pairs,
            notes: Vec::new(),
        };
        scenario.tense_years = self.finish_tense_years(&scenario.pairs, base_year + 1..horizon + 1);
        scenario.sweep = self.finish_sweep(&scenario);
        scenario.notes = notes(&scenario);
        scenario
            .notes
            .extend(plausible::warnings(&scenario, self.history)?);
        self.errors.into_result(scenario)
    }

    fn finish_horizon(&mut self, base_year: Year) -> Year {
        match &self.settings.horizon {
            None => DEFAULT_HORIZON.max(base_year + 1),
            Some((horizon, place)) => {
                if !(base_year + 1..=base_year + LONGEST_PROJECTION).contains(horizon) {
                    self.errors.push(place.wrong(
                        format!("the horizon {horizon} is out of range"),
                        format!("expected {} to {}", base_year + 1, base_year + LONGEST_PROJECTION),
                    ));
                }
                (*horizon).clamp(base_year + 1, base_year + LONGEST_PROJECTION)
            }
        }
    }

    /// A view has two halves, and an economy needs a digital share.
    fn finish_views(&mut self, economies: &[Economy], base_year: Year) {
        for (path, (_, _, place)) in &self.settings.numbers {
            let other = match parameters::find(path) {
                Some(Parameter::GrowthViewMean) => Parameter::GrowthViewYears,
                Some(Parameter::GrowthViewYears) => Parameter::GrowthViewMean,
                Some(Parameter::ShareViewMean) => Parameter::ShareViewYears,
                Some(Parameter::ShareViewYears) => Parameter::ShareViewMean,
                _ => continue,
            }
            .beside(path);
            if !self.settings.numbers.contains_key(&other) {
                self.errors
                    .push(place.wrong(format!("`{path}` needs `{other}` beside it"), "half of a view"));
            }
        }
        for economy in economies {
            let path = Parameter::InitialShare.path(*economy);
            let known = self
                .history
                .economy(*economy)
                .is_some_and(|data| data.share.is_some());
            if !known && !self.settings.numbers.contains_key(&path) {
                self.errors.push(
                    Diagnostic::new(format!(
                        "the history has no digital share of GDP for {} ({economy}) in {base_year}",
                        economy.name()
                    ))
                    .help(format!(
                        "add to the scenario, with your own numbers:\n[baseline.{economy}]\ninitial_share = \"0.08 to 0.15\"   # a 90 % interval\n\
                         or add a row `digital_share` to the history with --add-history"
                    )),
                );
            }
        }
    }

    /// The last year whose GDP the history knows of an economy.
    fn known_through(&self, economy: Economy) -> Year {
        let data = self.history.economy(economy);
        self.history.base_year + data.map_or(0, |data| data.known_gdp.len() as Year)
    }

    /// What is known cannot be shocked.
    fn finish_shocks(&mut self, base_year: Year, horizon: Year) {
        for (path, (_, _, place)) in &self.settings.numbers {
            let Some((code, year)) = path.strip_prefix("shock.").and_then(|rest| rest.split_once('.')) else {
                continue;
            };
            let known = Economy::parse(code).map_or(base_year, |economy| self.known_through(economy));
            if !year
                .parse::<Year>()
                .is_ok_and(|year| year > known && year <= horizon)
            {
                self.errors.push(
                    place
                        .wrong(
                            format!("`{path}`: a shock to {year} is not possible"),
                            format!("expected a year from {} to {horizon}", known + 1),
                        )
                        .help(format!(
                            "GDP of {code} is known through {known}, and the projection ends in {horizon}"
                        )),
                );
            }
        }
    }

    /// More relief must never make a path tenser, which needs 1 − exp(−hazard) ≤ 1 − 1/duration (docs/model.md §6).
    fn finish_tension(&mut self) {
        for (path, (value, _, place)) in &self.settings.numbers {
            if parameters::find(path) != Some(Parameter::TensionHazard) {
                continue;
            }
            let duration_path = Parameter::TensionDuration.beside(path);
            let duration = match self.settings.numbers.get(&duration_path) {
                Some((duration, _, _)) => duration.as_constant(),
                None => defaults::value(&duration_path)
                    .ok()
                    .and_then(|value| value.as_constant()),
            };
            let largest = libm::log(duration.unwrap_or(1.0));
            if value.as_constant().is_some_and(|hazard| hazard > largest) {
                self.errors.push(
                    place
                        .wrong(
                            format!(
                                "`{path}` is too high for tense periods of {} years",
                                duration.unwrap_or(1.0)
                            ),
                            format!("expected at most ln(duration) = {largest:.4} ruptures a year"),
                        )
                        .help(format!("lengthen `{duration_path}`")),
                );
            }
        }
    }

    /// Years of money are whole numbers; the last one counted is not before the horizon.
    fn finish_money(&mut self, base_year: Year, horizon: Year) {
        let last = base_year + LONGEST_PROJECTION + YEARS_BEYOND;
        for (parameter, from, to) in [
            (Parameter::MoneyThrough, horizon, last),
            (Parameter::PresentYear, base_year - LONGEST_PROJECTION, last),
        ] {
            let path = parameter.path(());
            let Some((value, _, place)) = self.settings.numbers.get(&path) else {
                continue;
            };
            let year = value.as_constant().unwrap_or(f64::from(from));
            // Whole, but for the rounding of a sweep.
            let whole = year.round();
            if (year - whole).abs() > 1e-6 || !(f64::from(from)..=f64::from(to)).contains(&whole) {
                self.errors.push(place.wrong(
                    format!("`{path}`: {year} is not a year that money can be counted in"),
                    format!("expected a year from {from} to {to}"),
                ));
            }
        }
    }

    fn finish_gap(&mut self, economies: &[Economy]) -> GapDefinition {
        let metric = self.settings.gap_metric.unwrap_or(Metric::Share);
        let reference = match &self.settings.gap_reference {
            None => Reference::Frontier,
            Some((reference, place)) => {
                if let Reference::Economy(economy) = reference
                    && !economies.contains(economy)
                {
                    self.errors.push(place.wrong(
                        format!("{economy} is not among the economies of the scenario"),
                        "expected one of them, or \"frontier\"",
                    ));
                }
                *reference
            }
        };
        if metric.is_per_head() {
            for economy in economies {
                if self
                    .history
                    .economy(*economy)
                    .is_none_or(|data| data.population.is_none())
                {
                    self.errors.push(
                        Diagnostic::new(format!(
                            "gaps of `{}` need the population of {economy}, which the history does not have",
                            metric.key()
                        ))
                        .help("add rows `population` to the history table, or choose another `gap.metric`"),
                    );
                }
            }
        }
        GapDefinition { metric, reference }
    }
}

/// The pairs whose tension is drawn, in the order of [`pairs`]: those that have defaults of their own, those that the scenario
/// names and those of a lever. Their number does not grow with the square of the economies.
fn drawn_pairs(
    economies: &[Economy],
    levers: &[Lever],
    settings: &Settings,
    defaults: &defaults::Defaults,
) -> Vec<(Economy, Economy)> {
    let order: BTreeMap<&str, usize> = economies
        .iter()
        .enumerate()
        .map(|(position, economy)| (economy.code(), position))
        .collect();
    let mut found: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut add = |first: &str, second: &str| {
        if let (Some(one), Some(other)) = (order.get(first), order.get(second)) {
            found.insert((*one.min(other), *one.max(other)));
        }
    };
    let named = defaults
        .keys()
        .chain(settings.numbers.keys())
        .filter_map(|path| path.strip_prefix("tension.")?.split('.').next())
        .chain(settings.tense_years.keys().map(String::as_str));
    for pair in named {
        if let Some((first, second)) = pair.split_once('-') {
            add(first, second);
        }
    }
    for lever in levers {
        for (first, second) in pairs(&lever.partners) {
            add(first.code(), second.code());
        }
    }
    found
        .into_iter()
        .map(|(one, other)| {
            let (one, other) = (economies[one], economies[other]);
            (one.min(other), one.max(other))
        })
        .collect()
}

/// What a reader of the numbers must know: what bounds have cut off.
fn notes(scenario: &Scenario) -> Vec<String> {
    let inputs = scenario.inputs.iter().map(|input| (&input.path, &input.value));
    let ranges = scenario.sweep.vary.iter().filter(|input| !input.prior);
    inputs
        .chain(ranges.map(|input| (&input.path, &input.range)))
        .filter_map(|(path, value)| cut_note(path, value))
        .collect()
}

/// Adds the digital share of the base year that the history holds, unless the scenario sets one.
fn published_share(history: &HistoryData, economy: Economy, inputs: &mut Vec<Input>) {
    let path = Parameter::InitialShare.path(economy);
    let share = history.economy(economy).and_then(|data| data.share.as_ref());
    let Some(share) = share.filter(|_| inputs.last().is_none_or(|input| input.path != path)) else {
        return;
    };
    let (grade, reason) = match &share.assumption {
        Some(assumption) => (
            Grade::J,
            format!(
                "Digital share of {} in {}: {assumption}.",
                economy.name(),
                history.base_year
            ),
        ),
        None => (Grade::A, "The level that the history table holds.".to_owned()),
    };
    // Cut off at the bounds like any number of a file, so that the resolved scenario gives the same bits.
    let value = admit(Parameter::InitialShare.row(), share.distribution.clone())
        .unwrap_or_else(|_| share.distribution.clone());
    inputs.push(Input {
        path,
        value,
        origin: Origin::Default {
            grade,
            source: "history table".to_owned(),
            reason,
        },
    });
}

/// Whether one of the many known codes is worth comparing with a wrong one: two letters in place, or the same letters.
fn resembles(known: &str, wrong: &str) -> bool {
    let sorted = |text: &str| {
        let mut letters: Vec<u8> = text.bytes().collect();
        letters.sort_unstable();
        letters
    };
    let in_place = known.bytes().zip(wrong.bytes()).filter(|(a, b)| a == b).count();
    in_place >= 2 || (known.len() == wrong.len() && sorted(known) == sorted(wrong))
}

/// Pairs of economies, codes in alphabetical order, in the order of the first and then the second economy.
pub(crate) fn pairs(economies: &[Economy]) -> Vec<(Economy, Economy)> {
    let mut pairs = Vec::new();
    for (position, first) in economies.iter().enumerate() {
        for second in &economies[position + 1..] {
            pairs.push((*first.min(second), *first.max(second)));
        }
    }
    pairs
}

/// The beginning of a text that may be long.
pub(super) fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

/// The largest part of a distribution that may lie outside the bounds and is cut off, with a note.
const LARGEST_CUT: f64 = 0.01;
/// A part this small changes no figure that is shown and is cut off without a note.
const NEGLIGIBLE_CUT: f64 = 1e-6;

/// Checks a value against a row of the parameter table; a little of a distribution beyond the bounds is cut off.
pub(super) fn admit(parameter: &ParameterRow, value: Distribution) -> Result<Distribution, String> {
    let Bounds { low, .. } = parameter.bounds;
    if let Some(constant) = value.as_constant() {
        return if parameter.bounds.contains(constant) {
            Ok(value)
        } else {
            Err(format!("{constant} is out of bounds"))
        };
    }
    if !parameter.may_be_uncertain() {
        return Err("this number may not be uncertain".to_owned());
    }
    if let Distribution::ZeroOr { p_zero, otherwise } = value {
        if low > 0.0 {
            return Err("the distribution can be 0, out of bounds".to_owned());
        }
        return Distribution::zero_or(p_zero, bounded(parameter, *otherwise)?)
            .map_err(|error| error.to_string());
    }
    bounded(parameter, value)
}

/// A distribution kept within the bounds of a parameter, of which it may leave a little.
pub(super) fn bounded(parameter: &ParameterRow, value: Distribution) -> Result<Distribution, String> {
    let Bounds { low, high, .. } = parameter.bounds;
    if value.as_constant().is_some() {
        return admit(parameter, value);
    }
    let (below, above) = (value.cdf(low), 1.0 - value.cdf(high));
    if below + above <= LARGEST_CUT {
        return value.truncated(low, high).map_err(|error| error.to_string());
    }
    let part = |mass: f64, side: &str, bound: f64| {
        format!("{} % of the distribution lies {side} {bound}", percent(mass))
    };
    Err(match (below > NEGLIGIBLE_CUT, above > NEGLIGIBLE_CUT) {
        (true, true) => format!("{} and {}", part(below, "below", low), part(above, "above", high)),
        (true, false) => part(below, "below", low),
        _ => part(above, "above", high),
    })
}

/// A probability in percent with two significant digits, never shown as 100 unless it is.
fn percent(probability: f64) -> String {
    let percent = 100.0 * probability;
    if percent >= 10.0 {
        format!(
            "{:.0}",
            percent
                .min(99.0)
                .max(if probability == 1.0 { 100.0 } else { 0.0 })
        )
    } else if percent >= 1.0 {
        format!("{percent:.1}")
    } else {
        format!("{percent:.1e}")
            .parse::<f64>()
            .unwrap_or(percent)
            .to_string()
    }
}

/// What is cut off a distribution by its bounds, as a sentence; nothing where no figure would show it.
fn cut_note(path: &str, value: &Distribution) -> Option<String> {
    let inner = match value {
        Distribution::ZeroOr { otherwise, .. } => otherwise,
        other => other,
    };
    let Distribution::Truncated { inner, low, high } = inner else {
        return None;
    };
    let (below, above) = (inner.cdf(*low), 1.0 - inner.cdf(*high));
    let (outside, bound) = if below > above {
        (below, low)
    } else {
        (above, high)
    };
    (below + above > NEGLIGIBLE_CUT).then(|| {
        format!(
            "`{path}`: {} % of the distribution lies beyond {bound} and is cut off; what is left has 90 % between {:.4} and {:.4}",
            percent(outside),
            value.quantile(0.05),
            value.quantile(0.95)
        )
    })
}

/// A hint where the magnitude looks like percent.
pub(super) fn hint(parameter: &ParameterRow) -> String {
    if parameter.unit.contains("rate") || parameter.unit.contains("share") {
        format!("{}; 5 % is written 0.05", parameter.meaning)
    } else {
        parameter.meaning.to_owned()
    }
}
