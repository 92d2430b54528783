#!/usr/bin/env bash
# One command on a machine with a GPU that has neither MPI nor NetCDF: unpacks what scripts/gpu-pack.sh packed, checks the
# bits, lets the sanitizer look, and measures. What is found stands in out/gpu as soon as it is found.
#
# usage: scripts/gpu-run.sh [options]
#
#   --seconds N   for all of it [530]; no part starts without time for it
#   --pack FILE   [out/gpu-pack.tar.gz]
#   --help        this text
#
# Parts, each with a limit of its own, and none is left out because one before it failed: launches against the CPU's,
# quick, all and with a million nodes; whole simulations on 1 to 3 ranks that share the GPU against the CPU's; the
# sanitizer's four tools; `isochrone bench` in both precisions on three sizes; the profiler on three kernels.
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
[ -f "$pack" ] || fail "there is no $pack" "make it with scripts/gpu-pack.sh where CUDA's toolkit and Open MPI are"
results=out/gpu
mkdir -p $results
: >$results/summary.txt
SECONDS=0
bad=0

# part NAME LIMIT COMMAND...: output to a file of that name, line by line; its end to the summary.
part() {
  local name=$1 limit=$2 began=$SECONDS left=$((all - SECONDS)) code=0
  shift 2
  if [ $left -lt 5 ]; then
    code=skipped
  else
    [ $left -ge "$limit" ] || limit=$left
    timeout -k 3 "$limit" stdbuf -oL -eL "$@" >"$results/$name.txt" 2>&1 || code=$?
  fi
  [ $code = 0 ] || bad=1
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
part unpack 30 tar -C "$folder" -xzf "$pack"
export folder ISOCHRONE_CACHE=$folder/cache

part parity-quick 40 "$folder/run" kernels_parity --quick
part parity 90 "$folder/run" kernels_parity
part parity-large 60 "$folder/run" kernels_parity --large

# The CPU on one rank against the GPU on 1, 2 and 3 ranks that share it, 3 twice: what races, moves.
bits() {
  local good=0 ranks
  "$folder/run" solve_bits cpu 1 auto >"$folder/cpu" || return 1
  for ranks in 1 2 3 3; do
    "$folder/run" -n $ranks solve_bits cuda 1 auto >"$folder/cuda" || good=1
    if diff "$folder/cpu" "$folder/cuda"; then echo "$ranks ranks: the same bits"; else good=1; fi
  done
  return $good
}
export -f bits
part bits 90 bash -c bits

# A whole heart of 390,000 nodes: many blocks, the default fast current, both precisions; every byte of the maps.
heart() {
  local precision
  for precision in double single; do
    for device in cpu cuda; do
      "$folder/run" isochrone run configs/biventricle.yaml --device $device --threads "$(nproc)" \
        --set time.duration_ms=25 --set numerics.precision=$precision --output "$folder/$device" \
        --summary "out/gpu/heart-$device-$precision.json" --quiet || return 1
    done
    python3 scripts/same_maps.py "$folder/cpu.e.nc" "$folder/cuda.e.nc" || return 1
  done
}
export -f heart
part heart 120 bash -c heart

if command -v compute-sanitizer >/dev/null; then
  for tool in memcheck racecheck synccheck initcheck; do
    part $tool 60 compute-sanitizer --tool $tool --error-exitcode 9 "$folder/run" kernels_parity --quick
  done
fi
for nodes in 2500000 390000 10000; do
  for precision in double single; do
    part "bench-$precision-$nodes" 40 "$folder/run" isochrone bench --device cuda --precision $precision \
      --nodes $nodes --copy-mb 2000 --json "$results/bench-$precision-$nodes.json"
  done
done
if command -v ncu >/dev/null; then
  for kernel in ten_tusscher_2006_cells multiply_last find_front; do
    part "ncu-$kernel" 45 ncu --clock-control none -k "regex:$kernel" --launch-skip 3 --launch-count 1 --set full \
      "$folder/run" isochrone bench --device cuda --nodes 1000000 --repeats 1 --copy-mb 50
  done
fi
[ $bad = 0 ] || fail "not all is well" "see $results/summary.txt and the files of those names"
say "All is well; see $results"
