#!/usr/bin/env python3
"""Imports the small CellML files of cellml_models.py, and published ones where ISOCHRONE_CELLML names their folder,
as headers NAME.h of models NAME.

usage: import_small.py FOLDER
"""

import os
import sys

from cellml_case import import_
from cellml_models import CELL, scaled
from test_import_cellml import PUBLISHED


def import_as(folder, name, path, *options):
    code, _, err = import_(path, "--name", name, "--output", os.path.join(folder, name + ".h"), *options)
    if code:
        sys.exit(err)


def main(folder):
    os.makedirs(folder, exist_ok=True)
    for name, text in (("whole_cell_2000", CELL), ("scaled_cell_2000", scaled())):
        path = os.path.join(folder, name + ".cellml")
        with open(path, "w", encoding="utf-8") as f:
            f.write(text)
        import_as(folder, name, path)
    for file, (options, _, _) in PUBLISHED.items():
        path = os.path.join(os.environ.get("ISOCHRONE_CELLML", ""), file)
        if os.environ.get("ISOCHRONE_CELLML") and os.path.exists(path):
            import_as(folder, "published_" + file.split(".")[0].replace("-", "_"), path, *options)


if __name__ == "__main__":
    main(sys.argv[1])
