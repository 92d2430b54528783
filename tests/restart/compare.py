"""compare.py FILE FILE [NAME]: fails unless both results hold the same bits, but for what tells of the machine and the
day, and for variables and dimensions with NAME in theirs, which one of them has beside the other's."""

import json
import sys

try:
    import netCDF4
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

# The configuration may differ in keys that change no result.
FREE = {"date", "program_commit", "device", "ranks", "threads", "wall_seconds", "configuration"}
SUMMARY = ("nodes", "elements", "steps", "step_ms", "simulated_ms", "ended", "activated_nodes", "first_activation_ms",
           "last_activation_ms", "precision", "splitting", "diffusion", "fast_current")


def contents(path, beside):
    if path.endswith(".json"):
        with open(path, encoding="utf-8") as file:
            summary = json.load(file)
        return {key: summary[key] for key in SUMMARY}
    with netCDF4.Dataset(path) as file:
        file.set_auto_mask(False)
        found = {"dimensions": {name: len(d) for name, d in file.dimensions.items() if not (beside and beside in name)}}
        found["attributes"] = {name: str(file.getncattr(name)) for name in file.ncattrs() if name not in FREE}
        for name, variable in file.variables.items():
            if beside and beside in name:
                continue
            attributes = {key: str(variable.getncattr(key)) for key in variable.ncattrs()}
            found[name] = (variable.dimensions, variable.dtype.str, attributes, variable[...].tobytes())
        return found


def main():
    beside = sys.argv[3] if len(sys.argv) > 3 else ""
    first, other = contents(sys.argv[1], beside), contents(sys.argv[2], beside)
    assert len(first) > 3, f"{sys.argv[1]} holds nothing to compare"
    differ = [name for name in first.keys() | other.keys() if first.get(name) != other.get(name)]
    if differ:
        sys.exit(f"{sys.argv[2]} differs from {sys.argv[1]} in {', '.join(sorted(differ))}")


main()
