#!/usr/bin/env python3
"""Whether `isochrone check` says what runs take: three configurations, on a machine with nothing else to do.

usage: check_estimates.py PROGRAM [--ranks N] [--short]

Of each, time and memory as check expects them beside those of the run, which comes right after it, and the ratio. Exit code
1 where a time is off by more than 30%. --short: a few milliseconds of each, to try the script with."""
import argparse
import json
import os
import subprocess
import sys
import tempfile

CONFIGS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "configs")
ALLOWED = 1.3
UNITS = {"ms": 1e-3, "s": 1, "min": 60, "h": 3600, "d": 86400}

# What, the configuration, its settings, and the duration of all of it and of --short, ms.
RUNS = (
    ("small block, 0.25 mm, snapshots each ms", "slab-first.yaml",
     ["mesh.slab.spacing_mm=0.25", "stop.all_activated=false"], 600, 5),
    ("biventricle, 390,027 nodes, its first part", "biventricle.yaml", [], 30, 1),
    ("beat in a sheet of 129,042 nodes, checkpoints each 50 ms", "niederer.yaml",
     ["mesh.slab={size_mm: [80, 50, 0.25], spacing_mm: 0.25}", "outputs.probes=null", "time.step_ms=0.05",
      "stimuli.0.box={min_mm: [0, 0, 0], max_mm: [3, 3, 0.25]}", "checkpoint.interval_ms=50"], 400, 2),
)


def seconds(text):
    """Of "2 min 16 s on this machine ...", or "261 ms on ..."."""
    words, total = text.split(), 0
    while len(words) > 1 and words[1] in UNITS:
        total += float(words[0]) * UNITS[words[1]]
        words = words[2:]
    return total


def call(start, *arguments):
    done = subprocess.run([*start, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def expected(start, config, settings):
    """Seconds, and bytes."""
    said = {line.split(maxsplit=1)[0]: line.split(maxsplit=1)[1] for line in call(start, "check", config, *settings).splitlines()
            if line.startswith(("estimate ", "memory "))}
    return seconds(said["estimate"]), 1e6 * float(said["memory"].split()[0])


def measured(start, config, settings):
    """The same of a run."""
    call(start, "run", config, *settings, "--quiet", "--output", "run", "--summary", "run.json")
    with open("run.json", encoding="utf-8") as found:
        summary = json.load(found)
    return summary["wall_s"], summary["peak_bytes"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--ranks", type=int, default=1)
    parser.add_argument("--short", action="store_true")
    options = parser.parse_args()
    start = [os.path.abspath(options.program)]
    if options.ranks > 1:
        start = ["mpirun", "--allow-run-as-root", "--oversubscribe", "-n", str(options.ranks), *start]
    off = 0
    print("| configuration | expected, s | measured, s | ratio | expected, MB | measured, MB | ratio |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for what, config, settings, duration_ms, short_ms in RUNS:
            sets = [f"time.duration_ms={short_ms if options.short else duration_ms}", *settings]
            arguments = [word for setting in sets for word in ("--set", setting)]
            path = os.path.join(CONFIGS, config)
            (time, memory), (took, peak) = expected(start, path, arguments), measured(start, path, arguments)
            print(f"| {what} | {time:.1f} | {took:.1f} | {time / took:.2f} | {1e-6 * memory:.0f} | {1e-6 * peak:.0f} | {memory / peak:.2f} |",
                  flush=True)
            off += not 1 / ALLOWED <= time / took <= ALLOWED
    sys.exit(1 if off and not options.short else 0)


main()
