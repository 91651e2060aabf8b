#!/usr/bin/env bash
# Installs the package into a virtual environment below target, as a user would from a clone, and tests it: types, stubs, tables, bytes,
# and runs on processes, Dask and MPI. With `install` or `test` it does one of the two. Needs cargo, Python 3.10 or later with venv, and
# MPI (openmpi-bin, libopenmpi-dev).
set -euo pipefail
cd "$(dirname "$0")/../.."
out=${OUT:-target/python}
mkdir -p "$out"
python="$PWD/$out/venv/bin/python"
export CARGO_TARGET_DIR="$PWD/target"
what=${1:-all}
case $what in
    all | install | test) ;;
    *) echo "bindings/python/check.sh [install|test]: what is \"$what\"?" >&2; exit 2 ;;
esac
if [ "$what" != test ]; then
    [ -x "$out/venv/bin/python" ] || python3 -m venv "$out/venv"
    "$python" -m pip install --quiet --disable-pip-version-check --requirement bindings/python/tests/requirements.txt
    # Users get a release build, with everything at the highest level and as one unit, which takes twice as long.
    export MATURIN_PEP517_ARGS="--profile ${PROFILE:-dev}"
    "$python" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$out/wheel" ./bindings/python
    "$python" -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps "$out"/wheel/jointly-*.whl
    size=$(stat -c %s "$out"/wheel/jointly-*.whl)
    echo "wheel: $size bytes"
    # A wheel of users stays below 5 MB; this one, which is not optimized as one unit, is larger.
    [ "$size" -lt "$([ "${PROFILE:-dev}" = release ] && echo 5000000 || echo 5600000)" ]
fi
[ "$what" != install ] || exit 0
# The command line to compare with: the program of JOINTLY, or one that is built now.
[ -n "${JOINTLY:-}" ] || cargo build --locked --quiet
cd bindings/python
"$python" -m mypy --strict python/jointly
# From a folder where the installed package is found, not its sources.
(cd tests && "$python" -m mypy.stubtest --mypy-config-file ../pyproject.toml jointly._jointly)
"$python" -m pytest --quiet
