#!/bin/bash
# usage: test_fit_ecg.sh PYTHON COMPARE COMMAND...
# Runs COMMAND, which starts isochrone, to fit a patient's ventricles with two Purkinje trees to a recording of eight leads: a
# beat that another program made of them, again and again with noise, a wandering baseline and ectopic beats. What is found,
# that two ranks find the same, and which lead the twin advises.
source "$(dirname "$0")/expect.sh"
configs=$tests/../configs
begin_with 'python compare' "$@"

"$python" "$tests/../scripts/make_recording.py" "$configs/fit-crtdemo.csv" beats || complain 'no recording'
settings=(--set fit.members=10 --set fit.ecgs.made.file="$folder/beats.hea" --set fit.ecgs.made.begin_ms=-20 --set
  fit.ecgs.made.end_ms=180)
expect 0 fit "$configs/fit-crtdemo.yaml" --output twin "${settings[@]}"
says err 'ECG made: the mean of 29 of 32 beats (3 unlike the others, 0 early, 0 cut), 0.5 to 150 Hz'
says out 'ECG made: 168 samples used, 0 held out'
grep -q exchanged err && complain 'electrodes that nobody exchanged'
# within NAME TRUTH ROOM: the median is no farther from the truth than that
within() {
  awk -v name="$1" -v truth="$2" -v room="$3" '
    index($0, "  " name " ") == 1 { line = substr($0, 36); split(line, f, " "); good = f[1] > truth - room && f[1] < truth + room }
    END { exit !good }' out || complain "$1 is not $2 within $3"
}
within 'time of left' 75 2
# 8%: the fibres are others than those of the beat, which is worth 6 (docs/fit.md)
within 'velocity of ventricles' 0.866 0.07
# and the median of ten members has a standard error of 1.25 x 0.25 / root(10) = 0.1
within 'ratio of ventricles' 2.5 0.3
within 'velocity of Purkinje trees' 1.414 0.115

arguments=(fit on 2 ranks)
mpirun --allow-run-as-root --oversubscribe -n 2 "${isochrone[@]: -1}" fit "$configs/fit-crtdemo.yaml" --output two --quiet \
  "${settings[@]}" >out 2>err || complain 'exit code'
for kind in twin.nc e.nc; do
  "$python" "$compare" "twin.$kind" "two.$kind" >out 2>err
  status=$?
  [ $status = 0 ] || [ $status = 77 ] || complain "other bits in $kind"
done

# The beat goes on with each lead: of the truth the last node activates after 208.7, 148.2, 142.7, 141.2 and 144.9 ms (docs/fit.md).
expect 0 study "$configs/fit-crtdemo.yaml" --output leads "${settings[@]}" --set study.axes.0.draws=3 --set study.maps=1 \
  --set "study.axes.0.twin=$PWD/twin.twin.nc"
awk -F, 'BEGIN { truth["none"] = 208.7; truth["right apex"] = 148.2; truth["lateral"] = 142.7; truth["posterolateral"] = 141.2
    truth["anterolateral"] = 144.9 }
  $3 == "median" { d = $5 - truth[$1]; good += d < 8 && d > -8 }
  $3 == "best in" { best += $5; side += $1 ~ /lateral/ ? $5 : 0 }
  END { exit !(good == 5 && best > 0.999 && best < 1.001 && side == best) }' leads/summary.csv || complain 'other leads than those of the truth'
finish
