//! Where each outcome is computed: the section of `docs/model.md` and the equation in one line. Those of parameters stand
//! in their rows of the parameter table; a test keeps the table complete.

use super::parameters::{Equation, PARAMETERS, at};

const SCORE: &str = "m = logistic(a⁰ + δ), δ_(t+1) = (1 − ψ) δ_t + Σ G";

/// The equation of every metric, by its key, and money outcome (`money.` and its key), in the order of their tables.
#[rustfmt::skip]
static OUTCOMES: &[(&str, Equation)] = &[
    ("gdp", at(7, "ln Y = ln Y⁰ + β_Y E^Y/0.1 + η F, less ruptures and incidents")),
    ("digital_economy", at(7, "D = (s Y + Σ χ ΔX) · (1 − loss · [incident]), kept within 10⁻⁶ Y and 0.999 Y")),
    ("share", at(7, "D / Y, with logit(s) = z⁰ + β_z E^z/0.1")),
    ("digital_growth", at(8, "D_t / D_(t−1) − 1")),
    ("gdp_per_capita", at(8, "Y / population")),
    ("per_capita", at(8, "D / population")),
    ("gdp_volume", at(8, "Y · V⁰ / Y⁰, V⁰ and Y⁰ of the path in the baseline")),
    ("digital_volume", at(8, "D · V⁰ / Y⁰")),
    ("volume_growth", at(8, "ratio of gdp_volume to that of the year before, less 1")),
    ("index", at(4, "Σ_k ω_k m_k, ω = matrix.weights")),
    ("factor-production", at(5, SCORE)),
    ("factor-application", at(5, SCORE)),
    ("industry-production", at(5, SCORE)),
    ("industry-application", at(5, SCORE)),
    ("governance-production", at(5, SCORE)),
    ("governance-application", at(5, SCORE)),
    ("gap", at(8, "max(0, x_reference − x_c), x the metric of [gap], logs of metrics per head")),
    ("closure", at(8, "1 − gap_t / gap_t0")),
    ("dispersion", at(8, "standard deviation of x over the group, n − 1")),
    ("money.cost", at(8, "Σ cost_t / (1 + r)^(t − present year)")),
    ("money.benefit", at(8, "Σ extra GDP_t in prices of 2021 / (1 + r)^(t − present year)")),
    ("money.npv", at(8, "benefit − cost")),
    ("money.bcr", at(8, "mean benefit / mean cost")),
];

/// Every equation with its subject: a path of the parameter table, the key of a metric, or `money.KIND`.
pub fn equations() -> impl Iterator<Item = (&'static str, &'static Equation)> {
    PARAMETERS
        .iter()
        .map(|row| (row.path, &row.equation))
        .chain(OUTCOMES.iter().map(|(subject, equation)| (*subject, equation)))
}

/// The equation of a subject: a path of the parameter table, the key of a metric, or `money.KIND`.
pub fn equation(subject: &str) -> Option<&'static Equation> {
    equations()
        .find(|(other, _)| *other == subject)
        .map(|(_, equation)| equation)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Metric, Money};

    #[test]
    fn the_table_has_a_row_for_every_outcome_and_no_other() {
        let metrics = Metric::ALL.into_iter().map(|metric| metric.key().to_owned());
        let money = Money::ALL
            .into_iter()
            .map(|money| format!("money.{}", money.key()));
        let subjects: Vec<String> = metrics.chain(money).collect();
        let rows: Vec<&str> = OUTCOMES.iter().map(|(subject, _)| *subject).collect();
        assert_eq!(rows, subjects);
    }
}
