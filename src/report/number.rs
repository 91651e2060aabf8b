//! Numbers and texts for people.

use crate::base::Unit;

/// Smaller numbers are rounding.
const NOTHING: f64 = 1e-16;

/// A number in the form of its unit: thousands grouped, shares and rates in percent.
pub fn in_unit(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Share | Unit::YearlyRate | Unit::Ratio => format!("{:.1} %", 100.0 * value),
        Unit::UsdBn | Unit::UsdPerPerson => grouped(value),
        Unit::Score | Unit::LogPoints => format!("{value:.3}"),
    }
}

/// A difference in the form of its unit, with its sign: shares and rates in percentage points.
pub fn difference_in_unit(value: f64, unit: Unit) -> String {
    // Less than a millionth of a point, a share or a thousand dollars is nothing to a reader.
    let value = if value.abs() < 1e-6 { 0.0 } else { value };
    let size = error_in_unit(value.abs(), unit);
    let sign = if size.bytes().all(|byte| !(b'1'..=b'9').contains(&byte)) {
        ""
    } else if value < 0.0 {
        "-"
    } else {
        "+"
    };
    format!("{sign}{size}")
}

/// An error in the form of its unit: shares and rates in percentage points.
pub fn error_in_unit(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Share | Unit::YearlyRate | Unit::Ratio => format!("{} pp", significant(100.0 * value)),
        Unit::UsdBn | Unit::UsdPerPerson => grouped(value),
        Unit::Score | Unit::LogPoints => significant(value),
    }
}

/// The heading of a unit.
pub fn unit_heading(unit: Unit) -> &'static str {
    match unit {
        Unit::UsdBn => "USD bn",
        Unit::UsdPerPerson => "USD",
        Unit::Share => "share",
        Unit::YearlyRate => "a year",
        Unit::Score => "0 to 1",
        Unit::LogPoints => "log points",
        Unit::Ratio => "of the gap",
    }
}

/// A part of a whole in whole percent.
pub fn percent(part: f64) -> String {
    format!("{:.0} %", 100.0 * part)
}

/// A share of the futures: never a certainty that rounding alone makes.
pub fn probability(share: f64) -> String {
    match share {
        _ if !share.is_finite() => "–".to_owned(),
        _ if share > 0.0 && share < 0.001 => "below 0.1 %".to_owned(),
        _ if share > 0.999 && share < 1.0 => "above 99.9 %".to_owned(),
        0.0 | 1.0 => format!("{:.0} %", 100.0 * share),
        _ => format!("{:.1} %", 100.0 * share),
    }
}

/// A ratio of means, rounded to what is known; "–" for one without meaning.
pub fn ratio(value: f64) -> String {
    if !value.is_finite() || value <= 0.0 {
        return "–".to_owned();
    }
    let exponent = libm::floor(libm::log10(value)) as i32;
    if value < 9.95 {
        return significant(value);
    }
    let unit = (1..exponent).fold(1.0, |unit, _| 10.0 * unit);
    let rounded = (value / unit).round() * unit;
    if rounded < 100.0 {
        format!("{rounded:.0}")
    } else {
        grouped(rounded)
    }
}

/// Two significant digits, one below a tenth; for the ends of a range.
pub fn rough(value: f64) -> String {
    let size = value.abs();
    if size < 1e-4 {
        return "0".to_owned();
    }
    if size < 0.0995 {
        let decimals = -(libm::floor(libm::log10(size)) as i32);
        return format!("{value:.*}", decimals.max(0) as usize);
    }
    if size < 99.5 {
        significant(value)
    } else {
        grouped(value)
    }
}

/// A number with its sign; zero has none.
pub fn signed(value: f64) -> String {
    let text = grouped(value);
    let nothing = text.bytes().all(|byte| !(b'1'..=b'9').contains(&byte));
    match nothing {
        true => "0".to_owned(),
        false if value > 0.0 => format!("+{text}"),
        false => text,
    }
}

/// Money in a sentence.
pub(super) fn usd_bn(value: f64) -> String {
    format!("USD {} bn", grouped(value))
}

/// A number of things, whole, its thousands grouped with commas.
pub fn count(number: impl TryInto<u64>) -> String {
    let digits = number.try_into().unwrap_or(u64::MAX).to_string();
    with_commas(&digits)
}

/// Digits with a comma before every third from the end.
fn with_commas(digits: &str) -> String {
    let mut grouped = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// About four significant digits, thousands grouped with commas.
pub fn grouped(value: f64) -> String {
    let magnitude = value.abs();
    let decimals = if magnitude >= 100.0 || magnitude == 0.0 {
        0
    } else if magnitude >= 10.0 {
        1
    } else if magnitude >= 1.0 {
        2
    } else {
        return significant(value);
    };
    let text = format!("{value:.decimals$}");
    let (sign, digits) = text
        .strip_prefix('-')
        .map_or(("", text.as_str()), |digits| ("-", digits));
    let (whole, fraction) = digits
        .split_once('.')
        .map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut grouped = format!("{sign}{}", with_commas(whole));
    if let Some(fraction) = fraction {
        grouped.push('.');
        grouped.push_str(fraction);
    }
    grouped
}

/// Two significant digits, for errors and small numbers.
pub fn significant(value: f64) -> String {
    // What is left of sums that cancel is nothing to a reader.
    if value.abs() < NOTHING || !value.is_finite() {
        return "0".to_owned();
    }
    let exponent = libm::floor(libm::log10(value.abs())) as i32;
    if exponent < -4 {
        return format!("{value:.1e}");
    }
    let decimals = (1 - exponent).max(0) as usize;
    format!("{value:.decimals$}")
}

/// Whether a terminal would act on a character instead of showing it: control characters, and marks that reorder the line.
pub fn acts_on_terminal(character: char) -> bool {
    let reorders = matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    character.is_control() || reorders
}

/// A line in which nothing acts on a terminal: control characters become their symbols (␛), other such marks `�`, tabs blanks.
pub fn escape(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\t' => ' ',
            '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + character as u32).unwrap_or('\u{fffd}'),
            '\u{7f}' => '\u{2421}',
            _ if acts_on_terminal(character) => '\u{fffd}',
            _ => character,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_about_four_digits() {
        for (value, text) in [
            (17734.1, "17,734"),
            (1234567.8, "1,234,568"),
            (-1234.5, "-1,234"),
            (45.67, "45.7"),
            (5.678, "5.68"),
            (0.0, "0"),
            (0.012345, "0.012"),
            (0.0000012, "1.2e-6"),
        ] {
            assert_eq!(grouped(value), text);
        }
        assert_eq!(in_unit(0.3980, Unit::Share), "39.8 %");
    }

    #[test]
    fn probabilities_and_ratios_say_no_more_than_is_known() {
        let shares = [0.0, 0.0004, 0.001, 0.405, 0.9991, 1.0, f64::NAN];
        let texts = [
            "0 %",
            "below 0.1 %",
            "0.1 %",
            "40.5 %",
            "above 99.9 %",
            "100 %",
            "–",
        ];
        assert_eq!(shares.map(probability), texts);
        let values = [-0.0042, 0.00001, 0.05, 0.5, 20.24, 1234.0];
        assert_eq!(values.map(rough), ["-0.004", "0", "0.05", "0.50", "20", "1,234"]);
        assert_eq!(ratio(9.997), "10");
        let values = [0.983, 27.34, 104.0, 1_234.0, 0.0, -2.0, f64::INFINITY];
        assert_eq!(values.map(ratio), ["0.98", "27", "100", "1,200", "–", "–", "–"]);
        assert_eq!(
            [-1.5, 0.0, 2.5, 5.6e-18].map(signed),
            ["-1.50", "0", "+2.50", "0"]
        );
        assert_eq!(significant(5.6e-18), "0");
    }

    #[test]
    fn control_characters_do_not_reach_the_terminal() {
        assert_eq!(escape("a\u{1b}[31mb\u{202e}\n"), "a\u{241b}[31mb\u{fffd}\u{240a}");
    }
}
