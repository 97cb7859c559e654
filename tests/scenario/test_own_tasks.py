#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One's own tasks come with the most urgent first, whatever place they are in; and the morning page needs no procedure by
name."""
import unittest

from street import Street


class OwnTasks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.street = Street()
        cls.centre = cls.street.person("zhiban")
        cls.unit = cls.street.person("chengguan")

    @classmethod
    def tearDownClass(cls):
        cls.street.close()

    def send(self, number, due):
        """An order of the hotline whose own due time rules, sent to the unit of `chengguan`."""
        made = self.centre.post("/api/v1/cases", {
            "procedure": "order", "channel": "hotline", "class": "W09-005", "text": f"占道 {number}", "external_number": number,
            "external_due_at": due})
        unit = self.unit.session["account"]["unit"]["id"]
        seen = self.centre.case(made["id"])["last_event"]
        self.centre.ask("POST", f"/api/v1/cases/{made['id']}/steps", {"seen": seen, "steps": [
            {"step": "file", "class": "W09-005", "condition": 1}, {"step": "dispatch", "unit": unit}]})
        return made["number"]

    def test_1_the_most_urgent_first(self):
        year = 2099
        sent = [self.send(f"T{day:02}", f"{year}-03-{day:02}T10:00:00+08:00") for day in (20, 3, 11)]
        tasks = self.unit.get("/api/v1/tasks")
        self.assertEqual([t["number"] for t in tasks["items"]], [sent[1], sent[2], sent[0]])
        self.assertFalse(tasks["capped"])

    def test_2_more_than_a_page_says_so_and_keeps_the_most_urgent(self):
        for k in range(101):
            self.send(f"U{k:03}", f"2098-{12 - k // 20:02}-{1 + k % 20:02}T10:00:00+08:00")
        tasks = self.unit.get("/api/v1/tasks")
        due = [t["task"]["due_at"] for t in tasks["items"]]
        self.assertEqual(len(due), 100)
        self.assertEqual(due, sorted(due))
        self.assertTrue(tasks["capped"])
        self.assertTrue(due[0].startswith("2098-07"), due[0])

    def test_the_morning_groups_ask_for_no_procedure(self):
        groups = {g["key"]: g["filter"] for g in self.centre.get("/api/v1/morning")["groups"]}
        self.assertEqual(groups["not_contacted"], "state:open contacted:no")
        self.assertEqual(groups["night"], "state:open opened:last-night")
        for text in groups.values():
            self.assertNotIn("procedure:", text)


if __name__ == "__main__":
    unittest.main()
