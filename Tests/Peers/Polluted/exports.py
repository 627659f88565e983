"""Tables as CSV whose columns a schema names: exports of AWS's services, and files of a user's own schema."""

import csv
import datetime
import io
import json
import re

import bills
from kinds import KINDS, Kind, flat_value
from lab import Case, Doubt
from packings import PACKINGS
from readings import moment, number, shown_moment
from texts import TEXT_POLLUTION

TABLES = {
    name: kind for name, kind in KINDS.items()
    if kind.is_flat and kind.recognise.get("header") and "unpivot" not in kind.said}
HARMLESS = {"nothing", "bom", "crlf", "no final end", "reordered", "blank lines at end"}


class Table:
    """A header and rows, as the pollutions of text want them."""

    def __init__(self, kind, header, rows, columns):
        self.kind, self.header, self.rows = kind.name, header, rows
        self.columns = columns
        named = {form: [n for n, c in zip(header, columns) if c.type[0] in form] for form in (
            ("double", "bigint", "integer"), ("timestamp", "date"), ("varchar",))}
        self.doubles, self.times, self.texts = (found or header[:1] for found in named.values())


def case(rng):
    return own(rng) if rng.random() < 0.3 else known(rng)


def known(rng):
    kind = TABLES[rng.choice(sorted(TABLES))]
    rule = rng.choice(kind.header_rules())
    wanted = {lower(name) for name in rule.get("some", []) + rule.get("one", [])[:1]}
    columns = [
        c for c in kind.columns if c.required or {lower(n) for n in [c.name, *c.names]} & wanted]
    others = [c for c in kind.columns if c not in columns and c.name != "snapshot_date"]
    columns += rng.sample(others, min(len(others), rng.randint(1, 9)))
    header = []
    for column in columns:
        spoken = [name for name in column.names if not re.search(r"[.\[$/]", name) and name != "identifier"]
        fitting = [name for name in [*spoken, column.name] if lower(name) in wanted]
        name = (fitting or spoken or [column.name])[0]
        # Several columns are read of one member of an answer; an export has a name for each.
        shared = sum(name in other.names for other in kind.columns) > 1
        header.append(column.name if shared else name)
    rows = [[cell(rng, column, n) for column in columns] for n in range(rng.randint(2, 6))]
    return polluted(rng, kind, Table(kind, header, rows, columns), None)


def lower(name):
    return re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_")


def cell(rng, column, n):
    form = column.type[0]
    if not column.required and rng.random() < 0.1:
        return ""
    if form in ("double", "bigint", "integer"):
        return rng.choice(["0", "12.5", "1E-7", "39.71"] if form == "double" else ["0", "14"])
    if form == "boolean":
        return rng.choice(["true", "false"])
    if form == "timestamp":
        return rng.choice(["2026-05-03T08:00:00Z", "2026-05-03 08:00:00"])
    if form == "map":
        return rng.choice(["{}", '{"k":"ü"}', '[{"Key":"Name","Value":"n"}]'])
    return rng.choice(["web", "größe", "a, b", "0012", 'x"y']) + str(n)


def polluted(rng, kind, table, schema, mark=","):
    pollution = rng.choice(sorted(TEXT_POLLUTION)) if rng.random() < 0.85 else "nothing"
    packing = rng.choice(sorted(PACKINGS)) if pollution == "nothing" or rng.random() < 0.1 else "plain"
    data = TEXT_POLLUTION[pollution](rng, written(table, mark), table)
    ending, pack = PACKINGS[packing]
    data = pack(rng, data)
    is_sound = pollution in HARMLESS and packing in ("plain", "gzip", "members", "zip", "padded")
    return Case(
        f"{kind.name}, {pollution}, {packing}", {f"2026-05-03/table.csv{ending}": data}, kind.table,
        lambda: expected(kind, table, data, mark), lambda lake: found(kind, table, lake),
        is_sound=is_sound and (mark == "," or pollution != "reordered"), schema=schema)


def written(table, mark):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=mark, lineterminator="\n")
    writer.writerow(table.header)
    writer.writerows(table.rows)
    return out.getvalue().encode()


# ---------------------------------------------------------------------------------------------
# A user's own schema


def own(rng):
    mark, (decimal, thousands) = rng.choice(";,\t|"), rng.choice([(",", "."), (".", ","), (",", None), (".", None)])
    pattern = rng.choice(sorted(PATTERNS))
    said = {
        "kind": "datacentre", "title": "Datacentre", "table": "datacentre_costs",
        "recognise": {"header": {"some": ["Datum", "Kostenstelle", "Betrag"], "atLeast": 2}}, "delimiter": mark,
        "numbers": {"decimal": decimal, **({"thousands": thousands} if thousands else {})}, "nullTokens": ["k.A."],
        "columns": [
            {"name": "day", "type": rng.choice(["date", "timestamp"]), "format": pattern, "from": "Datum", "required": True},
            {"name": "cost_centre", "from": "Kostenstelle"},
            {"name": "amount", "type": "double", "from": "Betrag|Summe", "required": True},
            {"name": "servers", "type": "integer", "from": "Server"},
        ], "otherColumns": [{"prefix": "wert", "type": "double"}, {"type": "varchar"}],
    }
    kind = Kind(said)
    header = ["Datum", "Kostenstelle", rng.choice(["Betrag", "Summe", "amount"]), "Server", "Wert 1", "Notiz"]
    amounts = ["0", "-1234.5", "1234567.25", "12.5", "1e3"]
    rows = [
        [
            PATTERNS[pattern][0](rng.randint(1, 28)), f"größe {n}", marked(rng.choice(amounts), decimal, thousands),
            rng.choice(["3", "", "k.A."]), marked(rng.choice(amounts), decimal, thousands), rng.choice(["", "k.A.", "x"]),
        ] for n in range(rng.randint(2, 5))]
    table = Table(kind, header, rows, kind.columns)
    table.doubles, table.times, table.texts = [header[2], "Wert 1"], ["Datum"], ["Kostenstelle", "Notiz"]
    table.marks, table.pattern = (decimal, thousands), pattern
    return polluted(rng, kind, table, json.dumps(said), mark)


PATTERNS = {
    "dd.MM.yyyy": (lambda day: f"{day:02}.05.2026", r"(?P<d>\d{2})\.(?P<m>\d{2})\.(?P<y>\d{4})"),
    "M/d/yyyy": (lambda day: f"5/{day}/2026", r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})"),
    "yyyyMMdd": (lambda day: f"202605{day:02}", r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
}


def marked(text, decimal, thousands):
    whole, _, fraction = text.partition(".")
    if thousands and "e" not in text:
        sign, digits = ("-", whole[1:]) if whole[0] == "-" else ("", whole)
        whole = sign + re.sub(r"(?<=\d)(?=(?:\d{3})+$)", thousands, digits)
    return whole + (decimal + fraction if fraction else "")


def own_number(text, marks):
    decimal, thousands = map(lambda mark: mark and re.escape(mark), marks)
    grouped = rf"\d{{1,3}}(?:{thousands}\d{{3}})+|" if thousands else ""
    match = re.fullmatch(rf"([+-]?)({grouped}\d*)(?:{decimal}(\d+))?([eE][+-]?\d+)?", text, re.ASCII)
    if not match:
        raise Doubt(text)
    sign, whole, fraction, exponent = match.groups()
    whole = whole.replace(marks[1], "") if thousands else whole
    return number(f"{sign}{whole}" + (f".{fraction}" if fraction else "") + (exponent or ""))


def own_moment(text, pattern):
    match = re.fullmatch(PATTERNS[pattern][1], text, re.ASCII)
    if not match:
        raise Doubt(text)
    try:
        return datetime.datetime(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        raise Doubt(text)


# ---------------------------------------------------------------------------------------------
# Read


def expected(kind, table, data, mark):
    header, rows = bills.careful(table, data, mark if "delimiter" in kind.said else None, "column")
    names = {name: column_of(kind, name, n) for n, name in enumerate(header, 1)}
    check_names(kind, names)
    result = []
    for row in rows:
        values = {}
        for name, text in row.items():
            column, place = names[name]
            value = read(kind, table, column, place, text)
            if column is not None and column.required and value is None:
                raise Doubt(f"no {name}")
            values[place] = value
        result.append({name: value for name, value in values.items() if value is not None})
    return result


def column_of(kind, name, number):
    """The declared column that a name is of, if any, and the name of the column in the table."""
    for column in kind.columns:
        if name.lower() in [one.lower() for one in column.names]:
            return column, column.name.lower()
    own_name = (lower(name) if kind.said.get("names") == "lower" else name.lower()) or f"column{number}"
    for column in kind.columns:
        if own_name == column.name.lower():
            return column, own_name
    return None, own_name


def check_names(kind, names):
    places = [place for _, place in names.values()]
    if len(set(places)) != len(places) or "" in places:
        raise Doubt("two columns of one name")
    if any(column.required and column.name.lower() not in places for column in kind.columns):
        raise Doubt("a column is missing")
    for rule in kind.header_rules():
        have = {lower(name) for name in names} | set(places)
        some = [name for name in rule.get("some", []) if lower(name) in have]
        if len(some) >= rule.get("atLeast", len(rule.get("some", []))) and (
                not rule.get("one") or any(lower(name) in have for name in rule["one"])):
            return
    raise Doubt("not of this kind")


def read(kind, table, column, place, text):
    if text in kind.nulls:
        return None
    marks = getattr(table, "marks", None)
    if column is None:
        if marks and place.startswith("wert"):
            return own_number(text, marks) if text else None
        return text if text or kind.keeps_empty else None
    if text == "":
        return "" if kind.keeps_empty and column.type == ["varchar"] else None
    if marks and column.name == "day":
        return own_moment(text, table.pattern)
    if marks and column.type[0] in ("double", "integer"):
        found = own_number(text, marks)
        if column.type == ["integer"] and (found != int(found) or abs(found) >= 1 << 31):
            raise Doubt(text)
        return found
    if column.type[0] == "timestamp":
        return moment(text)
    return flat_value(kind, column.type, text)


def found(kind, table, lake):
    types = {column.name.lower(): column.type[0] for column in kind.columns}
    result = []
    for row in lake.query(f"SELECT * FROM {kind.table}"):
        values = {}
        for name, value in row.items():
            name = name.lower()
            if value is None or name == "snapshot_date":
                continue
            values[name] = shown_moment(value) if types.get(name) in ("timestamp", "date") else value
        result.append(values)
    return result
