//! Levers in scenario files: `[levers.ID]`.

use std::collections::BTreeMap;

use toml_edit::Item;

use super::{
    admit::short,
    input::{Input, Origin},
    kinds::{CreationMode, LeverKind, ScaleBasis, TradeBasis},
    number,
    parameters::Parameter,
    reader::{ChoiceSettings, LeverSettings, Mark, Reader, Text},
    trade,
    types::{Lever, pairs},
};
use crate::{
    base::{Diagnostic, Diagnostics, Economy, Element, Year, nearest},
    stats::Distribution,
};

/// Keys of a lever besides its numbers.
pub(super) const TEXT_KEYS: [&str; 9] = [
    "title",
    "kind",
    "partners",
    "scale_basis",
    "creation_mode",
    "spending",
    "scales",
    "requires",
    "excludes",
];

/// The most years of a spending profile.
pub(super) const SPENDING_YEARS: usize = 50;

/// Words of tables that cannot name a payer.
const TAKEN: [&str; 2] = ["group", "all"];

/// The most levers of a scenario.
pub const LEVER_LIMIT: usize = 200;

/// Whether a key may name a lever: it stands in paths and random streams.
pub(super) fn is_id(key: &str) -> bool {
    (1..=60).contains(&key.len())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// The parts of a spending profile.
fn spending(item: &Item) -> Option<Vec<f64>> {
    let part = |value| {
        number::plain(value)
            .ok()
            .filter(|part| (0.0..=1e6).contains(part))
    };
    let parts: Vec<f64> = item.as_array()?.iter().map(part).collect::<Option<_>>()?;
    let right = parts.len() <= SPENDING_YEARS && parts.iter().sum::<f64>() > 0.0;
    right.then_some(parts)
}

impl Reader<'_> {
    /// Reads a key of [`TEXT_KEYS`].
    pub(super) fn read_lever_text(&mut self, id: &str, name: &str, item: &Item, place: &Mark, text: &Text) {
        let path = format!("levers.{id}.{name}");
        match name {
            "title" => {
                if let Some(title) = self.read_title(item, &path, place) {
                    self.set(id, |lever| lever.title = Some(title));
                }
            }
            "scales" | "requires" | "excludes" => {
                let known = self.settings.levers.get(id);
                let mut choice = known.map(|lever| lever.choice.clone()).unwrap_or_default();
                self.read_choice(&mut choice, name, &path, item, place);
                self.set(id, |lever| lever.choice = choice);
            }
            "spending" => match spending(item) {
                Some(parts) => self.set(id, |lever| lever.spending = parts),
                None => self.errors.push(place.wrong(
                    format!("`{path}` is no spending profile"),
                    format!(
                        "expected a list of one to {SPENDING_YEARS} numbers from 0 on, one above 0, such as [1, 3, 1]: parts of the \
                         capital cost by year from the start"
                    ),
                )),
            },
            "partners" => {
                if let Some(partners) = self.read_economies(&path, item, place, text) {
                    self.set(id, |lever| lever.partners = Some((partners, place.clone())));
                }
            }
            "kind" => {
                if let Some(kind) = self.read_text(item, &path, place) {
                    let known: Vec<&str> = LeverKind::names().collect();
                    if known.contains(&kind.as_str()) {
                        self.set(id, |lever| lever.kind = Some((kind, place.clone())));
                    } else {
                        self.errors.push(
                            place
                                .wrong(
                                    format!("there is no lever kind `{}`", short(&kind)),
                                    format!("expected {}", known.join(", ")),
                                )
                                .suggest(&kind, known),
                        );
                    }
                }
            }
            _ => {
                let Some(value) = self.read_text(item, &path, place) else {
                    return;
                };
                let (known, found) = if name == "scale_basis" {
                    let basis = ScaleBasis::parse(&value);
                    if let Some(basis) = basis {
                        self.set(id, |lever| lever.scale_basis = Some(basis));
                    }
                    (ScaleBasis::ALL.map(ScaleBasis::key).to_vec(), basis.is_some())
                } else {
                    let mode = CreationMode::parse(&value);
                    if let Some(mode) = mode {
                        self.set(id, |lever| lever.creation_mode = Some(mode));
                    }
                    (CreationMode::ALL.map(CreationMode::key).to_vec(), mode.is_some())
                };
                if !found {
                    self.errors.push(
                        place
                            .wrong(
                                format!("`{path}` cannot be `{}`", short(&value)),
                                format!("expected {}", known.join(", ")),
                            )
                            .suggest(&value, known),
                    );
                }
            }
        }
    }

    fn set(&mut self, id: &str, change: impl FnOnce(&mut LeverSettings)) {
        if let Some(lever) = self.settings.levers.get_mut(id) {
            change(lever);
        }
    }

    /// Checks the levers and resolves their kinds.
    pub(super) fn finish_levers(
        &mut self,
        economies: &[Economy],
        base_year: Year,
        horizon: Year,
    ) -> Result<Vec<Lever>, Diagnostics> {
        let all = std::mem::take(&mut self.settings.levers);
        if all.len() > LEVER_LIMIT {
            let (_, lever) = all.iter().nth(LEVER_LIMIT).unzip();
            if let Some(lever) = lever {
                self.errors.push(lever.at.wrong(
                    format!(
                        "{} levers are more than the {LEVER_LIMIT} a scenario may have",
                        all.len()
                    ),
                    "one too many",
                ));
            }
            // Their other errors would bury this one.
            return Ok(Vec::new());
        }
        let mut levers = Vec::new();
        let mut names = BTreeMap::new();
        let ids: Vec<&str> = all
            .iter()
            .filter(|(_, settings)| settings.keys.iter().any(|key| key == "kind"))
            .map(|(id, _)| id.as_str())
            .collect();
        for (id, settings) in &all {
            levers.extend(self.finish_lever((id, settings), &ids, economies, base_year, horizon)?);
            if let Some((title, place)) = &settings.title
                && let Some(other) = names.insert(title, id)
            {
                self.errors.push(place.wrong(
                    format!("the levers `{other}` and `{id}` have one title"),
                    "expected a title of its own",
                ));
            }
        }
        let choices: Vec<(String, ChoiceSettings)> = all
            .iter()
            .map(|(id, settings)| (id.clone(), settings.choice.clone()))
            .collect();
        self.settings.levers = all;
        if self.errors.is_empty() {
            self.check_choices(&levers, &choices);
        }
        Ok(levers)
    }

    /// The earliest year in which a lever may start, if it is stated; what lies outside the projection is refused.
    fn finish_start(&mut self, id: &str, base_year: Year, horizon: Year) -> Option<Year> {
        let (value, _, place) = self.settings.numbers.get(&format!("levers.{id}.start"))?;
        let (first, last) = value.support();
        if first < f64::from(base_year + 1) || last > f64::from(horizon) {
            let what = match value.as_constant() {
                Some(year) => format!("starts in {year}"),
                None => "may start in a year".to_owned(),
            };
            let diagnostic = place.wrong(
                format!("the lever `{id}` {what}, outside the projection"),
                format!("expected {} to {horizon}, the horizon", base_year + 1),
            );
            self.errors.push(match value.as_constant() {
                Some(_) => diagnostic,
                None => diagnostic.help(
                    "an uncertain start is written { choice = [2026, 2028] } or { uniform = [2026, 2028] }",
                ),
            });
        }
        Some(libm::floor(first) as Year)
    }

    fn finish_lever(
        &mut self,
        (id, settings): (&str, &LeverSettings),
        others: &[&str],
        economies: &[Economy],
        base_year: Year,
        horizon: Year,
    ) -> Result<Option<Lever>, Diagnostics> {
        let missing = |key: &str, expected: &str| {
            settings
                .at
                .wrong(format!("the lever `{id}` has no `{key}`"), expected.to_owned())
        };
        let absent = |key: &str| !settings.keys.iter().any(|known| known == key);
        if settings.at.is_argument("--set") && absent("kind") {
            // Nobody describes a lever on the command line: its id is wrong, not three keys missing.
            self.errors.push(
                settings
                    .at
                    .wrong(format!("there is no lever `{id}`"), "no file has it")
                    .suggest(id, others.iter().copied()),
            );
            return Ok(None);
        }
        if absent("kind") {
            let kinds: Vec<&str> = LeverKind::names().collect();
            self.errors.push(missing(
                "kind",
                &format!("add `kind`, one of {}", kinds.join(", ")),
            ));
        }
        if absent("partners") {
            self.errors
                .push(missing("partners", "add `partners`, such as [\"CHN\", \"KOR\"]"));
        }
        let start = self.finish_start(id, base_year, horizon);
        if start.is_none() && absent("start") {
            self.errors
                .push(missing("start", "add `start`, a year such as 2026"));
        }
        if let Some((partners, place)) = &settings.partners {
            for partner in partners.iter().filter(|partner| !economies.contains(partner)) {
                self.errors.push(
                    place
                        .wrong(
                            format!(
                                "{partner} is a partner of `{id}` but not among the economies of the scenario"
                            ),
                            "expected economies of the scenario",
                        )
                        .help(format!("add \"{partner}\" to `economies`")),
                );
            }
        }
        let (Some((kind, kind_place)), Some((partners, _))) = (&settings.kind, &settings.partners) else {
            if absent("scale") {
                self.errors
                    .push(missing("scale", "add `scale`, one number or a table by partner"));
            }
            return Ok(None);
        };
        let Some(kind) = LeverKind::named(kind)? else {
            return Ok(None);
        };
        let number = |parameter: Parameter| {
            let key = parameter.lever_key()?;
            let set = self.settings.numbers.get(&format!("levers.{id}.{key}"));
            set.map(|(value, _, _)| value)
                .or_else(|| kind.default(key).map(|input| &input.value))
        };
        let mut errors = Diagnostics::new();
        let works_through_trade =
            number(Parameter::TradeGain).is_some_and(|gain| gain.support() != (0.0, 0.0));
        if works_through_trade && partners.len() == 1 && kind.trade_basis == TradeBasis::Pairs {
            let place = settings.partners.as_ref().map_or(kind_place, |(_, place)| place);
            errors.push(
                place
                    .wrong(
                        format!("the lever `{id}` works through the trade of its partners and has one"),
                        "expected two or more",
                    )
                    .help("a program of one country creates; `trade_gain = 0` takes the trade out"),
            );
        }
        // What stands there and is wrong has been reported.
        let needs_trade = works_through_trade && absent("trade_base");
        errors.extend(self.trade_errors(id, kind, partners, kind_place, needs_trade)?);
        errors.extend(self.score_errors(id, kind, partners, kind_place)?);
        let prefix = format!("levers.{id}.scale.");
        let hosted = self.settings.numbers.keys().any(|path| path.starts_with(&prefix));
        // A scale that is wrong has been reported; an empty table has not.
        if number(Parameter::SharedScale).is_none() && !hosted && (absent("scale") || self.errors.is_empty())
        {
            errors.push(
                missing("scale", "add `scale`, one number or a table by partner")
                    .help(format!("its unit: {}", kind.unit)),
            );
        }
        let is_partner = |name: &str| partners.iter().any(|partner| partner.code() == name);
        for (path, (_, _, place)) in &self.settings.numbers {
            let name = path.strip_prefix(&prefix).filter(|code| !is_partner(code));
            if let Some(code) = name {
                errors.push(not_a_partner(path, code, partners, place));
            }
        }
        let prefix = format!("levers.{id}.cost_shares.");
        let shares: Vec<(&Distribution, &Mark)> = self
            .settings
            .numbers
            .iter()
            .filter(|(path, _)| path.starts_with(&prefix))
            .map(|(_, (value, _, place))| (value, place))
            .collect();
        let mut payers = Vec::new();
        for (path, (_, _, place)) in &self.settings.numbers {
            let Some(name) = path.strip_prefix(&prefix).filter(|name| !is_partner(name)) else {
                continue;
            };
            match self.wrong_payer(path, name, partners, economies, place) {
                Some(wrong) => errors.push(wrong),
                None => payers.push(name.to_owned()),
            }
        }
        if let Some((_, place)) = shares.first()
            && shares.iter().all(|(value, _)| value.as_constant() == Some(0.0))
        {
            errors.push(place.wrong(
                format!("nobody pays for the lever `{id}`"),
                "expected at least one part above 0",
            ));
        }
        let scale_basis = settings.scale_basis.unwrap_or(kind.scale_basis);
        if scale_basis == ScaleBasis::PerMillionPeople {
            for partner in partners {
                if self
                    .history
                    .economy(*partner)
                    .is_some_and(|data| data.population.is_none())
                {
                    errors.push(
                        kind_place
                            .wrong(
                                format!("the history has no population of {partner}"),
                                "this kind is measured per million people",
                            )
                            .help("add rows `population` to the history table"),
                    );
                }
            }
        }
        self.errors.extend(errors);
        Ok(start.map(|start| Lever {
            id: id.to_owned(),
            kind,
            partners: partners.clone(),
            start,
            scale_basis,
            creation_mode: settings.creation_mode.unwrap_or(kind.creation_mode),
            spending: settings.spending.clone(),
            payers,
            title: settings.title.as_ref().map(|(title, _)| title.clone()),
            choice: settings.choice.choice.clone(),
        }))
    }

    /// Why a name in `cost_shares` that is no partner is no payer outside the partners either.
    fn wrong_payer(
        &self,
        path: &str,
        name: &str,
        partners: &[Economy],
        economies: &[Economy],
        place: &Mark,
    ) -> Option<Diagnostic> {
        let is_economy = |economy: &Economy| economy.code() == name;
        let known = self.history.economies.iter().map(|data| data.economy);
        if economies.iter().any(is_economy) || known.into_iter().any(|economy| is_economy(&economy)) {
            let wrong = not_a_partner(path, name, partners, place);
            return Some(wrong.help(format!(
                "add it to `partners`; a payer that takes no part has a name of its own, such as {name}-aid"
            )));
        }
        if let Some(near) = nearest(name, partners.iter().map(Economy::code)) {
            let wrong = not_a_partner(path, name, partners, place);
            return Some(wrong.help(format!(
                "did you mean `{near}`? A payer outside the partners has a name less like that, such as {name}-fund"
            )));
        }
        let taken = TAKEN.contains(&name) || name.bytes().all(|byte| byte.is_ascii_digit());
        taken.then(|| {
            place.wrong(
                format!("`{path}`: `{name}` cannot name a payer"),
                "expected a name such as ADB; tables use this word for something else",
            )
        })
    }
}

fn not_a_partner(path: &str, name: &str, partners: &[Economy], place: &Mark) -> Diagnostic {
    let codes: Vec<&str> = partners.iter().map(Economy::code).collect();
    place.wrong(
        format!("`{path}`: {name} is not a partner of the lever"),
        format!("expected {}", codes.join(", ")),
    )
}

/// Appends the inputs of a lever: what is set, and the defaults of its kind, in the order of the parameter table.
///
/// # Errors
/// If the embedded data are broken, which the tests exclude.
pub(super) fn inputs(
    lever: &Lever,
    numbers: &mut BTreeMap<String, (Distribution, Origin, Mark)>,
    inputs: &mut Vec<Input>,
) -> Result<(), Diagnostics> {
    let trade = trade::defaults(lever, numbers)?;
    let mut take = |key: &str| {
        let path = format!("levers.{}.{key}", lever.id);
        if let Some((value, origin, _)) = numbers.remove(&path) {
            inputs.push(Input { path, value, origin });
        } else if let Some(default) = trade.iter().find(|input| input.path == path) {
            inputs.push(default.clone());
        } else if let Some(default) = lever.kind.default(key) {
            inputs.push(Input {
                path,
                ..default.clone()
            });
        }
    };
    for key in Parameter::ALL
        .iter()
        .filter_map(|parameter| parameter.lever_key())
    {
        if let Some(stem) = key.strip_suffix("{element}") {
            Element::ALL
                .iter()
                .for_each(|element| take(&format!("{stem}{}", element.key())));
        } else if let Some(stem) = key.strip_suffix("{pair}") {
            pairs(&lever.partners)
                .iter()
                .for_each(|(first, second)| take(&format!("{stem}{first}-{second}")));
        } else if let Some(stem) = key.strip_suffix("{payer}") {
            let partners = lever.partners.iter().map(Economy::code);
            partners
                .chain(lever.payers.iter().map(String::as_str))
                .for_each(|payer| take(&format!("{stem}{payer}")));
        } else if let Some(stem) = key.strip_suffix("{economy}") {
            lever
                .partners
                .iter()
                .for_each(|partner| take(&format!("{stem}{partner}")));
        } else {
            take(key);
        }
    }
    Ok(())
}
