#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How the program is served: behind a front or without one, figures for a machine elsewhere, demonstration data that stays
at home, and residents who may send much but not everything."""
import contextlib
import os
import pathlib
import tempfile
import unittest

from engine import only_sqlite
from street import CATALOGUE, Street, linli

REPORTS, TRIES, FAILURES = 30, 60, 20 # base/limits.h: from one address in a minute
TOKEN = "8f1c2a6e4b9d47f0a3c5"
REPORT = {"text": "路灯不亮", "class": "P01-037"}


def ask(street, method, path, body=None, **headers):
    answer, data = street.anybody().raw(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    return answer, data


class BehindAFront(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        file = pathlib.Path(cls.folder.name) / "token"
        file.write_text(TOKEN + "\n")
        cls.street = Street(serve=["--front", "--metrics-token", file])
        cls.place = next(p["id"] for p in cls.street.anybody().get("/api/v1/public/places")["places"] if p["level"] == "community")

    @classmethod
    def tearDownClass(cls):
        cls.street.close()
        cls.folder.cleanup()

    def report(self, address):
        answer, _ = ask(self.street, "POST", "/api/v1/public/reports", {**REPORT, "place": self.place}, X_Forwarded_For=address)
        return answer

    def refused_behind(self, address_of):
        """Reports until one is refused. On a busy machine some more are taken meanwhile: one every other second."""
        for n in range(5 * REPORTS):
            answer = self.report(address_of(n))
            if answer.status != 201:
                self.assertEqual(answer.status, 429)
                self.assertGreaterEqual(n, REPORTS)
                return answer
        raise AssertionError("it is never too much")

    def test_one_address_reports_so_much_in_a_minute(self):
        refused = self.refused_behind(lambda _: "198.51.100.7")
        self.assertGreaterEqual(int(refused.getheader("Retry-After")), 1)
        self.assertLessEqual(int(refused.getheader("Retry-After")), 2, "they come back one by one, not all after a minute")
        # Whoever writes the header himself stands before the front's own entry.
        self.assertIn(429, {self.report("203.0.113.9, 198.51.100.7").status for _ in range(3)})
        self.assertEqual(self.report("198.51.100.8").status, 201, "a neighbour's address has its own")
        # Looking up is counted apart from reporting.
        self.assertEqual(ask(self.street, "POST", "/api/v1/public/find", {"number": "SP1", "last4": "0000"},
                             X_Forwarded_For="198.51.100.7")[0].status, 404)

    def test_a_refusal_says_what_to_do_in_both_languages(self):
        for language, word in (("zh", "秒后再试"), ("en", "seconds")):
            for _ in range(TRIES + 1):
                answer, data = ask(self.street, "POST", "/api/v1/public/link/nothing", {"pin": "1"}, X_Forwarded_For="198.51.100.30",
                                   Accept_Language=language)
            self.assertEqual(answer.status, 429)
            self.assertIn(word, data.decode())

    def test_one_address_fails_to_sign_in_so_often_in_a_minute(self):
        def sign_in(login, password, address, language="en"):
            return ask(self.street, "POST", "/api/v1/session", {"login": login, "password": password}, X_Forwarded_For=address,
                       Accept_Language=language)
        for _ in range(2 * FAILURES): # an office behind one address: who knows the password is not counted
            self.assertEqual(sign_in("zhiban", self.street.password, "198.51.100.40")[0].status, 200)
        statuses = []
        while 429 not in statuses and len(statuses) < 5 * FAILURES: # as many names, so no name is locked; one more every three seconds
            statuses.append(sign_in(f"nobody{len(statuses)}", "Wrong-2026", "198.51.100.40")[0].status)
        self.assertGreater(len(statuses), FAILURES)
        self.assertEqual(set(statuses), {401, 429})
        for language, word in (("zh", "秒后再试"), ("en", "seconds")):
            for n in range(3):
                answer, data = sign_in(f"nobody-{language}{n}", "Wrong-2026", "198.51.100.40", language)
                if answer.status == 429:
                    break
            self.assertEqual(answer.status, 429)
            self.assertTrue(1 <= int(answer.getheader("Retry-After")) <= 60 // FAILURES)
            self.assertIn(word, data.decode())
        self.assertEqual(sign_in("zhiban", self.street.password, "198.51.100.41")[0].status, 200, "another address has its own")

    def test_a_household_has_all_the_addresses_of_its_network(self):
        self.refused_behind(lambda n: f"2001:db8:1:2::{n + 1:x}")
        self.assertIn(429, {self.report(f"2001:db8:1:2:ffff::{n}").status for n in range(3)})
        self.assertEqual(self.report("2001:db8:1:3::1").status, 201)

    def test_signing_in_by_https_makes_a_secure_cookie(self):
        who = {"login": "zhiban", "password": self.street.password}
        for proto, is_secure in (("https", True), ("http", False), (None, False)):
            headers = {"X_Forwarded_For": "198.51.100.9", **({"X_Forwarded_Proto": proto} if proto else {})}
            answer, _ = ask(self.street, "POST", "/api/v1/session", who, **headers)
            self.assertEqual((answer.status, "Secure" in answer.getheader("Set-Cookie")), (200, is_secure), proto)

    def test_the_figures_open_with_the_token(self):
        far = {"X_Forwarded_For": "198.51.100.7"}
        self.assertEqual(ask(self.street, "GET", "/metrics", **far)[0].status, 404)
        self.assertEqual(ask(self.street, "GET", "/metrics", Authorization=f"Bearer {TOKEN}x", **far)[0].status, 404)
        answer, data = ask(self.street, "GET", "/metrics", Authorization=f"Bearer {TOKEN}", **far)
        self.assertEqual(answer.status, 200)
        self.assertIn(b"linli_door_commands", data)


class WithoutAFront(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.street = Street(env={"LINLI_METRICS_TOKEN": TOKEN})

    @classmethod
    def tearDownClass(cls):
        cls.street.close()

    def test_nobody_says_who_the_client_is_or_how_it_came(self):
        answer, _ = ask(self.street, "POST", "/api/v1/session", {"login": "zhiban", "password": self.street.password},
                        X_Forwarded_For="198.51.100.7", X_Forwarded_Proto="https")
        self.assertNotIn("Secure", answer.getheader("Set-Cookie"))

    def test_this_machine_has_no_limit(self):
        for _ in range(TRIES + 5):
            answer, _ = ask(self.street, "POST", "/api/v1/public/link/nothing", {"pin": "1"}, X_Forwarded_For="198.51.100.7")
            self.assertEqual(answer.status, 404)

    def test_the_token_may_stand_in_the_environment(self):
        self.assertEqual(ask(self.street, "GET", "/metrics", Authorization=f"Bearer {TOKEN}", Via="1.1 far")[0].status, 200)
        self.assertEqual(ask(self.street, "GET", "/metrics", Via="1.1 far")[0].status, 404)


    @only_sqlite
    def test_who_reads_waits_for_nobody_who_writes(self):
        """That a session is in use is written down each minute; while that cannot be, reading goes on."""
        reader = self.street.person("zhiban")
        with contextlib.closing(self.street.database()) as db:
            db.execute("UPDATE sessions SET seen_at = seen_at - 120000000")
            db.commit()
            seen = db.execute("SELECT seen_at FROM sessions").fetchall()
            db.execute("BEGIN IMMEDIATE")
            self.assertEqual(reader.raw("GET", "/api/v1/cases")[0].status, 200)
            db.rollback()
            self.assertEqual(db.execute("SELECT seen_at FROM sessions").fetchall(), seen)
            self.assertEqual(reader.raw("GET", "/api/v1/cases")[0].status, 200)
            self.assertNotEqual(db.execute("SELECT seen_at FROM sessions").fetchall(), seen, "the next request writes it")


class Demonstration(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.data = pathlib.Path(cls.folder.name) / "demo"
        linli("demo", "--data", cls.data, "--catalogue", CATALOGUE, "--cases", 5)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def serve(self, *options, lang="zh"):
        return linli("serve", "--data", self.data, *options, "--lang", lang, check=False)

    def test_stays_on_this_machine(self):
        for lang, word in (("zh", "演示数据"), ("en", "demonstration")):
            done = self.serve("--listen", "0.0.0.0:0", lang=lang)
            self.assertEqual(done.returncode, 1)
            for part in ("[E_DEMO_PUBLIC]", word, "0.0.0.0:0", "--demo-public"):
                self.assertIn(part, done.stderr)

    def test_is_known_by_its_key_where_the_mark_is_gone(self):
        os.rename(self.data / "demonstration", self.data / "hidden")
        try:
            self.assertIn("[E_DEMO_PUBLIC]", self.serve("--listen", "0.0.0.0:0").stderr)
        finally:
            os.rename(self.data / "hidden", self.data / "demonstration")

    def test_goes_out_when_told(self):
        # The address is not this machine's, so it ends; but for that reason.
        self.assertIn("[E_ADDRESS]", self.serve("--listen", "192.0.2.7:8149", "--demo-public").stderr)

    def test_an_office_of_its_own_is_free_to(self):
        own = pathlib.Path(self.folder.name) / "own"
        linli("init", "--data", own, "--office", "SP", "--catalogue", CATALOGUE)
        done = linli("serve", "--data", own, "--listen", "192.0.2.7:8149", check=False)
        self.assertIn("[E_ADDRESS]", done.stderr)

    def test_a_token_that_is_too_short(self):
        for text in ("", "short\n"):
            file = pathlib.Path(self.folder.name) / "short"
            file.write_text(text)
            done = self.serve("--metrics-token", file, "--listen", "127.0.0.1:0")
            self.assertEqual(done.returncode, 2)
            self.assertIn("[E_METRICS_TOKEN]", done.stderr)
        self.assertIn("[E_FILE]", self.serve("--metrics-token", "/nothing").stderr)


if __name__ == "__main__":
    unittest.main()
