#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The unit tests of what a transaction owes, on a database of PostgreSQL: there rows of a transaction go together besides."""
import os
import subprocess
import unittest

from engine import POSTGRES, new_database
from linli import PROGRAM


@unittest.skipUnless(POSTGRES, "the unit tests run on SQLite by themselves")
class Owed(unittest.TestCase):
    def test_what_is_owed_and_sent_together_is_all_there(self):
        done = subprocess.run([str(PROGRAM.parent / "tests" / "test_owed")], capture_output=True, text=True,
                              env={**os.environ, "LINLI_TEST_DATABASE": new_database()})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("rows_of_a_transaction_are_all_there", done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
