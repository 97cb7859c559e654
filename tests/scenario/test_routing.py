#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whom the routing table suggests: line x area (条块) for a line whose units divide the street among them."""
import unittest

from street import Street


class Routing(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.street = Street()
        cls.centre = cls.street.person("zhiban")
        cls.places = cls.centre.get("/api/v1/places")["places"]

    @classmethod
    def tearDownClass(cls):
        cls.street.close()

    def suggested(self, kind, **where):
        made = self.centre.post("/api/v1/cases", {"procedure": "city-matter", "channel": "patrol", "class": kind, "text": "占道经营", **where})
        return self.centre.case(made["id"])["suggestion"]

    def test_the_squad_whose_area_it_is(self):
        for place, unit in (("310110009001", "执法一分队"), ("310110009010", "执法二分队"), ("310110009027", "执法三分队")):
            with self.subTest(place):
                found = next(p for p in self.places if p["code"] == place)
                suggestion = self.suggested("W09-006", place=found["id"])
                self.assertEqual(suggestion["unit"]["name"], unit)
                self.assertRegex(suggestion["reason"], r"第 \d+ 行")

    def test_an_estate_lies_in_its_communitys_area(self):
        estate = next(p for p in self.places if p["level"] == "estate" and p["code"].startswith("310110009006"))
        self.assertEqual(self.suggested("W09-006", place=estate["id"])["unit"]["name"], "执法一分队")

    def test_without_a_place_the_line_itself(self):
        self.assertEqual(self.suggested("W09-006")["unit"]["name"], "综合行政执法队")

    def test_another_class_of_the_same_category_goes_to_the_team(self):
        found = next(p for p in self.places if p["code"] == "310110009001")
        self.assertEqual(self.suggested("W09-005", place=found["id"])["unit"]["name"], "综合行政执法队")


if __name__ == "__main__":
    unittest.main()
