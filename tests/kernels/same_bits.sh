#!/bin/sh
# Usage: same_bits.sh SOURCE BUILD HASH_BITS COMPILER
# Builds kernels/ alone with another compiler and compares its bits with those of the program HASH_BITS.
# Exit code 77: that compiler is not here, or lacks OpenMP.
set -eu
source=$1 build=$2 hash_bits=$3 compiler=$4
command -v "$compiler" >/dev/null || { echo "no $compiler"; exit 77; }
CC=$compiler cmake -S "$source/kernels" -B "$build" -DCMAKE_BUILD_TYPE=Release >"$build.log" 2>&1 || {
  cat "$build.log"
  exit 77
}
cmake --build "$build" --target iso_kernels >>"$build.log" 2>&1 || { tail -50 "$build.log"; exit 1; }
tests=$source/tests/kernels
"$compiler" -std=gnu11 -O2 -ffp-contract=off -I"$source" -I"$source/tests" -I"$build/generated" -o "$build/hash_bits" \
  "$tests/hash_bits.c" "$tests/field.c" "$tests/builds.c" "$build/libiso_kernels.a" -fopenmp -lm
"$hash_bits" >"$build/ours"
"$build/hash_bits" >"$build/theirs"
diff "$build/ours" "$build/theirs"
echo "$(wc -l <"$build/ours") fields, the same bits"
