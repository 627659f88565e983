#!/usr/bin/env python3
"""Loads years of bills in one call: usage: backfill.py PROGRAM [MONTHS PAYERS]

Time has to grow with the number of deliveries, the order of paths must not matter, and one bill that is
damaged must not keep the others from being loaded.
"""

import gzip
import json
import pathlib
import random
import resource
import subprocess
import sys
import tempfile

HEADER = ("identity/LineItemId,identity/TimeInterval,bill/PayerAccountId,bill/BillingPeriodStartDate,"
          "lineItem/LineItemType,lineItem/UsageStartDate,lineItem/CurrencyCode,lineItem/UnblendedCost\n")


def month(number):
    return 2020 + number // 12, number % 12 + 1


def write(folder, payers, months):
    """A report of each payer and month, in the layout of reports that overwrite."""
    for payer in range(payers):
        account = f"{payer + 1:012}"
        for number in range(months):
            (year, of_year), (next_year, next_of_year) = month(number), month(number + 1)
            start = f"{year}-{of_year:02}"
            period = f"{year}{of_year:02}01-{next_year}{next_of_year:02}01"
            place = folder / account / "daily" / period
            place.mkdir(parents=True)
            rows = "".join(
                f"id{row},{start}-01T00:00:00Z/{start}-01T01:00:00Z,{account},{start}-01T00:00:00Z,Usage,"
                f"{start}-02T00:00:00Z,USD,{1 + row / 4}\n" for row in range(5))
            (place / "daily-1.csv.gz").write_bytes(gzip.compress((HEADER + rows).encode(), mtime=0))
            (place / "daily-Manifest.json").write_text(json.dumps({
                "assemblyId": f"{payer}-{number}", "account": account, "reportName": "daily",
                "columns": [], "reportKeys": [f"{account}/daily/{period}/daily-1.csv.gz"],
                "billingPeriod": {"start": f"{start.replace('-', '')}01T000000.000Z",
                                  "end": f"{next_year}{next_of_year:02}01T000000.000Z"}}))


def seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Lake:
    def __init__(self, program, folder, name):
        self.program, self.lake = program, folder / name

    def ingest(self, *paths, code=0):
        before = seconds()
        done = subprocess.run(
            [self.program, "--lake", str(self.lake), "ingest", *map(str, paths)], capture_output=True)
        words = done.stderr.decode()
        assert done.returncode == code, (done.returncode, words[-2000:])
        return words, seconds() - before

    def rows(self, sql):
        done = subprocess.run(
            [self.program, "--lake", str(self.lake), "query", sql, "--format", "csv"],
            capture_output=True, check=True)
        return done.stdout.decode().split()[1:]


def main():
    program = str(pathlib.Path(sys.argv[1]).absolute())
    months, payers = map(int, sys.argv[2:] or (36, 3))
    with tempfile.TemporaryDirectory(prefix="kakeibo-backfill-") as name:
        folder = pathlib.Path(name)
        write(folder / "in", payers, months)
        content = ("SELECT bill_payer_account_id, billing_period, count(*), sum(line_item_unblended_cost)"
                   " FROM cur GROUP BY 1, 2 ORDER BY 1, 2")
        lake = Lake(program, folder, "lake")
        words, spent = lake.ingest(folder / "in")
        everything = lake.rows(content)
        assert len(everything) == months * payers, len(everything)
        print(f"{months * payers} deliveries in {spent:.2f} s of processor time, "
              f"{1000 * spent / (months * payers):.1f} ms each")
        words, spent = lake.ingest(folder / "in")
        print(f"the same again in {spent:.2f} s; it says {len(words.splitlines())} lines, the last: "
              f"{words.splitlines()[-1]}")

        # The order of paths does not matter.
        paths = sorted((folder / "in").glob("*/*/*"))
        random.Random(17).shuffle(paths)
        other = Lake(program, folder, "shuffled")
        other.ingest(*paths)
        assert other.rows(content) == everything

        # One damaged bill: the others are loaded, and the run says which is not.
        damaged = sorted((folder / "in").glob("*/*/*"))[16] / "daily-1.csv.gz"
        whole = damaged.read_bytes()
        damaged.write_bytes(whole[:len(whole) // 2])
        third = Lake(program, folder, "damaged")
        words, _ = third.ingest(folder / "in", code=1)
        assert str(damaged.parent) in words and words.count("error: ") == 1, words[-2000:]
        assert len(third.rows(content)) == len(everything) - 1
        damaged.write_bytes(whole)
        third.ingest(folder / "in")
        assert third.rows(content) == everything
        print("in any order the same; one damaged bill fails alone")


main()
