//! Lines of words, and numbers with their ranges, that several texts share.

use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

use super::number::grouped;
use crate::stats::Distribution;

/// A distribution by its median and 90 % range.
pub(super) fn in_brief(value: &Distribution) -> String {
    let short = |number: f64| {
        if number == 0.0 {
            "0".to_owned()
        } else if number.abs() >= 1000.0 {
            grouped(number)
        } else {
            // Three significant digits without trailing zeros.
            let digits = 2 - libm::floor(libm::log10(number.abs())) as i32;
            let text = format!("{number:.*}", digits.max(0) as usize);
            if text.contains('.') {
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            } else {
                text
            }
        }
    };
    match value.as_constant() {
        Some(number) => short(number),
        None => {
            let [low, median, high] = value.quantiles([0.05, 0.5, 0.95]).map(short);
            format!("{median} [{low} to {high}]")
        }
    }
}

/// How every text breaks: at spaces, and a word that is longer than a line where it must; blanks at the start of a line stay.
pub(super) fn breaks(width: usize) -> Options<'static> {
    Options::new(width.max(1))
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .wrap_algorithm(WrapAlgorithm::FirstFit)
}

/// Breaks a text at spaces so that lines have at most `width` columns.
pub fn wrap(text: &str, width: usize) -> String {
    textwrap::fill(text, breaks(width))
}
