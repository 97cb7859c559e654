# SPDX-License-Identifier: Apache-2.0
"""docs/check_ledger.py reads the ledger of a data folder without Linli and finds what linli verify finds."""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

from engine import only_sqlite
from linli import PROGRAM, ROOT, database, linli

CHECKER = ROOT / "docs" / "check_ledger.py"
sys.path.insert(0, str(CHECKER.parent))
import check_ledger # noqa: E402


@only_sqlite
class CheckLedger(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        if PROGRAM is None:
            raise unittest.SkipTest("the program was not built")
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="linli-ledger-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, True)
        made = linli("demo", "--data", cls.folder / "data", "--cases", 60)
        assert made.returncode == 0, made.stderr

    def check(self, *arguments, folder="data"):
        return subprocess.run([sys.executable, "-B", CHECKER, self.folder / folder / "linli.db", *map(str, arguments)],
                              capture_output=True, text=True, timeout=60)

    def test_it_knows_the_words_of_the_program(self):
        text = (ROOT / "src" / "engine" / "ledger" / "pack.c").read_text(encoding="utf-8")
        self.assertEqual(check_ledger.WORDS, re.findall(r'"([^"]+)"', re.search(r"words\[\] = \{(.*?)\};", text, re.S)[1]))

    def test_every_entry_fits(self):
        done = self.check()
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        with database(self.folder / "data") as db:
            heads = db.execute("SELECT office, max(number) FROM ledger GROUP BY office ORDER BY office").fetchall()
            packed = db.execute("SELECT count(*) FROM ledger WHERE hex(substr(body, 1, 1)) = '01'").fetchone()[0]
        self.assertEqual([(int(office), int(number)) for office, number in re.findall(r"office (\d+): (\d+) entries", done.stdout)], heads)
        self.assertEqual(packed, sum(number for _, number in heads))
        self.assertRegex(self.check(1, 1).stdout, r'^[a-z_.]+/1 \{"')

    def test_an_edited_entry_is_named(self):
        shutil.copytree(self.folder / "data", self.folder / "edited")
        with database(self.folder / "edited", write=True) as db:
            db.execute("UPDATE ledger SET at = at + 1 WHERE office = 1 AND number = 9")
        done = self.check(folder="edited")
        self.assertEqual(done.returncode, 1)
        self.assertIn("office 1: entry 9 does not fit", done.stdout)
        self.assertEqual(linli("verify", "--data", self.folder / "edited").returncode, 1)


if __name__ == "__main__":
    unittest.main()
