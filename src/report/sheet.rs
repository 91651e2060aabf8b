//! Tables with many columns: as many tables below each other as the width needs, each with the names of the rows.

use super::{Align, Table, wrap};

/// A table under construction, column by column.
pub(super) struct Sheet {
    heading: String,
    names: Vec<String>,
    columns: Vec<(String, Vec<String>)>,
}

impl Sheet {
    /// A table with these names of rows.
    pub(super) fn new(heading: &str, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self {
            heading: heading.to_owned(),
            names: names.into_iter().map(Into::into).collect(),
            columns: Vec::new(),
        }
    }

    /// Adds a column of numbers.
    pub(super) fn column(&mut self, heading: &str, cells: impl IntoIterator<Item = String>) -> &mut Self {
        self.columns
            .push((heading.to_owned(), cells.into_iter().collect()));
        self
    }

    /// The table as text of at most `width` columns.
    pub(super) fn render(&self, width: usize) -> String {
        let longest = self.names.iter().map(|name| columns_of(name)).max().unwrap_or(0);
        let room = longest.max(columns_of(&self.heading)).min((width / 3).max(12));
        let names: Vec<String> = self.names.iter().map(|name| wrap(name, room)).collect();
        let taken = names
            .iter()
            .map(|name| columns_of(name))
            .max()
            .unwrap_or(0)
            .max(room)
            + PADDING;
        let mut text = String::new();
        let (mut group, mut used): (Vec<&(String, Vec<String>)>, usize) = (Vec::new(), taken);
        for column in &self.columns {
            let needed = width_of(column) + PADDING;
            if !group.is_empty() && used + needed > width {
                text.push_str(&self.table(&names, &group, width));
                group.clear();
                used = taken;
            }
            group.push(column);
            used += needed;
        }
        text.push_str(&self.table(&names, &group, width));
        text
    }

    fn table(&self, names: &[String], columns: &[&(String, Vec<String>)], width: usize) -> String {
        let headings: Vec<String> = columns
            .iter()
            .map(|column| wrap(&column.0, width_of(column)))
            .collect();
        let mut all = vec![(self.heading.as_str(), Align::Left)];
        all.extend(headings.iter().map(|heading| (heading.as_str(), Align::Right)));
        let mut table = Table::new(&all);
        for (row, name) in names.iter().enumerate() {
            let cells = columns
                .iter()
                .map(|(_, cells)| cells.get(row).cloned().unwrap_or_default());
            table.row(std::iter::once(name.clone()).chain(cells));
        }
        table.render(width)
    }
}

/// Columns between two cells.
const PADDING: usize = 2;

/// Columns of the widest line.
fn columns_of(text: &str) -> usize {
    text.lines()
        .map(unicode_width::UnicodeWidthStr::width)
        .max()
        .unwrap_or(0)
}

/// What a column needs: its widest cell and the longest word of its heading.
fn width_of((heading, cells): &(String, Vec<String>)) -> usize {
    let word = heading.split(' ').map(columns_of).max().unwrap_or(0);
    cells
        .iter()
        .map(|cell| columns_of(cell))
        .max()
        .unwrap_or(0)
        .max(word)
}
