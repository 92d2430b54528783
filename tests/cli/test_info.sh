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

# Nothing is made again from what was changed, nor over what is there; a part of a run says so.
expect 2 info edited.e.nc --reproduce edited.yaml
says err "its bytes are not those that were written"
[ ! -e edited.yaml ] || complain "a configuration of a file that was changed"
cp heart/again.yaml kept.yaml
expect 2 info first.e.nc --reproduce heart/again.yaml
says err '--reproduce heart/again.yaml: it is there already'
cmp heart/again.yaml kept.yaml || complain "a configuration was overwritten"
in_background out err "${isochrone[@]}" run heart/heart.yaml --quiet --output part --set time.duration_ms=1e6 --set checkpoint.interval_ms=5
wait_for [ -e part.ckpt.nc ] || complain "no checkpoint"
kill -USR2 "$job"
job_ends
expect 0 info part.e.nc --reproduce 'all of it.yaml'
says out "isochrone run 'all of it.yaml' --output again"
says err 'warning: part.e.nc is a part of that run, by SIGUSR2 at'

# Snapshots that a checkpoint goes on from are looked at, too.
expect 0 run heart/heart.yaml --quiet --output kept --set 'outputs.snapshots={interval_ms: 7, start_ms: 2}' --set checkpoint.interval_ms=10
expect 0 info kept_vm.e.nc
says out ' time_step 3' # at 2, 9 and 16 ms
expect 0 info kept.ckpt.nc --verify --folder heart
cp kept.ckpt.vm whole.vm
printf 'x' | dd of=kept.ckpt.vm bs=1 seek=40 conv=notrunc 2>/dev/null
expect 2 info kept.ckpt.nc --verify --folder heart
says err 'kept.ckpt.nc: kept.ckpt.vm holds other snapshots than those of its run'
rm kept.ckpt.vm
expect 2 info kept.ckpt.nc --verify --folder heart
says err 'kept.ckpt.vm: the snapshots up to the checkpoint cannot be read'

# A link to a result, and a name that NetCDF would take for another.
ln -s kept_vm.e.nc linked.e.nc
expect 1 run heart/heart.yaml --output linked
says err 'linked.e.nc: cannot be written, a link of that name'
expect 2 run heart/heart.yaml --output 'a\b'
says err 'NetCDF takes a backslash for a slash'

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
