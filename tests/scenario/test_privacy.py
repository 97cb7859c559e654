#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who sees what of whom: reporters' names and numbers, links and what stands behind them, sessions and passwords."""
import re
import statistics
import time
import unittest

from street import Refused, Street, linli, png

SECRET = "13900001234"


class Privacy(unittest.TestCase):
    """An office, and the few things that its people do again and again."""

    @classmethod
    def setUpClass(cls):
        cls.street = Street()
        cls.centre = cls.street.person("zhiban")
        cls.units = {u["code"]: u for u in cls.centre.get("/api/v1/units")["units"]}
        cls.places = {p["name"]: p for p in cls.centre.get("/api/v1/places")["places"]}

    @classmethod
    def tearDownClass(cls):
        cls.street.close()

    def refused(self, code, what, *arguments, **named):
        with self.assertRaises(Refused) as refusal:
            what(*arguments, **named)
        self.assertEqual(refusal.exception.code, code, refusal.exception.problem)
        return refusal.exception

    def report(self, **facts):
        facts = {"class": "P01-037", "place": self.places["鞍山五村"]["id"], "text": "弄内路灯不亮",
                 "contact": {"name": "李四光", "telephone": SECRET}, **facts}
        return self.centre.report(**facts)

    def dispatch(self, case_id, unit, assists=()):
        case = self.centre.case(case_id)
        steps = [{"step": "file", "class": case["class"]}] if case["state"] in ("reported", "verified") else []
        return self.centre.steps(case_id, *steps, {"step": "dispatch", "unit": self.units[unit]["id"],
                                                   "assists": [self.units[a]["id"] for a in assists]})

    def link_of(self, case_id, unit="wuye-1"):
        """The link of a unit without accounts: its token and PIN."""
        link = self.dispatch(case_id, unit)["link"]
        return link["url"].rsplit("/", 1)[1], link["pin"]

    def voice(self, case_id):
        return self.centre.case(case_id)["voices"][0]

    def reveal(self, person, case_id, voice=None):
        voice = voice or self.voice(case_id)["id"]
        return person.post(f"/api/v1/cases/{case_id}/reveal", {"voice": voice, "purpose": "联系报告人"})

    def close_case(self, case_id, answer="已修好"):
        called = {"person": "值班员", "called_at": self.centre.case(case_id)["as_of"]}
        self.centre.steps(case_id, {"step": "sign_for", "on_behalf": called},
                          {"step": "handle", "outcome": "explained", "text": "已处理", "on_behalf": called},
                          {"step": "check", "pass": True, "photos": [self.centre.upload()]},
                          {"step": "close", "outcome": "explained", "answer": answer})


class Sessions(Privacy):
    def test_a_submission_id_belongs_to_one_address(self):
        """The same key and body for another case is another command."""
        one, two = self.report(), self.report()
        seen = max(self.centre.case(sent["id"])["last_event"] for sent in (one, two))
        self.centre.steps(one["id"], {"step": "note", "text": "同一份"}, seen=seen, key="one-key")
        again = self.centre.steps(one["id"], {"step": "note", "text": "同一份"}, seen=seen, key="one-key")
        self.assertEqual(again["id"], one["id"])
        before = self.centre.case(two["id"])["last_event"]
        self.refused("E_REPEATED", self.centre.steps, two["id"], {"step": "note", "text": "同一份"}, seen=seen, key="one-key")
        self.assertEqual(self.centre.case(two["id"])["last_event"], before)

    def test_a_password_is_changed_by_who_knows_the_old_one(self):
        first, second = self.street.person("paiqian2"), self.street.person("paiqian2")
        path = "/api/v1/session/password"
        refusal = self.refused("E_OLD_PASSWORD", first.post, path, {"old": "wrong", "new": "Neighbour-7"})
        self.assertEqual((refusal.status, refusal.problem["field"]), (422, "old"))
        first.post(path, {"old": self.street.password, "new": "Neighbour-7"})
        self.assertTrue(first.get("/api/v1/session"))
        self.refused("E_SIGN_IN", second.get, "/api/v1/session")
        for _ in range(5):
            self.refused("E_OLD_PASSWORD", first.post, path, {"old": "wrong", "new": "Neighbour-8"})
        self.assertEqual(self.refused("E_LOCKED", first.post, path, {"old": "Neighbour-7", "new": "Neighbour-8"}).status, 429)
        self.assertTrue(first.get("/api/v1/session"))

    def test_an_unknown_name_takes_as_long_as_a_wrong_password(self):
        """Otherwise the time tells which names exist. The middle of five each, and half of it is far from noise."""
        def seconds(login):
            began = time.monotonic()
            self.refused("E_PASSWORD", self.street.anybody().post, "/api/v1/session", {"login": login, "password": "wrong"})
            return time.monotonic() - began
        known = statistics.median(seconds(f"fuwu{n}") for n in range(2, 7))
        unknown = statistics.median(seconds(f"nemo{n}") for n in range(2, 7))
        self.assertGreater(unknown, known / 2)


class OneTime(Privacy):
    def test_a_one_time_password_opens_nothing_but_its_change(self):
        before = self.street.person("paiqian3")
        self.street.stop()
        out = linli("account", "paiqian3", "--data", self.street.data).stdout
        once = re.search(r"paiqian3: (\S+)", out).group(1)
        self.street.start()
        self.refused("E_SIGN_IN", before.get, "/api/v1/session") # who sat there must sign in anew
        person = self.street.anybody()
        person.sign_in("paiqian3", once)
        self.assertTrue(person.session["account"]["must_change_password"])
        for ask in ((person.get, "/api/v1/cases"), (person.get, "/api/v1/tasks"), (person.get, "/live"), (person.report,),
                    (person.upload, png(8, 8))):
            self.assertEqual(self.refused("E_MUST_CHANGE", *ask).status, 403)
        self.assertTrue(person.get("/api/v1/session"))
        person.post("/api/v1/session/password", {"old": once, "new": "Neighbour-9"})
        self.assertIsInstance(person.list(), list)


if __name__ == "__main__":
    unittest.main()
