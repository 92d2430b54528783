"""Prints the summaries of scripts/bench.sh as Markdown tables.

usage: bench_table.py FOLDER
"""

import collections
import json
import pathlib
import re
import statistics
import sys

PHASES = ["cells", "diffusion", "halo", "observers", "output"]
# Memory beyond this is counted per node: MPI and the libraries take it whatever the mesh.
FIXED_MB_PER_RANK = 50


def load(folder, kind):
    """Summaries by case, the runs of a case together."""
    cases = collections.defaultdict(list)
    for path in sorted(folder.glob(f"{kind}*.json")):
        case = re.sub(r"-?run\d+$", "", path.stem)
        cases[case].append(json.loads(path.read_text()))
    return cases


def rate(runs):
    return statistics.median(run["node_steps_per_s"] for run in runs)


def share(run, phase):
    seconds = run["seconds"]
    loop = sum(seconds[p] for p in PHASES)
    return 100 * seconds[phase] / loop


def print_speed(cases):
    print("\n| precision | fast current | ranks | median, million node-steps/s | best |", end="")
    print("".join(f" {phase} |" for phase in PHASES))
    print("|---|---|--:|--:|--:|" + "--:|" * len(PHASES))
    for runs in cases.values():
        one = sorted(runs, key=lambda run: run["node_steps_per_s"])[len(runs) // 2]
        best = max(run["node_steps_per_s"] for run in runs)
        print(f"| {one['precision']} | {one['fast_current']} | {one['ranks']} | {rate(runs) / 1e6:.1f} |", end="")
        print(f" {best / 1e6:.1f} |" + "".join(f" {share(one, phase):.0f}% |" for phase in PHASES))


def print_scaling(cases):
    by_ranks = collections.defaultdict(dict)
    for runs in cases.values():
        one = runs[0]
        by_ranks[one["precision"], one["fast_current"]][one["ranks"]] = rate(runs)
    for (precision, fast), rates in by_ranks.items():
        most = max(rates)
        if most > 1 and 1 in rates:
            print(f"\nScaling from 1 to {most} ranks, {precision}, {fast}: {rates[most] / rates[1]:.2f}x.", end="")
    print()


def print_setup(cases):
    for runs in cases.values():
        print("\n| nodes | elements | ranks | read, s | partition, s | assemble, s | in all, s | peak, kB per node |"
              f" beyond {FIXED_MB_PER_RANK} MB per rank |")
        print("|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
        for run in runs:
            parts = [run["seconds"][phase] for phase in ("read", "partition", "assemble")]
            beyond = run["peak_bytes"] - FIXED_MB_PER_RANK * 1e6 * run["ranks"]
            print(f"| {run['nodes']:.0f} | {run['elements']:.0f} | {run['ranks']:.0f} |"
                  + "".join(f" {part:.1f} |" for part in [*parts, sum(parts)])
                  + f" {run['peak_bytes_per_node'] / 1e3:.2f} | {beyond / run['nodes'] / 1e3:.2f} |")


def main():
    folder = pathlib.Path(sys.argv[1])
    speed = load(folder, "speed")
    print_speed(speed)
    print_scaling(speed)
    print_setup(load(folder, "setup"))


main()
