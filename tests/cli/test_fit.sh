#!/bin/bash
# usage: test_fit.sh PYTHON COMPARE COMMAND...
# Runs COMMAND, which starts isochrone, to fit a sheet with a known truth: what is found, printed, written and refused.
source "$(dirname "$0")/expect.sh"
begin_with 'python compare' "$@"

# Truth: 0.7 m/s, a wave from (4, 5) at 0 ms and one from (13, 8) at 3 ms; errors of half a ms, the same every time.
awk 'BEGIN {
  print "x,y,z,lat_ms"
  for (k = 0; k < 70; k++) {
    x = 16 * ((0.618034 * k + 0.1) % 1); y = 12 * ((0.381966 * k * k + 0.2) % 1)
    a = sqrt((x - 4) ^ 2 + (y - 5) ^ 2) / 0.7; b = 3 + sqrt((x - 13) ^ 2 + (y - 8) ^ 2) / 0.7
    printf "%.4f,%.4f,0,%.4f\n", x, y, (a < b ? a : b) + 0.7 * sin(12.9898 * k * k + 1)
  }
}' >lat.csv
cat >heart.yaml <<'END'
mesh: {slab: {size_mm: [16, 12, 0], spacing_mm: 1, element: triangle}}
regions: [{name: sheet, model: mitchell_schaeffer_2003, conductivity: {isotropic_S_per_m: 0.1}, velocity: {isotropic_m_per_s: 0.6}}]
time: {duration_ms: 100, step_ms: 0.1}
fit:
  maps: {made: {file: lat.csv, unit: mm, sd_ms: 0.5, hold_out: 7, source: made by an awk, date: today}}
  velocity: {spread_percent: 30, source: a guess}
  field: {spread_percent: 5, correlation_mm: 8, source: a guess}
  onsets:
    first: {at_mm: [5, 6, 0], within_mm: 2, within_ms: 3, source: a guess}
    second: {at_mm: [12, 7, 0], within_mm: 2, within_ms: 3, source: a guess}
  members: 19
END

expect 0 fit heart.yaml --output twin
says err ' for a step: some '
says out 'twin.twin.nc: a twin (research tool, not a medical device)'
says out 'map made of today: 60 points used, 10 held out, errors of 0.5 ms; made by an awk (checksum '
# within(NAME, TRUTH, ROOM): the median is no farther from the truth than that, and the data identify it
within() {
  awk -v name="$1" -v truth="$2" -v room="$3" '
    index($0, "  " name " ") == 1 { line = substr($0, 36); split(line, f, " "); good = f[1] > truth - room && f[1] < truth + room && $NF == "yes" }
    END { exit !good }' out || complain "$1 is not $2 within $3"
}
within 'velocity of sheet' 0.7 0.035 # 5%
within 'x of first' 4 1               # an edge
within 'y of first' 5 1
within 'x of second' 13 1
within 'y of second' 8 1
within 'time of second' 3 1
grep -q ALARM out && complain 'an alarm where nothing is wrong'
tail -n +1 out >printed

expect 0 info twin.twin.nc
cmp -s out printed || complain 'info says something else than fit'
expect 0 info twin.twin.nc --verify
expect 0 info twin.twin.nc --all
says out 'member_number'

for kind in twin.nc e.nc; do
  rm -f again.yaml
  expect 0 info twin.$kind --reproduce again.yaml
  says out 'isochrone fit again.yaml --output again'
done

# the same on three ranks, whose members are other ones
arguments=(fit on 3 ranks)
mpirun --allow-run-as-root --oversubscribe -n 3 "${isochrone[@]: -1}" fit heart.yaml --output three --quiet >out 2>err ||
  complain 'exit code'
for kind in twin.nc e.nc; do
  "$python" "$compare" "twin.$kind" "three.$kind" >out 2>err
  status=$?
  [ $status = 0 ] || [ $status = 77 ] || complain "other bits in $kind"
done

# errors that are too small for what happened, and where
awk -F, 'NR > 1 && $1 > 9 && $1 < 13 && $2 < 5 { $4 += 6 } 1' OFS=, lat.csv >late.csv
expect 0 fit heart.yaml --output late --set fit.maps.made.file=late.csv
says out 'ALARM: no such heart explains the data'
says out ' mm of sheet, measured at '
says out 'later than predicted'

expect 0 fit heart.yaml --output cal --calibrate 3
says out 'of made hearts'
[ "$(wc -l <cal.calibration.csv)" = 4 ] || complain 'not a line for each heart'

# the points of a VTK file, with triangles or none
for cells in 'VERTICES 2 5\n2 0 1\n1 2' 'POLYGONS 1 4\n3 0 1 2'; do
  awk -F, -v cells="$cells" 'NR > 1 { at = at $1 " " $2 " " $3 "\n"; lat = lat $4 "\n"; n++ } END {
    printf "# vtk DataFile Version 3.0\nmap\nASCII\nDATASET POLYDATA\nPOINTS %d float\n%s%s\n", n, at, cells
    printf "POINT_DATA %d\nSCALARS time float 1\nLOOKUP_TABLE default\n%s", n, lat }' lat.csv >lat.vtk
  expect 0 fit heart.yaml --output vtk --set fit.maps.made.file=lat.vtk --set fit.maps.made.array=time --set fit.members=10
  says out 'map made of today: 60 points used, 10 held out'
  within 'velocity of sheet' 0.7 0.035
done
expect 2 fit heart.yaml --output no --set fit.maps.made.array=time
says err "fit.maps.made.array: 'time' would be an array of points in a VTK file"
expect 2 fit heart.yaml --output no --set fit.maps.made.file=lat.vtk
says err "has no point data 'lat_ms'; there are: time"

# refused
refuse() { expect 2 fit heart.yaml --output no --set "$1"; says err "$2"; }
refuse fit.maps.made.unit=m 'would be as large as it in mm'
refuse fit.maps.made.file=none.csv 'is not there'
refuse fit.maps.made.sd_ms=1e-300 'fit.maps.made.sd_ms: 1e-300 is out of range'
refuse 'lesions=[{name: line, from_ms: 10, box: {min_mm: [7, 0, 0], max_mm: [9, 9, 0]}}]' 'a fit has lesions from the beginning alone'
angle='fit.fibre_angle={spread_degrees: 15, source: a guess}'
expect 2 fit heart.yaml --output no --set "$angle" --set 'mesh.fibre=[1, 0, 0]' --set 'mesh.slab.size_mm=[16, 12, 1]' \
  --set mesh.slab.element=tetrahedron
says err 'only fibres of surfaces can be turned'
refuse fit.velocity.source= "the key 'source' is missing"
sed '20s/,[^,]*$/,soon/' lat.csv >bad.csv
refuse fit.maps.made.file=bad.csv "bad.csv:20: lat_ms is 'soon'"
head -3 lat.csv >few.csv
refuse fit.maps.made.file=few.csv '2 points were measured on the heart; a fit needs 4'
awk -F, 'NR > 1 { $1 += 500 } 1' OFS=, lat.csv >off.csv
refuse fit.maps.made.file=off.csv 'the map is off the heart'
# where a lesion has taken an onset's part of the heart off, no onset is the remedy
expect 2 fit heart.yaml --output no --set 'lesions=[{name: line, box: {min_mm: [7, -1, -1], max_mm: [9, 99, 9]}}]' \
  --set 'fit.onsets={first: {at_mm: [5, 6, 0], within_mm: 2, within_ms: 3, source: a guess}}'
says err 'give that part of the heart an onset, leave the point out if lesions have cut it off, or correct these'
awk -F, 'NR > 1 { $4 /= 1000 } 1' OFS=, lat.csv >seconds.csv
refuse fit.maps.made.file=seconds.csv 'they may be in s'
sed '1s/z/depth/' lat.csv >head.csv
refuse fit.maps.made.file=head.csv 'there is no column z'
sed 's/,/;/g' lat.csv >semicolons.csv
refuse fit.maps.made.file=semicolons.csv 'with commas between, not semicolons'
sed '9s/\./,/g' lat.csv >commas.csv # as numbers, other columns would be read
refuse fit.maps.made.file=commas.csv 'commas.csv:9: 7 fields, and the first line names 4'
expect 2 fit heart.yaml --output no --set mesh.slab.spacing_mm=0.2 --set fit.field.correlation_mm=0.2
says err 'needs more than 2000 numbers'
expect 2 fit heart.yaml --output no --calibrate many
says err '--calibrate: expected how many hearts'
sed '/^fit:/,$d' heart.yaml >plain.yaml
expect 2 fit plain.yaml --output no
says err 'there is no section fit'
ls no.* 2>/dev/null && complain 'a fit that was refused left files'

# named, and left out
awk -F, 'NR == 5 { $4 = "nan" } NR == 6 { $3 = 20 } 1' OFS=, lat.csv >some.csv
expect 0 fit heart.yaml --output some --set fit.maps.made.file=some.csv
says err 'left out are 1 points without a time and 1 more than 5 mm away'
finish
