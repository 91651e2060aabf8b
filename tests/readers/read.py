"""Reads the files of a run in DuckDB, pandas and Polars and checks that all tell the same. Usage: read.py DIR PATHS.parquet"""

import sys

import duckdb
import pandas
import polars

folder, paths = sys.argv[1:]
WORDS = {"option", "comparison", "economy", "metric", "unit", "reference", "status", "entry", "of"}
WHOLE = {"year", "prices_of", "present_value_of"}

for name in ["summary", "gap", "money"]:
    csv, parquet = f"{folder}/{name}.csv", f"{folder}/{name}.parquet"
    expected = pandas.read_csv(csv)
    rows = len(expected)
    assert rows > 0, name

    frame = pandas.read_parquet(parquet)
    assert list(frame.columns) == list(expected.columns), name
    pandas.testing.assert_frame_equal(frame, expected, check_dtype=False, check_exact=True)

    lazy = polars.read_parquet(parquet)
    from_csv = polars.read_csv(csv, infer_schema_length=None)
    assert lazy.shape == from_csv.shape == expected.shape, name
    for column in lazy.columns:
        assert lazy[column].dtype == (
            polars.String if column in WORDS else polars.Int64 if column in WHOLE else polars.Float64
        ), (name, column, lazy[column].dtype)
        assert lazy[column].to_list() == [
            None if value != value else value for value in expected[column].to_list()
        ], (name, column)

    for source in (csv, parquet):
        count = duckdb.sql(f"SELECT count(*) FROM '{source}'").fetchall()[0][0]
        assert count == rows, (source, count)
    for column in expected.columns:
        if column not in WORDS:
            one, two = (
                duckdb.sql(f'SELECT sum("{column}") FROM \'{source}\'').fetchall()[0][0] for source in (csv, parquet)
            )
            assert one is None or abs(float(one) - float(two)) <= 1e-9 * abs(float(two)), (name, column, one, two)
    print(f"{name}: {rows} rows in pandas, Polars and DuckDB, CSV and Parquet alike")

# The snippets of docs/outputs.md.
duck = duckdb.sql(
    f"SELECT option, median(digital_economy) FROM '{paths}' WHERE economy = 'group' AND year = 2035 GROUP BY option ORDER BY option"
).fetchall()
panda = pandas.read_parquet(paths).query("economy == 'group' and year == 2035").groupby("option")["digital_economy"].median()
polar = (
    polars.scan_parquet(paths)
    .filter((polars.col("economy") == "group") & (polars.col("year") == 2035))
    .group_by("option")
    .agg(polars.col("digital_economy").median())
    .sort("option")
    .collect()
)
assert [option for option, _ in duck] == list(panda.index) == polar["option"].to_list()
for one, two, three in zip((value for _, value in duck), panda, polar["digital_economy"]):
    # Each takes the middle of the two middle values in its own way.
    assert abs(one / two - 1) < 1e-14 and abs(one / three - 1) < 1e-14, (one, two, three)
gains = duckdb.sql(
    f"SELECT quantile_cont(o.gdp - b.gdp, [0.05, 0.5, 0.95]) FROM '{paths}' o JOIN '{paths}' b USING (path, economy, year) "
    "WHERE o.option = 'pilots' AND b.option = 'baseline' AND economy = 'KOR' AND year = 2035"
).fetchall()[0][0]
summary = pandas.read_parquet(f"{folder}/summary.parquet")
row = summary.query("option == 'pilots' and comparison == 'extra' and economy == 'KOR' and metric == 'gdp' and year == 2035")
for one, two in zip(gains, (row[name].item() for name in ("p05", "p50", "p95"))):
    # Bins of the summary, and two rules for quantiles of 2,000 paths.
    assert abs(one - two) < 0.01 * max(abs(one), row["sd"].item()), (one, two)
for option, value in duck:
    row = summary.query(
        "option == @option and comparison == 'level' and economy == 'group' and metric == 'digital_economy' and year == 2035"
    )
    # The summary's median comes from bins 0.2 % wide.
    assert abs(value / row["p50"].item() - 1) < 0.002, (option, value, row["p50"].item())
print(f"paths: medians of {len(duck)} options alike in pandas, Polars and DuckDB, and those of the summary")
