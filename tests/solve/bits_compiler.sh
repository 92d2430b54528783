#!/bin/sh
# Usage: bits_compiler.sh SOURCE BUILD PLAIN COMPILER "MPIEXEC..."
# Builds the solver with another compiler and compares its bits with those of the file PLAIN (bits_plain.sh).
# ISOCHRONE_OTHER_BUILD: a build of the whole project by that compiler, which is taken in place of building it once more.
# Exit code 77: that compiler is not here, or lacks a library.
set -eu
source=$1 build=$2 plain=$3 compiler=$4 mpiexec=$5
command -v "$compiler" >/dev/null || { echo "no $compiler"; exit 77; }
program=${ISOCHRONE_OTHER_BUILD:-}/tests/solve/solve_bits
if [ ! -x "$program" ] || ! grep -q "^CMAKE_C_COMPILER:.*/$compiler\$" "$ISOCHRONE_OTHER_BUILD/CMakeCache.txt"; then
  program=$build/tests/solve/solve_bits
  CC=$compiler cmake -S "$source" -B "$build" -DCMAKE_BUILD_TYPE=Release -DISOCHRONE_CUDA=OFF >"$build.log" 2>&1 || {
    tail -50 "$build.log"
    exit 77
  }
  cmake --build "$build" --target solve_bits --parallel 2 >>"$build.log" 2>&1 || { tail -50 "$build.log"; exit 1; }
fi
# shellcheck disable=SC2086
$mpiexec -n 1 "$program" cpu 1 auto >"$build.theirs"
diff "$plain" "$build.theirs"
echo "$(wc -l <"$plain") ways of solving by $program, the same bits"
