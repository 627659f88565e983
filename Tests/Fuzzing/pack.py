"""Packs the smaller cases of a fuzzer's corpus into one file that the tests replay.

python3 pack.py TARGET FOLDER, where FOLDER was made by libFuzzer's -merge=1. Cases that were found to
break something go by themselves, with a name that says what it was, into Corpora/TARGET/.
"""
import os
import sys

target, folder = sys.argv[1:]
here = os.path.dirname(os.path.abspath(__file__))
cases = sorted((open(os.path.join(folder, name), "rb").read() for name in os.listdir(folder)),
               key=lambda case: (len(case), case))
packed = b""
for case in cases:
    if len(case) >= 1 << 16 or len(packed) + len(case) > 50_000:
        break
    packed += len(case).to_bytes(2, "big") + case
with open(os.path.join(here, "Corpora", target + ".cases"), "wb") as file:
    file.write(packed)
