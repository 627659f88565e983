"""What the AWS CLI lists, and snapshots of AWS Config: single JSON documents."""

from json_pollution import polluted
from lab import Case, Doubt, Unknown
from packings import unpacked
from readings import (
    any_text, boolean, each_page, listed, mapping, members, shown_moment, text, time, whole)

ACCOUNT, REGION = "111122223333", "eu-west-1"


def tags(rng):
    return rng.choice([[], [{"Key": "Name", "Value": "a"}], [{"Key": "k", "Value": "ö, 1"}, {"Key": "x", "Value": ""}]])


def volumes(rng):
    return {"Volumes": [
        {
            "VolumeId": f"vol-0{n}23456789abcdef0", "Size": rng.choice([8, 100]), "AvailabilityZone": "eu-west-1a",
            "State": rng.choice(["in-use", "available"]), "CreateTime": "2026-04-0%dT08:00:00+00:00" % (n + 1),
            "Encrypted": rng.random() < 0.5, "Iops": 3000, "VolumeType": "gp3", "SnapshotId": "", "Tags": tags(rng),
            "Attachments": rng.choice([[], [{
                "InstanceId": "i-0123456789abcdef0", "Device": "/dev/xvda", "State": "attached",
                "AttachTime": "2026-04-09T08:00:00.000Z", "DeleteOnTermination": True}]]),
        } for n in range(rng.randint(1, 4))]}


def volume(entry):
    attachments = listed(entry.get("Attachments") if entry.get("Attachments") is not None else [])
    first = members(attachments[0]) if attachments else {}
    return {
        "volume_id": required(entry, "VolumeId"), "size_gib": whole(entry.get("Size")),
        "state": any_text(entry.get("State")), "create_time": time(entry.get("CreateTime")),
        "encrypted": boolean(entry.get("Encrypted")), "iops": whole(entry.get("Iops")),
        "snapshot_id": text(entry.get("SnapshotId")) or None, "tags": mapping(entry.get("Tags")),
        "name": mapping(entry.get("Tags")).get("Name"), "instance_id": any_text(first.get("InstanceId")),
        "attachments": [attachment(members(one)) for one in attachments],
    }


def attachment(entry):
    entry = {name.lower(): value for name, value in entry.items()}
    return {
        "instanceid": any_text(entry.get("instanceid")), "device": any_text(entry.get("device")),
        "state": any_text(entry.get("state")), "attachtime": time(entry.get("attachtime")),
        "deleteontermination": boolean(entry.get("deleteontermination")),
    }


def addresses(rng):
    return {"Addresses": [
        {
            "PublicIp": f"203.0.113.{n}", "AllocationId": f"eipalloc-{n}", "Domain": "vpc",
            "NetworkBorderGroup": "eu-west-1", "Tags": tags(rng),
            **rng.choice([{}, {"AssociationId": "eipassoc-1", "InstanceId": "i-0123456789abcdef0",
                               "NetworkInterfaceOwnerId": ACCOUNT}]),
        } for n in range(rng.randint(1, 4))]}


def address(entry):
    return {
        "public_ip": required(entry, "PublicIp"), "allocation_id": any_text(entry.get("AllocationId")),
        "domain": any_text(entry.get("Domain")), "association_id": any_text(entry.get("AssociationId")),
        "instance_id": text(entry.get("InstanceId")) or None, "tags": mapping(entry.get("Tags")),
    }


def instances(rng):
    return {"Reservations": [
        {"OwnerId": ACCOUNT, "ReservationId": f"r-{r}", "Instances": [
            {
                "InstanceId": f"i-0{r}{n}3456789abcdef0", "InstanceType": "t3.micro", "Tags": tags(rng),
                "LaunchTime": "2026-04-01T08:00:00+00:00", "State": {"Code": 16, "Name": "running"},
                "Placement": {"AvailabilityZone": "eu-west-1a", "Tenancy": "default"},
                "EbsOptimized": False, "PrivateIpAddress": "10.0.0.1",
            } for n in range(rng.randint(0, 2))]}
        for r in range(rng.randint(1, 3))]}


def instance(entry):
    state = entry.get("State")
    return {
        "instance_id": required(entry, "InstanceId"), "instance_type": any_text(entry.get("InstanceType")),
        "launch_time": time(entry.get("LaunchTime")), "tags": mapping(entry.get("Tags")),
        "state": any_text(members(state).get("Name")) if state is not None else None,
        "private_ip_address": any_text(entry.get("PrivateIpAddress")),
    }


def required(entry, name):
    if text(entry.get(name)):
        return entry[name]
    raise Doubt(f"no {name}")


KINDS = {
    "volumes": (volumes, ["Volumes"], volume, "ec2_volumes", {"VolumeId", "Size", "AvailabilityZone"}),
    "addresses": (addresses, ["Addresses"], address, "ec2_addresses", {"PublicIp", "Domain"}),
    "instances": (instances, ["Reservations", "Instances"], instance, "ec2_instances", {"InstanceId", "InstanceType"}),
}


def case(rng):
    kind = rng.choice(sorted(KINDS))
    made, steps, read, table, _ = KINDS[kind]
    pages = [made(rng) for _ in range(rng.choice([1, 1, 2]))]
    label, data, ending, is_sound = polluted(rng, pages)
    name = f"{ACCOUNT}/{REGION}/{kind}.json{ending}"
    return Case(
        f"{kind}, {label}", {name: data}, table, lambda: rows(kind, data), lambda lake: found(kind, lake),
        is_sound=is_sound)


def rows(kind, data):
    _, steps, read, _, own = KINDS[kind]
    result = []
    for page in each_page(unpacked(data)):
        if members(page).keys() & {"Error", "error", "__type"}:
            raise Doubt("an error")
        if any(step in page for step in steps):
            entries = below(page, steps[steps.index(next(step for step in steps if step in page)):])
        elif own <= page.keys():
            entries = [page]
        else:
            raise Unknown("not a listing of this kind")
        result += [read(members(entry)) for entry in entries]
    return result


def below(page, steps):
    if not steps:
        return [page]
    found = members(page).get(steps[0])
    # What a reservation lacks is nothing; the answer itself has to be whole.
    if found is None and len(steps) < 2 and "Reservations" not in page and "Volumes" not in page and "Addresses" not in page:
        return []
    return [row for entry in listed(found) for row in below(entry, steps[1:])]


def found(kind, lake):
    read, table = KINDS[kind][2], KINDS[kind][3]
    names = list(read(SAMPLE[kind]))
    result = []
    for row in lake.query(f"SELECT {', '.join(names)} FROM {table}"):
        for name in ("create_time", "launch_time"):
            if name in row:
                row[name] = shown_moment(row[name])
        row["tags"] = row["tags"] or {}
        for one in row.get("attachments") or []:
            one["attachtime"] = shown_moment(one["attachtime"])
        result.append(row)
    return result


SAMPLE = {
    "volumes": {"VolumeId": "v"}, "addresses": {"PublicIp": "p"}, "instances": {"InstanceId": "i"},
}
