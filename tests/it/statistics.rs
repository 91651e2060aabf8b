//! Every sampler against its distribution function, and the projection's numbers and errors against theory.

use jointly::{
    base::Metric,
    calibration::{CalibrationSettings, calibrate},
    outcomes::Comparison,
    random::{BLOCK, Generator, Stream},
    stats::{Distribution, QuantileSketch, Sampler, ScaledInverseChiSquared},
};
use rand_distr::Distribution as _;
use statrs::distribution::{
    Beta, Categorical, ContinuousCDF, DiscreteCDF, Gamma, InverseGamma, LogNormal, Normal, StudentsT,
    Triangular, Uniform,
};

use crate::common::{self, plan, run, settings, statistics};

const BLOCKS: u64 = 60;
const DRAWS: f64 = (BLOCKS * BLOCK as u64) as f64;
/// Kolmogorov's critical value for √n D at a false-alarm rate of 10⁻⁴ a test. Seeds are fixed, so a test that passes keeps passing.
const CRITICAL: f64 = 2.225;

/// Draws from a sampler as the model draws.
fn draws(sampler: &Sampler, name: &str) -> Vec<f64> {
    let mut all = Vec::new();
    for block in 0..BLOCKS {
        let mut uniforms = [0.0; BLOCK];
        let mut out = [0.0; BLOCK];
        Generator::new(7, Stream::named(name), block).fill_uniform(&mut uniforms);
        sampler.fill(&uniforms, &mut out);
        all.extend(out);
    }
    all
}

/// √n times the largest distance between the sample and the distribution function.
fn kolmogorov(mut sample: Vec<f64>, cdf: impl Fn(f64) -> f64) -> f64 {
    sample.sort_by(f64::total_cmp);
    let n = sample.len() as f64;
    let distance = sample
        .iter()
        .enumerate()
        .map(|(rank, x)| {
            let p = cdf(*x);
            assert!(!p.is_nan());
            (p - rank as f64 / n).abs().max(((rank + 1) as f64 / n - p).abs())
        })
        .fold(0.0, f64::max);
    distance * n.sqrt()
}

#[track_caller]
fn assert_sampler(distribution: Distribution, cdf: impl Fn(f64) -> f64) {
    let name = distribution.to_string();
    let distance = kolmogorov(draws(&distribution.sampler(), &name), cdf);
    assert!(distance < CRITICAL, "{name}: {distance}");
}

#[test]
fn every_sampler_passes_a_kolmogorov_smirnov_test() {
    let normal = Normal::new(-1.0, 2.5).unwrap();
    assert_sampler(Distribution::normal(-1.0, 2.5).unwrap(), |x| normal.cdf(x));
    let lognormal = LogNormal::new(0.2f64.ln(), 0.6).unwrap();
    assert_sampler(Distribution::lognormal(0.2, 0.6).unwrap(), |x| lognormal.cdf(x));
    let gamma = Gamma::new(3.5, 20.0).unwrap();
    assert_sampler(Distribution::gamma(3.5, 20.0).unwrap(), |x| gamma.cdf(x));
    let uniform = Uniform::new(-3.0, 5.0).unwrap();
    assert_sampler(Distribution::uniform(-3.0, 5.0).unwrap(), |x| uniform.cdf(x));
    let triangular = Triangular::new(930.3, 994.7, 962.5).unwrap();
    assert_sampler(Distribution::triangular(930.3, 962.5, 994.7).unwrap(), |x| {
        triangular.cdf(x)
    });
    let pert = Beta::new(2.6, 3.4).unwrap();
    assert_sampler(Distribution::pert(0.0, 0.002, 0.005).unwrap(), |x| {
        pert.cdf(x / 0.005)
    });
    let size = 0.89 * 0.11 / 0.0016 - 1.0;
    let beta = Beta::new(0.89 * size, 0.11 * size).unwrap();
    assert_sampler(Distribution::beta(0.89, 0.04).unwrap(), |x| beta.cdf(x));
    let truncated = Distribution::normal(-1.0, 2.5)
        .unwrap()
        .truncated(-2.0, 9.0)
        .unwrap();
    let (low, high) = (normal.cdf(-2.0), normal.cdf(9.0));
    assert_sampler(truncated, |x| (normal.cdf(x) - low) / (high - low));
}

#[test]
fn a_mixture_has_its_mass_at_zero_and_its_shape_above() {
    let mixed = Distribution::zero_or(0.25, Distribution::lognormal(0.2, 0.6).unwrap()).unwrap();
    let (zero, positive): (Vec<f64>, Vec<f64>) = draws(&mixed.sampler(), "mixed")
        .into_iter()
        .partition(|x| *x == 0.0);
    // Four standard errors of a binomial share.
    let share = zero.len() as f64 / DRAWS;
    assert!(
        (share - 0.25).abs() < 4.0 * (0.25 * 0.75 / DRAWS).sqrt(),
        "{share}"
    );
    let lognormal = LogNormal::new(0.2f64.ln(), 0.6).unwrap();
    assert!(kolmogorov(positive, |x| lognormal.cdf(x)) < CRITICAL);
}

#[test]
fn a_choice_takes_its_values_as_often_as_it_says() {
    let stated = [(0.2, 0.5), (-1.0, 0.2), (3.0, 0.3)];
    let choice = Distribution::choice(stated.to_vec()).unwrap();
    let drawn = draws(&choice.sampler(), "choice");
    // The uniform numbers themselves, in the place of the program's own search for the step.
    let uniforms = draws(&Distribution::uniform(0.0, 1.0).unwrap().sampler(), "choice");
    let value = |u: f64| {
        if u < 0.2 {
            -1.0
        } else if u < 0.7 {
            0.2
        } else {
            3.0
        }
    };
    assert!(
        drawn
            .iter()
            .zip(&uniforms)
            .all(|(drawn, uniform)| *drawn == value(*uniform))
    );
    for (value, probability) in stated {
        let share = drawn.iter().filter(|draw| **draw == value).count() as f64 / DRAWS;
        // Four standard errors of a binomial share.
        assert!((share - probability).abs() < 4.0 * (probability * (1.0 - probability) / DRAWS).sqrt());
    }
    assert_eq!(
        (choice.cdf(-1.1), choice.cdf(0.2), choice.cdf(3.0)),
        (0.0, 0.7, 1.0)
    );
    assert_eq!(choice.scaled(2.0).unwrap().support(), (-2.0, 6.0));
    let library = Categorical::new(&[0.2, 0.5, 0.3]).unwrap();
    for (position, value) in [-1.0, 0.2, 3.0].into_iter().enumerate() {
        assert!((choice.cdf(value) - library.cdf(position as u64)).abs() < 1e-15);
    }
    for wrong in [
        vec![(1.0, 1.0)],
        vec![(1.0, 0.5), (1.0, 0.5)],
        vec![(1.0, 0.5), (2.0, 0.6)],
        vec![(1.0, 0.0), (2.0, 1.0)],
    ] {
        assert!(Distribution::choice(wrong).is_err());
    }
}

#[test]
fn the_variance_is_scaled_inverse_chi_squared_with_and_without_its_bound() {
    let (nu, scale_squared) = (9.0, 0.0055);
    // Scaled-Inv-χ²(ν, s²) is inverse gamma with shape ν/2 and rate ν s²/2.
    let reference = InverseGamma::new(0.5 * nu, 0.5 * nu * scale_squared).unwrap();
    for quantile in [1.0, 0.99, 0.5] {
        let variance = ScaledInverseChiSquared::new(nu, scale_squared, quantile).unwrap();
        let sample: Vec<f64> = draws(&variance.denominator(), "variance")
            .into_iter()
            .map(|chi| variance.numerator() / chi)
            .collect();
        let cdf = |x: f64| (reference.cdf(x) / quantile).min(1.0);
        assert!(sample.iter().all(|x| (variance.cdf(*x) - cdf(*x)).abs() < 1e-9));
        let distance = kolmogorov(sample, cdf);
        assert!(distance < CRITICAL, "{quantile}: {distance}");
    }
}

#[test]
fn samples_agree_with_an_independent_library() {
    assert_two_samples(
        Distribution::gamma(3.5, 20.0),
        rand_distr::Gamma::new(3.5, 1.0 / 20.0).unwrap(),
    );
    assert_two_samples(
        Distribution::normal(-1.0, 2.5),
        rand_distr::Normal::new(-1.0, 2.5).unwrap(),
    );
    assert_two_samples(
        Distribution::lognormal(0.2, 0.6),
        rand_distr::LogNormal::new(0.2f64.ln(), 0.6).unwrap(),
    );
    // Mean 0.6 and standard deviation 0.2: a + b = 0.6 · 0.4 / 0.04 − 1 = 5.
    assert_two_samples(
        Distribution::beta(0.6, 0.2),
        rand_distr::Beta::new(3.0, 2.0).unwrap(),
    );
    assert_two_samples(
        Distribution::triangular(-1.0, 0.5, 3.0),
        rand_distr::Triangular::new(-1.0, 3.0, 0.5).unwrap(),
    );
    assert_two_samples(
        Distribution::pert(0.0, 0.002, 0.005),
        rand_distr::Pert::new(0.0, 0.005).with_mode(0.002).unwrap(),
    );
    assert_two_samples(
        Distribution::chi_squared(9.0),
        rand_distr::ChiSquared::new(9.0).unwrap(),
    );
    assert_two_samples(
        Distribution::uniform(-1.0, 4.0),
        rand_distr::Uniform::new(-1.0, 4.0).unwrap(),
    );
}

/// Draws of this program and of `rand_distr`, which uses other methods, from generators of different streams.
#[track_caller]
fn assert_two_samples(
    distribution: Result<Distribution, jointly::stats::DistributionError>,
    reference: impl rand_distr::Distribution<f64>,
) {
    let sampler = distribution.unwrap().sampler();
    let take = |name: &str, from: &dyn Fn(&mut Generator) -> f64| -> Vec<f64> {
        let mut generator = Generator::new(3, Stream::named(name), 0);
        (0..DRAWS as usize).map(|_| from(&mut generator)).collect()
    };
    let ours = take("ours", &|generator| sampler.sample(generator));
    let mut theirs = take("theirs", &|generator| reference.sample(generator));
    theirs.sort_by(f64::total_cmp);
    // The two-sample statistic: √(n/2) D for equal sizes.
    let cdf = |x: f64| theirs.partition_point(|y| *y <= x) as f64 / DRAWS;
    let distance = kolmogorov(ours, cdf) / 2f64.sqrt();
    assert!(distance < CRITICAL, "{distance}");
}

#[test]
fn a_draw_from_any_generator_is_the_draw_of_the_model_bit_for_bit() {
    for distribution in [
        Distribution::normal(3.0, 2.0).unwrap(),
        Distribution::gamma(3.5, 20.0)
            .unwrap()
            .truncated(0.0, 0.4)
            .unwrap(),
        Distribution::beta(0.64, 0.27).unwrap(),
        Distribution::zero_or(0.25, Distribution::lognormal(0.2, 0.6).unwrap()).unwrap(),
    ] {
        let sampler = distribution.sampler();
        let expected = draws(&sampler, "one by one");
        let one_by_one = (0..BLOCKS).flat_map(|block| {
            let generator = Generator::new(7, Stream::named("one by one"), block);
            (&sampler).sample_iter(generator).take(BLOCK)
        });
        assert!(
            one_by_one
                .map(f64::to_bits)
                .eq(expected.iter().map(|draw| draw.to_bits())),
            "{distribution}"
        );
    }
    // The uniform number itself is that of `rand`.
    let mut generator = Generator::new(7, Stream::named("open"), 0);
    let mut uniforms = [0.0; BLOCK];
    generator.clone().fill_uniform(&mut uniforms);
    assert_eq!(
        uniforms,
        std::array::from_fn::<f64, BLOCK, _>(|_| rand_distr::Open01.sample(&mut generator))
    );
}

#[test]
fn uniform_and_normal_numbers_are_what_they_should_be_and_streams_are_independent() {
    let uniforms = draws(&Distribution::uniform(0.0, 1.0).unwrap().sampler(), "u");
    assert!(uniforms.iter().all(|u| *u > 0.0 && *u < 1.0));
    assert!(kolmogorov(uniforms.clone(), |x| x) < CRITICAL);
    let normals = |seed: u64, name: &str| -> Vec<f64> {
        (0..BLOCKS)
            .flat_map(|block| {
                let mut out = [0.0; BLOCK];
                Generator::new(seed, Stream::named(name), block).fill_normal(&mut out);
                out
            })
            .collect()
    };
    let first = normals(0, "a");
    let standard = Normal::standard();
    assert!(kolmogorov(first.clone(), |x| standard.cdf(x)) < CRITICAL);
    // Correlations of independent normals have standard error 1/√n; the next block, another name, another seed.
    let mut shifted = first.clone();
    shifted.rotate_left(BLOCK);
    for other in [shifted, normals(0, "b"), normals(1, "a")] {
        let correlation = first.iter().zip(&other).map(|(a, b)| a * b).sum::<f64>() / DRAWS;
        assert!(correlation.abs() < 4.0 / DRAWS.sqrt(), "{correlation}");
    }
}

#[test]
fn the_first_projected_year_of_a_share_is_student_t() {
    // Without the cut of the variance, and without incidents.
    let overrides = ["horizon=2024", "model.variance_quantile=1", "model.cyber_loss=0"];
    let plan = plan(&overrides);
    let summary = run(&plan, settings(200_000, 11));
    let data = common::history();
    let china_and_others: Vec<_> = ["CHN", "JPN", "RUS"].map(common::economy).to_vec();
    let constant = |path: &str| common::baseline(&[]).constant(path).unwrap();
    let calibration_settings = CalibrationSettings {
        window: constant("model.window_years").round() as usize,
        price_persistence: constant("model.price_persistence"),
        prior_years_max: constant("model.prior_years_max"),
    };
    let calibration = calibrate(&data, &china_and_others, &[], calibration_settings).unwrap();
    for found in &calibration.economies {
        // China's share is known through 2023, the others' through 2021.
        let own = data.economy(found.economy).unwrap();
        let last = own
            .known_shares
            .last()
            .copied()
            .unwrap_or(own.share.as_ref().unwrap().mode);
        let year = 2022 + own.known_shares.len() as i32;
        let (nu, location, scale) = found.share.posterior.predictive();
        let student = StudentsT::new(location, scale, nu).unwrap();
        let code = found.economy.code();
        let statistics = statistics(&summary, "baseline", Comparison::Level, code, Metric::Share, year);
        let quantiles = statistics.quantiles.into_iter().zip(statistics.quantile_mcse);
        for (probability, (quantile, error)) in [0.05, 0.25, 0.5, 0.75, 0.95].into_iter().zip(quantiles) {
            let logit = (last / (1.0 - last)).ln() + student.inverse_cdf(probability);
            let expected = 1.0 / (1.0 + (-logit).exp());
            // Four Monte Carlo standard errors (15 comparisons) and the width of a bin of the sketch.
            let tolerance = 4.0 * error + QuantileSketch::RELATIVE_ERROR * expected;
            assert!(
                (quantile - expected).abs() < tolerance,
                "{code} {probability}: {quantile} {expected}"
            );
        }
    }
}

#[test]
fn what_is_known_is_the_same_on_every_path() {
    let summary = run(&plan(&[]), settings(2_000, 3));
    let data = common::history();
    for economy in data.of_table() {
        let code = economy.economy.code();
        let read = |metric, year| statistics(&summary, "baseline", Comparison::Level, code, metric, year);
        for (step, known) in economy.known_gdp.iter().enumerate() {
            let found = read(Metric::Gdp, 2022 + step as i32);
            assert!(
                found.sd <= 1e-12 * known.gdp && (found.mean / known.gdp - 1.0).abs() < 1e-12,
                "{code}"
            );
        }
        for (step, share) in economy.known_shares.iter().enumerate() {
            let found = read(Metric::Share, 2022 + step as i32);
            assert!(found.sd < 1e-12 && (found.mean - share).abs() < 1e-12, "{code}");
        }
        assert!(read(Metric::Gdp, 2026).sd > 0.0);
    }
}

#[test]
fn a_dated_shock_moves_the_level_from_its_year_on_and_nothing_else() {
    let (plain, shocked) = (plan(&[]), plan(&["shock.KOR.2028=-0.04"]));
    let (before, after) = (common::block(&plain, 5, 0), common::block(&shocked, 5, 0));
    for lane in [0, 100, 511] {
        for place in 0..5 {
            for step in 0..=14 {
                let ratio = after.at(0, place, Metric::Gdp, step, lane)
                    / before.at(0, place, Metric::Gdp, step, lane);
                let expected = if place == 2 && step >= 7 {
                    (-0.04f64).exp()
                } else {
                    1.0
                };
                assert!((ratio - expected).abs() < 1e-12, "{place} {step} {ratio}");
            }
        }
    }
}

#[test]
fn adding_an_economy_leaves_the_paths_of_the_others_as_they_were() {
    let few = plan(&[]);
    let more = plan(&[
        "economies=[\"CHN\",\"JPN\",\"KOR\",\"RUS\",\"MNG\",\"VNM\",\"DEU\"]",
        "baseline.VNM.initial_share=0.1",
        "baseline.DEU.initial_share=0.6",
    ]);
    let (few, more) = (common::block(&few, 2, 1), common::block(&more, 2, 1));
    for metric in [Metric::Gdp, Metric::DigitalEconomy, Metric::Share] {
        for place in 0..5 {
            assert_eq!(
                few.metrics[0][place][metric.index()],
                more.metrics[0][place][metric.index()]
            );
        }
    }
}

#[test]
fn monte_carlo_errors_shrink_with_the_root_of_paths() {
    let plan = plan(&["economies=[\"KOR\"]", "horizon=2030"]);
    let read = |paths: u64, seed: u64| {
        let summary = run(&plan, settings(paths, seed));
        statistics(
            &summary,
            "baseline",
            Comparison::Level,
            "KOR",
            Metric::Share,
            2030,
        )
    };
    let (few, many) = (read(4_000, 5), read(64_000, 5));
    // A sixteenth of the paths gives four times the error; the error of an error of 62 groups is about 1/√(2 · 62), 9 %.
    assert!((few.mcse / many.mcse / 4.0 - 1.0).abs() < 4.0 * 0.09);
    assert!((few.quantile_mcse[2] / many.quantile_mcse[2] / 4.0 - 1.0).abs() < 0.25);
}

#[test]
fn the_error_of_the_benefit_cost_ratio_is_that_of_repeated_runs() {
    let plan = common::plan_of(&common::scenario(
        "economies = [\"CHN\", \"KOR\"]\nhorizon = 2030\n[levers.l]\nkind = \"joint_laboratories\"\nstart = 2023\n\
         partners = [\"CHN\", \"KOR\"]\nscale = 5\n",
    ));
    let repetitions = 200;
    let (mut ratios, mut errors) = (Vec::new(), Vec::new());
    for seed in 0..repetitions {
        let summary = run(&plan, settings(1000, seed));
        ratios.push(summary.money[0].benefit_cost_ratio.unwrap());
        errors.push(summary.money[0].benefit_cost_ratio_mcse.unwrap());
    }
    let n = repetitions as f64;
    let mean = ratios.iter().sum::<f64>() / n;
    let sd = (ratios.iter().map(|ratio| (ratio - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
    let error = errors.iter().sum::<f64>() / n;
    // A standard deviation of 200 numbers has an error of 5 %; four of those, as many of the mean error, and the bias of the
    // delta method at 1,000 paths.
    assert!((error / sd - 1.0).abs() < 0.25, "{error} {sd}");
}
