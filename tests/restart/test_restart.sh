#!/usr/bin/env bash
# test_restart.sh PROGRAM EMULATED PYTHON "MPIEXEC...": a run that goes on from a checkpoint leaves the files of one that
# never stopped, on other ranks, devices and from any of its checkpoints; files of other runs are refused; signals are
# answered with a checkpoint. EMULATED is the program whose CUDA is the test double. Exit code 77: no Python to compare.
# shellcheck disable=SC2317 # functions are called through check
set -u
program=$1 emulated=$2 python=$3 mpiexec=$4
here=$(dirname "$(realpath "$0")")
source "$here/slab.sh"
"$python" -c 'import netCDF4' 2>/dev/null || exit 77
folder=$(mktemp -d "$PWD/restart.XXXXXX")
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1

# whole RANKS PROGRAM OPTIONS...: the run that never stops.
whole() {
  rm -f whole*
  start "$1" "$2" run slab.yaml --output whole --summary whole.json "${@:3}"
}
# again CHECKPOINT RANKS PROGRAM OPTIONS...: goes on, and leaves the same files.
again() {
  rm -f again*
  start "$2" "$3" run slab.yaml --restart "$1" --output again --summary again.json "${@:4}" && same_files whole again
}
refused() { # refused WHAT_IT_SAYS OPTIONS...
  rm -f again*
  start 1 "$program" run slab.yaml --output again "${@:2}"
  [ $? -eq 2 ] && says "$1"
}

make_slab slab.yaml 30 '{interval_ms: 7.35, keep: 3}'
check "a run writes checkpoints" whole 1 "$program"
check "and keeps three" [ -e whole.ckpt.nc -a -e whole.ckpt.1.nc -a -e whole.ckpt.2.nc -a ! -e whole.ckpt.3.nc ]
check "the oldest goes on, on 3 ranks" again whole.ckpt.2.nc 3 "$program"
check "the one before, on 2 threads and other pieces" again whole.ckpt.1.nc 1 "$program" --threads 2 --set mesh.pieces=3
check "the newest, on 4 ranks" again whole.ckpt.nc 4 "$program"
check "and on the GPU" again whole.ckpt.2.nc 1 "$emulated" --device cuda
cp whole.ckpt.1.nc moved.ckpt.nc
cp whole.ckpt.vm moved.ckpt.vm
check "a run that went on can be gone on with" start 2 "$program" run slab.yaml --restart moved.ckpt.nc --output moved --quiet
check "again" again moved.ckpt.nc 2 "$program"

check "info says what it holds" start 1 "$program" info whole.ckpt.nc
check "the time" says "^  time  *ms  *29.4  *time"
check "and the step" says "^  step  *1  *588  *steps done"

# Single precision and another scheme; written on 2 ranks of the GPU.
other=(--set numerics.precision=single --set numerics.splitting=strang)
check "another scheme on 2 GPUs" whole 2 "$emulated" --device cuda "${other[@]}"
check "goes on, on the CPU" again whole.ckpt.1.nc 3 "$program" "${other[@]}"
adaptive=(--set numerics.pace=adaptive --set mesh.slab.spacing_mm=0.25)
check "patches at their own pace" whole 1 "$program" "${adaptive[@]}"
check "some have stepped ahead" eval '! grep -q "node_time_at_level.*\[1.0*," whole.json'
check "go on in the middle of their steps, on 3 ranks" again whole.ckpt.2.nc 3 "$program" "${adaptive[@]}"
check "on 4 ranks" again whole.ckpt.nc 4 "$program" "${adaptive[@]}"
check "and on 2 GPUs" again whole.ckpt.1.nc 2 "$emulated" --device cuda "${adaptive[@]}"
cp again.ckpt.nc other.ckpt.nc
cp again.ckpt.vm other.ckpt.vm
check "and back" again other.ckpt.nc 1 "$program" "${adaptive[@]}"
accurate=(--set numerics.accuracy=reference --set time.step_ms=null --set time.duration_ms=2 --set checkpoint.interval_ms=1)
check "a run whose step follows from the mesh" whole 1 "$program" "${accurate[@]}"
check "goes on" again whole.ckpt.1.nc 2 "$program" "${accurate[@]}"
check "with its own step alone" refused "time.step_ms was 0.02 and is 0.01" --restart whole.ckpt.nc "${accurate[@]}" --set time.step_ms=0.01

# ---- refusals ----

check "the run itself again" whole 1 "$program"
check "another step is refused" refused "time.step_ms was 0.05 and is 0.025" --restart whole.ckpt.nc --set time.step_ms=0.025
check "all that differs is said" refused "regions.0.model was ten_tusscher_2006 and is luo_rudy_1991.*stimuli.1.start_ms was 6.93 and is 7" \
  --restart whole.ckpt.nc --set regions.0.model=luo_rudy_1991 --set stimuli.1.start_ms=7
check "another precision is refused" refused "numerics.precision was double and is single" --restart whole.ckpt.nc --set numerics.precision=single
check "another pace is refused" refused "numerics.pace was fixed and is adaptive" --restart whole.ckpt.nc --set numerics.pace=adaptive
printf '3\nextra\n0\n1\n2\n' >"a \"lid\".vtx"
lid=(--set "sites={lid: {nodes: 'a \"lid\".vtx'}}" --set "stimuli.1.or=[{site: lid}, {box: {min_mm: [0, 0, 0], max_mm: [2, 1, 1]}}]")
check "a run with a file" start 1 "$program" run slab.yaml --output listed --quiet "${lid[@]}"
printf '2\nextra\n0\n1\n' >"a \"lid\".vtx"
check "which is changed is refused" refused 'the content of a "lid".vtx (sites.lid.nodes) was [0-9a-f]* and is [0-9a-f]*; use' \
  --restart listed.ckpt.nc "${lid[@]}"
check "an end before it is refused" refused "end before 29.4 ms" --restart whole.ckpt.nc --set time.duration_ms=20
check "a result is no checkpoint" refused "not a checkpoint of this program" --restart whole.e.nc
check "nor is nothing" refused "No such file" --restart none.ckpt.nc
head -c 50000 whole.ckpt.nc >cut.ckpt.nc
cp whole.ckpt.1.nc cut.ckpt.1.nc
check "a cut one is refused" refused "its last line is missing.*use the one before it: --restart cut.ckpt.1.nc" --restart cut.ckpt.nc
check "without its snapshots" refused "cut.ckpt.vm: the snapshots up to the checkpoint cannot be read.*put the file" --restart cut.ckpt.1.nc
cp whole.ckpt.nc damaged.ckpt.nc
printf x | dd of=damaged.ckpt.nc bs=1 seek=45000 conv=notrunc 2>/dev/null
cp damaged.ckpt.nc renamed.nc
info_refuses() { # info_refuses FILE WHAT_IT_SAYS
  start 1 "$program" info "$1"
  [ $? -eq 2 ] && says "$1: $2"
}
check "info says what is cut" info_refuses cut.ckpt.nc "is not a file of this program, or not all of one.*cut.ckpt.1.nc"
check "and what is damaged" info_refuses damaged.ckpt.nc "is damaged"
check "whatever its name" info_refuses renamed.nc "is damaged"
check "a longer run goes on" start 1 "$program" run slab.yaml --restart whole.ckpt.nc --output longer --set time.duration_ms=32

# A run of another configuration neither replaces nor mixes with what an older one of its name needs to go on.
takes_over() { # takes_over NAME OPTIONS...
  start 1 "$program" run slab.yaml --output "$@"
  [ $? -eq 2 ] && says "is of another run.*choose another --output"
}
check "another run of its name is refused" takes_over whole --set time.step_ms=0.025
check "and says how it differs" says "whole.ckpt.nc.*time.step_ms was 0.05 and is 0.025"
check "also where the newest is damaged" eval 'cp whole.ckpt.1.nc damaged.ckpt.1.nc && takes_over damaged --set time.step_ms=0.025'
check "what the older one needs is still there" again whole.ckpt.2.nc 1 "$program"
check "the same run from the start is not" start 1 "$program" run slab.yaml --output whole --quiet --summary whole.json
sed 's/slab: .*}, fibre/file: mesh.vtu, fibre/; s/snapshots: .*/csv: true/' slab.yaml >meshed.yaml
start 1 "$program" mesh slab mesh.vtu --size 5,2,1 --spacing 0.5
check "a run on a mesh" start 1 "$program" run meshed.yaml --output meshed --quiet
start 1 "$program" mesh slab mesh.vtu --size 5,2,1.5 --spacing 0.5
other_mesh() {
  start 2 "$program" run meshed.yaml --output meshed
  [ $? -eq 2 ] && says "meshed.ckpt.nc: is of another run (the mesh's checksum was"
}
check "another mesh is another run" other_mesh

# What a model's header includes is a part of it.
sed 's/mitchell_schaeffer_2003/my_ms/g' "$here/../../kernels/models/mitchell_schaeffer_2003.h" >my_ms.h
sed 's/model: .*/model: .\/my_ms.h/' slab.yaml >own.yaml
printf '#include "more.h"\n' >>my_ms.h
printf '#define MORE 1\n' >more.h
export ISOCHRONE_CACHE=$folder/cache
own=(run own.yaml --output own --set time.duration_ms=16 --quiet)
check "a model of one's own" start 1 "$program" "${own[@]}"
check "goes on" start 1 "$program" "${own[@]}" --restart own.ckpt.nc
printf '#define MORE 2\n' >more.h
other_include() {
  start 1 "$program" "${own[@]}" --restart own.ckpt.nc
  [ $? -eq 2 ] && says "the content of more.h (regions.0.model, included) was [0-9a-f]* and is"
}
check "but not where a file that it includes has changed" other_include
check "nothing unfinished is left" eval '! ls ./*.part >/dev/null 2>&1'

# ---- signals ----

# Far longer than it takes to signal it, on any machine.
make_slab slab.yaml 1e6 '{every_minutes: 1e6}'
sed -i 's/quiescent_ms: 50/quiescent_ms: 0/' slab.yaml

# keeps NAME: the job, which the files are of, answers SIGUSR1 with a checkpoint. It listens when results are begun.
has_begun() { compgen -G "$1*.e.nc.*.part" >/dev/null; }
keeps() {
  wait_for has_begun "$1" || return 1
  kill -USR1 "$job"
  wait_for [ -e "$1.ckpt.nc" ]
}
for signal in TERM INT HUP; do
  rm -f stopped*
  in_background said said "$program" run slab.yaml --output stopped --summary stopped.json
  check "SIGUSR1 leaves a checkpoint" keeps stopped
  cp stopped.ckpt.nc kept.ckpt.nc
  cp stopped.ckpt.vm kept.ckpt.vm
  kill -$signal "$job"
  job_ends
  check "and stops nothing, but SIG$signal, with exit code 3" [ $? -eq 3 ]
  check "with the results" [ -s stopped.e.nc -a -s stopped_vm.e.nc -a -s stopped.json ]
  check "and how to go on" says "restart stopped.ckpt.nc"
done
reached=$("$python" -c 'import netCDF4; print(round(float(netCDF4.Dataset("stopped.ckpt.nc")["time"][0])))')
end=(--set "time.duration_ms=$((reached + 5))")
check "a run for $reached ms and some more" whole 1 "$program" "${end[@]}"
check "the one that was stopped goes on" again stopped.ckpt.nc 2 "$program" "${end[@]}"
check "also from where SIGUSR1 came" again kept.ckpt.nc 1 "$program" "${end[@]}"

# A disk that fills up while the run steps: no checkpoint, and the last good one stays; later there is room again.
mkdir disk
if mount -t tmpfs -o size=8m tmpfs disk 2>/dev/null; then
  trap 'umount "$folder/disk"; rm -rf "$folder"' EXIT
  sed -i 's/snapshots: .*/snapshots: {interval_ms: 1, stop_ms: 2}/; /  ecg:/d' slab.yaml # which grow with the time that a fast machine gets to
  in_background said said "$program" run slab.yaml --output disk/full --set outputs.probes=[]
  check "there is a checkpoint" keeps disk/full
  cp disk/full.ckpt.nc good.ckpt.nc
  head -c 8m /dev/zero >disk/ballast 2>/dev/null
  kill -USR1 "$job"
  check "a full disk is said" wait_for says "no checkpoint at .*the disk is full"
  check "and the last good one stays" cmp good.ckpt.nc disk/full.ckpt.nc
  rm disk/ballast
  kill -TERM "$job"
  job_ends
  check "where there is room again, the run stops well" [ $? -eq 3 ]
  check "with another one" eval '! cmp -s good.ckpt.nc disk/full.ckpt.nc'
else
  echo "skipped: a full disk, which needs root and mount"
fi

[ $failures -eq 0 ] || { echo "$failures checks failed"; exit 1; }
