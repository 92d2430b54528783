#!/bin/bash
# usage: test_fit_data.sh COMMAND...
# Runs COMMAND, which starts isochrone, with data that would be counted wrongly, or not as they are said to be: given again with
# other keys, twice, with columns or leads twice, or off the heart. Each is refused or named with its place.
source "$(dirname "$0")/expect.sh"
begin "$@"

make_mapped_sheet
cat >>sheet.yaml <<'END'
regions: [{name: sheet, model: mitchell_schaeffer_2003, conductivity: {isotropic_S_per_m: 0.1}, velocity: {isotropic_m_per_s: 0.6}}]
fit:
  maps: {first: {file: lat.csv, unit: mm, sd_ms: 0.5, source: an awk}}
  velocity: {spread_percent: 30, source: a guess}
  onsets: {one: {at_mm: [5, 6, 0], within_mm: 2, within_ms: 3, source: a guess}}
  members: 19
END
refuse() { expect 2 fit sheet.yaml --output no "${@:2}"; says err "$1"; }
sheet_map 0.23 0 30 >other.csv
other='fit.maps.other={file: other.csv, unit: mm, sd_ms: 0.5, source: an awk}'

# ---- updates: a map or an ECG that comes again is the one that the twin has
{ cat lat.csv; echo 40,40,0,12; } >far.csv
cp far.csv lat.csv
expect 0 fit sheet.yaml --output twin
says err '0 points without a time and 1 more than 5 mm away'
update=(--update twin.twin.nc --set "$other")
expect 0 fit sheet.yaml --output both --quiet "${update[@]}"
says err '0 points without a time and 1 more than 5 mm away' # it says so still
for key in sd_ms=5 paced=corner clock_sd_ms=3 farthest_mm=6 hold_out=5; do
  refuse "fit.maps.first.${key%=*}: twin.twin.nc was fitted to this map with another one" "${update[@]}" --set "fit.maps.first.$key"
done
sheet_map 0.7 0 10 | tail -n +2 >>lat.csv
refuse 'fit.maps.first: twin.twin.nc was fitted to other points of that name' "${update[@]}"
refuse 'fit.maps.first: both.twin.nc was fitted to other points of that name' --update both.twin.nc --set "${other/other/third}"
cp far.csv lat.csv

paced='fit.maps.paced={file: other.csv, unit: mm, sd_ms: 0.5, paced: corner, source: an awk}'
expect 0 fit sheet.yaml --output paced --quiet --set fit.maps=null --set "$paced"
refuse 'sites.corner: it has other nodes than when paced.twin.nc was fitted' --update paced.twin.nc \
  --set 'sites.corner={sphere: {centre_mm: [16, 12, 0], radius_mm: 1.2}}'

# made again, with every key as the results have it, it warns of none
expect 0 info twin.twin.nc --reproduce again.yaml
expect 0 fit again.yaml --output again --quiet
grep -q 'it does nothing' err && complain 'a warning of keys that nobody gave'

# ---- data that are there twice
refuse 'fit.maps.other: 40 of its 40 points are those of fit.maps.first, too' --set "${other/other.csv/lat.csv}"
refuse 'fit.maps.other: 40 of its 40 points are those of fit.maps.first, too' --update twin.twin.nc --set "${other/other.csv/lat.csv}"
{ cat lat.csv; sed -n 2,8p lat.csv; } >again.csv
expect 0 fit sheet.yaml --output twice --quiet --set fit.maps.first.file=again.csv
says err 'map first: 7 points are there already, at the same place and time'

# ---- tables, and places that are not where they are said to be
sed 's/$/,7/; 1s/7$/lat_ms/' lat.csv >columns.csv
refuse 'columns.csv:1: there are two columns lat_ms' --set fit.maps.first.file=columns.csv
refuse 'fit.onsets.one.at_mm: it is 484 mm from the heart' --set 'fit.onsets.one.at_mm=[500, 6, 0]'
refuse 'fit.velocity.ratio_spread_percent: no region has a ratio' --set fit.velocity.ratio_spread_percent=20
expect 0 fit sheet.yaml --output few --quiet --set fit.members=10
says err 'from the lowest to the highest of 10 members, which holds 82%'

# ---- a twin is of one heart: the same spreads and regions on another mesh are not it
expect 2 fit sheet.yaml --predict twin.twin.nc --output no --set 'mesh.slab.size_mm=[16, 14, 0]'
says err "is not of this twin's heart, or knows something else beforehand (another mesh"
scar=(--set 'fit.scars={spot: {site: far side, velocity_factor: 0.6, spread_percent: 50, source: a guess}}')
expect 0 fit sheet.yaml --output scar --quiet "${scar[@]}"
expect 2 fit sheet.yaml --predict scar.twin.nc --output no "${scar[@]}" --set fit.scars.spot.site=corner
says err '(a scar, or a stimulus whose time is fitted, is elsewhere)'

# ---- a beat that begins later is the same beat: stimuli whose time is known are as much later
stimuli='stimuli=[{name: right, site: corner, amplitude_uA_per_uF: 100, duration_ms: 2},
  {name: left, site: far side, amplitude_uA_per_uF: 100, duration_ms: 2, start_ms: 5}]'
beat=(--set "$stimuli" --set 'fit.onsets={late: {stimulus: left, within_ms: 5, source: a guess}}')
expect 0 fit sheet.yaml --output beat --quiet "${beat[@]}"
for later in 0 10; do
  expect 0 run sheet.yaml --output "at$later" "${beat[@]}" --set method=eikonal --set outputs.csv=true \
    --set "twin={file: beat.twin.nc, later_ms: $later}"
done
paste -d, at0_nodes.csv at10_nodes.csv | awk -F, 'NR == 1 { for (k = 1; k <= NF / 2; k++) if ($k ~ /^activation_time/) c = k; next }
  { d = $(c + NF / 2) - $c - 10; bad += d > 1e-6 || d < -1e-6; n++ } END { exit bad || n != 221 }' ||
  complain 'a beat that begins 10 ms later is not 10 ms later everywhere'

# and no other stimulus takes its place
study() {
  echo "study={maps: 0, outcomes: [total_activation_ms], axes: [{name: heart, twin: twin.twin.nc, draws: 2, later_ms: 20},
    {name: lead, cases: [{name: none}, {name: far, set: ['stimuli.$1={site: far side, amplitude_uA_per_uF: 100, duration_ms: 2}']}]}]}"
}
expect 2 study sheet.yaml --output leads --set method=eikonal --set "$(study 0)"
says err "study.axes.1 (lead): its case 'far' puts a stimulus where the hearts of 'heart' begin their own beat, stimuli.0"
expect 0 study sheet.yaml --output leads --set method=eikonal --set "$(study 1)"

# ---- ECGs: samples that were measured, each once
printf 'name,x_mm,y_mm,z_mm\nV1,5,5,20\nV2,12,3,25\n' >electrodes.csv
expect 0 run sheet.yaml --output wave "${beat[@]}" --set method=eikonal --set time.duration_ms=400 \
  --set 'outputs={ecg: {electrodes: electrodes.csv}}'
ecg=("${beat[@]}" --set fit.maps=null
  --set 'fit.ecgs={one: {file: wave_ecg.csv, electrodes: electrodes.csv, sd_mV: 0.02, begin_ms: 0, end_ms: 40, source: made}}')
refuse_ecg() { refuse "fit.ecgs.one.$1" "${ecg[@]}" --set "fit.ecgs.one.$2"; }
refuse_ecg "leads: 'V1' is there twice" 'leads=[V1, V2, V1]'
refuse_ecg 'interval_ms: a sample at 0.1 ms is between those of wave_ecg.csv at 0 and 1 ms' interval_ms=0.1
sed '/^1[1-9],/d' wave_ecg.csv >gap.csv
refuse_ecg 'interval_ms: a sample at 15 ms is between those of gap.csv at 10 and 20 ms' file=gap.csv
refuse_ecg 'begin_ms: wave_ecg.csv has times from 0 to 400 ms' begin_ms=-5
refuse_ecg 'end_ms: wave_ecg.csv has times from 0 to 400 ms' end_ms=4000
expect 0 fit sheet.yaml --output ecg --quiet "${ecg[@]}"
refuse 'fit.ecgs.one: ecg.twin.nc was fitted to other samples' --update ecg.twin.nc "${ecg[@]}" --set fit.ecgs.one.end_ms=30 \
  --set "$other"
refuse 'fit.ecgs.one: ecg.twin.nc was fitted to other samples' --update ecg.twin.nc "${ecg[@]}" --set fit.ecgs.one.model_sd_mV=0.01 \
  --set "$other"
sed 's/V2,12/V2,13/' electrodes.csv >moved.csv
refuse 'fit.ecgs.one.electrodes: ecg.twin.nc was fitted to this ECG as other electrodes see it' --update ecg.twin.nc "${ecg[@]}" \
  --set fit.ecgs.one.electrodes=moved.csv --set "$other"
refuse 'fit.ecgs.one.electrodes: ecg.twin.nc was fitted to this ECG' --update ecg.twin.nc "${ecg[@]}" \
  --set fit.ecgs.one.medium_S_per_m=0.3 --set "$other"
twin=$(printf '%s' "${ecg[-1]}" | sed 's/^fit.ecgs={one: /fit.ecgs.two=/; s/}}$/}/')
refuse 'fit.ecgs.two: 18 of its 18 samples are those of fit.ecgs.one, too' "${ecg[@]}" --set "$twin"
ls no.* 2>/dev/null && complain 'what was refused left files'
finish
