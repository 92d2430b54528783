#!/bin/bash
# usage: test_screen.sh SERIAL COMMAND...
# A study that screens: members in a ring whose S2 an eikonal wave proposes, or the sample has, run in full, the others do
# not, and how many were missed is said. COMMAND starts isochrone, SERIAL does so on one rank: the table is the same.
source "$(dirname "$0")/expect.sh"
begin_with serial "$@"

make_ring
sed -i 's/duration_ms: 800/duration_ms: 700/; s/sustained_ms: 500/sustained_ms: 400/; /csv: true/d' ring.yaml
cat >>ring.yaml <<END
  wavefronts: {interval_ms: 20}
study:
  axes:
    - {name: site, key: stimuli.1.site, values: [left, right]}
    - {name: s2, key: stimuli.1.start_ms, values: [60, 107, 130, 165]}
  outcomes: [induced, wavefronts_most]
  screen: {sample: 5, seed: 7, set: [outputs.wavefronts.interval_ms=0]}
END
# S2 at 107 ms goes back where the wave does not: what the sample tells
expect 0 study ring.yaml --output ring
says out 'screen       the wave proposed 2 members, of which 2 have induced of 1 or more in full'
awk -F, 'NR == 1 { for (c = 1; c <= NF; c++) column[$c] = c; next }
  { s = $column["screened"]; d = $column["sampled"]; i = $column["induced"]; status = $column["status"]
    drawn += d; done += status == "done"
    if (s != ($column["s2"] == 130)) bad++
    if ((status == "done") != (s || d) || (status == "screened") != !(s || d)) bad++
    if ((i != "") != (status == "done") || (status == "done" && i != ($column["s2"] == 107 || $column["s2"] == 130))) bad++
    if (d && !s) { tested++; missed += i } }
  END { print missed + 0, tested; exit !(!bad && NR == 9 && drawn == 5 && tested > 0) }' ring/table.csv >counts ||
  complain "$(cat ring/table.csv)"
read -r missed tested <counts
says out "missed $missed of the $tested in it that it did not propose"
grep -q 'Screen: the wave proposed 2 members' ring/index.html || complain 'the page does not say so'
says out "$(grep -c ',done,' ring/table.csv) done, $(grep -c ',screened,$' ring/table.csv) screened, 0 failed, 0 to do"

# Who is left out stays so, a larger sample has the members of the smaller one, and ranks do not matter.
expect 0 study ring.yaml --output ring
says out '0 to do'
$serial study ring.yaml --output serial >out 2>err || complain 'it fails'
cmp serial/table.csv ring/table.csv || complain 'another table on one rank'
$serial study ring.yaml --output more --set study.screen.sample=7 >out 2>err || complain 'it fails'
awk -F, 'FNR == NR { few[$1] = $6; next } FNR > 1 && few[$1] > $6 { exit 1 }' ring/table.csv more/table.csv ||
  complain 'a larger sample has other members'

# Of hearts that are drawn there are no medians: those in full were chosen.
expect 0 study ring.yaml --output drawn --set study.screen.sample=0 \
  --set 'study.axes=[{name: heart, draws: 2, drawn: [{name: s2, key: stimuli.1.start_ms, uniform: [60, 62]}]}]'
says out '0 done, 2 screened, 0 failed'
says out 'no medians and probabilities over the hearts'
[ -e drawn/summary.csv ] && complain 'there are medians of those that were chosen'
grep -q ': 0 done, 2 screened, 0 failed, 0 to do' drawn/index.html || complain 'the page counts them as done'

expect 2 study ring.yaml --output no --set 'study.screen.set=[time.duration_ms=700]'
says err 'method: recurrent_eikonal has no potential'
expect 2 study ring.yaml --output no --set study.screen.outcome=sustained_ms
says err "study.screen.outcome: 'sustained_ms' is no outcome in the table"
expect 2 study ring.yaml --output no --set method=eikonal --set outputs.wavefronts.interval_ms=0
says err 'study.screen: members that are eikonal beats need no screen'
finish
