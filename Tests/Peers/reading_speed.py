#!/usr/bin/env python3
"""Compares how fast this project's Parquet reader and pyarrow's decode every column, on two threads.

    swift build -c release --product DecodeParquet
    Tests/Peers/reading_speed.py [--rounds 5] [--decoder .build/release/DecodeParquet] FILE...

Without files, a table of 1,000,000 lines in the shape of a Cost and Usage Report is made and written by
pyarrow in several ways. For each file both readers take turns, in processes of their own that read it
three times each; all that is read is kept until the end. Two comparisons are made:

    codes   texts stay codes into dictionaries (pyarrow: read_dictionary for every text column)
    plain   every column becomes one of plain values (pyarrow's default)

Printed are the best and the median of wall and CPU seconds. Both must find the same rows and, in each
column, the same number of values and the same sum of numbers or of text lengths.
Exit code 1 when they differ, or with --strict when this project's best wall time is the longer one.
"""
import argparse
import math
import os
import random
import statistics
import subprocess
import sys
import tempfile

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

PEER = """
import sys, time, pyarrow as pa, pyarrow.parquet as pq
path, threads, form, repetitions = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
pa.set_cpu_count(threads); pa.set_io_thread_count(1)
for _ in range(repetitions):
    wall, cpu = time.perf_counter(), time.process_time()
    file = pq.ParquetFile(path, memory_map=True)
    if form == 'codes':
        texts = [f.name for f in file.schema_arrow
                 if pa.types.is_string(f.type) or pa.types.is_large_string(f.type)]
        file = pq.ParquetFile(path, memory_map=True, read_dictionary=texts)
    table = file.read(use_threads=True)
    rows = table.num_rows
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print('wall', wall, 'cpu', cpu, 'rows', rows, flush=True)
    del table
"""


def figures(command):
    out = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
    runs, sums = [], {}
    for line in out.splitlines():
        words = line.split(' ')
        if words[0] == 'wall':
            runs.append((float(words[1]), float(words[3]), int(words[5])))
        elif words[0] == 'sum':
            sums[' '.join(words[1:-2])] = (int(words[-2]), float(words[-1]))
    return runs, sums


def total(column):
    """The sum of a column's numbers, or of the lengths of its texts, entries of nested ones included."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return total(column.cast(kind.value_type))
    if pa.types.is_struct(kind):
        return sum(total(column.field(i)) for i in range(kind.num_fields))
    if pa.types.is_map(kind):
        if isinstance(column, pa.ChunkedArray):
            return sum(map(total, column.chunks))
        return total(column.keys) + total(column.items)
    if pa.types.is_list(kind):
        return total(pc.list_flatten(column))
    if any(is_text(kind) for is_text in (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary)):
        return float(pc.sum(pc.binary_length(column)).as_py() or 0)
    if pa.types.is_timestamp(kind):
        micros = pc.cast(pc.cast(column, pa.timestamp('us', kind.tz), safe=False), pa.int64())
        return total(micros)
    return float(pc.sum(pc.cast(column, pa.float64())).as_py() or 0)


def check(path, sums):
    """What differs between the decoder's sums and pyarrow's."""
    wrong = []
    file = pq.ParquetFile(path, memory_map=True)
    names = file.schema_arrow.names
    if sorted(names) != sorted(sums):
        return [f'columns {sorted(set(names) ^ set(sums))}']
    for name in names:
        column = file.read(columns=[name]).column(0)
        mine, theirs = sums[name], (len(column) - column.null_count, total(column))
        if mine[0] != theirs[0] or not math.isclose(mine[1], theirs[1], rel_tol=1e-9, abs_tol=1e-6):
            wrong.append(f'{name}: count and sum {mine}, pyarrow {theirs}')
    return wrong


def bill(rows):
    """A month of a bill: many columns of few texts, many empty, few unique ones, costs, times, a map."""
    pick = random.Random(7)
    resources = max(1, rows // 720)

    def codes(count, share):
        """One value per resource, repeating hour by hour; the share of resources without one."""
        per = [None if pick.random() < share else pick.randrange(count) for _ in range(resources)]
        return pa.array((per * (rows // resources + 1))[:rows], pa.int32())

    def texts(prefix, count, share):
        entries = pa.array([f'{prefix} {i:03}' for i in range(count)])
        return pa.DictionaryArray.from_arrays(codes(count, share), entries).cast(pa.string())

    columns = {}
    columns['line_item_id'] = pa.array(['%052x' % pick.getrandbits(208) for _ in range(rows)])
    columns['resource_id'] = texts('arn:aws:ec2:us-east-1:123456789012:instance/i-0abcdef', resources, 0.1)
    for i in range(4):
        columns[f'cost_{i}'] = pa.array([round(pick.expovariate(5), 10) for _ in range(rows)])
    for i in range(10):
        columns[f'rate_{i}'] = pc.cast(codes(60, 0.7 if i % 2 else 0), pa.float64())
    start = 1788220800000000
    hours = [start + row // resources * 3600000000 for row in range(rows)]
    columns['usage_start'] = pa.array(hours, pa.timestamp('us', 'UTC'))
    columns['usage_end'] = pa.array([hour + 3600000000 for hour in hours], pa.timestamp('us', 'UTC'))
    for i in range(60):
        columns[f'attribute_{i:02}'] = texts('attribute', 1 + i * i // 4, [0, 0.2, 0.6, 0.95][i % 4])
    for i in range(40):
        columns[f'absent_{i:02}'] = pa.nulls(rows, pa.string())
    tags = [[('team', f'team {row % 17}'), ('env', 'prod')][:row % 3] for row in range(rows)]
    columns['resource_tags'] = pa.array(tags, pa.map_(pa.string(), pa.string()))
    return pa.table(columns)


def files(folder, rows):
    table = bill(rows)
    ways = {
        'snappy': dict(),
        'zstd': dict(compression='zstd'),
        'uncompressed': dict(compression='none'),
        'snappy_v2_small_groups': dict(data_page_version='2.0', row_group_size=131072),
    }
    out = []
    for name, options in ways.items():
        out.append(os.path.join(folder, name + '.parquet'))
        pq.write_table(table, out[-1], **options)
    return out


def main():
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument('files', nargs='*')
    p.add_argument('--decoder', default=os.path.join(root, '.build/release/DecodeParquet'))
    p.add_argument('--rounds', type=int, default=5)
    p.add_argument('--threads', type=int, default=2)
    p.add_argument('--rows', type=int, default=1_000_000)
    p.add_argument('--forms', default='codes,plain')
    p.add_argument('--strict', action='store_true')
    a = p.parse_args()
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        for path in a.files or files(folder, a.rows):
            print(f'{os.path.basename(path)}: {pq.ParquetFile(path).metadata.num_rows} rows,'
                  f' {os.path.getsize(path) / 1e6:.0f} MB')
            for form in a.forms.split(','):
                mine = [a.decoder, '--threads', str(a.threads), '--repetitions', '3', path]
                mine += ['--flat'] if form == 'plain' else []
                peer = [sys.executable, '-c', PEER, path, str(a.threads), form, '3']
                runs = {'kakeibo': [], 'pyarrow': []}
                for _ in range(a.rounds):
                    runs['kakeibo'] += figures(mine)[0]
                    runs['pyarrow'] += figures(peer)[0]
                if len({rows for found in runs.values() for _, _, rows in found}) != 1:
                    print('  the readers find different numbers of rows')
                    failed = True
                best = {}
                for who, found in runs.items():
                    wall, cpu = [r[0] for r in found], [r[1] for r in found]
                    best[who] = min(wall)
                    print(f'  {form:5} {who}  wall best {min(wall):.3f} median {statistics.median(wall):.3f}'
                          f'  cpu best {min(cpu):.3f} median {statistics.median(cpu):.3f}')
                ratio = best['kakeibo'] / best['pyarrow']
                print(f'  {form:5} ratio of the best wall times {ratio:.2f}')
                failed |= a.strict and best['kakeibo'] > best['pyarrow']
            wrong = check(path, figures([a.decoder, '--sums', path])[1])
            print('  both decode the same' if not wrong else '  DIFFERENT: ' + '; '.join(wrong))
            failed |= bool(wrong)
    sys.exit(1 if failed else 0)


main()
