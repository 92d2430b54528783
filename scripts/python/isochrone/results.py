"""Results as xarray datasets and PyVista meshes."""

import os
import re
from pathlib import Path

import numpy as np
import xarray

from ._library import InputError

_SHAPES = {"BAR": 3, "BAR2": 3, "TRI": 5, "TRI3": 5, "TETRA": 10, "TETRA4": 10, "HEX": 12, "HEX8": 12}  # types of Exodus, and of VTK
# What Exodus keeps for its readers, and the names that people have for its dimensions.
_BOOKKEEPING = re.compile(
    r"(connect\d+|eb_.*|elem_var_tab|name_(nod|elem)_var|.*_num_map|coor_names|ss_.*|ns_.*|num_.*"
    r"|(elem|side)_ss\d+|node_ns\d+|dist_fact_.*|vals_elem_var\d+eb\d+)"
)
_DIMENSIONS = {
    "num_nodes": "node",
    "num_beats": "beat",
    "num_probes": "probe",
    "num_probe_samples": "probe_sample",
    "num_dim": "axis",
    "time_step": "time",
}


def _open(path):
    try:
        return xarray.open_dataset(path, engine="netcdf4", decode_times=False, chunks=None)
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file") from None


def _names(variable):
    """The texts of a variable, which xarray reads as bytes."""
    return [name.decode() for name in np.atleast_1d(variable.values)]


def _rename_numbered(data):
    """vals_nod_var1 has its name in name_nod_var; in maps, which have it by its name, too, it is left out."""
    if "name_nod_var" not in data:
        return data
    for k, name in enumerate(_names(data["name_nod_var"]), 1):
        numbered = f"vals_nod_var{k}"
        data = data.drop_vars(numbered) if name in data else data.rename({numbered: name})
    return data


def open_results(path):
    """A result file, NAME.e.nc, NAME_vm.e.nc or NAME_ecg.nc, as an xarray.Dataset that reads as it is asked.

    Maps and snapshots have the dimension node, in the order of the mesh file, and the coordinates x, y, z (mm). What
    Exodus keeps for its readers is left out; open_mesh has the elements.
    """
    data = _rename_numbered(_open(path))
    data = data.drop_vars([name for name in data.variables if _BOOKKEEPING.fullmatch(name)])
    data = data.rename({old: new for old, new in _DIMENSIONS.items() if old in data.dims})
    if "coordx" in data:
        data = data.rename(coordx="x", coordy="y", coordz="z").set_coords(["x", "y", "z"])
    if "time_whole" in data:
        time = data["time_whole"]
        data = data.drop_vars("time_whole")
        if "time" not in data.dims:  # maps: one time, which no variable has
            time = time[0]
        data = data.assign_coords(time=(time.dims, time.values, time.attrs))
    for name in ("probe_name", "electrode_name"):
        if name in data:
            dimension = data[name].dims[0]
            data = data.drop_vars(name).assign_coords({dimension: _names(data[name])})
    return data


def _cells(data):
    """Node numbers and types of all elements, block by block, for PyVista."""
    cells, types = [], []
    for block in range(1, data.sizes["num_el_blk"] + 1):
        connect = data[f"connect{block}"]
        kind = connect.attrs["elem_type"]
        if kind not in _SHAPES:
            raise InputError(f"elements of the shape {kind} are none of {', '.join(_SHAPES)}")
        nodes = connect.values - 1
        cells.append(np.insert(nodes, 0, nodes.shape[1], axis=1).ravel())
        types.append(np.full(len(nodes), _SHAPES[kind], np.uint8))
    return np.concatenate(cells), np.concatenate(types)


def _element_values(data):
    """Values of elements by name, block by block."""
    names = _names(data["name_elem_var"]) if "name_elem_var" in data else []
    blocks = range(1, data.sizes["num_el_blk"] + 1)
    return {
        name: np.concatenate([data[f"vals_elem_var{k}eb{b}"].values[-1] for b in blocks])
        for k, name in enumerate(names, 1)
    }


def open_mesh(path, time_ms=None):
    """A result file, NAME.e.nc or NAME_vm.e.nc, as a pyvista.UnstructuredGrid (mm).

    point_data has every map by its name, of each beat as beat_apd_1 and so on; of snapshots the one nearest to time_ms,
    or the last. cell_data has region and fibres.
    """
    import pyvista

    with _open(path) as data:
        data = _rename_numbered(data)
        points = np.column_stack([data[name].values for name in ("coordx", "coordy", "coordz")])
        mesh = pyvista.UnstructuredGrid(*_cells(data), points)
        times = data["time_whole"].values
        if not len(times):
            raise InputError(f"{path} has no snapshot")
        at = int(np.argmin(abs(times - time_ms))) if time_ms is not None else len(times) - 1
        for name, variable in data.data_vars.items():
            if _BOOKKEEPING.fullmatch(name) or name.startswith("coord") or "num_nodes" not in variable.dims:
                continue
            if variable.dims == ("num_nodes",):
                mesh.point_data[name] = variable.values
            elif variable.dims == ("time_step", "num_nodes"):
                mesh.point_data[name] = variable[at].values
            elif variable.dims == ("num_beats", "num_nodes"):
                for beat in range(variable.sizes["num_beats"]):
                    mesh.point_data[f"{name}_{beat + 1}"] = variable[beat].values
        for name, values in _element_values(data).items():
            mesh.cell_data[name] = values
        mesh.field_data["time_ms"] = [times[at]]
    return mesh


class Results:
    """The results of a run, by the prefix of their names or by the whole name of its maps, NAME.e.nc."""

    def __init__(self, prefix):
        self.prefix = Path(os.fsdecode(prefix).removesuffix(".e.nc"))

    def __repr__(self):
        return f"Results({str(self.prefix)!r})"

    def path(self, ending):
        """The file of that ending, ".e.nc", say."""
        return self.prefix.with_name(self.prefix.name + ending)

    @property
    def maps(self):
        """Maps, probes and what was measured: an xarray.Dataset."""
        return open_results(self.path(".e.nc"))

    @property
    def snapshots(self):
        """Vm at each snapshot; only where outputs.snapshots asks for them."""
        return open_results(self.path("_vm.e.nc"))

    @property
    def ecg(self):
        """Leads over time; only where outputs.ecg asks for them."""
        return open_results(self.path("_ecg.nc"))

    def mesh(self):
        """The mesh with its maps: a pyvista.UnstructuredGrid."""
        return open_mesh(self.path(".e.nc"))
