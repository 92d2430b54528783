#!/bin/sh
# Usage: bits_compiler.sh SOURCE BUILD SOLVE_BITS COMPILER "MPIEXEC..."
# Builds the solver with another compiler and compares its bits with those of the program SOLVE_BITS.
# Exit code 77: that compiler is not here, or lacks a library.
set -eu
source=$1 build=$2 program=$3 compiler=$4 mpiexec=$5
command -v "$compiler" >/dev/null || { echo "no $compiler"; exit 77; }
CC=$compiler cmake -S "$source" -B "$build" -DCMAKE_BUILD_TYPE=Release -DISOCHRONE_CUDA=OFF >"$build.log" 2>&1 || {
  tail -50 "$build.log"
  exit 77
}
cmake --build "$build" --target solve_bits --parallel 2 >>"$build.log" 2>&1 || { tail -50 "$build.log"; exit 1; }
# shellcheck disable=SC2086
$mpiexec -n 1 "$program" cpu 1 auto >"$build.ours"
# shellcheck disable=SC2086
$mpiexec -n 1 "$build/tests/solve/solve_bits" cpu 1 auto >"$build.theirs"
diff "$build.ours" "$build.theirs"
echo "$(wc -l <"$build.ours") ways of solving, the same bits"
