//! The digitalization matrix: scores side by side, how far two economies are apart, and the figures behind.

use crate::{
    base::{Economy, Element},
    history::{Gap, Matrix},
    report::{
        document::{Cell, Column, Document, Section, Table},
        number::percent,
    },
};

/// The scores of some economies; of two also their gaps, the largest first.
pub fn matrix_document(matrix: &Matrix, economies: &[Economy]) -> Document {
    let names: Vec<&str> = economies.iter().map(Economy::name).collect();
    Document {
        title: format!("Digitalization matrix around {}: {}", matrix.year, names.join(", ")),
        sections: vec![
            Section::brief("scores", "")
                .table(match economies {
                    [first, second] => gaps(matrix, (*first, *second)),
                    _ => scores(matrix, economies),
                })
                .note(
                    "Scores run from 0.02 to 0.98: the weighted mean of indicators between fixed goalposts. A percentage below a score is the part \
                     of the indicators' weight that had data; ? marks an element without any, where the lowest score of the others is assumed.",
                )
                .note(match economies {
                    [_, _] => "The relative gap is ln(second / first).",
                    _ => "",
                }),
            Section::full("figures", "Figures behind the scores")
                .table(Table {
                    columns: vec![
                        Column::words("Indicator"),
                        Column::words("Economy"),
                        Column::numbers("Year", ""),
                        Column::numbers("Value", ""),
                        Column::words("Status"),
                        Column::words("Source"),
                    ],
                    rows: matrix
                        .indicators
                        .iter()
                        .flat_map(|indicator| economies.iter().map(move |economy| (indicator, *economy)))
                        .filter_map(|(indicator, economy)| {
                            let figure = matrix.figure(&indicator.key, economy)?;
                            Some(vec![
                                Cell::words(&indicator.label),
                                Cell::words(economy.code()),
                                Cell::told(figure.year.to_string(), figure.year.into()),
                                Cell::told(figure.value.to_string(), figure.value),
                                Cell::words(&figure.status),
                                Cell::words(format!("{}, {}", figure.source, figure.locator)),
                            ])
                        })
                        .collect(),
                    ..Table::default()
                })
                .note("`ratio only`: the source gives a ratio between the two economies, which is used."),
        ],
        ..Document::default()
    }
}

/// A score, marked where it is an assumption or rests on part of the indicators.
fn score(matrix: &Matrix, economy: Economy, element: Element) -> Cell {
    let Some(scores) = matrix.economy(economy) else {
        return Cell::words("");
    };
    let score = scores[element.index()];
    let mark = match score.assumed {
        true => "?".to_owned(),
        false if score.coverage < 1.0 => format!("\n({})", percent(score.coverage)),
        false => String::new(),
    };
    Cell::told(format!("{:.2}{mark}", score.value), score.value)
}

/// Elements and the scores of economies.
fn scores(matrix: &Matrix, economies: &[Economy]) -> Table {
    let row = |element: Element| {
        std::iter::once(Cell::words(element.key()))
            .chain(economies.iter().map(|economy| score(matrix, *economy, element)))
            .collect()
    };
    Table {
        columns: std::iter::once(Column::words("Element"))
            .chain(
                economies
                    .iter()
                    .map(|economy| Column::numbers(economy.name(), "")),
            )
            .collect(),
        rows: Element::ALL.into_iter().map(row).collect(),
        ..Table::default()
    }
}

/// The scores of two economies and how far they are apart, the largest gap first.
fn gaps(matrix: &Matrix, (first, second): (Economy, Economy)) -> Table {
    let mut table = scores(matrix, &[first, second]);
    table.columns.extend([
        Column::numbers("Relative gap", ""),
        Column::words("Leads"),
        Column::numbers("By a factor of", ""),
    ]);
    let row = |gap: &Gap| {
        let mut cells = std::mem::take(&mut table.rows[gap.element]);
        let factor = libm::exp(gap.relative.abs());
        cells.extend([
            Cell::told(format!("{:+.2}", gap.relative), gap.relative),
            Cell::words(if gap.relative > 0.0 { second } else { first }.name()),
            Cell::told(format!("{factor:.2}"), factor),
        ]);
        cells
    };
    let gaps = matrix.complementarity(first, second).unwrap_or_default();
    table.rows = gaps.iter().map(row).collect();
    table
}
