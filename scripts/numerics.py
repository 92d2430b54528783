#!/usr/bin/env python3
"""Error against cost of the numerical schemes: the tables of docs/numerics.md, as Markdown.

  scripts/numerics.py [--table NAME ...] [--spacing MM ...] [--scheme NAME ...] [--cached] [options]

  benchmark  N-version benchmark: error of four schemes on four cuts of the slab, time step 0.05 ms
  steps      the same on alternating diagonals: P8 by splitting and time step
  problems   errors on oblique fibres, a curved front, half the sodium conductance, Luo and Rudy's model
  reference  converged times of all problems, which the errors above are measured with: REFERENCES below. Hours.
  precision  P8 in single and double precision
  cost       processor time of one rank for each node and step, 0.25 mm

Every run is one of `isochrone run configs/niederer.yaml` with other settings, until all nodes are active. Its results
are kept in out/numerics.json, and what is there is not run again: an interrupted table continues, and after a change
of the program the file is to be deleted. A cell that no option asks for and that was never run is printed as -, and a row of nothing else not at all."""
import argparse
import json
import os
import subprocess
import sys
import tempfile

import netCDF4
import numpy

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BENCHMARK = os.path.join(ROOT, "configs", "niederer.yaml")

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
LUO_RUDY = "Luo-Rudy 1991"  # another configuration: see luo_rudy()
PROBLEMS = {
    "N-version": [],
    "oblique fibres": ["mesh.fibre=[1, 1, 0.5]"],
    "curved front": ["stimuli.0.box.min_mm=[9, 2.5, 0.5]", "stimuli.0.box.max_mm=[11, 4.5, 2.5]"],
    "half g_Na": ["regions.0.parameters.g_Na=7.419"],
    LUO_RUDY: [],
}
# Converged activation of the probes P1..P9 of configs/niederer.yaml, ms: the interpolated form's column of the table
# "reference". A problem without one has no table yet.
REFERENCES = {
    "N-version": [1.221, 26.871, 31.841, 41.564, 8.301, 28.245, 33.040, 42.549, 19.643],
    "oblique fibres": [1.221, 21.695, 67.239, 55.893, 8.238, 20.751, 64.761, 52.100, 25.483],
    "curved front": [21.032, 21.028, 21.032, 21.028, 21.028, 21.035, 21.028, 21.035, 1.227],
    "half g_Na": [1.359, 35.060, 41.137, 53.807, 10.347, 36.881, 42.673, 55.087, 25.665],
    LUO_RUDY: [1.246, 24.618, 30.416, 38.613, 7.542, 25.905, 31.344, 39.452, 18.137],
}
STIMULUS_MS = 2  # of configs/niederer.yaml; a point that is active by then says nothing about the wave
P8 = 7


def luo_rudy(folder):
    """The slab with Luo and Rudy's model in its own initial state."""
    lines, skip = [], False
    for line in open(BENCHMARK):
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


def run(options, problem, settings):
    """Activation times of the probes, nodes, steps, and processor seconds of the whole program."""
    with tempfile.TemporaryDirectory() as folder:
        config = luo_rudy(folder) if problem == LUO_RUDY else BENCHMARK
        prefix, summary = os.path.join(folder, "out"), os.path.join(folder, "summary.json")
        command = ["mpirun", "-n", str(options.ranks), "--oversubscribe", "--bind-to", "none"]
        command = (command if options.ranks > 1 else []) + [options.program, "run", config, "--quiet"]
        command += ["--output", prefix, "--summary", summary]
        for setting in ["time.duration_ms=200", "stop.all_activated=true"] + PROBLEMS[problem] + settings:
            command += ["--set", setting]
        log = os.path.join(folder, "log")
        with open(log, "w") as out:
            _, status, usage = os.wait4(subprocess.Popen(command, stdout=out, stderr=out).pid, 0)
        if status:
            sys.exit(" ".join(command) + "\n" + open(log).read())
        with netCDF4.Dataset(prefix + ".e.nc") as data:
            times = numpy.ma.filled(data["probe_activation_time"][:], numpy.nan)
        said = json.load(open(summary))
        return {"times": list(times), "nodes": said["nodes"], "steps": said["steps"], "cpu_s": usage.ru_utime}


class Results:
    """Runs by what they were asked for, kept in a file."""

    def __init__(self, options, path=os.path.join(ROOT, "out", "numerics.json")):
        self.options, self.path = options, path
        self.known = json.load(open(self.path)) if os.path.exists(self.path) else {}

    def keep(self, key, result):
        self.known[key] = result
        os.makedirs(os.path.dirname(self.path) or ".", exist_ok=True)
        with open(self.path + ".new", "w") as out:
            json.dump(self.known, out, indent=1)
        os.replace(self.path + ".new", self.path)

    def find(self, key, wanted, make):
        if key not in self.known:
            if not wanted or self.options.cached:
                return None
            print(key, file=sys.stderr, flush=True)
            self.keep(key, make())
        return self.known[key]

    def wanted(self, h, scheme):
        o = self.options
        return (not o.spacing or any(abs(h - s) < 1e-3 for s in o.spacing)) and (not o.scheme or scheme in o.scheme)

    def times(self, problem, h, dt, scheme="interpolated", mesh="alternating", splitting="staggered", precision=None):
        """Activation of the probes in ms, or None where there is no such run and none is wanted."""
        precision = precision or self.options.precision
        if precision == "auto":
            precision = "single" if h < 0.15 else "double"
        settings = ["mesh.slab.spacing_mm=%.12g" % h, "time.step_ms=%g" % dt, "numerics.splitting=" + splitting,
                    "numerics.pace=fixed", "numerics.precision=" + precision] + SCHEMES[scheme] + MESHES[mesh]
        key = "%s: %s" % (problem, " ".join(settings))
        found = self.find(key, self.wanted(h, scheme), lambda: run(self.options, problem, settings))
        return found and numpy.array(found["times"])

    def cost(self, scheme, mesh):
        """Nanoseconds of one processor for each node and step: the least of some runs, less set-up and output."""
        settings = ["mesh.slab.spacing_mm=0.25", "time.step_ms=0.05", "numerics.pace=fixed", "numerics.precision=double"]
        settings += SCHEMES[scheme] + MESHES[mesh]

        def measure():
            one = min((run(self.options, "N-version", settings + ["time.duration_ms=0.05"])
                       for _ in range(self.options.repeats)), key=lambda r: r["cpu_s"])
            whole = min((run(self.options, "N-version", settings) for _ in range(self.options.repeats)),
                        key=lambda r: r["cpu_s"])
            return 1e9 * (whole["cpu_s"] - one["cpu_s"]) / (whole["nodes"] * (whole["steps"] - one["steps"]))

        return self.find("cost: " + " ".join(settings), self.wanted(0.25, scheme), measure)


def errors(times, reference):
    """Error of P8 and the largest of the points outside the stimulus, per cent."""
    if times is None or reference is None:
        return "-"
    if numpy.isnan(times).any():
        return "> 200 ms"
    reference = numpy.array(reference)
    relative = 100 * (times - reference) / reference
    return "%+.1f (%.1f)" % (relative[P8], numpy.max(numpy.abs(relative[reference > STIMULUS_MS])))


def p8(times):
    return "-" if times is None else "%.3f" % times[P8]


def table(title, head, rows):
    print("\n### %s\n" % title)
    print("| " + " | ".join(head) + " |")
    print("|---" * len(head) + "|", flush=True)
    for name, cells in rows:
        cells = list(cells)
        if any(c != "-" for c in cells):
            print("| " + " | ".join([name] + cells) + " |", flush=True)


def benchmark(results):
    spacings = [0.5, 0.25, 0.2, 0.1]
    for mesh in MESHES:
        rows = ((scheme, (errors(results.times("N-version", h, 0.05, scheme, mesh), REFERENCES["N-version"])
                          for h in spacings)) for scheme in SCHEMES)
        table("N-version, %s, time step 0.05 ms" % mesh, ["scheme"] + ["%g mm" % h for h in spacings], rows)


def steps(results):
    dts = [0.05, 0.02, 0.01, 0.005]
    rows = (("%g mm, %s" % (h, splitting), (p8(results.times("N-version", h, dt, splitting=splitting)) for dt in dts))
            for h in [0.5, 0.25, 0.2, 0.1] for splitting in ["staggered", "godunov", "strang"])
    table("N-version, alternating: P8 in ms by splitting and time step", ["mesh"] + ["%g ms" % dt for dt in dts], rows)


def problems(results):
    columns = [(mesh, h) for mesh in ("alternating", "jittered") for h in (0.5, 0.25)]
    for problem in list(PROBLEMS)[1:]:
        rows = ((scheme, (errors(results.times(problem, h, 0.05, scheme, mesh), REFERENCES.get(problem))
                          for mesh, h in columns)) for scheme in SCHEMES)
        table("%s, time step 0.05 ms" % problem, ["scheme"] + ["%s, %g mm" % c for c in columns], rows)


def extrapolated(coarse, fine, ratio):
    """Richardson's limit of second order from meshes whose spacings have that ratio."""
    return fine + (fine - coarse) / (ratio ** 2 - 1)


def nine(times):
    return ["-"] * 9 if times is None else ["%.3f" % t for t in times]


def reference(results):
    """Limits from the two finest meshes of each form of the fast current."""
    for problem in PROBLEMS:
        finest = 0.05 if problem == "N-version" else 1 / 14
        rows, limits = [], []
        for scheme in ("interpolated", "nodal"):
            meshes = [(h, results.times(problem, h, 0.02, scheme)) for h in (0.2, 0.1, finest)]
            rows += [("%s, %.3g mm" % (scheme, h), nine(times)) for h, times in meshes]
            there = [(h, times) for h, times in meshes if times is not None]
            if len(there) > 1:
                (coarse, first), (fine, second) = there[-2:]
                limits.append(extrapolated(first, second, coarse / fine))
                rows.append(("%s, limit of %.3g and %.3g mm" % (scheme, coarse, fine), nine(limits[-1])))
        if len(limits) == 2:
            rows.append(("nodal limit against interpolated",
                         ["%+.1f%%" % d for d in 100 * (limits[1] / limits[0] - 1)]))
        table("%s: converged times in ms" % problem, ["fast current"] + ["P%d" % k for k in range(1, 10)], rows)


def precision(results):
    cases = [(h, dt, scheme) for h, dt in [(0.5, 0.05), (0.25, 0.05), (0.25, 0.005)]
             for scheme in ("nodal", "interpolated")]
    rows = (("%g mm, %g ms, %s" % case, (p8(results.times("N-version", *case, precision=p))
                                         for p in ("double", "single"))) for case in cases)
    table("N-version, alternating: P8 in ms by precision", ["case", "double", "single"], rows)


def cost(results):
    rows = ((scheme, ("-" if c is None else "%.0f" % c for c in (results.cost(scheme, m) for m in MESHES)))
            for scheme in SCHEMES)
    table("Processor time for each node and step in ns, double precision", ["scheme"] + list(MESHES), rows)


TABLES = {f.__name__: f for f in (benchmark, steps, problems, reference, precision, cost)}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.path.join(ROOT, "build", "isochrone"))
    parser.add_argument("--ranks", type=int, default=1, help="MPI ranks of a run; the times do not depend on it [1]")
    parser.add_argument("--precision", choices=["auto", "double", "single"], default="auto",
                        help="auto: single on meshes finer than 0.15 mm")
    parser.add_argument("--table", nargs="+", choices=TABLES, help="[all but reference]")
    parser.add_argument("--spacing", nargs="+", type=float, metavar="MM", help="run only these meshes")
    parser.add_argument("--scheme", nargs="+", choices=SCHEMES, help="run only these schemes")
    parser.add_argument("--cached", action="store_true", help="run nothing")
    parser.add_argument("--repeats", type=int, default=3, help="runs of a case of the table cost [3]")
    options = parser.parse_args()
    if "cost" in (options.table or []) and options.ranks > 1:
        parser.error("the table cost is of one rank: leave --ranks out")
    os.environ.setdefault("OMPI_ALLOW_RUN_AS_ROOT", "1")
    os.environ.setdefault("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1")
    results = Results(options)
    for name in options.table or [t for t in TABLES if t != "reference"]:
        TABLES[name](results)


if __name__ == "__main__":
    main()
