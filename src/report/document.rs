//! What a result says, built once from its numbers: the terminal, the page and Markdown are renderers of it.
//!
//! A document is a list of sections, each with a rank: a **brief** section belongs to the answer that is read first, a
//! **full** one stands below it or is shown on request, a **folded** one is opened to look something up. A section holds blocks: sentences, notes, tables and charts. A
//! sentence about a result is written once, where the document is built; no renderer composes words about numbers.

use serde::{Deserialize, Serialize};

use super::chart::{Chart, Format};

/// What a result says.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Document {
    /// Title of the scenario.
    pub title: String,
    /// The question that is answered.
    pub question: String,
    /// What a reader should know at once: horizon, economies, number of futures.
    pub facts: Vec<Fact>,
    /// The parts, in reading order; brief ones first.
    pub sections: Vec<Section>,
    /// How to get the same numbers again.
    pub reproduce: Reproduce,
}

/// Marks of a reference inside a text: characters for private use, which no language writes with.
const REFERENCE: [char; 2] = ['\u{e000}', '\u{e001}'];

/// A reference to sections, by their names, inside a sentence or note: each renderer says where they stand.
pub fn see(sections: &[&str]) -> String {
    let [start, end] = REFERENCE;
    format!("{start}{}{end}", sections.join(","))
}

/// A labeled value.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Fact {
    /// "Horizon".
    pub label: String,
    /// "2035".
    pub value: String,
}

impl Fact {
    /// A fact.
    pub fn new(label: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            value: value.into(),
        }
    }
}

/// How to get the same numbers again.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Reproduce {
    /// The command line.
    pub command: String,
    /// Version, seed, paths, hashes of the inputs.
    pub facts: Vec<Fact>,
}

/// When a section is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rank {
    /// With the answer: first screen of a page, what a command prints.
    Brief,
    /// Below it, and in the terminal on request.
    #[default]
    Full,
    /// To look something up: on a page folded, in the terminal on request.
    Folded,
}

/// A part of a document.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Section {
    /// Name, in `a-z` and `-`: what `--show` and the address of a page take.
    pub id: String,
    /// Heading; empty for none.
    pub heading: String,
    /// When it is read.
    pub rank: Rank,
    /// What it says, in this order.
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A sentence or a few about the result.
    Sentence(String),
    /// How to read what stands above, or a caveat.
    Note(String),
    /// A table for readers.
    Table(Table),
    /// Charts, among which a reader may choose.
    Charts(Charts),
}

/// Charts of a section.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Charts {
    /// What the reader chooses between; empty where all charts stand side by side.
    pub selectors: Vec<Selector>,
    /// The charts; the first is shown where only one can be.
    pub figures: Vec<Figure>,
}

/// A choice the reader has.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Selector {
    /// What is chosen: "Economy".
    pub label: String,
    /// The choices; the first is shown at the start. The page adds "All".
    pub choices: Vec<String>,
}

impl Selector {
    /// A selector.
    pub fn new(label: impl Into<String>, choices: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            label: label.into(),
            choices: choices.into_iter().map(Into::into).collect(),
        }
    }
}

/// A chart in its section.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Figure {
    /// The chart.
    pub chart: Chart,
    /// Which choice of each selector of the section shows it, in their order; a chart without stands always.
    pub choices: Vec<usize>,
}

impl From<Chart> for Figure {
    /// A chart that stands always.
    fn from(chart: Chart) -> Self {
        Self {
            chart,
            choices: Vec::new(),
        }
    }
}

/// A table.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Table {
    /// What it lists, as a heading.
    pub title: String,
    /// Its columns; the first names the rows.
    pub columns: Vec<Column>,
    /// Its rows, one cell per column.
    pub rows: Vec<Vec<Cell>>,
    /// A remark below; empty for none.
    pub note: String,
}

impl Table {
    /// Paragraphs behind their labels; those without text are left out.
    pub fn labeled<'a>(rows: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        Self {
            columns: vec![Column::words(""), Column::words("")],
            rows: rows
                .into_iter()
                .filter(|(_, text)| !text.is_empty())
                .map(|(label, text)| vec![Cell::words(label), Cell::words(text)])
                .collect(),
            ..Self::default()
        }
    }
}

/// A column.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Column {
    /// Heading.
    pub label: String,
    /// Unit; empty for none.
    pub unit: String,
    /// Whether it holds numbers, which align at the right.
    pub numeric: bool,
}

impl Column {
    /// A column of words.
    pub fn words(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            unit: String::new(),
            numeric: false,
        }
    }

    /// A column of numbers.
    pub fn numbers(label: impl Into<String>, unit: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            unit: unit.into(),
            numeric: true,
        }
    }
}

/// A cell.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Cell {
    /// What the reader sees; a line feed divides a number from its range below.
    pub text: String,
    /// The number behind it, which the download holds in full.
    pub value: Option<f64>,
}

impl Cell {
    /// Words.
    pub fn words(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            value: None,
        }
    }

    /// A number, shown in its format and kept in full.
    pub fn number(value: f64, format: Format) -> Self {
        Self {
            text: format.text(value),
            value: value.is_finite().then_some(value),
        }
    }

    /// A number shown in these words.
    pub fn told(text: impl Into<String>, value: f64) -> Self {
        Self {
            text: text.into(),
            value: value.is_finite().then_some(value),
        }
    }

    /// A number that may be missing.
    pub fn optional(value: Option<f64>, format: Format) -> Self {
        value.map_or_else(|| Self::words(""), |value| Self::number(value, format))
    }
}

impl Charts {
    /// Whether a figure stands before a reader chooses: always, or for the first choice.
    pub fn is_first(&self, figure: &Figure) -> bool {
        let first = self.figures.iter().find(|figure| !figure.choices.is_empty());
        self.selectors.is_empty()
            || figure.choices.is_empty()
            || first.is_some_and(|first| first.choices == figure.choices)
    }

    /// The charts that stand before a reader chooses, and how many others there are.
    pub fn first(&self) -> (Vec<&Figure>, usize) {
        let shown: Vec<&Figure> = self
            .figures
            .iter()
            .filter(|figure| self.is_first(figure))
            .collect();
        let others = self.figures.len() - shown.len();
        (shown, others)
    }
}

impl Section {
    /// A section that is read with the answer.
    pub fn brief(id: &str, heading: impl Into<String>) -> Self {
        Self {
            id: id.to_owned(),
            heading: heading.into(),
            rank: Rank::Brief,
            blocks: Vec::new(),
        }
    }

    /// A section that stands below the answer.
    pub fn full(id: &str, heading: impl Into<String>) -> Self {
        Self {
            rank: Rank::Full,
            ..Self::brief(id, heading)
        }
    }

    /// A section in which something is looked up.
    pub fn folded(id: &str, heading: impl Into<String>) -> Self {
        Self {
            rank: Rank::Folded,
            ..Self::brief(id, heading)
        }
    }

    /// Adds a sentence; an empty one is left out.
    #[must_use]
    pub fn sentence(self, text: impl Into<String>) -> Self {
        self.sentences([text.into()])
    }

    /// Adds sentences; empty ones are left out.
    #[must_use]
    pub fn sentences(mut self, texts: impl IntoIterator<Item = String>) -> Self {
        let said = texts.into_iter().filter(|text| !text.is_empty());
        self.blocks.extend(said.map(Block::Sentence));
        self
    }

    /// Adds a note; an empty one is left out.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        let text = text.into();
        if !text.is_empty() {
            self.blocks.push(Block::Note(text));
        }
        self
    }

    /// Adds a table; one without rows is left out.
    #[must_use]
    pub fn table(mut self, table: Table) -> Self {
        if !table.rows.is_empty() {
            self.blocks.push(Block::Table(table));
        }
        self
    }

    /// Adds tables, without those that have no row.
    #[must_use]
    pub fn with_tables(self, tables: impl IntoIterator<Item = Table>) -> Self {
        tables.into_iter().fold(self, Self::table)
    }

    /// Adds a chart that stands always.
    #[must_use]
    pub fn chart(self, chart: Chart) -> Self {
        self.charts((Vec::new(), vec![Figure::from(chart)]))
    }

    /// Adds charts among which a reader chooses; none are left out.
    #[must_use]
    pub fn charts(mut self, (selectors, figures): (Vec<Selector>, Vec<Figure>)) -> Self {
        if !figures.is_empty() {
            self.blocks.push(Block::Charts(Charts { selectors, figures }));
        }
        self
    }

    /// Every sentence.
    pub fn sentences_said(&self) -> impl Iterator<Item = &str> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Sentence(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// Every table.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        })
    }

    /// Every chart.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.blocks.iter().flat_map(|block| match block {
            Block::Charts(charts) => charts.figures.as_slice(),
            _ => &[],
        })
    }
}

impl Document {
    /// The sections of a rank.
    pub fn of_rank(&self, rank: Rank) -> impl Iterator<Item = &Section> {
        self.sections.iter().filter(move |section| section.rank == rank)
    }

    /// The document for readers of a page: a reference is the headings of those of its sections that the document has.
    #[must_use]
    pub fn with_headings(&self) -> Self {
        self.with_references(|names| {
            let sections = names.split(',').filter_map(|name| self.section(name));
            let headings = sections.map(|section| format!("“{}”", section.heading));
            headings.collect::<Vec<_>>().join(" and ")
        })
    }

    /// The document with what the words say in place of each reference, which is the names of its sections with commas between.
    #[must_use]
    pub fn with_references(&self, words: impl Fn(&str) -> String) -> Self {
        let mut document = self.clone();
        for block in document
            .sections
            .iter_mut()
            .flat_map(|section| &mut section.blocks)
        {
            match block {
                Block::Sentence(text) | Block::Note(text) | Block::Table(Table { note: text, .. }) => {
                    while let Some((before, rest)) = text.split_once(REFERENCE[0]) {
                        let (names, after) = rest.split_once(REFERENCE[1]).unwrap_or((rest, ""));
                        *text = format!("{before}{}{after}", words(names));
                    }
                }
                Block::Charts(_) => {}
            }
        }
        document
    }

    /// The section of a name.
    pub fn section(&self, id: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.id == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each renderer says where a reference leads; the page names only what it holds.
    #[test]
    fn a_reference_is_told_by_every_renderer() {
        let document = Document {
            sections: vec![
                Section::brief("answer", "").note(format!("Ranges: {}.", see(&["added", "money"]))),
                Section::full("money", "Money by year").sentence("More."),
            ],
            ..Document::default()
        };
        let html = document.html();
        let parts: String = document
            .fragments()
            .into_iter()
            .map(|fragment| fragment.html)
            .collect();
        for page in [&html, &parts] {
            assert!(
                page.contains("Ranges: “Money by year”.") && !page.contains(REFERENCE),
                "{page}"
            );
        }
        let shown = crate::report::terminal::Shown::Full;
        let text = crate::report::terminal::render(&document, &shown, 80);
        assert!(text.contains("Ranges: --show added,money."), "{text}");
        let markdown = crate::report::markdown::render(&document, &shown);
        assert!(markdown.contains("Ranges: “Money by year”."), "{markdown}");
    }
}
