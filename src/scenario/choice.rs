//! What `jointly plan` may choose of a lever: `scales`, `requires` and `excludes` in `[levers.ID]`.

use toml_edit::Item;

use super::{
    admit::short,
    number,
    reader::{ChoiceSettings, Mark, Reader},
    types::Lever,
};

/// Most scales of a lever.
const MOST_SCALES: usize = 10;
/// Largest multiple of a lever's scale.
const LARGEST_SCALE: f64 = 1000.0;

impl Reader<'_> {
    /// Reads `scales`, `requires` or `excludes`.
    pub(super) fn read_choice(
        &mut self,
        settings: &mut ChoiceSettings,
        name: &str,
        path: &str,
        item: &Item,
        place: &Mark,
    ) {
        let expected = if name == "scales" {
            "expected a list of one to ten multiples of the scale above 0, such as [1, 2, 3]"
        } else {
            "expected a list of lever ids"
        };
        let Some(array) = item.as_array() else {
            self.errors
                .push(place.wrong(format!("`{path}` is not a list"), expected));
            return;
        };
        if name == "scales" {
            let scales: Result<Vec<f64>, String> = array.iter().map(number::plain).collect();
            match scales.ok().filter(|scales| are_scales(scales)) {
                Some(scales) => settings.choice.scales = scales,
                None => self
                    .errors
                    .push(place.wrong(format!("`{path}` cannot be that"), expected)),
            }
            return;
        }
        let ids: Option<Vec<String>> = array
            .iter()
            .map(|value| value.as_str().map(str::to_owned))
            .collect();
        let Some(ids) = ids else {
            self.errors
                .push(place.wrong(format!("`{path}` holds something that is no text"), expected));
            return;
        };
        settings
            .named
            .extend(ids.iter().map(|id| (id.clone(), place.clone())));
        if name == "requires" {
            settings.choice.requires = ids;
        } else {
            settings.choice.excludes = ids;
        }
    }

    /// Checks that the levers a choice names exist and are others.
    pub(super) fn check_choices(&mut self, levers: &[Lever], choices: &[(String, ChoiceSettings)]) {
        for (id, settings) in choices {
            for (named, place) in &settings.named {
                let known = levers.iter().map(|lever| lever.id.as_str());
                let message = if named == id {
                    format!("the lever `{id}` names itself")
                } else if known.clone().any(|known| known == named) {
                    continue;
                } else {
                    format!("there is no lever `{}`", short(named))
                };
                let others: Vec<&str> = known.filter(|known| known != id).collect();
                self.errors.push(
                    place
                        .wrong(message, format!("expected {}", others.join(", ")))
                        .suggest(named, others),
                );
            }
        }
    }
}

/// Whether numbers can be multiples of a scale: some, not too many, above 0, each once.
pub fn are_scales(scales: &[f64]) -> bool {
    let good = |scale: &f64| *scale > 0.0 && *scale <= LARGEST_SCALE;
    let once = |(position, scale): (usize, &f64)| !scales[..position].contains(scale);
    (1..=MOST_SCALES).contains(&scales.len())
        && scales.iter().all(good)
        && scales.iter().enumerate().all(once)
}
