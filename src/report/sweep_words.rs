//! What the terminal and the page say of a study in the same words.

use super::number::{count, significant};
use crate::analysis::sweep::{BoxEnd, BoxLimit, IndexNote, OutcomeKind, Study};

/// Unit of what happens or not.
const EVENT: &str = "0 or 1";

/// How many points or paths there are, and what they share.
pub(super) fn study_words(study: &Study) -> String {
    match study.outcome_kind {
        OutcomeKind::StatisticOverFutures => format!(
            "{} design points, all on the same {} futures, seed {}: their noise is the same and cancels in comparisons.",
            count(study.runs),
            count(study.paths as usize),
            study.seed
        ),
        OutcomeKind::SinglePath => format!(
            "{} paths of one run, seed {}. The outcome is the value on each path, with all its shocks.",
            count(study.paths as usize),
            study.seed
        ),
    }
}

/// A number of an input, with the digits it needs.
pub(super) fn input_number(value: f64) -> String {
    if value == 0.0 {
        "0".to_owned()
    } else if (1e-4..1e6).contains(&value.abs()) {
        // Four significant digits, and never more than four decimals.
        let whole = libm::floor(libm::log10(value.abs())) as i32;
        let decimals = (3 - whole).clamp(0, 4) as usize;
        let text = format!("{value:.decimals$}");
        let trimmed = match decimals {
            0 => text.as_str(),
            _ => text.trim_end_matches('0').trim_end_matches('.'),
        };
        if trimmed.trim_start_matches(['-', '0', '.']).is_empty() {
            significant(value)
        } else {
            trimmed.to_owned()
        }
    } else {
        format!("{value:.2e}")
    }
}

/// At most so many positions out of a count, both ends among them.
pub(super) fn spread(count: usize, most: usize) -> Vec<usize> {
    let shown = count.min(most.max(2));
    (0..shown)
        .map(|position| position * (count - 1) / (shown - 1).max(1))
        .collect()
}

/// A note with the inputs it concerns, each by its name.
pub(super) fn note_words(note: &IndexNote<'_>, name: impl Fn(usize) -> String) -> String {
    let of: Vec<String> = note
        .subjects
        .iter()
        .map(|inputs| {
            inputs
                .iter()
                .map(|input| name(*input))
                .collect::<Vec<_>>()
                .join(" × ")
        })
        .collect();
    let shown = if of.len() > 4 {
        format!("{} and {} more", of[..3].join(", "), of.len() - 3)
    } else {
        of.join(", ")
    };
    format!("{} of {shown}: {}.", note.index, note.note)
}

/// The range of an input, behind its name: "at least 0.2 (0.1 to 0.3) ruptures a year". What stands in brackets, how far the
/// end moves over resamples, can be left out.
pub(super) fn limit_words(study: &Study, limit: &BoxLimit, resampled: bool) -> String {
    let end = |end: BoxEnd| {
        let range = end
            .range
            .filter(|_| resampled)
            .map_or_else(String::new, |[low, high]| {
                format!(" ({} to {})", input_number(low), input_number(high))
            });
        format!("{}{range}", input_number(end.value))
    };
    let unit = study.inputs.get(limit.input).map_or("", |input| input.unit);
    let words = match (limit.low, limit.high) {
        (low, high) if unit == EVENT && low.is_some() != high.is_some() => {
            return format!("is {}", u8::from(low.is_some()));
        }
        (Some(low), Some(high)) => format!("from {} to {}", end(low), end(high)),
        (Some(low), None) => format!("at least {}", end(low)),
        // The upper end of a leaf is outside of it.
        (None, Some(high)) if limit.quasi_p.is_none() => format!("below {}", end(high)),
        (None, Some(high)) => format!("at most {}", end(high)),
        (None, None) => "any".to_owned(),
    };
    format!("{words} {unit}").trim_end().to_owned()
}
