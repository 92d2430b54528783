#!/bin/bash
# usage: test_where.sh SOURCES COMMAND...
# Runs COMMAND, which starts isochrone, with places that are told by sites and in other ways, in stimuli and probes.
source "$(dirname "$0")/expect.sh"
begin_with sources "$@"

cp "$sources/configs/slab-first.yaml" inline.yaml
sed -e 's/^  - name: corner/  - {name: corner, site: corner, amplitude_uA_per_uF: 50}/' -e '/^    box/d' \
  -e '/^    duration_ms/d' -e '/^    amplitude/d' inline.yaml >sites.yaml
cat >>sites.yaml <<'EOF'
sites:
  corner: {box: {min_mm: [0, 0, 0], max_mm: [1.5, 1.5, 1.5]}}
  rim: {surface: true, not: {site: corner}}
  lid: {surface: lid.surf}
  far: {sphere: {centre_mm: [20, 0, 0], radius_mm: 2}, site: rim}
EOF
printf '1\nTr 0 1 21\n' >lid.surf

# the same nodes, however they are told
for name in inline sites; do
  expect 0 check $name.yaml
  says out 'stimulus     corner: 64 nodes, 50 uA/uF for 2 ms from 0 ms'
  expect 0 run $name.yaml --set outputs.snapshots.interval_ms=0 --set outputs.csv=true --output $name
  grep '^activation' out >$name.activation
done
cmp -s inline.activation sites.activation || complain 'a site and its box activate differently'
grep -q '100% of the nodes' sites.activation || complain 'the wave does not reach all'

# by thresholds of a field in a file, here of when nodes activate; a threshold itself is on one side of it
field='file: inline.e.nc, variable: activation_time'
at=$(column activation_time_ms inline_nodes.csv | sort -g | sed -n 400p)
fields="sites={late: {field: {$field, at_least: $at}}, early: {field: {$field, below: $at}}, between: {field: {$field, at_least: 5, below: $at}}}"
expect 0 check inline.yaml --set "$fields"
for side in '>= at late' '< at early' '>= 5 && t < at between'; do
  n=$(column activation_time_ms inline_nodes.csv | awk -v at="$at" "{ t = \$1 } t ${side% *} { n++ } END { print n }")
  says out "site         ${side##* }: $n nodes"
done
region='model: ten_tusscher_2006, conductivity: {isotropic_S_per_m: 0.1}'
expect 0 check inline.yaml --set "$fields" --set "regions=[{name: scar, site: late, $region}, {name: rest, $region}]"
n=$(sed -n 's/^region *scar: \([0-9,]*\) elements.*/\1/p' out | tr -d ,)
((${n:-0} > 100 && ${n:-0} < 3740)) || complain "a region by a field has '$n' elements"
for wrong in "field: {$field}|give a threshold" "field: {$field, at_least: 2, below: 1}|nothing is at least 2 and below 1" \
  'field: {file: no.nc, variable: a, below: 1}|no.nc is not there' "field: {${field/activation_time/nothing}, below: 1}|there is no variable 'nothing'" \
  "field: {$field, below: -1}|none meets its conditions on tags, lists, surfaces, fields"; do
  expect 2 check inline.yaml --set "sites={s: {${wrong%%|*}}}" --set 'stimuli=[{site: s, amplitude_uA_per_uF: 50}]'
  says err "sites.s"
  says err "${wrong##*|}"
done
# members of a study use what its axes name, by the whole word
expect 0 check sites.yaml --set 'study.axes=[{key: stimuli.0.site, values: [corner, lids]}, {name: second, cases: [{name: as it is}, {set: ["stimuli.1={site: lid, amplitude_uA_per_uF: 50}"]}]}]' \
  --set 'sites.lids={site: lid}'
grep 'sites.lid: ' err && complain 'a site of a case is unused'
expect 0 check sites.yaml --set 'study.axes=[{key: stimuli.0.site, values: [corner, lids]}]' --set 'sites.lids={site: corner}'
says err 'sites.lid: nothing uses this site'
expect 0 check sites.yaml --set stimuli.0.site=rim
says out 'stimulus     corner: 509 nodes'
expect 0 check sites.yaml --set stimuli.0.site=lid
says out 'stimulus     corner: 3 nodes'

# what is missed is told with what is near
expect 2 check sites.yaml --set stimuli.0.site=far
line=$(grep -n '^  far:' sites.yaml | cut -d: -f1)
says err "sites.yaml:$line: sites.far: hits no node; the nearest, number 20 at (10, 0, 0) mm, is 8 mm away: move or enlarge it; the stimulus 'corner' needs this site (stimuli.0)"
expect 2 check sites.yaml --set stimuli.0.tag=7
says err "stimuli.0: the stimulus 'corner' hits no node, wherever it were: none meets its conditions on tags"
says err 'stimuli.0.tag (corner): the mesh has no element with tag 7'

# a check refuses what a run would refuse before its first step, with the same message
actor='actors.0={name: pacer, sense: {node: 3}, latency_ms: 4, site: corner, amplitude_uA_per_uF: 3}'
sets=('outputs.probes.0={name: a, site: far}' 'outputs.probes.0={name: a, at_mm: [99, 0, 0]}' "${actor/site: corner/site: far}")
[ ${#isochrone[@]} -gt 1 ] || sets+=('outputs.probes.0={name: a, node: 99999}' "${actor/node: 3/site: far}"
  "${actor/node: 3/node: 99999}" 'regions.0.tags=[7]' regions.0.site=far)
for set in "${sets[@]}"; do
  expect 2 check sites.yaml --quiet --set "$set"
  grep '^isochrone: ' err >check.err # mpirun adds lines of its own
  [ -s out ] && complain 'a refused check reports'
  expect 2 run sites.yaml --quiet --set "$set" --output missed
  grep '^isochrone: ' err | cmp - check.err || complain 'a check and a run say different things'
done
says err 'sites.far: '

# what is found, and what nothing uses
expect 0 check sites.yaml --set "$actor"
says out 'region       tissue: 3,840 elements, 945 nodes; ten_tusscher_2006, epi;'
says out 'site         corner: 64 nodes'
says out 'site         lid: 3 nodes; nothing uses it'
says out 'site         far: 0 nodes; nothing uses it'
grep '^stimulus  *none' out && complain 'there is a stimulus'
says out 'actor        pacer: 64 nodes, 3 uA/uF for 2 ms, 4 ms after node 3'
says out 'probe        near: (2, 2, 1) mm'
says err "sites.yaml:$((line - 1)): sites.lid: nothing uses this site"
says err "sites.yaml:$line: sites.far: hits no node; the nearest, number 20"
expect 0 check sites.yaml --set stimuli.0.site=rim
says out 'site         corner: 64 nodes'
grep -q 'corner: 64 nodes; nothing' out && complain 'a site that a site in use is made of is unused'
expect 0 check sites.yaml --quiet
[ -s out ] && complain 'a quiet check reports'
expect 0 check sites.yaml --set regions.0.tags='[0, 9]'
says err 'regions.0.tags (tissue): the mesh has no element with tag 9'
grep -q 'tag 0' err && complain 'a tag that is there is missed'
expect 2 check sites.yaml --set sites.lid.surface=nobody.surf
says err 'sites.lid.surface: '
says err 'nobody.surf is not there'

# a region by a site: of the same tissue the same wave, of another one another wave
cat >regions.yaml <<'EOF'
  - name: core
    site: core
    model: ten_tusscher_2006
    conductivity: {longitudinal_S_per_m: 0.1334, transverse_S_per_m: 0.0176}
EOF
awk '/^stimuli:/ { while ((getline line < "regions.yaml") > 0) print line; print "" } { print }' sites.yaml >two.yaml
core='sites.core.box={min_mm: [4, 0, 0], max_mm: [7, 2, 2]}'
expect 0 run two.yaml --set "$core" --set outputs.snapshots.interval_ms=0 --output two
says out 'mesh         945 nodes, 3,840 elements'
grep '^activation' out >two.activation
cmp -s sites.activation two.activation || complain 'a region of the same tissue changes the wave'
expect 0 run two.yaml --set "$core" --set outputs.snapshots.interval_ms=0 --output other \
  --set regions.1.conductivity.longitudinal_S_per_m=0.05
grep '^activation' out | cmp -s sites.activation - && complain 'a region by a site changes nothing'
grep -q 'has no cells' err && complain 'a region of many nodes has no cells'
expect 0 check two.yaml --set 'sites.core.box={min_mm: [4, 1, 1], max_mm: [4.5, 1.5, 1.5]}'
says out 'region       core: 6 elements, 0 nodes'
says err 'region core: no node has most of its volume in its 6 elements: it conducts, but has no cells'
expect 2 check two.yaml --set "$core" --set regions.1.tags=[7]
says err 'regions.1.site (core): its tags are given, too'

# surfaces of a file beside the mesh, by the places of their points
printf 'v 0 0 0\nv 0.5 0 0\nv 0.5 0.5 0\nv 0 0.5 0\nf 1 2 3 4\n' >patch.obj
patch=(--set 'mesh.surfaces={patch: patch.obj}')
on_patch=(--set 'sites.lid={surface: patch}' --set stimuli.0.site=lid)
expect 0 check sites.yaml "${patch[@]}" "${on_patch[@]}"
says out 'stimulus     corner: 4 nodes'
expect 0 check sites.yaml "${patch[@]}" "${on_patch[@]}" --set mesh.refine=1
says out 'stimulus     corner: 9 nodes'
expect 2 check sites.yaml --set 'mesh.surfaces={patch: {file: patch.obj, unit: cm}}' "${on_patch[@]}"
says err 'mesh.surfaces.patch: '
says err '2 of its 4 points are at no node of the mesh, within 0.0001 mm; point 2 (counted from 0) at (5, 5, 0) mm is'
expect 2 check sites.yaml "${on_patch[@]}"
says err "sites.lid: the mesh has no surface 'patch', nor any with a name"
expect 2 check sites.yaml --set 'mesh.surfaces={patch: none.stl}'
says err 'none.stl is not there'

# a mesh is the same in every format that holds it
expect 0 mesh slab block.vtu --size 1,1,1 --spacing 0.5
expect 0 mesh info block.vtu
grep '^checksum' out >block.sum
for name in block.e block.vtk; do
  expect 0 mesh convert block.vtu $name
  expect 0 mesh info $name
  grep '^checksum' out | cmp -s block.sum || complain "another mesh is in $name"
done
expect 2 mesh convert block.e block.vtu --to gmsh2-text
says err 'block.vtu ends as a file of the format vtu does, and gmsh2-text is wanted: end it with .msh'
expect 0 mesh convert block.e block.odd --to gmsh2-text
says err 'fibres are not written: files of the format gmsh2-text have none'
expect 0 mesh info block.odd
says out '48 tetrahedra'

# a named surface of a mesh is a sheet of its own
cat >named.msh <<'EOF'
$MeshFormat
2.2 0 8
$EndMeshFormat
$PhysicalNames
1
2 7 "base"
$EndPhysicalNames
$Nodes
4
1 0 0 0
2 9 0 0
3 0 9 0
4 0 0 9
$EndNodes
$Elements
2
1 4 2 1 1 1 2 3 4
2 2 2 7 7 2 4 3
$EndElements
EOF
expect 0 mesh convert named.msh base.stl --surface base
says out 'base.stl: 3 nodes, 1 elements'
expect 0 mesh info base.stl
says out '1 triangles'
expect 2 mesh convert named.msh base.stl --surface bsae
says err "the mesh has no surface 'bsae'; did you mean 'base'?"

# what would begin after the end
expect 0 check inline.yaml --set stimuli.0.start_ms=100
says err "stimuli.0.start_ms: the stimulus 'corner' begins at 100 ms, after the run, which lasts 100 ms: there is none"
expect 0 check inline.yaml --set outputs.snapshots.start_ms=100.5 --set outputs.snapshots.stop_ms=200
says err 'outputs.snapshots.start_ms: the first snapshot begins at 100.5 ms'
expect 0 check inline.yaml --set stimuli.0.start_ms=99.9 --set outputs.snapshots.start_ms=100
grep -q 'after the run' err && complain 'what is in time is late'

# what does nothing, as what it belongs to is not asked for; not what a dump of all keys says
idle() { # idle WHAT KEY=VALUE
  expect 0 check inline.yaml --set outputs.snapshots=null --set checkpoint=null --set outputs.probes=null --set outputs.probe_interval_ms=null --set "$2"
  says err "$1: it does nothing without"
}
idle checkpoint.keep checkpoint.keep=3
idle outputs.probe_interval_ms outputs.probe_interval_ms=2
idle outputs.snapshots.start_ms outputs.snapshots.start_ms=5
idle outputs.ecg.pairs 'outputs.ecg.pairs=[A-B]'
idle stop.quiescent_mV stop.quiescent_mV=-60
idle outputs.conduction.slowest_m_per_s outputs.conduction.slowest_m_per_s=0.1
idle outputs.singularities.turns outputs.singularities.turns=2
idle outputs.spectra.lowest_Hz outputs.spectra.lowest_Hz=2
idle outputs.wavefronts.width_ms outputs.wavefronts.width_ms=5
expect 0 check inline.yaml --set 'outputs.snapshots={interval_ms: 0, start_ms: 5}' --set 'checkpoint={every_minutes: 10, keep: 3}'
grep -q 'it does nothing' err && complain 'what is switched off or on does nothing'

finish
