"""A progress bar in notebooks and terminals, and nothing elsewhere."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Any


def _is_shown() -> bool:
    if sys.stderr is not None and sys.stderr.isatty():
        return True
    kernel = sys.modules.get("ipykernel")
    return kernel is not None


class Bar:
    """Counts paths. `Bar(done, total)` begins, `advance(done)` goes on; closed at the end of a `with`."""

    def __init__(self, shown: bool | None) -> None:
        self._shown = _is_shown() if shown is None else shown
        self._bar: Any = None

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, done: int, total: int) -> None:
        if self._shown:
            from tqdm.auto import tqdm

            self._bar = tqdm(total=total, unit=" futures", unit_scale=True, leave=False)

    def advance(self, done: int) -> None:
        if self._bar is not None:
            # A study may look at paths more often than it counted.
            self._bar.n = min(done, self._bar.total)
            self._bar.refresh()
