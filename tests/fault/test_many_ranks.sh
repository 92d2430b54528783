#!/usr/bin/env bash
# test_many_ranks.sh SOURCES PROGRAM PYTHON RANKS MPIEXEC...: many more ranks than cores give the bits of one.
set -euo pipefail
sources=$1 program=$2 python=$3 ranks=$4
folder=$(mktemp -d "$PWD/ranks.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"$python" -c 'import netCDF4' 2>/dev/null || exit 77
small=(run "$sources/configs/niederer.yaml" --quiet --set mesh.slab.spacing_mm=0.5 --set time.duration_ms=20)
OMPI_MCA_ess_singleton_isolated=1 "$program" "${small[@]}" --output one
"${@:5}" -n "$ranks" "$program" "${small[@]}" --output many --summary many.json
grep -q "\"ranks\": $ranks," many.json
"$python" "$sources/tests/restart/compare.py" one.e.nc many.e.nc
