#!/usr/bin/env bash
# test_kill.sh PROGRAM EMULATED PYTHON "MPIEXEC..." N SEED: a run that is killed N times, one rank or all, at random moments
# (most of them while a checkpoint is written), and each time goes on from the last checkpoint on a random number of ranks
# and device, ends with the files of one that never stopped. Exit code 77: no Python to compare.
# Functions are called through check.
# shellcheck disable=SC2317
set -u
program=$1 emulated=$2 python=$3 mpiexec=$4 kills=$5
RANDOM=$6
here=$(dirname "$(realpath "$0")")
source "$here/slab.sh"
"$python" -c 'import netCDF4' 2>/dev/null || exit 77
folder=$(mktemp -d "$PWD/kill.XXXXXX")
export OMPI_MCA_orte_tmpdir_base # where a killed mpirun leaves its files
OMPI_MCA_orte_tmpdir_base=$(mktemp -d)
trap 'rm -rf "$folder" "$OMPI_MCA_orte_tmpdir_base"' EXIT
cd "$folder" || exit 1

# A run is as long as it takes to kill it, on any machine; the last part ends soon after.
make_slab slab.yaml 1e6 '{interval_ms: 0.4, keep: 2}'
sed -i 's/quiescent_ms: 50/quiescent_ms: 0/; s/interval_ms: 0.5/interval_ms: 2/' slab.yaml

has_processes() { [ -n "$(session "$1")" ]; }
newest() { stat -c '%i %y' killed.ckpt.nc 2>/dev/null; }
is_newer() { [ -n "$(newest)" ] && [ "$(newest)" != "$1" ]; }

# progress N: mpirun alone, ranks that may be setting up, one more checkpoint, two more, ...
progress() {
  local k
  wait_for has_processes mpi || return 1 # mpirun, mpiexec
  [ "$1" -gt 0 ] || return 0
  wait_for has_processes isochrone || return 1
  for ((k = 1; k < $1; k++)); do wait_for is_newer "$(newest)" || return 1; done
}

# attempt: starts the run, or goes on, and kills something after some progress and up to 50 ms. Fails where it has not come
# that far, or has ended before.
attempt() {
  local ranks=$((RANDOM % 4 + 1)) far=$((RANDOM % 24)) wait_ms=$((RANDOM % 50)) all=$((RANDOM % 2)) on=("$program") from=() one
  [ $((RANDOM % 4)) -gt 0 ] || on=("$emulated" --device cuda)
  [ ! -e killed.ckpt.nc ] || from=(--restart killed.ckpt.nc)
  # shellcheck disable=SC2086
  in_background said said setsid $mpiexec -n $ranks "${on[0]}" run slab.yaml "${on[@]:1}" "${from[@]}" --output killed --summary killed.json
  progress $far || return 1
  sleep "$(printf '0.%03d' $wait_ms)"
  ! has_ended || return 1
  one=$(session isochrone | shuf -n 1)
  if [ $all -eq 0 ] && [ -n "$one" ]; then # none may have started yet
    kill -KILL "$one"
    wait_for has_ended # mpirun ends the others
    alone=$((alone + 1))
  fi
  kill_session
  [ -z "$(compgen -G 'killed.ckpt.nc.*.part')" ] || writing=$((writing + 1))
}

lost=0 went_on=0 alone=0 writing=0
for ((k = 0; k < kills; k++)); do
  [ ! -e killed.ckpt.nc ] || went_on=$((went_on + 1))
  attempt || { lost=$((lost + 1)); cat said; kill_session; }
done
check "each time the last checkpoint is good" [ $lost -eq 0 ]
check "and there mostly was one ($went_on of $kills)" [ $((2 * went_on)) -ge "$kills" ]
echo "one rank was killed at $alone of $kills, and a checkpoint was being written at $writing"

reached=$("$python" -c 'import netCDF4; print(round(float(netCDF4.Dataset("killed.ckpt.nc")["time"][0])))')
end=(--set "time.duration_ms=$((reached + 5))" --set checkpoint.interval_ms=1000)
check "the run that never stops, for $reached ms and some more" start 1 "$program" run slab.yaml --output whole --summary whole.json "${end[@]}"
check "the last part" start 2 "$program" run slab.yaml --restart killed.ckpt.nc --output killed --summary killed.json "${end[@]}"
check "the files of the run that never stopped" same_files whole killed

[ $failures -eq 0 ] || { echo "$failures checks failed"; exit 1; }
