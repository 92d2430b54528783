#!/usr/bin/env python3
"""Writes docs/verification.md from what tests printed.

usage: vv.py --tests | vv.py RESULTS.xml [--check]

RESULTS.xml is what `ctest --output-junit` wrote of a run whose tests passed; --check compares with the page that is there instead
of writing it; --tests prints a regular expression of the tests that the page needs. scripts/vv.sh does all of it.
"""

import pathlib
import re
import sys
import tomllib
import xml.etree.ElementTree

root = pathlib.Path(__file__).resolve().parent.parent
page_file = root / "docs" / "verification.md"
FIGURE = re.compile(r"verified (\S+) = (\S+), (.*)")


def fail(message):
    sys.exit(f"error: {message}")


def read_report():
    with open(root / "scripts" / "verification.toml", "rb") as file:
        return tomllib.load(file)


def rows_of(report):
    return [row for section in report["section"] for row in section.get("row", [])]


def tests_of(report):
    return sorted({row["test"] for row in rows_of(report)})


def read_results(path):
    """By test: whether it passed, and by key: value and bound as printed."""
    results = {}
    for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
        text = case.findtext("system-out") or ""
        figures = {}
        for key, value, bound in FIGURE.findall(text):
            if figures.setdefault(key, (value, bound.strip()))[0] != value:
                fail(f"{case.get('name')} prints two values of {key}: each rank should print that of all")
        results[case.get("name")] = (case.get("status") == "run", figures)
    return results


def rounded(text):
    """Four digits, as they read best; of what only rounding makes, one."""
    value = float(f"{float(text):.4g}")
    if 0 < abs(value) < 1e-12:
        return f"{value:.0e}"
    return f"{value:g}" if value == 0 or 1e-3 <= abs(value) < 1e6 else f"{value:.3e}"


def line_of(row, results):
    if row["test"] not in results:
        fail(f"no result of the test {row['test']}: scripts/vv.sh runs it")
    passed, figures = results[row["test"]]
    if not passed:
        fail(f"the test {row['test']} did not pass")
    found, allowed = "passes", ""
    if "key" in row:
        if row["key"] not in figures:
            fail(f"the test {row['test']} does not print 'verified {row['key']} = ...'")
        found, allowed = rounded(figures[row["key"]][0]), figures[row["key"]][1]
    return f"| {row['what']} | {row['against']} | {found} | {allowed} | `{row['test']}` |"


def write_page(report, results):
    lines = [f"# {report['title']}", "", "<!-- Made by scripts/vv.sh of scripts/verification.toml and the tests' output. -->"]
    lines += ["", report["intro"].strip(), ""]
    lines += ["`scripts/vv.sh` runs these tests and writes this page anew; `scripts/vv.sh --check` says whether it is still true."]
    for section in report["section"]:
        lines += ["", f"## {section['title']}", "", section["text"].strip()]
        if section.get("row"):
            lines += ["", "| what | against | found | allowed | test |", "|---|---|---|---|---|"]
            lines += [line_of(row, results) for row in section["row"]]
    return "\n".join(lines) + "\n"


def unused(report, results):
    """Figures that tests print and the page does not show, so that none is left out by accident."""
    shown = {row.get("key") for row in rows_of(report)}
    return sorted(key for _, figures in results.values() for key in figures if key not in shown)


def main():
    arguments = sys.argv[1:]
    report = read_report()
    if arguments == ["--tests"]:
        print("^(" + "|".join(re.escape(test) for test in tests_of(report)) + ")$")
        return
    if not arguments or arguments[0].startswith("-") or arguments[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    results = read_results(arguments[0])
    page = write_page(report, results)
    for key in unused(report, results):
        print(f"printed, but in no row: {key}")
    if arguments[1:]:
        before = page_file.read_text(encoding="utf-8").splitlines() if page_file.exists() else []
        changed = [line for line in page.splitlines() if line not in before]
        if changed or len(before) != len(page.splitlines()):
            fail("docs/verification.md is not what tests find now (scripts/vv.sh writes it anew):\n" + "\n".join(changed))
        return
    page_file.write_text(page, encoding="utf-8")
    print(f"{page_file.relative_to(root)}: {len(rows_of(report))} rows")


if __name__ == "__main__":
    main()
