//! What can be moved: every number that a scenario holds or may set, with what a reader must know of it.

use serde::Serialize;

use super::answer::Explorer;
use crate::{
    base::{Diagnostics, Economy, Metric, Place, Year},
    report::significant,
    scenario::{Grade, Input, Names, Origin, Parameter, Scenario, find_parameter, written},
    session::{CalibrateRequest, Session},
};

/// The numbers that stand on the page without a search, by heading; those of levers stand beside their lever.
const GROUPS: &[(&str, &[Parameter])] = &[
    (
        "Growth of the economies",
        &[Parameter::GrowthViewMean, Parameter::LongRunGrowth],
    ),
    (
        "Hazards",
        &[
            Parameter::TensionHazard,
            Parameter::Severity,
            Parameter::RuptureLoss,
            Parameter::CyberHazard,
        ],
    ),
    (
        "How the economies respond",
        &[
            Parameter::GdpResponse,
            Parameter::ShareResponse,
            Parameter::TradeIncome,
            Parameter::Decay,
        ],
    ),
    ("Money", &[Parameter::DiscountRate, Parameter::MoneyThrough]),
];

/// The numbers of a lever that stand beside it.
const OF_LEVER: &[Parameter] = &[
    Parameter::SharedScale,
    Parameter::HostedScale,
    Parameter::Success,
    Parameter::Effectiveness,
    Parameter::DelayYears,
];

/// The fan may show these.
const OUTCOMES: [Metric; 3] = [Metric::DigitalEconomy, Metric::Gdp, Metric::Share];

/// What a view is worth where only its mean is moved: as many years of data as the panel has at least.
const VIEW_YEARS: &str = "10";

/// A number that can be moved.
#[derive(Clone, Debug, Serialize)]
pub struct Control {
    /// Its path, as `--set` takes it.
    pub path: String,
    /// Its name for people.
    pub label: String,
    /// What it means.
    pub meaning: String,
    /// Its unit.
    pub unit: String,
    /// How well it is supported, in words; empty for numbers of the file.
    pub grade: String,
    /// Where it comes from.
    pub source: String,
    /// Why this value.
    pub reason: String,
    /// Its value as a file says it; empty where it is not set.
    pub value: String,
    /// The ends of its 90 % range and its median; of one that is not set where a slider begins.
    pub range: [f64; 3],
    /// Whether it is the same in every future.
    pub exact: bool,
    /// Whether it may be uncertain.
    pub uncertain: bool,
    /// What is used where it is not set.
    pub otherwise: String,
    /// The smallest and largest value, and the step, of its slider.
    pub slider: [f64; 3],
    /// The smallest and largest value that is allowed.
    pub bounds: [f64; 2],
    /// Whether it changes the futures themselves.
    pub futures: bool,
    /// What must be set with it: path and value.
    pub with: Option<[String; 2]>,
}

/// A lever on the page.
#[derive(Clone, Debug, Serialize)]
pub struct LeverControls {
    id: String,
    title: String,
    meaning: String,
    unit: String,
    partners: Vec<String>,
    start: Year,
    /// Paths of its numbers that stand beside it.
    paths: Vec<String>,
}

/// A name for programs and one for people.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    key: String,
    name: String,
}

/// An option on the page.
#[derive(Clone, Debug, Serialize)]
pub struct OptionControls {
    key: String,
    name: String,
    levers: Vec<String>,
}

/// Everything that can be moved.
#[derive(Clone, Debug, Serialize)]
pub struct Controls {
    /// Title of the scenario.
    pub title: String,
    /// The file.
    pub file: String,
    /// The first and last year in which a lever may start.
    pub starts: [Year; 2],
    /// The options of the file.
    pub options: Vec<OptionControls>,
    /// The levers of the file.
    pub levers: Vec<LeverControls>,
    /// Headings, and the paths below each.
    pub groups: Vec<(&'static str, Vec<String>)>,
    /// Every number, by path.
    pub numbers: Vec<Control>,
    /// Places and metrics whose fan may be shown.
    pub places: Vec<Choice>,
    /// Metrics.
    pub metrics: Vec<Choice>,
}

impl Explorer {
    /// What can be moved, as the files of the scenario have it.
    ///
    /// # Errors
    /// If the history does not allow a calibration.
    pub fn controls(&self) -> Result<Controls, Diagnostics> {
        let scenario = self.scenario();
        let numbers = numbers(self.session())?;
        let of = |parameter: &Parameter| -> Vec<String> {
            numbers
                .iter()
                .filter(|control| find_parameter(&control.path) == Some(*parameter))
                .map(|control| control.path.clone())
                .collect()
        };
        let levers = scenario.levers.iter().map(|lever| {
            let prefix = format!("levers.{}.", lever.id);
            let paths = OF_LEVER.iter().flat_map(of);
            LeverControls {
                id: lever.id.clone(),
                title: lever.shown(),
                meaning: lever.kind.meaning.clone(),
                unit: lever.kind.unit.clone(),
                partners: lever
                    .partners
                    .iter()
                    .map(|partner| partner.name().to_owned())
                    .collect(),
                start: lever.start,
                paths: paths.filter(|path| path.starts_with(&prefix)).collect(),
            }
        });
        let choice = |key: &str, name: String| Choice {
            key: key.to_owned(),
            name,
        };
        let places = std::iter::once(Place::Group).chain(scenario.economies.iter().copied().map(Place::from));
        let base_year = self.session().history().base_year;
        Ok(Controls {
            title: scenario.title.clone(),
            file: self.path().display().to_string(),
            starts: [base_year + 1, scenario.horizon],
            options: scenario
                .options
                .iter()
                .map(|option| OptionControls {
                    key: option.name.clone(),
                    name: option.shown(),
                    levers: option.levers.clone(),
                })
                .collect(),
            levers: levers.collect(),
            groups: GROUPS
                .iter()
                .map(|(title, parameters)| (*title, parameters.iter().flat_map(of).collect()))
                .collect(),
            places: places
                .map(|place| choice(place.code(), capital(place.name())))
                .collect(),
            metrics: OUTCOMES
                .iter()
                .map(|metric| choice(metric.key(), capital(metric.label())))
                .collect(),
            numbers,
        })
    }
}

/// Every number that is set or has a default, and what the economies may be given beside.
fn numbers(session: &Session) -> Result<Vec<Control>, Diagnostics> {
    let scenario = session.scenario();
    let mut all: Vec<Control> = scenario
        .inputs
        .iter()
        .filter_map(|input| Some(set(scenario, input, input.parameter()?)))
        .collect();
    let calibrated = session.evidence().calibrate(&CalibrateRequest {
        economies: scenario
            .economies
            .iter()
            .map(|economy| economy.code().to_owned())
            .collect(),
        prior_years_max: None,
    })?;
    let mut offer = |parameter: Parameter, names: Names<'_>, start: f64| {
        let path = parameter.path(names);
        if scenario.input(&path).is_none() {
            all.push(unset(path, parameter, start));
        }
    };
    for (economy, calibrated) in scenario.economies.iter().zip(&calibrated.calibration.economies) {
        let rate = |log: f64| libm::expm1(log);
        let volume = rate(calibrated.volume.posterior.location);
        offer(Parameter::GrowthViewMean, (*economy).into(), volume);
        offer(Parameter::GrowthViewYears, (*economy).into(), 10.0);
        offer(
            Parameter::PriceViewMean,
            (*economy).into(),
            rate(calibrated.price.posterior.location),
        );
        offer(Parameter::PriceViewYears, (*economy).into(), 10.0);
        offer(
            Parameter::ShareViewMean,
            (*economy).into(),
            calibrated.share.posterior.location,
        );
        offer(Parameter::ShareViewYears, (*economy).into(), 10.0);
        offer(
            Parameter::LongRunGrowth,
            (*economy).into(),
            rate(calibrated.volume.prior.location),
        );
    }
    offer(
        Parameter::MoneyThrough,
        ().into(),
        f64::from(scenario.money_through()),
    );
    Ok(all)
}

/// A number that the scenario holds.
fn set(scenario: &Scenario, input: &Input, parameter: Parameter) -> Control {
    let [low, median, high] = input.value.quantiles([0.05, 0.5, 0.95]);
    let (_, source, reason) = input.origin.parts();
    let grade = match &input.origin {
        Origin::Default { grade, .. } if *grade != Grade::Convention => {
            format!("{}, {}", grade.key(), grade.meaning())
        }
        Origin::Default { grade, .. } => grade.meaning().to_owned(),
        _ => String::new(),
    };
    Control {
        unit: scenario.unit_of(&input.path).to_owned(),
        grade,
        source: source.to_owned(),
        reason: reason.to_owned(),
        value: written(&input.value),
        ..control(
            &input.path,
            parameter,
            [low, median, high],
            input.value.as_constant().is_some(),
        )
    }
}

/// A number that is not set.
fn unset(path: String, parameter: Parameter, start: f64) -> Control {
    // As many digits as anybody would type.
    let start = significant(start).replace(',', "").parse().unwrap_or(start);
    control(&path, parameter, [start; 3], true)
}

fn control(path: &str, parameter: Parameter, range: [f64; 3], exact: bool) -> Control {
    let row = parameter.row();
    let bounds = [row.bounds.low, row.bounds.high];
    let partner = match parameter {
        Parameter::GrowthViewMean => Some(Parameter::GrowthViewYears),
        Parameter::PriceViewMean => Some(Parameter::PriceViewYears),
        Parameter::ShareViewMean => Some(Parameter::ShareViewYears),
        _ => None,
    };
    Control {
        path: path.to_owned(),
        label: label(parameter, path),
        meaning: row.meaning.to_owned(),
        unit: row.unit.to_owned(),
        grade: String::new(),
        source: String::new(),
        reason: String::new(),
        value: String::new(),
        range,
        exact,
        uncertain: row.may_be_uncertain(),
        otherwise: row.otherwise().to_owned(),
        slider: slider(row.unit, bounds, range),
        bounds,
        futures: parameter.changes_futures(),
        with: partner.map(|partner| [partner.beside(path), VIEW_YEARS.to_owned()]),
    }
}

/// The name of a number for people: what its path ends in, and whose it is.
fn label(parameter: Parameter, path: &str) -> String {
    let (mut what, mut whose) = (Vec::new(), Vec::new());
    for (pattern, found) in parameter.row().path.split('.').zip(path.split('.')).skip(1) {
        match pattern {
            "{lever}" => {}
            "{economy}" => whose.push(economy_name(found)),
            "{pair}" => whose.extend(found.split('-').map(economy_name)),
            _ if pattern.starts_with('{') => whose.push(found.replace('-', " ")),
            _ => what.push(found.replace('_', " ").replace("gdp", "GDP")),
        }
    }
    let what = match parameter {
        Parameter::GrowthViewMean => "view of GDP growth".to_owned(),
        Parameter::PriceViewMean => "view of the dollar price".to_owned(),
        Parameter::ShareViewMean => "view of the digital share".to_owned(),
        _ => what.join(" "),
    };
    let whose = whose.join(" and ");
    capital(&if whose.is_empty() {
        what
    } else {
        format!("{what}, {whose}")
    })
}

fn economy_name(code: &str) -> String {
    Economy::parse(code).map_or_else(|| code.to_owned(), |economy| economy.name().to_owned())
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

/// Where a slider begins and ends, and its step: wide enough to move what is likely, as far as is allowed.
fn slider(unit: &str, [least, most]: [f64; 2], [low, median, high]: [f64; 3]) -> [f64; 3] {
    if unit == "year" {
        let year = libm::round(median);
        return [(year - 10.0).max(least), (year + 20.0).min(most), 1.0];
    }
    let (from, to) = if low < high {
        (low - (high - low), high + (high - low))
    } else if median == 0.0 {
        (-1.0, 1.0)
    } else {
        (median - 2.0 * median.abs(), median + 2.0 * median.abs())
    };
    // What cannot lie below 0 is not drawn there; a share that is not small may be anything.
    let whole = (least, most) == (0.0, 1.0) && high >= 0.2;
    let (from, to) = if whole { (least, most) } else { (from, to) };
    let floor = if low >= 0.0 && unit != "yearly rate" {
        least.max(0.0)
    } else {
        least
    };
    let (from, to) = (from.max(floor), to.min(most));
    let step = nice((to - from) / 200.0);
    let from = libm::floor(from / step + 1e-9) * step;
    let to = libm::ceil(to / step - 1e-9) * step;
    [from.max(least), to.min(most), step]
}

/// The largest of 1, 2, 5 times a power of ten that is not above a number.
fn nice(value: f64) -> f64 {
    if value <= 0.0 || !value.is_finite() {
        return 1e-6;
    }
    let power = libm::floor(libm::log10(value)) as i32;
    let unit: f64 = format!("1e{power}").parse().unwrap_or(1.0);
    let factor = [5.0, 2.0, 1.0]
        .into_iter()
        .find(|factor| factor * unit <= value * (1.0 + 1e-9));
    format!("{}e{power}", factor.unwrap_or(1.0))
        .parse()
        .unwrap_or(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sliders_hold_the_value_and_stay_in_bounds() {
        for (unit, bounds, range) in [
            ("share", [0.0, 1.0], [0.2, 0.3, 0.5]),
            ("unit", [0.0, 1e9], [20.0; 3]),
            ("yearly rate", [-0.5, 1.0], [0.03; 3]),
            ("year", [1900.0, 2400.0], [2045.0; 3]),
            ("number", [-5.0, 5.0], [0.0; 3]),
            ("factor", [0.1, 100.0], [1.0, 1.2, 1.6]),
        ] {
            let [from, to, step] = slider(unit, bounds, range);
            assert!(from <= range[1] && range[1] <= to, "{unit}");
            assert!(from >= bounds[0] && to <= bounds[1] && step > 0.0, "{unit}");
            assert!((to - from) / step <= 500.0, "{unit}");
        }
        assert_eq!(
            [nice(0.034), nice(7.0), nice(1.0), nice(0.0)],
            [0.02, 5.0, 1.0, 1e-6]
        );
    }

    #[test]
    fn numbers_are_called_what_people_call_them() {
        for (path, name) in [
            ("model.trade_income", "Trade income"),
            ("model.gdp_response", "GDP response"),
            ("tension.CHN-JPN.hazard", "Hazard, China and Japan"),
            ("levers.smart-cities.scale.CHN", "Scale, China"),
            ("baseline.KOR.gdp_growth.mean", "View of GDP growth, Korea"),
        ] {
            assert_eq!(label(find_parameter(path).unwrap(), path), name);
        }
    }
}
