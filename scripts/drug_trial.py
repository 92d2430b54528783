"""Classes the drugs of a trial by how far they prolong the action potential, and compares with their known risk.

usage: scripts/drug_trial.py DIR/table.csv RISK.csv [TIMES_CMAX [PICTURE.png]]

TABLE is that of isochrone study configs/drug-trial.yaml: a member a drug and multiple of Cmax, with apd_ms and
recovered_percent; the drug called none is the control. RISK has the columns drug and risk: low, intermediate, high.

A drug's score is the prolongation of the median action potential at TIMES_CMAX (4) times Cmax, in ms, or infinite where
tissue did not recover within the beat, or activated anew. Two thresholds part the classes. They are found without the
drug that they class (leave one out): those that class most of the others right, of several the middle one.
"""

import csv
import sys

CLASSES = ["low", "intermediate", "high"]


def fail(message):
    print(f"drug_trial.py: {message}", file=sys.stderr)
    sys.exit(1)


def read(path):
    try:
        with open(path, newline="") as file:
            return list(csv.DictReader(file))
    except OSError as e:
        fail(f"{path}: {e.strerror}")


def score_of(row, control_ms):
    if row["status"] != "done":
        fail(f"member {row['member']} is {row['status']}: run the study to its end first")
    if row["apd_ms"] == "" or float(row["recovered_percent"]) < 100 or row["induced"] == "1":
        return float("inf")
    return float(row["apd_ms"]) - control_ms


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


def draw(path, drugs, scores, risk, pair, times):
    import matplotlib
    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    order = sorted(drugs, key=lambda d: scores[d])
    most = max(s for s in scores.values() if s != float("inf"))
    colour = {"low": "#2a7", "intermediate": "#e90", "high": "#c22"}
    figure, axes = plt.subplots(figsize=(7, 6.5), constrained_layout=True)
    axes.barh(order, [min(scores[d], 1.15 * most) for d in order], color=[colour[risk[d]] for d in order])
    for limit in pair:
        axes.axvline(limit, color="black", linewidth=0.8)
    lost = "; longest bars: not recovered" if float("inf") in scores.values() else ""
    axes.set_xlabel(f"prolongation of APD90 at {times} x Cmax (ms){lost}")
    axes.legend(handles=[plt.Rectangle((0, 0), 1, 1, color=colour[c], label=f"known risk: {c}") for c in CLASSES])
    axes.tick_params(axis="y", labelsize=8)
    figure.savefig(path, dpi=110)


def main(table, risks, times="4", picture=None):
    rows = [r for r in read(table) if r["times_cmax"] == times]
    risk = {r["drug"]: r["risk"] for r in read(risks)}
    control = next((r for r in rows if r["drug"] == "none"), None) or fail(f"{table}: no drug none at {times} x Cmax")
    scores = {r["drug"]: score_of(r, float(control["apd_ms"])) for r in rows if r["drug"] in risk}
    drugs = sorted(scores)
    if len(drugs) < len(CLASSES) + 1:
        fail(f"{table}: fewer than four drugs whose risk is known")
    found = {d: class_of(scores[d], *thresholds([e for e in drugs if e != d], scores, risk)) for d in drugs}
    pair = thresholds(drugs, scores, risk)
    print(f"control: APD90 {float(control['apd_ms']):.1f} ms; thresholds of all: {pair[0]:.1f} and {pair[1]:.1f} ms")
    for d in sorted(drugs, key=lambda d: -scores[d]):
        print(f"{d:16} {scores[d]:8.1f} ms  known {risk[d]:12} found {found[d]:12}{'' if found[d] == risk[d] else ' *'}")
    print(f"\n{'known, found:':16}" + "".join(f"{c:>14}" for c in CLASSES))
    for c in CLASSES:
        print(f"{c:16}" + "".join(f"{sum(risk[d] == c and found[d] == f for d in drugs):14}" for f in CLASSES))
    right = sum(found[d] == risk[d] for d in drugs)
    apart = sum((found[d] == "low") == (risk[d] == "low") for d in drugs)
    print(f"\n{right} of {len(drugs)} right; low against the others: {apart} of {len(drugs)}")
    if picture:
        draw(picture, drugs, scores, risk, pair, times)


if not 3 <= len(sys.argv) <= 5:
    fail("usage: scripts/drug_trial.py DIR/table.csv RISK.csv [TIMES_CMAX [PICTURE.png]]")
main(*sys.argv[1:])
