"""What texts of a configuration are to the program, and values of Python to a configuration.

The program decides by a key what its value is, and reads only true, false, null, decimal numbers and texts
(src/config/config_read.c); YAML 1.1, as PyYAML has it, makes a switch of no, 90 of 1:30 and 8 of 010.
"""

import math
import os
import re
from collections.abc import Mapping, Sequence

import yaml

from ._library import InputError

_NULL = re.compile(r"(?:~|null|)\Z")
_BOOLEAN = re.compile(r"(?:true|True|TRUE|false|False|FALSE)\Z")
_WHOLE = re.compile(r"[-+]?[0-9]+\Z")
_REAL = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?\Z")
_DEEPEST = 32  # as ISO_TREE_DEEPEST of the program
_TAG = "tag:yaml.org,2002:"
_DEFAULT_TAGS = (_TAG + "str", _TAG + "seq", _TAG + "map")


# ---- reading ----


class _Loader(yaml.SafeLoader):
    """Every scalar is its text."""

    yaml_implicit_resolvers = {}


class _Int(int):
    """A whole number as a file has it, 007, which may be a name there."""

    written = None


class _Float(float):
    """A number as a file has it, 1e3 or 0.10."""

    written = None


def _number(kind, text):
    """A number that remembers its text where Python writes it otherwise."""
    value = kind.__base__(text)
    if repr(value) == text:
        return value
    value = kind(text)
    value.written = text
    return value


def _scalar(text):
    if _NULL.match(text):
        return None
    if _BOOLEAN.match(text):
        return text.lower() == "true"
    if _WHOLE.match(text):
        return _number(_Int, text)
    if _REAL.match(text) and math.isfinite(float(text)):
        return _number(_Float, text)
    return text


def _fail(node, what):
    raise InputError(f"{node.start_mark.name}:{node.start_mark.line + 1}: {what}")


def _key(node, before):
    if not isinstance(node, yaml.ScalarNode) or not node.value:
        _fail(node, "a key must be a single word, like duration_ms")
    if node.value in before:
        _fail(node, f"duplicate key '{node.value}'; keep one of the two")
    return node.value


def _tree(node, depth=0):
    """Values of a node; aliases become copies, as in the program."""
    if depth > _DEEPEST:
        _fail(node, "nested too deeply for a configuration")
    if node.tag not in _DEFAULT_TAGS:
        _fail(node, "YAML tags (!) are not used here; write the value alone")
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node.value) if node.style is None else node.value
    if isinstance(node, yaml.SequenceNode):
        return [_tree(item, depth + 1) for item in node.value]
    values = {}
    for key, value in node.value:
        values[_key(key, values)] = _tree(value, depth + 1)
    return values


def load(file, name):
    """The values of a YAML file, which messages call by its name; of an empty one none: {}."""
    try:
        loader = _Loader(file)
        loader.name = str(name)
        node = loader.get_single_node()
        values = None if node is None else _tree(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{name}:{mark.line + 1}" if mark else name
        raise InputError(f"{where}: this is not YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{name}: this is not YAML: {' '.join(str(error).split())}") from None
    return {} if values is None else values


# ---- writing ----


class _Dumper(yaml.SafeDumper):
    """Texts are in quotes where the program, or YAML 1.1, would take them for something else."""

    def ignore_aliases(self, data):
        return True


for _kind, _form, _first in (
    ("null", _NULL, ["~", "n", ""]),
    ("bool", _BOOLEAN, "tTfF"),
    ("int", _WHOLE, "-+0123456789"),
    ("float", _REAL, "-+.0123456789"),
):
    _Dumper.add_implicit_resolver(_TAG + _kind, _form, list(_first))


def _digits(number):
    return getattr(number, "written", None) or repr(number)


def _write_number(dumper, value):
    return dumper.represent_scalar(_TAG + ("int" if isinstance(value, int) else "float"), _digits(value))


for _type in (int, float, _Int, _Float):
    _Dumper.add_representer(_type, _write_number)


def _plain_key(key, path):
    plain = _plain(key, path)
    if isinstance(plain, str):
        return plain
    if isinstance(plain, (int, float)) and not isinstance(plain, bool):
        return _digits(plain)
    raise TypeError(f"{path or 'a configuration'}: a key is a text, not {key!r}")


def _plain_number(value, path):
    if isinstance(value, (_Int, _Float)):
        return value
    if isinstance(value, int):
        return int(value)
    if math.isfinite(value):
        return float(value)
    raise InputError(f"{path}: {float(value)} is no number that a configuration can have")


def _plain(value, path):
    """Of dictionaries, lists, numbers, texts, booleans and None alone. path: "time.step_ms", for messages."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return _plain_number(value, path)
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    within = path + "." if path else ""
    if isinstance(value, Mapping):
        keys = [_plain_key(key, path) for key in value]
        return {key: _plain(item, within + key) for key, item in zip(keys, value.values())}
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        return [_plain(item, f"{within}{k}") for k, item in enumerate(value)]
    if hasattr(value, "__array__"):  # NumPy's numbers and arrays, and what is made of them
        import numpy as np

        array = np.asarray(value)
        if array.dtype.kind == "f":
            array = array.astype(float)  # longer ones would stay NumPy's
        if array.dtype.kind in "biufU":
            return _plain(array.tolist(), path)
    raise TypeError(
        f"{path or 'a configuration'}: {value!r} is a {type(value).__name__}, which no configuration has; give numbers, "
        "texts, booleans, None, or lists and dictionaries of them"
    )


def dump(values, file):
    """Writes values as a YAML file, from which load and the program read the same."""
    yaml.dump(_plain(values, ""), file, _Dumper, sort_keys=False, allow_unicode=True)


def line(value, path):
    """A value in one line, as --set path=VALUE takes it."""
    text = yaml.dump(_plain(value, path), None, _Dumper, default_flow_style=True, allow_unicode=True, width=10**6)
    return text.strip().removesuffix("\n...")
