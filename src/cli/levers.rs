use serde_json::{Value, json};

use super::{
    Console, Failure, Format,
    common::{HEADING, default_json, origin_parts},
};
use crate::{
    base::{Diagnostic, Diagnostics},
    report::{
        Align, Table, default_text, escape, fields, indented,
        tables::reference::{lever_defaults, lever_kinds},
    },
    scenario::{CatalogueEntry, Input, LeverKind, ScaleBasis, catalogue, find_parameter},
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Lever kind; without it, all kinds
    #[arg(value_name = "KIND")]
    kind: Option<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// From this width on a table of kinds reads well.
const TABLE_WIDTH: usize = 90;

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let entries = catalogue()?;
    let width = console.width();
    let text = match &args.kind {
        None => match args.format {
            Format::Text => kinds_text(LeverKind::all()?, &entries, width),
            Format::Csv => lever_kinds(LeverKind::all()?, &entries).csv(),
            Format::Json => {
                let kinds: Vec<Value> = LeverKind::all()?
                    .iter()
                    .map(|kind| kind_json(kind, &entries))
                    .collect();
                format!("{:#}\n", json!(kinds))
            }
        },
        Some(name) => {
            let Some(kind) = LeverKind::named(name)? else {
                return Err(Diagnostics::from(
                    Diagnostic::new(format!("there is no lever kind `{}`", escape(name)))
                        .help("`jointly levers` lists every kind")
                        .suggest(name, LeverKind::names()),
                )
                .into());
            };
            match args.format {
                Format::Text => kind_text(kind, &entries, width),
                Format::Csv => lever_defaults(kind, |input| unit(kind, input)).csv(),
                Format::Json => format!("{:#}\n", kind_json(kind, &entries)),
            }
        }
    };
    Ok(console.print(&text)?)
}

/// Levers of the source documents that a kind covers.
fn covered<'e>(
    kind: &'e LeverKind,
    entries: &'e [CatalogueEntry],
) -> impl Iterator<Item = &'e CatalogueEntry> {
    entries.iter().filter(move |entry| entry.kind == kind.name)
}

fn kinds_text(kinds: &[LeverKind], entries: &[CatalogueEntry], width: usize) -> String {
    let count = |kind| covered(kind, entries).count().to_string();
    let mut text = String::new();
    if width < TABLE_WIDTH {
        for kind in kinds {
            text.push_str(&format!("{HEADING}{}{HEADING:#}\n", kind.name));
            text.push_str(&indented(&kind.title, 2, width));
            let rows = [
                ("  unit", kind.unit.clone()),
                ("  through", kind.channels().join(", ")),
                ("  covers", format!("{} levers of the sources", count(kind))),
            ];
            text.push_str(&fields(&rows, width));
        }
    } else {
        let mut table = Table::new(&[
            ("kind", Align::Left),
            ("what", Align::Left),
            ("unit of scale", Align::Left),
            ("works through", Align::Left),
            ("covers", Align::Right),
        ])
        .keep(0);
        for kind in kinds {
            table.row([
                kind.name.to_owned(),
                kind.title.clone(),
                kind.unit.clone(),
                kind.channels().join(", "),
                count(kind),
            ]);
        }
        text.push_str(&table.render(width));
    }
    let legend = format!(
        "\ncovers: how many of the {} levers that the source documents name. `jointly levers KIND` shows every default with its source; \
         `jointly new --kind KIND --partners CHN,KOR` writes a scenario.",
        entries.len()
    );
    text.push_str(&indented(&legend, 0, width));
    text
}

fn kind_text(kind: &LeverKind, entries: &[CatalogueEntry], width: usize) -> String {
    let mut text = format!("{HEADING}{}{HEADING:#}\n", kind.name);
    text.push_str(&indented(&format!("{}. {}.", kind.title, kind.meaning), 0, width));
    let against = match kind.scale_basis {
        ScaleBasis::None => "nothing: half_scale is a size",
        ScaleBasis::PerMillionPeople => "a partner's million people",
        ScaleBasis::PerGdpBn => "a partner's GDP in USD bn",
    };
    text.push('\n');
    text.push_str(&fields(
        &[
            ("unit of scale", kind.unit.clone()),
            ("measured by", against.to_owned()),
            ("example", format!("scale = {}", kind.example_scale)),
            ("works through", kind.channels().join(", ")),
        ],
        width,
    ));
    text.push_str(&indented(
        "\nDefaults: median (90 % interval), grade, source, reason. J is judgment, - a convention.",
        0,
        width,
    ));
    for group in grouped(kind) {
        let [first, ..] = group.inputs.as_slice() else {
            continue;
        };
        let (grade, source, reason) = origin_parts(&first.origin);
        let unit = unit(kind, first);
        let value = match group.inputs.len() {
            1 => format!("{} {unit}", default_text(&first.value)),
            _ => {
                let parts: Vec<String> = group
                    .inputs
                    .iter()
                    .map(|input| {
                        format!(
                            "{} {}",
                            input.path.trim_start_matches("weights."),
                            default_text(&input.value)
                        )
                    })
                    .collect();
                parts.join(", ")
            }
        };
        text.push_str(&format!("\n{HEADING}{}{HEADING:#}\n", group.name));
        text.push_str(&indented(&value, 2, width));
        text.push_str(&fields(
            &[
                ("  grade", grade.to_owned()),
                ("  source", source.to_owned()),
                ("  reason", reason.to_owned()),
            ],
            width,
        ));
    }
    text.push_str(&format!("\n{HEADING}Levers of the source documents{HEADING:#}\n"));
    for entry in covered(kind, entries) {
        let line = format!(
            "{} ({}; {}, {})",
            entry.name, entry.economies, entry.source, entry.locator
        );
        text.push_str(&fields(&[(&format!("  {}", entry.id), line)], width));
    }
    text
}

fn unit(kind: &LeverKind, input: &Input) -> String {
    let parameter = find_parameter(&format!("levers.x.{}", input.path));
    parameter.map_or_else(String::new, |parameter| kind.unit_of(parameter))
}

/// Defaults that share grade, source and reason: one number, or the six weights.
struct Group<'k> {
    name: &'k str,
    inputs: Vec<&'k Input>,
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

fn kind_json(kind: &LeverKind, entries: &[CatalogueEntry]) -> Value {
    let covers: Vec<Value> = covered(kind, entries)
        .map(|entry| {
            json!({ "id": entry.id, "name": entry.name, "economies": entry.economies, "mechanism": entry.mechanism,
                    "source": entry.source, "locator": entry.locator })
        })
        .collect();
    json!({
        "kind": kind.name,
        "title": kind.title,
        "meaning": kind.meaning,
        "unit": kind.unit,
        "scale_basis": kind.scale_basis.key(),
        "creation_mode": kind.creation_mode.key(),
        "example_scale": kind.example_scale,
        "channels": kind.channels(),
        "defaults": kind.defaults.iter().map(default_json).collect::<Vec<_>>(),
        "covers": covers,
    })
}
