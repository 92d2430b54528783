#!/bin/sh
# Usage: cuda_build.sh "MODEL..." "SOURCE..." NVCC OPTIONS...
# Every model has a CUDA kernel for every architecture, and every kernel keeps its values in registers: ptxas reports
# neither a stack frame nor spills but for what cuda_spills.txt allows. Prints that report as a table. Compiles once
# more to read it; needs no GPU.
set -eu
models=$1 sources=$2
shift 2
allowed=$(dirname "$0")/cuda_spills.txt
report=$(mktemp)
trap 'rm -f "$report"' EXIT
for source in $sources; do
  "$@" "$source" -fatbin -o /dev/null -Xptxas -v -gencode arch=compute_80,code=sm_80 \
    -gencode arch=compute_90,code=sm_90 >>"$report" 2>&1 || { cat "$report"; exit 1; }
done

# C++ names are _Z, a length and the name; those of the cells are plain.
awk -v models="$models" '
  FILENAME == ARGV[1] {
    if ($1 !~ /^#/ && NF == 3) allowed[$1, $2] = $3
    next
  }
  /Compiling entry function/ {
    split($0, quoted, "\047")
    kernel = quoted[2]
    arch = quoted[4]
    if (match(kernel, /^_ZL?[0-9]+/)) {
      length_of_name = substr(kernel, 1, RLENGTH)
      gsub(/[^0-9]/, "", length_of_name)
      kernel = substr(kernel, RLENGTH + 1, length_of_name)
    }
    precision = kernel ~ /_f64_cuda$/ ? "f64" : "f32"
    sub(/_cells_f[0-9]*_cuda$/, "", kernel)
  }
  /bytes stack frame/ { stack = $1; stores = $5; loads = $9 }
  /Used [0-9]+ registers/ {
    for (i = 1; i < NF; i++) if ($i == "Used") registers = $(i + 1)
    found[kernel, arch] = 1
    lines[++n] = sprintf("%-28s %-6s %9d %6d %12d %12d", kernel, arch, registers, stack, stores, loads)
    most = stack > stores ? stack : stores
    most = most > loads ? most : loads
    if (most > allowed[kernel, precision] + 0) {
      print kernel " has a stack frame or spills on " arch
      bad = 1
    }
  }
  END {
    printf "%-28s %-6s %9s %6s %12s %12s\n", "kernel", "arch", "registers", "stack", "spill stores", "spill loads"
    for (i = 1; i <= n; i++) print lines[i]
    m = split(models, model, " ")
    k = split("sm_80 sm_90", archs, " ")
    for (i = 1; i <= m; i++)
      for (j = 1; j <= k; j++)
        if (!((model[i], archs[j]) in found)) {
          print "there is no kernel of " model[i] " for " archs[j]
          bad = 1
        }
    if (m == 0) { print "no models were named"; bad = 1 }
    exit bad
  }' "$allowed" "$report"
