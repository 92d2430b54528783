#!/usr/bin/env bash
# The wheel is enough: installed into an environment that knows nothing of the tree, it has the program, which runs and compiles own
# models, and steps a heart; two wheels of the same tree are the same bytes.
#
# usage: test_wheel.sh SOURCE BUILD PYTHON    PYTHON: of the environment with NumPy and so on
set -eu
source=$1 build=$2 python=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() {
  echo "FAILED: $1"
  exit 1
}
unset PYTHONPATH ISOCHRONE_LIBRARY ISOCHRONE_KERNELS
export ISOCHRONE_CACHE=$folder/cache PYTHONDONTWRITEBYTECODE=1
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

"$source/scripts/python-wheel.sh" --build "$build" --output "$folder/first"
"$source/scripts/python-wheel.sh" --build "$build" --output "$folder/second"
diff -r "$folder/first" "$folder/second" || fail "two wheels of one tree differ"

# What it needs is borrowed from the environment of the tests; the wheel itself is installed by pip.
"$python" -m venv --without-pip "$folder/env"
"$python" -m pip --python "$folder/env/bin/python" install --quiet --no-index --no-deps "$folder"/first/*.whl
packages() { "$1" -c 'import sysconfig; print(sysconfig.get_path("purelib"))'; }
packages "$python" >"$(packages "$folder/env/bin/python")/borrowed.pth"
cd "$folder"
env/bin/isochrone --version | grep -q "^isochrone 0" || fail "the program does not start"
env/bin/isochrone run "$source/configs/slab-first.yaml" --output first --quiet >log
model=$(find env -name mitchell_schaeffer_2003.h)
cp "$model" own.h
env/bin/isochrone cell own.h --beats 1 >log || fail "own models do not compile: $(cat log)"
env/bin/python - "$source/configs/slab-first.yaml" <<'END'
import sys
import isochrone
import numpy as np

assert "/env/" in isochrone.__file__, isochrone.__file__
with isochrone.Simulation(sys.argv[1]) as heart:
    heart.advance(1e9)
    assert heart.ended == "every node has activated", heart.ended
    np.testing.assert_array_equal(heart.activation_ms, isochrone.open_results("first.e.nc").activation_time)
END
echo "the wheel is enough"
