#!/usr/bin/env bash
# test_disk.sh [MPIEXEC...] PROGRAM: full disks of real file systems, which a tmpfs is not: a run ends by itself, at once
# where its maps will not fit, and with what it has where snapshots fill the disk. Exit code 77: nothing can be mounted.
# Functions are called through check.
# shellcheck disable=SC2317
set -u
source "$(dirname "$0")/check.sh"
program=("$@")
folder=$(mktemp -d "$PWD/disk.XXXXXX")
mounted=

clean_up() {
  [ -z "$mounted" ] || umount "$mounted"
  rm -rf "$folder"
}
trap clean_up EXIT

cat >"$folder/slab.yaml" <<'YAML'
mesh: {slab: {size_mm: [8, 4, 2], spacing_mm: 0.25}}
regions:
  - {model: mitchell_schaeffer_2003, conductivity: {longitudinal_S_per_m: 0.1334, transverse_S_per_m: 0.0176}}
stimuli:
  - {box: {min_mm: [0, 0, 0], max_mm: [1, 1, 1]}, duration_ms: 2, amplitude_uA_per_uF: 50}
time: {duration_ms: 10, step_ms: 0.05}
outputs: {snapshots: {interval_ms: 0.05}, compression: 0}
YAML

new_disk() { # new_disk FILE_SYSTEM MEGABYTES
  [ -z "$mounted" ] || umount "$mounted"
  mounted=
  rm -f "$folder/image"
  truncate -s "$2M" "$folder/image"
  mkfs."$1" -q -F -m 0 "$folder/image" && mkdir -p "$folder/at" && mount -o loop "$folder/image" "$folder/at" 2>/dev/null || return 1
  mounted=$folder/at
  rmdir "$mounted/lost+found"
}

run() { # run CODE OPTIONS...
  local code=$1
  "${program[@]}" run "$folder/slab.yaml" -q --output "$mounted/o" "${@:2}" >"$folder/said" 2>&1
  [ $? -eq "$code" ]
}
says_once() { [ "$(grep -c "isochrone: error:" "$folder/said")" = 1 ]; }

# Snapshots that end before the run does; all of them are numbers.
snapshots_are_whole() {
  /usr/bin/python3 - "$mounted/o_vm.e.nc" <<'PY'
import sys
import netCDF4
vm = netCDF4.Dataset(sys.argv[1])
times, values = vm["time_whole"][:], vm["vals_nod_var1"][:]
assert 3 < len(times) < 200 and values.shape[0] == len(times), len(times)
assert abs(times[-1] - 0.05 * (len(times) - 1)) < 1e-6 and values.min() > -100 and values.max() < 100
PY
}

for fs in ext4 ext2; do
  if ! command -v mkfs.$fs >/dev/null || ! new_disk $fs 4; then
    echo "skipped: full disks, which need root, mkfs and mount"
    exit 77
  fi
  check "$fs: a disk too small for the maps ends a run" run 1
  check "before its first step" says "o.e.nc: cannot be written, it needs .* MB"
  check "with one message" says_once
  check "and what to do" says "free some space"
  check "and nothing is left on it" [ -z "$(ls -A "$mounted")" ]
  new_disk $fs 8
  check "$fs: a disk that snapshots fill ends a run" run 1
  check "with one message" says_once
  check "and what to do" says "free some space"
  check "that says what there is" says "o_vm.e.nc: .*the results up to [0-9.]* ms are written"
  check "maps are there" [ -s "$mounted/o.e.nc" ]
  check "and the snapshots up to then" snapshots_are_whole
  check "and no unfinished file" [ "$(cd "$mounted" && echo *)" = "o.e.nc o_vm.e.nc" ]
  rm "$mounted"/*
  check "$fs: maps alone fit" run 0 --set outputs.snapshots.interval_ms=0
done

[ $failures -eq 0 ] || { echo "$failures checks failed"; exit 1; }
