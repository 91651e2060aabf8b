//! The digitalization matrix now, later, and what the leading option adds to it.

use super::View;
use crate::{
    base::{Economy, Element, Metric, Unit},
    history::{MATRIX_YEARS, Matrix},
    outcomes::Comparison,
    report::{
        chart::{Axis, Cell as HeatCell, Chart, Colors, Data, Format, HeatMap},
        document::{Figure, Section},
        documents::shared::show::{level_axis, metric_heading},
        escape,
    },
    scenario::BASELINE,
};

impl<'run> View<'run> {
    pub(super) fn matrix(&self) -> Section {
        let embedded = Matrix::embedded(MATRIX_YEARS[1]).ok();
        let economies: Vec<Economy> = self.economies_in_order().collect();
        let base_year = self.summary.base_year;
        let map =
            |title: String, description: String, value: &dyn Fn(Economy, Metric) -> HeatCell| -> Figure {
                Figure::from(Chart {
                    title,
                    description,
                    data: Data::HeatMap(HeatMap {
                        columns_label: "Element".to_owned(),
                        columns: Element::ALL
                            .map(|element| metric_heading(Metric::of_element(element)).replace(',', ""))
                            .to_vec(),
                        rows_label: "Economy".to_owned(),
                        rows: economies
                            .iter()
                            .map(|economy| economy.name().to_owned())
                            .collect(),
                        value: level_axis("Score", Unit::Score),
                        colors: Colors::Sequential { low: 0.0, high: 1.0 },
                        cells: economies
                            .iter()
                            .map(|economy| {
                                Element::ALL
                                    .map(|element| value(*economy, Metric::of_element(element)))
                                    .to_vec()
                            })
                            .collect(),
                    }),
                })
            };
        let note = |economy: Economy, metric: Metric| -> String {
            let assumed = embedded
                .as_ref()
                .zip(metric.element())
                .is_some_and(|(matrix, element)| matrix.scores_or_assumed(economy)[element.index()].assumed);
            if assumed {
                "assumption: no indicator has data, so the lowest score of the others stands in".to_owned()
            } else {
                String::new()
            }
        };
        let now = map(
            format!("Digitalization matrix, {base_year}"),
            "Scores of the economies on six elements; an asterisk marks an assumption.".to_owned(),
            &|economy, metric| HeatCell {
                value: self
                    .levels(BASELINE, economy.into(), metric)
                    .first()
                    .map(|row| row.statistics.median()),
                note: note(economy, metric),
            },
        );
        let later = map(
            format!("Digitalization matrix, {}, without levers", self.horizon),
            "Median scores if the elements diffuse as they have done.".to_owned(),
            &|economy, metric| HeatCell {
                value: self
                    .summary
                    .last(BASELINE, Comparison::Level, economy, metric)
                    .map(|row| row.statistics.median()),
                note: note(economy, metric),
            },
        );
        let mut charts = vec![now, later];
        if let Some(option) = self.leading {
            let mut reach = 0.0_f64;
            for economy in &economies {
                for element in Element::ALL {
                    if let Some(row) =
                        self.summary
                            .last(option, Comparison::Extra, *economy, Metric::of_element(element))
                    {
                        reach = reach.max(row.statistics.median().abs());
                    }
                }
            }
            let mut added = map(
                format!("Scores added by {} in {}", escape(option), self.horizon),
                "Medians of option less baseline.".to_owned(),
                &|economy, metric| HeatCell {
                    value: self
                        .summary
                        .last(option, Comparison::Extra, economy, metric)
                        .map(|row| row.statistics.median()),
                    note: String::new(),
                },
            );
            if let Data::HeatMap(map) = &mut added.chart.data {
                map.value = Axis::new("Score added", "", Format::Number);
                map.colors = Colors::Diverging {
                    middle: 0.0,
                    reach: if reach > 0.0 { reach } else { 1.0 },
                };
            }
            charts.push(added);
        }
        Section::folded("matrix", "Digitalization matrix")
            .note(
                "Factors, industry and governance, each as production and application of digital technology; 0 and 1 are the goalposts of \
                 the indicators (docs/model.md, section 4).",
            )
            .charts((Vec::new(), charts))
    }
}
