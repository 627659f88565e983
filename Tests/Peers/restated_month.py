#!/usr/bin/env python3
"""Nights over a year of bills, one month of it restated: usage: restated_month.py PROGRAM [ROWS [MONTHS]]

Only the restated month's partition is written anew, and the night takes time in proportion to it. Prints the
seconds of each night; ROWS is per month, 200,000 if not said.
"""

import gzip
import json
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import time

COLUMNS = [
    "identity/LineItemId", "identity/TimeInterval", "bill/InvoiceId", "bill/BillingEntity", "bill/BillType",
    "bill/PayerAccountId", "bill/BillingPeriodStartDate", "bill/BillingPeriodEndDate",
    "lineItem/UsageAccountId", "lineItem/LineItemType", "lineItem/UsageStartDate", "lineItem/UsageEndDate",
    "lineItem/ProductCode", "lineItem/UsageType", "lineItem/Operation", "lineItem/AvailabilityZone",
    "lineItem/ResourceId", "lineItem/UsageAmount", "lineItem/CurrencyCode", "lineItem/UnblendedRate",
    "lineItem/UnblendedCost", "lineItem/LineItemDescription", "product/ProductName", "product/region",
    "product/instanceType", "pricing/term", "pricing/unit", "pricing/publicOnDemandCost",
    "resourceTags/user:team", "resourceTags/user:environment"]
BLOCK = 10_000
SERVICES = ["AmazonEC2", "AmazonS3", "AmazonRDS", "AWSLambda", "AmazonVPC", "AmazonCloudWatch"]


def block():
    """Rows of one block, with marks for the month, the month after it, the block and the cost's cents."""
    lines = []
    for row in range(BLOCK):
        day, hour = row % 28 + 1, row // 28 % 24
        at = f"@MONTH@-{day:02}T{hour:02}:00:00Z"
        service = SERVICES[row % len(SERVICES)]
        lines.append(",".join([
            f"@BLOCK@x{row:05}", f"{at}/@MONTH@-{day:02}T{hour:02}:59:59Z", "", "AWS", "Anniversary",
            "100000000001", "@MONTH@-01T00:00:00Z", "@NEXT@-01T00:00:00Z", f"{200000000000 + row % 40}",
            "Usage", at, f"@MONTH@-{day:02}T{hour:02}:59:59Z", service, f"USE1-{service}:{row % 23}",
            f"Run{row % 11}", f"us-east-1{'abc'[row % 3]}", f"i-{row * 2654435761 % (1 << 32):08x}@BLOCK@",
            f"{row % 97 / 4}", "USD", "0.0960000000", f"{row % 89 / 100}@CENTS@",
            f"$0.096 per hour of kind {row % 211}", service, "us-east-1", f"m{row % 7}.large", "OnDemand",
            "Hrs", f"{row % 89 / 90:.10f}", f"team-{row % 13}", "production"]))
    return "\n".join(lines) + "\n"


def month(number):
    return f"{2025 + (9 + number) // 12}-{(9 + number) % 12 + 1:02}"


def write(folder, text, number, rows, version):
    """A month's bill with its manifest; another version has other costs."""
    this, after = month(number), month(number + 1)
    period = f"{this.replace('-', '')}01-{after.replace('-', '')}01"
    place = folder / "daily" / period
    place.mkdir(parents=True, exist_ok=True)
    parts = 2
    for part in range(parts):
        with gzip.open(place / f"daily-{part + 1}.csv.gz", "wt", compresslevel=1) as file:
            file.write(",".join(COLUMNS) + "\n")
            for one in range(part, rows // BLOCK, parts):
                file.write(text.replace("@MONTH@", this).replace("@NEXT@", after)
                           .replace("@BLOCK@", str(one)).replace("@CENTS@", str(version)))
    (place / "daily-Manifest.json").write_text(json.dumps({
        "assemblyId": f"{this}-v{version}", "account": "100000000001", "reportName": "daily", "columns": [],
        "reportKeys": [f"daily/{period}/daily-{part + 1}.csv.gz" for part in range(parts)],
        "billingPeriod": {"start": f"{this.replace('-', '')}01T000000.000Z",
                          "end": f"{after.replace('-', '')}01T000000.000Z"}}))


class Nights:
    def __init__(self, program, folder, months):
        self.program, self.folder = program, folder
        self.now = f"{month(months - 1)}-25T06:00:00Z"
        (folder / "nightly.json").write_text(json.dumps({
            "lake": "lake", "sources": [{"path": "cur"}],
            "outputs": {"series": "out/series", "dashboard": "out/index.html", "metrics": "out/m.prom"}}))

    def run(self, name):
        began, before = time.time(), resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [self.program, "--as-of", self.now, "nightly", "--config", str(self.folder / "nightly.json")],
            capture_output=True, cwd=self.folder)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        words = done.stderr.decode()
        assert done.returncode == 0, words[-3000:]
        spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        print(f"{name:<28}{time.time() - began:8.2f} s, {spent:8.2f} s of processor time")
        return spent, words

    def files(self):
        """Partition of each file of the table, by its log."""
        live = {}
        for entry in sorted((self.folder / "lake/cur/_delta_log").glob("*.json")):
            for line in entry.read_text().splitlines():
                action = json.loads(line)
                if "add" in action:
                    live[action["add"]["path"]] = action["add"]["partitionValues"]["billing_period"]
                if "remove" in action:
                    live.pop(action["remove"]["path"], None)
        return live


def main():
    program = str(pathlib.Path(sys.argv[1]).absolute())
    rows, months = (list(map(int, sys.argv[2:])) + [200_000, 12][len(sys.argv) - 2:])[:2]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="kakeibo-year-"))
    try:
        text = block()
        for number in range(months):
            write(folder / "cur", text, number, rows, 1)
        nights = Nights(program, folder, months)
        first, _ = nights.run(f"{months} months of {rows:,} rows")
        before = nights.files()
        assert len(set(before.values())) == months, before
        idle, words = nights.run("nothing new")
        assert f"{months} unchanged" in words and nights.files() == before, words
        restated = months // 2
        write(folder / "cur", text, restated, rows, 2)
        spent, words = nights.run("one month restated")
        after = nights.files()
        changed = {live[path] for live in (before, after) for path in live
                   if (path in before) != (path in after)}
        assert changed == {month(restated)}, changed
        print(f"only {month(restated)} was written anew; the night with nothing new takes "
              f"{100 * idle / first:.0f} % of the first one's processor time, the restated month "
              f"{100 * (spent - idle) / first:.0f} % besides, where a {months}th is {100 / months:.0f} %")
    finally:
        shutil.rmtree(folder)


main()
