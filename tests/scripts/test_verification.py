"""The page of verification: what a failing test, a missing figure and a figure that moved come to."""

import pathlib
import re
import subprocess
import sys
import tempfile

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "vv.py"
PAGE = SCRIPT.parents[1] / "docs" / "verification.md"
ROW = re.compile(r'^test = "(.*)"(?:\nkey = "(.*)")?', re.M)


def cases():
    """Of each test the keys that its rows ask for."""
    rows = ROW.findall((SCRIPT.parent / "verification.toml").read_text())
    return {test: [key for name, key in rows if name == test and key] for test, _ in rows}


def results(folder, status=None, left_out=None, twice=None):
    path = pathlib.Path(folder) / "results.xml"
    with open(path, "w") as file:
        file.write("<testsuite>")
        for test, keys in cases().items():
            file.write(f'<testcase name="{test}" status="{(status or {}).get(test, "run")}"><system-out>')
            file.writelines(f"verified {key} = 0.125, at most 1\n" for key in keys if key != left_out)
            file.writelines(f"verified {key} = 0.25, at most 1\n" for key in keys if key == twice)
            file.write("</system-out></testcase>")
        file.write("</testsuite>")
    return path


def check(path):
    return subprocess.run([sys.executable, SCRIPT, path, "--check"], capture_output=True, text=True)


def main():
    before = PAGE.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        moved = check(results(folder))
        assert moved.returncode == 1 and "is not what tests find now" in moved.stderr, moved.stderr
        assert moved.stderr.count("| 0.125 | at most 1 |") == sum(len(keys) for keys in cases().values())
        failed = check(results(folder, {"gate": "fail"}))
        assert failed.returncode == 1 and "the test gate did not pass" in failed.stderr, failed.stderr
        key = cases()["verify_splitting.np1"][0]
        missing = check(results(folder, left_out=key))
        assert missing.returncode == 1 and f"does not print 'verified {key}" in missing.stderr, missing.stderr
        differ = check(results(folder, twice=key))
        assert differ.returncode == 1 and f"prints two values of {key}" in differ.stderr, differ.stderr
    assert PAGE.read_bytes() == before, "--check writes the page"


if __name__ == "__main__":
    main()
