//! Forms of tables: whose they are, and what their columns mean. One list; everything else is derived from it.

use super::economies::plain;
use crate::base::Year;

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Role {
    /// Code of the economy.
    Code,
    /// Name of the economy.
    Name,
    /// Code of the series.
    SeriesCode,
    /// Name of the series.
    SeriesName,
    /// Words about the unit, prices or transformation.
    Unit,
    /// A power of ten, or a word such as `Billions`.
    Scale,
    /// The year.
    Time,
    /// The figure.
    Value,
    /// A footnote mark of the figure.
    Flag,
    /// The last year that is no estimate.
    LastActual,
    /// A column of the documented format that is copied: basis, status, uncertainty, source, locator, note.
    Own(usize),
}

/// How the figures stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shape {
    /// One figure a row.
    Long,
    /// A column for every year.
    Wide,
    /// A column for every series, whose name ends so.
    Columns(&'static str),
}

/// A form of tables.
struct Form {
    /// Who publishes it, and which of their forms it is.
    name: &'static str,
    shape: Shape,
    /// Columns that only this form has together.
    needs: &'static [&'static str],
    /// What its columns mean; the others tell figures of one cell apart.
    roles: &'static [(&'static str, Role)],
}

pub(super) const OWN_COLUMNS: [&str; 6] = ["basis", "status", "uncertainty", "source", "locator", "note"];
/// The name of the form that the program itself writes.
pub(super) const OWN: &str = "jointly";

const ECONOMY: [(&str, Role); 2] = [("country code", Role::Code), ("country name", Role::Name)];

#[rustfmt::skip]
const FORMS: &[Form] = &[
    Form { name: OWN, shape: Shape::Long, needs: &["series", "economy", "year", "value", "unit", "basis"],
        roles: &[("series", Role::SeriesName), ("economy", Role::Code), ("year", Role::Time), ("value", Role::Value), ("unit", Role::Unit),
            ("basis", Role::Own(0)), ("status", Role::Own(1)), ("uncertainty", Role::Own(2)), ("source", Role::Own(3)),
            ("locator", Role::Own(4)), ("note", Role::Own(5))] },
    Form { name: "World Bank (WDI, years in columns)", shape: Shape::Wide, needs: &["country code", "indicator name", "indicator code"],
        roles: &[ECONOMY[0], ECONOMY[1], ("indicator code", Role::SeriesCode), ("indicator name", Role::SeriesName)] },
    Form { name: "World Bank (DataBank, years in columns)", shape: Shape::Wide, needs: &["country code", "series name", "series code"],
        roles: &[ECONOMY[0], ECONOMY[1], ("series code", Role::SeriesCode), ("series name", Role::SeriesName)] },
    Form { name: "World Bank (DataBank, series in columns)", shape: Shape::Columns(""), needs: &["country code", "time", "time code"],
        roles: &[ECONOMY[0], ECONOMY[1], ("time", Role::Time)] },
    Form { name: "IMF (World Economic Outlook)", shape: Shape::Wide, needs: &["weo subject code", "country"],
        roles: &[("iso", Role::Code), ("country", Role::Name), ("weo subject code", Role::SeriesCode), ("subject descriptor", Role::SeriesName),
            ("units", Role::Unit), ("scale", Role::Scale), ("estimates start after", Role::LastActual)] },
    Form { name: "OECD (Data Explorer)", shape: Shape::Long, needs: &["ref area", "time period", "obs value"],
        roles: &[("ref area", Role::Code), ("reference area", Role::Name), ("measure", Role::SeriesCode), ("transaction", Role::SeriesCode),
            ("measure 2", Role::SeriesName), ("transaction 2", Role::SeriesName), ("unit measure", Role::Unit), ("unit of measure", Role::Unit),
            ("price base 2", Role::Unit), ("transformation 2", Role::Unit),
            ("unit mult", Role::Scale), ("time period", Role::Time), ("obs value", Role::Value), ("obs status", Role::Flag)] },
    Form { name: "OECD (OECD.Stat)", shape: Shape::Long, needs: &["location", "time", "value", "unit code"],
        roles: &[("location", Role::Code), ("country", Role::Name), ("transact", Role::SeriesCode), ("transaction", Role::SeriesName),
            ("subject", Role::SeriesCode), ("subject 2", Role::SeriesName), ("measure 2", Role::Unit), ("unit", Role::Unit), ("powercode code", Role::Scale),
            ("time", Role::Time), ("value", Role::Value), ("flag codes", Role::Flag)] },
    Form { name: "OECD (data.oecd.org)", shape: Shape::Long, needs: &["location", "indicator", "measure", "time", "value"],
        roles: &[("location", Role::Code), ("indicator", Role::SeriesName), ("measure", Role::Unit), ("time", Role::Time), ("value", Role::Value),
            ("flag codes", Role::Flag)] },
    Form { name: "UNCTAD (UNCTADstat)", shape: Shape::Columns("value"), needs: &["economy", "economy label"],
        roles: &[("economy", Role::Code), ("economy label", Role::Name), ("year", Role::Time), ("period", Role::Time)] },
    Form { name: "IAMC (years in columns)", shape: Shape::Wide, needs: &["model", "scenario", "region", "variable", "unit"],
        roles: &[("region", Role::Name), ("variable", Role::SeriesName), ("unit", Role::Unit)] },
    Form { name: "IAMC (one figure a row)", shape: Shape::Long, needs: &["model", "scenario", "region", "variable", "unit", "year", "value"],
        roles: &[("region", Role::Name), ("variable", Role::SeriesName), ("unit", Role::Unit), ("year", Role::Time), ("value", Role::Value)] },
    Form { name: "Our World in Data", shape: Shape::Columns(""), needs: &["entity", "year"],
        roles: &[("code", Role::Code), ("entity", Role::Name), ("year", Role::Time)] },
];

/// A series that has a column of its own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Titled {
    pub(super) name: String,
    pub(super) code: String,
}

/// Where a figure of a record stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Figures {
    /// Its column.
    pub(super) column: usize,
    /// Its year, where the header says it.
    pub(super) year: Option<Year>,
    /// Its series, where the header says it.
    pub(super) series: Option<Titled>,
}

/// What the columns of a header mean.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Layout {
    pub(super) form: &'static str,
    pub(super) roles: Vec<(Role, usize)>,
    pub(super) figures: Vec<Figures>,
    /// Names of all columns.
    pub(super) header: Vec<String>,
}

/// `2019`, `2019 [YR2019]`, `YR2019`, `X2019`.
fn year_of(title: &str) -> Option<Year> {
    let title = title.trim();
    let head = title.split([' ', '[']).next().unwrap_or("");
    let digits = head
        .strip_prefix("YR")
        .or_else(|| head.strip_prefix('X'))
        .unwrap_or(head);
    let rest = &title[head.len()..];
    let only_year = rest.trim().is_empty() || rest.trim() == format!("[YR{digits}]");
    let year = digits.parse().ok().filter(|year| (1500..=2200).contains(year));
    year.filter(|_| digits.len() == 4 && only_year)
}

/// `GDP (current US$) [NY.GDP.MKTP.CD]`.
fn titled(title: &str) -> Titled {
    let split = title
        .trim()
        .strip_suffix(']')
        .and_then(|title| title.rsplit_once('['));
    match split {
        Some((name, code)) => Titled {
            name: name.trim().to_owned(),
            code: code.trim().to_owned(),
        },
        None => Titled {
            name: title.trim().to_owned(),
            code: String::new(),
        },
    }
}

impl Layout {
    /// What the columns of a header mean, if it is of a known form.
    pub(super) fn of(header: &[String]) -> Option<Self> {
        // A second column of a name (code and label, `MEASURE` and `Measure`) is told apart by its number.
        let mut names: Vec<String> = Vec::with_capacity(header.len());
        for title in header {
            let name = plain(title);
            let again = names.iter().filter(|other| **other == name).count();
            names.push(if again > 0 { format!("{name} 2") } else { name });
        }
        let at = |wanted: &str| names.iter().position(|name| name == wanted);
        let years: Vec<(usize, Year)> = header
            .iter()
            .enumerate()
            .filter_map(|(column, title)| Some((column, year_of(title)?)))
            .collect();
        FORMS.iter().find_map(|form| {
            if !form.needs.iter().all(|name| at(name).is_some()) {
                return None;
            }
            let roles: Vec<(Role, usize)> = form
                .roles
                .iter()
                .filter_map(|(name, role)| Some((*role, at(name)?)))
                .collect();
            let has = |role: Role| roles.iter().any(|(other, _)| *other == role);
            let taken = |column: usize| roles.iter().any(|(_, other)| *other == column);
            let figures: Vec<Figures> = match form.shape {
                Shape::Wide => years
                    .iter()
                    .map(|(column, year)| Figures {
                        column: *column,
                        year: Some(*year),
                        series: None,
                    })
                    .collect(),
                Shape::Long => roles
                    .iter()
                    .filter(|(role, _)| *role == Role::Value)
                    .map(|(_, column)| Figures {
                        column: *column,
                        year: None,
                        series: None,
                    })
                    .collect(),
                Shape::Columns(ending) => (0..header.len())
                    .filter(|column| !taken(*column) && !form.needs.contains(&names[*column].as_str()))
                    .filter_map(|column| in_column(&header[column], column, ending, has(Role::Time)))
                    .collect(),
            };
            (!figures.is_empty()).then(|| Self {
                form: form.name,
                roles,
                figures,
                header: header.iter().map(|title| title.trim().to_owned()).collect(),
            })
        })
    }

    /// The text of a record in the columns of a role, joined.
    pub(super) fn text(&self, record: &csv::StringRecord, role: Role) -> String {
        let columns = self.roles.iter().filter(|(other, _)| *other == role);
        let texts: Vec<&str> = columns
            .filter_map(|(_, column)| record.get(*column))
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .collect();
        texts.join("; ")
    }
}

/// The series, and the year if no column has it, of a column whose name ends in these words: `US$ at current prices_Value`,
/// `2021_US$ at current prices_Value`.
fn in_column(title: &str, column: usize, ending: &str, has_time: bool) -> Option<Figures> {
    let title = title.trim();
    let name = match ending {
        "" => title,
        ending => {
            let cut = title.len().checked_sub(ending.len())?;
            let (name, end) = (title.get(..cut)?, title.get(cut..)?);
            if !end.eq_ignore_ascii_case(ending) {
                return None;
            }
            name.trim_end_matches(['_', ' '])
        }
    };
    // UNCTAD marks absent figures in a column of their own.
    if name.is_empty() || plain(name).ends_with("missing") {
        return None;
    }
    if has_time {
        return Some(Figures {
            column,
            year: None,
            series: Some(titled(&name.replace('_', " "))),
        });
    }
    let (year, name) = name.split_once(['_', ' '])?;
    Some(Figures {
        column,
        year: Some(year_of(year)?),
        series: Some(titled(&name.replace('_', " "))),
    })
}
