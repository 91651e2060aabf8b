//! Pages stored beside results, so that `jointly report` can make the page again without a run: `page.json`.

use std::{
    borrow::Cow,
    io::{self, Write},
};

use serde::{Deserialize, Serialize};

use super::{check_result, document::Document};

/// The name of the file.
pub const STORED_PAGE: &str = "page.json";

/// Changes whenever an older program could not read the file.
const FORMAT: u32 = 3;

/// What `page.json` holds: the page as data.
#[derive(Serialize, Deserialize)]
struct Stored<'a> {
    program: String,
    format: u32,
    version: String,
    page: Cow<'a, Document>,
}

/// Writes `page.json` of a page.
///
/// # Errors
/// If it cannot be written.
pub fn write_stored_page(page: &Document, mut out: impl Write) -> io::Result<()> {
    let stored = Stored {
        program: "jointly".to_owned(),
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        page: Cow::Borrowed(page),
    };
    serde_json::to_writer(&mut out, &stored)?;
    out.write_all(b"\n")
}

/// Reads the page of a result back; `file` gives the bytes of a file of its folder, or why it cannot be read.
///
/// # Errors
/// In words, if there is no result of this version, or one of its files is missing or has changed since.
pub fn read_stored_page(file: impl Fn(&str) -> Result<Vec<u8>, String>) -> Result<Document, String> {
    check_result(&file)?;
    let stored: Stored<'_> = serde_json::from_slice(&file(STORED_PAGE)?)
        .map_err(|error| format!("`{STORED_PAGE}` was not written by jointly, or is damaged: {error}"))?;
    if (stored.program.as_str(), stored.format) != ("jointly", FORMAT) {
        return Err(format!(
            "`{STORED_PAGE}` was not written by this version of jointly"
        ));
    }
    Ok(stored.page.into_owned())
}
