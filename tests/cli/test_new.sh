#!/usr/bin/env bash
# A first configuration for a mesh of one's own: what it says, that it runs as it is, and what is refused.
# usage: test_new.sh SERIAL COMMAND...   (SERIAL: the program, COMMAND: how to start it on the ranks under test)
source "$(dirname "$0")/expect.sh"
begin_with serial "$@"

one_error() {
  [ "$(grep -c 'error:' err)" -eq 1 ] || complain "not one error"
  says err "$1"
}

# ---- a block with fibres: as it is, it runs until all of it is active ----
expect 0 mesh slab block.vtu --size 12,6,3 --spacing 0.5
expect 0 new block.vtu
says out 'isochrone run block.yaml'
says block.yaml 'file: "block.vtu"'
says block.yaml 'tags: [0]'
says block.yaml 'longitudinal_S_per_m: 0.1334'
says block.yaml 'centre_mm: [0, 0, 0], radius_mm: 2}' # the least x of the longest side, a sixth of it
expect 0 check block.yaml
expect 0 run block.yaml --summary block.json --set outputs.page=false
[ "$(value block.json activated_nodes)" = "$(value block.json nodes)" ] || complain 'not all nodes activated'
mv block.yaml ranks.yaml
"$serial" new block.vtu >out 2>err || complain 'refused on one rank'
cmp -s block.yaml ranks.yaml || complain 'another configuration on one rank'

# ---- a name that the shell would take apart ----
expect 0 new block.vtu --output "my block.yaml"
says out "isochrone run 'my block.yaml'"

# ---- what is there stays ----
expect 2 new block.vtu
one_error 'block.yaml is there already'
cmp -s block.yaml ranks.yaml || complain 'the configuration that was there changed'

# ---- no fibres, coarse, and a unit that is said ----
printf '4\n0 0 0\n40 0 0\n0 40 0\n0 0 40\n' >one.pts
printf '1\nTt 0 1 2 3 7\n' >one.elem
expect 0 new one --unit cm --model courtemanche_1998 --output folder.yaml
says folder.yaml 'unit: cm'
says folder.yaml 'isotropic_S_per_m: 0.1334'
says folder.yaml 'edge_mm: 0.9'
says folder.yaml 'name: "tag 7"'
says folder.yaml 'model: courtemanche_1998'

# ---- triangles on faces of a volume are a surface, by its name, and no region ----
cat >group.msh <<'END'
$MeshFormat
2.2 0 8
$EndMeshFormat
$PhysicalNames
2
2 10 "endo"
3 1 "muscle"
$EndPhysicalNames
$Nodes
4
1 0 0 0
2 4 0 0
3 0 4 0
4 0 0 4
$EndNodes
$Elements
2
1 2 2 10 10 1 2 3
2 4 2 1 1 1 2 3 4
$EndElements
END
expect 0 new group.msh
says group.yaml 'name: "muscle"'
says group.yaml 'surface: "endo"'
if grep -q 'tags: \[10\]' group.yaml; then complain 'a surface became a region'; fi
expect 0 check group.yaml --set stimuli.0.surface=endo
if grep -q 'too coarse' err; then complain 'too coarse as it is written'; fi

# ---- refused ----
expect 2 new one --model no_such_model
one_error 'no_such_model'
[ ! -e one.yaml ] || complain 'a configuration was written all the same'
expect 2 new nothing.vtu
one_error 'nothing.vtu'
expect 2 new block.vtu --output nowhere/block.yaml
finish
