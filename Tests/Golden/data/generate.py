"""Writes the folders beside it: Parquet files with Hive partitions, and a Delta table of four versions.

python3 generate.py, with pyarrow 26 and deltalake 1.6.
"""
import os
import shutil

import deltalake
import pyarrow as pa
import pyarrow.parquet as pq

here = os.path.dirname(os.path.abspath(__file__))


def fresh(name):
    path = os.path.join(here, name)
    shutil.rmtree(path, ignore_errors=True)
    return path


days = fresh("days")
parts = {
    "day=2026-09-01/region=eu%2Fwest": pa.table({"id": pa.array([1, 2], pa.int32()), "cost": [1.5, None]}),
    "day=2026-09-02/region=us": pa.table({"ID": [3], "team": ["web"], "cost": pa.array([2], pa.int32())}),
    "day=2026-09-03/region=__HIVE_DEFAULT_PARTITION__": pa.table({"id": [4], "cost": [0.25], "team": pa.nulls(1)}),
}
for folder, table in parts.items():
    os.makedirs(os.path.join(days, folder))
    pq.write_table(table, os.path.join(days, folder, "part-0.parquet"), store_schema=False)
os.makedirs(os.path.join(days, "_temporary"))
pq.write_table(pa.table({"id": [100]}), os.path.join(days, "_temporary", "part-0.parquet"), store_schema=False)

ledger = fresh("ledger")
rows = pa.table({"id": [1, 2, 3], "amount": [10.0, 20.0, None], "team": ["web", "a/b", None]})
snappy = deltalake.WriterProperties(compression="SNAPPY")
deltalake.write_deltalake(ledger, rows, partition_by=["team"], writer_properties=snappy)
table = deltalake.DeltaTable(ledger)
table.delete("id = 2", writer_properties=snappy)
more = pa.table({"id": [4], "amount": [40.0], "team": ["web"], "note": ["new"]})
deltalake.write_deltalake(ledger, more, mode="append", schema_mode="merge", writer_properties=snappy)
changed = pa.table({"id": [1], "amount": [11.0], "team": ["web"], "note": ["changed"]})
(deltalake.DeltaTable(ledger)
 .merge(changed, predicate="t.id = s.id", source_alias="s", target_alias="t", writer_properties=snappy)
 .when_matched_update_all().execute())
