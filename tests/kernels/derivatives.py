#!/usr/bin/env python3
"""Derivatives of every state of the models at random states, from sources that share nothing with kernels/models.

usage: derivatives.py FOLDER >derivatives.txt

FOLDER holds CellML files by their names in the repository Chaste/cellml (and mitchell_schaeffer_2003.cellml, of the
Physiome Model Repository). Their equations are evaluated as they stand, by this script alone and not by the importer;
four models of two variables are written down from their papers below. derivatives.txt is what test_derivatives.c reads:
for each variant the names of its states, and at each point V and the states, the ionic current and their derivatives
per ms, in the units of kernels/models with concentrations as they are, not as differences.
"""
import math
import random
import re
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

KERNELS = Path(__file__).resolve().parents[2] / "kernels" / "models"
POTENTIALS = (-93.7, -71.3, -52.9, -37.1, -8.3, 17.9, 43.1)  # on either side of every switch of the models

# model, variant, file, names of states where they differ from the file's
MODELS = [
    ("ten_tusscher_2006", "epi", "ten_tusscher_model_2006_epi", {}),
    ("ten_tusscher_2006", "endo", "ten_tusscher_model_2006_endo", {}),
    ("ten_tusscher_2006", "mid", "ten_tusscher_model_2006_M", {}),
    ("luo_rudy_1991", "standard", "luo_rudy_1991", {}),
    ("courtemanche_1998", "standard", "courtemanche_ramirez_nattel_1998", {"ui_shut": "1-ui"}),
    ("maleckar_2009", "standard", "maleckar_model_2009",
     {"d": "dl", "f1": "fl1", "f2": "fl2", "a": "aur", "i_shut": "1-iur"}),
    ("grandi_bers_2010", "epi", "grandi_pasqualini_bers_2010_ss", {"Csqn_shift": "csqnb", "RyR_RI": "1-ryrr-ryro-ryri"}),
    ("grandi_bers_2010", "endo", "grandi_pasqualini_bers_2010_ss_endo",
     {"Csqn_shift": "csqnb", "RyR_RI": "1-ryrr-ryro-ryri"}),
    ("stewart_2009", "standard", "stewart_zhang_model_2008_ss", {}),
    ("trovato_2020", "standard", "Trovato2020", {}),
    ("tor_ord_2019", "endo", "ToRORd_dynCl_endo", {}),
    ("tor_ord_2019", "epi", "ToRORd_dynCl_epi", {}),
    ("ohara_rudy_2011", "endo", "ohara_rudy_2011_endo", {}),
    ("ohara_rudy_2011", "epi", "ohara_rudy_2011_epi", {}),
    ("bueno_orovio_2008", "endo_2007", "bueno_2007_endo", {}),
    ("bueno_orovio_2008", "epi_2007", "bueno_2007_epi", {}),
    ("mitchell_schaeffer_2003", "standard", "mitchell_schaeffer_2003", {}),
]
SCALE = {"bueno_orovio_2008": (-84, 85.7), "mitchell_schaeffer_2003": (-80, 100)}  # V = first + second u
KEPT = {"grandi_bers_2010": ("ki",)}  # states that are constants in kernels/models
# Constants that kernels/models has otherwise than the file: two swapped digits, and ten more digits than the file's.
MENDED = {"grandi_bers_2010": {"J_ca_slmyo": 3.7243e-12}, "trovato_2020": {"PCa": 7.76772893145948e-5}}
# Fractions of one whole, of which the last is what the others leave.
WHOLES = [("c1", "c2", "o", "i", "c3"), ("ryro", "ryri", "ryrr")]

def tag(e): return e.tag.split('}')[1] if '}' in e.tag else e.tag

class Model:
    """A CellML 1.0 file as equations of variables; units are taken to agree."""

    def __init__(self, path):
        root = ET.parse(path).getroot()
        self.parent = {}
        self.eq, self.odes, self.init, self.units = {}, {}, {}, {}
        for c in root:
            if tag(c) == 'connection':
                m = next(x for x in c if tag(x) == 'map_components')
                a, b = m.get('component_1'), m.get('component_2')
                for v in c:
                    if tag(v) == 'map_variables':
                        self.join((a, v.get('variable_1')), (b, v.get('variable_2')))
        for c in root:
            if tag(c) != 'component': continue
            name = c.get('name')
            for v in c:
                if tag(v) == 'variable':
                    self.units[(name, v.get('name'))] = v.get('units')
                    if v.get('initial_value') is not None: self.init[self.find((name, v.get('name')))] = float(v.get('initial_value'))
        for c in root:
            if tag(c) != 'component': continue
            name = c.get('name')
            for m in c:
                if tag(m) != 'math': continue
                for e in m:
                    if tag(e) != 'apply' or tag(e[0]) != 'eq': continue
                    left, right = e[1], e[2]
                    if tag(left) == 'ci': self.eq[self.find((name, left.text.strip()))] = (name, right)
                    else:
                        var = next(x for x in left if tag(x) == 'ci')
                        self.odes[self.find((name, var.text.strip()))] = (name, right)
    def find(self, v):
        while v in self.parent: v = self.parent[v]
        return v
    def join(self, a, b):
        a, b = self.find(a), self.find(b)
        if a != b: self.parent[a] = b
    def names(self, v): return [x for x in self.units if self.find(x) == v]
    def derivatives(self, values):
        """values: {variable: number} of states and of what is set otherwise."""
        self.now = dict(values)
        return {s: self.ev(*self.odes[s]) for s in self.odes}
    def get(self, v):
        if v not in self.now:
            if v in self.eq: self.now[v] = self.ev(*self.eq[v])
            else: self.now[v] = self.init[v] if v[1] != 'time' else 0.0
        return self.now[v]
    def ev(self, c, e):
        t = tag(e)
        if t == 'ci': return self.get(self.find((c, e.text.strip())))
        if t == 'cn':
            if len(e): return float(e.text.strip() + 'e' + e[0].tail.strip())
            return float(e.text)
        if t in ('pi','exponentiale'): return {'pi': math.pi, 'exponentiale': math.e}[t]
        if t == 'piecewise':
            for p in e:
                if tag(p) == 'otherwise': return self.ev(c, p[0])
                if self.ev(c, p[1]): return self.ev(c, p[0])
            raise ValueError('no piece')
        op = tag(e[0])
        if op == 'diff':
            var = next(x for x in e if tag(x) == 'ci'); return self.ev(*self.odes[self.find((c, var.text.strip()))])
        q = [x for x in e[1:] if tag(x) in ('logbase','degree')]
        a = [self.ev(c, x) for x in e[1:] if x not in q]
        if op == 'plus': return math.fsum(a)
        if op == 'minus': return -a[0] if len(a) == 1 else a[0] - a[1]
        if op == 'times': return math.prod(a)
        if op == 'divide': return a[0] / a[1]
        if op == 'power': return a[0] ** a[1]
        if op == 'root': return math.sqrt(a[0])
        if op == 'log': return math.log10(a[0])
        if op == 'quotient': return a[0] // a[1]
        if op == 'rem': return math.fmod(*a)
        if op == 'ceiling': return math.ceil(a[0])
        if op in ('exp','floor','tanh','sin','cos'): return getattr(math, op)(a[0])
        if op == 'ln': return math.log(a[0])
        if op == 'abs': return abs(a[0])
        if op in ('max','min'): return {'max':max,'min':min}[op](a)
        if op in ('lt','gt','leq','geq','eq','neq'):
            return {'lt':a[0]<a[1],'gt':a[0]>a[1],'leq':a[0]<=a[1],'geq':a[0]>=a[1],'eq':a[0]==a[1],'neq':a[0]!=a[1]}[op]
        if op == 'and': return all(a)
        if op == 'or': return any(a)
        if op == 'not': return not a[0]
        raise ValueError(op)


def plain(name):
    return re.sub("_(shift|excess)$", "", name).replace("_", "").lower()


def states_of(model):
    text = (KERNELS / f"{model}.h").read_text()
    block = re.search(r"#define \w+_STATES\(X\)((?:.*\\\n)*.*\n)", text)[1]
    return [name for name in re.findall(r"X\((\w+),", block) if not re.search("_(rate|gain|loss)$", name)]


def draw(name, unit, initial, chance):
    """A state somewhere near where the cell may be."""
    if unit.lower() in ("mm", "millimolar") and not name.startswith(("ryr", "camkt", "u")) and initial > 0:
        return float(f"{initial * chance.uniform(0.8, 1.25):.5g}")
    if name.startswith("jrel"):
        return float(f"{chance.uniform(0.001, 0.01):.3g}")
    return float(f"{chance.uniform(0.05, 0.95):.4g}")


def point(m, model, mV, chance):
    """Values of the file's states by plain name, and what they become."""
    potential = next(s for s in m.odes if m.units[s] in ("millivolt", "mV") or s[1] == "Vm")
    by_name = {plain(name): s for s in m.odes for _, name in m.names(s) if s != potential}
    first, per = SCALE.get(model, (0, 1))
    values = {s: draw(plain(s[1]), m.units[s], m.init.get(s, 0), chance) for s in m.odes}
    values.update({by_name[n]: m.init[by_name[n]] for n in KEPT.get(model, ())})
    values[potential] = (mV - first) / per
    for whole in WHOLES:
        if all(n in by_name for n in whole):
            rest = 1.0
            for n in whole[:-1]:
                values[by_name[n]] = float(f"{chance.uniform(0.02, 0.9 / len(whole)):.4g}")
                rest -= values[by_name[n]]
            values[by_name[whole[-1]]] = rest
    for v in m.units:
        if v[1] in MENDED.get(model, {}):
            values[m.find(v)] = MENDED[model][v[1]]
        if re.search("stim.*amplitude", v[1], re.I):
            values[m.find(v)] = 0.0
    return values, by_name, potential, per


def combine(term, of):
    """of(name) summed over a sum like 1-ui; the constant is of('1')."""
    parts = re.findall(r"([-+]?)(\w+)", term)
    return math.fsum((-1 if sign == "-" else 1) * of(name) for sign, name in parts)


def rows_of(model, path, renamed, chance):
    m = Model(path)
    per_ms = 1e-3 if "second" in [m.units[v] for v in m.units if v[1] == "time"] else 1
    names = states_of(model)
    for mV in POTENTIALS:
        values, by_name, potential, per = point(m, model, mV, chance)
        slopes = m.derivatives(values)
        terms = [renamed.get(n, plain(n)) for n in names]
        missing = [t for t in terms for _, n in re.findall(r"([-+]?)(\w+)", t) if n != "1" and n not in by_name]
        if missing:
            sys.exit(f"{model}: {missing} of {sorted(by_name)}")
        yield (mV, [combine(t, lambda n: 1.0 if n == "1" else values[by_name[n]]) for t in terms],
               -slopes[potential] * per * per_ms,
               [combine(t, lambda n: 0.0 if n == "1" else slopes[by_name[n]]) * per_ms for t in terms])


# ---- from the papers: (u, w) -> (du/dt, dw/dt) per ms, and V = first + second u ----

def corrado_niederer(u, h):
    """Their equation 5, with Mitchell and Schaeffer's constants."""
    return h * u * (u - 0.13) * (1 - u) / 0.3 - (1 - h) * u / 6, (1 - h) / 120 if u < 0.13 else -h / 150


def aliev_panfilov(u, v):
    rate = 0.002 + 0.2 * v / (u + 0.3)
    return (-8 * u * (u - 0.15) * (u - 1) - u * v) / 12.9, rate * (-v - 8 * u * (u - 0.15 - 1)) / 12.9


def rogers_mcculloch(u, v):
    return 0.26 * u * (u - 0.13) * (1 - u) - 0.1 * u * v, 0.013 * (u - v)


def nagumo(u, w):
    return u * (1 - u) * (u - 0.1) - w, 0.0


PAPERS = [
    ("corrado_niederer_2016", "standard", corrado_niederer, -80, 100),
    ("aliev_panfilov_1996", "standard", aliev_panfilov, -80, 100),
    ("rogers_mcculloch_1994", "standard", rogers_mcculloch, -85, 125),
    ("nagumo_1962", "standard", nagumo, 0, 1),
]


def rows_of_paper(equations, first, per, chance):
    for u in (0.05, 0.2, 0.45, 0.8, 0.97):
        w = float(f"{chance.uniform(0.1, 0.9):.4g}")
        du, dw = equations(u, w)
        yield first + per * u, [w], -per * du, [dw]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print("# Made by derivatives.py, from Chaste/cellml at 8c9c042e33bb20c351cbbdd44b7f905b1b1749fa.")
    for number, (model, variant, file, renamed) in enumerate(MODELS):
        show(model, variant, rows_of(model, Path(sys.argv[1]) / f"{file}.cellml", renamed, random.Random(number)))
    for model, variant, equations, first, per in PAPERS:
        show(model, variant, rows_of_paper(equations, first, per, random.Random(model)))


def show(model, variant, rows):
    print("model", model, variant)
    print("states", *states_of(model))
    for mV, values, iion, slopes in rows:
        print("at", repr(mV), *(f"{x:.12g}" for x in values))
        print("give", f"{iion:.10g}", *(f"{x:.10g}" for x in slopes))


if __name__ == "__main__":
    main()
