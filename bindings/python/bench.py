"""What shards cost: a run on a pool of processes over the same run in one process, on as many processors.

`python bindings/python/bench.py [PATHS]`; the ratio of one run, medians of three.
"""

import os
import statistics
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import jointly as jt

SCENARIO = "scenarios/china-korea-smart-cities.toml"


def seconds(task):
    begin = time.perf_counter()
    task()
    return time.perf_counter() - begin


if __name__ == "__main__":
    paths = int(float(sys.argv[1])) if len(sys.argv) > 1 else 1_000_000
    workers = os.cpu_count() or 1
    scenario = jt.Scenario(SCENARIO)
    alone, shared = [], []
    with ProcessPoolExecutor(workers) as pool:
        scenario.run(1000, executor=pool, shards=workers, progress=False)
        for _ in range(3):
            alone.append(seconds(lambda: scenario.run(paths, threads=workers, progress=False)))
            shared.append(seconds(lambda: scenario.run(paths, executor=pool, progress=False)))
    ratio = statistics.median(shared) / statistics.median(alone)
    print(f"{paths} paths, {workers} processors: one process {statistics.median(alone):.2f} s, pool {ratio:.3f} times that")
