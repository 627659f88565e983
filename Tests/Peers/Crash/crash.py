"""Kills and starves Kakeibo's writers at every call to the file system, and looks at what is left.

usage: crash.py PROGRAM [--full] [--seed S] [--only NAME] [--mode MODE] [--at N] [--kills N]
                [--keep]

  PROGRAM   the release build (its C library must be a shared one: faults.c is preloaded)
  --full    every workload at every call (the night at every eighth), every meeting of two programs, 200
            kills at random moments: about an hour. Without it one workload at every call, a sample of the
            others, 40 random kills: about 4 minutes on two processors
  --seed S  of the random moments; printed at the start
  --only    one workload or phase: ingest restate sql checkpoint vacuum output nightly (every call),
            race (another program comes between), random (kills with readers and a second writer)
  --mode    one way to fail: see faults.c, and 'look', an error with the calls counted that only look; with
            --at N only at that call, to see a failure again:
            crash.py .build/release/kakeibo --only restate --mode kill-after --at 17 --keep
  --kills   how many at random moments, instead of 40, or 200
  --keep    leave the folder of a failure where it is, and say where

What must hold after each: the table opens here, in deltalake and in pyarrow; `lake check` finds nothing; rows
are those before or those after, never anything between; the same command run again finishes and gives the
right numbers, no row twice; what an unlucky writer left is bounded, and a vacuum a day later removes it all.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile

from every_call import every_call
from lab import Program, Report
from races import race
from random_kills import random_kills
from workloads import WORKLOADS, Nightly, Restate

HERE = os.path.dirname(os.path.abspath(__file__))


def main():
    parser = argparse.ArgumentParser(usage=__doc__, add_help=True)
    parser.add_argument("program")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    parser.add_argument("--only")
    parser.add_argument("--mode")
    parser.add_argument("--at", type=int)
    parser.add_argument("--kills", type=int)
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
                # One at every call also when time is short; the night makes a thousand.
                few = {Restate: 1, Nightly: 1 if arguments.at else 8 if arguments.full or arguments.only else 900}
                stride = few.get(kind, thin)
                every_call(program, kind, arguments, report, stride)
        if arguments.only in (None, "race"):
            race(program, arguments, report, thin)
        if arguments.only in (None, "random"):
            random_kills(program, arguments, report, arguments.kills or (200 if arguments.full else 40))
    print(f"{report.trials - report.failures} passed, {report.failures} failed")
    sys.exit(1 if report.failures else 0)


main()
