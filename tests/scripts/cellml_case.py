"""What tests of the import of CellML share: imports, compiled headers, and independent integration."""

import math
import os
import subprocess
import sys
import tempfile
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
FLAGS = "-std=gnu11 -O2 -Wall -Wextra -Werror -ffp-contract=off".split()


def import_(path, *options):
    """(exit code, standard output, standard error)"""
    done = subprocess.run(
        [sys.executable, os.path.join(ROOT, "scripts", "import_cellml.py"), path, *options],
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout, done.stderr


class Case(unittest.TestCase):
    compiler = "cc"

    def setUp(self):
        self._folder = tempfile.TemporaryDirectory()
        self.addCleanup(self._folder.cleanup)
        self.folder = self._folder.name

    def write(self, text, name="small.cellml"):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        return path

    def imported(self, text, *options):
        """(report, header's text)"""
        return self.imported_file(self.write(text), *options)

    def imported_file(self, path, *options):
        self.header = os.path.join(self.folder, "imported_2000.h")
        code, out, err = import_(path, "--name", "imported_2000", "--output", self.header, *options)
        self.assertEqual(code, 0, err)
        with open(self.header, encoding="utf-8") as f:
            return out, f.read()

    def compiled(self, source, *flags):
        """A program of a C file that includes the imported header as HEADER."""
        program = os.path.join(self.folder, "program")
        subprocess.run(
            [Case.compiler, *FLAGS, f"-I{ROOT}", f'-DHEADER="{self.header}"', *flags, source, "-o", program, "-lm"],
            check=True,
        )
        return program

    def paced(self, step, cycle, beats, stimulus, duration):
        """((rest, peak, APD50, APD90, largest fast current), Vm at each ms of the last beat)"""
        program = self.compiled(os.path.join(HERE, "drive_model.c"), "-DMODEL=imported_2000")
        text = subprocess.run(
            [program, *map(str, (step, cycle, beats, stimulus, duration))],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.split("\n")
        return [float(x) for x in text[0].split()], [float(x) for x in text[1:] if x]

    def refused(self, text, *parts, options=()):
        code, _, err = import_(
            self.write(text),
            "--name",
            "imported_2000",
            "--output",
            os.path.join(self.folder, "x.h"),
            *options,
        )
        self.assertEqual(code, 2, err)
        for part in ("small.cellml",) + parts:
            self.assertIn(part, err)
        self.assertEqual(err.count("\n"), 1, err)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "x.h")))


def runge_kutta(slopes, y, step, duration, stimulus, pulse):
    """Vm, y[0], at each ms; a stimulus on its slope while t < pulse."""
    trace = []
    for i in range(round(duration / step)):
        if i % round(1 / step) == 0:
            trace.append(y[0])
        add = stimulus if i * step < pulse - 1e-9 else 0

        def f(z):
            d = slopes(z)
            return [d[0] + add] + d[1:]

        k1 = f(y)
        k2 = f([a + 0.5 * step * b for a, b in zip(y, k1)])
        k3 = f([a + 0.5 * step * b for a, b in zip(y, k2)])
        k4 = f([a + step * b for a, b in zip(y, k3)])
        y = [a + step / 6 * (p + 2 * q + 2 * r + s) for a, p, q, r, s in zip(y, k1, k2, k3, k4)]
    return trace + [y[0]]


def difference(trace, exact):
    """The largest; infinite where one is not a number, which max would pass over."""
    return max(abs(a - b) if math.isfinite(a - b) else math.inf for a, b in zip(trace, exact))
