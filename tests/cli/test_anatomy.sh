#!/bin/bash
# usage: test_anatomy.sh COMMAND...
# Runs COMMAND, which starts isochrone, to make fibres and coordinates of a flat wall whose surfaces are lists of nodes.
source "$(dirname "$0")/expect.sh"
begin "$@"

# list NAME FIRST STEP LAST: numbers of nodes
list() { { seq "$2" "$3" "$4" | wc -l && echo intra && seq "$2" "$3" "$4"; } >"$1"; }

# nodes are numbered x first, then y, then z: 9 x 7 x 5 of them; z is across the wall, x the long axis
expect 0 mesh slab wall --size 8,6,4 --spacing 1
list endo.vtx 0 1 62
list epi.vtx 252 1 314
list base.vtx 8 9 314
list apex.vtx 0 9 314
list far.vtx 315 1 315
surfaces=(--lv-endo endo.vtx --epi epi.vtx --base base.vtx)

expect 0 mesh fibres wall out.vtu "${surfaces[@]}"
says out 'out.vtu: 1,152 elements with fibre and sheet'
expect 0 mesh info out.vtu
says out 'directions   fibre and sheet'
expect 0 mesh fibres wall bayer "${surfaces[@]}" --law bayer --sheet -65,25
says out 'bayer.pts, .elem, .lon: 1,152 elements'
says bayer.lon 2

# the same surfaces, told by places near them
expect 0 mesh fibres wall placed --lv-endo at:4,3,-1 --epi at:4,3,9 --base at:12,3,2
expect 0 mesh fibres wall listed "${surfaces[@]}"
cmp -s placed.lon listed.lon || complain 'surfaces from places are not those of the lists'
expect 2 mesh fibres wall no.vtu "${surfaces[@]}" --apex at:4,3
says err "--apex: expected three numbers with commas after 'at:', in mm, got '4,3'"

# the rim between both sides, which is the base and the other three ends of the wall; one half of it is the base's
expect 0 mesh fibres wall no.vtu --lv-endo endo.vtx --epi epi.vtx --base half:30,3,2 --apex near:0,3,2
expect 0 mesh coordinates wall rim.vtu --lv-endo endo.vtx --epi epi.vtx --base half:30,3,2 --apex near:0,3,2
rm no.vtu
expect 2 mesh fibres wall no.vtu --lv-endo endo.vtx --epi epi.vtx --base ring:
says err '--base: which opening is meant? Give ring:X,Y,Z; there are, mm: (4, 3, 2) of 140 nodes'
expect 2 mesh fibres wall no.vtu --lv-endo endo.vtx --epi endo.vtx --base rings
says err 'endocardium and epicardium have 63 nodes in common, of 63 and 63'
expect 2 mesh fibres wall no.vtu "${surfaces[@]}" --apex near:4,3
says err "--apex: expected three numbers with commas after 'near:', in mm, got '4,3'"

# Of a helix of 0 the fibre is along y in all of a wall whose long axis is x.
expect 0 mesh fibres wall flat "${surfaces[@]}" --apex apex.vtx --helix 0,0 --sheet 0,0
awk 'NR > 1 && $2 * $2 < 0.97 { bad = 1 } END { exit bad }' flat.lon || complain 'a fibre is not circumferential'
awk 'NR > 1 && $6 * $6 < 0.97 { bad = 1 } END { exit bad }' flat.lon || complain 'a sheet is not transmural'

# Of two valves along the base, which they are, too, fibres of the outflow tract run to the one (x), at the endocardium.
list mitral.vtx 8 63 314
list aortic.vtx 62 63 314
valves=(--lv-endo endo.vtx --epi epi.vtx --mitral mitral.vtx --aortic aortic.vtx)
expect 0 mesh fibres wall tract "${valves[@]}" --tract 90,90 --helix 0,0
expect 0 mesh fibres wall same "${valves[@]}" --tract 0,0 --helix 0,0
awk 'NR > 1 && $1 * $1 > 0.97 { n++ } END { exit !(n > 20) }' tract.lon || complain 'no fibre runs to the aortic valve'
cmp -s tract.lon same.lon && complain 'the tract does not matter'
expect 2 mesh fibres wall no.vtu --lv-endo endo.vtx --epi epi.vtx --mitral mitral.vtx
says err 'the mitral valve is known, but not the aortic valve; give both valves or none'
expect 2 mesh fibres wall no.vtu "${valves[@]}" --tract 90
says err '--tract: expected two angles'

# transmural falls from the endocardium at z = 0, and a list that was made before a refinement serves after it
expect 0 mesh coordinates wall c.vtu "${surfaces[@]}" --apex apex.vtx
says out 'c.vtu: 315 nodes with transmural, apicobasal'
expect 0 mesh refine wall fine
expect 2 mesh coordinates fine c.vtu "${surfaces[@]}" --refined one
says err "--refined: expected a whole number from 0 to 6, got 'one'"
expect 0 mesh coordinates fine fine.vtu "${surfaces[@]}" --refined 1
says out 'fine.vtu: 1,989 nodes with transmural, apicobasal'
expect 2 mesh coordinates wall c.msh "${surfaces[@]}"
says err 'c.msh: fields of nodes are written as .vtu, .vtk or, beside a mesh of CARP, .dat'
# the same numbers in each of the formats, which sites find in each
expect 0 mesh coordinates wall c.vtk "${surfaces[@]}" --apex apex.vtx
says out 'c.vtk: 315 nodes with transmural, apicobasal'
expect 0 mesh coordinates wall c "${surfaces[@]}" --apex apex.vtx
says out 'c.pts, .elem, .lon, _transmural.dat, _apicobasal.dat: 315 nodes with transmural, apicobasal'
[ "$(wc -l <c_transmural.dat)" -eq 315 ] || complain 'there is not a line for each node'
expect 0 mesh coordinates wall b.bpts "${surfaces[@]}" --apex apex.vtx
cmp -s c_transmural.dat b_transmural.dat || complain 'binary CARP has other fields'

expect 0 mesh coordinates wall septal.vtu "${surfaces[@]}" --apex apex.vtx --septum at:4,20,2
says out 'septal.vtu: 315 nodes with transmural, apicobasal, transventricular, rotational, aha_segment'
expect 2 mesh coordinates wall no.vtu "${surfaces[@]}" --septum 4,20,2
says err '--septum: expected at:X,Y,Z in mm, got '"'4,20,2'"
expect 2 mesh coordinates wall no.vtu "${surfaces[@]}" --rv-endo far.vtx --septum at:4,20,2
says err 'with --rv-endo the septum is known'

# A left ventricle alone has no coordinates that tell all places.
expect 2 mesh transfer c.vtu c.vtu same.vtu --places
says err "c.vtu has no point data 'transventricular'"
expect 2 mesh transfer c.vtu c.vtu same.vtu
says err 'give --fields with names of c.vtu, --places, or --fibres'
expect 2 mesh transfer c.vtu c.vtu same.vtu --fields a,,b
says err "--fields: expected up to 12 names of up to 63 bytes with commas between, got 'a,,b'"
expect 2 mesh transfer c.vtu c.vtu same.msh
says err 'same.msh: fields of nodes are written as .vtu'

# The field is there for sites: of the four layers, the two next to the endocardium; bounds included.
cat >heart.yaml <<'EOF'
mesh: {file: c.vtu}
regions:
  - {name: wall, model: mitchell_schaeffer_2003, conductivity: {isotropic_S_per_m: 0.1}}
sites:
  deep: {coordinates: {transmural: [0.75, 1]}}
stimuli:
  - {name: deep, site: deep, amplitude_uA_per_uF: 50}
time: {duration_ms: 1, step_ms: 0.05}
EOF
expect 0 check heart.yaml
says out 'stimulus     deep: 126 nodes'
for file in c.vtk c c.pts b; do
  expect 0 check heart.yaml --set mesh.file=$file
  says out 'stimulus     deep: 126 nodes'
done
yes 150 | head -315 >tau.dat
expect 0 check heart.yaml --set 'regions.0.parameters={tau_open: {field: tau.dat, variable: any}}'
cp c_transmural.dat kept
sed -i 7s/.*/x/ c_transmural.dat
expect 2 check heart.yaml --set mesh.file=c
says err 'c_transmural.dat:7: expected one number'
head -300 kept >c_transmural.dat
expect 2 check heart.yaml --set mesh.file=c
says err 'c_transmural.dat has 300 numbers, but the mesh has 315 nodes'
cat kept kept >c_transmural.dat
expect 2 check heart.yaml --set mesh.file=c
says err 'the mesh has 315 nodes'
rm c_transmural.dat
expect 2 check heart.yaml --set mesh.file=c
says err 'c_transmural.dat cannot be opened'
expect 2 check heart.yaml --set 'sites.deep={coordinates: {transmural: [0.8, 0.2]}}'
says err 'sites.deep.coordinates.transmural: 0.2 comes before 0.8; swap them'
expect 2 check heart.yaml --set mesh.refine=1
says err "use 'isochrone mesh refine', and 'isochrone mesh coordinates' after it"
expect 2 check heart.yaml --set 'sites.deep={segment: 7}'
says err "c.vtu has no point data 'aha_segment'"
says err "('isochrone mesh coordinates' writes a mesh with coordinates)"
expect 2 check heart.yaml --set 'sites.deep={segment: [7, 18]}'
says err 'sites.deep.segment: there is no segment 18; AHA segments are 1 to 17'

# three layers of cells by depth, that together are the whole wall of four layers of elements
cat >layers.yaml <<'EOF'
mesh: {file: c.vtu}
sites:
  deep: {coordinates: {transmural: [0.75, 1]}}
  inner: {coordinates: {transmural: [0.25, 1]}}
regions:
  - {name: endo, site: deep, model: ten_tusscher_2006, variant: endo, conductivity: {isotropic_S_per_m: 0.05}}
  - {name: mid, site: inner, model: ten_tusscher_2006, variant: mid, conductivity: {isotropic_S_per_m: 0.05}}
  - {name: epi, model: ten_tusscher_2006, variant: epi, conductivity: {isotropic_S_per_m: 0.05}}
stimuli:
  - {name: deep, site: deep, amplitude_uA_per_uF: 50}
time: {duration_ms: 1, step_ms: 0.05}
EOF
expect 0 check layers.yaml
says out 'endo: 288 elements'
says out 'mid: 576 elements'
says out 'epi: 288 elements'
says out 'ten_tusscher_2006, mid;'

# a gradient from apex to base, of a parameter and of conductivities
gradient=(--set 'regions.2.parameters={g_Ks: {scale: {by: apicobasal, from: 2, to: 1}}}'
  --set 'regions.2.conductivity={isotropic_S_per_m: 0.05, scale: {by: apicobasal, points: [{at: 0, value: 1}, {at: 1, value: 2}]}}')
expect 0 run layers.yaml "${gradient[@]}" -o gradient
expect 2 check layers.yaml "${gradient[@]}" --set mesh.refine=1
says err "use 'isochrone mesh refine'"
expect 2 check layers.yaml "${gradient[@]}" --set method=eikonal
says err 'an eikonal wave has the same velocities throughout a region'
expect 2 check layers.yaml --set 'regions.2.parameters={g_Ks: {by: apicobasal, from: 2}}'
says err 'give both from and to'
expect 2 check layers.yaml --set 'regions.2.parameters={g_Ks: {by: depth, from: 2, to: 1}}'
says err "there is no by 'depth'"

# Nodes of a network come after those of the file, and are in no interval of a coordinate.
cat >tree.vtk <<'EOF'
# vtk DataFile Version 3.0
a fibre above the wall
ASCII
DATASET POLYDATA
POINTS 2 float
1 3 -2  6 3 -1
LINES 1 3
2 0 1
EOF
awk '/^mesh/ { print "mesh: {file: c.vtu, networks: {his: {file: tree.vtk, tag: 9, edge_mm: 0.5, junction_radius_mm: 2,"
               print "  junction_nodes: 3, junction_resistance_kohm: 10}}}"; next } { print }
     /name: epi/ { print "  - {name: his, tags: [9], model: stewart_2009, conductivity: {isotropic_S_per_m: 2}}" }' layers.yaml >wired.yaml
expect 0 check wired.yaml "${gradient[@]}"
says out 'endo: 288 elements'
says out 'stimulus     deep: 126 nodes'

# an atrium laid flat
list side.vtx 0 9 314
atrium=(--chamber left-atrium --endo endo.vtx --epi epi.vtx --lpv side.vtx --rpv base.vtx --mv mv.vtx --laa laa.vtx)
list mv.vtx 3 1 5
list laa.vtx 58 1 58
expect 0 mesh fibres wall atrium.vtu "${atrium[@]}" --bundles low-veins=0.4,high-veins=0.6
says out 'atrium.vtu: 315 nodes with trans, ab, v, r'
expect 0 mesh fibres wall atrium "${atrium[@]}"
says out 'atrium.pts, .elem, .lon, _trans.dat, _ab.dat, _v.dat, _r.dat: 315 nodes with trans, ab, v, r'
expect 2 mesh fibres wall no.vtu "${atrium[@]}" --bundles valves=0.4
says err "--bundles: there is no 'valves'; there are: valve, low-veins"
expect 2 mesh fibres wall no.vtu "${atrium[@]}" --bundles valve:0.4
says err '--bundles: expected names and numbers like valve=0.65'
expect 2 mesh fibres wall no.vtu --chamber right-atrium --endo endo.vtx --epi epi.vtx
says err '--tv-septal is missing'
expect 2 mesh fibres wall no.vtu --chamber atrium
says err "--chamber: there is no 'atrium'; there are: ventricles, left-atrium, right-atrium"

# what is wrong is said before anything is made
expect 2 mesh fibres wall no.vtu --lv-endo endo.vtx --base base.vtx
says err '--epi is missing; give FILE.vtx (nodes), FILE.surf (faces), tag:N,N (of elements or surfaces), at:X,Y,Z'
expect 2 mesh fibres wall no.vtu --rv-endo endo.vtx
says err '--base, --lv-endo, --epi are missing; give FILE.vtx'
expect 2 mesh fibres wall no.vtu --lv-endo endo.vtx --epi epi.vtx
says err '--base is missing; give a list of nodes (FILE.vtx), or --base ring:X,Y,Z with a place near one of the openings'
expect 2 mesh fibres wall no.vtu "${surfaces[@]}" --transverse 20
says err '--transverse: expected two angles'
expect 2 mesh fibres wall no.vtu "${surfaces[@]}" --law quadratic
says err "--law: there is no 'quadratic'; there are: linear, bayer"
expect 2 mesh fibres wall no.vtu "${surfaces[@]}" --helix 60
says err '--helix: expected two angles from -90 to 90 degrees'
expect 2 mesh fibres wall no.vtu "${surfaces[@]}" --helix 60,-95
says err "with a comma between, got '60,-95'"
expect 2 mesh fibres wall no.vtu "${surfaces[@]}" --apex tag:3,x
says err "--apex: expected up to 64 whole numbers with commas after 'tag:', got '3,x'"
expect 2 mesh fibres wall no.vtu "${surfaces[@]}" --apex tag:3
says err "--apex: 'tag:3' has no node of the mesh"
expect 2 mesh fibres wall no.vtu "${surfaces[@]}" --apex here
says err "the mesh has no surface"
expect 2 mesh fibres wall no.vtu "${surfaces[@]}" --apex far.vtx
says err 'far.vtx:3: node 315 does not exist'
expect 2 mesh fibres wall no.stl "${surfaces[@]}"
says err 'no.stl: such a file holds triangles'
expect 0 mesh slab sheet --size 8,6 --spacing 1 --element triangle
expect 2 mesh fibres sheet no.vtu "${surfaces[@]}"
says err 'neither tetrahedra nor hexahedra'
[ -e no.vtu ] && complain 'a mesh was written'
finish
