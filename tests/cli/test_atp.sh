#!/bin/bash
# usage: test_atp.sh SERIAL COMMAND...
# A wave goes round a ring, about an obstacle that is not there; COMMAND, which starts isochrone, has a defibrillator that
# detects it by its intervals: a burst at 84% of its cycle ends it, and one at 97% does not. The same through a restart
# between two of its pulses and on one rank, which SERIAL starts. Where COMMAND is that, too, what is refused is tried.
source "$(dirname "$0")/expect.sh"
begin_with serial "$@"

ring 0.4 >ring.vtk
# The second stimulus is where one end of its site has recovered and the other one not yet: its wave goes one way.
cat >ring.yaml <<'END'
title: re-entry in a ring
mesh: {file: ring.vtk, keep_surfaces: true}
sites:
  lead: {sphere: {centre_mm: [12.73, 0, 0], radius_mm: 3}}
  above: {sphere: {centre_mm: [0, 12.73, 0], radius_mm: 1}}
regions:
  - name: ring
    model: mitchell_schaeffer_2003
    conductivity: {isotropic_S_per_m: 0.05}
    parameters: {tau_open: 60, tau_close: 190}
stimuli:
  - {name: S1, site: above, amplitude_uA_per_uF: 50, start_ms: 5}
  - {name: S2, site: lead, amplitude_uA_per_uF: 50, start_ms: 443}
devices:
  icd:
    mode: "off"
    ventricle: {sense: {site: lead}, site: lead, amplitude_uA_per_uF: 50}
    zones:
      - {interval_ms: 500, count: 8, of: 10, therapies: [{percent: 84, pulses: 4}]}
    redetect_count: 2
    redetect_of: 3
time: {duration_ms: 5700, step_ms: 0.2}
numerics: {pace: fixed, precision: single}
outputs: {csv: true}
END
# last KIND FILE: when a device last wrote that
last() { awk -F, -v kind="$1" '$2 == kind { t = $1 } END { print t }' "$2"; }

expect 0 run ring.yaml --output ends
says out '1 fast rhythm, 1 attempt, 1 ended'
[ "$(grep -c ',TP$' ends_icd_markers.csv)" = 4 ] || complain "not four pulses: $(cat ends_icd_markers.csv)"
[ -n "$(last TE ends_icd_markers.csv)" ] || complain 'the rhythm has not ended'
# by the markers themselves: pulses at 84% of the mean of the last four intervals, rounded to the clock
awk -F, '$2 ~ /VS/ { for (k = 4; k > 0; k--) s[k] = s[k - 1]; s[0] = $1 }
         $2 == "TD" { want = int(0.84 * (s[0] - s[4]) / 4 + 0.5); before = $1 }
         $2 == "TP" { if ($1 - before != want) bad = 1; before = $1 } END { exit bad || !want }' ends_icd_markers.csv ||
  complain "not at 84%: $(cat ends_icd_markers.csv)"

expect 0 run ring.yaml --output goes --set devices.icd.zones.0.therapies.0.percent=97
says out '1 fast rhythm, 1 attempt, 0 ended'
[ -n "$(last TX goes_icd_markers.csv)" ] || complain 'it is not detected again'
(($(last VS goes_icd_markers.csv) > 5200)) || complain 'the rhythm does not go on'

# going on between two pulses; and the same bits on one rank
expect 0 run ring.yaml -q --output half --set time.duration_ms=3800 --set checkpoint.interval_ms=3790
expect 0 run ring.yaml -q --output half --restart half.ckpt.nc
$serial run ring.yaml -q --output serial >out 2>err || complain 'it fails on one rank'
for other in half serial; do
  for table in nodes icd_markers icd_samples; do
    cmp ends_$table.csv ${other}_$table.csv || complain "another $table: $other"
  done
done
if [ $# -gt 1 ]; then
  finish
fi

# In a study it is an outcome.
cat ring.yaml - >study.yaml <<'END'
study:
  axes: [{name: percent, key: devices.icd.zones.0.therapies.0.percent, values: [84, 97]}]
  outcomes: [therapies, atp_success]
END
expect 0 study study.yaml --output members -q
for row in 1,84,1,1 2,97,1,0; do
  grep -q "^$row," members/table.csv || complain "no $row in $(cat members/table.csv)"
done

refused() {
  local what=$1
  shift
  expect 2 check ring.yaml "$@"
  says err "$what"
}
refused 'devices.icd.zones.0: 12 of 10 intervals cannot be' --set devices.icd.zones.0.count=12
refused 'devices.icd.zones.1: 500 ms is not faster than the zone before it' --set 'devices.icd.zones=[{interval_ms: 400},{interval_ms: 500}]'
refused 'intervals of 90 ms are within blanking_ms, 100' --set devices.icd.zones.0.interval_ms=90
refused 'devices.icd.zones: they need a lead that senses and paces the ventricle' --set devices.icd.ventricle=null --set 'devices.icd.atrium={sense: {site: lead}}'
refused 'give amplitude_uA_per_uF' --set devices.icd.ventricle.amplitude_uA_per_uF=null
finish
