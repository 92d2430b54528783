"""Reads CellML 1.0 and 1.1: components, connections, units, annotations and equations."""

import math
import re
import xml.etree.ElementTree as ET

from . import ImportError_, expr as E
from .units import Units

_MATHML = "{http://www.w3.org/1998/Math/MathML}"
_CELLML = re.compile(r"\{http://www\.cellml\.org/cellml/(1\.[01])#\}")
_CMETA_ID = "{http://www.cellml.org/metadata/1.0#}id"
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_OXMETA = "oxford-metadata#"


class Variable:
    """One variable of one component, and where its value comes from (source)."""

    def __init__(self, component, name, units, initial, cmeta_id):
        self.component, self.name, self.unit_name, self.initial = component, name, units, initial
        self.id, self.units, self.source, self.meanings = cmeta_id, None, self, set()
        self.imported = False

    def __str__(self):
        return f"variable '{self.name}' of component '{self.component}'"


def _local(element):
    return element.tag.split("}")[-1] if isinstance(element.tag, str) else ""


class Document:
    """variables {(component, name)}; equations {source variable: element} and odes likewise; time.

    per_time {source variable}: what its derivative, as written, is to be multiplied with to be by the source
    of time.
    """

    def __init__(self, path):
        try:
            root = ET.parse(path).getroot()
        except ET.ParseError as error:
            raise ImportError_(f"not well-formed XML: {error}") from None
        found = _CELLML.match(root.tag)
        if not found or _local(root) != "model":
            raise ImportError_(f"the root element is {root.tag}, not a model of CellML 1.0 or 1.1")
        self.namespace, self.root = found.group(0), root
        self.notes = []  # what was taken in one of several ways
        self.name = root.get("name", "model")
        for kind in ("import", "reaction"):
            for e in root.iter(self.namespace + kind):
                raise ImportError_(
                    f"<{kind}> is not supported"
                    + (": put the imported components into the file" if kind == "import" else "")
                )
        self._read_units()
        self._read_variables()
        self._connect()
        self._annotate()
        self._read_equations()

    def note(self, text):
        if text not in self.notes:
            self.notes.append(text)

    def _each(self, parent, name):
        return parent.findall(self.namespace + name)

    def _read_units(self):
        self.units, shared = {}, {}
        for where in [self.root] + self._each(self.root, "component"):
            own = {}
            for u in self._each(where, "units"):
                own[u.get("name")] = (
                    None
                    if u.get("base_units") == "yes"
                    else [dict(part.attrib) for part in self._each(u, "unit")]
                )
            if where is self.root:
                shared = own
            self.units[where.get("name") if where is not self.root else None] = Units({**shared, **own})

    def _read_variables(self):
        self.variables = {}
        for c in self._each(self.root, "component"):
            for v in self._each(c, "variable"):
                new = Variable(
                    c.get("name"), v.get("name"), v.get("units"), v.get("initial_value"), v.get(_CMETA_ID)
                )
                if not new.name or not new.component:
                    raise ImportError_(f"{new} or its component has no name")
                new.units = self.units[new.component].of(new.unit_name, str(new))
                if ("celsius", 1.0) in new.units[1]:
                    self.note(f"{new} is in degrees Celsius: its numbers are taken as they stand")
                new.imported = "in" in (v.get("public_interface"), v.get("private_interface"))
                if (new.component, new.name) in self.variables:
                    raise ImportError_(f"{new} is there twice")
                self.variables[new.component, new.name] = new

    def variable(self, component, name, what):
        if (component, name) not in self.variables:
            raise ImportError_(
                f"{what} names variable '{name}' of component '{component}', which is not there"
            )
        return self.variables[component, name]

    def _connect(self):
        links = {}
        for c in self._each(self.root, "connection"):
            ends = self._each(c, "map_components")
            if len(ends) != 1:
                raise ImportError_("a <connection> has no <map_components>")
            one, two = ends[0].get("component_1"), ends[0].get("component_2")
            for m in self._each(c, "map_variables"):
                what = f"the connection of '{one}' and '{two}'"
                a, b = self.variable(one, m.get("variable_1"), what), self.variable(
                    two, m.get("variable_2"), what
                )
                if a.units[1] != b.units[1]:
                    raise ImportError_(f"{what} joins {a} in {a.unit_name} and {b} in {b.unit_name}")
                links.setdefault(a, []).append(b)
                links.setdefault(b, []).append(a)
        done = set()
        for v in self.variables.values():
            if v in done:
                continue
            group, todo = [], [v]
            while todo:
                w = todo.pop()
                if w not in done:
                    done.add(w)
                    group.append(w)
                    todo.extend(links.get(w, []))
            sources = [w for w in group if not w.imported]
            if len(sources) != 1:
                raise ImportError_(
                    f"{group[0]} gets its value from "
                    + (
                        "nowhere: all its interfaces are 'in'"
                        if not sources
                        else " and from ".join(str(w) for w in sources)
                    )
                )
            for w in group:
                w.source = sources[0]

    def _annotate(self):
        """Meanings in Oxford's vocabulary ("membrane_voltage"), given to cmeta:ids."""
        ids = {v.id: v for v in self.variables.values() if v.id}
        for d in self.root.iter(_RDF + "Description"):
            of = ids.get((d.get(_RDF + "about") or "").lstrip("#"))
            for child in d:
                resource = child.get(_RDF + "resource") or ""
                if of and _OXMETA in resource:
                    of.source.meanings.add(resource.split(_OXMETA)[1])

    def _read_equations(self):
        self.equations, self.odes, self.per_time, self.time = {}, {}, {}, None
        for c in self._each(self.root, "component"):
            for math_element in c.findall(_MATHML + "math"):
                for e in math_element:
                    self._read_equation(c.get("name"), e)

    def _read_equation(self, component, e):
        where = f"an equation of component '{component}'"
        if _local(e) != "apply" or len(e) != 3 or _local(e[0]) != "eq":
            raise ImportError_(f"{where} is not of the form a = b: <{_local(e)}>")
        left, right = e[1], e[2]
        by = None
        if _local(left) == "ci":
            target, table = self._ci(component, left), self.equations
        elif _local(left) == "apply" and len(left) and _local(left[0]) == "diff":
            target, table = self._diff(component, left), self.odes
            by = self._ci(component, left[1][0])
        else:
            raise ImportError_(f"{where} does not have a variable or a derivative on its left side")
        if target.source is not target:
            raise ImportError_(
                f"{where} sets {target}, which belongs to component '{target.source.component}'"
            )
        if target in self.equations or target in self.odes:
            raise ImportError_(f"{target} has two equations")
        # A derivative by a time in other units than its source's is converted.
        table[target] = right
        if by is not None:
            self.per_time[target] = _ratio(by)

    def _ci(self, component, e):
        name = (e.text or "").strip()
        return self.variable(component, name, f"an equation of component '{component}'")

    def _diff(self, component, e):
        where = f"a derivative in component '{component}'"
        if len(e) != 3 or _local(e[1]) != "bvar" or _local(e[2]) != "ci":
            raise ImportError_(f"{where} is not of a variable by a variable")
        if len(e[1]) != 1:
            raise ImportError_(f"{where} is of higher order")
        by = self._ci(component, e[1][0]).source
        if self.time not in (None, by):
            raise ImportError_(f"{where} is by '{by.name}', others by '{self.time.name}'")
        self.time = by
        return self._ci(component, e[2])

    def convert(self, component, e, of_variable, of_derivative):
        """Expression of a MathML element. of_variable and of_derivative give those of source variables."""
        return _Converter(self, component, of_variable, of_derivative).convert(e)


class _Converter:
    def __init__(self, document, component, of_variable, of_derivative):
        self.document, self.component = document, component
        self.of_variable, self.of_derivative = of_variable, of_derivative

    def convert(self, e):
        kind = _local(e)
        if kind == "ci":
            v = self.document._ci(self.component, e)
            return E.mul(E.num(_ratio(v)), self.of_variable(v.source))
        if kind == "cn":
            return E.num(self._number(e))
        if kind in ("pi", "exponentiale", "true", "false"):
            return {"pi": E.num(math.pi), "exponentiale": E.num(math.e), "true": E.TRUE, "false": E.FALSE}[
                kind
            ]
        if kind == "piecewise":
            return self._piecewise(e)
        if kind in ("apply", "semantics", "degree", "logbase") and not len(e):
            raise ImportError_(f"a <{kind}> in component '{self.component}' is empty")
        if kind in ("degree", "logbase"):
            return self.convert(e[0])
        if kind in ("apply", "semantics"):
            return self._apply(e) if kind == "apply" else self.convert(e[0])
        raise self._unsupported(kind)

    def _unsupported(self, kind):
        return ImportError_(f"<{kind}> in an equation of component '{self.component}' is not supported")

    def _number(self, e):
        text = "".join(e.itertext()).strip()
        parts = [(e.text or "").strip()] + [(s.tail or "").strip() for s in e]
        try:
            if e.get("type") == "e-notation":
                x = float(parts[0] + "e" + parts[1])
            elif e.get("type") == "rational":
                x = float(parts[0]) / float(parts[1])
            else:
                x = float(text)
            if math.isfinite(x):
                return x
            raise ValueError
        except (ValueError, IndexError, ZeroDivisionError):
            raise ImportError_(f"<cn> in component '{self.component}' holds '{text}', not a number") from None

    def _piecewise(self, e):
        result = None
        pieces = [p for p in e if _local(p) == "piece"]
        if any(len(p) != 2 for p in pieces) or any(len(p) != 1 for p in e if _local(p) == "otherwise"):
            raise ImportError_(f"a part of <piecewise> in component '{self.component}' is not complete")
        for p in e:
            if _local(p) == "otherwise":
                result = self.convert(p[0])
        if not pieces and result is None:
            raise ImportError_(f"a <piecewise> in component '{self.component}' is empty")
        if result is None:
            self.document.note(
                f"a <piecewise> in component '{self.component}' has no <otherwise>: its last piece holds where no other "
                "does"
            )
            result = self.convert(pieces.pop()[0])
        for p in reversed(pieces):
            result = E.cond(self.convert(p[1]), self.convert(p[0]), result)
        return result

    def _apply(self, e):
        op, args = _local(e[0]), list(e[1:])
        if op == "diff":
            v = self.document._diff(self.component, e)
            by_time = self.document._ci(self.component, args[0][0])
            return E.mul(E.num(_ratio(v) / _ratio(by_time)), self.of_derivative(v.source))
        degree = base = None
        if args and _local(args[0]) == "degree":
            degree = self.convert(args.pop(0))
        if args and _local(args[0]) == "logbase":
            base = self.convert(args.pop(0))
        a = [self.convert(x) for x in args]
        if op in ("eq", "neq", "lt", "leq", "gt", "geq") and len(a) == 2:
            return E.relation(
                {"eq": "==", "neq": "!=", "lt": "<", "leq": "<=", "gt": ">", "geq": ">="}[op], *a
            )
        if op in ("and", "or"):
            return E.logic(op, a)
        if op in ("plus", "times"):
            return (E.add if op == "plus" else E.mul)(*a)
        if op in ("min", "max"):
            result = a[0]
            for x in a[1:]:
                result = E.cond(E.relation("<" if op == "min" else ">", x, result), x, result)
            return result
        one = {
            "not": E.negation,
            "exp": E.exp,
            "ln": E.log,
            "abs": _abs,
            "floor": E.floor,
            "ceiling": lambda x: E.neg(E.floor(E.neg(x))),
            "tanh": lambda x: E.sub(E.ONE, E.div(E.num(2), E.add(E.ONE, E.exp(E.mul(E.num(2), x))))),
            "sinh": lambda x: E.mul(E.num(0.5), E.sub(E.exp(x), E.exp(E.neg(x)))),
            "cosh": lambda x: E.mul(E.num(0.5), E.add(E.exp(x), E.exp(E.neg(x)))),
            "minus": E.neg,
            "plus": lambda x: x,
            "sin": E.sin,
            "cos": E.cos,
            "tan": lambda x: E.div(E.sin(x), E.cos(x)),
            "sec": lambda x: E.div(E.ONE, E.cos(x)),
            "csc": lambda x: E.div(E.ONE, E.sin(x)),
            "cot": lambda x: E.div(E.cos(x), E.sin(x)),
            "arcsin": lambda x: E.sub(E.num(math.pi / 2), E.arccos(x)),
            "arccos": E.arccos,
            "arctan": E.arctan,
            "arcsinh": lambda x: E.log(E.add(x, E.power(E.add(E.mul(x, x), E.ONE), E.num(0.5)))),
            "arccosh": lambda x: E.log(E.add(x, E.power(E.sub(E.mul(x, x), E.ONE), E.num(0.5)))),
            "arctanh": lambda x: E.mul(E.num(0.5), E.log(E.div(E.add(E.ONE, x), E.sub(E.ONE, x)))),
            "log": lambda x: E.div(E.log(x), E.log(base or E.num(10))),
            "root": lambda x: E.power(x, E.div(E.ONE, degree or E.num(2))),
        }
        two = {"minus": E.sub, "divide": E.div, "power": E.power}
        if len(a) == 1 and op in one:
            return one[op](a[0])
        if len(a) == 2 and op in two:
            return two[op](*a)
        if op == "rem" and len(a) == 2:
            return E.sub(a[0], E.mul(a[1], E.floor(E.div(a[0], a[1]))))
        raise self._unsupported(op)


def _ratio(v):
    """What a value in the units of the source is to be multiplied with to be in the units of v."""
    ratio = v.source.units[0] / v.units[0]
    return 1.0 if abs(ratio - 1) < 1e-12 else ratio


def _abs(x):
    return E.cond(E.relation("<", x, E.ZERO), E.neg(x), x)
