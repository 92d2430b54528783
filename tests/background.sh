# shellcheck shell=bash
# What tests share that start something in the background and wait for what it does: for conditions, for as long as they
# take, and never for some seconds, so that a test says the same on a slow machine and on a fast one.
job= # the process, until its end was waited for

# in_background OUT ERR COMMAND...: starts it, with what it says in these two files, or this one. What was in them is gone
# when this returns, though the command may start later: what is found there then, it has said.
in_background() {
  rm -f "$1" "$2" # which the process before may still write to
  : >"$1"
  : >"$2"
  "${@:3}" >>"$1" 2>>"$2" </dev/null &
  job=$!
}

has_ended() { ! kill -0 "$job" 2>/dev/null; }

# wait_for COMMAND...: until it succeeds. Fails where the job has ended without, or after minutes, which are a program's that
# hangs.
wait_for() {
  local k
  for ((k = 0; k < 15000; k++)); do
    "$@" && return
    if [ -n "$job" ] && has_ended; then
      "$@"
      return
    fi
    sleep 0.02
  done
  return 1
}

# job_ends: waits for the job, and returns its exit code; one that does not end is killed, which is 137.
job_ends() {
  local code
  wait_for has_ended || kill -KILL "$job"
  wait "$job" 2>/dev/null # bash would tell how it was killed
  code=$?
  job=
  return $code
}

# session NAME: those processes of the job, begun with setsid, whose names begin so; mpirun's ranks have groups of their own
session() {
  ps -A -o pid=,sess=,stat=,comm= |
    awk -v job="$job" -v name="$1" '$2 == job && $3 !~ /^Z/ && index($4, name) == 1 { print $1 }'
}

# kill_session: kills all of the job, begun with setsid, and waits for their end.
kill_session() {
  local all
  while all=$(session '') && [ -n "$all" ]; do
    # shellcheck disable=SC2086
    kill -KILL $all 2>/dev/null
    sleep 0.02
  done
  job_ends
}
