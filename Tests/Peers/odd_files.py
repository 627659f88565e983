"""Files and folders of strangers that no random table has: very wide, very long, all of DuckDB's types, values
beyond our years, what is refused; folders with Hive partitions; our own types written for others.

usage: odd_files.py PROGRAM [--only CASE] [--keep DIR]
"""

import argparse
import os
import random
import shutil
import tempfile
import traceback
from decimal import Decimal

import duckdb
import polars
import pyarrow
import pyarrow.dataset
import pyarrow.parquet

import values
from parquet_round_trips import (
    Different, check_columns, check_file, check_jsonl, check_lines, check_table, read_by_duckdb, read_by_polars,
    read_by_pyarrow, short)
from program import Program, Refused, named, quoted
from seeds import run_all
from values import Day, Time

WRITERS = {
    "pyarrow": lambda source, path: pyarrow.parquet.write_table(source, path),
    "DuckDB": lambda source, path: duckdb.sql("FROM source").write_parquet(path),
    "Polars": lambda source, path: polars.from_arrow(source).write_parquet(path),
}


# ---- Parquet files


def ten_thousand_columns(program, folder):
    kinds = [pyarrow.int64(), pyarrow.string(), pyarrow.float64(), pyarrow.bool_()]
    samples = {kinds[0]: [1, None, -3], kinds[1]: ["a", "", None], kinds[2]: [0.1, None, -0.0], kinds[3]: [True, None, False]}
    table = pyarrow.table({
        f"column {i}": pyarrow.array(samples[kind], kind) for i in range(10_000) for kind in [kinds[i % 4]]})
    for writer, write in WRITERS.items():
        path = f"{folder}/wide-{writer}.parquet"
        write(table, path)
        check_file(program, path, values.columns(table))
    middle = program.lines(f'SELECT "column 5000" AS x FROM {quoted(path)}')
    check_lines(middle, [("x", [1, None, -3])])


def many_rows(program, folder):
    r = random.Random(1)
    count = 120_000
    table = pyarrow.table({
        "id": pyarrow.array(range(count), pyarrow.int64()),
        "code": pyarrow.array([r.choice(["EC2", "S3", None, "RDS"]) for _ in range(count)]),
        "unique": pyarrow.array([f"arn:{i:x}" for i in range(count)]),
        "cost": pyarrow.array([r.random() if r.random() < 0.9 else None for _ in range(count)]),
        "day": pyarrow.array([20_000 + i // 5000 for i in range(count)], pyarrow.date32()),
        "many": pyarrow.array([f"{r.randrange(70_000)}" for _ in range(count)]),
        "tags": pyarrow.array([["x"] * (i % 3) if i % 7 else None for i in range(count)]),
    })
    for writer, write in WRITERS.items():
        path = f"{folder}/long-{writer}.parquet"
        write(table, path)
        expected = values.columns(table)
        check_jsonl(program, path, expected)
        ours = f"{folder}/long-{writer}.ours.parquet"
        program.run("query", "--format", "parquet", "-o", ours, f"SELECT * FROM {quoted(path)}")
        for condition, keeps in [
            ("id BETWEEN 60000 AND 60010", lambda row: 60_000 <= row["id"] <= 60_010),
            ("day = DATE '2024-10-10'", lambda row: row["day"] == Day(20_006)),
            ("code = 'S3' AND \"unique\" > 'arn:1d000'", lambda row: row["code"] == "S3" and row["unique"] > "arn:1d000"),
            ("cost > 0.999", lambda row: row["cost"] is not None and row["cost"] > 0.999),
            ("tags IS NULL AND many < '2'", lambda row: row["tags"] is None and row["many"] < "2"),
        ]:
            names = [name for name, _ in expected]
            rows = [row for row in zip(*(cells for _, cells in expected)) if keeps(dict(zip(names, row)))]
            kept = [(name, [row[place] for row in rows]) for place, name in enumerate(names)]
            for file in [path, ours]:
                check_lines(program.lines(f"SELECT * FROM {quoted(file)} WHERE {condition}"), kept)
        check_table("our Parquet by pyarrow", read_by_pyarrow(ours), expected)
        check_table("our Parquet by Polars", read_by_polars(ours), expected)
        check_table("our Parquet by DuckDB", read_by_duckdb(ours), expected)


def long_texts(program, folder):
    letters = ["x" * 1_000_000, "é" * 500_000, "", None, "👍" * 250_000, "x" * 999_999 + "y"] * 3
    table = pyarrow.table({"t": letters, "b": pyarrow.array([t and t.encode() for t in letters], pyarrow.binary())})
    for name, options in {
        "dictionary": {}, "plain": {"use_dictionary": False}, "v2": {"data_page_version": "2.0", "compression": "gzip"},
        "delta": {"use_dictionary": False, "column_encoding": {"t": "DELTA_BYTE_ARRAY", "b": "DELTA_LENGTH_BYTE_ARRAY"}},
    }.items():
        path = f"{folder}/texts-{name}.parquet"
        pyarrow.parquet.write_table(table, path, **options)
        check_file(program, path, values.columns(table))


def many_row_groups(program, folder):
    table = pyarrow.table({"a": list(range(3000)), "b": [None, "x", "y"] * 1000})
    path = f"{folder}/groups.parquet"
    pyarrow.parquet.write_table(table, path, row_group_size=1)
    check_file(program, path, values.columns(table))


def no_rows_or_columns(program, folder):
    path = f"{folder}/none.parquet"
    schema = pyarrow.schema([("a", pyarrow.int64()), ("b", pyarrow.list_(pyarrow.string()))])
    with pyarrow.parquet.ParquetWriter(path, schema):
        pass
    check_file(program, path, [("a", []), ("b", [])])
    if program.table(f"SELECT count(*) AS n FROM {quoted(path)}") != [["n"], ["0"]]:
        raise Different("a file without row groups has rows")


def all_types_of_duckdb(program, folder):
    """Every type that DuckDB can write; what pyarrow reads of them is what they are."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    path = f"{folder}/types.parquet"
    names = [row[0] for row in connection.execute("DESCRIBE FROM test_all_types()").fetchall()]
    refused = []
    for name in names:
        try:
            # Its infinite dates and times have no meaning elsewhere.
            connection.execute(f"COPY (SELECT {named(name)} FROM test_all_types()) TO {quoted(path)} (FORMAT parquet)")
            expected = values.columns(read_by_pyarrow(path))
        except (duckdb.Error, pyarrow.ArrowException, OSError, NotImplementedError):
            continue
        try:
            check_lines(program.lines(f"SELECT * FROM {quoted(path)}"), expected)
        except Refused as error:
            refused.append(f"{name}: {error}")
        except Different as error:
            raise Different(f"{name}: {error}")
    if refused:
        raise Different("refused: " + "; ".join(refused))


def all_types_of_polars(program, folder):
    """Types that come from Polars alone; what it reads of them again is what they are."""
    import datetime
    moments = [datetime.datetime(2026, 9, 1, 12, 30, 0, 123456), None, datetime.datetime(1, 1, 1)]
    clocks = [datetime.time(23, 59, 59, 999999), None, datetime.time(0)]
    spans = [datetime.timedelta(days=-1, microseconds=1), None, datetime.timedelta(0)]
    columns = {
        "categorical": polars.Series(["a", None, "b"], dtype=polars.Categorical),
        "enum": polars.Series(["x", "y", None], dtype=polars.Enum(["x", "y"])),
        "int128": polars.Series([2**100, None, -2**100], dtype=polars.Int128),
        "uint8": polars.Series([255, None, 0], dtype=polars.UInt8),
        "time": polars.Series(clocks, dtype=polars.Time),
        "array": polars.Series([[1, 2], None, [3, None]], dtype=polars.Array(polars.Int16, 2)),
        "nothing": polars.Series([None, None, None], dtype=polars.Null),
        "decimal": polars.Series([Decimal("1.50"), None, Decimal("-99.99")], dtype=polars.Decimal(4, 2)),
        "bytes": polars.Series([b"\0", None, b""], dtype=polars.Binary),
        "rows": polars.Series([{"a": 1, "b": ["x"]}, None, {"a": None, "b": []}]),
        "lists": polars.Series([[[1], []], None, [None]], dtype=polars.List(polars.List(polars.Int8))),
    }
    for unit in ["ms", "us"]:
        columns[f"moment {unit}"] = polars.Series(moments, dtype=polars.Datetime(unit))
        columns[f"zoned {unit}"] = polars.Series(moments, dtype=polars.Datetime(unit, "UTC"))
        columns[f"span {unit}"] = polars.Series(spans, dtype=polars.Duration(unit))
    columns["moment ns"] = polars.Series([datetime.datetime(2026, 9, 1), None, None], dtype=polars.Datetime("ns"))
    for name, column in columns.items():
        path = f"{folder}/{name}.parquet"
        frame = polars.DataFrame({name: column})
        try:
            frame.write_parquet(path)
            expected = values.columns(read_by_polars(path))
        except Exception:
            continue  # Not one of the types that Polars writes, or reads.
        try:
            check_lines(program.lines(f"SELECT * FROM {quoted(path)}"), expected)
        except Different as error:
            raise Different(f"{name}: {error}")


def beyond_years(program, folder):
    """Values that our types cannot hold are an error that names the column, never another value."""
    path = f"{folder}/beyond.parquet"
    top = 2**63 - 1
    for kind, number in [(pyarrow.timestamp("ms"), top), (pyarrow.timestamp("ms"), -top)]:
        pyarrow.parquet.write_table(pyarrow.table({"t": pyarrow.array([0, number], kind)}), path)
        refuses(program, path, ["'t'", "range"])
    for kind, number, value in [
        (pyarrow.timestamp("us"), top, Time(top)), (pyarrow.timestamp("us"), -top, Time(-top)),
        (pyarrow.timestamp("ns"), -top, Time(-top // 1000)), (pyarrow.date32(), 2**31 - 1, Day(2**31 - 1)),
        (pyarrow.date32(), -2**31, Day(-2**31)), (pyarrow.timestamp("us"), -62_167_219_200_000_001, Time(-62_167_219_200_000_001)),
    ]:
        pyarrow.parquet.write_table(pyarrow.table({"t": pyarrow.array([0, number], kind)}), path)
        check_jsonl(program, path, [("t", [Time(0) if isinstance(value, Time) else Day(0), value])])


def refused_by_name(program, folder):
    path = f"{folder}/refused.parquet"
    table = pyarrow.table({"a": [1, 2]})
    pyarrow.parquet.write_table(table, path, compression="brotli")
    refuses(program, path, ["not supported", "BROTLI", "'a'"])
    wide = pyarrow.array([Decimal(10**38)], pyarrow.decimal256(39, 0))
    pyarrow.parquet.write_table(pyarrow.table({"d": wide}), path)
    refuses(program, path, ["not supported", "39 digits", "'d'"])
    for plaintext in [True, False]:
        encrypt(table, path, plaintext)
        refuses(program, path, ["not supported", "encrypted"])


def encrypt(table, path, plaintext_footer):
    import base64
    import pyarrow.parquet.encryption as encryption

    class Keys(encryption.KmsClient):
        def wrap_key(self, key, name):
            return base64.b64encode(key)

        def unwrap_key(self, key, name):
            return base64.b64decode(key)

    factory = encryption.CryptoFactory(lambda configuration: Keys())
    properties = factory.file_encryption_properties(
        encryption.KmsConnectionConfig(),
        encryption.EncryptionConfiguration(footer_key="f", column_keys={"c": ["a"]}, plaintext_footer=plaintext_footer))
    with pyarrow.parquet.ParquetWriter(path, table.schema, encryption_properties=properties) as writer:
        writer.write_table(table)


def refuses(program, path, words):
    try:
        read = program.lines(f"SELECT * FROM {quoted(path)}")
    except Refused as error:
        if all(word in str(error) for word in words):
            return
        raise Different(f"refused as {str(error)!r}, expected {words}")
    raise Different(f"read as {short(read)}, expected an error with {words}")


# ---- Written by us


OUR_TYPES = """
SELECT * FROM (VALUES
  (1, true, BIGINT '-9223372036854775808', 0.1E0, DECIMAL '-0.01', 'é', X'00ff', DATE '0001-01-01',
    TIMESTAMP '9999-12-31 23:59:59.999999', INTERVAL '1' DAY, INTERVAL '14' MONTH, JSON '{"a":[1,null]}', NULL,
    ARRAY[ARRAY[1, NULL], ARRAY[], NULL], MAP(ARRAY['x'], ARRAY[ARRAY[1.5]]), CAST(ROW(1, 'a') AS ROW(n bigint, t varchar))),
  (2, NULL, NULL, nan(), NULL, '', X'', DATE '9999-12-31', TIMESTAMP '0001-01-01 00:00:00', NULL, NULL, NULL, NULL,
    ARRAY[], MAP(), NULL),
  (3, false, BIGINT '9223372036854775807', -infinity(), DECIMAL '99.99', 'a"b', NULL, NULL, NULL,
    INTERVAL '-5' SECOND, INTERVAL '-1' YEAR, JSON 'null', NULL, NULL, NULL,
    CAST(ROW(NULL, NULL) AS ROW(n bigint, t varchar)))
) AS t (i, b, big, dbl, dec, txt, bin, day, ts, seconds, months, js, nothing, arr, m, r)
"""

OUR_VALUES = [
    ("i", [1, 2, 3]), ("b", [True, None, False]), ("big", [-2**63, None, 2**63 - 1]),
    ("dbl", [0.1, float("nan"), float("-inf")]), ("dec", [Decimal("-0.01"), None, Decimal("99.99")]),
    ("txt", ["é", "", 'a"b']), ("bin", [b"\0\xff", b"", None]), ("day", [Day(-719_162), Day(2_932_896), None]),
    ("ts", [Time(253_402_300_799_999_999), Time(-62_135_596_800_000_000), None]),
    ("seconds", [86_400_000_000, None, -5_000_000]), ("months", [14, None, -12]),
    ("js", ['{"a":[1,null]}', None, "null"]), ("nothing", [None, None, None]),
    ("arr", [[[1, None], [], None], [], None]),
    ("m", [values.Map([("x", [Decimal("1.5")])]), values.Map([]), None]),
    ("r", [values.Row(["n", "t"], [1, "a"]), None, values.Row(["n", "t"], [None, None])]),
]


def our_types(program, folder):
    for name, compression in [("snappy", "SNAPPY"), ("none", "NONE"), ("gzip", "GZIP")]:
        target = f"{folder}/unloaded-{name}"
        program.run(
            "query", f"UNLOAD ({OUR_TYPES}) TO {quoted(target)} WITH (format = 'PARQUET', compression = '{compression}')")
        (file,) = [f"{target}/{file}" for file in os.listdir(target)]
        check_by_all(file)
    path = f"{folder}/ours.parquet"
    program.run("query", "--format", "parquet", "-o", path, OUR_TYPES)
    check_by_all(path)
    written = open(path, "rb").read()
    program.run("query", "--format", "parquet", "-o", path, OUR_TYPES)
    if open(path, "rb").read() != written:
        raise Different("the same result gives other bytes the second time")


def check_by_all(path):
    check_table("pyarrow", read_by_pyarrow(path), OUR_VALUES)
    check_table("DuckDB", read_by_duckdb(path), OUR_VALUES)
    # Polars has JSON as bytes.
    table = read_by_polars(path)
    table = table.set_column(table.column_names.index("js"), "js", table["js"].cast(pyarrow.large_string()))
    check_table("Polars", table, OUR_VALUES)


# ---- Folders


PARTS = {
    "text": ["a/b", "50% off", "x=y", " ", "é 日本 👍", "a:b", "[1]", "a'b", 'a"b', "a\\b", "a+b", "a%2Fb", None, "plain", "#?&;", "{}", "~"],
    "number": [0, -1, 7, None, 2**40],
    "day": [Day(20_000), None, Day(-1)],
}


def parted_table(text_kind=pyarrow.string()):
    rows = [(text, PARTS["number"][i % 5], PARTS["day"][i % 3]) for i, text in enumerate(PARTS["text"])] * 3
    return pyarrow.table({
        "id": pyarrow.array(range(len(rows)), pyarrow.int64()),
        "v": pyarrow.array([f"v{i}" if i % 4 else None for i in range(len(rows))]),
        "text": pyarrow.array([row[0] for row in rows], text_kind),
        "number": pyarrow.array([row[1] for row in rows], pyarrow.int64()),
        "day": pyarrow.array([row[2] and row[2].days for row in rows], pyarrow.date32()),
    })


def hive_by_pyarrow(program, folder):
    table = parted_table()
    path = f"{folder}/hive-pyarrow"
    pyarrow.dataset.write_dataset(
        table, path, format="parquet", max_partitions=4096,
        partitioning=pyarrow.dataset.partitioning(table.select(["number", "day", "text"]).schema, flavor="hive"))
    check_hive(program, path, table)


def hive_by_duckdb(program, folder):
    table = parted_table()
    path = f"{folder}/hive-duckdb"
    source = table  # By this name it stands in the statement.
    duckdb.execute(f"COPY (FROM source) TO {quoted(path)} (FORMAT parquet, PARTITION_BY (number, day, text), OVERWRITE)")
    check_hive(program, path, table)


def hive_by_polars(program, folder):
    table = parted_table()
    path = f"{folder}/hive-polars"
    polars.from_arrow(table).write_parquet(
        path, partition_by=["number", "day", "text"], mkdir=True)
    check_hive(program, path, table)


def check_hive(program, path, table):
    expected = values.columns(table)
    for source in [path, f"{path}/**/*.parquet", f"{path}/*/*/*/*.parquet"]:
        lines = program.lines(f"SELECT id, v, text, number, day FROM {quoted(source)} ORDER BY id")
        check_lines(lines, expected)
    texts = dict(expected)["text"]
    for text in PARTS["text"]:
        condition = "text IS NULL" if text is None else f"text = {quoted(text)}"
        count = texts.count(text)
        found = program.table(f"SELECT count(*) AS n FROM {quoted(path)} WHERE {condition}")[1][0]
        if int(found) != count:
            raise Different(f"{found} rows where {condition}, expected {count}")
    plan = program.query(f"EXPLAIN SELECT v FROM {quoted(path)} WHERE number = 7", "--format", "csv").decode()
    kept = sum(len(names) for place, _, names in os.walk(path) if "number=7" in place)
    total = sum(len(names) for _, _, names in os.walk(path))
    if f"{kept} of {total}" not in plan:
        raise Different(f"expected {kept} of {total} files in the plan:\n{plan}")


def schemas_by_name(program, folder):
    """Files whose columns differ are one table, as DuckDB's union by name says."""
    path = f"{folder}/union"
    os.makedirs(path)
    parts = [
        pyarrow.table({"id": pyarrow.array([1, 2], pyarrow.int32()), "a": ["x", None], "s": [{"p": 1}, None]}),
        pyarrow.table({"A": ["y"], "ID": pyarrow.array([3], pyarrow.int64()), "new": [1.5]}),
        pyarrow.table({"id": pyarrow.array([4], pyarrow.int8()), "new": pyarrow.array([7], pyarrow.int32()),
                       "s": [{"p": 2, "q": "z"}], "a": pyarrow.nulls(1)}),
    ]
    for i, part in enumerate(parts):
        pyarrow.parquet.write_table(part, f"{path}/{i}.parquet")
    both = ["p", "q"]
    check_lines(program.lines(f"SELECT id, a, s, new FROM {quoted(path + '/*.parquet')} ORDER BY id"), [
        ("id", [1, 2, 3, 4]), ("a", ["x", None, "y", None]),
        ("s", [values.Row(both, [1, None]), None, None, values.Row(both, [2, "z"])]), ("new", [None, None, 1.5, 7.0])])
    theirs = duckdb.execute(
        f"SELECT id, a, s, new FROM read_parquet({quoted(path + '/*.parquet')}, union_by_name = true) ORDER BY id"
    ).to_arrow_table()
    check_columns("DuckDB", values.columns(theirs), [
        ("id", [1, 2, 3, 4]), ("a", ["x", None, "y", None]),
        ("s", [values.Row(both, [1, None]), None, None, values.Row(both, [2, "z"])]), ("new", [None, None, 1.5, 7.0])])


CASES = [
    ten_thousand_columns, many_rows, long_texts, many_row_groups, no_rows_or_columns, all_types_of_duckdb,
    all_types_of_polars, beyond_years, refused_by_name, our_types, hive_by_pyarrow, hive_by_duckdb,
    hive_by_polars, schemas_by_name,
]


def check_case(program, name, folder):
    folder = f"{folder}/{name}"
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    try:
        {case.__name__: case for case in CASES}[name](Program(program), folder)
        return "passed", ""
    except Refused as error:
        return "FAILED", f"refused: {short(str(error))}"
    except Different as error:
        return "FAILED", str(error)
    except Exception:
        return "FAILED", traceback.format_exc(limit=-3)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--only", metavar="CASE")
    parser.add_argument("--keep", metavar="DIR")
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = said.keep or scratch
        os.makedirs(folder, exist_ok=True)
        run_all(check_case, said.program, [said.only] if said.only else [case.__name__ for case in CASES], folder)


if __name__ == "__main__":
    main()
