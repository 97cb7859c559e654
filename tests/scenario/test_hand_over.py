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

        track = self.city.anybody().get(f"/api/v1/public/track/{made['track_url'].rsplit('/', 1)[1]}")
        self.assertEqual(track["state_name"], "已移交北街道继续办理，可拨打021-11111111查询")
        self.assertEqual(track["steps"][-1]["title"], track["state_name"])
        self.assertNotIn(WHY, json.dumps(track, ensure_ascii=False), "the reason is for colleagues")
        self.assertFalse(track["may_rate"])
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


if __name__ == "__main__":
    unittest.main()
