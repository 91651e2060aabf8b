//! A document on the terminal: text of a given width with ANSI styles, which the console strips where they are not wanted.

mod drawing;
mod grid;
#[cfg(test)]
mod tests;

use anstyle::Style;

use super::{
    document::{Block, Charts, Document, Rank, Section},
    escape,
    words::breaks,
};

const HEADING: Style = Style::new().bold();
const QUIET: Style = Style::new().dimmed();

/// Which sections of a document are shown.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Shown {
    /// The answer: the brief sections.
    #[default]
    Brief,
    /// The sections of these names.
    Sections(Vec<String>),
    /// Everything.
    Full,
}

impl Shown {
    /// Whether a section is shown.
    pub fn shows(&self, section: &Section) -> bool {
        match self {
            Self::Brief => section.rank == Rank::Brief,
            Self::Sections(names) => names.contains(&section.id),
            Self::Full => true,
        }
    }
}

/// A document as text of lines of at most `width` columns, at least 20; texts of users do no harm on a terminal.
pub fn render(document: &Document, shown: &Shown, width: usize) -> String {
    let document = &document.with_references(|names| format!("--show {names}"));
    let width = width.max(20);
    let mut text = String::new();
    styled(&mut text, HEADING, &document.title, width);
    paragraph(&mut text, &document.question, width);
    if *shown == Shown::Full {
        for fact in &document.facts {
            styled(
                &mut text,
                QUIET,
                &format!("{}: {}", fact.label, fact.value),
                width,
            );
        }
    }
    for section in document.sections.iter().filter(|section| shown.shows(section)) {
        text.push('\n');
        if !section.heading.is_empty() {
            styled(&mut text, HEADING, &section.heading, width);
        }
        blocks(&mut text, section, width);
    }
    match shown {
        Shown::Full => reproduce(&mut text, document, width),
        _ => more(&mut text, document, shown, width),
    }
    text
}

/// What else there is, and how to see it.
fn more(text: &mut String, document: &Document, shown: &Shown, width: usize) {
    let rest: Vec<&str> = document
        .sections
        .iter()
        .filter(|section| !shown.shows(section))
        .map(|section| section.id.as_str())
        .collect();
    if !rest.is_empty() {
        text.push('\n');
        let line = |names: &str| format!("More: --show {names}; --full");
        // One line: a wrong name is refused with all that there are.
        let shown = (1..=rest.len())
            .rev()
            .map(|count| match count == rest.len() {
                true => line(&rest.join(", ")),
                false => line(&format!("{}, …", rest[..count].join(", "))),
            })
            .find(|line| columns(line) <= width);
        styled(
            text,
            QUIET,
            &shown.unwrap_or_else(|| line(&rest.join(", "))),
            width,
        );
    }
}

fn reproduce(text: &mut String, document: &Document, width: usize) {
    if document.reproduce.command.is_empty() {
        return;
    }
    text.push('\n');
    styled(text, HEADING, "How to reproduce", width);
    paragraph(text, &document.reproduce.command, width);
    for fact in &document.reproduce.facts {
        styled(text, QUIET, &format!("{}: {}", fact.label, fact.value), width);
    }
}

fn blocks(text: &mut String, section: &Section, width: usize) {
    let mut before: Option<&Block> = None;
    for (position, block) in section.blocks.iter().enumerate() {
        let parted = |block: &Block| matches!(block, Block::Table(_) | Block::Charts(_));
        if before.is_some_and(|before| parted(before) || parted(block)) && section.rank != Rank::Brief {
            text.push('\n');
        }
        let said = |position: Option<usize>| {
            position
                .and_then(|position| section.blocks.get(position))
                .is_some_and(|block| matches!(block, Block::Sentence(_)))
        };
        match block {
            // Sentences that follow each other are a list.
            Block::Sentence(sentence) if said(position.checked_sub(1)) || said(Some(position + 1)) => {
                item(text, sentence, width);
            }
            Block::Sentence(sentence) => paragraph(text, sentence, width),
            Block::Note(note) => styled(text, QUIET, note, width),
            Block::Table(table) => {
                if table.title != section.heading && !table.title.is_empty() {
                    paragraph(text, &table.title, width);
                }
                grid::table(text, table, width);
                if !table.note.is_empty() {
                    styled(text, QUIET, &table.note, width);
                }
            }
            // The picture that is read with the answer is for the page: its numbers stand in the table.
            Block::Charts(_) if section.rank == Rank::Brief => {}
            Block::Charts(charts) => figures(text, charts, width),
        }
        before = Some(block);
    }
}

/// The charts that always stand and the first of a choice, and how many more there are.
fn figures(text: &mut String, charts: &Charts, width: usize) {
    let (shown, others) = charts.first();
    for (position, figure) in shown.iter().enumerate() {
        if position > 0 {
            text.push('\n');
        }
        drawing::chart(text, &figure.chart, width);
    }
    if others > 0 {
        let choices: Vec<String> = charts
            .selectors
            .iter()
            .map(|selector| selector.label.to_lowercase())
            .collect();
        let by = match choices.as_slice() {
            [] => String::new(),
            choices => format!(" by {}", choices.join(", ")),
        };
        let more = format!("{others} more{by} in the page (--report FILE.html).");
        styled(text, QUIET, &more, width);
    }
}

/// Lines of a style; nothing for an empty text.
fn styled(text: &mut String, style: Style, words: &str, width: usize) {
    for line in lines(words, width) {
        text.push_str(&format!("{style}{line}{style:#}\n"));
    }
}

/// Lines without a style.
fn paragraph(text: &mut String, words: &str, width: usize) {
    for line in lines(words, width) {
        text.push_str(&line);
        text.push('\n');
    }
}

/// An item of a list.
fn item(text: &mut String, words: &str, width: usize) {
    for (position, line) in lines(words, width - 2).into_iter().enumerate() {
        text.push_str(if position == 0 { "- " } else { "  " });
        text.push_str(&line);
        text.push('\n');
    }
}

/// A text of anybody in lines of at most `width` columns: without control characters, broken at spaces, and inside words
/// that are too long. A line feed breaks a line.
fn lines(text: &str, width: usize) -> Vec<String> {
    let options = breaks(width);
    text.trim()
        .split('\n')
        .filter(|line| !line.trim().is_empty())
        .flat_map(|line| {
            textwrap::wrap(&joined(&escape(line.trim())), &options)
                .into_iter()
                .map(|line| line.replace('\u{a0}', " "))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Running text in which a number stays with its percent sign.
fn joined(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let between = character == ' ' && before.is_ascii_digit() && rest.peek() == Some(&'%');
        joined.push(if between { '\u{a0}' } else { character });
        before = character;
    }
    joined
}

/// Columns that a line takes.
fn columns(line: &str) -> usize {
    textwrap::core::display_width(line)
}
