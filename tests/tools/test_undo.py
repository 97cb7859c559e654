# SPDX-License-Identifier: Apache-2.0
"""A database that is measured where it lies stands afterwards as it was, to the byte: benchmarks/undo.py."""
import pathlib
import sqlite3
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "build" / "release" / "benchmarks" / "bench_undo.so"
CHANGE = """
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
db.execute("PRAGMA journal_mode = WAL")
db.execute("UPDATE t SET text = text || 'x' WHERE id % 7 = 0")
db.execute("INSERT INTO t SELECT id + 100000, text FROM t")
db.commit()
db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
"""
sys.path.insert(0, str(ROOT / "benchmarks"))
from undo import undone # noqa: E402


@unittest.skipUnless(LIBRARY.exists(), "the library was not built")
class Undone(unittest.TestCase):
    def test_it_is_as_it_was(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            db = sqlite3.connect(folder / "linli.db")
            db.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, text TEXT)")
            db.executemany("INSERT INTO t VALUES (?, ?)", ((n, "case " * (n % 50)) for n in range(5000)))
            db.commit()
            db.close()
            before = (folder / "linli.db").read_bytes()
            for _ in range(2):
                with undone(folder, LIBRARY, folder / "undo"):
                    for _ in range(2): # programs that add to the same list one after the other
                        subprocess.run([sys.executable, "-c", CHANGE.replace("100000", "(SELECT max(id) + 1 FROM t)"), folder / "linli.db"], check=True)
                    self.assertNotEqual((folder / "linli.db").read_bytes(), before)
                self.assertEqual((folder / "linli.db").read_bytes(), before)


if __name__ == "__main__":
    unittest.main()
