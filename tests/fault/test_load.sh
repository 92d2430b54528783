#!/usr/bin/env bash
# test_load.sh SOURCES PROGRAM PYTHON STEPS CHECKPOINTS MEMBERS: a small heart for so many steps with every guest on, another
# with so many checkpoints, and a study of so many members: memory and open files stay as they were after a fifth of it, but
# for what results take, and results are those of runs that did less. Where a machine is too fast to be looked at meanwhile, they
# are more. Exit code 77: no Python to compare.
# Functions are called through check.
# shellcheck disable=SC2317
set -u
sources=$1 program=$2 python=$3 steps=$4 checkpoints=$5 members=$6
source "$sources/tests/fault/check.sh"
"$python" -c 'import netCDF4' 2>/dev/null || exit 77
folder=$(mktemp -d "$PWD/load.XXXXXX")
trap '[ -z "$job" ] || kill -KILL "$job" 2>/dev/null; rm -rf "$folder"' EXIT
cd "$folder" || exit 1
export OMPI_MCA_ess_singleton_isolated=1

printf 'name,x_mm,y_mm,z_mm\nRA,-30,20,1\nLA,40,25,2\nLL,10,-60,-20\nV1,8,-9,12\n' >electrodes.csv
cat >heart.yaml <<YAML
title: A small heart
mesh: {slab: {size_mm: [2, 1, 1], spacing_mm: 0.5}, fibre: [1, 0, 0]}
regions:
  - {name: tissue, model: mitchell_schaeffer_2003, conductivity: {longitudinal_S_per_m: 0.1334, transverse_S_per_m: 0.0176}}
sites: {lead: {box: {min_mm: [1.5, 0, 0], max_mm: [2, 1, 1]}}}
stimuli:
  - {box: {min_mm: [0, 0, 0], max_mm: [0.5, 1, 1]}, duration_ms: 2, amplitude_uA_per_uF: 50, period_ms: 1000}
actors:
  - {name: answer, sense: {node: 40}, latency_ms: 1, blank_ms: 500, box: {min_mm: [0, 0, 0], max_mm: [0.5, 1, 1]}, duration_ms: 1, amplitude_uA_per_uF: 5}
devices:
  pacer:
    mode: VVI
    lower_rate_per_min: 50
    ventricle: {sense: {site: lead}, site: lead, amplitude_uA_per_uF: 50}
time: {duration_ms: 100, step_ms: 0.05}
outputs:
  activation: {by_slope: true}
  snapshots: {interval_ms: 10000}
  probe_interval_ms: 100
  probes: [{name: p, at_mm: [1, 0.5, 0.5]}]
  ecg: {electrodes: electrodes.csv, interval_ms: 100}
YAML

of() { awk -v key="$1" '$1 == key ":" { print $2 }' "/proc/$job/status" 2>/dev/null; }
open_files() { find "/proc/$job/fd" -mindepth 1 2>/dev/null | wc -l; }
# Results of a run are written, or all members are done and the page is made of them.
is_ending() { compgen -G "$results*" >/dev/null; }
# watch NAME RESULTS PART_DONE ARGUMENTS...: runs, and notes memory, kB, and open files from when part_done says so until results are
# written: the least of the first and of the last quarter of its looks, as results of members come and go in between.
watch() {
  local name=$1 results=$2 done=$3 memory files code
  in_background said said "$program" "${@:4}"
  : >seen
  while ! has_ended; do
    memory=$(of VmRSS) files=$(open_files)
    if [ "${memory:-0}" -gt 0 ] && [ "$files" -gt 0 ] && $done && ! is_ending; then echo "$memory $files" >>seen; fi
    sleep 0.02
  done
  job_ends
  code=$?
  looks=$(wc -l <seen)
  read -r first_memory first_files last_memory last_files < <(awk '
    { m[NR] = $1; f[NR] = $2 }
    function least(x, from, to,   k, y) { y = x[from]; for (k = from; k <= to; k++) if (x[k] < y) y = x[k]; return y }
    END { q = int((NR + 3) / 4); if (NR) print least(m, 1, q), least(f, 1, q), least(m, NR - q + 1, NR), least(f, NR - q + 1, NR)
          else print 0, 0, 0, 0 }' seen)
  echo "$name: $first_memory kB and $first_files files after a fifth, $last_memory kB and $last_files files at the end, by $looks looks"
  return $code
}
# enough NUMBER COMMAND: that command, which watches so many as the variable says, and four times as many until there were
# enough looks to speak of a first and of a last quarter.
enough() {
  local -n number=$1
  local times
  for times in 1 2 3 4 5 6; do
    "$2" || return 1
    [ "$looks" -lt 16 ] || return 0
    [ "$times" -eq 6 ] || number=$((4 * number))
  done
  return 1
}
# A writer has a file open now and then: a leak of one for each of hundreds is seen.
flat_files() { [ "$first_files" -gt 0 ] && [ $((last_files - first_files)) -le 8 ]; }
flat_memory() { [ "$first_memory" -gt 0 ] && [ $((last_memory - first_memory)) -le $(($1 + first_memory / 20)) ]; } # flat_memory KB: that results take
same() { "$python" "$sources/tests/restart/compare.py" "$1" "$2" >said 2>&1; }

# ---- steps ----

after_a_fifth() { [ -e long.ckpt.nc ]; }
make_steps() {
  duration=$((steps / 20)) # ms
  beats=$((duration / 600)) # more than there are
  fifth=(--set "time.duration_ms=$duration" --set "checkpoint.interval_ms=$((duration / 5))" --set checkpoint.keep=5)
  rm -f long*
  watch "$steps steps" long.e.nc after_a_fifth run heart.yaml --output long "${fifth[@]}"
}
check "$steps steps" enough steps make_steps
check "open as many files as before" flat_files
# Each node keeps two times and the upstroke's of each beat, and the device a sample each millisecond, in lists that grow
# by doubling and that a checkpoint has a second time: 72 bytes a millisecond were measured over 10^7 steps, of both and of
# what libraries keep after a checkpoint.
check "and as much memory, but for results" flat_memory $(((45 * 3 * 8 * 4 * beats + 80 * duration) / 1000 + 8000))
check "the last fifth anew" "$program" run heart.yaml --quiet --output again --restart long.ckpt.nc "${fifth[@]}"
for end in .e.nc _vm.e.nc _ecg.nc; do check "has the same bits (long$end)" same "long$end" "again$end"; done

# ---- checkpoints ----

# All that a checkpoint makes once is made: each after it is like the one before.
first_kept() { [ -e many.ckpt.1.nc ]; }
make_checkpoints() {
  of_them=(--set "time.duration_ms=$((checkpoints / 2))")
  rm -f many*
  watch "$checkpoints checkpoints" many.e.nc first_kept run heart.yaml --output many "${of_them[@]}" --set checkpoint.interval_ms=0.5
}
check "$checkpoints checkpoints" enough checkpoints make_checkpoints
check "open as many files as before" flat_files
# 1.6 kB for each were measured, wherever they stay.
check "and take little memory" flat_memory $((4000 + 3 * checkpoints))
check "without checkpoints" "$program" run heart.yaml --quiet --output none "${of_them[@]}"
check "there are the same results" same none.e.nc many.e.nc

# ---- members ----

tenth() { [ -e "study/members/$(printf %04d $((members / 5))).csv" ]; }
short=(--set time.duration_ms=1 --set outputs.snapshots=null)
make_members() {
  {
    cat heart.yaml
    echo "study: {axes: [{name: strength, key: stimuli.0.amplitude_uA_per_uF, values: [$(seq -s, 21 $((20 + members)))]}]}"
  } >study.yaml
  rm -rf study
  watch "$members members" "study/members/$(printf %04d "$members").csv" tenth study study.yaml --output study "${short[@]}"
}
check "$members members" enough members make_members
check "open as many files as before" flat_files
check "and take as much memory" flat_memory 4000
check "all of them are done" [ "$(grep -c ',done,$' study/table.csv)" = "$members" ]
check "the last one alone" "$program" run heart.yaml --quiet --output alone "${short[@]}" --set stimuli.0.amplitude_uA_per_uF=$((20 + members))
check "has the same bits" same alone.e.nc "study/members/$(printf %04d "$members").e.nc"

[ $failures -eq 0 ] || { echo "$failures checks failed"; exit 1; }
