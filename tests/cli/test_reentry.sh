#!/bin/bash
# usage: test_reentry.sh SERIAL COMMAND...
# A wave that goes round a ring of tissue: how long, with what cycle, and where it ends when a pulse in its way ends it.
# COMMAND starts isochrone, SERIAL does so on one rank: the numbers are the same.
source "$(dirname "$0")/expect.sh"
begin_with serial "$@"

make_ring
cat >>ring.yaml <<END
  probes: [{name: there, node: 100}]
END

# Induced: three turns.
expect 0 run ring.yaml --output ring --summary ring.json
says out 're-entry     sustained: '
says out '; it goes on at the end of the run'
says out ' ms; first back at '
[ "$(value ring.json induced)$(value ring.json active_at_end)" = 11 ] || complain 'not induced'
cycle=$(value ring.json cycle_length_ms) sustained=$(value ring.json sustained_ms)
# The interval of a node is the time between the last two upward crossings of -30 mV in its probe's trace, and the cycle
# the median of all intervals, the lower of the two in the middle.
traced=$(awk -F, 'NR > 2 && v < -30 && $2 >= -30 { before = last; last = t + ($1 - t) * (-30 - v) / ($2 - v) }
  { t = $1; v = $2 } END { printf "%.6f", last - before }' ring_probe_samples.csv)
node=$(awk -F, '$1 == 100 { printf "%.6f", $11 }' ring_nodes.csv)
[ "$traced" = "$node" ] || complain "an interval of $node ms, but $traced ms in the probe's trace"
# Its frequency is that of all crossings after S2, which ends at 108 ms.
awk -F, 'FNR == NR { if (FNR > 1 && $1 == 100) f = $12; next }
  FNR > 2 && v < -30 && $2 >= -30 { t1 = t + ($1 - t) * (-30 - v) / ($2 - v); if (t1 > 108) { n++; if (n == 1) t0 = t1 } }
  { t = $1; v = $2 } END { off = f - 1000 * (n - 1) / (t1 - t0); exit !(n > 2 && off < 1e-5 && off > -1e-5) }' \
  ring_nodes.csv ring_probe_samples.csv || complain "another frequency at the probe"
median=$(awk -F, 'NR > 1 && $11 != "" { print $11 }' ring_nodes.csv | sort -g | awk '{ a[NR] = $1 } END { printf "%.9f", a[int((NR + 1) / 2)] }')
[ "$(printf '%.9f' "$cycle")" = "$median" ] || complain "a cycle of $cycle ms, but the median is $median"
awk -v s="$sustained" 'BEGIN { exit !(s > 640 && s < 692) }' || complain "sustained for $sustained ms"
head -1 ring_nodes.csv | grep -q 'last_activation_time_ms,last_interval_ms' || complain 'no maps'

# the same on one rank
$serial run ring.yaml -q --output serial --summary serial.json >out 2>err || complain 'it fails'
for key in induced sustained_ms cycle_length_ms active_at_end activity_end_ms activity_end_node activity_end_x_mm exit_ms exit_node highest_frequency_Hz; do
  [ "$(value serial.json $key)" = "$(value ring.json $key)" ] || complain "another $key on one rank"
done
cmp serial_nodes.csv ring_nodes.csv || complain 'other maps on one rank'

# The run ends as soon as that is certain, 10 ms later at most and a step.
expect 0 run ring.yaml -q --output early --summary early.json --set stop.sustained=true
says early.json '"ended": "activity after the last stimulus is sustained"'
awk -v t="$(value early.json simulated_ms)" 'BEGIN { exit !(t >= 608 && t <= 618.11) }' ||
  complain "it ends at $(value early.json simulated_ms) ms"
[ "$(value early.json induced)" = 1 ] || complain 'it ends before it is induced'

# Late enough S2 leaves on both sides: the waves meet about opposite of it, where node
# 150 is, and that is the end.
expect 0 run ring.yaml --output late --summary late.json --set stimuli.1.start_ms=200 --set time.duration_ms=600
[ "$(value late.json induced)$(value late.json active_at_end)$(value late.json cycle_length_ms)" = 00null ] ||
  complain 'two waves that meet are a re-entry'
awk -v n="$(value late.json activity_end_node)" 'BEGIN { exit !(n > 140 && n < 160) }' || complain "they meet at $(value late.json activity_end_node)"
grep -q 're-entry' out && complain 'the summary speaks of a re-entry'

# Velocity of the first beat, from the times of both neighbours on their line; all nodes activate, none late.
expect 0 run ring.yaml -q --output one --set outputs.conduction.beat=1 --set time.duration_ms=150 --set stimuli.1.start_ms=1000
awk -F, 'NR == 1 { for (c = 1; c <= NF; c++) column[$c] = c }
  NR > 1 { t[$1] = $column["activation_time_ms"]; v[$1] = $column["conduction_velocity_m/s"]; b += $column["conduction_block"] }
  END { off = v[75] * (t[76] - t[74]) / 0.5 - 1; exit !(off < 1e-3 && off > -1e-3 && b == 0) }' one_nodes.csv ||
  complain "another velocity or a block: $(head -1 one_nodes.csv)" # the ring's nodes are not quite on a line

# a study has the same numbers, and a pulse that an actor gives is a stimulus, too
cat ring.yaml - >study.yaml <<END
actors: [{name: shock, sense: {node: 0}, latency_ms: 330, blank_ms: 1000, site: left, amplitude_uA_per_uF: 50, duration_ms: 2}]
study:
  axes: [{name: s2, key: stimuli.1.start_ms, values: [106]}, {name: actor, cases: [{name: none, set: ["actors=[]"]}, {name: shock}]}]
  outcomes: [induced, sustained_ms, cycle_length_ms]
END
expect 0 study study.yaml --output members -q
awk -F, -v s="$sustained" -v c="$cycle" '$3 == "none" { exit !($4 == 1 && $5 - s < 1e-9 && s - $5 < 1e-9 && $6 - c < 1e-9 && c - $6 < 1e-9) }' members/table.csv || complain "other numbers in $(cat members/table.csv)"
awk -F, '$3 == "shock" { exit !($4 == 0 && $5 < 480) }' members/table.csv || complain "a shock is no stimulus in $(cat members/table.csv)"

expect 2 run ring.yaml --output no --set outputs.conduction.beat=3 --set outputs.beats=2
says err 'outputs.conduction.beat: it is 3, but outputs.beats keeps 2'
expect 2 run ring.yaml --output no --set outputs.reentry.sustained_ms=-1
says err 'outputs.reentry.sustained_ms'
finish
