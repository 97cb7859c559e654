#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The daily root: a resident reports, midnight passes, the root of the day is shown, and the proof of the own case holds
without Linli; whoever cuts off the end of the ledger, or writes it anew, is found by the roots that were kept outside."""
import hashlib
import hmac
import http.server
import json
import pathlib
import re
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import unittest

from engine import POSTGRES, connect, copy_folder, new_database
from street import PROGRAM, ROOT, Street, linli

CHECKER = ROOT / "docs" / "check_proof.py"
MOVED_CLOCK = PROGRAM.parent / "tests" / "libmoved_clock.so"
DAY_S = 24 * 60 * 60


def setUpModule():
    if not MOVED_CLOCK.exists() or b"__asan_init" in PROGRAM.read_bytes():
        raise unittest.SkipTest("the clock can be moved under the release build only")


def let_midnight_pass(within_s):
    """Whoever counts the days that are over begins in none that is about to end (Chinese time)."""
    left = DAY_S - (time.time() + 8 * 60 * 60) % DAY_S
    if left < within_s:
        time.sleep(left + 1)


def days_on(days):
    """The environment of a program that believes it is so many days later."""
    return {"LD_PRELOAD": str(MOVED_CLOCK), "MOVED_CLOCK_S": str(days * DAY_S)}


def wait_for(what):
    """Asks again until there is an answer."""
    for _ in range(400):
        found = what()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it did not come")


def check_proof(*arguments):
    return subprocess.run([sys.executable, "-I", str(CHECKER), *map(str, arguments)], capture_output=True, text=True,
                          check=False, timeout=60)


class DailyRoots(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        let_midnight_pass(180)
        cls.street = street = Street()
        anybody = street.anybody()
        cls.today = cls.roots_before = None
        cls.roots_before = anybody.get("/api/v1/public/roots")["roots"]
        cls.mine = anybody.post("/api/v1/public/reports", {"text": "路灯不亮，门前一片黑",
                                                           "contact": {"name": "王秀兰", "telephone": "13800001234"}})
        street.stop()
        copy_folder(street.data, street.folder / "early") # what whoever cuts off the end wants to be left
        street.start()
        cls.neighbour = anybody.post("/api/v1/public/reports", {"text": "楼上半夜装修", "contact": {"name": "赵大明",
                                                                                                  "telephone": "13900005678"}})
        for text in ("井盖松动", "垃圾没有清运", "树枝挡住路灯", "小区门口积水"):
            anybody.post("/api/v1/public/reports", {"text": text})
        cls.open_proof = anybody.get(f"/api/v1/public/track/{cls.mine['token']}/proof")
        street.stop()
        street.env.update(days_on(1))
        street.start()
        cls.anybody = anybody
        cls.roots = wait_for(lambda: anybody.get("/api/v1/public/roots")["roots"])
        answer, data = anybody.raw("GET", f"/api/v1/public/track/{cls.mine['token']}/proof")
        cls.disposition, cls.proof = answer.getheader("Content-Disposition"), json.loads(data)
        cls.theirs = anybody.get(f"/api/v1/public/track/{cls.neighbour['token']}/proof")
        street.stop()
        street.env.update(days_on(2))
        street.start()
        wait_for(lambda: len(anybody.get("/api/v1/public/roots")["roots"]) == 2)
        street.stop()
        copy_folder(street.data, street.folder / "late")
        street.start()
        cls.file = street.folder / "proof.json"
        cls.file.write_text(json.dumps(cls.proof), encoding="utf-8")
        cls.kept = street.folder / "kept.txt"
        cls.kept.write_text(linli("proof", "--roots", "--data", street.data).stdout, encoding="utf-8")
        cls.root = f"{cls.roots[0]['date']}={cls.roots[0]['root']}"

    @classmethod
    def tearDownClass(cls):
        cls.street.close()

    def hash_of(self, number):
        with self.street.database() as db:
            found = db.execute("SELECT hash FROM ledger WHERE office = 1 AND number = ?", (number,)).fetchone()[0]
        db.close()
        return found.hex()

    # ---- the receipt, the list, the proof

    def test_the_receipt_carries_the_hash_of_its_entry(self):
        track = self.anybody.get(f"/api/v1/public/track/{self.mine['token']}")
        self.assertEqual(self.mine["entry"]["hash"], self.hash_of(self.mine["entry"]["number"]))
        self.assertEqual(track["entry"], self.mine["entry"])
        acceptor = self.street.person("zhiban")
        case = next(c for c in acceptor.list() if c["number"] == self.mine["number"])
        self.assertEqual(acceptor.case(case["id"])["entry"], self.mine["entry"])

    def test_who_knows_number_and_digits_alone_gets_no_hash(self):
        found = self.anybody.post("/api/v1/public/find", {"number": self.mine["number"], "last4": "1234"})
        self.assertNotIn("entry", found)

    def test_date_and_root_are_all_that_is_shown(self):
        self.assertEqual(self.roots_before, [])
        listed = self.anybody.get("/api/v1/public/roots")
        self.assertEqual(set(listed), {"roots"})
        for item in listed["roots"]:
            self.assertEqual(set(item), {"date", "root"})
            self.assertRegex(item["root"], r"^[0-9a-f]{64}$")
        self.assertEqual(listed["roots"][-1], self.roots[0])
        self.assertEqual(self.anybody.get("/api/v1/public/roots", before=listed["roots"][0]["date"])["roots"], self.roots)

    def test_a_day_that_is_not_over_has_no_proof_yet(self):
        self.assertEqual(self.open_proof["entries"], [])
        self.assertEqual(self.open_proof["open"][0]["hash"], self.mine["entry"]["hash"])

    def test_the_proof_holds_without_linli(self):
        self.assertIn(f"linli-proof-{self.mine['number']}.json", self.disposition)
        short = " ".join(re.findall("....", self.mine["entry"]["hash"][:16]))
        for roots in (self.root, self.kept):
            done = check_proof(self.file, roots, short)
            self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)
            self.assertIn("整份证明成立。\nThe whole proof holds.", done.stdout)

    def test_the_command_line_gives_the_same(self):
        out = self.street.folder / "told.json"
        linli("proof", "--data", self.street.data, "--case", self.mine["number"], "--out", out)
        self.assertEqual(json.loads(out.read_text(encoding="utf-8")), self.proof)
        self.assertEqual(linli("proof", "--data", self.street.data, "--case", "SP-9", check=False).returncode, 1)

    def refused(self, proof, *arguments):
        bad = self.street.folder / "bad.json"
        bad.write_text(json.dumps(proof), encoding="utf-8")
        done = check_proof(bad, *(arguments or (self.root,)))
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("DOES NOT HOLD", done.stdout)

    def test_each_flipped_digit_is_refused(self):
        entry = self.proof["entries"][0]
        self.assertGreater(len(entry["path"]), 2)
        for name in ("hash", "salt", "end"):
            for place in range(0, 64, 7):
                flipped = dict(entry)
                flipped[name] = entry[name][:place] + f"{int(entry[name][place], 16) ^ 1:x}" + entry[name][place + 1:]
                self.refused({**self.proof, "entries": [flipped]})
        for step in range(len(entry["path"])):
            side, rest = entry["path"][step][0], entry["path"][step][1:]
            for other in ("LR"["RL".index(side)] + rest, side + f"{int(rest[0], 16) ^ 1:x}" + rest[1:]):
                self.refused({**self.proof, "entries": [{**entry, "path": [*entry["path"][:step], other, *entry["path"][step + 1:]]}]})
            self.refused({**self.proof, "entries": [{**entry, "path": entry["path"][:step] + entry["path"][step + 1:]}]})
        self.refused({**self.proof, "office": 2})
        self.refused({**self.proof, "entries": []})
        self.refused({"hello": "world"})

    def test_a_root_of_another_day_and_anothers_receipt_are_refused(self):
        date, root = self.root.split("=")
        self.refused(self.proof, f"{date}={root[::-1]}")
        self.refused(self.proof, f"2020-01-01={root}")
        self.refused(self.proof, self.root, self.neighbour["entry"]["hash"])
        self.refused(self.proof, self.root, self.mine["entry"]["hash"][:8])
        self.assertEqual(check_proof(self.file, self.street.folder / "nowhere").returncode, 1)

    def test_a_proof_tells_nothing_of_the_neighbour(self):
        text = json.dumps(self.proof, ensure_ascii=False)
        theirs, mine = self.theirs["entries"][0], self.proof["entries"][0]
        for word in ("王", "赵", "1380000", "138*", "路灯", "装修", self.neighbour["number"], theirs["hash"], theirs["salt"]):
            self.assertNotIn(word, text)
        self.assertEqual({e["number"] for e in self.proof["entries"]} & {e["number"] for e in self.theirs["entries"]}, set())
        # Who knew the neighbour's entry to the last byte could still not find it: what stands beside is salted.
        beside = {step[1:] for entry in self.proof["entries"] for step in entry["path"]}
        with self.street.database() as db:
            others = {h.hex() for h, in db.execute("SELECT hash FROM ledger WHERE number <> ? OR office <> 1", (mine["number"],))}
        db.close()
        self.assertEqual([h for h in others if h in text], [])
        salt, entry = bytes.fromhex(theirs["salt"]), bytes.fromhex(theirs["hash"])
        salted = hashlib.sha256(b"\0" + salt + entry).hexdigest()
        guesses = {theirs["hash"], *(hashlib.sha256(front + entry).hexdigest() for front in (b"", b"\0"))}
        self.assertEqual(beside & guesses, set())
        self.assertEqual(mine["path"][0], "R" + salted, "it does stand there, behind its salt")
        self.assertNotEqual(theirs["salt"], mine["salt"])

    def test_anothers_link_and_no_link_give_no_proof(self):
        for token in ("x" * 31, self.mine["token"][:-1] + ("A" if self.mine["token"][-1] != "A" else "B")):
            answer, data = self.anybody.raw("GET", f"/api/v1/public/track/{token}/proof")
            self.assertEqual((answer.status, json.loads(data)["code"]), (404, "E_LINK"))

    # ---- the end cut off, the chain written anew

    def verify(self, data, *more):
        return linli("verify", "--data", data, *more, check=False)

    def copy(self, name, source=None):
        return copy_folder(source or self.street.folder / "late", self.street.folder / name)

    def test_the_ledger_comes_to_the_roots_that_were_kept(self):
        whole = self.verify(self.street.data, "--roots", self.kept)
        self.assertEqual(whole.returncode, 0, whole.stdout + whole.stderr)
        self.assertIn("of 4 kept outside 4 fit", whole.stdout)
        one = self.verify(self.street.data, "--root", self.root)
        self.assertEqual(one.returncode, 0, one.stdout + one.stderr)
        other = self.verify(self.street.data, "--root", self.root[:-1] + ("0" if self.root[-1] != "0" else "1"))
        self.assertNotEqual(other.returncode, 0)
        self.assertIn(f"From {self.roots[0]['date']} on", other.stdout)
        nonsense = self.street.folder / "nonsense.txt"
        nonsense.write_text("# kept\n2026-11-21 abc\n", encoding="utf-8")
        self.assertIn("line 2", self.verify(self.street.data, "--roots", nonsense).stderr)
        for date in ("2026-13-45", "2026-02-30", "20261121XX"):
            nonsense.write_text(f"{date} {'0' * 64}\n", encoding="utf-8")
            self.assertIn("line 1", self.verify(self.street.data, "--roots", nonsense).stderr, date)
        nonsense.write_text("# SP\n", encoding="utf-8")
        nothing = self.verify(self.street.data, "--roots", nonsense)
        self.assertEqual(nothing.returncode, 2, "compared with nothing, nobody is to believe that it fits")
        self.assertIn("no daily root in", nothing.stderr)

    def test_newest_entries_that_were_cut_off_are_named_by_their_day(self):
        cut = self.copy("cut")
        with self.street.database() as db:
            day, first, last = db.execute("SELECT day, first, last FROM daily_roots WHERE office = 1 ORDER BY day").fetchone()
        db.close()
        self.assertEqual(f"{day}", self.roots[0]["date"].replace("-", ""))
        with connect(cut) as db:
            db.execute("DELETE FROM ledger WHERE office = 1 AND number >= ?", (last,))
        db.close()
        found = self.verify(cut)
        self.assertNotEqual(found.returncode, 0)
        self.assertIn(f"From {self.roots[0]['date']} on", found.stdout)
        self.assertIn("daily_roots", found.stdout)

    def test_an_earlier_state_put_in_its_place_passes_alone_and_fails_against_what_was_kept(self):
        early = self.copy("early-again", self.street.folder / "early")
        self.assertEqual(self.verify(early).returncode, 0)
        against = self.verify(early, "--roots", self.kept)
        self.assertNotEqual(against.returncode, 0)
        self.assertIn(f"From {self.roots[0]['date']} on", against.stdout)
        linli("proof", "--make", "--data", early, env=days_on(2)) # and roots made anew, with the folder's own key
        self.assertEqual(self.verify(early).returncode, 0)
        anew = self.verify(early, "--roots", self.kept)
        self.assertNotEqual(anew.returncode, 0)
        self.assertIn(f"From {self.roots[0]['date']} on", anew.stdout)

    def test_each_column_of_the_table_is_proved(self):
        for column, other in (("until_at", "until_at + 1"), ("first", "first + 1"), ("last", "last - 1"),
                              ("root", "substr(root, 2) || 'g'"), ("event", "event + 1"), ("day", "day - 1"),
                              ("day", "9223372036854775807"), ("until_at", "-9223372036854775807"), ("last", "9223372036854775807"),
                              ("last", "9007199254740992")):
            edited = self.copy("edited")
            with connect(edited) as db:
                db.execute(f"UPDATE daily_roots SET {column} = {other} WHERE office = 1 AND day = (SELECT min(day) FROM daily_roots)")
            db.close()
            with self.subTest(column, other=other):
                found = self.verify(edited)
                self.assertNotEqual(found.returncode, 0)
                self.assertIn("daily_roots", found.stdout)
                linli("rebuild", "--data", edited)
                self.assertEqual(self.verify(edited).returncode, 0)

    def test_what_stands_beside_the_entries_is_proved_when_the_day_is_over(self):
        date = self.root.split("=")[0]
        for column, value in (("client_id", "client_id || 'x'"), ("client_id", "NULL"),
                              ("digest", "(SELECT hash FROM ledger WHERE office = 1 AND number = 1)")):
            with self.subTest(column):
                edited = self.copy("edited")
                with connect(edited) as db:
                    (number,), = db.execute("SELECT max(l.number) FROM ledger l JOIN daily_roots d ON d.office = 1 AND l.number <= d.last"
                                            " WHERE l.office = 1 AND l.client_id IS NOT NULL AND d.day = ?", (int(date.replace("-", "")),))
                    db.execute(f"UPDATE ledger SET {column} = {value} WHERE office = 1 AND number = ?", (number,))
                db.close()
                found = self.verify(edited)
                self.assertEqual(found.returncode, 1)
                self.assertRegex(found.stdout, rf"table ledger.*office=1 day={date}(?s:.*)client_id, digest")

    def test_roots_survive_a_rebuild_and_are_made_once(self):
        rebuilt = self.copy("rebuilt")
        linli("rebuild", "--data", rebuilt)
        self.assertEqual(linli("proof", "--roots", "--data", rebuilt).stdout, self.kept.read_text(encoding="utf-8"))
        again = linli("proof", "--make", "--roots", "--data", rebuilt, env=days_on(2)).stdout
        self.assertIn("Daily roots made: 0.", again)

    def test_days_on_which_nobody_came_have_roots_too(self):
        later = self.copy("later")
        linli("proof", "--make", "--data", later, env=days_on(9))
        lines = [line.split() for line in linli("proof", "--roots", "--data", later).stdout.split("# SP\n")[1].splitlines()]
        self.assertEqual(len(lines), 9)
        self.assertEqual(len({root for _, root in lines}), 9)
        self.assertEqual(self.verify(later).returncode, 0)


class LongDay(unittest.TestCase):
    """A day of hundreds of entries: a proof reads the block that it needs, and comes to the same without any."""

    def test_blocks_are_kept_and_made_up_for_and_change_nothing(self):
        with tempfile.TemporaryDirectory() as folder:
            data = pathlib.Path(folder) / "long"
            linli("bench", "load", "--data", data, "--cases", 70, "--streets", 1, "--years", 1,
                  *(["--database", new_database()] if POSTGRES else []))
            linli("proof", "--make", "--data", data, env=days_on(1))
            first, last = self.ask(data, "SELECT first, last FROM daily_roots WHERE office = 1")[0]
            blocks = self.ask(data, "SELECT block, hash FROM root_blocks WHERE office = 1 ORDER BY block")
            self.assertEqual([n for n, _ in blocks], list(range((last - first) // 256 + 1)))
            self.assertGreater(len(blocks), 1)
            with_blocks = self.proofs(data)
            self.ask(data, "DELETE FROM root_blocks")
            self.assertEqual(self.proofs(data), with_blocks)
            linli("proof", "--make", "--data", data, env=days_on(1))
            self.assertEqual(self.ask(data, "SELECT block, hash FROM root_blocks WHERE office = 1 ORDER BY block"), blocks)
            root = linli("proof", "--roots", "--data", data).stdout.split("\n")[-2].replace(" ", "=")
            for proof in with_blocks:
                (data / "proof.json").write_text(proof, encoding="utf-8")
                self.assertIn("The whole proof holds.", check_proof(data / "proof.json", root).stdout)

    def proofs(self, data):
        cases = [n if isinstance(n, str) else n.decode() for n, in self.ask(data, "SELECT number FROM cases ORDER BY id")]
        return [linli("proof", "--data", data, "--case", number).stdout for number in (cases[0], cases[35], cases[-1])]

    def ask(self, data, sql):
        db = connect(data)
        rows = db.execute(sql)
        rows = [tuple(row) for row in rows] if sql.startswith("SELECT") else []
        db.commit()
        db.close()
        return rows


class Receiver:
    """A little server for the webhook, which refuses at first, and one for mail."""

    def __init__(self):
        self.posts, self.mails, self.refuses = [], [], True
        receiver = self

        class Webhook(http.server.BaseHTTPRequestHandler):
            def do_POST(self): # pylint: disable=invalid-name
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.posts.append((self.path, dict(self.headers), body))
                self.send_response(503 if receiver.refuses else 204)
                self.end_headers()

            def log_message(self, *_):
                pass

        class Smtp(socketserver.StreamRequestHandler):
            def say(self, line):
                self.wfile.write(line.encode() + b"\r\n")

            def handle(self):
                self.say("220 here")
                while line := self.rfile.readline():
                    word = line.strip().upper()[:4]
                    if word == b"DATA":
                        self.say("354 go on")
                        lines = []
                        while (line := self.rfile.readline()) not in (b".\r\n", b""):
                            lines.append(line)
                        receiver.mails.append(b"".join(lines).decode())
                    self.say("221 bye" if word == b"QUIT" else "250 fine")

        self.web = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Webhook)
        self.smtp = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Smtp)
        for server in (self.web, self.smtp):
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()

    def close(self):
        for server in (self.web, self.smtp):
            server.shutdown()
            server.server_close()


class Sending(unittest.TestCase):
    """What goes out of the building, and that it does although the other side is away at first."""
    KEY = "a key that both sides know"

    def setUp(self):
        let_midnight_pass(60)
        self.there = Receiver()
        self.street = Street()
        self.street.anybody().post("/api/v1/public/reports", {"text": "路灯不亮"})
        self.street.stop()
        (self.street.folder / "key").write_text(self.KEY + "\n", encoding="utf-8")

    def tearDown(self):
        self.street.close()
        self.there.close()

    def settings(self, *lines):
        with open(self.street.data / "linli.conf", "a", encoding="utf-8") as conf: # where the database is may stand there
            conf.write("\n".join(["", *lines, ""]))

    def start(self, days):
        self.street.env.update(days_on(days))
        self.street.start()

    def roots(self):
        return {head.split("\n")[0]: re.findall(r"(\S+) (\S{64})", head)
                for head in linli("proof", "--roots", "--data", self.street.data).stdout.split("# ")[1:]}

    def rows(self, sql):
        with self.street.database() as db:
            found = db.execute(sql).fetchall()
        db.close()
        return found

    def test_a_root_goes_out_by_webhook_and_by_mail(self):
        web, smtp = self.there.web.server_address[1], self.there.smtp.server_address[1]
        self.settings(f"root_webhook = http://127.0.0.1:{web}/roots", f"root_key = {self.street.folder}/key", "root_mail = paper@example.org",
                      "mail_from = linli@example.org", f"smtp = smtp://127.0.0.1:{smtp}")
        self.start(1)
        wait_for(lambda: self.there.posts and len(self.there.mails) == 2) # the webhook refuses, and mail goes out all the same
        self.assertEqual(self.street.anybody().get("/api/v1/public/office")["code"], "SP")
        wait_for(lambda: len(self.rows("SELECT * FROM root_sendings")) == 2)
        self.assertEqual(self.rows("SELECT DISTINCT way FROM root_sendings"), [("mail",)])
        self.street.stop()
        self.there.refuses = False
        self.there.posts.clear()
        self.start(1)
        wait_for(lambda: len(self.rows("SELECT * FROM root_sendings")) == 4)
        roots = self.roots()
        self.assertEqual({headers["Linli-Office"] for _, headers, _ in self.there.posts}, {"0", "SP"})
        for path, headers, body in self.there.posts:
            office = headers["Linli-Office"]
            at, mac = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", headers["Linli-Signature"]).groups()
            signed = f"{at}.{office}.".encode() + body
            self.assertEqual(hmac.new(self.KEY.encode(), signed, hashlib.sha256).hexdigest(), mac)
            self.assertEqual((path, json.loads(body)), ("/roots", {"roots": [{"date": d, "root": r} for d, r in roots[office]]}))
        self.assertEqual(len(self.there.mails), 2, "what went out does not go out again")
        mail = next(m for m in self.there.mails if "Subject: Linli daily root SP" in m)
        self.assertEqual(mail.split("\r\n\r\n")[1], "".join(f"{d} {r}\r\n" for d, r in roots["SP"]))
        self.assertRegex((self.street.folder / "serve.log").read_text(), r'"E_SEND".*"detail":"[^"]+: \d+"')
        self.assertEqual(self.street.verify().returncode, 0)

    def test_mail_without_a_server_is_put_into_the_outbox(self):
        self.settings("root_mail = paper@example.org", "mail_from = linli@example.org")
        self.start(1)
        found = wait_for(lambda: len(self.rows("SELECT * FROM root_sendings")) == 2 and sorted((self.street.data / "outbox").glob("*.eml")))
        date, root = self.roots()["SP"][0]
        self.assertEqual([f.name for f in found], [f"root-0-{date}.eml", f"root-SP-{date}.eml"])
        self.assertIn(f"{date} {root}", found[1].read_text(encoding="utf-8"))
        kept = linli("verify", "--data", self.street.data, "--root", f"{date}={root}")
        self.assertIn("of 1 kept outside 1 fit", kept.stdout)

    def test_a_setting_that_lacks_another_is_told_at_the_start(self):
        self.settings("root_webhook = http://127.0.0.1:9/roots")
        done = linli("serve", "--data", self.street.data, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stderr, r"root_webhook.*root_key.*\[E_CONF_NEEDS\]")

    def test_an_address_that_cannot_be_is_told_at_the_start(self):
        key, empty = self.street.folder / "hook.key", self.street.folder / "empty.key"
        key.write_text("secret\n")
        empty.write_text("\n")
        conf = self.street.data / "linli.conf"
        kept = conf.read_text(encoding="utf-8") if conf.exists() else ""
        for lines, named in (([f"root_key = {key}", "root_webhook = ftp://example.org/"], "root_webhook"),
                             ([f"root_key = {key}", "root_webhook = https://"], "root_webhook"),
                             ([f"root_key = {empty}", "root_webhook = https://example.org/"], "root_key"),
                             (["mail_from = linli@example.org", "root_mail = nobody"], "root_mail"),
                             (["mail_from = linli", "root_mail = keeper@example.org"], "mail_from"),
                             (["smtp = mail.example.org"], "smtp")):
            conf.write_text(kept, encoding="utf-8")
            self.settings(*lines)
            for language in ("zh", "en"):
                with self.subTest(named, language=language):
                    done = linli("serve", "--data", self.street.data, "--lang", language, check=False)
                    self.assertEqual(done.returncode, 1, done.stderr)
                    self.assertRegex(done.stderr, rf" {named} .*\[E_CONF_VALUE\]")

    def test_a_server_that_goes_while_it_sends_goes_in_time(self):
        with socketserver.TCPServer(("127.0.0.1", 0), socketserver.BaseRequestHandler) as silent: # nobody answers there
            self.settings(f"root_webhook = http://127.0.0.1:{silent.server_address[1]}/", f"root_key = {self.street.folder}/key")
            self.start(1)
            wait_for(lambda: self.roots().get("SP"))
            before = time.monotonic()
            self.street.stop()
            self.assertLess(time.monotonic() - before, 10)
            self.assertEqual(self.street.server.returncode, 0)


if __name__ == "__main__":
    unittest.main()
