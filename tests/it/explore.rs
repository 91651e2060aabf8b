//! The explorer: its numbers are those of the command line, its file gives them again, its server answers its page alone.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{Ipv6Addr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use jointly::{
    base::{Economy, Metric, Place},
    engine::Progress,
    explore::{Answer, Explorer, Pin, Running, STAGES, ServerOptions, State, serve},
    outcomes::Comparison,
    report::tables,
    session::Inputs,
};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use serde_json::{Value, json};

use crate::common::{jointly, shipped};

/// A scenario that is evaluated in a moment.
const SMALL: &str = r#"
title = "Small <b>&</b>"
economies = ["CHN", "KOR"]
horizon = 2028
[money]
through = 2030
[levers.rnd]
kind = "joint_rnd"
partners = ["CHN", "KOR"]
start = 2026
scale = 500
[levers.pilots]
kind = "smart_city_pilots"
partners = ["CHN", "KOR"]
start = 2026
scale = { CHN = 20, KOR = 2 }
[options]
"both" = ["rnd", "pilots"]
"research" = ["rnd"]
"#;

fn state(set: &[&str]) -> State {
    State {
        set: set.iter().map(|text| (*text).to_owned()).collect(),
        ..State::default()
    }
}

fn answers(explorer: &Explorer, state: &State) -> Vec<Answer> {
    let mut answers = Vec::new();
    let told = explorer.answer(state, &Progress::default(), |answer| {
        answers.push(answer);
        true
    });
    told.unwrap_or_else(|errors| panic!("{errors}"));
    answers
}

/// `summary.csv` and `money.csv` of the command line.
fn of_command(scenario: &Path, paths: u64, set: &[String]) -> [String; 2] {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let mut command = jointly(&[]);
    command.arg("run").arg(scenario).args(["--quiet", "--seed", "5"]);
    command
        .arg("--paths")
        .arg(paths.to_string())
        .arg("--out")
        .arg(&out);
    for text in set {
        command.arg("--set").arg(text);
    }
    command.assert().success();
    ["summary.csv", "money.csv"].map(|name| fs::read_to_string(out.join(name)).unwrap())
}

fn tables_of(answer: &Answer) -> [String; 2] {
    let summary = &answer.result.summary;
    [
        tables::run::summary(summary).csv(),
        tables::money::table(&summary.money).csv(),
    ]
}

fn small() -> (tempfile::TempDir, Arc<Explorer>) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("small.toml");
    fs::write(&path, SMALL).unwrap();
    let explorer = Explorer::open(&Inputs::of_file(path), 5).unwrap();
    (folder, Arc::new(explorer))
}

#[test]
fn numbers_are_those_of_the_command_line_to_the_last_digit() {
    let path = shipped("china-korea-smart-cities.toml");
    let explorer = Explorer::open(&Inputs::of_file(&path), 5).unwrap();
    for (number, set) in [
        &[
            "levers.smart-cities.scale.CHN=35",
            "model.trade_income=0.1 to 0.4",
        ][..],
        // Futures of their own, and back.
        &[
            "baseline.CHN.gdp_growth.mean=0.03",
            "baseline.CHN.gdp_growth.years=10",
        ],
        &[
            "options.pilots=[\"city-staff\"]",
            "levers.smart-cities.start=2029",
            "money.discount_rate=0.08",
        ],
    ]
    .into_iter()
    .enumerate()
    {
        let state = state(set);
        let told = answers(&explorer, &state);
        let paths: Vec<u64> = told.iter().map(|answer| answer.result.summary.paths).collect();
        assert_eq!(paths, [&STAGES[..], &STAGES[2..], &STAGES[2..]].concat());
        assert!(!told[3].last && !told[3].result.explanations.is_empty());
        assert!(told[4].last && told[4].result.sensitivity.is_some());
        // The largest once: it takes as long as all others.
        let last = if number == 0 { 3 } else { 2 };
        for answer in &told[..last] {
            let expected = of_command(&path, answer.result.summary.paths, &state.set);
            assert!(
                tables_of(answer) == expected,
                "{set:?} on {} futures",
                answer.result.summary.paths
            );
        }
        let command = &told[0].result.record.command;
        assert!(
            command.contains("--paths 1024") && command.contains("--set"),
            "{command}"
        );
    }
}

#[test]
fn what_is_saved_gives_the_same_bytes() {
    let (folder, explorer) = small();
    let mut state = state(&[
        "levers.rnd.scale=200 to 900",
        "levers.pilots.scale.KOR=7",
        "levers.rnd.scale=300",
        "model.decay={ beta = { mean = 0.1, sd = 0.02 } }",
        "options.both=[\"pilots\"]",
        "options.a new one=[\"rnd\"]",
        "baseline.KOR.long_run_growth=0.01",
    ]);
    state.option = Some("a new one".to_owned());
    let text = explorer.save(&state).unwrap();
    assert!(
        text.contains("extends = \"./small.toml\"") && text.contains("It was 500."),
        "{text}"
    );
    assert_eq!(text.matches("levers.rnd.scale").count(), 1, "{text}");
    let saved = folder.path().join("saved.toml");
    fs::write(&saved, &text).unwrap();
    let expected = of_command(&folder.path().join("small.toml"), 1024, &state.set);
    assert!(of_command(&saved, 1024, &[]) == expected);
    assert!(tables_of(&answers(&explorer, &state)[0]) == expected);
    // A number that the file below sweeps over may be fixed.
    let swept = shipped("mongolia-digital-divide.toml");
    let swept = Explorer::open(&Inputs::of_file(swept), 5).unwrap();
    swept.save(&self::state(&["model.decay=0.12"])).unwrap();
    // A change that is refused is refused here, too.
    state.set.push("model.decay=7".to_owned());
    assert!(
        explorer
            .save(&state)
            .unwrap_err()
            .to_string()
            .contains("model.decay")
    );
}

#[test]
fn what_decides_is_ranked_as_a_sweep_ranks_it() {
    let (folder, explorer) = small();
    let mut state = state(&["levers.rnd.scale=300 to 900"]);
    state.option = Some("research".to_owned());
    state.outcome = Some("CHN.gdp".to_owned());
    let told = answers(&explorer, &state);
    let result = &told.last().unwrap().result;
    let study = result.sensitivity.as_ref().unwrap();
    let own: Vec<(String, String)> = study.outcomes[0]
        .indices
        .iter()
        .map(|index| {
            let input = &study.inputs[index.inputs[0]].path;
            (format!("{},{input}", index.index), format!("{}", index.value))
        })
        .collect();
    let output = jointly(&["sweep"])
        .arg(folder.path().join("small.toml"))
        .args([
            "--method",
            "given-data",
            "--paths",
            "16384",
            "--seed",
            "5",
            "--format",
            "csv",
        ])
        .args([
            "--outcome",
            "research/extra:CHN.gdp@horizon",
            "--set",
            &state.set[0],
        ])
        .output()
        .unwrap();
    assert!(output.status.success());
    let mut reader = csv::Reader::from_reader(output.stdout.as_slice());
    let told: Vec<(String, String)> = reader
        .records()
        .map(|row| row.unwrap())
        .map(|row| (format!("{},{}", &row[3], &row[4]), row[6].to_owned()))
        .collect();
    assert!(own.len() > 10 && own == told, "{own:?} {told:?}");
}

#[test]
fn pinned_packages_stand_on_the_same_futures() {
    let (_folder, explorer) = small();
    let mut state = state(&[
        "baseline.CHN.gdp_growth.mean=0.02",
        "baseline.CHN.gdp_growth.years=20",
    ]);
    state.option = Some("both".to_owned());
    let alone = answers(&explorer, &state);
    state.pins = vec![
        Pin {
            name: "as it is".to_owned(),
            set: Vec::new(),
            option: "both".to_owned(),
        },
        Pin {
            name: "research".to_owned(),
            set: vec![
                "levers.rnd.scale=100".to_owned(),
                "model.persistence=0.2".to_owned(),
            ],
            option: "research".to_owned(),
        },
    ];
    let told = answers(&explorer, &state);
    // Pins change nothing about what is moved.
    assert!(tables_of(&told[2]) == tables_of(&alone[2]));
    assert_eq!(told[2].document.sections[2].id, "pins");
    let section = told[2].document.section("pins").unwrap();
    let rows = &section.tables().next().unwrap().rows;
    assert_eq!(rows.len(), 3);
    // The same package is worth the same in every future, although the file has another baseline.
    assert_eq!(rows[1][5].value, Some(0.0));
    assert_eq!(rows[0][4].value, rows[1][4].value);
    let account = told[2]
        .result
        .summary
        .money
        .iter()
        .find(|account| account.option == "both")
        .unwrap();
    assert_eq!(rows[0][4].value, Some(account.net_present_value.mean));
    // Baseline of now, levers of the pin.
    let set = [state.set.clone(), vec!["levers.rnd.scale=100".to_owned()]].concat();
    let other = answers(
        &explorer,
        &State {
            set,
            ..State::default()
        },
    );
    let summary = &other[2].result.summary;
    let gdp = summary
        .last("research", Comparison::Extra, Place::Group, Metric::Gdp)
        .unwrap();
    assert_eq!(rows[2][1].value, Some(gdp.statistics.mean));
    let difference = rows[2][5].value.unwrap();
    let npv = |answer: &Answer, option: &str| {
        let mut accounts = answer.result.summary.money.iter();
        accounts
            .find(|account| account.option == option)
            .unwrap()
            .net_present_value
            .mean
    };
    let expected = npv(&told[2], "both") - npv(&other[2], "research");
    assert!(
        (difference - expected).abs() <= 1e-9 * expected.abs().max(1.0),
        "{difference} {expected}"
    );
}

#[test]
fn what_cannot_be_evaluated_is_refused_with_every_reason() {
    let (_folder, explorer) = small();
    let refused = |state: &State| {
        let told = explorer.answer(state, &Progress::default(), |_| panic!("answered"));
        told.unwrap_err().to_string()
    };
    let wrong = refused(&state(&["model.decy=1", "levers.rnd.scale=-3", "nothing"]));
    for part in ["unknown key `decy`", "levers.rnd.scale", "has no `=`"] {
        assert!(wrong.contains(part), "{wrong}");
    }
    for (part, state) in [
        (
            "no such option",
            State {
                option: Some("neither".to_owned()),
                ..State::default()
            },
        ),
        (
            "no fan",
            State {
                outcome: Some("extra:CHN.gdp".to_owned()),
                ..State::default()
            },
        ),
        (
            "at most 4",
            State {
                pins: vec![Pin::default(); 5],
                ..State::default()
            },
        ),
        (
            "names no option",
            State {
                pins: vec![Pin::default()],
                ..State::default()
            },
        ),
        (
            "at most 400",
            State {
                set: vec!["a=1".to_owned(); 401],
                ..State::default()
            },
        ),
    ] {
        let message = refused(&state);
        assert!(message.contains(part), "{part}: {message}");
    }
}

#[test]
fn a_stopped_state_ends_and_the_next_is_answered() {
    let (_folder, explorer) = small();
    let progress = Progress::default();
    let mut told = 0;
    let ended = explorer.answer(&State::default(), &progress, |_| {
        told += 1;
        progress.stop();
        true
    });
    assert!(ended.is_ok() && told == 1);
    assert_eq!(answers(&explorer, &State::default()).len(), 5);
}

#[test]
fn everything_that_can_be_moved_is_described_and_may_be_set() {
    let path = shipped("all-together.toml");
    let explorer = Explorer::open(&Inputs::of_file(path), 1).unwrap();
    let controls = explorer.controls().unwrap();
    assert_eq!(controls.levers.len(), 20);
    let known: Vec<&str> = controls
        .numbers
        .iter()
        .map(|control| control.path.as_str())
        .collect();
    for (_, paths) in &controls.groups {
        assert!(!paths.is_empty() && paths.iter().all(|path| known.contains(&path.as_str())));
    }
    for control in &controls.numbers {
        let [from, to, step] = control.slider;
        assert!(from < to && step > 0.0, "{}", control.path);
        assert!(from <= control.range[1] && control.range[1] <= to, "{control:?}");
        assert!(
            !control.label.is_empty() && !control.meaning.is_empty(),
            "{}",
            control.path
        );
    }
    for economy in ["CHN", "MNG"] {
        let place = Economy::parse(economy).unwrap();
        let path = format!("baseline.{economy}.gdp_growth.mean");
        let view = controls
            .numbers
            .iter()
            .find(|control| control.path == path)
            .unwrap();
        assert!(
            view.label.contains(place.name()) && view.value.is_empty() && view.with.is_some() && view.futures
        );
    }
}

// The server.

fn started(explorer: &Arc<Explorer>) -> Running {
    serve(Arc::clone(explorer), ServerOptions::default()).unwrap()
}

/// The path of the page: `/SECRET/`.
fn root(running: &Running) -> String {
    let address = running.address();
    address[address.find(&format!(":{}", running.port())).unwrap()..]
        .split_once('/')
        .map(|(_, rest)| format!("/{rest}"))
        .unwrap()
}

struct Reply {
    status: u16,
    head: String,
    body: String,
}

fn raw(port: u16, request: &[u8]) -> Option<Reply> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    // A server that refuses early may close before everything is written.
    let _ = stream.write_all(request);
    let mut bytes = Vec::new();
    let _ = stream.read_to_end(&mut bytes);
    let text = String::from_utf8_lossy(&bytes).into_owned();
    let (head, body) = text.split_once("\r\n\r\n")?;
    Some(Reply {
        status: head.split(' ').nth(1)?.parse().ok()?,
        head: head.to_lowercase(),
        body: body.to_owned(),
    })
}

fn request(port: u16, method: &str, path: &str, fields: &[(&str, &str)], body: &str) -> Reply {
    let host = format!("127.0.0.1:{}", port);
    let mut all = vec![("Host", host.clone()), ("Connection", "close".to_owned())];
    if method == "POST" {
        all.push(("Origin", format!("http://{host}")));
    }
    for (name, value) in fields {
        all.retain(|(other, _)| other != name);
        all.push((name, (*value).to_owned()));
    }
    let mut text = format!("{method} {path} HTTP/1.1\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in all {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    raw(port, format!("{text}\r\n{body}").as_bytes()).expect("an answer")
}

/// The lines of a body that came in chunks.
fn lines(body: &str) -> Vec<Value> {
    let lines = body.lines().filter(|line| line.starts_with('{'));
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn body(tab: &str, state: &State) -> String {
    json!({ "tab": tab, "state": state }).to_string()
}

#[test]
fn the_page_is_served_to_this_machine_under_its_secret_alone() {
    let (_folder, explorer) = small();
    let running = started(&explorer);
    let root = root(&running);
    let page = request(running.port(), "GET", &root, &[], "");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Small &lt;b&gt;&amp;&lt;/b&gt;"));
    for field in [
        "cache-control: no-store",
        "referrer-policy: no-referrer",
        "x-content-type-options: nosniff",
        "default-src 'none'; script-src 'sha256-",
        "frame-ancestors 'none'",
    ] {
        assert!(page.head.contains(field), "{field}: {}", page.head);
    }
    assert!(!page.head.contains("unsafe") && !page.head.contains("access-control"));
    let controls = request(running.port(), "GET", &format!("{root}controls"), &[], "");
    let controls: Value = serde_json::from_str(&controls.body).unwrap();
    assert_eq!(controls["levers"].as_array().unwrap().len(), 2);

    let asks = body("one", &State::default());
    let answer = format!("{root}answer");
    let port = running.port();
    let foreign = format!("http://evil.example:{port}");
    for (status, method, path, fields) in [
        (404, "GET", "/", &[][..]),
        (404, "GET", "/0123456789abcdef0123456789abcdef/", &[]),
        (404, "POST", "/x/answer", &[]),
        (404, "GET", "/once/0123456789abcdef0123456789abcdef", &[]),
        (403, "GET", root.as_str(), &[("Host", "evil.example")]),
        (403, "GET", root.as_str(), &[("Origin", foreign.as_str())]),
        (403, "POST", answer.as_str(), &[("Origin", foreign.as_str())]),
        (403, "POST", answer.as_str(), &[("Origin", "null")]),
        (405, "GET", answer.as_str(), &[]),
        (404, "GET", &format!("{root}../../etc/passwd"), &[]),
        (404, "GET", &format!("{root}small.toml"), &[]),
    ] {
        let reply = request(
            running.port(),
            method,
            path,
            fields,
            if method == "POST" { &asks } else { "" },
        );
        assert_eq!(reply.status, status, "{method} {path} {fields:?}");
        assert!(reply.head.contains("no-store"), "{}", reply.head);
    }
    // The address that a browser is started with leads there once.
    let once = running.address_once().unwrap();
    let path = &once[once.find("/once/").unwrap()..];
    let lead = request(running.port(), "GET", path, &[], "");
    assert!(lead.status == 303 && lead.head.contains(&format!("location: {root}")));
    assert_eq!(request(running.port(), "GET", path, &[], "").status, 404);
}

#[test]
fn a_state_is_answered_in_lines_and_saved() {
    let (_folder, explorer) = small();
    let running = started(&explorer);
    let root = root(&running);
    let moved = state(&["levers.rnd.scale=900"]);
    let told = lines(
        &request(
            running.port(),
            "POST",
            &format!("{root}answer"),
            &[],
            &body("one", &moved),
        )
        .body,
    );
    let paths: Vec<u64> = told.iter().map(|line| line["paths"].as_u64().unwrap()).collect();
    assert_eq!(paths, [&STAGES[..], &STAGES[2..], &STAGES[2..]].concat());
    assert_eq!(told[4]["last"], true);
    assert_eq!(told[0]["option"], "both");
    // What the page shows is what the report of the command line shows.
    let expected = answers(&explorer, &moved);
    let fragments = told[2]["fragments"].as_array().unwrap();
    let ids: Vec<&str> = fragments
        .iter()
        .map(|part| part["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, ["answer", "s-outcome", "s-gains", "s-money"]);
    // References between sections are told in words.
    assert!(!told[2].to_string().contains(['\u{e000}', '\u{e001}']));
    for (line, answer) in told.iter().zip(&expected) {
        let own: Vec<String> = answer
            .document
            .fragments()
            .into_iter()
            .map(|part| part.html)
            .collect();
        let parts = line["fragments"].as_array().unwrap().iter();
        assert!(
            parts
                .map(|part| part["html"].as_str().unwrap())
                .eq(own.iter().map(String::as_str))
        );
    }
    let saved = request(
        running.port(),
        "POST",
        &format!("{root}scenario"),
        &[],
        &body("one", &moved),
    );
    let saved: Value = serde_json::from_str(&saved.body).unwrap();
    assert_eq!(saved["text"], explorer.save(&moved).unwrap());
    let refused = request(
        running.port(),
        "POST",
        &format!("{root}answer"),
        &[],
        &body("one", &state(&["model.decy=1"])),
    );
    let refused = lines(&refused.body);
    assert!(refused.len() == 1 && refused[0]["kind"] == "refused");
    assert_eq!(refused[0]["errors"][0]["help"], "did you mean `decay`?");
}

/// Asks and reads the first line only: the page does so when a newer change comes.
fn first_line(port: u16, root: &str, body: &str) -> Option<Value> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
    let host = format!("127.0.0.1:{}", port);
    write!(
        stream,
        "POST {root}answer HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let found = BufReader::new(stream)
        .lines()
        .map_while(Result::ok)
        .find(|line| line.starts_with('{'))?;
    serde_json::from_str(&found).ok()
}

/// The explorer as the command line starts it.
struct Program {
    child: Child,
    port: u16,
    root: String,
}

impl Program {
    fn start(scenario: &Path) -> Self {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin("jointly"))
            .arg("explore")
            .arg(scenario)
            .args(["--no-open", "--seed", "5"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok);
        let address = said.into_iter().find(|line| line.starts_with("http://")).unwrap();
        let (port, root) = address["http://127.0.0.1:".len()..].split_once('/').unwrap();
        Self {
            child,
            port: port.parse().unwrap(),
            root: format!("/{root}"),
        }
    }

    fn port(&self) -> u16 {
        self.port
    }

    /// Bytes of memory in use; 0 where the system does not say.
    fn memory(&self) -> usize {
        let text = fs::read_to_string(format!("/proc/{}/statm", self.child.id())).unwrap_or_default();
        let pages = text.split(' ').nth(1).and_then(|pages| pages.parse().ok());
        4096 * pages.unwrap_or(0)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A change as a reader, or somebody who wishes harm, may send it.
fn random_request(random: &mut Xoshiro256PlusPlus) -> (Option<State>, String) {
    let paths = [
        "levers.rnd.scale",
        "levers.pilots.scale.CHN",
        "model.trade_income",
        "model.decay",
        "money.discount_rate",
        "tension.CHN-KOR.hazard",
        "baseline.CHN.long_run_growth",
        "levers.rnd.start",
        "model.persistence",
        "options.both",
    ];
    let values = [
        "0",
        "1",
        "0.5",
        "2027",
        "0.1 to 0.4",
        "-1",
        "1e308",
        "nan",
        "[\"rnd\"]",
        "[]",
        "{",
        "\"",
        "99999999999999999999",
        "{ beta = { mean = 0.5, sd = 0.1 } }",
        "inf",
        "0.02",
        "2026",
        "7 to 3",
        "\u{202e}\n",
        "[1, 2",
    ];
    let set: Vec<String> = (0..random.random_range(0..4))
        .map(|_| {
            format!(
                "{}={}",
                paths[random.random_range(0..paths.len())],
                values[random.random_range(0..values.len())]
            )
        })
        .collect();
    let state = State {
        set,
        option: [None, Some("both".to_owned()), Some("none".to_owned())][random.random_range(0..3)].clone(),
        outcome: [
            None,
            Some("CHN.gdp".to_owned()),
            Some("KOR.share".to_owned()),
            Some("|||".to_owned()),
        ][random.random_range(0..4)]
        .clone(),
        pins: (0..random.random_range(0..3))
            .map(|_| Pin {
                name: "a".to_owned(),
                set: vec!["levers.rnd.scale=9".to_owned()],
                option: "both".to_owned(),
            })
            .collect(),
    };
    let text = body(["one", "two", "three"][random.random_range(0..3)], &state);
    match random.random_range(0..4) {
        // Cut, or with a byte changed.
        0 => {
            let mut bytes = text.into_bytes();
            let place = random.random_range(0..bytes.len());
            if random.random_range(0..2) == 0 {
                bytes.truncate(place);
            } else {
                bytes[place] = random.random_range(32..127);
            }
            (None, String::from_utf8_lossy(&bytes).into_owned())
        }
        _ => (Some(state), text),
    }
}

#[test]
fn a_thousand_random_changes_and_broken_requests_leave_it_whole() {
    let (folder, explorer) = small();
    // A program of its own, so that its memory can be told from that of other tests.
    let mut running = Program::start(&folder.path().join("small.toml"));
    let root = running.root.clone();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(17);
    let before = answers(&explorer, &State::default());
    let (mut answered, mut refused, mut least) = (0, 0, usize::MAX);
    for number in 0..1000 {
        let (state, text) = random_request(&mut random);
        match number % 10 {
            // Not HTTP, or not to the end.
            9 => {
                let garbage: Vec<u8> = (0..random.random_range(1..3000))
                    .map(|_| random.random())
                    .collect();
                let mut stream = TcpStream::connect(("127.0.0.1", running.port())).unwrap();
                let _ = stream.write_all(&garbage);
                drop(stream);
            }
            // A tab that closes at once.
            8 => {
                let host = format!("127.0.0.1:{}", running.port());
                let mut stream = TcpStream::connect(("127.0.0.1", running.port())).unwrap();
                let _ = write!(
                    stream,
                    "POST {root}answer HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nContent-Length: {}\r\n\r\n{text}",
                    text.len()
                );
            }
            7 => {
                let reply = request(running.port(), "POST", &format!("{root}scenario"), &[], &text);
                assert!([200, 400].contains(&reply.status), "{}: {text}", reply.status);
            }
            6 => assert_eq!(
                request(
                    running.port(),
                    "POST",
                    &format!("{root}answer"),
                    &[],
                    &"x".repeat(300_000)
                )
                .status,
                413
            ),
            _ => match first_line(running.port(), &root, &text) {
                Some(line) if line["kind"] == "answer" => answered += 1,
                Some(line) => {
                    assert_eq!(line["kind"], "refused", "{line}");
                    refused += 1;
                }
                // Only what is no request gets no line, but for what a newer one of the tab has replaced.
                None => assert!(state.is_none() || number > 0, "{text}"),
            },
        }
        if number == 300 {
            least = running.memory();
        }
    }
    assert!(
        answered > 50 && refused > 50,
        "{answered} answered, {refused} refused"
    );
    let grown = running.memory().saturating_sub(least);
    assert!(grown < 64 << 20, "{} MB more", grown >> 20);
    // It answers as at first, and nothing is left under way.
    let after = lines(
        &request(
            running.port(),
            "POST",
            &format!("{root}answer"),
            &[],
            &body("last", &State::default()),
        )
        .body,
    );
    assert_eq!(after.len(), before.len());
    let own: Vec<String> = before[4]
        .document
        .fragments()
        .into_iter()
        .map(|part| part.html)
        .collect();
    let parts = after[4]["fragments"].as_array().unwrap().iter();
    assert!(
        parts
            .map(|part| part["html"].as_str().unwrap())
            .eq(own.iter().map(String::as_str))
    );
    // Nobody panicked: nothing was complained about.
    running.child.kill().unwrap();
    let mut complaints = String::new();
    running
        .child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut complaints)
        .unwrap();
    assert_eq!(complaints, "");
}

#[test]
fn a_second_tab_is_answered_and_a_stopped_server_is_gone() {
    let (_folder, explorer) = small();
    let mut running = started(&explorer);
    let root = root(&running);
    std::thread::scope(|scope| {
        let tabs = ["one", "two"].map(|tab| {
            let (running, root) = (&running, &root);
            scope.spawn(move || {
                request(
                    running.port(),
                    "POST",
                    &format!("{root}answer"),
                    &[],
                    &body(tab, &State::default()),
                )
            })
        });
        for tab in tabs {
            assert_eq!(lines(&tab.join().unwrap().body).len(), 5);
        }
    });
    // What was answered is under way no longer.
    while running.requests() > 0 {
        std::thread::sleep(Duration::from_millis(10));
    }
    let port = running.port();
    running.stop();
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
    // Everything it held is free again.
    drop(serve(explorer, ServerOptions { port, framed: true }).unwrap());
}

#[test]
fn connections_that_say_nothing_take_no_more_than_their_places() {
    let (_folder, explorer) = small();
    let running = started(&explorer);
    let (port, page) = (running.port(), root(&running));
    let silent: Vec<TcpStream> = (0..64)
        .map(|_| TcpStream::connect(("127.0.0.1", port)).unwrap())
        .collect();
    std::thread::scope(|scope| {
        let (tell, told) = std::sync::mpsc::channel();
        scope.spawn(move || tell.send(request(port, "GET", &page, &[], "").status));
        // Every place is taken, so it waits; the system keeps it meanwhile.
        assert!(told.recv_timeout(Duration::from_millis(300)).is_err());
        drop(silent);
        assert_eq!(told.recv_timeout(Duration::from_secs(60)), Ok(200));
    });
}

#[test]
fn a_port_that_is_taken_and_a_wrong_file_are_refused() {
    let taken = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let smart = shipped("china-korea-smart-cities.toml");
    let refusal = |arguments: &[&str]| {
        let output = jointly(&["explore"])
            .arg(&smart)
            .arg("--no-open")
            .args(arguments)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    };
    let message = refusal(&["--port", &port]);
    assert!(
        message.contains(&format!("port {port} is taken")) && message.contains("leave --port out"),
        "{message}"
    );
    assert!(refusal(&["--port", "80"]).contains("1024"));
    assert!(refusal(&["--set", "model.decy=1"]).contains("did you mean `decay`"));
    if let Ok(taken) = TcpListener::bind((Ipv6Addr::LOCALHOST, 0)) {
        let port = taken.local_addr().unwrap().port().to_string();
        assert!(refusal(&["--port", &port]).contains("is taken"));
    }
}
