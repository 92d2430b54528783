"""CellML from equations in Python's notation."""

import ast

_BINARY = {ast.Add: "plus", ast.Sub: "minus", ast.Mult: "times", ast.Div: "divide", ast.Pow: "power"}
_COMPARE = {ast.Lt: "lt", ast.LtE: "leq", ast.Gt: "gt", ast.GtE: "geq", ast.Eq: "eq", ast.NotEq: "neq"}
_CALLS = {
    "exp": "exp",
    "log": "ln",
    "tanh": "tanh",
    "sinh": "sinh",
    "cosh": "cosh",
    "abs": "abs",
    "floor": "floor",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "asin": "arcsin",
    "acos": "arccos",
    "atan": "arctan",
    "asinh": "arcsinh",
    "acosh": "arccosh",
    "atanh": "arctanh",
    "min": "min",
    "max": "max",
}


def mathml(text):
    return _of(ast.parse(text, mode="eval").body)


def _apply(op, *args):
    return f"<apply><{op}/>{''.join(args)}</apply>"


def _of(n):
    if isinstance(n, ast.Constant):
        if isinstance(n.value, float) and n.value and not 1e-3 <= abs(n.value) < 1e4:
            m, e = f"{n.value:e}".split("e")
            return f'<cn type="e-notation" cellml:units="dimensionless">{m}<sep/>{int(e)}</cn>'
        return f'<cn cellml:units="dimensionless">{n.value}</cn>'
    if isinstance(n, ast.Name):
        return "<pi/>" if n.id == "pi" else f"<ci>{n.id}</ci>"
    if isinstance(n, ast.BinOp):
        return _apply(_BINARY[type(n.op)], _of(n.left), _of(n.right))
    if isinstance(n, ast.UnaryOp):
        return _apply("not" if isinstance(n.op, ast.Not) else "minus", _of(n.operand))
    if isinstance(n, ast.Compare):
        return _apply(_COMPARE[type(n.ops[0])], _of(n.left), _of(n.comparators[0]))
    if isinstance(n, ast.BoolOp):
        return _apply("and" if isinstance(n.op, ast.And) else "or", *[_of(v) for v in n.values])
    if isinstance(n, ast.IfExp):
        return (
            f"<piecewise><piece>{_of(n.body)}{_of(n.test)}</piece><otherwise>{_of(n.orelse)}</otherwise>"
            "</piecewise>"
        )
    name, args = n.func.id, n.args
    if name == "D":  # the time derivative
        return f"<apply><diff/><bvar><ci>time</ci></bvar>{_of(args[0])}</apply>"
    if name == "sqrt":
        return _apply("root", _of(args[0]))
    if name == "cbrt":
        return f"<apply><root/><degree>{_of(ast.Constant(3))}</degree>{_of(args[0])}</apply>"
    if name == "log10":
        return _apply("log", _of(args[0]))
    return _apply(_CALLS[name], *[_of(a) for a in args])


def variable(name, units="dimensionless", initial=None, public=None, private=None, cmeta=None):
    attributes = f'name="{name}" units="{units}"'
    for key, value in (
        ("initial_value", initial),
        ("public_interface", public),
        ("private_interface", private),
        ("cmeta:id", cmeta),
    ):
        if value is not None:
            attributes += f' {key}="{value}"'
    return f"<variable {attributes}/>"


def component(name, variables, equations=()):
    """equations: (left, right), with D(x) on the left for a derivative."""
    math = "".join(f"<apply><eq/>{mathml(a)}{mathml(b)}</apply>" for a, b in equations)
    return (
        f'<component name="{name}">{"".join(variables)}'
        f'<math xmlns="http://www.w3.org/1998/Math/MathML">{math}</math></component>'
    )


def connection(one, two, *names):
    """names: 'x', or 'x=y' for x of one and y of two."""
    pairs = [(n.split("=") * 2)[:2] for n in names]
    return (
        f'<connection><map_components component_1="{one}" component_2="{two}"/>'
        + "".join(f'<map_variables variable_1="{a}" variable_2="{b}"/>' for a, b in pairs)
        + "</connection>"
    )


UNITS = """
<units name="ms"><unit units="second" prefix="milli"/></units>
<units name="mV"><unit units="volt" prefix="milli"/></units>
<units name="mM"><unit units="mole" prefix="milli"/><unit units="litre" exponent="-1"/></units>
<units name="per_ms"><unit units="ms" exponent="-1"/></units>
<units name="A_per_F"><unit units="ampere"/><unit units="farad" exponent="-1"/></units>
<units name="uA_per_cm2"><unit units="ampere" prefix="micro"/><unit units="metre" prefix="centi" exponent="-2"/></units>
<units name="uF_per_cm2"><unit units="farad" prefix="micro"/><unit units="metre" prefix="centi" exponent="-2"/></units>
<units name="mS_per_cm2"><unit units="siemens" prefix="-3"/><unit units="metre" prefix="centi" exponent="-2"/></units>
"""


def model(*parts, name="small", version="1.0", units=UNITS):
    return (
        f'<?xml version="1.0"?>\n<model xmlns="http://www.cellml.org/cellml/{version}#" '
        f'xmlns:cellml="http://www.cellml.org/cellml/{version}#" '
        'xmlns:cmeta="http://www.cellml.org/metadata/1.0#" '
        f'name="{name}">{units}{"".join(parts)}</model>\n'
    )


def annotation(cmeta_id, meaning):
    return (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns:bqbiol="http://biomodels.net/biology-qualifiers/">'
        f'<rdf:Description rdf:about="#{cmeta_id}"><bqbiol:is rdf:resource="https://chaste.comlab.ox.ac.uk/cellml/'
        f'ns/oxford-metadata#{meaning}"/></rdf:Description></rdf:RDF>'
    )
