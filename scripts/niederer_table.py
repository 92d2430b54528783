#!/usr/bin/env python3
"""Prints results of scripts/niederer.sh beside published ones as Markdown: niederer_table.py FOLDER DX/DT ..."""
import sys
import textwrap

import netCDF4

# Activation in ms at (x, y, z) = the points below, as the codes' own repositories publish them.
POINTS = ["0,0,0", "0,7,0", "20,0,0", "20,7,0", "0,0,3", "0,7,3", "20,0,3", "20,7,3", "10,3.5,1.5"]
PUBLISHED = {
    "0.5/0.005": [
        ("Cardioid, finite volumes", [1.23, 107.83, 44.21, 119.29, 20.74, 109.14, 47.00, 120.12, 55.18]),
        ("fenicsx-beat, consistent mass", [1.215, 50.775, 33.825, 57.96, 13.97, 49.345, 32.945, 55.825, 25.595]),
    ],
    "0.5/0.01": [("Chaste, consistent mass", [1.226, 27.91, 37.43, 38.15, 7.945, 25.08, 36.38, 36.30, 17.615])],
    "0.2/0.05": [("Cardioid, finite volumes", [1.35, 41.40, 37.95, 57.35, 11.60, 43.45, 39.45, 58.45, 26.00])],
    "0.2/0.01": [("Cardioid, finite volumes", [1.24, 39.83, 35.09, 53.25, 11.15, 41.58, 36.43, 54.18, 24.05])],
    "0.2/0.005": [
        ("Cardioid, finite volumes", [1.23, 39.63, 34.72, 52.73, 11.09, 41.34, 36.05, 53.65, 23.80]),
        ("fenicsx-beat, consistent mass", [1.235, 29.015, 31.05, 38.475, 9.315, 29.32, 31.08, 38.235, 18.045]),
    ],
    "0.1/0.01": [
        ("Cardioid, finite volumes", [1.24, 30.52, 33.03, 44.24, 8.90, 31.94, 34.19, 45.13, 20.67]),
        ("7-point finite differences", [1.3, 30.1, 31.9, 42.9, 9.1, 31.5, 33.0, 43.8, 19.9]),
    ],
    "0.1/0.005": [
        ("Cardioid, finite volumes", [1.23, 30.24, 32.64, 43.71, 8.82, 31.63, 33.78, 44.59, 20.43]),
        ("fenicsx-beat, consistent mass", [1.225, 25.50, 31.26, 37.81, 7.99, 26.09, 31.72, 37.93, 17.835]),
    ],
}
# P8 of the paper's Fig. 2 at dt 0.005 ms, read off to about 1 ms.
FIGURE = {
    "0.5": {"Chaste": 35.4, "CARP": 126.6, "Land": 141.6, "Clayton": 123.2, "FEniCS": 58.1, "acCELLerate": 130.2,
            "Cherry-Fenton": 144.2},
    "0.2": {"Chaste": 39.8, "CARP": 55.8, "Land": 62.4, "Clayton": 54.4, "FEniCS": 37.5, "acCELLerate": 53.1,
            "Cherry-Fenton": 56.2},
    "0.1": {"Chaste": 42.0, "CARP": 45.8, "Land": 48.3, "Clayton": 44.2, "FEniCS": 37.8, "acCELLerate": 45.9,
            "Cherry-Fenton": 45.8},
}
SOURCES = """Sources: the paper, Phil Trans R Soc A 369:4331 (2011), doi 10.1098/rsta.2011.0139, whose P8 converges to 42.5
to 43 ms (at 0.05 mm CARP 43.18, acCELLerate 42.76, Clayton 42.53); tables in the repositories of Cardioid, fenicsx-beat
and Chaste."""


def place(x):
    return ",".join("%g" % v for v in x)


def read(path):
    """Activation times in the order of POINTS."""
    with netCDF4.Dataset(path) as file:
        at = [place(x) for x in file["probe_position"][:]]
        times = file["probe_activation_time"][:].filled(float("nan"))
    return [times[at.index(point)] for point in POINTS]


def row(name, values):
    print("| %-29s |" % name + "".join(" %6.2f |" % v for v in values))


def main():
    folder, cells = sys.argv[1], sys.argv[2:]
    for k, cell in enumerate(cells):
        dx, dt = cell.split("/")
        print("\n### dx %s mm, dt %s ms\n" % (dx, dt))
        print("| %-29s |" % "activation in ms at x,y,z" + "".join(" %s |" % p for p in POINTS))
        print("|---|" + "--:|" * len(POINTS))
        row("**Isochrone**", read("%s/%s-%s.e.nc" % (folder, dx, dt)))
        for name, values in PUBLISHED.get(cell, []):
            row(name, values)
        if [c.split("/")[0] for c in cells[k + 1:k + 2]] != [dx]:
            codes = ", ".join("%s %.1f" % item for item in FIGURE[dx].items())
            print("\n" + textwrap.fill("20,7,3 in the paper at %s mm and 0.005 ms: %s." % (dx, codes), 118))
    print("\n" + SOURCES)


if __name__ == "__main__":
    main()
