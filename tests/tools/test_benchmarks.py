# SPDX-License-Identifier: Apache-2.0
"""./bench NAME OPTION...: the options reach the one benchmark of that name."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Benchmarks(unittest.TestCase):
    def run_with(self, *arguments):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "build" / "logs").mkdir(parents=True)
            shown = [{"name": name, "cmd": [sys.executable, "-c", "import sys; print(sys.argv[1:])", name]} for name in ("city", "city-two")]
            (folder / "meson").write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(shown)}\nEND\n")
            (folder / "meson").chmod(0o755)
            return subprocess.run([sys.executable, "-B", ROOT / "tools" / "run_benchmarks.py", "build", *arguments], cwd=folder, text=True,
                                  capture_output=True, check=False, env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"})

    def test_options_go_to_the_one_that_is_named(self):
        self.assertEqual(self.run_with("city", "--asks", "3").stdout, "== city\n['city', '--asks', '3']\n")
        self.assertEqual(self.run_with("city").stdout, "== city\n['city']\n== city-two\n['city-two']\n")
        self.assertEqual(self.run_with().stdout, self.run_with("city").stdout)
        for refused in (self.run_with("ci", "--asks", "3"), self.run_with("nobody")):
            self.assertEqual(refused.returncode, 1)
            self.assertIn("There is no benchmark called", refused.stderr)

    def test_the_script_hands_all_of_them_on(self):
        self.assertIn('build/release "$@"', (ROOT / "bench").read_text(encoding="utf-8"))
