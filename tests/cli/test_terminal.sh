#!/bin/bash
# usage: test_terminal.sh SOURCES ISOCHRONE
# On a terminal there is a progress line; Ctrl-C ends a run in good order.
# shellcheck disable=SC2317 # functions are called through wait_for
source "$(dirname "$0")/expect.sh"
sources=$1 program=$2
begin "$program"

complain() { # a terminal's output is kept otherwise
  echo "FAILED: $1"
  failures=$((failures + 1))
}

# Long enough for several looks at the line, whatever the machine: it is stopped below.
long=(run "$sources/configs/slab-first.yaml" --set stop.all_activated=false --set time.duration_ms=1e6 --set mesh.slab.spacing_mm=1)

# on_terminal ARGUMENTS...: the job; its process is in the file pid.
on_terminal() {
  in_background terminal err script -qefc "echo \$\$ >pid; exec '$program' $*" /dev/null
}
shows() { tr '\r' '\n' <terminal | grep -q "$1"; }
stop_it() { # what is started in the background ignores SIGINT until it asks for it
  kill -TERM "$(cat pid)"
  job_ends
}

on_terminal "${long[@]}" --output seen
wait_for shows '^.*\[[#.]*\] .*% .*1e+06 ms.* ms/s .* left' || complain 'no progress line on a terminal'
stop_it
# Before, what it is at, each in the place of the line before.
shown=$(tr '\r' '\n' <terminal | sed -n 's/^\x1b\[K\(.*\) \.\.\.$/\1/p' | paste -sd';')
[ "$shown" = 'making the mesh;sharing the mesh out to ranks;setting up the tissue;assembling the equations;preparing what is watched;writing results' ] ||
  complain "of its set-up a terminal shows: $shown"

# of single cells: to the end of the slowest
cells=(cell ten_tusscher_2006 --beats 100000 --cycle-length-ms '1000,500')
on_terminal "${cells[@]}"
wait_for shows '^.*\[[#.]*\] .*% .* of 1e+08 ms.* left' || complain 'no progress of single cells on a terminal'
stop_it

has_begun() { compgen -G "$1_vm.e.nc.*.part" >/dev/null; }
stops() { # stops NAME OPTIONS...: in good order after Ctrl-C
  local code
  launch "${long[@]}" --output "$1" "${@:2}"
  wait_for has_begun "$1" || complain 'it does not begin'
  kill -USR1 "$job"
  wait_for grep -q 'SIGUSR1 asks for a checkpoint' err || complain 'it does not step'
  kill -INT "$job"
  job_ends
  code=$?
  [ $code -eq 3 ] || complain "exit code $code after an interrupt"
  grep -q interrupted out || complain 'the summary does not say that the run was interrupted'
  [ -s "$1.e.nc" ] || complain 'an interrupted run lost its maps'
}
stops many_steps
stops short_steps --set time.step_ms=1e-6 --set time.duration_ms=100 --set mesh.slab.spacing_mm=0.5
# long before a million of these steps, at the end of which results are looked at
awk '/stopped by SIGINT at/ { sub(/.*SIGINT at /, ""); at = $1 } END { exit !(at > 0 && at < 1) }' err || complain 'it is heard too late'

finish
