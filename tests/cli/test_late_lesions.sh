#!/bin/bash
# usage: test_late_lesions.sh SERIAL COMMAND...
# Lesions from a time: nothing passes them from then on, and everything before. COMMAND starts isochrone, SERIAL does so
# on one rank: the maps are the same.
source "$(dirname "$0")/expect.sh"
begin_with serial "$@"

# A wave from the left is at x = 15 after about 50 ms. The line is one element thick: its nodes share elements with both sides.
cat >strip.yaml <<'END'
mesh: {slab: {size_mm: [30, 5, 0], spacing_mm: 0.5, element: triangle}}
regions:
  - name: strip
    tags: [0]
    model: mitchell_schaeffer_2003
    parameters: {tau_open: 40, tau_close: 20}
    conductivity: {isotropic_S_per_m: 0.05}
stimuli:
  - {name: left, box: {min_mm: [0, 0, 0], max_mm: [1, 5, 0]}, start_ms: 10, amplitude_uA_per_uF: 50, duration_ms: 2}
lesions:
  - {name: line, from_ms: 5, box: {min_mm: [15, 0, 0], max_mm: [15.5, 5, 0]}}
time: {duration_ms: 160, step_ms: 0.1}
numerics: {pace: fixed, precision: double}
outputs: {csv: true}
END
# active NAME LOW HIGH: activated nodes with x from LOW to HIGH, of all of them
active() { awk -F, -v a="$2" -v b="$3" 'NR > 1 && $2 >= a && $2 <= b { n++; k += $6 != "" } END { print k + 0 "/" n }' "$1_nodes.csv"; }
right() { awk -F, 'NR == 1 || $2 >= 15.9' "$1_nodes.csv"; }
left_stimulus=(--set stimuli.0.amplitude_uA_per_uF=0.001)

expect 0 check strip.yaml
says out 'and line from 5 ms on, not in these numbers'
# Burned before the wave comes: nothing beyond activates, as with a line from the beginning; all of it without.
expect 0 run strip.yaml --output line --summary line.json
says err 'burned at 5 ms: '
[ "$(active line 0 14.9)" = '330/330' ] || complain "to the left $(active line 0 14.9) activate"
[ "$(active line 15.9 30)" = '0/319' ] || complain "to the right $(active line 15.9 30) activate"
sed -n 's/.*"burned_percent": \([0-9.]*\).*/\1/p' line.json | awk '{ exit !($1 > 1.6 && $1 < 1.7) }' ||
  complain "it burns $(grep burned_percent line.json), of 0.5 in 30 mm"
expect 0 run strip.yaml -q --output first --set lesions.0.from_ms=0
[ "$(active first 15.9 30)" = '0/319' ] || complain 'a line from the beginning lets the wave pass'
# Burned twice, it is counted once; another line is another one, whatever was burned before.
burned() { sed -n 's/.*"burned_percent": \([0-9.]*\).*/\1/p' "$1"; }
line="box: {min_mm: [15, 0, 0], max_mm: [15.5, 5, 0]}" other="box: {min_mm: [20, 0, 0], max_mm: [20.5, 5, 0]}"
expect 0 run strip.yaml -q --output twice --summary twice.json --set "lesions=[{name: a, from_ms: 5, $line}, {name: b, from_ms: 9, $line}]"
[ "$(burned twice.json)" = "$(burned line.json)" ] || complain "burned twice are $(burned twice.json)%"
expect 0 run strip.yaml -q --output both --summary both.json --set "lesions=[{name: a, from_ms: 5, $line}, {name: b, from_ms: 9, $other}]"
awk -v one="$(burned line.json)" -v both="$(burned both.json)" 'BEGIN { d = both - 2 * one; exit !(d < 1e-9 && d > -1e-9) }' ||
  complain "two lines burn $(burned both.json)%, one $(burned line.json)%"
# Burned behind it: it has passed.
expect 0 run strip.yaml -q --output late --set lesions.0.from_ms=100
[ "$(active late 15.9 30)" = '319/319' ] || complain "to the right $(active late 15.9 30) activate before it is burned"
# A gap conducts.
expect 0 run strip.yaml -q --output gap --set 'lesions.0.gaps=[{centre_mm: [15.25, 2.5, 0], width_mm: 3}]'
[ "$(active gap 15.9 30)" = '319/319' ] || complain "through the gap $(active gap 15.9 30) activate"

# Zero flux: to the last bit nothing on one side knows of the other, with the fast current in the elements or at the nodes. At
# a pace of its own a patch on both sides of the line makes the steps that either needs: times differ by what steps leave, which
# is less than a step.
for how in pace=fixed fast_current=nodal pace=adaptive; do
  both=(--set 'stimuli.1={name: right, box: {min_mm: [29, 0, 0], max_mm: [30, 5, 0]}, start_ms: 20, amplitude_uA_per_uF: 50, duration_ms: 2}' --set "numerics.$how")
  expect 0 run strip.yaml -q --output two "${both[@]}"
  [ "$(active two 15.9 30)" = '319/319' ] || complain "of the right side $(active two 15.9 30) activate"
  expect 0 run strip.yaml -q --output one "${both[@]}" "${left_stimulus[@]}"
  [ "$(active one 0 14.9)" = '0/330' ] || complain "of the left side $(active one 0 14.9) activate"
  if [ $how = pace=adaptive ]; then
    paste -d, <(right two) <(right one) | awk -F, 'NR > 1 { d = $6 - $(6 + NF / 2); if (d > 0.1 || d < -0.1) exit bad = 1 } END { exit bad }' ||
      complain "the right side's times are others"
  else
    [ "$(right two)" = "$(right one)" ] || complain "the right side knows of the left one, $how"
  fi
done

# The same on one rank, and through restarts before and after it is burned.
$serial run strip.yaml -q --output serial >out 2>err || complain 'it fails'
cmp serial_nodes.csv line_nodes.csv || complain 'other maps on one rank'
for pace in fixed adaptive; do
  expect 0 run strip.yaml -q --output whole --set lesions.0.from_ms=50 --set numerics.pace=$pace
  for stop in 40 60; do
    expect 0 run strip.yaml -q --output part --set lesions.0.from_ms=50 --set numerics.pace=$pace --set checkpoint.interval_ms=$stop \
      --set time.duration_ms=$((stop + 15))
    expect 0 run strip.yaml -q --output part --set lesions.0.from_ms=50 --set numerics.pace=$pace --set checkpoint.interval_ms=$stop \
      --restart part.ckpt.nc
    cmp whole_nodes.csv part_nodes.csv || complain "another run after a restart at $stop ms, $pace"
    rm -f part.ckpt*
  done
done

# What a run burns one after the other a restart burns at once: the same to the last digit, which sums of parts are not.
lines=(--set 'lesions.1={name: next, from_ms: 10, box: {min_mm: [20, 0, 0], max_mm: [20.5, 5, 0]}}' --set time.duration_ms=20)
expect 0 run strip.yaml -q --output lines --summary lines.json "${lines[@]}" --set checkpoint.interval_ms=15
expect 0 run strip.yaml -q --output again --summary again.json "${lines[@]}" --restart lines.ckpt.nc
cmp <(grep burned_ lines.json) <(grep burned_ again.json) || complain "a restart burns $(burned again.json)%, the run $(burned lines.json)%"

# Snapshots go on: those before and after it, whether they are kept for a restart or not.
for more in checkpoint.keep=1 checkpoint.interval_ms=100; do
  expect 0 run strip.yaml -q --output movie --set lesions.0.from_ms=50 --set outputs.snapshots.interval_ms=20 --set $more
  expect 0 info movie_vm.e.nc
  says out 'time_step 9 ' # 0, 20, .. 160 ms
done

# Members of a study: the next one begins with all of its tissue.
cat strip.yaml - >study.yaml <<'END'
study: {axes: [{key: lesions.0.from_ms, values: [5, 100, 5]}], outcomes: [activated_percent, burned_percent]}
END
expect 0 study study.yaml -q --output members
[ "$(cut -d, -f 3 members/table.csv | sed -n 2p)" = "$(cut -d, -f 3 members/table.csv | sed -n 4p)" ] || complain 'members know of each other'
[ "$(cut -d, -f 3 members/table.csv | sed -n 3p)" = 100 ] || complain "a member begins burned: $(cat members/table.csv)"

expect 2 run strip.yaml --output no --set lesions.0.from_ms=160
says err 'lesions.0.from_ms (line): 160 ms is no time before the end'
expect 2 run strip.yaml --output no --set 'lesions.0.box={min_mm: [15.1, 0, 0], max_mm: [15.4, 5, 0]}'
says err 'lesions.0'
expect 2 run strip.yaml --output no --set 'lesions.0.box={min_mm: [0, 0, 0], max_mm: [30, 5, 0]}'
says err 'lesions: they leave no tissue'
expect 2 run strip.yaml --output no --set method=eikonal
says err 'lesions.0.from_ms (line): an eikonal wave has lesions from the beginning alone'
expect 2 run strip.yaml --output no --set numerics.fast_current=smoothed
says err 'numerics.fast_current: smoothed, it would pass'
finish
