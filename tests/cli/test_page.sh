#!/bin/bash
# usage: test_page.sh PYTHON COMMAND...
# Runs COMMAND, which starts isochrone, where pages are asked for, and opens them (check_page.py).
source "$(dirname "$0")/expect.sh"
tests=$(cd "$(dirname "$0")" && pwd)
python=$1
begin "${@:2}"

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
expect 2 study heart.yaml --output other --set study.rank_by=-qrs_ms
says err "study.rank_by: '-qrs_ms' is no outcome in the table"
[ -e other ] && complain 'a study that is refused leaves a folder'

for page in heart.html two/index.html; do
  "$python" "$tests/check_page.py" $page 10000 >out 2>err
  code=$?
  [ $code -eq 77 ] && [ $failures -eq 0 ] && cat err && exit 77
  [ $code -eq 0 ] || complain "$page does not open"
done
finish
