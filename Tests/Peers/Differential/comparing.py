"""Whether two engines gave the same rows."""

import datetime
import math
from decimal import Decimal

from engines import Failure, Pairs
from trees import DATE, DECIMAL, DOUBLE, INTEGER, MAP, NUMBERS, TEXTS, TIMESTAMP, VARCHAR

# What a failure of one engine alone may say, and why that is no difference.
EXPLAINED_FAILURES = [
    # DuckDB sums whole numbers in 128 bits and joins some tables in another order than it fails in.
    ("theirs", "Out of Range Error"),
    ("theirs", "Conversion Error"),
    # What DuckDB does not have.
    ("theirs", "Not implemented Error"),
    ("theirs", "not shown: "),
    ("theirs", "Internal"),
    ("theirs", "subqueries in lambda expressions"),
    ("ours", "a lambda cannot contain a subquery"),
    ("theirs", "BindBuiltinScalarFunction"),
    ("theirs", "ORDER BY non-integer literal has no effect"),
    # Whole numbers of 64 bits: what DuckDB computes in 128.
    ("ours", "is out of range"),
    ("ours", "overflow"),
    ("ours", "too large"),
]


def canonical(value, kind):
    """One plain form of a value of either engine."""
    if value is None:
        return None
    if kind == DOUBLE:
        return float(value) + 0.0
    if kind in (NUMBERS, TEXTS):
        element = INTEGER if kind == NUMBERS else VARCHAR
        return [canonical(item, element) for item in value]
    if kind == MAP:
        pairs = value if isinstance(value, Pairs) else value.items()
        return sorted((key, item) for key, item in pairs)
    if kind == DATE and isinstance(value, datetime.date):
        return str(value)[:10]
    if kind == TIMESTAMP and isinstance(value, datetime.datetime):
        return value.isoformat(" ", "microseconds")
    if kind == TIMESTAMP:
        # Years beyond 9999 come as text from both, of DuckDB without a fraction where there is none.
        whole, _, fraction = value.partition(".")
        return f"{whole}.{fraction:0<6}"
    if isinstance(value, (int, Decimal, float)) and not isinstance(value, bool):
        return Decimal(str(value)).normalize() + 0
    return value


def same(a, b):
    if isinstance(a, float) and isinstance(b, float):
        if math.isnan(a) or math.isnan(b):
            return math.isnan(a) and math.isnan(b)
        return a == b or abs(a - b) <= 1e-9 * max(abs(a), abs(b)) + 1e-12
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    return type(a) is type(b) and a == b


def order(row, kinds):
    """Sorts rows whatever is in them, floats last since they may differ at the end."""
    exact = [repr(item) for item, kind in zip(row, kinds) if kind != DOUBLE]
    floats = [(item is not None, item is not None and math.isnan(item), 0.0 if item is None or math.isnan(item) else item)
              for item, kind in zip(row, kinds) if kind == DOUBLE]
    return exact, floats


def difference(ours, theirs, kinds, is_ordered):
    """Words on a difference; "" where there is none; "explained: …" where it is known."""
    if isinstance(ours, Failure) and isinstance(theirs, Failure):
        return ""
    if isinstance(ours, Failure):
        return told("ours", ours)
    if isinstance(theirs, Failure):
        return told("theirs", theirs)
    a, b = ([[canonical(v, k) for v, k in zip(row, kinds)] for row in rows] for rows in (ours, theirs))
    if len(a) != len(b):
        return f"{len(a)} rows, DuckDB has {len(b)}"
    if not is_ordered:
        a.sort(key=lambda row: order(row, kinds))
        b.sort(key=lambda row: order(row, kinds))
    for number, (x, y) in enumerate(zip(a, b)):
        for column, (u, v) in enumerate(zip(x, y)):
            if not same(u, v):
                return f"row {number}, column {column}: {u!r}, DuckDB has {v!r}"
    return ""


def told(side, failure):
    first = failure.words.splitlines()[0]
    for where, words in EXPLAINED_FAILURES:
        if where == side and words in failure.words:
            return f"explained: {side} {words}"
    return f"{side} failed: {first}"
