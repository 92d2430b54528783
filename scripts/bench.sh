#!/usr/bin/env bash
# Repeats the figures of docs/benchmarks.md on this machine and prints them as Markdown. About ten minutes; let
# the machine do nothing else meanwhile.
#
# usage: scripts/bench.sh [options]
#
#   --runs N   runs of each case [3]; the table gives the median and the best
#   --ranks N  most MPI ranks; one rank is measured too, for the scaling [2]
#   --table    measures nothing: the table of what out/bench holds
#   --error    instead of all that: the processor time to reach an error on the N-version benchmark, over meshes, steps,
#              precisions and paces, beside what is known of other programs; and the picture of it,
#              docs/images/error-cost.png. One core for twenty minutes; results stay in out/bench-error and are not
#              measured again, so it may be stopped, and goes on
#   --program FILE  measures that program and builds none
#
# Speed: the N-version slab of configs/niederer.yaml, 0.2 mm, 0.02 ms, 60 ms, every phase of the time loop included.
# Set-up and memory: one millisecond on a CARP mesh of a million nodes. Builds first; results stay in out/bench.
source "$(dirname "$0")/common.sh"

runs=3
ranks=2
measure=yes
error=no
program=
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) print_help && exit ;;
    --table) measure=no ;;
    --error) error=yes ;;
    --program)
      [ -x "${2:-}" ] || fail "--program needs a program" "scripts/bench.sh --program build/isochrone"
      program=$2
      shift
      ;;
    --runs | --ranks)
      [[ ${2:-} =~ ^[1-9][0-9]*$ ]] || fail "$1 needs a number above 0" "scripts/bench.sh $1 2"
      declare "${1#--}=$2"
      shift
      ;;
    *) fail "there is no option '$1'" "scripts/bench.sh --help" ;;
  esac
  shift
done
results=out/bench
mesh=$results/million

# run NAME RANKS CONFIG OPTIONS...: leaves results/NAME.json.
run() {
  local name=$1 n=$2 config=$3
  shift 3
  echo "$name" >&2
  mpi "$n" "$program" run "$config" --quiet --output "$results/last" --summary "$results/$name.json" "$@" ||
    fail "the run $name failed" "see the message above"
}

# Runs of all cases in turns: a busy moment of the machine then spoils no single case.
measure_speed() {
  local i n precision fast
  for i in $(seq "$runs"); do
    for n in $(printf '%s\n' 1 "$ranks" | sort -nu); do
      for precision in double single; do
        for fast in nodal default; do
          local choice=()
          [ $fast = default ] || choice=(--set "numerics.fast_current=$fast")
          run "speed-$precision-$fast-np$n-run$i" "$n" configs/niederer.yaml \
            --set numerics.pace=fixed --set "numerics.precision=$precision" "${choice[@]}"
        done
      done
    done
  done
}

# 161 x 81 x 81 nodes.
measure_setup() {
  [ -f $mesh.pts ] || "$program" mesh slab $mesh --size 40,20,20 --spacing 0.25 ||
    fail "the mesh of a million nodes could not be written" "it needs 500 MB in $results"
  cat >$mesh.yaml <<END
mesh: {file: $(basename $mesh), format: carp}
regions:
  - name: slab
    model: ten_tusscher_2006
    conductivity: {longitudinal_S_per_m: 0.1334177, transverse_S_per_m: 0.0176062}
stimuli:
  - name: corner
    box: {min_mm: [0, 0, 0], max_mm: [1.5, 1.5, 1.5]}
    duration_ms: 2
    amplitude_uA_per_uF: 50
time: {duration_ms: 1, step_ms: 0.02}
END
  local i
  for i in $(seq "$runs"); do run "setup-run$i" "$ranks" $mesh.yaml; done
}

if [ $measure = yes ] && [ -z "$program" ]; then
  if ! { cmake --preset default && cmake --build --preset default --target isochrone; } >/dev/null; then
    fail "the build failed" "scripts/quickstart.sh says more"
  fi
  program=build/isochrone
fi
if [ $measure = yes ] && [ $error = no ]; then
  mkdir -p $results
  rm -f $results/*.json
  measure_speed
  measure_setup
fi

cache=$(dirname "${program:-build/isochrone}")/CMakeCache.txt
compiler=$(sed -n 's/^CMAKE_C_COMPILER:[^=]*=//p' "$cache" 2>/dev/null) || compiler=
if [ $error = yes ]; then what=(--error); else what=(--runs "$runs" --ranks "$ranks"); fi
echo "Command: \`scripts/bench.sh ${what[*]}\`"
echo "Date: $(date -u +%F). Commit: $(git describe --always --dirty)."
echo "Machine: $(lscpu | sed -n 's/^Model name: *//p'), $(nproc) CPUs, $(awk '/^MemTotal/ {printf "%.0f", $2 / 1048576}' /proc/meminfo) GiB."
[ -z "$compiler" ] || echo "Compiler: $("$compiler" --version | head -1). MPI: $(mpirun --version | head -1)."
if [ $error = yes ]; then
  choice=(--cached)
  [ $measure = no ] || choice=(--program "$program")
  /usr/bin/python3 scripts/bench_error.py "${choice[@]}" --picture docs/images/error-cost.png
else
  /usr/bin/python3 scripts/bench_table.py $results
fi
