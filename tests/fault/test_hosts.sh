#!/usr/bin/env bash
# test_hosts.sh SOURCES PROGRAM PYTHON: two hosts with a network between them, each a network namespace of this machine, with
# MPI over TCP. They give the bits of one host; and where one is cut off, the run ends with one message and a code that is
# not 0, leaves no results that look finished, and goes on from its last checkpoint. Exit code 77: no namespaces here.
# Functions are called through check, and shells inside expand what is theirs.
# shellcheck disable=SC2317,SC2016,SC2054
set -u
sources=$1 program=$2 python=$3
source "$sources/tests/fault/check.sh"
for what in ip unshare mpirun; do
  command -v $what >/dev/null || { echo "skipped: no $what"; exit 77; }
done
[ "$(id -u)" = 0 ] || { echo "skipped: not root"; exit 77; }
"$python" -c 'import netCDF4' 2>/dev/null || { echo "skipped: no netCDF4 to compare with"; exit 77; }

# A namespace with a bridge, in which mpirun runs, and one for each host. None has a way out, so that the addresses
# are nobody else's.
net=isochrone$$
hosts=(h1 h2)
folder=$(mktemp -d "$PWD/hosts.XXXXXX")
remove() {
  [ -z "$job" ] || kill -KILL "$job" 2>/dev/null
  for name in head "${hosts[@]}"; do
    ip netns pids "$net$name" 2>/dev/null | xargs -r kill -KILL 2>/dev/null
    ip netns delete "$net$name" 2>/dev/null
  done
  rm -rf "$folder"
}
trap remove EXIT
cd "$folder" || exit 1

# Where a host does not answer, TCP gives up after some seconds and not after a quarter of an hour.
new_namespace() {
  ip netns add "$net$1" && ip -n "$net$1" link set lo up &&
    ip netns exec "$net$1" sh -c 'echo 3 >/proc/sys/net/ipv4/tcp_retries2'
}
make_network() {
  local k=1
  new_namespace head && ip -n "${net}head" link add switch type bridge && ip -n "${net}head" link set switch up &&
    ip -n "${net}head" address add 10.213.0.1/24 dev switch || return 1
  for host in "${hosts[@]}"; do
    new_namespace "$host" && ip -n "${net}head" link add "$host" type veth peer name eth0 netns "$net$host" &&
      ip -n "${net}head" link set "$host" master switch up && ip -n "$net$host" link set eth0 up &&
      ip -n "$net$host" address add 10.213.0.1$k/24 dev eth0 || return 1
    k=$((k + 1))
  done
}
make_network >said 2>&1 || { echo "skipped: no network namespaces here: $(head -1 said)"; exit 77; }

# on NAMESPACE COMMAND...: as on a machine of that name.
on() { ip netns exec "$net$1" unshare --uts sh -c 'hostname "$0" && exec "$@"' "$@"; }

# What mpirun starts its daemons with, in place of ssh: AGENT ADDRESS COMMAND...
cat >agent <<AGENT
#!/bin/sh
host=h\${1##*.1}
shift
exec ip netns exec "$net\$host" unshare --uts sh -c "hostname \$host && \$*"
AGENT
chmod +x agent
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMP_WAIT_POLICY=passive OMP_NUM_THREADS=1
launch=(mpirun -n 4 --host 10.213.0.11:2,10.213.0.12:2 --bind-to none --mca mpi_yield_when_idle 1 --mca pml ob1
  --mca plm_rsh_agent "$folder/agent" --mca oob_tcp_if_include 10.213.0.0/24 --mca btl_tcp_if_include 10.213.0.0/24
  --mca oob_tcp_keepalive_time 2 --mca oob_tcp_keepalive_intvl 1 --mca oob_tcp_keepalive_probes 3)

cat >slab.yaml <<'YAML'
mesh: {slab: {size_mm: [6, 3, 2], spacing_mm: 0.5}}
regions:
  - {model: ten_tusscher_2006, conductivity: {longitudinal_S_per_m: 0.1334, transverse_S_per_m: 0.0176}}
stimuli:
  - {box: {min_mm: [0, 0, 0], max_mm: [1, 1, 1]}, duration_ms: 2, amplitude_uA_per_uF: 50}
time: {duration_ms: 30, step_ms: 0.05}
outputs: {snapshots: {interval_ms: 5}}
checkpoint: {interval_ms: 10}
YAML
same() {
  local end
  for end in .e.nc _vm.e.nc; do
    "$python" "$sources/tests/restart/compare.py" "one$end" "$1$end" >said 2>&1 || return 1
  done
}
one() { OMPI_MCA_ess_singleton_isolated=1 timeout 600 "$program" run slab.yaml --output "$@" >said 2>&1; }
two() { on head timeout 600 "${launch[@]}" "$program" run slab.yaml --output "$@" >said 2>&1; }

check "a run on one host" one one
two_each() { on head timeout 600 "${launch[@]}" hostname >said 2>&1 && [ "$(sort said | xargs)" = "h1 h1 h2 h2" ]; }
check "each host has two of the ranks" two_each
bytes() { ip -n "${net}head" -s -j link show h2 | "$python" -c 'import json, sys; print(json.load(sys.stdin)[0]["stats64"]["rx"]["bytes"])'; }
before=$(bytes)
check "a run on two hosts" two many
check "which talk to each other" [ $(($(bytes) - before)) -gt 100000 ]
check "the same bits" same many

# A host that nobody reaches any more.
sed -i 's/duration_ms: 30/duration_ms: 100000/; s/interval_ms: 5}/interval_ms: 5, stop_ms: 30}/' slab.yaml
in_background said said on head timeout 600 "${launch[@]}" "$program" run slab.yaml --output cut
check "a long run has a checkpoint" wait_for [ -e cut.ckpt.nc ]
check "a host is cut off" ip -n "${net}head" link set h2 down
wait "$job"
code=$?
job=
check "the run ends by itself with a code that is not 0 ($code)" [ $((code != 0 && code != 124)) -eq 1 ]
check "and says that it lost a host" says 'lost communication'
check "once" [ "$(grep -c 'lost communication' said)" -eq 1 ]
quiet() { for name in head "${hosts[@]}"; do [ -z "$(ip netns pids "$net$name")" ] || return 1; done; }
check "no rank is left on either host" wait_for quiet
unfinished() { [ ! -e cut.e.nc ] && [ ! -e cut_vm.e.nc ]; }
check "no results look finished" unfinished
reached=$("$python" -c 'import netCDF4; print(round(float(netCDF4.Dataset("cut.ckpt.nc")["time"][0])))' 2>said) || reached=
sed -i "s/duration_ms: 100000/duration_ms: $((${reached:-0} + 10))/" slab.yaml
check "one host runs to where the other had been ($reached ms)" one one
check "and on from the checkpoint" one cut --restart cut.ckpt.nc
check "to the same bits" same cut

[ $failures -eq 0 ] || { echo "$failures checks failed"; exit 1; }
