#!/usr/bin/env python3
"""Whether two map files hold the same bits of every floating-point variable.

usage: scripts/same_maps.py A.e.nc B.e.nc

NetCDF-4 files are HDF5: h5py or netCDF4 reads them, whichever is here. Exit code 1 where a variable differs or is missing.
"""
import sys


def variables(path):
    try:
        import h5py
        with h5py.File(path, "r") as file:
            return {name: v[...].tobytes() for name, v in file.items() if v.dtype.kind == "f"}
    except ImportError:
        import netCDF4
        with netCDF4.Dataset(path) as file:
            file.set_auto_mask(False)
            return {name: v[...].tobytes() for name, v in file.variables.items() if v.dtype.kind == "f"}


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    a, b = (variables(path) for path in sys.argv[1:])
    differ = sorted(set(a) ^ set(b)) + [name for name in a if name in b and a[name] != b[name]]
    print(f"{len(a)} variables, " + (f"these differ: {', '.join(differ)}" if differ else "all the same"))
    sys.exit(bool(differ))


if __name__ == "__main__":
    main()
