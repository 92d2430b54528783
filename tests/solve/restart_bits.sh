#!/bin/sh
# Usage: [BITS_OF="adaptive mixed"] restart_bits.sh SOLVE_BITS PLAIN FOLDER "MPIEXEC..." DEVICE "RANKS..."
# A simulation that goes back to a state it saved, and on again, has the bits of one that never did, in the file PLAIN
# (bits_plain.sh); with BITS_OF, of ways whose names begin so. Exit code 77: there is no such device.
set -eu
program=$1 plain=$2 folder=$3 mpiexec=$4 device=$5 numbers=$6
mkdir -p "$folder"
grep -E "^($(echo "${BITS_OF:-}" | tr ' ' '|'))" "$plain" >"$folder/plain"

for ranks in $numbers; do
  # shellcheck disable=SC2086
  if ! $mpiexec -n $ranks "$program" "$device" 1 auto back ${BITS_OF:+of $BITS_OF} >"$folder/$ranks" 2>"$folder/$ranks.err"; then
    cat "$folder/$ranks.err"
    grep -q "there is no \(GPU\|NVIDIA driver\) here" "$folder/$ranks.err" && exit 77
    exit 1
  fi
  diff "$folder/plain" "$folder/$ranks"
  echo "$device, $ranks ranks: the same after going back"
done
