"""The shared library, and its errors. Needs nothing but Python."""

import ctypes
import os
from ctypes import POINTER, byref, c_char_p, c_double, c_int, c_int64, c_size_t, c_void_p
from pathlib import Path

_NAME = "libisochrone.so.0"


class Error(Exception):
    """What Isochrone refuses or fails at; the message says what to do."""


class InputError(Error):
    """A configuration, file or argument is wrong."""


class Failed(Error):
    """The machine failed: memory, disk; or the solution is no longer one."""


class Options(ctypes.Structure):
    """isochrone_options of isochrone.h."""

    _fields_ = [
        ("size", c_size_t),
        ("communicator", c_void_p),
        ("nset", c_int),
        ("set", POINTER(c_char_p)),
        ("output", c_char_p),
        ("restart", c_char_p),
        ("messages", c_int),
    ]


_HEART = c_void_p
_INT64S, _DOUBLES = POINTER(c_int64), POINTER(c_double)
_FUNCTIONS = {  # name: (result, arguments)
    "version": (c_char_p, []),
    "open": (c_int, [POINTER(_HEART), c_char_p, POINTER(Options)]),
    "close": (None, [_HEART]),
    "error": (c_char_p, [_HEART]),
    "rank": (c_int, [_HEART]),
    "nodes": (c_int64, [_HEART]),
    "owned": (c_int64, [_HEART]),
    "ids": (c_int, [_HEART, c_void_p]),
    "coordinates": (c_int, [_HEART, c_void_p]),
    "site_node": (c_int, [_HEART, c_char_p, _INT64S]),
    "time_ms": (c_double, [_HEART]),
    "step_ms": (c_double, [_HEART]),
    "duration_ms": (c_double, [_HEART]),
    "step": (c_int, [_HEART]),
    "advance": (c_int, [_HEART, c_double]),
    "ended": (c_char_p, [_HEART]),
    "vm": (c_int, [_HEART, c_void_p]),
    "vm_at": (c_int, [_HEART, c_int64, c_void_p, c_void_p]),
    "activation": (c_int, [_HEART, c_void_p]),
    "leads": (c_int, [_HEART]),
    "lead_name": (c_char_p, [_HEART, c_int]),
    "lead": (c_int, [_HEART, c_char_p, _DOUBLES, _DOUBLES]),
    "electrode": (c_int, [_HEART, c_char_p, POINTER(c_int)]),
    "electrode_nodes": (c_int, [_HEART, c_int64, c_void_p, POINTER(c_int)]),
    "pulse": (c_int, [_HEART, c_int, c_double, c_double, c_double]),
    "write": (c_int, [_HEART]),
    "command": (c_int, [c_int, POINTER(c_char_p)]),
}


def _load():
    given = os.environ.get("ISOCHRONE_LIBRARY")
    beside = Path(__file__).with_name(_NAME)
    name = given or (str(beside) if beside.exists() else _NAME)
    try:
        library = ctypes.CDLL(name)
    except OSError as why:
        raise ImportError(
            f"Isochrone's library does not load ({why}). Install Isochrone and what it needs (docs/install.md), or set "
            "ISOCHRONE_LIBRARY to the file libisochrone.so"
        ) from why
    for function, (result, arguments) in _FUNCTIONS.items():
        symbol = getattr(library, "isochrone_" + function)
        symbol.restype, symbol.argtypes = result, arguments
    return library


library = _load()


def version():
    """The version of the library."""
    return library.isochrone_version().decode()


def texts(words):
    """An array of C strings."""
    return (c_char_p * len(words))(*(os.fsencode(str(word)) for word in words))


def raise_status(status, message):
    """Raises the exception of a status that is not 0."""
    if status:
        raise (InputError if status == 2 else Failed)(message)
