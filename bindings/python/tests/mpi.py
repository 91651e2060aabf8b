"""A run on the processes of MPI: `mpirun -n 3 python -m mpi4py.futures mpi.py OUT.csv`."""

import sys

from mpi4py.futures import MPIPoolExecutor

import jointly as jt

if __name__ == "__main__":
    with MPIPoolExecutor() as pool:
        result = jt.Scenario("scenarios/china-korea-smart-cities.toml").run(5000, 7, executor=pool, shards=5)
    with open(sys.argv[1], "w", encoding="utf-8", newline="") as file:
        file.write(result.summary.csv())
