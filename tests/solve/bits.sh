#!/bin/sh
# Usage: bits.sh SOLVE_BITS PLAIN "MPIEXEC..." "WIDTHS..."
# The bits of the file PLAIN (bits_plain.sh) from 1 to 4 ranks, 1 and 2 threads, and those widths of vectors that this
# CPU has.
set -eu
program=$1 plain=$2 mpiexec=$3 widths=$4
export OMP_WAIT_POLICY=passive # there may be more threads than cores

# same RANKS THREADS SIMD: runs and compares with the plain run
same() {
  # shellcheck disable=SC2086
  $mpiexec -n "$1" "$program" cpu "$2" "$3" >"$plain.$1-$2-$3"
  diff "$plain" "$plain.$1-$2-$3"
  echo "$1 ranks, $2 threads, $3: the same"
}

for simd in $widths; do
  if grep -qw "$simd\|${simd}f" /proc/cpuinfo; then same 1 1 "$simd"; else echo "$simd: not in this CPU"; fi
done
same 2 2 auto
for ranks in 3 4; do same $ranks 1 auto; done
