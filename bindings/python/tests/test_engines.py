"""The same bytes from real engines: processes, Dask with a worker that is killed, MPI."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from pathlib import Path

import pytest

import jointly as jt
from jointly import _jointly

SCENARIO = "scenarios/china-korea-smart-cities.toml"
PATHS, SEED = 5000, 7


@pytest.fixture(scope="module")
def alone():
    from conftest import ROOT

    return jt.Scenario(str(ROOT / SCENARIO)).run(PATHS, SEED).summary.csv()


@pytest.mark.parametrize("shards", [None, 1, 7])
def test_processes(alone, shards):
    with ProcessPoolExecutor(2) as pool:
        result = jt.Scenario(SCENARIO).run(PATHS, SEED, executor=pool, shards=shards)
    assert result.summary.csv() == alone


def test_a_worker_that_does_shards_of_several_scenarios_takes_none_for_another(alone):
    other = jt.Scenario(SCENARIO, set={"levers.smart-cities.scale.CHN": 30})
    expected = other.run(PATHS, SEED).summary.csv()
    with ProcessPoolExecutor(1) as pool:
        for _ in range(2):
            assert jt.Scenario(SCENARIO).run(PATHS, SEED, executor=pool, shards=2).summary.csv() == alone
            assert other.run(PATHS, SEED, executor=pool, shards=2).summary.csv() == expected


def test_dask_with_a_worker_that_is_killed(alone):
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        victim = next(iter(client.run(os.getpid).values()))
        # While shards run: a run of this length is on its workers for several seconds.
        timer = threading.Timer(1.5, lambda: os.kill(victim, signal.SIGKILL))
        timer.start()
        paths = 400_000
        result = jt.Scenario(SCENARIO).run(paths, SEED, executor=client, shards=24)
        timer.join()
        assert victim not in client.run(os.getpid).values()
    assert result.summary.csv() == jt.Scenario(SCENARIO).run(paths, SEED).summary.csv()


#: A sweep with a percentile and an input that changes the futures.
VARIED = {
    "method": "sobol",
    "vary": {"levers.smart-cities.success": (0.5, 0.97), "model.persistence": (0.7, 0.9)},
    "outcomes": ["money.npv", "extra:CHN.gdp@2030|p90"],
    "paths": 400,
    "seed": SEED,
}


def files(result):
    with tempfile.TemporaryDirectory() as folder:
        saved = result.save(Path(folder) / "result")
        return {str(path.relative_to(saved)): path.read_bytes() for path in saved.rglob("*") if path.is_file()}


@pytest.mark.parametrize("shards", [None, 1, 7])
def test_a_sweep_on_processes(shards):
    scenario = jt.Scenario(SCENARIO)
    with ProcessPoolExecutor(2) as pool:
        found = scenario.sweep(**VARIED, size=16, executor=pool, shards=shards)
    alone = scenario.sweep(**VARIED, size=16)
    assert files(found) == files(alone)
    assert (found.samples == alone.samples).all()


def test_a_sweep_on_dask_with_a_worker_that_is_killed():
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        victim = next(iter(client.run(os.getpid).values()))
        timer = threading.Timer(1.5, lambda: os.kill(victim, signal.SIGKILL))
        timer.start()
        found = jt.Scenario(SCENARIO).sweep(**VARIED, size=64, executor=client, shards=24)
        timer.join()
        assert victim not in client.run(os.getpid).values()
    assert files(found) == files(jt.Scenario(SCENARIO).sweep(**VARIED, size=64))


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"method": "morris", "until": "10%"}, jt.ScenarioError, "--until cannot be used with shards"),
        ({"method": "given-data"}, jt.ScenarioError, "`given-data` cannot be split"),
        ({"keep": "folder"}, ValueError, "keep is for a sweep in this process"),
        ({"shards": 0}, ValueError, "shards must be at least 1"),
    ],
)
def test_what_cannot_be_split_is_refused_before_anything_is_handed_over(settings, error, message):
    engine = Recorder()
    with pytest.raises(error, match=message):
        jt.Scenario(SCENARIO).sweep(**settings, executor=engine)
    assert engine.sent == []


def test_shards_without_an_engine_are_refused():
    for study in (jt.Scenario(SCENARIO).run, jt.Scenario(SCENARIO).sweep):
        with pytest.raises(ValueError, match="shards need an executor"):
            study(shards=3)


def test_mpi(alone, tmp_path):
    if shutil.which("mpirun") is None:
        pytest.skip("mpirun is not there")
    script = Path(__file__).with_name("mpi.py")
    words = ["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", "3"]
    subprocess.run(
        [*words, sys.executable, "-m", "mpi4py.futures", script, tmp_path / "mpi.csv"], check=True, timeout=300
    )
    sweep = jt.Scenario(SCENARIO).sweep("latin-hypercube", size=40, paths=300)
    assert (tmp_path / "mpi.csv").read_text(encoding="utf-8") == alone + sweep.design.csv()


class Recorder:
    """An engine that works at once and counts what travels."""

    def __init__(self, spoil=None):
        self.sent, self.received, self.waiting, self.most = [], [], 0, 0
        self.spoil = spoil or (lambda number, part: part)

    def submit(self, task, *arguments):
        self.sent.append(arguments)
        found = Future()
        part = self.spoil(arguments[-2], task(*arguments))
        self.received.append(len(part))
        found.set_result(part)
        return found


def test_what_travels_is_the_scenario_and_a_range_and_what_comes_back_is_small(alone):
    engine = Recorder()
    result = jt.Scenario(SCENARIO).run(PATHS, SEED, executor=engine, shards=4)
    assert result.summary.csv() == alone
    assert all(len(arguments[0]) < 50_000 for arguments in engine.sent)
    assert max(engine.received) < 10_000_000


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda number, part: part[:-1], "damaged or incomplete"),
        (lambda number, part: part[:8], "damaged or incomplete"),
        (lambda number, part: b"", "is not a part"),
    ],
)
def test_a_part_that_is_damaged_is_refused(spoil, message):
    with pytest.raises(jt.ScenarioError, match=message):
        jt.Scenario(SCENARIO).run(PATHS, SEED, executor=Recorder(spoil), shards=3)


def test_parts_that_are_missing_doubled_or_foreign_are_refused_by_name():
    session = jt.Scenario(SCENARIO)._session
    sources = session.sources()

    def asked(seed=SEED):
        return {"paths": PATHS, "seed": seed, "threads": 1, "why": False}

    def part(number, seed=SEED):
        return _jointly.run_shard(sources, asked(seed), number, 3)

    merge = _jointly.Merge(session, asked(), 3, 1)
    first = part(1)
    assert merge.add(first) > 0
    with pytest.raises(jt.ScenarioError, match="shard 1/3 came twice"):
        merge.add(first)
    with pytest.raises(jt.ScenarioError, match="shard 2/3 belongs to something else: it has the seed 8"):
        merge.add(part(2, seed=8))
    with pytest.raises(jt.ScenarioError, match="these are missing: 2-3"):
        merge.finish(None)
    other = jt.Scenario(SCENARIO, set={"levers.smart-cities.success": 0.5})._session
    with pytest.raises(jt.ScenarioError, match="belongs to something else: it has the scenario"):
        merge.add(_jointly.run_shard(other.sources(), asked(), 2, 3))
    with pytest.raises(jt.ScenarioError, match="use the same version everywhere"):
        _jointly.run_shard(b"\x051.2.3" + sources[6:], asked(), 1, 3)
    with pytest.raises(ValueError, match="no shard 4 of 3"):
        part(4)


def test_an_error_of_a_worker_ends_the_run():
    class Failing:
        def submit(self, task, *arguments):
            found = Future()
            found.set_exception(RuntimeError("lost"))
            return found

    with pytest.raises(RuntimeError, match="lost"):
        jt.Scenario(SCENARIO).run(PATHS, SEED, executor=Failing())
