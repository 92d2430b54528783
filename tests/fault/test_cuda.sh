#!/usr/bin/env bash
# test_cuda.sh [MPIEXEC...] PROGRAM: what a user of the cuda device sees, on a program whose CUDA is the test double:
# the files of the CPU bit for bit, and one message and exit code 1 where the GPU is missing, too small or lost.
# Functions are called through check.
# shellcheck disable=SC2317
set -u
source "$(dirname "$0")/check.sh"
program=("$@")
folder=$(mktemp -d "$PWD/cuda.XXXXXX")
trap 'rm -rf "$folder"' EXIT

cat >"$folder/slab.yaml" <<'YAML'
title: A small slab
mesh: {slab: {size_mm: [4, 2, 1], spacing_mm: 0.5}}
regions:
  - name: tissue
    model: ten_tusscher_2006
    conductivity: {longitudinal_S_per_m: 0.1334, transverse_S_per_m: 0.0176}
stimuli:
  - {name: corner, box: {min_mm: [0, 0, 0], max_mm: [1, 1, 1]}, duration_ms: 2, amplitude_uA_per_uF: 50}
time: {duration_ms: 6, step_ms: 0.05}
outputs:
  snapshots: {interval_ms: 2}
  probes: [{name: near, at_mm: [0.3, 0.2, 0.1]}, {name: far, at_mm: [3.9, 1.9, 0.9]}]
YAML

heart=slab
run() { # run NAME OPTIONS...
  timeout -s KILL 120 "${program[@]}" run "$folder/$heart.yaml" --output "$folder/$1" "${@:2}" >"$folder/said" 2>&1
}
fails() {
  run "$@"
  [ $? -eq 1 ]
}
wrong() {
  run broken "$@"
  [ $? -eq 2 ]
}
says_once() { [ "$(grep -c "isochrone: error:" "$folder/said")" = 1 ]; }
nothing_is_left() { ! ls "$folder"/broken* >/dev/null 2>&1; }

# Every variable of both files, byte for byte.
same_files() {
  /usr/bin/python3 - "$folder" <<'PY'
import sys
import netCDF4
for end in (".e.nc", "_vm.e.nc"):
    a, b = (netCDF4.Dataset("%s/%s%s" % (sys.argv[1], name, end)) for name in ("cpu", "cuda"))
    for name in a.variables:
        a[name].set_auto_mask(False), b[name].set_auto_mask(False)
        if a[name][:].tobytes() != b[name][:].tobytes():
            sys.exit("%s differs in %s" % (end, name))
PY
}

same() { # same WHAT OPTIONS...
  check "$1 runs on the CPU" run cpu --device cpu "${@:2}"
  check "$1 runs on the GPU" run cuda --device cuda "${@:2}"
  check "and says so" says "GPU 0, emulated.* x 1 thread$"
  check "$1: the same files" same_files
}

same "the default"
same "one step for all, in double precision" --set numerics.pace=fixed --set numerics.precision=double
same "implicit diffusion" --set numerics.diffusion=implicit --set time.duration_ms=2
same "a short step" --set time.step_ms=0.01 --set time.duration_ms=1
check "a GPU is taken where there is one" run auto --device auto
check "and named" says "GPU 0, emulated"

if [ ${#program[@]} -gt 1 ]; then
  check "several say which way halos go" says "halo: MPI takes it through memory of the host (ISOCHRONE_GPU_DIRECT=1 "
fi
ISOCHRONE_GPU_DIRECT=yes check "a way that is none is wrong input" wrong --device cuda
check "with one message" says_once
check "that names the switch" says "ISOCHRONE_GPU_DIRECT .* is neither 0 nor 1"

# A model of the user's own.
export XDG_CACHE_HOME=$folder
models=$(dirname "$0")/../../kernels/models
cp "$models/luo_rudy_1991.h" "$folder/cell.h"
sed 's/ten_tusscher_2006/.\/cell.h\n    initial: {paced: {cycle_length_ms: 400, beats: 2}}/' "$folder/slab.yaml" \
  >"$folder/own.yaml"
heart=own
same "a model of your own"
check "a GPU is taken for it where there is one" run auto --device auto
check "and named" says "GPU 0, emulated"
sed -i 's/^ISO_INLINE luo_rudy_1991_gates /static int helper(int class) { return class; }\n&/' "$folder/cell.h"
check "a header that is no C++ runs on the CPU" run cpu --device cpu
check "and is wrong input for a GPU" wrong --device cuda
check "with one message" says_once
check "and the compiler's, with its line" says "cell.h:$(grep -n 'int class' "$folder/cell.h" | cut -d: -f1):.*error"
cp "$models/luo_rudy_1991.h" "$folder/cell.h"
rm -r "$folder/isochrone"
export EMULATED_CUDA_NVRTC=/nowhere/libnvrtc.so
check "without NVRTC it does not run on a GPU" fails broken --device cuda
check "with one message" says_once
check "and what to do" says "NVRTC on a GPU, which cannot be loaded (/nowhere.*LD_LIBRARY_PATH; or choose --device cpu"
check "auto goes on without" run auto --device auto
check "and says why" says "this run is on the CPU: .*NVRTC"
heart=slab
check "a model of the program needs none" run cuda --device cuda
unset EMULATED_CUDA_NVRTC

check "a library of sparse products that is not there is wrong input" wrong --device cuda \
  --set numerics.product=library
check "with one message" says_once
check "that names the key" says "numerics.product: library: the device .* has no library of sparse products"

export EMULATED_CUDA_GPUS=0
check "no GPU ends the run" fails broken --device cuda
check "with one message" says_once
check "and what to do" says "no GPU here.*--device cpu"
check "auto goes on without" run auto --device auto
unset EMULATED_CUDA_GPUS

EMULATED_CUDA_DRIVER=old check "an old driver ends the run" fails broken --device cuda
check "and says which it needs" says "CUDA 11.4 and this program needs 13.0.*update the driver"

EMULATED_CUDA_MEMORY=3000000 check "too little memory ends the run" fails broken --device cuda \
  --set mesh.slab.spacing_mm=0.1
check "with one message" says_once
# enough_said: as many GPUs as hold what is needed in 95% of their memory; numbers are said to 0.1 MB
enough_said() {
  sed -n 's/.*need \([0-9.]*\) MB, and .* of its \([0-9.]*\) MB are free; about \([0-9]*\) such.*/\1 \2 \3/p' "$folder/said" |
    awk '{ few = $1 / (0.95 * $2); good = $3 >= few - 0.1 && $3 <= few + 1.1 } END { exit !good }'
}
[ ${#program[@]} -gt 1 ] || check "and how many GPUs would do" enough_said

alone() { ! says "share a GPU"; }
if [ ${#program[@]} -gt 1 ]; then # three ranks, each of which needs between 3 and 6 MB with one step for all
  large=(--set mesh.slab.spacing_mm=0.1 --set time.duration_ms=0.5 --set numerics.pace=fixed --set numerics.precision=double)
  EMULATED_CUDA_GPUS=1 check "ranks that share a GPU run" run cuda --device cuda
  check "and are warned" says "3 ranks share a GPU"
  EMULATED_CUDA_GPUS=3 EMULATED_CUDA_MEMORY=6000000 check "a GPU for each rank is large enough" run cuda \
    --device cuda "${large[@]}"
  check "and nothing is said of sharing" alone
  EMULATED_CUDA_GPUS=1 EMULATED_CUDA_MEMORY=6000000 check "one such GPU for all is not" fails broken \
    --device cuda "${large[@]}"
  check "and says so" says "the ranks of a GPU need .* MB"
fi

for after in 0 1 20 200; do # while recorded and while replayed, among others
  EMULATED_CUDA_LOST_AFTER=$after check "a GPU lost after $after launches ends the run" fails broken --device cuda
  check "with one message" says_once
  check "that names it" says "GPU 0 (emulated 0) failed\|GPU 1 (emulated 1) failed"
  check "and nothing is left" nothing_is_left
done

[ $failures -eq 0 ] || echo "$failures failed"
exit $((failures > 0))
