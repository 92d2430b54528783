"""Configurations as dictionaries: read, changed, and written only where Isochrone takes them."""

import os
import tempfile
from pathlib import Path

import yaml

from . import commands
from ._library import Error


def read_configuration(path):
    """The configuration of a YAML file as dictionaries, lists and numbers."""
    with open(path, encoding="utf-8") as file:
        return yaml.safe_load(file)


def _check(name, path):
    """Messages name the file that is to be, not the one that is checked."""
    try:
        commands.check(name)
    except Error as error:
        raise type(error)(str(error).replace(str(name), str(path))) from None


def write_configuration(path, configuration, check=True):
    """Writes a configuration, a dictionary as read_configuration makes, as a YAML file.

    It is checked as a run would check it, files that it names included (relative to the folder of path): what a run
    would refuse is an InputError, and no file is written, nor an older one changed.
    """
    path = Path(path)
    handle, name = tempfile.mkstemp(prefix=path.stem + ".", suffix=".yaml", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            yaml.safe_dump(configuration, file, sort_keys=False, allow_unicode=True)
        if check:
            _check(name, path)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
    return path
