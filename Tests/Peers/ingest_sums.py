"""Sums, distinct counts and types of bills as Kakeibo has them, beside DuckDB's of the files themselves.

usage: ingest_sums.py PROGRAM [--rows COUNT] [--seed SEED] [DIR ...]

Without a DIR, a month of a legacy report is made from a seed: three parts of csv.gz and their manifest. Each DIR is
ingested into a lake of its own. DuckDB reads the same files as text; it shares nothing with Kakeibo, neither reader
nor arithmetic. Numbers are summed by Kahan's method and equal to 1e-9 of the sum; of texts the distinct values are
counted, of maps the entries. Types are those of Athena's tables.
"""

import argparse
import csv
import gzip
import io
import json
import os
import random
import sys
import tempfile

import duckdb

from program import Program, named, quoted

TIMESTAMPS = {
    "bill_billing_period_start_date", "bill_billing_period_end_date", "line_item_usage_start_date",
    "line_item_usage_end_date",
}
# AWS CUR user guide, Athena types: amounts and costs; the rates of lineItem and pricing are text.
DOUBLES = {
    "line_item_usage_amount", "line_item_normalization_factor", "line_item_normalized_usage_amount",
    "line_item_unblended_cost", "line_item_blended_cost", "line_item_net_unblended_cost",
    "pricing_public_on_demand_cost", "reservation_amortized_upfront_cost_for_usage",
    "reservation_amortized_upfront_fee_for_billing_period", "reservation_effective_cost",
    "reservation_net_amortized_upfront_cost_for_usage",
    "reservation_net_amortized_upfront_fee_for_billing_period", "reservation_net_effective_cost",
    "reservation_net_recurring_fee_for_usage",
    "reservation_net_unused_amortized_upfront_fee_for_billing_period", "reservation_net_unused_recurring_fee",
    "reservation_net_upfront_value", "reservation_recurring_fee_for_usage",
    "reservation_unused_amortized_upfront_fee_for_billing_period", "reservation_unused_normalized_unit_quantity",
    "reservation_unused_quantity", "reservation_unused_recurring_fee", "reservation_upfront_value",
    "savings_plan_total_commitment_to_date", "savings_plan_savings_plan_rate", "savings_plan_used_commitment",
    "savings_plan_savings_plan_effective_cost", "savings_plan_amortized_upfront_commitment_for_billing_period",
    "savings_plan_recurring_commitment_for_billing_period", "savings_plan_net_savings_plan_effective_cost",
    "savings_plan_net_amortized_upfront_commitment_for_billing_period",
    "savings_plan_net_recurring_commitment_for_billing_period", "split_line_item_reserved_usage",
    "split_line_item_actual_usage", "split_line_item_split_usage", "split_line_item_split_usage_ratio",
    "split_line_item_split_cost", "split_line_item_unused_cost", "split_line_item_net_split_cost",
    "split_line_item_net_unused_cost", "split_line_item_public_on_demand_split_cost",
    "split_line_item_public_on_demand_unused_cost",
}
MAPS = {"product", "resource_tags", "cost_category", "tags", "discount"}
DERIVED = {"year", "month", "billing_period"}


def athena_name(raw):
    """AWS CUR user guide: an underscore before each capital, lower case, everything else one underscore."""
    name = ""
    for letter in raw:
        if not letter.isalnum():
            name += "_"
        else:
            name += ("_" if letter.isupper() else "") + letter.lower()
    while "__" in name:
        name = name.replace("__", "_")
    return name.strip("_")


def athena_type(name, table):
    if name in TIMESTAMPS:
        return "timestamp"
    if table == "cur2" and name in MAPS:
        return "map(varchar, double)" if name == "discount" else "map(varchar, varchar)"
    if name in DOUBLES or name.startswith("discount_"):
        return "double"
    return "varchar"


# ---- A month of our own


def generate(folder, rows, seed):
    """A legacy report of one month, create-new layout, with all that costs: usage, commitments, discounts, splits."""
    draw = random.Random(seed)
    header = [
        "identity/LineItemId", "identity/TimeInterval", "bill/InvoiceId", "bill/BillingEntity", "bill/BillType",
        "bill/PayerAccountId", "bill/BillingPeriodStartDate", "bill/BillingPeriodEndDate",
        "lineItem/UsageAccountId", "lineItem/LineItemType", "lineItem/UsageStartDate", "lineItem/UsageEndDate",
        "lineItem/ProductCode", "lineItem/UsageType", "lineItem/Operation", "lineItem/ResourceId",
        "lineItem/UsageAmount", "lineItem/CurrencyCode", "lineItem/UnblendedRate", "lineItem/UnblendedCost",
        "lineItem/BlendedRate", "lineItem/BlendedCost", "lineItem/NetUnblendedCost",
        "lineItem/LineItemDescription", "product/ProductName", "product/vcpu", "product/maxIopsvolume",
        "pricing/publicOnDemandCost", "pricing/publicOnDemandRate", "pricing/term", "pricing/unit",
        "reservation/EffectiveCost", "reservation/ReservationARN", "reservation/UnusedRecurringFee",
        "savingsPlan/SavingsPlanARN", "savingsPlan/SavingsPlanEffectiveCost", "savingsPlan/SavingsPlanRate",
        "splitLineItem/SplitCost", "costCategory/Charge type", "discount/EdpDiscount",
        "resourceTags/user:Team", "resourceTags/user:team", "resourceTags/aws:createdBy",
    ]
    kinds = ["Usage"] * 12 + ["DiscountedUsage", "SavingsPlanCoveredUsage", "SavingsPlanNegation", "RIFee", "Tax", "Credit"]

    def number(scale=1.0):
        form = draw.randrange(6)
        value = draw.lognormvariate(-6, 3) * scale
        return ["0", "0E-10", f"{value:.10f}", f"{value:.6e}", repr(value), f"{-value:.12f}"][form]

    def text(*choices):
        return draw.choice(choices)

    def line(place):
        day, hour = draw.randrange(1, 29), place % 24
        start = f"2026-05-{day:02}T{hour:02}:00:00Z"
        end = f"2026-05-{day:02}T{hour:02}:59:59Z"
        row = {
            "identity/LineItemId": f"{place // 24:052x}", "identity/TimeInterval": f"{start}/{end}#{place % 24}",
            "bill/InvoiceId": text("", "12345"), "bill/BillingEntity": "AWS", "bill/BillType": "Anniversary",
            "bill/PayerAccountId": "111122223333", "bill/BillingPeriodStartDate": "2026-05-01T00:00:00Z",
            "bill/BillingPeriodEndDate": "2026-06-01T00:00:00Z",
            "lineItem/UsageAccountId": str(200_000_000_000 + draw.randrange(40)),
            "lineItem/LineItemType": draw.choice(kinds), "lineItem/UsageStartDate": start,
            "lineItem/UsageEndDate": text(end, end.replace("Z", ".000Z"), ""),
            "lineItem/ProductCode": text("AmazonEC2", "AmazonS3", "AWSLambda", "AmazonRDS"),
            "lineItem/UsageType": f"USW2-BoxUsage:m{draw.randrange(9)}.large",
            "lineItem/Operation": text("RunInstances", "PutObject", "", "EKSPod-EC2"),
            "lineItem/ResourceId": text("", f"i-{draw.randrange(rows):017x}"),
            "lineItem/CurrencyCode": "USD", "lineItem/UnblendedRate": text("", "0.0104000000", "1E-7"),
            "lineItem/BlendedRate": text("", "0.0104"),
            "lineItem/LineItemDescription": text(
                "plain", "$0.40, per million", 'say "so"', "two\nlines", "ünï çødé", " blanks "),
            "product/ProductName": text("Amazon Elastic Compute Cloud", "Amazon S3", ""),
            "product/vcpu": text("", "2", "NA"), "pricing/term": text("OnDemand", "Reserved", ""),
            "pricing/unit": text("Hrs", "GB-Mo"), "reservation/ReservationARN": text("", "", "arn:ri"),
            "savingsPlan/SavingsPlanARN": text("", "", "arn:sp"),
            "costCategory/Charge type": text("", "Usage", "Fee"),
        }
        for name in header:
            if athena_type(athena_name(name), "cur") == "double":
                row[name] = number() if draw.random() < 0.7 else ""
        row["lineItem/UnblendedCost"] = number()
        row[draw.choice(["resourceTags/user:Team", "resourceTags/user:team"])] = text("", "blue", "red", "a,b")
        return [row.get(name, "") for name in header]

    assembly = f"{seed:08x}-0000-0000-0000-000000000000"
    period = os.path.join(folder, "daily", "20260501-20260601")
    os.makedirs(os.path.join(period, assembly))
    keys = []
    for part in range(3):
        key = f"daily/20260501-20260601/{assembly}/daily-{part + 1:05}.csv.gz"
        keys.append("bills/" + key)
        words = io.StringIO()
        writer = csv.writer(words, lineterminator="\n")
        writer.writerow(header)
        for place in range(part, rows, 3):
            writer.writerow(line(place))
        with gzip.open(os.path.join(folder, key), "wb", 6) as file:
            file.write(words.getvalue().encode())
    manifest = {
        "assemblyId": assembly, "account": "111122223333", "reportName": "daily", "columns": [],
        "billingPeriod": {"start": "20260501T000000.000Z", "end": "20260601T000000.000Z"}, "reportKeys": keys}
    for place in [period, os.path.join(period, assembly)]:
        with open(os.path.join(place, "daily-Manifest.json"), "w") as file:
            json.dump(manifest, file)


# ---- Two views of the same files


def data_files(folder):
    if os.path.isfile(folder):
        return [folder]
    found = []
    for base, _, names in os.walk(folder):
        found += [os.path.join(base, name) for name in names if name.endswith((".csv", ".csv.gz", ".parquet"))]
    return sorted(found)


def source(files):
    """A relation of the files in DuckDB, and for each Athena name the raw columns that have it."""
    raw = duckdb.connect()
    listed = "[" + ", ".join(quoted(path) for path in files) + "]"
    if files[0].endswith(".parquet"):
        raw.execute(f"CREATE VIEW bill AS SELECT * FROM read_parquet({listed}, union_by_name = true)")
    else:
        # What is between two delimiters is text, nothing else.
        raw.execute(
            f"CREATE VIEW bill AS SELECT * FROM read_csv({listed}, all_varchar = true, header = true, union_by_name = true, "
            "delim = ',', quote = '\"', escape = '\"', nullstr = 'NULL', max_line_size = 16777216, parallel = false)")
    columns = {}
    for (name, *_) in raw.execute("DESCRIBE bill").fetchall():
        columns.setdefault(name, []).append(name)
    return raw, columns


def by_table_names(columns, table):
    """Raw columns by the names that the table gives them."""
    named_columns = {}
    for raw in columns:
        name = raw if table == "focus" else athena_name(raw)
        # DuckDB numbers names that differ only by case.
        if raw.endswith("_1") and raw[:-2].lower() in (other.lower() for other in columns):
            name = athena_name(raw[:-2]) if table != "focus" else raw[:-2]
        named_columns.setdefault(name.lower(), []).append(raw)
    return named_columns


def compare(program, folder, report):
    program.run("ingest", folder)
    tables = [row[0] for row in program.table("SHOW TABLES")[1:] if row[0] in ("cur", "cur2", "focus")]
    if len(tables) != 1:
        raise AssertionError(f"{folder}: expected one table of costs, found {tables}")
    table = tables[0]
    types = {
        name.lower(): kind
        for name, kind in program.table(
            f"SELECT column_name, data_type FROM information_schema.columns WHERE table_name = {quoted(table)}")[1:]
    }
    files = data_files(folder)
    raw, columns = source(files)
    columns = by_table_names(columns, table)
    problems = []

    if table != "focus":
        for name, kind in types.items():
            if name not in DERIVED and kind.replace(" ", "") != athena_type(name, table).replace(" ", ""):
                problems.append(f"column '{name}' is {kind}, Athena has {athena_type(name, table)}")
    for name in columns:
        if name not in types:
            problems.append(f"column '{name}' is not in the table")

    ours, theirs, checks = ["count(*)"], ["count(*)"], [("rows", "rows")]
    for name, parts in sorted(columns.items()):
        if name not in types:
            continue
        # Columns of one name are merged: the first that holds something counts.
        cell = "coalesce(" + ", ".join(f"nullif(CAST({named(part)} AS varchar), '')" for part in parts) + ")"
        kind = types[name]
        own = named(name)
        if kind == "double":
            ours += [f"sum({own})", f"sum(abs({own}))", f"count({own})"]
            number = f"TRY_CAST({cell} AS double)"
            theirs += [f"fsum({number})", f"fsum(abs({number}))", f"count({number})"]
            checks += [(name, "sum"), (name, "magnitude"), (name, "values")]
        elif kind == "varchar":
            ours.append(f"count(DISTINCT nullif({own}, ''))")
            theirs.append(f"count(DISTINCT {cell})")
            checks.append((name, "distinct"))
        elif kind.startswith("timestamp"):
            ours += [f"count({own})", f"to_unixtime(min({own}))", f"to_unixtime(max({own}))"]
            time = f"CAST(CAST({cell} AS timestamptz) AS timestamp)" if not files[0].endswith(".parquet") else named(parts[0])
            theirs += [f"count({time})", f"epoch(min({time}))", f"epoch(max({time}))"]
            checks += [(name, "values"), (name, "first"), (name, "last")]
        elif kind.startswith("map") and not files[0].endswith(".parquet"):
            ours.append(f"sum(cardinality({own}))")
            theirs.append(f"sum(len(json_keys(CAST({cell} AS json))))")
            checks.append((name, "entries"))
    found = program.table(f"SELECT {', '.join(ours)} FROM {table}")[1]
    raw.execute("SET TimeZone = 'UTC'")
    expected = raw.execute(f"SELECT {', '.join(theirs)} FROM bill").fetchone()

    results = {check: (to_number(a), to_number(b)) for check, a, b in zip(checks, found, expected)}
    widest = 0.0
    for (name, what), (a, b) in results.items():
        if what in ("sum", "magnitude"):
            magnitude = results[name, "magnitude"][1]
            # Where costs cancel, the sum is as exact as the numbers that were added.
            allowed = max(1e-9 * abs(b), 1e-15 * magnitude)
            if abs(a - b) > allowed:
                problems.append(f"the {what} of '{name}' is {a!r}, DuckDB has {b!r}")
            elif b:
                widest = max(widest, abs(a - b) / abs(b))
        elif a != b:
            problems.append(f"'{name}': {what} {a!r}, DuckDB has {b!r}")
    report(
        f"{folder}: {table}, {int(results['rows', 'rows'][0])} rows, "
        f"{sum(what == 'sum' for _, what in checks)} sums (widest relative difference {widest:.1e}), "
        f"{sum(what == 'distinct' for _, what in checks)} distinct counts, {len(types)} types: "
        + ("equal" if not problems else f"{len(problems)} differences"))
    for problem in problems:
        report(f"  {problem}")
    return not problems


def to_number(value):
    return 0.0 if value is None else float(value)


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("program")
    arguments.add_argument("folders", nargs="*")
    arguments.add_argument("--rows", type=int, default=30_000)
    arguments.add_argument("--seed", type=int, default=1)
    options = arguments.parse_args()
    good = True
    with tempfile.TemporaryDirectory() as scratch:
        folders = [os.path.abspath(folder) for folder in options.folders]
        if not folders:
            folders = [os.path.join(scratch, "generated")]
            generate(folders[0], options.rows, options.seed)
        for number, folder in enumerate(folders):
            program = Program(os.path.abspath(options.program), os.path.join(scratch, f"lake-{number}"))
            good = compare(program, folder, lambda line: print(line, flush=True)) and good
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
