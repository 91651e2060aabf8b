//! Uncertain inputs that go together: `[correlation]`.

use std::collections::{BTreeMap, BTreeSet};

use toml_edit::Item;

use super::{
    admit::short,
    input::Origin,
    number,
    parameters::{self, Drawn, Parameter},
    reader::{CorrelationSettings, Mark, Reader},
    types::{Correlation, Scenario},
};
use crate::stats::cholesky;

/// The most correlations of a scenario.
const MOST: usize = 1000;

impl Reader<'_> {
    /// Reads an entry of `[correlation]`, `"PATH, PATH" = NUMBER`.
    pub(super) fn read_correlation(&mut self, name: &str, item: &Item, key: &Mark, value: &Mark) {
        let names: Vec<&str> = name.split(',').map(str::trim).collect();
        let [one, other] = names.as_slice() else {
            let message = format!("`{}` does not name two inputs", short(name));
            self.errors.push(
                key.wrong(message, "expected two paths, divided by a comma")
                    .help("write \"model.gdp_response, model.share_response\" = 0.5"),
            );
            return;
        };
        let number = item.as_value().and_then(|value| number::plain(value).ok());
        let Some(number) = number.filter(|number| number.abs() < 1.0) else {
            let message = format!(
                "the correlation of `{}` is not a number between -1 and 1",
                short(name)
            );
            self.errors
                .push(value.wrong(message, "expected a number such as 0.5"));
            return;
        };
        // A later file or argument says it anew.
        let settings = &mut self.settings.correlations;
        let same = |known: &CorrelationSettings| {
            known.paths == [*one, *other].map(str::to_owned)
                || known.paths == [*other, *one].map(str::to_owned)
        };
        if let Some(known) = settings.iter().find(|known| same(known))
            && std::sync::Arc::ptr_eq(&known.at.source, &key.source)
        {
            let message = format!("the correlation of `{}` is stated twice", short(name));
            self.errors.push(key.wrong(message, "the second time"));
            return;
        }
        settings.retain(|known| !same(known));
        if settings.len() >= MOST {
            self.errors
                .push(key.wrong(format!("more than {MOST} correlations"), "one too many"));
            return;
        }
        settings.push(CorrelationSettings {
            paths: [*one, *other].map(str::to_owned),
            value: number,
            at: key.clone(),
        });
    }

    /// Checks that the inputs are drawn once per path, and that the correlations can hold together.
    pub(super) fn finish_correlations(&mut self, scenario: &Scenario) -> Vec<Correlation> {
        let settings = std::mem::take(&mut self.settings.correlations);
        let mut correlations = Vec::new();
        let mut known = true;
        for stated in &settings {
            for path in &stated.paths {
                match drawn(scenario, path) {
                    Ok(()) => {}
                    // The inputs of a lever that is refused are not known.
                    Err(_)
                        if self.settings.levers.keys().any(|id| {
                            path.starts_with(&format!("levers.{id}.")) && scenario.lever(id).is_none()
                        }) =>
                    {
                        known = false
                    }
                    Err((message, expected)) => {
                        known = false;
                        self.errors.push(
                            stated
                                .at
                                .wrong(message, expected)
                                .suggest(path, scenario.inputs.iter().map(|input| input.path.as_str())),
                        );
                    }
                }
            }
            if stated.paths[0] == stated.paths[1] {
                known = false;
                let message = format!("`{}` is correlated with itself", short(&stated.paths[0]));
                self.errors.push(stated.at.wrong(message, "expected two inputs"));
            }
            correlations.push(Correlation {
                paths: stated.paths.clone(),
                value: stated.value,
            });
        }
        if known {
            for group in groups(scenario, &correlations) {
                if cholesky(&matrix(&group, &correlations)).is_none()
                    && let Some(last) = settings
                        .iter()
                        .rev()
                        .find(|stated| group.contains(&stated.paths[0].as_str()))
                {
                    let named: Vec<String> = group.iter().map(|path| format!("`{path}`")).collect();
                    self.errors.push(
                        last.at
                            .wrong(
                                format!("the correlations of {} cannot hold together", named.join(", ")),
                                "their matrix is not positive definite",
                            )
                            .help("what is not stated is 0: state the others too, or smaller ones"),
                    );
                }
            }
        }
        correlations
    }
}

/// Whether an input is drawn once per path, so that it can go together with another.
fn drawn(scenario: &Scenario, path: &str) -> Result<(), (String, String)> {
    let Some(input) = scenario.input(path) else {
        return Err((
            format!("the scenario has no input `{}`", short(path)),
            "expected an uncertain input".to_owned(),
        ));
    };
    let fixed = input.value.as_constant();
    match (parameters::find(path), fixed) {
        // Whether a lever delivers is drawn with its probability.
        (Some(Parameter::Success), Some(probability)) if probability > 0.0 && probability < 1.0 => Ok(()),
        // What the command line fixes is not drawn, and all else stays as it is.
        (_, Some(_)) if input.origin == Origin::CommandLine => Ok(()),
        (_, Some(number)) => Err((
            format!("`{path}` is the number {number} and goes together with nothing"),
            "expected an uncertain input".to_owned(),
        )),
        (Some(parameter), None) if parameter.row().drawn == Drawn::PerPath => Ok(()),
        _ => Err((
            format!("`{path}` is drawn anew every year"),
            "expected an input that is drawn once per path".to_owned(),
        )),
    }
}

/// The inputs that are tied to each other, directly or by others, each group in the order of the scenario.
fn groups<'a>(scenario: &'a Scenario, correlations: &[Correlation]) -> Vec<Vec<&'a str>> {
    let named: BTreeSet<&str> = correlations
        .iter()
        .flat_map(|own| own.paths.iter().map(String::as_str))
        .collect();
    let order: Vec<&str> = scenario
        .inputs
        .iter()
        .map(|input| input.path.as_str())
        .filter(|path| named.contains(path))
        .collect();
    let mut labels: BTreeMap<&str, usize> = order
        .iter()
        .enumerate()
        .map(|(label, path)| (*path, label))
        .collect();
    // A label spreads along every tie until none changes.
    loop {
        let mut changed = false;
        for own in correlations {
            let [one, other] = own
                .paths
                .each_ref()
                .map(|path| labels.get(path.as_str()).copied());
            if let (Some(one), Some(other)) = (one, other)
                && one != other
            {
                for path in &own.paths {
                    labels
                        .entry(order[order.iter().position(|known| known == path).unwrap_or(0)])
                        .and_modify(|label| *label = one.min(other));
                }
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    let heads: BTreeSet<usize> = labels.values().copied().collect();
    heads
        .iter()
        .map(|head| {
            order
                .iter()
                .copied()
                .filter(|path| labels[path] == *head)
                .collect()
        })
        .collect()
}

/// The correlation matrix of some inputs.
fn matrix(paths: &[&str], correlations: &[Correlation]) -> Vec<Vec<f64>> {
    let between = |one: &str, other: &str| {
        let same = |own: &&Correlation| own.paths == [one, other] || own.paths == [other, one];
        correlations.iter().find(same).map_or(0.0, |own| own.value)
    };
    let entry = |one: &str, other: &str| if one == other { 1.0 } else { between(one, other) };
    paths
        .iter()
        .map(|one| paths.iter().map(|other| entry(one, other)).collect())
        .collect()
}

impl Scenario {
    /// Of each input that goes together with one before it: the inputs whose independent normal scores add up to its own, each with
    /// its weight.
    pub fn ties(&self) -> BTreeMap<String, Vec<(String, f64)>> {
        let all: Vec<&str> = self.inputs.iter().map(|input| input.path.as_str()).collect();
        self.ties_of(&all)
    }

    /// As [`ties`](Self::ties), among some inputs alone.
    pub fn ties_of(&self, paths: &[&str]) -> BTreeMap<String, Vec<(String, f64)>> {
        let among: Vec<Correlation> = self
            .correlations
            .iter()
            .filter(|own| own.paths.iter().all(|path| paths.contains(&path.as_str())))
            .cloned()
            .collect();
        let mut ties = BTreeMap::new();
        for group in groups(self, &among) {
            let Some(factor) = cholesky(&matrix(&group, &among)) else {
                continue;
            };
            for (position, row) in factor.iter().enumerate().skip(1) {
                let terms = group.iter().zip(row).filter(|(_, weight)| **weight != 0.0);
                ties.insert(
                    group[position].to_owned(),
                    terms
                        .map(|(path, weight)| ((*path).to_owned(), *weight))
                        .collect(),
                );
            }
        }
        ties
    }

    /// `[correlation]` as a scenario file says it.
    pub(super) fn resolved_correlations(&self) -> String {
        if self.correlations.is_empty() {
            return String::new();
        }
        let lines = self
            .correlations
            .iter()
            .map(|own| format!("\"{}\" = {:?}\n", own.paths.join(", "), own.value));
        format!("\n[correlation]\n{}", lines.collect::<String>())
    }
}
