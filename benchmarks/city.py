#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The table of DESIGN.md 10 for one street of 100,000 cases, measured from outside over HTTP: ./bench city

New cases are sent over 64 connections. Beside each such run the SQL that the writer executed for the same requests is
replayed on a copy of the same database with the same commits, one thread and nothing else: the raw rate. docs/performance.md
says more. The exit status is 0 when everything could be measured, whether or not a target was met.
"""
import argparse
import contextlib
import gzip
import hashlib
import json
import os
import pathlib
import shutil
import signal
import statistics
import sys
import time

from city_questions import ACCEPTORS, HANDLER, SHIFT_LEADER, in_turns, new_cases, question_requests
from city_server import ROOT, Failed, Server, copy_data, rows, run

PASSWORD = "Linli-2026" # of the demonstration's accounts
SUBJECTS = {"list": "列表页 list page", "case": "案件页 case page", "figure": "统计 figure", "word": "搜索 search word",
            "map": "地图 map window", "desk": "早班页、派遣台 morning page, board"}
FIRST_LOADS = {"staff": 280, "public": 80, "field": 140} # KiB gzip
MAKES_DATA = ["src/engine/store/schema.sql", "src/engine/ledger", "src/town/cases", "src/cli/demo", "catalogue"]
CONNECTIONS = 64
BESIDE_ASKS, BESIDE_SECONDS = 100, 60 # askings of each question beside new cases: fewer tell of the slowest, not of one in a hundred


def say(text):
    print(text, file=sys.stderr, flush=True)


# ---- the data

def fingerprint(cases):
    """Of all that the demonstration is made from: another schema or another program makes other data."""
    h = hashlib.sha256(str(cases).encode())
    for name in MAKES_DATA:
        path = ROOT / name
        for f in sorted(p for p in [*path.parent.glob(path.name + "*"), *path.rglob("*")] if p.is_file()):
            h.update(f.read_bytes())
    return h.hexdigest()[:12]


def prepare(options):
    """The folder of the demonstration, made when it is not there, and who has signed in to it."""
    home = options.folder / f"{options.cases}-{fingerprint(options.cases)}"
    if not home.exists():
        for old in options.folder.glob(f"{options.cases}-*"):
            shutil.rmtree(old)
        say(f"making the demonstration of {options.cases} cases in {home}")
        shutil.rmtree(options.folder / "making", ignore_errors=True)
        (options.folder / "making").mkdir(parents=True)
        run(options.build / "linli", "demo", "--data", options.folder / "making" / "data", "--cases", options.cases,
            "--catalogue", ROOT / "catalogue")
        (options.folder / "making").rename(home)
    with Server(options.build, home / "data") as server:
        return home / "data", {login: server.sign_in(login, PASSWORD) for login in [SHIFT_LEADER, HANDLER, *ACCEPTORS]}


# ---- what is measured

class City:
    def __init__(self, options, data, people):
        self.options, self.data, self.people = options, data, people
        self.shares = {1: 1} # of the new cases beside the questions, by office
        self.work = options.folder / "work"
        shutil.rmtree(self.work, ignore_errors=True)
        self.work.mkdir()
        self.result = {"cases": rows(data, "SELECT count(*) FROM cases")[0][0], "peaks_mib": []}

    @contextlib.contextmanager
    def copy(self, name):
        """A folder with the city's data that may be changed until the end."""
        yield copy_data(self.data, self.work / name)

    @contextlib.contextmanager
    def server(self, name, trace=None):
        with self.copy(name) as data, Server(self.options.build, data, trace) as server:
            yield server

    def write_requests(self, name, requests):
        path = self.work / name
        with open(path, "wb") as f:
            f.writelines(requests)
        return path

    def done(self, server):
        self.result["peaks_mib"].append(server.peak_mib())

    def sizes(self):
        manifest = json.loads((ROOT / "ui" / "dist" / "manifest.json").read_text())
        weigh = lambda name: len(gzip.compress((ROOT / "ui" / "dist" / name).read_bytes(), 9))
        database = (self.data / "linli.db").stat().st_size
        self.result["first_load_kib"] = {page: sum(map(weigh, manifest["pages"][page]["first"])) / 1024 for page in FIRST_LOADS}
        stripped = self.work / "linli"
        run("strip", "-o", stripped, self.options.build / "linli")
        self.result["program_mib"] = stripped.stat().st_size / 2**20
        self.result["database_mib"] = database / 2**20
        self.result["bytes_per_case"] = database / rows(self.data, "SELECT count(*) FROM cases")[0][0]

    def starts(self):
        """From the start of the process to the first page of a list, for one who is signed in."""
        times = []
        with self.copy("starts") as data:
            server = Server(self.options.build, data)
            for _ in range(5):
                times.append(server.start("/api/v1/cases?filter=state:open&sort=due&limit=50", self.people[SHIFT_LEADER][0]))
                server.stop()
        self.result["start_ms"] = [t * 1000 for t in times]

    def questions(self):
        """Each question for itself at 1 connection; all in turns at 4, and at 1 while new cases come in."""
        asks = question_requests(self.data, self.people, self.options.asks)
        fewer = in_turns({kind: some[:BESIDE_ASKS] for kind, some in asks.items()})
        in_turn = self.write_requests("asks", in_turns(asks))
        beside = self.write_requests("asks-beside", fewer)
        count = max(self.options.writes, self.options.beside * BESIDE_SECONDS) # a request that is sent again makes no new case
        cases = self.write_requests("cases-beside", new_cases(self.data, self.people, count, seed=2, shares=self.shares))
        found = self.result["questions"] = {}
        with self.server("questions") as server:
            server.load(1, self.write_requests("warm", (some[0] for some in asks.values())))
            found["at 1"] = merged([self.question(server, kind, some) for kind, some in asks.items()])
            found["at 4"] = server.load(4, in_turn)
            writer = server.load_begin(4, cases, 3600, self.options.beside)
            found["beside writing"] = server.load(1, beside)
            writer.kill() # it only kept the writer busy
            writer.communicate()
            self.done(server)

    def question(self, server, kind, requests):
        said = server.load(1, self.write_requests("one", requests))
        said["kinds"][0]["own_us"] = said["server_seconds"] / said["answers"] * 1e6
        return said

    def new_cases(self):
        """Rounds of: the requests over 64 connections, then their SQL alone."""
        requests = self.write_requests("cases", new_cases(self.data, self.people, self.options.writes))
        asks = self.write_requests("asks-after", in_turns(question_requests(self.data, self.people, 20)))
        trace = self.work / "trace"
        say("recording the SQL of the new cases")
        before = self.state(self.data)
        with self.copy("recorded") as data:
            with Server(self.options.build, data, trace) as server:
                server.load(CONNECTIONS, requests)
            recorded = self.state(data)
        rounds = self.result["rounds"] = []
        for number in range(1, self.options.rounds + 1):
            with self.server("written") as server:
                said = server.load(CONNECTIONS, requests)
                server.load(4, asks) # so that the peak of memory is of one process that did both
                self.done(server)
            with self.copy("raw") as data:
                raw = json.loads(run(self.options.build / "benchmarks" / "bench_replay", trace, data / "linli.db"))
                if not before != recorded == self.state(data):
                    raise Failed("the replay of the SQL did not make what the server made")
            rate, raw_rate = said["answers"] / said["seconds"], said["answers"] / raw["seconds"]
            rounds.append({"rate": rate, "raw_rate": raw_rate, "ratio": rate / raw_rate, "commits": raw["commits"],
                           "steps_per_case": raw["steps"] / said["answers"], "cores": said["cores"],
                           "server_us_per_case": said["server_seconds"] / said["answers"] * 1e6, "times": said["kinds"]})
            say(f"round {number}: {rate:.0f}/s of raw {raw_rate:.0f}/s")

    @staticmethod
    def state(data):
        """What the replay must make as the recorded server did, to the last hash of the ledger."""
        return rows(data, "SELECT (SELECT max(id) FROM cases), (SELECT max(id) FROM words), (SELECT max(id) FROM search_docsize), "
                          "(SELECT hash FROM ledger WHERE office = 1 ORDER BY number DESC LIMIT 1)")[0]


def merged(runs):
    """Several runs of bench_load as one: each has kinds of its own."""
    seconds = sum(r["seconds"] for r in runs)
    cores = {who: sum(r["cores"][who] * r["seconds"] for r in runs) / seconds for who in runs[0]["cores"]}
    return {"seconds": seconds, "cores": cores, "kinds": [kind for r in runs for kind in r["kinds"]]}


# ---- the table

def lines(result):
    """(name, measured, target, met) for each line of the table; met is None where DESIGN.md 10 asks for nothing."""
    ratios = [r["ratio"] for r in result["rounds"]]
    ratio = statistics.median(ratios)
    rate, raw = (statistics.median(r[k] for r in result["rounds"]) for k in ("rate", "raw_rate"))
    yield "新案件，64 个连接 new cases, 64 connections", f"{ratio:.2f} × raw", ">= 0.4 × raw", ratio >= 0.4
    yield "", f"{rate:.0f}/s, raw {raw:.0f}/s; {min(ratios):.2f} … {max(ratios):.2f}", "", None
    for at, said in result["questions"].items():
        for subject, name in SUBJECTS.items():
            worst = max((k for k in said["kinds"] if k["kind"].startswith(subject + "/")), key=lambda k: k["p99_us"])
            met = worst["p99_us"] < 5000 if not at.startswith("beside") else None
            own = f", own {worst['own_us'] / 1000:.1f}" if "own_us" in worst else ""
            yield (f"{name}, {at}", f"p99 {worst['p99_us'] / 1000:.1f} ms  {worst['kind']}: p50 {worst['p50_us'] / 1000:.1f}{own}",
                   "p99 < 5 ms" if met is not None else "", met)
    start = statistics.median(result["start_ms"])
    yield "启动到首次应答 start to first answer", f"{start:.0f} ms (at most {max(result['start_ms']):.0f})", "< 200 ms", start < 200
    peak = max(result["peaks_mib"])
    yield "内存峰值 peak resident memory", f"{peak:.0f} MB", "< 80 MB", peak < 80
    for page, most in FIRST_LOADS.items():
        found = result["first_load_kib"][page]
        yield f"首次加载 first load, {page}", f"{found:.0f} KB gzip", f"<= {most} KB", found <= most
    yield "程序 program, stripped", f"{result['program_mib']:.1f} MB", "", None
    yield "数据库 database", f"{result['database_mib']:.0f} MB, {result['bytes_per_case']:.0f} bytes a case", "", None


def width(text):
    return sum(2 if ord(c) > 0x2e80 else 1 for c in text)


def print_table(result):
    print(f"{result['cases']} cases; each question {result['asks']} times; of a subject the slowest question is shown, with its "
          "median and the processor time that one takes of the server")
    for name, measured, target, met in lines(result):
        verdict = "" if met is None else "达到 met" if met else "未达到 missed"
        print(f"{name}{' ' * (46 - width(name))} {measured:62} {target:14} {verdict}".rstrip())
    others = max(p["cores"]["others"] for p in [*result["questions"].values(), *result["rounds"]])
    print(f"Other programs used up to {others:.2f} of {os.cpu_count()} cores meanwhile; on an idle machine that is 0.")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "build" / "bench", help="for the data")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "build" / "logs" / "bench-city.json")
    parser.add_argument("--cases", type=int, default=100000)
    parser.add_argument("--writes", type=int, default=20000, help="new cases of a round")
    parser.add_argument("--asks", type=int, default=1000, help="of each question")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--beside", type=int, default=50, help="new cases a second beside the questions")
    parser.add_argument("--only", choices=["questions", "new-cases"], help="for work on one of them; prints no table")
    options = parser.parse_args()
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside")) # so that the server is ended too
    try:
        city = City(options, *prepare(options))
        city.result["asks"] = options.asks
        if options.only != "new-cases":
            city.questions()
        if options.only != "questions":
            city.new_cases()
        if not options.only:
            city.sizes()
            city.starts()
            print_table(city.result)
    except Failed as e:
        sys.exit(f"没有测成。Could not be measured: {e}")
    shutil.rmtree(city.work)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(city.result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    say(f"{options.out}; {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
