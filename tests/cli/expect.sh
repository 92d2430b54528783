# shellcheck shell=bash disable=SC2034,SC2154 # the command is the test's, and variables are for it
# What the tests of this folder share: they begin with the command that starts isochrone, run "${isochrone[@]}" in a
# folder of their own, keep its output in the files out and err there, and finish.
set -u
source "$(dirname "${BASH_SOURCE[0]}")/../background.sh"
tests=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
failures=0
# A program that mpirun did not start would start a daemon first, which is most of the time of these tests.
export OMPI_MCA_ess_singleton_isolated=1
# And mpirun would wait a second or two where a rank has ended with an exit code, though the others have ended too.
export OMPI_MCA_odls_base_sigkill_timeout=0

# begin COMMAND...
begin() {
  isochrone=("$@")
  folder=$(mktemp -d)
  trap 'rm -rf "$folder" "$folder.mpi"' EXIT
  # Programs without a daemon share one session of Open MPI, and tests beside each other would remove it from under each
  # other: here is one of the test's own.
  mkdir "$folder.mpi"
  export OMPI_MCA_orte_tmpdir_base=$folder.mpi
  cd "$folder" || exit 1
}

# What tests are given before the command.
serial='' python='' compare='' source='' sources='' version='' # serial: starts isochrone on one rank
# begin_with 'NAME...' ARGUMENTS...: the first arguments become these variables, and the others are begin's
begin_with() {
  local name
  for name in $1; do
    printf -v "$name" %s "$2"
    set -- "$1" "${@:3}"
  done
  begin "${@:2}"
}

# Ends the test: well where nothing was complained of.
finish() {
  echo "$failures failures"
  exit $((failures > 0))
}

complain() {
  echo "FAILED: isochrone ${arguments[*]}: $1"
  sed 's/^/    /' out err
  failures=$((failures + 1))
}

# expect CODE ARGUMENTS...
expect() {
  local code=$1 got
  shift
  arguments=("$@")
  "${isochrone[@]}" "$@" >out 2>err </dev/null
  got=$?
  [ $got -eq "$code" ] || complain "exit code $got, expected $code"
}

# launch ARGUMENTS...: in the background, as the job
launch() {
  arguments=("$@")
  in_background out err "${isochrone[@]}" "$@"
}

# expect_full CODE ARGUMENTS...: where standard output is a disk without room
expect_full() {
  local code=$1 got
  shift
  arguments=("$@")
  : >out
  "${isochrone[@]}" "$@" >/dev/full 2>err </dev/null
  got=$?
  [ $got -eq "$code" ] || complain "exit code $got with standard output full, expected $code"
}

says() { grep -qF -- "$2" "$1" || complain "no '$2' in $1"; }

# value SUMMARY.json NAME
value() { sed -n "s/^ *\"$2\": \([^,]*\),*$/\1/p" "$1"; }

# column NAME FILE.csv: its values
column() { awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i } NR > 1 { print $c }' "$2"; }

# Figures of the report of verification (tests/verified.h): verified KEY VALUE 'at most'|'at least' BOUND
verified() {
  echo "verified $1 = $2, $3 $4"
  awk -v is="$3" "BEGIN { exit !(is == \"at most\" ? $2 <= $4 : $2 >= $4) }" || complain "$1 is $2, not $3 $4"
}

# cable LENGTH_MM EDGE_MM: the beginning of a configuration with a site near each end; more may follow it
cable() {
  cat <<END
mesh: {slab: {size_mm: [$1, 0, 0], spacing_mm: $2, element: line}}
regions: [{name: cable, model: mitchell_schaeffer_2003, conductivity: {isotropic_S_per_m: 0.2}}]
numerics: {pace: fixed, precision: double}
sites:
  left: {box: {min_mm: [0, 0, 0], max_mm: [1, 0, 0]}}
  right: {box: {min_mm: [$(($1 - 2)), 0, 0], max_mm: [$(($1 - 1)), 0, 0]}}
END
}

# ring EDGE_MM: 200 lines around a circle, as VTK
ring() {
  awk -v edge="$1" 'BEGIN { n = 200; r = n * edge / (2 * atan2(0, -1))
    print "# vtk DataFile Version 3.0\nring\nASCII\nDATASET UNSTRUCTURED_GRID\nPOINTS " n " double"
    for (i = 0; i < n; i++) printf "%.9f %.9f 0\n", r * cos(i * edge / r), r * sin(i * edge / r)
    print "CELLS " n " " 3 * n
    for (i = 0; i < n; i++) print 2, i, (i + 1) % n
    print "CELL_TYPES " n
    for (i = 0; i < n; i++) print 3 }'
}

# ring.vtk, with edges of 0.25 mm, and ring.yaml: S2 is given in the tail of the wave from S1, wide enough that
# it leaves on one side alone, away from right. Outputs are open for more.
make_ring() {
  ring 0.25 >ring.vtk
  cat >ring.yaml <<'END'
mesh: {file: ring.vtk, unit: mm}
regions:
  - name: ring
    model: mitchell_schaeffer_2003
    parameters: {tau_open: 40, tau_close: 20}
    conductivity: {isotropic_S_per_m: 0.05}
sites:
  S1: {sphere: {centre_mm: [7.9577, 0, 0], radius_mm: 1}}
  left: {sphere: {centre_mm: [0, 7.9577, 0], radius_mm: 4}}
  right: {sphere: {centre_mm: [0, -7.9577, 0], radius_mm: 4}}
stimuli:
  - {name: S1, site: S1, amplitude_uA_per_uF: 50, duration_ms: 2}
  - {name: S2, site: left, amplitude_uA_per_uF: 50, duration_ms: 2, start_ms: 106}
time: {duration_ms: 800, step_ms: 0.1}
numerics: {pace: fixed, precision: double}
outputs:
  reentry: {sustained_ms: 500}
  csv: true
END
}

# make_spiral EDGE_MM: spiral.yaml, a sheet on which S2 makes the wave from S1 a spiral. What is to come: time, numerics, outputs
make_spiral() {
  cat >spiral.yaml <<END
mesh: {slab: {size_mm: [24, 24, 0], spacing_mm: $1, element: triangle}}
regions:
  - name: sheet
    model: mitchell_schaeffer_2003
    parameters: {tau_open: 40, tau_close: 15}
    conductivity: {isotropic_S_per_m: 0.05}
stimuli:
  - {name: S1, box: {min_mm: [0, 0, 0], max_mm: [0.5, 40, 2]}, amplitude_uA_per_uF: 50, duration_ms: 2}
  - {name: S2, box: {min_mm: [0, 0, 0], max_mm: [12, 12, 2]}, amplitude_uA_per_uF: 50, duration_ms: 2, start_ms: 80}
END
}

# sheet_map SEED LATE POINTS [X Y]: a map of a sheet of 16 mm by 12, 0.7 m/s, a wave from (X, Y), (4, 5) where not given, errors of
# half a ms, the same every time, and a clock that is late
sheet_map() {
  awk -v seed="$1" -v late="$2" -v n="$3" -v from_x="${4:-4}" -v from_y="${5:-5}" 'BEGIN {
    print "x,y,z,lat_ms"
    for (k = 0; k < n; k++) {
      x = 16 * ((0.618034 * k + seed) % 1); y = 12 * ((0.381966 * k * k + 2 * seed) % 1)
      t = sqrt((x - from_x) ^ 2 + (y - from_y) ^ 2) / 0.7 + 0.7 * sin(12.9898 * k * k + 10 * seed) + late
      printf "%.4f,%.4f,0,%.4f\n", x, y, t
    }
  }'
}

# make_mapped_sheet: sheet.yaml, a sheet with two sites, to be gone on with; lat.csv, its map
make_mapped_sheet() {
  sheet_map 0.1 0 40 >lat.csv
  cat >sheet.yaml <<'END'
mesh: {slab: {size_mm: [16, 12, 0], spacing_mm: 1, element: triangle}}
time: {duration_ms: 100, step_ms: 0.1}
sites:
  corner: {sphere: {centre_mm: [0, 0, 0], radius_mm: 1.2}}
  far side: {sphere: {centre_mm: [16, 6, 0], radius_mm: 1.2}}
END
}

# few_false_alarms KIND: of 20 files of a kind in the folder same, of the heart that twin.twin.nc was fitted to, one is below 5%;
# 5 or more have a probability of 0.3%
few_false_alarms() {
  local code false
  arguments=(monitor of 20 "$1")
  "${isochrone[@]}" monitor twin.twin.nc same --quiet >out 2>err
  code=$?
  false=$(grep -c ': NOT what the twin predicted (p ' out)
  [ "$(grep -c ', of members up to ' out)" = 20 ] || complain 'some are missing'
  [ "$false" -le 4 ] || complain "$false of 20 $1 are false alarms at 5%"
  [ $code = $((false > 0)) ] || complain "exit code $code with $false alarms"
  # below a half 4 to 16 of 20: 0.1% each way
  awk '/\(p / { sub(/.*\(p /, ""); low += $1 < 0.5 } END { exit low < 4 || low > 16 }' out ||
    complain 'p is not as often below a half as above'
}
