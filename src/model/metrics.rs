//! The metrics of a place and year: what follows from GDP, logit share and scores, for an economy and for the group
//! (docs/model.md §7, §8).

use super::{
    Lanes,
    needs::Needs,
    risks::{IncidentRates, Incidents},
};
use crate::{
    base::{Element, Metric},
    random::BLOCK,
    stats::elementary,
};

/// The digital economy is at least and at most these parts of GDP.
const SMALLEST_SHARE: f64 = 1e-6;
const LARGEST_SHARE: f64 = 0.999;

pub(super) const GDP: usize = Metric::Gdp.index();
pub(super) const DIGITAL: usize = Metric::DigitalEconomy.index();
pub(super) const VOLUME: usize = Metric::GdpVolume.index();
pub(super) const SHARE: usize = Metric::Share.index();
const GROWTH: usize = Metric::DigitalGrowth.index();
const DIGITAL_VOLUME: usize = Metric::DigitalVolume.index();
const VOLUME_GROWTH: usize = Metric::VolumeGrowth.index();
const INDEX: usize = Metric::Index.index();
pub(super) const ELEMENTS: usize = Metric::FactorProduction.index();
pub(super) const SECURITY: usize = Metric::GovernanceProduction.index();
pub(super) const GAP: usize = Metric::Gap.index();
pub(super) const CLOSURE: usize = Metric::Closure.index();
pub(super) const DISPERSION: usize = Metric::Dispersion.index();

/// The metrics of a place and year. Metrics per head are fixed multiples of others and stay empty.
pub(super) type Metrics = [Lanes; Metric::COUNT];

/// What growth is measured against, at a place: levels of the year before.
#[derive(Clone, Debug)]
pub(super) struct Before {
    pub(super) digital: Lanes,
    pub(super) volume: Lanes,
}

impl Before {
    pub(super) const NONE: Self = Self {
        digital: [0.0; BLOCK],
        volume: [0.0; BLOCK],
    };

    /// Keeps the levels of the year that ends.
    #[inline(always)]
    pub(super) fn keep(&mut self, metrics: &Metrics) {
        self.digital = metrics[DIGITAL];
        self.volume = metrics[VOLUME];
    }
}

/// Share, digital economy and its growth, when the metrics hold GDP before incidents. Defense is by the score of security that is
/// given, or that of the metrics; growth is measured against what was before, if given.
#[inline(always)]
pub(super) fn close_year(
    metrics: &mut Metrics,
    logit: &Lanes,
    digital_trade: &Lanes,
    before: Option<&Before>,
    security: Option<&Lanes>,
    (incidents, rates): (&Incidents, &IncidentRates),
) {
    let Ok([own, gdp, digital]) = metrics.get_disjoint_mut([SECURITY, GDP, DIGITAL]) else {
        unreachable!("the positions are different constants");
    };
    let security = security.unwrap_or(own);
    let mut share: Lanes = [0.0; BLOCK];
    for lane in 0..BLOCK {
        share[lane] = elementary::logistic(logit[lane]).min(LARGEST_SHARE);
        digital[lane] = share[lane] * gdp[lane] + digital_trade[lane];
    }
    incidents.strike(rates, security, &share, gdp, digital);
    for lane in 0..BLOCK {
        let (least, most) = (SMALLEST_SHARE * gdp[lane], LARGEST_SHARE * gdp[lane]);
        let within = if digital[lane] < most { digital[lane] } else { most };
        digital[lane] = if within > least { within } else { least };
        share[lane] = digital[lane] / gdp[lane];
    }
    if let Some(before) = before {
        let [growth, digital] = pair_mut(metrics, GROWTH, DIGITAL);
        for lane in 0..BLOCK {
            growth[lane] = digital[lane] / before.digital[lane] - 1.0;
        }
    }
    metrics[SHARE] = share;
}

/// Volume of GDP and of the digital economy, and its growth; `path` holds volume and GDP of the path without levers and risks, which
/// say what a dollar of GDP is worth in volume.
#[inline(always)]
pub(super) fn count_volume(metrics: &mut Metrics, (volume, gdp): (&Lanes, &Lanes), before: &Lanes) {
    for lane in 0..BLOCK {
        let of_dollar = volume[lane] / gdp[lane];
        let own = of_dollar * metrics[GDP][lane];
        metrics[VOLUME][lane] = own;
        metrics[DIGITAL_VOLUME][lane] = of_dollar * metrics[DIGITAL][lane];
        metrics[VOLUME_GROWTH][lane] = own / before[lane] - 1.0;
    }
}

/// The index from the scores: those of the metrics, where none are given instead.
#[inline(always)]
pub(super) fn weigh<'a>(
    metrics: &mut Metrics,
    weights: &[f64; Element::COUNT],
    given: impl Fn(usize) -> Option<&'a Lanes>,
) {
    let mut index: Lanes = [0.0; BLOCK];
    for (element, weight) in weights.iter().enumerate() {
        let scores = given(element).unwrap_or(&metrics[ELEMENTS + element]);
        for lane in 0..BLOCK {
            index[lane] += weight * scores[lane];
        }
    }
    metrics[INDEX] = index;
}

/// The group: sums of levels, their ratio, and means weighted with GDP; a member is asked for by its position and the metric's.
#[inline(always)]
pub(super) fn aggregate<'a>(
    group: &mut Metrics,
    before: &Before,
    economies: usize,
    needs: Needs,
    member: impl Fn(usize, usize) -> &'a Lanes,
) {
    let levels = [GDP, DIGITAL, VOLUME, DIGITAL_VOLUME];
    for &metric in &levels[..if needs.volume { 4 } else { 2 }] {
        group[metric].fill(0.0);
        for economy in 0..economies {
            let values = member(economy, metric);
            for lane in 0..BLOCK {
                group[metric][lane] += values[lane];
            }
        }
    }
    for lane in 0..BLOCK {
        group[SHARE][lane] = group[DIGITAL][lane] / group[GDP][lane];
        group[GROWTH][lane] = group[DIGITAL][lane] / before.digital[lane] - 1.0;
    }
    if needs.volume {
        for lane in 0..BLOCK {
            group[VOLUME_GROWTH][lane] = group[VOLUME][lane] / before.volume[lane] - 1.0;
        }
    }
    if !needs.scores {
        return;
    }
    for metric in INDEX..=INDEX + Element::COUNT {
        group[metric].fill(0.0);
        for economy in 0..economies {
            let (values, gdp) = (member(economy, metric), member(economy, GDP));
            for lane in 0..BLOCK {
                group[metric][lane] += values[lane] * gdp[lane];
            }
        }
        for lane in 0..BLOCK {
            group[metric][lane] /= group[GDP][lane];
        }
    }
}

/// Two metrics of a place at once.
#[inline(always)]
pub(super) fn pair_mut(metrics: &mut Metrics, first: usize, second: usize) -> [&mut Lanes; 2] {
    match metrics.get_disjoint_mut([first, second]) {
        Ok(pair) => pair,
        Err(_) => unreachable!("the positions are different constants"),
    }
}
