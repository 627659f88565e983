"""The program under test, and what must hold of the lake that it leaves."""

import os
import shutil
import subprocess
import time

import deltalake
import pyarrow.parquet

PATIENCE = 60


class Wrong(Exception):
    """Something that must not be."""


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
                     for uri in table.file_uris())
        if rows != stored:
            raise Wrong(f"'{os.path.basename(folder)}': {rows} rows by deltalake, {stored} by pyarrow")


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
