#!/bin/bash
# usage: test_eikonal_ecg.sh COMMAND...
# Runs COMMAND, which starts isochrone, on a block of two tissues: the ECG of action potentials that travel with an eikonal
# wave, beside that of the monodomain wave, and its bits beside those of one rank.
source "$(dirname "$0")/expect.sh"
begin "$@"
alone=("${@: -1}")

cat >electrodes.csv <<END
name,x_mm,y_mm,z_mm
RA,-40,60,5
LA,60,60,5
LL,30,-60,5
V1,0,4,25
V2,5,4,20
V3,10,4,20
V4,15,4,20
V5,25,4,20
V6,40,4,10
END
cat >heart.yaml <<END
mesh:
  slab: {size_mm: [20, 8, 4], spacing_mm: 0.5}
sites: {right: {box: {min_mm: [9.9, -1, -1], max_mm: [99, 99, 99]}}}
regions:
  - {name: left, model: ten_tusscher_2006, conductivity: {longitudinal_S_per_m: 0.3, transverse_S_per_m: 0.15}}
  - name: right
    site: right
    model: ten_tusscher_2006
    conductivity: {longitudinal_S_per_m: 0.3, transverse_S_per_m: 0.15}
    parameters: {g_Kr: {scale: 2}, g_Ks: {scale: 2}}
stimuli:
  - {name: end, box: {min_mm: [0, 0, 0], max_mm: [1, 2, 2]}, amplitude_uA_per_uF: 50, duration_ms: 2}
time: {duration_ms: 450, step_ms: 0.05}
outputs: {csv: true, ecg: {electrodes: electrodes.csv, interval_ms: 0.5}}
END

# what a run would refuse of its ECG, check refuses, with and without an estimate
for quiet in --quiet --verbose; do
  expect 2 check heart.yaml $quiet --set method=eikonal --set 'apd_field={file: none.vtk, variable: x}'
  says err 'apd_field.file'
  expect 2 check heart.yaml $quiet --set method=eikonal --set outputs.ecg.electrodes=none.csv
  says err 'none.csv'
done
expect 0 run heart.yaml --output mono --set numerics.pace=adaptive --summary mono.json
expect 0 run heart.yaml --output wave --set method=eikonal --summary wave.json
says out 'ecg          QRS '
for file in wave_ecg.nc wave_ecg.csv; do
  says out "$file"
  [ -s "$file" ] || complain "$file is not written"
done
[ "$(head -n 1 wave_ecg.csv)" = "$(head -n 1 mono_ecg.csv)" ] || complain 'the leads are not those of a monodomain run'

# correlation COLUMN FROM TO: of a lead, in rows, the wave's 3 later. The monodomain wave begins 1.5 ms after its stimulus.
correlation() {
  paste -d, <(tail -n +5 mono_ecg.csv | cut -d, -f"$1") <(tail -n +2 wave_ecg.csv | cut -d, -f"$1" | head -n -3) |
    sed -n "$2,$3p" | awk -F, '{ n++; x += $1; y += $2; xx += $1 * $1; yy += $2 * $2; xy += $1 * $2 }
      END { print int(1000 * (n * xy - x * y) / sqrt((n * xx - x * x) * (n * yy - y * y))) }'
}
# QRS: 0.995 to 0.999 are found. T: 0.95 (V2) and 0.976 to 0.996, but for III and V3, which look across the block and have
# next to none. V2 and V4 are near the seam: 0.79 and 0.92 where recovery does not spread.
for lead in {2..13}; do
  [ "$(correlation "$lead" 1 100)" -ge 990 ] || complain "QRS in column $lead: $(correlation "$lead" 1 100) of 1000"
done
for lead in 2 3 5 6 7 8 9 11 12 13; do
  [ "$(correlation "$lead" 101 890)" -ge 940 ] || complain "T in column $lead: $(correlation "$lead" 101 890) of 1000"
done
# measure NAME FILE, ms
measure() { grep -o "\"$1\": [0-9.]*" "$2" | grep -o '[0-9]*' | head -n 1; }
for name in qrs_duration qt; do
  mono=$(measure $name mono.json) wave=$(measure $name wave.json)
  ((wave - mono <= 4 && mono - wave <= 4)) || complain "$name is $wave ms instead of $mono ms"
done

# Recovery spreads through the seam of the tissues as in the monodomain wave: 13 ms off at most, and 42 where it does not.
durations() { awk -F, 'NR == 1 { while ($++k != "apd_ms"); next } { print $k }' "$1"; }
off=$(paste <(durations mono_nodes.csv) <(durations wave_nodes.csv) |
  awk '{ d = $1 > $2 ? $1 - $2 : $2 - $1; if (d > most) most = d } END { print int(most) + (NR < 6000) * 999 }')
((off <= 15)) || complain "action potentials last up to $off ms longer or shorter than in the monodomain wave"

# the same bits on one rank
isochrone=("${alone[@]}")
expect 0 run heart.yaml --output alone --set method=eikonal -q
for file in ecg.csv nodes.csv; do
  cmp "wave_$file" "alone_$file" >>err 2>&1 || complain "$file differs from that of one rank"
done

# without a wave through the strip there is no action potential
expect 2 run heart.yaml --output none --set method=eikonal --set 'regions.1.conductivity={isotropic_S_per_m: 1e-6}' \
  --set 'regions.1.velocity.isotropic_m_per_s=0.5'
says err 'regions.1.conductivity'
says err 'no wave comes through a strip'
finish
