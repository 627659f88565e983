"""Workloads: what is there before, what is run, how its outcome is seen."""

import os
import shutil

from lab import age

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))

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
        # What stands: a night that cannot load October's bill tells what September's came to, and that is
        # resolved, not unsaid, by the night that can.
        "SELECT fingerprint, period, state, sent FROM alerts WHERE state <> 'RESOLVED' ORDER BY 1, 2",
        "SELECT DISTINCT table_name, source, billing_period FROM deliveries WHERE status = 'loaded' ORDER BY 1, 2, 3",
    )

    def prepare(self, home): shutil.copytree(f"{ROOT}/sample-data", home, dirs_exist_ok=True)

    def command(self, home):
        return ["--threads", "1", "--as-of", "2026-10-25T06:00:00Z", "nightly", "--config", f"{home}/nightly.json"]


WORKLOADS = [IngestNew, Restate, Statements, WithCheckpoint, Vacuum, Output, Nightly]
