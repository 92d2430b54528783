#!/bin/bash
# usage: test_network.sh COMMAND...
# Runs COMMAND, which starts isochrone, on a sheet of muscle under a fork of Purkinje fibre: what conducts which way, how
# late, and what is refused. The same on any number of ranks.
source "$(dirname "$0")/expect.sh"
begin "$@"

cat >tree.vtk <<END
# vtk DataFile Version 3.0
a fork, and a loose point
ASCII
DATASET POLYDATA
POINTS 5 float
0 5 3  5 5 3  9 2 1.25  9 8 1.25  1 1 1
LINES 3 9
2 0 1
2 1 2
2 1 3
END
cat >heart.yaml <<END
mesh:
  slab: {size_mm: [10, 10, 1], spacing_mm: 0.5, element: hexahedron}
  networks:
    his: {file: tree.vtk, tag: 9, edge_mm: 0.5, junction_radius_mm: 1.2, junction_nodes: 12, junction_resistance_kohm: 10}
regions:
  - name: muscle
    tags: [0]
    model: ten_tusscher_2006
    conductivity: {longitudinal_S_per_m: 0.1334, transverse_S_per_m: 0.0176}
  - {name: Purkinje, tags: [9], model: stewart_2009, cross_section_mm2: 0.5, conductivity: {isotropic_S_per_m: 2}}
stimuli:
  - {name: pulse, surface: his_root, amplitude_uA_per_uF: 100, duration_ms: 2}
time: {duration_ms: 50, step_ms: 0.05}
outputs: {csv: true}
END

# times MODE: "first last" activation of the muscle and of the network, in whole tenths of a ms; - where a node has none
times() {
  awk -F, 'NR > 1 { k = $5 == 9; n[k]++; if ($6 == "") next
    if (!seen[k]++ || $6 < low[k]) low[k] = $6; if ($6 > high[k]) high[k] = $6 }
    END { for (k = 0; k < 2; k++) printf "%s ", seen[k] < n[k] ? "- -" : int(10 * low[k]) " " int(10 * high[k]) }' "$1"
}

# from the root the wave is late at the muscle, which loads the ends; the other way round it is hardly
expect 0 check heart.yaml
says out 'pulse: 1 nodes'
says out '33 nodes; stewart_2009'
grep -q 'share no node' err && complain 'junctions do not join'
expect 0 run heart.yaml -q --output forth
read -r first last _ end < <(times forth_nodes.csv)
[ "$first" != - ] || complain 'the network does not excite the muscle'
((first - end >= 40 && first - end <= 150)) || complain "junctions are passed in $((first - end)) tenths of a ms, not 4 to 15 ms"
((last < 450)) || complain 'the muscle is late'
expect 0 run heart.yaml -q --output back --set stimuli.0.surface=his_junctions
read -r _ _ begin _ < <(times back_nodes.csv)
[ "$begin" != - ] || complain 'the muscle does not excite the network'
((begin < first - end)) || complain "back takes $begin tenths of a ms, forth $((first - end))"

# other Purkinje cells do as well
expect 0 run heart.yaml -q --output other --set regions.1.model=trovato_2020 --set mesh.networks.his.junction_resistance_kohm=5
read -r first last _ end < <(times other_nodes.csv)
{ [ "$first" != - ] && ((first - end >= 10 && first - end <= 150)); } ||
  complain "Trovato's cells: $first after $end tenths of a ms"

# with more resistance it passes one way only
expect 0 run heart.yaml -q --output forth --set mesh.networks.his.junction_resistance_kohm=50
read -r first _ begin _ < <(times forth_nodes.csv)
[ "$first $begin" = "- ${begin#-}" ] || complain 'a resistance that is too large for the way forth lets it pass'
expect 0 run heart.yaml -q --output back --set mesh.networks.his.junction_resistance_kohm=50 \
  --set stimuli.0.surface=his_junctions
read -r _ _ begin _ < <(times back_nodes.csv)
[ "$begin" != - ] || complain 'a resistance that lets the wave pass back stops it'

# Trees lie on the muscle, and their ends at its nodes: no seam of the mesh.
sed 's/1\.25/1/g' tree.vtk >on.vtk
expect 0 check heart.yaml --set mesh.networks.his.file=on.vtk
! grep -q 'another node' err || complain 'nodes of a tree are taken for a seam'

# a tree grown on the lower side
expect 0 mesh slab face.vtu --element triangle --size '10,10' --spacing 1
grown=(--root '0.5,5,0' --toward '10,5,0' --initial-mm 2 --branch-mm 2 --segment-mm 0.5 --angle 30 --generations 3)
expect 0 mesh purkinje face.vtu grown.vtu "${grown[@]}"
says out 'grown.vtu: '
expect 0 check heart.yaml --set mesh.networks.his.file=grown.vtu
says out 'stewart_2009'
expect 2 mesh purkinje face.vtu grown.vtu "${grown[@]}" --initial-mm 20
says err 'reaches the rim of the surface'
expect 2 mesh purkinje face.vtu grown.vtu --root 1,2
says err '--root: expected 3 numbers'
expect 2 mesh purkinje tree.vtk grown.vtu "${grown[@]}"
says err 'are no triangles'

# A file's own tags tell regions; a line that is cut begins no junction where it was.
cp tree.vtk tagged.vtk
printf 'CELL_DATA 3\nSCALARS elemTag int 1\nLOOKUP_TABLE default\n11 12 13\n' >>tagged.vtk
sed 's/tree.vtk, tag: 9/tagged.vtk/; s/tags: \[9\]/tags: [11, 12, 13]/' heart.yaml >tagged.yaml
expect 0 check tagged.yaml --set stimuli.0.surface=his_ends
says out 'pulse: 2 nodes'
says out '33 nodes; stewart_2009'
expect 0 check tagged.yaml --set stimuli.0.surface=his_ends --set 'mesh.networks.his.cut=[13]'
says out 'pulse: 1 nodes'
says out '22 nodes; stewart_2009'
expect 0 check tagged.yaml --set stimuli.0.surface=his_ends --set 'mesh.networks.his.cut=[11]'
says out 'pulse: 2 nodes'
says out '23 nodes; stewart_2009'
expect 2 check tagged.yaml --set 'mesh.networks.his.cut=[11]'
says err "'his_root'"
expect 2 check tagged.yaml --set 'mesh.networks.his.cut=[14]'
says err 'has no lines with tag 14'
expect 2 check tagged.yaml --set 'mesh.networks.his.cut=[12,13]'
says err 'leaves it no end'
expect 2 check tagged.yaml --set mesh.networks.his.file=tree.vtk
says err 'line 1 has the tag 0'

# a His bundle and two trees, side by side on one face
system=(--root '1,3,0' --toward '10,3,0' --initial-mm 2 --right face.vtu --right-root '1,7,0' --right-toward '10,7,0'
  --right-initial-mm 2 --av-node '1,5,3' --division '1,5,1' --branch-mm 2 --segment-mm 0.5 --angle 30 --generations 3)
expect 0 mesh purkinje face.vtu system.vtu "${system[@]}"
bundles=(--set mesh.networks.his.file=system.vtu --set 'regions.1.tags=[101,102,103,104,105]' --set stimuli.0.surface=his_ends)
expect 0 check tagged.yaml "${bundles[@]}"
both=$(grep -o 'pulse: [0-9]*' out)
expect 0 check tagged.yaml "${bundles[@]}" --set 'mesh.networks.his.cut=[102,104]' --set 'regions.1.tags=[101,103,105]'
right=$(grep -o 'pulse: [0-9]*' out)
((${both#*: } > ${right#*: } && ${right#*: } > 1)) || complain "$both ends of both trees, $right of one"
expect 2 mesh purkinje face.vtu system.vtu "${grown[@]}" --av-node 0,0,0
says err 'give the other ventricle'
expect 2 mesh purkinje face.vtu system.vtu "${grown[@]}" --anterior 5,5,0
says err '--posterior is missing'

expect 2 check heart.yaml --set mesh.networks.his.junction_radius_mm=0.1
says err 'heart.yaml:4: mesh.networks.his: '
says err '2 of its 2 ends have no node of the mesh within 0.1 mm'
expect 2 check heart.yaml --set mesh.networks.his.file=tree.vtu
says err 'is not there'
expect 2 check heart.yaml --set mesh.networks.his.edge_mm=1e-9
says err 'mesh.networks.his.edge_mm'

# A wave by velocities alone takes from the junctions what they delay.
wave=(heart.yaml -q --set method=eikonal --set 'regions.1.velocity.isotropic_m_per_s=2')
wave+=(--set 'regions.0.velocity.isotropic_m_per_s=0.5' --output wave)
expect 0 run "${wave[@]}" --set mesh.networks.his.junction_delay_ms.forward=7.5
read -r first _ _ end < <(times wave_nodes.csv)
((first - end == 75)) || complain "junctions are passed in $first - $end tenths of a ms instead of 75"
expect 0 run "${wave[@]}" --set stimuli.0.surface=his_junctions
read -r _ _ begin _ < <(times wave_nodes.csv)
[ "$begin" = - ] || complain 'junctions without a delay for the way back let a wave pass'
expect 0 run "${wave[@]}" --set stimuli.0.surface=his_junctions --set mesh.networks.his.junction_delay_ms.back=1.6
read -r _ _ begin _ < <(times wave_nodes.csv)
[ "$begin" = 16 ] || complain "junctions are passed back in $begin tenths of a ms instead of 16"
expect 2 run "${wave[@]}" --set mesh.networks.his.junction_delay_ms.back=-1
says err 'mesh.networks.his.junction_delay_ms.back'
sed 's/^LINES 3 9/POLYGONS 1 4/; s/^2 0 1/3 0 1 2/; /^2 1/d' tree.vtk >sheet.vtk
expect 2 check heart.yaml --set mesh.networks.his.file=sheet.vtk
says err 'are no lines'
finish
