"""Answers of AWS's services as JSON, made and read as the schema of their kind says: listings of EC2, RDS and
load balancers, snapshots of AWS Config, Compute Optimizer, Cost Optimization Hub, Trusted Advisor, Cost Explorer."""

import re

from json_pollution import polluted
from kinds import KINDS, flat_value, listing_value, shaped, value_at
from lab import Case, Doubt, Unknown
from packings import unpacked
from readings import each_page, listed, members, shown_moment

ACCOUNT, REGION = "111122223333", "eu-west-1"
LOADED = {
    name: kind for name, kind in KINDS.items()
    if kind.table and kind.recognise.get("json") and "rows" in kind.said}


# ---------------------------------------------------------------------------------------------
# Made


def case(rng):
    kind = LOADED[rng.choice(sorted(LOADED))]
    pages = [answer(rng, kind) for _ in range(rng.choice([1, 1, 2]))]
    label, data, ending, is_sound = polluted(rng, pages)
    # A list of answers of flat kinds is told from rows by its first element.
    return Case(
        f"{kind.name}, {label}", {f"{ACCOUNT}/{REGION}/2026-05-03/answer.json{ending}": data}, kind.table,
        lambda: rows(kind, data), lambda lake: found(kind, lake), is_sound=is_sound)


def answer(rng, kind):
    """A document with rows at one of the places where they may be."""
    places = rng.choice(kind.rows)
    if not places or places[0][0] not in kind.recognise["json"] and kind.rows[0]:
        places = kind.rows[0]
    page = {}
    for name in kind.recognise["json"][:1]:
        page.setdefault(name, [] if not places else None)
    page = {} if places else page
    holders = [[page]]
    for place, (name, form) in enumerate(places):
        below = []
        for chain in holders:
            if form == "[]":
                made = [{} for _ in range(rng.randint(1, 2))]
                chain[-1][name] = made
                below += [chain + [one] for one in made]
            elif form == "{}":
                keys = rng.sample(["UnblendedCost", "UsageQuantity", "AmortizedCost"], rng.randint(1, 2))
                chain[-1][name] = {key: {} for key in keys}
                below += [chain + [{"$key": key, "$value": chain[-1][name][key]}] for key in keys]
            else:
                chain[-1][name] = {}
                below.append(chain + [chain[-1][name]])
        holders = below
    for number, chain in enumerate(holders):
        fill(rng, kind, chain, number)
    return page


def fill(rng, kind, chain, number):
    for column in kind.columns:
        if not column.paths or column.name == "snapshot_date" or column.shape.startswith("tag:"):
            continue
        if not column.required and rng.random() < 0.25:
            continue
        usable = [where for where in column.paths if where[0] < len(chain) and where[1][:4] not in ("$key", "$row")]
        if not usable:
            continue
        levels, _, down = usable[0]
        put(rng, chain[len(chain) - 1 - levels], down, lambda: made(rng, kind, column, down, number))


def put(rng, holder, down, value):
    """Sets what is not there yet, with what holds it."""
    for place, step in enumerate(down):
        last = place == len(down) - 1
        following = None if last else down[place + 1]
        if isinstance(step, str):
            if last:
                holder.setdefault(step, value())
                return
            holder = holder.setdefault(step, {} if isinstance(following, str) else [])
        elif isinstance(step, int):
            if step > len(holder):
                return
            if step == len(holder):
                holder.append(value() if last else {} if isinstance(following, str) else [])
            holder = holder[step]
        else:
            fitting = [one for one in holder if all(one.get(k) == v for k, v in step.items())]
            if not fitting:
                holder.append(dict(step))
            holder = fitting[0] if fitting else holder[-1]
        if not isinstance(holder, (dict, list)):
            return


WORDS = ["web", "größe", "a, b", "gp3", "x\"y", "日本", "0012", "NULL", "1e5", "None"]


def made(rng, kind, column, down, number):
    name = down[-1] if isinstance(down[-1], str) else str(down[-2])
    if column.shape.startswith("has:"):
        return rng.sample(["CPUOverprovisioned", "MemoryUnderprovisioned", "Hypervisor", "Inconclusive"], 2)
    if column.shape == "joined":
        return rng.choice([["A", "b c"], [], ["ä"]])
    if column.shape == "count":
        return [{"x": n} for n in range(rng.randint(0, 2))]
    if column.shape == "lowbyte":
        return rng.choice([16, 272, 80])
    if column.shape == "parenthesised" or name == "StateTransitionReason":
        return rng.choice(["", "User initiated (2024-02-08 17:03:16 GMT)"])
    while True:
        value = plain(rng, column.type, name, number)
        if value != "" or not column.required:
            return value


def plain(rng, wanted, name, number):
    kind, *inner = wanted
    if kind == "varchar":
        if re.search(r"arn$", name, re.I):
            return f"arn:aws:rds:{REGION}:{ACCOUNT}:thing/{name}{number}"
        if re.search(r"zone", name, re.I):
            return "eu-west-1a"
        if re.search(r"region|bordergroup", name, re.I):
            return REGION
        if re.search(r"account|owner", name, re.I) and "alias" not in name.lower():
            return ACCOUNT
        return rng.choice(WORDS) + str(number) if rng.random() < 0.9 else ""
    if kind == "map":
        if rng.random() < 0.3:
            return {}
        return rng.choice([[{"Key": "Name", "Value": "n"}, {"Key": "k", "Value": "ü, \""}], {"k": "v", "ö": ""}])
    if kind == "array":
        return [plain(rng, inner[0], name, n) for n in range(rng.randint(0, 3))]
    if kind == "row":
        return {field: plain(rng, type_, field, number) for field, type_ in inner if rng.random() < 0.8}
    return {
        "double": lambda: rng.choice([0, 12.5, 1e-7, "12.5", 39.710000000000001, 123456789.01]),
        "bigint": lambda: rng.choice([0, 8, 1 << 40]), "integer": lambda: rng.choice([0, 14]),
        "boolean": lambda: rng.random() < 0.5,
        "timestamp": lambda: rng.choice(["2026-05-03T08:00:00+00:00", "2026-05-03T08:00:00.125Z", 1777766400.5]),
        "date": lambda: "2026-05-03",
    }[kind]()


# ---------------------------------------------------------------------------------------------
# Read


def rows(kind, data):
    result, is_first = [], True
    for page in each_page(unpacked(data)):
        if members(page).keys() & {"Error", "error", "__type"}:
            raise Doubt("an error")
        if not page.keys() & set(kind.recognise["json"]):
            known = [set(one) for one in kind.recognise.get("members", [])]
            if not any(one <= page.keys() for one in known):
                raise Unknown("not of this kind") if is_first else Doubt("not of this kind")
        is_first = False
        result += [row(kind, chain) for chain in chains(kind, page)]
    return result


def chains(kind, page):
    if not kind.rows[0]:
        return [[page]]
    present = [places for places in kind.rows if page.get(places[0][0]) is not None or places[0][0] in page]
    if not present:
        # A part of a listing: an element of one of its lists, or the entry itself.
        for level, (name, _) in enumerate(kind.rows[0][1:], 1):
            if not kind.is_flat and name in page:
                return below([page], kind.rows[0][level:], False)
        if kind.is_flat:
            raise Doubt("no rows")
        return [[page]]
    return [chain for places in present for chain in below([page], places, False)]


def below(chain, places, may_lack):
    if not places:
        return [chain]
    name, form = places[0]
    one = members(chain[-1]).get(name)
    if one is None and may_lack:
        return []
    if form == "[]":
        return [found for each in listed(one) for found in below(chain + [each], places[1:], True)]
    if form == "{}":
        pairs = [{"$key": key, "$value": value} for key, value in members(one).items()]
        return [found for each in pairs for found in below(chain + [each], places[1:], may_lack)]
    return below(chain + [members(one)], places[1:], may_lack)


def row(kind, chain):
    members(chain[-1])
    result = {}
    for column in kind.columns:
        if column.name == "snapshot_date" or column.shape == "snapshot":
            continue
        value = value_at(column, chain)
        if kind.is_flat:
            value = flat_value(kind, column.type, shaped(column, value, True))
        else:
            value = shaped(column, value, False)
            if column.required and column.type == ["varchar"] and value is not None and type(value) is not str:
                raise Doubt("no text")
            value = time_or_none(value) if column.shape == "parenthesised" else listing_value(kind, column.type, value)
            if value is None and column.type[0] == "map":
                value = {}
            if value is None and column.shape == "count":
                value = 0
            if value is None and column.name in kind.said.get("scope", []):
                value = REGION if column.name.endswith("region") else ACCOUNT
        if column.required and value is None:
            raise Doubt(f"no {column.name}")
        result[column.name] = value
    return result


def time_or_none(text):
    try:
        return listing_value(None, ["timestamp"], text)
    except Doubt:
        return None


def found(kind, lake):
    columns = [c for c in kind.columns if c.name != "snapshot_date" and c.shape != "snapshot"]
    names = ", ".join(f'"{column.name}"' for column in columns)
    return [
        {column.name: shown(column.type, one[column.name]) for column in columns}
        for one in lake.query(f"SELECT {names} FROM {kind.table}")]


def shown(wanted, value):
    name, *inner = wanted
    if value is None:
        return None
    if name in ("timestamp", "date"):
        return shown_moment(value)
    if name == "array":
        return [shown(inner[0], one) for one in value]
    if name == "row":
        return {field: shown(type_, value[field]) for field, type_ in inner}
    return value
