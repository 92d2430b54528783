#!/bin/sh
# Usage: [BITS_OF="adaptive mixed"] bits_cuda.sh SOLVE_BITS PLAIN FOLDER "MPIEXEC..." RANKS...
# The CUDA device gives the bits of the file PLAIN (bits_plain.sh) on those numbers of ranks; with BITS_OF, of ways whose
# names begin so. Exit code 77: there is no GPU.
set -eu
program=$1 plain=$2 folder=$3 mpiexec=$4
shift 4
mkdir -p "$folder"
grep -E "^($(echo "${BITS_OF:-}" | tr ' ' '|'))" "$plain" >"$folder/plain"

for ranks; do
  # shellcheck disable=SC2086
  if ! $mpiexec -n $ranks "$program" cuda 1 auto ${BITS_OF:+of $BITS_OF} >"$folder/$ranks" 2>"$folder/$ranks.err"; then
    cat "$folder/$ranks.err"
    grep -q "there is no \(GPU\|NVIDIA driver\) here" "$folder/$ranks.err" && exit 77
    exit 1
  fi
  diff "$folder/plain" "$folder/$ranks"
  echo "$ranks ranks: the same"
done
echo "$(wc -l <"$folder/plain") ways of solving"
