#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How cost grows with the number of cases: ./bench scale, or benchmarks/scale.py --sizes 10000,100000,1000000

One simulated city grows from size to size (linli bench load); at each it is asked what ./bench city asks, and takes new
cases over 64 connections. Where the disk has room everything works on copies; else on the city itself, and what was written
over is kept and put back afterwards (undo.py). With --rate each size is a city of its own, as old as it takes to have so many
cases: streets as busy on their first day as after years, so that what is asked has answers of the same size (decision 112). Results are kept by size, so that sizes may be measured on different days;
benchmarks/plot.py draws them.
"""
import argparse
import json
import pathlib
import re
import shutil
import signal
import statistics
import sys
import time

from city import PASSWORD, SUBJECTS, City, say
from city_questions import HANDLER, SHIFT_LEADER, acceptors, street_shares
from city_server import ROOT, Failed, Server, run
from undo import undone

COPIES = 2.5 # copies of the database that are there at the same time, with their journals


def grow(options, data, size):
    """Cases until there are so many; how many came a second, None when they were there."""
    began = time.monotonic()
    span = ["--days", max(1, round(size / options.rate))] if options.rate else ["--years", options.years]
    said = run(options.build / "linli", "bench", "load", "--data", data, "--cases", size, "--streets", options.streets,
               *span, "--catalogue", ROOT / "catalogue")
    made, seconds = int(re.search(r"(\d+) cases with", said).group(1)), float(re.search(r"in ([\d.]+) seconds", said).group(1))
    say(f"{size} cases: {made} made in {time.monotonic() - began:.0f} s")
    return made / seconds if made else None


class Size(City):
    """The city at one size."""

    def __init__(self, options, data, people):
        super().__init__(options, data, people)
        self.shares = street_shares(data) # a thousand a second are a city's
        bytes_now = (data / "linli.db").stat().st_size
        self.has_room = not options.in_place and shutil.disk_usage(options.folder).free > COPIES * bytes_now + (4 << 30)
        self.result |= {"bytes_per_case": bytes_now / self.result["cases"], "on_copies": self.has_room}

    def copy(self, name):
        library = self.options.build / "benchmarks" / "bench_undo.so"
        return super().copy(name) if self.has_room else undone(self.data, library, self.work / "undo")


def measure(options, data, size):
    rate = grow(options, data, size)
    with Server(options.build, data) as server:
        logins = [SHIFT_LEADER, HANDLER, *(login for office in street_shares(data) for login in acceptors(office))]
        people = {login: server.sign_in(login, PASSWORD) for login in logins}
    at = Size(options, data, people)
    at.result["load_rate"] = rate
    at.starts()
    at.questions()
    at.new_cases()
    shutil.rmtree(at.work)
    return at.result


# ---- the table

def worst(found, at, subject, what):
    return max(k[what] for k in found["questions"][at]["kinds"] if k["kind"].startswith(subject + "/")) / 1000


def lines(found):
    """(name, value or None) of one size."""
    yield "装入 loaded a second", found.get("load_rate")
    yield "每案字节 bytes a case", found["bytes_per_case"]
    for subject, name in SUBJECTS.items():
        yield f"{name} 服务器处理器 own ms", worst(found, "at 1", subject, "own_us")
        yield f"{name} p50 ms", worst(found, "at 1", subject, "p50_us")
        yield f"{name} p99 ms", worst(found, "at 1", subject, "p99_us")
        yield f"{name} p99 ms, 同时有新案 beside", worst(found, "beside writing", subject, "p99_us")
    rounds = found["rounds"]
    yield "新案件/秒 new cases a second, 64 connections", statistics.median(r["rate"] for r in rounds)
    yield "处理器 µs/案 processor time a new case", statistics.median(r["server_us_per_case"] for r in rounds)
    yield "× raw", statistics.median(r["ratio"] for r in rounds) if "ratio" in rounds[0] else None
    yield "启动 start ms", statistics.median(found["start_ms"])
    yield "内存 MB peak memory", max(found["peaks_mib"])


def print_table(results):
    sizes = sorted(results, key=int)
    table = [[name for name, _ in lines(results[sizes[0]])]] + [[v for _, v in lines(results[s])] for s in sizes]
    print("| |" + "".join(f" {int(s):,} |" for s in sizes) + " 最大/最小 largest to smallest |\n|---|" + "---|" * (len(sizes) + 1))
    for name, *values in zip(*table):
        growth = f"{values[-1] / values[0]:.2f}" if values[0] and values[-1] and len(values) > 1 else ""
        shown = ["" if v is None else f"{v:.0f}" if v >= 100 else f"{v:.2f}" for v in values]
        print(f"| {name} | " + " | ".join(shown) + f" | {growth} |")


def print_growth(results):
    """Each question at the smallest and at the largest size: what it cost, and how large its answer was."""
    first, last = (results[f(results, key=int)]["questions"]["at 1"]["kinds"] for f in (min, max))
    print("\n| | own ms | KB | own ms | KB | 增长 growth |\n|---|---|---|---|---|---|")
    for a, b in zip(first, last):
        cells = [f"{k['own_us'] / 1000:.2f} | {k['mean_bytes'] / 1000:.1f}" for k in (a, b) if "mean_bytes" in k]
        if a["kind"] == b["kind"] and len(cells) == 2:
            print(f"| {a['kind']} | {cells[0]} | {cells[1]} | {b['own_us'] / a['own_us']:.2f} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    parser.add_argument("--folder", type=pathlib.Path, default=ROOT / "build" / "bench", help="for the data")
    parser.add_argument("--out", type=pathlib.Path, default=ROOT / "build" / "logs" / "bench-scale.json")
    parser.add_argument("--sizes", default="10000,30000,100000")
    parser.add_argument("--streets", type=int, default=8)
    parser.add_argument("--years", type=int, default=3)
    parser.add_argument("--rate", type=int, help="cases a day, whatever the size; instead of --years")
    parser.add_argument("--writes", type=int, default=10000, help="new cases of a round")
    parser.add_argument("--asks", type=int, default=200, help="of each question")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--beside", type=int, default=50, help="new cases a second beside the questions")
    parser.add_argument("--in-place", action="store_true", help="without copies, as where the disk has no room for them")
    parser.add_argument("--again", action="store_true", help="forget the sizes measured before")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside")) # so that the server is ended too
    results = json.loads(options.out.read_text()) if options.out.exists() and not options.again else {}
    options.folder.mkdir(parents=True, exist_ok=True)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    try:
        for size in map(int, options.sizes.split(",")):
            data = options.folder / (f"scale-{size}" if options.rate else "scale")
            results[str(size)] = measure(options, data, size)
            options.out.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except Failed as e:
        sys.exit(f"没有测成。Could not be measured: {e}")
    print_table(results)
    if len(results) > 1:
        print_growth(results)


if __name__ == "__main__":
    main()
