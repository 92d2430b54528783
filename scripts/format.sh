#!/usr/bin/env bash
# Formats the C and CUDA sources with clang-format 14, Debian 12's.
#
# usage: scripts/format.sh [--check]
#
#   --check  changes nothing, and fails where something would change
source "$(dirname "$0")/common.sh"

command -v clang-format-14 >/dev/null ||
  fail "there is no clang-format-14; other versions format differently" "scripts/install-dependencies.sh check"
how=(-i)
case ${1:-} in
  '') ;;
  --check) how=(--dry-run -Werror) ;;
  *) print_help && exit ;;
esac
git ls-files --cached --others --exclude-standard '*.c' '*.h' '*.cu' '*.cc' | xargs clang-format-14 "${how[@]}" ||
  fail "the sources above are not formatted" "scripts/format.sh"
