"""CloudWatch metrics as CSV: what the console makes of a graph, and tables of points; answers with their requests."""

import csv
import io
import json
import re

import bills
from lab import Case, Doubt
from packings import PACKINGS, unpacked
from readings import each_page, listed, members, moment, number, shown_moment, text, time, whole
from metrics import exact
from texts import TEXT_POLLUTION
from json_pollution import polluted

NODE, OTHER = "i-0123456789abcdef0", "i-0fedcba9876543210"
HARMLESS = {"nothing", "bom", "crlf", "no final end", "blank lines at end"}
STATISTICS = {
    "average": "average", "maximum": "maximum", "minimum": "minimum", "sum": "sum", "samplecount": "sample_count"}
NAMES = [
    "account_id", "region", "namespace", "metric_name", "resource_id", "timestamp", "period_seconds", "sample_count",
    "sum", "average", "minimum", "maximum", "unit"]


class Sheet:
    kind = "graph"

    def __init__(self, header, rows, doubles, times, texts):
        self.header, self.rows, self.doubles, self.times, self.texts = header, rows, doubles, times, texts


def case(rng):
    return rng.choice([console, table, requested])(rng)


def sheet_case(rng, label, sheet, points):
    pollution = rng.choice(sorted(TEXT_POLLUTION)) if rng.random() < 0.85 else "nothing"
    packing = rng.choice(sorted(PACKINGS)) if pollution == "nothing" or rng.random() < 0.1 else "plain"
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([sheet.header, *sheet.rows])
    data = TEXT_POLLUTION[pollution](rng, out.getvalue().encode(), sheet)
    ending, pack = PACKINGS[packing]
    data = pack(rng, data)
    is_sound = pollution in HARMLESS and packing in ("plain", "gzip", "members", "zip", "padded")
    return Case(
        f"{label}, {pollution}, {packing}", {f"graph.csv{ending}": data}, "cloudwatch_metrics",
        lambda: once(points(sheet, data)), found, is_sound=is_sound)


def once(points):
    """Points of one thing and time are one row; two values for one statistic are in doubt."""
    rows = {}
    keys = [name for name in NAMES if name not in STATISTICS.values()]
    for point in filled(points, keys):
        row = rows.setdefault(tuple(point.get(name) for name in keys), dict.fromkeys(NAMES))
        for name, value in point.items():
            if value is not None and row[name] not in (None, value):
                raise Doubt(f"two values of {name}")
            row[name] = value if value is not None else row[name]
    return list(rows.values())


def filled(points, keys):
    """Points that leave open whose they are, or in what unit, are those of the one other that tells it."""
    for name in ("account_id", "region", "unit"):
        told = {}
        for point in points:
            if point.get(name) is not None:
                told.setdefault(rest(point, keys, name), set()).add(point[name])
        for point in points:
            others = told.get(rest(point, keys, name), set())
            if point.get(name) is None and len(others) > 1 and point.get("resource_id"):
                raise Doubt(f"{name} of several")
            if point.get(name) is None and others and point.get("resource_id"):
                point[name] = next(iter(others))
    return points


def rest(point, keys, name):
    return tuple(point.get(key) for key in keys if key != name)


def found(lake):
    rows = lake.query(f"SELECT {', '.join(NAMES)} FROM cloudwatch_metrics")
    return [{**row, "timestamp": shown_moment(row["timestamp"])} for row in rows]


# ---------------------------------------------------------------------------------------------
# The console's graphs


def console(rng):
    stats = rng.sample(["Average", "Maximum", "Minimum", "Sum"], 2)
    header = ["Full label", f"{NODE} CPUUtilization", f"{OTHER if rng.random() < 0.5 else NODE} CPUUtilization"]
    rows = [["Label", "CPUUtilization", "CPUUtilization"]] if rng.random() < 0.5 else []
    rows += [["Period", "300", "300"], ["Statistic", *stats], ["Region", "eu-west-1", "eu-west-1"]]
    rows += [
        [f"2026/05/01 00:{5 * n:02}:00", *(rng.choice(["12.5", "0", "1E-7", ""]) for _ in range(2))]
        for n in range(rng.randint(1, 4))]
    return sheet_case(rng, "console", Sheet(header, rows, header[1:], header[:1], header[1:]), graph)


def graph(sheet, data):
    header, *rows = bills.records(data)
    # Only quotes behind a blank are the marks of a name.
    header = [name.strip(" \t").strip("\ufeff").strip('"') for name in header]
    if len(header) < 2 or header[0].lower() != "full label" or any(len(row) != len(header) for row in rows):
        raise Doubt("no graph")
    details = [{} for _ in header[1:]]
    points = []
    for row in rows:
        first, *cells = row
        if not any(character.isnumeric() for character in first):
            if points or not first:
                raise Doubt(f"no time: {first}")
            for place, cell in enumerate(cells):
                if details[place].setdefault(first.lower(), cell) != cell:
                    raise Doubt(f"{first} twice")
            continue
        at = moment(first.replace("/", "-"))
        for place, cell in enumerate(cells):
            if cell != "":
                points.append((place, at, number(cell)))
    return [point_of(header[1 + place], details[place], at, value) for place, at, value in points]


def point_of(label, said, at, value):
    node = re.search(r"i-[0-9a-f]{17}", label + " " + said.get("label", ""))
    statistic = (said.get("statistic") or "Average").lower()
    if statistic not in STATISTICS:
        raise Doubt(statistic)
    period = said.get("period") or None
    name = re.sub(r"i-[0-9a-f]{17}", "", label).strip()
    return {
        "account_id": None, "region": said.get("region") or None, "namespace": namespace(name, node),
        "metric_name": name, "resource_id": node and node.group(0), "timestamp": at,
        "period_seconds": whole(period), STATISTICS[statistic]: value, "unit": said.get("unit") or None}


def namespace(name, node):
    return "AWS/EC2" if name == "CPUUtilization" or node and name.startswith("CPU") else None


# ---------------------------------------------------------------------------------------------
# Tables of points


def table(rng):
    header = ["timestamp", "instance_id", "metric_name", "average", "maximum", "unit", "account_id", "namespace", "period"]
    rows = [
        [
            f"2026-05-03T0{n}:00:00Z", rng.choice([NODE, OTHER]), "CPUUtilization", rng.choice(["12.5", "0", "3e-7"]),
            rng.choice(["77", "99.5", ""]), "Percent", "111122223333", "AWS/EC2", "300",
        ] for n in range(rng.randint(1, 5))]
    return sheet_case(
        rng, "table", Sheet(header, rows, ["average", "maximum"], ["timestamp"], ["instance_id", "unit"]), points)


def points(sheet, data):
    header, rows = bills.careful(sheet, data, unnamed="column")
    if "timestamp" not in header or not {"metric_name"} & set(header):
        raise Doubt("no metrics")
    result = []
    for row in rows:
        values = {STATISTICS[name]: number(row[name]) for name in ("average", "maximum") if name in row}
        if not values:
            raise Doubt("no values")
        at = moment(row["timestamp"])
        if at is None:
            raise Doubt("no time")
        period = number(row.get("period", ""))
        if period is not None and period != int(period):
            raise Doubt("period")
        if any(value is not None for value in values.values()):
            if not row["metric_name"]:
                raise Doubt("no name")
            result.append({
                "account_id": row.get("account_id") or None, "region": None, "namespace": row.get("namespace") or None,
                "metric_name": row["metric_name"], "resource_id": row.get("instance_id") or None, "timestamp": at,
                "period_seconds": period, **values, "unit": row.get("unit") or None})
    return result


# ---------------------------------------------------------------------------------------------
# Answers of GetMetricData that a script kept with the requests


def requested(rng):
    ids = ["m0", "m1"][:rng.randint(1, 2)]
    document = {
        "AccountId": "111122223333", "Region": "eu-west-1",
        "MetricDataQueries": [
            {"Id": one, "MetricStat": {
                "Metric": {
                    "Namespace": "AWS/EC2", "MetricName": "CPUUtilization",
                    "Dimensions": [{"Name": "InstanceId", "Value": [NODE, OTHER][n]}]},
                "Period": 300, "Stat": rng.choice(["Average", "Maximum"])}, "ReturnData": True}
            for n, one in enumerate(ids)],
        "MetricDataResults": [
            {
                "Id": one, "Label": "CPUUtilization", "StatusCode": "Complete",
                "Timestamps": [f"2026-05-03T00:0{n}:00+00:00" for n in range(3)],
                "Values": [rng.choice([1.5, 40, 0.1]) for _ in range(3)],
            } for one in ids]}
    label, data, ending, is_sound = polluted(rng, [document])
    return Case(
        f"requested, {label}", {f"cpu.json{ending}": data}, "cloudwatch_metrics", lambda: once(answered(data)), found,
        is_sound=is_sound)


def answered(data):
    result = []
    for one in each_page(unpacked(data)):
        queries = {}
        for query in listed(members(one).get("MetricDataQueries", [])):
            stat = members(members(query).get("MetricStat"))
            queries[text(query.get("Id"))] = stat
        for answer in listed(one.get("MetricDataResults")):
            result += series(one, members(answer), queries)
    return result


def series(one, answer, queries):
    stat = queries.get(text(answer.get("Id")))
    if stat is None:
        raise Doubt("no request")
    metric = members(stat.get("Metric"))
    dimensions = {text(d.get("Name")): text(d.get("Value")) for d in map(members, listed(metric.get("Dimensions")))}
    statistic = (text(stat.get("Stat")) or "").lower()
    times, values = listed(answer.get("Timestamps")), listed(answer.get("Values"))
    text(answer.get("Label"))
    text(answer.get("StatusCode"))
    if len(times) != len(values) or statistic not in STATISTICS or None in dimensions.values() or None in dimensions:
        raise Doubt("no series")
    account, region = one.get("AccountId"), one.get("Region")
    result = []
    for at, value in zip(times, values):
        if time(at) is None or not text(metric.get("MetricName")):
            raise Doubt("no time")
        result.append({
            "account_id": account if re.fullmatch(r"\d{12}", str(account), re.ASCII) else None,
            "region": region if re.fullmatch(r"[a-z]+-[a-z]+-\d", str(region), re.ASCII) else None,
            "namespace": text(metric.get("Namespace")), "metric_name": metric["MetricName"],
            "resource_id": dimensions.get("InstanceId") or (list(dimensions.values())[0] if len(dimensions) == 1 else None),
            "timestamp": time(at), "period_seconds": whole(stat.get("Period")), STATISTICS[statistic]: exact(value),
            "unit": None})
    return result
