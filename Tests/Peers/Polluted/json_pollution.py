"""Pollution of JSON: of its values, where each stays JSON, and of its bytes."""

import json

from packings import PACKINGS
from spellings import DATES, INVALID, NUMBERS, TEXTS
from texts import TEXT_POLLUTION, at, insert

# Of those for CSV, the ones that make sense for any text.
SHARED = [
    "nul", "nul at end", "nul block", "all nul", "invalid utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32",
    "latin-1", "bom", "bom twice", "bom amid", "crlf", "cr", "mixed ends", "odd blanks", "quote",
    "blank lines at end", "blanks at end", "no final end", "ctrl-z", "joined", "comma", "truncated",
    "truncated again", "flipped", "flipped again", "empty", "one byte", "page", "xml", "json", "page below",
    "shuffled", "comment", "apostrophe",
]
# What leaves every value as it was, where a value is text or an object.
HARMLESS = {"nothing", "bom", "crlf", "no final end", "blank lines at end", "indented", "escaped", "listed"}


class Raw:
    """A piece of JSON as it is to be written."""

    def __init__(self, text):
        self.text = text


class Twice:
    """A value that is written under its name twice."""

    def __init__(self, first, second):
        self.first, self.second = first, second


def dumped(value, **how):
    if isinstance(value, Raw):
        return value.text
    if isinstance(value, dict):
        pairs = []
        for name, member in value.items():
            for one in [member.first, member.second] if isinstance(member, Twice) else [member]:
                pairs.append(json.dumps(name, **how) + ":" + dumped(one, **how))
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(dumped(one, **how) for one in value) + "]"
    return json.dumps(value, **{"ensure_ascii": False, **how})


def lines(documents, **how):
    return "".join(dumped(document, **how) + "\n" for document in documents).encode("utf-8", "surrogatepass")


WRONG = [
    None, True, False, 5, -1, 0.5, "", "x", "5", "true", [], {}, [None], [[]], [{}], [5], ["x"], {"x": None},
    {"x": {"y": []}}, {"Key": "k", "Value": "v"}, [{"Key": 5}], [{"Key": "k", "Value": ["v"]}],
    [{"Key": "k", "Value": "1"}, {"Key": "k", "Value": "2"}], [{"key": "k"}], {"__class__": "datetime"},
    Raw("1e400"), Raw("-1e400"), Raw("9" * 400), Raw("0." + "3" * 400), Raw("1E+2"), Raw("-0"), Raw("1e-400"),
    Raw("NaN"), Raw("Infinity"), Raw("01"), Raw("+1"), Raw(".5"), Raw("5."), Raw("0x10"), Raw("1_000"),
    Raw("9223372036854775807"), Raw("9223372036854775808"), Raw("1.0"), Raw("'x'"), Raw("undefined"), Raw(""),
    Raw("True"), Raw("١٢"), Raw('"\\ud800"'), Raw('"\\u0000"'), Raw('"\\x41"'), Raw('"a\tb"'), Raw('"a\nb"'),
    Raw("[" * 600 + "]" * 600), Raw("[" * 100_000), Raw('{"a":' * 600 + "1" + "}" * 600), Raw("[1,]"), Raw("{,}"),
    Raw("1777766400"), Raw("1777766400000"), Raw("1777766400.5"), Raw("1e30"), Raw("-62135596800"), Raw("/* x */ 1"),
]


def places(value, path=()):
    """All ways to a value below another."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield path + (name,)
            yield from places(member, path + (name,))
    elif isinstance(value, list):
        for place, element in enumerate(value):
            yield path + (place,)
            yield from places(element, path + (place,))


def changed(change):
    """One value of one document changed: `change` gets what holds it, its name or place, and dice."""
    def apply(rng, documents):
        document = rng.randrange(len(documents))
        found = list(places(documents[document]))
        if not found:
            return lines(documents)
        path = rng.choice(found)
        holder = documents[document]
        for step in path[:-1]:
            holder = holder[step]
        change(rng, holder, path[-1])
        return lines(documents)
    return apply


def replaced(values):
    def change(rng, holder, place):
        holder[place] = rng.choice(values)
    return changed(change)


def like(rng, holder, place):
    """Another spelling of what is there: of a number, a time or a text."""
    old = holder[place]
    if isinstance(old, (int, float)) and not isinstance(old, bool):
        holder[place] = rng.choice([str(old), Raw(f"{old}.0"), Raw(f"{old}e0"), f" {old}", f"{old} "])
    elif isinstance(old, str) and old[:2] == "20":
        holder[place] = rng.choice(DATES)
    elif isinstance(old, str):
        holder[place] = rng.choice(TEXTS + [old.upper(), old + " ", old + "\u200b", [old]])


def removed(rng, holder, place):
    del holder[place]


def twice(rng, holder, place):
    if isinstance(holder, dict):
        holder[place] = Twice(holder[place], rng.choice([holder[place], "other", None]))
    else:
        holder.append(holder[place])


def renamed(rng, holder, place):
    if isinstance(holder, dict):
        names = [place.upper(), place.lower(), place + "\u200b", " " + place, "", "x" * 5000, place + "\0", "ünï"]
        holder[rng.choice(names)] = holder.pop(place)


def spelt_twice(rng, holder, place):
    """The same name in two cases: one column, two values."""
    if isinstance(holder, dict):
        holder[place.swapcase()] = rng.choice([holder[place], "other"])


VALUES = {
    "nothing": lambda rng, documents: lines(documents),
    "value": replaced(WRONG), "value again": replaced(WRONG), "value more": replaced(WRONG),
    "number": replaced([number for number in NUMBERS]), "date": replaced(DATES), "text": replaced(TEXTS),
    "like": changed(like), "like again": changed(like), "removed": changed(removed), "twice": changed(twice),
    "renamed": changed(renamed), "spelt twice": changed(spelt_twice),
    "indented": lambda rng, documents: "\n".join(
        json.dumps(document, indent=rng.choice([1, 4, "\t"])) for document in documents).encode(),
    "escaped": lambda rng, documents: lines(documents, ensure_ascii=True),
    "listed": lambda rng, documents: (json.dumps(documents) + "\n").encode(),
    "commas between": lambda rng, documents: b",\n".join(lines([one])[:-1] for one in documents) + b",\n",
    "on one line": lambda rng, documents: b"".join(lines([one])[:-1] for one in documents),
    "more": lambda rng, documents: lines(documents + [rng.choice([5, "x", None, [], {}, [[]], True])]),
    "error": lambda rng, documents: lines(rng.choice([
        [{"Error": {"Code": "Throttling", "Message": "Rate exceeded"}}], [{"message": "Rate exceeded"}],
        [{"__type": "AccessDeniedException", "Message": "no"}],
        documents + [{"Error": {"Code": "Throttling", "Message": "Rate exceeded"}}],
        [{"Error": {"Code": "Throttling", "Message": "Rate exceeded"}}] + documents,
    ])),
    "wrapped": lambda rng, documents: lines([{"result": documents}]),
    "too many values": lambda rng, documents: lines(documents) + b"[" + b"0," * 4_100_000 + b"0]\n",
}

BYTES = {
    **{name: (lambda rng, data, name=name: TEXT_POLLUTION[name](rng, data, None)) for name in SHARED},
    "bracket": lambda rng, data: insert(rng.choice([b"]", b"}", b"[", b"{"]))(rng, data, None),
    "invalid in text": lambda rng, data: data.replace(b'"', b'"' + rng.choice(INVALID), 1),
    "trailing comma": lambda rng, data: data.replace(b"}", b",}", 1),
    "single quotes": lambda rng, data: data.replace(b'"', b"'"),
    "backslash": lambda rng, data: insert(b"\\")(rng, data, None),
    "digits of another script": lambda rng, data: data.replace(b"2", "٢".encode(), rng.randint(1, 3)),
    "cut in the middle of a document": lambda rng, data: data[:at(rng, data)] + data[at(rng, data):],
}


def polluted(rng, documents):
    """The label and the bytes of a file, and what is put behind its name; whether all is as it was."""
    kind = rng.random()
    value = byte = "nothing"
    if kind < 0.55:
        value = rng.choice(sorted(VALUES))
    elif kind < 0.85:
        byte = rng.choice(sorted(BYTES))
    data = VALUES[value](rng, documents)
    if byte != "nothing":
        data = BYTES[byte](rng, data)
    packing = rng.choice(sorted(PACKINGS)) if kind >= 0.85 or rng.random() < 0.1 else "plain"
    ending, pack = PACKINGS[packing]
    is_sound = value in HARMLESS and byte in HARMLESS and packing in ("plain", "gzip", "members", "padded")
    return f"{value}, {byte}, {packing}", pack(rng, data), ending, is_sound
