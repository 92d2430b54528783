"""What scripts/bench_error.py takes for reached, and what scripts/ranks_model.py counts.

usage: test_measures.py"""

import os
import sys

try:
    import netCDF4  # noqa: F401, which the scripts need
    import numpy
except ImportError:
    sys.exit(77)

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts"))
import bench_error
import numerics
import ranks_model


def case(h, step, off, seconds, worst=0.0):
    """A run whose P8 is off by a part and whose P2 by another; P1, under the stimulus, is far off and does not count."""
    made = bench_error.Case(h, step, "double", "fixed")
    times = list(numerics.REFERENCES["N-version"])
    times[0] *= 2
    times[1] *= 1 + worst
    times[numerics.P8] *= 1 + off
    made.found = {"times": times, "cpu_s": seconds}
    return made


def test_errors():
    p8, worst = case(0.2, 0.05, -0.03, 1, worst=0.08).errors()
    assert abs(p8 - 3) < 1e-9 and abs(worst - 8) < 1e-9


def test_a_crossing_of_zero_does_not_reach():
    runs = [case(0.5, 0.05, 0.0, 1), case(0.25, 0.05, 0.06, 8), case(0.125, 0.05, 0.01, 64)]
    assert bench_error.cheapest(runs, 0, 10) is runs[0]
    assert bench_error.cheapest(runs, 0, 5) is runs[2]  # 0.5 mm is right by chance: 0.25 mm is not
    assert bench_error.cheapest(runs, 0, 0.5) is None
    other_step = case(0.5, 0.02, 0.0, 2)
    assert bench_error.cheapest(runs + [other_step], 0, 5) is other_step  # a series of its own


def test_neighbours_along_the_curve_are_neighbours():
    n = 8
    places = numpy.array([(x, y, z) for x in range(n) for y in range(n) for z in range(n)], dtype=float)
    along = places[numpy.argsort(ranks_model.hilbert(places))]
    assert numpy.all(numpy.abs(numpy.diff(along, axis=0)).sum(axis=1) == 1)


def test_parts_are_dealt_in_turn():
    owner = ranks_model.owners(24, 3, 2)
    assert list(owner[::4]) == [0, 1, 2, 0, 1, 2]
    assert list(numpy.bincount(owner)) == [8, 8, 8]


def test_waiting():
    cost, owner = numpy.full((2, 1), 64.0), numpy.array([0, 1])
    alike = numpy.full((2, 1), 4)
    assert ranks_model.waiting(alike, cost, owner, 2) == 0
    # One patch goes on in all 16 base steps, the other in one of them: 17 of 32 are work.
    apart = numpy.array([[1], [16]])
    assert abs(ranks_model.waiting(apart, cost, owner, 2) - (1 - 17 / 32)) < 1e-12


for name, test in list(globals().items()):
    if name.startswith("test_"):
        test()
        print("passed:", name)
