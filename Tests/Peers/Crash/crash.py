"""Kills and starves Kakeibo's writers at every call to the file system, and looks at what is left.

usage: crash.py PROGRAM [--full] [--seed S] [--only NAME] [--mode MODE] [--at N] [--keep]

  PROGRAM   the release build (its C library must be a shared one: faults.c is preloaded)
  --full    every workload, every call, 200 kills at random moments: about half an hour.
            Without it one workload at every call, a sample of the others, 40 random kills: 4 minutes
  --seed S  of the random moments; printed at the start
  --only    one workload or phase: ingest restate sql checkpoint vacuum output nightly (every call),
            race (another program comes between), random (kills with readers and a second writer)
  --mode    one way to fail (see faults.c); with --at N only at that call, to see a failure again:
            crash.py .build/release/kakeibo --only restate --mode kill-after --at 17 --keep
  --keep    leave the folder of a failure where it is, and say where

What must hold after each: the table opens here, in deltalake and in pyarrow; `lake check` finds nothing; rows
are those before or those after, never anything between; the same command run again finishes and gives the
right numbers, no row twice; what an unlucky writer left is bounded, and a vacuum a day later removes it all.
"""

import argparse
import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

import deltalake
import pyarrow.compute
import pyarrow.parquet

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
EIO, EACCES, ENOSPC = 5, 13, 28
PATIENCE = 60


class Wrong(Exception):
    """Something that must not be."""


# Bills

HEADER = ("identity/LineItemId,bill/PayerAccountId,bill/BillingPeriodStartDate,bill/BillingPeriodEndDate,"
          "lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UsageEndDate,"
          "lineItem/ProductCode,lineItem/UsageType,lineItem/Operation,lineItem/UsageAmount,"
          "lineItem/CurrencyCode,lineItem/UnblendedCost")


def bill(path, payer, version, months=("2026-08", "2026-09")):
    """Writes a bill whose row count and sum tell its version."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    rows = [HEADER]
    for month in months:
        for row in range(20 + version):
            rows.append(f"{payer}-{month}-{row},{payer},{month}-01T00:00:00Z,{month}-28T00:00:00Z,{payer},Usage,"
                        f"{month}-02T00:00:00Z,{month}-03T00:00:00Z,AmazonEC2,BoxUsage,RunInstances,1,USD,"
                        f"{version + 1}")
    with open(path, "w") as file:
        file.write("\n".join(rows) + "\n")


def bill_figures(version, months=2):
    rows = months * (20 + version)
    return rows, float(rows * (version + 1))


# The program

class Program:
    def __init__(self, path, faults):
        self.path, self.faults = os.path.abspath(path), faults

    def start(self, words, fault=None, root=None, stdin=None):
        environment = dict(os.environ)
        environment.pop("KAKEIBO_LAKE", None)
        if fault is not None:
            environment.update(fault, LD_PRELOAD=self.faults, FAULT_ROOT=root)
        return subprocess.Popen([self.path] + words, env=environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, words, fault=None, root=None):
        """The exit code, standard output and standard error; negative codes are signals."""
        process = self.start(words, fault, root)
        try:
            out, err = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Wrong(f"{' '.join(words)} did not end in {PATIENCE} s")
        return process.returncode, out, err

    def must(self, words):
        code, out, err = self.run(words)
        if code != 0:
            raise Wrong(f"'{' '.join(words)}' ended with {code}: {err.strip()[-600:]}")
        return out

    def ask(self, lake, *statements):
        """Each statement's result as CSV text; of one about a table that is not there, `none`."""
        results = []
        for statement in statements:
            code, out, err = self.run(["--lake", lake, "query", "--format", "csv", statement])
            if code == 2 and "no table named" in err:
                out = "none"
            elif code != 0:
                raise Wrong(f"'{statement}' ended with {code}: {err.strip()[-600:]}")
            results.append(out)
        return tuple(results)


# Workloads: what is there before, what is run, how its outcome is seen.

class Workload:
    name = ""
    #: Whether the command can simply be run again.
    repeats = True
    #: Statements that show the state.
    questions = ()

    def __init__(self, program):
        self.program = program

    def prepare(self, home): pass

    def command(self, home): raise NotImplementedError

    def lake(self, home): return os.path.join(home, "lake")

    def steps(self, home):
        """Commands that lead through the states that may be seen; only the command itself, normally."""
        return [self.command(home)]

    def state(self, home): return self.program.ask(self.lake(home), *self.questions)

    def again(self, home, state, states):
        """Words to run after a failure that left a state; nil when nothing is left to do."""
        return self.command(home) if self.repeats or state == states[0] else None


CUR = ("SELECT line_item_usage_account_id, billing_period, count(*), sum(line_item_unblended_cost), "
       "count(DISTINCT identity_line_item_id) FROM cur GROUP BY 1, 2 ORDER BY 1, 2")


class IngestNew(Workload):
    name = "ingest"
    questions = (CUR,)

    def prepare(self, home): bill(f"{home}/bills/report-1.csv", "100000000001", 1)

    def command(self, home): return ["--lake", self.lake(home), "--threads", "1", "ingest", f"{home}/bills"]


class Restate(IngestNew):
    name = "restate"

    def prepare(self, home):
        bill(f"{home}/other/report-2.csv", "100000000002", 5)
        bill(f"{home}/bills/report-1.csv", "100000000001", 1)
        self.program.must(["--lake", self.lake(home), "ingest", f"{home}/other", f"{home}/bills"])
        bill(f"{home}/bills/report-1.csv", "100000000001", 2)


class Statements(Workload):
    name = "sql"
    repeats = False
    questions = ("SELECT count(*), sum(n), count(DISTINCT m) FROM made", "SELECT count(*), sum(n) FROM kept",
                 "SELECT count(*) FROM gone", "SELECT count(*), sum(n) FROM seen")
    script = ["CREATE TABLE made WITH (partitioned_by = ARRAY['m']) AS SELECT n, n % 3 AS m "
              "FROM UNNEST(sequence(1, 30)) AS t(n)",
              "INSERT INTO kept SELECT CAST(n AS integer) FROM UNNEST(sequence(1, 7)) AS t(n)",
              "DROP TABLE gone",
              "CREATE VIEW seen AS SELECT n FROM kept"]

    def query(self, home, text): return ["--lake", self.lake(home), "--threads", "1", "query", text]

    def prepare(self, home):
        self.program.must(self.query(home, "CREATE TABLE kept AS SELECT 1 AS n"))
        self.program.must(self.query(home, "CREATE TABLE gone WITH (partitioned_by = ARRAY['m']) AS SELECT n, n % 4 "
                                           "AS m FROM UNNEST(sequence(1, 9)) AS t(n)"))
        self.program.must(self.query(home, "INSERT INTO gone SELECT 1, 1"))

    def command(self, home): return self.query(home, "; ".join(self.script))

    def steps(self, home): return [self.query(home, text) for text in self.script]

    def again(self, home, state, states):
        rest = self.script[states.index(state):]
        return self.query(home, "; ".join(rest)) if rest else None


class WithCheckpoint(Workload):
    """The commit that also writes a checkpoint."""
    name = "checkpoint"
    repeats = False
    questions = ("SELECT count(*), sum(n) FROM t",)

    def query(self, home, text): return ["--lake", self.lake(home), "--threads", "1", "query", text]

    def prepare(self, home):
        statements = ["CREATE TABLE t AS SELECT 0 AS n"] + ["INSERT INTO t SELECT 1"] * 9
        self.program.must(self.query(home, "; ".join(statements)))

    def command(self, home): return self.query(home, "INSERT INTO t SELECT 10")


class Vacuum(Workload):
    name = "vacuum"
    questions = (CUR, "SELECT count(*) FROM cur FOR VERSION AS OF 3")

    def prepare(self, home):
        for version in range(4):
            bill(f"{home}/bills/report-1.csv", "100000000001", version)
            self.program.must(["--lake", self.lake(home), "ingest", f"{home}/bills"])
        data = f"{self.lake(home)}/cur/billing_period=2026-08"
        for name in ("part-00000000-0000-4000-8000-000000000000.parquet", ".part-1.parquet.abc123def456.tmp"):
            with open(f"{data}/{name}", "w") as file:
                file.write("left over")
        age(self.lake(home))

    def command(self, home):
        return ["--lake", self.lake(home), "lake", "vacuum", "--retain-hours", "0", "--force"]


class Output(Workload):
    """Files for people: they have the old content or the new."""
    name = "output"
    questions = ("SELECT 1",)

    def prepare(self, home):
        os.makedirs(self.lake(home))
        self.program.must(self.words(home, 1))

    def words(self, home, number):
        return ["--lake", self.lake(home), "query", "-o", f"{self.lake(home)}/out.csv",
                f"SELECT n, {number} AS version FROM UNNEST(sequence(1, 1000)) AS t(n)"]

    def command(self, home): return self.words(home, 2)

    def state(self, home):
        with open(f"{self.lake(home)}/out.csv") as file:
            return super().state(home) + (file.read(),)


class Nightly(Workload):
    name = "nightly"
    questions = (
        "SELECT billing_period, count(*), sum(line_item_unblended_cost) FROM cur GROUP BY 1 ORDER BY 1",
        "SELECT count(*), sum(average) FROM cloudwatch_metrics",
        "SELECT fingerprint, period, state, sent FROM alerts ORDER BY 1, 2",
        "SELECT DISTINCT table_name, source, billing_period FROM deliveries WHERE status = 'loaded' ORDER BY 1, 2, 3",
    )

    def prepare(self, home): shutil.copytree(f"{ROOT}/sample-data", home, dirs_exist_ok=True)

    def command(self, home):
        return ["--threads", "1", "--as-of", "2026-10-25T06:00:00Z", "nightly", "--config", f"{home}/nightly.json"]


WORKLOADS = [IngestNew, Restate, Statements, WithCheckpoint, Vacuum, Output, Nightly]


# What must hold

def tables(lake):
    for folder, folders, _ in os.walk(lake):
        if "_delta_log" in folders and not os.path.relpath(folder, lake).startswith("."):
            if any(name.endswith(".json") for name in os.listdir(f"{folder}/_delta_log")):
                yield folder
        folders[:] = [name for name in folders if not name.startswith((".", "_"))]


def whole(program, lake):
    """Every table opens, here and elsewhere, and is sound."""
    if not os.path.isdir(lake):
        return
    code, out, err = program.run(["--lake", lake, "lake", "check"])
    if code != 0:
        raise Wrong(f"lake check: {(out + err).strip()[-800:]}")
    for folder in tables(lake):
        try:
            table = deltalake.DeltaTable(folder)
            rows = table.to_pyarrow_dataset().count_rows()
        except Exception as error:
            raise Wrong(f"deltalake cannot read '{os.path.basename(folder)}': {error}")
        stored = sum(pyarrow.parquet.ParquetFile(uri.removeprefix("file://")).metadata.num_rows
                     for uri in map(unquoted, table.file_uris()))
        if rows != stored:
            raise Wrong(f"'{os.path.basename(folder)}': {rows} rows by deltalake, {stored} by pyarrow")


def unquoted(uri): return uri


def leftovers(lake):
    """Files that no version of a table names and that are no table's business."""
    found = []
    for folder, folders, files in os.walk(lake):
        if os.path.basename(folder).startswith(".dropped-"):
            found.append(folder)
            folders[:] = []
            continue
        found += [f"{folder}/{name}" for name in files if name.endswith(".tmp")]
    for folder in tables(lake):
        named = set()
        table = deltalake.DeltaTable(folder)
        for version in range(table.version() + 1):
            path = f"{folder}/_delta_log/{version:020}.json"
            if os.path.exists(path):
                with open(path) as file:
                    text = file.read()
                named.update(part for part in text.replace('"', "/").split("/") if part.endswith(".parquet"))
        for inner, folders, files in os.walk(folder):
            folders[:] = [name for name in folders if name != "_delta_log"]
            found += [f"{inner}/{name}" for name in files
                      if name.endswith(".parquet") and name not in named and f"{inner}/{name}" not in found]
    return found


def age(lake, days=2):
    """Makes all files two days older."""
    then = time.time() - days * 86400
    for folder, _, files in os.walk(lake):
        for name in files:
            os.utime(f"{folder}/{name}", (then, then))


# One failure at one call

class Trial:
    def __init__(self, program, workload, arguments):
        self.program, self.workload, self.arguments = program, workload, arguments
        self.home = tempfile.mkdtemp(prefix=f"kakeibo-crash-{workload.name}-")
        self.origin = f"{self.home}/origin"
        self.place = f"{self.home}/lab"
        os.makedirs(self.place)
        workload.prepare(self.place)
        # The program knows files by their paths: each trial is at the same one.
        os.rename(self.place, self.origin)
        self.restore()
        self.states = [workload.state(self.place)]
        for words in workload.steps(self.place):
            program.must(words)
            self.states.append(workload.state(self.place))
        self.restore()
        self.calls = self.count()

    def restore(self):
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(self.origin, self.place, symlinks=True)

    def count(self):
        log = f"{self.home}/calls"
        code, _, err = self.program.run(self.workload.command(self.place),
                                        {"FAULT_MODE": "count", "FAULT_LOG": log}, self.lake)
        if code not in (0, 3):
            raise Wrong(f"{self.workload.name}: {err}")
        with open(log) as file:
            calls = file.read().splitlines()
        os.remove(log)
        return calls

    @property
    def lake(self): return self.workload.lake(self.place)

    def call(self, at):
        words = self.calls[at - 1].split(" ", 2) if at <= len(self.calls) else ["", "?", ""]
        return f"{words[1]} {os.path.relpath(words[2], self.lake) if words[2] else ''}"

    def run(self, mode, at, code=EIO):
        self.restore()
        fault = {"FAULT_MODE": mode, "FAULT_AT": str(at), "FAULT_ERRNO": str(code)}
        ended, _, err = self.program.run(self.workload.command(self.place), fault, self.lake)
        killed = mode.startswith("kill")
        if killed and ended not in (-signal.SIGKILL, 0, 3):
            raise Wrong(f"ended with {ended}: {err[-600:]}")
        if not killed and (ended < 0 or ended > 3):
            raise Wrong(f"ended with {ended}: {err[-600:]}")
        if not killed and ended not in (0, 3) and "error" not in err and "cannot" not in err:
            raise Wrong(f"ended with {ended} and did not say why: {err[-600:]}")
        state = self.workload.state(self.place)
        if state not in self.states and self.workload.name != "nightly":
            raise Wrong(f"neither the old nor the new state: {state}, after '{err.strip()[-300:]}'")
        if not killed and ended == 0 and state != self.states[-1] and self.workload.name != "nightly":
            raise Wrong(f"ended well, but the state is {state}")
        whole(self.program, self.lake)
        left = leftovers(self.lake) if os.path.isdir(self.lake) else []
        if len(left) > 14:
            raise Wrong(f"{len(left)} files are left: {left[:3]}")
        # A dropped table keeps its files until its new name is on disk for certain.
        left = [path for path in left if ".dropped-" not in path]
        if mode in ("error", "short") and left and self.workload.name not in ("vacuum", "nightly") \
                and not self.call(at).startswith(("unlink", "rmdir")):
            raise Wrong(f"a failure that was noticed left {left}: {err.strip()[-300:]}")
        words = self.workload.again(self.place, state, self.states)
        if words:
            ended, _, err = self.program.run(words)
            if ended not in (0, 3):
                raise Wrong(f"run again, it ended with {ended}: {err.strip()[-600:]}")
        state = self.workload.state(self.place)
        if state != self.states[-1]:
            raise Wrong(f"run again, the state is {state} where {self.states[-1]} was expected")
        whole(self.program, self.lake)
        age(self.lake)
        self.program.must(["--lake", self.lake, "lake", "vacuum"])
        left = leftovers(self.lake)
        if self.workload.name == "output":
            # Taken by the next that writes the same file.
            self.program.must(self.workload.command(self.place))
            left = leftovers(self.lake)
        if left:
            raise Wrong(f"vacuum left {left}")

    def close(self): shutil.rmtree(self.home, ignore_errors=True)


def modes(full):
    found = [("kill-before", 0), ("kill-after", 0), ("error", EIO), ("error", ENOSPC), ("late-error", EIO),
             ("short", 0), ("full", ENOSPC), ("dead", EIO)]
    return found + [("error", EACCES)] if full else found


class Report:
    def __init__(self, arguments):
        self.arguments, self.failures, self.trials = arguments, 0, 0

    def attempt(self, what, again, home, body):
        self.trials += 1
        try:
            body()
            return True
        except Wrong as wrong:
            self.failures += 1
            print(f"FAILED {what}\n  {wrong}\n  again: {again}", flush=True)
            if self.arguments.keep and home:
                kept = f"{home}-failure-{self.failures}"
                shutil.copytree(home, kept, symlinks=True)
                print(f"  kept: {kept}", flush=True)
            return False


def every_call(program, kind, arguments, report, stride=1):
    workload = kind(program)
    trial = Trial(program, workload, arguments)
    begun, before = time.time(), report.trials
    for mode, code in modes(arguments.full):
        if arguments.mode and mode != arguments.mode:
            continue
        for at in range(1 + random.randrange(stride), len(trial.calls) + 1, stride):
            if arguments.at and at != arguments.at:
                continue
            if mode == "short" and not trial.call(at).startswith("write"):
                continue
            report.attempt(
                f"{workload.name}: {mode} {os.strerror(code) if code else ''} at call {at}, {trial.call(at)}",
                f"crash.py {program.path} --only {workload.name} --mode {mode} --at {at} --keep",
                trial.place, lambda: trial.run(mode, at, code))
    print(f"{workload.name}: {len(trial.calls)} calls, {report.trials - before} failures of the system, "
          f"{time.time() - begun:.0f} s", flush=True)
    trial.close()


# Another program comes between: the writer stops before its Nth call, and goes on when the other is done.

def race(program, arguments, report, stride=1):
    begun, before = time.time(), report.trials
    home = tempfile.mkdtemp(prefix="kakeibo-crash-race-")
    lake, origin = f"{home}/lake", f"{home}/origin"

    def query(text): return ["--lake", lake, "--threads", "1", "query", text]

    program.must(query("CREATE TABLE t WITH (partitioned_by = ARRAY['m']) AS SELECT n, n % 2 AS m "
                       "FROM UNNEST(sequence(1, 8)) AS t(n)"))
    # The commit that the writer makes is one with a checkpoint.
    program.must(query("; ".join(["INSERT INTO t SELECT 0, 0"] * 8)))
    os.rename(lake, origin)
    writers = {
        "insert": ["INSERT INTO t SELECT 100, n FROM UNNEST(sequence(0, 2)) AS t(n)", 300],
        "create": ["CREATE TABLE u AS SELECT 100 AS n FROM UNNEST(sequence(1, 3)) AS t(k)", 300],
        "drop": ["DROP TABLE t", 0],
    }
    others = {
        "insert": ["INSERT INTO t SELECT 1000, 1"],
        "tenth": ["INSERT INTO t SELECT 1000, 1"] * 11,
        "drop": ["DROP TABLE t"],
        "replace": ["DROP TABLE t", "CREATE TABLE t WITH (partitioned_by = ARRAY['m']) AS SELECT 5000 AS n, 1 AS m"],
        "replace-longer": ["DROP TABLE t", "CREATE TABLE t WITH (partitioned_by = ARRAY['m']) AS SELECT 5000 AS n, "
                           "1 AS m"] + ["INSERT INTO t SELECT 0, 0"] * 11,
        "vacuum": [],
        "create": ["CREATE TABLE u AS SELECT 7 AS n"],
        "create-drop": ["CREATE TABLE u AS SELECT 7 AS n", "DROP TABLE u"],
    }

    def total(table):
        answer = program.ask(lake, f"SELECT sum(n) FROM {table}")[0]
        return None if answer == "none" else int(answer.split()[1])

    def trial(writer, other, at):
        shutil.rmtree(lake, ignore_errors=True)
        shutil.copytree(origin, lake)
        words, added = writers[writer]
        fault = {"FAULT_MODE": "stop-before", "FAULT_AT": str(at), "FAULT_READS": "1"}
        process = program.start(query(words), fault, lake)
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        stopped = os.WIFSTOPPED(status)
        expected = {}
        try:
            if stopped:
                if other == "vacuum":
                    age(lake)
                    program.must(["--lake", lake, "lake", "vacuum", "--retain-hours", "0", "--force"])
                fine = [program.run(query(text))[0] == 0 for text in others[other]]
                expected = dict(zip(others[other], fine))
        finally:
            if stopped:
                os.kill(process.pid, signal.SIGCONT)
        if stopped:
            out, err = process.communicate(timeout=PATIENCE)
            ended = process.returncode
        else:
            ended, err = os.waitstatus_to_exitcode(status), process.stderr.read()
            process.returncode = ended
        if ended < 0 or ended > 2:
            raise Wrong(f"ended with {ended}: {err[-600:]}")
        whole(program, lake)
        t, u = total("t"), total("u")
        won = added if ended == 0 and writer == "insert" else 0
        if not stopped:
            allowed = {None} if writer == "drop" else {36 + won}
        elif other in ("insert", "tenth"):
            theirs = 1000 * sum(program_ok for program_ok in fine)
            allowed = {None} if writer == "drop" and ended == 0 else {36 + won + theirs}
            if writer == "drop" and not all(fine):
                allowed |= {None, 36 + theirs}
        elif other == "drop":
            allowed = {None}
        elif other.startswith("replace"):
            allowed = {5000, 5000 + won} | ({None} if writer == "drop" else set())
        else:
            allowed = {None} if writer == "drop" else {36 + won}
        if t not in allowed:
            raise Wrong(f"t has {t} where {allowed} was expected; the writer ended with {ended}: {err.strip()[-400:]}")
        if writer == "create":
            made = {300} if ended == 0 else set()
            made |= {7} if other == "create" and stopped and ended != 0 else set()
            made |= {None} if other == "create-drop" and stopped else set()
            if u not in made:
                raise Wrong(f"u has {u} where {made} was expected; the writer ended with {ended}: {err.strip()[-400:]}")
        age(lake)
        program.must(["--lake", lake, "lake", "vacuum"])
        if leftovers(lake):
            raise Wrong(f"vacuum left {leftovers(lake)}")
        return stopped

    pairs = [(a, b) for a in writers for b in others
             if not (a == "create" and not b.startswith(("create", "vacuum")))
             and not (a != "create" and b.startswith("create")) and not (a == "drop" and b == "vacuum")]
    for writer, other in pairs:
        if arguments.mode and arguments.mode != f"{writer}/{other}":
            continue
        at, stopped = 1 + random.randrange(stride), True
        while stopped:
            if arguments.at:
                at = arguments.at

            def body():
                nonlocal stopped
                stopped = trial(writer, other, at)

            if not report.attempt(f"race: {other} before call {at} of {writer}",
                                  f"crash.py {program.path} --only race --mode {writer}/{other} --at {at} --keep",
                                  home, body) and at > 500:
                break
            if arguments.at:
                break
            at += stride
    print(f"race: {report.trials - before} meetings of two programs, {time.time() - begun:.0f} s", flush=True)
    shutil.rmtree(home, ignore_errors=True)


# Kills at random moments, with readers and a second writer at work all the while.

def random_kills(program, arguments, report, kills):
    begun = time.time()
    home = tempfile.mkdtemp(prefix="kakeibo-crash-random-")
    lake = f"{home}/lake"
    first, second = "100000000001", "100000000002"
    bill(f"{home}/bills/report-1.csv", first, 0)
    ingest = ["--lake", lake, "ingest", f"{home}/bills"]
    program.must(ingest)
    spent = time.time()
    bill(f"{home}/bills/report-1.csv", first, 1)
    program.must(ingest)
    spent = time.time() - spent
    versions = 12
    valid = {bill_figures(version) for version in range(versions)}
    done, problems = threading.Event(), []
    seen = {"queries": 0, "scans": 0, "inserts": 0, "refused": 0}
    columns = ("identity_line_item_id, line_item_usage_account_id, line_item_unblended_cost, bill_payer_account_id, "
               "billing_period")

    def judge(who, rows, cost, inserted, highest):
        if (rows, cost) not in valid:
            problems.append(f"{who} saw {rows} rows that cost {cost}: no version of the bill")
        if inserted != highest:
            problems.append(f"{who} saw {inserted} inserted rows, the newest of them number {highest}")

    def guarded(body):
        def loop():
            while not done.is_set():
                try:
                    body()
                except Wrong as wrong:
                    problems.append(str(wrong))
                except Exception as error:
                    problems.append(f"{type(error).__name__}: {error}")
        return threading.Thread(target=loop)

    def ask():
        answer = program.ask(
            lake, f"SELECT count_if(line_item_usage_account_id = '{first}'), coalesce(sum(IF(line_item_usage_account_id"
            f" = '{first}', line_item_unblended_cost)), 0), count_if(line_item_usage_account_id = '{second}'), "
            f"coalesce(max(IF(line_item_usage_account_id = '{second}', line_item_unblended_cost)), 0) FROM cur")[0]
        cells = answer.splitlines()[1].split(",")
        judge("query", int(cells[0]), float(cells[1]), int(cells[2]), int(float(cells[3])))
        seen["queries"] += 1

    def scan():
        table = deltalake.DeltaTable(f"{lake}/cur").to_pyarrow_table(
            columns=["line_item_usage_account_id", "line_item_unblended_cost"])
        account, cost = table.columns
        bills = cost.filter(pyarrow.compute.equal(account, first))
        inserts = cost.filter(pyarrow.compute.equal(account, second))
        judge("deltalake", len(bills), float(pyarrow.compute.sum(bills).as_py() or 0), len(inserts),
              int(pyarrow.compute.max(inserts).as_py() or 0))
        seen["scans"] += 1

    def insert():
        number = seen["inserts"] + 1
        code, _, err = program.run(["--lake", lake, "query", f"INSERT INTO cur ({columns}) VALUES ('i{number}', "
                                    f"'{second}', {number}, '{second}', '2026-10')"])
        if code == 0:
            seen["inserts"] = number
        elif "run this again" in err:
            seen["refused"] += 1
        else:
            problems.append(f"INSERT ended with {code}: {err.strip()}")

    workers = [guarded(body) for body in (ask, scan, insert)]
    for worker in workers:
        worker.start()
    killed, current = 0, 1
    count = 0
    while killed < kills and not problems:
        count += 1
        version = count % versions
        bill(f"{home}/bills/report-1.csv", first, version)
        process = program.start(ingest)
        moment = random.uniform(0, 4 * spent)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(moment)
        if process.poll() is None:
            process.kill()
            killed += 1
        _, err = process.communicate()
        answer = program.ask(lake, f"SELECT count(*), sum(line_item_unblended_cost) FROM cur "
                                   f"WHERE line_item_usage_account_id = '{first}'")[0]
        rows, cost = answer.splitlines()[1].split(",")
        found = (int(rows), float(cost))
        if found not in (bill_figures(current), bill_figures(version)):
            problems.append(f"after kill {killed} at {moment * 1000:.1f} ms: {found}, neither {bill_figures(current)} "
                            f"nor {bill_figures(version)}")
        if process.returncode == 0 and found != bill_figures(version):
            problems.append(f"an ingest that ended well is not there: {found}; {err.strip()[-300:]}")
        if process.returncode not in (0, -signal.SIGKILL):
            problems.append(f"ingest ended with {process.returncode}: {err.strip()[-400:]}")
        if found == bill_figures(version):
            current = version
        if killed % 20 == 0:
            try:
                whole(program, lake)
            except Wrong as wrong:
                problems.append(str(wrong))
    done.set()
    for worker in workers:
        worker.join()

    def end():
        if problems:
            raise Wrong("; ".join(dict.fromkeys(problems[:5])))
        whole(program, lake)
        program.must(ingest)
        whole(program, lake)
        inserted = program.ask(lake, f"SELECT count(*), count(DISTINCT identity_line_item_id) FROM cur "
                                     f"WHERE line_item_usage_account_id = '{second}'")[0].splitlines()[1]
        if inserted != f"{seen['inserts']},{seen['inserts']}":
            raise Wrong(f"{seen['inserts']} inserts ended well, there are {inserted}")
        left = leftovers(lake)
        if len(left) > 8 * kills:
            raise Wrong(f"{len(left)} files are left")
        age(lake)
        program.must(["--lake", lake, "lake", "vacuum"])
        if leftovers(lake):
            raise Wrong(f"vacuum left {leftovers(lake)}")
        if min(seen["queries"], seen["scans"], seen["inserts"]) == 0:
            raise Wrong(f"somebody did nothing: {seen}")

    report.attempt(f"random: {killed} kills", f"crash.py {program.path} --only random --seed {arguments.seed} --keep",
                   home, end)
    print(f"random: {killed} kills in {count} runs, {seen['queries']} queries, {seen['scans']} scans by deltalake, "
          f"{seen['inserts']} commits of a second writer, {seen['refused']} told to try again, "
          f"{time.time() - begun:.0f} s", flush=True)
    shutil.rmtree(home, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(usage=__doc__, add_help=True)
    parser.add_argument("program")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--only")
    parser.add_argument("--mode")
    parser.add_argument("--at", type=int)
    parser.add_argument("--keep", action="store_true")
    arguments = parser.parse_args()
    random.seed(arguments.seed)
    print(f"seed {arguments.seed}", flush=True)
    with tempfile.TemporaryDirectory() as built:
        faults = f"{built}/faults.so"
        compiler = shutil.which("cc") or shutil.which("clang")
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", faults, f"{HERE}/faults.c", "-ldl"], check=True)
        program, report = Program(arguments.program, faults), Report(arguments)
        thin = 1 if arguments.full or arguments.at or arguments.only else 12
        for kind in WORKLOADS:
            if arguments.only in (None, kind.name):
                # One at every call also when time is short; the night makes some thousands.
                stride = 1 if kind is Restate else thin * (8 if kind is Nightly and not arguments.at else 1)
                every_call(program, kind, arguments, report, stride)
        if arguments.only in (None, "race"):
            race(program, arguments, report, thin)
        if arguments.only in (None, "random"):
            random_kills(program, arguments, report, 200 if arguments.full or arguments.only else 40)
    print(f"{report.trials - report.failures} passed, {report.failures} failed")
    sys.exit(1 if report.failures else 0)


main()
