#!/usr/bin/env python3
"""Packs Isochrone's wheel from the tree: the same bytes from the same files. scripts/python-wheel.sh calls it.

usage: make_wheel.py LIBRARY FOLDER"""
import base64
import hashlib
import platform
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
NEEDS = ["numpy>=1.24", "xarray>=2023.1", "netCDF4>=1.6", "PyYAML>=6", "pyvista>=0.42"]


def version_of_tree():
    return re.search(r"project\(isochrone VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())[1]


def stripped(library):
    with tempfile.NamedTemporaryFile() as copy:
        subprocess.run(["strip", "--strip-unneeded", "-o", copy.name, library], check=True)
        return Path(copy.name).read_bytes()


def files_of(library, version):
    """What the wheel holds, by name."""
    files = {f"isochrone/{path.name}": path.read_bytes() for path in sorted((HERE / "isochrone").glob("*.py"))}
    files["isochrone/libisochrone.so.0"] = stripped(library)
    for path in sorted((ROOT / "kernels").rglob("*")):
        if path.suffix in (".h", ".c", ".cu"):
            files[f"isochrone/share/isochrone/{path.relative_to(ROOT)}"] = path.read_bytes()
    info = f"isochrone-{version}.dist-info"
    metadata = [
        "Metadata-Version: 2.1",
        "Name: isochrone",
        f"Version: {version}",
        "Summary: A digital twin of the heart's electricity. A research tool, not a medical device.",
        "Requires-Python: >=3.9",
        "License-File: LICENSE",
        *(f"Requires-Dist: {need}" for need in NEEDS),
    ]
    files[f"{info}/METADATA"] = ("\n".join(metadata) + "\n").encode()
    tag = f"py3-none-linux_{platform.machine()}"
    wheel = f"Wheel-Version: 1.0\nGenerator: make_wheel.py\nRoot-Is-Purelib: false\nTag: {tag}\n"
    files[f"{info}/WHEEL"] = wheel.encode()
    files[f"{info}/entry_points.txt"] = b"[console_scripts]\nisochrone = isochrone.__main__:main\n"
    files[f"{info}/LICENSE"] = (ROOT / "LICENSE").read_bytes()
    return files, info, tag


def record_of(files, info):
    lines = []
    for name, content in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(content)}")
    return "\n".join([*lines, f"{info}/RECORD,,"]) + "\n"


def main():
    library, folder = sys.argv[1:]
    version = version_of_tree()
    files, info, tag = files_of(library, version)
    files[f"{info}/RECORD"] = record_of(files, info).encode()
    wheel = Path(folder) / f"isochrone-{version}-{tag}.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name)  # of the year 1980
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    print(wheel)


if __name__ == "__main__":
    main()
