import os
from typing import Any, Protocol, TypedDict, final, type_check_only

__all__ = [
    "Diagnostic",
    "Explorer",
    "Merge",
    "Results",
    "ScenarioError",
    "Session",
    "Table",
    "__version__",
    "run_shard",
    "toml_text",
]

__version__: str

@type_check_only
class _Tell(Protocol):
    def __call__(self, done: int, total: int) -> None: ...
    def advance(self, done: int) -> None: ...

class ScenarioError(ValueError):
    diagnostics: list[Diagnostic]

@final
class Diagnostic:
    @property
    def message(self) -> str: ...
    @property
    def file(self) -> str | None: ...
    @property
    def line(self) -> int | None: ...
    @property
    def column(self) -> int | None: ...
    @property
    def text(self) -> str | None: ...
    @property
    def label(self) -> str: ...
    @property
    def help(self) -> str | None: ...

@final
class Explorer:
    def __new__(cls, session: Session, seed: int, port: int) -> Explorer: ...
    @property
    def address(self) -> str: ...
    def stop(self) -> None: ...

@final
class Table:
    @property
    def name(self) -> str: ...
    @property
    def meaning(self) -> str: ...
    @property
    def columns(self) -> list[str]: ...
    @property
    def about(self) -> list[tuple[str, str, str, str]]: ...
    @property
    def metadata(self) -> list[tuple[str, str]]: ...
    def __len__(self) -> int: ...
    def column(self, name: str) -> list[Any]: ...
    def csv(self) -> str: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __arrow_c_schema__(self) -> object: ...

@final
class Results:
    @property
    def name(self) -> str: ...
    @property
    def tables(self) -> list[Table]: ...
    @property
    def iamc(self) -> Table | None: ...
    @property
    def metadata(self) -> list[tuple[str, str]]: ...
    @property
    def command(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def parts(self) -> list[str]: ...
    def text(self, parts: list[str] | None, width: int) -> str: ...
    def markdown(self, parts: list[str] | None) -> str: ...
    def json(self) -> str: ...
    def page(self) -> str: ...
    def write_page(self, path: os.PathLike[str]) -> None: ...
    def save(self, directory: os.PathLike[str], force: bool) -> None: ...
    def notebook(self) -> str: ...

@type_check_only
class _Opening(TypedDict):
    scenarios: list[str]
    texts: list[tuple[str, str]]
    overrides: list[str]
    horizon: int | None
    history: str | None
    added: list[str]
    matrix: str | None
    corrections: bool

@type_check_only
class _Run(TypedDict):
    paths: int
    seed: int
    threads: int
    why: bool

@type_check_only
class _Compare(TypedDict):
    paths: int
    seed: int
    threads: int
    baseline: str | None
    outcomes: list[str]
    effect: str | None
    thresholds: list[float]
    optimism: float
    values: list[float]

@type_check_only
class _Attribute(TypedDict):
    paths: int
    seed: int
    threads: int
    option: str | None
    outcomes: list[str]
    permutations: int | None

@type_check_only
class _Sweep(TypedDict):
    paths: int
    seed: int
    threads: int
    method: str | None
    size: int | None
    vary: list[str]
    outcomes: list[str]
    condition: str | None
    mass: float | None
    density: float | None
    step: int | None
    until: list[str]
    keep: str | None

@type_check_only
class _Value(TypedDict):
    paths: int
    seed: int
    threads: int
    effect: str | None
    worth: float | None
    studies: list[str]

@type_check_only
class _Plan(TypedDict):
    paths: int
    seed: int
    threads: int
    budget: float | None
    partner_budgets: list[str]
    yearly_budget: float | None
    sure: float | None
    maximize: str | None
    risk: str | None
    threshold: float | None
    scales: list[float]

@type_check_only
class _Target(TypedDict):
    paths: int
    seed: int
    threads: int
    wants: list[str]
    share: float | None
    best: str | None
    by: str

@type_check_only
class _Timing(TypedDict):
    paths: int
    seed: int
    threads: int
    option: str | None
    levers: list[str]
    years: tuple[int, int] | None
    maximize: str | None

@final
class Session:
    def __new__(cls, opening: _Opening) -> Session: ...
    @property
    def title(self) -> str: ...
    @property
    def economies(self) -> list[str]: ...
    @property
    def horizon(self) -> int: ...
    @property
    def options(self) -> list[str]: ...
    def resolved(self) -> str: ...
    def inputs(self) -> list[tuple[str, str, str, bool, list[float]]]: ...
    def sources(self) -> bytes: ...
    def run(self, request: _Run, tell: _Tell | None) -> Results: ...
    def compare(self, request: _Compare, tell: _Tell | None) -> Results: ...
    def attribute(self, request: _Attribute, tell: _Tell | None) -> Results: ...
    def value(self, request: _Value, tell: _Tell | None) -> Results: ...
    def plan(self, request: _Plan, tell: _Tell | None) -> Results: ...
    def target(self, request: _Target, tell: _Tell | None) -> Results: ...
    def timing(self, request: _Timing, tell: _Tell | None) -> Results: ...
    def sweep(self, request: _Sweep, tell: _Tell | None) -> Results: ...

@final
class Merge:
    def __new__(cls, session: Session, request: _Run | _Sweep, shards: int | None, workers: int) -> Merge: ...
    @property
    def shards(self) -> int: ...
    @property
    def paths(self) -> int: ...
    def add(self, part: bytes) -> int: ...
    def finish(self, tell: _Tell | None) -> Results: ...

def run_shard(sources: bytes, request: _Run | _Sweep, number: int, count: int) -> bytes: ...
def toml_text(scenario: dict[str, Any]) -> str: ...
