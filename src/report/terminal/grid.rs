//! Tables of documents: aligned, and as many below each other as the width needs, each with the names of the rows.

use comfy_table::{CellAlignment, ContentArrangement, TableStyle};

use super::{columns, lines};
use crate::report::document::Table;

/// Columns before a meaning below its name.
const INDENT: usize = 2;
/// Columns around a cell.
const PADDING: usize = 2;
/// A column of words is not made narrower than this, unless it is alone.
const LEAST: usize = 12;
/// Words that explain a name stand beside it if they have so much room, otherwise below it.
const READABLE: usize = 24;

/// A column, ready to be laid out.
struct Prepared<'t> {
    heading: String,
    cells: Vec<String>,
    /// What the cells are made of.
    texts: Vec<&'t str>,
    numeric: bool,
    /// What it takes.
    width: usize,
    /// What its heading takes in one line.
    label: usize,
}

impl<'t> Prepared<'t> {
    fn new(table: &'t Table, position: usize, width: usize) -> Option<Self> {
        let column = table.columns.get(position)?;
        let texts: Vec<&str> = table
            .rows
            .iter()
            .map(|row| row.get(position).map_or("", |cell| &cell.text))
            .collect();
        let cells: Vec<Vec<String>> = texts.iter().map(|text| lines(text, width)).collect();
        let widest = cells
            .iter()
            .flatten()
            .map(|line| columns(line))
            .max()
            .unwrap_or(0);
        let [label, unit] = [&column.label, &column.unit].map(|text| lines(text, width).join(" "));
        let words = |text: &str| text.split(' ').map(columns).max().unwrap_or(0);
        let whole = columns(&label).max(columns(&unit));
        let mut prepared = Self {
            heading: format!("{label}\n{unit}"),
            cells: cells.into_iter().map(|cell| cell.join("\n")).collect(),
            texts,
            numeric: column.numeric,
            // A column of numbers needs them whole; its heading may take several lines.
            width: match column.numeric {
                true => widest.max(words(&label)).max(words(&unit)),
                false => widest.max(whole),
            },
            label: whole,
        };
        prepared.heading = lines(&prepared.heading, prepared.width.max(1)).join("\n");
        Some(prepared)
    }

    /// Breaks its words so that it takes at most so many columns.
    fn narrow(&mut self, width: usize) {
        if self.width <= width {
            return;
        }
        for (cell, text) in self.cells.iter_mut().zip(&self.texts) {
            *cell = lines(text, width).join("\n");
        }
        self.heading = lines(&self.heading, width).join("\n");
        self.width = width;
    }
}

/// Adds a table to a text.
pub(super) fn table(text: &mut String, table: &Table, width: usize) {
    let mut all: Vec<Prepared<'_>> = (0..table.columns.len())
        .filter_map(|position| Prepared::new(table, position, width - PADDING))
        .collect();
    let numbers = all.iter().any(|column| column.numeric);
    // What names the rows: the words before the first number.
    let names = match all.iter().position(|column| column.numeric) {
        Some(position) => position.max(1).min(all.len()),
        None => 1.min(all.len()),
    };
    widen(&mut all, table, width);
    let total: usize = all.iter().map(|column| column.width + PADDING).sum();
    if total > width && !numbers {
        words_only(text, all, width);
        return;
    }
    if total > width {
        // Names are broken before the table is: they take what the numbers leave, if that is enough to read them.
        let numbers: usize = all[names..].iter().map(|column| column.width + PADDING).sum();
        let left = width.saturating_sub(numbers) / names.max(1);
        let room = if left >= LEAST + PADDING {
            left - PADDING
        } else {
            (width / 3).max(LEAST) / names.max(1)
        };
        for column in &mut all[..names] {
            column.narrow(room.max(6));
        }
        for column in &mut all[names..] {
            if !column.numeric {
                column.narrow((width / 3).max(LEAST));
            }
        }
    }
    let rest = all.split_off(names);
    let taken: usize = all.iter().map(|column| column.width + PADDING).sum();
    let (mut group, mut used): (Vec<Prepared<'_>>, usize) = (Vec::new(), taken);
    for column in rest {
        let needed = column.width + PADDING;
        if !group.is_empty() && used + needed > width {
            aligned(text, all.iter().chain(&group), width);
            group.clear();
            used = taken;
        }
        used += needed;
        group.push(column);
    }
    aligned(text, all.iter().chain(&group), width);
}

/// Gives headings one line each where there is room for all.
fn widen(all: &mut [Prepared<'_>], table: &Table, width: usize) {
    let whole: usize = all
        .iter()
        .map(|column| column.width.max(column.label) + PADDING)
        .sum();
    if whole > width {
        return;
    }
    for (prepared, column) in all.iter_mut().zip(&table.columns) {
        prepared.width = prepared.width.max(prepared.label);
        prepared.heading = lines(&format!("{}\n{}", column.label, column.unit), width).join("\n");
    }
}

/// A table of words that is too wide: its columns share the width, or its cells stand below each other.
fn words_only(text: &mut String, mut all: Vec<Prepared<'_>>, width: usize) {
    if let [names, meanings] = all.as_mut_slice() {
        let room = width.saturating_sub(names.width + 2 * PADDING);
        if room >= READABLE {
            meanings.narrow(room);
            aligned(text, all.iter(), width);
        } else {
            stacked(text, names, meanings, width);
        }
        return;
    }
    let share = width / all.len().max(1);
    if share >= LEAST + PADDING {
        // Names stay whole where that leaves the most part to the others, and narrow columns leave their room to wide ones.
        let names = all.first().map_or(0, |names| names.width + PADDING);
        let whole = 5 * names <= 2 * width;
        let mut left = if whole { width - names } else { width };
        let mut order: Vec<usize> = (usize::from(whole)..all.len()).collect();
        order.sort_by_key(|position| all[*position].width);
        for (done, position) in order.iter().enumerate() {
            let room = (left / (order.len() - done)).saturating_sub(PADDING);
            all[*position].narrow(room.max(1));
            left = left.saturating_sub(all[*position].width + PADDING);
        }
        aligned(text, all.iter(), width);
        return;
    }
    let rows = all.iter().map(|column| column.cells.len()).max().unwrap_or(0);
    for row in 0..rows {
        let words: Vec<String> = all
            .iter()
            .filter_map(|column| column.cells.get(row))
            .filter(|cell| !cell.is_empty())
            .map(|cell| cell.replace('\n', " "))
            .collect();
        super::item(text, &words.join("; "), width);
    }
}

/// Names, each with its meaning below.
fn stacked(text: &mut String, names: &Prepared<'_>, meanings: &Prepared<'_>, width: usize) {
    for (name, meaning) in names.texts.iter().zip(&meanings.texts) {
        super::paragraph(text, name, width);
        for line in lines(meaning, width - INDENT) {
            text.push_str(&format!("{:INDENT$}{line}\n", ""));
        }
    }
}

/// Columns side by side; headings that say nothing take no line.
fn aligned<'a>(text: &mut String, group: impl Iterator<Item = &'a Prepared<'a>>, width: usize) {
    let group: Vec<&Prepared<'_>> = group.collect();
    let mut table = comfy_table::Table::new();
    table
        .load_style(TableStyle::new())
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(width.clamp(20, 500) as u16);
    if group.iter().any(|column| !column.heading.is_empty()) {
        table.set_header(group.iter().map(|column| &column.heading));
    }
    for row in 0..group.iter().map(|column| column.cells.len()).max().unwrap_or(0) {
        let cell = |column: &&Prepared<'_>| column.cells.get(row).cloned().unwrap_or_default();
        table.add_row(group.iter().map(cell));
    }
    for (column, prepared) in table.column_iter_mut().zip(&group) {
        column.set_cell_alignment(match prepared.numeric {
            true => CellAlignment::Right,
            false => CellAlignment::Left,
        });
    }
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
}
