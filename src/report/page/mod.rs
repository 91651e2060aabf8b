//! A document as one self-contained HTML file.
//!
//! The file needs no network and no second file: style, script, pictures and tables are inside. Without script it shows the
//! pictures of the first choices, the others folded, and every number in tables; with script a reader chooses, and pictures
//! answer to pointer and keys. There is one drawing of a chart, by [`super::chart`]; the script draws nothing.
//! Nothing here knows about models or scenarios.
//!
//! Every text may come from a user's file. Texts are escaped where they are written, whatever they hold, and the page
//! forbids scripts other than its own by a content security policy.

mod explorer;
mod html;

use std::collections::BTreeSet;

use super::{
    chart::Chart,
    document::{Block, Document, Figure, Rank, Section},
};

pub use explorer::explorer_page;

/// A part of a document as HTML, to be put into a page that is there already.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fragment {
    /// Name of its element.
    pub id: String,
    /// Heading; empty for the answer.
    pub heading: String,
    /// The element.
    pub html: String,
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
        html::page(&self.with_headings())
    }

    /// The parts of the document, the answer first, as they stand in its page.
    pub fn fragments(&self) -> Vec<Fragment> {
        html::fragments(&self.with_headings())
    }

    /// Every chart with a name for its files, those of brief sections first and of several charts to choose from those first
    /// that are shown first, as they stand in the page. A name that comes again gets a number.
    pub fn pictures(&self) -> Vec<Picture<'_>> {
        let mut pictures: Vec<Picture<'_>> = Vec::new();
        let mut taken = BTreeSet::new();
        let (brief, others): (Vec<&Section>, Vec<&Section>) = self
            .sections
            .iter()
            .partition(|section| section.rank == Rank::Brief);
        let ranked = brief.into_iter().chain(others);
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
