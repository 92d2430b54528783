#!/bin/sh
# Usage: actor_bits.sh PROGRAM FOLDER "MPIEXEC..." DEVICE "RANKS..."
# What guests do has the same bits on any number of ranks and on this device as on one CPU. Exit code 77: there is no such
# device.
set -eu
program=$1 folder=$2 mpiexec=$3 device=$4 numbers=$5
mkdir -p "$folder"

# shellcheck disable=SC2086
$mpiexec -n 1 "$program" cpu >"$folder/plain"
cat "$folder/plain"
for ranks in $numbers; do
  # shellcheck disable=SC2086
  if ! $mpiexec -n $ranks "$program" "$device" >"$folder/$ranks" 2>"$folder/$ranks.err"; then
    cat "$folder/$ranks" "$folder/$ranks.err"
    grep -q "there is no \(GPU\|NVIDIA driver\) here" "$folder/$ranks.err" && exit 77
    exit 1
  fi
  diff "$folder/plain" "$folder/$ranks"
  echo "$device, $ranks ranks: the same"
done
