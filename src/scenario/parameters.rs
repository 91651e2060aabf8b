//! The parameter table: one row for every number a scenario may set. Known keys, bounds, hints, `--set` paths,
//! documentation and the assumptions shown with results all come from these rows; defaults, grades and sources from
//! `data/parameters.toml` and `data/levers`.

use crate::base::Element;

/// A number that a scenario may set.
#[derive(Debug)]
pub struct Parameter {
    /// Dotted path; `{economy}`, `{pair}`, `{element}` and `{lever}` stand for a name of that kind.
    pub path: &'static str,
    /// What it means, in one sentence.
    pub meaning: &'static str,
    /// Unit.
    pub unit: &'static str,
    /// Smallest and largest allowed value.
    pub bounds: (f64, f64),
    /// An interval (open below, closed above) inside the bounds that is not allowed.
    pub gap: Option<(f64, f64)>,
    /// Whether it may be uncertain.
    pub uncertain: bool,
    /// What is used when neither a scenario nor the defaults say anything; empty if there is a default in `data/parameters.toml`.
    pub otherwise: &'static str,
}

const fn row(
    path: &'static str,
    meaning: &'static str,
    unit: &'static str,
    bounds: (f64, f64),
    gap: Option<(f64, f64)>,
    uncertain: bool,
    otherwise: &'static str,
) -> Parameter {
    Parameter {
        path,
        meaning,
        unit,
        bounds,
        gap,
        uncertain,
        otherwise,
    }
}

/// Every parameter, in the order of outputs.
#[rustfmt::skip]
pub const PARAMETERS: &[Parameter] = &[
    row("model.persistence", "Part of the deviation of growth from its long-run rate that is left a year later", "share a year", (0.0, 1.0), None, true, ""),
    row("model.prior_years_max", "Most that the pooled prior of drift may be worth", "years of data", (0.01, 1000.0), None, false, ""),
    row("model.shock_df", "Degrees of freedom of the yearly shocks, above 2; 0 for normal shocks", "number", (0.0, 1000.0), Some((0.0, 2.0)), false, ""),
    row("model.variance_quantile", "Quantile at which the distribution of a variance is cut off above; 1 for no cut", "probability", (0.5, 1.0), None, false, ""),
    row("model.gdp_response", "Increase of ln GDP for each 0.1 of the index that levers add", "log points", (0.0, 1.0), None, true, ""),
    row("model.share_response", "Increase of the logit digital share for each 0.1 of the index that levers add", "logit points", (0.0, 5.0), None, true, ""),
    row("model.gdp_adjustment", "Part of the remaining effect on GDP that arrives each year", "share a year", (0.0, 1.0), None, true, ""),
    row("model.share_adjustment", "Part of the remaining effect on the share that arrives each year", "share a year", (0.0, 1.0), None, true, ""),
    row("model.trade_income", "Extra GDP for each dollar of extra two-way trade", "dollars", (0.0, 5.0), None, true, ""),
    row("model.decay", "Part of the capability made by levers that is lost each year", "share a year", (0.0, 1.0), None, true, ""),
    row("model.rupture_loss", "Part of a year's GDP that the smaller economy of a pair loses in the first tense year; the larger loses a tenth of it", "share", (0.0, 0.5), None, true, ""),
    row("model.severity", "Part of a lever's delivery between a pair that is lost in a tense year", "share", (0.0, 1.0), None, true, ""),
    row("model.cyber_hazard", "Rate of serious national cyber incidents at a score of 0.5 in governance-production", "incidents a year", (0.0, 5.0), None, true, ""),
    row("model.cyber_protection", "How much a higher score in governance-production lowers that rate, as an exponent", "number", (0.0, 20.0), None, true, ""),
    row("model.cyber_loss", "Part of the year's digital economy that an incident destroys", "share", (0.0, 1.0), None, true, ""),
    row("model.response_weights.{element}", "Weight of an element in the response of GDP and share; the six are divided by their sum", "weight", (0.0, 1000.0), None, false, ""),
    row("matrix.weights.{element}", "Weight of an element in the index; the six are divided by their sum", "weight", (0.0, 1000.0), None, false, ""),
    row("baseline.{economy}.gdp_growth.mean", "A stated view of GDP growth in current dollars", "yearly rate", (-0.5, 1.0), None, false, "the pooled prior of the history"),
    row("baseline.{economy}.gdp_growth.years", "How many years of data the view of GDP growth is worth", "years of data", (0.01, 1000.0), None, false, "the pooled prior of the history"),
    row("baseline.{economy}.share_drift.mean", "A stated view of the yearly change of the logit digital share", "logit points a year", (-1.0, 1.0), None, false, "the pooled prior of the history"),
    row("baseline.{economy}.share_drift.years", "How many years of data the view of the share is worth", "years of data", (0.01, 1000.0), None, false, "the pooled prior of the history"),
    row("baseline.{economy}.long_run_growth", "Growth of GDP in current dollars that growth regresses to", "yearly rate", (-0.2, 0.5), None, true, ""),
    row("baseline.{economy}.long_run_share_drift", "Yearly change of the logit digital share that its drift regresses to", "logit points a year", (-0.5, 0.5), None, true, ""),
    row("baseline.{economy}.initial_share", "Digital share of GDP in the base year", "share", (0.001, 0.99), None, true, "the level in the history"),
    row("tension.{pair}.hazard", "Rate at which a calm pair turns tense", "ruptures a year", (0.0, 10.0), None, true, ""),
    row("tension.{pair}.duration", "Mean length of a tense period", "years", (1.0, 100.0), None, false, ""),
    row("tension.{pair}.tense_at_start", "Whether the pair is tense in the base year: 0 or 1", "0 or 1", (0.0, 1.0), Some((0.0, 0.999999)), false, ""),
    row("gap.min_gap", "Gaps below this part of the reference's value (in logs for metrics per head) have no closure ratio", "share", (0.0, 1.0), None, false, ""),
    row("money.discount_rate", "Real rate at which costs and benefits are discounted", "yearly rate", (0.0, 0.5), None, false, ""),
    row("money.deflator", "Rate at which extra GDP in current dollars is turned into prices of the base year", "yearly rate", (-0.1, 0.5), None, false, ""),
    row("levers.{lever}.scale", "Size of one shared program, in the unit of its kind", "unit of the kind", (0.0, 1000000000.0), None, true, "what each partner hosts"),
    row("levers.{lever}.scale.{economy}", "Size of what a partner hosts, in the unit of the kind; 0 if absent", "unit of the kind", (0.0, 1000000000.0), None, true, "one shared program"),
    row("levers.{lever}.half_scale", "Size that reaches half of full intensity, on the scale basis of the kind", "unit of the kind", (1e-09, 1000000000.0), None, true, "the lever kind"),
    row("levers.{lever}.ramp_years", "Years from 10 % to 90 % of delivery; 0 for at once", "years", (0.0, 50.0), None, true, "the lever kind"),
    row("levers.{lever}.delay_years", "Years by which the start slips", "years", (0.0, 30.0), None, true, "the lever kind"),
    row("levers.{lever}.success", "Probability that anything is delivered", "probability", (0.0, 1.0), None, false, "the lever kind"),
    row("levers.{lever}.effectiveness", "Part of the plan that is delivered", "share", (0.0, 1.0), None, true, "the lever kind"),
    row("levers.{lever}.lifetime", "Years of operation", "years", (0.01, 1000.0), None, true, "to the horizon"),
    row("levers.{lever}.learning", "Yearly part of the logit gap to the leading partner that closes at full intensity, in the most affected element", "share a year", (0.0, 5.0), None, true, "the lever kind"),
    row("levers.{lever}.creation", "Logit points gained at full intensity in the most affected element: once, or each year for kinds that work as a flow", "logit points", (0.0, 20.0), None, true, "the lever kind"),
    row("levers.{lever}.weights.{element}", "Relative effect on an element", "weight", (0.0, 1.0), None, false, "the lever kind"),
    row("levers.{lever}.trade_base", "Trade between the partners that the lever may touch, both directions, in the base year", "USD bn a year", (0.0, 100000.0), None, true, "0; required for kinds that work through trade"),
    row("levers.{lever}.covered_share", "Part of the trade base that the lever touches", "share", (0.0, 1.0), None, true, "the lever kind"),
    row("levers.{lever}.trade_gain", "Logarithmic increase of the covered trade at full intensity", "log points", (0.0, 5.0), None, true, "the lever kind"),
    row("levers.{lever}.digital_content", "Digital value added in a dollar of extra trade", "share", (0.0, 1.0), None, true, "the lever kind"),
    row("levers.{lever}.tension_relief", "Part by which the tension hazard of the lever's pairs falls at full intensity", "share", (0.0, 1.0), None, true, "the lever kind"),
    row("levers.{lever}.capital_cost", "Cost of building one unit", "USD m", (0.0, 1000000.0), None, true, "the lever kind"),
    row("levers.{lever}.running_cost", "Cost of running one unit for a year", "USD m a year", (0.0, 1000000.0), None, true, "the lever kind"),
    row("levers.{lever}.running_share", "Yearly running cost as a part of the capital cost, besides running_cost", "share a year", (0.0, 1.0), None, true, "the lever kind"),
    row("levers.{lever}.cost_overrun", "Factor on the capital cost", "factor", (0.1, 100.0), None, true, "the lever kind"),
    row("levers.{lever}.cost_shares.{economy}", "Part of the cost that a partner pays; the parts are divided by their sum", "weight", (0.0, 1000000.0), None, false, "equal parts"),
];

/// The row of a path with names in it (`baseline.CHN.long_run_growth`).
pub fn find(path: &str) -> Option<&'static Parameter> {
    PARAMETERS.iter().find(|parameter| matches(parameter.path, path))
}

fn matches(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('.'), path.split('.'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(expected), Some(found)) if segment_matches(expected, found) => {}
            _ => return false,
        }
    }
}

fn segment_matches(expected: &str, found: &str) -> bool {
    expected == found
        || match expected {
            "{element}" => Element::parse(found).is_some(),
            _ => expected.starts_with('{'),
        }
}

/// The keys that may follow a path; `{economy}` and its like stand for names of that kind.
pub fn next_keys(path: &[&str]) -> Vec<&'static str> {
    let mut keys = Vec::new();
    for parameter in PARAMETERS {
        let segments: Vec<&str> = parameter.path.split('.').collect();
        let leads = segments.len() > path.len()
            && segments
                .iter()
                .zip(path)
                .all(|(expected, found)| segment_matches(expected, found));
        if leads && !keys.contains(&segments[path.len()]) {
            keys.push(segments[path.len()]);
        }
    }
    keys
}
