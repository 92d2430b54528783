#!/usr/bin/env bash
# From a fresh clone to the activation map of a real heart: installs what is missing, builds, solves, draws.
#
# usage: scripts/quickstart.sh [options] [CONFIG]
#
#   CONFIG        what to solve [configs/biventricle.yaml]
#   --ranks N     MPI ranks [one for each core]
#   --cuda        build for a GPU, too, even if this machine has none
#   --no-install  install nothing; stop where something is missing
#   --help        this text
#
# Results go to out/: NAME.e.nc (maps, for ParaView and NetCDF tools), NAME.png and NAME.json (the summary).
# Isochrone is a research tool and not a medical device.
source "$(dirname "$0")/common.sh"

install=yes
cuda=OFF
if [ -e /dev/nvidia0 ] || nvidia-smi -L >/dev/null 2>&1; then cuda=ON; fi
ranks=
config=configs/biventricle.yaml
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) print_help && exit ;;
    --cuda) cuda=ON ;;
    --no-install) install=no ;;
    --ranks)
      ranks=${2:-}
      [[ $ranks =~ ^[1-9][0-9]*$ ]] || fail "--ranks needs a number above 0" "scripts/quickstart.sh --ranks 2"
      shift
      ;;
    -*) fail "there is no option '$1'" "scripts/quickstart.sh --help" ;;
    *) config=$1 ;;
  esac
  shift
done
[ -f "$config" ] || fail "there is no file $config" "name one of: $(echo configs/*.yaml)"

name=$(basename "$config" .yaml)
result=out/$name
# 137 is how the system's shortage of memory looks from here.
explain_run() {
  case $1 in
    2) fail "the configuration or the mesh was refused" "the message above names the file and the remedy" ;;
    137) fail "the run was killed, probably for lack of memory" "close other programs or give it more memory" ;;
    *) fail "the run failed (exit code $1)" "read the message above; fewer ranks may help: --ranks 1" ;;
  esac
}

if [ $install = yes ]; then
  say "1/4 Installing what is missing"
  scripts/install-dependencies.sh build view
else
  say "1/4 Installing nothing, as asked"
fi

# For this machine alone: its widest instruction set, a GPU only where one is, no tests.
say "2/4 Building"
cmake --preset native -DISOCHRONE_CUDA=$cuda >build.log 2>&1 || {
  tail -20 build.log >&2
  fail "CMake could not configure the build" "see above for what is missing; scripts/install-dependencies.sh build"
}
cmake --build build --target isochrone ||
  fail "the build failed" "if an earlier build is in the way, remove the folder build and run this again"
rm -f build.log

ranks=${ranks:-$(cores)}
say "3/4 Solving $config on $ranks rank(s)"
mkdir -p out
status=0
mpi "$ranks" build/isochrone run "$config" --output "$result" --summary "$result.json" || status=$?
[ $status = 0 ] || explain_run $status

say "4/4 Drawing the isochrones with ParaView"
picture=
if command -v pvbatch >/dev/null && command -v xvfb-run >/dev/null; then
  picture=$result.png
  pvbatch scripts/render.py "$result.e.nc" "$picture" ||
    fail "ParaView could not draw $picture" "the results are complete: open $result.e.nc in ParaView on a desktop"
else
  echo "no picture: ParaView or xvfb-run is missing; scripts/install-dependencies.sh view"
fi

say "Done"
echo "maps      $result.e.nc"
[ -z "$picture" ] || echo "picture   $picture"
echo "summary   $result.json"
cat <<END

Look at it:         paraview $result.e.nc   (Apply, then colour by activation_time)
Read it in Python:  xarray.open_dataset("$result.e.nc").activation_time
Change something:   mpirun -n $ranks build/isochrone run $config --set time.duration_ms=50
Every command:      build/isochrone --help

Isochrone is a research tool and not a medical device.
END
