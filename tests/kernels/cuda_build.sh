#!/bin/sh
# Usage: cuda_build.sh "MODEL..." NVCC OPTIONS...
# Every model has a CUDA kernel for every architecture, and it keeps a cell in registers: ptxas reports neither a
# stack frame nor spills. Compiles once more, to read that report; needs no GPU.
set -eu
models=$1
shift
report=$("$@" -fatbin -o /dev/null -Xptxas -v -gencode arch=compute_80,code=sm_80 \
  -gencode arch=compute_90,code=sm_90 2>&1) || { echo "$report"; exit 1; }
for arch in sm_80 sm_90; do
  for model in $models; do
    found=$(echo "$report" | awk -v start="Compiling entry function '${model}_cells_.*_cuda' for '$arch'" '
      $0 ~ start { mine = 1 }
      mine && /stack frame/ { printf "%s; ", $0 }
      mine && /Used/ { sub(/.*: /, ""); print; exit }')
    echo "$arch $model: $found"
    case $found in
      *" 0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads; "*) ;;
      *)
        echo "expected a kernel without stack frame and spills" >&2
        exit 1
        ;;
    esac
  done
done
