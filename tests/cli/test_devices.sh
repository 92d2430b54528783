#!/bin/bash
# usage: test_devices.sh PYTHON SERIAL COMMAND...
# Pacemakers on two cables that a lesion parts, an atrium and a ventricle: COMMAND, which starts isochrone, finds the timing
# cycles in tissue: it paces at the lower rate, is inhibited, tracks, and says what did not capture. SERIAL starts isochrone
# on one rank: the same markers. Where COMMAND is that, too, what is refused is tried.
source "$(dirname "$0")/expect.sh"
begin_with 'python serial' "$@"
compare=$tests/restart/compare.py

cable 12 0.25 >heart.yaml
cat >>heart.yaml <<'END'
  a_lead: {box: {min_mm: [0, 0, 0], max_mm: [1, 0, 0]}}
  a_end: {box: {min_mm: [4, 0, 0], max_mm: [5, 0, 0]}}
  v_lead: {box: {min_mm: [7, 0, 0], max_mm: [8, 0, 0]}}
  v_end: {box: {min_mm: [11, 0, 0], max_mm: [12, 0, 0]}}
lesions: {box: {min_mm: [5.5, 0, 0], max_mm: [6.5, 0, 0]}}
devices:
  pacer:
    mode: VVI
    ventricle: {sense: {site: v_lead}, site: v_lead, amplitude_uA_per_uF: 50}
time: {duration_ms: 2150, step_ms: 0.1}
outputs: {csv: true}
END
# markers FILE: as "VP 1000 VP 2000"
markers() { awk -F, 'NR > 1 { printf "%s%s %s", (NR > 2 ? " " : ""), $2, $1 }' "$1"; }
# found EXPECTED ARGUMENTS...: a run with these markers
found() {
  local want=$1 got
  shift
  expect 0 run heart.yaml --output run "$@"
  got=$(markers run_pacer_markers.csv)
  [ "$got" = "$want" ] || complain "markers '$got' instead of '$want'"
}
beat() { echo "{name: $1, site: $2, amplitude_uA_per_uF: 50, start_ms: $3, period_ms: $4, count: $5}"; }

# Nothing is sensed: 60 a minute. What a pace evokes is within the blanking period.
found 'VP 1000 VP 2000'
says out 'implant      pacer: ventricle sensed 0, paced 2, captured 2 of 2'
grep -q '^ventricle,0,2,2$' run_pacer_leads.csv || complain "not these counts: $(cat run_pacer_leads.csv)"
# Its wave went through the ventricle alone, from the lead on.
awk -F, 'NR == 1 { for (k = 1; k <= NF; k++) if ($k ~ /^activation_time/) c = k }
         NR > 1 && $2 < 6 && $c != "" { bad = 1 }
         NR > 1 && $2 > 6.6 && !($c > 1000 && $c < 1040) { bad = 1 } END { exit bad || !c }' run_nodes.csv ||
  complain 'the paced wave is not that of the ventricle'

# Beats of its own, every 700 ms: inhibited. The wave takes some ms from v_end to v_lead.
own='^VS\ 3[0-9][0-9]\ VS\ 10[0-9][0-9]\ VS\ 17[0-9][0-9]$'
expect 0 run heart.yaml --output run --set "stimuli=[$(beat own v_end 300 700 3)]"
[[ $(markers run_pacer_markers.csv) =~ $own ]] || complain "markers $(markers run_pacer_markers.csv)"

# Too weak: said, with how often.
found 'VP 1000 VP! 1022 VP 2000 VP! 2022' --set devices.pacer.ventricle.amplitude_uA_per_uF=1
says err "the lead 'ventricle' paced 2 times and captured 0"

# DDD: atrial beats every 600 ms are tracked; without any, both chambers are paced.
ddd=(--set devices.pacer.mode=DDD --set 'devices.pacer.atrium={sense: {site: a_lead}, site: a_lead, amplitude_uA_per_uF: 50}')
found 'AP 850 VP 1000 AP 1850 VP 2000' "${ddd[@]}"
found 'AS 301 VP 451 AS 901 VP 1051 AS 1501 VP 1651' "${ddd[@]}" --set "stimuli=[$(beat P a_lead 300 600 3)]"
# 133 a minute is above the upper rate: no two paces are closer than 500 ms, and a beat is dropped.
found 'AS 301 VP 451 AS 751 VP 951 AS 1201 VP 1451 (AS) 1651 AS 2101' "${ddd[@]}" --set "stimuli=[$(beat P a_lead 300 450 5)]"
# Conduction, here a second stimulus, that is faster than the AV delay
found 'AS 301 VS 421 AP 1271 VP 1421' "${ddd[@]}" --set "stimuli=[$(beat P a_lead 300 0 1), $(beat R v_lead 420 0 1)]"

# Both ventricles, the left one first, whose wave the right lead's pulse meets: it captures nothing.
crt=("${ddd[@]}" --set devices.pacer.mode=CRT --set devices.pacer.vv_delay_ms=-30
  --set 'devices.pacer.left_ventricle={site: v_end, amplitude_uA_per_uF: 50}')
found 'AP 850 LVP 1000 VP 1030 VP! 1052 AP 1850 LVP 2000 VP 2030 VP! 2052' "${crt[@]}"

# By electrograms: a pair of electrodes at the cable sees a wave pass, and not that of the other chamber.
egm=(--set 'devices.pacer.ventricle.sense={tip_mm: [9, 0.5, 0], ring_mm: [10, 0.5, 0], threshold_mV: 0.5}')
expect 0 run heart.yaml --output run "${egm[@]}" --set "stimuli=[$(beat own v_end 300 700 3), $(beat P a_lead 200 500 4)]"
[[ $(markers run_pacer_markers.csv) =~ $own ]] || complain "markers by an electrogram: $(markers run_pacer_markers.csv)"

# A threshold far below the wave's 2 mV hears the other chamber, too.
expect 0 run heart.yaml --output run "${egm[@]}" --set devices.pacer.ventricle.sense.threshold_mV=0.05 \
  --set "stimuli=[$(beat P a_lead 200 500 1)]"
[[ $(markers run_pacer_markers.csv) =~ ^VS\ 20[0-9] ]] || complain "no far field: $(markers run_pacer_markers.csv)"

# Through a restart, on any ranks, and with patches of their own pace
all=("${egm[@]}" "${ddd[@]}" --set "stimuli=[$(beat P a_lead 300 450 5), $(beat R v_end 700 900 2)]")
expect 0 run heart.yaml -q --output whole "${all[@]}"
expect 0 run heart.yaml -q --output half "${all[@]}" --set time.duration_ms=1100 --set checkpoint.interval_ms=1030
expect 0 run heart.yaml -q --output half "${all[@]}" --restart half.ckpt.nc
$serial run heart.yaml -q --output serial "${all[@]}" >out 2>err || complain 'it fails on one rank'
for other in half serial; do
  for table in nodes pacer_markers pacer_samples; do
    cmp whole_$table.csv ${other}_$table.csv || complain "another $table: $other"
  done
done
"$python" "$compare" whole.e.nc half.e.nc || [ $? = 77 ] || complain 'other results after a restart'
expect 0 run heart.yaml -q --output paced "${all[@]}" --set numerics.pace=adaptive
$serial run heart.yaml -q --output serial "${all[@]}" --set numerics.pace=adaptive >out 2>err || complain 'it fails'
cmp paced_pacer_samples.csv serial_pacer_samples.csv || complain 'other samples on one rank with an adaptive pace'
[ "$(markers whole_pacer_markers.csv | tr -d '0-9')" = "$(markers paced_pacer_markers.csv | tr -d '0-9')" ] ||
  complain 'other markers with an adaptive pace'

if [ $# -gt 1 ]; then
  finish
fi

# counts are outcomes of studies
cat heart.yaml - >study.yaml <<'END'
study:
  axes: [{name: rate, key: devices.pacer.lower_rate_per_min, values: [60, 120]}]
  outcomes: [senses, paces, captured_percent]
END
expect 0 study study.yaml --output members -q
grep -q '^1,60,0,2,100,' members/table.csv || complain "no two paces in $(cat members/table.csv)"
grep -q '^2,120,0,4,100,' members/table.csv || complain "no four paces in $(cat members/table.csv)"

# the threshold of capture, by pulses of two durations: the shorter one needs more
expect 0 study study.yaml --output threshold -q --set 'study.axes=[{name: duration, key: devices.pacer.ventricle.duration_ms, values: [0.5, 2]}, {name: amplitude, key: devices.pacer.ventricle.amplitude_uA_per_uF, values: [5, 20, 50]}]'
[ "$(awk -F, 'NR > 1 { printf "%s ", $6 }' threshold/table.csv)" = '0 0 100 0 100 100 ' ] || complain "other thresholds: $(cat threshold/table.csv)"

# What is refused
refused() {
  local what=$1
  shift
  expect 2 check heart.yaml "$@"
  says err "$what"
}
refused 'devices.pacer.upper_rate_per_min: 50 is below lower_rate_per_min, 60' "${ddd[@]}" --set devices.pacer.upper_rate_per_min=50
refused 'devices.pacer.mode: CRT needs a lead: give left_ventricle' "${ddd[@]}" --set devices.pacer.mode=CRT
refused 'devices.pacer.atrium: mode VVI has no use for this lead' "${ddd[@]}" --set devices.pacer.mode=VVI
refused 'sites.nowhere: hits no node' --set devices.pacer.ventricle.site=nowhere --set 'sites.nowhere={box: {min_mm: [50, 0, 0], max_mm: [51, 0, 0]}}'
refused 'tip_mm is 88 mm from the nearest node' --set 'devices.pacer.ventricle.sense={tip_mm: [100, 0, 0]}'
refused 'senses node 999, but the mesh has nodes 0 to 4' --set 'devices.pacer.ventricle.sense={node: 999}'
refused 'devices.probe: '"'probe' is how other names of the results begin; choose another" --set 'devices={probe: {mode: "off", ventricle: {sense: {site: v_lead}}}}'
refused "actors.0.name: 'probe' is how other names" --set 'actors=[{name: probe, sense: {node: 3}, latency_ms: 1, site: v_end, amplitude_uA_per_uF: 50}]'
# Nothing is ever sensed where the tissue is burned: a device would pace against any rhythm.
refused "the device 'pacer' with its lead 'ventricle' senses node 24, which is burned" --set 'devices.pacer.ventricle.sense={node: 24}'
refused "actors.0.sense: the actor 'a' senses node 24, which is burned" \
  --set 'actors=[{name: a, sense: {node: 24}, latency_ms: 1, site: v_end, amplitude_uA_per_uF: 50}]'
refused 'protocol.sense: the protocol senses node 24, which is burned' \
  --set 'protocol={site: v_end, sense: {node: 24}, amplitude_uA_per_uF: 50, s1: {cycle_ms: 300, count: 1}, s2: {at_ms: 250}}'
refused 'devices.pacer.ventricle.sense: say what it senses, once' --set devices.pacer.ventricle.sense.node=3
refused 'give amplitude_uA_per_uF' --set devices.pacer.ventricle.amplitude_uA_per_uF=null
refused 'the ventricle is refractory for 1200 ms of a cycle of 1000 ms' --set devices.pacer.ventricular_refractory_ms=1200
refused 'the atrium is refractory for 900 ms and is paced after 850 ms' "${ddd[@]}" --set devices.pacer.pvarp_ms=900
refused 'interval_ms: 0.01 ms is shorter than a time step' --set devices.pacer.interval_ms=0.01
expect 0 check heart.yaml "${ddd[@]}" --set devices.pacer.pvarp_ms=400
says err 'take longer than the 500 ms of the upper rate: from 109.1 a minute on every second atrial beat is followed'
says out 'implant      pacer: DDD, every 1 ms, atrium, ventricle'
finish
