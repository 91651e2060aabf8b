"""The notebook of the examples runs."""

from pathlib import Path

import nbformat
from nbclient import NotebookClient


def test_the_example_runs_from_its_own_folder():
    path = Path(__file__).parents[1] / "examples" / "smart_cities.ipynb"
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}}).execute()
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    assert any("text/html" in output.get("data", {}) for output in outputs)
    assert not any(output.output_type == "error" for output in outputs)
