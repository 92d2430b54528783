"""compare.py FILE FILE...: fails unless all NetCDF files hold the same dimensions, variables, attributes and bits."""

import sys

try:
    import netCDF4
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)


def contents(path):
    with netCDF4.Dataset(path) as file:
        file.set_auto_mask(False)
        found = {"dimensions": {name: len(d) for name, d in file.dimensions.items()}}
        found["attributes"] = {name: str(file.getncattr(name)) for name in file.ncattrs()}
        for name, variable in file.variables.items():
            attributes = {key: str(variable.getncattr(key)) for key in variable.ncattrs()}
            found[name] = (variable.dimensions, variable.dtype.str, attributes, variable[...].tobytes())
        return found


def main():
    first = contents(sys.argv[1])
    assert "coordx" in first, f"{sys.argv[1]} holds no mesh"
    for path in sys.argv[2:]:
        other = contents(path)
        differ = [name for name in first.keys() | other.keys() if first.get(name) != other.get(name)]
        if differ:
            sys.exit(f"{path} differs from {sys.argv[1]} in {', '.join(sorted(differ))}")


main()
