//! Pages stored beside results, so that `jointly report` can make the page again without a run: `page.json`.

use serde::{Deserialize, Serialize};

use super::document::Document;
use crate::scenario::InputFile;

/// The name of the file.
pub const STORED_PAGE: &str = "page.json";

/// Changes whenever an older program could not read the file.
const FORMAT: u32 = 2;

/// What `page.json` holds: the page as data, and the hashes of the files whose numbers it shows.
#[derive(Serialize, Deserialize)]
struct Stored {
    program: String,
    format: u32,
    version: String,
    files: Vec<StoredFile>,
    page: Document,
}

/// A file whose numbers the page shows.
#[derive(Serialize, Deserialize)]
struct StoredFile {
    name: String,
    sha256: String,
}

/// `page.json` of a page that shows the numbers of these results, each a name and its text. The tables (CSV) are what a
/// reader of the page checks its numbers against; the page is tied to them.
pub fn stored_page(page: &Document, results: &[(impl AsRef<str>, String)]) -> String {
    let stored = Stored {
        program: "jointly".to_owned(),
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        files: results
            .iter()
            .map(|(name, text)| (name.as_ref(), text))
            .filter(|(name, _)| name.ends_with(".csv"))
            .map(|(name, text)| {
                let InputFile { name, sha256 } = InputFile::of(name, text);
                StoredFile { name, sha256 }
            })
            .collect(),
        page: page.clone(),
    };
    let mut text = serde_json::to_string(&stored).unwrap_or_default();
    text.push('\n');
    text
}

/// Reads `page.json` back; `file` gives the text of another file of the directory, or why it cannot be read.
///
/// # Errors
/// In words, if the text is not a page stored by this program, or if a file whose numbers it shows is missing or has
/// changed since.
pub fn read_stored_page(
    text: &str,
    file: impl Fn(&str) -> Result<String, String>,
) -> Result<Document, String> {
    /// What is read before anything else, so that other files are told from newer ones.
    #[derive(Deserialize)]
    struct Head {
        program: String,
        format: u32,
        version: String,
    }
    let head: Head = serde_json::from_str(text)
        .map_err(|error| format!("`{STORED_PAGE}` was not written by jointly, or is damaged: {error}"))?;
    if head.program != "jointly" {
        return Err(format!("`{STORED_PAGE}` was not written by jointly"));
    }
    if head.format != FORMAT {
        return Err(format!(
            "`{STORED_PAGE}` was written by jointly {}, whose pages this version cannot read",
            head.version.chars().take(20).collect::<String>()
        ));
    }
    let stored: Stored =
        serde_json::from_str(text).map_err(|error| format!("`{STORED_PAGE}` is damaged: {error}"))?;
    for expected in &stored.files {
        let name = &expected.name;
        if name.contains(['/', '\\']) || name.starts_with('.') {
            return Err(format!(
                "`{STORED_PAGE}` is damaged: it names a file outside the directory"
            ));
        }
        let found = InputFile::of(name, &file(name)?);
        if found.sha256 != expected.sha256 {
            return Err(format!(
                "`{name}` is not the file that was written with `{STORED_PAGE}`; the page would not show its numbers"
            ));
        }
    }
    Ok(stored.page)
}
