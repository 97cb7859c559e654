#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs scenarios on a PostgreSQL whose tables of offices are spread over four partitions: partitions.py [NAME...]

Without names those that touch most tables; all of them with LINLI_LONG=1.
"""
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
SOME = ["test_story", "test_open311", "test_import", "test_together", "test_admin"]

names = sys.argv[1:] or ([] if os.environ.get("LINLI_LONG") else SOME)
os.environ.setdefault("LINLI_TEST_PARTITIONS", "4")
os.execv(sys.executable, [sys.executable, "-B", str(HERE / "postgres.py"), "scenario", *names])
