"""A run and a sweep on the processes of MPI: `mpirun -n 3 python -m mpi4py.futures mpi.py OUT.csv`; their tables, one after the other."""

import sys

from mpi4py.futures import MPIPoolExecutor

import jointly as jt

if __name__ == "__main__":
    with MPIPoolExecutor() as pool:
        scenario = jt.Scenario("scenarios/china-korea-smart-cities.toml")
        result = scenario.run(5000, 7, executor=pool, shards=5)
        sweep = scenario.sweep("latin-hypercube", size=40, paths=300, executor=pool, shards=5)
    with open(sys.argv[1], "w", encoding="utf-8", newline="") as file:
        file.write(result.summary.csv() + sweep.design.csv())
