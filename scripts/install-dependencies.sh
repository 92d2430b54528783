#!/usr/bin/env bash
# Installs what Isochrone needs from Debian's packages (and Python's, in .venv): only what is missing, nothing where all is there.
#
# usage: scripts/install-dependencies.sh [--list] GROUP...
#
#   build   compiler, CMake, MPI, parallel NetCDF, PT-Scotch, libyaml, zlib, ISA-L, LZ4, LZMA, cmocka, three.js
#   view    ParaView and a virtual display for it: pictures of results
#   test    a second compiler, Python with netCDF4, xarray and matplotlib, a browser: the test suite
#   python  Python with venv, and in .venv the packages that scripts/python is tested with, by their checksums
#   package what scripts/package.sh needs
#   cluster a Slurm for scripts/slurm/one-node.sh and the tests of job scripts
#   check   formatter and shell checker: what CI needs beside the tests
#
#   --list  prints the packages of the groups and installs nothing
#
# Written for Debian 12. Runs apt-get as root or through sudo.
source "$(dirname "$0")/common.sh"

packages_of() {
  case $1 in
    build)
      echo ca-certificates git cmake ninja-build make gcc libc6-dev pkgconf openmpi-bin libopenmpi-dev \
        libhdf5-mpi-dev libnetcdf-mpi-dev libptscotch-dev libyaml-dev zlib1g-dev libisal-dev liblz4-dev liblzma-dev libcmocka-dev libjs-three
      ;;
    view) echo paraview python3-paraview xvfb xauth libgl1-mesa-dri ;;
    test)
      echo clang libomp-dev python3 python3-numpy python3-netcdf4 python3-xarray python3-matplotlib \
        chromium
      ;;
    python) echo python3 python3-venv ;;
    package) echo dpkg-dev file debootstrap ;;
    cluster) echo slurm-wlm munge ;;
    check) echo clang-format-14 shellcheck ;;
    *) fail "there is no group '$1'" "choose from build, view, test, python, package, cluster, check" ;;
  esac
}

installed() { dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed; }

# The password prompt of sudo goes to the terminal, not to the log.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  else
    command -v sudo >/dev/null ||
      fail "packages are missing (${missing[*]}) and there is no sudo" "as root: apt-get install ${missing[*]}"
    sudo "$@"
  fi
}

list=no
groups=()
for word in "$@"; do
  case $word in
    --help | -h) print_help && exit ;;
    --list) list=yes ;;
    -*) fail "there is no option '$word'" "scripts/install-dependencies.sh --help" ;;
    *) groups+=("$word") ;;
  esac
done
[ ${#groups[@]} -gt 0 ] || fail "no group was named" "scripts/install-dependencies.sh --help"

wanted=()
for group in "${groups[@]}"; do
  packages=$(packages_of "$group")
  read -ra words <<<"$packages"
  wanted+=("${words[@]}")
done
if [ $list = yes ]; then
  printf '%s\n' "${wanted[@]}"
  exit
fi

command -v apt-get >/dev/null ||
  fail "this machine has no apt-get, and the script knows only Debian" \
    "install the equivalents of: ${wanted[*]}; then use --no-install"

missing=()
for package in "${wanted[@]}"; do
  installed "$package" || missing+=("$package")
done
# What is no package.
rest() {
  [[ " ${groups[*]} " != *" python "* ]] || scripts/python-environment.sh
}
if [ ${#missing[@]} = 0 ]; then
  echo "nothing to install: ${groups[*]}"
  rest
  exit
fi

echo "installing ${missing[*]}"
echo "(with what they need; ParaView alone takes some minutes)"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
as_root apt-get -qq update >"$log" 2>&1 || {
  tail -20 "$log" >&2
  fail "apt-get could not update its lists" "check the network and /etc/apt, then run this again"
}
as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >"$log" 2>&1 || {
  tail -20 "$log" >&2
  fail "apt-get could not install the packages" "see its messages above; then run this again"
}
rest
