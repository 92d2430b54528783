#!/bin/bash
# usage: test_fit_erp.sh PYTHON COMPARE COMMAND...
# Runs COMMAND, which starts isochrone, on a sheet whose refractory periods were measured at both ends: the durations that a twin
# has of them, that two ranks have the same, and that S1-S2 finds these periods again in a run and a study of it.
source "$(dirname "$0")/expect.sh"
begin_with 'python compare' "$@"

cat >heart.yaml <<'END'
mesh: {slab: {size_mm: [20, 2, 0], spacing_mm: 0.5, element: triangle}}
sites:
  left: {box: {min_mm: [-1, -1, -1], max_mm: [1.1, 9, 9]}}
  right: {box: {min_mm: [18.9, -1, -1], max_mm: [99, 9, 9]}}
regions:
  - {name: sheet, model: mitchell_schaeffer_2003, conductivity: {isotropic_S_per_m: 0.1}, velocity: {isotropic_m_per_s: 0.4}}
stimuli: [{name: beat, site: left, amplitude_uA_per_uF: 100, duration_ms: 2}]
fit:
  erps:
    one: {site: left, cycle_ms: 500, erp_ms: 300, sd_ms: 4, date: 2026-11, source: made up}
    other: {site: right, cycle_ms: 500, erp_ms: 240, sd_ms: 4, source: made up}
  apd:
    regions: {spread_percent: 20, source: a guess}
    field: {spread_percent: 20, correlation_mm: 15, source: a guess}
  members: 10
method: recurrent_eikonal
protocol:
  site: right
  sense: {site: left}
  amplitude_uA_per_uF: 100
  window_ms: 150
  s1: {cycle_ms: 500, count: 3}
  s2: {longest_ms: 355, shortest_ms: 201, resolution_ms: 2}
time: {duration_ms: 2100, step_ms: 0.1}
study:
  axes: [{name: heart, twin: twin.twin.nc, own_beat: false, draws: 3}]
  outcomes: [erp_ms]
  maps: 0
END
expect 0 fit heart.yaml --output twin
says out 'apd of sheet'
says out 'ERP one of 2026-11: 1 measurement used, 0 held out, errors of 4 ms; made up'
expect 0 info twin.twin.nc
says out 'apd of sheet'

expect 2 fit heart.yaml --update twin.twin.nc --output no --set fit.erps.one.sd_ms=5
says err 'fit.erps.one: twin.twin.nc was fitted to another one of that name (300 ms, within 4, at left with a cycle of 500 ms)'
expect 0 check heart.yaml --set study=null --set protocol=null --set method=monodomain
grep 'nothing uses' out err && complain 'an ERP uses its site'

arguments=(fit on 2 ranks)
mpirun --allow-run-as-root --oversubscribe -n 2 "${isochrone[@]: -1}" fit heart.yaml --output two --quiet >out 2>err || complain 'exit code'
"$python" "$compare" twin.twin.nc two.twin.nc >out 2>err
status=$?
[ $status = 0 ] || [ $status = 77 ] || complain 'other bits'

# near FILE KEY EXPECTED: within two standard deviations of what was measured
near() {
  awk "BEGIN { d = $(value "$1" "$2") - $3; exit !(d < 8 && d > -8) }" || complain "$2 is $(value "$1" "$2"), not $3"
}
heart=(--set study=null --set 'twin={file: twin.twin.nc}')
expect 0 run heart.yaml --output right --summary right.json "${heart[@]}"
near right.json erp_ms 240
expect 0 run heart.yaml --output left --summary left.json --set protocol.site=left --set 'protocol.sense={site: right}' "${heart[@]}"
near left.json erp_ms 300
expect 0 study heart.yaml --output members
awk -F, '$2 == "median" { good = $4 > 232 && $4 < 248 } END { exit !good }' members/summary.csv || complain 'members have another ERP'

# An eikonal ECG has the member's durations, too: the mean over nodes goes with that of the field.
printf 'name,x_mm,y_mm,z_mm\nV1,10,1,30\n' >electrodes.csv
eikonal=(--set study=null --set protocol=null --set method=eikonal --set 'outputs={csv: true, ecg: {electrodes: electrodes.csv, interval_ms: 5}}')
column() { awk -F, -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next } { print $c }' "$2"; }
mean() { column apd_ms "$1" | awk '{ sum += $1 } END { print sum / NR }'; }
expect 0 run heart.yaml --output plain "${eikonal[@]}"
expect 0 run heart.yaml --output stretched "${eikonal[@]}" --set 'twin={file: twin.twin.nc, own_beat: false}'
awk "BEGIN { ratio = $(mean stretched_nodes.csv) / $(mean plain_nodes.csv); exit !(ratio > 0.85 && ratio < 0.95) }" ||
  complain "action potentials last $(mean stretched_nodes.csv) instead of $(mean plain_nodes.csv) ms" # 0.89 is fitted

# The results have what durations were times, of a twin and of a file: the durations without, times that, to the digits printed.
as_factor() {
  paste -d, <(column apd_ms plain_nodes.csv) <(column apd_factor "$1") <(column apd_ms "$1") |
    awk -F, '{ d = $1 * $2 / $3 - 1; bad += !($2 > 0) || d > 1e-9 || d < -1e-9; differs += $2 != 1 } END { exit bad || !differs || NR != 205 }' ||
    complain "apd_factor in $1 is not what durations are times"
}
as_factor stretched_nodes.csv
head -n 1 plain_nodes.csv | grep -q apd_factor && complain 'a factor without a field'
awk -F, 'NR > 1 { i = NR - 2; x[i] = $2; y[i] = $3; f[i] = $2 < 7 ? 0.75 : 1.125 }
  END { n = NR - 1; print "# vtk DataFile Version 3.0\nfield\nASCII\nDATASET UNSTRUCTURED_GRID\nPOINTS " n " double"
    for (i = 0; i < n; i++) print x[i], y[i], 0
    print "CELLS " n - 1 " " 3 * (n - 1); for (i = 1; i < n; i++) print 2, i - 1, i
    print "CELL_TYPES " n - 1; for (i = 1; i < n; i++) print 3
    print "POINT_DATA " n "\nSCALARS factor double 1\nLOOKUP_TABLE default"; for (i = 0; i < n; i++) print f[i] }' \
  plain_nodes.csv >field.vtk
field=(--set 'apd_field={file: field.vtk, variable: factor}')
expect 0 run heart.yaml --output given "${eikonal[@]}" "${field[@]}"
as_factor given_nodes.csv
cmp <(column apd_factor given_nodes.csv) <(sed '1,/^LOOKUP_TABLE/d' field.vtk) || complain 'another factor than that of the field'
expect 0 run heart.yaml --output none "${eikonal[@]}" "${field[@]}" --set outputs.ecg=null
says err 'apd_field changes nothing'

expect 2 run heart.yaml --output mono --set method=monodomain "${heart[@]}"
says err 'have action potentials of their own durations (fit.apd), which monodomain runs cannot take'
grep 'error:' err >refusal
expect 2 check heart.yaml --set method=monodomain "${heart[@]}"
cmp -s <(grep 'error:' err) refusal || complain 'check does not refuse what run refuses'
for command in 'study heart.yaml --output mono' 'check heart.yaml'; do
  # shellcheck disable=SC2086 # two words
  expect 2 $command --set method=monodomain
  says err 'have action potentials of their own durations (fit.apd), which monodomain runs cannot take'
done
# refuses SETTING MESSAGE
refuses() {
  expect 2 fit heart.yaml --output no --set "$1"
  says err "$2"
}
refuses fit.erps.one.erp_ms=-3 'fit.erps.one.erp_ms'
refuses fit.erps.one.erp_ms=500 'fit.erps.one.erp_ms: 500 ms is no shorter than the cycle of 500 ms'
refuses fit.erps.one.site=apex 'fit.erps.one.site: there is no such site'
refuses 'fit.erps.one={site: left, cycle_ms: 120, erp_ms: 110, sd_ms: 4, source: made up}' 'fit.erps.one.cycle_ms: the heart that is thought of beforehand does not follow'
refuses 'fit={erps: {one: {site: left, cycle_ms: 500, erp_ms: 300, sd_ms: 4, source: made up}}, velocity: {spread_percent: 9, source: a guess}}' \
  'so that it tells nothing; give fit.apd'
finish
