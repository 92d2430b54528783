"""Faults that scripts/mutate.py puts in: where they are put, that they change code alone, and that a seed repeats them.

usage: test_mutate.py"""

import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts"))
import mutate
from mutation.operators import code_only, mutants_of

SOURCE = r'''/* a < b, 1.25 */
#include "x_12.h"
#define LIMIT 0.0365
static const char *text = "a < b && 12"; // 13
int f(const int *list, int n, double x[3][2]) {
  double sum = 0;
  for (int i = 0; i < n && list[i] != 4; i++) sum += x[i][n] - 1.46e-12;
  if (!(sum > 0)) return g(n, i);
  sum = fmin(sum, 2);
  note(sum);
  return true;
}
'''


def changes(kind):
    found = [m for m in mutants_of("f.c", SOURCE) if m.kind == kind]
    for mutant in found:
        changed = mutant.apply(SOURCE)
        assert changed != SOURCE and changed.count("\n") == SOURCE.count("\n"), mutant
        assert SOURCE.splitlines()[mutant.line - 1].strip() == mutant.text, mutant
    return [(m.line, m.old.strip(), m.new.strip()) for m in found]


code = code_only(SOURCE)
assert len(code) == len(SOURCE) and code.count("\n") == SOURCE.count("\n")
for gone in ("1.25", "x_12", "&& 12", "13"):
    assert gone not in code, gone

assert changes("digits swapped") == [(3, "0.0365", "0.0635"), (7, "1.46e-12", "4.16e-12")], changes("digits swapped")
assert changes("comparison") == [(7, "<", "<="), (7, "!=", "=="), (8, ">", ">=")], changes("comparison")
assert changes("logic") == [(7, "&&", "||")]
assert changes("sign or operation") == [(7, "-", "+")]
assert changes("negation dropped") == [(8, "!", "")]
assert changes("condition negated") == [(8, "if (!(sum > 0)) return g(n, i);", "if (!(!(sum > 0))) return g(n, i);")]
assert changes("arguments swapped") == [(8, "n, i", "i, n"), (9, "sum, 2", "2, sum")]
assert changes("indices swapped") == [(7, "[i][n]", "[n][i]")]
assert changes("term dropped") == [] and changes("factor dropped") == []
assert changes("statement dropped") == [(9, "sum = fmin(sum, 2);", ";")]
assert changes("call dropped") == [(10, "note(sum);", ";")]
assert changes("other truth") == [(11, "true", "false")] and changes("other extreme") == [(9, "fmin", "fmax")]
assert all(line not in (1, 2, 4) for m in mutants_of("f.c", SOURCE) for line in [m.line])

rooms = mutate.mutants_by_room("")
first, second, other = (mutate.sample(rooms, random.Random(seed)) for seed in (1, 1, 2))
drawn = [next(first) for _ in range(60)]
assert drawn == [next(second) for _ in range(60)] != [next(other) for _ in range(60)]
assert {os.path.dirname(m.path) for m in drawn} == set(rooms), "every room has a fault"
assert all(mutate.first_tests(room) for room in rooms), "every room has tests that come first"
assert set(mutate.equivalents()) == {k for k in mutate.equivalents() if " ->" in k}
