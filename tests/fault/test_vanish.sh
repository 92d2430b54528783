#!/usr/bin/env bash
# test_vanish.sh [MPIEXEC...] PROGRAM: the folder of results is removed under a run and a study. They warn at the next checkpoint,
# end with one message and exit code 1, and leave nothing elsewhere; where the folder is there again in time, nothing is lost.
# Functions are called through check.
# shellcheck disable=SC2317
set -u
source "$(dirname "$0")/check.sh"
program=("$@")
folder=$(mktemp -d "$PWD/vanish.XXXXXX")
trap '[ -z "$job" ] || kill -KILL "$job" 2>/dev/null; rm -rf "$folder"' EXIT
cd "$folder" || exit 1

# Long enough for anything: it is stopped.
cat >long.yaml <<'YAML'
mesh: {slab: {size_mm: [3, 2, 1], spacing_mm: 0.25}}
regions:
  - {model: mitchell_schaeffer_2003, conductivity: {longitudinal_S_per_m: 0.1334, transverse_S_per_m: 0.0176}}
stimuli:
  - {box: {min_mm: [0, 0, 0], max_mm: [1, 1, 1]}, duration_ms: 2, amplitude_uA_per_uF: 50}
time: {duration_ms: 1e6, step_ms: 0.05}
checkpoint: {interval_ms: 50}
YAML

start() { # start OPTIONS...: until the first checkpoint is there
  mkdir at && in_background said said "${program[@]}" run long.yaml --quiet --output at/o "$@"
  wait_for [ -e at/o.ckpt.nc ]
}
stop() { # mpirun passes it on
  kill -USR2 "$job"
  job_ends
}
ends() { # ends CODE
  stop
  [ $? -eq "$1" ]
}
lose() { # at once: a run may be about to make a file there
  mv at gone
  rm -rf gone
}
says_once() { [ "$(grep -c 'isochrone: error:' said)" = 1 ]; }
misses_it() { says "warning: no checkpoint at .*at/o.ckpt.nc: .*its folder does not exist"; }
leaves_nothing() { [ "$(ls)" = $'long.yaml\nsaid' ]; }

check "a run starts" start --set 'outputs.snapshots={interval_ms: 0.5, stop_ms: 2}'
lose
check "and warns when its folder is gone" wait_for misses_it
check "it ends with exit code 1" ends 1
check "and one message" says_once
check "of the folder" says "error: at/o_vm.e.nc: .*its folder does not exist"
check "which it does not make again" leaves_nothing

check "a run without snapshots starts" start
lose
check "and misses its folder" wait_for misses_it
mkdir at
check "which is there again" wait_for [ -e at/o.ckpt.nc ]
check "it ends as it was asked to" ends 3
check "with its results" [ -s at/o.e.nc ]
lose

study() {
  mkdir at && in_background said said "${program[@]}" study long.yaml --output at/many \
    --set 'study.axes=[{key: stimuli.0.amplitude_uA_per_uF, values: [50, 60, 70]}]'
  wait_for is_at_work
}
is_at_work() { compgen -G 'at/many/members/*.ckpt*.nc' >/dev/null; }
check "a study starts" study
lose
check "it ends with exit code 1" ends 1
check "and one message" says_once
check "of the folder" says "error: at/many"
check "which it does not make again" leaves_nothing

[ $failures -eq 0 ] || { echo "$failures checks failed"; exit 1; }
