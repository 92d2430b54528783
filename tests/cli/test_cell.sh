#!/bin/bash
# usage: test_cell.sh SOURCES PYTHON COMMAND...
# Runs COMMAND, which starts isochrone, for single cells and for tissue that starts from a paced cell, and checks
# exit codes, messages, tables, files and the cache.
source "$(dirname "$0")/expect.sh"
begin_with 'sources python' "$@"
export ISOCHRONE_CACHE=$folder/cache

refused() { # MESSAGE ARGUMENTS...
  local message=$1
  shift
  expect 2 cell "$@"
  says err "isochrone: error: "
  says err "$message"
}

same() { cmp -s "$1" "$2" || complain "$1 and $2 differ"; }

tt=ten_tusscher_2006

# what is wrong is said, with what there is
refused "--output '.csv' names no file" $tt --output .csv
refused "--output 'block/' names no file" $tt --output block/
refused '--scale: g_Na=-1 must not be negative' $tt --scale g_Na=1,-1
refused '--set: g_Na=-5 must not be negative' $tt --set g_Na=-5
refused 'There are: aliev_panfilov_1996, bueno_orovio_2008' nobody_2006
refused 'There are: epi, endo, mid' $tt --variant atrium
refused 'There are: g_Na, g_CaL' $tt --set g_nobody=1
refused "did you mean 'g_Kr'" $tt --scale g_KR=1
refused 'FROM:TO:STEP' $tt --scale g_Kr=1:2
refused 'FROM:TO:STEP' $tt --scale g_Kr=2:1:0.5
refused 'NAME=VALUES' $tt --set g_Kr
refused 'given twice' $tt --set g_Kr=1 --scale g_Kr=2
refused 'stable up to 0.1 ms' $tt --step-ms 0.2
refused 'not a whole number of steps' $tt --step-ms 0.03
refused 'not a whole number of steps' $tt --cycle-length-ms 300.001
refused 'does not exceed the pulse' $tt --cycle-length-ms 2
refused 'no premature beat' $tt --cycle-length-ms 500 --s1s2 600
refused 'leave out --cycle-length-ms' $tt --dynamic 500 --cycle-length-ms 500
refused 'one value' $tt --cycle-length-ms 500,400 --s1s2 300
refused 'whole number' $tt --beats 1.5
refused 'double, single' $tt --precision half
refused 'there are: auto, cpu, cuda' $tt --device gpu
refused 'add --concentration-nM VALUES' $tt --block g_Kr=4.9
refused 'add --concentration-nM a=VALUES' $tt --block a:g_Kr=4.9 --concentration-nM 1
refused 'blocks nothing' $tt --concentration-nM 1
refused 'at least 0' $tt --block g_Kr=4.9 --concentration-nM -1
refused 'given twice' $tt --block g_Kr=4.9 --concentration-nM 1 --concentration-nM 2
refused 'given twice' $tt --block g_Kr=4.9 --block g_Kr=5 --concentration-nM 1
refused 'both above 0' $tt --block g_Kr=4.9,0 --concentration-nM 1
refused "did you mean 'g_Kr'" $tt --block g_KR=4.9 --concentration-nM 1
refused 'cannot be read' ./nobody.h
refused 'two numbers' $tt --tolerance 1
refused 'lengthen the pulse' $tt --pulse-ms 0.02
expect 2 cell $tt --output nowhere/x
says err 'nowhere/x.csv'

# a grid is its single runs, in any company
grid=(cell "$tt" --variant endo --beats 2 --cycle-length-ms "600,500" --quiet)
expect 0 "${grid[@]}" --scale g_Kr=0.5:1:0.5 --set g_Ks=0.1,0.3 --output grid
expect 0 "${grid[@]}" --scale g_Kr=0.5:1:0.5 --set g_Ks=0.1,0.3 --output threads --threads 3
same grid.csv threads.csv
head -n 1 grid.csv >singles.csv
for kr in 0.5 1; do
  for ks in 0.1 0.3; do
    expect 0 "${grid[@]}" --scale g_Kr=$kr --set g_Ks=$ks --output single
    tail -n 2 single.csv >>singles.csv
  done
done
sort grid.csv >a
sort singles.csv >b
same a b
[ "$(column apd90_ms grid.csv | sort -u | wc -l)" -eq 8 ] || complain 'the grid has no eight different APDs'
expect 0 "${grid[@]}" --scale g_Kr=0.5 --precision single --output single.nc
[ -e single.nc.nc ] && complain 'a whole name is a prefix'
[ "$(column apd90_ms single.csv | head -n 1)" != "$(column apd90_ms grid.csv | head -n 1)" ] ||
  complain 'single precision is double'

# a drug leaves 1 / (1 + (c / IC50)^hill): all, half and, with a hill of 2, a fifth at 0, 1 and 2 times the IC50
expect 0 "${grid[@]}" --block g_Kr=4,2 --concentration-nM 0,4,8 --output drug
expect 0 "${grid[@]}" --scale g_Kr=1,0.5,0.2 --output scaled
[ "$(column concentration_nM drug.csv | sort -u | tr '\n' ' ')" = '0 4 8 ' ] || complain 'no column of concentrations'
column apd90_ms drug.csv >a
column apd90_ms scaled.csv >b
same a b
# two drugs on one current multiply, and act on what is scaled
expect 0 "${grid[@]}" --scale g_Kr=0.5 --block a:g_Kr=3 --block b:g_Kr=5 --concentration-nM a=3 --concentration-nM b=0,5 \
  --output drugs
expect 0 "${grid[@]}" --scale g_Kr=0.25,0.125 --output scaled
[ "$(column b_nM drugs.csv | sort -u | tr '\n' ' ')" = '0 5 ' ] || complain 'no column of the second drug'
column apd90_ms drugs.csv >a
column apd90_ms scaled.csv >b
same a b

# a header of the user's is as the model that it was copied from
sed 's/luo_rudy_1991/my_model/g' "$sources/kernels/models/luo_rudy_1991.h" >my_model.h
if command -v "${CC:-cc}" >/dev/null; then
  own=(--beats 2 --cycle-length-ms 400 --set g_K=0.3 --scale "g_Na=1,0.9" --device cpu)
  expect 0 cell ./my_model.h "${own[@]}" --output mine --threads 2
  expect 0 cell luo_rudy_1991 "${own[@]}" --output theirs
  same mine.csv theirs.csv
  refused 'There are: g_Na' ./my_model.h --set g_nobody=1
  refused 'There are: standard' ./my_model.h --variant atrium
fi

# a missing GPU is no error of the command line
if ! nvidia-smi >/dev/null 2>&1; then
  expect 1 cell $tt --device cuda
  says err 'device cuda: '
fi

# NetCDF and CSV hold the same, and xarray reads units and names; so does the trace, whose end of a beat is its
# start in the next
"$python" "$sources/tests/cli/check_cell.py" grid.nc grid.csv >out 2>err
case $? in
  0) ;;
  77) echo 'xarray is not there' ;;
  *) complain 'grid.nc is not as it should be' ;;
esac

# restitution: a shorter diastolic interval, a shorter beat
expect 0 cell $tt --beats 5 --cycle-length-ms 600 --s1s2 600:350:-50 --output s1s2
column apd90_ms s1s2.csv >a
sort -gr a >b
same a b
[ "$(sort -u a | wc -l)" -eq 6 ] || complain 'the premature beats are not six different ones'
expect 0 cell $tt --beats 6 --cycle-length-ms 600 --stimulus 26 --output s1
[ "$(column apd90_ms s1.csv)" = "$(head -n 1 a)" ] || complain 'a premature beat in time is no regular one'
expect 0 cell $tt --beats 4 --dynamic 1000,600,400 --output dynamic
column apd90_ms dynamic.csv >a
sort -gr a >b
same a b

# steadiness
expect 0 cell luo_rudy_1991 --until-steady --output steady
[ "$(column steady steady.csv)" = yes ] || complain 'Luo-Rudy is not steady'
[ "$(column beats steady.csv)" -lt 20 ] || complain 'Luo-Rudy takes long to be steady'

# tissue from a paced cell
cat >paced.yaml <<'EOF'
mesh: {slab: {size_mm: [2, 1, 1], spacing_mm: 0.5}}
regions:
  - model: ten_tusscher_2006
    conductivity: {isotropic_S_per_m: 0.1}
    initial: {paced: {cycle_length_ms: 500, beats: 4}}
stimuli: [{surface: true, amplitude_uA_per_uF: 40}]
time: {duration_ms: 5}
EOF
# maps PREFIX: the part of its maps that does not tell of the run
maps() {
  "$python" -c 'import netCDF4, sys; v = netCDF4.Dataset(sys.argv[1]).variables
for n in sorted(v):
  if v[n].dtype.kind == "f": print(n, v[n][:].data.tobytes().hex())' "$1.e.nc" >"$1.maps"
  [ -s "$1.maps" ] || complain "$1.e.nc has no maps"
}
run=(run paced.yaml --set outputs.snapshots.interval_ms=1)
expect 0 "${run[@]}" --output first
says err 'starts after 4 beats at 500 ms'
says err 'paced now'
expect 0 cell $tt --step-ms 0.05 --cycle-length-ms 500 --beats 4 --output cell
apd=$(column apd90_ms cell.csv)
expect 0 "${run[@]}" --output second
says err "APD90 $(printf %.2f "$apd") ms"
says err "from the cache, $ISOCHRONE_CACHE/"
[ "$(find cache -name "*.state" | wc -l)" -eq 1 ] || complain 'the cache does not hold one state'
sed -i 's/values/vaules/' cache/*
expect 0 "${run[@]}" --output third
says err 'paced now'
expect 0 "${run[@]}" --output third
says err 'from the cache'
expect 0 "${run[@]}" --no-cache --output fourth
says err 'paced now'
expect 0 "${run[@]}" --set regions.0.initial=null --output rest
for name in first second third fourth rest; do maps $name; done
same first.maps second.maps
same first.maps third.maps
same first.maps fourth.maps
cmp -s first.maps rest.maps && complain 'pacing changes nothing'
expect 0 check paced.yaml --set regions.0.parameters.g_Kr=0.1
grep -q beats err && complain 'a check paces'
# another protocol is another state, whatever is changed of it: what follows was kept of none but these
for change in beats=5 beats=3 cycle_length_ms=510 duration_ms=1 amplitude_uA_per_uF=60; do
  expect 0 "${run[@]}" --set time.duration_ms=0.1 --set regions.0.initial.paced.$change --output protocol
  says err 'paced now'
done
expect 0 "${run[@]}" --set time.duration_ms=0.1 --set time.step_ms=0.04 --output protocol
says err 'paced now'
expect 0 "${run[@]}" --set time.duration_ms=0.1 --output protocol
says err 'from the cache'
# another cell is another state; regions that agree share one
expect 0 "${run[@]}" --set regions.0.parameters.g_Kr=0.1 --output other
says err 'paced now'
printf '5\n0 0 0\n1000 0 0\n0 1000 0\n0 0 1000\n1000 1000 1000\n' >two.pts
printf '2\nTt 0 1 2 3 4\nTt 4 1 2 3 5\n' >two.elem
cat >two.yaml <<'EOF'
mesh: {file: two}
regions:
  - tags: [4]
    model: ten_tusscher_2006
    conductivity: {isotropic_S_per_m: 0.1}
    initial: {paced: {cycle_length_ms: 500, beats: 4}}
  - tags: [5]
    model: ten_tusscher_2006
    conductivity: {isotropic_S_per_m: 0.1}
    initial: {paced: {cycle_length_ms: 500, beats: 4}, V: -80}
stimuli: [{surface: true, amplitude_uA_per_uF: 40}]
time: {duration_ms: 5}
EOF
expect 0 run two.yaml --no-cache
says err 'as region region0'
expect 0 "${run[@]}" --no-cache --set regions.0.initial.paced.amplitude_uA_per_uF=5
says err 'warning: region region0: the last paced beat does not activate'
says err '(5 uA/uF for 2 ms): no capture'
"$python" - <<'EOF'
import netCDF4
f = netCDF4.Dataset('field.nc', 'w')
f.createDimension('num_nodes', 45)
f.createVariable('g_Ks', 'f8', ('num_nodes',))[:] = [0.2 + 0.01 * i for i in range(45)]
EOF
expect 0 "${run[@]}" --no-cache --set 'regions.0.parameters={g_Ks: {field: field.nc, variable: g_Ks}}'
says err 'warning: region region0: initial.paced paces one cell for all nodes, with g_Ks = 0.392'
touch file
ISOCHRONE_CACHE=file/x expect 0 "${run[@]}" --output fifth
says err 'warning: the paced state is not kept'

# A cell that has no Vm any more is an error, not a row.
expect 1 cell ten_tusscher_2006 --stimulus 100000 --beats 2
says err 'mV, beyond any membrane'
expect 1 cell mitchell_schaeffer_2003 --set tau_in=1e-300 --stimulus 50 --beats 1
says err 'a cell of mitchell_schaeffer_2003 paced every 1000 ms'

finish
