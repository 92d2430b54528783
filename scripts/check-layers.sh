#!/usr/bin/env bash
# Checks that rooms see only what lies on lower floors, as docs/architecture.md draws them.
#
# usage: scripts/check-layers.sh
#
# Reads the #include lines of kernels/ and src/. Every include names its room ("grid/mesh.h"); main.c and manual.c see
# app alone; kernels see neither MPI nor files; nothing under src/ sees CUDA; and a few rooms may not name what they
# serve.
source "$(dirname "$0")/common.sh"

[ $# = 0 ] || { print_help && exit; }
# shellcheck disable=SC2016 # the program is awk's
git ls-files --cached --others --exclude-standard 'kernels/*' 'src/*' | grep -E '\.(c|h|cu|cuh)$' | xargs awk '
  BEGIN {
    # Rooms of one floor do not see each other.
    n = split("kernels; base; grid ecg plugin; linear; anatomy tissue; solve eikonal; observe act; result; config cell; study; fit; plan; app; library", floor, ";")
    for (i = 1; i <= n; i++) {
      m = split(floor[i], room, " ")
      for (k = 1; k <= m; k++) level[room[k]] = i
    }
  }
  function program(file) { return file == "main.c" || file == "manual.c" }
  function complain(why) {
    printf "%s:%d: %s: %s\n", FILENAME, FNR, $0, why
    bad = 1
  }
  FNR == 1 {
    split(FILENAME, part, "/")
    mine = part[1] == "kernels" ? "kernels" : part[2]
    seen++
    if (!program(mine) && mine != "CMakeLists.txt" && !(mine in level)) complain("the room " mine " is on no floor")
  }
  /^[ \t]*#[ \t]*include[ \t]*"/ {
    split($0, quoted, "\"")
    theirs = quoted[2]
    if (!sub(/\/.*/, "", theirs) || !(theirs in level)) complain("an include begins with its room")
    else if (program(mine) && theirs != "app") complain(mine " sees only app")
    else if (mine in level && level[theirs] > level[mine]) complain(mine " lies below " theirs)
    else if (mine == "config" && theirs == "plugin") complain("a configuration is plain data and starts no compiler")
    else if (mine in level && theirs != mine && level[theirs] == level[mine]) complain(mine " lies beside " theirs)
    else if (mine == "result" && (theirs == "observe" || theirs == "act")) complain("guests publish; results name none")
  }
  /^[ \t]*#[ \t]*include[ \t]*</ {
    if (mine != "kernels" && /<(cuda|cusparse|nccl)/) complain("only kernels see CUDA")
    if (mine == "kernels" && /<(mpi|netcdf|yaml|ptscotch|zlib)/) complain("kernels know nothing of MPI and files")
  }
  # Only app sees the arguments of the command line.
  /\<argv\>/ && mine != "app" && !program(mine) && mine != "plugin" { complain("only app sees argv") }
  END {
    if (!seen) { print "no sources were found"; bad = 1 }
    exit bad
  }
' && echo "layers: every include points down"
