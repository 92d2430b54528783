"""Configurations as dictionaries: read, changed, and written only where Isochrone takes them."""

import os
import tempfile
from pathlib import Path

from . import _values, commands
from ._library import Error


def read_configuration(path):
    """The configuration of a YAML file as dictionaries, lists, numbers, texts, booleans and None.

    Values are what they are to the program: name: no is the text "no", title: 1:30 the text "1:30". Keys are texts. A
    number that is written, unchanged, keeps its digits.
    """
    with open(path, encoding="utf-8") as file:
        return _values.load(file, path)


def _check(name, path):
    """Messages name the file that is to be, not the one that is checked."""
    try:
        commands.check(name)
    except Error as error:
        raise type(error)(str(error).replace(str(name), str(path))) from None


def write_configuration(path, configuration, check=True):
    """Writes a configuration, a dictionary as read_configuration makes, as a YAML file.

    It is checked as a run would check it, files that it names included (relative to the folder of path): what a run
    would refuse is an InputError, and no file is written, nor an older one changed. NumPy's numbers and arrays, and
    paths, are written as numbers, lists and texts; what else no configuration has is a TypeError.
    """
    path = Path(path)
    handle, name = tempfile.mkstemp(prefix=path.stem + ".", suffix=".yaml", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            _values.dump(configuration, file)
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
