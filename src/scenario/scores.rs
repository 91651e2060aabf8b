//! Scores of the matrix that a scenario gives (`[matrix.DEU]`), and the refusal of levers that move elements without one.

use super::{
    kinds::LeverKind,
    parameters::Parameter,
    reader::{Mark, Reader},
};
use crate::{
    base::{DEFAULT_BASE_YEAR, Diagnostics, Economy, Element},
    history::Matrix,
    stats::Distribution,
};

impl Reader<'_> {
    /// What a lever that teaches or creates lacks: a measured or given score of every partner in the elements that it moves.
    pub(super) fn score_errors(
        &self,
        id: &str,
        kind: &LeverKind,
        partners: &[Economy],
        place: &Mark,
    ) -> Result<Diagnostics, Diagnostics> {
        let set = |key: &str| {
            let set = self.settings.numbers.get(&format!("levers.{id}.{key}"));
            set.map(|(value, _, _)| value)
                .or_else(|| kind.default(key).map(|input| &input.value))
        };
        let works = |key: &str| set(key).is_some_and(|value: &Distribution| value.support() != (0.0, 0.0));
        let mut errors = Diagnostics::new();
        if !works("learning") && !works("creation") {
            return Ok(errors);
        }
        let moved: Vec<Element> = Element::ALL
            .into_iter()
            .filter(|element| works(&format!("weights.{}", element.key())))
            .collect();
        let matrix = Matrix::embedded(DEFAULT_BASE_YEAR)?;
        for &partner in partners {
            let scores = matrix.scores_or_assumed(partner);
            let missing: Vec<&str> = moved
                .iter()
                .filter(|element| {
                    let given = Parameter::GivenScore.path((partner, **element));
                    scores[element.index()].assumed && !self.settings.numbers.contains_key(&given)
                })
                .map(|element| element.key())
                .collect();
            if missing.is_empty() {
                continue;
            }
            let lines: Vec<String> = missing.iter().map(|element| format!("{element} = ...")).collect();
            errors.push(
                place
                    .wrong(
                        format!(
                            "the lever `{id}` moves elements of {} that have no score: {}",
                            partner.name(),
                            missing.join(", ")
                        ),
                        "expected a measured or given score of every partner",
                    )
                    .help(format!(
                        "add `[matrix.{partner}]` with {}, each from 0.02 to 0.98 as `jointly matrix` shows them",
                        lines.join(", ")
                    )),
            );
        }
        Ok(errors)
    }
}
