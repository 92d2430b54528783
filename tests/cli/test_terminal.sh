#!/bin/bash
# usage: test_terminal.sh SOURCES ISOCHRONE
# On a terminal there is a progress line; Ctrl-C ends a run in good order.
source "$(dirname "$0")/expect.sh"
sources=$1 program=$2
begin "$program"

complain() { # a terminal's output is kept otherwise
  echo "FAILED: $1"
  failures=$((failures + 1))
}

# Long enough for several looks at the line, whatever the machine: it is stopped below.
long=(run "$sources/configs/slab-first.yaml" --set stop.all_activated=false --set time.duration_ms=1e6 --set mesh.slab.spacing_mm=1)

script -qec "timeout -s INT 4 '$program' ${long[*]} --output seen" /dev/null >terminal </dev/null
tr '\r' '\n' <terminal | grep -q '^.*\[[#.]*\] .*% .*1e+06 ms.* ms/s .* left' || complain 'no progress line on a terminal'

# of single cells: to the end of the slowest
cells=(cell ten_tusscher_2006 --beats 100000 --cycle-length-ms '1000,500')
script -qec "timeout -s INT 2 '$program' ${cells[*]}" /dev/null >terminal </dev/null
tr '\r' '\n' <terminal | grep -q '^.*\[[#.]*\] .*% .* of 1e+08 ms.* left' || complain 'no progress of single cells on a terminal'

stops() { # stops NAME OPTIONS...: in good order, soon after Ctrl-C
  "$program" "${long[@]}" --output "$1" "${@:2}" >out 2>err </dev/null &
  local run=$! code
  sleep 3
  kill -INT $run
  timeout 20 tail --pid=$run -f /dev/null || complain 'an interrupt is not heard for 20 s'
  kill -KILL $run 2>/dev/null
  wait $run
  code=$?
  [ $code -eq 3 ] || complain "exit code $code after an interrupt"
  grep -q interrupted out || complain 'the summary does not say that the run was interrupted'
  [ -s "$1.e.nc" ] || complain 'an interrupted run lost its maps'
}
stops many_steps
stops short_steps --set time.step_ms=1e-6 --set time.duration_ms=100

finish
