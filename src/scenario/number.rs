//! Uncertain numbers as scenario files write them (docs/scenario.md).

use toml_edit::{Item, TableLike, Value};

use crate::stats::{Distribution, DistributionError};

/// The forms an uncertain number may have, for error messages.
pub const FORMS: &str = "a number, \"LOW to HIGH\" (a 90 % interval), or one of { normal = { mean, sd } }, \
{ lognormal = { median, p95 } }, { lognormal = { median, sd_log } }, { gamma = { shape, rate } }, { uniform = [low, high] }, \
{ triangular = [low, mode, high] }, { pert = [low, mode, high] }, { beta = { mean, sd } }, { choice = { VALUE = PROBABILITY, ... } }, { choice = [VALUE, ...] }, { zero_or = { p_zero, else } }";

/// An uncertain number in the shortest form that reads back as the same: `"5 to 15"` where both ends are round numbers.
pub fn written(value: &Distribution) -> String {
    let inner = match value {
        Distribution::Truncated { inner, .. } => inner,
        other => other,
    };
    let Distribution::Lognormal { median, sd_log } = inner else {
        return match inner.as_constant() {
            Some(constant) => constant.to_string(),
            None => inner.to_string(),
        };
    };
    let round = |x: f64| format!("{x:.4e}").parse::<f64>().unwrap_or(x);
    let same = |other: &Result<Distribution, DistributionError>| match other {
        Ok(Distribution::Lognormal { median: m, sd_log: s }) => {
            (m / median - 1.0).abs() < 1e-12 && (s / sd_log - 1.0).abs() < 1e-12
        }
        _ => false,
    };
    let (low, middle, high) = (
        round(inner.quantile(0.05)),
        round(*median),
        round(inner.quantile(0.95)),
    );
    if round(*sd_log) == *sd_log && middle == *median {
        inner.to_string()
    } else if same(&Distribution::interval(low, high)) {
        format!("\"{low} to {high}\"")
    } else if same(&Distribution::lognormal_from_p95(middle, high)) {
        format!("{{ lognormal = {{ median = {middle}, p95 = {high} }} }}")
    } else {
        inner.to_string()
    }
}

/// Reads an uncertain number.
///
/// # Errors
/// What is wrong, in one sentence.
pub fn read(item: &Item) -> Result<Distribution, String> {
    match item {
        Item::Value(value) => read_value(value, 0),
        Item::Table(table) => read_table(table, 0),
        _ => Err("a list of tables is not a number".to_owned()),
    }
}

fn read_value(value: &Value, depth: usize) -> Result<Distribution, String> {
    match value {
        Value::Integer(_) | Value::Float(_) => shown(Distribution::constant(plain(value)?)),
        Value::String(text) => interval(text.value()),
        Value::InlineTable(table) => read_table(table, depth),
        other => Err(format!("{} is not a number", article(other.type_name()))),
    }
}

fn article(name: &str) -> String {
    let vowel = name.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {name}", if vowel { "an" } else { "a" })
}

fn shown(result: Result<Distribution, DistributionError>) -> Result<Distribution, String> {
    result.map_err(|error| error.to_string())
}

/// A number without uncertainty.
pub(super) fn plain(value: &Value) -> Result<f64, String> {
    let number = match value {
        Value::Integer(number) => *number.value() as f64,
        Value::Float(number) => *number.value(),
        other => return Err(format!("{} is not a number", article(other.type_name()))),
    };
    if number.is_finite() {
        Ok(number)
    } else {
        Err(format!("{number} is not a finite number"))
    }
}

/// `LOW to HIGH`, or a bare number in quotes.
fn interval(text: &str) -> Result<Distribution, String> {
    let shown_text: String = text.chars().take(40).collect();
    let wrong = || format!("`{shown_text}` is not an interval like \"5 to 15\"");
    let number = |part: &str| part.trim().parse::<f64>().map_err(|_| wrong());
    let (low, high) = text.split_once(" to ").ok_or_else(wrong)?;
    Distribution::interval(number(low)?, number(high)?)
        .map_err(|error| format!("{error}, its 5 % and 95 % points: `{shown_text}`"))
}

/// The distributions by name.
const NAMES: [&str; 9] = [
    "normal",
    "lognormal",
    "gamma",
    "uniform",
    "triangular",
    "pert",
    "beta",
    "choice",
    "zero_or",
];

/// Whether a table names a distribution, rather than holding entries of its own.
pub fn is_distribution(item: &Item) -> bool {
    NAMES.iter().any(|name| has_key(item, name))
}

fn read_table(table: &dyn TableLike, depth: usize) -> Result<Distribution, String> {
    let mut entries = table.iter();
    let (Some((name, item)), None) = (entries.next(), entries.next()) else {
        return Err("an uncertain number names exactly one distribution".to_owned());
    };
    let value = item.as_value();
    let parts = |keys: &[&'static str]| -> Result<Vec<f64>, String> {
        let form = || {
            format!(
                "write `{{ {name} = {{ {} }} }}`",
                keys.iter()
                    .map(|key| format!("{key} = …"))
                    .collect::<Vec<_>>()
                    .join(", ")
            )
        };
        let fields = item.as_table_like().ok_or_else(form)?;
        if fields.len() != keys.len() {
            return Err(form());
        }
        keys.iter()
            .map(|key| plain(fields.get(key).and_then(Item::as_value).ok_or_else(form)?))
            .collect()
    };
    let list = |labels: &[&str]| -> Result<Vec<f64>, String> {
        let form = || format!("write `{{ {name} = [{}] }}`", labels.join(", "));
        let array = value
            .and_then(Value::as_array)
            .filter(|array| array.len() == labels.len())
            .ok_or_else(form)?;
        array.iter().map(plain).collect()
    };
    match name {
        "normal" => parts(&["mean", "sd"]).and_then(|p| shown(Distribution::normal(p[0], p[1]))),
        "lognormal" if has_key(item, "p95") => {
            parts(&["median", "p95"]).and_then(|p| shown(Distribution::lognormal_from_p95(p[0], p[1])))
        }
        "lognormal" => parts(&["median", "sd_log"]).and_then(|p| shown(Distribution::lognormal(p[0], p[1]))),
        "gamma" => parts(&["shape", "rate"]).and_then(|p| shown(Distribution::gamma(p[0], p[1]))),
        "beta" => parts(&["mean", "sd"]).and_then(|p| shown(Distribution::beta(p[0], p[1]))),
        "uniform" => list(&["low", "high"]).and_then(|p| shown(Distribution::uniform(p[0], p[1]))),
        "triangular" => {
            list(&["low", "mode", "high"]).and_then(|p| shown(Distribution::triangular(p[0], p[1], p[2])))
        }
        "pert" => list(&["low", "mode", "high"]).and_then(|p| shown(Distribution::pert(p[0], p[1], p[2]))),
        "choice" => choice(item),
        "zero_or" if depth == 0 => {
            let form = || "write `{ zero_or = { p_zero = …, else = … } }`".to_owned();
            let fields = item
                .as_table_like()
                .filter(|fields| fields.len() == 2)
                .ok_or_else(form)?;
            let p_zero = plain(fields.get("p_zero").and_then(Item::as_value).ok_or_else(form)?)?;
            let otherwise = read_value(
                fields.get("else").and_then(Item::as_value).ok_or_else(form)?,
                depth + 1,
            )?;
            shown(Distribution::zero_or(p_zero, otherwise))
        }
        other => {
            let hint = crate::base::nearest(other, NAMES)
                .map_or(String::new(), |near| format!(", did you mean `{near}`?"));
            let shown_name: String = other.chars().take(40).collect();
            Err(format!("unknown distribution `{shown_name}`{hint}"))
        }
    }
}

/// Values with their probabilities, or values alone, which are then equally likely.
fn choice(item: &Item) -> Result<Distribution, String> {
    if let Some(values) = item.as_array() {
        let values: Vec<f64> = values.iter().map(plain).collect::<Result<_, _>>()?;
        return shown(Distribution::one_of(values.into_iter()));
    }
    let table = item.as_table_like().ok_or_else(|| {
        "write `{ choice = { VALUE = PROBABILITY, … } }` or `{ choice = [VALUE, …] }`".to_owned()
    })?;
    let mut values = Vec::new();
    collect_choices("", table, &mut values)?;
    shown(Distribution::choice(values))
}

/// A value such as 0.1 that stands as a key without quotes is read as keys with a dot between them.
fn collect_choices(before: &str, table: &dyn TableLike, values: &mut Vec<(f64, f64)>) -> Result<(), String> {
    for (key, item) in table.iter() {
        let key = if before.is_empty() {
            key.to_owned()
        } else {
            format!("{before}.{key}")
        };
        match item {
            Item::Value(Value::InlineTable(inner)) => collect_choices(&key, inner, values)?,
            Item::Table(inner) => collect_choices(&key, inner, values)?,
            _ => {
                let shown: String = key.chars().take(40).collect();
                let value = key
                    .parse()
                    .map_err(|_| format!("`{shown}` is not a number that can be chosen"))?;
                let probability = item
                    .as_value()
                    .map_or_else(|| Err("a probability is a number".to_owned()), plain)?;
                values.push((value, probability));
            }
        }
    }
    Ok(())
}

fn has_key(item: &Item, key: &str) -> bool {
    item.as_table_like().is_some_and(|table| table.contains_key(key))
}
