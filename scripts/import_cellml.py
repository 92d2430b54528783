#!/usr/bin/env python3
"""Turns an ionic model in CellML 1.0 or 1.1 into a header for kernels/models/: see docs/importing-cellml.md.

Prints what it decided: the membrane potential, the stimulus that it left out, how each state is advanced, and
which formulas it made safe."""

import argparse
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from cellml import ImportError_  # noqa: E402
from cellml.header import header  # noqa: E402
from cellml.model import Model  # noqa: E402
from cellml.reader import Document  # noqa: E402
from cellml.writer import Writer  # noqa: E402


def arguments():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("file", metavar="FILE.cellml")
    p.add_argument("--name", required=True, help="of the model, as author_year: mahajan_2008")
    p.add_argument("--output", metavar="NAME.h", help="file to write; default: NAME.h in this folder")
    p.add_argument("--title", help="one line for 'isochrone models'")
    p.add_argument("--paper", help="authors, journal, year, doi")
    p.add_argument("--vm", metavar="VARIABLE", help="membrane potential, where it is not recognised")
    p.add_argument(
        "--potential",
        nargs=2,
        type=float,
        metavar=("LOW", "HIGH"),
        help="potentials in mV of 0 and 1, for a dimensionless membrane potential",
    )
    p.add_argument(
        "--activation",
        type=float,
        metavar="MV",
        help="potential in mV that activation is a rise through; default: 0, or half way of --potential, or 0.5 "
        "where the potential rests at 0 as if it ran from 0 to 1",
    )
    p.add_argument(
        "--stimulus",
        action="append",
        metavar="VARIABLE",
        help="current to leave out, where it is not recognised; may be given again",
    )
    p.add_argument(
        "--at-time",
        type=float,
        default=0.0,
        metavar="MS",
        help="conditions on time, but for the stimulus, are what they are at this time; default: 0",
    )
    p.add_argument("--fast", metavar="VARIABLE", help="fast inward current, where it is not recognised")
    p.add_argument(
        "--max-step",
        type=float,
        metavar="MS",
        help="largest stable time step; default: tried over a beat, at most 0.1 ms",
    )
    return p.parse_args()


def report(model, writer):
    def names(kind):
        found = [r.name for r in model.rates if r.kind == kind]
        return f"{len(found)}: " + " ".join(found) if found else "none"

    def potentials(values):
        return ", ".join(f"{v:g}" for v in sorted(set(round(v, 6) + 0.0 for v in values))) + " mV"

    print(f"model          {model.document.name}")
    scaled = (
        ""
        if model.vm is model.potential and model.vm_rest == model.initial(model.potential)
        else (f", of which the state is {model.potential}")
    )
    print(f"potential      {model.vm} in {model.vm.unit_name}{scaled}; {model.vm_rest:g} mV at the start")
    print(f"activation     a rise through {writer.activation():g} mV")
    if model.vm_rest >= writer.activation():
        print("               check: the potential starts above it, so nothing counts as activated: say --activation")
    elif model.vm_rest >= 0 and not model.options.potential and model.options.activation is None:
        print("               check: the potential starts at or above 0 and is taken to run to 1: say --activation")
    print(f"time           in {model.document.time.unit_name}: {model.ms_per_unit:g} ms")
    print(
        "stimulus       "
        + ("left out: " + "; ".join(str(v) for v in model.stimulus) if model.stimulus else "none found")
    )
    for carrier in model.carriers():
        print(f"               {carrier} carries it in the file; isochrone's stimuli change Vm only")
    for note in model.document.notes:
        print(f"note           {note}")
    print(f"Rush-Larsen    {names('gate')}")
    print(f"exponential    {names('mixed')} (rates of V and other states)")
    print(f"               {names('linear')} (linear in themselves)")
    print(f"               {names('tangent')} (fast: along the tangent)")
    print(f"implicit       {names('coupled')} (fast, and exchange something)")
    print(f"forward Euler  {names('euler')}")
    step, holds = model.largest_step()
    tried = " as asked" if model.options.max_step else " tried over a beat" if holds else ""
    print(f"largest step   {step:g} ms{tried}")
    if not holds:
        print("check          no step holds over a beat: it still changes at this one")
    print(
        f"tables of V    {len(writer.gates) + len(writer.currents)} functions"
        + ("" if writer.tabled else ", cheap enough to be evaluated")
    )
    if writer.lifted:
        print(
            f"               {len(writer.lifted)} switches in V are not on the grid of the tables: chosen in the step"
        )
    print(
        "fast current   "
        + (f"{writer.fast_name}" if writer.nfast else "none found: say --fast if there is one")
    )
    if model.guards:
        print(f"made safe      x / (exp(x) - 1) at {potentials(model.guards)}")
    if model.poles:
        print(f"check          a denominator vanishes at {potentials(model.poles)} and was left as it is")


def main():
    a = arguments()
    if not re.fullmatch(r"[a-z][a-z0-9_]*", a.name):
        print(f"import_cellml.py: --name {a.name}: use lower-case letters, digits and _", file=sys.stderr)
        return 2
    try:
        model = Model(Document(a.file), a)
        writer = Writer(model, a.name, os.path.basename(a.file))
        text = header(writer)
    except ImportError_ as error:
        print(f"import_cellml.py: {a.file}: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"import_cellml.py: {a.file}: {error.strerror}", file=sys.stderr)
        return 2
    output = a.output or a.name + ".h"
    try:
        with open(output, "w", encoding="utf-8") as f:
            f.write(text)
    except OSError as error:
        print(f"import_cellml.py: {output}: {error.strerror}", file=sys.stderr)
        return 1
    report(model, writer)
    print(f"written        {output}")
    return 0


if __name__ == "__main__":
    sys.setrecursionlimit(20000)
    sys.exit(main())
