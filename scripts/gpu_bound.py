#!/usr/bin/env python3
"""The counted bound of a step on a GPU, as multiples of real time: nothing is measured.

usage: scripts/gpu_bound.py [--pace SUMMARY.json] BENCH.json...

BENCH.json: of `isochrone bench --json`, on any device; only the bytes of its launches are read, which are counted. A step
takes what its bytes take at the rate of a copy, and a gap for each launch in a graph. Multiples for steps of 0.02 and 0.05 ms.

With --pace, of patches at their own pace instead, on one GPU: SUMMARY.json is of a run with `numerics.pace: adaptive`, which
says what share of the nodes' time was spent at each level of its base step. A table of the levels, and one of multiples for
that base step. Where a wave is, a node at level 1 also pays for the elements of the front around it.
"""
import argparse
import json

GPUS = (("H100", 3.35e12), ("H200", 4.8e12))  # bytes/s of the data sheets (SXM)
COPY = 0.9  # of that, which copies reach: an assumption until it is measured
GAP = 1.3e-6  # s between launches of a graph: 1.28 us on an H200 in RRZE-HPC's gpu-benches (gpu-small-kernels)
NODAL, DEFAULT = "whole step, nodal current", "whole step, interpolated, at rest"
STEPS = (("nodal current", NODAL, 3), ("default current, at rest", DEFAULT, 6))
NODES = (100e3, 390e3, 640e3, 5e6)
STEPS_MS = (0.02, 0.05)
REAL = {"double": 8, "single": 4}

# Patches at their own pace. Reals that a node's step reads and writes beside those of a fixed one: plan and middle 3 each,
# settle 7, of cells 1 less (the V for diffusion is no longer theirs) and of the product 2 less (no watch).
PACED_REALS = 3 + 3 + 7 - 1 - 2
PACED_LAUNCHES = {NODAL: 6, DEFAULT: 10}
ELEMENTS = 5.3  # of tetrahedra, for each node
FRONT = {"double": 4 * (5 * 8 + 4) + 8 + 6, "single": 4 * (5 * 4 + 4) + 4 + 6}  # bytes of an element of a front
# Of the cells alone, ten Tusscher 2006 with tables: by scripts/gpu_count.py ten_tusscher_2006_listed_cells from the machine
# code of sm_90 by nvcc 13.0, and the loads from tables among them, 16 bytes each.
INSTRUCTIONS = {"double": 924, "single": 749}
LOOKUPS = {"double": 54, "single": 27}


def read(path):
    with open(path) as file:
        return json.load(file)


def bytes_of(bench):
    """For each node, by the name of the launch."""
    return {row["name"]: row["bytes"] / row["nodes"] for row in bench["launches"]}


def row(cells):
    print("| " + " | ".join(cells) + " |")


def heads(first, others):
    row([*first, *others])
    print("|---|" + "--:|" * (len(first) + len(others) - 1))


def fixed(benches):
    heads(["GPU, precision, step", "bytes a node", "10^9 node-steps/s"], [f"{n:,.0f} nodes" for n in NODES])
    for gpu, rate in GPUS:
        for bench in benches:
            for title, name, count in STEPS:
                size = bytes_of(bench)[name]
                each = size / (COPY * rate)
                multiples = [", ".join(f"{1e-3 * dt / (n * each + count * GAP):.2g}" for dt in STEPS_MS) for n in NODES]
                row([f"{gpu}, {bench['precision']}, {title}", f"{size:.0f}", f"{1e-9 / each:.1f}", *multiples])


def paced_bytes(bench, name):
    """Of a node's step, whatever its level, and what a front at the node adds."""
    precision = bench["precision"]
    return (bytes_of(bench)[name] + PACED_REALS * REAL[precision],
            ELEMENTS * FRONT[precision] if name == DEFAULT else 0)


def levels(benches, shares, base_ms):
    """What a node costs in a base step: its share of time at a level, over the base steps of a step there."""
    print("For each node and base step of %g ms; steps are node-steps:\n" % base_ms)
    columns = [f"{what}, {b['precision']}" for b in benches for what in ("bytes, nodal", "default", "instructions", "look-ups")]
    heads(["level", "step, ms", "share of time", "steps"], columns)
    steps = [share / 2**level for level, share in enumerate(shares)]
    for level, (share, n) in enumerate(zip(shares, steps)):
        cells = []
        for bench in benches:
            nodal, (default, front) = paced_bytes(bench, NODAL)[0], paced_bytes(bench, DEFAULT)
            cells += [f"{n * nodal:.1f}", f"{n * (default + (front if level == 0 else 0)):.1f}",
                      f"{n * INSTRUCTIONS[bench['precision']]:.1f}", f"{n * LOOKUPS[bench['precision']]:.2f}"]
        row([f"{2**level}", f"{base_ms * 2**level:g}", f"{share:.3f}", f"{n:.4f}", *cells])
    return steps


def paced(benches, summary):
    shares, base_ms = summary["node_time_at_level"], summary["step_ms"]
    steps = levels(benches, shares, base_ms)
    all_steps = sum(steps)
    print(f"\nA node makes {all_steps:.4f} steps in a base step.\n")
    heads(["GPU, precision, current", "bytes a node-step", "and base step", "10^9 node-base-steps/s"],
          [f"{n:,.0f} nodes" for n in NODES])
    for gpu, rate in GPUS:
        for bench in benches:
            for title, name in (("nodal", NODAL), ("default", DEFAULT)):
                each_step, front = paced_bytes(bench, name)
                each = (all_steps * each_step + steps[0] * front) / (COPY * rate)
                multiples = [f"{1e-3 * base_ms / (n * each + PACED_LAUNCHES[name] * GAP):.2g}" for n in NODES]
                row([f"{gpu}, {bench['precision']}, {title}", f"{each_step:.0f}", f"{each * COPY * rate:.0f}",
                     f"{1e-9 / each:.1f}", *multiples])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pace", metavar="SUMMARY.json")
    parser.add_argument("bench", nargs="+", metavar="BENCH.json")
    options = parser.parse_args()
    benches = [read(path) for path in options.bench]
    if options.pace:
        paced(benches, read(options.pace))
    else:
        fixed(benches)


if __name__ == "__main__":
    main()
