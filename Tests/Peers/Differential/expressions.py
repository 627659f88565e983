"""Random expressions over the columns in scope."""

from functions import INEXACT_FUNCTIONS, SCALAR_FUNCTIONS
from tables import value
from trees import (BIGINT, BOOLEAN, DATE, DECIMAL, DOUBLE, INTEGER, MAP, NUMBERS, NUMERIC, SCALARS, TEXTS, TIMESTAMP, VARCHAR,
                   Tree, leaf, literal, names, no_nan, null)


def by_result(functions):
    found = {}
    for function in functions:
        found.setdefault(function[3], []).append(function)
    return found


SCALARS_BY_RESULT = by_result(SCALAR_FUNCTIONS)
PATTERNS = ["a%", "%b", "%a%", "_", "__", "%", "", "a_%", "%é%", "a\\%b", "%,%", "A%", "k_"]
ORDERED = [INTEGER, BIGINT, DOUBLE, DECIMAL, VARCHAR, DATE, TIMESTAMP]


class Scope:
    """What an expression may name: columns of its own query, those of queries around it, and subqueries.

    `columns` are pairs of a tree and whether it is at the edge (see `tables.Column`); `keys` are trees that tell
    rows apart together, empty where nothing does. `subquery(kind, columns, scope)` makes a query.
    """

    def __init__(self, columns, keys=(), outer=(), subquery=None):
        self.columns, self.keys, self.outer, self.subquery = list(columns), list(keys), list(outer), subquery


class Expressions:
    def __init__(self, random):
        self.random = random

    def any(self, scope, depth, kinds=SCALARS):
        return self.of(self.random.choice(kinds), scope, depth)

    def of(self, kind, scope, depth):
        """An expression of a type, at most so deep."""
        r = self.random
        if depth <= 0 or r.random() < 0.25:
            return self.small(kind, scope)
        if kind == BOOLEAN and r.random() < 0.75:
            return self.condition(scope, depth)
        choice = r.random()
        if choice < 0.12:
            return self.case(kind, scope, depth)
        if choice < 0.18:
            return Tree(kind, "coalesce({0}, {1})", None, self.of(kind, scope, depth - 1), self.of(kind, scope, depth - 1))
        if choice < 0.22 and kind in ORDERED:
            return Tree(kind, "nullif({0}, {1})", None, self.of(kind, scope, depth - 1), self.of(kind, scope, depth - 2))
        if choice < 0.26 and scope.subquery and kind in SCALARS:
            return Tree(kind, "({0})", None, scope.subquery("scalar", kind, scope))
        if choice < 0.45 and kind in (INTEGER, BIGINT, DOUBLE, DECIMAL):
            return self.arithmetic(kind, scope, depth)
        return self.call(kind, scope, depth)

    def small(self, kind, scope):
        r = self.random
        own = [tree for tree, edge in scope.columns if tree.kind == kind and not edge]
        outer = [tree for tree, edge in scope.outer if tree.kind == kind and not edge]
        if outer and r.random() < 0.35:
            return r.choice(outer)
        if own and r.random() < 0.8:
            return r.choice(own)
        return self.constant(kind)

    def constant(self, kind):
        if self.random.random() < 0.08:
            return null(kind)
        return literal(kind, value(self.random, kind))

    def case(self, kind, scope, depth):
        r = self.random
        first, second, third = (self.of(kind, scope, depth - 1) for _ in range(3))
        if r.random() < 0.3:
            operand = self.of(r.choice([INTEGER, VARCHAR]), scope, depth - 1)
            return Tree(kind, "CASE {0} WHEN {1} THEN {2} WHEN {3} THEN {4} END", None, operand,
                        self.constant(operand.kind), first, self.constant(operand.kind), second)
        if r.random() < 0.5:
            return Tree(kind, "CASE WHEN {0} THEN {1} ELSE {2} END", None, self.of(BOOLEAN, scope, depth - 1), first, second)
        return Tree(kind, "CASE WHEN {0} THEN {1} WHEN {2} THEN {3} ELSE {4} END", None, self.of(BOOLEAN, scope, depth - 1), first,
                    self.of(BOOLEAN, scope, depth - 1), second, third)

    def arithmetic(self, kind, scope, depth):
        r = self.random
        left = self.of(kind, scope, depth - 1)
        if r.random() < 0.12:
            return Tree(kind, "(- {0})", None, left)
        # Products stay small, so that nothing overflows that one engine would compute in a wider type.
        if r.random() < 0.25:
            factor = self.of(INTEGER, Scope([]), 0) if kind != DOUBLE else literal(DOUBLE, r.choice([0.5, 2.0, -1.0]))
            if kind == DECIMAL:
                return Tree(kind, "CAST({0} * {1} AS decimal(20,2))", None, left, factor)
            return Tree(kind, "({0} * {1})", None, left, factor)
        operator = r.choice("+-")
        mixed = {BIGINT: [INTEGER, BIGINT], DOUBLE: [INTEGER, DOUBLE], DECIMAL: [INTEGER, DECIMAL], INTEGER: [INTEGER]}
        other = self.of(r.choice(mixed[kind]), scope, depth - 1)
        return Tree(kind, f"({{0}} {operator} {{1}})", None, left, other)

    def call(self, kind, scope, depth):
        functions = SCALARS_BY_RESULT.get(kind)
        if not functions:
            return self.small(kind, scope)
        return self.applied(self.random.choice(functions), scope, depth)

    def applied(self, function, scope, depth, key=None):
        """A call with random arguments."""
        ours, theirs, kinds, kind = function
        arguments = []
        for wanted in kinds:
            if wanted == "id":
                arguments.append(key)
            elif wanted.startswith("="):
                arguments.append(leaf(VARCHAR, self.random.choice(split_quoted(wanted[1:]))))
            else:
                arguments.append(self.of(wanted, scope, depth - 1))
        return Tree(kind, ours, theirs, *arguments)

    def inexact(self, scope, depth):
        tree = self.applied(self.random.choice(INEXACT_FUNCTIONS), scope, depth)
        tree.is_inexact = True
        return tree

    # ---- Conditions

    def condition(self, scope, depth):
        r = self.random
        kinds = [
            (6, self.comparison), (2, self.logic), (2, self.null_test), (1, self.between), (1.5, self.in_list), (1, self.like),
            (0.7, self.distinct_from), (0.4, self.row_comparison), (1, lambda s, d: self.call(BOOLEAN, s, d)),
        ]
        if scope.subquery and depth > 1:
            kinds.append((2.5, self.subquery_test))
        make = r.choices([k for _, k in kinds], [w for w, _ in kinds])[0]
        return make(scope, depth)

    def comparison(self, scope, depth):
        r = self.random
        operator = r.choice(["=", "=", "=", "<>", "<", "<=", ">", ">=", "!="])
        left, right = self.pair(scope, depth)
        return Tree(BOOLEAN, f"({{0}} {operator} {{1}})", None, left, right)

    def pair(self, scope, depth):
        """Two expressions that can be compared, columns at the edge among them."""
        r = self.random
        edges = [tree for tree, edge in scope.columns + scope.outer if edge and tree.kind in (INTEGER, BIGINT)]
        if edges and r.random() < 0.3:
            left = r.choice(edges)
            same = [tree for tree, edge in scope.columns + scope.outer if tree.kind in (INTEGER, BIGINT)]
            return left, (r.choice(same) if r.random() < 0.5 else literal(left.kind, value(r, left.kind, True)))
        if r.random() < 0.25:
            kinds = r.choice([(INTEGER, BIGINT), (INTEGER, DOUBLE), (DECIMAL, INTEGER), (DECIMAL, DOUBLE), (DATE, TIMESTAMP), (BIGINT, DECIMAL)])
            return self.of(kinds[0], scope, depth - 1), self.of(kinds[1], scope, depth - 1)
        kind = r.choice(ORDERED + [BOOLEAN])
        return self.of(kind, scope, depth - 1), self.of(kind, scope, depth - 1)

    def logic(self, scope, depth):
        r = self.random
        if r.random() < 0.3:
            return Tree(BOOLEAN, "(NOT {0})", None, self.of(BOOLEAN, scope, depth - 1))
        operator = r.choice(["AND", "OR"])
        parts = [self.of(BOOLEAN, scope, depth - 1) for _ in range(r.choice([2, 2, 3]))]
        return Tree(BOOLEAN, "(" + f" {operator} ".join(f"{{{n}}}" for n in range(len(parts))) + ")", None, *parts)

    def null_test(self, scope, depth):
        test = self.random.choice(["IS NULL", "IS NOT NULL"])
        return Tree(BOOLEAN, f"({{0}} {test})", None, self.any(scope, depth - 1, SCALARS + [NUMBERS, MAP]))

    def distinct_from(self, scope, depth):
        test = self.random.choice(["IS DISTINCT FROM", "IS NOT DISTINCT FROM"])
        return Tree(BOOLEAN, f"({{0}} {test} {{1}})", None, *self.pair(scope, depth))

    def row_comparison(self, scope, depth):
        """Rows are compared field by field; with a NULL in a row DuckDB tells other things, so there is none."""
        a, b = (Tree(INTEGER, "coalesce({0}, 0)", None, self.of(INTEGER, scope, depth - 1)) for _ in range(2))
        c, d = (Tree(VARCHAR, "coalesce({0}, '')", None, self.of(VARCHAR, scope, depth - 1)) for _ in range(2))
        return Tree(BOOLEAN, "(({0}, {2}) = ({1}, {3}))", None, a, b, c, d)

    def between(self, scope, depth):
        kind = self.random.choice(ORDERED)
        negated = self.random.choice(["", "", "NOT "])
        return Tree(BOOLEAN, f"({{0}} {negated}BETWEEN {{1}} AND {{2}})", None, *(self.of(kind, scope, depth - 1) for _ in range(3)))

    def in_list(self, scope, depth):
        r = self.random
        kind = r.choice(ORDERED)
        negated = r.choice(["", "", "NOT "])
        items = [self.constant(kind) if r.random() < 0.85 else self.of(kind, scope, depth - 2)
                 for _ in range(r.choice([1, 2, 3, 8]))]
        places = ", ".join(f"{{{n + 1}}}" for n in range(len(items)))
        return Tree(BOOLEAN, f"({{0}} {negated}IN ({places}))", None, self.of(kind, scope, depth - 1), *items)

    def like(self, scope, depth):
        r = self.random
        pattern = r.choice(PATTERNS)
        negated = r.choice(["", "", "NOT "])
        escape = " ESCAPE '\\'" if "\\" in pattern else ""
        return Tree(BOOLEAN, f"({{0}} {negated}LIKE '{pattern}'{escape})", None, self.of(VARCHAR, scope, depth - 1))

    def subquery_test(self, scope, depth):
        r = self.random
        if r.random() < 0.35:
            return Tree(BOOLEAN, r.choice(["EXISTS ({0})", "(NOT EXISTS ({0}))"]), None, scope.subquery("exists", None, scope))
        kind = r.choice([INTEGER, VARCHAR, DATE, BIGINT, DOUBLE])
        operand = self.of(kind, scope, depth - 2)
        query = scope.subquery("list", kind, scope)
        if kind == DOUBLE:
            # NaN may be on either side.
            edges = [tree for tree, _ in scope.columns if tree.kind == DOUBLE]
            form = r.choice(["({0} IN ({1}))", "({0} NOT IN ({1}))"])
            return Tree(BOOLEAN, form, form.replace("{0}", no_nan("{0}")), r.choice(edges or [operand]), query)
        if r.random() < 0.75:
            return Tree(BOOLEAN, r.choice(["({0} IN ({1}))", "({0} NOT IN ({1}))"]), None, operand, query)
        operator = r.choice(["=", "<>", "<", "<=", ">", ">="])
        return Tree(BOOLEAN, f"({{0}} {operator} {r.choice(['ANY', 'ALL'])} ({{1}}))", None, operand, query)


def split_quoted(text):
    """Constants separated by `|`, which may have one inside quotes."""
    parts, inside = [""], False
    for character in text:
        inside ^= character == "'"
        if character == "|" and not inside:
            parts.append("")
        else:
            parts[-1] += character
    return parts
