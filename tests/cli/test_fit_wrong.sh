#!/bin/bash
# usage: test_fit_wrong.sh SOURCE COMMAND...
# Runs COMMAND, which starts isochrone, on two of the hearts of scripts/fit_wrong.py: one is as the fit thinks, the other's electrodes
# are 10 mm off, and only the latter is called an error of the model, with a lead and a time.
source "$(dirname "$0")/expect.sh"
begin_with source "$@"

arguments=(fit of wrong hearts)
"$source/scripts/fit_wrong.py" . --members 10 --only right,electrodes --command "${isochrone[*]}" >out 2>err || complain 'exit code'
grep '^| right .*| nothing |$' out >right || complain 'an alarm where nothing is wrong'
grep -q misses right && complain 'what is right is not found'
grep '^| electrodes ' out >wrong || complain 'no fit with other electrodes'
says wrong 'no such heart explains the data'
grep -Eq 'lead V[1-6] of ECG made is [0-9.]+ mV (higher|lower) than predicted from [0-9.]+ to [0-9.]+ ms' wrong || complain 'where and when'
finish
