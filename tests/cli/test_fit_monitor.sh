#!/bin/bash
# usage: test_fit_monitor.sh COMMAND...
# Runs COMMAND, which starts isochrone, to fit a sheet, and to say whether other maps of it are what was predicted.
# shellcheck disable=SC2317 # functions are called through wait_for
source "$(dirname "$0")/expect.sh"
begin "$@"

# lat SEED POINTS SPEED DELAY: a sheet, a wave from (4, 5), normal errors of half a ms (Box and Muller) from a hash by sines.
lat() {
  awk -v seed="$1" -v n="$2" -v speed="$3" -v delay="$4" '
    function even(k) { k = sin(12.9898 * k + 78.233 * seed) * 43758.5453; k -= int(k); return k < 0 ? k + 1 : k }
    BEGIN {
      print "x,y,z,lat_ms"
      for (k = 0; k < n; k++) {
        x = 16 * even(4 * k + 1); y = 12 * even(4 * k + 2)
        e = 0.5 * sqrt(-2 * log(even(4 * k + 3) + 1e-9)) * cos(6.2831853 * even(4 * k + 4))
        printf "%.4f,%.4f,0,%.4f\n", x, y, sqrt((x - 4) ^ 2 + (y - 5) ^ 2) / speed + e + delay
      }
    }'
}
lat 1 30 0.7 0 >lat.csv
cat >heart.yaml <<'END'
mesh: {slab: {size_mm: [16, 12, 0], spacing_mm: 1, element: triangle}}
regions: [{name: sheet, model: mitchell_schaeffer_2003, conductivity: {isotropic_S_per_m: 0.1}, velocity: {isotropic_m_per_s: 0.6}}]
time: {duration_ms: 100, step_ms: 0.1}
fit:
  maps: {made: {file: lat.csv, unit: mm, sd_ms: 0.5, source: an awk, date: today}}
  velocity: {spread_percent: 30, source: a guess}
  field: {spread_percent: 5, correlation_mm: 8, source: a guess}
  onsets: {first: {at_mm: [5, 6, 0], within_mm: 2, within_ms: 3, source: a guess}}
  members: 39
END
expect 0 fit heart.yaml --output twin
mv lat.csv gone.csv # the twin has its points

mkdir same other
for k in $(seq 20); do lat "$((k + 1))" 20 0.7 0 >"same/$k.csv"; done
few_false_alarms maps

# What it was fitted to says nothing.
cp gone.csv known.csv
expect 0 monitor twin.twin.nc known.csv --quiet
says err 'known.csv: 30 of its 30 points are those of map made, to which the twin was fitted'
expect 0 monitor twin.twin.nc same/3.csv --quiet --alarm 0.03
grep -q 'was fitted' err && complain 'a new map is taken for an old one'

# What has changed is found, and what has not is not.
lat 50 40 0.7 3 >other/late.csv
lat 51 40 0.55 0 >other/slow.csv
expect 1 monitor twin.twin.nc other/late.csv --quiet
says out 'other/late.csv: NOT what the twin predicted'
awk '/^  time of first/ { late = $NF == "more" && $7 > 2 && $7 < 4 } /^  velocity of/ { same = $NF == "%" } END { exit !(late && same) }' out ||
  complain 'it is the onset alone that is 3 ms later'
says err '1 of 1 files are not what twin.twin.nc predicted'
expect 1 monitor twin.twin.nc other/slow.csv --quiet
# 0.55 / 0.7 is 21% less; each velocity has a standard deviation of some 4%: twice that of both
awk '/^  velocity of/ { slow = $NF == "less" && $7 < -21 + 11 && $7 > -21 - 11 } END { exit !slow }' out || complain 'it is the velocity that is lower'
says out 'most for sure has changed the velocity around'
expect 1 monitor twin.twin.nc other
says err '2 of 2 files are not'
cp out one.txt
# A twin of this map and of a refractory period: no map tells of durations, so that they have not changed.
sed 's/^fit:/sites: {corner: {box: {min_mm: [0, 0, 0], max_mm: [1.1, 1.1, 0]}}}\n&\n  erps: {one: {site: corner, cycle_ms: 500, erp_ms: 300, sd_ms: 4, source: made up}}\n  apd: {regions: {spread_percent: 20, source: a guess}}/; s/duration_ms: 100/duration_ms: 400/; s/lat.csv/gone.csv/' heart.yaml >erp.yaml
expect 0 fit erp.yaml --output erp
says out 'apd of sheet'
expect 1 monitor erp.twin.nc other/slow.csv --quiet
says out 'velocity of sheet'
grep -q 'apd of sheet' out && complain 'a map tells of durations'
arguments=(monitor on 2 ranks)
mpirun --allow-run-as-root --oversubscribe -n 2 "${isochrone[@]: -1}" monitor twin.twin.nc other --quiet >out 2>err &&
  complain 'exit code'
cmp -s out one.txt || complain 'something else on two ranks'

# A folder to which files arrive, one of which is no map.
mkdir arriving
arrives() { cp "$1" arriving/part && mv arriving/part "arriving/$2"; } # all at once, however slow a copy is
has_said() { grep -q "$2" "$1"; }
arrives same/1.csv 1.csv
launch monitor twin.twin.nc arriving --follow
wait_for has_said out 'arriving/1.csv: as predicted' || complain 'it does not look at what is there'
echo nonsense >nonsense.txt
arrives nonsense.txt bad.csv
wait_for has_said err 'passed over: .*bad.csv' || complain 'it does not pass over what is no map'
arrives other/slow.csv new.csv
wait_for has_said out 'arriving/new.csv: NOT what the twin predicted' || complain 'it does not look at what arrives'
kill -TERM "$job"
job_ends
[ $? = 1 ] || complain 'exit code'
says err '1 of 2 files are not'
expect 1 monitor twin.twin.nc arriving --follow --until-idle 1 # which is a time without new ones: these come first
says out 'arriving/1.csv: as predicted'
says out 'arriving/new.csv: NOT what the twin predicted'
rm arriving/new.csv
launch monitor twin.twin.nc arriving --follow
wait_for has_said out 'arriving/1.csv: as predicted' || complain 'it does not look at what is there'
kill -TERM "$job"
job_ends || complain 'it did not end well by a signal'

# refused
refuse() { expect 2 monitor "${@:2}"; says err "$1"; }
refuse 'heart.yaml: this is no twin' heart.yaml same
refuse 'none.csv' twin.twin.nc none.csv
refuse "--map: twin.twin.nc has no map 'sinus'" twin.twin.nc same/1.csv --map sinus
refuse '--unit: expected um, mm, cm or m' twin.twin.nc same/1.csv --unit inch
refuse 'would be as large as it in mm' twin.twin.nc same/1.csv --unit m
refuse '--alarm: expected a number above 0' twin.twin.nc same/1.csv --alarm 2
refuse 'with 39 members p is never below 0.025' twin.twin.nc same/1.csv --alarm 0.01
refuse '--until-idle belongs to --follow' twin.twin.nc same --until-idle 2
mkdir empty
refuse 'there is no .csv' twin.twin.nc empty
refuse 'this is no folder' twin.twin.nc same/1.csv --follow
finish
