#!/bin/bash
# usage: test_fit_predict.sh PYTHON COMPARE COMMAND...
# Runs COMMAND, which starts isochrone, to fit a sheet with a known truth, and to say what a beat does that was not measured.
source "$(dirname "$0")/expect.sh"
begin_with 'python compare' "$@"

make_mapped_sheet
echo '  nowhere: {box: {min_mm: [3.2, 3.2, 0], max_mm: [3.4, 3.4, 0]}}' >>sheet.yaml
cat sheet.yaml - >heart.yaml <<'END'
regions: [{name: sheet, model: mitchell_schaeffer_2003, conductivity: {isotropic_S_per_m: 0.1}, velocity: {isotropic_m_per_s: 0.6}}]
fit:
  maps: {made: {file: lat.csv, unit: mm, sd_ms: 0.5, source: made by an awk, date: today}}
  velocity: {spread_percent: 30, source: a guess}
  field: {spread_percent: 5, correlation_mm: 8, source: a guess}
  onsets: {first: {at_mm: [5, 6, 0], within_mm: 2, within_ms: 3, source: a guess}}
  members: 19
END
cat sheet.yaml - >truth.yaml <<'END'
method: eikonal
regions: [{name: sheet, model: mitchell_schaeffer_2003, conductivity: {isotropic_S_per_m: 0.1}, velocity: {isotropic_m_per_s: 0.7}}]
stimuli: [{site: corner, start_ms: 0, amplitude_uA_per_uF: 50, duration_ms: 1}]
outputs: {csv: true}
END
expect 0 fit heart.yaml --output twin
expect 0 run truth.yaml --output truth

predict=(fit heart.yaml --predict twin.twin.nc --site corner --site 'far side')
expect 0 "${predict[@]}" --output paced
says out 'last activation is earliest when paced at'
says out 'in 100% of the members'
# What the truth does when paced at the corner is within the 90% interval, which is narrower than what was known beforehand,
# 30% of 28 ms each way, by far.
awk -F, 'FNR == 1 { next } FILENAME ~ /truth/ { last = $6 > last ? $6 : last; sum += $6; n++; next }
  $1 == "corner" && $2 == "last activation" { good += $5 < last && last < $7 && $7 - $5 < 4 && $7 - $5 > 0.1 }
  $1 == "corner" && $2 == "mean activation" { good += $5 < sum / n && sum / n < $7 }
  $1 == "corner" && $2 == "activation of corner" { good += $7 == 0 }
  END { exit good != 3 }' truth_nodes.csv paced.predictions.csv || complain 'the truth is not in the intervals'
expect 0 info paced.e.nc
says out 'activation_time_sd_far_side'
expect 0 info paced.e.nc --reproduce again.yaml
says out "isochrone fit --predict twin.twin.nc --site 'corner' --site 'far side' again.yaml --output again"

arguments=(predictions on 2 ranks)
mpirun --allow-run-as-root --oversubscribe -n 2 "${isochrone[@]: -1}" "${predict[@]}" --output two --quiet >out 2>err ||
  complain 'exit code'
cmp -s two.predictions.csv paced.predictions.csv || complain 'other numbers on two ranks'
"$python" "$compare" two.e.nc paced.e.nc >out 2>err
status=$?
[ $status = 0 ] || [ $status = 77 ] || complain 'other maps on two ranks'

# With its own beat beside it, the heart is activated sooner.
expect 0 "${predict[@]}" --output both --with-own-beat
awk -F, 'FNR == 1 || $2 != "last activation" { next } FILENAME ~ /paced/ { alone[$1] = $3; next }
  { n++ } !($3 < alone[$1] - 1) { late = 1 } END { exit late || n != 2 }' paced.predictions.csv both.predictions.csv ||
  complain 'two waves together are no faster than one'

# Sites whose names are one where only letters and digits count have maps of their own, with the second's number.
expect 0 fit heart.yaml --predict twin.twin.nc --site 'far side' --site 'far-side' --output alike \
  --set 'sites.far-side={sphere: {centre_mm: [0, 12, 0], radius_mm: 1.2}}'
expect 0 info alike.e.nc
for name in activation_time{,_sd}_far_side{,_2}; do says out "$name "; done

# refused
refuse() { expect 2 fit heart.yaml --output no "${@:2}"; says err "$1"; }
refuse "there is no site 'far'. There are: corner" --predict twin.twin.nc --site far
refuse 'sites.nowhere: no node of the heart is in it' --predict twin.twin.nc
refuse 'is not of this twin' --predict twin.twin.nc --site corner --set fit.field.spread_percent=6
refuse 'is not of this twin' --predict twin.twin.nc --site corner --set fit.velocity.spread_percent=31
refuse 'paced.e.nc: this is no twin' --predict paced.e.nc --site corner
refuse 'none.nc: cannot be opened' --predict none.nc --site corner
refuse 'give --predict, too' --site corner
refuse 'give one of them' --predict twin.twin.nc --calibrate 3
ls no.* 2>/dev/null && complain 'a prediction that was refused left files'
finish
