//! A commented scenario to begin with, for chosen kinds of levers and partners.

use super::{
    defaults,
    input::{Grade, Input, Origin},
    kinds::{LeverKind, ScaleBasis, TradeBasis},
    number,
    parameters::{Names, Parameter},
    reader::LEFT_OVER,
    trade::trade_of,
};
use crate::{
    base::{DEFAULT_HORIZON, Diagnostics, Economy, Year},
    history::HistoryData,
};

/// What a new scenario is about.
#[derive(Debug)]
pub struct Template<'t> {
    /// Lever kinds, each once, with the partners of the lever: economies of the history.
    pub levers: &'t [(&'static LeverKind, Vec<Economy>)],
    /// Policy options by name, with positions in `levers`; all levers together, and each alone, if there are none.
    pub options: &'t [(String, Vec<usize>)],
    /// The options of a command line that gives the history, such as `--history mine.csv`; empty for the embedded one.
    pub history: &'t str,
    /// Planned start of every lever.
    pub start: Year,
    /// Title.
    pub title: &'t str,
}

/// The text of a new scenario file, which [`load`](super::load) reads without error, but for the trade that nobody has published: there
/// it says `REPLACE`, which is refused until the author has written the number.
///
/// # Errors
/// If the embedded data are broken, which the tests exclude.
pub fn template(template: &Template<'_>, history: &HistoryData) -> Result<String, Diagnostics> {
    let more = match template.history {
        "" => String::new(),
        options => format!(" {options}"),
    };
    let codes: Vec<&str> = history.of_table().map(|data| data.economy.code()).collect();
    let paragraphs = [
        &format!(
            "The line above lets an editor complete and check this file; `jointly schema > scenario.schema.json` writes what it \
             names. Then: `jointly check FILE{more}`, `jointly run FILE{more}`. `jointly explain PATH` says what a key means, such as \
             model.decay.",
        ),
        "A number may be uncertain: \"5 to 15\" is a 90 % interval, { beta = { mean = 0.6, sd = 0.1 } } a distribution. Lines that begin \
         with `# key =` show defaults: remove the # to change one. What says REPLACE only you can say; `jointly check` names what is left.",
    ];
    let mut text = format!(
        "#:schema ./scenario.schema.json\n{}#\n{}\n\
         title   = {}\n\
         summary = {}\n\
         horizon = {DEFAULT_HORIZON}    # last projected year\n\
         # economies = {}    # those that are projected; all of the history by default\n",
        comment(paragraphs[0]),
        comment(paragraphs[1]),
        quoted(template.title),
        quoted(&question(template)),
        list(codes.into_iter()),
    );
    for (kind, partners) in template.levers {
        text.push_str(&lever(template.start, kind, partners, history)?);
    }
    text.push_str(&options(template));
    text.push_str(&analysis(template, history)?);
    Ok(text)
}

impl Template<'_> {
    /// Every economy that is a partner of a lever, each once.
    pub fn partners(&self) -> Vec<Economy> {
        let mut partners: Vec<Economy> = Vec::new();
        for partner in self.levers.iter().flat_map(|(_, partners)| partners) {
            if !partners.contains(partner) {
                partners.push(*partner);
            }
        }
        partners
    }
}

/// The question that the scenario answers, for its summary.
fn question(template: &Template<'_>) -> String {
    let kinds: Vec<String> = template
        .levers
        .iter()
        .map(|(kind, _)| kind.title.to_lowercase())
        .collect();
    let economies = template.partners();
    let partners: Vec<&str> = economies.iter().map(Economy::name).collect();
    let partners = match partners.split_last() {
        Some((last, first)) if !first.is_empty() => format!("{} and {last}", first.join(", ")),
        _ => partners.concat(),
    };
    format!(
        "What would {} add for {partners} by {DEFAULT_HORIZON}, how sure is that, and what does it cost?",
        kinds.join(", ")
    )
}

/// The id of a lever of a kind.
fn id(kind: &LeverKind) -> String {
    kind.name.replace('_', "-")
}

fn lever(
    start: Year,
    kind: &LeverKind,
    partners: &[Economy],
    history: &HistoryData,
) -> Result<String, Diagnostics> {
    let about = format!(
        "{}: {}. Works through {}.",
        kind.title,
        kind.meaning,
        kind.channels().join(", ")
    );
    let mut text = format!(
        "\n{}[levers.{}]\nkind     = {}\npartners = {}\n\
         start    = {start}    # first year of operation as planned; by default it slips by delay_years, below\n",
        comment(&about),
        id(kind),
        quoted(kind.name),
        list(partners.iter().map(Economy::code)),
    );
    text.push_str(&scale(kind, partners, history));
    if kind.works_through_trade() {
        text.push_str(&trade_base(kind, partners)?);
    }
    text.push_str(&format!(
        "# Defaults of the kind, with grade (J is judgment); `jointly levers {}` adds source and reason.\n",
        kind.name
    ));
    for parameter in Parameter::ALL {
        let Some(key) = parameter.lever_key() else {
            continue;
        };
        let stem = key.strip_suffix("{element}").unwrap_or(key);
        let inputs = kind
            .defaults
            .iter()
            .filter(|input| input.path == key || (stem != key && input.path.starts_with(stem)));
        for input in inputs {
            text.push_str(&default_line(&input.path, input, &kind.unit_of(*parameter)));
        }
        if *parameter == Parameter::Lifetime {
            text.push_str("# lifetime = 20    # years of operation; to the horizon by default\n");
        }
    }
    let equal: Vec<String> = partners.iter().map(|partner| format!("{partner} = 1")).collect();
    text.push_str(&format!(
        "# cost_shares = {{ {} }}    # who pays, in parts; equal parts by default\n",
        equal.join(", ")
    ));
    Ok(text)
}

/// `# key = value    # unit; grade`.
fn default_line(key: &str, input: &Input, unit: &str) -> String {
    let grade = match &input.origin {
        Origin::Default { grade, .. } if *grade != Grade::Convention => format!("; grade {}", grade.key()),
        _ => String::new(),
    };
    format!("# {key} = {}    # {unit}{grade}\n", number::written(&input.value))
}

/// A program that counts alike for every partner is shared; what is measured against the size of a partner is hosted, at first in
/// proportion to that size, so that intensities are equal.
fn scale(kind: &LeverKind, partners: &[Economy], history: &HistoryData) -> String {
    let size = |economy: &Economy| {
        let data = history.economy(*economy);
        match kind.scale_basis {
            ScaleBasis::None => None,
            ScaleBasis::PerMillionPeople => data
                .and_then(|data| data.population.as_ref())
                .map(|population| population.persons(0)),
            ScaleBasis::PerGdpBn => data.map(|data| data.gdp),
        }
    };
    let sizes: Option<Vec<f64>> = partners.iter().map(size).collect();
    let example = kind.example_scale;
    match sizes {
        None => format!(
            "scale    = {example}    # {}: one shared program; a table {{ CHN = ..., KOR = ... }} says what each hosts\n",
            kind.unit
        ),
        Some(sizes) => {
            let largest = sizes.iter().copied().fold(0.0, f64::max);
            let hosted: Vec<String> = partners
                .iter()
                .zip(&sizes)
                .map(|(partner, size)| format!("{partner} = {}", rounded(example * size / largest)))
                .collect();
            let against = match kind.scale_basis {
                ScaleBasis::PerGdpBn => "GDP",
                _ => "people",
            };
            let about = format!(
                "scale, yours to say: {}, as each partner hosts them; here in proportion to {against}, which is an assumption. \
                 A single number is one shared program that counts for every partner in full.",
                kind.unit
            );
            format!("{}scale    = {{ {} }}\n", comment(&about), hosted.join(", "))
        }
    }
}

/// Two significant digits, never 0.
fn rounded(value: f64) -> f64 {
    let digits = 1.0 - libm::floor(libm::log10(value.max(1e-6)));
    let factor = libm::pow(10.0, digits);
    let rounded = libm::round(value.max(1e-6) * factor) / factor;
    // The division leaves a rest such as 0.30000000000000004.
    format!("{rounded:.12}").parse().unwrap_or(rounded)
}

/// The trade that a lever may touch: the figures that are known, with their source; where none is, the author must say it.
fn trade_base(kind: &LeverKind, partners: &[Economy]) -> Result<String, Diagnostics> {
    let (mut parts, mut unknown, mut sources) = (Vec::new(), Vec::new(), Vec::new());
    match kind.trade_basis {
        TradeBasis::ThirdMarkets => unknown.extend(partners.iter().map(|partner| partner.code().to_owned())),
        TradeBasis::Pairs => {
            for (first, second) in super::pairs(partners) {
                match trade_of(first, second)? {
                    Some(trade) => {
                        parts.push(format!("{} = {}", trade.pair(), trade.usd_bn));
                        sources.push(format!("{} {}", trade.pair(), trade.source));
                    }
                    None => unknown.push(format!("{first}-{second}")),
                }
            }
        }
    }
    let what = match kind.trade_basis {
        TradeBasis::Pairs => "the trade of each pair in 2021, USD bn, both directions",
        TradeBasis::ThirdMarkets => {
            "the exports of each partner to others in 2021, USD bn, of the goods and services that the lever may touch"
        }
    };
    if !unknown.is_empty() {
        sources.push(format!("no figure of {} is known", unknown.join(", ")));
    }
    parts.extend(unknown.iter().map(|name| format!("{name} = \"{LEFT_OVER}\"")));
    let about = format!("trade_base: {what}. {}.", sources.join("; "));
    Ok(format!(
        "{}trade_base = {{ {} }}\n",
        comment(&about),
        parts.join(", ")
    ))
}

fn options(template: &Template<'_>) -> String {
    let ids: Vec<String> = template.levers.iter().map(|(kind, _)| id(kind)).collect();
    let all: Vec<usize> = (0..ids.len()).collect();
    let mut options = template.options.to_vec();
    if options.is_empty() {
        options.push(("all levers".to_owned(), all.clone()));
        if ids.len() > 1 {
            options.extend(
                all.into_iter()
                    .map(|one| (format!("only {}", ids[one]), vec![one])),
            );
        }
    }
    let mut text = String::from(
        "\n# Policy options: sets of levers, each compared with no cooperation on the same futures.\n[options]\n",
    );
    for (name, levers) in &options {
        let names = levers.iter().filter_map(|one| ids.get(*one));
        let levers = list(names.map(String::as_str));
        text.push_str(&format!("{} = {levers}\n", quoted(name)));
    }
    text
}

/// Gap, money, tension, sweep.
fn analysis(template: &Template<'_>, history: &HistoryData) -> Result<String, Diagnostics> {
    let defaults = defaults::all()?;
    let line = |parameter: Parameter, names: Names<'_>| -> String {
        let path = parameter.path(names);
        let Some((value, origin)) = defaults::lookup(defaults, &path) else {
            return String::new();
        };
        let input = Input {
            path: path.clone(),
            value: value.clone(),
            origin: origin.clone(),
        };
        let key = path.rsplit('.').next().unwrap_or(&path);
        default_line(key, &input, parameter.row().unit)
    };
    let mut text = String::from(
        "\n# The gap that is reported: metric share, per_capita, gdp_per_capita, index or an element such as\n\
         # industry-production; reference an economy or frontier, the highest of the group in that future and year.\n\
         [gap]\nmetric    = \"share\"\nreference = \"frontier\"\n",
    );
    text.push_str(&line(Parameter::MinGap, ().into()));
    text.push_str("\n# Costs and extra GDP as present values.\n[money]\n");
    text.push_str(&line(Parameter::DiscountRate, ().into()));
    text.push_str(
        "\n# Relations of two partners: in tense years a lever delivers less, and the first one costs GDP.\n",
    );
    let partners = template.partners();
    // In the order of the history, as pairs are named everywhere.
    let order: Vec<Economy> = history
        .economies
        .iter()
        .map(|data| data.economy)
        .filter(|economy| partners.contains(economy))
        .collect();
    for (first, second) in super::pairs(&order) {
        text.push_str(&format!("[tension.{first}-{second}]\n"));
        for parameter in [
            Parameter::TensionHazard,
            Parameter::TensionDuration,
            Parameter::TenseAtStart,
        ] {
            text.push_str(&line(parameter, (first, second).into()));
        }
    }
    text.push_str(&format!(
        "\n# What `jointly sweep` varies: [low, high], or \"prior\" for the input's own distribution.\n[sweep]\n\
         outcome = \"extra:{}.digital_economy@horizon\"\n[sweep.vary]\n\"model.share_response\" = \"prior\"\n\"model.gdp_response\" = \"prior\"\n",
        partners.first().map_or("group", Economy::code)
    ));
    for (kind, _) in template.levers {
        let uncertain = [
            Parameter::Creation,
            Parameter::Learning,
            Parameter::TradeGain,
            Parameter::TensionRelief,
        ]
        .into_iter()
        .filter_map(Parameter::lever_key)
        .find(|key| {
            kind.default(key)
                .is_some_and(|input| input.value.as_constant().is_none())
        });
        if let Some(key) = uncertain {
            text.push_str(&format!("\"levers.{}.{key}\" = \"prior\"\n", id(kind)));
        }
    }
    Ok(text)
}

/// A comment in lines of at most 110 columns.
fn comment(text: &str) -> String {
    let mut lines = String::from("#");
    let mut column = 1;
    for word in text.split(' ') {
        let length = word.chars().count();
        if column + 1 + length > 110 {
            lines.push_str("\n#");
            column = 1;
        }
        lines.push(' ');
        lines.push_str(word);
        column += 1 + length;
    }
    lines.push('\n');
    lines
}

fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.map(quoted).collect();
    format!("[{}]", names.join(", "))
}

/// A text as TOML writes it, in one line.
fn quoted(text: &str) -> String {
    toml_edit::Value::from(text.replace(['\n', '\r'], " ")).to_string()
}
