"""Opens every table of a lake with deltalake, DuckDB and pyarrow and compares the rows with Kakeibo's.

usage: open_lake.py PROGRAM LAKE
"""

import csv
import datetime
import decimal
import io
import json
import math
import subprocess
import sys

import deltalake
import duckdb
import pyarrow.parquet


def kakeibo(program, lake, sql):
    """The result of a statement as rows of text, NULL as a word that no value is."""
    done = subprocess.run(
        [program, "--lake", lake, "query", "--format", "csv", "--null", "(null)", sql],
        capture_output=True, text=True, check=True)
    return list(csv.reader(io.StringIO(done.stdout)))


def text(value):
    """A peer's value as Kakeibo prints it."""
    if value is None:
        return "(null)"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.") + f"{value.microsecond // 1000:03d}"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return str(value)
    if isinstance(value, (list, dict, tuple)):
        return value
    return value if isinstance(value, str) else str(value)


def same(ours, theirs):
    theirs = text(theirs)
    if ours == theirs:
        return True
    if isinstance(theirs, (list, dict, tuple)):
        # Maps come as lists of pairs; both sides as JSON, order of keys apart.
        if theirs and isinstance(theirs, list) and isinstance(theirs[0], tuple):
            theirs = dict(theirs)
        if theirs == [] and ours == "{}":
            return True
        return json.loads(ours) == theirs
    try:
        return math.isclose(float(ours), float(theirs), rel_tol=1e-12, abs_tol=1e-300)
    except ValueError:
        return False


def compare(table, peer, header, ours, theirs):
    if len(ours) != len(theirs):
        raise SystemExit(f"{table}: {len(ours)} rows here, {len(theirs)} by {peer}")
    for number, (a, b) in enumerate(zip(ours, theirs)):
        for name, x, y in zip(header, a, b):
            if not same(x, y):
                raise SystemExit(f"{table} row {number} {name}: {x!r} here, {y!r} by {peer}")


def main():
    program, lake = sys.argv[1:]
    names = [row[0] for row in kakeibo(program, lake, "SHOW TABLES")[1:]]
    stored = [name for name in names if deltalake.DeltaTable.is_deltatable(f"{lake}/{name}")]
    if not stored:
        raise SystemExit(f"no Delta table in {lake}")
    for name in stored:
        table = deltalake.DeltaTable(f"{lake}/{name}")
        arrow = table.to_pyarrow_dataset().to_table()
        columns = arrow.schema.names
        # Compared are the rows in one order: that of all their values.
        listed = ", ".join(f'"{column}"' for column in columns)
        result = kakeibo(program, lake, f'SELECT {listed} FROM "{name}"')
        header, ours = result[0], result[1:]
        rows = [list(row.values()) for row in arrow.to_pylist()] if arrow.num_rows else []
        nested = [any(isinstance(text(row[i]), (list, dict)) for row in rows) for i in range(len(columns))]

        def ours_key(row):
            return ["" if nested[i] else normal(cell) for i, cell in enumerate(row)]

        def theirs_key(row):
            return ["" if nested[i] else normal(text(cell)) for i, cell in enumerate(row)]

        def normal(cell):
            try:
                return repr(float(cell))
            except ValueError:
                return cell

        compare(name, "deltalake", header, sorted(ours, key=ours_key), sorted(rows, key=theirs_key))
        files = [uri.removeprefix("file://") for uri in table.file_uris()]
        if files:
            total = sum(pyarrow.parquet.ParquetFile(file).metadata.num_rows for file in files)
            counted = duckdb.sql(
                f"SELECT count(*) FROM read_parquet({files}, union_by_name=true)").fetchone()[0]
            if not total == counted == len(ours):
                raise SystemExit(
                    f"{name}: {len(ours)} rows here, {counted} by DuckDB, {total} by pyarrow")
            for column, kind in zip(columns, arrow.schema.types):
                if str(kind) == "double":
                    theirs = duckdb.sql(
                        f'SELECT sum("{column}") FROM read_parquet({files}, union_by_name=true)'
                    ).fetchone()[0]
                    mine = kakeibo(program, lake, f'SELECT sum("{column}") FROM "{name}"')[1][0]
                    if theirs is None and mine == "(null)":
                        continue
                    if not math.isclose(float(mine), theirs, rel_tol=1e-9, abs_tol=1e-9):
                        raise SystemExit(f"{name}.{column}: sum {mine} here, {theirs} by DuckDB")
        print(f"{name}: {len(ours)} rows, the same by deltalake, DuckDB and pyarrow")
    print(f"{len(stored)} passed, 0 failed")


main()
