# shellcheck shell=bash disable=SC2154 # program, python and mpiexec are the test's
# A small heart for the tests of restarts: two beats, one with a second stimulus, an actor, snapshots,
# probes, an ECG, times by the slope, quiescence.
source "$(dirname "${BASH_SOURCE[0]}")/../fault/check.sh"
export OMP_WAIT_POLICY=passive

make_slab() { # make_slab FILE DURATION_MS CHECKPOINT
  printf 'name,x_mm,y_mm,z_mm\nRA,-30,20,1\nLA,40,25,2\nLL,10,-60,-20\nV1,8,-9,12\ninside,2,1,0.6\n' >electrodes.csv
  cat >"$1" <<YAML
title: A small slab
mesh: {slab: {size_mm: [5, 2, 1], spacing_mm: 0.5}, fibre: [1, 0, 0]}
regions:
  - name: tissue
    model: ten_tusscher_2006
    conductivity: {longitudinal_S_per_m: 0.1334, transverse_S_per_m: 0.0176}
stimuli:
  - {name: corner, box: {min_mm: [0, 0, 0], max_mm: [1, 1, 1]}, duration_ms: 2, amplitude_uA_per_uF: 50, period_ms: 260, count: 2}
  - {name: next, box: {min_mm: [0.5, 0, 0], max_mm: [2, 1, 1]}, start_ms: 6.93, duration_ms: 1, amplitude_uA_per_uF: 20}
actors:
  - {name: answer, sense: {node: 164}, latency_ms: 0.6, blank_ms: 20, box: {min_mm: [1, 0, 0], max_mm: [2, 2, 1]}, duration_ms: 8, amplitude_uA_per_uF: 5}
time: {duration_ms: $2, step_ms: 0.05}
numerics: {pace: fixed, precision: double}
stop: {quiescent_ms: 50}
outputs:
  activation: {by_slope: true}
  snapshots: {interval_ms: 0.5}
  ecg: {electrodes: electrodes.csv, interval_ms: 0.3, pairs: [V1-inside]}
  probe_interval_ms: 0.2
  probes:
    - {name: near, at_mm: [2, 1, 0.6]}
    - {name: far, at_mm: [4.7, 2, 1]}
checkpoint: $3
YAML
}

# same_files REFERENCE NAME: maps, snapshots, ECGs and summaries of both runs, bit for bit.
same_files() {
  local end
  cmp "$1_ecg.csv" "$2_ecg.csv" >>"$folder/said" 2>&1 || return 1
  for end in .e.nc _vm.e.nc _ecg.nc .json; do
    "$python" "$here/compare.py" "$1$end" "$2$end" >>"$folder/said" 2>&1 || return 1
  done
}

# start RANKS PROGRAM ARGUMENTS...
start() {
  local launch=()
  # shellcheck disable=SC2206
  [ "$1" -eq 1 ] || launch=($mpiexec -n "$1")
  timeout -s KILL 1200 "${launch[@]}" "${@:2}" >"$folder/said" 2>&1
}
