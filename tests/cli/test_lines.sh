#!/bin/bash
# usage: test_lines.sh SOURCES ISOCHRONE START...
# Sets of lines on a patient's left atrium: what each parts, by the eikonal wave, which passes any gap. The same on the ranks
# that START starts.
source "$(dirname "$0")/expect.sh"
sources=$1
program=$2
shift 2
begin "$program"
lists=$sources/meshes/left_atrium

cat >atrium.yaml <<END
method: eikonal
mesh: {file: $lists/left_atrium.vtu}
regions:
  - {name: atrium, model: mitchell_schaeffer_2003, conductivity: {isotropic_S_per_m: 0.1}, velocity: {isotropic_m_per_s: 0.6}}
sites:
  left: {nodes: $lists/left_atrium_left_veins.vtx}
  right: {nodes: $lists/left_atrium_right_veins.vtx}
  left_superior_vein: {site: left, sphere: {centre_mm: [65, 88, 115], radius_mm: 14}}
  left_inferior_vein: {site: left, not: {site: left_superior_vein}}
  right_superior_vein: {site: right, sphere: {centre_mm: [20, 83, 102], radius_mm: 9}}
  right_inferior_vein: {site: right, not: {site: right_superior_vein}}
  mitral_valve: {nodes: $lists/left_atrium_mitral.vtx}
lesions:
  - {name: lines, line_set: {lines: [veins]}}
stimuli:
  - {name: S1, sphere: {centre_mm: [37.7, 71.6, 107.3], radius_mm: 4}, amplitude_uA_per_uF: 50}
time: {duration_ms: 300}
outputs: {csv: true}
END
set_lines() { echo "lesions.0.line_set.lines=[$1]"; }
# active NAME LIST: nodes of a list that the wave reaches, and all of it
active() {
  awk -F, 'NR == FNR { if (FNR > 2) want[$1] = 1; next } ($1 in want) { n++; k += $6 != "" } END { print k + 0, n + 0 }' \
    "$lists/left_atrium_$2.vtx" "$1_nodes.csv"
}
# silent NAME: of the nodes with tissue, those that the wave does not reach
silent() { awk -F, 'NR > 1 && $5 >= 0 && $6 == "" { n++ } END { print n + 0 }' "$1_nodes.csv"; }

# A circle round each side isolates the veins, and nothing else.
expect 0 run atrium.yaml --output veins --summary veins.json
says err 'it falls into 5 parts that share no node'
for list in left_veins right_veins; do
  [ "$(active veins $list | cut -d ' ' -f 1)" = 0 ] || complain "the wave reaches $(active veins $list) nodes of $list"
done
[ "$(active veins mitral)" = '63 63' ] || complain "the wave reaches $(active veins mitral) nodes of the mitral ring"
percent=$(sed -n 's/.*"burned_percent": \([0-9.]*\).*/\1/p' veins.json)
awk "BEGIN { exit !($percent > 5 && $percent < 10) }" || complain "circles burn $percent%"

# Roof, floor and mitral line part nothing by themselves, and all that is not burned is reached; with the circles, roof and
# floor isolate the back wall, too.
expect 0 run atrium.yaml --output paths --set "$(set_lines roof,floor,mitral)"
[ "$(silent paths)" = 0 ] || complain "paths keep the wave from $(silent paths) nodes"
[ "$(active paths left_veins | cut -d ' ' -f 1)" -gt 60 ] || complain "paths isolate the left veins: $(active paths left_veins)"
expect 0 run atrium.yaml --output box --set "$(set_lines box,mitral)"
says err 'it falls into 6 parts that share no node'
[ $(($(silent box) - $(silent veins))) -gt 1500 ] || complain "the box isolates $(silent box) nodes, circles $(silent veins)"

# Through a gap in the roof the wave reaches the back wall, not the veins.
expect 0 run atrium.yaml --output gap --set "$(set_lines box,mitral)" \
  --set 'lesions.0.gaps=[{name: roof, centre_mm: [42, 81, 114], width_mm: 8}]'
[ "$(silent gap)" -eq "$(silent veins)" ] || complain "with a gap in the roof $(silent gap) nodes are isolated"

isochrone=("$@" "$program")
expect 0 run atrium.yaml -q --output other --set "$(set_lines box,mitral)"
cmp -s box_nodes.csv other_nodes.csv || complain 'more ranks have other lines'
isochrone=("$program")

expect 2 check atrium.yaml --set "$(set_lines vein)"
says err "there is no line 'vein'; did you mean 'veins'?"
expect 2 check atrium.yaml --set "$(set_lines cavotricuspid)"
says err "it needs a site named 'tricuspid_valve'"
finish
