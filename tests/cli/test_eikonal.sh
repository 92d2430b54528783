#!/bin/bash
# usage: test_eikonal.sh SOURCES COMMAND...
# Runs COMMAND, which starts isochrone, with method: eikonal: what is printed, written and refused.
source "$(dirname "$0")/expect.sh"
begin_with sources "$@"

cp "$sources/configs/slab-first.yaml" heart.yaml
wave=(heart.yaml --set method=eikonal --set outputs.csv=true --set outputs.vtu=true)
speeds='regions.0.velocity={longitudinal_m_per_s: 0.5, transverse_m_per_s: 0.25}'

expect 0 run "${wave[@]}" --set "$speeds" --output asked --summary asked.json
says out 'velocity     tissue: 0.5 m/s along, 0.25 across the fibres; asked for'
says out 'method       eikonal: '
says out '100% of the nodes'
says err 'left out: outputs.probes, outputs.snapshots'
for file in asked.e.nc asked_nodes.csv asked_maps.vtu asked.json; do
  says out "$file"
  [ -s "$file" ] || complain "$file is not written"
done
says asked.json '"method": "eikonal"'
says asked_nodes.csv 'activation_time_ms'
# the corner starts at 0; (10, 0, 0) is 8.5 mm along the fibres from the stimulus
awk -F, '$2 == 10 && $3 == 0 && $4 == 0 { found = $6 > 16.9 && $6 < 17.1 } END { exit !found }' asked_nodes.csv ||
  complain 'a wave along the edge is not as fast as it should be'

expect 0 run "${wave[@]}" --set "$speeds" --output watched --set outputs.conduction.beat=1 --set outputs.singularities.interval_ms=5 \
  --set 'outputs.spectra={interval_ms: 5, window_ms: 20, lowest_Hz: 20, highest_Hz: 90}' --set outputs.wavefronts.interval_ms=5
says err 'outputs.conduction, outputs.singularities, outputs.spectra, outputs.wavefronts'
# what ends a run, or looks for waves that come again; not what a dump of all keys says
for command in check run; do
  expect 0 $command "${wave[@]}" --set "$speeds" --set 'stop={sustained: true, quiescent_ms: 50}' --set outputs.reentry.window_ms=500
  says err 'left out: outputs.probes, outputs.snapshots, outputs.reentry, stop.sustained, stop.quiescent_ms'
done
expect 0 check "${wave[@]}" --set 'stop={all_activated: true, quiescent_ms: 0}' --set 'outputs.reentry={sustained_ms: 1000, window_ms: 1000}'
grep -q 'left out: outputs.probes, outputs.snapshots$' err || complain 'what a wave does anyway is left out'
# a drug slows a wave whose velocity is measured, and does nothing to one whose velocity is given
drug='drugs=[{name: blocker, concentration_nM: 10, block: {g_Na: {ic50_nM: 10}}}]'
expect 0 check "${wave[@]}" --set "$drug"
grep -q 'left out:.*drugs' err && complain 'a drug that slows the wave is left out'
expect 0 check "${wave[@]}" --set "$speeds" --set "$drug"
says err 'left out: outputs.probes, outputs.snapshots, drugs (velocities are given)'
# so does what else its cells are
expect 0 check "${wave[@]}" --set "$speeds" --set regions.0.parameters.g_Na.scale=0.5
says err 'left out: outputs.probes, outputs.snapshots, regions.*.parameters and initial (velocities are given)'
expect 0 check "${wave[@]}" --set regions.0.parameters.g_Na.scale=0.5
grep -q 'left out:.*parameters' err && complain 'a parameter that slows the wave is left out'
expect 0 run "${wave[@]}" --output measured
says out 'of a plane wave with its conductivities'
expect 0 check "${wave[@]}"
says out 'method       eikonal'
says out 'stimulus     corner: 64 nodes'

expect 2 run "${wave[@]}" --restart measured.ckpt.nc
says err '--restart: an eikonal wave'
for command in run check; do
  expect 2 $command "${wave[@]}" --set 'stimuli.0.box.min_mm=[98, 98, 98]' --set 'stimuli.0.box.max_mm=[99, 99, 99]'
  says err 'hits no node'
done
expect 2 run heart.yaml --set method=eiconal
says err "did you mean 'eikonal'"
finish
