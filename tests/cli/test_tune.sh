#!/bin/bash
# usage: test_tune.sh SOURCES COMMAND...
# Runs COMMAND, which starts isochrone, to tune a configuration: what is printed, written and refused.
source "$(dirname "$0")/expect.sh"
begin_with sources "$@"

sed -e 's/^    conductivity.*/&  # first guess\n    velocity: {longitudinal_m_per_s: 0.5, transverse_m_per_s: 0.25}/' \
  "$sources/configs/slab-first.yaml" >heart.yaml
cp heart.yaml before.yaml
expect 0 tune heart.yaml
says out 'tissue: strips of tetrahedra with edges of 0.63 mm, steps of 0.05 ms'
says out 'written to heart_tuned.yaml'
cmp -s heart.yaml before.yaml || complain 'the input is changed'
[ "$(diff heart.yaml heart_tuned.yaml | grep -c '^[<>]')" = 2 ] || complain 'more than one line is changed'
diff heart.yaml heart_tuned.yaml | grep -q '^> .*S_per_m.*# first guess' || complain 'the comment is lost'

# what is tuned is tuned: the first wave is right, and nothing changes
expect 0 tune heart_tuned.yaml --output again.yaml
cmp -s heart_tuned.yaml again.yaml || complain 'tuning again changes what was tuned'
awk '/fibres/ && $(NF - 2) != 1 { bad = 1 } END { exit bad }' out || complain 'more than one wave is needed'

expect 2 tune heart.yaml --output heart.yaml
says err 'is the configuration itself'
expect 2 tune heart.yaml --in-place --output other.yaml
says err 'give one'
expect 2 tune heart.yaml --edge-mm wide
says err '--edge-mm: expected a length in mm'
expect 2 tune "$sources/configs/slab-first.yaml" --output other.yaml
says err 'no region asks for a velocity'
expect 2 tune heart.yaml --set regions.0.velocity.isotropic_m_per_s=0.5
says err 'isotropic_m_per_s stands alone'
expect 2 tune heart.yaml --set regions.0.velocity.transverse_m_per_s=0.05
says err 'heart.yaml:'
says err 'the slowest wave that comes through them has'
[ -e other.yaml ] && complain 'a tuning that failed left a file'
expect 0 tune heart.yaml --in-place --edge-mm 0.63
cmp -s heart.yaml before.yaml && complain 'nothing is written over the configuration'
finish
