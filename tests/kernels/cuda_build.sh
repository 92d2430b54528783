#!/bin/sh
# Usage: cuda_build.sh "MODEL..." "ARCHITECTURE..." OBJECT...
# Every model has a CUDA kernel for every architecture, and every kernel keeps its values in registers: ptxas reports
# neither a stack frame nor spills but for what cuda_spills.txt allows. Prints that report as a table. The build has kept
# it beside its objects (kernels/cuda/keep_report.sh); needs no GPU.
set -eu
models=$1 archs=$2
shift 2
here=$(dirname "$0")
report=$(mktemp)
trap 'rm -f "$report"' EXIT
for object; do
  [ -f "$object.ptxas" ] || { echo "the build kept no report of $object: remove it and build again"; exit 1; }
  cat "$object.ptxas" >>"$report"
done

awk -v models="$models" -v archs="$archs" -f "$here/cuda_report.awk" "$here/cuda_spills.txt" "$report"
