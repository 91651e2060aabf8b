//! Aligned tables for the terminal, one look for every command.

use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, TableStyle};

/// How a column is aligned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// A table under construction.
pub struct Table(comfy_table::Table);

impl Table {
    /// A table with these headings.
    pub fn new(headings: &[(&str, Align)]) -> Self {
        let mut table = comfy_table::Table::new();
        table
            .load_style(TableStyle::new())
            .set_content_arrangement(ContentArrangement::Dynamic);
        table.set_header(headings.iter().map(|(heading, _)| *heading));
        for (column, (_, align)) in table.column_iter_mut().zip(headings) {
            column.set_cell_alignment(match align {
                Align::Left => CellAlignment::Left,
                Align::Right => CellAlignment::Right,
            });
        }
        Self(table)
    }

    /// Never breaks the cells of a column.
    pub fn keep(mut self, column: usize) -> Self {
        if let Some(column) = self.0.column_mut(column) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
        self
    }

    /// Adds a row.
    pub fn row(&mut self, cells: impl IntoIterator<Item = impl Into<String>>) -> &mut Self {
        self.0.add_row(cells.into_iter().map(Into::<String>::into));
        self
    }

    /// The table as text of at most `width` columns, each line ending in a line feed.
    pub fn render(mut self, width: usize) -> String {
        self.0.set_width(width.clamp(20, 500) as u16);
        let mut text = String::new();
        for line in self.0.lines() {
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }
}
