#!/usr/bin/env bash
# test_kill.sh PROGRAM EMULATED PYTHON "MPIEXEC..." N SEED: a run that is killed N times, one rank or all, at random moments
# (most of them while a checkpoint is written), and each time goes on from the last checkpoint on a random number of ranks
# and device, ends with the files of one that never stopped. Exit code 77: no Python to compare.
set -u
program=$1 emulated=$2 python=$3 mpiexec=$4 kills=$5
RANDOM=$6
here=$(dirname "$(realpath "$0")")
source "$here/slab.sh"
"$python" -c 'import netCDF4' 2>/dev/null || exit 77
folder=$(mktemp -d "$PWD/kill.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

make_slab slab.yaml $((40 * kills)) '{interval_ms: 0.4, keep: 2}'
sed -i 's/quiescent_ms: 50/quiescent_ms: 0/; s/interval_ms: 0.5/interval_ms: 2/' slab.yaml
rarely=(--set checkpoint.interval_ms=1000)
check "the run that never stops" start 1 "$program" run slab.yaml --output whole --summary whole.json "${rarely[@]}"

# The ranks of a group of processes.
ranks_of() { ps -o pid=,pgid=,comm= -A | awk -v group="$1" '$2 == group && $3 ~ /^isochrone/ {print $1}'; }

# attempt: starts the run, or goes on, and kills something after a while. Returns the exit code.
attempt() {
  local ranks=$((RANDOM % 4 + 1)) wait_ms=$((RANDOM % 900 + 150)) all=$((RANDOM % 2)) on=("$program") process
  [ $((RANDOM % 4)) -gt 0 ] || on=("$emulated" --device cuda)
  local from=()
  [ ! -e killed.ckpt.nc ] || from=(--restart killed.ckpt.nc)
  # shellcheck disable=SC2086
  setsid $mpiexec -n $ranks "${on[0]}" run slab.yaml "${on[@]:1}" "${from[@]}" --output killed --summary killed.json >said 2>&1 &
  process=$!
  sleep "$(printf '%d.%03d' $((wait_ms / 1000)) $((wait_ms % 1000)))"
  local one
  one=$(ranks_of $process | head -1)
  if [ $all -eq 1 ] || [ -z "$one" ]; then # none may have started yet
    kill -KILL -- "-$process" 2>/dev/null
  else
    kill -KILL "$one" 2>/dev/null
  fi
  wait $process 2>/dev/null
  local code=$?
  # mpirun's death leaves ranks for a moment.
  while [ -n "$(ranks_of $process)" ]; do kill -KILL -- "-$process" 2>/dev/null; sleep 0.02; done
  [ $code -ne 0 ] || finished=$((finished + 1))
  [ $code -ne 2 ] || { echo "refused: $(cat said)"; return 2; }
  return 0
}

lost=0 went_on=0 finished=0
for ((k = 0; k < kills; k++)); do
  [ ! -e killed.ckpt.nc ] || went_on=$((went_on + 1))
  attempt || lost=$((lost + 1))
done
check "each time the last checkpoint is good" [ $lost -eq 0 ]
check "and there mostly was one ($went_on of $kills)" [ $((2 * went_on)) -ge "$kills" ]
check "and no run came to its end before" [ $finished -eq 0 ]
check "the last part" start 2 "$program" run slab.yaml --restart killed.ckpt.nc --output killed --summary killed.json "${rarely[@]}"
check "the files of the run that never stopped" same_files whole killed

[ $failures -eq 0 ] || { echo "$failures checks failed"; exit 1; }
