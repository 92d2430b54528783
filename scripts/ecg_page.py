#!/usr/bin/env python3
"""Draws an ECG as a page for cardiologists: twelve leads, 25 mm/s, 10 mm/mV, on paper with a grid of 1 and 5 mm.

usage: ecg_page.py [options] NAME_ecg.nc|NAME_ecg.csv [PAGE.pdf|.png|.svg]

  --speed MM_PER_S    25, 50 or 100 as on paper [25]
  --gain MM_PER_MV    5, 10 or 20 [10]
  --start MS          where the page begins [the record's beginning]
  --title TEXT        instead of the file's name
  --repeat MS         one beat again and again, from its first sample on, for ten seconds; the page says so
  --zero              takes off each lead's median, as filters of recorders would

The page is A4 across, to be printed at its own size; without a name it is NAME_ecg.pdf. Leads stand in the usual three
rows of four, with II below. A record of ten seconds goes on from column to column, as on paper; the columns of a
shorter one all begin together. Other leads than the twelve are drawn one below the other. Measures are those in the
NetCDF file. CSV files of other programs do, too: columns time_ms and the leads, in mV.
Isochrone is a research tool and not a medical device.
"""

import argparse
import csv
import math
import pathlib
import sys

try:
    import matplotlib
except ImportError:
    sys.exit("ecg_page.py: matplotlib is missing; install python3-matplotlib")
matplotlib.use("Agg")
from matplotlib import collections, pyplot  # noqa: E402

ROWS = (("I", "aVR", "V1", "V4"), ("II", "aVL", "V2", "V5"), ("III", "aVF", "V3", "V6"))
RHYTHM = "II"
MOST_STRIPS = 12
# Of the page, in mm.
WIDTH, HEIGHT = 297, 210
LEFT, RIGHT, BOTTOM, TOP = 13.5, 283.5, 20, 180  # of the grid, whole fives
PULSE_AT, PULSE, BEGIN = 5, 5, 15  # of the calibration pulse and the traces, from the grid's left
COLUMN = 62.5  # 2.5 s at 25 mm/s
FINE, COARSE, INK = "#f7d3cf", "#e8a09a", "#101010"
NOTICE = "Isochrone: a research tool, not a medical device"


def read_csv(path):
    with open(path, newline="", encoding="utf-8") as file:
        lines = csv.reader(line for line in file if line.strip() and not line.startswith("#"))
        names = [name.strip() for name in next(lines)]
        columns = list(zip(*([float(value or "nan") for value in line] for line in lines)))
    if "time_ms" not in names or not columns:
        sys.exit(f"ecg_page.py: {path}: there is no column time_ms with samples")
    leads = dict(zip(names, columns))
    return leads.pop("time_ms"), leads, {}


def read_netcdf(path):
    try:
        import netCDF4
    except ImportError:
        sys.exit("ecg_page.py: netCDF4 is missing; install python3-netcdf4, or draw the .csv")
    with netCDF4.Dataset(path) as file:
        file.set_auto_mask(False)
        leads = {n: v[:].tolist() for n, v in file.variables.items() if v.dimensions == ("time",) and n != "time"}
        measures = {n: float(v[...]) for n, v in file.variables.items() if v.dimensions == ()}
        return file["time"][:].tolist(), leads, measures


def read(path):
    try:
        return read_netcdf(path) if path.suffix == ".nc" else read_csv(path)
    except (OSError, ValueError, LookupError, StopIteration) as wrong:
        sys.exit(f"ecg_page.py: {path}: is no ECG: {wrong}")


def say_measures(measures):
    """What a reader looks for first; nothing for what was not found."""
    texts = (("qrs_duration", "QRS {:.0f} ms"), ("qrs_axis", "axis {:.0f}\N{DEGREE SIGN}"), ("qt", "QT {:.0f} ms"),
             ("qtc_bazett", "QTc {:.0f} ms (Bazett)"), ("rr", "RR {:.0f} ms"))
    found = [text.format(measures[name]) for name, text in texts if not math.isnan(measures.get(name, math.nan))]
    return "   ".join(found)


class Page:
    """A sheet of paper in mm, and traces on it."""

    def __init__(self, time_ms, leads, options):
        self.time, self.leads, self.options = time_ms, leads, options
        self.start = time_ms[0] if options.start is None else options.start
        self.figure = pyplot.figure(figsize=(WIDTH / 25.4, HEIGHT / 25.4))
        self.axes = self.figure.add_axes((0, 0, 1, 1))
        self.axes.set(xlim=(0, WIDTH), ylim=(0, HEIGHT))
        self.axes.axis("off")
        for step, colour, width in ((1, FINE, 0.35), (5, COARSE, 0.7)):
            across = [((LEFT + x, BOTTOM), (LEFT + x, TOP)) for x in range(0, int(RIGHT - LEFT) + 1, step)]
            along = [((LEFT, BOTTOM + y), (RIGHT, BOTTOM + y)) for y in range(0, int(TOP - BOTTOM) + 1, step)]
            self.axes.add_collection(collections.LineCollection(across + along, colors=colour, linewidths=width))

    def text(self, x, y, text, size=9, **how):
        self.axes.text(x, y, text, fontsize=size, color=INK, family="DejaVu Sans", **how)

    def line(self, x, y, width=0.8):
        self.axes.plot(x, y, color=INK, linewidth=width, solid_joinstyle="round", solid_capstyle="butt")

    def pulse(self, y):
        """1 mV for 5 mm, which says what a millivolt is."""
        x, high = LEFT + PULSE_AT, y + self.options.gain
        self.line([x - 1.5, x, x, x + PULSE, x + PULSE, x + PULSE + 1.5], [y, y, high, high, y, y])

    def trace(self, name, x, y, first_ms, length_mm, above=13):
        """A lead from first_ms on, for as long as there is paper; its name above its beginning."""
        last_ms = first_ms + 1000 * length_mm / self.options.speed
        inside = [i for i, t in enumerate(self.time) if first_ms <= t <= last_ms]
        values = self.leads[name]
        self.line([x + (self.time[i] - first_ms) * self.options.speed / 1000 for i in inside],
                  [y + values[i] * self.options.gain for i in inside])
        self.text(x + 1, y + above, name, 10, weight="bold")

    def twelve_leads(self):
        column_ms = 1000 * COLUMN / self.options.speed
        goes_on = self.time[-1] - self.start >= 3.5 * column_ms  # into the fourth column
        x, step = LEFT + BEGIN, 40
        for row, names in enumerate(ROWS):
            y = TOP - 25 - row * step
            self.pulse(y)
            for column, name in enumerate(names):
                first = self.start + (column * column_ms if goes_on else 0)
                self.trace(name, x + column * COLUMN, y, first, COLUMN)
                if column:
                    self.line([x + column * COLUMN] * 2, [y - 2, y + 2], 0.5)
        y = TOP - 25 - 3 * step
        self.pulse(y)
        self.trace(RHYTHM, x, y, self.start, 4 * COLUMN)
        return "columns one after the other" if goes_on else "columns begin together"

    def strips(self):
        names = list(self.leads)[:MOST_STRIPS]
        step = (TOP - BOTTOM) / len(names)
        for row, name in enumerate(names):
            y = TOP - (row + 0.6) * step
            self.pulse(y)
            self.trace(name, LEFT + BEGIN, y, self.start, RIGHT - LEFT - BEGIN, min(13, 0.45 * step))
        return f"{len(names)} of {len(self.leads)} leads" if len(names) < len(self.leads) else "all leads"


def repeated(time_ms, leads, every_ms):
    """A beat at every so many ms for ten seconds; in between its last value, each ms, so that columns may end there."""
    beat = [i for i, t in enumerate(time_ms) if t - time_ms[0] < every_ms]
    rest = range(int(time_ms[beat[-1]] - time_ms[0]) + 1, math.ceil(every_ms))
    times, values = [], {name: [] for name in leads}
    for start in (k * every_ms for k in range(int(10000 / every_ms) + 1)):
        times += [start + time_ms[i] - time_ms[0] for i in beat] + [start + ms for ms in rest]
        for name, lead in leads.items():
            values[name] += [lead[i] for i in beat] + [lead[beat[-1]]] * len(rest)
    return times, values


def without_median(values):
    middle = sorted(values)[len(values) // 2]
    return [value - middle for value in values]


def draw(path, options):
    time_ms, leads, measures = read(path)
    if options.zero:
        leads = {name: without_median(values) for name, values in leads.items()}
    if options.repeat:
        time_ms, leads = repeated(time_ms, leads, options.repeat)
    page = Page(time_ms, leads, options)
    has_twelve = all(name in leads for names in ROWS for name in names)
    how = page.twelve_leads() if has_twelve else page.strips()
    page.text(LEFT, TOP + 16, options.title or path.stem, 13, weight="bold")
    page.text(LEFT, TOP + 9, say_measures(measures), 10)
    page.text(RIGHT, TOP + 16, NOTICE, 9, ha="right")
    if options.repeat:
        how += f"    one beat, drawn again every {options.repeat:g} ms"
    page.text(LEFT, BOTTOM - 7, f"{options.speed:g} mm/s    {options.gain:g} mm/mV    {how}", 9)
    page.text(RIGHT, BOTTOM - 7, f"{(time_ms[-1] - page.start) / 1000:.3g} s from {page.start:g} ms", 9, ha="right")
    most = max((abs(v) for values in leads.values() for v in values), default=0)
    if most * options.gain > 40 or 0 < most * options.gain < 1:
        said = f"ecg_page.py: amplitudes of up to {most:.3g} mV are {most * options.gain:.3g} mm; see --gain"
        print(said, file=sys.stderr)
    return page.figure


def main():
    parser = argparse.ArgumentParser(usage="see below", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("ecg", type=pathlib.Path)
    parser.add_argument("page", type=pathlib.Path, nargs="?")
    parser.add_argument("--speed", type=float, default=25)
    parser.add_argument("--gain", type=float, default=10)
    parser.add_argument("--start", type=float)
    parser.add_argument("--title")
    parser.add_argument("--repeat", type=float)
    parser.add_argument("--zero", action="store_true")
    options = parser.parse_args()
    if not (options.speed > 0 and options.gain > 0 and (options.repeat is None or options.repeat >= 100)):
        sys.exit("ecg_page.py: --speed and --gain are above 0, --repeat is 100 or more")
    page = options.page or options.ecg.with_suffix(".pdf")
    if page.suffix not in (".pdf", ".png", ".svg"):
        sys.exit(f"ecg_page.py: {page}: a page ends with .pdf, .png or .svg")
    # Nothing that differs from one day to the next.
    without_date = {".pdf": {"CreationDate": None}, ".svg": {"Date": None}}
    draw(options.ecg, options).savefig(page, dpi=200, metadata=without_date.get(page.suffix))


if __name__ == "__main__":
    main()
