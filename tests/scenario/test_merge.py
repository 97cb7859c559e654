# SPDX-License-Identifier: Apache-2.0
"""Several people raise one problem: their cases are merged under one main case, each keeps its number, its words and its
rating, and it can be undone."""
import json
import unittest

from street import Refused, Street

BULKY = {"class": "W06-030", "text": "单元门口堆着旧沙发，出不去门", "contact": {"name": "张阿姨", "telephone": "13800001111"}}
TWIN = {"class": "W06-030", "text": "楼下有人扔了旧沙发，没人管", "channel": "telephone",
        "contact": {"name": "李叔叔", "telephone": "13900002222"}}


class Merge(unittest.TestCase):
    def setUp(self):
        self.street = Street()
        self.addCleanup(self.street.close)
        self.desk = self.street.person("zhiban")
        places = self.desk.get("/api/v1/places")["places"]
        self.estate = next(p["id"] for p in places if p["level"] == "estate")
        self.unit = self.desk.get("/api/v1/units")["units"][0]["id"]

    def reported(self, facts=None, **more):
        return self.desk.report(**{"channel": "window", "place": self.estate, **(facts or BULKY), **more})

    def filed(self, made):
        self.desk.steps(made["id"], *([{"step": "verify", "found": True}] if self.desk.case(made["id"])["state"] == "verifying" else []),
                        {"step": "file", "class": "W06-030"})
        return made

    def dispatched(self, made):
        self.desk.steps(self.filed(made)["id"], {"step": "dispatch", "unit": self.unit})
        return made

    def merge(self, made, main, **more):
        return self.desk.steps(made["id"], {"step": "merge", "main": main["id"], "same": "problem", **more})

    def finish(self, made, answer="沙发已清走，谢谢您的反映"):
        now = {"person": "小王", "called_at": "2026-11-22T08:00:00+08:00"}
        photos = [self.desk.upload()]
        state = self.desk.case(made["id"])["state"]
        if state == "to_sign":
            self.desk.steps(made["id"], {"step": "sign_for", "on_behalf": now})
        self.desk.steps(made["id"], {"step": "handle", "text": "已清运", "outcome": "solved", "on_behalf": now, "photos": photos})
        return self.desk.steps(made["id"], {"step": "check", "pass": True, "photos": [self.desk.upload()]},
                               {"step": "close", "answer": answer, "outcome": "solved"})

    def track(self, made):
        return self.street.anybody().get(f"/api/v1/public/track/{made['track_url'].rsplit('/', 1)[1]}")

    def rate(self, made, solved=True, grade=5):
        return self.street.anybody().post(f"/api/v1/public/track/{made['track_url'].rsplit('/', 1)[1]}/rate",
                                          {"solved": solved, "grade": grade})

    def assert_proved(self):
        done = self.street.verify()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def assert_refused(self, code, call, *arguments, **more):
        with self.assertRaises(Refused) as refused:
            call(*arguments, **more)
        self.assertEqual(refused.exception.code, code, refused.exception.problem)

    # ---- one problem, several voices

    def test_the_voices_stay_and_read_the_answer(self):
        main, twin = self.dispatched(self.reported()), self.reported(TWIN)
        told = self.merge(twin, main, text="同一张沙发")
        self.assertEqual((told["id"], told["state"]), (twin["id"], "merged"))
        both = self.desk.case(main["id"])
        self.assertEqual([(m["id"], m["number"], m["voices"]) for m in both["merged"]], [(twin["id"], twin["number"], 1)])
        self.assertEqual(both["timeline"][-1]["line"], f"{twin['number']} 并入这一件（反映 1 次）")
        ours = self.desk.case(twin["id"])
        self.assertEqual(ours["main"], {"id": main["id"], "name": main["number"]})
        self.assertEqual(ours["timeline"][-1]["line"], f"并入 {main['number']}　同一问题")
        self.assertIn("同一张沙发", ours["timeline"][-1]["text"])
        self.assertEqual((self.desk.count("state:open"), self.desk.count("state:merged"), self.desk.count("状态:已并案")), (1, 1, 1))
        self.assertEqual([i["voices"] for i in self.desk.list("state:open")], [2])

        seen = self.track(twin)
        self.assertEqual(seen["number"], twin["number"])
        self.assertEqual(seen["merged"], f"与别人反映的同一件事（{main['number']}）一起办")
        self.assertEqual(seen["steps"][-1]["title"], seen["merged"])
        self.assertEqual(seen["state"], "to_sign")
        self.assertFalse(seen["may_rate"])
        self.finish(main)
        seen = self.track(twin)
        self.assertEqual((seen["state"], seen["answer"]), ("closed", "沙发已清走，谢谢您的反映"))
        self.assertIn("沙发已清走，谢谢您的反映", [step.get("words") for step in seen["steps"]])
        for words in (BULKY["text"], "张阿姨", "13800001111", "同一张沙发"):
            self.assertNotIn(words, json.dumps(seen, ensure_ascii=False))
        self.assertNotIn(TWIN["text"], json.dumps(self.track(main), ensure_ascii=False))
        self.assertTrue(seen["may_rate"] and self.track(main)["may_rate"])
        self.assertEqual(self.rate(twin, grade=4)["rated"], {"solved": True, "grade": 4})
        self.rate(main, grade=5)
        self.assertEqual([self.desk.case(made["id"])["rating"] for made in (main, twin)], [5, 4])
        self.assert_refused("E_RATED", self.rate, twin)
        self.assertEqual(self.desk.count("rating:4 state:merged"), 1)
        self.assert_proved()

    def test_a_bad_rating_opens_the_main_case_and_all_are_asked_again(self):
        main, twin = self.dispatched(self.reported()), self.reported(TWIN)
        self.merge(twin, main)
        self.finish(main)
        self.rate(main)
        self.rate(twin, solved=False, grade=1)
        both = self.desk.case(main["id"])
        self.assertEqual(both["state"], "follow_up")
        self.assertEqual(both["timeline"][-1]["line"], f"{twin['number']} 的反映人不满意")
        self.assertEqual(both["clock"]["kind"], "follow_up")
        self.assertEqual(self.desk.case(twin["id"])["state"], "merged")
        self.desk.steps(main["id"], {"step": "follow_up", "redo": True, "text": "再去看"})
        self.desk.steps(main["id"], {"step": "dispatch", "unit": self.unit})
        self.assertFalse(self.track(twin)["may_rate"])
        self.finish(main)
        self.assertTrue(self.track(twin)["may_rate"])
        self.rate(twin)
        self.assertEqual(self.desk.case(main["id"])["state"], "closed")
        self.assert_proved()

    # ---- undone

    def test_undone_everything_runs_on_as_it_was(self):
        main, twin = self.filed(self.reported()), self.dispatched(self.reported(TWIN))
        before = self.desk.case(twin["id"])
        self.merge(twin, main)
        merged = self.desk.case(twin["id"])
        self.assertEqual([task["state"] for task in merged["tasks"]][-1], "withdrawn")
        self.assertTrue(all("stopped_at" in clock for clock in merged["clocks"]))
        both = self.desk.case(main["id"])
        self.assertEqual(both["due_at"], before["due_at"], "the earliest promise holds for the main case")
        self.assertEqual([c["kind"] for c in both["clocks"] if "stopped_at" not in c and c["due_at"] == before["due_at"]], ["promise"])
        self.assert_refused("E_REASON", self.desk.steps, twin["id"], {"step": "unmerge"})
        self.desk.steps(twin["id"], {"step": "unmerge", "reason": "不是同一张沙发"})
        after = self.desk.case(twin["id"])
        for key in ("state", "due_at", "late", "leader_waiting"):
            self.assertEqual(after[key], before[key], key)
        shape = lambda case: [(c["kind"], c["due_at"], c.get("stopped_at")) for c in case["clocks"]]
        self.assertEqual(shape(after), shape(before))
        self.assertEqual([(t["id"], t["state"]) for t in after["tasks"]], [(t["id"], t["state"]) for t in before["tasks"]])
        self.assertNotIn("main", after)
        both = self.desk.case(main["id"])
        self.assertEqual(both["merged"], [])
        self.assertEqual([c["kind"] for c in both["clocks"] if "stopped_at" not in c], ["dispatch"])
        self.assertNotEqual(both["due_at"], before["due_at"])
        self.assertEqual([i["voices"] for i in self.desk.list("state:open")], [1, 1])
        self.assertNotIn("merged", self.track(twin))
        self.finish(twin)
        self.assert_proved()

    # ---- chains and refusals

    def test_no_chains(self):
        a, b, c, d = (self.reported(text=f"第 {n} 个人说沙发") for n in range(4))
        self.merge(b, a)
        self.merge(c, b)  # leads to a
        self.assertEqual(self.desk.case(c["id"])["main"]["id"], a["id"])
        self.assert_refused("E_MERGE_MINE", self.merge, a, c)
        self.merge(a, d)  # takes b and c along
        self.assertEqual([m["id"] for m in self.desk.case(d["id"])["merged"]], [a["id"], b["id"], c["id"]])
        self.assertEqual([self.desk.case(x["id"])["main"]["id"] for x in (a, b, c)], [d["id"]] * 3)
        self.assertEqual([i["voices"] for i in self.desk.list("state:open")], [4])
        self.assertEqual([i["voices"] for i in self.desk.list("state:merged")], [1, 1, 1])
        self.desk.steps(b["id"], {"step": "unmerge", "reason": "两件事"})
        self.assertEqual(sorted(i["voices"] for i in self.desk.list("state:open")), [1, 3])
        self.assert_proved()

    def test_refused(self):
        main, twin, closed = self.reported(), self.reported(TWIN), self.finish(self.dispatched(self.reported()))
        secret = self.reported(confidential=True)
        self.assert_refused("E_MERGE_SAME", self.merge, twin, twin)
        self.assert_refused("E_MERGE_ENDED", self.merge, twin, closed)
        self.assert_refused("E_MERGE_SECRET", self.merge, twin, secret)
        self.assert_refused("E_NOT_FOUND", self.merge, twin, {"id": 5})
        self.assert_refused("E_REQUIRED", self.desk.steps, twin["id"], {"step": "merge", "main": main["id"]})
        self.assert_refused("E_STEP", self.desk.steps, twin["id"], {"step": "unmerge", "reason": "没有并过"})
        seen = self.desk.case(twin["id"])["last_event"]
        self.desk.steps(twin["id"], {"step": "verify", "found": True}) if self.desk.case(twin["id"])["state"] == "verifying" else \
            self.desk.steps(twin["id"], {"step": "file", "class": "W06-030"})
        self.assert_refused("E_STALE", self.desk.steps, twin["id"], {"step": "merge", "main": main["id"], "same": "problem"}, seen=seen)
        self.merge(secret, main)
        with self.assertRaises(Refused):
            self.street.person("chengguan").steps(main["id"], {"step": "merge", "main": closed["id"], "same": "problem"}, seen=2**53 - 1)
        self.assert_refused("E_STEP", self.rate, self.merged_open())
        self.assert_proved()

    def merged_open(self):
        main, twin = self.reported(), self.reported(TWIN)
        self.merge(twin, main)
        return twin

    # ---- orders of the hotline

    def test_an_order_keeps_its_due_and_its_reply(self):
        main = self.filed(self.reported())
        order = self.desk.report(procedure="order", channel="hotline", text="市民来电：门口有旧沙发", external_number="20261122YP0001",
                                 external_due_at="2026-11-24T17:00:00+08:00", place=self.estate)
        self.merge(order, main)
        row = self.desk.case(main["id"])["merged"][0]
        self.assertEqual((row["external_number"], row["external_due_at"], row["filled_above"]),
                         ("20261122YP0001", "2026-11-24T17:00:00+08:00", False))
        self.assertEqual([c["kind"] for c in self.desk.case(order["id"])["clocks"] if "stopped_at" not in c], ["first_contact"],
                         "first contact is owed to the person")
        self.desk.steps(order["id"], {"step": "first_contact", "reached": True})
        self.desk.steps(main["id"], {"step": "dispatch", "unit": self.unit})
        self.finish(main)
        self.assertEqual(self.desk.case(order["id"])["reply_text"], "沙发已清走，谢谢您的反映")
        self.desk.steps(order["id"], {"step": "note", "text": "答复已回填", "filled_above": True})
        self.assertTrue(self.desk.case(main["id"])["merged"][0]["filled_above"])
        self.assert_proved()

    # ---- offered, with reasons

    def twins(self, made):
        return [(twin["item"]["id"], twin["reasons"]) for twin in self.desk.get(f"/api/v1/cases/{made['id']}/twins")["items"]]

    def test_offered_with_reasons_and_told_apart(self):
        places = self.desk.get("/api/v1/places")["places"]
        elsewhere = [p["id"] for p in places if p["level"] == "estate"][-1]
        first, twin = self.reported(), self.reported(TWIN)
        self.reported(place=elsewhere, text="路灯不亮了", **{"class": "P01-037"})
        self.reported(confidential=True)
        closed = self.finish(self.dispatched(self.reported()))
        self.assertEqual(self.twins(twin), [(first["id"], ["同一小区", "同类", "1 天内"])])
        self.assertNotIn(closed["id"], [one for one, _ in self.twins(first)])
        asked = self.desk.post("/api/v1/cases/like", {"place": self.estate, "text": "有人扔了旧沙发，堵在单元门口"})["items"]
        self.assertEqual({one["item"]["id"] for one in asked}, {first["id"], twin["id"]})
        for one in asked:
            self.assertRegex(" · ".join(one["reasons"]), r"^同一小区 · 说法相近（\d+%） · 1 天内$")
        english = self.street.person("zhiban", language="en").get(f"/api/v1/cases/{twin['id']}/twins")["items"]
        self.assertEqual(english[0]["reasons"][:2], ["Same estate", "Same class"])
        seen = self.desk.case(twin["id"])["last_event"]
        self.desk.steps(twin["id"], {"step": "note", "text": "打过电话", "public": False})
        self.desk.steps(twin["id"], {"step": "tell_apart", "main": first["id"]}, seen=seen)
        self.assertEqual(self.desk.case(twin["id"])["timeline"][-1]["line"], f"与 {first['number']} 不是同一件")
        self.assertEqual((self.twins(twin), self.twins(first)), ([], []))
        self.assert_proved()

    def test_the_names_of_the_place_are_no_words_about_the_matter(self):
        name = next(p["name"] for p in self.desk.get("/api/v1/places")["places"] if p["id"] == self.estate)
        sofa = self.reported(text=f"{name}门口堆着旧沙发")
        lamp = self.reported(text=f"{name}路灯不亮了", **{"class": "P01-037"})
        again = self.reported(text=f"{name}门口又有旧沙发堆着", **{"class": "P01-037"})
        self.assertEqual([one for one, _ in self.twins(lamp)], [again["id"]], "the same class, not the same name of the place")
        self.assertEqual([one for one, _ in self.twins(sofa)], [again["id"]], "the same words")
        near = [self.reported(lat=31.2855, lon=121.5046, place=None, **{"class": "P01-002"}) for _ in range(2)]
        self.assertIn("同一地点", self.twins(near[1])[0][1])

    # ---- figures

    def test_each_figure_opens_its_cases(self):
        main, twin, third = self.dispatched(self.reported()), self.reported(TWIN), self.reported()
        self.merge(twin, main)
        self.merge(third, main)
        self.desk.steps(third["id"], {"step": "unmerge", "reason": "另一件"})
        self.finish(main)
        self.rate(twin, grade=5)
        leader = self.street.person("zhiban")
        row = leader.get("/api/v1/figures", filter="")["rows"][0]
        self.assertEqual([row[key] for key in ("reported", "open", "closed", "declined", "merged")], [3, 1, 1, 0, 1])
        self.assertEqual(row["figures"]["on_time_rate"]["whole"], 1, "a merged case is not closed on time, its main case is")
        for name, figure in row["figures"].items():
            if "whole" not in figure and name != "rating_mean":
                self.assertEqual(leader.count(figure["filter"]), figure["value"], name)
        self.assert_proved()


if __name__ == "__main__":
    unittest.main()
