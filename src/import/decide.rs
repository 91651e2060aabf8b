//! What a series of a file is: its series, unit and basis in the documented format, and how they are known.

use super::{
    Choices, Known,
    cells::{Named, Sheet},
    forms::OWN,
    indicators,
    units::{self, Scaled, Stated},
};
use crate::{
    base::{Diagnostic, Diagnostics},
    history::{GrowthBasis, Measure, SERIES, Series},
};

/// The series of the documented format that a series of a file is: by choice, by its publisher, or because the file has that format.
pub(super) fn series_of(form: &'static str, named: &Named, choices: &Choices) -> Option<&'static Series> {
    let find = |key: &str| SERIES.iter().find(|series| series.key == key);
    match choices.series.iter().find(|(name, _)| named.is(name)) {
        Some((_, key)) => find(key),
        None if form == OWN => find(named.name.trim()),
        None => find(indicators::known(form, &named.code, &named.name)?.series),
    }
}

/// What is known of a series of a file.
pub(super) struct Decided {
    pub(super) series: &'static Series,
    pub(super) unit: Scaled,
    pub(super) unit_by: Known,
    /// Of growth.
    pub(super) basis: Option<(GrowthBasis, Known)>,
}

impl Decided {
    pub(super) fn basis_key(&self) -> &'static str {
        self.basis.map_or("level", |(basis, _)| basis_key(basis))
    }
}

/// A list of choices: of a series by its name in the file or in the documented format, or of every series that leaves it open.
type Chosen = [(Option<String>, String)];

fn by_name<'c>(list: &'c Chosen, named: &Named, series: &Series) -> Option<&'c str> {
    let means = |name: &Option<String>| {
        name.as_ref()
            .is_some_and(|name| named.is(name) || name == series.key)
    };
    list.iter()
        .find(|(name, _)| means(name))
        .map(|(_, value)| value.as_str())
}

fn for_all(list: &Chosen) -> Option<&str> {
    list.iter()
        .find(|(name, _)| name.is_none())
        .map(|(_, value)| value.as_str())
}

pub(super) const BASES: [(&str, GrowthBasis); 2] = [
    ("start_year", GrowthBasis::StartYear),
    ("end_year", GrowthBasis::EndYear),
];

/// A series of a file whose unit and basis are being decided.
struct Deciding<'a> {
    sheet: &'a Sheet,
    named: &'a Named,
    series: &'static Series,
    indicator: Option<&'static indicators::Indicator>,
    choices: &'a Choices,
}

/// What became of a unit.
enum UnitFound {
    Known(Scaled, Known),
    /// It cannot be that of the series, and why.
    Unfit(&'static str),
}

impl Deciding<'_> {
    fn fits(&self, unit: Scaled) -> bool {
        self.series.units.contains(&unit.unit)
    }

    /// The refusal of a unit that is open or impossible.
    fn open(&self, why: &str) -> Diagnostic {
        let (name, key) = (self.named.shown(), self.series.key);
        let units = units::NAMES.iter().filter(|(_, unit)| self.fits(*unit));
        let units: Vec<&str> = units.map(|(name, _)| *name).collect();
        Diagnostic::new(format!("`{}`: unit of `{name}` ({key}): {why}", self.sheet.name))
            .help(format!("choose --unit \"{name}=UNIT\" with {}", units.join(", ")))
    }

    fn by_choice(&self, key: &str) -> Result<UnitFound, Diagnostic> {
        let unit = units::NAMES
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, unit)| *unit);
        unit.filter(|unit| self.fits(*unit))
            .map(|unit| UnitFound::Known(unit, Known::Chosen))
            .ok_or_else(|| self.open(&format!("it cannot be `{key}`")))
    }

    /// The unit: as chosen, as its publisher defines it, as the file states it, or as chosen for whatever is open.
    fn unit(&self, all_percent: bool) -> Result<UnitFound, Diagnostic> {
        let (named, form, units) = (self.named, self.sheet.form, &self.choices.units);
        if let Some(key) = by_name(units, named, self.series) {
            return self.by_choice(key);
        }
        if let Some(unit) = self.indicator.and_then(|row| row.unit) {
            return Ok(UnitFound::Known(unit, Known::Publisher));
        }
        let own = units::NAMES
            .iter()
            .find(|(key, _)| form == OWN && *key == named.unit.trim());
        let words = [named.unit.as_str(), named.name.as_str()].join("; ");
        let stated = match own {
            Some((_, unit)) => Stated::Known(*unit),
            None if all_percent && self.fits(units::PERCENT) => Stated::Known(units::PERCENT),
            None => units::stated(&words, &named.scale, self.series.key),
        };
        match stated {
            Stated::Known(unit) if self.fits(unit) => Ok(UnitFound::Known(unit, Known::File)),
            Stated::Known(unit) => {
                Err(self.open(&format!("the file says {}, which it cannot be", unit.name())))
            }
            Stated::Unfit(why) if self.choices.series.iter().any(|(name, _)| named.is(name)) => {
                Err(self.open(&format!("{why} (`{}`)", unit_words(named))))
            }
            Stated::Unfit(why) => Ok(UnitFound::Unfit(why)),
            Stated::Open(why) => match for_all(units) {
                Some(key) => self.by_choice(key),
                None => Err(self.open(why)),
            },
        }
    }

    /// The basis of growth; `None` for levels, and where every row states its own.
    fn basis(&self) -> Result<Option<(GrowthBasis, Known)>, Diagnostic> {
        if !matches!(self.series.measure, Measure::GrowthOf(_)) || self.sheet.form == OWN {
            return Ok(None);
        }
        let bases = &self.choices.bases;
        let of_key = |key: &str| {
            BASES
                .iter()
                .find(|(name, _)| *name == key)
                .map(|(_, basis)| *basis)
        };
        let publisher = || {
            self.indicator
                .and_then(|row| row.basis)
                .map(|basis| (basis, Known::Publisher))
        };
        let chosen = |key: &str| Some((of_key(key)?, Known::Chosen));
        let found = by_name(bases, self.named, self.series)
            .and_then(chosen)
            .or_else(publisher)
            .or_else(|| for_all(bases).and_then(chosen));
        found.map(Some).ok_or_else(|| {
            let (name, key) = (self.named.shown(), self.series.key);
            Diagnostic::new(format!(
                "`{}`: basis of `{name}` ({key}): the file does not say which year growth is a part of",
                self.sheet.name
            ))
            .help(format!(
                "choose --basis \"{name}=start_year\" if it is (new - old) / old, --basis \"{name}=end_year\" if it is (new - old) / new"
            ))
        })
    }
}

/// Decides unit and basis of a series; as an error without a diagnostic, why its unit cannot be that of the series.
pub(super) fn decide(
    sheet: &Sheet,
    named: &Named,
    all_percent: bool,
    choices: &Choices,
) -> Result<Result<Decided, &'static str>, Diagnostics> {
    let Some(series) = series_of(sheet.form, named, choices) else {
        return Ok(Err("no series of the documented format"));
    };
    let deciding = Deciding {
        sheet,
        named,
        series,
        indicator: indicators::known(sheet.form, &named.code, &named.name)
            .filter(|row| row.series == series.key),
        choices,
    };
    let (unit, basis) = (deciding.unit(all_percent), deciding.basis());
    match (unit, basis) {
        (Ok(UnitFound::Unfit(why)), _) => Ok(Err(why)),
        (Ok(UnitFound::Known(unit, unit_by)), Ok(basis)) => Ok(Ok(Decided {
            series,
            unit,
            unit_by,
            basis,
        })),
        (unit, basis) => {
            let mut errors = Diagnostics::new();
            for wrong in [unit.err(), basis.err()].into_iter().flatten() {
                errors.push(wrong);
            }
            Err(errors)
        }
    }
}

/// A series with what the file says of its unit.
pub(super) fn unit_words(named: &Named) -> String {
    if named.unit.is_empty() {
        named.label()
    } else {
        format!("{} ({})", named.label(), named.unit)
    }
}

fn basis_key(basis: GrowthBasis) -> &'static str {
    BASES
        .iter()
        .find(|(_, other)| *other == basis)
        .map_or("", |(key, _)| key)
}
