"""One beat of a model by the time scheme that its header gets: which states are stiff, and which steps hold."""

import math

from . import expr as E

STEPS = (0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001)  # in ms, candidates for the largest step
DURATION = 500.0  # of the beat, ms
PULSE = (50.0, 1.0)  # uA/uF from the start for so many ms: Vm rises by 50 mV
STIFF = 1.0  # per ms: forward Euler at 0.1 ms is stable up to 20
_SAMPLE = 0.5  # ms between looks at rates, after the first ones
_FIRST = 20.0  # ms in which rates are looked at in every step


class Beat:
    """rates: those of the model, each with slope and, unless it is of kind euler, b or a group's jacobian."""

    def __init__(self, model, rates):
        self.model, self.rates = model, rates
        self.names = [r.name for r in rates]
        at = {name: i for i, name in enumerate(self.names)}
        self.start = [model.values[name] for name in self.names]
        inputs = [model.v] + [E.sym(name) for name in self.names]
        phases = {"gate": [], "mixed": []}
        self.rest, self.groups, outputs = [], [], [model.iion]
        for i, r in enumerate(rates):
            if r.kind in phases:
                phases[r.kind].append(i)
            elif r.kind != "coupled":
                self.rest.append((i, len(outputs)))
                outputs += [r.slope, r.b if r.b is not None else E.ZERO]
            elif r.group[0] == r.name:
                n = len(r.group)
                self.groups.append(([at[name] for name in r.group], len(outputs)))
                outputs += [rates[at[name]].slope for name in r.group]
                outputs += [r.jacobian[a, b] for a in range(n) for b in range(n)]
        self.early = [
            (chosen, _compiled([n for i in chosen for n in (rates[i].slope, rates[i].b)], inputs, model.values))
            for chosen in phases.values()
            if chosen
        ]
        self.late = _compiled(outputs, inputs, model.values)

    def run(self, step, look=None):
        """(least, most, mean) of Vm and of every state over a beat in steps of so many ms, or None if one leaves
        the finite numbers. look: called with the group or state and its largest rate in 1/ms."""
        h, y, vm = step / self.model.ms_per_unit, list(self.start), self.model.vm_rest
        before, count = vm, round(DURATION / step)
        least, most, total = [vm] + y, [vm] + y, [0.0] * (len(y) + 1)
        for n in range(count):
            for chosen, function in self.early:
                out = function([vm] + y)
                for k, i in enumerate(chosen):
                    y[i] += out[2 * k] * _far(h, out[2 * k + 1])
            out = self.late([1.5 * vm - 0.5 * before] + y)
            if look and (n * step < _FIRST or n % max(1, round(_SAMPLE / step)) == 0):
                self._look(out, look)
            for i, k in self.rest:
                y[i] += out[k] * _far(h, out[k + 1])
            for members, k in self.groups:
                for i, d in zip(members, _solve(h, len(members), out, k)):
                    y[i] += d
            before = vm
            vm += step * ((PULSE[0] if n * step < PULSE[1] - 1e-9 else 0.0) - out[0])
            now = [vm] + y
            if not all(math.isfinite(x) and abs(x) < 1e30 for x in now):
                return None
            least = [min(a, b) for a, b in zip(least, now)]
            most = [max(a, b) for a, b in zip(most, now)]
            total = [a + b for a, b in zip(total, now)]
        return least, most, [x / count for x in total]

    def _look(self, out, look):
        per_ms = 1 / self.model.ms_per_unit
        for i, k in self.rest:
            look(i, abs(out[k + 1]) * per_ms)
        for members, k in self.groups:
            n = len(members)
            rows = [[abs(x) for x in out[k + n + a * n : k + 2 * n + a * n]] for a in range(n)]
            norm = min(max(map(sum, rows)), max(map(sum, zip(*rows))))
            for i in members:
                look(i, norm * per_ms)


def fastest_rates(beat):
    """{name: largest rate, 1/ms} over a beat, of states that are not gates; None where the beat does not hold."""
    fastest = {}

    def look(i, rate):
        name = beat.names[i]
        fastest[name] = max(fastest.get(name, 0.0), rate)

    return fastest if beat.run(0.05, look) else None


def largest_step(beat):
    """(ms, whether it holds): the largest of STEPS at which a beat is finite and near the one at the next."""
    runs = {}

    def run(step):
        if step not in runs:
            runs[step] = beat.run(step)
        return runs[step]

    for step, finer in zip(STEPS, STEPS[1:]):
        if _near(run(step), run(finer)):
            return step, True
    return STEPS[-1], False


def _near(coarse, fine):
    """Whether extremes of each state differ by at most a tenth, and means by a twentieth, of its range: what an
    action potential of first order loses by a step, and far less than instability makes of it."""
    if coarse is None or fine is None:
        return False
    for least, most, mean, l0, m0, mean0 in zip(*coarse, *fine):
        room = 1e-6 * max(abs(l0), abs(m0))
        span = m0 - l0
        if max(abs(least - l0), abs(most - m0)) > 0.1 * span + room or abs(mean - mean0) > 0.05 * span + room:
            return False
    return True


def _far(h, b):
    """(1 - exp(-h b)) / b"""
    z = h * b
    return h if abs(z) < 1e-12 else -math.expm1(min(-z, 700.0)) / b


def _solve(h, n, out, k):
    """x of (1 - h J) x = h d, where columns of J whose diagonal is not negative count as 0."""
    a = []
    for i in range(n):
        row = [-h * out[k + n + i * n + j] if out[k + n + j * n + j] < 0 else 0.0 for j in range(n)]
        row[i] += 1.0
        a.append(row + [h * out[k + i]])
    for p in range(n):
        for i in range(p + 1, n):
            if a[i][p]:
                factor = a[i][p] / a[p][p] if a[p][p] else math.nan
                for j in range(p, n + 1):
                    a[i][j] -= factor * a[p][j]
    x = [0.0] * n
    for i in reversed(range(n)):
        rest = a[i][n] - sum(a[i][j] * x[j] for j in range(i + 1, n))
        x[i] = rest / a[i][i] if a[i][i] else math.nan
    return x


def _compiled(nodes, inputs, values):
    """Function of a list of numbers for the inputs that returns the nodes' values."""
    varying, names, lines, memo = 0, {}, [], {}
    for k, n in enumerate(inputs):
        varying |= n.mask
        names[n] = f"x{k}"
    for n in E.walk(*nodes):
        if n in names:
            continue
        if not n.mask & varying:
            names[n] = repr(E.evaluate(n, values, memo))
        elif n.op == "let":
            names[n] = names[n.args[0]]
        else:
            lines.append(f"    t{len(lines)} = {_python(n, [names[p] for p in n.parts()])}")
            names[n] = f"t{len(lines) - 1}"
    text = "def f(x):\n    " + ", ".join(f"x{k}" for k in range(len(inputs))) + ", = x\n"
    text += "\n".join(lines) + "\n    return [" + ", ".join(names[n] for n in nodes) + "]\n"
    space = {name: getattr(math, name) for name in ("exp", "expm1", "log", "pow", "floor", "nan", "inf", "sin", "cos")}
    space.update(arctan=math.atan, arccos=lambda x: math.acos(max(-1.0, min(1.0, x))))
    exec(compile(text, "beat", "exec"), space)
    fast, symbols = space["f"], [n.value for n in inputs]

    def safe(x):
        try:
            return fast(x)
        except (ZeroDivisionError, OverflowError, ValueError):  # maybe in a branch that is not taken
            known, memo = {**values, **dict(zip(symbols, x))}, {}
            return [E.evaluate(n, known, memo) for n in nodes]

    return safe


def _python(n, a):
    if n.op == "+":
        return " + ".join([repr(n.value)] + [f"{c!r} * {x}" for x, (_, c) in zip(a, n.args)])
    if n.op == "*":
        powers = [(x, e) for x, (_, e) in zip(a, n.args)]
        return " * ".join(
            [repr(n.value)]
            + [x if e == 1 else f"({x}) ** {e!r}" if e == int(e) else f"pow({x}, {e!r})" for x, e in powers]
        )
    if n.op in ("exp", "log"):
        return f"exp({a[0]} if {a[0]} < 709.0 else 709.0)" if n.op == "exp" else f"log({a[0]})"
    if n.op == "xoe":
        return f"({a[0]} / expm1({a[0]} if {a[0]} < 709.0 else 709.0) if {a[0]} else 1.0)"
    if n.op == "pow":
        return f"pow({a[0]}, {a[1]})"
    if n.op == "cond":
        return f"({a[1]} if {a[0]} else {a[2]})"
    if n.op in E.RELATIONS:
        return f"{a[0]} {n.op} {a[1]}"
    if n.op in ("and", "or"):
        return f" {n.op} ".join(f"({x})" for x in a)
    return f"not ({a[0]})" if n.op == "not" else f"{n.op}({a[0]})"
