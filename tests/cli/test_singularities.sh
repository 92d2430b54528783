#!/bin/bash
# usage: test_singularities.sh SERIAL COMMAND...
# Spiral waves on a sheet and a scroll wave in a slab: the tip where it is by its definition, which way it turns, and how
# often; a figure of eight, and a filament. COMMAND starts isochrone, SERIAL does so on one rank: the tables are the same.
source "$(dirname "$0")/expect.sh"
begin_with serial "$@"

make_spiral 0.5
cat >>spiral.yaml <<END
time: {duration_ms: 400, step_ms: 0.2}
numerics: {pace: fixed, precision: double}
outputs:
  singularities: {interval_ms: 5}
  csv: true
END
# The same with Vm every 1 ms on a grid around the tip, and a phase of so short a delay
{
  sed 's/interval_ms: 5/interval_ms: 5, delay_ms: 1/' spiral.yaml
  echo '  probe_interval_ms: 1'
  echo '  probes:'
  awk 'BEGIN { for (j = 0; j <= 24; j++) for (i = 0; i <= 24; i++)
    printf "    - {name: p%d_%d, at_mm: [%g, %g, 0]}\n", i, j, i / 2, 6 + j / 2 }'
} >grid.yaml

# With the usual delay: it goes round once in a cycle of its nodes, clockwise, as the probes around it activate.
expect 0 run spiral.yaml --output spiral --summary spiral.json
awk -F, -v cycle="$(value spiral.json cycle_length_ms)" 'NR == 2 { turns = ($2 - $1) / cycle - $3
  exit !(turns < 0.35 && turns > -0.35 && $4 == 1 && $5 == -1) }' spiral_singularity_tracks.csv ||
  complain "not one turn in each cycle: $(cat spiral_singularity_tracks.csv)" # the first ones are faster
awk -F, 'NR > 1 && $2 == 6 && $3 == 20 { north = $10 } NR > 1 && $2 == 12 && $3 == 14 { east = $10 }
  NR > 1 && $2 == 6 && $3 == 8 { south = $10 } NR > 1 && $2 == 0 && $3 == 14 { west = $10 }
  END { exit !((north < east) + (east < south) + (south < west) + (west < north) == 3) }' spiral_nodes.csv ||
  complain 'the wave does not turn clockwise'

# the same on one rank
$serial run spiral.yaml -q --output serial --set checkpoint.interval_ms=210 >out 2>err || complain 'it fails'
cmp serial_singularities.csv spiral_singularities.csv || complain 'another table on one rank'
cmp serial_singularity_tracks.csv spiral_singularity_tracks.csv || complain 'other tracks on one rank'
[ $# = 1 ] || finish

expect 0 run grid.yaml --output grid --summary grid.json
says out 'phase        1 singularity, the longest for '
says grid.json '"singularities": 1,'
# The tip by its definition: V is -55 mV, midway between rest and threshold, and does not change (over 1 ms), on the
# triangles of squares cut the other way than the mesh's. Both are linear between nodes: within an edge.
awk -F, 'FNR == NR { if (FNR > 1) { n++; when[n] = $1; x[n] = $2; y[n] = $3 } next }
  FNR == 1 { for (c = 2; c <= NF; c++) { split($c, a, "."); column[a[2]] = c } next }
  { for (k = 1; k <= n; k++) if (when[k] == $1 && $1 > 110) tips(k)
    for (c in column) old[c] = $column[c] }
  function tips(k,  i, j) {
    for (i = 0; i < 24; i++) for (j = 0; j < 24; j++) {
      tip(k, i, j, i + 1, j, i, j + 1); tip(k, i + 1, j, i + 1, j + 1, i, j + 1) } }
  function u(i, j) { return $column["p" i "_" j] + 55 }
  function w(i, j) { return $column["p" i "_" j] - old["p" i "_" j] }
  function tip(k, a, b, c, d, e, f,  p, q, r, s) {
    p = u(c, d) * w(e, f) - u(e, f) * w(c, d); q = u(e, f) * w(a, b) - u(a, b) * w(e, f)
    r = u(a, b) * w(c, d) - u(c, d) * w(a, b); s = p + q + r
    if (p * q < 0 || q * r < 0 || p * r < 0) return
    dx = (p * a + q * c + r * e) / s / 2 - x[k]; dy = 6 + (p * b + q * d + r * f) / s / 2 - y[k]
    found++; off = dx * dx + dy * dy; if (off > most) most = off }
  END { exit !(found >= 55 && most < 0.25) }' grid_singularities.csv grid_probe_samples.csv ||
  complain 'the tip is not where V is -55 mV and does not change'

# after a restart, and the other way round from the other side
expect 0 run spiral.yaml -q --output again --restart serial.ckpt.nc --set checkpoint.interval_ms=210
cmp again_singularities.csv spiral_singularities.csv || complain 'another table after a restart'
cmp again_singularity_tracks.csv spiral_singularity_tracks.csv || complain 'other tracks after a restart'
expect 0 run spiral.yaml -q --output other --set 'stimuli.1.box={min_mm: [0, 12, 0], max_mm: [12, 24, 0]}'
awk -F, 'NR == 2 { exit !($3 > 3 && $5 == 1) }' other_singularity_tracks.csv || complain 'not counterclockwise'

# A wave that dies before it has turned leaves none.
expect 0 run spiral.yaml -q --output short --summary short.json --set time.duration_ms=150
says short.json '"singularities": 0,'
[ ! -e short_singularities.csv ] || complain 'a table of nothing'

# S2 in the middle of one side: two tips that turn opposite ways
expect 0 run spiral.yaml -q --output eight --summary eight.json --set mesh.slab.size_mm='[24, 40, 0]' \
  --set 'stimuli.1.box={min_mm: [0, 12, 0], max_mm: [12, 28, 0]}'
says eight.json '"singularities_at_once": 2,'
awk -F, 'NR > 1 { n++; sum += $5; if ($3 < 3) few++ } END { exit !(n == 2 && sum == 0 && !few) }' eight_singularity_tracks.csv ||
  complain "no two opposite tips: $(cat eight_singularity_tracks.csv)"

# In a slab a filament goes straight through, and ends on both faces with opposite chirality.
expect 0 run spiral.yaml --output scroll --summary scroll.json --set mesh.slab.size_mm='[24, 24, 1]' \
  --set mesh.slab.element=tetrahedron --set time.duration_ms=250
says out '             1 filament, the longest for '
awk -F, 'NR > 1 { n++; bad += $6 < 1 || $6 > 1.1 || $7 != 2 } END { exit !(n > 20 && !bad) }' scroll_filaments.csv ||
  complain 'no filament from face to face'
awk -F, 'NR > 1 { n++; sum += $5 } END { exit !(n == 2 && sum == 0) }' scroll_singularity_tracks.csv ||
  complain "no two ends: $(cat scroll_singularity_tracks.csv)"

expect 2 run spiral.yaml --output no --set outputs.singularities.interval_ms=7
says err 'outputs.singularities.interval_ms: 7 ms are not a whole number of delays of 5 ms'
expect 2 run spiral.yaml --output no --set outputs.singularities.delay_ms=0.1
says err 'outputs.singularities.delay_ms: 0.1 ms is shorter than a time step'
finish
