#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Who sees what of whom: reporters' names and numbers, links and what stands behind them, sessions and passwords."""
import json
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


class Links(Privacy):
    def test_what_stands_behind_a_one_task_link(self):
        """Photos of the report and of the own work, words without telephone numbers, while the task is open."""
        numbers = (SECRET, "138 1234 1234", "021-65980000", "31011019900307263X")
        sent = self.report(text=f"路灯不亮，请打{'，'.join(numbers)}，抚顺路363弄5号301室，见SP-C-20261122-0049-8", photos=[self.centre.upload()])
        self.centre.steps(sent["id"], {"step": "note", "text": "内部照片", "photos": [self.centre.upload()]})
        token, pin = self.link_of(sent["id"])
        outsider = self.street.anybody()
        task = outsider.post(f"/api/v1/public/link/{token}", {"pin": pin})
        stars = "，".join("*" * n for n in (11, 11, 11, 18))
        self.assertEqual(task["text"], f"路灯不亮，请打{stars}，抚顺路363弄5号301室，见SP-C-20261122-0049-8")
        self.assertEqual(len(task["photos"]), 1)
        photo = task["photos"][0]
        answer, picture = outsider.raw("GET", f"/api/v1/public/photos/{photo}")
        self.assertEqual((answer.status, picture[:3]), (200, b"\xff\xd8\xff"))
        self.assertIn("no-store", answer.getheader("Cache-Control"))
        done = outsider.post(f"/api/v1/public/link/{token}/done", {"pin": pin, "text": "修好了", "photos": [outsider.upload()]})
        self.assertEqual((done["state"], done["photos"]), ("done", []))
        self.refused("E_LINK_USED", outsider.get, f"/api/v1/public/photos/{photo}")
        # sent back for more work: the same task again, with its own photo, and the old address works again
        self.centre.steps(sent["id"], {"step": "check", "pass": False, "reason": "还是不亮"})
        task = outsider.post(f"/api/v1/public/link/{token}", {"pin": pin})
        self.assertEqual((len(task["photos"]), task["photos"][0]), (2, photo))

    def test_a_withdrawn_link_opens_no_photo(self):
        sent = self.report(photos=[self.centre.upload()])
        token, pin = self.link_of(sent["id"])
        outsider = self.street.anybody()
        photo = outsider.post(f"/api/v1/public/link/{token}", {"pin": pin})["photos"][0]
        self.dispatch(sent["id"], "wuye-2")
        self.refused("E_LINK_USED", outsider.get, f"/api/v1/public/photos/{photo}")

    def test_nothing_of_a_hidden_matter_goes_out_by_link(self):
        for facts in ({"confidential": True}, {"class": "R03-02", "procedure": "request", "channel": "community"}):
            sent = self.report(text="楼上半夜拖椅子", photos=[self.centre.upload()], **facts)
            token, pin = self.link_of(sent["id"])
            task = self.street.anybody().post(f"/api/v1/public/link/{token}", {"pin": pin})
            self.assertEqual(task["photos"], [])
            self.assertNotIn("拖椅子", json.dumps(task, ensure_ascii=False))

    def test_a_repeated_done_gets_the_same_answer(self):
        """The telephone lost the answer and asks again; it is done, not an error."""
        for act, words in (("done", {"text": "修好了"}), ("bounce", {"reason": "不归我们"})):
            sent = self.report()
            token, pin = self.link_of(sent["id"])
            outsider = self.street.anybody()
            photos = {"photos": [outsider.upload()]} if act == "done" else {}
            path, body = f"/api/v1/public/link/{token}/{act}", {"pin": pin, **words, **photos}
            first = outsider.post(path, body, key=f"repeat-{act}")
            self.assertEqual(outsider.post(path, body, key=f"repeat-{act}"), first)
            self.refused("E_LINK_USED", outsider.post, path, body, key=f"another-{act}")
            self.refused("E_PIN", outsider.post, path, {**body, "pin": "x"}, key=f"repeat-{act}")


class PublicPages(Privacy):
    def test_padding_a_number_gives_no_more_tries(self):
        sent = self.report()
        nobody = self.street.anybody()
        for pad in ("", " ", "  ", "   ", "    "):
            self.refused("E_NOT_FOUND", nobody.post, "/api/v1/public/find", {"number": pad + sent["number"] + pad, "last4": "0000"})
        self.refused("E_LOCKED", nobody.post, "/api/v1/public/find", {"number": sent["number"] + "     ", "last4": "0000"})
        # numbers that do not exist count together, and keep nobody from a number that does
        for n in range(5):
            self.refused("E_NOT_FOUND", nobody.post, "/api/v1/public/find", {"number": f"SP-C-20200101-{n:04}-0", "last4": "0000"})
        self.refused("E_LOCKED", nobody.post, "/api/v1/public/find", {"number": "SP-C-20200101-0099-0", "last4": "0000"})
        other = self.report()
        found = nobody.post("/api/v1/public/find", {"number": f" {other['number']} ", "last4": SECRET[-4:]})
        self.assertEqual(found["number"], other["number"])

    def test_by_number_one_reads_the_steps_and_nobodys_words(self):
        sent = self.report(text="灯杆歪了")
        self.dispatch(sent["id"], "zhifa")
        self.centre.steps(sent["id"], {"step": "note", "text": "已约电工周四上门", "public": True})
        self.close_case(sent["id"], answer="5号301室王阿姨家门口的灯修好了")
        by_number = self.street.anybody().post("/api/v1/public/find", {"number": sent["number"], "last4": SECRET[-4:]})
        self.assertEqual(by_number["state"], "closed")
        self.assertGreater(len(by_number["steps"]), 3)
        self.assertNotIn("answer", by_number)
        self.assertEqual([step for step in by_number["steps"] if step.get("words")], [])
        for words in ("王阿姨", "电工", "灯杆"):
            self.assertNotIn(words, json.dumps(by_number, ensure_ascii=False))
        poster = self.street.anybody().get("/api/v1/public/track/" + sent["track_url"].rsplit("/", 1)[1])
        self.assertEqual(poster["answer"], "5号301室王阿姨家门口的灯修好了")
        self.assertIn("灯杆歪了", json.dumps(poster, ensure_ascii=False))

    def test_neighbours_learn_of_public_matters_only(self):
        estate = self.places["鞍山六村"]["id"] if "鞍山六村" in self.places else self.places["鞍山五村"]["id"]
        spot = {"lat": 31.27512, "lon": 121.50238}
        nobody = self.street.anybody()

        def similar(code, **where):
            return nobody.get("/api/v1/public/similar", **{"class": code, **(where or {"place": estate})})["items"]
        for code, facts in (("R03-02", {"procedure": "request", "channel": "community"}), ("W09-003", {}), ("W06-001", {}), ("P01-037", {})):
            self.report(**{"class": code, "place": estate, "text": "有人反映", **spot, **facts})
        self.assertEqual(similar("R03-02"), [], "sensitive")
        self.assertEqual(similar("W09-003"), [], "not public")
        self.assertEqual(len(similar("P01-037")), 1)
        self.assertEqual(len(similar("P01-037", **spot)), 1)
        # rounded to a thousandth of a degree, as Open311 shows it: both ask about the same block
        near = [len(similar("W06-001", lat=31.275 + d, lon=121.502)) for d in (0, 0.00224, 0.00226)]
        self.assertEqual(near, [1, 1, 0], "250 m round the middle of the block, not round the door")


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
        """Otherwise the time tells which names exist. The middle of five each, in turns since others are at work beside, and half of it
        is far from noise."""
        def seconds(login):
            began = time.monotonic()
            self.refused("E_PASSWORD", self.street.anybody().post, "/api/v1/session", {"login": login, "password": "wrong"})
            return time.monotonic() - began
        known, unknown = zip(*((seconds(f"fuwu{n}"), seconds(f"nemo{n}")) for n in range(2, 7)))
        self.assertGreater(statistics.median(unknown), statistics.median(known) / 2)

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
