"""What the tests share: the repository, its scenarios, and the command line to compare with."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def _in_the_repository(monkeypatch):
    monkeypatch.chdir(ROOT)


@pytest.fixture(scope="session")
def command():
    """Runs the command line, of which `JOINTLY` is the path."""
    program = os.environ.get("JOINTLY", str(ROOT / "target/debug/jointly"))

    def run(*arguments):
        return subprocess.run([program, *map(str, arguments)], cwd=ROOT, check=True, capture_output=True, text=True)

    return run
