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
