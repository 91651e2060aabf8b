//! Tables of a sweep: indices, their convergence, the design, conditions of cases.

use crate::{
    analysis::sweep::{
        BoxEnd, BoxLimit, Conditions, OutcomeKind, OutcomeStudy, PeelingStep, Study, StudyIndex,
    },
    table::{Column, Schema, Table},
};

/// An index and what it belongs to.
pub struct IndexRow {
    outcome: String,
    unit: &'static str,
    runs: usize,
    inputs: [String; 2],
    index: StudyIndex,
}

/// `indices` and `convergence` have the same columns.
const INDEX_COLUMNS: &[Column<IndexRow>] = &[
    Column::word("outcome", "selector of the outcome, with its option", |row| {
        row.outcome.clone()
    }),
    Column::word("unit", "unit of the outcome", |row| row.unit.to_owned()),
    Column::whole(
        "runs",
        "design points, or paths, that the index comes from",
        |row| Some(row.runs as i64),
    ),
    Column::word("index", "name of the index", |row| row.index.index.to_owned()),
    Column::word("input", "parameter path of the input", |row| {
        row.inputs[0].clone()
    }),
    Column::word("second_input", "of a pair, the other input", |row| {
        row.inputs[1].clone()
    }),
    Column::number("value", "", "estimate", |row| Some(row.index.value)),
    Column::number("low", "", "lower end of its 95 % interval", |row| {
        row.index.interval.map(|[low, _]| low)
    }),
    Column::number("high", "", "upper end of its 95 % interval", |row| {
        row.index.interval.map(|[_, high]| high)
    }),
    Column::word("note", "what to know when reading it", |row| {
        row.index.note.clone().unwrap_or_default()
    }),
];

/// `indices`.
pub static INDICES: Schema<IndexRow> = Schema {
    name: "indices",
    meaning: "One row per outcome, index and input, or pair of inputs, from all runs.",
    columns: INDEX_COLUMNS,
};

/// `convergence`.
pub static CONVERGENCE: Schema<IndexRow> = Schema {
    name: "convergence",
    meaning: "Every index from an eighth, a quarter, a half and all of the runs.",
    columns: INDEX_COLUMNS,
};

fn index_rows(study: &Study, outcome: &OutcomeStudy, runs: usize, indices: &[StudyIndex]) -> Vec<IndexRow> {
    let path = |index: &StudyIndex, position: usize| {
        let input = index
            .inputs
            .get(position)
            .and_then(|input| study.inputs.get(*input));
        input.map_or_else(String::new, |input| input.path.clone())
    };
    indices
        .iter()
        .map(|index| IndexRow {
            outcome: outcome.outcome.clone(),
            unit: outcome.unit.key(),
            runs,
            inputs: [path(index, 0), path(index, 1)],
            index: index.clone(),
        })
        .collect()
}

/// A design point or path; its inputs and outcomes are columns that each design adds.
pub struct DesignRow(usize);

/// `design`, without the columns of inputs and outcomes.
pub static DESIGN: Schema<DesignRow> = Schema {
    name: "design",
    meaning: "One row per design point, or path of the run. Behind these columns stands one for every input, named by its \
              path and in its unit, one for every outcome, named by its selector, and its Monte Carlo standard error, \
              `mcse:` before the selector, where it has one.",
    columns: &[Column::whole(
        "row",
        "number of the design point or path, from 1",
        |row| Some(row.0 as i64),
    )],
};

fn design(study: &Study) -> Table {
    let outcomes = || study.outcomes.iter().filter(|outcome| !outcome.values.is_empty());
    let rows = outcomes().map(|outcome| outcome.values.len()).max().unwrap_or(0);
    let mut table = DESIGN.table((1..=rows).map(DesignRow));
    let mut push = |name: &str, unit: &str, meaning: &str, value: &dyn Fn(usize) -> Option<f64>| {
        table.push(name, unit, meaning, (0..rows).map(value));
    };
    for input in study.inputs.iter().filter(|input| !input.values.is_empty()) {
        push(&input.path, input.unit, "input", &|row| {
            input.values.get(row).copied()
        });
    }
    for outcome in outcomes() {
        let unit = outcome.unit.key();
        push(&outcome.outcome, unit, "outcome", &|row| {
            outcome.values.get(row).copied()
        });
        if !outcome.errors.is_empty() {
            let name = format!("mcse:{}", outcome.outcome);
            let error = |row: usize| outcome.errors.get(row).copied().flatten();
            push(&name, unit, "Monte Carlo standard error of the outcome", &error);
        }
    }
    table
}

/// A range of a box or leaf, with how good the box or leaf is.
pub struct BoxRow {
    kind: &'static str,
    number: usize,
    input: String,
    limit: Option<BoxLimit>,
    found: Conditions,
}

impl BoxRow {
    fn low(&self) -> Option<BoxEnd> {
        self.limit.as_ref()?.low
    }

    fn high(&self) -> Option<BoxEnd> {
        self.limit.as_ref()?.high
    }

    fn low_range(&self, end: usize) -> Option<f64> {
        self.low()?.range?.get(end).copied()
    }

    fn high_range(&self, end: usize) -> Option<f64> {
        self.high()?.range?.get(end).copied()
    }

    /// Mean, 5 % and 95 % point.
    fn coverage_outside(&self, position: usize) -> Option<f64> {
        self.found.coverage_outside?.get(position).copied()
    }

    /// As [`coverage_outside`](Self::coverage_outside).
    fn density_outside(&self, position: usize) -> Option<f64> {
        self.found.density_outside?.get(position).copied()
    }
}

/// `boxes`.
pub static BOXES: Schema<BoxRow> = Schema {
    name: "boxes",
    meaning: "One row per range of a box or of a leaf of the tree; one without ranges has one row.",
    columns: &[
        Column::word("kind", "`box` (PRIM) or `leaf` (CART)", |row| row.kind.to_owned()),
        Column::whole("number", "number of the box or leaf, from 1", |row| {
            Some(row.number as i64)
        }),
        Column::word("input", "parameter path of the input", |row| row.input.clone()),
        Column::number(
            "low",
            "",
            "lower end of the range, in the unit of the input",
            |row| Some(row.low()?.value),
        ),
        Column::nth(
            "low_p05",
            "",
            "its 5 % point over resamples",
            BoxRow::low_range,
            0,
        ),
        Column::nth(
            "low_p95",
            "",
            "its 95 % point over resamples",
            BoxRow::low_range,
            1,
        ),
        Column::number("high", "", "upper end of the range", |row| {
            Some(row.high()?.value)
        }),
        Column::nth(
            "high_p05",
            "",
            "its 5 % point over resamples",
            BoxRow::high_range,
            0,
        ),
        Column::nth(
            "high_p95",
            "",
            "its 95 % point over resamples",
            BoxRow::high_range,
            1,
        ),
        Column::number(
            "quasi_p",
            "share",
            "probability of as many cases if this range did not matter",
            |row| row.limit.as_ref()?.quasi_p,
        ),
        Column::number(
            "reproducibility",
            "share",
            "part of the resamples that restrict this input",
            |row| row.limit.as_ref()?.reproducibility,
        ),
        Column::whole("paths", "paths inside", |row| Some(row.found.paths as i64)),
        Column::whole("cases", "cases among them", |row| Some(row.found.cases as i64)),
        Column::number("coverage", "share", "part of all cases that lie inside", |row| {
            Some(row.found.coverage)
        }),
        Column::number(
            "density",
            "share",
            "part of the paths inside that are cases",
            |row| Some(row.found.density),
        ),
        Column::number("mass", "share", "part of all paths that lie inside", |row| {
            Some(row.found.mass)
        }),
        Column::number(
            "coverage_outside",
            "share",
            "mean coverage on paths that resampled searches have not seen",
            |row| row.found.coverage_outside.map(|values| values[0]),
        ),
        Column::nth(
            "coverage_outside_p05",
            "share",
            "its 5 % point",
            BoxRow::coverage_outside,
            1,
        ),
        Column::nth(
            "coverage_outside_p95",
            "share",
            "its 95 % point",
            BoxRow::coverage_outside,
            2,
        ),
        Column::number(
            "density_outside",
            "share",
            "mean density on paths that resampled searches have not seen",
            |row| row.found.density_outside.map(|values| values[0]),
        ),
        Column::nth(
            "density_outside_p05",
            "share",
            "its 5 % point",
            BoxRow::density_outside,
            1,
        ),
        Column::nth(
            "density_outside_p95",
            "share",
            "its 95 % point",
            BoxRow::density_outside,
            2,
        ),
        Column::number(
            "p",
            "share",
            "probability of so good a box among shuffled cases",
            |row| row.found.p,
        ),
    ],
};

fn box_rows(study: &Study, kind: &'static str, list: &[Conditions]) -> Vec<BoxRow> {
    let mut rows = Vec::new();
    for (number, found) in (1..).zip(list) {
        let mut row = |limit: Option<&BoxLimit>| {
            let input = limit.and_then(|limit| study.inputs.get(limit.input));
            rows.push(BoxRow {
                kind,
                number,
                input: input.map_or_else(String::new, |input| input.path.clone()),
                limit: limit.cloned(),
                found: found.clone(),
            });
        };
        if found.limits.is_empty() {
            row(None);
        }
        found.limits.iter().for_each(|limit| row(Some(limit)));
    }
    rows
}

/// A step of the peeling, with one of its ranges.
pub struct PeelingRow {
    step: PeelingStep,
    input: String,
    ends: [Option<f64>; 2],
}

/// `peeling`.
pub static PEELING: Schema<PeelingRow> = Schema {
    name: "peeling",
    meaning: "One row per range of every step of the peeling that led to a box: the trade-off between coverage and density; a step \
              without ranges has one row.",
    columns: &[
        Column::whole("number", "number of the box that it led to, from 1", |row| {
            Some(row.step.number as i64)
        }),
        Column::whole(
            "step",
            "step of the peeling, as --step takes it; 0 is all paths that were left",
            |row| Some(row.step.step as i64),
        ),
        Column::word("chosen", "`yes` where the box began", |row| {
            if row.step.chosen { "yes" } else { "no" }.to_owned()
        }),
        Column::word("input", "parameter path of a restricted input", |row| {
            row.input.clone()
        }),
        Column::number(
            "low",
            "",
            "lower end of its range, in the unit of the input",
            |row| row.ends[0],
        ),
        Column::number("high", "", "upper end of its range", |row| row.ends[1]),
        Column::number("coverage", "share", "part of all cases that lie inside", |row| {
            Some(row.step.coverage)
        }),
        Column::number(
            "density",
            "share",
            "part of the paths inside that are cases",
            |row| Some(row.step.density),
        ),
        Column::number("mass", "share", "part of all paths that lie inside", |row| {
            Some(row.step.mass)
        }),
    ],
};

fn peeling_rows(study: &Study, steps: &[PeelingStep]) -> Vec<PeelingRow> {
    let row = |step: &PeelingStep, limit: Option<&(usize, Option<f64>, Option<f64>)>| PeelingRow {
        step: step.clone(),
        input: limit
            .and_then(|(input, ..)| study.inputs.get(*input))
            .map_or_else(String::new, |input| input.path.clone()),
        ends: limit.map_or([None; 2], |(_, low, high)| [*low, *high]),
    };
    let rows = |step: &PeelingStep| -> Vec<PeelingRow> {
        match step.limits.as_slice() {
            [] => vec![row(step, None)],
            limits => limits.iter().map(|limit| row(step, Some(limit))).collect(),
        }
    };
    steps.iter().flat_map(rows).collect()
}

/// The indices of a study.
pub fn indices(study: &Study) -> Table {
    let runs = match study.outcome_kind {
        OutcomeKind::StatisticOverFutures => study.runs,
        OutcomeKind::SinglePath => study.paths as usize,
    };
    INDICES.table(
        study
            .outcomes
            .iter()
            .flat_map(|outcome| index_rows(study, outcome, runs, &outcome.indices)),
    )
}

/// The tables of a study, the leading one first.
pub fn tables(study: &Study) -> Vec<Table> {
    let convergence = study.outcomes.iter().flat_map(|outcome| {
        let parts = outcome.convergence.iter();
        parts.flat_map(|part| index_rows(study, outcome, part.runs, &part.indices))
    });
    let mut tables = vec![indices(study), CONVERGENCE.table(convergence)];
    // The paths of an ordinary run are given in full by --paths-out.
    if study.method != crate::analysis::sweep::GIVEN_DATA {
        tables.push(design(study));
    }
    if let Some(discovery) = &study.discovery {
        let mut rows = box_rows(study, "box", &discovery.boxes);
        rows.extend(box_rows(study, "leaf", &discovery.leaves));
        tables.insert(0, BOXES.table(rows));
        tables.insert(1, PEELING.table(peeling_rows(study, &discovery.peeling)));
    }
    tables
}
