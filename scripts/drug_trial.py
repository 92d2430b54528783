"""Classes the drugs of a trial by how far they prolong repolarisation, and compares with their known risk.

usage: scripts/drug_trial.py DIR/table.csv RISK.csv [TIMES_CMAX [PICTURE.png]] [--by qt_ms]

TABLE is that of isochrone study configs/drug-trial.yaml: a member a drug, multiple of Cmax and person, with apd_ms, qt_ms and
recovered_percent; the drug called none is the control. RISK has the columns drug and risk: low, intermediate, high.

A drug's score is by how much it prolongs --by (apd_ms) at TIMES_CMAX (4) times Cmax, against the same person without it, in
ms: the middle one of all persons. It is infinite for a person whose tissue did not recover within the beat, or activated anew.
Two thresholds part the classes. They are found without the drug that they class (leave one out): those that class most of the
others right, of several the middle one.
"""

import argparse
import csv
import sys

CLASSES = ["low", "intermediate", "high"]
NAMES = {"apd_ms": "APD90", "qt_ms": "QT"}


def fail(message):
    print(f"drug_trial.py: {message}", file=sys.stderr)
    sys.exit(1)


def read(path):
    try:
        with open(path, newline="") as file:
            return list(csv.DictReader(file))
    except OSError as e:
        fail(f"{path}: {e.strerror}")


def score_of(row, control, by):
    """Of one person."""
    if row["status"] != "done":
        fail(f"member {row['member']} is {row['status']}: run the study to its end first")
    if row[by] == "" or float(row["recovered_percent"]) < 100 or row["induced"] == "1":
        return float("inf")
    return float(row[by]) - float(control[by])


def middle(values):
    """Of an even number the lower one, so that it is a person's."""
    return sorted(values)[(len(values) - 1) // 2]


def scores_of(rows, risk, by):
    """Each drug's, a list of all persons."""
    controls = {r.get("person", ""): r for r in rows if r["drug"] == "none"}
    if not controls:
        fail("there is no drug none to compare with")
    if any(c[by] == "" for c in controls.values()):
        fail(f"{by} of a person without a drug is not known")
    scores = {}
    for r in rows:
        if r["drug"] in risk:
            scores.setdefault(r["drug"], []).append(score_of(r, controls[r.get("person", "")], by))
    return scores, [float(c[by]) for c in controls.values()]


def middles(values):
    """Thresholds between neighbours, and below and above all."""
    known = sorted({v for v in values if v != float("inf")})
    return [known[0] - 1] + [(a + b) / 2 for a, b in zip(known, known[1:])] + [known[-1] + 1]


def class_of(score, low, high):
    return CLASSES[(score > low) + (score > high)]


def thresholds(drugs, scores, risk):
    """The pair that classes most drugs right; of several pairs the one in the middle."""
    candidates = middles([scores[d] for d in drugs])
    right = {}
    for low in candidates:
        for high in candidates:
            if low <= high:
                n = sum(class_of(scores[d], low, high) == risk[d] for d in drugs)
                right.setdefault(n, []).append((low, high))
    best = right[max(right)]
    return best[len(best) // 2]


def draw(path, drugs, persons, risk, pair, times, by):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    order = sorted(drugs, key=lambda d: middle(persons[d]))
    known = [s for d in drugs for s in persons[d] if s != float("inf")]
    most = 1.15 * max(known)
    colour = {"low": "#2a7", "intermediate": "#e90", "high": "#c22"}
    figure, axes = plt.subplots(figsize=(7, 6.5), constrained_layout=True)
    axes.barh(order, [min(middle(persons[d]), most) for d in order], color=[colour[risk[d]] for d in order])
    for k, d in enumerate(order):
        if len(persons[d]) > 1:
            axes.plot([min(s, most) for s in persons[d]], [k] * len(persons[d]), ".", color="black", markersize=3)
    for limit in pair:
        axes.axvline(limit, color="black", linewidth=0.8)
    lost = "; at the right end: not recovered" if len(known) < sum(map(len, persons.values())) else ""
    dots = "; dots: persons" if len(persons[order[0]]) > 1 else ""
    axes.set_xlabel(f"prolongation of {NAMES.get(by, by)} at {times} x Cmax (ms){dots}{lost}")
    axes.legend(handles=[plt.Rectangle((0, 0), 1, 1, color=colour[c], label=f"known risk: {c}") for c in CLASSES],
                loc="lower right")
    axes.tick_params(axis="y", labelsize=8)
    figure.savefig(path, dpi=110)


def tell(drugs, persons, risk, found):
    for d in sorted(drugs, key=lambda d: -middle(persons[d])):
        spread = f" ({min(persons[d]):.1f} to {max(persons[d]):.1f})".ljust(22) if len(persons[d]) > 1 else ""
        mark = "" if found[d] == risk[d] else " *"
        print(f"{d:16} {middle(persons[d]):8.1f} ms{spread}  known {risk[d]:12} found {found[d]:12}{mark}")
    print(f"\n{'known, found:':16}" + "".join(f"{c:>14}" for c in CLASSES))
    for c in CLASSES:
        print(f"{c:16}" + "".join(f"{sum(risk[d] == c and found[d] == f for d in drugs):14}" for f in CLASSES))
    right = sum(found[d] == risk[d] for d in drugs)
    apart = sum((found[d] == "low") == (risk[d] == "low") for d in drugs)
    print(f"\n{right} of {len(drugs)} right; low against the others: {apart} of {len(drugs)}")


def main(table, risks, times, picture, by):
    rows = [r for r in read(table) if r["times_cmax"] == times]
    risk = {r["drug"]: r["risk"] for r in read(risks)}
    if not rows or by not in rows[0]:
        fail(f"{table}: no members at {times} x Cmax with {by}")
    persons, controls = scores_of(rows, risk, by)
    drugs = sorted(persons)
    if len(drugs) < len(CLASSES) + 1:
        fail(f"{table}: fewer than four drugs whose risk is known")
    scores = {d: middle(persons[d]) for d in drugs}
    found = {d: class_of(scores[d], *thresholds([e for e in drugs if e != d], scores, risk)) for d in drugs}
    pair = thresholds(drugs, scores, risk)
    among = f", {min(controls):.1f} to {max(controls):.1f} ms over {len(controls)} persons" if len(controls) > 1 else ""
    print(f"control: {NAMES.get(by, by)} {middle(controls):.1f} ms{among}; "
          f"thresholds of all: {pair[0]:.1f} and {pair[1]:.1f} ms")
    tell(drugs, persons, risk, found)
    if picture:
        draw(picture, drugs, persons, risk, pair, times, by)


parser = argparse.ArgumentParser(prog="drug_trial.py", description="see the head of this file")
parser.add_argument("table")
parser.add_argument("risk")
parser.add_argument("times_cmax", nargs="?", default="4")
parser.add_argument("picture", nargs="?")
parser.add_argument("--by", default="apd_ms")
given = parser.parse_args()
main(given.table, given.risk, given.times_cmax, given.picture, given.by)
