#!/usr/bin/env python3
"""What a fit makes of a heart that is not as it thinks, and what it says: a table of docs/fit.md.

usage: scripts/fit_wrong.py FOLDER [--members N] [--only CASE,...] [--model MV] [--command COMMAND]

The heart of configs/fit-crtdemo.yaml with the velocities and the delay that are to be found (docs/fit.md) makes a beat and its ECG
by COMMAND, which starts isochrone (build/isochrone where not given), with errors drawn for every sample. It is then fitted as it is
(right), with electrodes that are each 10 mm off (electrodes), with fibres turned by 20 degrees in the wall (fibres), and made with
a scar of which the fit does not know (scar), or knows where it is (known). --model gives the fit errors of the model that go on
(fit.ecgs.*.model_sd_mV) besides those of each sample. FOLDER takes what is written; the last lines are the table.
"""

import argparse
import csv
import gzip
import math
import pathlib
import random
import re
import shlex
import shutil
import struct
import subprocess

TOP = pathlib.Path(__file__).resolve().parent.parent
CONFIG = TOP / "configs/fit-crtdemo.yaml"
MESH = TOP / "meshes/biventricle_crt"
LEADS = ("I", "II", "V1", "V2", "V3", "V4", "V5", "V6")
TRUTH = {  # as printed, and as set
    "time of left": (75.0, "ms", ["stimuli.1.start_ms=75"]),
    "velocity of Purkinje trees": (1.414, "m/s", ["regions.1.velocity.isotropic_m_per_s=1.414"]),
    "velocity of ventricles": (0.866, "m/s", ["regions.0.velocity.longitudinal_m_per_s=0.866"]),
    "ratio of ventricles": (2.5, "", ["regions.0.velocity.transverse_m_per_s=0.3464"]),
}
ERROR_MV = 0.1  # of each sample, each ms: 0.03 behind the fit's filter of 40 Hz
SAID_MV = 0.05  # with what a tanh differs by from the upstroke and plateau of ten Tusscher's cells
CLOCK_MS = -57  # of the ECG by the roots; the fit thinks of -50 within 20
FROM_MS, TO_MS = 40, 260
ELECTRODES_MM, FIBRES_DEGREES = 10, 20
SCAR = {"centre_mm": (75.0, -8.0, -35.0), "radius_mm": 25}  # the left ventricle's side


def isochrone(options, *arguments):
    """Standard output."""
    done = subprocess.run([*options.command, *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"error: isochrone {' '.join(map(str, arguments))}\n{done.stderr}")
    return done.stdout


# ---- the beat ----


def scar_settings():
    """Tissue that is not there; the trees go on through it."""
    x, y, z = SCAR["centre_mm"]
    return [f"lesions=[{{name: scar, tag: 1, sphere: {{centre_mm: [{x}, {y}, {z}], radius_mm: {SCAR['radius_mm']}}}}}]"]


def known_scar():
    """What the fit is told: the place of the scar, and that waves may be half or twice as fast there as it thinks."""
    x, y, z = SCAR["centre_mm"]
    return [f"sites.scar={{tag: 1, sphere: {{centre_mm: [{x}, {y}, {z}], radius_mm: {SCAR['radius_mm']}}}}}",
            "fit.scars={scar: {site: scar, velocity_factor: 0.5, spread_percent: 100, source: made up}}"]


def make_beat(options, name, settings):
    """NAME.csv: the leads with errors, by a clock of their own."""
    electrodes = MESH / "electrodes.csv"
    settings = ["method=eikonal", f"outputs.ecg={{electrodes: {electrodes}, interval_ms: 1}}", "stimuli.1.start_ms=75", *settings]
    isochrone(options, "run", CONFIG, "--output", options.folder / name, *(x for one in settings for x in ("--set", one)))
    chance = random.Random(1)
    with open(options.folder / f"{name}_ecg.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    with open(options.folder / f"{name}.csv", "w", encoding="utf-8") as file:
        print(",".join(("t_ms", *LEADS)), file=file)
        for row in rows:
            time = float(row["time_ms"])
            if FROM_MS <= time <= TO_MS:
                samples = [float(row[lead]) + chance.gauss(0, ERROR_MV) for lead in LEADS]
                print(",".join(f"{number:.6g}" for number in (time + CLOCK_MS, *samples)), file=file)


# ---- what is wrong ----


def move_electrodes(folder):
    """Each in a direction of its own."""
    chance = random.Random(2)
    with open(MESH / "electrodes.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    with open(folder / "electrodes.csv", "w", encoding="utf-8") as file:
        print(",".join(rows[0]), file=file)
        for name, *place in rows[1:]:
            way = [chance.gauss(0, 1) for _ in range(3)]
            by = ELECTRODES_MM / math.hypot(*way)
            print(",".join([name, *(f"{float(x) + by * w:.3f}" for x, w in zip(place, way))]), file=file)
    return [f"fit.ecgs.made.electrodes={folder / 'electrodes.csv'}"]


def read_points(path):
    """Of a VTU file with its points first among raw appended data."""
    raw = path.read_bytes()
    offset = int(re.search(rb'Name="Points"[^>]*offset="(\d+)"', raw)[1])
    at = raw.index(b"_", raw.index(b"<AppendedData")) + 1 + offset
    size = struct.unpack_from("<Q", raw, at)[0]
    numbers = struct.unpack_from(f"<{size // 8}d", raw, at + 8)
    return list(zip(numbers[::3], numbers[1::3], numbers[2::3]))


def cross(a, b):
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def turned(fibre, outward, degrees):
    """About the part of outward that is across the fibre; as it is where there is none."""
    along = sum(f * o for f, o in zip(fibre, outward))
    axis = [o - along * f for f, o in zip(fibre, outward)]
    length = math.hypot(*axis)
    if length == 0:
        return fibre
    side = cross([x / length for x in axis], fibre)
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return tuple(c * f + s * x for f, x in zip(fibre, side))


def turn_fibres(folder):
    """In the plane of the wall, which is across the way from the nearest place of an endocardium."""
    inner = read_points(MESH / "left_endocardium.vtu") + read_points(MESH / "right_endocardium.vtu")
    with gzip.open(MESH / "biventricle_crt.pts.gz", "rt") as file:
        points = [tuple(float(x) / 1000 for x in line.split()) for line in list(file)[1:]]  # um
    for end in (".pts.gz", ".elem.gz"):
        shutil.copy(MESH / f"biventricle_crt{end}", folder)
    with (
        gzip.open(MESH / "biventricle_crt.elem.gz", "rt") as elements,
        gzip.open(MESH / "biventricle_crt.lon.gz", "rt") as fibres,
        gzip.open(folder / "biventricle_crt.lon.gz", "wt") as out,
    ):
        next(elements)
        out.write(next(fibres))
        for element, line in zip(elements, fibres):
            corners = [points[int(node)] for node in element.split()[1:5]]
            middle = [sum(axis) / 4 for axis in zip(*corners)]
            near = min(inner, key=lambda place, middle=middle: math.dist(place, middle))
            outward = [m - n for m, n in zip(middle, near)]
            fibre = turned(tuple(map(float, line.split())), outward, FIBRES_DEGREES)
            out.write(" ".join(f"{x:.6f}" for x in fibre) + "\n")
    return [f"mesh.file={folder / 'biventricle_crt'}"]


# ---- the table ----


def read_twin(text):
    """From what isochrone fit prints: of each quantity median, 5% and 95%; the reduced chi-square; alarms."""
    found = {}
    for name in TRUTH:
        numbers = re.search(rf"^  {name} +(\S+) +(\S+) +(\S+)", text, re.M)
        found[name] = tuple(map(float, numbers.groups()))
    chi = float(re.search(r"reduced chi-square ([0-9.e+-]+)\)", text)[1])
    said = re.findall(r"^  (?:ALARM: |most of all )(.*)", text, re.M)
    return found, chi, said


def print_row(case, found, chi, said):
    cells = [case, f"{math.sqrt(chi):.2f}"]
    for name, (truth, unit, _) in TRUTH.items():
        median, low, high = found[name]
        misses = "" if low <= truth <= high else " misses"
        cells.append(f"{median:.4g} {unit} ({low:.4g} to {high:.4g}){misses}".replace("  ", " "))
    print("|", " | ".join([*cells, "; ".join(said) or "nothing"]), "|", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--members", type=int, default=39)
    parser.add_argument("--only", default="right,electrodes,fibres,scar,known")
    parser.add_argument("--model", type=float, default=0, metavar="MV")
    parser.add_argument("--command", type=shlex.split, default=[str(TOP / "build/isochrone")])
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    right = [one for _, _, settings in TRUTH.values() for one in settings]
    make_beat(options, "beat", right)

    def scarred(settings):
        if not (options.folder / "scar.csv").exists():
            make_beat(options, "scar", [*right, *scar_settings()])
        return settings

    cases = {
        "right": ("beat", lambda: []),
        "electrodes": ("beat", lambda: move_electrodes(options.folder)),
        "fibres": ("beat", lambda: turn_fibres(options.folder)),
        "scar": ("scar", lambda: scarred([])),
        "known": ("scar", lambda: scarred(known_scar())),
    }
    print("| | errors, times those said | " + " | ".join(f"{n}, truth {t:g} {u}".strip() for n, (t, u, _) in TRUTH.items()) + " | it says |")
    for case in options.only.split(","):
        beat, wrong = cases[case]
        settings = [*wrong(), f"fit.ecgs.made.file={options.folder / beat}.csv", f"fit.ecgs.made.sd_mV={SAID_MV}",
                    f"fit.ecgs.made.model_sd_mV={options.model}", f"fit.members={options.members}"]
        text = isochrone(options, "fit", CONFIG, "--output", options.folder / case, *(x for one in settings for x in ("--set", one)))
        print_row(case, *read_twin(text))


if __name__ == "__main__":
    main()
