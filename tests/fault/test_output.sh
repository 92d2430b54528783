#!/usr/bin/env bash
# test_output.sh [MPIEXEC...] PROGRAM: places that cannot be written end a run with one message and exit code 1, or
# 2 where they are not there, early, and leave nothing behind; a killed run leaves what was there before.
set -u
source "$(dirname "$0")/check.sh"
program=("$@")
folder=$(mktemp -d "$PWD/fault.XXXXXX")
chmod 755 "$folder"
mounted=

clean_up() {
  [ -z "$mounted" ] || umount "$mounted"
  chmod -R u+w "$folder" && rm -rf "$folder"
}
trap clean_up EXIT

cat >"$folder/slab.yaml" <<'YAML'
title: A small slab
mesh: {slab: {size_mm: [4, 2, 1], spacing_mm: 0.25}}
regions:
  - name: tissue
    model: ten_tusscher_2006
    conductivity: {longitudinal_S_per_m: 0.1334, transverse_S_per_m: 0.0176}
stimuli:
  - {name: corner, box: {min_mm: [0, 0, 0], max_mm: [1, 1, 1]}, duration_ms: 2, amplitude_uA_per_uF: 50}
time: {duration_ms: 4, step_ms: 0.05}
outputs: {snapshots: {interval_ms: 0.05}}
YAML

run() { "${program[@]}" run "$folder/slab.yaml" --output "$1" >"$folder/said" 2>&1; }
ends() { run "$2"; [ $? -eq "$1" ]; }
fails() { ends 1 "$1"; }
holds_only() { [ "$(ls -A "$1")" = "$2" ]; }

check "the slab itself runs" run "$folder/good"
check "and leaves both files" [ -s "$folder/good.e.nc" -a -s "$folder/good_vm.e.nc" ]

# What a run reads is not what it writes, and no result is two.
refuses() { "${program[@]}" run "$folder/slab.yaml" "$@" >"$folder/said" 2>&1; [ $? -eq 2 ]; }
is_as_it_was() { [ "$(cksum <"$folder/$1")" = "$was" ]; }
check "a mesh is made" "${program[@]}" mesh slab "$folder/own.e.nc" --size 1,1,1 --spacing 0.5
was=$(cksum <"$folder/own.e.nc")
for method in monodomain eikonal; do
  check "a mesh that maps would replace is refused ($method)" refuses --output "$folder/own" --set method=$method \
    --set mesh.slab=null --set "mesh.file=$folder/own.e.nc"
  check "with its key" says "would be replaced by a result, but the configuration reads it (mesh.file)"
  check "and kept" is_as_it_was own.e.nc
done
was=$(cksum <"$folder/good.e.nc")
for name in good.e.nc good.ckpt.nc good_vm.e.nc; do
  check "so is a summary named $name" refuses --output "$folder/good" --summary "$folder/./$name"
  check "with what to do" says "another result of --output .*/good; choose another"
done
check "and the maps are kept" is_as_it_was good.e.nc

# It is the user's to mend, in every command.
check "a missing folder ends the run" ends 2 "$folder/none/slab"
check "with what to do" says "create it"
misses() { "${program[@]}" "$@" >"$folder/said" 2>&1; [ $? -eq 2 ] && says "none/.*\(create it\|a folder that is there\)"; }
check "a study" misses study "$folder/slab.yaml" --output "$folder/none/many" --set 'study.axes=[{key: time.duration_ms, values: [1]}]'
check "and a mesh" misses mesh slab "$folder/none/slab.vtu" --size 2,1,1 --spacing 0.5

mkdir "$folder/protected"
echo precious >"$folder/protected/slab.e.nc"
chmod a-w "$folder/protected/slab.e.nc"
check "a read-only file ends the run" fails "$folder/protected/slab"
check "with what to do" says "chmod u+w"
check "and is kept" grep -q precious "$folder/protected/slab.e.nc"
check "alone" holds_only "$folder/protected" slab.e.nc

# Root may write anywhere, so it steps down to try an unwritable folder.
mkdir -m 555 "$folder/closed"
if [ "$(id -u)" -ne 0 ]; then
  check "an unwritable folder ends the run" fails "$folder/closed/slab"
  check "with what to do" says "not writable"
elif command -v setpriv >/dev/null && setpriv --reuid=65534 --clear-groups test -x "${program[-1]}" -a -r "$folder/slab.yaml"; then
  as_root=("${program[@]}")
  program=(setpriv --reuid=65534 --clear-groups env HOME=/tmp "${as_root[@]}")
  check "an unwritable folder ends the run" fails "$folder/closed/slab"
  check "with what to do" says "not writable"
  program=("${as_root[@]}")
else
  echo "skipped: an unwritable folder, since nobody else than root can reach the program here"
fi
check "and stays empty" holds_only "$folder/closed" ""

# A disk of 1.5 MB takes the first snapshots and then is full.
mkdir "$folder/disk"
if mount -t tmpfs -o size=1536k tmpfs "$folder/disk" 2>/dev/null; then
  mounted=$folder/disk
  check "a full disk ends the run" fails "$folder/disk/slab"
  check "with what to do" says "free some space"
  check "and nothing is left on it" holds_only "$folder/disk" ""
else
  echo "skipped: a full disk, which needs root and mount"
fi

# Killed while it writes snapshots: the old result stays and no new name appears.
mkdir "$folder/killed"
echo old >"$folder/killed/slab.e.nc"
sed -i 's/duration_ms: 4,/duration_ms: 100000,/' "$folder/slab.yaml"
in_background "$folder/said" "$folder/said" setsid "${program[@]}" run "$folder/slab.yaml" --output "$folder/killed/slab"
grows() { # a snapshot takes some kB
  local part
  part=$(compgen -G "$folder/killed/slab_vm.e.nc.*.part") && [ "$(stat -c %s "$part")" -gt 100000 ]
}
check "snapshots go to a temporary file" wait_for grows
kill_session
check "a killed run leaves the old maps" grep -q old "$folder/killed/slab.e.nc"
check "and no snapshots under their name" [ ! -e "$folder/killed/slab_vm.e.nc" ]

[ $failures -eq 0 ] || { echo "$failures checks failed"; exit 1; }
