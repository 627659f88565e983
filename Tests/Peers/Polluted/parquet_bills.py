"""Bills as Parquet: CUR 2.0 and FOCUS with types that exports have, and with those that none has."""

import datetime
import decimal
import io
import json
import multiprocessing

import pyarrow as pa
import pyarrow.parquet as pq

import bills
from lab import Case, Doubt
from readings import moment, number
from reports import cur2, focus


def table(report):
    """The report in the types of a data export; names of types by column as well, to be polluted."""
    columns = {}
    for place, name in enumerate(report.header):
        cells = [row[place] for row in report.rows]
        if name in report.doubles:
            columns[name] = pa.array([None if cell == "" else float(cell) for cell in cells], pa.float64())
        elif name in report.times:
            columns[name] = pa.array([moment(cell) for cell in cells], pa.timestamp("ms", "UTC"))
        elif name in report.maps:
            columns[name] = pa.array([list(json.loads(cell).items()) for cell in cells], pa.map_(pa.string(), pa.string()))
        else:
            columns[name] = pa.array([cell or None for cell in cells], pa.string())
    return columns


# ---------------------------------------------------------------------------------------------
# Other types for the same values, and values that are none; each gives a column, or None for none


def times(unit, zone="UTC"):
    return lambda rng, column: column.cast(pa.timestamp(unit)).cast(pa.timestamp(unit, zone))


def texts(rng, column):
    return pa.array([None if cell is None else str(cell.as_py()) for cell in column], pa.string())


def iso(rng, column):
    return pa.array([cell.as_py().strftime("%Y-%m-%dT%H:%M:%SZ") for cell in column], pa.string())


def epochs(rng, column):
    return pa.array([int(cell.as_py().timestamp()) for cell in column], pa.int64())


def days(rng, column):
    return pa.array([cell.as_py().date() for cell in column], pa.date32())


def decimals(digits, scale):
    def change(rng, column):
        made = [None if c.as_py() is None else decimal.Decimal(repr(c.as_py())).quantize(decimal.Decimal(1).scaleb(-scale))
                for c in column]
        return pa.array(made, pa.decimal128(digits, scale))
    return change


def one(*values):
    """One value replaced, the column in the type that this takes."""
    def change(rng, column):
        cells = [cell.as_py() for cell in column]
        cells[rng.randrange(len(cells))] = rng.choice(values)
        try:
            return pa.array(cells, column.type)
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            return pa.array([None if cell is None else str(cell) for cell in cells], pa.string())
    return change


def cast(kind):
    def change(rng, column):
        try:
            return column.cast(kind)
        except pa.ArrowException:
            return pa.array([None] * len(column), kind)
    return change


def encoded(rng, column):
    return column.dictionary_encode()


def invalid(rng, column):
    cells = [b"" if cell.as_py() is None else str(cell.as_py()).encode() for cell in column]
    cells[rng.randrange(len(cells))] += rng.choice([b"\xff", b"\xc3", b"\xed\xa0\x80", b"\0"])
    return pa.array(cells, pa.binary())


NUMBERS = {
    "float32": cast(pa.float32()), "decimal": decimals(38, 18), "small decimal": decimals(18, 10),
    "text": texts, "bad text": one("1,20", "x", "NaN", "1e400", "١٢", ""), "nan": one(float("nan")),
    "infinite": one(float("inf"), float("-inf")), "null": one(None), "boolean": cast(pa.bool_()),
    "null type": cast(pa.null()), "int": lambda rng, column: pa.array([int(c.as_py() or 0) for c in column], pa.int64()),
    "list": lambda rng, column: pa.array([[c.as_py()] for c in column], pa.list_(pa.float64())),
    "huge decimal": lambda rng, column: pa.array([decimal.Decimal("9" * 38)] * len(column), pa.decimal128(38, 0)),
    "dictionary": encoded,
}
TIMES = {
    "nano": times("ns"), "micro": times("us"), "second": times("s"), "local": times("ms", None),
    "elsewhere": times("us", "Asia/Tokyo"), "day": days, "text": iso, "epoch": epochs, "null": one(None),
    "far": one(datetime.datetime(9999, 12, 31, tzinfo=datetime.timezone.utc)),
    "old": one(datetime.datetime(1, 1, 1, tzinfo=datetime.timezone.utc)),
    "other month": one(datetime.datetime(2026, 4, 1, tzinfo=datetime.timezone.utc)),
    "bad text": lambda rng, column: one("05/03/2026", "x", "٢٠٢٦-٠٥-٠٣", "")(rng, iso(rng, column)),
    "time of day": lambda rng, column: pa.array([0] * len(column), pa.time64("us")),
}
TEXTS = {
    "large": cast(pa.large_string()), "dictionary": encoded, "invalid": invalid, "binary": cast(pa.binary()),
    "numbers": lambda rng, column: pa.array(range(len(column)), pa.int64()), "null": one(None),
    "lists": lambda rng, column: pa.array([[c.as_py()] for c in column], pa.list_(pa.string())),
    "long": one("x" * 1_000_000), "nul": one("a\0b"), "fixed": lambda rng, c: pa.array([b"abcd"] * len(c), pa.binary(4)),
}
MAPS = {
    "json": lambda rng, column: pa.array([json.dumps(dict(c.as_py() or [])) for c in column], pa.string()),
    "bad json": lambda rng, column: pa.array(['{"a":'] * len(column), pa.string()),
    "struct": lambda rng, column: pa.array([{"k": "v"}] * len(column), pa.struct([("k", pa.string())])),
    "twice": lambda rng, column: pa.array([[("k", "1"), ("k", "2")]] * len(column), pa.map_(pa.string(), pa.string())),
    "numbers": lambda rng, column: pa.array([[("k", 1.5)]] * len(column), pa.map_(pa.string(), pa.float64())),
    "null": one(None), "null value": lambda rng, c: pa.array([[("k", None)]] * len(c), pa.map_(pa.string(), pa.string())),
}
# What changes no value, or none that is looked at.
SOUND = {"decimal", "dictionary", "nano", "micro", "second", "local", "elsewhere", "text", "large", "json", "binary"}


def case(rng):
    report = rng.choice([cur2, focus])(rng)
    columns = table(report)
    label, is_sound = "nothing", True
    if rng.random() < 0.7:
        group, changes = rng.choice([
            (report.doubles, NUMBERS), (report.times, TIMES), (report.texts, TEXTS), (report.maps or report.texts, MAPS)])
        name = rng.choice(sorted(group))
        if changes is MAPS and name not in report.maps:
            changes = TEXTS
        kind = rng.choice(sorted(changes))
        columns[name] = changes[kind](rng, columns[name])
        label, is_sound = f"{name} {kind}", kind in SOUND and not (changes is NUMBERS and kind == "text")
    names, arrays = list(columns), list(columns.values())
    if rng.random() < 0.15:
        what = rng.choice(["missing", "twice", "upper", "swapped", "no rows"])
        label, is_sound = f"{label}, {what}", is_sound and what == "swapped"
        place = rng.randrange(len(names))
        if what == "missing":
            del names[place], arrays[place]
        elif what == "twice":
            names, arrays = names + [names[place]], arrays + [arrays[rng.randrange(len(names))]]
        elif what == "upper":
            names[place] = names[place].upper()
        elif what == "swapped":
            names, arrays = names[::-1], arrays[::-1]
        else:
            arrays = [array[:0] for array in arrays]
    data = packed(rng, names, arrays)
    whole = data
    damage = rng.choice(sorted(DAMAGES)) if rng.random() < 0.35 else None
    if damage:
        data = DAMAGES[damage](rng, data)
        label, is_sound = f"{label}, {damage}", False
    return Case(
        f"{report.kind}, {label}", {"report-00001.snappy.parquet": data}, report.table,
        lambda: either(report, data, whole if damage == "footer flipped" else data), lambda lake: bills.found(report, lake), is_sound=is_sound)


def packed(rng, names, arrays):
    out = io.BytesIO()
    made = pa.Table.from_arrays(arrays, names=names)
    pq.write_table(
        made, out, compression=rng.choice(["snappy", "gzip", "zstd", "none", "lz4"]),
        use_dictionary=rng.random() < 0.5, data_page_version=rng.choice(["1.0", "2.0"]),
        row_group_size=rng.choice([1, 2, 1000]), write_page_checksum=True, version=rng.choice(["1.0", "2.4", "2.6"]),
        write_statistics=rng.random() < 0.7, allow_truncated_timestamps=True)
    return out.getvalue()


def cut(rng, data):
    return data[:rng.randrange(len(data))]


def flipped(low, high):
    """Some bits turned in a part of the file, given in shares of its length."""
    def damage(rng, data):
        data = bytearray(data)
        for _ in range(rng.randint(1, 3)):
            data[rng.randrange(int(low * len(data)), int(high * len(data)))] ^= 1 << rng.randrange(8)
        return bytes(data)
    return damage


def footer(value):
    return lambda rng, data: data[:-8] + value.to_bytes(4, "little") + data[-4:]


DAMAGES = {
    "cut": cut, "pages flipped": flipped(0.01, 0.3), "footer flipped": flipped(0.5, 0.995), "empty": lambda r, d: b"",
    "only magic": lambda r, d: b"PAR1", "both magics": lambda r, d: b"PAR1PAR1", "zeros": lambda r, d: b"PAR1" + b"\0" * 500,
    "footer too long": footer(2**31 - 1), "no footer": footer(0), "footer negative": footer(2**32 - 1),
    "encrypted": lambda r, d: d[:-4] + b"PARE", "tail": lambda r, d: d + b"tail", "head": lambda r, d: b"head" + d,
    "twice": lambda r, d: d + d, "hole": lambda r, d: d[:len(d) // 3] + b"\0" * (len(d) // 3) + d[len(d) // 3 * 2:],
}


# ---------------------------------------------------------------------------------------------
# The careful reader


def read(data, pipe):
    try:
        pipe.send(pq.read_table(io.BytesIO(data), page_checksum_verification=True).to_pydict())
    except BaseException as error:
        pipe.send(error if isinstance(error, Doubt) else Doubt(str(error)[:200]))


def either(report, data, whole):
    """What the file has, or where the other library stumbles over a part that no value depends on, had."""
    try:
        return expected(report, data)
    except Doubt:
        return expected(report, whole)


def expected(report, data):
    """Another library reads the file in a process of its own, which damage may end."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.Process(target=read, args=(data, there))
    process.start()
    there.close()
    try:
        found = here.recv()
    except EOFError:
        found = Doubt("ends the reader")
    process.join()
    if isinstance(found, Doubt):
        raise found
    names = {name.lower(): name for name in found}
    if len(names) != len(found):
        raise Doubt("names")
    count = len(next(iter(found.values()), []))
    columns = {name: found.get(names.get(name.lower()), [None] * count) for name in report.header}
    if not count or any(cell is None for cell in columns[next(iter(report.times))]):
        raise Doubt("no month")
    made = [[measured(cell, name == report.cost) for cell in columns[name]] for name in report.doubles]
    kinds = [
        (report.times, dated), (report.texts, worded(report)), (report.maps, mapped)]
    made += [[read(cell) for cell in columns[name]] for group, read in kinds for name in group]
    return [list(row) for row in zip(*made)]


def measured(cell, is_cost):
    if cell is None or isinstance(cell, (bool, list)):
        if cell is None:
            return None
        raise Doubt("no number")
    return number(str(cell), is_cost) if isinstance(cell, str) else number(repr(float(cell)))


def dated(cell):
    if isinstance(cell, datetime.datetime):
        zone = datetime.timezone.utc
        cell = cell.astimezone(zone).replace(tzinfo=None) if cell.tzinfo else datetime.datetime.fromisoformat(str(cell))
        return cell
    if isinstance(cell, datetime.date):
        return datetime.datetime(cell.year, cell.month, cell.day)
    if cell is None or isinstance(cell, str):
        return moment(cell or "")
    raise Doubt("no time")


def worded(report):
    def read(cell):
        if isinstance(cell, bytes):
            try:
                cell = cell.decode()
            except UnicodeDecodeError as error:
                raise Doubt(str(error))
        if cell is None or cell == "" or (report.nulls and cell == "NULL"):
            return None
        return json.dumps(cell, separators=(",", ":"), ensure_ascii=False) if isinstance(cell, list) else str(cell)
    return read


def mapped(cell):
    if isinstance(cell, str):
        try:
            cell = json.loads(cell)
        except ValueError:
            raise Doubt("no map")
    # Of equal keys the last value counts, as the format's specification has it.
    pairs = dict((cell.items() if isinstance(cell, dict) else cell) or []).items()
    return tuple(sorted((name, None if value is None else str(value)) for name, value in pairs))
