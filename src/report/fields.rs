//! Labeled paragraphs for the terminal, and defaults with their distribution in words.

use anstyle::Style;
use unicode_width::UnicodeWidthStr;

use super::{
    escape,
    number::{grouped, significant},
};
use crate::stats::Distribution;

const LABEL: Style = Style::new().dimmed();

/// Paragraphs behind labels in a column of their own, at most `width` columns wide. Fields without text are left out.
pub fn fields(rows: &[(&str, String)], width: usize) -> String {
    let shown = || rows.iter().filter(|(_, text)| !text.is_empty());
    let column = shown().map(|(label, _)| label.width()).max().unwrap_or(0) + 2;
    let mut text = String::new();
    for (label, value) in shown() {
        let space = " ".repeat(column - label.width());
        text.push_str(&format!("{LABEL}{label}{LABEL:#}{space}"));
        text.push_str(indented(value, column, width).trim_start());
    }
    text
}

/// A text in lines that begin after `indent` spaces and end before `width`; words that are too long are broken.
pub fn indented(text: &str, indent: usize, width: usize) -> String {
    let space = width.saturating_sub(indent).max(10);
    let mut lines = String::new();
    for line in text.lines() {
        let mut column = 0;
        lines.push_str(&" ".repeat(indent));
        for word in escape(line).split(' ') {
            let length = word.width();
            if column > 0 && column + 1 + length > space {
                lines.push('\n');
                lines.push_str(&" ".repeat(indent));
                column = 0;
            } else if column > 0 {
                lines.push(' ');
                column += 1;
            }
            for character in word.chars() {
                if column == space {
                    lines.push('\n');
                    lines.push_str(&" ".repeat(indent));
                    column = 0;
                }
                lines.push(character);
                column += 1;
            }
        }
        lines.push('\n');
    }
    lines
}

/// Median and 90 % interval of an uncertain number; the number itself if there is no uncertainty.
pub fn default_text(value: &Distribution) -> String {
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
    fn paragraphs_stay_within_their_columns() {
        let text = fields(
            &[
                ("unit", "x".repeat(100)),
                ("none", String::new()),
                ("meaning", "one two three ".repeat(9)),
            ],
            40,
        );
        let text = anstream::adapter::strip_str(&text).to_string();
        assert!(text.lines().all(|line| line.width() <= 40), "{text}");
        assert!(text.starts_with("unit     xxx") && !text.contains("none"));
        assert_eq!(indented("a b\nc", 2, 40), "  a b\n  c\n");
    }

    #[test]
    fn defaults_show_median_and_interval() {
        assert_eq!(default_text(&Distribution::constant(0.13).unwrap()), "0.13");
        assert_eq!(
            default_text(&Distribution::uniform(0.0, 2000.0).unwrap()),
            "1,000 (100 to 1,900)"
        );
        assert_eq!(
            default_text(&Distribution::interval(5.0, 20.0).unwrap()),
            "10 (5 to 20)"
        );
    }
}
