#!/bin/bash
# usage: test_recurrent.sh SERIAL COMMAND...
# Eikonal waves that come again beside monodomain ones: the effective refractory period of a cable, a re-entry in a ring
# with its window and its period, waves about scar and lesions. COMMAND starts isochrone, SERIAL does so on one rank: the
# bits are the same.
source "$(dirname "$0")/expect.sh"
begin_with serial "$@"
# close_to WHAT VALUE EXPECTED MOST: they differ by no more
close_to() {
  echo "$1: $2 beside $3"
  awk "BEGIN { d = $2 - ($3); exit !(d <= $4 && d >= -$4) }" || complain "$1 is $2, not within $4 of $3"
}
wave=(--set method=recurrent_eikonal)

# ---- S1-S2 on a cable ----
cable 20 0.2 >cable.yaml
cat >>cable.yaml <<END
protocol:
  site: left
  sense: {site: right}
  amplitude_uA_per_uF: 50
  window_ms: 100
  s1: {cycle_ms: 400, count: 1}
  s2: {longest_ms: 355, shortest_ms: 241, resolution_ms: 1}
time: {duration_ms: 1000, step_ms: 0.05}
outputs: {csv: true}
END
expect 0 run cable.yaml -q --output cable --summary cable.json
expect 0 run cable.yaml --output cable_wave --summary cable_wave.json "${wave[@]}"
says err 'fronts wait for'
close_to 'effective refractory period' "$(value cable_wave.json erp_ms)" "$(value cable.json erp_ms)" 3

# ---- edges that do not resolve the front ----
# Strips have the mesh's own edges, on which waves run up to a third faster than on edges half as long: nodes activate as
# those of the monodomain wave do, which needs 2 ms more to begin under its stimulus, within 1 ms of the 45 ms of the way
cat >coarse.yaml <<END
mesh: {slab: {size_mm: [24, 12, 3.6], spacing_mm: 1.2, diagonals: jittered}}
sites:
  corner: {box: {min_mm: [0, 0, 0], max_mm: [2.5, 2.5, 4]}}
regions:
  - name: tissue
    model: mitchell_schaeffer_2003
    parameters: {tau_open: 40, tau_close: 20}
    conductivity: {longitudinal_S_per_m: 0.3, transverse_S_per_m: 0.1}
stimuli: [{site: corner, amplitude_uA_per_uF: 50, duration_ms: 3}]
time: {duration_ms: 60, step_ms: 0.1}
numerics: {pace: fixed, precision: double}
outputs: {csv: true}
stop: {all_activated: true}
END
expect 0 run coarse.yaml -q --output coarse
expect 0 run coarse.yaml --output coarse_wave "${wave[@]}"
says err 'region tissue: strips of tetrahedra with edges of 1.534 mm, steps of 0.1 ms, as the mesh has'
mean_of() { awk -F, 'NR > 1 { if ($6 == "") lacks++; sum += $6 } END { print lacks ? "none" : sum / (NR - 1) }' "$1"; }
cut -d, -f6 coarse_nodes.csv | grep -q '^activation_time_ms$' || complain 'the column of times is another'
close_to 'mean time on coarse edges, less the 2 ms' "$(mean_of coarse_wave_nodes.csv)" "$(mean_of coarse_nodes.csv) - 2" 1

# ---- a ring ----
make_ring
sed -i '/right:/s/radius_mm: 4/radius_mm: 1/' ring.yaml # a lesion
# Blocked on both sides, on one, on none: the two waves' windows differ by a few ms
for s2 in 95 130 160; do
  expect 0 run ring.yaml -q --output ring --summary ring.json --set stimuli.1.start_ms=$s2
  expect 0 run ring.yaml -q --output ring_wave --summary ring_wave.json --set stimuli.1.start_ms=$s2 "${wave[@]}"
  [ "$(value ring_wave.json induced)$(value ring.json induced)" = $((s2 == 130 ? 11 : 0))"$([ $s2 = 130 ] || echo 0)" ] ||
    complain "induced with S2 at $s2 ms: $(value ring_wave.json induced) instead of $(value ring.json induced)"
  [ $s2 = 130 ] || continue
  close_to 'period in the ring' "$(value ring_wave.json cycle_length_ms)" "$(value ring.json cycle_length_ms)" 2
done

# It is a ring no more where it is burned or does not conduct: waves do not go round, nor leave the rest of the bits as they were.
ablated=(--set 'lesions=[{name: cut, site: right}]' --set stimuli.1.start_ms=130)
expect 0 run ring.yaml -q --output cut --summary cut.json "${wave[@]}" "${ablated[@]}"
[ "$(value cut.json induced)" = 0 ] || complain 'a wave goes round through a lesion'
scar='{name: scar, site: right, model: mitchell_schaeffer_2003, parameters: {tau_in: 100}, conductivity: {isotropic_S_per_m: 0.0001}}'
tissue='{name: ring, model: mitchell_schaeffer_2003, parameters: {tau_open: 40, tau_close: 20}, conductivity: {isotropic_S_per_m: 0.05}}'
expect 0 run ring.yaml --output scar --summary scar.json "${wave[@]}" --set stimuli.1.start_ms=130 --set "regions=[$scar, $tissue]"
says err 'region scar: no wave passes'
[ "$(value scar.json induced)" = 0 ] || complain 'a wave goes round through a scar'

# ---- the same bits on any ranks, of a spiral about nothing on triangles ----
make_spiral 0.5
cat >>spiral.yaml <<END
time: {duration_ms: 1300, step_ms: 0.2}
numerics: {pace: fixed}
outputs: {csv: true}
method: recurrent_eikonal
END
expect 0 run spiral.yaml -q --output sheet --summary sheet.json
[ "$(value sheet.json induced)" = 1 ] || complain 'no spiral'
$serial run spiral.yaml -q --output serial --set checkpoint.interval_ms=600 >out 2>err || complain 'it fails'
cmp serial_nodes.csv sheet_nodes.csv || complain 'other waves on one rank'
expect 0 run spiral.yaml -q --output again --restart serial.ckpt.nc --set checkpoint.interval_ms=600
cmp again_nodes.csv sheet_nodes.csv || complain 'other waves after a restart'

# ---- what has no meaning ----
expect 2 run spiral.yaml --output no --set outputs.wavefronts.interval_ms=5
says err 'method: recurrent_eikonal has no potential, only times of activation and recovery, that outputs.wavefronts could go by'
finish
