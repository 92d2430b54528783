#!/usr/bin/env bash
# Verification, validation and uncertainty in one page: runs the tests that scripts/verification.toml names, a few minutes
# on two cores, and writes docs/verification.md of what they find.
#
# usage: scripts/vv.sh [options]
#
#   --check           compare with the page that is there, and fail where it is not true any more
#   --results FILE    take the results of a run of ctest (--output-junit FILE) instead of running tests
#   --build FOLDER    where the tests are built [build]
#   --help            this text
source "$(dirname "$0")/common.sh"

results=
build=build
check=()
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) print_help && exit ;;
    --check) check=(--check) ;;
    --results | --build)
      [ -n "${2:-}" ] || fail "$1 needs a value" "scripts/vv.sh --help"
      declare "${1#--}=$2"
      shift
      ;;
    *) fail "there is no option '$1'" "scripts/vv.sh --help" ;;
  esac
  shift
done

if [ -z "$results" ]; then
  [ -d "$build/tests" ] || fail "there are no tests in $build" "scripts/test.sh builds them"
  cmake --build "$build" || fail "the build failed" "the first error above says where"
  results=$build/verification.xml
  say "Running the tests"
  OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 ctest --test-dir "$build" --output-on-failure \
    --parallel "$(nproc)" -R "$(python3 scripts/vv.py --tests)" --test-output-size-passed 10000000 \
    --output-junit "$(realpath -m "$results")" || fail "tests failed" "see above"
fi
python3 scripts/vv.py "$results" "${check[@]}"
