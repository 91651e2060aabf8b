//! The digitalization matrix: indicators scaled to scores, six elements per economy (docs/model.md §4).

use std::{collections::BTreeMap, sync::OnceLock};

use super::{PANEL_NAME, Panel, PanelSeries};
use crate::{
    base::{Diagnostic, Diagnostics, Economy, Element, Year},
    stats::elementary::logit,
};

const INDICATORS: &str = include_str!("../../data/matrix/indicators.csv");
const VALUES: &str = include_str!("../../data/matrix/values.csv");

/// The years of the embedded matrices: China and Korea around 2016, five economies around 2021.
pub const MATRIX_YEARS: [Year; 2] = [2016, 2021];

/// Scores are kept inside these bounds, where their logit is finite.
pub(super) const SCORE_BOUNDS: (f64, f64) = (0.02, 0.98);
/// A figure scores an economy if its year is at most so far from that of the matrix.
const OLDEST: Year = 2;
/// The fewest years of a slope.
const FEWEST_YEARS: usize = 3;

/// Indicators of the matrix that the panel has of every economy.
const PANEL_INDICATORS: [(&str, PanelSeries); 3] = [
    ("internet_users_pct", PanelSeries::InternetUsers),
    ("fixed_broadband_per_100", PanelSeries::Broadband),
    ("mobile_cellular_per_100", PanelSeries::Mobile),
];

/// How an indicator becomes a score between 0 and 1.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Scale {
    /// (x − low) / (high − low).
    Linear {
        /// Goalpost of score 0.
        low: f64,
        /// Goalpost of score 1.
        high: f64,
    },
    /// ln(x / low) / ln(high / low).
    Log {
        /// Goalpost of score 0.
        low: f64,
        /// Goalpost of score 1.
        high: f64,
    },
    /// 1 − (rank − 1) / (ranks − 1).
    Rank {
        /// How many were ranked.
        ranks: f64,
    },
}

impl Scale {
    /// The score of a value, not yet kept inside bounds.
    pub fn score(self, value: f64) -> f64 {
        match self {
            Self::Linear { low, high } => (value - low) / (high - low),
            Self::Log { low, high } => libm::log(value / low) / libm::log(high / low),
            Self::Rank { ranks } => 1.0 - (value - 1.0) / (ranks - 1.0),
        }
    }
}

/// An indicator of an element.
#[derive(Clone, Debug)]
pub struct Indicator {
    /// Element.
    pub element: Element,
    /// Name in the data.
    pub key: String,
    /// Name for people.
    pub label: String,
    /// Scale.
    pub scale: Scale,
    /// Weight within its element.
    pub weight: f64,
    /// Whether it is a level whose past shows how fast the element diffuses (ranks are relative standing and are not).
    pub diffuses: bool,
}

/// One figure behind a score.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Economy.
    pub economy: Economy,
    /// Indicator.
    pub indicator: String,
    /// Year of the figure.
    pub year: Year,
    /// Value.
    pub value: f64,
    /// `published`, `ratio only` (the source gives a ratio, which is used) or `assumption`.
    pub status: String,
    /// Source.
    pub source: String,
    /// Where in the source.
    pub locator: String,
    /// Note.
    pub note: String,
}

/// The score of an economy in an element.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct Score {
    /// Score, between 0.02 and 0.98.
    pub value: f64,
    /// Part of the weight of the element's indicators that had data.
    pub coverage: f64,
    /// Whether there were no data at all, and the lowest score of the others stands in.
    pub assumed: bool,
}

/// Yearly change of a logit score without levers.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct Diffusion {
    /// Mean, logit points a year.
    pub mean: f64,
    /// Standard deviation.
    pub sd: f64,
    /// Whether it comes from a series of levels of its own; otherwise the mean is 0 and the spread that of rank histories.
    pub measured: bool,
}

/// A matrix: scores of economies, and the figures behind them.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// The year it describes.
    pub year: Year,
    /// Indicators.
    pub indicators: Vec<Indicator>,
    /// Figures, of all years.
    pub figures: Vec<Figure>,
    /// Scores by economy, in the order of the data.
    pub scores: Vec<(Economy, [Score; Element::COUNT])>,
}

/// How two economies compare in an element.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct Gap {
    /// Position of the element in [`Element::ALL`].
    pub element: usize,
    /// ln(m_partner / m_economy): positive where the partner leads.
    pub relative: f64,
}

impl Matrix {
    /// The embedded matrix of a year of [`MATRIX_YEARS`], read once and only when it is asked for.
    ///
    /// # Errors
    /// If there is none of the year, or the embedded data are broken, which the tests exclude.
    pub fn embedded(year: Year) -> Result<&'static Self, Diagnostics> {
        static READ: [OnceLock<Result<Matrix, Diagnostics>>; MATRIX_YEARS.len()] =
            [const { OnceLock::new() }; MATRIX_YEARS.len()];
        let position = MATRIX_YEARS.iter().position(|known| *known == year);
        let read = position
            .map(|position| &READ[position])
            .ok_or_else(|| Diagnostics::from(Diagnostic::new(format!("there is no matrix of {year}"))))?;
        read.get_or_init(|| Self::read(year))
            .as_ref()
            .map_err(Clone::clone)
    }

    /// Reads the embedded tables.
    fn read(year: Year) -> Result<Self, Diagnostics> {
        let indicators = read_indicators(year)?;
        let figures = read_figures(year)?;
        let mut economies: Vec<Economy> = Vec::new();
        for figure in &figures {
            if !economies.contains(&figure.economy) {
                economies.push(figure.economy);
            }
        }
        let raw: Vec<[Option<(f64, f64)>; Element::COUNT]> = economies
            .iter()
            .map(|economy| {
                Element::ALL.map(|element| element_score(year, &indicators, &figures, *economy, element))
            })
            .collect();
        let scores = economies
            .iter()
            .zip(&raw)
            .map(|(economy, own)| {
                let scores = Element::ALL.map(|element| match own[element.index()] {
                    Some((value, coverage)) => Score {
                        value,
                        coverage,
                        assumed: false,
                    },
                    None => {
                        let lowest = raw
                            .iter()
                            .filter_map(|other| other[element.index()])
                            .map(|(value, _)| value);
                        Score {
                            value: lowest.fold(SCORE_BOUNDS.1, f64::min),
                            coverage: 0.0,
                            assumed: true,
                        }
                    }
                });
                (*economy, scores)
            })
            .collect();
        Ok(Self {
            year,
            indicators,
            figures,
            scores,
        })
    }

    /// The scores of an economy.
    pub fn economy(&self, economy: Economy) -> Option<&[Score; Element::COUNT]> {
        self.scores
            .iter()
            .find(|(other, _)| *other == economy)
            .map(|(_, scores)| scores)
    }

    /// The scores of an economy; where the matrix does not know it, the lowest of the others stand in for every element.
    pub fn scores_or_assumed(&self, economy: Economy) -> [Score; Element::COUNT] {
        if let Some(known) = self.economy(economy) {
            return *known;
        }
        let figures = self.panel_figures(economy);
        Element::ALL.map(|element| {
            match element_score(self.year, &self.indicators, &figures, economy, element) {
                Some((value, coverage)) => Score {
                    value,
                    coverage,
                    assumed: false,
                },
                None => Score {
                    value: self
                        .scores
                        .iter()
                        .map(|(_, scores)| scores[element.index()].value)
                        .fold(SCORE_BOUNDS.1, f64::min),
                    coverage: 0.0,
                    assumed: true,
                },
            }
        })
    }

    /// What the panel says of an economy that the tables of the matrix do not hold, over ten years.
    fn panel_figures(&self, economy: Economy) -> Vec<Figure> {
        let Some(panel) = Panel::embedded().economy(economy) else {
            return Vec::new();
        };
        let years = self.year - 6..=self.year;
        PANEL_INDICATORS
            .iter()
            .flat_map(|(indicator, series)| {
                years.clone().filter_map(|year| {
                    Some(Figure {
                        economy,
                        indicator: (*indicator).to_owned(),
                        year,
                        value: panel.value(*series, year)?,
                        status: "published".to_owned(),
                        source: "World Bank, World Development Indicators".to_owned(),
                        locator: PANEL_NAME.to_owned(),
                        note: String::new(),
                    })
                })
            })
            .collect()
    }

    /// Complementarity of two economies: relative gaps of the elements, the largest first.
    pub fn complementarity(&self, economy: Economy, partner: Economy) -> Option<Vec<Gap>> {
        let (own, other) = (self.economy(economy)?, self.economy(partner)?);
        let mut gaps: Vec<Gap> = Element::ALL
            .iter()
            .map(|element| {
                let index = element.index();
                Gap {
                    element: index,
                    relative: libm::log(other[index].value / own[index].value),
                }
            })
            .collect();
        gaps.sort_by(|a, b| b.relative.abs().total_cmp(&a.relative.abs()));
        Some(gaps)
    }

    /// The latest figure of an indicator and economy.
    pub fn figure(&self, indicator: &str, economy: Economy) -> Option<&Figure> {
        latest(&self.figures, indicator, economy)
    }

    /// How fast the scores of an economy diffuse: the least-squares slope of the logit score over the years of level
    /// indicators (at least three), otherwise 0 with the spread of the rank histories.
    pub fn diffusion(&self, economy: Economy) -> [Diffusion; Element::COUNT] {
        let panel = match self.economy(economy) {
            Some(_) => None,
            None => Some(self.panel_figures(economy)),
        };
        let figures = panel.as_ref().unwrap_or(&self.figures);
        Element::ALL.map(|element| match self.level_slope(figures, economy, element) {
            Some((slope, error)) => Diffusion {
                mean: slope,
                sd: error,
                measured: true,
            },
            None => Diffusion {
                mean: 0.0,
                sd: self.rank_spread(),
                measured: false,
            },
        })
    }

    /// Root mean square of the slopes of rank histories, logit points a year; one for each economy and ranking.
    pub fn rank_spread(&self) -> f64 {
        let mut squares = Vec::new();
        for indicator in &self.indicators {
            if !matches!(indicator.scale, Scale::Rank { .. }) {
                continue;
            }
            for (economy, _) in &self.scores {
                let points: Vec<(f64, f64)> = self
                    .figures
                    .iter()
                    .filter(|figure| figure.indicator == indicator.key && figure.economy == *economy)
                    .map(|figure| {
                        (
                            f64::from(figure.year),
                            bounded_logit(indicator.scale.score(figure.value)),
                        )
                    })
                    .collect();
                squares.extend(least_squares(&points).map(|(slope, _)| slope * slope));
            }
        }
        (squares.iter().sum::<f64>() / squares.len().max(1) as f64).sqrt()
    }

    /// Slope of the logit score of level indicators on the year and its standard error.
    fn level_slope(&self, figures: &[Figure], economy: Economy, element: Element) -> Option<(f64, f64)> {
        let of = |indicator: &Indicator| {
            let key = indicator.key.clone();
            figures
                .iter()
                .filter(move |figure| figure.indicator == key && figure.economy == economy)
        };
        let levels: Vec<&Indicator> = self
            .indicators
            .iter()
            .filter(|indicator| indicator.element == element && indicator.diffuses)
            .filter(|indicator| of(indicator).next().is_some())
            .collect();
        let weight: f64 = levels.iter().map(|indicator| indicator.weight).sum();
        let mut years: BTreeMap<Year, (usize, f64)> = BTreeMap::new();
        for indicator in &levels {
            for figure in of(indicator) {
                let entry = years.entry(figure.year).or_default();
                entry.0 += 1;
                entry.1 += indicator.weight * indicator.scale.score(figure.value);
            }
        }
        // Only years that all of them share.
        let points: Vec<(f64, f64)> = years
            .into_iter()
            .filter(|(_, (count, _))| *count == levels.len())
            .map(|(year, (_, sum))| (f64::from(year), bounded_logit(sum / weight)))
            .collect();
        least_squares(&points)
    }
}

/// The logit of a score kept inside bounds.
fn bounded_logit(score: f64) -> f64 {
    logit(score.clamp(SCORE_BOUNDS.0, SCORE_BOUNDS.1))
}

/// Slope and its standard error; `None` for fewer than three points.
fn least_squares(points: &[(f64, f64)]) -> Option<(f64, f64)> {
    if points.len() < FEWEST_YEARS {
        return None;
    }
    let n = points.len() as f64;
    let (x, y) = (
        points.iter().map(|p| p.0).sum::<f64>() / n,
        points.iter().map(|p| p.1).sum::<f64>() / n,
    );
    let sxx: f64 = points.iter().map(|p| (p.0 - x) * (p.0 - x)).sum();
    let slope = points.iter().map(|p| (p.0 - x) * (p.1 - y)).sum::<f64>() / sxx;
    let residuals: f64 = points
        .iter()
        .map(|p| p.1 - y - slope * (p.0 - x))
        .map(|r| r * r)
        .sum();
    Some((slope, (residuals / (n - 2.0) / sxx).sqrt()))
}

fn latest<'f>(figures: &'f [Figure], indicator: &str, economy: Economy) -> Option<&'f Figure> {
    figures
        .iter()
        .filter(|figure| figure.indicator == indicator && figure.economy == economy)
        .max_by_key(|figure| figure.year)
}

/// Weighted mean of the indicators with data, and the part of the weight that has them.
fn element_score(
    year: Year,
    indicators: &[Indicator],
    figures: &[Figure],
    economy: Economy,
    element: Element,
) -> Option<(f64, f64)> {
    let (mut sum, mut covered, mut all) = (0.0, 0.0, 0.0);
    for indicator in indicators.iter().filter(|indicator| indicator.element == element) {
        all += indicator.weight;
        let recent = latest(figures, &indicator.key, economy);
        if let Some(figure) = recent.filter(|figure| (figure.year - year).abs() <= OLDEST) {
            sum += indicator.weight * indicator.scale.score(figure.value);
            covered += indicator.weight;
        }
    }
    (covered > 0.0).then(|| {
        (
            (sum / covered).clamp(SCORE_BOUNDS.0, SCORE_BOUNDS.1),
            covered / all,
        )
    })
}

/// Rows of an embedded CSV file that describe a matrix, by column name.
fn rows(text: &str, column: &str, year: Year) -> Result<Vec<BTreeMap<String, String>>, Diagnostics> {
    let broken = |error: csv::Error| Diagnostics::from(Diagnostic::new(format!("data/matrix: {error}")));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut found = Vec::new();
    for row in reader.deserialize() {
        let row: BTreeMap<String, String> = row.map_err(broken)?;
        if row.get(column).is_some_and(|value| *value == year.to_string()) {
            found.push(row);
        }
    }
    Ok(found)
}

fn read_indicators(year: Year) -> Result<Vec<Indicator>, Diagnostics> {
    rows(INDICATORS, "year", year)?
        .into_iter()
        .map(|row| {
            let text = |name: &str| row.get(name).map_or("", String::as_str);
            let number = |name: &str| text(name).parse::<f64>().ok();
            let scale = match text("scale") {
                "linear" => number("low")
                    .zip(number("high"))
                    .map(|(low, high)| Scale::Linear { low, high }),
                "log" => number("low")
                    .zip(number("high"))
                    .map(|(low, high)| Scale::Log { low, high }),
                _ => number("ranks").map(|ranks| Scale::Rank { ranks }),
            };
            match (Element::parse(text("element")), scale, number("weight")) {
                (Some(element), Some(scale), Some(weight)) => Ok(Indicator {
                    element,
                    key: text("indicator").to_owned(),
                    label: text("label").to_owned(),
                    scale,
                    weight,
                    diffuses: text("diffusion") == "yes",
                }),
                _ => Err(Diagnostic::new(format!(
                    "data/matrix/indicators.csv: `{}` is broken",
                    text("indicator")
                ))
                .into()),
            }
        })
        .collect()
}

fn read_figures(year: Year) -> Result<Vec<Figure>, Diagnostics> {
    rows(VALUES, "matrix", year)?
        .into_iter()
        .map(|row| {
            let text = |name: &str| row.get(name).map_or_else(String::new, Clone::clone);
            match (
                Economy::parse(&text("economy")),
                text("year").parse(),
                text("value").parse(),
            ) {
                (Some(economy), Ok(year), Ok(value)) => Ok(Figure {
                    economy,
                    indicator: text("indicator"),
                    year,
                    value,
                    status: text("status"),
                    source: text("source"),
                    locator: text("locator"),
                    note: text("note"),
                }),
                _ => Err(Diagnostic::new(format!(
                    "data/matrix/values.csv: a row of `{}` is broken",
                    text("indicator")
                ))
                .into()),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn economy(code: &str) -> Economy {
        Economy::parse(code).unwrap()
    }

    #[test]
    fn the_headline_of_the_study_of_china_and_korea_is_reproduced() {
        let matrix = Matrix::embedded(2016).unwrap();
        let gaps = matrix.complementarity(economy("CHN"), economy("KOR")).unwrap();
        for gap in &gaps {
            let china_leads = Element::ALL[gap.element] == Element::IndustryApplication;
            assert_eq!(gap.relative < 0.0, china_leads, "{:?}", Element::ALL[gap.element]);
        }
        assert_eq!(Element::ALL[gaps[0].element], Element::IndustryProduction);
        assert_eq!(Element::ALL[gaps[5].element], Element::GovernanceApplication);
    }

    #[test]
    fn scores_worked_by_hand() {
        let matrix = Matrix::embedded(2021).unwrap();
        let china = matrix.economy(economy("CHN")).unwrap();
        // Internet users 73.1 of 100 and mobile broadband 104.8 of 230, half each.
        let expected = 0.5 * 0.731 + 0.5 * 104.8 / 230.0;
        assert!((china[Element::FactorApplication.index()].value - expected).abs() < 1e-15);
        // Rank 33 of 194.
        assert!((china[Element::GovernanceProduction.index()].value - (1.0 - 32.0 / 193.0)).abs() < 1e-15);
        let mongolia = matrix.economy(economy("MNG")).unwrap();
        // One figure, which is an assumption: 1.9 of 12 % of GDP.
        let assumed = mongolia[Element::IndustryApplication.index()];
        assert!((assumed.value - 1.9 / 12.0).abs() < 1e-15 && (assumed.coverage - 0.3).abs() < 1e-15);
        assert_eq!(
            matrix
                .figure("b2c_share_of_gdp_pct", economy("MNG"))
                .unwrap()
                .status,
            "assumption"
        );
        // Only the IMD rank, 0.4 of the weight; rank 62 of 63 is 1/62.
        let industry = mongolia[Element::IndustryProduction.index()];
        assert!((industry.coverage - 0.4).abs() < 1e-15 && (industry.value - 0.02).abs() < 1e-15);
    }

    #[test]
    fn no_diffusion_is_invented() {
        let matrix = Matrix::embedded(2021).unwrap();
        let china = matrix.diffusion(economy("CHN"));
        // Fixed broadband of 50 at weight 0.4 and mobile subscriptions of 200 at 0.2 in 2015, 2018 and 2021: with even spacing the
        // slope is the last less the first over 6.
        let score = |fixed: f64, mobile: f64| logit((0.4 * fixed / 50.0 + 0.2 * mobile / 200.0) / 0.6);
        let expected = (score(37.6, 121.5) - score(19.9, 92.7)) / 6.0;
        assert!((china[0].mean - expected).abs() < 1e-12 && china[0].measured);
        // Industry and governance have ranks and single years: no drift, and the spread of standings.
        let spread = matrix.rank_spread();
        for diffusion in &china[2..] {
            assert_eq!(
                (diffusion.mean, diffusion.sd, diffusion.measured),
                (0.0, spread, false)
            );
        }
        // Japan's internet users of 2021 are missing, so its factor application has only two shared years.
        assert!(!matrix.diffusion(economy("JPN"))[1].measured);
        // Korea was 14th, 10th, 8th, 12th and 8th of 63 in 2018 to 2022: the slope is Σ (x − x̄) y / 10.
        let rank = |rank: f64| logit(1.0 - (rank - 1.0) / 62.0);
        let korea = (-2.0 * rank(14.0) - rank(10.0) + rank(12.0) + 2.0 * rank(8.0)) / 10.0;
        let points: Vec<(f64, f64)> = [14.0, 10.0, 8.0, 12.0, 8.0]
            .into_iter()
            .zip(2018..)
            .map(|(place, year)| (f64::from(year), rank(place)))
            .collect();
        assert!((least_squares(&points).unwrap().0 - korea).abs() < 1e-12);
        assert!(spread > korea.abs() / 10.0 && spread < 0.5, "{spread}");
    }

    #[test]
    fn the_panel_scores_the_factors_of_every_economy() {
        let matrix = Matrix::embedded(2021).unwrap();
        let germany = economy("DEU");
        let scores = matrix.scores_or_assumed(germany);
        let panel = Panel::embedded().economy(germany).unwrap();
        let value = |series| panel.value(series, 2021).unwrap();
        let application = value(PanelSeries::InternetUsers) / 100.0;
        assert!((scores[1].value - application.clamp(0.02, 0.98)).abs() < 1e-12 && scores[1].coverage == 0.5);
        let production =
            (0.4 * value(PanelSeries::Broadband) / 50.0 + 0.2 * value(PanelSeries::Mobile) / 200.0) / 0.6;
        assert!((scores[0].value - production).abs() < 1e-12 && !scores[0].assumed);
        assert!(scores[2..].iter().all(|score| score.assumed));
        assert!(matrix.diffusion(germany)[0].measured);
        // What is too old does not count: Japan's bandwidth is of 2017, Korea's of 2018.
        let coverage = |code| matrix.economy(economy(code)).unwrap()[0].coverage;
        assert!((coverage("JPN") - 0.8).abs() < 1e-12 && (coverage("RUS") - 1.0).abs() < 1e-12);
    }
}
