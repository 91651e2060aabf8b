//! Indicators of the offices that publish tables: what they are in the documented format. What stands here is known from their own
//! definitions; everything else must be stated by the file or chosen.

use super::{
    economies::plain,
    units::{PER_100, PERCENT, PERSONS, Scaled, USD},
};
use crate::history::GrowthBasis;

/// An indicator of an office.
pub(super) struct Indicator {
    /// Who publishes it: the beginning of the name of a form; empty for any.
    publisher: &'static str,
    /// Its code; empty for none.
    code: &'static str,
    /// Its name, made plain.
    name: &'static str,
    /// The series of the documented format.
    pub(super) series: &'static str,
    /// Its unit where the office defines it; otherwise what the file states counts.
    pub(super) unit: Option<Scaled>,
    /// The basis of growth, where the office defines it.
    pub(super) basis: Option<GrowthBasis>,
}

const fn indicator(
    publisher: &'static str,
    code: &'static str,
    name: &'static str,
    series: &'static str,
    unit: Option<Scaled>,
) -> Indicator {
    // World Bank and IMF compute growth on the year before.
    let basis = match series.as_bytes() {
        b"volume_growth" => Some(GrowthBasis::StartYear),
        _ => None,
    };
    Indicator {
        publisher,
        code,
        name,
        series,
        unit,
        basis,
    }
}

#[rustfmt::skip]
const INDICATORS: &[Indicator] = &[
    indicator("World Bank", "NY.GDP.MKTP.CD", "gdp current us", "gdp", Some(USD)),
    indicator("World Bank", "NY.GDP.MKTP.KD.ZG", "gdp growth annual", "volume_growth", Some(PERCENT)),
    indicator("World Bank", "SP.POP.TOTL", "population total", "population", Some(PERSONS)),
    indicator("World Bank", "IT.NET.USER.ZS", "individuals using internet of population", "internet_users", Some(PERCENT)),
    indicator("World Bank", "IT.NET.BBND.P2", "fixed broadband subscriptions per 100 people", "broadband", Some(PER_100)),
    indicator("World Bank", "IT.CEL.SETS.P2", "mobile cellular subscriptions per 100 people", "mobile", Some(PER_100)),
    // The World Economic Outlook: units and scales stand in the file.
    indicator("IMF", "NGDPD", "", "gdp", None),
    indicator("IMF", "NGDP_RPCH", "", "volume_growth", Some(PERCENT)),
    indicator("IMF", "LP", "", "population", None),
    // National accounts: several measures have one name; the unit tells which is in current dollars.
    indicator("OECD", "B1GQ", "gross domestic product", "gdp", None),
    indicator("OECD", "B1_GA", "gross domestic product output approach", "gdp", None),
    indicator("OECD", "B1_GE", "gross domestic product expenditure approach", "gdp", None),
    // Our World in Data has no column of units; it counts persons, and keeps the names of the World Bank.
    indicator("Our World in Data", "", "population", "population", Some(PERSONS)),
    indicator("Our World in Data", "", "population historical", "population", Some(PERSONS)),
    indicator("Our World in Data", "", "gdp current us", "gdp", Some(USD)),
    indicator("Our World in Data", "", "gdp growth annual", "volume_growth", Some(PERCENT)),
    // Variables of integrated assessment models.
    indicator("IAMC", "", "gdp mer", "gdp", None),
    indicator("IAMC", "", "population", "population", None),
];

/// The indicator of a code or a name in a file of a form.
pub(super) fn known(form: &str, code: &str, name: &str) -> Option<&'static Indicator> {
    let name = plain(name);
    let of_form = || INDICATORS.iter().filter(|row| form.starts_with(row.publisher));
    of_form()
        .find(|row| !row.code.is_empty() && row.code == code.trim())
        .or_else(|| of_form().find(|row| !row.name.is_empty() && row.name == name))
}
