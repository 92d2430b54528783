#!/usr/bin/env python3
"""How well the twin of configs/fit-crtdemo.yaml has found its heart: a table against the truth.

usage: scripts/fit_crtdemo.py NAME ACTIVATION.csv

NAME.twin.nc and NAME.e.nc are what isochrone fit has written; ACTIVATION.csv has the true time of each node of the muscle, as
meshes/biventricle_crt/activation.csv. The truth is that of configs/trees.yaml. Times of the muscle are compared as delays to its
first node: an ECG says nothing of when the roots were excited beyond how late one is after the other.
"""

import csv
import sys

import netCDF4
import numpy

TRUTH = {
    "velocity of ventricles": 0.866025,
    "ratio of ventricles": 0.866025 / 0.346410,
    "velocity of Purkinje trees": 1.414214,
    "time of left": 75.0,
}


def print_quantities(twin):
    print(f"{'':28}{'truth':>8}{'median':>9}{'off':>9}{'90% interval':>18}  holds it")
    for k, name in enumerate(netCDF4.chartostring(twin["quantity_name"][:])):
        if name not in TRUTH:
            continue
        truth = TRUTH[name]
        low, median, high = (float(twin[f"quantity_{which}"][k]) for which in ("low", "median", "high"))
        off = f"{median - truth:+.1f} ms" if name.startswith("time") else f"{100 * (median / truth - 1):+.1f} %"
        print(f"{name:28}{truth:8.3f}{median:9.3f}{off:>9}{low:9.3f} to{high:6.3f}  {'yes' if low <= truth <= high else 'no'}")


def print_activation(maps, path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))[1:]
    truth = numpy.array([float(row[1]) for row in rows])
    found = maps["activation_time"][:][[int(row[0]) for row in rows]]
    late = (found - found.min()) - (truth - truth.min())
    print(f"activation: correlation {numpy.corrcoef(found, truth)[0, 1]:.4f}, mean {late.mean():+.2f} ms, "
          f"standard deviation {late.std():.2f} ms, within 3 ms {100 * (abs(late) < 3).mean():.0f} %")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    with netCDF4.Dataset(f"{sys.argv[1]}.twin.nc") as twin, netCDF4.Dataset(f"{sys.argv[1]}.e.nc") as maps:
        maps.set_auto_mask(False)
        twin.set_auto_mask(False)
        print(f"members {len(twin.dimensions['member'])}, samples {len(twin.dimensions['point'])}, "
              f"reduced chi-square {float(twin['reduced_chi_square'][...]):.2f}, p {float(twin['p_value'][...]):.2g}")
        print_quantities(twin)
        print_activation(maps, sys.argv[2])


if __name__ == "__main__":
    main()
