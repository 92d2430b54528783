#!/usr/bin/env python3
"""What one run differs by from another, node by node: the figures of "Against the fixed pace" in docs/numerics.md.

usage: compare_runs.py FIRST SECOND

FIRST and SECOND are names of results, without .e.nc; summaries NAME.json beside them, where there are, add processor times
and the shares of node-time. Every beat that both have is compared, for nodes that activate and recover in both."""
import json
import os
import sys

import netCDF4
import numpy


def beats(name, variable):
    """[beats][nodes], NaN where there is none."""
    with netCDF4.Dataset(name + ".e.nc") as data:
        return numpy.ma.filled(data[variable][:].astype(float), numpy.nan)


def compared(first, second, variable):
    """Both, cut to the beats that both have; nodes that only one of them has are an error to be told."""
    a, b = beats(first, variable), beats(second, variable)
    n = min(len(a), len(b))
    a, b = a[:n], b[:n]
    only = int(numpy.sum(numpy.isnan(a) != numpy.isnan(b)))
    both = ~(numpy.isnan(a) | numpy.isnan(b))
    return a[both], b[both], only


def print_activation(first, second):
    a, b, only = compared(first, second, "beat_activation_time")
    difference = numpy.abs(b - a)
    later = a > 0
    worst = numpy.max(difference[later] / a[later])
    print("activation: %d, %d in one run only; at most %.4f ms apart, %.4f%% of the time; mean %.4f ms"
          % (len(a), only, difference.max(), 100 * worst, difference.mean()))


def print_apd(first, second):
    a, b, only = compared(first, second, "beat_apd")
    if len(a) == 0:
        return
    print("APD: %d, %d in one run only; mean %.2f ms, differs by %+.4f ms in the mean and %.4f ms (%.4f%%) at most"
          % (len(a), only, a.mean(), (b - a).mean(), numpy.abs(b - a).max(), 100 * numpy.max(numpy.abs(b - a) / a)))


def print_costs(names):
    for name in names:
        if not os.path.exists(name + ".json"):
            continue
        with open(name + ".json") as file:
            said = json.load(file)
        shares = ", ".join("%.3f" % share for share in said.get("node_time_at_level", []))
        print("%s: processor time of the loop %.3g s; node-time at 1, 2, 4, .. steps: %s"
              % (name, said.get("processor_s", float("nan")), shares))


def main():
    if len(sys.argv) != 3 or sys.argv[1].startswith("-"):
        print(__doc__)
        sys.exit(0 if sys.argv[1:] in (["-h"], ["--help"]) else 2)
    print_activation(*sys.argv[1:])
    print_apd(*sys.argv[1:])
    print_costs(sys.argv[1:])


if __name__ == "__main__":
    main()
