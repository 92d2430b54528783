"""Units of CellML 1.0 and 1.1: a scale and powers of the base units."""

import math

from . import ImportError_

_BASE = ("kilogram", "metre", "second", "ampere", "kelvin", "mole", "candela")


def _named(scale, **powers):
    return scale, tuple(sorted((k, float(v)) for k, v in powers.items() if v))


_KNOWN = {name: _named(1.0, **{name: 1}) for name in _BASE}
_KNOWN.update(
    {
        "dimensionless": _named(1.0),
        "radian": _named(1.0),
        "steradian": _named(1.0),
        "meter": _named(1.0, metre=1),
        "celsius": _named(1.0, celsius=1),  # not kelvin: what joins the two would need an offset
        "gram": _named(1e-3, kilogram=1),
        "liter": _named(1e-3, metre=3),
        "litre": _named(1e-3, metre=3),
        "hertz": _named(1.0, second=-1),
        "becquerel": _named(1.0, second=-1),
        "coulomb": _named(1.0, ampere=1, second=1),
        "newton": _named(1.0, kilogram=1, metre=1, second=-2),
        "pascal": _named(1.0, kilogram=1, metre=-1, second=-2),
        "joule": _named(1.0, kilogram=1, metre=2, second=-2),
        "watt": _named(1.0, kilogram=1, metre=2, second=-3),
        "volt": _named(1.0, kilogram=1, metre=2, second=-3, ampere=-1),
        "ohm": _named(1.0, kilogram=1, metre=2, second=-3, ampere=-2),
        "siemens": _named(1.0, kilogram=-1, metre=-2, second=3, ampere=2),
        "farad": _named(1.0, kilogram=-1, metre=-2, second=4, ampere=2),
        "katal": _named(1.0, mole=1, second=-1),
        "lumen": _named(1.0, candela=1),
    }
)
_PREFIX = {
    "yotta": 24,
    "zetta": 21,
    "exa": 18,
    "peta": 15,
    "tera": 12,
    "giga": 9,
    "mega": 6,
    "kilo": 3,
    "hecto": 2,
    "deka": 1,
    "deca": 1,
    "deci": -1,
    "centi": -2,
    "milli": -3,
    "micro": -6,
    "nano": -9,
    "pico": -12,
    "femto": -15,
    "atto": -18,
    "zepto": -21,
    "yocto": -24,
}

VOLT, SECOND = _KNOWN["volt"][1], _KNOWN["second"][1]

# What the tables of a model call them: unit, scale and powers in SI.
_LABELS = [
    ("1", "dimensionless", 1, ()),
    ("mV", "volt", 1e-3, VOLT),
    ("V", "volt", 1, VOLT),
    ("ms", "second", 1e-3, SECOND),
    ("s", "second", 1, SECOND),
]
for _name, _factors in {
    "1/ms": (("second", -1, 1e-3),),
    "1/s": (("second", -1, 1),),
    "1/mV": (("volt", -1, 1e-3),),
    "mM": (("mole", 1, 1), ("metre", -3, 1)),
    "uM": (("mole", 1, 1e-3), ("metre", -3, 1)),
    "mM/ms": (("mole", 1, 1), ("metre", -3, 1), ("second", -1, 1e-3)),
    "1/mM/ms": (("mole", -1, 1), ("metre", 3, 1), ("second", -1, 1e-3)),
    "uA/uF": (("ampere", 1, 1), ("farad", -1, 1)),
    "mS/uF": (("siemens", 1, 1e3), ("farad", -1, 1)),
    "uA/cm2": (("ampere", 1, 1e-6), ("metre", -2, 1e-2)),
    "uF/cm2": (("farad", 1, 1e-6), ("metre", -2, 1e-2)),
    "mS/cm2": (("siemens", 1, 1e-3), ("metre", -2, 1e-2)),
    "pA": (("ampere", 1, 1e-12),),
    "nA": (("ampere", 1, 1e-9),),
    "uA": (("ampere", 1, 1e-6),),
    "pF": (("farad", 1, 1e-12),),
    "nF": (("farad", 1, 1e-9),),
    "uF": (("farad", 1, 1e-6),),
    "nS": (("siemens", 1, 1e-9),),
    "uS": (("siemens", 1, 1e-6),),
    "K": (("kelvin", 1, 1),),
    "C/mol": (("coulomb", 1, 1), ("mole", -1, 1)),
}.items():
    _scale, _powers = 1.0, {}
    for _unit, _exponent, _multiple in _factors:
        # A power of a prefixed unit scales with the prefix to that power.
        _scale *= _multiple ** _exponent if _unit in ("second", "volt", "metre") else _multiple
        for _k, _v in _KNOWN[_unit][1]:
            _powers[_k] = _powers.get(_k, 0) + _exponent * _v
    _LABELS.append((_name, _name, _scale, tuple(sorted((k, v) for k, v in _powers.items() if v))))


class Units:
    """definitions: {name: [attributes of its <unit> elements]}, None for new base units."""

    def __init__(self, definitions):
        self.definitions, self.found = definitions, dict(_KNOWN)

    def of(self, name, user, open_=()):
        """(scale, powers) of the units called name; user says who uses them."""
        if name in self.definitions and name not in open_:
            if name not in self.found or name in _KNOWN:
                self.found[name] = self._define(name, open_ + (name,))
        elif name in open_:
            raise ImportError_(f"units '{name}' are defined by themselves")
        if name not in self.found:
            raise ImportError_(f"{user} has units '{name}', which the file does not define")
        return self.found[name]

    def _define(self, name, open_):
        parts = self.definitions[name]
        if parts is None:
            return 1.0, ((name, 1.0),)
        scale, powers = 1.0, {}
        for part in parts:
            offset, exponent, multiplier = (
                self._number(name, part, key, default)
                for key, default in (("offset", 0), ("exponent", 1), ("multiplier", 1))
            )
            if offset != 0:
                raise ImportError_(f"units '{name}' have an offset, which is not supported")
            inner, inner_powers = self.of(part.get("units"), f"units '{name}'", open_)
            prefix = part.get("prefix", "0")
            try:
                tens = _PREFIX[prefix] if prefix in _PREFIX else int(prefix)
            except ValueError:
                raise ImportError_(f"units '{name}' have an unknown prefix '{prefix}'") from None
            scale *= multiplier * (10.0**tens * inner) ** exponent
            for k, v in inner_powers:
                powers[k] = powers.get(k, 0.0) + exponent * v
        return scale, tuple(sorted((k, v) for k, v in powers.items() if v))

    @staticmethod
    def _number(name, part, key, default):
        try:
            x = float(part.get(key, default))
            if math.isfinite(x) and (x or key == "offset"):
                return x
        except ValueError:
            pass
        raise ImportError_(f"units '{name}' have the {key} '{part[key]}'")


def label(name, units):
    """What to call units in a table: a usual name where there is one, else the file's."""
    for text, _, scale, powers in _LABELS:
        if units[1] == powers and abs(units[0] / scale - 1) < 1e-9:
            return text
    return name.replace('"', "")
