"""Parquet files of pyarrow, DuckDB and Polars read by Kakeibo, and Kakeibo's read by them, value by value.

usage: parquet_round_trips.py PROGRAM [--seeds FIRST..LAST] [--keep DIR]

Each seed is one table: written by one stranger in one of the ways that it knows, read by Kakeibo as JSON lines
and as CSV, written by Kakeibo as Parquet, read by all three. `--seeds 17..17 --keep DIR` repeats seed 17 and
leaves its files in DIR.
"""

import io
import traceback

import duckdb
import polars
import pyarrow
import pyarrow.parquet

import values
from generator import Tables
from program import Program, Refused, named, quoted
from seeds import main

DEFAULT_SEEDS = "0..299"
# What is left out says so by name; a refusal with other words is a failure.
EXPECTED_REFUSALS = []


class Different(Exception):
    """What one reader sees is not what another one sees."""


# ---- Writers


def write_by_pyarrow(tables, path):
    """The table as written, and what is to be read: what pyarrow reads where an option loses digits."""
    table = tables.table()
    options = tables.arrow_options(table)
    try:
        pyarrow.parquet.write_table(table, path, **options)
    except (pyarrow.ArrowException, ValueError, OSError) as error:
        # What the writer does not have for a type, or for names that hide each other.
        options = {"compression": options["compression"], "not taken": repr(error)[:80]}
        pyarrow.parquet.write_table(table, path, compression=options["compression"])
    if options.keys() & {"coerce_timestamps", "use_deprecated_int96_timestamps", "flavor"}:
        table = read_by_pyarrow(path)
    return values.columns(table), f"pyarrow {options}"


def write_by_duckdb(tables, path):
    def attempt(part):
        if "fixed_size_list" in str(part.schema.field(0).type):
            # DuckDB 2.0 writes a NULL one as a list that has elements and has none; pyarrow refuses it as well.
            raise ValueError("no fixed size lists")
        if "duration" in str(part.schema.field(0).type):
            # Its intervals are three numbers each, and pyarrow's durations one.
            raise ValueError("no durations")
        scratch = duckdb.connect()
        scratch.execute("CREATE TABLE t AS FROM part")
        scratch.execute(f"COPY t TO {quoted(path)} (FORMAT parquet)")

    source = fitting(tables.table(), attempt)
    connection = duckdb.connect()
    connection.execute("CREATE TABLE t AS FROM source")
    r = tables.random
    options = {
        "compression": r.choice(["uncompressed", "snappy", "gzip", "zstd", "lz4_raw"]),
        "parquet_version": r.choice(["V1", "V2"]),
        "row_group_size": r.choice([2048, 100_000]),
        "dictionary_size_limit": r.choice([0, 10, 100_000]),
        "string_dictionary_page_size_limit": r.choice([100, 1 << 20]),
        "write_bloom_filter": r.choice(["true", "false"]),
    }
    often = r.choice([1, 1, 1, 3000 // max(len(source), 1)])
    said = ", ".join(f"{key} {value!r}" for key, value in options.items())
    connection.execute(
        f"COPY (SELECT t.* FROM t, range({often})) TO {quoted(path)} (FORMAT parquet, {said})")
    return read_by_any(path, read_by_duckdb), f"duckdb {options} times {often}"


def write_by_polars(tables, path):
    table = fitting(tables.table(), lambda part: polars.from_arrow(part).write_parquet(io.BytesIO()))
    r = tables.random
    options = {
        "compression": r.choice(["uncompressed", "snappy", "gzip", "zstd", "lz4"]),
        "row_group_size": r.choice([None, 10, 100]),
        "data_page_size": r.choice([None, 100, 5000]),
        "statistics": r.choice([True, False, "full"]),
    }
    polars.from_arrow(table).write_parquet(path, **options)
    return read_by_any(path, read_by_polars), f"polars {options}"


def fitting(table, attempt):
    """The columns of a table that a writer takes, under names that it can tell apart."""
    kept = []
    for position in range(table.num_columns):
        part = table.select([position]).rename_columns([f"c{position}"])
        try:
            attempt(part)
            kept.append(position)
        except BaseException as error:  # Polars panics, and its panic is no Exception.
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
    names, taken = [], set()
    for position in kept:
        name = table.column_names[position] or "unnamed"
        names.append(name if name.lower() not in taken else f"{name} {position}")
        taken.add(names[-1].lower())
    if not kept:
        return pyarrow.table({"n": [1, 2, None]})
    return table.select(kept).rename_columns(names)


WRITERS = [write_by_pyarrow, write_by_pyarrow, write_by_pyarrow, write_by_duckdb, write_by_polars]

# ---- Readers


def read_by_pyarrow(path):
    return pyarrow.parquet.ParquetFile(path, coerce_int96_timestamp_unit="us").read()


def read_by_any(path, otherwise):
    """What pyarrow reads, or where it cannot what the writer itself does."""
    try:
        return values.columns(read_by_pyarrow(path))
    except (pyarrow.ArrowException, OSError):
        return values.columns(otherwise(path))


def read_by_duckdb(path):
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    return connection.sql(f"FROM read_parquet({quoted(path)})").to_arrow_table()


def read_by_polars(path):
    return polars.read_parquet(path, glob=False, hive_partitioning=False).to_arrow()


def check_jsonl(program, path, expected):
    check_lines(program.lines(f"SELECT * FROM {quoted(path)}"), expected)


def check_lines(lines, expected):
    names = unique([name for name, _ in expected])
    check_count("as JSON", len(lines), expected)
    for row, line in enumerate(lines):
        cells = values.parsed(line).entries
        if [name for name, _ in cells] != names:
            raise Different(f"as JSON: columns {[name for name, _ in cells][:20]}, expected {names[:20]}")
        for (name, column), (_, cell) in zip(expected, cells):
            if not values.same_json(cell, column[row]):
                raise Different(f"as JSON: row {row}, column {name!r}: {short(cell)}, expected {short(column[row])}")


def check_csv(program, path, expected):
    null = "(null)"
    rows = program.table(f"SELECT * FROM {quoted(path)}", null)
    names = unique([name for name, _ in expected])
    if rows[0] != names:
        raise Different(f"as CSV: columns {rows[0][:20]}, expected {names[:20]}")
    check_count("as CSV", len(rows) - 1, expected)
    for row, cells in enumerate(rows[1:]):
        for (name, column), cell in zip(expected, cells):
            value = column[row]
            if (cell is None) != (value is None) or cell is not None and not values.same_text(cell, value):
                raise Different(f"as CSV: row {row}, column {name!r}: {short(cell)}, expected {short(value)}")


def check_table(reader, table, expected):
    found = values.columns(table)
    check_columns(reader, found, expected)


def check_columns(reader, found, expected):
    names = unique([name for name, _ in expected])
    if [name for name, _ in found] != names:
        raise Different(f"{reader}: columns {[name for name, _ in found][:20]}, expected {names[:20]}")
    check_count(reader, len(found[0][1]) if found else 0, expected)
    for (name, column), (_, cells) in zip(expected, found):
        for row, (value, cell) in enumerate(zip(column, cells)):
            if not values.same(cell, value):
                raise Different(f"{reader}: row {row}, column {name!r}: {short(cell)}, expected {short(value)}")


def check_count(reader, count, expected):
    wanted = len(expected[0][1]) if expected else 0
    if count != wanted:
        raise Different(f"{reader}: {count} rows, expected {wanted}")


def unique(names):
    """Names as Kakeibo tells them apart where case does not count: `a, A, a` are `a, A_1, a_2`."""
    taken, found = set(), []
    for name in names:
        here, number = name, 0
        while here.lower() in taken:
            number += 1
            here = f"{name}_{number}"
        taken.add(here.lower())
        found.append(here)
    return found


def short(value):
    words = repr(value)
    return words if len(words) < 200 else f"{words[:160]} … ({len(words)} characters)"


# ---- One table


def check_conditions(program, path, expected):
    """Rows that meet a condition on a column, which pages and row groups may be left out by."""
    names = unique([name for name, _ in expected])
    for name, (_, column) in zip(names, expected):
        if not name or not column:
            continue
        checks = [("IS NULL", [value is None for value in column])]
        wanted = next((value for value in column if is_comparable(value)), None)
        if wanted is not None:
            literal = quoted(wanted) if isinstance(wanted, str) else values.text(wanted)
            if isinstance(wanted, values.Day):
                literal = f"DATE '{literal}'"
            checks.append((f"= {literal}", [value == wanted for value in column]))
        for condition, keeps in checks:
            lines = program.lines(f"SELECT * FROM {quoted(path)} WHERE {named(name)} {condition}")
            kept = [(other, [value for value, keep in zip(cells, keeps) if keep]) for other, cells in expected]
            try:
                check_lines(lines, kept)
            except Different as error:
                raise Different(f"WHERE {named(name)} {condition[:100]}: {error}")
        if len(column) > 600:
            break


def is_comparable(value):
    return isinstance(value, (str, int, values.Day)) and not isinstance(value, bool) and len(str(value)) < 1000


def check_file(program, path, expected):
    """Everything that is asked of one file."""
    check_jsonl(program, path, expected)
    check_csv(program, path, expected)
    ours = path.removesuffix(".parquet") + ".ours.parquet"
    program.run("query", "--format", "parquet", "-o", ours, f"SELECT * FROM {quoted(path)}")
    check_table("our Parquet by pyarrow", read_by_pyarrow(ours), expected)
    check_jsonl(program, ours, list(zip(unique([name for name, _ in expected]), [c for _, c in expected])))
    # DuckDB calls a column without a name by its place.
    placed = [(name or f"C{place}", column) for place, (name, column) in enumerate(expected)]
    try:
        check_table("our Parquet by DuckDB", read_by_duckdb(ours), placed)
    except Different:
        # It reads a NULL row of untyped fields as a row; but the first file and ours must be one to it.
        check_columns("our Parquet by DuckDB", values.columns(read_by_duckdb(ours)), values.columns(read_by_duckdb(path)))
    check_table("our Parquet by Polars", read_by_polars(ours), expected)


def check_seed(program, seed, folder):
    """None, or what went wrong; a stranger that cannot read back what it wrote is no fault of ours."""
    path = f"{folder}/{seed}.parquet"
    tables = Tables(seed)
    writer = WRITERS[seed % len(WRITERS)]
    try:
        expected, how = writer(tables, path)
    except (pyarrow.ArrowException, OSError, duckdb.Error) as error:
        return "left out", f"{writer.__name__}: {str(error)[:100]}"
    try:
        check_file(Program(program), path, expected)
        check_conditions(Program(program), path, expected)
        return "passed", how
    except Refused as error:
        if any(word in str(error) for word in EXPECTED_REFUSALS):
            return "refused", str(error)
        return "FAILED", f"refused: {error}\n  written by {how}"
    except Exception as error:
        words = str(error) if isinstance(error, (Different, AssertionError)) else traceback.format_exc(limit=-3)
        return "FAILED", f"{words}\n  written by {how}"


if __name__ == "__main__":
    main(check_seed, __doc__, DEFAULT_SEEDS)
