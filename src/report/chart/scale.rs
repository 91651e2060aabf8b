//! Positions, ticks and widths of texts.

use super::{Format, svg::Type};

/// A map from values to points of the picture.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Scale {
    domain: [f64; 2],
    range: [f64; 2],
    /// The map is linear up to about this size and logarithmic beyond; `None` for linear everywhere.
    bend: Option<f64>,
}

impl Scale {
    pub(super) fn new(domain: [f64; 2], range: [f64; 2]) -> Self {
        Self {
            domain,
            range,
            bend: None,
        }
    }

    pub(super) fn place(&self, value: f64) -> f64 {
        let [low, high, value] = [self.domain[0], self.domain[1], value].map(|value| self.bent(value));
        let [start, end] = self.range;
        start + (value - low) / (high - low) * (end - start)
    }

    /// The symmetric logarithm of Webber (2013), which has a place for 0.
    fn bent(&self, value: f64) -> f64 {
        self.bend.map_or(value, |bend| {
            libm::copysign(libm::log1p((value / bend).abs()), value)
        })
    }

    /// The end of the domain that is nearest to 0, where the domain does not hold 0.
    pub(super) fn away_from_zero(&self) -> Option<f64> {
        let [low, high] = self.domain;
        (low > 0.0)
            .then_some(low)
            .or_else(|| (high < 0.0).then_some(high))
    }

    /// A logarithmic map and its ticks with labels, 0 and powers of ten: the domain ends at the smallest and largest value.
    /// It bends at the smallest size above 0.
    pub(super) fn logarithmic(
        values: Vec<f64>,
        range: [f64; 2],
        count: usize,
        format: Format,
    ) -> (Self, Vec<(f64, String)>) {
        let bend = values
            .iter()
            .map(|value| value.abs())
            .filter(|size| (1e-300..=1e300).contains(size))
            .fold(f64::INFINITY, f64::min);
        let (low, high) = extent(values);
        let bend = if bend.is_finite() { bend } else { 1.0 };
        let exponent = |size: f64| libm::ceil(libm::log10(size) - 1e-9) as i32;
        let exponents = exponent(bend)..=exponent(high.abs().max(low.abs()));
        // So many powers of ten that about every tick has room.
        let every = exponents.clone().count().div_ceil(count.max(1)).max(1);
        let power = |exponent: i32| format!("1e{exponent}").parse::<f64>().unwrap_or(0.0);
        let sizes = || exponents.clone().step_by(every).map(power);
        let mut ticks: Vec<f64> = sizes().map(|size| -size).chain([0.0]).chain(sizes()).collect();
        ticks.retain(|tick| (low..=high).contains(tick));
        ticks.sort_by(f64::total_cmp);
        let labels = if ticks.len() < 3 {
            // Less than two powers apart.
            Ticks::within(low, high, count).labels(format)
        } else {
            ticks
                .into_iter()
                .map(|tick| {
                    let one = Ticks {
                        first: 1,
                        last: 1,
                        step: tick,
                        exponent: if tick == 0.0 { 0 } else { exponent(tick.abs()) },
                    };
                    (tick, one.label(tick, format))
                })
                .collect()
        };
        let scale = Self {
            bend: Some(bend),
            ..Self::new([low, high], range)
        };
        (scale, labels)
    }

    /// The map and its ticks: the domain holds every finite value, ends at ticks, and is never empty.
    pub(super) fn nice(
        values: impl IntoIterator<Item = f64>,
        range: [f64; 2],
        ticks: usize,
    ) -> (Self, Ticks) {
        let (low, high) = extent(values);
        let ticks = Ticks::around(low, high, ticks);
        let domain = [ticks.first as f64 * ticks.step, ticks.last as f64 * ticks.step];
        (Self::new(domain, range), ticks)
    }

    /// The map and its ticks: the domain ends at the smallest and largest value, the ticks stand inside.
    pub(super) fn tight(
        values: impl IntoIterator<Item = f64>,
        range: [f64; 2],
        ticks: usize,
    ) -> (Self, Ticks) {
        let (low, high) = extent(values);
        (Self::new([low, high], range), Ticks::within(low, high, ticks))
    }
}

/// The smallest and largest finite value, apart from each other.
fn extent(values: impl IntoIterator<Item = f64>) -> (f64, f64) {
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for value in values.into_iter().filter(|value| value.is_finite()) {
        low = low.min(value);
        high = high.max(value);
    }
    // Beyond this, differences overflow.
    let (low, high) = if low <= high {
        (low.max(-1e300), high.min(1e300))
    } else {
        (0.0, 1.0)
    };
    if high - low > 1e-9 * high.abs().max(low.abs()) {
        (low, high)
    } else {
        let half = if low == 0.0 { 1.0 } else { 0.1 * low.abs() };
        (low - half, high + half)
    }
}

/// Multiples of a step of 1, 2 or 5 times a power of ten.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Ticks {
    first: i64,
    last: i64,
    step: f64,
    exponent: i32,
}

impl Ticks {
    fn around(low: f64, high: f64, count: usize) -> Self {
        let (step, exponent) = step(high - low, count);
        Self {
            first: libm::floor(low / step + 1e-9) as i64,
            last: libm::ceil(high / step - 1e-9) as i64,
            step,
            exponent,
        }
    }

    fn within(low: f64, high: f64, count: usize) -> Self {
        let (step, exponent) = step(high - low, count);
        Self {
            first: libm::ceil(low / step - 1e-9) as i64,
            last: libm::floor(high / step + 1e-9) as i64,
            step,
            exponent,
        }
    }

    /// Values and their labels, all with the decimals that the step needs. Years skip fractions.
    pub(super) fn labels(&self, format: Format) -> Vec<(f64, String)> {
        (self.first..=self.last)
            .take(100)
            .map(|multiple| multiple as f64 * self.step)
            .filter(|value| format != Format::Year || value.fract() == 0.0)
            .map(|value| (value, self.label(value, format)))
            .collect()
    }

    /// A value with as many decimals as the labels have.
    pub(super) fn label(&self, value: f64, format: Format) -> String {
        let fixed = |value: f64, exponent: i32| {
            if exponent < -6 || value.abs() >= 1e15 {
                return if value == 0.0 {
                    "0".to_owned()
                } else {
                    format!("{value:e}")
                };
            }
            let decimals = (-exponent).max(0) as usize;
            let text = format!("{value:.decimals$}");
            let text = if text.trim_matches(['-', '0', '.']).is_empty() {
                text.trim_start_matches('-')
            } else {
                &text
            };
            group(text)
        };
        match format {
            Format::Number => fixed(value, self.exponent),
            Format::Percent => format!("{} %", fixed(100.0 * value, self.exponent + 2)),
            Format::Points => fixed(100.0 * value, self.exponent + 2),
            Format::Year => format!("{value:.0}"),
        }
    }
}

/// Commas between the thousands of a decimal number.
fn group(text: &str) -> String {
    let (whole, fraction) = text
        .split_once('.')
        .map_or((text, None), |(whole, fraction)| (whole, Some(fraction)));
    let (sign, digits) = whole
        .strip_prefix('-')
        .map_or(("", whole), |digits| ("-", digits));
    let mut grouped = String::from(sign);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if let Some(fraction) = fraction {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    grouped
}

/// The step that gives about `count` ticks over a span, and the power of ten in it.
fn step(span: f64, count: usize) -> (f64, i32) {
    let raw = span / count.max(1) as f64;
    let exponent = libm::floor(libm::log10(raw)) as i32;
    let power = libm::pow(10.0, f64::from(exponent));
    let ratio = raw / power;
    // Geometric means of neighboring steps.
    let (multiple, exponent) = if ratio < 1.414 {
        (1.0, exponent)
    } else if ratio < 3.162 {
        (2.0, exponent)
    } else if ratio < 7.071 {
        (5.0, exponent)
    } else {
        (1.0, exponent + 1)
    };
    // A decimal that is read back has no rounding error of its own: 0.1 and not 0.09999999999999999.
    let step = format!("{multiple}e{exponent}").parse().unwrap_or(power);
    (step, exponent)
}

/// Widths of the characters from space to tilde in Noto Sans, in thousandths of the type size.
const ADVANCES: [u16; 95] = [
    260, 269, 408, 646, 572, 831, 732, 225, 300, 300, 551, 572, 268, 322, 268, 372, 572, 572, 572, 572, 572,
    572, 572, 572, 572, 572, 268, 268, 572, 572, 572, 434, 899, 639, 650, 632, 730, 556, 519, 728, 741, 339,
    273, 619, 524, 907, 760, 781, 605, 781, 622, 549, 556, 731, 600, 930, 586, 566, 572, 329, 372, 329, 572,
    444, 281, 561, 615, 480, 615, 564, 344, 615, 618, 258, 258, 534, 258, 935, 618, 605, 615, 615, 413, 479,
    361, 618, 508, 786, 529, 510, 470, 380, 551, 380, 572,
];

/// The width of a text in Noto Sans, about; other fonts of readers differ by a few percent.
pub(super) fn text_width(text: &str, style: Type) -> f64 {
    let thousandths: f64 = text
        .chars()
        .map(|character| match character {
            ' '..='~' => f64::from(ADVANCES[character as usize - 32]),
            other => match unicode_width::UnicodeWidthChar::width(other) {
                Some(0) => 0.0,
                Some(2) => 1000.0,
                _ => 600.0,
            },
        })
        .sum();
    let bold = if style.bold { 1.06 } else { 1.0 };
    thousandths / 1000.0 * style.size * bold
}

/// The text in at most `lines` lines of at most `width` points; what does not fit ends in an ellipsis.
pub(super) fn wrap(text: &str, width: f64, style: Type, lines: usize) -> Vec<String> {
    let lines = lines.max(1);
    let mut wrapped: Vec<String> = Vec::new();
    let mut line = String::new();
    let mut more = false;
    for (word, joined) in words(text, width, style) {
        let candidate = if joined {
            format!("{line}{word}")
        } else {
            format!("{line} {word}")
        };
        if line.is_empty() {
            word.clone_into(&mut line);
        } else if text_width(&candidate, style) <= width {
            line = candidate;
        } else if wrapped.len() + 1 == lines {
            more = true;
            break;
        } else {
            wrapped.push(std::mem::replace(&mut line, word.to_owned()));
        }
    }
    if !line.is_empty() {
        wrapped.push(line);
    }
    let last = wrapped.len().saturating_sub(1);
    for (position, line) in wrapped.iter_mut().enumerate() {
        if text_width(line, style) > width || (more && position == last) {
            *line = shortened(line, width, style);
        }
    }
    wrapped
}

/// The words of a text, and whether each continues the one before it: a word that is too wide, such as the path of a
/// parameter, breaks after . _ / and -.
fn words(text: &str, width: f64, style: Type) -> Vec<(&str, bool)> {
    let mut words = Vec::new();
    for word in text.split_whitespace() {
        if text_width(word, style) <= width {
            words.push((word, false));
            continue;
        }
        for (position, part) in word.split_inclusive(['.', '_', '/', '-']).enumerate() {
            words.push((part, position > 0));
        }
    }
    words
}

/// The start of a text that fits with an ellipsis after it.
fn shortened(text: &str, width: f64, style: Type) -> String {
    let mut start = String::new();
    let mut used = text_width("…", style);
    for character in text.chars() {
        used += text_width(character.encode_utf8(&mut [0; 4]), style);
        if used > width {
            break;
        }
        start.push(character);
    }
    format!("{}…", start.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(values: [f64; 2], format: Format) -> Vec<String> {
        let (_, ticks) = Scale::nice(values, [0.0, 100.0], 5);
        ticks.labels(format).into_iter().map(|(_, label)| label).collect()
    }

    #[test]
    fn ticks_are_round_numbers_around_the_values() {
        assert_eq!(
            labels([0.3, 9.6], Format::Number),
            ["0", "2", "4", "6", "8", "10"]
        );
        assert_eq!(
            labels([0.0, 23456.0], Format::Number),
            ["0", "5,000", "10,000", "15,000", "20,000", "25,000"]
        );
        assert_eq!(
            labels([0.31, 0.52], Format::Percent),
            ["30 %", "35 %", "40 %", "45 %", "50 %", "55 %"]
        );
        assert_eq!(
            labels([-0.002, 0.003], Format::Points),
            ["-0.2", "-0.1", "0.0", "0.1", "0.2", "0.3"]
        );
        assert_eq!(
            labels([2017.0, 2035.0], Format::Year),
            ["2015", "2020", "2025", "2030", "2035"]
        );
    }

    #[test]
    fn scales_map_ends_to_ends_and_survive_values_that_are_equal_or_missing() {
        let (scale, ticks) = Scale::nice([2.0, 8.0], [100.0, 0.0], 3);
        assert_eq!((scale.place(2.0), scale.place(8.0)), (100.0, 0.0));
        assert_eq!(ticks.labels(Format::Number).len(), 4);
        for values in [
            vec![],
            vec![5.0],
            vec![0.0, 0.0],
            vec![f64::NAN, f64::INFINITY],
            vec![-1e300, 1e300, f64::MAX],
            vec![1e-300, 2e-300],
        ] {
            let (scale, ticks) = Scale::nice(values.clone(), [0.0, 100.0], 5);
            for value in values
                .into_iter()
                .filter(|value| value.is_finite() && value.abs() <= 1e300)
            {
                let place = scale.place(value);
                assert!((-0.001..=100.001).contains(&place), "{place}");
            }
            assert!(!ticks.labels(Format::Number).is_empty());
        }
    }

    #[test]
    fn logarithmic_scales_have_a_place_for_zero_and_ticks_at_powers_of_ten() {
        let values = vec![0.0, 0.1, 0.5, 20.0, 500.0];
        let (scale, ticks) = Scale::logarithmic(values, [0.0, 100.0], 8, Format::Number);
        let labels: Vec<&str> = ticks.iter().map(|(_, label)| label.as_str()).collect();
        assert_eq!(labels, ["0", "0.1", "1", "10", "100"]);
        assert_eq!((scale.place(0.0), scale.place(500.0)), (0.0, 100.0));
        // From well above the bend on, equal ratios are equally far apart.
        let (first, second) = (
            scale.place(100.0) - scale.place(10.0),
            scale.place(500.0) - scale.place(50.0),
        );
        assert!((first - second).abs() < 0.2, "{first} {second}");
        for values in [
            vec![],
            vec![0.0],
            vec![3.0],
            vec![20.0, 30.0, 40.0],
            vec![-5.0, 0.0, 1e9],
            vec![f64::NAN, 1e-310, f64::MAX],
        ] {
            let (scale, ticks) = Scale::logarithmic(values.clone(), [0.0, 100.0], 8, Format::Number);
            assert!(!ticks.is_empty(), "{values:?}");
            for value in ticks
                .iter()
                .map(|(tick, _)| *tick)
                .chain(values.into_iter().filter(|value| value.abs() <= 1e300))
            {
                let place = scale.place(value);
                assert!((-0.001..=100.001).contains(&place), "{value}: {place}");
            }
        }
    }

    #[test]
    fn texts_wrap_at_words_and_end_in_an_ellipsis() {
        assert!((text_width("0123", Type::LABEL) - 4.0 * 0.572 * 12.0).abs() < 1e-9);
        assert_eq!(
            wrap("Digital free trade zone", 90.0, Type::LABEL, 2),
            ["Digital free", "trade zone"]
        );
        let long = "x".repeat(10_000);
        let wrapped = wrap(&long, 200.0, Type::LABEL, 2);
        assert_eq!(wrapped.len(), 1);
        assert!(wrapped[0].ends_with('…') && text_width(&wrapped[0], Type::LABEL) <= 200.0);
        let many = "word ".repeat(2000);
        let wrapped = wrap(&many, 200.0, Type::LABEL, 3);
        assert_eq!(wrapped.len(), 3);
        assert!(wrapped[2].ends_with('…') && text_width(&wrapped[2], Type::LABEL) <= 200.0);
        assert_eq!(wrap("", 200.0, Type::LABEL, 3), Vec::<String>::new());
    }
}
