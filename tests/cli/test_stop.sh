#!/bin/bash
# usage: test_stop.sh COMMAND...
# When a run ends by itself: COMMAND starts isochrone.
source "$(dirname "$0")/expect.sh"
begin "$@"

cat >beats.yaml <<'YAML'
mesh: {slab: {size_mm: [1, 0, 0], spacing_mm: 0.5, element: line}}
regions: [{name: tissue, model: ten_tusscher_2006, conductivity: {isotropic_S_per_m: 0.1}}]
stimuli:
  - {name: all, box: {min_mm: [0, 0, 0], max_mm: [1, 0, 0]}, duration_ms: 1, amplitude_uA_per_uF: 50}
time: {duration_ms: 2000, step_ms: 0.05}
YAML

# simulated SETTINGS...: ms until the tissue was at rest, in $ended
simulated() {
  expect 0 run beats.yaml --output beats --summary beats.json --quiet "${@/#/--set=}"
  says beats.json '"ended": "the tissue was at rest"'
  ended=$(sed -n 's/.*"simulated_ms": \([0-9.]*\),/\1/p' beats.json)
}

# equal A B, longer A B
equal() { awk "BEGIN { exit !($1 == $2) }" || complain "$1 ms are not $2 ms"; }
longer() { awk "BEGIN { exit !($1 > $2) }" || complain "$1 ms are not longer than $2 ms"; }

# By default the tissue is at rest midway between its rest, -85.23 mV, and its threshold, 0 mV: recovery from 0 mV
# to there takes some 50 ms, and to -80 mV some 25 ms more.
simulated stop.quiescent_ms=5
default=$ended
simulated stop.quiescent_ms=5 stop.quiescent_mV=-42.615
equal "$default" "$ended"
simulated stop.quiescent_ms=5 stop.quiescent_mV=0
longer "$default" "$ended+20"
simulated stop.quiescent_ms=5 stop.quiescent_mV=-80
longer "$ended" "$default+20"

# And for as long as was asked for.
simulated stop.quiescent_ms=35
equal "$ended" "$default+30"

# A pause between two pulses is no end, however long.
period=(stimuli.0.period_ms=700 stimuli.0.count=2)
simulated stop.quiescent_ms=50 "${period[@]}"
longer "$ended" 900

finish
