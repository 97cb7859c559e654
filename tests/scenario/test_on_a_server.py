#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Unit tests on a database of PostgreSQL: what a transaction owes, whose rows go together there besides; numbers that two doors give;
and questions against the model, some of which go other ways there."""
import os
import subprocess
import unittest

from engine import POSTGRES, new_database
from linli import PROGRAM


@unittest.skipUnless(POSTGRES, "the unit tests run on SQLite by themselves")
class OnAServer(unittest.TestCase):
    def run_there(self, program, a_test_of_it, pattern="*"):
        done = subprocess.run([str(PROGRAM.parent / "tests" / program)], capture_output=True, text=True,
                              env={**os.environ, "LINLI_TEST_DATABASE": new_database(), "LINLI_TEST_FILTER": pattern})
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertRegex(done.stdout + done.stderr, rf"OK \] {a_test_of_it}\n")

    def test_what_is_owed_and_sent_together_is_all_there(self):
        self.run_there("test_owed", "rows_of_a_transaction_are_all_there")

    def test_numbers_are_given_once_and_batches_keep_their_distance(self):
        self.run_there("test_door", "batches_of_a_server_keep_their_distance")

    def test_a_map_shows_what_fits(self):
        self.run_there("test_map", "a_crowd_is_not_read_before_it_is_cut_short")

    def test_lists_counts_figures_and_exports_agree(self):
        self.run_there("test_query", "list_count_figure_and_export_agree", "list_count*")


if __name__ == "__main__":
    unittest.main()
