//! A document as Markdown: sections as headings, tables with pipes, charts as the tables of their numbers.

use super::{
    document::{Block, Document, Table},
    escape,
    terminal::Shown,
};

/// A document as Markdown (CommonMark with tables). Of charts among which a reader chooses the first is written.
pub fn render(document: &Document, shown: &Shown) -> String {
    let document = &document.with_headings();
    let mut text = format!("# {}\n", words(&document.title));
    paragraph(&mut text, &document.question);
    for fact in &document.facts {
        text.push_str(&format!("\n- {}: {}", words(&fact.label), words(&fact.value)));
    }
    text.push('\n');
    for section in document.sections.iter().filter(|section| shown.shows(section)) {
        if !section.heading.is_empty() {
            text.push_str(&format!("\n## {}\n", words(&section.heading)));
        }
        for block in &section.blocks {
            match block {
                Block::Sentence(sentence) => paragraph(&mut text, sentence),
                Block::Note(note) => text.push_str(&format!("\n> {}\n", words(note))),
                Block::Table(found) => {
                    if found.title != section.heading {
                        titled(&mut text, &found.title);
                    }
                    table(&mut text, found);
                }
                Block::Charts(charts) => {
                    for figure in charts.first().0 {
                        titled(&mut text, &figure.chart.title);
                        paragraph(&mut text, &figure.chart.description);
                        table(&mut text, &Table::of_chart(&figure.chart));
                    }
                }
            }
        }
    }
    let reproduce = &document.reproduce;
    if !reproduce.command.is_empty() {
        let command = escape(&reproduce.command);
        // A fence longer than any run of backticks in the command.
        let longest = command
            .split(|character| character != '`')
            .map(str::len)
            .max()
            .unwrap_or(0);
        let fence = "`".repeat(longest.max(2) + 1);
        text.push_str(&format!(
            "\n## How to reproduce\n\n{fence}sh\n{command}\n{fence}\n"
        ));
        for fact in &reproduce.facts {
            text.push_str(&format!("\n- {}: {}", words(&fact.label), words(&fact.value)));
        }
        text.push('\n');
    }
    text
}

fn paragraph(text: &mut String, sentence: &str) {
    if !sentence.is_empty() {
        text.push_str(&format!("\n{}\n", words(sentence)));
    }
}

fn titled(text: &mut String, title: &str) {
    if !title.is_empty() {
        text.push_str(&format!("\n**{}**\n", words(title)));
    }
}

fn table(text: &mut String, table: &Table) {
    let row = |cells: &mut dyn Iterator<Item = String>| -> String {
        cells.fold("|".to_owned(), |row, cell| format!("{row} {cell} |")) + "\n"
    };
    text.push('\n');
    text.push_str(&row(&mut table.columns.iter().map(|column| {
        match column.unit.as_str() {
            "" => words(&column.label),
            unit => words(&format!("{}, {unit}", column.label)),
        }
    })));
    text.push_str(&row(&mut table
        .columns
        .iter()
        .map(|column| if column.numeric { "--:" } else { "---" }.to_owned())));
    for cells in &table.rows {
        text.push_str(&row(&mut cells.iter().map(|cell| {
            let lines: Vec<String> = cell.text.split('\n').map(words).collect();
            lines.join("<br>")
        })));
    }
    paragraph(text, &table.note);
}

/// A text of anybody on one line, in which nothing is markup.
fn words(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let lines: Vec<&str> = text.split_whitespace().collect();
    for (position, character) in escape(&lines.join(" ")).chars().enumerate() {
        let markup = "\\`*_[]<>|~&#".contains(character);
        // At the start of a line these begin a list.
        if markup || (position == 0 && "+-=".contains(character)) {
            written.push('\\');
        }
        written.push(character);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{
        chart::Format,
        document::{Cell, Column, Fact, Reproduce, Section},
    };

    #[test]
    fn a_document_becomes_headings_tables_and_nothing_that_a_name_smuggles_in() {
        let table = Table {
            title: "Options".to_owned(),
            columns: vec![Column::words("Option"), Column::numbers("Cost", "USD bn")],
            rows: vec![vec![
                Cell::words("a|b <script>"),
                Cell {
                    text: "13.1\n2 to 40".to_owned(),
                    value: Some(13.1),
                },
            ]],
            note: "Means.".to_owned(),
        };
        let document = Document {
            title: "Pilots\n# not a heading".to_owned(),
            question: "- What?".to_owned(),
            facts: vec![Fact::new("Futures", Format::Number.text(10_000.0))],
            sections: vec![
                Section::brief("answer", "In short").sentence("Yes.").table(table),
                Section::full("why", "Why").note("Because."),
            ],
            reproduce: Reproduce {
                command: "jointly run `x`".to_owned(),
                facts: Vec::new(),
            },
        };
        let expected = "# Pilots \\# not a heading\n\n\\- What?\n\n- Futures: 10,000\n\n## In short\n\nYes.\n\n**Options**\n\n\
                        | Option | Cost, USD bn |\n| --- | --: |\n| a\\|b \\<script\\> | 13.1<br>2 to 40 |\n\nMeans.\n\n\
                        ## How to reproduce\n\n```sh\njointly run `x`\n```\n\n";
        assert_eq!(render(&document, &Shown::Brief), expected);
        assert!(render(&document, &Shown::Full).contains("## Why\n\n> Because.\n"));
    }
}
