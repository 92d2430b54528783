"""What a CellML file may have, and what is refused."""

import os

from cellml_case import Case, import_
from cellml_models import scaled
from infix import component, connection, mathml, model, variable as var


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
