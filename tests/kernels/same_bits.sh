#!/bin/sh
# Usage: same_bits.sh SOURCE BUILD HASH_BITS COMPILER
# Compares the bits of the kernels as another compiler builds them, alone and all instruction sets of them, with those of
# the program HASH_BITS. ISOCHRONE_OTHER_BUILD: a build of the whole project by that compiler, whose kernels are taken
# in place of building them once more, for the instruction sets that it has.
# Exit code 77: that compiler is not here, or lacks OpenMP.
set -eu
source=$1 build=$2 hash_bits=$3 compiler=$4
command -v "$compiler" >/dev/null || { echo "no $compiler"; exit 77; }
kernels=$build
other=${ISOCHRONE_OTHER_BUILD:-}
if [ -n "$other" ] && grep -q "^CMAKE_C_COMPILER:.*/$compiler\$" "$other/CMakeCache.txt"; then
  kernels=$other/kernels
  mkdir -p "$build"
else
  CC=$compiler cmake -S "$source/kernels" -B "$build" -DCMAKE_BUILD_TYPE=Release >"$build.log" 2>&1 || {
    cat "$build.log"
    exit 77
  }
  cmake --build "$build" --target iso_kernels >>"$build.log" 2>&1 || { tail -50 "$build.log"; exit 1; }
fi
tests=$source/tests/kernels
"$compiler" -std=gnu11 -O2 -ffp-contract=off -I"$source" -I"$source/tests" -I"$kernels/generated" -o "$build/hash_bits" \
  "$tests/hash_bits.c" "$tests/field.c" "$tests/builds.c" "$kernels/libiso_kernels.a" -fopenmp -lm -ldl
"$hash_bits" >"$build/ours"
"$build/hash_bits" >"$build/theirs"
[ -s "$build/theirs" ] || { echo "$build/hash_bits printed nothing"; exit 1; }
awk '{print $2}' "$build/theirs" | sort -u >"$build/isas"
awk 'NR == FNR { has[$1]; next } $2 in has' "$build/isas" "$build/ours" | diff - "$build/theirs"
echo "$(wc -l <"$build/theirs") fields of $kernels, the same bits"
