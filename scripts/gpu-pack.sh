#!/usr/bin/env bash
# Packs what a machine with a GPU and little else needs to run whole simulations: the programs of the GPU checks with their
# libraries and Open MPI's launcher, for scripts/gpu-run.sh there. Needs the CUDA toolkit here, and no GPU.
#
# usage: scripts/gpu-pack.sh [options]
#
#   --build DIR   a build of the project with CUDA [build-gpu, made if it is not there]
#   --emulated    the same programs on the test double of CUDA: to try the pack where there is no GPU
#   --output FILE [out/gpu-pack.tar.gz]
#   --help        this text
#
# There: copy the repository's folder with this file, and run scripts/gpu-run.sh. The C library must be as new as here.
source "$(dirname "$0")/common.sh"

build="build-gpu"
double=gpu
output=out/gpu-pack.tar.gz
while [ $# -gt 0 ]; do
  case $1 in
    --help | -h) print_help && exit ;;
    --build) build=${2:-} && shift ;;
    --emulated) double=emulated ;;
    --output) output=${2:-} && shift ;;
    *) fail "there is no option '$1'" "scripts/gpu-pack.sh --help" ;;
  esac
  shift
done
command -v orterun >/dev/null || fail "there is no Open MPI" "scripts/install-dependencies.sh build"

targets=(isochrone "kernels_parity_$double" "solve_bits_$double" "solve_pacing_$double")
[ $double = gpu ] || targets[0]=isochrone_emulated
say "Building"
[ -d "$build" ] || cmake -B "$build" -G Ninja -DISOCHRONE_CUDA_ARCHITECTURES=90
cmake --build "$build" --target "${targets[@]}" || fail "the build failed" "the first error above says where"

say "Packing"
pack=$(mktemp -d)
trap 'rm -rf "$pack"' EXIT
mkdir -p "$pack"/{bin,lib,mpi/bin,mpi/lib/openmpi,mpi/share}
for target in "${targets[@]}"; do
  program=$(find "$build" -type f -perm -u+x -name "$target" | head -1)
  [ -n "$program" ] || fail "there is no $target in $build" "build it with CUDA and with tests"
  cp "$program" "$pack/bin/${target%_"$double"}"
done
# Open MPI looks for its plug-ins below one folder, wherever that is (OPAL_PREFIX); one machine needs no network's.
plugins=$(ompi_info --path pkglibdir --parsable | cut -d: -f3)
for plugin in "$plugins"/mca_*.so; do
  case $plugin in *ucx* | *ofi* | *psm* | *openib* | *slurm* | *gridengine* | *romio*) ;; *) cp "$plugin" "$pack/mpi/lib/openmpi/" ;; esac
done
cp -L "$(command -v orterun)" "$(command -v orted)" "$pack/mpi/bin/"
cp -rL "$(ompi_info --path pkgdatadir --parsable | cut -d: -f3)" "$pack/mpi/share/openmpi"
pmix=$(find /usr/lib -maxdepth 2 -type d -name pmix2 | head -1)
[ -z "$pmix" ] || cp -rL "$pmix" "$pack/pmix"
# Libraries of all of them but the C library's own.
find "$pack" -type f \( -perm -u+x -o -name '*.so*' \) -exec ldd {} + 2>/dev/null | awk '$3 ~ /^\// {print $3}' | sort -u |
  grep -vE '/(libc|libm|libdl|libpthread|librt|libresolv|libutil|ld-linux[^/]*)\.so' |
  while read -r library; do cp -L "$library" "$pack/lib/"; done
[ $double = gpu ] || cp "$(find "$build" -name libiso_nvrtc_emulated.so | head -1)" "$pack/lib/"

# What is started through it sees these variables, and the machine's own tools do not.
cat >"$pack/run" <<'END'
#!/bin/sh
# usage: run [-n RANKS] PROGRAM ARGUMENTS...
pack=$(cd "$(dirname "$0")" && pwd)
export LD_LIBRARY_PATH="$pack/lib${CUDA_LIBRARIES:+:$CUDA_LIBRARIES}" OPAL_PREFIX="$pack/mpi" PATH="$pack/mpi/bin:$PATH"
export OPAL_PKGLIBDIR="$pack/mpi/lib/openmpi" OPAL_PKGDATADIR="$pack/mpi/share/openmpi" PMIX_INSTALL_PREFIX="$pack/pmix"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_btl=self,vader OMPI_MCA_pml=ob1
export OMPI_MCA_plm=isolated OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none
ranks=
[ "$1" = -n ] && ranks=$2 && shift 2
program=$pack/bin/$1
shift
if [ -n "$ranks" ]; then exec "$pack/mpi/bin/orterun" -n "$ranks" "$program" "$@"; fi
exec "$program" "$@"
END
chmod +x "$pack/run"
mkdir -p "$(dirname "$output")"
tar -C "$pack" -czf "$output" .
say "Done: $output, $(du -h "$output" | cut -f1)"
