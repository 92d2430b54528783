#!/bin/sh
# Usage: [BITS_OF=adaptive] bits_cuda.sh SOLVE_BITS FOLDER "MPIEXEC..." [RANKS...]
# The CUDA device gives the CPU's bits, on 1 to 3 ranks or on those numbers of them. Exit code 77: there is no GPU.
set -eu
program=$1 folder=$2 mpiexec=$3
shift 3
[ $# -gt 0 ] || set -- 1 2 3
mkdir -p "$folder"

# run RANKS DEVICE
run() {
  # shellcheck disable=SC2086
  $mpiexec -n "$1" "$program" "$2" 1 auto ${BITS_OF:-} >"$folder/$1-$2" 2>"$folder/$1-$2.err"
}

run 1 cpu
for ranks; do
  if ! run $ranks cuda; then
    cat "$folder/$ranks-cuda.err"
    grep -q "there is no \(GPU\|NVIDIA driver\) here" "$folder/$ranks-cuda.err" && exit 77
    exit 1
  fi
  diff "$folder/1-cpu" "$folder/$ranks-cuda"
  echo "$ranks ranks: the same"
done
echo "$(wc -l <"$folder/1-cpu") ways of solving"
