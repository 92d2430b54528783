"""Classes of made-up drugs by scripts/drug_trial.py: what parts well, what does not, what is refused."""

import os
import subprocess
import sys
import tempfile

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "scripts", "drug_trial.py")
RISK = {"a": "low", "b": "low", "c": "low", "d": "intermediate", "e": "intermediate", "f": "intermediate", "g": "high",
        "h": "high", "i": "high"}
APD = {"none": 300, "a": 290, "b": 301, "c": 303, "d": 330, "e": 340, "f": 350, "g": 500, "h": 510, "i": None}


def run(apd, folder, status="done"):
    table, risk = os.path.join(folder, "table.csv"), os.path.join(folder, "risk.csv")
    with open(table, "w") as file:
        file.write("member,drug,times_cmax,apd_ms,recovered_percent,induced,status\n")
        for k, (drug, ms) in enumerate(apd.items()):
            file.write(f"{k + 1},{drug},4,{'' if ms is None else ms},{0 if ms is None else 100},0,{status}\n")
            file.write(f"{k + 1},{drug},9,1,100,0,{status}\n")
    with open(risk, "w") as file:
        file.write("drug,risk\n" + "".join(f"{d},{r}\n" for d, r in RISK.items()))
    return subprocess.run([sys.executable, SCRIPT, table, risk], capture_output=True, text=True)


def main():
    with tempfile.TemporaryDirectory() as folder:
        # Parted by gaps: all are right, though none has had a part in its thresholds; i has not recovered.
        done = run(APD, folder)
        assert done.returncode == 0, done.stderr
        assert "9 of 9 right; low against the others: 9 of 9" in done.stdout, done.stdout
        assert "control: APD90 300.0 ms; thresholds of all: 16.5 and 125.0 ms" in done.stdout, done.stdout
        # A low one that prolongs most is found high by thresholds that the others make.
        done = run({**APD, "a": 600}, folder)
        assert "8 of 9 right; low against the others: 8 of 9" in done.stdout, done.stdout
        assert "a                   300.0 ms  known low          found high         *" in done.stdout, done.stdout
        # Three persons, and another outcome: each against itself, the middle one of the three counts, and one of c's, who does
        # not recover, changes no class.
        table = os.path.join(folder, "table.csv")
        with open(table, "w") as file:
            file.write("member,drug,times_cmax,person,apd_ms,qt_ms,recovered_percent,induced,status\n")
            for drug, ms in APD.items():
                for person, more in (("x", 0), ("y", 50), ("z", 100)):
                    lost = ms is None or (drug == "c" and person == "z")
                    qt = "" if lost else ms + more + (5 if drug == "d" and person == "z" else 0)
                    file.write(f"1,{drug},4,{person},,{qt},{0 if lost else 100},0,done\n")
        done = subprocess.run([sys.executable, SCRIPT, table, os.path.join(folder, "risk.csv"), "--by", "qt_ms"],
                              capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert "control: QT 350.0 ms, 300.0 to 400.0 ms over 3 persons" in done.stdout, done.stdout
        assert "9 of 9 right" in done.stdout and " 30.0 ms (30.0 to 35.0)" in done.stdout, done.stdout
        assert "  3.0 ms (3.0 to inf)" in done.stdout, done.stdout
        done = run(APD, folder, status="waiting")
        assert done.returncode == 1 and "run the study to its end first" in done.stderr, done.stderr


main()
