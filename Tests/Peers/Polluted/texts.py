"""Pollution of CSV text: each takes the bytes of a file and gives others."""

import csv
import io

from spellings import DATES, INVALID, NUMBERS, TEXTS


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
