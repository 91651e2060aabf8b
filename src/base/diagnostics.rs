//! Refusals: every error of an input at once, each with file, line, column, the text marked, what was expected and
//! the nearest known name.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    ops::Range,
    sync::Arc,
};

/// A text that a diagnostic can point into: a file, a `--set` argument, an embedded table.
#[derive(Debug)]
pub struct SourceText {
    /// The name shown to the reader: the path as the user wrote it, or `--set PATH=VALUE`.
    pub name: String,
    /// The whole text.
    pub text: String,
}

impl SourceText {
    /// A shared source text.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Arc::new(Self {
            name: name.into(),
            text: text.into(),
        })
    }

    /// Line and column, both from 1 and the column in characters, of a byte offset.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &self.text[..offset];
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |position| position + 1);
        (line, before[start..].chars().count() + 1)
    }
}

/// Most bytes of a sentence of a diagnostic as it is shown: with mark and place three of them stay below 4 KB.
const LONGEST: usize = 1000;

/// How many bytes a character takes where it is shown; a control character becomes a symbol.
fn shown_bytes(character: char) -> usize {
    let least = if character.is_control() { 3 } else { 1 };
    character.len_utf8().max(least)
}

/// The beginning of a sentence, of whole words: an input may hold thousands of names to choose from, or a name of a megabyte.
fn bounded(text: impl Into<String>) -> String {
    let mut text = text.into();
    let mut bytes = 0;
    let over = text.char_indices().find(|(_, character)| {
        bytes += shown_bytes(*character);
        bytes > LONGEST
    });
    if let Some((end, _)) = over {
        let end = text[..end].rfind(' ').unwrap_or(end);
        text.truncate(end);
        text.push_str(" …");
    }
    text
}

/// One thing that is wrong with an input.
#[derive(Clone, Debug)]
pub struct Diagnostic {
    /// What is wrong, naming the thing and its value, in one sentence without a full stop.
    pub message: String,
    /// Where: a text and a byte range in it; `None` where no text exists (a missing file).
    pub location: Option<TextPlace>,
    /// What stands beside the mark: the rule, or what was expected.
    pub label: String,
    /// The remedy: nearest name, the allowed values, a way out.
    pub help: Option<String>,
    /// The path of the key of a scenario that it is about, where whoever finds the fault has no text at hand.
    pub about: Option<String>,
}

/// A text, and a byte range in it.
pub type TextPlace = (Arc<SourceText>, Range<usize>);

impl Diagnostic {
    /// A diagnostic that points at no text.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: bounded(message),
            location: None,
            label: String::new(),
            help: None,
            about: None,
        }
    }

    /// Says which key of a scenario it is about; [`Diagnostics::placed`] finds where that stands.
    pub fn about(mut self, path: impl Into<String>) -> Self {
        self.about = Some(path.into());
        self
    }

    /// Points at a byte range of a text, with a label beside the mark.
    pub fn at(mut self, source: &Arc<SourceText>, span: Range<usize>, label: impl Into<String>) -> Self {
        self.location = Some((Arc::clone(source), span));
        self.label = bounded(label);
        self
    }

    /// Adds the remedy.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(bounded(help));
        self
    }

    /// Adds "did you mean" if some known name is near.
    pub fn suggest<'a>(self, wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        match super::nearest(wrong, known) {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None => self,
        }
    }
}

/// All errors of an input, in order of appearance. Used as the error type of everything that reads input.
#[derive(Clone, Debug, Default)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    /// No errors yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one error.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    /// Adds all errors of another collection.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Adds the errors of another collection that do not say the same as one that is there.
    pub fn extend_new(&mut self, other: Self) {
        for diagnostic in other.0 {
            if self.0.iter().all(|known| known.message != diagnostic.message) {
                self.0.push(diagnostic);
            }
        }
    }

    /// Says which key of a scenario all of them are about.
    #[must_use]
    pub fn about(mut self, path: &str) -> Self {
        self.0
            .iter_mut()
            .for_each(|one| one.about = Some(path.to_owned()));
        self
    }

    /// With the places of what errors are about, as far as some text says it.
    #[must_use]
    pub fn placed(mut self, place_of: impl Fn(&str) -> Option<TextPlace>) -> Self {
        for one in self.0.iter_mut().filter(|one| one.location.is_none()) {
            one.location = one.about.as_deref().and_then(&place_of);
        }
        self
    }

    /// One cause once: of more than three errors in a row of rows that expect the same and have the same remedy, the first, with the
    /// number of the others.
    #[must_use]
    pub fn folded(self) -> Self {
        const MOST: usize = 3;
        let cause = |one: &Diagnostic| (one.label.clone(), one.help.clone());
        let mut counts: BTreeMap<(String, Option<String>), usize> = BTreeMap::new();
        for one in self.0.iter().filter(|one| !one.label.is_empty()) {
            *counts.entry(cause(one)).or_default() += 1;
        }
        let mut told = BTreeSet::new();
        let mut folded = Self::new();
        for mut one in self.0 {
            match counts.get(&cause(&one)) {
                Some(count) if *count > MOST => {
                    if told.insert(cause(&one)) {
                        one.message = format!(
                            "{}; {} more cells are wrong in the same way",
                            one.message,
                            count - 1
                        );
                        folded.push(one);
                    }
                }
                _ => folded.push(one),
            }
        }
        folded
    }

    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many errors there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// The errors.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    /// The value if nothing is wrong, otherwise the errors.
    ///
    /// # Errors
    /// The collected errors, if there are any.
    pub fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl From<Diagnostic> for Diagnostics {
    fn from(diagnostic: Diagnostic) -> Self {
        Self(vec![diagnostic])
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for diagnostic in &self.0 {
            if let Some((source, span)) = &diagnostic.location {
                let (line, column) = source.line_column(span.start);
                write!(formatter, "{}:{line}:{column}: ", source.name)?;
            }
            writeln!(formatter, "{}", diagnostic.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostics {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_are_bounded_at_whole_words() {
        let source = SourceText::new("a", "b");
        let names: Vec<String> = (0..100_000).map(|number| format!("é{number}")).collect();
        let long = format!("expected {}", names.join(", "));
        let found = Diagnostic::new(&long)
            .at(&source, 0..1, &long)
            .help("x".repeat(1_000_000));
        for text in [&found.message, &found.label, found.help.as_ref().unwrap()] {
            assert!(text.len() <= LONGEST + 4 && text.ends_with(" …"), "{text}");
        }
        assert!(found.message.ends_with(", …"), "{}", found.message);
        assert_eq!(Diagnostic::new("x".repeat(LONGEST)).message.len(), LONGEST);
    }
}
