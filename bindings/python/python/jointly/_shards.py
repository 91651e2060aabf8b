"""A run or sweep on many processes or machines: shards are tasks of an engine that exists already."""

from __future__ import annotations

import os
import queue
from collections.abc import Callable
from typing import Any

from . import _jointly
from ._progress import Bar


def _submit(executor: Any) -> Callable[..., Any]:
    """How a task is handed over. Dask would take equal tasks for one, and runs a task again whose worker was lost."""
    if type(executor).__module__.partition(".")[0] == "distributed":
        return lambda *task: executor.submit(*task, pure=False)
    submit: Callable[..., Any] = executor.submit
    return submit


def _workers(executor: Any) -> int:
    """How many tasks run at a time, as far as the engine says."""
    if hasattr(executor, "ncores"):
        return max(1, sum(int(cores) for cores in executor.ncores().values()))
    for name in ("_max_workers", "num_workers"):
        found = getattr(executor, name, None)
        if isinstance(found, int) and found > 0:
            return found
    return os.cpu_count() or 1


def run_shards(
    session: _jointly.Session,
    executor: Any,
    request: _jointly._Run | _jointly._Sweep,
    shards: int | None,
    bar: Bar,
) -> _jointly.Results:
    """Runs every shard and puts the parts together as they arrive, in any order.

    What travels to a worker is the text of the scenario and the number of a shard, and at most some megabytes come back. A few tasks for each
    worker are handed over at a time, so that memory here does not grow with their number. Tasks that fail are the engine's to
    repeat; an error that it passes on ends the run.
    """
    workers = _workers(executor)
    if shards is not None and shards < 1:
        raise ValueError(f"shards must be at least 1, not {shards}")
    merge = _jointly.Merge(session, request, shards, workers)
    count = merge.shards
    sources = session.sources()
    submit = _submit(executor)
    arrived: queue.SimpleQueue[Any] = queue.SimpleQueue()
    waiting: list[Any] = []
    handed = 0
    done = 0
    bar(0, merge.paths)

    def hand_over() -> None:
        nonlocal handed
        handed += 1
        future = submit(_jointly.run_shard, sources, request, handed, count)
        waiting.append(future)
        future.add_done_callback(arrived.put)

    try:
        while handed < min(count, 2 * workers):
            hand_over()
        for _ in range(count):
            # A wait without end would not be interrupted by Ctrl-C everywhere.
            future: Any = None
            while future is None:
                try:
                    future = arrived.get(timeout=0.1)
                except queue.Empty:
                    continue
            done += merge.add(future.result())
            waiting = [other for other in waiting if other is not future]
            bar.advance(done)
            if handed < count:
                hand_over()
    except BaseException:
        for other in waiting:
            other.cancel()
        raise
    return merge.finish(None)
