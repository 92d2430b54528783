"""A model that was written (writer.py) as a header in the contract of docs/adding-a-model.md."""

import re
import textwrap

_WIDTH = 110

# What is said of the time scheme, for each kind of rates that a model has.
_SCHEME = (
    ("gate", "gates whose rates depend on V alone by Rush-Larsen"),
    ("mixed", "those whose rates depend on more likewise, with the other states of the step's start"),
    ("linear", "states that are linear in themselves by the exponential"),
    ("tangent", "fast ones that are not by the exponential along the tangent"),
    ("coupled", "fast ones that exchange something together, by one linear implicit step"),
    ("euler", "the rest by forward Euler"),
)


def header(writer):
    """Its text."""
    guard = f"ISO_KERNELS_MODELS_{writer.name.upper()}_H"
    lines = [_comment(_about(writer)), f"#ifndef {guard}", f"#define {guard}", "", '#include "kernels/math.h"']
    lines += ['#include "kernels/trigonometry.h"'] * writer.trigonometric + [""]
    lines += _facts(writer) + [""]
    for table in _tables(writer):
        lines += [table, ""]
    lines += [f"#define ISO_MODEL {writer.name}", '#include "kernels/model_types.h"', ""]
    lines += _function_of_v(writer, "gates", writer.gates) + [""]
    lines += _function_of_v(writer, "currents", writer.currents) + [""]
    return "\n".join(lines + _fast(writer) + [""] + _step(writer) + ["", "#endif", ""])


def _about(writer):
    m = writer.model
    kinds = {r.kind for r in m.rates}
    return (
        f"Imported from {writer.source} (CellML model {m.document.name}) by scripts/import_cellml.py. "
        "Values and units of states and parameters are the file's.\n\nTime scheme: "
        + "; ".join(text for kind, text in _SCHEME if kind in kinds)
        + ". All but the first are of first order where states are coupled."
    )


def _facts(writer):
    m, name = writer.model, writer.name
    title = m.options.title or f"{m.document.name}, imported from CellML"
    paper = m.options.paper or f"imported from {writer.source}"
    return [
        _macro(f"{name}_TITLE", [_string(title)]),
        _macro(f"{name}_PAPER", [_string(paper)]),
        f"#define {name}_VM_REST ({m.vm_rest!r})",
        f"#define {name}_ACTIVATION ({writer.activation()!r})",
        f"#define {name}_MAX_STEP {writer.max_step():g}",
        f"#define {name}_NFAST {writer.nfast}",
        f"#define {name}_TABLED {int(writer.tabled)}",
    ]


def _tables(writer):
    m, name = writer.model, writer.name
    variants = f'#define {name}_VARIANTS(X) X(standard, "as in the file")\n#define {name}_CHANGES_standard(X)'
    return [
        _macro(f"{name}_STATES(X)", [_state(k, q) for k, q in m.state_table.items()]),
        _macro(f"{name}_PARAMETERS(X)", [_quantity(k, q) for k, q in m.parameters.items()]),
        variants,
        _macro(f"{name}_CONSTANTS(X)", [f"X({f}, {t})" for f, t in writer.constants.values()]),
        _macro(f"{name}_GATES(X)", [f"X({f})" for f, _ in writer.gates.values()]),
        _macro(f"{name}_CURRENTS(X)", [f"X({f})" for f, _ in writer.currents.values()]),
    ]


def _fast(writer):
    unused = "" if writer.nfast else "  (void)f;\n"
    what = f"{writer.fast_name}, from its driving force and gates" if writer.nfast else "None is named"
    return [
        f"/* {what}. */",
        f"ISO_INLINE real {writer.name}_fast(const real f[]) {{\n{unused}  return {writer.product};\n}}",
    ]


def _step(writer):
    name, text = writer.name, "\n".join(writer.step_body)
    arguments = (("k", "k->"), ("g", "g->"), ("c", "c->"), ("v", r"\bv\b"), ("fast", r"\bfast\b"))
    return (
        [
            "/* Advances one cell; v is where the currents are taken. Returns the ionic current in uA/uF. */",
            f"ISO_INLINE real {name}_step(const {name}_constants *k, const {name}_gates *g, "
            f"const {name}_currents *c, real v, {name}_state *s, real fast[]) {{",
        ]
        + [f"  (void){a};" for a, pattern in arguments if not re.search(r"(?<!->)" + pattern, text)]
        + [_wrap("  " + line) for line in writer.step_body]
        + ["}"]
    )


def _state(name, q):
    """With what it is, where its unit says so."""
    text = _quantity(name, q)
    return text[:-1] + ", ISO_CONCENTRATION)" if q[0] == "mM" and q[1] >= 0 else text


def _quantity(name, q):
    unit, value, meaning = q
    return f"X({name}, {_string(unit)}, {value!r}, {_string(meaning)})"


def _string(text):
    return '"' + text.replace("\\", "").replace('"', "'") + '"'


def _comment(text):
    text = text.replace("*/", "* /")
    parts = [textwrap.wrap(p, _WIDTH - 3) for p in text.split("\n")]
    return "/* " + "\n * ".join(line for p in parts for line in (p or [""])).replace(" \n", "\n") + " */"


def _macro(head, entries):
    if not entries:
        return f"#define {head}"
    wrapped = []
    for e in entries:
        wrapped += (
            textwrap.wrap(
                "  " + e,
                _WIDTH - 2,
                subsequent_indent="    ",
                break_long_words=False,
                break_on_hyphens=False,
            )
            if len(e) > _WIDTH - 4 and '"' not in e
            else ["  " + e]
        )
    return "#define " + " \\\n".join([head] + wrapped)


def _wrap(line):
    return (
        "\n".join(
            textwrap.wrap(
                line, _WIDTH, subsequent_indent="      ", break_long_words=False, break_on_hyphens=False
            )
        )
        if len(line) > _WIDTH
        else line
    )


def _function_of_v(writer, kind, table):
    name = f"{writer.name}_{kind}"
    lines = list(writer.functions[kind].lines)
    body = "\n".join(
        _wrap("  " + line)
        for line in lines + [f"r.{field} = {text};" for field, text in table.values()]
    )
    unused = "" if "k->" in body else "  (void)k;\n"
    unused += "" if re.search(r"\bv\b", body) else "  (void)v;\n"
    return [
        f"ISO_INLINE {name} {name}_at(const {writer.name}_constants *k, real v) {{",
        f"{unused}  {name} r;",
        body,
        "  return r;",
        "}",
    ]
