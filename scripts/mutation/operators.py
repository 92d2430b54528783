"""Small plausible faults in C text: where they can be put and what they look like."""

import dataclasses
import re


@dataclasses.dataclass(frozen=True)
class Mutant:
    path: str  # from the root of the tree
    start: int  # of the text that is replaced
    old: str
    new: str
    kind: str
    line: int  # from 1
    text: str  # of that line

    def apply(self, source):
        assert source[self.start : self.start + len(self.old)] == self.old
        return source[: self.start] + self.new + source[self.start + len(self.old) :]

    def key(self):
        """What stays when lines are added elsewhere in the file."""
        return f"{self.path} | {self.text} | {self.old} -> {self.new}"


def code_only(source):
    """The text with comments, strings and directives blanked, character by character; bodies of macros stay."""
    blank = lambda match: re.sub(r"[^\n]", " ", match.group())
    source = re.sub(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, source, flags=re.S)
    source = re.sub(r"^[ \t]*#[ \t]*define[ \t]+\w+(?:\([^)]*\))?", blank, source, flags=re.M)
    return re.sub(r"^[ \t]*#(?:[^\n]*\\\n)*[^\n]*", blank, source, flags=re.M)


def swap_digits(match):
    """A slip of the typist: of the first four significant digits, two neighbours that differ change places."""
    text = match.group()
    mantissa = re.split("[eE]", text)[0]
    places = [i for i, c in enumerate(mantissa) if c.isdigit()]
    first = next((k for k, i in enumerate(places) if text[i] != "0"), None)
    if first is None:
        return
    for i, j in zip(places[first : first + 3], places[first + 1 : first + 4]):
        if text[i] != text[j]:
            yield text[:i] + text[j] + text[i + 1 : j] + text[i] + text[j + 1 :]
            return


DECLARATION = re.compile(r"(static |const |typedef |enum |u?int|double |float |char |real |uint8_t |iso_\w+ )")


def step_integer(match):
    value = int(match.group())
    yield str(value + 1)
    if value > 0:
        yield str(value - 1)


def others(table):
    return lambda match: iter(table[match.group()])


def negate_condition(match):
    """if (x) -> if (!(x)), with the parenthesis that closes it found by counting."""
    text, depth = match.group("rest"), 0
    for i, c in enumerate(text):
        depth += (c == "(") - (c == ")")
        if depth == 0:
            yield f"{match.group('head')}(!{text[: i + 1]}){text[i + 1 :]}"
            return


ITEM = r"(?:\w+(?:->|\.))*\w+(?:\[[^][\n]*\])*"

# (kind, pattern in code_only text, function of the match that gives replacements of the whole match)
OPERATORS = [
    ("digits swapped", r"(?<![\w.])(?<![eE][-+])(?:\d+\.\d*|\.\d+|\d\d+)(?:[eE][-+]?\d+)?", swap_digits),
    ("one more or less", r"(?<![\w.])(?<![eE][-+])\d(?![\w.])", step_integer),
    ("comparison", r"(?<= )(?:<=|>=|<|>|==|!=)(?= )",
     others({"<": ["<="], "<=": ["<"], ">": [">="], ">=": [">"], "==": ["!="], "!=": ["=="]})),
    ("sign or operation", r"(?<=[\w)\]] )[-+*/](?= )",
     others({"+": ["-"], "-": ["+"], "*": ["/", "+"], "/": ["*"]})),
    ("assignment", r"(?<= )(?:\+=|-=|\*=|\|=|&=)(?= )",
     others({"+=": ["-=", "="], "-=": ["+="], "*=": ["="], "|=": ["=", "&="], "&=": ["=", "|="]})),
    ("logic", r"(?<= )(?:&&|\|\|)(?= )", others({"&&": ["||"], "||": ["&&"]})),
    ("negation dropped", r"(?<![\w!])!(?=[\w(])", others({"!": [""]})),
    ("condition negated", r"(?P<head>\bif )(?P<rest>\(.*)", negate_condition),
    ("indices swapped", r"\[(?P<a>[a-z]\w*)\]\[(?P<b>\w+)\]", lambda m: iter([f"[{m['b']}][{m['a']}]"])),
    ("arguments swapped", r"(?<=\w\()(?P<a>[\w>.*&-]+), (?P<b>[\w>.*&-]+)(?=\))",
     lambda m: iter([f"{m['b']}, {m['a']}"])),
    ("term dropped", rf"(?<=[\w)\]]) [-+] {ITEM}(?=[;,)])", lambda m: iter([""])),
    ("factor dropped", rf"(?<=[\w)\]]) [*] {ITEM}(?=[;,)])", lambda m: iter([""])),
    ("condition dropped", rf"(?<=[\w)\]]) && [\w>.!-]+(?=[;)])", lambda m: iter([""])),
    ("statement dropped", rf"(?m)(?<=^)(?P<room> +)\*?{ITEM} (?:[-+*/|&]?=) [^;{{}}\n]*;(?=$)",
     lambda m: iter([m["room"] + ";"])),
    ("call dropped",
     r"(?m)^(?P<room> +)(?!return|free|assert|ISO_UNROLLED|fclose|fflush)(?!\w*(?:free|release|close|start|timer\w*)\()\w+\([^;{}\n]*\);$",
     lambda m: iter([m["room"] + ";"])),
    ("other extreme", r"\bf(?:min|max)(?=\()", others({"fmin": ["fmax"], "fmax": ["fmin"]})),
    ("other truth", r"\b(?:true|false)\b", others({"true": ["false"], "false": ["true"]})),
]


def line_up_to(code, match):
    """The line that the match begins on, up to it."""
    return code[code.rfind("\n", 0, match.start()) + 1 : match.start()]


def mutants_of(path, source):
    """All mutants of a file, where the change is not undone by what it replaces."""
    code = code_only(source)
    lines = source.splitlines()
    for kind, pattern, replacements in OPERATORS:
        for match in re.finditer(pattern, code):
            if not match.group().strip():
                continue
            old = source[match.start() : match.end()]
            if old != match.group():  # a string or comment within: replacements would lose it
                continue
            if code[match.start() - 1 : match.start()] == "[" and DECLARATION.match(line_up_to(code, match).strip()):
                continue  # the size of an array
            line = source.count("\n", 0, match.start() + len(old) - len(old.lstrip())) + 1
            for new in replacements(match):
                if new != old:
                    yield Mutant(path, match.start(), old, new, kind, line, lines[line - 1].strip())
