#!/usr/bin/env python3
"""Feeds the program with reports that went wrong in transit, and holds every outcome to one of two:

    loaded    exit code 0, and each row and value is what Python's csv, json, gzip and decimal read
    refused   exit code 1, a sentence that names the file, and nothing of the delivery in the lake,
              while a sound delivery of the same run is loaded

usage: polluted.py PROGRAM [CASES [FIRST_SEED]]
"""

import csv
import datetime
import decimal
import gzip
import io
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib

SECONDS = 10
MEMORY = 1 << 30

# ---------------------------------------------------------------------------------------------
# Small sound reports


class Report:
    """A table as text: a header and rows, and what a careful reader takes its columns for."""

    def __init__(self, kind, table, header, rows, doubles, times, cost, nulls, texts):
        self.kind, self.table, self.header, self.rows = kind, table, header, rows
        self.doubles, self.times, self.cost, self.nulls = doubles, times, cost, nulls
        self.texts = texts


def cur(rng):
    header = [
        "identity/LineItemId", "identity/TimeInterval", "bill/PayerAccountId",
        "bill/BillingPeriodStartDate", "lineItem/UsageAccountId", "lineItem/LineItemType",
        "lineItem/UsageStartDate", "lineItem/ProductCode", "lineItem/UnblendedCost",
        "lineItem/CurrencyCode", "pricing/publicOnDemandCost", "lineItem/LineItemDescription",
    ]
    rows = []
    for n in range(rng.randint(3, 9)):
        rows.append([
            f"id{n}", f"2026-05-0{n+1}T00:00:00Z/2026-05-0{n+1}T01:00:00Z", "111122223333",
            "2026-05-01T00:00:00Z", "444455556666", rng.choice(["Usage", "Tax", "Fee"]),
            f"2026-05-0{n+1}T00:00:00Z", rng.choice(["AmazonEC2", "AmazonS3"]),
            rng.choice(["0.0104", "1.25", "4E-8", "0", "12.5000000000", "0E-10"]), "USD",
            rng.choice(["", "0.5", "7"]),
            rng.choice(["plain", 'a "quoted" word', "two, parts", "zwölf €", "line\nbreak", ""]),
        ])
    return Report(
        "cur", "cur", header, rows,
        {"lineItem/UnblendedCost": "line_item_unblended_cost",
         "pricing/publicOnDemandCost": "pricing_public_on_demand_cost"},
        {"bill/BillingPeriodStartDate": "bill_billing_period_start_date",
         "lineItem/UsageStartDate": "line_item_usage_start_date"},
        "lineItem/UnblendedCost", False,
        {"identity/LineItemId": "identity_line_item_id",
         "lineItem/ProductCode": "line_item_product_code",
         "lineItem/LineItemDescription": "line_item_line_item_description"})


def focus(rng):
    header = [
        "BilledCost", "BillingAccountId", "BillingCurrency", "BillingPeriodStart",
        "BillingPeriodEnd", "ChargeCategory", "ChargePeriodStart", "EffectiveCost", "ListCost",
        "ServiceCategory", "ServiceName", "ChargeDescription",
    ]
    rows = []
    for n in range(rng.randint(3, 9)):
        rows.append([
            rng.choice(["0.0104", "1.25", "4E-8", "0"]), "111122223333", "USD",
            "2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z", "Usage", f"2026-05-0{n+1}T00:00:00Z",
            rng.choice(["1", "0.25"]), rng.choice(["3", ""]), "Compute", f"service {n}",
            rng.choice(["plain", 'a "quoted" word', "two, parts", "zwölf €"]),
        ])
    return Report(
        "focus", "focus", header, rows,
        {"BilledCost": "BilledCost", "EffectiveCost": "EffectiveCost", "ListCost": "ListCost"},
        {"BillingPeriodStart": "BillingPeriodStart", "ChargePeriodStart": "ChargePeriodStart"},
        "BilledCost", True,
        {"ServiceName": "ServiceName", "ChargeDescription": "ChargeDescription"})


def written(report, rng, quoted=None):
    out = io.StringIO()
    everything = rng.random() < 0.2 if quoted is None else quoted
    writer = csv.writer(
        out, quoting=csv.QUOTE_ALL if everything else csv.QUOTE_MINIMAL, lineterminator="\n")
    writer.writerow(report.header)
    writer.writerows(report.rows)
    return out.getvalue().encode()


# ---------------------------------------------------------------------------------------------
# Pollution: each takes the bytes of a CSV file and gives others

def at(rng, data):
    return rng.randrange(len(data) + 1)


def insert(piece):
    def apply(rng, data, report):
        place = at(rng, data)
        return data[:place] + piece + data[place:]
    return apply


def cell(values, columns=None):
    """One cell replaced by some text, the file written anew around it."""
    def apply(rng, data, report):
        names = columns(report) if columns else report.header
        column = report.header.index(rng.choice(sorted(names)))
        rows = [list(row) for row in report.rows]
        rows[rng.randrange(len(rows))][column] = rng.choice(values)
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(report.header)
        writer.writerows(rows)
        return out.getvalue().encode("utf-8", "surrogatepass")
    return apply


def lines(change):
    def apply(rng, data, report):
        parts = data.split(b"\n")[:-1]
        return b"\n".join(change(rng, parts)) + b"\n"
    return apply


def at_line(piece):
    def change(rng, parts):
        place = rng.randrange(len(parts) + 1)
        return parts[:place] + [piece] + parts[place:]
    return lines(change)


def header(change):
    def apply(rng, data, report):
        head, _, rest = data.partition(b"\n")
        return change(rng, head) + b"\n" + rest
    return apply


def renamed(rng, head):
    names = head.split(b",")
    names[rng.randrange(len(names))] = rng.choice([b"", b"###", b"x" * 2000, names[0], names[-1].upper()])
    return b",".join(names)


NUMBERS = [
    "0E-10", "1e400", "-1e400", "NaN", "nan", "inf", "-inf", "Infinity", "1,20", "1.234,56",
    "1 234", "1_000", "0x10", "+1", ".5", "5.", "1e5", "-0", "--1", "١٢٣", "１２", "$1.20",
    "1.20USD", "1.2.3", "(1.20)", "9" * 400, "1" + "0" * 300, "0." + "3" * 400, "4.9e-324", "1e-400",
    " 1.5", "1.5 ", "\u00a01.5", "None", "convertible", "No Upfront", "null", "NULL", "N/A", "-", "#REF!", "1e", "e5",
    ".", "+", "1e+", "true", "0b1", "1d", "1f", "1.5\t", "\u22121", "½", "1'000", "1e5.5", "1E+05",
    "-.5e-3", "00012", "1.7976931348623157e308", "1.7976931348623159e308", "nan(1)", "Inf", "",
]
DATES = [
    "2026-05-03T00:00:00Z", "2026-05-03T00:00:00.000Z", "2026-05-03T00:00:00.123456Z",
    "2026-05-03T02:00:00+02:00", "2026-05-03T00:00Z", "2026-05-03 00:00:00", "20260503T000000Z",
    "20260503T000000.000Z", "05/03/2026", "03.05.2026", "May 3 2026", "1777766400",
    "1777766400000", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "0000-00-00T00:00:00Z",
    "2026-05-03T24:00:00Z", "2026-06-30T23:59:60Z", "10000-01-01T00:00:00Z",
    "-2026-05-03T00:00:00Z", "26-05-03T00:00:00Z", "٢٠٢٦-٠٥-٠٣T00:00:00Z", "２０２６-05-03T00:00:00Z",
    "2026-05-03", "2026-W18-7", "2026-123", "2026-5-3", "2026-05-03T1:00:00Z",
    "2026-05-03T00:00:00+25:00", "2026/05/03", "2026-05-03T00:00:00,5Z", " 2026-05-03T00:00:00Z",
    "2026-05-03T00:00:00 Z", "now", "20260503", "2026-05-03T000000Z", "20260503T00:00:00Z",
    "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-05-03T00:00:00+00:00", "",
]
TEXTS = [
    "\v", "a\fb", "a\u0085b", "a\u2028b", "\ufefftext", "=cmd()", "a\tb", "' OR 1=1", "\x1b[31m",
    "x" * 100_000, "\u202eabc", "e\u0301", "NULL", "\\N", "\\", "a\\\"b", " padded ", "\x7f", "\x01",
]
INVALID = [
    b"\x80", b"\xc0\xaf", b"\xed\xa0\x80", b"\xe2\x82", b"\xff", b"\xf5\x80\x80\x80", b"\xe4\xf6\xfc",
    b"\xf0\x9f\x98", b"\xc3",
]


def many(*pieces):
    def apply(rng, data, report):
        return insert(rng.choice(pieces))(rng, data, report)
    return apply


def doubles(report):
    return report.doubles


def times(report):
    return report.times


def texts(report):
    return report.texts


def ragged(rng, parts):
    place = rng.randrange(1, len(parts))
    fields = parts[place].split(b",")
    fields = rng.choice([fields[:-1], fields + [b""], fields + [b"more"], fields[:1], fields[1:]])
    return parts[:place] + [b",".join(fields)] + parts[place + 1:]


def encoded(name):
    return lambda rng, data, report: data.decode().encode(name, "replace")


def mixed_ends(rng, data, report):
    parts = data.split(b"\n")
    return b"".join(part + rng.choice([b"\n", b"\r\n", b"\r"]) for part in parts[:-1])


def delimiter(mark):
    def apply(rng, data, report):
        out = io.StringIO()
        writer = csv.writer(out, delimiter=mark, lineterminator="\n")
        writer.writerow(report.header)
        writer.writerows(report.rows)
        return out.getvalue().encode()
    return apply


def reordered(rng, data, report):
    order = list(range(len(report.header)))
    rng.shuffle(order)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in [report.header] + report.rows:
        writer.writerow([row[place] for place in order])
    return out.getvalue().encode()


def truncated(rng, data, report):
    return data[:at(rng, data)]


def flipped(rng, data, report):
    place = rng.randrange(len(data))
    return data[:place] + bytes([data[place] ^ (1 << rng.randrange(8))]) + data[place + 1:]


TEXT_POLLUTION = {
    "nothing": lambda rng, data, report: data,
    "nul": insert(b"\0"),
    "nul in header": header(lambda rng, head: insert(b"\0")(rng, head, None)),
    "nul at end": lambda rng, data, report: data + b"\0" * rng.choice([1, 100]),
    "nul block": insert(b"\0" * 4096),
    "all nul": lambda rng, data, report: b"\0" * len(data),
    "invalid utf-8": many(*INVALID),
    "invalid utf-8 in header": header(lambda rng, head: many(*INVALID)(rng, head, None)),
    "utf-16": encoded("utf-16"), "utf-16-le": encoded("utf-16-le"), "utf-16-be": encoded("utf-16-be"),
    "utf-32": encoded("utf-32"), "utf-32-le": encoded("utf-32-le"), "latin-1": encoded("latin-1"),
    "bom": lambda rng, data, report: b"\xef\xbb\xbf" + data,
    "bom twice": lambda rng, data, report: b"\xef\xbb\xbf" * 2 + data,
    "bom amid": at_line(b"\xef\xbb\xbf"),
    "bom anywhere": insert(b"\xef\xbb\xbf"),
    "crlf": lambda rng, data, report: data.replace(b"\n", b"\r\n"),
    "cr": lambda rng, data, report: data.replace(b"\n", b"\r"),
    "mixed ends": mixed_ends,
    "lone cr": insert(b"\r"), "lone lf": insert(b"\n"), "lf cr": lambda r, d, p: d.replace(b"\n", b"\n\r"),
    "odd blanks": many(b"\v", b"\f", "\u0085".encode(), "\u2028".encode(), b"\x1c", b"\x1a"),
    "quote": insert(b'"'), "two quotes": insert(b'""'), "quote and text": insert(b'"x"y'),
    "quote at line": at_line(b'"'), "apostrophe": insert(b"'"),
    "blank line": at_line(b""), "blanks line": at_line(b"   "), "comment": at_line(b"# comment"),
    "comment with commas": at_line(b"#" + b"," * 11), "commas": at_line(b"," * 11),
    "blank lines at end": lambda rng, data, report: data + b"\n" * rng.randint(1, 5),
    "blanks at end": lambda rng, data, report: data + b"   ",
    "no final end": lambda rng, data, report: data[:-1],
    "ctrl-z": lambda rng, data, report: data + b"\x1a",
    "semicolon": delimiter(";"), "bar": delimiter("|"), "tab": delimiter("\t"), "colon": delimiter(":"),
    "trailing delimiter": lines(lambda rng, parts: [part + b"," for part in parts]),
    "trailing delimiter in header": header(lambda rng, head: head + b","),
    "ragged": lines(ragged), "reordered": reordered,
    "comma": insert(b","), "header renamed": header(renamed),
    "header missing": lambda rng, data, report: data.partition(b"\n")[2],
    "header twice": lambda rng, data, report: data.partition(b"\n")[0] + b"\n" + data,
    "joined": lambda rng, data, report: data + data,
    "header upper": header(lambda rng, head: head.upper()),
    "header blanks": header(lambda rng, head: head.replace(b",", b", ")),
    "number": cell(NUMBERS, doubles), "number again": cell(NUMBERS, doubles), "number more": cell(NUMBERS, doubles),
    "date": cell(DATES, times), "date again": cell(DATES, times),
    "text": cell(TEXTS, texts), "anything": cell(NUMBERS + DATES + TEXTS),
    "truncated": truncated, "truncated again": truncated, "flipped": flipped, "flipped again": flipped,
    "empty": lambda rng, data, report: b"", "one byte": lambda rng, data, report: rng.choice([b"\n", b"a", b"\0", b'"', b"{"]),
    "only header": lambda rng, data, report: data.partition(b"\n")[0] + rng.choice([b"", b"\n"]),
    "columns": lambda rng, data, report: header(lambda r, h: h + b"," + b",".join(b"c%d" % n for n in range(100_000)))(rng, data, report),
    "page": lambda rng, data, report: b"<!DOCTYPE html><html><body>Sign in</body></html>\n",
    "xml": lambda rng, data, report: b'<?xml version="1.0"?>\n<Error><Code>AccessDenied</Code></Error>',
    "json": lambda rng, data, report: b'{"message":"Rate exceeded"}',
    "page below": lambda rng, data, report: data + b"<html><body>502 Bad Gateway</body></html>\n",
    "shuffled": lambda rng, data, report: bytes(rng.sample(list(data), len(data))),
}


def packed(data, **more):
    return gzip.compress(data, mtime=0, **more)


def corrupted(place):
    def apply(rng, data):
        whole = bytearray(packed(data))
        spot = place(rng, whole)
        whole[spot] ^= 1 << rng.randrange(8)
        return bytes(whole)
    return apply


def zipped(names, data, **more):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **more) as archive:
        for name in names:
            archive.writestr(name, data)
    return out.getvalue()


def split_members(rng, data):
    place = at(rng, data)
    return packed(data[:place]) + packed(data[place:])


def zip_damaged(rng, data):
    whole = bytearray(zipped(["a.csv"], data))
    for _ in range(rng.randint(1, 3)):
        whole[rng.randrange(len(whole))] = rng.randrange(256)
    return bytes(whole)


def zip_encrypted(rng, data):
    whole = bytearray(zipped(["a.csv"], data))
    whole[6] |= 1
    whole[whole.rindex(b"PK\1\2") + 8] |= 1
    return bytes(whole)


WRAPPINGS = {
    "plain": ("csv", lambda rng, data: data),
    "gzip": ("csv.gz", lambda rng, data: packed(data)),
    "gzip as csv": ("csv", lambda rng, data: packed(data)),
    "plain as gzip": ("csv.gz", lambda rng, data: data),
    "members": ("csv.gz", split_members),
    "empty member": ("csv.gz", lambda rng, data: packed(b"") + packed(data) + packed(b"")),
    "padded": ("csv.gz", lambda rng, data: packed(data) + b"\0" * rng.randint(1, 2000)),
    "garbage": ("csv.gz", lambda rng, data: packed(data) + rng.choice([b"garbage", b"\0\0x", data])),
    "cut": ("csv.gz", lambda rng, data: packed(data)[:rng.randrange(len(packed(data)))]),
    "bad checksum": ("csv.gz", corrupted(lambda rng, whole: len(whole) - 8 + rng.randrange(4))),
    "bad length": ("csv.gz", corrupted(lambda rng, whole: len(whole) - 4 + rng.randrange(4))),
    "flipped": ("csv.gz", corrupted(lambda rng, whole: rng.randrange(len(whole)))),
    "twice": ("csv.gz", lambda rng, data: packed(packed(data))),
    "zlib": ("csv.gz", lambda rng, data: zlib.compress(data)),
    "named": ("csv.gz", lambda rng, data: packed(data)[:3] + b"\x08" + packed(data)[4:10] + b"../../etc/passwd\0" + packed(data)[10:]),
    "zip": ("csv.zip", lambda rng, data: zipped(["a.csv"], data)),
    "zip in folder": ("csv.zip", lambda rng, data: zipped(["folder/a.csv"], data)),
    "zip climbs": ("csv.zip", lambda rng, data: zipped(["../../a.csv"], data)),
    "zip absolute": ("csv.zip", lambda rng, data: zipped(["/etc/a.csv"], data)),
    "zip of two": ("csv.zip", lambda rng, data: zipped(["a.csv", "b.csv"], data)),
    "zip of none": ("csv.zip", lambda rng, data: zipped([], data)),
    "zip damaged": ("csv.zip", zip_damaged),
    "zip encrypted": ("csv.zip", zip_encrypted),
    "zip cut": ("csv.zip", lambda rng, data: zipped(["a.csv"], data)[:-rng.randint(1, 60)]),
    "zip of gzip": ("csv.zip", lambda rng, data: zipped(["a.csv"], packed(data))),
    "bomb": ("csv.gz", lambda rng, data: packed(data) + packed(b"\0" * (64 << 20))),
}

# ---------------------------------------------------------------------------------------------
# The careful reader


class Doubt(Exception):
    """What cannot be read in one way only."""


def unpacked(data):
    for _ in range(2):
        if data[:2] == b"\x1f\x8b":
            try:
                data = gzip.decompress(data)
            except Exception as error:
                raise Doubt(str(error))
        elif data[:2] == b"PK":
            try:
                with zipfile.ZipFile(io.BytesIO(data)) as archive:
                    names = [name for name in archive.namelist() if not name.endswith("/")]
                    if len(names) != 1 or names[0].startswith("/") or ".." in names[0].split("/"):
                        raise Doubt("names")
                    data = archive.read(names[0])
            except Doubt:
                raise
            except Exception as error:
                raise Doubt(str(error))
        else:
            break
    return data


def careful(report, data):
    """The rows that a careful person reads, as dictionaries by name; Doubt where there are several ways."""
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
    mark = max(",;\t|", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
    except csv.Error as error:
        raise Doubt(str(error))
    rows = [row for row in rows if row]
    if not rows:
        raise Doubt("nothing")
    # Quotes behind a blank are the marks of a name, not letters of it.
    names = [name.strip().strip("\ufeff").strip('"') for name in rows[0]]
    if report.nulls:  # FOCUS names are told apart by letters only, whatever their case
        known = {name.lower(): name for name in report.header}
        names = [known.get(name.lower(), name) for name in names]
    missing = [n for n in list(report.doubles) + list(report.times) + list(report.texts) if n not in names]
    if len(set(names)) != len(names) or "" in names:
        raise Doubt("names")
    result = []
    for row in rows[1:]:
        if len(row) != len(names):
            raise Doubt("fields")
        result.append(dict(zip(names, row)))
    return names, result, missing


def number(text, is_cost):
    if text == "":
        return None
    if text.isascii() and text.isalpha() and text.lower() not in ("nan", "inf", "infinity") and not is_cost:
        return None
    if not text.isascii() or text.strip() != text or "_" in text:
        raise Doubt(text)
    try:
        value = decimal.Decimal(text)
    except decimal.InvalidOperation:
        raise Doubt(text)
    if not value.is_finite() or float(value) in (float("inf"), float("-inf")):
        raise Doubt(text)
    return float(value)


def moment(text):
    if text == "":
        return None
    if not text.isascii() or text.strip() != text:
        raise Doubt(text)
    try:
        value = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise Doubt(text)
    if value.tzinfo is None:
        value = value.replace(tzinfo=datetime.timezone.utc)
    return value.astimezone(datetime.timezone.utc).replace(tzinfo=None)


# ---------------------------------------------------------------------------------------------
# Runs


def limited():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(program, *arguments):
    begun = time.monotonic()
    process = subprocess.Popen(
        [program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=limited,
        env={**os.environ, "SWIFT_BACKTRACE": "enable=no"})
    try:
        out, err = process.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise AssertionError("hangs")
    seconds = time.monotonic() - begun
    return process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"), seconds


def query(program, lake, sql):
    code, out, err, _ = run(program, "query", "--lake", lake, "--format", "json", sql)
    assert code == 0, f"query failed: {err}"
    return [json.loads(line) for line in out.splitlines() if line.strip()] if not out.startswith("[") else json.loads(out)


GOOD = (
    "identity/LineItemId,identity/TimeInterval,bill/PayerAccountId,bill/BillingPeriodStartDate,"
    "lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UnblendedCost\n"
    "good,2026-04-01T00:00:00Z/2026-04-02T00:00:00Z,999900001111,2026-04-01T00:00:00Z,1,Usage,"
    "2026-04-01T00:00:00Z,42.5\n").encode()


def check(program, folder, seed):
    rng = random.Random(seed)
    report = rng.choice([cur, focus])(rng)
    pollution = rng.choice(sorted(TEXT_POLLUTION)) if rng.random() < 0.8 else "nothing"
    wrapping = rng.choice(sorted(WRAPPINGS)) if pollution == "nothing" or rng.random() < 0.15 else "plain"
    label = f"{report.kind}, {pollution}, {wrapping}"
    data = TEXT_POLLUTION[pollution](rng, written(report, rng), report)
    ending, wrap = WRAPPINGS[wrapping]
    data = wrap(rng, data)
    source = os.path.join(folder, "in")
    lake = os.path.join(folder, "lake")
    for path in (source, lake):
        shutil.rmtree(path, ignore_errors=True)
    os.makedirs(os.path.join(source, "bad"))
    os.makedirs(os.path.join(source, "good"))
    with open(os.path.join(source, "bad", "report-1." + ending), "wb") as file:
        file.write(data)
    with open(os.path.join(source, "good", "other-1.csv"), "wb") as file:
        file.write(GOOD)
    code, out, err, seconds = run(program, "ingest", "--lake", lake, source)
    assert code in (0, 1), f"{label}: exit code {code}: {err[-300:]}"
    assert seconds < SECONDS, f"{label}: took {seconds:.1f} s"
    good = query(program, lake, "SELECT line_item_unblended_cost AS c FROM cur WHERE bill_payer_account_id = '999900001111'")
    assert [row["c"] for row in good] == [42.5], f"{label}: the sound delivery is {good}"
    log = query(program, lake, "SELECT status, source FROM deliveries")
    tables = sorted(row["table_name"] if "table_name" in row else list(row.values())[0] for row in query(program, lake, "SHOW TABLES"))
    if code == 1:
        assert "report-1" in err, f"{label}: no file in {err}"
        assert any(row["status"] == "failed" for row in log), f"{label}: not in deliveries: {log}"
        held = query(program, lake, "SELECT count(*) AS n FROM cur")[0]["n"]
        assert held == 1 and (report.table == "cur" or report.table not in tables), f"{label}: rows of a refused delivery"
        return label, "refused", next(line for line in err.splitlines() if "report-1" in line)
    assert len(log) >= 2 and all(row["status"] == "loaded" for row in log), f"{label}: passed over: {out} {log}"
    try:
        names, rows, missing = careful(report, data)
        expected = []
        for row in rows:
            values = []
            for name in report.doubles:
                values.append(number(row[name], name == report.cost) if name in row else None)
            for name in report.times:
                values.append(moment(row[name]) if name in row else None)
            for name in report.texts:
                text = row.get(name)
                if text == "" or (report.nulls and text == "NULL"):
                    text = None
                values.append(text)
            expected.append(values)
    except Doubt as doubt:
        raise AssertionError(f"{label}: loaded what is in doubt ({doubt}): {out.strip()}")
    have = {**report.doubles, **report.times, **report.texts}
    known = query(program, lake, f"DESCRIBE {report.table}")
    columns = {str(list(row.values())[0]).split("\t")[0].strip().lower() for row in known}
    picked = [have[n] if have[n].lower() in columns else "NULL" for n in have]
    listed = ", ".join(f"{p} AS c{i}" for i, p in enumerate(picked))
    payer = "bill_payer_account_id" if report.table == "cur" else "BillingAccountId"
    where = f"WHERE coalesce({payer}, '') <> '999900001111'"
    found = query(program, lake, f"SELECT {listed} FROM {report.table} {where}")
    actual = []
    for row in found:
        values = [row[f"c{i}"] for i in range(len(picked))]
        n = len(report.doubles)
        m = n + len(report.times)
        values[n:m] = [None if v is None else datetime.datetime.fromisoformat(v.replace("Z", "")) for v in values[n:m]]
        values[m:] = [None if v == "" else v for v in values[m:]]
        actual.append(values)
    key = lambda values: [(v is None, str(v)) for v in values]
    assert sorted(actual, key=key) == sorted(expected, key=key), (
        f"{label}: differs\n  read   {sorted(actual, key=key)}\n  expect {sorted(expected, key=key)}")
    return label, "loaded", ""


def main():
    program = os.path.abspath(sys.argv[1])
    cases = int(sys.argv[2]) if len(sys.argv) > 2 else 150
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    verbose = os.environ.get("VERBOSE")
    failures = 0
    counts = {}
    with tempfile.TemporaryDirectory(prefix="kakeibo-polluted-") as folder:
        for seed in range(first, first + cases):
            try:
                label, outcome, told = check(program, folder, seed)
                counts[outcome] = counts.get(outcome, 0) + 1
                if verbose:
                    print(seed, label, outcome, told.replace(folder, ""), flush=True)
            except AssertionError as error:
                failures += 1
                print(f"seed {seed}: {error}".replace(folder, ""), flush=True)
    print(", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())), f"{failures} wrong", sep=", ")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    print(f"peak memory {peak >> 20} MiB")
    if failures or peak > MEMORY:
        sys.exit(1)


main()
