"""Another program comes between: the writer stops before its Nth call, and goes on when the other is done."""

import os
import random
import shutil
import signal
import tempfile
import time

from lab import PATIENCE, Wrong, age, leftovers, whole


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
