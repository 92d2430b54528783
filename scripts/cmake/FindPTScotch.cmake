# PT-Scotch, as the imported target PTScotch::ptscotch.
find_path(PTScotch_INCLUDE_DIR ptscotch.h PATH_SUFFIXES scotch)
find_library(PTScotch_LIBRARY ptscotch)
find_library(PTScotch_SCOTCH_LIBRARY scotch)
find_library(PTScotch_ERR_LIBRARY ptscotcherr)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(PTScotch REASON_FAILURE_MESSAGE "install libptscotch-dev"
  REQUIRED_VARS PTScotch_LIBRARY PTScotch_SCOTCH_LIBRARY PTScotch_ERR_LIBRARY PTScotch_INCLUDE_DIR)
if(PTScotch_FOUND AND NOT TARGET PTScotch::ptscotch)
  add_library(PTScotch::ptscotch INTERFACE IMPORTED)
  set_target_properties(PTScotch::ptscotch PROPERTIES
    INTERFACE_LINK_LIBRARIES "${PTScotch_LIBRARY};${PTScotch_SCOTCH_LIBRARY};${PTScotch_ERR_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES ${PTScotch_INCLUDE_DIR})
endif()
