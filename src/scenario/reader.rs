//! The reader of a scenario: what files and arguments have set so far, places that messages point at, and values of each sort.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use toml_edit::Item;

use super::{
    admit::{admit, hint, short},
    input::{InputFile, Origin},
    kinds::{CreationMode, ScaleBasis},
    number,
    parameters::ParameterRow,
    types::{Choice, PlanDefaults, Reference},
};
use crate::{
    base::{Diagnostic, Diagnostics, Economy, Files, Metric, SourceText, TextPlace, Year},
    history::HistoryData,
    stats::Distribution,
};

/// The longest title of a scenario, in characters.
pub(super) const TITLE_LIMIT: usize = 200;
/// The longest summary, in characters.
pub(super) const SUMMARY_LIMIT: usize = 2000;
/// The longest name of a lever or an option, in characters.
pub(super) const NAME_LIMIT: usize = 100;

/// A place in a text that a message can point at.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub(super) source: Arc<SourceText>,
    pub(super) span: Range<usize>,
}

impl Mark {
    /// Whether it points into the argument of that name.
    pub(super) fn is_argument(&self, name: &str) -> bool {
        self.source.name == name
    }

    pub(super) fn place(&self) -> TextPlace {
        (Arc::clone(&self.source), self.span.clone())
    }

    pub(super) fn wrong(&self, message: impl Into<String>, label: impl Into<String>) -> Diagnostic {
        Diagnostic::new(message).at(&self.source, self.span.clone(), label)
    }
}

/// A text under reading, and where its TOML begins in it (`--set` arguments begin with a path).
pub(super) struct Text {
    pub(super) source: Arc<SourceText>,
    pub(super) shift: isize,
    pub(super) origin: Origin,
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
    pub(super) title: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) horizon: Option<(Year, Mark)>,
    pub(super) economies: Option<(Vec<Economy>, Mark)>,
    pub(super) numbers: BTreeMap<String, (Distribution, Origin, Mark)>,
    pub(super) levers: BTreeMap<String, LeverSettings>,
    pub(super) options: Vec<OptionSettings>,
    pub(super) tense_years: BTreeMap<String, Vec<(Year, Mark)>>,
    pub(super) gap_metric: Option<Metric>,
    pub(super) gap_reference: Option<(Reference, Mark)>,
    pub(super) sweep: SweepSettings,
    pub(super) plan: PlanDefaults,
    pub(super) correlations: Vec<CorrelationSettings>,
    pub(super) rules: Vec<RuleSettings>,
    /// Where the value of each key stands that was read last.
    pub(super) places: BTreeMap<String, TextPlace>,
    pub(super) files: Vec<InputFile>,
}

/// The reader of one scenario.
pub(super) struct Reader<'a> {
    pub(super) files: &'a dyn Files,
    pub(super) history: &'a HistoryData,
    pub(super) settings: Settings,
    pub(super) errors: Diagnostics,
}

/// A choice as it stands in the text, with the place of each list.
#[derive(Clone, Debug, Default)]
pub(super) struct ChoiceSettings {
    pub(super) choice: Choice,
    /// Ids that must exist, and where they stand.
    pub(super) named: Vec<(String, Mark)>,
}

/// What files and arguments have said about a lever, besides its numbers.
#[derive(Debug)]
pub(super) struct LeverSettings {
    pub(super) at: Mark,
    /// Keys that stand there, whether or not their values could be read: what is wrong is not also missing.
    pub(super) keys: Vec<String>,
    pub(super) kind: Option<(String, Mark)>,
    pub(super) partners: Option<(Vec<Economy>, Mark)>,
    pub(super) scale_basis: Option<ScaleBasis>,
    pub(super) creation_mode: Option<CreationMode>,
    /// A spending profile; empty if none is stated.
    pub(super) spending: Vec<f64>,
    pub(super) title: Option<(String, Mark)>,
    pub(super) choice: ChoiceSettings,
}

impl LeverSettings {
    pub(super) fn at(at: Mark) -> Self {
        Self {
            at,
            keys: Vec::new(),
            kind: None,
            partners: None,
            scale_basis: None,
            creation_mode: None,
            spending: Vec::new(),
            title: None,
            choice: ChoiceSettings::default(),
        }
    }
}

/// What files and arguments have said about an option.
pub(super) struct OptionSettings {
    pub(super) name: String,
    pub(super) at: Mark,
    /// `None` while only its title has been read.
    pub(super) levers: Option<Vec<(String, Mark)>>,
    pub(super) title: Option<(String, Mark)>,
}

/// What files have said about sweeps.
#[derive(Debug, Default)]
pub(super) struct SweepSettings {
    pub(super) outcomes: Vec<(String, Mark)>,
    pub(super) method: Option<String>,
    pub(super) size: Option<usize>,
    /// Path, the range as TOML, its place.
    pub(super) vary: Vec<(String, Item, Mark)>,
}

/// A rule as it stands in the text.
#[derive(Debug)]
pub(super) struct RuleSettings {
    pub(super) name: String,
    pub(super) at: Mark,
    pub(super) when: Option<(String, Mark)>,
    pub(super) then: Option<(String, Mark)>,
}

/// A correlation as it stands in the text.
#[derive(Debug)]
pub(super) struct CorrelationSettings {
    pub(super) paths: [String; 2],
    pub(super) value: f64,
    pub(super) at: Mark,
}

impl Reader<'_> {
    /// Codes of the economies of the history.
    pub(super) fn codes(&self) -> Vec<&str> {
        self.history
            .economies
            .iter()
            .map(|data| data.economy.code())
            .collect()
    }

    /// What may stand where an economy is expected.
    pub(super) fn expected_economies(&self) -> String {
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
    pub(super) fn pair(&self, key: &str) -> Option<String> {
        let (first, second) = key.split_once('-')?;
        let codes = self.codes();
        let known = codes.contains(&first) && codes.contains(&second) && first != second;
        known.then(|| format!("{}-{}", first.min(second), first.max(second)))
    }

    pub(super) fn read_text(&mut self, item: &Item, name: &str, place: &Mark) -> Option<String> {
        let text = item.as_str().map(str::to_owned);
        match &text {
            None => self
                .errors
                .push(place.wrong(format!("`{name}` is not a text"), "expected a text in quotes")),
            Some(text) if is_left_over(text) => {
                self.errors.push(left_over(name, place));
                return None;
            }
            Some(_) => {}
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

    pub(super) fn read_number(
        &mut self,
        path: String,
        parameter: &ParameterRow,
        item: &Item,
        place: &Mark,
        text: &Text,
    ) {
        if item.as_str().is_some_and(is_left_over) {
            return self.errors.push(left_over(&path, place).help(hint(parameter)));
        }
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
}

/// What `jointly new` writes where only the author can say what belongs there.
pub(super) const LEFT_OVER: &str = "REPLACE";

fn is_left_over(text: &str) -> bool {
    text.trim_start().starts_with(LEFT_OVER)
}

fn left_over(name: &str, place: &Mark) -> Diagnostic {
    place.wrong(
        format!("`{name}` still says {LEFT_OVER}"),
        "write here what only you can say",
    )
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
