#!/bin/bash
# usage: test_fit_monitor_ecg.sh PYTHON COMMAND...
# Runs COMMAND, which starts isochrone, to fit a sheet to an ECG, and to say whether other ones are what was predicted: tables of
# a beat, recordings, and beside maps of a twin of both.
# shellcheck disable=SC2317 # functions are called through wait_for
source "$(dirname "$0")/expect.sh"
begin_with python "$@"

printf 'name,x_mm,y_mm,z_mm\nRA,-30,50,20\nLA,60,45,20\nLL,20,-50,20\nV1,4,6,15\nV2,12,8,18\nV3,20,7,14\n' >electrodes.csv
cat >sheet.yaml <<'END'
mesh: {slab: {size_mm: [24, 16, 0], spacing_mm: 2, element: triangle}}
regions: [{name: sheet, model: mitchell_schaeffer_2003, conductivity: {isotropic_S_per_m: 0.3}, velocity: {isotropic_m_per_s: 0.7}}]
stimuli:
  - {name: left, box: {min_mm: [-1, -1, -1], max_mm: [0.5, 8.5, 1]}, amplitude_uA_per_uF: 50, duration_ms: 2}
  - {name: right, box: {min_mm: [23.5, 9.5, -1], max_mm: [25, 17, 1]}, amplitude_uA_per_uF: 50, duration_ms: 2, start_ms: 14}
time: {duration_ms: 400, step_ms: 0.1}
END
# beat NAME SETTINGS...: the ECG and the times of that sheet
beat() {
  expect 0 run sheet.yaml --output "$1" --quiet --set method=eikonal --set outputs.csv=true \
    --set 'outputs.ecg={electrodes: electrodes.csv, interval_ms: 1}' "${@:2}"
}
beat healthy
beat late --set stimuli.1.start_ms=22
beat slow --set regions.0.velocity.isotropic_m_per_s=0.5
# Normal numbers (Box and Muller) from a hash by sines.
normal='function even(k) { k = sin(12.9898 * k + 78.233 * seed) * 43758.5453; k -= int(k); return k < 0 ? k + 1 : k }
  function normal() { n += 2; return sqrt(-2 * log(even(n) + 1e-9)) * cos(6.2831853 * even(n + 1)) }'
# table BEAT SEED LATER: its QRS complex, a sample each 2 ms, with errors of 0.02 mV and a clock that is late
table() {
  awk -F, -v seed="$2" -v later="$3" "$normal"'
    NR == 1 { print "t_ms,I,II,V1,V2,V3"; next }
    $1 <= 80 && $1 % 2 == 0 { printf "%g", $1 + later
      for (k = 2; k <= 10; k++) if (k < 4 || k > 7) printf ",%.5f", $k + 0.02 * normal()
      print "" }' "$1_ecg.csv"
}
# map BEAT SEED: times of each third node, with errors of half a ms
map() {
  awk -F, -v seed="$2" "$normal"'
    NR == 1 { print "x,y,z,lat_ms"; next }
    NR % 3 == 0 { printf "%s,%s,%s,%.4f\n", $2, $3, $4, $6 + 0.5 * normal() }' "$1_nodes.csv"
}
table healthy 1 0 >ecg.csv
map healthy 2 >lat.csv
# What is known beforehand is some way off.
sed 's/m_per_s: 0.7/m_per_s: 0.6/; s/start_ms: 14/start_ms: 10/' sheet.yaml >heart.yaml
cat >>heart.yaml <<'END'
fit:
  ecgs:
    made: {file: ecg.csv, electrodes: electrodes.csv, sd_mV: 0.02, interval_ms: 2, clock_sd_ms: 8, amplitude_spread_percent: 20, source: a run}
  velocity: {spread_percent: 30, source: a guess}
  onsets: {late: {stimulus: right, within_ms: 6, source: a guess}}
  members: 39
END
expect 0 fit heart.yaml --output twin
mv ecg.csv gone.csv # the twin has its samples
width=$(awk '/^  time of late/ { print $6 - $5 }' out)

# Each record has a clock of its own.
mkdir same other
for k in $(seq 20); do table healthy $((k + 10)) $((k % 7 - 3)) >"same/$k.csv"; done
few_false_alarms ECGs

# What it was fitted to says nothing.
expect 0 monitor twin.twin.nc gone.csv --quiet
says err 'gone.csv: 205 of its 205 samples are those of ECG made, to which the twin was fitted'
expect 0 monitor twin.twin.nc same/3.csv --quiet --alarm 0.03
grep -q 'was fitted' err && complain 'a new ECG is taken for an old one'

# What has changed is found, and what has not is not. The interval of a change is that of two fits.
table late 50 0 >other/late.csv
table slow 51 3 >other/slow.csv
expect 1 monitor twin.twin.nc other/late.csv --quiet
says out 'other/late.csv: NOT what the twin predicted'
says out '5 leads of 41 samples, most of all V'
awk -v width="$width" '
  /^  time of late/ { late = $NF == "more" && $7 > 7 && $7 < 9; wide = $9 - $8 > width }
  /^  velocity of/ { same = $7 > -5 && $7 < 5 } END { exit !(late && wide && same) }' out ||
  complain 'it is the second start alone that is 8 ms later'
says err '1 of 1 files are not what twin.twin.nc predicted'
expect 1 monitor twin.twin.nc other/slow.csv --quiet
# 0.5 / 0.7 is 29% less; each velocity has a standard deviation of 1%, and the model's upstroke costs 3% of either
awk '/^  velocity of/ { slow = $NF == "less" && $7 < -24 && $7 > -34 } /^  time of late/ { same = $7 > -1 && $7 < 1 }
  /^  clock of made/ { late = $7 > 2 && $7 < 4 } END { exit !(slow && same && late) }' out ||
  complain 'it is the velocity that is lower, and a clock of 3 ms'
expect 1 monitor twin.twin.nc other
cp out one.txt
arguments=(monitor on 2 ranks)
mpirun --allow-run-as-root --oversubscribe -n 2 "${isochrone[@]: -1}" monitor twin.twin.nc other --quiet >out 2>err &&
  complain 'exit code'
cmp -s out one.txt || complain 'something else on two ranks'
# An electrode that is elsewhere is a change, and so is one that one says is; errors that are larger hide it.
sed 's/^V1,4,6/V1,10,6/' electrodes.csv >moved.csv
expect 1 monitor twin.twin.nc same/3.csv --electrodes moved.csv --quiet
says err 'no such heart explains it either'
expect 0 monitor twin.twin.nc same/3.csv --electrodes moved.csv --sd-mV 0.3 --quiet

# A twin of a map and two ECGs, one without a clock of its own, takes either kind, by what is in it or by the options.
awk '/^  ecgs:/ { print "  maps: {made: {file: lat.csv, unit: mm, sd_ms: 0.5, clock_sd_ms: 4, source: a run}}" }
  /^    made:/ { sub(/ecg.csv/, "gone.csv"); print; sub(/made/, "again"); sub(/gone.csv/, "same/3.csv"); sub(/, clock_sd_ms: 8/, "") }
  { print }' heart.yaml >both.yaml
expect 0 fit both.yaml --output both
map healthy 60 >other/map.csv
map slow 61 >other/slow_map.csv
expect 0 monitor both.twin.nc other/map.csv --quiet
says out 'other/map.csv: as predicted'
says out '39 points'
expect 1 monitor both.twin.nc other/slow_map.csv --quiet
awk '/^  velocity of/ { slow = $NF == "less" } END { exit !slow }' out || complain 'it is the velocity that is lower'
grep -q 'amplitude' out && complain 'a map tells of amplitudes'
expect 0 monitor both.twin.nc same/5.csv --quiet --ecg made
says out '5 leads'
expect 1 monitor both.twin.nc other/late.csv --quiet --ecg made
says out 'amplitude of made'
grep -q 'of again' out && complain 'numbers of another ECG'
# Of again the clock is known: one that is 3 ms late is a change. Electrodes that were exchanged are named.
expect 0 monitor both.twin.nc same/10.csv --quiet --ecg again
expect 1 monitor both.twin.nc same/6.csv --quiet --ecg again
grep -q 'clock of' out && complain 'a clock that is known'
awk -F, 'BEGIN { OFS = "," } NR > 1 { one = $4; $4 = $6; $6 = one } { print }' same/10.csv >exchanged.csv
expect 1 monitor both.twin.nc exchanged.csv --quiet --ecg again
says err 'if the electrodes V1 and V3 are exchanged'

# A folder in which a recording arrives, the header first. Beats are ten times as high as those of the sheet, or noise hides them.
for kind in healthy late; do
  cut -d, -f 1-3,8-10 "${kind}_ecg.csv" |
    awk -F, 'BEGIN { OFS = "," } NR == 1 { sub(/time_ms/, "t_ms") } NR > 1 { for (k = 2; k <= NF; k++) $k *= 10 } { print }' >beat.csv
  "$python" "$tests/../scripts/make_recording.py" beat.csv "$kind" || complain 'no recording'
done
expect 0 fit heart.yaml --output recorded --set fit.ecgs.made.file=healthy.hea --set fit.ecgs.made.low_pass_hz=40 \
  --set fit.ecgs.made.begin_ms=-20 --set fit.ecgs.made.interval_ms=4 --set fit.ecgs.made.end_ms=60 \
  --set fit.ecgs.made.upstroke_mV=1000 --set fit.ecgs.made.sd_mV=0.1
mkdir arriving
arrives() { cp "$1" arriving/part && mv arriving/part "arriving/$1"; } # all at once, however slow a copy is
has_said() { grep -q "$2" "$1"; }
launch monitor recorded.twin.nc arriving --follow
arrives healthy.hea
arrives lat.csv
wait_for has_said err 'passed over: .*lat.csv.*no column t_ms' || complain 'it does not pass over what is no ECG'
arrives healthy.dat
wait_for has_said out 'arriving/healthy.hea: as predicted' || complain 'it does not wait for the samples'
arrives late.dat
arrives late.hea
wait_for has_said out 'arriving/late.hea: NOT what the twin predicted' || complain 'it does not look at what arrives'
kill -TERM "$job"
job_ends
[ $? = 1 ] || complain 'exit code'
says err 'samples are those of ECG made, to which the twin was fitted'
says out 'time of late'

# refused
refuse() { expect 2 monitor "${@:2}"; says err "$1"; }
refuse "--ecg: twin.twin.nc has no ECG 'sinus'" twin.twin.nc same/1.csv --ecg sinus
refuse "--map: twin.twin.nc has no map 'made'" twin.twin.nc same/1.csv --map made
refuse 'none.csv' twin.twin.nc none.csv
refuse 'no column t_ms' twin.twin.nc lat.csv
refuse 'it is a map, and twin.twin.nc has none' twin.twin.nc points.vtp
refuse 'no column t_ms' both.twin.nc lat.csv --ecg made
refuse '--sd-mV: expected a number above 0' twin.twin.nc same/1.csv --sd-mV 0
awk -F, 'BEGIN { OFS = "," } NR > 1 { for (k = 2; k <= NF; k++) $k *= 1000 } { print }' same/1.csv >uV.csv
refuse 'uV.csv' twin.twin.nc uV.csv
sed '1s/.*/t_ms,A,B,C,D,E/' same/1.csv >named.csv
refuse 'no lead of named.csv is one of the electrodes' twin.twin.nc named.csv
head -n 4 same/1.csv >short.csv
refuse 'short.csv' twin.twin.nc short.csv
mkdir empty
refuse 'there is no .csv, .hea or .edf in it' twin.twin.nc empty
finish
