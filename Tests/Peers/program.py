"""Runs Kakeibo's command line."""

import csv
import io
import subprocess


class Refused(Exception):
    """The program ended with an error; the text is what it wrote of it."""


class Program:
    def __init__(self, path, lake=":memory:"):
        self.path = path
        self.lake = lake

    def run(self, *arguments, sql=None):
        """Standard output's bytes of a command.

        A process that ends by a signal, or fails without a sentence, is never a refusal.
        """
        done = subprocess.run(
            [self.path, "--lake", self.lake, "--quiet", "--no-color", *arguments],
            input=None if sql is None else sql.encode("utf-8"), capture_output=True, timeout=300)
        if done.returncode == 0:
            return done.stdout
        words = done.stderr.decode("utf-8", "replace").strip()
        if done.returncode not in (1, 2) or not words.startswith("error: "):
            raise AssertionError(f"the program ended with {done.returncode}: {words or 'no word of why'}")
        raise Refused(words.removeprefix("error: "))

    def query(self, sql, *arguments):
        """The bytes of a result; the statement comes over standard input, so that it may be long."""
        return self.run("query", *arguments, sql=sql)

    def lines(self, sql):
        """A result as JSON lines."""
        return [line for line in self.query(sql, "--format", "jsonl").split(b"\n") if line]

    def table(self, sql, null="(null)"):
        """A result as rows of text, the header first; NULL is None."""
        csv.field_size_limit(1 << 30)
        words = self.query(sql, "--format", "csv", "--null", null).decode("utf-8")
        rows = list(csv.reader(io.StringIO(words, newline="")))
        return rows[:1] + [[None if cell == null else cell for cell in row] for row in rows[1:]]


def quoted(text):
    return "'" + str(text).replace("'", "''") + "'"


def named(text):
    return '"' + text.replace('"', '""') + '"'
