//! Defaults of sweeps in scenario files: `[sweep]`.

use toml_edit::{Document, Item};

use super::{
    admit::{bounded, hint, short},
    input::{Input, Origin},
    levers,
    load::ROOT_KEYS,
    number, parameters,
    reader::{Mark, Reader, Text},
    types::{BASELINE, Scenario, SweepDefaults, SweepInput},
};
use crate::{
    base::{Economy, Measure, Place, Selector, nearest},
    stats::Distribution,
};

/// Keys of `[sweep]`.
pub(super) const KEYS: [&str; 4] = ["outcome", "method", "size", "vary"];
/// The most design points that a file may ask for.
const SIZE_LIMIT: i64 = 10_000_000;

impl Reader<'_> {
    /// Reads `outcome`, `method` or `size`.
    pub(super) fn read_sweep_text(&mut self, name: &str, item: &Item, place: &Mark, text: &Text) {
        match name {
            "outcome" => {
                let one = item.as_str().map(|one| vec![(one.to_owned(), place.clone())]);
                let list = item.as_array().and_then(|array| {
                    array
                        .iter()
                        .map(|value| Some((value.as_str()?.to_owned(), text.place(value.span()))))
                        .collect::<Option<Vec<_>>>()
                });
                match one.or(list).filter(|outcomes| !outcomes.is_empty()) {
                    Some(outcomes) => self.settings.sweep.outcomes = outcomes,
                    None => self.errors.push(place.wrong(
                        "`sweep.outcome` is not an outcome",
                        "expected a selector such as \"CHN.share@2035\", or a list of selectors",
                    )),
                }
            }
            "method" => {
                let method = self.read_text(item, "sweep.method", place);
                self.settings.sweep.method = method.or(self.settings.sweep.method.take());
            }
            _ => match item.as_integer().filter(|size| (1..=SIZE_LIMIT).contains(size)) {
                Some(size) => self.settings.sweep.size = Some(size as usize),
                None => self.errors.push(place.wrong(
                    "`sweep.size` is not a number of runs",
                    format!("expected a whole number from 1 to {SIZE_LIMIT}"),
                )),
            },
        }
    }

    /// Reads an entry of `[sweep.vary]`; it is checked when every parameter is known.
    pub(super) fn read_sweep_vary(&mut self, path: &str, item: &Item, key: &Mark, value: &Mark) {
        let vary = &mut self.settings.sweep.vary;
        vary.retain(|(other, _, _)| other != path);
        if vary.len() >= 100 {
            self.errors
                .push(key.wrong("more than 100 inputs vary", "one too many"));
        } else {
            vary.push((path.to_owned(), item.clone(), value.clone()));
        }
    }

    fn is_refused_lever(&self, scenario: &Scenario, path: &str) -> bool {
        let id = path
            .strip_prefix("levers.")
            .and_then(|rest| rest.split('.').next());
        id.is_some_and(|id| self.settings.levers.contains_key(id) && scenario.lever(id).is_none())
    }

    /// Checks what a sweep needs against the resolved scenario.
    pub(super) fn finish_sweep(&mut self, scenario: &Scenario) -> SweepDefaults {
        let settings = std::mem::take(&mut self.settings.sweep);
        let (mut outcomes, mut behind_horizon) = (Vec::new(), Vec::new());
        let cut_short = self
            .settings
            .horizon
            .as_ref()
            .is_some_and(|(_, mark)| mark.is_argument("--horizon"));
        for (text, place) in &settings.outcomes {
            // A nearer horizon on the command line is no fault of the file; a sweep refuses these.
            let behind = match Selector::parse(text).map(|selector| selector.measure) {
                Ok(Measure::Metric { year: Some(year), .. }) => year > scenario.horizon,
                _ => false,
            };
            if cut_short && behind {
                behind_horizon.push(text.clone());
                continue;
            }
            match scenario.selector(text) {
                Ok(selector) => outcomes.push(selector),
                Err(message) => self
                    .errors
                    .push(place.wrong(message, "not an outcome of this scenario")),
            }
        }
        let mut vary = Vec::new();
        for (path, item, place) in &settings.vary {
            // A number that the command line fixes, or a file that extends this one, has no distribution of its own left to vary
            // over.
            let fixed = scenario.input(path).is_some_and(|input| {
                let elsewhere = match &input.origin {
                    Origin::CommandLine => true,
                    Origin::File(name) => *name != place.source.name,
                    Origin::Default { .. } => false,
                };
                elsewhere && input.value.as_constant().is_some()
            });
            if fixed && item.as_str() == Some("prior") {
                continue;
            }
            match sweep_inputs(scenario, path, item) {
                Ok(inputs) => {
                    // A path that is written out goes before one that a star stands for.
                    let exact = !path.contains('*');
                    for input in inputs {
                        let known = vary
                            .iter()
                            .position(|other: &SweepInput| other.path == input.path);
                        match known {
                            Some(known) if exact => vary[known] = input,
                            Some(_) => {}
                            None => vary.push(input),
                        }
                    }
                }
                // The inputs of a lever that is refused are not known.
                Err(_) if self.is_refused_lever(scenario, path) => {}
                Err((message, help)) => {
                    self.errors.push(
                        place
                            .wrong(message, "expected [low, high], a distribution, or \"prior\"")
                            .help(help),
                    );
                }
            }
        }
        SweepDefaults {
            outcomes,
            behind_horizon,
            method: settings.method,
            size: settings.size,
            vary,
        }
    }
}

/// Reads `PATH=RANGE`, as `--vary` takes it: `[low, high]`, `LOW to HIGH`, a distribution, or `prior`. A `*` in a path stands for
/// any name between dots: `levers.*.success` is that of every lever, with `prior` of every lever for which it is uncertain.
///
/// # Errors
/// What is wrong, and a way out.
pub fn read_vary(scenario: &Scenario, argument: &str) -> Result<Vec<SweepInput>, (String, String)> {
    let (path, range) = argument.split_once('=').unwrap_or((argument, "prior"));
    let parse = |toml: String| {
        Document::parse(toml)
            .ok()
            .and_then(|document| document.get("v").cloned())
    };
    let item = parse(format!("v={range}"))
        .or_else(|| parse(format!("v={}", toml_edit::Value::from(range.trim()))))
        .unwrap_or(Item::None);
    sweep_inputs(scenario, path.trim(), &item)
}

/// Reads `PATH=[LOW, HIGH]`, or `PATH` alone for the range that is usual for it: from the 0.1 % to the 99.9 % point of an uncertain
/// number; all that is allowed, where that is a year or not more than 1 wide; otherwise up to ten times the number.
///
/// # Errors
/// What is wrong, and a way out.
pub fn read_range(scenario: &Scenario, argument: &str) -> Result<(String, [f64; 2]), (String, String)> {
    let path = argument.split_once('=').map_or(argument, |(path, _)| path).trim();
    if path.contains('*') {
        return Err((
            format!("`{}` is not one input", short(path)),
            "write its whole path".to_owned(),
        ));
    }
    if argument.contains('=') {
        let inputs = read_vary(scenario, argument)?;
        return match inputs.as_slice() {
            [input] if matches!(input.range, Distribution::Uniform { .. }) => {
                let (low, high) = input.range.support();
                Ok((input.path.clone(), [low, high]))
            }
            _ => Err((
                format!("`{}` is no range", short(argument)),
                "write PATH=[LOW, HIGH]".to_owned(),
            )),
        };
    }
    let input = known_input(scenario, path)?;
    let bounds = input.parameter().map(|parameter| parameter.row().bounds);
    let (low, high) = bounds.map_or((f64::MIN, f64::MAX), |bounds| (bounds.low, bounds.high));
    let is_year = input.unit() == "year";
    let horizon = f64::from(scenario.horizon);
    let usual = match input.value.as_constant() {
        Some(year) if is_year => [year.min(horizon), year.max(horizon)],
        None => [input.value.quantile(0.001), input.value.quantile(0.999)],
        Some(_) if high - low <= 1.0 => [low, high],
        Some(number) if number > 0.0 => [low.max(0.0), high.min(10.0 * number)],
        Some(number) if number < 0.0 => [low.max(10.0 * number), 0.0],
        Some(_) => [low.max(0.0), high.min(1.0)],
    };
    if usual[0] < usual[1] {
        Ok((path.to_owned(), usual))
    } else {
        Err((
            format!("no range is usual for `{path}`"),
            "give one, as PATH=[LOW, HIGH]".to_owned(),
        ))
    }
}

/// The inputs that a path stands for.
fn sweep_inputs(scenario: &Scenario, path: &str, item: &Item) -> Result<Vec<SweepInput>, (String, String)> {
    if !path.contains('*') {
        return sweep_input(scenario, path, item).map(|input| vec![input]);
    }
    let fits = |known: &str| {
        let (mut known, mut wanted) = (known.split('.'), path.split('.'));
        loop {
            match (known.next(), wanted.next()) {
                (None, None) => return true,
                (Some(known), Some(wanted)) if wanted == "*" || wanted == known => {}
                _ => return false,
            }
        }
    };
    let prior = item.as_str() == Some("prior");
    let named = scenario.inputs.iter().filter(|input| fits(&input.path));
    let inputs: Vec<SweepInput> = named
        .filter(|input| !prior || input.value.as_constant().is_none())
        .map(|input| sweep_input(scenario, &input.path, item))
        .collect::<Result<_, _>>()?;
    if inputs.is_empty() {
        let kind = if prior { "uncertain input" } else { "input" };
        return Err((
            format!("no {kind} of the scenario is called `{}`", short(path)),
            "a `*` stands for one name between dots, as in `levers.*.success`".to_owned(),
        ));
    }
    Ok(inputs)
}

/// Why a key that is no number cannot vary, and what to vary instead.
fn cannot_vary(path: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = path.split('.').collect();
    let help = match parts.as_slice() {
        ["levers", _, key] if levers::TEXT_KEYS.contains(key) => {
            "options compare levers that differ in it".to_owned()
        }
        ["horizon"] => {
            "give --horizon, or outcomes of several years such as CHN.gdp@2030 and CHN.gdp@2035".to_owned()
        }
        [key, ..] if ROOT_KEYS.contains(key) => {
            String::from("only numbers vary; `jointly explain` lists them")
        }
        _ => return None,
    };
    Some((format!("`{}` cannot vary", short(path)), help))
}

/// A lever or an economy in a path that the scenario does not have.
fn is_not_there(scenario: &Scenario, path: &str) -> Option<(String, String)> {
    let parts: Vec<&str> = path.split('.').collect();
    let near = |name: &str, known: Vec<&str>| match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => "it has none".to_owned(),
        None => format!("there are {}", known.join(", ")),
    };
    match parts.as_slice() {
        ["levers", id, ..] if scenario.lever(id).is_none() => {
            let known = scenario.levers.iter().map(|lever| lever.id.as_str()).collect();
            Some((
                format!("the scenario has no lever `{}`", short(id)),
                near(id, known),
            ))
        }
        ["baseline" | "matrix" | "shock", code, ..]
            if Economy::parse(code).is_some_and(|economy| !scenario.economies.contains(&economy)) =>
        {
            let known = scenario.economies.iter().map(Economy::code).collect();
            Some((
                format!("{} is not among the economies of the scenario", short(code)),
                near(code, known),
            ))
        }
        _ => None,
    }
}

/// The input of a path that a person wrote.
fn known_input<'a>(scenario: &'a Scenario, path: &str) -> Result<&'a Input, (String, String)> {
    scenario.input(path).ok_or_else(|| {
        if let Some(fixed) = cannot_vary(path).or_else(|| is_not_there(scenario, path)) {
            return fixed;
        }
        let known = scenario.inputs.iter().map(|input| input.path.as_str());
        let help = match (nearest(path, known), parameters::find(path)) {
            (_, Some(_)) => "the scenario does not set it; give it a value first".to_owned(),
            (Some(name), None) => format!("did you mean `{name}`?"),
            (None, None) => "see `jointly explain` for every path".to_owned(),
        };
        (format!("the scenario has no input `{}`", short(path)), help)
    })
}

fn sweep_input(scenario: &Scenario, path: &str, item: &Item) -> Result<SweepInput, (String, String)> {
    let input = known_input(scenario, path)?;
    let Some(parameter) = input.parameter() else {
        return Err((format!("`{}` is no parameter", short(path)), String::new()));
    };
    let row = parameter.row();
    if item.as_str() == Some("prior") {
        return if input.value.as_constant().is_some() {
            Err((
                format!("`{path}` is the number {} and has no distribution", input.value),
                "give a range [low, high]".to_owned(),
            ))
        } else {
            Ok(SweepInput {
                path: path.to_owned(),
                range: input.value.clone(),
                prior: true,
            })
        };
    }
    let range = match item.as_array() {
        Some(array) => {
            let numbers: Result<Vec<f64>, String> = array.iter().map(number::plain).collect();
            numbers.and_then(|numbers| match numbers.as_slice() {
                [low, high] => Distribution::uniform(*low, *high).map_err(|error| error.to_string()),
                [_, _, _, ..] => Err(
                    "a range is a list of two numbers; write { choice = [VALUE, ...] } for stated levels"
                        .to_owned(),
                ),
                _ => Err("a range is a list of two numbers".to_owned()),
            })
        }
        None => years(item).unwrap_or_else(|| number::read(item)),
    };
    let range = range.map_err(|message| (format!("`{path}`: {message}"), number::FORMS.to_owned()))?;
    let bounded = if range.as_constant().is_some() {
        Err("a number does not vary".to_owned())
    } else {
        bounded(row, range)
    };
    bounded
        .map(|range| SweepInput {
            path: path.to_owned(),
            range,
            prior: false,
        })
        .map_err(|message| (format!("`{path}`: {message}"), hint(row)))
}

/// Reads `"2026..2032"`, every year of which is equally likely; `None` for what is written otherwise.
fn years(item: &Item) -> Option<Result<Distribution, String>> {
    let (first, last) = item.as_str()?.split_once("..")?;
    let year = |text: &str| text.trim().parse::<i32>().ok();
    let (Some(first), Some(last)) = (year(first), year(last)) else {
        return Some(Err("years are written 2026..2032".to_owned()));
    };
    if last <= first || last - first >= 100 {
        return Some(Err(format!("{first}..{last} are not 2 to 100 years")));
    }
    let all: Vec<f64> = (first..=last).map(f64::from).collect();
    Some(Distribution::one_of(all.into_iter()).map_err(|error| error.to_string()))
}

impl Scenario {
    /// Reads a selector and checks that it names an outcome of this scenario.
    ///
    /// # Errors
    /// What is wrong, in one sentence.
    pub fn selector(&self, text: &str) -> Result<Selector, String> {
        let selector = Selector::parse(text)?;
        if let Some(name) = &selector.option
            && name != BASELINE
            && !self.options.iter().any(|option| option.name == *name)
        {
            let names = self.options.iter().map(|option| option.name.as_str());
            let hint = nearest(name, names.clone())
                .map_or_else(String::new, |name| format!(", did you mean `{name}`?"));
            return Err(format!("there is no option `{}`{hint}", short(name)));
        }
        let known = |economy: Economy| {
            if self.economies.contains(&economy) {
                Ok(())
            } else {
                Err(format!("{economy} is not among the economies of the scenario"))
            }
        };
        match selector.measure {
            Measure::Money { economy, .. } => economy.map_or(Ok(()), known)?,
            Measure::Metric {
                place, metric, year, ..
            } => {
                match place {
                    Place::Economy(economy) => known(economy)?,
                    Place::Group => {}
                }
                if let Some(year) = year
                    && year > self.horizon
                {
                    return Err(format!("{year} lies behind the horizon {}", self.horizon));
                }
                let fits = match place {
                    Place::Group => {
                        !matches!(metric, crate::base::Metric::Gap | crate::base::Metric::Closure)
                    }
                    Place::Economy(_) => metric != crate::base::Metric::Dispersion,
                };
                if !fits {
                    return Err(format!("`{}` has no value for {place}", metric.key()));
                }
            }
        }
        Ok(selector)
    }
}
