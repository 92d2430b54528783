"""Writes a model as a header in the contract of docs/adding-a-model.md."""

import re
import textwrap

from . import ImportError_, expr as E
from .model import Guard, STEP

_TABLE_FROM = 6  # so many exponentials and logarithms of V are dearer than a table
_WIDTH = 110


def _literal(x):
    return f"R({float(x)!r})"


class Writer:
    def __init__(self, model, name, source):
        self.model, self.name, self.source = model, name, source
        self.v, self.step = model.v, STEP
        self.varying = model.v.mask | model.state_mask
        self.constants, self.gates, self.currents = {}, {}, {}  # node -> (field, text)
        self.used = {"constants": set(), "gates": set(), "currents": set()}
        self.functions = {"gates": _Table(self), "currents": _Table(self)}
        self._name_nodes()
        roots = [model.iion] + [r.slope for r in model.rates]
        costly = [n for n in E.walk(*roots) if n.op in ("exp", "log", "xoe", "pow") + E.TRIGONOMETRIC and self._is_v(n)]
        self.tabled = len(costly) >= _TABLE_FROM
        self.lifted = set()
        self.trigonometric = False
        self._write()

    def _name_nodes(self):
        """Names of nodes that are the values of variables."""
        guard = Guard(self.v, self.model.values)
        state = self.model.symbol[self.model.potential]
        of_vm = E.div(E.sub(self.v, self.model.offset), self.model.scale)
        memo, self.names = {}, {}
        for variable, node in self.model.node.items():
            n = guard.guarded(E.replace(node, {state: of_vm}, memo))
            if n.op not in ("num", "sym", "let"):
                self.names.setdefault(n, self.model.name_of[variable])

    # ---- classes of nodes ----

    def _is_c(self, n):
        return not n.mask & self.varying

    def _is_v(self, n):
        return bool(n.mask & self.v.mask) and not n.mask & self.model.state_mask

    def _is_cheap(self, n):
        """Whether a function of V is better evaluated than looked up."""
        if n is self.v or self._is_c(n):
            return True
        if n.op == "+":
            return len(n.args) <= 2 and all(self._is_cheap(t) for t, _ in n.args)
        if n.op == "*":
            of_v = [(b, e) for b, e in n.args if not self._is_c(b)]
            return len(of_v) == 1 and of_v[0][1] in (1, 2) and self._is_cheap(of_v[0][0])
        return False

    # ---- fields of the structs ----

    def _field(self, table, kind, n, hint, text):
        """Name of the field of table that holds node n; made by text() if it is new."""
        if n not in table:
            taken = self.used[kind]
            name = self.names.get(n) or self._name_of(n) or hint
            name = base = re.sub(r"\W", "_", name)
            count = 1
            while name in taken:
                count += 1
                name = f"{base}_{count}"
            taken.add(name)
            table[n] = (name, "")  # nested fields come first
            written = text()
            del table[n]
            table[n] = (name, written)
        return table[n][0]

    def _name_of(self, n):
        if n is self.step:
            return "step"
        if (
            n.op == "*"
            and n.value == 1
            and len(n.args) == 1
            and n.args[0][0].op == "sym"
            and n.args[0][1] == -1
        ):
            return "per_" + n.args[0][0].value
        return n.value if n.op == "sym" else None

    def constant(self, n, hint):
        """Text for a node that depends on parameters and the step alone."""
        if n.op == "num":
            return _literal(n.value)
        return "k->" + self._field(
            self.constants, "constants", n, hint, lambda: _Constant(self, hint).text(n)
        )

    def function_of_v(self, n, phase, hint):
        """Text for a function of V in a phase of the step: its field, switched where a table cannot be."""
        table, kind, at = (self.gates, "gates", "g") if phase == "gates" else (self.currents, "currents", "c")
        for relation in self._unaligned(n) if self.tabled else ():
            self.lifted.add(relation)
            if len(self._unaligned(n)) > 4:
                raise ImportError_("a function of V has more than four switches that no table can hold")
            sides = [
                (
                    self.function_of_v(E.replace(n, {relation: side}), phase, hint)
                    if self._is_v(E.replace(n, {relation: side}))
                    else self.constant(E.replace(n, {relation: side}), hint)
                )
                for side in (E.TRUE, E.FALSE)
            ]
            return f"({_Step(self, phase, hint).text(relation)} ? {sides[0]} : {sides[1]})"
        return f"{at}->" + self._field(table, kind, n, hint, lambda: self.functions[kind].put(n, hint))

    def potential(self, phase):
        if phase != "gates":
            return "v"
        return "g->" + self._field(self.gates, "gates", self.v, "V", lambda: "v")

    def _unaligned(self, n):
        """Relations inside n that change at a V which is not a multiple of 1/2 mV for all parameters."""
        found = []
        for r in E.walk(n):
            if r.op in E.RELATIONS and r.mask & self.v.mask:
                difference = E.sub(r.args[0], r.args[1])
                slope = E.derivative(difference, self.v)
                if slope.op == "num" and slope.value and not (difference.mask & ~self.v.mask):
                    at = -E.evaluate(difference, {self.v.value: 0.0}) / slope.value
                    if abs(2 * at - round(2 * at)) < 1e-9:
                        continue
                found.append(r)
        return found

    # ---- the text ----

    def _write(self):
        m = self.model
        fast = m.fast_current()
        iion = m.iion
        body, updates = [], []
        gates = [r for r in m.rates if r.kind == "gate"]
        for r in gates:
            part = self._of_start(E.part(E.mul(self.step, r.b)), r.name + "_part")
            if r.stands:  # a / b is 0 / 0 where it does
                gain = self._of_start(E.mul(r.a, self._far(r.b)), r.name + "_gain")
                body.append(f"s->{r.name} = iso_fma(-{part}, s->{r.name}, {gain}) + s->{r.name};")
                continue
            inf = self._of_start(E.div(r.a, r.b), r.name + "_inf")
            body.append(f"s->{r.name} = iso_fma({part}, {inf} - s->{r.name}, s->{r.name});")
        mixed = [r for r in m.rates if r.kind == "mixed"]
        if mixed:
            phase = _Step(self, "gates", "")
            later = [self._exponential(phase, r) for r in mixed]
            body += ["{"] + phase.lines + later + ["}"]
        phase = _Step(self, "currents", "I_ion")
        self.nfast, self.product = 0, "R(0.0)"
        if fast:
            self.fast_name, factor, powers, iion = fast
            phase.hint = self.fast_name
            factors = [phase.text(factor)] + [f"s->{g}" for g in powers]
            phase.lines += [f"fast[{i}] = {t};" for i, t in enumerate(factors)]
            self.nfast = len(factors)
            self.product = " * ".join(
                ["f[0]"]
                + [
                    "(" + " * ".join([f"f[{i + 1}]"] * e) + ")" if e > 1 else f"f[{i + 1}]"
                    for i, e in enumerate(powers.values())
                ]
            )
        phase.hint = "I_ion"
        slow = phase.text(iion)
        for r in m.rates:
            if r.kind == "euler":
                phase.hint = r.name
                rate = phase.text(r.slope)
                step = self.constant(self.step, "step")
                phase.lines.append(f"const real d_{r.name} = {rate};")
                updates.append(f"s->{r.name} = iso_fma({step}, d_{r.name}, s->{r.name});")
            elif r.kind in ("linear", "tangent"):
                updates.append(self._exponential(phase, r))
            elif r.kind == "coupled" and r.group[0] == r.name:
                updates += self._coupled(phase, r)
        total = f"{self.name}_fast(fast) + ({slow})" if fast else slow
        phase.lines.append(f"const real total = {total};")
        self.step_body = body + phase.lines + updates + ["return total;"]
        if not self.gates:
            self.potential("gates")
        if not self.currents:
            self._field(self.currents, "currents", self.v, "V", lambda: "v")
        self.constant(self.step, "step")

    def _of_start(self, n, hint):
        return self.constant(n, hint) if self._is_c(n) else self.function_of_v(n, "gates", hint)

    def _exponential(self, phase, r):
        """x' = a - b x over a step with a and b constant: x += step x' (1 - exp(-step b)) / (step b)."""
        phase.hint = r.name
        rate = phase.text(r.slope)
        phase.lines.append(f"const real d_{r.name} = {rate};")
        far = phase.text(self._far(r.b))
        phase.lines.append(f"const real far_{r.name} = {far};")
        return f"s->{r.name} = iso_fma(far_{r.name}, d_{r.name}, s->{r.name});"

    def _far(self, b):
        """(1 - exp(-step b)) / b"""
        return E.div(self.step, E.xoe(E.neg(E.mul(self.step, b))))

    def _coupled(self, phase, first):
        """States x of a group: (1 - step J) dx = step x', by elimination without exchanges. A column of J whose
        diagonal is not negative is left out: J may be any matrix for first order, what columns conserve is
        conserved without some of them, and with it the pivots might vanish."""
        group, n = first.group, len(first.group)
        slope = {r.name: r.slope for r in self.model.rates}
        step = self.constant(self.step, "step")
        right, matrix = [], {}
        for name in group:
            phase.hint = name
            phase.lines.append(f"const real d_{name} = {phase.text(slope[name])};")
            right.append(phase.local(f"rise_{name}", f"{step} * d_{name}"))
        for j, name in enumerate(group):
            phase.hint = name
            if E.is_num(first.jacobian[j, j], 0):
                matrix[j, j] = None
                continue
            own = phase.short(first.jacobian[j, j])
            used = phase.local(f"h_{name}", f"{own} < R(0.0) ? {step} : R(0.0)")
            for i in range(n):
                if i == j:
                    matrix[i, j] = phase.local(f"pivot_{name}", f"iso_fma(-{used}, {own}, R(1.0))")
                elif not E.is_num(first.jacobian[i, j], 0):
                    entry = phase.factor(first.jacobian[i, j])
                    matrix[i, j] = phase.local(f"to_{group[i]}", f"-{used} * {entry}")
        return self._eliminated(phase, group, matrix, right)

    @staticmethod
    def _eliminated(phase, group, matrix, right):
        """Lines that add the solution. matrix {(i, j): text} without zeros, None for 1 on the diagonal."""
        left, order = set(range(len(group))), []
        while left:

            def fill(p):
                rows = [i for i in left if i != p and (i, p) in matrix]
                return sum((i, j) not in matrix for i in rows for j in left if j != p and (p, j) in matrix), p

            p = min(left, key=fill)
            left.remove(p)
            order.append(p)
            pivot = matrix[p, p]
            inverse = phase.local(f"per_{group[p]}", f"R(1.0) / {pivot}") if pivot else None
            matrix[p, p] = inverse
            for i in sorted(left):
                if (i, p) not in matrix:
                    continue
                factor = matrix[i, p] if not inverse else f"{matrix[i, p]} * {inverse}"
                factor = phase.local("share", factor)
                for j in sorted(left):
                    if (p, j) not in matrix:
                        continue
                    old = matrix.get((i, j))
                    old = "R(1.0)" if (i, j) in matrix and old is None else old
                    product = f"-{factor} * {matrix[p, j]}"
                    matrix[i, j] = phase.local(
                        "left", f"iso_fma(-{factor}, {matrix[p, j]}, {old})" if old else product
                    )
                right[i] = phase.local("rise", f"iso_fma(-{factor}, {right[p]}, {right[i]})")
        solution = {}
        for k in reversed(range(len(order))):
            p = order[k]
            text = right[p]
            for j in order[k + 1 :]:
                if (p, j) in matrix:
                    text = f"iso_fma(-{matrix[p, j]}, {solution[j]}, {text})"
            text = f"{text} * {matrix[p, p]}" if matrix[p, p] else text
            solution[p] = phase.local(f"change_{group[p]}", text)
        return [f"s->{name} += {solution[i]};" for i, name in enumerate(group)]

    def header(self):
        m, name = self.model, self.name
        guard = f"ISO_KERNELS_MODELS_{name.upper()}_H"
        kinds = {
            kind: [r.name for r in m.rates if r.kind == kind]
            for kind in ("gate", "mixed", "linear", "tangent", "coupled", "euler")
        }
        scheme = ["gates whose rates depend on V alone by Rush-Larsen"] if kinds["gate"] else []
        if kinds["mixed"]:
            scheme.append(
                "those whose rates depend on more likewise, with the other states of the step's start"
            )
        if kinds["linear"]:
            scheme.append("states that are linear in themselves by the exponential")
        if kinds["tangent"]:
            scheme.append("fast ones that are not by the exponential along the tangent")
        if kinds["coupled"]:
            scheme.append("fast ones that exchange something together, by one linear implicit step")
        if kinds["euler"]:
            scheme.append("the rest by forward Euler")
        comment = (
            f"Imported from {self.source} (CellML model {m.document.name}) by scripts/import_cellml.py. "
            "Values and units of states and parameters are the file's.\n\nTime scheme: "
            + "; ".join(scheme)
            + ". All but the first are of first order where states are coupled."
        )
        lines = [
            self._comment(comment),
            f"#ifndef {guard}",
            f"#define {guard}",
            "",
            '#include "kernels/math.h"',
        ] + ['#include "kernels/trigonometry.h"'] * self.trigonometric + [
            "",
        ]
        o = m.options
        title = o.title or f"{m.document.name}, imported from CellML"
        paper = o.paper or f"imported from {self.source}"
        lines += [
            self._macro(f"{name}_TITLE", [self._string(title)]),
            self._macro(f"{name}_PAPER", [self._string(paper)]),
            f"#define {name}_VM_REST ({m.vm_rest!r})",
            f"#define {name}_ACTIVATION ({self.activation()!r})",
            f"#define {name}_MAX_STEP {self.max_step():g}",
            f"#define {name}_NFAST {self.nfast}",
            f"#define {name}_TABLED {int(self.tabled)}",
            "",
        ]
        lines += [
            self._macro(f"{name}_STATES(X)", [self._state(k, q) for k, q in m.state_table.items()]),
            "",
        ]
        lines += [
            self._macro(f"{name}_PARAMETERS(X)", [self._quantity(k, q) for k, q in m.parameters.items()]),
            "",
        ]
        lines += [
            f'#define {name}_VARIANTS(X) X(standard, "as in the file")',
            f"#define {name}_CHANGES_standard(X)",
            "",
        ]
        lines += [
            self._macro(f"{name}_CONSTANTS(X)", [f"X({f}, {t})" for f, t in self.constants.values()]),
            "",
        ]
        lines += [self._macro(f"{name}_GATES(X)", [f"X({f})" for f, _ in self.gates.values()]), ""]
        lines += [self._macro(f"{name}_CURRENTS(X)", [f"X({f})" for f, _ in self.currents.values()]), ""]
        lines += [f"#define ISO_MODEL {name}", '#include "kernels/model_types.h"', ""]
        lines += (
            self._function_of_v("gates", self.gates)
            + [""]
            + self._function_of_v("currents", self.currents)
            + [""]
        )
        f0 = "" if self.nfast else "  (void)f;\n"
        what = f"{self.fast_name}, from its driving force and gates" if self.nfast else "None is named"
        lines += [
            f"/* {what}. */",
            f"ISO_INLINE real {name}_fast(const real f[]) {{\n{f0}  return {self.product};\n}}",
            "",
        ]
        body = self.step_body
        text = "\n".join(body)
        unused = [
            f"  (void){p};"
            for p, pattern in (
                ("k", r"k->"),
                ("g", r"g->"),
                ("c", r"c->"),
                ("v", r"\bv\b"),
                ("fast", r"\bfast\b"),
            )
            if not re.search(r"(?<!->)" + pattern, text)
        ]
        lines += [
            "/* Advances one cell; v is where the currents are taken. Returns the ionic current in uA/uF. */",
            f"ISO_INLINE real {name}_step(const {name}_constants *k, const {name}_gates *g, "
            f"const {name}_currents *c, real v, {name}_state *s, real fast[]) {{",
        ] + unused
        lines += [self._wrap("  " + b) for b in body] + ["}", "", "#endif", ""]
        return "\n".join(lines)

    def max_step(self):
        """As asked, or of steps of 1, 2 or 5 times a power of ten, which divide pulses of whole milliseconds."""
        return self.model.largest_step()[0]

    def activation(self):
        """mV that V rises through where a cell counts as activated: as asked, 0 mV as is usual, or half way between the
        rest and the peak of a potential that runs from 0 to 1, whether the file calls it a number or mV."""
        o = self.model.options
        if o.activation is not None:
            return o.activation
        if o.potential:
            return 0.5 * (o.potential[0] + o.potential[1])
        return 0.5 if 0 <= self.model.vm_rest < 0.5 else 0.0

    def _state(self, name, q):
        """With what it is, where its unit says so."""
        text = self._quantity(name, q)
        return text[:-1] + ", ISO_CONCENTRATION)" if q[0] == "mM" and q[1] >= 0 else text

    def _quantity(self, name, q):
        unit, value, meaning = q
        return f"X({name}, {self._string(unit)}, {value!r}, {self._string(meaning)})"

    @staticmethod
    def _string(text):
        return '"' + text.replace("\\", "").replace('"', "'") + '"'

    @staticmethod
    def _comment(text):
        text = text.replace("*/", "* /")
        parts = [textwrap.wrap(p, _WIDTH - 3) for p in text.split("\n")]
        return "/* " + "\n * ".join(line for p in parts for line in (p or [""])).replace(" \n", "\n") + " */"

    @staticmethod
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

    @staticmethod
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

    def _function_of_v(self, kind, table):
        name = f"{self.name}_{kind}"
        lines = list(self.functions[kind].lines)
        body = "\n".join(
            self._wrap("  " + line)
            for line in lines + [f"r.{field} = {text};" for field, text in table.values()]
        )
        unused = "" if "k->" in body else "  (void)k;\n"
        unused += "" if re.search(r"\bv\b", body) else "  (void)v;\n"
        return [
            f"ISO_INLINE {name} {name}_at(const {self.name}_constants *k, real v) {{",
            f"{unused}  {name} r;",
            body,
            "  return r;",
            "}",
        ]


class _Text:
    """Expressions as C. leaf(n) gives the text of nodes that are not to be written out."""

    def __init__(self, writer, hint):
        self.writer, self.hint, self.lines, self.locals, self.taken = writer, hint, [], {}, set()

    def leaf(self, n):
        raise NotImplementedError

    def parts_of_sum(self, n):
        return [(t, c) for t, c in n.args], n.value

    def grouped(self, n):
        """Terms or factors of n, those that are constant or a function of V gathered in one node."""
        return n

    def local(self, name, text):
        name = base = name if not re.match(r"(d|far)_", name) else name + "_"
        count = 1
        while name in self.taken or name in ("k", "g", "c", "v", "s", "r", "fast", "total", "p"):
            count += 1
            name = f"{base}_{count}"
        self.taken.add(name)
        self.lines.append(f"const real {name} = {text};")
        return name

    def text(self, n):
        return self._text(n)[0]

    def atom(self, n):
        text, tight = self._text(n)
        return text if tight == 3 else f"({text})"

    def factor(self, n):
        text, tight = self._text(n)
        return text if tight >= 2 else f"({text})"

    def _text(self, n):
        """(text, how tightly it binds: 3 atom, 2 product, 1 sum, 0 choice)"""
        known = self.locals.get(n)
        if known:
            return known, 3
        leaf = self.leaf(n)
        if leaf is not None:
            return leaf, 3
        if n.op == "let":
            text = self.text(n.args[0])
            self.locals[n] = self.local(n.value, text)
            return self.locals[n], 3
        if n.op == "+":
            return self._sum(n), 1
        if n.op == "*":
            return self._product(n), 2
        if n.op in ("exp", "log"):
            return f"iso_{n.op}({self.text(n.args[0])})", 3
        if n.op in E.TRIGONOMETRIC:
            self.writer.trigonometric = True
            return f"iso_{n.op}({self.text(n.args[0])})", 3
        if n.op == "xoe":
            return f"iso_x_over_expm1({self.text(n.args[0])})", 3
        if n.op == "part":
            return f"-iso_expm1({self.text(E.neg(n.args[0]))})", 2
        if n.op == "pow":
            return f"iso_exp({self.factor(n.args[1])} * iso_log({self.text(n.args[0])}))", 3
        if n.op == "cond":
            return f"({self.text(n.args[0])} ? {self.text(n.args[1])} : {self.text(n.args[2])})", 3
        if n.op in E.RELATIONS:
            return f"({self.text(n.args[0])} {n.op} {self.text(n.args[1])})", 3
        if n.op in ("and", "or"):
            return "(" + (" & " if n.op == "and" else " | ").join(self.text(a) for a in n.args) + ")", 3
        if n.op == "not":
            return f"!{self.text(n.args[0])}", 3
        raise ImportError_(f"<{n.op}> is left in {self.hint}: kernels have no such function")

    def _sum(self, n):
        terms, constant = self.terms(n)
        signed = [(c < 0, self._scaled(t, abs(c))) for t, c in terms]
        if constant:
            signed.append((constant < 0, _literal(abs(constant))))
        signed.sort(key=lambda item: item[0])  # a sum does not begin with a minus if it need not
        text = ("-" if signed[0][0] else "") + signed[0][1]
        return text + "".join((" - " if negative else " + ") + one for negative, one in signed[1:])

    def _scaled(self, n, c):
        if c == 1:
            return self.factor(n)
        whole = E.mul(E.num(c), n)
        return (
            self._product(whole)
            if whole.op == "*" and n.op == "*" and n not in self.locals and self.leaf(n) is None
            else f"{_literal(c)} * {self.factor(n)}"
        )

    def _product(self, n):
        above, below = [], []
        coefficient, pairs = self.factors(n)
        for base, e in pairs:
            (above if e > 0 else below).append(self._power(base, abs(e)))
        if abs(coefficient) != 1 or not above:
            above.insert(0, _literal(abs(coefficient)))
        text = " * ".join(above)
        if below:
            text += " / " + (below[0] if len(below) == 1 else "(" + " * ".join(below) + ")")
        return "-" + text if coefficient < 0 else text

    def _power(self, base, e):
        if e == 1:
            return self.atom(base)
        if e == 0.5:
            return f"iso_sqrt({self.text(base)})"
        if e != int(e) or e > 16:
            return f"iso_exp({_literal(e)} * iso_log({self.text(base)}))"
        b = self.short(base)
        if e <= 3:
            return "(" + " * ".join([b] * int(e)) + ")"
        half = self._power_of(b, int(e) // 2)
        return f"({half} * {half}" + (f" * {b})" if e % 2 else ")")

    def _power_of(self, b, e):
        if e <= 3:
            return "(" + " * ".join([b] * e) + ")" if e > 1 else b
        half = self._power_of(b, e // 2)
        return f"({half} * {half}" + (f" * {b})" if e % 2 else ")")

    def short(self, n):
        """Text that may be repeated."""
        text = self.atom(n)
        if re.fullmatch(r"[\w>.-]+", text):
            return text
        if n not in self.locals:
            self.locals[n] = self.local("x", text)
        return self.locals[n]

    def terms(self, n):
        return list(n.args), n.value

    def factors(self, n):
        return n.value, list(n.args)


class _Constant(_Text):
    """In the table of constants: parameters p->, earlier constants k., the step."""

    def __init__(self, writer, hint):
        super().__init__(writer, hint)
        self.top = True

    def leaf(self, n):
        top, self.top = self.top, False
        if n.op == "num":
            return _literal(n.value)
        if n.op == "sym":
            return (
                "step"
                + (
                    ""
                    if self.writer.model.ms_per_unit == 1
                    else f" / {_literal(self.writer.model.ms_per_unit)}"
                )
                if n is self.writer.step
                else f"p->{n.value}"
            )
        if not top and n in self.writer.names:
            return "k." + self.writer.constant(n, self.hint)[3:]
        return None

    def short(self, n):
        text = self.atom(n)
        if re.fullmatch(r"[\w>.-]+", text):
            return text
        return "k." + self.writer.constant(n, self.hint)[3:]

    def _text(self, n):
        text, tight = super()._text(n)
        return (text, 2) if n is self.writer.step and "/" in text else (text, tight)


class _Table(_Text):
    """In a function of V: the named values that its fields share, and the fields."""

    def __init__(self, writer):
        super().__init__(writer, "")
        self.root = None

    def put(self, n, hint):
        self.root, self.hint = n, hint
        return self.text(n)

    def leaf(self, n):
        if n is self.writer.v:
            return "v"
        if n.op in ("num", "sym") or (
            self.writer._is_c(n) and n.op not in E.RELATIONS and n.op not in ("and", "or", "not", "bool")
        ):
            return self.writer.constant(n, self.hint)
        if n in self.writer.names and n is not self.root:
            root, self.root = self.root, n
            text = self.text(n)
            self.root = root
            self.locals[n] = self.local(self.writer.names[n], text)
            return self.locals[n]
        return None

    def terms(self, n):
        return _gather_sum(n, self.writer._is_c)

    def factors(self, n):
        return _gather_product(n, self.writer._is_c)


class _Step(_Text):
    """In the step: states s->, functions of V c-> or, among the gates, g->."""

    def __init__(self, writer, phase, hint):
        super().__init__(writer, hint)
        self.phase = phase

    def leaf(self, n):
        w = self.writer
        if n.op in E.RELATIONS or n.op in ("and", "or", "not", "bool"):
            return None
        if w._is_c(n):
            return w.constant(n, self.hint)
        if n is w.v:
            return w.potential(self.phase)
        if n.op == "sym":
            return f"s->{n.value}"
        if w._is_v(n) and not w._is_cheap(n):
            return w.function_of_v(n, self.phase, self.hint + "_v")
        return None

    def terms(self, n):
        w = self.writer
        dear = any(w._is_v(t) and not w._is_cheap(t) for t, _ in n.args)
        return _gather_sum(n, (lambda t: w._is_c(t) or w._is_v(t)) if dear else w._is_c)

    def factors(self, n):
        w = self.writer
        dear = any(w._is_v(b) and not w._is_cheap(E.product([(b, e)])) for b, e in n.args)
        return _gather_product(n, (lambda b: w._is_c(b) or w._is_v(b)) if dear else w._is_c)


def _gather_sum(n, belongs):
    """Terms of a sum, those that belong as one, and the constant that is left."""
    own = [(t, c) for t, c in n.args if belongs(t)]
    rest = [(t, c) for t, c in n.args if not belongs(t)]
    if not own or not rest:
        return (rest, n.value) if not own else (own, n.value)
    if len(own) == 1 and not n.value:
        return list(n.args), 0.0
    gathered = E.add(E.num(n.value), *[E.mul(E.num(c), t) for t, c in own])
    return rest + [(gathered, 1.0)], 0.0


def _gather_product(n, belongs):
    own = [(b, e) for b, e in n.args if belongs(b)]
    rest = [(b, e) for b, e in n.args if not belongs(b)]
    if not own or not rest:
        return n.value, rest or own
    if len(own) == 1 and own[0][1] == 1 and own[0][0].op == "sym":
        return n.value, own + rest
    gathered = E.product([(E.num(n.value), 1)] + own)
    return 1.0, [(gathered, 1)] + rest
