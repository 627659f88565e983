"""Expressions that have two texts: Athena's and DuckDB's."""

INTEGER, BIGINT, DOUBLE, DECIMAL = "integer", "bigint", "double", "decimal"
BOOLEAN, VARCHAR, DATE, TIMESTAMP = "boolean", "varchar", "date", "timestamp"
NUMBERS, TEXTS, MAP = "array(integer)", "array(varchar)", "map(varchar,integer)"

SCALARS = [INTEGER, BIGINT, DOUBLE, DECIMAL, BOOLEAN, VARCHAR, DATE, TIMESTAMP]
NUMERIC = [INTEGER, BIGINT, DOUBLE, DECIMAL]

# How CAST and CREATE TABLE name a type: Athena, DuckDB.
NAMES = {
    DECIMAL: ("decimal(12,2)", "decimal(12,2)"),
    NUMBERS: ("array(integer)", "integer[]"),
    TEXTS: ("array(varchar)", "varchar[]"),
    MAP: ("map(varchar, integer)", "map(varchar, integer)"),
}


def names(kind):
    return NAMES.get(kind, (kind, kind))


class Tree:
    """A node: a type, two templates in which `{0}` stands for the first argument, and the arguments.

    Arguments are trees or queries. A leaf's texts are taken as they are.
    """

    # Whether digits at the end may differ: such values are shown, not compared or sorted by.
    is_inexact = False

    def __init__(self, kind, ours, theirs=None, *arguments):
        self.kind = kind
        self.templates = (ours, ours if theirs is None else theirs)
        self.arguments = list(arguments)

    def text(self, side):
        template = self.templates[side]
        if not self.arguments:
            return template
        return template.format(*(argument.text(side) for argument in self.arguments))


def leaf(kind, ours, theirs=None):
    return Tree(kind, ours, theirs)


def null(kind):
    ours, theirs = names(kind)
    return leaf(kind, f"CAST(NULL AS {ours})", f"CAST(NULL AS {theirs})")


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def no_nan(place):
    """DuckDB's text of a double to compare by `=`, `<>` or IN: there NaN equals NaN, in Athena it equals nothing."""
    return f"(CASE WHEN isnan({place}) THEN 1.25e300 ELSE {place} END)"


def equation(operator, a, b):
    """`=` or `<>` of two columns of one type."""
    theirs = f"({no_nan('{0}')} {operator} {{1}})" if a.kind == DOUBLE else None
    return Tree(BOOLEAN, f"({{0}} {operator} {{1}})", theirs, a, b)


def literal(kind, value):
    """A constant of a Python value."""
    if value is None:
        return null(kind)
    if kind in (INTEGER, DECIMAL):
        return leaf(kind, f"({value})" if value < 0 else str(value))
    if kind == BIGINT:
        return leaf(kind, f"BIGINT '{value}'", f"CAST({value} AS BIGINT)")
    if kind == DOUBLE and value != value:
        return leaf(kind, "nan()", "CAST('nan' AS double)")
    if kind == DOUBLE:
        return leaf(kind, f"DOUBLE '{value!r}'")
    if kind == BOOLEAN:
        return leaf(kind, "true" if value else "false")
    if kind == VARCHAR:
        return leaf(kind, quoted(value))
    if kind in (DATE, TIMESTAMP):
        return leaf(kind, f"{kind.upper()} '{value}'")
    if kind in (NUMBERS, TEXTS):
        element = INTEGER if kind == NUMBERS else VARCHAR
        items = [literal(element, item) for item in value]
        if not items:
            ours, theirs = names(kind)
            return leaf(kind, f"CAST(ARRAY[] AS {ours})", f"CAST([] AS {theirs})")
        return leaf(kind, f"ARRAY[{', '.join(i.text(0) for i in items)}]", f"[{', '.join(i.text(1) for i in items)}]")
    keys, items = literal(TEXTS, list(value)), literal(NUMBERS, list(value.values()))
    ours, theirs = names(MAP)
    return leaf(MAP, f"CAST(MAP({keys.text(0)}, {items.text(0)}) AS {ours})",
                f"CAST(MAP({keys.text(1)}, {items.text(1)}) AS {theirs})")
