//! Sweeps as files: `indices.csv`, `design.csv`, `convergence.csv`, `boxes.csv`, `sweep.json` (docs/sweep.md).

use serde_json::{Value, json};

use super::{
    RunRecord,
    export::{manifest, pretty, quoted},
};
use crate::analysis::sweep::{BoxEnd, Conditions, OutcomeKind, Study, StudyIndex};

/// A number, or nothing.
fn or_empty(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// `index,input,second_input,value,low,high,note` of an index.
fn index_fields(study: &Study, index: &StudyIndex) -> String {
    let path = |position: usize| {
        let input = index
            .inputs
            .get(position)
            .and_then(|input| study.inputs.get(*input));
        input.map_or_else(String::new, |input| quoted(&input.path))
    };
    format!(
        "{},{},{},{},{},{},{}",
        index.index,
        path(0),
        path(1),
        index.value,
        or_empty(index.interval.map(|[low, _]| low)),
        or_empty(index.interval.map(|[_, high]| high)),
        quoted(index.note.as_deref().unwrap_or(""))
    )
}

/// `indices.csv`: one row per outcome, index and input (or pair), with its 95 % interval.
pub fn indices_csv(study: &Study) -> String {
    let mut text = String::from("outcome,index,input,second_input,value,low,high,note\n");
    for outcome in &study.outcomes {
        for index in &outcome.indices {
            text.push_str(&format!(
                "{},{}\n",
                quoted(&outcome.outcome),
                index_fields(study, index)
            ));
        }
    }
    text
}

/// `design.csv`: one row per design point (or path), inputs in their own units, outcomes, and their Monte Carlo errors.
pub fn design_csv(study: &Study) -> String {
    let inputs = || study.inputs.iter().filter(|input| !input.values.is_empty());
    let outcomes = || study.outcomes.iter().filter(|outcome| !outcome.values.is_empty());
    let mut headings = vec![
        match study.outcome_kind {
            OutcomeKind::StatisticOverFutures => "point",
            OutcomeKind::SinglePath => "path",
        }
        .to_owned(),
    ];
    headings.extend(inputs().map(|input| quoted(&input.path)));
    for outcome in outcomes() {
        headings.push(quoted(&outcome.outcome));
        if !outcome.errors.is_empty() {
            headings.push(quoted(&format!("mcse:{}", outcome.outcome)));
        }
    }
    let mut text = headings.join(",");
    text.push('\n');
    let rows = outcomes().map(|outcome| outcome.values.len()).max().unwrap_or(0);
    for row in 0..rows {
        let mut fields = vec![(row + 1).to_string()];
        fields.extend(inputs().map(|input| or_empty(input.values.get(row).copied())));
        for outcome in outcomes() {
            fields.push(or_empty(outcome.values.get(row).copied()));
            if !outcome.errors.is_empty() {
                fields.push(or_empty(outcome.errors.get(row).copied().flatten()));
            }
        }
        text.push_str(&fields.join(","));
        text.push('\n');
    }
    text
}

/// `convergence.csv`: every index from n/8, n/4, n/2 and n runs.
pub fn convergence_csv(study: &Study) -> String {
    let mut text = String::from("outcome,runs,index,input,second_input,value,low,high,note\n");
    for outcome in &study.outcomes {
        for part in &outcome.convergence {
            for index in &part.indices {
                text.push_str(&format!(
                    "{},{},{}\n",
                    quoted(&outcome.outcome),
                    part.runs,
                    index_fields(study, index)
                ));
            }
        }
    }
    text
}

/// `boxes.csv`: one row per range of a box or of a leaf of the tree; a leaf without ranges has one row.
pub fn boxes_csv(study: &Study) -> String {
    let mut text = String::from(
        "kind,number,input,low,low_p05,low_p95,high,high_p05,high_p95,quasi_p,reproducibility,paths,cases,coverage,density,\
         coverage_outside,coverage_outside_p05,coverage_outside_p95,density_outside,density_outside_p05,density_outside_p95,p\n",
    );
    let Some(discovery) = &study.discovery else {
        return text;
    };
    let end = |end: Option<BoxEnd>| {
        format!(
            "{},{},{}",
            or_empty(end.map(|end| end.value)),
            or_empty(end.and_then(|end| end.range).map(|[low, _]| low)),
            or_empty(end.and_then(|end| end.range).map(|[_, high]| high))
        )
    };
    let outside = |spread: Option<[f64; 3]>| {
        spread.map_or_else(
            || ",,".to_owned(),
            |[mean, low, high]| format!("{mean},{low},{high}"),
        )
    };
    let mut rows = |kind: &str, list: &[Conditions]| {
        for (number, conditions) in list.iter().enumerate() {
            let counts = format!(
                "{},{},{},{},{},{},{}",
                conditions.paths,
                conditions.cases,
                conditions.coverage,
                conditions.density,
                outside(conditions.coverage_outside),
                outside(conditions.density_outside),
                or_empty(conditions.p)
            );
            let about = format!("{kind},{}", number + 1);
            if conditions.limits.is_empty() {
                text.push_str(&format!("{about},,,,,,,,,,{counts}\n"));
            }
            for limit in &conditions.limits {
                let path = study
                    .inputs
                    .get(limit.input)
                    .map_or_else(String::new, |input| quoted(&input.path));
                text.push_str(&format!(
                    "{about},{path},{},{},{},{},{counts}\n",
                    end(limit.low),
                    end(limit.high),
                    or_empty(limit.quasi_p),
                    or_empty(limit.reproducibility)
                ));
            }
        }
    };
    rows("box", &discovery.boxes);
    rows("leaf", &discovery.leaves);
    text
}

/// `sweep.json`: how to repeat the sweep, and the whole study; values of single paths stand in `design.csv` only.
pub fn sweep_json(study: &Study, record: &RunRecord<'_>) -> String {
    let mut all = manifest(record, [record.scenario], study.paths);
    let mut study = study.clone();
    if study.outcome_kind == OutcomeKind::SinglePath {
        for input in &mut study.inputs {
            input.values.clear();
        }
        for outcome in &mut study.outcomes {
            outcome.values.clear();
        }
    }
    all.insert("sweep".to_owned(), json!(study));
    pretty(&Value::Object(all))
}
