#!/bin/bash
# usage: test_study.sh COMMAND...
# Runs COMMAND, which starts isochrone, on studies: members, tables, kills, shards, what is refused.
source "$(dirname "$0")/expect.sh"
begin "$@"

cat >heart.yaml <<'END'
mesh: {slab: {size_mm: [6, 3, 1], spacing_mm: 0.5}, fibre: [1, 0, 0]}
regions:
  - {name: wall, model: ten_tusscher_2006, conductivity: {longitudinal_S_per_m: 0.1334, transverse_S_per_m: 0.0176}}
stimuli: [{box: {min_mm: [0, 0, 0], max_mm: [1.5, 1.5, 1.5]}, duration_ms: 2, amplitude_uA_per_uF: 50}]
time: {duration_ms: 20}
outputs: {csv: true}
study:
  axes:
    - {key: stimuli.0.amplitude_uA_per_uF, values: [30, 50, 5]}
    - name: place
      cases:
        - {name: as it is}
        - {name: "face, x", set: ["stimuli.0.box.max_mm=[1, 9, 9]", "regions.0.conductivity.longitudinal_S_per_m=0.2"]}
END

expect 0 study heart.yaml --output one
says out '6: 6 done, 0 failed, 0 to do'
says err '6 of 6 finished'
grep -qE '^time  .* in members$' out || complain 'it does not say how much time went into members'
grep -q '^member,amplitude_uA_per_uF,place,total_activation_ms,activated_percent,induced,.*,status,why$' one/table.csv ||
  complain 'the table has other heads'
grep -q '^2,30,"face, x",[0-9.]*,100,0,' one/table.csv || complain 'member 2 is not the second case of the first'
grep -q '^5,5,as it is,,0,0,0,.*,done,$' one/table.csv || complain 'a stimulus that is too weak activates'
[ "$(wc -l <one/table.csv)" -eq 7 ] || complain 'the table has not a row a member'

# every file with its checksum, but lists of these and locks
listed() { (cd "$1" && sha256sum --check --quiet --strict manifest.sha256 && find . -type f ! -name '*.sha256' ! -name '*.lock' -printf '%P\n' | sort | diff - <(sed '/^#/d; s/^[^ ]*  //' manifest.sha256 | sort)) >out 2>err; }
listed one || complain 'the manifest is not that of the folder'
grep -q '^<title>heart</title>' one/index.html || complain 'the page has no title'
[ "$(grep -c '<tr class=done>' one/index.html)" -eq 6 ] || complain 'the page has not a row a member'
expect 0 info one/table.nc
says out total_activation_ms
grep -q 'axis_2 .*place' out || complain 'the table as NetCDF has no axis'

# what members share has no influence on them: one alone has the same map
expect 0 run heart.yaml --quiet --output alone --summary alone.json --set 'stimuli.0.box.max_mm=[1, 9, 9]' \
  --set regions.0.conductivity.longitudinal_S_per_m=0.2
# what ranks tell each other in a step is said, where there are several
awk -F '[:,]' '/"ranks"/ { n = $2 } /"sent_messages_per_step"/ { m = $2 } /"sent_bytes_per_step"/ { b = $2 }
  END { exit !(n > 1 ? m > 0 && b > m : n == 1 && m == 0) }' alone.json || complain 'messages are not counted'
cmp alone_nodes.csv one/members/0004_nodes.csv || complain 'member 4 differs from a run of its own'

# a finished member never runs again
touch -d 2001-01-01 one/members/*.e.nc
expect 0 study heart.yaml --output one
[ -z "$(find one/members -name '*.e.nc' -newermt 2002-01-01)" ] || complain 'a finished member ran again'
# half of a row, which a copy on a full disk leaves, is none
cp one/table.csv whole.csv
head -c -9 one/members/0002.csv >half.csv
cp half.csv one/members/0002.csv
expect 0 study heart.yaml --output one
cmp whole.csv one/table.csv || complain 'a row that was cut stays'
listed one || complain 'the manifest is not that of a member that ran again'
touch -d 2001-01-01 one/members/*.e.nc
rm one/members/0003.csv
expect 0 study heart.yaml --output one --status
says out '5 done, 0 failed, 1 to do'
grep -q '^3,50,as it is,.*,waiting,$' one/table.csv || complain 'a member that is to run is not waiting in the table'
expect 0 study heart.yaml --output one
[ "$(find one/members -name '*.e.nc' -newermt 2002-01-01)" = one/members/0003.e.nc ] ||
  complain 'others ran with the one that was missing'

# a result that is lost stays on the manifest, and is told, until it is made anew
rm one/members/0002.e.nc one/members/0002_nodes.csv one/members/0005.json
for how in --status --quiet; do
  expect 0 study heart.yaml --output one $how
  says err 'member 2 is finished, but one/members/0002.e.nc and 1 more are not there any more: put them back, or --again'
  says err 'member 5 is finished, but one/members/0005.json is not there any more: put it back, or --again'
  (cd one && sha256sum --check --quiet manifest.sha256) >out 2>&1 && complain 'the manifest does not know of what is lost'
  [ "$(sed '/OK$/d' out | grep -c 'members/000[25].*FAILED')" = 3 ] || complain 'the manifest knows of something else'
done
touch -d 2001-01-01 one/members/*.e.nc
expect 0 study heart.yaml --output one --again
grep -q 'any more' err && complain 'it is told after it was made anew'
[ "$(find one/members -name '*.e.nc' -newermt 2002-01-01 | sort | tr '\n' ' ')" = 'one/members/0002.e.nc one/members/0005.e.nc ' ] ||
  complain 'other members than those of which files are missing ran again'
cmp whole.csv one/table.csv || complain 'members that ran again make another table'
listed one || complain 'the manifest is not that of members that ran again'

# how long action potentials are, and that all of them have ended; a drug by the concentration in patients
expect 0 study heart.yaml --output long --set time.duration_ms=400 --set 'study.outcomes=[apd_ms, recovered_percent]' \
  --set 'study.axes=[{key: stimuli.0.amplitude_uA_per_uF, values: [50]}]'
median=$(awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) if ($i == "apd_ms") c = i} NR > 1 {print $c}' long/members/0001_nodes.csv |
  sort -g | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}')
grep -q "^1,50,$median,100,done,$" long/table.csv || complain "apd_ms is not the median $median of the map"
drug='name: blocker, block: {g_Kr: {ic50_nM: 10}}'
expect 0 check heart.yaml --set "drugs=[{$drug, cmax_nM: 10, times_cmax: 4}]"
says out 'wall: g_Kr x 0.2 by blocker'
expect 2 check heart.yaml --set "drugs=[{$drug, times_cmax: 4}]"
says err 'it is a multiple of cmax_nM, which is not given'
expect 2 check heart.yaml --set "drugs=[{$drug, cmax_nM: 4}]"
says err 'times_cmax, the multiple of it, is not given'
expect 2 check heart.yaml --set "drugs=[{$drug, cmax_nM: 4, times_cmax: 1, concentration_nM: 3}]"
says err 'there is a concentration, too'

# shards, on the same folder, make the same table; so does another number of ranks
for shard in 2/3 1/3 3/3; do expect 0 study heart.yaml --output shards --shard $shard; done
cmp one/table.csv shards/table.csv || complain 'shards make another table'

# a study that is killed goes on; its members take longer than the kill on any machine
for duration in 2000 10000 50000 250000; do
  rm -rf killed
  launch study heart.yaml --output killed --set time.duration_ms="$duration"
  wait_for test -f killed/members/0001.csv || complain 'the first member is not done'
  kill -TERM "$job" 2>/dev/null
  job_ends
  [ -f killed/members/0006.csv ] || break
done
# (mpirun kills its ranks before they can say so)
[ ${#isochrone[@]} -gt 1 ] || grep -qE 'stopped by a signal.*; the same command goes on' err ||
  complain 'it does not say how a study that was stopped goes on'
grep -q 'results up to then are written' err && complain 'the member that was stopped runs again from its beginning'
[ -f killed/members/0006.csv ] && complain 'it was over before it could be killed'
expect 0 study heart.yaml --output killed --set time.duration_ms="$duration"
says out '6: 6 done'
[ -z "$(find killed -name '*.lock' -not -name table.lock)" ] || complain 'locks are left'

# a member of another job that is killed: whoever has done the others does it
mkdir -p left/members
exec 9>left/members/0001.lock
flock 9
launch study heart.yaml --output left --set time.duration_ms=500 9>&-
wait_for test -f left/members/0003.csv || complain 'a member that somebody else has stops the others'
[ -f left/members/0006.csv ] && complain 'it was over before the other one could be killed'
exec 9>&-
job_ends || complain 'the others fail'
says out '6: 6 done, 0 failed, 0 to do'
# while somebody alive has it, nobody waits
rm left/members/000[12].csv
exec 9>left/members/0001.lock
flock 9
expect 0 study heart.yaml --output left --set time.duration_ms=500 9>&-
says out '6: 5 done, 0 failed, 1 to do'
exec 9>&-

# a member that fails stops nobody
fails=(heart.yaml --output fails --set 'study.axes.1.cases.1.set.0=stimuli.0.box.min_mm=[9, 9, 9]'
  --set 'study.axes.1.cases.1.set.1=stimuli.0.box.max_mm=[10, 10, 10]')
expect 1 study "${fails[@]}"
says out '3 done, 3 failed, 0 to do'
says err '3 of 6 members failed'
grep -q '^4,50,"face, x",,.*,failed,.*hits no node' fails/table.csv || complain 'the table does not say why it failed'
expect 1 study "${fails[@]}" --again
says err 'member 4'

# the cases of a file; columns that are asked for
printf 'name,stimuli.0.amplitude_uA_per_uF,stimuli.0.box.max_mm\nlow,30,"[1,9,9]"\n# no line\nhigh,50,"[1,9,9]"\n' >cases.csv
expect 0 study heart.yaml --output file --set 'study.axes=[{name: who, file: cases.csv}]' \
  --set 'study.outcomes=[simulated_ms, total_activation_ms]'
grep -q '^member,who,simulated_ms,total_activation_ms,status,why$' file/table.csv || complain 'the columns are others'
grep -q '^2,high,20,[0-9.]*,done,$' file/table.csv || complain 'the file has other cases'
sed -i 's/high,50/high,60/' cases.csv
expect 2 study heart.yaml --output file --set 'study.axes=[{name: who, file: cases.csv}]' \
  --set 'study.outcomes=[simulated_ms, total_activation_ms]'
says err 'file belongs to another study'

# how two ventricles are activated together: by the members' own maps, with both methods
expect 0 study heart.yaml --output both --set 'study.axes=[{key: method, values: [monodomain, eikonal]}]' \
  --set 'sites={left: {box: {min_mm: [4, 0, 0], max_mm: [6, 3, 1]}}, right: {box: {min_mm: [0, 0, 0], max_mm: [2, 3, 1]}}}' \
  --set 'outputs.synchrony={left: {site: left}, right: {site: right}}' \
  --set 'regions.0.velocity={longitudinal_m_per_s: 0.6, transverse_m_per_s: 0.3}' \
  --set 'study.outcomes=[lv_activation_ms, lv_dispersion_ms, vv_synchrony_ms]'
for k in 1 2; do
  awk -F, -v row="$(grep "^$k," both/table.csv)" '
    NR == 1 { for (k = 1; k <= NF; k++) if ($k == "activation_time_ms") c = k; next }
    $2 >= 4 { n++; s += $c; q += $c * $c; if (n == 1 || $c < low) low = $c; if ($c > high) high = $c }
    $2 <= 2 { m++; r += $c }
    END { split(row, got, ","); bad = 0
      want[3] = high - low; want[4] = sqrt(q / n - (s / n) ^ 2); want[5] = s / n - r / m
      for (k = 3; k <= 5; k++) if (got[k] == "" || (got[k] - want[k]) ^ 2 > 1e-8) { print k, got[k], want[k]; bad = 1 }
      exit bad || want[5] < 1 }' both/members/000${k}_nodes.csv || complain "member $k has other outcomes than its map"
done

# The latest of some sites, by the member's own map; and from QRS to the activation at a lead, by its own electrogram: the
# steepest fall of the potential, which is when the nearest node activates.
printf 'name,x_mm,y_mm,z_mm\nfar,5.5,1.5,2\nRA,-30,30,20\nLA,40,30,20\nLL,10,-60,0\n' >electrodes.csv
expect 0 study heart.yaml --output late --set stimuli.0.start_ms=5 --set time.duration_ms=30 --set 'study.axes=[{key: stimuli.0.amplitude_uA_per_uF, values: [50]}]' \
  --set 'sites={near: {box: {min_mm: [0, 0, 0], max_mm: [2, 3, 1]}}, far: {box: {min_mm: [4, 0, 0], max_mm: [6, 3, 1]}}, mid: {box: {min_mm: [2, 0, 0], max_mm: [4, 3, 1]}}}' \
  --set 'outputs.synchrony={left: {site: far}, right: {site: near}, lead: far, segments: [near, far, mid]}' \
  --set 'outputs.ecg={electrodes: electrodes.csv, interval_ms: 0.1}' \
  --set 'study.outcomes=[latest_segment, latest_segment_ms, qlv_ms]'
onset=$(sed -n 's/.*"qrs_onset_ms": \([0-9.]*\).*/\1/p' late/members/0001.json)
awk -F, -v row="$(tail -1 late/table.csv)" -v onset="$onset" '
  FNR == 1 { file++; for (k = 1; k <= NF; k++) { if ($k == "activation_time_ms") c = k; if ($k == "far") e = k }; next }
  file == 1 && $2 >= 4 { n++; s += $c }
  file == 1 && $2 == 5.5 && $3 == 1.5 && $4 == 1 { below = $c }
  file == 2 { if (t != "" && (v - $e) / ($1 - t) > steepest) { steepest = (v - $e) / ($1 - t); when = ($1 + t) / 2 }; t = $1; v = $e }
  END { split(row, got, ","); d = got[4] - s / n; q = got[5] - (when - onset); b = when - below
    print got[3], got[4], s / n, got[5], when, onset, below
    exit !(onset > 3 && got[3] == 2 && d < 1e-4 && d > -1e-4 && q < 0.2 && q > -0.2 && b < 1 && b > -1) }' \
  late/members/0001_nodes.csv late/members/0001_ecg.csv >out || complain 'another latest site or QLV than by maps and electrograms'
expect 2 check heart.yaml --set 'outputs.synchrony.segments=[nowhere]'
says err "outputs.synchrony.segments"

# what is wrong is found before anything runs
touch file_there
expect 1 study heart.yaml --output file_there
says err 'file_there: no folder can be made here'
bad() {
  expect 2 study heart.yaml --output bad "${@:2}"
  says err "$1"
  [ -e bad/members ] && complain 'a study that is wrong has begun'
}
expect 2 study heart.yaml --output one --set time.duration_ms=10
says err 'one belongs to another study'
bad 'did you mean' --set study.axes.0.key=stimuli.0.amplitude_uA_per_uf
grep 'error:' err >refusal
expect 2 check heart.yaml --set study.axes.0.key=stimuli.0.amplitude_uA_per_uf
cmp -s <(grep 'error:' err) refusal || complain 'check refuses otherwise what a member would set'
bad 'key with values, cases, file, draws, or twin' --set study.axes.0.file=cases.csv
bad 'study.axes.0: case 2 has a line break in its name' --set 'study.axes=[{key: title, values: [one, "two\nlines"]}]'
bad 'study.axes.0: study.ranks=2 is of the study' --set 'study.axes=[{key: study.ranks, values: [2, 1]}]'
bad 'a key goes with its values' --set study.axes.0.values=
bad "no outcome 'qrs'" --set 'study.outcomes=[qrs]'
bad 'it has no study' --set study=
bad 'outputs.synchrony: it compares two ventricles' --set 'outputs.synchrony={left: {site: left}}'
bad 'a member wants 64 ranks' --set study.ranks=64
for shard in 4/3 0/3 4294967297/4294967298 99999999999/99999999999 1/99999999999999999999 1/1000001 +1/3 ' 1/3' '1/ 3' 1/3/ 1/ /3 -1/3; do
  bad 'expected a number of how many' --shard="$shard"
done
printf 'stimuli.0.amplitude_uA_per_uF\n30,2\n' >cases.csv
bad 'cases.csv:2: it has not as many fields' --set 'study.axes=[{file: cases.csv}]'
printf 'name;stimuli.0.start_ms\nlow;30\n' >cases.csv
bad 'cases.csv:1: its fields are parted by semicolons' --set 'study.axes=[{file: cases.csv}]'
printf 'name,stimuli.0.start_ms\nlow,1\nhigh,\n' >cases.csv
bad 'cases.csv:3: a field is empty; write null where' --set 'study.axes=[{file: cases.csv}]'
printf 'name,stimuli.0.start_ms\nlow,1\n\nhigh,2\nlow,3\n' >cases.csv
bad 'cases.csv:5: a case above has this name already, and members are told apart by them: low' \
  --set 'study.axes=[{file: cases.csv}]'
bad "study.axes.0.cases.1: 'a' is the name of case 0 already" \
  --set 'study.axes=[{cases: [{name: a}, {name: a, set: [stimuli.0.start_ms=1]}]}]'
# A column of the table that a member does not follow.
bad "study.axes.1 (b): its case '2' sets stimuli.0.start_ms anew, which the case '0' of the axis 'a' before it sets" \
  --set 'study.axes=[{name: a, key: stimuli.0.start_ms, values: [0, 1]}, {name: b, key: stimuli.0.start_ms, values: [2]}]'
bad "study.axes.1 (b): its case 'd' sets stimuli.0.start_ms anew, which the case '0' of the axis 'a' before it sets" \
  --set 'study.axes=[{name: a, key: stimuli.0.start_ms, values: [0]}, {name: b, cases: [{name: c}, {name: d, set: ["stimuli=[]"]}]}]'
bad "study.axes.1 (b): its case 'd' sets stimuli.0.start_ms anew, which the case 'y' of the axis 'a' before it sets" \
  --set 'study.axes=[{name: a, cases: [{name: x}, {name: y, set: [stimuli.0.start_ms=1]}]}, {name: b, cases: [{name: c}, {name: d, set: ["stimuli.0=null"]}]}]'
bad "study.axes.0 (a): its case 'y' sets stimuli.0.start_ms twice; leave one out" \
  --set 'study.axes=[{name: a, cases: [{name: x}, {name: y, set: [stimuli.0.start_ms=1, stimuli.0.duration_ms=1, stimuli.0.start_ms=2]}]}]'
bad "study.axes.0 (a): its case 'x' sets stimuli.0.start_ms and then stimuli.0, which leaves nothing of that" \
  --set 'study.axes=[{name: a, cases: [{name: x, set: [stimuli.0.start_ms=1, "stimuli.0={tag: 1}"]}]}]'
bad 'study.axes.0.drawn.1 (q): stimuli.0.start_ms is drawn by number 0 already' --set \
  'study.axes=[{name: h, draws: 2, drawn: [{key: stimuli.0.start_ms, name: p, uniform: [0, 5]}, {key: stimuli.0.start_ms, name: q, normal: [9, 1]}]}]'

# Files that members are made of stay as they were: a shard that comes later, and begins with the same text, says what has changed.
printf '2\nextra\n0\n1\n' >lead.vtx
listed=(--set 'sites={lead: {nodes: lead.vtx}}' --set 'stimuli.0.box=null' --set 'stimuli.0.site=lead'
  --set 'study.axes=[{name: a, key: stimuli.0.start_ms, values: [0, 1]}]')
expect 0 study heart.yaml --output listed "${listed[@]}" --shard 1/2
printf '2\nextra\n0\n2\n' >lead.vtx
expect 2 study heart.yaml --output listed "${listed[@]}" --shard 2/2
says err 'listed: files have changed since the study began'
says err 'lead.vtx (sites.lead.nodes) was '
[ -e listed/members/0002.csv ] && complain 'members of two lists are in a table'
printf '2\nextra\n0\n1\n' >lead.vtx
expect 0 study heart.yaml --output listed "${listed[@]}" --shard 2/2
finish
