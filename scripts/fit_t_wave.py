#!/usr/bin/env python3
"""Gradients of action potentials that are made, measured by their T wave and found again: a table of docs/fit.md.

usage: scripts/fit_t_wave.py FOLDER [--no-fit] [--command COMMAND]

Writes the ventricles of meshes/biventricle with coordinates and a field of durations into FOLDER, has COMMAND, which starts isochrone
(build/isochrone where not given), make the ECG of such a heart, adds errors, and fits the heart of FOLDER/fit.yaml to it, which knows
none of that. --no-fit: all but the fit. Some minutes of one core.
"""

import argparse
import csv
import math
import pathlib
import random
import shlex
import subprocess

TOP = pathlib.Path(__file__).resolve().parent.parent
MESH = TOP / "meshes/biventricle/biventricle"
LEADS = ("I", "II", "V1", "V2", "V3", "V4", "V5", "V6")
ALONG, ACROSS = 0.65, 0.28  # m/s
MEAN = 1.05  # times the model's
GRADIENTS = {"transmural": 1.10, "apicobasal": 0.92, "transventricular": 0.95}
ERROR_MV = 0.05  # of each sample, each ms

HEART = """
mesh: {file: ventricles, format: carp, unit: um}
method: eikonal
regions:
  - name: ventricles
    model: ten_tusscher_2006
    variant: epi
    conductivity: {longitudinal_S_per_m: 0.1334, transverse_S_per_m: 0.0176, intracellular_longitudinal_S_per_m: 0.17, intracellular_transverse_S_per_m: 0.019}
    velocity: {longitudinal_m_per_s: 0.6, transverse_m_per_s: 0.3}
sites:
  lv_endocardium: {nodes: {top}/meshes/biventricle/biventricle_lvendo.vtx}
  rv_endocardium: {nodes: {top}/meshes/biventricle/biventricle_rvendo.vtx}
stimuli:
  - {name: left septum, site: lv_endocardium, sphere: {centre_mm: [-23, 0, -10], radius_mm: 14}, amplitude_uA_per_uF: 50}
  - {name: left endocardium 1, site: lv_endocardium, box: {min_mm: [-100, -100, -55], max_mm: [100, 100, -20]}, start_ms: 4, amplitude_uA_per_uF: 50}
  - {name: left endocardium 2, site: lv_endocardium, box: {min_mm: [-100, -100, -20], max_mm: [100, 100, 0]}, start_ms: 7, amplitude_uA_per_uF: 50}
  - {name: left endocardium 3, site: lv_endocardium, box: {min_mm: [-100, -100, 0], max_mm: [100, 100, 20]}, start_ms: 10, amplitude_uA_per_uF: 50}
  - {name: left endocardium 4, site: lv_endocardium, box: {min_mm: [-100, -100, 20], max_mm: [100, 100, 50]}, start_ms: 13, amplitude_uA_per_uF: 50}
  - {name: right endocardium 1, site: rv_endocardium, box: {min_mm: [-100, -100, -55], max_mm: [100, 100, -10]}, start_ms: 9, amplitude_uA_per_uF: 50}
  - {name: right endocardium 2, site: rv_endocardium, box: {min_mm: [-100, -100, -10], max_mm: [100, 100, 20]}, start_ms: 12, amplitude_uA_per_uF: 50}
  - {name: right endocardium 3, site: rv_endocardium, box: {min_mm: [-100, -100, 20], max_mm: [100, 100, 50]}, start_ms: 15, amplitude_uA_per_uF: 50}
time: {duration_ms: 500, step_ms: 0.05}
"""  # the order of activation is that of configs/biventricle_ecg.yaml
FIT = """
fit:
  ecgs:
    made:
      file: ecg.csv
      electrodes: {top}/configs/biventricle_electrodes.csv
      sd_mV: 0.02 # 0.05 mV each ms are 0.015 behind the filter
      low_pass_hz: 40
      interval_ms: 8
      begin_ms: 10
      end_ms: 80
      t_wave: {from_ms: 180, to_ms: 420, interval_ms: 10}
      amplitude_spread_percent: 20
      source: made
  velocity: {spread_percent: 20, ratio_spread_percent: 15, source: a guess}
  apd:
    regions: {spread_percent: 10, source: a guess}
    gradients:
      transmural: {by: transmural, spread_percent: 10, source: a guess}
      apicobasal: {by: apicobasal, spread_percent: 10, source: a guess}
      left to right: {by: transventricular, spread_percent: 10, source: a guess}
  members: 19
"""  # errors of 0.05 mV each ms are 0.015 behind the filter


def isochrone(options, *arguments):
    subprocess.run([*options.command, *map(str, arguments)], check=True)


def make_mesh(options):
    isochrone(options, "mesh", "coordinates", MESH, options.folder / "ventricles", "--lv-endo", f"{MESH}_lvendo.vtx", "--rv-endo",
              f"{MESH}_rvendo.vtx", "--epi", f"{MESH}_epi.vtx", "--base", f"{MESH}_base.vtx")


def make_field(options):
    """Durations of all nodes, by those of the model."""
    logs = None
    for name, factor in GRADIENTS.items():
        at = [float(x) for x in (options.folder / f"ventricles_{name}.dat").read_text().split()]
        mean = sum(at) / len(at)
        logs = [was + math.log(factor) * (x - mean) for was, x in zip(logs or [math.log(MEAN)] * len(at), at)]
    with open(options.folder / "apd.vtk", "w", encoding="utf-8") as file:
        file.write("# vtk DataFile Version 3.0\ndurations\nASCII\nDATASET UNSTRUCTURED_GRID\n")
        file.write(f"POINTS {len(logs)} float\n" + "0 0 0\n" * len(logs) + "CELLS 1 2\n1 0\nCELL_TYPES 1\n1\n")
        file.write(f"POINT_DATA {len(logs)}\nSCALARS apd double 1\nLOOKUP_TABLE default\n")
        file.writelines(f"{math.exp(x):.8g}\n" for x in logs)


def make_ecg(options):
    settings = [f"regions.0.velocity.longitudinal_m_per_s={ALONG}", f"regions.0.velocity.transverse_m_per_s={ACROSS}",
                "apd_field={file: apd.vtk, variable: apd}",
                f"outputs={{csv: true, ecg: {{electrodes: {TOP}/configs/biventricle_electrodes.csv, interval_ms: 1}}}}"]
    isochrone(options, "run", options.folder / "heart.yaml", "--output", options.folder / "truth",
              *[word for s in settings for word in ("--set", s)])
    draw = random.Random(1)
    with open(options.folder / "truth_ecg.csv", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    columns = [rows[0].index(lead) for lead in LEADS]
    with open(options.folder / "ecg.csv", "w", encoding="utf-8") as file:
        file.write("t_ms," + ",".join(LEADS) + "\n")
        for row in rows[1:]:
            file.write(f"{row[0]}," + ",".join(f"{float(row[c]) + draw.gauss(0, ERROR_MV):.5f}" for c in columns) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--no-fit", action="store_true")
    parser.add_argument("--command", type=shlex.split, default=[str(TOP / "build/isochrone")])
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    heart = HEART.replace("{top}", str(TOP))
    (options.folder / "heart.yaml").write_text(heart, encoding="utf-8")
    (options.folder / "fit.yaml").write_text(heart + FIT.replace("{top}", str(TOP)), encoding="utf-8")
    make_mesh(options)
    make_field(options)
    make_ecg(options)
    if not options.no_fit:
        isochrone(options, "fit", options.folder / "fit.yaml", "--output", options.folder / "twin")


main()
