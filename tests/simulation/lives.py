# SPDX-License-Identifier: Apache-2.0
"""Lives of a program that is made to end badly, and what must be true after each of them. The program says in lines what it
sends (try) and what was answered (ack, refused); see kill_writer.c."""
import pathlib
import subprocess
import sys
import threading
import time

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "scenario"))
from engine import address_of  # noqa: E402
from linli import linli, rows  # noqa: E402

ENTRIES_OF = {"merge": ["case.merged/1", "case.joined/1"], "unmerge": ["case.unmerged/1", "case.parted/1"],
              "apart": ["case.told_apart/1"]}
MERGE_ENTRIES = ["case.remerged/1", *(name for names in ENTRIES_OF.values() for name in names)]


class Life:
    """One run: its lines, read as they come."""

    def __init__(self, program, folder, seed, again=(), env=None):
        self.child = subprocess.Popen([program, folder, str(seed)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, text=True, env=env)
        self.lines = []
        self.reader = threading.Thread(target=lambda: self.lines.extend(self.child.stdout))
        self.reader.start()
        try:
            self.child.stdin.write("".join(line + "\n" for line in again))
            self.child.stdin.close()
        except BrokenPipeError:
            pass

    def count(self, word):
        return sum(line.startswith(word + " ") for line in list(self.lines))

    def wait_for(self, holds, seconds=20):
        """Until `holds()`, or the life is over; True if it holds."""
        end = time.monotonic() + seconds
        while not holds() and self.child.poll() is None and time.monotonic() < end:
            time.sleep(0.002)
        return holds()

    def kill(self):
        self.child.kill()
        return self.over()

    def over(self, seconds=20):
        """(exit status, what it said on stderr)"""
        status = self.child.wait(seconds)
        self.reader.join()
        errors = self.child.stderr.read()
        self.child.stdout.close()
        self.child.stderr.close()
        return status, errors


class History:
    """What was sent and acknowledged over all lives, held against the folder."""

    def __init__(self, test, folder):
        self.test, self.folder = test, folder
        self.tried = {}         # client -> what it sent, as the program reads it again
        self.acknowledged = {}  # client -> case
        self.answers = set()    # (client, event, was it a repeat): the last entry of the command, of a repeat the first
        self.refused = []       # (client, code)

    def read(self, life):
        """Takes in the lines of a life; the last one may be cut. Gives the clients that were refused."""
        refused = []
        for line in life.lines:
            word, *rest = line.split() if line.endswith("\n") else [""]
            if word == "try":
                kind, client, case = rest[:3]
                self.tried[client] = line.split(maxsplit=1)[1].strip()
            elif word == "ack":
                client, event, case, is_repeat = rest
                self.test.assertEqual(self.acknowledged.setdefault(client, int(case)), int(case), "another answer the second time")
                self.answers.add((client, int(event), is_repeat == "1"))
            elif word == "refused":
                refused.append((rest[0], rest[1]))
            else:
                self.test.assertEqual(word, "", line)
        self.refused += refused
        return refused

    def unanswered(self):
        return [self.tried[c] for c in self.tried if c not in self.acknowledged]

    def wait_until_alone(self):
        """A server's half of a killed connection may have a commit to finish."""
        if address_of(self.folder):
            others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            end = time.monotonic() + 20
            while rows(self.folder, others)[0][0] > 0 and time.monotonic() < end:
                time.sleep(0.01)

    def hand_overs(self):
        """The entries (office, number) that gave a case away, with the client of each, and those that arrived. Each arrived once,
        where it was sent to; what has not arrived is waiting for the courier."""
        test = self.test
        entries = rows(self.folder, "SELECT office, number, actor, client_id FROM ledger "
                                    "WHERE name = 'case.handed_over/1' OR (actor = 0 AND client_id LIKE 'handover:%')")
        given = {(office, number): client for office, number, actor, client in entries if actor != 0}
        received = [(office, tuple(map(int, client.split(":")[1:]))) for office, _, actor, client in entries if actor == 0]
        arrived = {source for _, source in received}
        test.assertEqual(len(arrived), len(received), "a case arrived twice")
        test.assertLessEqual(arrived, given.keys(), "nobody handed it over")
        for office, source in received:
            test.assertIn(f"-to-{office}-", given[source], "it arrived elsewhere")
        return given, arrived

    def waiting(self):
        given, arrived = self.hand_overs()
        return given.keys() - arrived

    def copies(self):
        """The clients of the reports whose words were copied by a hand-over, and of the hand-overs that arrived."""
        given, arrived = self.hand_overs()
        reports = {case: client for client, case in self.acknowledged.items() if self.tried[client].startswith("report")}
        overs = [given[source] for source in arrived]
        return [reports[int(self.tried[client].split()[2])] for client in overs], overs

    def merges(self, found):
        """What merging and undoing must have made of the cases, told from what was sent in the order of the ledgers, is what they are:
        each of its entries is there; who belongs to whom; and how many voices each has. Gives how many entries each command made."""
        test, mains, entries, made = self.test, {}, dict.fromkeys(MERGE_ENTRIES, 0), {}
        for client in sorted(found, key=found.get):
            kind, _, case = self.tried[client].split()
            case, other = int(case), client.partition("-with-")[2].split("-")[0]
            if kind == "merge":
                along = [c for c in mains if mains[c] == case]
                main = mains.get(int(other), int(other))
                mains.update(dict.fromkeys([case, *along], main))
                entries["case.remerged/1"] += len(along)
            elif kind == "unmerge":
                del mains[case]
            for name in ENTRIES_OF.get(kind, []):
                entries[name] += 1
            made[client] = len(ENTRIES_OF.get(kind, [None])) + (len(along) if kind == "merge" else 0)
        counted = dict(rows(self.folder, "SELECT name, count(*) FROM ledger GROUP BY name"))
        test.assertEqual({name: counted.get(name, 0) for name in entries}, entries, "entries of merges")
        test.assertEqual(dict(rows(self.folder, "SELECT case_id, main_case FROM merges")), mains, "who belongs to whom")
        merged = [c for c, in rows(self.folder, "SELECT id FROM cases WHERE state = 'merged'")]
        test.assertEqual(sorted(merged), sorted(mains), "merged cases")
        voices = {main: 1 + list(mains.values()).count(main) for main in mains.values()}
        test.assertEqual(dict(rows(self.folder, "SELECT id, voices FROM cases WHERE voices <> 1")), voices, "voices")
        return made

    def clients(self, found, *kinds):
        return [c for c in found if self.tried[c].split()[0] in kinds]

    def check(self):
        """Everything acknowledged is there, once; nothing is there that nobody sent; each command's words are there once, and
        with a case that arrived in another office once more; and the proof holds. Gives what is there."""
        test = self.test
        self.wait_until_alone()
        # ~... are ids that the door itself gives on a shared store, to look up a commit that was lost
        kept = rows(self.folder, "SELECT client_id, number FROM ledger WHERE client_id IS NOT NULL "
                                 "AND client_id NOT LIKE '~%' AND client_id NOT LIKE 'handover:%'")
        found = dict(kept)
        test.assertEqual(len(found), len(kept), "a command stands twice in the ledger")
        test.assertEqual(self.acknowledged.keys() - found.keys(), set(), "acknowledged and not there")
        test.assertEqual(found.keys() - self.tried.keys(), set(), "nobody sent it")
        made = self.merges(found)
        wrong = [(c, event) for c, event, is_repeat in self.answers if event != found[c] + (0 if is_repeat else made[c] - 1)]
        test.assertEqual(wrong, [], "acknowledged as another entry")
        copied, handed = self.copies()
        undone = self.clients(found, "unmerge")
        for field, expected in [("text", [*(found.keys() - undone), *copied]), ("reason", [*undone, *handed])]:
            words = rows(self.folder, "SELECT text FROM words WHERE field = ?", field)
            test.assertEqual(sorted(t for t, in words), sorted(expected), f"each command's words, once: {field}")
        self.prove()
        return found

    def prove(self):
        proved = linli("verify", "--data", self.folder)
        self.test.assertEqual((proved.returncode, proved.stderr), (0, ""), proved.stdout)
