#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs the unittest files test_*.py of one folder of tests/: python.py FOLDER [NAME...]

With names only the tests are run whose file, class or method holds one of them. Prints failures and skips, and the
line of counts that ./test sums. Modules beside the tests can be imported by their plain name.
"""
import pathlib
import sys
import time
import unittest


class Result(unittest.TestResult):
    """Says what failed at once; counts a test with failing subtests as one failure."""

    def __init__(self, is_loud):
        super().__init__()
        self.is_loud, self.passed, self.bad = is_loud, 0, set()

    def startTest(self, test):
        super().startTest(test)
        self.began = time.monotonic()

    def addSuccess(self, test):
        self.passed += 1
        if self.is_loud:
            print(f"ok {test.id()} ({time.monotonic() - self.began:.1f} s)", flush=True)

    def bad_one(self, test, err):
        self.bad.add(test.id())
        print(f"FAILED {test.id()}\n{self._exc_info_to_string(err, test)}", flush=True)

    def addError(self, test, err):
        self.bad_one(test, err)

    def addFailure(self, test, err):
        self.bad_one(test, err)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.bad.add(test.id())
            print(f"FAILED {subtest.id()}\n{self._exc_info_to_string(err, test)}", flush=True)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        print(f"SKIPPED {test.id()}: {reason}", flush=True)


def chosen(suite, names):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from chosen(item, names)
        elif not names or any(name in item.id() for name in names):
            yield item


def main():
    folder = pathlib.Path(__file__).resolve().parents[1] / sys.argv[1]
    names = sys.argv[2:]
    found = unittest.TestLoader().discover(str(folder), pattern="test_*.py", top_level_dir=str(folder))
    result = Result(bool(names))
    unittest.TestSuite(chosen(found, names)).run(result)
    print(f"{result.passed} passed, {len(result.bad)} failed, {len(result.skipped)} skipped")
    return 1 if result.bad else 0


sys.exit(main())
