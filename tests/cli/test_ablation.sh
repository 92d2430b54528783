#!/bin/bash
# usage: test_ablation.sh SERIAL COMMAND...
# Re-entry through a channel between two scars is induced, ablated and induced again, until it is not or lesions are used
# up. COMMAND starts isochrone, SERIAL does so on one rank: the tables are the same.
source "$(dirname "$0")/expect.sh"
begin_with serial "$@"

# The channel conducts slowly and recovers late: S2 passes beside the scars and comes back through it. Between y = 8 and 20.
cat >sheet.yaml <<'END'
mesh: {slab: {size_mm: [26, 28, 0], spacing_mm: 0.5, element: triangle}}
sites:
  left: {box: {min_mm: [4, 8, 0], max_mm: [11.5, 20, 0]}}
  right: {box: {min_mm: [14.5, 8, 0], max_mm: [22, 20, 0]}}
  far: {box: {min_mm: [0, 0, 0], max_mm: [26, 1, 0]}}
  scars: {or: [{site: left}, {site: right}]}
  channel: {box: {min_mm: [11, 7.5, 0], max_mm: [15, 20.5, 0]}}
  below: {sphere: {centre_mm: [13, 3, 0], radius_mm: 1.5}}
regions:
  - name: scars
    site: scars
    model: mitchell_schaeffer_2003
    parameters: {tau_in: 100} # never excited
    conductivity: {isotropic_S_per_m: 0.0001}
  - name: channel
    site: channel
    model: mitchell_schaeffer_2003
    parameters: {tau_open: 40, tau_close: 45}
    conductivity: {isotropic_S_per_m: 0.01}
  - name: healthy
    tags: [0]
    model: mitchell_schaeffer_2003
    parameters: {tau_open: 40, tau_close: 20}
    conductivity: {isotropic_S_per_m: 0.05}
protocol:
  site: below
  sense: {distance_mm: 3}
  amplitude_uA_per_uF: 50
  duration_ms: 2
  window_ms: 80
  s1: {cycle_ms: 200, count: 1}
  s2: {at_ms: 90}
  look_for_reentry: true
time: {duration_ms: 1200, step_ms: 0.1}
stop: {sustained: true, quiescent_ms: 200}
numerics: {pace: fixed, precision: single}
outputs: {reentry: {sustained_ms: 500, window_ms: 300}}
study:
  axes:
    - name: lesion
      cases:
        - {name: ball, set: ["study.ablation.radius_mm=2.5"]}
        - {name: line, set: ["study.ablation.barriers=[far, left, right]", "study.ablation.width_mm=2"]}
        - {name: too small, set: ["study.ablation.radius_mm=1", "study.ablation.lesions=1"]}
        - name: frequency
          set: ["study.ablation.at=frequency", "study.ablation.lesions=1", "study.ablation.radius_mm=2.5", "outputs.spectra={interval_ms: 5, window_ms: 480, lowest_Hz: 2}"]
        - {name: healthy, set: ["study.ablation.radius_mm=2.5", "protocol.s2.at_ms=190"]}
  ablation: {lesions: 3, at: isthmus}
  outcomes: [induced, cycle_length_ms, isthmus_x_mm, isthmus_y_mm, rounds, lesions, burned_percent, induced_after]
END
# cell TABLE ROW COLUMN: by their names
cell() {
  awk -F, -v row="$2" -v column="$3" 'NR == 1 { for (c = 1; c <= NF; c++) at[$c] = c } $2 == row { print $at[column] }' "$1"
}
all_of() { for c in induced rounds lesions induced_after; do cell "$1" "$2" $c; done | paste -sd ' '; }

expect 0 study sheet.yaml --output ends
table=ends/table.csv
[ "$(all_of $table ball)" = '1 2 1 0' ] || complain "one ball in the channel does not end it: $(all_of $table ball)"
[ "$(all_of $table line)" = '1 2 1 0' ] || complain "nor does a line across it: $(all_of $table line)"
[ "$(all_of $table 'too small')" = '1 2 1 1' ] || complain "lesions go on beyond their number: $(all_of $table 'too small')"
[ "$(all_of $table healthy)" = '0 1 0 0' ] || complain "what is not induced is ablated: $(all_of $table healthy)"
says err 'round 1: induced, cycle length'

# A lesion of a round that cannot be is none of the member's, which has one within a scar.
scarred='study.ablation.radius_mm=0.01, "lesions=[{name: old, box: {min_mm: [5, 9, 0], max_mm: [8, 12, 0]}}]"'
expect 1 study sheet.yaml --output small --set "study.axes=[{name: lesion, cases: [{name: dot, set: [$scarred]}]}]"
grep -q 'round 2 of study.ablation, whose 1 lesion is from lesions.1 on in this message: ' small/table.csv ||
  complain 'what an ablation planned is taken for the configuration'

# The isthmus is in the channel, 3 mm wide and 12 mm long, whatever the lesion.
for row in ball line 'too small'; do
  awk -v x="$(cell $table "$row" isthmus_x_mm)" -v y="$(cell $table "$row" isthmus_y_mm)" \
    'BEGIN { exit !(x >= 11.5 && x <= 14.5 && y >= 8 && y <= 20) }' || complain "$row: the isthmus is not in the channel"
done
# What is burned: a ball of 2.5 mm, of 26 x 28 mm, but for the elements at its rim; the line joins the near barriers, 3 mm
# across the channel, not the far one, and is 2 mm wide, with its ends.
awk -v b="$(cell $table ball burned_percent)" 'BEGIN { exit !(b > 1.7 && b < 100 * 3.1416 * 6.25 / 728) }' ||
  complain "the ball burns $(cell $table ball burned_percent)%"
awk -v b="$(cell $table line burned_percent)" 'BEGIN { exit !(b > 0.4 && b < 1.5) }' ||
  complain "the line burns $(cell $table line burned_percent)%"
# A line a round, with its lesion; the results of both are there.
[ "$(wc -l <ends/members/0001_rounds.csv)" -eq 3 ] || complain 'the rounds have not a line each'
grep -q '^1,1,.*"{name: round 1, sphere: {centre_mm: \[.*\], radius_mm: 2.5}}"$' ends/members/0001_rounds.csv ||
  complain "the first round names no lesion: $(cat ends/members/0001_rounds.csv)"
grep -q '^2,0,.*,,,,$' ends/members/0001_rounds.csv || complain 'the last round has a lesion'
{ [ -e ends/members/0001.e.nc ] && [ -e ends/members/0001_round2.e.nc ]; } || complain 'a round has no results'
[ "$(sed -n 's/.*"induced": \([0-9]*\).*/\1/p' ends/members/0001_round2.json)" = 0 ] || complain 'another second round'

# Where the dominant frequency is highest: the place that the summary has.
for c in x y z; do sed -n "s/.*\"highest_dominant_frequency_${c}_mm\": \([-0-9.e]*\).*/\1/p" ends/members/0004.json; done >place
for c in 7 8 9; do sed -n 2p ends/members/0004_rounds.csv | cut -d, -f $c; done >burned
paste place burned | awk '($1 - $2) ^ 2 < 1e-12 { n++ } END { exit n != 3 }' ||
  complain "the lesion is not where the frequency is highest: $(paste -s place burned)"

# The page shows the rounds of a member one after the other, as far as study.maps goes.
grep -q '1: ball.*: round 2<' ends/index.html || complain 'the page has no second round'

# the same on one rank; without axes there is one member, the configuration as it is
$serial study sheet.yaml --output serial --set study.axes=[] --set study.ablation.radius_mm=2.5 >out 2>err ||
  complain 'it fails without axes'
grep -q '^member 1: done in ' err || complain "a member without axes is called something else: $(cat err)"
cmp serial/members/0001_rounds.csv ends/members/0001_rounds.csv || complain 'other rounds on one rank'

expect 2 study sheet.yaml --output no --set 'study.ablation.barriers=[nowhere]'
says err "study.ablation.barriers.0: there is no site 'nowhere'"
expect 2 study sheet.yaml --output no --set 'study.ablation.barriers=[left]' --set study.ablation.radius_mm=2
says err 'study.ablation: a lesion is a ball of radius_mm or a path to barriers; leave one out'
expect 2 study sheet.yaml --output no --set study.ablation.at=frequency
says err 'study.ablation.at: there are no dominant frequencies without outputs.spectra'
expect 2 study sheet.yaml --output no --set study.ablation.lesions=101
says err 'study.ablation.lesions'
expect 2 study sheet.yaml --output no --set method=eikonal --set protocol=null
says err 'study.ablation: method: eikonal has one wave and no re-entry'
expect 2 study sheet.yaml --output no --set study.axes=[] --set study.ablation.lesions=0
says err 'it has no study'
finish
