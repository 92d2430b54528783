#!/usr/bin/env python3
"""Compares the activation of a run with times from elsewhere, node by node.

usage: compare_activation.py NAME_nodes.csv TIMES.csv

Both have a header; the first column is the number of the node, and TIMES.csv has the time in ms in the second. Nodes that only
the run has, those of networks and of a refined mesh, are left out. Prints the number of nodes, the mean, the standard deviation
and the largest of the run's time less the other, the correlation, the share of nodes within 3 ms, and both last times.
"""

import csv
import math
import sys


def read(path, column):
    with open(path, newline="", encoding="utf-8") as file:
        rows = csv.reader(file)
        header = next(rows)
        at = header.index(column) if column in header else 1
        return {int(row[0]): float(row[at]) for row in rows if row[at]}


def correlation(pairs):
    n = len(pairs)
    mean = [sum(p[k] for p in pairs) / n for k in (0, 1)]
    off = [(p[0] - mean[0], p[1] - mean[1]) for p in pairs]
    xy, xx, yy = (sum(p[i] * p[j] for p in off) for i, j in ((0, 1), (0, 0), (1, 1)))
    return xy / math.sqrt(xx * yy)


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    run, other = (read(path, "activation_time_ms") for path in sys.argv[1:])
    pairs = [(run[node], other[node]) for node in other if node in run]
    if len(pairs) < 2:
        sys.exit("compare_activation.py: fewer than two nodes have both times")
    late = [a - b for a, b in pairs]
    n, mean = len(late), sum(late) / len(late)
    sd = math.sqrt(sum((x - mean) ** 2 for x in late) / n)
    print(f"nodes {n} of {len(other)}")
    print(f"mean_ms {mean:.2f}")
    print(f"sd_ms {sd:.2f}")
    print(f"largest_ms {max(late, key=abs):.2f}")
    print(f"correlation {correlation(pairs):.5f}")
    print(f"within_3_ms_percent {100 * sum(abs(x) < 3 for x in late) / n:.1f}")
    print(f"last_ms {max(a for a, _ in pairs):.1f} {max(b for _, b in pairs):.1f}")


if __name__ == "__main__":
    main()
