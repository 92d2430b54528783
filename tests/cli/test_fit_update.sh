#!/bin/bash
# usage: test_fit_update.sh PYTHON COMPARE COMMAND...
# Runs COMMAND, which starts isochrone, to fit a sheet to one map, then to another one, too: in either order and both at once.
source "$(dirname "$0")/expect.sh"
begin_with 'python compare' "$@"

sheet_map 0.1 0 20 >a.csv
sheet_map 0.23 2 30 >b.csv
sheet_map 0.37 0 12 >c.csv
a='first map: {file: a.csv, unit: mm, sd_ms: 0.5, hold_out: 5, source: an awk, date: day 1}'
b='another: {file: b.csv, unit: mm, sd_ms: 0.5, clock_sd_ms: 3, source: an awk, date: day 2}'
c='third: {file: c.csv, unit: mm, sd_ms: 0.5, source: an awk, date: day 3}'
# heart NAME MAPS
heart() {
  cat >"$1.yaml" <<END
mesh: {slab: {size_mm: [16, 12, 0], spacing_mm: 1, element: triangle}}
regions: [{name: sheet, model: mitchell_schaeffer_2003, conductivity: {isotropic_S_per_m: 0.1}, velocity: {isotropic_m_per_s: 0.6}}]
time: {duration_ms: 100, step_ms: 0.1}
sites: {corner: {sphere: {centre_mm: [0, 0, 0], radius_mm: 1.2}}}
fit:
  maps: {$2}
  velocity: {spread_percent: 30, source: a guess}
  field: {spread_percent: 5, correlation_mm: 8, source: a guess}
  onsets: {first: {at_mm: [5, 6, 0], within_mm: 2, within_ms: 3, source: a guess}}
  members: 19
END
}
heart a "$a"
heart b "$b"
heart c "$c"
heart both "$b, $a"
expect 0 fit a.yaml --output a
expect 0 fit b.yaml --output b
expect 0 fit both.yaml --output both
awk '/^best heart:/ { print $(NF - 1) }' err >waves
cp out both.txt
expect 0 fit b.yaml --update a.twin.nc --output ab
says out 'map another of day 2: 30 points used, 0 held out, errors of 0.5 ms; an awk (checksum '
says out 'map first map of day 1: 16 points used, 4 held out, errors of 0.5 ms; an awk (checksum '
awk '/^best heart:/ { print $(NF - 1) }' err >>waves
cp out ab.txt
expect 0 fit a.yaml --update b.twin.nc --output ba
cp out ba.txt

# Of both at once the maps stand in the other order, so that data are drawn anew: 19 members, of which an end of an interval is
# the outermost one, and a median has a standard error of 1.25 / root(19) = 0.29 standard deviations, 0.09 of the interval.
# Four of these, of a difference of two, are 0.5 of the interval for the median; ends, with errors twice as large, are all of it.
# The two orders of updates draw the same and begin elsewhere: searches end within what a step could still gain, 0.01 of a
# squared standard deviation or 0.25 at a kink: half a standard deviation at most, 0.15 of the interval.
# agree ONE OTHER MEDIAN END: no farther apart than these, by the interval
agree() {
  arguments=("$1" beside "$2")
  awk -v median="$3" -v end="$4" '
    function far(k) { return ($k - was[name, k]) / (was[name, 3] - was[name, 2]) }
    index($0, "  ") == 1 && / (yes|partly|no)$/ { name = substr($0, 3, 34); $0 = substr($0, 37)
      if (FNR == NR) { for (k = 1; k <= 3; k++) was[name, k] = $k; n++; next }
      if (far(1) ^ 2 > median ^ 2 || far(2) ^ 2 > end ^ 2 || far(3) ^ 2 > end ^ 2) bad = 1
      m++ }
    END { exit bad || n != m || n < 5 }' "$1.txt" "$2.txt" || complain 'they differ'
  for one in "$1" "$2"; do grep checksum "$one.txt" | sort >"$one.data"; done
  cmp -s "$1.data" "$2.data" || complain 'they have other data'
}
# within NAME TRUTH ROOM: of the velocity
within() {
  awk -v truth="$2" -v room="$3" '/^  velocity of sheet / { good = $4 > truth - room && $4 < truth + room } END { exit !good }' \
    "$1.txt" || complain "the velocity is not $2"
}
agree ab ba 0.15 0.15
agree both ab 0.5 1
agree both ba 0.5 1
# The best heart goes on from what is there, without starting anew.
awk 'NR == 1 { anew = $1 } END { exit !(NR == 2 && $1 < anew) }' waves || complain 'an update takes as long as a fit'

# A map of another beat, paced at the other corner, tells the velocity: in either order.
sheet_map 0.4 0 20 16 12 >p.csv
heart p 'paced: {file: p.csv, unit: mm, sd_ms: 0.5, clock_sd_ms: 1, source: an awk, date: day 4, paced: far}'
sed -i 's/^sites: {/&far: {sphere: {centre_mm: [16, 12, 0], radius_mm: 0.5}}, /' a.yaml p.yaml
expect 0 fit p.yaml --output p
grep -q '^  time of first .* yes$' out && complain 'a paced map tells the time of an onset'
expect 0 fit p.yaml --update a.twin.nc --output ap
says out 'map paced of day 4, paced at far: 20 points used'
cp out ap.txt
expect 0 fit a.yaml --update p.twin.nc --output pa
cp out pa.txt
agree ap pa 0.15 0.15
within ap 0.7 0.035 # 5%, of either beat
expect 2 fit a.yaml --output no --set fit.maps.first\ map.paced=nowhere
says err "there is no site 'nowhere'"

# A map that comes again counts once; a third one joins, whatever the twin's clocks; predictions go on.
expect 0 fit both.yaml --update a.twin.nc --output again --quiet
"$python" "$compare" again.twin.nc ab.twin.nc >out 2>err
status=$?
[ $status = 0 ] || [ $status = 77 ] || complain 'a map that came again counts twice'
expect 0 fit c.yaml --update ab.twin.nc --output abc
says out 'map third of day 3: 12 points used'
says out 'map first map of day 1: 16 points used, 4 held out'
for of in a c; do
  expect 0 fit $of.yaml --predict abc.twin.nc --output paced
  says out 'paced at corner'
done
arguments=(an update on 2 ranks)
mpirun --allow-run-as-root --oversubscribe -n 2 "${isochrone[@]: -1}" fit b.yaml --update a.twin.nc --output two --quiet \
  >out 2>err || complain 'exit code'
"$python" "$compare" two.twin.nc ab.twin.nc >out 2>err
status=$?
[ $status = 0 ] || [ $status = 77 ] || complain 'other bits on two ranks'

# made again
expect 0 info ab.twin.nc --reproduce again.yaml
says out 'isochrone fit --update a.twin.nc again.yaml --output again'
expect 0 fit --update a.twin.nc again.yaml --output again --quiet
"$python" "$compare" again.twin.nc ab.twin.nc >out 2>err
status=$?
[ $status = 0 ] || [ $status = 77 ] || complain 'other bits from the configuration that made it'

# refused
refuse() { expect 2 fit "${@:2}" --output no; says err "$1"; }
refuse 'nothing that a.twin.nc was not fitted to' a.yaml --update a.twin.nc
sheet_map 0.5 0 20 >a.csv
refuse 'was fitted to other points of that name' both.yaml --update a.twin.nc
refuse 'is not of this twin' b.yaml --update a.twin.nc --set fit.velocity.spread_percent=31
refuse 'is not of this twin' b.yaml --update a.twin.nc --set regions.0.name=plate
refuse 'a.e.nc: this is no twin' b.yaml --update a.e.nc
refuse 'give one of them' b.yaml --update a.twin.nc --calibrate 3
ls no.* 2>/dev/null && complain 'an update that was refused left files'
finish
