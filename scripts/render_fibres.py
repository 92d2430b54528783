"""Draws fibres of ventricles as streamlines, coloured by how deep in the wall they are, from the outside and into the
cavities.

usage: xvfb-run -a pvbatch scripts/render_fibres.py HEART.vtu PICTURE.png

HEART.vtu has fibres and the coordinate transmural, as 'isochrone mesh fibres' and then 'isochrone mesh coordinates' write
it; its base is up in z. Without a display it starts itself again on a virtual one, as render.py does.
"""

import os
import sys

import paraview.simple as pv

SIZE = [1200, 600]
LINES = 2500


def fail(message):
    print(f"render_fibres.py: {message}", file=sys.stderr)
    sys.exit(1)


def heart_of(path):
    heart = pv.OpenDataFile(path) if os.path.exists(path) else None
    if heart is None:
        fail(f"{path} is no mesh that ParaView can read")
    heart.UpdatePipeline()
    if heart.CellData.GetArray("fibre") is None or heart.PointData.GetArray("transmural") is None:
        fail(f"{path} lacks fibre or transmural; make it by isochrone mesh fibres, then mesh coordinates")
    return heart


def streamlines_of(heart):
    """Through points of the mesh, taken evenly from its list, in both directions."""
    points = pv.CellDatatoPointData(Input=heart)
    count = heart.GetDataInformation().GetNumberOfPoints()
    seeds = pv.MaskPoints(Input=heart, OnRatio=max(1, count // LINES), MaximumNumberofPoints=LINES)
    lines = pv.StreamTracerWithCustomSource(Input=points, SeedSource=seeds, Vectors=["POINTS", "fibre"])
    lines.MaximumStreamlineLength = 25
    lines.IntegrationDirection = "BOTH"
    return pv.Tube(Input=lines, Radius=0.25, NumberofSides=6)


def show(lines, view):
    display = pv.Show(lines, view)
    pv.ColorBy(display, ("POINTS", "transmural"))
    colours = pv.GetColorTransferFunction("transmural")
    colours.ApplyPreset("Turbo", True)
    colours.RescaleTransferFunction(0, 1)
    bar = pv.GetScalarBar(colours, view)
    bar.Title = "transmural"
    bar.ComponentTitle = ""
    bar.TitleFontSize = bar.LabelFontSize = 16
    bar.TitleColor = bar.LabelColor = [0, 0, 0]
    bar.WindowLocation = "Lower Right Corner"
    display.SetScalarBarVisibility(view, True)


def draw(path, picture):
    heart = heart_of(path)
    low_x, high_x, low_y, high_y, low_z, high_z = heart.GetDataInformation().GetBounds()
    middle = [(low_x + high_x) / 2, (low_y + high_y) / 2, (low_z + high_z) / 2]
    lines = streamlines_of(heart)
    view = pv.CreateView("RenderView")
    view.ViewSize = SIZE
    view.Background = [1, 1, 1]
    view.UseColorPaletteForBackground = 0
    view.OrientationAxesVisibility = 0
    show(lines, view)
    inside = pv.Clip(Input=lines, ClipType="Plane")
    inside.ClipType.Origin = middle
    inside.ClipType.Normal = [0, 1, 0]
    inside.Invert = 0  # keeps the half behind
    beside = pv.Transform(Input=inside)
    beside.Transform.Translate = [1.15 * (high_x - low_x), 0, 0]
    show(beside, view)
    view.CameraFocalPoint = [middle[0] + 0.6 * (high_x - low_x), middle[1], middle[2]]
    view.CameraPosition = [view.CameraFocalPoint[0], middle[1] - 500, middle[2] + 120]
    view.CameraViewUp = [0, 0, 1]
    view.CameraParallelProjection = 1
    pv.ResetCamera(view)
    view.CameraParallelScale *= 0.5
    pv.SaveScreenshot(picture, view)


if len(sys.argv) != 3:
    fail("usage: pvbatch scripts/render_fibres.py HEART.vtu PICTURE.png")
draw(sys.argv[1], sys.argv[2])
