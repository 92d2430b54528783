#!/bin/bash
# usage: test_phase_map.sh SERIAL COMMAND...
# Runs that begin with waves about given lines: they turn there, the way they were told, and go on. COMMAND starts
# isochrone, SERIAL does so on one rank: the maps are the same.
source "$(dirname "$0")/expect.sh"
begin_with serial "$@"

cat >sheet.yaml <<'END'
mesh: {slab: {size_mm: [30, 30, 0], spacing_mm: 0.5, element: triangle}}
sites: {scar: {box: {min_mm: [0, 0, 0], max_mm: [3, 30, 0]}}}
regions:
  - name: sheet
    tags: [0]
    model: mitchell_schaeffer_2003
    parameters: {tau_open: 40, tau_close: 20}
    conductivity: {isotropic_S_per_m: 0.05}
phase_map:
  cycle_ms: 95 # that of its spirals is 92
  rotors: [{from_mm: [12, 16, 0], to_mm: [12, 16, 1]}]
time: {duration_ms: 300, step_ms: 0.1}
numerics: {pace: fixed, precision: single}
outputs: {reentry: {sustained_ms: 250, window_ms: 150}, csv: true, singularities: {interval_ms: 5}}
END
# tracks NAME: chirality of each that was there from the first look to the last
tracks() { awk -F, 'NR > 1 && $1 == 5 && $2 == 300 { print $5 }' "$1_singularity_tracks.csv" | sort -n | paste -sd ' '; }
# apart NAME X Y: how far the nearest singularity is from there at 20 ms, mm
apart() {
  awk -F, -v x="$2" -v y="$3" '$1 == 20 { d = sqrt(($2 - x) ^ 2 + ($3 - y) ^ 2); if (best == "" || d < best) best = d }
    END { print best }' "$1_singularities.csv"
}

# The tip goes round a core of some millimetres, where the phase map, which has no core, put it.
expect 0 run sheet.yaml --output left --summary left.json
[ "$(value left.json induced)$(value left.json active_at_end)" = 11 ] || complain 'no re-entry'
[ "$(tracks left)" = 1 ] || complain "chiralities $(tracks left) of a wave that turns counterclockwise"
awk -v d="$(apart left 12 16)" 'BEGIN { exit !(d < 2) }' || complain "the tip is $(apart left 12 16) mm away"
$serial run sheet.yaml -q --output serial >out 2>err || complain 'it fails'
cmp serial_nodes.csv left_nodes.csv || complain 'other maps on one rank'

# From the other side the same wave turns the other way.
expect 0 run sheet.yaml -q --output right --set phase_map.rotors.0.turns=clockwise
[ "$(tracks right)" = -1 ] || complain "chiralities $(tracks right) of a wave that turns clockwise"
expect 0 run sheet.yaml -q --output below --set 'phase_map.rotors.0.to_mm=[12, 16, -1]'
cmp right_nodes.csv below_nodes.csv || complain 'clockwise from above is not counterclockwise from below'

# A figure of eight, at a pace of its own.
expect 0 run sheet.yaml -q --output eight --set numerics.pace=adaptive \
  --set 'phase_map.rotors.1={from_mm: [22, 16, 0], to_mm: [22, 16, 1], turns: clockwise}'
[ "$(tracks eight)" = '-1 1' ] || complain "chiralities $(tracks eight) of a figure of eight"
awk -v a="$(apart eight 12 16)" -v b="$(apart eight 22 16)" 'BEGIN { exit !(a < 2 && b < 2) }' ||
  complain "tips are $(apart eight 12 16) and $(apart eight 22 16) mm away"

# Cells that cannot be excited are not; a checkpoint goes on without the map.
cat sheet.yaml - >scar.yaml <<'END'
checkpoint: {interval_ms: 50}
END
set=(--set 'regions.0.name=rest'
  --set 'regions.1={name: scar, site: scar, model: mitchell_schaeffer_2003, parameters: {tau_in: 100}, conductivity: {isotropic_S_per_m: 0.0001}}')
expect 0 run scar.yaml "${set[@]}" --output whole --set time.duration_ms=100
awk -F, 'NR > 1 && $2 < 2.6 && $6 != "" { n++ } END { exit n > 0 }' whole_nodes.csv || complain 'the scar activates'
expect 0 run scar.yaml "${set[@]}" -q --output part --set time.duration_ms=50
expect 0 run scar.yaml "${set[@]}" -q --output part --set time.duration_ms=100 --restart part.ckpt.nc
cmp whole_nodes.csv part_nodes.csv || complain 'another run after a restart'

# A pulse that is too weak makes no beat.
expect 0 run sheet.yaml --output weak --set phase_map.amplitude_uA_per_uF=1 --set time.duration_ms=10
says err "the cell of the region 'sheet' does not activate"
says out 'activation   no node activated'

expect 2 run sheet.yaml --output no --set phase_map.rotors=[]
says err 'phase_map.rotors: the list is empty'
expect 2 run sheet.yaml --output no --set 'phase_map.rotors.0.to_mm=[12, 16, 0]'
says err 'phase_map.rotors.0: from_mm and to_mm are the same point'
expect 2 run sheet.yaml --output no --set phase_map.cycle_ms=1
says err 'phase_map.duration_ms: a pulse of 2 ms has to be shorter than the cycle, 1 ms'
expect 2 run sheet.yaml --output no --set method=eikonal
says err 'phase_map: an eikonal wave begins at stimuli'
finish
