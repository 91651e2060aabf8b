//! SVG to PNG, with fonts of the program's own.

use std::{
    collections::BTreeSet,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use resvg::{
    tiny_skia,
    usvg::{self, fontdb},
};

/// Fonts that come with the program, so that a PNG has the same bytes on every machine.
const FONTS: [&[u8]; 3] = [
    include_bytes!("vendor/NotoSans-Regular.ttf"),
    include_bytes!("vendor/NotoSans-Bold.ttf"),
    include_bytes!("vendor/NotoSansMath-Regular.ttf"),
];
/// Larger pictures are refused: 64 million pixels take 256 MB of memory.
const MOST_PIXELS: f64 = 64e6;

/// A picture.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Png {
    /// The file.
    pub bytes: Vec<u8>,
    /// Characters for which neither the program nor the machine has a font, in order: they show as boxes or not at all.
    pub missing: String,
}

/// Why a picture could not be made.
#[derive(Clone, PartialEq, Debug)]
pub enum PngError {
    /// The scale is not a number from 1 to 8.
    Scale(f64),
    /// The picture would be larger than 64 million pixels.
    TooLarge,
    /// The picture could not be drawn; the text says why.
    Drawing(String),
}

impl fmt::Display for PngError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scale(scale) => write!(formatter, "the scale of a PNG must be from 1 to 8, not {scale}"),
            Self::TooLarge => formatter.write_str("the picture would have more than 64 million pixels"),
            Self::Drawing(reason) => write!(formatter, "the picture could not be drawn: {reason}"),
        }
    }
}

impl std::error::Error for PngError {}

pub(super) fn render(svg: &str, scale: f64) -> Result<Png, PngError> {
    if !(1.0..=8.0).contains(&scale) {
        return Err(PngError::Scale(scale));
    }
    let mut fonts = fontdb::Database::new();
    for font in FONTS {
        fonts.load_font_data(font.to_vec());
    }
    let missing = Arc::new(Mutex::new(BTreeSet::new()));
    let options = usvg::Options {
        font_family: "Noto Sans".to_owned(),
        fontdb: Arc::new(fonts),
        font_resolver: usvg::FontResolver {
            select_fallback: fallback(missing.clone()),
            ..usvg::FontResolver::default()
        },
        ..usvg::Options::default()
    };
    let drawing = |error: &dyn fmt::Display| PngError::Drawing(error.to_string());
    let tree = usvg::Tree::from_str(svg, &options).map_err(|error| drawing(&error))?;
    let size = tree.size();
    let (width, height) = (
        libm::ceil(f64::from(size.width()) * scale),
        libm::ceil(f64::from(size.height()) * scale),
    );
    if width * height > MOST_PIXELS {
        return Err(PngError::TooLarge);
    }
    let mut pixels = tiny_skia::Pixmap::new(width as u32, height as u32).ok_or(PngError::TooLarge)?;
    let scale = scale as f32;
    resvg::render(
        &tree,
        tiny_skia::Transform::from_scale(scale, scale),
        &mut pixels.as_mut(),
    );
    let bytes = pixels.encode_png().map_err(|error| drawing(&error))?;
    let missing = missing.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(Png {
        bytes: with_software(bytes),
        missing: missing.iter().collect(),
    })
}

/// A PNG that says which program made it: a chunk after the header, which always has the same length.
fn with_software(mut bytes: Vec<u8>) -> Vec<u8> {
    const HEADER: usize = 8 + 25;
    const CHUNK: &[u8] = concat!("tEXtSoftware\0jointly ", env!("CARGO_PKG_VERSION")).as_bytes();
    let mut chunk = Vec::from((CHUNK.len() as u32 - 4).to_be_bytes());
    chunk.extend(CHUNK);
    chunk.extend(check(CHUNK).to_be_bytes());
    if bytes.len() > HEADER {
        bytes.splice(HEADER..HEADER, chunk);
    }
    bytes
}

/// The CRC of a PNG chunk (ISO 3309).
fn check(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| {
        if crc & 1 == 1 {
            0xedb8_8320 ^ (crc >> 1)
        } else {
            crc >> 1
        }
    };
    !bytes
        .iter()
        .fold(u32::MAX, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

/// The font for a character that the fonts in use lack: one of the program's own, else one of the machine's, which are
/// looked at only then because they would otherwise decide the bytes. Characters that no font has are kept.
fn fallback(missing: Arc<Mutex<BTreeSet<char>>>) -> usvg::FallbackSelectionFn<'static> {
    let select = usvg::FontResolver::default_fallback_selector();
    Box::new(move |character, used, fonts| {
        let mut found = select(character, used, fonts);
        if found.is_none() && fonts.len() <= FONTS.len() {
            Arc::make_mut(fonts).load_system_fonts();
            found = select(character, used, fonts);
        }
        if found.is_none() {
            missing
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(character);
        }
        found
    })
}
