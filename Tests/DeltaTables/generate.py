#!/usr/bin/env python3
"""Makes the Delta tables next to this file, with the features that writers other than ours use.

  python3 generate.py        needs pyarrow and pyroaring

The data files and checkpoints are written by pyarrow, the deletion vectors by CRoaring, the logs by
hand after Delta's PROTOCOL.md. What the tables hold is said in WarehouseTests/OthersTablesTests.swift.
"""
import decimal
import json
import os
import shutil
import struct
import uuid
import zlib

import pyarrow as pa
import pyarrow.parquet as pq
import pyroaring

ROOT = os.path.dirname(os.path.abspath(__file__))
FEATURES = lambda *names: {"minReaderVersion": 3, "minWriterVersion": 7,
                           "readerFeatures": list(names), "writerFeatures": list(names)}
PLAIN = {"minReaderVersion": 1, "minWriterVersion": 2}


class Table:
  def __init__(self, name, fields, protocol=PLAIN, partitions=(), configuration=None):
    self.path = os.path.join(ROOT, name)
    shutil.rmtree(self.path, ignore_errors=True)
    self.log = os.path.join(self.path, "_delta_log")
    os.makedirs(self.log)
    self.protocol = protocol
    self.metadata = {"id": str(uuid.UUID(int=1)), "format": {"provider": "parquet", "options": {}},
                     "schemaString": json.dumps({"type": "struct", "fields": fields}),
                     "partitionColumns": list(partitions), "configuration": configuration or {},
                     "createdTime": 0}

  def head(self):
    return [{"protocol": self.protocol}, {"metaData": self.metadata}]

  def commit(self, version, actions):
    info = {"commitInfo": {"timestamp": 1_600_000_000_000 + version * 1000, "operation": "TEST"}}
    with open(f"{self.log}/{version:020}.json", "w") as out:
      for action in [info] + actions:
        out.write(json.dumps(action) + "\n")

  def add(self, path, table, partition=None, vector=None, stats=None, **options):
    full = os.path.join(self.path, path)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    if table is not None:
      pq.write_table(table, full, compression="snappy", **options)
    rows = table.num_rows if table is not None else pq.read_metadata(full).num_rows
    action = {"path": path, "partitionValues": partition or {}, "size": os.path.getsize(full),
              "modificationTime": 0, "dataChange": True,
              "stats": json.dumps({"numRecords": rows, **(stats or {})})}
    if vector:
      action["deletionVector"] = vector
    return {"add": action}


def field(name, type, id=None, physical=None, **metadata):
  if id is not None:
    metadata["delta.columnMapping.id"] = id
    metadata["delta.columnMapping.physicalName"] = physical
  return {"name": name, "type": type, "nullable": True, "metadata": metadata}


Z85 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"


def z85(data):
  data += b"\0" * (-len(data) % 4)
  text = ""
  for (word,) in struct.iter_unpack(">I", data):
    text += "".join(Z85[word // 85 ** power % 85] for power in (4, 3, 2, 1, 0))
  return text


def vector(rows, optimise=False):
  bitmap = pyroaring.BitMap64(rows)
  if optimise:
    # Only the 32-bit class has run containers to ask for.
    inner = pyroaring.BitMap(rows)
    inner.run_optimize()
    return struct.pack("<IQI", 1681511377, 1, 0) + inner.serialize()
  return struct.pack("<I", 1681511377) + bitmap.serialize()


def inline(rows, **options):
  data = vector(rows, **options)
  return {"storageType": "i", "pathOrInlineDv": z85(data), "sizeInBytes": len(data),
          "cardinality": len(rows)}


def stored(table, number, vectors, prefix=""):
  """Vectors in one file, and what the log says of each."""
  name = uuid.UUID(int=number)
  folder = os.path.join(table.path, prefix)
  os.makedirs(folder, exist_ok=True)
  described = []
  with open(f"{folder}/deletion_vector_{name}.bin", "wb") as out:
    out.write(b"\1")
    for rows, data in vectors:
      described.append({"storageType": "u", "pathOrInlineDv": prefix + z85(name.bytes),
                        "offset": out.tell(), "sizeInBytes": len(data), "cardinality": len(rows)})
      out.write(struct.pack(">I", len(data)) + data + struct.pack(">I", zlib.crc32(data)))
  return described


def numbers(rows, name="id"):
  return pa.table({name: pa.array(rows, pa.int64())})


# Small pages and an index of them, so that readers skip pages as well as row groups.
DELTA = {"use_dictionary": False, "column_encoding": "DELTA_BINARY_PACKED",
         "write_page_index": True, "data_page_size": 1, "write_batch_size": 500}


def deletion_vectors():
  table = Table("deletion-vectors", [field("id", "long"), field("part", "string")],
                FEATURES("deletionVectors"), ["part"])
  every_third = list(range(0, 70_000, 3))
  long_run = list(range(10_000, 69_000)) + [69_999]
  few = [0, 999, 1000, 1001, 4999]
  described = stored(table, 7, [(every_third, vector(every_third)),
                                (long_run, vector(long_run, optimise=True))], prefix="ab")
  single, = stored(table, 8, [(few, vector(few))])
  stats = lambda first, last: {"minValues": {"id": first}, "maxValues": {"id": last},
                               "nullCount": {"id": 0}, "tightBounds": False}
  write = lambda path, first, count, part, dv: table.add(
      path, numbers(range(first, first + count)), {"part": part}, dv,
      stats(first, first + count - 1), row_group_size=1000 if count == 5000 else 30_000, **DELTA)
  table.commit(0, table.head() + [
      write("part=a/1.parquet", 0, 70_000, "a", None),
      write("part=a/2.parquet", 100_000, 70_000, "a", described[1]),
      write("part=b/3.parquet", 200_000, 5000, "b", single),
      write("part=b/4.parquet", 300_000, 10, "b", inline([3, 4, 7])),
      write("part=c/5.parquet", 400_000, 10, "c", inline(list(range(10))))])
  table.commit(1, [
      {"remove": {"path": "part=a/1.parquet", "dataChange": True, "deletionTimestamp": 1}},
      table.add("part=a/1.parquet", None, {"part": "a"}, described[0], stats(0, 69_999))])


def mapped_batch(id_of, name_of):
  """The same rows under names and numbers of the caller's."""
  def f(key, type):
    metadata = {b"PARQUET:field_id": str(id_of[key]).encode()} if id_of else None
    return pa.field(name_of(key), type, metadata=metadata)
  point = pa.struct([f("point.x", pa.int32()), f("point.y", pa.string())])
  item = pa.struct([f("items.n", pa.int64()), f("items.gone", pa.int64())])
  schema = pa.schema([
      f("a", pa.int64()), f("point", point), f("items", pa.list_(item)),
      f("tags", pa.map_(pa.string(), pa.struct([f("tags.v", pa.float64())]))),
      f("dropped", pa.string())])
  rows = {
      "a": [1, 2, None], "dropped": ["x", "y", "z"],
      "point": [{"point.x": 10, "point.y": "p"}, None, {"point.x": None, "point.y": "q"}],
      "items": [[{"items.n": 5, "items.gone": 0}, None], [], None],
      "tags": [[("k", {"tags.v": 0.5})], [], [("n", None)]]}
  def rename(value):
    if isinstance(value, dict):
      return {name_of(key): rename(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
      return type(value)(rename(inner) for inner in value)
    return value
  return pa.table([pa.array([rename(row) for row in rows[key]], schema.field(index).type)
                   for index, key in enumerate(["a", "point", "items", "tags", "dropped"])],
                  schema=schema)


def column_mapping():
  keys = ["a", "point", "point.x", "point.y", "items", "items.n", "items.gone", "tags", "tags.v",
          "dropped", "later", "point.z", "day"]
  ids = {key: number + 1 for number, key in enumerate(keys)}
  physical = lambda key: "col-" + key.replace(".", "-")
  def f(name, key, type):
    return field(name, type, ids[key], physical(key))
  struct = lambda *fields: {"type": "struct", "fields": list(fields)}
  fields = [
      f("items", "items", {"type": "array", "containsNull": True,
                           "elementType": struct(f("m, 1", "items.n", "long"))}),
      # Renamed to what a dropped column was called.
      f("dropped", "a", "long"),
      f("Point", "point", struct(f("y", "point.y", "string"), f("z", "point.z", "long"),
                                 f("X", "point.x", "integer"))),
      f("tags", "tags", {"type": "map", "keyType": "string", "valueContainsNull": True,
                         "valueType": struct(f("value", "tags.v", "double"))}),
      f("later", "later", "string"), f("day", "day", "date")]
  for mode, protocol in [("name", {"minReaderVersion": 2, "minWriterVersion": 5}),
                         ("id", FEATURES("columnMapping"))]:
    table = Table(f"column-mapping-{mode}", fields, protocol, ["day"],
                  {"delta.columnMapping.mode": mode, "delta.columnMapping.maxColumnId": "13"})
    # By number, the names in the file mean nothing.
    batch = mapped_batch(ids, physical) if mode == "name" else mapped_batch(ids, lambda k: "n" + k)
    stats = {"minValues": {"col-a": 1}, "maxValues": {"col-a": 2}, "nullCount": {"col-a": 1}}
    table.commit(0, table.head() + [
        table.add("Xy/1.parquet", batch, {"col-day": "2026-09-01"}, None, stats)])
  table = Table("column-mapping-id-without-ids", fields, FEATURES("columnMapping"), ["day"],
                {"delta.columnMapping.mode": "id"})
  table.commit(0, table.head() + [table.add("1.parquet", mapped_batch(None, physical), {})])


# Checkpoints ------------------------------------------------------------------------------------

TEXTS = pa.map_(pa.string(), pa.string())
VECTOR = pa.struct([("storageType", pa.string()), ("pathOrInlineDv", pa.string()),
                    ("offset", pa.int32()), ("sizeInBytes", pa.int32()),
                    ("cardinality", pa.int64())])
KINDS = {
    "txn": pa.struct([("appId", pa.string()), ("version", pa.int64()), ("lastUpdated", pa.int64())]),
    "add": pa.struct([("path", pa.string()), ("partitionValues", TEXTS), ("size", pa.int64()),
                      ("modificationTime", pa.int64()), ("dataChange", pa.bool_()),
                      ("stats", pa.string()), ("deletionVector", VECTOR),
                      ("baseRowId", pa.int64()),
                      ("stats_parsed", pa.struct([("numRecords", pa.int64())]))]),
    "remove": pa.struct([("path", pa.string()), ("deletionTimestamp", pa.int64()),
                         ("dataChange", pa.bool_()), ("deletionVector", VECTOR)]),
    "metaData": pa.struct([
        ("id", pa.string()), ("format", pa.struct([("provider", pa.string()), ("options", TEXTS)])),
        ("schemaString", pa.string()), ("partitionColumns", pa.list_(pa.string())),
        ("configuration", TEXTS), ("createdTime", pa.int64())]),
    "protocol": pa.struct([
        ("minReaderVersion", pa.int32()), ("minWriterVersion", pa.int32()),
        ("readerFeatures", pa.list_(pa.string())), ("writerFeatures", pa.list_(pa.string()))]),
    "sidecar": pa.struct([("path", pa.string()), ("sizeInBytes", pa.int64()),
                          ("modificationTime", pa.int64())]),
    "checkpointMetadata": pa.struct([("version", pa.int64())]),
    "domainMetadata": pa.struct([("domain", pa.string()), ("configuration", pa.string()),
                                 ("removed", pa.bool_())]),
}


def checkpoint(path, actions, kinds):
  os.makedirs(os.path.dirname(path), exist_ok=True)
  def value(action, kind):
    found = dict(action.get(kind) or {})
    if not found:
      return None
    for member in ("partitionValues", "configuration"):
      if isinstance(found.get(member), dict):
        found[member] = list(found[member].items())
    if kind == "metaData":
      found["format"] = {"provider": "parquet", "options": []}
    return found
  pq.write_table(pa.table({kind: pa.array([value(action, kind) for action in actions], KINDS[kind])
                           for kind in kinds}), path)


def parsed_statistics(action):
  """Statistics in a column of their own instead of as JSON."""
  add = dict(action["add"])
  add["stats_parsed"] = json.loads(add.pop("stats"))
  return {"add": add}


V1 = ["txn", "add", "remove", "metaData", "protocol"]


def checkpoints():
  fields = [field("id", "long")]
  txn = {"txn": {"appId": "app", "version": 5}}
  domain = {"domainMetadata": {"domain": "d", "configuration": "{}", "removed": False}}
  tombstone = {"remove": {"path": "gone.parquet", "deletionTimestamp": 1, "dataChange": True}}

  def start(name, protocol=PLAIN):
    """A table whose commits up to version 2 are gone; version 3 adds one more row."""
    table = Table(name, fields, protocol)
    files = [table.add(f"{row}.parquet", numbers([row])) for row in range(6)]
    table.commit(3, [table.add("6.parquet", numbers([6]))])
    return table, files

  def at(table, name):
    return f"{table.log}/{2:020}.checkpoint{name}.parquet"

  table, files = start("checkpoint-classic")
  checkpoint(at(table, ""), table.head() + [txn, tombstone] + list(map(parsed_statistics, files)), V1)
  with open(f"{table.log}/_last_checkpoint", "w") as out:
    out.write('{"version": 900, "size')

  table, files = start("checkpoint-parts")
  checkpoint(at(table, f".{1:010}.{3:010}"), files[:3], V1)
  checkpoint(at(table, f".{2:010}.{3:010}"), table.head(), V1)
  checkpoint(at(table, f".{3:010}.{3:010}"), files[3:] + [txn, tombstone], V1)
  # Of another writer that did not come to its end: it lacks a part.
  checkpoint(f"{table.log}/{3:020}.checkpoint.{1:010}.{2:010}.parquet", files, V1)
  with open(f"{table.log}/_last_checkpoint", "w") as out:
    json.dump({"version": 3, "size": 9, "parts": 2}, out)

  v2 = FEATURES("v2Checkpoint", "deletionVectors")
  top = lambda table, sidecars: table.head() + [
      {"checkpointMetadata": {"version": 2}}, txn, domain] + [
      {"sidecar": {"path": name, "modificationTime": 1,
                   "sizeInBytes": os.path.getsize(f"{table.log}/_sidecars/{name}")}}
      for name in sidecars]

  def sidecars(table, files):
    files[1]["add"]["deletionVector"] = inline([0])
    names = [f"{uuid.UUID(int=100 + part)}.parquet" for part in range(2)]
    checkpoint(f"{table.log}/_sidecars/{names[0]}", files[:4], ["add", "remove"])
    checkpoint(f"{table.log}/_sidecars/{names[1]}", files[4:] + [tombstone], ["add", "remove"])
    return names

  table, files = start("checkpoint-v2-json", v2)
  with open(f"{table.log}/{2:020}.checkpoint.{uuid.UUID(int=9)}.json", "w") as out:
    for action in top(table, sidecars(table, files)):
      out.write(json.dumps(action) + "\n")

  table, files = start("checkpoint-v2-parquet", v2)
  checkpoint(at(table, f".{uuid.UUID(int=9)}"), top(table, sidecars(table, files)), list(KINDS))

  table, files = start("checkpoint-v2-classic-name", v2)
  names = sidecars(table, files)
  checkpoint(at(table, ""), top(table, names[1:]) + files[:4],
             ["txn", "add", "remove", "metaData", "protocol", "sidecar", "checkpointMetadata"])

  # The newest checkpoint is cut short: the one before and the commits say the same.
  table = Table("checkpoint-damaged", fields)
  files = [table.add(f"{row}.parquet", numbers([row])) for row in range(7)]
  table.commit(1, [files[5]])
  table.commit(2, [files[6]])
  checkpoint(f"{table.log}/{0:020}.checkpoint.parquet", table.head() + [txn] + files[:5], V1)
  checkpoint(at(table, ""), table.head() + files, V1)
  with open(at(table, ""), "r+b") as out:
    out.truncate(os.path.getsize(at(table, "")) // 2)

  for missing in ["metaData", "protocol"]:
    table, files = start(f"checkpoint-without-{missing}")
    checkpoint(at(table, ""), [a for a in table.head() if missing not in a] + files, V1)


def log_compaction():
  table = Table("log-compaction", [field("id", "long")])
  files = [table.add(f"{row}.parquet", numbers([row])) for row in range(7)]
  remove = {"remove": {"path": "1.parquet", "deletionTimestamp": 1, "dataChange": True}}
  table.commit(0, table.head() + files[:1])
  for version in range(1, 7):
    table.commit(version, [files[version]] + ([remove] if version == 4 else []))
  with open(f"{table.log}/{1:020}.{4:020}.compacted.json", "w") as out:
    for action in [remove, files[2], files[3], files[4]]:
      out.write(json.dumps(action) + "\n")
  # Cut short: the commits that it stands for are there.
  with open(f"{table.log}/{5:020}.{6:020}.compacted.json", "w") as out:
    out.write(json.dumps(files[5])[:40])
  os.remove(f"{table.log}/{2:020}.json")


def type_widening():
  table = Table("type-widening", [
      field("n", "long"), field("x", "double"), field("m", "decimal(20,5)"),
      field("t", "timestamp_ntz"), field("i", "decimal(12,2)"), field("f", "double"),
      field("s", {"type": "struct", "fields": [field("k", "long")]}),
      field("l", {"type": "array", "elementType": "long", "containsNull": True})],
      FEATURES("typeWidening", "timestampNtz"))
  import datetime
  D = decimal.Decimal
  old = pa.table({
      "n": pa.array([1], pa.int16()), "x": pa.array([0.5], pa.float32()),
      "m": pa.array([D("1.25")], pa.decimal128(5, 2)),
      "t": pa.array([datetime.date(2026, 9, 1)], pa.date32()), "i": pa.array([7], pa.int32()),
      "f": pa.array([3], pa.int32()), "s": pa.array([{"k": 4}], pa.struct([("k", pa.int32())])),
      "l": pa.array([[5]], pa.list_(pa.int8()))})
  new = pa.table({
      "n": pa.array([1 << 40], pa.int64()), "x": pa.array([0.1], pa.float64()),
      "m": pa.array([D("123456789.12345")], pa.decimal128(20, 5)),
      "t": pa.array([datetime.datetime(2026, 9, 1, 12)], pa.timestamp("us")),
      "i": pa.array([D("7.50")], pa.decimal128(12, 2)), "f": pa.array([0.25], pa.float64()),
      "s": pa.array([{"k": 1 << 40}], pa.struct([("k", pa.int64())])),
      "l": pa.array([[1 << 40, None]], pa.list_(pa.int64()))})
  table.commit(0, table.head() + [table.add("old.parquet", old), table.add("new.parquet", new)])


def partition_values():
  types = ["integer", "long", "byte", "short", "boolean", "float", "double", "string", "date",
           "timestamp", "timestamp_ntz", "decimal(20,10)", "binary"]
  fields = [field("id", "long")] + [field("p_" + t.split("(")[0], t) for t in types]
  table = Table("partition-values", fields, FEATURES("timestampNtz"),
                [f["name"] for f in fields[1:]])
  names = [f["name"] for f in fields[1:]]
  values = [
      ["-5", "1099511627776", "-128", "32767", "true", "1.1", "1.0E10", "a/b %=ü+", "2021-09-08",
       "2021-09-08 11:11:11", "2021-09-08 11:11:11.000001", "0E-10", "\u0001\u0002"],
      ["0", "0", "0", "0", "false", "NaN", "-Infinity", "null", "1969-12-31",
       "2021-09-08T11:11:11.500000Z", "1969-12-31 23:59:59", "1E-7", "x"],
      [None] * 13, [""] * 13,
      ["0", "0", "0", "0", "false", "0.0", "0.0", "__HIVE_DEFAULT_PARTITION__", "0001-01-01",
       "0001-01-01 00:00:00", "9999-12-31 23:59:59.999999", "-1234567890.0123456789", "y"]]
  table.commit(0, table.head() + [
      table.add(f"{row}.parquet", numbers([row]), dict(zip(names, texts)))
      for row, texts in enumerate(values)])


def unknown_types():
  table = Table("unknown-types", [
      field("id", "long"), field("v", "variant"), field("nothing", "void"),
      field("deep", {"type": "struct", "fields": [field("v", "variant")]})],
      FEATURES("variantType"))
  variant = pa.struct([("metadata", pa.binary()), ("value", pa.binary())])
  table.commit(0, table.head() + [table.add("1.parquet", pa.table({
      "id": pa.array([1, 2], pa.int64()),
      "v": pa.array([{"metadata": b"\1\0\0", "value": b"\0"}] * 2, variant)}))])


if __name__ == "__main__":
  deletion_vectors()
  column_mapping()
  checkpoints()
  log_compaction()
  type_widening()
  partition_values()
  unknown_types()
