"""Bills of several parts with the manifest that names them: legacy reports and data exports."""

import os
import re

import bills
from json_pollution import Raw, lines, polluted
from lab import Case, Doubt
from packings import packed, unpacked
from readings import documents, listed, members, text
from reports import cur, cur2, focus

ID = "0b0b0b0b-1111-2222-3333-444444444444"
OTHER = "0a0a0a0a-1111-2222-3333-444444444444"


class Layout:
    """Where parts and manifests are, and what the manifest says."""

    def __init__(self, report, folder, manifests, keys, ids):
        self.report, self.folder, self.manifests, self.keys, self.ids = report, folder, manifests, keys, ids


def created(rng):
    month = "p/r/20260501-20260601"
    return Layout(cur(rng), f"{month}/{ID}", [f"{month}/r-Manifest.json", f"{month}/{ID}/r-Manifest.json"],
                  "reportKeys", "assemblyId")


def overwritten(rng):
    month = "p/r/20260501-20260601"
    return Layout(cur(rng), month, [f"{month}/r-Manifest.json"], "reportKeys", "assemblyId")


def exported(rng):
    report = rng.choice([cur2, focus])(rng)
    folder = "p/r/data/BILLING_PERIOD=2026-05" + rng.choice(["", f"/2026-05-16T15:24:15.653Z-{ID}"])
    return Layout(report, folder, ["p/r/metadata/BILLING_PERIOD=2026-05/r-Manifest.json"], "dataFiles", "executionId")


def manifest(layout, keys):
    columns = [{"name": name, "type": "string"} for name in layout.report.header]
    if layout.ids == "executionId":
        return {
            "executionId": ID, "columns": columns, "dataFiles": [f"s3://b/{key}" for key in keys],
            "exportArn": "arn:aws:bcm-data-exports:us-east-1:111122223333:export/r-" + OTHER,
        }
    return {
        "assemblyId": ID, "account": "111122223333", "columns": columns, "charset": "UTF-8", "compression": "GZIP",
        "contentType": "text/csv", "reportId": "0" * 64, "reportName": "r", "bucket": "b", "reportKeys": keys,
        "billingPeriod": {"start": "20260501T000000.000Z", "end": "20260601T000000.000Z"},
        "additionalArtifactKeys": [],
    }


def parts(rng, layout):
    report = layout.report
    rows, half = report.rows, rng.randint(1, len(report.rows) - 1)
    made = {}
    for n, some in enumerate([rows[:half], rows[half:]]):
        report.rows = some
        made[f"{layout.folder}/r-{n + 1}.csv.gz"] = packed(bills.written(report, rng))
    report.rows = rows
    return made


# ---------------------------------------------------------------------------------------------
# What goes wrong with parts; each gets the files by name and the manifest


def first(files):
    return min(files)


def absent(rng, files, said, layout):
    del files[rng.choice(sorted(files))]


def empty(rng, files, said, layout):
    files[first(files)] = rng.choice([b"", packed(b"")])


def only_header(rng, files, said, layout):
    head = (",".join(layout.report.header) + rng.choice(["", "\n"])).encode()
    files[first(files)] = packed(head)


def cut(rng, files, said, layout):
    files[first(files)] = files[first(files)][:rng.randrange(1, len(files[first(files)]))]


def other_report(rng, files, said, layout):
    files[first(files)] = packed(rng.choice([
        b"name,age\nann,3\n", b"<html></html>", b'{"message":"no"}', lines([said]), b"\0" * 100]))


def other_month(rng, files, said, layout):
    files[first(files)] = packed(unpacked(files[first(files)]).replace(b"2026-05-", b"2026-04-"))


def other_columns(rng, files, said, layout):
    report = layout.report
    column = report.header.index(report.cost)
    report.header[column] = "x/Other"
    files[first(files)] = packed(bills.written(report, rng))
    report.header[column] = report.cost


def repeated(rng, files, said, layout):
    said[layout.keys].append(said[layout.keys][0])


def same_file(rng, files, said, layout):
    said[layout.keys].append("q/" + said[layout.keys][0].removeprefix("s3://b/"))


def stranger(rng, files, said, layout):
    files[f"{layout.folder}/r-3.csv.gz"] = files[first(files)]


def older(rng, files, said, layout):
    if layout.folder.endswith(ID):
        files[os.path.dirname(layout.folder) + f"/{OTHER}/r-1.csv.gz"] = files[first(files)]


def none(rng, files, said, layout):
    said[layout.keys] = rng.choice([[], None, {}, "r-1.csv.gz", 5])


def key(rng, files, said, layout):
    said[layout.keys][rng.randrange(2)] = rng.choice([
        "../r-1.csv.gz", "../../etc/passwd", "/etc/passwd", "p/../../r-1.csv.gz", "", ".", "..", "/", "x\0y", 5, None,
        {}, ["r-1.csv.gz"], "x" * 2000, "s3://", "s3://b", "https://b/r-1.csv.gz", "r-1.csv.gz\n", "R-1.CSV.GZ",
        "p/r/20260401-20260501/r-1.csv.gz", "file:///etc/passwd", "~/r-1.csv.gz", "*.csv.gz", "r-Manifest.json", "p",
    ])


def many(rng, files, said, layout):
    said[layout.keys] += [f"k/{n}.csv.gz" for n in range(20_000)]


def period(rng, files, said, layout):
    said["billingPeriod"] = rng.choice([
        None, {}, {"start": "20260401T000000.000Z"}, {"start": 5}, {"start": "x"}, "2026-05", {"start": "20261301"},
        {"start": "٢٠٢٦٠٥٠١T000000.000Z"}, {"start": "2026-05-01T00:00:00Z"}])


def nothing(rng, files, said, layout):
    pass


PARTS = [
    nothing, absent, empty, only_header, cut, other_report, other_month, other_columns, repeated, same_file, stranger,
    older, none, key, key, key, many, period,
]
SOUND = {nothing, only_header, repeated, stranger, older}


def case(rng):
    layout = rng.choice([created, overwritten, exported])(rng)
    files = parts(rng, layout)
    said = manifest(layout, sorted(files))
    change = rng.choice(PARTS) if rng.random() < 0.6 else nothing
    change(rng, files, said, layout)
    label, text, is_sound = change.__name__, lines([said]), change in SOUND
    if change is nothing and rng.random() < 0.9:
        label, text, ending, is_sound = polluted(rng, [said])
        # A manifest is never packed.
        is_sound, text = (False, lines([said])) if ending else (is_sound and "listed" not in label, text)
    files.update(dict.fromkeys(layout.manifests, text))
    return Case(
        f"{layout.report.kind}, {label}", files, layout.report.table, lambda: rows(layout, files, text),
        lambda lake: bills.found(layout.report, lake), is_sound=is_sound,
        may_wait=lambda: names_absent(layout, files, text))


def names_absent(layout, files, data):
    """Whether a key is that of no part, however it is looked at."""
    keys = documents(unpacked(data))[0]
    keys = (keys[0] if isinstance(keys, list) else keys)[layout.keys]
    return any(isinstance(key, str) and key.removeprefix("s3://b/") not in files for key in keys)


def rows(layout, files, data):
    read = documents(unpacked(data))
    if len(read) == 1 and isinstance(read[0], list) and len(read[0]) == 1:
        read = read[0]
    if len(read) != 1:
        raise Doubt("no manifest")
    said = members(read[0])
    if layout.ids == "assemblyId" and said.get("billingPeriod") is not None:
        start = text(members(said["billingPeriod"]).get("start"))
        if not start or not re.match(r"2026(05|-05-)01T[0-9:.]+Z", start):
            raise Doubt("another month")
    if not text(said.get(layout.ids)):
        raise Doubt("no version")
    if layout.ids == "assemblyId" and not text(said.get("reportName")):
        raise Doubt("no name")
    result, seen = [], set()
    for key in listed(said.get(layout.keys)):
        if not text(key) or "\0" in key or {"..", "."} & set(key.split("/")) or len(key) > 1024:
            raise Doubt("no key")
        path = key.removeprefix("s3://b/")
        if path in seen:
            continue
        seen.add(path)
        name = f"{layout.folder}/{path.split('/')[-1]}"
        if name not in files:
            raise Doubt(f"no part {key}")
        found = bills.expected(layout.report, files[name])
        if any(row[len(layout.report.doubles)].month != 5 for row in found):
            raise Doubt("another month")
        result += found
    if not result:
        raise Doubt("no rows")
    return result
