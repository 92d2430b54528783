#!/usr/bin/env bash
# Installs what is missing, builds, and runs the tests.
#
# usage: scripts/test.sh [options] [-- CTEST OPTIONS]
#
#   --long        also the long tests (fine meshes; up to half an hour); with --sanitize, those with label "whole"
#   --sanitize    build in build-sanitize with AddressSanitizer and UndefinedBehaviorSanitizer, and test that, without the
#                 tests with label "numbers": long computations for their figures, of code that others walk as well;
#                 with label "whole": whole uses of the program, likewise; nor notebooks, ParaView, scripts and job
#                 scripts; of a test on several numbers of ranks only the largest, and none with label "ranks", which
#                 compares them
#   --fuzz        only the fuzzers of the readers, built with clang, each for a bounded time
#   --no-install  install nothing
#   --help        this text
#
# example: scripts/test.sh -- -R grid
source "$(dirname "$0")/common.sh"

install=yes
preset=default
long=no
select=()
options=()
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) print_help && exit ;;
    --long) long=yes ;;
    --sanitize) preset=sanitize ;;
    --fuzz) select=(-L '^fuzz$') ;;
    --no-install) install=no ;;
    --)
      shift
      options=("$@")
      break
      ;;
    *) fail "there is no option '$1'" "scripts/test.sh --help" ;;
  esac
  shift
done

apart='verylong|fuzz|mutation'
if [ $preset = default ]; then
  [ $long = yes ] || apart="$apart|long"
else
  apart="$apart|long|numbers|slurm|notebooks|scripts|paraview|ranks"
  [ $long = yes ] || apart="$apart|whole"
fi
[ ${#select[@]} -gt 0 ] || select=(-LE "^($apart)\$")

build=build
[ $preset = default ] || build=build-$preset

# Open MPI keeps memory until the process ends and its shared objects are gone by then, so leaks cannot be told
# apart by name: addresses are checked, leaks are not.
export ASAN_OPTIONS=detect_leaks=0:${ASAN_OPTIONS:-}
export UBSAN_OPTIONS=print_stacktrace=1:${UBSAN_OPTIONS:-}
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

if [ $install = yes ]; then
  say "Installing what is missing"
  scripts/install-dependencies.sh build view test python
fi

say "Building in $build"
cmake --preset $preset ||
  fail "CMake could not configure the build" "see above for what is missing; scripts/install-dependencies.sh build test"
cmake --build --preset $preset || fail "the build failed" "the first error above says where"

# Names of tests NAME.npN that run on more ranks, too.
on_fewer_ranks() {
  ctest --test-dir "$build" -N "${select[@]}" | sed -n 's/^ *Test *#[0-9]*: \(.*\)\.np\([0-9]*\)$/\1 \2/p' | sort -k1,1 -k2,2nr |
    awk '$1 == last { print $1 ".np" $2 } { last = $1 }'
}

if [ $preset = sanitize ] && [ ${#options[@]} -eq 0 ]; then
  fewer=$(on_fewer_ranks | sed 's/\./\\./g' | paste -sd '|')
  [ -z "$fewer" ] || select+=(-E "^($fewer)\$")
fi

say "Testing"
ctest --test-dir "$build" --output-on-failure --parallel "$(nproc)" "${select[@]}" "${options[@]}" ||
  fail "tests failed" "one again, with all its output: ctest --test-dir $build -V -R NAME"
