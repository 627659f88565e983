"""Runs statements on both engines: Kakeibo as one process a script, DuckDB in this process."""

import json
import os
import re
import subprocess
from decimal import Decimal

import duckdb

FAILED = re.compile(r"^error: statement (\d+)\b[^:]*(?:\([^)]*\))?: (.*)$")


class Failure:
    def __init__(self, words):
        self.words = words


class Kakeibo:
    """`tables` maps names to Parquet files; other tables are made by `setup`."""

    def __init__(self, program, setup, tables=None, threads=2, timeout=120):
        self.program, self.setup, self.tables, self.threads, self.timeout = program, setup, tables or {}, threads, timeout

    def answers(self, statements):
        """A list of rows or a Failure for each statement; all in one process."""
        # A statement more, so that errors have numbers.
        setup = ["SELECT 1"] + self.setup
        text = ";\n".join(setup + list(statements)) + ";\n"
        tables = [word for name, path in self.tables.items() for word in ("--table", f"{name}={path}")]
        command = [self.program, "--lake", ":memory:", "--threads", str(self.threads), "--quiet", "query", "--keep-going",
                   "--format", "jsonl", *tables]
        try:
            done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=self.timeout, env={**os.environ, "NO_COLOR": "1"})
        except subprocess.TimeoutExpired:
            return self.apart(statements, "does not end")
        if done.returncode not in (0, 1, 2):
            return self.apart(statements, f"ended with {done.returncode}: {done.stderr[-300:]}")
        failures = {int(match[1]): match[2] for match in map(FAILED.match, done.stderr.splitlines()) if match}
        results = iter(split(done.stdout))
        found = []
        for number in range(1, len(setup) + len(statements) + 1):
            if number in failures:
                answer = Failure(failures[number])
                if number <= len(setup):
                    raise RuntimeError(f"{setup[number - 1][:300]}: {answer.words}")
            else:
                answer = next(results, Failure("no answer"))
            if number > len(setup):
                found.append(answer)
        return found

    def apart(self, statements, words):
        """Halves until the statement that ends the process, or never does, is alone."""
        if len(statements) == 1:
            return [Failure(words)]
        middle = len(statements) // 2
        shorter = Kakeibo(self.program, self.setup, self.tables, self.threads, max(10, self.timeout // 2))
        return shorter.answers(statements[:middle]) + shorter.answers(statements[middle:])


def split(output):
    """Results of JSON lines, each of which ends with an empty line."""
    rows = []
    for line in output.split("\n"):
        if line:
            rows.append(list(json.loads(line, parse_float=Decimal, object_pairs_hook=list_of_pairs)))
        else:
            yield [[item for _, item in row] for row in rows]
            rows = []


def list_of_pairs(pairs):
    return Pairs(pairs)


class Pairs(list):
    """An object of JSON with its members in order."""


class DuckDB:
    def __init__(self, setup):
        self.connection = duckdb.connect(config={"threads": 1})
        self.connection.execute("SET TimeZone = 'UTC'")
        for statement in setup:
            self.connection.execute(statement)

    def answer(self, statement):
        try:
            return [list(row) for row in self.connection.execute(statement).fetchall()]
        except duckdb.Error as error:
            return Failure(str(error))
        except (OverflowError, ValueError) as error:
            # Values that Python's types do not hold.
            return Failure(f"not shown: {error}")

    def plain_answer(self, statement):
        """The answer without the optimizer, which in DuckDB 2.0 loses a condition at times."""
        self.connection.execute("PRAGMA disable_optimizer")
        answer = self.answer(statement)
        self.connection.execute("PRAGMA enable_optimizer")
        return answer
