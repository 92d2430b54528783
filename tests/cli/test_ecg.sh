#!/bin/bash
# usage: test_ecg.sh COMMAND...
# Runs COMMAND, which starts isochrone, with electrodes around a block of tissue, in a medium without bounds and in a torso.
source "$(dirname "$0")/expect.sh"
begin "$@"

cat >block.yaml <<'EOF'
mesh: {slab: {size_mm: [5, 2, 1], spacing_mm: 0.5}, fibre: [1, 0, 0]}
regions:
  - name: tissue
    model: mitchell_schaeffer_2003
    conductivity:
      {longitudinal_S_per_m: 0.13, transverse_S_per_m: 0.018, intracellular_longitudinal_S_per_m: 0.17,
       intracellular_transverse_S_per_m: 0.019}
stimuli:
  - {name: face, box: {min_mm: [0, 0, 0], max_mm: [1, 2, 1]}, duration_ms: 2, amplitude_uA_per_uF: 50}
time: {duration_ms: 12, step_ms: 0.05}
outputs:
  ecg: {electrodes: electrodes.csv, interval_ms: 0.5, medium_S_per_m: 0.2, pairs: [behind-ahead]}
EOF
printf 'name,x_mm,y_mm,z_mm\nahead,9,1,0.5\nbehind,-4,1,0.5\n' >electrodes.csv
torso='{file: torso.vtu, regions: [{isotropic_S_per_m: 0.2}]}'
extreme() { column "$1" "$2" | awk '{if ($1 * $1 > most * most) most = $1} END {print most}'; }
holds() { awk "BEGIN {exit !($1)}" || complain "not so: $1"; }

# ---- without bounds ----

expect 0 check block.yaml
says out 'ecg          every 0.5 ms, 3 leads of 2 electrodes: ahead behind behind-ahead'
expect 0 run block.yaml --output free --summary free.json
says out 'free_ecg.nc'
says out 'free_ecg.csv'
[ "$(head -1 free_ecg.csv)" = 'time_ms,ahead,behind,behind-ahead' ] || complain 'the CSV has other columns'
[ "$(wc -l <free_ecg.csv)" -eq 26 ] || complain 'there are not 25 samples'
grep -q '"ahead_activation_ms": [1-9]' free.json || complain 'the JSON has no activation time'
holds "$(extreme ahead free_ecg.csv) > 0.05 && $(extreme behind free_ecg.csv) < -0.05"
expect 0 run block.yaml --output denser --set outputs.ecg.medium_S_per_m=0.4
holds "($(extreme ahead free_ecg.csv) - 2 * $(extreme ahead denser_ecg.csv)) ^ 2 < 1e-12"

# An electrogram of the left lead is one that there is.
synchrony='{left: {site: face}, right: {site: face}, lead: NAME}'
sites=(--set 'sites={face: {box: {min_mm: [0, 0, 0], max_mm: [1, 2, 1]}}}')
expect 0 run block.yaml --output left "${sites[@]}" --set "outputs.synchrony=${synchrony/NAME/ahead}"
for method in monodomain eikonal; do
  expect 2 run block.yaml --output other "${sites[@]}" --set "outputs.synchrony=${synchrony/NAME/aehad}" --set method=$method
  says err "outputs.synchrony.lead: 'aehad' is no electrogram"
done

# Of a run of days at a sample in 10 us the ECG has 12.8 TB, which no disk has room for: said before the first step.
expect 1 run block.yaml --output days --set time.duration_ms=1e9 --set time.step_ms=0.01 --set outputs.ecg.interval_ms=0.01
says err 'days.e.nc: cannot be written'

# ---- from snapshots, which have Vm in single precision ----

expect 0 run block.yaml --set outputs.snapshots.interval_ms=0.5 --output kept
expect 0 ecg block.yaml kept_vm.e.nc --output later
says out 'later_ecg.nc and later_ecg.csv'
column ahead kept_ecg.csv >during
column ahead later_ecg.csv >after
paste during after | awk '{d = $1 - $2; if (d * d > 1e-10) exit 1}' || complain 'snapshots give another ECG'
[ "$(column time_ms kept_ecg.csv)" = "$(column time_ms later_ecg.csv)" ] || complain 'snapshots have other times'
mkdir elsewhere
printf 'name,x_mm,y_mm,z_mm\nbelow,2,1,-3\n' >elsewhere/new.csv
cd elsewhere || exit 1
expect 0 ecg ../block.yaml ../kept_vm.e.nc --electrodes new.csv --set outputs.ecg.pairs=null -o new
[ "$(head -1 new_ecg.csv)" = 'time_ms,below' ] || complain 'the new electrode is not the only one'
cd ..
expect 2 ecg block.yaml kept_vm.e.nc --set outputs.ecg=null
says err 'there are no electrodes'
expect 2 ecg block.yaml kept_vm.e.nc --set mesh.slab.spacing_mm=0.25
says err 'is of another mesh'
expect 2 ecg block.yaml kept.e.nc
says err 'holds no snapshots'

# ---- in a torso ----

# The tissue is at a corner of a box, as one of eight that are its mirror images: up to eight times the potential, and
# more where the box ends close by.
"${isochrone[@]}" mesh slab torso.vtu --size 24,16,12 --spacing 1 >out 2>err || complain 'no torso'
sed -i 's/-4,1,0.5/-0.1,1,0.5/' electrodes.csv
expect 0 run block.yaml --output free
expect 0 run block.yaml --set "outputs.ecg.torso=$torso" --set outputs.ecg.torso.ground=behind --output torso
holds "$(column behind torso_ecg.csv | awk '{s += $1 * $1} END {print s}') == 0"
bound=$(extreme behind-ahead torso_ecg.csv) free=$(extreme behind-ahead free_ecg.csv)
holds "$bound / $free > 1.5 && $bound / $free < 9"

# ---- a torso in the heart's own mesh ----

# Elements of tag 2 in the middle of a body of tag 7; then these alone, with their nodes in the same order.
"${isochrone[@]}" mesh slab body --size 12,8,6 --spacing 1 >out 2>err || complain 'no body'
awk 'NR == FNR {in_heart[FNR - 2] = $1 >= 3000 && $1 <= 9000 && $2 >= 3000 && $2 <= 5000 && $3 >= 2000 && $3 <= 4000; next}
  FNR == 1 {print; next}
  {print $1, $2, $3, $4, $5, in_heart[$2] && in_heart[$3] && in_heart[$4] && in_heart[$5] ? 2 : 7}' \
  body.pts body.elem >tagged
mv tagged body.elem
counted() { wc -l <"$1" && cat "$1"; }
awk '$6 == 2 {print $2; print $3; print $4; print $5}' body.elem | sort -nu >nodes
awk 'NR == FNR {new[$1] = 1; next} FNR > 1 && (FNR - 2) in new' nodes body.pts >list
counted list >heart.pts
awk 'NR == FNR {new[$1] = FNR - 1; next}
  $6 == 2 {print $1, new[$2], new[$3], new[$4], new[$5], 2}' nodes body.elem >list
counted list >heart.elem
head -145 body.lon >heart.lon
printf 'name,x_mm,y_mm,z_mm\nfront,6,4,6\nleft,12,4,3\nfoot,6,0,3\n' >around.csv
heart=(--set 'stimuli.0.box={min_mm: [0, 0, 0], max_mm: [4, 9, 9]}' --set 'outputs.ecg.pairs=[front-left]'
  --set outputs.ecg.electrodes=around.csv)
own=("${heart[@]}" --set 'mesh={file: body, passive: [{tags: [7], isotropic_S_per_m: 0.22}]}')
expect 0 check block.yaml "${own[@]}"
says out 'mesh         63 nodes, 144 elements'
says out 'passive      tag 7: 0.22 S/m, not simulated'
expect 0 run block.yaml "${own[@]}" --output own
# Lists of nodes have the numbers of the file, the body's, too.
awk 'NR == FNR {heart[$1] = 1; next} FNR > 1 && $1 <= 4000 && (FNR - 2) in heart {print FNR - 2}' nodes body.pts >found
{ wc -l <found && echo intra && cat found; } >early.vtx
expect 0 run block.yaml "${own[@]}" --set 'stimuli.0.box=null' --set 'stimuli.0.nodes=early.vtx' --output listed
cmp own_ecg.csv listed_ecg.csv || complain 'a list of nodes is another one in a mesh with passive parts'
# The bulk of the heart is si^2 / (si - s) of its regions; where it is told, it is what is told.
for along in 0.7225 0.5; do
  bulk="{tags: [2], longitudinal_S_per_m: $along, transverse_S_per_m: 0.361}"
  expect 0 run block.yaml "${heart[@]}" --set mesh=\{file:\ heart\} --output apart \
    --set "outputs.ecg.torso={file: body, regions: [$bulk, {isotropic_S_per_m: 0.22}]}"
  [ $along = 0.5 ] && expect 0 run block.yaml "${own[@]}" --output own --set "outputs.ecg.torso={regions: [$bulk]}"
  for lead in left foot front-left; do
    paste <(column $lead own_ecg.csv) <(column $lead apart_ecg.csv) |
      awk '{d = $1 - $2; if ($2 * $2 > most) most = $2 * $2; if (d * d > off) off = d * d}
        END {exit !(most > 1e-6 && off <= 1e-20 * most)}' || complain "$lead is not that of a torso apart ($along)"
  done
done

# ---- refusals ----

refuses() { # refuses WHAT_IT_SAYS SETTING...
  local settings=()
  for setting in "${@:2}"; do settings+=(--set "$setting"); done
  expect 2 check block.yaml "${settings[@]}"
  says err "$1"
}
refuses 'none.csv is not there' outputs.ecg.electrodes=none.csv
refuses "'ahead-none' is no pair" 'outputs.ecg.pairs=[ahead-none]'
refuses 'shorter than a time step' outputs.ecg.interval_ms=0.01
refuses 'above those of the monodomain' regions.0.conductivity.intracellular_longitudinal_S_per_m=0.1
refuses 'give both intracellular' regions.0.conductivity.intracellular_transverse_S_per_m=null
refuses 'nothing is said of what it conducts' 'outputs.ecg.torso={file: torso.vtu}'
refuses 'there is no mesh' 'outputs.ecg.torso={ground: ahead}'
refuses "tag 2 is that of the region 'tissue', too" 'mesh={file: body, passive: [{tags: [2], isotropic_S_per_m: 1}]}' \
  'regions.0.tags=[2]'
refuses 'no element of the mesh has such a tag' 'mesh={file: body, passive: [{tags: [5], isotropic_S_per_m: 1}]}'
refuses 'nothing is left of the mesh' 'mesh={file: body, passive: [{tags: [2, 7], isotropic_S_per_m: 1}]}'
refuses 'have other numbers than in its file' 'mesh={file: body, passive: [{tags: [7], isotropic_S_per_m: 1}]}' \
  'outputs.probes=[{name: a, node: 3}]'
refuses 'none.vtu is not there' 'outputs.ecg.torso={file: none.vtu, regions: [{isotropic_S_per_m: 1}]}'
refuses 'give isotropic_S_per_m alone' 'outputs.ecg.torso={file: torso.vtu, regions: [{transverse_S_per_m: 1}]}'
refuses "there is no electrode 'foot'" "outputs.ecg.torso=$torso" outputs.ecg.torso.ground=foot
refuses 'elements with tag 0, which no region' \
  'outputs.ecg.torso={file: torso.vtu, regions: [{tags: [3], isotropic_S_per_m: 1}]}'
refuses 'the heart has a node outside of the torso' "outputs.ecg.torso=$torso" 'mesh.slab.size_mm=[40, 2, 1]'
refuses 'need the intracellular conductivities' "outputs.ecg.torso=$torso" \
  'regions.0.conductivity={isotropic_S_per_m: 0.1}'
printf 'name,x_mm,y_mm,z_mm\nfar,900,1,0.5\n' >electrodes.csv
refuses "the electrode 'far' is 876 mm from the torso" "outputs.ecg.torso=$torso" 'outputs.ecg.pairs=null'
printf 'name,x_mm,y_mm\nfar,900,1\n' >electrodes.csv
refuses 'electrodes.csv:1: there is no column z_mm' 'outputs.ecg.pairs=null'

# ---- that was measured ----

data=$(realpath "$tests/ecg/data/ptb_s0010")
expect 0 ecg "$data/s0010_5s.hea" --output s0010
says out '12 leads, 4.999 s, 1000 samples a second'
says out 'of 6 beats (0 unlike the others, 0 early,'
says out 'axis       -9'
[ "$(head -1 s0010_beat.csv)" = 't_ms,I,II,III,aVR,aVL,aVF,V1,V2,V3,V4,V5,V6' ] || complain 'the beat has other leads'
expect 0 ecg s0010_beat.csv
says out 'beats      1, as they are'
expect 2 ecg s0010_beat.csv --output s0010
says err 's0010_beat.csv is the recording itself'
expect 2 ecg s0010_beat.csv --output again
says err '1 beats make no average; 3 are needed'
expect 2 ecg "$data/s0010_5s.hea" --set a=1
says err 'belong to a configuration'
cut -d, -f1-3,8-10 s0010_beat.csv >part.csv
expect 0 ecg part.csv
says out 'missing    V4, V5, V6'
# What hides beats is named.
awk -F, 'NR == 1 || (NR - 2) % 40 == 0' s0010_beat.csv >slow.csv
expect 2 ecg slow.csv
says err 'samples are 40 ms apart; beats are found in those up to 4 ms apart'
awk -F, 'NR < 20 || NR > 60' s0010_beat.csv >gap.csv
expect 2 ecg gap.csv
says err 'gap.csv: samples are not evenly spaced: that at'
awk -F, 'BEGIN { OFS = "," } NR > 1 { for (i = 2; i <= NF; i++) $i *= 1000 } { print }' part.csv >units.csv
expect 2 ecg units.csv
says err 'they may be in uV'
# One message, whatever the ranks.
cp "$data/s0010_5s.hea" cut.hea && head -c 50000 "$data/s0010_5s.dat" >s0010_5s.dat
arguments=(ecg on 3 ranks)
mpirun --allow-run-as-root --oversubscribe -n 3 "${isochrone[@]: -1}" ecg cut.hea >out 2>err </dev/null && complain 'exit code'
[ "$(grep -c '25000 numbers, not 5000 samples of 12 signals' err)" -eq 1 ] || complain 'not one message'
finish
