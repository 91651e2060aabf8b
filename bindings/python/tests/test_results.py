"""Results as other programs read them."""

import csv
import io
import json
import math

import duckdb
import pandas
import polars
import pyam
import pyarrow
import pytest
from SALib.analyze import morris

import jointly as jt

SCENARIO = "scenarios/china-korea-smart-cities.toml"


@pytest.fixture(scope="module")
def result(request):
    from conftest import ROOT

    return jt.Scenario(ROOT / SCENARIO).run(paths=1000)


def test_every_reader_of_arrow_gives_the_numbers_of_the_csv(result):
    summary = result.summary
    rows = list(csv.DictReader(io.StringIO(summary.csv())))
    frames = [summary.to_pandas(), summary.to_polars().to_pandas(), summary.to_arrow().to_pandas()]
    frames.append(duckdb.sql("select * from summary").df())
    assert len(rows) == len(summary) > 100
    for frame in frames:
        assert list(frame.columns) == summary.columns
        assert list(frame["option"]) == [row["option"] for row in rows]
        assert list(frame["year"]) == [int(row["year"]) for row in rows]
        for column in ["mean", "p05", "mcse"]:
            expected = [float(row[column]) if row[column] else math.nan for row in rows]
            assert frame[column].to_numpy() == pytest.approx(expected, rel=0, abs=0, nan_ok=True)


def test_arrow_carries_units_meanings_and_what_the_numbers_belong_to(result):
    schema = result.money.to_arrow().schema
    assert schema.field("p_positive").metadata[b"unit"] == b"share"
    assert schema.metadata[b"seed"] == b"1" and schema.metadata[b"paths"] == b"1000"
    assert pyarrow.schema(result.money) == schema
    assert result.money.units["p_positive"] == "share"
    assert polars.DataFrame(result.money).height == len(result.money)


def test_a_dataset_and_the_format_of_the_iamc(result):
    frame = result.summary.to_pandas()
    row = frame[(frame.option == "pilots") & (frame.comparison == "extra") & (frame.metric == "gdp") & (frame.year == 2035)]
    expected = float(row[row.economy == "CHN"]["mean"].iloc[0])
    where = {"option": "pilots", "comparison": "extra", "economy": "CHN", "metric": "gdp", "year": 2035}
    dataset = result.to_xarray()
    assert float(dataset["mean"].sel(where)) == expected
    assert str(dataset["unit"].sel(metric="gdp").item()) == "usd_bn"
    iamc = pyam.IamDataFrame(result.to_iamc())
    found = iamc.filter(scenario="pilots", region="CHN", variable="Extra GDP|Mean", year=2035)
    assert found.data["value"].to_list() == [expected]
    assert "pilots" in iamc.scenario and "group" in iamc.region
    # A mean and five quantiles of each row, but for the ratios of closed gaps, which have no useful mean.
    assert len(result.to_iamc()) == 6 * len(frame) - (frame.metric == "closure").sum()
    assert result.to_iamc()["model"].unique() == [f"jointly {result.metadata['version']}"]


def test_words_page_and_files(result, tmp_path):
    text = repr(result)
    assert result.command in result.markdown(None) and "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 80 and len(text.splitlines()) <= 40
    assert len(result.text(show=None)) > 2 * len(text)
    html = result._repr_html_()
    # References between sections are told in words.
    assert not {"\ue000", "\ue001"} & set(html)
    assert "<table>" in html and "<svg" in html and "<script" not in html
    page = result.report(tmp_path / "answer.html")
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    folder = result.save(tmp_path / "results")
    assert (folder / "summary.csv").read_text(encoding="utf-8") == result.summary.csv()
    assert json.loads((folder / "summary.json").read_text()) == result.json()
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []
    assert "summary" in dir(result)
    with pytest.raises(AttributeError, match="it has summary, gap, money"):
        _ = result.sumary


def test_a_sweep_is_what_salib_analyzes():
    vary = {"levers.smart-cities.success": (0.5, 0.97), "levers.smart-cities.creation": "[0.05, 0.3]"}
    sweep = jt.Scenario(SCENARIO).sweep("morris", vary, paths=512, size=8, outcomes="extra:CHN.gdp@2035")
    problem = sweep.problem
    assert problem["num_vars"] == 2 and problem["names"] == list(vary)
    assert problem["bounds"] == [[0.5, 0.97], [0.05, 0.3]]
    [(name, outcome)] = sweep.outcomes.items()
    assert name.endswith("extra:CHN.gdp@2035") and sweep.samples.shape == (len(outcome), 2)
    found = morris.analyze(problem, sweep.samples, outcome, num_levels=4)
    own = sweep.indices.to_pandas()
    own = own[own["index"] == "mu_star"].set_index("input")["value"]
    # SALib divides differences by the step it infers from `num_levels`; the order and the ratio of effects are free of it.
    ours = own[problem["names"][0]] / own[problem["names"][1]]
    assert found["mu_star"][0] / found["mu_star"][1] == pytest.approx(ours, rel=1e-9)


def test_nothing_heavy_is_imported_before_it_is_used():
    import subprocess
    import sys

    code = "import sys, jointly; print([m for m in ('numpy', 'pandas', 'polars', 'pyarrow', 'xarray', 'tqdm') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_pandas_types_of_gaps():
    table = jt.Scenario(SCENARIO).sweep(paths=256).tables
    assert all(isinstance(found.to_pandas(), pandas.DataFrame) for found in table.values())
