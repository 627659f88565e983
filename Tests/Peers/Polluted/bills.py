"""Bills as CSV: legacy reports, CUR 2.0 and FOCUS."""

import csv
import io

from lab import Case, Doubt
from packings import PACKINGS, unpacked
from readings import documents, mapping, moment, number, shown_moment
from reports import cur, cur2, focus
from texts import TEXT_POLLUTION

# What leaves every row and value as it was.
HARMLESS = {
    "nothing", "bom", "crlf", "no final end", "reordered", "blank lines at end",
}


def case(rng):
    report = rng.choice([cur, cur2, focus])(rng)
    pollution = rng.choice(sorted(TEXT_POLLUTION)) if rng.random() < 0.8 else "nothing"
    packing = rng.choice(sorted(PACKINGS)) if pollution == "nothing" or rng.random() < 0.15 else "plain"
    data = TEXT_POLLUTION[pollution](rng, written(report, rng), report)
    ending, pack = PACKINGS[packing]
    data = pack(rng, data)
    name = f"report-1.csv{ending}"
    return Case(
        f"{report.kind}, {pollution}, {packing}", {name: data}, report.table,
        lambda: expected(report, data), lambda lake: found(report, lake),
        is_sound=pollution in HARMLESS and packing in ("plain", "gzip", "members", "zip", "padded"))


def written(report, rng, quoted=None):
    out = io.StringIO()
    everything = rng.random() < 0.2 if quoted is None else quoted
    writer = csv.writer(
        out, quoting=csv.QUOTE_ALL if everything else csv.QUOTE_MINIMAL, lineterminator="\n")
    writer.writerow(report.header)
    writer.writerows(report.rows)
    return out.getvalue().encode()


def expected(report, data):
    """The values of the columns that are looked at, a list per row; Doubt where there are several ways."""
    rows = []
    for row in careful(report, data)[1]:
        values = [number(row[name], name == report.cost) if name in row else None for name in report.doubles]
        values += [moment(row[name]) if name in row else None for name in report.times]
        for name in report.texts:
            text = row.get(name)
            values.append(None if text == "" or (report.nulls and text == "NULL") else text)
        for name in report.maps:
            found = documents(row[name].encode()) if row.get(name) else [{}]
            if len(found) != 1:
                raise Doubt("several maps")
            values.append(tuple(sorted(mapping(found[0]).items())))
        rows.append(values)
    return rows


def careful(report, data, mark=None, unnamed=""):
    """The names and the rows that a careful person reads, rows as dictionaries by name.

    `unnamed` is what a column without a name is called before its number, where that is allowed.
    """
    rows = records(data, mark)
    # Quotes behind a blank are the marks of a name, not letters of it.
    names = [name.strip().strip("\ufeff").strip('"') for name in rows[0]]
    if unnamed:
        names = [name or f"{unnamed}{n}" for n, name in enumerate(names, 1)]
    if report.kind != "cur":  # names are told apart by letters only, whatever their case
        known = {name.lower(): name for name in report.header}
        names = [known.get(name.lower(), name) for name in names]
    if len(set(names)) != len(names) or "" in names:
        raise Doubt("names")
    if any(len(row) != len(names) for row in rows):
        raise Doubt("fields")
    return names, [dict(zip(names, row)) for row in rows[1:]]


def records(data, mark=None):
    """The records of a file, the header first."""
    data = unpacked(data)
    while data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Doubt(str(error))
    if "\0" in text:
        raise Doubt("NUL")
    first = text.split("\n")[0].split("\r")[0]
    mark = mark or max(",;\t|", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
    except csv.Error as error:
        raise Doubt(str(error))
    rows = [row for row in rows if row]
    if not rows:
        raise Doubt("nothing")
    return rows


def found(report, lake):
    """The same values as they are in the lake."""
    columns = lake.columns(report.table)
    names = {**report.doubles, **report.times, **report.texts, **report.maps}
    picked = [name if name.lower() in columns else "NULL" for name in names.values()]
    payer = "BillingAccountId" if report.kind == "focus" else "bill_payer_account_id"
    rows = lake.query(
        f"SELECT {', '.join(f'{p} AS c{i}' for i, p in enumerate(picked))} FROM {report.table} "
        f"WHERE coalesce({payer}, '') <> '999900001111'")
    result = []
    for row in rows:
        values = [row[f"c{i}"] for i in range(len(picked))]
        start = len(report.doubles)
        end = start + len(report.times)
        values[start:end] = map(shown_moment, values[start:end])
        last = end + len(report.texts)
        values[end:last] = [None if value == "" else value for value in values[end:last]]
        values[last:] = [tuple(sorted((value or {}).items())) for value in values[last:]]
        result.append(values)
    return result
