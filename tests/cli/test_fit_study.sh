#!/bin/bash
# usage: test_fit_study.sh PYTHON COMMAND...
# Runs COMMAND, which starts isochrone, on studies whose members are those of a twin: with either method, beside what fit
# --predict says of the same beats, and what comes of all members together.
source "$(dirname "$0")/expect.sh"
begin_with python "$@"

make_mapped_sheet
cat sheet.yaml - >heart.yaml <<'END'
regions: [{name: sheet, model: mitchell_schaeffer_2003, conductivity: {isotropic_S_per_m: 0.1}, velocity: {isotropic_m_per_s: 0.6}}]
fit:
  maps: {made: {file: lat.csv, unit: mm, sd_ms: 0.5, source: made by an awk, date: today}}
  velocity: {spread_percent: 30, source: a guess}
  onsets: {first: {at_mm: [5, 6, 0], within_mm: 2, within_ms: 3, source: a guess}}
  members: 19
study:
  axes:
    - {name: heart, twin: twin.twin.nc, own_beat: false}
    - {name: lead, key: stimuli.0.site, values: [corner, far side]}
  outcomes: [total_activation_ms, induced]
  rank_by: total_activation_ms
END

expect 0 fit heart.yaml --output twin
stimuli='stimuli=[{site: corner, amplitude_uA_per_uF: 50, duration_ms: 2}]'

# The same beats as fit --predict, by settings of the configuration: the same times, medians and ends of intervals.
expect 0 fit heart.yaml --predict twin.twin.nc --output paced
expect 0 study heart.yaml --output eikonal --set method=eikonal --set "$stimuli"
says out 'far side'
says out '100% (88 to 100)'
awk -F, 'function same(a, b) { return a - b < 1e-6 && b - a < 1e-6 }
  FNR == 1 { next } FILENAME ~ /paced/ { if ($2 == "last activation") { low[$1] = $5; mid[$1] = $6; high[$1] = $7; is[$1] = $8 }; next }
  $3 == "median" { good += $4 == 19 && same($5, mid[$1]) && same($6, low[$1]) && same($7, high[$1]) }
  $3 == "best in" { good += $5 == is[$1] }
  END { exit good != 4 }' paced.predictions.csv eikonal/summary.csv || complain 'other beats than those of fit --predict'
grep -q 'Over 19 hearts' eikonal/index.html || complain 'the page says nothing of all hearts'

# And the same maps of when the wave is where, with their standard deviations over the hearts.
"$python" -c 'import netCDF4, sys; study, fit = (netCDF4.Dataset(f"{name}.e.nc") for name in ("eikonal/activation", "paced"))
names = [f"activation_time{what}_{lead}" for what in ("", "_sd") for lead in ("corner", "far_side")]
sys.exit(int(max(abs(study[n][:] - fit[n][:]).max() for n in names) > 1e-6 or study["activated_probability_corner"][:].min() < 1))' ||
  complain 'other maps than those of fit --predict'

# With conductivities that waves through strips give: on elements of 1 mm both are off by a few percent.
expect 0 study heart.yaml --output monodomain --set "$stimuli"
paste -d, <(column total_activation_ms eikonal/table.csv) <(column total_activation_ms monodomain/table.csv) |
  awk -F, '{ d = $2 / $1 - 1; bad += d > 0.05 || d < -0.05 } END { exit bad || NR != 38 }' || complain 'other times of the monodomain model'
cmp -s <(column 'sheet isotropic_m_per_s' eikonal/table.csv) <(column 'sheet isotropic_m_per_s' monodomain/table.csv) ||
  complain 'other velocities'
awk -F, '$2 == "induced" { good += $3 == "probability" && $5 == 0 && $6 == 0 && $7 > 0.1 && $7 < 0.15 } END { exit good != 2 }' \
  monodomain/summary.csv || complain 'nothing is induced, for sure to 12% of 19 hearts'

# Where an axis says the method, monodomain members have conductivities whatever the configuration's is, on either side of the hearts.
hearts='{name: heart, twin: twin.twin.nc, own_beat: false, draws: 2}' methods='{key: method, values: [eikonal, monodomain]}'
for method in eikonal monodomain; do
  expect 0 study heart.yaml --output "of-$method" --set "method=$method" --set "$stimuli" \
    --set "study.axes=[$hearts, $methods]" --set study.maps=0
done
cmp -s <(column total_activation_ms of-eikonal/table.csv) <(column total_activation_ms of-monodomain/table.csv) ||
  complain "other times where the configuration's method is another"
[ "$(column total_activation_ms of-eikonal/table.csv | sort -u | wc -l)" = 4 ] || complain 'two members are one'

# The twin's own beat, from its place: what the members were fitted to. The wave is 19 ms under way in the truth.
own() { echo "study.axes=[{name: heart, twin: twin.twin.nc, $1}]"; }
expect 0 study heart.yaml --output own --set method=eikonal --set "$(own 'later_ms: 10')"
awk -F, '$1 == "total_activation_ms" { exit !($4 > 18 && $4 < 20 && $5 > 17 && $6 < 21) }' own/summary.csv || complain 'another own beat'

# A field of velocities, which members have from place to place: medians and ends of intervals within 0.1 ms, though a node's
# value is the mean of its elements.
field=(--set 'fit.field={spread_percent: 20, correlation_mm: 8, source: a guess}')
beats=(--set "$stimuli" --set 'study.axes=[{name: heart, twin: field.twin.nc, own_beat: false}, {name: lead, key: stimuli.0.site, values: [corner, far side]}]')
expect 0 fit heart.yaml --output field "${field[@]}"
expect 0 fit heart.yaml --predict field.twin.nc --output rough "${field[@]}"
expect 0 study heart.yaml --output field --set method=eikonal "${field[@]}" "${beats[@]}"
awk -F, 'function near(a, b) { return a - b < 0.1 && b - a < 0.1 }
  FNR == 1 { next } FILENAME ~ /rough/ { if ($2 == "last activation") { low[$1] = $5; mid[$1] = $6; high[$1] = $7 }; next }
  $3 == "median" { good += near($5, mid[$1]) && near($6, low[$1]) && near($7, high[$1]) }
  END { exit good != 2 }' rough.predictions.csv field/summary.csv || complain 'other beats than those of fit --predict with a field'
expect 0 study heart.yaml --output rough --set 'study.outcomes=[total_activation_ms]' "${field[@]}" "${beats[@]}" --set study.axes.0.draws=4
awk -F, '$3 == "median" { good += $5 > 23 && $5 < 31 } END { exit good != 2 }' rough/summary.csv || complain 'conductivities of a field'
run() { expect 0 run heart.yaml --output "$1" --summary "$1.json" --set method=eikonal --set "$stimuli" "${@:2}"; }
field_of() { echo "velocity_field={file: field/hearts.nc, variable: $1}"; }
run alone
run with --set "$(field_of heart_1)"
run again --set "$(field_of heart_1)" --set regions.0.velocity.isotropic_m_per_s=1.2
last() { grep -o '"last_activation_ms": [0-9.]*' "$1.json" | cut -d' ' -f2; }
[ "$(last alone)" != "$(last with)" ] || complain 'velocity_field does nothing'
awk -v a="$(last with)" -v b="$(last again)" 'BEGIN { exit !(a / b > 1.9999 && a / b < 2.0001) }' || complain 'a field is no factor'
expect 2 run heart.yaml --output no --set "$(field_of heart_99)"
says err "velocity_field.file"
says err "there is no variable 'heart_99'; the mesh has 221 nodes"

# A twin of an anisotropic sheet, whose beat both methods have: the times that it was fitted to. The wave leaves its stimulus
# later than an eikonal one, and is then as near to the data, whose errors are 0.5 ms, but for what its curvature does.
awk 'BEGIN {
  print "x,y,z,lat_ms"
  for (k = 0; k < 60; k++) {
    x = int(40 * ((0.618034 * k + 0.1) % 1) + 0.5) / 2; y = int(28 * ((0.381966 * k * k + 0.2) % 1) + 0.5) / 2
    print x "," y ",0," sqrt((x - 5) ^ 2 / 0.49 + (y - 6) ^ 2 / 0.16) + 0.7 * sin(12.9898 * k * k + 1)
  }
}' >nodes.csv
cat >both.yaml <<'END'
mesh: {slab: {size_mm: [20, 14, 0], spacing_mm: 0.5, element: triangle}, fibre: [1, 0, 0]}
time: {duration_ms: 100, step_ms: 0.05}
regions:
  - name: sheet
    model: mitchell_schaeffer_2003
    conductivity: {longitudinal_S_per_m: 0.2, transverse_S_per_m: 0.06}
    velocity: {longitudinal_m_per_s: 0.6, transverse_m_per_s: 0.3}
fit:
  maps: {made: {file: nodes.csv, unit: mm, sd_ms: 0.5, source: made by an awk}}
  velocity: {spread_percent: 30, ratio_spread_percent: 20, source: a guess}
  onsets: {"Bachmann's bundle": {at_mm: [6, 7, 0], within_mm: 2, within_ms: 3, source: a guess}}
  members: 19
outputs: {csv: true}
study:
  axes:
    - {name: heart, twin: both.twin.nc, draws: 6, later_ms: 10}
    - {key: method, values: [eikonal, monodomain]}
  maps: 0
END
expect 0 fit both.yaml --output both
expect 0 study both.yaml --output both
[ -e both/activation.e.nc ] && complain 'maps that were not asked for'
"$python" "$tests/../scripts/twin_misfit.py" both nodes.csv 10 >out 2>err || complain 'no misfit'
awk '$1 == "eikonal:" { good += $2 > -0.2 && $2 < 0.2 && $12 < 0.65 } $1 == "monodomain:" { good += $2 > 1 && $2 < 3.5 && $12 < 0.85 }
  END { exit good != 2 }' out || complain 'the data are not met'
cat out

# Cases whose names are one where only letters and digits count have maps of their own.
expect 0 study heart.yaml --output alike --set method=eikonal --set "$stimuli" \
  --set "study.axes=[$hearts, {name: lead, cases: [{name: A 1}, {name: A-1, set: [stimuli.0.site=far side]}]}]"
expect 0 info alike/activation.e.nc
for name in activation_time{,_sd}_A_1{,_2}; do says out "$name "; done

# Draws: none twice, and more leave the first ones; another seed draws others.
drawn() {
  expect 0 study heart.yaml --output "$1" --set method=eikonal --set "$(own "later_ms: 10, draws: $2, seed: $3")"
  column heart "$1/table.csv"
}
few=$(drawn few 5 1) more=$(drawn more 9 1) other=$(drawn other 5 2)
[ "$few" = "$(echo "$more" | head -n 5)" ] || complain 'more draws change the first ones'
[ "$few" != "$other" ] || complain 'the seed changes nothing'
[ "$(echo "$more" | sort -u | wc -l)" = 9 ] || complain 'a member is drawn twice'

# A twin that was fitted anew under its name has other hearts, which are no members of the old study.
expect 0 study heart.yaml --output few --set method=eikonal --set "$(own 'later_ms: 10, draws: 5, seed: 1')" --status
cp twin.twin.nc kept.nc
expect 0 fit heart.yaml --output twin --set fit.seed=2
expect 2 study heart.yaml --output few --set method=eikonal --set "$(own 'later_ms: 10, draws: 5, seed: 1')" --status
says err 'few belongs to another study'
mv kept.nc twin.twin.nc

# refused, before anything runs, and by check, which runs nothing, in the same words
refuse() {
  expect 2 study heart.yaml --output no --set method=eikonal "${@:2}"
  says err "$1"
  grep 'error:' err >refusal
  expect 2 check heart.yaml --set method=eikonal "${@:2}"
  cmp -s <(grep 'error:' err) refusal || complain "check refuses otherwise: $(cat refusal)"
}
for axes in "${hearts/twin.t/field.t}, $methods" "$methods, ${hearts/twin.t/field.t}"; do
  refuse 'make two studies, one with method: monodomain' "${field[@]}" --set "$stimuli" --set "study.axes=[$axes]"
done
refuse '20 draws are more than its 19 members' --set "$(own 'draws: 20')"
refuse 'is not of this twin' --set "$(own 'later_ms: 10')" --set fit.velocity.spread_percent=31
refuse 'a twin says itself' --set "$(own 'draws: 2, drawn: [{key: time.duration_ms, uniform: [1, 2]}]')"
refuse 'say what members differ in, once' --set "$(own 'file: lat.csv')"
refuse 'heart.yaml: this is no twin' --set 'study.axes=[{name: heart, twin: heart.yaml}]'
# Its time is fitted as 0 ms or so; errors shift the map by 9 ms, so that the wave begins before a simulation does.
awk -F, -v OFS=, 'NR > 1 { $4 -= 9 } 1' lat.csv >early.csv
early=(--set fit.maps.made.file=early.csv --set fit.onsets.first.time_ms=-9)
expect 0 fit heart.yaml --output early "${early[@]}"
refuse 'let all waves of the twin begin later by later_ms: 10' "${early[@]}" --set 'study.axes=[{name: heart, twin: early.twin.nc}]'
sed '/^fit:/,/members/d' heart.yaml >plain.yaml
expect 2 study plain.yaml --output no
says err 'there is no section fit'
[ -e no ] && complain 'a study that is refused leaves a folder'
finish
