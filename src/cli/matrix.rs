use anstyle::{AnsiColor, Style};
use serde_json::json;

use super::{Console, Failure, Format};
use crate::{
    base::{Diagnostic, Diagnostics, Economy, Element, Year},
    history::{MATRIX_YEARS, Matrix},
    report::{Align, Table, escape, tables, wrap},
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Two economies to compare; without them, all economies of the matrix side by side
    #[arg(value_name = "CODE", num_args = 0..=2)]
    economies: Vec<String>,
    /// Year of the matrix: 2016 (China and Korea) or 2021 (five economies)
    #[arg(long, default_value_t = 2021)]
    year: Year,
    /// Output format; CSV and JSON hold every figure behind the scores
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    if !MATRIX_YEARS.contains(&args.year) {
        let years: Vec<String> = MATRIX_YEARS.iter().map(ToString::to_string).collect();
        return Err(Diagnostics::from(
            Diagnostic::new(format!("there is no matrix of {}", args.year))
                .help(format!("expected {}", years.join(" or "))),
        )
        .into());
    }
    let matrix = Matrix::embedded(args.year)?;
    let mut errors = Diagnostics::new();
    let mut chosen: Vec<Economy> = Vec::new();
    for code in &args.economies {
        match matrix.scores.iter().find(|(economy, _)| economy.code() == code) {
            Some((economy, _)) if chosen.contains(economy) => {
                errors.push(
                    Diagnostic::new(format!("{code} stands twice")).help("name two different economies"),
                );
            }
            Some((economy, _)) => chosen.push(*economy),
            None => errors.push(
                Diagnostic::new(format!(
                    "the matrix of {} has no economy `{}`",
                    args.year,
                    escape(code)
                ))
                .suggest(code, matrix.scores.iter().map(|(economy, _)| economy.code())),
            ),
        }
    }
    if args.economies.len() == 1 {
        errors.push(
            Diagnostic::new("one economy alone cannot be compared")
                .help("name two economies, or none for all"),
        );
    }
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let shown = if chosen.is_empty() {
        matrix.scores.iter().map(|(economy, _)| *economy).collect()
    } else {
        chosen.clone()
    };
    console.print(&match args.format {
        Format::Text => text(&matrix, &shown, console.width()),
        Format::Csv => tables::reference::matrix(&matrix, &shown).csv(),
        Format::Json => json_text(&matrix, &shown),
    })?;
    Ok(())
}

/// A score as text: colored by size, marked where it is an assumption or rests on part of the indicators.
fn score_text(matrix: &Matrix, economy: Economy, element: Element) -> String {
    let Some(scores) = matrix.economy(economy) else {
        return String::new();
    };
    let score = scores[element.index()];
    let mark = if score.assumed {
        "?".to_owned()
    } else if score.coverage < 1.0 {
        format!(" ({:.0} %)", 100.0 * score.coverage)
    } else {
        String::new()
    };
    format!("{:.2}{mark}", score.value)
}

fn text(matrix: &Matrix, economies: &[Economy], width: usize) -> String {
    let heading = Style::new().bold();
    let names: Vec<String> = economies
        .iter()
        .map(|economy| economy.name().to_owned())
        .collect();
    let mut text = format!(
        "{heading}Digitalization matrix around {}: {}{heading:#}\n",
        matrix.year,
        names.join(", ")
    );
    let pair = if let [first, second] = economies {
        Some((*first, *second))
    } else {
        None
    };
    let mut columns = vec![("element", Align::Left)];
    columns.extend(economies.iter().map(|economy| (economy.code(), Align::Right)));
    if pair.is_some() {
        columns.extend([("relative gap", Align::Right), ("leads", Align::Left)]);
    }
    let mut table = Table::new(&columns);
    let gaps = pair
        .and_then(|(first, second)| matrix.complementarity(first, second))
        .unwrap_or_default();
    for element in Element::ALL {
        let mut cells = vec![element.key().to_owned()];
        cells.extend(
            economies
                .iter()
                .map(|economy| score_text(matrix, *economy, element)),
        );
        if let Some((gap, (first, second))) = gaps.iter().find(|gap| gap.element == element.index()).zip(pair)
        {
            cells.push(format!("{:+.2}", gap.relative));
            cells.push(if gap.relative > 0.0 { second } else { first }.name().to_owned());
        }
        table.row(cells);
    }
    text.push_str(&table.render(width));
    if let Some((first, second)) = pair {
        text.push_str(&format!(
            "\n{heading}Complementarity, the largest gap first{heading:#}\n"
        ));
        for (place, gap) in gaps.iter().enumerate() {
            let (leader, color) = if gap.relative > 0.0 {
                (second, AnsiColor::Cyan)
            } else {
                (first, AnsiColor::Yellow)
            };
            let style = Style::new().fg_color(Some(color.into()));
            let bar = "█".repeat(((gap.relative.abs() * 10.0).round() as usize).clamp(1, 30));
            text.push_str(&format!(
                "{} {:<22} {style}{bar}{style:#} {} leads by a factor of {:.2}\n",
                place + 1,
                Element::ALL[gap.element].key(),
                leader.name(),
                gap.relative.abs().exp()
            ));
        }
    }
    text.push_str(&format!("\n{heading}Figures behind the scores{heading:#}\n"));
    let mut figures = Table::new(&[
        ("indicator", Align::Left),
        ("", Align::Left),
        ("year", Align::Right),
        ("value", Align::Right),
        ("status", Align::Left),
        ("source", Align::Left),
    ]);
    for indicator in &matrix.indicators {
        for economy in economies {
            if let Some(figure) = matrix.figure(&indicator.key, *economy) {
                figures.row([
                    indicator.label.clone(),
                    economy.code().to_owned(),
                    figure.year.to_string(),
                    figure.value.to_string(),
                    figure.status.clone(),
                    format!("{}, {}", figure.source, figure.locator),
                ]);
            }
        }
    }
    text.push_str(&figures.render(width));
    let legend = "Scores run from 0.02 to 0.98: the weighted mean of indicators between fixed goalposts. A percentage behind a score is the part \
                  of the indicators' weight that had data; ? marks an element without any, where the lowest score of the others is assumed. The relative gap is \
                  ln(second / first). `ratio only`: the source gives a ratio between the two economies, which is used.";
    text.push_str(&format!("\n{}\n", wrap(legend, width)));
    text
}

fn json_text(matrix: &Matrix, economies: &[Economy]) -> String {
    let scores: Vec<_> = economies
        .iter()
        .filter_map(|economy| matrix.economy(*economy).map(|scores| (economy, scores)))
        .flat_map(|(economy, scores)| {
            Element::ALL.map(|element| json!({ "economy": economy, "element": element.key(), "score": scores[element.index()] }))
        })
        .collect();
    let gaps: Vec<_> = match economies {
        [first, second] => matrix.complementarity(*first, *second).unwrap_or_default(),
        _ => Vec::new(),
    }
    .into_iter()
    .map(|gap| json!({ "element": Element::ALL[gap.element].key(), "relative_gap": gap.relative }))
    .collect();
    format!(
        "{:#}\n",
        json!({ "year": matrix.year, "scores": scores, "complementarity": gaps })
    )
}
