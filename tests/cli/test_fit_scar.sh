#!/bin/bash
# usage: test_fit_scar.sh PYTHON COMPARE COMMAND...
# Runs COMMAND, which starts isochrone, on a sheet with a scar whose place is known: how slow it is, that it is not slow, that
# nothing was measured there; and isochrone run, check and study with hearts of that twin.
source "$(dirname "$0")/expect.sh"
begin_with 'python compare' "$@"

cat >sheet.yaml <<'END'
mesh: {slab: {size_mm: [14, 10, 0], spacing_mm: 0.5, element: triangle}}
time: {duration_ms: 60, step_ms: 0.05}
outputs: {csv: true}
sites:
  patch: {sphere: {centre_mm: [8, 5, 0], radius_mm: 2.5}}
  edge: {sphere: {centre_mm: [14, 0, 0], radius_mm: 0.8}}
  start: {sphere: {centre_mm: [2, 4, 0], radius_mm: 0.1}}
  nowhere: {box: {min_mm: [3.2, 3.2, 0], max_mm: [3.4, 3.4, 0]}}
END
tissue='model: mitchell_schaeffer_2003, conductivity: {isotropic_S_per_m: 0.1}'
cat sheet.yaml - >heart.yaml <<END
regions: [{name: sheet, $tissue, velocity: {isotropic_m_per_s: 0.7}}]
fit:
  maps: {made: {file: lat.csv, unit: mm, sd_ms: 0.5, source: made by an awk}}
  velocity: {spread_percent: 20, source: a guess}
  onsets: {first: {at_mm: [3, 5, 0], within_mm: 2, within_ms: 3, source: a guess}}
  scars:
    patch: {site: patch, velocity_factor: 0.7, spread_percent: 100, source: an image}
    edge: {site: edge, velocity_factor: 0.7, spread_percent: 100, source: an image}
  members: 39
END
# truth FACTOR FILE: times of a sheet whose patch has a velocity times FACTOR by a velocity_field, with errors of half a ms
truth() {
  awk -F, -v f="$1" 'NR > 1 { n++; at = at $2 " " $3 " 0\n"; all = all (($2 - 8) ^ 2 + ($3 - 5) ^ 2 <= 6.25 ? f : 1) "\n" } END {
    printf "# vtk DataFile Version 3.0\nfield\nASCII\nDATASET POLYDATA\nPOINTS %d float\n%sVERTICES 1 2\n1 0\n", n, at
    printf "POINT_DATA %d\nSCALARS factor float 1\nLOOKUP_TABLE default\n%s", n, all }' nodes.csv >field.vtk
  run_truth --set 'velocity_field={file: field.vtk, variable: factor}'
  awk -F, 'NR == 1 { print "x,y,z,lat_ms"; next } $1 % 11 == 5 && ($2 < 12 || $3 > 2) {
    printf "%s,%s,0,%.4f\n", $2, $3, $6 + 0.7 * sin(78.233 * $1 * $1 + 1) }' nodes.csv >"$2"
}
run_truth() {
  expect 0 run sheet.yaml --output truth --set method=eikonal --set 'stimuli=[{site: start, amplitude_uA_per_uF: 50, duration_ms: 2}]' \
    --set "regions=[{name: sheet, $tissue, velocity: {isotropic_m_per_s: 0.6}}]" "$@"
  mv truth_nodes.csv nodes.csv
}

run_truth
truth 1 lat.csv
expect 0 fit heart.yaml --output none
says out 'velocity factor of patch: the 90% interval includes 1: nothing shows that waves are slower there'
truth 0.4 lat.csv
expect 0 fit heart.yaml --output twin
says out 'velocity factor of patch: the 90% interval is below 1: waves are slower there'
says out 'velocity factor of edge: the data say nothing of it; that is what was put in'
awk '$4 == "patch" && NF > 9 { found = $6 < 0.4 && 0.4 < $7 && $NF == "yes" } $3 == "sheet" && $1 == "velocity" { beside = $5 < 0.6 && 0.6 < $6 }
  END { exit !(found && beside) }' out || complain 'the truth is not found again'
grep -q ALARM out && complain 'an alarm, though the scar is known of'
# With few members, too, and where what is known beforehand excludes 1: these ten are half as wide as 500 draws, by chance.
expect 0 fit heart.yaml --output few --set fit.members=10 --set 'fit.scars={patch: {site: patch, velocity_factor: 0.5, spread_percent: 20, source: an image}, edge: {site: edge, velocity_factor: 0.5, spread_percent: 20, source: an image}}'
says out 'velocity factor of patch: the 90% interval is below 1, as was put in'
says out 'velocity factor of edge: the data say nothing of it; that is what was put in'
arguments=(fit on 3 ranks)
mpirun --allow-run-as-root --oversubscribe -n 3 "${isochrone[@]: -1}" fit heart.yaml --output three --quiet >out 2>err || complain 'exit code'
same() {
  "$python" "$compare" "$1" "$2" >out 2>err
  status=$?
  [ $status = 0 ] || [ $status = 77 ] || complain "$1 has other bits than $2"
}
for kind in twin.nc e.nc; do same "twin.$kind" "three.$kind"; done

# One heart of it, with either method: the scar is in its velocity_field, and the times are near those of the map.
heart() { echo "twin={file: twin.twin.nc, later_ms: 5, $1}"; }
misfit() {
  awk -F, 'FNR == 1 { next } NR == FNR { time[$1 "," $2] = $4; next } ($2 "," $3) in time { d = $6 - time[$2 "," $3]; sum += d; square += d * d; n++ }
    END { printf "%.3f %.3f\n", sum / n, sqrt(square / n - (sum / n) ^ 2) }' lat.csv "$1_nodes.csv"
}
expect 0 run heart.yaml --output median --set method=eikonal --set "$(heart 'member: median')"
says err 'heart median of twin.twin.nc'
misfit median | awk '{ exit !($1 > 4.8 && $1 < 5.2 && $2 < 0.65) }' || complain "other times than the map's: $(misfit median)"
expect 0 info median.e.nc --verify
expect 0 info median.e.nc --all
says out 'regions.0.velocity.isotropic_m_per_s=0.59'
says out "{file: 'median.heart.nc', variable: heart_median}"
says out 'file: "twin.twin.nc"'
expect 0 info median.e.nc --reproduce again.yaml
expect 0 run again.yaml --output again
cmp -s median_nodes.csv again_nodes.csv || complain 'the run that is made again has other times'
expect 0 run heart.yaml --output best --set method=eikonal --set "$(heart 'member: best')"
expect 0 run heart.yaml --output seven --set method=eikonal --set "$(heart 'member: 7')"
cmp -s seven_nodes.csv median_nodes.csv && complain 'member 7 is the median'
expect 0 check heart.yaml --set "$(heart 'member: 7')"
says out 'stimulus     first: '

# It goes on from a checkpoint, under another name and on other ranks, with the same bits.
expect 0 run heart.yaml --output whole --set "$(heart 'member: 7')" --set checkpoint.interval_ms=20
misfit whole | awk '{ exit !($1 > 4 && $1 < 9 && $2 < 1.5) }' || complain "other times of the monodomain model: $(misfit whole)"
arguments=(run on 2 ranks)
mpirun --allow-run-as-root --oversubscribe -n 2 "${isochrone[@]: -1}" run heart.yaml --output rest --quiet \
  --set "$(heart 'member: 7')" --set checkpoint.interval_ms=20 --restart whole.ckpt.nc >out 2>err || complain 'exit code'
cmp -s whole_nodes.csv rest_nodes.csv || complain 'another end from a checkpoint'
expect 2 run heart.yaml --output rest --set "$(heart 'member: 8')" --restart whole.ckpt.nc
says err 'twin.member was 7 and is 8'

# The ECG from its snapshots, in single precision, is that of this heart; of the configuration's own it is another.
printf 'name,x_mm,y_mm,z_mm\nabove,9,5,4\n' >electrodes.csv
brief='outputs={snapshots: {interval_ms: 2}, ecg: {electrodes: electrodes.csv, interval_ms: 2}}'
expect 0 run heart.yaml --output kept --set "$(heart 'member: 7')" --set "$brief" --set time.duration_ms=24
expect 0 ecg heart.yaml kept_vm.e.nc --output later --set "$(heart 'member: 7')" --set "$brief"
expect 0 ecg heart.yaml kept_vm.e.nc --output own --set "$brief"
# far NAME: the largest difference from the run's own, by the largest of that
far() {
  awk -F, 'FNR == 1 { next } NR == FNR { v[$1] = $2; if ($2 ^ 2 > most) most = $2 ^ 2; next }
    { n++; if ((v[$1] - $2) ^ 2 > d) d = (v[$1] - $2) ^ 2 } END { print n < 5 ? 9 : sqrt(d / most) }' kept_ecg.csv "$1_ecg.csv"
}
far later | awk '{ exit !($1 < 1e-4) }' || complain "the ECG from snapshots is another: $(far later)"
far own | awk '{ exit !($1 > 0.01) }' || complain 'the ECG from snapshots is that of any heart'
cp heart.yaml of_twin.yaml
echo 'twin: {file: twin.twin.nc, member: 7}' >>of_twin.yaml
for command in bench tune; do
  expect 2 $command of_twin.yaml
  says err "isochrone $command takes the configuration's own heart alone"
done

# A study of these hearts, whose axis takes the place of the section: the beats of fit --predict.
leads='stimuli=[{site: start, amplitude_uA_per_uF: 50, duration_ms: 2}]'
axis='study={axes: [{name: heart, twin: twin.twin.nc, own_beat: false}], outcomes: [total_activation_ms], maps: 0}'
expect 0 fit heart.yaml --predict twin.twin.nc --site start --output paced
expect 0 study heart.yaml --output hearts --set method=eikonal --set "$leads" --set "$axis" --set "$(heart 'member: 7')"
awk -F, 'function same(a, b) { return a - b < 1e-4 && b - a < 1e-4 } # factors are in single precision
  FNR == 1 { next } FILENAME ~ /paced/ { if ($2 == "last activation") { low = $5; mid = $6; high = $7 }; next }
  $2 == "median" { good = same($4, mid) && same($5, low) && same($6, high) } END { exit !good }' paced.predictions.csv hearts/summary.csv ||
  complain 'other beats than those of fit --predict'
expect 0 check heart.yaml --set "$leads" --set "$axis" --set "$(heart 'member: 7')"
says out '39 members like this one'
expect 2 study heart.yaml --output no --set "$(heart 'member: 7')" --set 'study={axes: [{key: method, values: [eikonal]}]}'
says err 'a study has an axis instead'

# refused
refuse() { expect 2 "$2" heart.yaml --output no --set "$3"; says err "$1"; }
refuse 'there is no member 40, it has 39' run "$(heart 'member: 40')"
refuse "twin.member: 'all' is no heart of a twin" run "$(heart 'member: all')"
refuse 'no.twin.nc: cannot be opened' run 'twin={file: no.twin.nc}'
refuse 'this is no twin' run 'twin={file: lat.csv}'
refuse "fit.scars.patch.site: there is no site 'patsch'" fit fit.scars.patch.site=patsch
refuse 'fit.scars.patch.site: hits no node' fit fit.scars.patch.site=nowhere
refuse 'fit.scars.patch.velocity_factor: 0 is out of range' fit fit.scars.patch.velocity_factor=0
expect 2 run sheet.yaml --output no --set "$(heart 'member: 7')" --set "regions=[{name: sheet, $tissue}]"
says err 'there is no section fit'
ls no.* 2>/dev/null && complain 'what was refused left files'
finish
