"""Delta tables of deltalake read by Kakeibo at every version, Kakeibo's read by deltalake and Polars, and
tables that both write in turn.

usage: delta_round_trips.py PROGRAM [--seeds FIRST..LAST] [--keep DIR]

Each seed is one table and a random history of it. What each version holds is kept here, row by row, so that
no reader is believed. `--seeds 17..17 --keep DIR` repeats seed 17 and leaves its table in DIR.
"""

import os
import shutil
import traceback
from decimal import Decimal

import deltalake
import duckdb
import polars
import pyarrow
import pyarrow.compute
import pyarrow.parquet
import pyarrow.types as kinds

import values
from generator import ODD_TEXTS, Tables
from parquet_round_trips import Different, check_columns, check_lines, short
from program import Program, Refused, named, quoted
from seeds import main

DEFAULT_SEEDS = "0..119"
# What is left out says so by name; a refusal with other words is a failure.
EXPECTED_REFUSALS = []


class DeltaTables(Tables):
    """Schemas that Delta's types can say, every row with a number of its own."""

    def leaf(self):
        r = self.random
        return r.choice([
            lambda: r.choice([pyarrow.int8(), pyarrow.int16(), pyarrow.int32(), pyarrow.int64()]),
            lambda: r.choice([pyarrow.float32(), pyarrow.float64()]),
            lambda: self.decimal(pyarrow.decimal128),
            lambda: pyarrow.bool_(),
            lambda: pyarrow.string(),
            lambda: pyarrow.binary(),
            lambda: pyarrow.date32(),
            lambda: pyarrow.timestamp("us", "UTC"),
            lambda: pyarrow.timestamp("us"),
        ])()

    def kind(self, depth):
        r = self.random
        shape = r.randrange(6) if depth else 5
        if shape == 0:
            return pyarrow.list_(self.kind(depth - 1))
        if shape == 1:
            names = r.sample(["a", "b", "c", "é", "x y"], r.randint(1, 3))
            return pyarrow.struct([pyarrow.field(name, self.kind(depth - 1)) for name in names])
        if shape == 2:
            return pyarrow.map_(r.choice([pyarrow.string(), pyarrow.int32()]), self.kind(depth - 1))
        return self.leaf()

    def zoned_kind(self, depth):
        """A type for a table that does not know timestamps without a zone, which deltalake will not teach it."""
        while True:
            kind = self.kind(depth)
            if "timestamp[us]" not in str(kind):
                return kind

    def partition_kind(self):
        r = self.random
        return r.choice([
            pyarrow.string(), pyarrow.string(), pyarrow.int32(), pyarrow.int64(), pyarrow.date32(), pyarrow.bool_(),
            pyarrow.timestamp("us", "UTC"), pyarrow.timestamp("us"), pyarrow.decimal128(9, 2)])

    def partition_value(self, kind):
        r = self.random
        if kinds.is_string(kind):
            # A file's name has no NUL and no 300 letters; the format takes the empty text for NULL.
            return r.choice([text for text in ODD_TEXTS
                             if text and "\0" not in text and len(text) < 40 and not text.startswith("__HIVE")]
                            + ["a/b", "50%", "a=b", " ", "日本", "x:y", "a b", "a+b", "a&b?c#d", "[x]"])
        value = self.value(kind)
        # deltalake 1.6 spells negative ones, even those that it read, in a way that pyarrow cannot read.
        return abs(value) if isinstance(value, Decimal) else value

    def delta_schema(self):
        r = self.random
        partitions = [
            pyarrow.field(f"p{i}", self.partition_kind()) for i in range(r.choice([0, 0, 1, 1, 2]))]
        others = [pyarrow.field(name, self.kind(3)) for name in r.sample(
            ["a", "B", "c", "A b", "é", "日本", "select", "x.y", "list", "1"], r.randint(1, 6))]
        fields = [pyarrow.field("id", pyarrow.int64()), *others, *partitions]
        r.shuffle(fields)
        return pyarrow.schema(fields), [field.name for field in partitions]

    def rows(self, schema, partitions, ids):
        r = self.random
        arrays = []
        for field in schema:
            if field.name == "id":
                arrays.append(pyarrow.array(ids, pyarrow.int64()))
            elif field.name in partitions:
                pool = [self.partition_value(field.type) for _ in range(r.randint(1, 3))] + [None] * r.randint(0, 1)
                arrays.append(pyarrow.array(r.choices(pool, k=len(ids)), field.type))
            else:
                arrays.append(self.column(field, len(ids)))
        return pyarrow.Table.from_arrays(arrays, schema=schema)


class NotWritten(Exception):
    """deltalake does not make the table that it was asked for."""


class History:
    """What every version of a table holds: its columns, and by id the values of its rows."""

    def __init__(self):
        self.names = []
        self.rows = {}
        self.versions = {}

    def add(self, table, replacing=False):
        if replacing:
            self.rows = {}
        names = table.column_names
        self.names += [name for name in names if name not in self.names]
        columns = [values.of(column) for column in table.columns]
        for row in zip(*columns):
            cells = dict(zip(names, row))
            self.rows[cells["id"]] = cells

    def record(self, version):
        self.versions[version] = (list(self.names), {key: dict(row) for key, row in self.rows.items()})

    def expected(self, version):
        """Columns as names and values, in the order of ids."""
        names, rows = self.versions[version]
        return [(name, [rows[key].get(name) for key in sorted(rows)]) for name in names]


# ---- deltalake writes


class Deltalake:
    """Random commits by deltalake."""

    def __init__(self, path, tables):
        self.path = path
        self.tables = tables
        self.random = tables.random
        self.history = History()
        self.next = 0
        self.schema, self.partitions = tables.delta_schema()
        self.told = []

    def ids(self, count):
        self.next += count
        return list(range(self.next - count, self.next))

    def rows(self, count=None):
        count = self.random.choice([1, 2, 10, 50, 300]) if count is None else count
        return self.tables.rows(self.schema, self.partitions, self.ids(count))

    def open(self):
        return deltalake.DeltaTable(self.path)

    def properties(self):
        r = self.random
        return deltalake.WriterProperties(
            compression=r.choice(["UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "LZ4_RAW"]),
            data_page_size_limit=r.choice([None, 100]), max_row_group_size=r.choice([None, 20]),
            dictionary_page_size_limit=r.choice([None, 50]))

    def write(self, table, **options):
        deltalake.write_deltalake(
            self.path, table, writer_properties=self.properties(),
            partition_by=self.partitions or None, **options)

    def begin(self):
        table = self.rows(self.random.choice([0, 1, 5, 100]))
        r = self.random
        configuration = {"delta.checkpointInterval": r.choice(["2", "3", "100"])}
        if r.random() < 0.3:
            configuration["delta.dataSkippingNumIndexedCols"] = r.choice(["0", "2"])
        if r.random() < 0.2:
            configuration["delta.enableChangeDataFeed"] = "true"
        if r.random() < 0.1:
            configuration |= {
                "delta.columnMapping.mode": "name", "delta.minReaderVersion": "2", "delta.minWriterVersion": "5"}
        self.write(table, configuration=configuration)
        self.history.add(table)
        self.record("create")

    def record(self, what):
        self.told.append(what)
        self.history.record(self.open().version())

    def step(self):
        steps = [self.append, self.append, self.overwrite, self.overwrite_part, self.delete, self.update, self.merge,
                 self.compact, self.order, self.widen, self.checkpoint, self.vacuum, self.constrain, self.restore]
        self.random.choice(steps)()

    def append(self):
        table = self.rows()
        self.write(table, mode="append")
        self.history.add(table)
        self.record("append")

    def overwrite(self):
        table = self.rows()
        self.write(table, mode="overwrite")
        self.history.add(table, replacing=True)
        self.record("overwrite")

    def overwrite_part(self):
        """Rows with ids in a range are replaced by rows that are in it as well."""
        gone = [key for key in self.history.rows if key % 3 == 0]
        if not gone:
            return
        table = self.rows(len(gone))
        table = table.set_column(table.column_names.index("id"), "id", pyarrow.array(gone, pyarrow.int64()))
        self.write(table, mode="overwrite", predicate="id % 3 = 0")
        for key in gone:
            del self.history.rows[key]
        self.history.add(table)
        self.record("overwrite by predicate")

    def delete(self):
        keys = [key for key in self.history.rows if self.random.random() < 0.3]
        if not keys:
            return
        self.open().delete(f"id IN ({', '.join(map(str, keys))})", writer_properties=self.properties())
        for key in keys:
            del self.history.rows[key]
        self.record("delete")

    def update(self):
        field = self.random.choice([field for field in self.schema if field.name not in ("id", *self.partitions)])
        if not self.history.rows:
            return
        limit = self.random.choice(sorted(self.history.rows))
        changed = "changed" if kinds.is_string(field.type) else None
        self.open().update(
            updates={f"`{field.name}`": "'changed'" if changed else "NULL"}, predicate=f"id <= {limit}")
        for key, row in self.history.rows.items():
            if key <= limit:
                row[field.name] = changed
        self.record("update")

    def merge(self):
        known = [key for key in self.history.rows if self.random.random() < 0.3]
        table = self.rows(len(known) + 3)
        ids = known + values.of(table["id"])[len(known):]
        table = table.set_column(table.column_names.index("id"), "id", pyarrow.array(ids, pyarrow.int64()))
        (self.open()
         .merge(table, predicate="t.id = s.id", source_alias="s", target_alias="t")
         .when_matched_update_all().when_not_matched_insert_all().execute())
        self.history.add(table)
        self.record("merge")

    def compact(self):
        self.open().optimize.compact()
        self.record("compact")

    def order(self):
        columns = [
            field.name for field in self.schema
            if field.name not in self.partitions and (kinds.is_integer(field.type) or kinds.is_string(field.type))]
        self.open().optimize.z_order(self.random.sample(columns, min(2, len(columns))))
        self.record("z-order")

    def widen(self):
        schema = self.schema.append(pyarrow.field(f"new{len(self.schema)}", self.tables.zoned_kind(2)))
        table = self.tables.rows(schema, self.partitions, self.ids(5))
        self.write(table, mode="append", schema_mode="merge")
        self.schema = schema
        self.history.add(table)
        self.record("new column")

    def checkpoint(self):
        self.open().create_checkpoint()
        self.told.append("checkpoint")

    def vacuum(self):
        self.open().vacuum(retention_hours=24 * 7, dry_run=False)
        self.record("vacuum")

    def constrain(self):
        table = self.open()
        name = f"c{table.version()}"
        table.alter.add_constraint({name: "id >= 0"})
        self.record("constraint")

    def restore(self):
        version = self.random.choice(sorted(self.history.versions))
        names, rows = self.history.versions[version]
        if names != self.history.names:
            return
        self.open().restore(version)
        self.history.rows = {key: dict(row) for key, row in rows.items()}
        self.record(f"restore {version}")


def check_theirs(program, seed, folder):
    """A table of deltalake's, read by us at all versions."""
    path = f"{folder}/theirs-{seed}"
    shutil.rmtree(path, ignore_errors=True)
    writer = Deltalake(path, DeltaTables(seed))
    try:
        writer.begin()
    except deltalake.exceptions.DeltaError as error:
        raise NotWritten(str(error))
    for _ in range(writer.random.randint(2, 14)):
        try:
            writer.step()
        except BaseException as error:  # A panic of its is no Exception.
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            writer.told.append(f"not done: {short(str(error))[:120]}")
    how = ", ".join(writer.told)
    ours = Program(program)
    newest = deltalake.DeltaTable(path).version()
    versions = sorted(writer.history.versions)
    if writer.random.random() < 0.2:
        # Files that only older versions need are gone after this, and so are those versions.
        writer.open().vacuum(retention_hours=0, enforce_retention_duration=False, dry_run=False)
        newest = deltalake.DeltaTable(path).version()
        writer.history.record(newest)
        versions = [newest]
    for version in versions:
        at = f" FOR VERSION AS OF {version}" if version < newest or seed % 2 else ""
        expected = writer.history.expected(version)
        lines = ours.lines(f"SELECT * FROM {quoted(path)}{at} ORDER BY id")
        try:
            order = [name for name, _ in values.parsed(lines[0]).entries] if lines else None
            check_lines(lines, arranged(expected, order))
        except Different as error:
            raise Different(f"version {version} of {newest} ({how}): {error}")
    return f"{newest + 1} versions"


def arranged(expected, names):
    """Columns in the order in which a reader has them, which must be the same columns."""
    if names is None or sorted(names) != sorted(name for name, _ in expected):
        return expected
    by_name = dict(expected)
    return [(name, by_name[name]) for name in names]


# ---- Kakeibo writes


class Ours:
    """Random commits by Kakeibo, and by deltalake in turn where `alternating`."""

    def __init__(self, program, folder, tables, alternating):
        self.lake = folder
        self.path = f"{folder}/t"
        self.program = Program(program, lake=folder)
        self.tables = tables
        self.random = tables.random
        self.alternating = alternating
        self.history = History()
        self.told = []
        self.next = 0
        self.schema, self.partitions = tables.delta_schema()

    def rows(self, count, schema=None):
        self.next += count
        return self.tables.rows(schema or self.schema, self.partitions, list(range(self.next - count, self.next)))

    def open(self):
        return deltalake.DeltaTable(self.path)

    def begin(self):
        table = self.rows(self.random.choice([0, 1, 5, 100, 1500]))
        if self.alternating and self.random.random() < 0.5:
            # A table with types that only deltalake has.
            try:
                deltalake.write_deltalake(self.path, table, partition_by=self.partitions or None)
            except deltalake.exceptions.DeltaError as error:
                raise NotWritten(str(error))
            self.history.add(table)
            return self.record("create by deltalake")
        source = self.stored(table)
        names = ", ".join(map(quoted, self.partitions))
        properties = f" WITH (partitioned_by = ARRAY[{names}])" if self.partitions else ""
        self.program.run("query", f"CREATE TABLE t{properties} AS SELECT * FROM {quoted(source)}")
        self.history.add(table)
        self.record("create")

    def stored(self, table):
        path = f"{self.lake}/_source.parquet"
        pyarrow.parquet.write_table(table, path)
        return path

    def record(self, what):
        self.told.append(what)
        self.history.record(self.open().version())

    def step(self):
        steps = [self.insert]
        if self.alternating:
            steps += [self.append_theirs, self.delete_theirs, self.compact_theirs, self.checkpoint_theirs, self.widen_theirs]
        self.random.choice(steps)()

    def insert(self):
        table = self.rows(self.random.choice([1, 2, 10, 300]))
        source = self.stored(table)
        columns = ", ".join(map(named, table.column_names))
        self.program.run("query", f"INSERT INTO t ({columns}) SELECT {columns} FROM {quoted(source)}")
        self.history.add(table)
        self.record("INSERT")

    def append_theirs(self):
        table = self.rows(self.random.choice([1, 10]), self.arrow_schema())
        deltalake.write_deltalake(self.path, table, mode="append", partition_by=self.partitions or None)
        self.history.add(table)
        self.record("append by deltalake")

    def widen_theirs(self):
        schema = self.arrow_schema().append(pyarrow.field(f"new{len(self.history.versions)}", self.tables.zoned_kind(2)))
        table = self.rows(3, schema)
        deltalake.write_deltalake(
            self.path, table, mode="append", schema_mode="merge", partition_by=self.partitions or None)
        self.history.add(table)
        self.record("new column by deltalake")

    def arrow_schema(self):
        return pyarrow.schema(self.open().schema().to_arrow())

    def delete_theirs(self):
        keys = [key for key in self.history.rows if self.random.random() < 0.2]
        if keys:
            self.open().delete(f"id IN ({', '.join(map(str, keys))})")
            for key in keys:
                del self.history.rows[key]
            self.record("delete by deltalake")

    def compact_theirs(self):
        self.open().optimize.compact()
        self.record("compact by deltalake")

    def checkpoint_theirs(self):
        self.open().create_checkpoint()
        self.told.append("checkpoint by deltalake")


def check_ours(program, seed, folder, alternating):
    """A table of ours, read by strangers and us at all versions."""
    lake = f"{folder}/ours-{seed}"
    shutil.rmtree(lake, ignore_errors=True)
    os.makedirs(lake)
    writer = Ours(program, lake, DeltaTables(seed), alternating)
    writer.begin()
    for _ in range(writer.random.choice([1, 3, 12])):
        writer.step()
    newest = writer.open().version()
    for version in sorted(writer.history.versions):
        expected = writer.history.expected(version)
        place = f"version {version} of {newest} ({', '.join(writer.told)})"
        try:
            lines = writer.program.lines(f"SELECT * FROM t FOR VERSION AS OF {version} ORDER BY id")
            check_lines(lines, arranged(expected, [name for name, _ in values.parsed(lines[0]).entries] if lines else None))
            table = deltalake.DeltaTable(writer.path, version=version).to_pyarrow_table()
            check_sorted("deltalake", table, expected)
            if version == newest or seed % 3 == 0:
                check_sorted("Polars", polars.read_delta(writer.path, version=version).to_arrow(), expected)
        except Different as error:
            raise Different(f"{place}: {error}")
    check_duckdb(writer, expected)
    # Ends with an error where something is wrong.
    writer.program.run("lake", "check")
    return f"{newest + 1} versions"


def check_sorted(reader, table, expected):
    found = values.columns(table)
    ids = dict(found)["id"]
    order = sorted(range(len(ids)), key=lambda row: ids[row])
    found = [(name, [cells[row] for row in order]) for name, cells in found]
    check_columns(reader, found, arranged(expected, [name for name, _ in found]))


def check_duckdb(writer, expected):
    """DuckDB's extension for Delta must be downloaded; it reads the files with their folders' names."""
    table = writer.open()
    files = [uri.removeprefix("file://") for uri in table.file_uris()]
    if not files:
        return
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    found = connection.execute(
        "SELECT * FROM read_parquet(?, union_by_name = true, hive_partitioning = true, hive_types_autocast = false)",
        [files]).to_arrow_table()
    texts = [field.name for field in writer.schema
             if field.name in writer.partitions and kinds.is_string(field.type)]
    read = [name for name in found.column_names if name not in writer.partitions or name in texts]
    check_sorted("DuckDB", found.select(read), [(name, cells) for name, cells in expected if name in read])


# ---- All seeds


def check_seed(program, seed, folder):
    part = ["deltalake's", "ours", "both in turn"][seed % 3]
    try:
        if seed % 3 == 0:
            return "passed", check_theirs(program, seed, folder)
        return "passed", check_ours(program, seed, folder, alternating=seed % 3 == 2)
    except NotWritten as error:
        return "left out", str(error)
    except Refused as error:
        if any(word in str(error) for word in EXPECTED_REFUSALS):
            return "refused", str(error)
        return "FAILED", f"{part}: refused: {error}"
    except (Different, AssertionError) as error:
        return "FAILED", f"{part}: {error}"
    except Exception:
        return "FAILED", f"{part}: {traceback.format_exc(limit=-3)}"


if __name__ == "__main__":
    main(check_seed, __doc__, DEFAULT_SEEDS)
