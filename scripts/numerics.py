#!/usr/bin/env python3
"""Error against cost of the numerical schemes, as the tables of docs/numerics.md.

  scripts/numerics.py [--program build/isochrone] [--ranks N] [--table NAME ...] [--full]

Each case runs `isochrone run configs/niederer.yaml` with other settings and compares the activation times of its
nine probes with a reference: for the N-version benchmark the converged times below, for the other problems the
same program on a mesh of 0.1 mm (nodal and interpolated, averaged; their difference is printed)."""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import netCDF4
import numpy

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NAMES = ["P%d" % k for k in range(1, 10)]

SCHEMES = {
    "nodal": ["numerics.fast_current=nodal"],
    "smoothed": ["numerics.fast_current=smoothed"],
    "interpolated": ["numerics.fast_current=interpolated"],
    "consistent": ["numerics.fast_current=nodal", "numerics.mass=consistent", "numerics.diffusion=implicit"],
}
MESHES = {
    "alternating": ["mesh.slab.diagonals=alternating"],
    "single": ["mesh.slab.diagonals=single"],
    "jittered": ["mesh.slab.diagonals=jittered"],
    "hexahedra": ["mesh.slab.element=hexahedron"],
}
PROBLEMS = {
    "oblique fibres": ["mesh.fibre=[1, 1, 0.5]"],
    "curved front": [
        "stimuli.0.box.min_mm=[9, 2.5, 0.5]", "stimuli.0.box.max_mm=[11, 4.5, 2.5]"],
    "half g_Na": ["regions.0.parameters.g_Na=7.419"],
    "Luo-Rudy 1991": None,  # another configuration: see luo_rudy()
}
# ms, probes P1..P9 of configs/niederer.yaml; how they were found: docs/numerics.md.
REFERENCE = [1.221, 26.77, 31.83, 41.49, 8.275, 28.14, 33.03, 42.47, 19.61]


def luo_rudy(folder):
    """The slab with Luo and Rudy's model in its own initial state."""
    lines, skip = [], False
    for line in open(os.path.join(ROOT, "configs", "niederer.yaml")):
        indent = len(line) - len(line.lstrip())
        if skip and line.strip() and indent <= 4:
            skip = False
        if line.startswith("    initial:"):
            skip = True
        if skip or line.startswith("    parameters:") or line.startswith("    variant:"):
            continue
        lines.append(line.replace("model: ten_tusscher_2006", "model: luo_rudy_1991"))
    path = os.path.join(folder, "luo-rudy.yaml")
    with open(path, "w") as out:
        out.writelines(lines)
    return path


def run(options, config, settings):
    """Activation times of the probes, ms, and seconds of the time loop."""
    with tempfile.TemporaryDirectory() as folder:
        if config is None:
            config = luo_rudy(folder)
        prefix, summary = os.path.join(folder, "out"), os.path.join(folder, "summary.json")
        command = ["mpirun", "-n", str(options.ranks), "--oversubscribe", "--bind-to", "none"]
        command += [options.program, "run", config, "--output", prefix, "--summary", summary, "--quiet"]
        for setting in settings + ["stop.all_activated=true", "time.duration_ms=200"]:
            command += ["--set", setting]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(" ".join(command) + "\n" + done.stderr)
        with netCDF4.Dataset(prefix + ".e.nc") as data:
            times = numpy.ma.filled(data["probe_activation_time"][:], numpy.nan)
        return times, json.load(open(summary))


def errors(times, reference):
    """Error of P8 and the largest of the nine points, per cent; P1, inside the stimulus, is left out."""
    relative = 100 * (times - reference) / reference
    return relative[7], numpy.nanmax(numpy.abs(relative[1:]))


def loop_seconds(summary):
    return summary["loop_s"]


def benchmark(options, out):
    spacings = [0.5, 0.25, 0.2, 0.1] if options.full else [0.5, 0.25, 0.2]
    for mesh, mesh_settings in MESHES.items():
        out("\n### N-version, %s, time step 0.05 ms\n" % mesh)
        out("| scheme | " + " | ".join("%g mm" % h for h in spacings) + " |")
        out("|---" * (len(spacings) + 1) + "|")
        for scheme, settings in SCHEMES.items():
            cells = []
            for h in spacings:
                config = os.path.join(ROOT, "configs", "niederer.yaml")
                times, summary = run(options, config, mesh_settings + settings +
                                     ["mesh.slab.spacing_mm=%g" % h, "time.step_ms=0.05"])
                p8, worst = errors(times, options.reference)
                cells.append("%+.1f (%.1f), %.1f s" % (p8, worst, loop_seconds(summary)))
            out("| %s | " % scheme + " | ".join(cells) + " |")


def steps(options, out):
    spacing = 0.25
    out("\n### N-version, alternating, %g mm, by splitting and time step\n" % spacing)
    dts = [0.05, 0.02, 0.01, 0.005]
    out("| splitting | " + " | ".join("%g ms" % dt for dt in dts) + " |")
    out("|---" * (len(dts) + 1) + "|")
    config = os.path.join(ROOT, "configs", "niederer.yaml")
    for splitting in ["staggered", "godunov", "strang"]:
        cells = []
        for dt in dts:
            times, summary = run(options, config, ["mesh.slab.spacing_mm=%g" % spacing, "time.step_ms=%g" % dt,
                                                   "numerics.splitting=" + splitting])
            cells.append("%.3f, %.1f s" % (times[7], loop_seconds(summary)))
        out("| %s | " % splitting + " | ".join(cells) + " |")


def problems(options, out):
    spacings = [0.5, 0.25]
    for problem, problem_settings in PROBLEMS.items():
        config = None if problem_settings is None else os.path.join(ROOT, "configs", "niederer.yaml")
        base = (problem_settings or []) + ["time.step_ms=0.05"]
        fine = [run(options, config, base + SCHEMES[s] + ["mesh.slab.spacing_mm=0.1"])[0]
                for s in ("nodal", "interpolated")]
        reference = 0.5 * (fine[0] + fine[1])
        out("\n### %s; the two references differ by %.1f%% at P8\n" %
            (problem, 100 * abs(fine[0][7] - fine[1][7]) / reference[7]))
        out("| scheme | " + " | ".join("%s, %g mm" % (m, h) for m in ("alternating", "jittered") for h in spacings) +
            " |")
        out("|---" * (2 * len(spacings) + 1) + "|")
        for scheme, settings in SCHEMES.items():
            cells = []
            for mesh in ("alternating", "jittered"):
                for h in spacings:
                    times, _ = run(options, config, base + MESHES[mesh] + settings + ["mesh.slab.spacing_mm=%g" % h])
                    cells.append("%+.1f (%.1f)" % errors(times, reference))
            out("| %s | " % scheme + " | ".join(cells) + " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.path.join(ROOT, "build", "isochrone"))
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--table", action="append", choices=["benchmark", "steps", "problems"])
    parser.add_argument("--full", action="store_true", help="0.1 mm too")
    options = parser.parse_args()
    options.reference = numpy.array(REFERENCE)
    os.environ.setdefault("OMPI_ALLOW_RUN_AS_ROOT", "1")
    os.environ.setdefault("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")
    tables = {"benchmark": benchmark, "steps": steps, "problems": problems}
    for name in options.table or list(tables):
        tables[name](options, lambda line: print(line, flush=True))


if __name__ == "__main__":
    main()
