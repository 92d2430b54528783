"""Quotients that are 0 / 0 at some potential."""

import math
import random

from . import expr as E


class Guard:
    """Makes x / (exp(x) - 1) finite at x = 0, where x is linear in V."""

    def __init__(self, v, values):
        self.v, self.values, self.found, self.memo = v, values, [], {}

    def guarded(self, n):
        if n not in self.memo:
            parts = n.parts()
            new = [self.guarded(p) for p in parts]
            m = n if all(a is b for a, b in zip(parts, new)) else E.rebuild(n, new)
            self.memo[n] = self._guard_product(m) if m.op == "*" else m
        return self.memo[n]

    def _guard_product(self, n):
        for base, e in n.args:
            g, sign = self._expm1(base)
            if g is None or abs(e) != 1:
                continue
            for other, power in n.args:
                if power != int(power) or power * e > -1 or not self._same_zero(other, g):
                    continue
                ratio = E.div(E.derivative(other, self.v), E.derivative(g, self.v))
                rest = E.product([(n, 1), (base, -e), (other, e)])
                self.found.append(self._root(g))
                # base = sign (e^g - 1), other = ratio g
                return self._guard_again(
                    E.product([(rest, 1), (ratio, -e), (E.num(sign), e), (E.xoe(g), -e)])
                )
        return n

    def _guard_again(self, n):
        return self._guard_product(n) if n.op == "*" else n

    def _expm1(self, n):
        """(g, c) where n = c (exp(g) - 1) with g linear in V."""
        if (
            n.op == "+"
            and len(n.args) == 1
            and n.value
            and n.args[0][1] == -n.value
            and n.args[0][0].op == "exp"
        ):
            g = n.args[0][0].args[0]
            if g.mask & self.v.mask and not E.derivative(g, self.v).mask & self.v.mask:
                return g, n.args[0][1]
        return None, None

    def _same_zero(self, a, g):
        """Whether a is a constant times g, for all values of the parameters."""
        if not a.mask & self.v.mask or E.derivative(a, self.v).mask & self.v.mask:
            return False
        draw = random.Random(1)
        for _ in range(4):
            values = {
                name: draw.uniform(0.5, 1.5) * x if x else draw.uniform(0, 1)
                for name, x in self.values.items()
            }
            ratios = []
            for v in (-71.3, 13.7, 64.1):
                values[self.v.value] = v
                x, y = E.evaluate(a, values), E.evaluate(g, values)
                ratios.append(x / y if y else math.nan)
            if not max(ratios) - min(ratios) <= 1e-9 * abs(ratios[0]):
                return False
        return True

    def _root(self, g):
        values = {**self.values, self.v.value: 0.0}
        at_0 = E.evaluate(g, values)
        return -at_0 / E.evaluate(E.derivative(g, self.v), values)

    def remaining(self, roots):
        """Potentials between -120 and 100 mV where a denominator that depends on V alone vanishes."""
        found = []
        for n in E.walk(*roots):
            if n.op != "*":
                continue
            for base, e in n.args:
                if e < 0 and base.mask & self.v.mask and base.op == "+":
                    found += self._zeros(base)
        return sorted({round(x, 6) for x in found})

    def _zeros(self, n):
        def value(v):
            return E.evaluate(n, {**self.values, self.v.value: v})

        grid = [-120 + 0.5 * k + 0.013 for k in range(440)]
        at = [value(v) for v in grid]
        zeros = []
        for a, b, x, y in zip(grid, grid[1:], at, at[1:]):
            if x * y < 0 and abs(x) < 1e6 and abs(y) < 1e6:
                for _ in range(60):
                    middle = 0.5 * (a + b)
                    m = value(middle)
                    a, b, x = (middle, b, m) if (m < 0) == (x < 0) else (a, middle, x)
                zeros.append(0.5 * (a + b))
        return zeros
