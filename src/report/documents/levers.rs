//! The catalog of lever kinds, and one kind with every default.

use crate::{
    report::{
        document::{Cell, Column, Document, Section, Table},
        tables::reference::lever_unit,
        words::median_and_range,
    },
    scenario::{CatalogueEntry, Grade, Input, LeverKind, Origin, ScaleBasis},
};

/// Levers of the source documents that a kind covers.
fn covered<'e>(
    kind: &'e LeverKind,
    entries: &'e [CatalogueEntry],
) -> impl Iterator<Item = &'e CatalogueEntry> {
    entries.iter().filter(move |entry| entry.kind == kind.name)
}

/// A table of words.
fn words<const N: usize>(labels: [&str; N], rows: impl Iterator<Item = [String; N]>) -> Table {
    Table {
        columns: labels.map(Column::words).to_vec(),
        rows: rows.map(|row| row.map(Cell::words).to_vec()).collect(),
        ..Table::default()
    }
}

/// Every kind in short.
pub fn levers_document(kinds: &[LeverKind], entries: &[CatalogueEntry]) -> Document {
    let kind_row = |kind: &LeverKind| [kind.name.to_owned(), kind.title.clone()];
    let detail = |kind: &LeverKind| {
        let covers: Vec<&str> = covered(kind, entries).map(|entry| entry.id.as_str()).collect();
        [
            kind.name.to_owned(),
            kind.unit.clone(),
            kind.channels().join(", "),
            covers.join(" "),
        ]
    };
    Document {
        title: "Kinds of cooperation levers".to_owned(),
        question: format!(
            "{} kinds; together they cover the {} levers that the source documents name.",
            kinds.len(),
            entries.len()
        ),
        sections: vec![
            Section::brief("kinds", "")
                .table(words(["Kind", "What"], kinds.iter().map(kind_row)))
                .note(
                    "`jointly levers KIND` shows every default with its source; `jointly new --kind KIND --partners CHN,KOR` writes a scenario.",
                ),
            Section::full("details", "Unit, channels, levers of the source documents").table(words(
                ["Kind", "Unit of scale", "Works through", "Covers"],
                kinds.iter().map(detail),
            )),
        ],
        ..Document::default()
    }
}

/// A kind with its defaults, their sources, and the levers of the source documents that it covers.
pub fn lever_document(kind: &LeverKind, entries: &[CatalogueEntry]) -> Document {
    let against = match kind.scale_basis {
        ScaleBasis::None => "nothing: half_scale is a size",
        ScaleBasis::PerMillionPeople => "a partner's million people",
        ScaleBasis::PerGdpBn => "a partner's GDP in USD bn",
    };
    let groups = grouped(kind);
    let unused: Vec<&str> = groups
        .iter()
        .filter(|group| group.is_unused())
        .map(|group| group.name)
        .collect();
    let unused = match unused.as_slice() {
        [] => String::new(),
        names => format!(" 0 by convention: {}.", names.join(", ")),
    };
    let default = |group: &Group<'_>| {
        let (grade, ..) = group.origin();
        [group.name.to_owned(), group.value(kind), grade.to_owned()]
    };
    let source = |group: &Group<'_>| {
        let (grade, source, reason) = group.origin();
        [
            group.name.to_owned(),
            grade.to_owned(),
            source.to_owned(),
            reason.to_owned(),
        ]
    };
    Document {
        title: format!("{} ({})", kind.title, kind.name),
        question: format!("{}.", kind.meaning.trim_end_matches('.')),
        sections: vec![
            Section::brief("about", "").table(Table::labeled([
                ("unit of scale", kind.unit.clone()),
                ("measured by", against.to_owned()),
                ("example", format!("scale = {}", kind.example_scale)),
                ("works through", kind.channels().join(", ")),
            ])),
            Section::brief("defaults", "Defaults: median (90 % interval)")
                .table(words(
                    ["Parameter", "Value", "Grade"],
                    groups.iter().filter(|group| !group.is_unused()).map(default),
                ))
                .note(format!("J is judgment, - a convention.{unused}")),
            Section::full("sources", "Where the defaults come from").table(words(
                ["Parameter", "Grade", "Source", "Reason"],
                groups.iter().map(source),
            )),
            Section::full("covers", "Levers of the source documents").table(words(
                ["Lever", "Name", "Economies", "Source"],
                covered(kind, entries).map(|entry| {
                    [
                        entry.id.clone(),
                        entry.name.clone(),
                        entry.economies.clone(),
                        format!("{}, {}", entry.source, entry.locator),
                    ]
                }),
            )),
        ],
        ..Document::default()
    }
}

/// Defaults that share grade, source and reason: one number, or the six weights.
struct Group<'k> {
    name: &'k str,
    inputs: Vec<&'k Input>,
}

impl Group<'_> {
    fn origin(&self) -> (&str, &str, &str) {
        self.inputs
            .first()
            .map_or(("", "", ""), |input| input.origin.parts())
    }

    /// Whether it says that the kind has nothing of this sort.
    fn is_unused(&self) -> bool {
        let convention = self.inputs.iter().all(
            |input| matches!(&input.origin, Origin::Default { grade, .. } if *grade == Grade::Convention),
        );
        convention
            && self
                .inputs
                .iter()
                .all(|input| input.value.as_constant() == Some(0.0))
    }

    /// Value and unit.
    fn value(&self, kind: &LeverKind) -> String {
        if let [only] = self.inputs.as_slice() {
            return format!("{} {}", median_and_range(&only.value), lever_unit(kind, only));
        }
        let parts = self.inputs.iter().map(|input| {
            let part = input.path.split_once('.').map_or("", |(_, part)| part);
            format!("{part} {}", median_and_range(&input.value))
        });
        parts.collect::<Vec<_>>().join(", ")
    }
}

fn grouped(kind: &LeverKind) -> Vec<Group<'_>> {
    let mut groups: Vec<Group<'_>> = Vec::new();
    for input in &kind.defaults {
        let name = input.path.split('.').next().unwrap_or(&input.path);
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) => group.inputs.push(input),
            None => groups.push(Group {
                name,
                inputs: vec![input],
            }),
        }
    }
    groups
}
