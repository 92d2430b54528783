#!/usr/bin/env bash
# The table of the N-version benchmark (Niederer et al. 2011): nine points in nine cells, dx 0.5, 0.2, 0.1 mm and
# dt 0.05, 0.01, 0.005 ms, beside what other codes published. Results are kept in out/niederer; a cell that is there
# is not run again. All nine cells take 8 minutes on one core in single precision, most of it for 0.1 mm.
#
# usage: scripts/niederer.sh [options]
#
#   --quick             only dx 0.5 and 0.2 mm with dt 0.05 ms: half a minute
#   --ranks N           MPI ranks [all cores]
#   --precision WORD    double or single [double]
#   --set KEY=VALUE     passed on to isochrone, e.g. numerics.fast_current=nodal; as often as wanted
#   --again             runs cells that are already there, too
#   --program FILE      the program to run [build/isochrone]
source "$(dirname "$0")/common.sh"

cells="0.5/0.05 0.5/0.01 0.5/0.005 0.2/0.05 0.2/0.01 0.2/0.005 0.1/0.05 0.1/0.01 0.1/0.005"
ranks=$(cores)
precision=double
program=build/isochrone
again=no
sets=()
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) print_help && exit ;;
    --quick) cells="0.5/0.05 0.2/0.05" ;;
    --again) again=yes ;;
    --ranks | --precision | --program | --set)
      [ -n "${2:-}" ] || fail "$1 needs a value" "scripts/niederer.sh --help"
      if [ "$1" = --set ]; then sets+=(--set "$2"); else declare "${1#--}=$2"; fi
      shift
      ;;
    *) fail "there is no option '$1'" "scripts/niederer.sh --help" ;;
  esac
  shift
done
[ -x "$program" ] || fail "there is no $program" "scripts/quickstart.sh builds it"
# Python as Debian packages it has the netCDF4 module; another python3 on the PATH may not.
for python in python3 /usr/bin/python3 ""; do
  [ -z "$python" ] && fail "Python lacks the netCDF4 module" "apt-get install python3-netcdf4"
  "$python" -c 'import netCDF4' 2>/dev/null && break
done

# Other settings are other results.
key=$(printf '%s ' "$precision" "${sets[@]}" | cksum | cut -d ' ' -f 1)
folder=out/niederer/$key
mkdir -p "$folder"
echo "$precision precision ${sets[*]}" >"$folder/settings"

# run DX DT. A wave on a coarse mesh with the nodal current takes up to 150 ms.
run() {
  local prefix=$folder/$1-$2
  [ $again = no ] && [ -f "$prefix.e.nc" ] && return
  say "dx $1 mm, dt $2 ms"
  mpi "$ranks" "$program" run configs/niederer.yaml --output "$prefix" --quiet \
    --set "mesh.slab.spacing_mm=$1" --set "time.step_ms=$2" --set time.duration_ms=200 \
    --set stop.all_activated=true --set numerics.pace=fixed --set "numerics.precision=$precision" "${sets[@]}" >/dev/null ||
    fail "the run failed" "see the message above"
}

for cell in $cells; do run "${cell%/*}" "${cell#*/}"; done
say "activation in ms, $(cat "$folder/settings")"
# shellcheck disable=SC2086
"$python" scripts/niederer_table.py "$folder" $cells
