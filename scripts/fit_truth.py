#!/usr/bin/env python3
"""How well a twin has found a heart that was made: a table of configs/fit-left-atrium.yaml against its truth.

usage: scripts/fit_truth.py NAME TRUTH.yaml

NAME.twin.nc and NAME.e.nc are what isochrone fit has written. The truth's velocities are those of the regions of TRUTH.yaml, by
spheres, the first of which counts, and its onsets are the spheres of its stimuli. The map covers what is no farther than 5 mm
from one of its points that were used.
"""

import re
import sys

import netCDF4
import numpy

COVERED_MM = 5
SPHERE = r"sphere: \{centre_mm: \[([^\]]*)\], radius_mm: ([0-9.]+)\}"


def numbers(text):
    return numpy.array([float(number) for number in text.split(",")])


def read_truth(path):
    """Regions as (centre, radius, m/s) in their order, None for the rest; onsets as (name, centre, ms)."""
    sites, regions, onsets = {}, [], []
    with open(path, encoding="utf-8") as file:
        for line in file:
            sphere = re.search(SPHERE, line)
            velocity = re.search(r"velocity: \{isotropic_m_per_s: ([0-9.]+)\}", line)
            name = re.search(r"^\s*(?:- \{name: )?([a-z_0-9 ]+)[,:]", line)
            if velocity:
                site = re.search(r"site: ([a-z_0-9]+)", line)
                regions.append((sites[site[1]] if site else None, float(velocity[1])))
            elif sphere and "amplitude" in line:
                start = re.search(r"start_ms: ([0-9.]+)", line)
                onsets.append((name[1], numbers(sphere[1]), float(start[1]) if start else 0.0))
            elif sphere:
                sites[name[1]] = (numbers(sphere[1]), float(sphere[2]))
    return regions, onsets


def true_velocity(places, regions):
    velocity = numpy.full(len(places), numpy.nan)
    for sphere, value in regions:
        inside = numpy.full(len(places), True)
        if sphere:
            inside = numpy.linalg.norm(places - sphere[0], axis=1) <= sphere[1]
        velocity[inside & numpy.isnan(velocity)] = value
    return velocity


def nearest(places, points):
    return numpy.array([numpy.linalg.norm(points - place, axis=1).min() for place in places])


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    name, regions, onsets = sys.argv[1], *read_truth(sys.argv[2])
    with netCDF4.Dataset(f"{name}.e.nc") as maps, netCDF4.Dataset(f"{name}.twin.nc") as twin:
        maps.set_auto_mask(False)
        twin.set_auto_mask(False)
        places = numpy.stack([maps[f"coord{axis}"][:] for axis in "xyz"], axis=1)
        velocity, ratio = maps["velocity"][:], maps["velocity_spread_ratio"][:]
        spread = 1 + maps["velocity_sd"][:] / 100
        used = twin["point_place"][:][twin["point_held_out"][:] == 0]
        quantities = {name: k for k, name in enumerate(netCDF4.chartostring(twin["quantity_name"][:]))}
        truth = true_velocity(places, regions)
        covered = nearest(places, used) <= COVERED_MM
        error = 100 * numpy.abs(velocity / truth - 1)
        inside = numpy.abs(numpy.log(velocity / truth)) <= 1.645 * numpy.log(spread)
        print(f"members {len(twin.dimensions['member'])}, points used {len(used)}")
        print(f"nodes that the map covers                  {100 * covered.mean():6.1f} %")
        print(f"error of velocity there, median            {numpy.median(error[covered]):6.1f} %")
        print(f"  90% of the nodes are below               {numpy.quantile(error[covered], 0.9):6.1f} %")
        print(f"  truth within the 90% interval            {100 * inside[covered].mean():6.1f} % of the nodes")
        print(f"velocity's spread by that beforehand       {numpy.median(ratio[covered]):6.2f} in the middle")
        for onset, centre, start in onsets:
            at = [quantities[f"{axis} of {onset}"] for axis in "xyz"]
            apart = numpy.linalg.norm(twin["quantity_median"][at] - centre)
            time = quantities[f"time of {onset}"]
            late = twin["quantity_median"][time] - start
            print(f"onset {onset}: {apart:.2f} mm and {late:+.2f} ms from the truth; "
                  f"90% interval of its time {twin['quantity_low'][time] - start:+.2f} to "
                  f"{twin['quantity_high'][time] - start:+.2f} ms")
        print(f"points held out in their 90% bands         {100 * float(twin['held_out_covered'][...]):6.1f} %")
        print(f"reduced chi-square                         {float(twin['reduced_chi_square'][...]):6.2f}")


if __name__ == "__main__":
    main()
