"""Ways to pack a file, sound and damaged, and how they are unpacked again."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
import zlib

from lab import Doubt
from texts import at


def packed(data, **more):
    return gzip.compress(data, mtime=0, **more)


def corrupted(place):
    def apply(rng, data):
        whole = bytearray(packed(data))
        spot = place(rng, whole)
        whole[spot] ^= 1 << rng.randrange(8)
        return bytes(whole)
    return apply


def zipped(names, data, **more):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, **more) as archive:
        for name in names:
            archive.writestr(name, data)
    return out.getvalue()


def split_members(rng, data):
    place = at(rng, data)
    return packed(data[:place]) + packed(data[place:])


def zip_damaged(rng, data):
    whole = bytearray(zipped(["a.csv"], data))
    for _ in range(rng.randint(1, 3)):
        whole[rng.randrange(len(whole))] = rng.randrange(256)
    return bytes(whole)


def zip_encrypted(rng, data):
    whole = bytearray(zipped(["a.csv"], data))
    whole[6] |= 1
    whole[whole.rindex(b"PK\1\2") + 8] |= 1
    return bytes(whole)


def in_tar(rng, data):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=rng.choice(["w", "w:gz"])) as archive:
        entry = tarfile.TarInfo("a.csv")
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))
    return out.getvalue()


# What packings that reports do not come in begin with.
OTHERS = (b"BZh", b"\xfd7zXZ\0", b"7z\xbc\xaf\x27\x1c", b"(\xb5/\xfd")


# By name: what is put behind the name of a file, and what makes it of the bytes.
PACKINGS = {
    "plain": ("", lambda rng, data: data),
    "gzip": (".gz", lambda rng, data: packed(data)),
    "gzip as csv": ("", lambda rng, data: packed(data)),
    "plain as gzip": (".gz", lambda rng, data: data),
    "members": (".gz", split_members),
    "empty member": (".gz", lambda rng, data: packed(b"") + packed(data) + packed(b"")),
    "padded": (".gz", lambda rng, data: packed(data) + b"\0" * rng.randint(1, 2000)),
    "garbage": (".gz", lambda rng, data: packed(data) + rng.choice([b"garbage", b"\0\0x", data])),
    "cut": (".gz", lambda rng, data: packed(data)[:rng.randrange(len(packed(data)))]),
    "bad checksum": (".gz", corrupted(lambda rng, whole: len(whole) - 8 + rng.randrange(4))),
    "bad length": (".gz", corrupted(lambda rng, whole: len(whole) - 4 + rng.randrange(4))),
    "flipped": (".gz", corrupted(lambda rng, whole: rng.randrange(len(whole)))),
    "twice": (".gz", lambda rng, data: packed(packed(data))),
    "zlib": (".gz", lambda rng, data: zlib.compress(data)),
    "named": (".gz", lambda rng, data: packed(data)[:3] + b"\x08" + packed(data)[4:10] + b"../../etc/passwd\0" + packed(data)[10:]),
    "zip": (".zip", lambda rng, data: zipped(["a.csv"], data)),
    "zip in folder": (".zip", lambda rng, data: zipped(["folder/a.csv"], data)),
    "zip climbs": (".zip", lambda rng, data: zipped(["../../a.csv"], data)),
    "zip absolute": (".zip", lambda rng, data: zipped(["/etc/a.csv"], data)),
    "zip of two": (".zip", lambda rng, data: zipped(["a.csv", "b.csv"], data)),
    "zip of none": (".zip", lambda rng, data: zipped([], data)),
    "zip damaged": (".zip", zip_damaged),
    "zip encrypted": (".zip", zip_encrypted),
    "zip cut": (".zip", lambda rng, data: zipped(["a.csv"], data)[:-rng.randint(1, 60)]),
    "zip of gzip": (".zip", lambda rng, data: zipped(["a.csv"], packed(data))),
    "bzip2": ("", lambda rng, data: bz2.compress(data)),
    "xz": ("", lambda rng, data: lzma.compress(data)),
    "7-zip": ("", lambda rng, data: OTHERS[2] + packed(data)),
    "zstandard": ("", lambda rng, data: OTHERS[3] + packed(data)),
    "tar": ("", in_tar),
    "bomb": (".gz", lambda rng, data: packed(data) + packed(b"\0" * (64 << 20))),
}


def unpacked(data):
    for _ in range(2):
        if data[:2] == b"\x1f\x8b":
            try:
                data = gzip.decompress(data)
            except Exception as error:
                raise Doubt(str(error))
        elif data[:2] == b"PK":
            try:
                with zipfile.ZipFile(io.BytesIO(data)) as archive:
                    names = [name for name in archive.namelist() if not name.endswith("/")]
                    if len(names) != 1 or names[0].startswith("/") or ".." in names[0].split("/"):
                        raise Doubt("names")
                    data = archive.read(names[0])
            except Doubt:
                raise
            except Exception as error:
                raise Doubt(str(error))
        else:
            break
    if data.startswith(OTHERS) or data[257:262] == b"ustar":
        raise Doubt("another packing")
    return data
