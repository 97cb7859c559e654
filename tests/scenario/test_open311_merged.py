# SPDX-License-Identifier: Apache-2.0
"""Requests of Open311 that were merged with another one: their status, their times, and what programs elsewhere hear of them."""
import datetime
import time
import unittest

from open311_client import Program, moment
from test_open311 import CHINA, Keyed


class Merged(Keyed):
    """A request that was merged into another one is what that one is."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.centre = cls.street.person("zhiban")
        cls.unit = next(u for u in cls.centre.get("/api/v1/units")["units"] if u["has_accounts"])

    def case_id(self, number):
        return self.centre.list(f"number:{number}")[0]["id"]

    def merged(self, main, **facts):
        """The number of a request of the demo program that was merged into the case of this number."""
        number = self.demo.report(service_code="W06-042", description="又满了", **facts)
        self.centre.steps(self.case_id(number), {"step": "merge", "main": self.case_id(main), "same": "problem", "text": "同一个垃圾站"})
        return number

    def main(self, **facts):
        made = self.centre.report(**{"class": "W06-042", "channel": "telephone", "verified_on_spot": True, "text": "金丝雀说满了", **facts})
        return made["number"]

    def dispatch(self, number):
        self.centre.steps(self.case_id(number), {"step": "file", "class": "W06-042"}, {"step": "dispatch", "unit": self.unit["id"]})

    def close(self, number):
        called = {"on_behalf": {"person": "小王", "called_at": datetime.datetime.now(CHINA).isoformat()}}
        photo = lambda: [self.centre.upload()]
        self.centre.steps(self.case_id(number), {"step": "sign_for", **called},
                          {"step": "handle", **called, "text": "清了", "outcome": "solved", "photos": photo()},
                          {"step": "check", "pass": True, "photos": photo()},
                          {"step": "close", "answer": "已清运，谢谢反映", "outcome": "solved"})

    def moments(self, number):
        return {name: text for name, text in self.anybody.request(number).items() if name in ("updated_datetime", "expected_datetime")}

    def test_it_is_open_while_the_other_is_and_ends_with_it(self):
        main = self.main()
        twin = self.merged(main)
        self.dispatch(main)
        for program, language in ((self.anybody, "zh"), (Program(self.street, language="en"), "en")):
            status, [request] = program.both(f"/requests/{twin}")
            self.assertEqual((status, request["service_request_id"], request["status"]), (200, twin, "open"))
            self.assertEqual(request["status_notes"], {"zh": f"已通知负责的单位 · 已并入 {main} 一起办",
                                                       "en": f"The unit responsible has been told · Handled together with {main}"}[language])
            self.assertIn({"zh": "已通知负责的单位", "en": "The unit responsible"}[language], request["description"])
        self.assertEqual(self.anybody.request(twin)["agency_responsible"], self.unit["name"])
        self.assertEqual(self.moments(twin), self.moments(main))
        self.assertIn("expected_datetime", self.moments(twin))
        self.close(main)
        request = self.anybody.request(twin)
        self.assertEqual((request["status"], request["status_notes"]), ("closed", f"已办结 · 已并入 {main} 一起办 · 已解决"))
        self.assertEqual(self.moments(twin), self.moments(main))
        self.assertNotIn("expected_datetime", request)
        own = self.demo.request(twin, extensions="true")
        self.assertEqual((own["description"], own["status_notes"]), ("又满了", f"{request['status_notes']}\n已清运，谢谢反映"))
        self.assertIn("已清运，谢谢反映", str(own["notes"]))
        for program in (self.anybody, self.other):
            self.assertNotIn("已清运", str(program.request(twin, extensions="true")))
        for program in (self.anybody, self.other, self.demo):
            for canary in ("金丝雀", "同一个垃圾站"):
                self.assertNotIn(canary, str(program.request(twin, extensions="true")))

    def test_taken_out_it_is_a_request_like_every_other(self):
        main = self.main()
        twin = self.merged(main)
        self.dispatch(main)
        self.close(main)
        self.assertEqual(self.anybody.request(twin)["status"], "closed")
        self.centre.steps(self.case_id(twin), {"step": "unmerge", "reason": "是另一个垃圾站"})
        request = self.anybody.request(twin)
        self.assertEqual(request["status"], "open")
        self.assertNotIn(main, str(request))

    def test_lists_by_state(self):
        open_main, done = self.main(), self.main()
        open_twin, done_twin = self.merged(open_main), self.merged(done)
        self.dispatch(done)
        self.close(done)
        for status, there, not_there in (("open", (open_main, open_twin), (done, done_twin)), ("closed", (done, done_twin), (open_main, open_twin)),
                                         ("open,closed", (open_main, open_twin, done, done_twin), ())):
            listed = self.anybody.numbers(status=status)
            self.assertEqual([n for n in there if n not in listed], [], status)
            self.assertEqual([n for n in not_there if n in listed], [], status)
            self.assertEqual(len(listed), len(set(listed)))
            self.assertLessEqual({r["status"] for r in self.anybody.requests(status=status)}, set(status.split(",")))

    def test_a_copy_hears_when_the_other_one_ends(self):
        main = self.main()
        twins = [self.merged(main), self.merged(main)]
        self.dispatch(main)
        time.sleep(1.1) # times are told in whole seconds
        since = datetime.datetime.now(CHINA).replace(microsecond=0).isoformat()
        self.assertEqual(self.anybody.numbers(updated_after=since), [])
        self.close(main)
        changed = self.anybody.requests(updated_after=since)
        self.assertEqual([r["service_request_id"] for r in changed], [main, *twins])
        self.assertEqual({r["status"] for r in changed}, {"closed"})
        self.assertEqual(len({r["updated_datetime"] for r in changed}), 1)
        pages = [self.anybody.numbers(updated_after=since, page=n, page_size=1) for n in (1, 2, 3, 4)]
        self.assertEqual(pages, [[main], [twins[0]], [twins[1]], []])
        self.assertEqual(self.anybody.numbers(updated_after=since, status="open"), [])
        before = self.anybody.numbers(updated_before=(moment(since) - datetime.timedelta(seconds=1)).isoformat())
        self.assertFalse({main, *twins} & set(before), "they changed since")

    def test_merged_with_what_is_not_shown(self):
        main = self.main(procedure="order", channel="hotline", external_number="12345-9", **{"class": "W06-042"})
        twin = self.merged(main)
        self.assertIsNone(self.anybody.request(main))
        self.assertEqual(self.anybody.request(twin)["status"], "open")
        self.assertIn(twin, self.anybody.numbers(updated_after=(datetime.datetime.now(CHINA) - datetime.timedelta(hours=1)).isoformat()))


if __name__ == "__main__":
    unittest.main()
