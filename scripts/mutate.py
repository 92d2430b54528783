#!/usr/bin/env python3
"""Puts small plausible faults into src/ and kernels/, one at a time, and shows which of them no test notices.

usage: scripts/mutate.py [options]

  --seed N       which sample (default 1)
  --count N      how many faults (default 60)
  --rooms REGEX  only in folders whose path has it, such as 'src/grid' (default: all, each at least once)
  --least P      exit status 1 where less than that percentage is noticed (default 90)
  --limit S      tests for one fault, in seconds that they take unmutated; what none of them has noticed survives
                 (default 1800)
  --jobs N       compilers at once (default: as many as there are cores)
  --nice N       how much others of the machine go first (default 10)
  --targeted     only the tests that are named after the room: quick, and a lower bound
  --again        judges those once more that survived an earlier time
  --work FOLDER  of the copy of the tree, its build and the verdicts (default build-mutation)
  --list         prints the sample and ends

The copy is built once, for one instruction set. For each fault what depends on its file is made anew, test by test:
those of the fault's room first, shortest first, then the others of the fast suite, up to the first that fails. Tests
that run nothing that has changed are left out. Faults that do not compile, or that change no object, are replaced by
others. The first time, all tests are run unmutated to see how long each takes; a fault may take ten times that. Those
that fail then are named and left out.

Verdicts are kept in build/verdicts.jsonl of --work, one a line: the same call goes on where an earlier one was
stopped, and what is judged is not judged again. Remove the line, or the file, where it should be.

Some faults change nothing that anybody could notice. scripts/mutation/equivalent.txt lists them with a reason, and
they are not counted. A line of it is what a survivor prints, and the reason."""

import argparse
import json
import os
import random
import re
import signal
import sys
import time

from mutation.build import Build
from mutation.operators import mutants_of

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# Tests to run first, by the folder of the fault; of rooms that are not here, those with their name.
FIRST = [
    ("src/base", "test_base|grid_read_text|cli.np1"),
    ("src/grid", "grid_|cli.np1"),
    ("src/linear", "linear|solve_(operator|diffusion|bits$)"),
    ("src/tissue", "study_tissue|solve_fields|solve_operator"),
    ("src/solve/device_fits", "fault_cuda"),
    ("src/solve", "solve_|restart|two_simulations|verify_splitting|gate"),
    ("src/observe|src/act", "observe|act|io_output|cli.stop"),
    ("src/result", "io_|test_summary|restart|fault_output|cli.cell"),
    ("src/config", "test_config|cli.np1"),
    ("src/plugin", "own|plugin|cli.cell"),
    ("src/cell", "solve_pacing|cli.(cell|terminal)"),
    ("src/study", "study_|io_node_field|cli"),
    ("src/app|src$|src/main", "cli|bench"),
    ("kernels/own", "own"),
    ("kernels/cuda", "parity|bits.emulated|own_devices|fault_cuda"),
    ("kernels/models", "kernels_|scripts"),
    ("kernels", "kernels_(?!pacing)|solve_(fast_current|watch|operator|bits$)"),
]


def first_tests(path):
    return next((pattern for room, pattern in FIRST if re.match(room, path)), path.split("/")[:2][-1])


def mutants_by_room(rooms):
    """{room: {kind: [mutant]}} of the rooms whose path has the regular expression."""
    found = {}
    for folder, _, names in os.walk(ROOT):
        room = os.path.relpath(folder, ROOT)
        if not re.match(r"(src|kernels)\b", room) or not re.search(rooms, room):
            continue
        for name in sorted(names):
            if name.endswith((".c", ".h", ".cu")):
                path = os.path.join(room, name)
                for mutant in mutants_of(path, open(os.path.join(ROOT, path)).read()):
                    found.setdefault(room, {}).setdefault(mutant.kind, []).append(mutant)
    return found


def sample(by_room, random_numbers):
    """An endless, fair sequence of mutants: every room once, then by the number of lines that could be wrong. In a
    room each kind of fault is as likely as any other."""
    lines = {room: len({(m.path, m.line) for ms in kinds.values() for m in ms}) for room, kinds in by_room.items()}
    names = sorted(by_room)
    queue = random_numbers.sample(names, len(names))
    seen = set()
    while True:
        room = queue.pop() if queue else random_numbers.choices(names, [lines[n] for n in names])[0]
        kind = random_numbers.choice(sorted(by_room[room]))
        mutant = random_numbers.choice(by_room[room][kind])
        if (mutant.path, mutant.line) not in seen:
            seen.add((mutant.path, mutant.line))
            yield mutant


class Judge:
    def __init__(self, build, limit, targeted):
        self.build, self.limit, self.targeted = build, limit, targeted
        self.trust(build.tests())

    def trust(self, tests):
        self.tests = tests
        self.setups = {}
        for test in tests:
            for fixture in test.makes:
                self.setups.setdefault(fixture, []).append(test)

    def with_setups(self, test):
        """The test, after those that make what it needs."""
        return [setup for fixture in sorted(test.needs) for setup in self.setups.get(fixture, [])] + [test]

    def prepare(self, rooms):
        """Sees that every test that may be asked passes without a fault."""
        wanted = re.compile("|".join(first_tests(room) for room in rooms) if self.targeted else "")
        asked = [t for t in self.tests if wanted.search(t.name)]
        failed = self.build.measure([each for test in asked for each in self.with_setups(test)])
        if failed:
            print("left out, for they fail without any fault: " + ", ".join(failed), flush=True)
            self.trust([t for t in self.tests if t.name not in failed])
        self.unmutated = self.build.digests(self.tests)

    def in_order(self, mutant):
        """The tests that might notice, each after those that it needs: of the room first, then the shortest."""
        first = re.compile(first_tests(mutant.path))
        asked = [t for t in self.tests if not self.targeted or first.search(t.name)]
        for test in sorted(asked, key=lambda t: (not first.search(t.name), t.seconds)):
            yield self.with_setups(test)

    def changes(self, targets):
        return any(self.build.digest(target) != self.unmutated.get(target) for target in targets)

    def noticed_by(self, mutant):
        """(who noticed, seconds), ("", seconds) for a survivor, or (None, ..) for what is no fault."""
        source, start = self.build.read(mutant.path), time.monotonic()
        try:
            self.build.write(mutant.path, mutant.apply(source))
            objects = self.build.objects_of(mutant.path)
            if objects and (not self.build.make(1800, objects) or not self.changes(objects)):
                return None, 0
            return self.ask(mutant, anything=bool(objects)), time.monotonic() - start
        finally:
            self.build.write(mutant.path, source)

    def ask(self, mutant, anything):
        """Who notices; anything: it is known that an object has changed."""
        done, left = set(), self.limit
        for group in self.in_order(mutant):
            targets = [target for test in group for target in self.build.files_of(test)]
            if targets and not self.build.make(1800, targets):
                return None
            # Sources that tests compile themselves are those of kernels.
            given = mutant.path.startswith("kernels/") and any(self.build.is_given_sources(t) for t in group)
            if not given and not self.changes(targets):
                continue
            anything = True
            for test in group:
                if test.name in done:
                    continue
                if left < 0:
                    return ""
                left -= test.seconds
                done.add(test.name)
                if not self.build.passes(test, test.most_seconds()):
                    return test.name
        return "" if anything else None


class Verdicts:
    """Who noticed which fault, kept in a file: one line for each, the last one holds."""

    def __init__(self, folder):
        self.path = os.path.join(folder, "verdicts.jsonl")
        lines = open(self.path) if os.path.exists(self.path) else []
        self.known = {verdict["fault"]: verdict for verdict in map(json.loads, lines)}

    def of(self, judge, mutant, again):
        """(who noticed, seconds) as Judge.noticed_by says it, now or at an earlier time."""
        verdict = self.known.get(show(mutant))
        if not verdict or (again and verdict["by"] == ""):
            who, seconds = judge.noticed_by(mutant)
            verdict = self.known[show(mutant)] = {"fault": show(mutant), "by": who, "seconds": round(seconds)}
            with open(self.path, "a") as file:
                file.write(json.dumps(verdict) + "\n")
        return verdict["by"], verdict["seconds"]


def equivalents():
    """Keys of the faults that change nothing, with their reasons."""
    path = os.path.join(ROOT, "scripts", "mutation", "equivalent.txt")
    lines = [line.rstrip("\n") for line in open(path) if line.strip() and not line.startswith("#")]
    return dict(line.rsplit(" | ", 1) for line in lines)


def show(mutant):
    return " ".join(mutant.key().split())


def main():
    parser = argparse.ArgumentParser(usage=__doc__, add_help=False)
    for name, kind, default in (("seed", int, 1), ("count", int, 60), ("rooms", str, ""), ("least", float, 90),
                                ("jobs", int, len(os.sched_getaffinity(0))),
                                ("limit", float, 1800), ("nice", int, 10),
                                ("work", str, os.path.join(ROOT, "build-mutation"))):
        parser.add_argument(f"--{name}", type=kind, default=default)
    for name in ("targeted", "again", "list", "help"):
        parser.add_argument(f"--{name}", action="store_true")
    options = parser.parse_args()
    if options.help:
        return print(__doc__)
    by_room = mutants_by_room(options.rooms)
    mutants = sample(by_room, random.Random(options.seed))
    if options.list:
        for _ in range(options.count):
            mutant = next(mutants)
            print(f"{mutant.path}:{mutant.line}: {mutant.kind}: {show(mutant)}")
        return None
    os.nice(options.nice)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # not without ending what was started
    build = Build(ROOT, os.path.abspath(options.work), options.jobs)
    build.copy()
    if not build.configure() or not build.make(7200):
        sys.exit(f"the copy of the tree does not build: see {build.log}")
    judge = Judge(build, options.limit, options.targeted)
    judge.prepare(by_room)
    return report(options, Verdicts(build.folder), judge, mutants)


def report(options, verdicts, judge, mutants):
    known, killed, survivors, harmless = equivalents(), 0, [], 0
    while killed + len(survivors) + harmless < options.count:
        mutant = next(mutants)
        nothing = show(mutant) in known
        who, seconds = ("", 0) if nothing else verdicts.of(judge, mutant, options.again)
        if who is None:
            continue
        if who:
            killed += 1
        elif nothing:
            harmless += 1
        else:
            survivors.append(mutant)
        what = f"noticed by {who}" if who else "changes nothing" if nothing else "SURVIVED"
        number = killed + len(survivors) + harmless
        print(f"{number}/{options.count} {seconds:.0f} s {mutant.path}:{mutant.line}: {mutant.kind}: {what}", flush=True)
    for mutant in survivors:
        print(f"\n{mutant.path}:{mutant.line}: {mutant.kind}, noticed by nobody:\n{show(mutant)}")
    rate = 100 * killed / max(1, killed + len(survivors))
    print(f"\nseed {options.seed}: {killed} of {killed + len(survivors)} faults were noticed ({rate:.0f} %), "
          f"{harmless} more change nothing")
    return int(rate < options.least)


if __name__ == "__main__":
    sys.exit(main())
