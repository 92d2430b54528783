#!/usr/bin/env bash
# usage: test_empty_ranks.sh PROGRAM EMULATED MPIEXEC...: more ranks than a mesh has patches, or nodes. Those without any say
# nothing and wait for nobody: files are those of one rank, on the CPU and on EMULATED, whose CUDA is the test double.
set -u
program=$1 emulated=$2
shift 2
unset MAKEFLAGS
room=$(mktemp -d) || exit 1
trap 'rm -rf "$room"' EXIT
cd "$room" || exit 1

# 100 nodes are 9 runs of 12 places.
cat >tiny.yaml <<'END'
mesh: {slab: {size_mm: [9, 9, 0], spacing_mm: 1, element: triangle}, fibre: [1, 0, 0]}
regions:
  - {model: ten_tusscher_2006, conductivity: {longitudinal_S_per_m: 0.1334, transverse_S_per_m: 0.1}}
stimuli: [{box: {min_mm: [0, 0, 0], max_mm: [1.5, 1.5, 1.5]}, duration_ms: 2, amplitude_uA_per_uF: 50}]
time: {duration_ms: 10, step_ms: 0.05}
checkpoint: {interval_ms: 5}
outputs: {probes: [{name: a, node: 50}], snapshots: {interval_ms: 5}, conduction: {beat: 1}, csv: true}
END

failed=0
fail() {
  echo "FAILED: $1"
  failed=1
}

# compare NAME: the CSV files of that name beside those of one rank, whose every activation is a number
compare() {
  for end in nodes probes probe_samples; do
    cmp "one_$end.csv" "$1_$end.csv" || fail "$1: $end.csv is not that of one rank"
  done
}

"$program" run tiny.yaml --output one --quiet || fail "one rank"
[ "$(grep -c ',' one_nodes.csv)" = 101 ] || fail "one rank wrote $(grep -c ',' one_nodes.csv) lines"
"$@" -n 12 "$program" run tiny.yaml --output many --quiet || fail "twelve ranks"
compare many
"$@" -n 12 "$program" run tiny.yaml --output again --quiet --restart many.ckpt.1.nc || fail "twelve ranks from a checkpoint"
compare again
"$@" -n 10 "$program" run tiny.yaml --output cut --quiet --set mesh.partition=scotch || fail "ten ranks, Scotch"
compare cut
"$@" -n 10 "$emulated" run tiny.yaml --device cuda --output gpu --quiet 2>/dev/null || fail "ten ranks, CUDA"
compare gpu

# more ranks than nodes, at either pace
small=(--set 'mesh.slab.size_mm=[2, 2, 0]' --set outputs.probes.0.node=5)
for pace in adaptive fixed; do
  rm -f ./*.nc ./*.vm ./*.csv
  "$program" run tiny.yaml --output one --quiet "${small[@]}" --set numerics.pace=$pace || fail "one rank, 9 nodes, $pace"
  "$@" -n 10 "$program" run tiny.yaml --output nine --quiet "${small[@]}" --set numerics.pace=$pace || fail "ten ranks, 9 nodes, $pace"
  compare nine
done
exit $failed
