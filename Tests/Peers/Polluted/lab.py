"""Runs Kakeibo over polluted deliveries and holds each outcome to one of two.

    loaded    exit code 0, and each row and value is what a careful reader in Python has
    refused   exit code 1, a sentence that names a file of the delivery, and nothing of it in the lake

A delivery whose parts are not all there may also wait: exit code 0, a word on it, and nothing in the lake.
In every run there is a sound delivery besides, which has to be loaded.
"""

import json
import os
import resource
import shutil
import subprocess
import time

SECONDS = 10

GOOD = (
    "identity/LineItemId,identity/TimeInterval,bill/PayerAccountId,bill/BillingPeriodStartDate,"
    "lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UnblendedCost\n"
    "good,2026-04-01T00:00:00Z/2026-04-02T00:00:00Z,999900001111,2026-04-01T00:00:00Z,1,Usage,"
    "2026-04-01T00:00:00Z,42.5\n").encode()


class Doubt(Exception):
    """What cannot be read in one way only."""


class Unknown(Doubt):
    """Sound in itself, but nothing that Kakeibo knows: it may be passed over with a word."""


class Case:
    """A delivery: files by name, the table they belong to, and what they say."""

    def __init__(self, label, files, table, expected, found, named=None, is_sound=False, may_wait=lambda: False,
                 schema=None):
        self.label, self.files, self.table = label, files, table
        # Called without arguments: the rows that a careful reader has, or Doubt.
        self.expected = expected
        # Called with a lake: the rows that were loaded.
        self.found = found
        # A word of which one at least is in the sentence of a refusal.
        self.named = named or [os.path.basename(name) for name in files]
        # Nothing is wrong with it, so that it has to be loaded.
        self.is_sound = is_sound
        # Whether it names what is not there yet.
        self.may_wait = may_wait
        # The schema of a kind that the program does not bring, as JSON.
        self.schema = schema


class Lake:
    def __init__(self, program, path):
        self.program, self.path = program, path

    def query(self, sql):
        code, out, err, _ = run(self.program, "query", "--lake", self.path, "--format", "jsonl", sql)
        assert code == 0, f"query failed: {err}"
        return [json.loads(line) for line in out.split("\n") if line.strip()]

    def tables(self):
        return {next(iter(row.values())) for row in self.query("SHOW TABLES")}

    def columns(self, table):
        rows = self.query(f"DESCRIBE {table}")
        return {str(next(iter(row.values()))).split("\t")[0].strip().lower() for row in rows}

    def count(self, table):
        if table not in self.tables():
            return 0
        where = " WHERE coalesce(bill_payer_account_id, '') <> '999900001111'" if table == "cur" else ""
        return self.query(f"SELECT count(*) AS n FROM {table}{where}")[0]["n"]


def limited():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(program, *arguments, limit=120):
    begun = time.monotonic()
    process = subprocess.Popen(
        [program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
        preexec_fn=limited, env={**os.environ, "SWIFT_BACKTRACE": "enable=no"})
    try:
        out, err = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise AssertionError("hangs")
    seconds = time.monotonic() - begun
    return process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"), seconds


def check(program, folder, case):
    """Loads a case in a new lake. Returns the outcome and what was told; AssertionError where it is wrong."""
    source, lake = os.path.join(folder, "in"), Lake(program, os.path.join(folder, "lake"))
    for path in (source, lake.path):
        shutil.rmtree(path, ignore_errors=True)
    for name, data in {"good/other-1.csv": GOOD, **{"bad/" + n: d for n, d in case.files.items()}}.items():
        path = os.path.join(source, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
    options = []
    if case.schema:
        options = ["--schemas", os.path.join(folder, "schemas")]
        os.makedirs(options[1], exist_ok=True)
        with open(os.path.join(options[1], "own.json"), "w", encoding="utf-8") as file:
            file.write(case.schema)
    code, out, err, seconds = run(program, *options, "ingest", "--lake", lake.path, source)
    told = (out + err).replace(folder, "")
    assert code in (0, 1), f"exit code {code}: {err[-300:]}"
    assert seconds < SECONDS, f"took {seconds:.1f} s"
    good = lake.query("SELECT line_item_unblended_cost AS c FROM cur WHERE bill_payer_account_id = '999900001111'")
    assert [row["c"] for row in good] == [42.5], f"the sound delivery is {good}"
    log = lake.query("SELECT status, source FROM deliveries")
    if code == 1:
        return refused(case, lake, err, log)
    if any(row["status"] == "waiting" for row in log):
        assert case.may_wait(), f"waits for nothing: {told}"
        assert lake.count(case.table) == 0, f"rows of what waits: {told}"
        return "waits", ""
    if len(log) < 2 and is_doubt(case, Unknown):
        assert lake.count(case.table) == 0 and any(name in told for name in case.named), f"no word: {told}"
        return "passed over", ""
    assert len(log) >= 2 and all(row["status"] == "loaded" for row in log), f"passed over: {told} {log}"
    try:
        expected = case.expected()
    except Doubt as doubt:
        raise AssertionError(f"loaded what is in doubt ({doubt}): {told.strip()}")
    actual = case.found(lake)
    actual, expected = ordered(actual), ordered(expected)
    assert actual == expected, (
        f"differs\n  read   {[row for row in actual if row not in expected]} of {len(actual)}"
        f"\n  expect {[row for row in expected if row not in actual]} of {len(expected)}")
    return "loaded", ""


def is_doubt(case, kind):
    try:
        case.expected()
        return False
    except Doubt as doubt:
        return isinstance(doubt, kind)


def refused(case, lake, err, log):
    line = next((line for line in err.splitlines() if any(name in line for name in case.named)), None)
    assert line, f"no file in {err}"
    assert any(row["status"] == "failed" for row in log), f"not in deliveries: {log}"
    assert lake.count(case.table) == 0, f"rows of a refused delivery: {err}"
    assert not case.is_sound, f"refuses what is sound: {line}"
    return "refused", line


def ordered(rows):
    return sorted((plain(row) for row in rows), key=str)


def plain(value):
    """Dictionaries as sorted pairs, so that the order of their names does not matter."""
    if isinstance(value, dict):
        return sorted((name, plain(member)) for name, member in value.items())
    return [plain(element) for element in value] if isinstance(value, (list, tuple)) else value
