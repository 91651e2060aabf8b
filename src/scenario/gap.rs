//! The gap in scenario files: `[gap]`.

use toml_edit::Item;

use super::{
    admit::short,
    reader::{Mark, Reader},
    types::{GapDefinition, Reference},
};
use crate::base::{Diagnostic, Economy, Metric};

/// Keys of `[gap]` besides its parameters.
pub(super) const GAP_KEYS: [&str; 2] = ["metric", "reference"];

impl Reader<'_> {
    pub(super) fn read_gap_metric(&mut self, item: &Item, place: &Mark) {
        let Some(name) = self.read_text(item, "gap.metric", place) else {
            return;
        };
        let known: Vec<&str> = Metric::ALL
            .into_iter()
            .filter(|metric| metric.gap_unit().is_some())
            .map(Metric::key)
            .collect();
        match Metric::parse(&name).filter(|metric| metric.gap_unit().is_some()) {
            Some(metric) => self.settings.gap_metric = Some(metric),
            None => self.errors.push(
                place
                    .wrong(
                        format!("gaps of `{}` are not measured", short(&name)),
                        format!("expected {}", known.join(", ")),
                    )
                    .suggest(&name, known),
            ),
        }
    }

    pub(super) fn read_gap_reference(&mut self, item: &Item, place: &Mark) {
        let Some(name) = self.read_text(item, "gap.reference", place) else {
            return;
        };
        let reference = if name == "frontier" {
            Some(Reference::Frontier)
        } else {
            let known = self.codes().contains(&name.as_str());
            Economy::parse(&name).filter(|_| known).map(Reference::Economy)
        };
        match reference {
            Some(reference) => self.settings.gap_reference = Some((reference, place.clone())),
            None => {
                let known = [vec!["frontier"], self.codes()].concat();
                let diagnostic = place
                    .wrong(
                        format!("`{}` is no reference", short(&name)),
                        format!("expected {}", known.join(", ")),
                    )
                    .suggest(&name, known);
                self.errors.push(diagnostic);
            }
        }
    }

    pub(super) fn finish_gap(&mut self, economies: &[Economy]) -> GapDefinition {
        let metric = self.settings.gap_metric.unwrap_or(Metric::Share);
        let reference = match &self.settings.gap_reference {
            None => Reference::Frontier,
            Some((reference, place)) => {
                if let Reference::Economy(economy) = reference
                    && !economies.contains(economy)
                {
                    self.errors.push(place.wrong(
                        format!("{economy} is not among the economies of the scenario"),
                        "expected one of them, or \"frontier\"",
                    ));
                }
                *reference
            }
        };
        if metric.is_per_head() {
            for economy in economies {
                if self
                    .history
                    .economy(*economy)
                    .is_none_or(|data| data.population.is_none())
                {
                    self.errors.push(
                        Diagnostic::new(format!(
                            "gaps of `{}` need the population of {economy}, which the history does not have",
                            metric.key()
                        ))
                        .help("add rows `population` to the history table, or choose another `gap.metric`")
                        .about("gap.metric"),
                    );
                }
            }
        }
        GapDefinition { metric, reference }
    }
}
