# SPDX-License-Identifier: Apache-2.0
"""A case goes on in another office of the installation: two entries in two ledgers, delivered at least once, accepted once."""
import http.client
import json
import sys
import threading
import time
import unittest

from city import OTHER, PREFIX, City
from street import ROOT, Refused

sys.path.insert(0, str(ROOT / "docs"))
import check_ledger # noqa: E402

WHY = "该路段属北街道管辖，请接续办理"


def until(ask):
    """The answer of `ask` as soon as there is one."""
    for _ in range(300):
        found = ask()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come about")


class HandOver(unittest.TestCase):
    def setUp(self):
        self.city = City()
        self.addCleanup(self.city.close)
        self.desk = self.city.person("zhiban")
        self.others = self.city.person(f"{PREFIX}zhiban")

    def reported(self, **facts):
        facts = {"channel": "telephone", "class": "P01-037", "text": "密云路西侧路灯不亮",
                 "contact": {"name": "张阿姨", "telephone": "13800001234"}, **facts}
        return self.desk.report(**facts)

    def hand_over(self, case_id, office=OTHER, text=WHY, who=None):
        return (who or self.desk).steps(case_id, {"step": "hand_over", "office": office, "text": text})

    def arrived(self, who=None):
        return until(lambda: (who or self.others).list())

    def received(self):
        """The entries that brought a case from elsewhere, of every ledger."""
        with self.city.database() as db:
            rows = db.execute("SELECT office, number, body FROM ledger WHERE name = 'case.reported/1' ORDER BY office, number").fetchall()
        db.close()
        facts = [(office, number, json.loads(check_ledger.body(body))) for office, number, body in rows]
        return [(office, number, body) for office, number, body in facts if "from_office" in body]

    def assert_proved(self):
        done = self.city.verify()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_a_case_ends_here_and_begins_there(self):
        made = self.reported()
        told = self.hand_over(made["id"])
        self.assertEqual(told["state"], "closed")
        theirs = self.others.case(self.arrived()[0]["id"])
        self.assertNotEqual(theirs["number"], made["number"])
        self.assertTrue(theirs["number"].startswith(OTHER))
        self.assertEqual((theirs["text"], theirs["class"], theirs["channel"]), ("密云路西侧路灯不亮", "P01-037", "telephone"))
        first = theirs["timeline"][0]
        self.assertEqual(first["line"], f"由四平路街道移交，原编号：{made['number']}")
        self.assertIn(WHY, first["text"])
        self.assertTrue(theirs["voices"][0]["has_contact"])
        contact = self.others.post(f"/api/v1/cases/{theirs['id']}/reveal",
                                   {"voice": theirs["voices"][0]["id"], "purpose": "联系报告人"})
        self.assertEqual(contact["telephone"], "13800001234")

        ours = self.desk.case(made["id"])
        self.assertEqual((ours["state"], ours["outcome"]), ("closed", "handed_over"))
        self.assertEqual(ours["timeline"][-1]["line"], f"移交北街道，对方编号：{theirs['number']}")
        self.assertTrue(all(clock["stopped_at"] for clock in ours["clocks"]))
        self.assertEqual(self.desk.count("state:open"), 0)

        self.assert_proved()

    def track(self, made, language="zh"):
        return self.city.anybody(language).get(f"/api/v1/public/track/{made['track_url'].rsplit('/', 1)[1]}")

    def test_the_resident_follows_it_into_the_other_office(self):
        made = self.reported()
        before = self.track(made)
        self.assertNotIn("onward", before)
        self.hand_over(made["id"])
        theirs = self.arrived()[0]
        for language, name, handed in [("zh", "北街道", "已移交北街道继续办理，可拨打021-11111111查询"),
                                       ("en", "North Street", "Handed over to North Street who goes on with it; telephone 021-11111111")]:
            track = self.track(made, language)
            self.assertEqual((track["number"], track["entry"]), (made["number"], before["entry"]), "what the receipt says")
            self.assertEqual(track["onward"], {"office": name, "number": theirs["number"]})
            self.assertEqual((track["state"], track["telephone"]), ("verifying", "021-11111111"))
            self.assertEqual([step["code"] for step in track["steps"]], ["report", "hand_over", "report"])
            self.assertEqual(track["steps"][1]["title"], handed)
            self.assertEqual((track["steps"][2]["by"], track["steps"][2].get("words")), (name, None))
            self.assertFalse(track["may_rate"])
            self.assertNotIn(WHY, json.dumps(track, ensure_ascii=False), "the reason is for colleagues")

    def test_what_the_resident_says_reaches_the_office_that_goes_on(self):
        made = self.reported()
        token = made["track_url"].rsplit("/", 1)[1]
        self.hand_over(made["id"])
        theirs = self.arrived()[0]["id"]
        resident = self.city.anybody()
        self.assertIn("还是不亮", json.dumps(resident.post(f"/api/v1/public/track/{token}/note", {"text": "还是不亮"}), ensure_ascii=False))
        self.assertIn("还是不亮", self.others.case(theirs)["timeline"][-1]["text"])
        self.close(theirs)
        track = self.track(made)
        self.assertEqual((track["state"], track["answer"], track["may_rate"]), ("closed", "已更换灯泡", True))
        rated = resident.post(f"/api/v1/public/track/{token}/rate", {"solved": True, "grade": 5})
        self.assertEqual((rated["rated"], rated["may_rate"]), ({"solved": True, "grade": 5}, False))
        self.assertEqual(self.others.case(theirs)["voices"][0]["rating"], 5)
        found = resident.post("/api/v1/public/find", {"number": made["number"], "last4": "1234"})
        self.assertEqual((found["state"], found["onward"]["number"]), ("closed", self.others.case(theirs)["number"]))
        for words in ("还是不亮", "已更换灯泡", "密云路西侧路灯不亮"):
            self.assertNotIn(words, json.dumps(found, ensure_ascii=False), "who knows number and digits reads the steps alone")
        self.assert_proved()

    def close(self, case_id):
        unit = next(u["id"] for u in self.others.get("/api/v1/units")["units"] if u["has_accounts"])
        called = {"on_behalf": {"person": "养护班刘师傅", "called_at": time.strftime("%Y-%m-%dT%H:%M:%S+08:00", time.gmtime(time.time() + 8 * 3600))}}
        for step in ({"step": "verify", "found": True}, {"step": "file", "class": "P01-037"}, {"step": "dispatch", "unit": unit},
                     {"step": "sign_for", **called}, {"step": "handle", **called, "text": "换了灯泡", "outcome": "solved", "photos": [self.others.upload()]},
                     {"step": "check", "pass": True, "photos": [self.others.upload()]},
                     {"step": "close", "answer": "已更换灯泡", "outcome": "solved"}):
            self.others.steps(case_id, step)

    def merged(self, text, main, telephone="13900005678", **more):
        """Another person's case, merged into the main case."""
        made = self.reported(text=text, contact={"name": "李叔叔", "telephone": telephone}, **more)
        self.desk.steps(made["id"], {"step": "merge", "main": main["id"], "same": "problem", "text": "同一盏灯"})
        return made

    def test_who_was_merged_with_it_follows_it_too(self):
        main = self.reported()
        voice = self.merged("马路对面一片漆黑", main)
        before = self.track(voice)
        self.hand_over(main["id"])
        theirs = self.arrived()[0]
        for language, name in [("zh", "北街道"), ("en", "North Street")]:
            track = self.track(voice, language)
            self.assertEqual((track["number"], track["entry"]), (voice["number"], before["entry"]), "what the receipt says")
            self.assertEqual(track["onward"], {"office": name, "number": theirs["number"]})
            self.assertIn(main["number"], track["merged"])
            self.assertEqual((track["state"], track["telephone"]), ("verifying", "021-11111111"))
            self.assertEqual([step["code"] for step in track["steps"]], ["report", "merge", "hand_over", "report"])
            self.assertEqual((track["steps"][3]["by"], track["steps"][3].get("words")), (name, None))
        self.close(theirs["id"])
        track = self.track(voice)
        self.assertEqual((track["state"], track["answer"]), ("closed", "已更换灯泡"))
        self.assertIn("已更换灯泡", [step.get("words") for step in track["steps"]])
        self.assertFalse(track["may_rate"], "who is known there rates")
        self.assertTrue(self.track(main)["may_rate"])
        with self.assertRaises(Refused) as refused:
            self.city.anybody().post(f"/api/v1/public/track/{voice['track_url'].rsplit('/', 1)[1]}/rate", {"solved": False, "grade": 1})
        self.assertEqual(refused.exception.code, "E_STEP")
        self.assertNotIn("rate", [step["step"] for step in self.desk.case(voice["id"])["allowed"]])
        self.assertEqual(self.others.case(theirs["id"])["state"], "closed")
        for words in ("密云路西侧路灯不亮", "张阿姨", "13800001234", "同一盏灯", WHY):
            self.assertNotIn(words, json.dumps(track, ensure_ascii=False), "another one's words")
        self.assertNotIn("马路对面", json.dumps(self.track(main), ensure_ascii=False))
        self.assertNotIn("马路对面", json.dumps(self.others.case(theirs["id"]), ensure_ascii=False))
        found = self.city.anybody().post("/api/v1/public/find", {"number": voice["number"], "last4": "5678"})
        self.assertEqual((found["state"], found["onward"]["number"]), ("closed", theirs["number"]))
        for words in ("马路对面", "已更换灯泡"):
            self.assertNotIn(words, json.dumps(found, ensure_ascii=False), "who knows number and digits reads the steps alone")
        self.assert_proved()

    def test_whoever_goes_on_with_it_is_told_how_many_wait_for_the_answer(self):
        main = self.reported()
        first, second = self.merged("马路对面一片漆黑", main), self.merged("路灯坏了", main)
        self.hand_over(main["id"])
        theirs = self.arrived()[0]["id"]
        line = lambda: self.others.case(theirs)["timeline"][0]["line"]
        self.assertEqual(line(), f"由四平路街道移交，原编号：{main['number']}\n那里有 3 次反映并在一起，答复各反映人都看得到")
        self.desk.steps(second["id"], {"step": "unmerge", "reason": "另一盏灯"})
        self.assertEqual(line(), f"由四平路街道移交，原编号：{main['number']}\n那里有 2 次反映并在一起，答复各反映人都看得到")
        self.assertNotIn("onward", self.track(second))
        self.assertEqual(self.track(second)["state"], "verifying")
        self.desk.steps(first["id"], {"step": "unmerge", "reason": "另一盏灯"})
        self.assertEqual(line(), f"由四平路街道移交，原编号：{main['number']}")
        self.assert_proved()

    def test_merged_there_and_handed_over_again_it_is_still_one_way(self):
        main = self.reported()
        voice = self.merged("马路对面一片漆黑", main)
        self.hand_over(main["id"])
        theirs = self.arrived()[0]
        other = self.others.report(channel="telephone", text="整条路灯不亮", **{"class": "P01-037"})
        self.others.steps(theirs["id"], {"step": "merge", "main": other["id"], "same": "cause"})
        for made in (main, voice):
            track = self.track(made)
            self.assertEqual(track["onward"], {"office": "北街道", "number": theirs["number"]})
            self.assertIn(other["number"], track["merged"])
        self.hand_over(other["id"], office="SP", text="经核对属贵街道", who=self.others)
        again = until(lambda: [c for c in self.desk.list("state:open")])[0]
        for made in (main, voice):
            track = self.track(made)
            self.assertEqual(track["onward"], {"office": "四平路街道", "number": again["number"]})
            self.assertNotIn("整条路灯不亮", json.dumps(track, ensure_ascii=False))
            self.assertEqual([step["code"] for step in track["steps"]][-4:], ["report", "merge", "hand_over", "report"])
        self.assert_proved()

    def test_its_photos_are_seen_there_and_no_others(self):
        made = self.reported(photos=[self.desk.upload()])
        kept = self.reported(text="另一件", photos=[self.desk.upload()])
        photo, other = (self.desk.case(case["id"])["timeline"][0]["photos"][0] for case in (made, kept))
        for size in ("thumb", "full"):
            with self.assertRaises(Refused) as refused:
                self.others.get(f"/api/v1/attachments/{photo}", size=size)
            self.assertEqual(refused.exception.status, 404, "not yet theirs")
        self.hand_over(made["id"])
        theirs = self.others.case(self.arrived()[0]["id"])
        self.assertEqual(theirs["timeline"][0]["photos"], [photo])
        for size in ("thumb", "full"):
            self.assertEqual(self.others.get(f"/api/v1/attachments/{photo}", size=size), self.desk.get(f"/api/v1/attachments/{photo}", size=size))
        for who, of in ((self.others, other), (self.city.anybody(), photo)):
            with self.assertRaises(Refused):
                who.get(f"/api/v1/attachments/{of}")
        self.hand_over(theirs["id"], office="SP", text="经核对属贵街道", who=self.others)
        again = until(lambda: [c for c in self.desk.list() if c["id"] not in (made["id"], kept["id"])])[0]
        self.assertEqual(self.desk.case(again["id"])["timeline"][0]["photos"], [photo], "also when it comes back")

    def test_who_handles_there_by_a_link_proves_it_with_a_photo(self):
        self.hand_over(self.reported()["id"])
        theirs = self.arrived()[0]["id"]
        unit = next(u["id"] for u in self.others.get("/api/v1/units")["units"] if not u["has_accounts"])
        self.others.steps(theirs, {"step": "verify", "found": True})
        sent = self.others.steps(theirs, {"step": "file", "class": "P01-037"}, {"step": "dispatch", "unit": unit})
        token, pin = sent["link"]["url"].rsplit("/", 1)[1], sent["link"]["pin"]
        outsider = self.city.anybody()
        outsider.post(f"/api/v1/public/link/{token}/done", {"pin": pin, "text": "换了灯泡", "photos": [outsider.upload()]})
        done = self.others.case(theirs)["timeline"][-1]
        self.assertEqual((done["code"], len(done["photos"])), ("handled", 1))
        self.assertEqual(self.others.get(f"/api/v1/attachments/{done['photos'][0]}")[:3], b"\xff\xd8\xff")
        with self.city.database() as db:
            waiting = db.execute("SELECT office FROM uploads").fetchall()
        db.close()
        self.assertNotIn((1,), waiting, "else it would be swept away, and the picture with it")
        self.assert_proved()

    def test_the_reading_of_the_contact_is_in_the_audit_log(self):
        self.hand_over(self.reported()["id"])
        self.hand_over(self.reported(procedure="order", channel="hotline", external_number="12345-79", confidential=True)["id"])
        until(lambda: len(self.received()) == 2)
        with self.city.database() as db:
            told = db.execute("SELECT actor, what, remark FROM audit WHERE what = 'reveal'").fetchall()
        db.close()
        self.assertEqual(told, [(0, "reveal", "案件移交北街道，联系方式一并转去")], "once, and nothing of who asked for secrecy")
        shown = self.city.person("shenji").get("/api/v1/audit", what="reveal")
        self.assertIn("案件移交北街道", json.dumps(shown, ensure_ascii=False))
        self.assert_proved()

    def test_it_arrives_within_a_second_or_two(self):
        made = self.reported()
        began = time.monotonic()
        self.hand_over(made["id"])
        self.arrived()
        self.assertLess(time.monotonic() - began, 3)

    def given(self):
        with self.city.database() as db:
            count = db.execute("SELECT count(*) FROM ledger WHERE name = 'case.handed_over/1'").fetchone()[0]
        db.close()
        return count

    def undelivered(self):
        return self.given() - len(self.received())

    def killed_while_handing_over(self):
        """Several colleagues hand over at once and the power goes; how many cases were then given and had not arrived."""
        before = self.given()
        made = [self.reported(text=f"路灯不亮 {n}")["id"] for n in range(12)]

        def hand_over(case_id):
            try:
                self.hand_over(case_id)
            except (OSError, http.client.HTTPException):
                pass # the power was gone

        threads = [threading.Thread(target=hand_over, args=(case_id,)) for case_id in made]
        for thread in threads:
            thread.start()
        until(lambda: self.given() > before)
        self.city.stop(kill=True)
        for thread in threads:
            thread.join()
        return self.undelivered()

    def test_killed_between_the_two_entries_it_arrives_once_after_the_start(self):
        lost = 0
        for _ in range(15): # until a kill fell between the two
            lost = self.killed_while_handing_over()
            self.city.start()
            until(lambda: self.undelivered() == 0)
            if lost:
                break
        self.assertGreater(lost, 0, "no kill fell between the two entries")
        sources = [(body["from_office"], body["from_event"]) for _, _, body in self.received()]
        self.assertEqual(len(sources), len(set(sources)))
        self.assert_proved()

    def test_looked_at_again_after_a_start_it_is_not_accepted_twice(self):
        self.hand_over(self.reported()["id"])
        until(self.received)
        self.city.stop() # what it remembers of deliveries is gone: everything is looked at again
        self.city.start()
        self.hand_over(self.reported()["id"])
        until(lambda: self.undelivered() == 0)
        self.assertEqual(len(self.received()), 2)
        with self.city.database() as db:
            ids = db.execute("SELECT client_id FROM ledger WHERE office = 2 AND actor = 0 AND name = 'case.reported/1' ORDER BY number").fetchall()
        db.close()
        self.assertEqual([one[0] for one in ids], [f"handover:1:{body['from_event']}" for _, _, body in self.received()])

    def test_who_asked_for_secrecy_is_not_named_there(self):
        made = self.reported(procedure="order", channel="hotline", external_number="12345-77", confidential=True)
        self.hand_over(made["id"])
        theirs = self.others.case(self.arrived()[0]["id"])
        self.assertTrue(theirs["confidential"])
        self.assertFalse(theirs["voices"][0]["has_contact"])
        self.assertEqual(theirs["external_number"], "12345-77")
        with self.city.database() as db:
            sealed = db.execute("SELECT count(*) FROM vault WHERE office = 2 AND field IN ('name', 'telephone') AND subject = "
                                f"{theirs['voices'][0]['id']}").fetchone()[0]
        db.close()
        self.assertEqual(sealed, 0)
        self.assert_proved()

    def test_it_may_come_back(self):
        made = self.reported(procedure="order", channel="hotline", external_number="12345-78")
        self.hand_over(made["id"])
        theirs = self.arrived()[0]
        self.hand_over(theirs["id"], office="SP", text="经核对属贵街道", who=self.others)
        again = until(lambda: [c for c in self.desk.list() if c["id"] != made["id"]])[0]
        self.assertEqual(self.desk.case(again["id"])["timeline"][0]["line"], f"由北街道移交，原编号：{theirs['number']}")
        self.assertNotIn("external_number", {k for k, v in again.items() if v}, "the first case has that number here")
        self.assert_proved()

    def test_it_counts_as_closed_here_and_open_there(self):
        before = self.desk.count("state:closed")
        self.hand_over(self.reported()["id"])
        self.arrived()
        self.assertEqual(self.desk.count("state:closed"), before + 1)
        self.assertEqual(self.others.count("state:open"), 1)
        self.assert_proved()

    def test_refusals(self):
        made = self.reported()
        for office, text, code in [("SP", WHY, "E_HAND_OVER"), ("XX", WHY, "E_HAND_OVER"), ("", WHY, "E_REQUIRED"), (OTHER, "", "E_REQUIRED")]:
            with self.subTest(office=office, text=text), self.assertRaises(Refused) as refused:
                self.hand_over(made["id"], office, text)
            self.assertEqual(refused.exception.code, code)
        self.hand_over(made["id"])
        with self.assertRaises(Refused) as refused:
            self.hand_over(made["id"])
        self.assertEqual(refused.exception.code, "E_STEP")

    def test_the_page_offers_it_where_there_is_another_office(self):
        allowed = [step["step"] for step in self.desk.case(self.reported()["id"])["allowed"]]
        self.assertIn("hand_over", allowed)
        self.assertEqual(self.desk.get("/api/v1/session")["offices"], [{"code": OTHER, "name": "北街道"}])

    def test_a_session_names_offices_in_the_language_of_the_account(self):
        names = lambda who: (lambda s: (s["office"]["name"], s["account"]["unit"]["name"], s["offices"][0]["name"]))(who.get("/api/v1/session"))
        who = self.city.person("zhiban2") # a Chinese browser, as in every office
        self.assertEqual(names(who), ("四平路街道", "城运中心", "北街道"))
        who.ask("PATCH", "/api/v1/session", {"language": "en"})
        self.assertEqual(names(who), ("Siping Road", "Operations Centre", "North Street"))


if __name__ == "__main__":
    unittest.main()
