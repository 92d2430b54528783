#!/bin/sh
# Usage: bits.sh SOLVE_BITS FOLDER "MPIEXEC..." "WIDTHS..."
# The same bits from 1 to 4 ranks, 1 and 2 threads, and those widths of vectors, narrowest first, that this CPU has.
set -eu
program=$1 folder=$2 mpiexec=$3 widths=$4
plainest=${widths%% *}
mkdir -p "$folder"
export OMP_WAIT_POLICY=passive # there may be more threads than cores

# run RANKS THREADS SIMD
run() {
  # shellcheck disable=SC2086
  $mpiexec -n "$1" "$program" cpu "$2" "$3" >"$folder/$1-$2-$3"
}

# same RANKS THREADS SIMD: runs and compares with the plainest run
same() {
  run "$@"
  diff "$folder/1-1-$plainest" "$folder/$1-$2-$3"
  echo "$1 ranks, $2 threads, $3: the same"
}

run 1 1 "$plainest"
for simd in ${widths#"$plainest"}; do
  if grep -qw "$simd\|${simd}f" /proc/cpuinfo; then same 1 1 "$simd"; else echo "$simd: not in this CPU"; fi
done
same 1 2 auto
for ranks in 2 3 4; do same $ranks 1 auto; done
echo "$(wc -l <"$folder/1-1-$plainest") ways of solving"
