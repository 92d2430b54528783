#!/bin/sh
# Usage: cuda_build.sh "MODEL..." "SOURCE..." NVCC OPTIONS...
# Every model has a CUDA kernel for every architecture, and every kernel keeps its values in registers: ptxas reports
# neither a stack frame nor spills but for what cuda_spills.txt allows. Prints that report as a table. Compiles once
# more to read it; needs no GPU.
set -eu
models=$1 sources=$2
shift 2
here=$(dirname "$0")
report=$(mktemp)
trap 'rm -f "$report"' EXIT
for source in $sources; do
  "$@" "$source" -fatbin -o /dev/null -Xptxas -v -gencode arch=compute_80,code=sm_80 \
    -gencode arch=compute_90,code=sm_90 >>"$report" 2>&1 || { cat "$report"; exit 1; }
done

awk -v models="$models" -v archs="sm_80 sm_90" -f "$here/cuda_report.awk" "$here/cuda_spills.txt" "$report"
