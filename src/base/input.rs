//! Reading text files that may be hostile.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Diagnostic, Diagnostics, SourceText, nearest};

/// Most files of a folder that are looked at for a name like one that is not there.
const MOST_LOOKED_AT: usize = 10_000;

/// The file of its folder that is named nearest to a file that is not there.
pub fn near_file(path: &Path) -> Option<PathBuf> {
    let folder = path.parent()?;
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let wrong = path.file_name()?.to_string_lossy().into_owned();
    // The order of a folder differs from machine to machine.
    let names: BTreeSet<String> = folder
        .read_dir()
        .ok()?
        .take(MOST_LOOKED_AT)
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    nearest(&wrong, names.iter().map(String::as_str)).map(|name| path.with_file_name(name))
}

/// Opens a file to read it; a pipe or device, which might never end, is refused.
///
/// # Errors
/// If there is none, or it is no regular file.
pub fn open_file(path: &Path) -> io::Result<File> {
    let found = std::fs::metadata(path)?;
    if found.is_dir() {
        return Err(io::Error::new(
            io::ErrorKind::IsADirectory,
            "it is a directory, not a file",
        ));
    }
    if !found.is_file() {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is no regular file but a pipe or a device",
        ));
    }
    File::open(path)
}

/// Reads a whole file of at most `limit` bytes; `-` is the standard input.
///
/// # Errors
/// If the file is missing, no regular file (a pipe may wait for ever), larger than the limit (no more than the limit is then read)
/// or unreadable.
pub fn read_bytes(path: &Path, limit: usize) -> Result<Vec<u8>, Diagnostics> {
    let name = path.display().to_string();
    let refuse = |message: String| Diagnostics::from(Diagnostic::new(message));
    let unreadable = |error: io::Error| refuse(format!("cannot read `{name}`: {error}"));
    let reader: Box<dyn Read> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(open_file(path).map_err(|error| {
            match error.kind() {
                io::ErrorKind::NotFound => {
                    let missing = Diagnostic::new(format!("there is no file `{name}`"));
                    match near_file(path) {
                        Some(near) => missing.help(format!("did you mean `{}`?", near.display())).into(),
                        None => missing.into(),
                    }
                }
                io::ErrorKind::IsADirectory => refuse(format!("`{name}` is a directory, not a file")),
                io::ErrorKind::InvalidInput => Diagnostics::from(
                    Diagnostic::new(format!("`{name}` is no regular file but a pipe or a device"))
                        .help("give a file, or `-` for the standard input"),
                ),
                _ => unreadable(error),
            }
        })?)
    };
    let mut bytes = Vec::new();
    reader
        .take(limit as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    if bytes.len() > limit {
        return Err(refuse(format!(
            "`{name}` is larger than {} KiB, the most this kind of file may hold",
            limit / 1024
        )));
    }
    Ok(bytes)
}

/// The refusal of a workbook or an archive where a table in text is read, with the way out.
pub fn refuse_workbook(name: &str, bytes: &[u8]) -> Result<(), Diagnostic> {
    let holds = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
    let of_workbook = "save the sheet with the table as CSV (UTF-8) and give that file";
    let (what, help) = if bytes.starts_with(b"PK\x03\x04") && holds(b"xl/workbook") {
        ("a workbook (.xlsx)", of_workbook)
    } else if bytes.starts_with(b"PK\x03\x04") {
        (
            "a zip archive",
            "unpack it and give the table that it holds; of a workbook, the sheet saved as CSV (UTF-8)",
        )
    } else if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        ("a workbook (.xls)", of_workbook)
    } else {
        return Ok(());
    };
    Err(Diagnostic::new(format!("`{name}` is {what}, not a table in text")).help(help))
}

/// Reads a whole UTF-8 text of at most `limit` bytes; a byte order mark at the start is dropped.
///
/// # Errors
/// As [`read_bytes`], and if the bytes are not UTF-8.
pub fn read_text(path: &Path, limit: usize) -> Result<Arc<SourceText>, Diagnostics> {
    let name = path.display().to_string();
    let bytes = read_bytes(path, limit)?;
    refuse_workbook(&name, &bytes)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let bytes = error.into_bytes();
        let before = String::from_utf8_lossy(&bytes[..good]).into_owned();
        let source = SourceText::new(&name, before);
        Diagnostics::from(
            Diagnostic::new(format!(
                "`{name}` is not UTF-8 text: byte 0x{:02x} is out of place",
                bytes[good]
            ))
            .at(&source, good..good, "the text is readable up to here")
            .help("save the file as UTF-8"),
        )
    })?;
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    Ok(SourceText::new(name, text))
}
