# Usage: awk -v models="MODEL..." -v archs="sm_80 sm_90" -f cuda_report.awk cuda_spills.txt REPORT
# REPORT is what ptxas says with -v. Prints it as a table; fails where a kernel has a stack frame or spills more than
# cuda_spills.txt allows, and where a model has no kernel for an architecture.
# C++ names are _Z, a length and the name; those of the cells are plain.
FILENAME == ARGV[1] {
  if ($1 !~ /^#/ && NF == 3) allowed[$1, $2] = $3
  next
}
/Compiling entry function/ {
  split($0, quoted, "'")
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
function before(words) { # the number before them; nvcc and NVRTC begin the line differently
  match($0, "[0-9]+ " words)
  return substr($0, RSTART) + 0
}
/bytes stack frame/ {
  stack = before("bytes stack frame")
  stores = before("bytes spill stores")
  loads = before("bytes spill loads")
}
/Used [0-9]+ registers/ {
  registers = before("registers")
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
  k = split(archs, arch_of, " ")
  for (i = 1; i <= m; i++)
    for (j = 1; j <= k; j++)
      if (!((model[i], arch_of[j]) in found)) {
        print "there is no kernel of " model[i] " for " arch_of[j]
        bad = 1
      }
  if (m == 0) { print "no models were named"; bad = 1 }
  exit bad
}
