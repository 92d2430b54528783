#!/usr/bin/env bash
# test_scale_model.sh SOURCES PROGRAM PYTHON "RANKS..." MPIEXEC...: the halo of scripts/scale_model.py is that of the program's own
# partitions of a cube, in nodes and messages that the rank which sends most sends in a step; with the default current five
# times the bytes travel; and the tables hold what their parts add up to.
set -euo pipefail
sources=$1 program=$2 python=$3
read -ra ranks <<<"$4"
mpiexec=("${@:5}")
folder=$(mktemp -d "$PWD/scale.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export OMP_NUM_THREADS=1 OMP_WAIT_POLICY=passive
cat >cube.yaml <<'YAML'
mesh: {slab: {size_mm: [4.8, 4.8, 4.8], spacing_mm: 0.2}}
regions:
  - {model: ten_tusscher_2006, conductivity: {longitudinal_S_per_m: 0.1334, transverse_S_per_m: 0.0176}}
time: {duration_ms: 0.04, step_ms: 0.02}
numerics: {pace: fixed, precision: double}
YAML

count() { # count RANKS PIECES CURRENT
  "${mpiexec[@]}" -n "$1" "$program" run cube.yaml --quiet --set mesh.pieces="$2" --set numerics.fast_current="$3" \
    --output out --summary "$1.$2.$3.json"
}
model() { "$python" "$sources/scripts/scale_model.py" "$@"; }

whole=()
for n in "${ranks[@]}"; do
  count "$n" 1 nodal
  whole+=("$n.1.nodal.json")
done
model --check 1 "${whole[@]}"
count 4 2 nodal
model --check 2 4.2.nodal.json
! model --check 64 4.2.nodal.json >/dev/null || { echo "FAILED: any number of pieces would do"; exit 1; }

count 4 2 interpolated
bytes() { sed -n 's/.*"sent_bytes_per_step": \([0-9.]*\).*/\1/p' "4.2.$1.json"; }
"$python" -c "assert $(bytes interpolated) == 5 * $(bytes nodal) > 0"

"$program" bench --nodes 8000 --repeats 1 --copy-mb 1 --precision double --json bench.json >said
echo '{"step_ms": 0.05, "node_time_at_level": [0.033, 0.029, 0.025, 0.081, 0.832]}' >beat.json
model bench.json --pace beat.json >tables
"$python" - <<'PY'
rows = [[c.strip() for c in line.split("|")[1:-1]] for line in open("tables") if line.startswith("| 10^")]
steps = [r for r in rows if len(r) == 13]
assert {r[0] for r in steps} == {"10^6", "10^8", "10^9"} and len(steps) == 26, steps
for r in steps:
    parts = float(r[5]) + float(r[6]) + float(r[7].split(",")[1]) + float(r[8])
    assert abs(parts - float(r[9])) <= 0.02 * float(r[9]), r
    assert (r[1] == "1") == (r[3] == "0"), r
PY
