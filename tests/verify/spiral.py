"""The period of a spiral wave by another program: Mitchell and Schaeffer's model on a sheet by finite differences.

usage: spiral.py RUN.e.nc SPACING_MM TOLERANCE_PERCENT

Nothing here comes from the solver that it is compared with, not the equations' form either: potentials are from 0 to 1,
both equations go forward by Euler's method with a step of 0.01 ms, and the Laplacian is that of nine points, which is the
same in all directions to fourth order where the solver's elements favour the axes. Sheet, protocol and parameters are those
of test_spiral.sh. The period is the mean over nine nodes, the same ones of both, of (last - first) / (n - 1) of a node's
activations from 1000 ms on, when the spiral has found its place.
"""

import sys

import netCDF4
import numpy as np

SIZE_MM, STEP_MS, END_MS, FROM_MS = 24.0, 0.01, 1800.0, 1000.0
PLACES = [(a, b) for a in (4, 12, 20) for b in (4, 12, 20)] # mm
TAU_IN, TAU_OUT, TAU_OPEN, TAU_CLOSE, GATE = 0.3, 6.0, 40.0, 15.0, 0.13
DIFFUSIVITY = 0.05 / (140 * 0.01) # mm2/ms: S/m over surface to volume (1/mm) and capacitance (uF/mm2), in these units


def laplacian(u, spacing):
    """Nine points, (4 of the nearest - 20 of itself + the corners) / 6 h2; no flux: mirrored at the edges."""
    p = np.pad(u, 1, mode="reflect")
    near = p[1:-1, :-2] + p[1:-1, 2:] + p[:-2, 1:-1] + p[2:, 1:-1]
    corners = p[:-2, :-2] + p[:-2, 2:] + p[2:, :-2] + p[2:, 2:]
    return (4 * near + corners - 20 * u) / (6 * spacing**2)


def spiral(spacing):
    """Times of activation of some nodes, a list each."""
    n = round(SIZE_MM / spacing) + 1
    x, y = np.meshgrid(np.arange(n) * spacing, np.arange(n) * spacing, indexing="ij")
    u, h = np.zeros((n, n)), np.ones((n, n))
    s1, s2 = x <= 0.5 + 1e-9, (x <= 12 + 1e-9) & (y <= 12 + 1e-9)
    nodes = [(round(a / spacing), round(b / spacing)) for a, b in PLACES]
    times = [[] for _ in nodes]
    for k in range(round(END_MS / STEP_MS)):
        t = k * STEP_MS
        du = h * u * u * (1 - u) / TAU_IN - u / TAU_OUT + DIFFUSIVITY * laplacian(u, spacing)
        if t < 2:
            du = du + 0.5 * s1
        elif 80 <= t < 82:
            du = du + 0.5 * s2
        h = h + STEP_MS * np.where(u < GATE, (1 - h) / TAU_OPEN, -h / TAU_CLOSE)
        new = u + STEP_MS * du
        for at, when in zip(nodes, times):
            if u[at] < 0.5 <= new[at]:
                when.append(t + STEP_MS * (0.5 - u[at]) / (new[at] - u[at]))
        u = new
    return times


def period(times):
    """The mean over nodes that activate regularly: not at the core, where the wave may pass a node by."""
    cycles = []
    for when in times:
        late = np.array([t for t in when if t >= FROM_MS])
        if len(late) > 3 and np.ptp(np.diff(late)) < 0.3 * np.mean(np.diff(late)):
            cycles.append((late[-1] - late[0]) / (len(late) - 1))
    return float(np.mean(cycles)), len(cycles)


def times_of_run(path):
    with netCDF4.Dataset(path) as data:
        x, y = data["coordx"][:], data["coordy"][:]
        beats = data["beat_activation_time"][:].filled(np.nan)
    nodes = [int(np.argmin((x - a) ** 2 + (y - b) ** 2)) for a, b in PLACES]
    return [beats[np.isfinite(beats[:, n]), n] for n in nodes]


def main(path, spacing, tolerance):
    run, n = period(times_of_run(path))
    own, m = period(spiral(float(spacing)))
    off = 100 * (run / own - 1)
    print(f"period: {run:.3f} ms of the run, {own:.3f} ms by finite differences, {n} and {m} nodes: {off:+.2f}%")
    sys.exit(min(n, m) < 6 or not abs(off) <= float(tolerance))


main(*sys.argv[1:])
