#!/usr/bin/env python3
"""A recording of an ECG made of one beat: again and again, on a baseline that wanders, with noise and ectopic beats.

usage: scripts/make_recording.py BEAT.csv NAME

BEAT.csv has a column t_ms, a line each ms, and leads in mV. NAME.hea and NAME.dat are 25 s in WFDB, format 16, 1 kHz: a beat each
730 to 790 ms, of which every ninth is ectopic, twice as large and upside down; white noise of 0.03 mV; 0.3 mV of wandering at
0.21 Hz. The same numbers every time.
"""

import csv
import math
import os
import random
import struct
import sys

SAMPLES, GAIN, NOISE_MV, WANDER_MV, WANDER_HZ = 25000, 2000, 0.03, 0.3, 0.21


def read_beat(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = [row for row in csv.reader(file) if row and not row[0].startswith("#")]
    time = rows[0].index("t_ms")
    return [name for name in rows[0] if name != "t_ms"], [[float(x) for k, x in enumerate(row) if k != time] for row in rows[1:]]


def record(beat, nleads):
    random.seed(1)
    turn = 2 * math.pi * WANDER_HZ / 1000
    wave = [[WANDER_MV * math.sin(turn * t + lead) + random.gauss(0, NOISE_MV) for lead in range(nleads)] for t in range(SAMPLES)]
    begin, number = 500, 0
    while begin + 2 * len(beat) < SAMPLES:
        number += 1
        factor = -2 if number % 9 == 0 else 1
        for t, row in enumerate(beat):
            for lead, x in enumerate(row):
                wave[begin + t][lead] += factor * x
        begin += 760 + random.randint(-30, 30)
    return [[round(GAIN * x) for x in row] for row in wave]


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    names, beat = read_beat(sys.argv[1])
    counts = record(beat, len(names))
    base = os.path.basename(sys.argv[2])
    with open(sys.argv[2] + ".dat", "wb") as file:
        for row in counts:
            file.write(struct.pack(f"<{len(names)}h", *row))
    with open(sys.argv[2] + ".hea", "w", encoding="utf-8") as file:
        file.write(f"{base} {len(names)} 1000 {SAMPLES}\n")
        for lead, name in enumerate(names):
            checksum = sum(row[lead] for row in counts) & 0xFFFF
            file.write(f"{base}.dat 16 {GAIN}/mV 16 0 {counts[0][lead]} {checksum} 0 {name}\n")


if __name__ == "__main__":
    main()
