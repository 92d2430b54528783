#!/bin/bash
# usage: test_shapes.sh PYTHON ALONE COMMAND...
# Runs COMMAND, which starts isochrone on some ranks, to make modes of blocks that are stretched along x and along y by known
# parts, hearts of these modes, and a study that draws such hearts. ALONE starts it on one rank.
source "$(dirname "$0")/expect.sh"
python=$1 alone=$2
shift 2
begin "$@"
ranks=("$@")

# What needs no ranks starts sooner without.
on_one() { isochrone=("$alone"); }
on_ranks() { isochrone=("${ranks[@]}"); }

# block NAME ALONG_X ALONG_Y: of 6 x 3 x 2 mm, longer by these parts about x = 3 and y = 1.5 mm; coordinates are in um
on_one
expect 0 mesh slab block --size 6,3,2 --spacing 0.5
block() {
  awk -v s="$2" -v t="$3" 'NR == 1 { print; next } { printf "%.17g %.17g %s\n", $1 + s * ($1 - 3000), $2 + t * ($2 - 1500), $3 }' \
    block.pts >"$1.pts"
  cp block.elem "$1.elem"
  cp block.lon "$1.lon"
}
block 1 0.2 0.1
block 2 0.1 -0.05
block 3 0 -0.1
block 4 -0.1 -0.05
block 5 -0.2 0.1

on_ranks
for align in none rigid; do
  expect 0 mesh modes 1 2 3 4 5 --output $align.nc --align $align
  says out "$align.nc: 2 modes of 5 meshes of 455 nodes"
  "$alone" mesh modes 1 2 3 4 5 --output alone.nc --align $align >out 2>err
  cmp alone.nc $align.nc || complain "another file on one rank, --align $align"
done
says out 'by rotation and translation, without scaling'
on_one
expect 0 mesh modes 1 2 3 4 5 --output one.nc --modes 1
says out 'one.nc: 1 mode of 5 meshes'
expect 0 mesh info 2 --json
echo "checksum $(value out checksum)" >checksum

# Coordinates of a few mm, of which files have all digits: what is made of them is right to 1e-12.
cat >check.py <<'EOF'
import sys
import netCDF4
import numpy

def places(name):
    return numpy.loadtxt(name + ".pts", skiprows=1) / 1000

x = places("block")
stretch = numpy.array([[0.2, 0.1, 0, -0.1, -0.2], [0.1, -0.05, -0.1, -0.05, 0.1]])
sd = numpy.sqrt((stretch ** 2).sum(axis=1) / 4)
if sys.argv[1] == "modes":
    for name in "none.nc", "rigid.nc":
        with netCDF4.Dataset(name) as f:
            # the mean lies as the first does, whose middle is where that of the block is
            assert abs(f["mean"][:] - x).max() < 1e-12, name
            for k, middle in enumerate((3, 1.5)):
                mode = numpy.zeros_like(x)
                mode[:, k] = x[:, k] - middle
                rms = numpy.sqrt((mode ** 2).sum() / len(x))
                assert abs(f["mode"][k] - mode / rms).max() < 1e-12, (name, k)
                assert abs(f["sd"][k] - sd[k] * rms) < 1e-12
                assert abs(f["score"][:, k] - stretch[k] / sd[k]).max() < 1e-12
            assert abs(f["share"][:].sum() - 1) < 1e-12
            made_of = netCDF4.chartostring(f["mesh_checksum"][:])
            assert made_of[1] in open("checksum").read(), made_of
elif sys.argv[1] == "scores":
    with netCDF4.Dataset("none.nc") as f:
        print("[%s]" % ", ".join(map(repr, f["score"][int(sys.argv[2]) - 1].tolist())))
elif sys.argv[1] == "result":
    with netCDF4.Dataset(sys.argv[2]) as f:
        is_at = numpy.stack([f["coord" + axis][:] for axis in "xyz"], axis=1)
        assert abs(is_at - places(sys.argv[3])).max() < 1e-12
        times = f["activation_time"][:].ravel()
        # 6.6 mm at 0.5 m/s, in single precision
        assert abs(times.max() - times.min() - 13.2) < 1e-5, times.max()
        print(f.mesh_checksum)
elif sys.argv[1] == "network":
    with netCDF4.Dataset(sys.argv[2]) as one, netCDF4.Dataset(sys.argv[3]) as other:
        for axis in "xyz":
            assert abs(one["coord" + axis][:] - other["coord" + axis][:]).max() < 1e-12, axis
        assert len(one["coordx"]) == 455 + 4
        # single precision
        assert abs(one["activation_time"][:] - other["activation_time"][:]).max() < 1e-5
        print(one.mesh_checksum)
elif sys.argv[1] == "maps":
    with netCDF4.Dataset(sys.argv[2]) as f:
        x = numpy.stack([f["coord" + axis][:] for axis in "xyz"], axis=1)
        assert abs(x - places("block")).max() < 1e-12  # the mean shape
        longer = numpy.loadtxt(sys.argv[3])
        # of each heart x by its stretch, at 0.5 m/s from the face x = 0
        times = numpy.outer(1 + longer * sd[0], 2 * x[:, 0])
        for name, expected in (("activation_time", times.mean(axis=0)), ("activation_time_sd", times.std(axis=0, ddof=1))):
            assert abs(f[name][:].ravel() - expected).max() < 1e-4, name
elif sys.argv[1] == "spoil":
    with netCDF4.Dataset(sys.argv[2], "a") as f:
        if sys.argv[3] == "number":
            f["mode"][1, 454, 2] = float("nan")
        else:
            f["mean"].units = "cm"
EOF
"$python" check.py modes >out 2>err || complain 'the modes are not those that were put in'

# The heart of a mesh's scores is that mesh, on any ranks; a list of nodes and a surface at places of the file go with it.
echo '35 intra' | tr ' ' '\n' >face.vtx
seq 0 13 454 >>face.vtx
cat >end.vtk <<'EOF'
# vtk DataFile Version 3.0
end
ASCII
DATASET UNSTRUCTURED_GRID
POINTS 3 double
6 0 0  6 0.5 0  6 0 0.5
CELLS 1 4
3 0 1 2
CELL_TYPES 1
5
EOF
cat >heart.yaml <<'EOF'
method: eikonal
mesh: {file: block, surfaces: {end: end.vtk}, shape: {file: none.nc, scores: [0, 0]}}
regions:
  - {name: wall, model: ten_tusscher_2006, conductivity: {isotropic_S_per_m: 0.1}, velocity: {isotropic_m_per_s: 0.5}}
sites: {face: {nodes: face.vtx}, end: {surface: end}}
stimuli: [{name: pulse, site: face, duration_ms: 2, amplitude_uA_per_uF: 50}]
time: {duration_ms: 100}
EOF
# refused REASON SETTING
refused() {
  expect 2 check heart.yaml --set "$2"
  says err "$1"
}
scores=$("$python" check.py scores 2)
on_ranks
expect 0 run heart.yaml --output many --set "mesh.shape.scores=$scores"
"$alone" run heart.yaml --output alone --set "mesh.shape.scores=$scores" >out 2>err
on_one
"$python" check.py result many.e.nc 2 >checksum 2>err || complain 'the heart of the scores of a mesh is another one'
"$python" check.py result alone.e.nc 2 2>err | cmp - checksum || complain 'another heart on one rank'

# With passive parts around the heart, whose torso moves too: of whatever mesh it is made, it has the same ECG. Its action
# potentials are recorded in strips, which have shapes of their own.
awk 'NR == FNR { if (FNR > 1) z[FNR - 2] = $3; next } FNR > 1 { $6 = z[$2] + z[$3] + z[$4] + z[$5] > 4000 } { print }' \
  block.pts block.elem >parts.elem
for k in 1 2 3 4 5; do
  cp $k.pts part$k.pts
  cp $k.lon part$k.lon
  cp parts.elem part$k.elem
done
printf 'name,x_mm,y_mm,z_mm\nRA,-5,0,4\nLA,10,0,4\nLL,3,8,4\n' >electrodes.csv
conductivity='{isotropic_S_per_m: 0.1, intracellular_longitudinal_S_per_m: 0.17, intracellular_transverse_S_per_m: 0.17}'
in_torso() {
  local mesh="mesh={file: $1, passive: [{tags: [1], isotropic_S_per_m: 0.2}], shape: {file: parts.nc, scores: [-1, 0.3]}}"
  expect 0 run heart.yaml --output "$1" --set "$mesh" --set "regions.0.conductivity=$conductivity" \
    --set 'stimuli.0={name: pulse, box: {min_mm: [-3, -2, 0], max_mm: [1.5, 9, 9]}, duration_ms: 2, amplitude_uA_per_uF: 50}' \
    --set 'outputs.ecg.electrodes=electrodes.csv' --set 'sites=null'
}
expect 0 mesh modes part1 part2 part3 part4 part5 --output parts.nc
in_torso part1
on_ranks
in_torso part4
cmp part1_ecg.csv part4_ecg.csv || complain 'the ECG depends on which mesh was moved'

# A network goes with the tissue around it, in the file of whichever mesh it was drawn: of a root over the block, a point on a
# face of elements and two ends in elements, all as if they were stretched.
points() { # NAME SCALE_X SCALE_Y
  awk -v s="$2" -v t="$3" 'BEGIN {
    print "# vtk DataFile Version 3.0\ntree\nASCII\nDATASET POLYDATA\nPOINTS 4 double"
    split("1 1.2 2.3 3 1.6 1 4.7 0.8 1.3 4.9 2.3 0.9", x, " ")
    for (k = 1; k <= 12; k += 3) printf "%.17g %.17g %s\n", x[k] + s * (x[k] - 3), x[k + 1] + t * (x[k + 1] - 1.5), x[k + 2]
    print "LINES 3 9\n2 0 1\n2 1 2\n2 1 3" }' >"$1.vtk"
}
points tree 0 0
points tree2 0.1 -0.05
networks() { echo "mesh.networks={tree: {file: $1, tag: 9, junction_radius_mm: 1, junction_nodes: 4, junction_resistance_kohm: 1}}"; }
wire='regions.1={name: wire, tags: [9], model: ten_tusscher_2006, cross_section_mm2: 0.1, conductivity: {isotropic_S_per_m: 1}, velocity: {isotropic_m_per_s: 2}}'
wired=(--set "$wire" --set 'regions.0.tags=[0]' --set "mesh.shape.scores=$scores")
on_ranks
expect 0 run heart.yaml --output wired "${wired[@]}" --set "$(networks tree.vtk)"
on_one
expect 0 run heart.yaml --output wired1 "${wired[@]}" --set "$(networks tree.vtk)"
expect 0 run heart.yaml --output wired2 --set "$wire" --set 'regions.0.tags=[0]' --set 'mesh={file: 2}' \
  --set "$(networks tree2.vtk)" --set 'sites={face: {nodes: face.vtx}}'
"$python" check.py network wired.e.nc wired2.e.nc >checksum 2>err || complain "a network does not go with its heart: $(cat err)"
"$python" check.py network wired1.e.nc wired2.e.nc 2>err | cmp - checksum || complain 'another network on one rank'

# Refused by all ranks together, where one finds the reason.
cp none.nc number.nc
"$python" check.py spoil number.nc number
refused 'mesh.shape.scores: with the scores [-7, 1], element 0 (counted from 0) turns over: its volume goes from 0.02083 to' \
  'mesh.shape.scores=[-7, 1]'
refused 'has a number that is not finite' mesh.shape.file=number.nc

on_one
expect 0 check heart.yaml --set stimuli.0.site=end
says out 'pulse: 3 nodes'

# A face of the tissue that the file holds, too, and that is left out, makes no other mesh.
cp block.pts faced.pts
awk 'NR == 1 { print $1 + 1; next } { print } NR == 2 { face = "Tr " $2 " " $3 " " $4 " 0" } END { print face }' block.elem >faced.elem
{ cat block.lon && sed -n 2p block.lon; } >faced.lon
expect 0 check heart.yaml --set mesh.file=faced
says err '1 triangles and 0 lines are faces'

# A study draws scores as any other key.
cat >axes.yaml <<'EOF'
study:
  axes:
    - name: heart
      draws: 5
      seed: 3
      drawn:
        - {key: mesh.shape.scores.0, name: longer, normal: [0, 1]}
        - {key: mesh.shape.scores.1, name: wider, normal: [0, 1]}
  outcomes: [total_activation_ms]
EOF
cat heart.yaml axes.yaml >study.yaml
expect 0 study study.yaml --output drawn
says out 'members      5: 5 done, 0 failed, 0 to do'
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
  { d = $at["total_activation_ms"] - 12 * (1 + $at["longer"] * sqrt(0.025)); if (d > 1e-5 || d < -1e-5) bad = 1
    if ($at["wider"] == $at["longer"]) bad = 1; n++ } END { exit bad || n != 5 }' drawn/table.csv ||
  complain "members are not of the shapes in their rows: $(cat drawn/table.csv)"
# Nodes correspond: of all shapes there is one map, on their mean.
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next } { print $at["longer"] }' drawn/table.csv >longer
"$python" check.py maps drawn/activation.e.nc longer >out 2>err || complain "no map of all shapes: $(cat err)"
# a heart that turns over is a member that fails, and the others go on
expect 1 study study.yaml --output torn --set 'study.axes.0.drawn=[{key: mesh.shape.scores.0, normal: [0, 8]}]'
grep -q 'failed.*element 0 (counted from 0) turns over' torn/table.csv || complain "no member fails: $(cat torn/table.csv)"
grep -q 'done' torn/table.csv || complain 'no member is done'

refused 'has 2 modes, and there are 3 scores' 'mesh.shape.scores=[0, 0, 0]'
refused '-200 is out of range' 'mesh.shape.scores=[-200]'
refused 'expected a list of numbers' mesh.shape.scores=1
refused 'no.nc is not there' mesh.shape.file=no.nc
refused 'cannot be opened as NetCDF' mesh.shape.file=face.vtx
refused "'mean' cannot be read" mesh.shape.file=many.e.nc
refused 'a slab has one shape' 'mesh={slab: {size_mm: [6, 3, 2], spacing_mm: 0.5}, shape: {file: none.nc}}'
cp none.nc unit.nc
"$python" check.py spoil unit.nc unit
refused "'mean' is in 'cm'; shape modes are in mm" mesh.shape.file=unit.nc
expect 0 mesh slab coarse --size 6,3,2 --spacing 1
refused "'mean' is of 455 nodes with 3 coordinates, and the mesh has 84 nodes" 'mesh={file: coarse, shape: {file: none.nc}}'
expect 0 mesh slab other --size 6,3,2 --spacing 0.5 --diagonals single
refused 'as many nodes as this one and other elements' 'mesh={file: other, shape: {file: none.nc}}'

# unlike REASON MESH
unlike() {
  expect 2 mesh modes 1 2 "$2" --output bad.nc
  says err "$1"
}
# alter NAME LINE TEXT: block 3 with another line of its elements
alter() {
  cp 3.pts "$1.pts"
  cp 3.lon "$1.lon"
  sed "$2s/.*/$3/" 3.elem >"$1.elem"
}
unlike 'coarse has 84 nodes, and 1 has 455' coarse
unlike 'other: element ' other
alter tag 100 "$(sed -n 100p 3.elem | awk '{ print $1, $2, $3, $4, $5, 7 }')"
unlike 'tag: element 98 (counted from 0) has the tag 7 and 0 in 1' tag
alter node 1700 "$(sed -n 1700p 3.elem | awk '{ print $1, $2, $3, $4, 0, $6 }')"
unlike 'node: element 1698 (counted from 0) is of other nodes than in 1' node
alter kind 9 "$(sed -n 9p 3.elem | awk '{ print "Tr", $2, $3, $4, $6 }')"
unlike 'kind: element 7 (counted from 0) has 3 nodes and 4 in 1' kind
alter turned 9 "$(sed -n 9p 3.elem | awk '{ print $1, $3, $2, $4, $5, $6 }')"
expect 0 mesh modes 1 2 turned --output turned.nc
expect 2 mesh modes 1 1 1 --output bad.nc
says err 'the meshes do not differ in shape'
expect 2 mesh modes 1 2 --output bad.nc
expect 2 mesh modes 1 2 3
says err '--output is missing'
expect 2 mesh modes 1 2 3 --output bad.nc --align scaled
says err "--align: use rigid or none, not 'scaled'"
expect 2 mesh modes 1 2 3 --output bad.nc --modes 0
says err '--modes: expected a whole number'
expect 2 mesh modes 1 2 3.pts --output 3.pts
says err 'that is the file it is made from'
[ -e bad.nc ] && complain 'a command that is refused leaves a file'
finish
