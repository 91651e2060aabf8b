//! Colors. Every series color has at least 3 : 1 against its background, light and dark (WCAG 2.2, 1.4.11).

/// Series on a light background.
pub const SERIES_LIGHT: [&str; 8] = [
    "#1d5fa8", "#b4500b", "#157a5a", "#7a4aa5", "#8a6a00", "#b3266e", "#4f5d6b", "#007a94",
];
/// Series on a dark background, in the same order.
pub const SERIES_DARK: [&str; 8] = [
    "#7db4f2", "#f2a065", "#62cfa4", "#c6a5ea", "#dfc154", "#f291c3", "#b4c0cc", "#5fcbdb",
];
/// Light to dark, for shares and scores.
pub const SEQUENTIAL: [[u8; 3]; 5] = [
    [0xee, 0xf3, 0xf9],
    [0xbf, 0xd5, 0xea],
    [0x7f, 0xac, 0xd6],
    [0x3a, 0x76, 0xb4],
    [0x0c, 0x3c, 0x70],
];
/// Below the middle, the middle, above it.
pub const DIVERGING: [[u8; 3]; 5] = [
    [0x8a, 0x36, 0x08],
    [0xde, 0xa0, 0x70],
    [0xf4, 0xf2, 0xee],
    [0x7f, 0xac, 0xd6],
    [0x0c, 0x3c, 0x70],
];

/// What a mark is painted with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ink {
    /// Words and numbers.
    Text,
    /// Words and numbers of lesser weight.
    Muted,
    /// Axis lines and reference lines.
    Line,
    /// Grid lines.
    Grid,
    /// Unfilled part of a track.
    Track,
    /// The background.
    Surface,
    /// The series of this position; positions beyond the palette start over.
    Series(usize),
}

impl Ink {
    /// Every ink.
    pub fn all() -> impl Iterator<Item = Self> {
        [
            Self::Text,
            Self::Muted,
            Self::Line,
            Self::Grid,
            Self::Track,
            Self::Surface,
        ]
        .into_iter()
        .chain((0..SERIES_LIGHT.len()).map(Self::Series))
    }

    /// Name of the color in style sheets: what follows `f` (fill) and `k` (stroke) in the names of classes.
    pub fn name(self) -> String {
        match self {
            Self::Text => "t".to_owned(),
            Self::Muted => "m".to_owned(),
            Self::Line => "l".to_owned(),
            Self::Grid => "g".to_owned(),
            Self::Track => "k".to_owned(),
            Self::Surface => "s".to_owned(),
            Self::Series(position) => (position % SERIES_LIGHT.len()).to_string(),
        }
    }

    /// The color on a light and on a dark background.
    pub fn colors(self) -> [&'static str; 2] {
        match self {
            Self::Text => ["#1b2530", "#e8edf2"],
            Self::Muted => ["#54616e", "#a9b5c1"],
            Self::Line => ["#6b7885", "#8794a1"],
            Self::Grid => ["#e3e7eb", "#2c3641"],
            Self::Track => ["#dde3e9", "#36424e"],
            Self::Surface => ["#ffffff", "#161c23"],
            Self::Series(position) => {
                let position = position % SERIES_LIGHT.len();
                [SERIES_LIGHT[position], SERIES_DARK[position]]
            }
        }
    }
}

/// The color at a position in 0..1 of a scale, and the color of text on it.
pub fn color(scale: &[[u8; 3]; 5], position: f64) -> (String, &'static str) {
    let position = if position.is_finite() {
        position.clamp(0.0, 1.0)
    } else {
        0.0
    };
    let place = position * 4.0;
    let left = (place as usize).min(3);
    let part = place - left as f64;
    let mut channels = [0u8; 3];
    for (channel, value) in channels.iter_mut().enumerate() {
        let (from, to) = (
            f64::from(scale[left][channel]),
            f64::from(scale[left + 1][channel]),
        );
        *value = (from + part * (to - from)).round() as u8;
    }
    let [red, green, blue] = channels;
    // Relative luminance (WCAG 2.2). At 0.179 black and white contrast equally, 4.6 : 1.
    let linear = |channel: u8| {
        let share = f64::from(channel) / 255.0;
        if share <= 0.04045 {
            share / 12.92
        } else {
            libm::pow((share + 0.055) / 1.055, 2.4)
        }
    };
    let luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    let text = if luminance > 0.179 { "#000000" } else { "#ffffff" };
    (format!("#{red:02x}{green:02x}{blue:02x}"), text)
}
