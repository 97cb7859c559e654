#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Several offices in one data folder: each has its numbers, its people and its ledger, and sees its own cases only."""
import csv
import shutil
import unittest

from city import City
from street import Refused, linli


class Offices(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.city = City()
        cls.here, cls.there = cls.city.person("zhiban"), cls.city.person("nb.zhiban")

    @classmethod
    def tearDownClass(cls):
        cls.city.close()

    def test_each_has_its_own_numbers_and_sees_its_own_cases(self):
        ours, theirs = self.here.report(text="这里的路灯"), self.there.report(text="那里的路灯")
        self.assertRegex(ours["number"], r"^SP-C-\d{8}-\d{4}-")
        self.assertRegex(theirs["number"], r"^NB-C-\d{8}-\d{4}-")
        self.assertEqual(self.there.session["office"]["code"], "NB")
        self.assertEqual([[c["number"] for c in p.list("路灯")] for p in (self.here, self.there)],
                         [[ours["number"]], [theirs["number"]]])
        for person, case in ((self.here, theirs), (self.there, ours)):
            for ask in (lambda p, c: p.case(c["id"]), lambda p, c: p.steps(c["id"], {"step": "note", "text": "看看"}, seen=1)):
                with self.assertRaises(Refused) as refused:
                    ask(person, case)
                self.assertEqual(refused.exception.code, "E_NOT_FOUND")
        self.there.steps(theirs["id"], {"step": "note", "text": "已电话联系"})

    def test_a_place_belongs_to_its_office(self):
        places = [{p["code"]: p["id"] for p in person.get("/api/v1/places")["places"] if p["level"] == "estate"} for person in (self.here, self.there)]
        self.assertEqual(places[0].keys(), places[1].keys())
        self.assertFalse(set(places[0].values()) & set(places[1].values()))
        estate = min(places[0])
        case = self.there.report(place=places[1][estate])
        self.assertEqual(self.there.case(case["id"])["estate"]["id"], places[1][estate])
        with self.assertRaises(Refused) as refused:
            self.here.report(place=places[1][estate])
        self.assertEqual(refused.exception.code, "E_PLACE")

    def test_a_resident_follows_a_case_of_either(self):
        for person in (self.here, self.there):
            case = person.report(channel="telephone", text="楼道堆物", contact={"name": "赵平", "telephone": "13900001234"})
            found = self.city.anybody().post("/api/v1/public/find", {"number": case["number"], "last4": "1234"})
            self.assertEqual((found["number"], found["telephone"]), (case["number"], person.session["office"]["telephone"]))

    def test_an_administrator_has_the_people_of_his_office(self):
        admin = self.city.person("admin-nb")
        names = [a["login"] for a in admin.get("/api/v1/admin/accounts")["accounts"]]
        self.assertIn("nb.zhiban", names)
        self.assertNotIn("zhiban", names)

    def test_a_code_and_a_name_are_given_once(self):
        self.city.stop()
        try:
            before = linli("office", "list", "--data", self.city.data).stdout
            self.assertEqual([line.split("\t")[:2] for line in before.splitlines()], [["1", "SP"], ["2", "NB"]])
            for code, says in (("NB", "E_OFFICE"), ("nb", "E_OFFICE"), ("N-B", "E_OFFICE"), ("NINELONGC", "E_OFFICE")):
                done = linli("office", "add", "--data", self.city.data, "--office", code, check=False)
                self.assertEqual((done.returncode, f"[{says}]" in done.stderr), (1, True), done.stderr)
            done = linli("office", "add", "--data", self.city.data, "--office", "XB", "--files", self.city.files, check=False)
            self.assertIn("[E_LOGIN]", done.stderr)
            files = self.city.folder / "half" # the last row of the last sheet is refused
            shutil.copytree(self.city.files, files)
            with open(files / "accounts.csv", encoding="utf-8", newline="") as f:
                head, *people = csv.reader(f)
            people = [["xb." + login, *rest] for login, *rest in people]
            people[-1][head.index("roles")] = "emperor"
            with open(files / "accounts.csv", "w", encoding="utf-8", newline="") as f:
                csv.writer(f).writerows([head, *people])
            done = linli("office", "add", "--data", self.city.data, "--office", "XB", "--files", files, check=False)
            self.assertIn("role emperor", done.stderr)
            self.assertEqual(linli("office", "list", "--data", self.city.data).stdout, before, "nothing was made")
            self.assertEqual(self.city.verify().returncode, 0)
        finally:
            self.city.start()


if __name__ == "__main__":
    unittest.main()
