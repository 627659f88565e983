"""Inventory that Systems Manager's resource data sync writes: JSON lines, a file per node and type."""

from json_pollution import polluted
from lab import Case, Doubt
from packings import unpacked
from readings import any_text, documents, members, text

NODE = "i-0123456789abcdef0"
PLACE = {"accountid": "111122223333", "region": "eu-west-1", "resourcetype": "ManagedInstanceInventory"}


def application(rng, n):
    return {
        "Name": rng.choice(["bash", "zlib", "größe"]) + str(n), "Version": "1.2.3-4", "ApplicationType": "System",
        "Publisher": rng.choice(["", "ACME, Inc."]), "Architecture": "x86_64", "resourceId": NODE,
        "captureTime": "2026-05-03T12:00:00Z", "schemaVersion": "1.1",
    }


def information(rng, n):
    return {
        "AgentType": "amazon-ssm-agent", "AgentVersion": "3.1", "ComputerName": f"host{n}", "InstanceId": NODE,
        "IpAddress": "10.0.0.1", "PlatformName": "Ubuntu", "PlatformType": "Linux", "PlatformVersion": "22.04",
        "ResourceType": "EC2Instance", "InstanceStatus": "Active", "resourceId": NODE,
        "captureTime": "2026-05-03T12:00:00Z", "schemaVersion": "1.0",
    }


def custom(rng, n):
    return {
        "Rack": f"r{n}", "Weight": "12", "resourceId": NODE, "captureTime": "2026-05-03T12:00:00Z",
        "schemaVersion": "1.0",
    }


TYPES = {
    "AWS:Application": (application, "aws_application", 4), "Custom:Rack": (custom, "custom_rack", 3),
    "AWS:InstanceInformation": (information, "aws_instanceinformation", 1),
}


def case(rng):
    kind = rng.choice(sorted(TYPES))
    entry, table, most = TYPES[kind]
    label, data, ending, is_sound = polluted(rng, [entry(rng, n) for n in range(rng.randint(1, most))])
    place = "/".join(f"{name}={value}" for name, value in PLACE.items())
    name = f"{kind}/{place}/{NODE}.json{ending}"
    return Case(
        f"{kind}, {label}", {name: data}, table, lambda: rows(data), lambda lake: found(table, lake),
        is_sound=is_sound)


def rows(data):
    result = []
    read = documents(unpacked(data))
    if not read:
        raise Doubt("nothing")
    for document in read:
        for entry in document if isinstance(document, list) else [document]:
            result.append(row(members(entry)))
    return result


def row(entry):
    result = {}
    for name, value in entry.items():
        if not name or any(ord(character) < 0x20 or character == "\x7f" for character in name):
            raise Doubt("a name that is none")
        name = name.lower()
        name = f"instance_{name}" if name in (*PLACE, "snapshot_date") else name
        value = any_text(value)
        if result.setdefault(name, value) != value:
            raise Doubt("two values in one column")
        if name == "resourceid" and not text(entry.get("resourceId", value)):
            raise Doubt("no resource")
    result = {name: value for name, value in result.items() if value is not None}
    return {**{"resourceid": NODE}, **result, **PLACE}


def found(table, lake):
    rows = lake.query(f"SELECT * FROM {table}")
    return [
        {name: value for name, value in row.items() if value is not None and name != "snapshot_date"}
        for row in rows]
