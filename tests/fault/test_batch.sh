#!/usr/bin/env bash
# test_batch.sh MPIEXEC... PROGRAM: what batch systems and people do to a job. A signal to any one rank stops all of them in
# good order, with the results up to then and exit code 3; so does Ctrl-C on mpirun; SIGUSR1 stops nothing; and threads beyond the cores hold nobody up.
# Functions are called through check, and a shell inside expands what is its own.
# shellcheck disable=SC2317,SC2016
set -u
source "$(dirname "$0")/check.sh"
program=("$@")
folder=$(mktemp -d "$PWD/batch.XXXXXX")
export OMPI_MCA_orte_tmpdir_base # where a killed mpirun leaves its files
OMPI_MCA_orte_tmpdir_base=$(mktemp -d)
trap '[ -z "$job" ] || kill -KILL "$job" 2>/dev/null; rm -rf "$folder" "$OMPI_MCA_orte_tmpdir_base"' EXIT
cd "$folder" || exit 1

# Long enough for anything: it is stopped.
cat >long.yaml <<'YAML'
mesh: {slab: {size_mm: [3, 2, 1], spacing_mm: 0.25}}
regions:
  - {model: mitchell_schaeffer_2003, conductivity: {longitudinal_S_per_m: 0.1334, transverse_S_per_m: 0.0176}}
stimuli:
  - {box: {min_mm: [0, 0, 0], max_mm: [1, 1, 1]}, duration_ms: 2, amplitude_uA_per_uF: 50}
time: {duration_ms: 1e6, step_ms: 0.05}
outputs: {snapshots: {interval_ms: 0.5, stop_ms: 2}}
YAML

has_begun() { compgen -G "$1_vm.e.nc.*.part" >/dev/null; }
has_answered() { says "SIGUSR1 asks for a checkpoint, and the configuration for none"; }
steps() { # waits until the run NAME steps: it answers a request for a checkpoint, which stops nothing
  wait_for has_begun "$1" || return 1
  for rank in $(ranks "$1"); do kill -USR1 "$rank"; done
  wait_for has_answered
}
ends() { # ends CODE: the run ends by itself
  job_ends
  [ $? -eq "$1" ]
}
ranks() { pgrep -P "$job" -f "long.yaml --output $1\$"; }
is_written() { [ -s "$1.e.nc" ] && [ -s "$1_vm.e.nc" ] && ! compgen -G "$1*.part" >/dev/null; }

start() { # start NAME
  in_background said said "${program[@]}" run long.yaml --output "$1"
  steps "$1"
}

for signal in INT TERM HUP XCPU USR2; do
  check "a run for SIG$signal starts" start $signal
  kill -$signal "$(ranks $signal | tail -n 1)"
  check "SIG$signal to one rank ends it with exit code 3" ends 3
  check "and its results" is_written $signal
  check "as it says" says "stopped by SIG$signal at .* ms; the results up to then are written"
  [ $signal != INT ] || check "and how mpirun leaves it more time" says "SIGINT: writing .*--mca odls_base_sigkill_timeout 60"
done

check "a run for mpirun's SIGUSR2 starts" start forwarded
kill -USR2 "$job"
check "SIGUSR2, which mpirun passes on, ends it with exit code 3" ends 3
check "and its results" is_written forwarded

# mpirun kills a second after SIGTERM, which is plenty on a machine that is free, and nothing on one that is not. Of a longer
# time it sleeps for all, before SIGTERM and after it, and neither passes on what ranks say nor lets them end: they write that
# to the file themselves, and it is held up when they have heard, for as long as they need.
program=("$1" --mca odls_base_sigkill_timeout 10 "${@:2:$#-2}" sh -c 'exec "$0" "$@" >>said 2>&1' "${@: -1}")
check "a run for Ctrl-C starts" start ctrl_c
program=("$@")
kill -INT "$job"
check "Ctrl-C on mpirun is heard by its ranks" wait_for says "SIGTERM: writing"
kill -STOP "$job"
check "which stop" wait_for says "stopped by SIGTERM"
check "with the results" is_written ctrl_c
# shellcheck disable=SC2046
kill -KILL "$job" $(ranks ctrl_c)
job_ends
check "which a longer time needs no advice for" eval '! says odls_base_sigkill_timeout'

check "a run for two signals starts" start twice
kill -INT "$(ranks twice | head -n 1)"
sleep 0.4 # one signal that comes twice does so at once
rank=$(ranks twice | head -n 1)
[ -z "$rank" ] || kill -INT "$rank" 2>/dev/null
check "a second Ctrl-C ends it at once, or it has ended" wait_for has_ended
job_ends

# Four times the threads that there are cores: seconds with waiting threads that sleep or are not there, minutes without.
many() {
  env -u OMP_WAIT_POLICY "${program[@]}" run long.yaml --output many --set time.duration_ms=1 \
    --threads $((2 * $(nproc) + 1)) >said 2>&1
}
check "threads beyond the cores hold nobody up" many
check "and it says that there are fewer" says "warning: threads: .* more than its share of the cores"
check "once" [ "$(grep -c 'warning: threads' said)" = 1 ]
sleeping() { OMP_WAIT_POLICY=passive "${program[@]}" run long.yaml --output many --set time.duration_ms=1 --threads 3 >said 2>&1; }
check "threads that sleep may be as many as asked for" sleeping
check "and are" says "x 3 threads"

[ $failures -eq 0 ] || { echo "$failures checks failed"; exit 1; }
