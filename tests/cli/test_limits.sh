#!/bin/bash
# usage: test_limits.sh SOURCES COMMAND...
# Runs COMMAND, which starts isochrone, at the ends of what it can do: numbers of steps and samples, values that files
# do not hold, steps that fit nothing, meshes too coarse for the wave, thresholds that nothing crosses.
source "$(dirname "$0")/expect.sh"
begin_with sources "$@"
export ISOCHRONE_CACHE=$folder/cache
first=$sources/configs/slab-first.yaml

silent() { ! grep -qi warning err || complain "a warning"; }

# more steps than a number counts: refused, in tissue and in single cells, not wrapped to none
expect 2 run "$first" --set time.step_ms=1e-17
says err 'time.step_ms: 1e-17 is out of range: it must be at least 1e-06'
expect 0 check "$first" --set time.step_ms=1e-6 --set mesh.slab.spacing_mm=1 --set "mesh.slab.size_mm=[2,1,1]" \
  --set outputs.probes=null
says out 'time         100,000,000 steps of 1e-06 ms'
expect 2 cell ten_tusscher_2006 --step-ms 1e-17
says err '--step-ms: 1e-17 ms is out of range: it must be at least 1e-06 ms'
expect 2 cell ten_tusscher_2006 --step-ms 1e-6 --cycle-length-ms 10000
says err 'at most 1e+09 are kept of a beat'
expect 2 check "$first" --set time.step_ms=1e-6 --set regions.0.initial.paced.cycle_length_ms=10000
says err 'regions.0.initial.paced.cycle_length_ms (tissue): 10000 ms are 1e+10 steps'
# of which a checkpoint comes after those of its interval, not one early
expect 0 run "$first" --quiet --output tiny --set time.step_ms=1e-6 --set time.duration_ms=1.5e-5 \
  --set checkpoint.interval_ms=1e-5 --set outputs.snapshots=
expect 0 info tiny.ckpt.nc
grep -q '^  step  *1  *10  ' out || complain 'the checkpoint is not after 10 steps'
# pulses without number within a step
expect 2 run "$first" --set stimuli.0.period_ms=1e-9 --set stimuli.0.duration_ms=1e-9
says err 'stimuli.0.period_ms (corner): 1e-09 ms is shorter than a time step'
# nodes: 2^64 of them are not none
expect 2 check "$first" --set "mesh.slab.size_mm=[4194303,2097151,2097151]" --set mesh.slab.spacing_mm=1
says err 'out of range'
expect 2 check "$first" --set "mesh.slab.size_mm=[4194.303,2097.151,2097.151]" --set mesh.slab.spacing_mm=0.001
says err 'makes 1.84e+19 nodes'

# an interval of 2^32 steps keeps the first sample alone, not one of every step
expect 0 run "$first" --set time.duration_ms=1 --set outputs.probe_interval_ms=214748364.8 --output interval
expect 0 info interval.e.nc
says out 'num_probe_samples 1 '

# what overflows is said, not that the disk is ill
expect 1 run "$first" --set regions.0.parameters.g_Na.scale=1e6 --output overflow
says err 'overflowed; reduce time.step_ms'
! grep -q disk err || complain 'the disk is blamed'
says err "it is in region 'tissue', model ten_tusscher_2006, whose state "
# within a millisecond after it began, and the last checkpoint before it is kept
expect 1 run "$first" --set stop=null --set checkpoint.interval_ms=5 --output late \
  --set 'stimuli.1={box: {min_mm: [0, 0, 0], max_mm: [1, 1, 1]}, start_ms: 12.5, duration_ms: 1, amplitude_uA_per_uF: 1e5}'
says err ' mm, at 13 ms'
expect 0 info late.ckpt.nc
grep -q '^  time  *ms  *10  ' out || complain 'the checkpoint is not the one before'

# a model that needs finer steps than the usual ones brings its own, of which pulses are whole multiples
sed -e 's/luo_rudy_1991/fast_2026/g' -e 's/MAX_STEP .*/MAX_STEP 0.006/' \
  "$sources/kernels/models/luo_rudy_1991.h" >fast_2026.h
grep -q 'MAX_STEP 0.006' fast_2026.h || complain 'the header is not edited'
if command -v cc >/dev/null; then
  expect 0 cell ./fast_2026.h --beats 1 --cycle-length-ms 100
  expect 0 cell ./fast_2026.h --beats 1 --cycle-length-ms 60 --step-ms 0.006
  expect 2 cell ./fast_2026.h --beats 1 --cycle-length-ms 100 --step-ms 0.006
  says err '--step-ms 0.005 divides whole milliseconds'
  cat >fast.yaml <<'EOF'
mesh: {slab: {size_mm: [1, 0, 0], spacing_mm: 0.25, element: line}}
regions: [{model: ./fast_2026.h, conductivity: {isotropic_S_per_m: 0.1}}]
time: {duration_ms: 0.1}
EOF
  expect 0 run fast.yaml --output fast
  says out 'steps of 0.005 ms'
  # of whose fast current only the nodes know
  says out 'fast current nodal'
  says out 'velocity within about 48% by edges of 0.25 mm'
  expect 0 run fast.yaml --output mixed --set 'sites={half: {box: {min_mm: [0, 0, 0], max_mm: [0.5, 0, 0]}}}' \
    --set 'regions=[{site: half, model: luo_rudy_1991, conductivity: {isotropic_S_per_m: 0.1}}, {model: ./fast_2026.h, conductivity: {isotropic_S_per_m: 0.1}}]'
  says out 'fast current interpolated, nodal in own models'
  # cells that rest above their threshold: an option counts their beats, a warning names it
  sed -e 's/fast_2026/high_2026/g' -e 's/ACTIVATION .*/ACTIVATION (-90.0)/' fast_2026.h >high_2026.h
  high=(cell ./high_2026.h --beats 1 --cycle-length-ms 500 --stimulus 40)
  expect 0 "${high[@]}"
  says err 'above the threshold'
  expect 0 "${high[@]}" --activation-mV 0
  silent
  [ "$(awk 'END { print $(NF - 3) }' out)" != - ] || complain 'APD90 is missing'
  expect 0 "${high[@]}" --activation-mV 1000 --stimulus 50
  expect 2 "${high[@]}" --activation-mV 1000.1
  says err '--activation-mV: expected a number above -1000 up to 1000'
  expect 2 "${high[@]}" --activation-mV high
  says err '--activation-mV: expected a number'
  expect 0 check fast.yaml --set regions.0.model=./high_2026.h
  says err 'set outputs.activation.threshold_mV'
  expect 0 check fast.yaml --set regions.0.model=./high_2026.h --set outputs.activation.threshold_mV=0
  silent
fi

# a mesh whose edges are longer than the front is wide
for command in check run; do
  expect 0 $command "$first" --set mesh.slab.spacing_mm=2 --set time.duration_ms=1
  says err 'warning: region tissue: edges are too coarse for the wave'
  says err 'set mesh.refine to 2'
  expect 0 $command "$first" --set mesh.slab.spacing_mm=200 --set mesh.slab.size_mm='[400, 200, 200]' --set outputs=null --set time.duration_ms=1
  says err 'is the unit of the mesh right'
  expect 0 $command "$first" --set mesh.slab.spacing_mm=2 --set mesh.refine=2 --set time.duration_ms=1
  silent
  expect 0 $command "$first" --set time.duration_ms=1
  silent
done

# a store of calcium that release empties to the last bit of single precision
cat >strand.yaml <<'CONFIG'
mesh: {slab: {size_mm: [3, 0, 0], spacing_mm: 0.25, element: line}}
regions: [{name: m, model: ohara_rudy_2011, variant: mid, conductivity: {isotropic_S_per_m: 0.1}}]
stimuli: [{box: {min_mm: [-1, -1, -1], max_mm: [0.5, 1, 1]}, duration_ms: 1, amplitude_uA_per_uF: 80}]
time: {duration_ms: 20, step_ms: 0.05}
CONFIG
for precision in single double; do
  expect 0 run strand.yaml --set numerics.precision=$precision --output $precision
  says out '100% of the nodes'
done

finish
