#!/bin/sh
# Usage: bits_plain.sh SOLVE_BITS FILE "MPIEXEC..." SIMD
# The bits that every other run has to give: on one rank, one thread of a CPU and the narrowest vectors.
set -eu
program=$1 file=$2 mpiexec=$3 simd=$4
# shellcheck disable=SC2086
$mpiexec -n 1 "$program" cpu 1 "$simd" >"$file"
echo "$(wc -l <"$file") ways of solving"
