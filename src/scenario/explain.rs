//! What every name in a scenario file, a selector or an output means: parameters, keys, lever kinds, metrics, outcomes,
//! statistics, forms of uncertain numbers.

use super::{
    admit::short,
    defaults,
    equations::equation,
    input::{Input, Origin},
    kinds::{CatalogueEntry, LeverKind, catalogue},
    load::ROOT_KEYS,
    number,
    parameters::{self, Equation, PARAMETERS, Parameter, ParameterRow},
};
use crate::{
    base::{
        Diagnostic, Diagnostics, Economy, Element, Measure, Metric, Money, Place, Selector, Year, nearest,
    },
    stats::Distribution,
};

/// What there is to say about a name.
#[derive(Debug, Default)]
pub struct Topic {
    /// The name, as it may be asked for again.
    pub name: String,
    /// What sort of thing it is: `parameter`, `key`, `lever kind`, ...
    pub sort: &'static str,
    /// What it means, in one or two sentences.
    pub meaning: String,
    /// Unit; empty where there is none.
    pub unit: String,
    /// How it is written; empty where the name says it.
    pub form: String,
    /// The row of the parameter table, for a parameter.
    pub parameter: Option<&'static ParameterRow>,
    /// Defaults: none, one, or one for each name that a `*` stands for.
    pub defaults: Vec<Input>,
    /// What is used without a default; empty if there is one.
    pub otherwise: String,
    /// Where it enters the model.
    pub equation: Option<&'static Equation>,
    /// Levers of the source documents that a kind covers.
    pub covers: Vec<CatalogueEntry>,
    /// Names that belong to it, with their meaning.
    pub parts: Vec<(String, String)>,
}

/// A group of names.
#[derive(Debug)]
pub struct TopicGroup {
    /// Heading.
    pub title: &'static str,
    /// Names and what they mean.
    pub names: Vec<(String, String)>,
}

/// A key of scenario files that is no number.
struct Key {
    path: &'static str,
    meaning: &'static str,
    form: &'static str,
    otherwise: &'static str,
}

const fn key(path: &'static str, meaning: &'static str, form: &'static str, otherwise: &'static str) -> Key {
    Key {
        path,
        meaning,
        form,
        otherwise,
    }
}

#[rustfmt::skip]
const KEYS: &[Key] = &[
    key("title", "Title of the scenario, shown in every output", "a text", "Untitled scenario"),
    key("summary", "One or two sentences below the title", "a text", "nothing"),
    key("extends", "A scenario file to start from; this file then overrides it key by key", "a file name in the folder of the scenario or below", "every documented default"),
    key("horizon", "Last projected year, at most a hundred years after the base year", "a year", "2035"),
    key("economies", "Economies that are projected; priors and correlations still use every economy of the history", "a list of codes, such as [\"CHN\", \"KOR\"]", "every economy of the history"),
    key("options", "Policy options by name: each is a set of levers that is compared with the baseline on the same futures", "a table, such as both = [\"smart-cities\", \"research\"], or both = { levers = [...], title = \"Both together\" }", "one option with all levers"),
    key("correlation", "Uncertain inputs that go together: by two paths, the correlation of their normal scores (Gaussian copula)", "a table, such as \"model.gdp_response, model.share_response\" = 0.5", "every input is drawn independently"),
    key("rules", "Levers that start only on the futures where a condition on the years before their start holds", "a table by name, such as [rules.gap-stays] with when = \"KOR.gap@2030 > 0.3\" and then = \"lever\"", "every lever starts as planned"),
    key("rules.{rule}.when", "The condition, on years before the lever starts, under the option that holds it", "a condition with <, <=, > or >=, and, or", "required"),
    key("rules.{rule}.then", "The lever that starts where the condition holds; where not, it neither delivers nor costs", "the id of a lever", "required"),
    key("sweep", "What `jointly sweep` does with this scenario unless the command line says otherwise", "a table with outcome, method, size, vary", "the command line says it"),
    key("plan", "Budgets that `jointly plan` keeps to unless the command line says otherwise", "a table with budget, budget_of, budget_yearly, budget_sure", "the command line says it"),
    key("plan.budget", "Budget for the present value of all costs, USD bn", "a number from 0 on", "the command line says it"),
    key("plan.budget_of", "Budgets of economies for the present value of what they pay, USD bn", "a table by code, such as { KOR = 2 }", "the command line says it"),
    key("plan.budget_yearly", "Budget for what is paid in any one year, USD bn", "a number from 0 on", "the command line says it"),
    key("plan.budget_sure", "Part of the futures in which budgets must hold, instead of their means", "a number above 0 and at most 1", "the means hold"),
    key("options.{option}.levers", "Lever ids of the option, where it is written as a table", "a list of lever ids", "required"),
    key("options.{option}.title", "Name of the option for people, shown in every output", "up to 100 characters", "the name of the option in the file"),
    key("levers.{lever}.title", "Name of the lever for people, shown in every output; paths, sweeps and random numbers go by the id", "up to 100 characters", "the id, hyphens as spaces"),
    key("levers.{lever}.kind", "Lever kind, which sets the defaults of every other number of the lever", "a name that `jointly levers` lists", "required"),
    key("levers.{lever}.partners", "Economies that cooperate in the lever; one alone is a program of one country, which learns from nobody", "a list of codes", "required"),
    key("levers.{lever}.spending", "How the capital cost is spread over the years from the delayed start: parts of the first, second, third year, which are divided by their sum", "a list of one to fifty numbers from 0 on, such as [1, 3, 1]", "evenly over the ramp, at least one year"),
    key("levers.{lever}.scales", "Multiples of the lever's scale that `jointly plan` may choose", "a list of one to ten numbers above 0, such as [1, 2, 3]", "its own scale"),
    key("levers.{lever}.requires", "Levers without which `jointly plan` does not choose the lever", "a list of lever ids", "none"),
    key("levers.{lever}.excludes", "Levers with which `jointly plan` does not choose the lever", "a list of lever ids", "none"),
    key("levers.{lever}.scale_basis", "What scale is measured against in half_scale: nothing, a partner's million people, or its GDP in USD bn", "none, per_million_people or per_gdp_bn", "the lever kind"),
    key("levers.{lever}.creation_mode", "Whether creation comes once as intensity rises, or every year in proportion to intensity", "rollout or flow", "the lever kind"),
    key("tension.{pair}.tense_years", "Years in which the pair is tense on every path, in the baseline and under every option, whatever is drawn; the first after a calm year is a rupture", "a list of years, such as [2028, 2029]", "no year is stated"),
    key("gap.metric", "Metric whose gap is reported", "share, per_capita, gdp_per_capita, index or an element", "share"),
    key("gap.reference", "What the gap is measured against: an economy, or the highest of the group on that path in that year", "frontier or a code", "frontier"),
    key("sweep.outcome", "Outcomes that the sweep reports", "a selector such as \"CHN.share@2035\", or a list of selectors", "the command line says it"),
    key("sweep.method", "Method of the sweep", "a text", "the default of the command"),
    key("sweep.size", "Number of design points", "a whole number from 1 to 10,000,000", "the default of the command"),
    key("sweep.vary", "Inputs that vary, by quoted path, and over what", "a table, such as \"model.decay\" = [0, 0.1]; also \"prior\" or any uncertain number", "the command line says it"),
];

/// A form of an uncertain number: name, how it is written, what it means.
const FORMS: [(&str, &str, &str); 11] = [
    ("number", "12", "Exactly that number"),
    (
        "interval",
        "\"5 to 15\"",
        "A 90 % interval from the 5 % to the 95 % point: lognormal if both ends are above 0, otherwise normal",
    ),
    (
        "normal",
        "{ normal = { mean = 1, sd = 0.2 } }",
        "Normal with mean and standard deviation",
    ),
    (
        "lognormal",
        "{ lognormal = { median = 1, p95 = 2 } } or { lognormal = { median = 1, sd_log = 0.4 } }",
        "Lognormal by its median and its 95 % point, or the standard deviation of its logarithm",
    ),
    (
        "gamma",
        "{ gamma = { shape = 2, rate = 4 } }",
        "Gamma; its mean is shape / rate",
    ),
    ("uniform", "{ uniform = [1, 2] }", "Uniform between two numbers"),
    (
        "triangular",
        "{ triangular = [1, 2, 4] }",
        "Triangular with lowest, most likely and highest value",
    ),
    (
        "pert",
        "{ pert = [1, 2, 4] }",
        "PERT, a beta between the lowest and highest value with mean (lowest + 4 most likely + highest) / 6",
    ),
    (
        "beta",
        "{ beta = { mean = 0.9, sd = 0.05 } }",
        "Beta on 0 to 1 with mean and standard deviation",
    ),
    (
        "choice",
        "{ choice = { 0.1 = 0.3, 0.2 = 0.7 } }",
        "One of some numbers, each with its probability; a list of numbers for equal probabilities",
    ),
    (
        "zero_or",
        "{ zero_or = { p_zero = 0.25, else = \"1 to 2\" } }",
        "0 with that probability, otherwise the other distribution",
    ),
];

/// A statistic over futures, as a selector ends in `|STATISTIC`.
const STATISTICS: [(&str, &str); 6] = [
    ("mean", "Mean over the futures; the default of a selector"),
    ("sd", "Standard deviation over the futures"),
    (
        "median",
        "Median: half of the futures lie below it; the same as p50",
    ),
    ("p05", "Quantile: 5 % of the futures lie below it; p01 to p99"),
    ("positive", "Part of the futures in which the outcome is above 0"),
    (
        "above 10",
        "Part of the futures in which the outcome is above 10, in its unit; also below, at least, at most, and any number",
    ),
];

/// The parts of a selector.
const SELECTOR: &str = "[OPTION/][extra:]PLACE.METRIC[@YEAR][|STATISTIC] or [OPTION/]money.KIND[.ECONOMY][|STATISTIC]; \
                        PLACE an economy or group, YEAR a year or horizon";

/// The terms of `docs/glossary.md`, each with its meaning.
pub fn terms() -> impl Iterator<Item = (&'static str, &'static str)> {
    let rows = include_str!("../../docs/glossary.md")
        .lines()
        .skip_while(|line| !line.starts_with("|---"));
    rows.skip(1)
        .filter_map(|row| row.trim_matches(['|', ' ']).split_once(" | "))
}

/// A word without what spellings differ in.
pub fn plain(word: &str) -> String {
    let word = word.trim().to_lowercase().replace(['_', '-', '\u{2013}'], " ");
    word.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The plain names under which a term may be asked for: as it stands, without its abbreviation and by it (`EVPI` for "perfect
/// information, value of (EVPI)"), each of two.
pub fn names_of_term(term: &str) -> Vec<String> {
    let mut names = vec![plain(term)];
    if let Some((long, short)) = term.strip_suffix(')').and_then(|term| term.split_once(" (")) {
        names.extend([plain(long), plain(short)]);
    }
    names.extend(term.split(", ").map(plain));
    names
}

/// Everything that [`explain`] knows, by group; `*` stands for a name of the user's own.
///
/// # Errors
/// If the embedded data are broken, which the tests exclude.
pub fn topics() -> Result<Vec<TopicGroup>, Diagnostics> {
    let pair = |name: &str, meaning: &str| (name.to_owned(), meaning.to_owned());
    let rows = |prefixes: &'static [&'static str]| -> Vec<(String, String)> {
        let numbers = PARAMETERS
            .iter()
            .map(|parameter| (parameter.path, parameter.meaning));
        let keys = KEYS.iter().map(|key| (key.path, key.meaning));
        keys.chain(numbers)
            .filter(|(path, _)| prefixes.iter().any(|prefix| path.starts_with(prefix)))
            .map(|(path, meaning)| (starred(path), meaning.to_owned()))
            .collect()
    };
    let root = KEYS.iter().filter(|key| ROOT_KEYS.contains(&key.path));
    Ok(vec![
        TopicGroup {
            title: "Keys of a scenario file",
            names: root.map(|key| pair(key.path, key.meaning)).collect(),
        },
        TopicGroup {
            title: "Levers and options",
            names: rows(&["levers.", "options.", "rules."]),
        },
        TopicGroup {
            title: "Lever kinds",
            names: LeverKind::all()?
                .iter()
                .map(|kind| pair(kind.name, &kind.meaning))
                .collect(),
        },
        TopicGroup {
            title: "Tension between two economies",
            names: rows(&["tension."]),
        },
        TopicGroup {
            title: "Baseline of an economy",
            names: rows(&["baseline."]),
        },
        TopicGroup {
            title: "Model",
            names: rows(&["model.", "matrix."]),
        },
        TopicGroup {
            title: "Gap, money and sweep",
            names: rows(&["gap.", "money.", "sweep."]),
        },
        TopicGroup {
            title: "Metrics",
            names: Metric::ALL
                .map(|metric| pair(metric.key(), metric.meaning()))
                .to_vec(),
        },
        TopicGroup {
            title: "Outcomes",
            names: [
                pair("CHN.share@2035", "A metric of an economy in a year"),
                pair(
                    "extra:group.gdp@horizon",
                    "What an option adds to it, on the same futures",
                ),
                pair("CHN.gdp@2035|p95", "Another statistic than the mean"),
            ]
            .into_iter()
            .chain(Money::ALL.map(|money| (format!("money.{}", money.key()), capital(money.label()))))
            .collect(),
        },
        TopicGroup {
            title: "Statistics",
            names: STATISTICS.map(|(name, meaning)| pair(name, meaning)).to_vec(),
        },
        TopicGroup {
            title: "Forms of an uncertain number",
            names: FORMS.map(|(name, _, meaning)| pair(name, meaning)).to_vec(),
        },
        TopicGroup {
            title: "Terms of results",
            names: terms().map(|(name, meaning)| pair(name, meaning)).collect(),
        },
    ])
}

/// Explains a name: a path of a number or key (`*` stands for any name), a lever kind, a lever of the source documents
/// (`L03`), a metric, an outcome selector, a statistic, a form of an uncertain number, a term, or the beginning of a path.
///
/// # Errors
/// If nothing has that name, with the nearest one that there is.
pub fn explain(text: &str) -> Result<Topic, Diagnostics> {
    let text = text.trim();
    let segments: Vec<&str> = text.split('.').collect();
    if let Some(topic) = keyword(text)? {
        return Ok(topic);
    }
    let keys = KEYS.iter().map(|key| key.path);
    let numbers = PARAMETERS.iter().map(|parameter| parameter.path);
    let (mut path, mut wrong) = (None, None);
    for pattern in keys
        .chain(numbers)
        .filter(|pattern| pattern.split('.').count() == segments.len())
    {
        match matched(pattern, &segments) {
            Match::Yes(names) => path = path.or(Some((pattern, names))),
            Match::WrongName(message) => wrong = wrong.or(Some(message)),
            Match::No => {}
        }
    }
    if let Some((pattern, names)) = path {
        return number_or_key(pattern, &names);
    }
    if let Some(diagnostic) = wrong {
        return Err(diagnostic.into());
    }
    if let Some(topic) = beginning(&segments)? {
        return Ok(topic);
    }
    let wanted = plain(text);
    if let Some((name, meaning)) = terms().find(|(name, _)| names_of_term(name).contains(&wanted)) {
        return Ok(Topic {
            name: name.to_owned(),
            sort: "term of results",
            meaning: capital(meaning),
            ..Topic::default()
        });
    }
    let place = segments.len() > 1 && Place::parse(segments[0]).is_some();
    let message = match Selector::parse(text) {
        Ok(selector) => match misplaced(&selector) {
            None => return Ok(outcome(&selector)),
            Some(message) => message,
        },
        Err(message) => message,
    };
    // What only a selector could look like is answered as one.
    if place || text.contains(['@', '|', ':', '/']) {
        let help = format!("an outcome is written {SELECTOR}");
        return Err(Diagnostic::new(message).help(help).into());
    }
    Err(unknown(text, &segments)?.into())
}

/// Why a metric has no value for a place.
fn misplaced(selector: &Selector) -> Option<String> {
    let Measure::Metric { place, metric, .. } = selector.measure else {
        return None;
    };
    let group = place == Place::Group;
    let fits = match metric {
        Metric::Gap | Metric::Closure => !group,
        Metric::Dispersion => group,
        _ => true,
    };
    (!fits).then(|| format!("`{}` has no value for {place}", metric.key()))
}

/// A name that is one word: a kind, a lever of the sources, a metric, a statistic, a form.
fn keyword(text: &str) -> Result<Option<Topic>, Diagnostics> {
    if let Some(kind) = LeverKind::named(text.strip_prefix("levers.").unwrap_or(text))? {
        return lever_kind(kind).map(Some);
    }
    if let Some(entry) = catalogue()?.into_iter().find(|entry| entry.id == text) {
        let kind = LeverKind::named(&entry.kind)?;
        return Ok(Some(Topic {
            name: entry.id.clone(),
            sort: "lever of the source documents",
            meaning: format!("{}. {}", entry.name, entry.mechanism),
            form: format!("kind = \"{}\"", entry.kind),
            parts: kind
                .map(|kind| (kind.name.to_owned(), kind.meaning.clone()))
                .into_iter()
                .collect(),
            covers: vec![entry],
            ..Topic::default()
        }));
    }
    if let Some(metric) = Metric::parse(text) {
        return Ok(Some(Topic {
            name: text.to_owned(),
            sort: "metric",
            meaning: metric.meaning().to_owned(),
            unit: metric_unit(metric),
            form: format!("in selectors: CHN.{text}@2035, or group.{text}@2035")
                .replace("CHN.dispersion@2035, or ", "")
                .replace(", or group.gap@2035", "")
                .replace(", or group.closure@2035", ""),
            equation: equation(text),
            parts: children(&[text])?,
            ..Topic::default()
        }));
    }
    if let Some((name, form, meaning)) = FORMS
        .iter()
        .find(|(name, form, _)| *name == text || *form == text)
    {
        return Ok(Some(Topic {
            name: (*name).to_owned(),
            sort: "form of an uncertain number",
            meaning: (*meaning).to_owned(),
            form: (*form).to_owned(),
            ..Topic::default()
        }));
    }
    let percentile = text
        .strip_prefix('p')
        .and_then(|digits| digits.parse::<u8>().ok());
    let statistic = match percentile.filter(|percent| (1..=99).contains(percent)) {
        Some(percent) => Some(format!("Quantile: {percent} % of the futures lie below it")),
        None => STATISTICS
            .iter()
            .find(|(name, _)| *name == text)
            .map(|(_, meaning)| (*meaning).to_owned()),
    };
    Ok(statistic.map(|meaning| Topic {
        name: text.to_owned(),
        sort: "statistic",
        meaning,
        form: format!("at the end of a selector: CHN.share@2035|{text}"),
        ..Topic::default()
    }))
}

fn lever_kind(kind: &'static LeverKind) -> Result<Topic, Diagnostics> {
    Ok(Topic {
        name: kind.name.to_owned(),
        sort: "lever kind",
        meaning: format!("{}. {}", kind.title, kind.meaning),
        unit: kind.unit.clone(),
        form: format!(
            "kind = \"{}\"; works through {}",
            kind.name,
            kind.channels().join(", ")
        ),
        defaults: kind.defaults.clone(),
        covers: catalogue()?
            .into_iter()
            .filter(|entry| entry.kind == kind.name)
            .collect(),
        ..Topic::default()
    })
}

fn metric_unit(metric: Metric) -> String {
    match metric {
        Metric::Gap | Metric::Dispersion => {
            "that of the scenario's gap metric; log points for metrics per head".to_owned()
        }
        other => other.unit().key().to_owned(),
    }
}

fn outcome(selector: &Selector) -> Topic {
    let mut topic = Topic {
        name: selector.to_string(),
        sort: "outcome",
        form: SELECTOR.to_owned(),
        ..Topic::default()
    };
    let statistic = match selector.statistic.to_string().as_str() {
        "mean" => "mean over the futures".to_owned(),
        "sd" => "standard deviation over the futures".to_owned(),
        "positive" => "part of the futures above 0".to_owned(),
        share if share.contains(' ') => format!("part of the futures {share}"),
        quantile => format!(
            "{} % quantile of the futures",
            quantile.trim_start_matches(['p', '0'])
        ),
    };
    let option = match &selector.option {
        Some(option) => format!("option `{option}`"),
        None => "the option that the command looks at".to_owned(),
    };
    match selector.measure {
        Measure::Money { kind, economy } => {
            let whose = economy.map_or_else(
                || "all partners together".to_owned(),
                |economy| economy.name().to_owned(),
            );
            topic.meaning = format!("{} of {whose}; {option}; {statistic}", capital(kind.label()));
            topic.unit = match kind {
                Money::BenefitCostRatio => "ratio".to_owned(),
                _ => "usd_bn".to_owned(),
            };
            topic.equation = equation(&format!("money.{}", kind.key()));
        }
        Measure::Metric {
            place,
            metric,
            year,
            extra,
        } => {
            let when = year.map_or_else(|| "at the horizon".to_owned(), |year| format!("in {year}"));
            let what = if extra {
                ", option minus baseline on the same path"
            } else {
                ""
            };
            let label = capital(metric.label());
            topic.meaning = format!(
                "{label} of {} {when}{what}; {option}; {statistic}. {}",
                if place == Place::Group {
                    "all economies together"
                } else {
                    place.name()
                },
                metric.meaning()
            );
            topic.unit = metric_unit(metric);
            topic.equation = equation(metric.key());
        }
    }
    topic
}

/// How the segments of a path fit a pattern of the parameter table.
enum Match {
    /// They fit; the names that stand for its placeholders.
    Yes(Vec<String>),
    /// They would fit but for a name that is none.
    WrongName(Diagnostic),
    No,
}

fn matched(pattern: &str, segments: &[&str]) -> Match {
    let mut names = Vec::new();
    let mut wrong = None;
    for (expected, &found) in pattern.split('.').zip(segments) {
        if !expected.starts_with('{') {
            if expected != found {
                return Match::No;
            }
        } else if found == "*" || found == expected {
            names.push("*".to_owned());
        } else {
            match named(expected, found) {
                Ok(name) => names.push(name),
                Err(diagnostic) => wrong = wrong.or(Some(diagnostic)),
            }
        }
    }
    wrong.map_or(Match::Yes(names), Match::WrongName)
}

/// The name that stands for a placeholder, in its usual form.
fn named(placeholder: &str, text: &str) -> Result<String, Diagnostic> {
    let none = |what: &str| Diagnostic::new(format!("`{}` is no {what}", short(text)));
    let good = match placeholder {
        "{economy}" => Economy::parse(text).is_some(),
        "{pair}" => {
            let pair = text
                .split_once('-')
                .and_then(|(first, second)| Some((Economy::parse(first)?, Economy::parse(second)?)));
            return match pair {
                Some((first, second)) if first != second => {
                    Ok(format!("{}-{}", first.min(second), first.max(second)))
                }
                _ => Err(none("pair of economies").help("expected two codes such as CHN-KOR, or * for all")),
            };
        }
        "{element}" => Element::parse(text).is_some(),
        "{year}" => text.parse::<Year>().is_ok(),
        "{option}" => true,
        "{payer}" if !super::levers::is_id(text) => {
            return Err(
                none("name of a payer").help("expected up to 60 letters, digits, `-` and `_`, or * for all")
            );
        }
        _ => super::levers::is_id(text),
    };
    if good {
        return Ok(text.to_owned());
    }
    Err(match placeholder {
        "{economy}" => {
            none("code of an economy").help("expected three capital letters such as CHN, or * for all")
        }
        "{year}" => none("year").help("expected a year such as 2028, or * for all"),
        "{element}" => {
            let elements = Element::ALL.map(Element::key);
            match nearest(text, elements) {
                Some(name) => none("element of the matrix").help(format!("did you mean `{name}`?")),
                None => none("element of the matrix")
                    .help(format!("expected {}, or * for all", elements.join(", "))),
            }
        }
        _ => none("name of a lever").help("expected up to 60 letters, digits, `-` and `_`, or * for all"),
    })
}

fn number_or_key(pattern: &'static str, names: &[String]) -> Result<Topic, Diagnostics> {
    let mut filled = names.iter();
    let name: Vec<&str> = pattern
        .split('.')
        .map(|segment| match segment.starts_with('{') {
            true => filled.next().map_or("*", String::as_str),
            false => segment,
        })
        .collect();
    let name = name.join(".");
    if let Some(key) = KEYS.iter().find(|key| key.path == pattern) {
        return Ok(Topic {
            parts: children(&name.split('.').collect::<Vec<_>>())?,
            name,
            sort: "key",
            meaning: key.meaning.to_owned(),
            form: key.form.to_owned(),
            otherwise: key.otherwise.to_owned(),
            ..Topic::default()
        });
    }
    let Some(parameter) = parameters::find(pattern) else {
        return Err(Diagnostic::new(format!("`{name}` is no parameter")).into());
    };
    let defaults = match name.strip_prefix("levers.").and_then(|rest| rest.split_once('.')) {
        Some((id, key)) => lever_defaults(id, key)?,
        None => other_defaults(parameter, &name)?,
    };
    let kind = match name.split('.').collect::<Vec<_>>()[..] {
        ["levers", id, ..] => LeverKind::named(id)?,
        _ => None,
    };
    let row = parameter.row();
    Ok(Topic {
        sort: "parameter",
        meaning: row.meaning.to_owned(),
        unit: match kind {
            Some(kind) => kind.unit_of(parameter),
            None => row.unit.to_owned(),
        },
        form: if row.may_be_uncertain() {
            number::FORMS.to_owned()
        } else {
            "a number".to_owned()
        },
        otherwise: if defaults.is_empty() {
            row.otherwise().to_owned()
        } else {
            String::new()
        },
        equation: Some(&row.equation),
        parameter: Some(row),
        defaults,
        name,
        ..Topic::default()
    })
}

/// Whether a path fits another in which `*` stands for any segment.
fn fits(stars: &str, path: &str) -> bool {
    stars.split('.').count() == path.split('.').count()
        && stars
            .split('.')
            .zip(path.split('.'))
            .all(|(star, segment)| star == "*" || star == segment)
}

/// Defaults of a key of the lever kind that the id names, or of every kind.
fn lever_defaults(id: &str, key: &str) -> Result<Vec<Input>, Diagnostics> {
    let kinds = LeverKind::all()?;
    let one = kinds.iter().any(|kind| kind.name == id);
    Ok(kinds
        .iter()
        .filter(|kind| !one || kind.name == id)
        .flat_map(|kind| kind.defaults.iter().map(move |input| (kind.name, input)))
        .filter(|(_, input)| fits(key, &input.path))
        .map(|(kind, input)| Input {
            path: format!("levers.{kind}.{}", input.path),
            ..input.clone()
        })
        .collect())
}

/// Defaults that are not of a lever: the general one, and those of names that have one of their own.
fn other_defaults(parameter: Parameter, name: &str) -> Result<Vec<Input>, Diagnostics> {
    let all = defaults::all()?;
    let input = |path: &str, (value, origin): &(Distribution, Origin)| Input {
        path: path.to_owned(),
        value: value.clone(),
        origin: origin.clone(),
    };
    if !name.contains('*') {
        return Ok(defaults::lookup(all, name)
            .map(|found| input(name, found))
            .into_iter()
            .collect());
    }
    let general = all.get(parameter.row().path).map(|found| input(name, found));
    let own = all
        .iter()
        .filter(|(path, _)| !path.contains('{') && fits(name, path))
        .map(|(path, found)| input(path, found));
    Ok(general.into_iter().chain(own).collect())
}

/// The paths that begin with these segments, if there are any.
fn beginning(segments: &[&str]) -> Result<Option<Topic>, Diagnostics> {
    let parts = children(segments)?;
    Ok((!parts.is_empty()).then(|| Topic {
        name: segments.join("."),
        sort: "table",
        meaning: "A table of a scenario file with the entries below".to_owned(),
        parts,
        ..Topic::default()
    }))
}

fn children(segments: &[&str]) -> Result<Vec<(String, String)>, Diagnostics> {
    let keys = KEYS.iter().map(|key| (key.path, key.meaning));
    let numbers = PARAMETERS
        .iter()
        .map(|parameter| (parameter.path, parameter.meaning));
    Ok(keys
        .chain(numbers)
        .filter(|(path, _)| {
            path.split('.').count() > segments.len()
                && matches!(
                    matched(
                        &path.split('.').take(segments.len()).collect::<Vec<_>>().join("."),
                        segments
                    ),
                    Match::Yes(_)
                )
        })
        .map(|(path, meaning)| {
            let rest: Vec<&str> = path.split('.').skip(segments.len()).collect();
            (
                starred(&format!("{}.{}", segments.join("."), rest.join("."))),
                meaning.to_owned(),
            )
        })
        .collect())
}

/// A path of the parameter table with `*` for its placeholders.
pub fn starred(path: &str) -> String {
    let segments: Vec<&str> = path
        .split('.')
        .map(|segment| if segment.starts_with('{') { "*" } else { segment })
        .collect();
    segments.join(".")
}

/// A name that is none, with the nearest one.
fn unknown(text: &str, segments: &[&str]) -> Result<Diagnostic, Diagnostics> {
    let diagnostic = Diagnostic::new(format!("nothing is called `{}`", short(text)));
    let mut known: Vec<String> = topics()?
        .into_iter()
        .flat_map(|group| group.names)
        .map(|(name, _)| name)
        .collect();
    // Names of the user's own stay as they are written.
    known.extend(
        PARAMETERS
            .iter()
            .map(|parameter| parameter.path)
            .chain(KEYS.iter().map(|key| key.path))
            .map(|path| {
                let filled: Vec<&str> = path
                    .split('.')
                    .enumerate()
                    .map(|(position, expected)| match segments.get(position) {
                        Some(&found) if expected.starts_with('{') && named(expected, found).is_ok() => found,
                        _ if expected.starts_with('{') => "*",
                        _ => expected,
                    })
                    .collect();
                filled.join(".")
            }),
    );
    known.extend(catalogue()?.into_iter().map(|entry| entry.id));
    let last = |name: &str| name.rsplit('.').next().map(str::to_owned).unwrap_or_default();
    let names = || known.iter().map(String::as_str);
    // The last part alone is enough to find a path.
    let near = if text.is_empty() {
        None
    } else {
        names()
            .find(|name| last(name) == text)
            .or_else(|| nearest(text, names()))
            .or_else(|| {
                let lasts: Vec<String> = names().map(last).filter(|last| last != "*").collect();
                let near = nearest(text, lasts.iter().map(String::as_str))?;
                names().find(|name| last(name) == near)
            })
    };
    Ok(match near {
        Some(name) => diagnostic.help(format!("did you mean `{name}`?")),
        None => diagnostic.help("`jointly explain` without a name lists everything"),
    })
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(characters).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{budget, gap::GAP_KEYS, levers, options, rules, sweep, tension::TENSION_KEYS};

    #[test]
    fn every_key_that_files_may_hold_is_explained() {
        let known = |path: String| assert!(KEYS.iter().any(|key| key.path == path), "{path}");
        ROOT_KEYS.iter().for_each(|key| known((*key).to_owned()));
        GAP_KEYS.iter().for_each(|key| known(format!("gap.{key}")));
        levers::TEXT_KEYS
            .iter()
            .for_each(|key| known(format!("levers.{{lever}}.{key}")));
        options::KEYS
            .iter()
            .for_each(|key| known(format!("options.{{option}}.{key}")));
        rules::KEYS
            .iter()
            .for_each(|key| known(format!("rules.{{rule}}.{key}")));
        sweep::KEYS.iter().for_each(|key| known(format!("sweep.{key}")));
        budget::KEYS.iter().for_each(|key| known(format!("plan.{key}")));
        assert_eq!(
            KEYS.len(),
            ROOT_KEYS.len()
                + GAP_KEYS.len()
                + TENSION_KEYS.len()
                + levers::TEXT_KEYS.len()
                + options::KEYS.len()
                + rules::KEYS.len()
                + sweep::KEYS.len()
                + budget::KEYS.len()
        );
    }

    #[test]
    fn every_name_of_the_list_is_explained() {
        for group in topics().unwrap() {
            for (name, _) in group.names {
                let topic = explain(&name).unwrap_or_else(|errors| panic!("{name}: {errors}"));
                assert!(!topic.meaning.is_empty(), "{name}");
                let documented = !topic.defaults.is_empty() || !topic.otherwise.is_empty();
                assert!(topic.sort != "parameter" || documented, "{name}");
            }
        }
    }

    #[test]
    fn what_has_no_name_is_refused_with_the_nearest() {
        let help = |text: &str| {
            let errors = explain(text).unwrap_err();
            errors.iter().next().unwrap().help.clone().unwrap_or_default()
        };
        for (wrong, right) in [
            ("model.share_respnse", "`model.share_response`"),
            ("levers.smart-cities.learnin", "`levers.smart-cities.learning`"),
            ("tension.KOR-CHN.hazrad", "`tension.KOR-CHN.hazard`"),
            ("share_response", "`model.share_response`"),
            ("hazard", "`tension.*.hazard`"),
            ("smart_city_pilot", "`smart_city_pilots`"),
            ("digital_econmy", "`digital_economy`"),
            ("lognorml", "`lognormal`"),
            ("tension.CHNKOR.hazard", "CHN-KOR"),
            ("baseline.China.long_run_growth", "three capital letters"),
            ("model.response_weights.factor-prod", "`factor-production`"),
            ("CHN.gdp@soon", "METRIC"),
            ("zebra", "lists everything"),
            ("", "lists everything"),
        ] {
            assert!(help(wrong).contains(right), "{wrong}: {}", help(wrong));
        }
        assert!(explain(&"x".repeat(100_000)).is_err());
        assert!(explain(&"a.".repeat(100_000)).is_err());
    }
}
