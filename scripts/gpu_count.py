#!/usr/bin/env python3
"""Counts the instructions that a warp issues on one way through a CUDA kernel: nothing is run, and no GPU is needed.

usage: cuobjdump -sass OBJECT | scripts/gpu_count.py KERNEL [--take ADDRESS,...] [--loop ADDRESS:TIMES,...] [--branches]

KERNEL is a part of the name of one kernel. The way: branches over a call (the slow paths of divisions) or over more than
16 KiB (rates without tables) are taken, other conditional ones are not, and no thread leaves early. --take names branches
that are taken besides; --loop backward ones, and how often their loop runs; --branches prints all, to choose from.
"""
import argparse
import collections
import re
import sys

LINE = re.compile(r"/\*([0-9a-f]+)\*/\s+(?:(@!?U?P\w+)\s+)?(\S+)\s*(.*?)\s*;")
FAR = 0x4000  # bytes


def read(lines, kernel):
    """[(address, predicate, operation, operands)] of the kernel."""
    found, inside = [], False
    for line in lines:
        if "Function :" in line:
            inside = kernel in line
        elif inside and (match := LINE.search(line)):
            found.append((int(match[1], 16), match[2], match[3], match[4]))
    if not found:
        sys.exit(f"there is no kernel '{kernel}' in the input")
    return found


def walk(code, take, loops):
    """Instructions on the way, and what was decided at each conditional branch."""
    place = {address: k for k, (address, *_) in enumerate(code)}
    way, branches, k = [], [], 0
    left = dict(loops)
    while True:
        address, predicate, operation, operands = code[k]
        way.append(code[k])
        k += 1
        if operation.startswith("EXIT") and not predicate:
            return way, branches
        if not operation.startswith("BRA"):
            continue
        target = place[int(re.findall(r"0x([0-9a-f]+)", operands)[-1], 16)]
        if predicate and target >= k:
            over_call = any(i[2].startswith("CALL") for i in code[k:target])
            taken = address in take or over_call or code[target][0] - address > FAR
        elif predicate:
            left[address] = left.get(address, 1) - 1
            taken = left[address] > 0
        else:
            taken = True
        if predicate:
            branches.append(f"{address:#x} to {code[target][0]:#x}: {'taken' if taken else 'not taken'}")
        if taken:
            k = target


def main():
    parser = argparse.ArgumentParser(usage=__doc__.split("\n")[2][7:])
    parser.add_argument("kernel")
    parser.add_argument("--take", default="")
    parser.add_argument("--loop", default="")
    parser.add_argument("--branches", action="store_true")
    options = parser.parse_args()
    take = {int(a, 16) for a in options.take.split(",") if a}
    loops = {int(a.split(":")[0], 16): int(a.split(":")[1]) for a in options.loop.split(",") if a}
    way, branches = walk(read(sys.stdin, options.kernel), take, loops)
    kinds = collections.Counter(i[2].split(".")[0] for i in way)
    print(f"{len(way)} instructions, of them")
    for group, names in (("for the FP64 pipe", ("DFMA", "DMUL", "DADD", "DSETP")),
                         ("for the FP32 pipe", ("FFMA", "FMUL", "FADD", "FSETP", "FMNMX", "FSEL")),
                         ("for memory", ("LDG", "STG", "LDGSTS", "LDS", "STS", "LDL", "STL"))):
        parts = ", ".join(f"{kinds[n]} {n}" for n in names if kinds[n])
        print(f"  {sum(kinds[n] for n in names):4} {group}" + (f": {parts}" if parts else ""))
    wide = sum("128" in i[2] for i in way if i[2].startswith("LDG"))
    print(f"  {wide:4} of the loads are of 16 bytes for each thread: looked up in tables")
    if options.branches:
        print("\n".join(branches))


main()
