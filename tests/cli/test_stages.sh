#!/bin/bash
# usage: test_stages.sh SERIAL COMMAND...
# Runs COMMAND, which starts isochrone, on studies whose members begin together (study.shared_ms): they have the bits of
# members that begin by themselves, and steps are counted; so where a protocol's trials begin later. And on restarts with other late stimuli. SERIAL starts it on one
# rank.
source "$(dirname "$0")/expect.sh"
begin_with serial "$@"

cat >strip.yaml <<'END_OF_FILE'
mesh: {slab: {size_mm: [10, 1, 0.5], spacing_mm: 0.5}}
regions: [{model: mitchell_schaeffer_2003, conductivity: {isotropic_S_per_m: 0.1}}]
sites:
  start: {box: {min_mm: [0, 0, 0], max_mm: [1, 9, 9]}}
  end: {box: {min_mm: [9, 0, 0], max_mm: [10, 9, 9]}}
stimuli:
  - {name: S1, site: start, amplitude_uA_per_uF: 50, duration_ms: 2}
  - {name: S2, site: start, amplitude_uA_per_uF: 50, duration_ms: 2, start_ms: 200}
time: {duration_ms: 340, step_ms: 0.05}
numerics: {pace: fixed, precision: double, fast_current: interpolated}
stop: {quiescent_ms: 10}
outputs: {csv: true, probes: [{name: middle, at_mm: [5, 1, 0]}], snapshots: {interval_ms: 40}}
study:
  maps: 0
  axes:
    - {key: stimuli.0.site, values: [start, end]}
    - {name: s2, cases: [{name: early, set: [stimuli.1.start_ms=100]}, {name: late, set: [stimuli.1.start_ms=320, stimuli.1.site=end]}]}
    - name: lesion
      cases:
        - {name: none}
        - {name: cut, set: ["lesions=[{name: cut, box: {min_mm: [4, 0, 0], max_mm: [5, 9, 9]}, from_ms: 300}]"]}
END_OF_FILE

# same FOLDER...: as the members of each/ that begin by themselves
same() {
  local other k end
  for other in "$@"; do
    cmp each/table.csv "$other/table.csv" || complain "$other: members that begin together have other outcomes"
    for k in 1 2 3 4 5 6 7 8; do
      for end in nodes probe_samples; do
        cmp each/members/000${k}_$end.csv "$other/members/000${k}_$end.csv" ||
          complain "$other: member $k has other bits than one that begins by itself"
      done
    done
  done
}

# Two beginnings of 1999 steps, up to one before 100 ms, for eight members, instead of eight.
expect 0 study strip.yaml --output each
grep -q '^shared ' out && complain 'members share what nobody asked for'
for k in 2 3 5; do cmp -s each/members/0001_nodes.csv "each/members/000${k}_nodes.csv" && complain "members 1 and $k do not differ"; done
expect 0 study strip.yaml --output together --set study.shared_ms=100
says out 'shared       3998 steps'
says out 'for 8 members, instead of 15992 in about'
total=$(sed -n 's/.*"steps": *\([0-9]*\).*/\1/p' each/members/*.json | awk '{ n += $1 } END { print n }')
after=$(sed -n 's/^shared .*; \([0-9]*\) afterwards$/\1/p' out)
[ $((after + 15992)) -eq "$total" ] || complain "$after steps after the beginnings, of $total in all"
(cd together && sha256sum --check --quiet --strict manifest.sha256) >out 2>err || complain 'the manifest has states that are gone, or other sums'
same together
[ -z "$(find together/members -name '*ckpt*' -o -name '0*.lock')" ] || complain 'states stay when all is done'

# with an adaptive pace, which looks ahead; shards on one folder have the states, too
expect 0 study strip.yaml --output paced --set numerics.pace=adaptive
expect 0 study strip.yaml --output shards --set numerics.pace=adaptive --set study.shared_ms=100 --shard 1/2
says out 'shared       3870 steps'
expect 0 study strip.yaml --output shards --set numerics.pace=adaptive --set study.shared_ms=100 --shard 2/2
says out 'shared       0 steps for 4 members, instead of 7740;'
for k in 1 2 3 4 5 6 7 8; do
  cmp {paced,shards}/members/000${k}_nodes.csv || complain "member $k has other bits with an adaptive pace"
done

# held NAME_OF_A_STATE: as if another job were making it; whoever needs it waits, however fast the machine is
held() {
  mkdir -p "${1%/*}"
  exec 9>"$1.lock"
  flock 9
}

# a job that is killed leaves them for the next one: a shard, with one of its two beginnings and half of its members
held killed/members/0005_100ms
launch study strip.yaml --output killed --set study.shared_ms=100 --shard 1/2 9>&-
wait_for test -f killed/members/0003.csv || complain 'the first members of the shard are not done'
kill -TERM "$job"
job_ends
exec 9>&-
[ -f killed/members/0001_100ms.ckpt.nc ] || complain 'the state is gone'
expect 0 study strip.yaml --output killed --set study.shared_ms=100
says out 'shared       1999 steps'
same killed

# where S2 comes early its strength does, too: that member begins by itself
both='study.axes=[{name: s2, key: stimuli.1.start_ms, values: [320, 100]}, {name: strength, key: stimuli.1.amplitude_uA_per_uF, values: [50, 40]}]'
expect 0 study strip.yaml --output alone --set "$both" --set stop.quiescent_ms=0
expect 0 study strip.yaml --output early --set "$both" --set stop.quiescent_ms=0 --set study.shared_ms=310
says out ' for 3 members, instead of'
cmp {alone,early}/table.csv || complain 'a member begins like one with another early S2'

# waves that come again have states, too
waves=(--set method=recurrent_eikonal --set outputs.snapshots=null --set 'study.axes=[{name: s2, key: stimuli.1.start_ms, values: [320, 200]}]')
expect 0 study strip.yaml --output wave_alone "${waves[@]}"
expect 0 study strip.yaml --output wave_together "${waves[@]}" --set study.shared_ms=190
says out ' for 2 members, instead of'
cmp {wave_alone,wave_together}/table.csv || complain 'waves that begin together have other outcomes'
for k in 1 2; do cmp {wave_alone,wave_together}/members/000${k}_nodes.csv || complain "member $k is another wave than one that begins by itself"; done
cmp -s wave_alone/members/000{1,2}_nodes.csv && complain 'both waves are one'

# meshes of one name in two folders are two hearts, each with a beginning of its own
mkdir short long
"${isochrone[@]}" mesh slab short/strip.vtu --size 10,1,0.5 --spacing 0.5 >out 2>err || complain 'no mesh is made'
"${isochrone[@]}" mesh slab long/strip.vtu --size 12,1,0.5 --spacing 0.5 >out 2>err || complain 'no other mesh is made'
two=(--set mesh.slab=null --set mesh.file=short/strip.vtu --set outputs.snapshots=null --set "study.axes=[{name: heart, key: mesh.file, values: [$PWD/short/strip.vtu, $PWD/long/strip.vtu]},
  {name: s2, key: stimuli.1.start_ms, values: [200, 320]}]")
expect 0 study strip.yaml --output hearts_alone "${two[@]}"
expect 0 study strip.yaml --output hearts "${two[@]}" --set study.shared_ms=190
says out ' for 4 members, instead of'
cmp {hearts_alone,hearts}/table.csv || complain 'hearts whose files have one name begin with the state of the first'
cmp -s hearts/members/000{1,3}_nodes.csv && complain 'both hearts are one'

# who waits for a state that another job makes ends at a signal
held waits/members/0001_100ms
in_background out err "$serial" study strip.yaml --output waits --set study.shared_ms=100 9>&-
wait_for test -f waits/members/0001.lock || complain 'it has not begun'
kill -TERM "$job"
job_ends
[ $? -eq 3 ] || complain 'it does not end well by a signal where it waits'
exec 9>&-

# members that differ in what a protocol tries, and where, have its train in common
cable 10 0.25 >trials.yaml
cat >>trials.yaml <<'END_OF_FILE'
  middle: {box: {min_mm: [4.5, 0, 0], max_mm: [5.5, 0, 0]}}
time: {duration_ms: 1100, step_ms: 0.2}
actors:
  - {name: late, sense: {site: right}, latency_ms: 7, blank_ms: 10, site: right, amplitude_uA_per_uF: 3, duration_ms: 4}
outputs: {csv: true, probes: [{name: end, site: right}]}
protocol:
  site: left
  sites: [left]
  sense: {site: right}
  amplitude_uA_per_uF: 50
  duration_ms: 2
  window_ms: 100
  s1: {cycle_ms: 350, count: 2}
  s2: {longest_ms: 295, shortest_ms: 215, resolution_ms: 20}
study:
  maps: 0
  axes:
    - name: what
      cases:
        - {name: S2}
        - {name: burst, set: [protocol.s2=null, "protocol.burst={cycle_ms: 270, count: 2}"]}
    - {key: protocol.sites.0, values: [left, middle]}
END_OF_FILE
# alike FOLDER OTHER MEMBERS
alike() {
  local k end
  cmp "$1/table.csv" "$2/table.csv" || complain "$2: members that begin together have other outcomes"
  for k in $(seq "$3"); do
    for end in nodes probe_samples late_pulses protocol_trials; do
      cmp {"$1","$2"}/members/000"${k}"_$end.csv || complain "$2: member $k has other bits than one that begins by itself"
    done
    [ "$(value "$1/members/000$k.json" protocol_steps)" = "$(value "$2/members/000$k.json" protocol_steps)" ] ||
      complain "$2: other steps of member $k"
  done
}
# The state is a step before 550 ms, and what rounding leaves, 200 ms after the last S1.
expect 0 study trials.yaml --output tried
expect 0 study trials.yaml --output trained --set study.shared_ms=550
says out 'shared       2748 steps'
says out 'for 4 members, instead of 10992 in about'
alike tried trained 4
cmp -s tried/members/000{1,2}_probe_samples.csv && complain 'sites make no difference'
# with an adaptive pace, which takes care of patches that may be stimulated: at one site
paced=(--set numerics.pace=adaptive --set 'study.axes=[{key: protocol.s2.longest_ms, values: [295, 255]}]')
expect 0 study trials.yaml --output tried_paced "${paced[@]}"
expect 0 study trials.yaml --output trained_paced "${paced[@]}" --set study.shared_ms=550
says out 'for 2 members, instead of'
alike tried_paced trained_paced 2

# the intervals of restitution are tried late, while its way is heard from the start
rest=(--set protocol.s2=null --set protocol.window_ms=380 --set checkpoint.interval_ms=250 --set checkpoint.keep=30
  --set 'protocol.restitution={from: middle, to: right, longest_ms: 320, shortest_ms: 280, resolution_ms: 40}')
intervals=(--set checkpoint.interval_ms=0 --set 'study.axes=[{key: protocol.restitution.longest_ms, values: [320, 360]}]')
expect 0 study trials.yaml --output rested "${rest[@]}" "${intervals[@]}"
expect 0 study trials.yaml --output rested_together "${rest[@]}" "${intervals[@]}" --set study.shared_ms=550
says out 'for 2 members, instead of'
alike rested rested_together 2
for k in 1 2; do
  cmp {rested,rested_together}/members/000${k}_restitution.csv || complain "member $k has other restitution than one that begins by itself"
done
expect 0 run trials.yaml --quiet --output rest "${rest[@]}"
mv "$(find . -maxdepth 1 -name 'rest.ckpt.*nc' | sort -t. -k4n | tail -n 1)" train.ckpt.nc
expect 0 run trials.yaml --quiet --output longer --restart train.ckpt.nc "${rest[@]}" --set protocol.restitution.longest_ms=360
cmp {longer,rested/members/0002}_restitution.csv || complain 'other intervals of a restart give other restitution'
for key in from to; do
  expect 2 run trials.yaml --quiet --output other_way --restart train.ckpt.nc "${rest[@]}" --set "protocol.restitution.$key=left"
  says err "protocol.restitution.$key was "
done

# what cannot be shared is refused, by key, axis and case
refused() {
  expect 2 study "${file:-strip.yaml}" --output refused "${@:2}"
  says err "$1"
  [ -e refused/members ] && complain 'a study that is wrong has begun'
}
refused "the cases 'early' and 'late' of the axis 's2' differ before 110 ms (stimuli.1.site was start and is end, stimuli.1.start_ms was 100 and is 320), and" \
  --set study.shared_ms=110 --set 'study.axes.0.values=[start]' --set 'study.axes.2.cases=[{name: none}]'
refused "of the axis 'lesion' differ before 310 ms (lesions was not given and is given), and no axis acts only" \
  --set study.shared_ms=310 --set 'study.axes=[{name: lesion, cases: [{name: none}, {name: cut, set: ["lesions=[{name: cut, site: end, from_ms: 300}]"]}]}]'
refused "the cases '200' and '100' of the axis 'start_ms' differ before 150 ms (stimuli.1.start_ms was 200 and is 100), and others do not" \
  --set study.shared_ms=150 --set 'study.axes=[{key: stimuli.1.start_ms, values: [200, 100, 300]}]'
touch a.vtu b.vtu
refused "of the axis 'mesh' differ before 310 ms (mesh.file was a.vtu and is b.vtu), and no axis acts only" \
  --set study.shared_ms=310 --set 'mesh={file: a.vtu}' --set 'study.axes=[{name: mesh, key: mesh.file, values: [a.vtu, b.vtu]}]'
file=trials.yaml
refused '565 ms is not 33 steps before the earliest premature pulse of one, at 565 ms' --set study.shared_ms=565
refused "of the axis '0' differ before 550 ms (protocol.sites.0 was left and is middle), and no axis acts only" \
  --set study.shared_ms=550 --set numerics.pace=adaptive --set 'study.axes=[{key: protocol.sites.0, values: [left, middle]}]'
refused "of the axis 'count' differ before 550 ms (protocol.s1.count was 2 and is 3), and no axis acts only" \
  --set study.shared_ms=550 --set 'study.axes=[{key: protocol.s1.count, values: [2, 3]}]' --set time.duration_ms=1500
for key in from to; do
  refused "of the axis '$key' differ before 550 ms (protocol.restitution.$key was left and is middle), and no axis acts only" \
    --set study.shared_ms=550 "${rest[@]}" --set "study.axes=[{key: protocol.restitution.$key, values: [left, middle]}]"
done
file=strip.yaml
refused 'no time before the end, 340' --set study.shared_ms=340
refused 'study.shared_ms: members with method: eikonal are one wave, which has no states' --set study.shared_ms=100 --set method=eikonal \
  --set 'study.axes=[{name: s2, key: stimuli.1.start_ms, values: [320, 200]}]'
refused 'less than a step and the 3.2 ms that its pace looks ahead' --set study.shared_ms=3 --set numerics.pace=adaptive
expect 1 study strip.yaml --output ends --set study.shared_ms=310 --set 'study.axes=[{key: stimuli.1.amplitude_uA_per_uF, values: [0, 1]}]' \
  --set stimuli.1.start_ms=320 --set stop.quiescent_ms=0 --set stop.all_activated=true
says err 'ends at'
grep -q 'before the state at 309.95 ms is reached: every node has' ends/table.csv || complain 'it does not say why nothing is shared'

# a run goes on from a checkpoint with another stimulus that is to come, and not with one that has begun
late=(--set stimuli.1.start_ms=300 --set stimuli.1.site=end)
expect 0 run strip.yaml --quiet --output one --set checkpoint.interval_ms=150
expect 0 run strip.yaml --quiet --output other --set checkpoint.interval_ms=150 "${late[@]}"
expect 0 run strip.yaml --quiet --output again --restart one.ckpt.1.nc "${late[@]}"
cmp other_nodes.csv again_nodes.csv || complain 'a later stimulus of a restart gives other bits'
expect 2 run strip.yaml --quiet --output again --restart one.ckpt.1.nc --set stimuli.1.start_ms=150
says err 'stimuli.1.start_ms was 200 and is 150'
expect 2 run strip.yaml --quiet --output again --restart one.ckpt.1.nc --set stimuli.1.start_ms=341
says err 'stimuli.1.start_ms was 200 and is 341'
expect 2 run strip.yaml --quiet --output one --set checkpoint.interval_ms=150 "${late[@]}"
says err 'is of another run'
finish
