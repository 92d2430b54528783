#!/usr/bin/env bash
# Checks and measures the CUDA device on the GPU of this machine; results go to out/gpu.
#
# usage: scripts/gpu-check.sh [options]
#
#   --kernels       build kernels/ alone, with nvcc and CMake; without it that happens where the whole project cannot be
#                   configured because MPI, NetCDF or another library is missing
#   --no-sanitizer  without compute-sanitizer
#   --no-bench      without the benchmarks
#   --help          this text
#
# In order: the build; every test of label gpu (or the parity program, which compares the GPU with the CPU launch by
# launch and bit by bit, a model compiled at run time among them); compute-sanitizer's memcheck, racecheck, synccheck and
# initcheck on the parity program; `isochrone bench` in both precisions on 10,000, 390,000 and 2,500,000 nodes (not with
# kernels/ alone).
# A machine that has a GPU and neither MPI nor NetCDF runs whole simulations by scripts/gpu-run.sh, with what
# scripts/gpu-pack.sh packs on another.
# Exit codes: 0 all is well, 1 something is not, 77 there is no GPU here.
source "$(dirname "$0")/common.sh"

kernels=no
sanitizer=yes
bench=yes
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) print_help && exit ;;
    --kernels) kernels=yes ;;
    --no-sanitizer) sanitizer=no ;;
    --no-bench) bench=no ;;
    *) fail "there is no option '$1'" "scripts/gpu-check.sh --help" ;;
  esac
  shift
done
results=out/gpu

if ! gpus=$(nvidia-smi -L 2>&1) || ! grep -q '^GPU' <<<"$gpus"; then
  printf 'there is no GPU here: nvidia-smi %s\n' "$(command -v nvidia-smi >/dev/null && echo 'finds none' || echo 'is missing')" >&2
  exit 77
fi
PATH=$PATH:/usr/local/cuda/bin
command -v nvcc >/dev/null || fail "there is no nvcc" "install the CUDA toolkit, or put its bin folder on PATH"
command -v cmake >/dev/null || fail "there is no CMake" "install cmake 3.25 or newer"
mkdir -p $results
architecture=-DISOCHRONE_CUDA_ARCHITECTURES=native
if command -v ninja >/dev/null; then export CMAKE_GENERATOR=Ninja; fi
if [ $kernels = no ] && ! cmake -B build-gpu $architecture >$results/configure.txt 2>&1; then
  echo "the whole project cannot be configured here ($results/configure.txt says why): kernels/ is built alone"
  kernels=yes
fi
{
  date -u +%F
  git describe --always --dirty 2>/dev/null || true
  nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
  nvcc --version | tail -2
} | tee $results/machine.txt

# step NAME COMMAND...: its output goes to a file, and its end is shown; what fails is remembered.
failed=()
step() {
  local name=$1
  shift
  say "$name"
  if "$@" >"$results/$name.txt" 2>&1; then
    tail -3 "$results/$name.txt"
  else
    tail -20 "$results/$name.txt"
    failed+=("$name")
  fi
}

build_all() { cmake --build build-gpu -j "$(nproc)"; }

build_kernels() {
  cmake -S kernels -B build-gpu-kernels -DISOCHRONE_PARITY=ON $architecture &&
    cmake --build build-gpu-kernels -j "$(nproc)" --target kernels_parity
}

if [ $kernels = yes ]; then
  step build build_kernels
  parity=build-gpu-kernels/kernels_parity
else
  step build build_all
  parity=build-gpu/tests/kernels/kernels_parity_gpu
fi
[ -x $parity ] || fail "the build failed" "see $results/build.txt"

if [ $kernels = yes ]; then
  step parity $parity --large
else
  # Skipped is not passed: there is a GPU.
  step tests env OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
    ctest --test-dir build-gpu --output-on-failure -L '^gpu$' --no-tests=error
  if grep -q 'Skipped' $results/tests.txt; then failed+=("tests (skipped)"); fi
  step parity-large $parity --large
fi

if [ $sanitizer = yes ]; then
  if command -v compute-sanitizer >/dev/null; then
    for tool in memcheck racecheck synccheck initcheck; do
      step $tool compute-sanitizer --tool $tool --error-exitcode 1 $parity --quick
    done
  else
    echo "compute-sanitizer is missing: it comes with the CUDA toolkit"
    failed+=(compute-sanitizer)
  fi
fi

if [ $bench = yes ] && [ $kernels = no ]; then
  for precision in double single; do
    for nodes in 10000 390000 2500000; do
      step "bench-$precision-$nodes" build-gpu/isochrone bench --device cuda --precision $precision --nodes $nodes \
        --copy-mb 2000 --json "$results/bench-$precision-$nodes.json"
    done
  done
fi

[ ${#failed[@]} -eq 0 ] || fail "not well: ${failed[*]}" "see the files of these names in $results"
say "All is well; see $results"
