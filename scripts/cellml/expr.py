"""Expressions as a graph in which equal nodes are one object.

Sums and products are flat: a sum is {term: coefficient} and a constant, a product is {base: exponent} and a
coefficient. So like terms add, equal factors cancel, and division is an exponent of -1.
"""

import math

from . import ImportError_

_nodes = {}
_symbols = {}


class Node:
    """op: num, sym, let, bool, +, *, exp, log, xoe, pow, sin, cos, arctan, arccos, cond, a relation, and, or, not.

    value: the number, the symbol's or let's name, the constant of a sum, the coefficient of a product.
    args: nodes; pairs (node, number) in sums and products.  mask: the symbols inside, as bits.
    """

    __slots__ = ("op", "value", "args", "mask", "key")

    def __lt__(self, other):
        return self.key < other.key

    def parts(self):
        return [a[0] for a in self.args] if self.op in "+*" else list(self.args)


def _node(op, value=None, args=()):
    key = (op, value, tuple((a[0].key, a[1]) if isinstance(a, tuple) else a.key for a in args))
    found = _nodes.get(key)
    if found is None:
        found = Node()
        found.op, found.value, found.args, found.key = op, value, tuple(args), len(_nodes)
        found.mask = 0
        for part in found.parts():
            found.mask |= part.mask
        if op == "sym":
            found.mask = 1 << _symbols.setdefault(value, len(_symbols))
        _nodes[key] = found
    return found


def num(x):
    return _node("num", float(x))


def sym(name):
    return _node("sym", name)


def let(name, inner):
    """A named value, to be computed once: sums and products do not look into it."""
    return inner if inner.op in ("num", "sym", "let") else _node("let", name, (inner,))


TRUE, FALSE = _node("bool", True), _node("bool", False)
ZERO, ONE = num(0), num(1)


def is_num(n, x=None):
    return n.op == "num" and (x is None or n.value == x)


def add(*terms):
    constant, found = 0.0, {}

    def take(n, factor):
        nonlocal constant
        if n.op == "num":
            constant += factor * n.value
        elif n.op == "+":
            constant += factor * n.value
            for inner, c in n.args:
                take(inner, factor * c)
        elif n.op == "*" and n.value != 1:
            take(_product(1.0, dict(n.args)), factor * n.value)
        else:
            found[n] = found.get(n, 0.0) + factor

    for t in terms:
        take(t, 1.0)
    found = {n: c for n, c in found.items() if c != 0}
    if not found:
        return num(constant)
    if constant == 0 and len(found) == 1:
        ((n, c),) = found.items()
        return n if c == 1 else mul(num(c), n)
    return _node("+", constant, sorted(found.items(), key=lambda item: item[0].key))


def _product(coefficient, factors):
    factors = {b: int(e) if e == int(e) else e for b, e in factors.items() if e != 0}
    if coefficient == 0 or not factors:
        return num(coefficient)
    if coefficient == 1 and len(factors) == 1:
        ((b, e),) = factors.items()
        if e == 1:
            return b
    return _node("*", coefficient, sorted(factors.items(), key=lambda item: item[0].key))


def mul(*operands):
    return product([(o, 1) for o in operands])


def product(pairs):
    """Product of (node, number) pairs: node to the power of number."""
    coefficient, factors = 1.0, {}

    def take(n, power):
        nonlocal coefficient
        if n.op == "num":
            if n.value == 0 and power < 0:
                raise ImportError_("division by a constant that is 0")
            if n.value < 0 and power != int(power):
                raise ImportError_("a root of a negative constant")
            coefficient *= n.value**power
        elif n.op == "*" and (power == int(power) or n.value > 0):
            coefficient *= n.value**power
            for base, e in n.args:
                take(base, e * power)
        else:
            factors[n] = factors.get(n, 0) + power

    for n, power in pairs:
        take(n, power)
    if len(factors) == 1 and coefficient != 1:
        ((b, e),) = factors.items()
        if b.op == "+" and e == 1:  # a number goes into the sum, so that like terms meet
            return add(*[mul(num(coefficient * c), t) for t, c in b.args], num(coefficient * b.value))
    return _product(coefficient, factors)


def neg(a):
    return mul(num(-1), a)


def sub(a, b):
    return add(a, neg(b))


def div(a, b):
    return product([(a, 1), (b, -1)])


def power(a, b):
    if b.op == "num":
        return product([(a, int(b.value) if b.value == int(b.value) else b.value)])
    if a.op == "num":
        if a.value <= 0:
            raise ImportError_("a power of a constant that is not positive")
        return exp(mul(b, num(math.log(a.value))))
    return _node("pow", None, (a, b))


def exp(a):
    return num(math.exp(a.value)) if a.op == "num" and abs(a.value) < 700 else _node("exp", None, (a,))


def log(a):
    if a.op == "num":
        if a.value <= 0:
            raise ImportError_("logarithm of a constant that is not positive")
        return num(math.log(a.value))
    return _node("log", None, (a,))


def _of_number(op, function):
    def make(a):
        return num(function(a.value)) if a.op == "num" else _node(op, None, (a,))

    return make


def _arccos(x):
    return math.acos(max(-1.0, min(1.0, x)))  # as kernels/trigonometry.h has it


sin, cos, arctan = (_of_number(op, f) for op, f in (("sin", math.sin), ("cos", math.cos), ("arctan", math.atan)))
arccos = _of_number("arccos", _arccos)
TRIGONOMETRIC = ("sin", "cos", "arctan", "arccos")


def xoe(a):
    """a / (exp(a) - 1)"""
    return _node("xoe", None, (a,))


def part(a):
    """1 - exp(-a), the part of its way that a gate goes in a step."""
    return _node("part", None, (a,))


RELATIONS = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def relation(op, a, b):
    if a.op == "num" and b.op == "num":
        return TRUE if RELATIONS[op](a.value, b.value) else FALSE
    return _node(op, None, (a, b))


def logic(op, args):
    absorbing = TRUE if op == "or" else FALSE
    if absorbing in args:
        return absorbing
    args = [a for a in args if a.op != "bool"]
    if not args:
        return FALSE if op == "or" else TRUE
    return args[0] if len(args) == 1 else _node(op, None, tuple(args))


def negation(a):
    return (FALSE if a is TRUE else TRUE) if a.op == "bool" else _node("not", None, (a,))


def floor(a):
    return num(math.floor(a.value)) if a.op == "num" else _node("floor", None, (a,))


def cond(c, a, b):
    if c.op == "bool":
        return a if c.value else b
    return a if a is b else _node("cond", None, (c, a, b))


def rebuild(n, args):
    """n with other parts, simplified anew."""
    if n.op == "+":
        return add(num(n.value), *[mul(num(c), a) for a, (_, c) in zip(args, n.args)])
    if n.op == "*":
        return product([(num(n.value), 1)] + [(a, e) for a, (_, e) in zip(args, n.args)])
    if n.op in RELATIONS:
        return relation(n.op, *args)
    if n.op in ("and", "or"):
        return logic(n.op, args)
    make = {
        "let": lambda a: let(n.value, a),
        "exp": exp,
        "log": log,
        "xoe": xoe,
        "pow": power,
        "cond": cond,
        "not": negation,
        "floor": floor,
        "part": part,
        "sin": sin,
        "cos": cos,
        "arctan": arctan,
        "arccos": arccos,
    }
    return make[n.op](*args)


def replace(n, changes, memo=None):
    """n with the nodes that are keys of changes replaced."""
    memo = {} if memo is None else memo
    if n in changes:
        return changes[n]
    if n not in memo:
        parts = n.parts()
        new = [replace(p, changes, memo) for p in parts]
        memo[n] = n if all(a is b for a, b in zip(parts, new)) else rebuild(n, new)
    return memo[n]


def plain(n, memo=None):
    """n without lets."""
    memo = {} if memo is None else memo
    if n not in memo:
        if n.op == "let":
            memo[n] = plain(n.args[0], memo)
        else:
            parts = n.parts()
            new = [plain(p, memo) for p in parts]
            memo[n] = n if all(a is b for a, b in zip(parts, new)) else rebuild(n, new)
    return memo[n]


def derivative(n, x, memo=None):
    """Of n by the symbol x; conditions count as constant."""
    memo = {} if memo is None else memo
    if not n.mask & x.mask:
        return ZERO
    if n is x:
        return ONE
    if n in memo:
        return memo[n]

    def d(a):
        return derivative(a, x, memo)

    if n.op == "+":
        r = add(*[mul(num(c), d(t)) for t, c in n.args])
    elif n.op == "*":
        r = add(*[mul(num(e), d(b), product([(n, 1), (b, -1)])) for b, e in n.args])
    elif n.op == "let":
        r = d(n.args[0])
    elif n.op == "exp":
        r = mul(n, d(n.args[0]))
    elif n.op == "log":
        r = div(d(n.args[0]), n.args[0])
    elif n.op == "pow":
        a, b = n.args
        r = mul(n, add(mul(d(b), log(a)), div(mul(b, d(a)), a)))
    elif n.op in TRIGONOMETRIC:
        a = n.args[0]
        slope = {
            "sin": lambda: cos(a),
            "cos": lambda: neg(sin(a)),
            "arctan": lambda: div(ONE, add(ONE, mul(a, a))),
            "arccos": lambda: neg(power(sub(ONE, mul(a, a)), num(-0.5))),
        }
        r = mul(d(a), slope[n.op]())
    elif n.op == "cond":
        r = cond(n.args[0], d(n.args[1]), d(n.args[2]))
    elif n.op == "xoe":
        a = n.args[0]
        r = mul(n, sub(div(ONE, a), div(ONE, sub(ONE, exp(neg(a))))), d(a))
    else:
        raise ImportError_(f"the derivative of <{n.op}> is not known")
    memo[n] = r
    return r


def switched_by(n, x):
    """Whether a condition inside n depends on the symbol x."""
    return any(part.op == "cond" and part.args[0].mask & x.mask for part in walk(n))


def walk(*roots):
    """Every node below the roots, parts before what they are part of."""
    seen = set()
    stack = [(r, False) for r in reversed(roots)]
    while stack:
        n, ready = stack.pop()
        if ready:
            yield n
        elif n not in seen:
            seen.add(n)
            stack.append((n, True))
            stack.extend((p, False) for p in reversed(n.parts()))


def evaluate(n, values, memo=None):
    """n with numbers for its symbols (values: {name: number}); nan or inf where arithmetic fails."""
    memo = {} if memo is None else memo
    for node in walk(n):
        if node not in memo:
            memo[node] = _value(node, values, memo)
    return memo[n]


def _value(n, values, memo):
    args = [memo[p] for p in n.parts()]
    try:
        if n.op in ("num", "bool"):
            return n.value
        if n.op == "sym":
            return values[n.value]
        if n.op == "let":
            return args[0]
        if n.op == "+":
            return n.value + sum(c * a for a, (_, c) in zip(args, n.args))
        if n.op == "*":
            return math.prod([n.value] + [a**e for a, (_, e) in zip(args, n.args)])
        if n.op == "xoe":
            return args[0] / math.expm1(args[0]) if args[0] else 1.0
        if n.op == "cond":
            return args[1] if args[0] else args[2]
        if n.op in RELATIONS:
            return RELATIONS[n.op](*args)
        return {
            "exp": lambda x: math.exp(min(x, 709.0)),  # saturates as the kernels' does
            "log": math.log,
            "pow": math.pow,
            "and": lambda *a: all(a),
            "or": lambda *a: any(a),
            "not": lambda a: not a,
            "floor": math.floor,
            "sin": math.sin,
            "cos": math.cos,
            "arctan": math.atan,
            "arccos": _arccos,
        }[n.op](*args)
    except (ZeroDivisionError, OverflowError, ValueError, TypeError):
        return math.nan
