#!/bin/bash
# usage: test_repair.sh COMMAND...
# Runs COMMAND, which starts isochrone, to see what is wrong with a mesh and what it allows, and to mend it.
source "$(dirname "$0")/expect.sh"
begin "$@"

expect 0 mesh slab good --size 6,4,3 --spacing 1
checksum=$("${isochrone[@]}" mesh info good 2>err | grep '^checksum')
expect 0 mesh repair good
says out 'nothing is left to be mended'

# number 0 twice, a node of no element, a part of its own, an inverted element, one without fibre, one of length 3
nodes=$(head -1 good.pts) elements=$(head -1 good.elem)
{
  echo $((nodes + 6))
  tail -n +2 good.pts
  sed -n 2p good.pts
  printf '%s\n' '9000 9000 9000' '8000 0 0' '9000 0 0' '8000 1000 0' '8000 0 1000'
} >broken.pts
{
  echo $((elements + 1))
  tail -n +2 good.elem | awk -v copy="$nodes" '
    NR == 1 { for (k = 2; k <= 5; k++) if ($k == 0) $k = copy }
    NR == 9 { swap = $4; $4 = $5; $5 = swap }
    { print }'
  echo "Tt $((nodes + 2)) $((nodes + 3)) $((nodes + 4)) $((nodes + 5)) 0"
} >broken.elem
{ head -1 good.lon && tail -n +2 good.lon && echo '0 1 0'; } |
  awk 'NR == 100 { print "0 0 0"; next } NR == 200 { print "3 0 0"; next } { print }' >broken.lon

expect 0 mesh repair broken
says out '1 nodes lie where another lies: --merge makes them one'
says out '1 nodes belong to no element: --orphans leaves them out'
says out '2 parts share no node'
says out '1 elements have no fibre: --fibres takes it from their neighbours'
says err '1 inverted elements were turned over'
expect 0 mesh info broken
says out 'faults       2 parts share no node'
says out '             1 nodes lie where another lies'
says out '             1 elements have no fibre'
says out ', in 99.'

# all of it mended is the mesh that was broken
expect 0 mesh repair broken mended.vtu --all --least-part 10
says out '1 nodes merged with another of their place'
says out '1 fibres and 0 sheet directions taken from neighbours'
says out '5 nodes and 1 elements left out'
expect 0 mesh info mended.vtu
says out "$checksum"
says out 'faults       none'
expect 0 mesh repair broken some.vtu --least-part 4
says out '0 nodes and 0 elements left out'

# elements 3 and 100 there again, with their nodes in another order: tissue that counts twice
cp good.pts twice.pts
{
  echo $((elements + 2))
  tail -n +2 good.elem
  awk 'NR == 5 || NR == 102 { print $1, $3, $4, $2, $5, $6 }' good.elem
} >twice.elem
{ cat good.lon && tail -n 2 good.lon; } >twice.lon
expect 0 mesh repair twice
says out '2 elements have the nodes of another: --merge leaves them out'
expect 0 mesh info twice
says out 'faults       2 elements have the nodes of another: their tissue counts twice'
expect 0 mesh repair twice once.vtu --merge
says out '2 elements left out, of the same nodes as another'
expect 0 mesh info once.vtu
says out "$checksum"
cat >twice.yaml <<'EOF'
mesh: {file: twice}
regions: [{name: all, model: mitchell_schaeffer_2003, conductivity: {isotropic_S_per_m: 0.1}}]
time: {duration_ms: 1}
EOF
expect 0 check twice.yaml
says err '2 elements have the same nodes as another, so that their tissue counts twice'

# finer where edges are long: the same mesh as by mesh refine
expect 0 mesh repair good finer.vtu --edge 1.2
says out '1,296 elements made by halving edges longer than 1.2 mm'
expect 0 mesh refine good finer2.vtu --edge 1.2
cmp -s finer.vtu finer2.vtu || complain 'mesh repair --edge and mesh refine --edge differ'
expect 2 mesh repair good no.vtu --edge 0
says err '--edge: expected 1 number above 0'

# more than there is room for is said before any is made
expect 2 mesh repair good no.vtu --edge 1e-6
says err 'edges of at most 1e-06 mm make '
says err 'GB that there are: ask for a coarser mesh'
expect 2 mesh refine good no.vtu --edge 1.2 --most-elements 1000
says err 'elements or more, and 1000 are allowed'
expect 0 mesh refine good most.vtu --edge 1.2 --most-elements 1728
cmp -s most.vtu finer.vtu || complain 'a limit that is kept changes the mesh'
expect 2 mesh refine good no.vtu --levels 2 --most-elements 27647
says err 'good: 2 levels of refinement make 2.76e+04 elements or more, and 27647 are allowed'
expect 2 mesh refine good no.vtu --edge 1 --most-elements many
says err '--most-elements: expected a number of elements'
cat >fine.yaml <<'EOF'
mesh: {file: good, edge_mm: 1e-6}
regions: [{name: all, model: mitchell_schaeffer_2003, conductivity: {isotropic_S_per_m: 0.1}}]
time: {duration_ms: 1}
EOF
expect 2 check fine.yaml
says err 'say how many elements may be tried (mesh.most_elements, --most-elements)'

# hexahedra, which are not halved, but split
expect 0 mesh slab bricks.vtu --size 3,2,2 --spacing 1 --element hexahedron
expect 2 mesh repair bricks.vtu no.vtu --edge 0.9
says err 'or split them: isochrone mesh convert IN OUT --tetrahedra'
expect 0 mesh convert bricks.vtu split.vtu --tetrahedra
says out '12 hexahedra split into tetrahedra'
expect 0 mesh info split.vtu
says out '72 tetrahedra'
says out '12 mm3'
expect 0 mesh repair bricks.vtu fine.vtu --tetrahedra --edge 0.9
expect 0 mesh info fine.vtu
says out '12 mm3'

expect 2 mesh repair good --all
says err 'say where the mended mesh goes'
expect 2 mesh repair good no.vtu --least-part few
says err '--least-part: expected a number of nodes'
expect 2 mesh repair good no.vtu --least-part 100000
says err 'leaves nothing'
[ -e no.vtu ] && complain 'a mesh was written'

# what the mesh allows
expect 0 mesh info good
says out 'conducting   0.1334 S/m along and 0.0176 across the fibres'
says out '  step       0.05 ms: 2 sparse products of explicit diffusion'
says out '  front      about 0.62 mm wide along the fibres and 0.22 across'
says out 'of the elements are too coarse for it'
expect 0 mesh info good --conductivity 100 --step 1
says out '  step       1 ms is too long for explicit diffusion'
expect 0 mesh info good --json --conductivity 0.2,0.1
for words in '"nodes": 140' '"longitudinal_S_per_m": 0.20000000000000001' '"too_coarse_fraction"' '"faults": []' \
  '"largest_stable_step_ms"' '"tag": 0'; do
  says out "$words"
done
expect 2 mesh info good --conductivity 0.1,-1
says err '--conductivity: expected one or two positive numbers'
expect 2 mesh info good --step 0,1
says err '--step: expected a time in ms'
finish
