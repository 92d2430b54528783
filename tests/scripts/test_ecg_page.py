"""The page of scripts/ecg_page.py is to scale, and its leads stand where they are looked for."""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))
try:
    import matplotlib  # noqa: F401
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)
import ecg_page  # noqa: E402

TWELVE = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]


def options(**others):
    given = {"speed": 25, "gain": 10, "start": None, "title": None, "zero": False, "repeat": None}
    return argparse.Namespace(**{**given, **others})


def write(folder, duration_ms, leads=TWELVE):
    """Every lead is a triangle of 1 mV at 200 ms; lead number k is k uV lower."""
    path = pathlib.Path(folder) / "heart_ecg.csv"
    with open(path, "w", encoding="utf-8") as file:
        file.write("time_ms," + ",".join(leads) + "\n")
        for t in range(duration_ms + 1):
            height = max(0, 1 - abs(t - 200) / 50)
            file.write(f"{t}," + ",".join(f"{height - 1e-3 * k:.6f}" for k in range(len(leads))) + "\n")
    return path


def traces(figure, samples):
    """What is longer than a calibration pulse."""
    return [line for line in figure.axes[0].lines if len(line.get_xdata()) > samples]


class Page(unittest.TestCase):
    def draw(self, duration_ms, leads=TWELVE, **others):
        with tempfile.TemporaryDirectory() as folder:
            return ecg_page.draw(write(folder, duration_ms, leads), options(**others))

    def test_a_second_is_25_mm_and_a_millivolt_10(self):
        figure = self.draw(1000)
        self.assertEqual([round(25.4 * inches) for inches in figure.get_size_inches()], [297, 210])
        first = traces(figure, 500)[0]
        x, y = first.get_xdata(), first.get_ydata()
        self.assertAlmostEqual(x[-1] - x[0], 25)
        self.assertAlmostEqual(max(y) - min(y), 10)
        self.assertAlmostEqual(x[list(y).index(max(y))] - x[0], 5)

    def test_other_speeds_and_gains(self):
        first = traces(self.draw(1000, speed=50, gain=20), 500)[0]
        self.assertAlmostEqual(first.get_xdata()[-1] - first.get_xdata()[0], 50)
        self.assertAlmostEqual(max(first.get_ydata()) - min(first.get_ydata()), 20)

    def test_three_rows_of_four_and_a_strip_below(self):
        figure = self.draw(1000)
        names = [text.get_text() for text in figure.axes[0].texts]
        self.assertEqual(names[:13], ["I", "aVR", "V1", "V4", "II", "aVL", "V2", "V5", "III", "aVF", "V3", "V6", "II"])
        self.assertTrue(any("not a medical device" in name for name in names))
        lines = traces(figure, 500)
        for line, name in zip(lines, names):  # each lead is its own
            base = 155 if name in ("I", "aVR", "V1", "V4") else None
            if base:
                self.assertAlmostEqual(min(line.get_ydata()), base - 10 * 1e-3 * TWELVE.index(name))

    def test_ten_seconds_go_on_from_column_to_column(self):
        names = [text.get_text() for text in self.draw(10000).axes[0].texts]
        self.assertTrue(any("one after the other" in name for name in names))
        lines = traces(self.draw(10000), 2000)
        self.assertAlmostEqual(max(lines[0].get_ydata()), 165)  # the triangle is in the first column alone
        self.assertLess(max(lines[1].get_ydata()), 156)

    def test_a_beat_drawn_again_is_said(self):
        figure = self.draw(500, repeat=800)
        self.assertTrue(any("drawn again every 800 ms" in text.get_text() for text in figure.axes[0].texts))
        strip = traces(figure, 2000)[-1]
        self.assertAlmostEqual(strip.get_xdata()[-1] - strip.get_xdata()[0], 250, delta=0.1)

    def test_electrograms_are_strips(self):
        names = [text.get_text() for text in self.draw(500, ["cs1", "cs2"]).axes[0].texts]
        self.assertEqual(names[:2], ["cs1", "cs2"])

    def test_files_of_each_kind(self):
        with tempfile.TemporaryDirectory() as folder:
            path = write(folder, 500)
            for ending in ("pdf", "png", "svg"):
                page = pathlib.Path(folder) / f"page.{ending}"
                subprocess.run([sys.executable, SCRIPTS / "ecg_page.py", path, page], check=True)
                self.assertGreater(page.stat().st_size, 10000)
            refused = subprocess.run([sys.executable, SCRIPTS / "ecg_page.py", path, page.with_suffix(".doc")],
                                     capture_output=True, text=True, check=False)
            self.assertEqual(refused.returncode, 1)
            self.assertIn("ends with .pdf", refused.stderr)


if __name__ == "__main__":
    unittest.main()
