#!/usr/bin/env bash
# test_bench.sh PROGRAM: isochrone bench on the CPU and on a program whose CUDA is the test double: a complete table, the
# same counts of bytes in JSON, and one message for what cannot be measured.
# Functions are called through check.
# shellcheck disable=SC2317
set -u
source "$(dirname "$0")/check.sh"
program=$1
folder=$(mktemp -d "$PWD/bench.XXXXXX")
trap 'rm -rf "$folder"' EXIT

bench() { "$program" bench --nodes 1000 --repeats 1 --copy-mb 0.1 "$@" >"$folder/said" 2>&1; }
fails_as_input() {
  bench "$@"
  [ $? -eq 2 ]
}

# Bytes are of the launches and not of a device, but for the padding of sparse rows; counted here once more for the
# cells of ten Tusscher 2006, whose 18 rows of state are read and written.
same_counts() {
  /usr/bin/python3 - "$folder" <<'PY'
import json
import sys
found = {}
for device in ("cpu", "cuda"):
    report = json.load(open("%s/%s.json" % (sys.argv[1], device)))
    found[device] = {row["name"]: row for row in report["launches"]}
    assert report["nodes"] == 1000 and report["precision"] == "single", report
    for name, row in found[device].items():
        assert row["seconds"] > 0 and row["nodes"] > 0, row
cpu, cuda = found["cpu"], found["cuda"]
assert list(cpu) == list(cuda) and len(cpu) == 11, list(cpu)
for name in cpu:
    if "product" not in name and "step" not in name:
        assert cpu[name]["bytes"] == cuda[name]["bytes"], name
assert cpu["cells"]["bytes"] == 1000 * 4 * (18 + 2 + 18 + 2 + 4), cpu["cells"]
assert cpu["fast current, with a front"]["bytes"] > cpu["fast current, at rest"]["bytes"]
PY
}

for device in cpu cuda; do
  check "$device: it measures" bench --device $device --precision single --json "$folder/$device.json"
  check "$device: it names the device" says "^device  *$device"
  check "$device: the last line is the rate" says "node-steps/s$"
done
check "the same launches and counts on both" same_counts
check "a model without a fast current" bench --device cpu --model mitchell_schaeffer_2003
export XDG_CACHE_HOME=$folder
cat >"$folder/own.yaml" <<YAML
mesh: {slab: {size_mm: [4, 2, 1], spacing_mm: 0.5}}
regions:
  - {name: all, model: $(cd "$(dirname "$0")/../../kernels/models" && pwd)/luo_rudy_1991.h, conductivity: {isotropic_S_per_m: 0.1}}
stimuli: [{box: {min_mm: [0, 0, 0], max_mm: [1, 1, 1]}, duration_ms: 2, amplitude_uA_per_uF: 50}]
time: {duration_ms: 12, step_ms: 0.05}
YAML
own() { "$program" bench "$folder/own.yaml" --repeats 1 --copy-mb 0.1 --device "$1" >"$folder/said" 2>&1; }
for device in cpu cuda; do
  check "$device: a model of your own" own $device
  check "$device: the last line is the rate" says "node-steps/s$"
done
check "no model of that name is an error" fails_as_input --model nobody
check "a number of nodes that is none is an error" fails_as_input --nodes many
exit $((failures > 0))
