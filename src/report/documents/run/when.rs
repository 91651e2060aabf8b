//! When each lever starts, is in full effect and ends.

use super::View;
use crate::{
    base::Year,
    report::{
        chart::{Axis, Chart, Data, Reference, Timeline, TimelineRow},
        document::Section,
        documents::shared::show::lever_name,
    },
    scenario::{Lever, Parameter},
};

impl View<'_> {
    /// The levers that some option holds, in time.
    pub(super) fn when(&self) -> Section {
        let scenario = &self.results.record.scenario;
        let held = |lever: &&Lever| {
            scenario
                .options
                .iter()
                .any(|option| option.levers.contains(&lever.id))
        };
        let through = scenario.money_through();
        let year = |value: Year, label: &str| Reference {
            value: f64::from(value),
            label: format!("{label}, {value}"),
        };
        let mut places = vec![year(self.horizon, "horizon")];
        if through > self.horizon {
            places.push(year(through, "last year counted"));
        }
        let chart = Chart {
            title: "When the levers work".to_owned(),
            description: "Planned start; start with its delay; from the median start the effect builds up to its full size and lasts for \
                          the median lifetime."
                .to_owned(),
            data: Data::Timeline(Timeline {
                x: Axis::years(),
                rows: scenario.levers.iter().filter(held).map(|lever| self.row(lever)).collect(),
                places,
            }),
        };
        Section::full("when", "When").chart(chart)
    }

    fn row(&self, lever: &Lever) -> TimelineRow {
        let scenario = &self.results.record.scenario;
        let quantiles = |parameter: Parameter| -> Option<[f64; 3]> {
            let input = scenario.get(parameter, lever)?;
            Some(input.value.quantiles([0.05, 0.5, 0.95]))
        };
        let planned = f64::from(lever.start);
        let begins = quantiles(Parameter::DelayYears)
            .unwrap_or([0.0; 3])
            .map(|delay| planned + delay);
        let [_, ramp, _] = quantiles(Parameter::RampYears).unwrap_or([0.0; 3]);
        TimelineRow {
            label: lever_name(scenario, &lever.id),
            planned,
            begins,
            full: begins[1] + ramp,
            ends: quantiles(Parameter::Lifetime).map(|[_, years, _]| begins[1] + years),
        }
    }
}
