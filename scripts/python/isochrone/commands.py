"""Isochrone's commands as functions. Each is a process of its own, or several by mpirun."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from numbers import Integral
from pathlib import Path

from ._library import Failed, InputError


def _settings(settings):
    """--set options of {"KEY.PATH": value}, or of texts "KEY.PATH=VALUE" as they are; None: none."""
    if settings is None:
        return []
    if isinstance(settings, Mapping):
        from ._values import line

        for key in settings:
            if not isinstance(key, str):
                raise TypeError(f"set: a key is a text like 'time.step_ms', not {key!r}")
        settings = [f"{key}={line(value, key)}" for key, value in settings.items()]
    elif not isinstance(settings, (list, tuple)) or not all(isinstance(text, str) for text in settings):
        raise TypeError(f"set is {{'KEY.PATH': value}} or ['KEY.PATH=VALUE'], not {settings!r}")
    return [word for text in settings for word in ("--set", text)]


def _start(ranks):
    if not isinstance(ranks, Integral) or ranks < 1:
        raise InputError(f"ranks is {ranks!r}: it is a whole number, 1 or more")
    python = [sys.executable, "-m", "isochrone"]
    if ranks == 1:
        return python
    mpirun = shutil.which("mpirun")
    if not mpirun:
        raise InputError(f"{ranks} ranks need mpirun, which is not there: install Open MPI, or take one rank")
    return [mpirun, "-n", str(ranks), *python]


def command(*words, ranks=1, folder=None):
    """Runs a command of the program, "mesh", "info", "heart.vtu", say, and returns what it prints.

    ranks: of mpirun. folder: where it works; None: here. Raises InputError or Failed with the program's message.
    """
    environment = dict(os.environ)
    environment["PYTHONPATH"] = os.pathsep.join(
        [str(Path(__file__).parent.parent), *filter(None, [environment.get("PYTHONPATH")])]
    )
    done = subprocess.run(
        [*_start(ranks), *map(str, words)],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = re.findall(r"^isochrone: (?:error: )?(.*)", done.stderr, re.MULTILINE)
        message = said[-1] if said else done.stderr.strip() or f"it ended with {done.returncode}"
        raise (InputError if done.returncode == 2 else Failed)(message)
    return done.stdout


def check(configuration, set=None, ranks=1):
    """What a run would do, as text. Raises InputError with what a run would refuse."""
    return command("check", configuration, *_settings(set), ranks=ranks)


def run(configuration, output=None, set=None, ranks=1, threads=None):
    """Runs a configuration, a file, and returns its Results.

    output: prefix of the results, or the whole name of one, NAME.e.nc; None: the configuration's name in the present
    folder. set: {"time.step_ms": 0.02}, or ["time.step_ms=0.02"], wins over the configuration.
    """
    from .results import Results

    prefix = Path(output) if output is not None else Path(Path(configuration).stem)
    words = ["run", configuration, "--output", prefix, "--quiet", *_settings(set)]
    if threads is not None:
        words += ["--threads", threads]
    command(*words, ranks=ranks)
    return Results(prefix)


def _plain(values):
    """Texts of bytes; numbers where all of them are."""
    texts = [value.decode() for value in values]
    try:
        return [float(text) for text in texts]
    except ValueError:
        return texts


def study(configuration, output, set=None, ranks=1):
    """Runs a study into the folder output, or goes on with it, and returns its table as an xarray.Dataset.

    Its dimension is the member; axes have their names, and numbers for values where all are.
    """
    import xarray

    command("study", configuration, "--output", output, *_settings(set), ranks=ranks)
    with xarray.open_dataset(Path(output) / "table.nc", engine="netcdf4") as table:
        table = table.load()
    for name, column in list(table.data_vars.items()):
        if column.dtype.kind == "S":
            table[name] = (column.dims, _plain(column.values), column.attrs)
        if name.startswith("axis_"):
            table = table.rename({name: column.attrs.get("long_name", name)})
    return table
