# SPDX-License-Identifier: Apache-2.0
"""./bench city works, on a small street. What it finds there means nothing, so no time is asserted."""
import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "release"


@unittest.skipUnless((BUILD / "benchmarks" / "bench_load").exists(), "the benchmarks were not built")
class Bench(unittest.TestCase):
    def city(self, *arguments):
        with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
            out = pathlib.Path(folder) / "city.json"
            done = subprocess.run([sys.executable, "-B", ROOT / "benchmarks" / "city.py", "--build", BUILD, "--folder", folder,
                                   "--out", out, "--cases", "200", *arguments], capture_output=True, text=True, timeout=300)
            return done, json.loads(out.read_text(encoding="utf-8")) if out.exists() else None

    def test_it_measures_each_line_of_the_table(self):
        done, found = self.city("--writes", "200", "--asks", "4", "--rounds", "1")
        self.assertEqual(done.returncode, 0, done.stderr)
        for line in ("new cases, 64 connections", "list page, at 1", "case page, at 4", "figure, at 1", "search word, at 4",
                     "map window, at 1", "start to first answer", "peak resident memory", "first load, staff", "database"):
            self.assertIn(line, done.stdout)
        wrote = found["rounds"][0]
        self.assertEqual(sum(kind["answers"] for kind in wrote["times"]), 200)
        for name in ("rate", "raw_rate", "ratio", "steps_per_case"):
            self.assertGreater(wrote[name], 0, name)
        self.assertLessEqual(wrote["commits"], 200)
        for said in found["questions"].values():
            self.assertTrue(all(kind["answers"] > 0 for kind in said["kinds"]), said)
        self.assertEqual(len(found["start_ms"]), 5)

    def test_it_grows_a_city_and_draws_what_it_found(self):
        with tempfile.TemporaryDirectory(prefix="linli-bench-") as folder:
            out, picture = pathlib.Path(folder) / "scale.json", pathlib.Path(folder) / "scale.svg"
            benchmarks = ROOT / "benchmarks"
            done = subprocess.run([sys.executable, "-B", benchmarks / "scale.py", "--build", BUILD, "--folder", folder, "--out", out,
                                   "--sizes", "200,500", "--streets", "2", "--writes", "100", "--asks", "3"],
                                  capture_output=True, text=True, timeout=300)
            self.assertEqual(done.returncode, 0, done.stderr)
            found = json.loads(out.read_text(encoding="utf-8"))
            self.assertEqual([found[size]["cases"] for size in ("200", "500")], [200, 500])
            self.assertGreater(found["500"]["load_rate"], 0)
            for line in ("loaded a second", "list page p99 ms", "beside", "× raw", "peak memory"):
                self.assertIn(line, done.stdout)
            drawn = subprocess.run([sys.executable, "-B", benchmarks / "plot.py", out, picture], capture_output=True, text=True)
            self.assertEqual(drawn.returncode, 0, drawn.stderr)
            self.assertEqual(picture.read_text(encoding="utf-8").count("<polyline"), 7)

    def test_it_says_so_when_it_cannot_measure(self):
        done, found = self.city("--build", "/nowhere")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Could not be measured: /nowhere/linli", done.stderr)
        self.assertIsNone(found)


if __name__ == "__main__":
    unittest.main()
