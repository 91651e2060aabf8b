//! The parameter table, row by row: a sweep of a parameter gives the numbers of setting it, and rows agree with the files
//! of defaults.

use std::{fs, path::Path};

use jointly::{
    analysis::{
        Capture, Outcome, Value, default_option,
        sweep::{Sweep, SweepRequest},
    },
    base::Statistic,
    engine::{Progress, Settings},
    model::{BlockView, Kernel, Needs, Observer, Plan, Simulator, YearView},
    random::BLOCK,
    scenario::{DefaultIn, LeverKind, PARAMETERS, Parameter, Scenario, defaults, read_vary},
    sensitivity::grid,
    stats::Moments,
};

use super::common::{history, load_file};

/// Every parameter has a value in it, and every one has an effect: shared and hosted levers, trade, relief, views.
const TEXT: &str = r#"
horizon = 2027
economies = ["CHN", "KOR"]
gap.reference = "KOR"
[options]
both = ["a-zone", "b-city", "c-services", "d-gateway"]
[money]
through = 2030
present_year = 2022
[matrix.CHN]
industry-application = 0.5
[baseline.CHN]
gdp_growth = { mean = 0.06, years = 5 }
dollar_price = { mean = 0.03, years = 6 }
share_drift = { mean = 0.05, years = 4 }
long_run_growth = 0.03
[shock.CHN]
2026 = -0.02
[tension.CHN-KOR]
hazard = "0.1 to 0.5"
[levers.a-zone]
kind = "digital_free_trade_zone"
partners = ["CHN", "KOR"]
start = 2022
scale = 3
lifetime = 4
learning = 0.05
creation = 0.2
trade_base = 300
tension_relief = 0.3
weights = { industry-application = 1 }
running_share = 0.02
cost_shares = { CHN = 2, KOR = 1 }
[levers.b-city]
kind = "smart_city_pilots"
partners = ["CHN", "KOR"]
start = 2022
scale = { CHN = 20, KOR = 2 }
[levers.c-services]
kind = "service_trade_platform"
partners = ["CHN", "KOR"]
start = 2022
scale = 1
trade_base = { CHN-KOR = 40 }
[levers.d-gateway]
kind = "market_gateway"
partners = ["CHN", "KOR"]
start = 2022
scale = 1
trade_base = { CHN = 60, KOR = 20 }
"#;

const OUTCOMES: [&str; 9] = [
    "CHN.gdp",
    "CHN.gdp|sd",
    "CHN.share",
    "CHN.index",
    "CHN.closure",
    "extra:group.gdp",
    "extra:group.digital_economy",
    "extra:group.index",
    "money.npv.CHN",
];

const SEED: u64 = 9;

/// Two values of a parameter near the one it has.
fn range(parameter: Parameter, value: f64) -> [f64; 2] {
    let bounds = parameter.row().bounds;
    match parameter {
        // Only 0 and 1 are allowed, but for rounding.
        Parameter::TenseAtStart => [0.999_999_5, 1.0],
        Parameter::ShockDegrees => [3.0, 8.0],
        // From where the limit binds.
        Parameter::PriorYearsMax => [0.5, 1.5],
        Parameter::WindowYears => [10.0, 14.0],
        Parameter::Start => [2022.0, 2027.0],
        Parameter::DatedShock => [-0.03, 0.02],
        // Whole years at the ends of a grid, which are 5 % and 95 % of the range.
        Parameter::MoneyThrough => [2028.0, 2048.0],
        Parameter::PresentYear => [2010.0, 2030.0],
        _ => {
            let near = if value == 0.0 { 0.3 } else { 1.3 * value };
            [(0.7 * value).max(bounds.low), near.min(bounds.high)]
        }
    }
}

/// The outcomes of one block of paths of a scenario that is compiled and drawn for itself.
fn run_anew(scenario: &Scenario) -> Vec<f64> {
    struct Look<'a>(Capture<'a>);
    impl Observer for Look<'_> {
        fn year(&mut self, view: YearView<'_>) {
            self.0.year(&view);
        }
        fn block(&mut self, view: BlockView<'_>) {
            self.0.paths(&view);
        }
    }
    let plan = Plan::new(&history(), scenario).unwrap();
    let outcomes: Vec<Outcome> = OUTCOMES
        .iter()
        .map(|text| Outcome::new(&plan, &scenario.selector(text).unwrap()).unwrap())
        .collect();
    let mut look = Look(Capture::new(&plan, &outcomes));
    Simulator::new(&plan, Kernel::detect(), Needs::ALL).run(SEED, 0, &mut look);
    let option = default_option(&plan);
    let number = |(position, outcome): (usize, &Outcome)| {
        let moments = Moments::from_slice(look.0.values(outcome.option.unwrap_or(option), position));
        match outcome.selector.statistic {
            Statistic::StandardDeviation => moments.sd(),
            _ => moments.mean(),
        }
    };
    outcomes.iter().enumerate().map(number).collect()
}

/// Were the phase of a row wrong, its values would be looked at on futures that are not theirs.
#[test]
fn sweeping_any_parameter_is_setting_it_and_running_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.toml");
    fs::write(&path, TEXT).unwrap();
    let scenario = load_file(&path, &[]).unwrap_or_else(|errors| panic!("{errors}"));
    let before = run_anew(&scenario);
    let history = history();
    for &parameter in Parameter::ALL {
        let input = scenario
            .inputs
            .iter()
            .find(|input| input.parameter() == Some(parameter))
            .unwrap_or_else(|| panic!("the scenario holds no {parameter:?}"));
        let [low, high] = range(parameter, input.value.quantile(0.5));
        let request = SweepRequest {
            method: &grid::Grid,
            size: 2,
            inputs: read_vary(&scenario, &format!("{}=[{low:?}, {high:?}]", input.path)).unwrap(),
            outcomes: OUTCOMES
                .iter()
                .map(|text| scenario.selector(text).unwrap())
                .collect(),
            settings: Settings {
                paths: BLOCK as u64,
                seed: SEED,
                threads: 1,
                kernel: Kernel::detect(),
                shard: jointly::random::Shard::WHOLE,
            },
            until: Vec::new(),
        };
        let sweep = Sweep::new(&history, &scenario, request).unwrap_or_else(|errors| panic!("{errors}"));
        let points = sweep.cost().points;
        let swept: Vec<Vec<Value>> = sweep.evaluate(0..points, &Progress::default()).unwrap();
        let mut has_effect = false;
        for (row, swept) in swept.iter().enumerate() {
            let [value] = sweep.inputs_at(row)[..] else {
                panic!("one input")
            };
            let setting = format!("{}={value:?}", input.path);
            let set = load_file(&path, &[&setting]).unwrap_or_else(|errors| panic!("{errors}"));
            let anew = run_anew(&set);
            for ((name, swept), anew) in OUTCOMES.iter().zip(swept).zip(&anew) {
                assert_eq!(
                    swept.value.to_bits(),
                    anew.to_bits(),
                    "{setting}: {name} is {} and {anew}",
                    swept.value
                );
            }
            has_effect |= anew != before;
        }
        // A limit on which ratios are shown changes no ratio.
        assert!(
            has_effect || parameter == Parameter::MinGap,
            "{} changes nothing",
            input.path
        );
    }
}

/// Where each default stands is said by its row, and by nothing else.
#[test]
fn rows_and_files_of_defaults_agree() {
    let stated = defaults::all().unwrap();
    for path in stated.keys() {
        let row = jointly::scenario::find_parameter(path).unwrap().row();
        assert_eq!(row.default, DefaultIn::ParametersFile, "{path}");
    }
    for row in PARAMETERS {
        let stem = row.path.trim_end_matches("{element}");
        let in_file = stated
            .keys()
            .any(|path| path == row.path || (stem != row.path && path.starts_with(stem)));
        assert_eq!(in_file, row.default == DefaultIn::ParametersFile, "{}", row.path);
        for kind in LeverKind::all().unwrap() {
            let in_kind = kind.defaults.iter().any(|input| {
                let path = format!("levers.{{lever}}.{}", input.path);
                path == row.path || (stem != row.path && path.starts_with(stem))
            });
            assert_eq!(
                in_kind,
                row.default == DefaultIn::KindFile,
                "{} of {}",
                row.path,
                kind.name
            );
        }
    }
}

/// A parameter is named in the program by its handle: no path of the table stands in the source outside of it.
#[test]
fn no_path_of_the_table_is_written_a_second_time() {
    fn files(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                files(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                // Tests of a module come last.
                let code = text.split("#[cfg(test)]").next().unwrap_or("").to_owned();
                found.push((path.display().to_string(), code));
            }
        }
    }
    let mut sources = Vec::new();
    files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut sources);
    for (name, code) in sources
        .iter()
        .filter(|(name, _)| !name.ends_with("scenario/parameters.rs"))
    {
        for row in PARAMETERS {
            assert!(
                !code.contains(&format!("\"{}\"", row.path)),
                "{name} writes {}",
                row.path
            );
        }
    }
}
