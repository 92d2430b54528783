#!/usr/bin/env bash
# test_slurm.sh SOURCES PROGRAM EMULATED PYTHON: job scripts of `isochrone check --slurm` on a Slurm of one node: a run
# goes through a time limit, another through a step that is killed and a node that fails, and both end with the bits of
# a run that never stopped; of an array of shards one is killed and goes on; GPUs that Slurm pretends to have are taken.
# Exit code 77: no Slurm here, or not root.
# Functions are called through check.
# shellcheck disable=SC2317
set -u
sources=$1 program=$2 emulated=$3 python=$4
source "$sources/tests/fault/check.sh"
for what in slurmctld slurmd munged mpirun; do
  command -v $what >/dev/null || { echo "skipped: no $what"; exit 77; }
done
[ "$(id -u)" = 0 ] || { echo "skipped: not root"; exit 77; }
"$python" -c 'import netCDF4' 2>/dev/null || exit 77

folder=$(mktemp -d) # where paths are short: that of munge's socket has 107 bytes at most
slurm=$folder/slurm
one_node=$sources/scripts/slurm/one-node.sh
trap '"$one_node" stop "$slurm"; rm -rf "$folder"' EXIT
cd "$folder" || exit 1
"$one_node" start "$slurm" --cpus 16 --gpus 2 || { echo "FAILED: Slurm does not start"; exit 1; }
export SLURM_CONF=$slurm/slurm.conf ISOCHRONE=$program
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMP_WAIT_POLICY=passive
# As on any machine with fewer cores than Slurm was told: ranks share them, and give them up while they wait.
export OMPI_MCA_hwloc_base_binding_policy=none OMPI_MCA_mpi_yield_when_idle=1

cat >slab.yaml <<'YAML'
title: A small slab
mesh: {slab: {size_mm: [5, 2, 1], spacing_mm: 0.25}, fibre: [1, 0, 0]}
regions:
  - {name: tissue, model: mitchell_schaeffer_2003, conductivity: {longitudinal_S_per_m: 0.1334, transverse_S_per_m: 0.0176}}
stimuli:
  - {name: corner, box: {min_mm: [0, 0, 0], max_mm: [1, 1, 1]}, duration_ms: 2, amplitude_uA_per_uF: 50, period_ms: 500}
time: {duration_ms: 1000, step_ms: 0.05}
outputs: {snapshots: {interval_ms: 200}}
checkpoint: {interval_ms: 500}
study:
  axes:
    - {name: how strong, key: stimuli.0.amplitude_uA_per_uF, values: [30, 40, 50, 60, 70, 80]}
YAML
sed '/^study/,$d' slab.yaml >run.yaml

# write NAME CONFIG OPTIONS...: a job script. mpirun then waits for two seconds and not for twenty when it ends.
write() {
  "$program" check "$2" --slurm "$1.sh" --output "$1" "${@:3}" >said 2>&1 || return 1
  sed -i 's/sigkill_timeout 10/sigkill_timeout 1/' "$1.sh"
}
job=
submit() { job=$(sbatch --parsable "$1.sh" 2>said); }
state() { scontrol show job "$1" 2>/dev/null | sed -n 's/.*JobState=\([A-Z_]*\).*/\1/p' | sort -u | tr '\n' ' '; }
wait_for() { # wait_for COMMAND...: minutes, which are a Slurm's that hangs; soon, as a fast machine has work done then
  local until=$((SECONDS + 900))
  while ! "$@"; do
    [ $SECONDS -lt $until ] || return 1
    sleep 0.05
  done
}
is_over() { [ "$(state "$1")" = "COMPLETED " ]; }
parts() { scontrol show job "$1" | sed -n 's/.*Restarts=\([0-9]*\).*/\1/p' | sort -n | tail -1; }
log() { cat "$1".*.log >said 2>/dev/null; }
same() { # same NAME: as the run that never stopped
  local end
  for end in .e.nc _vm.e.nc; do
    "$python" "$sources/tests/restart/compare.py" "whole$end" "$1$end" >said 2>&1 || return 1
  done
}

# Longer than a limit of one minute on any machine. Once it has been stopped it is cut short, so that it ends on any machine,
# too: a script reads its configuration anew.
cp run.yaml limit.yaml
sed -i 's/duration_ms: 1000/duration_ms: 2000000/' limit.yaml
cut_short() {
  local reached
  log limit
  reached=$(sed -n 's/.*stopped by SIGUSR2 at \([0-9]*\).* ms;.*/\1/p' said | head -1)
  [ -n "$reached" ] && says 'this job goes on' || return 1
  duration=$((reached / 500 * 500 + 2000))
  sed -i "s/duration_ms: 2000000/duration_ms: $duration/" limit.yaml
  sed -i "s/duration_ms: 1000/duration_ms: $duration/" run.yaml
  echo "stopped at $reached ms, and to end at $duration ms"
}

# ---- scripts ----

check "a script for a run" write limit limit.yaml --ranks-per-node 2 --time 1
check "is a good one" bash -n limit.sh
check "asks for a signal in time" grep -q '^#SBATCH --signal=B:USR1@30$' limit.sh
check "a script for a run by srun" write lost run.yaml --ranks-per-node 2 --time 10 --launcher srun
check "a script for a study" write shards slab.yaml --shards 3 --time 10 --launcher srun
check "is an array" grep -q '^#SBATCH --array=1-3$' shards.sh
check "a script for GPUs" write gpus run.yaml --gpus-per-node 2 --set time.duration_ms=20 --set checkpoint.interval_ms=10
check "has a rank for each" grep -q '^#SBATCH --ntasks-per-node=2$' gpus.sh

[ $failures -eq 0 ] || exit 1

# ---- at the same time: a limit, an array with a shard that is killed, GPUs ----

check "the run is taken" submit limit
limit=$job
check "the array is taken" submit shards
array=$job
ISOCHRONE=$emulated check "the run on GPUs is taken" submit gpus
gpus=$job

second_member() { [ -e shards/members/0002.csv ]; }
check "the second shard finishes a member" wait_for second_member
scancel --signal=KILL "${array}_2.0" # its step, that is the ranks; the script is told by their end
check "the run is stopped before its limit, and goes on" wait_for cut_short
check "GPUs: it ends" wait_for is_over "$gpus"
log gpus
check "on the GPUs that Slurm gave" says 'device  *cuda\|GPU 0, emulated'
check "the array ends" wait_for is_over "$array"
check "with all members done" [ "$(grep -c ',done,$' shards/table.csv)" = 6 ]
log shards
check "the killed shard went on by itself" says 'exit code 137: this job goes on'
check "none else did" [ "$(grep -c 'this job goes on' said)" = 1 ]
check "it ends" wait_for is_over "$limit"
log limit
check "after its limit stopped it" says 'stopped by SIGUSR2 at .* ms; the results up to then are written; to go on: --restart limit.ckpt.nc'
check "and it went on" says 'going on from .* ms, by limit.ckpt.nc'

# ---- a lost step, and a lost node ----

check "the other run is taken" submit lost
lost=$job
kept() { [ lost.ckpt.nc -nt "$stamp" ]; }
stamp=$(mktemp -p "$folder")
check "it keeps a checkpoint" wait_for kept
scancel --signal=KILL "$lost.0"
restarted() { [ "$(parts "$lost")" -ge "$1" ] && [ "$(state "$lost")" = "RUNNING " ]; }
check "a step that is killed has the job go on" wait_for restarted 1
stamp=$(mktemp -p "$folder")
check "and keep more" wait_for kept
scancel --signal=KILL "$lost" # script and all: the job is gone
gone() { [ "$(state "$lost")" = "CANCELLED " ]; }
check "a job that is killed is over" wait_for gone
check "the same script again" submit lost
lost=$job
stamp=$(mktemp -p "$folder")
check "goes on" wait_for kept
node=$(hostname -s)
scontrol update nodename="$node" state=down reason="it fails"
sleep 1
scontrol update nodename="$node" state=resume 2>/dev/null # unless it has come back by itself
check "a node that fails has the job go on" wait_for restarted 1
"$program" run run.yaml --quiet --output whole >said 2>&1 || failures=$((failures + 1))
check "the run that never stopped has the bits of the one through a limit" same limit
check "the other run ends" wait_for is_over "$lost"
check "with the same bits" same lost

[ $failures -eq 0 ] || { echo "$failures checks failed"; tail -n 5 "$slurm/slurmctld.log"; exit 1; }
