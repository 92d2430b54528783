#!/usr/bin/env bash
# test_private.sh SOURCES COMMAND...: what a run, a wave, a study, a fit, an ECG made again, cells and a mesh leave names
# neither who made it nor the machine nor folders, whatever the paths that were given. COMMAND starts isochrone.
source "$(dirname "$0")/expect.sh"
begin_with sources "$@"
room=$folder/mustermann/clinic # of inputs, and another one of results
mkdir -p "$room" "$room"/../maps results_mustermann
export HOME=$room USER=mustermann LOGNAME=mustermann HOSTNAME=mustermann ISOCHRONE_CACHE=$room/cache
cp "$sources/tests/library/electrodes.csv" "$room"
cp "$sources/tests/library/map.csv" "$room/../maps"
"${isochrone[@]}" mesh slab "$room/slab.vtu" --size 8,2,1 --spacing 0.5 >out 2>err || complain 'no mesh is made'
"${isochrone[@]}" mesh convert "$room/slab.vtu" results_mustermann/slab.msh >out 2>err || complain 'nor converted'
"${isochrone[@]}" mesh slab "$room/finer" --size 8,2,1 --spacing 0.25 >out 2>err || complain 'nor as CARP'
mv "$room/finer".* results_mustermann
sed 's/mitchell_schaeffer_2003/own/g' "$sources/kernels/models/mitchell_schaeffer_2003.h" >"$room/own.h"
cat >"$room/heart.yaml" <<END
mesh: {file: $room/slab.vtu}
regions:
  - {name: muscle, model: $room/own.h, conductivity: {isotropic_S_per_m: 0.1}, velocity: {isotropic_m_per_s: 0.4}}
sites: {left: {box: {min_mm: [0, 0, 0], max_mm: [1, 2, 1]}}}
stimuli: [{name: first, site: left, duration_ms: 2, amplitude_uA_per_uF: 50}]
time: {duration_ms: 30, step_ms: 0.1}
checkpoint: {interval_ms: 10}
stop: {quiescent_mV: -50} # without quiescent_ms, of which members are warned with the name of this file
outputs: {csv: true, vtu: true, page: true, snapshots: {interval_ms: 1}, ecg: {electrodes: $room/electrodes.csv, pairs: [a-b]}}
fit:
  maps: {made: {file: $folder/mustermann/maps/map.csv, unit: mm, sd_ms: 0.5, source: times of 0.5 m/s, date: 2026-11}}
  onsets: {first: {stimulus: first, time_ms: 0, within_ms: 3, source: a guess}}
  velocity: {spread_percent: 30, source: a guess}
  field: {spread_percent: 10, correlation_mm: 4, source: a guess}
  members: 10
END
to=$folder/results_mustermann heart=$room/heart.yaml
expect 0 run "$heart" --quiet --output "$to/run" --summary "$to/run.json"
expect 0 run "$heart" --quiet --output "$to/again" --restart "$to/run.ckpt.nc"
expect 0 ecg "$heart" "$to/run_vm.e.nc" --output "$to/ecg"
expect 0 run "$heart" --quiet --output "$to/wave" --set method=eikonal --set checkpoint=null --set outputs.snapshots=null
expect 0 fit "$heart" --quiet --output "$to/fit"
expect 0 run "$heart" --quiet --output "$to/median" --set "twin={file: $to/fit.twin.nc, member: median}" --set time.duration_ms=1
expect 0 study "$heart" --quiet --output "$to/study" --set 'study.axes=[{key: stimuli.0.amplitude_uA_per_uF, values: [40, 50]}]'
# A study whose members' meshes, or what they set, are told by paths; two of one name; members that fail, and that are warned of.
mkdir "$room/../other"
"${isochrone[@]}" mesh slab "$room/../other/slab.vtu" --size 8,2,1 --spacing 1 >out 2>err || complain 'no other mesh is made'
echo 'no mesh' >"$room/broken.vtu"
short=(--quiet --set time.duration_ms=3 --set checkpoint.interval_ms=1 --set 'regions.0.model=mitchell_schaeffer_2003')
hearts() { printf 'study.axes=[{name: heart, key: mesh.file, values: [%s, %s/slab.vtu]}]' "$room/slab.vtu" "$folder/mustermann/$1"; }
expect 0 study "$heart" "${short[@]}" --output "$to/hearts" --set "$(hearts other)"
{ grep -q '^1,slab.vtu,' "$to/hearts/table.csv" && grep -q '^2,"slab.vtu, 2",' "$to/hearts/table.csv"; } ||
  complain 'hearts are not told apart by the names of their files'
[ "$(wc -l <"$to/hearts/members/0001_nodes.csv")" -gt "$(wc -l <"$to/hearts/members/0002_nodes.csv")" ] ||
  complain 'the second heart is the first one, whose file has its name'
# which goes on where its meshes are elsewhere, since they are the same
mv mustermann/other mustermann/elsewhere
rm "$to/hearts/members/0002.csv"
expect 0 study "$heart" "${short[@]}" --output "$to/hearts" --set "$(hearts elsewhere)"
[ "$(grep -c ',done,$' "$to/hearts/table.csv")" = 2 ] || complain 'a study does not go on with its meshes in another folder'
cp -r "$to/hearts" "$to/copied"
rm "$to/copied/members/0001.csv"
expect 0 study "$heart" "${short[@]}" --output "$to/copied" --set "$(hearts elsewhere)"
cmp "$to"/{hearts,copied}/table.csv || complain 'nor where it was copied to'
expect 1 study "$heart" "${short[@]}" --output "$to/cases" --set "study.axes=[{name: heart, cases: [{set: [mesh.file=$room/slab.vtu]},
  {set: ['mesh={file: $room/broken.vtu}']}]}]"
grep -q '^2,"mesh=.*,failed,.*broken.vtu' "$to/cases/table.csv" || complain 'it does not say which file made a member fail'
grep -q 'heart.yaml:.*stop' "$to/cases/members/0001.log" || complain 'no warning names a file'
expect 0 cell "$room/own.h" --beats 1 --quiet --output "$to/cells"
expect 0 info "$to/run.e.nc" --reproduce "$to/made.yaml"
[ "$(find results_mustermann -type f | wc -l)" -gt 40 ] || complain "only $(find results_mustermann -type f | wc -l) files are there"
machine=$(uname -n)
[ ${#machine} -gt 6 ] || machine=mustermann # shorter ones stand in numbers
for word in mustermann "$folder" "$machine"; do
  found=$(grep -rlaiF -- "$word" results_mustermann) && complain "'$word' is in $found"
done
# As the file system knows: no name of a file of results has more than was asked for.
[ -z "$(find results_mustermann -mindepth 1 -iname '*mustermann*')" ] || complain 'names of files tell of folders'
finish
