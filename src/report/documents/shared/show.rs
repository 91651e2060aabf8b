//! What the pages share: axes of units, names, series of charts, sentences about them.

use std::collections::BTreeMap;

use crate::{
    base::{Economy, Metric, Place, Unit},
    decision::errors_within,
    outcomes::{Statistics, SummaryRow},
    report::{
        chart::{Axis, Chart, FanPoint, Format, Reference},
        document::{Fact, Figure, Selector},
        escape,
        number::{difference_in_unit, in_unit},
    },
    scenario::{BASELINE, Lever, Scenario},
};

/// Most curves in a picture: as many as there are colors.
pub(in crate::report) const MOST_CURVES: usize = 8;
/// How often, in percent, an interval of [`error_interval`] holds the mean of endlessly many futures.
pub(in crate::report) const ERROR_COVERAGE: u8 = 90;

/// Holds the Monte Carlo error of a mean of so many futures with a probability of 90 %.
pub(in crate::report) fn error_interval(mean: f64, standard_error: f64, paths: u64) -> [f64; 2] {
    let errors = errors_within(f64::from(ERROR_COVERAGE) / 100.0, paths as f64);
    [-errors, errors].map(|errors| mean + errors * standard_error)
}

/// A name from a file inside a sentence.
pub(in crate::report) fn quoted(name: &str) -> String {
    format!("“{}”", escape(name))
}

/// A lever by the name people gave it.
pub(in crate::report) fn lever_name(scenario: &Scenario, id: &str) -> String {
    escape(&scenario.lever(id).map_or_else(|| id.to_owned(), Lever::shown))
}

/// A key as words: `gdp_response` reads "GDP response".
fn key_words(key: &str) -> String {
    let words = key
        .split(['_', '-'])
        .map(|word| if word == "gdp" { "GDP" } else { word });
    escape(&words.collect::<Vec<_>>().join(" "))
}

/// The economies of `CHN` or `CHN-KOR`, or the words of what names none.
fn economy_words(code: &str) -> String {
    let known: Option<Vec<String>> = code
        .split('-')
        .map(|code| Economy::parse(code).map(|economy| economy.name().to_owned()))
        .collect();
    known.map_or_else(|| key_words(code), |names| listed(&names))
}

/// An input by the names people gave: "running share of Smart-city pilots", "scale of Smart-city pilots, China".
pub(in crate::report) fn input_title(scenario: &Scenario, path: &str) -> String {
    let segments: Vec<&str> = path.split('.').collect();
    let more = |rest: &[&str]| -> String {
        rest.iter()
            .map(|part| format!(", {}", economy_words(part)))
            .collect()
    };
    match segments.as_slice() {
        ["levers", id, key, rest @ ..] => {
            format!("{} of {}{}", key_words(key), lever_name(scenario, id), more(rest))
        }
        ["levers", id] => format!("lever {}", lever_name(scenario, id)),
        ["baseline", code, key, rest @ ..] => {
            format!("{} of {}{}", key_words(key), economy_words(code), more(rest))
        }
        ["baseline", code] => format!("baseline of {}", economy_words(code)),
        ["tension", pair, key] => format!("{} of tension between {}", key_words(key), economy_words(pair)),
        [part @ ("drift" | "volatility" | "diffusion"), code, series] => {
            format!("{part} of {} of {}", key_words(series), economy_words(code))
        }
        [_, key, rest @ ..] => format!("{}{}", key_words(key), more(rest)),
        _ => key_words(path),
    }
}

/// The economies of a scenario.
pub(in crate::report) fn economies(scenario: &Scenario) -> Fact {
    let names: Vec<&str> = scenario.economies.iter().map(Economy::name).collect();
    Fact::new("Economies", names.join(", "))
}

/// The names that people gave options, by those of the file; where two would read alike, both keep that of the file.
pub(in crate::report) fn option_names(scenario: &Scenario) -> BTreeMap<&str, String> {
    let alike = |shown: &String| {
        let options = scenario.options.iter();
        options.filter(|option| option.shown() == *shown).count() > 1
    };
    let names = scenario.options.iter().map(|option| {
        let shown = Some(option.shown()).filter(|shown| !alike(shown) && shown != BASELINE);
        (option.name.as_str(), shown.unwrap_or_else(|| option.name.clone()))
    });
    names.collect()
}

/// How a unit reads on an axis.
fn format(unit: Unit) -> Format {
    match unit {
        Unit::Share | Unit::YearlyRate | Unit::Ratio => Format::Percent,
        Unit::UsdBn | Unit::UsdPerPerson | Unit::Score | Unit::LogPoints => Format::Number,
    }
}

/// The unit beside a label; empty where the format says it.
fn unit_text(unit: Unit) -> &'static str {
    match unit {
        Unit::UsdBn => "USD bn",
        Unit::UsdPerPerson => "USD",
        Unit::Share => "",
        Unit::YearlyRate => "a year",
        Unit::Score => "0 to 1",
        Unit::LogPoints => "log points",
        Unit::Ratio => "of the gap",
    }
}

/// The axis of a level.
pub(in crate::report) fn level_axis(label: impl Into<String>, unit: Unit) -> Axis {
    Axis::new(label, unit_text(unit), format(unit))
}

/// The axis of a difference.
pub(in crate::report) fn difference_axis(label: impl Into<String>, unit: Unit) -> Axis {
    match format(unit) {
        Format::Percent => Axis::new(label, "percentage points", Format::Points),
        format => Axis::new(label, unit_text(unit), format),
    }
}

/// A probability.
pub(in crate::report) fn probability_axis(label: &str) -> Axis {
    Axis::new(label, "", Format::Percent)
}

/// A name as a heading.
pub(in crate::report) fn heading(name: &str) -> String {
    let mut letters = name.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// "Digital share of GDP".
pub(in crate::report) fn metric_heading(metric: Metric) -> String {
    heading(metric.label())
}

/// The heading of a metric at a place: "Digital share of GDP, Japan".
pub(in crate::report) fn at_place(metric: Metric, place: Place) -> String {
    format!("{}, {}", metric_heading(metric), in_sentence(place))
}

/// A place inside a sentence.
pub(in crate::report) fn in_sentence(place: Place) -> String {
    match place {
        Place::Group => "all together".to_owned(),
        place => place.name().to_owned(),
    }
}

/// The quantiles of rows by year.
pub(in crate::report) fn fan_points<'a>(rows: impl Iterator<Item = &'a SummaryRow>) -> Vec<FanPoint> {
    rows.map(|row| FanPoint {
        x: f64::from(row.year),
        quantiles: row.statistics.quantiles,
    })
    .collect()
}

/// A number in its unit inside a sentence: "USD 20,209 bn".
pub(in crate::report) fn in_words(number: &str, unit: Unit) -> String {
    match (unit, format(unit)) {
        (Unit::UsdBn, _) => format!("USD {number} bn"),
        (Unit::UsdPerPerson, _) => format!("USD {number}"),
        (Unit::LogPoints, _) => format!("{number} log points"),
        _ => number.to_owned(),
    }
}

/// A number with the range of the futures: "USD 20,209 bn (90 % of futures: 10,234 to 40,219)"; one without uncertainty
/// stands alone.
fn range(value: f64, statistics: &Statistics, unit: Unit, show: fn(f64, Unit) -> String) -> String {
    let [low, .., high] = statistics.quantiles;
    let value = in_words(&show(value, unit), unit);
    if low == high {
        return value;
    }
    format!(
        "{value} (90 % of futures: {} to {})",
        show(low, unit),
        show(high, unit)
    )
}

/// A median with its 90 % range, as a level.
pub(in crate::report) fn level_range(statistics: &Statistics, unit: Unit) -> String {
    range(statistics.median(), statistics, unit, in_unit)
}

/// A mean with its 90 % range, as a difference.
pub(in crate::report) fn difference_range(statistics: &Statistics, unit: Unit) -> String {
    range(statistics.mean, statistics, unit, difference_in_unit)
}

/// Names joined as in a sentence.
pub(in crate::report) fn listed(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [start @ .., last] => format!("{} and {last}", start.join(", ")),
    }
}

/// A question after what the file says about the scenario.
pub(in crate::report) fn after_summary(scenario: &Scenario, question: &str) -> String {
    let summary = scenario.summary.trim();
    if summary.is_empty() {
        question.to_owned()
    } else {
        format!("{} {question}", escape(summary))
    }
}

/// A chart of each outcome, given by its position, among which a reader chooses.
pub(in crate::report) fn each_outcome<'a>(
    labels: impl Iterator<Item = &'a String>,
    chart: impl Fn(usize) -> Chart,
) -> (Vec<Selector>, Vec<Figure>) {
    let selector = Selector::new("Outcome", labels.map(|label| heading(label)));
    choices(vec![selector], |positions| Some(chart(positions[0])))
}

/// Charts among which a reader chooses: one for every combination of choices that has one, given by their positions. A
/// choice of one is no choice and is left out.
pub(in crate::report) fn choices(
    selectors: Vec<Selector>,
    chart: impl Fn(&[usize]) -> Option<Chart>,
) -> (Vec<Selector>, Vec<Figure>) {
    let counts: Vec<usize> = selectors.iter().map(|selector| selector.choices.len()).collect();
    let combinations = counts.iter().product();
    let figures: Vec<Figure> = (0..combinations)
        .filter_map(|combination| {
            // The last selector changes fastest.
            let mut rest = combination;
            let mut positions: Vec<usize> = counts
                .iter()
                .rev()
                .map(|count| {
                    let position = rest % count;
                    rest /= count;
                    position
                })
                .collect();
            positions.reverse();
            let chart = chart(&positions)?;
            let choices = positions
                .into_iter()
                .zip(&counts)
                .filter(|(_, count)| **count > 1)
                .map(|(position, _)| position)
                .collect();
            Some(Figure { chart, choices })
        })
        .collect();
    let selectors = selectors
        .into_iter()
        .filter(|selector| selector.choices.len() > 1 && !figures.is_empty())
        .collect();
    (selectors, figures)
}

/// A choice of place.
pub(in crate::report) fn economy_selector(places: &[Place]) -> Selector {
    Selector::new("Economy", places.iter().map(Place::name))
}

/// A choice of metric.
pub(in crate::report) fn metric_selector(metrics: &[Metric]) -> Selector {
    Selector::new("Metric", metrics.iter().map(|metric| metric_heading(*metric)))
}

/// The line at zero.
pub(in crate::report) fn zero(label: &str) -> Reference {
    Reference {
        value: 0.0,
        label: label.to_owned(),
    }
}

/// Where an option changes nothing.
pub(in crate::report) fn no_effect() -> Reference {
    zero("no effect")
}
