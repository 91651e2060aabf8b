//! Where each number enters the model: the section of `docs/model.md` and the equation in one line. One row for every
//! parameter, metric and money outcome; a test keeps the table complete.

/// Where a parameter enters, or how an outcome is computed.
#[derive(Debug)]
pub struct Equation {
    /// Path of the parameter table, key of a metric, or `money.` and the key of a money outcome.
    pub subject: &'static str,
    /// Section of `docs/model.md`.
    pub section: u8,
    /// The equation in one line.
    pub text: &'static str,
}

const fn row(subject: &'static str, section: u8, text: &'static str) -> Equation {
    Equation {
        subject,
        section,
        text,
    }
}

const GAIN: &str =
    "G = w Q (φ α I max(0, max over partners a_p − a_c) + γ ΔI), added to the logit score of the next year";
const VIEW: &str = "μ | σ² ~ N(mn, σ²/κn), mn = (κ0 m0 + n ȳ)/κn, κn = κ0 + n; a view replaces m0 and κ0";
const INTENSITY: &str = "I = scale / (scale + half_scale · basis) · effectiveness · [success] · ramp(t)";
const TRADE: &str =
    "ΔX = (2/n) trade_base · covered_share · growth of the n partners' GDP since t0 · (exp(τ I Q) − 1)";
const COST: &str =
    "cost = scale · (capital_cost · overrun once + (running_cost + running_share · capital_cost) a year)";
const SCORE: &str = "m = logistic(a⁰ + δ), δ_(t+1) = (1 − ψ) δ_t + Σ G";
const INCIDENT: &str =
    "P(incident) = 1 − exp(−h0 exp(−κ (m_governance-production − 0.5))); then D falls by the loss";

/// Every equation, parameters first, in the order of their table.
#[rustfmt::skip]
pub const EQUATIONS: &[Equation] = &[
    row("model.persistence", 3, "μ_t = m_LR + (μ − m_LR) ρ^(t − t0 − 1)"),
    row("model.prior_years_max", 3, "κ0 = s0²/τ², kept between 0.25 and this"),
    row("model.shock_df", 3, "e_t · sqrt((ν − 2)/χ²_ν), one χ² draw a year for all series"),
    row("model.variance_quantile", 3, "σ² ~ Scaled-Inv-χ²(νn, sn²), cut off above at this quantile"),
    row("model.gdp_response", 7, "ln Y = ln Y⁰ + β_Y E^Y/0.1 + η Σ ΔX/Y⁰"),
    row("model.share_response", 7, "z = z⁰ + β_z E^z/0.1, z = logit(D/Y)"),
    row("model.gdp_adjustment", 7, "E^Y_t = E^Y_(t−1) + λ_Y (Δ_(t−1) − E^Y_(t−1))"),
    row("model.share_adjustment", 7, "E^z_t = E^z_(t−1) + λ_z (Δ_(t−1) − E^z_(t−1))"),
    row("model.trade_income", 7, "ln Y = ln Y⁰ + β_Y E^Y/0.1 + η Σ ΔX/Y⁰"),
    row("model.decay", 5, "δ_(t+1) = (1 − ψ) δ_t + Σ G"),
    row("model.rupture_loss", 6, "first tense year of a pair: Y · (1 − loss) for the smaller economy, Y · (1 − loss/10) for the larger"),
    row("model.severity", 5, "Q = mean over the other partners of (1 − severity · [tense])"),
    row("model.cyber_hazard", 6, INCIDENT),
    row("model.cyber_protection", 6, INCIDENT),
    row("model.cyber_loss", 6, "D · (1 − loss) and Y · (1 − 0.5 · loss · s) in the year of an incident"),
    row("model.response_weights.{element}", 7, "Δ = Σ_k v_k (m_k − m⁰_k), v_k = weight / sum of the six"),
    row("matrix.weights.{element}", 4, "index = Σ_k ω_k m_k, ω_k = weight / sum of the six"),
    row("baseline.{economy}.gdp_growth.mean", 3, VIEW),
    row("baseline.{economy}.gdp_growth.years", 3, VIEW),
    row("baseline.{economy}.share_drift.mean", 3, VIEW),
    row("baseline.{economy}.share_drift.years", 3, VIEW),
    row("baseline.{economy}.long_run_growth", 3, "m_LR = ln(1 + this) in μ_t = m_LR + (μ − m_LR) ρ^(t − t0 − 1)"),
    row("baseline.{economy}.long_run_share_drift", 3, "m_LR of the logit share in μ_t = m_LR + (μ − m_LR) ρ^(t − t0 − 1)"),
    row("baseline.{economy}.initial_share", 2, "z_t0 = logit(s_t0); later years add Δz"),
    row("tension.{pair}.hazard", 6, "P(calm → tense) = 1 − exp(−h (1 − relief))"),
    row("tension.{pair}.duration", 6, "P(tense → tense) = 1 − 1/duration"),
    row("tension.{pair}.tense_at_start", 6, "state of the two-state Markov chain at t0"),
    row("gap.min_gap", 8, "no closure ratio where the gap at t0 is below min_gap · reference (in logs: below min_gap)"),
    row("money.discount_rate", 8, "present value = Σ x_t / (1 + r)^(t − first lever year)"),
    row("money.deflator", 8, "extra GDP in prices of 2021 = ΔY_t / (1 + deflator)^(t − 2021)"),
    row("levers.{lever}.scale", 5, INTENSITY),
    row("levers.{lever}.scale.{economy}", 5, INTENSITY),
    row("levers.{lever}.half_scale", 5, INTENSITY),
    row("levers.{lever}.ramp_years", 5, "ramp(t) = logistic(2 ln 9 · (x − ramp_years/2)/ramp_years), x years of operation"),
    row("levers.{lever}.delay_years", 5, "x = t + 1 − (start + delay_years)"),
    row("levers.{lever}.success", 5, INTENSITY),
    row("levers.{lever}.effectiveness", 5, INTENSITY),
    row("levers.{lever}.lifetime", 5, "the lever works while 0 < x ≤ lifetime"),
    row("levers.{lever}.learning", 5, GAIN),
    row("levers.{lever}.creation", 5, "γ max(0, I_t − I_(t−1)) for rollout, γ I_t for flow, times w Q"),
    row("levers.{lever}.weights.{element}", 5, GAIN),
    row("levers.{lever}.trade_base", 7, TRADE),
    row("levers.{lever}.covered_share", 7, TRADE),
    row("levers.{lever}.trade_gain", 7, TRADE),
    row("levers.{lever}.digital_content", 7, "D = s Y + Σ χ ΔX"),
    row("levers.{lever}.tension_relief", 6, "relief = 1 − Π over levers of (1 − tension_relief · mean intensity of the partners)"),
    row("levers.{lever}.capital_cost", 5, COST),
    row("levers.{lever}.running_cost", 5, COST),
    row("levers.{lever}.running_share", 5, COST),
    row("levers.{lever}.cost_overrun", 5, COST),
    row("levers.{lever}.cost_shares.{economy}", 5, "cost of a partner = cost · share / sum of the shares"),
    row("gdp", 7, "ln Y = ln Y⁰ + β_Y E^Y/0.1 + η Σ ΔX/Y⁰, less ruptures and incidents"),
    row("digital_economy", 7, "D = (s Y + Σ χ ΔX) · (1 − loss · [incident]), at most 0.999 Y"),
    row("share", 7, "D / Y, with logit(s) = z⁰ + β_z E^z/0.1"),
    row("digital_growth", 8, "D_t / D_(t−1) − 1"),
    row("gdp_per_capita", 8, "Y / population"),
    row("per_capita", 8, "D / population"),
    row("index", 4, "Σ_k ω_k m_k, ω = matrix.weights"),
    row("factor-production", 5, SCORE),
    row("factor-application", 5, SCORE),
    row("industry-production", 5, SCORE),
    row("industry-application", 5, SCORE),
    row("governance-production", 5, SCORE),
    row("governance-application", 5, SCORE),
    row("gap", 8, "max(0, x_reference − x_c), x the metric of [gap], logs of metrics per head"),
    row("closure", 8, "1 − gap_t / gap_t0"),
    row("dispersion", 8, "standard deviation of x over the group, n − 1"),
    row("money.cost", 8, "Σ cost_t / (1 + r)^(t − first lever year)"),
    row("money.benefit", 8, "Σ extra GDP_t in prices of 2021 / (1 + r)^(t − first lever year)"),
    row("money.npv", 8, "benefit − cost"),
    row("money.bcr", 8, "mean benefit / mean cost"),
];

/// The equation of a subject: a path of the parameter table, the key of a metric, or `money.KIND`.
pub fn equation(subject: &str) -> Option<&'static Equation> {
    EQUATIONS.iter().find(|equation| equation.subject == subject)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::{Metric, Money},
        scenario::PARAMETERS,
    };

    #[test]
    fn the_table_has_a_row_for_every_parameter_and_outcome_and_no_other() {
        let parameters = PARAMETERS.iter().map(|parameter| parameter.path.to_owned());
        let metrics = Metric::ALL.into_iter().map(|metric| metric.key().to_owned());
        let money = Money::ALL
            .into_iter()
            .map(|money| format!("money.{}", money.key()));
        let subjects: Vec<String> = parameters.chain(metrics).chain(money).collect();
        let rows: Vec<&str> = EQUATIONS.iter().map(|equation| equation.subject).collect();
        assert_eq!(rows, subjects);
    }
}
