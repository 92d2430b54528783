#!/usr/bin/env bash
# A Slurm of one node on this machine, to try job scripts with: controller, node and munge, as root, without systemd.
#
# usage: scripts/slurm/one-node.sh start FOLDER [--cpus N] [--gpus N]
#        scripts/slurm/one-node.sh stop FOLDER
#
#   start   all of it lives in FOLDER, an empty one or none yet; waits until the node is idle
#   stop    cancels its jobs and ends its daemons
#   --cpus  that the node says it has [2]
#   --gpus  that it pretends to have: jobs get their numbers in CUDA_VISIBLE_DEVICES, and nothing behind them [0]
#
# Commands find it by SLURM_CONF:
#
#   export SLURM_CONF=FOLDER/slurm.conf
#   sbatch job.sh
#
# It touches neither /etc/slurm nor another Slurm or munge of the machine. Needs: scripts/install-dependencies.sh cluster
source "$(dirname "$0")/../common.sh"

case ${1:-} in
  --help | -h) print_help && exit ;;
  start | stop) verb=$1 ;;
  *) fail "say start or stop" "scripts/slurm/one-node.sh --help" ;;
esac
[ $# -ge 2 ] || fail "say in which folder" "scripts/slurm/one-node.sh --help"
folder=$(realpath -m "$2")
shift 2
cpus=2 gpus=0
while [ $# -gt 0 ]; do
  case $1 in
    --cpus) cpus=${2:?} ;;
    --gpus) gpus=${2:?} ;;
    *) fail "there is no option '$1'" "scripts/slurm/one-node.sh --help" ;;
  esac
  shift 2
done

[ "$(id -u)" = 0 ] || fail "only root can start the daemons" "sudo $0 $verb $folder"
for program in slurmctld slurmd munged; do
  command -v $program >/dev/null || fail "there is no $program" "scripts/install-dependencies.sh cluster"
done
host=$(hostname -s)
export SLURM_CONF=$folder/slurm.conf

end_daemon() { # end_daemon NAME: by the number it left, if that is still its own
  local pid
  pid=$(cat "$folder/$1.pid" 2>/dev/null) || return 0
  [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$1" ] || return 0
  kill "$pid"
  for _ in $(seq 100); do
    [ -e "/proc/$pid" ] || return 0
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
}

stop() {
  timeout 5 scancel --user=root 2>/dev/null || true
  for daemon in slurmd slurmctld munged; do end_daemon $daemon; done
}

if [ "$verb" = stop ]; then
  [ -e "$SLURM_CONF" ] || fail "$folder has no Slurm that this script started"
  stop
  exit
fi

[ -z "$(ls -A "$folder" 2>/dev/null)" ] || fail "$folder is not empty" "name another folder"
mkdir -p "$folder"
chmod 755 "$folder"
for part in state spool munge; do mkdir -m 700 "$folder/$part"; done
head -c 128 /dev/urandom >"$folder/munge/key"
chmod 400 "$folder/munge/key"

# Two ports in a row that nobody listens on.
port=16817
while grep -qiE "^ *[0-9]+: [0-9A-F]+:($(printf '%04X|%04X' $port $((port + 1)))) 0+:0000 0A" /proc/net/tcp; do
  port=$((port + 2))
done

gres='' node=''
if [ "$gpus" -gt 0 ]; then
  gres='GresTypes=gpu' node="Gres=gpu:pretend:$gpus"
  # Files that are there, each once, and that mean no harm.
  mkdir "$folder/gpu"
  for ((k = 0; k < gpus; k++)); do
    mknod "$folder/gpu/$k" c 1 3
    echo "Name=gpu Type=pretend File=$folder/gpu/$k"
  done >"$folder/gres.conf"
fi

# A requeued job waits until its credentials have run out, two minutes by default.
cat >"$SLURM_CONF" <<END
ClusterName=one-node
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
AuthType=auth/munge
CryptoType=crypto/munge
AuthInfo=socket=$folder/munge/socket,cred_expire=5
SlurmctldPort=$port
SlurmdPort=$((port + 1))
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=2,sched_interval=2
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SlurmdParameters=config_overrides
SlurmctldParameters=cloud_dns
CommunicationParameters=NoInAddrAny
ReturnToService=2
KillWait=5
MpiDefault=none
$gres
NodeName=$host NodeAddr=127.0.0.1 CPUs=$cpus RealMemory=$(free -m | awk '/^Mem/ {print $2}') $node State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END

start_daemons() {
  munged --force --key-file="$folder/munge/key" --socket="$folder/munge/socket" --pid-file="$folder/munged.pid" \
    --seed-file="$folder/munge/seed" --log-file="$folder/munge/log" &&
    slurmctld -f "$SLURM_CONF" && slurmd -f "$SLURM_CONF"
}
start_daemons >"$folder/start.log" 2>&1 || {
  cat "$folder/start.log" >&2
  stop
  fail "a daemon did not start" "see above, and $folder/*.log"
}
for _ in $(seq 100); do
  [ "$(sinfo -h -o %T 2>/dev/null)" != idle ] || exit 0
  sleep 0.2
done
sinfo >&2 || true
tail -5 "$folder"/*.log >&2
stop
fail "the node is not idle after 20 s" "see above, and $folder/*.log"
