#!/bin/bash
# usage: test_check.sh SOURCES COMMAND...
# Runs COMMAND, which starts isochrone: what check says a run will take, beside what it takes, and the job scripts that it
# writes.
# shellcheck disable=SC2016 # dollars are those of the scripts
source "$(dirname "$0")/expect.sh"
sources=$1 program=${*: -1}
begin "${@:2}"

# steps_of FILE.json: node-steps that a run has computed, and MB that it took
steps_of() {
  /usr/bin/python3 - "$1" <<'PY'
import json, sys
s = json.load(open(sys.argv[1]))
print(s["nodes"] * s["steps"] * sum(share / 2 ** k for k, share in enumerate(s["node_time_at_level"])), 1e-6 * s["peak_bytes"])
PY
}
foreseen() { # foreseen: node-steps and MB that check has said
  awk '/million node-steps at/ { sub(/\(/, ""); steps = 1e6 * $1 }
       /^memory/ { memory = $2 }
       END { print steps, memory }' out
}
# Seconds are those of parts, and of node-steps at their rate where not all were made; each is rounded, to a tenth of a second.
adds_up() {
  awk 'function seconds(text, p) { split(text, p, " "); return p[2] == "ms" ? p[1] / 1000 : p[2] == "s" ? p[1] : 60 * p[1] + p[3] }
       function far(a, b) { return a > 1.02 * b + 0.25 || b > 1.02 * a + 0.25 }
       /^estimate/ { sub(/^estimate */, ""); n = split($0, part, / on this[^:]*: set-up |, loop |, snapshots and checkpoints |, results /)
                     all = seconds(part[1]); for (k = 2; k <= n; k++) sum += seconds(part[k]); loop = seconds(part[3]) }
       /million node-steps at/ { sub(/\(/, ""); made = $1 / $5; part_of = $10 < $(NF - 1) }
       END { exit n < 4 || far(all, sum) || part_of && far(made, loop) }' out ||
    complain 'the estimate is not the sum of its parts'
}
within() { # within FACTOR WHAT FOUND TRUE
  awk -v f="$1" -v x="$3" -v y="$4" 'BEGIN { exit !(x < f * y && y < f * x) }' || complain "$2: $3, and it was $4"
}
# estimates NAME ARGUMENTS...: check and run of the same. A third off is what is promised of work, also where a slow machine
# makes few steps in the half second that check looks at. The run's seconds are those of a machine that other tests share.
# Memory was within a tenth; sanitizers keep what is freed, so theirs is not compared.
estimates() {
  local steps work memory peak
  expect 0 check "${@:2}"
  adds_up
  read -r steps memory < <(foreseen)
  expect 0 run "${@:2}" --quiet --output "$1" --summary "$1.json"
  read -r work peak < <(steps_of "$1.json")
  within 1.33 "$1: node-steps" "$steps" "$work"
  ldd "$program" | grep -q libasan || within 1.5 "$1: MB" "$memory" "$peak"
}

# Waves through blocks, whose samples end long before: of each pace, and with pulses that come back.
block=("$sources/configs/niederer.yaml" --set outputs.probes=null)
estimates block "${block[@]}" --set mesh.slab.spacing_mm=0.25 --set outputs.snapshots.interval_ms=5 --set checkpoint.interval_ms=30
expect 0 check "${block[@]}" --set outputs.snapshots.interval_ms=5
says out 'snapshots and checkpoints'
estimates fixed "${block[@]}" --set mesh.slab.spacing_mm=0.5 --set numerics.pace=fixed
estimates beats "${block[@]}" --set mesh.slab.spacing_mm=0.25 --set time.step_ms=0.05 --set time.duration_ms=1000 \
  --set stimuli.0.period_ms=500
within 1.01 'of a fixed pace' "$(awk '{print $1}' < <(steps_of fixed.json))" \
  "$(awk '/"nodes"/ { print 3000 * $2 }' RS=, fixed.json)"
# the end by the last activation, which is at 43 ms
estimates end "${block[@]}" --set mesh.slab.spacing_mm=0.25 --set time.duration_ms=500 --set stop.all_activated=true

# The states that a protocol goes back to are half as much as all the rest here; what it has of them at a time depends on
# what captures, and so has their work, which is at most what is foreseen.
trials=("${block[@]}" --set mesh.slab.spacing_mm=0.25 --set numerics.precision=double --set numerics.pace=fixed --set time.step_ms=0.05
  --set time.duration_ms=7 --set stimuli=null --set 'sites={corner: {box: {min_mm: [0, 0, 0], max_mm: [1.5, 1.5, 1.5]}}}'
  --set 'protocol={site: corner, sense: {site: corner}, amplitude_uA_per_uF: 50, duration_ms: 1, window_ms: 2, s1: {cycle_ms: 9, count: 1}, s2: {longest_ms: 4, shortest_ms: 3}}')
expect 0 check "${trials[@]}"
says out 'with 2 trials and 12.3 ms of them and their train, at most'
read -r steps memory < <(foreseen)
expect 0 run "${trials[@]}" --quiet --output trials --summary trials.json
read -r _ peak < <(steps_of trials.json)
awk -v f="$steps" -v n="$(value trials.json nodes)" -v p="$(value trials.json protocol_steps)" 'BEGIN { exit !(n * p <= f && f < 2 * n * (p + 140)) }' ||
  complain "$steps node-steps were foreseen with trials, $(value trials.json protocol_steps) steps of trials made"
ldd "$program" | grep -q libasan || within 1.3 'MB of trials' "$memory" "$peak"

# ---- job scripts ----

cp "$sources/configs/slab-first.yaml" "it's one.yaml"
expect 0 check "it's one.yaml" --slurm one.sh --ranks-per-node 3 --threads 2 --set "title=It's first" --partition short
says out 'sbatch one.sh'
bash -n one.sh || complain 'the script is none'
for line in 'ntasks-per-node=3' 'cpus-per-task=2' 'partition=short' 'nodes=1' 'requeue' 'time=0-00:06:00' 'signal=B:USR1@90' \
  "job-name=it_s_one"; do
  grep -qxF -- "#SBATCH --$line" one.sh || complain "one.sh has no --$line"
done
grep -qF -- "--set 'title=It'\\''s first' --set threads=2 --set checkpoint.every_minutes=10)" one.sh ||
  complain 'one.sh has other settings'
grep -qF -- '--map-by slot:PE="$SLURM_CPUS_PER_TASK"' one.sh || complain 'threads have no cores'
! grep -q 'array\|gpus' one.sh || complain 'one.sh asks for what nobody wants'
if command -v shellcheck >/dev/null; then shellcheck one.sh >err || complain 'shellcheck complains of one.sh'; fi

# what the script does, with an mpirun that is none: goes on from a checkpoint, and asks for itself again
mkdir bin
: >requeued
printf '#!/bin/sh\necho "$@" >>calls\n[ ! -e kept ] || { sleep 0.05; touch "it'"'"'s one.ckpt.nc"; }\nexit $(cat code)\n' >bin/mpirun
printf '#!/bin/sh\necho "$@" >>requeued\n' >bin/scontrol
chmod +x bin/*
job() { # job CODE TIMES: how the run ends, and how often the job was asked for again by then
  echo "$1" >code
  PATH=$PWD/bin:$PATH SLURM_JOB_ID=7 SLURM_CPUS_PER_TASK=2 bash one.sh >out 2>err
  [ $? -eq "$1" ] || complain "the script of a run that ends with $1 ends with another code"
  [ "$(wc -l <requeued)" -eq "$2" ] || complain "after exit code $1 the job was asked for $2 times"
}
arguments=(one.sh)
job 0 0
! grep -q -- --restart calls || complain 'it goes on from nothing'
job 1 0   # the run failed
job 137 0 # a rank was lost, and nothing kept
touch kept
job 137 1
job 1 1
grep -q -- "--restart it's one.ckpt.nc" calls || complain 'it does not go on from the checkpoint'
job 3 1 # somebody stopped the run, and not Slurm's limit

expect 0 check "$sources/configs/slab-first.yaml" --slurm gpus.sh --nodes 4 --gpus-per-node 2 --launcher srun --time 2-12:00
for line in 'ntasks-per-node=2' 'gpus-per-node=2' 'nodes=4' 'time=2-12:00:00'; do
  grep -qxF -- "#SBATCH --$line" gpus.sh || complain "gpus.sh has no --$line"
done
grep -qF 'launch=(srun --mpi=pmix)' gpus.sh || complain 'it is not started by srun'
grep -qF 'device=cuda' gpus.sh || complain 'it is for no GPU'
expect 0 check "$sources/configs/slab-first.yaml" --slurm study.sh --shards 4 --quiet \
  --set 'study.axes=[{key: stimuli.0.amplitude_uA_per_uF, values: [30, 50, 70]}]'
grep -qxF '#SBATCH --array=1-4' study.sh || complain 'it is no array'
grep -qF -- '--shard "$SLURM_ARRAY_TASK_ID/4"' study.sh || complain 'its jobs are no shards'

bad() { # bad WHAT_IT_SAYS OPTIONS...
  expect 2 check "$sources/configs/slab-first.yaml" --slurm bad.sh "${@:2}"
  says err "$1"
  [ ! -e bad.sh ] || complain 'there is a script'
}
bad '--time 4h: expected minutes' --time 4h
bad 'with minutes and seconds below 60' --time 25:61:61
bad 'with minutes and seconds below 60' --time 1-2:60
bad "--partition 'a;b': expected a name of letters" --partition 'a;b'
expect 0 check "$sources/configs/slab-first.yaml" --slurm "it's a job.sh" --quiet --partition short,long_1
says out "start it with: sbatch 'it'\\''s a job.sh'"
grep -qxF -- '#SBATCH --partition=short,long_1' "it's a job.sh" || complain 'the partitions are others'
# Names that a line of sbatch, or a command, would take for something else; and a link is not followed to another folder's files.
mkdir linked
cp "$sources/configs/slab-first.yaml" 'a#b.yaml'
ln -s "$PWD/a#b.yaml" linked/here.yaml
expect 0 check 'a#b.yaml' --slurm hash.sh --quiet
grep -qxF -- '#SBATCH --job-name=a_b' hash.sh || complain 'the job has another name'
expect 0 check linked/here.yaml --slurm link.sh --quiet --output -x
grep -qxF -- "config=$PWD/linked/here.yaml" link.sh || complain 'the script takes what the link leads to'
grep -qxF -- 'output=./-x' link.sh || complain 'the output looks like an option'
expect 0 check "$sources/configs/slab-first.yaml" --slurm long.sh --quiet --time 1 --set time.duration_ms=100000 \
  --set stop.all_activated=false --set mesh.slab.spacing_mm=0.25 --set numerics.pace=fixed \
  --set 'study.axes=[{key: stimuli.0.amplitude_uA_per_uF, values: [30, 50]}]'
says err '--time 1: a member of the study is expected to take longer'
# Limits as Slurm takes them: minutes, or two or three numbers, with days before or not.
for limit in 90=0-01:30:00 4:00:00=0-04:00:00 2:30=0-00:02:30 1-6=1-06:00:00 1-00:00:05=1-00:00:05; do
  expect 0 check "$sources/configs/slab-first.yaml" --slurm limit.sh --quiet --time "${limit%=*}"
  grep -qxF -- "#SBATCH --time=${limit#*=}" limit.sh || complain "--time ${limit%=*} is another limit: $(grep time= limit.sh)"
done
cp "$sources/configs/slab-first.yaml" own.yaml
expect 2 check own.yaml --slurm own.yaml
says err '--slurm own.yaml: that is the file it is made from'
cmp "$sources/configs/slab-first.yaml" own.yaml || complain 'the configuration was overwritten'
bad '--nodes 0: expected a whole number from 1 to 100000' --nodes 0
bad '--ranks-per-node 65536: expected a whole number from 1 to 10000' --ranks-per-node 65536
bad '--time 99999999999999999: expected minutes' --time 99999999999999999
bad '--time 0-00:00:01: expected minutes, one at least' --time 0-00:00:01
bad '--gpus-per-node: the device is to be the CPU' --gpus-per-node 4 --device cpu
bad '--slurm: its value is empty' --slurm ''
bad '--launcher aprun: expected mpirun or srun' --launcher aprun
bad 'it has no study' --shards 2
bad 'study.ranks is 8, and the job has 1 rank' --set study.ranks=8 \
  --set 'study.axes=[{key: stimuli.0.amplitude_uA_per_uF, values: [30, 50, 70]}]'
expect 2 check "$sources/configs/slab-first.yaml" --slurm none/bad.sh
says err 'none/bad.sh: cannot be written'
says err 'create it'
finish
