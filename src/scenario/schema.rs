//! The JSON Schema of scenario files, so that editors complete and check them: built from the parameter table, the lever
//! kinds and the metrics. It knows one file at a time; what only the whole scenario shows (ids of levers, bounds of a
//! distribution, the file that is extended) stays with `jointly check`.

use serde_json::{Map, Value, json};

use super::{
    defaults::{self, Defaults},
    kinds::{CreationMode, LeverKind, ScaleBasis, TradeBasis},
    parameters::{PARAMETERS, ParameterRow},
};
use crate::{
    base::{Diagnostics, Economy, Element, Metric, Money},
    history::History,
};

/// A code of an economy; a history table of the user's own may hold any.
const CODE: &str = "[A-Z]{3}";
const YEAR: &str = "[0-9]{4}";
/// A lever id.
const ID: &str = "[A-Za-z0-9_-]{1,60}";

/// What the schema is built from.
struct Builder {
    economies: Vec<Economy>,
    defaults: &'static Defaults,
}

/// The JSON Schema (draft 2020-12) of scenario files.
///
/// # Errors
/// If the embedded data are broken, which the tests exclude.
pub fn schema() -> Result<Value, Diagnostics> {
    let history = History::embedded(true)?.data()?;
    let builder = Builder {
        economies: history.of_table().map(|data| data.economy).collect(),
        defaults: defaults::all()?,
    };
    let mut root = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "jointly scenario",
        "description": "A scenario of cooperation on the digital economy (docs/scenario.md). Every key has a documented default: `jointly explain PATH`.",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "title": { "type": "string", "maxLength": 200, "description": "Title of the scenario, shown in every output" },
            "summary": { "type": "string", "maxLength": 2000, "description": "One or two sentences below the title" },
            "rules": {
                "type": "object",
                "additionalProperties": {
                    "type": "object",
                    "additionalProperties": false,
                    "properties": {
                        "when": { "type": "string", "description": "Condition on years before the lever starts, such as KOR.gap@2030 > 0.3" },
                        "then": { "type": "string", "description": "Id of the lever that starts only where it holds" },
                    },
                },
                "description": "Levers that wait for a sign",
            },
            "correlation": {
                "type": "object",
                "additionalProperties": { "type": "number", "exclusiveMinimum": -1, "exclusiveMaximum": 1 },
                "description": "Uncertain inputs that go together: \"PATH, PATH\" = correlation of their normal scores",
            },
            "extends": { "type": "string", "minLength": 1, "description": "A scenario file to start from, in the folder of this file or below; this file overrides it key by key" },
            "horizon": { "type": "integer", "minimum": 1900, "maximum": 2300, "default": 2035, "description": "Last projected year, at most a hundred years after the base year" },
            "economies": builder.economies("Economies that are projected; every economy of the history if absent", 1),
        },
        "$defs": definitions(&builder),
    });
    root["$defs"]["lever"] = lever(&builder)?;
    root["$defs"]["whole_lever"] = whole_lever()?;
    let properties = &mut root["properties"];
    for table in ["model", "matrix", "baseline", "shock", "tension"] {
        properties[table] = builder.table(table);
    }
    properties["levers"] = json!({
        "type": "object", "maxProperties": super::LEVER_LIMIT,
        "description": "Cooperation levers by id; the id names the lever everywhere",
        "additionalProperties": false,
        "patternProperties": { format!("^{ID}$"): { "$ref": "#/$defs/lever" } },
    });
    let ids = json!({ "type": "array", "minItems": 1, "uniqueItems": true, "items": { "type": "string", "pattern": format!("^{ID}$") } });
    let mut option = ids.clone();
    option["type"] = json!(["array", "object"]);
    option["minProperties"] = json!(1);
    option["additionalProperties"] = json!(false);
    option["properties"] = json!({ "levers": ids, "title": name("Name of the option for people") });
    properties["options"] = json!({
        "type": "object",
        "description": "Policy options by name, each a list of lever ids, or a table of levers and title; all levers form one option if absent",
        "maxProperties": 64,
        "propertyNames": { "pattern": "^[^/|]{1,100}$", "not": { "const": super::BASELINE } },
        "additionalProperties": option,
    });
    let mut gap = builder.table("gap");
    let metrics: Vec<&str> = Metric::ALL
        .into_iter()
        .filter(|metric| metric.gap_unit().is_some())
        .map(Metric::key)
        .collect();
    gap["properties"]["metric"] =
        json!({ "enum": metrics, "default": "share", "description": "Metric whose gap is reported" });
    gap["properties"]["reference"] = json!({
        "anyOf": [{ "enum": builder.codes(&["frontier"]) }, { "type": "string", "pattern": format!("^{CODE}$") }],
        "default": "frontier",
        "description": "What the gap is measured against: an economy, or the highest of the group on that path in that year",
    });
    properties["gap"] = gap;
    properties["money"] = builder.table("money");
    properties["sweep"] = sweep();
    let amount = |what: &str| json!({ "type": "number", "minimum": 0, "description": format!("Budget for {what}, USD bn") });
    properties["plan"] = json!({
        "type": "object",
        "description": "Budgets that `jointly plan` keeps to unless the command line says otherwise",
        "additionalProperties": false,
        "properties": {
            "budget": amount("the present value of all costs"),
            "budget_yearly": amount("what is paid in any one year"),
            "budget_of": {
                "type": "object",
                "additionalProperties": false,
                "patternProperties": { format!("^{CODE}$"): amount("what the economy pays") },
                "description": "Budgets of economies by code",
            },
            "budget_sure": { "type": "number", "exclusiveMinimum": 0, "maximum": 1, "description": "Part of the futures in which budgets must hold" },
        },
    });
    // What a file without `extends` must say itself.
    root["if"] = json!({ "not": { "required": ["extends"] } });
    root["then"] = json!({ "properties": {
        "levers": { "additionalProperties": { "$ref": "#/$defs/whole_lever" } },
        "options": { "additionalProperties": { "required": ["levers"] } },
        "baseline": { "additionalProperties": { "properties": {
            "gdp_growth": { "required": ["mean", "years"] },
            "dollar_price": { "required": ["mean", "years"] },
            "share_drift": { "required": ["mean", "years"] },
        } } },
    } });
    Ok(root)
}

/// The name that a person gives to a lever or an option.
fn name(description: &str) -> Value {
    json!({ "type": "string", "pattern": r"^\S(.{0,98}\S)?$", "description": description })
}

/// Uncertain numbers.
fn definitions(builder: &Builder) -> Value {
    let number = json!({ "type": "number" });
    let fields = |names: &[&str]| -> Value {
        let properties: Map<String, Value> = names
            .iter()
            .map(|name| ((*name).to_owned(), number.clone()))
            .collect();
        json!({ "type": "object", "required": names, "properties": properties, "additionalProperties": false })
    };
    let list =
        |length: usize| json!({ "type": "array", "items": number, "minItems": length, "maxItems": length });
    let simple = json!({
        "normal": fields(&["mean", "sd"]),
        "lognormal": { "anyOf": [fields(&["median", "p95"]), fields(&["median", "sd_log"])] },
        "gamma": fields(&["shape", "rate"]),
        "uniform": list(2),
        "triangular": list(3),
        "pert": list(3),
        "beta": fields(&["mean", "sd"]),
        // A value such as 0.1 without quotes is a key within a key.
        "choice": { "anyOf": [
            { "type": "array", "items": number, "minItems": 2, "maxItems": 100 },
            { "type": "object", "additionalProperties": { "anyOf": [number, { "type": "object", "additionalProperties": number }] } },
        ] },
    });
    let mut mixed = simple.clone();
    mixed["zero_or"] = json!({
        "type": "object",
        "required": ["p_zero", "else"],
        "additionalProperties": false,
        "properties": {
            "p_zero": { "type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1 },
            "else": { "type": ["number", "string", "object"], "$ref": "#/$defs/simple" },
        },
    });
    // `minimum` concerns numbers only, `pattern` texts, `properties` tables: so an editor's message names what is wrong.
    let uncertain = |properties: Value| {
        json!({
            "description": "An uncertain number: \"LOW to HIGH\" (a 90 % interval) or exactly one distribution",
            "pattern": r"^\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\s+to\s+[-+]?[0-9.]+([eE][-+]?[0-9]+)?\s*$",
            "minProperties": 1,
            "maxProperties": 1,
            "properties": properties,
            "additionalProperties": false,
        })
    };
    let mut definitions = json!({ "simple": uncertain(simple), "uncertain": uncertain(mixed) });
    for table in ["baseline.{economy}", "tension.{pair}"] {
        let name = table.split('.').next().unwrap_or(table);
        definitions[name] = builder.table(table);
        if name == "tension" {
            definitions[name]["properties"]["tense_years"] = json!({
                "type": "array", "uniqueItems": true, "items": { "type": "integer", "minimum": 1900, "maximum": 2300 },
                "description": "Years in which the pair is tense on every path, in the baseline and under every option",
            });
        }
    }
    definitions
}

/// A lever.
fn lever(builder: &Builder) -> Result<Value, Diagnostics> {
    let mut lever = builder.table("levers.{lever}");
    let kinds: Vec<Value> = LeverKind::all()?
        .iter()
        .map(|kind| json!({ "const": kind.name, "title": kind.title, "description": format!("{}. Scale: {}", kind.meaning, kind.unit) }))
        .collect();
    let properties = &mut lever["properties"];
    properties["title"] = name("Name of the lever for people; the id, hyphens as spaces, if absent");
    properties["kind"] =
        json!({ "description": "Lever kind, which sets the defaults of the other numbers", "oneOf": kinds });
    properties["partners"] = builder.economies(
        "Economies that cooperate; one alone is a program of one country",
        1,
    );
    let ids = json!({ "type": "array", "items": { "type": "string" }, "uniqueItems": true });
    for (key, description) in [
        (
            "requires",
            "Levers without which `jointly plan` does not choose it",
        ),
        ("excludes", "Levers with which `jointly plan` does not choose it"),
    ] {
        properties[key] = ids.clone();
        properties[key]["description"] = json!(description);
    }
    properties["spending"] = json!({
        "type": "array",
        "items": { "type": "number", "minimum": 0 },
        "minItems": 1,
        "maxItems": super::levers::SPENDING_YEARS,
        "description": "Parts of the capital cost paid in the first, second, ... year from the delayed start",
    });
    properties["scales"] = json!({
        "type": "array",
        "items": { "type": "number", "exclusiveMinimum": 0, "maximum": 1000 },
        "minItems": 1,
        "maxItems": 10,
        "uniqueItems": true,
        "description": "Multiples of its scale that `jointly plan` may choose",
    });
    properties["scale_basis"] = json!({
        "enum": ScaleBasis::ALL.map(ScaleBasis::key),
        "description": "What scale is measured against; that of the kind if absent",
    });
    properties["creation_mode"] = json!({
        "enum": CreationMode::ALL.map(CreationMode::key),
        "description": "Creation once as intensity rises, or every year; that of the kind if absent",
    });
    Ok(lever)
}

/// What a lever must say that no other file completes.
fn whole_lever() -> Result<Value, Diagnostics> {
    let exporters: Vec<&str> = LeverKind::all()?
        .iter()
        .filter(|kind| kind.trade_basis == TradeBasis::ThirdMarkets)
        .map(|kind| kind.name)
        .collect();
    Ok(json!({
        "required": ["kind", "partners", "start", "scale"],
        "if": { "required": ["kind"], "properties": { "kind": { "enum": exporters } } },
        "then": {
            "$comment": "A kind that sells in third markets needs the exports it may touch, unless its gain is set",
            "anyOf": [{ "required": ["trade_base"] }, { "required": ["trade_gain"] }],
        },
    }))
}

fn sweep() -> Value {
    let keys = |all: Vec<&'static str>| all.join("|");
    let outcome = json!({
        "type": "string",
        "pattern": format!(
            r"^([^/|]+/)?((extra:)?(group|{CODE})\.({})(@(horizon|[0-9]+))?|money\.({})(\.{CODE})?)(\|(mean|sd|median|positive|p0?[1-9]|p[1-9][0-9]|(above|below|at least|at most) +[-+0-9.eE]+))?$",
            keys(Metric::ALL.map(Metric::key).to_vec()),
            keys(Money::ALL.map(Money::key).to_vec()),
        ),
    });
    let range = json!({
        "type": ["string", "array", "object"],
        "anyOf": [
            { "const": "prior" },
            { "type": "array", "items": { "type": "number" }, "minItems": 2, "maxItems": 2 },
            { "type": ["string", "object"], "$ref": "#/$defs/uncertain" },
        ],
    });
    let mut vary: Map<String, Value> = PARAMETERS
        .iter()
        .map(|parameter| {
            let pattern = parameter
                .path
                .replace('.', r"\.")
                .replace("{economy}", CODE)
                .replace("{year}", YEAR)
                .replace("{payer}", ID)
                .replace("{pair}", &format!("{CODE}-{CODE}"))
                .replace(
                    "{element}",
                    &format!("({})", keys(Element::ALL.map(Element::key).to_vec())),
                )
                .replace("{lever}", ID);
            let mut range = range.clone();
            range["description"] = json!(format!("{}. Unit: {}", parameter.meaning, parameter.unit));
            (format!("^{pattern}$"), range)
        })
        .collect();
    let mut star = range;
    star["description"] = json!("Every input that fits; a * stands for one name between dots");
    vary.insert(r"^([^.*]+\.)*\*(\.[^.]+)*$".to_owned(), star);
    json!({
        "type": "object",
        "description": "What `jointly sweep` does with this scenario unless the command line says otherwise",
        "additionalProperties": false,
        "properties": {
            "outcome": {
                "description": "Outcome selectors, such as CHN.share@2035 or extra:group.gdp@horizon",
                "anyOf": [outcome, { "type": "array", "minItems": 1, "items": outcome }],
            },
            "method": { "type": "string", "description": "Method of the sweep" },
            "size": { "type": "integer", "minimum": 1, "maximum": 10_000_000, "description": "Number of design points" },
            "vary": {
                "type": "object",
                "maxProperties": 100,
                "description": "Inputs that vary, by quoted path: [low, high], an uncertain number, or \"prior\" for the input's own distribution",
                "additionalProperties": false,
                "patternProperties": vary,
            },
        },
    })
}

impl Builder {
    /// Names and the codes of the embedded economies.
    fn codes<'b>(&'b self, names: &[&'b str]) -> Vec<&'b str> {
        names
            .iter()
            .copied()
            .chain(self.economies.iter().map(Economy::code))
            .collect()
    }

    fn economies(&self, description: &str, least: usize) -> Value {
        json!({
            "type": "array",
            "minItems": least,
            "uniqueItems": true,
            "items": { "anyOf": [{ "enum": self.codes(&[]) }, { "type": "string", "pattern": format!("^{CODE}$") }] },
            "description": description,
        })
    }

    /// The table at a path of the parameter table (with placeholders).
    fn table(&self, path: &str) -> Value {
        let mut properties = Map::new();
        let mut patterns = Map::new();
        for segment in next(path) {
            let child = format!("{path}.{segment}");
            let node = || self.node(&child);
            match segment {
                "{economy}" => {
                    for economy in &self.economies {
                        properties.insert(economy.code().to_owned(), described(node(), economy.name()));
                    }
                    patterns.insert(format!("^{CODE}$"), node());
                }
                "{year}" => {
                    patterns.insert(format!("^{YEAR}$"), node());
                }
                "{payer}" => {
                    for economy in &self.economies {
                        properties.insert(economy.code().to_owned(), described(node(), economy.name()));
                    }
                    patterns.insert(format!("^{ID}$"), node());
                }
                "{pair}" => {
                    for (first, second) in super::pairs(&self.economies) {
                        let names = format!("{} and {}", first.name(), second.name());
                        properties.insert(format!("{first}-{second}"), described(node(), &names));
                    }
                    patterns.insert(format!("^{CODE}-{CODE}$"), node());
                }
                "{element}" => {
                    for element in Element::ALL {
                        let path = child.replace("{element}", element.key());
                        let meaning = Metric::of_element(element).meaning();
                        let value = PARAMETERS.iter().find(|parameter| parameter.path == child);
                        let value = value.map_or(json!({}), |parameter| self.number(parameter, &path));
                        properties.insert(element.key().to_owned(), described(value, meaning));
                    }
                }
                name => {
                    properties.insert(name.to_owned(), node());
                }
            }
        }
        let mut table = json!({ "type": "object", "properties": properties, "additionalProperties": false });
        if !patterns.is_empty() {
            table["patternProperties"] = patterns.into();
        }
        table
    }

    /// What may stand at a path: a number, a table, or (a scale) either.
    fn node(&self, path: &str) -> Value {
        let number = PARAMETERS
            .iter()
            .find(|parameter| parameter.path == path)
            .map(|parameter| self.number(parameter, path));
        let shared = match path {
            "baseline.{economy}" => Some("baseline"),
            "tension.{pair}" => Some("tension"),
            _ => None,
        };
        match (number, shared) {
            (_, Some(name)) => json!({ "$ref": format!("#/$defs/{name}") }),
            (Some(number), None) if next(path).is_empty() => number,
            (Some(number), None) => json!({ "anyOf": [number, self.table(path)] }),
            (None, None) => self.table(path),
        }
    }

    fn number(&self, parameter: &ParameterRow, path: &str) -> Value {
        let default = defaults::lookup(self.defaults, path);
        let otherwise = match default {
            Some((value, _)) => format!("Default: {value}"),
            None => format!("If absent: {}", parameter.otherwise()),
        };
        let mut schema = json!({
            "description": format!("{}. Unit: {}. {otherwise}", parameter.meaning, parameter.unit),
            "type": "number",
            "minimum": parameter.bounds.low,
            "maximum": parameter.bounds.high,
        });
        if let Some((above, to)) = parameter.bounds.gap {
            schema["not"] = json!({ "exclusiveMinimum": above, "maximum": to });
        }
        if parameter.may_be_uncertain() {
            schema["type"] = json!(["number", "string", "object"]);
            schema["$ref"] = json!("#/$defs/uncertain");
        }
        if let Some(value) = default.and_then(|(value, _)| value.as_constant()) {
            schema["default"] = json!(value);
        }
        schema
    }
}

/// The segments that follow a path of the parameter table.
fn next(path: &str) -> Vec<&'static str> {
    let mut found = Vec::new();
    for parameter in PARAMETERS {
        let rest = parameter
            .path
            .strip_prefix(path)
            .and_then(|rest| rest.strip_prefix('.'));
        if let Some(segment) = rest.and_then(|rest| rest.split('.').next())
            && !found.contains(&segment)
        {
            found.push(segment);
        }
    }
    found
}

/// A schema with a title.
fn described(mut schema: Value, title: &str) -> Value {
    schema["title"] = json!(title);
    schema
}
