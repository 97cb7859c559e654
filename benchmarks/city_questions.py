# SPDX-License-Identifier: Apache-2.0
"""What is sent to the server: the questions that pages ask, and new cases as people bring them in.

A file of requests is what bench_load reads: each a line `KIND BYTES` and the bytes of the request.
"""
import csv
import datetime
import json
import random
import urllib.parse
import uuid

from city_server import ROOT, rows

DEMO = ROOT / "catalogue" / "demo"
SHIFT_LEADER, ACCEPTORS, HANDLER = "zhiban", ["shouli", "shouli2", "shouli3", "shouli4"], "chengguan"
OFFICE_BITS = 37
RESIDENTS_SHARE, CONTACT_SHARE, POINT_SHARE = 0.15, 0.6, 0.7


def table(name):
    with open(DEMO / name, encoding="utf-8", newline="") as f:
        return list(csv.DictReader(f))


def request(kind, method, path, who=None, body=None):
    """One request as bench_load takes it; `who` is a cookie and the token that belongs to it."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Accept-Language: zh"]
    data = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    if who:
        lines.append(f"Cookie: {who[0]}")
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(data)}", f"Idempotency-Key: {uuid.uuid4()}"]
        if who:
            lines.append(f"X-CSRF-Token: {who[1]}")
    whole = "\r\n".join(lines).encode() + b"\r\n\r\n" + data
    return f"{kind} {len(whole)}\n".encode() + whole


# ---- new cases

def acceptors(office):
    """Those who take reports in a street; `linli bench load` gives each further street the same people."""
    return ACCEPTORS if office == 1 else [f"s{office}-{login}" for login in ACCEPTORS]


def street_shares(data):
    """{office: cases so far}: as they come in, in a city."""
    return dict(rows(data, "SELECT office, sum(cases) FROM tallies WHERE cube = 8 AND span < 10000 GROUP BY office")) or {1: 1}


def new_cases(data, people, count, seed=1, shares=None):
    """Reports at the window and by telephone with the texts and places of the demonstration, and residents' own. With
    `shares` ({office: weight}) the first two are spread over the streets; residents reach the first, which has a map."""
    chance = random.Random(seed)
    shares = shares or {1: 1}
    offices, weights = list(shares), list(shares.values())
    places = rows(data, "SELECT id, name_zh, level, code, office FROM places WHERE level IN ('estate', 'community')")
    by_code = {code: id for id, _, _, code, office in places if office == 1}
    estates = {o: [(id, name) for id, name, level, _, office in places if level == "estate" and office == o] for o in {1, *offices}}
    topics = {t["topic"]: t for t in table("topics.csv")}
    texts, points = table("texts.csv"), table("points.csv")
    surnames = [n["text"] for n in table("names.csv") if n["kind"] == "surname"]
    for _ in range(count):
        is_resident = chance.random() < RESIDENTS_SHARE
        office = 1 if is_resident else chance.choices(offices, weights)[0]
        text = chance.choice(texts)
        topic = topics[text["topic"]]
        place, name = chance.choice(estates[office])
        report = {"class": topic["class"], "place": place, "address": f"{name}{chance.randrange(1, 120)}号",
                  "text": text["text"].replace("{place}", f"{name}{chance.randrange(1, 120)}号")}
        if office == 1 and chance.random() < POINT_SHARE:
            point = chance.choice(points)
            report |= {"lat": float(point["lat"]), "lon": float(point["lon"])}
            if point["place"] not in by_code:
                del report["place"] # a street's grid: the point alone says where
        if chance.random() < CONTACT_SHARE:
            report["contact"] = {"name": chance.choice(surnames) + chance.choice(["先生", "女士", "阿姨", "老伯"]),
                                 "telephone": f"1380000{chance.randrange(10000):04d}"}
        if is_resident:
            yield request("resident", "POST", "/api/v1/public/reports", None, report)
        else:
            report |= {"procedure": "request" if topic["class"].startswith("R") else "city-matter",
                       "channel": chance.choice(["window", "telephone"])}
            yield request("staff", "POST", "/api/v1/cases", people[chance.choice(acceptors(office))], report)


# ---- questions, by what the table calls them

def long_ago(today):
    """A month of the year before last: the middle of what a city of three years has."""
    return f"{today.year - 1}-03"


def last_year(today):
    first = (today.replace(day=1) - datetime.timedelta(days=330)).replace(day=1)
    return f"{first}..{today}"


def questions(data, today=None):
    """(kind, who, path) for each question: `list`, `case`, `figure`, `word` or `map` before the `/`. A kind with several
    paths takes them in turn."""
    today = today or datetime.date.today()
    communities = [r[0] for r in rows(data, "SELECT name_zh FROM places WHERE office = 1 AND level = 'community' ORDER BY id LIMIT 12")]
    cases = [r[0] for r in rows(data, "SELECT id FROM cases WHERE office = 1 ORDER BY id * 7919 % 100003 LIMIT 400")]
    open_cases = [r[0] for r in rows(data, "SELECT id FROM cases WHERE office = 1 AND state NOT IN ('closed', 'declined') LIMIT 100")]
    month = (today.replace(day=1) - datetime.timedelta(days=1)).strftime("%Y-%m")

    def page(kind, filter, sort="newest", who=SHIFT_LEADER, limit=50):
        asked = urllib.parse.urlencode({"filter": filter, "sort": sort, "limit": limit})
        return kind, who, f"/api/v1/cases?{asked}"

    def ask(kind, path, who=SHIFT_LEADER, **query):
        return kind, who, path + ("?" + urllib.parse.urlencode(query) if query else "")

    yield page("list/open", "state:open", "due")
    yield page("list/open-handler", "state:open", "due", HANDLER)
    yield page("list/late", "state:open late:yes", "due")
    yield page("list/newest", "")
    yield page("list/month", f"opened:{month}")
    yield page("list/class", "class:W06* state:closed")
    yield page("list/closed", f"closed:{long_ago(today)}")
    yield from (page("list/community", f"place:{name}") for name in communities)
    yield ask("desk/morning", "/api/v1/morning")
    yield ask("desk/board", "/api/v1/board")
    yield from (ask("case/any", f"/api/v1/cases/{id}") for id in cases)
    yield from (ask("case/open", f"/api/v1/cases/{id}") for id in open_cases)
    yield ask("figure/month", "/api/v1/figures", filter="opened:this-month", by="none")
    for by in ("community", "category", "unit", "channel"):
        yield ask(f"figure/month-by-{by}", "/api/v1/figures", filter="opened:this-month", by=by)
    yield ask("figure/year-by-month", "/api/v1/figures", filter=f"opened:{last_year(today)}", by="month")
    yield ask("figure/all-by-community", "/api/v1/figures", filter="", by="community")
    for kind, words in (("common", "路灯"), ("two", "垃圾房 气味"), ("three-signs", "电瓶车"), ("nobody-wrote", "不存在"),
                        ("open", "state:open 楼道")):
        yield page(f"word/{kind}", words)
    yield page("word/shell", "垃圾", limit=8)
    yield ask("map/open", "/api/v1/cases/points", filter="state:open", zoom=14)
    yield from (ask("map/community", "/api/v1/cases/points", filter=f"state:open place:{name}", zoom=16) for name in communities)


def question_requests(data, people, times):
    """{kind: that many requests}"""
    paths = {}
    for kind, who, path in questions(data):
        paths.setdefault(kind, []).append(request(kind, "GET", path, people[who]))
    return {kind: [some[i % len(some)] for i in range(times)] for kind, some in paths.items()}


def in_turns(requests):
    """First one of each kind, then the second of each ..."""
    return (one for turn in zip(*requests.values()) for one in turn)
