#!/usr/bin/env python3
"""Imports small CellML files, compiles the headers and compares what they compute with the same equations
written out here. With ISOCHRONE_CELLML, a folder with published files, imports those and compares beats.

usage: test_import_cellml.py COMPILER [unittest options]
"""

import math
import os
import re
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, HERE)
from infix import annotation, component, connection, mathml, model, variable as var  # noqa: E402

COMPILER = "cc"
FLAGS = "-std=gnu11 -O2 -Wall -Wextra -Werror -ffp-contract=off".split()


def import_(path, *options):
    """(exit code, standard output, standard error)"""
    done = subprocess.run(
        [sys.executable, os.path.join(ROOT, "scripts", "import_cellml.py"), path, *options],
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout, done.stderr


class Case(unittest.TestCase):
    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.folder = self._folder.name

    def write(self, text, name="small.cellml"):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def imported(self, text, *options):
        """(report, header's text)"""
        return self.imported_file(self.write(text), *options)

    def imported_file(self, path, *options):
        self.header = os.path.join(self.folder, "imported_2000.h")
        code, out, err = import_(path, "--name", "imported_2000", "--output", self.header, *options)
        self.assertEqual(code, 0, err)
        with open(self.header, encoding="utf-8") as f:
            return out, f.read()

    def paced(self, step, cycle, beats, stimulus, duration):
        """((rest, peak, APD50, APD90, largest fast current), Vm at each ms of the last beat)"""
        program = os.path.join(self.folder, "drive")
        subprocess.run(
            [
                COMPILER,
                *FLAGS,
                f"-I{ROOT}",
                f'-DHEADER="{self.header}"',
                "-DMODEL=imported_2000",
                os.path.join(HERE, "drive_model.c"),
                "-o",
                program,
                "-lm",
            ],
            check=True,
        )
        text = subprocess.run(
            [program, *map(str, (step, cycle, beats, stimulus, duration))],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split("\n")
        return [float(x) for x in text[0].split()], [float(x) for x in text[1:] if x]

    def refused(self, text, *parts, options=()):
        code, _, err = import_(
            self.write(text),
            "--name",
            "imported_2000",
            "--output",
            os.path.join(self.folder, "x.h"),
            *options,
        )
        self.assertEqual(code, 2, err)
        for part in ("small.cellml",) + parts:
            self.assertIn(part, err)
        self.assertEqual(err.count("\n"), 1, err)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "x.h")))


def runge_kutta(slopes, y, step, duration, stimulus, pulse):
    """Vm, y[0], at each ms; a stimulus on its slope while t < pulse."""
    trace = []
    for i in range(round(duration / step)):
        if i % round(1 / step) == 0:
            trace.append(y[0])
        add = stimulus if i * step < pulse - 1e-9 else 0

        def f(z):
            d = slopes(z)
            return [d[0] + add] + d[1:]

        k1 = f(y)
        k2 = f([a + 0.5 * step * b for a, b in zip(y, k1)])
        k3 = f([a + 0.5 * step * b for a, b in zip(y, k2)])
        k4 = f([a + step * b for a, b in zip(y, k3)])
        y = [a + step / 6 * (p + 2 * q + 2 * r + s) for a, p, q, r, s in zip(y, k1, k2, k3, k4)]
    return trace + [y[0]]


def difference(trace, exact):
    """The largest; infinite where one is not a number, which max would pass over."""
    return max(abs(a - b) if math.isfinite(a - b) else math.inf for a, b in zip(trace, exact))


# Seconds and volts in the membrane, ms and mV elsewhere; a switch at -40 mV and one at a parameter;
# x / (exp(x) - 1) at -47.13 and 0 mV; gates inside and outside of their current's component; a buffer through its
# derivative; potassium that carries the stimulus; a gate that depends on calcium and V.
STIMULUS = (
    "IstimAmplitude if time >= IstimStart and time - IstimStart - floor((time - IstimStart)/IstimPeriod)"
    "*IstimPeriod <= IstimPulseDuration else 0"
)
CELL = model(
    component("environment", [var("time", "second", public="out")]),
    component(
        "membrane",
        [
            var("time", "second", public="in"),
            var("V", "volt", -0.085, public="out"),
            var("Cm", initial=1),
            var("i_Na", "A_per_F", public="in"),
            var("i_K", "A_per_F", public="in"),
            var("i_Ca", "A_per_F", public="in"),
            var("i_stim", "A_per_F", public="out"),
            var("IstimStart", "second", 0.01),
            var("IstimPeriod", "second", 1),
            var("IstimPulseDuration", "second", 0.001),
            var("IstimAmplitude", "A_per_F", -40),
        ],
        [("D(V)", "-(i_Na + i_K + i_Ca + i_stim)/Cm"), ("i_stim", STIMULUS)],
    ),
    component(
        "sodium",
        [
            var("time", "ms", public="in", private="out"),
            var("V", "mV", public="in", private="out"),
            var("i_Na", "A_per_F", public="out"),
            var("g_Na", initial=12),
            var("m", private="in"),
            var("h", private="in"),
            var("E_Na", "mV"),
            var("RT_F", "mV", 26.71),
            var("Na_o", "mM", 140),
            var("Na_i", "mM", 10),
        ],
        [("E_Na", "RT_F*log(Na_o/Na_i)"), ("i_Na", "g_Na*m**3.0*h*(V - E_Na)")],
    ),
    component(
        "gates",
        [
            var("time", "ms", public="in"),
            var("V", "mV", public="in"),
            var("m", initial=0.001, public="out"),
            var("h", initial=0.99, public="out"),
            var("alpha_m", "per_ms"),
            var("beta_m", "per_ms"),
            var("h_inf"),
            var("tau_h", "ms"),
        ],
        [
            ("alpha_m", "0.32*(V + 47.13)/(1 - exp(-0.1*(V + 47.13)))"),
            ("beta_m", "0.08*exp(-V/20)"),
            ("D(m)", "alpha_m*(1 - m) - beta_m*m"),
            ("h_inf", "1/(1 + exp((V + 70)/6))"),
            ("tau_h", "10 if V < -40 else 1 + 5/cosh((V + 40)/20)"),
            ("D(h)", "(h_inf - h)/tau_h"),
        ],
    ),
    component(
        "potassium",
        [
            var("time", "ms", public="in"),
            var("V", "mV", public="in"),
            var("i_K", "A_per_F", public="out"),
            var("n", initial=0.02),
            var("V_switch", "mV", -31.3),
            var("K_o", "mM", 5.4),
            var("g_K", initial=0.3),
            var("E_K", "mV"),
            var("i_sum"),
            var("K_i", "mM", 140),
            var("i_stim", "A_per_F", public="in"),
        ],
        [
            ("D(n)", "(1/(1 + exp(-(V + 20)/10)) - n)/(5 if V < V_switch else 30 - 20*tanh(V/25))"),
            ("E_K", "26.71*log(K_o/K_i)"),
            ("i_sum", "i_K + i_stim"),
            ("D(K_i)", "-1e-5*i_sum"),
            (
                "i_K",
                "g_K*sqrt(K_o/5.4)*n**4*(V - E_K) + 0.05*(V - E_K)/(1 + exp((V + 30)/15)) + 0.02*V/(exp(V/25) - 1)"
                " - 0.5*log10(10)",
            ),
        ],
    ),
    component(
        "calcium",
        [
            var("time", "ms", public="in"),
            var("V", "mV", public="in"),
            var("i_Ca", "A_per_F", public="out"),
            var("Ca", "mM", 2e-4),
            var("B", "mM", 0.01),
            var("fCa", initial=0.9),
            var("tau_f", "ms"),
            var("n_hill", initial=1.7),
            var("d", initial=0.0),
        ],
        [
            ("i_Ca", "0.06*d*fCa*(V - 60)"),
            ("D(d)", "(1/(1 + exp(-(V + 10)/6)) - d)/(1.5 + 1/(1 + abs(V + 10)))"),
            ("tau_f", "2 + 10*exp(-(V/30)**2)"),
            ("D(fCa)", "(1/(1 + (Ca/0.0006)**n_hill) - fCa)/tau_f"),
            ("D(B)", "30*Ca*(0.05 - B) - 0.02*B"),
            ("D(Ca)", "-1e-4*i_Ca - 0.05*min(Ca - 1e-4, 1.0) - D(B)"),
        ],
    ),
    '<group><relationship_ref relationship="encapsulation"/><component_ref component="sodium">'
    '<component_ref component="gates"/></component_ref></group>',
    connection("environment", "membrane", "time"),
    connection("environment", "sodium", "time"),
    connection("sodium", "gates", "time", "V", "m", "h"),
    connection("membrane", "sodium", "V", "i_Na"),
    connection("environment", "potassium", "time"),
    connection("potassium", "membrane", "V", "i_K", "i_stim"),
    connection("environment", "calcium", "time"),
    connection("membrane", "calcium", "V", "i_Ca"),
    version="1.1",
)


def cell_slopes(y):
    """The same in mV and ms."""
    V, m, h, n, K_i, Ca, B, fCa, d = y
    x = 0.1 * (V + 47.13)
    alpha = 3.2 * (x / -math.expm1(-x) if x else 1.0)
    beta = 0.08 * math.exp(-V / 20)
    tau_h = 10 if V < -40 else 1 + 5 / math.cosh((V + 40) / 20)
    tau_n = 5 if V < -31.3 else 30 - 20 * math.tanh(V / 25)
    E_K = 26.71 * math.log(5.4 / K_i)
    i_Na = 12 * m**3 * h * (V - 26.71 * math.log(14))
    i_K = (
        0.3 * n**4 * (V - E_K)
        + 0.05 * (V - E_K) / (1 + math.exp((V + 30) / 15))
        - 0.5
        + 0.02 * (V / math.expm1(V / 25) if V else 25.0)
    )
    i_Ca = 0.06 * d * fCa * (V - 60)
    dB = 30 * Ca * (0.05 - B) - 0.02 * B
    return [
        -(i_Na + i_K + i_Ca),
        alpha * (1 - m) - beta * m,
        (1 / (1 + math.exp((V + 70) / 6)) - h) / tau_h,
        (1 / (1 + math.exp(-(V + 20) / 10)) - n) / tau_n,
        -1e-5 * i_K,
        -1e-4 * i_Ca - 0.05 * (Ca - 1e-4) - dB,
        dB,
        (1 / (1 + (Ca / 0.0006) ** 1.7) - fCa) / (2 + 10 * math.exp(-((V / 30) ** 2))),
        (1 / (1 + math.exp(-(V + 10) / 6)) - d) / (1.5 + 1 / (1 + abs(V + 10))),
    ]


class WholeCell(Case):
    def test_decisions(self):
        report, header = self.imported(CELL)
        for line in (
            "'V' of component 'membrane'",
            "-85 mV at the start",
            "time           in second: 1000 ms",
            "left out: variable 'i_stim'",
            "K_i carries it",
            "4: m h n d",
            "1: fCa (rates of V and other states)",
            "2: B Ca (fast, and exchange something)",
            "1: K_i",
            "1 switches in V",
            "fast current   i_Na",
            "at -47.13, 0 mV",
        ):
            self.assertIn(line, report)
        self.assertNotIn("Istim", header)
        self.assertIn("_TABLED 1", header)
        self.assertIn('X(Na_o, "mM", 140.0', header)

    def test_trace(self):
        self.imported(CELL)
        y = [-85, 0.001, 0.99, 0.02, 140, 2e-4, 0.01, 0.9, 0.0]
        exact = runge_kutta(cell_slopes, y, 0.0025, 60, 40, 1)
        errors = []
        for step in (0.01, 0.0025):
            beat, trace = self.paced(step, 60, 1, 40, 1)
            errors.append(difference(trace, exact))
        print(f"whole cell: largest errors {errors} mV, peak {beat[1]:.2f} mV")
        self.assertGreater(beat[1], 20)  # it did fire
        self.assertGreater(beat[4], 100)  # through the current that was named fast
        # The step that crosses a switch is of first order; measured 0.032 and 0.012 mV, in the upstroke.
        self.assertLess(errors[1], 0.02)
        self.assertLess(errors[1], 0.5 * errors[0])

    def test_finite_at_singularities(self):
        self.imported(CELL)
        program = self.write(
            "#include HEADER\n#include <math.h>\nint main(void) {\n#define V(n, u, v, m) .n = v,\n"
            "imported_2000_parameters p = {imported_2000_PARAMETERS(V)};\n"
            "imported_2000_constants k = imported_2000_derive(&p, 0.01);\n"
            "imported_2000_gates g = imported_2000_gates_at(&k, -47.13);\n"
            "imported_2000_currents c = imported_2000_currents_at(&k, 0.0);\nint bad = 0;\n"
            "for (unsigned i = 0; i < sizeof g / sizeof(real); i++) bad |= !isfinite(((real *)&g)[i]);\n"
            "for (unsigned i = 0; i < sizeof c / sizeof(real); i++) bad |= !isfinite(((real *)&c)[i]);\nreturn bad;\n}\n",
            "finite.c",
        )
        out = os.path.join(self.folder, "finite")
        subprocess.run(
            [COMPILER, *FLAGS, f"-I{ROOT}", f'-DHEADER="{self.header}"', program, "-o", out, "-lm"],
            check=True,
        )
        self.assertEqual(subprocess.run([out]).returncode, 0)


# Dimensionless, with the potential as a linear function of the state and a stimulus that only its time betrays.
SCALED = [
    var("t", "ms", public="out"),
    var("u", initial=0),
    var("w", initial=0),
    var("Vm", "mV"),
    var("V_r", "mV", -80),
    var("V_p", "mV", 20),
    var("drive"),
    var("a", initial=0.13),
]


def scaled(vm="V_r + u*(V_p - V_r)", time="t", more=(), equations=(), kind="mV"):
    text = [v.replace('name="Vm" units="mV"', f'name="Vm" units="{kind}"') for v in SCALED] + list(more)
    return model(
        component(
            "all",
            text,
            [
                ("D(u)", "0.26*u*(u - a)*(1 - u) - 0.1*u*w - drive"),
                ("D(w)", "0.013*(u - w)"),
                ("Vm", vm),
                ("drive", "(-0.4 if t < 1 else 0)"),
            ]
            + list(equations),
        ).replace("<ci>time</ci>", f"<ci>{time}</ci>")
    )


class ScaledCell(Case):
    def check(self, *options, text=None):
        report, header = self.imported(text or scaled(), *options)
        _, trace = self.paced(0.01, 300, 1, 40, 1)

        def slopes(y):
            u = (y[0] + 80) / 100
            return [100 * (0.26 * u * (u - 0.13) * (1 - u) - 0.1 * u * y[1]), 0.013 * (u - y[1])]

        exact = runge_kutta(slopes, [-80, 0], 0.02, 300, 40, 1)
        # Second order: measured 0.0006 mV.
        self.assertLess(difference(trace, exact), 0.005)
        return report, header

    def test_affine(self):
        report, _ = self.check()
        self.assertIn("of which the state is variable 'u'", report)
        self.assertIn("left out: variable 'drive'", report)

    def test_by_option(self):
        report, header = self.check("--vm", "u", "--potential", "-80", "20", "--stimulus", "all.drive")
        self.assertIn("_ACTIVATION (-30.0)", header)

    def test_through_metadata(self):
        text = (
            scaled(kind="dimensionless", vm="2*u")
            .replace('name="u"', 'name="u" cmeta:id="the_u"')
            .replace("</model>", annotation("the_u", "membrane_voltage") + "</model>")
        )
        self.check("--potential", "-80", "20", text=text)

    def test_stimulus_through_metadata(self):
        # Named like no stimulus, and not a function of time: a parameter.
        text = (
            scaled()
            .replace('name="drive"', 'name="drive" cmeta:id="d" initial_value="-0.4"')
            .replace("</model>", annotation("d", "membrane_stimulus_current") + "</model>")
        )
        start = text.index("<apply><eq/><ci>drive</ci>")
        end = text.index("</math>")
        report, _ = self.check(text=text[:start] + text[end:])
        self.assertIn("left out: variable 'drive'", report)

    def test_stimulus_from_helpers(self):
        # Leaving out the helper would leave the pulse on for ever; i_st is a current of pacemaker cells.
        text = scaled(
            more=[var("stim_over"), var("i_st")],
            equations=[("stim_over", "1 if t >= 1 else 0"), ("i_st", "0*u")],
        ).replace(mathml("(-0.4 if t < 1 else 0)"), mathml("-0.4*(1 - stim_over)"))
        report, _ = self.check(text=text)
        self.assertIn("left out: variable 'drive' of component 'all'\n", report)

    def test_no_stimulus(self):
        text = scaled().replace("<ci>t</ci><cn", "<ci>u</ci><cn")
        report, _ = self.imported(text)
        self.assertIn("stimulus       none found", report)

    def test_options_of_text(self):
        _, header = self.imported(
            scaled(), "--title", "Small", "--paper", "Nobody 2000", "--max-step", "0.05"
        )
        for part in ('"Small"', '"Nobody 2000"', "_MAX_STEP 0.05"):
            self.assertIn(part, header)

    def test_largest_step_divides_pulses(self):
        # Rates of 160 per ms: half the limit is 0.006 ms, which divides neither 1 nor 2 ms.
        text = scaled(
            more=[var("p", initial=0.5), var("q", initial=0.5)],
            equations=[("D(p)", "80*q*u - 80*p*p"), ("D(q)", "80*p*p - 80*q*q")],
        )
        report, header = self.imported(text)
        step = float(re.search(r"_MAX_STEP (\S+)", header).group(1))
        self.assertIn(f"{step:e}"[:7], ("1.00000", "2.00000", "5.00000"))
        self.assertIn(f"largest step   {step:g} ms", report)

    def test_activation(self):
        def activation(*options, text=None):
            report, header = self.imported(text or scaled(), *options)
            value = float(re.search(r"_ACTIVATION \((\S+)\)", header).group(1))
            self.assertIn(f"activation     a rise through {value:g} mV", report)
            return value, report

        self.assertEqual(activation()[0], 0)
        self.assertEqual(activation("--activation", "-20")[0], -20)
        dimensionless = ("--vm", "u", "--stimulus", "all.drive", "--potential", "-80", "10")
        self.assertEqual(activation(*dimensionless)[0], -35)
        # From 0 to 1, but called mV: 0 mV is never crossed upwards.
        from_0_to_1 = scaled(vm="u")
        value, report = activation(text=from_0_to_1)
        self.assertEqual(value, 0.5)
        self.assertIn("taken to run to 1", report)
        value, report = activation("--activation", "-1", text=from_0_to_1)
        self.assertIn("nothing counts as activated", report)

    def test_text_that_is_not_c(self):
        text = (
            scaled()
            .replace('name="small"', 'name="small */ &quot;%n"')
            .replace('"a"', '"b\u00e9ta"')
            .replace(">a<", ">b\u00e9ta<")
        )
        _, header = self.check(text=text)
        self.assertIn("X(b_ta,", header)

    def test_names_of_c(self):
        text = scaled(
            more=[var("double", initial=1), var("X", initial=0)], equations=[("D(X)", "double*(u - X)")]
        )
        _, header = self.check(text=text)
        self.assertIn("X(double_,", header)
        self.assertIn("X(X_,", header)


# Every function and form that the other files do not have: the potential relaxes under their sum.
FUNCTIONS = [
    "0.1*V",
    "min(0.5*n, 0.3, n) + max(n, 0.2)",
    "cbrt(8 + n) + log10(100 + n)",
    "sinh(V/40) / 20",
    "(0.5 if (V > -20 and n > 0.1) or not n <= 0.9 else -0.5)",
    "n**p - (n + 1)**7 / 100 + (n + 2)**-2 + n**0.5",
    "2**n + a**(n/3)",
    "0.02*(exp(0.05*(V + 30)) - 1)/(V + 30)",
    "(V - 7)*n/(exp((V - 7)/9) - 1)/40",
    "three*n + rational*exponential - b_c",
    "(0.2 if V == 1000 or V != V else 0.1)",
    "exp(-exponentiale)*q/(q + 1)",
    "sin(V/9) * cos(3*n) / (2 + tan(n)) + acos(n - 0.5) / 20 + asin(V/(90 + abs(V))) / 10",
    "atan(V/12) / 10 + asinh(V/30) * acosh(1.5 + n) * atanh(n/2) / 9",
]
FORMS = model(
    component("clock", [var("time", "ms", public="out")]),
    component(
        "all",
        [
            var("time", "ms", public="in"),
            var("V", "mV", -60),
            var("n", initial="n_0"),
            var("n_0", initial=0.3),
        ]
        + [var(f"f{i}", "uA_per_cm2") for i in range(len(FUNCTIONS))]
        + [var("p", initial=1.3), var("a", initial=5), var("three"), var("rational"), var("exponential")]
        + [var("c", public="in"), var("b_c"), var("q", initial=0.5), var("exponentiale")],
        [(f"f{i}", text) for i, text in enumerate(FUNCTIONS)]
        + [
            ("D(V)", "-(" + " + ".join(f"f{i}" for i in range(len(FUNCTIONS))) + ")"),
            ("D(n)", "0.05*(0.8 - n)*n*n"),
        ]
        + [("three", "floor(3.7)"), ("rational", "0.75"), ("exponential", "1.5e-5"), ("b_c", "2*c")]
        + [("exponentiale", "1"), ("D(q)", "0.1*(1 - q)/(1 + q)")],
    ),
    component("other", [var("c", public="out", initial=0.01), var("V", "mV", 3)]),
    connection("clock", "all", "time"),
    connection("other", "all", "c"),
).replace(
    '<cn cellml:units="dimensionless">0.75</cn>',
    '<cn type="rational" cellml:units="dimensionless">3<sep/>4</cn>',
)


class Forms(Case):
    def test_trace(self):
        text = FORMS.replace(
            'name="V" units="mV" initial_value="3"', 'name="V3" units="mV" initial_value="3"'
        )
        self.imported(text, "--vm", "all.V")
        functions = [compile(f, f, "eval") for f in FUNCTIONS]

        def slopes(y):
            V, n, q = y
            values = dict(
                vars(math), V=V, n=n, q=q, p=1.3, a=5, three=3, rational=0.75, exponential=1.5e-5, b_c=0.02
            )
            values.update(exponentiale=1, cbrt=lambda x: x ** (1 / 3))
            total = sum(eval(f, values) for f in functions)
            return [-total, 0.05 * (0.8 - n) * n * n, 0.1 * (1 - q) / (1 + q)]

        exact = runge_kutta(slopes, [-60, 0.3, 0.5], 0.05, 60, 3, 1)
        _, trace = self.paced(0.01, 60, 1, 3, 1)
        # n and q by forward Euler: measured 0.0015 mV.
        self.assertLess(difference(trace, exact), 0.005)

    def test_same_name_in_two_components(self):
        other = component(
            "other", [var("time", "ms", public="in"), var("n", initial=0.25)], [("D(n)", "-0.1*n")]
        )
        text = scaled(more=[var("n", initial=0.125)], equations=[("D(n)", "-0.2*n*u")])
        text = text.replace("</model>", other + connection("all", "other", "t=time") + "</model>")
        _, header = self.imported(text)
        self.assertIn('X(all_n, "1", 0.125, "all: n")', header)
        self.assertIn('X(other_n, "1", 0.25, "other: n")', header)

    def test_pole_is_reported(self):
        report, _ = self.imported(
            scaled(
                equations=[("y", "1/(V_r + 100*u - 33)"), ("D(z)", "y - z")],
                more=[var("y"), var("z", initial=0)],
            )
        )
        self.assertIn("a denominator vanishes at 33 mV", report)


# A release channel whose opening goes with the fourth power of a signal that is small at rest: the rate is 0.0002/ms
# there and 1600/ms in an action potential. Calcium behind it is buffered, so that its rate changes by itself.
RELEASE = model(
    component("clock", [var("time", "ms", public="out")]),
    component(
        "all",
        [
            var("time", "ms", public="in"),
            var("V", "mV", -75),
            var("w", initial=0),
            var("c", initial=0.15),
            var("C", initial=0.7),
            var("O", initial=0),
            var("I", initial=0.3),
            var("z", "mM", 1e-4),
            var("close", "per_ms", 0.3),
            var("open", "per_ms"),
        ],
        [
            ("D(V)", "-(0.0007*(V + 75)*(V + 52)*(V - 28) + 18*w + 0.03*O*(V + 75) + 60*z)"),
            ("D(w)", "0.006*((V + 75)/18 - w)"),
            ("D(c)", "(0.15 + 8/(1 + exp(-V/6)) - c)/3"),
            ("open", "0.4*c**4"),
            ("D(C)", "close*O - open*C"),
            ("D(O)", "open*C - close*O - 0.02*c*O + 0.004*I"),
            ("D(I)", "0.02*c*O - 0.004*I"),
            ("D(z)", "(0.4*O - 30*(z - 0.0001))/(1 + 0.002/(0.003 + z)**2)"),
        ],
    ),
    connection("clock", "all", "time"),
)


def release_slopes(y):
    V, w, c, C, O, I, z = y
    opening = 0.4 * c**4 * C
    return [
        -(0.0007 * (V + 75) * (V + 52) * (V - 28) + 18 * w + 0.03 * O * (V + 75) + 60 * z),
        0.006 * ((V + 75) / 18 - w),
        (0.15 + 8 / (1 + math.exp(-V / 6)) - c) / 3,
        0.3 * O - opening,
        opening - 0.3 * O - 0.02 * c * O + 0.004 * I,
        0.02 * c * O - 0.004 * I,
        (0.4 * O - 30 * (z - 0.0001)) / (1 + 0.002 / (0.003 + z) ** 2),
    ]


class Stiff(Case):
    def test_release(self):
        report, _ = self.imported(RELEASE)
        self.assertIn("3: C O I (fast, and exchange something)", report)
        self.assertIn("1: z (fast: along the tangent)", report)
        self.assertIn("largest step   0.1 ms tried", report)
        exact = runge_kutta(release_slopes, [-75, 0, 0.15, 0.7, 0, 0.3, 1e-4], 0.001, 60, 25, 2)
        errors = []
        for step in (0.1, 0.025):
            _, trace = self.paced(step, 60, 1, 25, 2)
            errors.append(difference(trace, exact))
        print(f"release: largest errors {errors} mV, peak {max(exact):.2f} mV")
        self.assertGreater(max(exact), 20)
        # Of first order in the step; measured 0.41 and 0.035 mV.
        self.assertLess(errors[0], 1)
        self.assertLess(errors[1], 0.1)

    def test_channel_keeps_its_sum(self):
        self.imported(RELEASE)
        program = self.write(
            "#include HEADER\n#include <math.h>\nint main(void) {\n#define VALUE(n, u, v, ...) .n = v,\n"
            "imported_2000_parameters p = {imported_2000_PARAMETERS(VALUE)};\n"
            "imported_2000_state s = {imported_2000_STATES(VALUE)};\n"
            "imported_2000_constants k = imported_2000_derive(&p, 0.1);\nreal fast[4];\n"
            "for (int i = 0; i < 10000; i++) {\nreal v = 20 * sin(0.01 * i) - 20;\n"
            "imported_2000_gates g = imported_2000_gates_at(&k, v);\n"
            "imported_2000_currents c = imported_2000_currents_at(&k, v);\n"
            "imported_2000_step(&k, &g, &c, v, &s, fast);\n"
            "if (!(fabs(s.C + s.O + s.I - 1) < 1e-12 && s.C > -1e-12 && s.O > -1e-12 && s.I > -1e-12)) return 1;\n}\n"
            "return !(s.O > 0.01);\n}\n",
            "sum.c",
        )
        out = os.path.join(self.folder, "sum")
        subprocess.run(
            [COMPILER, *FLAGS, f"-I{ROOT}", f'-DHEADER="{self.header}"', program, "-o", out, "-lm"], check=True
        )
        self.assertEqual(subprocess.run([out]).returncode, 0)

    def test_step_is_tried_over_a_beat(self):
        # Each state decays by itself, which is stable at any step; where V is high, both turn around one another at
        # 60/ms, which is not.
        text = scaled(
            more=[var("x", "mM", 0.1), var("y", initial=0), var("fast", "per_ms")],
            equations=[
                ("fast", "60/(1 + exp(-(Vm + 20)/5))"),
                ("D(x)", "-2*(x - u) - fast*y"),
                ("D(y)", "-2*y + fast*x"),
            ],
        )
        report, _ = self.imported(text)
        step = float(report.split("largest step")[1].split()[0])
        self.assertLess(step, 0.04)  # 2 / 60
        self.assertGreater(step, 0.004)

    def test_gate_that_stands_still(self):
        text = model(
            component("clock", [var("time", "ms", public="out")]),
            component(
                "all",
                [var("time", "ms", public="in"), var("V", "mV", -80), var("x", initial=0.2), var("y", initial=0.1)]
                + [var("g", "per_ms", 0.2)],
                [
                    ("D(V)", "-g*(V + 80)*(x + y)"),
                    ("D(x)", "(0.9 - x)/40 if V >= -60 else 0"),  # stands
                    ("D(y)", "0.01 if V < -65 else -0.3*y"),  # grows at a rate without itself
                ],
            ),
            connection("clock", "all", "time"),
        )
        self.imported(text)

        def slopes(z):
            V, x, y = z
            return [-0.2 * (V + 80) * (x + y), (0.9 - x) / 40 if V >= -60 else 0, 0.01 if V < -65 else -0.3 * y]

        exact = runge_kutta(slopes, [-80, 0.2, 0.1], 0.0025, 60, 25, 2)
        _, trace = self.paced(0.01, 60, 1, 25, 2)
        error = difference(trace, exact)
        print(f"gate that stands still: largest error {error} mV")
        # The steps that cross the switches are of first order: measured 0.0017 mV.
        self.assertLess(error, 0.01)


class Forgiven(Case):
    def test_piecewise_without_otherwise(self):
        text = scaled()
        text = text.replace(
            f"<otherwise>{mathml('0')}</otherwise>",
            f"<piece>{mathml('0')}{mathml('t >= 1')}</piece>",
        )
        report, _ = self.imported(text)
        self.assertIn("has no <otherwise>", report)
        _, trace = self.paced(0.01, 100, 1, 40, 1)
        self.imported(scaled())
        self.assertEqual(trace, self.paced(0.01, 100, 1, 40, 1)[1])

    def test_celsius(self):
        report, header = self.imported(
            scaled(more=[var("T", "celsius", 37), var("y", initial=0)], equations=[("D(y)", "T/37*(u - y)")])
        )
        self.assertIn("variable 'T' of component 'all' is in degrees Celsius", report)
        self.assertIn("X(T, ", header)

    def test_protocol_in_time(self):
        # A pace-maker's drug after 5 s, as a variable of its own, and a switch inside of a rate.
        text = scaled(
            more=[var("dose"), var("y", initial=0)],
            equations=[("dose", "2 if t > 5000 else 1"), ("D(y)", "dose*(u - y)*(3 if t < 5000 else 4)")],
        ).replace("drive", "i_stim")
        for options, rate in (((), 3), (("--at-time", "6000"), 8)):
            report, header = self.imported(text, *options)
            self.assertIn("left out: variable 'i_stim' of component 'all'\n", report)
            self.assertIn("switches in time", report)
            self.assertIn(f"R({float(rate)})", header)

    def test_units_with_a_multiplier_and_an_exponent(self):
        # CellML 1.0, 5.2.7: the multiplier is outside of the power, the prefix inside.
        odd = '<units name="odd"><unit units="second" multiplier="2" prefix="milli" exponent="-2"/></units>'
        plain = '<units name="plain"><unit units="second" exponent="-2"/></units>'
        text = scaled(more=[var("r", "odd", 5, public="out")])
        other = component(
            "other",
            [var("r", "plain", public="in"), var("time", "ms", public="in"), var("y", initial=0)],
            [("D(y)", "r*(1 - y)")],
        )
        text = text.replace("</model>", other + connection("all", "other", "r", "t=time") + "</model>")
        _, header = self.imported(text.replace("<component", odd + plain + "<component", 1), "--max-step", "0.01")
        self.assertIn("R(2000000.0) * step * p->r", header)


class Refusals(Case):
    def test_not_xml(self):
        self.refused("<model", "not well-formed XML")

    def test_missing_file(self):
        code, _, err = import_(os.path.join(self.folder, "none.cellml"), "--name", "x_2000")
        self.assertEqual((code, "No such file" in err), (2, True))

    def test_unwritable(self):
        code, _, err = import_(
            self.write(scaled()), "--name", "x_2000", "--output", os.path.join(self.folder, "no", "x.h")
        )
        self.assertEqual((code, "No such file" in err), (1, True))

    def test_name(self):
        code, _, err = import_(self.write(scaled()), "--name", "X-2000")
        self.assertEqual(code, 2)
        self.assertIn("lower-case", err)

    def test_version(self):
        self.refused(scaled().replace("cellml/1.0#", "cellml/2.0#"), "CellML 1.0 or 1.1")

    def test_import(self):
        self.refused(
            scaled().replace("<component", "<import/><component", 1),
            "<import>",
            "put the imported components",
        )

    def test_reaction(self):
        self.refused(scaled().replace("</component>", "<reaction/></component>"), "<reaction>")

    def test_undefined_units(self):
        self.refused(scaled().replace('units="ms"', 'units="fortnight"'), "'t'", "'all'", "fortnight")

    def test_units_of_themselves(self):
        self.refused(
            scaled().replace('<unit units="second" prefix="milli"/>', '<unit units="ms"/>'),
            "defined by themselves",
        )

    def test_offset(self):
        self.refused(
            scaled().replace('<unit units="volt" prefix="milli"/>', '<unit units="volt" offset="3"/>'),
            "offset",
        )

    def test_numbers_of_units(self):
        for key, value in (("exponent", "x"), ("multiplier", "0"), ("exponent", "inf")):
            self.refused(
                scaled().replace(
                    '<unit units="volt" prefix="milli"/>', f'<unit units="volt" {key}="{value}"/>'
                ),
                f"the {key} '{value}'",
            )
        self.refused(scaled().replace('<unit units="volt" prefix="milli"/>', "<unit/>"), "units 'None'")

    def test_no_name(self):
        self.refused(scaled().replace('name="w"', 'name=""'), "no name")

    def test_prefix(self):
        self.refused(scaled().replace('prefix="milli"', 'prefix="mili"'), "'mili'")

    def test_unknown_function(self):
        self.refused(scaled(vm="floor(u)").replace("<floor/>", "<gcd/>"), "<gcd>", "'all'")

    def test_floor_that_stays(self):
        self.refused(
            scaled(more=[var("y", initial=0)], equations=[("D(y)", "floor(3*w) - y")]), "<floor>", "y"
        )

    def test_number(self):
        self.refused(scaled().replace(">0.013<", ">many<"), "'many'", "'all'")

    def test_incomplete_expressions(self):
        text = scaled()
        a = text.index("<apply><minus/><ci>V_p</ci>")
        b = text.index("</apply>", a) + len("</apply>")
        for part, why in (
            ("<apply/>", "<apply> in component 'all' is empty"),
            ('<cn type="rational">1<sep/>0</cn>', "'10', not a number"),
            ("<cn>1e999</cn>", "not a number"),
            ("<piecewise><piece/><otherwise><cn>1</cn></otherwise></piecewise>", "not complete"),
            ("<apply><root/><degree/><cn>1</cn></apply>", "<degree>"),
            ("<apply><root/><cn>-4</cn></apply>", "root of a negative constant"),
            ("<apply><ln/><cn>0</cn></apply>", "logarithm"),
            ("<apply><power/><cn>-2</cn><ci>a</ci></apply>", "not positive"),
            ("<apply><divide/><cn>1</cn><cn>0</cn></apply>", "division by a constant"),
        ):
            with self.subTest(part):
                self.refused(text[:a] + part + text[b:], why)

    def test_unknown_variable(self):
        self.refused(scaled(vm="nothing*u"), "'nothing'", "'all'")

    def test_no_value(self):
        self.refused(scaled(more=[var("q")], vm="q*u"), "'q'", "neither an equation nor an initial_value")

    def test_initial_value(self):
        self.refused(scaled().replace('initial_value="0.13"', 'initial_value="some"'), "'some'", "'a'")
        self.refused(scaled().replace('initial_value="0.13"', 'initial_value="inf"'), "'inf'", "not finite")

    def test_state_without_initial_value(self):
        self.refused(
            scaled().replace(
                'name="w" units="dimensionless" initial_value="0"', 'name="w" units="dimensionless"'
            ),
            "'w'",
            "no initial_value",
        )

    def test_two_equations(self):
        self.refused(scaled(equations=[("Vm", "3*u")]), "'Vm'", "two equations")

    def test_loop(self):
        self.refused(
            scaled(more=[var("p"), var("q")], equations=[("p", "q + u"), ("q", "2*p")]),
            "'p'",
            "'q'",
            "need one another",
        )

    def test_derivative_of_itself(self):
        self.refused(
            scaled(more=[var("y", initial=0)], equations=[("D(y)", "D(y) + u")]), "'y'", "needs itself"
        )

    def test_derivative_without_equation(self):
        self.refused(
            scaled(
                more=[var("y", initial=0)],
                equations=[("D(w)", "D(y)")][:0] + [("a2", "D(y)")],
            ).replace('name="a"', 'name="a2" units="dimensionless"/><variable name="a"'),
            "'y'",
            "no equation gives it",
        )

    def test_implicit_equation(self):
        self.refused(scaled(equations=[("2*w", "u")]), "left side", "'all'")

    def test_not_an_equation(self):
        self.refused(
            scaled().replace("<apply><eq/><ci>Vm</ci>", "<apply><lt/><ci>Vm</ci>"), "not of the form a = b"
        )

    def test_empty_piecewise(self):
        text = scaled()
        a, b = text.index("<piecewise>"), text.index("</piecewise>")
        self.refused(text[:a] + "<piecewise>" + text[b:], "<piecewise>", "is empty")

    def test_celsius_is_not_kelvin(self):
        warm = scaled(more=[var("T", "celsius", 37, public="out")])
        other = component("other", [var("T", "kelvin", public="in")])
        self.refused(warm.replace("</model>", other + connection("all", "other", "T") + "</model>"), "joins", "celsius")

    def test_second_derivative(self):
        self.refused(
            scaled().replace("<bvar><ci>t</ci></bvar>", "<bvar><ci>t</ci><degree><cn>2</cn></degree></bvar>"),
            "higher order",
        )

    def test_no_odes(self):
        self.refused(model(component("all", [var("a", initial=1)])), "no differential equations")

    def test_time_units(self):
        self.refused(
            scaled().replace('name="t" units="ms"', 'name="t" units="dimensionless"'),
            "'t'",
            "not a unit of time",
        )

    def test_two_times(self):
        text = scaled(more=[var("t2", "ms"), var("y", initial=0)], equations=[("D(y)", "u")])
        at = text.rindex("<bvar><ci>t</ci>")
        self.refused(text[:at] + text[at:].replace("<ci>t</ci>", "<ci>t2</ci>", 1), "'t2'", "'t'")

    def test_connection_to_nothing(self):
        self.refused(
            scaled().replace("</model>", connection("all", "elsewhere", "u") + "</model>"), "'elsewhere'"
        )

    def test_value_from_nowhere(self):
        self.refused(scaled(more=[var("z", public="in")]), "'z'", "nowhere")

    def test_incompatible_units_joined(self):
        other = component("other", [var("z", "mV", public="in")])
        self.refused(
            scaled().replace("</model>", other + connection("all", "other", "u=z") + "</model>"),
            "joins",
            "dimensionless",
            "mV",
        )

    def test_two_sources(self):
        other = component("other", [var("z", initial=1)])
        self.refused(
            scaled().replace("</model>", other + connection("all", "other", "a=z") + "</model>"), "'a'", "'z'"
        )

    def test_ambiguous_potential(self):
        self.refused(
            scaled(more=[var("V", "mV")], equations=[("V", "3*u")]),
            "several variables",
            "'V'",
            "'Vm'",
            "--vm",
        )

    def test_no_potential(self):
        text = scaled(kind="dimensionless").replace('"u"', '"alpha"').replace(">u<", ">alpha<")
        self.refused(text, "--vm", "'alpha'")

    def test_potential_not_linear(self):
        self.refused(scaled(vm="V_r + u*u*(V_p - V_r)"), "'Vm'", "neither a state nor a linear function")

    def test_dimensionless_potential(self):
        self.refused(scaled(kind="dimensionless", vm="2*u"), "dimensionless", "--potential LOW HIGH")

    def test_potential_option_in_volts(self):
        self.refused(scaled(), "--potential", options=("--potential", "-80", "20"))

    def test_unknown_option_variables(self):
        self.refused(scaled(), "--vm nothing", options=("--vm", "nothing"))
        self.refused(scaled(), "--stimulus nothing", options=("--stimulus", "nothing"))
        self.refused(scaled(), "--fast drive", options=("--fast", "drive"))

    def test_time_stays(self):
        self.refused(
            scaled(more=[var("y", initial=0)], equations=[("D(y)", "u*exp(-t/100) - y")]),
            "'y'",
            "depends on time",
            "--stimulus",
        )


# Published files: what was imported with which options, and the beats of independent integrations: the 100th of
# CVODE from the file's initial state, for the last two the 2nd and the 1st of LSODA on another program's reading of
# the file.
PUBLISHED = {
    "mitchell_schaeffer_2003.cellml": (
        ["--potential", "-80", "20"],
        (0.02, 1000, 100, 20, 1),
        (-80.0, 14.5047, 258.565, 284.930),
    ),
    "fenton_karma_1998_BR.cellml": ([], (0.02, 1000, 100, 20, 1), (-85.0, 34.05, 249.995, 266.611)),
    "grandi_2011_atrial_with_meta.cellml": (
        [],
        (0.005, 1000, 2, 12.5, 5),
        (-73.5207, 29.4649, 65.445, 301.634),
    ),
    "fitzhugh_1961.cellml": (
        ["--potential", "-80", "20"],
        (0.02, 1000, 1, 20, 1),
        (-80.0, 17.1777, 914.903, 919.584),
    ),
}


@unittest.skipUnless(
    os.environ.get("ISOCHRONE_CELLML"), "ISOCHRONE_CELLML names no folder of published files"
)
class Published(Case):
    def test_beats(self):
        for name, (options, protocol, reference) in PUBLISHED.items():
            path = os.path.join(os.environ["ISOCHRONE_CELLML"], name)
            if not os.path.exists(path):
                continue
            with self.subTest(name):
                self.imported_file(path, *options)
                beat, _ = self.paced(*protocol)
                print(name, beat[:4], reference)
                # Rest, peak, APD50 and APD90 as near as second order at these steps brings them.
                for found, expected, tolerance in zip(beat, reference, (0.01, 0.05, 0.1, 0.1)):
                    self.assertLess(abs(found - expected), tolerance)


if __name__ == "__main__":
    if len(sys.argv) > 1 and not sys.argv[1].startswith("-"):
        COMPILER = sys.argv.pop(1)
    unittest.main()
