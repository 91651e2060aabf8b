//! Tension in scenario files: stated years, bounds that belong together, and the pairs that are drawn.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use toml_edit::Item;

use super::{
    defaults,
    parameters::{self, Parameter},
    reader::{Mark, Reader, Settings, Text},
    types::{Lever, TenseYears, pairs},
};
use crate::base::{Economy, Year};

/// Keys of `[tension.PAIR]` besides its parameters.
pub(super) const TENSION_KEYS: [&str; 1] = ["tense_years"];

impl Reader<'_> {
    /// Reads the years in which a pair is tense on every path.
    pub(super) fn read_tense_years(&mut self, path: &str, item: &Item, place: &Mark, text: &Text) {
        let Some(array) = item.as_array() else {
            self.errors.push(place.wrong(
                format!("`{path}` is not a list of years"),
                "expected a list such as [2028, 2029]",
            ));
            return;
        };
        let mut years: Vec<(Year, Mark)> = Vec::new();
        for value in array {
            let place = text.place(value.span());
            match value.as_integer().and_then(|year| Year::try_from(year).ok()) {
                None => self.errors.push(place.wrong(
                    format!("`{path}` names what is not a year"),
                    "expected a year such as 2028",
                )),
                Some(year) if years.iter().any(|(other, _)| *other == year) => {
                    self.errors
                        .push(place.wrong(format!("{year} stands twice"), "each year once"));
                }
                Some(year) => years.push((year, place)),
            }
        }
        let pair = path.split('.').nth(1).unwrap_or_default().to_owned();
        self.settings.tense_years.insert(pair, years);
    }

    /// Stated years lie in the projection, and the pair among the economies.
    pub(super) fn finish_tense_years(
        &mut self,
        pairs: &[(Economy, Economy)],
        years: Range<Year>,
    ) -> Vec<TenseYears> {
        let mut found = Vec::new();
        for (pair, stated) in &self.settings.tense_years {
            // What both economies went through in a year whose GDP is known is in their figures.
            let told = pair
                .split('-')
                .filter_map(Economy::parse)
                .map(|economy| self.known_through(economy))
                .min();
            let first = told.map_or(years.start, |told| years.start.max(told + 1));
            let possible = first..years.end;
            for (year, place) in stated.iter().filter(|(year, _)| !possible.contains(year)) {
                let message = if years.contains(year) {
                    format!("`tension.{pair}.tense_years`: {year} is a year that the history tells")
                } else {
                    format!("`tension.{pair}.tense_years`: {year} lies outside the projection")
                };
                self.errors.push(place.wrong(
                    message,
                    format!("expected {first} to {}, the horizon", years.end - 1),
                ));
            }
            let mut sorted: Vec<Year> = stated.iter().map(|(year, _)| *year).collect();
            sorted.sort_unstable();
            let known = pairs
                .iter()
                .find(|(first, second)| *pair == format!("{first}-{second}"));
            if let (Some(pair), false) = (known, sorted.is_empty()) {
                found.push(TenseYears {
                    pair: *pair,
                    years: sorted,
                });
            }
        }
        found
    }

    /// More relief must never make a path tenser, which needs 1 − exp(−hazard) ≤ 1 − 1/duration (docs/model.md §6).
    pub(super) fn finish_tension(&mut self) {
        for (path, (value, _, place)) in &self.settings.numbers {
            if parameters::find(path) != Some(Parameter::TensionHazard) {
                continue;
            }
            let duration_path = Parameter::TensionDuration.beside(path);
            let duration = match self.settings.numbers.get(&duration_path) {
                Some((duration, _, _)) => duration.as_constant(),
                None => defaults::value(&duration_path)
                    .ok()
                    .and_then(|value| value.as_constant()),
            };
            let largest = libm::log(duration.unwrap_or(1.0));
            if value.as_constant().is_some_and(|hazard| hazard > largest) {
                self.errors.push(
                    place
                        .wrong(
                            format!(
                                "`{path}` is too high for tense periods of {} years",
                                duration.unwrap_or(1.0)
                            ),
                            format!("expected at most ln(duration) = {largest:.4} ruptures a year"),
                        )
                        .help(format!("lengthen `{duration_path}`")),
                );
            }
        }
    }
}

/// The pairs whose tension is drawn, in the order of [`pairs`]: those that have defaults of their own, those that the scenario
/// names and those of a lever. Their number does not grow with the square of the economies.
pub(super) fn drawn_pairs(
    economies: &[Economy],
    levers: &[Lever],
    settings: &Settings,
    defaults: &defaults::Defaults,
) -> Vec<(Economy, Economy)> {
    let order: BTreeMap<&str, usize> = economies
        .iter()
        .enumerate()
        .map(|(position, economy)| (economy.code(), position))
        .collect();
    let mut found: BTreeSet<(usize, usize)> = BTreeSet::new();
    let mut add = |first: &str, second: &str| {
        if let (Some(one), Some(other)) = (order.get(first), order.get(second)) {
            found.insert((*one.min(other), *one.max(other)));
        }
    };
    let named = defaults
        .keys()
        .chain(settings.numbers.keys())
        .filter_map(|path| path.strip_prefix("tension.")?.split('.').next())
        .chain(settings.tense_years.keys().map(String::as_str));
    for pair in named {
        if let Some((first, second)) = pair.split_once('-') {
            add(first, second);
        }
    }
    for lever in levers {
        for (first, second) in pairs(&lever.partners) {
            add(first.code(), second.code());
        }
    }
    found
        .into_iter()
        .map(|(one, other)| {
            let (one, other) = (economies[one], economies[other]);
            (one.min(other), one.max(other))
        })
        .collect()
}
