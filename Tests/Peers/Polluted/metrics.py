"""CloudWatch metrics: lines of a metric stream, answers of GetMetricData and of GetMetricStatistics."""

from json_pollution import polluted
from lab import Case, Doubt, Unknown
from packings import unpacked
from readings import Number, each_page, listed, members, number, shown_moment, text, time

NODE = "i-0123456789abcdef0"


def stream(rng):
    return [
        {
            "metric_stream_name": "ms", "account_id": "123456789012", "region": "us-east-1",
            "namespace": "AWS/EC2", "metric_name": "CPUUtilization", "dimensions": {"InstanceId": NODE},
            "timestamp": 1777766400000 + 60_000 * n,
            "value": {"count": 4, "sum": rng.choice([100, 12.5, 0]), "max": 40, "min": rng.choice([0, 1e-7])},
            "unit": "Percent",
        } for n in range(rng.randint(1, 4))]


def data(rng):
    return [
        {"MetricDataResults": [
            {
                "Id": "cpu", "Label": f"{NODE} CPUUtilization",
                "Timestamps": ["2026-05-03T00:0%d:00+00:00" % n for n in range(3)][::-1],
                "Values": [rng.choice([1.5, 40, 0.1]) for _ in range(3)], "StatusCode": "Complete",
            }], "Messages": []}]


def statistics(rng):
    return [
        {"Label": "CPUUtilization", "Datapoints": [
            {
                "Timestamp": "2026-05-03T0%d:00:00Z" % n, "Average": rng.choice([1.5, 40, 0.1]), "Maximum": 77,
                "Unit": "Percent", **rng.choice([{}, {"ExtendedStatistics": {"p99": 76.5}}]),
            } for n in rng.sample(range(9), rng.randint(1, 4))]}]


SHAPES = {"stream": stream, "data": data, "statistics": statistics}
NAMES = ["unit", "metric_name", "resource_id", "timestamp", "sample_count", "sum", "average", "minimum", "maximum"]


def case(rng):
    shape = rng.choice(sorted(SHAPES))
    label, packed, ending, is_sound = polluted(rng, SHAPES[shape](rng))
    name = f"{NODE}.json{ending}"
    return Case(
        f"{shape}, {label}", {name: packed}, "cloudwatch_metrics", lambda: points(packed), found, is_sound=is_sound)


def point(name, at, resource, **values):
    if at is None:
        raise Doubt("no time")
    return {**dict.fromkeys(NAMES), "metric_name": name, "timestamp": at, "resource_id": resource, **values}


def points(packed):
    result = []
    for one in each_page(unpacked(packed)):
        if "metric_stream_name" in members(one):
            result.append(streamed(one))
        elif "MetricDataResults" in one:
            for answer in listed(one["MetricDataResults"]):
                result += series(members(answer))
        elif "Datapoints" in one:
            result += [measured(one, members(entry)) for entry in listed(one["Datapoints"])]
        elif one.keys() & {"Error", "error", "__type"}:
            raise Doubt("an error")
        else:
            raise Unknown("no metrics")
    return merged(result)


def merged(result):
    """Points that are there several times count once; where they differ, one cannot tell."""
    units = {}
    for one in result:
        units.setdefault(thing(one), set()).add(one["unit"])
    known = {}
    for one in result:
        others = units[thing(one)] - {None}
        if one["unit"] is None and others:
            if len(others) > 1:
                raise Several()
            one["unit"] = next(iter(others))
        key = (*thing(one), one["unit"])
        if known.setdefault(key, one) != one:
            raise Several()
    return list(known.values())


def thing(one):
    return one["metric_name"], one["timestamp"], one["resource_id"]


class Several(Doubt):
    pass


def exact(value):
    if isinstance(value, Number):
        return number(str(value))
    raise Doubt(f"no number: {value!r}"[:80])


def streamed(one):
    if not text(one.get("metric_name")):
        raise Doubt("no name")
    for name in ("account_id", "region", "namespace", "unit"):
        text(one.get(name))
    dimensions = members(one.get("dimensions") or {})
    if any(text(value) is None for value in dimensions.values()):
        raise Doubt("no dimension")
    at = one.get("timestamp")
    if not isinstance(at, Number) or exact(at) != int(exact(at)) or exact(at) < 1136073600000:
        raise Doubt("no time in milliseconds")
    values = {name: exact(value) for name, value in members(one.get("value")).items()}
    if not values:
        raise Doubt("no value")
    names = {"count": "sample_count", "sum": "sum", "max": "maximum", "min": "minimum"}
    found = {names[name.lower()]: value for name, value in values.items() if name.lower() in names}
    if "sum" in found and found.get("sample_count", 0) > 0:
        found["average"] = found["sum"] / found["sample_count"]
    resource = dimensions.get("InstanceId") or (list(dimensions.values())[0] if len(dimensions) == 1 else None)
    return point(one["metric_name"], time(Number(int(exact(at)))), resource, unit=one.get("unit"), **found)


def series(answer):
    times, values = listed(answer.get("Timestamps")), listed(answer.get("Values"))
    if len(times) != len(values):
        raise Doubt("times and values")
    for name in ("Id", "Label", "StatusCode"):
        text(answer.get(name))
    label = answer.get("Label", answer.get("Id")) or ""
    name = label.replace(NODE, "").strip()
    return [point(name, time(at), NODE, average=exact(value)) for at, value in zip(times, values)]


def measured(answer, entry):
    names = {
        "SampleCount": "sample_count", "Sum": "sum", "Average": "average", "Minimum": "minimum", "Maximum": "maximum"}
    values = {names[name]: exact(entry[name]) for name in names if entry.get(name) is not None}
    extended = members(entry.get("ExtendedStatistics") or {})
    [exact(value) for value in extended.values()]
    text(entry.get("Unit"))
    if not text(answer.get("Label")) or not (values or extended):
        raise Doubt("no statistic")
    return point(answer["Label"], time(entry.get("Timestamp")), NODE, unit=entry.get("Unit"), **values)


def found(lake):
    rows = lake.query(f"SELECT {', '.join(NAMES)} FROM cloudwatch_metrics")
    return [{**row, "timestamp": shown_moment(row["timestamp"])} for row in rows]
