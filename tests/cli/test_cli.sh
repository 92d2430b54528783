#!/bin/bash
# usage: test_cli.sh VERSION SOURCES COMMAND...
# Runs COMMAND, which starts isochrone, with right and wrong arguments, and checks exit code and messages.
source "$(dirname "$0")/expect.sh"
begin_with 'version sources' "$@"

# one message, whatever the number of ranks; mpirun adds lines of its own
one_error() {
  local n
  n=$(grep -c '^isochrone: error: ' err)
  [ "$n" -eq 1 ] || complain "$n error messages"
  says err "$1"
}

once() {
  local n
  n=$(grep -cF -- "$1" out)
  [ "$n" -eq 1 ] || complain "'$1' is printed $n times"
}

no_device='research tool, not a medical device'

expect 0
once 'usage: isochrone COMMAND'
once "$no_device"
expect 0 --help
once 'usage: isochrone COMMAND'
commands=$(sed -n 's/^  \([a-z][a-z]*\( [a-z]*\)\?\) .*/\1/p' out)
for words in --version -V 'run --version' 'mesh info -V'; do
  # shellcheck disable=SC2086 # words
  expect 0 $words
  once "isochrone $version ($no_device)"
done

# Every command alone; where there are several ranks, two: what prints for all is one text.
while read -r name; do
  # shellcheck disable=SC2086 # a name of two words is two arguments
  expect 0 $name --help
  once "usage: isochrone $name"
  once "$no_device"
  # shellcheck disable=SC2086
  expect 2 $name --no-such-option
  one_error "$name has no option '--no-such-option'"
done < <(if [ ${#isochrone[@]} -eq 1 ]; then echo "$commands"; else printf 'run\nmesh info\n'; fi)
grep -q '^run$' <<<"$commands" || complain 'the overview lists no run'

expect 2 chekc
one_error "did you mean 'check'?"
expect 0 help run
says out 'usage: isochrone run CONFIG'
expect 0 help mesh
says out 'usage: isochrone mesh COMMAND'
expect 2 help chekc
one_error "did you mean 'check'?"
expect 2 heart.yaml
one_error 'isochrone run heart.yaml'
expect 2 run heart.yaml --output .
one_error 'like ./heart for ./heart.e.nc'
expect 2 run
one_error 'isochrone run CONFIG'
expect 2 run a.yaml b.yaml
one_error "'b.yaml'"
expect 2 run a.yaml --outptu x
one_error "did you mean '--output'?"
expect 2 run a.yaml --set
one_error '--set KEY.PATH=VALUE'
expect 2 run a.yaml --quiet=yes
one_error '--quiet takes no value'
expect 2 models nowhere.h
one_error "nowhere.h: the model's header cannot be read"
expect 2 run nowhere.yaml
one_error 'nowhere.yaml: cannot be read'
expect 2 run -- --help
one_error '--help: cannot be read'

first=$sources/configs/slab-first.yaml
expect 2 run "$first" --set time.step_s=1
one_error "did you mean 'step_ms'?"
expect 2 run "$first" --device gpu
one_error 'auto, cpu, cuda'
expect 2 check "$first" --set mesh.slab=null --set mesh.file=heart.vtk
one_error 'heart.vtk is not there'
printf 'mesh: {slab: {size_mm: [1, 1, 1], spacing_mm: 1}\n' >torn.yaml
expect 2 run torn.yaml
one_error 'torn.yaml:2: this is not YAML'
head -c 4096 /dev/urandom >noise.yaml
expect 2 run noise.yaml
one_error 'noise.yaml'

expect 0 models
says out ten_tusscher_2006
expect 0 models ten_tusscher_2006
says out g_Na
expect 2 models ten_tuscher_2006
one_error "did you mean 'ten_tusscher_2006'?"
expect 0 devices
says out cpu
expect 0 keys
says out 'duration_ms:'
expect 0 keys time
says out 'step_ms:'
grep -q '^[^ t]' out && complain 'keys of one section have another one'
expect 2 keys stimulus
one_error "did you mean 'stimuli'?"
expect 0 keys
# names that are free stand between a key and what belongs to each
for key in block sites parameters initial; do
  grep -A1 "^ *$key: " out | grep -q '^ *NAME: ' || complain "$key shows no name"
done
expect 2 info nowhere.e.nc
one_error 'nowhere.e.nc'
expect 2 info torn.yaml
one_error 'NetCDF'

# a run
expect 0 run "$first" --output first --summary first.json
says err "Isochrone $version ($no_device)"
says out 'every node has activated'
once 'node-steps/s'
tail -n 1 out | grep -q '[0-9.e+]* node-steps/s$' || complain 'the last line is not the speed'
for file in first.e.nc first_vm.e.nc; do
  [ -s $file ] || complain "$file is missing"
done
grep -q '"expected_error_of_mesh_percent": 7.1' first.json || complain 'the JSON has no expected error'
grep -q '"activated_fraction": 1,' first.json || complain 'the JSON has no activated_fraction of 1'
grep -q $'\r' err && complain 'progress is drawn on what is no terminal'
expect 0 info first.e.nc
says out activation_time
expect 0 run "$first" --quiet --set stop.all_activated=false --set time.duration_ms=1
[ -s slab-first.e.nc ] || complain 'results are not named after the configuration'
[ -s out ] && complain 'a quiet run prints'
[ -s err ] && complain 'a quiet run warns'
# what an earlier run of that name left, and this one does not write, is said, and nothing else
for end in _vm.e.nc _maps.vtu _answer_pulses.csv _probe_samples.csv; do
  cp first_vm.e.nc stale$end
done
cp first.e.nc stale.e.nc
cp first.e.nc stale_notes.csv
cp first.e.nc stale_nodes.csv
expect 0 run "$first" --output stale --set outputs.snapshots= --set stimuli=[] --set stop.all_activated=false \
  --set stop.quiescent_ms=3 --set time.duration_ms=10 --set outputs.csv=true --set outputs.probes=[]
for end in _vm.e.nc _maps.vtu _answer_pulses.csv _probe_samples.csv; do
  says err "stale$end is of an earlier run"
done
[ "$(grep -c 'of an earlier run' err)" -eq 4 ] || complain 'files that the run wrote, or others, are called stale'
says out 'simulated    3 ms'
expect 0 run "$first" --output third --set stop.all_activated=false --set time.duration_ms=0.13
says out 'simulated    0.1 ms in 2 steps'
expect 0 run "$first" --quiet --set time.duration_ms=1 --set title=null --output named.e.nc
[ -s named.e.nc ] || complain 'a result cannot be named by its whole name'
expect 0 info named.e.nc
grep -q '^  title  *slab-first$' out || complain 'a run without title is not named after its configuration'
# what is set for Open MPI stays: here a component that is not there
OMPI_MCA_sharedfp=nowhere expect 1 run "$first" --quiet --set time.duration_ms=1 --output component
# Open MPI's own words reach the terminal by way of mpirun, if there is one, which may end before it has printed them
[ ${#isochrone[@]} -gt 1 ] || says err 'Component: nowhere'
# names that NetCDF would make others of: a file of zeros stood there, and the results under a name of no one
for output in ' first' $'\e[1mfirst' 'file:first#mode=zarr'; do
  expect 0 run "$first" --quiet --set time.duration_ms=1 --set checkpoint.interval_ms=0.5 --output "$output"
  expect 0 info "$output.e.nc"
  says out activation_time
  expect 0 run "$first" --quiet --set time.duration_ms=1 --set checkpoint.interval_ms=0.5 --output "$output" \
    --restart "$output.ckpt.nc"
done
ls ./*.part >out 2>err && complain 'files of no name are left'
expect 2 run "$first" --output ''
one_error '--output: its value is empty; it needs a PREFIX'
for output in adir/ .e.nc a/..; do
  expect 2 run "$first" --output "$output"
  one_error "--output '$output' names no file"
done
if [ -e /dev/full ] && [ ${#isochrone[@]} -eq 1 ]; then # mpirun is a pipe between
  expect_full 1 run "$first" --set time.duration_ms=1 --output full
  one_error 'standard output could not be written'
fi
# maps and probes for other tools; a map from VTU is the map
actor='actors.0={name: pacer, sense: {node: 3}, latency_ms: 1, site: corner, amplitude_uA_per_uF: 3}'
actor=(--set "$actor" --set 'sites.corner={box: {min_mm: [0, 0, 0], max_mm: [1, 1, 1]}}')
mkdir all
expect 0 run "$first" --output all/plain --set outputs.csv=true --set outputs.vtu=true --set time.duration_ms=3 \
  --set 'checkpoint={interval_ms: 0.7, keep: 3}' --summary all/summary.json "${actor[@]}"
sed -n 's/^\(written\)\? *\(all\/[^ ]*\)$/\2/p' out | sort >listed
printf '%s\n' all/* | sort | cmp - listed || complain "written are $(ls all), listed $(cat listed)"
grep -q '"plain_probe_samples.csv"' all/summary.json || complain 'the JSON lists no table'
mv all/plain* .
head -1 plain_nodes.csv | grep -q '^node,x_mm,y_mm,z_mm,region,activation_time_ms,' || complain 'heads of plain_nodes.csv'
[ "$(wc -l <plain_nodes.csv)" -eq 946 ] || complain 'lines of plain_nodes.csv'
head -1 plain_probe_samples.csv | grep -q '^probe_time_ms,probe_vm_mV.near,probe_vm_mV.far$' || complain 'heads of plain_probe_samples.csv'
grep -q '^near,2,2,1,' plain_probes.csv || complain 'lines of plain_probes.csv'
for file in plain.e.nc plain_maps.vtu; do
  expect 0 run "$first" --quiet --output again --set outputs.csv=true --set time.duration_ms=2 \
    --set "regions.0.parameters.g_Ks={scale: {field: $PWD/$file, variable: activation_count}}"
  mv again_probe_samples.csv "$file.csv"
done
cmp plain.e.nc.csv plain_maps.vtu.csv || complain 'the map in VTU is not the map'
expect 2 run "$first" --output nowhere/first
one_error 'nowhere/first'
expect 0 check "$first"
once '945 nodes, 3,840 elements'
says out 'expected     velocity within about 7.1% by edges of 0.63 mm and 0.6% by the step'
says out 'accuracy     standard: single precision, adaptive pace, steps of 0.05 ms'
expect 0 check "$first" --set numerics.accuracy=reference --set time.step_ms=null
says out 'accuracy     reference: double precision, fixed pace, steps of 0.02 ms'
says out 'time         5,000 steps of 0.02 ms'
grep -q '^pace' out && complain 'the reference need not say why'
expect 0 check "$first" --set numerics.splitting=strang
says out 'accuracy     double precision, fixed pace, steps of 0.05 ms'
says out 'pace         fixed: an adaptive pace needs the staggered splitting'
[ -e slab-first.json ] && complain 'a check writes'

# drugs, and parameters that are fields: a result of ours scales g_Ks or, where tables would vary, g_CaL
expect 0 check "$sources/configs/dofetilide.yaml"
once 'g_Kr x 0.5 by dofetilide'
field="{field: $PWD/first.e.nc, variable: activation_time}"
expect 0 run "$first" --output second --set "regions.0.parameters.g_Ks={scale: $field}"
grep -q 'instead of tabulated' err && complain 'g_Ks changes no table'
expect 0 run "$first" --output second --set "regions.0.parameters.g_CaL={scale: $field}"
says err 'region tissue: fields of its parameters change functions of V'
expect 2 run "$first" --output second --set "regions.0.parameters.g_Ks={field: first.nc, variable: apd}"
one_error 'first.nc is not there'
expect 2 run "$first" --output second --set "regions.0.parameters.g_Ks={scale: ${field/activation/time}}"
one_error "no variable 'time_time'"

{
  printf '# vtk DataFile Version 3.0\nfield\nASCII\nDATASET UNSTRUCTURED_GRID\nPOINTS 945 float\n'
  seq 945 | sed 's/$/ 0 0/'
  printf 'CELLS 1 5\n4 0 1 2 3\nCELL_TYPES 1\n10\nPOINT_DATA 945\nSCALARS g float\nLOOKUP_TABLE default\n'
  seq 10 -1 -934
} >minus.vtk
expect 2 run "$first" --set "regions.0.parameters.g_Ks={field: $PWD/minus.vtk, variable: g}"
one_error "regions.0.parameters.g_Ks: the field is -1 at node 11 (from 0), which is in region 'tissue'"
expect 2 run "$first" --set "regions.0.parameters.g_Ks={scale: {field: $PWD/minus.vtk, variable: g}}"
one_error 'the field is -1 at node 11'
expect 2 run "$first" --set regions.0.initial.K_i_shift=-500
one_error "regions.0.initial.K_i_shift: in region 'tissue', -500 mM is out of range"

# meshes
expect 0 mesh slab block.vtu --size 2,1,1 --spacing 0.5
expect 0 mesh refine block.vtu fine
says out 'fine.pts, .elem, .lon: '
expect 0 mesh convert fine fine.vtu
expect 0 mesh info fine.vtu
once 'nodes        225'
once '768 elements, 2 mm3'
expect 0 mesh refine block.vtu finer.vtu --edge 0.3
expect 0 mesh info finer.vtu
says out ' elements, 2 mm3'
awk '/^edges/ {exit !($4 <= 0.3 && $4 > 0.15)}' out || complain 'edges are not those asked for'
once 'faults       none'
expect 2 mesh refine block.vtu finer.vtu --edge 0.3 --levels 2
one_error '--edge and --levels each say how fine'
expect 2 mesh refine block.vtu finer.vtu --edge 0
one_error '--edge: expected 1 number above 0'
expect 0 check "$first" --set mesh.edge_mm=0.6
says out 'mesh         '
# files of binary CARP by their common name, and a folder
expect 0 mesh convert block.vtu packed.bpts
expect 0 check "$first" --set "mesh={file: $PWD/packed}" --set outputs.probes=null
mkdir folder
expect 2 mesh info folder
one_error 'folder is a folder; name the mesh in it'
expect 2 check "$first" --set "mesh={file: $PWD/folder}"
one_error 'folder is a folder; name the mesh in it'
# two tetrahedra that share no node, of two tags, and a node of no element
printf '9\n0 0 0\n1000 0 0\n0 1000 0\n0 0 1000\n5000 0 0\n6000 0 0\n5000 1000 0\n5000 0 1000\n9000 0 0\n' >two.pts
printf '2\nTt 0 1 2 3 4\nTt 4 5 6 7 -9\n' >two.elem
expect 0 mesh info two
says out 'components   2'
says out 'orphans      1 '
says out '  tag -9       1 elements, 0.166667 mm3'
says out '  tag 4        1 elements, 0.166667 mm3'
says out 'edges        1 to 1.414 mm'
cp fine.pts bare.pts && cp fine.elem bare.elem
bare=(--set mesh.slab=null --set "mesh.file=$PWD/bare" --set time.duration_ms=1 --set outputs.probes=null)
expect 0 run "$first" --quiet "${bare[@]}" --set "mesh.fibre=[0, 1, 0]" --output bare
[ -s err ] && complain 'missing fibres are warned of though mesh.fibre is given'
expect 0 info --all bare.e.nc
grep -qF "$PWD" out && complain 'a folder goes into the results'
expect 2 run "$first" --quiet "${bare[@]}" --output bare
one_error 'the mesh has no fibres for an anisotropic conductivity'
# pieces that are not joined: every tetrahedron has nodes of its own
awk 'NR == FNR {if (FNR > 1) point[FNR - 2] = $0; next}
     FNR == 1 {print 4 * $1; next} {for (k = 2; k <= 5; k++) print point[$k]}' fine.pts fine.elem >apart.pts
awk 'NR == 1 {print; next} {n = 4 * (NR - 2); print "Tt", n, n + 1, n + 2, n + 3, 0}' fine.elem >apart.elem && cp fine.lon apart.lon
expect 0 check "$first" --set mesh.slab=null --set "mesh.file=$PWD/apart" --set outputs.probes=null
says err 'falls into 768 parts that share no node, of 4, 4, 4 and 4 nodes in the largest'
says err '2847 nodes lie where another node lies'
expect 0 mesh convert apart joined.vtu --merge
says out '2,847 nodes merged'
says out 'joined.vtu: 225 nodes, 768 elements'
expect 0 mesh info joined.vtu
once 'components   1'
# faces of tetrahedra are a surface, not tissue
cp fine.pts skin.pts && cp fine.lon skin.lon && awk 'NR == 1 {print $1 + 1} NR == 2 {print; print "Tr", $2, $3, $4, 7} NR > 2' fine.elem >skin.elem
sed -n 2p fine.lon >>skin.lon
skin=(--set mesh.slab=null --set "mesh.file=$PWD/skin" --set outputs.probes=null)
expect 0 check "$first" "${skin[@]}"
says err '1 triangles and 0 lines are faces and edges of other elements'
says out '225 nodes, 768 elements'
expect 0 check "$first" "${skin[@]}" --set mesh.keep_surfaces=true
says out '225 nodes, 769 elements'
grep -q 'faces and edges' err && complain 'surfaces that are kept are warned of'
expect 2 mesh info block.vtx
one_error block.vtx
# A snapshot that cannot hold Vm is told by its cause.
expect 1 run "$first" --output broken --set regions.0.parameters.g_Na.scale=1e6
one_error 'the ionic model or a stimulus overflowed'
says err ' at node '

expect 2 mesh slab a.pvtu --size 2,1,1 --spacing 0.5
one_error 'not written as .pvtu, only read; there are: .vtk, .vtu, '
expect 2 mesh slab a.stl --size 2,1,1 --spacing 0.5
one_error 'such a file holds triangles, and the mesh has 96 other elements'
for ending in inp xdmf vtu.gz; do
  expect 2 mesh convert block.vtu "other.$ending"
  one_error 'or a name without ending for CARP (.pts, .elem, .lon)'
done
for name in .vtu .pts .msh '' . .. block/; do
  expect 2 mesh convert block.vtu "$name"
  one_error "'$name' names no file"
done
compgen -G 'other*' >left && complain "a refused conversion left $(cat left)"
expect 0 mesh slab part.pts --size 2,1,1 --spacing 0.5
expect 0 mesh slab slab.0.5 --size 2,1,1 --spacing 0.5
if ! [ -s part.elem ] || ! [ -s slab.0.5.elem ]; then complain 'CARP files have other names'; fi
expect 2 mesh slab a.vtu --size 2,1 --spacing 0.5
one_error '--size: expected 3 numbers'
expect 2 mesh inof
one_error "did you mean 'mesh info'?"

finish
