#!/usr/bin/env python3
"""Makes a map of local activation times, as a catheter's, from the NAME_nodes.csv of a run (outputs.csv: true).

usage: scripts/make_lat_map.py NODES.csv MAP.csv [--points 400] [--sd-ms 2] [--place-sd-mm 0.7] [--seed 1]

Points are nodes drawn at random, moved by an error of place in each direction, with times that have an error, both normal.
The first lines of MAP.csv say so.
"""

import argparse
import csv
import math
import random


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("nodes")
    parser.add_argument("map")
    parser.add_argument("--points", type=int, default=400)
    parser.add_argument("--sd-ms", type=float, default=2.0)
    parser.add_argument("--place-sd-mm", type=float, default=0.7)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()

    with open(options.nodes, newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["activation_time_ms"]]
    chance = random.Random(options.seed)
    with open(options.map, "w", encoding="utf-8") as file:
        print(f"# made by scripts/make_lat_map.py --points {options.points} --sd-ms {options.sd_ms} "
              f"--place-sd-mm {options.place_sd_mm} --seed {options.seed}; nobody was measured", file=file)
        print("x,y,z,lat_ms", file=file)
        for row in chance.sample(rows, options.points):
            place = [float(row[f"{axis}_mm"]) + chance.gauss(0, options.place_sd_mm) for axis in "xyz"]
            time = float(row["activation_time_ms"]) + chance.gauss(0, options.sd_ms)
            assert all(math.isfinite(number) for number in (*place, time))
            print(",".join(f"{number:.2f}" for number in (*place, time)), file=file)


if __name__ == "__main__":
    main()
