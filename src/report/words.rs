//! Lines of words, and numbers with their ranges, that several texts share.

use textwrap::{Options, WordSeparator, WordSplitter, WrapAlgorithm};

use super::number::{grouped, significant};
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

/// Median and 90 % interval of an uncertain number; the number itself if there is no uncertainty.
pub fn median_and_range(value: &Distribution) -> String {
    let number = |value: f64| {
        let text = if value.abs() < 1.0 {
            significant(value)
        } else {
            grouped(value)
        };
        match text.contains('.') && !text.contains('e') {
            true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
            false => text,
        }
    };
    match value.as_constant() {
        Some(constant) => constant.to_string(),
        None => {
            let [low, median, high] = value.quantiles([0.05, 0.5, 0.95]).map(number);
            format!("{median} ({low} to {high})")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_show_median_and_interval() {
        assert_eq!(median_and_range(&Distribution::constant(0.13).unwrap()), "0.13");
        assert_eq!(
            median_and_range(&Distribution::uniform(0.0, 2000.0).unwrap()),
            "1,000 (100 to 1,900)"
        );
        assert_eq!(
            median_and_range(&Distribution::interval(5.0, 20.0).unwrap()),
            "10 (5 to 20)"
        );
    }
}
