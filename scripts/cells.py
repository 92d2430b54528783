#!/usr/bin/python3
"""The cost of every ionic model on one core beside what its arithmetic allows, as a table in Markdown.

usage: scripts/cells.py [BUILD]

BUILD [build] holds a build with tests, its measure_models among them; the processor has AVX-512. The loop of a model is
found in the disassembly; its packed multiplications (fused or not), additions, divisions and roots are counted, and the
three fused multiply-adds of each rate that is looked up are added. The bound, in cycles for a vector of cells: one
multiplication a cycle with the additions beside it, and CYCLES for a division or root, as measured on a Zen 4 core.
The columns "of functions" hold what the transcendental functions of the model's equations would cost, ns, if each were
one of our own vectorised exponentials and nothing else were to be done, and the step's cost over that.
"""
import glob
import re
import subprocess
import sys

CYCLES = {"f64": {"div": 9, "sqrt": 16}, "f32": {"div": 6, "sqrt": 10}}
LANES = {"f64": 8, "f32": 16}


def loops(lines):
    """Innermost loops of a function's disassembly, as lists of (mnemonic, operands)."""
    code = [m.groups() for m in (re.match(r"\s*([0-9a-f]+):\s+(\S+)\s*(.*)", line) for line in lines) if m]
    place = {int(address, 16): i for i, (address, _, _) in enumerate(code)}
    found = []
    for i, (_, name, operands) in enumerate(code):
        target = re.match(r"([0-9a-f]+) <", operands) if name.startswith("j") else None
        start = place.get(int(target[1], 16)) if target else None
        if start is not None and start <= i and not any(start <= low and high <= i for low, high in found):
            found.append((start, i))
    return [[c[1:] for c in code[low : high + 1]] for low, high in found]


def count(loop, precision):
    """Packed operations on whole registers."""
    suffix = {"f64": "pd", "f32": "ps"}[precision]
    kinds = {"multiply": r"v(mul|fn?m(add|sub)\d+)", "add": "v(add|sub)", "div": "vdiv", "sqrt": "vsqrt"}
    wide = [name for name, operands in loop if "zmm" in operands]
    return {kind: sum(bool(re.fullmatch(of + suffix, name)) for name in wide) for kind, of in kinds.items()}


def functions(build, precision):
    """Disassembly of the cell kernels by function."""
    folder = f"{build}/kernels/CMakeFiles/iso_kernels_{precision}_avx512.dir"
    paths = sorted(glob.glob(f"{folder}/**/*_cpu.c.o", recursive=True))
    text = subprocess.run(["objdump", "-d", "--no-show-raw-insn", *paths], check=True, capture_output=True, text=True)
    parts = re.split(r"\n[0-9a-f]+ <(.*)>:\n", text.stdout)
    return {name: body.split("\n") for name, body in zip(parts[1::2], parts[2::2])}


def bound_cycles(disassembly, model, rates, precision):
    """Cycles for one cell, and what was counted in the loop."""
    name = f"{model}_tabled_block" if rates else f"{model}_exact_block"
    counted = [count(loop, precision) for loop in loops(disassembly[name])]
    most = max(counted, key=lambda c: sum(c.values()))
    cost = CYCLES[precision]
    multiply = most["multiply"] + 3 * rates
    cycles = max(multiply, most["add"]) + cost["div"] * most["div"] + cost["sqrt"] * most["sqrt"]
    return cycles / LANES[precision], most


def main():
    build = sys.argv[1] if len(sys.argv) > 1 else "build"
    program = f"{build}/tests/kernels/measure_models"
    measured = subprocess.run([program, "speed"], check=True, capture_output=True, text=True)
    speeds, _, _, *rows = measured.stdout.splitlines()
    print(speeds + "\n")
    ghz, *exponential_ns = map(float, re.findall(r"[0-9.]+(?= G| ns)", speeds))
    code = {precision: functions(build, precision) for precision in LANES}
    print("| model | functions | rates looked up | multiply, add, divide, root "
          "| double, ns | million/s | of bound | of functions "
          "| single, ns | million/s | of bound | of functions |\n|---|" + 11 * "--:|")
    for line in rows:
        model, rates, calls, *ns = [cell.strip() for cell in line.strip("| ").split("|")]
        cells = [model, calls, rates]
        for precision, each_ns, cost in zip(LANES, exponential_ns, map(float, ns)):
            cycles, most = bound_cycles(code[precision], model, int(rates), precision)
            if precision == "f64":
                cells.append(", ".join(str(n) for n in most.values()))
            predicted = int(calls) * each_ns
            cells += [f"{cost:.1f}", f"{1e3 / cost:.1f}", f"{100 * cycles / ghz / cost:.0f}%",
                      f"{predicted:.1f}, {cost / predicted:.2f}" if predicted else "-"]
        print("| " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
