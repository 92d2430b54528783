"""Draws the isochrones of a result: the outer surface coloured by activation time, with a line every 10 ms,
or so that there are five at least.

usage: pvbatch scripts/render.py NAME.e.nc PICTURE.png [LINE_EVERY_MS]

Without a display it starts itself again on a virtual one (xvfb-run, of Debian's package xvfb), drawn by software.
Places that never activated are grey.
"""

import math
import os
import shutil
import subprocess
import sys


SIZE = [1200, 900]
NEVER = [0.75, 0.75, 0.75]


def fail(message):
    print(f"render.py: {message}", file=sys.stderr)
    sys.exit(1)


def draw_elsewhere():
    """Most builds of ParaView abort without an X display, a few draw without: those get one that do not need it."""
    if shutil.which("xvfb-run") is None:
        print("render.py: no display and no xvfb-run: if ParaView aborts, apt-get install xvfb", file=sys.stderr)
        return
    # Launchers leave variables behind that a second start would take for its own.
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("OMPI_", "PMIX_", "PMI_"))}
    environment["LIBGL_ALWAYS_SOFTWARE"] = "1"
    # Without -noreset the display starts anew when ParaView closes its first window, and may refuse the second.
    screen = ["xvfb-run", "-a", "-s", "-screen 0 1280x1024x24 -noreset"]
    program = [os.path.realpath("/proc/self/exe"), os.path.abspath(sys.argv[0])]
    sys.exit(subprocess.run(screen + program + sys.argv[1:], env=environment).returncode)


def surface_of(path, needed="activation_time"):
    """The outer surface of all element blocks, its points shared between them; with that variable, unless it is None."""
    if not os.path.exists(path):
        fail(f"{path} does not exist; give the maps of a run, NAME.e.nc")
    source = pv.OpenDataFile(path)
    if source is None:
        fail(f"{path} is not a result that ParaView can read; give the maps of a run, NAME.e.nc")
    surface = pv.ExtractSurface(Input=pv.MergeBlocks(Input=source))
    surface.UpdatePipeline()
    if needed and surface.PointData.GetArray(needed) is None:
        fail(f"{path} holds no {needed}; give the maps of a run, NAME.e.nc, not its snapshots")
    return surface


def show_surface(surface, view, low, high, name="activation_time", title="activation time (ms)"):
    display = pv.Show(surface, view)
    pv.ColorBy(display, ("POINTS", name))
    display.Ambient, display.Diffuse = 0.3, 0.7  # shade the shape, but keep the colours of the bar
    colours = pv.GetColorTransferFunction(name)
    colours.ApplyPreset("Turbo", True)
    colours.InvertTransferFunction()  # early is red, as electrophysiologists draw it
    colours.NanColor = NEVER
    colours.RescaleTransferFunction(low, high)
    bar = pv.GetScalarBar(colours, view)
    bar.Title = title
    bar.ComponentTitle = ""
    bar.TitleFontSize = bar.LabelFontSize = 18
    bar.TitleColor = bar.LabelColor = [0, 0, 0]
    bar.AutomaticLabelFormat = 0
    bar.LabelFormat = bar.RangeLabelFormat = "%.0f"
    bar.WindowLocation = "Lower Right Corner"
    display.SetScalarBarVisibility(view, True)


def show_lines(surface, view, low, high, every, name="activation_time"):
    times = [every * k for k in range(math.floor(low / every) + 1, math.ceil(high / every))]
    if not times:
        return
    lines = pv.Contour(Input=surface, ContourBy=["POINTS", name], Isosurfaces=times)
    display = pv.Show(lines, view)
    pv.ColorBy(display, None)
    display.AmbientColor = display.DiffuseColor = [0, 0, 0]
    display.LineWidth = 2


def show_title(view, text):
    title = pv.Show(pv.Text(Text=text), view)
    title.FontSize = 20
    title.Color = [0, 0, 0]
    title.WindowLocation = "Upper Center"


def white_view(size):
    view = pv.CreateView("RenderView")
    view.ViewSize = size
    view.UseColorPaletteForBackground = 0
    view.Background = [1, 1, 1]
    view.OrientationAxesLabelColor = [0, 0, 0]
    return view


FILLED = 0.85  # of the picture's height or width


def look_from_the_side(view, surface):
    """So that the surface nearly fills the picture."""
    view.ResetActiveCameraToPositiveY()
    camera = view.GetActiveCamera()
    camera.Elevation(20)
    camera.Azimuth(30)
    pv.ResetCamera(view)
    shape = camera.GetCompositeProjectionTransformMatrix(view.ViewSize[0] / view.ViewSize[1], 0, 1)
    points = pv.servermanager.Fetch(surface).GetPoints()
    extent = 0.0
    for k in range(0, points.GetNumberOfPoints(), 1 + points.GetNumberOfPoints() // 20000):
        x, y, _, w = shape.MultiplyPoint((*points.GetPoint(k), 1.0))
        extent = max(extent, abs(x / w), abs(y / w))
    if extent > 0:
        camera.Zoom(FILLED / extent)


def line_every(low, high):
    """10 ms, as hearts have it, or the largest of 5, 2, 1, ... ms that leaves five intervals."""
    steps = [10.0, 5.0, 2.0, 1.0, 0.5, 0.2]
    return next((step for step in steps if high - low >= 5 * step), 0.1)


def main(path, picture, every=None):
    surface = surface_of(path)
    low, high = surface.PointData.GetArray("activation_time").GetRange()
    activated = low <= high  # an empty range is upside down
    view = white_view(SIZE)
    show_surface(surface, view, *((low, high) if activated else (0, 1)))
    name = os.path.basename(path).removesuffix(".e.nc")
    if activated:
        every = every or line_every(low, high)
        show_lines(surface, view, low, high, every)
        show_title(view, f"{name}: a line every {every:g} ms, {low:.1f} to {high:.1f} ms")
    else:
        show_title(view, f"{name}: nothing activated")
    look_from_the_side(view, surface)
    pv.Render(view)
    if not pv.SaveScreenshot(picture, view) or not os.path.exists(picture):
        fail(f"{picture} could not be written; choose another place")


if __name__ == "__main__" and len(sys.argv) not in (3, 4):
    fail("usage: pvbatch scripts/render.py NAME.e.nc PICTURE.png [LINE_EVERY_MS]")
if not os.environ.get("DISPLAY"):
    draw_elsewhere()

import paraview.simple as pv  # noqa: E402 - it may end the program where there is no display

if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *(float(every) for every in sys.argv[3:]))
