"""check_xarray.py MAPS: what a NetCDF user does with the maps, knowing only the names of the variables."""

import sys

try:
    import numpy
    import xarray
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

with xarray.open_dataset(sys.argv[1]) as maps:
    for name in ("activation_time", "repolarisation_time", "apd"):
        values = maps[name]
        assert values.dims == ("num_nodes",), (name, values.dims)
        assert values.attrs["units"] == "ms", (name, values.attrs)
        assert values.attrs["long_name"]
    activation = maps["activation_time"]
    never = numpy.isnan(activation.values)
    assert never[5::17].all() and never.sum() == len(never[5::17]), "NaN exactly where a node never activated"
    assert activation.max() == activation.values[~never][-1], "NaN does not spoil the maximum"
    assert maps["beat_activation_time"].dims == ("num_beats", "num_nodes")
    numpy.testing.assert_array_equal(maps["beat_activation_time"][0], activation)
    assert maps["activation_count"].dtype == numpy.int32
    assert [name.decode() for name in maps["probe_name"].values] == ["apex", "far_wall"]
    assert maps["probe_vm"].attrs["units"] == "mV" and maps["probe_position"].attrs["units"] == "mm"
    assert maps.attrs["program_version"] == "1.2.3"
