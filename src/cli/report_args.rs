//! `--report` and `--plot`, for every command whose results have a page.

use std::{collections::BTreeSet, io::Write, path::PathBuf};

use super::{Failure, notes::note, outputs::Outputs};
use crate::report::{document::Document, escape};

/// Pixels of a PNG per point of the SVG: 1520 pixels across, enough for print.
const PNG_SCALE: f64 = 2.0;
/// The largest page, in bytes, that says nothing about its size.
const EASILY_SENT: usize = 1_000_000;
/// Most charts that `--plot` writes without `--plot-all`.
const MOST_PICTURES: usize = 12;

/// The option that names the page.
const REPORT: &str = "--report";

/// Where a page and its charts go.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct ReportArgs {
    /// Write a page with charts, tables and assumptions into this file, one HTML file that needs no network; `-` prints it instead of the answer
    #[arg(long, value_name = "FILE.html")]
    pub report: Option<PathBuf>,
    /// Write the charts that the page shows first, at most a dozen, into this directory, as SVG and PNG
    #[arg(long, value_name = "DIR")]
    pub plot: Option<PathBuf>,
    /// With --plot: write every chart of the page
    #[arg(long, requires = "plot")]
    pub plot_all: bool,
}

impl ReportArgs {
    /// Whether a page is wanted.
    pub fn wanted(&self) -> bool {
        self.report.is_some() || self.plot.is_some()
    }

    /// Plans the page and the charts, before any work.
    ///
    /// # Errors
    /// If they cannot be written, or would replace what is read.
    pub(super) fn plan(&self, outputs: &mut Outputs) -> Result<(), Failure> {
        if let Some(file) = &self.report {
            outputs.file(REPORT, file)?;
        }
        // The directory itself is made with the charts.
        self.plot
            .as_deref()
            .map_or(Ok(()), |directory| outputs.can_write_into(directory))
    }

    /// Adds the page and its charts to the files that are about to be written.
    ///
    /// # Errors
    /// If a file cannot be written.
    pub(super) fn add(&self, outputs: &mut Outputs, document: &Document) -> Result<(), Failure> {
        if self.report.is_some() {
            let html = document.html();
            if let Some(text) = size_note(html.len()) {
                note(&text);
            }
            outputs.write(REPORT, html.as_bytes())?;
        }
        if let Some(directory) = &self.plot {
            let into = |error| Failure::Io(format!("cannot write into `{}`", directory.display()), error);
            let charts = document.pictures();
            let (credit, all) = (document.credit(), charts.len());
            // Drawn before anything is written: a chart that cannot be drawn leaves no directory behind.
            let (mut drawn, mut missing) = (Vec::new(), BTreeSet::new());
            let wanted = charts
                .into_iter()
                .filter(|picture| self.plot_all || picture.first);
            for picture in wanted.take(if self.plot_all { all } else { MOST_PICTURES }) {
                let png = picture
                    .chart
                    .png(&credit, PNG_SCALE)
                    .map_err(|error| into(std::io::Error::other(format!("{}.png: {error}", picture.name))))?;
                missing.extend(png.missing.chars());
                drawn.push((picture.name, picture.chart.svg_with(&credit), png.bytes));
            }
            if drawn.len() < all {
                let written = drawn.len();
                note(&format!(
                    "{written} of {all} charts are written as pictures; --plot-all writes all"
                ));
            }
            if let Some(lost) = glyph_note(&missing) {
                // What the pictures lack is told to scripts as well.
                let _ = writeln!(anstream::stderr(), "jointly: {lost}");
            }
            for (name, svg, png) in drawn {
                outputs.add_into("--plot", directory, &format!("{name}.svg"), svg.as_bytes())?;
                outputs.add_into("--plot", directory, &format!("{name}.png"), &png)?;
            }
        }
        Ok(())
    }
}

/// What to say of characters that no font of this machine has.
fn glyph_note(missing: &BTreeSet<char>) -> Option<String> {
    const SHOWN: usize = 20;
    (!missing.is_empty()).then(|| {
        let characters: String = missing.iter().take(SHOWN).collect();
        let more = if missing.len() > SHOWN { " and others" } else { "" };
        format!(
            "no font here has {}{more}: they are missing in the PNG files, the SVG files hold them; install a font with them, such as \
             Noto Sans CJK, and draw again",
            escape(&characters)
        )
    })
}

/// What to say of a page that is too large to send around easily.
fn size_note(bytes: usize) -> Option<String> {
    (bytes > EASILY_SENT).then(|| {
        format!(
            "the page has {:.1} MB; fewer options, outcomes or economies make it smaller",
            bytes as f64 / 1e6
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_page_says_so() {
        assert_eq!(size_note(1_000_000), None);
        assert!(size_note(2_340_000).unwrap().contains("2.3 MB"));
    }

    #[test]
    fn characters_without_a_font_are_named() {
        assert_eq!(glyph_note(&BTreeSet::new()), None);
        let note = glyph_note(&"\u{e000}한".chars().collect()).unwrap();
        assert!(note.contains("한\u{e000}: they are missing"), "{note}");
    }
}
