"""How a careful person reads numbers, times and JSON: in one way, or not at all."""

import datetime
import decimal
import json
import re

from lab import Doubt


def number(text, is_cost=True):
    """A number as text; a word stands for no value where the bill does not stand or fall with it."""
    if text == "":
        return None
    if text.isascii() and text.isalpha() and text.lower() not in ("nan", "inf", "infinity") and not is_cost:
        return None
    if not text.isascii() or text.strip() != text or "_" in text:
        raise Doubt(text)
    try:
        value = decimal.Decimal(text)
    except decimal.InvalidOperation:
        raise Doubt(text)
    if not value.is_finite() or float(value) in (float("inf"), float("-inf")):
        raise Doubt(text)
    return float(value)


def moment(text):
    if text == "":
        return None
    if not text.isascii() or text.strip() != text:
        raise Doubt(text)
    try:
        value = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise Doubt(text)
    if value.tzinfo is None:
        value = value.replace(tzinfo=datetime.timezone.utc)
    return value.astimezone(datetime.timezone.utc).replace(tzinfo=None)


def shown_moment(text):
    """A time as Kakeibo writes it."""
    return None if text is None else datetime.datetime.fromisoformat(text.replace("Z", ""))


# ---------------------------------------------------------------------------------------------
# JSON by RFC 8259


class Number(str):
    """A number as it is written."""

    def __repr__(self):
        return str(self)


def pairs(members):
    found = dict(members)
    if len(found) != len(members):
        raise Doubt("a name twice")
    return found


def no_constant(word):
    raise Doubt(word)


DECODER = json.JSONDecoder(
    object_pairs_hook=pairs, parse_int=Number, parse_float=Number, parse_constant=no_constant)


def each_page(data):
    """The documents of a file, those of lists one by one; a file without any is no answer."""
    rest = documents(data)
    if not rest:
        raise Doubt("nothing")
    while rest:
        page = rest.pop(0)
        if isinstance(page, list):
            rest = page + rest
        else:
            yield page


def documents(data):
    """The documents of a file, one after the other."""
    while data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Doubt(str(error))
    found, place = [], 0
    while True:
        while place < len(text) and text[place] in " \t\r\n":
            place += 1
        if place == len(text):
            return found
        try:
            document, place = DECODER.raw_decode(text, place)
        except (ValueError, RecursionError) as error:
            raise Doubt(str(error))
        check_characters(document)
        found.append(document)


def check_characters(value, depth=0):
    if depth > 500:
        raise Doubt("deep")
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise Doubt("half a character")
    elif isinstance(value, dict):
        for name, member in value.items():
            check_characters(name)
            check_characters(member, depth + 1)
    elif isinstance(value, list):
        for element in value:
            check_characters(element, depth + 1)


def compact(value):
    """JSON on one line, numbers as they were written."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{compact(str(k))}:{compact(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(compact, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def text(value):
    """What is text; None for null and nothing."""
    if value is None:
        return None
    if isinstance(value, str) and not isinstance(value, Number):
        return value
    raise Doubt(f"no text: {value!r}"[:80])


def any_text(value):
    """Text as it is, anything else as its JSON."""
    if value is None:
        return None
    return value if isinstance(value, str) and not isinstance(value, Number) else compact(value)


def whole(value):
    if value is None or value == "":
        return None
    if isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]+", value) and abs(int(value)) < 1 << 63:
        return int(value)
    if isinstance(value, Number) and abs(float(value)) < 1 << 53 and float(value) == int(float(value)):
        return int(float(value))
    raise Doubt(f"no whole number: {value!r}"[:80])


def double(value):
    if value is None or value == "":
        return None
    if isinstance(value, str):
        found = number(str(value))
        if found is not None:
            return found
    raise Doubt(f"no number: {value!r}"[:80])


def boolean(value):
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    raise Doubt(f"no boolean: {value!r}"[:80])


def time(value):
    """ISO text, or seconds or milliseconds since 1970."""
    if value is None or value == "" or value == {}:
        return None
    if isinstance(value, Number):
        seconds = float(value)
        if abs(seconds) >= 1e11:
            seconds /= 1000 if abs(seconds) < 1e14 else 1e6
        try:
            return datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=round(seconds * 1e6))
        except (OverflowError, ValueError):
            raise Doubt(value)
    if isinstance(value, str):
        return moment(value)
    raise Doubt(f"no time: {value!r}"[:80])


def mapping(value):
    """Tags: an object, or a list of keys and values."""
    if value is None or value == "":
        return {}
    if isinstance(value, dict):
        return {key: any_text(member) for key, member in value.items()}
    if isinstance(value, list):
        found = {}
        for item in value:
            item = members(item)
            name = text(item.get("Key", item.get("key")))
            one = any_text(item.get("Value", item.get("value")))
            if name is None or found.setdefault(name, one) != one:
                raise Doubt(f"no tag: {item!r}"[:80])
        return found
    raise Doubt(f"no tags: {value!r}"[:80])


def listed(value, name="list"):
    if isinstance(value, list):
        return value
    raise Doubt(f"{name} is no list")


def members(value):
    if isinstance(value, dict):
        return value
    raise Doubt("no object")
