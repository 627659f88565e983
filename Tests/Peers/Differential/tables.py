"""Random tables: every type, NULLs, values at the edges, keys that meet those of other tables."""

import datetime
from decimal import Decimal

from trees import (BIGINT, BOOLEAN, DATE, DECIMAL, DOUBLE, INTEGER, MAP, NUMBERS, SCALARS, TEXTS, TIMESTAMP, VARCHAR,
                   literal, names)

WORDS = ["", " ", "a", "A", "ab", "abc", "b", "B", "ba", "%", "_", "a%b", "a_b", "a,b", "a,,b", "é", "日本", "👍x", "1", "-7", "2.5",
         "x y", "  pad ", "it's", "2026-02-28", "null", "NULL", "\\", "zz"]
DAYS = ["2026-01-01", "2026-01-31", "2026-02-28", "2026-03-01", "2024-02-29", "2025-12-31", "2026-12-31", "1969-12-31", "1970-01-01",
        "2000-02-29", "2026-09-15"]
CLOCKS = ["00:00:00", "23:59:59", "12:30:45", "00:00:00.001", "23:59:59.999", "06:00:00", "01:02:03.456"]
WIDE = [9223372036854775807, -9223372036854775808, 9007199254740993, -9007199254740993, 2147483648, 0, 1, -1]
REALS = [0.0, -0.0, 0.25, -0.25, 1.5, -2.5, 0.5, 3.75, 100.0, -1000.25, 1e9, 7.0]


class Column:
    """`is_edge` columns hold values that overflow when added, or NaN: they are compared, grouped and sorted only."""

    def __init__(self, name, kind, is_edge=False):
        self.name, self.kind, self.is_edge = name, kind, is_edge


class Table:
    def __init__(self, name, columns, rows):
        self.name, self.columns, self.rows = name, columns, rows


def value(random, kind, is_edge=False):
    if kind == INTEGER:
        return random.choice([2147483647, -2147483648, 0, 1]) if is_edge else random.randint(-5, 9)
    if kind == BIGINT:
        return random.choice(WIDE) if is_edge else random.randint(-1000, 1000)
    if kind == DOUBLE and is_edge:
        return random.choice([float("nan"), float("nan"), 0.0, -0.0, 1.5, 7.0])
    if kind == DOUBLE:
        return random.choice(REALS) if random.random() < 0.6 else random.randint(-400, 400) / 4
    if kind == DECIMAL:
        return Decimal(random.randint(-100_00, 100_00)).scaleb(-2)
    if kind == BOOLEAN:
        return random.random() < 0.5
    if kind == VARCHAR:
        return random.choice(WORDS) if random.random() < 0.7 else f"k{random.randint(0, 3)}"
    if kind == DATE:
        return day(random)
    if kind == TIMESTAMP:
        return f"{day(random)} {random.choice(CLOCKS)}"
    if kind == NUMBERS:
        return [None if random.random() < 0.15 else random.randint(-3, 5) for _ in range(random.randint(0, 4))]
    if kind == TEXTS:
        return [None if random.random() < 0.15 else random.choice(WORDS[:12]) for _ in range(random.randint(0, 3))]
    return {key: None if random.random() < 0.2 else random.randint(0, 5)
            for key in random.sample(["a", "b", "c", "é"], random.randint(0, 3))}


def day(random):
    if random.random() < 0.6:
        return random.choice(DAYS)
    return str(datetime.date(2026, 1, 1) + datetime.timedelta(days=random.randint(-40, 400)))


def random_table(random, name):
    """A table with a key of its own, `id`, a key that others share, `k`, and some columns of any type."""
    columns = [Column("id", INTEGER), Column("k", INTEGER)]
    kinds = random.choices(SCALARS + [NUMBERS, TEXTS, MAP], k=random.randint(3, 8))
    for number, kind in enumerate(kinds):
        edge = random.random() < {INTEGER: 0.25, BIGINT: 0.25, DOUBLE: 0.5}.get(kind, 0)
        columns.append(Column(f"c{number}", kind, edge))
    count = random.choice([0, 1, 2, 5, 12, 12, 30, 30, 60])
    empty = {column.name: random.choice([0, 0.1, 0.1, 0.3, 1 if random.random() < 0.1 else 0.5]) for column in columns}
    # Few different values a column, so that groups and joins have something to meet.
    pools = {
        column.name: [value(random, column.kind, column.is_edge) for _ in range(random.choice([2, 4, 8, 40]))]
        for column in columns
    }
    rows = []
    for number in range(count):
        row = [number, None if random.random() < 0.1 else random.randint(0, 6)]
        for column in columns[2:]:
            row.append(None if random.random() < empty[column.name] else random.choice(pools[column.name]))
        rows.append(row)
    random.shuffle(rows)
    return Table(name, columns, rows)


def creation(table, side):
    """Statements that make the table."""
    # A first row of no value, which is left out, says the types.
    first = ", ".join(f"CAST(NULL AS {names(column.kind)[side]})" for column in table.columns)
    rows = "".join(
        ", (" + ", ".join(literal(c.kind, item).text(side) for c, item in zip(table.columns, row)) + ")" for row in table.rows)
    columns = ", ".join(column.name for column in table.columns)
    yield f"CREATE TABLE {table.name} AS SELECT * FROM (VALUES ({first}){rows}) AS t ({columns}) WHERE id IS NOT NULL"
