"""Opens every table of a lake with deltalake, Polars, DuckDB and pyarrow and compares the rows with Kakeibo's.

usage: open_lake.py PROGRAM LAKE
"""

import csv
import datetime
import io
import json
import math
import subprocess
import sys

import deltalake
import duckdb
import polars
import pyarrow.parquet
import pyarrow.types

NULL = "(null)"


def kakeibo(program, lake, sql):
    """The result of a statement as rows of text; the header first, NULL as a word that no value is."""
    done = subprocess.run(
        [program, "--lake", lake, "query", "--format", "csv", "--null", NULL, sql],
        capture_output=True, text=True, check=True)
    return list(csv.reader(io.StringIO(done.stdout)))


def plain(value):
    """A peer's value in JSON's terms: maps, which come as lists of pairs, become objects."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        if value and all(isinstance(item, tuple) for item in value):
            return {key: plain(item) for key, item in value}
        if value and all(isinstance(item, dict) and list(item) == ["key", "value"] for item in value):
            return {item["key"]: plain(item["value"]) for item in value}
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else scalar(value)


def scalar(value):
    """A peer's value as Kakeibo prints it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime.datetime):
        digits = f"{value.microsecond:06d}"
        return value.strftime("%Y-%m-%d %H:%M:%S.") + (digits[:3] if digits.endswith("000") else digits)
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def comparable(cell, is_nested, is_number):
    """One form for a cell of either side: JSON for nested values, the number for numbers."""
    if cell is None or cell == NULL:
        return NULL
    if is_nested:
        value = json.loads(cell) if isinstance(cell, str) else plain(cell)
        # An empty map and an empty list look alike to a peer.
        return json.dumps(value if value != [] else {}, sort_keys=True, ensure_ascii=False)
    if is_number:
        return repr(float(cell))
    return cell if isinstance(cell, str) else scalar(cell)


def same(ours, theirs, is_number):
    if ours == theirs:
        return True
    return (is_number and NULL not in (ours, theirs)
            and math.isclose(float(ours), float(theirs), rel_tol=1e-12, abs_tol=1e-300))


def check(program, lake, name, peer):
    table = deltalake.DeltaTable(f"{lake}/{name}")
    arrow = table.to_pyarrow_dataset().to_table()
    columns, types = arrow.schema.names, arrow.schema.types
    nested = [pyarrow.types.is_nested(kind) for kind in types]
    number = [pyarrow.types.is_integer(kind) or pyarrow.types.is_floating(kind) for kind in types]

    def rows(source):
        return sorted(
            [comparable(cell, nested[i], number[i]) for i, cell in enumerate(row)] for row in source)

    listed = ", ".join(f'"{column}"' for column in columns)
    ours = rows(kakeibo(program, lake, f'SELECT {listed} FROM "{name}"')[1:])
    by_polars = polars.read_delta(f"{lake}/{name}").select(columns)
    for reader, read in [("deltalake", arrow.to_pylist()), ("Polars", by_polars.to_dicts())]:
        theirs = rows(list(row.values()) for row in read)
        if len(ours) != len(theirs):
            sys.exit(f"{name}: {len(ours)} rows here, {len(theirs)} by {reader}")
        for place, (a, b) in enumerate(zip(ours, theirs)):
            for i, column in enumerate(columns):
                if not same(a[i], b[i], number[i]):
                    sys.exit(f"{name} row {place} {column}: {a[i][:400]} here, {b[i][:400]} by {reader}")

    files = [uri.removeprefix("file://") for uri in table.file_uris()]
    if files:
        source = f"read_parquet({files}, union_by_name=true)"
        counted = peer.execute(f"SELECT count(*) FROM {source}").fetchone()[0]
        stored = sum(pyarrow.parquet.ParquetFile(file).metadata.num_rows for file in files)
        if not stored == counted == len(ours):
            sys.exit(f"{name}: {len(ours)} rows here, {counted} by DuckDB, {stored} by pyarrow")
        for i, column in enumerate(columns):
            if not pyarrow.types.is_floating(types[i]):
                continue
            summed = peer.execute(f'SELECT sum("{column}") FROM {source}').fetchone()[0]
            mine = kakeibo(program, lake, f'SELECT sum("{column}") FROM "{name}"')[1][0]
            if (summed is None) != (mine == NULL) or summed is not None and not math.isclose(
                    float(mine), summed, rel_tol=1e-9, abs_tol=1e-9):
                sys.exit(f"{name}.{column}: sum {mine} here, {summed} by DuckDB")
    print(f"{name}: {len(ours)} rows, the same by deltalake, Polars, DuckDB and pyarrow")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    program, lake = sys.argv[1:]
    names = [row[0] for row in kakeibo(program, lake, "SHOW TABLES")[1:]]
    stored = [name for name in names if deltalake.DeltaTable.is_deltatable(f"{lake}/{name}")]
    if not stored:
        sys.exit(f"no Delta table in {lake}")
    peer = duckdb.connect()
    for name in stored:
        check(program, lake, name, peer)
    print(f"{len(stored)} passed, 0 failed")


main()
