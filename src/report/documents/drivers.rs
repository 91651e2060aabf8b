//! The part on what drives an outcome: tornado charts, curves and surfaces, indices. A sweep and a run that asks why have it.

use super::shared::show::{
    ERROR_COVERAGE, choices, difference_axis, error_interval, heading, in_words, level_axis,
};
use crate::{
    analysis::sweep::{OutcomeStudy, Study, StudyIndex},
    report::{
        chart::{
            Axis, Bar, Bars, Cell as HeatCell, Chart, Colors, Data, Format, HeatMap, LinePoint, LineSeries,
            Lines, Tornado, TornadoBar,
        },
        document::{Cell, Column, Section, Selector, Table},
        escape,
        number::{difference_in_unit, error_in_unit, grouped, in_unit, percent},
        sweep_words::{input_number, note_words, spread, study_words},
    },
    sensitivity::{given_data, grid, morris, one_at_a_time, pawn, sobol},
};

/// Most outcomes in a page, so that it stays small enough to send.
const MOST_OUTCOMES: usize = 6;
/// Most rows in a chart.
const MOST_BARS: usize = 30;
/// Most rows of inputs in all tables together.
const MOST_ROWS: usize = 1000;
/// Most points of a curve, and of a side of a surface.
const MOST_POINTS: usize = 200;
const MOST_LEVELS: usize = 21;
/// The inputs that together make up this part of all indices are said to carry most of them.
const MOST: f64 = 0.8;
/// What intervals of indices hold, in percent.
pub(super) const COVERAGE: u8 = 95;

/// An index in words.
pub(super) struct IndexWords {
    /// As a heading: "Total index (ST)".
    pub(super) heading: &'static str,
    /// Its name in the heading of a column: "ST".
    pub(super) short: &'static str,
    /// What it is, inside a sentence.
    pub(super) meaning: &'static str,
    /// What it is a part of; `None` for an index in the unit of the outcome.
    unit: Option<&'static str>,
}

/// The words of an index.
pub(super) fn index_words(index: &'static str) -> IndexWords {
    let (heading, short, meaning, unit) = match index {
        sobol::FIRST => (
            "First-order index (S1)",
            "S1",
            "the part of the outcome's variance that the input explains alone",
            Some("part of the variance"),
        ),
        sobol::TOTAL => (
            "Total index (ST)",
            "ST",
            "the part of the outcome's variance in which the input has a share, alone or together with others",
            Some("part of the variance"),
        ),
        sobol::SECOND => (
            "Second-order index (S2)",
            "S2",
            "the part of the outcome's variance that two inputs explain only together",
            Some("part of the variance"),
        ),
        morris::MU_STAR => (
            "Mean size of the change (μ*)",
            "μ*",
            "how far the outcome moves on average when the input moves across its range",
            None,
        ),
        morris::MU => (
            "Mean change (μ)",
            "μ",
            "the mean change of the outcome, falls counted against rises, when the input moves up across its range",
            None,
        ),
        morris::SIGMA => (
            "Spread of the change (σ)",
            "σ",
            "how much the change differs with the values of the other inputs and along the range",
            None,
        ),
        pawn::MEDIAN => (
            "PAWN, median distance",
            "PAWN median",
            "how far the whole distribution of the outcome moves when the input is known to a tenth of its range",
            Some("0 to 1"),
        ),
        pawn::MAXIMUM => (
            "PAWN, largest distance",
            "PAWN largest",
            "how far the distribution of the outcome moves at most when the input is known to a tenth of its range",
            Some("0 to 1"),
        ),
        pawn::THRESHOLD => (
            "PAWN, threshold",
            "PAWN threshold",
            "what the median distance of an input without influence stays below in 95 of 100 cases",
            Some("0 to 1"),
        ),
        given_data::RANK_CORRELATION => (
            "Rank correlation",
            "Rank correlation",
            "whether the outcome rises (1) or falls (-1) with the input, in ranks",
            Some("-1 to 1"),
        ),
        // One at a time and the grid call it alike.
        grid::SWING => ("Swing", "Swing", "the range of the outcome along the input", None),
        grid::INTERACTION => (
            "Interaction",
            "Interaction",
            "the largest distance of the outcome from the sum of what both inputs do alone",
            None,
        ),
        one_at_a_time::LOW => (
            "Change at the 5 % point",
            "Change at 5 %",
            "the change of the outcome with the input at its 5 % point",
            None,
        ),
        one_at_a_time::HIGH => (
            "Change at the 95 % point",
            "Change at 95 %",
            "the change of the outcome with the input at its 95 % point",
            None,
        ),
        other => (other, other, "an index", Some("")),
    };
    IndexWords {
        heading,
        short,
        meaning,
        unit,
    }
}

/// The axis of an index of an outcome.
pub(super) fn index_axis(outcome: &OutcomeStudy, index: &'static str) -> Axis {
    let words = index_words(index);
    match words.unit {
        Some(unit) => Axis::new(words.heading, unit, Format::Number),
        None => difference_axis(words.heading, outcome.unit),
    }
}

/// A value of an index inside a sentence.
fn index_value(outcome: &OutcomeStudy, index: &'static str, value: f64) -> String {
    match index_words(index).unit {
        Some(_) => grouped(value),
        None => size(outcome, value),
    }
}

/// A value of an index with its interval inside a sentence: "0.55 (95 % interval: 0.48 to 0.61)".
fn index_range(outcome: &OutcomeStudy, index: &StudyIndex) -> String {
    let value = index_value(outcome, index.index, index.value);
    let Some(ends) = index.interval else {
        return value;
    };
    let [low, high] = ends.map(|end| match index_words(index.index).unit {
        Some(_) => grouped(end),
        None => error_in_unit(end, outcome.unit),
    });
    format!("{value} ({COVERAGE} % interval: {low} to {high})")
}

/// The size of a change of an outcome inside a sentence.
fn size(outcome: &OutcomeStudy, value: f64) -> String {
    in_words(&error_in_unit(value, outcome.unit), outcome.unit)
}

/// The name of an input.
pub(super) fn input_name(study: &Study, input: usize) -> String {
    study
        .inputs
        .get(input)
        .map_or_else(String::new, |input| escape(&input.path))
}

/// The name of an outcome inside a sentence.
pub(super) fn outcome_name(outcome: &OutcomeStudy) -> String {
    escape(&outcome.label)
}

/// A value of an outcome without its unit.
fn outcome_number(outcome: &OutcomeStudy, value: f64) -> String {
    if outcome.difference {
        difference_in_unit(value, outcome.unit)
    } else {
        in_unit(value, outcome.unit)
    }
}

/// A value of an outcome inside a sentence.
pub(super) fn outcome_value(outcome: &OutcomeStudy, value: f64) -> String {
    in_words(&outcome_number(outcome, value), outcome.unit)
}

/// The axis of an outcome.
fn outcome_axis(outcome: &OutcomeStudy) -> Axis {
    let label = heading(&outcome_name(outcome));
    if outcome.difference {
        difference_axis(label, outcome.unit)
    } else {
        level_axis(label, outcome.unit)
    }
}

/// The 90 % Monte Carlo interval of the outcome at a design point.
fn monte_carlo(study: &Study, outcome: &OutcomeStudy, point: usize) -> Option<[f64; 2]> {
    let value = outcome.values.get(point)?;
    let error = outcome.errors.get(point).copied().flatten()?;
    Some(error_interval(*value, error, study.paths))
}

/// The outcome at a design point with its Monte Carlo interval, inside a sentence.
fn point_range(study: &Study, outcome: &OutcomeStudy, point: usize) -> String {
    let Some(value) = outcome.values.get(point) else {
        return "n/a".to_owned();
    };
    let value = outcome_value(outcome, *value);
    monte_carlo(study, outcome, point).map_or_else(
        || value.clone(),
        |ends| {
            let [low, high] = ends.map(|end| outcome_number(outcome, end));
            format!("{value} (90 % Monte Carlo interval: {low} to {high})")
        },
    )
}

/// The outcomes that a page shows.
pub(super) fn shown(study: &Study) -> &[OutcomeStudy] {
    &study.outcomes[..study.outcomes.len().min(MOST_OUTCOMES)]
}

/// A choice of outcome.
pub(super) fn outcome_selector(study: &Study) -> Selector {
    Selector::new("Outcome", shown(study).iter().map(outcome_name))
}

/// How many inputs carry most of an index: "the first 3 inputs make up 84 % of the sum of this number over all 6".
fn carry(study: &Study, outcome: &OutcomeStudy, order: &[usize], index: &'static str) -> String {
    if order.len() == 1 {
        return "it is the only input that was varied".to_owned();
    }
    if index == sobol::FIRST {
        // Estimates of nothing scatter around zero; the sum of many of them would say little.
        let told = order
            .iter()
            .filter_map(|input| outcome.index(index, &[*input])?.interval)
            .filter(|[low, _]| *low > 0.0)
            .count();
        return format!(
            "the interval lies above zero for {told} of {} inputs",
            study.inputs.len()
        );
    }
    let part = |input: &usize| {
        outcome
            .index(index, &[*input])
            .map_or(0.0, |index| index.value.abs())
    };
    let all: f64 = order.iter().map(part).sum();
    let mut sum = 0.0;
    let mut count = 0;
    for input in order {
        if sum >= MOST * all {
            break;
        }
        sum += part(input);
        count += 1;
    }
    let who = match count {
        1 => "the first input makes".to_owned(),
        count if count == order.len() => {
            return format!(
                "it takes all {count} inputs to make up {} of the sum of this number",
                percent(MOST)
            );
        }
        count => format!("the first {count} inputs make"),
    };
    format!(
        "{who} up {} of the sum of this number over all {}",
        percent(sum / all),
        study.inputs.len()
    )
}

/// What drives an outcome, in two sentences with their uncertainty.
pub(super) fn answer(study: &Study, outcome: &OutcomeStudy) -> Vec<String> {
    if study.method == "grid" {
        return response_answer(study, outcome);
    }
    let leading = outcome.leading();
    let order = outcome.by_size(study.inputs.len(), leading);
    let index = |rank: usize| outcome.index(leading, &[*order.get(rank)?]);
    let Some(first) = index(0) else {
        return Vec::new();
    };
    let label = outcome_name(outcome);
    if first.value == 0.0 {
        let nothing = format!(
            "{} is 0 for all {} inputs ({label}).",
            index_words(leading).short,
            study.inputs.len()
        );
        let why = outcome.notes.first().map(|note| escape(note)).or_else(|| {
            let note = outcome.index_notes().into_iter().next()?;
            Some(note_words(&note, |input| input_name(study, input)))
        });
        return [nothing].into_iter().chain(why).collect();
    }
    let path = input_name(study, order[0]);
    let next = index(1).map_or_else(String::new, |second| {
        format!(
            "; next is {} with {}",
            input_name(study, order[1]),
            index_range(outcome, second)
        )
    });
    let carry = carry(study, outcome, &order, leading);
    if study.method == "one-at-a-time" {
        let [low, high] = one_at_a_time::ends(order[0]).map(|point| {
            outcome
                .values
                .get(point)
                .map_or_else(|| "n/a".to_owned(), |value| outcome_value(outcome, *value))
        });
        return vec![
            format!(
                "Of {} inputs, {path} moves the outcome most ({label}): over a range of {} between its 5 % point ({low}) and its 95 % \
                 point ({high}), with all others at their medians{next}.",
                study.inputs.len(),
                index_value(outcome, leading, first.value)
            ),
            format!(
                "With every input at its median the outcome is {}, and {carry}; all points share the same futures, so that the noise \
                 of the simulation cancels in the changes.",
                point_range(study, outcome, 0)
            ),
        ];
    }
    let words = index_words(leading);
    let sentence = format!(
        "Of {} inputs, {path} drives the outcome most ({label}): {}, {}, is {}{next}.",
        study.inputs.len(),
        words.short,
        words.meaning,
        index_range(outcome, first)
    );
    let sure = match (first.interval, index(1).and_then(|second| second.interval)) {
        (Some([low, _]), Some([_, high])) if low > high => {
            "The intervals of the first two do not overlap, so that the order of these two is settled".to_owned()
        }
        (Some(_), Some(_)) => {
            "The intervals of the first two overlap, so that these runs do not settle which of them matters more"
                .to_owned()
        }
        (Some(_), None) => return vec![sentence, format!("{}.", heading(&carry))],
        _ => {
            let above = (0..study.inputs.len())
                .filter(|input| {
                    let value = |name| outcome.index(name, &[*input]).map(|index| index.value);
                    value(leading) > value(pawn::THRESHOLD)
                })
                .count();
            format!(
                "{above} of {} inputs exceed what an input without any influence stays below in 95 of 100 cases",
                study.inputs.len()
            )
        }
    };
    vec![sentence, format!("{sure}; {carry}.")]
}

/// What a grid says of an outcome.
fn response_answer(study: &Study, outcome: &OutcomeStudy) -> Vec<String> {
    let label = heading(&outcome_name(outcome));
    let points = 0..outcome.values.len();
    let by_value = |a: &usize, b: &usize| outcome.values[*a].total_cmp(&outcome.values[*b]);
    let (Some(lowest), Some(highest)) = (points.clone().min_by(by_value), points.max_by(by_value)) else {
        return Vec::new();
    };
    let at = |point: usize| -> String {
        let places: Vec<String> = study
            .inputs
            .iter()
            .filter_map(|input| {
                let value = input_number(*input.values.get(point)?);
                Some(
                    format!("{} {value} {}", escape(&input.path), input.unit)
                        .trim_end()
                        .to_owned(),
                )
            })
            .collect();
        places.join(" and ")
    };
    let swing = |input: usize| {
        outcome
            .index(grid::SWING, &[input])
            .map_or_else(|| "n/a".to_owned(), |index| size(outcome, index.value))
    };
    match study.inputs.as_slice() {
        [input] => {
            let last = outcome.values.len() - 1;
            let pairs = || outcome.values.windows(2);
            let shape = match (
                pairs().any(|pair| pair[1] > pair[0]),
                pairs().any(|pair| pair[1] < pair[0]),
            ) {
                (true, true) => "it rises in one part and falls in another",
                (true, false) => "it never falls on the way",
                (false, true) => "it never rises on the way",
                (false, false) => "it does not change",
            };
            vec![
                format!(
                    "{label} is {} at {} and {} at {}, the 5 % and 95 % points of {}.",
                    point_range(study, outcome, 0),
                    at(0),
                    point_range(study, outcome, last),
                    at(last),
                    escape(&input.path)
                ),
                format!(
                    "Its swing is {}, and {shape}; all points share the same futures, so that the noise of the simulation cancels in the \
                     changes.",
                    swing(0)
                ),
            ]
        }
        [first, second] => vec![
            format!(
                "{label} is lowest, {}, at {}, and highest, {}, at {}.",
                point_range(study, outcome, lowest),
                at(lowest),
                point_range(study, outcome, highest),
                at(highest)
            ),
            format!(
                "On average over the other input, {} moves it by {} and {} by {}; what the two do only together is at most {}.",
                escape(&first.path),
                swing(0),
                escape(&second.path),
                swing(1),
                outcome
                    .index(grid::INTERACTION, &[0, 1])
                    .map_or_else(|| "n/a".to_owned(), |index| size(outcome, index.value))
            ),
        ],
        _ => Vec::new(),
    }
}

/// What drives the outcomes: charts to choose among, and every index in tables.
pub(super) fn drivers(study: &Study) -> Section {
    let outcomes = shown(study);
    let (selectors, charts) = match study.method {
        "one-at-a-time" => choices(vec![outcome_selector(study)], |positions| {
            tornado(study, &outcomes[positions[0]], MOST_BARS)
        }),
        "grid" => choices(vec![outcome_selector(study)], |positions| {
            response(study, &outcomes[positions[0]])
        }),
        _ => {
            let names = charted(outcomes.first());
            let selectors = vec![
                outcome_selector(study),
                Selector::new("Index", names.iter().map(|name| index_words(name).heading)),
            ];
            choices(selectors, |positions| {
                bars(study, &outcomes[positions[0]], names[positions[1]], MOST_BARS)
            })
        }
    };
    let mut paragraphs = vec![study.meaning.to_owned(), study_words(study)];
    if outcomes.len() < study.outcomes.len() {
        paragraphs.push(format!(
            "The first {} of {} outcomes are shown; the files hold all.",
            outcomes.len(),
            study.outcomes.len()
        ));
    }
    let notes = outcomes.iter().flat_map(|outcome| &outcome.notes);
    for note in study.notes.iter().chain(notes) {
        let note = format!("Note: {}", escape(note));
        if !paragraphs.contains(&note) {
            paragraphs.push(note);
        }
    }
    let mut tables = Vec::new();
    for outcome in outcomes {
        tables.push(index_table(study, outcome));
        tables.extend(pair_table(study, outcome));
    }
    let heading = match study.method {
        "grid" => "How the outcome answers",
        _ => "Which assumption drives the answer",
    };
    Section::full("drivers", heading)
        .sentences(paragraphs)
        .charts((selectors, charts))
        .with_tables(tables)
}

/// The indices with a chart of their own, the leading one first.
fn charted(outcome: Option<&OutcomeStudy>) -> Vec<&'static str> {
    let Some(outcome) = outcome else {
        return Vec::new();
    };
    let leading = outcome.leading();
    let mut names = vec![leading];
    let others = outcome.index_names().into_iter();
    names.extend(others.filter(|name| *name != leading && *name != pawn::THRESHOLD));
    names.extend(outcome.pairs().first().map(|pair| pair.index));
    names
}

/// A picture of the inputs that lead, for the answer.
pub(super) fn leading_chart(study: &Study, outcome: &OutcomeStudy, most: usize) -> Option<Chart> {
    match study.method {
        "one-at-a-time" => tornado(study, outcome, most),
        "grid" => None,
        _ => bars(study, outcome, outcome.leading(), most),
    }
}

fn tornado(study: &Study, outcome: &OutcomeStudy, most: usize) -> Option<Chart> {
    let base = *outcome.values.first()?;
    let order = outcome.by_size(study.inputs.len(), one_at_a_time::SWING);
    let bars = order
        .iter()
        .take(most)
        .filter_map(|input| {
            let [low, high] = one_at_a_time::ends(*input);
            let [low_input, _, high_input] = study.inputs[*input].points.map(input_number);
            Some(TornadoBar {
                label: input_name(study, *input),
                low: *outcome.values.get(low)?,
                high: *outcome.values.get(high)?,
                low_input,
                high_input,
            })
        })
        .collect();
    Some(Chart {
        title: format!("Tornado: {}", outcome_name(outcome)),
        description: format!(
            "The outcome with one input at its 5 % and at its 95 % point, the others at their medians, where it is {}.{}",
            point_range(study, outcome, 0),
            further(order.len(), most, "inputs")
        ),
        data: Data::Tornado(Tornado {
            axis: outcome_axis(outcome),
            base,
            bars,
        }),
    })
}

/// A word on what a chart of at most so many leaves out.
fn further(count: usize, most: usize, what: &str) -> String {
    if count > most {
        format!(" The {} further {what} have smaller ones.", count - most)
    } else {
        String::new()
    }
}

/// A curve along one input, or a surface over two.
fn response(study: &Study, outcome: &OutcomeStudy) -> Option<Chart> {
    let description = answer(study, outcome).first().cloned().unwrap_or_default();
    let (title, data) = match study.inputs.as_slice() {
        [input] => (
            format!(
                "{} along {}",
                heading(&outcome_name(outcome)),
                escape(&input.path)
            ),
            Data::Lines(Lines {
                x: Axis::new(escape(&input.path), input.unit, Format::Number),
                y: outcome_axis(outcome),
                series: vec![LineSeries {
                    name: outcome_name(outcome),
                    points: spread(outcome.values.len(), MOST_POINTS)
                        .into_iter()
                        .filter_map(|point| {
                            Some(LinePoint {
                                x: *input.values.get(point)?,
                                y: *outcome.values.get(point)?,
                                interval: monte_carlo(study, outcome, point),
                            })
                        })
                        .collect(),
                }],
                references: Vec::new(),
                coverage: ERROR_COVERAGE,
                places: Vec::new(),
            }),
        ),
        [first, second] => {
            let levels = (outcome.values.len() as f64).sqrt().round() as usize;
            let shown = spread(levels, MOST_LEVELS);
            let label = |values: &[f64], point: usize| {
                values
                    .get(point)
                    .map_or_else(String::new, |value| input_number(*value))
            };
            let axis = |path: &str, unit: &str| Axis::new(escape(path), unit, Format::Number).heading();
            (
                format!(
                    "{} over {} and {}",
                    heading(&outcome_name(outcome)),
                    escape(&first.path),
                    escape(&second.path)
                ),
                Data::HeatMap(HeatMap {
                    columns_label: axis(&second.path, second.unit),
                    columns: shown
                        .iter()
                        .map(|column| label(&second.values, *column))
                        .collect(),
                    rows_label: axis(&first.path, first.unit),
                    rows: shown
                        .iter()
                        .map(|row| label(&first.values, row * levels))
                        .collect(),
                    value: outcome_axis(outcome),
                    colors: colors(&outcome.values),
                    cells: shown
                        .iter()
                        .map(|row| {
                            shown
                                .iter()
                                .map(|column| HeatCell {
                                    value: outcome.values.get(row * levels + column).copied(),
                                    note: String::new(),
                                })
                                .collect()
                        })
                        .collect(),
                }),
            )
        }
        _ => return None,
    };
    Some(Chart {
        title,
        description,
        data,
    })
}

/// Colors of values: two hues where they lie on both sides of zero.
fn colors(values: &[f64]) -> Colors {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if low < 0.0 && high > 0.0 {
        Colors::Diverging {
            middle: 0.0,
            reach: high.max(-low),
        }
    } else {
        Colors::Sequential { low, high }
    }
}

/// The name of the subject of an index: an input, or two.
fn subject(study: &Study, inputs: &[usize]) -> String {
    let names: Vec<String> = inputs.iter().map(|input| input_name(study, *input)).collect();
    names.join(" × ")
}

/// An index of every input or pair, the largest first.
fn bars(study: &Study, outcome: &OutcomeStudy, name: &'static str, most: usize) -> Option<Chart> {
    let pairs = outcome.pairs();
    let indices: Vec<&StudyIndex> = if pairs.first().is_some_and(|pair| pair.index == name) {
        pairs
    } else {
        outcome
            .by_size(study.inputs.len(), name)
            .into_iter()
            .filter_map(|input| outcome.index(name, &[input]))
            .collect()
    };
    let largest = indices.first()?;
    let words = index_words(name);
    let what = if largest.inputs.len() == 2 {
        "pairs"
    } else {
        "inputs"
    };
    Some(Chart {
        title: format!("{}: {}", words.heading, outcome_name(outcome)),
        description: format!(
            "{}. The largest is {}, of {}.{}",
            heading(words.meaning),
            index_range(outcome, largest),
            subject(study, &largest.inputs),
            further(indices.len(), most, what)
        ),
        data: Data::Bars(Bars {
            axis: index_axis(outcome, name),
            rows: indices
                .into_iter()
                .take(most)
                .map(|index| Bar {
                    group: String::new(),
                    label: subject(study, &index.inputs),
                    value: index.value,
                    interval: index.interval,
                })
                .collect(),
            coverage: COVERAGE,
        }),
    })
}

/// The columns of an index: its value and, where it has one, the ends of its interval.
pub(super) fn index_columns(outcome: &OutcomeStudy, name: &'static str, interval: bool) -> Vec<Column> {
    let axis = index_axis(outcome, name);
    let mut columns = vec![Column::numbers(index_words(name).short, &axis.unit)];
    if interval {
        columns.extend(["from", "to"].map(|end| Column::numbers(format!("{COVERAGE} % {end}"), "")));
    }
    columns
}

/// The cells of an index.
pub(super) fn index_cells(
    outcome: &OutcomeStudy,
    name: &'static str,
    index: Option<&StudyIndex>,
    interval: bool,
) -> Vec<Cell> {
    let format = index_axis(outcome, name).format;
    let ends = index.and_then(|index| index.interval);
    let mut cells = vec![Cell::optional(index.map(|index| index.value), format)];
    if interval {
        cells.extend([0, 1].map(|end| Cell::optional(ends.map(|ends| ends[end]), format)));
    }
    cells
}

/// Whether an index of an outcome has intervals.
pub(super) fn has_interval(outcome: &OutcomeStudy, name: &str) -> bool {
    outcome
        .indices
        .iter()
        .any(|index| index.index == name && index.interval.is_some())
}

/// Every index of every input.
fn index_table(study: &Study, outcome: &OutcomeStudy) -> Table {
    let names: Vec<(&'static str, bool)> = outcome
        .index_names()
        .into_iter()
        .map(|name| (name, has_interval(outcome, name)))
        .collect();
    let order = outcome.by_size(study.inputs.len(), outcome.leading());
    let most = MOST_ROWS / shown(study).len().max(1);
    let mut columns = vec![Column::words("Input")];
    columns.extend(
        names
            .iter()
            .flat_map(|(name, interval)| index_columns(outcome, name, *interval)),
    );
    let mut notes = Vec::new();
    if order.len() > most {
        notes.push(format!(
            "{} further inputs stand in indices.csv.",
            order.len() - most
        ));
    }
    notes.extend(
        outcome
            .index_notes()
            .iter()
            .map(|note| note_words(note, |input| input_name(study, input))),
    );
    Table {
        title: format!("Indices of every input: {}", outcome_name(outcome)),
        columns,
        rows: order
            .into_iter()
            .take(most)
            .map(|input| {
                let mut cells = vec![Cell::words(input_name(study, input))];
                cells.extend(names.iter().flat_map(|(name, interval)| {
                    index_cells(outcome, name, outcome.index(name, &[input]), *interval)
                }));
                cells
            })
            .collect(),
        note: notes.join(" "),
    }
}

/// Every index of two inputs.
fn pair_table(study: &Study, outcome: &OutcomeStudy) -> Option<Table> {
    let pairs = outcome.pairs();
    let name = pairs.first()?.index;
    let interval = has_interval(outcome, name);
    let mut columns = vec![Column::words("Input"), Column::words("Second input")];
    columns.extend(index_columns(outcome, name, interval));
    let most = MOST_ROWS / shown(study).len().max(1);
    Some(Table {
        title: format!("Indices of two inputs: {}", outcome_name(outcome)),
        columns,
        rows: pairs
            .iter()
            .take(most)
            .map(|pair| {
                let mut cells: Vec<Cell> = pair
                    .inputs
                    .iter()
                    .map(|input| Cell::words(input_name(study, *input)))
                    .collect();
                cells.extend(index_cells(outcome, name, Some(pair), interval));
                cells
            })
            .collect(),
        note: if pairs.len() > most {
            format!("{} further pairs stand in indices.csv.", pairs.len() - most)
        } else {
            String::new()
        },
    })
}

/// The part of a run's page on which assumption drives the answer: the answer, and the few inputs that can be told from
/// nothing beside the rest; the index of every input stands in `indices.csv`.
pub(super) fn why(study: &Study) -> Section {
    let answers = shown(study).iter().flat_map(|outcome| answer(study, outcome));
    Section::full("drivers", "Which assumption drives the answer")
        .sentences(answers)
        .charts(choices(vec![outcome_selector(study)], |positions| {
            told_drivers(study, &shown(study)[positions[0]])
        }))
        .note(format!("{} {}", study.meaning, study_words(study)))
}

/// The inputs whose index lies above zero, the largest first, and of parts of the variance the rest.
fn told_drivers(study: &Study, outcome: &OutcomeStudy) -> Option<Chart> {
    let leading = outcome.leading();
    let told: Vec<&StudyIndex> = outcome
        .by_size(study.inputs.len(), leading)
        .into_iter()
        .filter_map(|input| outcome.index(leading, &[input]))
        .filter(|index| index.interval.is_none_or(|[low, _]| low > 0.0))
        .take(MOST_BARS)
        .collect();
    let largest = *told.first()?;
    let mut rows: Vec<Bar> = told
        .iter()
        .map(|index| Bar {
            group: String::new(),
            label: subject(study, &index.inputs),
            value: index.value,
            interval: index.interval,
        })
        .collect();
    if leading == sobol::FIRST {
        let rest = study.inputs.len() - told.len();
        rows.push(Bar {
            group: String::new(),
            label: format!("the rest: {rest} inputs, and what inputs do together"),
            value: (1.0 - told.iter().map(|index| index.value).sum::<f64>()).max(0.0),
            interval: None,
        });
    }
    let words = index_words(leading);
    Some(Chart {
        title: format!("{}: {}", words.heading, outcome_name(outcome)),
        description: format!(
            "{}. The largest is {}, of {}. Inputs whose {COVERAGE} % interval holds zero are part of the rest.",
            heading(words.meaning),
            index_range(outcome, largest),
            subject(study, &largest.inputs)
        ),
        data: Data::Bars(Bars {
            axis: index_axis(outcome, leading),
            rows,
            coverage: COVERAGE,
        }),
    })
}

/// What drives the first outcome of a study, in a sentence.
pub(super) fn leading_sentence(study: &Study) -> Option<String> {
    answer(study, study.outcomes.first()?).into_iter().next()
}
