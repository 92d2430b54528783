"""From a CellML document to what a model's header needs: the potential, the stimulus, gates, and rates."""

import math
import re

from . import ImportError_, beat as B, expr as E
from .guard import Guard
from .units import SECOND, VOLT, label

_STIMULUS = re.compile(r"(i|j)?_*stim(ulus)?(_*(current|i))?", re.IGNORECASE)
_POTENTIAL = re.compile(
    r"v|v_?m|e_?m?|membrane_potential|membrane_v|transmembrane_potential|potential|u", re.IGNORECASE
)
_FAST = re.compile(r"i_?na(_?f(ast)?)?$", re.IGNORECASE)
_RESERVED = set(
    """auto break case char const continue default do double else enum extern float for goto if inline int
long register restrict return short signed sizeof static struct switch typedef union unsigned void volatile
while real vm X R asm typeof unix linux""".split()
)
# Nodes for Vm in mV and the step in the file's unit of time; no variable is called that.
V, STEP = E.sym("Vm [mV]"), E.sym("step")


class Rate:
    """One state but the potential: how it is advanced.

    kind: gate (rates of V alone), mixed (of V and states), linear, tangent, coupled or euler. slope is its
    derivative; of the first three, slope = a - b x; of the fourth, b is minus the slope's derivative where that is
    negative, else 0. Coupled states are advanced together: group names them, and jacobian[i, j] is the derivative
    of the i-th one's slope by the j-th. stands: b of a gate vanishes at some V."""

    def __init__(self, name, kind, slope, a=None, b=None, group=None, jacobian=None, stands=False):
        self.name, self.kind, self.slope, self.a, self.b = name, kind, slope, a, b
        self.group, self.jacobian, self.stands = group, jacobian, stands


class Model:
    """v: symbol of Vm in mV; states, parameters: {name: (unit, value, meaning)}; rates; iion; notes."""

    def __init__(self, document, options):
        self.document, self.options = document, options
        self._name_variables()
        self._find_time()
        self.stimulus, self.cut = None, set()
        self._graph(opaque=False)
        self._find_stimulus()
        self._graph(opaque=False)
        self._find_potential()
        self._graph(opaque=True)
        self._stop_protocols()
        self._check_time()
        self._put_potential_in()
        self._sort_states()
        self._soften()
        self._collect_parameters()

    # ---- names and values ----

    def _name_variables(self):
        """Unique C names of source variables: their own name, or with the component in front."""
        sources = [v for v in self.document.variables.values() if v.source is v]
        counts = {}
        for v in sources:
            counts[v.name] = counts.get(v.name, 0) + 1
        self.name_of, self.variable_of = {}, {}
        for v in sources:
            name = v.name if counts[v.name] == 1 else f"{v.component}_{v.name}"
            name = re.sub(r"\W", "_", name, flags=re.ASCII)
            name = ("x_" + name) if name[0].isdigit() else name
            while name in _RESERVED or name in self.variable_of:
                name += "_"
            self.name_of[v], self.variable_of[name] = name, v

    def initial(self, v):
        """Number of initial_value, which may name another variable of the component."""
        seen = []
        while True:
            try:
                x = float(v.initial)
                if not math.isfinite(x):
                    raise ImportError_(f"initial_value '{v.initial}' of {v} is not finite")
                return x
            except ValueError:
                other = self.document.variables.get((v.component, v.initial))
                if other is None or other in seen or other.source.initial is None:
                    raise ImportError_(f"initial_value '{v.initial}' of {v} is not a number") from None
                seen.append(other)
                v = other.source

    def _find_time(self):
        time = self.document.time
        if time is None:
            raise ImportError_("there are no differential equations")
        if time.units[1] != SECOND:
            raise ImportError_(f"time is {time} in {time.unit_name}, not a unit of time")
        self.ms_per_unit = time.units[0] / 1e-3
        for v in self.document.odes:
            if v.initial is None:
                raise ImportError_(f"{v} has a derivative but no initial_value")

    # ---- the graph ----

    def _graph(self, opaque):
        """Slopes of states and nodes of variables; opaque: algebraic variables that hold states are lets."""
        document, self.node, self.slope = self.document, {}, {}
        self.symbol = {v: E.sym(self.name_of[v]) for v in self.document.odes}
        self.time = E.sym(self.name_of[document.time])
        states = 0
        for n in self.symbol.values():
            states |= n.mask
        open_ = []

        def of_variable(v):
            if v is document.time:
                return self.time
            if v in self.symbol:
                return self.symbol[v]
            if v in self.cut:
                return E.ZERO
            if v not in self.node:
                if v in open_:
                    raise ImportError_(
                        "these variables need one another: "
                        + ", ".join(str(o) for o in open_[open_.index(v) :])
                    )
                if v not in document.equations and v.initial is None:
                    raise ImportError_(f"{v} has neither an equation nor an initial_value")
                if v not in document.equations:
                    self.node[v] = E.sym(self.name_of[v])
                else:
                    open_.append(v)
                    n = self._convert(v, document.equations[v], of_variable, of_derivative)
                    keep = opaque and n.mask & states & ~self.voltage_mask
                    self.node[v] = E.let(self.name_of[v], n) if keep else n
                    open_.pop()
            return self.node[v]

        def of_derivative(v):
            if v not in document.odes:
                raise ImportError_(f"the derivative of {v} is used, but no equation gives it")
            if v not in self.slope:
                self.slope[v] = None
                self.slope[v] = E.mul(
                    E.num(document.per_time[v]),
                    self._convert(v, document.odes[v], of_variable, of_derivative),
                )
            if self.slope[v] is None:
                raise ImportError_(f"the derivative of {v} needs itself")
            return self.slope[v]

        for v in list(document.odes):
            of_derivative(v)
        for v in list(document.equations):
            of_variable(v)

    def _convert(self, v, element, of_variable, of_derivative):
        try:
            return self.document.convert(v.component, element, of_variable, of_derivative)
        except ImportError_ as error:
            text = str(error)
            raise error if "component" in text else ImportError_(f"equation of {v}: {text}") from None

    # ---- stimulus and potential ----

    def _variable_called(self, name, option):
        for v in self.document.variables.values():
            if name in (v.name, f"{v.component}.{v.name}", self.name_of.get(v.source)):
                return v.source
        raise ImportError_(f"{option} {name}: there is no such variable (write NAME or COMPONENT.NAME)")

    def _annotated(self, meaning):
        return [v for v in self.name_of if meaning in v.meanings]

    def _find_stimulus(self):
        """The current that is left out: by option or annotation, else what depends on time alone or is a constant
        of that name."""
        options, document = self.options, self.document
        if options.stimulus:
            found = [self._variable_called(n, "--stimulus") for n in options.stimulus]
        else:
            found = self._annotated("membrane_stimulus_current")
        if not found:
            states = 0
            for n in self.symbol.values():
                states |= n.mask
            forcing = [
                v
                for v in document.equations
                if self.node[v].mask & self.time.mask and not self.node[v].mask & states
            ]
            # What the equations of others than forcing use, whatever helps to compute it; or a constant by name.
            inner = {w for v in forcing for w in forcing if w is not v and self._uses(v, w)}
            found = [v for v in forcing if v not in inner]
            found += [
                v
                for v in self.name_of
                if _STIMULUS.fullmatch(v.name)
                and v not in document.odes
                and v not in inner
                and v not in found
                and not self.node.get(v, E.ZERO).mask & states
            ]
            # Where one is called like a stimulus, what else depends on time is a protocol (_stop_protocols).
            found = [v for v in found if _STIMULUS.fullmatch(v.name)] or found
        self.cut = {v for v in found if v not in document.odes}
        for v in found:
            if v in document.odes:
                raise ImportError_(f"the stimulus {v} is a state")
        self.stimulus = found

    def carriers(self):
        """Names of states other than the potential that the stimulus changes, if through sums of currents."""
        found = {v: True for v in self.stimulus}

        def reached(v):
            if v not in found:
                found[v] = False
                found[v] = any(
                    w in self.stimulus or w in self.document.equations and reached(w) for w in self._named(v)
                )
            return found[v]

        return [self.name_of[v] for v in self.states if reached(v)]

    def _named(self, v):
        """Sources of the variables in the equation of v."""
        element = self.document.odes.get(v)
        element = self.document.equations[v] if element is None else element
        return {self.document._ci(v.component, e).source for e in element.iter() if e.tag.endswith("}ci")}

    def _uses(self, v, w):
        """Whether the equation of v names w itself."""
        return w in self._named(v)

    def _find_potential(self):
        """self.potential: the state; Vm = offset + scale * state in mV, as nodes of parameters."""
        document, options = self.document, self.options
        states = list(self.symbol)
        if options.vm:
            found = [self._variable_called(options.vm, "--vm")]
        else:
            found = self._annotated("membrane_voltage")
        if not found:

            def candidates(volts):
                return [
                    v
                    for v in list(states) + list(document.equations)
                    if _POTENTIAL.fullmatch(v.name)
                    and (v.units[1] == VOLT) == volts
                    and (volts or v in self.symbol)
                ]

            found = candidates(True)
            found = [v for v in found if v in self.symbol] or found
            found = found or [v for v in states if v.units[1] == VOLT] or candidates(False)
        if len(found) != 1:
            what = "; ".join(str(v) for v in (found or states))
            raise ImportError_(
                (
                    "no variable looks like the membrane potential"
                    if not found
                    else "several variables may be the membrane potential"
                )
                + f": say --vm; there are {what}"
            )
        vm = found[0]
        if vm in self.symbol:
            self.potential, offset, scale = vm, E.ZERO, E.ONE
        else:
            n = self.node.get(vm)
            of = [v for v in states if n is not None and n.mask & self.symbol[v].mask]
            scale = E.derivative(n, self.symbol[of[0]]) if len(of) == 1 else None
            if scale is None or any(scale.mask & self.symbol[v].mask for v in states):
                raise ImportError_(f"the potential {vm} is neither a state nor a linear function of one")
            self.potential = of[0]
            offset = E.replace(n, {self.symbol[of[0]]: E.ZERO})
        if vm.units[1] == VOLT:
            to_mv = E.num(vm.units[0] / 1e-3)
            if options.potential:
                raise ImportError_(f"--potential is for a dimensionless potential; {vm} is in {vm.unit_name}")
        elif options.potential:
            low, high = options.potential
            offset = E.add(E.num(low), E.mul(E.num(high - low), offset))
            to_mv = E.num(high - low)
            scale, offset, to_mv = E.mul(to_mv, scale), offset, E.ONE
        else:
            raise ImportError_(
                f"the potential {vm} is in {vm.unit_name}, not in volts: say what it is in mV with "
                "--potential LOW HIGH, those of 0 and of 1"
            )
        self.vm, self.offset, self.scale = vm, E.mul(to_mv, offset), E.mul(to_mv, scale)
        self.voltage_mask = self.symbol[self.potential].mask

    voltage_mask = 0

    def _stop_protocols(self):
        """Conditions on time, as of protocols that switch after some beats, become what they are at --at-time."""
        now = {self.time: E.num(self.options.at_time / self.ms_per_unit)}
        roots = list(self.slope.values()) + list(self.node.values())
        relations = [n for n in E.walk(*roots) if n.op in E.RELATIONS and n.mask & self.time.mask]
        if not relations:
            return
        changes, memo = {n: E.replace(n, now) for n in relations}, {}
        for table in (self.slope, self.node):
            for v, n in table.items():
                table[v] = E.replace(n, changes, memo)
                if table[v] is not n and v in self.document.equations:
                    self.document.note(
                        f"{v} switches in time: it is what it is at {self.options.at_time:g} ms (--at-time)"
                    )

    def _check_time(self):
        for v, n in self.slope.items():
            if n.mask & self.time.mask:
                of = [
                    w
                    for w in self.document.equations
                    if w in self.node and self.node[w].mask & self.time.mask and self._uses(v, w)
                ]
                raise ImportError_(
                    f"the derivative of {v} depends on time"
                    + (f" through {of[0]}" if of else "")
                    + ": if that is the stimulus, say --stimulus NAME"
                )

    def _put_potential_in(self):
        """Slopes and the ionic current in terms of Vm in mV."""
        self.v = V
        state = self.symbol[self.potential]
        of_vm = E.div(E.sub(self.v, self.offset), self.scale)
        memo = {}
        slopes = {w: E.replace(n, {state: of_vm}, memo) for w, n in self.slope.items()}
        self.values = {
            self.name_of[w]: self.initial(w)
            for w in self.name_of
            if w.initial is not None and w not in self.document.equations
        }
        state_value = self.initial(self.potential)
        self.vm_rest = E.evaluate(E.add(self.offset, E.mul(self.scale, E.num(state_value))), self.values)
        self.values[V.value] = self.vm_rest
        guard = Guard(self.v, self.values)
        self.slopes = {w: guard.guarded(n) for w, n in slopes.items()}
        self.guards, self.poles = guard.found, guard.remaining(self.slopes.values())
        self.iion = E.mul(
            E.num(-1 / self.ms_per_unit), guard.guarded(self.scale), self.slopes[self.potential]
        )
        self.plain_slopes = slopes

    # ---- states ----

    def _sort_states(self):
        self.states = [w for w in self.symbol if w is not self.potential]
        masks = 0
        for w in self.states:
            masks |= self.symbol[w].mask
        self.state_mask = masks
        self.rates = []
        for w in self.states:
            x, slope = self.symbol[w], self.plain_slopes[w]
            b = None
            if not E.switched_by(slope, x):
                b = E.neg(E.derivative(slope, x))
            guard = Guard(self.v, self.values)
            if b is None or E.plain(b).mask & x.mask or E.is_num(b, 0) or self._exchanges(w):
                self.rates.append(Rate(self.name_of[w], "euler", self.slopes[w]))
                continue
            a, b = guard.guarded(E.replace(slope, {x: E.ZERO})), guard.guarded(b)
            of_states = (a.mask | b.mask) & masks
            if not of_states:
                kind = "gate"
            elif w.units[1] == () and (a.mask | b.mask) & self.v.mask:
                kind = "mixed"
            else:
                kind = "linear"
            stands = kind == "gate" and self._vanishes(b)
            self.rates.append(Rate(self.name_of[w], kind, self.slopes[w], a, b, stands=stands))

    def _exchanges(self, w):
        """Whether w and another state of its units change one another: what one loses and the other gains must
        be the same number (buffers, states of a channel), which forward Euler keeps, and so does solving for them together."""
        return any(self._exchange(w, other) for other in self.states)

    def _exchange(self, w, other):
        return (
            other is not w
            and other.units == w.units
            and self.slopes[w].mask & self.symbol[other].mask
            and self.slopes[other].mask & self.symbol[w].mask
        )

    def _vanishes(self, b):
        """Whether a rate that depends on V alone is 0 somewhere: there a gate stands still."""
        values = dict(self.values)
        for k in range(-400, 401):
            values[V.value] = 0.5 * k + 0.013
            if not E.evaluate(b, values) > 0:
                return True
        return False

    def _soften(self):
        """Of the states for forward Euler, takes those that are fast at some time of a beat to a scheme that is
        stable at any step: alone along the tangent, or those that exchange something together and implicitly."""
        slow = {r.name: r for r in self.rates}
        soft = {}
        for group in self._groups():
            soft.update({r.name: r for r in self._softened(group)})
        if not soft:
            return
        fastest = B.fastest_rates(B.Beat(self, [soft.get(r.name, r) for r in self.rates]))
        stiff = {name for name, r in soft.items() if not fastest or fastest[name] >= B.STIFF}
        self.rates = [soft[name] if name in stiff else r for name, r in slow.items()]

    def _groups(self):
        """Lists of the states for forward Euler, each of those that exchange something, if through others."""
        left, groups = [w for w in self.states if self._kind_of(w) == "euler"], []
        while left:
            group, todo = [], [left[0]]
            while todo:
                w = todo.pop()
                if w in left:
                    left.remove(w)
                    group.append(w)
                    todo += [other for other in left if self._exchange(w, other)]
            groups.append(sorted(group, key=self.states.index))
        return groups

    def _kind_of(self, w):
        return next(r.kind for r in self.rates if r.name == self.name_of[w])

    def _softened(self, group):
        """Rates of a group by a scheme that is stable; none where it has no derivatives."""
        guard, n = Guard(self.v, self.values), len(group)

        def derivative(a, b):
            return guard.guarded(E.derivative(self.plain_slopes[a], self.symbol[b]))

        try:
            jacobian = {(i, j): derivative(a, b) for i, a in enumerate(group) for j, b in enumerate(group)}
        except ImportError_:
            return []
        names = [self.name_of[w] for w in group]
        if n > 1:
            return [Rate(self.name_of[w], "coupled", self.slopes[w], None, None, names, jacobian) for w in group]
        if E.is_num(jacobian[0, 0], 0):
            return []
        b = E.neg(jacobian[0, 0])
        b = E.cond(E.relation(">", b, E.ZERO), b, E.ZERO)
        return [Rate(names[0], "tangent", self.slopes[group[0]], None, b)]

    def largest_step(self):
        """(ms, whether a beat holds there)"""
        if self.options.max_step:
            return self.options.max_step, True
        if not hasattr(self, "_largest_step"):
            self._largest_step = B.largest_step(B.Beat(self, self.rates))
        return self._largest_step

    def _collect_parameters(self):
        used = self.iion.mask | self.offset.mask | self.scale.mask
        for r in self.rates:
            used |= r.slope.mask
        self.parameters = {}
        for v, name in self.name_of.items():
            if v not in self.document.odes and name in self.values and E.sym(name).mask & used:
                self.parameters[name] = (
                    label(v.unit_name, v.units),
                    self.values[name],
                    f"{v.component}: {v.name}",
                )
        self.state_table = {
            self.name_of[w]: (label(w.unit_name, w.units), self.initial(w), f"{w.component}: {w.name}")
            for w in self.states
        }

    # ---- fast inward current ----

    def fast_current(self):
        """(name, factor, {gate: power}, the rest of iion) with the current = factor times the gates, or None.

        The current may be a sum, over the membrane's parts, of currents with the same gates."""
        lets = {n.value: n for n in E.walk(self.iion) if n.op == "let"}
        if self.options.fast:
            found = [self._variable_called(self.options.fast, "--fast")]
        else:
            found = self._annotated("membrane_fast_sodium_current") or [
                v for v in self.document.equations if _FAST.fullmatch(v.name) and self.name_of[v] in lets
            ]
        if len(found) != 1:
            return self._no_fast("it is not one current")
        name = self.name_of[found[0]]
        whole = self.node.get(found[0], E.ZERO)
        parts = (
            [lets[name]]
            if name in lets
            else (
                [lets.get(t.value) if c == 1 else None for t, c in whole.args[0].args]
                if whole.op == "let" and whole.args[0].op == "+"
                else [None]
            )
        )
        if None in parts:
            return self._no_fast("it is not in the membrane's current by that name")
        gates = {E.sym(r.name): r.name for r in self.rates if r.kind == "gate"}
        placeholder = E.sym("fast current")
        common, factor, rest = None, [], self.iion
        for part in parts:
            with_it = E.replace(self.iion, {part: placeholder})
            coefficient = E.derivative(with_it, placeholder)
            rest = E.replace(rest, {part: E.ZERO})
            n = E.plain(part.args[0])
            powers = {b: e for b, e in n.args if b in gates and e in (1, 2, 3, 4)} if n.op == "*" else {}
            if not powers or len(powers) > 3 or common not in (None, powers):
                return self._no_fast("it is not a product of up to three gates and a driving force")
            if coefficient.mask & (self.state_mask | self.v.mask | placeholder.mask):
                return self._no_fast("the membrane's current is not a constant times it and others")
            common = powers
            driving = E.product([(E.num(n.value), 1)] + [(b, e) for b, e in n.args if b not in powers])
            if any(driving.mask & b.mask for b in powers):
                return self._no_fast("a gate is in it twice")
            factor.append(E.mul(coefficient, driving))
        return name, E.add(*factor), {gates[b]: e for b, e in common.items()}, rest

    def _no_fast(self, why):
        if self.options.fast:
            raise ImportError_(f"--fast {self.options.fast}: {why}")
