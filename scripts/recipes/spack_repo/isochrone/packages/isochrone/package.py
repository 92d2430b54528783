# Isochrone for CPUs by Spack 1.0 or later, from a clone:
#   spack repo add scripts/recipes/spack_repo/isochrone
#   spack dev-build --source-path . isochrone@main
# A research tool, not a medical device.
from spack.package import Executable, depends_on, generator, license, run_after, version
from spack_repo.builtin.build_systems.cmake import CMakePackage


class Isochrone(CMakePackage):
    """Solver of cardiac electricity: monodomain and eikonal models on meshes of hearts."""

    license("Apache-2.0")

    version("main")

    depends_on("c", type="build")
    depends_on("cmake@3.25:", type="build")
    depends_on("pkgconfig", type="build")
    depends_on("mpi")
    depends_on("hdf5@1.10.3:+mpi")
    depends_on("netcdf-c+mpi")
    depends_on("scotch+mpi")
    depends_on("libyaml")
    depends_on("zlib-api")
    depends_on("isa-l")
    depends_on("lz4")
    depends_on("xz")
    depends_on("gcc", type="run")  # compiles models of the user's own

    generator("ninja")

    def cmake_args(self):
        return [
            self.define("ISOCHRONE_SIMD", "all"),
            self.define("ISOCHRONE_TESTS", False),
            self.define("ISOCHRONE_CUDA", False),
        ]

    @run_after("install")
    def check_first(self):
        Executable(self.prefix.bin.isochrone)("check", self.prefix.share.isochrone.configs.join("slab-first.yaml"))
