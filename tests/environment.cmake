# Read by ctest before each of its runs: what tests are started in. Open MPI would look for networks of clusters first,
# which takes longer than most of these tests.
if(NOT DEFINED ENV{OMPI_MCA_pml})
  set(ENV{OMPI_MCA_pml} ob1)
endif()
