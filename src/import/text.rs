//! From the bytes of a file to text.

use encoding_rs::Encoding;

use crate::base::{Diagnostic, refuse_workbook};

/// A text and the encoding it was in.
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) encoding: &'static str,
}

/// Decodes by the encoding asked for, else by a byte order mark, by the zeros of UTF-16, or as UTF-8.
pub(super) fn decode(name: &str, bytes: &[u8], asked: Option<&str>) -> Result<Decoded, Diagnostic> {
    refuse_workbook(name, bytes)?;
    let encoding = match asked {
        Some(label) => Encoding::for_label(label.as_bytes()).ok_or_else(|| {
            Diagnostic::new(format!("`{label}` is no encoding"))
                .help("names of the Encoding Standard: utf-8, utf-16le, windows-1252, gbk, big5, shift_jis, euc-kr, windows-1251")
        })?,
        None => Encoding::for_bom(bytes).map_or_else(|| without_mark(bytes), |(encoding, _)| encoding),
    };
    let (text, encoding, broken) = encoding.decode(bytes);
    if broken {
        let help = match asked {
            Some(_) => "give the encoding that the file was saved in",
            None => {
                "save the file as UTF-8, or name its encoding: --encoding windows-1252 (western Europe), gbk (Chinese), windows-1251 (Russian), euc-kr (Korean), shift_jis (Japanese)"
            }
        };
        return Err(Diagnostic::new(format!("`{name}` is not {} text", encoding.name())).help(help));
    }
    Ok(Decoded {
        text: text.into_owned(),
        encoding: encoding.name(),
    })
}

/// UTF-16 of a table has a zero in every second byte of its digits and separators.
fn without_mark(bytes: &[u8]) -> &'static Encoding {
    let start = &bytes[..bytes.len().min(1000) & !1];
    let zeros = |offset: usize| {
        start
            .iter()
            .skip(offset)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    let most = start.len() / 4;
    if !start.is_empty() && zeros(1) > most && zeros(0) == 0 {
        encoding_rs::UTF_16LE
    } else if !start.is_empty() && zeros(0) > most && zeros(1) == 0 {
        encoding_rs::UTF_16BE
    } else {
        encoding_rs::UTF_8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_encoding_gives_the_same_text() {
        let text = "Entity,Year\nTürkiye,2021\n";
        let units: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let marked = |mark: &[u8], bytes: &[u8]| [mark, bytes].concat();
        for bytes in [
            text.as_bytes().to_vec(),
            marked(b"\xef\xbb\xbf", text.as_bytes()),
            little.clone(),
            marked(b"\xff\xfe", &little),
            big.clone(),
            marked(b"\xfe\xff", &big),
        ] {
            assert_eq!(decode("t", &bytes, None).unwrap().text, text);
        }
        let western = b"Entity,Year\nT\xfcrkiye,2021\n";
        let refused = decode("t", western, None).err().unwrap();
        assert!(refused.help.unwrap().contains("--encoding windows-1252"));
        assert_eq!(decode("t", western, Some("windows-1252")).unwrap().text, text);
        assert!(decode("t", western, Some("klingon")).is_err());
    }

    #[test]
    fn workbooks_and_archives_are_named_with_the_way_out() {
        let zip = |entry: &[u8]| [b"PK\x03\x04\x14\0\x06\0", entry].concat();
        for (bytes, what, way_out) in [
            (zip(b"xl/workbook.xml"), "a workbook (.xlsx)", "as CSV"),
            (zip(b"API_NY.GDP.MKTP.CD.csv"), "a zip archive", "unpack it"),
            (zip(b"content.xml"), "a zip archive", "as CSV"),
            (
                b"\xd0\xcf\x11\xe0\xa1\xb1".to_vec(),
                "a workbook (.xls)",
                "as CSV",
            ),
        ] {
            let refused = decode("t", &bytes, Some("utf-8")).err().unwrap();
            assert!(refused.message.contains(what), "{refused:?}");
            assert!(refused.help.unwrap().contains(way_out), "{what}");
        }
        assert!(decode("t", b"PK,Year\n", None).is_ok());
    }
}
