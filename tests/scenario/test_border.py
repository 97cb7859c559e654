#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A place beyond the border is taken, the person is told who is responsible, and the neighbour is suggested. What is
only unknown (a community without a drawn border) is not beyond it."""
import unittest

from street import Street

HOLE = {"class": "W06-013", "text": "路面有个大坑，夜里看不见", "contact": {"name": "王小明", "telephone": "13800001234"}}


class Border(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.street = Street()
        cls.centre = cls.street.person("zhiban")

    @classmethod
    def tearDownClass(cls):
        cls.street.close()

    def report(self, lat, lon, language="zh"):
        sent = self.street.anybody(language).post("/api/v1/public/reports", {**HOLE, "lat": lat, "lon": lon})
        return sent, self.centre.case(self.centre.list(f"number:{sent['number']}")[0]["id"])

    def test_west_of_the_district_boundary(self):
        sent, case = self.report(31.2850, 121.4905)
        self.assertTrue(sent["outside"])
        self.assertIn("虹口区城运中心", sent["outside_words"])
        self.assertIn("四平路街道", sent["outside_words"])
        self.assertTrue(case["outside"])
        self.assertEqual(case["state"], "reported", "nobody of ours is sent there to verify")
        self.assertEqual(case["suggestion"]["unit"]["name"], "虹口区城运中心")
        self.assertIn("不在本街道", case["suggestion"]["reason"])
        track = self.street.anybody("en").get(f"/api/v1/public/track/{sent['token']}")
        self.assertIn("Hongkou District Operations Centre", track["outside_words"])

    def test_ours_and_nobody_knows(self):
        for where, lat, lon in [("a grid with a border", 31.2850, 121.4975), ("a community without one", 31.2740, 121.5150)]:
            with self.subTest(where):
                sent, case = self.report(lat, lon)
                self.assertFalse(sent["outside"])
                self.assertNotIn("outside_words", sent)
                self.assertNotIn("outside", {k for k, v in case.items() if v is True})
                self.assertEqual(case["state"], "verifying" if self.verify_first() else "reported")

    def verify_first(self):
        classes = self.centre.get("/api/v1/catalogue")["classes"]
        return next(c for c in classes if c["code"] == HOLE["class"])["verify"]

    def test_the_neighbour_is_no_place_of_ours(self):
        self.assertNotIn("虹口区", [p["name"] for p in self.centre.get("/api/v1/places")["places"]])


if __name__ == "__main__":
    unittest.main()
