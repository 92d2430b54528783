#!/usr/bin/env python3
"""Peak memory of the rank that takes most, from reading a mesh to results, on more and more ranks.

usage: rank_memory.py PROGRAM [--edges N] [--ranks N ...] [--stages NAME ...] [--folder FOLDER]

A cube of N edges of 0.2 mm a side, cut into six tetrahedra each, goes through

  slab         made, and written as VTU
  run          read and run: a checkpoint, snapshots, maps
  restart      the same from a checkpoint
  refine       a file of half as many edges, read, refined and run
  coordinates  transmural and apicobasal ones of a file
  fibres       made by rule and written

each as a program of its own. Prints, of each, the peak as the system counted it and how much it is over a rank's share of
what one rank takes: 1 falls as 1 / ranks."""
import argparse
import os
import resource
import subprocess
import sys
import tempfile

SPACING_MM = 0.2
HEART = """
mesh: {{file: {mesh}, fibre: [1, 0, 0]{refine}}}
regions:
  - {{name: tissue, model: ten_tusscher_2006, conductivity: {{longitudinal_S_per_m: 0.1334, transverse_S_per_m: 0.0176}}}}
stimuli:
  - {{box: {{min_mm: [0, 0, 0], max_mm: [1, 1, 1]}}, duration_ms: 1, amplitude_uA_per_uF: 50}}
time: {{duration_ms: 0.6, step_ms: 0.05}}
outputs: {{snapshots: {{interval_ms: 0.5}}}}
checkpoint: {{interval_ms: 0.5}}
"""


def stages(edges):
    """Arguments of each stage, in an order in which each finds its files."""
    size = edges * SPACING_MM
    middle = size / 2
    walls = ["--lv-endo", f"at:{middle},{middle},0", "--epi", f"at:{middle},{middle},{size}",
             "--base", f"at:0,{middle},{middle}"]
    return {
        "slab": ["mesh", "slab", "fine.vtu", "--size", f"{size:g},{size:g},{size:g}", "--spacing", f"{SPACING_MM}"],
        "run": ["run", "fine.yaml", "--quiet", "--output", "first"],
        "restart": ["run", "fine.yaml", "--quiet", "--output", "second", "--restart", "first.ckpt.nc"],
        "refine": ["run", "coarse.yaml", "--quiet", "--output", "refined"],
        "coordinates": ["mesh", "coordinates", "fine.vtu", "coordinates.vtu", *walls],
        "fibres": ["mesh", "fibres", "fine.vtu", "fibres.vtu", *walls],
    }


def measure(command, log):
    """In place of this process: the command, and its peak in kB behind the others in the log."""
    done = subprocess.run(command)
    with open(log, "a", encoding="ascii") as out:
        out.write(f"{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}\n")
    sys.exit(done.returncode)


def peaks_mb(program, arguments, ranks):
    """Of each rank."""
    log = f"peaks.{ranks}"
    if os.path.exists(log):
        os.remove(log)
    start = ["mpirun", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none", "--mca", "mpi_yield_when_idle", "1",
             "-n", str(ranks)]
    done = subprocess.run([*start, sys.executable, os.path.abspath(__file__), "--measure", log, program, *arguments],
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(arguments)} on {ranks} ranks ended with {done.returncode}:\n{done.stdout}")
    with open(log, encoding="ascii") as found:
        return [1.024e-3 * int(line) for line in found]


def main():
    if sys.argv[1:2] == ["--measure"]:
        measure(sys.argv[3:], sys.argv[2])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--edges", type=int, default=170, help="of the cube's side, even [170: 5.0 million nodes]")
    parser.add_argument("--ranks", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--stages", nargs="+", help="only these [all]")
    parser.add_argument("--folder", help="for some GB of files, which stay there [a temporary one]")
    options = parser.parse_args()
    program, every = os.path.abspath(options.program), stages(options.edges)
    with tempfile.TemporaryDirectory() as temporary:
        os.chdir(options.folder or temporary)
        for name, refine in ("fine", ""), ("coarse", ", refine: 1"):
            with open(f"{name}.yaml", "w", encoding="ascii") as out:
                out.write(HEART.format(mesh=f"{name}.vtu", refine=refine))
        coarse = [word.replace("fine.vtu", "coarse.vtu") for word in every["slab"][:-1]] + [f"{2 * SPACING_MM}"]
        peaks_mb(program, coarse, 1)
        print("| ranks | " + " | ".join(options.stages or every) + " |")
        one = {}
        for ranks in options.ranks:
            cells = []
            for name in options.stages or every:
                peak = max(peaks_mb(program, every[name], ranks))
                one.setdefault(name, peak * ranks)
                cells.append(f"{peak:.0f} MB, {peak * ranks / one[name]:.2f}")
                print(ranks, name, cells[-1], file=sys.stderr, flush=True)
            print(f"| {ranks} | " + " | ".join(cells) + " |", flush=True)


main()
