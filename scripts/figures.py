"""All pictures of a run or a study by one command, and a state with which ParaView opens the run ready to look at.

usage: pvbatch scripts/figures.py NAME [FOLDER]                    of isochrone run --output NAME
       pvbatch scripts/figures.py DIR --by OUTCOME [--first N] [--compare 1,2] [FOLDER]   of isochrone study --output DIR

Of a run, in FOLDER (NAME_figures): a picture of every map, MAP.png; a movie of Vm, vm.gif, where there are snapshots
(NAME_vm.e.nc); and NAME.pvsm beside the results: ParaView > File > Load State, or paraview --state=NAME.pvsm, shows
activation with isochrones and, beside it, Vm over time; after the files have moved, choose there to search them in their
folder. Of a study, in FOLDER (DIR/figures): strategies.png, the members of --compare and the N (4) with the least
OUTCOME, each with its activation map, all in one colour scale, above bars of OUTCOME; -OUTCOME is the largest first.

Without a display it starts itself again on a virtual one, as render.py does. Same colours as there.
"""

import argparse
import csv
import math
import os
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(sys.argv[0])))
import render  # noqa: E402 - which may start this again on a virtual display
from render import pv  # noqa: E402

FRAMES, SHOWN_MS = 60, 80  # of a movie at most, and how long each is shown
NOT_FOR_COLOURS = {"ids", "object_id", "global_id", "region"}


def fail(message):
    print(f"figures.py: {message}", file=sys.stderr)
    sys.exit(1)


def save(view, path):
    pv.Render(view)
    if not pv.SaveScreenshot(path, view) or not os.path.exists(path):
        fail(f"{path} could not be written; choose another folder")
    print(path)


def step_of(span):
    """1, 2 or 5 times a power of ten that cuts a range into 5 to 15 parts."""
    if not span > 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(span / 5))
    return power * (5 if span / power >= 30 else 2 if span / power >= 15 else 1)


# ---- a run ----

def names_of_maps(surface):
    arrays = [surface.PointData.GetArray(k) for k in range(surface.PointData.GetNumberOfArrays())]
    return [a.GetName() for a in arrays if a.GetNumberOfComponents() == 1 and a.GetName().lower() not in NOT_FOR_COLOURS]


def draw_map(surface, name, path):
    low, high = surface.PointData.GetArray(name).GetRange()
    view = render.white_view(render.SIZE)
    words = name.replace("_", " ")
    render.show_surface(surface, view, *((low, high) if low < high else (low, low + 1)), name, words)
    every = step_of(high - low)
    if name == "activation_time" and low < high:
        render.show_lines(surface, view, low, high, every, name)
        words += f", a line every {every:g} ms"
    render.show_title(view, words)
    render.look_from_the_side(view, surface)
    save(view, path)
    pv.Delete(view)


def show_vm(path, view):
    source = pv.OpenDataFile(path)
    surface = pv.ExtractSurface(Input=pv.MergeBlocks(Input=source))
    surface.UpdatePipeline()
    name = "vm" if surface.PointData.GetArray("vm") is not None else "Vm"
    render.show_surface(surface, view, -90, 40, name, "Vm (mV)")
    colours = pv.GetColorTransferFunction(name)
    colours.InvertTransferFunction()  # rest is blue
    return source, surface


def draw_movie(path, target, folder):
    from PIL import Image
    view = render.white_view([800, 600])
    source, surface = show_vm(path, view)
    render.look_from_the_side(view, surface)
    times = list(source.TimestepValues) if hasattr(source.TimestepValues, "__len__") else [source.TimestepValues]
    every = max(1, -(-len(times) // FRAMES))
    title = pv.Text(Text="")
    pv.Show(title, view)
    frames = []
    for k, time in enumerate(times[::every]):
        view.ViewTime = time
        title.Text = f"{time:g} ms"
        picture = os.path.join(folder, f"{k}.png")
        pv.Render(view)
        pv.SaveScreenshot(picture, view)
        frames.append(Image.open(picture).convert("P", palette=Image.ADAPTIVE))
    frames[0].save(target, save_all=True, append_images=frames[1:], duration=SHOWN_MS, loop=0)
    print(target)
    pv.Delete(view)


def save_state(maps, snapshots, path):
    """A layout of one view, or of two where there are snapshots."""
    pv.ResetSession()
    layout = pv.CreateLayout("Isochrone")
    surface = render.surface_of(maps)
    low, high = surface.PointData.GetArray("activation_time").GetRange()
    view = render.white_view([800, 600])
    pv.AssignViewToLayout(view, layout, 0)
    render.show_surface(surface, view, *((low, high) if low < high else (0, 1)))
    if low < high:
        render.show_lines(surface, view, low, high, step_of(high - low))
    render.look_from_the_side(view, surface)
    if snapshots:
        other = render.white_view([800, 600])
        pv.AssignViewToLayout(other, layout, layout.SplitHorizontal(0, 0.5) + 1)
        _, shown = show_vm(snapshots, other)
        render.look_from_the_side(other, shown)
        pv.AddCameraLink(view, other, "both")
        pv.GetAnimationScene().AnimationTime = (low + high) / 2 if low < high else 0  # while the wave is there
    pv.SaveState(path)
    print(path)


def draw_run(name, folder):
    maps, snapshots = name + ".e.nc", name + "_vm.e.nc"
    os.makedirs(folder, exist_ok=True)
    surface = render.surface_of(maps)
    for variable in names_of_maps(surface):
        draw_map(surface, variable, os.path.join(folder, variable + ".png"))
    if os.path.exists(snapshots):
        with tempfile.TemporaryDirectory() as frames:
            draw_movie(snapshots, os.path.join(folder, "vm.gif"), frames)
    save_state(os.path.abspath(maps), os.path.abspath(snapshots) if os.path.exists(snapshots) else None, name + ".pvsm")


# ---- a study ----

def members_of(folder, by, first, compare):
    """Rows of the table: those to compare with, and the first others that have the outcome."""
    with open(os.path.join(folder, "table.csv"), newline="") as file:
        rows = list(csv.DictReader(file))
    outcome = by.lstrip("-")
    if not rows or outcome not in rows[0]:
        fail(f"{folder}/table.csv: has no column {outcome}; give one of {', '.join(rows[0]) if rows else 'none'}")
    known = [r for r in rows if r["status"] == "done" and r[outcome] != ""]
    known.sort(key=lambda r: float(r[outcome]) * (-1 if by.startswith("-") else 1))
    references = [r for r in known if int(r["member"]) in compare]
    references.sort(key=lambda r: compare.index(int(r["member"])))
    return references + [r for r in known if r not in references][:first]


def draw_member(folder, row, low, high, every, picture):
    surface = render.surface_of(os.path.join(folder, "members", f"{int(row['member']):04d}.e.nc"))
    view = render.white_view([600, 500])
    render.show_surface(surface, view, low, high)
    render.show_lines(surface, view, low, high, every)
    render.look_from_the_side(view, surface)
    pv.Render(view)
    pv.SaveScreenshot(picture, view)
    pv.Delete(view)


def range_of(folder, rows):
    ranges = []
    for row in rows:
        surface = render.surface_of(os.path.join(folder, "members", f"{int(row['member']):04d}.e.nc"))
        ranges.append(surface.PointData.GetArray("activation_time").GetRange())
        pv.Delete(surface)
    known = [r for r in ranges if r[0] < r[1]] or [(0, 1)]
    return min(r[0] for r in known), max(r[1] for r in known)


def draw_study(folder, by, first, compare, target):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    outcome = by.lstrip("-")
    rows = members_of(folder, by, first, compare)
    if not rows:
        fail(f"{folder}: no member is done and has {outcome}")
    axes_names = [c for c in rows[0] if c not in ("member", "status", "why")]
    axes_names = axes_names[:next((k for k, c in enumerate(axes_names) if is_number(rows, c)), 1) or 1]
    low, high = range_of(folder, rows)
    every = step_of(high - low)
    os.makedirs(target, exist_ok=True)
    figure, axes = plt.subplots(2, len(rows), figsize=(3.2 * len(rows), 5.4), squeeze=False,
                                gridspec_kw={"height_ratios": [3, 1.6]}, constrained_layout=True)
    most = max(abs(float(r[outcome])) for r in rows) or 1
    with tempfile.TemporaryDirectory() as pictures:
        for k, row in enumerate(rows):
            picture = os.path.join(pictures, f"{k}.png")
            draw_member(folder, row, low, high, every, picture)
            axes[0][k].imshow(plt.imread(picture))
            axes[0][k].set_axis_off()
            axes[0][k].set_title(", ".join(row[a] for a in axes_names), fontsize=10,
                                 style="italic" if int(row["member"]) in compare else "normal")
            axes[1][k].bar([0], [float(row[outcome])], color="#c9b458" if int(row["member"]) in compare else "#1f4e79")
            axes[1][k].set_xlim(-1.5, 1.5)
            axes[1][k].set_ylim(min(0, *(float(r[outcome]) for r in rows)), 1.25 * most)
            axes[1][k].text(0, float(row[outcome]), f"{float(row[outcome]):.4g}", ha="center", va="bottom")
            axes[1][k].set_xticks([])
    axes[1][0].set_ylabel(outcome.replace("_", " "))
    figure.suptitle(f"activation, a line every {every:g} ms; below: {outcome.replace('_', ' ')}", fontsize=11)
    path = os.path.join(target, "strategies.png")
    figure.savefig(path, dpi=100)
    print(path)


def is_number(rows, column):
    try:
        [float(r[column]) for r in rows if r[column] != ""]
        return True
    except ValueError:
        return False


def main():
    parser = argparse.ArgumentParser(prog="figures.py", usage=__doc__.split("\n\n")[1].replace("usage: ", ""))
    parser.add_argument("what")
    parser.add_argument("folder", nargs="?")
    parser.add_argument("--by")
    parser.add_argument("--first", type=int, default=4)
    parser.add_argument("--compare", default="")
    given = parser.parse_intermixed_args()
    if os.path.exists(os.path.join(given.what, "table.csv")):
        if not given.by:
            fail(f"{given.what} is a study: say --by which outcome")
        compare = [int(k) for k in given.compare.split(",") if k]
        draw_study(given.what, given.by, given.first, compare, given.folder or os.path.join(given.what, "figures"))
    else:
        draw_run(given.what, given.folder or given.what + "_figures")


main()
