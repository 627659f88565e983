"""Writes the files beside it: what the programs zstd and lz4 and pyarrow make of bytes that the tests
know how to make, too.

python3 generate.py, with zstd 1.5, lz4 1.9 and pyarrow 26. SEED-COUNT.KIND holds `sample(SEED, COUNT)`.
"""
import os
import subprocess
import pyarrow as pa

here = os.path.dirname(os.path.abspath(__file__))


class Random:
    def __init__(self, seed):
        self.state = seed

    def next(self, limit):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % limit


def sample(seed, count):
    """Bytes with repeats of all distances, of few or many letters of uneven frequency."""
    random = Random(seed)
    result = bytearray()
    alphabet = 1 + random.next(256)
    while len(result) < count:
        if not result or random.next(3) == 0:
            for _ in range(random.next(40) + 1):
                result.append(random.next(1 + random.next(alphabet)))
        else:
            far = 12 if random.next(2) == 0 else 70_000
            distance = 1 + random.next(min(len(result), far))
            for _ in range(random.next(300) + 1):
                result.append(result[-distance])
    return bytes(result[:count])


def write(seed, count, kind, compressed):
    with open(os.path.join(here, "%d-%d.%s" % (seed, count, kind)), "wb") as file:
        file.write(compressed)


def run(seed, count, kind, *command):
    out = subprocess.run(command, input=sample(seed, count), capture_output=True, check=True).stdout
    write(seed, count, kind, out)


if __name__ == "__main__":
    sizes = [0, 1, 7, 300, 4000, 20_000, 150_000]
    for seed, count in enumerate(sizes):
        for level in [1, 19]:
            run(seed, count, "level%d.zst" % level, "zstd", "-%d" % level, "--check")
        run(seed, count, "streamed.zst", "zstd", "--no-check", "--fast=1")
        run(seed, count, "lz4", "lz4", "-BD", "-B4", "-BX", "--content-size")
        run(seed, count, "plain.lz4", "lz4", "-9", "--no-frame-crc")
        write(seed, count, "lz4raw", pa.compress(sample(seed, count), codec="lz4_raw", asbytes=True))
