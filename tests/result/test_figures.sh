#!/bin/bash
# usage: test_figures.sh ISOCHRONE FIGURES.py
# Pictures, a movie and a state of ParaView of a run, which ParaView opens, and the strategies of a study; 77 (skipped)
# where there is no ParaView.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
for tool in pvbatch xvfb-run; do
  command -v "$tool" >/dev/null || { echo "skipped: no $tool"; exit 77; }
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat >run.yaml <<'END'
mesh: {slab: {size_mm: [20, 14, 6], spacing_mm: 1}, fibre: [1, 0, 0]}
regions:
  - {name: wall, model: mitchell_schaeffer_2003, conductivity: {longitudinal_S_per_m: 0.3, transverse_S_per_m: 0.1}}
stimuli: [{box: {min_mm: [0, 0, 0], max_mm: [2, 2, 2]}, duration_ms: 2, amplitude_uA_per_uF: 50}]
time: {duration_ms: 60, step_ms: 0.1}
outputs: {snapshots: {interval_ms: 20}}
study:
  axes: [{name: corner, key: stimuli.0.box.max_mm, values: ["[2, 2, 2]", "[9, 9, 9]"]}]
  outcomes: [total_activation_ms]
END
"$1" run run.yaml --quiet --output run
pvbatch "$2" run figures
for file in figures/activation_time.png figures/apd.png figures/vm.gif run.pvsm; do
  [ -s $file ] || { echo "there is no $file"; exit 1; }
done
"$here/paraview.sh" "$here/check_state.py" run.pvsm 2 state.png
"$1" study run.yaml --quiet --output study
pvbatch "$2" study --by total_activation_ms --compare 1 --first 1
[ -s study/figures/strategies.png ] || { echo 'there is no figure of strategies'; exit 1; }
if pvbatch "$2" study --by qrs_ms 2>err; then echo 'it draws what is not there'; exit 1; fi
grep -q 'has no column qrs_ms' err
