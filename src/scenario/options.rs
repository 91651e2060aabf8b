//! Policy options in scenario files: `[options]`, each a list of lever ids, or `{ levers = [...], title = "..." }`.

use toml_edit::Item;

use super::{
    admit::short,
    reader::{Mark, NAME_LIMIT, OptionSettings, Reader, Text},
    types::{BASELINE, PolicyOption},
};

/// The most options of a scenario.
const OPTION_LIMIT: usize = 64;

/// Words that readers of CSV take for a missing value, in small letters.
const MISSING: [&str; 10] = [
    "na", "n/a", "<na>", "#n/a", "nan", "-nan", "none", "null", "nil", "missing",
];

/// Why a name cannot be that of an option, and a way out where there is a short one.
pub fn name_fault(name: &str) -> Option<(&'static str, Option<String>)> {
    let wrong = name.is_empty()
        || name.chars().count() > NAME_LIMIT
        || name.contains(['/', '|'])
        || name.chars().any(char::is_control)
        || name == BASELINE;
    if wrong {
        return Some((
            "expected up to 100 characters without `/` and `|`, and not `baseline`",
            None,
        ));
    }
    MISSING.contains(&name.to_ascii_lowercase().as_str()).then(|| {
        (
            "readers of tables take it for a missing value",
            Some(format!("write more, such as \"option {name}\"")),
        )
    })
}

/// What differs in blanks or case alone is one name to readers.
pub fn folded(name: &str) -> String {
    let words: Vec<String> = name.split_whitespace().map(str::to_lowercase).collect();
    words.join(" ")
}

/// Keys of an option that is written as a table.
pub(super) const KEYS: [&str; 2] = ["levers", "title"];

impl Reader<'_> {
    pub(super) fn read_options(&mut self, item: &Item, value: &Mark, text: &Text) {
        let Some(table) = item.as_table_like() else {
            self.errors.push(value.wrong(
                "`options` is not a table",
                "expected names of options, each with a list of lever ids",
            ));
            return;
        };
        for (name, item) in table.iter() {
            let key = table.key(name).and_then(toml_edit::Key::span);
            let place = text.place(key.or_else(|| item.span()));
            self.read_option(name, item, &place, &text.place(item.span()), text);
        }
    }

    /// Reads an option: a list of lever ids, or a table of [`KEYS`].
    pub(super) fn read_option(&mut self, name: &str, item: &Item, key: &Mark, value: &Mark, text: &Text) {
        let Some(table) = item.as_table_like() else {
            return self.read_option_part(name, "levers", item, key, value, text);
        };
        if table.is_empty() {
            self.errors.push(not_levers(name, value));
        }
        for (part, item) in table.iter() {
            let span = table.key(part).and_then(toml_edit::Key::span);
            let place = text.place(span.or_else(|| item.span()));
            if self.known_key(&["options", name], part, &place) {
                self.read_option_part(name, part, item, key, &text.place(item.span()), text);
            }
        }
    }

    /// Reads one of [`KEYS`] of an option.
    pub(super) fn read_option_part(
        &mut self,
        name: &str,
        part: &str,
        item: &Item,
        key: &Mark,
        value: &Mark,
        text: &Text,
    ) {
        let title = (part == "title").then(|| {
            let path = format!("options.{}.title", short(name));
            self.read_title(item, &path, value)
        });
        let levers = (part == "levers").then(|| self.read_option_levers(name, item, value, text));
        let Some(option) = self.option(name, key) else {
            return;
        };
        if let Some(Some(title)) = title {
            option.title = Some(title);
        }
        if let Some(levers) = levers {
            option.levers = Some(levers);
        }
    }

    /// What is known of an option; `None` where there are too many.
    fn option(&mut self, name: &str, key: &Mark) -> Option<&mut OptionSettings> {
        let options = &self.settings.options;
        let known = options.iter().position(|option| option.name == name);
        if known.is_none() {
            if let Some((label, help)) = name_fault(name) {
                let wrong = key.wrong(format!("`{}` cannot name an option", short(name)), label);
                self.errors.push(match help {
                    Some(help) => wrong.help(help),
                    None => wrong,
                });
            }
            if options.len() == OPTION_LIMIT {
                self.errors
                    .push(key.wrong(format!("more than {OPTION_LIMIT} options"), "one too many"));
                return None;
            }
            self.settings.options.push(OptionSettings {
                name: name.to_owned(),
                at: key.clone(),
                levers: None,
                title: None,
            });
        }
        let position = known.unwrap_or(self.settings.options.len() - 1);
        self.settings.options.get_mut(position)
    }

    fn read_option_levers(
        &mut self,
        name: &str,
        item: &Item,
        value: &Mark,
        text: &Text,
    ) -> Vec<(String, Mark)> {
        let mut ids: Vec<(String, Mark)> = Vec::new();
        let Some(array) = item.as_array().filter(|array| !array.is_empty()) else {
            self.errors.push(not_levers(name, value));
            return ids;
        };
        let mut seen = std::collections::BTreeSet::new();
        for item in array {
            let place = text.place(item.span());
            match item.as_str() {
                None => self
                    .errors
                    .push(place.wrong("a lever id is a text in quotes", "expected a lever id")),
                Some(id) if !seen.insert(id) => {
                    self.errors
                        .push(place.wrong(format!("`{}` stands twice", short(id)), "each lever once"));
                }
                Some(id) => ids.push((id.to_owned(), place)),
            }
        }
        ids
    }

    /// Checks the options; without any, all levers form one.
    pub(super) fn finish_options(&mut self) -> Vec<PolicyOption> {
        let known: Vec<&str> = self.settings.levers.keys().map(String::as_str).collect();
        let mut options: Vec<PolicyOption> = Vec::new();
        for settings in &self.settings.options {
            let name = &settings.name;
            let Some(ids) = &settings.levers else {
                self.errors.push(settings.at.wrong(
                    format!("the option `{}` has no `levers`", short(name)),
                    "add `levers`, a list of lever ids",
                ));
                continue;
            };
            for (id, place) in ids.iter().filter(|(id, _)| !known.contains(&id.as_str())) {
                self.errors.push(
                    place
                        .wrong(
                            format!("there is no lever `{}`", short(id)),
                            if known.is_empty() {
                                "the file has no levers".to_owned()
                            } else {
                                format!("expected {}", known.join(", "))
                            },
                        )
                        .suggest(id, known.iter().copied()),
                );
            }
            let mut levers: Vec<String> = ids.iter().map(|(id, _)| id.clone()).collect();
            levers.sort();
            let option = PolicyOption {
                name: name.clone(),
                levers,
                title: settings.title.as_ref().map(|(title, _)| title.clone()),
            };
            let alike = options
                .iter()
                .find(|other| folded(&other.shown()) == folded(&option.shown()));
            if let Some(other) = alike {
                let place = settings.title.as_ref().map_or(&settings.at, |(_, place)| place);
                self.errors.push(place.wrong(
                    format!(
                        "the options `{}` and `{}` are both shown as “{}”",
                        short(&other.name),
                        short(name),
                        option.shown()
                    ),
                    "expected a name that differs in more than blanks and case, or a `title` of its own",
                ));
            }
            options.push(option);
        }
        if self.settings.options.is_empty() && !known.is_empty() {
            options.push(PolicyOption {
                name: "all levers".to_owned(),
                levers: known.into_iter().map(str::to_owned).collect(),
                title: None,
            });
        }
        options
    }
}

fn not_levers(name: &str, value: &Mark) -> crate::base::Diagnostic {
    value
        .wrong(
            format!("the option `{}` is not a list of levers", short(name)),
            "expected lever ids such as [\"smart-cities\"]",
        )
        .help("an option without levers is the baseline, which is always there")
}
