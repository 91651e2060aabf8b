"""The package and the command line write the same bytes."""

import json
from pathlib import Path

import pytest

import jointly as jt

SCENARIOS = sorted(path.name for path in (Path(__file__).resolve().parents[3] / "scenarios").glob("*.toml"))


def files(folder):
    return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def manifest(text, names):
    """What `run.json` says, of these files alone and without its seal."""
    said = json.loads(text)
    del said["sha256"]
    said["results"] = [file for file in said["results"] if file["name"] in names]
    return said


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_run_of_every_shipped_scenario(name, command, tmp_path):
    scenario = f"scenarios/{name}"
    command("run", scenario, "--paths", 600, "--seed", 3, "--quiet", "--out", tmp_path / "line")
    jt.Scenario(scenario).run(600, 3).save(tmp_path / "package")
    assert files(tmp_path / "line") == files(tmp_path / "package")


@pytest.mark.parametrize(
    ("study", "arguments", "settings"),
    [
        ("compare", ["--outcome", "money.npv", "--threshold", "0"], {"outcomes": "money.npv", "thresholds": [0.0]}),
        ("attribute", ["--option=pilots and visits"], {"option": "pilots and visits"}),
        ("value", [], {}),
        ("plan", ["--budget", "5", "--risk", "worst"], {"budget": 5.0, "risk": "worst"}),
        (
            "target",
            ["--want", "money.npv = 0", "--by", "model.gdp_response"],
            {"wants": "money.npv = 0", "by": "model.gdp_response"},
        ),
        ("timing", ["--years", "2026..2028"], {"years": (2026, 2028)}),
        ("sweep", ["--method", "morris", "--size", "4"], {"method": "morris", "size": 4}),
    ],
)
def test_the_other_studies(study, arguments, settings, command, tmp_path):
    scenario = "scenarios/china-korea-smart-cities.toml"
    command(study, scenario, "--paths", 512, *arguments, "--quiet", "--out", tmp_path / "line")
    getattr(jt.Scenario(scenario), study)(paths=512, **settings).save(tmp_path / "package")
    line, package = files(tmp_path / "line"), files(tmp_path / "package")
    # A sweep of the command line keeps its design points beside the results, and its manifest lists them and seals that list.
    assert manifest(package.pop("run.json"), package) == manifest(line.pop("run.json"), package)
    assert package == {name: text for name, text in line.items() if name in package}
    assert len(package) >= 4
