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

# ---- data that are there twice
refuse 'fit.maps.other: 40 of its 40 points are those of fit.maps.first, too' --set "${other/other.csv/lat.csv}"
refuse 'fit.maps.other: 40 of its 40 points are those of fit.maps.first, too' --update twin.twin.nc --set "${other/other.csv/lat.csv}"
{ cat lat.csv; sed -n 2,8p lat.csv; } >again.csv
expect 0 fit sheet.yaml --output twice --quiet --set fit.maps.first.file=again.csv
says err 'map first: 7 points are there already, at the same place and time'

finish
