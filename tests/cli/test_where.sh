#!/bin/bash
# usage: test_where.sh SOURCES COMMAND...
# Runs COMMAND, which starts isochrone, with places that are told by sites and in other ways, in stimuli and probes.
set -u
source "$(dirname "$0")/expect.sh"
sources=$1
shift
isochrone=("$@")
folder=$(mktemp -d)
trap 'rm -rf "$folder" "$folder.mpi"' EXIT
session_in "$folder.mpi"
cd "$folder" || exit 1

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
  expect 0 run $name.yaml --set outputs.snapshots.interval_ms=0 --output $name
  grep '^activation' out >$name.activation
done
cmp -s inline.activation sites.activation || complain 'a site and its box activate differently'
grep -q '100% of the nodes' sites.activation || complain 'the wave does not reach all'
expect 0 check sites.yaml --set stimuli.0.site=rim
says out 'stimulus     corner: 509 nodes'
expect 0 check sites.yaml --set stimuli.0.site=lid
says out 'stimulus     corner: 3 nodes'

# what is missed is told with what is near
expect 2 check sites.yaml --set stimuli.0.site=far
says err "stimuli.0: the stimulus 'corner' hits no node; the nearest, number 20 at (10, 0, 0) mm, is 8 mm away"
expect 2 run sites.yaml --set 'outputs.probes.0={name: a, site: far}' --output missed
says err "outputs.probes.0: the site of probe 'a' hits no node; the nearest, number 20 at (10, 0, 0) mm, is 8 mm away"
expect 2 check sites.yaml --set stimuli.0.tag=7
says err 'none meets its conditions on tags'
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
expect 2 check two.yaml --set "$core" --set regions.1.tags=[7]
says err 'regions.1.site: its tags are given, too'

[ $failures -eq 0 ] && echo "where: all as expected"
exit $((failures > 0))
