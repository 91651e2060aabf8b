//! A page of results as plain data, and the page as one self-contained HTML file.
//!
//! The file needs no network and no second file: style, script, pictures and tables are inside. Without script it shows the
//! pictures of the first choices, the others folded, and every number in tables; with script a reader chooses, and pictures
//! answer to pointer and keys. There is one drawing of a chart, by [`super::chart`]; the script draws nothing.
//! Whoever makes a page fills [`Page`] and calls [`Page::html`]; nothing here knows about models or scenarios.
//!
//! Every text may come from a user's file. Texts are escaped where they are written, whatever they hold, and the page
//! forbids scripts other than its own by a content security policy.

mod html;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    chart::Chart,
    document::{Block, Document, Rank, Section as Part},
};

pub use super::document::{Cell, Column, Fact, Figure, Reproduce, Selector, Table};

/// A page.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Page {
    /// Title of the scenario.
    pub title: String,
    /// The question the page answers.
    pub question: String,
    /// The answer, a sentence each, with its uncertainty; two are best.
    pub answer: Vec<String>,
    /// What a reader should know at once: horizon, economies, number of paths.
    pub facts: Vec<Fact>,
    /// The parts, in reading order.
    pub sections: Vec<Section>,
    /// How to get the same numbers again.
    pub reproduce: Reproduce,
}

/// A part of a page: heading, words, charts, tables, in this order.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Section {
    /// Name in the address, after `#`; other characters than a-z, 0-9 and - become -, and a second section of the same
    /// name gets a number.
    pub id: String,
    /// Heading.
    pub heading: String,
    /// Words before the charts.
    pub paragraphs: Vec<String>,
    /// What the reader chooses between, such as economy and metric; empty where all charts stand side by side.
    pub selectors: Vec<Selector>,
    /// Charts.
    pub charts: Vec<Figure>,
    /// Tables.
    pub tables: Vec<Table>,
}

impl From<Section> for Part {
    fn from(section: Section) -> Self {
        let part = Self::full(&section.id, section.heading)
            .sentences(section.paragraphs)
            .charts((section.selectors, section.charts));
        section.tables.into_iter().fold(part, Self::table)
    }
}

impl From<Page> for Document {
    fn from(page: Page) -> Self {
        let answer = Part::brief("answer", "In short").sentences(page.answer);
        Self {
            title: page.title,
            question: page.question,
            facts: page.facts,
            sections: std::iter::once(answer)
                .chain(page.sections.into_iter().map(Part::from))
                .collect(),
            reproduce: page.reproduce,
        }
    }
}

impl Page {
    /// The page as HTML; the same page gives the same bytes.
    pub fn html(&self) -> String {
        Document::from(self.clone()).html()
    }
}

/// A chart that becomes files.
#[derive(Clone, PartialEq, Debug)]
pub struct Picture<'document> {
    /// Name for its files: its section and its title, in letters, digits and `-`.
    pub name: String,
    /// The chart.
    pub chart: &'document Chart,
    /// Whether it is shown before a reader chooses.
    pub first: bool,
}

impl Document {
    /// The document as one self-contained HTML file; the same document gives the same bytes.
    pub fn html(&self) -> String {
        html::page(self)
    }

    /// Every chart with a name for its files, those of brief sections first and of several charts to choose from those first
    /// that are shown first, as they stand in the page. A name that comes again gets a number.
    pub fn pictures(&self) -> Vec<Picture<'_>> {
        let mut pictures: Vec<Picture<'_>> = Vec::new();
        let mut taken = BTreeSet::new();
        let ranked = [Rank::Brief, Rank::Full]
            .into_iter()
            .flat_map(|rank| self.of_rank(rank));
        for (section, block) in
            ranked.flat_map(|section| section.blocks.iter().map(move |block| (section, block)))
        {
            let Block::Charts(charts) = block else { continue };
            let (first, others): (Vec<&Figure>, Vec<&Figure>) =
                charts.figures.iter().partition(|figure| charts.is_first(figure));
            let count = first.len();
            for (position, figure) in first.into_iter().chain(others).enumerate() {
                let stem = format!("{}-{}", slug(&section.id), slug(&figure.chart.title));
                let stem = match stem.trim_matches('-') {
                    "" => "chart".to_owned(),
                    stem => stem.to_owned(),
                };
                let numbered = (2..).map(|number| format!("{stem}-{number}"));
                let name = std::iter::once(stem.clone())
                    .chain(numbered)
                    .find(|name| !taken.contains(name))
                    .unwrap_or_default();
                taken.insert(name.clone());
                pictures.push(Picture {
                    name,
                    chart: &figure.chart,
                    first: position < count,
                });
            }
        }
        pictures
    }

    /// What a picture that leaves the page says below: scenario, number of futures, source.
    pub fn credit(&self) -> Vec<String> {
        let fact = |label: &str| {
            let facts = self.facts.iter().chain(&self.reproduce.facts);
            facts
                .into_iter()
                .find(|fact| fact.label.starts_with(label))
                .map(|fact| format!("{}: {}", fact.label, fact.value))
        };
        let parts = [
            fact("Futures"),
            fact("Version").map(|version| version.replace("Version", "Source")),
            fact("Seed").map(|seed| seed.to_lowercase().replace(':', "")),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        [self.title.clone(), parts.join(". ").replace(". seed", ", seed")]
            .into_iter()
            .filter(|line| !line.is_empty())
            .collect()
    }
}

/// A text in lower-case ASCII letters, digits and `-`, at most 80 characters long; other scripts are transliterated.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    for character in any_ascii::any_ascii(text).chars() {
        if slug.len() >= 80 {
            break;
        }
        if character.is_ascii_alphanumeric() {
            slug.push(character.to_ascii_lowercase());
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.trim_end_matches('-').to_owned()
}
