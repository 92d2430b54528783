"""pvbatch check_paraview.py MAPS SERIES PNG: both files open in ParaView as a user would open them."""

import sys

from paraview.simple import (ColorBy, CreateRenderView, ExodusIIReader, MergeBlocks, OpenDataFile, Render, ResetCamera,
                             SaveScreenshot, Show, UpdatePipeline)
from paraview import servermanager
from vtkmodules.numpy_interface import dataset_adapter
from vtkmodules.vtkIOImage import vtkPNGReader
import numpy


def whole(source):
    """All element blocks as one mesh; nodes between blocks are there once for each."""
    merged = MergeBlocks(Input=source, MergePoints=0)
    return dataset_adapter.WrapDataObject(servermanager.Fetch(merged))


def check_maps(maps, number):
    UpdatePipeline(proxy=maps)
    points = maps.PointData
    for name in ("activation_time", "repolarisation_time", "apd", "activation_count", "region"):
        assert points.GetArray(name) is not None, f"no point array {name}"
    assert maps.CellData.GetArray("region") is not None
    for name in ("fibre", "sheet"):
        assert maps.CellData.GetArray(name).GetNumberOfComponents() == 3, f"{name} is one vector"
    low, high = points.GetArray("activation_time").GetRange()
    assert 0 <= low <= high < 1000, f"NaN is left out of the range, which is {low} to {high}"
    check_values(whole(maps), number)


def check_values(mesh, number):
    assert mesh.GetNumberOfCells() == 120
    types = {mesh.GetCellType(cell) for cell in range(120)}
    assert types == {3, 5, 10, 12}, "lines, triangles, tetrahedra, hexahedra"
    node = numpy.asarray(mesh.PointData[number]) - 1
    activation = numpy.asarray(mesh.PointData["activation_time"])
    never = node % 17 == 5
    assert (numpy.isnan(activation) == never).all()
    assert (activation[~never] == node[~never] / 3).all()
    assert (numpy.asarray(mesh.Points)[:, 0] == node % 7).all()
    length = numpy.linalg.norm(numpy.asarray(mesh.CellData["fibre"]), axis=1)
    assert numpy.abs(length - 1).max() < 1e-6, "fibres are stored in single precision"


def check_series(series):
    assert list(series.TimestepValues) == list(range(0, 95, 5)), series.TimestepValues
    for time in series.TimestepValues:
        UpdatePipeline(time=time, proxy=series)
        low, high = series.PointData.GetArray("Vm").GetRange()
        # fake_vm of the first and last node, in single precision: 2^-24 of 80 mV.
        assert abs(low - (-80 + 1.3 * time)) < 1e-5 and abs(high - (-80 + 0.37 * 209 + 1.3 * time)) < 1e-5


def check_picture(maps, path):
    view = CreateRenderView()
    view.ViewSize = [300, 200]
    view.OrientationAxesVisibility = 0
    display = Show(maps, view)
    ColorBy(display, ("POINTS", "activation_time"))
    ResetCamera(view)
    Render(view)
    SaveScreenshot(path, view)
    reader = vtkPNGReader()
    reader.SetFileName(path)
    reader.Update()
    pixels = numpy.asarray(dataset_adapter.WrapDataObject(reader.GetOutput()).PointData[0])
    drawn = (pixels != pixels[0]).any(axis=1).mean()
    assert drawn > 0.1, f"only {drawn:.0%} of the picture is drawn"
    assert len(numpy.unique(pixels, axis=0)) > 50, "a map has many colours"


# ParaView has two readers for such files: the one that it chooses, and the classic one. Each has its own name for
# the numbers of the nodes.
chosen = OpenDataFile(sys.argv[1])
check_maps(chosen, "ids")
check_maps(ExodusIIReader(FileName=sys.argv[1]), "GlobalNodeId")
check_series(OpenDataFile(sys.argv[2]))
check_series(ExodusIIReader(FileName=sys.argv[2]))
check_picture(chosen, sys.argv[3])
