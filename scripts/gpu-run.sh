#!/usr/bin/env bash
# One command on a machine with a GPU that has neither MPI nor NetCDF: unpacks what scripts/gpu-pack.sh packed, checks the
# bits, lets the sanitizer look, and measures. What is found stands in out/gpu as soon as it is found.
#
# usage: scripts/gpu-run.sh [options]
#
#   --seconds N   for all of it [530]; no part starts without time for it
#   --pack FILE   [out/gpu-pack.tar.gz]; where there is none, kernels/ alone is built and compared
#   --help        this text
#
# Parts, each with a limit of its own, and none is left out because one before it failed: launches against the CPU's,
# quick, all and with a million nodes; whole simulations on 1 to 4 ranks that share the GPU, and cells that are paced,
# against the CPU's; the sanitizer's four tools at once, and two on patches at their own pace; `isochrone bench` in both
# precisions on three sizes, and of a heart; the profiler on four kernels. Of the time, 2/5 is kept for what follows the bits and 1/6 for the profiler.
# Exit codes: 0 all is well, 1 something is not: out/gpu/summary.txt says what.
source "$(dirname "$0")/common.sh"

all=530
pack=out/gpu-pack.tar.gz
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) print_help && exit ;;
    --seconds) all=${2:-} && shift ;;
    --pack) pack=${2:-} && shift ;;
    *) fail "there is no option '$1'" "scripts/gpu-run.sh --help" ;;
  esac
  shift
done
results=out/gpu
mkdir -p $results
: >$results/summary.txt
SECONDS=0
bad=0
reserve=0 # seconds kept for later parts

# part NAME LIMIT COMMAND...: output to a file of that name, line by line; its end to the summary.
part() {
  local name=$1 limit=$2 began=$SECONDS left=$((all - reserve - SECONDS)) code=0
  shift 2
  if [ $left -lt 5 ]; then
    code=skipped
  else
    [ $left -ge "$limit" ] || limit=$left
    timeout -k 3 "$limit" stdbuf -oL -eL "$@" >"$results/$name.txt" 2>&1 || code=$?
  fi
  [ $code = 0 ] || bad=1
  last=$code
  printf '%4d s  %-24s %s in %d s\n' $SECONDS "$name" "$([ $code = 0 ] && echo good || echo "NOT GOOD ($code)")" \
    $((SECONDS - began)) | tee -a $results/summary.txt
}

PATH=$PATH:/usr/local/cuda/bin
# NVRTC and cuSPARSE are loaded by name: where the toolkit, or Python's packages of it, has them.
CUDA_LIBRARIES=
for folder in /usr/local/cuda*/lib64 /usr/local/cuda*/targets/*/lib "$HOME"/.local/lib/python3*/site-packages/nvidia/*/lib; do
  if ls "$folder"/libnvrtc.so.* "$folder"/libcusparse.so.* >/dev/null 2>&1; then
    CUDA_LIBRARIES=${CUDA_LIBRARIES:+$CUDA_LIBRARIES:}$folder
  fi
done
export CUDA_LIBRARIES ISOCHRONE_KERNELS=$root/kernels

machine() {
  uname -a
  nproc
  nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.max.sm,ecc.mode.current --format=csv
  nvcc --version | tail -2
  echo "libraries of CUDA: $CUDA_LIBRARIES"
}
export -f machine
part machine 15 bash -c machine
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export folder ISOCHRONE_CACHE=$folder/cache

# ---- the programs ----
build() {
  cmake -S kernels -B "$folder/build" -DISOCHRONE_PARITY=ON -DISOCHRONE_CUDA_ARCHITECTURES=native &&
    cmake --build "$folder/build" -j "$(nproc)" --target kernels_parity
}
export -f build
parity=("$folder/run" kernels_parity)
packed=yes
last=missing
[ ! -f "$pack" ] || part unpack 30 tar -C "$folder" -xzf "$pack"
if [ "$last" != 0 ]; then
  echo "there is no $pack that can be used: scripts/gpu-pack.sh makes it; kernels/ alone is built here" | tee -a $results/summary.txt
  bad=1
  packed=no
  part build 200 bash -c build
  parity=("$folder/build/kernels_parity")
fi

# ---- the same bits ----
reserve=$((all * 2 / 5))
part parity-quick 40 "${parity[@]}" --quick
part parity 90 "${parity[@]}"
part parity-large 60 "${parity[@]}" --large

# The CPU on one rank against the GPU on 1, 2 and 3 ranks that share it, 3 twice: what races, moves. On 4 ranks, patches at
# their own pace alone.
bits() {
  local good=0 ranks
  "$folder/run" solve_bits cpu 1 auto >"$folder/cpu" || return 1
  for ranks in 1 2 3 3; do
    "$folder/run" -n $ranks solve_bits cuda 1 auto >"$folder/cuda" || good=1
    if diff "$folder/cpu" "$folder/cuda"; then echo "$ranks ranks: the same bits"; else good=1; fi
  done
  "$folder/run" -n 4 solve_bits cuda 1 auto of adaptive >"$folder/cuda" || good=1
  if grep adaptive "$folder/cpu" | diff - "$folder/cuda"; then echo "4 ranks: the same bits"; else good=1; fi
  return $good
}
export -f bits
if [ $packed = yes ]; then
  part bits 90 bash -c bits
  part pacing 30 "$folder/run" solve_pacing
fi

# A whole heart of 390,000 nodes: many blocks, the default fast current, both precisions and both paces. Its maps as text,
# which reads back as the same bits: nothing has to read NetCDF here.
heart() {
  local way precision pace device
  for way in "double fixed" "single fixed" "double adaptive"; do
    read -r precision pace <<<"$way"
    for device in cpu cuda; do
      "$folder/run" isochrone run configs/biventricle.yaml --device $device --threads "$(nproc)" \
        --set time.duration_ms=25 --set numerics.pace="$pace" --set numerics.precision="$precision" --set outputs.csv=true \
        --output "$folder/$device" --summary "out/gpu/heart-$device-$precision-$pace.json" --quiet || return 1
    done
    cmp "$folder/cpu_nodes.csv" "$folder/cuda_nodes.csv" || return 1
    echo "$way: the same maps of $(wc -l <"$folder/cpu_nodes.csv") lines"
  done
}
export -f heart
[ $packed = no ] || part heart 120 bash -c heart

# ---- the sanitizer: at once, because nothing is timed here ----
reserve=$((all / 3))
sanitize() {
  local tool pids=() good=0
  for tool in memcheck racecheck synccheck initcheck; do
    compute-sanitizer --tool $tool --error-exitcode 9 --print-limit 20 "$@" --quick >"out/gpu/$tool.txt" 2>&1 &
    pids+=($!)
  done
  for tool in memcheck racecheck synccheck initcheck; do
    if wait "${pids[0]}"; then echo "$tool: good"; else echo "$tool: see $tool.txt" && good=1; fi
    pids=("${pids[@]:1}")
  done
  return $good
}
export -f sanitize
# Patches at their own pace, whose lists the GPU makes: whole simulations, besides the launches one by one above.
sanitize_pace() {
  local tool good=0
  for tool in racecheck memcheck; do
    if compute-sanitizer --tool $tool --error-exitcode 9 --print-limit 20 "$folder/run" solve_bits cuda 1 auto of adaptive \
      >"out/gpu/$tool-pace.txt" 2>&1; then echo "$tool: good"; else echo "$tool: see $tool-pace.txt" && good=1; fi
  done
  return $good
}
export -f sanitize_pace
if command -v compute-sanitizer >/dev/null; then part sanitizer 80 bash -c 'sanitize "$@"' sanitize "${parity[@]}"; fi
if [ $packed = yes ] && command -v compute-sanitizer >/dev/null; then part sanitizer-pace 60 bash -c sanitize_pace; fi

# ---- speed ----
reserve=$((all / 6))
clocks=clocks.sm,clocks.mem,temperature.gpu,power.draw,clocks_event_reasons.active
if [ $packed = yes ]; then
  for nodes in 2500000 390000 10000; do
    for precision in double single; do
      part "bench-$precision-$nodes" 40 "$folder/run" isochrone bench --device cuda --precision $precision \
        --nodes $nodes --copy-mb 2000 --json "$results/bench-$precision-$nodes.json"
    done
  done
  part bench-heart 40 "$folder/run" isochrone bench configs/biventricle.yaml --device cuda --copy-mb 2000 \
    --json $results/bench-heart.json
  part clocks 5 nvidia-smi --query-gpu=$clocks --format=csv
fi

# ---- the profiler: one launch of each; what the bound in docs/gpu.md rests on ----
reserve=0
counters=(l1tex__data_bank_conflicts_pipe_lsu_mem_global_op_ld l1tex__data_pipe_lsu_wavefronts_mem_lg
  l1tex__t_requests_pipe_lsu_mem_global_op_ld l1tex__t_sectors_pipe_lsu_mem_global_op_ld lts__t_sectors_op_read
  lts__t_sectors_op_write dram__bytes_read dram__bytes_write smsp__inst_executed)
metrics=$(printf '%s.sum,' "${counters[@]}")
sections=(SpeedOfLight MemoryWorkloadAnalysis MemoryWorkloadAnalysis_Tables LaunchStats Occupancy SchedulerStats
  WarpStateStats InstructionStats)
if command -v ncu >/dev/null && [ $packed = yes ]; then
  for kernel in ten_tusscher_2006_cells multiply_last find_front combine; do
    part "ncu-$kernel" 45 ncu --clock-control none -k "regex:$kernel" --launch-skip 3 --launch-count 1 \
      "${sections[@]/#/--section=}" --metrics "${metrics%,}" \
      "$folder/run" isochrone bench --device cuda --nodes 1000000 --repeats 1 --copy-mb 50
  done
fi
[ $bad = 0 ] || fail "not all is well" "see $results/summary.txt and the files of those names"
say "All is well; see $results"
