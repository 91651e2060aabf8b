//! Pages stored beside results, so that `jointly report` can make the page again without a run: `page.json`.

use serde::{Deserialize, Serialize};

use super::{check_result, document::Document};

/// The name of the file.
pub const STORED_PAGE: &str = "page.json";

/// Changes whenever an older program could not read the file.
const FORMAT: u32 = 3;

/// What `page.json` holds: the page as data.
#[derive(Serialize, Deserialize)]
struct Stored {
    program: String,
    format: u32,
    version: String,
    page: Document,
}

/// `page.json` of a page.
pub fn stored_page(page: &Document) -> String {
    let stored = Stored {
        program: "jointly".to_owned(),
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        page: page.clone(),
    };
    let mut text = serde_json::to_string(&stored).unwrap_or_default();
    text.push('\n');
    text
}

/// Reads the page of a result back; `file` gives the bytes of a file of its folder, or why it cannot be read.
///
/// # Errors
/// In words, if there is no result of this version, or one of its files is missing or has changed since.
pub fn read_stored_page(file: impl Fn(&str) -> Result<Vec<u8>, String>) -> Result<Document, String> {
    check_result(&file)?;
    let stored: Stored = serde_json::from_slice(&file(STORED_PAGE)?)
        .map_err(|error| format!("`{STORED_PAGE}` was not written by jointly, or is damaged: {error}"))?;
    if (stored.program.as_str(), stored.format) != ("jointly", FORMAT) {
        return Err(format!(
            "`{STORED_PAGE}` was not written by this version of jointly"
        ));
    }
    Ok(stored.page)
}
