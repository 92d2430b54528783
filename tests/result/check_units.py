"""check_units.py KIND FILE...: every variable of a result file has the unit that this table says, and the table knows
every variable. KIND: maps, run (maps with what detectors say), vm,
cells and checkpoint (of ten_tusscher_2006). A new variable needs a row here."""

import re
import sys

try:
    import netCDF4
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

CELL = {
    "Ca_(i|SR|ss)|(Na|K)_i_shift": "mM",
    "Xr[12]|Xs|[mhjdfsr]|f2|fCass|R_prime": "1",
}
NUMBERS = None  # names, ids and connectivity: no unit
MESH = {
    "time_whole": "ms",
    "coord[xyz]": "mm",
    "coor_names|eb_names|eb_status|eb_prop1": NUMBERS,
    "(node|elem)_num_map": NUMBERS,
    r"num_nodes|num_elem|num_el_in_blk\d+": NUMBERS,
    r"connect\d+": NUMBERS,
    "name_nod_var": NUMBERS,
}
TABLES = {
    "maps": {
        **MESH,
        "name_elem_var|elem_var_tab": NUMBERS,
        r"vals_elem_var[1-7]eb\d+": "1",
        "vals_nod_var[123]": "ms",
        "vals_nod_var[45]": "1",
        "(activation|repolarisation)_time|apd": "ms",
        "beat_(activation_time|repolarisation_time|apd)": "ms",
        "activation_count|region": "1",
        "probe_name": NUMBERS,
        "probe_position": "mm",
        "probe_(activation_)?time": "ms",
        "probe_vm": "mV",
    },
    "vm": {**MESH, "vals_nod_var1": "mV"},
    "cells": {
        "time|cycle_length_ms|diastolic_interval_ms|apd[59]0_ms": "ms",
        "Vm|(rest|peak)_mV": "mV",
        "max_dvdt_mV_per_ms": "mV/ms",
        "beats|steady": "1",
        **CELL,
        "g_[A-Za-z]+": "mS/uF",
        "g_[A-Za-z]+_scale": "x",
    },
    "checkpoint": {
        "step": "1",
        "time": "ms",
        "vm(_before)?": "mV",
        **{rf"cells0\.({states})": unit for states, unit in CELL.items()},
        "slope": "mV",
        r"pace\.(level|calm)": "1",
        r"pace\.rate": "mV/ms",
        r"pace\.bend": "mV/ms2",
        r"held\.[0-3]": "1",
        r"watch\.(rest|peak)": "mV",
        r"watch\.ahead_(part|step)": "1",
        r"activation\.(beats|count)": "1",
        r"activation\.0\.(activated|repolarised)": "ms",
        r"reentry\.(last|before|given_until)": "ms",
        r"reentry\.active": "1",
        r"circuit\.(after|first|second|last)": "ms",
        r"circuit\.count": "1",
        r"circuit\.squares": "ms2",
        r"probes\.seen": "1",
        r"probes\.(time|activation|last_time)": "ms",
        r"probes\.(vm|last_vm)": "mV",
        r"quiescence\.since": "ms",
        r"snapshots\.(count|checksum)": "1",
        r"snapshots\.time": "ms",
        r"guests\.(given|end_step|ender)": "1",
        r"run\.(loop|wall)_time": "s",
    },
}

TABLES["run"] = {
    **TABLES["maps"],
    "sustained|cycle_length|activity_end": "ms",
    "induced|active_at_end|activity_end_node|isthmus_node": "1",
}

kind, *files = sys.argv[1:]
table = TABLES[kind]
wrong = []
for path in files:
    with netCDF4.Dataset(path) as file:
        for name, variable in file.variables.items():
            rows = [unit for pattern, unit in table.items() if re.fullmatch(pattern, name)]
            unit = getattr(variable, "units", None)
            if len(rows) != 1:
                wrong.append(f"{path}: {name}: {len(rows)} rows of the table of '{kind}' fit")
            elif unit != rows[0]:
                wrong.append(f"{path}: {name}: the unit is {unit}, not {rows[0]}")
        wrong += [f"{path}: nothing is called {p}" for p in table if not any(re.fullmatch(p, n) for n in file.variables)]
print("\n".join(wrong))
sys.exit(bool(wrong))
