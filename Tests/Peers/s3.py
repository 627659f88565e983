#!/usr/bin/env python3
"""Loads reports from S3 through the AWS CLI, against moto's server: usage: s3.py PROGRAM

Needs `pip install 'moto[server]' awscli boto3`; the `aws` beside this Python is the one used.
"""

import gzip
import io
import json
import os
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

BUCKET = "reports-of-tests"
HEADER = ("identity/LineItemId,identity/TimeInterval,bill/PayerAccountId,bill/BillingPeriodStartDate,"
          "lineItem/LineItemType,lineItem/UsageStartDate,lineItem/CurrencyCode,lineItem/UnblendedCost\n")
HEADER2 = ("identity_line_item_id,identity_time_interval,bill_payer_account_id,bill_payer_account_name,"
           "bill_billing_period_start_date,line_item_line_item_type,line_item_usage_start_date,"
           "line_item_currency_code,line_item_unblended_cost\n")
ASSEMBLIES = ["0f7a8e0e-5a1b-4b43-9a40-3e6c9d0a0001", "0f7a8e0e-5a1b-4b43-9a40-3e6c9d0a0002"]


def rows(month, costs, start=0, header=HEADER, name=""):
    interval = f"{month}-01T00:00:00Z/{month}-01T01:00:00Z"
    text = header + "".join(
        f"id{start + i},{interval},111122223333,{name}{month}-01T00:00:00Z,Usage,"
        f"{month}-03T00:00:00Z,USD,{cost}\n" for i, cost in enumerate(costs))
    return gzip.compress(text.encode(), mtime=0)


def rows2(month, costs, start=0):
    return rows(month, costs, start, HEADER2, "Payer,")


class Server:
    def __init__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.log = tempfile.NamedTemporaryFile("w+", suffix=".log")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-p", str(self.port)],
            stdout=self.log, stderr=self.log)
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.2)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def requests(self):
        """The lines of the log that are answers to requests: method and path."""
        lines = pathlib.Path(self.log.name).read_text().splitlines()
        return [line.split('"')[1] for line in lines if '" 200' in line or '" 4' in line]

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Place:
    """A lake and a cache of their own."""

    def __init__(self, program, server):
        self.program, self.server = program, server
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kakeibo-s3-"))
        self.cache = self.folder / "cache"
        self.environment = {
            "PATH": f"{pathlib.Path(sys.executable).parent}:/usr/bin:/bin", "HOME": str(self.folder),
            "AWS_ENDPOINT_URL": server.url, "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "AWS_DEFAULT_REGION": "us-east-1"}

    def run(self, *words, code=0, environment={}, drop=(), data=None):
        variables = {k: v for k, v in {**self.environment, **environment}.items() if k not in drop}
        done = subprocess.run(
            [self.program, "--lake", str(self.folder / "lake"), *words], input=data,
            env=variables, capture_output=True, cwd=self.folder, timeout=600)
        words = done.stderr.decode()
        assert done.returncode == code, f"ended with {done.returncode}, expected {code}: {words}"
        assert "wJalrXUtnFEMI" not in words and "AKIAIOSFODNN7" not in words, words
        self.out = done.stdout.decode()
        return words

    def ingest(self, *words, **options):
        return self.run("ingest", *words, "--cache", str(self.cache), **options)

    def value(self, sql):
        self.run("query", sql, "--format", "csv")
        return self.out.splitlines()[1]

    def fetched(self, action):
        """Runs something and returns the keys that were fetched from the bucket meanwhile."""
        before = len(self.server.requests())
        result = action()
        lines = self.server.requests()[before:]
        got = [line.split()[1] for line in lines
               if line.startswith("GET /" + BUCKET + "/") and "list-type" not in line]
        return result, got


class Tests:
    def __init__(self, program, server):
        self.program, self.server = program, server
        self.s3 = boto3.client(
            "s3", endpoint_url=server.url, aws_access_key_id="testing",
            aws_secret_access_key="testing", region_name="us-east-1")

    def fresh(self):
        """An empty bucket, lake and cache."""
        try:
            for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
                for item in page.get("Contents", []):
                    self.s3.delete_object(Bucket=BUCKET, Key=item["Key"])
        except self.s3.exceptions.NoSuchBucket:
            self.s3.create_bucket(Bucket=BUCKET)
        return Place(self.program, self.server)

    def put(self, key, body):
        self.s3.put_object(
            Bucket=BUCKET, Key=key, Body=body.encode() if isinstance(body, str) else body)

    def legacy_manifest(self, month, assembly, keys):
        year, number = map(int, month.split("-"))
        after = f"{year + number // 12}{number % 12 + 1:02}01"
        return json.dumps({
            "assemblyId": assembly, "account": "111122223333", "columns": [],
            "reportName": "daily", "bucket": BUCKET, "reportKeys": keys,
            "billingPeriod": {"start": f"{month.replace('-', '')}01T000000.000Z",
                              "end": f"{after}T000000.000Z"}}), f"{month.replace('-', '')}01-{after}"

    def put_legacy(self, month, assembly, costs, parts=2, leave_out=()):
        """A version of a month that keeps older ones: cur/daily/<period>/<assembly>/…"""
        manifest, period = self.legacy_manifest(month, assembly, [])
        folder = f"cur/daily/{period}"
        keys = [f"{folder}/{assembly}/daily-{n + 1}.csv.gz" for n in range(parts)]
        manifest, _ = self.legacy_manifest(month, assembly, keys)
        for number, key in enumerate(keys):
            if number not in leave_out:
                self.put(key, rows(month, costs[number::parts], start=number * 1000))
        self.put(f"{folder}/{assembly}/daily-Manifest.json", manifest)
        self.put(f"{folder}/daily-Manifest.json", manifest)
        return keys

    # Each of these is a test.

    def legacy_versions(self):
        place = self.fresh()
        for month in ["2026-08", "2026-09"]:
            self.put_legacy(month, ASSEMBLIES[0], [100, 100, 100])
            self.put_legacy(month, ASSEMBLIES[1], [1, 2, 3.5])
        self.put("cur/daily/daily-create-table.sql", "CREATE TABLE x")
        words, got = place.fetched(lambda: place.ingest(f"s3://{BUCKET}/cur"))
        assert place.value("SELECT sum(line_item_unblended_cost) FROM cur") == "13.0", words
        assert not any(ASSEMBLIES[0] in key for key in got), got
        assert sum(".csv.gz" in key for key in got) == 4, got
        assert f"s3://{BUCKET}/cur/daily" in words and str(place.cache) not in words, words
        words, got = place.fetched(lambda: place.ingest(f"s3://{BUCKET}/cur"))
        assert not got and words.count("unchanged") == 2, (got, words)
        # A month restated.
        keys = self.put_legacy("2026-09", "0f7a8e0e-5a1b-4b43-9a40-3e6c9d0a0003", [1, 2, 4])
        words, got = place.fetched(lambda: place.ingest(f"s3://{BUCKET}/cur/"))
        assert len(got) == 3, got
        assert place.value("SELECT sum(line_item_unblended_cost) FROM cur") == "13.5", words
        kept = [str(path) for path in place.cache.rglob("*.csv.gz")]
        assert len(kept) == 4 and not any(ASSEMBLIES[0] in path for path in kept), kept

    def data_export(self):
        place = self.fresh()
        def put(month, costs, execution):
            data = f"x/cur2/data/BILLING_PERIOD={month}/cur2-00001.csv.gz"
            self.put(data, rows2(month, costs))
            self.put(f"x/cur2/metadata/BILLING_PERIOD={month}/cur2-Manifest.json", json.dumps({
                "executionId": execution, "columns": [],
                "exportArn": "arn:aws:bcm-data-exports:us-east-1:111122223333:export/cur2-" + ASSEMBLIES[0],
                "dataFiles": [f"s3://{BUCKET}/{data}"]}))
        for month in ["2026-08", "2026-09"]:
            put(month, [1, 2], "e1-" + month)
        place.ingest(f"s3://{BUCKET}/x/cur2")
        assert place.value("SELECT sum(line_item_unblended_cost) FROM cur2") == "6.0"
        put("2026-08", [1, 3], "e2")
        words, got = place.fetched(lambda: place.ingest(f"s3://{BUCKET}/x/cur2"))
        assert len(got) == 2 and all("2026-08" in key for key in got), got
        assert place.value("SELECT sum(line_item_unblended_cost) FROM cur2") == "7.0", words
        # A manifest alone has the parts that it names fetched; data alone has no manifest beside it.
        other = Place(self.program, self.server)
        other.ingest(f"s3://{BUCKET}/x/cur2/metadata/BILLING_PERIOD=2026-09/cur2-Manifest.json")
        assert other.value("SELECT sum(line_item_unblended_cost) FROM cur2") == "3.0"

    def part_missing(self):
        place = self.fresh()
        keys = self.put_legacy("2026-09", ASSEMBLIES[0], [1, 2, 4], leave_out=[1])
        words = place.ingest(f"s3://{BUCKET}/cur")
        assert "waiting" in words and keys[1] in words, words
        self.put(keys[1], rows("2026-09", [2], start=1000))
        words, got = place.fetched(lambda: place.ingest(f"s3://{BUCKET}/cur"))
        assert [key for key in got if "csv" in key] == [f"/{BUCKET}/{keys[1]}"], got
        assert place.value("SELECT sum(line_item_unblended_cost) FROM cur") == "7.0", words

    def deleted_part(self):
        """What the cache still has of an object that is gone must not count."""
        place = self.fresh()
        keys = self.put_legacy("2026-09", ASSEMBLIES[0], [1, 2, 4])
        place.ingest(f"s3://{BUCKET}/cur")
        self.s3.delete_object(Bucket=BUCKET, Key=keys[0])
        shutil.rmtree(place.folder / "lake")
        words = place.ingest(f"s3://{BUCKET}/cur")
        assert "waiting" in words, words

    def object_changed(self):
        place = self.fresh()
        for number in range(3):
            self.put(f"bare/{number}/bill{number}-1.csv.gz", rows(f"2026-0{number + 1}", [1, 2]))
        place.ingest(f"s3://{BUCKET}/bare/*/*.gz")
        assert place.value("SELECT sum(line_item_unblended_cost) FROM cur") == "9.0"
        self.put("bare/1/bill1-1.csv.gz", rows("2026-02", [5, 2]))
        words, got = place.fetched(lambda: place.ingest(f"s3://{BUCKET}/bare/*/*.gz"))
        assert len(got) == 1, got
        assert place.value("SELECT sum(line_item_unblended_cost) FROM cur") == "13.0", words
        # One that was damaged on disk is fetched again.
        file = next(place.cache.rglob("bill2-1.csv.gz"))
        file.write_bytes(b"x")
        words, got = place.fetched(lambda: place.ingest(f"s3://{BUCKET}/bare/2/bill2-1.csv.gz"))
        assert len(got) == 1 and "unchanged" in words, (got, words)

    def hostile_keys(self):
        place = self.fresh()
        bill = rows("2026-05", [1])
        keys = ["h/../../../../tmp/kakeibo-escaped.csv.gz", "h//etc/kakeibo-escaped.csv.gz",
                "/h/absolute.csv.gz", "h/./dot.csv.gz", "h/Case.csv.gz", "h/case.csv.gz",
                "h/both", "h/both/inside.csv.gz", "h/" + "long" * 200 + ".csv.gz", "h/-rf.csv.gz",
                "h/$(touch escaped).csv.gz", "h/a b'\"\\;|&.csv.gz", "h/\u00e9\u4e2d.csv.gz",
                "h/tab\there.csv.gz", "h/new\nline.csv.gz", "h/%2e%2e/x.csv.gz", "h/folder/"]
        costs = {key: 1 << number for number, key in enumerate(keys) if not key.endswith("/")}
        for number, key in enumerate(keys):
            try:
                self.put(key, rows(f"20{10 + number}-05", [costs[key]]) if key in costs else b"")
            except ClientError:
                pass
        # What an HTTP client or server makes of a key with dots is theirs to decide.
        stored = {item["Key"] for item in self.s3.list_objects_v2(Bucket=BUCKET)["Contents"]}
        print(f"  not stored under their own names: {sorted(costs.keys() - stored)}", file=sys.stderr)
        assert len(costs.keys() & stored) >= 12, stored
        # Names that begin with a dot are hidden, as below folders.
        wanted = sum(cost for key, cost in costs.items() if key in stored and "/." not in key)
        before = set(os.listdir("/tmp")) | set(os.listdir("/etc"))
        words = place.ingest(f"s3://{BUCKET}/", code=0)
        after = set(os.listdir("/tmp")) | set(os.listdir("/etc"))
        assert not any("escaped" in name for name in after - before), after - before
        outside = [p for p in place.folder.rglob("*") if "escaped" in p.name and "cache" not in str(p)]
        assert not outside, outside
        total = place.value("SELECT sum(line_item_unblended_cost) FROM cur")
        assert float(total) == wanted, (total, wanted, words)
        words, got = place.fetched(lambda: place.ingest(f"s3://{BUCKET}/"))
        assert not got, got
        # A key that the AWS CLI would take for a file of this machine is refused, the others go on.
        self.put("file:///etc/hostname", bill)
        words = place.ingest(f"s3://{BUCKET}/", code=1)
        assert "file:///etc/hostname" in words, words

    def many_keys(self):
        """Three pages of a listing; a folder that is wanted as a whole is fetched by one process."""
        place = self.fresh()
        count = 2001
        for number in range(count):
            folder = f"sync/AWS:Tag/accountid=111122223333/region=us-east-1/resourcetype=ManagedInstanceInventory"
            self.put(f"{folder}/i-{number:017x}.json",
                     json.dumps({"Key": "team", "Value": str(number), "resourceId": f"i-{number:017x}",
                                 "captureTime": "2026-09-01T00:00:00Z", "schemaVersion": "1.0"}))
        started = time.time()
        words, got = place.fetched(lambda: place.ingest(f"s3://{BUCKET}/sync"))
        assert place.value("SELECT count(*) FROM aws_tag") == str(count), words
        print(f"  {count} objects in {time.time() - started:.1f} s", file=sys.stderr)
        words, got = place.fetched(lambda: place.ingest(f"s3://{BUCKET}/sync"))
        assert not got and "unchanged" in words, words

    def offline(self):
        place = self.fresh()
        self.put_legacy("2026-09", ASSEMBLIES[0], [1, 2, 4])
        place.ingest(f"s3://{BUCKET}/cur")
        shutil.rmtree(place.folder / "lake")
        nowhere = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}
        words = place.ingest(f"s3://{BUCKET}/cur", code=1, environment=nowhere)
        assert "the AWS CLI says" in words, words
        place.ingest(f"s3://{BUCKET}/cur", "--offline", environment=nowhere)
        assert place.value("SELECT sum(line_item_unblended_cost) FROM cur") == "7.0"

    def errors(self):
        place = self.fresh()
        self.put_legacy("2026-09", ASSEMBLIES[0], [1, 2, 4])
        good = place.folder / "good-1.csv.gz"
        good.write_bytes(rows("2025-01", [1]))
        def refused(url, *expected, **options):
            words = place.ingest(url, str(good), code=1, **options)
            for text in expected:
                assert text in words, (text, words)
            # The other path of the run is loaded all the same.
            assert place.value("SELECT count(*) FROM cur") == "1", words
        refused("s3://no-such-bucket-here/cur", "NoSuchBucket", "s3://no-such-bucket-here/cur")
        refused(f"s3://{BUCKET}/cur", "credentials",
                drop=["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
                environment={"AWS_EC2_METADATA_DISABLED": "true"})
        refused(f"s3://{BUCKET}/cur", "no such program in PATH", environment={"PATH": "/nowhere"})
        refused(f"s3://{BUCKET}/nothing", "no object is there")
        refused(f"s3://{BUCKET}/cu", "no object is there")
        refused("s3://x/y", "bucket's name")
        fake = place.folder / "aws-denied"
        fake.write_text("#!/bin/sh\necho 'An error occurred (AccessDenied) when calling the ListObjectsV2 "
                        "operation: Access Denied' >&2\nexit 254\n")
        fake.chmod(0o755)
        words = place.ingest(f"s3://{BUCKET}/cur", "--aws", str(fake), code=1)
        assert "AccessDenied" in words and "s3:ListBucket" in words, words
        fake.write_text("#!/bin/sh\necho 'An error occurred (ExpiredToken) when calling the ListObjectsV2 "
                        "operation: The provided token has expired.' >&2\nexit 254\n")
        words = place.ingest(f"s3://{BUCKET}/cur", "--aws", str(fake), code=1)
        assert "ExpiredToken" in words and "aws sso login" in words, words

    def multipart(self):
        """An object that came in parts has a tag that is no digest."""
        place = self.fresh()
        noise = random.Random(1)
        text = HEADER + "".join(
            f"{noise.getrandbits(256):x},2026-05-01T00:00:00Z/2026-05-01T01:00:00Z,111122223333,"
            f"2026-05-01T00:00:00Z,Usage,2026-05-03T00:00:00Z,USD,1\n" for _ in range(200000))
        body = gzip.compress(text.encode(), 1, mtime=0)
        self.s3.upload_fileobj(io.BytesIO(body), BUCKET, "multi/bill-1.csv.gz",
                               Config=TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20))
        tag = self.s3.head_object(Bucket=BUCKET, Key="multi/bill-1.csv.gz")["ETag"]
        assert "-" in tag, tag
        place.ingest(f"s3://{BUCKET}/multi")
        assert place.value("SELECT count(*) FROM cur") == "200000"
        words, got = place.fetched(lambda: place.ingest(f"s3://{BUCKET}/multi"))
        assert not got, got

    def nightly(self):
        place = self.fresh()
        self.put_legacy("2026-09", ASSEMBLIES[0], [1, 2, 4])
        config = place.folder / "nightly.json"
        config.write_text(json.dumps({
            "lake": "lake", "cache": "cache", "sources": [{"path": f"s3://{BUCKET}/cur"}]}))
        place.run("nightly", "--config", str(config))
        assert place.value("SELECT sum(line_item_unblended_cost) FROM cur") == "7.0"
        words, got = place.fetched(lambda: place.run("nightly", "--config", str(config)))
        assert not got and "1 unchanged" in words, (got, words)

    def standard_input(self):
        place = self.fresh()
        place.ingest("-", "--name", "daily-1.csv.gz", data=rows("2026-05", [1, 2]))
        assert place.value("SELECT sum(line_item_unblended_cost) FROM cur") == "3.0"
        words = place.ingest("-", "--name", "daily-1.csv.gz", data=rows("2026-05", [1, 2]))
        assert "unchanged" in words, words
        words = place.ingest("-", code=1, data=b"")
        assert "standard input" in words and "empty" in words, words


def main():
    program = os.path.abspath(sys.argv[1])
    names = sys.argv[2:] or [
        "legacy_versions", "data_export", "part_missing", "deleted_part", "object_changed",
        "hostile_keys", "many_keys", "offline", "errors", "multipart", "nightly", "standard_input"]
    server = Server()
    try:
        tests = Tests(program, server)
        for name in names:
            started = time.time()
            getattr(tests, name)()
            print(f"{name}: holds ({time.time() - started:.1f} s)", file=sys.stderr)
    finally:
        server.stop()


main()
