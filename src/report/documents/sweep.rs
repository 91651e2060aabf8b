//! What a sweep says.

use super::{
    drivers::{
        COVERAGE, answer, drivers, has_interval, index_axis, index_cells, index_columns, index_words,
        input_name, leading_chart, outcome_name, outcome_selector, outcome_value, shown,
    },
    shared::provenance::{DIFFERENCES, FUTURES, LEVERS, assumptions, methods, origin_words, reproduce},
    shared::show::{MOST_CURVES, after_summary, choices, economies},
};
use crate::{
    analysis::sweep::{
        BoxEnd, Conditions, DiscoveryStudy, OutcomeKind, OutcomeStudy, Study, StudyInput, find_index,
    },
    report::{
        MoneyYears, Record,
        chart::{Axis, BoxInput, Boxes, Chart, Data, Format, LinePoint, LineSeries, Lines},
        count,
        document::{Cell, Column, Document, Fact, Figure, Section, Table},
        escape,
        number::{percent, significant},
        sweep_words::{limit_words, study_words},
    },
    scenario::find_parameter,
};

/// What the page of a sweep shows.
#[derive(Clone, Copy, Debug)]
pub struct SweepResults<'run> {
    /// The numbers.
    pub study: &'run Study,
    /// Scenario, inputs, seed.
    pub record: &'run Record,
    /// The command line that gives the same numbers.
    pub command: &'run str,
}

/// Half the width of a 95 % interval of a mean, in standard errors.
const INTERVAL_ERRORS: f64 = 1.959963984540054;

/// Most inputs in the table of the answer.
const MOST_LEADING: usize = 8;

/// What a sweep says, in the order a reader asks: the question and the answer; then what drives the outcome or when a
/// condition holds, whether the runs are enough, what was varied, the assumptions, the methods, how to repeat it.
pub fn sweep_document(results: SweepResults<'_>) -> Document {
    let SweepResults {
        study,
        record,
        command,
    } = results;
    let mut sections = vec![brief(study, record.money)];
    sections.push(match &study.discovery {
        Some(found) => discovery(study, found),
        None => drivers(study),
    });
    sections.extend(convergence(study));
    sections.push(inputs(study, record));
    sections.push(assumptions(record));
    sections.push(methods(method_paragraphs(study)));
    Document {
        title: record.scenario.title.clone(),
        question: question(study, record),
        facts: facts(study, record),
        sections,
        reproduce: reproduce(record, command, study.paths),
    }
}

/// The answer, and the inputs that lead.
fn brief(study: &Study, money: MoneyYears) -> Section {
    let section = Section::brief("answer", "");
    if let Some(found) = &study.discovery {
        return section.sentences(discovery_answer(study, found));
    }
    let Some(outcome) = study.outcomes.first() else {
        return section;
    };
    let section = section.sentences(answer(study, outcome));
    let order = outcome.by_size(study.inputs.len(), outcome.leading());
    if study.method == "grid" || order.len() < 3 {
        return section;
    }
    let more = order.len().saturating_sub(MOST_LEADING);
    let note = match (more, study.outcomes.len()) {
        (0, 1) => String::new(),
        (0, _) => "Further outcomes stand below.".to_owned(),
        (more, 1) => format!("{more} further inputs matter less."),
        (more, _) => format!("{more} further inputs matter less. Further outcomes stand below."),
    };
    let picture = leading_chart(study, outcome, MOST_LEADING).map(Figure::from);
    section
        .table(leading_table(study, outcome, &order))
        .charts((Vec::new(), picture.into_iter().collect()))
        .note(
            format!("{note} {}{}", left_out(study), money.told(&outcome.outcome))
                .trim()
                .to_owned(),
        )
}

/// How many uncertain inputs a ranking leaves out, with the first of them; a note below names more.
fn left_out(study: &Study) -> String {
    let more = |count: usize| match count {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    study.not_varied.first().map_or_else(String::new, |first| {
        let others = more(study.not_varied.len() - 1);
        format!("Not varied, though uncertain: {}{others}.", escape(first))
    })
}

/// The inputs that lead, by the leading index.
fn leading_table(study: &Study, outcome: &OutcomeStudy, order: &[usize]) -> Table {
    let leading = outcome.leading();
    let interval = has_interval(outcome, leading);
    let mut columns = vec![Column::words("Input")];
    columns.extend(index_columns(outcome, leading, interval));
    let rows = order.iter().take(MOST_LEADING).map(|input| {
        let mut cells = vec![Cell::words(input_name(study, *input))];
        cells.extend(index_cells(
            outcome,
            leading,
            outcome.index(leading, &[*input]),
            interval,
        ));
        cells
    });
    Table {
        title: format!("{}: {}", index_words(leading).heading, outcome_name(outcome)),
        columns,
        rows: rows.collect(),
        note: String::new(),
    }
}

/// What a reader should know at once.
fn facts(study: &Study, record: &Record) -> Vec<Fact> {
    let mut facts = vec![
        Fact::new("Method", study.title),
        Fact::new("Inputs", count(study.inputs.len())),
    ];
    facts.extend(match study.outcome_kind {
        OutcomeKind::StatisticOverFutures => vec![
            Fact::new("Design points", count(study.runs)),
            Fact::new("Futures of each point", count(study.paths as usize)),
        ],
        OutcomeKind::SinglePath => vec![Fact::new("Paths of one run", count(study.paths as usize))],
    });
    facts.push(economies(&record.scenario));
    facts.push(Fact::new("Horizon", record.scenario.horizon.to_string()));
    facts
}

fn question(study: &Study, record: &Record) -> String {
    let label = study.outcomes.first().map_or_else(String::new, outcome_name);
    let question = match (&study.discovery, study.inputs.as_slice()) {
        (Some(found), _) => match single_threshold(study, found) {
            Some(threshold) => format!("Where is the outcome ({label}) {threshold}?"),
            None => format!("Where does the condition ({}) hold?", escape(&found.condition)),
        },
        (None, [input]) => format!(
            "How does the outcome ({label}) answer to {}?",
            escape(&input.path)
        ),
        (None, [first, second]) if study.method == "grid" => format!(
            "How does the outcome ({label}) answer to {} and {}?",
            escape(&first.path),
            escape(&second.path)
        ),
        _ => format!("Which assumption drives the outcome ({label}) most, and how sure is that?"),
    };
    after_summary(&record.scenario, &question)
}

fn method_paragraphs(study: &Study) -> Vec<String> {
    let mut paragraphs = vec![
        format!("{}. {}", study.title, study.meaning),
        format!("Reference. {}", study.reference),
        match study.outcome_kind {
            OutcomeKind::StatisticOverFutures => format!(
                "What is explained. A statistic over all futures at each design point, where every input is held at one value: which \
                 assumption moves the answer that would be reported. {}",
                study_words(study)
            ),
            OutcomeKind::SinglePath => format!(
                "What is explained. The number on each path, where the inputs are drawn anew on every path: what explains what may \
                 actually happen, beside all shocks. An assumption can move the reported answer most and explain little of single \
                 paths. {}",
                study_words(study)
            ),
        },
    ];
    let again: Vec<String> = study
        .inputs
        .iter()
        .filter(|input| input.changes_futures)
        .map(|input| escape(&input.path))
        .collect();
    if study.outcome_kind == OutcomeKind::StatisticOverFutures && !again.is_empty() {
        paragraphs.push(format!(
            "Futures drawn anew. {} change the futures themselves, which are drawn again for each of their values with the same random \
             numbers.",
            again.join(", ")
        ));
    }
    paragraphs.push(format!(
        "What the intervals mean. A {COVERAGE} % interval of an index comes from the finite number of design points or paths. It does \
         not hold the choice of the ranges, errors of the model, or what nobody thought of; a Monte Carlo interval holds the finite \
         number of futures alone, whose noise all points share."
    ));
    paragraphs.extend([FUTURES, LEVERS].map(str::to_owned));
    if study.outcomes.iter().any(|outcome| outcome.difference) {
        paragraphs.push(DIFFERENCES.to_owned());
    }
    paragraphs
}

/// How many runs are enough: the leading index by runs.
fn convergence(study: &Study) -> Option<Section> {
    let outcomes = shown(study);
    if outcomes.iter().all(|outcome| outcome.convergence.len() < 2) {
        return None;
    }
    let leading = outcomes.first()?.leading();
    let runs = match study.outcome_kind {
        OutcomeKind::StatisticOverFutures => "Design points",
        OutcomeKind::SinglePath => "Paths",
    };
    let order = |outcome: &OutcomeStudy| -> Vec<usize> {
        let order = outcome.by_size(study.inputs.len(), leading).into_iter();
        order.take(MOST_CURVES).collect()
    };
    let chart = |outcome: &OutcomeStudy| {
        Some(Chart {
            title: format!(
                "{} by number of runs: {}",
                index_words(leading).heading,
                outcome_name(outcome)
            ),
            description: format!(
                "From an eighth, a quarter, a half and all of the runs, of the {} largest.",
                order(outcome).len()
            ),
            data: Data::Lines(Lines {
                x: Axis::new(runs, "", Format::Number),
                y: index_axis(outcome, leading),
                series: order(outcome)
                    .into_iter()
                    .map(|input| LineSeries {
                        name: input_name(study, input),
                        points: outcome
                            .convergence
                            .iter()
                            .filter_map(|part| {
                                Some(LinePoint {
                                    x: part.runs as f64,
                                    y: find_index(&part.indices, leading, &[input])?.value,
                                    // Bands of eight curves would hide each other; the table holds the intervals.
                                    interval: None,
                                })
                            })
                            .collect(),
                    })
                    .collect(),
                references: Vec::new(),
                coverage: COVERAGE,
                places: Vec::new(),
            }),
        })
    };
    let (selectors, charts) = choices(vec![outcome_selector(study)], |positions| {
        chart(&outcomes[positions[0]])
    });
    let tables = outcomes.iter().map(|outcome| {
        let interval = has_interval(outcome, leading);
        let mut columns = vec![Column::words("Input"), Column::numbers(runs, "")];
        columns.extend(index_columns(outcome, leading, interval));
        let mut rows = Vec::new();
        for input in order(outcome) {
            for part in &outcome.convergence {
                let mut cells = vec![Cell::words(input_name(study, input)), count_cell(part.runs)];
                let index = find_index(&part.indices, leading, &[input]);
                cells.extend(index_cells(outcome, leading, index, interval));
                rows.push(cells);
            }
        }
        Table {
            title: format!("By number of runs: {}", outcome_name(outcome)),
            columns,
            rows,
            note: String::new(),
        }
    });
    let section = Section::full("runs", "How many runs are enough?")
        .sentence(
            "Enough if the last numbers agree within their intervals and the order of inputs no longer changes.",
        )
        .charts((selectors, charts));
    Some(tables.fold(section, Section::table))
}

/// A distribution without the braces of a scenario file around it.
fn bare(range: &str) -> &str {
    range
        .strip_prefix("{ ")
        .and_then(|range| range.strip_suffix(" }"))
        .unwrap_or(range)
}

/// What varied, over which range, and where its value in the scenario comes from.
fn inputs(study: &Study, record: &Record) -> Section {
    let row = |input: &StudyInput| -> Vec<Cell> {
        let meaning = find_parameter(&input.path)
            .map_or("estimated from the history", |parameter| parameter.row().meaning);
        let (grade, source) = record.scenario.input(&input.path).map_or_else(
            || ("estimated".to_owned(), "the history".to_owned()),
            |input| origin_words(&input.origin),
        );
        let mut cells = vec![
            Cell::words(escape(&input.path)),
            Cell::words(meaning),
            Cell::words(input.unit),
            Cell::words(escape(bare(&input.range))),
        ];
        cells.extend(input.points.map(|point| Cell::number(point, Format::Number)));
        cells.extend([Cell::words(grade), Cell::words(source)]);
        cells
    };
    let mut columns = ["Input", "What it is", "Unit", "Range"]
        .map(Column::words)
        .to_vec();
    columns.extend(["5 %", "50 %", "95 %"].map(|label| Column::numbers(label, "")));
    columns.extend(["Grade", "Source"].map(Column::words));
    Section::full("inputs", "What was varied")
        .sentence(
            "Every input with the range over which it varies, in the way a scenario file writes it, and the 5 %, 50 % and 95 % \
             points of that range. Grade and source are those of the input in the scenario; a range that was chosen for this \
             sweep is a judgment of whoever chose it.",
        )
        .table(Table {
            title: format!("Inputs ({})", study.inputs.len()),
            columns,
            rows: study.inputs.iter().map(row).collect(),
            note: String::new(),
        })
}

/// A number of things in a table.
fn count_cell(number: usize) -> Cell {
    Cell {
        text: count(number),
        value: Some(number as f64),
    }
}

/// How often the condition holds on all paths, with the 95 % interval of Wilson.
fn rate(found: &DiscoveryStudy) -> String {
    let paths = found.paths.max(1) as f64;
    let rate = found.cases as f64 / paths;
    let square = INTERVAL_ERRORS * INTERVAL_ERRORS;
    let middle = (rate + square / (2.0 * paths)) / (1.0 + square / paths);
    let half = INTERVAL_ERRORS / (1.0 + square / paths)
        * libm::sqrt(rate * (1.0 - rate) / paths + square / (4.0 * paths * paths));
    let text = |value: f64| Format::Percent.text(value.clamp(0.0, 1.0));
    format!(
        "{} of {} paths, {} (95 % interval: {} to {})",
        count(found.cases),
        count(found.paths),
        text(rate),
        text(middle - half),
        text(middle + half)
    )
}

/// The ranges of a box or leaf in words.
fn where_words(study: &Study, found: &Conditions, resampled: bool) -> String {
    let limits: Vec<String> = found
        .limits
        .iter()
        .map(|limit| {
            format!(
                "{} {}",
                input_name(study, limit.input),
                limit_words(study, limit, resampled)
            )
        })
        .collect();
    if limits.is_empty() {
        "everywhere".to_owned()
    } else {
        limits.join(" and ")
    }
}

/// A part of a box with what it is on paths that the search has not seen.
fn with_outside(part: f64, outside: Option<[f64; 3]>) -> String {
    outside.map_or_else(
        || percent(part),
        |[mean, low, high]| {
            format!(
                "{} (on unseen paths {}, 90 % interval: {} to {})",
                percent(part),
                percent(mean),
                percent(low),
                percent(high)
            )
        },
    )
}

/// How often the condition holds: "The outcome (...) is above USD +40.0 bn on 12 % of the paths".
fn condition_words(study: &Study, found: &DiscoveryStudy) -> String {
    match single_threshold(study, found) {
        Some(threshold) => {
            let label = study.outcomes.first().map_or_else(String::new, outcome_name);
            format!("The outcome ({label}) is {threshold} on {}.", rate(found))
        }
        None => format!(
            "The condition ({}) holds on {}.",
            escape(&found.condition),
            rate(found)
        ),
    }
}

/// The only threshold of a condition, as what its outcome is: "above USD +40.0 bn".
fn single_threshold(study: &Study, found: &DiscoveryStudy) -> Option<String> {
    let [threshold] = found.thresholds.as_slice() else {
        return None;
    };
    let number = outcome_value(study.outcomes.first()?, threshold.number);
    Some(format!("{} {number}", threshold.side.words()))
}

fn discovery_answer(study: &Study, found: &DiscoveryStudy) -> Vec<String> {
    let first = condition_words(study, found);
    let Some((_, best)) = telling(found).next() else {
        let none =
            "No range of the inputs was found in which that is more frequent than chance would make it look.";
        return vec![first, none.to_owned()];
    };
    let there = format!(
        "Where {}, that is so on {} of the paths there.",
        where_words(study, best, false),
        with_outside(best.density, best.density_outside)
    );
    let all = format!(
        "Of all paths on which it is so, {} lie there.",
        with_outside(best.coverage, best.coverage_outside)
    );
    vec![first, there, all]
}

/// The boxes, by their numbers, that hold cases more often than all paths do.
fn telling(found: &DiscoveryStudy) -> impl Iterator<Item = (usize, &Conditions)> {
    let rate = found.cases as f64 / found.paths.max(1) as f64;
    (1..).zip(&found.boxes).filter(move |(_, conditions)| {
        let unseen = conditions.density_outside.map(|[mean, ..]| mean);
        unseen.unwrap_or(conditions.density) > rate
    })
}

/// When a condition holds: a chart and a table for each box, and the leaves of the tree.
fn discovery(study: &Study, found: &DiscoveryStudy) -> Section {
    let mut paragraphs = vec![study.meaning.to_owned(), study_words(study)];
    for (number, conditions) in telling(found) {
        paragraphs.push(format!(
            "Box {number}: where {}. Of the {} paths inside, {} are cases. Of all cases the box holds {}. Among shuffled cases a box this \
             good has probability {}.",
            where_words(study, conditions, true),
            count(conditions.paths),
            with_outside(conditions.density, conditions.density_outside),
            with_outside(conditions.coverage, conditions.coverage_outside),
            conditions.p.map_or_else(|| "n/a".to_owned(), significant)
        ));
    }
    let left_out = found.boxes.len() - telling(found).count();
    if left_out > 0 {
        paragraphs.push(format!(
            "Of further boxes, {left_out} hold cases no more often than all paths do; the table alone lists them."
        ));
    }
    if found.boxes.len() > 1 {
        paragraphs
            .push("Each further box was searched among the paths outside of those before it.".to_owned());
    }
    paragraphs.extend(
        study
            .notes
            .iter()
            .chain(&found.notes)
            .map(|note| format!("Note: {}", escape(note))),
    );
    let charts = telling(found).map(|(number, conditions)| box_chart(study, found, number, conditions));
    let mut tables: Vec<Table> = telling(found)
        .map(|(number, conditions)| limit_table(study, number, conditions))
        .collect();
    if !found.boxes.is_empty() {
        tables.push(quality_table(study, "Boxes", "Box", &found.boxes, String::new()));
    }
    if found.leaves.len() > 1 {
        let note = format!(
            "Leaves are parts of the whole space, from the most to the fewest cases. The error of the tree on unseen paths is {:.2} of that \
             of the overall rate.",
            found.tree_relative_error
        );
        tables.push(quality_table(
            study,
            "Leaves of the tree",
            "Leaf",
            &found.leaves,
            note,
        ));
    }
    let section = charts.fold(
        Section::full("conditions", "When it comes about").sentences(paragraphs),
        Section::chart,
    );
    tables.into_iter().fold(section, Section::table)
}

/// The ranges of a box within what the inputs can be.
fn box_chart(study: &Study, found: &DiscoveryStudy, number: usize, conditions: &Conditions) -> Chart {
    let mut inputs: Vec<BoxInput> = conditions
        .limits
        .iter()
        .filter_map(|limit| {
            let input = study.inputs.get(limit.input)?;
            let low = input.values.iter().copied().fold(f64::INFINITY, f64::min);
            let high = input.values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            Some(BoxInput {
                input: Axis::new(escape(&input.path), input.unit, Format::Number),
                range: [low, high],
                limits: [
                    limit.low.map_or(low, |end| end.value),
                    limit.high.map_or(high, |end| end.value),
                ],
                two_states: input.values.iter().all(|value| *value == 0.0 || *value == 1.0),
            })
        })
        .collect();
    let width = |input: &BoxInput| {
        let [low, high] = input.positions();
        high - low
    };
    inputs.sort_by(|a, b| width(a).total_cmp(&width(b)));
    Chart {
        title: format!("Box {number}: {}", escape(&found.condition)),
        description: format!(
            "The condition holds on {} of the paths in the box, which has {} of all cases.",
            percent(conditions.density),
            percent(conditions.coverage)
        ),
        data: Data::Boxes(Boxes { inputs }),
    }
}

/// The ranges of a box with their uncertainty over resamples.
fn limit_table(study: &Study, number: usize, conditions: &Conditions) -> Table {
    let mut columns = vec![Column::words("Input"), Column::words("Unit")];
    for end in ["From", "To"] {
        columns.push(Column::numbers(end, ""));
        columns.extend(["5 %", "95 %"].map(|label| Column::numbers(label, "")));
    }
    columns.push(Column::numbers("Quasi-p", ""));
    columns.push(Column::numbers("Restricted", "of resamples"));
    let end = |end: Option<BoxEnd>| {
        let range = end.and_then(|end| end.range);
        [
            end.map(|end| end.value),
            range.map(|[low, _]| low),
            range.map(|[_, high]| high),
        ]
        .map(|value| Cell::optional(value, Format::Number))
    };
    Table {
        title: format!("Ranges of box {number}"),
        columns,
        rows: conditions
            .limits
            .iter()
            .map(|limit| {
                let unit = study.inputs.get(limit.input).map_or("", |input| input.unit);
                let mut cells = vec![Cell::words(input_name(study, limit.input)), Cell::words(unit)];
                cells.extend(end(limit.low));
                cells.extend(end(limit.high));
                cells.push(Cell::optional(limit.quasi_p, Format::Number));
                cells.push(Cell::optional(limit.reproducibility, Format::Percent));
                cells
            })
            .collect(),
        note: "Behind each end: its 5 % and 95 % point over resamples of the paths. Quasi-p: the probability of as many cases if this \
               range did not matter; it is optimistic, since the range was chosen on the same paths."
            .to_owned(),
    }
}

/// How good boxes or leaves are.
fn quality_table(study: &Study, title: &str, one: &str, list: &[Conditions], note: String) -> Table {
    let mut columns = vec![
        Column::words(one),
        Column::words("Where"),
        Column::numbers("Paths", ""),
        Column::numbers("Cases", ""),
    ];
    let outside = list.iter().any(|conditions| conditions.density_outside.is_some());
    for (label, unit) in [("Cases", "of its paths"), ("Coverage", "of all cases")] {
        columns.push(Column::numbers(label, unit));
        if outside {
            columns.push(Column::numbers("Unseen paths", "mean"));
            columns.extend(["5 %", "95 %"].map(|label| Column::numbers(label, "")));
        }
    }
    let tested = list.iter().any(|conditions| conditions.p.is_some());
    if tested {
        columns.push(Column::numbers("By chance", "probability"));
    }
    Table {
        title: title.to_owned(),
        columns,
        rows: (1..)
            .zip(list)
            .map(|(number, conditions): (usize, &Conditions)| {
                let mut cells = vec![
                    Cell::words(format!("{one} {number}")),
                    Cell::words(where_words(study, conditions, true)),
                    count_cell(conditions.paths),
                    count_cell(conditions.cases),
                ];
                for (part, unseen) in [
                    (conditions.density, conditions.density_outside),
                    (conditions.coverage, conditions.coverage_outside),
                ] {
                    cells.push(Cell::number(part, Format::Percent));
                    if outside {
                        cells.extend([0, 1, 2].map(|position| {
                            Cell::optional(unseen.map(|unseen| unseen[position]), Format::Percent)
                        }));
                    }
                }
                if tested {
                    cells.push(Cell::optional(conditions.p, Format::Number));
                }
                cells
            })
            .collect(),
        note,
    }
}
