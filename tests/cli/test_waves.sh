#!/bin/bash
# usage: test_waves.sh SERIAL COMMAND...
# How often waves come, how regularly, and how many there are: of a spiral on a sheet, against the activations of its
# nodes, which are found otherwise. COMMAND starts isochrone, SERIAL does so on one rank: the numbers are the same.
source "$(dirname "$0")/expect.sh"
begin_with serial "$@"

make_spiral 0.5
cat >>spiral.yaml <<END
time: {duration_ms: 2300, step_ms: 0.2}
numerics: {pace: fixed}
outputs:
  spectra: {interval_ms: 5, window_ms: 2000}
  wavefronts: {interval_ms: 10}
  csv: true
END
# A bin of 0.5 Hz from what the intervals between activations say, node by node; nearly all power is in one line.
expect 0 run spiral.yaml --output spiral --summary spiral.json
says out 'spectra      dominant frequency 10.5 Hz, regularity 0.9'
says out 'wavefronts   '
awk -F, 'NR == 1 { for (c = 1; c <= NF; c++) column[$c] = c; next }
  { f = $column["activation_frequency_Hz"]; d = $column["dominant_frequency_Hz"]; r = $column["regularity_index"]
    n++; if (d == "" || d - f > 0.75 || f - d > 0.75) odd++; if (r > 0.95) sharp++ }
  END { exit !(n == 2401 && odd < 0.02 * n && sharp > 0.9 * n) }' spiral_nodes.csv || # at the tip there are overtones
  complain 'spectra and intervals do not agree'
# One arm, whose end is cut off by the edges of so small a sheet: one to four pieces; before S2 there is the plane wave
awk -F, 'NR > 1 { n++; if ($2 > 4 || ($1 >= 10 && $1 <= 70 && $2 != 1) || ($1 > 100 && $2 < 1)) bad++ }
  END { exit !(n == 231 && !bad) }' spiral_wavefront_counts.csv || complain 'not the wavefronts of a spiral'

$serial run spiral.yaml -q --output serial --set checkpoint.interval_ms=1100 >out 2>err || complain 'it fails'
cmp serial_nodes.csv spiral_nodes.csv || complain 'another spectrum on one rank'
cmp serial_wavefront_counts.csv spiral_wavefront_counts.csv || complain 'other wavefronts on one rank'
[ $# = 1 ] || finish
expect 0 run spiral.yaml -q --output again --restart serial.ckpt.nc --set checkpoint.interval_ms=1100
cmp again_nodes.csv spiral_nodes.csv || complain 'another spectrum after a restart'
cmp again_wavefront_counts.csv spiral_wavefront_counts.csv || complain 'other wavefronts after a restart'

# Where the wave is gone, or the run ends before the window does, nothing is said.
expect 0 run spiral.yaml --output still --summary still.json --set outputs.spectra.start_ms=300 --set stimuli.1.start_ms=60
says out 'spectra      none: '
says still.json '"dominant_frequency_Hz": null'
expect 0 run spiral.yaml --output cut --summary cut.json --set stop.sustained=true
says out 'spectra      none: the run ended before the window did'
if grep -q dominant cut_nodes.csv; then complain 'a map of half a window'; fi

expect 2 run spiral.yaml --output no --set 'outputs.spectra={interval_ms: 5, lowest_Hz: 15, highest_Hz: 3}'
says err 'outputs.spectra.lowest_Hz: 15 Hz is not below outputs.spectra.highest_Hz, 3'
expect 2 run spiral.yaml --output no --set outputs.spectra.interval_ms=50
says err 'outputs.spectra.interval_ms: samples every 50 ms cannot tell frequencies up to 15 Hz: lower it to 33.3333 at most'
expect 2 run spiral.yaml --output no --set outputs.spectra.window_ms=4000
says err 'outputs.spectra.window_ms: 4000 ms from 0 ms on end after time.duration_ms, 2300'
expect 2 run spiral.yaml --output no --set outputs.spectra.window_ms=50
says err 'outputs.spectra.window_ms: 50 ms resolve 20 Hz'
expect 2 run spiral.yaml --output no --set outputs.wavefronts.interval_ms=0.1
says err 'outputs.wavefronts.interval_ms: 0.1 ms is shorter than a time step'
finish
