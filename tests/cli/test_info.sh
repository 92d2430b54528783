#!/usr/bin/env bash
# info --verify and --reproduce: a result can be traced to what it was made from, and made again.
#
# usage: test_info.sh COMMAND...
source "$(dirname "$0")/expect.sh"
begin "$@"

mkdir heart
cd heart || exit 1
"${isochrone[@]}" mesh slab slab.vtu --size 4,2,1 --spacing 0.5 >/dev/null || exit 1
printf '3\nextra\n0\n1\n2\n' >corner.vtx
printf '1\nextra\n4\n' >other.vtx
cat >heart.yaml <<'CONFIG'
title: traced
mesh: {file: slab.vtu}
sites: {corner: {nodes: corner.vtx}, other: {nodes: other.vtx}}
regions: [{name: tissue, model: mitchell_schaeffer_2003, conductivity: {longitudinal_S_per_m: 0.1, transverse_S_per_m: 0.1}}]
stimuli: [{name: s, site: corner, duration_ms: 2, amplitude_uA_per_uF: 50}]
time: {duration_ms: 20}
outputs: {csv: true}
CONFIG
cd ..
expect 0 run heart/heart.yaml --output first

expect 0 info first.e.nc --verify --folder heart
says out "the 2 other files"
says out "made by this build"
expect 2 info first.e.nc --verify
says err "the content of corner.vtx (sites.corner.nodes)"

# Made again, the map is the same to the last digit.
expect 0 info first.e.nc --reproduce heart/again.yaml
says out "isochrone run heart/again.yaml --output again"
expect 0 run heart/again.yaml --output again
cmp first_nodes.csv again_nodes.csv || complain "the run made again has another map"

# Whatever has changed since is named.
cp -r heart changed
printf '3\nextra\n0\n1\n3\n' >changed/corner.vtx
rm changed/other.vtx
"${isochrone[@]}" mesh slab changed/slab.vtu --size 4,2,1 --spacing 0.25 >/dev/null || exit 1
expect 2 info first.e.nc --verify --folder changed
grep -q "since it was made, the content of corner.vtx (sites.corner.nodes) was [0-9a-f]* and is [0-9a-f]*, the content of other.vtx (sites.other.nodes) was [0-9a-f]* and is unreadable, the mesh's checksum was [0-9a-f]* and is [0-9a-f]*$" err || complain "not both files and the mesh that differ"
cp first.e.nc edited.e.nc
printf 'x' | dd of=edited.e.nc bs=1 seek=5000 conv=notrunc 2>/dev/null
expect 2 info edited.e.nc --verify --folder heart
says err "its bytes are not those that were written"
head -c 20000 first.e.nc >cut.e.nc
expect 2 info cut.e.nc --verify --folder heart
says err "its last line is missing"

# Nothing writes over what it is made from.
cp first.e.nc kept.e.nc
expect 2 info first.e.nc --reproduce ./first.e.nc
says err '--reproduce ./first.e.nc: that is the file it is made from'
expect 2 run heart/heart.yaml --output other --summary heart/../heart/heart.yaml
says err '--summary heart/../heart/heart.yaml: that is the file it is made from'
cmp first.e.nc kept.e.nc || complain 'a result was overwritten'

# What does not say where it is from.
expect 2 info heart/slab.vtu --reproduce x.yaml
[ ! -e x.yaml ] || complain "a configuration of nothing was written"
expect 2 info first.e.nc --reproduce missing/x.yaml
finish
