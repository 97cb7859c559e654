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


class Reporters(Privacy):
    def test_only_who_prints_receipts_gets_the_tracking_link(self):
        """Whoever holds it speaks as the resident: the handling unit must not rate its own work."""
        sent = self.report()
        self.assertIn("/t/", sent["track_url"])
        self.dispatch(sent["id"], "zhifa")
        squad = self.street.person("chengguan")
        for person in (squad, self.street.person("lingdao"), self.centre):
            answer, data = person.raw("GET", f"/api/v1/cases/{sent['id']}")
            self.assertEqual(answer.status, 200)
            self.assertNotIn(b"/t/", data)
            self.assertNotIn(b"track_url", data)
        for login in ("chengguan", "lingdao", "paiqian", "shenji"):
            self.refused("E_FORBIDDEN", self.street.person(login).post, f"/api/v1/cases/{sent['id']}/track")
        for person in (self.centre, self.street.person("shouli")):
            link = person.post(f"/api/v1/cases/{sent['id']}/track")
            self.assertEqual(link, {"track_url": sent["track_url"]})
        voice = self.voice(sent["id"])["id"]
        with self.street.database() as db:
            self.assertEqual(db.execute("SELECT count(*) FROM audit WHERE what = 'track' AND subject = ?", (voice,)).fetchone()[0], 2)
        # nor from what it takes in itself
        own = squad.report(**{"class": "P01-037", "channel": "patrol", "text": "自己报的"})
        self.assertNotIn("track_url", own)

    def test_a_unit_reveals_while_it_has_the_task_and_not_after(self):
        sent = self.report()
        self.dispatch(sent["id"], "zhifa", assists=["guanli"])
        squad, helper = self.street.person("chengguan"), self.street.person("guanli")
        voice = self.voice(sent["id"])["id"]
        for person in (squad, helper):
            self.assertEqual(self.reveal(person, sent["id"], voice)["telephone"], SECRET)
        squad.steps(sent["id"], {"step": "bounce", "reason": "不在我队辖区"})
        for person in (squad, helper):
            self.assertFalse(person.case(sent["id"])["voices"][0]["may_reveal"])
            refusal = self.refused("E_REVEAL", self.reveal, person, sent["id"], voice)
            self.assertEqual(refusal.status, 403)
        self.assertTrue(self.voice(sent["id"])["may_reveal"])
        self.assertEqual(self.reveal(self.centre, sent["id"])["telephone"], SECRET)

    def test_a_grid_worker_reveals_for_the_task_in_hand_only(self):
        worker = self.street.person("jiandu1")
        quiet = self.report()
        self.refused("E_REVEAL", self.reveal, worker, quiet["id"])
        resident = self.street.anybody()
        sent = resident.post("/api/v1/public/reports", {"class": "W06-042", "place": self.places["鞍山五村"]["id"], "text": "垃圾房满了",
                                                        "contact": {"name": "王小明", "telephone": SECRET}, "photos": []})
        case = self.centre.list(f"number:{sent['number']}")[0]
        self.assertEqual(case["state"], "verifying")
        self.assertEqual(self.reveal(worker, case["id"])["telephone"], SECRET)
        worker.steps(case["id"], {"step": "verify", "found": True, "text": "属实"})
        self.refused("E_REVEAL", self.reveal, worker, case["id"])

    def test_a_confidential_reporter_is_known_to_the_lead_unit_and_the_centre_alone(self):
        sent = self.report(confidential=True)
        self.dispatch(sent["id"], "zhifa", assists=["guanli"])
        lead = self.street.person("chengguan")
        self.assertEqual(lead.case(sent["id"])["voices"][0]["name_masked"], "李**")
        self.assertEqual(self.reveal(lead, sent["id"])["name"], "李四光")
        self.assertEqual(self.reveal(self.centre, sent["id"])["name"], "李四光")
        reporter = self.centre.case(sent["id"])["timeline"][0]["actor"]
        for login in ("guanli", "jiandu1", "lingdao", "shenji"):
            person = self.street.person(login)
            case = person.case(sent["id"])
            voice = case["voices"][0]
            self.assertFalse(voice["may_reveal"], login)
            self.assertFalse({"name_masked", "telephone_masked"} & set(voice), login)
            self.assertNotEqual(case["timeline"][0]["actor"], reporter, login)
            if login in ("guanli", "jiandu1"):
                self.refused("E_REVEAL", self.reveal, person, sent["id"], voice["id"])


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

    def test_chinese_refusals_speak_chinese(self):
        """Rights, roles and fields are named as people call them; no word of the program stands in the sentence."""
        sent = self.report()
        squad, leader = self.street.person("chengguan"), self.street.person("lingdao")
        refusals = [self.refused(code, *what) for code, *what in (
            ("E_FORBIDDEN", leader.post, f"/api/v1/cases/{sent['id']}/track"),
            ("E_FORBIDDEN", leader.report),
            ("E_FORBIDDEN", leader.steps, sent["id"], {"step": "file", "class": "P01-037"}),
            ("E_FORBIDDEN", squad.get, "/api/v1/cases/export?format=csv"),
            ("E_FORBIDDEN", squad.post, "/api/v1/orders/check", {"columns": ["a"], "rows": [["b"]]}),
            ("E_FORBIDDEN", squad.post, f"/api/v1/cases/{sent['id']}/link", {}),
            ("E_FORBIDDEN", self.street.person("wangge3").get, "/api/v1/cases/export?format=csv"),
            ("E_REASON", self.centre.steps, sent["id"], {"step": "decline"}))]
        with self.assertRaises(Refused) as order: # a procedure that says who may report: not a unit
            squad.report(procedure="order", channel="hotline", external_number="X1", text="热线工单")
        refusals.append(order.exception)
        self.assertEqual(order.exception.code, "E_FORBIDDEN")
        for refusal in refusals:
            for member in ("detail", "hint"):
                self.assertIsNone(re.search(r"[A-Za-z_]{2,}", refusal.problem[member]), refusal.problem)


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
