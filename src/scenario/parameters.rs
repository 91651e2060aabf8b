//! The parameter table: one row for every number a scenario may set, and nothing about a parameter anywhere else. Known
//! keys, bounds, hints, `--set` paths, documentation, the assumptions shown with results and what a sweep may share between
//! its points all come from these rows. Values of defaults, their grades and sources stand in `data/parameters.toml` and
//! `data/levers`; a test holds rows and files against each other.

use crate::base::{Economy, Element, Year};

/// Where a parameter enters the model, or how an outcome is computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Equation {
    /// Section of `docs/model.md`.
    pub section: u8,
    /// The equation in one line.
    pub text: &'static str,
}

/// An equation of a section.
pub(super) const fn at(section: u8, text: &'static str) -> Equation {
    Equation { section, text }
}

/// What a parameter changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The futures themselves: each of its values needs futures of its own.
    Futures,
    /// What is evaluated on them: all of its values share the same futures.
    World,
}

/// How often a parameter is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Drawn {
    /// Never: it may not be uncertain.
    Fixed,
    /// Once per path.
    PerPath,
    /// For every economy and year of a path.
    PerYear,
}

/// Where the default of a parameter stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DefaultIn {
    /// In `data/parameters.toml`.
    ParametersFile,
    /// In the file of the lever kind in `data/levers`.
    KindFile,
    /// In no file; what is used instead.
    Nowhere(&'static str),
}

/// The values that a parameter may have.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Bounds {
    /// The smallest.
    pub low: f64,
    /// The largest.
    pub high: f64,
    /// An interval inside (open below, closed above) that is not allowed.
    pub gap: Option<(f64, f64)>,
}

const fn between(low: f64, high: f64) -> Bounds {
    Bounds { low, high, gap: None }
}

impl Bounds {
    const fn except(self, above: f64, to: f64) -> Self {
        Self {
            gap: Some((above, to)),
            ..self
        }
    }

    /// Whether a number is allowed.
    pub fn contains(self, value: f64) -> bool {
        let in_gap = self.gap.is_some_and(|(above, to)| value > above && value <= to);
        (self.low..=self.high).contains(&value) && !in_gap
    }
}

/// What is known about a parameter.
#[derive(Debug)]
pub struct ParameterRow {
    /// Dotted path; `{economy}`, `{pair}`, `{element}`, `{year}`, `{lever}` and `{payer}` stand for a name of that kind.
    pub path: &'static str,
    /// Unit.
    pub unit: &'static str,
    /// Allowed values.
    pub bounds: Bounds,
    /// What it means, in one sentence.
    pub meaning: &'static str,
    /// Where its default stands.
    pub default: DefaultIn,
    /// How often it is drawn.
    pub drawn: Drawn,
    /// What it changes.
    pub phase: Phase,
    /// Where it enters the model.
    pub equation: Equation,
}

impl ParameterRow {
    /// Whether it may be uncertain.
    pub fn may_be_uncertain(&self) -> bool {
        self.drawn != Drawn::Fixed
    }

    /// What is used where neither a scenario nor `data/parameters.toml` says anything; empty if that file does.
    pub fn otherwise(&self) -> &'static str {
        match self.default {
            DefaultIn::ParametersFile => "",
            DefaultIn::KindFile => "the lever kind",
            DefaultIn::Nowhere(instead) => instead,
        }
    }
}

/// The unit of what is counted in the unit of the lever kind.
const UNIT_OF_KIND: &str = "unit of the kind";

const GAIN: &str =
    "G = w Q (φ α I max(0, max over partners a_p − a_c) + γ ΔI), added to the logit score of the next year";
const VIEW: &str = "μ | σ² ~ N(mn, σ²/κn), mn = (κ0 m0 + n' ȳ)/κn, κn = κ0 + n'; a view replaces m0 and κ0";
const INTENSITY: &str = "I = scale / (scale + half_scale · basis) · effectiveness · [success] · ramp(t)";
const TRADE: &str = "ΔX_c = Σ over pairs cp of trade_base · covered_share · sqrt(growth of both GDPs since t0) · (exp(τ · mean I · Q_cp) − 1)";
const EXPORTS: &str =
    "ΔX_c = trade_base_c · covered_share · growth of its GDP since t0 · (exp(τ I_c Q_c) − 1)";
const INCOME: &str = "ln Y = ln Y⁰ + β_Y E^Y/0.1 + η F, F_t = F_(t−1) + λ_Y (Σ ΔX_(t−1)/Y⁰_(t−1) − F_(t−1))";
const COST: &str =
    "cost = scale · (capital_cost · overrun once + (running_cost + running_share · capital_cost) a year)";
const INCIDENT: &str =
    "P(incident) = 1 − exp(−h0 exp(−κ (m_governance-production − 0.5))); then D falls by the loss";

/// Makes the handles and the table, in one order.
macro_rules! parameters {
    ($($name:ident = $row:expr),* $(,)?) => {
        /// A parameter of the model: the handle of its row in the parameter table.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        #[allow(missing_docs, reason = "the row says what it means")]
        pub enum Parameter { $($name),* }

        impl Parameter {
            /// Every parameter, in the order of outputs.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];
        }

        /// The parameter table: the row of each parameter, in the order of outputs.
        pub static PARAMETERS: &[ParameterRow] = &[$($row),*];
    };
}

parameters! {
    Persistence = ParameterRow {
        path: "model.persistence", unit: "share a year", bounds: between(0.0, 1.0),
        meaning: "Part of the deviation of growth from its long-run rate that is left a year later",
        default: DefaultIn::ParametersFile, drawn: Drawn::PerPath, phase: Phase::Futures,
        equation: at(3, "μ_t = m_LR + (μ − m_LR) ρ^(h − 1)"),
    },
    PriorYearsMax = ParameterRow {
        path: "model.prior_years_max", unit: "years of data", bounds: between(0.01, 1000.0),
        meaning: "Most that the pooled prior of drift may be worth",
        default: DefaultIn::ParametersFile, drawn: Drawn::Fixed, phase: Phase::Futures,
        equation: at(3, "κ0 = s0²/τ², kept between 0.25 and this"),
    },
    WindowYears = ParameterRow {
        path: "model.window_years", unit: "years", bounds: between(5.0, 34.0),
        meaning: "Years of the panel that volume and dollar price are fitted on, rounded to whole years",
        default: DefaultIn::ParametersFile, drawn: Drawn::Fixed, phase: Phase::Futures,
        equation: at(3, "the last W years of g and q"),
    },
    PricePersistence = ParameterRow {
        path: "model.price_persistence", unit: "share a year", bounds: between(0.0, 0.95),
        meaning: "Part of the deviation of a dollar price from its drift that is left in the next year's change",
        default: DefaultIn::ParametersFile, drawn: Drawn::Fixed, phase: Phase::Futures,
        equation: at(3, "u_t = φ_q u_(t−1) + σ_q sqrt(1 − φ_q²) e_t"),
    },
    DollarDrift = ParameterRow {
        path: "model.dollar_drift", unit: "log points a year", bounds: between(-0.2, 0.2),
        meaning: "Drift common to the dollar prices of all economies, beside that of the United States: the dollar's long swings",
        default: DefaultIn::ParametersFile, drawn: Drawn::PerPath, phase: Phase::Futures,
        equation: at(3, "δ = δ0 + this, q_t = δ + u_t"),
    },
    ShockDegrees = ParameterRow {
        path: "model.shock_df", unit: "number", bounds: between(0.0, 1000.0).except(0.0, 2.0),
        meaning: "Degrees of freedom of the yearly shocks, above 2; 0 for normal shocks",
        default: DefaultIn::ParametersFile, drawn: Drawn::Fixed, phase: Phase::Futures,
        equation: at(3, "e_t · sqrt((ν − 2)/χ²_ν), one χ² draw a year for all series"),
    },
    VarianceQuantile = ParameterRow {
        path: "model.variance_quantile", unit: "probability", bounds: between(0.5, 1.0),
        meaning: "Quantile at which the distribution of a variance is cut off above; 1 for no cut",
        default: DefaultIn::ParametersFile, drawn: Drawn::Fixed, phase: Phase::Futures,
        equation: at(3, "σ² ~ Scaled-Inv-χ²(νn, sn²), cut off above at this quantile"),
    },
    GdpResponse = ParameterRow {
        path: "model.gdp_response", unit: "log points", bounds: between(0.0, 1.0),
        meaning: "Increase of ln GDP for each 0.1 of the index that levers add",
        default: DefaultIn::ParametersFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(7, INCOME),
    },
    ShareResponse = ParameterRow {
        path: "model.share_response", unit: "logit points", bounds: between(0.0, 5.0),
        meaning: "Increase of the logit digital share for each 0.1 of the index that levers add",
        default: DefaultIn::ParametersFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(7, "z = z⁰ + β_z E^z/0.1, z = logit(D/Y)"),
    },
    GdpAdjustment = ParameterRow {
        path: "model.gdp_adjustment", unit: "share a year", bounds: between(0.0, 1.0),
        meaning: "Part of the remaining effect on GDP that arrives each year",
        default: DefaultIn::ParametersFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(7, "E^Y_t = E^Y_(t−1) + λ_Y (Δ_(t−1) − E^Y_(t−1))"),
    },
    ShareAdjustment = ParameterRow {
        path: "model.share_adjustment", unit: "share a year", bounds: between(0.0, 1.0),
        meaning: "Part of the remaining effect on the share that arrives each year",
        default: DefaultIn::ParametersFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(7, "E^z_t = E^z_(t−1) + λ_z (Δ_(t−1) − E^z_(t−1))"),
    },
    TradeIncome = ParameterRow {
        path: "model.trade_income", unit: "dollars", bounds: between(0.0, 5.0),
        meaning: "Extra GDP for each dollar of extra two-way trade",
        default: DefaultIn::ParametersFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(7, INCOME),
    },
    Decay = ParameterRow {
        path: "model.decay", unit: "share a year", bounds: between(0.0, 1.0),
        meaning: "Part of the capability made by levers that is lost each year",
        default: DefaultIn::ParametersFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(5, "δ_(t+1) = (1 − ψ) δ_t + Σ G"),
    },
    RuptureLoss = ParameterRow {
        path: "model.rupture_loss", unit: "share", bounds: between(0.0, 0.5),
        meaning: "Part of a year's GDP that the smaller economy of a pair loses in the first tense year; the larger loses a tenth of it",
        default: DefaultIn::ParametersFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(6, "first tense year of a pair: Y · (1 − loss) for the smaller economy, Y · (1 − loss/10) for the larger"),
    },
    Severity = ParameterRow {
        path: "model.severity", unit: "share", bounds: between(0.0, 1.0),
        meaning: "Part of a lever's delivery between a pair that is lost in a tense year",
        default: DefaultIn::ParametersFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(5, "Q = mean over the other partners of (1 − severity · [tense])"),
    },
    CyberHazard = ParameterRow {
        path: "model.cyber_hazard", unit: "incidents a year", bounds: between(0.0, 5.0),
        meaning: "Rate of serious national cyber incidents at a score of 0.5 in governance-production",
        default: DefaultIn::ParametersFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(6, INCIDENT),
    },
    CyberProtection = ParameterRow {
        path: "model.cyber_protection", unit: "number", bounds: between(0.0, 20.0),
        meaning: "How much a higher score in governance-production lowers that rate, as an exponent",
        default: DefaultIn::ParametersFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(6, INCIDENT),
    },
    CyberLoss = ParameterRow {
        path: "model.cyber_loss", unit: "share", bounds: between(0.0, 1.0),
        meaning: "Part of the year's digital economy that an incident destroys",
        default: DefaultIn::ParametersFile, drawn: Drawn::PerYear, phase: Phase::World,
        equation: at(6, "D · (1 − loss) and Y · (1 − 0.5 · loss · s) in the year of an incident"),
    },
    ResponseWeight = ParameterRow {
        path: "model.response_weights.{element}", unit: "weight", bounds: between(0.0, 1000.0),
        meaning: "Weight of an element in the response of GDP and share; the six are divided by their sum",
        default: DefaultIn::ParametersFile, drawn: Drawn::Fixed, phase: Phase::World,
        equation: at(7, "Δ = Σ_k v_k (m_k − m⁰_k), v_k = weight / sum of the six"),
    },
    IndexWeight = ParameterRow {
        path: "matrix.weights.{element}", unit: "weight", bounds: between(0.0, 1000.0),
        meaning: "Weight of an element in the index; the six are divided by their sum",
        default: DefaultIn::ParametersFile, drawn: Drawn::Fixed, phase: Phase::World,
        equation: at(4, "index = Σ_k ω_k m_k, ω_k = weight / sum of the six"),
    },
    GivenScore = ParameterRow {
        path: "matrix.{economy}.{element}", unit: "score", bounds: between(0.02, 0.98),
        meaning: "Score of an economy in an element in the base year, in the place of the figures of the matrix",
        default: DefaultIn::Nowhere("the score of the matrix"), drawn: Drawn::Fixed, phase: Phase::Futures,
        equation: at(4, "a⁰_t0 = logit(score)"),
    },
    GrowthViewMean = ParameterRow {
        path: "baseline.{economy}.gdp_growth.mean", unit: "yearly rate", bounds: between(-0.5, 1.0),
        meaning: "A stated view of the growth of the volume of GDP",
        default: DefaultIn::Nowhere("the pooled prior"), drawn: Drawn::Fixed, phase: Phase::Futures,
        equation: at(3, VIEW),
    },
    GrowthViewYears = ParameterRow {
        path: "baseline.{economy}.gdp_growth.years", unit: "years of data", bounds: between(0.01, 1000.0),
        meaning: "How many years of data the view of volume growth is worth",
        default: DefaultIn::Nowhere("the pooled prior"), drawn: Drawn::Fixed, phase: Phase::Futures,
        equation: at(3, VIEW),
    },
    PriceViewMean = ParameterRow {
        path: "baseline.{economy}.dollar_price.mean", unit: "yearly rate", bounds: between(-0.5, 1.0),
        meaning: "A stated view of the yearly change of the dollar price of GDP: domestic inflation less depreciation",
        default: DefaultIn::Nowhere("the drift of all dollar prices"), drawn: Drawn::Fixed, phase: Phase::Futures,
        equation: at(3, VIEW),
    },
    PriceViewYears = ParameterRow {
        path: "baseline.{economy}.dollar_price.years", unit: "years of data", bounds: between(0.01, 1000.0),
        meaning: "How many years of data the view of the dollar price is worth",
        default: DefaultIn::Nowhere("the drift of all dollar prices"), drawn: Drawn::Fixed, phase: Phase::Futures,
        equation: at(3, VIEW),
    },
    ShareViewMean = ParameterRow {
        path: "baseline.{economy}.share_drift.mean", unit: "logit points a year", bounds: between(-1.0, 1.0),
        meaning: "A stated view of the yearly change of the logit digital share",
        default: DefaultIn::Nowhere("the pooled prior"), drawn: Drawn::Fixed, phase: Phase::Futures,
        equation: at(3, VIEW),
    },
    ShareViewYears = ParameterRow {
        path: "baseline.{economy}.share_drift.years", unit: "years of data", bounds: between(0.01, 1000.0),
        meaning: "How many years of data the view of the share is worth",
        default: DefaultIn::Nowhere("the pooled prior"), drawn: Drawn::Fixed, phase: Phase::Futures,
        equation: at(3, VIEW),
    },
    LongRunGrowth = ParameterRow {
        path: "baseline.{economy}.long_run_growth", unit: "yearly rate", bounds: between(-0.2, 0.5),
        meaning: "Growth of the volume of GDP that growth regresses to",
        default: DefaultIn::Nowhere("the pooled mean of the panel"), drawn: Drawn::PerPath, phase: Phase::Futures,
        equation: at(3, "m_LR = ln(1 + this) in μ_t = m_LR + (μ − m_LR) ρ^(h − 1)"),
    },
    LongRunShareDrift = ParameterRow {
        path: "baseline.{economy}.long_run_share_drift", unit: "logit points a year", bounds: between(-0.5, 0.5),
        meaning: "Yearly change of the logit digital share that its drift regresses to",
        default: DefaultIn::ParametersFile, drawn: Drawn::PerPath, phase: Phase::Futures,
        equation: at(3, "m_LR of the logit share in μ_t = m_LR + (μ − m_LR) ρ^(h − 1)"),
    },
    InitialShare = ParameterRow {
        path: "baseline.{economy}.initial_share", unit: "share", bounds: between(0.001, 0.99),
        meaning: "Digital share of GDP in the base year",
        default: DefaultIn::Nowhere("the level in the history"), drawn: Drawn::PerPath, phase: Phase::Futures,
        equation: at(2, "z_t0 = logit(s_t0); later years add Δz"),
    },
    DatedShock = ParameterRow {
        path: "shock.{economy}.{year}", unit: "log points", bounds: between(-1.0, 1.0),
        meaning: "A stated shock to the volume of GDP in a year, in the baseline and every option",
        default: DefaultIn::Nowhere("no shock"), drawn: Drawn::Fixed, phase: Phase::Futures,
        equation: at(3, "g_t = m_t + x_t + b_t, b_t this"),
    },
    TensionHazard = ParameterRow {
        path: "tension.{pair}.hazard", unit: "ruptures a year", bounds: between(0.0, 10.0),
        meaning: "Rate at which a calm pair turns tense",
        default: DefaultIn::ParametersFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(6, "P(calm → tense) = 1 − exp(−h (1 − relief))"),
    },
    TensionDuration = ParameterRow {
        path: "tension.{pair}.duration", unit: "years", bounds: between(1.0, 100.0),
        meaning: "Mean length of a tense period",
        default: DefaultIn::ParametersFile, drawn: Drawn::Fixed, phase: Phase::World,
        equation: at(6, "P(tense → tense) = 1 − 1/duration"),
    },
    TenseAtStart = ParameterRow {
        path: "tension.{pair}.tense_at_start", unit: "0 or 1", bounds: between(0.0, 1.0).except(0.0, 0.999999),
        meaning: "Whether the pair is tense in the base year: 0 or 1",
        default: DefaultIn::ParametersFile, drawn: Drawn::Fixed, phase: Phase::World,
        equation: at(6, "state of the two-state Markov chain at t0"),
    },
    MinGap = ParameterRow {
        path: "gap.min_gap", unit: "share", bounds: between(0.0, 1.0),
        meaning: "Gaps below this part of the reference's value (in logs for metrics per head) have no closure ratio",
        default: DefaultIn::ParametersFile, drawn: Drawn::Fixed, phase: Phase::World,
        equation: at(8, "no closure ratio where the gap at t0 is below min_gap · reference (in logs: below min_gap)"),
    },
    DiscountRate = ParameterRow {
        path: "money.discount_rate", unit: "yearly rate", bounds: between(0.0, 0.5),
        meaning: "Real rate at which costs and benefits are discounted",
        default: DefaultIn::ParametersFile, drawn: Drawn::Fixed, phase: Phase::World,
        equation: at(8, "present value = Σ x_t / (1 + r)^(t − present year)"),
    },
    MoneyThrough = ParameterRow {
        path: "money.through", unit: "year", bounds: between(1900.0, 2400.0),
        meaning: "Last year in which costs and benefits are counted, the horizon or later",
        default: DefaultIn::Nowhere("ten years after the horizon"), drawn: Drawn::Fixed, phase: Phase::Futures,
        equation: at(8, "Σ over the years to this one"),
    },
    PresentYear = ParameterRow {
        path: "money.present_year", unit: "year", bounds: between(1900.0, 2400.0),
        meaning: "Year to which costs and benefits are discounted",
        default: DefaultIn::Nowhere("the earliest start of a lever over all options compared"), drawn: Drawn::Fixed, phase: Phase::World,
        equation: at(8, "present value = Σ x_t / (1 + r)^(t − present year)"),
    },
    Start = ParameterRow {
        path: "levers.{lever}.start", unit: "year", bounds: between(1900.0, 2300.0),
        meaning: "Planned first year of operation, after the base year and at most the horizon; delay_years comes on top",
        default: DefaultIn::Nowhere("required"), drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(5, "x = t + 1 − (start + delay_years)"),
    },
    SharedScale = ParameterRow {
        path: "levers.{lever}.scale", unit: UNIT_OF_KIND, bounds: between(0.0, 1e9),
        meaning: "Size of one shared program, in the unit of its kind",
        default: DefaultIn::Nowhere("what each partner hosts"), drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(5, INTENSITY),
    },
    HostedScale = ParameterRow {
        path: "levers.{lever}.scale.{economy}", unit: UNIT_OF_KIND, bounds: between(0.0, 1e9),
        meaning: "Size of what a partner hosts, in the unit of the kind; 0 if absent",
        default: DefaultIn::Nowhere("one shared program"), drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(5, INTENSITY),
    },
    HalfScale = ParameterRow {
        path: "levers.{lever}.half_scale", unit: UNIT_OF_KIND, bounds: between(1e-9, 1e9),
        meaning: "Size that reaches half of full intensity, on the scale basis of the kind",
        default: DefaultIn::KindFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(5, INTENSITY),
    },
    RampYears = ParameterRow {
        path: "levers.{lever}.ramp_years", unit: "years", bounds: between(0.0, 50.0),
        meaning: "Years from 10 % to 90 % of delivery; 0 for at once",
        default: DefaultIn::KindFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(5, "ramp(t) = logistic(2 ln 9 · (x − ramp_years/2)/ramp_years), x years of operation"),
    },
    DelayYears = ParameterRow {
        path: "levers.{lever}.delay_years", unit: "years", bounds: between(0.0, 30.0),
        meaning: "Years by which the start slips",
        default: DefaultIn::KindFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(5, "x = t + 1 − (start + delay_years)"),
    },
    Success = ParameterRow {
        path: "levers.{lever}.success", unit: "probability", bounds: between(0.0, 1.0),
        meaning: "Probability that anything is delivered",
        default: DefaultIn::KindFile, drawn: Drawn::Fixed, phase: Phase::World,
        equation: at(5, INTENSITY),
    },
    Effectiveness = ParameterRow {
        path: "levers.{lever}.effectiveness", unit: "share", bounds: between(0.0, 1.0),
        meaning: "Part of the plan that is delivered",
        default: DefaultIn::KindFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(5, INTENSITY),
    },
    Lifetime = ParameterRow {
        path: "levers.{lever}.lifetime", unit: "years", bounds: between(0.01, 1000.0),
        meaning: "Years of operation",
        default: DefaultIn::Nowhere("to the last year in which money is counted"), drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(5, "the lever works while 0 < x ≤ lifetime"),
    },
    Learning = ParameterRow {
        path: "levers.{lever}.learning", unit: "share a year", bounds: between(0.0, 5.0),
        meaning: "Yearly part of the logit gap to the leading partner that closes at full intensity, in the most affected element",
        default: DefaultIn::KindFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(5, GAIN),
    },
    Creation = ParameterRow {
        path: "levers.{lever}.creation", unit: "logit points", bounds: between(-20.0, 20.0),
        meaning: "Logit points gained at full intensity in the most affected element (lost, below 0): once, or each year for kinds that work as a flow",
        default: DefaultIn::KindFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(5, "γ max(0, I_t − I_(t−1)) for rollout, γ I_t for flow, times w Q"),
    },
    LeverWeight = ParameterRow {
        path: "levers.{lever}.weights.{element}", unit: "weight", bounds: between(0.0, 1.0),
        meaning: "Relative effect on an element",
        default: DefaultIn::KindFile, drawn: Drawn::Fixed, phase: Phase::World,
        equation: at(5, GAIN),
    },
    TradeTotal = ParameterRow {
        path: "levers.{lever}.trade_base", unit: "USD bn a year", bounds: between(0.0, 1e5),
        meaning: "Trade of all pairs of partners together, both directions, in the base year, divided as the trade of the pairs in data/levers/trade.csv",
        default: DefaultIn::Nowhere("the trade of each pair"), drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(7, TRADE),
    },
    TradeOfPair = ParameterRow {
        path: "levers.{lever}.trade_base.{pair}", unit: "USD bn a year", bounds: between(0.0, 1e5),
        meaning: "Trade of a pair of partners that the lever may touch, both directions, in the base year",
        default: DefaultIn::Nowhere("data/levers/trade.csv; 0 beside other pairs"), drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(7, TRADE),
    },
    Exports = ParameterRow {
        path: "levers.{lever}.trade_base.{economy}", unit: "USD bn a year", bounds: between(0.0, 1e5),
        meaning: "Exports of a partner to economies outside the lever, in the base year, for kinds that sell in third markets",
        default: DefaultIn::Nowhere("required for kinds that sell in third markets"), drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(7, EXPORTS),
    },
    CoveredShare = ParameterRow {
        path: "levers.{lever}.covered_share", unit: "share", bounds: between(0.0, 1.0),
        meaning: "Part of the trade base that the lever touches",
        default: DefaultIn::KindFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(7, TRADE),
    },
    TradeGain = ParameterRow {
        path: "levers.{lever}.trade_gain", unit: "log points", bounds: between(-5.0, 5.0),
        meaning: "Logarithmic increase of the covered trade at full intensity; below 0 it falls",
        default: DefaultIn::KindFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(7, TRADE),
    },
    DigitalContent = ParameterRow {
        path: "levers.{lever}.digital_content", unit: "share", bounds: between(0.0, 1.0),
        meaning: "Digital value added in a dollar of extra trade",
        default: DefaultIn::KindFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(7, "D = s Y + Σ χ ΔX"),
    },
    TensionRelief = ParameterRow {
        path: "levers.{lever}.tension_relief", unit: "share", bounds: between(0.0, 1.0),
        meaning: "Part by which the tension hazard of the lever's pairs falls at full intensity",
        default: DefaultIn::KindFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(6, "relief = 1 − Π over levers of (1 − tension_relief · mean intensity of the partners)"),
    },
    CapitalCost = ParameterRow {
        path: "levers.{lever}.capital_cost", unit: "USD m", bounds: between(0.0, 1e6),
        meaning: "Cost of building one unit",
        default: DefaultIn::KindFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(5, COST),
    },
    RunningCost = ParameterRow {
        path: "levers.{lever}.running_cost", unit: "USD m a year", bounds: between(0.0, 1e6),
        meaning: "Cost of running one unit for a year",
        default: DefaultIn::KindFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(5, COST),
    },
    RunningShare = ParameterRow {
        path: "levers.{lever}.running_share", unit: "share a year", bounds: between(0.0, 1.0),
        meaning: "Yearly running cost as a part of the capital cost, besides running_cost",
        default: DefaultIn::KindFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(5, COST),
    },
    CostOverrun = ParameterRow {
        path: "levers.{lever}.cost_overrun", unit: "factor", bounds: between(0.1, 100.0),
        meaning: "Factor on the capital cost",
        default: DefaultIn::KindFile, drawn: Drawn::PerPath, phase: Phase::World,
        equation: at(5, COST),
    },
    CostShare = ParameterRow {
        path: "levers.{lever}.cost_shares.{payer}", unit: "weight", bounds: between(0.0, 1e6),
        meaning: "Part of the cost that a partner pays, or a payer outside the partners by any name of its own; the parts are divided by their sum",
        default: DefaultIn::Nowhere("equal parts"), drawn: Drawn::Fixed, phase: Phase::World,
        equation: at(5, "cost of a payer = cost · share / sum of the shares"),
    },
}

/// The names that stand for the placeholders in the path of a parameter: of nothing, an economy, a pair, an element, a
/// lever, or a lever and one of its partners or elements.
#[derive(Clone, Copy, Default, Debug)]
pub struct Names<'a> {
    pub(super) economy: Option<Economy>,
    pub(super) pair: Option<(Economy, Economy)>,
    pub(super) element: Option<Element>,
    pub(super) lever: Option<&'a str>,
    pub(super) year: Option<Year>,
    /// Who pays: a partner by its code, or somebody else.
    pub(super) payer: Option<&'a str>,
}

impl From<()> for Names<'_> {
    fn from((): ()) -> Self {
        Self::default()
    }
}

impl From<Economy> for Names<'_> {
    fn from(economy: Economy) -> Self {
        Self {
            economy: Some(economy),
            ..Self::default()
        }
    }
}

impl From<(Economy, Year)> for Names<'_> {
    fn from((economy, year): (Economy, Year)) -> Self {
        Self {
            economy: Some(economy),
            year: Some(year),
            ..Self::default()
        }
    }
}

/// In any order.
impl From<(Economy, Economy)> for Names<'_> {
    fn from((one, other): (Economy, Economy)) -> Self {
        Self {
            pair: Some((one.min(other), one.max(other))),
            ..Self::default()
        }
    }
}

impl From<Element> for Names<'_> {
    fn from(element: Element) -> Self {
        Self {
            element: Some(element),
            ..Self::default()
        }
    }
}

impl From<(Economy, Element)> for Names<'_> {
    fn from((economy, element): (Economy, Element)) -> Self {
        Self {
            economy: Some(economy),
            element: Some(element),
            ..Self::default()
        }
    }
}

impl Parameter {
    /// Its row of the table.
    pub fn row(self) -> &'static ParameterRow {
        &PARAMETERS[self as usize]
    }

    /// Its path with names for the placeholders. A placeholder without a name stays, and such a path is that of no input.
    pub fn path<'a>(self, names: impl Into<Names<'a>>) -> String {
        let names = names.into();
        let mut path = String::new();
        for segment in self.row().path.split('.') {
            if !path.is_empty() {
                path.push('.');
            }
            match (segment, names) {
                (
                    "{economy}",
                    Names {
                        economy: Some(economy),
                        ..
                    },
                ) => path.push_str(economy.code()),
                (
                    "{pair}",
                    Names {
                        pair: Some((one, other)),
                        ..
                    },
                ) => path.push_str(&format!("{one}-{other}")),
                (
                    "{element}",
                    Names {
                        element: Some(element),
                        ..
                    },
                ) => path.push_str(element.key()),
                (
                    "{lever}",
                    Names {
                        lever: Some(lever), ..
                    },
                ) => path.push_str(lever),
                (
                    "{payer}",
                    Names {
                        payer: Some(payer), ..
                    },
                ) => path.push_str(payer),
                ("{year}", Names { year: Some(year), .. }) => path.push_str(&year.to_string()),
                _ => path.push_str(segment),
            }
        }
        path
    }

    /// Its path with the names that a path of the same table holds: the duration of a pair beside its hazard.
    pub fn beside(self, path: &str) -> String {
        let segments: Vec<&str> = self
            .row()
            .path
            .split('.')
            .zip(path.split('.'))
            .map(|(expected, found)| {
                if expected.starts_with('{') {
                    found
                } else {
                    expected
                }
            })
            .collect();
        segments.join(".")
    }

    /// What follows the id of a lever in its path; `None` for what is not of a lever.
    pub fn lever_key(self) -> Option<&'static str> {
        self.row().path.strip_prefix("levers.{lever}.")
    }

    /// The lever in a path of this parameter; `None` for what is not of a lever.
    pub fn lever_in(self, path: &str) -> Option<&str> {
        self.lever_key().and_then(|_| path.split('.').nth(1))
    }

    /// The pair in a path of this parameter; `None` for other paths.
    pub fn pair_in(self, path: &str) -> Option<&str> {
        let segments = || self.row().path.split('.').zip(path.split('.'));
        let same = find(path) == Some(self);
        segments()
            .find(|(expected, _)| same && *expected == "{pair}")
            .map(|(_, found)| found)
    }

    /// Whether it is counted in the unit of the lever kind.
    pub fn is_in_unit_of_kind(self) -> bool {
        self.row().unit == UNIT_OF_KIND
    }

    /// Whether each of its values needs futures of its own.
    pub fn changes_futures(self) -> bool {
        self.row().phase == Phase::Futures
    }
}

/// The parameter of a path with names in it (`baseline.CHN.long_run_growth`).
pub fn find(path: &str) -> Option<Parameter> {
    Parameter::ALL
        .iter()
        .copied()
        .find(|parameter| matches(parameter.row().path, path))
}

fn matches(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('.'), path.split('.'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(expected), Some(found)) if segment_matches(expected, found) => {}
            _ => return false,
        }
    }
}

fn segment_matches(expected: &str, found: &str) -> bool {
    expected == found
        || match expected {
            "{element}" => Element::parse(found).is_some(),
            "{year}" => found.parse::<Year>().is_ok(),
            "{pair}" => found.contains('-') || found == expected,
            "{economy}" => !found.contains('-'),
            _ => expected.starts_with('{'),
        }
}

/// The keys that may follow a path; `{economy}` and its like stand for names of that kind.
pub fn next_keys(path: &[&str]) -> Vec<&'static str> {
    let mut keys = Vec::new();
    for row in PARAMETERS {
        let segments: Vec<&str> = row.path.split('.').collect();
        let leads = segments.len() > path.len()
            && segments
                .iter()
                .zip(path)
                .all(|(expected, found)| segment_matches(expected, found));
        if leads && !keys.contains(&segments[path.len()]) {
            keys.push(segments[path.len()]);
        }
    }
    keys
}
