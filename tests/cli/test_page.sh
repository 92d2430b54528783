#!/bin/bash
# usage: test_page.sh PYTHON COMMAND...
# Runs COMMAND, which starts isochrone, where pages are asked for, and opens them (check_page.py).
source "$(dirname "$0")/expect.sh"
begin_with python "$@"

cat >heart.yaml <<'END_OF_FILE'
title: Block </script> & "wall"
mesh: {slab: {size_mm: [20, 14, 6], spacing_mm: 1}, fibre: [1, 0, 0]}
regions:
  - {name: wall, model: mitchell_schaeffer_2003, conductivity: {longitudinal_S_per_m: 0.13, transverse_S_per_m: 0.02}}
sites:
  left: {box: {min_mm: [0, 0, 0], max_mm: [1, 20, 20]}}
  right: {box: {min_mm: [19, 0, 0], max_mm: [20, 20, 20]}}
stimuli: [{site: left, duration_ms: 2, amplitude_uA_per_uF: 50}]
time: {duration_ms: 40, step_ms: 0.1}
outputs:
  page: true
  probes: [{name: near, at_mm: [5, 5, 3]}, {name: far, at_mm: [18, 12, 3]}]
study:
  question: From which side?
  axes: [{key: stimuli.0.site, values: [left, right]}, {key: time.duration_ms, values: [1, 40]}]
  outcomes: [activated_percent, total_activation_ms]
  rank_by: -activated_percent
  maps: 3
END_OF_FILE

expect 0 run heart.yaml
says out heart.html
grep -q '<title>Block &lt;/script&gt; &amp; &quot;wall&quot;</title>' heart.html || complain 'the title is not that of the configuration'
[ "$(grep -c '</script>' heart.html)" -ge 3 ] || complain 'there is no data'
grep -q '"name":"activation_time"' heart.html || complain 'there is no map'
grep -q '"traces":\[{"name":"near","values":\[-8' heart.html || complain 'there are no probes'
grep -q '\["mesh_checksum","' heart.html || complain 'it is not said what it was made of'
grep -q 'a block of 20 x 14 x 6 mm' heart.html || complain 'the page does not say what the mesh is'
expect 0 run heart.yaml --output sheet --set 'mesh.slab.size_mm=[20, 14, 0]' --set mesh.slab.element=triangle --set outputs.probes=null --set time.duration_ms=1
grep -q 'a sheet of 20 x 14 mm, edges' sheet.html || complain 'a sheet is a block'
grep -qi 'not a medical device' heart.html || complain 'it is not said what it is not'
grep -qE "<(script|link|img)[^>]* (src|href)=" heart.html && complain 'the page needs other files'
# members in the order of their rank, the first ones with maps; the ones of 1 ms have activated a fifth
expect 0 study heart.yaml --output two
order=$(grep -o '<tr class=done><td>[0-9]*' two/index.html | grep -o '[0-9]*$' | tr -d '\n')
[ "$order" = 2413 ] || complain "members are in the order $order"
shown() { sed -n 's/.*<h3>\([0-9]*\):.*/\1/p' two/index.html | tr -d '\n'; }
[ "$(shown)" = 241 ] || complain 'maps are not those of the best three'
[ "$(grep -c 'class=surface' two/index.html)" = 1 ] || complain 'the surface that members share is there more than once'
rm two/members/0002_picture.json
expect 0 study heart.yaml --output two --status
[ "$(shown)" = 413 ] || complain 'a picture that is gone is in the way'
# where no outcomes are asked for, the page has those that a member has, and the table all
expect 0 study heart.yaml --output all --set study.outcomes=null
grep -q '>qrs axis' all/index.html && complain 'the page has a column that is empty'
grep -q '>sustained' all/index.html || complain 'the page lacks a column'
grep -q ',qrs_axis_degree,' all/table.csv || complain 'the table lacks a column'
expect 2 study heart.yaml --output other --set study.rank_by=-qrs_ms
says err "study.rank_by: '-qrs_ms' is no outcome in the table"
[ -e other ] && complain 'a study that is refused leaves a folder'

# members to compare with come first, are in italics, and others are so far from the first of them; the best has no change
expect 0 study heart.yaml --output two --status --set study.compare='[3]' --set study.maps=1
[ "$(shown)" = 34 ] || complain 'the member to compare with is not shown first'
grep -q '<tr class=done data-reference><td>3</td>' two/index.html || complain 'it is not marked'
grep -q '<th title="how far it is from that of member 3">activated percent from member 3</th>' two/index.html ||
  complain 'there is no column of differences'
expect 2 study heart.yaml --output two --status --set study.compare='[5]'
says err 'study.compare: there is no member 5: they are 1 to 4'
expect 0 study heart.yaml --output two --status

# the markers of a device below its signals, restitution as plots, other tables; what was done in words
cat >device.yaml <<'END_OF_FILE'
mesh: {slab: {size_mm: [10, 0, 0], spacing_mm: 0.5, element: line}}
regions: [{name: strip, model: mitchell_schaeffer_2003, parameters: {tau_close: 60}, conductivity: {isotropic_S_per_m: 0.13}}]
sites:
  left: {sphere: {centre_mm: [0, 0, 0], radius_mm: 1}}
  a: {sphere: {centre_mm: [3, 0, 0], radius_mm: 0.3}}
  b: {sphere: {centre_mm: [8, 0, 0], radius_mm: 0.3}}
protocol:
  site: left
  sense: {site: b}
  amplitude_uA_per_uF: 50
  duration_ms: 2
  s1: {cycle_ms: 500, count: 2}
  restitution: {from: a, to: b, longest_ms: 400, shortest_ms: 300, resolution_ms: 20}
  window_ms: 300
devices: {pacer: {mode: "off", ventricle: {sense: {site: b}}}}
time: {duration_ms: 1500, step_ms: 0.1}
outputs: {page: true, wavefronts: {interval_ms: 2}}
END_OF_FILE
expect 0 run device.yaml
grep -q '<td>tissue</td><td>strip: Mitchell and Schaeffer 2003, two variables, .*conductivity 0.13 S/m; 1 parameter changed</td>' device.html ||
  complain 'it is not said what the tissue is'
grep -q '<td>total activation</td><td class=n>[0-9.]* ms</td>' device.html || complain 'it is not said what was found'
"$python" "$tests/cli/check_page.py" device.html --dump >device.dom 2>err
code=$?
if [ $code -ne 77 ]; then
  [ "$(grep -o 'class="plot"' device.dom | wc -l)" = 3 ] || complain 'there are not three plots'
  grep -q '<figcaption>Restitution: how long the action potential is after so much rest</figcaption>' device.dom ||
    complain 'restitution is not plotted'
  [ "$(grep -o '<g class="marks">.*</g>' device.dom | grep -o '>VS<' | wc -l)" = 3 ] || complain 'not a marker for each beat'
  grep -q 'Table: restitution' device.dom || complain 'tables are not shown'
fi

for page in heart.html two/index.html device.html; do
  [ $page = device.html ] && least=100 || least=10000 # a strip is a line
  "$python" "$tests/cli/check_page.py" $page "$least" >out 2>err
  code=$?
  [ $code -eq 77 ] && [ $failures -eq 0 ] && cat err && exit 77
  [ $code -eq 0 ] || complain "$page does not open"
done
finish
