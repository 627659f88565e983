"""What Prometheus exporters tell: OpenMetrics, and the older text."""

import math
import re

from lab import Case, Doubt
from packings import PACKINGS, unpacked
from readings import number
from texts import TEXT_POLLUTION, insert

SHARED = [
    "nothing", "nul", "nul at end", "nul block", "all nul", "invalid utf-8", "utf-16", "utf-16-le", "utf-32",
    "latin-1", "bom", "bom twice", "bom amid", "bom anywhere", "crlf", "cr", "mixed ends", "lone cr", "lone lf",
    "odd blanks", "quote", "quote at line", "blank line", "blanks line", "comment", "blank lines at end",
    "blanks at end", "no final end", "ctrl-z", "header twice", "joined", "truncated", "truncated again", "flipped",
    "flipped again", "empty", "one byte", "page", "xml", "json", "page below", "shuffled", "comma",
]
VALUES = [
    "1", "1.5", "0E-10", "NaN", "+Inf", "-Inf", "Inf", "1e400", "١٢", "1,5", "0x10", "1_0", "", "x", "--1", "1e",
    "12 ", "1 2 3", "1.7976931348623157e308", ".5", "5.", "+1", "infinity", "nan(1)", "1d", "1 1777766400",
    "1 1777766400000", "1 -1", "1 1e400", "1 # {} 1", "1 NaN", "9" * 400,
]
LABELS = [
    '{a="1"}', '{a="1",}', "{}", "{a=1}", '{a="1"', '{a="1" b="2"}', '{a="1",a="2"}', '{a="\\n\\"\\\\"}', '{1="a"}',
    '{a="ü"}', "{a='1'}", '{"a.b"="1"}', '{a="' + "x" * 100_000 + '"}', "{" + 'a="1",' * 3 + "}", '{a="\\x"}', "{{}}",
]


def text(rng, ends):
    lines = ["# HELP node_load1 1m load average.", "# TYPE node_load1 gauge", f"node_load1 {rng.choice(['0.21', '3'])}"]
    lines += ["# HELP node_cpu_seconds Seconds the CPUs spent.", "# TYPE node_cpu_seconds counter"]
    lines += [f'node_cpu_seconds_total{{cpu="{n}",mode="idle"}} {n}.5e+03' for n in range(rng.randint(1, 3))]
    return "\n".join(lines + ["# EOF"] * ends) + "\n"


def case(rng):
    ends = rng.random() < 0.5
    data = text(rng, ends).encode()
    pollution = rng.choice(["value", "labels", "end", "end amid", "unit"] + SHARED)
    if pollution == "value":
        data = re.sub(rb"(?m)^node_load1 .*$", lambda _: b"node_load1 " + rng.choice(VALUES).encode(), data)
    elif pollution == "labels":
        data = data.replace(b"\nnode_load1 ", b"\nnode_load1" + rng.choice(LABELS).encode() + b" ")
    elif pollution == "end":
        data = data.replace(b"# EOF\n", rng.choice([b"", b"# EOF", b"#EOF\n", b"# EOF\n\n", b"# EOF \n"]))
    elif pollution == "end amid":
        data = b"# EOF\n" + data
    elif pollution == "unit":
        data = data.replace(b"# TYPE node_load1 gauge", rng.choice([
            b"# TYPE node_load1 gauges", b"# TYPE node_load1", b"# TYPE node_load1 gauge\n# TYPE node_load1 gauge",
            b"# UNIT node_load1 x", b"# TYPE 1 gauge", b"# FOO node_load1 x"]))
    else:
        data = TEXT_POLLUTION[pollution](rng, data, None)
    packing = rng.choice(sorted(PACKINGS)) if rng.random() < 0.15 else "plain"
    ending, pack = PACKINGS[packing]
    data = pack(rng, data)
    is_sound = pollution in ("nothing", "crlf", "comment", "blank line") and packing in ("plain", "gzip", "members")
    return Case(
        f"{'open' if ends else 'older'}, {pollution}, {packing}", {f"web01.prom{ending}": data},
        "prometheus_samples", lambda: samples(data), found, is_sound=is_sound)


SAMPLE = re.compile(r'([a-zA-Z_:][\w:]*)[ \t]*(\{.*\})?[ \t]*([^ \t{}#]+)(?:[ \t]+([^ \t]+))?(?:[ \t]*#.*)?[ \t]*', re.ASCII)
LABEL = re.compile(r'[ \t]*([a-zA-Z_]\w*|"(?:[^"\\]|\\.)*")[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*(?:,|$)', re.ASCII)


def samples(data):
    """Samples as a person reads them who knows the format: name, labels and value."""
    data = unpacked(data)
    try:
        lines = data.decode("utf-8").lstrip("\ufeff").replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError as error:
        raise Doubt(str(error))
    result = []
    for line in lines:
        line = line.strip(" \t")
        if not line or line.startswith("#"):
            continue
        match = SAMPLE.fullmatch(line)
        if not match or any(ord(character) < 0x20 and character != "\t" for character in line):
            raise Doubt(line[:80])
        name, labels, value, _ = match.groups()
        result.append({"name": name, "labels": labelled((labels or "{}")[1:-1]), "value": measured(value)})
    if len({str(row["name"]) + str(row["labels"]) for row in result}) != len(result):
        raise Doubt("twice")
    return result


def labelled(text):
    found, place = {}, 0
    while place < len(text):
        match = LABEL.match(text, place)
        if not match or match.group(1) in found:
            raise Doubt(text[:80])
        raw = match.group(2)
        found[match.group(1).strip('"')] = re.sub(
            r"\\(.)", lambda m: {"n": "\n", "\\": "\\", '"': '"'}.get(m.group(1), m.group(0)), raw)
        place = match.end()
    return found


def measured(value):
    if value.lower().lstrip("+-") in ("nan", "inf", "infinity"):
        return str(float(value))
    found = number(value)
    if found is None or math.isinf(found):
        raise Doubt(value)
    return found


def found(lake):
    rows = lake.query("SELECT name, labels, value, CAST(value AS varchar) AS shown FROM prometheus_samples")
    odd = {"NaN": "nan", "Infinity": "inf", "-Infinity": "-inf"}
    return [
        {"name": row["name"], "labels": row["labels"], "value": odd.get(row["shown"], row["value"])} for row in rows]
