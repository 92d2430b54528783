#!/bin/sh
# Usage: own_nvrtc.sh COMPILE_OWN KERNELS IMPORTED
# NVRTC makes kernels of some headers of KERNELS/models in double precision, the smallest and the largest among them (nvcc
# has all), and of the folder IMPORTED, each named NAME.h like its model, in both, for sm_90, and of IMPORTED for sm_80 in
# double, as of a model of the user's own; they spill no more than those of nvcc (cuda_report.awk), and what is wrong with
# a header is said with its file and line. Needs no GPU. Exit code 77: there is no NVRTC.
set -eu
compile=$1 kernels=$2 imported=$3
here=$(dirname "$0")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
bad=0

# try HEADER NAME MINOR... : the messages go to $folder/log
try() {
  code=0
  "$compile" "$@" "$folder/out" >"$folder/log" 2>&1 || code=$?
  if [ $code = 77 ]; then
    cat "$folder/log"
    exit 77
  fi
  return $code
}

# headers PRECISION MAJOR FOLDER...: the table of their kernels
headers() {
  precision=$1 major=$2
  shift 2
  names=
  : >"$folder/report"
  for from; do
    for header in "$from"/*.h; do
      name=$(basename "$header" .h)
      names="$names $name"
      if ! try "$header" "$name" "$major" 0 "$precision" || ! [ -s "$folder/out" ]; then
        cat "$folder/log"
        bad=1
      fi
      cat "$folder/log" >>"$folder/report"
    done
  done
  awk -v models="$names" -v archs="sm_${major}0" -f "$here/cuda_report.awk" "$here/cuda_spills.txt" "$folder/report" || bad=1
}
mkdir "$folder/models"
for model in nagumo_1962 luo_rudy_1991 ten_tusscher_2006 tor_ord_2019; do cp "$kernels/models/$model.h" "$folder/models"; done
headers double 9 "$folder/models" "$imported"
headers single 9 "$imported"
headers double 8 "$imported" # nvcc has the models' own for sm_80, and in single precision

# broken WHAT SED-SCRIPT TEXT: a header so edited is refused with that text
broken() {
  sed "$2" "$kernels/models/luo_rudy_1991.h" >"$folder/cell.h"
  if try "$folder/cell.h" luo_rudy_1991 9 0 double; then
    echo "a header with $1 is taken"
    bad=1
  elif ! grep -q "$folder/cell.h($3" "$folder/log"; then
    echo "of a header with $1 this is said, and not cell.h($3:"
    cat "$folder/log"
    bad=1
  fi
}
line=$(grep -n 'iso_exp(' "$kernels/models/luo_rudy_1991.h" | head -1 | cut -d: -f1)
broken "an unknown name" "$line s/iso_exp(/nothing_such(/" "$line): error: identifier \"nothing_such\" is undefined"
broken "a missing file" '1i #include "nothing_here.h"' '1): catastrophic error: cannot open source file "nothing_here.h"'
exit $bad
