//! A run for the terminal.

use anstyle::{AnsiColor, Style};

use super::{
    Align, Table, escape,
    export::RunRecord,
    number::{difference_in_unit, error_in_unit, grouped, in_unit, significant, unit_heading},
};
use crate::{
    analysis::{Estimate, Explanation},
    base::{Economy, Metric, Place, Unit, Year},
    model::GapStatus,
    outcomes::{Comparison, GapClosure, MoneyAccount, Statistics, Summary, SummaryRow},
    scenario::{BASELINE, Origin},
    stats::Distribution,
};

const HEADING: Style = Style::new().bold();
const QUIET: Style = Style::new().dimmed();
const MARKED: Style = AnsiColor::Yellow.on_default();

/// The metrics of an economy's table; all others stand in `summary.csv`.
const SHOWN_METRICS: [Metric; 7] = [
    Metric::Gdp,
    Metric::DigitalEconomy,
    Metric::Share,
    Metric::DigitalGrowth,
    Metric::GdpPerCapita,
    Metric::PerCapita,
    Metric::Index,
];

/// The report of a run, at most `width` columns wide, with ANSI styles.
pub fn run_text(
    summary: &Summary,
    explanations: &[Explanation],
    record: &RunRecord<'_>,
    width: usize,
) -> String {
    let scenario = record.scenario;
    let mut text = format!("{HEADING}{}{HEADING:#}\n", wrap(&escape(&scenario.title), width));
    if !scenario.summary.is_empty() {
        text.push_str(&format!("{}\n", wrap(&escape(&scenario.summary), width)));
    }
    let options: Vec<&str> = summary.options().into_iter().skip(1).collect();
    if !options.is_empty() {
        text.push_str(&format!("\n{HEADING}In short{HEADING:#}\n"));
        for sentence in answers(summary, scenario.horizon) {
            text.push_str(&item(&sentence, width));
        }
    }
    let about = format!(
        "{} paths, seed {}. Each cell: median, and below it the range that holds 90 % of the futures. \
         ± is the Monte Carlo standard error of the last median: more paths shrink it, not the range.",
        summary.paths, record.seed
    );
    text.push_str(&format!("\n{QUIET}{}{QUIET:#}\n", wrap(&about, width)));
    if !options.is_empty() {
        text.push_str(&format!(
            "{QUIET}{}{QUIET:#}\n",
            wrap(
                "The tables of the economies show the baseline, without levers.",
                width
            )
        ));
    }
    for economy in &scenario.economies {
        text.push_str(&economy_text(summary, *economy, width));
    }
    for option in &options {
        text.push_str(&gains_text(summary, option, scenario.horizon, width));
    }
    text.push_str(&gap_text(summary, scenario.horizon, width));
    text.push_str(&money_text(&summary.money, width));
    for explanation in explanations {
        text.push_str(&why_text(explanation, width));
    }
    text.push_str(&assumptions_text(record, width));
    text
}

/// A list item, wrapped.
fn item(sentence: &str, width: usize) -> String {
    format!(
        "- {}\n",
        wrap(sentence, width.saturating_sub(2)).replace('\n', "\n  ")
    )
}

/// When an option has paid back.
fn payback_words(account: &MoneyAccount) -> String {
    let never = in_unit(account.payback.never, Unit::Share);
    match account.payback.median {
        Some(year) => format!("half of the futures have paid back by {year}, {never} never do"),
        None => format!("{never} of futures have not paid back by then"),
    }
}

/// What each option does, in sentences with their uncertainty; also the answer of a page.
pub fn answers(summary: &Summary, horizon: Year) -> Vec<String> {
    let level = summary.last(BASELINE, Comparison::Level, Place::Group, Metric::DigitalEconomy);
    let mut sentences = Vec::new();
    for account in &summary.money {
        let extra = |metric| summary.last(&account.option, Comparison::Extra, Place::Group, metric);
        let (Some(digital), Some(gdp)) = (extra(Metric::DigitalEconomy), extra(Metric::Gdp)) else {
            continue;
        };
        let range = |row: &SummaryRow| {
            let [low, .., high] = row.statistics.quantiles;
            format!(
                "{} bn dollars (90 % of futures: {} to {})",
                grouped(row.statistics.median()),
                grouped(low),
                grouped(high)
            )
        };
        let money = match (account.benefit_cost_ratio, account.benefit_cost_ratio_mcse) {
            (Some(ratio), Some(error)) => format!(
                "It costs {} bn and returns {} ± {} dollars of extra GDP per dollar of public cost by {}{}; {}.",
                grouped(account.cost.mean),
                grouped(ratio),
                significant(error),
                account.through,
                account
                    .by_horizon
                    .benefit_cost_ratio
                    .map_or_else(String::new, |early| format!(" ({} by {horizon})", grouped(early))),
                payback_words(account)
            ),
            _ => "It costs nothing in this scenario.".to_owned(),
        };
        sentences.push(format!(
            "{}: in {horizon} the GDP of the group is larger by {}, its digital economy by {}; something is added to GDP in {} of \
             futures. {money}",
            escape(&account.option),
            range(gdp),
            range(digital),
            in_unit(gdp.statistics.positive, Unit::Share),
        ));
    }
    if let Some(level) = level {
        let [low, .., high] = level.statistics.quantiles;
        sentences.push(format!(
            "For scale: without levers the digital economy of the group is {} bn dollars in {horizon} (90 % of futures: {} to \
             {}). Differences are taken between the same futures, so what the levers add can be told although the futures \
             themselves differ far more.",
            grouped(level.statistics.median()),
            grouped(low),
            grouped(high)
        ));
    }
    sentences
}

fn economy_text(summary: &Summary, economy: Economy, width: usize) -> String {
    let mut text = format!("\n{HEADING}{} ({economy}){HEADING:#}\n", economy.name());
    let series = |metric| summary.series(BASELINE, Comparison::Level, economy, metric);
    let years: Vec<Year> = series(Metric::Gdp).map(|row| row.year).collect();
    let shown = shown_years(&years, width);
    let headings: Vec<String> = shown.iter().map(Year::to_string).collect();
    let mut columns = vec![("", Align::Left)];
    columns.extend(headings.iter().map(|heading| (heading.as_str(), Align::Right)));
    columns.push(("±", Align::Right));
    let mut table = Table::new(&columns);
    for metric in SHOWN_METRICS {
        let rows: Vec<&SummaryRow> = series(metric).collect();
        let Some(last) = rows.last() else {
            continue;
        };
        let mut cells = vec![format!("{}\n{}", metric.label(), unit_heading(metric.unit()))];
        for year in &shown {
            let cell = rows
                .iter()
                .find(|row| row.year == *year)
                .map(|row| cell(&row.statistics, metric.unit()));
            cells.push(cell.unwrap_or_else(|| "–".to_owned()));
        }
        cells.push(error_in_unit(last.statistics.quantile_mcse[2], last.unit));
        table.row(cells);
    }
    text.push_str(&table.render(width));
    text.push_str(&fan(summary, economy));
    text
}

/// What an option adds at the horizon: differences from the baseline on the same paths.
fn gains_text(summary: &Summary, option: &str, horizon: Year, width: usize) -> String {
    const METRICS: [Metric; 3] = [Metric::Gdp, Metric::DigitalEconomy, Metric::Share];
    let mut text = format!(
        "\n{HEADING}{}{HEADING:#}\n",
        wrap(&format!("What {} adds in {horizon}", escape(option)), width)
    );
    let headings: Vec<String> = METRICS
        .iter()
        .map(|metric| match metric {
            Metric::Share => metric.label().to_owned(),
            metric => format!("{}, USD bn", metric.label()),
        })
        .collect();
    let mut columns = vec![("", Align::Left)];
    columns.extend(headings.iter().map(|heading| (heading.as_str(), Align::Right)));
    columns.push(("above 0 in", Align::Right));
    let mut table = Table::new(&columns);
    let mut untouched: Vec<&str> = Vec::new();
    let places: Vec<Place> = summary
        .rows
        .iter()
        .filter(|row| {
            row.option == option
                && row.comparison == Comparison::Extra
                && row.metric == Metric::Gdp
                && row.year == horizon
        })
        .map(|row| row.place)
        .collect();
    for place in &places {
        let rows: Vec<&SummaryRow> = METRICS
            .iter()
            .filter_map(|metric| summary.last(option, Comparison::Extra, *place, *metric))
            .collect();
        if rows.iter().all(|row| row.statistics == Statistics::ZERO) {
            untouched.push(place.name());
            continue;
        }
        let mut cells = vec![place.name().to_owned()];
        cells.extend(rows.iter().map(|row| {
            let [low, .., high] = row.statistics.quantiles;
            let show = |value| difference_in_unit(value, row.unit);
            format!(
                "{}\n{} to {}",
                show(row.statistics.median()),
                show(low),
                show(high)
            )
        }));
        cells.push(
            rows.get(1)
                .map_or_else(String::new, |row| in_unit(row.statistics.positive, Unit::Share)),
        );
        table.row(cells);
    }
    text.push_str(&table.render(width));
    if !untouched.is_empty() {
        text.push_str(&format!(
            "{}\n",
            wrap(&format!("Not changed: {}.", untouched.join(", ")), width)
        ));
    }
    text
}

fn gap_text(summary: &Summary, horizon: Year, width: usize) -> String {
    let gap = summary.gap;
    let unit = gap.unit();
    let reference = match gap.reference_code() {
        "frontier" => "whoever is ahead".to_owned(),
        code => code.to_owned(),
    };
    let mut text = format!(
        "\n{HEADING}{}{HEADING:#}\n",
        wrap(&format!("Gap in {} to {reference}", gap.metric.label()), width)
    );
    let mut table = Table::new(&[
        ("", Align::Left),
        ("option", Align::Left),
        (&format!("gap {}", summary.base_year), Align::Right),
        (&format!("gap {horizon}"), Align::Right),
        ("change by option", Align::Right),
        ("half closed", Align::Right),
        ("all closed", Align::Right),
        ("half by", Align::Right),
    ]);
    let mut notes = Vec::new();
    let mut any = false;
    let mut closures: Vec<&GapClosure> = summary.closures.iter().collect();
    // By economy; the sort is stable, so options keep their order.
    let order: Vec<Economy> = closures.iter().map(|closure| closure.economy).collect();
    closures.sort_by_key(|closure| order.iter().position(|economy| *economy == closure.economy));
    for closure in closures {
        let economy = closure.economy;
        match closure.status {
            GapStatus::Open => {}
            _ if closure.option != BASELINE => continue,
            GapStatus::Reference => continue,
            GapStatus::Leader => {
                notes.push(format!("{} leads.", economy.name()));
                continue;
            }
            GapStatus::BelowMinimum => {
                notes.push(format!(
                    "{} has a gap below the smallest that a closure ratio is given for.",
                    economy.name()
                ));
                continue;
            }
        }
        let (Some(first), Some(last)) = (
            summary
                .series(BASELINE, Comparison::Level, economy, Metric::Gap)
                .next(),
            summary.last(&closure.option, Comparison::Level, economy, Metric::Gap),
        ) else {
            continue;
        };
        any = true;
        let change = summary.last(&closure.option, Comparison::Extra, economy, Metric::Gap);
        if change.is_some_and(|row| row.statistics == Statistics::ZERO || row.statistics.sd == 0.0) {
            continue;
        }
        let change = change.map_or_else(
            || "–".to_owned(),
            |row| {
                let [low, .., high] = row.statistics.quantiles;
                format!(
                    "{}\n{} to {}",
                    difference_in_unit(row.statistics.median(), unit),
                    difference_in_unit(low, unit),
                    difference_in_unit(high, unit)
                )
            },
        );
        let baseline = closure.option == BASELINE;
        table.row([
            if baseline {
                economy.name().to_owned()
            } else {
                String::new()
            },
            escape(&closure.option),
            if baseline {
                in_unit(first.statistics.median(), unit)
            } else {
                String::new()
            },
            cell(&last.statistics, unit),
            change,
            probability(closure.probability_half.last()),
            probability(closure.probability_all.last()),
            half_by(closure, summary.base_year),
        ]);
    }
    if any {
        text.push_str(&table.render(width));
        let legend = "Options that change no gap of an economy are left out. half closed, all closed: share of the futures in which \
                      at least half, and all, of the gap is closed in the last year. half by: the year by which half is closed in half of the futures, or the share of futures \
                      in which it never is.";
        text.push_str(&format!("{QUIET}{}{QUIET:#}\n", wrap(legend, width)));
    }
    if !notes.is_empty() {
        text.push_str(&format!("{}\n", wrap(&notes.join(" "), width)));
    }
    let spread: Vec<&SummaryRow> = summary
        .series(BASELINE, Comparison::Level, Place::Group, Metric::Dispersion)
        .collect();
    if let (Some(first), Some(last)) = (spread.first(), spread.last()) {
        let [low, .., high] = last.statistics.quantiles;
        let show = |value| error_in_unit(value, unit);
        let mut sentence = format!(
            "Standard deviation over the group: {} in {}, {} in {horizon} ({} to {}) without levers",
            show(first.statistics.median()),
            summary.base_year,
            show(last.statistics.median()),
            show(low),
            show(high)
        );
        for option in summary.options().into_iter().skip(1) {
            if let Some(row) = summary.last(option, Comparison::Extra, Place::Group, Metric::Dispersion) {
                sentence.push_str(&format!(
                    "; {} changes it by {}",
                    escape(option),
                    difference_in_unit(row.statistics.median(), unit)
                ));
            }
        }
        text.push_str(&format!("{}.\n", wrap(&sentence, width.saturating_sub(1))));
    }
    text
}

fn probability(share: Option<&f64>) -> String {
    share.map_or_else(|| "–".to_owned(), |share| in_unit(*share, Unit::Share))
}

/// The year by which half of the gap is closed on half of the paths.
fn half_by(closure: &GapClosure, base_year: Year) -> String {
    match closure.median_years() {
        Some(years) => (base_year + years as Year).to_string(),
        None => format!("never in {}", in_unit(closure.never(), Unit::Share)),
    }
}

fn money_text(accounts: &[MoneyAccount], width: usize) -> String {
    if accounts.is_empty() {
        return String::new();
    }
    let mut text = format!("\n{HEADING}Money{HEADING:#}\n");
    let mut table = Table::new(&[
        ("", Align::Left),
        ("cost", Align::Right),
        ("extra GDP", Align::Right),
        ("net", Align::Right),
        ("net above 0 in", Align::Right),
        ("extra GDP per dollar of public cost", Align::Right),
    ]);
    let range = |statistics: &Statistics| {
        let [low, .., high] = statistics.quantiles;
        if low == high {
            return grouped(statistics.mean);
        }
        format!(
            "{}\n{} to {}",
            grouped(statistics.mean),
            grouped(low),
            grouped(high)
        )
    };
    for account in accounts {
        let ratio = match (account.benefit_cost_ratio, account.benefit_cost_ratio_mcse) {
            (Some(ratio), Some(error)) => format!("{} ± {}", grouped(ratio), significant(error)),
            _ => "–".to_owned(),
        };
        table.row([
            escape(&account.option),
            range(&account.cost),
            range(&account.benefit),
            range(&account.net_present_value),
            in_unit(account.net_present_value.positive, Unit::Share),
            ratio,
        ]);
        if account.lever_costs.len() > 1 {
            for (lever, cost) in &account.lever_costs {
                table.row([
                    format!("  {lever}"),
                    range(cost),
                    String::new(),
                    String::new(),
                    String::new(),
                    String::new(),
                ]);
            }
        }
        let parts = account.costs.iter().zip(&account.extra_gdp).zip(&account.net);
        for (((economy, cost), (_, gain)), (_, net)) in parts {
            if *cost == Statistics::ZERO && *gain == Statistics::ZERO {
                continue;
            }
            table.row([
                format!("  {}", economy.name()),
                range(cost),
                range(gain),
                range(net),
                in_unit(net.positive, Unit::Share),
                String::new(),
            ]);
        }
    }
    text.push_str(&table.render(width));
    let present = accounts[0].present_year;
    let legend = format!(
        "Present values to {present}, USD bn at prices and exchange rates of 2021: means, and below them the range that holds 90 % of the \
         futures. Costs are those of the public; what firms and users spend is not in them. Benefits are extra GDP through {}, ten \
         years beyond the horizon unless set. The extra digital economy stands beside them and is never added.",
        accounts[0].through
    );
    text.push_str(&format!("{QUIET}{}{QUIET:#}\n", wrap(&legend, width)));
    text
}

/// Why an option adds what it adds, in words.
fn why_text(explanation: &Explanation, width: usize) -> String {
    let mut text = format!(
        "\n{HEADING}{}{HEADING:#}\n",
        wrap(&format!("Why: {}", escape(&explanation.option)), width)
    );
    for sentence in reasons(explanation) {
        text.push_str(&item(&sentence, width));
    }
    text
}

/// The biggest contributors and what held the option back, in sentences.
pub fn reasons(explanation: &Explanation) -> Vec<String> {
    let added = explanation.added;
    let mut sentences = vec![format!(
        "On average over futures it adds {} ± {} bn dollars to the digital economy of the group in the last year.",
        grouped(added.mean),
        significant(added.mcse)
    )];
    // Within three standard errors of nothing there is nothing to explain.
    if added.mean.abs() <= 3.0 * added.mcse || added.mean == 0.0 {
        sentences.push("That is too close to nothing to say what drives it.".to_owned());
        return sentences;
    }
    let part = |estimate: &Estimate| 100.0 * estimate.mean / added.mean;
    let error = |estimate: &Estimate| 100.0 * (estimate.mcse / added.mean).abs();
    let by_size = |first: &Estimate, second: &Estimate| second.mean.abs().total_cmp(&first.mean.abs());
    if explanation.without_lever.len() > 1 {
        let mut levers: Vec<_> = explanation.without_lever.iter().collect();
        levers.sort_by(|first, second| by_size(&first.1, &second.1));
        for (lever, estimate) in levers {
            sentences.push(format!(
                "Without {lever} it would be {} % (± {}) {}.",
                significant(part(estimate).abs()),
                significant(error(estimate)),
                if part(estimate) < 0.0 { "lower" } else { "higher" }
            ));
        }
    }
    let mut brakes: Vec<_> = explanation.without_brake.iter().collect();
    brakes.sort_by(|first, second| by_size(&first.1, &second.1));
    for (brake, estimate) in brakes {
        if estimate.mean == 0.0 {
            continue;
        }
        sentences.push(format!(
            "It would be {} % (± {}) {} {}.",
            significant(part(estimate).abs()),
            significant(error(estimate)),
            if part(estimate) > 0.0 { "higher" } else { "lower" },
            brake.without()
        ));
    }
    sentences
}

/// Median and 90 % range; a number without uncertainty stands alone.
fn cell(statistics: &Statistics, unit: Unit) -> String {
    let [low, _, median, _, high] = statistics.quantiles;
    if low == high {
        return in_unit(median, unit);
    }
    format!(
        "{}\n{} – {}",
        in_unit(median, unit),
        in_unit(low, unit),
        in_unit(high, unit)
    )
}

/// The first year, the last, and as many between as the width allows.
fn shown_years(years: &[Year], width: usize) -> Vec<Year> {
    let count = match width {
        0..58 => 1,
        58..78 => 2,
        78..98 => 3,
        _ => 4,
    };
    let last = years.len().saturating_sub(1);
    let mut shown: Vec<Year> = match count {
        1 => vec![last],
        _ => (0..count).map(|step| last * step / (count - 1)).collect(),
    }
    .into_iter()
    .filter_map(|position| years.get(position).copied())
    .collect();
    shown.dedup();
    shown
}

/// The digital economy by year as bars: the 95 %, 50 % and 5 % quantiles on one scale.
fn fan(summary: &Summary, economy: Economy) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let rows: Vec<&SummaryRow> = summary
        .series(BASELINE, Comparison::Level, economy, Metric::DigitalEconomy)
        .collect();
    let top = rows
        .iter()
        .map(|row| row.statistics.quantiles[4])
        .fold(0.0, f64::max);
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else {
        return String::new();
    };
    let mut text = format!("{QUIET}digital economy, {}–{}{QUIET:#}\n", first.year, last.year);
    for (label, position) in [("95 %", 4), ("50 %", 2), (" 5 %", 0)] {
        let bars: String = rows
            .iter()
            .map(|row| {
                let height = (row.statistics.quantiles[position] / top * BARS.len() as f64) as usize;
                BARS[height.min(BARS.len() - 1)]
            })
            .collect();
        text.push_str(&format!(
            "  {label} {bars} {}\n",
            in_unit(last.statistics.quantiles[position], Unit::UsdBn)
        ));
    }
    text
}

/// What is assumed, and of which economies or pairs.
type Said<'a> = (String, Vec<&'a str>);

/// Every assumption: the user's own numbers, then the defaults that are judgment, table by table.
pub(super) fn assumptions_text(record: &RunRecord<'_>, width: usize) -> String {
    let mut text = format!("\n{MARKED}Assumptions{MARKED:#}\n");
    // By heading: what is said, and of which economies or pairs.
    let mut groups: Vec<(String, Vec<Said<'_>>)> = Vec::new();
    for input in record
        .scenario
        .inputs
        .iter()
        .filter(|input| input.origin.is_assumption())
    {
        let (table, of, key) = split_path(&input.path);
        let value = in_brief(&input.value);
        let (heading, entry, of) = match &input.origin {
            Origin::File(name) => (
                format!("set in {}", escape(name)),
                format!("{} {value}", input.path),
                None,
            ),
            Origin::CommandLine => (
                "set on the command line".to_owned(),
                format!("{} {value}", input.path),
                None,
            ),
            Origin::Default { .. } => match of.and_then(|id| record.scenario.lever(id)) {
                Some(lever) => (
                    format!("levers.{}, defaults of {}", lever.id, lever.kind.name),
                    format!("{key} {value}"),
                    None,
                ),
                None => (format!("{table}, defaults"), format!("{key} {value}"), of),
            },
        };
        let position = match groups.iter().position(|(other, _)| *other == heading) {
            Some(position) => position,
            None => {
                groups.push((heading, Vec::new()));
                groups.len() - 1
            }
        };
        // The same default for several economies or pairs is one assumption.
        let entries = &mut groups[position].1;
        match entries.iter_mut().find(|(other, _)| *other == entry) {
            Some((_, names)) => names.extend(of),
            None => entries.push((entry, of.into_iter().collect())),
        }
    }
    for (heading, entries) in groups {
        let entries: Vec<String> = entries
            .into_iter()
            .map(|(entry, names)| match names.as_slice() {
                [] => entry,
                names => format!("{entry} ({})", names.join(", ")),
            })
            .collect();
        text.push_str(&item(&format!("{heading}: {}.", entries.join("; ")), width));
    }
    for sentence in record.data_assumptions {
        text.push_str(&item(sentence, width));
    }
    let legend = "Numbers in brackets are 5 % and 95 % points. `jointly explain PATH` gives the meaning, source and reason of each.";
    text.push_str(&format!("{QUIET}{}{QUIET:#}\n", wrap(legend, width)));
    text
}

/// The table of a path, the economy, pair or lever in it, and its key.
fn split_path(path: &str) -> (&str, Option<&str>, &str) {
    match path.split_once('.') {
        Some((table @ ("baseline" | "tension" | "levers"), rest)) => match rest.split_once('.') {
            Some((of, key)) => (table, Some(of), key),
            None => (table, None, rest),
        },
        Some((table, key)) => (table, None, key),
        None => ("", None, path),
    }
}

/// A distribution by its median and 90 % range.
pub(super) fn in_brief(value: &Distribution) -> String {
    let short = |number: f64| {
        if number == 0.0 {
            "0".to_owned()
        } else if number.abs() >= 1000.0 {
            grouped(number)
        } else {
            // Three significant digits without trailing zeros.
            let digits = 2 - libm::floor(libm::log10(number.abs())) as i32;
            let text = format!("{number:.*}", digits.max(0) as usize);
            if text.contains('.') {
                text.trim_end_matches('0').trim_end_matches('.').to_owned()
            } else {
                text
            }
        }
    };
    match value.as_constant() {
        Some(number) => short(number),
        None => {
            let [low, median, high] = value.quantiles([0.05, 0.5, 0.95]).map(short);
            format!("{median} [{low} to {high}]")
        }
    }
}

/// Breaks a text at spaces so that lines have at most `width` columns where words allow.
pub fn wrap(text: &str, width: usize) -> String {
    let mut lines = String::new();
    let mut column = 0;
    for word in text.split(' ') {
        let length = unicode_width::UnicodeWidthStr::width(word);
        if column > 0 && column + 1 + length > width {
            lines.push('\n');
            column = 0;
        } else if column > 0 {
            lines.push(' ');
            column += 1;
        }
        let mut rest = word;
        while unicode_width::UnicodeWidthStr::width(rest) > width.max(1) {
            let fits = rest
                .char_indices()
                .map(|(start, character)| start + character.len_utf8())
                .take_while(|end| unicode_width::UnicodeWidthStr::width(&rest[..*end]) <= width.max(1));
            let ends: Vec<usize> = fits.collect();
            let dot = ends.iter().rev().find(|end| rest[..**end].ends_with('.'));
            let Some(end) = dot.or(ends.last()).copied() else {
                break;
            };
            lines.push_str(&rest[..end]);
            lines.push('\n');
            rest = &rest[end..];
        }
        lines.push_str(rest);
        column += unicode_width::UnicodeWidthStr::width(rest);
    }
    lines
}
