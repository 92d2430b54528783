#!/usr/bin/env bash
# Checks that layers see only what lies below them: kernels <- base <- grid <- solve <- observe <- io <- study.
#
# usage: scripts/check-layers.sh
#
# Reads the #include lines of kernels/ and src/. Every include names its layer ("grid/mesh.h"); main.c sees study
# alone; kernels see neither MPI nor files; nothing under src/ sees CUDA.
source "$(dirname "$0")/common.sh"

[ $# = 0 ] || { print_help && exit; }
# shellcheck disable=SC2016 # the program is awk's
git ls-files --cached --others --exclude-standard 'kernels/*' 'src/*' | grep -E '\.(c|h|cu|cuh)$' | xargs awk '
  BEGIN {
    n = split("kernels base grid solve observe io study", layers)
    for (i = 1; i <= n; i++) level[layers[i]] = i
  }
  function complain(why) {
    printf "%s:%d: %s: %s\n", FILENAME, FNR, $0, why
    bad = 1
  }
  FNR == 1 {
    split(FILENAME, part, "/")
    mine = part[1] == "kernels" ? "kernels" : part[2]
    seen++
  }
  /^[ \t]*#[ \t]*include[ \t]*"/ {
    split($0, quoted, "\"")
    theirs = quoted[2]
    if (!sub(/\/.*/, "", theirs) || !(theirs in level)) complain("an include begins with its layer")
    else if (mine == "main.c" && theirs != "study") complain("main sees only study")
    else if (mine in level && level[theirs] > level[mine]) complain(mine " lies below " theirs)
  }
  /^[ \t]*#[ \t]*include[ \t]*</ {
    if (mine != "kernels" && /<(cuda|cusparse|nccl)/) complain("only kernels see CUDA")
    if (mine == "kernels" && /<(mpi|netcdf|yaml|ptscotch|zlib)/) complain("kernels know nothing of MPI and files")
  }
  END {
    if (!seen) { print "no sources were found"; bad = 1 }
    exit bad
  }
' && echo "layers: every include points down"
