#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The main job, end to end, through the HTTP interface alone: what people report becomes solved, answered, rated cases."""
import csv
import re
import unittest

from street import CATALOGUE, Refused, Street


class Story(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.street = Street()
        cls.centre = cls.street.person("zhiban")

    @classmethod
    def tearDownClass(cls):
        cls.street.close()

    # ---- helpers in the words of the trade

    def unit(self, code):
        return next(u for u in self.centre.get("/api/v1/units")["units"] if u["code"] == code)

    def place(self, name):
        return next(p for p in self.centre.get("/api/v1/places")["places"] if p["name"] == name)

    def grid_worker_of(self, case):
        """Somebody whose tasks hold this case."""
        with open(CATALOGUE / "demo" / "accounts.csv", encoding="utf-8") as f:
            community = next(p["code"] for p in self.centre.get("/api/v1/places")["places"] if p["id"] == case["place"]["id"])
            for row in csv.DictReader(f):
                if "grid_worker" in row["roles"] and (row["place"].startswith(community) or community.startswith(row["place"])):
                    worker = self.street.person(row["login"])
                    if any(t["id"] == case["id"] for t in worker.get("/api/v1/tasks")["items"]):
                        return worker
        self.fail(f"no grid worker has a task in {case['number']}")

    def file_and_dispatch(self, case_id, unit=None, assists=()):
        case = self.centre.case(case_id)
        suggestion = case.get("suggestion", {})
        return self.centre.steps(case_id, {"step": "file", "class": case["class"]},
                                 {"step": "dispatch", "unit": unit or suggestion["unit"]["id"],
                                  "assists": list(assists) or [a["id"] for a in suggestion.get("assists", [])]})

    # ---- 1. orders from above

    def test_1_forty_orders_come_in_and_make_no_twins(self):
        with open(CATALOGUE / "demo" / "orders-sample.csv", encoding="utf-8") as f:
            columns, *rows = list(csv.reader(f))
        sheet = {"columns": columns, "rows": rows}
        checked = self.centre.post("/api/v1/orders/check", sheet)
        asked = [r["title"] for r in checked["rows"] if r["status"] == "ask"]
        self.assertEqual(checked["counts"], {"new": 37, "twin": 0, "ask": 3, "error": 0}, asked)
        self.assertEqual(self.centre.count("procedure:order"), 0)
        # what a person chooses on the page goes before what the words say
        fix = {"columns": columns + ["class", "unit"],
               "rows": [row + (["R20-01", self.unit("chengyun")["id"]] if row[0] == "20261120YP00024" else [None, None]) for row in rows]}
        self.assertEqual(self.centre.post("/api/v1/orders/check", fix)["counts"], {"new": 38, "twin": 0, "ask": 2, "error": 0})
        done = self.centre.post("/api/v1/orders/import", sheet)
        self.assertEqual(self.centre.count("procedure:order"), 40)
        again = self.centre.post("/api/v1/orders/import", sheet)
        self.assertEqual(again["counts"]["twin"], 40)
        self.assertEqual(self.centre.count("procedure:order"), 40)
        # one goes to its unit with one click; number and due time above are kept
        row = next(r for r in done["rows"] if r["status"] == "new" and r.get("due", "") > "2026-11-23")
        case = self.centre.case(row["id"])
        self.assertEqual(case["external_number"], row["external_number"])
        self.assertEqual(case["first_contact_at"] if "first_contact_at" in case else None, None)
        self.assertTrue(case["first_contact_due_at"])
        self.assertEqual(case["suggestion"]["unit"]["id"], row["unit"])
        after = self.file_and_dispatch(row["id"])
        self.assertEqual(after["state"], "to_sign")
        case = self.centre.case(row["id"])
        self.assertEqual(case["due_at"], case["external_due_at"])
        self.assertNotIn("reply_text", case) # nothing is done yet: there is nothing to reply
        self.assertNotIn("reply_draft", case)
        self.assertEqual(case["reply_limit"], 500)
        self.centre.steps(row["id"], {"step": "first_contact", "reached": True, "text": "已电话联系，说明情况"})
        self.centre.steps(row["id"], {"step": "note", "text": "答复已抄回", "filled_above": True})
        case = self.centre.case(row["id"])
        self.assertTrue(case["filled_above"])
        self.assertTrue(case["first_contact_at"])

    # ---- 2. to 5. a resident's report until it is rated

    def test_2_a_residents_report_is_verified_handled_checked_closed_and_rated(self):
        resident = self.street.anybody()
        proposed = resident.get("/api/v1/public/classes", words="路灯坏了三天不亮")["classes"]
        self.assertEqual(proposed[0]["code"], "P01-037")
        estate = self.place("抚顺路363弄")
        sent = resident.post("/api/v1/public/reports", {
            "class": "W06-042", "place": estate["id"], "text": "363弄垃圾房满了一周没人清",
            "contact": {"name": "王小明", "telephone": "13800001234"}, "photos": [resident.upload()]})
        self.assertRegex(sent["number"], r"^SP-C-\d{8}-\d{4}-[\dX]$")
        found = self.centre.list(f"number:{sent['number']}")
        self.assertEqual(len(found), 1)
        case = self.centre.case(found[0]["id"])
        voice = case["voices"][0]
        self.assertEqual((voice["name_masked"], voice["telephone_masked"]), ("王**", "138****1234"))
        if case["state"] == "verifying":
            worker = self.grid_worker_of(case)
            worker.steps(case["id"], {"step": "verify", "found": True, "text": "属实"})
        after = self.file_and_dispatch(case["id"])
        case = self.centre.case(case["id"])
        self.assertEqual(case["state"], "to_sign")
        # the unit has no account: a link with a PIN, and nothing of the reporter behind it
        self.assertIn("link", after)
        token = after["link"]["url"].rsplit("/", 1)[1]
        outsider = self.street.anybody()
        with self.assertRaises(Refused) as wrong:
            outsider.post(f"/api/v1/public/link/{token}", {"pin": "000000" if after["link"]["pin"] != "000000" else "111111"})
        self.assertEqual(wrong.exception.code, "E_PIN")
        task = outsider.post(f"/api/v1/public/link/{token}", {"pin": after["link"]["pin"]})
        self.assertNotIn("13800001234", str(task))
        self.assertNotIn("王小明", str(task))
        with self.assertRaises(Refused) as no_photo:
            outsider.post(f"/api/v1/public/link/{token}/done", {"pin": after["link"]["pin"], "text": "清好了"})
        self.assertEqual(no_photo.exception.code, "E_PHOTO_NEEDED")
        answer, picture = outsider.raw("GET", f"/api/v1/public/photos/{task['photos'][0]}?size=thumb")
        self.assertEqual((answer.status, picture[:3]), (200, b"\xff\xd8\xff"))
        outsider.post(f"/api/v1/public/link/{token}/done", {"pin": after["link"]["pin"], "text": "清好了", "photos": [outsider.upload()]})
        with self.assertRaises(Refused) as used:
            outsider.post(f"/api/v1/public/link/{token}", {"pin": after["link"]["pin"]})
        self.assertEqual((used.exception.status, used.exception.code), (410, "E_LINK_USED"))
        case = self.centre.case(case["id"])
        self.assertEqual((case["state"], case["photos"]), ("to_check", 2))
        # the grid worker looks at the result with a photo, the acceptor closes, the resident rates
        worker = self.grid_worker_of(case)
        worker.steps(case["id"], {"step": "check", "pass": True, "text": "已清", "photos": [worker.upload()]})
        self.centre.steps(case["id"], {"step": "close", "outcome": "solved", "answer": "垃圾房已清运，以后每天两次"})
        photo = self.centre.case(case["id"])["timeline"][0]["photos"][0]
        answer, picture = self.centre.raw("GET", f"/api/v1/attachments/{photo}?size=full")
        self.assertEqual((answer.status, answer.getheader("Content-Type"), picture[:3]), (200, "image/jpeg", b"\xff\xd8\xff"))
        answer, _ = outsider.raw("GET", f"/api/v1/attachments/{photo}")
        self.assertEqual(answer.status, 401)
        track = resident.post(f"/api/v1/public/track/{sent['token']}/rate", {"solved": True, "grade": 5})
        self.assertEqual((track["state"], track["rated"]), ("closed", {"solved": True, "grade": 5}))
        by_number = self.street.anybody().post("/api/v1/public/find", {"number": sent["number"], "last4": "1234"})
        self.assertFalse(by_number["may_rate"])
        self.assertNotIn("363弄垃圾房满了一周没人清", str(by_number))
        with self.assertRaises(Refused) as wrong:
            self.street.anybody().post("/api/v1/public/find", {"number": sent["number"], "last4": "0000"})
        self.assertEqual(wrong.exception.code, "E_NOT_FOUND")

    def test_3_the_centre_signs_and_reports_on_behalf_saying_whom_it_called(self):
        estate = self.place("鞍山五村")
        sent = self.centre.report(**{"class": "W09-012", "place": estate["id"], "text": "车堵消防通道", "channel": "community", "verified_on_spot": True})
        self.file_and_dispatch(sent["id"])
        with self.assertRaises(Refused) as refused:
            self.centre.steps(sent["id"], {"step": "sign_for"})
        self.assertEqual((refused.exception.code, refused.exception.problem["field"]), ("E_REQUIRED", "on_behalf"))
        called = {"person": "交警李队", "called_at": self.centre.case(sent["id"])["as_of"]}
        self.centre.steps(sent["id"], {"step": "sign_for", "on_behalf": called})
        self.centre.steps(sent["id"], {"step": "handle", "outcome": "explained", "text": "车主已挪车", "on_behalf": called})
        case = self.centre.case(sent["id"])
        self.assertEqual(case["state"], "to_check")
        worker = self.grid_worker_of(case)
        worker.steps(sent["id"], {"step": "check", "pass": False, "reason": "又停回来了"})
        self.assertEqual(self.centre.case(sent["id"])["reworks"], 1)
        self.centre.steps(sent["id"], {"step": "handle", "outcome": "explained", "text": "已贴单", "on_behalf": called})
        draft = self.centre.case(sent["id"])
        self.assertEqual(draft["reply_draft"], "您反映的情况已到现场核对，暂不具备取缔条件，原因和疏导安排已向您说明。"
                         f"编号 {sent['number']}，有疑问请致电 四平路街道 021-00000000。")
        self.assertNotIn("reply_text", draft)
        self.centre.steps(sent["id"], {"step": "check", "pass": True}, {"step": "close", "outcome": "solved", "answer": "已清理，感谢反映"})
        case = self.centre.case(sent["id"])
        self.assertEqual((case["reply_text"], case.get("reply_draft")), ("已清理，感谢反映", None))
        self.assertEqual(case["state"], "closed")
        codes = [e["code"] for e in case["timeline"]]
        self.assertEqual(codes, ["reported", "filed", "dispatched", "signed", "handled", "checked", "handled", "checked", "closed"])

    def test_4_a_return_needs_a_reason_and_goes_elsewhere(self):
        sent = self.centre.report(**{"class": "W09-001", "place": self.place("鞍山五村")["id"], "text": "铁岭路夜间流动摊"})
        self.file_and_dispatch(sent["id"], unit=self.unit("zhifa")["id"])
        squad = self.street.person("chengguan")
        with self.assertRaises(Refused) as refused:
            squad.steps(sent["id"], {"step": "bounce"})
        self.assertEqual(refused.exception.code, "E_REASON")
        squad.steps(sent["id"], {"step": "bounce", "reason": "不在我队辖区"})
        case = self.centre.case(sent["id"])
        self.assertEqual((case["state"], case["returns"]), ("to_dispatch", 1))
        with self.assertRaises(Refused) as refused:
            self.centre.steps(sent["id"], {"step": "close", "outcome": "solved", "answer": "好了"})
        self.assertEqual(refused.exception.code, "E_STEP")
        self.centre.steps(sent["id"], {"step": "dispatch", "unit": self.unit("guanli")["id"]})

    def test_5_rating_badly_opens_a_follow_up(self):
        resident = self.street.anybody()
        sent = resident.post("/api/v1/public/reports", {"class": "R01-01", "place": self.place("鞍山五村")["id"],
                                                        "text": "小区保洁不到位", "photos": []})
        case_id = self.centre.list(f"number:{sent['number']}")[0]["id"]
        with self.assertRaises(Refused) as early:
            resident.post(f"/api/v1/public/track/{sent['token']}/rate", {"solved": True, "grade": 5})
        self.assertEqual(early.exception.code, "E_STEP")
        self.file_and_dispatch(case_id)
        called = {"person": "物业经理", "called_at": self.centre.case(case_id)["as_of"]}
        self.centre.steps(case_id, {"step": "sign_for", "on_behalf": called},
                          {"step": "handle", "outcome": "explained", "text": "已与物业约谈", "on_behalf": called},
                          {"step": "check", "pass": True}, {"step": "close", "outcome": "explained", "answer": "已约谈物业，下周增加保洁"})
        track = resident.get(f"/api/v1/public/track/{sent['token']}")
        self.assertTrue(track["may_rate"])
        self.assertEqual(track["answer"], "已约谈物业，下周增加保洁")
        for word in ("流转", "处置", "派遣", "核查"):
            self.assertNotIn(word, str(track["steps"]))
        track = resident.post(f"/api/v1/public/track/{sent['token']}/rate", {"solved": False, "grade": 1, "text": "还是脏"})
        self.assertEqual(track["state"], "follow_up")
        with self.assertRaises(Refused) as twice:
            resident.post(f"/api/v1/public/track/{sent['token']}/rate", {"solved": True, "grade": 5})
        self.assertIn(twice.exception.code, ("E_RATED", "E_STEP"))
        self.centre.steps(case_id, {"step": "follow_up", "redo": True, "text": "再派一次"})
        self.assertEqual(self.centre.case(case_id)["state"], "to_dispatch")

    # ---- 6. the morning page and figures that open their cases

    def test_6_every_figure_opens_exactly_its_cases(self):
        leader = self.street.person("lingdao")
        self.centre.report(**{"class": "P01-037", "place": self.place("鞍山五村")["id"], "text": "弄内路灯不亮"})
        groups = self.centre.get("/api/v1/morning")["groups"]
        self.assertEqual([g["key"] for g in groups], ["not_contacted", "due_today", "redo", "night", "leader"])
        for group in groups:
            self.assertEqual(group["count"], self.centre.count(group["filter"]), group["key"])
        for by in ("none", "community", "category", "class", "unit", "channel", "month", "day"):
            for row in leader.get("/api/v1/figures", filter="opened:this-month", by=by)["rows"]:
                for name, figure in row["figures"].items():
                    expected = figure.get("whole", figure["value"]) if name.endswith("_rate") else figure["value"]
                    if name.endswith("_rate") and figure["whole"]:
                        self.assertAlmostEqual(figure["value"], 100 * figure["part"] / figure["whole"], delta=0.006)
                        self.assertEqual(leader.count(figure["part_filter"]), figure["part"], (by, row["name"], name))
                    if name != "rating_mean":
                        self.assertEqual(leader.count(figure["filter"]), expected, (by, row["name"], name, figure))
        one = leader.get("/api/v1/figures", by="none")["rows"][0]["figures"]["reported"]
        answer, data = leader.raw("GET", "/api/v1/cases/export?format=csv")
        self.assertEqual(answer.status, 200)
        self.assertEqual(len(list(csv.reader(data.decode("utf-8-sig").splitlines()))) - 1, one["value"])
        answer, data = leader.raw("GET", "/api/v1/cases/export?format=xlsx")
        self.assertTrue(data.startswith(b"PK"))

    # ---- rights, staleness, repeats, the telephone

    def test_7_two_people_at_once_are_told(self):
        sent = self.centre.report(**{"class": "P01-037", "place": self.place("鞍山五村")["id"], "text": "路灯"})
        seen = self.centre.case(sent["id"])["last_event"]
        self.street.person("shouli").steps(sent["id"], {"step": "file", "class": "P01-037"}, seen=seen)
        with self.assertRaises(Refused) as stale:
            self.centre.steps(sent["id"], {"step": "file", "class": "P01-037"}, seen=seen)
        self.assertEqual(stale.exception.code, "E_STALE")
        self.assertIn("立案", stale.exception.problem["detail"])

    def test_8_a_repeat_gets_the_same_answer_and_another_body_is_refused(self):
        facts = {"procedure": "city-matter", "channel": "patrol", "text": "重复提交", "class": "P01-037"}
        first = self.centre.post("/api/v1/cases", facts, key="repeat-1")
        again = self.centre.post("/api/v1/cases", facts, key="repeat-1")
        self.assertEqual((first["id"], first["number"]), (again["id"], again["number"]))
        with self.assertRaises(Refused) as other:
            self.centre.post("/api/v1/cases", {**facts, "text": "别的内容"}, key="repeat-1")
        self.assertEqual(other.exception.code, "E_REPEATED")

    def test_9_the_reporters_telephone_takes_a_purpose_and_leaves_a_log(self):
        sent = self.centre.report(**{"class": "P01-037", "text": "路灯", "contact": {"name": "李四", "telephone": "13900005678"}})
        voice = self.centre.case(sent["id"])["voices"][0]["id"]
        shown = self.centre.post(f"/api/v1/cases/{sent['id']}/reveal", {"voice": voice, "purpose": "联系报告人"})
        self.assertEqual(shown, {"name": "李四", "telephone": "13900005678"})
        with self.street.database() as db:
            self.assertEqual(db.execute("SELECT count(*) FROM audit WHERE what = 'reveal' AND subject = ?", (voice,)).fetchone()[0], 1)
        squad = self.street.person("chengguan")
        with self.assertRaises(Refused) as hidden:
            squad.case(sent["id"])
        self.assertEqual(hidden.exception.code, "E_NOT_FOUND")

    def test_a_account_chooses_its_language(self):
        leader = self.street.person("shenji", language="")
        self.assertEqual(leader.ask("PATCH", "/api/v1/session", {"language": "en"})["account"]["language"], "en")
        self.assertEqual(leader.get("/api/v1/session")["account"]["language"], "en")

    # ---- 7. the proof

    def test_z_verify_names_what_somebody_edited(self):
        done = self.street.verify()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        with self.street.database() as db:
            case_id, rating = db.execute("SELECT id, returns FROM cases ORDER BY id LIMIT 1").fetchone()
            db.execute("UPDATE cases SET returns = 7 WHERE id = ?", (case_id,))
        done = self.street.verify()
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stdout, rf"(?s)table cases.*id={case_id}.*column returns.*“7”.*“{rating}”")
        with self.street.database() as db:
            db.execute("UPDATE cases SET returns = ? WHERE id = ?", (rating, case_id))
            db.execute("UPDATE words SET text = text || '!' WHERE id = (SELECT max(id) FROM words)")
        done = self.street.verify()
        self.assertIn("table words", done.stdout)


if __name__ == "__main__":
    unittest.main()
