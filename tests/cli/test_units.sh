#!/bin/bash
# usage: test_units.sh SOURCES PYTHON COMMAND...
# Units of all variables of all files that a run leaves: COMMAND starts isochrone.
source "$(dirname "$0")/expect.sh"
begin_with 'sources python' "$@"

cat >run.yaml <<'YAML'
mesh: {slab: {size_mm: [2, 1, 1], spacing_mm: 0.5}}
regions: [{name: tissue, model: ten_tusscher_2006, conductivity: {longitudinal_S_per_m: 0.13, transverse_S_per_m: 0.02}}]
stimuli:
  - {name: all, box: {min_mm: [0, 0, 0], max_mm: [1, 1, 1]}, duration_ms: 1, amplitude_uA_per_uF: 50}
time: {duration_ms: 4, step_ms: 0.05}
stop: {quiescent_ms: 50}
checkpoint: {interval_ms: 3}
outputs: {snapshots: {interval_ms: 2}, probes: [{name: near, at_mm: [0.3, 0.2, 0.1]}]}
YAML

expect 0 run run.yaml --quiet
for kind in run:run.e.nc vm:run_vm.e.nc checkpoint:run.ckpt.nc; do
  arguments=(run run.yaml)
  "$python" "$sources/tests/result/check_units.py" ${kind%:*} "${kind#*:}" >out 2>err
  case $? in
    0) ;;
    77) exit 77 ;;
    *) complain "a unit of ${kind#*:} is not as it should be" ;;
  esac
done
expect 0 cell ten_tusscher_2006 --beats 1 --set g_Ks=0.1 --scale g_Kr=0.5,1 --output cells --quiet
"$python" "$sources/tests/result/check_units.py" cells cells.nc >out 2>err || complain 'a unit of cells.nc is not as it should be'

finish
