#!/usr/bin/env bash
# Makes the wheel of Isochrone's Python package: Python files, the shared library, and what own models are compiled from.
#
# usage: scripts/python-wheel.sh [options]
#
#   --build DIR   takes libisochrone from this build, which must be there; else build-wheel is made, without CUDA
#   --output DIR  where the wheel goes [out]
#   --help        this text
#
# The library is linked to this machine's Open MPI, NetCDF and PT-Scotch, and the wheel is for machines that have the same:
# scripts/install-dependencies.sh build, or the Debian package.
source "$(dirname "$0")/common.sh"

build=
output=out
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) print_help && exit ;;
    --build | --output)
      [ $# -gt 1 ] || fail "$1 needs a folder" "scripts/python-wheel.sh --help"
      if [ "$1" = --build ]; then build=$2; else output=$2; fi
      shift
      ;;
    *) fail "there is no option '$1'" "scripts/python-wheel.sh --help" ;;
  esac
  shift
done
if [ -z "$build" ]; then
  build="build-wheel"
  say "Building in $build"
  cmake -B $build -G Ninja -DCMAKE_BUILD_TYPE=Release -DISOCHRONE_SIMD=all -DISOCHRONE_TESTS=OFF -DISOCHRONE_CUDA=OFF
  cmake --build $build --target libisochrone
fi
[ -e "$build/libisochrone.so.0" ] || fail "$build has no libisochrone.so.0" "cmake --build $build --target libisochrone"
mkdir -p "$output"
/usr/bin/python3 scripts/python/make_wheel.py "$build/libisochrone.so.0" "$output"
