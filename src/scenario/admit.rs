//! Which numbers a parameter admits: its bounds, and how much of a distribution they may cut off.

use super::parameters::{Bounds, ParameterRow};
use crate::stats::Distribution;

/// The beginning of a text that may be long.
pub(super) fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

/// The largest part of a distribution that may lie outside the bounds and is cut off, with a note.
const LARGEST_CUT: f64 = 0.01;
/// A part this small changes no figure that is shown and is cut off without a note.
const NEGLIGIBLE_CUT: f64 = 1e-6;

/// Checks a value against a row of the parameter table; a little of a distribution beyond the bounds is cut off.
pub(super) fn admit(parameter: &ParameterRow, value: Distribution) -> Result<Distribution, String> {
    let Bounds { low, .. } = parameter.bounds;
    if let Some(constant) = value.as_constant() {
        return if parameter.bounds.contains(constant) {
            Ok(value)
        } else {
            Err(format!("{constant} is out of bounds"))
        };
    }
    if !parameter.may_be_uncertain() {
        return Err("this number may not be uncertain".to_owned());
    }
    if let Distribution::ZeroOr { p_zero, otherwise } = value {
        if low > 0.0 {
            return Err("the distribution can be 0, out of bounds".to_owned());
        }
        return Distribution::zero_or(p_zero, bounded(parameter, *otherwise)?)
            .map_err(|error| error.to_string());
    }
    bounded(parameter, value)
}

/// A distribution kept within the bounds of a parameter, of which it may leave a little.
pub(super) fn bounded(parameter: &ParameterRow, value: Distribution) -> Result<Distribution, String> {
    let Bounds { low, high, .. } = parameter.bounds;
    if value.as_constant().is_some() {
        return admit(parameter, value);
    }
    if let Distribution::Choice { values } = &value {
        let outside = values
            .iter()
            .find(|(value, _)| !parameter.bounds.contains(*value));
        return match outside {
            Some((outside, _)) => Err(format!("{outside} is out of bounds")),
            None => Ok(value),
        };
    }
    let (below, above) = (value.cdf(low), 1.0 - value.cdf(high));
    if below + above <= LARGEST_CUT {
        return value.truncated(low, high).map_err(|error| error.to_string());
    }
    let part = |mass: f64, side: &str, bound: f64| {
        format!("{} % of the distribution lies {side} {bound}", percent(mass))
    };
    Err(match (below > NEGLIGIBLE_CUT, above > NEGLIGIBLE_CUT) {
        (true, true) => format!("{} and {}", part(below, "below", low), part(above, "above", high)),
        (true, false) => part(below, "below", low),
        _ => part(above, "above", high),
    })
}

/// A probability in percent with two significant digits, never shown as 100 unless it is.
fn percent(probability: f64) -> String {
    let percent = 100.0 * probability;
    if percent >= 10.0 {
        format!(
            "{:.0}",
            percent
                .min(99.0)
                .max(if probability == 1.0 { 100.0 } else { 0.0 })
        )
    } else if percent >= 1.0 {
        format!("{percent:.1}")
    } else {
        format!("{percent:.1e}")
            .parse::<f64>()
            .unwrap_or(percent)
            .to_string()
    }
}

/// What is cut off a distribution by its bounds, as a sentence; nothing where no figure would show it.
pub(super) fn cut_note(path: &str, value: &Distribution) -> Option<String> {
    let inner = match value {
        Distribution::ZeroOr { otherwise, .. } => otherwise,
        other => other,
    };
    let Distribution::Truncated { inner, low, high } = inner else {
        return None;
    };
    let (below, above) = (inner.cdf(*low), 1.0 - inner.cdf(*high));
    let (outside, bound) = if below > above {
        (below, low)
    } else {
        (above, high)
    };
    (below + above > NEGLIGIBLE_CUT).then(|| {
        format!(
            "`{path}`: {} % of the distribution lies beyond {bound} and is cut off; what is left has 90 % between {:.4} and {:.4}",
            percent(outside),
            value.quantile(0.05),
            value.quantile(0.95)
        )
    })
}

/// A hint where the magnitude looks like percent.
pub(super) fn hint(parameter: &ParameterRow) -> String {
    if parameter.unit.contains("rate") || parameter.unit.contains("share") {
        format!("{}; 5 % is written 0.05", parameter.meaning)
    } else {
        parameter.meaning.to_owned()
    }
}
