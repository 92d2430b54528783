# shellcheck shell=bash disable=SC2154 # the folder is the test's
# What the tests of this folder share. They keep what the program said in $folder/said.
source "$(dirname "${BASH_SOURCE[0]}")/../background.sh"
failures=0

check() { # check WHAT COMMAND...
  if "${@:2}"; then
    echo "ok: $1"
  else
    echo "FAILED: $1"
    sed 's/^/    /' "$folder/said" 2>/dev/null
    failures=$((failures + 1))
  fi
}

says() { grep -q -- "$1" "$folder/said"; }
