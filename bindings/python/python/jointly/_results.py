"""Results: tables, words, files."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import _jointly

if TYPE_CHECKING:
    import numpy
    import pandas
    import polars
    import xarray

_STYLE = re.compile("\x1b\\[[0-9;]*m")

#: A range with equal chances, as a scenario file writes it.
_UNIFORM = re.compile(r"\{ uniform = \[(\S+), (\S+)\] \}")


class Table:
    """A table of a result.

    Readers of Arrow (pyarrow, pandas, polars, DuckDB) take it as it is, without copying and without being required here.
    """

    def __init__(self, table: _jointly.Table) -> None:
        self._table = table

    @property
    def name(self) -> str:
        """Name, also that of its files."""
        return self._table.name

    @property
    def meaning(self) -> str:
        """What a row is."""
        return self._table.meaning

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return self._table.columns

    @property
    def units(self) -> dict[str, str]:
        """Unit of each column that has one for all rows."""
        return {name: unit for name, _, unit, _ in self._table.about if unit}

    @property
    def meanings(self) -> dict[str, str]:
        """What each column says."""
        return {name: meaning for name, _, _, meaning in self._table.about}

    @property
    def metadata(self) -> dict[str, str]:
        """What the numbers belong to: version, seed, paths, hash of the scenario."""
        return dict(self._table.metadata)

    def __len__(self) -> int:
        return len(self._table)

    def __getitem__(self, column: str) -> list[Any]:
        return self._table.column(column)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        columns = self.columns
        for cells in zip(*(self._table.column(column) for column in columns), strict=True):
            yield dict(zip(columns, cells, strict=True))

    def __repr__(self) -> str:
        return f"<jointly.Table {self.name}: {len(self)} rows of {', '.join(self.columns)}>"

    def _repr_html_(self) -> str:
        from html import escape

        head = "".join(f"<th>{escape(column)}</th>" for column in self.columns)
        shown = 20
        rows = []
        for position, row in enumerate(self):
            if position == shown:
                rows.append(f"<tr><td colspan={len(row)}>… {len(self) - shown} more rows</td></tr>")
                break
            cells = ("" if cell is None else f"{cell:.6g}" if isinstance(cell, float) else str(cell) for cell in row.values())
            rows.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
        return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._table.__arrow_c_stream__(requested_schema)

    def __arrow_c_schema__(self) -> object:
        return self._table.__arrow_c_schema__()

    def csv(self) -> str:
        """The table as comma-separated values, the bytes that the command line writes."""
        return self._table.csv()

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas data frame; whole numbers and truth values with gaps have pandas' nullable types."""
        import pandas

        types = {"whole number": "int64", "number": "float64", "true or false": "bool", "text": None}
        series = {}
        for name, kind, _, _ in self._table.about:
            values = self._table.column(name)
            dtype = types[kind]
            if kind in ("whole number", "true or false") and None in values:
                dtype = "Int64" if kind == "whole number" else "boolean"
            series[name] = pandas.Series(values, dtype=dtype)
        frame = pandas.DataFrame(series)
        frame.attrs.update(self.metadata)
        return frame

    def to_polars(self) -> polars.DataFrame:
        """A polars data frame, over Arrow."""
        import polars

        return polars.DataFrame(self)

    def to_arrow(self) -> Any:
        """A pyarrow table."""
        import pyarrow

        return pyarrow.table(self)


class Result:
    """What a study gives: each table by its name (`r.summary`), the answer in words, the page, the files."""

    def __init__(self, results: _jointly.Results) -> None:
        self._results = results
        self._tables: dict[str, Table] | None = None

    @property
    def tables(self) -> dict[str, Table]:
        """Every table by its name, the leading one first."""
        if self._tables is None:
            self._tables = {table.name: Table(table) for table in self._results.tables}
        return self._tables

    def __getattr__(self, name: str) -> Table:
        if name.startswith("_"):
            raise AttributeError(name)
        try:
            return self.tables[name]
        except KeyError:
            known = ", ".join(self.tables)
            raise AttributeError(f"this result has no table {name!r}; it has {known}") from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.tables]

    @property
    def metadata(self) -> dict[str, str]:
        """What the numbers belong to: version, seed, paths, hash of the scenario."""
        return dict(self._results.metadata)

    @property
    def command(self) -> str:
        """The command line that gives the same numbers."""
        return self._results.command

    @property
    def parts(self) -> list[str]:
        """Names of the parts of the answer in words."""
        return self._results.parts

    def text(self, show: Sequence[str] | None = (), width: int = 80) -> str:
        """The answer in words, as the command line prints it; `show` names further parts, `None` is everything."""
        parts = None if show is None else list(show)
        return _STYLE.sub("", self._results.text(parts, width))

    def markdown(self, show: Sequence[str] | None = ()) -> str:
        """The answer as Markdown."""
        return self._results.markdown(None if show is None else list(show))

    def json(self) -> Any:
        """Everything, as the command line's JSON has it."""
        return json.loads(self._results.json())

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return self._results.notebook()

    def report(self, path: str | os.PathLike[str]) -> Path:
        """Writes the page, one file that needs nothing else. Its path."""
        self._results.write_page(Path(path))
        return Path(path)

    def save(self, directory: str | os.PathLike[str], *, force: bool = False) -> Path:
        """Writes the files that the command line's `--out` writes, whole or not at all. The folder is new or empty; a result that
        it holds is replaced with `force`. The folder."""
        self._results.save(Path(directory), force)
        return Path(directory)

    def to_xarray(self) -> xarray.Dataset:
        """The summary as a dataset: one variable per statistic over option, comparison, economy, metric and year."""
        keys = ["option", "comparison", "economy", "metric", "year"]
        frame = self.tables["summary"].to_pandas()
        units = dict(zip(frame["metric"], frame["unit"], strict=True))
        dataset: xarray.Dataset = frame.drop(columns="unit").set_index(keys).to_xarray()
        dataset.attrs.update(self.metadata)
        return dataset.assign_coords(unit=("metric", [units[metric] for metric in dataset["metric"].values]))

    def to_iamc(self) -> pandas.DataFrame:
        """What belongs to a place and a year in the long format of the IAMC, which `pyam.IamDataFrame` reads: options are scenarios,
        economies regions. The numbers of `--format iamc`, of a run or a comparison."""
        table = self._results.iamc
        if table is None:
            raise ValueError("nothing here belongs to a place and a year; a run does, and a comparison with outcomes such as CHN.gdp@2035")
        return Table(table).to_pandas()


class Sweep(Result):
    """A sweep: which input drives an outcome."""

    def _study(self) -> dict[str, Any]:
        found: dict[str, Any] = self.json()["sweep"]
        return found

    @property
    def samples(self) -> numpy.ndarray[Any, Any]:
        """The design, or the inputs of each path: one row per run, one column per input."""
        import numpy

        names = self.problem["names"]
        return numpy.column_stack([numpy.asarray(self.design[name], dtype=float) for name in names])

    @property
    def outcomes(self) -> dict[str, numpy.ndarray[Any, Any]]:
        """Each outcome at every row of `samples`."""
        import numpy

        return {
            found["outcome"]: numpy.asarray(self.design[found["outcome"]], dtype=float)
            for found in self._study()["outcomes"]
            if found["outcome"] in self.design.columns
        }

    @property
    def problem(self) -> dict[str, Any]:
        """The problem as SALib takes it. Bounds are those of the range; of another distribution, the ends of
        what was sampled."""
        names, bounds = [], []
        columns = self.design.columns
        for found in self._study()["inputs"]:
            name = found["path"]
            if name not in columns:
                continue
            stated = _UNIFORM.fullmatch(found["range"])
            values = self.design[name]
            names.append(name)
            bounds.append([float(end) for end in stated.groups()] if stated else [min(values), max(values)])
        return {"num_vars": len(names), "names": names, "bounds": bounds}


__all__ = ["Result", "Sweep", "Table"]
