use std::path::PathBuf;

use super::{
    Console, Failure, FormatArgs, TextOrJson,
    outputs::{named, write_text},
};
use crate::{
    base::{Diagnostics, Economy, Year, read_bytes},
    import::{Choices, Decimal, IMPORT_LIMIT, economy, import},
    report::{
        Findings,
        terminal::{self, Shown},
    },
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Tables as their publishers give them (docs/import.md lists the forms); `-` for the standard input
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Write the table into this file and print the report; without it, or as `-`, the table is printed
    #[arg(short, long, value_name = "history.csv")]
    out: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long, requires = "out")]
    force: bool,
    /// What a series of the file is, by its name or code there, such as "GDP|MER=gdp"; NAME=- leaves it out
    #[arg(long, value_name = "NAME=SERIES", value_parser = pair)]
    series: Vec<(String, String)>,
    /// Unit of a series, or of every one whose unit the file leaves open: usd, usd_m, usd_bn, percent, share, persons, ...
    #[arg(long = "unit", value_name = "[NAME=]UNIT", value_parser = perhaps_pair)]
    units: Vec<(Option<String>, String)>,
    /// What growth is a part of: start_year, (new - old) / old, or end_year, (new - old) / new
    #[arg(long = "basis", value_name = "[NAME=]BASIS", value_parser = perhaps_pair)]
    bases: Vec<(Option<String>, String)>,
    /// Only rows with this value in a column; several values of a column are alternatives
    #[arg(long, value_name = "COLUMN=VALUE", value_parser = pair)]
    only: Vec<(String, String)>,
    /// Only these economies, by code or name, separated by commas
    #[arg(long = "economy", value_name = "CODE", value_delimiter = ',', value_parser = known_economy)]
    economies: Vec<Economy>,
    /// Which economy a name in the file is, such as "Formosa=TWN"
    #[arg(long = "name", value_name = "NAME=CODE", value_parser = name)]
    names: Vec<(String, Economy)>,
    /// Only these years
    #[arg(long, value_name = "FIRST-LAST", value_parser = years)]
    years: Option<(Year, Year)>,
    /// The decimal mark, where the file leaves it open
    #[arg(long, value_enum)]
    decimal: Option<Mark>,
    /// Encoding of the files: utf-8, utf-16le, windows-1252, gbk, windows-1251, ...
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// A word that stands for no figure
    #[arg(long, value_name = "WORD")]
    missing: Vec<String>,
    /// Also read estimates and projections, as assumptions
    #[arg(long)]
    estimates: bool,
    /// What the source column says: publisher, vintage, license
    #[arg(long, value_name = "TEXT")]
    source: Option<String>,
    #[command(flatten)]
    format: FormatArgs,
    /// Print no report
    #[arg(long, conflicts_with_all = ["format", "json"])]
    quiet: bool,
}

/// The decimal mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Mark {
    /// 1234.5
    Point,
    /// 1234,5
    Comma,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.rsplit_once('=').ok_or("expected two parts, divided by =")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

fn perhaps_pair(text: &str) -> Result<(Option<String>, String), String> {
    Ok(match pair(text) {
        Ok((name, value)) => (Some(name), value),
        Err(_) => (None, text.trim().to_owned()),
    })
}

fn known_economy(text: &str) -> Result<Economy, String> {
    economy(text).ok_or_else(|| "no economy of ISO 3166-1 has this code or name".to_owned())
}

fn name(text: &str) -> Result<(String, Economy), String> {
    let (name, code) = pair(text)?;
    Ok((name, known_economy(&code)?))
}

fn years(text: &str) -> Result<(Year, Year), String> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let year = |text: &str| text.trim().parse::<Year>();
    match (year(first), year(last)) {
        (Ok(first), Ok(last)) if first <= last => Ok((first, last)),
        _ => Err("expected a year, or two such as 2000-2023".to_owned()),
    }
}

impl Args {
    fn choices(&self) -> Choices {
        Choices {
            series: self.series.clone(),
            units: self.units.clone(),
            bases: self.bases.clone(),
            only: self.only.clone(),
            economies: self.economies.clone(),
            names: self.names.clone(),
            years: self.years,
            decimal: self.decimal.map(|mark| match mark {
                Mark::Point => Decimal::Point,
                Mark::Comma => Decimal::Comma,
            }),
            encoding: self.encoding.clone(),
            missing: self.missing.clone(),
            estimates: self.estimates,
            source: self.source.clone(),
        }
    }
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let mut errors = Diagnostics::new();
    let mut files = Vec::new();
    for path in &args.files {
        match read_bytes(path, IMPORT_LIMIT) {
            Ok(bytes) => files.push((path.display().to_string(), bytes)),
            Err(wrong) => errors.extend(wrong),
        }
    }
    errors.into_result(())?;
    let imported = import(&files, &args.choices())?;
    let report = match args.format.wanted() {
        TextOrJson::Json => format!("{:#}\n", imported.json()),
        TextOrJson::Text => terminal::render(&imported.document(), &Shown::Full, console.width()),
    };
    match named(args.out.as_ref()) {
        Some(path) => {
            write_text(
                "--out",
                path,
                &imported.csv,
                args.files.iter().cloned(),
                args.force,
            )?;
            if !args.quiet {
                console.print(&report)?;
            }
        }
        None => {
            console.print_data(&imported.csv)?;
            if !args.quiet {
                console.say_beside(report.trim_end());
            }
        }
    }
    Ok(())
}
