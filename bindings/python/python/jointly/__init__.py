"""What would cooperation on the digital economy do for each partner, how sure are we, and what does it cost?

>>> import jointly as jt
>>> s = jt.Scenario("scenarios/china-korea-smart-cities.toml")
>>> r = s.run(paths=10_000, seed=1)
>>> r.summary.to_pandas()

Numbers are those of the command line, byte for byte: the same scenario, seed and number of paths give the same tables.
"""

from __future__ import annotations

from ._jointly import Diagnostic, ScenarioError, __version__
from ._explorer import Explorer
from ._results import Result, Sweep, Table
from ._scenario import Scenario, compare

__all__ = [
    "Diagnostic",
    "Explorer",
    "Result",
    "Scenario",
    "ScenarioError",
    "Sweep",
    "Table",
    "__version__",
    "compare",
]
