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
import unittest

from cellml_case import Case, difference, runge_kutta
from cellml_files import Forgiven, Refusals  # noqa: F401: tests
from cellml_models import CELL, FORMS, FUNCTIONS, RELEASE, cell_slopes, release_slopes, scaled
from infix import annotation, component, connection, mathml, model, variable as var


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
        self.assertEqual(subprocess.run([self.compiled(program)]).returncode, 0)


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
        self.assertEqual(subprocess.run([self.compiled(program)]).returncode, 0)

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
        Case.compiler = sys.argv.pop(1)
    unittest.main()
