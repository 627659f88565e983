"""Runs a check for each of many seeds or cases, in a process each, a few at a time."""

import argparse
import os
import pickle
import sys
import tempfile


def main(check, usage, default_seeds):
    """A script's whole work: the check for the seeds that its arguments name, `FIRST..LAST`."""
    parser = argparse.ArgumentParser(description=usage, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--seeds", default=default_seeds)
    parser.add_argument("--keep", metavar="DIR")
    said = parser.parse_args()
    first, last = map(int, said.seeds.split(".."))
    with tempfile.TemporaryDirectory() as scratch:
        folder = said.keep or scratch
        os.makedirs(folder, exist_ok=True)
        run_all(check, said.program, range(first, last + 1), folder, f", seeds {said.seeds}")


def run_all(check, program, seeds, folder, told=""):
    """Tells each failure and the count of every outcome; ends the script where there is a failure.

    `check(program, seed, folder)` returns an outcome and words on it. Kakeibo runs in processes of its own, so
    that a check whose process is gone was ended by a stranger's library: that seed is left out.
    """
    waiting = list(seeds)[::-1]
    running, counts = {}, {}
    while waiting or running:
        while waiting and len(running) < os.cpu_count():
            seed = waiting.pop()
            running[start(check, program, seed, folder)] = seed
        process, _ = os.wait()
        seed = running.pop(process)
        outcome, words = result(f"{folder}/outcome-{seed}")
        counts[outcome] = counts.get(outcome, 0) + 1
        if outcome == "FAILED":
            print(f"{seed}: {words}", flush=True)
    sums = ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))
    print(f"{os.path.basename(sys.argv[0])}{told}: {sums}", flush=True)
    if counts.get("FAILED"):
        sys.exit(1)


def start(check, program, seed, folder):
    process = os.fork()
    if process:
        return process
    # Libraries write their panics, which are only told on, to standard error.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    outcome = check(program, seed, folder)
    with open(f"{folder}/outcome-{seed}", "wb") as file:
        pickle.dump(outcome, file)
    os._exit(0)


def result(path):
    try:
        with open(path, "rb") as file:
            outcome = pickle.load(file)
    except (OSError, EOFError):
        return "left out", "a stranger's library ended the process"
    os.remove(path)
    return outcome
