//! The parts that close every page: what was assumed, how it was computed, how to repeat it.

use crate::{
    report::{
        Record, count,
        document::{Cell, Column, Fact, Reproduce, Section, Table},
        escape, significant,
        words::in_brief,
    },
    scenario::{Grade, Input, Origin},
    stats::{GROUP, LEAST_GROUPS},
};

/// How the futures without levers arise.
pub(in crate::report) const FUTURES: &str = "Baseline. GDP and the digital share of GDP of each economy start at the published level of the base year. Their yearly \
     changes keep to a drift that is estimated, with its uncertainty, from the published growth tables and regresses to a \
     long-run rate; yearly shocks are correlated between economies (docs/model.md, sections 2 and 3).";
/// What levers do.
pub(in crate::report) const LEVERS: &str = "Levers. Each lever has a scale, a ramp, a chance of failing, a cost and partners. It raises the six element scores of its \
     partners by learning from whoever is ahead and by what they create together; scores raise the digital share and GDP with a \
     delay. Levers that work through trade add to trade and its income. Political tension takes a part of the delivery; partners \
     without people and networks absorb less (docs/model.md, sections 4 to 7).";
/// What an option is compared on.
pub(in crate::report) const DIFFERENCES: &str = "Differences. An option and the baseline are evaluated on the same futures: the same shocks, the same tensions, the same \
     draws of every uncertain number. What differs is what the levers do.";
/// How money is counted.
pub(in crate::report) const MONEY: &str = "Money. Present values at the scenario's discount rate, in prices of the base year, discounted to the year named. Extra GDP \
     is the benefit, cost is that of the public; the extra digital economy stands beside and is never added.";
/// What a range says, and what it does not.
pub(in crate::report) const INTERVALS: &str = "What the intervals mean. A band holds 50 % or 90 % of the futures that the model thinks possible, given its assumptions. It \
     is not the error of the simulation, which is far smaller and shrinks with more futures. The model's own errors, and what \
     nobody thought of, are in no band. The hindcast (jointly backtest) says how well past intervals would have done.";

/// How exact the numbers of a page are.
pub(in crate::report) fn errors(paths: u64, sketch_error: f64, where_they_stand: &str) -> String {
    format!(
        "Errors of the numbers. Medians and other quantiles come from {} futures with a histogram whose relative error is at most {} %; \
         {where_they_stand}. {}",
        count(paths),
        significant(100.0 * sketch_error),
        spread(paths)
    )
}

/// What Monte Carlo errors of so many futures come from.
fn spread(paths: u64) -> String {
    let groups = paths.div_ceil(GROUP as u64);
    if (groups as f64) < LEAST_GROUPS {
        return "So few futures are taken as independent; Monte Carlo errors are rather too large than too small."
            .to_owned();
    }
    format!(
        "Monte Carlo errors of means, shares and ratios come from the spread between {} groups of {GROUP} futures; those of quantiles are \
         of independent futures, rather too large than too small.",
        count(groups)
    )
}

/// The part on methods.
pub(in crate::report) fn methods(paragraphs: impl IntoIterator<Item = String>) -> Section {
    Section::folded("methods", "Methods").sentences(paragraphs)
}

/// How to get the same numbers again.
pub(in crate::report) fn reproduce(record: &Record, command: &str, paths: u64) -> Reproduce {
    let mut facts = vec![
        Fact::new("Version", format!("jointly {}", env!("CARGO_PKG_VERSION"))),
        Fact::new("Seed", record.seed.to_string()),
        Fact::new("Futures", paths.to_string()),
        Fact::new("Money", record.money.words()),
    ];
    facts.extend(
        record
            .files
            .iter()
            .map(|file| Fact::new(format!("SHA-256 of {}", escape(&file.name)), &file.sha256)),
    );
    Reproduce {
        command: command.to_owned(),
        facts,
    }
}

/// Every number that went in, with grade and source.
pub(in crate::report) fn assumptions(record: &Record) -> Section {
    let (assumed, others): (Vec<&Input>, Vec<&Input>) = record
        .scenario
        .inputs
        .iter()
        .partition(|input| input.origin.is_assumption());
    let mut paragraphs = vec![
        "Every number that went in. Those marked “assumption” are judgment or were set for this scenario; the others were read in a \
         source or are conventions. Uncertain numbers show their median and, in brackets, their 5 % and 95 % points. jointly explain \
         PATH gives the meaning and the reason of each."
            .to_owned(),
    ];
    paragraphs.extend(
        record
            .data_assumptions
            .iter()
            .map(|sentence| format!("Assumption: {sentence}")),
    );
    Section::folded("assumptions", "Assumptions")
        .sentences(paragraphs)
        .table(inputs_table(format!("Assumptions ({})", assumed.len()), &assumed))
        .table(inputs_table(
            format!("Figures and conventions ({})", others.len()),
            &others,
        ))
}

/// The grade of a number, marked if it is an assumption, and its source.
pub(in crate::report) fn origin_words(origin: &Origin) -> (String, String) {
    let (grade, source) = match origin {
        Origin::Default { grade, source, .. } => (
            match grade {
                Grade::A => "A",
                Grade::B => "B",
                Grade::J => "judgment",
                Grade::Convention => "convention",
            },
            source.clone(),
        ),
        Origin::File(name) => ("set", format!("set in {}", escape(name))),
        Origin::CommandLine => ("set", "set on the command line".to_owned()),
    };
    let mark = if origin.is_assumption() {
        format!("assumption, {grade}")
    } else {
        grade.to_owned()
    };
    (mark, source)
}

/// Inputs with value, unit, grade and source; the same default for many economies, pairs or levers is one row.
fn inputs_table(title: String, inputs: &[&Input]) -> Table {
    let mut rows: Vec<(Vec<String>, Vec<Cell>)> = Vec::new();
    let mut keys: Vec<(&str, String, String)> = Vec::new();
    for input in inputs {
        let pattern = input
            .parameter()
            .map_or(input.path.as_str(), |parameter| parameter.row().path);
        let unit = input.unit();
        let (mark, source) = origin_words(&input.origin);
        let value = in_brief(&input.value);
        let key = (pattern, value.clone(), source.clone());
        if let (Origin::Default { .. }, Some(position)) =
            (&input.origin, keys.iter().position(|other| *other == key))
        {
            rows[position].0.push(input.path.clone());
            continue;
        }
        keys.push(key);
        rows.push((
            vec![input.path.clone()],
            vec![
                Cell::words(format!("{value} {unit}").trim_end()),
                Cell::words(mark),
                Cell::words(source),
            ],
        ));
    }
    Table {
        title,
        columns: ["Input", "Value", "Grade", "Source"]
            .map(Column::words)
            .to_vec(),
        rows: rows
            .into_iter()
            .zip(keys)
            .map(|((paths, mut cells), (pattern, ..))| {
                let name = match paths.as_slice() {
                    [path] => path.clone(),
                    paths => format!("{pattern} ({} of them)", paths.len()),
                };
                cells.insert(0, Cell::words(name));
                cells
            })
            .collect(),
        note: "Grades: A read in the study or on the issuer's page, B read in a secondary page, judgment informed by the named evidence, \
               convention for what is not an empirical quantity, set for numbers of this scenario."
            .to_owned(),
    }
}
