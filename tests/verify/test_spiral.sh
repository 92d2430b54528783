#!/bin/bash
# usage: test_spiral.sh PYTHON ISOCHRONE
# The period of a spiral wave on a sheet against another program (spiral.py), which has its own form of the model, its own
# steps and its own Laplacian. Tolerance: 0.3%, of which the edges of 0.25 mm may take 0.2 (with 0.5 mm the periods are 0.4 and
# 0.8% longer, and errors fall with the square) and the wandering of the spiral, over eight cycles, another 0.1. Found: 0.12%.
here=$(cd "$(dirname "$0")" && pwd)
source "$here/../cli/expect.sh"
begin_with python "$@"

make_spiral 0.25
cat >>spiral.yaml <<END
time: {duration_ms: 1800, step_ms: 0.02}
numerics: {pace: fixed, precision: double}
END
expect 0 run spiral.yaml --quiet --output spiral
"$python" "$here/spiral.py" spiral.e.nc 0.25 0.3 || complain 'another period than the other program has'
finish
