//! A comparison of options and an attribution to levers, for the terminal.

use anstyle::Style;

use super::{
    RunRecord, difference_in_unit, error_in_unit, escape, grouped, in_unit, run_text::assumptions_text,
    sheet::Sheet, significant, unit_heading, wrap,
};
use crate::{
    analysis::{OptionAttribution, OptionComparison, OutcomeAttribution, OutcomeComparison},
    base::Unit,
    decision::{
        Criterion, Direction, Dominance, Estimate, Interval, Method, Pair, Position, Ratio, TAIL, Verdict,
        Violation,
    },
    outcomes::{MoneyAccount, Statistics},
};

const HEADING: Style = Style::new().bold();
const QUIET: Style = Style::new().dimmed();

/// With more options than this, pairs and the like are shown for the leaders only; the files hold all of them.
const FEW: usize = 6;

/// The report of a comparison, at most `width` columns wide, with ANSI styles.
pub fn compare_text(result: &OptionComparison, record: &RunRecord<'_>, width: usize) -> String {
    let page = Page::new(result, width);
    let mut text = page.heading(&record.scenario.title);
    if !record.scenario.summary.is_empty() {
        text.push_str(&page.lines(&escape(&record.scenario.summary)));
    }
    text.push('\n');
    if let Some(first) = result.outcomes.first() {
        text.push_str(&page.lines(&page.answer(first)));
    }
    text.push_str(&page.lines(&page.money_answer()));
    text.push_str(&page.quiet(&format!(
        "{} paths, seed {}, {} options on the same futures; the reference is `{}`. An interval holds 90 % of the futures. ± is the \
         Monte Carlo standard error: more paths shrink it, not the interval.",
        result.paths,
        record.seed,
        result.options.len(),
        page.names[0]
    )));
    for outcome in &result.outcomes {
        text.push_str(&page.outcome(outcome));
    }
    text.push_str(&page.money());
    text.push_str(&page.who_gains());
    text.push_str(&assumptions_text(record, width));
    text
}

/// What the parts of the report share.
struct Page<'a> {
    result: &'a OptionComparison,
    /// Names fit for a terminal.
    names: Vec<String>,
    width: usize,
}

impl<'a> Page<'a> {
    fn new(result: &'a OptionComparison, width: usize) -> Self {
        Self {
            result,
            names: result.options.iter().map(|name| escape(name)).collect(),
            width,
        }
    }

    fn heading(&self, text: &str) -> String {
        format!("{HEADING}{}{HEADING:#}\n", wrap(&escape(text), self.width))
    }

    fn lines(&self, text: &str) -> String {
        format!("{}\n", wrap(text, self.width))
    }

    fn quiet(&self, text: &str) -> String {
        format!("{QUIET}{}{QUIET:#}\n", wrap(text, self.width))
    }

    fn options(&self) -> Sheet {
        Sheet::new("option", self.names.clone())
    }

    /// Positions of the options in words.
    fn list(&self, positions: &[usize]) -> String {
        let names: Vec<String> = positions
            .iter()
            .map(|position| format!("`{}`", self.names[*position]))
            .collect();
        match names.split_last() {
            Some((last, [])) => last.clone(),
            Some((last, others)) => format!("{} and {last}", others.join(", ")),
            None => String::new(),
        }
    }

    /// Which option is best by an outcome, in a sentence.
    fn answer(&self, outcome: &OutcomeComparison) -> String {
        let comparison = &outcome.comparison;
        let best = comparison.best(Criterion::Laplace);
        let lead = format!("By {},", outcome.label);
        let Some(&first) = best.first() else {
            return String::new();
        };
        if best.contains(&0) && best.len() == 1 {
            return format!(
                "{lead} no option does better on average than `{}`.",
                self.names[0]
            );
        }
        if best.len() > 1 {
            return format!(
                "{lead} {} come out equal, and nothing else does better.",
                self.list(&best)
            );
        }
        let mut sentence = format!("{lead} `{}` comes first", self.names[first]);
        if let Some(pair) = comparison.contest.pair(first, 0) {
            let [low, high] = pair.difference.interval();
            sentence.push_str(&format!(
                ": on average {} {} than `{}` (90 % of the futures: {} to {}; Monte Carlo error of the average {})",
                with_unit(pair.difference.mean.value.abs(), outcome.unit),
                match comparison.direction {
                    Direction::Larger => "more",
                    Direction::Smaller => "less",
                },
                self.names[0],
                difference_in_unit(low, outcome.unit),
                difference_in_unit(high, outcome.unit),
                pair.difference
                    .mean
                    .standard_error
                    .map_or_else(|| "unknown".to_owned(), |error| error_in_unit(error, outcome.unit)),
            ));
        }
        sentence.push_str(&format!(
            ", and best of {} options on {} of the futures",
            self.names.len(),
            percent(comparison.contest.standings[first].best)
        ));
        if let Some(rival) = comparison.rival(first) {
            let next = &self.names[rival.reference];
            sentence.push_str(&if rival.is_clear() {
                format!("; it beats the next, `{next}`, on {}", percent(rival.beats))
            } else {
                format!("; its lead over `{next}` is within Monte Carlo error")
            });
        }
        sentence.push('.');
        sentence
    }

    /// Which option is worth most, in a sentence.
    fn money_answer(&self) -> String {
        let most = |figure: &dyn Fn(&MoneyAccount) -> f64| {
            self.result
                .accounts
                .iter()
                .max_by(|a, b| figure(a).total_cmp(&figure(b)))
        };
        let Some(best) = most(&|account| account.net_present_value.mean) else {
            return String::new();
        };
        let net = &best.net_present_value;
        let [low, _, _, _, high] = net.quantiles;
        let lead = if net.mean > 0.0 {
            format!("In money, `{}` leaves most", escape(&best.option))
        } else {
            format!(
                "In money, no option pays on average; `{}` comes closest",
                escape(&best.option)
            )
        };
        let mut sentence = format!(
            "{lead}: extra GDP less cost of {} on average (90 % of the futures: {} to {}; Monte Carlo error {}), above zero on {} of the \
             futures",
            with_unit(net.mean, Unit::UsdBn),
            grouped(low),
            grouped(high),
            grouped(net.mcse),
            share(net.positive),
        );
        if let Some(thrifty) = most(&|account| account.benefit_cost_ratio.unwrap_or(f64::NEG_INFINITY))
            && let Some(ratio) = thrifty.benefit_cost_ratio
            && thrifty.option != best.option
        {
            sentence.push_str(&format!(
                "; a dollar buys most in `{}`, {} of extra GDP (± {})",
                escape(&thrifty.option),
                grouped(ratio),
                thrifty
                    .benefit_cost_ratio_mcse
                    .map_or_else(|| "–".to_owned(), grouped),
            ));
        }
        sentence.push('.');
        sentence
    }

    fn outcome(&self, outcome: &OutcomeComparison) -> String {
        let comparison = &outcome.comparison;
        let mut title = outcome.label.clone();
        if let Some(first) = title.get(..1) {
            title = format!("{}{}", first.to_uppercase(), &title[1..]);
        }
        let mut text = format!(
            "\n{}",
            self.heading(&format!("{title} ({})", unit_heading(outcome.unit)))
        );
        let mut levels = self.options();
        levels
            .column(
                "median",
                comparison
                    .options
                    .iter()
                    .map(|option| value(outcome, option.median())),
            )
            .column(
                "90 % interval",
                comparison.options.iter().map(|option| {
                    let [low, high] = option.interval();
                    format!("{} – {}", value(outcome, low), value(outcome, high))
                }),
            )
            .column(
                "± of median",
                comparison
                    .options
                    .iter()
                    .map(|option| error_in_unit(option.quantile_errors[2], outcome.unit)),
            );
        text.push_str(&levels.render(self.width));
        let against: Vec<Option<Pair>> = (0..self.names.len())
            .map(|option| comparison.contest.pair(option, 0))
            .collect();
        let cells = |figure: &dyn Fn(&Pair) -> String| -> Vec<String> {
            against
                .iter()
                .map(|pair| pair.as_ref().map_or_else(dash, figure))
                .collect()
        };
        text.push_str(&format!("\nDifference from {}\n", self.list(&[0])));
        let mut differences = self.options();
        differences
            .column(
                "mean",
                cells(&|pair| difference_in_unit(pair.difference.mean.value, outcome.unit)),
            )
            .column("90 % interval", cells(&|pair| interval(pair, outcome.unit)))
            .column(
                "± of mean",
                cells(&|pair| error(pair.difference.mean, outcome.unit)),
            )
            .column("better on", cells(&|pair| percent(pair.beats)))
            .column("fewer paths", cells(&fewer));
        text.push_str(&differences.render(self.width));
        text.push_str(&self.quiet(
            "fewer paths: how many times fewer paths the same futures need than independent runs for the same error of the mean difference.",
        ));
        text.push_str(&self.contest(outcome));
        text.push_str(&self.pairs(outcome));
        text.push_str(&self.dominance(outcome));
        text.push_str(&self.robustness(outcome));
        text
    }

    fn contest(&self, outcome: &OutcomeComparison) -> String {
        let contest = &outcome.comparison.contest;
        let mut sheet = self.options();
        sheet
            .column(
                "best on",
                contest.standings.iter().map(|standing| percent(standing.best)),
            )
            .column(
                "±",
                contest.standings.iter().map(|standing| {
                    standing
                        .best
                        .standard_error
                        .map_or_else(dash, |e| format!("{:.1} pp", 100.0 * e))
                }),
            )
            .column(
                "tied on",
                contest
                    .standings
                    .iter()
                    .map(|standing| share(standing.tied_for_best)),
            )
            .column(
                "expected rank",
                contest
                    .standings
                    .iter()
                    .map(|standing| format!("{:.2}", standing.rank.value)),
            );
        if self.names.len() <= FEW {
            for column in 0..self.names.len() {
                sheet.column(
                    &format!("beats {}", column + 1),
                    (0..self.names.len()).map(|row| {
                        contest
                            .pair(row, column)
                            .map_or_else(dash, |pair| percent(pair.beats))
                    }),
                );
            }
        }
        let mut text = format!("\nWho is best, future by future\n{}", sheet.render(self.width));
        text.push_str(&self.quiet(
            "Shares of the futures. A tie counts in equal parts; rank 1 is best. `beats 2` is the share on which the option of the row does \
             better than that of the second row.",
        ));
        text
    }

    fn pairs(&self, outcome: &OutcomeComparison) -> String {
        let contest = &outcome.comparison.contest;
        let shown: Vec<&Pair> = contest.pairs.iter().filter(|pair| pair.reference > 0).collect();
        if shown.is_empty() {
            return String::new();
        }
        if self.names.len() > FEW {
            return self.quiet("pairs.csv holds the differences of all pairs.");
        }
        let names = shown
            .iter()
            .map(|pair| format!("{} less {}", self.names[pair.option], self.names[pair.reference]));
        let mut sheet = Sheet::new("pair", names);
        sheet
            .column(
                "mean",
                shown
                    .iter()
                    .map(|pair| difference_in_unit(pair.difference.mean.value, outcome.unit)),
            )
            .column(
                "90 % interval",
                shown.iter().map(|pair| interval(pair, outcome.unit)),
            )
            .column(
                "± of mean",
                shown.iter().map(|pair| error(pair.difference.mean, outcome.unit)),
            )
            .column("better on", shown.iter().map(|pair| percent(pair.beats)))
            .column("fewer paths", shown.iter().map(|pair| fewer(pair)));
        format!("\nOption against option\n{}", sheet.render(self.width))
    }

    fn dominance(&self, outcome: &OutcomeComparison) -> String {
        let comparison = &outcome.comparison;
        let best = comparison.best(Criterion::Laplace);
        let few = self.names.len() <= FEW;
        let find = |option: usize, over: usize| {
            comparison
                .dominance
                .iter()
                .find(|dominance| dominance.option == option && dominance.over == over)
        };
        let mut text = String::from("\nStochastic dominance\n");
        for first in 0..self.names.len() {
            for second in first + 1..self.names.len() {
                if !few && !best.contains(&first) && !best.contains(&second) {
                    continue;
                }
                let (Some(one), Some(two)) = (find(first, second), find(second, first)) else {
                    continue;
                };
                let line = self.dominance_of(one, two, outcome.unit);
                text.push_str(&format!(
                    "- {}\n",
                    wrap(&line, self.width.saturating_sub(2)).replace('\n', "\n  ")
                ));
            }
        }
        text.push_str(&self.quiet(
            "First order: better at every probability, so better for everyone who wants more. Second order: better for everyone who also avoids risk. \
             Where it may be chance in so few futures, it cannot be told.",
        ));
        text
    }

    fn dominance_of(&self, one: &Dominance, two: &Dominance, unit: Unit) -> String {
        let name = |position: usize| format!("`{}`", self.names[position]);
        if one.first_order == Verdict::Equal {
            return format!(
                "{} and {}: the same distribution.",
                name(one.option),
                name(one.over)
            );
        }
        for dominance in [one, two] {
            if dominance.first_order.dominates() {
                return format!(
                    "{} dominates {} in the first order.",
                    name(dominance.option),
                    name(dominance.over)
                );
            }
        }
        let first_order = |violation: &Violation| {
            format!(
                "{:.1} pp at {} (± {:.1} pp)",
                100.0 * violation.size,
                in_unit(violation.at, unit),
                100.0 * violation.standard_error
            )
        };
        for dominance in [one, two] {
            if dominance.second_order.dominates() {
                let first = match &dominance.first_order {
                    Verdict::Violated(violation) => {
                        format!(
                            "not in the first, which is violated by at most {}",
                            first_order(violation)
                        )
                    }
                    _ => "in the first it cannot be told".to_owned(),
                };
                return format!(
                    "{} dominates {} in the second order; {first}.",
                    name(dominance.option),
                    name(dominance.over)
                );
            }
        }
        let violated = |dominance: &Dominance| match (&dominance.first_order, &dominance.second_order) {
            (Verdict::Violated(first), Verdict::Violated(second)) => format!(
                "over {} it fails by {}, in the second order by {} (± {})",
                name(dominance.over),
                first_order(first),
                error_in_unit(second.size, unit),
                error_in_unit(second.standard_error, unit)
            ),
            (Verdict::Violated(first), _) => format!(
                "over {} it fails by {}, in the second order it cannot be told",
                name(dominance.over),
                first_order(first)
            ),
            (_, Verdict::Violated(second)) => format!(
                "over {} in the first order it cannot be told, in the second it fails by {} (± {})",
                name(dominance.over),
                error_in_unit(second.size, unit),
                error_in_unit(second.standard_error, unit)
            ),
            _ => format!("over {} it cannot be told", name(dominance.over)),
        };
        let fails = |dominance: &Dominance| matches!(dominance.second_order, Verdict::Violated(_));
        format!(
            "{}: {}{}; {}: {}.",
            name(one.option),
            if fails(one) && fails(two) {
                "neither dominates; "
            } else {
                ""
            },
            violated(one),
            name(two.option),
            violated(two)
        )
    }

    fn robustness(&self, outcome: &OutcomeComparison) -> String {
        let comparison = &outcome.comparison;
        let unit = outcome.unit;
        let rows = &comparison.robustness;
        let marked = |best: &[usize], position: usize, text: String| match best {
            _ if !best.contains(&position) => format!("{text}  "),
            [_] => format!("{text} *"),
            _ => format!("{text} ="),
        };
        let marks = |criterion: Criterion, show: &dyn Fn(f64) -> String| -> Vec<String> {
            let best = comparison.best(criterion);
            rows.iter()
                .enumerate()
                .map(|(position, row)| {
                    let text = criterion.value(&row.criteria).map_or_else(dash, show);
                    marked(&best, position, text)
                })
                .collect()
        };
        let by = |figure: &dyn Fn(usize) -> f64, less: bool, show: &dyn Fn(f64) -> String| -> Vec<String> {
            let scores: Vec<f64> = (0..rows.len())
                .map(|row| if less { -figure(row) } else { figure(row) })
                .collect();
            let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let best: Vec<usize> = (0..rows.len())
                .filter(|row| top - scores[*row] <= crate::decision::TIE * top.abs())
                .collect();
            (0..rows.len())
                .map(|row| marked(&best, row, show(figure(row))))
                .collect()
        };
        let level = |number: f64| value(outcome, number);
        let regret = |number: f64| error_in_unit(number, unit);
        let smaller = comparison.direction == Direction::Smaller;
        let worst_tail = |row: usize| rows[row].worst_tail.figure();
        let mut sheet = self.options();
        sheet
            .column(
                &format!("worst {:.0} %", 100.0 * TAIL),
                by(&worst_tail, smaller, &level),
            )
            .column("Laplace (mean)", marks(Criterion::Laplace, &level))
            .column("maximin (worst)", marks(Criterion::Maximin, &level))
            .column(
                &format!("Hurwicz ({})", outcome.optimism),
                marks(Criterion::Hurwicz, &level),
            )
            .column("mean regret", marks(Criterion::MeanRegret, &regret))
            .column(
                "95 % regret",
                by(&|row| rows[row].regret.interval()[1], true, &regret),
            )
            .column("largest regret", marks(Criterion::MinimaxRegret, &regret));
        if outcome.threshold.is_some() {
            sheet.column("satisfied on", marks(Criterion::Satisficing, &share));
        }
        let mut text = format!("\nRobustness\n{}", sheet.render(self.width));
        let mut legend = String::from(
            "* best, = tied for best. Regret: how much worse than the best option of the same future. Worst and largest are of the paths drawn: with more \
             paths they go further.",
        );
        if let Some(threshold) = outcome.threshold {
            legend.push_str(&format!(
                " Satisfied: share of the futures with at {} {}.",
                if smaller { "most" } else { "least" },
                value(outcome, threshold)
            ));
        }
        text.push_str(&self.quiet(&legend));
        text
    }

    fn money(&self) -> String {
        let result = self.result;
        let accounts: Vec<Option<&MoneyAccount>> = (0..self.names.len())
            .map(|option| result.account(option))
            .collect();
        let cells = |figure: &dyn Fn(&MoneyAccount) -> String| -> Vec<String> {
            accounts
                .iter()
                .map(|account| account.map_or_else(dash, figure))
                .collect()
        };
        let mut text = format!(
            "\n{}",
            self.heading("Money (USD bn, present values against no levers)")
        );
        let mut sheet = self.options();
        sheet
            .column("cost", cells(&|account| mean_and_interval(&account.cost)))
            .column("extra GDP", cells(&|account| mean_and_interval(&account.benefit)))
            .column(
                "net",
                cells(&|account| mean_and_interval(&account.net_present_value)),
            )
            .column(
                "± of net",
                cells(&|account| grouped(account.net_present_value.mcse)),
            )
            .column(
                "net above 0",
                cells(&|account| share(account.net_present_value.positive)),
            )
            .column(
                "benefit per cost",
                result.ratios.iter().map(|ratios| ratio(ratios.benefit_cost)),
            )
            .column(
                "cost per extra USD of digital economy",
                result.ratios.iter().map(|ratios| ratio(ratios.cost_per_digital)),
            );
        text.push_str(&sheet.render(self.width));
        text.push_str(&self.quiet(
            "Means, and below them the 90 % interval; below a ratio of means its 95 % confidence interval (Fieller), Monte Carlo error only.",
        ));
        text.push_str(&self.frontier());
        text.push_str(&self.acceptability());
        text
    }

    fn frontier(&self) -> String {
        let result = self.result;
        let money = &result.cost_effectiveness.options;
        let mut text = String::from("\nCost-effectiveness\n");
        text.push_str(&self.lines(&result.effect.meaning));
        let mut sheet = self.options();
        sheet
            .column(
                "cost, USD bn",
                money.iter().map(|option| grouped(option.cost.value)),
            )
            .column("effect", money.iter().map(|option| grouped(option.effect.value)))
            .column(
                "± of effect",
                money
                    .iter()
                    .map(|option| option.effect.standard_error.map_or_else(dash, grouped)),
            )
            .column(
                "USD bn per unit, over reference",
                money.iter().map(|option| ratio(option.ratio_to_reference)),
            );
        text.push_str(&sheet.render(self.width));
        for (option, name) in self.names.iter().enumerate() {
            let place = self.place(option);
            let line = format!("`{name}`: {place}.");
            text.push_str(&format!(
                "- {}\n",
                wrap(&line, self.width.saturating_sub(2)).replace('\n', "\n  ")
            ));
        }
        text
    }

    /// Where an option stands against the efficient frontier, in words.
    fn place(&self, option: usize) -> String {
        let result = self.result;
        let name = |option: usize| format!("`{}`", self.names[option]);
        match result.cost_effectiveness.options[option].position {
            Position::Efficient { previous: None, .. } => "efficient, the cheapest".to_owned(),
            Position::Efficient {
                previous: Some(previous),
                ..
            } => {
                let ratio = result
                    .cost_effectiveness
                    .increments
                    .iter()
                    .find(|increment| increment.option == option)
                    .and_then(|increment| increment.ratio);
                format!(
                    "efficient; {} USD bn per {} over {}",
                    ratio.map_or_else(dash, |ratio| {
                        let error = ratio.ratio.standard_error.map_or_else(dash, significant);
                        format!("{} ± {error}", grouped(ratio.ratio.value))
                    }),
                    result.effect.unit,
                    name(previous)
                )
            }
            Position::Tied { with } => format!("the same cost and effect as {}", name(with)),
            Position::Dominated { by } => format!(
                "dominated; {} has at least its effect for at most its cost",
                name(by)
            ),
            Position::ExtendedlyDominated { cheaper, dearer } => format!(
                "extendedly dominated; a mixture of {} and {} has more effect for its cost",
                name(cheaper),
                name(dearer)
            ),
        }
    }

    fn acceptability(&self) -> String {
        let points = &self.result.cost_effectiveness.acceptability;
        let mut text = format!(
            "\nAcceptability: share of the futures on which an option is worth most, by the USD bn that one {} is held to be worth\n",
            self.result.effect.unit
        );
        text = format!("\n{}", self.lines(text.trim()));
        let mut sheet = Sheet::new("value", points.iter().map(|point| grouped(point.value)));
        if self.names.len() <= FEW {
            for (option, name) in self.names.iter().enumerate() {
                sheet.column(
                    &wrap(name, 16).replace('\n', " "),
                    points.iter().map(|point| {
                        let mark = if point.best.contains(&option) { " *" } else { "  " };
                        format!("{}{mark}", percent(point.shares[option]))
                    }),
                );
            }
        } else {
            let best = |point: &crate::decision::Acceptability| point.best.first().copied().unwrap_or(0);
            sheet
                .column(
                    "worth most *",
                    points.iter().map(|point| wrap(&self.names[best(point)], 24)),
                )
                .column(
                    "on",
                    points.iter().map(|point| percent(point.shares[best(point)])),
                );
        }
        text.push_str(&sheet.render(self.width));
        text.push_str(&self.quiet("* largest mean of value × effect less cost."));
        text
    }

    fn who_gains(&self) -> String {
        let mut text = format!(
            "\n{}",
            self.heading("Who gains (USD bn, present values against no levers)")
        );
        let few = self.result.accounts.len() < FEW;
        let leaders = self
            .result
            .outcomes
            .first()
            .map_or_else(Vec::new, |outcome| outcome.comparison.best(Criterion::Laplace));
        for account in &self.result.accounts {
            if !few
                && !leaders
                    .iter()
                    .any(|leader| self.result.options[*leader] == account.option)
            {
                continue;
            }
            let names = account.costs.iter().map(|(economy, _)| economy.name().to_owned());
            let mut sheet = Sheet::new("partner", names);
            let part = |of: &[(crate::base::Economy, Statistics)], total: &Statistics| -> Vec<String> {
                of.iter()
                    .map(|(_, statistics)| {
                        if total.mean > 0.0 {
                            share(statistics.mean / total.mean)
                        } else {
                            dash()
                        }
                    })
                    .collect()
            };
            let column = |of: &[(crate::base::Economy, Statistics)]| -> Vec<String> {
                of.iter()
                    .map(|(_, statistics)| mean_and_interval(statistics))
                    .collect()
            };
            sheet
                .column("extra digital economy", column(&account.extra_digital))
                .column("extra GDP", column(&account.extra_gdp))
                .column("part of gains", part(&account.extra_gdp, &account.benefit))
                .column("cost", column(&account.costs))
                .column("part of cost", part(&account.costs, &account.cost))
                .column("net", column(&account.net))
                .column(
                    "net above 0",
                    account.net.iter().map(|(_, net)| share(net.positive)),
                );
            text.push_str(&format!(
                "{}{}",
                self.lines(&escape(&account.option)),
                sheet.render(self.width)
            ));
        }
        if !few {
            text.push_str(&self.quiet("economies.csv holds the other options."));
        }
        text
    }
}

fn dash() -> String {
    "–".to_owned()
}

/// A number of an outcome: with its sign if it is a difference.
pub(super) fn value(outcome: &OutcomeComparison, number: f64) -> String {
    if outcome.extra {
        difference_in_unit(number, outcome.unit)
    } else {
        in_unit(number, outcome.unit)
    }
}

/// A difference without sign, with its unit.
fn with_unit(number: f64, unit: Unit) -> String {
    match unit {
        Unit::UsdBn => format!("{} USD bn", grouped(number)),
        Unit::UsdPerPerson => format!("{} USD", grouped(number)),
        other => error_in_unit(number, other),
    }
}

/// A difference with its sign and unit.
fn signed_with_unit(number: f64, unit: Unit) -> String {
    let sign = difference_in_unit(number, unit)
        .chars()
        .next()
        .filter(|sign| "+-".contains(*sign));
    format!(
        "{}{}",
        sign.map_or_else(String::new, String::from),
        with_unit(number.abs(), unit)
    )
}

fn interval(pair: &Pair, unit: Unit) -> String {
    let [low, high] = pair.difference.interval();
    format!(
        "{} – {}",
        difference_in_unit(low, unit),
        difference_in_unit(high, unit)
    )
}

fn error(estimate: Estimate, unit: Unit) -> String {
    estimate
        .standard_error
        .map_or_else(dash, |error| error_in_unit(error, unit))
}

/// A probability; only exact certainty is shown as 0 % or 100 %.
fn percent(estimate: Estimate) -> String {
    share(estimate.value)
}

pub(super) fn share(value: f64) -> String {
    let percent = 100.0 * value;
    if percent > 0.0 && percent < 0.1 {
        "< 0.1 %".to_owned()
    } else if percent < 100.0 && percent > 99.9 {
        "> 99.9 %".to_owned()
    } else if percent == 0.0 || percent == 100.0 {
        format!("{percent:.0} %")
    } else {
        format!("{percent:.1} %")
    }
}

fn fewer(pair: &Pair) -> String {
    pair.variance_ratio.map_or_else(
        || {
            if pair.ties == 1.0 {
                "exact".to_owned()
            } else {
                dash()
            }
        },
        |ratio| {
            if ratio < 1e6 {
                format!("{} ×", grouped(ratio))
            } else {
                format!("{ratio:.1e} ×")
            }
        },
    )
}

fn mean_and_interval(statistics: &Statistics) -> String {
    let [low, _, _, _, high] = statistics.quantiles;
    if low == high {
        return grouped(statistics.mean);
    }
    format!(
        "{}\n{} – {}",
        grouped(statistics.mean),
        grouped(low),
        grouped(high)
    )
}

fn ratio(ratio: Option<Ratio>) -> String {
    let Some(ratio) = ratio else {
        return dash();
    };
    let range = match ratio.interval {
        Some(Interval::Between { low, high }) => format!("{} – {}", grouped(low), grouped(high)),
        Some(Interval::Outside { below, above }) => format!("< {} or > {}", grouped(below), grouped(above)),
        Some(Interval::Anything) => "any".to_owned(),
        None => dash(),
    };
    format!("{}\n{range}", grouped(ratio.ratio.value))
}

/// The report of an attribution, at most `width` columns wide, with ANSI styles.
pub fn attribute_text(result: &OptionAttribution, record: &RunRecord<'_>, width: usize) -> String {
    let mut text = format!(
        "{HEADING}{}{HEADING:#}\n",
        wrap(
            &format!(
                "{}: what each lever of `{}` contributes",
                escape(&record.scenario.title),
                escape(&result.option)
            ),
            width
        )
    );
    for outcome in &result.outcomes {
        text.push_str(&attribution_text(result, outcome, record, width));
    }
    text.push_str(&assumptions_text(record, width));
    text
}

fn attribution_text(
    result: &OptionAttribution,
    outcome: &OutcomeAttribution,
    record: &RunRecord<'_>,
    width: usize,
) -> String {
    let (unit, attribution) = (outcome.unit, &outcome.attribution);
    let total = &attribution.total;
    let [low, high] = total.interval();
    let mut order: Vec<usize> = (0..result.levers.len()).collect();
    let mean = |player: usize| attribution.players[player].mean.value;
    order.sort_by(|a, b| mean(*b).total_cmp(&mean(*a)));
    let mut text = String::new();
    if let Some(&first) = order.first() {
        let sentence = format!(
            "Together the levers change {} by {} on average (90 % of the futures: {} to {}; Monte Carlo error {}). The largest part comes from `{}`: {}{}.",
            outcome.label.trim_start_matches("extra "),
            signed_with_unit(total.mean.value, unit),
            difference_in_unit(low, unit),
            difference_in_unit(high, unit),
            error(total.mean, unit),
            result.levers[first],
            difference_in_unit(mean(first), unit),
            if total.mean.value == 0.0 {
                String::new()
            } else {
                format!(", {:.0} % of the whole", 100.0 * mean(first) / total.mean.value)
            }
        );
        text.push_str(&format!("{}\n", wrap(&sentence, width)));
    }
    let about = format!(
        "{} paths, seed {}. {} The parts add up to the whole on every path; rounding leaves at most {}.",
        attribution.paths,
        record.seed,
        match attribution.method {
            Method::Exact => format!(
                "Shapley values over all {} combinations of levers, exact but for the paths.",
                1u64 << result.levers.len().min(63)
            ),
            Method::Permutations { pairs, .. } => format!(
                "Shapley values over {} orders of the levers drawn for each block of paths; ± covers paths and orders, the intervals are too wide.",
                2 * pairs
            ),
        },
        significant(attribution.largest_gap)
    );
    text.push_str(&format!("{QUIET}{}{QUIET:#}\n", wrap(&about, width)));
    let most = order.iter().map(|player| mean(*player).abs()).fold(0.0, f64::max);
    let room = (width / 4).clamp(8, 24);
    let bar = |size: f64| {
        let length = if most > 0.0 {
            (size.abs() / most * room as f64).round() as usize
        } else {
            0
        };
        (if size < 0.0 { "░" } else { "█" }).repeat(length)
    };
    let mut names: Vec<String> = order
        .iter()
        .map(|player| result.levers[*player].clone())
        .collect();
    names.push("all together".to_owned());
    let mut sheet = Sheet::new("lever", names);
    let cells = |part: &dyn Fn(usize) -> String, whole: String| -> Vec<String> {
        order.iter().map(|player| part(*player)).chain([whole]).collect()
    };
    let range = |[low, high]: [f64; 2]| {
        format!(
            "{} – {}",
            difference_in_unit(low, unit),
            difference_in_unit(high, unit)
        )
    };
    sheet
        .column(
            "mean",
            cells(
                &|player| difference_in_unit(mean(player), unit),
                difference_in_unit(total.mean.value, unit),
            ),
        )
        .column(
            "±",
            cells(
                &|player| error(attribution.players[player].mean, unit),
                error(total.mean, unit),
            ),
        )
        .column(
            "part",
            cells(
                &|player| {
                    if total.mean.value == 0.0 {
                        dash()
                    } else {
                        format!("{:.1} %", 100.0 * mean(player) / total.mean.value)
                    }
                },
                if total.mean.value == 0.0 {
                    dash()
                } else {
                    "100 %".to_owned()
                },
            ),
        )
        .column(
            "90 % interval",
            cells(
                &|player| range(attribution.players[player].summary.interval()),
                range(total.interval()),
            ),
        )
        .column(
            "",
            cells(&|player| format!("{:<room$}", bar(mean(player))), String::new()),
        );
    text.push_str(&format!(
        "\n{} ({})\n{}",
        wrap(&outcome.label, width),
        unit_heading(unit),
        sheet.render(width)
    ));
    text
}
