#!/bin/bash
# usage: test_atrium.sh SOURCES COMMAND...
# Does what configs/left-atrium.yaml says at its beginning with COMMAND, which starts isochrone, on the mesh as it is: fibres,
# a beat, its P wave.
source "$(dirname "$0")/expect.sh"
begin_with sources "$@"
ln -s "$sources/meshes" meshes
mkdir configs results
cp "$sources/configs/left_atrium_electrodes.csv" configs
sed 's|out/|results/|' "$sources/configs/left-atrium.yaml" >configs/left-atrium.yaml # out is what isochrone said

# The command with which the comment begins, its lines joined.
read -ra fibres < <(sed -n '/^#   isochrone mesh fibres/,/[^\\]$/ {s/^# *//; s/\\$//; p}' configs/left-atrium.yaml | tr '\n' ' ')
expect 0 "${fibres[@]:1}"
says out 'results/left_atrium_fibres.vtu: 18,110 nodes with trans, ab, v, r'

expect 0 run configs/left-atrium.yaml --output results/left-atrium --set mesh.refine=0 --set time.duration_ms=150
says out '100% of the nodes'
# The area under a lead, mV ms.
area() {
  awk -F, -v name="$1" 'NR == 1 {for (i = 1; i <= NF; i++) if ($i == name) c = i} NR > 1 {s += $c} END {print s}' \
    results/left-atrium_ecg.csv
}
for lead in I II aVF V6; do
  awk "BEGIN {exit !($(area $lead) > 1)}" || complain "the P wave is not positive in $lead: $(area $lead)"
done
for lead in aVR V1; do
  awk "BEGIN {exit !($(area $lead) < -1)}" || complain "the P wave is not negative in $lead: $(area $lead)"
done
finish
