"""Writes the first cases of the fuzzers that no other test has: pages of single columns, entries of
Delta logs, archives.

python3 generate.py, with pyarrow 26 and deltalake 1.6.
"""
import datetime
import decimal
import glob
import io
import os
import shutil
import struct
import tempfile
import zipfile

import deltalake
import pyarrow as pa
import pyarrow.parquet as pq

here = os.path.dirname(os.path.abspath(__file__))


def save(target, name, data):
    os.makedirs(os.path.join(here, target), exist_ok=True)
    with open(os.path.join(here, target, name), "wb") as file:
        file.write(data)


def chunk(array, **options):
    """The bytes of the only column, and its physical type and codec as Parquet numbers them."""
    sink = io.BytesIO()
    options = {"compression": "none", "store_schema": False, "write_statistics": False,
               "data_page_size": 150, "write_batch_size": 32} | options
    pq.write_table(pa.table({"c": array}), sink, **options)
    column = pq.ParquetFile(sink).metadata.row_group(0).column(0)
    start = column.data_page_offset
    if column.has_dictionary_page:
        start = min(start, column.dictionary_page_offset)
    types = ["BOOLEAN", "INT32", "INT64", "INT96", "FLOAT", "DOUBLE", "BYTE_ARRAY",
             "FIXED_LEN_BYTE_ARRAY"]
    return sink.getvalue()[start:start + column.total_compressed_size], types.index(
        column.physical_type)


def page(name, array, converted=255, length=0, codec=0, repetition=1, **options):
    data, kind = chunk(array, **options)
    head = struct.pack(">BBBBH", kind, repetition | codec << 2, converted, length, len(array))
    save("page", name, head + data)


rows = range(120)


def some(function, type, null=5):
    return pa.array([None if null and i % null == 3 else function(i) for i in rows], type)


numbers = some(lambda i: i * 7919 % 97 - 40, pa.int64())
small = some(lambda i: i * 7919 % 97 - 40, pa.int32())
texts = some(lambda i: "text %d" % (i * 7 % 13), pa.string())
doubles = some(lambda i: i / 8, pa.float64())
fixed = some(lambda i: b"%08d" % i, pa.binary(8))
decimals = some(lambda i: decimal.Decimal(i) / 100, pa.decimal128(20, 2))
plain = {"use_dictionary": False}

page("int64-dictionary", numbers)
page("int64-dictionary-v2", numbers, data_page_version="2.0")
page("int64-plain", numbers, **plain)
page("int64-delta", numbers, **plain, column_encoding={"c": "DELTA_BINARY_PACKED"})
page("int32-delta-v2", small, **plain, column_encoding={"c": "DELTA_BINARY_PACKED"},
     data_page_version="2.0")
page("int32-split", small, **plain, column_encoding={"c": "BYTE_STREAM_SPLIT"})
page("int32-date", small, converted=6)
page("int32-decimal", small, converted=5, length=2, **plain)
page("text-dictionary", texts, converted=0)
page("text-plain", texts, converted=0, **plain)
page("text-lengths", texts, converted=0, **plain,
     column_encoding={"c": "DELTA_LENGTH_BYTE_ARRAY"})
page("text-prefixes", texts, converted=0, **plain, column_encoding={"c": "DELTA_BYTE_ARRAY"})
page("double-split", doubles, **plain, column_encoding={"c": "BYTE_STREAM_SPLIT"})
page("double-dictionary", doubles)
page("boolean-plain", some(lambda i: i % 3 == 0, pa.bool_()), **plain)
page("boolean-runs", some(lambda i: i % 3 == 0, pa.bool_()), **plain,
     column_encoding={"c": "RLE"})
page("fixed-plain", fixed, length=8, **plain)
page("fixed-prefixes", fixed, length=8, **plain, column_encoding={"c": "DELTA_BYTE_ARRAY"})
page("fixed-split", fixed, length=8, **plain, column_encoding={"c": "BYTE_STREAM_SPLIT"})
page("fixed-decimal", decimals, converted=5, length=9, **plain)
page("float16", some(lambda i: i / 8, pa.float16()), length=2, **plain)
page("int96", some(lambda i: i * 10**15, pa.timestamp("us")), converted=255,
     use_deprecated_int96_timestamps=True)
page("required", pa.array(list(rows), pa.int64()).cast(pa.int64()), repetition=1)
page("list", pa.array([[i, None, i + 1][:i % 4] for i in rows], pa.list_(pa.int64())),
     repetition=2)
page("checksums", numbers, write_page_checksum=True)
for codec, name in [(1, "snappy"), (2, "gzip"), (6, "zstd"), (7, "lz4")]:
    page("int64-" + name, numbers, codec=codec, compression=name)
    page("text-" + name + "-v2", texts, codec=codec, converted=0, compression=name, **plain,
         data_page_version="2.0")

for name, method in [("stored", zipfile.ZIP_STORED), ("deflated", zipfile.ZIP_DEFLATED)]:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for inner in ["a.csv", "folder/b.csv"][:2 if name == "stored" else 1]:
            archive.writestr(zipfile.ZipInfo(inner), "x,y\n1,2\n" * 20, method)
    save("zip", name, out.getvalue())

folder = tempfile.mkdtemp()
table = pa.table({
    "n": [1, 2, None], "t": ["a", None, "ü"], "d": [1.5, float("nan"), -0.0],
    "p": ["x/y=z", "", None], "day": [datetime.date(2026, 9, 1)] * 3,
    "at": pa.array([0, 1, 2], pa.timestamp("us", "UTC")),
    "l": pa.array([[1], [], None], pa.list_(pa.int64())),
    "e": pa.array([decimal.Decimal("1.50"), None, decimal.Decimal("-3.25")], pa.decimal128(9, 2)),
})
deltalake.write_deltalake(folder, table, partition_by=["p", "day"])
deltalake.write_deltalake(folder, table, mode="append", partition_by=["p", "day"])
deltalake.DeltaTable(folder).delete("n = 1")
for path in sorted(glob.glob(folder + "/_delta_log/*.json")):
    with open(path, "rb") as file:
        save("delta-entry", "deltalake-%d" % int(os.path.basename(path)[:20]), file.read())
deltalake.DeltaTable(folder).create_checkpoint()
for path in glob.glob(folder + "/_delta_log/*.checkpoint.parquet"):
    with open(path, "rb") as file:
        save("delta-checkpoint", "deltalake", file.read())
shutil.rmtree(folder)
