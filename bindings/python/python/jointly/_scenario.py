"""Scenarios, and the studies of them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from . import _jointly
from ._explorer import Explorer
from ._progress import Bar
from ._results import Result, Sweep
from ._shards import run_shards

#: A scenario file, the text of one, or its content as a dictionary.
Source = str | os.PathLike[str] | Mapping[str, Any]


def _read(source: Source, number: int, folder: str | os.PathLike[str]) -> tuple[str, str | None]:
    """Name, and the text if it is no file."""
    name = os.path.join(folder, "scenario.toml" if number == 0 else f"scenario-{number + 1}.toml")
    if isinstance(source, Mapping):
        return name, _jointly.toml_text(dict(source))
    if isinstance(source, str) and ("\n" in source or "=" in source):
        return name, source
    return os.fspath(source), None


def _written(value: Any) -> str:
    """A value as a scenario file writes it; a text stands as it is, such as `0.02 to 0.05`."""
    if isinstance(value, str):
        return value
    if hasattr(value, "item"):
        value = value.item()
    return _jointly.toml_text({"v": [value]}).partition("=")[2].strip()[1:-1].strip()


def _varied(vary: Mapping[str, Any] | Iterable[str] | None) -> list[str]:
    """Arguments of `--vary`: paths with ranges, or paths alone, which vary as the scenario says."""
    if vary is None:
        return []
    if isinstance(vary, Mapping):
        return [path if over is None else f"{path}={_written(over)}" for path, over in vary.items()]
    return list(vary)


def _texts(outcomes: str | Iterable[str] | None) -> list[str]:
    return [] if outcomes is None else [outcomes] if isinstance(outcomes, str) else list(outcomes)


class Scenario:
    """A scenario with the history it continues.

    `source` is a scenario file, the text of one, or its content as a dictionary; `folder` is where a text or dictionary finds what
    it extends. `set` changes numbers by their paths,
    `horizon` the last projected year; `history`, `add_history` and `matrix` are tables as the command line takes
    them.
    Raises `ScenarioError`, whose `diagnostics` say everything that is wrong, with file, line and column.
    """

    def __init__(
        self,
        source: Source | Sequence[Source],
        *,
        set: Mapping[str, Any] | None = None,
        folder: str | os.PathLike[str] = "",
        horizon: int | None = None,
        history: str | os.PathLike[str] | None = None,
        add_history: Sequence[str | os.PathLike[str]] = (),
        matrix: str | os.PathLike[str] | None = None,
        corrections: bool = True,
    ) -> None:
        several = source if isinstance(source, (list, tuple)) else [source]
        read = [_read(one, number, folder) for number, one in enumerate(several)]
        self._settings: dict[str, Any] = {
            "set": dict(set or {}),
            "folder": folder,
            "horizon": horizon,
            "history": history,
            "add_history": tuple(add_history),
            "matrix": matrix,
            "corrections": corrections,
        }
        self._source = source
        self._session = _jointly.Session(
            {
                "scenarios": [name for name, _ in read],
                "texts": [(name, text) for name, text in read if text is not None],
                "overrides": [f"{path}={_written(value)}" for path, value in (set or {}).items()],
                "horizon": horizon,
                "history": None if history is None else os.fspath(history),
                "added": [os.fspath(path) for path in add_history],
                "matrix": None if matrix is None else os.fspath(matrix),
                "corrections": corrections,
            }
        )

    def change(self, set: Mapping[str, Any]) -> Scenario:
        """The same scenario with other numbers."""
        settings = {**self._settings, "set": {**self._settings["set"], **set}}
        return Scenario(self._source, **settings)

    @property
    def title(self) -> str:
        """Its title."""
        return self._session.title

    @property
    def economies(self) -> list[str]:
        """Codes of its economies."""
        return self._session.economies

    @property
    def horizon(self) -> int:
        """Last projected year."""
        return self._session.horizon

    @property
    def options(self) -> list[str]:
        """Names of its options; the baseline without levers is always there beside them."""
        return self._session.options

    @property
    def resolved(self) -> str:
        """The scenario with every default written out, as TOML."""
        return self._session.resolved()

    @property
    def inputs(self) -> list[dict[str, Any]]:
        """Every number that may be set or varied: path, value, unit, whether it is uncertain, and its 5, 50 and 95 % points."""
        return [
            {"path": path, "value": value, "unit": unit, "uncertain": uncertain, "p05": low, "p50": middle, "p95": high}
            for path, value, unit, uncertain, (low, middle, high) in self._session.inputs()
        ]

    def __repr__(self) -> str:
        options = ", ".join(self.options) or "no option"
        return f"<jointly.Scenario {self.title!r}: {', '.join(self.economies)} to {self.horizon}; {options}>"

    def run(
        self,
        paths: int = 10_000,
        seed: int = 1,
        *,
        why: bool = False,
        threads: int = 0,
        executor: Any = None,
        shards: int | None = None,
        progress: bool | None = None,
    ) -> Result:
        """Projects every option on the same futures.

        With an `executor`, any `concurrent.futures.Executor` (also mpi4py's `MPIPoolExecutor`) or a Dask `Client`, the futures
        are split into `shards` tasks; the result has the same bytes. `why` asks which assumption drives the outcome.
        """
        _check_engine(executor, shards)
        with Bar(progress) as bar:
            # One processor for each task, unless the caller says otherwise: the engine has a task for each.
            if executor is not None:
                threads = threads or 1
            request: _jointly._Run = {"paths": paths, "seed": seed, "threads": threads, "why": why}
            if executor is not None:
                return Result(run_shards(self._session, executor, request, shards, bar))
            return Result(self._session.run(request, bar))

    def explore(self, seed: int = 1, *, port: int = 0, width: str = "100%", height: int = 900) -> Explorer:
        """A page that answers while a lever is moved (docs/explore.md), in a notebook in a frame; its server ends with the object."""
        return Explorer(self._session, seed, port, width, height)

    def compare(
        self,
        paths: int = 10_000,
        seed: int = 1,
        *,
        outcomes: str | Iterable[str] | None = None,
        baseline: str | None = None,
        effect: str | None = None,
        thresholds: Sequence[float] = (),
        optimism: float = 0.5,
        values: Sequence[float] = (),
        threads: int = 0,
        progress: bool | None = None,
    ) -> Result:
        """Compares every option on the same futures: contests, regret, dominance, cost-effectiveness."""
        with Bar(progress) as bar:
            request: _jointly._Compare = {
                "paths": paths,
                "seed": seed,
                "threads": threads,
                "baseline": baseline,
                "outcomes": _texts(outcomes),
                "effect": effect,
                "thresholds": list(thresholds),
                "optimism": optimism,
                "values": list(values),
            }
            found = self._session.compare(request, bar)
        return Result(found)

    def attribute(
        self,
        paths: int = 10_000,
        seed: int = 1,
        *,
        option: str | None = None,
        outcomes: str | Iterable[str] | None = None,
        permutations: int | None = None,
        threads: int = 0,
        progress: bool | None = None,
    ) -> Result:
        """Splits the effect of an option between its levers (Shapley values)."""
        with Bar(progress) as bar:
            request: _jointly._Attribute = {
                "paths": paths,
                "seed": seed,
                "threads": threads,
                "option": option,
                "outcomes": _texts(outcomes),
                "permutations": permutations,
            }
            found = self._session.attribute(request, bar)
        return Result(found)

    def value(
        self,
        paths: int = 10_000,
        seed: int = 1,
        *,
        effect: str | None = None,
        worth: float | None = None,
        studies: Iterable[str] = (),
        threads: int = 0,
        progress: bool | None = None,
    ) -> Result:
        """Says what it is worth to know more before an option is chosen (docs/value.md)."""
        with Bar(progress) as bar:
            request: _jointly._Value = {
                "paths": paths,
                "seed": seed,
                "threads": threads,
                "effect": effect,
                "worth": worth,
                "studies": list(studies),
            }
            found = self._session.value(request, bar)
        return Result(found)

    def timing(
        self,
        option: str | None = None,
        *,
        levers: Iterable[str] = (),
        years: tuple[int, int] | None = None,
        maximize: str | None = None,
        paths: int = 10_000,
        seed: int = 1,
        threads: int = 0,
        progress: bool | None = None,
    ) -> Result:
        """Says when the levers of an option should start, what it is worth to wait, and for which sign (docs/timing.md)."""
        with Bar(progress) as bar:
            request: _jointly._Timing = {
                "paths": paths,
                "seed": seed,
                "threads": threads,
                "option": option,
                "levers": list(levers),
                "years": years,
                "maximize": maximize,
            }
            found = self._session.timing(request, bar)
        return Result(found)

    def target(
        self,
        by: str,
        wants: str | Iterable[str] = (),
        share: float | None = None,
        *,
        best: str | None = None,
        paths: int = 10_000,
        seed: int = 1,
        threads: int = 0,
        progress: bool | None = None,
    ) -> Result:
        """Finds the value of one input that reaches a target (docs/target.md): conditions in a share of the futures, one equality such as
        `money.npv = 0`, or, with `best`, where the option with the best mean changes."""
        with Bar(progress) as bar:
            request: _jointly._Target = {
                "paths": paths,
                "seed": seed,
                "threads": threads,
                "wants": [wants] if isinstance(wants, str) else list(wants),
                "share": share,
                "best": best,
                "by": by,
            }
            found = self._session.target(request, bar)
        return Result(found)

    def plan(
        self,
        budget: float | None = None,
        *,
        partners: Mapping[str, float] | None = None,
        yearly: float | None = None,
        sure: float | None = None,
        maximize: str | None = None,
        risk: str | None = None,
        threshold: float | None = None,
        scales: Sequence[float] = (),
        paths: int = 2_000,
        seed: int = 1,
        threads: int = 0,
        progress: bool | None = None,
    ) -> Result:
        """Chooses the levers that do most under a budget, in USD bn (docs/plan.md); `partners` are budgets of single economies."""
        with Bar(progress) as bar:
            request: _jointly._Plan = {
                "paths": paths,
                "seed": seed,
                "threads": threads,
                "budget": budget,
                "partner_budgets": [f"{code}={amount}" for code, amount in (partners or {}).items()],
                "yearly_budget": yearly,
                "sure": sure,
                "maximize": maximize,
                "risk": risk,
                "threshold": threshold,
                "scales": list(scales),
            }
            found = self._session.plan(request, bar)
        return Result(found)

    def sweep(
        self,
        method: str | None = None,
        vary: Mapping[str, Any] | Iterable[str] | None = None,
        *,
        outcomes: str | Iterable[str] | None = None,
        size: int | None = None,
        paths: int = 10_000,
        seed: int = 1,
        condition: str | None = None,
        mass: float | None = None,
        density: float | None = None,
        step: int | None = None,
        until: float | str | Iterable[str] | None = None,
        keep: str | os.PathLike[str] | None = None,
        threads: int = 0,
        executor: Any = None,
        shards: int | None = None,
        progress: bool | None = None,
    ) -> Sweep:
        """Asks which input drives an outcome, by a method of docs/sweep.md.

        `vary` gives ranges by path: `{"levers.smart-cities.success": (0.5, 0.97)}`; `None` instead of a range is the input's own
        distribution. `condition`, `mass`, `density` and `step` are for `discover`. `keep` is a folder that keeps what is finished.

        With an `executor`, as for `run`, the design points are split into `shards` tasks; the result has the same bytes.
        """
        _check_engine(executor, shards)
        if executor is not None and keep is not None:
            raise ValueError("keep is for a sweep in this process; the tasks of an executor keep nothing")
        with Bar(progress) as bar:
            request: _jointly._Sweep = {
                "paths": paths,
                "seed": seed,
                "threads": threads if executor is None else threads or 1,
                "method": method,
                "size": size,
                "vary": _varied(vary),
                "outcomes": _texts(outcomes),
                "condition": condition,
                "mass": mass,
                "density": density,
                "step": step,
                "until": _texts(str(until) if isinstance(until, (int, float)) else until),
                "keep": None if keep is None else os.fspath(keep),
            }
            if executor is not None:
                return Sweep(run_shards(self._session, executor, request, shards, bar))
            return Sweep(self._session.sweep(request, bar))


def _check_engine(executor: Any, shards: int | None) -> None:
    if shards is not None and executor is None:
        raise ValueError("shards need an executor")


def compare(scenarios: Sequence[Source], paths: int = 10_000, seed: int = 1, **settings: Any) -> Result:
    """Compares the options of several scenarios on the same futures.

    They are files, texts or dictionaries that agree in everything but levers and options. `set`, `folder`, `horizon`, `history`, `add_history`,
    `matrix` and `corrections` are those of `Scenario`, everything else is that of `Scenario.compare`.
    """
    opening = {name: settings.pop(name) for name in _OPENING if name in settings}
    return Scenario(list(scenarios), **opening).compare(paths, seed, **settings)


_OPENING = ("set", "folder", "horizon", "history", "add_history", "matrix", "corrections")

__all__ = ["Scenario", "Source", "compare"]
