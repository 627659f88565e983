#!/usr/bin/env python3
"""Feeds the program with reports that went wrong in transit; see lab.py for what must hold of each.

usage: polluted.py PROGRAM [CASES [FIRST_SEED]]

With VERBOSE each case is told of, with FAMILY=name only those of one family are made, with KEEP=folder the
last case is left there.
"""

import os
import random
import resource
import sys
import tempfile

import answers
import bills
import exports
import graphs
import inventory
import listings
import manifests
import metrics
import parquet_bills
import scrapes
from lab import check

MEMORY = 1 << 30
FAMILIES = {
    "bills": bills.case, "parquet": parquet_bills.case, "manifests": manifests.case,
    "inventory": inventory.case, "listings": listings.case, "metrics": metrics.case,
    "scrapes": scrapes.case, "answers": answers.case, "exports": exports.case, "graphs": graphs.case,
}
# A third of all cases are bills as text, which most users have.
DRAWN = ["bills"] * 3 + [name for name in FAMILIES if name != "bills"]


def main():
    program = os.path.abspath(sys.argv[1])
    cases = int(sys.argv[2]) if len(sys.argv) > 2 else 150
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    counts = {}
    with tempfile.TemporaryDirectory(prefix="kakeibo-polluted-") as scratch:
        folder = os.environ.get("KEEP", scratch)
        for seed in range(first, first + cases):
            outcome = judged(program, folder, seed)
            counts[outcome] = counts.get(outcome, 0) + 1
    print(", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items())))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    print(f"peak memory {peak >> 20} MiB")
    if counts.get("WRONG") or peak > MEMORY:
        sys.exit(1)


def judged(program, folder, seed):
    rng = random.Random(seed)
    family = os.environ.get("FAMILY") or rng.choice(DRAWN)
    case = FAMILIES[family](rng)
    try:
        outcome, told = check(program, folder, case)
    except AssertionError as error:
        print(f"seed {seed}: {family}: {case.label}: {error}".replace(folder, ""), flush=True)
        return "WRONG"
    if os.environ.get("VERBOSE"):
        print(seed, family, case.label, outcome, told.replace(folder, ""), flush=True)
    return outcome


main()
