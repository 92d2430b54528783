#!/usr/bin/env python3
"""usage: test_spack.py SOURCES: the Spack recipe configures what scripts/package.sh does, depends on what
scripts/install-dependencies.sh installs, and ends with the check of the containers' recipes. Spack itself is a stand-in."""
import os
import re
import subprocess
import sys
import types

RECIPE = "scripts/recipes/spack_repo/isochrone/packages/isochrone/package.py"
# What Debian's packages are to Spack; None: not needed there, with the reason.
SPACK = {
    "ca-certificates": None, "git": None, "make": None, "libc6-dev": None,  # of any machine with Spack
    "libcmocka-dev": None,  # of the tests
    "libjs-three": None,  # Spack has none: pages of results have no maps
    "gcc": "c", "cmake": "cmake", "ninja-build": "ninja", "pkgconf": "pkgconfig", "openmpi-bin": "mpi",
    "libopenmpi-dev": "mpi", "libhdf5-mpi-dev": "hdf5", "libnetcdf-mpi-dev": "netcdf-c+mpi", "libptscotch-dev": "scotch+mpi", "libyaml-dev": "libyaml",
    "zlib1g-dev": "zlib-api", "libisal-dev": "isa-l", "liblz4-dev": "lz4", "liblzma-dev": "xz"}


class Path(str):
    """Of an installation: an attribute is a folder below."""

    def __getattr__(self, name):
        return Path(f"{self}/{name}")

    def join(self, name):
        return f"{self}/{name}"


def run_recipe(path):
    """The recipe's class, what it depends on, and a list that its commands will be put into."""
    needs, commands = [], []
    spack = types.ModuleType("spack.package")
    spack.depends_on = lambda spec, type=None: needs.append(spec)
    spack.generator = needs.append
    spack.license = spack.version = lambda *_: None
    spack.run_after = lambda phase: lambda function: function
    spack.Executable = lambda program: lambda *arguments: commands.append([program, *arguments])
    cmake = types.ModuleType("spack_repo.builtin.build_systems.cmake")
    cmake.CMakePackage = type("CMakePackage", (), {
        "prefix": Path("P"),
        "define": lambda self, name, value: f"-D{name}={ {True: 'ON', False: 'OFF'}.get(value, value) }"})
    modules = {name: types.ModuleType(name) for name in ("spack", "spack_repo", "spack_repo.builtin",
                                                         "spack_repo.builtin.build_systems")}
    sys.modules.update(modules, **{spack.__name__: spack, cmake.__name__: cmake})
    names = {}
    with open(path) as file:
        exec(compile(file.read(), path, "exec"), names)
    return names["Isochrone"](), needs, commands


def main():
    os.chdir(sys.argv[1])
    package, needs, commands = run_recipe(RECIPE)

    with open("scripts/package.sh") as file:
        line = next(l for l in file if l.startswith("cmake -B"))
    wanted = re.findall(r"-DISOCHRONE_\w+=\S+", line.replace("$cuda", "OFF"))
    assert package.cmake_args() == wanted, (package.cmake_args(), wanted)

    debian = subprocess.run(["scripts/install-dependencies.sh", "--list", "build"], capture_output=True, text=True, check=True)
    wanted = {SPACK[name] for name in debian.stdout.split()} - {None}
    bare = {spec.split("@")[0] for spec in needs} - {"gcc"}  # it runs gcc, too
    assert bare == wanted, bare ^ wanted
    with open("CMakeLists.txt") as file:
        build = file.read()
    assert f"cmake@{re.search('VERSION ([0-9.]+)', build)[1]}:" in needs
    assert f"hdf5@{re.search('HDF5Parallel ([0-9.]+)', build)[1]}:+mpi" in needs

    package.check_first()
    with open("scripts/recipes/Dockerfile") as file:
        check = re.search("RUN (isochrone check .*)", file.read())[1]
    assert commands == [check.replace("isochrone", "P/bin/isochrone", 1).replace("/usr/local", "P").split()], commands


main()
