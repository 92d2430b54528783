# NetCDF built for MPI (netcdf_par.h, nc_create_par), as the imported target NetCDF::parallel.
# Debian puts it beside the serial library: headers in netcdf/mpi/include, the library named netcdf_mpi.
file(GLOB _netcdf_hints /usr/lib/*/netcdf/mpi)
find_path(NetCDFParallel_INCLUDE_DIR netcdf_par.h HINTS ${_netcdf_hints} PATH_SUFFIXES include)
find_library(NetCDFParallel_LIBRARY NAMES netcdf_mpi netcdf HINTS ${_netcdf_hints})
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(NetCDFParallel
  REASON_FAILURE_MESSAGE "install libnetcdf-mpi-dev, or give -DNetCDFParallel_INCLUDE_DIR and _LIBRARY"
  REQUIRED_VARS NetCDFParallel_LIBRARY NetCDFParallel_INCLUDE_DIR)
if(NetCDFParallel_FOUND AND NOT TARGET NetCDF::parallel)
  add_library(NetCDF::parallel UNKNOWN IMPORTED)
  set_target_properties(NetCDF::parallel PROPERTIES IMPORTED_LOCATION ${NetCDFParallel_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${NetCDFParallel_INCLUDE_DIR})
endif()
