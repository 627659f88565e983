"""Random queries over random tables, answered by Kakeibo and by DuckDB.

usage: sql_differential.py PROGRAM [--seeds FIRST..LAST] [--seconds N] [--queries N] [--show]

Each seed is three tables with NULLs and values at the edges, and `--queries` queries over the whole dialect, run on
Kakeibo in one process (from memory or from Parquet files, on one or two threads) and on DuckDB. With `--seconds`
seeds go on from FIRST until the time is over. A difference is made small and shown with its seed and number, the
statements that make the tables, and both texts; `--seeds 17..17` repeats it. What is known to differ is written
beside the function in Differential/functions.py, or in EXPLAINED_FAILURES of Differential/comparing.py.
"""

import argparse
import collections
import os
import random
import sys
import tempfile
import time
from multiprocessing import Pool

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "Differential"))

import comparing
from engines import DuckDB, Failure, Kakeibo
from queries import Queries, is_ordered
from shrinking import shrink
from tables import creation, random_table

ENOUGH = 3


def check(work):
    """One seed's differences as texts, and the count of every outcome."""
    program, seed, count, show = work
    source = random.Random(seed)
    tables = [random_table(source, name) for name in ("a", "b", "c")]
    ours, theirs = ([s for table in tables for s in creation(table, side)] for side in (0, 1))
    with tempfile.TemporaryDirectory() as folder:
        duck = DuckDB(theirs)
        files = {}
        if seed % 2:
            for table in tables:
                files[table.name] = f"{folder}/{table.name}.parquet"
                duck.connection.execute(f"COPY {table.name} TO '{files[table.name]}' (FORMAT parquet, ROW_GROUP_SIZE 2048)")
        engine = Kakeibo(program, [] if files else ours, files, threads=1 + seed // 2 % 2)
        generator = Queries(source, tables)
        queries = [generator.top() for _ in range(count)]
        answers = engine.answers([query.text(0) for query in queries])
        counts, told = collections.Counter(), []
        for number, (query, answer) in enumerate(zip(queries, answers)):
            if show:
                print(query.text(0))
            their_answer = duck.answer(query.text(1))
            words = comparing.difference(answer, their_answer, query.kinds(), is_ordered(query))
            if words and not comparing.difference(answer, duck.plain_answer(query.text(1)), query.kinds(), is_ordered(query)):
                words = "explained: DuckDB answers alike without its optimizer"
            both = isinstance(answer, Failure) and isinstance(their_answer, Failure)
            counts["failed in both" if both else words if words.startswith("explained") else "different" if words else "same"] += 1
            if words and not words.startswith("explained") and len(told) < ENOUGH:
                shrink_to(query, engine, duck, words)
                again = comparing.difference(engine.answers([query.text(0)])[0], duck.answer(query.text(1)), query.kinds(), is_ordered(query))
                used = [s for table, statements in ((t, creation(t, 0)) for t in tables)
                        if f" {table.name} t" in query.text(0) for s in statements]
                told.append(f"seed {seed} query {number}: {words}\n  made small: {again}\n  tables: {'; '.join(used)[:1500]}\n"
                            f"  Kakeibo: {query.text(0)}\n  DuckDB:  {query.text(1)}\n")
            if both and os.environ.get("SHOW_FAILURES"):
                told.append(f"both: {answer.words[:150]} / {their_answer.words.splitlines()[0][:150]}\n")
    return seed, counts, told


def shrink_to(query, engine, duck, words):
    kind = manner(words)

    def fails(smaller):
        try:
            theirs = duck.answer(smaller.text(1))
            if isinstance(theirs, Failure) != words.startswith("theirs"):
                return False
            ours = engine.answers([smaller.text(0)])[0]
            return manner(comparing.difference(ours, theirs, smaller.kinds(), is_ordered(smaller))) == kind
        except (IndexError, KeyError, RuntimeError):
            return False

    shrink(query, fails)


def manner(words):
    """What must stay the same while a query is made smaller."""
    if "failed:" in words:
        return words[:40]
    return "" if not words or words.startswith("explained") else "different"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--seeds", default="0..40")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--show", action="store_true")
    said = parser.parse_args()
    first, last = map(int, said.seeds.split(".."))
    end = time.monotonic() + said.seconds if said.seconds else None
    seeds = range(first, last + 1) if end is None else range(first, 1 << 40)
    counts, done, failed = collections.Counter(), 0, 0

    def work():
        for seed in seeds:
            if end is not None and time.monotonic() > end:
                return
            yield said.program, seed, said.queries, said.show

    with Pool(os.cpu_count()) as pool:
        for seed, found, told in pool.imap_unordered(check, work()) if end is None else timed(pool, work()):
            counts += found
            done += 1
            last = max(last, seed) if end is None else seed
            for text in told:
                failed += 1
                print(text, flush=True)
    sums = ", ".join(f"{count} {words}" for words, count in counts.most_common())
    print(f"sql_differential.py: seeds from {first}, {done} of them, {sum(counts.values())} queries: {sums}")
    if counts["different"]:
        sys.exit(1)


def timed(pool, work):
    """Results of a pool that is given no more than it works on, so that it ends soon after the time is over."""
    running = []
    for item in work:
        running.append(pool.apply_async(check, (item,)))
        if len(running) > os.cpu_count():
            yield running.pop(0).get()
    for result in running:
        yield result.get()


if __name__ == "__main__":
    main()
