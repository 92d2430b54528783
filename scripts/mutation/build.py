"""A build of its own: a copy of the tree, its programs, and the tests that judge them."""

import dataclasses
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import time

NOT_JUDGES = {"long", "verylong", "fuzz", "gpu", "paraview", "mutation"}  # labels
NEVER_JUDGE = re.compile(r"same_bits|scripts_mutate|vectorised")  # what they compare is made of the same mutated text


def run(command, seconds=None, **options):
    """Exit status, or None when time was up; ends all that the command has started."""
    process = subprocess.Popen(command, start_new_session=True, stdin=subprocess.DEVNULL, **options)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        return None
    finally:
        if process.poll() is None:
            end(process)


def end(process):
    """mpirun, asked, ends its ranks, which takes some seconds; killed at once, it would leave them."""
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@dataclasses.dataclass
class Test:
    name: str
    command: list
    folder: str
    skip: int
    makes: set  # fixtures
    needs: set
    environment: list
    seconds: float = 0.0  # unmutated

    def most_seconds(self):
        """Of a mutated run. Generous: what takes longer hangs, and the machine may have others to serve."""
        return 60 + 10 * self.seconds


class Build:
    def __init__(self, root, folder, jobs):
        self.jobs = jobs  # of the compiler; tests run one after another
        self.root, self.tree, self.folder = root, folder, os.path.join(folder, "build")
        self.log = os.path.join(self.folder, "mutation.log")
        self.times = os.path.join(self.folder, "mutation-seconds.json")
        self.environment = dict(os.environ, OMP_WAIT_POLICY="passive", OMPI_ALLOW_RUN_AS_ROOT="1",
                                OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")

    def copy(self):
        """Copies what git would commit; files that are the same keep their times, so that builds stay whole."""
        listed = subprocess.check_output(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=self.root)
        wanted = {name for name in listed.decode().split("\0") if os.path.isfile(os.path.join(self.root, name))}
        for folder, folders, names in os.walk(self.tree):
            if folder == self.tree and "build" in folders:
                folders.remove("build")
            for name in names:
                path = os.path.join(folder, name)
                if os.path.relpath(path, self.tree) not in wanted:
                    os.remove(path)
        for name in wanted:
            source, target = os.path.join(self.root, name), os.path.join(self.tree, name)
            if not os.path.exists(target) or open(source, "rb").read() != open(target, "rb").read():
                os.makedirs(os.path.dirname(target), exist_ok=True)
                shutil.copy(source, target)

    def configure(self):
        os.makedirs(self.folder, exist_ok=True)
        # One instruction set: a fault in a kernel is compiled once for each precision.
        command = ["cmake", "-S", self.tree, "-B", self.folder, "-G", "Ninja", "-DISOCHRONE_CUDA=OFF",
                   "-DISOCHRONE_SIMD=native"]
        if shutil.which("ccache"):
            command += [f"-DCMAKE_{language}_COMPILER_LAUNCHER=ccache" for language in ("C", "CXX")]
        with open(self.log, "w") as log:
            return run(command, stdout=log, stderr=log, env=self.environment) == 0

    def make(self, seconds, targets=()):
        """Whether the targets (all, without any) compile, and the compiler does not point at an argument of the wrong
        type."""
        command = ["ninja", "-C", self.folder, "-j", str(self.jobs), *targets]
        with open(self.log, "w") as log:
            built = run(command, seconds, stdout=log, stderr=log, env=self.environment) == 0
        return built and not re.search(r"-W(incompatible-pointer-types|int-conversion)", open(self.log).read())

    def objects_of(self, path):
        """What is compiled from a file of the tree; nothing for a header."""
        source = os.path.join(self.tree, path)
        asked = subprocess.run(["ninja", "-C", self.folder, "-t", "query", source], capture_output=True, text=True)
        return re.findall(r"^    (\S+\.o)$", asked.stdout, re.M)

    def read(self, path):
        with open(os.path.join(self.tree, path)) as file:
            return file.read()

    def write(self, path, text):
        with open(os.path.join(self.tree, path), "w") as file:
            file.write(text)

    # ---- tests ----

    def tests(self):
        listed = subprocess.check_output(["ctest", "--test-dir", self.folder, "--show-only=json-v1"], env=self.environment)
        found = []
        for entry in json.loads(listed)["tests"]:
            has = {p["name"]: p["value"] for p in entry.get("properties", [])}
            if "command" in entry and not NOT_JUDGES & set(has.get("LABELS", [])) \
                    and not NEVER_JUDGE.match(entry["name"]):
                found.append(Test(entry["name"], entry["command"], has.get("WORKING_DIRECTORY", self.folder),
                                  has.get("SKIP_RETURN_CODE", 0), set(has.get("FIXTURES_SETUP", [])),
                                  set(has.get("FIXTURES_REQUIRED", [])), has.get("ENVIRONMENT", [])))
        return found

    def passes(self, test, seconds):
        environment = dict(self.environment, **dict(e.split("=", 1) for e in test.environment))
        with open(self.log, "w") as log:
            status = run(test.command, seconds, cwd=test.folder, stdout=log, stderr=log, env=environment)
        return status == 0 or (status is not None and status == test.skip)

    def measure(self, tests):
        """Their seconds, from an earlier time or by running them; the names of those that fail unmutated."""
        known = json.load(open(self.times)) if os.path.exists(self.times) else {}
        failed = []
        for test in sorted(tests, key=lambda t: bool(t.needs)):
            if test.name not in known:
                start = time.monotonic()
                if not self.passes(test, 1800):
                    failed.append(test.name)
                    continue
                known[test.name] = time.monotonic() - start
                json.dump(known, open(self.times, "w"), indent=1)
            test.seconds = known[test.name]
        return failed

    # ---- what a mutant has changed ----

    def files_of(self, test):
        """The files of the build that the test names: programs, libraries and objects, as targets."""
        named = [word for word in test.command if word.startswith(self.folder + os.sep)]
        return [os.path.relpath(word, self.folder) for word in named if os.path.isfile(word)]

    def digest(self, target):
        path = os.path.join(self.folder, target)
        return hashlib.sha1(open(path, "rb").read()).hexdigest() if os.path.isfile(path) else None

    def digests(self, tests):
        """Of all objects, and of what tests name: what is different later has been changed by a fault."""
        found = {target: self.digest(target) for test in tests for target in self.files_of(test)}
        for folder, _, names in os.walk(self.folder):
            for name in names:
                if name.endswith(".o"):
                    target = os.path.relpath(os.path.join(folder, name), self.folder)
                    found[target] = self.digest(target)
        return found

    def is_given_sources(self, test):
        sources = re.compile(re.escape(self.tree) + r"(?:/tests/\w+/\.\./\.\.)?$")
        return "own" in test.name or any(sources.match(word) for word in test.command)
