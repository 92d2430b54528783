"""Whether results still have the bits that are on record.

    gate.py BUILD              runs every case of cases.py with the programs of a build and compares with checksums.txt
    gate.py BUILD --only NAME  only cases whose name holds NAME; may be given more than once
    gate.py BUILD --record     puts what comes out on record instead: of all cases, or of those named by --only

A checksum is of one variable's values, whatever file, order, compression or company it is written in. All runs of a
case, on any ranks, on the CPU and on the test double of CUDA, must give the same. A change that must move bits
records its own cases again, by name, and says why in its commit.
"""

import argparse
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import netCDF4
    import numpy
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

import cases

HERE = pathlib.Path(__file__).resolve().parent
CHECKSUMS = HERE / "checksums.txt"
MPIEXEC = os.environ.get("GATE_MPIEXEC", "mpiexec --allow-run-as-root --oversubscribe --bind-to none").split()
# What only says which variables there are, and would change with any new one.
LISTS = {"name_nod_var", "name_elem_var", "elem_var_tab", "coor_names"}


# ---- files that the cases name ----


def write_vtk(path, points, elements):
    """elements: (VTK's type, tag, nodes)."""
    words = [f"{len(e[2])} {' '.join(map(str, e[2]))}" for e in elements]
    path.write_text("\n".join(
        ["# vtk DataFile Version 3.0", "gate", "ASCII", "DATASET UNSTRUCTURED_GRID", f"POINTS {len(points)} double"]
        + [" ".join(map(str, p)) for p in points]
        + [f"CELLS {len(elements)} {sum(len(e[2]) + 1 for e in elements)}"] + words
        + [f"CELL_TYPES {len(elements)}"] + [str(e[0]) for e in elements]
        + [f"CELL_DATA {len(elements)}", "SCALARS tag int 1", "LOOKUP_TABLE default"] + [str(e[1]) for e in elements]
    ) + "\n")


def cubes(nx, ny, nz, edge):
    """Points of a block, x fastest, and the corners of its cubes as VTK orders them."""
    points = [(i * edge, j * edge, k * edge) for k in range(nz + 1) for j in range(ny + 1) for i in range(nx + 1)]
    number = lambda i, j, k: i + (nx + 1) * (j + (ny + 1) * k)
    corners = [(i, j, k) for k in range(nz) for j in range(ny) for i in range(nx)]
    turn = [(0, 0), (1, 0), (1, 1), (0, 1)]
    return points, [[number(i + a, j + b, k + c) for c in (0, 1) for a, b in turn] for i, j, k in corners]


FIVE_TETRAHEDRA = [(0, 1, 3, 4), (1, 2, 3, 6), (1, 4, 5, 6), (3, 4, 6, 7), (1, 3, 4, 6)]


def write_mixed(path):
    """Hexahedra, then tetrahedra beside them, a sheet of triangles from their end and a cable from its corner."""
    points, hexahedra = cubes(3, 2, 1, 0.5)
    elements = [(12, 1, h) for h in hexahedra]
    first = len(points)  # a block of its own, on the far side of a sheet
    more, blocks = cubes(2, 2, 1, 0.5)
    points += [(x + 3, y, z) for x, y, z in more]
    for h in blocks:
        elements += [(10, 2, [first + h[k] for k in four]) for four in FIVE_TETRAHEDRA]
    at = {p: i for i, p in enumerate(points)}
    sheet = [(1.5, 0, 0), (1.5, 0.5, 0), (1.5, 1, 0)]
    for x in (2, 2.5, 3):
        row = [(x, y, 0) for y in (0, 0.5, 1)]
        for p in row:
            at.setdefault(p, len(at))
        points += [p for p in row if at[p] == len(points)]
        for a in (0, 1):
            corners = [at[sheet[a]], at[row[a]], at[row[a + 1]], at[sheet[a + 1]]]
            elements += [(5, 3, [corners[k] for k in three]) for three in ((0, 1, 2), (0, 2, 3))]
        points = sorted(at, key=at.get)
        sheet = row
    last = at[(4, 1, 0.5)]
    for k in range(1, 5):
        points.append((4 + 0.3 * k, 1, 0.5))
        elements.append((3, 3, [last, len(points) - 1]))
        last = len(points) - 1
    write_vtk(path, points, elements)


def write_two_tags(path):
    points, hexahedra = cubes(8, 4, 2, 0.5)
    write_vtk(path, points, [(12, 1 if h[0] % 9 < 4 else 2, h) for h in hexahedra])


def write_field(path, nnodes=9 * 5 * 3):
    with netCDF4.Dataset(path, "w") as file:
        file.createDimension("num_nodes", nnodes)
        file.createVariable("value", "f8", ("num_nodes",))[:] = 1e-3 + 1e-5 * numpy.arange(nnodes)


def write_inputs(folder):
    write_mixed(folder / "mixed.vtk")
    write_two_tags(folder / "two.vtk")
    write_field(folder / "field.nc")
    (folder / "own.h").write_text((HERE / "../../kernels/models/luo_rudy_1991.h").read_text())
    for name, (config, _) in cases.CASES.items():
        (folder / f"{name}.yaml").write_text(json.dumps(config))


# ---- runs and checksums ----


def checksum(values):
    return hashlib.sha256(f"{values.dtype.str} {values.shape}".encode() + values.tobytes()).hexdigest()[:16]


def names_of(file, list_name, prefix):
    """What vals_nod_var3 and the like hold."""
    if list_name not in file.variables:
        return {}
    names = netCDF4.chartostring(file.variables[list_name][...])
    return {f"{prefix}{k + 1}": str(name) for k, name in enumerate(names)}


def checksums_of(path):
    found = {}
    with netCDF4.Dataset(path) as file:
        file.set_auto_mask(False)
        nodal = names_of(file, "name_nod_var", "vals_nod_var")
        ofelements = names_of(file, "name_elem_var", "vals_elem_var")
        for name, variable in file.variables.items():
            block = name.split("eb")[-1] if name.startswith("vals_elem_var") else ""
            meaning = ofelements.get(name.split("eb")[0])
            key = f"element {meaning} {block}" if block and meaning else nodal.get(name, name)
            if name in nodal:
                key = f"node {key}"
            if name not in LISTS:
                found[key] = checksum(variable[...])
    return found


def run_case(programs, folder, name, run):
    """Checksums of both files, by "map VARIABLE" and "vm VARIABLE"."""
    program, ranks = programs[run[:-1]], run[-1]
    device = "cuda" if run.startswith("cuda") else "cpu"
    output = folder / "result"
    for old in folder.glob("result*"):
        old.unlink()
    command = [program, "run", f"{name}.yaml", "--output", output, "--set", f"device={device}"]
    done = subprocess.run((MPIEXEC + ["-n", ranks] if ranks != "1" else []) + command, cwd=folder, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=os.environ | {
                              "ISOCHRONE_CACHE": str(folder / "cache"), "OMP_WAIT_POLICY": "passive"})
    if done.returncode:
        return {}, done.stdout
    found = {}
    for kind, ending in (("map", ".e.nc"), ("vm", "_vm.e.nc")):
        found.update({f"{kind} {key}": value for key, value in checksums_of(f"{output}{ending}").items()})
    return found, done.stdout


def solve_bits(build):
    """One checksum for each way of solving of solve_bits, of events, Vm and all states after the last step."""
    said = subprocess.run([build / "tests/solve/solve_bits", "cpu", "1", "auto"], check=True, text=True,
                          stdout=subprocess.PIPE, env=os.environ | {"OMP_WAIT_POLICY": "passive"}).stdout
    return {name: value.replace(" ", "") for name, value in (line.rsplit(": ", 1) for line in said.splitlines())}


def read_record():
    record = {}
    for line in CHECKSUMS.read_text().splitlines() if CHECKSUMS.exists() else []:
        case, variable, value = line.split("\t")
        record.setdefault(case, {})[variable] = value
    return record


def write_record(record):
    lines = (f"{case}\t{variable}\t{value}\n" for case in record for variable, value in record[case].items())
    CHECKSUMS.write_text("".join(lines))


def differences(expected, found):
    return [f"{key}: {value}, but {found.get(key, 'there is none')} now"
            for key, value in expected.items() if found.get(key) != value]


def chosen(name, only):
    return not only or any(part in name for part in only)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=lambda path: pathlib.Path(path).resolve())
    parser.add_argument("--only", action="append", metavar="NAME")
    parser.add_argument("--record", action="store_true")
    return parser.parse_args()


def main():
    given = arguments()
    programs = {"cpu": given.build / "isochrone", "cuda": given.build / "tests/fault/isochrone_emulated"}
    record, broken, nruns = read_record(), [], 0

    def judge(name, run, found, said=""):
        if given.record and found:
            if name not in fresh:
                fresh.add(name)
                record[name] = found
        if not found:
            broken.append(f"{name}, {run}: failed\n{said}")
        elif name not in record:
            broken.append(f"{name}, {run}: not on record; see --record")
        else:
            broken.extend(f"{name}, {run}: {line}" for line in differences(record[name], found))

    fresh = set()
    with tempfile.TemporaryDirectory() as path:
        folder = pathlib.Path(path)
        write_inputs(folder)
        for name, (_, runs) in cases.CASES.items():
            for run in runs if chosen(name, given.only) else []:
                judge(name, run, *run_case(programs, folder, name, run))
                nruns += 1
    if chosen("solve_bits", given.only):
        judge("solve_bits", "cpu1", solve_bits(given.build))
        nruns += 1
    if given.record:
        write_record(record)
    print(*broken[:40], sep="\n")
    print(f"{nruns} runs of {len(cases.CASES)} configurations, {len(broken)} differences")
    sys.exit(1 if broken or not nruns else 0)


main()
