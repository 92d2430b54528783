#!/usr/bin/env python3
"""Derivatives of every state of the models at random states, from sources that share nothing with kernels/models.

usage: derivatives.py FOLDER >derivatives.txt

FOLDER holds CellML files by their names in the repository Chaste/cellml (and mitchell_schaeffer_2003.cellml, of the
Physiome Model Repository). Their equations are evaluated as they stand, by this script alone and not by the importer;
models of two to four variables are written down from their papers below. derivatives.txt is what test_derivatives.c reads:
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
    ("ohara_rudy_2011", "mid", "ohara_rudy_2011_endo", {}),
    ("tor_ord_2019", "mid", "ToRORd_dynCl_endo", {}),
    ("courtemanche_1998", "af", "courtemanche_ramirez_nattel_1998", {"ui_shut": "1-ui"}),
    ("ten_tusscher_2006", "slope_0_7", "ten_tusscher_model_2006_epi", {}),
    ("ten_tusscher_2006", "slope_1_4", "ten_tusscher_model_2006_epi", {}),
    ("ten_tusscher_2006", "slope_1_8", "ten_tusscher_model_2006_epi", {}),
]
SCALE = {"bueno_orovio_2008": (-84, 85.7), "mitchell_schaeffer_2003": (-80, 100)}  # V = first + second u
KEPT = {"grandi_bers_2010": ("ki",)}  # states that are constants in kernels/models
# Constants that kernels/models has otherwise than the file: two swapped digits, and ten more digits than the file's.
MENDED = {"grandi_bers_2010": {"J_ca_slmyo": 3.7243e-12}, "trovato_2020": {"PCa": 7.76772893145948e-5}}
# Variants by what is set otherwise in the file of another (ten Tusscher and Panfilov 2006, table 2), or by factors
# (Courtemanche, Ramirez and Nattel 1999), or by factors above 0 mV.
SET = {
    ("ohara_rudy_2011", "mid"): {"celltype": 2.0},
    ("tor_ord_2019", "mid"): {"celltype": 2.0},
    ("ten_tusscher_2006", "slope_0_7"): {"g_Kr": 0.134, "g_Ks": 0.270, "g_pCa": 0.0619, "g_pK": 0.0730},
    ("ten_tusscher_2006", "slope_1_4"): {"g_Kr": 0.172, "g_Ks": 0.441, "g_pCa": 0.3714, "g_pK": 0.0073},
    ("ten_tusscher_2006", "slope_1_8"): {"g_Kr": 0.172, "g_Ks": 0.441, "g_pCa": 0.8666, "g_pK": 0.00219},
}
FACTORS = {("courtemanche_1998", "af"): {"g_to": 0.5, "g_Kur": 0.5, "g_Ca_L": 0.3}}
ABOVE_0 = {
    ("ten_tusscher_2006", "slope_0_7"): {"tau_f": 0.6},
    ("ten_tusscher_2006", "slope_1_4"): {"tau_f": 1.5},
    ("ten_tusscher_2006", "slope_1_8"): {"tau_f": 2.0},
}
# Fractions of one whole, of which the last is what the others leave.
WHOLES = [("c1", "c2", "o", "i", "c3"), ("ryro", "ryri", "ryrr")]

def tag(e): return e.tag.split('}')[1] if '}' in e.tag else e.tag

class Model:
    """A CellML 1.0 file as equations of variables; units are taken to agree."""

    def __init__(self, path):
        root = ET.parse(path).getroot()
        self.parent = {}
        self.eq, self.odes, self.init, self.units, self.factors = {}, {}, {}, {}, {}
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
            self.now[v] *= self.factors.get(v, 1)
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


def point(m, model, variant, mV, chance):
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
    given = {**MENDED.get(model, {}), **SET.get((model, variant), {})}
    factors = {**FACTORS.get((model, variant), {}), **(ABOVE_0.get((model, variant), {}) if mV > 0 else {})}
    m.factors = {m.find(v): factors[v[1]] for v in m.units if v[1] in factors}
    for v in m.units:
        if v[1] in given:
            values[m.find(v)] = given[v[1]]
        if re.search("stim.*amplitude", v[1], re.I):
            values[m.find(v)] = 0.0
    return values, by_name, potential, per


def combine(term, of):
    """of(name) summed over a sum like 1-ui; the constant is of('1')."""
    parts = re.findall(r"([-+]?)(\w+)", term)
    return math.fsum((-1 if sign == "-" else 1) * of(name) for sign, name in parts)


def rows_of(model, variant, path, renamed, chance):
    m = Model(path)
    per_ms = 1e-3 if "second" in [m.units[v] for v in m.units if v[1] == "time"] else 1
    names = states_of(model)
    for mV in POTENTIALS:
        values, by_name, potential, per = point(m, model, variant, mV, chance)
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


# Bueno-Orovio, Cherry and Fenton, J Theor Biol 253:544 (2008), table 1: a row for each parameter.
MINIMAL = """
    variant       epi      endo    mid     pb       tnnp
    u_o           0        0       0       0        0
    u_u           1.55     1.56    1.61    1.45     1.58
    theta_v       0.3      0.3     0.3     0.35     0.3
    theta_w       0.13     0.13    0.13    0.13     0.015
    theta_v_minus 0.006    0.2     0.1     0.175    0.015
    theta_o       0.006    0.006   0.005   0.006    0.006
    tau_v1_minus  60       75      80      10       60
    tau_v2_minus  1150     10      1.4506  1150     1150
    tau_v_plus    1.4506   1.4506  1.4506  1.4506   1.4506
    tau_w1_minus  60       6       70      140      70
    tau_w2_minus  15       140     8       6.25     20
    k_w_minus     65       200     200     65       65
    u_w_minus     0.03     0.016   0.016   0.015    0.03
    tau_w_plus    200      280     280     326      280
    tau_fi        0.11     0.1     0.078   0.105    0.11
    tau_o1        400      470     410     400      6
    tau_o2        6        6       7       6        6
    tau_so1       30.0181  40      91      30.0181  43
    tau_so2       0.9957   1.2     0.8     0.9957   0.2
    k_so          2.0458   2       2.1     2.0458   2
    u_so          0.65     0.65    0.6     0.65     0.65
    tau_s1        2.7342   2.7342  2.7342  2.7342   2.7342
    tau_s2        16       2       4       16       3
    k_s           2.0994   2.0994  2.0994  2.0994   2.0994
    u_s           0.9087   0.9087  0.9087  0.9087   0.9087
    tau_si        1.8875   2.9013  3.3849  1.8875   2.8723
    tau_w_inf     0.07     0.0273  0.01    0.175    0.07
    w_inf_star    0.94     0.78    0.5     0.9      0.94
"""


def minimal(variant):
    """Their equations 1 to 4 with a column of the table: (u, v, w, s) -> their derivatives."""
    rows = [row.split() for row in MINIMAL.strip().splitlines()]
    k = {row[0]: float(row[rows[0].index(variant)]) for row in rows[1:]}

    def sigmoid(low, high, steepness, x):
        return low + (high - low) * (1 + math.tanh(steepness * x)) / 2

    def derivatives(u, v, w, s):
        fast, slow, above = u > k["theta_v"], u > k["theta_w"], u > k["theta_o"]
        J_fi = -v * (u - k["theta_v"]) * (k["u_u"] - u) / k["tau_fi"] if fast else 0.0
        tau_so = sigmoid(k["tau_so1"], k["tau_so2"], k["k_so"], u - k["u_so"])
        J_so = 1 / tau_so if slow else (u - k["u_o"]) / k["tau_o2" if above else "tau_o1"]
        J_si = -w * s / k["tau_si"] if slow else 0.0
        v_inf, tau_v = (0.0, k["tau_v2_minus"]) if u > k["theta_v_minus"] else (1.0, k["tau_v1_minus"])
        w_inf = k["w_inf_star"] if above else 1 - u / k["tau_w_inf"]
        tau_w = sigmoid(k["tau_w1_minus"], k["tau_w2_minus"], k["k_w_minus"], u - k["u_w_minus"])
        return (-(J_fi + J_so + J_si),
                -v / k["tau_v_plus"] if fast else (v_inf - v) / tau_v,
                -w / k["tau_w_plus"] if slow else (w_inf - w) / tau_w,
                (sigmoid(0, 1, k["k_s"], u - k["u_s"]) - s) / k["tau_s2" if slow else "tau_s1"])
    return derivatives


TWO = (0.05, 0.2, 0.45, 0.8, 0.97)
FOUR = (0.003, 0.01, 0.02, 0.05, 0.12, 0.15, 0.19, 0.25, 0.32, 0.6, 0.95, 1.3)  # between any two of the thresholds
PAPERS = [
    ("corrado_niederer_2016", "standard", corrado_niederer, -80, 100, TWO),
    ("aliev_panfilov_1996", "standard", aliev_panfilov, -80, 100, TWO),
    ("rogers_mcculloch_1994", "standard", rogers_mcculloch, -85, 125, TWO),
    ("nagumo_1962", "standard", nagumo, 0, 1, TWO),
    *(("bueno_orovio_2008", variant, minimal(variant), -84, 85.7, FOUR) for variant in MINIMAL.split()[1:6]),
]


def rows_of_paper(equations, number, first, per, at, chance):
    for u in at:
        states = [float(f"{chance.uniform(0.1, 0.9):.4g}") for _ in range(number)]
        du, *slopes = equations(u, *states)
        yield first + per * u, states, -per * du, slopes


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    print("# Made by derivatives.py, from Chaste/cellml at 8c9c042e33bb20c351cbbdd44b7f905b1b1749fa.")
    for number, (model, variant, file, renamed) in enumerate(MODELS):
        show(model, variant, rows_of(model, variant, Path(sys.argv[1]) / f"{file}.cellml", renamed, random.Random(number)))
    for model, variant, equations, first, per, at in PAPERS:
        number = len(states_of(model))
        show(model, variant, rows_of_paper(equations, number, first, per, at, random.Random(model)))


def show(model, variant, rows):
    print("model", model, variant)
    print("states", *states_of(model))
    for mV, values, iion, slopes in rows:
        print("at", repr(mV), *(f"{x:.12g}" for x in values))
        print("give", f"{iion:.10g}", *(f"{x:.10g}" for x in slopes))


if __name__ == "__main__":
    main()
