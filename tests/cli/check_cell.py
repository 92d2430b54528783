"""Checks that a single-cell NetCDF file agrees with its CSV and says what it holds: check_cell.py FILE.nc FILE.csv"""
import csv
import sys

try:
    import numpy as np
    import xarray
except ImportError:
    sys.exit(77)

data = xarray.open_dataset(sys.argv[1])
rows = list(csv.DictReader(open(sys.argv[2])))
assert rows and data.sizes["cell"] == len(rows)
for name in rows[0]:
    values = data[name].values
    assert data[name].attrs["units"] and data[name].attrs["long_name"], name
    for row, value in zip(rows, values):
        if name == "steady":
            words = data[name].attrs["flag_meanings"].split()
            assert words[value] == row[name]
        else:
            assert value == float(row[name] or "nan") or (np.isnan(value) and not row[name]), (name, row, value)
assert data["Vm"].attrs["units"] == "mV" and data["Ca_i"].attrs["units"] == "mM"
assert data.attrs["model"] == "ten_tusscher_2006" and data.attrs["variant"] == "endo"
assert data["time"].attrs["units"] == "ms"

for cell, row in enumerate(rows):
    one = data.isel(cell=cell)
    last = float(row["cycle_length_ms"])
    assert float(one["Vm"][0]) == float(row["rest_mV"])
    lived = one["Vm"].values[data["time"].values <= last]
    assert np.isfinite(lived).all() and np.isnan(one["Vm"].values[data["time"].values > last]).all()
    assert abs(lived.max() - float(row["peak_mV"])) < 1  # a trace has a value each 0.5 ms
    for name in data:
        if "time" in data[name].dims:
            assert np.isfinite(one[name].values[: len(lived)]).all(), name
