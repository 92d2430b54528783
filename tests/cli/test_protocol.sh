#!/bin/bash
# usage: test_protocol.sh PYTHON SERIAL COMMAND...
# S1-S2 on a cable: the effective refractory period that COMMAND, which starts isochrone, finds by bisection is that of
# separate runs, what it leaves is what such a run leaves, and its trials repeat nothing. SERIAL starts isochrone on one
# rank: the bits are the same. Where COMMAND is that, too, the separate runs are made, and what is refused is tried.
source "$(dirname "$0")/expect.sh"
begin_with 'python serial' "$@"
compare=$tests/restart/compare.py

# Everybody is there who would remember a trial.
printf 'name,x_mm,y_mm,z_mm\nA,5,3,0\nB,12,3,0\n' >electrodes.csv
cable 10 0.1 >plain.yaml
cat >>plain.yaml <<END
time: {duration_ms: 1150, step_ms: 0.05}
actors:
  - {name: late, sense: {site: right}, latency_ms: 5, blank_ms: 10, site: right, amplitude_uA_per_uF: 3, duration_ms: 4}
outputs:
  csv: true
  probes: [{name: start, site: left}, {name: end, site: right}]
  probe_interval_ms: 0.5
  activation: {by_slope: true}
  ecg: {electrodes: electrodes.csv}
END
# The train begins, and S2 with it, where no step does.
{
  cat plain.yaml
  cat <<END
protocol:
  site: left
  sense: {site: right}
  amplitude_uA_per_uF: 50
  duration_ms: 2
  window_ms: 100
  s1: {cycle_ms: 350, count: 3, start_ms: 5.02}
  s2: {longest_ms: 305, shortest_ms: 241, resolution_ms: 1}
END
} >erp.yaml
{
  cat plain.yaml
  cat <<END
stimuli:
  - {name: S1, site: left, amplitude_uA_per_uF: 50, duration_ms: 2, start_ms: 5.02, period_ms: 350, count: 3}
  - {name: S2, site: left, amplitude_uA_per_uF: 50, duration_ms: 2}
END
} >scan.yaml
# s2_at MS: the command's arguments of a run with S2 so long after the last S1, from start to end
s2_at() { echo run scan.yaml -q --output scan --set "stimuli.1.start_ms=$(awk "BEGIN { print 5.02 + 2 * 350 + $1 }")"; }
# beats: how often the sensed node activated
beats() { awk -F, '$1 == 85 { print $9 }' scan_nodes.csv; }

expect 0 check erp.yaml
says out 'S1 3 x 350 ms, S2 between 241 and 305 ms by 1 in 8 trials at most, sensed at node 85'
foreseen=$(sed -n 's/^ *with 8 trials and \([0-9.]*\) ms of them.*/\1/p' out)
expect 0 run erp.yaml --output erp --summary erp.json
erp=$(value erp.json erp_ms)
says out "protocol     effective refractory period $erp ms"
says err "S2 at $erp ms: not captured"
says err "S2 at $((erp + 1)) ms: captured"
[ "$(value erp.json trials)" = 8 ] || complain "$(value erp.json trials) trials"

# The train is paced once, up to 33 steps before the earliest S2. Each trial is 33 steps and what is after its S2: the window
# where nothing captures, else 60 ms at most on average, a slow wave's way; and one or two steps more. The way to longer intervals is gone
# once for the longest, and once for those between.
steps=$(value erp.json protocol_steps) captured=$(grep -c ': captured' err)
train=$(((70502 + 24100) / 5 - 33)) way=$((2 * 64 * 20))
most=$((train + way + 8 * (33 + 2) + (captured * 60 + (8 - captured) * 100) * 20))
((steps > train && steps <= most)) || complain "$steps steps instead of $most at most, $train of them for the train"
((steps < 2 * train)) || complain "$steps steps, as many as two trains of $train"
# check has said so, with a whole window for each trial.
[ "$foreseen" = "$(awk 'BEGIN { print 5.02 + 2 * 350 + 241 + 2 * 64 + 8 * (33 * 0.05 + 100) }')" ] || complain "check says $foreseen ms of trials"

# the same on one rank
arguments=(run erp.yaml on one rank)
$serial run erp.yaml -q --output serial --summary serial.json >out 2>err || complain 'it fails'
for table in nodes probes probe_samples ecg late_pulses; do
  cmp "serial_$table.csv" "erp_$table.csv" || complain "other ${table} on one rank"
done
for key in erp_ms s2_blocked_ms s2_captured_ms trials protocol_steps; do
  [ "$(value serial.json $key)" = "$(value erp.json $key)" ] || complain "another $key on one rank"
done
# and with patches of their own pace, nearly the same period
expect 0 run erp.yaml -q --output paced --summary paced.json --set numerics.pace=adaptive
$serial run erp.yaml -q --output serial --set numerics.pace=adaptive >out 2>err || complain 'it fails'
cmp serial_nodes.csv paced_nodes.csv || complain 'other times on one rank with an adaptive pace'
paced=$(value paced.json erp_ms)
((paced >= erp - 1 && paced <= erp + 1)) || complain "a period of $paced ms with an adaptive pace instead of $erp"

if [ $# -gt 1 ]; then
  finish
fi

# Every run with a longer coupling captures, and every one with a shorter does not. Few of all, and those around it.
for ms in 241 $((erp - 2)) $((erp - 1)) "$erp" $((erp + 1)) $((erp + 2)) $((erp + 3)) 305; do
  # shellcheck disable=SC2046 # options
  expect 0 $(s2_at "$ms")
  [ "$(beats)" = $((ms > erp ? 4 : 3)) ] || complain "$(beats) beats with S2 at $ms ms, where the period is $erp ms"
  [ "$ms" = $((erp + 1)) ] || continue
  # what is left are the beats of that run, from the first one on
  for table in nodes probes probe_samples ecg late_pulses; do
    cmp "scan_$table.csv" "erp_$table.csv" || complain "other ${table} than those of a run with that S2"
  done
  for end in .e.nc _ecg.nc; do
    "$python" "$compare" scan$end erp$end protocol || [ $? = 77 ] || complain "another $end than that of a run with that S2"
  done
done

# Not within what is asked for: that is said, and the run goes on.
expect 0 run erp.yaml --output above --summary above.json --set protocol.s2.longest_ms=250
says out 'protocol     effective refractory period above 250 ms, where S2 is blocked; 1 trial,'
[ "$(value above.json erp_ms)$(value above.json s2_captured_ms)" = nullnull ] || complain 'a period above the longest'
[ "$(value above.json simulated_ms)" = 1150 ] || complain 'it does not go on'
expect 0 run erp.yaml --output below --summary below.json --set protocol.s2.shortest_ms=303
says out 'protocol     effective refractory period below 303 ms, where S2 captures; 2 trials,'
[ "$(value below.json erp_ms)$(value below.json s2_blocked_ms)" = nullnull ] || complain 'a period below the shortest'

# In a study it is an outcome.
cat erp.yaml - >study.yaml <<END
study:
  axes: [{name: strength, key: protocol.amplitude_uA_per_uF, values: [50, 25]}]
  outcomes: [erp_ms, sustained_ms]
END
expect 0 study study.yaml --output members -q
grep -q "^[^,]*,50,$erp," members/table.csv || complain "no period of $erp ms in $(cat members/table.csv)"

# What does not work together
refused() {
  local what=$1
  shift
  expect 2 run erp.yaml --output no "$@"
  says err "$what"
}
refused 'protocol: method: eikonal has one wave' --set method=eikonal
refused 'outputs.snapshots: those of a protocol' --set outputs.snapshots.interval_ms=10
refused 'stop.all_activated: the first S1 beat' --set stop.all_activated=true
refused "it has to be above the protocol's longest interval, 305" --set stop.quiescent_ms=200
refused 'protocol: its longest trial ends at 1110.02 ms' --set time.duration_ms=1100
refused 'protocol.s2: longest_ms, 200, has to be above' --set protocol.s2.longest_ms=200
refused 'protocol.s2.resolution_ms: from 241 to 305 ms are not a whole number' --set protocol.s2.resolution_ms=5
refused 'S2 at 1 ms is within the last S1 pulse of 2 ms' --set protocol.s2.shortest_ms=1
refused '2.5 ms are fewer than 40 steps of 0.1 ms' --set protocol.s2.shortest_ms=2.5 --set protocol.s2.resolution_ms=0.5 --set time.step_ms=0.1
expect 0 check erp.yaml --set 'protocol.s2={at_ms: 290, search: decrement}'
says err 'protocol.s2.search: it does nothing without protocol.s2.longest_ms'
refused 'a pulse of 2 ms does not fit into a cycle of 1 ms' --set protocol.s1.cycle_ms=1
refused 'protocol.sense: say where it senses, once' --set protocol.sense.node=3
refused 'the protocol senses node 999, but the mesh has nodes 0 to 100' --set 'protocol.sense={node: 999}'
refused 'sites.nowhere: hits no node' --set protocol.site=nowhere --set 'sites.nowhere={box: {min_mm: [50, 0, 0], max_mm: [51, 0, 0]}}'
refused 'has not activated between the last S1 pulse' --set protocol.amplitude_uA_per_uF=0.01
finish
