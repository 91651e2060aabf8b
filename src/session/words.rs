//! Every word of the glossary and of the columns of outputs, beside what scenario files may say.

use std::collections::BTreeMap;

use crate::{
    base::{Diagnostic, Diagnostics, nearest},
    report::{escape, tables::SCHEMAS},
    scenario::{Topic, explain, names_of_term, plain, terms},
    sensitivity::METHODS,
};

/// What a name means: of a scenario file, a selector or an output, of the glossary, of a column.
///
/// # Errors
/// If nothing has the name; the nearest one is offered.
pub fn explain_word(text: &str) -> Result<Topic, Diagnostics> {
    let unknown = match explain(text) {
        Ok(topic) => return Ok(topic),
        Err(unknown) => unknown,
    };
    let wanted = plain(text);
    if let Some(about) = METHODS
        .iter()
        .map(|method| method.about())
        .find(|about| plain(about.key) == wanted)
    {
        return Ok(Topic {
            name: about.key.to_owned(),
            sort: "method of `jointly sweep`",
            meaning: format!("{} ({})", about.meaning, about.reference),
            unit: about.size_name.to_owned(),
            ..Topic::default()
        });
    }
    let mut columns: BTreeMap<String, Vec<(String, String, String)>> = BTreeMap::new();
    for table in SCHEMAS.iter().map(|schema| schema.empty()) {
        for (about, _) in &table.columns {
            let entry = (
                table.name.to_owned(),
                about.meaning.to_string(),
                about.unit.to_string(),
            );
            columns.entry(plain(&about.name)).or_default().push(entry);
        }
    }
    let Some(found) = columns.get(&wanted) else {
        let methods = METHODS.iter().map(|method| method.about().key.to_owned());
        let words = terms().flat_map(|(term, _)| names_of_term(term));
        let terms: Vec<String> = methods.chain(words).chain(columns.keys().cloned()).collect();
        let has_help = unknown.iter().any(|one| {
            one.help
                .as_ref()
                .is_some_and(|help| help.contains("did you mean"))
        });
        return match nearest(text.trim(), terms.iter().map(String::as_str))
            .filter(|_| !has_help && !text.contains('.'))
        {
            Some(near) => {
                let message = format!(
                    "nothing is called `{}`",
                    escape(&text.chars().take(60).collect::<String>())
                );
                Err(Diagnostic::new(message)
                    .help(format!("did you mean `{near}`?"))
                    .into())
            }
            None => Err(unknown),
        };
    };
    let (_, meaning, unit) = &found[0];
    let parts = if found.len() > 1 {
        found
            .iter()
            .map(|(table, meaning, _)| (format!("{table}.csv"), meaning.clone()))
            .collect()
    } else {
        Vec::new()
    };
    Ok(Topic {
        name: text.trim().to_owned(),
        sort: "column",
        meaning: format!("{meaning} (column of {}.csv)", found[0].0),
        unit: unit.clone(),
        parts,
        ..Topic::default()
    })
}
