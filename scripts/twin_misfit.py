#!/usr/bin/env python3
"""How near the beats of a twin's hearts are to the map that it was fitted to, by each method.

usage: scripts/twin_misfit.py STUDY... MAP.csv [LATER_MS]

STUDY is the folder of a study whose axes are a twin, with its own beat, and {key: method, values: [eikonal, monodomain]}, or one of them:
a twin with a field has a study for each. They ran with outputs.csv: true. MAP.csv has columns x, y, z in mm and lat_ms. LATER_MS is the axis' later_ms [0]. A heart's time at a point is the
mean of the nodes nearest to it, weighted; times are means over the hearts.
"""

import csv
import math
import pathlib
import sys

NEAREST = 4  # nodes, weighted by the inverse square of their distance about the point


def read_map(path):
    with open(path, encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return [([float(r[k]) for k in "xyz"], float(r["lat_ms"])) for r in rows]


def read_nodes(path):
    with open(path, encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    places = [[float(r[k]) for k in ("x_mm", "y_mm", "z_mm")] for r in rows]
    return places, [float(r["activation_time_ms"] or "nan") for r in rows]


def weights(places, at):
    near = sorted((math.dist(p, at), k) for k, p in enumerate(places))[:NEAREST]
    shares = [(k, 1 / (d * d + 1e-6)) for d, k in near]
    total = sum(w for _, w in shares)
    return [(k, w / total) for k, w in shares]


def spread(differences):
    mean = sum(differences) / len(differences)
    return mean, math.sqrt(sum((d - mean) ** 2 for d in differences) / len(differences))


def rows_of(folders):
    for folder in map(pathlib.Path, folders):
        with open(folder / "table.csv", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                yield row["method"], folder / "members" / f"{int(row['member']):04d}_nodes.csv"


def main(folders, path, later=0.0):
    points = read_map(path)
    where, sums, counts = None, {}, {}
    for method, nodes in rows_of(folders):
        places, times = read_nodes(nodes)
        where = where or [weights(places, at) for at, _ in points]
        counts[method] = counts.get(method, 0) + 1
        total = sums.setdefault(method, [0.0] * len(points))
        for k, shares in enumerate(where):
            total[k] += sum(times[n] * w for n, w in shares) - later
    means = {m: [t / counts[m] for t in total] for m, total in sums.items()}
    for method, times in means.items():
        mean, deviation = spread([t - lat for t, (_, lat) in zip(times, points)])
        print(f"{method}: {mean:.2f} ms later than the map, and then off by {deviation:.2f} ms at {len(points)} points")
    if not {"eikonal", "monodomain"} <= means.keys():
        return
    mean, deviation = spread([b - a for a, b in zip(means["eikonal"], means["monodomain"])])
    print(f"monodomain less eikonal: {mean:.2f} ms, standard deviation {deviation:.2f} ms")


if __name__ == "__main__":
    maps = [k for k, name in enumerate(sys.argv) if name.endswith(".csv")]
    if len(maps) != 1 or maps[0] < 2 or len(sys.argv) - maps[0] > 2:
        sys.exit(__doc__)
    main(sys.argv[1 : maps[0]], sys.argv[maps[0]], *map(float, sys.argv[maps[0] + 1 :]))
