"""Writes the Parquet files beside it: one table, in encodings and shapes that kakeibo only reads.

python3 generate.py, with pyarrow 26. Row i of the 100 has the values that ForeignFileTests computes.
"""
import os
import pyarrow as pa
import pyarrow.parquet as pq

here = os.path.dirname(os.path.abspath(__file__))
rows = range(100)


def column(function, type, null=7):
    return pa.array([None if null and i % null == 3 else function(i) for i in rows], type)


table = pa.table({
    "i32": column(lambda i: i * 7919 % 1000 - 500, pa.int32()),
    "i64": column(lambda i: (i * 7919 % 1000 - 500) * 10**10, pa.int64()),
    "d": column(lambda i: i / 8, pa.float64()),
    "s": column(lambda i: "text %d" % (i % 11), pa.string()),
    "b": column(lambda i: i % 3 == 0, pa.bool_()),
    "t": column(lambda i: i * 1000003, pa.timestamp("us")),
    "l": column(lambda i: [None if j == 1 else i + j for j in range(i % 4)], pa.list_(pa.int64())),
    "m": column(lambda i: [("k%d" % j, "v%d" % i) for j in range(i % 3)],
                pa.map_(pa.string(), pa.string())),
    "r": column(lambda i: {"x": i, "y": None if i % 2 else "y"},
                pa.struct([("x", pa.int64()), ("y", pa.string())])),
})


def write(name, **options):
    options = {"compression": "none", "store_schema": False, "data_page_size": 200,
               "write_batch_size": 16} | options
    pq.write_table(table, os.path.join(here, name + ".parquet"), **options)


delta = {"i32": "DELTA_BINARY_PACKED", "i64": "DELTA_BINARY_PACKED", "t": "DELTA_BINARY_PACKED",
         "s": "DELTA_BYTE_ARRAY", "d": "BYTE_STREAM_SPLIT", "b": "RLE",
         "m.key_value.key": "DELTA_LENGTH_BYTE_ARRAY"}
write("plain-v1", use_dictionary=False)
write("dictionary-v1-snappy", compression="snappy")
write("dictionary-v2-gzip", compression="gzip", data_page_version="2.0")
write("dictionary-given-up", dictionary_pagesize_limit=40)
write("delta-v2", use_dictionary=False, data_page_version="2.0", column_encoding=delta)
write("int96-old-lists", use_deprecated_int96_timestamps=True, use_compliant_nested_type=False)
write("zstd", compression="zstd")
write("lz4-raw", compression="lz4")
write("brotli", compression="brotli")
