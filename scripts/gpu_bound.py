#!/usr/bin/env python3
"""The counted bound of a step on a GPU, as multiples of real time: nothing is measured.

usage: scripts/gpu_bound.py BENCH.json...

BENCH.json: of `isochrone bench --json`, on any device; only the bytes of its launches are read, which are counted. A step
takes what its bytes take at the rate of a copy, and a gap for each launch in a graph. Multiples for steps of 0.02 and 0.05 ms.
"""
import json
import sys

GPUS = (("H100", 3.35e12), ("H200", 4.8e12))  # bytes/s of the data sheets (SXM)
COPY = 0.9  # of that, which copies reach: an assumption until it is measured
GAP = 1.3e-6  # s between launches of a graph: 1.28 us on an H200 in RRZE-HPC's gpu-benches (gpu-small-kernels)
STEPS = (("nodal current", "whole step, nodal current", 3),
         ("default current, at rest", "whole step, interpolated, at rest", 6))
NODES = (100e3, 390e3, 640e3, 5e6)
STEPS_MS = (0.02, 0.05)


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    print("| GPU, precision, step | bytes a node | 10^9 node-steps/s | " +
          " | ".join(f"{n:,.0f} nodes" for n in NODES) + " |")
    print("|---|" + "--:|" * (2 + len(NODES)))
    for gpu, rate in GPUS:
        for path in sys.argv[1:]:
            with open(path) as file:
                bench = json.load(file)
            launches = {row["name"]: row["bytes"] / row["nodes"] for row in bench["launches"]}
            for title, name, count in STEPS:
                each = launches[name] / (COPY * rate)
                cells = [", ".join(f"{1e-3 * dt / (n * each + count * GAP):.2g}" for dt in STEPS_MS) for n in NODES]
                print(f"| {gpu}, {bench['precision']}, {title} | {launches[name]:.0f} | {1e-9 / each:.1f} | " +
                      " | ".join(cells) + " |")


main()
