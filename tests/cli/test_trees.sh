#!/bin/bash
# usage: test_trees.sh SOURCE PYTHON COMMAND...
# Two Purkinje trees in a patient's ventricles against the published activation of that heart, which another eikonal program
# made. What differs is explained in docs/purkinje.md: fibres where their signs disagree, and where a junction is.
source "$(dirname "$0")/expect.sh"
begin_with 'source python' "$@"

# value NAME: of what the comparison printed, in thousandths
value() { awk -v name="$1" '$1 == name { printf "%d", $2 * 1000 }' compared; }

compare() { "$python" "$source/scripts/compare_activation.py" "$1_nodes.csv" "$source/meshes/biventricle_crt/activation.csv" >compared ||
  complain 'the comparison fails'; }

config=$source/configs/trees.yaml
expect 0 run "$config" -q --output trees
compare trees
mean=$(value mean_ms) sd=$(value sd_ms)
((mean > -200 && mean < 100)) || complain "the muscle is $mean us late on average"
figure() { awk -v name="$1" '$1 == name { print $2 }' compared; }
verified trees_sd_ms "$(figure sd_ms)" 'at most' 2.1
verified trees_correlation "$(figure correlation)" 'at least' 0.997
verified trees_within_3_ms_percent "$(figure within_3_ms_percent)" 'at least' 89
(($(value last_ms) > 206500 && $(value last_ms) < 209500)) || complain "the last node at $(value last_ms) us"

# A wave that cannot go back into a tree comes late to where the other one would have taken it.
no_back=()
for side in left right; do no_back+=(--set "mesh.networks.$side.junction_delay_ms.back=300"); done
expect 0 run "$config" -q --output forth "${no_back[@]}"
compare forth
(($(value sd_ms) > 2 * sd)) || complain "times scatter by $(value sd_ms) us without a way back"
finish
