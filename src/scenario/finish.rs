//! The end of reading: checks what belongs together, fills in every default and gives the scenario.

use std::sync::Arc;

use super::{
    admit::{admit, cut_note},
    defaults,
    input::{Grade, Input, Origin},
    levers,
    parameters::{self, PARAMETERS, Parameter},
    plausible,
    reader::{Mark, Reader, Settings},
    tension::drawn_pairs,
    trade,
    types::{Scenario, SweepDefaults, YEARS_BEYOND},
};
use crate::{
    base::{DEFAULT_HORIZON, Diagnostic, Diagnostics, Economy, Element, Year},
    history::HistoryData,
    stats::Distribution,
};

/// The most years that are projected.
const LONGEST_PROJECTION: Year = 100;

impl Reader<'_> {
    /// Takes the scores of a table of scores that the scenario does not give itself.
    fn take_scores(&mut self, economies: &[Economy]) {
        for given in &self.history.scores {
            let Ok(value) = Distribution::constant(given.score) else {
                continue;
            };
            if economies.contains(&given.economy) {
                let (source, span) = given.location.clone();
                let origin = Origin::File(source.name.clone());
                let path = Parameter::GivenScore.path((given.economy, given.element));
                self.settings
                    .numbers
                    .entry(path)
                    .or_insert((value, origin, Mark { source, span }));
            }
        }
    }

    /// Checks what belongs together and fills in defaults.
    pub(super) fn finish(mut self) -> Result<Scenario, Diagnostics> {
        let economies = self.settings.economies.as_ref().map_or_else(
            || self.history.of_table().map(|data| data.economy).collect(),
            |(list, _)| list.clone(),
        );
        let base_year = self.history.base_year;
        let horizon = self.finish_horizon(base_year);
        self.take_scores(&economies);
        self.finish_views(&economies, base_year);
        self.finish_shocks(base_year, horizon);
        self.finish_tension();
        self.finish_money(base_year, horizon);
        let gap = self.finish_gap(&economies);
        let levers = self.finish_levers(&economies, base_year, horizon)?;
        let options = self.finish_options();
        let defaults = defaults::all()?;
        let mut inputs = Vec::new();
        let settings = &mut self.settings;
        let take = |path: String, settings: &mut Settings, inputs: &mut Vec<Input>| {
            if let Some((value, origin, _)) = settings.numbers.remove(&path) {
                inputs.push(Input { path, value, origin });
            } else if let Some((value, origin)) = defaults::lookup(defaults, &path) {
                inputs.push(Input {
                    path,
                    value: value.clone(),
                    origin: origin.clone(),
                });
            }
        };
        // Tables one after the other, so that the resolved scenario can be written as TOML.
        let rows = |prefix: &'static str| {
            PARAMETERS
                .iter()
                .map(|parameter| parameter.path)
                .filter(move |path| path.starts_with(prefix))
        };
        for table in ["model.", "matrix."] {
            for path in rows(table) {
                let named: Vec<String> = if path.contains("{economy}") {
                    let of = |economy: &Economy| path.replace("{economy}", economy.code());
                    economies.iter().map(of).collect()
                } else {
                    vec![path.to_owned()]
                };
                for path in named {
                    match path.strip_suffix("{element}") {
                        None => take(path, settings, &mut inputs),
                        Some(stem) => Element::ALL.iter().for_each(|element| {
                            take(format!("{stem}{}", element.key()), settings, &mut inputs)
                        }),
                    }
                }
            }
        }
        for economy in &economies {
            rows("baseline.")
                .for_each(|path| take(path.replace("{economy}", economy.code()), settings, &mut inputs));
            let path = Parameter::InitialShare.path(*economy);
            if inputs.last().is_none_or(|input| input.path != path) {
                inputs.extend(published_share(self.history, *economy));
            }
        }
        for economy in &economies {
            let prefix = format!("shock.{economy}.");
            let stated = settings.numbers.keys().filter(|path| path.starts_with(&prefix));
            let stated: Vec<String> = stated.cloned().collect();
            stated
                .into_iter()
                .for_each(|path| take(path, settings, &mut inputs));
        }
        let pairs = drawn_pairs(&economies, &levers, settings, defaults);
        for (first, second) in &pairs {
            rows("tension.").for_each(|path| {
                take(
                    path.replace("{pair}", &format!("{first}-{second}")),
                    settings,
                    &mut inputs,
                )
            });
        }
        for table in ["gap.", "money."] {
            rows(table).for_each(|path| take(path.to_owned(), settings, &mut inputs));
        }
        for lever in &levers {
            levers::inputs(lever, &mut settings.numbers, &mut inputs)?;
        }
        for input in &mut inputs {
            keep_origin(input, defaults, &levers, self.history)?;
        }
        let mut files = std::mem::take(&mut settings.files);
        files.push(defaults::file());
        for lever in &levers {
            let file = lever.kind.file();
            if !files.contains(&file) {
                files.push(file);
            }
        }
        if levers.iter().any(|lever| lever.kind.works_through_trade()) {
            files.push(trade::file());
        }
        let mut scenario = Scenario {
            title: settings
                .title
                .take()
                .unwrap_or_else(|| "Untitled scenario".to_owned()),
            summary: settings.summary.take().unwrap_or_default(),
            horizon,
            economies,
            levers,
            options,
            correlations: Vec::new(),
            rules: Vec::new(),
            gap,
            sweep: SweepDefaults::default(),
            plan: std::mem::take(&mut self.settings.plan),
            inputs,
            files,
            tense_years: Vec::new(),
            pairs,
            notes: Vec::new(),
            places: Arc::new(std::mem::take(&mut self.settings.places)),
        };
        scenario.tense_years = self.finish_tense_years(&scenario.pairs, base_year + 1..horizon + 1);
        scenario.correlations = self.finish_correlations(&scenario);
        scenario.rules = self.finish_rules(&scenario);
        scenario.sweep = self.finish_sweep(&scenario);
        self.check_budgets(&scenario);
        scenario.notes = notes(&scenario);
        scenario
            .notes
            .extend(plausible::warnings(&scenario, self.history)?);
        let errors = self.errors.placed(|path| scenario.place_of(path));
        errors.into_result(scenario)
    }

    fn finish_horizon(&mut self, base_year: Year) -> Year {
        match &self.settings.horizon {
            None => DEFAULT_HORIZON.max(base_year + 1),
            Some((horizon, place)) => {
                if !(base_year + 1..=base_year + LONGEST_PROJECTION).contains(horizon) {
                    self.errors.push(place.wrong(
                        format!("the horizon {horizon} is out of range"),
                        format!("expected {} to {}", base_year + 1, base_year + LONGEST_PROJECTION),
                    ));
                }
                (*horizon).clamp(base_year + 1, base_year + LONGEST_PROJECTION)
            }
        }
    }

    /// A view has two halves, and an economy needs a digital share.
    fn finish_views(&mut self, economies: &[Economy], base_year: Year) {
        for (path, (_, _, place)) in &self.settings.numbers {
            let other = match parameters::find(path) {
                Some(Parameter::GrowthViewMean) => Parameter::GrowthViewYears,
                Some(Parameter::GrowthViewYears) => Parameter::GrowthViewMean,
                Some(Parameter::ShareViewMean) => Parameter::ShareViewYears,
                Some(Parameter::ShareViewYears) => Parameter::ShareViewMean,
                _ => continue,
            }
            .beside(path);
            if !self.settings.numbers.contains_key(&other) {
                self.errors
                    .push(place.wrong(format!("`{path}` needs `{other}` beside it"), "half of a view"));
            }
        }
        for economy in economies {
            let path = Parameter::InitialShare.path(*economy);
            let known = self
                .history
                .economy(*economy)
                .is_some_and(|data| data.share.is_some());
            if !known && !self.settings.numbers.contains_key(&path) {
                self.errors.push(
                    Diagnostic::new(format!(
                        "the history has no digital share of GDP for {} ({economy}) in {base_year}",
                        economy.name()
                    ))
                    .help(format!(
                        "add to the scenario, with your own numbers:\n[baseline.{economy}]\ninitial_share = \"0.08 to 0.15\"   # a 90 % interval\n\
                         or add a row `digital_share` to the history with --add-history"
                    ))
                    .about("economies"),
                );
            }
        }
    }

    /// The last year whose GDP the history knows of an economy.
    pub(super) fn known_through(&self, economy: Economy) -> Year {
        let data = self.history.economy(economy);
        self.history.base_year + data.map_or(0, |data| data.known_gdp.len() as Year)
    }

    /// What is known cannot be shocked.
    fn finish_shocks(&mut self, base_year: Year, horizon: Year) {
        for (path, (_, _, place)) in &self.settings.numbers {
            let Some((code, year)) = path.strip_prefix("shock.").and_then(|rest| rest.split_once('.')) else {
                continue;
            };
            let known = Economy::parse(code).map_or(base_year, |economy| self.known_through(economy));
            if !year
                .parse::<Year>()
                .is_ok_and(|year| year > known && year <= horizon)
            {
                self.errors.push(
                    place
                        .wrong(
                            format!("`{path}`: a shock to {year} is not possible"),
                            format!("expected a year from {} to {horizon}", known + 1),
                        )
                        .help(format!(
                            "GDP of {code} is known through {known}, and the projection ends in {horizon}"
                        )),
                );
            }
        }
    }

    /// Years of money are whole numbers; the last one counted is not before the horizon.
    fn finish_money(&mut self, base_year: Year, horizon: Year) {
        let last = base_year + LONGEST_PROJECTION + YEARS_BEYOND;
        for (parameter, from, to) in [
            (Parameter::MoneyThrough, horizon, last),
            (Parameter::PresentYear, base_year - LONGEST_PROJECTION, last),
        ] {
            let path = parameter.path(());
            let Some((value, _, place)) = self.settings.numbers.get(&path) else {
                continue;
            };
            let year = value.as_constant().unwrap_or(f64::from(from));
            // Whole, but for the rounding of a sweep.
            let whole = year.round();
            if (year - whole).abs() > 1e-6 || !(f64::from(from)..=f64::from(to)).contains(&whole) {
                self.errors.push(place.wrong(
                    format!("`{path}`: {year} is not a year that money can be counted in"),
                    format!("expected a year from {from} to {to}"),
                ));
            }
        }
    }
}

/// What a reader of the numbers must know: what bounds have cut off.
fn notes(scenario: &Scenario) -> Vec<String> {
    let inputs = scenario.inputs.iter().map(|input| (&input.path, &input.value));
    let ranges = scenario.sweep.vary.iter().filter(|input| !input.prior);
    inputs
        .chain(ranges.map(|input| (&input.path, &input.range)))
        .filter_map(|(path, value)| cut_note(path, value))
        .collect()
}

/// A number of a file that repeats its documented default, as in a scenario that the program wrote, is that default.
fn keep_origin(
    input: &mut Input,
    defaults: &defaults::Defaults,
    levers: &[super::types::Lever],
    history: &HistoryData,
) -> Result<(), Diagnostics> {
    let Origin::File(_) = input.origin else {
        return Ok(());
    };
    let path: Vec<&str> = input.path.split('.').collect();
    let lever = |id: &str| levers.iter().find(|lever| lever.id == id);
    let found = match path.as_slice() {
        ["levers", id, "trade_base", pair] => match lever(id) {
            Some(lever) => trade::default_of(lever, pair)?,
            None => None,
        },
        ["levers", id, ..] => {
            let key = path[2..].join(".");
            lever(id).and_then(|lever| lever.kind.default(&key).cloned())
        }
        ["baseline", economy, ..] if Parameter::InitialShare.row().path.ends_with(path[2]) => {
            Economy::parse(economy).and_then(|economy| published_share(history, economy))
        }
        _ => defaults::lookup(defaults, &input.path).map(|(value, origin)| Input {
            path: input.path.clone(),
            value: value.clone(),
            origin: origin.clone(),
        }),
    };
    if let Some(default) = found.filter(|default| default.value == input.value) {
        input.origin = default.origin;
    }
    Ok(())
}

/// The digital share of the base year that the history holds.
fn published_share(history: &HistoryData, economy: Economy) -> Option<Input> {
    let path = Parameter::InitialShare.path(economy);
    let share = history.economy(economy)?.share.as_ref()?;
    let (grade, reason) = match &share.assumption {
        Some(assumption) => (
            Grade::J,
            format!(
                "Digital share of {} in {}: {assumption}.",
                economy.name(),
                history.base_year
            ),
        ),
        None => (Grade::A, "The level that the history table holds.".to_owned()),
    };
    // Cut off at the bounds like any number of a file, so that the resolved scenario gives the same bits.
    let value = admit(Parameter::InitialShare.row(), share.distribution.clone())
        .unwrap_or_else(|_| share.distribution.clone());
    Some(Input {
        path,
        value,
        origin: Origin::Default {
            grade,
            source: "history table".to_owned(),
            reason,
        },
    })
}
