#!/usr/bin/env python3
"""What a step would take on many GPUs: a model of counted inputs, no measurement.

usage: scripts/scale_model.py [options] BENCH.json [--pace SUMMARY.json]
       scripts/scale_model.py --check PIECES SUMMARY.json...

BENCH.json: of `isochrone bench --precision double --json`, on any device: the bytes of its launches, which are counted.
SUMMARY.json: of a run with an adaptive pace: the share of the nodes' time at each level, and the base step. For each number of
nodes and GPUs, microseconds of a step: the work, its launches, the halo and how much of it nothing hides, and what a rank waits
for the one with most fronts; and the shares of output and set-up. Assumed figures are options.

With --check, of runs on a cube with a fixed pace, the nodal current, double precision and so many pieces: nodes and messages
that the rank which sends most sends, counted (the summary's) and by the model. Exit code 1 where nodes differ by more than a third, or the
model's messages are more than twice those counted or less than four fifths of them.
"""
import argparse
import json
import math
import sys

import gpu_bound

GPU, RATE = "H200", dict(gpu_bound.GPUS)["H200"]
GPU_BYTES = 141e9  # memory of the data sheet
NODE_BYTES = 380  # on the GPU, ten Tusscher 2006 in double precision: docs/gpu.md
REAL = 8
MACHINE = 8  # GPUs of one, between which NVLink is

# Parts are boxes, of a cube that is halved along each axis in turn, and have that much more to send than boxes, as parts of a
# curve are ragged: 1.1 to 1.4 was counted (docs/cluster.md).
RAGGED = 1.25

# Of patches at their own pace: counted by the test double for docs/gpu.md. For a fixed pace: table of launches there.
LAUNCHES = {"fixed": 10, "adaptive": 15.4}
WAITS = {"fixed": 2, "adaptive": 2.2}  # of the host for the GPU: until packed, until arrived
# Reals of a node that travel: V and four factors of the fast current, at once; or the factors, and after them V, its slope and
# what a patch says.
SENT = {"fixed": 5, "adaptive": 7}
EXCHANGES = {"fixed": 1, "adaptive": 2}

# Share of the time that ranks wait for the slowest, by pieces: counted by scripts/ranks_model.py on a beat of a heart
# (docs/benchmarks.md). Of finer meshes of that heart the pieces are the same places, with fronts at the same times.
WAITING = {"fixed": {1: {1: 0, 8: 0.11, 64: 0.30, 512: 0.47}, 8: {1: 0, 8: 0.04, 64: 0.12, 512: 0.22}},
           "adaptive": {1: {1: 0, 8: 0.56, 64: 0.80, 512: 0.88}, 8: {1: 0, 8: 0.30, 64: 0.54, 512: 0.70}}}

# Set-up, s for each of a rank's nodes: partition with migration, and assembly (the table of docs/benchmarks.md).
SETUP_S = {"partition": 2.0 / 528160, "assemble": 1.7 / 528160}
BEAT_MS = 600


def halo(nodes, ranks, pieces):
    """Nodes that the rank which sends most sends, to each other as often as it does, and to how many others."""
    if ranks == 1:
        return 0, 0
    halvings = round(math.log2(ranks * pieces))
    parts = [2 ** ((halvings + 2 - axis) // 3) for axis in range(3)]
    sides = [nodes ** (1 / 3) / n for n in parts]
    # One piece of the rank with most lies inside, several are anywhere; and of several some are side by side.
    faces = [min(n - 1, 2) if pieces == 1 else 2 * (1 - 1 / n) for n in parts]
    around = math.prod(s + f for s, f in zip(sides, faces)) - math.prod(sides)
    not_own = (ranks - 1) * pieces / (ranks * pieces - 1)
    others = math.prod(min(n - 1, 2) + 1 for n in parts) - 1
    return RAGGED * pieces * around * not_own, min(pieces * others, ranks - 1)


class Step:
    """Seconds of a (base) step on so many GPUs."""

    def __init__(self, nodes, ranks, pieces, pace, bench, shares, o):
        rate, n = gpu_bound.COPY * RATE, nodes / ranks
        size = gpu_bound.bytes_of(bench)[gpu_bound.DEFAULT]
        if pace == "adaptive":
            each, front = gpu_bound.paced_bytes(bench, gpu_bound.DEFAULT)
            size = sum(s / 2**level for level, s in enumerate(shares)) * each + shares[0] * front
        waiting = WAITING[pace][pieces][min(ranks, max(WAITING[pace][pieces]))]
        self.pieces = pieces
        self.work = n * size / rate
        self.fronts = self.work * waiting / (1 - waiting)
        self.launches = LAUNCHES[pace] * gpu_bound.GAP + (WAITS[pace] * o.wait_us * 1e-6 if ranks > 1 else 0)
        self.sent, self.others = halo(nodes, ranks, pieces)
        wire = (o.nvlink_GBs if ranks <= MACHINE else o.infiniband_GBs) * 1e9 * o.share
        self.travel = 0
        if ranks > 1:
            self.travel = (EXCHANGES[pace] * (o.latency_us + self.others * o.message_us) * 1e-6 +
                           self.sent * SENT[pace] * REAL / wire)
        # With a fixed pace the cells of inner nodes go meanwhile, with the other nothing does.
        inner = max(n - self.sent, 0) * gpu_bound.bytes_of(bench)["cells"] / rate if pace == "fixed" else 0
        self.halo = max(self.travel - inner, 0)
        self.all = self.work + self.launches + self.halo + self.fronts


def best(*arguments):
    """With the number of pieces that is faster: one, or the eight of an adaptive pace on CPUs."""
    nodes, ranks, *others = arguments
    return min((Step(nodes, ranks, pieces, *others) for pieces in (1, 8)), key=lambda s: s.all)


def sizes(o):
    """Nodes and GPUs that hold them, and have a thousand each."""
    return [(n, g) for n in o.nodes for g in o.gpus if n * NODE_BYTES <= g * GPU_BYTES and n >= 1000 * g]


def number(n):
    return f"10^{round(math.log10(n))}" if n == 10 ** round(math.log10(n)) else f"{n:.3g}"


def snapshot(nodes, ranks, between, o):
    """Seconds that a run waits for a snapshot after so many of steps: until it is taken, and for the one before it to be
    packed and written behind the run."""
    taken, packed = (nodes / ranks * ns * 1e-9 for ns in (o.take_ns, o.pack_ns))
    written = 4 / o.packed * nodes / (min(o.machine_GBs * math.ceil(ranks / MACHINE), o.files_GBs) * 1e9)
    return taken + max(packed + written - taken - between, 0)


def steps(bench, pace, shares, step_ms, o):
    gpu_bound.heads(["nodes", "GPUs", "pieces", "nodes sent", "messages"],
                    ["work, us", "launches", "halo, not hidden", "fronts", "step, us", "efficiency", "of real time",
                     "snapshots"])
    for nodes, ranks in sizes(o):
        s = best(nodes, ranks, pace, bench, shares, o)
        whole = Step(nodes, 1, 1, pace, bench, shares, o).work
        waits = snapshot(nodes, ranks, s.all / step_ms, o)
        us = [f"{1e6 * t:.3g}" for t in (s.work, s.launches)]
        us += [f"{1e6 * s.travel:.3g}, {1e6 * s.halo:.3g}"] + [f"{1e6 * t:.3g}" for t in (s.fronts, s.all)]
        gpu_bound.row([number(nodes), f"{ranks}", f"{s.pieces}", f"{s.sent:.2g}", f"{s.others}", *us,
                       f"{100 * whole / ranks / s.all:.0f}%", f"{1e-3 * step_ms / s.all:.2g}",
                       f"{100 * waits / (waits + s.all / step_ms):.0f}%"])


def setups(bench, shares, step_ms, o):
    gpu_bound.heads(["nodes", "GPUs"], ["partition, s", "assembly, s", f"{BEAT_MS} ms, s", "set-up's share"])
    for nodes, ranks in sizes(o):
        parts = [s * nodes / ranks for s in SETUP_S.values()]
        loop = BEAT_MS / step_ms * min(best(nodes, ranks, pace, bench, shares, o).all for pace in SENT)
        gpu_bound.row([number(nodes), f"{ranks}", *(f"{t:.3g}" for t in (*parts, loop)),
                       f"{100 * sum(parts) / (sum(parts) + loop):.0f}%"])


def check(pieces, paths):
    """Whether the model's halo is that of real partitions."""
    good = True
    gpu_bound.heads(["nodes", "ranks", "pieces"], ["nodes sent", "by the model", "messages", "by the model"])
    for path in paths:
        run = gpu_bound.read(path)
        if (run["pace"], run["fast_current"], run["precision"]) != ("fixed", "nodal", "double"):
            sys.exit(f"{path}: is not of a fixed pace with the nodal current in double precision")
        sent, others = run["sent_bytes_per_step"] / REAL, run["sent_messages_per_step"]
        model_sent, model_others = halo(run["nodes"], run["ranks"], pieces)
        good &= abs(model_sent - sent) <= sent / 3 and 0.8 * others <= model_others <= 2 * others
        gpu_bound.row([f"{run['nodes']:.0f}", f"{run['ranks']:.0f}", f"{pieces}", f"{sent:.0f}", f"{model_sent:.0f}",
                       f"{others:.0f}", f"{model_others}"])
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="+", metavar="FILE.json")
    parser.add_argument("--pace", metavar="SUMMARY.json")
    parser.add_argument("--check", type=int, metavar="PIECES")
    parser.add_argument("--nodes", type=float, nargs="+", default=[1e6, 1e8, 1e9])
    parser.add_argument("--gpus", type=int, nargs="+", default=[1, 8, 64, 512, 4096])
    for name, value, what in (("nvlink_GBs", 450, "each way, of one GPU: half of the data sheet's 900"),
                              ("infiniband_GBs", 50, "each way, of one GPU: 400 Gb/s"),
                              ("share", 0.8, "of these rates that messages reach"),
                              ("latency_us", 5, "of a message between two GPUs"),
                              ("message_us", 0.5, "for each message beyond the latency"),
                              ("wait_us", 6.7, "of the host for the GPU, until the next launch has begun"),
                              ("take_ns", 4, "of a rank's step for each of its nodes, to take a snapshot"),
                              ("pack_ns", 9, "of a rank's thread for each of its nodes, to pack it"),
                              ("packed", 1.9, "times smaller then"),
                              ("machine_GBs", 10, "to the file system from a machine"),
                              ("files_GBs", 200, "of the file system")):
        parser.add_argument("--" + name.replace("_", "-"), dest=name, type=float, default=value, help=f"{what} [{value}]")
    o = parser.parse_args()
    if o.check:
        sys.exit(0 if check(o.check, o.file) else 1)
    bench = gpu_bound.read(o.file[0])
    if bench["precision"] != "double":
        sys.exit(f"{o.file[0]}: is not of double precision, which the figures of this model are")
    print(f"{GPU}, double precision, default current; nothing here is measured.\n\nFixed pace, steps of 0.05 ms:\n")
    steps(bench, "fixed", None, 0.05, o)
    if o.pace:
        with open(o.pace) as file:
            summary = json.load(file)
        shares, step_ms = summary["node_time_at_level"], summary["step_ms"]
        print(f"\nPatches at their own pace, base steps of {step_ms:g} ms:\n")
        steps(bench, "adaptive", shares, step_ms, o)
        print("\nSet-up, and a beat after it:\n")
        setups(bench, shares, step_ms, o)


if __name__ == "__main__":
    main()
