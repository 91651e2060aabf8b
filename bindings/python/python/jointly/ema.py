"""Scenarios as models of the EMA Workbench (https://emaworkbench.readthedocs.io), if it is installed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ._scenario import Scenario

_OUTCOME = re.compile(r"(?:(?P<option>.+)/)?(?:(?P<extra>extra):)?(?P<economy>\w+)\.(?P<metric>\w+)@(?P<year>\d{4}|horizon)")


def identifier(path: str) -> str:
    """A path of a parameter as a name that the Workbench takes."""
    return re.sub(r"\W", "_", path)


def model(scenario: Scenario, outcomes: Sequence[str], *, paths: int = 1000, seed: int = 1, name: str = "jointly") -> Any:
    """A model whose uncertainties are the uncertain inputs of the scenario, over their 90 % ranges, and whose outcomes are means.

    `outcomes` are selectors, `OPTION/extra:CHN.gdp@2035`; without an option, of the first one.
    """
    from ema_workbench import Model, RealParameter, ScalarOutcome

    uncertain = {identifier(found["path"]): found for found in scenario.inputs if found["uncertain"]}

    def evaluate(**values: float) -> dict[str, float]:
        changed = scenario.change({uncertain[key]["path"]: value for key, value in values.items()})
        frame = changed.run(paths, seed, threads=1, progress=False).summary.to_pandas()
        return {identifier(outcome): _mean(frame, scenario, outcome) for outcome in outcomes}

    found = Model(identifier(name), function=evaluate)
    found.uncertainties = [RealParameter(key, value["p05"], value["p95"]) for key, value in uncertain.items()]
    found.outcomes = [ScalarOutcome(identifier(outcome)) for outcome in outcomes]
    return found


def _mean(frame: Any, scenario: Scenario, outcome: str) -> float:
    read = _OUTCOME.fullmatch(outcome)
    if read is None:
        raise ValueError(f"{outcome!r} is no outcome such as 'extra:CHN.gdp@2035'")
    year = scenario.horizon if read["year"] == "horizon" else int(read["year"])
    option = read["option"] or (scenario.options[0] if scenario.options else "baseline")
    rows = frame[
        (frame["option"] == option)
        & (frame["comparison"] == ("extra" if read["extra"] else "level"))
        & (frame["economy"] == read["economy"])
        & (frame["metric"] == read["metric"])
        & (frame["year"] == year)
    ]
    if len(rows) != 1:
        raise ValueError(f"the scenario has no outcome {outcome!r}")
    return float(rows["mean"].iloc[0])


__all__ = ["identifier", "model"]
