#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks a proof of Linli without Linli: standard library only.  docs/proof.md explains it.

    python3 check_proof.py PROOF.json ROOTS [RECEIPT]

ROOTS    where you have the daily roots from, not from the proof: 2026-11-21=ROOT, or a file with a line each
RECEIPT  the hash on your receipt, or its first 16 characters: then this entry must be in the proof
Exit status 0 only when every entry of the proof leads to the root that you gave for its day.
"""
import hashlib
import json
import pathlib
import re
import sys


def say(zh, en):
    print(f"{zh}\n{en}")


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def raw(text):
    """The 32 bytes that 64 hex digits stand for."""
    if not re.fullmatch(r"[0-9a-f]{64}", text):
        raise ValueError(f"not a hash: {text!r}")
    return bytes.fromhex(text)


def root_of(entry, office):
    """Where an entry leads to: leaf, up the tree of its day, and the end of the ledger on that day."""
    at = sha(b"\0", raw(entry["salt"]), raw(entry["hash"]))
    for step in entry["path"]:
        beside = raw(step[1:])
        if step[0] not in "LR":
            raise ValueError(f"not a step: {step!r}")
        at = sha(b"\1", beside, at) if step[0] == "L" else sha(b"\1", at, beside)
    return sha(b"\2", at, raw(entry["end"]), f"{int(office)} {entry['date']}".encode()).hex()


def read_roots(text):
    """The roots by date; a date may have several, of several ledgers."""
    roots = {}
    source = pathlib.Path(text)
    lines = [text] if re.match(r"\d{4}-\d\d-\d\d\s*=", text) else source.read_text(encoding="utf-8").splitlines()
    for line in lines:
        found = re.match(r"\s*(\d{4}-\d\d-\d\d)[\s=,]+([0-9A-Fa-f\s]{64,})$", line)
        if found:
            roots.setdefault(found[1], set()).add(re.sub(r"\s", "", found[2]).lower())
    return roots


def check(proof, roots, receipt):
    """Says what holds and what does not; True when everything does."""
    good = bool(proof["entries"])
    if not good:
        say("不成立：证明里还没有已封账的记录，请次日再取。", "DOES NOT HOLD yet: no entry of it is in a closed day; fetch it again tomorrow.")
    for entry in proof["entries"]:
        number, date = int(entry["number"]), entry["date"]
        if date not in roots:
            say(f"不成立：您给的每日根里没有 {date}。", f"DOES NOT HOLD: there is no root of {date} among those you gave.")
            good = False
        elif root_of(entry, proof["office"]) not in roots[date]:
            say(f"不成立：第 {number} 条记录与 {date} 的每日根不符。", f"DOES NOT HOLD: entry {number} does not lead to the root of {date}.")
            good = False
        else:
            say(f"成立：哈希为 {entry['hash'][:16]} 的记录（文件里写作第 {number} 条）在 {date} 的每日根之中。",
                f"Holds: the entry with the hash {entry['hash'][:16]} (the file says number {number}) is in the root of {date}.")
    wanted = re.sub(r"\W", "", receipt or "").lower()
    if receipt is not None and (len(wanted) < 16 or not any(e["hash"].startswith(wanted) for e in proof["entries"])):
        say("不成立：证明里没有回执上的那条记录。", "DOES NOT HOLD: the entry on the receipt is not in the proof.")
        good = False
    return good


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    try:
        proof = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
        good = check(proof, read_roots(sys.argv[2]), (sys.argv + [None])[3])
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as mistake:
        say("不成立：文件读不懂。", f"DOES NOT HOLD: the files cannot be read ({mistake}).")
        good = False
    if good:
        say("整份证明成立。", "The whole proof holds.")
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
