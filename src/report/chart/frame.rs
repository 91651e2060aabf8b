//! What all kinds of picture share: margins, legends, headings of axes.

use super::{
    Axis, Format,
    palette::Ink,
    scale::{Scale, Ticks, text_width, wrap},
    svg::{Anchor, Picture, Stroke, Type},
};

/// Free space at both sides.
pub(super) const SIDE: f64 = 12.0;
/// Opacity, in hundredths, of the 90 % and of the 50 % band.
pub(super) const BANDS: [u32; 2] = [16, 30];

impl Picture {
    /// Whether the picture is for a telephone.
    pub(super) fn is_narrow(&self) -> bool {
        self.width < 500.0
    }
}

/// What stands before a name in a legend.
pub(super) enum Sample {
    Line(Stroke),
    Block(Ink, u32),
    /// A median with both its bands.
    Fan(usize),
    Dot(Ink, bool),
    /// Nothing: a remark.
    Remark,
}

/// Draws legend entries in rows from `top`; returns where they end.
pub(super) fn legend(picture: &mut Picture, top: f64, entries: &[(Sample, String)]) -> f64 {
    const LINE: f64 = 16.0;
    let edge = picture.width - SIDE;
    let (mut x, mut y, mut height) = (SIDE, top, 0.0);
    for (sample, name) in entries {
        let indent = if matches!(sample, Sample::Remark) {
            0.0
        } else {
            28.0
        };
        let lines = wrap(name, edge - SIDE - indent, Type::AXIS, 4);
        let widest = lines
            .iter()
            .map(|line| text_width(line, Type::AXIS))
            .fold(0.0, f64::max);
        if x > SIDE && x + indent + widest > edge {
            (x, y, height) = (SIDE, y + height, 0.0);
        }
        let middle = y + 9.0;
        match sample {
            Sample::Line(stroke) => picture.line((x, middle), (x + 22.0, middle), *stroke),
            Sample::Block(ink, opacity) => {
                picture.rectangle((x, middle - 5.5), (22.0, 11.0), *ink, *opacity);
            }
            Sample::Fan(position) => {
                let ink = Ink::Series(*position);
                picture.rectangle((x, middle - 6.5), (22.0, 13.0), ink, BANDS[0]);
                picture.rectangle((x, middle - 3.5), (22.0, 7.0), ink, BANDS[1]);
                picture.curve(&[(x, middle), (x + 22.0, middle)], Stroke::series(*position));
            }
            Sample::Dot(ink, hollow) => picture.dot((x + 11.0, middle), 4.0, *ink, *hollow),
            Sample::Remark => {}
        }
        for (position, line) in lines.iter().enumerate() {
            let at = (x + indent, middle + 4.0 + LINE * position as f64);
            picture.text(at, Anchor::Start, Type::AXIS, line);
        }
        height = f64::max(height, LINE * lines.len() as f64 + 3.0);
        x += indent + widest + 18.0;
    }
    if entries.is_empty() { top } else { y + height + 5.0 }
}

/// The text in one line.
pub(super) fn one_line(text: &str, width: f64) -> String {
    wrap(text, width, Type::AXIS, 1).pop().unwrap_or_default()
}

/// Quantity and unit of an axis, and where it starts if that is not 0.
pub(super) fn axis_heading(axis: &Axis, scale: &Scale, ticks: &Ticks) -> String {
    let heading = axis.heading();
    match scale.away_from_zero() {
        Some(end) if axis.format != Format::Year => {
            let verb = if end > 0.0 { "starts" } else { "ends" };
            format!("{heading}; scale {verb} at {}", ticks.label(end, axis.format))
        }
        _ => heading,
    }
}
