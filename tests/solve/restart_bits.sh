#!/bin/sh
# Usage: restart_bits.sh SOLVE_BITS FOLDER "MPIEXEC..." DEVICE "RANKS..."
# A simulation that goes back to a state it saved, and on again, has the bits of one that never did.
# Exit code 77: there is no such device.
set -eu
program=$1 folder=$2 mpiexec=$3 device=$4 numbers=$5
mkdir -p "$folder"

# shellcheck disable=SC2086
$mpiexec -n 1 "$program" cpu 1 auto >"$folder/straight"
for ranks in $numbers; do
  # shellcheck disable=SC2086
  if ! $mpiexec -n $ranks "$program" "$device" 1 auto back >"$folder/$ranks" 2>"$folder/$ranks.err"; then
    cat "$folder/$ranks.err"
    grep -q "there is no \(GPU\|NVIDIA driver\) here" "$folder/$ranks.err" && exit 77
    exit 1
  fi
  diff "$folder/straight" "$folder/$ranks"
  echo "$device, $ranks ranks: the same after going back"
done
