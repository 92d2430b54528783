#!/usr/bin/env python3
"""Learns the outcomes of a study from what its members drew, and says how good that is on members it has not seen.

usage: surrogate.py DIR/table.nc [OUTCOME...]

A polynomial of second degree in the drawn numbers (their logarithms where all are positive), by least squares with a weight
on its coefficients that is chosen on the part `validation` of the table; the error is that of the part `test`. An
example of how to learn from a study, see docs/study.md, not a tool to predict with.
"""

import sys

import netCDF4
import numpy


def columns(table):
    """Drawn numbers [member][parameter], with mean 0 and deviation 1."""
    names = sorted((name for name in table.variables if name.startswith("parameter_")), key=lambda n: int(n[10:]))
    if not names:
        sys.exit(f"error: {sys.argv[1]}: members draw nothing; an axis of the study needs draws")
    x = numpy.array([table[name][:].filled(numpy.nan) for name in names]).T
    x = numpy.where((x > 0).all(axis=0), numpy.log(numpy.abs(x) + 1e-300), x)
    return (x - x.mean(axis=0)) / numpy.maximum(x.std(axis=0), 1e-300)


def features(x):
    n = x.shape[1]
    products = [x[:, i] * x[:, j] for i in range(n) for j in range(i, n)]
    return numpy.column_stack([numpy.ones(len(x)), x, *products])


def learn(f, y, weight):
    """All coefficients but the constant are held back by weight."""
    hold = weight * numpy.eye(f.shape[1])
    hold[0, 0] = 0
    return numpy.linalg.solve(f.T @ f + hold, f.T @ y)


def error(f, y, coefficients):
    return float(numpy.sqrt(numpy.mean((f @ coefficients - y) ** 2)))


def judge(f, y, split):
    """Root of the mean square error on the test part, beside that of the mean of what was learnt."""
    known = ~numpy.isnan(y)
    parts = [numpy.flatnonzero(known & (split == k)) for k in range(3)]
    if min(len(part) for part in parts) < 2:
        return None
    train, validation, test = parts
    weights = 10.0 ** numpy.arange(-6, 3)
    best = min(weights, key=lambda w: error(f[validation], y[validation], learn(f[train], y[train], w)))
    of_mean = float(numpy.sqrt(numpy.mean((y[test] - y[train].mean()) ** 2)))
    return error(f[test], y[test], learn(f[train], y[train], best)), of_mean, [len(part) for part in parts]


def main():
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    with netCDF4.Dataset(sys.argv[1]) as table:
        f, split = features(columns(table)), table["split"][:].filled(-1)
        outcomes = sys.argv[2:] or [
            name for name, v in table.variables.items()
            if v.dtype == numpy.float64 and not name.startswith("parameter_") and name != "accepted"
        ]
        for name in outcomes:
            if name not in table.variables:
                sys.exit(f"error: {sys.argv[1]}: there is no outcome {name}")
            judged = judge(f, table[name][:].filled(numpy.nan), split)
            if judged is None:
                print(f"{name}: too few members")
                continue
            found, of_mean, (train, validation, test) = judged
            print(f"{name}: off by {found:.3g} (root mean square) on {test} members not seen, {of_mean:.3g} by the mean alone; "
                  f"learnt from {train}, chosen by {validation}")


if __name__ == "__main__":
    main()
