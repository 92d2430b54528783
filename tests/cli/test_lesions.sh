#!/bin/bash
# usage: test_lesions.sh COMMAND...
# Runs COMMAND, which starts isochrone, on a sheet that is burned across the middle: what is beyond gets nothing, and a gap
# conducts or not by its width. The same on any number of ranks.
source "$(dirname "$0")/expect.sh"
begin "$@"

cat >sheet.yaml <<END
mesh:
  slab: {size_mm: [12, 10, 0], spacing_mm: 0.25, element: triangle}
sites:
  wall: {line: {from_mm: [6, 0, 0], to_mm: [6, 10, 0], radius_mm: 0.5}}
lesions:
  - {name: wall, site: wall}
regions:
  - name: sheet
    model: ten_tusscher_2006
    parameters: {g_Na: 2.5} # so that narrow gaps block
    conductivity: {isotropic_S_per_m: 0.1334}
stimuli:
  - {name: S1, box: {min_mm: [0, 0, 0], max_mm: [0.5, 10, 0]}, amplitude_uA_per_uF: 100, duration_ms: 2}
time: {duration_ms: 80, step_ms: 0.02}
numerics: {pace: fixed, precision: double} # a patch on both sides would step by what comes to either
outputs: {csv: true, probes: [{name: beyond, at_mm: [6.75, 5, 0]}, {name: burned, node: 1004}]}
END
# active NAME: nodes of the sheet left of the wall, right of it, and within that were activated
active() { awk -F, 'NR > 1 && $5 == 0 { k = $2 < 5.6 ? 0 : $2 > 6.4 ? 1 : 2; n[k] += $6 != "" } END { print n[0] + 0, n[1] + 0, n[2] + 0 }' "$1_nodes.csv"; }

# Complete: no flux passes. What is beyond is the same in all bits, whatever comes to the wall.
expect 0 check sheet.yaml
says out 'lesions      320 elements, 8.33% of the tissue'
expect 0 run sheet.yaml --output whole --summary whole.json
says out 'lesions      8.33% of the tissue'
says whole.json '"burned_percent": 8.33333'
[ "$(active whole)" = '943 0 0' ] || complain "$(active whole) nodes active with a complete line"
burned=$(awk -F, '$5 == -1 && $2 > 5.6 && $2 < 6.4' whole_nodes.csv | wc -l)
[ "$burned" = 123 ] || complain "$burned nodes of no element instead of 123"
# Cells there take no steps; at rest they would still change in their last digits.
still() { awk -F, 'NR > 1 { if (NR == 2) first = $3; n++; moved += $3 != first } END { exit !(n > 10 && !moved) }' "$1_probe_samples.csv"; }
still whole || complain 'burned cells step'
expect 0 run sheet.yaml -q --output quiet --set stimuli.0.amplitude_uA_per_uF=0.001
[ "$(active quiet)" = '0 0 0' ] || complain "a small pulse activates $(active quiet) nodes"
cmp -s whole_probe_samples.csv quiet_probe_samples.csv || complain 'a wave on the one side is felt on the other'

# and with patches of their own pace it is isolated, too
expect 0 run sheet.yaml -q --output paced --set numerics.pace=adaptive --set time.step_ms=0.02
still paced || complain 'burned cells step with an adaptive pace'
[ "$(active paced)" = '943 0 0' ] || complain "$(active paced) nodes active with an adaptive pace"

# A gap below the width that can feed what is beyond blocks; a wider one conducts. Here the wall is a path across the
# sheet, which is the same as the line, and gaps have names.
path='path: {stops: [{at_mm: [6, 0, 0]}, {at_mm: [6, 10, 0]}], width_mm: 1}'
expect 0 check sheet.yaml --set "lesions.0={name: wall, $path}"
says out 'lesions      320 elements, 8.33% of the tissue'
one() { echo "{name: $1, centre_mm: [$1, 5, 0], width_mm: 0.45}"; } # nodes along y = 5
narrow="lesions.0={name: wall, $path, gaps: [$(one 5.6), $(one 6), $(one 6.4)]}"
expect 0 run sheet.yaml -q --output narrow --set "$narrow"
[ "$(active narrow | cut -d ' ' -f 2)" = 0 ] || complain 'a gap of one node conducts'
expect 0 run sheet.yaml -q --output wide \
  --set "lesions.0={name: wall, $path, gaps: [{name: middle, centre_mm: [6, 5, 0], width_mm: 2}]}"
[ "$(active wide | cut -d ' ' -f 1,2)" = '943 943' ] || complain "$(active wide) nodes active with a wide gap"
expect 2 check sheet.yaml --set "lesions.0={name: wall, $path, gaps: [{name: astray, centre_mm: [2, 5, 0], width_mm: 2}]}"
says err "lesions.0.gaps.0: the gap 'astray' has no node of the lesion 'wall'; move or enlarge it"
expect 2 check sheet.yaml --set 'lesions.0={path: {stops: [{at_mm: [6, 0, 0]}], width_mm: 1}}'
says err 'lesions.0.path: a path has two stops at least'
expect 2 check sheet.yaml --set 'lesions.0={path: {stops: [{at_mm: [6, 0, 0]}, {}], width_mm: 1}}'
says err 'lesions.0.path.stops.1: say where the path goes, once: site or at_mm'
expect 0 run sheet.yaml -q --output wave --set method=eikonal --set regions.0.velocity.isotropic_m_per_s=0.5
[ "$(active wave)" = '943 0 0' ] || complain "an eikonal wave activates $(active wave) nodes"
expect 0 run sheet.yaml -q --output wave --set method=eikonal --set regions.0.velocity.isotropic_m_per_s=0.5 --set "$narrow"
[ "$(active wave | cut -d ' ' -f 1,2)" = '943 943' ] || complain "an eikonal wave through a gap activates $(active wave) nodes"

# A network burns where it is in a lesion, and so do junctions whose nodes are.
cat >tree.vtk <<END
# vtk DataFile Version 3.0
a fork
ASCII
DATASET POLYDATA
POINTS 4 float
0 5 2  2 5 2  3 5 0.5  9 5 0.5
LINES 3 9
2 0 1
2 1 2
2 1 3
END
network=(--set 'mesh.networks.his={file: tree.vtk, tag: 9, edge_mm: 0.5, junction_radius_mm: 1, junction_nodes: 8, junction_resistance_kohm: 1}')
network+=(--set 'regions.0.tags=[0]' --set 'regions.1={name: tree, tags: [9], model: stewart_2009, cross_section_mm2: 0.5, conductivity: {isotropic_S_per_m: 2}}')
network+=(--set 'lesions.1={name: right end, sphere: {centre_mm: [9, 5, 0], radius_mm: 1.2}}')
network+=(--set 'stimuli.0={name: S1, surface: his_root, amplitude_uA_per_uF: 100, duration_ms: 2}' --set 'regions.0.parameters.g_Na=14')
expect 0 run sheet.yaml -q --output network "${network[@]}"
read -r left right _ < <(active network)
((left > 850 && right == 0)) || complain "$left nodes left and $right nodes right of the wall are activated by a network with a burned end"

expect 2 check sheet.yaml --set 'lesions.0={name: dot, sphere: {centre_mm: [5, 5, 0], radius_mm: 0.1}}'
says err "lesions.0: no element of the mesh has all its nodes in the lesion 'dot'"
expect 2 check sheet.yaml --set 'lesions.0={name: far, sphere: {centre_mm: [50, 5, 0], radius_mm: 1}}'
says err "the lesion 'far' hits no node"
expect 2 check sheet.yaml --set 'lesions.0={name: all, box: {min_mm: [-1, -1, -1], max_mm: [99, 99, 99]}}'
says err 'lesions: they leave no tissue'
expect 2 check sheet.yaml --set 'stimuli.0.box={min_mm: [5.9, 4, 0], max_mm: [6.1, 6, 0]}'
says err "the stimulus 'S1' is burned altogether"
expect 2 check sheet.yaml --set 'lesions=[{name: dot, sphere: {centre_mm: [5, 5, 0], radius_mm: 2}}, {name: dot, sphere: {centre_mm: [6, 5, 0], radius_mm: 2}}]'
says err "lesions.1: 'dot' is the name of lesions.0 already"
expect 2 check sheet.yaml --set 'lesions.0={name: nowhere}'
says err 'it reaches nothing'
finish
