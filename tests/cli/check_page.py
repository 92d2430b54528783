"""Opens a page in headless Chromium, without a network and with WebGL in software: no error on the console, and so many
coloured pixels; or what its programs have made of it.

usage: check_page.py PAGE LEAST_COLOURED [PICTURE.png]
       check_page.py PAGE --dump
Exit code 77 where Chromium or matplotlib is missing.
"""

import os
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
FLAGS = ["--headless=new", "--no-sandbox", "--disable-extensions", "--disable-background-networking", "--no-first-run",
         "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--hide-scrollbars", "--window-size=1280,1000",
         "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr", "--virtual-time-budget=3000"]


def fail(message):
    print(f"check_page.py: {message}", file=sys.stderr)
    sys.exit(1)


def run_chromium(page, what):
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("check_page.py: there is no chromium (scripts/install-dependencies.sh test)", file=sys.stderr)
        sys.exit(SKIPPED)
    with tempfile.TemporaryDirectory() as home:
        command = [chromium, *FLAGS, f"--user-data-dir={home}", what, "file://" + os.path.abspath(page)]
        return subprocess.run(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, stdout=subprocess.PIPE,
                              text=True, timeout=300, env={**os.environ, "HOME": home})


def photograph(page, picture):
    """What the console said."""
    done = run_chromium(page, f"--screenshot={picture}")
    if done.returncode != 0 or not os.path.exists(picture):
        fail(f"chromium ended with {done.returncode}:\n{done.stderr}")
    return [line for line in done.stderr.splitlines() if "CONSOLE" in line]


def coloured(picture):
    """Pixels that are neither grey nor nearly so: of maps, not of text."""
    try:
        from matplotlib.image import imread
    except ImportError:
        print("check_page.py: there is no matplotlib", file=sys.stderr)
        sys.exit(SKIPPED)
    image = imread(picture)[:, :, :3]
    return int((image.max(axis=2) - image.min(axis=2) > 0.4).sum())


def main(page, least, picture=None):
    if least == "--dump":
        print(run_chromium(page, "--dump-dom").stdout)
        return
    with tempfile.TemporaryDirectory() as folder:
        picture = picture or os.path.join(folder, "page.png")
        said = photograph(page, picture)
        if said:
            fail(f"{page}: the console says\n" + "\n".join(said))
        found = coloured(picture)
    if found < int(least):
        fail(f"{page}: {found} coloured pixels, and there should be {least}")
    print(f"{found} coloured pixels")


main(*sys.argv[1:])
