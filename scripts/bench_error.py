#!/usr/bin/env python3
"""Processor time to reach an error on the N-version benchmark, as Markdown and a picture: scripts/bench.sh --error.

usage: bench_error.py [options]

Runs configs/niederer.yaml until all nodes are active, on one rank, over meshes, steps, precisions, paces and forms of the
fast current. Errors are those of the activation times against the converged ones (REFERENCES of numerics.py); an error
counts as reached by a mesh only where every finer mesh keeps within it, too, so that no crossing of zero is taken for
accuracy. Times are user time of the whole program, the least of some runs. Results are kept in FOLDER/cases.json, and
what is there is not run again."""
import argparse
import os
import subprocess
import sys

import numpy

import numerics
from bench_peers import MEASURED, PUBLISHED_P8, published_errors

SPACINGS = [0.5, 1 / 3, 0.25, 0.2, 1 / 6, 0.125, 0.1]
STEPS = [0.1, 0.05, 0.02]
LONG_STEP, LONG_STEP_H = 0.1, 0.2  # no finer mesh takes it: at 0.2 mm it alone is 3% late
WAYS = [(precision, pace) for precision in ("double", "single") for pace in ("fixed", "adaptive")]
DEFAULT_CURRENT = "interpolated"
# The other forms of the fast current where they are cheapest, and one step: what they lose is known from numerics.md.
OTHER_CURRENTS = [(current, "single", "adaptive") for current in ("smoothed", "nodal")]
OTHER_STEP = 0.05
TARGETS = [10, 5, 2]
SHORT_S = 3  # runs below this are repeated
MEASURES = ["P8", "worst of nine"]


class Case:
    """One way to run the benchmark, and what came of it."""

    def __init__(self, h, step, precision, pace, current=DEFAULT_CURRENT):
        self.h, self.step, self.precision, self.pace, self.current = h, step, precision, pace, current
        self.found = None

    @property
    def series(self):
        return self.current, self.precision, self.pace, self.step

    def settings(self):
        return ["mesh.slab.spacing_mm=%.12g" % self.h, "time.step_ms=%g" % self.step,
                "numerics.precision=" + self.precision, "numerics.pace=" + self.pace,
                "numerics.fast_current=" + self.current]

    def errors(self):
        """Of P8 and of the worst of the nine points, per cent, in the order of MEASURES."""
        reference = numpy.array(numerics.REFERENCES["N-version"])
        relative = 100 * numpy.abs(numpy.array(self.found["times"]) / reference - 1)
        if numpy.isnan(relative).any():
            return [numpy.inf, numpy.inf]
        return [relative[numerics.P8], relative[reference > numerics.STIMULUS_MS].max()]


def all_cases():
    cases = [Case(h, step, *way) for h in SPACINGS for step in STEPS if step < LONG_STEP or h >= LONG_STEP_H
             for way in WAYS]
    return cases + [Case(h, OTHER_STEP, precision, pace, current)
                    for h in SPACINGS for current, precision, pace in OTHER_CURRENTS]


def commit():
    return subprocess.run(["git", "describe", "--always", "--dirty"], cwd=numerics.ROOT, capture_output=True,
                          text=True).stdout.strip()


def measure(options, case):
    """The least processor time of the runs; all of them give the same times."""
    best = None
    for _ in range(options.repeats):
        one = numerics.run(options, "N-version", case.settings())
        best = one if best is None or one["cpu_s"] < best["cpu_s"] else best
        if one["cpu_s"] > SHORT_S:
            break
    return {**best, "commit": options.commit}


def fill(options, cases):
    """Finds or runs the cases, the cheapest way and coarse meshes first, so that a run which is stopped leaves a whole
    series; leaves out what no option asks for and was never run."""
    results = numerics.Results(options, os.path.join(options.folder, "cases.json"))
    for case in sorted(cases, key=lambda c: (c.current != DEFAULT_CURRENT, -WAYS.index((c.precision, c.pace)), -c.h)):
        wanted = case.h >= options.finest - 1e-6 and not options.cached
        case.found = results.find(" ".join(case.settings()), wanted, lambda: measure(options, case))
    return [case for case in cases if case.found]


def cheapest(cases, measure_index, target):
    """The case of least processor time that reaches a target and keeps it on every finer mesh of its series, or None."""
    reach = [case for case in cases
             if all(finer.errors()[measure_index] <= target for finer in cases
                    if finer.series == case.series and finer.h <= case.h + 1e-9)]
    return min(reach, key=lambda case: case.found["cpu_s"], default=None)


def seconds(value):
    return "%.3g" % value


def told(case):
    return "-" if case is None else "%s s (%.3g mm, %g ms)" % (seconds(case.found["cpu_s"]), case.h, case.step)


def print_row(cells):
    print("| " + " | ".join(cells) + " |")


def print_head(cells, words):
    print()
    print_row(cells)
    print("|" + "---|" * words + "--:|" * (len(cells) - words))


def print_targets(cases):
    print_head(["fast current", "precision", "pace"]
               + ["%s within %d%%" % (measure, target) for measure in MEASURES for target in TARGETS], 3)
    for current, precision, pace in [(DEFAULT_CURRENT, *way) for way in WAYS] + OTHER_CURRENTS:
        mine = [c for c in cases if (c.current, c.precision, c.pace) == (current, precision, pace)]
        if mine:
            print_row([current, precision, pace]
                      + [told(cheapest(mine, m, target)) for m in range(len(MEASURES)) for target in TARGETS])


def moved(row, way):
    """The largest relative difference of a time from that of double precision and the fixed pace, per cent."""
    if way not in row:
        return "-"
    first = numpy.array(row[WAYS[0]].found["times"])
    return "%.3f" % (100 * numpy.max(numpy.abs(numpy.array(row[way].found["times"]) / first - 1)))


def print_cases(cases):
    """Every mesh and step: errors of the double, fixed run, what the other ways move, and the time of each."""
    print_head(["mesh, mm", "step, ms", "P8, %", "worst, %", "moved by adaptive, %", "by single, %", "by both, %"]
               + ["%s, %s, s" % way for way in WAYS], 0)
    for h in SPACINGS:
        for step in STEPS:
            row = {(c.precision, c.pace): c for c in cases if (c.h, c.step, c.current) == (h, step, DEFAULT_CURRENT)}
            if WAYS[0] not in row:
                continue
            print_row(["%.3g" % h, "%g" % step] + ["%.2f" % e for e in row[WAYS[0]].errors()]
                      + [moved(row, way) for way in WAYS[1:]] + [seconds(row[way].found["cpu_s"]) if way in row else "-" for way in WAYS])


def print_currents(cases):
    print_head(["mesh, mm"] + ["%s: P8, %%; worst, %%; s" % current for current, *_ in
                               [(DEFAULT_CURRENT,)] + OTHER_CURRENTS], 1)
    for h in SPACINGS:
        row = {c.current: c for c in cases if (c.h, c.step, c.precision, c.pace) == (h, OTHER_STEP, "single", "adaptive")}
        print_row(["%.3g" % h] + ["%.1f; %.1f; %s" % (*row[k].errors(), seconds(row[k].found["cpu_s"])) if k in row else "-"
                                  for k in [DEFAULT_CURRENT] + [c for c, *_ in OTHER_CURRENTS]])


def print_peers():
    p8 = numerics.REFERENCES["N-version"][numerics.P8]
    print_head(["program", "mesh, step", "P8, ms", "P8, %", "worst of nine, %", "processor time, s", "source"], 2)
    for peer in MEASURED:
        print_row([peer["name"], peer["case"], "%.1f" % peer["p8_ms"], "%.1f" % (100 * abs(peer["p8_ms"] / p8 - 1)), "-",
                   seconds(peer["cpu_s"]), peer["source"]])
    reference = numpy.array(numerics.REFERENCES["N-version"])
    for peer in published_errors(reference, reference > numerics.STIMULUS_MS, numerics.P8):
        print_row([peer["name"], peer["case"], "%.1f" % peer["p8_ms"], "%.1f" % peer["errors"][0],
                   "%.1f" % peer["errors"][1], "-", peer["source"]])
    print_head(["error of P8 in the paper, %"] + ["%s mm, 0.005 ms" % h for h in PUBLISHED_P8], 1)
    for name in PUBLISHED_P8["0.1"]:
        print_row([name] + ["%.0f" % (100 * abs(codes[name] / p8 - 1)) for codes in PUBLISHED_P8.values()])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=os.path.join(numerics.ROOT, "build", "isochrone"))
    parser.add_argument("--folder", default=os.path.join(numerics.ROOT, "out", "bench-error"))
    parser.add_argument("--finest", type=float, default=SPACINGS[-1], metavar="MM", help="run no finer mesh [0.1]")
    parser.add_argument("--repeats", type=int, default=3, help="runs of a case of less than %g s [3]" % SHORT_S)
    parser.add_argument("--cached", action="store_true", help="run nothing")
    parser.add_argument("--picture", metavar="FILE", help="draws error against processor time, as PNG or SVG")
    options = parser.parse_args()
    options.ranks, options.commit = 1, commit()
    cases = fill(options, all_cases())
    if not cases:
        sys.exit("bench_error.py: no case has been run")
    print("Commits of the runs: %s." % ", ".join(sorted({case.found["commit"] for case in cases})))
    for part in (print_targets, print_cases, print_currents):
        part(cases)
    print_peers()
    if options.picture:
        import bench_plot  # needs matplotlib, the tables do not

        bench_plot.draw(cases, options.picture)


if __name__ == "__main__":
    main()
