#!/bin/bash
# usage: test_protocol_restart.sh PYTHON SERIAL COMMAND...
# Runs COMMAND, which starts isochrone, on protocols on a cable: from a checkpoint behind the trials or within them the
# run goes on with the bits, tables and numbers of one that never stopped, also where SERIAL wrote it on one rank, and
# makes no step of the trials again.
source "$(dirname "$0")/expect.sh"
begin_with 'python serial' "$@"
compare=$tests/restart/compare.py

cable 10 0.1 >cable.yaml
cat >>cable.yaml <<'END_OF_FILE'
time: {duration_ms: 1150, step_ms: 0.05}
actors:
  - {name: late, sense: {site: right}, latency_ms: 5, blank_ms: 10, site: right, amplitude_uA_per_uF: 3, duration_ms: 4}
outputs: {csv: true, probes: [{name: end, site: right}], probe_interval_ms: 0.5}
checkpoint: {interval_ms: 50, keep: 9}
protocol:
  site: left
  sense: {site: right}
  amplitude_uA_per_uF: 50
  duration_ms: 2
  window_ms: 100
  s1: {cycle_ms: 350, count: 2}
END_OF_FILE

# goes_on NAME OPTIONS...
goes_on() {
  local name=$1 end was
  rm -f again*
  shift
  "$serial" run cable.yaml --quiet --output "$name" --summary "$name.json" "$@" >out 2>err || complain "$name does not run"
  [ -e "$name.ckpt.2.nc" ] || complain 'there are no checkpoints behind the trials'
  cp "$name.ckpt.2.nc" kept.ckpt.nc
  expect 0 run cable.yaml --quiet --output again --summary again.json --restart kept.ckpt.nc "$@"
  for end in _nodes.csv _probe_samples.csv _protocol_trials.csv; do cmp "$name$end" "again$end" || complain "$name: other bits in $end"; done
  for end in trials erp_ms s2_blocked_ms s2_captured_ms protocol_steps premature_pulses; do
    was=$(value "$name.json" $end)
    [ -n "$was" ] || complain "$name: no $end"
    [ "$was" = "$(value again.json $end)" ] || complain "$name: another $end"
  done
  "$python" "$compare" "$name.e.nc" again.e.nc >said 2>&1 || grep -q skipped said || complain "$name: $(cat said)"
}

goes_on s2 --set 'protocol.s2={longest_ms: 275, shortest_ms: 245, resolution_ms: 10, search: decrement}'
[ "$(grep -c . again_protocol_trials.csv)" -gt 1 ] || complain 'the trials are forgotten'
goes_on burst --set 'protocol.burst={cycle_ms: 270, count: 2}'

# same NAME WHAT: the run again is the run NAME
same() {
  local key
  for table in "$1"_*.csv; do cmp "$table" "again${table#"$1"}" || complain "$1, $2: other bits in $table"; done
  for key in trials erp_ms s3_erp_ms s2_captured_ms protocol_steps premature_pulses inducing_sites restitution_slope steps; do
    [ "$(value "$1.json" $key)" = "$(value again.json $key)" ] || complain "$1, $2: another $key"
  done
}
# within NAME PARTS OPTIONS...: from checkpoints at these percentages of all, the newest being 0. Steps are counted on from
# those of the checkpoint: none is made twice where they are as many as without a restart.
coarse=(--set mesh.slab.spacing_mm=0.25 --set time.step_ms=0.2 --set checkpoint.interval_ms=300 --set checkpoint.keep=30)
sites=(--set 'protocol.sites=[left, middle]' --set "sites.middle={box: {min_mm: [4.5, 0, 0], max_mm: [5.5, 0, 0]}}")
within() {
  local name=$1 parts=$2 part k last
  shift 2
  "$serial" run cable.yaml --quiet --output "$name" --summary "$name.json" "${coarse[@]}" "$@" >out 2>err || complain "$name does not run"
  last=$(find . -name "$name.ckpt.*nc" | wc -l)
  mkdir kept
  mv "$name".ckpt.*nc kept
  for part in $parts; do
    rm -f again*
    k=$((last * part / 100))
    mv "kept/$name.ckpt.$k.nc" kept.ckpt.nc
    "${starts[@]}" run cable.yaml --output again --summary again.json --restart kept.ckpt.nc "${coarse[@]}" "$@" >out 2>err ||
      complain "$name does not go on from $k"
    says err 'going on with the protocol: '
    same "$name" "checkpoint $k of $last"
  done
  [ "$name" != two ] || mv kept.ckpt.nc within.ckpt.nc
  rm -r kept
}
starts=("${isochrone[@]}")
two=(--set 'protocol.s2={longest_ms: 255, shortest_ms: 215, resolution_ms: 20, search: decrement}' "${sites[@]}"
  --set 'protocol.s3={longest_ms: 285, shortest_ms: 205, resolution_ms: 40}' --set protocol.look_for_reentry=true
  --set outputs.reentry.sustained_ms=150)
within two 50 "${two[@]}"
[ "$(value two.json trials)" -gt 6 ] || complain 'too few trials'
starts=("$serial")
within rest "90 40" --set 'protocol.restitution={from: left, to: right, longest_ms: 400, shortest_ms: 280, resolution_ms: 60}' --set protocol.window_ms=380
within peerp 40 --set 'protocol.peerp={beats: 2, resolution_ms: 20}' --set protocol.look_for_reentry=true --set outputs.reentry.sustained_ms=150

# another pulse, or a stimulus that trials may have passed, is not for a checkpoint within them
for set in protocol.s3.longest_ms=325 'stimuli=[{site: left, amplitude_uA_per_uF: 50, duration_ms: 2, start_ms: 900}]'; do
  expect 2 run cable.yaml --quiet --output again --restart within.ckpt.nc "${coarse[@]}" "${two[@]}" --set "$set"
  says err "of another configuration: ${set%%=*} was "
done

# a signal within the trials keeps them; where they are over before it comes, what is behind them, or all
arguments=(run cable.yaml --output signal)
in_background out err "$serial" "${arguments[@]}" "${coarse[@]}" "${two[@]}" --set checkpoint.interval_ms=0 --set checkpoint.every_minutes=1000
wait_for grep -q 'S2 at' err || complain 'no trial is told'
kill -USR1 "$job" 2>/dev/null
wait_for test -f signal.ckpt.nc # or the end, before the signal
kill -TERM "$job" 2>/dev/null
job_ends
code=$?
[ $code -eq 0 ] || [ $code -eq 3 ] || complain "exit code $code where a signal may stop it"
if [ $code -eq 3 ]; then
  rm -f again*
  expect 0 run cable.yaml --output again --summary again.json --restart signal.ckpt.nc "${coarse[@]}" "${two[@]}"
  same two 'after a signal'
fi
finish
