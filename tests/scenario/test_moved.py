#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A case that was taken in at the wrong community and is put right at filing: its words go with it, so that the grid
workers of the one find it and those of the other do not."""
import pathlib
import shutil
import tempfile
import unittest

from engine import POSTGRES
from street import CATALOGUE, Street

# Whoever belongs to no unit and has one community alone is answered from the index by its community.
ACCOUNTS = "\nqianyi,,钱一,grid_worker,310110009001\nsuner,,孙二,grid_worker,310110009002\n"


class Moved(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        files = pathlib.Path(cls.folder.name) / "office"
        shutil.copytree(CATALOGUE / "demo", files)
        accounts = files / "accounts.csv"
        accounts.write_text(accounts.read_text().rstrip("\n") + ACCOUNTS)
        cls.street = Street(files=files)
        cls.centre = cls.street.person("zhiban")
        cls.before, cls.after = cls.street.person("qianyi"), cls.street.person("suner")
        codes = {p["code"]: p["id"] for p in cls.centre.get("/api/v1/places")["places"]}
        cls.here, cls.there = codes["310110009001"], codes["310110009002"]

    @classmethod
    def tearDownClass(cls):
        cls.street.stop()
        verified = cls.street.verify()
        if not POSTGRES: # SQLite's index proves itself
            with cls.street.database() as database:
                database.execute("INSERT INTO search (search) VALUES ('integrity-check')")
        cls.street.close()
        cls.folder.cleanup()
        if verified.returncode != 0:
            raise AssertionError(verified.stdout + verified.stderr)

    def who_finds(self, word):
        return [name for name, person in (("before", self.before), ("after", self.after), ("centre", self.centre)) if person.count(word)]

    def file(self, case, **more):
        self.centre.steps(case["id"], {"step": "file", "class": "W06-042", **more})

    def test_everything_that_was_said_goes_along(self):
        case = self.centre.report(place=self.here, text="琉璃瓦掉落", address="紫藤架旁", **{"class": "W06-042"})
        self.centre.steps(case["id"], {"step": "note", "text": "住户说是玳瑁猫碰的"})
        words = ("琉璃瓦", "紫藤架", "玳瑁猫")
        for word in words:
            self.assertEqual(self.who_finds(word), ["before", "centre"], word)
        self.file(case, place=self.there, text="实为隔壁翡翠弄")
        for word in (*words, "翡翠弄"):
            self.assertEqual(self.who_finds(word), ["after", "centre"], word)
        self.centre.steps(case["id"], {"step": "note", "text": "后来又有珊瑚石"})
        self.assertEqual(self.who_finds("珊瑚石"), ["after", "centre"])

    def test_from_nowhere_to_somewhere(self):
        case = self.centre.report(text="麒麟雕像倒了", **{"class": "W06-042"})
        self.assertEqual(self.who_finds("麒麟"), ["centre"])
        self.file(case, place=self.there)
        self.assertEqual(self.who_finds("麒麟"), ["after", "centre"])

    def test_what_stays_is_found_as_before(self):
        case = self.centre.report(place=self.here, text="貔貅石墩歪了", **{"class": "W06-042"})
        self.file(case, place=self.here)
        other = self.centre.report(place=self.here, text="貔貅石墩又歪了", **{"class": "W06-042"})
        self.file(other)
        self.assertEqual(self.before.count("貔貅"), 2)
        self.assertEqual(self.after.count("貔貅"), 0)

    def test_filing_and_dispatching_in_one_click(self):
        case = self.centre.report(place=self.here, text="鎏金栏杆断了", **{"class": "W06-042"})
        unit = self.centre.get("/api/v1/units")["units"][0]["id"]
        self.centre.steps(case["id"], {"step": "file", "class": "W06-042", "place": self.there, "text": "在螺钿坊"},
                          {"step": "dispatch", "unit": unit, "text": "请带珐琅漆"})
        for word in ("鎏金", "螺钿坊", "珐琅"):
            self.assertEqual(self.who_finds(word)[-2:], ["after", "centre"], word)
            self.assertNotIn("before", self.who_finds(word))


if __name__ == "__main__":
    unittest.main()
