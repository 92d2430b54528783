"""What of a model is computed where: constants, functions of V, and the step. header.py writes it."""

import re

from . import ImportError_, expr as E
from .guard import Guard
from .model import STEP
from .text import ConstantText, StepText, TableText, literal

_TABLE_FROM = 6  # so many exponentials and logarithms of V are dearer than a table


class Writer:
    def __init__(self, model, name, source):
        self.model, self.name, self.source = model, name, source
        self.v, self.step = model.v, STEP
        self.varying = model.v.mask | model.state_mask
        self.constants, self.gates, self.currents = {}, {}, {}  # node -> (field, text)
        self.used = {"constants": set(), "gates": set(), "currents": set()}
        self.functions = {"gates": TableText(self), "currents": TableText(self)}
        self._name_nodes()
        roots = [model.iion] + [r.slope for r in model.rates]
        costly = [n for n in E.walk(*roots) if n.op in ("exp", "log", "xoe", "pow") + E.TRIGONOMETRIC and self.is_v(n)]
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

    def is_c(self, n):
        return not n.mask & self.varying

    def is_v(self, n):
        return bool(n.mask & self.v.mask) and not n.mask & self.model.state_mask

    def is_cheap(self, n):
        """Whether a function of V is better evaluated than looked up."""
        if n is self.v or self.is_c(n):
            return True
        if n.op == "+":
            return len(n.args) <= 2 and all(self.is_cheap(t) for t, _ in n.args)
        if n.op == "*":
            of_v = [(b, e) for b, e in n.args if not self.is_c(b)]
            return len(of_v) == 1 and of_v[0][1] in (1, 2) and self.is_cheap(of_v[0][0])
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
            return literal(n.value)
        return "k->" + self._field(
            self.constants, "constants", n, hint, lambda: ConstantText(self, hint).text(n)
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
                    if self.is_v(E.replace(n, {relation: side}))
                    else self.constant(E.replace(n, {relation: side}), hint)
                )
                for side in (E.TRUE, E.FALSE)
            ]
            return f"({StepText(self, phase, hint).text(relation)} ? {sides[0]} : {sides[1]})"
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
            phase = StepText(self, "gates", "")
            later = [self._exponential(phase, r) for r in mixed]
            body += ["{"] + phase.lines + later + ["}"]
        phase = StepText(self, "currents", "I_ion")
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
        return self.constant(n, hint) if self.is_c(n) else self.function_of_v(n, "gates", hint)

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
