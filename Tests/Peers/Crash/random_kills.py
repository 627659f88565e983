"""Kills at random moments, with readers and a second writer at work all the while."""

import contextlib
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time

import deltalake
import pyarrow
import pyarrow.compute

from lab import Wrong, age, leftovers, whole
from workloads import bill, bill_figures


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
    seen = {"queries": 0, "scans": 0, "inserts": 0, "refused": 0, "shared": 0, "foreign": 0}
    program.must(["--lake", lake, "query", "CREATE TABLE shared AS SELECT CAST(0 AS bigint) AS n"])
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
        # Each leaves a file: too many would make all others slow.
        time.sleep(0.05)
        if code == 0:
            seen["inserts"] = number
        elif "run this again" in err:
            seen["refused"] += 1
        else:
            problems.append(f"INSERT ended with {code}: {err.strip()}")

    # A table that both programs write to at the same time.

    def share():
        code, _, err = program.run(["--lake", lake, "query", "INSERT INTO shared VALUES (1)"])
        if code != 0:
            problems.append(f"INSERT into the shared table ended with {code}: {err.strip()}")
        seen["shared"] += 1
        time.sleep(0.05)

    def write_by_deltalake():
        rows = pyarrow.table({"n": pyarrow.array([1000], pyarrow.int64())})
        deltalake.write_deltalake(f"{lake}/shared", rows, mode="append")
        seen["foreign"] += 1
        time.sleep(0.05)

    workers = [guarded(body) for body in (ask, scan, insert, share, write_by_deltalake)]
    for worker in workers:
        worker.start()
    killed, count, current = 0, 0, 1
    while killed < kills and not problems:
        count += 1
        version = count % versions
        bill(f"{home}/bills/report-1.csv", first, version)
        process = program.start(ingest)
        moment = random.uniform(0, 1.5 * spent)
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
        shared = program.ask(lake, "SELECT sum(n) FROM shared")[0].split()[1]
        if int(shared) != seen["shared"] + 1000 * seen["foreign"]:
            raise Wrong(f"{seen['shared']} commits here and {seen['foreign']} by deltalake make {shared}")
        left = leftovers(lake)
        if len(left) > 8 * kills:
            raise Wrong(f"{len(left)} files are left")
        age(lake)
        program.must(["--lake", lake, "lake", "vacuum"])
        if leftovers(lake):
            raise Wrong(f"vacuum left {leftovers(lake)}")
        if min(seen[who] for who in seen if who != "refused") == 0:
            raise Wrong(f"somebody did nothing: {seen}")

    report.attempt(f"random: {killed} kills", f"crash.py {program.path} --only random --seed {arguments.seed} --keep",
                   home, end)
    print(f"random: {killed} kills in {count} runs, {seen['queries']} queries, {seen['scans']} scans by deltalake, "
          f"{seen['inserts']} commits of a second writer, {seen['refused']} told to try again, {seen['shared']} + "
          f"{seen['foreign']} to a table shared with deltalake, "
          f"{time.time() - begun:.0f} s", flush=True)
    shutil.rmtree(home, ignore_errors=True)
