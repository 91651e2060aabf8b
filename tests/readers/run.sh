#!/usr/bin/env bash
# Reads the CSV and Parquet files of a run with DuckDB, pandas and Polars. Needs cargo and Python 3.10 or later with venv;
# installs the pinned readers into a virtual environment below target.
set -euo pipefail
cd "$(dirname "$0")/../.."
out=${OUT:-target/readers}
mkdir -p "$out"
[ -x "$out/venv/bin/python" ] || python3 -m venv "$out/venv"
"$out/venv/bin/pip" install --quiet --disable-pip-version-check --requirement tests/readers/requirements.txt
# The program of JOINTLY, or one that is built now.
[ -n "${JOINTLY:-}" ] || { cargo build --locked --quiet; JOINTLY=target/debug/jointly; }
"$JOINTLY" run scenarios/china-korea-smart-cities.toml --paths 2k --quiet --force --out "$out/run" --parquet \
    --paths-out "$out/paths.parquet" --paths-years 2030,2035
"$out/venv/bin/python" tests/readers/read.py "$out/run" "$out/paths.parquet"
