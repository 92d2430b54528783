#!/usr/bin/env bash
# test_spool.sh PYTHON PROGRAM [MPIEXEC...]: what a run keeps of its snapshots for a restart is written by threads behind it.
# Where that fails, by the most that a process may write to a file, the run ends by itself, with what it has, and goes on from
# its last checkpoint. Exit code 77: no Python to compare.
# shellcheck disable=SC2016,SC2317 # what bash is given is its own; functions are called through check
set -u
python=$1 program=$2 start=("${@:3}")
source "$(dirname "$0")/check.sh"
here=$(dirname "$(realpath "$0")")
"$python" -c 'import netCDF4' 2>/dev/null || exit 77
folder=$(mktemp -d "$PWD/spool.XXXXXX")
trap 'rm -rf "$folder"' EXIT
# A program that mpirun did not start would start a daemon, whose own files are as large.
export OMPI_MCA_ess_singleton_isolated=1

# 681 snapshots of 5049 nodes: 13.8 MB as plain numbers, half of it when they are packed.
cat >"$folder/slab.yaml" <<'YAML'
mesh: {slab: {size_mm: [8, 4, 2], spacing_mm: 0.25}}
regions:
  - {model: mitchell_schaeffer_2003, conductivity: {longitudinal_S_per_m: 0.1334, transverse_S_per_m: 0.0176}}
stimuli:
  - {box: {min_mm: [0, 0, 0], max_mm: [1, 1, 1]}, duration_ms: 2, amplitude_uA_per_uF: 50}
time: {duration_ms: 34, step_ms: 0.05}
outputs: {snapshots: {interval_ms: 0.05}, compression: 9}
checkpoint: {interval_ms: 8, keep: 9}
YAML

# run CODE MOST_KB NAME OPTIONS...: with a limit of what a process may write to a file
run() {
  "${start[@]}" bash -c 'ulimit -f "$0" && exec "$@"' "$2" "$program" run "$folder/slab.yaml" -q --output "$folder/$3" "${@:4}" \
    >"$folder/said" 2>&1
  [ $? -eq "$1" ]
}
says_once() { [ "$(grep -c 'isochrone: error:' "$folder/said")" = 1 ]; }
# Those that were taken by then are those of a run that had room.
begins_like() {
  "$python" - "$folder/whole_vm.e.nc" "$folder/full_vm.e.nc" <<'PY'
import sys
import netCDF4
whole, full = (netCDF4.Dataset(path) for path in sys.argv[1:])
n = len(full["time_whole"])
assert 300 < n < len(whole["time_whole"]), n
for name in ("time_whole", "vals_nod_var1"):
    assert full[name][:].tobytes() == whole[name][:n].tobytes(), name
PY
}
same() { "$python" "$here/../restart/compare.py" "$folder/whole$1" "$folder/full$1"; }

check "a run with room" run 0 unlimited whole
check "without room for what it keeps a run ends" run 1 8192 full
check "with one message" says_once
check "and what to do" says 'full.ckpt.vm: cannot be written .*raise the limit (ulimit -f); the results up to [0-9.]* ms are written'
check "snapshots are those up to then" begins_like
check "maps are there" [ -s "$folder/full.e.nc" ]
check "and no checkpoint of what was not kept" [ "$(cd "$folder" && echo full.ckpt.*)" = "full.ckpt.1.nc full.ckpt.nc full.ckpt.vm" ]
check "the last one goes on" run 0 unlimited full --restart "$folder/full.ckpt.nc"
check "with the same snapshots" same _vm.e.nc
check "and maps" same .e.nc

[ $failures -eq 0 ] || { echo "$failures checks failed"; exit 1; }
