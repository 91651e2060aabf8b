//! Lever kinds: data files that set defaults, with grade and source for each number.

use std::sync::OnceLock;

use toml_edit::{Document, Item};

use super::{
    admit::admit,
    input::{Grade, Input, InputFile, Origin},
    number,
    parameters::{self, DefaultIn, Parameter},
};
use crate::base::{Diagnostic, Diagnostics, Element};

macro_rules! kinds {
    ($($name:literal),* $(,)?) => {
        /// The data files, by the name of the kind.
        const FILES: &[(&str, &str)] = &[$(($name, include_str!(concat!("../../data/levers/", $name, ".toml")))),*];
    };
}

kinds![
    "smart_city_pilots",
    "digital_free_trade_zone",
    "joint_rnd",
    "joint_laboratories",
    "service_trade_platform",
    "egovernment_exchange",
    "security_cooperation",
    "talent_exchange",
    "standards_recognition",
    "policy_coordination",
    "think_tank_forum",
    "industrial_digitalization",
    "ai_platform",
    "smart_healthcare",
    "market_gateway",
    "digital_infrastructure",
];

const CATALOGUE: &str = include_str!("../../data/levers/catalogue.csv");

/// What the size of a lever is measured against.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScaleBasis {
    /// Nothing: `half_scale` is a size.
    None,
    /// Millions of people.
    PerMillionPeople,
    /// Billions of dollars of GDP.
    PerGdpBn,
}

impl ScaleBasis {
    /// Every basis.
    pub const ALL: [Self; 3] = [Self::None, Self::PerMillionPeople, Self::PerGdpBn];

    /// The name in files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::PerMillionPeople => "per_million_people",
            Self::PerGdpBn => "per_gdp_bn",
        }
    }

    /// Reads a [`key`](Self::key).
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|basis| basis.key() == text)
    }
}

/// How a lever creates capability.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CreationMode {
    /// Once, as intensity rises.
    Rollout,
    /// Every year, in proportion to intensity.
    Flow,
}

impl CreationMode {
    /// Every mode.
    pub const ALL: [Self; 2] = [Self::Rollout, Self::Flow];

    /// The name in files.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Rollout => "rollout",
            Self::Flow => "flow",
        }
    }

    /// Reads a [`key`](Self::key).
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mode| mode.key() == text)
    }
}

/// Which trade a lever touches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TradeBasis {
    /// Trade between the partners, pair by pair.
    Pairs,
    /// Exports of each partner to economies outside the lever.
    ThirdMarkets,
}

impl TradeBasis {
    /// Reads its name in the data files.
    fn parse(text: &str) -> Option<Self> {
        match text {
            "pairs" => Some(Self::Pairs),
            "third_markets" => Some(Self::ThirdMarkets),
            _ => None,
        }
    }
}

/// A lever kind.
#[derive(Clone, Debug)]
pub struct LeverKind {
    /// Name in scenario files.
    pub name: &'static str,
    /// Name for people.
    pub title: String,
    /// What it is, in one sentence.
    pub meaning: String,
    /// Unit of its scale.
    pub unit: String,
    /// What its scale is measured against.
    pub scale_basis: ScaleBasis,
    /// How it creates capability.
    pub creation_mode: CreationMode,
    /// Which trade it touches.
    pub trade_basis: TradeBasis,
    /// A typical scale, for examples.
    pub example_scale: f64,
    /// Defaults; the path of each is the key behind `levers.ID.`.
    pub defaults: Vec<Input>,
}

impl LeverKind {
    /// Every kind, in the order of the catalog.
    ///
    /// # Errors
    /// If the embedded data are broken, which the tests exclude.
    pub fn all() -> Result<&'static [Self], Diagnostics> {
        static KINDS: OnceLock<Result<Vec<LeverKind>, Diagnostics>> = OnceLock::new();
        let kinds = KINDS.get_or_init(|| (0..FILES.len()).map(|kind| Self::at(kind).cloned()).collect());
        kinds.as_deref().map_err(Clone::clone)
    }

    /// A kind by its position in the catalog; its file is read once and only when it is asked for.
    fn at(position: usize) -> Result<&'static Self, Diagnostics> {
        static READ: [OnceLock<Result<LeverKind, Diagnostics>>; FILES.len()] =
            [const { OnceLock::new() }; FILES.len()];
        let (name, text) = FILES[position];
        let kind = READ[position].get_or_init(|| read(name, text));
        kind.as_ref().map_err(Clone::clone)
    }

    /// The kind of a name.
    ///
    /// # Errors
    /// As [`all`](Self::all).
    pub fn named(name: &str) -> Result<Option<&'static Self>, Diagnostics> {
        let position = Self::names().position(|known| known == name);
        position.map(Self::at).transpose()
    }

    /// The names of all kinds, in the order of the catalog.
    pub fn names() -> impl Iterator<Item = &'static str> {
        FILES.iter().map(|(name, _)| *name)
    }

    /// The default of a key.
    pub fn default(&self, key: &str) -> Option<&Input> {
        self.defaults.iter().find(|input| input.path == key)
    }

    /// Through which channels it works by default (docs/levers.md).
    pub fn channels(&self) -> Vec<&'static str> {
        let works = |parameter: Parameter| {
            parameter
                .lever_key()
                .and_then(|key| self.default(key))
                .is_some_and(|input| input.value.support() != (0.0, 0.0))
        };
        let creation = match self.creation_mode {
            CreationMode::Rollout => "creation on rollout",
            CreationMode::Flow => "creation every year",
        };
        [
            (Parameter::Learning, "learning"),
            (Parameter::Creation, creation),
            (Parameter::TradeGain, "trade"),
            (Parameter::TensionRelief, "lower tension"),
        ]
        .into_iter()
        .filter(|(parameter, _)| works(*parameter))
        .map(|(_, channel)| channel)
        .collect()
    }

    /// The unit of a number of a lever of this kind.
    pub fn unit_of(&self, parameter: Parameter) -> String {
        match (parameter, self.scale_basis) {
            (Parameter::HalfScale, ScaleBasis::PerMillionPeople) => {
                format!("{}, per million people", self.unit)
            }
            (Parameter::HalfScale, ScaleBasis::PerGdpBn) => format!("{}, per USD bn of GDP", self.unit),
            (parameter, _) if parameter.is_in_unit_of_kind() => self.unit.clone(),
            _ => parameter.row().unit.to_owned(),
        }
    }

    /// Whether it works through trade by default.
    pub fn works_through_trade(&self) -> bool {
        self.channels().contains(&"trade")
    }

    /// Name and hash of the data file.
    pub fn file(&self) -> InputFile {
        let text = FILES
            .iter()
            .find(|(name, _)| *name == self.name)
            .map_or("", |(_, text)| text);
        InputFile::of(&format!("data/levers/{}.toml", self.name), text)
    }
}

fn read(name: &'static str, text: &str) -> Result<LeverKind, Diagnostics> {
    let wrong =
        |message: String| Diagnostics::from(Diagnostic::new(format!("data/levers/{name}.toml: {message}")));
    let document = Document::parse(text).map_err(|error| wrong(error.to_string()))?;
    let string = |item: &Item, key: &str| item.get(key).and_then(Item::as_str).unwrap_or("").to_owned();
    let top = |key: &str| document.get(key).and_then(Item::as_str).unwrap_or("").to_owned();
    let origin = |item: &Item| {
        Ok::<Origin, Diagnostics>(Origin::Default {
            grade: Grade::parse(&string(item, "grade"))
                .ok_or_else(|| wrong("a number has no grade".to_owned()))?,
            source: string(item, "source"),
            reason: string(item, "reason"),
        })
    };
    let mut defaults = Vec::new();
    for (key, item) in document.iter().filter(|(_, item)| item.is_table()) {
        if key == "weights" {
            for element in Element::ALL {
                let weight = item
                    .get(element.key())
                    .ok_or_else(|| wrong(format!("no weight of {}", element.key())))?;
                let value = number::read(weight).map_err(&wrong)?;
                defaults.push(Input {
                    path: format!("weights.{}", element.key()),
                    value,
                    origin: origin(item)?,
                });
            }
            continue;
        }
        let row = parameters::find(&format!("levers.x.{key}"))
            .map(Parameter::row)
            .filter(|row| row.default == DefaultIn::KindFile)
            .ok_or_else(|| wrong(format!("no parameter `{key}` has its default here")))?;
        let value = number::read(item.get("value").unwrap_or(&Item::None))
            .and_then(|value| admit(row, value))
            .map_err(|message| wrong(format!("{key}: {message}")))?;
        defaults.push(Input {
            path: key.to_owned(),
            value,
            origin: origin(item)?,
        });
    }
    Ok(LeverKind {
        name,
        title: top("title"),
        meaning: top("meaning"),
        unit: top("unit"),
        scale_basis: ScaleBasis::parse(&top("scale_basis"))
            .ok_or_else(|| wrong("`scale_basis` is missing or unknown".to_owned()))?,
        creation_mode: CreationMode::parse(&top("creation_mode"))
            .ok_or_else(|| wrong("`creation_mode` is missing or unknown".to_owned()))?,
        trade_basis: TradeBasis::parse(&top("trade_basis"))
            .ok_or_else(|| wrong("`trade_basis` is missing or unknown".to_owned()))?,
        example_scale: document
            .get("example_scale")
            .and_then(Item::as_integer)
            .unwrap_or(1) as f64,
        defaults,
    })
}

/// A lever that the source documents name, and the kind that covers it.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct CatalogueEntry {
    /// L01 to L43.
    pub id: String,
    /// Lever kind.
    pub kind: String,
    /// Name in the source.
    pub name: String,
    /// Who takes part.
    pub economies: String,
    /// How it is meant to work.
    pub mechanism: String,
    /// Source.
    pub source: String,
    /// Where in the source.
    pub locator: String,
}

/// Every lever of the source documents.
///
/// # Errors
/// If the embedded data are broken, which the tests exclude.
pub fn catalogue() -> Result<Vec<CatalogueEntry>, Diagnostics> {
    csv::Reader::from_reader(CATALOGUE.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .map_err(|error| Diagnostic::new(format!("data/levers/catalogue.csv: {error}")).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_every_default_with_grade_and_source() {
        let kinds = LeverKind::all().unwrap();
        assert_eq!(kinds.len(), 16);
        for kind in kinds {
            assert_eq!(kind.defaults.len(), 15 + 6, "{}", kind.name);
            for input in &kind.defaults {
                let Origin::Default { source, reason, .. } = &input.origin else {
                    unreachable!()
                };
                assert!(
                    !source.is_empty() && !reason.is_empty(),
                    "{} {}",
                    kind.name,
                    input.path
                );
            }
            let largest = Element::ALL
                .map(|element| {
                    kind.default(&format!("weights.{}", element.key()))
                        .unwrap()
                        .value
                        .as_constant()
                        .unwrap()
                })
                .into_iter()
                .fold(0.0, f64::max);
            assert!(largest == 1.0 || largest == 0.0, "{}", kind.name);
        }
    }

    #[test]
    fn every_lever_of_the_sources_is_covered_by_a_kind() {
        let entries = catalogue().unwrap();
        assert_eq!(entries.len(), 43);
        for kind in LeverKind::all().unwrap() {
            assert!(
                entries.iter().any(|entry| entry.kind == kind.name),
                "{}",
                kind.name
            );
        }
        for entry in entries {
            assert!(
                LeverKind::all()
                    .unwrap()
                    .iter()
                    .any(|kind| kind.name == entry.kind),
                "{}",
                entry.id
            );
        }
    }
}
