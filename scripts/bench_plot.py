"""Draws error against processor time for bench_error.py: draw(CASES, FILE). Needs matplotlib."""
import matplotlib
import numpy

matplotlib.use("Agg")
from matplotlib import pyplot  # noqa: E402

import numerics  # noqa: E402
from bench_peers import MEASURED, PUBLISHED_P8, published_errors  # noqa: E402

LINES = [  # fast current, precision, pace, colour, marker
    ("interpolated", "double", "fixed", "tab:blue", "o"),
    ("interpolated", "double", "adaptive", "tab:orange", "s"),
    ("interpolated", "single", "adaptive", "tab:green", "^"),
    ("nodal", "single", "adaptive", "tab:gray", "v"),
]
TITLES = ["far corner, P8", "worst of the nine points"]
FLOOR = 0.3  # per cent: the converged times are known to some 0.3 to 0.5%
PUBLISHED_H = "0.1"


def frontier(cases, m):
    """Cases that no cheaper one beats: processor times and errors."""
    points, best = [], numpy.inf
    for case in sorted(cases, key=lambda c: c.found["cpu_s"]):
        error = case.errors()[m]
        if error < best:
            best = error
            points.append((case.found["cpu_s"], max(error, FLOOR), case))
    return points


def robust(case, cases, m):
    """A case with the largest error of its own and of all finer meshes of its series."""
    return max(c.errors()[m] for c in cases if c.series == case.series and c.h <= case.h + 1e-9)


class Robust:
    """A case whose errors are those that no finer mesh of its series exceeds."""

    def __init__(self, case, cases):
        self.found, self.h, self.step = case.found, case.h, case.step
        self.kept = [robust(case, cases, m) for m in range(len(TITLES))]

    def errors(self):
        return self.kept


def draw_own(axes, cases, m):
    for current, precision, pace, colour, marker in LINES:
        mine = [c for c in cases if (c.current, c.precision, c.pace) == (current, precision, pace)]
        points = frontier([Robust(c, mine) for c in mine], m)
        if points:
            axes.plot([p[0] for p in points], [p[1] for p in points], color=colour, marker=marker, markersize=5,
                      label="Isochrone, %s, %s, %s pace" % (current, precision, pace))


def draw_peers(axes, m):
    """Peers with a time are crosses; published errors without one stand at the right edge, at 0.1 mm."""
    reference = numpy.array(numerics.REFERENCES["N-version"])
    if m == 0:
        for k, peer in enumerate(MEASURED):
            error = 100 * abs(peer["p8_ms"] / reference[numerics.P8] - 1)
            axes.plot(peer["cpu_s"], error, "kx")
            axes.annotate("%s, %s" % (peer["name"].split()[0], peer["case"].split(",")[0]), (peer["cpu_s"], error),
                          textcoords="offset points", xytext=(-5, 5 if k else -9), ha="right", fontsize=7)
        errors = {name: 100 * abs(at / reference[numerics.P8] - 1) for name, at in PUBLISHED_P8[PUBLISHED_H].items()}
    else:
        errors = {p["name"].split(",")[0]: p["errors"][1]
                  for p in published_errors(reference, reference > numerics.STIMULUS_MS, numerics.P8)
                  if p["h"] == float(PUBLISHED_H)}
    right = axes.get_xlim()[1]
    placed = []
    for name, error in sorted(errors.items(), key=lambda item: item[1]):
        at = max([error] + [1.18 * other for other in placed])
        placed.append(at)
        axes.plot([right * 0.86, right], [max(error, FLOOR)] * 2, "k-", linewidth=1)
        axes.annotate("%s %.1f%%" % (name, error), (right, at), textcoords="offset points", xytext=(4, -3), fontsize=7,
                      annotation_clip=False)


def draw(cases, path):
    figure, both = pyplot.subplots(1, 2, figsize=(11.5, 5), sharey=True)
    for m, axes in enumerate(both):
        draw_own(axes, cases, m)
        axes.set(xscale="log", yscale="log", title=TITLES[m], xlabel="processor time, s", ylim=(FLOOR * 0.9, 60),
                 xlim=(0.1, 500))
        for target in (10, 5, 2):
            axes.axhline(target, color="lightgray", linewidth=0.8, zorder=0)
        axes.set_yticks([0.5, 1, 2, 5, 10, 20, 50], ["0.5", "1", "2", "5", "10", "20", "50"])
        axes.minorticks_off()
        draw_peers(axes, m)
    both[0].set_ylabel("error of the activation time, %")
    figure.suptitle("N-version benchmark. x: other programs, measured; right edges: published at 0.1 mm, without times",
                    fontsize=10)
    handles, labels = both[0].get_legend_handles_labels()
    figure.legend(handles, labels, fontsize=8, loc="lower center", ncol=2)
    figure.subplots_adjust(left=0.07, right=0.86, bottom=0.22, top=0.86, wspace=0.42)
    figure.savefig(path, dpi=90)
