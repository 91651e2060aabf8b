"""What a scenario may be, and what is said when it is none."""

import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path

import pytest

import jointly as jt

SCENARIO = "scenarios/china-korea-smart-cities.toml"
SMALL = {"economies": ["CHN", "KOR"], "horizon": 2028}


def test_a_file_a_text_and_a_dictionary_are_the_same_scenario():
    text = Path(SCENARIO).read_text(encoding="utf-8")
    forms = [SCENARIO, Path(SCENARIO), text, tomllib.loads(text)]
    tables = [jt.Scenario(form, folder="scenarios").run(paths=600).summary.csv() for form in forms]
    assert len(set(tables)) == 1


def test_a_text_may_extend_a_file():
    s = jt.Scenario(f'extends = "{SCENARIO}"\nhorizon = 2036\n')
    assert s.horizon == 2036 and s.options == jt.Scenario(SCENARIO).options


def test_settings_change_the_numbers_they_name():
    plain = jt.Scenario(SCENARIO)
    path = "levers.smart-cities.success"
    changed = plain.change({path: 0.5}).change({"levers.smart-cities.creation": "0.05 to 0.3"})
    values = {found["path"]: found for found in changed.inputs}
    assert values[path]["p50"] == 0.5 and not values[path]["uncertain"]
    assert values["levers.smart-cities.creation"]["uncertain"]
    assert plain.resolved != changed.resolved
    assert jt.Scenario(SMALL, horizon=2030).horizon == 2030


def test_every_fault_is_told_at_once_with_its_place():
    with pytest.raises(jt.ScenarioError) as caught:
        jt.Scenario({**SMALL, "horizn": 2030, "levers": {"a": {"kind": "smart-citys", "partners": ["CHN"], "start": 2027}}})
    assert isinstance(caught.value, ValueError)
    first = caught.value.diagnostics[0]
    assert (first.file, first.column, first.text) == ("scenario.toml", 1, "horizn")
    assert "horizon" in first.help and first.line > 1
    assert len(caught.value.diagnostics) >= 2 and "smart-citys" in str(caught.value)
    for wrong in ["nowhere.toml", "economies = 1\n"]:
        with pytest.raises(jt.ScenarioError):
            jt.Scenario(wrong)
    with pytest.raises(TypeError, match="not complex"):
        jt.Scenario({"horizon": 1j})
    with pytest.raises(jt.ScenarioError, match="unknown method"):
        jt.Scenario(SCENARIO).sweep("moris")
    with pytest.raises(jt.ScenarioError, match="no `wurst`; there are mean, worst, share, partners"):
        jt.Scenario(SCENARIO).plan(5, risk="wurst")
    with pytest.raises(jt.ScenarioError):
        jt.compare([SCENARIO, SMALL])


def test_values_of_several_kinds_are_written_as_a_file_writes_them():
    from jointly import _jointly

    text = _jointly.toml_text({"a": True, "b": 1, "c": 0.1, "d": "x\"y", "e": [1, {"f": 2}], "g": {"h": (1.5, 2)}})
    read = tomllib.loads(text)
    assert read == {"a": True, "b": 1, "c": 0.1, "d": 'x"y', "e": [1, {"f": 2}], "g": {"h": [1.5, 2]}}
    assert isinstance(read["a"], bool)


def test_progress_is_told_and_its_exception_stops_the_work():
    told = []

    class Tell:
        def __call__(self, done, total):
            told.append(total)

        def advance(self, done):
            told.append(done)
            raise RuntimeError("enough")

    session = jt.Scenario(SMALL)._session
    with pytest.raises(RuntimeError, match="enough"):
        session.run({"paths": 10**9, "seed": 1, "threads": 1, "why": False}, Tell())
    assert told[0] == 10**9 and told[1] < 10**9


def test_ctrl_c_stops_a_run():
    code = "import jointly as jt; print('on', flush=True); jt.Scenario({'economies': ['CHN', 'KOR'], 'horizon': 2028}).run(10**12)"
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "on\n"
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=60)
    assert "KeyboardInterrupt" in errors and process.returncode != 0


def test_a_model_of_the_ema_workbench():
    workbench = pytest.importorskip("ema_workbench")
    from jointly import ema

    s = jt.Scenario(SCENARIO, horizon=2030)
    outcome = "pilots/extra:CHN.gdp@horizon"
    model = ema.model(s, [outcome], paths=512)
    experiments, outcomes = workbench.perform_experiments(model, scenarios=2)
    assert len(experiments) == 2 and len(set(outcomes[ema.identifier(outcome)])) == 2
    row = experiments.iloc[0]
    paths = {ema.identifier(found["path"]): found["path"] for found in s.inputs if found["uncertain"]}
    changed = s.change({path: row[key] for key, path in paths.items()}).run(512, progress=False).summary.to_pandas()
    match = changed[(changed.option == "pilots") & (changed.comparison == "extra") & (changed.economy == "CHN")]
    match = match[(match.metric == "gdp") & (match.year == 2030)]
    assert float(match["mean"].iloc[0]) == outcomes[ema.identifier(outcome)][0]
