"""Random queries: one class a shape, each with a text for Athena and one for DuckDB."""

from expressions import Expressions, Scope
from functions import AGGREGATES, INEXACT_AGGREGATES
from tables import value
from trees import (BIGINT, BOOLEAN, DATE, DECIMAL, DOUBLE, INTEGER, MAP, NUMBERS, SCALARS, TEXTS, TIMESTAMP, VARCHAR, Tree,
                   equation, leaf, literal, names)

GROUPED = [INTEGER, BIGINT, VARCHAR, DATE, BOOLEAN, DECIMAL, TIMESTAMP, DOUBLE]
SUMMED = [INTEGER, BIGINT, DOUBLE, DECIMAL]


class Select:
    """SELECT and what follows it; parts are trees, or None."""

    def __init__(self, items, source, where=None, group=None, having=None, is_distinct=False):
        self.items, self.source, self.where, self.having, self.is_distinct = items, source, where, having, is_distinct
        # A list of key trees, or text of grouping sets over ordinals with the keys.
        self.group = group

    def kinds(self):
        return [item.kind for item in self.items]

    def text(self, side):
        items = ", ".join(f"{item.text(side)} AS o{n}" for n, item in enumerate(self.items))
        text = f"SELECT {'DISTINCT ' if self.is_distinct else ''}{items}"
        if self.source:
            text += f" FROM {self.source.text(side)}"
        if self.where:
            text += f" WHERE {self.where.text(side)}"
        if self.group:
            text += f" GROUP BY {self.group.text(side)}"
        if self.having:
            text += f" HAVING {self.having.text(side)}"
        return text


class Grouping:
    """GROUP BY: `form` is plain, rollup, cube or sets; sets are lists of positions of keys."""

    def __init__(self, form, keys, sets=()):
        self.form, self.keys, self.sets = form, keys, sets

    def text(self, side):
        texts = [key.text(side) for key in self.keys]
        if self.form == "plain":
            return ", ".join(texts)
        if self.form in ("ROLLUP", "CUBE"):
            return f"{self.form}({', '.join(texts)})"
        return "GROUPING SETS (" + ", ".join("(" + ", ".join(texts[n] for n in chosen) + ")" for chosen in self.sets) + ")"


class SetOperation:
    def __init__(self, operator, left, right):
        self.operator, self.left, self.right = operator, left, right

    def kinds(self):
        return self.left.kinds()

    def text(self, side):
        return f"({self.left.text(side)}) {self.operator} ({self.right.text(side)})"


class Ordered:
    """A query with ORDER BY over its columns and a limit; `keys` are (position, descending, nulls first)."""

    def __init__(self, query, keys, offset=None, limit=None, by_name=False, form="LIMIT"):
        self.query, self.keys, self.offset, self.limit, self.by_name, self.form = query, keys, offset, limit, by_name, form

    def kinds(self):
        return self.query.kinds()

    def text(self, side):
        parts = []
        for position, descending, nulls in self.keys:
            text = f"o{position}" if self.by_name else str(position + 1)
            text += " DESC" if descending else ""
            # NULL is last by default, also with DESC.
            if nulls is not None or side == 1:
                text += " NULLS FIRST" if nulls else " NULLS LAST"
            parts.append(text)
        text = self.query.text(side)
        if parts:
            text += " ORDER BY " + ", ".join(parts)
        offset = f" OFFSET {self.offset}" if self.offset is not None else ""
        limit = "" if self.limit is None else f" LIMIT {self.limit}"
        if side == 0:
            # FETCH FIRST takes one row at least.
            if self.form == "FETCH" and self.limit:
                limit = f" FETCH FIRST {self.limit} ROWS ONLY"
            return text + offset + limit
        return text + limit + offset


def is_ordered(query):
    """Whether rows have one order: all columns are sorted by."""
    query = query.query if isinstance(query, With) else query
    return isinstance(query, Ordered) and len(query.keys) == len(query.kinds())


class With:
    """Common tables before a query."""

    def __init__(self, tables, query):
        self.tables, self.query = tables, query

    def kinds(self):
        return self.query.kinds()

    def text(self, side):
        tables = ", ".join(
            f"{name} AS ({query.text(side)})" for name, query in self.tables)
        return f"WITH {tables} {self.query.text(side)}"


class Relation:
    """What FROM names: a template over trees and queries, the columns that it gives, and keys of its rows."""

    def __init__(self, ours, theirs, arguments, columns, keys):
        self.templates = (ours, ours if theirs is None else theirs)
        self.arguments, self.columns, self.keys = list(arguments), columns, keys

    def text(self, side):
        return self.templates[side].format(*(a.text(side) for a in self.arguments))


class Queries:
    """Everything below comes from one random sequence."""

    def __init__(self, random, tables):
        self.random, self.tables = random, tables
        self.expressions = Expressions(random)
        self.aliases = 0
        self.common = []

    def top(self):
        """A whole statement."""
        r = self.random
        self.aliases, self.common = 0, []
        tables = []
        if r.random() < 0.15:
            for number in range(r.choice([1, 1, 2])):
                tables.append((f"w{number}", self.query(2, inexact=False)))
                self.common.append(tables[-1])
        query = self.query(3, inexact=True)
        query = self.ordered(query)
        return With(tables, query) if tables else query

    def ordered(self, query, limit=0.4):
        r = self.random
        kinds = query.kinds()
        inexact = [item.is_inexact for item in query.items] if isinstance(query, Select) else [False] * len(kinds)
        sortable = [n for n, kind in enumerate(kinds) if kind != MAP and not inexact[n]]
        choice = r.random()
        if choice < 0.35:
            return query
        if not sortable:
            return query
        keys = [(n, r.random() < 0.5, r.choice([None, None, True, False])) for n in r.sample(sortable, len(sortable))]
        if len(sortable) < len(kinds) or choice < 0.5:
            return Ordered(query, keys[:1], by_name=r.random() < 0.5)
        count = r.choice([0, 1, 2, 5, 100]) if r.random() < limit else None
        offset = r.choice([0, 1, 3]) if count is not None and r.random() < 0.4 else None
        return Ordered(query, keys, offset, count, r.random() < 0.5, r.choice(["LIMIT", "LIMIT", "FETCH"]))

    def query(self, depth, inexact=False, kinds=None, outer=()):
        """A query of given column types, or of any."""
        r = self.random
        if depth > 1 and r.random() < 0.12:
            kinds = kinds or r.choices(GROUPED, k=r.randint(1, 3))
            operator = r.choice(["UNION", "UNION ALL", "UNION ALL", "INTERSECT", "EXCEPT", "INTERSECT ALL", "EXCEPT ALL"])
            return SetOperation(operator, self.query(depth - 1, kinds=kinds, outer=outer), self.query(depth - 1, kinds=kinds, outer=outer))
        return self.select(depth, inexact, kinds, outer)

    def select(self, depth, inexact, kinds, outer):
        r = self.random
        if kinds and r.random() < 0.03:
            return Select([self.expressions.constant(kind) for kind in kinds], None)
        source = self.relation(depth)
        scope = Scope(source.columns, source.keys, outer, self.subquery if depth > 1 else None)
        where = self.expressions.condition(scope, depth) if r.random() < 0.55 else None
        choice = r.random()
        if choice < 0.3:
            return self.grouped(scope, source, where, depth, inexact, kinds)
        if choice < 0.42 and not kinds and not outer:
            return self.windowed(scope, source, where, depth)
        wanted = kinds or r.choices(SCALARS + [NUMBERS, TEXTS], k=r.randint(1, 5))
        items = [self.item(kind, scope, depth) for kind in wanted]
        is_distinct = r.random() < 0.12
        if inexact and not is_distinct and r.random() < 0.15:
            items.append(self.expressions.inexact(scope, 2))
        return Select(items, source, where, is_distinct=is_distinct)

    def item(self, kind, scope, depth):
        """A column as it is, those at the edge among them, or an expression."""
        columns = [tree for tree, edge in scope.columns if tree.kind == kind]
        if columns and self.random.random() < 0.4:
            return self.random.choice(columns)
        return self.expressions.of(kind, scope, depth)

    # ---- FROM

    def alias(self):
        self.aliases += 1
        return f"t{self.aliases}"

    def relation(self, depth):
        r = self.random
        choice = r.random()
        if choice < 0.5 or depth <= 1:
            return self.base(depth)
        if choice < 0.9:
            left = self.base(depth)
            for _ in range(r.choice([1, 1, 1, 2])):
                left = self.join(left, self.base(depth), depth)
            return left
        return self.unnest(self.base(depth))

    def base(self, depth):
        """A table, a common table, a subquery or VALUES."""
        r = self.random
        alias = self.alias()
        choice = r.random()
        if depth > 1 and choice < 0.12:
            query = self.query(depth - 1)
            if r.random() < 0.3:
                query = self.ordered(query)
            return self.derived("({0})", query, alias)
        if self.common and choice < 0.4:
            name, query = r.choice(self.common)
            relation = self.derived(name, query, alias)
            relation.arguments = []
            return relation
        if choice < 0.18:
            return self.constants(alias)
        table = r.choice(self.tables)
        columns = [(leaf(c.kind, f"{alias}.{c.name}"), c.is_edge) for c in table.columns]
        return Relation(f"{table.name} {alias}", None, [], columns, [columns[0][0]])

    def derived(self, text, query, alias):
        kinds = query.kinds()
        # What a query computes may be at the edge: it is compared and shown, not added.
        columns = [(leaf(kind, f"{alias}.o{n}"), kind in (INTEGER, BIGINT, DECIMAL, DOUBLE)) for n, kind in enumerate(kinds)]
        return Relation(f"{text} {alias}", None, [query], columns, [])

    def constants(self, alias):
        r = self.random
        kinds = [INTEGER] + r.choices([VARCHAR, DATE, DOUBLE, BOOLEAN], k=r.randint(0, 2))
        places, arguments = [], []
        for number in range(r.randint(1, 4)):
            row = [literal(INTEGER, number)] + [self.expressions.constant(kind) for kind in kinds[1:]]
            if number == 0:
                row = [row[0]] + [literal(kind, value(r, kind)) for kind in kinds[1:]]
            places.append("(" + ", ".join(f"{{{len(arguments) + n}}}" for n in range(len(row))) + ")")
            arguments += row
        columns = [(leaf(kind, f"{alias}.v{n}"), False) for n, kind in enumerate(kinds)]
        names_ = ", ".join(f"v{n}" for n in range(len(kinds)))
        return Relation(f"(VALUES {', '.join(places)}) AS {alias} ({names_})", None, arguments, columns, [columns[0][0]])

    def join(self, left, right, depth):
        r = self.random
        kind = r.choice(["JOIN", "JOIN", "INNER JOIN", "LEFT JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN", "CROSS JOIN"])
        columns = left.columns + right.columns
        keys = left.keys + right.keys if left.keys and right.keys else []
        if kind == "CROSS JOIN":
            text = f"{shifted(left, 0)} CROSS JOIN {shifted(right, len(left.arguments))}"
            other = f"{shifted(left, 0, 1)} CROSS JOIN {shifted(right, len(left.arguments), 1)}"
            return Relation(text, other, left.arguments + right.arguments, columns, keys)
        condition = self.join_condition(left, right, depth, kind)
        place = len(left.arguments) + len(right.arguments)
        texts = [
            f"{shifted(left, 0, side)} {kind} {shifted(right, len(left.arguments), side)} ON {{{place}}}" for side in (0, 1)]
        return Relation(*texts, left.arguments + right.arguments + [condition], columns, keys)

    def join_condition(self, left, right, depth, kind):
        r = self.random
        parts = []
        # An array with a NULL equals nothing in Athena, itself in DuckDB.
        pairs = [(a, b) for a, _ in left.columns for b, _ in right.columns if a.kind == b.kind and a.kind not in (NUMBERS, TEXTS, MAP)]
        near = [(a, b) for a, b in pairs if a.text(0).endswith(".k") and b.text(0).endswith(".k")]
        # NaN meets NaN where both are doubles at the edge.
        nans = [(a, b) for a, edge in left.columns for b, other in right.columns if a.kind == b.kind == DOUBLE and edge and other]
        for _ in range(r.choice([1, 1, 1, 2])):
            chosen = nans if nans and r.random() < 0.3 else near if near and r.random() < 0.5 else pairs
            if not chosen:
                continue
            a, b = r.choice(chosen)
            operator = "=" if r.random() < 0.8 else r.choice(["<>" if a.kind == DOUBLE else "<", ">=", "<>", "IS NOT DISTINCT FROM"])
            if operator in ("=", "<>"):
                parts.append(equation(operator, a, b))
            elif a.kind != DOUBLE or operator != ">=":
                parts.append(Tree(BOOLEAN, f"({{0}} {operator} {{1}})", None, a, b))
        if not parts or r.random() < 0.25:
            parts.append(self.expressions.condition(Scope(left.columns + right.columns), min(depth, 2)))
        if len(parts) == 1:
            return parts[0]
        return Tree(BOOLEAN, "(" + " AND ".join(f"{{{n}}}" for n in range(len(parts))) + ")", None, *parts)

    def unnest(self, left):
        r = self.random
        arrays = [tree for tree, _ in left.columns if tree.kind in (NUMBERS, TEXTS)]
        array = r.choice(arrays) if arrays and r.random() < 0.8 else self.expressions.of(r.choice([NUMBERS, TEXTS]), Scope(left.columns), 2)
        alias = self.alias()
        element = INTEGER if array.kind == NUMBERS else VARCHAR
        columns = left.columns + [(leaf(element, f"{alias}.u"), False)]
        place = len(left.arguments)
        if r.random() < 0.4:
            columns = columns + [(leaf(BIGINT, f"{alias}.n"), False)]
            # DuckDB counts with another row at the end for nothing: positions are generated beside the elements.
            ours = f"{shifted(left, 0)} CROSS JOIN UNNEST({{{place}}}) WITH ORDINALITY AS {alias} (u, n)"
            theirs = (f"{shifted(left, 0, 1)} CROSS JOIN LATERAL (SELECT unnest({{{place}}}) AS u, "
                      f"unnest(generate_series(1, len({{{place}}}))) AS n) AS {alias}")
            return Relation(ours, theirs, left.arguments + [array], columns, left.keys and left.keys + [columns[-1][0]])
        ours = f"{shifted(left, 0)} CROSS JOIN UNNEST({{{place}}}) AS {alias} (u)"
        theirs = f"{shifted(left, 0, 1)} CROSS JOIN LATERAL (SELECT unnest({{{place}}}) AS u) AS {alias}"
        return Relation(ours, theirs, left.arguments + [array], columns, [])

    # ---- Subqueries

    def subquery(self, use, kind, scope):
        """A query inside an expression; half of them name columns from outside."""
        r = self.random
        outer = [pair for pair in scope.columns if not pair[1]] if r.random() < 0.5 else []
        source = self.base(1)
        inner = Scope(source.columns, source.keys, outer, None)
        where = self.correlation(inner) if outer and r.random() < 0.8 else (
            self.expressions.condition(inner, 2) if r.random() < 0.5 else None)
        if use == "exists":
            return Select([leaf(INTEGER, "1")], source, where)
        if use == "list":
            return Select([self.item(kind, Scope(inner.columns), 1)], source, where)
        # One row: an aggregate without groups.
        own = Scope(inner.columns, inner.keys)
        found = [a for a in AGGREGATES if a[3] == kind and ("id" not in a[2] or own.keys)]
        aggregate = self.aggregate(r.choice(found), own, 1) if found else None
        if aggregate is None:
            return Select([self.expressions.constant(kind)], None)
        return Select([aggregate], source, where)

    def correlation(self, scope):
        """A condition that compares a column from outside with one from inside."""
        r = self.random
        pairs = [(a, b) for a, edge in scope.columns if not edge or a.kind == DOUBLE for b, _ in scope.outer if a.kind == b.kind and a.kind in GROUPED]
        if not pairs:
            return self.expressions.condition(scope, 1)
        parts = []
        for _ in range(r.choice([1, 1, 2])):
            a, b = r.choice(pairs)
            operator = "=" if r.random() < 0.75 else r.choice(["<", ">", "<>", "<="])
            if operator in ("=", "<>") or a.kind == DOUBLE:
                parts.append(equation("=" if operator == "=" else "<>", a, b))
            else:
                parts.append(Tree(BOOLEAN, f"({{0}} {operator} {{1}})", None, a, b))
        if r.random() < 0.3:
            parts.append(self.expressions.condition(scope, 1))
        return Tree(BOOLEAN, "(" + " AND ".join(f"{{{n}}}" for n in range(len(parts))) + ")", None, *parts)

    # ---- Aggregation

    def aggregate(self, function, scope, depth):
        """A call, sometimes with FILTER: at `{filter}`, or behind where both texts are one call."""
        r = self.random
        inner = Scope(scope.columns, scope.keys)
        key = scope.keys[0] if len(scope.keys) == 1 else None
        if "id" in function[2] and key is None:
            return Tree(BIGINT, "count(*)")
        tree = self.expressions.applied(function, inner, depth, key)
        templates = [t if "{filter}" in t or not is_call(t) else t + "{filter}" for t in tree.templates]
        clause, arguments = "", list(tree.arguments)
        if r.random() < 0.12 and all("{filter}" in template for template in templates):
            clause = f" FILTER (WHERE {{{len(arguments)}}})"
            arguments.append(self.expressions.condition(inner, 1))
        return Tree(tree.kind, *(template.replace("{filter}", clause) for template in templates), *arguments)

    def grouped(self, scope, source, where, depth, inexact, kinds):
        r = self.random
        keys = []
        for _ in range(r.choice([0, 1, 1, 2, 3])):
            key = self.key(scope, depth)
            if key is not None and key.text(0) not in [k.text(0) for k in keys]:
                keys.append(key)
        group = None
        if keys:
            form = r.choice(["plain"] * 6 + ["ROLLUP", "CUBE", "sets"])
            if form != "plain" and not all("." in k.text(0) and not k.arguments for k in keys):
                form = "plain"
            sets = [r.sample(range(len(keys)), r.randint(0, len(keys))) for _ in range(r.randint(1, 3))]
            if form == "sets":
                # Every key is in some set.
                sets.append(list(range(len(keys))))
            group = Grouping(form, keys, sets)
        after = Scope([(key, True) for key in keys])
        wanted = kinds or [None] * r.randint(1, 4)
        items = [self.grouped_item(kind, after, scope, depth) for kind in wanted]
        if not kinds:
            items = keys + items
            if group and group.form != "plain" and r.random() < 0.5:
                items.append(Tree(INTEGER, f"grouping({', '.join(f'{{{n}}}' for n in range(len(keys)))})", None, *keys))
            if inexact and r.random() < 0.2:
                items.append(self.aggregate(r.choice(INEXACT_AGGREGATES), scope, 1))
                items[-1].is_inexact = True
        having = None
        if r.random() < 0.25:
            left = self.aggregate(r.choice([a for a in AGGREGATES if a[3] in SUMMED]), scope, 1)
            having = Tree(BOOLEAN, f"({{0}} {r.choice(['>', '<=', '<>', 'IS DISTINCT FROM'])} {{1}})", None, left, self.expressions.constant(left.kind))
        return Select(items, source, where, group, having)

    def key(self, scope, depth):
        r = self.random
        columns = [tree for tree, _ in scope.columns if tree.kind in GROUPED]
        if columns and r.random() < 0.7:
            return r.choice(columns)
        inner = Scope(scope.columns)
        tree = self.expressions.of(r.choice(GROUPED), inner, min(depth, 2))
        # A constant would be a position, or no key at all.
        return tree if any(c.text(0) in tree.text(0) for c in columns) and tree.arguments else None

    def grouped_item(self, kind, after, scope, depth):
        r = self.random
        if kind is None:
            return self.aggregate(r.choice(AGGREGATES), scope, min(depth, 2))
        keys = [tree for tree, _ in after.columns if tree.kind == kind]
        if keys and r.random() < 0.6:
            return r.choice(keys)
        found = [a for a in AGGREGATES if a[3] == kind and "id" not in a[2]]
        return self.aggregate(r.choice(found), scope, min(depth, 2)) if found else self.expressions.constant(kind)

    # ---- Windows

    def windowed(self, scope, source, where, depth):
        r = self.random
        items = [self.item(r.choice(SCALARS), Scope(scope.columns), 1) for _ in range(r.randint(0, 2))]
        items = scope.keys + items
        for _ in range(r.randint(1, 3)):
            items.append(self.window(scope))
        return Select(items, source, where)

    def window(self, scope):
        r = self.random
        inner = Scope(scope.columns)
        partition = [self.expressions.of(r.choice(GROUPED), inner, 1) for _ in range(r.choice([0, 1, 1, 2]))]
        order = [(self.expressions.of(r.choice(GROUPED), inner, 1)) for _ in range(r.choice([0, 1, 1, 2]))]
        by_row = bool(scope.keys) and r.random() < 0.6
        if by_row:
            order += scope.keys
        if by_row and r.random() < 0.6:
            return self.row_function(inner, partition, order)
        if order and r.random() < 0.3:
            name, kind = r.choice([("rank", BIGINT), ("dense_rank", BIGINT), ("percent_rank", DOUBLE), ("cume_dist", DOUBLE)])
            return self.over(kind, f"{name}()", None, [], partition, order, "")
        function = r.choice([a for a in AGGREGATES if is_call(a[0]) and is_call(a[1] or "") and "DISTINCT" not in a[0]
                             and "ORDER" not in a[0] and "id" not in a[2]])
        tree = self.expressions.applied(function, inner, 1)
        frame = self.frame(order, by_row)
        return self.over(tree.kind, *tree.templates, tree.arguments, partition, order, frame)

    def row_function(self, scope, partition, order):
        r = self.random
        kind = r.choice([INTEGER, VARCHAR, DATE, DOUBLE, DECIMAL, TIMESTAMP])
        operand = self.expressions.of(kind, scope, 1)
        nulls = r.random() < 0.2
        skip, inside = (" IGNORE NULLS", " IGNORE NULLS") if nulls else ("", "")
        choice = r.choice(["row_number", "ntile", "lag", "lead", "first_value", "last_value", "nth_value"])
        if choice == "row_number":
            return self.over(BIGINT, "row_number()", None, [], partition, order, "")
        if choice == "ntile":
            return self.over(BIGINT, f"ntile({r.choice([1, 2, 3, 7])})", None, [], partition, order, "")
        if choice in ("lag", "lead"):
            step = r.choice(["", ", 1", ", 2", ", 0"])
            if step and not nulls and kind != DECIMAL and r.random() < 0.4:
                default = self.expressions.constant(kind)
                return self.over(kind, f"{choice}({{0}}{step}, {{1}})", None, [operand, default], partition, order, "")
            return self.over(kind, f"{choice}({{0}}{step})", f"{choice}({{0}}{step}{inside})", [operand], partition, order, "", skip)
        step = ", " + r.choice("123") if choice == "nth_value" else ""
        return self.over(kind, f"{choice}({{0}}{step})", f"{choice}({{0}}{step}{inside})", [operand], partition, order, self.frame(order, True), skip)

    def frame(self, order, by_row):
        r = self.random
        if r.random() < 0.4 or not order:
            return ""
        starts = ["UNBOUNDED PRECEDING", "CURRENT ROW"]
        ends = ["UNBOUNDED FOLLOWING", "CURRENT ROW"]
        # Rows between equal keys have no order of their own.
        unit = r.choice(["ROWS", "RANGE", "GROUPS"]) if by_row else r.choice(["RANGE", "GROUPS"])
        if unit != "RANGE":
            start = r.choice(starts + ["1 PRECEDING", "2 PRECEDING", "1 FOLLOWING"])
            end = r.choice(ends + ["1 FOLLOWING", "2 FOLLOWING", "1 PRECEDING"])
            if start == "CURRENT ROW" and end == "1 PRECEDING" or start == "1 FOLLOWING" and end in ("1 PRECEDING", "CURRENT ROW"):
                end = "2 FOLLOWING"
            return f" {unit} BETWEEN {start} AND {end}"
        return f" RANGE BETWEEN {r.choice(starts)} AND {r.choice(ends)}"

    def over(self, kind, ours, theirs, arguments, partition, order, frame, skip=""):
        r = self.random
        places = len(arguments)
        parts = []
        if partition:
            parts.append("PARTITION BY " + ", ".join(f"{{{places + n}}}" for n in range(len(partition))))
        texts = [list(parts), list(parts)]
        if order:
            directions = [(r.choice(["", " DESC"]), r.choice(["", " NULLS FIRST", " NULLS LAST"])) for _ in order]
            for side in (0, 1):
                sorts = [f"{{{places + len(partition) + n}}}{d}{nulls or ('' if side == 0 else ' NULLS LAST')}"
                         for n, (d, nulls) in enumerate(directions)]
                texts[side].append("ORDER BY " + ", ".join(sorts))
        ours, theirs = ours + skip, ours if theirs is None else theirs
        windows = [" OVER (" + " ".join(text) + frame + ")" for text in texts]
        return Tree(kind, ours + windows[0], theirs + windows[1], *arguments, *partition, *order)


def is_call(template):
    """Whether FILTER or OVER may follow a template."""
    return template.rfind("(") == template.find("(")


def shifted(relation, by, side=0):
    """A relation's template with its places moved behind those of others."""
    text = relation.templates[side]
    for number in reversed(range(len(relation.arguments))):
        text = text.replace(f"{{{number}}}", f"{{{number + by}}}")
    return text
