#!/usr/bin/env python3
"""The ventricles of meshes/biventricle_crt with the fibres of the program that made their activation and ECG, as CARP files.

usage: scripts/published_fibres.py FOLDER

Fibres of tetrahedra are plain means of the unit vectors at their nodes (tests/study/data/crtdemo/crtdemo.vtu), some of which point
the opposite way to their neighbours, where meshes/ has their signs aligned. A configuration takes FOLDER/biventricle_crt as its
mesh.file.
"""

import array
import gzip
import math
import pathlib
import re
import shutil
import struct
import sys
import zlib

TOP = pathlib.Path(__file__).resolve().parent.parent


def read_array(raw, name):
    """A float32 array of the file's appended data, which is in blocks that zlib has packed."""
    head = raw[: raw.index(b"<AppendedData")].decode()
    at = raw.index(b"_", len(head)) + 1 + int(re.search(rf'Name="{name}"[^>]*offset="(\d+)"', head)[1])
    blocks = struct.unpack_from("<I", raw, at)[0]
    at += 12
    sizes = struct.unpack_from(f"<{blocks}I", raw, at)
    at += 4 * blocks
    values = array.array("f")
    for size in sizes:
        values.frombytes(zlib.decompress(raw[at : at + size]))
        at += size
    return values


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder, mesh = pathlib.Path(sys.argv[1]), TOP / "meshes/biventricle_crt/biventricle_crt"
    folder.mkdir(parents=True, exist_ok=True)
    for end in (".pts.gz", ".elem.gz"):
        shutil.copy(f"{mesh}{end}", folder)
    raw = (TOP / "tests/study/data/crtdemo/crtdemo.vtu").read_bytes()
    fibre = [read_array(raw, f"fibre_{axis}") for axis in "xyz"]
    with gzip.open(f"{mesh}.elem.gz", "rt") as elements, gzip.open(folder / "biventricle_crt.lon.gz", "wt") as out:
        next(elements)
        out.write("1\n")
        for line in elements:
            nodes = [int(node) for node in line.split()[1:5]]
            mean = [sum(of_axis[node] for node in nodes) for of_axis in fibre]
            length = math.hypot(*mean)
            out.write(" ".join(f"{x / length:.6f}" for x in mean) + "\n")


if __name__ == "__main__":
    main()
