# HDF5 built for MPI (hdf5.h, H5Dwrite_chunk), that parallel NetCDF stands on, as the imported target HDF5::parallel.
# Debian puts it beside the serial library: headers in hdf5/MPI, the library named hdf5_MPI.
file(GLOB _hdf5_hints /usr/include/hdf5/openmpi /usr/include/hdf5/mpich)
find_path(HDF5Parallel_INCLUDE_DIR hdf5.h HINTS ${_hdf5_hints})
find_library(HDF5Parallel_LIBRARY NAMES hdf5_openmpi hdf5_mpich hdf5)
set(_hdf5_remedy "install libhdf5-mpi-dev, or give -DHDF5Parallel_INCLUDE_DIR and _LIBRARY")
set(HDF5Parallel_FOR_MPI)
if(EXISTS ${HDF5Parallel_INCLUDE_DIR}/H5public.h)
  # Fedora has H5pubconf-64.h behind H5pubconf.h.
  file(GLOB _hdf5_settings ${HDF5Parallel_INCLUDE_DIR}/H5pubconf*.h)
  foreach(_hdf5_file IN LISTS _hdf5_settings)
    file(STRINGS ${_hdf5_file} _hdf5_line REGEX "^#define H5_HAVE_PARALLEL ")
    list(APPEND HDF5Parallel_FOR_MPI ${_hdf5_line})
  endforeach()
  foreach(_hdf5_part MAJOR MINOR RELEASE)
    file(STRINGS ${HDF5Parallel_INCLUDE_DIR}/H5public.h _hdf5_line REGEX "^#define H5_VERS_${_hdf5_part}[ \t]")
    string(REGEX REPLACE "^#define H5_VERS_${_hdf5_part}[ \t]+([0-9]+).*" "\\1" _hdf5_${_hdf5_part} "${_hdf5_line}")
  endforeach()
  set(HDF5Parallel_VERSION ${_hdf5_MAJOR}.${_hdf5_MINOR}.${_hdf5_RELEASE})
  if(NOT HDF5Parallel_FOR_MPI)
    string(PREPEND _hdf5_remedy "the HDF5 of ${HDF5Parallel_INCLUDE_DIR} was built without MPI: ")
  endif()
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(HDF5Parallel
  REASON_FAILURE_MESSAGE "${_hdf5_remedy}"
  REQUIRED_VARS HDF5Parallel_LIBRARY HDF5Parallel_INCLUDE_DIR HDF5Parallel_FOR_MPI
  VERSION_VAR HDF5Parallel_VERSION)
if(HDF5Parallel_FOUND AND NOT TARGET HDF5::parallel)
  add_library(HDF5::parallel UNKNOWN IMPORTED)
  set_target_properties(HDF5::parallel PROPERTIES IMPORTED_LOCATION ${HDF5Parallel_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${HDF5Parallel_INCLUDE_DIR})
endif()
