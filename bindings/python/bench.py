"""What shards cost: processor time of a run on a pool of processes over that of the same run in one process with as many threads.

`python bindings/python/bench.py [PATHS]`; medians of three, best at ten seconds of work or more. The ratio should be at most 1.05. What
starting the processes takes, and opening the scenario there once, is left out: every pool pays it once, whatever it does.
"""

import os
import resource
import statistics
import sys
from concurrent.futures import ProcessPoolExecutor

import jointly as jt

SCENARIO = "scenarios/china-korea-smart-cities.toml"


def processor_seconds(task):
    """Of this process and of those that it has started and waited for."""
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    used = lambda: sum(found.ru_utime + found.ru_stime for found in map(resource.getrusage, kinds))
    begin = used()
    task()
    return used() - begin


def pooled(scenario, workers, paths):
    """A pool whose workers have the scenario open, and a run on it, if there are paths."""
    with ProcessPoolExecutor(workers) as pool:
        scenario.run(1000, executor=pool, shards=2 * workers, progress=False)
        if paths:
            scenario.run(paths, executor=pool, progress=False)


if __name__ == "__main__":
    paths = int(float(sys.argv[1])) if len(sys.argv) > 1 else 1_000_000
    workers = os.cpu_count() or 1
    scenario = jt.Scenario(SCENARIO)
    scenario.run(1000, progress=False)
    ratios, seconds = [], []
    for _ in range(3):
        alone = processor_seconds(lambda: scenario.run(paths, threads=workers, progress=False))
        idle = processor_seconds(lambda: pooled(scenario, workers, 0))
        shared = processor_seconds(lambda: pooled(scenario, workers, paths)) - idle
        ratios.append(shared / alone)
        seconds.append(alone)
    print(
        f"{paths} paths, {workers} processes: one process takes {statistics.median(seconds):.2f} s of processor time, "
        f"a pool {statistics.median(ratios):.3f} times that"
    )
