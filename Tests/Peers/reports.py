"""The reports of the library, asked of DuckDB over the lake's Parquet files.

usage: reports.py PROGRAM LAKE     LAKE is the demo's

Each report, with its default parameters, goes through sqlglot from Athena's dialect to DuckDB's; the view
'costs' comes with it as the lake defines it. Cells have to agree, numbers within a cent or a part in a
million. What a translation cannot carry is listed here with its reason, and stays golden only.
"""

import csv
import datetime
import glob
import io
import json
import os
import re
import subprocess
import sys

import duckdb
import sqlglot
from sqlglot import exp

program, lake = sys.argv[1:3]
here = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
folder = os.path.join(here, "queries", "reports")

# Reports that are not asked of DuckDB, and why.
LEFT_OUT = {"tag-values": "DuckDB has no UNNEST of a map"}


def run(*words):
    outcome = subprocess.run([program, "--lake", lake, *words], capture_output=True, text=True)
    if outcome.returncode != 0:
        sys.exit(f"error: {' '.join(words)}: {outcome.stderr}")
    return outcome.stdout


def translated(sql):
    """Athena's SQL as DuckDB's."""
    tree = sqlglot.parse_one(sql, read="trino")

    def change(node):
        # A map's missing key is NULL in both, but DuckDB has no map of two arrays named MAP(ARRAY, ARRAY).
        if isinstance(node, exp.Anonymous) and node.name.lower() == "map_filter":
            entries, chosen = node.expressions
            return sqlglot.parse_one(
                f"map_from_entries(list_filter(map_entries({entries.sql(dialect='duckdb')}), "
                "lambda e: e.value IS NOT NULL AND e.value <> ''))", read="duckdb")
        return node

    return tree.transform(change).sql(dialect="duckdb")


def statement(name):
    """The report with its default parameters, as the program fills them in."""
    text = open(os.path.join(folder, name + ".sql")).read()
    for parameter, kind, default in re.findall(
        r"^-- param (\w+) (\w+)(?: default (.*?))?: [^:]*$", text, re.MULTILINE
    ):
        text = re.sub(rf"(?<![:\w]):{parameter}\b", lambda _: default, text)
    return "\n".join(line for line in text.splitlines() if not line.startswith("--"))


def same(ours, theirs):
    if ours == theirs or (ours == "" and theirs is None):
        return True
    if theirs is None:
        return False
    if isinstance(theirs, datetime.datetime):
        return theirs.strftime("%Y-%m-%d %H:%M:%S.000") == ours
    try:
        one, two = float(ours), float(theirs)
        return abs(one - two) <= max(0.0101, 1e-6 * abs(two))
    except (TypeError, ValueError):
        return str(theirs) == ours or str(theirs) == ours.replace(".000", "")


declared = {"cur": json.load(open(os.path.join(here, "schemas", "cur.json")))["columns"]}
database = duckdb.connect()
database.execute("SET TimeZone = 'UTC'")
for path in sorted(glob.glob(os.path.join(lake, "*", "_delta_log"))):
    table = os.path.basename(os.path.dirname(path))
    files = f"{lake}/{table}/**/*.parquet"
    source = (
        f"read_parquet('{files}', union_by_name = true, hive_partitioning = true, "
        "hive_types = {'snapshot_date': DATE}, hive_types_autocast = false)"
        if glob.glob(f"{lake}/{table}/**/snapshot_date=*", recursive=True) else
        f"read_parquet('{files}', union_by_name = true, hive_partitioning = true, "
        "hive_types_autocast = false)")
    known = {row[0].lower() for row in database.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
    # Columns that the format knows and these bills lack read as NULL.
    missing = [
        f", CAST(NULL AS {column['type']}) AS \"{column['name']}\""
        for column in declared.get(table, []) if column["name"].lower() not in known]
    database.execute(f"CREATE VIEW \"{table}\" AS SELECT *{''.join(missing)} FROM {source}")


def copy_view(name):
    view = run("query", "--format", "jsonl", f"SHOW CREATE VIEW {name}")
    view = list(json.loads(view).values())[0]
    view = re.sub(r"^CREATE VIEW \S+ AS", "", view.strip())
    # Columns that a listing may have and these lack are asked for by no report.
    view = re.sub(r"\bl\.\*(,\s*l\.\w+)+", "l.*", view)
    database.execute(f"CREATE VIEW {name} AS " + translated(view))


copy_view("costs")
for line in run("query", "--format", "csv", "SHOW VIEWS").splitlines():
    if line.strip().endswith("_latest"):
        copy_view(line.strip())

names = sorted(os.path.basename(path)[:-4] for path in glob.glob(os.path.join(folder, "*.sql")))
agreed, wrong, not_asked = [], [], []
for name in names:
    if name in LEFT_OUT:
        not_asked.append((name, LEFT_OUT[name]))
        continue
    ours = list(csv.reader(io.StringIO(run("report", name, "--format", "csv"))))[1:]
    try:
        theirs = database.execute(translated(statement(name))).fetchall()
    except Exception as error:
        wrong.append((name, f"DuckDB: {str(error).splitlines()[0]}"))
        continue
    if len(ours) != len(theirs):
        wrong.append((name, f"{len(ours)} rows, {len(theirs)} of DuckDB"))
        continue
    different = [
        (one, two) for one, two in zip(ours, theirs)
        if len(one) != len(two) or not all(same(a, b) for a, b in zip(one, two))
    ]
    if different:
        wrong.append((name, f"{different[0][0]} is {different[0][1]} of DuckDB"))
    else:
        agreed.append(name)
for name, reason in not_asked:
    print(f"  {name}: not asked: {reason}")
for name, what in wrong:
    print(f"error: {name}: {what}")
print(f"{len(agreed)} of {len(names)} reports: DuckDB has the same answer")
sys.exit(1 if wrong else 0)
