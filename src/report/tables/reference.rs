//! Tables of what is built in: lever kinds and their defaults, figures of the digitalization matrix, the audit of a history.

use crate::{
    base::Economy,
    history::{Check, Figure, GrowthBasis, Indicator, Matrix, Row, Score},
    scenario::{CatalogueEntry, Input, LeverKind, Shipped, find_parameter},
    table::{Column, Schema, Table},
};

/// `scenarios`.
pub static SHIPPED_SCENARIOS: Schema<&'static Shipped> = Schema {
    name: "scenarios",
    meaning: "One row per shipped scenario.",
    columns: &[
        Column::word("scenario", "name of the file, without its ending", |one| {
            one.name.to_owned()
        }),
        Column::word("title", "title", |one| one.says("title")),
        Column::word("summary", "question that it answers", |one| one.says("summary")),
        Column::word("extends", "file that it starts from", |one| one.says("extends")),
    ],
};

/// A lever kind, and the levers of the source documents that it covers.
pub struct KindRow {
    kind: &'static LeverKind,
    covers: Vec<String>,
}

/// `lever_kinds`.
pub static LEVER_KINDS: Schema<KindRow> = Schema {
    name: "lever_kinds",
    meaning: "One row per kind of cooperation lever.",
    columns: &[
        Column::word("kind", "name in scenario files", |row| row.kind.name.to_owned()),
        Column::word("title", "title", |row| row.kind.title.clone()),
        Column::word("meaning", "what it is", |row| row.kind.meaning.clone()),
        Column::word("unit", "unit of its scale", |row| row.kind.unit.clone()),
        Column::word("scale_basis", "what a scale is measured by", |row| {
            row.kind.scale_basis.key().to_owned()
        }),
        Column::word("creation_mode", "when it creates capability", |row| {
            row.kind.creation_mode.key().to_owned()
        }),
        Column::number(
            "example_scale",
            "",
            "a scale as an example, in the unit of the kind",
            |row| Some(row.kind.example_scale),
        ),
        Column::word("channels", "what it works through", |row| {
            row.kind.channels().join("; ")
        }),
        Column::word("covers", "levers of the source documents that it covers", |row| {
            row.covers.join(" ")
        }),
    ],
};

/// The kinds of levers.
pub fn lever_kinds(kinds: &'static [LeverKind], catalogue: &[CatalogueEntry]) -> Table {
    LEVER_KINDS.table(kinds.iter().map(|kind| {
        KindRow {
            kind,
            covers: catalogue
                .iter()
                .filter(|entry| entry.kind == kind.name)
                .map(|entry| entry.id.clone())
                .collect(),
        }
    }))
}

/// A default of a lever kind.
pub struct DefaultRow {
    kind: &'static str,
    unit: String,
    input: Input,
}

/// `lever_defaults`.
pub static LEVER_DEFAULTS: Schema<DefaultRow> = Schema {
    name: "lever_defaults",
    meaning: "One row per default of a lever kind.",
    columns: &[
        Column::word("kind", "lever kind", |row| row.kind.to_owned()),
        Column::word("parameter", "parameter", |row| row.input.path.clone()),
        Column::word(
            "value",
            "value or distribution, as a scenario file writes it",
            |row| row.input.value.to_string(),
        ),
        Column::word("unit", "unit", |row| row.unit.clone()),
        Column::number("median", "", "median", |row| Some(row.input.value.quantile(0.5))),
        Column::number("p05", "", "5 % point", |row| Some(row.input.value.quantile(0.05))),
        Column::number("p95", "", "95 % point", |row| {
            Some(row.input.value.quantile(0.95))
        }),
        Column::word(
            "grade",
            "how well it is supported: A, B, J (judgment), - (convention)",
            |row| row.input.origin.parts().0.to_owned(),
        ),
        Column::word("source", "where it comes from", |row| {
            row.input.origin.parts().1.to_owned()
        }),
        Column::word("reason", "why this value", |row| {
            row.input.origin.parts().2.to_owned()
        }),
    ],
};

/// The defaults of a kind.
pub fn lever_defaults(kind: &'static LeverKind) -> Table {
    LEVER_DEFAULTS.table(kind.defaults.iter().map(|input| DefaultRow {
        kind: kind.name,
        unit: lever_unit(kind, input),
        input: input.clone(),
    }))
}

/// The unit of a default of a kind.
pub fn lever_unit(kind: &LeverKind, input: &Input) -> String {
    let parameter = find_parameter(&format!("levers.x.{}", input.path));
    parameter.map_or_else(String::new, |parameter| kind.unit_of(parameter))
}

/// A figure behind a score.
pub struct FigureRow {
    economy: Economy,
    indicator: Indicator,
    score: Score,
    figure: Figure,
}

/// `matrix`.
pub static MATRIX: Schema<FigureRow> = Schema {
    name: "matrix",
    meaning: "One row per economy and indicator of the digitalization matrix.",
    columns: &[
        Column::word("economy", "ISO 3166-1 alpha-3 code", |row| {
            row.economy.code().to_owned()
        }),
        Column::word("element", "element of the matrix", |row| {
            row.indicator.element.key().to_owned()
        }),
        Column::number(
            "score",
            "score",
            "score of the economy in the element, 0 to 1",
            |row| Some(row.score.value),
        ),
        Column::number(
            "coverage",
            "share",
            "part of the weight of the element that had data",
            |row| Some(row.score.coverage),
        ),
        Column::truth("assumed", "whether the score is an assumption", |row| {
            Some(row.score.assumed)
        }),
        Column::word("indicator", "indicator", |row| row.indicator.key.clone()),
        Column::whole("year", "year of the figure", |row| Some(row.figure.year.into())),
        Column::number("value", "", "the figure, in the unit of the indicator", |row| {
            Some(row.figure.value)
        }),
        Column::word("status", "how the figure was read", |row| {
            row.figure.status.to_string()
        }),
        Column::word("source", "source", |row| row.figure.source.clone()),
        Column::word("locator", "where in the source", |row| row.figure.locator.clone()),
    ],
};

/// The figures behind the scores of some economies.
pub fn matrix(matrix: &Matrix, economies: &[Economy]) -> Table {
    let row = |economy: Economy, indicator: &Indicator| {
        let figure = matrix.figure(&indicator.key, economy)?;
        Some(FigureRow {
            economy,
            indicator: indicator.clone(),
            score: matrix.economy(economy)?[indicator.element.index()],
            figure: figure.clone(),
        })
    };
    MATRIX.table(economies.iter().flat_map(|economy| {
        matrix
            .indicators
            .iter()
            .filter_map(|indicator| row(*economy, indicator))
    }))
}

/// `audit`.
pub static AUDIT: Schema<Check> = Schema {
    name: "audit",
    meaning: "One row per pair of printed figures that can be computed from each other.",
    columns: &[
        Column::truth("passed", "whether the figures agree within rounding", |check| {
            Some(check.passed())
        }),
        Column::number("difference", "", "how far they are apart", |check| {
            Some(check.difference)
        }),
        Column::number("tolerance", "", "what rounding allows", |check| {
            Some(check.tolerance)
        }),
        Column::word("what", "what is checked", |check| check.what.clone()),
        Column::word("arithmetic", "the arithmetic", |check| check.arithmetic.clone()),
    ],
};

/// `history`: the table as `--history` reads it, and two columns more.
pub static HISTORY: Schema<Row> = Schema {
    name: "history",
    meaning: "One row per printed figure, in the form that `--history` reads, with what the program uses instead.",
    columns: &[
        Column::word("series", "series", |row| row.series.key.to_owned()),
        Column::word("economy", "ISO 3166-1 alpha-3 code", |row| row.place.clone()),
        Column::whole("year", "year", |row| Some(row.year.into())),
        Column::word("value", "the figure as printed", |row| row.printed.clone()),
        Column::word("unit", "unit of the figure", |row| row.unit.key().to_owned()),
        Column::word(
            "basis",
            "of growth, the year that it is a part of: `start_year` or `end_year`; else `level`",
            |row| history_basis(row).to_owned(),
        ),
        Column::word("status", "how the figure counts", |row| {
            row.status.key().to_owned()
        }),
        Column::word(
            "uncertainty",
            "distribution, where the figure is uncertain",
            |row| row.uncertainty_written.clone(),
        ),
        Column::word("source", "source", |row| row.source.clone()),
        Column::word("locator", "where in the source", |row| row.locator.clone()),
        Column::word("note", "note", |row| row.note.clone()),
        Column::number(
            "used",
            "",
            "what the program uses; of growth on the usual basis, the year before it",
            |row| Some(row.start_year_growth().unwrap_or(row.value)),
        ),
        Column::word("correction", "why it differs from what was printed", |row| {
            row.correction
                .as_ref()
                .map_or_else(String::new, |correction| correction.why.clone())
        }),
    ],
};

/// The basis of a figure, as tables write it.
pub fn history_basis(row: &Row) -> &'static str {
    match row.basis {
        None => "level",
        Some(GrowthBasis::StartYear) => "start_year",
        Some(GrowthBasis::EndYear) => "end_year",
    }
}
