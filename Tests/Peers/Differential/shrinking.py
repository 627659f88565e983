"""Makes a failing query smaller while it still fails in the same way."""

from queries import Grouping, Ordered, Relation, Select, SetOperation, With
from trees import SCALARS, Tree, literal, null

SIMPLE = {"integer": 1, "bigint": 1, "double": 1.5, "decimal": 1, "boolean": True, "varchar": "a", "date": "2026-01-01",
          "timestamp": "2026-01-01 00:00:00"}


def shrink(query, fails, tries=400):
    """`fails(query)` tells whether a smaller query shows the same; the query is changed in place."""
    changed = True
    while changed and tries > 0:
        changed = False
        for attempt in list(attempts(query)):
            undo = attempt()
            if undo is None:
                continue
            tries -= 1
            if fails(query):
                changed = True
            else:
                undo()
            if tries <= 0:
                return


def attempts(node, seen=None):
    """Changes that each return a function that takes them back, from the top down."""
    if isinstance(node, With):
        yield from attempts(node.query)
        for number, (_, query) in enumerate(node.tables):
            yield from attempts(query)
    elif isinstance(node, Ordered):
        yield setting(node, "limit", None)
        yield setting(node, "offset", None)
        yield setting(node, "keys", [])
        yield from attempts(node.query)
    elif isinstance(node, SetOperation):
        yield from attempts(node.left)
        yield from attempts(node.right)
    elif isinstance(node, Select):
        yield setting(node, "where", None)
        yield setting(node, "having", None)
        yield setting(node, "is_distinct", False)
        for number in range(len(node.items)):
            yield replaced(node.items, number, (Simple(),))
        for number, item in enumerate(node.items):
            yield from within(node.items, number)
        for part in ("where", "having"):
            if getattr(node, part) is not None:
                box = [getattr(node, part)]
                yield from boxed(node, part)
        if node.group:
            for key in node.group.keys:
                yield from attempts(key)
        if node.source:
            yield from attempts(node.source)
    elif isinstance(node, (Tree, Relation)):
        for number in range(len(node.arguments)):
            yield from within(node.arguments, number)


class Simple:
    """Stands for a constant of the replaced tree's type."""


def setting(node, name, value):
    def attempt():
        old = getattr(node, name)
        if old == value:
            return None
        setattr(node, name, value)
        return lambda: setattr(node, name, old)
    return attempt


def boxed(node, name):
    tree = getattr(node, name)
    for child in descendants(tree):
        yield setting(node, name, child)
    yield from attempts(tree)


def descendants(tree):
    return [child for child in tree.arguments if isinstance(child, Tree) and child.kind == tree.kind]


def within(items, number):
    tree = items[number]
    if not isinstance(tree, Tree):
        yield from attempts(tree)
        return
    if tree.arguments:
        yield replaced(items, number, (Simple(),))
        for child in descendants(tree):
            yield replaced(items, number, (child,))
        yield from attempts(tree)


def replaced(items, number, by):
    def attempt():
        old = items[number]
        new = by[0]
        if isinstance(new, Simple):
            if not isinstance(old, Tree):
                return None
            new = literal(old.kind, SIMPLE[old.kind]) if old.kind in SIMPLE else null(old.kind)
        if new.text(0) == old.text(0):
            return None
        items[number] = new

        def undo():
            items[number] = old
        return undo
    return attempt
