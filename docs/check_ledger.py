#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks the chain of every ledger in an SQLite file of Linli without Linli, and reads what it says: standard library only.

    python3 check_ledger.py linli.db                 is every entry in its place, and its hash that of its bytes?
    python3 check_ledger.py linli.db OFFICE NUMBER   one entry, as the JSON that was hashed

hash(n) = SHA-256( hash(n-1) | "office number accepted_at at actor name\\n" | JSON ), hash(0) = 32 zero bytes. How the JSON lies
packed in the column `body` stands in src/engine/ledger/pack.h. Exit status 0 only when everything fits.
"""
import hashlib
import sqlite3
import sys

WORDS = """
case state stop public start text_commit task last_id solved day outcome class voice community due_at to_dispatch
unit to_sign handling task_grid task_due_at number serial_name serial hour procedure version channel reported_at
estate grid address_commit closed condition to_close answer_commit check_task to_check pass reported assists reached
has_contact name_commit telephone_commit city-matter on_behalf called_at person_commit external_number
external_due_at order hotline filled_above rating patrol wgs84_lat wgs84_lon cell outside on_spot request
reason_commit explained found verify_task verifying verified follow_up redo lead web leader_waiting telephone police
declined window ask_again handed_over confidential leader late media id office name_zh name_en language code account
said_at role place photos parent login kind until_at root reason program polygon offset_minutes line level last
has_accounts from_office from_number from_event first firm files fields division area
""".split()


def unzigzag(n):
    return n >> 1 if n % 2 == 0 else -(n >> 1) - 1


def quote(text):
    """As Linli writes a text: only what JSON demands is escaped."""
    short = {0x22: '\\"', 0x5C: "\\\\", 0x0A: "\\n"}
    return '"' + text.translate({**{c: f"\\u{c:04x}" for c in range(32)}, **short}) + '"'


class Packed:
    def __init__(self, stored):
        self.bytes, self.at = stored, 1

    def take(self, n):
        if self.at + n > len(self.bytes):
            raise ValueError("cut short")
        self.at += n
        return self.bytes[self.at - n:self.at]

    def sevens(self):
        value, shift = 0, 0
        while True:
            byte = self.take(1)[0]
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    def value(self):
        kind, n = divmod(self.take(1)[0], 32)
        if kind in (2, 3) and n == 31:
            n = self.sevens()
        if kind < 2:
            return str(n if kind == 0 else unzigzag(int.from_bytes(self.take(n + 1), "big")))
        if kind == 3:
            return "[" + ",".join(str(unzigzag(self.sevens())) for _ in range(n)) + "]"
        return quote({2: lambda: self.take(n).decode(), 4: lambda: self.take(n + 1).hex(),
                      5: lambda: WORDS[self.take(1)[0] - 1]}[kind]())

    def json(self):
        fields = []
        while self.at < len(self.bytes):
            word = self.take(1)[0]
            key = WORDS[word - 1] if word else self.take(self.sevens()).decode()
            fields.append(f'"{key}":{self.value()}')
        return "{" + ",".join(fields) + "}"


def body(stored):
    """The JSON of a stored body; bodies of before version 4 are the JSON."""
    return stored.decode() if stored[:1] == b"{" else Packed(stored).json()


def check(db):
    at, bad = {}, 0
    for office, number, accepted, time, actor, name, stored, hash_ in db.execute(
            "SELECT office, number, accepted_at, at, actor, name, body, hash FROM ledger ORDER BY office, number"):
        last, before = at.get(office, (0, bytes(32)))
        try:
            line = f"{office} {number} {accepted} {time} {actor} {name}\n"
            fits = number == last + 1 and hashlib.sha256(before + (line + body(stored)).encode()).digest() == hash_
        except (ValueError, KeyError, IndexError):
            fits = False
        if not fits:
            print(f"office {office}: entry {number} does not fit　第 {number} 条对不上")
            return 1
        at[office] = number, hash_
    print(*(f"office {office}: {number} entries, {hash_.hex()}" for office, (number, hash_) in at.items()), sep="\n")
    return 0


def main(path, *entry):
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    if not entry:
        return check(db)
    found = db.execute("SELECT name, body FROM ledger WHERE office = ? AND number = ?", entry).fetchone()
    print(*(found[0], body(found[1])) if found else ("no such entry　没有这一条",))
    return 0 if found else 1


if __name__ == "__main__":
    if len(sys.argv) not in (2, 4):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
