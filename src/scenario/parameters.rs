//! The parameter table: one row for every number a scenario may set. Known keys, bounds, hints, `--set` paths,
//! documentation and the assumptions shown with results all come from these rows; defaults, grades and sources from
//! `data/parameters.toml`.

/// A number that a scenario may set.
#[derive(Debug)]
pub struct Parameter {
    /// Dotted path; `*` stands for an economy.
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
    /// What is used when neither a scenario nor `data/parameters.toml` says anything.
    pub otherwise: &'static str,
}

/// Every parameter, in the order of outputs.
pub const PARAMETERS: &[Parameter] = &[
    Parameter {
        path: "model.persistence",
        meaning: "Part of the deviation of growth from its long-run rate that is left a year later",
        unit: "share a year",
        bounds: (0.0, 1.0),
        gap: None,
        uncertain: true,
        otherwise: "",
    },
    Parameter {
        path: "model.prior_years_max",
        meaning: "Most that the pooled prior of drift may be worth",
        unit: "years of data",
        bounds: (0.01, 1000.0),
        gap: None,
        uncertain: false,
        otherwise: "",
    },
    Parameter {
        path: "model.shock_df",
        meaning: "Degrees of freedom of the yearly shocks, above 2; 0 for normal shocks",
        unit: "number",
        bounds: (0.0, 1000.0),
        gap: Some((0.0, 2.0)),
        uncertain: false,
        otherwise: "",
    },
    Parameter {
        path: "model.variance_quantile",
        meaning: "Quantile at which the distribution of a variance is cut off above; 1 for no cut",
        unit: "probability",
        bounds: (0.5, 1.0),
        gap: None,
        uncertain: false,
        otherwise: "",
    },
    Parameter {
        path: "baseline.*.gdp_growth.mean",
        meaning: "A stated view of GDP growth in current dollars",
        unit: "yearly rate",
        bounds: (-0.5, 1.0),
        gap: None,
        uncertain: false,
        otherwise: "the pooled prior of the history",
    },
    Parameter {
        path: "baseline.*.gdp_growth.years",
        meaning: "How many years of data the view of GDP growth is worth",
        unit: "years of data",
        bounds: (0.01, 1000.0),
        gap: None,
        uncertain: false,
        otherwise: "the pooled prior of the history",
    },
    Parameter {
        path: "baseline.*.share_drift.mean",
        meaning: "A stated view of the yearly change of the logit digital share",
        unit: "logit points a year",
        bounds: (-1.0, 1.0),
        gap: None,
        uncertain: false,
        otherwise: "the pooled prior of the history",
    },
    Parameter {
        path: "baseline.*.share_drift.years",
        meaning: "How many years of data the view of the share is worth",
        unit: "years of data",
        bounds: (0.01, 1000.0),
        gap: None,
        uncertain: false,
        otherwise: "the pooled prior of the history",
    },
    Parameter {
        path: "baseline.*.long_run_growth",
        meaning: "Growth of GDP in current dollars that growth regresses to",
        unit: "yearly rate",
        bounds: (-0.2, 0.5),
        gap: None,
        uncertain: true,
        otherwise: "",
    },
    Parameter {
        path: "baseline.*.long_run_share_drift",
        meaning: "Yearly change of the logit digital share that its drift regresses to",
        unit: "logit points a year",
        bounds: (-0.5, 0.5),
        gap: None,
        uncertain: true,
        otherwise: "",
    },
    Parameter {
        path: "baseline.*.initial_share",
        meaning: "Digital share of GDP in the base year",
        unit: "share",
        bounds: (0.001, 0.99),
        gap: None,
        uncertain: true,
        otherwise: "the level in the history",
    },
];

/// The row of a path with an economy in it (`baseline.CHN.long_run_growth`).
pub fn find(path: &str) -> Option<&'static Parameter> {
    PARAMETERS.iter().find(|parameter| matches(parameter.path, path))
}

fn matches(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('.'), path.split('.'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(expected), Some(found)) if expected == "*" || expected == found => {}
            _ => return false,
        }
    }
}

/// The keys that may follow a path; `*` among them stands for an economy.
pub fn next_keys(path: &[&str]) -> Vec<&'static str> {
    let mut keys = Vec::new();
    for parameter in PARAMETERS {
        let segments: Vec<&str> = parameter.path.split('.').collect();
        let leads = segments.len() > path.len()
            && segments
                .iter()
                .zip(path)
                .all(|(expected, found)| *expected == "*" || expected == found);
        if leads && !keys.contains(&segments[path.len()]) {
            keys.push(segments[path.len()]);
        }
    }
    keys
}
