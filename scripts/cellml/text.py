"""Expressions as C, each in the part of a header that it stands in."""

import re

from . import ImportError_, expr as E


def literal(x):
    return f"R({float(x)!r})"


class Text:
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
            signed.append((constant < 0, literal(abs(constant))))
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
            else f"{literal(c)} * {self.factor(n)}"
        )

    def _product(self, n):
        above, below = [], []
        coefficient, pairs = self.factors(n)
        for base, e in pairs:
            (above if e > 0 else below).append(self._power(base, abs(e)))
        if abs(coefficient) != 1 or not above:
            above.insert(0, literal(abs(coefficient)))
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
            return f"iso_exp({literal(e)} * iso_log({self.text(base)}))"
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


class ConstantText(Text):
    """In the table of constants: parameters p->, earlier constants k., the step."""

    def __init__(self, writer, hint):
        super().__init__(writer, hint)
        self.top = True

    def leaf(self, n):
        top, self.top = self.top, False
        if n.op == "num":
            return literal(n.value)
        if n.op == "sym":
            return (
                "step"
                + (
                    ""
                    if self.writer.model.ms_per_unit == 1
                    else f" / {literal(self.writer.model.ms_per_unit)}"
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


class TableText(Text):
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
            self.writer.is_c(n) and n.op not in E.RELATIONS and n.op not in ("and", "or", "not", "bool")
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
        return _gather_sum(n, self.writer.is_c)

    def factors(self, n):
        return _gather_product(n, self.writer.is_c)


class StepText(Text):
    """In the step: states s->, functions of V c-> or, among the gates, g->."""

    def __init__(self, writer, phase, hint):
        super().__init__(writer, hint)
        self.phase = phase

    def leaf(self, n):
        w = self.writer
        if n.op in E.RELATIONS or n.op in ("and", "or", "not", "bool"):
            return None
        if w.is_c(n):
            return w.constant(n, self.hint)
        if n is w.v:
            return w.potential(self.phase)
        if n.op == "sym":
            return f"s->{n.value}"
        if w.is_v(n) and not w.is_cheap(n):
            return w.function_of_v(n, self.phase, self.hint + "_v")
        return None

    def terms(self, n):
        w = self.writer
        dear = any(w.is_v(t) and not w.is_cheap(t) for t, _ in n.args)
        return _gather_sum(n, (lambda t: w.is_c(t) or w.is_v(t)) if dear else w.is_c)

    def factors(self, n):
        w = self.writer
        dear = any(w.is_v(b) and not w.is_cheap(E.product([(b, e)])) for b, e in n.args)
        return _gather_product(n, (lambda b: w.is_c(b) or w.is_v(b)) if dear else w.is_c)


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
