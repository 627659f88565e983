"""One failure at each call that a workload makes."""

import os
import random
import shutil
import signal
import tempfile
import time

from lab import Wrong, age, leftovers, whole

EIO, EACCES, ENOSPC = 5, 13, 28


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
        # With the lake's own folder, whose names must be on disk too.
        self.all_calls = self.count(self.place)
        self.restore()
        self.calls = self.count(self.lake)
        self.restore()
        # With those that only look, too.
        self.looks = self.count(self.lake, FAULT_READS="1")

    def restore(self):
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(self.origin, self.place, symlinks=True)

    def count(self, root, **more):
        log = f"{self.home}/calls"
        code, _, err = self.program.run(self.workload.command(self.place),
                                        {"FAULT_MODE": "count", "FAULT_LOG": log, **more}, root)
        if code not in (0, 3):
            raise Wrong(f"{self.workload.name}: {err}")
        with open(log) as file:
            calls = [line.rstrip("\n").split("\t")[1:] for line in file]
        os.remove(log)
        return calls

    @property
    def lake(self): return self.workload.lake(self.place)

    def calls_for(self, mode): return self.looks if mode == "look" else self.calls

    def call(self, at, mode=""):
        calls = self.calls_for(mode)
        if at > len(calls):
            return "?"
        name, path, _ = calls[at - 1]
        return f"{name} {os.path.relpath(path, self.lake)}"

    def run(self, mode, at, code=EIO):
        self.restore()
        before = leftovers(self.lake) if os.path.isdir(self.lake) else []
        fault = {"FAULT_MODE": mode, "FAULT_AT": str(at), "FAULT_ERRNO": str(code)}
        if mode == "look":
            fault |= {"FAULT_MODE": "error", "FAULT_READS": "1"}
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
        # At most what lay there, and each file that the run opened.
        if len(left) > len(before) + sum(name == "open" for name, _, _ in self.calls):
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
             ("short", 0), ("full", ENOSPC), ("dead", EIO), ("look", EIO)]
    return found + [("error", EACCES)] if full else found


def order(calls, lake):
    """Whether all that a name stands for is on disk before the name is given, as a power cut demands."""
    written, named = set(), set()
    for at, (name, path, old) in enumerate(calls, 1):
        folder = os.path.dirname(path)
        where = f"call {at}, {name} {os.path.relpath(path, lake)}"
        if name in ("write", "pwrite", "writev", "ftruncate"):
            written.add(path)
        elif name in ("open", "mkdir"):
            named.add(path)
        elif name == "fsync":
            written.discard(path)
            named = {each for each in named if os.path.dirname(each) != path}
        elif name in ("rename", "link", "renameat2"):
            is_data = os.path.basename(path).startswith("part-")
            if old in written and not is_data:
                raise Wrong(f"{where}: its bytes are not on disk")
            if os.path.basename(folder) == "_delta_log" and path.endswith(".json"):
                table = os.path.dirname(folder)
                loose = [file for file in written if file.startswith(table + "/") and file != old]
                loose += [each for each in named if os.path.dirname(each) != folder
                          and ((each + "/").startswith(table + "/") or table.startswith(each + "/"))]
                if loose:
                    raise Wrong(f"{where}: not on disk before it: {loose}")
            if old in written:
                written.add(path)
            written.discard(old)
            named.discard(old)
            named.add(path)
        elif name == "unlink" and "/.dropped-" in path and any(
                os.path.basename(each).startswith(".dropped-") for each in named):
            raise Wrong(f"{where}: the table's new name is not on disk before its files go")
    loose = {file for file in written | named if file.endswith((".parquet", ".json", ".sql", ".csv"))}
    if loose:
        raise Wrong(f"not on disk at the end: {loose}")


def every_call(program, kind, arguments, report, stride=1):
    workload = kind(program)
    trial = Trial(program, workload, arguments)
    begun, before = time.time(), report.trials
    report.attempt(f"{workload.name}: order of syncs", f"crash.py {program.path} --only {workload.name}", trial.place,
                   lambda: order(trial.all_calls, trial.lake))
    for mode, code in modes(arguments.full):
        if arguments.mode and mode != arguments.mode:
            continue
        step = stride if arguments.full or arguments.only or mode != "look" else stride * 8
        for at in range(1 + random.randrange(step), len(trial.calls_for(mode)) + 1, step):
            if arguments.at and at != arguments.at:
                continue
            if mode == "short" and not trial.call(at).startswith("write"):
                continue
            report.attempt(
                f"{workload.name}: {mode} {os.strerror(code) if code else ''} at call {at}, {trial.call(at, mode)}",
                f"crash.py {program.path} --only {workload.name} --mode {mode} --at {at} --keep",
                trial.place, lambda: trial.run(mode, at, code))
    print(f"{workload.name}: {len(trial.calls)} calls, {report.trials - before} failures of the system, "
          f"{time.time() - begun:.0f} s", flush=True)
    trial.close()
