# SPDX-License-Identifier: Apache-2.0
"""What ./test runs its parts with, tests/parts/all.py: two at once, told one after the other; whoever ends badly, hangs or is
interrupted leaves neither a wrong sum nor a process."""
import importlib.util
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

ALL = pathlib.Path(__file__).resolve().parents[1] / "parts" / "all.py"
# Stands for every part: does what the file plan/PART says, and writes down when it began and ended.
FAKE = '''
import os, pathlib, sys, time
here = pathlib.Path(__file__).resolve().parents[2]
part = "-".join([pathlib.Path(__file__).stem, *sys.argv[1:2]])
with open(here / "times", "a") as f:
    f.write(f"{part} {os.getpid()} {time.monotonic()} began\\n")
plan = here / part
exec(plan.read_text() if plan.exists() else "print('2 passed, 0 failed, 1 skipped')")
with open(here / "times", "a") as f:
    f.write(f"{part} {os.getpid()} {time.monotonic()} ended\\n")
'''
SLOWLY = """
for n in range(5):
    print(part, "says", n, flush=True)
    time.sleep(0.1)
print("1 passed, 0 failed")
"""


class Parts(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="linli-parts-"))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        here = self.root / "tests" / "parts"
        here.mkdir(parents=True)
        shutil.copy(ALL, here)
        for name in ("python", "postgres", "partitions", "unit", "ui", "browser"):
            (here / f"{name}.py").write_text(FAKE)
        for folder in ("structure", "tools", "scenario", "simulation"):
            (self.root / "tests" / folder).mkdir()

    def plan(self, part, does):
        (self.root / part).write_text(does)

    def start(self, *arguments):
        return subprocess.Popen([sys.executable, "-B", self.root / "tests" / "parts" / "all.py", *arguments],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                # who runs this in the background may have it ignored
                                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))

    def run_all(self, *arguments):
        child = self.start(*arguments)
        return child.communicate(timeout=60)[0], child.returncode

    def module(self):
        """all.py itself, which finds the parts beside it."""
        found = importlib.util.spec_from_file_location("all_parts", self.root / "tests" / "parts" / "all.py")
        module = importlib.util.module_from_spec(found)
        found.loader.exec_module(module)
        return module

    def table(self, said):
        return re.findall(r"^  ([a-z-]+) +(\d+) passed +(\d+) failed +(\d+) skipped", said, re.M)

    def test_they_run_at_once_and_are_told_one_after_the_other(self):
        for part in ("python-scenario", "postgres-scenario", "browser"):
            self.plan(part, SLOWLY)
        said, status = self.run_all()
        self.assertEqual(status, 0, said)
        blocks = re.split(r"^(?=[a-z])", said.split("\n\n")[0], flags=re.M)
        for block in blocks:
            says = set(re.findall(r"^  (\S+) says", block, re.M))
            self.assertLessEqual(len(says), 1, block)
            if says:
                self.assertEqual(re.findall(r"says (\d)", block), list("01234"))
        module = self.module()
        names = [name for name, *_ in module.PARTS if name != "golden"] # which has no folder here
        self.assertEqual([row[0] for row in self.table(said)], names, "the table keeps its order")
        self.assertEqual(said.splitlines()[-1], f"{3 + 2 * (len(names) - 3)} passed, 0 failed")
        running, most = 0, 0
        for _, _, what in sorted(self.times(), key=lambda line: line[1]):
            running += 1 if what == "began" else -1
            most = max(most, running)
        self.assertEqual((running, most), (0, module.LANES), self.times())

    def test_one_that_ends_badly_is_a_failure(self):
        self.plan("unit-unit", "print('gone')\nsys.exit(3)")
        self.plan("unit-fuzz", "print('5 passed, 0 failed')\nsys.exit(3)")
        self.plan("ui", "print('FAILED types')\nprint('1 passed, 2 failed')\nsys.exit(1)")
        said, status = self.run_all("unit", "fuzz", "ui")
        self.assertEqual(status, 1)
        self.assertEqual(self.table(said), [("unit", "0", "1", "0"), ("fuzz", "5", "1", "0"), ("ui", "1", "2", "0")])
        self.assertIn("  gone\n  FAILED unit: it ended with status 3 after no count\n", said)
        self.assertIn("  FAILED types\n", said)
        self.assertEqual(said.splitlines()[-1], "6 passed, 4 failed")

    def test_one_that_hangs_is_ended_when_its_minutes_are_over(self):
        self.plan("ui", "print('it began', flush=True)\ntime.sleep(60)")
        module = self.module()
        part = module.Part("ui", ["ui.py"], 1 / 60)
        began = time.monotonic()
        part.start([])
        part.follow()
        self.assertLess(time.monotonic() - began, 30)
        self.assertEqual(part.counts, (0, 1, 0))
        self.assertEqual(part.lines.get(), "  it began\n")
        self.assertIn("FAILED ui: it ended with status -9", part.lines.get())

    def test_an_interruption_ends_all_of_them(self):
        for part in ("python-structure", "browser", "ui"):
            self.plan(part, "time.sleep(60)")
        child = self.start("structure", "browser", "ui")
        end = time.monotonic() + 20
        while len(self.times()) < self.module().LANES and time.monotonic() < end:
            time.sleep(0.02)
        child.send_signal(signal.SIGINT)
        said = child.communicate(timeout=20)[0]
        self.assertNotEqual(child.returncode, 0)
        self.assertIn("Interrupted.", said)
        begun = self.times()
        for pid, _, _ in begun:
            self.wait_until_gone(pid)
        self.assertEqual(self.times(), begun, "none began afterwards")

    def times(self):
        """(process, when, what) of each part that began or ended."""
        times = self.root / "times"
        lines = [line.split() for line in times.read_text().splitlines()] if times.exists() else []
        return [(int(pid), float(when), what) for _, pid, when, what in lines]

    def wait_until_gone(self, pid):
        end = time.monotonic() + 10
        while pathlib.Path(f"/proc/{pid}").exists():
            if "State:\tZ" in pathlib.Path(f"/proc/{pid}/status").read_text(): # nobody waits for it where this runs
                return
            self.assertLess(time.monotonic(), end, "it goes on")
            time.sleep(0.02)

    def test_names_choose(self):
        self.plan("python-structure", "print(len(sys.argv) - 2, 'names', *sys.argv[2:])\nprint('1 passed, 0 failed')")
        said, _ = self.run_all("structure", "layers", "words")
        self.assertIn("  2 names layers words\n", said)
        self.assertEqual([row[0] for row in self.table(said)], ["structure"])
        self.assertEqual(len(self.run_all("--list")[0].splitlines()), len(self.module().PARTS))
        self.plan("python-tools", "print('0 passed, 0 failed')")
        said, status = self.run_all("tools", "nothing")
        self.assertEqual(status, 1)
        self.assertIn("No test is called 'nothing'", said)


if __name__ == "__main__":
    unittest.main()
