"""Seeded schemas and tables that are as odd as the formats allow, and ways to write them as Parquet."""

import io
import math
import random
import string
import struct
from decimal import Decimal

import pyarrow
import pyarrow.parquet
import pyarrow.types as kinds

CODECS = ["none", "snappy", "gzip", "zstd", "lz4"]

ODD_TEXTS = [
    "", " ", "\0", "a\0b", "e\u0301", "\u00e9", "👩‍👩‍👧‍👦", "𝄞", "\U0010ffff", "\ufeff", "\u2028", '"', "'", '""', "a,b", "a\nb",
    "a\r\nb", "\t", "\\", "\\N", "NULL", "null", "NaN", "0", "-0", "1e400", "true", "__HIVE_DEFAULT_PARTITION__",
    "%41", "a/b", "a=b", "‮", "\x1b[31m", "\x7f", "ÿ" * 33, "z" * 300,
]
ODD_NAMES = [
    "",    "A b", "a.b", "a,b", 'a"b', "a'b", "select", "SELECT", "日本", "é", "e\u0301", "👍", " ", " x", "x ", "a\nb", "a\tb",
    "%", "a=b", "list", "element", "key_value", "key", "value", "_col0", "n" * 300, "a\\b", "(x)", "1", "-", "*",
]
ODD_FLOATS = [
    0.0, -0.0, 1.0, -1.0, math.nan, math.inf, -math.inf, 5e-324, -5e-324, 2.2250738585072014e-308, 2.225073858507201e-308,
    1.7976931348623157e308, 0.1, 1 / 3, 1e21, 1e22, 123456789012345680.0, 9007199254740993.0, 1e-7, 4.35, 2.0**-1074 * 3,
]
# Years 1 to 9999, the epoch, leap days, and the two ends of a century.
DAYS = [-719_162, 2_932_896, 0, -1, 1, 11_016, 47_540, -25_567, 20_000, 20_697]


class Tables:
    """Everything below comes from one random sequence, so that a seed tells a table and its file."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    # ---- Types

    def leaf(self):
        r = self.random
        return r.choice([
            lambda: r.choice([pyarrow.int8(), pyarrow.int16(), pyarrow.int32(), pyarrow.int64()]),
            lambda: r.choice([pyarrow.uint8(), pyarrow.uint16(), pyarrow.uint32(), pyarrow.uint64()]),
            lambda: r.choice([pyarrow.float16(), pyarrow.float32(), pyarrow.float64()]),
            lambda: self.decimal(r.choice([pyarrow.decimal128, pyarrow.decimal256])),
            lambda: self.decimal(pyarrow.decimal128),
            lambda: pyarrow.bool_(),
            lambda: r.choice([pyarrow.string(), pyarrow.large_string()]),
            lambda: pyarrow.string(),
            lambda: r.choice([pyarrow.binary(), pyarrow.large_binary(), pyarrow.binary(r.randint(1, 20))]),
            lambda: r.choice([pyarrow.date32(), pyarrow.date64()]),
            lambda: r.choice([pyarrow.time32("s"), pyarrow.time32("ms"), pyarrow.time64("us"), pyarrow.time64("ns")]),
            lambda: pyarrow.timestamp(r.choice(["s", "ms", "us", "ns"]), r.choice([None, "UTC", "Europe/Berlin", "+05:30"])),
            lambda: pyarrow.duration(r.choice(["s", "ms", "us", "ns"])),
            lambda: pyarrow.null(),
        ])()

    def decimal(self, wide):
        precision = self.random.choice([1, 2, 4, 5, 9, 10, 18, 19, 20, 28, 37, 38, self.random.randint(1, 38)])
        scale = self.random.choice([0, precision, self.random.randint(0, precision)])
        return wide(precision, scale)

    def kind(self, depth):
        r = self.random
        if depth == 0 or r.random() < 0.55:
            leaf = self.leaf()
            if kinds.is_string(leaf) and r.random() < 0.3:
                return pyarrow.dictionary(pyarrow.int32(), leaf)
            return leaf
        shape = r.randrange(4)
        if shape == 0:
            inner = self.field(r.choice(["item", "element", "x"]), depth - 1)
            return r.choice([pyarrow.list_, pyarrow.large_list])(inner)
        if shape == 1:
            return pyarrow.list_(self.kind(depth - 1), r.randint(1, 3))
        if shape == 2:
            names = r.sample(["a", "b", "c", "list", "key", "é", "x y", "element"], r.randint(1, 4))
            return pyarrow.struct([self.field(name, depth - 1) for name in names])
        key = r.choice([pyarrow.string(), pyarrow.int32(), pyarrow.int64(), pyarrow.date32(), pyarrow.bool_()])
        return pyarrow.map_(key, self.kind(depth - 1))

    def field(self, name, depth):
        kind = self.kind(depth)
        return pyarrow.field(name, kind, nullable=self.random.random() < 0.85 or kinds.is_null(kind))

    def names(self, count):
        r = self.random
        style = r.randrange(6)
        if style == 0:
            return [r.choice(ODD_NAMES) + (str(i) if i else "") for i in range(count)]
        if style == 1:
            return ["".join(r.choice([c.lower(), c.upper()]) for c in "name") + "x" * (i // 6) for i in range(count)]
        return [f"c{i}" for i in range(count)]

    # ---- Values

    def value(self, kind, depth=0):
        """A value, never NULL."""
        r = self.random
        if kinds.is_dictionary(kind):
            return self.value(kind.value_type)
        if kinds.is_integer(kind):
            bits = kind.bit_width
            low, high = (0, 2**bits - 1) if kinds.is_unsigned_integer(kind) else (-2**(bits - 1), 2**(bits - 1) - 1)
            return r.choice([low, high, 0, 1, max(low, -1), r.randint(low, high), r.randint(0, 100)])
        if kinds.is_floating(kind):
            value = r.choice(ODD_FLOATS + [r.gauss(0, 1), r.random() * 10.0**r.randint(-30, 30)])
            if kinds.is_float64(kind):
                return value
            code = "<f" if kinds.is_float32(kind) else "<e"
            if kinds.is_float16(kind) and r.random() < 0.2:
                value = r.choice([65504.0, 6e-8, 6.1e-5, -6e-8, 0.1])
            try:
                return struct.unpack(code, struct.pack(code, value))[0]
            except OverflowError:
                return math.inf
        if kinds.is_decimal(kind):
            most = 10**kind.precision - 1
            unscaled = r.choice([0, 1, -1, most, -most, r.randint(-most, most), r.randint(-min(most, 999), min(most, 999))])
            return Decimal((unscaled < 0, tuple(map(int, str(abs(unscaled)))), -kind.scale))
        if kinds.is_boolean(kind):
            return r.random() < 0.5
        if kinds.is_string(kind) or kinds.is_large_string(kind):
            if r.random() < 0.4:
                return r.choice(ODD_TEXTS)
            return r.choice(["us-", "eu-", ""]) + "".join(r.choices(string.ascii_letters, k=r.randint(0, 12)))
        if kinds.is_fixed_size_binary(kind):
            return r.randbytes(kind.byte_width)
        if kinds.is_binary(kind) or kinds.is_large_binary(kind):
            return r.choice([b"", b"\0", b"\xff\xfe", r.randbytes(r.randint(0, 40))])
        if kinds.is_date(kind):
            day = r.choice(DAYS + [r.randint(-719_162, 2_932_896)])
            return day * 86_400_000 if kinds.is_date64(kind) else day
        if kinds.is_time(kind):
            per = {"s": 1, "ms": 1000, "us": 10**6, "ns": 10**9}[kind.unit]
            return r.choice([0, 86_400 * per - 1, r.randrange(86_400 * per)])
        if kinds.is_timestamp(kind):
            per = {"s": 1, "ms": 1000, "us": 10**6, "ns": 10**9}[kind.unit]
            days = [d for d in DAYS if per < 10**9 or abs(d) < 100_000]
            return r.choice(days) * 86_400 * per + r.choice([0, 1, 86_400 * per - 1, r.randrange(86_400 * per)])
        if kinds.is_duration(kind):
            return r.choice([0, 1, -1, r.randint(-10**12, 10**12)])
        if kinds.is_map(kind):
            keys = [self.value(kind.key_type) for _ in range(r.choice([0, 0, 1, 2, 4]))]
            return [(key, self.maybe(kind.item_field)) for key in dict.fromkeys(keys)]
        if kinds.is_struct(kind):
            return {field.name: self.maybe(field) for field in (kind.field(i) for i in range(kind.num_fields))}
        if kinds.is_fixed_size_list(kind):
            return [self.maybe(kind.value_field) for _ in range(kind.list_size)]
        return [self.maybe(kind.value_field) for _ in range(r.choice([0, 0, 1, 2, 5]))]

    def maybe(self, field):
        if kinds.is_null(field.type) or field.nullable and self.random.random() < 0.2:
            return None
        return self.value(field.type)

    def column(self, field, count):
        """Values as columns of real tables have them: few different ones, runs, all the same, mostly NULL."""
        r = self.random
        if kinds.is_null(field.type):
            return pyarrow.nulls(count)
        nulls = r.choice([0, 0, 0.1, 0.5, 1]) if field.nullable else 0
        pool = [self.value(field.type) for _ in range(r.choice([1, 2, 10, 100]))]
        style = r.randrange(3)
        if style == 0 and count < 400:
            values = [self.value(field.type) for _ in range(count)]
        elif style == 1:
            values = []
            while len(values) < count:
                values += [r.choice(pool)] * r.choice([1, 3, 8, 9, 100, 700])
            del values[count:]
        else:
            values = r.choices(pool, k=count)
        if nulls:
            values = [None if r.random() < nulls else value for value in values]
        return pyarrow.array(values, field.type)

    def table(self):
        r = self.random
        count = r.choice([0, 1, 2, 7, 8, 9, 33, 100, 500, 1025, 3000])
        width = r.randint(1, 12) if count < 1000 else r.randint(1, 4)
        fields = [self.field(name, 3 if count < 1000 else 2) for name in self.names(width)]
        arrays = [self.column(field, count) for field in fields]
        return pyarrow.Table.from_arrays(arrays, schema=pyarrow.schema(fields))

    # ---- Writers' options

    def arrow_options(self, table):
        """Options for pyarrow's writer that it takes together, whatever they are."""
        r = self.random
        options = {
            "compression": r.choice(CODECS),
            "version": r.choice(["1.0", "2.4", "2.6", "2.6"]),
            "data_page_version": r.choice(["1.0", "2.0"]),
            "data_page_size": r.choice([1, 64, 1000, 1 << 20]),
            "write_batch_size": r.choice([1, 7, 1024]),
            "dictionary_pagesize_limit": r.choice([1, 100, 1 << 20]),
            "row_group_size": r.choice([1, 10, 100, 1 << 20]) if len(table) < 600 else r.choice([500, 1 << 20]),
            "write_statistics": r.random() < 0.8,
            "write_page_index": r.random() < 0.4,
            "write_page_checksum": r.random() < 0.5,
            "store_decimal_as_integer": r.random() < 0.5,
            "store_schema": r.random() < 0.7,
            "use_compliant_nested_type": r.random() < 0.7,
            "write_time_adjusted_to_utc": r.random() < 0.3,
        }
        if r.random() < 0.3:
            options["max_rows_per_page"] = r.choice([1, 3, 1000])
        if r.random() < 0.1 and options["version"] == "2.6":
            # Older versions round nanoseconds, and then pyarrow 26 ends the process.
            options["use_content_defined_chunking"] = True
        times = r.randrange(8)
        if times == 0:
            options["use_deprecated_int96_timestamps"] = True
        elif times == 1:
            options |= {"coerce_timestamps": r.choice(["ms", "us"]), "allow_truncated_timestamps": True}
        elif times == 2:
            options["flavor"] = "spark"
        if options["version"] != "2.6" and times > 1:
            # These versions have no nanoseconds.
            options |= {"coerce_timestamps": "us", "allow_truncated_timestamps": True}
        encoding = r.randrange(4)
        if encoding == 0:
            options["use_dictionary"] = False
        elif encoding == 1:
            options |= {"use_dictionary": False, "use_byte_stream_split": self.split_paths(table, options) or False}
        elif encoding == 2:
            options |= {"use_dictionary": False, "column_encoding": self.encodings(table, options)}
        return options

    def leaves(self, table, options):
        """Paths and storage of the columns that a table is stored as."""
        keep = {
            key: value for key, value in options.items()
            if key in ("version", "store_decimal_as_integer", "use_compliant_nested_type", "coerce_timestamps",
                       "use_deprecated_int96_timestamps", "flavor")}
        written = io.BytesIO()
        pyarrow.parquet.write_table(table.slice(0, 0), written, **keep)
        schema = pyarrow.parquet.ParquetFile(written).schema
        return [(schema.column(i).path, schema.column(i).physical_type) for i in range(len(schema))]

    def split_paths(self, table, options):
        fits = ("FLOAT", "DOUBLE", "INT32", "INT64", "FIXED_LEN_BYTE_ARRAY")
        return [path for path, storage in self.leaves(table, options) if storage in fits]

    def encodings(self, table, options):
        known = {
            "BOOLEAN": ["PLAIN", "RLE"],
            "INT32": ["PLAIN", "DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT"],
            "INT64": ["PLAIN", "DELTA_BINARY_PACKED", "BYTE_STREAM_SPLIT"],
            "INT96": ["PLAIN"],
            "FLOAT": ["PLAIN", "BYTE_STREAM_SPLIT"],
            "DOUBLE": ["PLAIN", "BYTE_STREAM_SPLIT"],
            "BYTE_ARRAY": ["PLAIN", "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY"],
            "FIXED_LEN_BYTE_ARRAY": ["PLAIN", "BYTE_STREAM_SPLIT", "DELTA_BYTE_ARRAY"],
        }
        return {path: self.random.choice(known[storage]) for path, storage in self.leaves(table, options)}
