#!/usr/bin/env bash
# What `cmake --install` leaves is enough: the program, its configurations, a page and completion for each command, and
# what own models are compiled from.
#
# usage: test_install.sh CMAKE BUILD
set -u
cmake=$1
build=$2
source "$(dirname "$0")/expect.sh"
begin unset
prefix=$folder/prefix
"$cmake" --install "$build" --prefix "$prefix" >/dev/null || exit 1
isochrone=("$prefix/bin/isochrone")
share=$prefix/share/isochrone
unset ISOCHRONE_KERNELS
export ISOCHRONE_CACHE=$folder/cache

expect 0 run "$share/configs/slab-first.yaml" --set time.duration_ms=1 --output first

# Pages: one for each command, which names each of its options.
expect 0 --help
commands=$(awk '/^  [a-z]/ {print $1 ($1 == "mesh" ? " " $2 : "")}' out)
[ "$(wc -l <<<"$commands")" -gt 15 ] || complain "commands are not found in the help: $commands"
while read -r command; do
  page=$prefix/share/man/man1/isochrone-${command// /-}.1
  # shellcheck disable=SC2086 # "mesh info" is two words
  expect 0 $command --help
  [ -s "$page" ] || { complain "there is no page $page" && continue; }
  while read -r option; do
    grep -q -F -- "${option//-/\\-}" "$page" || complain "the page of $command lacks $option"
  done < <(sed -n 's/^  \(-[a-zA-Z], \|    \)\(--[a-z-]*\).*/\2/p' out)
done <<<"$commands"

# Completion, as bash asks for it.
completes() { # WANTED WORD...
  local wanted=$1
  shift
  COMP_WORDS=(isochrone "$@") COMP_CWORD=$# COMPREPLY=()
  _isochrone
  [[ " ${COMPREPLY[*]} " == *" $wanted "* ]] || complain "'$*' completes to '${COMPREPLY[*]}', not '$wanted'"
}
# shellcheck disable=SC1091
source "$prefix/share/bash-completion/completions/isochrone"
completes study st
completes purkinje mesh p
completes --restart run heart.yaml --re
completes --merge mesh repair heart.vtu --m

# Own models: from the installed sources, and from no others.
expect 0 cell "$share/kernels/models/mitchell_schaeffer_2003.h" --beats 1
echo '#error these are used' >>"$share/kernels/own/host.c"
expect 2 cell "$share/kernels/models/aliev_panfilov_1996.h" --beats 1
grep -q 'these are used' out err || complain "the sources beside the program are not those that were compiled"
finish
