#!/usr/bin/env bash
# A left atrium that is made, measured and found again: the table of docs/fit.md.
#
# usage: scripts/fit_truth.sh [FOLDER]
#
# Runs configs/fit-left-atrium-truth.yaml, makes a map of it as configs/fit-left-atrium.csv is, fits it on two ranks and
# compares the twin with the truth. FOLDER (out/fit-truth where not given) takes what is written. Some minutes on two cores.
source "$(dirname "$0")/common.sh"

[ "${1:-}" != --help ] || { print_help && exit; }
folder=${1:-out/fit-truth}
mkdir -p "$folder"
say "the truth, on a mesh twice as fine"
build/isochrone run configs/fit-left-atrium-truth.yaml --output "$folder/truth"
scripts/make_lat_map.py "$folder/truth_nodes.csv" "$folder/lat.csv" --points 450
cmp "$folder/lat.csv" configs/fit-left-atrium.csv || fail "the map is another than the one that is kept" \
  "see what has changed in the eikonal wave, and keep the new map and table"
say "the twin"
mpi 2 build/isochrone fit configs/fit-left-atrium.yaml --output "$folder/atrium"
say "beside the truth"
scripts/fit_truth.py "$folder/atrium" configs/fit-left-atrium-truth.yaml
