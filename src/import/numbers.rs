//! Numbers as people and offices write them: decimal comma or point, thousands apart, percent signs, footnote marks.

use serde::Serialize;

/// The mark between the whole part and the fraction.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decimal {
    /// 1234.5
    Point,
    /// 1234,5
    Comma,
}

impl Decimal {
    const fn mark(self) -> char {
        match self {
            Self::Point => '.',
            Self::Comma => ',',
        }
    }

    const fn other(self) -> Self {
        match self {
            Self::Point => Self::Comma,
            Self::Comma => Self::Point,
        }
    }
}

/// What stands in a cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Cell {
    /// Nothing, in one of the ways to say so.
    Missing,
    /// A number, still as written, and what stood beside it.
    Number {
        /// Sign, digits and marks between them.
        digits: String,
        /// Whether a percent sign follows.
        percent: bool,
        /// A footnote mark; empty for none.
        mark: String,
    },
    /// Neither.
    Words,
}

/// Ways to write that there is no figure.
const MISSING: &[&str] = &[
    "",
    "..",
    "...",
    ".",
    "-",
    "--",
    "–",
    "—",
    "…",
    ":",
    "_",
    "x",
    "n/a",
    "n.a.",
    "na",
    "nan",
    "n.d.",
    "nd",
    "null",
    "none",
    "#n/a",
    "no data",
    "not available",
    "missing",
    "m",
    "l",
    "c",
];

/// Letters that statistical offices set beside a figure (break, estimate, forecast, provisional, revised, ...). Letters that
/// may be a magnitude (k, m, bn) are none of them.
const FLAGS: &[&str] = &[
    "a", "b", "d", "e", "f", "i", "p", "r", "s", "u", "z", "be", "bp", "ep", "est",
];

/// Reads a cell; `missing` are further words for no figure.
pub(super) fn cell(text: &str, missing: &[String]) -> Cell {
    let text = text.trim();
    let lower = text.to_lowercase();
    if MISSING.contains(&lower.as_str()) || missing.iter().any(|word| word.trim() == text) {
        return Cell::Missing;
    }
    let is_of_number = |letter: char| {
        letter.is_ascii_digit() || matches!(letter, '.' | ',' | '\'' | '’') || is_blank(letter)
    };
    let (sign, rest) = match text.strip_prefix(['-', '\u{2212}', '+']) {
        Some(rest) => (if text.starts_with('+') { "" } else { "-" }, rest),
        None => ("", text),
    };
    let mut end = rest.find(|letter| !is_of_number(letter)).unwrap_or(rest.len());
    // 1.5E+12
    if let Some(exponent) = rest[end..].strip_prefix(['e', 'E']) {
        let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let count = digits
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(digits.len());
        if count > 0 && !rest[..end].ends_with(is_blank) {
            end += rest[end..].len() - digits.len() + count;
        }
    }
    let (digits, beside) = rest.split_at(end);
    let digits = digits.trim();
    if !digits.contains(|letter: char| letter.is_ascii_digit()) {
        return Cell::Words;
    }
    let percent = beside.trim_start().starts_with('%');
    let mark = beside.trim().trim_start_matches('%').trim();
    if !is_mark(mark) {
        return Cell::Words;
    }
    Cell::Number {
        digits: format!("{sign}{digits}"),
        percent,
        mark: mark.to_owned(),
    }
}

fn is_blank(letter: char) -> bool {
    matches!(letter, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}')
}

/// Whether a word beside a number is a footnote mark: nothing, a flag of an office, stars and daggers, raised digits, or
/// something short in brackets.
fn is_mark(text: &str) -> bool {
    let short = |inner: &str| inner.chars().count() <= 4 && inner.chars().all(char::is_alphanumeric);
    let bracketed = [('(', ')'), ('[', ']')].iter().any(|(open, close)| {
        text.strip_prefix(*open)
            .and_then(|inner| inner.strip_suffix(*close))
            .is_some_and(short)
    });
    let raised = |letter: char| matches!(letter, '*' | '†' | '‡' | '§' | '#' | '¹' | '²' | '³' | '⁰'..='⁹');
    text.is_empty()
        || FLAGS.contains(&text)
        || bracketed
        || (text.chars().count() <= 3 && text.chars().all(raised))
}

/// What the digits of one number say of the decimal mark of a file: `None` where both readings are possible, an error where none is.
pub(super) fn vote(digits: &str) -> Result<Option<Decimal>, ()> {
    let possible = [Decimal::Point, Decimal::Comma].map(|decimal| canonical(digits, decimal));
    match possible {
        [Some(_), Some(_)] => Ok(None),
        [Some(_), None] => Ok(Some(Decimal::Point)),
        [None, Some(_)] => Ok(Some(Decimal::Comma)),
        [None, None] => Err(()),
    }
}

/// Whether the two readings of a number differ.
pub(super) fn is_ambiguous(digits: &str) -> bool {
    let [point, comma] = [Decimal::Point, Decimal::Comma].map(|decimal| canonical(digits, decimal));
    point.is_some() && comma.is_some() && point != comma
}

/// A number as digits with at most one point; `None` if it cannot be read so. Nothing is rounded.
pub(super) fn canonical(digits: &str, decimal: Decimal) -> Option<String> {
    let (sign, digits) = digits.strip_prefix('-').map_or(("", digits), |rest| ("-", rest));
    let (digits, exponent) = match digits.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.trim_start_matches('+').parse::<i32>().ok()?),
        None => (digits, 0),
    };
    let (whole, fraction) = match digits.split_once(decimal.mark()) {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    if fraction.is_some_and(|fraction| !fraction.bytes().all(|byte| byte.is_ascii_digit())) {
        return None;
    }
    let whole = without_groups(whole, decimal.other().mark())?;
    let fraction = fraction.unwrap_or("");
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    Some(shifted(&format!("{sign}{whole}.{fraction}"), exponent))
}

/// Takes thousands separators out: one kind of mark, before groups of three digits.
fn without_groups(whole: &str, mark: char) -> Option<String> {
    if whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(whole.to_owned());
    }
    let separator = whole.chars().find(|letter| !letter.is_ascii_digit())?;
    if separator != mark && !matches!(separator, '\'' | '’') && !is_blank(separator) {
        return None;
    }
    let mut groups = whole.split(separator);
    let first = groups.next()?;
    // `0.123` and `0,123` are fractions, never thousands.
    let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    if first.is_empty() || first.len() > 3 || first.starts_with('0') || !digits(first) {
        return None;
    }
    groups
        .all(|group| group.len() == 3 && digits(group))
        .then(|| whole.chars().filter(char::is_ascii_digit).collect())
}

/// A decimal number times a power of ten, by moving its point: exact.
pub(super) fn shifted(number: &str, power: i32) -> String {
    let (sign, number) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = format!("{whole}{fraction}");
    // Exponents beyond what any figure has would only fill memory with zeros.
    let point = whole.len() as i64 + i64::from(power.clamp(-400, 400));
    let (whole, fraction) = if point <= 0 {
        (
            String::new(),
            format!("{}{digits}", "0".repeat((-point) as usize)),
        )
    } else if point as usize >= digits.len() {
        (
            format!("{digits}{}", "0".repeat(point as usize - digits.len())),
            String::new(),
        )
    } else {
        let (whole, fraction) = digits.split_at(point as usize);
        (whole.to_owned(), fraction.to_owned())
    };
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let fraction = fraction.trim_end_matches('0');
    let text = if fraction.is_empty() {
        whole.to_owned()
    } else {
        format!("{whole}.{fraction}")
    };
    if text == "0" {
        text
    } else {
        format!("{sign}{text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, decimal: Decimal) -> Option<String> {
        match cell(text, &[]) {
            Cell::Number { digits, .. } => canonical(&digits, decimal),
            _ => None,
        }
    }

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for (text, point, comma) in [
            ("1234.5", Some("1234.5"), None),
            ("1,234.5", Some("1234.5"), None),
            ("1.234,5", None, Some("1234.5")),
            ("1 234,5", None, Some("1234.5")),
            ("1\u{202f}234\u{202f}567,25", None, Some("1234567.25")),
            ("1'234.5", Some("1234.5"), None),
            ("1,234", Some("1234"), Some("1.234")),
            ("1.234", Some("1.234"), Some("1234")),
            ("0,123", None, Some("0.123")),
            ("0.123", Some("0.123"), None),
            ("12,34", None, Some("12.34")),
            ("1,234,567", Some("1234567"), None),
            ("-0,82", None, Some("-0.82")),
            ("\u{2212}0.82", Some("-0.82"), None),
            ("1.77340626453714E+13", Some("17734062645371.4"), None),
            ("5e-3", Some("0.005"), Some("0.005")),
            ("2021", Some("2021"), Some("2021")),
            ("1,23,456", None, None),
            ("1.2.3", None, None),
            (".5", Some("0.5"), None),
        ] {
            assert_eq!(
                read(text, Decimal::Point).as_deref(),
                point,
                "{text} with a point"
            );
            assert_eq!(
                read(text, Decimal::Comma).as_deref(),
                comma,
                "{text} with a comma"
            );
        }
    }

    #[test]
    fn what_stands_beside_a_number_is_a_mark_a_percent_sign_or_refused() {
        let beside = |text: &str| match cell(text, &[]) {
            Cell::Number { percent, mark, .. } => Some((percent, mark)),
            _ => None,
        };
        assert_eq!(beside("12.5 e"), Some((false, "e".to_owned())));
        assert_eq!(beside("12.5(p)"), Some((false, "(p)".to_owned())));
        assert_eq!(beside("12.5 [12]"), Some((false, "[12]".to_owned())));
        assert_eq!(beside("12.5*"), Some((false, "*".to_owned())));
        assert_eq!(beside("12.5¹"), Some((false, "¹".to_owned())));
        assert_eq!(beside("68 %"), Some((true, String::new())));
        assert_eq!(beside("68.0% p"), Some((true, "p".to_owned())));
        for magnitude in ["12 k", "12 M", "12 bn", "12 million", "12kg", "about 12", "12-13"] {
            assert_eq!(cell(magnitude, &[]), Cell::Words, "{magnitude}");
        }
        for none in ["", "..", "n/a", "N/A", " - ", "…", ":", "NaN"] {
            assert_eq!(cell(none, &[]), Cell::Missing, "{none}");
        }
        assert_eq!(cell("confidential", &["confidential".to_owned()]), Cell::Missing);
    }

    #[test]
    fn a_file_tells_its_decimal_mark_where_only_one_reading_is_possible() {
        assert_eq!(vote("1,234.5"), Ok(Some(Decimal::Point)));
        assert_eq!(vote("0,5"), Ok(Some(Decimal::Comma)));
        assert_eq!(vote("1,234"), Ok(None));
        assert!(is_ambiguous("1,234") && !is_ambiguous("1234"));
        assert_eq!(vote("1.2.3"), Err(()));
    }

    #[test]
    fn powers_of_ten_move_the_point_and_round_nothing() {
        for (number, power, expected) in [
            ("17734062645371.4", -9, "17734.0626453714"),
            ("51.8", 6, "51800000"),
            ("0.001", -3, "0.000001"),
            ("-1.50", 0, "-1.5"),
            ("0.0", 5, "0"),
            ("100", -2, "1"),
        ] {
            assert_eq!(shifted(number, power), expected);
        }
    }
}
