//! A sweep for the terminal.

use std::fmt::Write;

use anstyle::Style;

use super::{
    Align, Table, escape, grouped,
    run_text::wrap,
    significant,
    sweep_words::{input_number as number, limit_words, note_words, percent, signed, spread, study_words},
};
use crate::{
    analysis::sweep::{Conditions, DiscoveryStudy, OutcomeStudy, Study, StudyIndex, find_index},
    sensitivity::one_at_a_time,
};

const HEADING: Style = Style::new().bold();
const QUIET: Style = Style::new().dimmed();
/// Most inputs in a table; files hold all.
const MOST_ROWS: usize = 15;
/// Most inputs in the table of convergence.
const MOST_CONVERGING: usize = 8;

/// The report of a study, at most `width` columns wide, with ANSI styles.
pub fn sweep_text(study: &Study, width: usize) -> String {
    let mut text = format!(
        "{HEADING}{}{HEADING:#}\n{}\n",
        study.title,
        wrap(study.meaning, width)
    );
    quiet(&mut text, &study_words(study), width);
    for note in &study.notes {
        quiet(&mut text, &format!("Note: {}", escape(note)), width);
    }
    for outcome in &study.outcomes {
        let heading = wrap(
            &format!("{} [{}]", escape(&outcome.label), outcome.unit.key()),
            width,
        );
        let _ = write!(text, "\n{HEADING}{heading}{HEADING:#}\n");
        match study.method {
            "one-at-a-time" => tornado(&mut text, study, outcome, width),
            "grid" => response(&mut text, study, outcome, width),
            _ if outcome.indices.is_empty() => {}
            _ => index_tables(&mut text, study, outcome, width),
        }
        for note in &outcome.notes {
            quiet(&mut text, note, width);
        }
        convergence(&mut text, study, outcome, width);
    }
    if let Some(discovery) = &study.discovery {
        discovery_text(&mut text, study, discovery, width);
    }
    quiet(&mut text, &format!("\nReference: {}", study.reference), width);
    text
}

fn quiet(text: &mut String, sentence: &str, width: usize) {
    let _ = writeln!(text, "{QUIET}{}{QUIET:#}", wrap(sentence, width));
}

/// The path of an input, shortened in the middle to a number of characters.
fn name(study: &Study, input: usize, most: usize) -> String {
    let path = study.inputs.get(input).map_or("", |input| input.path.as_str());
    let path = escape(path);
    let count = path.chars().count();
    if count <= most {
        return path;
    }
    let head = most.saturating_sub(1) / 2;
    let tail = most.saturating_sub(1) - head;
    let first: String = path.chars().take(head).collect();
    let last: String = path.chars().skip(count - tail).collect();
    format!("{first}…{last}")
}

/// A tornado: the largest swing on top, `░` towards the 5 % point of the input and `█` towards its 95 % point.
fn tornado(text: &mut String, study: &Study, outcome: &OutcomeStudy, width: usize) {
    if let Some(center) = outcome.values.first() {
        let error = outcome
            .errors
            .first()
            .copied()
            .flatten()
            .map_or_else(String::new, |error| {
                format!(" ± {} (Monte Carlo)", significant(error))
            });
        let sentence = format!(
            "All inputs at their medians: {}{error}. Bars: change of the outcome with one input at its 5 % (░) and 95 % point (█).",
            grouped(*center)
        );
        quiet(text, &sentence, width);
    }
    let ends = |input: usize| {
        [one_at_a_time::LOW, one_at_a_time::HIGH]
            .map(|name| outcome.index(name, &[input]).map_or(0.0, |index| index.value))
    };
    let all = || (0..study.inputs.len()).flat_map(ends);
    let low = all().fold(0.0, f64::min);
    let high = all().fold(0.0, f64::max);
    let cells = width.saturating_sub(22).clamp(10, 80);
    let column = |value: f64| {
        if high > low {
            ((value - low) / (high - low) * (cells - 1) as f64).round() as usize
        } else {
            cells / 2
        }
    };
    let zero = column(0.0);
    for input in outcome.by_size(study.inputs.len(), one_at_a_time::SWING) {
        let [at_low, at_high] = ends(input);
        let points = study.inputs[input].points;
        let range = format!(
            "{} to {} {}",
            number(points[0]),
            number(points[2]),
            study.inputs[input].unit
        );
        let line = format!("{}: {range}", name(study, input, width.saturating_sub(2)));
        let _ = writeln!(text, "{}", wrap(&line, width));
        let inside = |cell: usize, value: f64| {
            let end = column(value);
            (end.min(zero)..=end.max(zero)).contains(&cell) && end != zero
        };
        let bar: String = (0..cells)
            .map(|cell| {
                if cell == zero {
                    '│'
                } else if inside(cell, at_high) {
                    '█'
                } else if inside(cell, at_low) {
                    '░'
                } else {
                    ' '
                }
            })
            .collect();
        let line = format!(
            "{:>9} {bar} {}",
            signed(at_low.min(at_high)),
            signed(at_low.max(at_high))
        );
        let _ = writeln!(text, "{}", line.trim_end());
    }
    notes_of(text, study, outcome, width);
}

const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// A character by height between two ends.
fn level(value: f64, low: f64, high: f64) -> char {
    let part = if high > low {
        (value - low) / (high - low)
    } else {
        0.0
    };
    LEVELS[((part * 7.0).round() as usize).min(7)]
}

/// A response curve, or a heat map of two inputs.
fn response(text: &mut String, study: &Study, outcome: &OutcomeStudy, width: usize) {
    let low = outcome.values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = outcome.values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    match study.inputs.as_slice() {
        [input] => {
            let shown: Vec<usize> = spread(outcome.values.len(), width.saturating_sub(4));
            let curve: String = shown
                .iter()
                .map(|point| level(outcome.values[*point], low, high))
                .collect();
            let _ = writeln!(text, "{curve}  {} to {}", grouped(low), grouped(high));
            let mut table = Table::new(&[(&input.path, Align::Right), (&outcome.outcome, Align::Right)]);
            for point in spread(outcome.values.len(), 21) {
                table.row([number(input.values[point]), grouped(outcome.values[point])]);
            }
            text.push_str(&table.render(width));
        }
        [first, second] => {
            let levels = (outcome.values.len() as f64).sqrt().round() as usize;
            let sentence = format!(
                "Rows: {} from {} (top) to {}. Columns: {} from {} (left) to {}. ▁ is {}, █ is {}.",
                first.path,
                number(first.values.first().copied().unwrap_or(0.0)),
                number(first.values.last().copied().unwrap_or(0.0)),
                second.path,
                number(second.values.first().copied().unwrap_or(0.0)),
                number(second.values.last().copied().unwrap_or(0.0)),
                grouped(low),
                grouped(high)
            );
            quiet(text, &sentence, width);
            for row in spread(levels, 40) {
                let line: String = spread(levels, width.saturating_sub(12) / 2)
                    .iter()
                    .flat_map(|column| [level(outcome.values[row * levels + column], low, high); 2])
                    .collect();
                let _ = writeln!(text, "{:>9} {line}", number(first.values[row * levels]));
            }
        }
        _ => {}
    }
    notes_of(text, study, outcome, width);
}

fn index_tables(text: &mut String, study: &Study, outcome: &OutcomeStudy, width: usize) {
    let names = outcome.index_names();
    let order = outcome.by_size(study.inputs.len(), outcome.leading());
    let mut columns = vec![("input", Align::Left)];
    columns.extend(names.iter().map(|name| (*name, Align::Right)));
    let mut table = Table::new(&columns);
    // A name, and a column of indices each; the table wraps names that are longer.
    let most = (width / (names.len() + 1).clamp(3, 5)).saturating_sub(2).max(10);
    for input in order.iter().take(MOST_ROWS) {
        let mut cells = vec![name(study, *input, most)];
        for name in &names {
            cells.push(outcome.index(name, &[*input]).map_or_else(String::new, cell));
        }
        table.row(cells);
    }
    text.push_str(&table.render(width));
    if order.len() > MOST_ROWS {
        let sentence = format!(
            "{} further inputs have smaller indices; the files hold all.",
            order.len() - MOST_ROWS
        );
        quiet(text, &sentence, width);
    }
    let pairs = outcome.pairs();
    if !pairs.is_empty() {
        let mut table = Table::new(&[("pair", Align::Left), (pairs[0].index, Align::Right)]);
        for pair in pairs.iter().take(MOST_ROWS) {
            let names: Vec<String> = pair
                .inputs
                .iter()
                .map(|input| name(study, *input, most))
                .collect();
            table.row([names.join("\n"), cell(pair)]);
        }
        text.push_str(&table.render(width));
    }
    if outcome.indices.iter().any(|index| index.interval.is_some()) {
        quiet(text, "Below an index: its 95 % interval.", width);
    }
    notes_of(text, study, outcome, width);
}

fn cell(index: &StudyIndex) -> String {
    match index.interval {
        None => short(index.value),
        Some([low, high]) => format!("{}\n{} to {}", short(index.value), short(low), short(high)),
    }
}

/// An index: three decimals where it is a share, otherwise about four digits.
fn short(value: f64) -> String {
    if value.abs() <= 1.5 {
        format!("{value:.3}")
    } else {
        grouped(value)
    }
}

/// The notes of indices, each said once with the inputs it concerns.
fn notes_of(text: &mut String, study: &Study, outcome: &OutcomeStudy, width: usize) {
    for note in outcome.index_notes() {
        let sentence = note_words(&note, |input| name(study, input, width.min(60)));
        quiet(text, &sentence, width);
    }
}

/// How many runs are enough: the leading index by runs.
fn convergence(text: &mut String, study: &Study, outcome: &OutcomeStudy, width: usize) {
    if outcome.convergence.len() < 2 {
        return;
    }
    let leading = outcome.leading();
    let _ = write!(
        text,
        "\n{HEADING}How many runs are enough? {leading} by runs{HEADING:#}\n"
    );
    let headings: Vec<String> = outcome
        .convergence
        .iter()
        .map(|part| part.runs.to_string())
        .collect();
    let mut columns = vec![("input", Align::Left)];
    columns.extend(headings.iter().map(|heading| (heading.as_str(), Align::Right)));
    let mut table = Table::new(&columns);
    for input in outcome
        .by_size(study.inputs.len(), leading)
        .into_iter()
        .take(MOST_CONVERGING)
    {
        let mut cells = vec![name(study, input, (width / 4).saturating_sub(3).max(10))];
        for part in &outcome.convergence {
            let found = find_index(&part.indices, leading, &[input]);
            cells.push(found.map_or_else(String::new, cell));
        }
        table.row(cells);
    }
    text.push_str(&table.render(width));
    quiet(
        text,
        "Enough if the last columns agree within their intervals and the order of inputs no longer changes.",
        width,
    );
}

fn discovery_text(text: &mut String, study: &Study, discovery: &DiscoveryStudy, width: usize) {
    let share = discovery.cases as f64 / discovery.paths.max(1) as f64;
    let sentence = format!(
        "{} holds on {} of {} paths ({}).",
        discovery.condition,
        discovery.cases,
        discovery.paths,
        percent(share)
    );
    let _ = writeln!(text, "{}", wrap(&escape(&sentence), width));
    for (number, found) in discovery.boxes.iter().enumerate() {
        let _ = write!(text, "\n{HEADING}Box {}{HEADING:#}\n", number + 1);
        conditions(text, study, found, width);
        let outside = |spread: Option<[f64; 3]>| {
            spread.map_or_else(String::new, |[mean, low, high]| {
                format!(
                    " (on unseen paths {}, {} to {})",
                    percent(mean),
                    percent(low),
                    percent(high)
                )
            })
        };
        let sentence = format!(
            "Of the {} paths inside, {} are cases{}; the box holds {} of all cases{}. Among shuffled cases a box this good has \
             probability {}.",
            found.paths,
            percent(found.density),
            outside(found.density_outside),
            percent(found.coverage),
            outside(found.coverage_outside),
            found.p.map_or_else(String::new, significant)
        );
        let _ = writeln!(text, "{}", wrap(&sentence, width));
    }
    if discovery.leaves.len() > 1 {
        let _ = write!(text, "\n{HEADING}Tree{HEADING:#}\n");
        let sentence = format!(
            "Parts of the whole space, from the most to the fewest cases. Error on unseen paths: {:.2} of that of the overall rate.",
            discovery.tree_relative_error
        );
        quiet(text, &sentence, width);
        for leaf in &discovery.leaves {
            let _ = writeln!(
                text,
                "{} of {} paths are cases ({} of all), where",
                percent(leaf.density),
                leaf.paths,
                percent(leaf.coverage)
            );
            conditions(text, study, leaf, width);
        }
    }
    for note in &discovery.notes {
        quiet(text, note, width);
    }
}

fn conditions(text: &mut String, study: &Study, found: &Conditions, width: usize) {
    for limit in &found.limits {
        let quality = match (limit.quasi_p, limit.reproducibility) {
            (Some(p), Some(part)) => {
                format!("; quasi-p {}, in {} of resamples", significant(p), percent(part))
            }
            _ => String::new(),
        };
        let path = name(study, limit.input, width.saturating_sub(2));
        let line = format!("- {path} {}{quality}", limit_words(study, limit, true));
        let _ = writeln!(text, "{}", wrap(&line, width));
    }
}
