# SPDX-License-Identifier: Apache-2.0
"""Cases of another system come in by a map: what fits, what is refused and why, and never twice."""
import csv
import datetime
import gzip
import io
import pathlib
import resource
import signal
import subprocess
import tempfile
import time
import unittest

from engine import only_sqlite
from linli import PROGRAM, ROOT, linli, one, rows

DATA = ROOT.parent / "shared" / "data"
MAPS = ROOT / "tests" / "import"
csv.field_size_limit(1 << 24)


def setUpModule():
    if PROGRAM is None:
        raise unittest.SkipTest("the program was not built")


class WithOffice(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.here = pathlib.Path(temporary.name)
        self.folder = self.here / "data"
        made = linli("init", "--data", self.folder, "--office", "IM")
        self.assertEqual(made.returncode, 0, made.stderr)

    def bring_in(self, file, map_file, *options):
        return linli("import", "cases", file, "--map", map_file, "--data", self.folder, *options)

    def proved(self):
        done = linli("verify", "--data", self.folder)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout)

    def one(self, sql, *values):
        return one(self.folder, sql, *values)


HEADER = "no,when,until,kind,what,reply,lat,lon\n"
GOOD = ("A1,2024-03-04 09:00:00,2024-03-05 10:30:00,litter,Bags in the lane,Taken away,31.2834061,121.50159\n"
        "A2,2024-03-04 08:00:00,,lamp,\"A lamp, out\nfor a week\",,,\n")
MAP = """import: cases
procedure: city-matter
text: {columns: [what]}
time: {column: when}
closed: {column: until}
answer: {columns: [reply]}
external: {column: no, prefix: x-}
class: {column: kind, values: {litter: W06-010, lamp: P01-037}, otherwise: refuse}
point: {lat: lat, lon: lon}
"""


class SmallTables(WithOffice):
    def table(self, text, map_text=MAP, *options):
        (self.here / "table.csv").write_text(text, encoding="utf-8")
        (self.here / "map.yaml").write_text(map_text, encoding="utf-8")
        return self.bring_in(self.here / "table.csv", self.here / "map.yaml", *options)

    def test_what_was_said_and_answered_stands_there_with_its_time(self):
        done = self.table(HEADER + GOOD)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("New cases: 2; known already: 0.", done.stdout)
        self.assertEqual(rows(self.folder, """SELECT number, state, channel, class, external_number, reported_at / 1000000,
            closed_at / 1000000, outcome, wgs84_lat, wgs84_lon FROM cases ORDER BY id"""), [
            ("IM-C-20240304-0001-3", "reported", "import", "P01-037", "x-A2", 1709510400, 0, "", 0, 0),
            ("IM-C-20240304-0002-1", "closed", "import", "W06-010", "x-A1", 1709514000, 1709605800, "solved", 312834061,
             1215015900)])
        self.assertEqual(rows(self.folder, "SELECT field, text FROM words WHERE field IN ('text', 'answer') ORDER BY id"),
                         [("text", "A lamp, out\nfor a week"), ("text", "Bags in the lane"), ("answer", "Taken away")])
        self.assertEqual(self.one("""SELECT count(*) FROM clocks k JOIN cases c ON c.id = k.case_id
            WHERE c.state = 'closed' AND k.stopped_at = 0"""), 0)
        self.proved()

    @only_sqlite
    def test_all_or_nothing_when_the_disk_fills_half_way(self):
        """The program may write two megabytes to a file; the table needs more. Without an own number a second try would
        make twins of what had stayed."""
        lines = "".join(f",2024-03-{1 + k % 28:02} 09:00:00,,litter,{'垃圾堆在弄堂口' * 100} {k},,,\n" for k in range(3000))
        (self.here / "table.csv").write_text(HEADER + lines, encoding="utf-8")
        own = MAP.replace("external: {column: no, prefix: x-}\n", "")
        (self.here / "map.yaml").write_text(own, encoding="utf-8")
        command = [PROGRAM, "import", "cases", self.here / "table.csv", "--map", self.here / "map.yaml", "--data", self.folder,
                   "--lang", "en"]

        def small_files():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (2 << 20, 2 << 20))

        done = subprocess.run([str(part) for part in command], preexec_fn=small_files, restore_signals=False,
                              capture_output=True, text=True, timeout=300)
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertRegex(done.stderr, r"\[E_(FULL_DISK|DATABASE)\]", done.stdout[:300])
        self.assertEqual(self.one("SELECT count(*) FROM cases"), 0)
        self.assertEqual(self.one("SELECT count(*) FROM ledger WHERE office = 1"), 0)
        self.proved()
        done = self.table(HEADER + lines, own)
        self.assertEqual((done.returncode, done.stderr), (0, ""), done.stdout[:300])
        self.assertEqual(self.one("SELECT count(*) FROM cases"), 3000)

    def test_again_makes_no_twins(self):
        self.table(HEADER + GOOD)
        more = self.table(HEADER + GOOD + "A3,2024-03-06,,litter,Once more,,,\n")
        self.assertIn("New cases: 1; known already: 2.", more.stdout)
        self.assertEqual(self.one("SELECT count(*) FROM cases"), 3)

    def test_a_dry_run_writes_nothing(self):
        done = self.table(HEADER + GOOD, MAP, "--dry-run")
        self.assertEqual(done.returncode, 0)
        self.assertIn("Nothing was written.", done.stdout)
        self.assertEqual(self.one("SELECT count(*) FROM cases"), 0)

    # what is wrong, its row, what is said of line 4
    BAD = [
        ("time", "B1,4 March,,litter,What,,,", "“4 March”"),
        ("no time", "B1,,,litter,What,,,", "The time “” could not be read."),
        ("future", "B1,2199-01-01,,litter,What,,,", "lies in the future"),
        ("closed early", "B1,2024-03-04,2024-03-03,litter,What,,,", "closed at 2024-03-03 before it was opened at 2024-03-04"),
        ("closing time", "B1,2024-03-04,soon,litter,What,,,", "“soon”"),
        ("no text", "B1,2024-03-04,,litter,,,,", "“text”"),
        ("long text", f"B1,2024-03-04,,litter,{'长' * 4001},,,", "at most 4000"),
        ("class", "B1,2024-03-04,,smell,What,,,", "no such class: smell"),
        ("latitude", "B1,2024-03-04,,litter,What,,95.1,121.5", "95.1, 121.5"),
        ("no number", "B1,2024-03-04,,litter,What,,north,121.5", "north, 121.5"),
        ("whole degrees", "B1,2024-03-04,,litter,What,,31,121", "31, 121"),
        ("no external number", ",2024-03-04,,litter,What,,,", "“no”"),
        ("twice in the file", "A1,2024-03-04,,litter,What,,,", "x-A1 already stands in line 2"),
        ("too few cells", "B1,2024-03-04,,litter", "This row has 4 cells; the header has 8."),
    ]

    def test_each_fault_is_told_with_its_line_and_nothing_comes_in(self):
        for name, row, reason in self.BAD:
            with self.subTest(name):
                done = self.table(HEADER + GOOD.replace("out\nfor", "out for") + row + "\n")
                self.assertEqual(done.returncode, 1, done.stdout)
                self.assertIn("[E_IMPORT]", done.stderr)
                self.assertIn("Nothing was imported: 1 rows", done.stderr)
                self.assertIn("Line 4 was refused: ", done.stdout)
                self.assertIn(reason, done.stdout)
        self.assertEqual(self.one("SELECT count(*) FROM cases"), 0)

    def test_faults_are_told_in_chinese_too(self):
        (self.here / "table.csv").write_text(HEADER + "B1,2024-03-04,2024-03-03,litter,What,,,\n", encoding="utf-8")
        (self.here / "map.yaml").write_text(MAP, encoding="utf-8")
        done = linli("import", "cases", self.here / "table.csv", "--map", self.here / "map.yaml", "--data", self.folder,
                     language="zh")
        self.assertIn("第 2 行没有收：办结时间 2024-03-03 早于上报时间 2024-03-04。", done.stdout)
        self.assertIn("导入没有进行：1 行有问题。", done.stderr)

    def test_the_good_ones_may_come_in_alone(self):
        bad = "".join(row.replace("B1", f"B{n}") + "\n" for n, (_, row, _) in enumerate(self.BAD, 1))
        done = self.table(HEADER + GOOD.replace("out\nfor", "out for") + bad, MAP, "--keep-good")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"Rows read: {2 + len(self.BAD)}; refused: {len(self.BAD)};", done.stdout)
        self.assertIn("New cases: 2;", done.stdout)
        self.assertEqual(done.stdout.count(" was refused: "), len(self.BAD))
        self.proved()

    def test_the_map_may_forgive(self):
        forgiving = MAP.replace("{column: until}", "{column: until, early: %s}").replace("[what]", "[what], too_long: cut")
        forgiving = forgiving.replace("otherwise: refuse", "otherwise: none").replace("lon: lon", "lon: lon, whole_degrees: none")
        table = HEADER + f"C1,2024-03-04 10:00,2024-03-03,smell,{'长' * 4001},Done,31,121\n"
        for early, state, closed in (("open", "reported", 0), ("at_opening", "closed", 1709517600)):
            with self.subTest(early):
                done = self.table(table.replace("C1", early), forgiving % early)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
                self.assertEqual(rows(self.folder, "SELECT state, closed_at / 1000000, class, wgs84_lat FROM cases WHERE external_number = ?",
                                      f"x-{early}"), [(state, closed, "", 0)])
        self.assertEqual(rows(self.folder, "SELECT DISTINCT length(text) FROM words WHERE field = 'text'"), [(4000,)])
        self.proved()

    def test_mistakes_of_the_map_are_told_with_their_place(self):
        for name, old, new, wanted in (
                ("column", "[what]", "[wat]", "E_SHEET"),
                ("class", "W06-010", "R01-01", "“class” knows no word “R01-01”"),
                ("procedure", "city-matter", "matters", "It may be: city-matter, order, request"),
                ("choice", "{column: until}", "{column: until, early: guess}", "refuse, open, at_opening"),
                ("key", "answer:", "answers:", "Unknown key “answers”"),
                ("missing", "time: {column: when}\n", "", "“time” is missing"),
                ("yaml", "point: {", "point: {{", "map.yaml:9:")):
            with self.subTest(name):
                done = self.table(HEADER + GOOD, MAP.replace(old, new))
                self.assertEqual(done.returncode, 1)
                self.assertIn(wanted, done.stderr)
        self.assertEqual(self.one("SELECT count(*) FROM cases"), 0)

    def test_gzip_is_unpacked_and_a_broken_one_refused(self):
        packed = gzip.compress((HEADER + GOOD).encode())
        (self.here / "map.yaml").write_text(MAP, encoding="utf-8")
        for name, data, status in (("cut.csv.gz", packed[:-9], 1), ("broken.csv.gz", packed[:40] + b"xyz" + packed[43:], 1),
                                   ("whole.csv.gz", packed, 0)):
            with self.subTest(name):
                (self.here / name).write_bytes(data)
                self.assertEqual(self.bring_in(self.here / name, self.here / "map.yaml").returncode, status)
        self.assertEqual(self.one("SELECT count(*) FROM cases"), 2)


def read_rows(name):
    """The rows of a real set with the physical line on which each begins."""
    with gzip.open(DATA / name, "rt", encoding="utf-8", newline="") as f:
        text = f.read()
    reader, begin = csv.reader(io.StringIO(text, newline="")), 2
    header = next(reader)
    for cells in reader:
        yield begin, dict(zip(header, cells))
        begin = reader.line_num + 1


def seconds(text):
    """Local time of the office (+08:00) as seconds since 1970."""
    return int(datetime.datetime.fromisoformat(text + "+08:00").timestamp()) if text else 0


@unittest.skipUnless((DATA / "messages-zh.csv.gz").exists(), "../shared/data is not here")
class RealSets(WithOffice):
    def refused_lines(self, done):
        return [int(line.split()[1]) for line in done.stdout.splitlines() if " was refused: " in line]

    def compare(self, wanted):
        """wanted: external number -> (state, reported, closed, text, answer)"""
        found = {r[0]: r[1:] for r in rows(self.folder, """SELECT external_number, state, reported_at / 1000000, closed_at / 1000000,
            (SELECT text FROM words WHERE subject = c.id AND field = 'text'),
            coalesce((SELECT text FROM words WHERE subject = c.id AND field = 'answer'), '') FROM cases c""")}
        self.assertEqual(found.keys(), wanted.keys())
        self.assertEqual([(k, found[k], wanted[k]) for k in wanted if found[k] != wanted[k]][:3], [])

    def test_messages(self):
        table = list(read_rows("messages-zh.csv.gz"))
        long = [line for line, r in table if len(r["title"].strip() + "\n" + r["text"].strip()) > 4000]
        file, map_file = DATA / "messages-zh.csv.gz", MAPS / "messages-zh.yaml"
        done = self.bring_in(file, map_file)
        self.assertEqual((done.returncode, self.refused_lines(done)), (1, long))
        self.assertEqual(self.one("SELECT count(*) FROM cases"), 0)

        done = self.bring_in(file, map_file, "--keep-good")
        self.assertEqual(done.returncode, 0, done.stderr)
        for line in ("Rows read: 4218; refused: 1; left out by the map: 0.",
                     "Rows that may come in: 4217; closed ones among them: 1426; without a point: 0.",
                     "New cases: 4217; known already: 0."):
            self.assertIn(line, done.stdout)
        self.compare({"board-" + r["id"]: ("closed" if r["reply_time"] else "reported", seconds(r["time"]),
                                           seconds(r["reply_time"]), r["title"].strip() + "\n" + r["text"].strip(),
                                           r["reply"].strip()[:4000])
                      for line, r in table if line not in long})
        self.proved()
        again = self.bring_in(file, map_file, "--keep-good")
        self.assertIn("New cases: 0; known already: 4217.", again.stdout)
        self.assertEqual(self.one("SELECT count(*) FROM cases"), 4217)

    def test_311(self):
        table = list(read_rows("311-sample.csv.gz"))
        early = [line for line, r in table if r["closed"] and r["closed"] < r["created"] and "Duplicate" not in r["status"]]
        file, map_file = DATA / "311-sample.csv.gz", MAPS / "311-sample.yaml"
        done = self.bring_in(file, map_file)
        self.assertEqual((done.returncode, self.refused_lines(done)), (1, early))

        done = self.bring_in(file, map_file, "--keep-good")
        self.assertEqual(done.returncode, 0, done.stderr)
        for line in ("Rows read: 6801; refused: 12; left out by the map: 115.",
                     "Rows that may come in: 6674; closed ones among them: 5827; without a point: 830.",
                     "New cases: 6674; known already: 0."):
            self.assertIn(line, done.stdout)
        wanted = {}
        for line, r in table:
            if line not in early and "Duplicate" not in r["status"]:
                text = " / ".join(r[c].strip() for c in ("category", "subcategory", "agency", "street", "area") if r[c].strip())
                wanted[r["id"]] = ("closed" if r["closed"] else "reported", seconds(r["created"]), seconds(r["closed"]), text,
                                   r["text"].strip() if r["closed"] else "")
        self.compare({k: v if v[0] == "closed" else (("verifying",) if self.is_verifying(k) else ("reported",)) + v[1:]
                      for k, v in wanted.items()})
        for class_code, count in (("W06-028", 771), ("W06-012", 317), ("W09-009", 415), ("P01-037", 123), ("", 3660)):
            self.assertEqual((class_code, self.one("SELECT count(*) FROM cases WHERE class = ?", class_code)), (class_code, count))
        self.assertEqual(self.one("SELECT count(*) FROM cases WHERE wgs84_lat % 10000000 = 0 AND wgs84_lat <> 0"), 0)
        self.proved()

    def is_verifying(self, number):
        """Open reports that residents made themselves begin with a look at the place, where their class says so."""
        return self.one("SELECT count(*) FROM tasks t JOIN cases c ON c.id = t.case_id WHERE c.external_number = ?"
                        " AND t.kind = 'verify' AND t.state = 'sent'", number) > 0

    def test_broken_off_and_taken_up_again(self):
        file, map_file = DATA / "messages-zh.csv.gz", MAPS / "messages-zh.yaml"
        command = [PROGRAM, "import", "cases", file, "--map", map_file, "--data", self.folder, "--keep-good"]
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while child.poll() is None and self.one("SELECT count(*) FROM cases") < 256:
            time.sleep(0.005)
        child.kill()
        child.wait()
        before = self.one("SELECT count(*) FROM cases")
        self.proved()
        again = self.bring_in(file, map_file, "--keep-good")
        self.assertIn(f"New cases: {4217 - before}; known already: {before}.", again.stdout)
        self.assertEqual(self.one("SELECT count(DISTINCT external_number) FROM cases"), 4217)
        self.proved()


if __name__ == "__main__":
    unittest.main()
