#!/bin/sh
# Usage: two_simulations.sh PROGRAM FOLDER "MPIEXEC..." DEVICE
# Simulations that share a mesh and a device in one process give the bits of a process each, on 1 and 2 ranks.
set -eu
program=$1 folder=$2 mpiexec=$3 device=$4
members="plain stronger blocked strang godunov implicit"
mkdir -p "$folder"
export OMP_WAIT_POLICY=passive

# run RANKS MEMBER...
run() {
  ranks=$1
  shift
  # shellcheck disable=SC2086
  $mpiexec -n "$ranks" "$program" "$device" "$@"
}

: >"$folder/alone"
for member in $members; do run 1 "$member" >>"$folder/alone"; done
[ "$(cut -d' ' -f2 "$folder/alone" | sort -u | wc -l)" = 6 ] || {
  echo "members do the same, so that mixing them up would not be seen"
  exit 1
}
# together RANKS MEMBER...
together() {
  # shellcheck disable=SC2086
  run "$@" >"$folder/together-$1"
  shift
  for member; do grep "^$member:" "$folder/alone"; done | diff - "$folder/together-$ranks"
  echo "$*, on $ranks ranks: the same"
}
together 1 plain stronger
# shellcheck disable=SC2086
for n in 1 2; do together $n $members; done
