"""Isochrone from Python: run it, step it, read its results, write its configurations.

    import isochrone
    results = isochrone.run("heart.yaml", set={"time.duration_ms": 100})
    results.maps.activation_time                # xarray
    results.mesh().plot(scalars="activation_time")  # PyVista

    with isochrone.Simulation("heart.yaml") as heart:
        heart.advance(50)
        heart.vm                                # NumPy, a view that follows the simulation

A research tool, not a medical device.
"""

import importlib

from ._library import Error, Failed, InputError, version

__version__ = version()

# What takes NumPy, xarray, PyVista or PyYAML is imported when it is used: the commands take none of them.
_HOMES = {
    "Simulation": "simulation",
    "Electrode": "simulation",
    "Results": "results",
    "open_results": "results",
    "open_mesh": "results",
    "read_configuration": "configuration",
    "write_configuration": "configuration",
    "command": "commands",
    "check": "commands",
    "run": "commands",
    "study": "commands",
}

__all__ = ["Error", "Failed", "InputError", "version", *_HOMES]


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module 'isochrone' has no attribute '{name}'")
    return getattr(importlib.import_module("." + _HOMES[name], __name__), name)


def __dir__():
    return sorted(__all__)
