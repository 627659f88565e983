"""One plain form for values of pyarrow, DuckDB, Polars and Kakeibo, and how equal values are told.

The mapping of types, a stranger's on the left:

    int8 … int64, uint8, uint16, uint32   INTEGER or BIGINT
    uint64                                DECIMAL(20,0)
    float16, float32, float64             DOUBLE, every value exactly
    decimal up to 38 digits               DECIMAL(p,s)
    bool                                  BOOLEAN
    string, enum, dictionary, UUID        VARCHAR
    binary, fixed size binary             VARBINARY
    date32, date64                        DATE
    time of any unit                      BIGINT, microseconds since midnight, rounded down
    duration of any unit                  BIGINT, as stored
    timestamp of any unit and zone        TIMESTAMP, microseconds, UTC, rounded down
    list, large list, fixed size list     ARRAY
    struct, map                           ROW, MAP
    null                                  any type, every value NULL

A value here is None, bool, int, float, Decimal, str, bytes, Time(microseconds), a list, Row(names, values)
or Map([(key, value)]). Dates are days, times of day and durations whole numbers.
"""

import json
import math
import uuid
from collections import namedtuple
from decimal import Context, Decimal

import pyarrow
import pyarrow.types as kinds

Time = namedtuple("Time", "microseconds")
Day = namedtuple("Day", "days")
Row = namedtuple("Row", "names values")
Map = namedtuple("Map", "entries")
# What JSON has for a number: its text, so that no digit is lost.
Number = namedtuple("Number", "text")

# Times 10 to the third, sixth, … from seconds to nanoseconds: numerator and denominator to microseconds.
UNITS = {"s": (1_000_000, 1), "ms": (1000, 1), "us": (1, 1), "ns": (1, 1000)}
WIDE = Context(prec=200)


def of(array):
    """The values of an Arrow array or chunked array, in order."""
    if isinstance(array, pyarrow.ChunkedArray):
        return [value for chunk in array.chunks for value in of(chunk)]
    kind = array.type
    if isinstance(kind, pyarrow.BaseExtensionType):
        if kind.extension_name == "arrow.uuid":
            return [None if item is None else str(uuid.UUID(bytes=item)) for item in array.storage.to_pylist()]
        return of(array.storage)
    if kinds.is_dictionary(kind):
        words = of(array.dictionary)
        return [None if index is None else words[index] for index in array.indices.to_pylist()]
    if kinds.is_run_end_encoded(kind):
        return of(pyarrow.compute.run_end_decode(array))
    if kinds.is_date(kind):
        if kinds.is_date64(kind):
            return [None if n is None else Day(n // 86_400_000) for n in array.cast(pyarrow.int64()).to_pylist()]
        return [None if n is None else Day(n) for n in array.cast(pyarrow.int32()).to_pylist()]
    if kinds.is_timestamp(kind):
        by, over = UNITS[kind.unit]
        numbers = array.cast(pyarrow.int64()).to_pylist()
        return [None if n is None else Time(n * by // over) for n in numbers]
    if kinds.is_time(kind):
        by, over = UNITS[kind.unit]
        whole = pyarrow.int32() if kinds.is_time32(kind) else pyarrow.int64()
        return [None if n is None else n * by // over for n in array.cast(whole).to_pylist()]
    if kinds.is_duration(kind):
        return array.cast(pyarrow.int64()).to_pylist()
    if kinds.is_map(kind):
        keys, items, at = of(array.keys), of(array.items), array.offsets.to_pylist()
        present = array.is_valid().to_pylist()
        return [
            Map(list(zip(keys[a:b], items[a:b]))) if ok else None
            for ok, a, b in zip(present, at, at[1:])]
    if kinds.is_struct(kind):
        names = [kind.field(i).name for i in range(kind.num_fields)]
        columns = [of(column) for column in array.flatten()] if names else []
        present = array.is_valid().to_pylist()
        rows = zip(*columns) if columns else ([] for _ in present)
        return [Row(names, list(row)) if ok else None for ok, row in zip(present, rows)]
    if is_list(kind):
        present = array.is_valid().to_pylist()
        inside = iter(of(array.flatten()))
        lengths = pyarrow.compute.list_value_length(array).to_pylist()
        return [
            [next(inside) for _ in range(length)] if ok else None for ok, length in zip(present, lengths)]
    return array.to_pylist()


def is_list(kind):
    return (kinds.is_list(kind) or kinds.is_large_list(kind) or kinds.is_fixed_size_list(kind)
            or kinds.is_list_view(kind) or kinds.is_large_list_view(kind))


def columns(table):
    """A table as a list of columns: names and values."""
    return [(name, of(column)) for name, column in zip(table.column_names, table.columns)]


def same(ours, theirs):
    """Whether a value read by one means the value read by another; types follow `theirs`."""
    if theirs is None or ours is None:
        return theirs is None and ours is None
    if isinstance(theirs, bool) or isinstance(ours, bool):
        return ours is theirs
    if isinstance(theirs, float) or isinstance(ours, float):
        if not isinstance(ours, (float, int)) or not isinstance(theirs, (float, int)):
            return False
        if math.isnan(theirs) or math.isnan(ours):
            return math.isnan(theirs) and math.isnan(ours)
        return ours == theirs and math.copysign(1, ours) == math.copysign(1, theirs)
    if isinstance(theirs, (int, Decimal)):
        return isinstance(ours, (int, Decimal)) and ours == theirs
    if isinstance(theirs, list):
        return isinstance(ours, list) and len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(theirs, Row):
        return (isinstance(ours, Row) and ours.names == theirs.names
                and all(map(same, ours.values, theirs.values)))
    if isinstance(theirs, Map):
        entries = map_entries(ours)
        return (entries is not None and len(entries) == len(theirs.entries)
                and all(same(a, x) and same(b, y) for (a, b), (x, y) in zip(entries, theirs.entries)))
    return type(ours) is type(theirs) and ours == theirs


def map_entries(value):
    """Entries of a map, or of the list of rows that stands for one where there are no maps."""
    if isinstance(value, Map):
        return value.entries
    if isinstance(value, list) and all(isinstance(item, Row) and len(item.values) == 2 for item in value):
        return [tuple(item.values) for item in value]
    return None


# ---- As Kakeibo prints them


def text(value):
    """A scalar as Kakeibo's results show it; floats aside, which have more than one spelling."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Day):
        return day_text(value.days)
    if isinstance(value, Time):
        days, rest = divmod(value.microseconds, 86_400_000_000)
        seconds, micros = divmod(rest, 1_000_000)
        fraction = f"{micros:06d}" if micros % 1000 else f"{micros // 1000:03d}"
        return f"{day_text(days)} {seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{fraction}"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def day_text(days):
    """The text of a day of any year.

    Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
    """
    shifted = days + 719_468
    era, day = divmod(shifted, 146_097)
    year_of_era = (day - day // 1460 + day // 36_524 - day // 146_096) // 365
    day_of_year = day - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    month = (5 * day_of_year + 2) // 153
    day_of_month = day_of_year - (153 * month + 2) // 5 + 1
    month += 3 if month < 10 else -9
    year = year_of_era + era * 400 + (month <= 2)
    return f"{'-' * (year < 0)}{abs(year):04d}-{month:02d}-{day_of_month:02d}"


def parsed(line):
    """A JSON text with its numbers as text and its objects as lists of pairs."""
    return json.loads(line, parse_float=Number, parse_int=Number, parse_constant=refused,
                      object_pairs_hook=Map)


def refused(word):
    raise ValueError(f"{word} is no JSON")


def same_json(cell, value):
    """Whether a parsed JSON value spells a value without loss."""
    if value is None:
        return cell is None
    if isinstance(value, bool):
        return cell is value
    if isinstance(value, float):
        if not math.isfinite(value):
            return cell == {True: "NaN"}.get(math.isnan(value), "Infinity" if value > 0 else "-Infinity")
        return isinstance(cell, Number) and same_float(cell.text, value)
    if isinstance(value, (int, Decimal)):
        return isinstance(cell, Number) and cell.text == text(value)
    if isinstance(value, list):
        return isinstance(cell, list) and len(cell) == len(value) and all(map(same_json, cell, value))
    if isinstance(value, Row):
        return (isinstance(cell, Map) and [key for key, _ in cell.entries] == value.names
                and all(map(same_json, [item for _, item in cell.entries], value.values)))
    if isinstance(value, Map):
        return (isinstance(cell, Map) and len(cell.entries) == len(value.entries)
                and all(same_text(key, x) and same_json(item, y)
                        for (key, item), (x, y) in zip(cell.entries, value.entries)))
    return cell == text(value)


def same_text(cell, value):
    """Whether a text spells a value without loss, as in CSV."""
    if isinstance(value, float):
        if not math.isfinite(value):
            return cell == ("NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity")
        return same_float(cell, value)
    if isinstance(value, (list, Row, Map)):
        return same_json(parsed(cell), value)
    return cell == text(value)


def same_float(spelled, value):
    """Whether a text is a shortest one that reads back as the float, its zero's sign included."""
    try:
        back = float(spelled)
    except ValueError:
        return False
    return (back == value and math.copysign(1, back) == math.copysign(1, value)
            and len(digits(spelled)) <= len(digits(repr(value))))


def digits(spelled):
    number = WIDE.create_decimal(spelled).as_tuple()
    return "".join(map(str, number.digits)).strip("0")
