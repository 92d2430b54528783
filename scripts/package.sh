#!/usr/bin/env bash
# Makes the Debian package, and tries it on a fresh Debian.
#
# usage: scripts/package.sh [options]
#
#   --cuda        with the CUDA device (package isochrone-cuda); needs nvcc
#   --output DIR  where the package goes [out]
#   --try         installs it in a fresh Debian 12 made by debootstrap, runs it there, and removes it again; as root
#   --help        this text
source "$(dirname "$0")/common.sh"
source "$root/scripts/fresh-debian.sh"

cuda=OFF
output=out
try=no
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) print_help && exit ;;
    --cuda) cuda=ON ;;
    --output)
      [ $# -gt 1 ] || fail "--output needs a folder" "scripts/package.sh --help"
      output=$2
      shift
      ;;
    --try) try=yes ;;
    *) fail "there is no option '$1'" "scripts/package.sh --help" ;;
  esac
  shift
done
[ $try = no ] || [ "$(id -u)" = 0 ] || fail "--try makes a system of its own, which only root may" "run it as root"

build="build-package"
[ $cuda = OFF ] || build="build-package-cuda"
say "Building in $build"
cmake -B $build -G Ninja -DCMAKE_BUILD_TYPE=Release -DISOCHRONE_SIMD=all -DISOCHRONE_TESTS=OFF -DISOCHRONE_CUDA=$cuda
cmake --build $build

say "Packing"
mkdir -p "$output"
(cd $build && cpack -B packages)
package=$(find $build/packages -maxdepth 1 -name '*.deb' -printf '%T@ %p\n' | sort -n | tail -1 | cut -d' ' -f2)
cp "$package" "$output"
package=$output/$(basename "$package")
dpkg-deb --info "$package"
[ $try = yes ] || exit 0

say "Trying it in a fresh Debian"
fresh_debian "$output/debootstrap.log"
cp "$package" "$system/tmp/isochrone.deb"
inside apt-get -qq install -y --no-install-recommends /tmp/isochrone.deb >"$output/install.log" 2>&1 ||
  fail "the package does not install" "see $output/install.log"
inside isochrone check /usr/share/isochrone/configs/slab-first.yaml
inside mpirun -n 2 --oversubscribe isochrone run /usr/share/isochrone/configs/slab-first.yaml --output /tmp/first
inside isochrone info /tmp/first.e.nc
inside apt-get -qq install -y --no-install-recommends gcc libc6-dev >>"$output/install.log" 2>&1 ||
  fail "the compiler for own models does not install" "see $output/install.log"
inside isochrone cell /usr/share/isochrone/kernels/models/mitchell_schaeffer_2003.h --beats 2
# shellcheck disable=SC2016 # of the shell inside
inside sh -ec 'cp -r /usr/share/doc/isochrone/examples/pacemaker /tmp && cd /tmp/pacemaker
  gcc pacemaker.c -lisochrone -lm -o pacemaker && ./pacemaker heart.yaml' ||
  fail "a program of your own does not build with the library, or does not run"
inside apt-get -qq purge -y "$(dpkg-deb -f "$package" Package)" >"$output/purge.log" 2>&1 ||
  fail "the package does not go" "see $output/purge.log"
left=$(inside find /usr -path '*isochrone*')
[ -z "$left" ] || fail "files are left behind: $left"
say "It installs, runs and goes"
