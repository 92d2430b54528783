#!/bin/bash
# usage: test_premature.sh SERIAL COMMAND...
# Premature pulses of every kind on a cable and a sheet. What a protocol leaves is what a run with stimuli at the same
# times leaves, its trials repeat nothing, and the tables of COMMAND, which starts isochrone on some ranks, have the bits
# of those on one rank, which SERIAL starts it on; the other runs, and what is refused, are on one rank, too.
source "$(dirname "$0")/expect.sh"
begin_with serial "$@"
parallel=("${isochrone[@]}")
isochrone=("$serial")

cable 10 0.25 >plain.yaml
cat >>plain.yaml <<END
  middle: {box: {min_mm: [4.5, 0, 0], max_mm: [5.5, 0, 0]}}
time: {duration_ms: 1300, step_ms: 0.2}
outputs:
  csv: true
  reentry: {sustained_ms: 150}
END
# protocol NAME WINDOW SENSE: a configuration with a protocol; what follows the train comes from standard input
protocol() {
  {
    cat plain.yaml
    cat <<END
protocol:
  site: left
  sense: $3
  amplitude_uA_per_uF: 50
  window_ms: $2
  s1: {cycle_ms: 350, count: 2}
END
    cat
  } >"$1.yaml"
}
# pulses NAME TIME...: a run with pulses at these times, ms
pulses() {
  local name=$1 list='' k=0
  shift
  for ms in "$@"; do
    list+="${list:+, }{name: p$((k++)), site: left, amplitude_uA_per_uF: 50, start_ms: $ms}"
  done
  { cat plain.yaml && echo "stimuli: [$list]"; } >pulses.yaml
  expect 0 run pulses.yaml -q --output "$name"
}
# alike A B TABLE...: results with the same bits
alike() {
  local a=$1 b=$2
  shift 2
  for table in "$@"; do cmp "${a}_$table.csv" "${b}_$table.csv" || complain "other $table in $a than in $b"; done
}
# on_ranks NAME TABLE...: the same run on some ranks has these tables
on_ranks() {
  local name=$1 summary
  shift
  arguments=(run "$name.yaml" on some ranks)
  "${parallel[@]}" run "$name.yaml" -q --output "ranks_$name" --summary ranks.json >out 2>err || complain 'it fails'
  alike "ranks_$name" "$name" "$@"
  summary=$(value ranks.json protocol_steps)
  [ "$summary" = "$(value "$name.json" protocol_steps)" ] || complain "$summary steps on some ranks"
}
# refused WHAT CONFIG OPTION...
refused() {
  local what=$1 config=$2
  shift 2
  expect 2 run "$config.yaml" --output no "$@"
  says err "$what"
}

# S2, S3 and S4, each bisected after the one before
protocol three 100 '{site: right}' <<END
  s2: {longest_ms: 260, shortest_ms: 196, resolution_ms: 2}
  s3: {longest_ms: 260, shortest_ms: 132, resolution_ms: 4}
  s4: {longest_ms: 260, shortest_ms: 132, resolution_ms: 4}
END
expect 0 run three.yaml --output three --summary three.json
s2=$(value three.json erp_ms) s3=$(value three.json s3_erp_ms) s4=$(value three.json s4_erp_ms)
says err "S3 at $s3 ms: not captured"
says err "S4 at $((s4 + 4)) ms: captured"
says out "$s3 ms of S3; $s4 ms of S4;"
# The train is paced once, up to 33 steps before S2, and so is the way to the earliest S3 and S4; the way to the longest
# interval is gone once for it and once for those between; and each trial is 33 steps and the window at most, 60 ms
# where it captures.
steps=$(value three.json protocol_steps) captured=$(grep -c ': captured' err) trials=$(value three.json trials)
train=$(((350 + 196) * 5 - 33))
most=$((train + (132 + 132) * 5 + 2 * (64 + 128 + 128) * 5 + trials * 35 + (captured * 60 + (trials - captured) * 100) * 5))
((trials <= 7 + 7 + 7)) || complain "$trials trials"
((steps > train && steps <= most)) || complain "$steps steps instead of $most at most, $train of them for the train"
on_ranks three nodes protocol_trials protocol_sites
# S4 is blocked at its period, and what is left are the beats of these pulses.
at2=$((350 + s2 + 2)) at3=$((350 + s2 + 2 + s3 + 4))
pulses found 0 350 $at2 $at3 $((at3 + s4 + 4))
alike found three nodes
pulses blocked 0 350 $at2 $at3 $((at3 + s4))
[ "$(awk -F, '$1 == 34 { print $9 }' blocked_nodes.csv)" = 4 ] || complain "S4 at $s4 ms is not blocked"

# Given intervals, and a ramp, which leave what stimuli leave
protocol given 100 '{site: right}' <<END
  s2: {at_ms: 310}
  s3: {at_ms: 290}
END
expect 0 run given.yaml -q --output given
pulses train 0 350 660 950
alike train given nodes
protocol ramp 100 '{site: right}' <<END
  sites: [left]
  look_for_reentry: true
  burst: {cycle_ms: 270, count: 3, decrement_ms: 12, shortest_ms: 250, test_each: true}
END
expect 0 run ramp.yaml --output ramp --summary ramp.json
says out 'protocol     3 premature pulses; no re-entry; 3 trials'
pulses train 0 350 620 878 1128
alike train ramp nodes
[ "$(awk -F, '{ print $5 $6 }' ramp_protocol_trials.csv | tail -3 | tr '\n' ' ')" = '10 10 10 ' ] ||
  complain 'not all pulses of the ramp captured without re-entry'

# A decrement at two sites after one train, sensed beside each: it finds the first of its multiples that is blocked.
protocol sites 100 '{distance_mm: 2}' <<END
  sites: [left, middle]
  s2: {longest_ms: 260, shortest_ms: 196, search: decrement, resolution_ms: 4}
END
expect 0 run sites.yaml --output sites --summary sites.json
on_ranks sites nodes protocol_trials protocol_sites
erp=$(awk -F, '$1 == "left" { print $2 }' sites_protocol_sites.csv)
((erp <= s2 + 2 && erp > s2 - 4)) || complain "a decrement by 4 ms ends at $erp ms, a bisection by 2 at $s2"
(($(awk -F, '$1 == "middle" { print $2 }' sites_protocol_sites.csv) > 0)) || complain 'no period of the middle'

# Restitution: durations in tissue are within 2 ms of those of a single cell after the same rest, which is as well as
# beats 20 ms apart tell them and as a cell that is pulsed is like one that a wave comes to.
protocol rest 400 '{site: right}' <<END
  restitution: {from: middle, to: right, longest_ms: 330, shortest_ms: 250, resolution_ms: 20}
END
expect 0 run rest.yaml --output rest --summary rest.json
expect 0 cell mitchell_schaeffer_2003 --cycle-length-ms 350 -n 2 --step-ms 0.2 --stimulus 50 --pulse-ms 2 --interval-ms 1 --s1s2 350:230:-20 --output cell
awk -F, 'FNR == 1 { file++; next }
  file == 1 { rest[++n] = $3; apd[n] = $8 }
  file == 2 { for (k = 1; k < n; k++) if ($2 <= rest[k] && $2 >= rest[k + 1]) {
      off = $3 - apd[k] - (apd[k + 1] - apd[k]) * ($2 - rest[k]) / (rest[k + 1] - rest[k])
      if (off * off < 4 && $4 > before) good++
      before = $4
    } }
  END { exit good != 5 }' cell.csv rest_restitution.csv ||
  complain "$(cat rest_restitution.csv cell.csv)"

# The four sets of parameters of ten Tusscher and Panfilov are told by the slopes of restitution: in tissue, after a rest of 55
# to 65 ms, those are within 9% of what their names say.
cat >sets.yaml <<END
mesh: {slab: {size_mm: [20, 0, 0], spacing_mm: 0.25, element: line}}
regions:
  - {name: cable, model: ten_tusscher_2006, conductivity: {isotropic_S_per_m: 0.1334}, initial: {paced: {cycle_length_ms: 600, beats: 10}}}
sites:
  left: {box: {min_mm: [0, 0, 0], max_mm: [1, 0, 0]}}
  a: {sphere: {centre_mm: [8, 0, 0], radius_mm: 0.1}}
  b: {sphere: {centre_mm: [14, 0, 0], radius_mm: 0.1}}
protocol: {site: left, sense: {site: b}, amplitude_uA_per_uF: 100, window_ms: 400, s1: {cycle_ms: 600, count: 2}}
time: {duration_ms: 1600}
outputs: {csv: true}
END
sets() { # sets VARIANT SHORTEST LONGEST STEP
  expect 0 run sets.yaml -q --output sets --summary sets.json --set regions.0.variant="$1" \
    --set "protocol.restitution={from: a, to: b, shortest_ms: $2, longest_ms: $3, resolution_ms: $4}"
}
for set in slope_0_7:0.7:295:325 epi:1.1:335:375 slope_1_4:1.4:345:375 slope_1_8:1.8:345:375; do
  IFS=: read -r variant slope shortest longest <<<"$set"
  sets "$variant" "$shortest" "$longest" 10
  awk -F, -v want="$slope" 'NR > 2 { for (m = 55; m <= 65; m += 10) if (x <= m && m <= $2) at[m] = y + ($3 - y) * (m - x) / ($2 - x) }
    NR > 1 { x = $2; y = $3 } END { off = (at[65] - at[55]) / 10 / want - 1; exit !(off > -0.12 && off < 0.12) }' sets_restitution.csv ||
    complain "$variant has another slope: $(cat sets_restitution.csv)"
done
# Where S2 waits at its electrode, and rests are hardly apart, no slope is taken: from 330 to 335 ms it would be 57.
sets slope_1_8 330 360 5
awk -v slope="$(value sets.json restitution_slope)" 'BEGIN { exit !(slope > 1.8 && slope < 4) }' ||
  complain "the steepest slope is $(value sets.json restitution_slope): $(cat sets_restitution.csv)"

# PEERP and a cross-field pulse: a pulse over a quarter of a sheet behind a plane wave makes a rotor.
cat >sheet.yaml <<END
mesh:
  slab: {size_mm: [25, 25, 0], spacing_mm: 0.625, element: triangle}
sites:
  edge: {box: {min_mm: [0, 0, 0], max_mm: [1, 25, 0]}}
  quarter: {box: {min_mm: [0, 0, 0], max_mm: [12, 12, 0]}}
regions:
  - model: mitchell_schaeffer_2003
    conductivity: {isotropic_S_per_m: 0.06}
    parameters: {tau_close: 40, tau_open: 40}
time: {duration_ms: 400, step_ms: 0.2}
outputs: {csv: true, reentry: {sustained_ms: 120}}
protocol:
  site: edge
  sites: [quarter]
  sense: {distance_mm: 3}
  amplitude_uA_per_uF: 50
  window_ms: 100
  look_for_reentry: true
  s1: {cycle_ms: 200, count: 1}
END
{ cat sheet.yaml && echo '  s2: {at_ms: 120}'; } >cross.yaml
{ cat sheet.yaml && echo '  peerp: {beats: 2, resolution_ms: 4}'; } >peerp.yaml
expect 0 run cross.yaml --output cross --summary cross.json
says out 're-entry induced by 1 premature pulse; 1 trial,'
[ "$(value cross.json induced)$(value cross.json inducing_sites)" = 11 ] || complain 'not induced'
expect 0 run cross.yaml --output late --summary late.json --set protocol.s2.at_ms=170
says out 'protocol     1 premature pulse; no re-entry; 1 trial,'
expect 0 run peerp.yaml --output peerp --summary peerp.json
says out 're-entry induced by'
on_ranks peerp nodes protocol_trials

# In a ring an arc beside the site that recovers late blocks the wave of the earliest pulse one way, and has recovered when it
# comes round the other way: 94 mm at 0.4 m/s take longer than the arc's refractory period. Without the arc both ways are open.
cat >ring.yaml <<END
mesh:
  slab: {size_mm: [36, 36, 0], spacing_mm: 0.75, element: triangle}
sites:
  pole: {sphere: {centre_mm: [18, 3, 0], radius_mm: 1.6}}
  arc: {box: {min_mm: [21, 0, 0], max_mm: [30, 12, 0]}}
  inside: {sphere: {centre_mm: [18, 18, 0], radius_mm: 13}}
  disc: {sphere: {centre_mm: [18, 18, 0], radius_mm: 17}}
lesions:
  - {name: inside, site: inside}
  - {name: outside, not: {site: disc}}
regions:
  - name: arc
    site: arc
    model: mitchell_schaeffer_2003
    parameters: {tau_open: 50, tau_close: 90}
    conductivity: {isotropic_S_per_m: 0.06}
  - name: ring
    model: mitchell_schaeffer_2003
    parameters: {tau_open: 50, tau_close: 45}
    conductivity: {isotropic_S_per_m: 0.06}
time: {duration_ms: 1000, step_ms: 0.2}
stop: {sustained: true, quiescent_ms: 350}
outputs: {reentry: {sustained_ms: 400}}
protocol:
  site: pole
  sense: {distance_mm: 3}
  amplitude_uA_per_uF: 50
  window_ms: 100
  look_for_reentry: true
  s1: {cycle_ms: 300, count: 1}
  peerp: {beats: 1, resolution_ms: 2}
END
expect 0 run ring.yaml --output ring --summary ring.json
[ "$(value ring.json induced)" = 1 ] || complain 'PEERP does not induce in a ring with an arc that recovers late'
expect 0 run ring.yaml --output even --summary even.json --set regions.0.parameters.tau_close=45
[ "$(value even.json induced)" = 0 ] || complain 'PEERP induces in a ring that recovers evenly'

# What is refused
refused 'sites.nowhere: hits no node' sites --set 'protocol.sites=[left, nowhere]' --set 'sites.nowhere={box: {min_mm: [50, 0, 0], max_mm: [51, 0, 0]}}'
refused "there is no site 'apex'" sites --set 'protocol.sites=[apex]'
refused 'no node is between 20 and 30 mm from the electrode' sites --set protocol.sense.distance_mm=20
refused 'has not activated between the last S1 pulse' three --set protocol.amplitude_uA_per_uF=0.01
refused 'quarter has not activated within window_ms' peerp --set protocol.amplitude_uA_per_uF=0.01
refused 'protocol: say what follows the train, once' three --set 'protocol.burst={cycle_ms: 200, count: 2}'
refused 'protocol.s3: say when it comes, once' three --set protocol.s3.at_ms=200
refused 'protocol.burst.decrement_ms: a ramp needs shortest_ms' ramp --set 'protocol.burst={cycle_ms: 200, count: 2, decrement_ms: 10}'
refused 'protocol.burst.shortest_ms: a burst without decrement_ms has no interval but cycle_ms, 200' ramp \
  --set 'protocol.burst={cycle_ms: 200, count: 2, shortest_ms: 150}'
refused 'protocol.peerp: it is nothing without' sites --set 'protocol={site: left, sense: {site: right}, amplitude_uA_per_uF: 50, s1: {cycle_ms: 350, count: 2}, peerp: {}}'
refused 'is in the middle of both sites' rest --set protocol.restitution.to=middle
refused 'the wave of the S2 pulse at' three --set protocol.s3.shortest_ms=20

# An actor that waits for recovery answers when Vm falls through its threshold, not when it rises.
expect 0 run plain.yaml --output recovers --set time.duration_ms=500 --set outputs.repolarisation.threshold_mV=-60 \
  --set 'stimuli.0={site: left, duration_ms: 2, amplitude_uA_per_uF: 50}' \
  --set 'actors.0={name: late, sense: {node: 2}, threshold_mV: -60, crossing: down, latency_ms: 4, blank_ms: 300, site: left, duration_ms: 2, amplitude_uA_per_uF: 1}'
awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /^repolarisation_time/) c = i } NR == 4 { print $c }' recovers_nodes.csv >recovered
awk -F, 'NR == 2 { print $NF }' recovers_late_pulses.csv >pulsed
# in whole steps of 0.2 ms, and one more at the most, since crossings are seen at their ends
paste recovered pulsed | awk '{ exit !($2 - $1 > 3.8 && $2 - $1 < 4.4 && $1 > 100) }' ||
  complain "recovered at $(cat recovered), answered at $(cat pulsed), $(cat recovers_late_pulses.csv)"
finish
