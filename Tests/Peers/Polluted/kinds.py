"""Kinds of reports as `schemas/` describes them: where their values are, and what they are."""

import glob
import json
import os
import re

from lab import Doubt
from readings import any_text, boolean, double, listed, mapping, members, moment, time, whole

SCHEMAS = os.path.join(os.path.dirname(__file__), "..", "..", "..", "schemas")


class Column:
    def __init__(self, said):
        self.name = said["name"]
        self.type = parsed(said.get("type", "varchar"))
        self.shape = said.get("as", "")
        self.required = said.get("required", False)
        self.given = said.get("from")
        self.names = [] if self.given is None else self.given.split("|")
        self.paths = [path(one) for one in self.names]


class Kind:
    def __init__(self, said):
        self.said = said
        self.name, self.table = said["kind"], said.get("table")
        self.columns = [Column(one) for one in said.get("columns", [])]
        self.is_flat = said.get("loader") == "flat"
        self.rows = [steps(one) for one in said.get("rows", "").split("|")]
        self.recognise = said["recognise"]
        self.keeps_empty = said.get("keepsEmptyText", False)
        self.loads_others = said.get("otherColumns") != []
        self.nulls = said.get("nullTokens", [])
        self.spellings = {name.lower(): usual.lower() for name, usual in said.get("spellings", {}).items()}

    def header_rules(self):
        rules = self.recognise.get("header", [])
        return rules if isinstance(rules, list) else [rules]


def parsed(text):
    """A type as nested lists: `array(row(a varchar))` is `["array", [["a", ["varchar"]]]]`."""
    tokens = re.findall(r"\w+|[(),]", text)

    def one():
        name = tokens.pop(0)
        if not tokens or tokens[0] != "(":
            return [name]
        tokens.pop(0)
        inner = []
        while True:
            inner.append([tokens.pop(0), one()] if name == "row" else one())
            if tokens.pop(0) == ")":
                return [name, *inner]
    return one()


def path(text):
    """Levels up, and the steps down: a name, a place or texts by member."""
    levels = 0
    while text.startswith("../"):
        text, levels = text[3:], levels + 1
    found = []
    for part in re.split(r"\.(?![^\[]*\])", text):
        name, *rest = part.split("[")
        found.append(name)
        for piece in rest:
            piece = piece.rstrip("]")
            found.append(int(piece) if piece.isdigit() else dict(pair.split("=") for pair in piece.split(",")))
    return levels, text, found


def steps(text):
    return [(step.rstrip("[]{}"), step[-2:] if step[-2:] in ("[]", "{}") else "") for step in text.split(".") if step]


def all_kinds():
    made = {}
    for name in sorted(glob.glob(os.path.join(SCHEMAS, "*.json"))):
        with open(name, encoding="utf-8") as file:
            kind = Kind(json.load(file))
        made[kind.name] = kind
    return made


KINDS = all_kinds()


# ---------------------------------------------------------------------------------------------
# Where a value is


def descended(holder, where):
    """The value below an object, None where there is none; Doubt where the way leads through something else."""
    _, whole_name, down = where
    if isinstance(holder, dict) and whole_name in holder:
        return holder[whole_name]
    for step in down:
        if holder is None:
            return None
        if isinstance(step, str):
            holder = members(holder).get(step)
        elif isinstance(step, int):
            holder = listed(holder)[step] if step < len(listed(holder)) else None
        else:
            fitting = [one for one in map(members, listed(holder)) if fits(one, step)]
            holder = fitting[0] if fitting else None
    return holder


def fits(one, texts):
    return all(isinstance(one.get(name), str) and one[name].lower() == text.lower() for name, text in texts.items())


def value_at(column, chain):
    if column.given is None:
        return at_name(chain[-1], column.name)
    for where in column.paths:
        level = len(chain) - 1 - where[0]
        found = descended(chain[level], where) if level >= 0 else None
        if found is not None:
            return found
    return None


def at_name(row, name):
    found = {key: value for key, value in members(row).items() if key.lower() == name.lower()}
    if len(found) > 1 and len({repr(value) for value in found.values()}) > 1:
        raise Doubt(f"{name} in two cases")
    return next(iter(found.values()), None)


# ---------------------------------------------------------------------------------------------
# What it is


def region(text):
    if text.startswith("arn:") and text.count(":") >= 5:
        return text.split(":")[3] or text
    match = re.match(r"[a-z]+(?:-[a-z]+)*-\d", text)
    return match.group(0) if match else text


def shaped(column, value, is_flat):
    """What a schema's `as` makes of a value."""
    if value is None or column.shape == "":
        return value
    word = column.shape
    if word in ("region", "account", "nonempty", "parenthesised") and (not isinstance(value, str) or type(value) is not str):
        if is_flat and word == "nonempty":
            return value
        raise Doubt("no text")
    if word == "region":
        return region(value) or None
    if word == "account":
        return (value.split(":")[4] or value) if value.startswith("arn:") and value.count(":") >= 5 else value or None
    if word == "nonempty":
        return value or None
    if word == "parenthesised":
        match = re.search(r"\(([^()]*)\)", value)
        return match.group(1).removesuffix(" GMT") if match else None
    if word == "lowbyte":
        return str(whole(value) & 0xFF) if whole(value) is not None else None
    if word == "count":
        return str(len(listed(value)))
    if word.startswith("tag:"):
        return mapping(value).get(word[4:])
    if word == "currency":
        return "USD" if value == "$" else value
    if word == "joined" and not isinstance(value, list):
        return value
    texts = listed(value)
    if any(type(text) is not str for text in texts):
        raise Doubt("no texts")
    return ", ".join(texts) if word == "joined" else str(word[4:].lower() in [text.lower() for text in texts]).lower()


def listing_value(kind, wanted, value):
    """A value as listings have it: anything is text where text is wanted, and text may be a number."""
    name, *inner = wanted
    if name in ("varchar", "json"):
        return any_text(value)
    if value is None or (value == "" and type(value) is str):
        return None
    if name in ("integer", "bigint"):
        return whole(value)
    if name == "array":
        return [listing_value(kind, inner[0], one) for one in listed(value)]
    if name == "row":
        return row_value(kind, inner, members(value))
    if name == "map":
        found = mapping(json_of(value))
        return found if inner[1] == ["varchar"] else {key: double(one) for key, one in found.items()}
    return {"double": double, "boolean": boolean, "timestamp": time, "date": time}[name](value)


def row_value(kind, fields, found):
    lowered = {}
    for key, value in found.items():
        lowered.setdefault(key.lower(), []).append(value)
    for other, usual in kind.spellings.items():
        if usual not in lowered and other in lowered:
            lowered[usual] = lowered[other]
    result = {}
    for name, wanted in fields:
        values = lowered.get(name, [None])
        if len({repr(value) for value in values}) > 1:
            raise Doubt(f"{name} in two cases")
        result[name] = listing_value(kind, wanted, values[0])
    return result


def json_of(value):
    """What text says that is JSON itself."""
    if type(value) is not str:
        return value
    from readings import documents
    found = documents(value.encode("utf-8", "surrogatepass"))
    if len(found) != 1 or not isinstance(found[0], (dict, list)):
        raise Doubt("no JSON in text")
    return found[0]


def flat_value(kind, wanted, value):
    """A value as flat tables have it: of its type, or text that is written as in CSV."""
    name, *inner = wanted
    if value is None or (type(value) is str and value in kind.nulls):
        return None
    if name == "varchar":
        return None if value == "" and type(value) is str and not kind.keeps_empty else any_text(value)
    if type(value) is str:
        return None if value == "" else text_value(wanted, str(value))
    if name == "boolean":
        if isinstance(value, bool):
            return value
        raise Doubt("no boolean")
    if name in ("double", "bigint", "integer"):
        if isinstance(value, (bool, dict, list)):
            raise Doubt("no number")
        found = double(value) if name == "double" else whole(value)
        if name == "integer" and not -1 << 31 <= found < 1 << 31:
            raise Doubt("no integer")
        return found
    if name == "timestamp" or name == "date":
        found = time(value)
        if found is None:
            return None
        return found if name == "timestamp" else found.replace(hour=0, minute=0, second=0, microsecond=0)
    return listing_value(kind, wanted, value)


def text_value(wanted, text):
    name, *inner = wanted
    if name == "double":
        found = double(text)
        return found
    if name in ("bigint", "integer"):
        found = whole(text)
        if name == "integer" and not -1 << 31 <= found < 1 << 31:
            raise Doubt("no integer")
        return found
    if name == "boolean":
        if not text.isascii() or text.lower() not in ("true", "false", "t", "f", "yes", "no", "1", "0"):
            raise Doubt("no boolean")
        return text.lower() in ("true", "t", "yes", "1")
    if name == "timestamp":
        return moment(text)
    if name == "date":
        return moment(text).replace(hour=0, minute=0, second=0, microsecond=0)
    if name == "map":
        return mapping(json_of(text))
    return [any_text(one) for one in listed(json_of(text))]
