#!/usr/bin/env python3
"""How long ranks would wait for each other with an adaptive pace, from the fronts of a run: a model, not a measurement.

usage: ranks_model.py NAME [--ranks N ...] [--pieces N ...] [--front COST]

NAME.e.nc and NAME.json are the results of one beat with an adaptive pace, in which every node has activated. Nodes are put
along a Hilbert curve and cut into patches of 64, as the program does, and the curve into equal parts that are dealt to the
ranks in turn (mesh.pieces of them each). A patch is

  at 1 base step   while a front is in it: from its first activation to its last, and as much longer as the share of node-time
                   at that level in NAME.json says;
  at 2             for 20 ms after that;
  at 4             at most, while a front is in a patch that it shares an element with;
  at 8             while it recovers, as long as the share of that level says;
  at 16            else, or at the longest that the model takes.

A step costs a node 1, or COST where a front is [3: with the interpolated fast current]. Ranks wait for the slowest after every
base step; that they may run ahead of all but their neighbours is left out, and so is what messages cost. Beside that stand
the same for a fixed pace, and how many nodes of others a rank needs for each of its own."""
import argparse
import json

import netCDF4
import numpy

PATCH = 64
LEVELS = [1, 2, 4, 8, 16]
CYCLE = LEVELS[-1]  # base steps after which every patch has gone on
HOLD_MS = 20  # at 2 base steps at most after an upstroke
CURVE_BITS = 16


def hilbert(places):
    """Where points [n][3] lie along a Hilbert curve through their bounding box (Skilling, AIP Conf Proc 707:381, 2004)."""
    low, size = places.min(axis=0), (places.max(axis=0) - places.min(axis=0)).max()
    x = ((places - low) / size * (2 ** CURVE_BITS - 1)).astype(numpy.int64).T
    bit = 1 << (CURVE_BITS - 1)
    while bit > 1:  # from the transposed Hilbert code of coordinates to the code's bits: undo, then Gray code
        below = bit - 1
        for d in range(3):
            flip = (x[d] & bit) != 0
            swap = numpy.where(flip, 0, (x[0] ^ x[d]) & below)
            x[0] = numpy.where(flip, x[0] ^ below, x[0] ^ swap)
            x[d] ^= swap
        bit >>= 1
    x[1] ^= x[0]
    x[2] ^= x[1]
    turn = numpy.zeros_like(x[0])
    bit = 1 << (CURVE_BITS - 1)
    while bit > 1:
        turn ^= numpy.where(x[2] & bit, bit - 1, 0)
        bit >>= 1
    x ^= turn
    code = numpy.zeros_like(x[0])
    for b in reversed(range(CURVE_BITS)):
        for d in range(3):
            code = (code << 1) | ((x[d] >> b) & 1)
    return code


class Run:
    """Patches of a run: times of their nodes, sizes and neighbours."""

    def __init__(self, name):
        with netCDF4.Dataset(name + ".e.nc") as data:
            places = numpy.stack([data["coord" + axis][:].data for axis in "xyz"], axis=1)
            activation = numpy.ma.filled(data["activation_time"][:].astype(float), numpy.nan)
            recovery = activation + numpy.ma.filled(data["apd"][:].astype(float), numpy.nan)
            blocks = [data[v][:].data - 1 for v in data.variables if v.startswith("connect")]
        if numpy.isnan(activation).any():
            raise SystemExit("ranks_model.py: %s.e.nc has nodes that never activate; run until all have" % name)
        with open(name + ".json") as file:
            said = json.load(file)
        recovery[numpy.isnan(recovery)] = said["simulated_ms"]  # not within the run
        self.step_ms, self.until_ms, self.shares = said["step_ms"], said["simulated_ms"], said["node_time_at_level"]
        order = numpy.argsort(hilbert(places), kind="stable")
        self.nodes, place = len(order), numpy.empty(len(order), dtype=numpy.int64)
        place[order] = numpy.arange(len(order))
        self.patch_of, first = place // PATCH, numpy.arange(0, len(order), PATCH)
        self.size = numpy.diff(numpy.append(first, self.nodes))
        self.first_active = numpy.minimum.reduceat(activation[order], first)
        self.last_active = numpy.maximum.reduceat(activation[order], first)
        self.first_recovered = numpy.minimum.reduceat(recovery[order], first)
        self.last_recovered = numpy.maximum.reduceat(recovery[order], first)
        self.pairs = [pair for elements in blocks for pair in self.pairs_of(elements)]

    @staticmethod
    def pairs_of(elements):
        """Pairs of nodes of each element, [elements][2] for each pair of corners, in both directions."""
        corners = elements.shape[1]
        return [elements[:, [i, j]] for i in range(corners) for j in range(corners) if i != j]

    def fitted(self, share, length):
        """What is to be added to each patch's own length, ms, for a share of all nodes' time."""
        extra = (share * self.until_ms * self.nodes - numpy.sum(self.size * length)) / self.nodes
        return max(extra, 0.0)

    def levels(self):
        """Level and whether a front is there, [patches][cycles]."""
        start = numpy.arange(0, self.until_ms, CYCLE * self.step_ms)
        front = self.fitted(self.shares[0], self.last_active - self.first_active)
        active = [self.first_active - 0.5 * front, self.last_active + 0.5 * front]
        near = [active[0].copy(), active[1].copy()]
        for pair in self.pairs:
            a, b = self.patch_of[pair[:, 0]], self.patch_of[pair[:, 1]]
            numpy.minimum.at(near[0], a, active[0][b])
            numpy.maximum.at(near[1], a, active[1][b])
        slow = self.fitted(self.shares[3], self.last_recovered - self.first_recovered)
        longest = LEVELS[4] if self.shares[4] > self.shares[3] else LEVELS[3]
        level = numpy.full((len(self.size), len(start)), longest, dtype=numpy.int64)

        def limit(low, high, most):
            inside = (start >= low[:, None]) & (start <= high[:, None])
            numpy.minimum(level, numpy.where(inside, most, CYCLE), out=level)
            return inside

        limit(self.first_recovered - 0.5 * slow, self.last_recovered + 0.5 * slow, LEVELS[3])
        limit(near[0], near[1], LEVELS[2])
        limit(active[1], active[1] + HOLD_MS, LEVELS[1])
        return level, limit(active[0], active[1], LEVELS[0])

    def ghosts(self, owner):
        """Nodes of others that ranks need, for each of their own."""
        needed = [numpy.unique(numpy.stack([owner[self.patch_of[pair[:, 1]]], pair[:, 0]])[
            :, owner[self.patch_of[pair[:, 0]]] != owner[self.patch_of[pair[:, 1]]]], axis=1) for pair in self.pairs]
        return numpy.unique(numpy.concatenate(needed, axis=1), axis=1).shape[1] / self.nodes


def owners(patches, ranks, pieces):
    """Equal stretches of the curve, dealt in turn."""
    return numpy.arange(patches) * ranks * pieces // patches % ranks


def waiting(level, cost, owner, ranks):
    """Share of all ranks' time that goes by waiting for the slowest after every base step."""
    work = []
    for k in LEVELS:
        sums = numpy.zeros((ranks, level.shape[1]))
        numpy.add.at(sums, owner, numpy.where(level == k, cost, 0))
        work.append(sums)
    means, most = 0.0, 0.0
    for j in range(CYCLE):
        due = sum(w for k, w in zip(LEVELS, work) if j % k == 0)
        means += due.mean(axis=0).sum()
        most += due.max(axis=0).sum()
    return 1 - means / most


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name")
    parser.add_argument("--ranks", type=int, nargs="+", default=[2, 8, 64, 512])
    parser.add_argument("--pieces", type=int, nargs="+", default=[1, 4, 8, 16, 32])
    parser.add_argument("--front", type=float, default=3, metavar="COST")
    options = parser.parse_args()
    run = Run(options.name)
    level, front = run.levels()
    cost = run.size[:, None] * numpy.where(front, options.front, 1.0)
    time = run.size[:, None] / (run.nodes * level.shape[1])
    print("%d nodes, %d patches. Node-time at 1, 2, 4, .. base steps: model %s, run %s"
          % (run.nodes, len(run.size), ", ".join("%.3f" % numpy.sum(time * (level == k)) for k in LEVELS),
             ", ".join("%.3f" % share for share in run.shares)))
    fronts = numpy.sum(front, axis=0)
    print("Patches with a front: %.0f on average while there are any, %d at most"
          % (fronts[fronts > 0].mean(), fronts.max()))
    print("\n| ranks | pieces | patches a rank | waits, adaptive | waits, fixed | nodes of others |")
    print("|--:|--:|--:|--:|--:|--:|")
    for ranks in options.ranks:
        for pieces in options.pieces:
            if ranks * pieces > len(run.size):
                continue
            owner = owners(len(run.size), ranks, pieces)
            adaptive = waiting(level, cost, owner, ranks)
            fixed = waiting(numpy.ones_like(level), cost, owner, ranks)
            print("| %d | %d | %.0f | %.0f%% | %.0f%% | %.2f |"
                  % (ranks, pieces, len(run.size) / ranks, 100 * adaptive, 100 * fixed, run.ghosts(owner)), flush=True)


if __name__ == "__main__":
    main()
