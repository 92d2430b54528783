#!/bin/bash
# usage: test_layers.sh COMMAND...
# Runs COMMAND, which starts isochrone, on a sheet of tissue whose lower side conducts faster (fast_endocardium).
source "$(dirname "$0")/expect.sh"
begin "$@"

cat >sheet.yaml <<'EOF'
mesh: {slab: {size_mm: [14, 4, 0], spacing_mm: 0.25, element: triangle}}
regions:
  - {name: wall, model: ten_tusscher_2006, conductivity: {longitudinal_S_per_m: 0.1334, transverse_S_per_m: 0.0176}}
sites:
  endocardium: {box: {min_mm: [0, 0, 0], max_mm: [20, 0, 0]}}
stimuli:
  - {name: end, box: {min_mm: [0, 0, 0], max_mm: [1, 4, 0]}, amplitude_uA_per_uF: 50}
fast_endocardium: {site: endocardium, depth_mm: 1, velocity_ratio: 3}
time: {duration_ms: 40}
outputs:
  csv: true
  probes:
    - {name: near, at_mm: [4, 0, 0]}
    - {name: far, at_mm: [10, 0, 0]}
EOF
# From near to far, ms.
travel() { awk -F, '$1 == "near" {near = $5} $1 == "far" {print $5 - near}' "$1_probes.csv"; }
# faster NAME LOW HIGH: than without a layer
faster() {
  awk "BEGIN {ratio = $(travel plain) / $(travel "$1"); exit !(ratio > $2 && ratio < $3)}" ||
    complain "$1 is $(travel "$1") ms under way, $(travel plain) ms without a layer"
}

expect 0 check sheet.yaml
says out 'fast layer   layer0: 3 times as fast within 1 mm of 57 nodes'
expect 0 run sheet.yaml --output plain --set fast_endocardium=null
# All of the tissue is in the layer: 3 times as fast but for what edges and steps do to the slower wave.
expect 0 run sheet.yaml --output whole --set fast_endocardium.depth_mm=9
faster whole 2.93 3.07
# The tissue beside a layer is its load, which slows it a little; so it does without a front of its own.
expect 0 run sheet.yaml --output layer
faster layer 2.8 3.01
# A boundary that is no edge of the mesh.
expect 0 run sheet.yaml --output between --set fast_endocardium.depth_mm=0.9
faster between 2.75 2.97
expect 0 run sheet.yaml --output plain --set fast_endocardium=null --set method=eikonal --set outputs.probes=null
expect 0 run sheet.yaml --output wave --set method=eikonal --set outputs.probes=null
# When the node at (10, 0, 0), number 40, is active.
arrival() {
  awk -F, 'NR == 1 {for (k = 1; k <= NF; k++) if ($k ~ /activation_time/) c = k} NR == 42 {print $c}' "$1_nodes.csv"
}
awk "BEGIN {ratio = $(arrival plain) / $(arrival wave); exit !(ratio > 2.95 && ratio < 3.05)}" ||
  complain "the eikonal wave arrives after $(arrival wave) ms, after $(arrival plain) ms without a layer"

expect 2 check sheet.yaml --set fast_endocardium.velocity_ratio=0.5
says err 'fast_endocardium.velocity_ratio: 0.5 is out of range'
expect 2 check sheet.yaml --set 'fast_endocardium={depth_mm: 1, velocity_ratio: 3}'
says err 'fast_endocardium.0'
expect 2 check sheet.yaml --set 'fast_endocardium.sphere={centre_mm: [0, 99, 0], radius_mm: 1}'
says err "the fast layer 'layer0' hits no node"
finish
